/** The ghost tree: one layout of the widest search, in which each rule greys out what it saves. */
import { box, image, text, tree } from "../figures/js/panels.js";
import { ghostNodes, readNumbers, widestWithin } from "./ghosts.js";
import { causes, counted, legend, looks, refusal, sorted, words, written } from "./said.js";

function kindOf(node, parents, i) {
  if (node.lost) return "lost";
  if (node.cause !== null) return node.cause;
  if (node.reported) return "solution";
  if (node.rest < 0) return "over";
  return parents.has(i) ? "inner" : "dead";
}

const HUES = ["ink", "sky", "orange", "purple", "blue"];

/** Whether a number fits over a part of the bar on a phone: a thin part's is in the legend, and is told by its tip. */
const fits = (count, wide) => wide >= 17 * (1 + String(count).length);

/** How many of the nodes are entered, and what each rule saves: one bar, cut into its parts. */
function shares(counts, all) {
  let at = 0;
  const boxes = counts.map((count, i) => {
    const from = at;
    at += (600 * count) / all;
    const name = i ? `saved: ${Object.values(causes)[i - 1]}` : "entered";
    const text = count ? `${name}, ${count} of ${all}` : "";
    return box([from, 22, at, 40], {
      label: fits(count, at - from) ? String(count) : "",
      color: HUES[i],
      fill: 0.75,
      width: 1,
      text,
    });
  });
  return image({ width: 600, height: 42, boxes, title: `${counted(counts[0], "node")} entered of ${all}` });
}

/** Panels of the figure, from what the reader typed, the rules, and how many nodes can be drawn. */
export function ghost_tree({ numbers, target, child_start, prune, duplicates, look_ahead }, { most }) {
  const { numbers: candidates, problem } = readNumbers(numbers);
  const wrong = problem ?? refusal(candidates, target, child_start, most);
  if (wrong) return [text("**There is no tree to draw.**", { describe: wrong })];
  const widest = widestWithin(candidates, target, most);
  const rules = { widest, childStart: child_start, prune, duplicates, lookAhead: look_ahead };
  const nodes = ghostNodes(candidates, target, rules);
  const alive = nodes.filter((node) => node.cause === null);
  const parents = new Set(alive.map((node) => node.parent));
  const kinds = nodes.map((node, i) => kindOf(node, parents, i));
  const met = new Set();
  const marks = nodes.flatMap((node, i) => {
    if (node.cause !== null) return node.lost ? [] : [[i, "faint"]];
    const key = `${sorted(node.path)}`;
    const again = met.has(key);
    met.add(key);
    return again ? [[i, "compare"]] : [];
  });
  const saved = Object.keys(causes).map((cause) => nodes.filter((node) => node.cause === cause).length);
  const lost = [...new Set(nodes.filter((node) => node.lost).map((node) => written(sorted(node.path))))];
  const found = nodes.filter((node) => node.reported).map((node) => written(node.path));
  const meanings = { ...legend };
  Object.keys(causes).forEach((cause, i) => {
    meanings[cause] = `${legend[cause]} (${saved[i]})`;
  });
  const parts = Object.values(causes)
    .map((name, i) => saved[i] && `${name} ${saved[i]}`)
    .filter(Boolean);
  const again = marks.filter(([, mark]) => mark === "compare").length;
  const over = kinds.filter((kind) => kind === "over").length;
  const say = [
    `${alive.length} of ${counted(nodes.length, "node")} ${nodes.length === 1 ? "is" : "are"} entered`,
    parts.length ? `, the others are saved: ${parts.join(", ")}. ` : ". ",
    over || again
      ? `Of those entered, ${over} ${over === 1 ? "is" : "are"} too much and ${again} ${again === 1 ? "repeats an earlier one" : "repeat earlier ones"}. `
      : "",
    lost.length ? `Lost: ${lost.join(", ")}.` : "No answer is lost.",
  ].join("");
  return [
    tree({
      labels: nodes.map((node) => String(node.value ?? "[]")),
      parents: nodes.map((node) => node.parent),
      kinds,
      looks,
      legend: meanings,
      marks,
      texts: nodes.map((node) => words(node, nodes)),
      title: "search tree",
      describe: say,
    }),
    shares([alive.length, ...saved], nodes.length),
    text(`**reported** ${found.join(" ") || "nothing"}\n**lost** ${lost.join(" ") || "nothing"}`),
  ];
}
