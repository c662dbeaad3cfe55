"""What the chapter runs and counts: jobs for heaps in several ways, and the usual slips."""

import random

from .counting import Counted, count_comparisons
from .heap import (
    _siftdown,
    _siftup,
    heapify,
    heappop,
    heappush,
    heapreplace,
    is_heap,
    merge,
    merge_losers,
    nsmallest,
    siftdown_textbook,
)

# --- jobs, CPython's way and the textbook's ------------------------------------------------------


def built(numbers):
    """Return a heap of the numbers; they stay as they are."""
    heap = list(numbers)
    heapify(heap)
    return heap


def build_textbook(heap):
    for pos in reversed(range(len(heap) // 2)):
        siftdown_textbook(heap, pos)


def push_all(nums):
    heap = []
    for item in nums:
        heappush(heap, item)


def pop_all(heap):
    while heap:
        heappop(heap)


def pop_all_textbook(heap):
    while len(heap) > 1:
        heap[0] = heap.pop()
        siftdown_textbook(heap, 0)


def replace_all(heap, items):
    for item in items:
        heapreplace(heap, Counted(item))


def replace_all_textbook(heap, items):
    for item in items:
        heap[0] = Counted(item)
        siftdown_textbook(heap, 0)


ORDERS = {
    "random": lambda n: random.Random(n).sample(range(n), n),
    "rising": lambda n: list(range(n)),
    "falling": lambda n: list(range(n, 0, -1)),
    "equal": lambda n: [0] * n,
}
JOBS = {"build": ("heapify", "textbook heapify", "n pushes"), "pop all": ("pops", "textbook pops"),
        "replace": ("heapreplace", "textbook replace")}  # fmt: skip


def per_element(job, order, n, orders=ORDERS):
    """Return comparisons for each element, by method: of building, emptying or replacing.

    Replacing starts with a heap of random order and puts n new items in place of the top: those of
    ``order``, each larger than all the heap held (rising) or smaller (falling).
    """
    nums = orders[order](n)
    if job == "build":
        works = heapify, build_textbook, push_all
        counts = [count_comparisons(work, nums) for work in works]
    elif job == "pop all":
        counts = [count_comparisons(work, built(nums)) for work in (pop_all, pop_all_textbook)]
    else:
        shift = {"rising": n, "falling": -n}.get(order, 0)
        items = [x + shift for x in nums]
        heap = built(random.Random(n).sample(nums, n))
        works = replace_all, replace_all_textbook
        counts = [count_comparisons(work, heap, items) for work in works]
    return {way: count / n for way, count in zip(JOBS[job], counts, strict=True)}


def climbs_back(heap):
    """Pop once; return how many levels the element that was sunk climbs back from its leaf."""
    last, levels = heap[-1], []

    def before(a, b):
        if a is last:  # asked only on the way up
            levels.append(a < b)
        return a < b

    heappop(heap, before=before)
    return sum(levels)


def both_sifts(item, others):
    """Return the comparisons that an item on top of a heap takes, the textbook's way and ours."""
    return (
        count_comparisons(siftdown_textbook, [item, *others], 0),
        count_comparisons(heapreplace, [item, *others], Counted(item)),
    )


def floats(n, seed=0):
    """Return n random numbers from 0 to 1."""
    rng = random.Random(seed)
    return [rng.random() for _ in range(n)]


# --- select and merge ----------------------------------------------------------------------------


def heapify_and_pop(nums, k):
    heapify(nums)
    return [heappop(nums) for _ in range(k)]


def selection(numbers, ks=None):
    """Return comparisons per element of three ways to the k smallest, for each k."""
    n = len(numbers)
    ks = spread(n) if ks is None else ks
    return ks, {
        "nsmallest": [count_comparisons(lambda x, k=k: nsmallest(k, x), numbers) / n for k in ks],
        "sorted": [count_comparisons(sorted, numbers) / n] * len(ks),
        "heapify, k pops": [count_comparisons(heapify_and_pop, numbers, k) / n for k in ks],
    }


def spread(n):
    """Return 1, 2, 5, 10, ... below n, half of n, and n - 1."""
    found = {m * 10**e for e in range(len(str(n))) for m in (1, 2, 5)} | {n // 2, n - 1}
    return sorted(k for k in found if 1 <= k < n)


def merge_counts(lists):
    """Return how often merge and merge_losers ask ``<`` and ``==``, for each element."""
    rows, n = [[Counted(x) for x in row] for row in lists], max(1, sum(map(len, lists)))
    found = {}
    for way, work in {"merge": merge, "tree of losers": merge_losers}.items():
        less, equal = Counted.less, Counted.equal
        for _ in work(*rows):
            pass
        found[way] = (Counted.less - less) / n, (Counted.equal - equal) / n
    return {
        "merge (< and ==)": sum(found["merge"]),
        "merge (< alone)": found["merge"][0],
        "tree of losers (<)": sum(found["tree of losers"]),
    }


# --- slips ---------------------------------------------------------------------------------------


def sink_all(nums, order):
    """Sink the elements at these indices, in this order; return the list and whether it is a heap.

    Examples
    --------
    >>> sink_all([3, 2, 4, 1], range(2)), sink_all([3, 2, 4, 1], [1, 0])
    (([2, 1, 4, 3], False), ([1, 2, 4, 3], True))
    """
    heap = list(nums)
    for pos in order:
        siftdown_textbook(heap, pos)
    return heap, is_heap(heap)


SIFTS = {
    "down, then up": (_siftup, lambda heap, pos: _siftdown(heap, 0, pos)),
    "down only": (_siftup,),
    "up only": (lambda heap, pos: _siftdown(heap, 0, pos),),
}


def delete_by(heap, pos, way):
    """Delete the element at ``pos`` by one of SIFTS; return whether a heap is left."""
    last = heap.pop()
    if pos < len(heap):
        heap[pos] = last
        for sift in SIFTS[way]:
            sift(heap, pos)
    return is_heap(heap)
