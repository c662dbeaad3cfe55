import assert from "node:assert/strict";
import { test } from "node:test";
import { excerpt, finder, normal, parted, split } from "../../lib/glassbox/page/js/find.js";

/** @type {import("../../lib/glassbox/page/js/find.js").Page[]} */
const pages = [
  {
    url: "heaps.html",
    places: [
      ["", "Heaps", "How a list becomes a priority queue."],
      ["sort", "Heapsort", "A heap sorts in place; it is not stable."],
    ],
  },
  { url: "ap.html", places: [["", "Mean average precision (mAP)", "One number for a detector, and a heap of tools."]] },
  {
    url: "adam.html",
    places: [
      ["", "Adam", "Each step has its size from both means.", ["optimiser"]],
      ["race", "Run a race", "On this map the paths of two methods race, with β_2 = 0.9.", ["赛跑", "warm-up race"]],
      ["end", "Stop", "And the race ends."],
    ],
  },
];
const find = await finder(pages);
const firsts = (asked) => find(asked).map(({ url, hits }) => [url, hits[0].to]);

test("the title of a page counts most, then that of a section, then the text", () => {
  assert.deepEqual(firsts("map")[0], ["ap.html", "ap.html"]);
  assert.deepEqual(firsts("heapsort")[0], ["heaps.html", "heaps.html#sort"]);
  assert.deepEqual(firsts("heap"), [
    ["heaps.html", "heaps.html"],
    ["ap.html", "ap.html"],
  ]);
});

test("all words are wanted, one with a slip too; if no place has all, some", () => {
  assert.deepEqual(firsts("the heap sorts"), [["heaps.html", "heaps.html#sort"]]);
  assert.equal(firsts("precison")[0][0], "ap.html");
  assert.equal(firsts("optimisers")[0][0], "adam.html");
  assert.equal(firsts("priority unicorn")[0][0], "heaps.html");
  assert.deepEqual(find("unicorn"), []);
  assert.deepEqual(find("of the"), []);
});

test("a word is one whatever its number and its letters", () => {
  assert.deepEqual(["Heaps", "queries", "loss", "AP", "the"].map(normal), ["heap", "query", "loss", "ap", ""]);
});

test("a word is one in British and American, with a hyphen and without", async () => {
  assert.deepEqual(["normalize", "optimizers", "discretization", "size"].map(normal), [
    "normalise",
    "optimiser",
    "discretisation",
    "size",
  ]);
  const warm = await finder([{ url: "adam.html", places: [["", "Adam", "A warm-up first."]] }]);
  assert.equal(warm("warmup")[0].url, "adam.html");
});

test("what the book writes as two words is found as one, and a number does not hide a word", () => {
  const known = new Set(["layer", "norm", "ap", "50", "quick"]);
  assert.deepEqual(
    ["layernorm", "AP50", "quicksand", "norm"].map((word) => parted(word, known)),
    ["layer norm", "AP 50", "quicksand", "norm"],
  );
  assert.equal(firsts("mAP@0.5:0.95")[0][0], "ap.html");
});

test("another name leads to its place, before one that says the words", () => {
  assert.deepEqual(firsts("赛跑")[0], ["adam.html", "adam.html#race"]);
  assert.deepEqual(firsts("optimiser")[0], ["adam.html", "adam.html"]);
});

test("a letter is found by its name, and with its number", () => {
  for (const asked of ["β₂", "beta2", "beta_2", "β"])
    assert.deepEqual(firsts(asked)[0], ["adam.html", "adam.html#race"]);
  assert.deepEqual(["β_2", "beta", "Epsilon", "ε", "eps"].map(normal), ["β2", "β", "ε", "ε", "ε"]);
});

test("what the book writes as one word is found as two", () => {
  assert.deepEqual(firsts("heap sort")[0], ["heaps.html", "heaps.html#sort"]);
});

test("a question may be long: what it asks for counts, on one page more than on two", async () => {
  const found = await finder([
    {
      url: "one.html",
      places: [
        ["", "One", "How to find, what to use."],
        ["s", "Streams", "A stream."],
        ["m", "Middle", "The median."],
      ],
    },
    { url: "two.html", places: [["", "Two", "The median, the median, the median."]] },
  ]);
  assert.deepEqual(
    found("stream, median").map(({ url }) => url),
    ["one.html", "two.html"],
  );
  assert.deepEqual(
    found("how do I use the middle").map(({ hits }) => hits.map(({ to }) => to)),
    [["one.html#m"]],
  );
});

test("few of many words are no answer where a place has most", () => {
  const hits = find("a heap sorts in place and unicorns").flatMap((page) => page.hits.map(({ to }) => to));
  assert.deepEqual(hits, ["heaps.html#sort"]);
});

test("a word that is known brings no longer ones that begin with it", async () => {
  const found = await finder([
    { url: "a.html", places: [["", "Eta", "Eta."]] },
    { url: "b.html", places: [["", "B", "Etalon."]] },
  ]);
  assert.deepEqual(
    found("eta").map(({ url }) => url),
    ["a.html"],
  );
  assert.deepEqual(
    found("etal").map(({ url }) => url),
    ["b.html"],
  );
});

test("Chinese is found by pairs of characters", () => {
  assert.deepEqual(split("人脸识别 a 堆"), ["人脸", "脸识", "识别", "a", "堆"]);
});

test("a glossary is no answer where a chapter may have one", async () => {
  const known = await finder([
    { url: "chapter.html", places: [["", "Boxes", "Boxes in a matrix."]] },
    { url: "words.html", weight: 0.01, places: [["", "Words", "A confusing matrix."]] },
  ]);
  assert.equal(known("confusing matrix")[0].url, "chapter.html");
});

test("an excerpt stands around the words found, and marks them", () => {
  const text = `${"far ".repeat(60)}away there are two heaps, and ${"more ".repeat(60)}`;
  const pieces = excerpt(text, ["heap"], 80);
  assert.deepEqual(
    pieces.filter(([, found]) => found).map(([word]) => word),
    ["heaps"],
  );
  assert.equal(pieces[0][0], "… ");
  const whole = pieces.map(([part]) => part).join("");
  assert.ok(whole.length < 90 && /two heaps, and/.test(whole));
  assert.deepEqual(excerpt("Short.", ["no"]), [["Short.", false]]);
});

test("while the words of the book are put in order the page gets its turn", async () => {
  let turns = 0;
  const other = setInterval(() => (turns += 1), 0);
  const words = Array.from({ length: 20_000 }, (_, i) => `word${i}`).join(" ");
  await finder([{ url: "long.html", places: Array.from({ length: 6 }, (_, i) => [`a${i}`, `Part ${i}`, words]) }]);
  clearInterval(other);
  assert.ok(turns >= 3, `${turns} turns`);
});
