/** Python in colours: the classes are those of the book's own highlighting, which is Pygments'. */
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/python";

/** Tags of the grammar and the classes that Pygments gives the same words. */
export const classes = tagHighlighter([
  { tag: [tags.controlKeyword, tags.definitionKeyword, tags.keyword], class: "k" },
  { tag: [tags.operatorKeyword], class: "ow" },
  { tag: [tags.moduleKeyword], class: "kn" },
  { tag: [tags.bool, tags.null, tags.self], class: "kc" },
  { tag: [tags.number], class: "mi" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: [tags.comment], class: "c1" },
  { tag: [tags.operator], class: "o" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: "nf" },
  { tag: [tags.meta], class: "nd" },
]);

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escaped = (text) => text.replace(/[&<>"]/g, (c) => escapes[c]);

/** Return a source as HTML. */
export function highlight(source) {
  let html = "";
  highlightCode(
    source,
    parser.parse(source),
    classes,
    (text, names) => {
      html += names ? `<span class="${names}">${escaped(text)}</span>` : escaped(text);
    },
    () => {
      html += "\n";
    },
  );
  return html;
}
