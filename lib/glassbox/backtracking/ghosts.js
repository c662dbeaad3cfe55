/** The widest search tree and what a search with some rules leaves of it: `ghosts.py` again, for a reader who types. */

const STARTS = ["0", "i", "i + 1"];

/** Where the child of the candidate at `index` starts (that of the root, null, at 0). */
const startAfter = (index, childStart) =>
  index === null || childStart === "0" ? 0 : index + (childStart === "i + 1" ? 1 : 0);

/**
 * How many nodes the search without any rule enters.
 * @param {number[]} candidates
 * @param {number} target
 * @param {string} childStart
 */
export function widestSize(candidates, target, childStart = "0") {
  let size = 1;
  const inner = Array.from({ length: target }, () => new Map()); // nodes with sum t, by their last place
  if (target) inner[0].set(null, 1);
  for (let total = 0; total < target; total += 1) {
    for (const [index, ways] of inner[total]) {
      for (let i = startAfter(index, childStart); i < candidates.length; i += 1) {
        size += ways;
        const next = inner[total + candidates[i]];
        if (next) next.set(i, (next.get(i) ?? 0) + ways);
      }
    }
  }
  return size;
}

/** For each start index, which rests can still be made; `reuse`: by candidates used again. */
function reachable(candidates, target, reuse) {
  const sums = [Array.from({ length: target + 1 }, (_, t) => t === 0)];
  for (const candidate of candidates.toReversed()) {
    const reach = [...sums[0]];
    for (let t = candidate; t <= target; t += 1) reach[t] ||= (reuse ? reach : sums[0])[t - candidate];
    sums.unshift(reach);
  }
  return sums;
}

const bySize = (/** @type {number[]} */ path) => path.toSorted((a, b) => a - b).join();

/**
 * The nodes of the widest tree, and what a search with some rules makes of each: see `ghost_nodes`.
 * @param {number[]} candidates
 * @param {number} target
 * @param {{widest?: string, childStart?: string, prune?: string, duplicates?: string, lookAhead?: boolean}} [rules]
 */
export function ghostNodes(
  candidates,
  target,
  { widest = "0", childStart = "i", prune = "break", duplicates = "i > start", lookAhead = false } = {},
) {
  const sums = reachable(candidates, target, childStart !== "i + 1");
  const nodes = [];
  const found = new Set();

  /** What becomes of each candidate from `start` on, in the loop of a node that is entered. */
  function fates(start, rest) {
    const fate = [];
    for (let i = start; i < candidates.length; i += 1) {
      const left = rest - candidates[i];
      const next = startAfter(i, childStart);
      const twin = { "i > start": i > start, "i > 0": i > 0 }[duplicates] ?? false;
      if (left < 0 && prune !== "none") {
        fate[i] = "prune";
        if (prune === "break") return fate;
      } else if (lookAhead && (left < 0 || !sums[next][left])) fate[i] = "ahead";
      else if (twin && candidates[i] === candidates[i - 1]) fate[i] = "skip";
      else fate[i] = null;
    }
    return fate;
  }

  function visit(index, parent, path, rest, used, { cause, seen }) {
    const here = nodes.length;
    const value = index === null ? null : candidates[index];
    const entered = cause === null;
    const key = bySize(path);
    const reported = entered && rest === 0 && !(duplicates === "set" && found.has(key));
    if (entered && rest === 0) found.add(key);
    const answer = rest === 0 && !(childStart === "i + 1" && new Set(used).size < used.length);
    nodes.push({ value, index, parent, path, rest, cause, seen, answer, reported });
    if (rest <= 0) return;
    const start = startAfter(index, childStart);
    const fate = entered ? fates(start, rest) : [];
    for (let i = startAfter(index, widest); i < candidates.length; i += 1) {
      let of = { cause, seen: false }; // below a ghost are ghosts
      if (entered && i < start) of = { cause: "start", seen: false };
      else if (entered) of = { cause: i in fate ? fate[i] : "prune", seen: i in fate };
      visit(i, here, [...path, candidates[i]], rest - candidates[i], [...used, i], of);
    }
  }

  visit(null, -1, [], target, [], { cause: null, seen: true });
  const reported = new Set(nodes.filter((node) => node.reported).map((node) => bySize(node.path)));
  return nodes.map((node) => ({ ...node, lost: node.answer && !reported.has(bySize(node.path)) }));
}

/** Where children start in the widest tree of at most `most` nodes; null if none is so small. */
export const widestWithin = (candidates, target, most) =>
  STARTS.find((start) => widestSize(candidates, target, start) <= most) ?? null;

/** Whether the first of two starts allows more children than the second. */
export const isWider = (start, other) => STARTS.indexOf(start) < STARTS.indexOf(other);

/** Numbers as a reader types them, or what is wrong with them. */
export function readNumbers(typed) {
  const words = typed
    .replace(/[[\](),;]/g, " ")
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  const bad = words.find((word) => !/^\d+$/.test(word) || Number(word) < 1);
  if (bad !== undefined) return { problem: `Candidates are whole numbers from 1 on: ${bad} is none.` };
  if (words.some((word) => word.length > 6)) return { problem: "That is a very large candidate: six digits will do." };
  return { numbers: words.map(Number) };
}
