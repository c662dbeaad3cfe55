/** Memories of N numbers, held to the functions of `glassbox.state_space_models` by a test. */

import { range } from "./words.js";

/** @typedef {{A: number[][], B: number[]}} Step of LegT: its matrices for one sample */

/** Legendre polynomials of degree 0 ... N - 1, orthonormal on [0, 1]: one row a degree. */
export function basis(N, s) {
  const rows = [];
  let before = new Float64Array(s.length);
  let now = new Float64Array(s.length).fill(1);
  for (let n = 0; n < N; n += 1) {
    const root = Math.sqrt(2 * n + 1);
    rows.push(now.map((v) => root * v));
    const next = now.map((v, i) => ((2 * n + 1) * (2 * s[i] - 1) * v - n * before[i]) / (n + 1));
    [before, now] = [now, next];
  }
  return rows;
}

/** How LegS weighs L samples: each row sums a polynomial over the steps of a staircase. */
export function staircase(N, L) {
  const edges = Float64Array.from({ length: L + 1 }, (_, k) => k / L);
  const plain = basis(N + 1, edges).map((row, n) => row.map((v) => v / Math.sqrt(2 * n + 1)));
  return Array.from({ length: N }, (_, n) => {
    const scale = 2 * Math.sqrt(2 * n + 1);
    const sum = n ? plain[n + 1].map((v, k) => (v - plain[n - 1][k]) / scale) : edges;
    return Float64Array.from({ length: L }, (_, k) => sum[k + 1] - sum[k]);
  });
}

/** How leaky averages weigh the last L samples. */
export const leaky = (taus, L) =>
  taus.map((tau) => {
    const fade = Math.exp(-1 / tau);
    const row = new Float64Array(L);
    for (let k = L - 1, weight = 1 - fade; k >= 0; k -= 1, weight *= fade) row[k] = weight;
    return row;
  });

/** How LegT weighs the last L samples, by its step. */
export function window(/** @type {Step} */ { A, B }, L) {
  const rows = B.map(() => new Float64Array(L));
  let x = B;
  for (let k = L - 1; k >= 0; k -= 1) {
    for (let n = 0; n < x.length; n += 1) rows[n][k] = x[n];
    x = times(A, x);
  }
  return rows;
}

/** @type {(A: ArrayLike<number>[], x: ArrayLike<number>) => number[]} */
const times = (A, x) => A.map((row) => dot(row, x));

/** @type {(a: ArrayLike<number>, b: ArrayLike<number>, to?: number) => number} */
export function dot(a, b, to = b.length) {
  let sum = 0;
  for (let i = 0; i < to; i += 1) sum += a[i] * b[i];
  return sum;
}

/** All states of LegT while it reads u. */
export function scan(/** @type {Step} */ { A, B }, u) {
  let x = B.map(() => 0);
  return u.map((/** @type {number} */ v) => {
    x = times(A, x).map((sum, n) => sum + B[n] * v);
    return x;
  });
}

/** Solve M z = b for a symmetric positive matrix, which is not kept. */
export function solve(M, b) {
  const N = b.length;
  const z = [...b];
  for (let i = 0; i < N; i += 1) {
    for (let r = i + 1; r < N; r += 1) {
      const factor = M[r][i] / M[i][i];
      for (let c = i; c < N; c += 1) M[r][c] -= factor * M[i][c];
      z[r] -= factor * z[i];
    }
  }
  for (let i = N - 1; i >= 0; i -= 1) {
    for (let c = i + 1; c < N; c += 1) z[i] -= M[i][c] * z[c];
    z[i] /= M[i][i];
  }
  return z;
}

/** The products of all pairs of rows, plus the noise. */
export const gram = (rows, noise) =>
  rows.map((a, i) => Float64Array.from(rows, (b, j) => dot(a, b) + (i === j ? noise ** 2 : 0)));

/** The waves that band-limited signals are made of, one row each. */
export function waves(L, cycles) {
  const scale = Math.sqrt(2 * cycles);
  return [Math.cos, Math.sin].flatMap((turn) =>
    Array.from({ length: 2 * cycles }, (_, n) =>
      Float64Array.from({ length: L }, (_, k) => turn((Math.PI * (n + 1) * k) / L) / scale),
    ),
  );
}

/**
 * What the averages let one guess of their past, if it is a sum of waves: the state, and the samples recalled.
 * @param {number[]} taus
 * @param {number[]} u
 * @param {Float64Array[]} F
 */
export function fromAverages(taus, u, F, noise) {
  const rows = leaky(taus, u.length);
  const state = rows.map((row) => dot(row, u));
  const seen = rows.map((row) => Float64Array.from(F, (wave) => dot(wave, row)));
  const z = solve(gram(seen, noise), state);
  const recalled = new Array(u.length).fill(0);
  for (let j = 0; j < F.length; j += 1) {
    let amplitude = 0;
    for (let n = 0; n < z.length; n += 1) amplitude += seen[n][j] * z[n];
    for (let k = 0; k < u.length; k += 1) recalled[k] += amplitude * F[j][k];
  }
  return { state, recalled };
}

/** The remembered polynomial at places s. */
export function redraw(c, s) {
  const roots = c.map((_, n) => Math.sqrt(2 * n + 1));
  return Array.from(s, (place) => {
    let [before, now, sum] = [0, 1, 0];
    for (let n = 0; n < c.length; n += 1) {
      sum += c[n] * roots[n] * now;
      const next = ((2 * n + 1) * (2 * place - 1) * now - n * before) / (n + 1);
      before = now;
      now = next;
    }
    return sum;
  });
}

/** The coefficients of LegS for samples: `staircase` times u, without the matrix. */
export function project(u, N) {
  const c = new Array(N).fill(0);
  const P = new Float64Array(N + 1);
  const sum = new Float64Array(N);
  for (let k = 0; k <= u.length; k += 1) {
    const xi = (2 * k) / u.length - 1;
    P[0] = 1;
    for (let n = 0; n < N; n += 1) P[n + 1] = ((2 * n + 1) * xi * P[n] - (n ? n * P[n - 1] : 0)) / (n + 1);
    for (let n = 0; n < N; n += 1) {
      const to = n ? (P[n + 1] - P[n - 1]) / (2 * Math.sqrt(2 * n + 1)) : k / u.length;
      if (k) c[n] += u[k - 1] * (to - sum[n]);
      sum[n] = to;
    }
  }
  return c;
}

/** What is recalled of a pulse at some samples. */
export function recalledPulse({ weights, read }, place, width, at) {
  const [from, to] = [Math.max(0, Math.ceil(place - 8 * width)), place + 8 * width];
  const state = weights.map((row) => {
    let sum = 0;
    for (let k = from; k <= to && k < row.length; k += 1)
      sum += row[k] * Math.exp(-((k - place) ** 2) / (2 * width ** 2));
    return sum;
  });
  return at.map((k) => state.reduce((sum, v, n) => sum + v * read[n][k], 0));
}

/** The samples within a pulse's width of its place. */
export const around = (place, width, L) =>
  range(Math.min(L, Math.trunc(place + width) + 1), 1, Math.max(0, Math.trunc(place - width)));

/** Over how many samples a pulse stays above half of its peak; 0 where there is none. */
export function wideOf(recalled, place, width) {
  const near = around(place, width, recalled.length);
  const peak = near.reduce((a, k) => (recalled[k] > recalled[a] ? k : a), near[0]);
  const top = recalled[peak];
  if (top < 0.02) return 0;
  let [first, last] = [peak, peak];
  while (first > 0 && recalled[first - 1] >= top / 2) first -= 1;
  while (last < recalled.length && recalled[last] >= top / 2) last += 1;
  return last - first;
}
