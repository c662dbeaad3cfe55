/**
 * Run tests of the topics that need no NumPy on other versions of CPython: those that Pyodide brings, in Node.
 *
 * pytest comes from the environment in `.venv`. NumPy and Hypothesis are compiled for that one alone: tests that ask
 * for them are skipped. (The cells of all chapters run on Pyodide's Python and NumPy in the tests of the pages.)
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPyodide as load312 } from "pyodide";
import { loadPyodide as load314 } from "pyodide-314";

const root = fileURLToPath(new URL("..", import.meta.url));
const pure = ["heaps", "bucket_sort", "backtracking", "dynamic_programming"];
const own = readdirSync(`${root}tests`).filter((name) => pure.some((slug) => name.startsWith(`test_${slug}`)));
const [packages] = readdirSync(`${root}.venv/lib`);
const tests = [
  ...own.filter((name) => !/_(figures|models|questions)\./.test(name)).map((name) => `tests/${name}`),
  ...pure.map((slug) => `lib/glassbox/${slug}`),
  ...["trace", "checks", "judge"].map((name) => `lib/glassbox/${name}.py`),
];

const RUN = `
import os, sys
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
os.chdir("/book")
sys.dont_write_bytecode = True
sys.path[:0] = ["/book/lib", "/book/tools"]
sys.path.append("/book/.venv/lib/${packages}/site-packages")
import pytest

class Compiled:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "hypothesis"):
            raise pytest.skip.Exception(f"{name} is compiled", allow_module_level=True)

sys.meta_path.insert(0, Compiled())
options = ["-q", "--capture=sys", "-p", "no:cacheprovider", "--noconftest", "-c", "/dev/null", "--rootdir=/book"]
int(pytest.main([*options, "--import-mode=importlib", "--doctest-modules", *tests]))
`;

let failed = 0;
for (const load of [load312, load314]) {
  const python = await load();
  python.FS.mkdir("/book");
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/book");
  python.globals.set("tests", python.toPy(tests));
  console.log(`CPython ${python.runPython("import sys; sys.version.split()[0]")}`);
  failed = python.runPython(RUN) || failed;
}
process.exit(failed);
