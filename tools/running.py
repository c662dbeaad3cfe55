"""How the build runs notebooks, where MyST-NB's own way loses something.

What a cell prints is joined exactly, a notebook whose kernel dies is named while the others go on,
and a notebook that no kernel can run is named before any is run. A build that is given a folder for
it keeps what the notebooks gave, and runs again only what would be run with anything new.
"""

import hashlib
import json
import logging
import os
import platform
import sys
import traceback
from importlib.metadata import distributions
from pathlib import Path

import nbformat
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


def take_kept(nb, place):
    """Give a notebook the outputs that were kept of it."""
    kept = nbformat.read(place, as_version=4)
    nb.metadata.update(kept.metadata)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    for cell, done in zip(code, (c for c in kept.cells if c.cell_type == "code"), strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count


def keep(nb, place):
    """Keep the outputs of a notebook, and nothing of an earlier state of things."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for old in place.parent.glob("*.ipynb"):
        if old.name[:16] != place.name[:16]:
            old.unlink()
    part = place.with_suffix(".part")
    nbformat.write(nb, part)
    part.replace(place)


def run_notebook(nb, cwd, **options):
    """Run a notebook; a kernel that dies is a failure of this notebook, not of the build."""
    folder = os.environ.get(KEEP)
    place = place_of(nb, state_of_things(), Path(folder)) if folder else None
    if place and place.exists():
        take_kept(nb, place)
        return ExecutionResult(nb, cwd, 0.0)
    try:
        result = single_nb_execution(nb, cwd=cwd, extra_arguments=["--log-level=ERROR"], **options)
    except (DeadKernelError, RuntimeError) as error:  # the second if it dies before its first word
        result = ExecutionResult(nb, cwd, 0.0, error, traceback.format_exc())
    if place and result.err is None:
        keep(nb, place)
    return result


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
    no_echo = NoEcho()
    for handler in logging.getLogger("sphinx").handlers:
        handler.filters.insert(0, no_echo)  # before a warning is counted as an error
