/** Two points in the plane and how well features estimate their kernel: the model of `softmax_kernel_mse`. */
import { bars, box, image, plot } from "../figures/js/panels.js";
import { border, count, ground, kernelMse } from "./kernels.js";

const SIDE = 320; // of the sheet, in its pixels
const CELLS = 60; // along a side of the coloured ground
const MOST = 4; // powers of ten that the colours tell apart

/** The border of the coloured ground and its axes, as a picture. */
function picture(rows, reach) {
  const [middle, unit] = [SIDE / 2, SIDE / 2 / reach];
  const ticks = [-1, 1].flatMap((v) => {
    const at = middle + v * unit;
    return [
      `<text x="${at}" y="${middle + 15}">${v}</text>`,
      `<text x="${middle + 11}" y="${SIDE - at + 4}">${v}</text>`,
    ];
  });
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" font-family="sans-serif" font-size="11" text-anchor="middle">`,
    `<path d="M0 ${middle}H${SIDE}M${middle} 0V${SIDE}" stroke="#333" stroke-opacity="0.5"/>`,
    `<path d="${border(rows, SIDE)}" stroke="#111" stroke-width="1.6" stroke-linecap="square"/>`,
    `<g fill="#111">${ticks.join("").replaceAll(">-", ">−")}</g></svg>`,
  ].join("");
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The last ground drawn: it does not change while y moves. */
let last = { key: "", src: "", rows: [] };

/** Panels of the figure, from the coordinates of x and y and how far the axes reach. */
export function variances({ x1, x2, y1, y2 }, { reach, step }) {
  const [x, y] = [
    [x1, x2],
    [y1, y2],
  ];
  const key = `${x} ${reach}`;
  if (last.key !== key) {
    const rows = ground(x, reach, CELLS, MOST);
    last = { key, rows, src: picture(rows, reach) };
  }
  const { kernel, ...mse } = kernelMse(x, y);
  const names = ["trig", "positive", "hyperbolic"];
  const needed = names.map((name) => (100 * mse[name]) / kernel ** 2);
  const ahead = needed[0] < needed[1] ? "trig" : "positive";
  const unit = SIDE / 2 / reach;
  const spot = (name, /** @type {number[]} */ [right, up], label, color) => {
    const [across, down] = [(right + reach) * unit, (reach - up) * unit];
    const place = [`${name}1`, `${name}2`];
    const grab = { place, size: place, step: step * unit, up: true };
    // The knob is at the lower right corner; x can be held beside y where y stands on it.
    const corners = [across - (name === "x" ? 32 : 18), down - 18, across, down];
    return box(corners, { label, color, dash: "none", width: 1, grab });
  };
  const at = (/** @type {number[]} */ [a, b]) => `(${a.toFixed(2)}, ${b.toFixed(2)})`.replaceAll("-", "−");
  const say = [
    `x = ${at(x)}, y = ${at(y)}, exp(x·y) = ${kernel.toPrecision(3)}.`,
    `Directions for an error of 10 %: ${count(needed[0])} trigonometric, ${count(needed[1])} positive,`,
    `${count(needed[2])} hyperbolic. ${ahead === "trig" ? "Trigonometric" : "Positive"} features win.`,
  ];
  const boxes = [spot("x", x, "x", "ink"), spot("y", y, `y: ${ahead} wins`, ahead === "trig" ? "blue" : "red")];
  // Below zero is red: where trigonometric features err less, the ground is blue.
  const heat = { values: last.rows.map((row) => row.map((v) => -v)), colormap: "diverging", low: -MOST, high: MOST };
  const sheet = { src: last.src, heat, width: SIDE, height: SIDE, boxes };
  const counts = bars(
    needed.map((m) => Math.max(m, 1)),
    { colors: ["blue", "red", "purple"], texts: needed.map(count) },
  );
  const axes = { xlim: [-0.6, 2.6], ylim: [1, 1e11], yscale: "log", xticks: ["trig", "positive", "cosh"] };
  return [
    image({ ...sheet, describe: say.join(" ") }),
    plot([counts], { ...axes, ylabel: "directions for an error of 10 %", zero: true }),
  ];
}
