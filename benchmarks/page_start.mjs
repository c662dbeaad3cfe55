/**
 * One start of Python in Node, in one of the ways that were tried; run by `page.py`.
 *
 *     node page_start.mjs WAY FOLDER SNAPSHOT
 *
 * prints the processor's seconds from nothing to a runner of cells, and what the way adds or saves
 * in bytes to load, as JSON. FOLDER is `_static/python` of the built book.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadPyodide } from "../node_modules/pyodide/pyodide.mjs";

const [way, folder, snapshot] = process.argv.slice(2);
const origin = fileURLToPath(new URL("../node_modules/pyodide/python_stdlib.zip", import.meta.url));
const silent = { stdout() {}, stderr() {} };
const common = { indexURL: `${folder}/`, lockFileURL: `${folder}/packages.json`, ...silent };
const sizeOf = (path) => statSync(path).size;
const modules = "ast base64 dataclasses functools io json linecache re traceback typing";

/** What each way asks of the loader, beside `common`, and the bytes that it costs. */
const ways = {
  "as it is shipped": () => [{ packages: ["glassbox"] }, 0],
  "packages after the start": () => [{}, 0],
  "the whole standard library, as sources": () => [
    { packages: ["glassbox"], stdLibURL: origin },
    sizeOf(origin) - sizeOf(`${folder}/python_stdlib.zip`),
  ],
  "a memory snapshot": () => {
    const memory = readFileSync(snapshot);
    return [{ _loadSnapshot: memory.buffer.slice(memory.byteOffset, memory.byteOffset + memory.length) }, gzipSync(memory).length];
  },
};

if (way === "make a snapshot") {
  const python = await loadPyodide({ ...common, _makeSnapshot: true });
  python.runPython(`import ${modules.replaceAll(" ", ", ")}`);
  writeFileSync(snapshot, python.makeMemorySnapshot());
} else {
  const [options, bytes] = ways[way]();
  const before = process.cpuUsage();
  const python = await loadPyodide({ ...common, ...options });
  if (!("packages" in options)) await python.loadPackage("glassbox", { messageCallback() {} });
  python.runPython("from glassbox.page.runner import Page");
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ seconds: (user + system) / 1e6, bytes }));
}
