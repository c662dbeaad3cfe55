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

const shape = (name, /** @type {number[]} */ [x1, y1, x2, y2], options) => ({
  type: "box",
  x1,
  y1,
  x2,
  y2,
  label: name,
  color: "blue",
  dash: "solid",
  width: 2.5,
  fill: 0,
  text: "",
  ...options,
});

/** Panels of the figure, from the detection's place and size, the threshold and the true box. */
export function iou({ x, y, width, height, threshold, inclusive_pixels }, { truth, sheet }) {
  const found = [x, y, x + width, y + height];
  const result = boxIou(truth, found, inclusive_pixels);
  const hit = result.iou >= threshold;
  const verdict = hit ? "hit" : "miss";
  const shared = crossing(truth, found);
  const overlaps = shared[2] > shared[0] && shared[3] > shared[1];
  const boxes = [
    shape("ground truth", truth, { color: "blue", fill: 0.14 }),
    ...(overlaps ? [shape("", shared, { color: "green", fill: 0.45, dash: "none" })] : []),
    shape(hit ? "detection ✓" : "detection ✗", found, {
      color: hit ? "green" : "orange",
      fill: 0.14,
      dash: hit ? "solid" : "dashed",
      grab: { place: ["x", "y"], size: ["width", "height"], step: 1 },
      text: `IoU ${result.iou.toFixed(3)}`,
    }),
  ];
  const say = `Intersection ${result.inter}, union ${result.union}: IoU ${result.iou.toFixed(3)} is ${hit ? "at least" : "below"} ${threshold.toFixed(2)}, a ${verdict}.`;
  return [
    { kind: "image", src: null, width: sheet[0], height: sheet[1], boxes, title: "", pick: null, describe: say },
    {
      kind: "plot",
      title: "",
      xlabel: "",
      ylabel: "pixels",
      xlim: [-0.6, 1.6],
      ylim: [0, sheet[0] * sheet[1] * 0.5],
      xscale: "linear",
      yscale: "linear",
      xticks: ["intersection", "union"],
      equal: false,
      zero: true,
      drag: null,
      describe: "",
      layers: [
        {
          type: "bars",
          x: [0, 1],
          y: [result.inter, result.union],
          color: "green",
          colors: ["green", "blue"],
          label: null,
          texts: [String(result.inter), String(result.union)],
          pick: null,
        },
      ],
    },
  ];
}
