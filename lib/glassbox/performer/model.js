/** The chapter's figures whose hand is free: two points of the plane, and maps of attention by random features. */
import { scientific } from "../figures/js/numbers.js";
import { bars, box, image, lines, matrix, plot, rules, scatter } from "../figures/js/panels.js";
import { directions, estimatedWeights, misplaced, softmaxWeights, stabilised, withEps } from "./features.js";
import { count, featuresNeeded, ground } from "./kernels.js";

const SIDE = 320; // of the sheet, in its pixels
const CELLS = 60; // along a side of the coloured ground
const MOST = 4; // powers of ten that the colours tell apart
const minus = (/** @type {string} */ text) => text.replaceAll("-", "−");

/** The axes of the plane, and the line where x . y = 0, as a picture. */
function picture(x, reach) {
  const [middle, unit] = [SIDE / 2, SIDE / 2 / reach];
  const ticks = [-1, 1]
    .filter((v) => Math.abs(v) < reach)
    .flatMap((v) => {
      const at = middle + v * unit;
      return [
        `<text x="${at}" y="${middle + 15}">${v}</text>`,
        `<text x="${middle + 11}" y="${SIDE - at + 4}">${v}</text>`,
      ];
    });
  ticks.push(`<text x="${SIDE - 4}" y="${middle - 6}" text-anchor="end">first</text>`);
  ticks.push(`<text x="${middle + 6}" y="12" text-anchor="start">second coordinate</text>`);
  const length = Math.hypot(...x);
  const [right, up] = length ? [(-x[1] / length) * 2 * SIDE, (x[0] / length) * 2 * SIDE] : [0, 0];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" font-family="sans-serif" font-size="11" text-anchor="middle">`,
    // Dark, in a light hem; on a dark page the other way round.
    "<style>g{fill:#111;stroke:#fff}.line{stroke:#111}@media(prefers-color-scheme:dark){",
    "g{fill:#eee;stroke:#111}.line{stroke:#eee}}</style>",
    `<path d="M0 ${middle}H${SIDE}M${middle} 0V${SIDE}" stroke="#888" stroke-opacity="0.7"/>`,
    `<g stroke-width="4"><path id="line" d="M${middle - right} ${middle + up}L${middle + right} ${middle - up}"/></g>`,
    `<use href="#line" class="line" stroke-width="1.8"/>`,
    `<g stroke-width="3" paint-order="stroke">${ticks.join("").replaceAll(">-", ">−")}</g></svg>`,
  ].join("");
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The last ground drawn: it does not change while y moves. */
let last = { key: "", src: "", rows: [] };

/** Panels of the plane, from the coordinates of x and y and how far the axes reach. */
export function variances({ x1, x2, y1, y2 }, { reach, step }) {
  const [x, y] = [
    [x1, x2],
    [y1, y2],
  ];
  const key = `${x} ${reach}`;
  if (last.key !== key) last = { key, rows: ground(x, reach, CELLS, MOST), src: picture(x, reach) };
  const needed = featuresNeeded(x, y);
  const product = x1 * y1 + x2 * y2;
  const ahead = Math.abs(product) < 1e-9 ? "draw" : product > 0 ? "trig" : "cosh";
  const unit = SIDE / 2 / reach;
  const spot = (name, /** @type {number[]} */ [right, up], label, color) => {
    const [across, down] = [(right + reach) * unit, (reach - up) * unit];
    const place = [`${name}1`, `${name}2`];
    const grab = { place, size: place, step: step * unit, up: true };
    // The knob is at the lower right corner; x can be held beside y where y stands on it.
    const corners = [across - (name === "x" ? 32 : 18), down - 18, across, down];
    return box(corners, { label, color, dash: "none", width: 1, grab });
  };
  const at = (/** @type {number[]} */ [a, b]) => minus(`(${a.toFixed(2)}, ${b.toFixed(2)})`);
  const wins = { trig: "trig wins", cosh: "cosh wins", draw: "a draw" }[ahead];
  const say = [
    `x = ${at(x)}, y = ${at(y)}, x·y = ${minus(product.toFixed(2))}, exp(x·y) = ${Math.exp(product).toPrecision(3)}.`,
    `Features for an error of 10 %: ${count(needed.trig)} trigonometric, ${count(needed.positive)} positive,`,
    `${count(needed.hyperbolic)} hyperbolic (cosh): ${wins}.`,
  ];
  const color = { trig: "blue", cosh: "red", draw: "ink" }[ahead];
  const boxes = [spot("x", x, "x", "ink"), spot("y", y, "y", color)];
  // Below zero is red: where trigonometric features err less, the ground is blue.
  const heat = { values: last.rows.map((row) => row.map((v) => -v)), colormap: "diverging", low: -MOST, high: MOST };
  const sheet = { src: last.src, heat, width: SIDE, height: SIDE, boxes };
  const all = [needed.trig, needed.positive, needed.hyperbolic];
  const counts = bars(
    all.map((m) => Math.max(m, 2)),
    { colors: ["blue", "purple", "red"], texts: all.map(count) },
  );
  const axes = { xlim: [-0.6, 2.6], ylim: [1, 1e11], yscale: "log", xticks: ["trig", "positive", "cosh"] };
  return [
    image({ ...sheet, describe: say.join(" ") }),
    plot([counts], { ...axes, ylabel: "features for an error of 10 %", zero: true }),
  ];
}

// --- maps of attention -------------------------------------------------------------------------------------------------

const times = (/** @type {number[][]} */ rows, scale) => rows.map((row) => row.map((a) => a * scale));

/** Softmax's weights at one scale of the inputs, with the share that the plain mean misplaces. */
function softmaxAt({ x, y }, scale) {
  const [queries, keys] = [times(x, scale), times(y, scale)];
  const exact = softmaxWeights(queries, keys);
  const flat = exact.map((row) => row.map(() => 1 / row.length));
  return {
    queries,
    keys,
    exact,
    plain: misplaced(exact, flat),
    top: Math.max(...exact.map((row) => Math.max(...row))),
  };
}

const percent = (/** @type {number} */ share) => {
  const v = 100 * share;
  return `${v < 0.095 ? v.toFixed(2) : v < 9.95 ? v.toFixed(1) : v.toFixed(0)} %`;
};

/** A number not below another that is written in two digits: where a colour bar ends. */
function ceiling(/** @type {number} */ v) {
  const unit = 10 ** (Math.floor(Math.log10(v)) - 1);
  return Number((Math.ceil(v / unit) * unit).toPrecision(2));
}

function three(exact, found, top, tokens, words) {
  const labels = { rows: tokens.q, columns: tokens.k, xlabel: "key", ylabel: "query", colormap: "diverging" };
  const off = found.map((row, i) => row.map((a, j) => a - exact[i][j]));
  const look = { ...labels, vmin: -ceiling(top), vmax: ceiling(top) };
  return {
    exact: matrix({ values: exact, title: "softmax", ...look, describe: words.exact }),
    found: matrix({ values: found, title: words.title, ...look, describe: words.found }),
    off: matrix({ values: off, title: "error: estimate − softmax", ...look, describe: words.off }),
  };
}

function signsOf(found) {
  const all = found.flat();
  const negative = all.filter((a) => a < 0).length / all.length;
  return negative ? ` ${percent(negative)} of the weights are negative.` : "";
}

/** Three maps: softmax, its estimate, and the error; from scale, m, the form of the features and a draw of W. */
export function maps({ scale, m, kind, draw: seed }, { x, y, tokens }) {
  const { queries, keys, exact, plain, top } = softmaxAt({ x, y }, scale);
  const W = directions(m, x[0].length, seed);
  const found = estimatedWeights(queries, keys, W, kind);
  const worst = found.flatMap((row, i) => row.map((a, j) => a - exact[i][j]));
  const [low, high] = [Math.min(...worst), Math.max(...worst)];
  const panels = three(exact, found, top, tokens, {
    title: "random features",
    exact: `Largest weight ${top.toFixed(2)}. The plain mean of all keys would misplace ${percent(plain)} of a row's weight.`,
    found: `${percent(misplaced(exact, found))} of a row's weight is misplaced, on average over rows.${signsOf(found)}`,
    off: minus(`Errors from ${low.toFixed(2)} to ${high.toFixed(2)}.`),
  });
  return [panels.exact, panels.found, panels.off];
}

/** The map of a library that adds eps to each feature, its error, and the misplaced weight over eps. */
export function floors({ scale, m, eps, draw: seed }, { x, y, tokens, epsilons }) {
  const { queries, keys, exact, plain, top } = softmaxAt({ x, y }, scale);
  const W = directions(m, x[0].length, seed);
  const made = stabilised(queries, keys, W);
  const found = withEps(made, eps);
  const flat = exact.map((row) => row.map(() => 1 / row.length));
  const [off, fromMean] = [misplaced(exact, found), misplaced(flat, found)];
  const small = [...made.a.map((sum) => sum / m)].sort((a, b) => a - b)[Math.floor(made.a.length / 2)];
  const panels = three(exact, found, top, tokens, {
    title: "random features + ε",
    exact: "",
    found: `${percent(off)} of a row's weight is misplaced; ${percent(fromMean)} of it stands elsewhere than in the plain mean.`,
    off: `A query's mean feature is ${scientific(small, 1)}, ε is ${eps ? scientific(eps, 1) : "0"}.`,
  });
  const shown = epsilons.map((value) => value || epsilons[1] / 3.2); // 0 has no place on this axis
  const curve = epsilons.map((value) => misplaced(exact, withEps(made, value)));
  return [
    panels.found,
    panels.off,
    plot(
      [
        rules({ x: [], y: [plain], color: "muted", dash: "dashed", label: "the plain mean" }),
        lines(shown, curve, { color: "purple", label: "features + ε" }),
        scatter([shown[epsilons.indexOf(eps)]], [off], { color: "ink", size: 4 }),
      ],
      {
        xlim: [0.9 * shown[0], shown.at(-1) * 2],
        xscale: "log",
        ylim: [0, Math.max(1, ...curve)],
        xlabel: "ε (first point: 0)",
        ylabel: "misplaced weight",
        drag: { control: "eps", x: shown },
        describe: `Misplaced: ${percent(curve[0])} without ε, ${percent(off)} with it, ${percent(plain)} by the plain mean.`,
      },
    ),
  ];
}
