"""The exercises of heaps: right answers pass, the usual wrong ones are caught."""

import heapq
import statistics
from bisect import insort
from itertools import product

import numpy as np

from glassbox.heaps import exercises, heapdelete

# --- push --------------------------------------------------------------------------------------


def rise(heap, item, *, up=lambda k: (k - 1) // 2, before=lambda a, b: a < b, top=0, most=99):
    heap.append(item)
    k = len(heap) - 1
    while k > top and before(heap[k], heap[up(k)]) and most:
        heap[k], heap[up(k)] = heap[up(k)], heap[k]
        k, most = up(k), most - 1


def push_without_swap(heap, item):
    heap.append(item)
    k = len(heap) - 1
    while k and item < heap[(k - 1) // 2]:
        heap[k] = heap[(k - 1) // 2]
        k = (k - 1) // 2  # and the item is never set down


def push_past_the_end(heap, item):
    heap.append(item)
    k = len(heap)
    while k > 0 and heap[k] < heap[(k - 1) // 2]:
        k = (k - 1) // 2


def push_from_the_root(heap, item):
    heap.append(item)
    if item < heap[0]:
        heap[0], heap[-1] = heap[-1], heap[0]


def push_without_end(heap, item):
    heap.append(item)
    k = len(heap) - 1
    while k >= 0 and heap[k] <= heap[(k - 1) // 2 if k else 0]:
        k = (k - 1) // 2 if k else 0


def push_onto_a_copy(heap, item):
    heap = [*heap, item]
    heap.sort()


PUSH = {
    "appended": lambda heap, item: heap.append(item),
    "one level": lambda heap, item: rise(heap, item, most=1),
    "two levels": lambda heap, item: rise(heap, item, most=2),
    "a new heap": lambda heap, item: sorted([*heap, item]),
    "onto a copy": push_onto_a_copy,
    "parent k // 2": lambda heap, item: rise(heap, item, up=lambda k: k // 2),
    "parent k - 1": lambda heap, item: rise(heap, item, up=lambda k: k - 1, most=1),
    "largest first": lambda heap, item: rise(heap, item, before=lambda a, b: a > b),
    "not to the root": lambda heap, item: rise(heap, item, top=2),
    "the item is lost": push_without_swap,
    "past the end": push_past_the_end,
    "the root alone": push_from_the_root,
    "without end": push_without_end,
    "at the front": lambda heap, item: heap.insert(0, item),
    "largest at the front": lambda heap, item: (heap.append(item), heap.sort(reverse=True)),
    "no equal items": lambda heap, item: None if item in heap else heapq.heappush(heap, item),
    "replaces": lambda heap, item: heapq.heappushpop(heap, item),
    "pushed twice": lambda heap, item: (heapq.heappush(heap, item), heapq.heappush(heap, item)),
    "itself": lambda heap, item: heap.append(heap),
}


def push_by_recursion(heap, item):
    def up(k):
        parent = (k - 1) // 2
        if k and heap[k] < heap[parent]:
            heap[k], heap[parent] = heap[parent], heap[k]
            up(parent)

    heap.append(item)
    up(len(heap) - 1)


def push_and_sort(heap, item):
    heap[:] = sorted([*heap, item])
    return heap


# --- delete ------------------------------------------------------------------------------------


def remove(heap, i, *, down=True, up=True, at=None):
    last = heap.pop()
    if i < len(heap):
        heap[i] = last
        if down:
            heapq._siftup(heap, i)
        if up:
            heapq._siftdown(heap, 0, i)


def delete_last_too(heap, i):
    heap[i] = heap.pop()
    heapq.heapify(heap)


def delete_by_moving_up(heap, i):
    while 2 * i + 1 < len(heap):
        heap[i] = heap[2 * i + 1]
        i = 2 * i + 1
    heap.pop(i)


DELETE = {
    "swapped with the last": lambda heap, i: (heap.__setitem__(i, heap[-1]), heap.pop()),
    "down alone": lambda heap, i: remove(heap, i, up=False),
    "up alone": lambda heap, i: remove(heap, i, down=False),
    "neither": lambda heap, i: remove(heap, i, up=False, down=False),
    "at the value": lambda heap, i: heap.pop(heap[i]),
    "the value i": lambda heap, i: heap.remove(i) if i in heap else None,
    "as from a list": lambda heap, i: heap.pop(i),
    "the last index": delete_last_too,
    "always left": delete_by_moving_up,
    "the least": lambda heap, i: heapq.heappop(heap),
    "the last": lambda heap, i: heap.pop(),
    "one further": lambda heap, i: remove(heap, min(i + 1, len(heap) - 1)),
    "counted from 1": lambda heap, i: remove(heap, max(i - 1, 0)),
    "a new heap": lambda heap, i: sorted(heap[:i] + heap[i + 1 :]),
    "None in its place": lambda heap, i: heap.__setitem__(i, None),
    "all that are equal": lambda heap, i: heap.__setitem__(
        slice(None), sorted(x for x in heap if x != heap[i])
    ),
    "all from there": lambda heap, i: heap.__delitem__(slice(i, None)),
    "largest first": lambda heap, i: (heap.pop(i), heap.sort(reverse=True)),
    "minus infinity": lambda heap, i: heap.__setitem__(i, float("-inf")),
}


def delete_and_heapify(heap, i):
    del heap[i]
    heapq.heapify(heap)


def delete_and_sort(heap, i):
    heap[:] = sorted(heap[:i] + heap[i + 1 :])


# --- medians -----------------------------------------------------------------------------------


def medians_by(pick):
    return lambda numbers: [pick(sorted(numbers[: n + 1])) for n in range(len(numbers))]


def medians_kept(numbers, seen=[]):  # noqa: B006
    found = []
    for x in numbers:
        insort(seen, x)
        found.append(statistics.median(seen))
    return found


def medians_eaten(numbers):
    seen, found = [], []
    while numbers:
        insort(seen, numbers.pop(0))
        found.append(statistics.median(seen))
    return found


def medians_two_heaps(numbers, *, sign=-1, balance=True):
    low, high, found = [], [], []
    for x in numbers:
        heapq.heappush(high, sign * heapq.heappushpop(low, sign * x))
        if balance and len(high) > len(low):
            heapq.heappush(low, sign * heapq.heappop(high))
        odd = len(low) > len(high)
        found.append(sign * low[0] if odd else (high[0] + sign * (low[0] if low else 0)) / 2)
    return found


MEDIANS = {
    "the upper": medians_by(lambda s: s[len(s) // 2]),
    "the lower": medians_by(lambda s: s[(len(s) - 1) // 2]),
    "cut to a whole number": medians_by(lambda s: int(statistics.median(s))),
    "rounded down": medians_by(lambda s: (s[(len(s) - 1) // 2] + s[len(s) // 2]) // 2),
    "the mean": medians_by(statistics.mean),
    "the mode": medians_by(statistics.mode),
    "the middle of the ends": medians_by(lambda s: (s[0] + s[-1]) / 2),
    "equal ones once": medians_by(lambda s: statistics.median(set(s))),
    "not sorted": lambda numbers: [
        (numbers[i // 2] + numbers[(i + 1) // 2]) / 2 for i in range(len(numbers))
    ],
    "sorted before": lambda numbers: medians_by(statistics.median)(sorted(numbers)),
    "the last alone": lambda numbers: statistics.median(numbers) if numbers else 0,
    "one short": lambda numbers: medians_by(statistics.median)(numbers)[:-1],
    "from two on": lambda numbers: medians_by(statistics.median)(numbers)[1:],
    "0 before the first": lambda numbers: [0, *medians_by(statistics.median)(numbers)],
    "no numbers": lambda numbers: [numbers[0], *medians_by(statistics.median)(numbers)[1:]],
    "a heap upside down": lambda numbers: medians_two_heaps(numbers, sign=1),
    "not balanced": lambda numbers: medians_two_heaps(numbers, balance=False),
    "kept from before": medians_kept,
    "its input eaten": medians_eaten,
    "a generator": lambda numbers: (m for m in medians_by(statistics.median)(numbers)),
}


def medians_by_insort(numbers):
    seen, found = [], ()
    for n, x in enumerate(numbers):
        insort(seen, x)
        found += ((seen[n // 2] + seen[(n + 1) // 2]) / 2,)
    return found


# --- shortest ----------------------------------------------------------------------------------


def settle(roads, start, *, far=None, sign=1, mark=False, step=None):
    far, queue = {} if far is None else far, [(0, start)]
    pushed = {start}
    while queue:
        length, place = heapq.heappop(queue)
        if place not in far:
            far[place] = length * sign
            for other, more in roads[place].items():
                if mark and other in pushed:
                    continue
                pushed.add(other)
                heapq.heappush(queue, (length + sign * (step(more) if step else more), other))
    return far


def shortest_by_roads(roads, start):
    far, queue = {start: 0}, [start]
    for place in queue:
        for other, length in roads[place].items():
            if other not in far:
                far[other] = far[place] + length
                queue.append(other)
    return far


def shortest_to_neighbours(roads, start):
    return {start: 0} | {other: n for other, n in roads[start].items() if other != start}


def shortest_one_round(roads, start):
    far = {start: 0}
    for place in roads:
        for other, length in roads[place].items():
            if place in far:
                far[other] = min(far.get(other, 10**9), far[place] + length)
    return far


def shortest_last_road(roads, start):
    far = settle(roads, start)
    return {p: min((roads[q].get(p, 99) for q in far), default=0) if p != start else 0 for p in far}


def shortest_both_ways(roads, start):
    both = {place: dict(roads[place]) for place in roads}
    for place in roads:
        for other, length in roads[place].items():
            both[other].setdefault(place, length)
    return settle(both, start)


def shortest_burnt(roads, start):
    far = settle(roads, start)
    for place in far:
        roads[place].clear()
    return far


def shortest_with_inf(roads, start):
    return {place: float("inf") for place in roads} | settle(roads, start)


def shortest_kept():
    known = {}
    return lambda roads, start: settle(roads, start, far=known)


SHORTEST = {
    "the first road found": shortest_by_roads,
    "settled when pushed": lambda roads, start: settle(roads, start, mark=True),
    "the farthest first": lambda roads, start: settle(roads, start, sign=-1),
    "steps": lambda roads, start: settle(roads, start, step=lambda more: 1),
    "no free roads": lambda roads, start: settle(roads, start, step=lambda more: more or 1),
    "neighbours": shortest_to_neighbours,
    "one round": shortest_one_round,
    "the last road": shortest_last_road,
    "both ways": shortest_both_ways,
    "its input burnt": shortest_burnt,
    "also what is not reached": shortest_with_inf,
    "kept from before": shortest_kept(),
    "without the start": lambda roads, start: {
        place: n for place, n in settle(roads, start).items() if place != start
    },
    "the start to itself": lambda roads, start: settle(roads, start) | {
        start: min(roads[start].values(), default=0)
    },
    "places alone": lambda roads, start: list(settle(roads, start)),
    "lengths alone": lambda roads, start: list(settle(roads, start).values()),
    "from everywhere": lambda roads, start: {place: settle(roads, place) for place in roads},
    "a place that is not there": lambda roads, start: settle(roads, start[0] + "'"),
}  # fmt: skip


def shortest_by_recursion(roads, start):
    far = {}

    def walk(place, length):
        if length < far.get(place, float("inf")):
            far[place] = length
            for other, more in roads[place].items():
                walk(other, length + more)

    walk(start, 0)
    return far


def shortest_by_matrix(roads, start):
    places = list(roads)
    far = np.full((len(places), len(places)), np.inf)
    np.fill_diagonal(far, 0)
    for i, j in product(range(len(places)), repeat=2):
        far[i, j] = min(far[i, j], roads[places[i]].get(places[j], np.inf))
    for k in range(len(places)):
        far = np.minimum(far, far[:, k, None] + far[k])
    row = far[places.index(start)]
    return {place: int(n) for place, n in zip(places, row, strict=True) if np.isfinite(n)}


WRONG = {
    "push": PUSH, "delete": DELETE, "medians": MEDIANS, "shortest": SHORTEST,
}  # fmt: skip
RIGHT = {
    "push": [heapq.heappush, rise, push_and_sort, push_by_recursion],
    "delete": [heapdelete, remove, delete_and_heapify, delete_and_sort],
    "medians": [
        medians_by(statistics.median),
        medians_two_heaps,
        medians_by_insort,
        lambda numbers: np.array([np.median(numbers[:n]) for n in range(1, len(numbers) + 1)]),
    ],
    "shortest": [settle, shortest_by_recursion, shortest_by_matrix],
}


def test_a_list_that_is_no_heap_is_told_so():
    assert "wanted is a heap of" in repr(exercises.push(PUSH["appended"]))
    assert "this is none" in repr(exercises.delete(DELETE["down alone"]))
    assert "holds itself" in repr(exercises.push(PUSH["itself"]))
