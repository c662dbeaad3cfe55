/** One weight between Adam's direction and its decay: the model of `adam_step` and `adamw_step` on noise. */
import { fixed, short } from "../figures/js/numbers.js";
import { lines, plot, rules, scatter } from "../figures/js/panels.js";
import { tugOfWar } from "./optimisers.js";

const CLOUD = 300; // steps, the last ones, that are shown as a cloud
const written = (x) => (Math.abs(x) < 100 ? fixed(x, 2) : `${x < 0 ? "−" : ""}100 or more`);

/** An arrow of Adam or of the decay, in the row of that height, from the weight. */
function arrow(from, by, row, color, label) {
  const to = from + by;
  return [
    lines([from, to], [row, row], { color, width: 5, label }),
    scatter([to], [row], { color, marker: "diamond", size: 7 }),
  ];
}

/** Where theory says the weight goes, how fast, and how far it swings there. */
export function forecast(inside, { mean, noise, lr, decay }) {
  const size = Math.hypot(mean, noise);
  if (!size) return { centre: 0, pace: inside ? null : lr * decay, radius: 0 };
  if (inside) return { centre: -mean / decay, pace: (lr * decay) / size, radius: null };
  return {
    centre: -mean / size / decay,
    pace: lr * decay,
    radius: Math.sqrt(lr / 2 / decay) * (noise / size),
  };
}

/** Panels of the figure: the forces on the weight at a step, and its way. */
export function tug({ optimiser, mean, noise, lr, weight_decay: decay, step }, constants) {
  const { start, draws, means, noises, reach, steps } = constants;
  const inside = optimiser === "Adam + L2";
  const hyper = { mean, noise, lr, decay };
  const { path, directions, pulls } = tugOfWar(inside, constants, hyper);
  const next = Math.min(step + 1, draws.length);
  const [theta, u, pull] = [path[step], directions[next], pulls[next]];
  const { centre, pace, radius } = forecast(inside, hyper);
  const wall = 1 / decay;
  const at = path.map((_, t) => t).filter((t) => t % 8 === 0);
  const cloud = path.slice(Math.max(0, step - CLOUD), step + 1).filter((_, i) => i % 3 === 0);
  const theory = pace !== null && at.map((t) => centre + (start - centre) * Math.exp(-pace * t));
  const walls = inside ? [] : [-wall, wall].filter((x) => Math.abs(x) <= reach);
  const decaying = inside ? "decay, inside" : "decay";
  const say = `${optimiser}, step ${short(step)}: the weight is ${written(theta)}. In units of the rate Adam pulls by ${written(-u)}, the decay by ${written(-pull)}.`;

  const forces = [
    ...(walls.length ? [rules({ x: walls, color: "red", dash: "dotted", label: "±1/λ" })] : []),
    lines([mean - noise, mean + noise], [3, 3], { color: "ink", width: 3 }),
    ...arrow(theta, -u, 2, "green", "Adam's direction"),
    ...arrow(theta, -pull, 1, "orange", decaying),
    scatter(
      cloud,
      cloud.map(() => 0),
      { color: "sky", size: 2.5, label: "the last 300 steps" },
    ),
    scatter([theta], [0], { color: "blue", size: 7 }),
  ];
  const way = [
    ...(walls.length ? [rules({ y: walls, color: "red", dash: "dotted" })] : []),
    lines(
      at,
      at.map((t) => path[t]),
      { color: "blue", width: 1.5, label: "the weight" },
    ),
    ...(theory ? [lines(at, theory, { color: "ink", dash: "dashed", width: 1.5, label: "theory" })] : []),
    ...(radius
      ? [rules({ y: [centre - radius, centre + radius], color: "purple", dash: "dashed", label: "± √(α/2λ) · σ/s" })]
      : []),
    scatter([step], [theta], { color: "blue", size: 6 }),
  ];
  return [
    plot(forces, {
      ...{ xlim: [-reach, reach], ylim: [-0.5, 3.5], xlabel: "weight θ; in the top row gradient g" },
      yticks: ["weight", decaying, "Adam", "gradient"],
      handles: [
        { control: "mean", x: means, y: means.map(() => 3) },
        { control: "noise", x: noises.map((s) => mean + s), y: noises.map(() => 3.28) },
      ],
      describe: say,
    }),
    plot(way, {
      ...{ xlim: [0, draws.length], ylim: [-reach, reach], xlabel: "step", ylabel: "weight θ" },
      drag: { control: "step", x: steps },
    }),
  ];
}
