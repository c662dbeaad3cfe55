"""Runs the cells of a page in the reader's browser, as a notebook would, and tells what they show.

It runs under CPython too, where its tests are. What it tells goes to ``send(kind, message)``; the
kinds are described in ``js/messages.js``.
"""

import ast
import base64
import io
import linecache
import sys
import time
import traceback

from . import stand_ins
from .names import Planner, imported

#: A cell that prints more than this shows the beginning, and a sentence.
MOST_CHARACTERS, MOST_LINES = 200_000, 2_000
#: A traceback, or the text of one value, is cut to this.
MOST_TEXT = 50_000
PAUSE = 0.05  # seconds between two pieces of a printed text
FIGURE = "application/vnd.glassbox.figure+json"
#: What a value may show itself as, the best first.
FORMATS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "text/latex": "_repr_latex_",
}


class Stream(io.TextIOBase):
    """What a cell prints: sent in pieces, and no more than a page can show."""

    def __init__(self, send, name):
        self.send, self.name = send, name
        self.reset()

    def reset(self):
        """Begin a new cell."""
        self.pieces, self.last = [], time.monotonic()
        self.characters = self.lines = self.dropped = 0

    def writable(self):
        """Tell that it can be written to."""
        return True

    def write(self, text):
        """Take a piece of text."""
        if not isinstance(text, str):
            raise TypeError(f"write wants a str; got {type(text).__name__}")
        lines, room = text.count("\n"), MOST_CHARACTERS - self.characters
        if self.lines >= MOST_LINES or room <= 0:
            self.dropped += lines
            return len(text)
        shown = text[:room]
        if self.lines + lines > MOST_LINES:
            shown = "".join(shown.splitlines(keepends=True)[: MOST_LINES - self.lines])
        self.dropped += lines - shown.count("\n")
        self.characters += len(shown)
        self.lines += shown.count("\n")
        self.pieces.append(shown)
        if time.monotonic() - self.last > PAUSE:
            self.flush()
        return len(text)

    def flush(self):
        """Send what has come."""
        if text := "".join(self.pieces):
            self.send("stream", {"name": self.name, "text": text})
        self.pieces, self.last = [], time.monotonic()

    def finish(self):
        """Send the rest, and say what was left out."""
        self.flush()
        if self.dropped:
            lines = "line, which is" if self.dropped == 1 else "lines, which are"
            more = f"… and {self.dropped:,} more {lines} not shown.\n"
            self.send("stream", {"name": "note", "text": more})
        self.reset()


class Page:
    """The cells of a page and the one namespace in which they run.

    Parameters
    ----------
    cells : list of dict
        In the order of the page, each with ``id``, ``source`` and, if it cannot run here, ``why``.
        One that is a ``check`` may fail where it runs for another: with the reader's own numbers
        its sentence need not hold.
    send : callable
        Called with the kind of a message and a dict that JSON can hold.
    modules : dict of str to list of str
        The packages that a module of the book, or one from outside, needs.
    """

    def __init__(self, cells, send, modules=None):
        self.cells, self.modules = cells, modules or {}
        self.asked = set()
        self.planner = Planner([cell["source"] for cell in cells])
        self.send = send
        self.streams = [Stream(self.tell, "stdout"), Stream(self.tell, "stderr")]
        self.silent = False
        stand_ins.install(self.display)
        self.reset()

    def reset(self):
        """Empty the namespace."""
        self.space = {"__name__": "__main__", "__builtins__": __builtins__}
        self.space["display"] = self.display
        self.planner.forget()

    def tell(self, kind, message):
        """Send what the reader's own cell shows; earlier cells run silently."""
        if not self.silent:
            self.send(kind, message)

    def edit(self, at, source):
        """Give a cell another source."""
        self.planner.edit(at, source)

    def packages(self, at):
        """Return the packages that the cells to run for a cell import."""
        found = set()
        for k in self.planner.plan(at):
            for module in imported(self.planner.sources[k]):
                found.update(self.modules.get(module) or self.modules.get(module.split(".")[0], ()))
        return sorted(found)

    def run(self, at):
        """Run a cell after those earlier ones that it needs and that have not run as they stand.

        Sends ``step`` before each earlier cell, then what the cell shows, ``error`` if one fails,
        and ``done`` at the end. Returns the packages that must be loaded before it runs again.
        """
        began, plan = time.monotonic(), self.planner.plan(at)
        earlier = plan[:-1]
        stuck = next((k for k in plan if self.cells[k].get("why")), None)
        done = {"ran": [], "seconds": 0.0, "failed": False}
        if stuck is not None:
            self.send("error", {"at": stuck, "text": "", "why": self.cells[stuck]["why"]})
            self.send("done", {**done, "failed": True})
            return []
        for number, k in enumerate(plan):
            self.silent = k != at
            if self.silent:
                self.send("step", {"at": k, "number": number + 1, "count": len(earlier)})
            if not self.run_one(k):
                if self.missing:
                    self.send("again", {})
                    return self.missing
                done["failed"] = True
                break
            done["ran"] += [k] if self.silent else []
        self.send("done", {**done, "seconds": time.monotonic() - began})
        return []

    def run_one(self, at):
        """Run one cell; tell whether it ended well."""
        source, failed, self.missing = self.planner.sources[at], True, []
        name = f"cell {self.cells[at]['id']}"
        linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
        before, (sys.stdout, sys.stderr) = (sys.stdout, sys.stderr), self.streams
        try:
            self.show(self.evaluate(source, name))
            failed = False
        except BaseException as error:
            for stream in self.streams:
                stream.finish()
            self.missing = self.missing_for(error)
            excused = self.silent and self.cells[at].get("check") and isinstance(error, Exception)
            failed = not excused or bool(self.missing)
            if failed and not self.missing:
                self.send("error", {"at": at, "text": told(error, name)})
        finally:
            for stream in self.streams:
                stream.finish()
            sys.stdout, sys.stderr = before
            self.show_pictures()
            self.planner.note(at, failed=failed)
        return not failed

    def missing_for(self, error):
        """Return the packages that an import wanted: those that were not asked for before."""
        name = error.name if isinstance(error, ModuleNotFoundError) else None
        wanted = self.modules.get((name or "").split(".")[0], [])
        missing = [package for package in wanted if package not in self.asked]
        self.asked.update(missing)
        return missing

    def evaluate(self, source, name):
        """Run a source in the namespace; return the value of its last line, if that is one."""
        tree = ast.parse(source, name)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not hides_value(source):
            last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, name, "exec"), self.space)
        return eval(compile(last, name, "eval"), self.space) if last else None

    def show(self, value):
        """Show the value of a cell, as Jupyter does: None shows nothing."""
        if value is None:
            return
        self.space["_"] = value
        self.display(value)

    def display(self, *values, **kwargs):
        """Show values where the cell stands, as IPython's ``display`` does."""
        for value in values:
            if not self.silent:
                for stream in self.streams:
                    stream.flush()
                self.send("output", {"bundle": bundle(value)})

    def show_pictures(self):
        """Show the figures that matplotlib holds, and close them, as a notebook does."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            if not self.silent:
                self.send("output", {"bundle": {"image/png": picture(pyplot.figure(number))}})
        pyplot.close("all")


def hides_value(source):
    """Tell whether a cell ends in a semicolon, which hides its value."""
    return source.rstrip().endswith(";")


def bundle(value):
    """Return what a value shows itself as, ``{format: text}``."""
    found = {"text/plain": text_of(value)}
    if hasattr(value, "_repr_mimebundle_") and not isinstance(value, type):
        made = value._repr_mimebundle_()
        found.update(made[0] if isinstance(made, tuple) else made)
    for kind, method in FORMATS.items():
        if kind not in found and hasattr(value, method) and not isinstance(value, type):
            made = getattr(value, method)()
            made = made[0] if isinstance(made, tuple) else made
            if made is not None:
                found[kind] = made
    if "matplotlib" in sys.modules and is_figure(value):
        found["image/png"] = picture(value)
    return {kind: packed(made) for kind, made in found.items()}


def packed(made):
    """Return a JSON-able form: bytes as base64."""
    return base64.b64encode(made).decode() if isinstance(made, bytes) else made


def text_of(value):
    """Return the plain text of a value, as Jupyter prints it, cut where it is endless."""
    text = stand_ins.pretty(value)
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} …"


def is_figure(value):
    """Tell whether a value is a figure of matplotlib."""
    return type(value).__module__.startswith("matplotlib") and hasattr(value, "savefig")


def picture(figure):
    """Return a figure of matplotlib as PNG in base64, sharp on a fine screen, and close it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=2 * figure.dpi, bbox_inches="tight")
    sys.modules["matplotlib.pyplot"].close(figure)
    return base64.b64encode(file.getvalue()).decode()


def told(error, name):
    """Return a traceback with the lines of cells alone, not those of the machinery."""
    if isinstance(error, SystemExit):
        return f"SystemExit: the cell asked Python to end ({error}); it goes on all the same."
    trace = traceback.TracebackException.from_exception(error, compact=True)
    trim(trace)
    text = "".join(trace.format())
    if isinstance(error, MemoryError):
        text += (
            "The browser gives Python no more memory. Try smaller data; Reset frees what is used.\n"
        )
    if isinstance(error, ModuleNotFoundError):
        text += "The page has the packages that the book uses, and no others.\n"
    return (
        text
        if len(text) <= MOST_TEXT
        else f"{text[: MOST_TEXT // 2]}\n…\n{text[-MOST_TEXT // 2 :]}"
    )


def trim(trace, seen=()):
    """Keep the frames of cells, in a traceback and in those that it names as causes."""
    frames = [frame for frame in trace.stack if frame.filename.startswith("cell ")]
    trace.stack = traceback.StackSummary.from_list(frames)
    for cause in (trace.__cause__, trace.__context__):
        if cause is not None and cause not in seen:
            trim(cause, (*seen, trace))
