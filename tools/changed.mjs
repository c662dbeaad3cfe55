/** Gives Node a changed text for one module, in each process that `tools/mutate.py` lets a test start. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const { GLASSBOX_CHANGED: changed, GLASSBOX_TEXT: text } = process.env;
registerHooks({
  load: (url, context, next) =>
    url === changed ? { format: "module", source: readFileSync(text), shortCircuit: true } : next(url, context),
});
