/** What the hand moves: an embedding and two centres on a circle; five landmarks on a face. */
import { lines, plot, rules, scatter } from "../figures/js/panels.js";
import { gapOf, measure, mostOf, turnOf } from "./angles.js";

const RADIANS = Math.PI / 180;
const at = (degrees, size = 1) => [size * Math.cos(degrees * RADIANS), size * Math.sin(degrees * RADIANS)];
const arc = (from, to, size, count = 40) =>
  Array.from({ length: count + 1 }, (_, k) => at(from + ((to - from) * k) / count, size));
const along = (points, options) =>
  lines(
    points.map(([x]) => x),
    points.map(([, y]) => y),
    options,
  );
const spot = (/** @type {number[]} */ [x, y], options) => scatter([x], [y], options);

/**
 * Two centres and one embedding, which belongs to person 1.
 * @param {{ loss: string, m: number, s: number, x: number, one: number, two: number }} state angles in degrees
 * @param {{ angles: number[] }} constants where a hand may put them
 */
export function margin({ loss, m, s, x, one, two }, { angles }) {
  const found = measure(loss, m, s, x, one, two);
  const turn = turnOf(one, two); // from centre 1 to centre 2, the short way
  const [near, far] = gapOf(loss, m, Math.abs(turn));
  const side = (/** @type {number} */ degrees) => one + Math.sign(turn) * degrees;
  const middle = side(Math.abs(turn) / 2);
  const way = -Math.sign(found.slope) || 0; // where a step against the gradient turns x
  const reach = (40 * Math.abs(found.slope)) / s;
  const tip = x + way * reach;
  const arrow = reach > 0.5 ? arc(x, tip, 1.14, 12) : [at(x, 1.14), at(x, 1.14)];
  const handle = (control, size) => ({
    control,
    x: angles.map((a) => at(a, size)[0]),
    y: angles.map((a) => at(a, size)[1]),
  });
  const say =
    `x is ${found.theta1.toFixed(0)}° from its centre W₁ and ${found.theta2.toFixed(0)}° from W₂. ` +
    `Probability of person 1: ${found.p.toFixed(3)}; loss ${found.loss.toFixed(2)}; ` +
    `pull ${Math.abs(found.slope).toFixed(2)}, of at most ${Number(mostOf(loss, m, s).toFixed(1))}. ` +
    (near <= 0 && far > 0
      ? "There is no boundary: the centres are too near for anybody to win."
      : `The gap between the two boundaries is ${Math.max(0, far - near).toFixed(0)}° wide.`);
  const circle = plot(
    [
      along(arc(-180, 180, 1, 90), { color: "muted", width: 1 }),
      along(arc(side(near), side(far), 1), { color: "orange", width: 7, label: "gap: won by neither" }),
      along([at(middle, 0), at(middle)], { color: "muted", dash: "dashed", width: 1, label: "equal angles" }),
      along([[0, 0], at(side(near))], { color: "blue", dash: "dotted", width: 1.5 }),
      along([[0, 0], at(side(far))], { color: "green", dash: "dotted", width: 1.5 }),
      along([[0, 0], at(one)], { color: "blue", width: 2.5, label: "W₁" }),
      along([[0, 0], at(two)], { color: "green", width: 2.5, dash: "dashed", label: "W₂" }),
      along([[0, 0], at(x)], { color: "ink", width: 1.5, label: "x, of person 1" }),
      along(arrow, { color: "red", width: 3, label: "pull on x" }),
      spot(arrow.at(-1), { color: "red", marker: "diamond", size: 4 }),
      spot(at(one), { color: "blue", size: 6 }),
      spot(at(two), { color: "green", size: 6, marker: "square" }),
      spot(at(x), { color: "ink", size: 6, marker: "diamond" }),
    ],
    {
      ...{ xlim: [-1.35, 1.35], ylim: [-1.35, 1.35], equal: true, describe: say, title: "embeddings on a circle" },
      handles: [handle("x", 1), handle("one", 1), handle("two", 1)],
    },
  );
  const walk = Array.from({ length: 119 }, (_, k) => 3 * (k - 59)); // at ±180° a pull has no direction
  const there = walk.map((theta) => measure(loss, m, s, side(theta), one, two));
  const curves = plot(
    [
      lines(
        walk,
        there.map(({ p }) => p),
        { color: "blue", label: "probability of person 1" },
      ),
      lines(
        walk,
        there.map(({ slope }) => Math.abs(slope) / mostOf(loss, m, s)),
        { color: "red", dash: "dashed", label: "pull, of its most" },
      ),
      rules({ x: [(Math.sign(turn) || 1) * turnOf(one, x)], color: "ink", label: "x" }),
    ],
    { xlabel: "angle from W₁ towards W₂, degrees", ylabel: "share", xlim: [-180, 180], ylim: [0, 1.05] },
  );
  return [circle, curves];
}

export { landmarks } from "./crop.js";
