/**
 * The build: reads a payload from standard input, writes the markup of the initial state. Its
 * arguments are the id of the figure and its name; the book writes the caption of a named figure.
 */
import { readFileSync } from "node:fs";
import { render } from "preact-render-to-string";
import { Figure } from "./figure.jsx";

const [uid, name] = process.argv.slice(2);
const spec = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(render(<Figure spec={spec} uid={uid} caption={!name} />));
