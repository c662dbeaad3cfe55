/** What the chapter's models share: colours, numbers in words, a memory of what was worked out. */

/** Colours of the memories. */
export const COLORS = { LegS: "blue", LegT: "green", "leaky averages": "red" };
/** Two digits. */
export const two = (/** @type {number} */ v) => {
  if (v >= 1e-4 || v === 0) return String(Number(v.toPrecision(2)));
  const [digit, power] = v.toExponential(0).split("e-");
  return `${digit} × 10⁻${[...power].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)]).join("")}`;
};
export const clip = (v, low, high) => Math.max(low, Math.min(high, v));
/** Whole numbers from `from` up to n. */
export const range = (n, by = 1, from = 0) =>
  Array.from({ length: Math.ceil((n - from) / by) }, (_, i) => from + i * by);
export const rms = (gaps) => Math.sqrt(gaps.reduce((sum, v) => sum + v * v, 0) / Math.max(1, gaps.length));

/** What was worked out for some data, by a key. */
const kept = new WeakMap();
export function once(data, key, make) {
  if (!kept.has(data)) kept.set(data, new Map());
  const known = kept.get(data);
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}
