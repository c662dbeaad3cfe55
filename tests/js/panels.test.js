import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { bound } from "../../lib/glassbox/figures/js/words.js";
import { load, SOURCES } from "./bundle.js";

const { Cells, Figure, Tree, h, inline, render } = await load(`
  export { h } from "preact";
  export { render } from "preact-render-to-string";
  export { Figure } from "./figure.jsx";
  export { inline } from "./panels/text.jsx";
  export { Tree } from "./panels/tree.jsx";
  export { Array as Cells } from "./panels/array.jsx";
`);

const html = (row) => render(h("p", null, inline(row)));

test("a text marks bold and code", () => {
  assert.equal(html("a **big** `x*y` z"), "<p>a <strong>big</strong> <code>x*y</code> z</p>");
  assert.equal(html("**a****b**"), "<p><strong>a</strong><strong>b</strong></p>");
});

test("a text leaves single marks alone and escapes tags", () => {
  for (const plain of ["2 * 3 * 4", "**", "****", "`", "``", "a ** b", ""])
    assert.equal(html(plain), `<p>${plain}</p>`);
  assert.equal(html("`<b>` & **<i>**"), "<p><code>&lt;b></code> &amp; <strong>&lt;i></strong></p>");
});

const axes = {
  title: "",
  xlabel: "",
  ylabel: "",
  xlim: [0, 2],
  ylim: [0, 1],
  xscale: "linear",
  yscale: "linear",
  xticks: null,
  equal: false,
  zero: false,
  drag: null,
  describe: "",
};
const plot = (layer, options) => ({
  kind: "plot",
  fields: { ...axes, layers: [{ color: "blue", label: null, x: [0, 1, 2], y: [0, 1, 0.5], ...layer }], ...options },
});
const lines = { type: "lines", dash: "solid", step: null, fill: false, width: 2 };
const scatter = { type: "scatter", marker: "circle", size: 5, filled: true, pick: null, texts: null };
const matrix = {
  values: [
    [0, 1],
    [2, 3],
  ],
  rows: null,
  columns: null,
  xlabel: "",
  ylabel: "",
  title: "",
  vmin: 0,
  vmax: 3,
  colormap: "blues",
  annotate: null,
  highlight: [],
  pick: null,
  describe: "",
  square: true,
};

/** Draw one setting of a figure that has the same panels at every setting. */
function draw(panels, controls = []) {
  const pool = [];
  const base = (fields) => Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, pool.push(v) - 1]));
  const places = panels.map(({ kind, fields }) => ({ kind, base: base(fields), vary: {} }));
  return render(h(Figure, { spec: { title: "", caption: "", controls, pool, panels: places }, uid: "fig" }));
}

const count = (text, part) => text.split(part).length - 1;

test("each kind of layer is drawn", () => {
  assert.match(draw([plot({ ...lines, fill: true })]), /<path d="M[^"]+Z"[^>]*><\/path><path class="gb-line" d="M/);
  assert.equal(count(draw([plot(scatter)]), "<path d="), 3);
  assert.equal(count(draw([plot({ type: "bars", texts: null, colors: null, pick: null })]), 'rx="2"'), 3);
  const rules = draw([plot({ type: "rules", dash: "dashed", x: [1], y: [0.25, 0.75] })]);
  assert.equal(count(rules, 'stroke-dasharray="7 4"><line'), 1);
});

test("a line and points of one name are one entry of the legend, with the look of both", () => {
  const made = plot({ ...lines, dash: "dashed", label: "row" });
  const [line] = made.fields.layers;
  made.fields.layers = [line, { ...line, ...scatter, marker: "square", label: "row" }, { ...line, label: "table" }];
  const legend = draw([made]).match(/<ul class="gb-legend">(.*?)<\/ul>/)[1];
  assert.deepEqual(
    legend.split("</li>").map((entry) => [count(entry, "<path"), entry.replaceAll(/<[^>]*>/g, "")]),
    [
      [2, "row"],
      [1, "table"],
      [0, ""],
    ],
  );
});

test("no number of a drawing is NaN or undefined, also where a panel is empty", () => {
  const empty = { x: [], y: [] };
  const drawings = [
    plot(lines),
    plot({ ...lines, ...empty }),
    plot({ ...lines, x: [1], y: [1] }),
    plot({ ...scatter, ...empty }),
    plot({ type: "bars", texts: null, colors: null, pick: null, ...empty }, { xlim: [-0.6, -0.4], xticks: [] }),
    plot({ ...lines, y: [0.5, 1, 0.1] }, { yscale: "log", ylim: [0.1, 1] }),
    { kind: "matrix", fields: matrix },
    { kind: "matrix", fields: { ...matrix, values: [[7]], vmin: 7, vmax: 7, annotate: 1, highlight: [[0, 0]] } },
    { kind: "text", fields: { text: "", title: "", describe: "" } },
    { kind: "table", fields: { columns: [], rows: [], highlight: [], title: "", pick: null, describe: "" } },
    { kind: "image", fields: { src: null, width: 10, height: 10, boxes: [], title: "", pick: null, describe: "" } },
  ];
  for (const panel of drawings) assert.doesNotMatch(draw([panel]), /NaN|undefined|Infinity/, JSON.stringify(panel));
});

test("a matrix shows its numbers, marks its cells and frames the picked row", () => {
  const rows = { name: "row", kind: "slider", label: "row", labels: ["0", "1"], values: [0, 1], index: 1 };
  const fields = { ...matrix, annotate: 1, highlight: [[0, 1]], pick: { row: "row", column: null } };
  const drawn = draw([{ kind: "matrix", fields }], [rows]);
  for (const number of ["0.0", "1.0", "2.0", "3.0"]) assert.equal(count(drawn, `>${number}</text>`), 1);
  assert.equal(count(drawn, 'class="gb-mark"'), 1);
  const picked = drawn.match(/class="gb-picked"[^>]* width="([\d.]+)" height="([\d.]+)"/);
  assert.equal(Number(picked[1]), 2 * Number(picked[2]), "a whole row");
});

test("a matrix greys the cells that have no value, and prints none there", () => {
  const fields = {
    ...matrix,
    annotate: 1,
    missing: [
      [0, 1],
      [0, 0],
    ],
    missing_label: "not reached",
  };
  const drawn = draw([{ kind: "matrix", fields }]);
  assert.equal(count(drawn, '<path class="gb-missing"'), 1);
  assert.equal(count(drawn, ">1.0</text>"), 0);
  assert.equal(count(drawn, ">3.0</text>"), 1);
  assert.match(drawn, /<b class="gb-missing"><\/b>not reached<\/span>/);
});

test("a matrix of kinds names them instead of a colour bar", () => {
  const legend = [
    [0, "kept"],
    [3, "lost"],
  ];
  const drawn = draw([{ kind: "matrix", fields: { ...matrix, legend } }]);
  assert.equal(count(drawn, "linear-gradient"), 0);
  for (const name of ["kept", "lost"]) assert.match(drawn, new RegExp(`</b>${name}</span>`));
});

test("few whole numbers are named one by one, any others by a bar; zero below which there are values is in its middle", () => {
  const bar = (values, look) => {
    const drawn = draw([{ kind: "matrix", fields: { ...matrix, values, ...look } }]);
    return drawn.slice(drawn.indexOf('class="gb-bar')).replaceAll(/<[^>]*>/g, "|");
  };
  assert.match(bar([[0, 1, 2, 3]], {}), /^[^|]*\|+0\|+1\|+2\|+3\|/);
  assert.match(bar([[0, 1.5, 3]], {}), /^[^|]*\|+0\|+3\|/);
  assert.match(bar([[0, 1, 9]], { vmax: 9 }), /^[^|]*\|+0\|+9\|/);
  assert.match(bar([[-2.5, 1]], { vmin: -2.5, vmax: 1, colormap: "diverging" }), /^[^|]*\|+−2.5\|+1\|/);
});

test("no number of a matrix is minus zero", () => {
  const drawn = draw([{ kind: "matrix", fields: { ...matrix, values: [[-0.001, -1]], annotate: 2 } }]);
  assert.deepEqual(drawn.match(/>[^<>]*\.\d\d</g), [">0.00<", ">−1.00<"]);
});

test("a column without a name has no empty header", () => {
  const fields = { columns: ["a", ""], rows: [["1", "2"]], highlight: [], title: "", pick: null, describe: "" };
  assert.match(draw([{ kind: "table", fields }]), /<th scope="col">a<\/th><td><\/td>/);
});

test("every control is a native input with a label", () => {
  const made = (kind, name, labels, values) => ({ kind, name, label: `the ${name}`, labels, values, index: 1 });
  const many = Array.from({ length: 9 }, (_, i) => `option ${i}`);
  const drawn = draw(
    [],
    [
      made("slider", "a", ["0", "1"], [0, 1]),
      made("toggle", "b", ["off", "on"], [false, true]),
      made("choice", "c", ["x", "y"], ["x", "y"]),
      made("choice", "d", many, many),
    ],
  );
  assert.match(
    drawn,
    /<label for="fig-a">the a<\/label><input id="fig-a" type="range"[^>]* value="1"[^>]* aria-valuetext="1"/,
  );
  assert.match(drawn, /<input id="fig-b" type="checkbox"[^>]* checked[^>]*\/><label for="fig-b">the b/);
  assert.match(drawn, /<legend>the c<\/legend>/);
  assert.match(drawn, /<input type="radio"[^>]* value="y"[^>]* checked/);
  assert.match(drawn, /<label for="fig-d">the d<\/label><select id="fig-d"/);
  assert.match(drawn, /<option[^>]* selected[^>]*>option 1</);
  assert.match(drawn, /the a 1, the b on, the c y, the d option 1/, "the state is spoken");
});

test("what a bar says stays in the frame when the bar does not", () => {
  const tops = [0.5, 9].map((high) =>
    Number(
      /class="gb-value" y="([-.\d]+)"/.exec(
        draw([plot({ type: "bars", y: [0, 0, high], texts: ["", "", "a"], colors: null, pick: null })])
          .split("<text")
          .at(-1) ?? "",
      )?.[1],
    ),
  );
  assert.ok(tops[1] < tops[0] && tops[1] > 10, `${tops}`);
});

test("a handle stands where its control does, and is a slider to the keyboard", () => {
  const control = { kind: "slider", name: "t", label: "the t", labels: ["0", "1", "2"], values: [0, 1, 2], index: 2 };
  const drag = { control: "t", x: [0, 1, 2], y: [0, 1, 1] };
  const made = (given) => draw([plot(lines, { drag: given, xlim: [0, 2], ylim: [0, 1] })], [control]);
  const drawn = made(drag);
  const [, x, y] = drawn.match(/class="gb-handle"[^>]*translate\(([\d.]+) ([\d.]+)\)/);
  const frame = drawn.match(/class="gb-axis" x1="([\d.]+)" x2="([\d.]+)"/);
  assert.equal(x, frame[2]);
  assert.ok(Number(y) < 40, "at the top");
  assert.match(drawn, /class="gb-handle" role="slider"[^>]*aria-valuemax="2" aria-valuenow="2" aria-valuetext="2"/);
  assert.match(drawn, /aria-label="the t, handle"/);
  assert.match(drawn, /<circle class="gb-ring"/, "what it stands on can be seen through it");
  const rule = made({ ...drag, y: null });
  const [, , low] = rule.match(/class="gb-handle"[^>]*translate\(([\d.]+) ([\d.]+)\)/);
  const axis = rule.match(/class="gb-axis"[^>]* y1="([\d.]+)"/)[1];
  assert.ok(Number(low) - 9 >= Number(axis), "its knob is below the axis");
  assert.match(rule, /<rect class="gb-knob"[^>]*><\/rect><path class="gb-grip"/);
});

test("the arrows of a handle say which ways it goes", () => {
  const labels = Array.from({ length: 9 }, (_, i) => String(i));
  const control = { kind: "slider", name: "t", label: "t", labels, values: labels, index: 4 };
  const arrows = (x, y) => {
    const drawn = draw([plot(lines, { handles: [{ control: "t", x, y }] })], [control]);
    return drawn.match(/class="gb-grip" d="([^"]*)"/)[1].match(/M/g).length;
  };
  const place = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => [x, y / 2]));
  const [x, y] = [0, 1].map((side) => place.map((point) => point[side]));
  assert.equal(arrows(x, y), 4, "the plane");
  const line = labels.map((_, i) => i / 4);
  assert.equal(arrows(line, y), 2, "a curve");
  assert.equal(
    arrows(
      line,
      line.map(() => 0.5),
    ),
    2,
    "a row",
  );
});

test("the marks of a list are named, by the caller where it says so", () => {
  const list = { cells: [["1", "2"]], flat: true, rows: null, columns: null, arrows: [], pick: null, title: "" };
  const key = (marks, legend) => {
    const drawn = draw([{ kind: "array", fields: { ...list, marks, legend } }]);
    return drawn.match(/<p class="gb-key">(.*?)<\/p>/)[1].replaceAll(/<[^>]*>/g, "|");
  };
  const marks = [
    [0, 0, "write"],
    [0, 1, "faint"],
  ];
  assert.match(key(marks, null), /^\|\|\|written\|$/);
  assert.match(key(marks, { write: "chosen" }), /^\|\|\|chosen\|$/);
  assert.match(key(marks, { write: "", faint: "left out" }), /^\|\|\|left out\|$/);
  assert.match(key(marks, { write: "" }), /^\s$/);
});

test("the kinds of a tree look and are called as its maker says", () => {
  const fields = {
    labels: ["a", "b", "c"],
    parents: [-1, 0, 0],
    kinds: ["root", "won", "cut"],
    looks: {
      won: { shape: "square", color: "green", filled: true },
      cut: { shape: "cross", color: "orange", filled: false },
    },
    legend: { cut: "too large", won: "found", lost: "not there" },
  };
  const drawn = draw([{ kind: "tree", fields }]);
  const named = drawn.match(/<ul class="gb-legend">(.*?)<\/ul>/)[1].replaceAll(/<[^>]*>/g, "|");
  assert.match(named, /^\|+too large\|+found\|+$/);
  assert.match(drawn, /gb-filled" style="--gb-look:var\(--gb-green\);?"[^>]*><rect/);
  assert.equal(count(drawn, 'class="gb-sign"'), 2, "the node and its legend");
  assert.equal(count(drawn, 'stroke-dasharray="3 3"'), 1, "the edge of what was not entered");
});

test("a tree that fits is drawn to fit, and as tall as one that scrolls in another state of its figure", () => {
  const star = (leaves) => ({ labels: ["", ...Array(leaves).fill("1")], parents: [-1, ...Array(leaves).fill(0)] });
  const size = (...states) => {
    const room = {
      panels: [{ kind: "tree", states, marks: [], kinds: [], texts: [], titles: [], legends: [] }],
      said: [],
    };
    const panel = { kind: "tree", key: "t", binary: false, marks: [], ...states[0] };
    const drawn = render(h(Tree, { panel, room: room.panels[0], set: () => {}, at: {} }));
    return drawn
      .match(/viewBox="0 0 ([\d.]+) ([\d.]+)"/)
      .slice(1)
      .map(Number);
  };
  assert.deepEqual(size(star(12)), size(star(12), star(120)));
  assert.ok(size(star(120), star(12))[0] > 1000, "it scrolls");
  const deep = { labels: Array(6).fill("1"), parents: [-1, 0, 1, 2, 3, 4] };
  assert.equal(size(star(3), deep)[1], size(deep)[1]);
});

test("the cells of a list are as wide as the widest text in any of its states", () => {
  const list = (...cells) => ({ cells: [cells], flat: true, rows: null, columns: null, marks: [], arrows: null });
  const width = (now, ...states) => {
    const room = { states: states.map((cells) => list(...cells)), marks: [], kinds: [], texts: [], titles: [] };
    const drawn = render(h(Cells, { panel: { key: "a", ...list(...now) }, room, set: () => {}, at: {} }));
    return Number(drawn.match(/viewBox="0 0 ([\d.]+)/)[1]);
  };
  const [usual, held] = [
    ["3", "1", "2"],
    ["[3]", "1", "2"],
  ];
  assert.equal(width(usual, usual, held), width(held, usual, held));
  assert.ok(width(usual, usual) < width(held, usual, held));
});

test("there is a renderer for each file of panels", async () => {
  const kinds = readdirSync(`${SOURCES}panels`).map((file) => file.split(".")[0]);
  for (const kind of kinds.filter((name) => name !== "shared")) {
    const module = await load(`export * from "./panels/${kind}.jsx";`);
    assert.ok(module[kind[0].toUpperCase() + kind.slice(1)], kind);
  }
});

test("a number stays in one line with its sign and its power", () => {
  const said = "AP is 24.8 % of 4 × 9 cells, off by 6 × 10⁻⁷, −0.6 ± 0.8; Items × columns, 100 percent.";
  const bounds = [...bound(said)].flatMap((c, i) => (c === "\u00a0" ? [said.slice(i - 2, i + 2)] : []));
  assert.deepEqual(bounds, [".8 %", " 4 ×", " × 9", " 6 ×", " × 1", ".6 ±", " ± 0"]);
  assert.equal(bound(said).replaceAll("\u00a0", " "), said);
});
