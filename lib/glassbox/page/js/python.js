/**
 * The page's side of Python: one worker for the page, and for each code cell its bar, its editor
 * and what it shows. Loaded with the first use of a button.
 */
import { coloured, element, printed, show } from "./output.js";

/** @typedef {import("./messages.js").FromWorker} FromWorker */
/** @typedef {import("./messages.js").Cell} Cell */

const MB = 1e6;
const megabytes = (bytes) => (bytes / MB).toFixed(1);

/**
 * The worker of a page: started by the first run, ended and started again by Stop.
 */
class Kernel {
  /** @param {string} base @param {{cells: Cell[], modules: any, sizes: any}} page */
  constructor(base, page, hear) {
    this.base = base;
    this.page = page;
    this.hear = hear;
    this.count = 0;
    this.ready = false;
    /** @type {Worker | null} */
    this.worker = null;
  }

  /** Start Python with the packages that a cell needs. */
  start(packages) {
    const { base, page } = this;
    // A worker made from a blob is under the page's own policy; one from a file would have none.
    const code = new Blob([`importScripts(${JSON.stringify(`${base}worker.js`)})`], { type: "text/javascript" });
    const address = URL.createObjectURL(code);
    this.worker = new Worker(address);
    this.ready = false;
    const names = ["", "glassbox", ...packages];
    const total = names.reduce((sum, name) => sum + (page.sizes[name] ?? 0), 0);
    this.worker.onmessage = ({ data }) => {
      if (data.kind === "ready") {
        this.ready = true;
        URL.revokeObjectURL(address);
      }
      this.hear(data);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.hear({ kind: "broken", text: event.message || "the worker could not start" });
    };
    const { cells, modules } = page;
    this.worker.postMessage({ kind: "start", base, cells, modules, packages, total });
  }

  /** Ask for a run; returns its number. */
  run(at, edits, packages) {
    if (!this.worker) this.start(packages);
    this.count += 1;
    this.worker.postMessage({ kind: "run", run: this.count, at, edits });
    return this.count;
  }

  /** End Python, whatever it is doing. */
  stop() {
    this.worker?.terminate();
    this.worker = null;
    this.ready = false;
  }
}

/** What a page keeps of a reader's edits, where the browser lets it. */
class Edits {
  constructor(pagename) {
    this.prefix = `glassbox:${pagename}#`;
    this.problem = "";
  }

  get(id) {
    try {
      return localStorage.getItem(this.prefix + id);
    } catch {
      return null;
    }
  }

  /** Keep a source, or none; tells whether it could. */
  set(id, source) {
    try {
      if (source === null) localStorage.removeItem(this.prefix + id);
      else localStorage.setItem(this.prefix + id, source);
      return true;
    } catch {
      return false;
    }
  }
}

/** One code cell of the page: what the reader sees of it. */
class View {
  constructor(app, bar, cell) {
    this.app = app;
    this.bar = bar;
    this.cell = cell;
    this.at = bar.at;
    this.input = bar.input;
    this.run = bar.run;
    this.edit = bar.edit;
    this.status = bar.status;
    this.stops = [];
    this.original = cell.source;
    this.source = this.original;
    this.code = this.input.querySelector(".highlight")?.parentElement;
    this.built = this.bar.cell.querySelector(":scope > .cell_output");
    this.frame = this.built?.querySelector("figure.glassbox-frame") ?? null;
    this.result = null;
    this.editor = null;
    this.reset = element("button", "gb-reset", "Reset");
    Object.assign(this.reset, { type: "button", title: "Bring back the cell as it was", hidden: true });
    this.reset.onclick = () => this.restore();
    this.edit?.after(this.reset);
    const [run, edit] = bar.words;
    this.words = { run, edit };
    this.holds = bar.cell.classList.contains("tag_check");
    const kept = app.edits.get(cell.id);
    if (kept !== null && kept !== this.original && this.edit) this.take(kept, false);
  }

  /** Say what happens. */
  say(text) {
    this.status.textContent = text;
  }

  get edited() {
    return this.source !== this.original;
  }

  /** Take a source that the reader wrote. */
  take(source, keep = true) {
    this.source = source;
    if (keep && !this.app.edits.set(this.cell.id, this.edited ? source : null))
      this.say("This browser keeps nothing here: the edit is gone when the page is left.");
    this.bar.cell.classList.toggle("gb-edited", this.edited);
    this.reset.hidden = !this.edited && !this.result;
    if (!this.editor) this.paint();
  }

  /** Show the edited source as text where no editor is open; the built one stays for print. */
  paint() {
    this.own?.remove();
    this.own = null;
    if (!this.edited && !this.editor) {
      this.code.classList.remove("gb-built");
      return;
    }
    this.code.classList.add("gb-built");
    if (this.editor) return;
    this.own = coloured(this.source);
    this.code.after(this.own);
  }

  /** Open the editor, or close it. */
  async toggle() {
    if (this.editor) {
      this.close();
      return;
    }
    this.say("");
    this.edit.disabled = true;
    try {
      await this.app.loadEditor();
    } catch {
      this.say("The editor could not be loaded.");
      return;
    } finally {
      this.edit.disabled = false;
    }
    const place = element("div", "gb-editor highlight");
    this.code.after(place);
    this.place = place;
    this.editor = Object(window).glassbox.editor(place, this.source, {
      label: `Code of the cell ${this.cell.id}`,
      changed: (source) => this.take(source),
      run: () => this.app.run(this.at),
      leave: () => this.run.focus(),
    });
    this.edit.textContent = "Close";
    this.edit.setAttribute("aria-expanded", "true");
    this.paint();
    this.editor.focus();
  }

  close() {
    const held = this.place.contains(document.activeElement);
    this.editor.destroy();
    this.place.remove();
    this.editor = null;
    this.edit.textContent = this.words.edit;
    this.edit.removeAttribute("aria-expanded");
    this.paint();
    if (held) this.edit.focus();
  }

  /** Bring the original back: source and output. */
  restore() {
    if (this.app.running === this) return;
    this.source = this.original;
    this.app.edits.set(this.cell.id, null);
    if (this.editor) this.editor.replace(this.source);
    this.bar.cell.classList.remove("gb-edited");
    this.paint();
    this.clear();
    this.result?.remove();
    this.result = null;
    this.built?.classList.remove("gb-built");
    this.reset.hidden = true;
    this.say("As it was.");
    this.run.focus();
  }

  /** Take away what was shown last, and what it listens to. */
  clear() {
    for (const stop of this.stops ?? []) stop();
    this.stops = [];
    this.result?.replaceChildren();
    this.text = null;
  }

  /** Make room for results; what the cell showed when the page was built stays for print. */
  open() {
    const height = (this.result ?? this.built)?.offsetHeight ?? 0;
    if (!this.result) {
      this.result = element("div", "cell_output docutils container gb-result");
      this.result.setAttribute("aria-live", "polite");
      this.bar.cell.append(this.result);
      this.built?.classList.add("gb-built");
    }
    this.clear();
    this.result.style.minHeight = `${height}px`; // the text below stays where it is
    this.reset.hidden = false;
  }

  /** @param {Extract<FromWorker, {kind: "stream"}>} message */
  stream({ name, text }) {
    if (this.text?.name !== name) {
      const place = printed("", name === "stdout" ? "stream" : `gb-${name}`);
      this.text = { name, place };
      this.result.append(place);
    }
    this.text.place.querySelector("pre").append(text);
  }

  output(bundle) {
    this.text = null;
    try {
      const numbered = this.result.querySelector("figure.glassbox-frame");
      this.result.append(show(bundle, numbered ? null : this.frame));
    } catch (error) {
      this.result.append(printed(`The result could not be shown: ${error.message}`, "gb-error-text"));
    }
  }

  failure(text) {
    this.text = null;
    this.result.append(printed(text, "gb-traceback"));
  }

  /** While the cell runs its first button stops it. */
  setRunning(running) {
    this.bar.cell.classList.toggle("gb-running", running);
    this.run.textContent = running ? "Stop" : this.words.run;
    this.run.classList.toggle("gb-stop", running);
    if (!running) this.result?.style.removeProperty("min-height");
  }
}

/** The page: its cells by their numbers, and the runs one after the other. */
class App {
  constructor({ base, pagename, bars }, page) {
    this.base = base;
    this.page = page;
    /** @type {View[]} */
    this.queue = [];
    /** @type {View | null} */
    this.running = null;
    this.current = 0;
    this.edits = new Edits(pagename);
    this.kernel = new Kernel(base, page, (message) => this.hear(message));
    this.views = new Map(bars.map((bar) => [bar.at, new View(this, bar, page.cells[bar.at])]));
    this.sent = new Map();
    this.editorLoads = null;
  }

  loadEditor() {
    this.editorLoads ??= new Promise((done, fail) => {
      const script = Object.assign(document.createElement("script"), { src: `${this.base}editor.js` });
      Object.assign(script, { onload: done, onerror: fail });
      document.head.append(script);
    });
    return this.editorLoads;
  }

  edit(at) {
    return this.views.get(at).toggle();
  }

  /** Run a cell, after those that wait; what runs or waits is stopped. */
  run(at) {
    const view = this.views.get(at);
    if (this.running === view || this.queue.includes(view)) {
      this.stop(view);
      return;
    }
    this.queue.push(view);
    if (this.running) {
      view.setRunning(true);
      view.say("Waits for the cell that runs.");
    } else this.next();
  }

  next() {
    const view = this.queue.shift();
    this.running = view ?? null;
    if (!view) return;
    const edits = {};
    for (const [at, { source }] of this.views) {
      if ((this.sent.get(at) ?? this.page.cells[at].source) === source) continue;
      edits[at] = source;
      this.sent.set(at, source);
    }
    view.setRunning(true);
    view.open();
    view.say(this.kernel.ready ? "Running…" : "Starting Python…");
    this.failed = false;
    this.current = this.kernel.run(view.at, edits, this.page.needs[view.at] ?? []);
  }

  /** End a run; Python starts anew at once, and runs again what the next cell needs. */
  stop(view) {
    if (this.queue.includes(view)) {
      this.queue.splice(this.queue.indexOf(view), 1);
      view.setRunning(false);
      view.say("Not run.");
      return;
    }
    this.restart();
    view.setRunning(false);
    view.say("Stopped. Python starts anew; earlier cells run again when they are needed.");
    this.next();
  }

  restart() {
    this.kernel.stop();
    this.sent.clear();
    this.current = -1;
    this.kernel.start(this.page.needs[this.running?.at] ?? []);
  }

  /** @param {FromWorker} message */
  hear(message) {
    const view = this.running;
    if (message.kind === "broken") {
      this.broke(view, message.text);
      return;
    }
    if (!view) return;
    if (message.kind === "progress") {
      const { loaded, total } = message;
      const told = `${megabytes(loaded)} of ${megabytes(total)} MB`;
      view.say(loaded < total ? `Starting Python, once for this page: ${told}` : "Starting Python…");
    } else if (message.kind === "ready") view.say("Running…");
    else if ("run" in message && message.run === this.current) this.follow(view, message);
  }

  /** @param {View} view */
  follow(view, message) {
    if (message.kind === "step") {
      const { id } = this.page.cells[message.at];
      view.say(`First an earlier cell that it needs, ${message.number} of ${message.count}: ${id}`);
      this.stepped = message.count;
    } else if (message.kind === "again") {
      view.clear();
      view.say("Loading a package that it imports…");
    } else if (message.kind === "stream") view.stream(message);
    else if (message.kind === "output") view.output(message.bundle);
    else if (message.kind === "error") {
      const earlier = message.at !== view.at;
      const { id } = this.page.cells[message.at];
      if (message.why) view.failure(`This cell needs the cell ${id}, which is not in the page: ${message.why}`);
      else view.failure((earlier ? `The earlier cell ${id}, which this one needs, failed.\n\n` : "") + message.text);
    } else if (message.kind === "done") this.finish(view, message);
  }

  /** @param {View} view @param {Extract<FromWorker, {kind: "done"}>} message */
  finish(view, { ran, seconds, failed }) {
    const time = seconds < 0.05 ? "at once" : `in ${seconds.toFixed(1)} s`;
    const names = ran.map((at) => this.page.cells[at].id);
    const few = names.length > 4 ? `${names.length} earlier cells` : names.join(", ");
    const after = names.length ? `, after ${few}` : "";
    const fine = `${view.holds && !view.edited ? "It holds. " : ""}Ran ${time}${after}.`;
    view.say(failed ? `Failed${after}.` : fine);
    view.setRunning(false);
    this.next();
  }

  /** Python itself ended: say so, and start it again when it is wanted next. */
  broke(view, text) {
    this.kernel.stop();
    this.sent.clear();
    this.current = -1;
    if (view) {
      const memory = /out of memory|could not allocate|allocation/i.test(text);
      view.failure(memory ? "Python has no memory left and was ended. Try smaller data." : `Python ended: ${text}`);
      view.setRunning(false);
      view.say("Python starts anew with the next Run.");
    }
    for (const waiting of this.queue) {
      waiting.setRunning(false);
      waiting.say("Not run.");
    }
    this.queue = [];
    this.running = null;
  }
}

/** @param {{base: string, pagename: string, bars: any[]}} options */
async function python(options) {
  const answer = await fetch(`${options.base}chapters/${options.pagename.replaceAll("/", ".")}.json`);
  if (!answer.ok) throw new Error(`${answer.url} is missing`);
  const app = new App(options, await answer.json());
  for (const bar of options.bars) {
    if (bar.run) bar.run.onclick = () => app.run(bar.at);
    if (bar.edit) bar.edit.onclick = () => app.edit(bar.at);
  }
  return app;
}

Object.assign(window, { glassbox: { ...Object(window).glassbox, python } });
