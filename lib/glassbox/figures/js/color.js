/**
 * Colour maps, and matrices as tiny pictures. A colour is one hue, as opaque as the value is large: zero shows the paper,
 * so that it is the quietest cell on a light page and on a dark one; values below zero have a hue of their own.
 */

/** Both hues can be told from white and from the dark paper, and a label in black or white can be read on them. */
const ABOVE = [22, 104, 178];
const BELOW = [192, 57, 43];
const OTHER = [255, 184, 0];

/** The colours of kinds, not amounts: 0 is the paper. */
const KINDS = [
  [...ABOVE, 0],
  [...ABOVE, 90],
  [...ABOVE, 255],
  [...OTHER, 120],
  [...BELOW, 255],
];

/** The 256 colours of a map, as `[red, green, blue, opacity]`; an opacity goes to 255. */
/** @type {Record<string, number[][]>} */
export const palettes = {
  blues: Array.from({ length: 256 }, (_, i) => [...ABOVE, i]),
  diverging: Array.from({ length: 256 }, (_, i) => [...(i < 128 ? BELOW : ABOVE), Math.round(Math.abs(2 * i - 255))]),
  kinds: Array.from({ length: 256 }, (_, i) => KINDS[Math.round((i / 255) * (KINDS.length - 1))]),
};

/** The index in the palette of a value; in a diverging map zero is in the middle, whatever the ends are. */
export function shade(value, low, high, map = "blues") {
  const end = map === "diverging" ? Math.max(Math.abs(low), Math.abs(high)) : high;
  const start = map === "diverging" ? -end : low;
  return end > start ? Math.round(255 * Math.min(1, Math.max(0, (value - start) / (end - start)))) : 128;
}

/** A colour for CSS. */
export const css = (/** @type {number[]} */ [r, g, b, a]) => `rgb(${r} ${g} ${b} / ${Number((a / 255).toFixed(3))})`;

/** Whether a colour is so opaque that white can be read on it on any page. */
export const isFull = (/** @type {number[]} */ [, , , a]) => a > 225;

/**
 * A matrix as a data URI: a PNG with one byte a cell and a palette, which any browser draws and any build can make
 * without a canvas.
 */
export function bitmap(rows, map, low, high) {
  const [height, width] = [rows.length, rows[0].length];
  const colors = palettes[map];
  const raw = new Uint8Array(height * (width + 1)); // each row begins with its filter: 0, none
  rows.forEach((row, r) => {
    for (let c = 0; c < width; c += 1) raw[r * (width + 1) + 1 + c] = shade(row[c], low, high, map);
  });
  const bytes = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", [...word(width), ...word(height), 8, 3, 0, 0, 0]),
    chunk(
      "PLTE",
      colors.flatMap((color) => color.slice(0, 3)),
    ),
    chunk(
      "tRNS",
      colors.map((color) => color[3]),
    ),
    chunk("IDAT", stored(raw)),
    chunk("IEND", []),
  ];
  return `data:image/png;base64,${base64(bytes)}`;
}

const word = (n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** A part of a PNG file: its length, its name, its content and their check sum (CRC 32). */
function chunk(name, content) {
  const bytes = new Uint8Array(12 + content.length);
  bytes.set(word(content.length), 0);
  for (let i = 0; i < 4; i += 1) bytes[4 + i] = name.charCodeAt(i);
  bytes.set(content, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < 8 + content.length; i += 1) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  bytes.set(word(~crc >>> 0), 8 + content.length);
  return bytes;
}

/** Bytes as a zlib stream that is not compressed: blocks of at most 65,535, then a check sum (Adler 32). */
function stored(raw) {
  const blocks = Math.max(1, Math.ceil(raw.length / 65535));
  const out = new Uint8Array(2 + 5 * blocks + raw.length + 4);
  out.set([0x78, 0x01]);
  for (let b = 0; b < blocks; b += 1) {
    const part = raw.subarray(65535 * b, 65535 * (b + 1));
    const at = 2 + b * (65535 + 5);
    const n = part.length;
    out.set([b === blocks - 1 ? 1 : 0, n & 255, n >> 8, ~n & 255, (~n >> 8) & 255], at);
    out.set(part, at + 5);
  }
  let [one, two] = [1, 0];
  for (const byte of raw) {
    one = (one + byte) % 65521;
    two = (two + one) % 65521;
  }
  out.set([two >> 8, two & 255, one >> 8, one & 255], out.length - 4);
  return out;
}

function base64(parts) {
  let text = "";
  for (const bytes of parts) {
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
