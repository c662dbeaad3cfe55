/** The ghost tree in words: what its marks mean, what a node says of itself, why there is no tree. */
import { isWider, widestSize, widestWithin } from "./ghosts.js";

export const causes = {
  start: "start index",
  prune: "too large",
  skip: "a duplicate",
  ahead: "looking ahead",
};

export const looks = {
  inner: { shape: "circle", color: null },
  solution: { shape: "square", color: "green", filled: true },
  over: { shape: "circle", color: "orange", filled: true },
  dead: { shape: "circle", color: "muted", filled: true },
  start: { shape: "circle", color: "sky" },
  prune: { shape: "cross", color: "orange" },
  skip: { shape: "bar", color: "purple" },
  ahead: { shape: "cross", color: "blue" },
  lost: { shape: "square", color: "red", filled: true },
};

export const legend = {
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

export const written = (path) => `[${path.join(", ")}]`;
export const counted = (n, noun) => `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`;
export const sorted = (path) => path.toSorted((a, b) => a - b);

/** Why there is no tree to draw, or an empty string. */
export function refusal(numbers, target, child, most) {
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
export function words(node, nodes) {
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
