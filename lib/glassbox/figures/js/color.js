/** Colour maps, and matrices as tiny pictures. */
import { interpolateBlues, interpolateRdBu, interpolateViridis } from "d3-scale-chromatic";

const maps = {
  viridis: interpolateViridis,
  blues: (t) => interpolateBlues(0.08 + 0.92 * t),
  diverging: (t) => interpolateRdBu(1 - t),
};

const palettes = new Map();

/** The 256 colours of a map, as `[red, green, blue]`. */
export function palette(name) {
  if (!palettes.has(name)) {
    palettes.set(
      name,
      Array.from({ length: 256 }, (_, i) => rgb(maps[name](i / 255))),
    );
  }
  return palettes.get(name);
}

function rgb(text) {
  if (text[0] === "#") return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  return text.match(/\d+/g).map(Number);
}

/** The index in the palette of a value. */
export function shade(value, low, high) {
  return high > low ? Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low)))) : 128;
}

/** Black or white, whichever has the higher contrast with a colour (WCAG 2.2, relative luminance). */
export function inkOn(rgb) {
  const [r, g, b] = rgb.map((v) => (v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

/**
 * A matrix as a data URI: a bitmap with one byte a cell, which any browser draws and any build can
 * make without a canvas.
 */
export function bitmap(rows, name, low, high) {
  const [height, width] = [rows.length, rows[0].length];
  const stride = Math.ceil(width / 4) * 4;
  const head = 54 + 1024;
  const view = new DataView(new ArrayBuffer(head + stride * height));
  view.setUint16(0, 0x424d); // "BM"
  view.setUint32(2, view.byteLength, true);
  view.setUint32(10, head, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true); // positive: the last row comes first
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true);
  view.setUint32(34, stride * height, true);
  view.setUint32(46, 256, true);
  palette(name).forEach(([r, g, b], i) => {
    view.setUint32(54 + 4 * i, (r << 16) | (g << 8) | b, true);
  });
  rows.forEach((row, r) => {
    const start = head + stride * (height - 1 - r);
    for (let c = 0; c < width; c += 1) view.setUint8(start + c, shade(row[c], low, high));
  });
  return `data:image/bmp;base64,${base64(new Uint8Array(view.buffer))}`;
}

function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
