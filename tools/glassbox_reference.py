"""Sphinx extension of the book: the reference of its modules, and links to it.

``{api}`glassbox.heaps``` leads to the page of the package, ``{api}`words <glassbox.heaps.heap>```
to the place of the module in it. ``{repo}`tests/test_heaps.py``` leads to the file in the
repository if the settings have its address, and names the file if not. The pages are made from the
docstrings before a build; under each function stands its source, folded.
"""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import ReferenceRole

import conventions
from glassbox.figures.source import without_docstring

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "reference"
#: What all topics share, in the order of the reference.
SHARED = ("figures", "trace", "judge", "checks", "records", "pictures")
#: Modules of no use to a reader.
LEFT_OUT = ("questions", "sphinx_ext", "widget")
LAST = ("figures", "exercises", "examples")
HEAD = """# {name}

{about}

"""
MODULE = """({label})=
## {name}

```{{eval-rst}}
.. automodule:: {name}
   :members:
   :member-order: bysource
```

"""
INDEX = """# Reference

All functions of the book, with their sources. The package `glassbox` holds one package for each
chapter and what they share. Examples in the docstrings are run as tests.

## Chapters

{chapters}

## Shared

{shared}
"""


def summary(name):
    """Return the first sentence of a module's docstring."""
    text = inspect.getdoc(importlib.import_module(name)) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`")


def modules_of(name):
    """Return a package and the modules in it, by name; those that hold something of their own."""
    package = importlib.import_module(name)
    inner = (
        [module.name for module in pkgutil.iter_modules(package.__path__, name + ".")]
        if hasattr(package, "__path__")
        else []
    )
    inner.sort(key=lambda n: n.split(".")[-1] in LAST)
    kept = [n for n in [name, *inner] if n.split(".")[-1] not in LEFT_OUT]
    return [n for n in kept if members(importlib.import_module(n)) and not is_page(n, name)]


def is_page(name, parent):
    """Tell whether a module is a package with a page of its own."""
    return name != parent and hasattr(importlib.import_module(name), "__path__")


def packages_in(name):
    """Return a package and the packages in it."""
    inner = pkgutil.walk_packages(importlib.import_module(name).__path__, name + ".")
    return [name, *(module.name for module in inner if module.ispkg)]


def members(module):
    """Return what a module defines and shows: its public functions and classes."""
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == module.__name__
    ]


def page_of(name):
    """Return the text of the page of a package."""
    text = HEAD.format(name=name, about=summary(name))
    return text + "".join(
        MODULE.format(name=module, label=f"api-{module}") for module in modules_of(name)
    )


def pages():
    """Return the pages of the reference, by their names."""
    slugs = conventions.toc_slugs(ROOT)
    topics = [name for slug in slugs for name in packages_in(f"glassbox.{slug}")]
    shared = [f"glassbox.{name}" for name in SHARED]

    def listed(names):
        return "\n".join(f"- [`{name}`]({name}.md): {summary(name)}" for name in names)

    index = INDEX.format(chapters=listed(topics), shared=listed(shared))
    return {"index": index} | {name: page_of(name) for name in topics + shared}


def has_reference(config):
    """Tell whether the pages are in the table of contents."""
    toc = Path(config.external_toc_path)
    return toc.exists() and f"{FOLDER}/" in toc.read_text(encoding="utf-8")


def write_pages(app, config):
    """Write the pages, if this book has them; what is as it was stays."""
    config.glassbox_has_reference = has_reference(config)
    if not config.glassbox_has_reference:
        return
    folder = Path(app.srcdir, FOLDER)
    folder.mkdir(exist_ok=True)
    made = pages()
    for name, text in made.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.stem not in made:
            path.unlink()


def is_package(name):
    """Tell whether a name is that of a page."""
    shared = name.partition(".")[2] in SHARED
    return shared or hasattr(importlib.import_module(name), "__path__")


def mend_docstring(app, what, name, thing, options, lines):
    """Say in reStructuredText what docstrings write plainly: |x|, and a star that opens nothing."""
    for k, line in enumerate(lines):
        parts = re.split(r"(``.*?``|:math:`.*?`)", line)
        plain = ["" if k % 2 else part for k, part in enumerate(parts)]
        if "\\" in line or line.lstrip().startswith((">>>", "...", "*")):
            continue
        lonely = sum(len(re.findall(r"(?<!\*)\*(?!\*)", part)) for part in plain) % 2
        for at in range(0, len(parts), 2):
            parts[at] = re.sub(r"\||(?<=\()\*(?=\w)", r"\\\g<0>", parts[at])
            if lonely:
                parts[at] = re.sub(r"(?<!\*)\*(?!\*)", r"\*", parts[at])
        lines[k] = "".join(parts)


def align_formulas(app, doctree):
    """Give formulas of several lines the environment that reStructuredText leaves out."""
    if app.env.docname.startswith(f"{FOLDER}/"):
        for node in doctree.findall(nodes.math_block):
            if "\\\\" in node.astext() and "\\begin" not in node.astext():
                text = f"\\begin{{aligned}}{node.astext()}\\end{{aligned}}"
                node.children = [nodes.Text(text)]


# --- sources -----------------------------------------------------------------------------------


def add_source(app, domain, objtype, contentnode):
    """Put the source of a function or class under its description, folded."""
    signature = contentnode.parent[0]
    if domain != "py" or objtype not in ("function", "class") or not signature.get("module"):
        return
    thing = importlib.import_module(signature["module"])
    for part in signature["fullname"].split("."):
        thing = getattr(thing, part, None)
    try:
        code = without_docstring(thing)
    except (OSError, TypeError):  # what is made while the module loads has no source
        return
    contentnode += nodes.raw(
        "", '<details class="gb-source"><summary>Source</summary>', format="html"
    )
    contentnode += nodes.literal_block(code, code, language="python")
    contentnode += nodes.raw("", "</details>", format="html")


# --- roles -------------------------------------------------------------------------------------


class ApiRole(ReferenceRole):
    """The role ``api``."""

    def run(self):
        """Make a reference to the page or the place of a module."""
        words = nodes.literal("", self.title) if not self.has_explicit_title else None
        shown = words or nodes.inline("", self.title)
        if not self.config.glassbox_has_reference:
            return [shown], []
        if is_package(self.target):
            where = f"/{FOLDER}/{self.target}"
            options = {"refdomain": "std", "reftype": "doc", "reftarget": where}
        else:
            options = {"refdomain": "std", "reftype": "ref", "reftarget": f"api-{self.target}"}
        link = addnodes.pending_xref("", refexplicit=True, refwarn=True, **options)
        link += shown
        self.set_source_info(link)
        return [link], []


class RepoRole(ReferenceRole):
    """The role ``repo``."""

    def run(self):
        """Make a link into the repository, or name the file."""
        address = self.config.glassbox_repository
        if not address:
            return [nodes.literal("", self.target)], []
        link = nodes.reference("", "", refuri=f"{address}/blob/main/{self.target}")
        link += nodes.literal("", self.target.rsplit("/", 1)[-1])
        return [link], []


def setup(app):
    """Connect the extension to Sphinx."""
    app.add_config_value("glassbox_repository", "", "env")
    app.add_config_value("glassbox_has_reference", False, "env")
    app.add_role("api", ApiRole())
    app.add_role("repo", RepoRole())
    app.connect("config-inited", write_pages, priority=1)
    app.connect("autodoc-process-docstring", mend_docstring, priority=400)  # before napoleon
    app.connect("object-description-transform", add_source)
    app.connect("doctree-read", align_formulas)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
