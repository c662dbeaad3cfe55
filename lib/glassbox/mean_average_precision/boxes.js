/** Two boxes: the mirror of `glassbox.mean_average_precision.box_iou`, and a sheet of pixels to draw them on. */

/**
 * Intersection over union of two boxes; with `plusOne`, pixels are inclusive.
 * @param {number[]} a `[x1, y1, x2, y2]`
 * @param {number[]} b
 */
export function boxIou(a, b, plusOne = false) {
  const one = plusOne ? 1 : 0;
  const area = (/** @type {number[]} */ [x1, y1, x2, y2]) => (x2 - x1 + one) * (y2 - y1 + one);
  const overlap = crossing(a, b);
  const inter = Math.max(0, overlap[2] - overlap[0] + one) * Math.max(0, overlap[3] - overlap[1] + one);
  const union = area(a) + area(b) - inter;
  return { inter, union, iou: union > 0 ? inter / union : 0 };
}

/** The rectangle two boxes share (turned inside out where they share none). */
export function crossing(a, b) {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

/** The box of a place and a size, cut off at the end of the sheet that a hand has pushed it over. */
export function onSheet([x, y], [width, height], [across, down]) {
  return [x, y, Math.min(x + width, across), Math.min(y + height, down)];
}

/** A sheet whose pixels can be seen, as a picture. */
export function pixelGrid(width, height) {
  const at = (n, line) => Array.from({ length: n - 1 }, (_, i) => line(i + 1)).join("");
  const d = at(width, (x) => `M${x} 0V${height}`) + at(height, (y) => `M0 ${y}H${width}`);
  const path = `<path d="${d}" stroke="#888" stroke-opacity="0.45" stroke-width="0.04"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${path}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
