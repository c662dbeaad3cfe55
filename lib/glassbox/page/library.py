"""What the modules of ``glassbox`` import, and the wheels of it that a page loads."""

import ast
import base64
import hashlib
import json
import re
import zipfile
from functools import lru_cache
from importlib.metadata import requires, version
from io import BytesIO
from pathlib import Path

import glassbox

ROOT = Path(glassbox.__file__).parent
#: Parts that only a build needs.
LEFT_OUT = re.compile(
    r"^page/licences/|(^|/)(static|js|__pycache__)/|(^|/)sphinx_ext\.py$|^page/(archives|files|library)\.py$"
)
#: What only building the book needs, left out of the wheel for a reader's own Jupyter.
NOT_OWN = re.compile(r"(^|/)(js|__pycache__)/|^page/|(^|/)models/.*\.md$|(^|/)\.")
KINDS = {".py", ".json", ".npz", ".csv", ".txt", ".mplstyle"}
#: Trained arrays and pictures, heavier than the code of a topic.
HEAVY = ".npz"
#: Python looks for the models of figures by the names in these.
MODELS = re.compile(r"^figures/static/models/\w+\.js$")
#: An old date, so that two builds make the same archive.
DATE = 2020, 1, 1, 0, 0, 0


def paths():
    """Return the files of the package that a page needs, as ``{path inside it: Path}``."""
    found = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*"))}
    return {
        name: path
        for name, path in found.items()
        if path.is_file()
        and (MODELS.search(name) or (path.suffix in KINDS and not LEFT_OUT.search(name)))
    }


def module_of(name):
    """Return the module that a path inside the package is: ``glassbox.heaps.heap``."""
    parts = ["glassbox", *name.removesuffix(".py").split("/")]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source, package="", deep=True):
    """Return the modules that a source imports, and what it takes from them, by absolute names.

    ``deep`` looks into functions too: at what they import when they are called.
    """
    found = set()

    def walk(node):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not deep:
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            found.update({module, *(f"{module}.{alias.name}" for alias in node.names)})
        for child in ast.iter_child_nodes(node):
            walk(child)

    walk(ast.parse(source))
    return found


@lru_cache
def graph(deep):
    """Return ``{module of glassbox: what it imports}``."""
    found = {}
    for name, path in paths().items():
        if path.suffix == ".py":
            module = module_of(name)
            package = module if path.name == "__init__.py" else module.rpartition(".")[0]
            found[module] = imports(path.read_text(encoding="utf-8"), package, deep)
    return found


def reached(names, deep=False):
    """Return the modules that importing some leads to: those of ``glassbox``, and others."""
    links, seen, todo, found = graph(deep), set(), list(names), set()
    while todo:
        name = todo.pop()
        if name.split(".")[0] != "glassbox":
            found.add(name)
            continue
        parts = name.split(".")
        for module in (".".join(parts[:k]) for k in range(1, len(parts) + 1)):
            if module in links and module not in seen:
                seen.add(module)
                todo += links[module]
    return seen, found


def outside(names, deep=False, whole=False):
    """Return the modules outside of ``glassbox`` that importing some modules leads to.

    ``deep`` follows what functions import too; ``whole`` gives ``scipy.special``, not ``scipy``.
    """
    _, found = reached(names, deep)
    return found if whole else {name.split(".")[0] for name in found}


def make_wheel():
    """Return the name and the bytes of the wheel, without what :func:`make_data` packs."""
    return pack("glassbox", {k: path for k, path in paths().items() if path.suffix != HEAVY})


def make_data():
    """Return the wheels of arrays, ``{topic: (name, bytes)}``: importing a topic loads its own."""
    topics = {}
    for inside, path in paths().items():
        if path.suffix == HEAVY:
            topics.setdefault(inside.split("/")[0], {})[inside] = path
    return {topic: pack(f"glassbox_{topic}", found) for topic, found in topics.items()}


def make_whole():
    """Return the name and the bytes of the wheel for a reader's own Jupyter, arrays and all."""
    found = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*"))}
    kept = {k: path for k, path in found.items() if path.is_file() and not NOT_OWN.search(k)}
    return pack("glassbox", kept, [r for r in requires("glassbox") or () if "extra" not in r])


def pack(project, found, needs=()):
    """Return the name and the bytes of a wheel of files: the same for the same files."""
    number = version("glassbox")
    name, info = f"{project}-{number}-py3-none-any.whl", f"{project}-{number}.dist-info"
    content = {f"glassbox/{inside}": packed(path) for inside, path in found.items()}
    content[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {project}\nVersion: {number}\n"
        + "".join(f"Requires-Dist: {need}\n" for need in needs)
    ).encode()
    content[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    rows = [f"{name},sha256={digest(data)},{len(data)}" for name, data in content.items()]
    content[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,\n"]).encode()
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for inside, data in content.items():
            archive.writestr(zipfile.ZipInfo(inside, DATE), data, zipfile.ZIP_DEFLATED, 9)
    return name, file.getvalue()


def packed(path):
    """Return what a wheel has of a file: a record without the white space that a diff wants."""
    if path.suffix != ".json":
        return path.read_bytes()
    record = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def digest(data):
    """Return a hash as a wheel writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
