"""The book as one printed file and as an archive, and the package for downloaded notebooks."""

import io
import re
import zipfile

import nbformat
import pytest

import carry
from glassbox.page import library

from .browser import find_browser

PAGE = """<!doctype html><html><head><link rel="stylesheet" href="{up}_static/a.css" /></head>
<article class="bd-article"><section class="tex2jax_ignore" id="{name}">
<h1>{title}<a class="headerlink" href="#x">#</a></h1>
<section id="more"><h2>More of {title}</h2><p>{text}</p><svg><g clip-path="url(#clip)"/></svg>
</section></section></article><script>alert()</script></html>"""

#: The sign of a check, and the check, folded.
CHECKED = (
    '<a class="gb-checked" href="#adam-check" data-mark="adam-check" aria-label="checked">✓</a>'
    '<details class="gb-check" id="adam-check"><summary>Check</summary>assert True</details>'
)


@pytest.fixture
def small(tmp_path):
    """Make a site of a landing page and two chapters."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static/a.css").write_text("p { color: black }")
    link = '<a href="{}">there</a>'
    pages = {
        "intro": ("Start", link.format("chapters/heaps.html#more")),
        "chapters/heaps": ("Heaps", link.format("adam.html") + link.format("../search.html")),
        "chapters/adam": (
            "Adam",
            link.format("#more") + link.format("https://example.org") + CHECKED,
        ),
    }
    for name, (title, text) in pages.items():
        up = "../" if "/" in name else ""
        page = PAGE.format(up=up, name=title.lower(), title=title, text=text)
        (tmp_path / f"{name}.html").write_text(page)
    return tmp_path


def test_links_and_ids_become_those_of_the_whole_book(small):
    whole = carry.compose(small, [("Heaps", 7)])
    assert 'href="#heaps--more"' in whole and 'id="heaps--more"' in whole
    assert 'href="#adam--top"' in whole and 'id="adam--top"' in whole
    assert 'href="#adam--more"' in whole and 'href="https://example.org"' in whole
    assert "search.html" not in whole and "<script" not in whole
    assert "url(#adam--clip)" in whole and 'href="_static/a.css"' in whole
    assert "Heaps<span>7</span>" in whole
    assert '<a class="gb-checked">✓</a>' in whole  # its check is folded, and is no place in print
    ids = re.findall(r'\sid="([^"]*)"', whole)
    assert len(ids) == len(set(ids))


def test_the_printed_book_has_contents_links_and_page_numbers(small, tmp_path):
    find_browser()
    pypdf = pytest.importorskip("pypdf")
    target = tmp_path / "book.pdf"
    count = carry.print_book(small, target)
    reader = pypdf.PdfReader(io.BytesIO(target.read_bytes()))
    begins = dict(reversed(carry.begins(reader)))
    assert count == len(reader.pages) == 5
    assert [begins[title] for title in ("Start", "Heaps", "Adam")] == [3, 4, 5]
    contents = reader.pages[1].extract_text()
    assert re.search(r"More of Heaps\s*4", contents)
    assert re.search(r"Heaps\s*4", contents) and re.search(r"Adam\s*5", contents)
    assert reader.pages[1].get("/Annots")  # the contents lead there
    assert reader.pages[3].extract_text().rstrip().endswith("4")
    assert not (small / "_whole.html").exists()


def test_the_archive_is_the_same_twice_and_leaves_out_what_no_file_can_start(small, tmp_path):
    (small / "_static/python").mkdir()
    (small / "_static/python/pyodide.asm.wasm").write_bytes(b"0")
    packed = []
    for name in ("one.zip", "other.zip"):
        carry.pack_book(small, tmp_path / name)
        packed.append((tmp_path / name).read_bytes())
        (tmp_path / name).unlink()
    assert packed[0] == packed[1]
    names = zipfile.ZipFile(io.BytesIO(packed[0])).namelist()
    assert "glass-box/chapters/heaps.html" in names
    assert not [name for name in names if "wasm" in name]


def test_the_package_is_whole_and_says_what_it_needs():
    _, wheel = library.make_whole()
    archive = zipfile.ZipFile(io.BytesIO(wheel))
    names = archive.namelist()
    wanted = ("heaps/heap.py", "figures/static/figure.mjs", "adam/digits.npz", "book.mplstyle")
    assert {f"glassbox/{name}" for name in wanted} <= set(names)
    assert [name for name in names if re.search(r"/records/.*\.json", name)]
    (metadata,) = (name for name in names if name.endswith("METADATA"))
    assert b"Requires-Dist: anywidget" in archive.read(metadata)


def test_a_downloaded_notebook_says_what_it_needs_and_the_site_carries_it(site):
    name, _ = library.make_whole()
    assert (site / "carried" / name).is_file()
    notebooks = list((site / "_sources/chapters").glob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        first = nbformat.read(path, as_version=4).cells[0].source
        assert "pip install jupyterlab" in first and name in first
