"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def next_row(above, weight, value): ...

exercises.next_row(next_row)
"""

from glassbox.judge import judge

from .knapsack import knapsack, knapsack_table


def next_row(function):
    """Judge ``next_row(above, weight, value)``: row i of the table from row i - 1 and item i."""
    first = [0, 0, 5, 5, 5, 5, 5, 5, 5]
    return judge(
        function,
        _next_row,
        [(first, 3, 7), ([0, 0, 0], 0, 5), ([0, 0, 0], 9, 5), ([0], 1, 1), ([0, 4, 4], 1, -2)],
        random=_row,
    )


def _next_row(above, weight, value):
    return [
        leave if weight > j else max(leave, above[j - weight] + value)
        for j, leave in enumerate(above)
    ]


def _row(rng):
    """Return the last row of a table of some random items, and one more item."""
    n = rng.randint(0, 4)
    weights, values = ([rng.randint(0, 6) for _ in range(n)] for _ in range(2))
    row = knapsack_table(weights, values, rng.randint(0, 9))[-1]
    return row, rng.randint(0, 9), rng.randint(1, 9)


def one_of_each_kind(function):
    """Judge ``one_of_each_kind(kinds, capacity)``: at most one (weight, value) of each kind."""
    example = [[(2, 5), (3, 7)], [(4, 8), (6, 9)]]
    return judge(
        function,
        _one_of_each_kind,
        [(example, 8), ([[(1, 1), (1, 2)]], 2), ([[(0, 3), (0, 4)]], 0), ([], 3), ([[]], 3),
         ([[(5, 9)]], 4), ([[(1, 4)], [(1, 4)]], 2)],
        random=_kinds,
    )  # fmt: skip


def _kinds(rng):
    counts = [rng.randint(0, 3) for _ in range(rng.randint(0, 3))]
    kinds = [[(rng.randint(0, 5), rng.randint(1, 9)) for _ in range(n)] for n in counts]
    return kinds, rng.randint(0, 9)


def _one_of_each_kind(kinds, capacity):
    if not kinds:
        return 0
    *others, kind = kinds
    best = _one_of_each_kind(others, capacity)
    for weight, value in kind:
        if weight <= capacity:
            best = max(best, _one_of_each_kind(others, capacity - weight) + value)
    return best


def count_best(function):
    """Judge ``count_best(weights, values, capacity)``: the best value, how many subsets have it."""
    return judge(
        function,
        _count_best,
        [([1, 1, 2], [2, 2, 4], 2), ([], [], 3), ([2, 2], [1, 1], 2), ([0, 0], [1, 1], 0),
         ([3], [5], 2), ([1, 1], [0, 0], 2)],
        random=_small_problem,
    )  # fmt: skip


def _count_best(weights, values, capacity):
    best = knapsack(weights, values, capacity)
    subsets = [(0, 0)]
    for weight, value in zip(weights, values, strict=True):
        subsets += [(w + weight, v + value) for w, v in subsets]
    return best, sum(w <= capacity and v == best for w, v in subsets)


def _small_problem(rng):
    n = rng.randint(0, 6)
    weights, values = [rng.randint(0, 4) for _ in range(n)], [rng.randint(0, 5) for _ in range(n)]
    return weights, values, rng.randint(0, 9)
