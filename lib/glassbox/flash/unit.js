/** A gated attention unit taken apart and put together: the model `unit`. */
import { box, image, table, text } from "../figures/js/panels.js";

const ACTIVATIONS = ["off", "relu²", "softmax"];
const CARD = 106; // width of a part
const BLANK = { dash: "none", width: 0.1 };

/** 3,276,800 or 3.28 M, as a reader would write it. */
export function big(x) {
  if (x >= 1e12) return `${(x / 1e12).toPrecision(3)} T`;
  if (x >= 1e9) return `${(x / 1e9).toPrecision(3)} G`;
  if (x >= 1e6) return `${(x / 1e6).toPrecision(3)} M`;
  return String(x).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * What two units take, and one Transformer block: `unit_costs`, `weight_count` and `mult_adds` in Python.
 * @param {{gate: boolean, attention: string, n: number, d: number}} state
 * @param {{s: number, heads: number}} sizes
 */
export function costs({ gate, attention, n, d }, { s, heads }) {
  const e = 2 * d;
  const attends = attention === "off" ? 0 : 1;
  const weights = d * e * (2 + Number(gate)) + attends * d * s;
  const square = attends * n * n * (s + e);
  const [whole, pairs] = [12 * d * d, 2 * n * n * d];
  return {
    weights: [2 * weights, whole],
    "multiply-adds": [2 * (n * weights + square), n * whole + pairs],
    "of which n²": [2 * square, pairs],
    "scores to keep": [2 * attends * n * n, heads * n * n],
  };
}

/** What the parts that are in make together. */
export function nameOf(gate, attention) {
  if (attention === "off") return gate ? "a gated linear unit" : "a feed-forward network";
  if (!gate) return `${attention} attention with one head`;
  return attention === "softmax" ? "a gated attention unit with softmax" : "the gated attention unit";
}

/** The formula of what the parts make. */
function formula(gate, attends) {
  const read = attends ? "A V" : "V";
  return `O = ${gate ? `(U ⊙ ${read})` : read} Wo`;
}

/** A label with a little room at its end: bold letters are wide. */
const wider = (text) => (text ? `${text}\u00a0` : "");

/**
 * One part: a card with a title, a line below it, and perhaps a click.
 * @param {number} x its middle
 * @param {number} y its top
 * @param {string[]} lines title, and the line below
 * @param {{on?: boolean, color?: string, pick?: any, tip?: string}} [look]
 */
function part(x, y, [title, line], { on = true, color = "blue", pick, tip = "" } = {}) {
  const [x1, x2] = [x - CARD / 2, x + CARD / 2];
  const paint = on ? color : "muted";
  const made = [
    box([x1, y + 17, x2, y + 36], { ...BLANK, label: wider(title), color: paint, fill: on ? 0.16 : 0.06 }),
    box([x1, y + 35, x2, y + 36], { ...BLANK, label: wider(line), color: "muted" }),
  ];
  const edge = { color: paint, dash: on ? "solid" : "dashed", width: pick ? 2.5 : 1.2 };
  return [...made, box([x1, y, x2, y + 36], { ...edge, pick, text: tip })];
}

/** A wire through some points, all of its pieces level or upright. */
const wire = (on, ...points) =>
  points.slice(1).map((to, i) => {
    const from = points[i];
    const [left, right] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
    const [top, bottom] = [Math.min(from[1], to[1]), Math.max(from[1], to[1])];
    const thick = 0.9;
    return box([left - thick, top - thick, right + thick, bottom + thick], {
      ...BLANK,
      color: on ? "ink" : "muted",
      fill: on ? 0.8 : 0.15,
    });
  });

/**
 * The parts and their wires; beside them what they cost.
 * @param {{gate: boolean, attention: string, n: number, d: number}} state
 * @param {{s: number, heads: number}} sizes
 */
export function unit(state, sizes) {
  const { gate, attention, d, n } = state;
  const attends = attention !== "off";
  const [u, v, a] = [58, 180, 302];
  const wide = big(2 * d * d);
  const next = { attention: (ACTIVATIONS.indexOf(attention) + 1) % 3 };
  const wires = [
    ...wire(true, [v, 20], [v, 40]),
    ...wire(gate, [v, 30], [u, 30], [u, 40]),
    ...wire(attends, [v, 30], [a, 30], [a, 40]),
    ...wire(gate, [u, 76], [u, 92]),
    ...wire(true, [v, 76], [v, 92]),
    ...wire(attends, [a, 76], [a, 92]),
    ...wire(true, [v, 128], [v, 144]),
    ...wire(attends, [a, 128], [a, 162], [v + CARD / 2, 162]),
    ...wire(gate, [u, 128], [u, 214], [v - CARD / 2, 214]),
    ...wire(true, [v, 180], [v, 196]),
    ...wire(true, [v, 232], [v, 248]),
  ];
  const cards = [
    ...part(v, -14, ["", `X: ${big(n)} × ${big(d)}`], { color: "muted" }).slice(1, 2),
    ...part(u, 40, ["Wu", gate ? wide : "none"], { on: gate }),
    ...part(v, 40, ["Wv", wide]),
    ...part(a, 40, ["W for Z", attends ? big(d * sizes.s) : "none"], { on: attends, color: "orange" }),
    ...part(u, 92, [gate ? "gate U" : "U = 1", gate ? "φ(X Wu)" : "click: on"], {
      on: gate,
      pick: { gate: Number(!gate) },
      tip: gate ? "gate U: take it out" : "U is all ones: put the gate in",
    }),
    ...part(v, 92, ["values V", "φ(X Wv)"]),
    ...part(a, 92, [attends ? "A" : "A = I", attends ? attention : "click: on"], {
      on: attends,
      color: "orange",
      pick: next,
      tip: `A is ${attends ? attention : "the identity, no token reads another"}: take ${["relu²", "softmax", "it out"][ACTIVATIONS.indexOf(attention)]}`,
    }),
    ...part(v, 144, [attends ? "A V" : "V", attends ? "tokens mix" : "as it is"], { on: attends, color: "orange" }),
    ...part(v, 196, [gate ? "⊙ U" : "no ⊙", gate ? "one by one" : "as it is"], { on: gate }),
    ...part(v, 248, ["Wo", wide], {}),
  ];
  const name = nameOf(gate, attention);
  const found = costs(state, sizes);
  const rows = Object.entries(found).map(([row, [mine, other]]) => [
    row,
    big(mine),
    big(other),
    (mine / other).toFixed(2),
  ]);
  const say = `Two of it have ${rows[0][3]} times the weights of one block, and take ${rows[1][3]} times the multiply-adds.`;
  return [
    text(`${formula(gate, attends)}: **${name}**`),
    image({ width: 360, height: 286, least: 280, boxes: [...wires, ...cards], describe: say }),
    table({
      columns: ["", "2 units", "1 block", "ratio"],
      rows,
      title: `n = ${big(n)}, d = ${big(d)}, e = 2d, s = ${sizes.s}`,
    }),
  ];
}
