/** A race of optimisers down a surface: the model of `glassbox.adam.minimise`. */
import { short } from "../figures/js/numbers.js";
import { lines, plot, scatter } from "../figures/js/panels.js";
import { names, walk } from "./optimisers.js";

const looks = {
  SGD: { color: "blue", dash: "dotted", marker: "circle" },
  momentum: { color: "sky", dash: "dashed", marker: "square" },
  RMSProp: { color: "red", dash: "dashed", marker: "triangle" },
  Adam: { color: "green", dash: "solid", marker: "diamond" },
};

const spot = (x, y, { dash, ...look }) => scatter([x], [y], { size: 6, ...look });
const written = (x) => short(x, 2);

/** What happened to one runner by the step. */
function told({ name, heights, left }, step) {
  return `${name} ${left !== null && left <= step ? "left the map" : written(heights[step])}`;
}

/** Panels of the figure: the map with the ways so far, and the heights by step. */
export function race({ surface, noisy, start, step, lr }, { surfaces, count, draws, ...hyper }) {
  const place = { ...surfaces[surface ?? Object.keys(surfaces)[0]], noise: noisy ? draws : null };
  const { starts, heights: range, contours, minimum } = place;
  const from = [starts.x[start], starts.y[start]];
  const runs = names.map((name) => ({ name, ...walk(name, place, from, { ...hyper, lr }, count) }));
  const kept = (height) => Math.min(Math.max(height, range[0]), range[1]);

  const hills = contours.map(([x, y]) => lines(x, y, { color: "muted", width: 0.8 }));
  const ways = runs.map(({ name, path }) => {
    const walked = path.slice(0, step + 1);
    const [x, y] = [0, 1].map((i) => walked.map((point) => point[i]));
    return lines(x, y, { ...looks[name], label: name });
  });
  const spots = runs.map(({ name, path: { [step]: point } }) => spot(point[0], point[1], looks[name]));
  const goal = scatter([minimum[0]], [minimum[1]], { size: 6, color: "ink", marker: "cross", label: "minimum" });
  const falls = runs.map(({ name, heights }) => {
    const y = heights.slice(0, step + 1).map(kept);
    return lines(
      y.map((_, t) => t),
      y,
      looks[name],
    );
  });
  const ends = runs.map(({ name, heights }) => spot(step, kept(heights[step]), looks[name]));
  const say = `From (${from.map(written).join(", ")}), step ${step}: ${runs.map((run) => told(run, step)).join(", ")}.`;
  return [
    plot([...hills, goal, ...ways, ...spots], {
      ...{ xlabel: "x", ylabel: "y", xlim: place.domain[0], ylim: place.domain[1] },
      handles: [{ control: "start", ...starts }],
      describe: say,
    }),
    plot([...falls, ...ends], {
      ...{ xlabel: "step", ylabel: "height above the minimum", xlim: [0, count], ylim: range, yscale: "log" },
      drag: { control: "step", x: Array.from({ length: count + 1 }, (_, t) => t) },
    }),
  ];
}
