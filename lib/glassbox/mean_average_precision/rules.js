/** Two detections in the hand, judged by two rules: the model `rules`. */
import { box, image, lines, plot, scatter, rules as straight, table } from "../figures/js/panels.js";
import { boxIou, onSheet } from "./boxes.js";
import { matchCoco, matchVoc } from "./matching.js";

const names = ["the first object", "the second object"];
/** @type {{color: string, dash: string}[]} */
const looks = [
  { color: "blue", dash: "solid" },
  { color: "ink", dash: "dashed" },
];
const word = (taken) => (taken < 0 ? "✗" : `✓ ${["1st", "2nd"][taken]}`);
const who = (taken) => (taken < 0 ? "nothing" : names[taken]);

/** What both rules say of the two boxes. */
export function judged(found, objects, threshold) {
  const iou = found.map((d) => objects.map((g) => boxIou(g, d).iou));
  return { iou, voc: matchVoc(iou, threshold), coco: matchCoco(iou, threshold) };
}

/**
 * The boxes, the verdicts, and D2 on its way across.
 * @param {Record<string, any>} state `x1`, `y1`, `w1`, `h1`, the same with 2, `threshold`
 */
export function rules(state, { objects, sheet }) {
  const [across, down] = sheet;
  const found = [1, 2].map((d) => {
    const [x, y, w, h] = ["x", "y", "w", "h"].map((part) => state[`${part}${d}`]);
    return onSheet([x, y], [w, h], sheet);
  });
  const { threshold } = state;
  const { iou, voc, coco } = judged(found, objects, threshold);
  const differ = voc[1] !== coco[1] || voc[0] !== coco[0];
  const say = [1, 2].map((d) => {
    const [a, b] = [voc[d - 1], coco[d - 1]];
    const verdict = a === b ? `D${d} takes ${who(a)} by both rules` : `By VOC D${d} takes ${who(a)}, by COCO ${who(b)}`;
    return `${verdict} (IoU ${iou[d - 1].map((v) => v.toFixed(3)).join(" and ")}).`;
  });
  const marks = (d) => (voc[d] < 0 ? "✗" : "✓") + (coco[d] < 0 ? "✗" : "✓"); // VOC, COCO
  const look = (d) => (voc[d] < 0 && coco[d] < 0 ? "orange" : voc[d] < 0 || coco[d] < 0 ? "purple" : "green");
  const dash = (d) => (voc[d] < 0 && coco[d] < 0 ? "dashed" : voc[d] < 0 || coco[d] < 0 ? "dotted" : "solid");
  const boxes = [
    ...objects.map((corners, i) => box(corners, { label: ["1st", "2nd"][i], ...looks[i], fill: 0.12, width: 1.5 })),
    ...found
      .map((corners, d) =>
        box(corners, {
          label: `D${d + 1} ${marks(d)}`,
          color: look(d),
          dash: dash(d),
          width: 2.5,
          grab: { place: [`x${d + 1}`, `y${d + 1}`], size: [`w${d + 1}`, `h${d + 1}`], step: 1 },
          text: `D${d + 1}: IoU ${iou[d].map((v) => v.toFixed(2)).join(" and ")}`,
        }),
      )
      .toReversed(), // D1 on top: its corner lies on D2
  ];
  const places = Array.from({ length: across - 9 }, (_, x) => x);
  const second = (x) => onSheet([x, state.y2], [state.w2, state.h2], sheet);
  const at = places.filter((x) => x % 4 === 0);
  const moved = at.map((x) => judged([found[0], second(x)], objects, threshold));
  const apart = at.filter((_, i) => moved[i].voc[1] !== moved[i].coco[1]);
  return [
    image({ width: across, height: down, boxes, describe: `${say.join(" ")}${differ ? " They differ." : ""}` }),
    table({
      columns: ["IoU", "with 1st", "with 2nd", "VOC", "COCO"],
      rows: [0, 1].map((d) => [`D${d + 1}`, ...iou[d].map((v) => v.toFixed(3)), word(voc[d]), word(coco[d])]),
      highlight: [0, 1].filter((d) => voc[d] !== coco[d]),
    }),
    plot(
      [
        lines(
          at,
          moved.map((m) => m.iou[1][0]),
          { label: "IoU with the 1st" },
        ),
        lines(
          at,
          moved.map((m) => m.iou[1][1]),
          { label: "with the 2nd", ...looks[1] },
        ),
        scatter(
          apart,
          apart.map(() => 0),
          { color: "purple", marker: "square", size: 3.5, label: "the rules differ" },
        ),
        straight({ y: [threshold], color: "muted" }),
      ],
      {
        xlabel: "place of D2",
        ylabel: "IoU of D2",
        xlim: [0, across - 10],
        ylim: [0, 1],
        drag: {
          control: "x2",
          x: places,
          y: places.map((x) => Math.max(...objects.map((g) => boxIou(g, second(x)).iou))),
        },
      },
    ),
  ];
}
