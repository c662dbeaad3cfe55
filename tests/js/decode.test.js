import assert from "node:assert/strict";
import { test } from "node:test";
import {
  controlsAt,
  frameOf,
  kept,
  labelAt,
  moved,
  nearest,
  panelsOf,
  positionOf,
  settle,
  startOf,
  unpack,
  valueAt,
} from "../../lib/glassbox/figures/js/decode.js";

const base64 = (typed) => Buffer.from(typed.buffer).toString("base64");

const packed = {
  u1: new Uint8Array([0, 1, 255]),
  i2: new Int16Array([-32768, -1, 32767]),
  i4: new Int32Array([-(2 ** 31), 65536, 2 ** 31 - 1]),
  f4: new Float32Array([1e-6, 0.5, 1e30]),
  f8: new Float64Array([-(2 ** 53), 0.1, 1e300]),
};

for (const [dtype, values] of Object.entries(packed)) {
  test(`${dtype} unpacks to the numbers that were packed`, () => {
    assert.deepEqual(unpack({ dtype, shape: [3], data: base64(values) }), [...values]);
  });
}

test("q2 unpacks to sixteen-bit steps of its range", () => {
  const data = base64(new Uint16Array([0, 13107, 65535]));
  assert.deepEqual(unpack({ dtype: "q2", shape: [3], low: -2, span: 10, data }), [-2, 0, 8]);
  assert.deepEqual(unpack({ dtype: "q2", shape: [3], low: 7, span: 0, data }), [7, 7, 7]);
});

test("two axes unpack to rows", () => {
  const data = base64(new Uint8Array([1, 2, 3, 4, 5, 6]));
  assert.deepEqual(unpack({ dtype: "u1", shape: [2, 3], data }), [
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

const controls = [
  { name: "a", kind: "choice", label: "a", labels: ["p", "q"], values: ["p", "q"], index: 0 },
  { name: "b", kind: "slider", label: "b", labels: ["0", "1", "2"], values: [0, 1, 2], index: 0 },
];

test("the last control runs fastest through the frames", () => {
  const settings = [0, 1].flatMap((a) => [0, 1, 2].map((b) => [a, b]));
  assert.deepEqual(
    settings.map((positions) => frameOf(controls, positions)),
    [0, 1, 2, 3, 4, 5],
  );
  assert.equal(frameOf([], []), 0);
});

/** Two panels over six frames: the first changes with `b` alone, the second never. */
function spec() {
  return {
    title: "",
    caption: "",
    controls,
    pool: [
      { dtype: "u1", shape: [2], data: base64(new Uint8Array([8, 9])) },
      [{ type: "lines", x: { $: 0 }, y: [1, 2] }],
      [{ type: "lines", x: { $: 0 }, y: [3, 4] }],
      null,
      "words",
    ],
    panels: [
      { kind: "plot", base: { drag: 3 }, vary: { layers: [1, 2, 1, 1, 2, 1] } },
      { kind: "text", base: { text: 4 }, vary: {} },
    ],
  };
}

test("a panel resolves what its fields refer to, to any depth", () => {
  const [plot, text] = panelsOf(spec())([0, 1]);
  assert.equal(plot.kind, "plot");
  assert.equal(plot.drag, null);
  const [{ type, x, y }] = plot.layers;
  assert.deepEqual({ type, x, y }, { type: "lines", x: [8, 9], y: [3, 4] });
  assert.equal(text.text, "words");
});

test("what is left out, of a panel or of its layers, is as usual; also where only some frames say it", () => {
  const control = { name: "n", labels: ["0", "1"], values: [0, 1] };
  const pool = [[{ type: "lines", x: [], y: [], dash: "dotted" }], null, "log"];
  const panels = [{ kind: "plot", base: { layers: 0 }, vary: { yscale: [1, 2] } }];
  const panelsAt = panelsOf(Object({ controls: [control], pool, panels }));
  const [[linear], [log]] = [panelsAt([0]), panelsAt([1])];
  assert.deepEqual([linear.yscale, log.yscale, linear.title, linear.drag], ["linear", "log", "", null]);
  assert.deepEqual([linear.layers[0].width, linear.layers[0].dash], [2, "dotted"]);
  const model = () => [{ kind: "plot", layers: [{ type: "bars", x: [0], y: [1] }] }];
  const [bars] = panelsOf(Object({ controls: [], model: "a.b" }), () => model)([]);
  assert.deepEqual([bars.xscale, bars.layers[0].color, bars.layers[0].texts], ["linear", "blue", null]);
});

test("a panel that stays the same is the same object", () => {
  const panelsAt = panelsOf(spec());
  const [plot, text] = panelsAt([0, 0]);
  assert.equal(panelsAt([1, 0])[0], plot, "b alone decides");
  assert.notEqual(panelsAt([0, 1])[0], plot);
  assert.notEqual(panelsAt([0, 1])[0].key, plot.key);
  assert.equal(panelsAt([0, 1])[1], text);
});

test("an array that two frames share is unpacked once", () => {
  const panelsAt = panelsOf(spec());
  const before = panelsAt([0, 0])[0].layers[0].x;
  assert.equal(panelsAt([0, 1])[0].layers[0].x, before);
});

test("a model gets the values of the controls and the constants; what it says again is no news", () => {
  const heard = [];
  const model = (values, constants) => {
    heard.push([values, constants]);
    const curve = { type: "lines", x: [0, 1], y: [values.b, 1] };
    return [
      { kind: "text", text: "the same" },
      { kind: "plot", layers: [{ type: "rules", x: [3] }, curve] },
    ];
  };
  const panelsAt = panelsOf({ ...spec(), model: "mine", constants: { c: 1 } }, () => model);
  const [[text, plot], [again, moved]] = [panelsAt([1, 2]), panelsAt([0, 0])];
  assert.deepEqual(heard, [
    [{ a: "q", b: 2 }, { c: 1 }],
    [{ a: "p", b: 0 }, { c: 1 }],
  ]);
  assert.equal(again, text);
  assert.notEqual(moved.key, plot.key);
  assert.equal(moved.layers[0], plot.layers[0], "a layer that stands still is the same");
  assert.notEqual(moved.layers[1], plot.layers[1]);
  assert.equal(moved.layers[1].x, plot.layers[1].x);
});

test("what is kept of an earlier value says what the new one says", () => {
  const values = () => [
    { a: [1, 2, 3], b: { c: [[1, 2], ["x"]], d: null } },
    { a: [1, 2, 4], b: { c: [[1, 2], ["x"]], d: null } },
    {
      a: [1, 2],
      b: {
        c: [
          [1, 2],
          ["y", "x"],
        ],
      },
    },
    { a: { 0: 1 }, b: null, e: [] },
    [1, [2], "3"],
    [1, [2]],
    "text",
    null,
  ];
  for (const old of values())
    for (const [i, now] of values().entries()) {
      const found = kept(old, now);
      assert.deepEqual(found, values()[i]);
      const same = JSON.stringify(old) === JSON.stringify(values()[i]);
      assert.equal(found === old, same);
    }
  const [first, second] = [1, 2].map((a) => ({ a: [a], b: { c: "d" } }));
  assert.equal(kept(first, second).b, first.b);
});

test("a slider stands at the nearest value, others at the equal one", () => {
  assert.equal(positionOf(controls[1], 1.4), 1);
  assert.equal(positionOf(controls[1], 99), 2);
  assert.equal(positionOf(controls[0], "q"), 1);
  assert.equal(positionOf({ ...controls[0], kind: "toggle", values: [false, true] }, true), 1);
  assert.equal(positionOf(controls[0], "unknown"), 0);
});

test("the nearest of equally near numbers is the first", () => {
  assert.equal(nearest([0, 1, 2], 0.5), 0);
  assert.equal(nearest([5, 3, 1], 2.9), 1);
});

test("moves of one tick add up, and no move leaves the positions as they are", () => {
  const controls = ["a", "b"].map((name) => ({ name, kind: "slider", label: name, labels: [], values: [], index: 0 }));
  const positions = [0, 5];
  const one = moved(controls, positions, { a: 3 });
  assert.deepEqual(moved(controls, one, { b: 4 }), [3, 4]);
  assert.equal(moved(controls, positions, { b: 5 }), positions);
  assert.deepEqual(positions, [0, 5]);
});

const steps = {
  name: "step",
  kind: "steps",
  label: "step",
  labels: ["0", "1", "2", "3"],
  values: [0, 1, 2, 3],
  index: 0,
};
const asked = { 1: { ask: "?", options: ["yes"], answer: "yes" } };
const cases = [3, 1, 2, 0, 3, 3].map((last) => ({ last, questions: last === 1 ? asked : {} }));
const replays = [...controls, { ...steps, cases }];

test("steps of several replays have the length and the questions of the setting", () => {
  const [a, , shown] = controlsAt(replays, [0, 1, 0]);
  assert.equal(a, controls[0]);
  assert.deepEqual([shown.labels, shown.questions], [["0 of 1", "1 of 1"], asked]);
  assert.deepEqual(controlsAt(replays, [0, 2, 0])[2].labels, ["0 of 2", "1 of 2", "2 of 2"]);
});

test("a switch keeps the step within the trace, and at its end if it was there", () => {
  const after = (old, next) => settle(replays, old, next)[2];
  assert.equal(after([0, 0, 2], [0, 1, 2]), 1, "cut off");
  assert.equal(after([0, 0, 2], [1, 1, 2]), 2, "kept");
  assert.equal(after([0, 1, 1], [0, 0, 1]), 3, "at the end");
  assert.equal(after([0, 0, 3], [0, 0, 1]), 1, "moved by itself");
  assert.deepEqual(settle(controls, [0, 0], [1, 2]), [1, 2]);
});

test("a place to type stands at its text", () => {
  const typed = { name: "n", kind: "entry", label: "n", labels: ["2 3"], values: ["2 3"], index: 0 };
  assert.equal(startOf(typed), "2 3");
  assert.equal(valueAt(typed, "4"), "4");
  assert.equal(labelAt(typed, ""), "");
  assert.equal(positionOf(typed, "5 6"), "5 6");
  assert.deepEqual(moved([typed], ["2 3"], { n: "" }), [""]);
  const spec = { title: "", caption: "", controls: [typed], model: "a.b", constants: {} };
  const panels = panelsOf(spec, () => ({ n }) => [{ kind: "text", text: n }])(["7"]);
  assert.equal(panels[0].text, "7");
  assert.equal(startOf({ ...typed, kind: "slider" }), 0);
});

test("the numbers in a model's texts are written as all others are", () => {
  const model = () => [{ kind: "plot", describe: "3.6e-9 at -2, 1.5e+3", layers: [{ type: "bars", texts: ["1e-7"] }] }];
  const [panel] = panelsOf(Object({ controls: [], model: "a.b" }), () => model)([]);
  assert.equal(panel.describe, "3.6·10⁻⁹ at −2, 1,500");
  assert.deepEqual(panel.layers[0].texts, ["10⁻⁷"]);
});
