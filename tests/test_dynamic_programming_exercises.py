"""The exercises of dynamic_programming: right answers pass, the usual wrong ones are caught."""

from collections import Counter
from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np

from cells import verdicts
from glassbox.dynamic_programming import exercises

CHAPTER = Path(__file__).parent.parent / "chapters" / "dynamic_programming.ipynb"


def test_the_solutions_of_the_chapter_are_right_and_its_stubs_are_not_written():
    solutions = verdicts(CHAPTER, stubs=False, exercises=exercises)
    stubs = verdicts(CHAPTER, stubs=True, exercises=exercises)
    assert len(solutions) == len(stubs) == 3
    assert all(solutions.values()), solutions
    assert not any(verdict.written for verdict in stubs.values())


# --- next_row ----------------------------------------------------------------------------------


def rows(above, weight, value, *, fits=lambda weight, j: weight <= j, read=None, first=0):
    read = read or (lambda j: above[j - weight] + value)
    return [
        max(leave, read(j)) if fits(weight, j) and j >= first else leave
        for j, leave in enumerate(above)
    ]


def rows_in_place(above, weight, value):
    for j in range(len(above) - 1, weight - 1, -1):
        above[j] = max(above[j], above[j - weight] + value)
    return above


def rows_upward(above, weight, value):
    row = list(above)
    for j in range(weight, len(row)):
        row[j] = max(row[j], row[j - weight] + value)
    return row


def rows_kept(above, weight, value, row=[]):  # noqa: B006
    row.extend(rows(above, weight, value))
    return row


def rows_one_by_one(above, weight, value):
    yield from rows(above, weight, value)


def rows_printed(above, weight, value):
    print(rows(above, weight, value))


ROWS = {
    "reads from the end": lambda a, w, v: rows(a, w, v, fits=lambda w, j: True),
    "in place": rows_in_place,
    "upward": rows_upward,
    "column 0 is 0": lambda a, w, v: [0, *rows(a, w, v)[1:]],
    "column 0 is left": lambda a, w, v: rows(a, w, v, first=1),
    "always takes": lambda a, w, v: [a[j - w] + v if w <= j else x for j, x in enumerate(a)],
    "must be lighter": lambda a, w, v: rows(a, w, v, fits=lambda w, j: w < j),
    "one too heavy": lambda a, w, v: rows(a, w, v, fits=lambda w, j: w <= j + 1),
    "weight for value": lambda a, w, v: rows(a, v, w),
    "the item alone": lambda a, w, v: rows(a, w, v, read=lambda j: v),
    "the column to the left": lambda a, w, v: rows(a, w, v, read=lambda j: a[j - 1] + v),
    "the same column": lambda a, w, v: rows(a, w, v, read=lambda j: a[j] + v),
    "one column off": lambda a, w, v: rows(a, w, v, read=lambda j: a[j - w - 1] + v),
    "to the right": lambda a, w, v: [max(x, a[min(j + w, len(a) - 1)] + v)
                                     for j, x in enumerate(a)],
    "the changed part": lambda a, w, v: rows(a, w, v)[w:],
    "one column more": lambda a, w, v: [*rows(a, w, v), max(a) + v],
    "the last column": lambda a, w, v: rows(a, w, v)[-1],
    "both rows": lambda a, w, v: [a, rows(a, w, v)],
    "minimum": lambda a, w, v: [min(x, a[j - w] + v) if w <= j else x for j, x in enumerate(a)],
    "kept from before": rows_kept,
    "a generator": rows_one_by_one,
    "printed": rows_printed,
}  # fmt: skip


def rows_by_numpy(above, weight, value):
    above = np.array(above, float)
    taken = np.concatenate([np.full(weight, -np.inf), above + value])
    return np.maximum(above, taken[: len(above)])


def rows_by_recursion(above, weight, value):
    if not above:
        return ()
    *before, leave = above
    j = len(before)
    best = max(leave, above[j - weight] + value) if weight <= j else leave
    return (*rows_by_recursion(before, weight, value), best)


# --- one_of_each_kind --------------------------------------------------------------------------


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


def kinds_must_take(kinds, capacity):
    f = [0] * (capacity + 1)
    for kind in kinds:
        f = [max((f[j - w] + v for w, v in kind if w <= j), default=0) for j in range(capacity + 1)]
    return f[capacity]


def kinds_forget_empty(kinds, capacity):
    return sum(0 for kind in kinds if max(kind)) or kinds_right(kinds, capacity)


def kinds_greedy(kinds, capacity):
    total = 0
    for kind in kinds:
        w, v = max((item for item in kind if item[0] <= capacity), key=lambda i: i[1],
                   default=(0, 0))  # fmt: skip
        capacity, total = capacity - w, total + v
    return total


def kinds_by_ratio(kinds, capacity):
    best = [max(kind, key=lambda item: item[1] / (item[0] or 0.1)) for kind in kinds if kind]
    return kinds_right([[item] for item in best], capacity)


def kinds_eaten(kinds, capacity):
    if not kinds:
        return 0
    kind = kinds.pop()
    takes = [kinds_eaten(kinds[:], capacity - w) + v for w, v in kind if w <= capacity]
    return max([kinds_eaten(kinds[:], capacity), *takes])


def kinds_cached():
    known = {}

    def best(kinds, capacity):
        key = len(kinds), capacity  # of which kinds?
        if key not in known:
            known[key] = kinds_right(kinds, capacity)
        return known[key]

    return best


KINDS = {
    "all are items": kinds_as_items,
    "upward": kinds_upward,
    "each within the whole": lambda kinds, c: sum(
        max((v for w, v in kind if w <= c), default=0) for kind in kinds
    ),
    "must take": kinds_must_take,
    "empty kinds": kinds_forget_empty,
    "greedy": kinds_greedy,
    "best ratio": kinds_by_ratio,
    "no capacity": lambda kinds, c: sum(max((v for _, v in kind), default=0) for kind in kinds),
    "value for weight": lambda kinds, c: kinds_right([[(v, w) for w, v in k] for k in kinds], c),
    "one less": lambda kinds, c: kinds_right(kinds, c - 1) if c else 0,
    "one more": lambda kinds, c: kinds_right(kinds, c + 1),
    "must be lighter": lambda kinds, c: kinds_right(
        [[(w, v) for w, v in kind if w < c] for kind in kinds], c
    ),
    "first of each": lambda kinds, c: kinds_right([kind[:1] for kind in kinds], c),
    "last of each": lambda kinds, c: kinds_right([kind[-1:] for kind in kinds], c),
    "the lightest": lambda kinds, c: kinds_right([sorted(kind)[:1] for kind in kinds], c),
    "without the last kind": lambda kinds, c: kinds_right(kinds[:-1], c),
    "one kind alone": lambda kinds, c: max((kinds_right([kind], c) for kind in kinds), default=0),
    "kinds as a set": lambda kinds, c: kinds_right(list({tuple(kind) for kind in kinds}), c),
    "its input eaten": kinds_eaten,
    "cached by too little": kinds_cached(),
    "value and rest": lambda kinds, c: (kinds_right(kinds, c), c),
}


def kinds_by_product(kinds, capacity):
    sums = [[sum(part) for part in zip((0, 0), *chosen, strict=True)] for chosen in product(
        *[[(0, 0), *kind] for kind in kinds])]  # fmt: skip
    return max(value for weight, value in sums if weight <= capacity)


def kinds_by_recursion(kinds, capacity):
    @cache
    def best(i, left):
        if i == len(kinds):
            return 0
        return max([best(i + 1, left)] + [best(i + 1, left - w) + v for w, v in kinds[i]
                                          if w <= left])  # fmt: skip

    return best(0, capacity)


def kinds_by_numpy(kinds, capacity):
    f = np.zeros(capacity + 1)
    for kind in kinds:
        f = np.max([f, *(np.array(exercises._next_row(list(f), w, v)) for w, v in kind)], axis=0)
    return f[-1]


# --- count_best --------------------------------------------------------------------------------


def count_right(weights, values, capacity, *, start=(0, 1), down=True, add=None):
    f = [(0, 1)] + [start] * capacity
    add = add or (lambda leave, a, take, b, most: a * (leave == most) + b * (take == most))
    for w, v in zip(weights, values, strict=True):
        order = range(w, capacity + 1)
        for j in reversed(order) if down else order:
            (leave, a), (take, b) = f[j], f[j - w]
            take += v
            most = max(leave, take)
            f[j] = most, add(leave, a, take, b, most)
    return f[capacity]


def subsets(weights, values):
    found = [(0, 0)]
    for weight, value in zip(weights, values, strict=True):
        found += [(w + weight, v + value) for w, v in found]
    return found


def count_where(weights, values, capacity, keep):
    best = exercises._count_best(weights, values, capacity)[0]
    return best, sum(bool(keep(w, v, best)) for w, v in subsets(weights, values))


def count_at_exact_capacity(weights, values, capacity):
    exact = [v for w, v in subsets(weights, values) if w == capacity]
    return max(exact, default=0), exact.count(max(exact, default=0))


def count_kept(weights, values, capacity, f=[(0, 1)] * 20):
    for w, v in zip(weights, values, strict=True):
        for j in range(capacity, w - 1, -1):
            (leave, a), (take, b) = f[j], f[j - w]
            most = max(leave, take + v)
            f[j] = most, a * (leave == most) + b * (take + v == most)
    return f[capacity]


def count_sorts_its_input(weights, values, capacity):
    found = count_right(weights, values, capacity)
    weights.sort()
    return found


COUNTS = {
    "leaving wins ties": lambda w, v, c: count_right(
        w, v, c, add=lambda leave, a, take, b, most: a if leave == most else b
    ),
    "taking wins ties": lambda w, v, c: count_right(
        w, v, c, add=lambda leave, a, take, b, most: b if take == most else a
    ),
    "one way in column 0 alone": lambda w, v, c: count_right(w, v, c, start=(0, 0)),
    "adds always": lambda w, v, c: count_right(w, v, c, add=lambda x, a, y, b, most: a + b),
    "one more a tie": lambda w, v, c: count_right(
        w, v, c, add=lambda leave, a, take, b, most: a + 1 if leave == take else max(a, b)
    ),
    "upward": lambda w, v, c: count_right(w, v, c, down=False),
    "all that fit": lambda w, v, c: count_where(w, v, c, lambda x, y, best: x <= c),
    "also too heavy": lambda w, v, c: count_where(w, v, c, lambda x, y, best: y == best),
    "must be lighter": lambda w, v, c: count_where(w, v, c, lambda x, y, best: x < c and y == best),
    "not the empty set": lambda w, v, c: count_where(
        w, v, c, lambda x, y, best: x <= c and y == best > 0
    ),
    "equal sets once": lambda w, v, c: (
        count_right(w, v, c)[0],
        len({x for x, y in subsets(w, v) if x <= c and y == count_right(w, v, c)[0]}),
    ),
    "full to the brim": count_at_exact_capacity,
    "the value alone": lambda w, v, c: count_right(w, v, c)[0],
    "the count alone": lambda w, v, c: count_right(w, v, c)[1],
    "the count first": lambda w, v, c: count_right(w, v, c)[::-1],
    "always one": lambda w, v, c: (count_right(w, v, c)[0], 1),
    "weights for values": lambda w, v, c: count_right(v, w, c),
    "without the last": lambda w, v, c: count_right(w[:-1], v[:-1], c),
    "no free items": lambda w, v, c: count_right(
        [x for x in w if x], [y for x, y in zip(w, v, strict=True) if x], c
    ),
    "no worthless items": lambda w, v, c: count_right(
        [x for x, y in zip(w, v, strict=True) if y], [y for y in v if y], c
    ),
    "kept from before": count_kept,
    "its input sorted": count_sorts_its_input,
}


def count_by_combinations(weights, values, capacity):
    n, found = len(weights), Counter()
    for size in range(n + 1):
        for chosen in combinations(range(n), size):
            if sum(weights[i] for i in chosen) <= capacity:
                found[sum(values[i] for i in chosen)] += 1
    return max(found.items())


def count_by_recursion(weights, values, capacity):
    if not weights:
        return [0, 1]
    ways = [count_by_recursion(weights[1:], values[1:], capacity)]
    if weights[0] <= capacity:
        value, count = count_by_recursion(weights[1:], values[1:], capacity - weights[0])
        ways.append([value + values[0], count])
    most = max(ways)[0]
    return [most, sum(count for value, count in ways if value == most)]


def count_by_numpy(weights, values, capacity):
    masks = np.arange(2 ** len(weights))[:, None] >> np.arange(len(weights)) & 1
    worth = (masks @ np.array(values, int))[masks @ np.array(weights, int) <= capacity]
    return np.array([worth.max(), np.sum(worth == worth.max())])


WRONG = {"next_row": ROWS, "one_of_each_kind": KINDS, "count_best": COUNTS}
RIGHT = {
    "next_row": [rows, rows_by_numpy, rows_by_recursion],
    "one_of_each_kind": [kinds_right, kinds_by_product, kinds_by_recursion, kinds_by_numpy],
    "count_best": [count_right, count_by_combinations, count_by_recursion, count_by_numpy],
}


def test_a_wrong_row_is_told_by_the_smallest_case():
    assert "All right in 105 cases" in repr(exercises.next_row(rows))
    assert "`[1]`; wanted is `[0]`" in repr(exercises.next_row(ROWS["reads from the end"]))
    assert "changes its input" in repr(exercises.next_row(rows_in_place))
    assert "Make it a list" in repr(exercises.next_row(rows_one_by_one))
    assert "Is a `return` missing?" in repr(exercises.next_row(rows_printed))
