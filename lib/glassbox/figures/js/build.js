/** Bundle the sources into ../static: one file for each host, and the style sheet. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? `${here}../static/`;
const common = {
  bundle: true,
  minify: true,
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  target: "es2022",
  legalComments: "none",
};
const js = (entry, outfile, options) =>
  build({ ...common, entryPoints: [here + entry], outfile: `${out}/${outfile}`, ...options });

await Promise.all([
  js("host-book.jsx", "figure.js", { format: "iife" }),
  js("host-widget.jsx", "figure.mjs", { format: "esm" }),
  js("host-static.jsx", "render.cjs", { format: "cjs", platform: "node" }),
  build({ entryPoints: [`${here}figure.css`], outfile: `${out}/figure.css`, minify: true, charset: "utf8" }),
]);
