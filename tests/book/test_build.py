"""The book builds, holds what it should, loads nothing from elsewhere, builds the same twice."""

import filecmp
import re
import shutil
import socket
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from fontTools.ttLib import TTFont
from pybtex.database import Entry
from sphinxcontrib import katex

import chinese
import conventions
import formulas
import glassbox_book
import icons

from .conftest import ROOT, build_book, write_chapter

OTHER_HOST = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)
CSS_URL = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:[a-z]+:)?//[^"')\s]+)""", re.IGNORECASE)
LOADS = {"src", "srcset", "poster", "data", "background"}


class Loader(HTMLParser):
    """Collects what a page loads from other hosts; links to follow are not loads."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        loads = LOADS | ({"href"} if tag in ("link", "image", "use") else set())
        for name, value in attrs:
            if name in loads and OTHER_HOST.match(value or ""):
                self.found.append(f"<{tag} {name}={value}>")
            if name == "style":
                self.found += CSS_URL.findall(value or "")


def loads_from_elsewhere(page):
    """Return what the HTML text ``page`` loads from other hosts."""
    loader = Loader()
    loader.feed(page)
    styles = re.findall(r"<style.*?</style>", page, re.DOTALL | re.IGNORECASE)
    return loader.found + [url for style in styles for url in CSS_URL.findall(style)]


def pages(site):
    """Return the HTML pages of a built book."""
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def test_the_book_builds_without_a_warning(build):
    process, _ = build
    assert process.returncode == 0, process.stdout
    assert "WARNING: " not in process.stdout


def test_each_page_of_the_toc_is_built_with_its_title(site):
    files = [f"chapters/{slug}" for slug in conventions.toc_slugs(ROOT)]
    assert files
    for file in files:
        notebook = nbformat.read(ROOT / f"{file}.ipynb", as_version=4)
        title = notebook.cells[0].source.splitlines()[0].removeprefix("# ").strip()
        page = (site / f"{file}.html").read_text(encoding="utf-8")
        assert re.search(rf"<h1>\s*<span[^>]*>\d+\. </span>{re.escape(title)}\s*<a", page)


def test_the_landing_page_says_what_the_book_is(site):
    page = (site / "intro.html").read_text(encoding="utf-8")
    for text in ("Read it", "Run it", "Check it", "The plan", "State space models"):
        assert text in page
    chapters = [path.read_text(encoding="utf-8") for path in (ROOT / "chapters").glob("*.ipynb")]
    marks = sum(chapter.count("{check}`") for chapter in chapters)
    assert f"{marks} statements in this book carry a check" in page


def test_only_pages_of_the_book_are_built(site):
    files = {f"chapters/{slug}" for slug in conventions.toc_slugs(ROOT)}
    built = {path.relative_to(site).with_suffix("").as_posix() for path in pages(site)}
    assert files | {"intro", "index", "search", "gallery", "glossary", "404"} <= built
    assert not {name for name in built - files if "/" in name and "reference/" not in name}


def test_no_page_loads_anything_from_another_host(site):
    found = {
        path.relative_to(site).as_posix(): loads_from_elsewhere(path.read_text(encoding="utf-8"))
        for path in pages(site)
    }
    assert not {page: loads for page, loads in found.items() if loads}


def test_no_style_sheet_loads_anything_from_another_host(site):
    found = {
        path.relative_to(site).as_posix(): CSS_URL.findall(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.css")
    }
    assert found
    assert not {style: loads for style, loads in found.items() if loads}


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://example.org/a.js"></script>',
        '<img src="//example.org/a.png">',
        '<link rel="preload" href="http://example.org/a.css">',
        '<style>@import "https://example.org/a.css";</style>',
        '<p style="background: url(https://example.org/a.png)">',
    ],
)
def test_a_load_from_another_host_is_found(page):
    assert loads_from_elsewhere(page)


def test_a_link_or_a_file_of_the_book_is_no_load_from_another_host():
    page = '<a href="https://example.org">away</a><script src="../_static/a.js"></script>'
    assert not loads_from_elsewhere(page)


LATE = """
import socket, sys, time
time.sleep(0.3)
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
time.sleep(0.3)
server.listen()
time.sleep(120)
"""


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no Unix sockets")
@pytest.mark.parametrize(("seconds", "is_heard"), [(120, True), (0.4, False)])
def test_katex_is_asked_until_it_answers_or_is_stopped(tmp_path, monkeypatch, seconds, is_heard):
    started, popen = [], subprocess.Popen
    command = [sys.executable, "-c", LATE, str(tmp_path / "katex.sock")]
    monkeypatch.setattr(katex.KaTeXServer, "build_command", lambda socket: command)
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[0]
    )
    try:
        if is_heard:
            process, connection = glassbox_book.start_katex(tmp_path, seconds)
            connection.close()
            assert process.poll() is None
        else:
            with pytest.raises(katex.KaTeXError):
                glassbox_book.start_katex(tmp_path, seconds)
            assert started[0].wait(10)
    finally:
        for process in started:
            process.kill()
            process.communicate()


@pytest.mark.parametrize(
    ("label", "cited"), [("Su22b", "2022b"), ("Su22", "2022"), ("VSP+17", "2022")]
)
def test_works_of_one_author_and_year_are_told_apart(label, cited):
    entry = Entry("misc", {"year": "2022"})
    data = {"entry": entry, "formatted_entry": SimpleNamespace(label=label), "style": None}
    assert str(glassbox_book.lettered_year.format_data(data)) == cited


def test_no_line_breaks_before_a_per_cent_sign():
    said = nodes.paragraph("", "", nodes.Text("33 % of "), nodes.literal("", "10 % 3"))
    glassbox_book.keep_percent(None, said, "")
    assert said.astext() == "33\u00a0% of 10 % 3"


def test_every_formula_of_the_book_is_read_and_is_valid_mathml(site):
    found = {}
    for path in pages(site):
        page = path.read_text(encoding="utf-8")
        wrong = [mark for mark in ("katex-error", "#cc0000") if mark in page]
        found[path.name] = wrong + formulas.miscounted(page)
    assert not {page: wrong for page, wrong in found.items() if wrong}


def files_that_differ(one, other):
    """Return the files, by relative path, that two folders do not share byte by byte."""
    names = [{p.relative_to(d) for p in d.rglob("*") if p.is_file()} for d in (one, other)]
    common = names[0] & names[1]
    _, differ, errors = filecmp.cmpfiles(one, other, common, shallow=False)
    return sorted(map(str, [*(names[0] ^ names[1]), *differ, *errors]))


PIECES = """import time
print("one", end="", flush=True); time.sleep(1); print(" line")
print("and another")"""


def test_two_builds_are_the_same_byte_by_byte(small_book, tmp_path_factory):
    write_chapter(
        small_book,
        "# Small\n\nAs {cite:t}`lin2014coco` say, $x^2$.",
        "## References\n\n```{bibliography}\n:filter: docname in docnames\n```",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "import ipywidgets\nipywidgets.IntSlider(3)",
        "from glassbox.figures import explore, lines\n"
        "explore(lambda power=2: lines([0, 1, 2], [0, 1, 2**power]), power=(1, 3))",
        PIECES,
    )
    # From another path, with what paths seldom hold, a day later, with other random numbers.
    other = tmp_path_factory.mktemp("other") / "das Büch"
    shutil.copytree(small_book, other)
    sites = []
    for book, day, seed in ((small_book, "Pacific/Kiritimati", "1"), (other, "Etc/GMT+12", "2")):
        process = build_book(book, book, TZ=day, PYTHONHASHSEED=seed)
        assert process.returncode == 0, process.stdout
        sites.append(book / "_build" / "html")
    assert not files_that_differ(*sites)
    page = (sites[0] / "chapters/small.html").read_text(encoding="utf-8")
    assert "one line\nand another\n" in re.sub("<[^>]+>", "", page), "joined as it was printed"


def test_a_difference_between_two_folders_is_found(tmp_path):
    for name, text in (("one", "a"), ("other", "b")):
        (tmp_path / name).mkdir()
        Path(tmp_path, name, "page.html").write_text(text)
    assert files_that_differ(tmp_path / "one", tmp_path / "other") == ["page.html"]


def test_the_cut_icon_fonts_have_each_icon_that_the_book_uses(site):
    used = icons.used_icons(site) & icons.drawn_by(icons.THEME / icons.FOLDER)
    assert {icons.icon_codes()[name] for name in ("fa-bars", "fa-download", "fa-lightbulb")} <= used
    missing = used - icons.drawn_by(site / "_static" / icons.FOLDER)
    assert not missing, "Run: make book; .venv/bin/python tools/icons.py"


def test_every_chinese_character_of_the_book_is_in_its_font(site):
    shown = chinese.shown(site)
    assert len(shown) > 100
    missing = "".join(map(chr, sorted(shown - chinese.drawn_by(site / "_static" / chinese.FONT))))
    assert not missing, "Run: make book; .venv/bin/python tools/chinese.py FONT"


def test_the_cut_text_font_has_digits_of_one_width(site):
    font = TTFont(site / "_static/fonts/inter.woff2")
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "tnum" in features, "numbers that change would jump to and fro"
