"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def running(hits, n): ...

exercises.running(running)
"""

from glassbox.judge import judge


def running(function):
    """Judge ``running(hits, n)``: the lists P and R of equation {eq}`map-precision-recall`."""
    return judge(
        function,
        _running,
        [([1, 0, 1], 4), ([], 3), ([0, 0], 2), ([1], 1), ([1, 1], 5)],
        random=_hits,
    )


def _running(hits, n):
    found = [sum(hits[: k + 1]) for k in range(len(hits))]
    return [tp / (k + 1) for k, tp in enumerate(found)], [tp / n for tp in found]


def _hits(rng):
    hits = [rng.randint(0, 1) for _ in range(rng.randint(0, 8))]
    return hits, sum(hits) + rng.randint(1, 4)


def area(function):
    """Judge ``area(precision, recall)``: the exact area below the envelope."""
    return judge(
        function,
        _area,
        [([1, 0.5, 2 / 3], [0.25, 0.25, 0.5]), ([], []), ([1.0], [0.5]), ([0.0, 0.5], [0.0, 0.5])],
        random=lambda rng: _running(*_hits(rng)),
    )


def _area(precision, recall):
    total, before = 0.0, 0.0
    for k, r in enumerate(recall):
        total += (r - before) * max(precision[k:])
        before = r
    return total


def take_free(function):
    """Judge ``take_free(iou, threshold)``: COCO's rule for one picture, -1 for a false alarm."""
    return judge(
        function,
        _take_free,
        [([[1.0, 0.7], [0.8, 0.6]], 0.5), ([[0.4]], 0.5), ([[0.5]], 0.5), ([], 0.5),
         ([[0.9, 0.1], [0.8, 0.2], [0.7, 0.6]], 0.5)],
        random=_overlaps,
    )  # fmt: skip


def _take_free(iou, threshold):
    taken = []
    for row in iou:
        free = [(v, i) for i, v in enumerate(row) if v >= threshold and i not in taken]
        taken.append(max(free)[1] if free else -1)
    return taken


def _overlaps(rng):
    """Return overlaps that differ, so that no rule for ties is asked for, and a threshold."""
    rows, columns = rng.randint(0, 4), rng.randint(1, 3)
    values = rng.sample(range(1, 100), rows * columns)
    iou = [[v / 100 for v in values[columns * r : columns * (r + 1)]] for r in range(rows)]
    return iou, rng.choice([0.3, 0.5, 0.75])


def greedy_loses(function):
    """Judge ``greedy_loses()``: two hits are possible, COCO's rule finds one."""
    return judge(function, None, [()], accept=_loses)


def _loses(came):
    try:
        rows = [[float(value) for value in row] for row in came]
    except (TypeError, ValueError):
        return "two rows of two numbers"
    if [len(row) for row in rows] != [2, 2]:
        return "two rows of two numbers"
    if not all(0 <= value <= 1 for row in rows for value in row):
        return "overlaps from 0 to 1"
    (a, b), (c, d) = rows
    if not (a >= 0.5 and d >= 0.5) and not (b >= 0.5 and c >= 0.5):
        return "overlaps that allow two hits at 0.5"
    if sum(taken >= 0 for taken in _take_free(rows, 0.5)) != 1:
        return "one hit by COCO's rule at 0.5; here it finds two"
    return True
