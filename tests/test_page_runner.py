"""Cells run as in a notebook: what they print and show, how they fail, and where it ends."""

import builtins
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.lib.pretty import pretty as jupyter

from glassbox.page import stand_ins
from glassbox.page.runner import Page


def run(*sources, at=-1, **extra):
    """Run the last of some cells; returns what was sent, as ``{kind: [message]}``."""
    said = {}
    cells = [{"id": f"c{k}", "source": s} for k, s in enumerate(sources)]
    cells[0].update(extra)
    page = Page(cells, lambda kind, message: said.setdefault(kind, []).append(message))
    page.run(range(len(cells))[at])
    return said


def printed(said):
    """Return what was printed."""
    return "".join(message["text"] for message in said.get("stream", ()))


def shown(said):
    """Return the plain text of what was shown."""
    return [message["bundle"]["text/plain"] for message in said.get("output", ())]


def test_a_cell_prints_and_shows_its_last_value():
    said = run("print('a')\nprint('b', end='')\n1 + 1")
    assert printed(said) == "a\nb"
    assert shown(said) == ["2"]
    assert said["done"][0] | {"seconds": 0} == {"ran": [], "seconds": 0, "failed": False}


@pytest.mark.parametrize("source", ["x = 3", "None", "3;", "def f(): pass", "", "# nothing"])
def test_a_cell_without_a_value_shows_none(source):
    assert not shown(run(source))


def test_earlier_cells_run_silently_and_are_told():
    said = run("x = 2\nprint('no')\n'no'", "y = 3", "x")
    assert not printed(said)
    assert shown(said) == ["2"]
    assert said["step"] == [{"at": 0, "number": 1, "count": 1}]
    assert said["done"][0]["ran"] == [0]


def test_a_check_that_own_numbers_refute_keeps_no_other_cell_from_running():
    check = "x.sort()\nassert x == [1, 2]"
    said = run("x = [3, 1]", check, "x", at=2)
    assert said["done"][0]["failed"] and "AssertionError" in said["error"][0]["text"]
    cells = [("x = [3, 1]", False), (check, True), ("x", False)]
    listed = [{"id": f"c{k}", "source": s, "check": c} for k, (s, c) in enumerate(cells)]
    said = {}
    page = Page(listed, lambda kind, message: said.setdefault(kind, []).append(message))
    page.run(2)
    assert shown(said) == ["[1, 3]"] and "error" not in said
    page.run(1)
    assert "AssertionError" in said["error"][0]["text"]


def test_a_traceback_has_the_reader_s_lines_alone():
    said = run("def half(x):\n    return x / nothing", "import numpy as np\nhalf(np.ones(3))")
    text = said["error"][0]["text"]
    assert "return x / nothing" in text and "half(np.ones(3))" in text
    assert "NameError: name 'nothing' is not defined" in text
    assert "runner.py" not in text and "exec(" not in text
    assert said["done"][0]["failed"]


def test_lines_of_the_library_are_left_out_of_a_traceback():
    said = run("import json\njson.loads('{')")
    text = said["error"][0]["text"]
    assert "json.loads('{')" in text and "JSONDecodeError" in text and "decoder.py" not in text


def test_what_is_no_python_is_said_with_its_line():
    text = run("x = 1\nx ==")["error"][0]["text"]
    assert "x ==" in text and "SyntaxError" in text


def test_a_failure_of_an_earlier_cell_is_its_own():
    said = run("x = 1 / 0", "x")
    assert said["error"][0]["at"] == 0
    assert not shown(said)


@pytest.mark.parametrize("source", ["exit()", "raise SystemExit", "raise KeyboardInterrupt"])
def test_nothing_ends_python(source):
    assert "error" in run(source)


def test_endless_recursion_is_an_error():
    assert "RecursionError" in run("def f(): return f()\nf()")["error"][0]["text"]


def test_a_million_lines_are_cut():
    said = run("for i in range(10**6): print(i)")
    text = printed(said)
    assert text.startswith("0\n1\n2\n")
    assert len(text) < 200_000
    assert "998,000 more lines, which are not shown" in text


ONE_BY_ONE = "for i in range({0}): print(i)"
AT_ONCE = "print(''.join(str(i) + chr(10) for i in range({0})), end='')"


@pytest.mark.parametrize("printing", [ONE_BY_ONE, AT_ONCE])
@pytest.mark.parametrize("count, dropped", [(2000, 0), (2001, 1), (3500, 1500)])
def test_lines_are_shown_up_to_a_limit_and_the_others_counted(printing, count, dropped):
    said = run(printing.format(count))
    texts = {name: "".join(m["text"] for m in said["stream"] if m["name"] == name)
             for name in ("stdout", "note")}  # fmt: skip
    assert texts["stdout"] == "".join(f"{i}\n" for i in range(count - dropped))
    assert (
        texts["note"]
        == {
            0: "",
            1: "… and 1 more line, which is not shown.\n",
            1500: "… and 1,500 more lines, which are not shown.\n",
        }[dropped]
    )


def test_each_cell_may_print_as_much_as_any():
    said = run("for i in range(3000): print(i)", "print(1)")
    assert printed(said) == "1\n"


def test_a_long_line_and_a_long_value_are_cut():
    rest = "… and 1 more line, which is not shown.\n"
    assert printed(run("print('a' * 10**6)")) == 200_000 * "a" + rest
    assert printed(run("print('ab' * 3, end='')\nprint('c' * 10**6)\nprint(1)")).startswith(
        "ababab" + 199_994 * "c"
    )
    assert shown(run("'a' * 49_998")) == [f"'{49_998 * 'a'}'"]
    assert shown(run("'a' * 49_999")) == [f"'{49_999 * 'a'} …"]
    text = run("raise ValueError('a' * 30_000 + 'b' * 30_000)")["error"][0]["text"]
    assert len(text) == 50_003 and text.endswith(24_000 * "b" + "\n") and "aaa\n…\nbbb" in text


def test_values_show_themselves_in_their_formats():
    def found(body):
        source = f"class A:\n    def __repr__(self): return 'an A'\n    {body}\nA()"
        return run(source)["output"][0]["bundle"]

    plain = {"text/plain": "an A"}
    assert found("def _repr_html_(self): return '<b>a</b>'") == plain | {"text/html": "<b>a</b>"}
    assert found("def _repr_png_(self): return b'ab'") == plain | {"image/png": "YWI="}
    assert found("def _repr_latex_(self): return '$a$', {}") == plain | {"text/latex": "$a$"}
    assert found("def _repr_svg_(self): return None") == plain
    for more in ("", ", {}"):
        mine = "def _repr_mimebundle_(self, **k): return {'text/html': 'a', 'b': 'c'}" + more
        assert found(mine) == plain | {"text/html": "a", "b": "c"}
    both = "_repr_html_ = _repr_mimebundle_ = lambda self, **k: {'text/html': 'best'}"
    assert found(both) == plain | {"text/html": "best"}
    (bundle,) = (m["bundle"] for m in run("class A:\n    _repr_html_ = str\nA")["output"])
    assert list(bundle) == ["text/plain"]  # the class itself is no A


def test_errors_say_what_helps():
    (lost,) = run("import no_such_module")["error"]
    assert lost["text"].endswith("The page has the packages that the book uses, and no others.\n")
    (full,) = run("raise MemoryError")["error"]
    assert full["text"].endswith("Try smaller data; Reset frees what is used.\n")
    (ended,) = run("exit(3)")["error"]
    assert ended["text"] == "SystemExit: the cell asked Python to end (3); it goes on all the same."
    source = (
        "try:\n    import json; json.loads('{')\nexcept ValueError as e:\n    raise KeyError from e"
    )
    (two,) = run(source)["error"]
    assert "direct cause" in two["text"] and "decoder.py" not in two["text"]


def test_a_stream_takes_texts_and_has_a_name():
    said = run("import sys\nprint(sys.stdout.write('abc'), sys.stdout.writable())\n"
               "print('e', file=sys.stderr)\nsys.stdout.write(b'no')")  # fmt: skip
    names = {m["name"]: m["text"] for m in said["stream"]}
    assert names == {"stdout": "abc3 True\n", "stderr": "e\n"}
    assert "TypeError: write wants a str; got bytes" in said["error"][0]["text"]


def test_a_slow_cell_is_told_piece_by_piece():
    said = run("import time\nfor i in range(3):\n    print(i)\n    time.sleep(0.06)")
    assert [m["text"] for m in said["stream"]][1:] != [] and printed(said) == "0\n1\n2\n"


def test_a_figure_of_matplotlib_that_is_a_value_is_shown_once():
    said = run("import matplotlib.pyplot as plt\nplt.figure()")
    (output,) = said["output"]
    assert output["bundle"]["image/png"].startswith("iVBOR")


def test_earlier_cells_show_no_pictures_and_leave_none():
    said = run("import matplotlib.pyplot as plt\nplt.plot([1])\nx = 3", "x")
    assert shown(said) == ["3"]
    assert [m["number"] for m in run("x = 1", "y = x", "z = y", "z")["step"]] == [1, 2, 3]


def test_a_semicolon_hides_a_value_and_blanks_after_it_hide_nothing(monkeypatch):
    monkeypatch.delattr(builtins, "_", raising=False)  # where doctest keeps what it showed last
    assert not shown(run("3; \n\n")) and shown(run("2; 3")) == ["3"]
    assert shown(run("3", "_")) == []  # another cell's last value is not asked for by name


def test_display_shows_in_order_with_what_is_printed():
    order = []
    cells = [{"id": "a", "source": "print('one')\ndisplay(2)\nprint('three')"}]
    Page(cells, lambda kind, message: order.append(kind)).run(0)
    assert order == ["stream", "output", "stream", "done"]


def test_a_picture_of_matplotlib_is_shown_once():
    said = run("import matplotlib.pyplot as plt", "plt.plot([1, 2])\nplt.show()")
    pictures = [m["bundle"]["image/png"] for m in said["output"] if "image/png" in m["bundle"]]
    assert len(pictures) == 1 and pictures[0].startswith("iVBOR")


def test_the_source_of_a_function_of_a_cell_can_be_asked_for():
    said = run("def f(x):\n    return x", "import inspect\nprint(inspect.getsource(f))")
    assert "def f(x):\n    return x" in printed(said)


def test_a_cell_that_cannot_run_here_says_why():
    said = run("x = 1", "x", why="it needs a camera.")
    assert said["error"][0]["why"] == "it needs a camera."
    assert said["done"][0]["failed"]


def test_an_edit_counts_and_reset_forgets():
    said = []
    cells = [{"id": "a", "source": "x = 1"}, {"id": "b", "source": "x"}]
    page = Page(cells, lambda kind, message: said.append((kind, message)))
    page.run(1)
    page.edit(0, "x = 5")
    page.run(1)
    values = [m["bundle"]["text/plain"] for kind, m in said if kind == "output"]
    assert values == ["1", "5"]
    page.reset()
    assert "x" not in page.space


def test_standard_output_is_given_back():
    before = sys.stdout
    run("1 / 0")
    assert sys.stdout is before


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(leaves, inner),
)


@given(values)
def test_values_read_as_in_jupyter(value):
    assert stand_ins.pretty(value) == jupyter(value)


def test_arrays_and_sets_read_as_in_jupyter():
    square = np.eye(3)
    for value in (
        np.arange(100),
        (square, [square]),
        {"a": square, "b": 1},
        {3, 1, 2},
        set(),
        frozenset(range(50)),
        list(range(1500)),
    ):
        assert stand_ins.pretty(value) == jupyter(value)


def test_a_package_that_only_running_shows_is_asked_for_once():
    said = []
    cells = [{"id": "a", "source": "print(1)\n__import__('absent_module')"}]
    page = Page(cells, lambda kind, m: said.append(kind), {"absent_module": ["absent"]})
    assert page.run(0) == ["absent"]
    assert said == ["stream", "again"]
    assert page.run(0) == []
    assert said[2:] == ["stream", "error", "done"]
