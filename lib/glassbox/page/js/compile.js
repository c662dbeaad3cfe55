/**
 * The build, run by Node: Python itself imports what the chapters import, and compiles the modules
 * that this loads. That halves the time to start.
 *
 * Reads a job as JSON from standard input: `folder` has Pyodide, its `packages.json` and all the
 * files that this names, `imports` are the modules, and `output` is the zip to write, in which the
 * compiled modules stand under the names of their archives.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { folder, imports, output } = JSON.parse(readFileSync(0, "utf8"));
const lock = join(folder, "packages.json");
const { packages } = JSON.parse(readFileSync(lock, "utf8"));
const archives = ["python_stdlib.zip", ...Object.values(packages).map((entry) => entry.file_name)];
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const pyodide = await loadPyodide({
  indexURL: `${folder}/`,
  lockFileURL: lock,
  packages: Object.keys(packages),
  stdout: (text) => process.stderr.write(`${text}\n`),
});

pyodide.FS.mkdirTree("/in");
for (const name of archives) pyodide.FS.writeFile(`/in/${name}`, new Uint8Array(readFileSync(join(folder, name))));
pyodide.globals.set("wanted", pyodide.toPy(imports));
pyodide.runPython(`
import importlib, os, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

importlib.invalidate_caches()
for name in sorted(wanted):
    try:
        importlib.import_module(name)
    except Exception as error:
        print(name, "is not compiled:", repr(error)[:200])
loaded = {
    os.path.relpath(module.__file__, root)
    for module in list(sys.modules.values())
    for root in sys.path
    if root and str(getattr(module, "__file__", None) or "").startswith(root + "/")
}
with zipfile.ZipFile("/out.zip", "w") as made:
    for archive in sorted(os.listdir("/in")):
        with zipfile.ZipFile(f"/in/{archive}") as source:
            for name in sorted(loaded.intersection(source.namelist())):
                if name.endswith(".py"):
                    code = compile(source.read(name), name, "exec", dont_inherit=True)
                    made.writestr(f"{archive}/{name}c", _code_to_hash_pyc(code, bytes(8), False))
`);
writeFileSync(output, pyodide.FS.readFile("/out.zip"));
