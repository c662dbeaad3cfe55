/** From hits in order to curves and numbers: the mirror of `precision_recall_curve` and `average_precision`. */

/**
 * Precision and recall at each detection; with `ends`, equal scores share the point of their last.
 * @param {number[]} hits 0 or 1, in decreasing score
 * @param {number} n objects
 * @param {boolean[]} [ends] whether each is the last with its score
 */
export function curveOf(hits, n, ends) {
  const [precision, recall] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  let found = 0;
  hits.forEach((hit, k) => {
    found += hit;
    if (ends && !ends[k]) return;
    precision.push(found / (k + 1));
    recall.push(found / n);
  });
  return { precision, recall };
}

/** The best precision at each or any later point. */
export function roofOf(precision) {
  const roof = [...precision];
  for (let i = roof.length - 2; i >= 0; i -= 1) roof[i] = Math.max(roof[i], roof[i + 1]);
  return roof;
}

const grids = {
  voc2007: Array.from({ length: 11 }, (_, i) => i * 0.1),
  coco: Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01)),
};

/** One number of a curve, by the method. */
export function averagePrecision(recall, precision, method) {
  const roof = roofOf(precision);
  const area = (heights) => heights.reduce((sum, p, k) => sum + (recall[k] - (k ? recall[k - 1] : 0)) * p, 0);
  if (method === "raw") return area(precision);
  if (method === "voc2010") return area(roof);
  const grid = grids[method];
  if (grid) {
    const heights = grid.map((r) => roof[recall.findIndex((value) => value >= r)] ?? 0);
    return heights.reduce((a, b) => a + b, 0) / grid.length;
  }
  const cut = method === "ultralytics" ? [recall.at(-1)] : [];
  const x = recall.length ? [0, ...recall, ...cut, 1] : [0, 1];
  const y = recall.length ? [1, ...roof, ...cut.map(() => 0), 0] : [0, 0];
  const heights = grids.coco.map((r) => heightAt(x, y, r));
  return heights.slice(1).reduce((sum, h, i) => sum + ((h + heights[i]) / 2) * (grids.coco[i + 1] - grids.coco[i]), 0);
}

/** The height of a line of straight pieces; at a vertical one, where it ends. */
function heightAt(x, y, at) {
  let right = x.findIndex((value) => value > at);
  if (right < 0) return y[y.length - 1];
  right = Math.max(right, 1);
  const left = right - 1;
  return y[left] + ((y[right] - y[left]) / (x[right] - x[left])) * (at - x[left]);
}
