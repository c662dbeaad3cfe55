/** Break the theorem: points and a width that the reader drags; the answer turns red where it is wrong. */
import { lines, plot, rules, scatter } from "../figures/js/panels.js";
import { gapByWidth, trueGap } from "./buckets.js";

const ROWS = ["true gap", "answer", "kept", "points"];

/** Panels of the figure, from the places of the points, the width in mean gaps, and how many points there are. */
export function break_theorem(state, { count, reach, parts }) {
  const nums = Array.from({ length: count }, (_, i) => state[`point_${i + 1}`]);
  const [low, high] = [Math.min(...nums), Math.max(...nums)];
  const span = high - low;
  const width = Math.round(state.width * parts); // in parts of a mean gap
  const [over, under] = [Math.max(1, span * width), (count - 1) * parts];
  const { answer, from, to, buckets } = gapByWidth(nums, over, under);
  const truth = trueGap(nums);
  const right = answer === truth.gap;
  const b = over / under;
  const walls = [];
  for (let k = 0; low + k * b <= high + b && k < 200; k += 1) walls.push(low + k * b);
  const kept = buckets.flatMap(([, least, largest]) => (least === largest ? [least] : [least, largest]));
  const places = Array.from({ length: reach + 1 }, (_, x) => x);
  const rank = nums.map((x, i) => nums.slice(0, i).filter((other) => other === x).length); // equal ones stand apart
  const bar = (ends, row, color) => (ends[0] === null ? [] : [lines(ends, [row, row], { color, width: 7 })]);
  const say = [
    `The width is ${state.width.toFixed(2)} mean gaps.`,
    `The answer is ${answer}, the true gap ${truth.gap}: ${right ? "right ✓" : "wrong ✗"}.`,
    right || state.width > 1 ? "" : "This cannot be.",
  ];
  return [
    plot(
      [
        rules({ x: walls, y: [], color: "muted", dash: "solid", label: "walls of the buckets" }),
        ...buckets.filter(([, a, z]) => a < z).map(([, a, z]) => lines([a, z], [2, 2], { color: "blue", width: 5 })),
        scatter(
          kept,
          kept.map(() => 2),
          { color: "blue", size: 5 },
        ),
        ...bar([from, to], 1, right ? "green" : "red"),
        ...bar([truth.from, truth.to], 0, "ink"),
      ],
      {
        xlim: [-2, reach + 2],
        ylim: [-0.6, 3.9],
        yticks: ROWS,
        xlabel: "place",
        handles: nums.map((_, i) => ({
          control: `point_${i + 1}`,
          x: places,
          y: places.map(() => 3 + 0.3 * rank[i]),
        })),
        describe: say.filter(Boolean).join(" "),
      },
    ),
  ];
}
