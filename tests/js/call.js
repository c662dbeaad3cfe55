/**
 * Calls functions of the front end and of models for Python's tests: each line of standard input is
 * `{"module": file, "name": function, "args": [...]}`, each line of standard output its result. A file is
 * named as it stands in `lib/glassbox`, or in the front end.
 */
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

const folders = ["figures/js/", ""].map((folder) => new URL(`../../lib/glassbox/${folder}`, import.meta.url));
const find = (file) => folders.map((folder) => new URL(file, folder)).find((url) => existsSync(url));

for await (const line of createInterface({ input: process.stdin })) {
  const { module, name, args } = JSON.parse(line);
  const result = (await import(find(module).href))[name](...args);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
