/** Where Adam + L2 and AdamW end in a bowl whose minimum the hand moves: `ridge_minimum` and `box_minimum`. */
import { fixed, short } from "../figures/js/numbers.js";
import { lines, plot, scatter, table } from "../figures/js/panels.js";
import { decayedWalk } from "./optimisers.js";

const LOOKS = {
  "Adam + L2": { color: "orange", dash: "solid", marker: "square" },
  AdamW: { color: "purple", dash: "dashed", marker: "diamond" },
};
const COUNT = 3000;
const SHOWN = 140; // points of a way
const written = (x) => fixed(x, 3);

/**
 * Solve H x = b in the plane.
 * @param {number[][]} matrix
 * @param {number[]} right
 */
function solve([[a, b], [, d]], [p, q]) {
  const area = a * d - b * b;
  return [(d * p - b * q) / area, (a * q - b * p) / area];
}

/**
 * The least point of the bowl with an L2 penalty.
 * @param {number[][]} hessian
 * @param {number[]} minimum
 * @param {number} decay
 */
export function ridgeMinimum([[a, b], [, d]], [x, y], decay) {
  const top = [a * x + b * y, b * x + d * y];
  return solve([[a + decay, b], [b, d + decay]], top); // biome-ignore format: a matrix
}

/** The least point of the bowl in the square of that half width. */
export function boxMinimum(hessian, minimum, half) {
  if (minimum.every((x) => Math.abs(x) <= half)) return minimum;
  const height = (p) => {
    const [dx, dy] = [p[0] - minimum[0], p[1] - minimum[1]];
    return hessian[0][0] * dx * dx + 2 * hessian[0][1] * dx * dy + hessian[1][1] * dy * dy;
  };
  const edges = [0, 1].flatMap((i) =>
    [-half, half].map((side) => {
      const j = 1 - i;
      const free = minimum[j] - (hessian[0][1] / hessian[j][j]) * (side - minimum[i]);
      const point = [side, side];
      point[j] = Math.min(Math.max(free, -half), half);
      return point;
    }),
  );
  return edges.reduce((best, p) => (height(p) < height(best) ? p : best));
}

/**
 * The ellipse around the minimum on which the bowl has that height, in the pieces that are in the plot.
 * @param {number[][]} hessian
 * @param {number[]} minimum
 * @param {number} height
 * @param {number} reach
 */
function ellipse([[a, b], [, d]], [x, y], height, reach) {
  const low = Math.sqrt(a); // Cholesky's factor of the second derivatives
  const [across, rest] = [b / low, Math.sqrt(d - (b * b) / a)];
  const turn = Array.from({ length: 61 }, (_, k) => (k * Math.PI) / 30);
  const points = turn.map((angle) => {
    const [p, q] = [Math.cos(angle), Math.sin(angle)].map((c) => Math.sqrt(2 * height) * c);
    return [x + (p - (across * q) / rest) / low, y + q / rest];
  });
  return clipped(points, reach).map((piece) => lines(...columns(piece), { color: "muted", width: 0.8 }));
}

/**
 * The pieces of a curve in the square of that half width.
 * @param {number[][]} points
 * @param {number} half
 */
export function clipped(points, half) {
  /** @type {number[][][]} */
  const pieces = [];
  let left = true; // the curve has left the square
  points.slice(1).forEach((q, i) => {
    const p = points[i];
    const sides = p.map((at, k) => [-half, half].map((side) => (side - at) / (q[k] - at)).sort((s, t) => s - t));
    const from = Math.max(0, ...sides.map((side) => side[0]));
    const to = Math.min(1, ...sides.map((side) => side[1]));
    const at = (/** @type {number} */ t) => p.map((start, k) => start + t * (q[k] - start));
    if (!(from < to)) {
      left = true;
      return;
    }
    if (left) pieces.push([at(from)]);
    pieces[pieces.length - 1].push(at(to));
    left = to < 1;
  });
  return pieces;
}

/** @returns {[number[], number[]]} */
const columns = (points) => [points.map((p) => p[0]), points.map((p) => p[1])];

/** Panels of the figure: the ways in the plane, and where they are and should be. */
export function box({ minimum, decay, beta2, step }, { hessian, minima, reach, beta1, lr, decays }) {
  const goalOf = [minima.x[minimum], minima.y[minimum]];
  const half = 1 / decay;
  const ends = { "Adam + L2": ridgeMinimum(hessian, goalOf, decay), AdamW: boxMinimum(hessian, goalOf, half) };
  const hyper = { lr, decay, beta1, beta2 };
  const ways = Object.entries(LOOKS).map(([name, look]) => {
    const inside = name === "Adam + L2";
    const path = decayedWalk(inside, { hessian, minimum: goalOf }, [0, 0], hyper, COUNT);
    const shown = path.filter((_, t) => t <= step && (t < 100 || t % Math.ceil(COUNT / SHOWN) === 0 || t === step));
    return { name, look, shown, at: path[step] };
  });
  const levels = [0.02, 0.1, 0.5, 2.5, 12.5, 62.5];
  const side = [-half, half, half, -half, -half];
  const sides = [-half, -half, half, half, -half];
  const rows = ["now x", "now y", "goal x", "goal y"].map((label, k) => [
    label,
    ...ways.map(({ name, at }) => written((k < 2 ? at : ends[name])[k % 2])),
  ]);
  const off = ways.map(({ name, at }) => Math.max(...at.map((x, i) => Math.abs(x - ends[name][i]))));
  const places = ways.map(({ name, at }) => `${name} at (${at.map(written).join(", ")})`);
  return [
    plot(
      [
        ...levels.flatMap((height) => ellipse(hessian, goalOf, height, reach)),
        lines(...columns([0.01, 0.03, 0.1, ...decays, 3, 10, 100].map((d) => ridgeMinimum(hessian, goalOf, d))), {
          ...{ color: "muted", dash: "dashed", label: "ridge solutions" },
        }),
        lines(side, sides, { color: "red", dash: "dotted", label: "box, ±1/λ" }),
        ...ways.map(({ name, look, shown }) =>
          lines(...columns(shown), { color: look.color, dash: look.dash, label: name }),
        ),
        ...ways.map(({ look, at }) => scatter([at[0]], [at[1]], { color: look.color, marker: look.marker, size: 7 })),
      ],
      {
        ...{ xlabel: "x", ylabel: "y", xlim: [-reach, reach], ylim: [-reach, reach], equal: true },
        handles: [{ control: "minimum", ...minima }],
        describe: `Minimum at (${goalOf.map(written).join(", ")}), λ = ${decay}, step ${short(step)}: ${places.join(", ")}.`,
      },
    ),
    table({
      columns: ["", ...ways.map(({ name }) => name)],
      rows: [...rows, ["off by", ...off.map((x) => short(x, 1))]],
    }),
  ];
}
