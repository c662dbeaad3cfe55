/** Two boxes and their intersection over union: the model of `glassbox.mean_average_precision.box_iou`. */

/**
 * Intersection over union of two boxes; with `plusOne`, pixels are inclusive.
 * @param {number[]} a `[x1, y1, x2, y2]`
 * @param {number[]} b
 */
export function boxIou(a, b, plusOne = false) {
  const one = plusOne ? 1 : 0;
  const area = (/** @type {number[]} */ [x1, y1, x2, y2]) => (x2 - x1 + one) * (y2 - y1 + one);
  const overlap = crossing(a, b);
  const inter = Math.max(0, overlap[2] - overlap[0] + one) * Math.max(0, overlap[3] - overlap[1] + one);
  const union = area(a) + area(b) - inter;
  return { inter, union, iou: union > 0 ? inter / union : 0 };
}

/** The rectangle two boxes share (turned inside out where they share none). */
export function crossing(a, b) {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

const shape = (label, /** @type {number[]} */ [x1, y1, x2, y2], options) => ({
  type: "box",
  x1,
  y1,
  x2,
  y2,
  label,
  color: "blue",
  dash: "solid",
  width: 2.5,
  fill: 0.14,
  text: "",
  ...options,
});

/** A sheet whose pixels can be seen, as a picture. */
export function pixelGrid(width, height) {
  const at = (n, line) => Array.from({ length: n - 1 }, (_, i) => line(i + 1)).join("");
  const d = at(width, (x) => `M${x} 0V${height}`) + at(height, (y) => `M0 ${y}H${width}`);
  const path = `<path d="${d}" stroke="#888" stroke-opacity="0.45" stroke-width="0.04"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${path}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const number = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(1));

/**
 * Panels of the figure, from the detection's place and size, the threshold, the true box and the size
 * of the sheet. Small objects have the same boxes divided by `shrink`, and are drawn as large.
 */
export function iou({ x, y, width, height, threshold, objects, inclusive_pixels }, { truth, sheet, shrink }) {
  const by = objects === "small" ? shrink : 1;
  const [g, found] = [truth, [x, y, x + width, y + height]].map((box) => box.map((v) => v / by));
  const [across, down] = sheet.map((v) => v / by);
  const result = boxIou(g, found, inclusive_pixels);
  const hit = result.iou >= threshold;
  const shared = crossing(g, found);
  const overlaps = shared[2] > shared[0] && shared[3] > shared[1];
  // All three boxes are always there, so that the one under the reader's hand is never made anew.
  const none = [g[0], g[1], g[0], g[1]];
  const boxes = [
    shape("G, the truth", g, {}),
    shape("", overlaps ? shared : none, { color: "green", fill: 0.45, dash: "none" }),
    shape(hit ? "D, a hit ✓" : "D, a miss ✗", found, {
      color: hit ? "green" : "orange",
      dash: hit ? "solid" : "dashed",
      grab: { place: ["x", "y"], size: ["width", "height"], step: 1 / by },
      text: `IoU ${result.iou.toFixed(3)}`,
    }),
  ];
  const size = (box) => `${number(box[2] - box[0])} × ${number(box[3] - box[1])}`;
  const say = [
    `G is ${size(g)} pixels, D ${size(found)}.`,
    `Intersection ${number(result.inter)}, union ${number(result.union)}:`,
    `IoU ${result.iou.toFixed(3)} is ${hit ? "at least" : "below"} ${threshold.toFixed(2)}, a ${hit ? "hit" : "miss"}.`,
  ];
  const src = by === 1 ? null : pixelGrid(across, down);
  return [
    { kind: "image", src, width: across, height: down, boxes, title: "", pick: null, describe: say.join(" ") },
    {
      kind: "plot",
      title: "",
      xlabel: "",
      ylabel: "share of the union",
      xlim: [-0.6, 1.6],
      ylim: [0, 1.12],
      xscale: "linear",
      yscale: "linear",
      xticks: ["intersection", "union"],
      equal: false,
      zero: true,
      drag: null,
      describe: "",
      layers: [
        { type: "rules", x: [], y: [threshold], color: "ink", dash: "dashed", label: "needed for a hit" },
        {
          type: "bars",
          x: [0, 1],
          y: [result.iou, 1],
          color: "green",
          colors: [hit ? "green" : "orange", "blue"],
          label: null,
          texts: [`IoU ${result.iou.toFixed(3)}`, number(result.union)],
          pick: null,
        },
      ],
    },
  ];
}
