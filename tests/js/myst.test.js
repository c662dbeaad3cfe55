import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { maker, numbers, shown, tableName, translate } from "../../lab/glassbox/static/myst.js";

const cells = [
  { code: true, source: 'explore(draw, name="a-first")\ndraw(name="b")\nMarkdown(":name: a-third\\n\\n")' },
  { code: true, source: 'explore(draw, name="a-second")' },
  { code: false, source: "$$\nx = 1\n$$ (a-eq)\n```{exercise} Two\n:label: a-ex\n\nWhy?\n```" },
];
const text = (source, values = []) => translate(source, numbers(cells), new Map(values)).trim();

test("references tell the number of what they refer to, in the order of the code", () => {
  assert.equal(text("{numref}`a-second`, {eq}`a-eq`"), "[Fig. 2](#gb-figure-a-second), (1)");
  assert.equal(text("{numref}`a-third`"), "[Table 1](#gb-figure-a-third)");
  assert.equal(text("{ref}`a-ex`, {ref}`below <a-part>`"), "Exercise 1, below");
});

test("a figure is told by the id of its cell, and cells that only prepare or check are not counted", () => {
  const code = (id, source) => ({ code: true, id, source });
  const chapter = [
    { code: false, source: "{numref}`dp-two` and {eq}`dp-eq`" },
    code("dp-data", "weights = [1, 2]"),
    code("dp-one", "figures.table(weights)"),
    code("show-it", "explore(draw)"),
    code("dp-check", "assert figures.table(weights)"),
    code("old-way", 'explore(draw, name="dp-old")'),
    code("dp-two", "figures.pack(\n    weights,\n)"),
  ];
  const found = [...numbers(chapter)].map(([label, { word, number }]) => `${word} ${number} ${label}`);
  assert.deepEqual(found, ["Fig. 1 dp-one", "Fig. 2 dp-old", "Fig. 3 dp-two"]);
  assert.equal(maker(chapter, "dp-two"), 6);
});

test("the cell that makes a figure or a table is found", () => {
  assert.deepEqual(
    ["a-second", "a-third", "a-ex"].map((name) => maker(cells, name)),
    [1, 0, -1],
  );
});

test("a table that a cell makes has its number and title", () => {
  const source = ":::{table} All of it\n:name: a-third\n\n| x |\n| - |\n:::";
  assert.equal(tableName(source), "a-third");
  assert.equal(text(source), "**Table 1.** All of it\n\n| x |\n| - |");
});

test("a glued value is shown once it is there, and is no markup", () => {
  assert.equal(text("{glue:text}`k`"), '<span class="gb-glue" title="k">–</span>');
  assert.equal(text("{glue:text}`k`", [["k", "a < b"]]), '<span class="gb-glue" title="k">a &#60; b</span>');
  assert.deepEqual(["'it'", '"it\'s"', "7"].map(shown), ["it", "it's", "7"]);
});

test("a mark leads to its check", () => {
  assert.equal(text("A `{set}` is. {check}`a-s`"), 'A `{set}` is. [✓](#gb-check-a-s "checked: open the check")');
  assert.equal(text("Once. {check}`a-once`"), 'Once. [✓](#gb-check-a-once "checked: open the check")');
});

test("a work is told by its key", () => {
  assert.equal(text("{cite:p}`kingma2015adam,gu2022s4`"), "[Kingma 2015; Gu 2022]");
});

test("an equation carries its number, inside a list or a box too", () => {
  assert.equal(text("$$\nx = 1\n$$ (a-eq)"), "$$\nx = 1 \\tag{1}\n$$");
  assert.equal(text("* So\n\n  $$\n  y\n  $$ (a-eq)"), "* So\n\n  $$\n  y \\tag{1}\n  $$");
  const theorem = text("```{admonition} Theorem\n:class: important\nSo\n\n$$\nx = 1\n$$ (a-eq)\n```");
  assert.equal(theorem, "<blockquote>\n\n**Theorem.**\n\nSo\n\n$$\nx = 1 \\tag{1}\n$$\n\n</blockquote>");
});

test("an exercise is a box", () => {
  const source = "```{exercise} Two\n:label: a-ex\n\nWhy?\n```";
  assert.equal(text(source), "<blockquote>\n\n**Exercise 1 (Two).**\n\nWhy?\n\n</blockquote>");
});

test("a solution is folded as far as its cell goes", () => {
  const start = text("```{solution-start} a-ex\n:class: dropdown\n```\n\nSo.");
  assert.match(start, /^<details>\n<summary>Solution of exercise 1<\/summary>\s+So\.\s+<\/details>$/);
  assert.equal(text("```{solution-end}\n```"), "");
});

test("what is no MyST of a chapter stays as it is", () => {
  const source = "A `{set}` of $x_{i}$, {unknown}`role`:\n\n```python\nf(x)\n```";
  assert.equal(text(source), source);
});

for (const name of readdirSync("chapters").filter((file) => file.endsWith(".ipynb"))) {
  test(`nothing of ${name} stays raw, and each of its references finds its number`, () => {
    const notebook = JSON.parse(readFileSync(`chapters/${name}`, "utf-8"));
    const all = notebook.cells.map((c) => ({
      code: c.cell_type === "code",
      id: c.id,
      source: [c.source].flat().join(""),
    }));
    const labels = numbers(all);
    for (const { code, source } of all) {
      if (code) continue;
      for (const [, key] of source.matchAll(/\{(?:numref|eq)\}`([^`<]+)`/g)) {
        assert.ok(labels.has(key), key);
      }
      const made = translate(source, labels, new Map());
      const raw = /^(```|:::)\{.*|\{(numref|eq|ref|cite|glue|check)[:\w]*\}`.*|^ *\$\$ \(.*/m.exec(made);
      assert.equal(raw, null, raw?.[0]);
      assert.equal(made.split("<details>").length, made.split("</details>").length);
    }
  });
}
