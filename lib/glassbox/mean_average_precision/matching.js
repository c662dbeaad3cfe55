/** Matching one picture: the mirror of `match_voc` and `match_coco`. */

/**
 * The object that each detection takes, -1 for a false alarm, by VOC's rule.
 * @param {number[][]} iou a row for each detection, in decreasing score
 * @param {number} threshold
 */
export function matchVoc(iou, threshold) {
  const taken = [];
  for (const row of iou) {
    const best = row.indexOf(Math.max(...row));
    taken.push(row[best] >= threshold && !taken.includes(best) ? best : -1);
  }
  return taken;
}

/**
 * The same by COCO's rule: the best of the objects still free; of equals the last.
 * @param {number[][]} iou
 * @param {number} threshold
 */
export function matchCoco(iou, threshold) {
  const taken = [];
  for (const row of iou) {
    const free = row.map((value, i) => (taken.includes(i) ? -1 : value));
    const best = free.lastIndexOf(Math.max(...free));
    taken.push(free[best] >= Math.min(threshold, 1 - 1e-10) ? best : -1);
  }
  return taken;
}
