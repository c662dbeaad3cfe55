/** How well memories of pairs answer, as pairs come in: the model `memory`. */
import { lines, plot, rules, scatter } from "../../figures/js/panels.js";
import { errorsOf, recalled } from "../memories.js";

const NAMES = ["plain sum", "delta rule", "elu + 1", "1 + u + u²/2", "softmax"];
const COLORS = ["red", "purple", "orange", "green", "blue"];
const DASHES = ["solid", "dashed", "dotted", "solid", "dashed"];
const TOP = 3;

/** What was read last, and of which pairs: it stays while more are written or another is asked for. */
let last = { k: null, v: null, sharpness: 0, reads: {} };

function readsOf(k, v, sharpness) {
  if (last.k !== k || last.v !== v || last.sharpness !== sharpness)
    last = { k, v, sharpness, reads: Object.fromEntries(NAMES.map((name) => [name, recalled(name, k, v, sharpness)])) };
  return last.reads;
}

/**
 * @param {Record<string, any>} state `rule`, `sharpness`, `pairs` (how many were written), `asked` (which key)
 * @param {any} given `k` (rows of length 1), `v`
 */
export function memory({ rule, sharpness, pairs, asked }, { k, v }) {
  const reads = readsOf(k, v, sharpness);
  const n = k.length;
  const counts = k.map((_, t) => t + 1);
  const curves = NAMES.map((name, at) => {
    const errors = errorsOf(reads[name], v);
    const width = name === rule ? 3.5 : 1.5;
    return lines(
      counts,
      errors.map((e) => Math.min(e, TOP)),
      { label: name, color: COLORS[at], dash: DASHES[at], width },
    );
  });
  const law = scatter(
    counts,
    counts.map((t) => Math.min(TOP, (t - 1) / k[0].length)),
    {
      color: "ink",
      marker: "cross",
      size: 3.5,
      label: "(n − 1) / d",
    },
  );
  const t = Math.max(0, pairs - 1);
  const got = pairs ? reads[rule][t][asked - 1] : v[0].map(() => 0);
  const wanted = v[asked - 1];
  const square = (row) => row.reduce((sum, x) => sum + x * x, 0);
  const error = square(got.map((x, c) => x - wanted[c])) / square(wanted);
  const later = asked > pairs ? ", which is not written yet" : "";
  const say = `${rule}, ${pairs} ${pairs === 1 ? "pair" : "pairs"}: asked for key ${asked}${later}, error ${error.toFixed(2)}.`;
  const sizes = [v, ...reads[rule]].flat(2).map(Math.abs);
  const reach = 1.1 * sizes.reduce((most, x) => Math.max(most, x), 1);
  const at = wanted.map((_, c) => c + 1);
  return [
    plot([...curves, law, rules({ x: [pairs], y: [1] })], {
      title: "Mean error over the keys so far",
      xlabel: "pairs written",
      ylabel: "error",
      xlim: [0, n + 0.5],
      ylim: [0, TOP],
      drag: { control: "pairs", x: [0, ...counts] },
      describe: say,
    }),
    plot(
      [
        scatter(at, wanted, { color: "ink", marker: "cross", size: 6, label: "stored" }),
        lines(at, got, { color: "orange", label: "read" }),
      ],
      {
        title: `The answer to key ${asked}`,
        xlabel: "entry of the value",
        ylabel: "value",
        xlim: [0.5, at.length + 0.5],
        ylim: [-reach, reach],
      },
    ),
  ];
}
