/** Errors of random features, held to `glassbox.performer.relative_variance` by a test. */

const square = (/** @type {number[]} */ v) => v.reduce((sum, a) => sum + a * a, 0);
const coshLess1 = (/** @type {number} */ a) => 2 * Math.sinh(a / 2) ** 2;

/**
 * The squared error of an estimate of exp(x . y) by one direction, over the squared kernel; two features are made of a
 * direction by all but the positive form.
 * @param {number[]} x
 * @param {number[]} y
 */
export function relativeVariance(x, y) {
  const sum = square(x.map((a, i) => a + y[i]));
  const apart = square(x.map((a, i) => a - y[i]));
  return { trig: coshLess1(apart), positive: Math.expm1(sum), hyperbolic: coshLess1(sum) };
}

/** How many features an error of a tenth of the kernel takes. */
export function featuresNeeded(x, y) {
  const { trig, positive, hyperbolic } = relativeVariance(x, y);
  return { trig: 200 * trig, positive: 100 * positive, hyperbolic: 200 * hyperbolic };
}

/** The power of ten by which trigonometric features err more than hyperbolic ones, at most `most`. */
export function advantage(x, y, most) {
  const { trig, hyperbolic } = relativeVariance(x, y);
  if (trig === hyperbolic) return 0;
  return Math.min(most, Math.max(-most, Math.log10(trig / hyperbolic)));
}

/**
 * The same for y in each of `cells` x `cells` cells of the square from -reach to reach, the top row first.
 * @param {number[]} x
 */
export function ground(x, reach, cells, most) {
  const line = Array.from({ length: cells }, (_, i) => reach - ((2 * i + 1) * reach) / cells);
  return line.map((up) => line.map((left) => advantage(x, [-left, up], most)));
}

/** A count in words: two at least, even where one direction is exact. */
export function count(m) {
  const short = (/** @type {number} */ v) => v.toFixed(v < 10 ? 1 : 0);
  if (m >= 1e15) return "over 10¹⁵";
  if (m >= 1e12) return `${short(m / 1e12)} trillion`;
  if (m >= 1e9) return `${short(m / 1e9)} billion`;
  if (m >= 1e6) return `${short(m / 1e6)} million`;
  return Math.max(2, Math.ceil(m)).toLocaleString("en-GB");
}
