/** A ranking to change by hand, and every convention's number: the model `ranking`. */
import { bars, lines, plot, scatter, table } from "../figures/js/panels.js";
import { averagePrecision, curveOf, roofOf } from "./curves.js";

const methods = [
  ["11 points (VOC 2007)", "voc2007"],
  ["exact area (VOC 2010)", "voc2010"],
  ["101 points (COCO)", "coco"],
  ["raw steps, ties shared (scikit-learn)", "raw"],
  ["straight lines, cut (Ultralytics 8.4)", "ultralytics"],
  ["straight lines to (1, 0) (YOLOv5)", "yolov5"],
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

/**
 * The cards, the curve and the numbers.
 * @param {Record<string, any>} state `held` and its `place`: two for each rank
 */
export function ranking(state, { names, hits, objects, places: given }) {
  const count = names.length;
  const held = names.indexOf(state.held);
  const { places, order, ends } = orderOf(given.with(held, state.place));
  const at = order.map((i) => hits[i]);
  const rank = order.indexOf(held);
  const shift = rank - places[held] / 2; // so that the handle stays on its card
  const tied = (k) => k > 0 && places[order[k]] === places[order[k - 1]];
  const { precision, recall } = curveOf(at, objects);
  const numbers = numbersOf(at, objects, ends);
  const begin = orderOf(given);
  const first = numbersOf(
    begin.order.map((i) => hits[i]),
    objects,
    begin.ends,
  );
  const before = order.slice(0, rank).filter((i) => hits[i]).length;
  const say = [
    `Held: ${state.held}, a ${hits[held] ? "hit" : "false alarm"}, rank ${rank + 1} of ${count}`,
    `${tied(rank) || !ends[rank] ? ", tied" : ""}, place ${places[held]}; ${before} hits stand before it.`,
    ` Exact area ${(100 * numbers[1]).toFixed(2)} %, COCO's 101 points ${(100 * numbers[2]).toFixed(2)} %.`,
  ];
  const change = (i) => {
    const points = 100 * (numbers[i] - first[i]);
    return Math.abs(points) < 0.005 ? "" : `${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(2)}`;
  };
  const look = (i, k) => (k === rank ? "ink" : hits[i] ? "green" : "orange");
  const steps = Array.from({ length: 2 * count }, (_, v) => v / 2 + shift);
  return [
    plot(
      [
        bars(
          at.map((hit) => (hit ? 1 : 0.45)),
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
        drag: { control: "place", x: steps, y: steps.map(() => (hits[held] ? 1 : 0.45)) },
        describe: say.join(""),
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
        scatter([recall[rank]], [precision[rank]], { color: "ink", size: 5 }),
      ],
      { xlabel: "recall", ylabel: "precision", xlim: [0, 1], ylim: [0, 1.03] },
    ),
    table({
      columns: ["convention", "AP, %", "change"],
      rows: methods.map(([words], i) => [words, (100 * numbers[i]).toFixed(2), change(i)]),
    }),
  ];
}
