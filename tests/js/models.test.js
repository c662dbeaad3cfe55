import assert from "node:assert/strict";
import { test } from "node:test";
import { walk } from "../../lib/glassbox/adam/optimisers.js";
import { boxIou, crossing, pixelGrid } from "../../lib/glassbox/mean_average_precision/boxes.js";
import { iou } from "../../lib/glassbox/mean_average_precision/model.js";
import { count, ground } from "../../lib/glassbox/performer/kernels.js";
import { variances } from "../../lib/glassbox/performer/model.js";

test("two 2 x 2 squares that share a quarter have IoU 1/7", () => {
  assert.deepEqual(boxIou([0, 0, 2, 2], [1, 1, 3, 3]), { inter: 1, union: 7, iou: 1 / 7 });
  assert.deepEqual(crossing([0, 0, 2, 2], [1, 1, 3, 3]), [1, 1, 2, 2]);
});

test("boxes without area have IoU 0, and inclusive pixels give every box an area", () => {
  assert.equal(boxIou([1, 1, 1, 1], [1, 1, 1, 1]).iou, 0);
  assert.equal(boxIou([1, 1, 1, 1], [1, 1, 1, 1], true).iou, 1);
});

const constants = { truth: [10, 10, 30, 30], sheet: [100, 80], shrink: 10 };
const state = { x: 10, y: 10, width: 20, height: 10, threshold: 0.5, objects: "large", inclusive_pixels: false };

test("a detection at the threshold is a hit, below it a false alarm", () => {
  const verdict = (changes) => iou({ ...state, ...changes }, constants)[0].describe;
  assert.match(verdict({}), /Intersection 200, union 400: IoU 0.500 is at least 0.50, a hit/);
  assert.match(verdict({ threshold: 0.55 }), /is below 0.55, a false alarm/);
});

test("the shared part is shaded only where there is one", () => {
  const boxes = (changes) => iou({ ...state, ...changes }, constants)[0].boxes;
  assert.deepEqual(boxes({}).map((box) => [box.x1, box.y1, box.x2, box.y2])[1], [10, 10, 30, 20]);
  for (const x of [60, 30]) {
    const { x1, y1, x2, y2 } = boxes({ x })[1];
    assert.deepEqual([x2 - x1, y2 - y1], [0, 0], "apart, or touching");
  }
});

test("the movable box keeps its place among the boxes, whether or not they overlap", () => {
  for (const x of [10, 30, 60]) {
    const { boxes } = iou({ ...state, x }, constants)[0];
    assert.deepEqual(
      boxes.map((box) => Boolean(box.grab)),
      [false, false, true],
    );
  }
});

test("small objects have the same IoU, unless pixels are inclusive", () => {
  const value = (changes) => iou({ ...state, x: 14, ...changes }, constants)[1].layers[1].y[0];
  assert.ok(Math.abs(value({ objects: "small" }) - value({})) < 1e-12);
  const [large, small] = ["large", "small"].map((objects) => value({ objects, inclusive_pixels: true }));
  assert.ok(Math.abs(large - value({})) < 0.03 && small - value({}) > 0.1, `${large} ${small}`);
});

test("a hand moves small boxes as far as large ones", () => {
  const panel = iou({ ...state, objects: "small" }, constants)[0];
  assert.deepEqual([panel.width, panel.height, panel.boxes[2].grab.step], [10, 8, 0.1]);
  assert.equal(decodeURIComponent(panel.src).match(/M\d+ 0V8/g).length, 9, "the pixels are drawn");
  assert.doesNotMatch(pixelGrid(2, 3), /[<>"#\s]/);
});

test("a model leaves its constants as they were", () => {
  const before = structuredClone(constants);
  iou(state, constants);
  assert.deepEqual(constants, before);
});

const bowl = {
  kind: "bowl",
  hessian: [
    [1, 0],
    [0, 4],
  ],
  limit: 10,
  lowest: 0,
};

test("gradient descent halves what it should, and stops before it leaves the map", () => {
  const hyper = { lr: 0.5, beta1: 0.9, beta2: 0.99 };
  const { path, heights, left } = walk("SGD", bowl, [8, 0], hyper, 2);
  assert.deepEqual(
    [path, heights, left],
    [
      [
        [8, 0],
        [4, 0],
        [2, 0],
      ],
      [32, 8, 2],
      null,
    ],
  );
  assert.equal(walk("SGD", bowl, [0, 4], { ...hyper, lr: 1 }, 3).left, 1);
});

test("the first step of Adam has the size of the learning rate", () => {
  const [, [x, y]] = walk("Adam", bowl, [8, 0.1], { lr: 0.5, beta1: 0.9, beta2: 0.99 }, 1).path;
  assert.ok(Math.abs(x - 7.5) < 1e-6 && Math.abs(y + 0.4) < 1e-6);
});

const plane = { reach: 1.65, step: 0.05 };

test("the ground is blue at x, where trigonometric features are exact, and red across from it", () => {
  const rows = ground([0.725, 0.725], 1.5, 60, 4);
  assert.equal(rows[15][44], -4, "up and to the right");
  assert.equal(rows[44][15], 4, "down and to the left");
});

test("the points of the plane stand where they are, and the words say who wins", () => {
  const [map, bars] = variances({ x1: 0.75, x2: 0, y1: -0.5, y2: 1.5 }, plane);
  assert.deepEqual(
    map.boxes.map((box) => [box.x2, box.y2].map(Math.round)),
    [
      [233, 160],
      [112, 15],
    ],
  );
  assert.deepEqual([map.boxes[0].grab.place, map.boxes[0].grab.up], [["x1", "x2"], true]);
  assert.match(map.describe, /y = \(−0.50, 1.50\), x·y = −0.38.*hyperbolic \(cosh\): cosh wins/);
  assert.deepEqual([map.boxes[1].label, map.boxes[1].color], ["y", "red"], "the words say who wins");
  assert.match(variances({ x1: 1, x2: 0, y1: 1, y2: 0 }, plane)[0].describe, /: 2 trigonometric,.*trig wins/);
  assert.deepEqual(Object(bars).xticks, ["trig", "positive", "cosh"]);
});

test("large counts are words, and there are always two features", () => {
  assert.deepEqual([0, 0.2, 5360, 8.9e8, 6.6e9, 3e12, 1e20].map(count), [
    "2",
    "2",
    "5,360",
    "890 million",
    "6.6 billion",
    "3.0 trillion",
    "over 10¹⁵",
  ]);
});
