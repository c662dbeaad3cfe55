"""A session of tests runs each notebook once: as its own test, and for the build of the book.

Whichever comes first keeps the outputs in a folder that the session's workers share.
"""

import os
import shutil
import tempfile

import nbformat
from nbmake import pytest_items
from nbmake.nb_result import NotebookResult
from nbmake.nb_run import NotebookRun

import running

#: Names that folder; the build of the book, alone, is told to keep there what it runs.
SESSION = "GLASSBOX_SESSION"


class RunOnce(NotebookRun):
    """Runs a notebook, unless the build of the book did."""

    def execute(self):
        """Return the notebook with its outputs, and the error if there is one."""
        nb, result = nbformat.read(self.filename, as_version=4), None

        def run():
            nonlocal result
            result = super(RunOnce, self).execute()
            running.take(nb, result.nb)
            return result.error

        running.run_once(nb, run, os.environ[SESSION])
        return result or NotebookResult(nb=nb, error=None)


def pytest_configure(config):
    """Make the folder before there are workers."""
    pytest_items.NotebookRun = RunOnce
    if SESSION not in os.environ:
        os.environ[SESSION] = tempfile.mkdtemp(prefix="glassbox-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(SESSION)))
