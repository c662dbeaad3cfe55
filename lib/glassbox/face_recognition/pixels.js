/** Alignment, warp and a linear embedding, as `glassbox.face_recognition` has them. A matrix is two rows of three. */

export const bytes = (/** @type {string} */ text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

const centred = (points) => {
  const mean = [0, 1].map((i) => points.reduce((sum, p) => sum + p[i], 0) / points.length);
  return { mean, about: points.map((p) => [p[0] - mean[0], p[1] - mean[1]]) };
};

/** The rotation, scale and shift that best take points to others: c = Σ z̄w / Σ |z|². */
export function similarityOf(from, to) {
  const [z, w] = [centred(from), centred(to)];
  let [a, b, size] = [0, 0, 0];
  z.about.forEach(([x, y], k) => {
    const [u, v] = w.about[k];
    a += x * u + y * v;
    b += x * v - y * u;
    size += x * x + y * y;
  });
  [a, b] = [a / (size || 1), b / (size || 1)];
  return [
    [a, -b, w.mean[0] - a * z.mean[0] + b * z.mean[1]],
    [b, a, w.mean[1] - b * z.mean[0] - a * z.mean[1]],
  ];
}

/** Six free numbers instead of four: each row by least squares. */
export function affineOf(from, to) {
  const [z, w] = [centred(from), centred(to)];
  const sum = (f) => z.about.reduce((total, p, k) => total + f(p, w.about[k]), 0);
  const [xx, xy, yy] = [sum(([x]) => x * x), sum(([x, y]) => x * y), sum(([, y]) => y * y)];
  const det = xx * yy - xy * xy || 1e-9;
  return [0, 1].map((i) => {
    const [xu, yu] = [sum(([x], q) => x * q[i]), sum(([, y], q) => y * q[i])];
    const [a, b] = [(xu * yy - yu * xy) / det, (yu * xx - xu * xy) / det];
    return [a, b, w.mean[i] - a * z.mean[0] - b * z.mean[1]];
  });
}

/** The same map, to a crop of another size than 112: pixels cover a square, centres at whole numbers. */
export const standing = (matrix, size) =>
  matrix.map(([a, b, c]) => [a, b, c + 0.5].map((v) => (v * size) / 112)).map(([a, b, c]) => [a, b, c - 0.5]);

export function invert([[a, b, c], [d, e, f]]) {
  const det = a * e - b * d || 1e-12;
  const [p, q, r, t] = [e / det, -b / det, -d / det, a / det];
  return [
    [p, q, -p * c - q * f],
    [r, t, -r * c - t * f],
  ];
}

/** Look a square picture up between four pixels at M⁻¹p, for each p of the crop; beyond the border it is 0. */
export function warp(pixels, size, inverse, crop) {
  const out = new Float64Array(crop * crop);
  const get = (row, column) =>
    row < 0 || column < 0 || row >= size || column >= size ? 0 : pixels[row * size + column];
  for (let k = 0; k < out.length; k++) {
    const [x, y] = [k % crop, Math.floor(k / crop)];
    const [qx, qy] = inverse.map(([a, b, c]) => a * x + b * y + c);
    if (!(qx > -1 && qy > -1 && qx < size && qy < size)) continue;
    const [column, row] = [Math.floor(qx), Math.floor(qy)];
    const [right, down] = [qx - column, qy - row];
    out[k] =
      (1 - down) * ((1 - right) * get(row, column) + right * get(row, column + 1)) +
      down * ((1 - right) * get(row + 1, column) + right * get(row + 1, column + 1));
  }
  return out;
}

/** Mean 0 and standard deviation 1. The picture has bytes, so nearly flat is flat. */
export function prepared(crop) {
  const mean = crop.reduce((sum, v) => sum + v, 0) / crop.length;
  const spread = Math.sqrt(crop.reduce((sum, v) => sum + (v - mean) ** 2, 0) / crop.length);
  return crop.map((v) => (v - mean) / Math.max(spread, 255e-6));
}

const rows = new WeakMap();

/** A linear embedding of length 1; its rows are small integers, each with a scale. */
export function embed(crop, embedder) {
  const { mean, components, scales } = embedder;
  if (!rows.has(embedder)) rows.set(embedder, new Int8Array(bytes(components).buffer));
  const table = rows.get(embedder);
  const code = scales.map((scale, i) => {
    let sum = 0;
    for (let k = 0; k < crop.length; k++) sum += table[i * crop.length + k] * (crop[k] - mean[k]);
    return scale * sum;
  });
  const length = Math.hypot(...code) || 1;
  return code.map((v) => v / length);
}

/** Two square pictures side by side, as rows of values; a grey stripe of `gap` between them. */
export function beside(one, two, size, gap) {
  const width = 2 * size + gap;
  const sheet = new Float64Array(width * size).fill(140);
  for (let row = 0; row < size; row++) {
    sheet.set(one.subarray(row * size, (row + 1) * size), row * width);
    sheet.set(two.subarray(row * size, (row + 1) * size), row * width + size + gap);
  }
  return sheet;
}

/** A grey picture of values from 0 to 255 as a data URI: an uncompressed bitmap. */
export function greyBitmap(values, width) {
  const head = 54 + 1024;
  const view = new DataView(new ArrayBuffer(head + values.length)); // the width is a multiple of 4
  view.setUint16(0, 0x424d);
  view.setUint32(2, view.byteLength, true);
  view.setUint32(10, head, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -values.length / width, true); // negative: the first row comes first
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true);
  view.setUint32(46, 256, true);
  for (let v = 0; v < 256; v++) view.setUint32(54 + 4 * v, v * 0x010101, true);
  for (let k = 0; k < values.length; k++) view.setUint8(head + k, Math.round(values[k]));
  let text = "";
  for (let k = 0; k < view.byteLength; k++) text += String.fromCharCode(view.getUint8(k));
  return `data:image/bmp;base64,${btoa(text)}`;
}
