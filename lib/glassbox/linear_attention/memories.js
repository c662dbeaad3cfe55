/** What memories of pairs answer, held to `glassbox.linear_attention.fill_memory` by a test. */
import { attention } from "./similarity.js";
import { read } from "./states.js";

const KINDS = { "elu + 1": "elu + 1", "1 + u + u²/2": "1 + u + u²/2", softmax: "softmax" };

/**
 * What each key gets back after each pair: `[t][j]` is the answer to key j once pairs 0 ... t are in.
 * @param {string} rule
 * @param {number[][]} k rows of length 1
 * @param {number[][]} v
 * @param {number} sharpness of the rules that divide: they see u = sharpness k_i . k_j
 */
export function recalled(rule, k, v, sharpness) {
  if (rule in KINDS) {
    const sharp = k.map((row) => row.map((x) => x * Math.sqrt(sharpness)));
    return k.map((_, t) => {
      const { weights } = attention(KINDS[rule], sharp, sharp.slice(0, t + 1));
      return weights.map((row) => v[0].map((_, c) => row.reduce((sum, w, j) => sum + (w ?? 0) * v[j][c], 0)));
    });
  }
  let S = k[0].map(() => v[0].map(() => 0));
  return k.map((key, t) => {
    const held = rule === "delta rule" ? read(S, key) : v[0].map(() => 0);
    S = S.map((row, r) => row.map((x, c) => x + key[r] * (v[t][c] - held[c])));
    return k.map((asked) => read(S, asked));
  });
}

/** The mean squared error over the pairs written so far, relative to the values, after each pair. */
export function errorsOf(reads, v) {
  const square = (rows) => rows.flat().reduce((sum, x) => sum + x * x, 0);
  return reads.map((answers, t) => {
    const off = answers.slice(0, t + 1).map((row, j) => row.map((x, c) => x - v[j][c]));
    return square(off) / square(v.slice(0, t + 1));
  });
}
