/** How elements move in a heap: CPython's two sifts, and the textbook's. */

/** An element as a reader would write it. */
export const write = (item) => String(item[0]).replace("-", "−");

/** An operation on a heap, frame by frame. While an element is in hand its cell is a gap: null. */
export class Run {
  constructor(heap, largest) {
    this.cells = [...heap];
    this.order = largest ? (a, b) => b[0] < a[0] : (a, b) => a[0] < b[0];
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
    return this.order(a, b);
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
  child(wins) {
    const left = 2 * this.gap + 1;
    const right = left + 1;
    if (left >= this.cells.length) return -1;
    if (right >= this.cells.length) return left;
    const [a, b] = [this.cells[left], this.cells[right]];
    const chosen = wins(a, b) ? right : left;
    const first = write(this.cells[chosen]);
    this.show(`Of the children ${write(a)} and ${write(b)}, ${first} comes first`, [left, right]);
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
}
