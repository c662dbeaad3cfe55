/** Buckets of one width, from the least number on: `gap_by_width` again, for numbers that are dragged. */

/**
 * The widest step between half-open buckets, and the ends of each bucket that holds something.
 * The width is a fraction, so that no number that stands on a wall is put on its wrong side.
 * @param {number[]} nums integers
 * @param {number} over the width is over / under
 * @param {number} under
 */
export function gapByWidth(nums, over, under) {
  const ordered = nums.toSorted((a, b) => a - b);
  const buckets = new Map();
  for (const x of ordered) {
    const k = Math.floor(((x - ordered[0]) * under) / over);
    buckets.set(k, [buckets.get(k)?.[0] ?? x, x]);
  }
  let [answer, from, to] = [0, null, null];
  let previous = null;
  for (const [least, largest] of buckets.values()) {
    if (previous !== null && least - previous > answer) [answer, from, to] = [least - previous, previous, least];
    previous = largest;
  }
  return { answer, from, to, buckets: [...buckets].map(([k, ends]) => [k, ...ends]) };
}

/** The maximum gap by sorting, and where it lies. */
export function trueGap(nums) {
  const ordered = nums.toSorted((a, b) => a - b);
  let [gap, from, to] = [0, null, null];
  for (let i = 1; i < ordered.length; i += 1) {
    const step = ordered[i] - ordered[i - 1];
    if (step > gap) [gap, from, to] = [step, ordered[i - 1], ordered[i]];
  }
  return { gap, from, to };
}
