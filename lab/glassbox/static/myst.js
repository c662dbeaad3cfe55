/**
 * The roles and directives of a chapter as plain Markdown, for JupyterLab, which knows none of them.
 *
 * Only what the chapters use is translated; what else there is stays as it is written. What is
 * numbered is counted in the order of the cells of its chapter.
 */

const DIRECTIVE = /^(`{3,}|:{3,})\{([\w-]+)\} *(.*)\n([\s\S]*?)^\1 *$/gm;
const OPTION = /^:[\w-]+:.*\n/gm;
const EQUATION = /\$\$([^$]*)\$\$ \(([\w-]+)\)$/gm;
const ROLE = /(?<!`)\{([a-z]+)(?::[a-z]*)?\}`(?:([^`<]*?) *<)?([^`<>]+)>?`/g;

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @typedef {{code: boolean, source: string, id?: string}} Cell */

const code = (cells) => cells.map((cell) => (cell.code ? cell.source : "")).join("\n");
const prose = (cells) => cells.map((cell) => (cell.code ? "" : cell.source)).join("\n");
const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);

/** Names that a chapter takes from a topic's figures. */
const TAKEN = /^from glassbox\.\w+\.figures import \(?([\w\s,]+?)\)?$/gm;

/** What a line that shows a figure looks like: it calls a figure, or a name that was taken. */
function shows(cells) {
  const taken = all(code(cells), TAKEN).flatMap((names) => names.match(/\w+/g) ?? []);
  const makers = ["figures\\.\\w+", "explore", "replay\\w*", "simulate", ...taken];
  return new RegExp(`^(?:\\w+ = )?(?:${makers.join("|")})\\(`, "m");
}

/**
 * The labels of figures, in the order of the cells: names that code gives, and ids of cells that
 * show a figure and start with a word by which the text refers to things (`dp-table`).
 * @param {Cell[]} cells
 */
function figures(cells) {
  const words = new Set(all(prose(cells), /\{(?:numref|eq|ref|glue:\w*)\}`(\w+)-/g));
  const shown = shows(cells);
  return cells.flatMap(({ code, source, id = "" }) => {
    if (!code) return [];
    const named = all(source, /\bname="(\w+-[\w-]+)"/g);
    const labelled = shown.test(source) && id.includes("-") && words.has(id.split("-")[0]);
    return named.length || !labelled ? named : [id];
  });
}

/**
 * The number of what a chapter refers to, and the word before it, by its label.
 * @param {Cell[]} cells
 * @returns {Map<string, {word: string, number: number}>}
 */
export function numbers(cells) {
  const lists = {
    "Fig.": figures(cells),
    Table: all(code(cells), /:name: *([\w-]+)/g),
    Equation: all(prose(cells), /\$\$ \(([\w-]+)\)$/gm),
    Exercise: all(prose(cells), /\{exercise\}.*\n:label: *([\w-]+)/g),
  };
  const counted = Object.entries(lists).map(([word, labels]) =>
    [...new Set(labels)].map((label, i) => /** @type {const} */ ([label, { word, number: i + 1 }])),
  );
  return new Map(counted.flat());
}

/** The place of the cell that draws a figure or a table, or -1. */
export const maker = (cells, name) => {
  const own = cells.findIndex(({ code, id }) => code && id === name);
  const names = (source) => source.includes(`"${name}"`) || source.includes(`:name: ${name}\\n`);
  return own < 0 ? cells.findIndex(({ code, source }) => code && names(source)) : own;
};

/** The label that a printed table has. */
export const tableName = (source) => /^:name: *([\w-]+)$/m.exec(source)?.[1];

/** A work as its key tells it: `kingma2015adam` is Kingma 2015. */
function work(key) {
  const [, name, year] = /^([a-z]+)(\d{4})/.exec(key.trim()) ?? [];
  return name ? `${upper(name)} ${year}` : key.trim();
}

/** What is shown of a glued value: its text, a string without its quotes. */
export const shown = (text) => text.replace(/^(['"])([\s\S]*)\1$/, "$2");

/**
 * The Markdown of a MyST text.
 * @param {string} source
 * @param {ReturnType<typeof numbers>} labels
 * @param {Map<string, string>} values the glued values by key; one that is not there yet is a dash
 */
export function translate(source, labels, values) {
  const count = (label) => labels.get(label)?.number ?? label;
  const named = (label) => (labels.has(label) ? `${labels.get(label).word} ${count(label)}` : label);
  const roles = {
    numref: (key) => (labels.has(key) ? `[${named(key)}](#gb-figure-${key})` : key),
    eq: (key) => `(${count(key)})`,
    ref: (key, words) => words ?? named(key),
    glue: (key) => `<span class="gb-glue" title="${escaped(key)}">${escaped(values.get(key) ?? "–")}</span>`,
    api: (key, words) => words ?? `\`${key}\``,
    repo: (key) => `\`${key}\``,
    check: (key) => `[✓](#gb-check-${key} "checked: open the check")`,
    cite: (keys) => `[${keys.split(",").map(work).join("; ")}]`,
  };
  const box = (head, body) => `<blockquote>\n\n**${head}.**\n\n${body}\n\n</blockquote>\n`;
  const fold = (label, body) => `<details>\n<summary>Solution of exercise ${count(label)}</summary>\n\n${body}`;
  const end = "\n\n</details>\n";
  const directives = {
    exercise: (title, body, label) => box((named(label) ?? "Exercise") + (title && ` (${title})`), body),
    solution: (label, body) => fold(label, body) + end,
    "solution-start": (label) => fold(label, ""),
    "solution-end": () => end,
    table: (title, body, label) => `**${named(label) ?? "Table"}.** ${title}\n\n${body}\n`,
    bibliography: () => "The works are listed at the end of this chapter in the built book.",
    admonition: box,
    note: (_, body) => box("Note", body),
    warning: (_, body) => box("Warning", body),
  };
  const direct = (found, _, name, title, inside) => {
    const label = /^:(?:label|name): *([\w-]+)/m.exec(inside)?.[1];
    return directives[name]?.(title.trim(), inside.replace(OPTION, "").trim(), label) ?? found;
  };
  const text = source
    .replace(EQUATION, (_, math, label) => `$$${math.trimEnd()} \\tag{${count(label)}}${/\s*$/.exec(math)[0]}$$`)
    .replace(DIRECTIVE, direct)
    .replace(ROLE, (found, role, words, key) => roles[role]?.(key, words) ?? found);
  return balanced(text);
}

/** Solutions span cells: each text closes what it opened, and nothing else. */
function balanced(text) {
  let open = 0;
  const kept = text.replace(/<details>|<\/details>/g, (tag) => {
    if (tag === "<details>") open += 1;
    else if (open === 0) return "";
    else open -= 1;
    return tag;
  });
  return kept + "\n\n</details>\n".repeat(open);
}
