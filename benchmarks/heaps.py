"""Compare `glassbox.heaps` with CPython's heapq, pure Python and C, in one run.

python benchmarks/heaps.py
"""

import heapq
import importlib.util
import random
import sys
from timeit import repeat
from unittest import mock

from glassbox import heaps

N = 20_000


def pure_heapq():
    """Return the standard heapq without its C half."""
    spec = importlib.util.find_spec("heapq")
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, {"_heapq": None}):
        spec.loader.exec_module(module)
    return module


def seconds(work, prepare):
    """Return the least of seven times of ``work(prepare())``, without the preparation."""
    return min(
        repeat(
            "work(data)",
            "data = prepare()",
            repeat=7,
            number=1,
            globals={"work": work, "prepare": prepare},
        )
    )


def drain(module):
    """Return a function that pops everything."""

    def pops(heap):
        while heap:
            module.heappop(heap)

    return pops


def main():
    rng = random.Random(0)
    nums = [rng.random() for _ in range(N)]
    heap = list(nums)
    heapq.heapify(heap)
    modules = {"glassbox": heaps, "pure heapq": pure_heapq(), "C heapq": heapq}
    print(f"n = {N}, random floats; seconds, and the ratio to pure heapq")
    for name, work, data in [
        ("heapify", lambda module: module.heapify, nums),
        ("n heappops", drain, heap),
    ]:
        times = {who: seconds(work(module), data.copy) for who, module in modules.items()}
        for who, time in times.items():
            print(f"{name:12}{who:12}{time:10.5f}{time / times['pure heapq']:8.2f}")


if __name__ == "__main__":
    main()
