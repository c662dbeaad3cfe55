"""What the build gives a page for Python: its cells, why some do not run, and its policy."""

import re
from types import SimpleNamespace

import nbformat
import pytest
from sphinx.errors import ExtensionError

from glassbox.page import files, sphinx_ext

v4 = nbformat.v4


class Nothing:
    """A shipment that has no package."""

    def has(self, module):
        """Tell whether a page can import a module."""
        return module in ("math", "glassbox")


def cells(*sources, tags=()):
    """Return cells by their index, as a notebook with a text before each has them."""
    made = {}
    for k, source in enumerate(sources):
        made[2 * k + 1] = v4.new_code_cell(source, id=f"c{k}")
    for k, why in tags:
        made[2 * k + 1].metadata.update({"tags": ["no-page"], "no_page": why})
    return made


def test_each_cell_has_a_number_by_its_place_in_the_notebook():
    listed, numbers = sphinx_ext.list_cells(cells("a = 1", "b = 2"))
    assert numbers == {1: 0, 3: 1}
    assert listed == [{"id": "c0", "source": "a = 1"}, {"id": "c1", "source": "b = 2"}]


def test_a_cell_that_needs_what_the_page_has_not_says_so_and_so_do_those_that_need_it():
    made = cells(
        "import skimage", "import math", "skimage.data", "math.pi", tags=[(1, "it is slow.")]
    )
    listed, _ = sphinx_ext.list_cells(made)
    sphinx_ext.explain(listed, Nothing())
    whys = [cell.get("why") for cell in listed]
    assert whys[0] == "it needs skimage, which the page does not carry."
    assert whys[1] == "it is slow."
    assert whys[2] == f"it needs the cell c0, and {whys[0]}"
    assert whys[3] == "it needs the cell c1, and it is slow."


def make_app(tmp_path):
    """Return what the extension asks of Sphinx."""
    config = SimpleNamespace(include_patterns=["chapters/*.ipynb"])
    builder = SimpleNamespace(format="html")
    return SimpleNamespace(srcdir=tmp_path, outdir=tmp_path, config=config, builder=builder)


def test_without_the_files_the_book_goes_without_or_not_as_asked(tmp_path, monkeypatch):
    def unreachable(imports):
        raise files.Unreachable("pyodide")

    monkeypatch.setattr(sphinx_ext, "Shipment", unreachable)
    monkeypatch.delenv(sphinx_ext.REQUIRE, raising=False)
    app = make_app(tmp_path)
    sphinx_ext.prepare(app, None, [])
    assert app.glassbox_python is None
    monkeypatch.setenv(sphinx_ext.REQUIRE, "1")
    with pytest.raises(ExtensionError, match="pyodide cannot be reached"):
        sphinx_ext.prepare(app, None, [])


def test_a_wrong_hash_stops_the_build(tmp_path, monkeypatch):
    def wrong(imports):
        raise files.WrongHash("numpy.whl is not the file")

    monkeypatch.setattr(sphinx_ext, "Shipment", wrong)
    with pytest.raises(files.WrongHash):
        sphinx_ext.prepare(make_app(tmp_path), None, [])


PAGE = """<html><head>
<meta charset="utf-8" />
<script src="a.js"></script>
<script>let a = "<b onclick='x'>";</script>
</head><body><button type="button" onclick="run(&quot;a&quot;)">a</button>
<script type="application/json">{"x": 1}</script></body></html>"""


def test_a_page_allows_its_own_inline_scripts_and_no_others():
    page = sphinx_ext.with_policy(PAGE)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    hashes = re.findall(r"'sha256-[^']+'", policy)
    wanted = [sphinx_ext.hash_of(s) for s in ("let a = \"<b onclick='x'>\";", 'run("a")')]
    assert [h.strip("'") for h in hashes] == wanted
    assert "'unsafe-hashes'" in policy and "'unsafe-inline'" not in policy.split("style-src")[0]
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert "unsafe-hashes" not in sphinx_ext.with_policy("<meta charset='utf-8'>")
