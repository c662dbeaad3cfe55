import assert from "node:assert/strict";
import { test } from "node:test";
import { bitmap, inkOn, palette, shade } from "../../lib/glassbox/figures/js/color.js";

/** The parts of a bitmap, read as a viewer reads them. */
function parse(uri) {
  assert.ok(uri.startsWith("data:image/bmp;base64,"));
  const bytes = Buffer.from(uri.split(",")[1], "base64");
  const [width, height, start] = [bytes.readInt32LE(18), bytes.readInt32LE(22), bytes.readUInt32LE(10)];
  const stride = Math.ceil(width / 4) * 4;
  const indices = Array.from({ length: height }, (_, r) => {
    const from = start + stride * (height - 1 - r); // the last row comes first
    return [...bytes.subarray(from, from + width)];
  });
  const color = (i) => [...bytes.subarray(54 + 4 * i, 57 + 4 * i)].reverse();
  return { bytes, width, height, start, stride, indices, color };
}

test("a bitmap's header says what follows it", () => {
  const { bytes, width, height, start, stride } = parse(bitmap([[0, 1, 2, 3, 4]], "viridis", 0, 4));
  assert.equal(bytes.toString("latin1", 0, 2), "BM");
  assert.equal(bytes.readUInt32LE(2), bytes.length);
  assert.deepEqual([width, height, start], [5, 1, 54 + 1024]);
  assert.equal(bytes.readUInt32LE(14), 40, "size of the second header");
  assert.deepEqual([bytes.readUInt16LE(26), bytes.readUInt16LE(28)], [1, 8], "one plane of eight bits");
  assert.equal(bytes.readUInt32LE(30), 0, "not compressed");
  assert.equal(bytes.readUInt32LE(34), stride * height);
  assert.equal(bytes.readUInt32LE(46), 256);
  assert.equal(bytes.length, start + stride * height);
});

for (const width of [1, 2, 3, 4, 5, 8]) {
  test(`rows ${width} wide keep their order and are padded to four bytes`, () => {
    const rows = [0, 1, 2].map((r) => Array.from({ length: width }, (_, c) => r * width + c));
    const high = 3 * width - 1;
    const { indices, bytes, start } = parse(bitmap(rows, "blues", 0, high));
    assert.deepEqual(
      indices,
      rows.map((row) => row.map((v) => Math.round((255 * v) / high))),
    );
    assert.equal((bytes.length - start) % 12, 0);
  });
}

test("a bitmap carries its palette", () => {
  const { color } = parse(bitmap([[0]], "viridis", 0, 1));
  assert.deepEqual(color(0), [0x44, 0x01, 0x54]);
  assert.deepEqual(color(255), palette("viridis")[255]);
});

for (const name of ["viridis", "blues", "diverging"]) {
  test(`${name} has 256 colours in range`, () => {
    const colors = palette(name);
    assert.equal(colors.length, 256);
    assert.ok(colors.flat().every((v) => Number.isInteger(v) && v >= 0 && v <= 255));
    assert.notDeepEqual(colors[0], colors[255]);
  });
}

test("diverging runs from blue over near white to red", () => {
  const colors = palette("diverging");
  assert.ok(colors[0][2] > colors[0][0]);
  assert.ok(Math.min(...colors[128]) > 230);
  assert.ok(colors[255][0] > colors[255][2]);
});

test("values beyond the ends take the colours of the ends", () => {
  assert.deepEqual(
    [shade(-1, 0, 2), shade(0, 0, 2), shade(1, 0, 2), shade(2, 0, 2), shade(3, 0, 2)],
    [0, 0, 128, 255, 255],
  );
  assert.equal(shade(5, 5, 5), 128);
});

/** Contrast of two colours (WCAG 2.2). */
function contrast(a, b) {
  const light = (rgb) => {
    const [r, g, bl] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl + 0.05;
  };
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}

test("ink is readable on every colour of every map", () => {
  const inks = { "#000": [0, 0, 0], "#fff": [255, 255, 255] };
  for (const name of ["viridis", "blues", "diverging"]) {
    for (const color of palette(name)) {
      assert.ok(contrast(color, inks[inkOn(color)]) >= 4.5, `${inkOn(color)} on ${name} ${color}`);
    }
  }
});
