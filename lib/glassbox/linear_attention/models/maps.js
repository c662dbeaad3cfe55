/** Attention maps of softmax and of another similarity, and one cell of them opened: the model `maps`. */
import { short } from "../../figures/js/numbers.js";
import { bars, matrix, plot, scatter, table } from "../../figures/js/panels.js";
import { attention, prepared, sharing } from "../similarity.js";

const digits = (v, n = 3) => (v === null || Number.isNaN(v) ? "–" : short(v, n));
const largest = (rows) => Math.max(1e-12, ...rows.flat().map((v) => Math.abs(v ?? 0)));
const holes = (rows) => rows.map((row) => row.map((v) => Number(v === null)));
const filled = (rows) => rows.map((row) => row.map((v) => v ?? 0));

/** One map: unsigned in one colour, signed in two. */
function map(weights, title, stretch, axes) {
  const signed = axes.signed || weights.some((row) => row.some((w) => w < 0));
  const shared = weights.filter((row) => row.filter((w) => w !== null).length > 1); // one alone has all the weight
  const top = stretch || largest(weights) > 1 ? largest(stretch && shared.length ? shared : weights) : 1;
  const missing = weights.some((row) => row.includes(null)) ? holes(weights) : null;
  return matrix({
    values: filled(weights),
    title,
    ...axes.labels,
    vmin: signed ? -top : 0,
    vmax: top,
    colormap: signed ? "diverging" : "blues",
    missing,
    missing_label: "no weight",
    pick: { row: weights.length > 1 ? "row" : null, column: weights[0].length > 1 ? "column" : null },
    describe: axes.words,
  });
}

const overLargest = (row) => {
  const most = largest([row]);
  return row.map((v) => (v === null ? null : v / most));
};

/** The features of the opened cell, softmax's own numbers above those of the other similarity, and their products. */
function strips(soft, other, kind, i, j, names) {
  const starts = kind.startsWith("1 + u"); // by a constant, which the rows of softmax have not
  const rows = [soft, other].flatMap((found) => {
    const [a, b] = found.pair(i, j);
    const before = starts && found === soft ? [null] : [];
    return [a, b, a.map((v, at) => v * b[at])].map((row) => [...before, ...row]);
  });
  const wide = Math.max(...rows.map((row) => row.length));
  const padded = rows.map((row) => Array.from({ length: wide }, (_, c) => row[c] ?? null));
  if (kind === "1 + u + u²/2") padded[3][wide - 1] = padded[4][wide - 1] = null; // d² features, not drawn
  if (kind === "1 + u + u²/2") padded[5][wide - 1] = soft.scores[i][j] ** 2 / 2;
  const each = other.kernel !== null; // random features: sizes that no one scale shows
  const shown = each ? padded.map(overLargest) : padded;
  const top = each ? 1 : largest(padded);
  const short = kind === "delta rule" ? "left of k" : "φ(k)";
  const last = kind === "1 + u + u²/2" ? ["u²/2"] : [];
  const columns = padded[0].map((_, c) => (starts ? ["const.", ...names, ...last] : names)[c] ?? String(c + 1));
  return {
    columns,
    products: padded[5].map((v) => v ?? 0),
    panel: matrix({
      values: filled(shown),
      missing: padded.some((row) => row.includes(null)) ? holes(padded) : null,
      missing_label: "none",
      rows: ["q", "k", "q × k", kind === "delta rule" ? "q, unit" : "φ(q)", short, "product"],
      columns,
      xlabel: "feature",
      title: each ? "Opened: each row ÷ its largest" : "Opened: features, entry by entry",
      vmin: -top,
      vmax: top,
      colormap: "diverging",
      square: false,
    }),
  };
}

/**
 * @param {Record<string, any>} state `kind`, `temperature`, `angle`, `causal`, `show`, `stretch`, `row`, `column`, and with
 *   random features `draw`, `directions` and `eps`
 * @param {any} given `q`, `k`, `words` and `keys` (their names), `scale`, `draws` (directions), perhaps `kind`
 */
export function maps(state, given) {
  const kind = state.kind ?? given.kind; // a single one has no control
  const [i, j] = [state.row ?? 0, state.column ?? 0]; // nor has a single row or column
  const causal = Boolean(state.causal) || kind === "delta rule"; // which is about an order
  const factor = Math.sqrt(given.scale / state.temperature);
  const [q, k] = [given.q, given.k].map((rows) => prepared(rows, state.angle ?? 0, factor));
  const directions = given.draws?.[state.draw ?? 0].slice(0, state.directions);
  const options = { causal, directions, eps: state.eps, beta: given.beta };
  const [soft, other] = ["softmax", kind].map((name) => attention(name, q, k, options));

  const names = [given.words[i], given.keys[j]];
  const [a, b] = [soft.weights[i][j], other.weights[i][j]];
  const order = causal && !state.causal ? " (the delta rule reads in order: both are causal)" : "";
  const words = `“${names[0]}” looks at “${names[1]}”. Softmax: ${digits(a)}; ${kind}: ${digits(b)}${order}`;
  const labels = { rows: given.words, columns: given.keys, ylabel: "query", xlabel: "key" };
  const off = other.weights.map((row, r) =>
    row.map((w, c) => (w === null || soft.weights[r][c] === null ? null : w - soft.weights[r][c])),
  );
  const error = state.show === "minus softmax";
  const second = error
    ? map(off, `${kind} minus softmax`, state.stretch, { labels, signed: true })
    : map(other.weights, kind, state.stretch, { labels });

  const { products, columns, panel: strip } = strips(soft, other, kind, i, j, given.entries);
  const cell = opened(soft, other, kind, [i, j], { products, columns });
  return [
    map(soft.weights, "softmax", state.stretch, { labels, words }),
    second,
    weightsOf(soft, other, kind, i, given),
    strip,
    cell,
    steps(soft, other, kind, i, j, causal),
  ];
}

/** The products of one cell: of softmax and of the other similarity, or of random features in parts of the kernel. */
function opened(soft, other, kind, [i, j], { products, columns }) {
  const kernel = other.kernel?.(i, j);
  const parts = kernel > 0 && kernel < Infinity ? products.map((v) => v / kernel) : products;
  const [x, y] = soft.pair(i, j);
  const plain = other.kernel ? [] : x.map((v, c) => v * y[c]);
  const shift = kind.startsWith("1 + u") ? 1 : 0;
  const layers = [bars(parts, { color: "orange", label: kind })];
  if (!other.kernel) {
    layers.push(
      scatter(
        plain.map((_, c) => c + shift),
        plain,
        { color: "blue", marker: "diamond", label: "softmax: q × k" },
      ),
    );
  }
  return plot(layers, {
    title: other.kernel ? "Opened: products (exact: sum 1)" : "Opened: the products",
    xlabel: "feature",
    ylabel: other.kernel ? "product ÷ kernel" : "product",
    xticks: columns,
    xlim: [-0.6, products.length - 0.4],
    ylim: room([...parts, ...plain]),
    zero: true,
  });
}

/** Limits with some room around values, and 0 inside. */
const room = (values) => {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const more = 0.08 * (high - low || 1);
  return [low && low - more, high + more];
};

/** One row of both maps. */
function weightsOf(soft, other, kind, i, { keys, words }) {
  const a = soft.weights[i].map((w) => w ?? 0);
  const there = keys.map((_, c) => c).filter((c) => other.weights[i][c] !== null);
  const b = there.map((c) => other.weights[i][c]);
  const pick = (values) => (keys.length > 1 && values.length ? { control: "column", values } : null);
  const [low, high] = room([...a, ...b]);
  return plot(
    [
      bars(a, { color: "blue", label: "softmax", pick: pick(keys.map((_, c) => c)) }),
      scatter(there, b, { color: "orange", label: kind, pick: pick(there) }),
    ],
    {
      title: `The row of “${words[i]}”`,
      xlim: [-0.6, keys.length - 0.4],
      ylim: [low, Math.max(1, high)],
      xticks: keys,
      xlabel: "key",
      ylabel: "weight",
      zero: true,
    },
  );
}

/** From the products to the weight, line by line. */
function steps(soft, other, kind, i, j, causal) {
  const seen = other.weights[i].map((_, c) => c).filter((c) => other.weights[i][c] !== null);
  const of = (/** @type {any} */ { similar }) => seen.map((c) => similar[i][c]);
  const ratio = (found) => (Math.min(...of(found)) < 0 ? null : Math.min(...of(found)) / Math.max(...of(found)));
  const kernel = other.kernel?.(i, j);
  const summed = kernel > 0 ? `${digits(other.similar[i][j] / kernel)} × exp` : digits(other.similar[i][j]);
  const weight = ({ weights }) =>
    weights[i][j] === null ? (causal && j > i ? "masked" : "none: sum 0") : digits(weights[i][j]);
  const rows = [
    ["sum of products", digits(soft.scores[i][j]), summed],
    ["less the largest", digits(Math.log(soft.similar[i][j])), ""],
    ["similarity", `exp: ${digits(soft.similar[i][j])}`, digits(other.similar[i][j])],
    ["sum of the row", digits(soft.totals[i]), other.divided ? digits(other.totals[i]) : "not divided"],
    ["weight", weight(soft), weight(other)],
    ["least ÷ largest", digits(ratio(soft), 2), digits(ratio(other), 2)],
    ["keys sharing it", ...[soft, other].map(({ weights }) => digits(sharing(weights[i]), 2))],
  ];
  return table({ columns: ["step", "softmax", kind], rows, title: "Opened: from products to weight" });
}
