"""How the build runs notebooks, where MyST-NB's own way loses something.

What a cell prints is joined exactly, a notebook whose kernel dies is named while the others go on,
and a notebook that no kernel can run is named before any is run. Notebooks run side by side, ahead
of their pages. A build that is given a folder for it keeps what the notebooks gave, and runs again
only what would be run with anything new.
"""

import hashlib
import json
import logging
import os
import platform
import re
import sys
import threading
import traceback
from concurrent.futures import Future
from functools import lru_cache
from importlib.metadata import distributions
from pathlib import Path
from queue import SimpleQueue

import nbformat
from filelock import FileLock
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core import render
from myst_nb.core.execute import cache, direct
from myst_nb.core.utils import coalesce_streams
from nbclient.exceptions import DeadKernelError
from sphinx.errors import ExtensionError

import conventions


def join_streams(outputs):
    """Merge what a cell prints into one text; the pieces arrive cut anywhere, by the clock.

    MyST-NB's own merging, which handles the rest, ends each piece with a line break.
    """
    joined, streams = [], {}
    for output in outputs:
        name = output["name"] if output["output_type"] == "stream" else None
        if name in streams:
            streams[name]["text"] += output["text"]
            continue
        output = output.copy()
        joined.append(output)
        if name:
            streams[name] = output
    return coalesce_streams(joined)


#: Names the folder that keeps what notebooks gave; without it each build runs all of them.
KEEP = "GLASSBOX_KEEP"
#: All that notebooks read: the library with its records and its JavaScript, and the settings.
READ = ("lib/glassbox", "_config.yml", "tools/running.py")
ROOT = Path(__file__).resolve().parent.parent


@lru_cache
def state_of_things(root=ROOT):
    """Return a hash of what decides the outputs of a notebook, beside the notebook itself."""
    paths = [path for name in READ for path in [root / name, *(root / name).rglob("*")]]
    state = hashlib.sha256(f"{sys.version} {platform.platform()}".encode())
    for path in sorted(p for p in paths if p.is_file() and "__pycache__" not in p.parts):
        state.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    for name, version in sorted((d.metadata["Name"], d.version) for d in distributions()):
        state.update(f"{name} {version}".encode())
    return state.hexdigest()[:16]


def place_of(nb, state, folder):
    """Return the file that keeps what a notebook gives in this state of things."""
    cells = [(c.metadata, c.source) for c in nb.cells if c.cell_type == "code"]
    code = json.dumps([nb.metadata.get("kernelspec"), cells], sort_keys=True)
    return folder / f"{state}-{hashlib.sha256(code.encode()).hexdigest()[:16]}.ipynb"


def take(nb, done):
    """Give a notebook the outputs of one with the same cells of code."""
    nb.metadata.update(done.metadata)
    pair = ([cell for cell in one.cells if cell.cell_type == "code"] for one in (nb, done))
    for cell, ran in zip(*pair, strict=True):
        cell.outputs, cell.execution_count = ran.outputs, ran.execution_count


def keep(nb, place):
    """Keep the outputs of a notebook, and nothing of an earlier state of things."""
    for old in place.parent.glob("*.ipynb*"):
        if old.name[:16] != place.name[:16]:
            old.unlink(missing_ok=True)
    part = place.with_suffix(".part")
    nbformat.write(nb, part)
    part.replace(place)


def run_once(nb, run, folder):
    """Give a notebook the outputs that a folder keeps of it, else run it and keep them.

    Parameters
    ----------
    nb : NotebookNode
    run : callable
        Runs the notebook; returns the error, or None.
    folder : str or None
        Without one it runs.
    """
    if not folder:
        run()
        return
    place = place_of(nb, state_of_things(), Path(folder))
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{place}.lock"):  # the notebook's own test may be running it
        if place.exists():
            take(nb, nbformat.read(place, as_version=4))
        elif run() is None:
            keep(nb, place)


def run_now(nb, cwd, **options):
    """Run a notebook; a kernel that dies is a failure of this notebook, not of the build."""
    result = ExecutionResult(nb, cwd, 0.0)
    begun = []  # the cells; a count is no sign of one that has ended

    def begin(cell, cell_index):
        begun.append(cell)

    def run():
        nonlocal result
        try:
            own = {"extra_arguments": ["--log-level=ERROR"], "on_cell_execute": begin}
            result = single_nb_execution(nb, cwd=cwd, **own, **options)
        except (DeadKernelError, RuntimeError) as error:  # the second: before its first word
            if begun and isinstance(error, DeadKernelError):
                error.args = (f"{error} in {conventions.name_of(begun[-1])}",)
            result = ExecutionResult(nb, cwd, 0.0, error, traceback.format_exc())
        return result.err

    run_once(nb, run, os.environ.get(KEEP))
    return result


#: What runs, or has run, ahead: ``{its cells and folder: Future}``.
AHEAD = {}
#: Notebooks that run at a time.
SIDE_BY_SIDE = min(os.cpu_count() or 1, 4)


def code_of(nb, cwd):
    """Return what tells a notebook that runs ahead from the others."""
    cells = [(cell.metadata, cell.source) for cell in nb.cells if cell.cell_type == "code"]
    return json.dumps([str(Path(cwd).resolve()), cells], sort_keys=True)


def run_notebook(nb, cwd, **options):
    """Give a notebook its outputs: it has run ahead, or runs now."""
    future = AHEAD.pop(code_of(nb, cwd), None)
    if future is None:
        return run_now(nb, cwd, **options)
    result = future.result()
    take(nb, result.nb)
    return result


def run_ahead(app, env, docnames):
    """Begin to run the notebooks, in the order of their pages, while these are read."""
    if app.config.nb_execution_mode != "force":
        return
    jobs = SimpleQueue()
    for path in sorted(map(str, map(env.doc2path, docnames))):
        if path.endswith(".ipynb"):
            nb, cwd = nbformat.read(path, as_version=4), os.path.dirname(path)
            own = nb.metadata.get("mystnb", {})
            timeout = own.get("execution_timeout", app.config.nb_execution_timeout)
            future = AHEAD[code_of(nb, cwd)] = Future()
            jobs.put((future, nb, cwd, timeout))

    def work():
        while not jobs.empty():
            future, nb, cwd, timeout = jobs.get()
            try:
                future.set_result(run_now(nb, cwd, timeout=timeout, allow_errors=False))
            except BaseException as error:
                future.set_exception(error)

    # The threads end with the build, whatever ends it; kernels end when it has gone.
    for _ in range(min(SIDE_BY_SIDE, jobs.qsize())):
        threading.Thread(target=work, daemon=True).start()


class NoEcho(logging.Filter):
    """Lets one warning through for a notebook that failed, not one for each value it lacks."""

    def __init__(self):
        super().__init__()
        self.failed = set()

    def filter(self, record):
        """Tell whether to keep a message."""
        kind = getattr(record, "type", None), getattr(record, "subtype", None)
        location = getattr(record, "location", "")
        page = location[0] if isinstance(location, tuple) else location
        if kind == ("mystnb", "exec"):
            self.failed.add(page)
        return kind != ("mystnb", "glue") or page not in self.failed


class CellPlaces(logging.Filter):
    """Says which cell and line a warning is about; MyST-NB counts 10,000 lines for each cell."""

    def filter(self, record):
        """Keep every message."""
        location = getattr(record, "location", None)
        if isinstance(location, str) and (found := re.fullmatch(r"(.*\.ipynb):(\d{5,})", location)):
            cell, line = divmod(int(found[2]) - 1, 10_000)
            record.location = f"{found[1]}, cell {cell}, line {line}"
        return True


def check_notebooks(app, env, docnames):
    """Stop the build, and name the notebooks, if one cannot be read or run at all."""
    paths = [env.doc2path(name) for name in docnames]
    problems = [
        f"{os.path.relpath(path, app.srcdir)}: {problem}"
        for path in map(str, paths)
        if path.endswith(".ipynb")
        for problem in conventions.unreadable(path)
    ]
    if problems:
        raise ExtensionError("\n".join(problems))


def setup(app):
    """Connect all this to Sphinx."""
    render.coalesce_streams = join_streams
    direct.single_nb_execution = cache.single_nb_execution = run_notebook
    app.connect("env-before-read-docs", check_notebooks)
    app.connect("env-before-read-docs", run_ahead, priority=501)
    no_echo = NoEcho()
    for handler in logging.getLogger("sphinx").handlers:
        handler.filters.insert(0, no_echo)  # before a warning is counted as an error
        handler.addFilter(CellPlaces())  # once its place is a text
