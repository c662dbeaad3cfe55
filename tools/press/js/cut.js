/**
 * Cut style sheets to the rules that pages use. Reads `{css: [text], words: text}` as JSON from standard input, where the
 * words are all names of elements, classes, ids, attributes and values that pages and their scripts have; writes one
 * style sheet.
 */
import { readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const { css, words } = JSON.parse(readFileSync(0, "utf8"));
const found = await new PurgeCSS().purge({
  content: [{ raw: words, extension: "txt" }],
  css: css.map((raw) => ({ raw })),
  defaultExtractor: (text) => text.split(" "),
  keyframes: true,
  variables: true,
  safelist: {
    standard: [/^gb-/, /^bs-tooltip/, /^tag_/], // scripts put together such names
    variables: [/^--gb-/, ...words.split(" ").filter((word) => word.startsWith("--"))],
  },
  dynamicAttributes: ["data-theme", "data-mode", "aria-expanded", "aria-selected", "open", "hidden", "disabled"],
});

/** What stays as it is: strings and addresses. */
const whole = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\((?:"[^"]*"|'[^']*'|[^)"']*)\)/.source;
const comments = new RegExp(`(${whole})|/\\*[\\s\\S]*?\\*/`, "g");
const spaces = new RegExp(`(${whole})|\\s*([{};,])\\s*|\\s+`, "g");

/** A style sheet without its comments and the spaces around signs. */
const squeezed = (text) =>
  text
    .replace(comments, (_, kept) => kept ?? "")
    .replace(spaces, (_, kept, sign) => kept ?? sign ?? " ")
    .replaceAll(";}", "}");

process.stdout.write(found.map((sheet) => squeezed(sheet.css)).join("\n"));
