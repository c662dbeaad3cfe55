"""The exercises of dynamic_programming: right answers pass, the usual wrong ones are caught."""

from pathlib import Path

import pytest

from cells import verdicts
from glassbox.dynamic_programming import exercises

CHAPTER = Path(__file__).parent.parent / "chapters" / "dynamic_programming.ipynb"


def test_the_solutions_of_the_chapter_are_right_and_its_stubs_are_not_written():
    solutions = verdicts(CHAPTER, stubs=False, exercises=exercises)
    stubs = verdicts(CHAPTER, stubs=True, exercises=exercises)
    assert len(solutions) == len(stubs) == 3
    assert all(solutions.values()), solutions
    assert not any(verdict.written for verdict in stubs.values())


def rows_right(above, weight, value):
    return [
        max(leave, above[j - weight] + value) if weight <= j else leave
        for j, leave in enumerate(above)
    ]


def rows_wrap(above, weight, value):
    return [max(leave, above[j - weight] + value) for j, leave in enumerate(above)]


def rows_in_place(above, weight, value):
    for j in range(len(above) - 1, weight - 1, -1):
        above[j] = max(above[j], above[j - weight] + value)
    return above


def rows_upward(above, weight, value):
    row = list(above)
    for j in range(weight, len(row)):
        row[j] = max(row[j], row[j - weight] + value)
    return row


def rows_from_one(above, weight, value):
    return [0, *rows_right(above, weight, value)[1:]]


def rows_always_take(above, weight, value):
    return [above[j - weight] + value if weight <= j else x for j, x in enumerate(above)]


def rows_stub(above, weight, value): ...


def test_next_row():
    verdict = exercises.next_row(rows_right)
    assert verdict and "All right in 105 cases" in repr(verdict)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (rows_wrap, "`[1]`; wanted is `[0]`"),
        (rows_in_place, "changes its input"),
        (rows_upward, "wanted is"),
        (rows_from_one, "wanted is"),
        (rows_always_take, "wanted is"),
        (rows_stub, "Write your function"),
    ],
)
def test_next_row_catches(wrong, words):
    verdict = exercises.next_row(wrong)
    assert not verdict and words in repr(verdict)


def kinds_right(kinds, capacity):
    f = [0] * (capacity + 1)
    for kind in kinds:
        for j in range(capacity, -1, -1):
            f[j] = max([f[j]] + [f[j - w] + v for w, v in kind if w <= j])
    return f[capacity]


def kinds_as_items(kinds, capacity):
    f = [0] * (capacity + 1)
    for kind in kinds:
        for w, v in kind:
            for j in range(capacity, w - 1, -1):
                f[j] = max(f[j], f[j - w] + v)
    return f[capacity]


def kinds_upward(kinds, capacity):
    f = [0] * (capacity + 1)
    for kind in kinds:
        for j in range(capacity + 1):
            f[j] = max([f[j]] + [f[j - w] + v for w, v in kind if w <= j])
    return f[capacity]


def kinds_best_of_each(kinds, capacity):
    return sum(max((v for w, v in kind if w <= capacity), default=0) for kind in kinds)


def kinds_must_take(kinds, capacity):
    f = [0] * (capacity + 1)
    for kind in kinds:
        f = [max((f[j - w] + v for w, v in kind if w <= j), default=0) for j in range(capacity + 1)]
    return f[capacity]


def test_one_of_each_kind():
    assert exercises.one_of_each_kind(kinds_right)


@pytest.mark.parametrize(
    "wrong", [kinds_as_items, kinds_upward, kinds_best_of_each, kinds_must_take]
)
def test_one_of_each_kind_catches(wrong):
    assert not exercises.one_of_each_kind(wrong)


def count_right(weights, values, capacity):
    f = [(0, 1)] * (capacity + 1)
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w - 1, -1):
            (leave, a), (take, b) = f[j], f[j - w]
            take += v
            most = max(leave, take)
            f[j] = most, a * (leave == most) + b * (take == most)
    return f[capacity]


def count_forgets_ties(weights, values, capacity):
    f = [(0, 1)] * (capacity + 1)
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w - 1, -1):
            f[j] = max(f[j], (f[j - w][0] + v, f[j - w][1]), key=lambda pair: pair[0])
    return f[capacity]


def count_from_column_zero(weights, values, capacity):
    f = [(0, 1)] + [(0, 0)] * capacity
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w - 1, -1):
            (leave, a), (take, b) = f[j], f[j - w]
            take += v
            most = max(leave, take)
            f[j] = most, a * (leave == most) + b * (take == most)
    return f[capacity]


def count_adds_always(weights, values, capacity):
    f = [(0, 1)] * (capacity + 1)
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w - 1, -1):
            f[j] = max(f[j][0], f[j - w][0] + v), f[j][1] + f[j - w][1]
    return f[capacity]


def test_count_best():
    assert exercises.count_best(count_right)


@pytest.mark.parametrize("wrong", [count_forgets_ties, count_from_column_zero, count_adds_always])
def test_count_best_catches(wrong):
    assert not exercises.count_best(wrong)
