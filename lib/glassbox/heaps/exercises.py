"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def push(heap, item): ...

exercises.push(push)
"""

from collections import Counter

from glassbox.judge import judge

from .heap import heapify, is_heap


def push(function):
    """Judge ``push(heap, item)``: it adds an item to a heap, in place."""
    return judge(
        function,
        None,
        [([], 3), ([1], 2), ([2], 1), ([1, 2, 3], 0), ([1, 4, 2, 6, 5, 9, 8, 7], 3), ([2, 2], 2)],
        random=lambda rng: (_heap(rng), rng.randint(0, 9)),
        accept=lambda came, heap, item: _a_heap_of([*heap, item], came),
        changes=0,
    )


def delete(function):
    """Judge ``delete(heap, i)``: it removes the element at index i, in place, and leaves a heap."""
    return judge(
        function,
        None,
        [([5], 0), ([1, 2, 3], 2), ([1, 2, 3], 0), ([1, 5, 2, 6, 7, 3], 3), ([1, 4, 2, 6], 1)],
        random=_heap_and_index,
        accept=lambda came, heap, i: _a_heap_of([*heap[:i], *heap[i + 1 :]], came),
        changes=0,
    )


def _a_heap_of(wanted, came):
    if not isinstance(came, list) or Counter(map(repr, came)) != Counter(map(repr, wanted)):
        return f"a heap of {sorted(wanted)}"
    return is_heap(came) or f"a heap of {sorted(wanted)}; this is none"


def _heap(rng):
    heap = [rng.randint(0, 30) for _ in range(rng.randint(0, 12))]
    heapify(heap)
    return heap


def _heap_and_index(rng):
    heap = [*_heap(rng), 40]
    return heap, rng.randrange(len(heap))


def medians(function):
    """Judge ``medians(numbers)``: the median of the first 1, 2, ... numbers, each as it comes."""
    return judge(
        function,
        _medians,
        [[5], [5, 1], [5, 1, 4], [1, 2, 3, 4], [2, 2, 2], []],
        random=lambda rng: (_numbers(rng),),
    )


def _numbers(rng):
    return [rng.randint(-9, 9) for _ in range(rng.randint(0, 12))]


def _medians(numbers):
    found = []
    for n in range(1, len(numbers) + 1):
        first = sorted(numbers[:n])
        found.append((first[(n - 1) // 2] + first[n // 2]) / 2)
    return found


def shortest(function):
    """Judge ``shortest(roads, start)``: Dijkstra's distances to each place that can be reached.

    ``roads[place]`` is a dict from a neighbour to the length of the road there, at least 0.
    """
    town = {"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {}}
    return judge(
        function,
        _shortest,
        [(town, "a"), ({"a": {}}, "a"), ({"a": {"b": 1}, "b": {"a": 1}}, "b"), (town, "d"),
         ({"a": {"b": 0}, "b": {"c": 0}, "c": {"a": 0}}, "a")],
        random=_roads,
    )  # fmt: skip


def _shortest(roads, start):
    """Return the distances by relaxing all roads as often as there are places: no heap."""
    far = {start: 0}
    for _ in roads:
        for place in list(far):
            for other, length in roads[place].items():
                far[other] = min(far.get(other, far[place] + length), far[place] + length)
    return far


def _roads(rng):
    places = "abcdef"[: rng.randint(1, 6)]
    roads = {place: {} for place in places}
    for place in places:
        for other in places:
            if other != place and rng.random() < 0.4:
                roads[place][other] = rng.randint(0, 9)
    return roads, rng.choice(places)
