/** States that read a text token by token, held to the functions of `glassbox.linear_attention` by a test. */
import { attention, unit } from "./similarity.js";

const dot = (/** @type {number[]} */ a, /** @type {number[]} */ b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
const phi = (row) => row.map((v) => (v > 0 ? v + 1 : Math.exp(v)));
const zeros = (rows, columns) => Array.from({ length: rows }, () => new Array(columns).fill(0));
const outer = (a, b) => a.map((x) => b.map((y) => x * y));
const columns = (S) => S[0].map((_, c) => S.map((row) => row[c]));

/** What a state answers to a query: S' q. */
export const read = (S, q) => columns(S).map((column) => dot(column, q));

/**
 * The states after each token, with what came in, what was read, and the causal map that gives the same.
 * @param {string} rule "elu + 1, divided", "delta rule" or "sum", which fades
 * @param {number[][]} q
 * @param {number[][]} k
 * @param {number[][]} v
 * @param {number} decay
 */
export function film(rule, q, k, v, decay) {
  const divided = rule === "elu + 1, divided";
  const [ask, keys] = [q, k].map((rows) => rows.map(divided ? phi : unit));
  let S = zeros(keys[0].length, v[0].length);
  let z = new Array(keys[0].length).fill(0);
  const steps = keys.map((key, i) => {
    const held = rule === "delta rule" ? read(S, key) : null;
    const value = held ? v[i].map((x, c) => x - held[c]) : v[i];
    const comes = outer(key, value);
    const fade = rule === "sum" ? decay : 1;
    S = S.map((row, r) => row.map((x, c) => fade * x + comes[r][c]));
    z = z.map((x, r) => x + key[r]);
    const sum = divided ? dot(ask[i], z) : 1;
    return { S, z, comes, read: read(S, ask[i]).map((x) => x / sum) };
  });
  const kinds = { "elu + 1, divided": "elu + 1", sum: "q · k", "delta rule": "delta rule" };
  const [a, b] = divided ? [q, k] : [ask, keys];
  const map = attention(kinds[rule], a, b, { causal: true }).weights.map((row, i) =>
    row.map((w, j) => (w === null ? null : w * (rule === "sum" ? decay ** (i - j) : 1))),
  );
  return { steps, map };
}
