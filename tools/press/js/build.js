/** Bundle the source into ../static, so that the build of the book needs no package of npm. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? `${here}../static/`;

await build({
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "node20",
  platform: "node",
  format: "esm",
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  entryPoints: [`${here}cut.js`],
  outfile: `${out}/cut.mjs`,
});
