"""The solutions in the chapters are right, by the judges of their exercises; the stubs are open."""

import ast
from pathlib import Path

import pytest

import conventions

ROOT = Path(__file__).resolve().parent.parent


def judged(tree):
    """Return the name of the judge that code calls, as in ``exercises.next_row(next_row)``."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    names = map(conventions.dotted, calls)
    return next((n.partition(".")[2] for n in names if n.startswith("exercises.")), None)


def exercises_of(path):
    """Return ``{judge: cell}`` of the stubs and of the solutions in a notebook."""
    stubs, solutions = {}, {}
    for cell in conventions.code_cells(conventions.read_notebook(path)):
        if name := judged(conventions.parse_cell(cell)):
            stub = "exercise" in conventions.tags_of(cell)
            (stubs if stub else solutions)[name] = cell
    return stubs, solutions


def imports(path):
    """Return all imports of a notebook, as one piece of code."""
    trees = map(conventions.parse_cell, conventions.code_cells(conventions.read_notebook(path)))
    nodes = (node for tree in trees for node in ast.walk(tree))
    return "\n".join(ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom))


def verdict(path, cell):
    """Run a cell that ends with a judge, after the imports of its notebook; what the judge says."""
    *body, last = conventions.parse_cell(cell).body
    space = {}
    exec(imports(path), space)
    exec(compile(ast.Module(body, []), cell["id"], "exec"), space)
    return eval(compile(ast.Expression(last.value), cell["id"], "eval"), space)


CHAPTERS = [p for p in sorted((ROOT / "chapters").glob("*.ipynb")) if any(exercises_of(p))]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_stub_is_open_and_has_a_solution_that_its_judge_accepts(path):
    stubs, solutions = exercises_of(path)
    assert set(stubs) == set(solutions)
    for name, cell in stubs.items():
        said = verdict(path, cell)
        assert not said.written, f"{name}: {said}"
    for name, cell in solutions.items():
        said = verdict(path, cell)
        assert said.right, f"{name}: {said}"
