import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.js";

const { framesOf, roomOf, tallest } = await load(`export { framesOf, roomOf, tallest } from "./room.js";`);

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

/** A model of two controls that shows in words where they stand. */
const controls = [
  { name: "n", kind: "slider", labels: Array.from({ length: 9 }, String), index: 2 },
  { name: "kind", kind: "choice", labels: ["a", "b"], index: 0 },
];
const spec = { model: "any.one", controls };
const showing = (setting) => [{ kind: "text", title: "", text: setting.join(" "), describe: `at ${setting}` }];

test("the room of a model is the same whether its states were made ahead or not", async () => {
  const frames = await framesOf(spec, showing);
  const never = () => assert.fail("a state that was made ahead is made again");
  assert.deepEqual(roomOf({ ...spec, frames }, never, [2, 0]), roomOf(spec, showing, [2, 0]));
});

test("a state is made once, though several settings lead to it", async () => {
  const seen = (await framesOf(spec, (setting) => setting.join(" "))).toSorted();
  assert.deepEqual(seen, [...new Set(seen)]);
  for (const end of ["0 0", "8 0", "2 1", "8 1", "4 1"]) assert.ok(seen.includes(end), `${end} in ${seen}`);
});

test("between the states of a model the page gets its turn", async () => {
  let turns = 0;
  const other = setInterval(() => (turns += 1), 0);
  const slow = (setting) => {
    for (const until = performance.now() + 10; performance.now() < until; );
    return showing(setting);
  };
  const frames = await framesOf(spec, slow);
  clearInterval(other);
  assert.ok(turns >= frames.length / 2, `${turns} turns, ${frames.length} states`);
});

test("the tallest of some texts are those of most lines, at any width", () => {
  const [long, broken] = ["m".repeat(60), "i\ni\ni"];
  assert.deepEqual(tallest(["", "short", broken, long]), [long, broken]);
  assert.deepEqual(tallest([]), []);
  assert.deepEqual(tallest(["", ""]), []);
});
