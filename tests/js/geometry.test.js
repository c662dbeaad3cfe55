import assert from "node:assert/strict";
import { test } from "node:test";
import * as geometry from "../../lib/glassbox/figures/js/geometry.js";
import { short } from "../../lib/glassbox/figures/js/numbers.js";

const {
  areaPath,
  arrayLayout,
  arrayWidth,
  CHAR,
  cellLabels,
  handleAt,
  linePath,
  makeScale,
  matrixLayout,
  namesWidth,
  nearestHandle,
  nearestPoint,
} = geometry;
const { barLabels, plotLayout, pointText, range, stepped, steppedCell, ticksOf, wayOf } = geometry;

const WIDTHS = [220, 360, 720];
const axes = {
  title: "",
  xlabel: "",
  ylabel: "",
  xlim: [0, 1],
  ylim: [0, 1],
  xscale: "linear",
  yscale: "linear",
  xticks: null,
  yticks: null,
  equal: false,
  zero: false,
  drag: null,
  describe: "",
  layers: [],
};

/** Axes that have made trouble or could. */
const cases = {
  "unit square": {},
  "named axes": { xlabel: "recall", ylabel: "precision" },
  negative: { xlim: [-3, 3], ylim: [-1e-3, 1e-3] },
  "large numbers": { xlim: [0, 1e9], ylim: [0, 123456789] },
  "a million": { xlim: [0, 999999], ylim: [-999999, 0] },
  "small numbers": { xlim: [0, 1e-7], ylim: [2e-9, 3e-9] },
  "far from zero": { xlim: [2000, 2001], ylim: [100000.1, 100000.2] },
  "halves at six ticks": { ylim: [0, 3.6] },
  "log axes": { xscale: "log", yscale: "log", xlim: [1e-8, 1e8], ylim: [0.5, 2e6] },
  "one decade": { xscale: "log", yscale: "log", xlim: [1, 10], ylim: [20, 80] },
  "within a decade": { xscale: "log", yscale: "log", xlim: [2.1, 4.9], ylim: [1234, 1240] },
  "equal units": { equal: true, xlim: [0, 2], ylim: [0, 1] },
  "equal and flat": { equal: true, xlim: [0, 100], ylim: [0, 4] },
  "equal and high": { equal: true, xlim: [0, 1], ylim: [-2, 2] },
  bars: { xlim: [-0.6, 4.4], xticks: ["aeroplane", "bird", "cat", "dining table", "potted plant"] },
  "two long names": { xlim: [-0.6, 1.4], xticks: ["the first of two long names", "the second of two long names"] },
  "named heights": { ylim: [-0.5, 3.5], yticks: ["true gap", "answer", "kept", "numbers"] },
  "sixty bars": { xlim: [-0.6, 59.4], xticks: Array.from({ length: 60 }, (_, i) => String(i)) },
};

for (const width of WIDTHS) {
  for (const [name, options] of Object.entries(cases)) {
    test(`${name} at ${width} px: everything is inside, no labels touch`, () => {
      const box = plotLayout({ ...axes, ...options }, width);
      assert.ok(box.left < box.right && box.right <= width && box.left >= 0);
      assert.ok(box.top >= 0 && box.top < box.bottom && box.bottom < box.height);
      assert.ok(box.right - box.left > 0.4 * width, `the axes are ${box.right - box.left} wide`);

      const across = box.xticks.map(({ value, lines }) => ({
        at: box.x(value),
        half: (Math.max(...lines.map((text) => text.length)) * CHAR) / 2,
        label: lines.join(" "),
      }));
      for (const { at, half, label } of across) {
        assert.ok(at >= box.left - 1e-6 && at <= box.right + 1e-6, `tick ${label} at ${at}`);
        assert.ok(at - half >= -1e-6 && at + half <= width + 1e-6, `label ${label} at ${at}`);
      }
      for (const low of [false, true]) {
        const line = across.filter(({ label }) => label.startsWith(" ") === low); // in turn on two lines
        line.slice(1).forEach((tick, i) => {
          assert.ok(tick.at - tick.half > line[i].at + line[i].half, `${line[i].label} touches ${tick.label}`);
        });
      }

      const up = box.yticks.map(({ value, label }) => ({ at: box.y(value), label }));
      for (const { at, label } of up) {
        assert.ok(at >= box.top - 1e-6 && at <= box.bottom + 1e-6, `tick ${label} at ${at}`);
        assert.ok(box.left - 8 - label.length * CHAR >= 0, `label ${label} beside ${box.left}`);
      }
      up.slice(1).forEach((tick, i) => {
        assert.ok(up[i].at - tick.at >= 12, `${up[i].label} touches ${tick.label}`);
      });
      assert.ok(box.xticks.length >= (options.xticks ? 1 : 2), "an axis has at least two ticks");
      assert.ok(box.yticks.length >= (name === "equal and flat" ? 1 : 2));
      assert.equal(new Set(box.yticks.map((t) => t.label)).size, box.yticks.length, "y labels differ");
    });
  }
}

test("the ends of the limits are the ends of the axes, y upwards", () => {
  const { x, y, left, right, top, bottom } = plotLayout({ ...axes, xlim: [-2, 5], ylim: [1, 3] }, 360);
  assert.deepEqual([x(-2), x(5), y(1), y(3)], [left, right, bottom, top]);
});

test("a unit is as long on both of two equal axes", () => {
  for (const width of WIDTHS) {
    const { x, y } = plotLayout({ ...axes, equal: true, xlim: [-1, 3], ylim: [0, 2] }, width);
    assert.ok(Math.abs(x(1) - x(0) - (y(0) - y(1))) < 1e-9);
  }
});

test("a log scale puts equal factors at equal distances", () => {
  const scale = makeScale("log", [1, 1000], [0, 300]);
  assert.deepEqual(
    [1, 10, 100, 1000].map((v) => Math.round(scale(v))),
    [0, 100, 200, 300],
  );
  assert.equal(makeScale("linear", [0, 10], [0, 100])(5), 50);
});

test("a log axis is labelled with powers of ten, and within a decade with plain numbers", () => {
  const labels = (domain) => ticksOf(makeScale("log", domain, [0, 1]), "log", 6).map((t) => t.label);
  assert.deepEqual(labels([0.01, 100]), ["0.01", "0.1", "1", "10", "100"]);
  assert.deepEqual(labels([1e-6, 1e-4]), ["10⁻⁶", "10⁻⁵", "10⁻⁴"]);
  assert.deepEqual(labels([1.5, 60]), ["2", "5", "10", "20", "50"]);
  assert.ok(labels([2.1, 4.9]).length >= 2);
});

test("every second tick of a log axis is left out only where the rest reach as far", () => {
  const values = (low, high) => ticksOf(makeScale("log", [low, high], [0, 1]), "log", 8).map((t) => t.value);
  assert.deepEqual(values(0.012, 0.25), [0.02, 0.05, 0.1, 0.2], "not 0.02, 0.04, ... 0.1, and nothing above");
  assert.deepEqual(values(18, 140), [20, 40, 60, 80, 100]);
  assert.deepEqual(values(15, 310), [20, 50, 100, 200], "not 20, 40, ... 100, 300");
});

test("a log axis over two decades or more has at least three ticks, at every width", () => {
  for (const [low, high] of [
    [0.05, 8],
    [0.9, 150],
    [1e-7, 1e-2],
    [1e-20, 1e20],
    [3, 400],
    [1, 1e11],
    [2e-4, 0.03],
  ]) {
    for (const width of [220, 280, 360, 720]) {
      for (const axis of /** @type {const} */ (["x", "y"])) {
        const panel = { ...axes, [`${axis}lim`]: [low, high], [`${axis}scale`]: "log" };
        const ticks = plotLayout(panel, width)[`${axis}ticks`];
        assert.ok(ticks.length >= 3, `${axis} from ${low} to ${high} at ${width}: ${ticks.map((t) => t.value)}`);
      }
    }
  }
});

test("one axis writes its powers of ten in one way", () => {
  const labels = (domain) => ticksOf(makeScale("log", domain, [0, 1]), "log", 8).map((t) => t.label);
  assert.deepEqual(labels([0.001, 1e4]), ["0.001", "0.01", "0.1", "1", "10", "100", "1,000", "10,000"]);
  assert.deepEqual(labels([1e-5, 100]), ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1", "10¹", "10²"]);
});

test("an axis whose ends are one step from zero is an axis (its format was none)", () => {
  for (const domain of [
    [-2, 2],
    [0, 1],
    [-1e-4, 1e-4],
    [0, 2e6],
  ]) {
    for (const count of [1, 2, 3]) {
      const ticks = ticksOf(makeScale("linear", domain, [0, 100]), "linear", count);
      assert.ok(ticks.length > 0 && ticks.every((t) => t.label && !/NaN/.test(t.label)), `${domain} ${count}`);
    }
  }
  assert.deepEqual(
    ticksOf(makeScale("linear", [0, 2e6], [0, 100]), "linear", 2).map((t) => t.label),
    ["0", "10⁶", "2·10⁶"],
  );
});

test("a curve that steps in the middle is level around each point, and its points are read as they are", () => {
  const stairs = { type: "lines", x: [0, 1, 2], y: [5, 6, 7], step: "middle" };
  const same = (v) => 10 * v;
  assert.equal(linePath(stairs, same, same), "M-5,50l10,0 0,10 10,0 0,10 10,0");
  assert.equal(linePath({ ...stairs, x: [3], y: [1] }, same, same), "M25,10l10,0");
  assert.match(areaPath(stairs, same, same, { ylim: [0, 9] }), /^M-5,50l10,0.*Z$/);
});

test("numbers are written short", () => {
  assert.deepEqual(
    [0, 12, -3, 999999, 0.5, 1 / 3, -0.25, 1234567, 1e-5, 12345.678].map((v) => short(v)),
    ["0", "12", "−3", "999,999", "0.5", "0.3333", "−0.25", "1.23·10⁶", "10⁻⁵", "12,350"],
  );
});

const line = { type: "lines", x: [0, 1, 2], y: [0, 1, 0], step: null, label: "curve" };
const unit = { x: makeScale("linear", [0, 2], [0, 200]), y: makeScale("linear", [0, 1], [100, 0]) };

test("a line goes through its points, a step turns at right angles", () => {
  assert.equal(linePath(line, unit.x, unit.y), "M0,100l100,-100 100,100");
  assert.equal(linePath({ ...line, step: "after" }, unit.x, unit.y), "M0,100l100,0 0,-100 100,0 0,100");
  assert.equal(linePath({ ...line, step: "before" }, unit.x, unit.y), "M0,100l0,-100 100,0 0,100 100,0");
  assert.equal(linePath({ ...line, x: [], y: [] }, unit.x, unit.y), "");
});

test("what lies between the corners of a curve is left out, and nothing that can be seen", () => {
  const [ends, middle] = [
    [0, 0],
    [50, 0],
  ];
  assert.deepEqual(geometry.straightened([ends, middle, [100, 0]]), [ends, [100, 0]]);
  assert.deepEqual(geometry.straightened([ends, [100, 0], middle]), [ends, [100, 0], middle]); // it turns back
  assert.deepEqual(geometry.straightened([ends, [50, 1], [100, 0]]).length, 3);
  const far = ([x, y], [a, b], [c, d]) => {
    const [dx, dy] = [c - a, d - b];
    const along = Math.min(1, Math.max(0, ((x - a) * dx + (y - b) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - a - along * dx, y - b - along * dy);
  };
  for (let n = 0; n < 40; n += 1) {
    const rough = n % 4 ? 0.02 * n : 8;
    const wave = Array.from({ length: 300 }, (_, i) => [
      i * (n % 3 ? 1 : 0.05),
      40 * Math.sin(i / (5 + n)) + rough * Math.sin(i * i * (n + 1)),
    ]);
    const kept = geometry.straightened(wave);
    assert.deepEqual([kept[0], kept.at(-1)], [wave[0], wave.at(-1)]);
    for (const place of /** @type {any[]} */ (wave)) {
      const away = Math.min(...kept.slice(1).map((to, i) => far(place, kept[i], to)));
      assert.ok(away <= 0.11, `${n}: ${away}`);
    }
  }
  const smooth = Array.from({ length: 400 }, (_, i) => [i, 100 * Math.sin(i / 60)]);
  assert.ok(geometry.straightened(smooth).length < 100);
});

test("an area ends at zero, or where the axis does", () => {
  const on = (options) => areaPath({ ...line, y: [1, 1, 1] }, unit.x, unit.y, { ...axes, ...options });
  assert.equal(on({}), "M0,0l200,0 0,100 -200,0Z");
  const log = makeScale("log", [0.1, 10], [100, 0]);
  const area = areaPath({ ...line, y: [1, 1, 1] }, unit.x, log, { ...axes, yscale: "log", ylim: [0.1, 10] });
  assert.ok(area.endsWith("Z") && area.includes(",0 0,"));
});

test("the nearest point is found over all layers but not beyond 40 pixels", () => {
  const dots = { ...line, type: "scatter", y: [0.5, 0.5, 0.5] };
  const panel = { ...axes, layers: [line, { type: "rules", x: [1], y: [] }, dots] };
  assert.deepEqual(nearestPoint(panel, unit.x, unit.y, 98, 3), { layer: 0, index: 1 });
  assert.deepEqual(nearestPoint(panel, unit.x, unit.y, 190, 51), { layer: 2, index: 2 });
  assert.equal(nearestPoint({ ...panel, layers: [line] }, unit.x, unit.y, 100, 41), null);
  assert.deepEqual(nearestPoint({ ...panel, layers: [line] }, unit.x, unit.y, 100, 39), { layer: 0, index: 1 });
});

test("a bar is found over its whole height", () => {
  const bars = { type: "bars", x: [0, 1, 2], y: [1, 1, 1] };
  assert.deepEqual(nearestPoint({ ...axes, layers: [bars] }, unit.x, unit.y, 104, 99), { layer: 0, index: 1 });
});

test("the nearest handle is sought along x, or in the plane if it has a y", () => {
  assert.equal(nearestHandle({ x: [0, 1, 2], y: null }, unit.x, unit.y, 140, 0), 1);
  assert.equal(nearestHandle({ x: [0, 1, 1], y: [0, 0, 1] }, unit.x, unit.y, 90, 10), 2);
  assert.equal(nearestHandle({ x: [2, 1, 0], y: null }, unit.x, unit.y, 195, 0), 0);
});

test("rows with names have the same room at every width", () => {
  const rows = { ...axes, ylim: [-0.5, 1.5], yticks: ["below", "above"] };
  const [narrow, wide] = [220, 720].map((width) => plotLayout(rows, width));
  assert.equal(narrow.bottom - narrow.top, 92);
  assert.equal(wide.bottom - wide.top, 92);
  assert.deepEqual(
    wide.yticks.map(({ value, label }) => [value, label]),
    [
      [0, "below"],
      [1, "above"],
    ],
  );
});

test("a step of the keyboard stays in range", () => {
  assert.deepEqual([stepped(0, -1, 3), stepped(0, 1, 3), stepped(2, 1, 3)], [0, 1, 2]);
});

test("a hover says the point's own text, or its coordinates", () => {
  assert.equal(pointText(axes, line, 1), "curve: x 1, y 1");
  assert.equal(pointText({ ...axes, xlabel: "recall" }, { ...line, label: null }, 2), "recall 2, y 0");
  assert.equal(pointText(axes, { ...line, texts: ["", "peak", ""] }, 1), "peak");
  assert.equal(pointText({ ...axes, xticks: ["a", "b", "c"] }, line, 1), "curve: x b, y 1");
  assert.equal(pointText({ ...axes, yticks: ["low", "high"] }, line, 1), "curve: x 1, high");
});

const table = (rows, columns) => Array.from({ length: rows }, () => new Array(columns).fill(0));

for (const width of WIDTHS) {
  for (const square of [true, false]) {
    for (const [rows, columns] of [
      [1, 1],
      [12, 12],
      [3, 60],
      [60, 3],
      [200, 200],
    ]) {
      test(`a ${rows} x ${columns} matrix fits ${width} px (${square ? "square" : "wide"} cells)`, () => {
        const panel = {
          values: table(rows, columns),
          rows: null,
          columns: null,
          xlabel: "key",
          ylabel: "query",
          square,
        };
        const box = matrixLayout(panel, width);
        assert.deepEqual([box.rows, box.columns], [rows, columns]);
        assert.ok(box.wide > 0 && box.high > 0);
        assert.ok(box.left + columns * box.wide <= width + 1e-9);
        assert.ok(box.top + rows * box.high < box.height);
        assert.ok(box.width <= width + 1e-9);
        if (square) assert.equal(box.wide, box.high);
        assert.ok(rows * box.high <= 361, "it is not higher than a screen");
      });
    }
  }
}

test("row labels longer than the panel leave room for cells", () => {
  const panel = {
    values: table(1, 4),
    rows: ["a name of no less than forty characters!"],
    xlabel: "",
    ylabel: "",
    square: true,
  };
  assert.ok(matrixLayout(panel, 220).wide > 10);
});

test("labels of bars stand over each other where they would touch side by side", () => {
  assert.deepEqual(barLabels(["0.246", "0.248", "0.1"], [10, 37, 64], [50, 52, 90], 6), [50, 36, 90]);
  assert.deepEqual(barLabels(["1", "2"], [10, 37], [50, 52], 6), [50, 52]);
  assert.deepEqual(barLabels(["9·10⁶"], [10], [-80], 6), [6]);
  const small = barLabels(["−0.02", "−0.05", "0.01"], [10, 42, 74], [50, 50, 49], 6);
  assert.deepEqual(small, [50, 36, 49], "a label is raised once, not the next one above it");
});

test("bars are all named: on one line, or in turn on two; else each k-th is, and so are numbers", () => {
  const at = (names, width) => plotLayout({ ...axes, xlim: [-0.6, names.length - 0.4], xticks: names }, width);
  const named = (...given) => at(...given).xticks.map((tick) => tick.lines.join("|"));
  const guests = ["Ada", "Bo", "Cleo", "Dan", "Eve", "Fay"];
  assert.deepEqual(named(guests, 252), guests, "Cleo is long, and between two that are short");
  assert.deepEqual(named(guests, 200), ["Ada", "|Bo", "Cleo", "|Dan", "Eve", "|Fay"]);
  assert.deepEqual(named(guests, 120), ["Ada", "Dan"]);
  assert.deepEqual(named(["1", "2", "3", "4", "5", "10"], 120), ["1", "3", "5"]);
  const letters = [..."RYJAUCMFDBHPEXNTKQVILSGO"];
  assert.equal(named(letters, 246).length, letters.length);
  assert.equal(at(guests, 200).height - at(["A", "B", "C", "D", "E", "F"], 200).height, 13, "two lines are higher");
});

test("a table of cells wants the room that its letters need, a list none", () => {
  const cells = [Array(24).fill("−0.5"), Array(24).fill("1.0")];
  const wide = arrayWidth({ cells, rows: null, flat: false });
  assert.ok(arrayLayout({ cells, rows: null, flat: false }, 200).width <= wide + 1);
  assert.ok(wide > 24 * 4 * 5 && wide < 24 * 4 * 9);
  assert.equal(arrayWidth({ cells: [["1"]], flat: true }), 0);
});

test("words below a matrix are all shown: level where they fit, else slanted, else upright", () => {
  const words = ["the", "cat", "because", "it", "was", "tired", "of", "waiting", "for", "the", "mat", "again"];
  const panel = { values: table(12, 12), rows: words, columns: words, xlabel: "key", ylabel: "query", square: true };
  const at = (width, given = panel) => matrixLayout(given, width);
  assert.deepEqual([at(220).slant, at(360).slant], [90, 45]);
  assert.equal(at(720, { ...panel, columns: words.map((_, i) => "ab"[i % 2]) }).slant, 0);
  assert.equal(at(220, { ...panel, columns: words.map((_, i) => String(100 * i)) }).slant, 0, "numbers are thinned");
  for (const width of [220, 300, 360]) {
    const box = at(width);
    const longest = CHAR * 7;
    const angle = (box.slant * Math.PI) / 180;
    const below = box.height - box.top - 12 * box.high;
    assert.ok(below >= longest * Math.sin(angle) + 18, "the name of the axis stands below them");
    assert.ok(box.left + box.wide / 2 >= longest * Math.cos(angle) - 2, "the first stays in the panel");
    assert.ok(box.wide * Math.sin(angle) >= 9, "lines do not touch");
  }
});

test("a matrix as wide as it wants shows each word, beside it and below", () => {
  const words = Array.from({ length: 24 }, (_, i) => ["the", "cat", "unexpectedly"][i % 3]);
  const panel = { values: table(24, 24), rows: words, columns: words, xlabel: "key", ylabel: "query", square: true };
  const wants = namesWidth(panel);
  for (const width of [wants, wants + 100, 700]) {
    const { wide, high, slant } = matrixLayout(panel, width);
    assert.ok(slant > 0, "below it all are slanted, so none is left out");
    assert.equal(cellLabels(words, 24, high, true).length, 24);
    assert.ok(wide >= 11 && wide === high);
  }
  const numbers = words.map((_, i) => String(i));
  assert.equal(namesWidth({ ...panel, rows: numbers, columns: numbers }), 0, "numbers are thinned");
  assert.equal(namesWidth({ ...panel, rows: null, columns: null }), 0);
  assert.equal(namesWidth({ ...panel, columns: null, square: false }), 0, "rows alone ask for no width");
});

test("labels of cells keep apart", () => {
  const labels = Array.from({ length: 100 }, (_, i) => String(i));
  for (const cell of [3, 10, 48]) {
    const below = cellLabels(labels, 100, cell);
    below.slice(1).forEach(({ label, i }, k) => {
      const gap = (i - below[k].i) * cell;
      assert.ok(gap > (CHAR * (label.length + below[k].label.length)) / 2);
    });
    const beside = cellLabels(labels, 100, cell, true);
    beside.slice(1).forEach(({ i }, k) => {
      assert.ok((i - beside[k].i) * cell >= 12);
    });
  }
  assert.deepEqual(cellLabels(null, 2, 48), [
    { label: "0", i: 0 },
    { label: "1", i: 1 },
  ]);
  const hundredths = Array.from({ length: 101 }, (_, i) => (i / 100).toFixed(2));
  const round = (cell) => cellLabels(hundredths, 101, cell).map(({ label }) => label);
  assert.deepEqual(round(3), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.deepEqual(round(4), ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]);
  const fromThree = cellLabels(
    Array.from({ length: 40 }, (_, i) => String(i + 3)),
    40,
    5,
  );
  assert.deepEqual(fromThree.map(({ label, i }) => [label, i]).slice(0, 2), [
    ["5", 2],
    ["10", 7],
  ]);
  assert.equal(cellLabels(["1", "2", "4", "8"], 4, 8)[0].label, "1", "uneven numbers are only thinned");
  assert.equal(cellLabels(["a long name", "a longer name"], 2, 20, true).length, 2);
});

test("cells without a value are outlined run by run", () => {
  const box = { left: 10, top: 5, wide: 2, high: 3 };
  assert.equal(geometry.missingPath([[0, 0]], box), "");
  assert.equal(
    geometry.missingPath(
      [
        [0, 1, 1],
        [1, 0, 1],
      ],
      box,
    ),
    "M12 5h4v3h-4ZM10 8h2v3h-2ZM14 8h2v3h-2Z",
  );
});

test("labels of boxes stay on the picture and apart, the topmost box first", () => {
  const corner = { x1: 10, y1: 40, x2: 60, y2: 90, width: 2 };
  const panel = { width: 200, height: 100, boxes: [0, 1, 2].map((i) => ({ ...corner, label: `box ${i}` })) };
  const tags = geometry.tagPlaces(panel, 0.5);
  for (const { x, y, width, height } of tags) assert.ok(x >= 0 && y >= 0 && x + width <= 200 && y + height <= 100);
  tags.forEach((a, i) => {
    for (const b of tags.slice(i + 1)) {
      assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y);
    }
  });
  assert.equal(tags[2].x, corner.x1 - 0.5, "the last one has the usual corner");
  assert.ok(tags[2].y < corner.y1);
  assert.deepEqual(geometry.tagPlaces({ ...panel, boxes: [{ ...corner, label: "" }] }, 0.5), [null]);
});

test("range is over all numbers", () => {
  assert.deepEqual(
    range([
      [3, -1],
      [7, 0],
    ]),
    [-1, 7],
  );
});

test("of several handles a pointer takes the nearest one, and none from afar", () => {
  const [x, y] = [(v) => 100 * v, (v) => 50 - 10 * v];
  const one = { control: "one", x: [0, 1, 2], y: [0, 0, 0] };
  const two = { control: "two", x: [0, 1, 2], y: [3, 3, 3] };
  const at = { one: 1, two: 2, rule: 0 };
  assert.equal(handleAt(null, [one, two], at, x, y, [105, 48]), one);
  assert.equal(handleAt(null, [one, two], at, x, y, [190, 25]), two);
  assert.equal(handleAt(null, [one, two], at, x, y, [150, 200]), null);
  const rule = { control: "rule", x: [1.5], y: null };
  assert.equal(handleAt(rule, [one, two], at, x, y, [150, 200]), rule);
});

test("the arrows of a handle point where it goes", () => {
  const [x, y] = [(v) => 100 * v, (v) => -10 * v];
  const way = (xs, ys) => Object.values(wayOf({ x: xs, y: ys }, x, y));
  assert.deepEqual(way([1, 1, 1], [-6, 0, 6]), [true, true]);
  assert.deepEqual(way([0, 1, 2], [0, 5, 10]), [true, false]); // along a curve
  assert.deepEqual(way([0, 1, 2], [3, 3, 3]), [false, false]);
  assert.deepEqual(way([0, 1, 2], null), [false, false]);
});

test("keys pass over rows that have no cell", () => {
  const sizes = [0, 3, 0, 0, 2, 0];
  const walk = (cell, by) => steppedCell(cell, by, sizes.length, (row) => sizes[row]);
  assert.deepEqual(walk(null, [0, 1]), [1, 0]);
  assert.deepEqual(walk([1, 2], [0, 1]), [4, 1]);
  assert.deepEqual(walk([4, 1], [0, Number.POSITIVE_INFINITY]), [4, 1]);
  assert.deepEqual(walk([4, 1], [0, -1]), [1, 1]);
  assert.deepEqual(walk([3, 0], [1, 0]), [1, 1]); // a row that was emptied meanwhile
  assert.deepEqual(
    steppedCell(null, [0, 1], 2, () => 0),
    [0, 0],
  );
});
