/** The chapter's figures whose hand is free: the links from a query to a weight, and a choice of choices. */
import { bars, lines, matrix, plot, scatter } from "../figures/js/panels.js";
import { chainSlopes, entryShares, MAPS, weightsOf } from "./chain.js";

const digits = (/** @type {number} */ v) => {
  const size = Math.abs(v);
  if (!size) return "0";
  if (size >= 9.95e4 || size < 9.95e-4) {
    const [mantissa, power] = v.toExponential(0).split("e");
    const raised = power.replace("+", "").replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
    return `${mantissa}·10${raised}`.replace("-", "−");
  }
  const text = size >= 99.5 ? Math.round(v).toLocaleString("en-GB") : Number(v.toPrecision(2)).toString();
  return text.replace("-", "−");
};
const range = (from, to, count) => Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
const LOW = 1e-5; // what is smaller is drawn there

/**
 * The chain of slopes from an entry of the query to a weight.
 * @param {Record<string, any>} state `kind`, `size` (of the features of the query), `scale` (of the keys), `key`, `entry`
 * @param {any} given `features` of the query at size 1, `K`, `words`, `sizes`
 */
export function chain({ kind, size, scale, key, entry }, { features, K, words, sizes }) {
  const [j, m] = [key ?? 0, entry ?? 0];
  const { of, back, slope } = MAPS[kind];
  const keys = K.map((row) => row.map((v) => v * scale));
  const query = (t) => features.map((f) => back(t * f));
  const q = query(size);
  const at = q[m];
  const found = chainSlopes(kind, q, keys, j, m);

  const curved = kind === "exp" || kind === "elu + 1";
  // The axes are the same for all entries.
  const ends = [back(sizes[0] * Math.min(...features)), back(sizes.at(-1) * Math.max(...features))];
  const xlim = curved ? [ends[0] - 1, Math.max(ends[1] + 2, 2)] : [-0.3, Math.max(1.2, ends[1] * 1.2)];
  const xs = range(xlim[0], xlim[1], 81);
  const top = Math.max(of(ends[1]) * 1.25, 0.6);
  const name = words[j];
  const reach = (xlim[1] - xlim[0]) / 5;
  const tangent = (height, steep) => {
    // A steep one is short, so that it stays in sight.
    const far = Math.min(reach, 0.35 / Math.max(Math.abs(steep), 1e-9));
    return [at - far, at + far].map((x) => [x, height + (x - at) * steep]);
  };
  const drawn = (height, steep, color) => {
    const [a, b] = tangent(height, steep);
    return lines([a[0], b[0]], [a[1], b[1]], { color, width: 3 });
  };
  const weightAt = (x) => weightsOf(kind, q.with(m, kind === "relu" ? Math.max(x, 0) : x), keys).weights[j];
  const near = range(-1, 1, 41).map((x) => at + 6 * x ** 3 * Math.abs(at || 0.1)); // dense where it may be steep
  const both = (curved ? xs : [...xs, ...near].filter((x) => x >= 0 && x <= xlim[1])).sort((a, b) => a - b);
  const path = { x: sizes.map((t) => back(t * features[m])), y: sizes.map((t) => of(back(t * features[m]))) };
  const p = weightAt(at);

  const first = plot(
    [
      lines(xs, xs.map(of), { color: "ink", label: kind === "softmax" ? "no φ" : "φ" }),
      drawn(of(at), slope(at), "orange"),
      scatter([at], [of(at)], { color: "orange" }),
    ],
    {
      title: "From the query to φ",
      xlabel: `entry ${m + 1} of the query`,
      ylabel: kind === "softmax" ? "the entry itself" : "feature",
      xlim,
      ylim: [-0.08 * top, top],
      drag: { control: "size", ...path },
    },
  );
  const second = plot(
    [
      lines(both, both.map(weightAt), { color: "ink", label: `weight of ${name}` }),
      drawn(p, found.whole, "red"),
      scatter([at], [p], { color: "red" }),
    ],
    {
      title: `From the query to the weight of ${name}`,
      xlabel: `entry ${m + 1}, the others as they are`,
      ylabel: "weight",
      xlim,
      ylim: [0, 1],
      describe: `Features of size ${digits(size)}: the weight of ${name} is ${digits(p)}.`,
    },
  );
  const links = [found.feature, found.score, found.weight, found.own, found.whole];
  const third = plot(
    [
      bars(
        links.map((v) => Math.max(Math.abs(v), LOW)),
        { colors: ["orange", "muted", "blue", "purple", "red"], texts: links.map(digits) },
      ),
    ],
    {
      title: "Slope of each link, and of all",
      xticks: kind === "softmax" ? ["no φ", "q→s", "s→p", "own", "all"] : ["q→φ", "φ→s", "s→p", "own", "all"],
      ylabel: "slope, without sign",
      yscale: "log",
      xlim: [-0.6, 4.6],
      ylim: [LOW / 2, 1e7],
      zero: true,
      describe:
        `${digits(found.feature)} × ${digits(found.score)} × ${digits(found.weight)} = ${digits(found.own)} by its own score; ` +
        `with the other scores, ${digits(found.whole)}.`,
    },
  );
  return [first, second, third];
}

/**
 * The weights as a choice of an entry, and each entry's choice of a key.
 * @param {Record<string, any>} state `kind`, `q1`, `q2`, ... and `key`
 * @param {any} given `K`, `words`, `values` (of the entries)
 */
export function mixture({ kind, key, ...entries }, { K, words, values }) {
  const q = K[0].map((_, m) => entries[`q${m + 1}`]);
  const { a, r } = entryShares(kind, q, K);
  const p = r.map((row) => row.reduce((all, v, m) => all + v * a[m], 0));
  const best = r.map((row) => Math.max(...row));
  const names = q.map((_, m) => `entry ${m + 1}`);
  const nothing = !a.some((v) => v > 0);
  const [low, high] = [values[0], values.at(-1)];
  const slope = (m) =>
    MAPS[kind].of(q[m]) > 0 ? (MAPS[kind].slope(q[m]) / MAPS[kind].of(q[m])) * a[m] * (r[key][m] - p[key]) : 0;
  const steep = q.map((_, m) => slope(m));
  const ask = nothing
    ? "All features of the query are 0, so there is nothing to divide by."
    : `${words[key]} has ${digits(p[key])}; the most that a query can give it is ${digits(best[key])}. ` +
      `By the entries its weight has slopes of ${steep.map(digits).join(", ")}.`;
  return [
    plot([bars(q, { color: "orange" })], {
      title: "The query: drag its entries",
      xticks: names,
      xlim: [-0.6, q.length - 0.4],
      ylim: [low - 0.5, high + 0.5],
      ylabel: "q",
      zero: true,
      handles: q.map((_, m) => ({ control: `q${m + 1}`, x: values.map(() => m), y: values })),
    }),
    plot([bars(a, { color: "blue", texts: a.map(digits) })], {
      title: "a: which entry?",
      xticks: names,
      xlim: [-0.6, q.length - 0.4],
      ylim: [0, 1.08],
      ylabel: "share",
      zero: true,
    }),
    matrix({
      values: r,
      rows: words,
      columns: names,
      xlabel: "chosen by this entry alone",
      ylabel: "key",
      title: "r: which key?",
      vmin: 0,
      vmax: 1,
      annotate: 2,
      square: false,
      pick: { row: "key", column: null },
    }),
    plot(
      [
        bars(p, {
          color: "purple",
          colors: words.map((_, i) => (i === key ? "purple" : "muted")),
          label: "weight",
          pick: { control: "key", values: words.map((_, i) => i) },
        }),
        scatter(
          p.map((_, i) => i),
          best,
          { color: "red", marker: "diamond", label: "the most that any query can give" },
        ),
      ],
      {
        title: "p: the weights",
        xticks: words,
        xlim: [-0.6, p.length - 0.4],
        ylim: [0, 1.08],
        ylabel: "weight",
        zero: true,
        describe: ask,
      },
    ),
  ];
}
