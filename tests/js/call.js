/**
 * Calls functions of the front end for Python's tests: each line of standard input is
 * `{"module": file, "name": function, "args": [...]}`, each line of standard output its result.
 */
import { createInterface } from "node:readline";

const sources = new URL("../../lib/glassbox/figures/js/", import.meta.url);

for await (const line of createInterface({ input: process.stdin })) {
  const { module, name, args } = JSON.parse(line);
  const result = (await import(new URL(module, sources).href))[name](...args);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
