/** What the hand moves over: a table that explains itself, and a rucksack to pack. */
import { array, matrix } from "../figures/js/panels.js";
import { explain, labels, sourcesOf, tableOf, wayOf, written } from "./tables.js";

const LARGE = { rows: 13, columns: 17 }; // beyond, a table is seen from afar and its cell from near

/**
 * One panel a table, or two where it is large.
 * @param {{item?: number, kg?: number, walk?: boolean, filled?: boolean}} at the chosen cell, whether to walk back from
 *   it, and whether the second table is filled in below row 0
 * @param {any} things with `exact`, for each table whether it is about filling exactly
 */
export function table({ item = 0, kg = 0, walk = false, filled = true }, things) {
  const { weights, capacity, exact } = things;
  const large = weights.length + 1 > LARGE.rows || capacity + 1 > LARGE.columns;
  return exact.flatMap((kind, which) => {
    const rows = tableOf(things, kind);
    const { path, items } = wayOf(things, kind, item, kg);
    const seen = { things, kind, rows, path, items, cell: /** @type {[number, number]} */ ([item, kg]), walk };
    const shown = large ? [afar(seen), near(seen)] : [whole(seen)];
    return which > 0 && !filled ? shown.map(emptied) : shown;
  });
}

/** A panel without what stands below row 0, and without what it would say of that. */
function emptied(panel) {
  const bare = { ...panel, describe: "", marks: [], arrows: [], highlight: [] };
  if (panel.kind === "matrix") return { ...bare, missing: panel.values.map((row) => row.map(() => 1)) };
  return { ...bare, cells: panel.cells.map((row, r) => row.map((text) => (r ? "" : text))) };
}

const titles = { false: "At most j", true: "Exactly j" };
const titleOf = ({ things, kind }) => (things.exact.length > 1 || kind ? titles[kind] : "");

function whole(seen) {
  const { things, rows, path, cell, walk } = seen;
  const sources = sourcesOf(things, ...cell);
  const way = walk ? path : path.slice(0, 2);
  const marks = [...sources.map((at) => [...at, "read"]), ...way.slice(1).map((at) => [...at, "path"])];
  const last = new Map([...marks, [...cell, "write"]].map((mark) => [`${mark[0]},${mark[1]}`, mark]));
  return array({
    cells: rows.map((row) => row.map(written)),
    rows: labels(things),
    xlabel: `${things.unit} j`,
    ylabel: "item i",
    title: titleOf(seen),
    marks: [...last.values()],
    arrows: walk ? path.slice(1).map((to, k) => [path[k], to]) : sources.map((from) => [from, cell]),
    legend: { write: "chosen", read: "read for it", path: walk ? "on the way back" : "the better of what was read" },
    pick: { row: "item", column: "kg" },
    describe: explain(seen),
  });
}

/** The whole of a large table, as a picture: the chosen cell, or the way back from it. */
function afar(seen) {
  const { things, kind, rows, path, walk } = seen;
  const finite = rows.map((row) => row.map((x) => (x === -Infinity ? 0 : x)));
  return matrix({
    values: finite,
    missing: kind ? rows.map((row) => row.map((x) => Number(x === -Infinity))) : null,
    missing_label: "no subset weighs that",
    vmin: Math.min(...finite.map((row) => Math.min(...row))),
    vmax: Math.max(1, ...finite.map((row) => Math.max(...row))),
    rows: labels(things),
    xlabel: `${things.unit} j`,
    ylabel: "item i",
    title: titleOf(seen),
    square: false,
    highlight: walk ? path : path.slice(0, 1),
    pick: { row: "item", column: "kg" },
    describe: explain(seen),
  });
}

/** The chosen cell of a large table, the row above it, and the columns around what was read. */
function near({ things, rows, cell: [i, j], path }) {
  const sources = sourcesOf(things, i, j);
  const wanted = [...sources.map(([, c]) => c), j].flatMap((c) => [c - 1, c, c + 1]);
  const shown = [...new Set(wanted)].filter((c) => c >= 0 && c <= things.capacity).sort((a, b) => a - b);
  const columns = shown.flatMap((c, k) => (k && c > shown[k - 1] + 1 ? [null, c] : [c]));
  const above = Math.max(0, i - 1);
  const at = (/** @type {any} */ [r, c]) => [r - above, columns.indexOf(c)];
  const target = at([i, j]);
  const better = path.length > 1 ? at(path[1]) : [];
  const mark = (cell) => (String(cell) === String(better) ? "path" : "read");
  return array({
    cells: rows.slice(above, i + 1).map((row) => columns.map((c) => (c === null ? "" : written(row[c])))),
    rows: labels(things).slice(above, i + 1),
    columns: columns.map((c) => (c === null ? "…" : written(c))),
    xlabel: `${things.unit} j`,
    ylabel: "item i",
    marks: [...sources.map(at).map((cell) => [...cell, mark(cell)]), [...target, "write"]],
    arrows: sources.map((from) => [at(from), target]),
    legend: { write: "chosen", read: "read for it", path: "the better of what was read" },
  });
}

export { pack } from "./pack.js";
