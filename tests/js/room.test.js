import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.js";

const { roomOf } = await load(`export { roomOf } from "./room.js";`);

/** A figure of one panel in some states, as the page's data say it. */
function listing(kind, base, vary) {
  const pool = [];
  const put = (value) => pool.push(value) - 1;
  return {
    pool,
    panels: [
      {
        kind,
        base: Object.fromEntries(Object.entries(base).map(([name, value]) => [name, put(value)])),
        vary: Object.fromEntries(Object.entries(vary).map(([name, values]) => [name, values.map(put)])),
      },
    ],
  };
}

const axes = { xlabel: "n", ylabel: "", xlim: [0, 1], layers: [] };

test("axes that come after a hundred titles have room too", () => {
  const titles = Array.from({ length: 200 }, (_, i) => `step ${i}`);
  const tops = titles.map((_, i) => [0, i < 150 ? 1 : 1000]);
  const [{ states }] = roomOf(listing("plot", axes, { title: titles, ylim: tops })).panels;
  assert.deepEqual(
    states.map(({ ylim }) => ylim),
    [
      [0, 1],
      [0, 1000],
    ],
  );
});

test("a plot that is dragged has room for its handle in each state", () => {
  const drag = { control: "n", x: [0, 1] };
  const tops = [
    [0, 1],
    [0, 1000],
  ];
  const [{ states }] = roomOf(listing("plot", { ...axes, drag }, { ylim: tops })).panels;
  assert.deepEqual(
    states.map((state) => state.drag),
    [drag, drag],
  );
});

test("a table has the words of all its states, a picture its sizes", () => {
  const rows = Array.from({ length: 150 }, (_, i) => [[String(i)]]);
  const [table] = roomOf(listing("table", { columns: ["n"], title: "" }, { rows })).panels;
  assert.equal(table.states.length, 150);
  const [image] = roomOf(listing("image", { width: 10 }, { height: [5, 20] })).panels;
  assert.deepEqual(
    image.states.map(({ height }) => height),
    [5, 20],
  );
});
