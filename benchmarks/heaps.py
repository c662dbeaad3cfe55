"""Record what the chapter on heaps asks the clock, and how often half a deletion breaks a heap.

Run by hand: ``python benchmarks/heaps.py`` prints, ``--write`` also writes the records "times"
(ratios of times taken by turns in one run, one a seed) and "deletions" (broken heaps of 2,000, one
a seed).
"""

import heapq
import importlib.util
import random
import sys
from bisect import insort
from time import process_time
from unittest import mock

from race import options, race, record, short

from glassbox import heaps
from glassbox.heaps import Counted
from glassbox.heaps.examples import SIFTS, delete_by, pop_all, pop_all_textbook

SLUG = "heaps"
SEEDS = range(5)
N = 200_000  # to select from
QUEUE = 10_000  # held while a pop and a push alternate
ROUNDS = 9


def pure_heapq():
    """Return the standard heapq without its C half."""
    spec = importlib.util.find_spec("heapq")
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, {"_heapq": None}):
        spec.loader.exec_module(module)
    return module


def ratios(calls, base):
    """Return the time of each call by that of one of them."""
    times = race(calls, ROUNDS, timer=process_time)
    return {name: time / times[base] for name, time in times.items() if name != base}


def select(rng):
    nums = [rng.random() for _ in range(N)]
    calls = {f"nsmallest {k}": lambda k=k: heapq.nsmallest(k, nums) for k in (10, 1000, N // 2)}
    return ratios(calls | {"sorted": lambda: sorted(nums)}, "sorted")


def merge_two(rng):
    a, b = (sorted(rng.random() for _ in range(N // 2)) for _ in range(2))
    calls = {"heapq.merge": lambda: list(heapq.merge(a, b)), "sorted": lambda: sorted(a + b)}
    return ratios(calls, "sorted")


def merge_many(rng, kind):
    rows = [[kind(x) for x in sorted(rng.random() for _ in range(100))] for _ in range(64)]
    calls = {
        "tree of losers": lambda: list(heaps.merge_losers(*rows)),
        "merge": lambda: list(heaps.merge(*rows)),
    }
    return ratios(calls, "merge")


def sink(rng, kind):
    """CPython's pops by the textbook's, both in Python."""
    heap = [kind(rng.random()) for _ in range(5000)]
    heaps.heapify(heap)
    calls = {"pops": lambda: pop_all(heap[:]), "textbook": lambda: pop_all_textbook(heap[:])}
    return ratios(calls, "textbook")


def hold(rng):
    """A queue that neither grows nor shrinks: pop the smallest, push a later one.

    The queues are made beforehand: to build them takes longer than the pops and pushes.
    """
    heap, bag = ([rng.random() for _ in range(QUEUE)] for _ in range(2))
    delays = [rng.random() for _ in range(1000)]
    heapq.heapify(heap)
    line = sorted(-x for x in heap)  # the smallest last, from where a pop is cheap

    def by_heap():
        for x in delays:
            heapq.heappush(heap, heapq.heappop(heap) + x)

    def by_insort():
        for x in delays:
            insort(line, line.pop() - x)

    def by_min():
        for x in delays:
            smallest = min(bag)
            bag.remove(smallest)
            bag.append(smallest + x)

    return ratios({"heap": by_heap, "insort": by_insort, "min and remove": by_min}, "heap")


def modules(rng):
    """Ours in Python, and heapq in C, by heapq in Python."""
    nums = [rng.random() for _ in range(20_000)]

    def drain(module):
        def work():
            heap = nums[:]
            module.heapify(heap)
            while heap:
                module.heappop(heap)

        return work

    all_of_them = {"glassbox": heaps, "heapq in Python": pure_heapq(), "heapq in C": heapq}
    return ratios({name: drain(module) for name, module in all_of_them.items()}, "heapq in Python")


RACES = {
    "select, by sorted": select,
    "merge two, by sorted": merge_two,
    "merge 64 lists of floats, by merge": lambda rng: merge_many(rng, float),
    "merge 64 lists of objects, by merge": lambda rng: merge_many(rng, Counted),
    "pops of floats, by the textbook's": lambda rng: sink(rng, float),
    "pops of objects, by the textbook's": lambda rng: sink(rng, Counted),
    "a pop and a push in turn, by a heap": hold,
    "heapify and all pops, by heapq in Python": modules,
}


def times():
    """Return for each race its ratios, one a seed."""
    found = {}
    for name, run in RACES.items():
        runs = [run(random.Random(seed)) for seed in SEEDS]
        found[name] = {way: [one[way] for one in runs] for way in runs[0]}
        print(name, short(found[name]))
    return found


# --- deleting at an index ------------------------------------------------------------------------

SIZES = 30, 300
DELETIONS = 2000


def broken(n, way, seed):
    """Return in how many of 2,000 random deletions from heaps of n this way leaves no heap."""
    rng = random.Random(seed)
    count = 0
    for _ in range(DELETIONS):
        heap = [rng.random() for _ in range(n)]
        heapq.heapify(heap)
        count += not delete_by(heap, rng.randrange(n), way)
    return count


def main():
    arguments = options(__doc__, SLUG, "times")
    deletions = {
        str(n): {way: [broken(n, way, seed) for seed in range(10)] for way in SIFTS} for n in SIZES
    }
    print(deletions)
    found = times()
    if arguments.write:
        record(
            SLUG, "deletions", "heaps broken by random deletions, one number a seed",
            deletions=DELETIONS, seeds=list(range(10)), broken=deletions,
        )  # fmt: skip
        record(
            SLUG, "times", "ratios of the least of some times, one a seed",
            seeds=list(SEEDS), numbers=N, queue=QUEUE, ratios=short(found),
        )  # fmt: skip


if __name__ == "__main__":
    main()
