/** Five landmarks in the hand: the crop they make, and whom it resembles. */
import { bars, box, image, plot, rules } from "../figures/js/panels.js";
import {
  affineOf,
  beside,
  bytes,
  embed,
  greyBitmap,
  invert,
  prepared,
  similarityOf,
  standing,
  warp,
} from "./pixels.js";

const names = ["eye", "eye", "nose", "mouth", "mouth"];
const [SEEN, GAP] = [96, 4]; // pixels of a crop that is shown, and between two
const REACH = 5; // half the side of the frame by which a hand takes a landmark

/**
 * @param {Record<string, any>} state x0, y0, ... x4, y4 of the points, a `shift` of all to the right, `fit`, and whether
 *   left and right are `swapped`
 * @param {any} constants the picture (`src`, and its brightness as bytes), the template of a crop of 112 pixels, the
 *   embedder (its mean, and rows of small integers with a scale each), the gallery and the threshold
 */
export function landmarks(state, constants) {
  const { src, size, exact, template, people, threshold, who } = constants;
  const points = names.map((_, k) => [state[`x${k}`] + state.shift, state[`y${k}`]]);
  const given = state.swapped ? [1, 0, 2, 4, 3].map((k) => points[k]) : points;
  const fit = state.fit === "affine" ? affineOf : similarityOf;
  const matrix = fit(given, template);
  const cosines = recognised(constants, matrix);
  const eyes = Math.hypot(exact[0][0] - exact[1][0], exact[0][1] - exact[1][1]);
  const off = points.map(([x, y], k) => Math.hypot(x - exact[k][0], y - exact[k][1]) / eyes);
  const moved = given.map(([x, y]) => [0, 1].map((r) => matrix[r][0] * x + matrix[r][1] * y + matrix[r][2]));
  const left = moved.map(([x, y], k) => Math.hypot(x - template[k][0], y - template[k][1]));
  const best = cosines.indexOf(Math.max(...cosines));
  const named = cosines[best] >= threshold ? people[best] : "unknown";
  const mean = (list) => list.reduce((sum, v) => sum + v, 0) / list.length;
  const say =
    `Landmarks off by ${(100 * mean(off)).toFixed(1)} % of the distance between the eyes. ` +
    `Left over after the fit: ${mean(left).toFixed(1)} pixels of 112 on average. ` +
    `Cosine to ${who} ${cosines[people.indexOf(who)].toFixed(2)}: ${named}.`;
  const handles = points.map(([x, y], k) =>
    box([x - REACH, y - REACH, x + REACH, y + REACH], {
      ...{ color: "green", dash: "dotted", width: 1 },
      text: `${names[k]} ${k + 1}`,
      grab: { place: [`x${k}`, `y${k}`], size: [`x${k}`, `y${k}`], step: 1 },
    }),
  );
  const spots = points.map(([x, y]) => box([x - 1, y - 1, x + 1, y + 1], { color: "green", fill: 1, width: 1 }));
  const scale = SEEN / 112;
  const dot = (/** @type {number[]} */ [x, y], r, options) =>
    box([x, y].flatMap((v) => (v + 0.5) * scale - r).concat([x, y].map((v) => (v + 0.5) * scale + r)), options);
  const marks = template.map((goal, k) =>
    dot(goal, 2.4, { color: "green", dash: "dashed", width: 1.5, text: `wanted: ${names[k]}` }),
  );
  const arrived = moved.map((point, k) =>
    dot(point, 1.3, { color: "orange", fill: 1, width: 1, text: `${names[k]}: ${left[k].toFixed(1)} pixels off` }),
  );
  const cut = (by) => warp(bytesOf(constants), size, invert(standing(by, SEEN)), SEEN);
  const pair = beside(cut(matrix), cut(fit(exact, template)), SEEN, GAP);
  return [
    image({ src, width: size, height: size, boxes: [...spots, ...handles], title: "picture", describe: say }),
    plot(
      [
        rules({ y: [threshold], color: "ink", label: "threshold" }),
        bars(cosines, {
          color: "blue",
          colors: cosines.map((_, k) => (people[k] === who ? "blue" : "muted")),
          texts: cosines.map((v) => v.toFixed(2).replace("-", "−")),
        }),
      ],
      {
        ...{ xlim: [-0.5, people.length - 0.5], ylim: [-0.6, 1.05], xticks: people, zero: true },
        title: `cosines; named: ${named}`,
      },
    ),
    image({
      ...{ src: greyBitmap(pair, 2 * SEEN + GAP), width: 2 * SEEN + GAP, height: SEEN, boxes: [...marks, ...arrived] },
      title: "the crop; and what exact landmarks make",
    }),
  ];
}

const stores = new WeakMap(); // of constants: bytes that are decoded once
function bytesOf(constants) {
  if (!stores.has(constants)) stores.set(constants, bytes(constants.grey));
  return stores.get(constants);
}

/** Cosines of the crop to everybody in the gallery. */
export function recognised(constants, matrix) {
  const { size, gallery, crop } = constants;
  const small = warp(bytesOf(constants), size, invert(standing(matrix, crop)), crop);
  const code = embed(prepared(small), constants);
  return gallery.map((row) => row.reduce((sum, v, k) => sum + v * code[k], 0));
}
