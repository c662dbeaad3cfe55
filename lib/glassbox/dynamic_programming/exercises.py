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
        random=lambda rng: (_row(rng), rng.randint(0, 9), rng.randint(1, 9)),
    )


def _next_row(above, weight, value):
    shifted = [take + value for take in above[: max(0, len(above) - weight)]]
    taken = [*above[:weight], *shifted]
    return [max(pair) for pair in zip(above, taken, strict=True)]


def _row(rng):
    """Return the last row of a table of some random items."""
    n = rng.randint(0, 4)
    weights, values = ([rng.randint(0, 6) for _ in range(n)] for _ in range(2))
    return knapsack_table(weights, values, rng.randint(0, 9))[-1]


def one_row(function):
    """Judge ``one_row(weights, values, capacity)``: the best value, from a single row."""
    return judge(
        function,
        knapsack,
        [([2, 3, 4, 6], [5, 7, 8, 9], 8), ([2], [5], 4), ([0, 1], [5, 10], 1), ([], [], 3),
         ([3], [5], 2), ([1], [1], 0)],
        random=_problem,
    )  # fmt: skip


def _problem(rng):
    n = rng.randint(0, 6)
    weights, values = [rng.randint(0, 6) for _ in range(n)], [rng.randint(1, 9) for _ in range(n)]
    return weights, values, rng.randint(0, 12)
