"""Stand-ins for what notebooks import from Jupyter: small, and enough for the cells of a book.

The real IPython takes a browser some 15 seconds to import.
"""

import base64
import sys
import types

WIDTH = 79
MOST_ITEMS = 1000
BRACKETS = {
    list: ("[", "]"), tuple: ("(", ")"), dict: ("{", "}"), set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}  # fmt: skip


class Shown:
    """A value that shows itself in one way: IPython's ``Markdown``, ``HTML`` and others."""

    kind = "text/plain"

    def __init__(self, data=None, **kwargs):
        self.data = data

    def _repr_mimebundle_(self, **kwargs):
        return {self.kind: self.data}

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"


class Markdown(Shown):
    """Text in Markdown."""

    kind = "text/markdown"


class HTML(Shown):
    """Text in HTML."""

    kind = "text/html"


class Latex(Shown):
    """Text in LaTeX."""

    kind = "text/latex"


class Math(Latex):
    """A formula in LaTeX."""


class SVG(Shown):
    """A drawing."""

    kind = "image/svg+xml"


class Image(Shown):
    """A picture, given as bytes."""

    kind = "image/png"

    def __init__(self, data=None, filename=None, **kwargs):
        if filename is not None:
            with open(filename, "rb") as file:
                data = file.read()
        super().__init__(base64.b64encode(data).decode())


def glue(name, variable, display=True):
    """Show a value that the text of the page names; the text itself is as it was built."""
    if display:
        sys.modules["IPython.display"].display(variable)


def pretty(value, indent=0, column=0, tail=0):
    """Return the text of a value as Jupyter prints it: what is too long, an item a line.

    The text begins in a column, its further lines are indented, and ``tail`` characters follow it.
    """
    flat = repr(value)
    kind = next((k for k in BRACKETS if type(value) is k), None)
    fits = "\n" not in flat and column + len(flat) + tail <= WIDTH
    if kind is None or fits or not value:
        return flat.replace("\n", "\n" + " " * indent)
    begin, end = BRACKETS[kind]
    indent += len(begin)
    items = sorted_or_not(value) if kind in (set, frozenset) else list(value)
    comma = "," if kind is tuple and len(items) == 1 else ""
    parts, cut = [], len(items) - 1
    for number, item in enumerate(items[:MOST_ITEMS]):
        key = f"{pretty(item)}: " if kind is dict else ""
        item = value[item] if kind is dict else item
        start = (indent if number else column + len(begin)) + len(key)
        after = 1 if number < cut else len(comma + end) + tail
        parts.append(key + pretty(item, indent, start, after))
    parts += ["..."] if len(items) > MOST_ITEMS else []
    return begin + (",\n" + " " * indent).join(parts) + comma + end


def sorted_or_not(values):
    """Return the values of a set, sorted if they can be."""
    try:
        return sorted(values)
    except TypeError:
        return list(values)


def unavailable(prompt=""):
    """Say what stands in the way of a question to the reader."""
    raise RuntimeError("a page cannot ask for input: give the value in the cell")


def install(display):
    """Put the stand-ins where imports find them, in a browser; elsewhere the real ones stay."""
    made = {}
    if sys.platform == "emscripten":
        shown = {c.__name__: c for c in (Markdown, HTML, Latex, Math, SVG, Image)}
        ipython = module("IPython", get_ipython=lambda: None)
        ipython.display = module("IPython.display", display=display, clear_output=nothing, **shown)
        made = {"IPython": ipython, "IPython.display": ipython.display}
        made["myst_nb"] = module("myst_nb", glue=glue)
        made["tqdm"] = module("tqdm", tqdm=unchanged, trange=range)
        made["tqdm.auto"] = made["tqdm"].auto = module("tqdm.auto", tqdm=unchanged, trange=range)
        sys.modules.update(made)
        import builtins

        builtins.input = unavailable


def module(name, **content):
    """Return a module of a name with some content."""
    made = types.ModuleType(name)
    vars(made).update(content)
    return made


def nothing(*args, **kwargs):
    """Do nothing."""


def unchanged(values=None, *args, **kwargs):
    """Return what is to be counted, uncounted."""
    return values
