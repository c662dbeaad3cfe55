/** Links from a query to the weights of linear attention, held to `glassbox.transnormer` by a test. */

const sum = (/** @type {number[]} */ row) => row.reduce((total, v) => total + v, 0);

/** A feature map, its slope, and the entry that has a given feature. */
export const MAPS = {
  exp: { of: Math.exp, slope: Math.exp, back: Math.log },
  "elu + 1": {
    of: (v) => (v > 0 ? v + 1 : Math.exp(v)),
    slope: (v) => (v > 0 ? 1 : Math.exp(v)),
    back: (f) => (f > 1 ? f - 1 : Math.log(f)),
  },
  relu: { of: (v) => Math.max(v, 0), slope: (v) => Number(v > 0), back: (f) => f },
  softmax: { of: (v) => v, slope: () => 1, back: (f) => f }, // its features are the entries themselves
};

/**
 * The weights of one query.
 * @param {string} kind one of `MAPS`
 * @param {number[]} q
 * @param {number[][]} K
 */
export function weightsOf(kind, q, K) {
  const { of } = MAPS[kind];
  const fq = q.map(of);
  const scores = K.map((row) => sum(row.map((v, m) => of(v) * fq[m])));
  const top = Math.max(...scores);
  const similar = kind === "softmax" ? scores.map((s) => Math.exp(s - top)) : scores;
  const total = sum(similar);
  return { weights: similar.map((s) => s / total), total };
}

/** The slopes of the links from entry m of the query to the weight of key j, as `chain_slopes` has them. */
export function chainSlopes(kind, q, K, j, m) {
  const { of, slope } = MAPS[kind];
  const { weights, total } = weightsOf(kind, q, K);
  const p = weights[j];
  const features = K.map((row) => of(row[m]));
  const other = (l) => (kind === "softmax" ? -p * weights[l] : -p / total);
  const [feature, score] = [slope(q[m]), features[j]];
  const weight = kind === "softmax" ? p * (1 - p) : (1 - p) / total;
  const own = feature * score * weight;
  const others = feature * sum(features.map((f, l) => (l === j ? 0 : f * other(l))));
  return { feature, score, weight, own, others, whole: own + others };
}

/** How much each entry of the query counts, and how each alone would share its weight: `entry_shares`. */
export function entryShares(kind, q, K) {
  const { of } = MAPS[kind];
  const features = K.map((row) => row.map(of));
  const columns = q.map((_, m) => sum(features.map((row) => row[m])));
  const counted = q.map((v, m) => of(v) * columns[m]);
  const total = sum(counted);
  return {
    a: counted.map((c) => (total > 0 ? c / total : 0)),
    r: features.map((row) => row.map((f, m) => (columns[m] > 0 ? f / columns[m] : 0))),
  };
}
