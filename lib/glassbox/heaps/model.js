/**
 * A heap to play with: the model of `heappush`, `heappop` and `siftdown_textbook`.
 *
 * Elements are pairs of a value and a number of their own, so that a drawing can follow them.
 */
import { Run, write } from "./sifts.js";

/** The panel of a heap. */
export function board(_, { values, room, largest, offers }) {
  const cells = values.map((value, id) => [value, id]);
  return [{ kind: "heap", operate: "heaps.operate", cells, room, largest, offers, describe: "" }];
}

/**
 * Push an element or pop one, frame by frame.
 * @param {Array<[number, number]>} heap
 * @param {"push" | "pop"} action
 * @param {[number, number] | null} item what is pushed
 * @param {"cpython" | "textbook"} way
 * @param {boolean} largest whether it is a max-heap
 */
export function operate(heap, action, item, way, largest) {
  const run = new Run(heap, largest);
  if (action === "push") {
    run.cells.push(null);
    run.hold(item, run.cells.length - 1, `${write(item)} is in hand, at the end`);
    run.climb(0);
    return seen(run, null);
  }
  const last = run.cells.pop();
  if (!run.cells.length) return seen(run, last);
  const first = run.cells[0];
  run.hold(last, 0, `${write(first)} goes out; the last, ${write(last)}, is in hand, the gap at the top`);
  if (way === "textbook") run.sink();
  else {
    run.descend();
    run.climb(0);
  }
  return seen(run, first);
}

const seen = ({ frames, cells, asked }, returned) => ({ frames, cells, returned, asked });
