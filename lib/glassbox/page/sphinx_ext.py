"""Python in the pages of the built book.

A chapter gets buttons to run and edit its cells, and a file with the sources of all of them. The
book gets Pyodide, the packages that its chapters import and ``glassbox`` itself, all among its own
files, and each page a policy that lets the browser load nothing else.
"""

import base64
import hashlib
import html
import json
import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from . import archives, files, library
from .names import Planner, imported

STATIC = Path(__file__).parent / "static"
FOLDER = "_static/python"
#: Set to 1, a book that cannot get Python is an error.
REQUIRE = "GLASSBOX_REQUIRE_PYTHON"
#: A cell with this tag cannot run in a page; its metadata say why, under ``no_page``.
NO_PAGE = "no-page"
#: What notebooks and helpers import from Jupyter: a page has stand-ins, or does without.
JUPYTER = {"IPython", "anywidget", "ipywidgets", "myst_nb", "tqdm", "traitlets"}
#: What a lock says of each package beside its file.
BLANK = {"install_dir": "site", "package_type": "package", "unvendored_tests": False}
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
)
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
HANDLER = re.compile(r"""<[a-z][^<>]*?\son[a-z]+=(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)

logger = logging.getLogger(__name__)


class Shipment:
    """The files of Python for one book.

    Parameters
    ----------
    imports : set of str
        What the chapters import.

    Attributes
    ----------
    files : dict of str to bytes
    packages : dict
        The lock's entries of the packages among them.
    modules : dict of str to list of str
        The packages that importing a module needs.
    """

    def __init__(self, imports):
        core = files.fetch_core()
        lock = json.loads(core["pyodide-lock.json"])
        reached = library.outside(imports, deep=True) - JUPYTER
        chosen = files.choose(lock, reached)
        chosen = {name: BLANK | {"name": name} | entry for name, entry in chosen.items()}
        found = core | files.fetch_packages(lock, chosen)
        modules = library.outside(imports, deep=True, whole=True)
        modules = {name for name in modules if name.split(".")[0] in self.importable(chosen)}
        self.files = {name: core[name] for name in files.CORE}
        self.files |= archives.lighten(found, chosen, modules)
        name, wheel = library.make_wheel()
        self.files[name] = wheel
        own = {"file_name": name, "depends": [], "imports": ["glassbox"], "version": "0"}
        self.packages = chosen | {"glassbox": BLANK | {"name": "glassbox"} | own}
        data = {}
        for topic, (file, wheel) in library.make_data().items():
            data[topic] = f"glassbox-{topic.replace('_', '-')}"
            self.files[file] = wheel
            entry = {"name": data[topic], "file_name": file, "imports": []}
            self.packages[data[topic]] = BLANK | own | entry
        for entry in self.packages.values():
            entry["sha256"] = hashlib.sha256(self.files[entry["file_name"]]).hexdigest()
        self.files["licences.txt"] = archives.licences(self.files).encode()
        self.files["packages.json"] = as_json({"info": lock["info"], "packages": self.packages})
        providers = {m: name for name, entry in chosen.items() for m in entry["imports"]}
        self.modules = {module: [providers[module]] for module in providers}
        for module in library.graph(False):
            inside, beyond = library.reached({module})
            needed = {providers[m.split(".")[0]] for m in beyond if m.split(".")[0] in providers}
            topics = {m.split(".")[1] for m in inside if "." in m}
            self.modules[module] = sorted(needed | {data[t] for t in topics & data.keys()})
        self.modules = {module: found for module, found in self.modules.items() if found}

    @staticmethod
    def importable(packages):
        """Return the top-level modules that packages and the standard library provide."""
        return sys.stdlib_module_names.union(*(entry["imports"] for entry in packages.values()))

    def has(self, module):
        """Tell whether a page can import a module."""
        top = module.split(".")[0]
        known = sys.stdlib_module_names | JUPYTER | {"glassbox"}
        return top in known or top in self.modules

    def needs(self, cells, at):
        """Return the packages that a cell, and the earlier ones that it needs, import."""
        planner = Planner([cell["source"] for cell in cells])
        found = set()
        for k in planner.plan(at):
            for module in imported(cells[k]["source"]):
                found.update(self.modules.get(module) or self.modules.get(module.split(".")[0], ()))
        return sorted(self.closed(found))

    def closed(self, names):
        """Return packages with all that they depend on."""
        todo, found = list(names), set()
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self.packages[name]["depends"]
        return found

    def sizes(self):
        """Return the bytes of each package and, under no name, of Python itself."""
        found = {name: len(self.files[e["file_name"]]) for name, e in self.packages.items()}
        return {"": sum(len(self.files[name]) for name in files.CORE), **found}

    def write(self, folder):
        """Write the files, the page's scripts and the licences."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        shutil.copytree(STATIC, folder, dirs_exist_ok=True)


def as_json(value):
    """Return compact JSON as bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# ---------------------------------------------------------------------------------------------
# Cells


def read_cells(path):
    """Return the code cells of a notebook, as ``{index among all cells: cell}``; none of a text."""
    if Path(path).suffix != ".ipynb":
        return {}
    notebook = nbformat.read(path, as_version=4)
    return {at: cell for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"}


def is_cell(node):
    """Tell whether a node is a code cell."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


class NumberCells(SphinxPostTransform):
    """Give each shown code cell the number under which the page's script knows it."""

    default_priority = 198  # before MyST-NB makes folds
    formats = ("html",)

    def run(self, **kwargs):
        """Number the cells of one notebook, and write what its page fetches."""
        shipment = self.app.glassbox_python
        cells = shipment and read_cells(self.env.doc2path(self.env.docname))
        if not cells:
            return
        shown = list(self.document.findall(is_cell))
        cells, numbers = list_cells(cells)
        explain(cells, shipment)
        for node in shown:
            number = numbers[node["cell_index"]]
            if any(part.get("nb_element") == "cell_code_source" for part in node):
                node["classes"].append(f"gb-c{number}")
                if why := cells[number].get("why"):
                    note = nodes.paragraph("", f"Not in the page: {why}", classes=["gb-why"])
                    node.insert(1, note)
        page = {
            "cells": cells,
            "needs": [shipment.needs(cells, at) for at in range(len(cells))],
            "modules": shipment.modules,
            "sizes": shipment.sizes(),
        }
        path = Path(
            self.app.outdir, FOLDER, "chapters", f"{self.env.docname.replace('/', '.')}.json"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_json(page))


def list_cells(cells):
    """Return a page's cells, and the number of each by its index in the notebook."""
    numbers = {at: number for number, at in enumerate(cells)}
    listed = []
    for cell in cells.values():
        listed.append({"id": cell.id, "source": cell.source})
        if NO_PAGE in cell.metadata.get("tags", []):
            listed[-1]["why"] = cell.metadata["no_page"]
        if "check" in cell.metadata.get("tags", []):
            listed[-1]["check"] = True
    return listed, numbers


def explain(cells, shipment):
    """Say of each cell that cannot run in a page why."""
    for cell in cells:
        missing = sorted(m for m in imported(cell["source"]) if not shipment.has(m))
        if missing and "why" not in cell:
            cell["why"] = f"it needs {missing[0].split('.')[0]}, which the page does not carry."
    planner = Planner([cell["source"] for cell in cells])
    stuck = {at for at, cell in enumerate(cells) if "why" in cell}
    for at, cell in enumerate(cells):
        blocking = stuck & set(planner.plan(at)[:-1])
        if blocking and "why" not in cell:
            first = cells[min(blocking)]
            cell["why"] = f"it needs the cell {first['id']}, and {first['why']}"


# ---------------------------------------------------------------------------------------------
# The book


def prepare(app, env, docnames):
    """Get Python before pages are read, or say why the book goes without."""
    app.glassbox_python = None
    if app.builder.format != "html":
        return
    sources = [Path(app.srcdir, path) for path in app.config.include_patterns]
    notebooks = [p for s in sources for p in s.parent.glob(s.name) if p.suffix == ".ipynb"]
    cells = [cell.source for path in notebooks for cell in read_cells(path).values()]
    try:
        app.glassbox_python = Shipment(set().union(*map(imported, cells)))
    except files.Unreachable as error:
        message = f"Python in the page is left out: {error} cannot be reached"
        if os.environ.get(REQUIRE) == "1":
            raise ExtensionError(message) from error
        logger.info(message, color="red")
    else:
        app.glassbox_python.write(Path(app.outdir, FOLDER))


def add_assets(app, pagename, templatename, context, doctree):
    """Give the buttons' script and style to a page with code, and to no other."""
    if re.search(r'class="cell [^"]*\bgb-c\d', context.get("body", "")):
        app.add_js_file("python/start.js", loading_method="defer", **{"data-page": pagename})
        app.add_css_file("python/start.css")


def finish(app, exception):
    """Give each page its policy."""
    if exception is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        if "_static" not in path.relative_to(app.outdir).parts:
            page = path.read_text(encoding="utf-8")
            path.write_text(with_policy(page), encoding="utf-8", newline="")


def with_policy(page):
    """Return a page with a policy in its head: the book's own files, and its own inline scripts."""
    scripts = [body for attributes, body in SCRIPT.findall(page) if "json" not in attributes]
    handlers = [html.unescape(body) for _, body in HANDLER.findall(SCRIPT.sub("", page))]
    sources = [f"'{hash_of(body)}'" for body in dict.fromkeys([*scripts, *handlers])]
    if handlers:
        sources.append("'unsafe-hashes'")
    content = POLICY.format(scripts="".join(f" {source}" for source in sources))
    tag = f'<meta http-equiv="Content-Security-Policy" content="{content}" />'
    return re.sub(r"(<meta charset=[^>]*>)", lambda m: f"{m[0]}\n    {tag}", page, count=1)


def hash_of(script):
    """Return the hash under which a policy lets an inline script run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(NumberCells)
    app.connect("env-before-read-docs", prepare, priority=900)  # after who names broken notebooks
    app.connect("html-page-context", add_assets)
    app.connect("build-finished", finish, priority=900)  # when nobody writes to pages any more
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
