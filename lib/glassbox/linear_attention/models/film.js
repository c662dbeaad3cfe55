/** The film of the state: a row of the map, the state with what comes in, and what is read. The model `state`. */
import { fixed } from "../../figures/js/numbers.js";
import { bars, matrix, plot, scatter } from "../../figures/js/panels.js";
import { film } from "../states.js";

const most = (rows) => Math.max(1e-9, ...rows.flat().map((x) => Math.abs(x ?? 0)));
const digits = (x) => fixed(x, 2);

/** A matrix in two colours. Its bar keeps its form when all numbers happen to be whole: then its end is not. */
const signed = (values, top, options) => {
  const end = Number.isInteger(top) ? top * (1 + 1e-9) : top;
  return matrix({ values, vmin: -end, vmax: end, colormap: "diverging", ...options });
};

/**
 * @param {Record<string, any>} state `rule`, `decay`, and `token`, how many were read
 * @param {any} given `q`, `k`, `v`, `words`
 */
export function state({ rule, decay, token }, { q, k, v, words }) {
  const { steps, map } = film(rule, q, k, v, decay);
  const i = token - 1; // of the token that was read last
  const last = Math.max(i, 0);
  const now = steps[last];
  const empty = now.S.map((row) => row.map(() => 0));
  const [S, comes] = i < 0 ? [empty, empty] : [now.S, now.comes];
  const top = most(steps.flatMap((step) => [...step.S, ...step.comes]));
  const hidden = map.map((row, r) => row.map((w) => Number(w === null || r > i)));
  const size = { rows: S.map((_, r) => String(r + 1)), columns: v[0].map((_, c) => String(c + 1)) };
  const axes = { ...size, ylabel: "feature", xlabel: "entry of the value", square: false };
  const row = map[last].map((w) => w ?? 0);
  const route = v[0].map((_, c) => (i < 0 ? 0 : row.reduce((sum, w, j) => sum + w * v[j][c], 0)));
  const reads = steps.map((step) => step.read);
  const least = Math.min(0, ...row);
  const heaviest = row.indexOf(Math.max(...row));
  const say =
    i < 0
      ? "Nothing read yet: the state is 0."
      : `“${words[i]}” comes in, number ${i + 1} of ${words.length}; most weight on “${words[heaviest]}”, ${digits(row[heaviest])}` +
        `${least < -0.005 ? `, least ${digits(least)}` : ""}.`;
  return [
    signed(
      map.map((weights) => weights.map((w) => w ?? 0)),
      Math.max(1, most(map)),
      {
        title: "The map, row by row",
        rows: words,
        columns: words,
        ylabel: "query",
        xlabel: "key",
        missing: hidden,
        missing_label: "not read yet",
        highlight: i < 0 ? [] : row.slice(0, i + 1).map((_, j) => [i, j]),
        describe: say,
      },
    ),
    signed(comes, top, { title: "What comes in", ...axes }),
    signed(S, top, { title: "The state S", ...axes }),
    plot(
      [
        bars(i < 0 ? route : now.read, { color: "blue", label: "read from S" }),
        scatter(
          route.map((_, c) => c),
          route,
          { color: "orange", marker: "cross", label: "row of the map times V" },
        ),
      ],
      {
        title: i < 0 ? "What is read" : `What “${words[i]}” reads`,
        xlabel: "entry of the value",
        ylabel: "output",
        xlim: [-0.6, v[0].length - 0.4],
        xticks: size.columns,
        ylim: [Math.min(0, -most(reads)), most(reads)],
        zero: true,
      },
    ),
  ];
}
