import assert from "node:assert/strict";
import { test } from "node:test";
import { highlight } from "../../lib/glassbox/page/js/highlight.js";
import { markdown } from "../../lib/glassbox/page/js/markdown.js";

test("paragraphs and what stands in a line", () => {
  assert.equal(markdown("a **b** *c* `d*e*`\n\nf"), `<p>a <strong>b</strong> <em>c</em> ${code("d*e*")}</p><p>f</p>`);
});

test("a table with sides", () => {
  const html = markdown("| a | b |\n| --- | ---: |\n| 1 | `x\\|y` |");
  assert.match(html, /<th class="text-left">a<\/th><th class="text-right">b<\/th>/);
  assert.match(html, /<td class="text-right"><code[^>]*>x\|y<\/code><\/td>/);
});

test("lists, headings, and the directive of a table", () => {
  assert.equal(markdown("- a\n- b"), "<ul><li>a</li><li>b</li></ul>");
  assert.equal(markdown("2. a"), "<ol><li>a</li></ol>");
  assert.equal(markdown("## a"), "<p><strong>a</strong></p>");
  const html = markdown(":::{table} Races\n:name: adam-races\n\n| a |\n| --- |\n| b |\n:::");
  assert.match(html, /^<p>Races<\/p><div.*<td class="text-left">b<\/td>.*<\/div>$/);
});

test("code is highlighted, and markup in it is text", () => {
  const html = markdown("```python\ndef f(x):  # <b>\n    return '<i>'\n```");
  assert.match(html, /<span class="k">def<\/span> <span class="nf">f<\/span>/);
  assert.match(html, /&lt;b&gt;/);
  assert.doesNotMatch(html, /<[bi]>/);
});

test("markup and scripts do not get in", () => {
  assert.equal(markdown("<img onerror=x>"), "<p>&lt;img onerror=x&gt;</p>");
  assert.doesNotMatch(markdown("[a](javascript:alert(1))"), /<a/);
  assert.match(markdown("[a](https://example.org)"), /<a href="https:\/\/example.org">a<\/a>/);
});

test("a source keeps its text", () => {
  const source = 'x = {"a": [1, 2.5]}\n\nfor k in x:\n    print(f"{k!r} <")\n';
  const text = highlight(source)
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&quot;", '"');
  assert.equal(text, source);
});

function code(text) {
  return `<code class="docutils literal notranslate">${text}</code>`;
}
