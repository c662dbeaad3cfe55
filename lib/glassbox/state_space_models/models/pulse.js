/** How sharp a pulse of the past is recalled: the model `pulse`. */
import { lines, plot, scatter } from "../../figures/js/panels.js";
import { around, basis, gram, leaky, recalledPulse, solve, staircase, wideOf, window } from "../memories.js";
import { COLORS, clip, once, range } from "../words.js";

/** How a memory weighs the past, and how it is read out: N rows each. */
function wholeOf(kind, N, it) {
  const { length: L } = it;
  const places = range(L).map((k) => (kind === "LegT" ? 1 - (L - 1 - k + 0.5) / it.window : (k + 0.5) / L));
  if (kind !== "leaky averages") {
    const rows = basis(N, places);
    const from = kind === "LegT" ? L - Math.floor(it.window) : 0;
    for (const row of rows) row.fill(0, 0, from);
    return { weights: kind === "LegT" ? window(it.steps[N], L) : staircase(N, L), read: rows };
  }
  const weights = leaky(it.taus[N], L);
  const read = range(N).map((n) => {
    const unit = range(N).map((m) => (m === n ? 1 : 0));
    const column = solve(gram(weights, it.noise), unit);
    return Float64Array.from({ length: L }, (_, k) => column.reduce((sum, v, m) => sum + v * weights[m][k], 0));
  });
  return { weights, read };
}

/** A pulse of the past as it is recalled, and how high it comes back from each place. */
export function pulse({ memory: kind, N, place }, it) {
  const { length: L, width, places } = it;
  const whole = once(it, `${kind} ${N}`, () => wholeOf(kind, N, it));
  const highest = (p) => Math.max(...recalledPulse(whole, p, width, around(p, width, L)));
  const heights = once(it, `heights ${kind} ${N}`, () => places.map(highest));
  const recalled = recalledPulse(whole, place, width, range(L));
  const shown = range(L, it.every);
  const marks = kind === "leaky averages" ? it.taus[N].map((tau) => L - tau) : nodesOf(kind, N, it);
  const height = heights[places.indexOf(place)];
  const wide = wideOf(recalled, place, width);
  const [beside, half] = [Math.min(place, L - 1 - place) + 0.5, 1.1775 * width]; // samples up to the edge, and wanted
  const size = `${Math.round(half + Math.min(half, beside))} samples wide${beside < half ? " (cut off)" : ""}`;
  const say = `${kind}, N = ${N}: a pulse ${size}, ${L - place} ${L - place === 1 ? "sample" : "samples"} old, is recalled at ${Math.round(100 * Math.max(height, 0))} % of its height${wide ? `, ${wide} samples wide.` : "."}`;
  const color = COLORS[kind];
  const past = [
    lines(
      shown,
      shown.map((k) => Math.exp(-((k - place) ** 2) / (2 * width ** 2))),
      { color: "muted", width: 5, label: "pulse" },
    ),
    lines(
      shown,
      shown.map((k) => clip(recalled[k], -0.6, 1.4)),
      { color, label: "recalled" },
    ),
    scatter(
      marks.map((k) => clip(k, 0, L)),
      marks.map(() => -0.5),
      { color: "ink", marker: "cross", size: 3, label: kind === "leaky averages" ? "time constants" : "Gauss nodes" },
    ),
  ];
  const shape = {
    xlim: [0, L],
    ylim: [-0.6, 1.4],
    xlabel: "sample",
    ylabel: "value",
    drag: { control: "place", x: places },
  };
  const curve = [
    lines(
      places,
      heights.map((v) => clip(v, 0, 1.2)),
      { color },
    ),
    scatter([place], [clip(height, 0, 1.2)], { color: "ink" }),
  ];
  const axes = { xlim: [0, L], ylim: [0, 1.2], xlabel: "sample of the pulse", ylabel: "height" };
  return [
    plot(past, { title: "a pulse, and what is recalled of it", describe: say, ...shape }),
    plot(curve, { title: "height of what is recalled", ...axes }),
  ];
}

const nodesOf = (kind, N, it) =>
  it.nodes[N].map((s) => it.length - (kind === "LegT" ? it.window : it.length) * (1 - s));
