/** Errors of random features, held to `glassbox.performer.softmax_kernel_mse` by a test. */

const square = (/** @type {number[]} */ v) => v.reduce((sum, a) => sum + a * a, 0);

/**
 * The kernel exp(x . y), and m times the mean squared error of its estimates by m directions.
 * @param {number[]} x
 * @param {number[]} y
 */
export function kernelMse(x, y) {
  const dot = x.reduce((sum, a, i) => sum + a * y[i], 0);
  const total = square(x) + square(y);
  const missing = -Math.expm1(-square(x.map((a, i) => a + y[i])));
  const positive = Math.exp(total + 4 * dot) * missing;
  return {
    kernel: Math.exp(dot),
    trig: (Math.exp(total) * Math.expm1(-square(x.map((a, i) => a - y[i]))) ** 2) / 2,
    positive,
    hyperbolic: (positive * missing) / 2,
  };
}

/** The power of ten by which trigonometric features err more than positive ones, at most `most`. */
export function advantage(x, y, most) {
  const { trig, positive } = kernelMse(x, y);
  if (!trig && !positive) return 0;
  return Math.min(most, Math.max(-most, Math.log10(trig / positive)));
}

/**
 * The same for y in each of `cells` x `cells` cells of the square from -reach to reach, the top row first.
 * @param {number[]} x
 */
export function ground(x, reach, cells, most) {
  const line = Array.from({ length: cells }, (_, i) => reach - ((2 * i + 1) * reach) / cells);
  return line.map((up) => line.map((left) => advantage(x, [-left, up], most)));
}

/** Where a field of numbers, one a cell of a sheet `side` wide, changes its sign: the path of that line. */
export function border(rows, side) {
  const size = side / rows.length;
  let path = "";
  for (let r = 0; r + 1 < rows.length; r += 1) {
    for (let c = 0; c + 1 < rows.length; c += 1) {
      const corners = [
        [c, r],
        [c + 1, r],
        [c + 1, r + 1],
        [c, r + 1],
      ];
      const ends = corners.flatMap((a, i) => {
        const b = corners[(i + 1) % 4];
        const [from, to] = [rows[a[1]][a[0]], rows[b[1]][b[0]]];
        if (from > 0 === to > 0) return [];
        const share = from / (from - to);
        return [[0, 1].map((k) => ((a[k] + share * (b[k] - a[k]) + 0.5) * size).toFixed(1)).join(" ")];
      });
      if (ends.length > 1) path += `M${ends[0]}L${ends[1]}`;
    }
  }
  return path;
}

/** A count of directions in words: one at least, even where one is exact. */
export function count(m) {
  const short = (/** @type {number} */ v) => v.toFixed(v < 10 ? 1 : 0);
  if (m >= 1e9) return `${short(m / 1e9)} billion`;
  if (m >= 1e6) return `${short(m / 1e6)} million`;
  return Math.max(1, Math.ceil(m)).toLocaleString("en-GB");
}
