/** What memories recall of a signal: the model `memory`. */
import { lines, plot, rules } from "../../figures/js/panels.js";
import { fromAverages, project, redraw, scan, waves } from "../memories.js";
import { COLORS, clip, once, range, rms, two } from "../words.js";

function recall(kind, N, now, it) {
  const u = it.signal.slice(0, now);
  if (kind === "leaky averages") {
    const F = once(it, "waves", () => waves(it.signal.length, it.cycles)).map((row) => row.subarray(0, now));
    return fromAverages(it.taus[N], u, F, it.noise);
  }
  const length = kind === "LegT" ? it.window : now;
  const count = Math.min(now, Math.floor(length));
  const state = kind === "LegT" ? once(it, N, () => scan(it.steps[N], it.signal))[now - 1] : project(u, N);
  return {
    state,
    recalled: redraw(
      state,
      range(count).map((k) => 1 - (count - 1 - k + 0.5) / length),
    ),
  };
}

/** What a memory recalls of a signal at a moment, and the numbers that it keeps. */
export function memory({ memory: kind, N, now }, it) {
  const { signal, nows, most } = it;
  const L = signal.length;
  const { state, recalled } = recall(kind, N, now, it);
  const first = now - recalled.length;
  const gaps = recalled.map((v, i) => v - signal[first + i]);
  const third = Math.floor(gaps.length / 3);
  const thin = range(recalled.length, it.every, (recalled.length - 1) % it.every);
  const shown = range(L, it.every);
  const reach = it.reach;
  const say = `${kind}, N = ${N}, now ${now}: rms error ${two(rms(gaps))} over the ${gaps.length} samples recalled, ${two(rms(gaps.slice(third, gaps.length - third)))} in their middle third.`;
  const past = plot(
    [
      lines(
        shown,
        shown.map((k) => signal[k]),
        { color: "muted", width: 5, label: "signal" },
      ),
      lines(
        thin.map((i) => first + i),
        thin.map((i) => clip(recalled[i], -reach, reach)),
        { color: COLORS[kind], label: "recalled" },
      ),
    ],
    {
      title: "the signal, and what is recalled of it",
      xlabel: "sample",
      ylabel: "value",
      xlim: [0, L],
      ylim: [-reach, reach],
      drag: { control: "now", x: nows },
      describe: say,
    },
  );
  const floor = it.top * 1e-5;
  const sizes = state.map((v) => clip(Math.abs(v), floor, it.top));
  const stairs = [lines(range(N), sizes, { step: "middle", color: COLORS[kind] })];
  if (kind !== "leaky averages") {
    const seen = (Math.PI * it.cycles * (kind === "LegT" ? Math.min(now, it.window) : now)) / L;
    stairs.push(rules({ x: [Math.min(seen, most)], color: "orange", dash: "dotted", label: "π × cycles" }));
  }
  const axes = { xlim: [-0.5, most], ylim: [floor, it.top], yscale: "log", ylabel: "size" };
  const xlabel = kind === "leaky averages" ? "average" : "degree n";
  return [past, plot(stairs, { title: `${N} numbers kept`, xlabel, ...axes })];
}
