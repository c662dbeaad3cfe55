"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def permutations(items): ...

exercises.permutations(permutations)
"""

from itertools import combinations
from itertools import permutations as all_permutations

from glassbox.judge import judge

from .combinations import search_size


def permutations(function):
    """Judge ``permutations(items)``: all different orders of items that may repeat, each once."""
    return judge(
        function,
        lambda items: sorted(map(list, set(all_permutations(items)))),
        [[1, 1, 2], [1, 2], [2, 1, 1], [3, 3, 3], [7], [], [1, 2, 3], [1, 2, 1, 2]],
        random=lambda rng: ([rng.randint(1, 3) for _ in range(rng.randint(0, 5))],),
        count=40,
        same=_same_lists,
    )


def queens(function):
    """Judge ``queens(n)``: each way to set n queens, as the list of their columns, row by row."""
    return judge(function, _queens, [4, 1, 2, 3, 5, 6], same=_same_lists)


def _queens(n):
    """Try all permutations of the columns: no two in a column, so only diagonals are asked."""
    return [
        list(columns)
        for columns in all_permutations(range(n))
        if all(abs(columns[a] - columns[b]) != b - a for a, b in combinations(range(n), 2))
    ]


def digits(function):
    """Judge ``digits(k, n)``: all sets of k different digits from 1 to 9 with sum n, in order."""
    return judge(
        function,
        lambda k, n: [list(chosen) for chosen in combinations(range(1, 10), k) if sum(chosen) == n],
        [(3, 7), (3, 9), (2, 18), (9, 45), (1, 9), (1, 10), (4, 1), (2, 3)],
        random=lambda rng: (rng.randint(1, 9), rng.randint(1, 46)),
        same=_same_lists,
    )


def nodes(function):
    """Judge ``nodes(candidates, target)``: how many nodes the search with reuse enters.

    Some cases are too large for a search: the number has to be predicted.
    """
    return judge(
        function,
        lambda candidates, target: search_size(candidates, target, reuse=True)[0],
        [
            ([2, 3, 5], 8),
            ([1, 2, 5], 10),
            ([3], 2),
            ([], 4),
            ([2, 3], 0),
            ([1, 2, 5, 10, 20, 50, 100, 200], 200),
        ],
        random=lambda rng: (rng.sample(range(1, 10), rng.randint(1, 4)), rng.randint(0, 20)),
    )


def _same_lists(came, wanted):
    """Whether two lists of lists hold the same, each as often, in any order."""
    return sorted(map(list, came)) == sorted(wanted)
