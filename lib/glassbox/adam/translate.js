/** What a weight decay does in a training: the model of `translate_decay`. */
import { short } from "../figures/js/numbers.js";
import { lines, plot, rules, table } from "../figures/js/panels.js";

/** The sum of the schedule's factors over the first t of `count` steps. */
export function progress(t, count, { warmup, floor, flat }) {
  if (flat) return t;
  const rise = Math.floor(warmup * count);
  if (t <= rise) return (t * (t + 1)) / (2 * Math.max(rise, 1));
  const [k, turn] = [t - rise, Math.PI / Math.max(count - rise, 1)];
  const cosines = (Math.sin((k * turn) / 2) * Math.cos(((k - 1) * turn) / 2)) / Math.sin(turn / 2);
  return (rise ? (rise + 1) / 2 : 0) + floor * k + ((1 - floor) / 2) * (k + cosines);
}

/** A decay in each dialect; `taken` is what a step at the full rate takes off. */
export function dialects(dialect, lr, decay, sigma) {
  const torch = { PyTorch: decay, "the AdamW paper": decay / lr, "L2 in Adam": decay / sigma }[dialect];
  return { taken: lr * torch, PyTorch: torch, paper: lr * torch, l2: torch * sigma };
}

/** The step after which half of the start is left: the last one if more is left in the end. */
export function halfLeft(taken, count, plan) {
  if (taken >= 1) return 0;
  let [low, high] = [0, count];
  for (let i = 0; i < 40; i++) {
    const t = (low + high) / 2;
    if (taken * progress(t, count, plan) < Math.LN2) low = t;
    else high = t;
  }
  return high;
}

const written = (x) => short(x, 3);
const percent = (x) => (x < 0.0005 ? "< 0.1 %" : `${Number((100 * x).toPrecision(2))} %`);

/** Panels of the figure: what is left of the start, the translation, and published settings beside it. */
export function translate({ dialect, schedule, lr, steps, decay, sigma }, { schedules, decays, published }) {
  const plan = schedules[schedule];
  const { taken, ...names } = dialects(dialect, lr, decay, sigma);
  const left = (t) => (taken < 1 ? Math.exp(-taken * progress(t, steps, plan)) : 0);
  const crossing = (d) => halfLeft(dialects(dialect, lr, d, sigma).taken, steps, plan);
  const well = (text) => (taken < 1 ? text : "–"); // else a step takes off more than there is
  const shares = Array.from({ length: 101 }, (_, k) => k / 100);
  const end = left(steps);
  const rows = [
    ["λ in PyTorch", written(names.PyTorch)],
    ["λ in the paper", written(names.paper)],
    [`λ of L2 at σ = ${written(sigma)}`, written(names.l2)],
    ["half-life at full rate", well(written(Math.log(0.5) / Math.log1p(-taken)))],
    ["averaging horizon, steps", well(written(1 / taken))],
    ["horizon / training", well(written(1 / taken / steps))],
    ["left of the start", well(percent(end))],
  ];
  const when = end < 0.5 ? `half is left after ${written(crossing(decay))} steps` : "more than half is left in the end";
  const say = `a step takes off ${written(taken)} of the weight; ${percent(end)} of the start is left, ${when}.`;
  const colors = ["sky", "green", "purple"];
  return [
    plot(
      [
        ...published.map(({ name, curve }, i) =>
          lines(
            curve.map((_, k) => (100 * k) / (curve.length - 1)),
            curve,
            { color: colors[i % 3], dash: "dashed", width: 1.5, label: name },
          ),
        ),
        lines(
          shares.map((k) => 100 * k),
          shares.map((k) => left(k * steps)),
          { color: "blue", label: "yours" },
        ),
        rules({ y: [0.5] }),
      ],
      {
        ...{ xlabel: "training done, %", ylabel: "share left of the start", xlim: [0, 100], ylim: [0, 1.02] },
        drag: { control: "decay", x: decays.map((d) => (100 * crossing(d)) / steps) },
        describe: `${dialect}, λ = ${written(decay)}: ${taken < 1 ? say : "a step would take off more than all of the weight."}`,
      },
    ),
    table({ columns: ["yours", "what comes out"], rows }),
    table({
      columns: ["published", "steps", "horizon", "left"],
      rows: published.map((p) => [p.name, written(p.steps), written(p.horizon), percent(p.left)]),
    }),
  ];
}
