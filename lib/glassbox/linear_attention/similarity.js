/** Similarities of queries and keys, held to the functions of `glassbox.linear_attention` by a test. */

const dot = (/** @type {number[]} */ a, /** @type {number[]} */ b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
const sum = (/** @type {number[]} */ row) => row.reduce((total, v) => total + v, 0);
const square = (row) => dot(row, row);
export const unit = (row) => row.map((v) => v / (Math.sqrt(square(row)) || 1));
const softmax = (row) => {
  const largest = Math.max(...row);
  const e = row.map((v) => Math.exp(v - largest));
  return e.map((v) => v / sum(e));
};
const turned = (rows) => rows[0].map((_, c) => rows.map((row) => row[c])); // a transpose

/** Rows with each pair of coordinates turned by an angle in degrees, and multiplied by a factor. */
export function prepared(rows, angle, factor) {
  const [c, s] = [factor * Math.cos((angle * Math.PI) / 180), factor * Math.sin((angle * Math.PI) / 180)];
  return rows.map((row) =>
    row.map((v, a) => {
      if (a % 2) return s * row[a - 1] + c * v;
      return a + 1 < row.length ? c * v - s * row[a + 1] : factor * v;
    }),
  );
}

const entrywise = {
  "elu + 1": (v) => (v > 0 ? v + 1 : Math.exp(v)),
  relu: (v) => Math.max(v, 0),
  "exp of entries": Math.exp,
  "q · k": (v) => v,
};

/**
 * Random features of rows along directions, `positive`, `cosh` or `trig`, with what some libraries add to each; and the
 * logarithms by which the features of each row were divided, so that they stay in range.
 */
function random(form, rows, directions, eps, isQuery) {
  const along = rows.map((row) => directions.map((w) => dot(w, row)));
  if (form === "trig") {
    const made = rows.map((row, i) => {
      const h = Math.exp(square(row) / 2) / Math.sqrt(directions.length);
      return [...along[i].map((a) => h * Math.cos(a)), ...along[i].map((a) => h * Math.sin(a))];
    });
    return { made, shifts: rows.map(() => 0) };
  }
  const both = form === "cosh" ? along.map((row) => [...row, ...row.map((a) => -a)]) : along;
  const most = Math.max(...both.map((row) => Math.max(...row)));
  const shifts = both.map((row) => (isQuery ? Math.max(...row) : most));
  const made = both.map((row, i) => {
    const off = square(rows[i]) / 2 + shifts[i];
    return row.map((a) => (Math.exp(a - off) + eps) / Math.sqrt(row.length));
  });
  return { made, shifts };
}

/** Features of queries and keys: their products are the similarities. */
function features(kind, q, k, { causal = false, directions = [], eps = 0 }) {
  if (kind in entrywise) return [q, k].map((rows) => rows.map((row) => row.map(entrywise[kind])));
  if (kind === "1 + u") return [q, k].map((rows) => rows.map((row) => [1, ...unit(row)]));
  if (kind === "1 + u + u²/2") return [q, k].map((rows) => rows.map((row) => [1, ...row, dot(row, row) / 2]));
  if (kind === "double softmax") {
    const columns = turned(k).map((column) => {
      const most = Math.max(...column);
      return causal ? column.map((v) => Math.exp(v - Math.max(...k.flat()))) : softmax(column.map((v) => v - most));
    });
    return [q.map(softmax), turned(columns)];
  }
  return [q, k].map((rows, i) => random(kind, rows, directions, eps, i === 0).made);
}

/** What the products of random features of a pair would sum to if the estimate were exact: the kernel, as shifted. */
function exact(kind, q, k, { directions = [] }) {
  const [a, b] = [q, k].map((rows, i) => random(kind, rows, directions, 0, i === 0).shifts);
  return (/** @type {number} */ i, /** @type {number} */ j) => Math.exp(dot(q[i], k[j]) - a[i] - b[j]);
}

/** What is left of each key when a query reads it, after the keys in between have corrected the state. */
function leftOf(keys, beta, i, j) {
  const left = keys[j].map((x) => beta[j] * x);
  for (let t = j + 1; t <= i; t += 1) {
    const along = beta[t] * dot(keys[t], left);
    for (let a = 0; a < left.length; a += 1) left[a] -= along * keys[t][a];
  }
  return left;
}

const UNDIVIDED = ["q · k", "delta rule"];
const RANDOM = ["positive", "cosh", "trig"];

/**
 * The weights of one similarity, with all that they are made of. A cell without a weight (masked, or in a row whose
 * sum is 0) is null. `kernel`, of random features alone, is what the similarity of a pair estimates.
 * @param {string} kind
 * @param {number[][]} q
 * @param {number[][]} k
 * @param {{causal?: boolean, directions?: number[][], eps?: number, beta?: number[]}} options
 */
export function attention(kind, q, k, options = {}) {
  const causal = options.causal || kind === "delta rule";
  const scores = q.map((x) => k.map((y) => dot(x, y)));
  const seen = (i, j) => !causal || j <= i;
  /** @type {(i: number, j: number) => [number[], number[]]} */
  let pair;
  let similar;
  if (kind === "softmax") {
    const most = scores.map((row, i) => Math.max(...row.filter((_, j) => seen(i, j))));
    similar = scores.map((row, i) => row.map((u) => Math.exp(u - most[i])));
    pair = (i, j) => [q[i], k[j]];
  } else if (kind === "delta rule") {
    const [ask, keys] = [q.map(unit), k.map(unit)];
    const beta = options.beta ?? k.map(() => 1);
    pair = (i, j) => [ask[i], leftOf(keys, beta, i, j)];
    similar = q.map((_, i) => k.map((_, j) => (seen(i, j) ? dot(...pair(i, j)) : 0)));
  } else {
    const [fq, fk] = features(kind, q, k, { ...options, causal });
    const taylor = kind === "1 + u + u²/2"; // its last products stand for d² of them: u²/2
    similar = fq.map((f, i) => fk.map((g, j) => (taylor ? 1 + scores[i][j] + scores[i][j] ** 2 / 2 : dot(f, g))));
    pair = (i, j) => [fq[i], fk[j]];
  }
  const totals = similar.map((row, i) => sum(row.filter((_, j) => seen(i, j))));
  const divided = !UNDIVIDED.includes(kind);
  const weights = similar.map((row, i) =>
    row.map((s, j) => {
      if (!seen(i, j) || (divided && !totals[i])) return null;
      return divided ? s / totals[i] : s;
    }),
  );
  const kernel = RANDOM.includes(kind) ? exact(kind, q, k, options) : null;
  return { weights, similar, totals, scores, pair, divided, kernel };
}

/** How many words share a row of weights: exp of its entropy; null where a weight is negative. */
export function sharing(row) {
  const p = row.filter((w) => w !== null);
  if (!p.length || p.some((w) => w < 0)) return null;
  return Math.exp(-sum(p.map((w) => (w ? w * Math.log(w) : 0))));
}
