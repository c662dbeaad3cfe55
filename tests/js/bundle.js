/** JSX sources for Node: bundled in memory. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const SOURCES = fileURLToPath(new URL("../../lib/glassbox/figures/js/", import.meta.url));

/** Import a module given as text, whose relative imports are the sources of the front end. */
export async function load(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: SOURCES, loader: "jsx" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
