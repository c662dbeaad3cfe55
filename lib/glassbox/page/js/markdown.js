/**
 * The Markdown that cells show: paragraphs, headings, lists, tables, code and what stands in a
 * line. What only the build of the book knows (formulas, citations) stays as it was written.
 */
import { escaped, highlight } from "./highlight.js";

/** Return a line of Markdown as HTML. */
function inline(text) {
  const codes = [];
  const kept = escaped(text).replace(/(`+)(.+?)\1|\$([^$]+)\$/g, (_, ticks, code, formula) => {
    codes.push(ticks ? `<code class="docutils literal notranslate">${code.trim()}</code>` : `<em>${formula}</em>`);
    return `\0${codes.length - 1}\0`;
  });
  return kept
    .replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>")
    .replace(/\*(.+?)\*/g, "<em>$1</em>")
    .replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, (all, name, url) =>
      /^(https?:|#|[\w./-]+$)/.test(url) ? `<a href="${url}">${name}</a>` : all,
    )
    .replace(/\0(\d+)\0/g, (_, i) => codes[i]);
}

const cellsOf = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

function table([head, rule, ...rows]) {
  const sides = cellsOf(rule).map((mark) => (/:$/.test(mark) ? (/^:/.test(mark) ? "center" : "right") : "left"));
  const row = (line, name) =>
    `<tr>${cellsOf(line)
      .map((cell, i) => `<${name} class="text-${sides[i] ?? "left"}">${inline(cell)}</${name}>`)
      .join("")}</tr>`;
  const body = rows.map((line) => row(line, "td")).join("");
  return `<div class="pst-scrollable-table-container"><table class="table"><thead>${row(head, "th")}</thead><tbody>${body}</tbody></table></div>`;
}

/** Return Markdown as HTML. */
export function markdown(text) {
  const lines = text.split("\n");
  let html = "";
  let at = 0;
  const take = (pattern) => {
    const from = at;
    while (at < lines.length && pattern.test(lines[at])) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const fence = /^(`{3,})(\S*)/.exec(line);
    const heading = /^(#{1,6}) (.*)/.exec(line);
    if (fence) {
      at += 1;
      const code = [];
      while (at < lines.length && !lines[at].startsWith(fence[1])) code.push(lines[at++]);
      at += 1;
      const body = fence[2] === "python" ? highlight(code.join("\n")) : escaped(code.join("\n"));
      html += `<div class="highlight-python notranslate"><div class="highlight"><pre>${body}\n</pre></div></div>`;
    } else if (heading) {
      at += 1;
      html += `<p><strong>${inline(heading[2])}</strong></p>`;
    } else if (/^:::+|^:[\w-]+:/.test(line)) {
      at += 1;
      const title = /^:::+\{[^}]*\}\s*(.+)/.exec(line);
      html += title ? `<p>${inline(title[1])}</p>` : "";
    } else if (/^\s*\|/.test(line) && /^[\s|:-]+$/.test(lines[at + 1] ?? "")) {
      html += table(take(/^\s*\|/));
    } else if (/^\s*[-*+] /.test(line)) {
      html += `<ul>${take(/^\s*[-*+] /)
        .map((item) => `<li>${inline(item.replace(/^\s*[-*+] /, ""))}</li>`)
        .join("")}</ul>`;
    } else if (/^\s*\d+\. /.test(line)) {
      html += `<ol>${take(/^\s*\d+\. /)
        .map((item) => `<li>${inline(item.replace(/^\s*\d+\. /, ""))}</li>`)
        .join("")}</ol>`;
    } else if (line.trim()) {
      const part = [lines[at++], ...take(/^(?!\s*$|`{3}|#{1,6} |\s*\||:::)/)];
      html += `<p>${part.map(inline).join("\n")}</p>`;
    } else at += 1;
  }
  return html;
}
