/** A race of optimisers down a surface: the model of `glassbox.adam.minimise`. */
import { names, walk } from "../optimisers.js";

const looks = {
  SGD: { color: "blue", dash: "dotted", marker: "circle" },
  momentum: { color: "orange", dash: "dashed", marker: "square" },
  RMSProp: { color: "purple", dash: "dashed", marker: "triangle" },
  Adam: { color: "green", dash: "solid", marker: "diamond" },
};

const line = (x, y, options) => ({ type: "lines", x, y, label: null, step: null, fill: false, width: 2, ...options });
const spot = (x, y, options) => ({ type: "scatter", x: [x], y: [y], label: null, filled: true, size: 6, ...options });
const plot = (layers, options) => ({ kind: "plot", title: "", xscale: "linear", xticks: null, layers, ...options });

/** What happened to one runner by the step. */
function told({ name, heights, left }, step) {
  return `${name} ${left !== null && left <= step ? "left the map" : heights[step].toPrecision(2)}`;
}

/** Panels of the figure: the map with the ways so far, and the heights by step. */
export function race({ surface, start, step, lr, beta1, beta2 }, { surfaces, count }) {
  const place = surfaces[surface];
  const { starts, heights: range, contours, minimum } = place;
  const hyper = { lr, beta1, beta2 };
  const runs = names.map((name) => ({ name, ...walk(name, place, [starts.x[start], starts.y[start]], hyper, count) }));
  const kept = (height) => Math.min(Math.max(height, range[0]), range[1]);

  const hills = contours.map(([x, y]) => line(x, y, { color: "muted", dash: "solid", width: 0.8 }));
  const ways = runs.map(({ name, path }) => {
    const walked = path.slice(0, step + 1);
    const [x, y] = [0, 1].map((i) => walked.map((point) => point[i]));
    return line(x, y, { ...looks[name], label: name });
  });
  const spots = runs.map(({ name, path: { [step]: point } }) => spot(point[0], point[1], looks[name]));
  const goal = spot(minimum[0], minimum[1], { color: "ink", marker: "cross", label: "minimum" });
  const falls = runs.map(({ name, heights }) => {
    const y = heights.slice(0, step + 1).map(kept);
    return line(
      y.map((_, t) => t),
      y,
      looks[name],
    );
  });
  const ends = runs.map(({ name, heights }) => spot(step, kept(heights[step]), looks[name]));
  const say = `Step ${step}. Height above the minimum: ${runs.map((run) => told(run, step)).join(", ")}.`;
  return [
    plot([...hills, goal, ...ways, ...spots], {
      ...{ xlabel: "x", ylabel: "y", xlim: place.domain[0], ylim: place.domain[1], yscale: "linear" },
      drag: { control: "start", ...starts },
      describe: say,
    }),
    plot([...falls, ...ends], {
      ...{ xlabel: "step", ylabel: "height above the minimum", xlim: [0, count], ylim: range, yscale: "log" },
      drag: { control: "step", x: Array.from({ length: count + 1 }, (_, t) => t), y: null },
      describe: "",
    }),
  ];
}
