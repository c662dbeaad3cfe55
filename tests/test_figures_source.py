"""A notebook shows the tested code itself."""

import ast
import doctest
import inspect
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from glassbox.checks import checked
from glassbox.figures import controls, show_source
from glassbox.figures.source import without_docstring, without_hooks

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"


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


@checked(x="n")
def doubled(x):
    """Return x, doubled."""
    return 2 * x


def test_source_is_shown_without_the_decorator_that_checks():
    assert without_docstring(doubled) == "def doubled(x):\n    return 2 * x"


def test_several_sources_are_one_block_of_python():
    shown = show_source(documented, bare)._repr_markdown_()
    assert shown.startswith("```python\ndef documented") and shown.endswith("return x\n```")
    assert "\n\n\ndef bare" in shown


def test_classes_and_their_decorators_are_shown():
    shown = repr(show_source(controls.Control))
    assert shown.startswith("@dataclass(frozen=True)\nclass Control:")
    assert "A finite set of values" not in shown and "kind: str" in shown


# --- plain: the algorithm alone -----------------------------------------------------------------


def shown_in(path):
    """Return the functions that a chapter shows, found by reading its cells."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    nodes = [
        node
        for source in code
        for node in ast.walk(ast.parse(re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", source)))
    ]
    names = {}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) and "glassbox" in ast.unparse(node):
            exec(ast.unparse(node), names)
    calls = [n for n in nodes if isinstance(n, ast.Call) and ast.unparse(n.func) == "show_source"]
    return [eval(ast.unparse(argument), names) for call in calls for argument in call.args]


def of_arrays(function):
    """Return a function that is given arrays for lists."""

    def given(*values, **named):
        return function(
            *(np.asarray(v) if isinstance(v, list) else v for v in values),
            **{k: np.asarray(v) if isinstance(v, list) else v for k, v in named.items()},
        )

    return given


@pytest.mark.parametrize("path", sorted(CHAPTERS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_a_chapter_shows_computes_the_same_when_plain(path):
    for function in filter(inspect.isfunction, shown_in(path)):
        code = repr(show_source(function, plain=True))
        assert not re.search(r"\b(new|note)\b *[(=,]|need_", code), code
        module = dict(vars(sys.modules[function.__module__]))
        exec(code, module)
        if re.search(
            r"\bas_(?!count)|_array\(|@checked|\bchecked_", inspect.getsource(function)
        ):  # what is gone also made arrays of lists
            module[function.__name__] = of_arrays(module[function.__name__])
        examples = doctest.DocTestParser().get_doctest(
            function.__doc__ or "", module, function.__name__, None, 0
        )
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        assert runner.run(examples).failed == 0, code


HOOKED = """\
def walk(
    nums, target=1e-3, /, *rest: int, new=new_list, note=no_note, deep=False, **more
):
    _need_list(nums)
    if target < 0:
        raise ValueError("below zero")
    nums, target = _checked(nums, target)
    # Ünder the first line
    seen = new("seen", [x for x in nums])
    note("start", len(nums))

    def inner(k, note):  # keeps this
        if k:
            note("k", k)
        else:
            note("none")
        return other(k, seen, new, note=note)

    if not nums:
        raise IndexError("found on the way")
    return inner(number("target", target, least=0), note), new("copy", data=seen), new("rest", rest)
"""
PLAIN = """\
def walk(nums, target=1e-3, /, *rest: int, deep=False, **more):
    # Ünder the first line
    seen = [x for x in nums]

    def inner(k):  # keeps this
        if k:
            pass
        else:
            pass
        return other(k, seen)

    if not nums:
        raise IndexError("found on the way")
    return inner(target), list(seen), list(rest)
"""


def test_hooks_and_leading_checks_go_and_all_else_stays():
    assert without_hooks(HOOKED, {"number"}) == PLAIN
    assert without_hooks(PLAIN) == PLAIN
