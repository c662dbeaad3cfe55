/**
 * A heap to play with: the model of `heappush`, `heappop` and `siftdown_textbook`.
 *
 * Elements are pairs of a value and a number of their own, so that a drawing can follow them. While one is in hand its
 * cell is a gap: null.
 */

/** The panel of a heap. */
export function board(_, { values, room, largest, offers }) {
  const cells = values.map((value, id) => [value, id]);
  const describe = `A ${largest ? "max-heap" : "heap"} with room for ${room}.`;
  return [{ kind: "heap", operate: "heaps.operate", cells, room, largest, offers, describe }];
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
    return run.done(null);
  }
  const last = run.cells.pop();
  if (!run.cells.length) return run.done(last);
  const first = run.cells[0];
  run.hold(last, 0, `${write(first)} goes out; the last, ${write(last)}, is in hand, the gap at the top`);
  if (way === "textbook") run.sink();
  else {
    run.descend();
    run.climb(0);
  }
  return run.done(first);
}

const write = (item) => String(item[0]).replace("-", "−");

class Run {
  constructor(heap, largest) {
    this.cells = [...heap];
    this.before = largest ? (a, b) => b[0] < a[0] : (a, b) => a[0] < b[0];
    this.word = largest ? "larger" : "smaller";
    this.frames = [];
    this.asked = 0;
    this.held = null;
    this.gap = -1;
  }

  /** Keep what can be seen now. */
  show(said, compared = []) {
    const { held, gap, asked } = this;
    this.frames.push({ cells: [...this.cells], held, gap, compared, said: `${said}.`, asked });
  }

  hold(item, at, said) {
    this.held = item;
    this.cells[at] = null;
    this.gap = at;
    this.show(said);
  }

  ask(a, b) {
    this.asked += 1;
    return this.before(a, b);
  }

  /** The element at `from` fills the gap and leaves one. */
  move(from, said) {
    this.cells[this.gap] = this.cells[from];
    this.cells[from] = null;
    this.gap = from;
    this.show(said);
  }

  drop(said) {
    this.cells[this.gap] = this.held;
    this.held = null;
    this.gap = -1;
    this.show(said);
  }

  /** `_siftdown`: parents move down until the element in hand fits. */
  climb(top) {
    while (this.gap > top) {
      const parent = (this.gap - 1) >> 1;
      const up = this.cells[parent];
      const passes = this.ask(this.held, up);
      const answer = `Is ${write(this.held)} ${this.word} than its parent ${write(up)}?`;
      this.show(`${answer} ${passes ? "Yes" : "No"}`, [parent]);
      if (!passes) break;
      this.move(parent, `${write(up)} moves down`);
    }
    this.drop(`${write(this.held)} is put down at index ${this.gap}`);
  }

  /** The child that comes first, or -1; two children are a question. */
  child(wins, compared = []) {
    const left = 2 * this.gap + 1;
    const right = left + 1;
    if (left >= this.cells.length) return -1;
    if (right >= this.cells.length) return left;
    const [a, b] = [this.cells[left], this.cells[right]];
    const chosen = wins(a, b) ? right : left;
    this.show(`Of the children ${write(a)} and ${write(b)}, ${write(this.cells[chosen])} comes first`, [
      left,
      right,
      ...compared,
    ]);
    return chosen;
  }

  /** `_siftup`, down to a leaf without a look at the element in hand. */
  descend() {
    for (;;) {
      const child = this.child((a, b) => !this.ask(a, b));
      if (child < 0) return;
      this.move(child, `${write(this.cells[child])} moves up`);
    }
  }

  /** The textbook's way: down while a child comes before the element in hand. */
  sink() {
    for (;;) {
      const child = this.child((a, b) => this.ask(b, a));
      if (child < 0) break;
      const next = this.cells[child];
      const moves = this.ask(next, this.held);
      this.show(`Is ${write(next)} ${this.word} than ${write(this.held)}? ${moves ? "Yes" : "No"}`, [child]);
      if (!moves) break;
      this.move(child, `${write(next)} moves up`);
    }
    this.drop(`${write(this.held)} is put down at index ${this.gap}`);
  }

  done(returned) {
    return { frames: this.frames, cells: this.cells, returned, asked: this.asked };
  }
}
