"""The judges from the other side: each chapter tries twenty wrong solutions, and slips of any kind.

The slips are made of the solutions in the chapters, so every exercise meets them.
"""

import heapq
import importlib
from functools import cache
from itertools import pairwise
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from cells import passing, run
from conventions import chapter_slugs, code_cells, read_notebook

ROOT = Path(__file__).parent.parent
SLUGS = sorted(chapter_slugs(ROOT))
IN_PLACE = {"push", "delete"}
TAKES_ITERATORS = {"decode", "overlapping"}  # flash: a pair that is unpacked, tokens in a list


#: Chapters whose tests hold right solutions of several styles too; all are tried here.
ALGORITHMS = ["backtracking", "bucket_sort", "dynamic_programming", "heaps"]


@cache
def tried(slug):
    """Return what the tests of a chapter's exercises hold: its right and wrong solutions."""
    return run_path(str(ROOT / "tests" / f"test_{slug}_exercises.py"))


class Collected(dict):
    """Stands for ``exercises`` in a cell: it keeps the functions that are to be judged."""

    def __getattr__(self, name):
        return lambda function: self.__setitem__(name, function)


def solutions_of(slug):
    """Return the solutions of a chapter by the names of their judges."""
    found = Collected()
    room = vars(importlib.import_module(f"glassbox.{slug}"))
    names = {**room, "np": np, "heapq": heapq, "pairwise": pairwise, "exercises": found}
    for cell in code_cells(read_notebook(ROOT / "chapters" / f"{slug}.ipynb")):
        if cell["id"].startswith("solution-") and "def " in cell["source"]:
            run(cell["source"], f"<{cell['id']}>", names)
    return dict(found)


def printed(right):
    return lambda *given: print(right(*given))


def answered_once(right):
    answers = []

    def first(*given):
        answers.append(right(*given))
        return answers[0]

    return first


def kept(right):
    answers = []

    def all_of_them(*given):
        answers.append(right(*given))
        return answers

    return all_of_them


def drawn(right):
    def iterator(*given):
        came = right(*given)
        return iter(came if hasattr(came, "__iter__") else [came])

    return iterator


def spoiling(right):
    def spoil(*given):
        came = right(*given)
        for value in given:
            if isinstance(value, np.ndarray):
                value[...] = 1 - value
            elif isinstance(value, list | dict):
                value.clear()
        return came

    return spoil


def as_text(right):
    return lambda *given: str(right(*given))


def with_one_more(right):
    return lambda *given, more: right(*given)


def called_by_a_wrong_name(right):
    return lambda *given: answer(*given)  # noqa: F821


def nested(right):
    return lambda *given: [[right(*given)]]


SLIPS = [
    printed, answered_once, kept, drawn, spoiling, as_text, with_one_more, called_by_a_wrong_name,
    nested,
]  # fmt: skip


def slips_for(name, right):
    """Return the slips that make a solution wrong, by name."""
    none, numbers = right.__code__.co_argcount == 0, {"adam", "adamw", "steps_to_halve", "queens"}
    left_out = {
        printed: name in IN_PLACE, answered_once: none or name in IN_PLACE,
        kept: name in IN_PLACE, drawn: name in TAKES_ITERATORS | IN_PLACE,
        spoiling: none or name in numbers | {"digits", "join", "overlapping"} | IN_PLACE,
        as_text: name in IN_PLACE, nested: name in IN_PLACE,
    }  # fmt: skip
    return {slip.__name__: slip(right) for slip in SLIPS if not left_out.get(slip)}


@pytest.mark.parametrize("slug", SLUGS)
def test_slips_of_any_kind_are_caught_in_every_exercise(slug):
    exercises = importlib.import_module(f"glassbox.{slug}.exercises")
    solutions = solutions_of(slug)
    assert len(solutions) >= 3
    solutions.pop("fair_directions", None)  # each try is four hundred calls
    for name, right in solutions.items():
        assert not passing(getattr(exercises, name), slips_for(name, right)), name


@pytest.mark.parametrize("slug", SLUGS)
def test_a_chapter_tries_twenty_wrong_solutions_spread_over_its_exercises(slug):
    wrong = tried(slug)["WRONG"]
    assert set(solutions_of(slug)) <= set(wrong)
    assert min(map(len, wrong.values())) >= 5 and sum(map(len, wrong.values())) >= 20


@pytest.mark.parametrize("slug", [*ALGORITHMS, "adam"])
def test_wrong_solutions_are_caught_with_a_line_that_helps(slug):
    exercises = importlib.import_module(f"glassbox.{slug}.exercises")
    for name, wrong in tried(slug)["WRONG"].items():
        assert not passing(getattr(exercises, name), wrong), name


@pytest.mark.parametrize("slug", ALGORITHMS)
def test_right_solutions_of_any_style_pass(slug):
    exercises = importlib.import_module(f"glassbox.{slug}.exercises")
    for name, solutions in tried(slug)["RIGHT"].items():
        for right in solutions:
            verdict = getattr(exercises, name)(right)
            assert verdict and "All right in" in repr(verdict), (right, verdict)


@pytest.mark.parametrize("slug", ALGORITHMS)
def test_a_stub_is_not_judged(slug):
    def stub(*given): ...

    exercises = importlib.import_module(f"glassbox.{slug}.exercises")
    for name in tried(slug)["WRONG"]:
        judge = getattr(exercises, name)
        assert "Write your function" in repr(judge(stub)), name
        for answer in (None, 5, "abc", [None], [[[]]]):
            assert not judge(lambda *given, answer=answer: answer), (name, answer)


def lists_of(value):
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return list(map(lists_of, value)) if isinstance(value, list | tuple) else value


def tuples_of(value):
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return tuple(map(tuples_of, value)) if isinstance(value, list | tuple) else value


def arrays_of(value):
    try:
        return np.array(value) if isinstance(value, list | tuple | float | int) else value
    except ValueError:  # rows of unlike lengths
        return value


@pytest.mark.parametrize("slug", SLUGS)
def test_a_right_solution_may_return_lists_tuples_or_arrays(slug):
    exercises = importlib.import_module(f"glassbox.{slug}.exercises")
    for name, right in solutions_of(slug).items():
        if name in IN_PLACE | {"decode", "fair_directions", "in_half"}:
            continue  # nothing is returned, a state is, or each try takes a second
        for made in (lists_of, tuples_of, arrays_of):
            verdict = getattr(exercises, name)(
                lambda *given, right=right, made=made: made(right(*given))
            )
            assert verdict, (name, made, verdict)
