/**
 * Bundle the sources into ../static: a file for each host, one for each topic's models, and the style sheet. Of d3 the
 * releases before the last are taken: those come as one file each, of which a bundler can leave out little.
 */
import { globSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const topics = fileURLToPath(new URL("../../", import.meta.url));
const out = process.argv[2] ?? `${here}../static`;
/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  target: "es2022",
  legalComments: "none",
  alias: { "d3-interpolate": `${here}interpolate.js` },
};
const js = (entry, outfile, options) =>
  build({ ...common, entryPoints: [here + entry], outfile: `${out}/${outfile}`, ...options });

/** The files of models, by topic: `<topic>/model.js` or `<topic>/models/*.js`. */
const models = Map.groupBy(
  globSync(["*/model.js", "*/models/*.js"], { cwd: topics }).toSorted(),
  (file) => file.split(/[\\/]/)[0],
);

/** A script that puts a topic's models where `models.js` finds them; its first line names them. */
async function script(topic, files) {
  const parts = await Promise.all(files.map((file) => import(new URL(file, `file://${topics}`).href)));
  const imports = files.map((file, i) => `import * as m${i} from "./${relative(".", file).replaceAll("\\", "/")}";`);
  const names = files.map((_, i) => `...m${i}`);
  const contents = `${imports.join("\n")}
    globalThis.glassbox ??= {};
    globalThis.glassbox.models ??= {};
    globalThis.glassbox.models["${topic}"] = { ${names.join(", ")} };`;
  return build({
    ...common,
    stdin: { contents, resolveDir: topics, loader: "js" },
    outfile: `${out}/models/${topic}.js`,
    format: "iife",
    banner: { js: `// ${parts.flatMap((part) => Object.keys(part)).join(" ")}` },
  });
}

mkdirSync(`${out}/models`, { recursive: true });
for (const file of readdirSync(`${out}/models`))
  if (!models.has(file.replace(/\.js$/, ""))) rmSync(`${out}/models/${file}`);
await Promise.all([
  js("host-book.jsx", "figure.js", { format: "iife" }),
  js("host-widget.jsx", "figure.mjs", { format: "esm" }),
  js("host-static.jsx", "render.cjs", { format: "cjs", platform: "node" }),
  build({ entryPoints: [`${here}figure.css`], outfile: `${out}/figure.css`, minify: true, charset: "utf8" }),
  ...[...models].map(([topic, files]) => script(topic, files)),
]);
