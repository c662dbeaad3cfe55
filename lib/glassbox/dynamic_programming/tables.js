/** Tables of the 0/1 knapsack and what they say: `knapsack_table` and `knapsack_items`, in the reader's hand. */

/** @typedef {{weights: number[], values: number[], capacity: number, names: string[], unit: string}} Things */

/**
 * The table F_i(j): row i is about the first i items.
 * @param {Things} things
 * @param {boolean} exact whether the weights must be j exactly
 */
export function knapsackTable({ weights, values, capacity }, exact = false) {
  const start = Array.from({ length: capacity + 1 }, (_, j) => (exact && j > 0 ? -Infinity : 0));
  return weights.reduce(
    (rows, weight, i) => {
      const above = rows[i];
      rows.push(above.map((leave, j) => (weight > j ? leave : Math.max(leave, above[j - weight] + values[i]))));
      return rows;
    },
    [start],
  );
}

/** The cells that cell (i, j) is made of, as the code reads them. */
export function sourcesOf({ weights }, i, j) {
  if (i === 0) return [];
  const rest = j - weights[i - 1];
  return rest < 0 ? [[i - 1, j]] : [[i - 1, j], [i - 1, rest]]; // biome-ignore format: a pair of cells
}

/** The way from cell (i, j) back to row 0, and the items taken on it, by index; none from where no subset leads. */
export function wayOf(things, exact, i, j) {
  const [rows, { weights }] = [tableOf(things, exact), things];
  const path = [[i, j]];
  const items = [];
  for (let k = rows[i][j] === -Infinity ? 0 : i; k > 0; k -= 1) {
    const [, at] = path.at(-1);
    const taken = rows[k][at] !== rows[k - 1][at];
    if (taken) items.unshift(k - 1);
    path.push([k - 1, taken ? at - weights[k - 1] : at]);
  }
  return { path, items };
}

const kept = new WeakMap();

/** The table of some constants, made once. */
export function tableOf(things, exact) {
  if (!kept.has(things)) kept.set(things, {});
  const made = kept.get(things);
  made[exact] ??= knapsackTable(things, exact);
  return made[exact];
}

/** A number as a reader writes it: 1,458 or −∞. */
export const written = (x) =>
  x === -Infinity ? "−∞" : x.toLocaleString("en", { maximumSignificantDigits: 6 }).replace("-", "−");

const sum = (column, items) => items.reduce((total, i) => total + column[i], 0);

/** Some items with their weight and value; the names of many are left to their number. */
export function listed({ names, weights, values, unit }, items) {
  const few = items.length <= 8 ? items.map((i) => names[i]).join(" + ") : `${items.length} items`;
  return `${few || "nothing"}, ${written(sum(weights, items))} ${unit}, worth ${written(sum(values, items))}`;
}

/** Labels of the rows. */
export const labels = ({ names }) => [
  "0",
  ...names.map((name, i) => (name === String(i + 1) ? name : `${i + 1} ${name}`)),
];

/** A cell in words: its candidates, and the items it stands for. */
export function explain({ things, kind, rows, items, cell: [i, j] }) {
  const { names, values, unit } = things;
  const sources = sourcesOf(things, i, j).map(([r, c]) => written(rows[r][c]));
  let why = sources.length ? `leave ${names[i - 1]}, ${sources[0]}` : "a start value";
  if (sources.length > 1) why += `, or take it, ${sources[1]} + ${written(values[i - 1])}`;
  const holds = rows[i][j] === -Infinity ? "no subset weighs that" : listed(things, items);
  return `${kind ? "Exactly" : "At most"} ${written(j)} ${unit}: ${written(rows[i][j])} (${why}); ${holds}.`;
}
