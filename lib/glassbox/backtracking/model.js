/** The ghost tree: one layout of the widest search, in which each rule greys out what it saves. */
import { box, image, text, tree } from "../figures/js/panels.js";
import { ghostNodes, isWider, readNumbers, widestSize, widestWithin } from "./ghosts.js";

const causes = {
  start: "start index",
  prune: "too large",
  skip: "a duplicate",
  ahead: "looking ahead",
};

const looks = {
  solution: { shape: "square", color: "green", filled: true },
  over: { shape: "circle", color: "orange", filled: true },
  dead: { shape: "circle", color: "muted" },
  start: { shape: "circle", color: "sky" },
  prune: { shape: "cross", color: "orange" },
  skip: { shape: "bar", color: "purple" },
  ahead: { shape: "cross", color: "blue" },
  lost: { shape: "square", color: "red", filled: true },
};

const legend = {
  solution: "reported",
  over: "too much: a wasted call",
  dead: "dead end",
  start: "saved by the start index",
  prune: "saved: too large",
  skip: "saved: a duplicate",
  ahead: "saved by looking ahead",
  lost: "lost",
  compare: "the same numbers as an earlier node",
};

const written = (path) => `[${path.join(", ")}]`;
const counted = (n, noun) => `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`;
const sorted = (path) => path.toSorted((a, b) => a - b);

/** Why there is no tree to draw, or an empty string. */
function refusal(numbers, target, child, most) {
  const widest = widestWithin(numbers, target, most);
  const drawn = `and ${most} can be drawn and read`;
  const advice = "Take a smaller target, fewer candidates or larger ones.";
  if (!widest) {
    const size = widestSize(numbers, target, "i + 1");
    return `Without any rule the search enters ${counted(size, "node")} even if each number is used once, ${drawn}. ${advice}`;
  }
  if (!isWider(child, widest)) return "";
  const size = widestSize(numbers, target, child);
  return `With child from ${child} the widest tree has ${counted(size, "node")}, ${drawn}. ${advice} Or choose child from ${widest}.`;
}

/** What a node says of itself. */
function words(node, nodes) {
  const path = written(node.path);
  const value = node.path.at(-1);
  const up = nodes[node.parent];
  if (node.cause === null) {
    if (node.reported) return `${path}: an answer, reported`;
    if (node.rest === 0) return node.answer ? `${path}: an answer, reported before` : `${path}: sum reached`;
    if (node.rest < 0) return `${path}: ${-node.rest} too much, a wasted call`;
    return `${path}, rest ${node.rest}`;
  }
  const why = {
    start: `${value} stands before the start index`,
    prune: node.seen ? `${value} is larger than the rest ${up?.rest}` : "the loop ended at one that was too large",
    skip: `the candidate before it is a ${value} too`,
    ahead: `what may follow cannot make the rest ${node.rest}`,
  }[node.cause];
  const said = up.cause === null ? why : "below a branch that is left out";
  const like =
    node.answer && nodes.find((other) => other.reported && `${sorted(other.path)}` === `${sorted(node.path)}`);
  if (node.lost) return `${path}: ${said}. This answer is lost`;
  return like ? `${path}: ${said}. Found as ${written(like.path)} all the same` : `${path}: ${said}`;
}

function kindOf(node, parents, i) {
  if (node.lost) return "lost";
  if (node.cause !== null) return node.cause;
  if (node.reported) return "solution";
  if (node.rest < 0) return "over";
  return parents.has(i) ? "inner" : "dead";
}

const HUES = ["ink", "sky", "orange", "purple", "blue"];

/** How many of the nodes are entered, and what each rule saves: one bar, cut into its parts. */
function shares(counts, all) {
  let at = 0;
  const boxes = counts.map((count, i) => {
    const from = at;
    at += (600 * count) / all;
    const name = i ? `saved: ${Object.values(causes)[i - 1]}` : "entered";
    const text = count ? `${name}, ${count} of ${all}` : "";
    return box([from, 22, at, 40], { label: count ? String(count) : "", color: HUES[i], fill: 0.75, width: 1, text });
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
    `${alive.length} of ${counted(nodes.length, "node")} are entered`,
    parts.length ? `, the others are saved: ${parts.join(", ")}. ` : ". ",
    over || again ? `Of those entered, ${over} are too much and ${again} repeat earlier ones. ` : "",
    lost.length ? `Lost: ${lost.join(", ")}.` : "No answer is lost.",
  ].join("");
  return [
    tree({
      labels: nodes.map((node) => String(node.value ?? "[ ]")),
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
