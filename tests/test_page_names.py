"""Which earlier cells a cell needs: told from names, right after every order of runs."""

import random

import pytest

from glassbox.page.names import Planner, imported, read
from glassbox.page.runner import Page


def needed(*cells):
    """Return the earlier cells that the last of some cells needs."""
    return Planner(cells).plan(len(cells) - 1)[:-1]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["x = 1", "y = 2", "x"], [0]),
        (["x = 1", "x = 2", "x"], [1]),
        (["x = 1", "x += 1", "y = 3", "x"], [0, 1]),
        (["x = 1", "if y:\n    x = 2", "x"], [0, 1]),
        (["import math", "math.pi"], [0]),
        (["import os.path as p", "p.sep"], [0]),
        (["import os.path", "os.sep"], [0]),
        (["from math import pi as p", "p"], [0]),
        (["x = []", "x.append(1)", "x.index(1)", "x"], [0, 1]),
        (["x = []", "x[0] = 1", "x.y = 2", "x"], [0, 1, 2]),
        (["x = [3]", "x.sort()\nx", "x"], [0, 1]),
        (["h = [3, 1]", "from heapq import heapify", "heapify(h)", "h"], [0, 1, 2]),
        (["h = [3, 1]", "def shuffled(h): pass", "shuffled(h)\n1", "h"], [0, 1, 2]),
        (["x = [1]", "print(x)\n1", "len(x)"], [0]),
        (["def f(): return g()", "def g(): return 1", "f()"], [0, 1]),
        (["f = lambda: g()", "def g(): return 1", "f()"], [0, 1]),
        (["def f(): pass", "steps = {'f': f}", "def h(): steps", "h()"], [0, 1, 2]),
        (["def f(a):\n    b = a\n    return [b for c in a]", "a = b = c = 1", "f"], [0]),
        (["rng = default_rng(0)", "a = rng.random()", "b = rng.random()"], [0, 1]),
        (["it = iter([1])", "next(it)", "it"], [0, 1]),
        (["class A: x = y", "y = 1", "A"], [0, 1]),
        (["x = 1", "for x in range(3): pass\nx", "y = x"], [0, 1]),
        (["w = 1", "for w in [2]: print(w)"], []),
        (["a = 1", "[a for a in (1, 2)]"], []),
        (["a = 1", "f'{a}'"], [0]),
        (["a = 1", "(a := 2)", "a"], [1]),
        (["a = 1", "a: int", "a"], [0]),
        (["a = 1", "del a", "a = 3", "a"], [2]),
        (["a, (b, *c) = 1, (2, 3)", "c"], [0]),
        (["n = 3", "with open('x') as f:\n    n = 1", "n"], [1]),
        (["try:\n    import numpy\nexcept ImportError as error:\n    numpy = None", "numpy"], [0]),
        (["x = 1", "match x:\n    case 1: y = 2", "y"], [0, 1]),
        (["x = 1", "x ="], []),
        (["w = 1", "for w in []: 1", "w"], [0, 1]),
        (["g = 1", "sorted([2], key=lambda x: x + g)"], [0]),
        (["a = 1", "[a for i in (1, 2)]"], [0]),
        (["h = [3]", "from heapq import heappop", "[heappop(h) for i in (1,)]\n1", "h"], [0, 1, 2]),
        (["s = [3]", "[s.pop() for i in (1,)]\n1", "s"], [0, 1]),
        (["s = [3]", "[s.index(3) for i in (1,)]\n1", "s"], [0]),
        (["def f(): g()\nsteps = [f]", "def g(): 1", "steps[0]()"], [0, 1]),
        (["def g(): 1", "def f(): g()", "p = partial(f)", "p()"], [0, 1, 2]),
        (["d = 1", "def f(x=d): 1"], [0]),
        (["d = 1", "def f(*, x=d): 1"], [0]),
        (["d = 1", "@d\ndef f(*, x): 1"], [0]),
        (["x = 1", "def f():\n    global x\n    x = 2", "f()"], [0, 1]),
        (["x = 1", "def f():\n    import x.y", "f()"], [1]),
        (["x = 1", "def f():\n    try: 1\n    except E as x: x", "f()"], [1]),
        (["x = 1", "def f():\n    def x(): 1\n    x", "f()"], [1]),
        (["x = 1", "while x:\n    1\nelse:\n    z = 1", "z"], [0, 1]),
        (["y = 1", "for i in ():\n    1\nelse:\n    y = 2", "y"], [0, 1]),
        (["y = 1", "try:\n    1\nfinally:\n    y = 2", "y"], [1]),
        (["e = 1", "try:\n    1\nexcept e:\n    1"], [0]),
        (["g = 1", "match 1:\n    case 1 if g: 1"], [0]),
        (["g = (i for i in (1, 2))", "list(g)", "g"], [0, 1]),
        (["x = [1]", "x.count(1)\n1", "x"], [0, 1]),
        (["x = [1]", "x.count(1)", "x"], [0]),
        (["h = [1]", "h[0], y = 2, 3", "h"], [0, 1]),
        (["h = [1]", "h[0] += 1", "h"], [0, 1]),
    ],
)  # fmt: skip
def test_a_cell_needs_what_makes_its_names(cells, wanted):
    assert needed(*cells) == wanted


def test_what_ran_runs_again_only_when_it_changed():
    planner = Planner(["x = 1", "y = x", "z = y", "y"])

    def run(at):
        plan = planner.plan(at)
        for k in plan:
            planner.note(k)
        return plan

    assert run(2) == [0, 1, 2]
    assert run(3) == [3]
    assert run(2) == [2]
    planner.edit(0, "x = 7")
    assert run(3) == [0, 1, 3]


def test_a_name_that_a_later_cell_rebinds_is_made_again():
    planner = Planner(["x = 1", "x + 1", "x = 5", "x"])
    for at, plan in ((3, [2, 3]), (1, [0, 1]), (3, [2, 3])):
        assert planner.plan(at) == plan
        for k in plan:
            planner.note(k)


def test_a_cell_that_changes_a_list_gives_the_same_again():
    said = []
    cells = [{"id": f"c{k}", "source": s} for k, s in enumerate(["x = [1]", "x.append(2)\nx"])]
    page = Page(cells, lambda kind, message: said.append((kind, message)))
    for _ in range(3):
        page.run(1)
    shown = [m["bundle"]["text/plain"] for kind, m in said if kind == "output"]
    assert shown == ["[1, 2]"] * 3


STATEMENTS = [
    "{a} = {n}", "{a} = [{n}]", "{a} += {b}", "{a}.append({n}) if isinstance({a}, list) else 0",
    "{a} = repr({b})", "{a} = [repr({b})]", "def {f}(): return repr({a})", "{a} = {f}()",
    "if {b}:\n    {a} = {n}", "{a}, {b} = {b}, {a}", "for {a} in range({n}): {b} = {a}",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(150))
def test_cells_in_any_order_give_what_they_give_from_the_top(seed):
    rng = random.Random(seed)

    def cell():
        words = {key: rng.choice("xyz") for key in "ab"} | {"f": rng.choice("fg")}
        return rng.choice(STATEMENTS).format(n=rng.randint(1, 9), **words)

    sources = ["x, y, z = 1, 2, 3", "def f(): return repr(x)", "def g(): return f(), repr(y)"]
    sources += [f"{cell()}\n{rng.choice('xyz')}" for _ in range(9)]
    values = from_the_top(sources)
    got = {}
    cells = [{"id": str(k), "source": source} for k, source in enumerate(sources)]
    page = Page(cells, lambda kind, message: got.setdefault(kind, []).append(message))
    for at in rng.choices(range(3, len(sources)), k=20):
        got.clear()
        page.run(at)
        if values[at] is not None:
            shown = [message["bundle"]["text/plain"] for message in got.get("output", ())]
            assert shown == [values[at]], f"cell {at} of {sources}"


def from_the_top(sources):
    """Return the text of the value of each cell when all run in order; None from an error on."""
    values, space = [], {}
    for source in sources:
        body, _, last = source.rpartition("\n")
        try:
            exec(body or last, space)
            values.append(repr(eval(last, space)) if body else "")
        except Exception:
            break
    return values + [None] * (len(sources) - len(values))


def test_a_source_that_is_no_python_has_no_names():
    assert read("a b").uses == set()


def test_modules_are_found_wherever_they_are_imported():
    source = "import a.b, c as d\ndef f():\n    from e.f import g as h\n    from . import i"
    assert imported(source) == {"a.b", "c", "e.f", "e.f.g"}
    assert imported("import a b") == imported("\0") == set()
