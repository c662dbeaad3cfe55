/** Who reads whom in mixed chunks, and by which way: the model `paths`. */
import { matrix, table } from "../figures/js/panels.js";
import { big } from "./unit.js";

const LOOKS = [0, 1, 2, 4, 3]; // on the colours of kinds: a leak is red
const KINDS = ["not read", "by the state", "in the block", "leak", "both ways"];
const WAYS = ["not at all", "through the state", "in the quadratic block", "although it is the future", "in both ways"];

/**
 * By which way each token reads each other: `attention_paths` in Python.
 * @param {number} n
 * @param {{chunk: number, causal: boolean, sum: string, overlap: boolean}} how
 */
export function pathsOf(n, { chunk, causal, sum, overlap }) {
  const all = Array.from({ length: n }, (_, i) => i);
  const at = (i) => Math.floor(i / chunk);
  return all.map((i) =>
    all.map((j) => {
      const near = Math.abs(at(i) - at(j)) <= Number(overlap);
      const block = near && (j <= i || !causal);
      const state = !causal || at(j) < at(i) || (at(j) === at(i) && sum !== "strict");
      if (state && causal && j > i) return 3;
      return state && block ? 4 : block ? 2 : Number(state);
    }),
  );
}

/**
 * What the form costs: scores that exist, numbers in states, steps that wait for each other, multiply-adds.
 * @param {number} n
 * @param {{chunk: number, causal: boolean, overlap: boolean}} how
 * @param {{s: number, e: number}} sizes
 */
export function costsOf(n, { chunk, causal, overlap }, { s, e }) {
  const chunks = Math.ceil(n / chunk);
  const last = n - (chunks - 1) * chunk;
  let scores = (chunks - 1) * chunk ** 2 + last ** 2;
  if (overlap && chunks > 1) scores += ((chunks - 2) * chunk ** 2 + last * chunk) * (causal ? 1 : 2);
  return {
    scores: [scores, n * n],
    "numbers in states": [(causal ? chunks : 1) * s * e, 0],
    "steps in turn": [causal ? chunks : 1, 1],
    "multiply-adds": [scores * (s + e) + 2 * n * s * e, n * n * (s + e)],
  };
}

/**
 * The map, the cell that was chosen in words, the costs.
 * @param {{chunk: number, causal: boolean, sum: string, overlap: boolean, reader: number, source: number}} state
 * @param {{n: number, s: number, e: number}} sizes
 */
export function paths(state, { n, s, e }) {
  const { chunk, reader, source } = state;
  const found = pathsOf(n, state);
  const way = found[reader][source];
  const leaks = found.flat().filter((kind) => kind === 3).length;
  const at = (i) => Math.floor(i / chunk);
  const counts = costsOf(n, state, { s, e });
  const said = `Token ${reader} (chunk ${at(reader)}) reads token ${source} (chunk ${at(source)}) ${WAYS[way]}. Scores: ${big(counts.scores[0])}; leaks: ${leaks}.`;
  const rows = Object.entries(counts).map(([name, [mine, other]]) => [name, big(mine), big(other)]);
  return [
    matrix({
      values: found.map((row) => row.map((kind) => LOOKS[kind])),
      missing: found.map((row) => row.map((kind) => Number(kind === 0))),
      missing_label: KINDS[0],
      vmin: 0,
      vmax: 4,
      colormap: "kinds",
      legend: [1, 2, 4, 3].map((kind) => [LOOKS[kind], KINDS[kind]]),
      xlabel: "read",
      ylabel: "reader",
      pick: { row: "reader", column: "source" },
      describe: said,
    }),
    table({
      columns: [`s = ${s}, e = ${e}`, `C = ${chunk}`, "C = n"],
      rows,
      title: `${reader} reads ${source}: ${KINDS[way]}`,
    }),
  ];
}
