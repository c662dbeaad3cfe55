"""How the build runs notebooks, where MyST-NB's own way loses something.

What a cell prints is joined exactly, a notebook whose kernel dies is named while the others go on,
and a notebook that no kernel can run is named before any is run.
"""

import os
import traceback

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


def run_notebook(nb, cwd, **options):
    """Run a notebook; a kernel that dies is a failure of this notebook, not of the build."""
    try:
        return single_nb_execution(nb, cwd=cwd, **options)
    except (DeadKernelError, RuntimeError) as error:  # the second if it dies before its first word
        return ExecutionResult(nb, cwd, 0.0, error, traceback.format_exc())


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
