/**
 * What the page and its worker say to each other. There are no other kinds.
 *
 * @typedef {{ id: string, source: string, why?: string, check?: boolean }} Cell A code cell of the
 *   chapter; `why` says why it cannot run in a page; a `check` may fail where it runs for another
 *   cell.
 *
 * @typedef {{
 *   "text/plain"?: string, "text/html"?: string, "text/markdown"?: string, "text/latex"?: string,
 *   "image/png"?: string, "image/jpeg"?: string, "image/svg+xml"?: string,
 *   "application/vnd.glassbox.figure+json"?: { payload: string, name: string },
 * }} Bundle What a value shows itself as; pictures are base64.
 *
 * To the worker:
 * @typedef {{ kind: "start", base: string, cells: Cell[], modules: Object<string, string[]>,
 *   packages: string[], total: number }} Start
 *   Load Python and packages from the address `base`: `total` bytes. `modules` tells what packages
 *   a module needs.
 * @typedef {{ kind: "run", run: number, at: number, edits: Object<number, string> }} Run
 *   Run the cell `at`, after giving cells other sources. The answers carry the number `run`.
 * @typedef {Start | Run} ToWorker
 *
 * From the worker:
 * @typedef {{ kind: "progress", loaded: number, total: number }} Progress Bytes of Python so far.
 * @typedef {{ kind: "ready" }} Ready Python has started.
 * @typedef {{ kind: "step", run: number, at: number, number: number, count: number }} Step
 *   An earlier cell begins: the one `at`, as `number` of `count`.
 * @typedef {{ kind: "again", run: number }} Again What the run showed is void: it begins again, once a
 *   package is loaded that it imports.
 * @typedef {{ kind: "stream", run: number, name: "stdout" | "stderr" | "note", text: string }} Stream
 *   Printed text, or our note that there is more.
 * @typedef {{ kind: "output", run: number, bundle: Bundle }} Output A value is shown.
 * @typedef {{ kind: "error", run: number, at: number, text: string, why?: string }} Failure
 *   The cell `at` failed with a traceback, or cannot run here.
 * @typedef {{ kind: "done", run: number, ran: number[], seconds: number, failed: boolean }} Done
 *   The run is over; the earlier cells `ran` too.
 * @typedef {{ kind: "broken", text: string }} Broken Python itself cannot go on.
 * @typedef {Progress | Ready | Step | Again | Stream | Output | Failure | Done | Broken} FromWorker
 */
export {};
