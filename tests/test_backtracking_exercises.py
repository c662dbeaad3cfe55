"""The exercises of backtracking: right answers pass, the usual wrong ones are caught."""

import itertools
from functools import cache

import numpy as np
import pytest

from glassbox.backtracking import exercises

# --- permutations ------------------------------------------------------------------------------


def arrange(items, *, skip="unused", copies=True, undo=True, ordered=True, full=True):
    items, path, out = sorted(items) if ordered else list(items), [], []
    used = [False] * len(items)

    def search():
        if len(path) == len(items) or not full:
            out.append(path[:] if copies else path)
        for i in range(len(items)):
            again = i > 0 and items[i] == items[i - 1]
            again = again and {"unused": not used[i - 1], "used": used[i - 1]}.get(skip, skip)
            if used[i] or again:
                continue
            used[i] = True
            path.append(items[i])
            search()
            path.pop()
            used[i] = not undo

    search()
    return out


def permutations_not_undone(items):
    path, out = [], []

    def search(left):
        if not left:
            out.append(path[:])
        for i in range(len(left)):
            path.append(left[i])
            search(left[:i] + left[i + 1 :])

    search(items)
    return out


def permutations_sort_the_input(items):
    items.sort()
    return arrange(items)


def permutations_kept(items, out=[]):  # noqa: B006
    out += arrange(items)
    return out


def permutations_next(items):
    """Go from one order to the next by swapping neighbours, once round."""
    found = [list(items)]
    for i in range(len(items) - 1):
        swapped = found[-1][:]
        swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
        found.append(swapped)
    return found


PERMUTATIONS = {
    "with repeats": lambda items: [list(p) for p in itertools.permutations(items)],
    "without a copy": lambda items: arrange(items, copies=False),
    "skips too much": lambda items: arrange(items, skip=True),
    "skips nothing": lambda items: arrange(items, skip=False),
    "not undone": permutations_not_undone,
    "mark not undone": lambda items: arrange(items, undo=False),
    "not sorted": lambda items: arrange(items, ordered=False),
    "parts as well": lambda items: arrange(items, full=False),
    "a set of items": lambda items: [list(p) for p in itertools.permutations(set(items))],
    "combinations": lambda items: [sorted(items)],
    "rotations": lambda items: [items[i:] + items[:i] for i in range(len(items))],
    "neighbours swapped": permutations_next,
    "with replacement": lambda items: [
        list(p) for p in sorted(set(itertools.product(items, repeat=len(items))))
    ],
    "the last missing": lambda items: arrange(items)[:-1],
    "nothing for nothing": lambda items: arrange(items) if items else [],
    "how many": lambda items: len(arrange(items)),
    "the first": lambda items: arrange(items)[0],
    "flat": lambda items: [x for found in arrange(items) for x in found],
    "as text": lambda items: ["".join(map(str, found)) for found in arrange(items)],
    "kept from before": permutations_kept,
    "its input sorted": permutations_sort_the_input,
    "a generator": lambda items: (found for found in arrange(items)),
}


def permutations_by_inserting(items):
    if not items:
        return {()}
    rest = permutations_by_inserting(items[1:])
    return {(*p[:i], items[0], *p[i:]) for p in rest for i in range(len(p) + 1)}


# --- queens ------------------------------------------------------------------------------------


def free(column, c, rows):
    return column != c and abs(column - c) != rows


def place(n, *, safe=free, look=None, first=0, undo=True, stop=None):
    path, out = [], []

    def search():
        row = len(path)
        if row == n:
            out.append(path[:])
            return
        for column in range(first, n):
            before = list(enumerate(path))[-look:] if look else enumerate(path)
            if all(safe(column, c, row - r) for r, c in before):
                path.append(column)
                search()
                if undo:
                    path.pop()
                if stop and out:
                    return

    search()
    return out


def queens_kept(n, out=[]):  # noqa: B006
    out.extend(place(n))
    return out


QUEENS = {
    "rooks": lambda n: [list(p) for p in itertools.permutations(range(n))],
    "bishops": lambda n: place(n, safe=lambda a, b, rows: abs(a - b) != rows),
    "one diagonal": lambda n: place(n, safe=lambda a, b, rows: a != b and a - b != rows),
    "the other diagonal": lambda n: place(n, safe=lambda a, b, rows: a != b and b - a != rows),
    "the next diagonal square": lambda n: place(
        n, safe=lambda a, b, rows: a != b and abs(a - b) != 1
    ),
    "the row before": lambda n: place(n, look=1),
    "two rows before": lambda n: place(n, look=2),
    "counted from 1": lambda n: [[column + 1 for column in found] for found in place(n)],
    "from column 1": lambda n: place(n, first=1),
    "not undone": lambda n: place(n, undo=False),
    "the first": lambda n: place(n, stop=True),
    "one not in a list": lambda n: (place(n, stop=True) or [[]])[0],
    "mirrored ones once": lambda n: [found for found in place(n) if found[0] <= (n - 1) // 2],
    "turned and not": lambda n: place(n) + [found[::-1] for found in place(n)],
    "how many": lambda n: len(place(n)),
    "a smaller board": lambda n: place(n - 1),
    "a larger board": lambda n: [found[:n] for found in place(n + 1)],
    "squares": lambda n: [[(r, c) for r, c in enumerate(found)] for found in place(n)],
    "boards": lambda n: [np.eye(n, dtype=int)[found].tolist() for found in place(n)],
    "none for one": lambda n: place(n) if n > 1 else [],
    "knights too": lambda n: place(
        n, safe=lambda a, b, rows: free(a, b, rows) and {abs(a - b), rows} != {1, 2}
    ),
    "kept from before": queens_kept,
    "an iterator": lambda n: iter(place(n)),
}


def queens_by_sets(n, columns=()):
    if len(columns) == n:
        return [columns]
    row = len(columns)
    taken = {c for r, q in enumerate(columns) for c in (q, q + row - r, q - row + r)}
    return [found for c in range(n) if c not in taken for found in queens_by_sets(n, (*columns, c))]


def queens_by_numpy(n):
    all_ = np.array(list(itertools.permutations(range(n))))
    rows = np.arange(n)
    fine = [len(set(p + rows)) == len(set(p - rows)) == n for p in all_]
    return all_[fine].tolist()


# --- digits ------------------------------------------------------------------------------------


def choose(k, n, *, digits=range(1, 10), step=1, least=False, copies=True):
    path, out = [], []

    def search(start, rest):
        if rest == 0 and (len(path) == k or (least and len(path) <= k)):
            out.append(path[:] if copies else path)
        if len(path) == k:
            return
        for digit in digits:
            if start <= digit <= rest:
                path.append(digit)
                search(digit + step, rest - digit)
                path.pop()

    search(0, n)
    return out


def digits_kept(k, n, out=[]):  # noqa: B006
    out.extend(choose(k, n))
    return out


def digits_cached():
    known = {}

    def found(k, n):
        if n not in known:  # with how many digits?
            known[n] = choose(k, n)
        return known[n]

    return found


DIGITS = {
    "again": lambda k, n: choose(k, n, step=0),
    "any number": lambda k, n: [found for j in range(1, 10) for found in choose(j, n)],
    "at most k": lambda k, n: choose(k, n, least=True),
    "up to 8": lambda k, n: choose(k, n, digits=range(1, 9)),
    "from 0": lambda k, n: choose(k, n, digits=range(10)),
    "from 2": lambda k, n: choose(k, n, digits=range(2, 10)),
    "up to 10": lambda k, n: choose(k, n, digits=range(1, 11)),
    "not next to each other": lambda k, n: choose(k, n, step=2),
    "all orders": lambda k, n: [
        list(p) for found in choose(k, n) for p in itertools.permutations(found)
    ],
    "without a copy": lambda k, n: choose(k, n, copies=False),
    "at most n": lambda k, n: [list(c) for c in itertools.combinations(range(1, 10), k)
                               if sum(c) <= n],
    "k for n": lambda k, n: choose(n, k),
    "k - 1 of them": lambda k, n: choose(k - 1, n),
    "the first": lambda k, n: choose(k, n)[:1],
    "the last missing": lambda k, n: choose(k, n)[:-1],
    "how many": lambda k, n: len(choose(k, n)),
    "largest first": lambda k, n: [found[::-1] for found in choose(k, n)],
    "as numbers": lambda k, n: [int("".join(map(str, found)) or 0) for found in choose(k, n)],
    "none is an empty set": lambda k, n: choose(k, n) or [[]],
    "none is None": lambda k, n: choose(k, n) or None,
    "kept from before": digits_kept,
    "cached by too little": digits_cached(),
    "a generator": lambda k, n: (found for found in choose(k, n)),
}  # fmt: skip


def digits_by_recursion(k, n, start=1):
    if k == 0:
        return [()] if n == 0 else []
    return [
        (d, *rest) for d in range(start, 10) for rest in digits_by_recursion(k - 1, n - d, d + 1)
    ]


def digits_by_bits(k, n):
    sets = [[d for d in range(1, 10) if bits >> d & 1] for bits in range(0, 1024, 2)]
    return tuple(found for found in sets if len(found) == k and sum(found) == n)


# --- nodes -------------------------------------------------------------------------------------


def nodes_by_search(candidates, target):
    def below(start, rest):
        size = 1
        for i in range(start, len(candidates)):
            if candidates[i] <= rest:
                size += below(i, rest - candidates[i])
        return size

    return below(0, target)


def ways_to(candidates, target, *, up=True):
    ways = [1] + [0] * target
    for c in candidates:
        order = range(c, target + 1)
        for t in order if up else reversed(order):
            ways[t] += ways[t - c]
    return ways


def nodes_sequences(candidates, target):
    ways = [1] + [0] * target
    for t in range(1, target + 1):
        ways[t] = sum(ways[t - c] for c in candidates if c <= t)
    return sum(ways)


def nodes_break_unsorted(candidates, target):
    usable = list(itertools.takewhile(lambda c: c <= target, candidates))
    return sum(ways_to(usable, target))


def nodes_sort_the_input(candidates, target):
    candidates.sort()
    return sum(ways_to(candidates, target))


def nodes_cached():
    known = {}

    def count(candidates, target):
        key = len(candidates), target
        if key not in known:
            known[key] = sum(ways_to(candidates, target))
        return known[key]

    return count


NODES = {
    "by search": nodes_by_search,
    "solutions": lambda c, t: ways_to(c, t)[t],
    "without reuse": lambda c, t: sum(ways_to(c, t, up=False)),
    "in any order": nodes_sequences,
    "without the root": lambda c, t: sum(ways_to(c, t)) - 1,
    "one too many": lambda c, t: sum(ways_to(c, t)) + 1,
    "without the solutions": lambda c, t: sum(ways_to(c, t)[:-1]),
    "up to target - 1": lambda c, t: sum(ways_to(c, t - 1)) if t else 0,
    "up to target + 1": lambda c, t: sum(ways_to(c, t + 1)),
    "different sums": lambda c, t: sum(way > 0 for way in ways_to(c, t)),
    "dead ends": lambda c, t: sum(ways_to(c, t)) - ways_to(c, t)[t],
    "edges": lambda c, t: 2 * sum(ways_to(c, t)) - 1,
    "without the last": lambda c, t: sum(ways_to(c[:-1], t)),
    "the largest alone": lambda c, t: t // max(c, default=1) + 1,
    "no candidates": lambda c, t: sum(ways_to([c[0], *c[1:]], t)),
    "the depth": lambda c, t: max((t // x for x in c), default=0) + 1,
    "the product": lambda c, t: int(np.prod([t // x + 1 for x in c])),
    "stops at too large a one": nodes_break_unsorted,
    "floats": lambda c, t: round(np.exp(np.log(sum(ways_to(c, t)))), 3) + 0.5,
    "the list": ways_to,
    "cached by too little": nodes_cached(),
    "its input sorted": nodes_sort_the_input,
}


def nodes_by_memory(candidates, target):
    @cache
    def below(i, rest):
        if i == len(candidates):
            return 1
        leave = below(i + 1, rest)
        return leave + (below(i, rest - candidates[i]) if candidates[i] <= rest else 0)

    return below(0, target)


def nodes_by_numpy(candidates, target):
    ways = np.eye(1, target + 1, dtype=int)[0]
    for c in candidates:
        ways = sum(np.pad(ways, (k, 0))[: target + 1] for k in range(0, target + 1, c))
    return ways.sum()


WRONG = {"permutations": PERMUTATIONS, "queens": QUEENS, "digits": DIGITS, "nodes": NODES}
RIGHT = {
    "permutations": [
        arrange,
        lambda items: [list(p) for p in dict.fromkeys(itertools.permutations(items))],
        permutations_by_inserting,
        lambda items: tuple(set(itertools.permutations(items))),
    ],
    "queens": [place, exercises._queens, queens_by_sets, queens_by_numpy],
    "digits": [choose, digits_by_recursion, digits_by_bits],
    "nodes": [lambda c, t: sum(ways_to(c, t)), nodes_by_memory, nodes_by_numpy],
}


@pytest.mark.parametrize(
    ("name", "slip", "words"),
    [
        ("permutations", "without a copy", "`[[]]`; wanted is"),
        ("permutations", "skips too much", "returns `[]`"),
        ("queens", "counted from 1", "`[[1]]`; wanted is `[[0]]`"),
        ("queens", "how many", "`1`, a number; wanted is `[[0]]`"),
        ("digits", "up to 8", "9"),
        ("nodes", "by search", "200], 200)"),
    ],
)
def test_what_is_told_names_the_slip(name, slip, words):
    assert words in repr(getattr(exercises, name)(WRONG[name][slip]))


def test_the_queens_are_as_many_as_known():
    # OEIS A000170
    assert [len(exercises._queens(n)) for n in range(1, 7)] == [1, 0, 0, 2, 10, 4]
