"""Formulas in a line of text, and what of a page search knows."""

from docutils import nodes
from docutils.core import publish_doctree

import glassbox_find
import plain


def test_formulas_read_as_they_are_typed():
    assert plain.formula(r"\mathcal{O}(n^2 d)") == "O(n² d)"
    assert plain.formula(r"\lVert x\rVert") == "‖ x‖"
    assert plain.formula(r"\frac{1}{2}\left(\boldsymbol{q}_t \cdot k\right)") == "1/2(q_t · k)"
    assert plain.formula(r"x^{-1},\quad \hat{\theta}_{t+1} \le \epsilon") == "x⁻¹, θ_(t+1) ≤ ε"


PAGE = """
Title
=====

Prose with a formula, :math:`n \\times n`.

::

   import this

Section
-------

More, in a list:

- one;
- two.
"""


def test_places_are_sections_with_their_prose_alone():
    found = list(
        glassbox_find.sections(publish_doctree(PAGE, settings_overrides={"doctitle_xform": False}))
    )
    assert found == [
        ("", "Title", "Prose with a formula, n × n."),
        ("section", "Section", "More, in a list: one; two."),
    ]


def test_a_cell_says_its_caption_alone():
    cell = nodes.container("", nb_element="cell_code")
    cell += nodes.literal_block("", "x = 1")
    cell += nodes.figure("", nodes.caption("", "Drag it."))
    assert glassbox_find.words(cell) == " Drag it. "


def test_other_names_stand_by_their_places_and_one_of_no_place_is_said(monkeypatch):
    said = []
    monkeypatch.setattr(
        glassbox_find.LOG, "warning", lambda text, *args, **_: said.append(text % args)
    )
    places = [("", "Heaps", "Prose."), ("merge", "Merge", "More.")]
    names = {"merge": ["合并"], "gone": ["nothing"]}
    assert glassbox_find.named("chapters/heaps", places, names) == [
        places[0],
        ["merge", "Merge", "More.", ["合并"]],
    ]
    assert said == ["glossary.yml names a section that chapters/heaps has not: #gone"]
