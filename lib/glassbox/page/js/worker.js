/**
 * The worker: Python lives here, away from the page's document. A classic script, for Pyodide's
 * own loader is one.
 */

/** @typedef {import("./messages.js").ToWorker} ToWorker */
/** @typedef {import("./messages.js").FromWorker} FromWorker */

const scope = /** @type {any} */ (self);
const BOOT = `
import json
from glassbox.page.runner import Page
page = Page(
    json.loads(cells), lambda kind, message: send(kind, json.dumps(message)), json.loads(modules)
)
page`;

let pyodide, page, current;
let queue = Promise.resolve();

/** @param {FromWorker} message */
const post = (message) => scope.postMessage(message);

/** Count the bytes that come in; the book's own files need no second check of their hashes. */
function countBytes(total) {
  const fetchFile = scope.fetch.bind(scope);
  let loaded = 0;
  scope.fetch = async (address) => {
    const response = await fetchFile(address);
    if (!response.ok)
      throw new Error(`${new URL(address, scope.location.href).pathname} is missing (${response.status})`);
    const counter = new TransformStream({
      transform(chunk, control) {
        loaded += chunk.byteLength;
        post({ kind: "progress", loaded, total });
        control.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(counter), { headers: response.headers });
  };
}

/** @param {import("./messages.js").Start} message */
async function start({ base, cells, modules, packages, total }) {
  countBytes(total);
  scope.importScripts(`${base}pyodide.js`);
  pyodide = await scope.loadPyodide({
    indexURL: base,
    lockFileURL: `${base}packages.json`,
    packages: ["glassbox", ...packages],
    env: { HOME: "/home/reader", MPLBACKEND: "agg", MPLCONFIGDIR: "/tmp" },
  });
  const send = (kind, message) => post({ kind, run: current, ...JSON.parse(message) });
  page = pyodide.runPython(BOOT, {
    globals: pyodide.toPy({ send, cells: JSON.stringify(cells), modules: JSON.stringify(modules) }),
  });
  post({ kind: "ready" });
}

/** @param {import("./messages.js").Run} message */
async function run({ run, at, edits }) {
  current = run;
  for (const key in edits) page.edit(Number(key), edits[key]);
  let needed = page.packages(at);
  do {
    const wanted = needed.toJs().filter((name) => !pyodide.loadedPackages[name]);
    needed.destroy();
    if (wanted.length) await pyodide.loadPackage(wanted, { messageCallback: () => {} });
    needed = page.run(at);
  } while (needed.length);
}

/** @param {MessageEvent<ToWorker>} event */
function hear({ data }) {
  queue = queue
    .then(() => (data.kind === "start" ? start(data) : run(data)))
    .catch((error) => post({ kind: "broken", text: String(error.message ?? error) }));
}
scope.onmessage = hear;
