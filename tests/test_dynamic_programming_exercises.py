"""The exercises of dynamic_programming: right answers pass, the usual wrong ones are caught."""

import pytest

from glassbox.dynamic_programming import exercises


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
        (rows_upward, "`[0, 2, 4]`; wanted is `[0, 2, 2]`"),
        (rows_from_one, "wanted is `[5, 5]`"),
        (rows_always_take, "wanted is"),
        (rows_stub, "Write your function"),
    ],
)
def test_next_row_catches(wrong, words):
    verdict = exercises.next_row(wrong)
    assert not verdict and words in repr(verdict)


def one_row_right(weights, values, capacity):
    f = [0] * (capacity + 1)
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w - 1, -1):
            f[j] = max(f[j], f[j - w] + v)
    return f[capacity]


def one_row_upward(weights, values, capacity):
    f = [0] * (capacity + 1)
    for w, v in zip(weights, values, strict=True):
        for j in range(w, capacity + 1):
            f[j] = max(f[j], f[j - w] + v)
    return f[capacity]


def one_row_swapped(weights, values, capacity):
    f = [0] * (capacity + 1)
    for j in range(capacity, -1, -1):
        for w, v in zip(weights, values, strict=True):
            if w <= j:
                f[j] = max(f[j], f[j - w] + v)
    return f[capacity]


def one_row_short(weights, values, capacity):
    f = [0] * (capacity + 1)
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w, -1):
            f[j] = max(f[j], f[j - w] + v)
    return f[capacity]


def one_row_of_minus_one(weights, values, capacity):
    f = [0] + [-1] * capacity
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w - 1, -1):
            f[j] = max(f[j], f[j - w] + v)
    return f[capacity]


def one_row_greedy(weights, values, capacity):
    worth = 0
    for w, v in sorted(zip(weights, values, strict=True), key=lambda i: -i[1] / max(i[0], 1e-9)):
        if w <= capacity:
            worth, capacity = worth + v, capacity - w
    return worth


def test_one_row():
    assert exercises.one_row(one_row_right)


@pytest.mark.parametrize(
    "wrong",
    [one_row_upward, one_row_swapped, one_row_short, one_row_of_minus_one, one_row_greedy],
)
def test_one_row_catches(wrong):
    verdict = exercises.one_row(wrong)
    assert not verdict and "wanted is" in repr(verdict)
