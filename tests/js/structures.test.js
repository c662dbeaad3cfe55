/** Layouts of arrays and trees, and the pieces of a line of code. */
import assert from "node:assert/strict";
import test from "node:test";
import {
  arrayLayout,
  foldLayout,
  heapLayout,
  legibleWidth,
  nearestNode,
  nodeFont,
  sheetLayout,
  treeLayout,
} from "../../lib/glassbox/figures/js/geometry.js";
import { load } from "./bundle.js";

const list = (n, text = "12") => ({ cells: [Array(n).fill(text)], flat: true, rows: null, columns: null });
const table = (rows, columns) => ({
  cells: Array.from({ length: rows }, () => Array(columns).fill("7")),
  flat: false,
  rows: null,
  columns: null,
});

for (const width of [220, 360, 720]) {
  for (const panel of [list(1), list(7), list(60), list(5, "1000000"), table(1, 1), table(4, 9), table(7, 40)]) {
    const name = `${panel.cells.length} x ${panel.cells[0].length} at ${width} px`;
    test(`${name}: a pointer on a cell finds the cell`, () => {
      const box = arrayLayout(panel, width);
      panel.cells.forEach((row, r) => {
        row.forEach((_, c) => {
          const [x, y] = box.corner([r, c]);
          assert.ok(x >= 0 && x + box.wide <= box.width + 1e-6, `cell ${c} ends at ${x + box.wide}`);
          assert.ok(panel.flat || box.font >= 9 || box.wide < 16, "numbers are readable, or the table scrolls");
          assert.ok(y + box.high <= box.height);
          assert.deepEqual(box.cellAt(x + box.wide / 2, y + box.high / 2), [r, c]);
        });
      });
      assert.equal(box.cellAt(-1, -1), null);
    });
  }
}

test("a list that is too long breaks into lines", () => {
  const box = arrayLayout(list(60), 220);
  assert.ok(box.corner([0, 59])[1] > box.corner([0, 0])[1]);
});

test("an empty list takes a line and has no cell", () => {
  const box = arrayLayout(list(0), 360);
  assert.ok(box.height > 20);
  assert.equal(box.cellAt(10, 10), null);
});

const heap = (n) => ({ parents: Array.from({ length: n }, (_, k) => (k ? (k - 1) >> 1 : -1)), binary: true });

test("in a heap a parent stands between its children, and no nodes touch", () => {
  for (let n = 1; n <= 63; n += 1) {
    const { points, radius } = treeLayout(heap(n), 720);
    for (let k = 0; 2 * k + 2 < n; k += 1) {
      assert.ok(Math.abs(points[k][0] - (points[2 * k + 1][0] + points[2 * k + 2][0]) / 2) < 1e-6);
    }
    points.forEach(([x, y], i) => {
      for (const [a, b] of points.slice(i + 1)) assert.ok(Math.hypot(x - a, y - b) > 2 * radius - 1e-6);
    });
  }
});

test("a tree of any shape stays in its panel, children below their parents", () => {
  const shapes = [[-1], [-1, 0, 1, 2, 3], [-1, 0, 0, 0, 1, 1, 3, 6], [-1, ...Array(200).fill(0)]];
  for (const parents of shapes) {
    for (const width of [220, 720]) {
      const { points, radius, height } = treeLayout({ parents, binary: false }, width);
      assert.ok(radius > 0);
      points.forEach(([x, y], i) => {
        assert.ok(x >= 0 && x <= width && y >= 0 && y <= height, `node ${i} at ${x}, ${y}`);
        if (parents[i] >= 0) assert.ok(y > points[parents[i]][1]);
      });
    }
  }
});

test("trees stand side by side, and parents may follow their children", () => {
  const { points, height } = treeLayout({ parents: [2, -1, -1, 0], binary: false }, 400);
  const levels = points.map(([, y]) => y);
  assert.ok(levels[2] === levels[1] && levels[0] > levels[2] && levels[3] > levels[0] && height > levels[3]);
  assert.equal(new Set(points.map(String)).size, 4, "each has its place");
  const sorted = treeLayout({ parents: [-1, 0, 0, 1], binary: false }, 400).points;
  const shuffled = treeLayout({ parents: [2, 2, -1, 0], binary: false }, 400).points;
  assert.deepEqual(shuffled[2], sorted[0], "the root");
  assert.deepEqual(treeLayout({ parents: [], binary: false }, 400).points, []);
});

test("the node nearest to a place is found, if it is there and in reach", () => {
  const points = [
    [0, 0],
    [10, 0],
    [100, 0],
  ];
  assert.equal(nearestNode(points, [true, true, true], 7, 0, 20), 1);
  assert.equal(nearestNode(points, [true, false, true], 7, 0, 20), 0, "not born yet");
  assert.equal(nearestNode(points, [true, true, true], 50, 0, 20), null);
});

test("on a phone the nodes of a small tree keep their labels, and hold them", () => {
  const leaves = Array.from({ length: 25 }, (_, i) => 1 + (i % 5));
  const fans = { parents: [-1, ...Array(5).fill(0), ...leaves], binary: false };
  for (const panel of [heap(15), heap(31), fans]) {
    const { radius } = treeLayout(panel, 303);
    assert.ok(nodeFont("7", radius) >= 9, `radius ${radius}`);
    assert.ok(0.6 * nodeFont("7", radius) < 2 * radius);
  }
  assert.ok(nodeFont("12", treeLayout(heap(31), 303).radius) >= 9);
  assert.equal(nodeFont("7", treeLayout(heap(127), 303).radius), 0);
  assert.equal(nodeFont("1234", 5), 0, "too wide");
});

test("the pieces of a line of code make up the line", async () => {
  const { pieces } = await load('export { pieces } from "./panels/code.jsx";');
  const line = `    if heap[0] < 12 and name != "for": return None  # a comment with if`;
  const found = pieces(line);
  assert.equal(found.map(([, text]) => text).join(""), line);
  const of = (kind) => found.filter(([k]) => k === kind).map(([, text]) => text);
  assert.deepEqual(of("word"), ["if", "and", "return", "None"]);
  assert.deepEqual(of("number"), ["0", "12"]);
  assert.deepEqual(of("string"), ['"for"']);
  assert.deepEqual(of("comment"), ["# a comment with if"]);
});

// The recursion over items of 1 kg and 1 kg with 2 kg of room: 7 calls, 6 questions.
const folded = {
  parents: [-1, 0, 1, 1, 0, 4, 4],
  cells: [
    [2, 2],
    [1, 2],
    [0, 2],
    [0, 1],
    [1, 1],
    [0, 1],
    [0, 0],
  ],
  rows: ["0", "1", "2"],
  columns: ["0", "1", "2"],
  upward: true,
};

test("nodes of one cell stand apart in the tree and together in the table", () => {
  const box = foldLayout(folded, 360);
  assert.deepEqual(box.counts, [1, 1, 1, 2, 1, 1]);
  const [before, after] = [box.pointsAt(0), box.pointsAt(1)];
  assert.ok(before[3][0] !== before[5][0], "two calls");
  assert.deepEqual(after[3], after[5], "one question");
  assert.deepEqual(after[0], box.home[0]);
  for (let i = 0; i < 7; i += 1) assert.ok(Math.abs(before[i][1] - after[i][1]) < 1e-9, "they slide sideways");
});

test("a pointer finds the nearest node, or the cell below it once they have met", () => {
  const box = foldLayout(folded, 360);
  const tree = box.pointsAt(0);
  assert.equal(box.nearestCell(tree, 0, ...tree[5]), 3);
  assert.equal(box.nearestCell(tree, 0, tree[5][0], tree[5][1] + 300), null);
  assert.equal(box.nearestCell(box.pointsAt(1), 1, ...box.home[4]), 4);
  assert.equal(box.nearestCell(box.pointsAt(1), 1, box.left + 1, box.top + 2.5 * box.high), null, "never asked");
});

test("arrow keys walk over the cells that were asked, row by row", () => {
  const { places, neighbour } = foldLayout(folded, 360);
  const go = (from, by) => places[neighbour(from, by)];
  assert.deepEqual(go(0, [0, -1]), [1, 2]);
  assert.deepEqual(go(1, [-1, 0]), [1, 1]);
  assert.deepEqual(go(0, [-1, 0]), [2, 2], "nothing there: stay");
  assert.deepEqual(go(0, [0, 1]), [2, 2]);
});

test("a tree that grows downward, deeper than its table, stays on the sheet", () => {
  const box = foldLayout(
    {
      ...folded,
      parents: [-1, 0, 1, 2],
      cells: [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 2],
      ],
      upward: false,
    },
    300,
  );
  for (const share of [0, 0.5, 1])
    for (const [x, y] of box.pointsAt(share)) assert.ok(x >= box.left && x <= 300 && y > box.top && y < box.height);
});

const sheet = (rows, columns, hands = true) => ({
  rows: Array.from({ length: rows }, (_, r) => String(r)),
  columns: Array.from({ length: columns }, (_, c) => String(c)),
  cells: hands ? Array.from({ length: rows }, () => Array(columns).fill("12")) : null,
});

test("the cells of a worksheet are numbered row by row after the first, and found under a pointer", () => {
  for (const panel of [sheet(5, 9), sheet(2, 1), sheet(41, 1001, false)]) {
    const box = sheetLayout(panel, 360);
    const last = (panel.rows.length - 1) * panel.columns.length - 1;
    for (const number of [0, Math.floor(last / 2), last]) {
      const cell = box.cellOf(number);
      assert.equal(box.numberOf(cell), number);
      const [x, y] = box.corner(cell);
      assert.deepEqual(box.cellAt(x + box.wide / 2, y + box.high / 2), cell);
      assert.ok(x + box.wide <= 360 + 1e-6 && y + box.high <= box.height);
    }
    assert.equal(box.cellAt(1, 1), null);
  }
});

test("an arrow runs from border to border, through the gap between the rows", () => {
  const box = sheetLayout(sheet(5, 9), 720);
  const heights = (from, to) =>
    box
      .arrow(from, to)
      .match(/[\d.]+/g)
      .filter((_, i) => i % 2)
      .map(Number);
  const [, y] = box.corner([3, 0]);
  for (const from of [
    [2, 0],
    [2, 4],
    [2, 8],
  ])
    for (const at of heights(from, [3, 4])) assert.ok(at <= y && at >= y - box.pitch + box.high, "between the rows");
  for (const at of heights([3, 1], [3, 6])) assert.ok(at >= y + box.high && at <= y + box.pitch, "below the row");
});

test("a table that may have arrows has gaps between its rows, and keeps them when it has none", () => {
  const heights = [
    undefined,
    [],
    [
      [
        [0, 0],
        [1, 1],
      ],
    ],
  ].map((arrows) => arrayLayout({ ...table(4, 9), arrows }, 360).height);
  assert.ok(heights[0] < heights[1]);
  assert.equal(heights[1], heights[2]);
  const box = arrayLayout({ ...table(4, 9), arrows: [] }, 360);
  const [x, y] = box.corner([2, 3]);
  assert.deepEqual(box.cellAt(x + 5, y + 5), [2, 3]);
});

test("a tree asks for the width at which its labels can be read", () => {
  const broad = { parents: [-1, ...Array(60).fill(0)], binary: false };
  const width = legibleWidth(broad);
  assert.ok(width > 800 && nodeFont("12", treeLayout(broad, width).radius) >= 9);
  assert.equal(nodeFont("12", treeLayout(broad, 400).radius), 0);
  const tight = legibleWidth({ ...broad, labels: Array(61).fill("12") }, 9, true);
  assert.ok(tight < 0.7 * width && nodeFont("12", treeLayout(broad, tight).radius) >= 9, `${tight}`);
  assert.ok(legibleWidth({ parents: [-1, 0, 0], binary: false }) < 60);
  assert.equal(legibleWidth({ parents: [-1], binary: false }), 0);
  assert.equal(legibleWidth({ parents: heap(31).parents, binary: true }), 0, "a heap keeps its width");
  const crowd = { parents: [-1, ...Array(900).fill(0)], binary: false };
  assert.equal(legibleWidth(crowd), 1600);
  assert.equal(legibleWidth(crowd, 18), 3200, "letters of twice the size have twice the room");
});

test("a worksheet of long numbers scrolls sideways where they would be too small to read", () => {
  const long = { ...sheet(3, 15), cells: Array.from({ length: 3 }, () => Array(15).fill("12,345")) };
  assert.ok(sheetLayout(long, 360).width > 360 && sheetLayout(long, 360).font >= 8.9);
  assert.ok(Math.abs(sheetLayout(sheet(5, 9), 360).width - 360) < 1e-6);
});
for (const [room, width] of [
  [15, 300],
  [15, 720],
  [31, 330],
  [3, 240],
]) {
  test(`a heap with room for ${room} fits ${width} px, as a tree and as a list`, () => {
    const box = heapLayout(room, width);
    const all = Array.from({ length: room }, (_, k) => k);
    const [nodes, cells] = [all.map((k) => box.node(k)), all.map((k) => box.cell(k))];
    for (const [x, y] of nodes) assert.ok(x >= box.radius - 1 && x <= width - box.radius + 1 && y > box.radius);
    for (const [x, y] of cells) {
      assert.ok(x - box.wide / 2 >= -1 && x + box.wide / 2 <= width + 1 && y + box.high / 2 <= box.height);
    }
    assert.ok(Math.max(...nodes.map((p) => p[1])) + box.radius < Math.min(...cells.map((p) => p[1])) - box.high / 2);
    for (const places of [nodes, cells]) assert.equal(new Set(places.map(String)).size, room);
    assert.ok(box.node(0, true)[1] < box.node(0)[1] && box.cell(0, true)[1] < box.cell(0)[1]);
  });
}
