"""The built book, once for all the tests of it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from .browser import browser  # noqa: F401, a fixture

ROOT = Path(__file__).resolve().parent.parent.parent
BOOK_FILES = ("_config.yml", "references.bib", "static", "templates", "tools")
TOC = "format: jb-book\nroot: intro\nchapters: [{file: chapters/small}]\n"


def build_book(source, output):
    """Build the book in ``source`` as `make book` does; its site is ``output/_build/html``.

    Returns the finished process; its ``stdout`` is what the terminal shows, without the colours.
    """
    jupyter_book = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = ["build", str(source), "--path-output", str(output), "-W", "--keep-going"]
    # To a file, not a pipe: a pipe stays open for as long as any process the build started.
    with tempfile.TemporaryFile() as log:
        process = subprocess.run([*jupyter_book, *command], stdout=log, stderr=log)
        log.seek(0)
        shown = log.read().decode("utf-8", "replace")
    process.stdout = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    return process


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """Build the book; a pair of the finished process and the folder of the site."""
    output = tmp_path_factory.mktemp("book")
    return build_book(ROOT, output), output / "_build" / "html"


@pytest.fixture(scope="session")
def site(request):
    """Return the folder of the built book.

    ``GLASSBOX_SITE=_build/html pytest tests/book`` takes one that is built already: for work on
    the tests, not for a verdict.
    """
    if built := os.environ.get("GLASSBOX_SITE"):
        return Path(built).resolve()
    process, folder = request.getfixturevalue("build")
    assert process.returncode == 0, process.stdout
    return folder


@pytest.fixture
def small_book(tmp_path):
    """Make a book of a landing page and one notebook to come, with the settings of the book."""
    for name in BOOK_FILES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "intro.md").write_text("# A small book\n\nIt has one chapter.\n")
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nchapters: [{file: chapters/small}]\n"
    )
    return tmp_path
