"""A small book with what no chapter need have: links on colours, several hidden cells in a row."""

import nbformat
import pytest

from .browser import UNFOLD, opened
from .conftest import build_book, make_small_book
from .test_pages import violations

LINKED = """# Small

$$\\frac{a}{b}$$ (small-fraction)

```{exercise}
:label: small-exercise

Read [the book](https://example.org) and [`code`](https://example.org).
```

```{solution} small-exercise
Read [the book](https://example.org) and [`code`](https://example.org).
```

See {numref}`small-dial`.

| one | other |
| --- | --- |
| [a link](https://example.org) | [`code`](https://example.org) |
| [a link](https://example.org) | [`code`](https://example.org) |
"""
DRAWS = """from glassbox.figures import explore, lines

explore(lambda n: lines([0, 1], [0, n]), n=(1, 3), caption="Drag `n`.")
"""
WIDE = f"wide = '{100 * 'w'}'"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Build the book once; the address of its chapter's page."""
    book = make_small_book(tmp_path_factory.mktemp("small"))
    v4 = nbformat.v4
    wide = v4.new_code_cell(WIDE, metadata={"tags": ["hide-input"]})
    cells = [v4.new_markdown_cell(LINKED), wide]
    cells += [v4.new_code_cell(DRAWS, id="small-dial"), v4.new_code_cell(DRAWS, id="unlabelled")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, book / "chapters/small.ipynb")
    process = build_book(book, book)
    assert process.returncode == 0, process.stdout
    return (book / "_build/html/chapters/small.html").as_uri()


def test_mathematics_is_drawn_when_the_book_is_built(browser, page):
    with opened(browser, page, java_script_enabled=False) as (shown, _):
        assert shown.locator(".katex-display .mfrac").count() == 1
        assert "mathjax." not in shown.content().lower()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_links_can_be_read_on_the_colours_of_exercises_and_of_rows(browser, page, theme):
    with opened(browser, page, theme) as (shown, _):
        shown.evaluate(UNFOLD)
        assert shown.locator(".exercise a, .solution a").count() == 4
        for row in shown.locator("tbody tr").all():
            row.hover()
            assert not violations(shown)


def test_a_figure_has_its_number_and_label_from_the_id_of_its_cell(browser, page):
    with opened(browser, page) as (shown, _):
        (numbered,) = shown.locator("figure.glassbox-frame").all()
        assert numbered.get_attribute("id") == "small-dial"
        link = shown.get_by_role("link", name="Fig. 1")
        assert link.get_attribute("href") == "#small-dial"
        assert numbered.locator("figcaption").inner_text().startswith("Fig. 1 Drag n.")
        captions = shown.locator(".gb-caption").all_inner_texts()
        assert captions == ["Drag n."], "that of the other figure, which has no number"


def test_wide_code_that_was_folded_can_be_scrolled_by_keyboard(browser, page):
    with opened(browser, page) as (shown, _):
        code = shown.locator(".tag_hide-input pre").last
        shown.evaluate(UNFOLD)
        shown.wait_for_function("(pre) => pre.tabIndex === 0", arg=code.element_handle())
        assert not violations(shown)
