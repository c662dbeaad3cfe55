/** A ranking to change by hand, and every convention's number: the model `ranking`. */
import { bars, lines, plot, scatter, table } from "../figures/js/panels.js";
import { averagePrecision, curveOf, roofOf } from "./curves.js";

const methods = [
  ["11 points, VOC 2007", "voc2007"],
  ["exact area, VOC 2010", "voc2010"],
  ["101 points, COCO", "coco"],
  ["raw steps, scikit-learn", "raw"], // ties share a point
  ["lines cut, Ultralytics 8.4", "ultralytics"],
  ["lines to (1, 0), YOLOv5", "yolov5"],
];

/** Who stands where: cards by their places, equal places in the order given. */
export function orderOf(places) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b] || a - b);
  return { places, order, ends: order.map((i, k) => places[i] !== places[order[k + 1]]) };
}

/** The six numbers of a ranking. */
export function numbersOf(hits, objects, ends) {
  const each = curveOf(hits, objects);
  const shared = curveOf(hits, objects, ends);
  return methods.map(([, method]) => {
    const { recall, precision } = method === "raw" ? shared : each;
    return averagePrecision(recall, precision, method);
  });
}

/** How the cards that a hand has moved are told of: at most three by name. */
function told(names, hits, { order, ends }, from) {
  const moved = names.map((_, i) => i).filter((i) => from.places[i] !== from.now[i]);
  if (!moved.length) return "As scored.";
  const each = moved.slice(0, 3).map((i) => {
    const rank = order.indexOf(i);
    const tied = !ends[rank] || (rank > 0 && !ends[rank - 1]);
    const before = from.order.indexOf(i);
    const way = before === rank ? `still at rank ${rank + 1}` : `from rank ${before + 1} to ${rank + 1}`;
    return `${names[i]}, a ${hits[i] ? "hit" : "false alarm"}, ${way}${tied ? ", tied" : ""}`;
  });
  return `Moved: ${each.join("; ")}${moved.length > 3 ? `; and ${moved.length - 3} more` : ""}.`;
}

/**
 * The cards, the curve and the numbers.
 * @param {Record<string, any>} state `card_0`, `card_1`, ...: the place of each card, two for each rank
 */
export function ranking(state, { names, hits, objects, places: given }) {
  const count = names.length;
  const now = orderOf(given.map((_, i) => state[`card_${i}`]));
  const { places, order, ends } = now;
  const at = order.map((i) => hits[i]);
  const tied = (k) => k > 0 && places[order[k]] === places[order[k - 1]];
  const { precision, recall } = curveOf(at, objects);
  const numbers = numbersOf(at, objects, ends);
  const begin = orderOf(given);
  const first = numbersOf(
    begin.order.map((i) => hits[i]),
    objects,
    begin.ends,
  );
  const said = told(names, hits, now, { ...begin, now: places });
  const sum = `Exact area ${(100 * numbers[1]).toFixed(2)} %, COCO's 101 points ${(100 * numbers[2]).toFixed(2)} %.`;
  const change = (i) => {
    const points = 100 * (numbers[i] - first[i]);
    return Math.abs(points) < 0.005 ? "" : `${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(2)}`;
  };
  const isMoved = (i) => places[i] !== given[i];
  const look = (i) => (isMoved(i) ? "ink" : hits[i] ? "green" : "orange");
  const steps = Array.from({ length: 2 * count }, (_, v) => v / 2);
  const handle = (i) => {
    const rank = order.indexOf(i);
    const shift = rank - places[i] / 2; // so that the handle stays on its card
    return { control: `card_${i}`, x: steps.map((v) => v + shift), y: steps.map(() => (rank % 2 ? 0.34 : 0.16)) };
  };
  const marked = order.map((i, k) => [i, k]).filter(([i]) => isMoved(i));
  return [
    plot(
      [
        bars(
          at.map((hit) => (hit ? 1 : 0.52)),
          {
            colors: order.map(look),
            texts: order.map((_, k) => (tied(k) ? "=" : "")),
          },
        ),
      ],
      {
        xlim: [-0.6, count - 0.4],
        ylim: [0, 1.25],
        zero: true,
        xticks: order.map((i) => names[i]),
        yticks: ["", "hit"],
        handles: names.map((_, i) => handle(i)),
        describe: `${said} ${sum}`,
      },
    ),
    plot(
      [
        lines([0, ...recall, recall[count - 1]], [roofOf(precision)[0], ...roofOf(precision), 0], {
          step: "before",
          fill: true,
          label: "roof",
        }),
        lines(recall, precision, { color: "muted", label: "saw-tooth" }),
        scatter(
          marked.map(([, k]) => recall[k]),
          marked.map(([, k]) => precision[k]),
          { color: "ink", size: 5 },
        ),
      ],
      { xlabel: "recall", ylabel: "precision", xlim: [0, 1], ylim: [0, 1.03] },
    ),
    table({
      columns: ["convention", "AP, %", "change"],
      rows: methods.map(([words], i) => [words, (100 * numbers[i]).toFixed(2), change(i)]),
    }),
  ];
}
