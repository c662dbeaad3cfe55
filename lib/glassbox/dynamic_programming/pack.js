/** A rucksack to pack by hand: the model `pack`. */
import { box, image, lines, plot, rules, scatter } from "../figures/js/panels.js";
import { listed, tableOf, wayOf, written } from "./tables.js";

const WIDE = 360; // of the sheet; the heaviest load of the figure spans it
const TALL = 56; // of a rucksack
const TOPS = [20, 100, 182]; // of yours, of what stays, of the best
const THIN = 6; // what weighs nothing is seen too
const sum = (column, items) => items.reduce((total, i) => total + column[i], 0);

/**
 * The things in and beside the rucksack, and the values over the capacity.
 * @param {Record<string, any>} state `capacity`, `reveal` and for each item `item0`, `item1`, ... whether it is packed
 * @param {any} things their `capacity` is the end of the slider: each column of the table answers its own
 */
export function pack(state, things) {
  const { weights, values, unit, capacity: largest } = things;
  const { capacity, reveal } = state;
  const all = weights.map((_, i) => i);
  const mine = all.filter((i) => state[`item${i}`]);
  const [weigh, worth, total] = [sum(weights, mine), sum(values, mine), sum(weights, all)];
  const fits = weigh <= capacity;
  const rows = tableOf(things, false);
  const best = wayOf(things, false, weights.length, capacity).items;
  const [color, longest] = [fits ? "blue" : "red", Math.max(total, largest, 1)];

  const free = weights.filter((weight) => weight === 0).length;
  const scale = (WIDE - 8 - THIN * free) / longest;
  const shelf = (y, items, look) => {
    let x = 4;
    return items.map((i) => {
      const left = x;
      x += weights[i] ? scale * weights[i] : THIN;
      return box([left, y + 6, x, y + TALL - 6], { label: things.names[i], ...look, ...look.hand?.(i) });
    });
  };
  const hand = (i) => ({
    text: `${listed(things, [i])}: ${state[`item${i}`] ? "take it out" : "put it in"}`,
    pick: { [`item${i}`]: Number(!state[`item${i}`]) },
  });
  const bag = (y, label, look) => box([4, y, 4 + scale * capacity, y + TALL], { label, dash: "dashed", ...look });
  const others = all.filter((i) => !mine.includes(i));
  const boxes = [
    bag(TOPS[0], fits ? "yours" : "yours: too heavy", { color: "ink" }),
    ...shelf(TOPS[0], mine, { color, fill: 0.3, hand }),
    ...shelf(TOPS[1], others, { color: "muted", fill: 0.1, hand }),
    bag(TOPS[2], reveal ? "best" : "best: ?", { color: reveal ? "green" : "muted" }),
    ...(reveal ? shelf(TOPS[2], best, { color: "green", fill: 0.3 }) : []),
  ];
  const yours = `Room for ${written(capacity)} ${unit}. Yours: ${listed(things, mine)}${fits ? "" : ": too heavy"}.`;
  const describe = reveal ? `${yours} Best: ${listed(things, best)}.` : yours;

  const kg = rows[0].map((_, j) => j);
  const most = rows.at(-1);
  const { positions } = things; // the capacities of the slider
  const layers = [rules({ x: [capacity] }), scatter([weigh], [worth], { color, label: "yours", size: 6 })];
  if (reveal)
    layers.push(
      lines(kg, most, { step: "after", color: "green", dash: "dashed", label: "best" }),
      scatter([capacity], [most[capacity]], { color: "green", marker: "diamond", size: 6, filled: false }),
    );
  const gains = values.filter((value) => value > 0).reduce((a, b) => a + b, 0);
  const losses = values.filter((value) => value < 0).reduce((a, b) => a + b, 0);
  return [
    image({ width: WIDE, height: TOPS[2] + TALL + 4, boxes, describe }),
    plot(layers, {
      xlabel: unit,
      ylabel: "value",
      xlim: [0, longest],
      ylim: [losses, Math.max(1, gains) * 1.08],
      drag: { control: "capacity", x: positions, y: positions.map(() => losses) }, // below all that is shown
    }),
  ];
}
