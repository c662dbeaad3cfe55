/** How coefficients weigh the past, with the 1/t and without: the model `warped`. */
import { lines, plot, rules } from "../../figures/js/panels.js";
import { basis } from "../memories.js";
import { range } from "../words.js";

/** How coefficient n weighs the past: in LegS, and without the 1/t. */
export function warped({ n, time }, { times, reach }) {
  const s = range(161).map((i) => i / 160);
  const age = s.map((v) => time * (1 - v));
  const fades = age.map((tau) => Math.exp(-tau));
  const sides = [
    { title: "LegS", color: "blue", y: Array.from(basis(n + 1, s)[n]) },
    { title: "S4: no 1/t", color: "orange", y: Array.from(basis(n + 1, fades)[n], (v, i) => v * fades[i]) },
  ];
  const halves = [time * (1 - halfway(n, 0)), -Math.log(halfway(n, Math.exp(-time)))];
  const [legs, s4] = halves.map((v) => v.toFixed(2));
  const say = `Degree ${n}, time ${time}: half of the weight is in the last ${legs} (LegS) and ${s4} (S4).`;
  return sides.map(({ title, color, y }, i) =>
    plot(
      [
        lines(
          s.map((v) => time * v),
          y,
          { color, fill: true },
        ),
        rules({ x: [time - halves[i]], label: "half of the weight" }),
      ],
      {
        title,
        xlabel: "time of the sample",
        ylabel: "weight",
        xlim: [0, 10],
        ylim: [-reach, reach],
        drag: { control: "time", x: times },
        describe: i ? "" : say,
      },
    ),
  );
}

/** The place above which lies half of what a basis function weighs, in absolute value, from `from` to 1. */
export function halfway(n, from) {
  const [M, step] = [2000, (1 - from) / 2000];
  const weights = basis(
    n + 1,
    range(M).map((i) => 1 - (i + 0.5) * step),
  )[n].map(Math.abs);
  const half = weights.reduce((sum, v) => sum + v, 0) / 2;
  let [sum, i] = [0, 0];
  while (sum + weights[i] < half) sum += weights[i++];
  return 1 - (i + (half - sum) / weights[i]) * step;
}
