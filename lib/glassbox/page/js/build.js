/** Bundle the sources into ../static: what each page loads, what the first Run and the first Edit load. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? `${here}../static/`;
const common = { bundle: true, minify: true, charset: "utf8", target: "es2022", legalComments: "none" };
const file = (name) =>
  build({ .../** @type {any} */ (common), format: "iife", entryPoints: [here + name], outfile: `${out}/${name}` });

await Promise.all(
  ["start.js", "python.js", "worker.js", "editor.js", "search.js", "start.css", "python.css"].map(file),
);
