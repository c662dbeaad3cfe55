"""A notebook shows the tested code itself."""

from glassbox.figures import controls, show_source
from glassbox.figures.source import without_docstring


def documented(x):
    """Return x, doubled.

    In two paragraphs.
    """
    return 2 * x  # twice


def bare(x):
    return x


def test_source_is_shown_without_its_docstring():
    assert without_docstring(documented) == "def documented(x):\n    return 2 * x  # twice"
    assert without_docstring(bare) == "def bare(x):\n    return x"


def test_several_sources_are_one_block_of_python():
    shown = show_source(documented, bare)._repr_markdown_()
    assert shown.startswith("```python\ndef documented") and shown.endswith("return x\n```")
    assert "\n\n\ndef bare" in shown


def test_classes_and_their_decorators_are_shown():
    shown = repr(show_source(controls.Control))
    assert shown.startswith("@dataclass(frozen=True)\nclass Control:")
    assert "A finite set of values" not in shown and "kind: str" in shown
