import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, inflateSync } from "node:zlib";
import { bitmap, css, isFull, palettes, shade } from "../../lib/glassbox/figures/js/color.js";

/** The parts of a PNG file, read as a viewer reads them. */
function parse(uri) {
  assert.ok(uri.startsWith("data:image/png;base64,"));
  const bytes = Buffer.from(uri.split(",")[1], "base64");
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const chunks = {};
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    chunks[name] = bytes.subarray(at + 8, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), crc32(bytes.subarray(at + 4, at + 8 + length)), name);
    at += 12 + length;
  }
  const [width, height] = [chunks.IHDR.readUInt32BE(0), chunks.IHDR.readUInt32BE(4)];
  const raw = inflateSync(chunks.IDAT); // checks its own sum
  const rows = Array.from({ length: height }, (_, r) => [...raw.subarray(r * (width + 1), (r + 1) * (width + 1))]);
  return { chunks, width, height, rows };
}

test("a picture of a matrix is a PNG with a palette, and has a byte a cell", () => {
  const values = [
    [0, 1, 2],
    [3, 4, 5],
  ];
  const { chunks, width, height, rows } = parse(bitmap(values, "blues", 0, 5));
  assert.deepEqual([width, height, ...chunks.IHDR.subarray(8)], [3, 2, 8, 3, 0, 0, 0]);
  assert.deepEqual(
    rows,
    values.map((row) => [0, ...row.map((v) => 51 * v)]),
  );
  assert.deepEqual([...chunks.PLTE.subarray(0, 3)], palettes.blues[0].slice(0, 3));
  assert.deepEqual([chunks.PLTE.length, chunks.tRNS.length], [768, 256]);
  assert.deepEqual([chunks.tRNS[0], chunks.tRNS[255]], [0, 255], "zero is clear, the most is opaque");
});

test("a large matrix takes several blocks", () => {
  const { rows } = parse(
    bitmap(
      Array.from({ length: 300 }, (_, r) => Array(300).fill(r)),
      "blues",
      0,
      299,
    ),
  );
  assert.deepEqual([rows.length, rows[0].length, rows[299][300], rows[0][1]], [300, 301, 255, 0]);
});

test("values beyond the ends take the colours of the ends", () => {
  assert.deepEqual(
    [-1, 0, 1, 2, 3].map((v) => shade(v, 0, 2)),
    [0, 0, 128, 255, 255],
  );
  assert.equal(shade(5, 5, 5), 128);
});

test("in a diverging map zero is clear, whatever the ends are, and below zero is another hue", () => {
  const at = (v, low, high) => palettes.diverging[shade(v, low, high, "diverging")];
  for (const [low, high] of [
    [-1, 1],
    [-0.1, 5],
    [-7, 2],
  ]) {
    assert.ok(at(0, low, high)[3] <= 1, `${low} to ${high}`);
    assert.notDeepEqual(at(low, low, high).slice(0, 3), at(high, low, high).slice(0, 3));
  }
  assert.ok(at(-7, -7, 2)[3] > at(2, -7, 2)[3], "as far from zero, as opaque");
  assert.deepEqual(at(1, -1, 1), palettes.blues[255], "what is above zero has the hue of the other map");
});

test("kinds have a colour each, 0 none, and none is a paler one of another but the second", () => {
  const kinds = [0, 1, 2, 3, 4].map((v) => palettes.kinds[shade(v, 0, 4, "kinds")]);
  assert.deepEqual(kinds[0][3], 0);
  assert.deepEqual(kinds[1].slice(0, 3), kinds[2].slice(0, 3));
  assert.ok(kinds[1][3] < kinds[2][3] / 2);
  assert.equal(new Set(kinds.slice(2).map(String)).size, 3);
});

/** Contrast of two opaque colours (WCAG 2.2). */
function contrast(a, b) {
  const light = (rgb) => {
    const [r, g, bl] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl + 0.05;
  };
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}

const papers = { light: [247, 248, 250], dark: [27, 32, 40] };
const over = (/** @type {number[]} */ [r, g, b, a], paper) =>
  [r, g, b].map((v, i) => v * (a / 255) + paper[i] * (1 - a / 255));

test("numbers can be read on every colour of every map, on a light page and on a dark one", () => {
  for (const [theme, paper] of Object.entries(papers)) {
    for (const [name, colors] of Object.entries(palettes)) {
      for (const color of colors) {
        const white = theme === "dark" || isFull(color);
        const ink = white ? [255, 255, 255] : [0, 0, 0];
        assert.ok(contrast(over(color, paper), ink) >= 4.5, `${theme} ${name} ${css(color)}`);
      }
    }
  }
});

test("the largest values stand out from the paper on both pages, zero from none", () => {
  for (const paper of Object.values(papers)) {
    for (const colors of Object.values(palettes)) {
      assert.ok(contrast(over(colors[255], paper), paper) >= 2.4);
      const least = colors.toSorted((a, b) => a[3] - b[3])[0];
      assert.ok(contrast(over(least, paper), paper) < 1.01);
    }
  }
});
