"""The built book, once for all the tests of it."""

import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

import conventions
from measure import REFERENCE

from .browser import browser  # noqa: F401, a fixture

ROOT = Path(__file__).resolve().parent.parent.parent
BOOK_FILES = ("_config.yml", "references.bib", "static", "templates", "tools")
OTHERS = "other pages"
#: Another engine walks by a command of its own.
collect_ignore = [] if os.environ.get("GLASSBOX_BROWSER") == "firefox" else ["test_firefox.py"]
TOC = "format: jb-book\nroot: intro\nchapters: [{file: chapters/small}]\n"


def build_book(source, output, **environment):
    """Build the book in ``source`` as `make book` does; its site is ``output/_build/html``.

    Returns the finished process; its ``stdout`` is what the terminal shows, without the colours.
    """
    jupyter_book = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = ["build", str(source), "--path-output", str(output), "-W", "--keep-going"]
    # To a file, not a pipe: a pipe stays open for as long as any process the build started.
    with tempfile.TemporaryFile() as log:
        env = {**os.environ, **environment}
        process = subprocess.run([*jupyter_book, *command], stdout=log, stderr=log, env=env)
        log.seek(0)
        shown = log.read().decode("utf-8", "replace")
    process.stdout = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    return process


@pytest.fixture(scope="session")
def build(tmp_path_factory, worker_id):
    """Build the book once, for all workers; the finished process and the folder of the site."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    result = shared / "book.pickle"
    with FileLock(shared / "book.lock"):
        if not result.exists():
            # The tests of the notebooks ran some of them already; see the conftest above.
            kept = {"GLASSBOX_KEEP": os.environ["GLASSBOX_SESSION"]}
            result.write_bytes(pickle.dumps(build_book(ROOT, shared / "book", **kept)))
    return pickle.loads(result.read_bytes()), shared / "book" / "_build" / "html"


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


def page_names():
    """Return how the tests of pages are told apart: by slug, the few without one together."""
    return ["intro", *conventions.toc_slugs(ROOT), OTHERS]


def pages_named(name, paths):
    """Return those of the pages that bear a name of :func:`page_names`."""
    others = set(page_names())
    found = [p for p in paths if p.stem == name or (name == OTHERS and p.stem not in others)]
    # The pages of the reference are made alike: two stand for all.
    whole = os.environ.get("GLASSBOX_PAGE") == "all"
    return [p for p in found if whole or p.parent.name != "reference" or p.stem in REFERENCE]


def make_small_book(folder):
    """Make a book of a landing page and one notebook to come, with the settings of the book."""
    for name in BOOK_FILES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / "chapters").mkdir()
    (folder / "intro.md").write_text("# A small book\n\nIt has [one](chapters/small).\n")
    (folder / "_toc.yml").write_text(TOC)
    return folder


@pytest.fixture
def small_book(tmp_path):
    """Make a small book for one test."""
    return make_small_book(tmp_path)


def write_chapter(book, *cells, slug="small", **metadata):
    """Write a chapter of a small book.

    A text that begins with # is markdown; ``(id, tag, source)`` is a cell of code with an id and a
    tag, any other text one without.
    """
    v4 = nbformat.v4
    made = []
    for number, cell in enumerate(cells):
        name, tag, source = (f"cell-{number}", "", cell) if isinstance(cell, str) else cell
        new = v4.new_markdown_cell if source.startswith("#") else v4.new_code_cell
        made.append(new(source, id=name, metadata={"tags": [tag]} if tag else {}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(metadata={"kernelspec": kernel, **metadata})
    notebook.cells = made  # as they are: made with them, it would mend them
    (book / f"chapters/{slug}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


#: Walks through every figure that take long: `make test` takes them through a few pages,
#: `make test-page` and `make page-test` through every page.
LONG_WALKS = (
    "test_a_page_opened_as_a_file_is_as_live[",
    "test_axes_and_numbers_can_be_read[",
    "test_axes_can_be_read_on_the_narrowest_screen[",
    "test_cards_keep_their_height_and_can_be_sent[",
    "test_on_a_narrow_screen_nothing_is_cut_and_buttons_stay[",
    "test_fingers_scroll_and_tap[",
    "test_what_scrolls_sideways_shows_it[",
    "test_letters_of_twice_the_size_are_whole[",
    "test_plots_and_matrices_tell_their_values[",
)
SHORT = ("intro]", "heaps]", "linear_attention]")


def left_for_later(item):
    """Return whether a test waits for the run that takes every page."""
    long = item.path.parent == Path(__file__).parent and item.name.startswith(LONG_WALKS)
    return long and not item.name.endswith(SHORT) and os.environ.get("GLASSBOX_PAGE") != "all"


def pytest_collection_modifyitems(config, items):
    """Leave long walks for later."""
    later = [item for item in items if left_for_later(item)]
    config.hook.pytest_deselected(items=later)
    items[:] = [item for item in items if not left_for_later(item)]
