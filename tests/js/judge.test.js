/** The judge in the Python of the page, which is newer, counts steps another way, and has a short stack. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { loadPyodide } from "pyodide";

const python = await loadPyodide();
python.FS.mkdirTree("/book/glassbox");
python.FS.writeFile("/book/glassbox/__init__.py", "");
python.FS.writeFile("/book/glassbox/judge.py", readFileSync("lib/glassbox/judge.py", "utf-8"));
python.runPython("import sys; sys.path.insert(0, '/book'); from glassbox.judge import judge");

const judged = (body) =>
  python.runPython(`
import linecache
source = ${JSON.stringify(`def f(values):\n    ${body.replaceAll("\n", "\n    ")}\n`)}
linecache.cache["cell"] = len(source), None, source.splitlines(True), "cell"
space = {"later": iter(int, 1)}
exec(compile(source, "cell", "exec"), space)
repr(judge(space["f"], sorted, [[3, 1, 2], [], [1]]))`);

test("a right function is all right, and the next one has its steps anew", () => {
  for (let i = 0; i < 3; i++) assert.equal(judged("return sorted(values)"), "✓ All right in 3 cases.");
  assert.equal(judged("return sorted(values) if sum(1 for _ in range(60000)) else 0"), "✓ All right in 3 cases.");
});

const ENDLESS = {
  "a loop on one line": "while True: pass",
  "a loop that catches all": "while True:\n    try:\n        values = values[1:]\n    except:\n        continue",
  "a comprehension": "return [x for x in later if x]",
  "a generator": "while True:\n    yield 1",
};
for (const [name, body] of Object.entries(ENDLESS)) {
  test(`${name} without end is ended`, () => {
    assert.match(judged(body), /^✗ For `f\(\[\]\)` it does not end: after 100,000 steps it is still in line \d, `/);
  });
}

const RECURSIVE = ["return f(values)", "return max(f(v) for v in [1])", "return sorted([1, 2], key=f)"];
for (const body of RECURSIVE) {
  test(`Python survives ${body}`, () => {
    assert.equal(judged(body), "✗ For `f([])` it calls itself without end; wanted is `[]`.");
    assert.equal(judged("return sorted(values)"), "✓ All right in 3 cases.");
  });
}

test("a stub is one here too", () => {
  assert.equal(judged("..."), "✎ Write your function: this cell tells whether it is right.");
  assert.equal(judged('"""Sort."""'), "✎ Write your function: this cell tells whether it is right.");
});
