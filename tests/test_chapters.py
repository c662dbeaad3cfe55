"""The cells of chapters that judge: checks can fail, stubs run unsolved, solutions are right.

Only the cells that these need are run, once for each chapter.
"""

import ast
import copy
import importlib
import inspect
import pkgutil
import time
from pathlib import Path

import nbformat
import pytest

import glassbox
from cells import needed, run
from conventions import code_cells, dotted, parse_cell, read_notebook, tags_of
from glassbox.judge import Verdict

ROOT = Path(__file__).resolve().parent.parent
FLIPPED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE,
    ast.LtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SLOW = 0.5  # seconds; of a check that takes longer, one assertion is tried


# --- breaking a check --------------------------------------------------------------------------


def asserts_of(tree):
    """Return the assertions of a check."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def denied(source, at):
    """Return a check whose assertion number ``at`` says the opposite."""
    tree = ast.parse(source)
    node = asserts_of(tree)[at]
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return ast.unparse(ast.fix_missing_locations(tree))


def bent(source, at):
    """Yield checks with one comparison, or one expected number, of assertion ``at`` changed."""
    compares = range(len(compares_of(ast.parse(source), at)))
    for place in compares:
        tree = ast.parse(source)
        compare = compares_of(tree, at)[place]
        compare.ops[0] = FLIPPED[type(compare.ops[0])]()
        yield ast.unparse(ast.fix_missing_locations(tree))
    for place in compares:
        tree = ast.parse(source)
        expected = compares_of(tree, at)[place].comparators[-1]
        if isinstance(expected, ast.Constant) and type(expected.value) in (int, float):
            expected.value += 1 + abs(expected.value)
            yield ast.unparse(tree)


def compares_of(tree, at):
    """Return the comparisons within an assertion."""
    return [node for node in ast.walk(asserts_of(tree)[at].test) if isinstance(node, ast.Compare)]


def speaks_of_some(test):
    """Return whether an assertion says ``any`` or ``not all``: then its opposite may hold too."""
    calls = [dotted(n.func).split(".")[-1] for n in ast.walk(test) if isinstance(n, ast.Call)]
    denies = any(isinstance(node, ast.Not) for node in ast.walk(test))
    return "any" in calls or ("all" in calls and denies)


def fails(source, namespace):
    """Return whether a check fails."""
    try:
        run(source, "<broken check>", dict(namespace))
    except AssertionError:
        return True
    except Exception:  # it is broken, but says nothing
        return False
    return False


def cannot_fail(source, namespace):
    """Return the assertions of a check, which holds, that hold when they are broken too."""
    start = time.monotonic()
    run(source, "<check>", namespace)
    asserts = asserts_of(ast.parse(source))
    if time.monotonic() - start > SLOW:
        asserts = asserts[:1]
    found = []
    for at, node in enumerate(asserts):
        ways = [] if speaks_of_some(node.test) else list(bent(source, at))
        red = fails(denied(source, at), namespace)
        if not red or (ways and not any(fails(way, namespace) for way in ways)):
            found.append(ast.unparse(node))
    return found


# --- a chapter ---------------------------------------------------------------------------------


def judge_of(cell):
    """Return the name of the judge that a cell calls, as in ``exercises.one_row(one_row)``."""
    calls = (node.func for node in ast.walk(parse_cell(cell)) if isinstance(node, ast.Call))
    names = map(dotted, calls)
    return next((n.partition(".")[2] for n in names if n.startswith("exercises.")), "")


def problems_of(notebook):
    """Return what is wrong with the checks, the stubs and the solutions of a notebook."""
    cells = code_cells(notebook)
    checks = {i for i, cell in enumerate(cells) if "check" in tags_of(cell)}
    stubs = {i for i, cell in enumerate(cells) if "exercise" in tags_of(cell)}
    judged = stubs | {i for i, cell in enumerate(cells) if judge_of(cell)}
    solved = {judge_of(cells[i]) for i in judged - stubs}
    open_ = {judge_of(cells[i]): i for i in stubs}
    namespace = {"__name__": "__main__"}
    problems = [
        f"<cell {cells[i]['id']}> wants a solution that {name or 'a judge'} judges too"
        for name, i in open_.items()
        if name not in solved
    ]
    for i in needed(cells, checks | judged):
        name, source = f"<cell {cells[i]['id']}>", cells[i]["source"]
        if i in checks:
            found = cannot_fail(source, namespace)
            problems += [f"{name} holds whatever comes: {line}" for line in found]
            continue
        value = run(source, name, namespace)
        if i in judged and not isinstance(value, Verdict):
            problems.append(f"{name} wants to end in a verdict; it ends in {value!r}")
        elif i in stubs and (value or value.written):
            problems.append(f"{name} wants a stub; its verdict is {value}")
        elif i in judged - stubs and not value:
            problems.append(f"{name} wants a right solution; its verdict is {value}")
    return problems


@pytest.mark.parametrize("path", sorted((ROOT / "chapters").glob("*.ipynb")), ids=lambda p: p.stem)
def test_the_checks_of_a_chapter_can_fail_and_its_solutions_are_right(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    assert not problems_of(read_notebook(path))


def notebook(*cells):
    """Return a notebook of code cells, each given by its tag and its source."""
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(source, id=f"c{i}", metadata={"tags": [tag] if tag else []})
            for i, (tag, source) in enumerate(cells)
        ]
    )
    return made


SETUP = (
    "",
    "values = [1, 2]\nnothing = []\nclass exercises:\n    from glassbox.judge import judge",
)
JUDGE = "exercises.judge(f, sorted, [[2, 1]])"


@pytest.mark.parametrize(
    "check",
    [
        "assert values == [1, 2]",
        "assert len(values) == 2 and sum(values) < 4",
        "for value in values:\n    assert value > 0",
        "assert all(value > 0 for value in values)",
        "assert any(value > 1 for value in values)",
        "assert not any(value > 2 for value in values)",
        "assert values and not all(value > 1 for value in values)",
        "assert 0 < values[0] < values[1]",
        "assert values and 2 in values",
    ],
)
def test_a_check_that_can_fail_is_no_problem(check):
    assert not problems_of(notebook(SETUP, ("check", check)))


@pytest.mark.parametrize(
    "check",
    [
        "for value in nothing:\n    assert value > 0",
        "assert all(value > 0 for value in nothing)",
        "if nothing:\n    assert values == [3]",
        "assert values == [1, 2]\nassert all(v == 3 for v in nothing)",
        "try:\n    assert values == [1, 2]\nexcept AssertionError:\n    pass",
    ],
)
def test_a_check_that_holds_whatever_comes_is_found(check):
    (problem,) = problems_of(notebook(SETUP, ("check", check)))
    assert "<cell c1> holds whatever comes" in problem


def test_a_check_that_does_not_hold_is_an_error():
    with pytest.raises(AssertionError):
        problems_of(notebook(SETUP, ("check", "assert values == [3]")))


def test_a_right_solution_and_a_stub_are_no_problem():
    stub, solution = f"def f(values): ...\n\n\n{JUDGE}", f"f = sorted\n{JUDGE}"
    assert not problems_of(notebook(SETUP, ("exercise", stub), ("", solution)))


@pytest.mark.parametrize(
    ("tag", "source", "message"),
    [
        ("exercise", f"f = sorted\n{JUDGE}", "wants a stub"),
        ("exercise", f"{JUDGE}\n\n\ndef f(values): ...", "wants to end in a verdict"),
        ("", f"f = list\n{JUDGE}", "wants a right solution; its verdict is ✗ For"),
        ("", f"def f(values): ...\n\n\n{JUDGE}", "wants a right solution"),
    ],
)
def test_a_wrong_solution_and_a_stub_that_is_none_are_found(tag, source, message):
    right = ("", f"f = sorted\n{JUDGE}")
    (problem,) = problems_of(notebook(SETUP, right, (tag, source)))
    assert message in problem


def test_a_stub_without_a_solution_is_found():
    (problem,) = problems_of(notebook(SETUP, ("exercise", f"def f(values): ...\n\n\n{JUDGE}")))
    assert problem == "<cell c1> wants a solution that judge judges too"


def test_only_the_cells_that_are_needed_run():
    others = ("", "import antigravity_of_no_use"), ("", "later = values + [3]\nlater.append(4)")
    cells = [SETUP, others[0], others[1], ("", "1 / 0"), ("check", "assert later[-1] == 4")]
    assert not problems_of(notebook(*cells))


# --- the judges of exercises -------------------------------------------------------------------


def judges():
    """Return the judges of all topics."""
    rooms = [m.name for m in pkgutil.iter_modules(glassbox.__path__) if m.ispkg]
    found = []
    for room in rooms:
        if (Path(glassbox.__path__[0]) / room / "exercises.py").exists():
            module = importlib.import_module(f"glassbox.{room}.exercises")
            members = inspect.getmembers(module, inspect.isfunction)
            found += [f for n, f in members if f.__module__ == module.__name__ and n[0] != "_"]
    return found


@pytest.mark.parametrize("judge", judges(), ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_a_judge_has_its_exercise(judge):
    room = judge.__module__.split(".")[1]
    cells = code_cells(read_notebook(ROOT / "chapters" / f"{room}.ipynb"))
    asked = [cell for cell in cells if f"exercises.{judge.__name__}(" in cell["source"]]
    assert len(asked) == 2  # the stub, and the solution


def returns_nothing(*arguments):
    str(arguments)


def raises(*arguments):
    raise ZeroDivisionError("no reason")


def never_ends(*arguments):
    while True:
        arguments = copy.copy(arguments)


def unwritten(*arguments): ...


@pytest.mark.parametrize("function", [returns_nothing, raises, never_ends, unwritten])
@pytest.mark.parametrize(
    "judge", judges(), ids=lambda f: f"{f.__module__.split('.')[1]}.{f.__name__}"
)
def test_a_judge_refuses_what_does_nothing_right_in_one_line(judge, function):
    wanted = [p for p in inspect.signature(judge).parameters.values() if p.default is p.empty]
    verdict = judge(*[function] * len(wanted))
    assert isinstance(verdict, Verdict) and not verdict
    assert "\n" not in repr(verdict) and len(repr(verdict)) < 700
    assert verdict.written == (function is not unwritten)
