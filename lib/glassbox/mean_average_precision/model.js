/** The figures in which a hand is free; this one holds a box: how well it overlaps the true one. */
import { fixed, short } from "../figures/js/numbers.js";
import { bars, box, image, plot, rules } from "../figures/js/panels.js";
import { boxIou, crossing, onSheet, pixelGrid } from "./boxes.js";

const shape = (label, corners, options) => box(corners, { label, width: 2.5, fill: 0.14, ...options });

const number = (value) => (Number.isInteger(value) ? short(value) : fixed(value, 1));

/**
 * Panels of the figure, from the detection's place and size, the threshold, the true box and the size
 * of the sheet. Small objects have the same boxes divided by `shrink`, and are drawn as large.
 */
export function iou({ x, y, width, height, threshold, objects, inclusive_pixels }, { truth, sheet, shrink }) {
  const by = objects === "small" ? shrink : 1;
  const [g, found] = [truth, onSheet([x, y], [width, height], sheet)].map((box) => box.map((v) => v / by));
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
    shape(hit ? "D, a hit ✓" : "D, a false alarm ✗", found, {
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
    `IoU ${result.iou.toFixed(3)} is ${hit ? "at least" : "below"} ${threshold.toFixed(2)}, a ${hit ? "hit" : "false alarm"}.`,
  ];
  const src = by === 1 ? null : pixelGrid(across, down);
  const shares = bars([result.iou, 1], {
    color: "green",
    colors: [hit ? "green" : "orange", "blue"],
    texts: [`IoU ${result.iou.toFixed(3)}`, number(result.union)],
  });
  const needed = rules({ y: [threshold], color: "ink", label: "needed for a hit" });
  const axes = { ylabel: "share of the union", xlim: [-0.6, 1.6], ylim: [0, 1.12], xticks: ["intersection", "union"] };
  return [
    image({ src, width: across, height: down, boxes, describe: say.join(" ") }),
    plot([needed, shares], { ...axes, zero: true }),
  ];
}

export { ranking } from "./ranking.js";
export { rules } from "./rules.js";
