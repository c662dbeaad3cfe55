"""The Sphinx extension: figures are numbered, captioned, and only their pages get the script."""

import json

import pytest

pytest.importorskip("sphinx", reason="the book's packages are missing")

from docutils import nodes
from docutils.utils import new_document

from glassbox.figures import sphinx_ext

MARKUP = (
    '<div class="glassbox-figure" id="gb-1" data-name="The-Dial" '
    'data-caption="Drag `t` &lt;now&gt;"><svg></svg></div>'
)


@pytest.fixture
def document():
    """Return a document with a cell's output that holds a figure, and one that does not."""
    document = new_document("page")
    for markup in (MARKUP, "<table></table>"):
        output = nodes.container(nb_element="mime_bundle")
        output += nodes.raw("", markup, format="html")
        document += output
    sphinx_ext.NumberFigures(document).apply()
    return document


def test_a_figure_is_wrapped_with_its_caption(document):
    figure, other = document.children
    assert isinstance(figure, nodes.figure) and isinstance(other, nodes.container)
    (caption,) = figure.findall(nodes.caption)
    assert caption.astext() == "Drag t <now>"
    assert [node.astext() for node in caption.findall(nodes.literal)] == ["t"]
    assert next(iter(figure.findall(nodes.raw))).astext() == MARKUP


def test_a_figure_can_be_referred_to_by_its_name(document):
    assert document.nameids["the-dial"] == document.children[0]["ids"][0]


class App:
    """Collects what a page is given."""

    def __init__(self):
        self.files = []

    def add_js_file(self, name, **_):
        self.files.append(name)

    add_css_file = add_js_file


@pytest.mark.parametrize(("body", "count"), [(MARKUP, 3), ("<p>words</p>", 0)])
def test_only_a_page_with_a_figure_gets_the_script_and_the_style(body, count):
    app = App()
    sphinx_ext.add_assets(app, "page", "page.html", {"body": body}, None)
    assert len(app.files) == count


def test_a_figure_without_a_name_keeps_its_place_and_its_own_caption():
    document = new_document("page")
    document += nodes.raw("", MARKUP.replace("The-Dial", ""), format="html")
    sphinx_ext.NumberFigures(document).apply()
    assert not list(document.findall(nodes.figure))


# --- the id of the cell is the label -----------------------------------------------------------

UNNAMED = MARKUP.replace("The-Dial", "").replace("<svg>", '<p class="gb-caption">Drag</p><svg>')


def numbered(tmp_path, cell_id, markup=UNNAMED, slug="dynamic_programming"):
    """Return the document of a notebook whose third cell shows a figure."""
    notebook = {"cells": [{"id": "intro"}, {}, {"id": cell_id}]}
    path = tmp_path / f"{slug}.ipynb"
    path.write_text(json.dumps(notebook))
    document = new_document(str(path))
    cell = nodes.container(nb_element="cell_code", cell_index=2)
    output = nodes.container(nb_element="mime_bundle")
    output += nodes.raw("", markup, format="html")
    cell += output
    document += cell
    sphinx_ext.NumberFigures(document).apply()
    return document


def test_a_figure_is_numbered_under_the_id_of_its_cell(tmp_path):
    document = numbered(tmp_path, "dp-table")
    (figure,) = document.findall(nodes.figure)
    assert document.nameids["dp-table"] == figure["ids"][0]
    markup = next(iter(figure.findall(nodes.raw))).astext()
    assert 'data-name="dp-table"' in markup and "gb-caption" not in markup
    assert figure.parent["cell_index"] == 2, "it stays in its cell"


@pytest.mark.parametrize("cell_id", ["show-table", "table", "dp", "pd-table", None, ""])
def test_an_id_without_the_short_form_of_the_slug_is_no_label(tmp_path, cell_id):
    document = numbered(tmp_path, cell_id)
    assert not list(document.findall(nodes.figure))
    assert "gb-caption" in next(iter(document.findall(nodes.raw))).astext()


def test_a_name_wins_over_the_id_and_what_has_no_caption_has_no_number(tmp_path):
    document = numbered(tmp_path, "dp-table", MARKUP)
    assert set(document.nameids) == {"the-dial"}
    bare = UNNAMED.replace('data-caption="Drag `t` &lt;now&gt;"', 'data-caption=""')
    assert not list(numbered(tmp_path, "dp-table", bare).findall(nodes.figure))


SHORT = {"map": "mean_average_precision", "bt": "backtracking", "bucket": "bucket_sort"}


@pytest.mark.parametrize(("short", "slug"), SHORT.items())
def test_short_forms_of_slugs_are_known(short, slug):
    assert sphinx_ext.label_of(f"{short}-dial", slug) == f"{short}-dial"
