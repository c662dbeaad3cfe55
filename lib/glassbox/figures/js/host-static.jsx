/**
 * The build: reads a payload from standard input and writes the markup of the initial state. Its arguments are the id of
 * the figure and its name; the book writes the caption of a named figure. With `--panels` and positions of the controls
 * it writes the panels there instead, as JSON.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { render } from "preact-render-to-string";
import { panelsOf } from "./decode.js";
import { Figure } from "./figure.jsx";
import { modelOf, topicOf } from "./models.js";

const [uid, name] = process.argv.slice(2);
const spec = JSON.parse(readFileSync(0, "utf8"));
if (spec.model) {
  const file = join(__dirname, "models", `${topicOf(spec.model)}.js`);
  runInThisContext(readFileSync(file, "utf8"), { filename: file });
}
process.stdout.write(
  uid === "--panels"
    ? JSON.stringify(panelsOf(spec, modelOf)(JSON.parse(name)))
    : render(<Figure spec={spec} uid={uid} caption={!name} />),
);
