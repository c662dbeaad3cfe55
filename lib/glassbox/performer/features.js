/** Attention weights by random features, held to `favor_attention` and `stabilised_features` by tests. */

/** Random numbers in (0, 1), the same for each seed (mulberry32). */
function uniforms(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

const dot = (/** @type {number[]} */ a, /** @type {number[]} */ b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
};

/**
 * Directions that are orthogonal in blocks of d, with the lengths of normal vectors, without end. Gram and Schmidt leave
 * no sign open, so what they make of a normal matrix is uniform over all orthogonal ones.
 */
function* endless(/** @type {number} */ d, /** @type {number} */ seed) {
  const next = uniforms(Math.imul(seed, 0x9e3779b1));
  const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  const vector = () => Array.from({ length: d }, normal);
  const norm = (/** @type {number[]} */ v) => Math.sqrt(dot(v, v));
  for (let block = []; ; ) {
    if (block.length === d) block = [];
    const row = vector();
    for (let again = 0; again < 2; again += 1) {
      for (const other of block) {
        const along = dot(row, other);
        for (let i = 0; i < d; i += 1) row[i] -= along * other[i];
      }
    }
    const length = norm(row);
    for (let i = 0; i < d; i += 1) row[i] /= length;
    block.push(row);
    const long = norm(vector());
    yield row.map((a) => a * long);
  }
}

/** Those drawn last, and the source of more: a hand that moves the number asks for them again and again. */
let last = { key: "", rows: [], more: endless(1, 0) };

/** The first of them. */
export function directions(/** @type {number} */ count, /** @type {number} */ d, /** @type {number} */ seed) {
  const key = `${d} ${seed}`;
  if (last.key !== key) last = { key, rows: [], more: endless(d, seed) };
  while (last.rows.length < count) last.rows.push(last.more.next().value);
  return last.rows.slice(0, count);
}

/** Each row over its sum. */
const shares = (/** @type {number[][]} */ rows) =>
  rows.map((row) => {
    const total = row.reduce((sum, a) => sum + a, 0);
    return row.map((a) => a / total);
  });

const products = (/** @type {number[][]} */ a, /** @type {number[][]} */ b) =>
  a.map((one) => b.map((other) => dot(one, other)));

const along = (/** @type {number[][]} */ x, /** @type {number[][]} */ W, both) =>
  x.map((row) => {
    const found = W.map((w) => dot(w, row));
    return both ? [...found, ...found.map((a) => -a)] : found;
  });

const halves = (/** @type {number[][]} */ x) => x.map((row) => dot(row, row) / 2);

const largest = (/** @type {number[]} */ row) => row.reduce((top, a) => Math.max(top, a), Number.NEGATIVE_INFINITY);

/** The weights of softmax attention; x and y are already multiplied by d ** -0.25. */
export function softmaxWeights(x, y) {
  return shares(
    products(x, y).map((row) => {
      const top = largest(row);
      return row.map((a) => Math.exp(a - top));
    }),
  );
}

/** The weights that random features give in its place. */
export function estimatedWeights(x, y, W, kind) {
  if (kind === "trig") {
    const waves = (/** @type {number[][]} */ rows) =>
      along(rows, W, false).map((row) => [...row.map(Math.sin), ...row.map(Math.cos)]);
    const [found, half] = [products(waves(x), waves(y)), halves(y)];
    const top = largest(half);
    return shares(found.map((row) => row.map((a, j) => a * Math.exp(half[j] - top))));
  }
  const both = kind === "hyperbolic";
  const [phiQ, phiK, half] = [along(x, W, both), along(y, W, both), halves(y)];
  const taken = phiK[0].map(() => Number.NEGATIVE_INFINITY); // the largest exponent of each feature
  phiK.forEach((row, j) => {
    for (let i = 0; i < row.length; i += 1) {
      row[i] -= half[j];
      if (row[i] > taken[i]) taken[i] = row[i];
    }
  });
  for (const row of phiK) for (let i = 0; i < row.length; i += 1) row[i] = Math.exp(row[i] - taken[i]);
  for (const row of phiQ) {
    for (let i = 0; i < row.length; i += 1) row[i] += taken[i];
    const top = largest(row);
    for (let i = 0; i < row.length; i += 1) row[i] = Math.exp(row[i] - top);
  }
  return shares(products(phiQ, phiK));
}

/**
 * What libraries make: features with the largest exponent taken out, whose products and sums are enough to add any eps,
 * for (a + eps)(b + eps) = ab + eps (a + b) + eps².
 */
export function stabilised(x, y, W) {
  const features = (/** @type {number[][]} */ rows, /** @type {number[]} */ half, keys) => {
    const found = along(rows, W, false);
    const over = keys ? largest(found.map(largest)) : 0;
    return found.map((row, i) => {
      const top = keys ? over : largest(row);
      return row.map((a) => Math.exp(a - half[i] - top));
    });
  };
  const [Q, K] = [features(x, halves(x), false), features(y, halves(y), true)];
  const sum = (/** @type {number[]} */ row) => row.reduce((total, a) => total + a, 0);
  return { ab: products(Q, K), a: Q.map(sum), b: K.map(sum), m: W.length };
}

/** The weights with that eps. */
export function withEps({ ab, a, b, m }, eps) {
  return shares(ab.map((row, i) => row.map((value, j) => value + eps * (a[i] + b[j]) + m * eps * eps)));
}

/** Which share of a row's weight stands elsewhere than it should, on average over rows. */
export function misplaced(exact, found) {
  const off = found.map((row, i) => row.reduce((sum, a, j) => sum + Math.abs(a - exact[i][j]), 0) / 2);
  return off.reduce((sum, a) => sum + a, 0) / off.length;
}
