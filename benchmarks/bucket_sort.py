"""Compare the maximum gap by buckets with sort-and-subtract, in Python and in NumPy, in one run.

python benchmarks/bucket_sort.py
"""

import random
from itertools import pairwise
from timeit import repeat

import numpy as np

from glassbox.bucket_sort import maximum_gap, maximum_gap_numpy


def sort_and_subtract(nums):
    return max(b - a for a, b in pairwise(sorted(nums)))


def sort_and_subtract_numpy(nums):
    return int(np.diff(np.sort(nums)).max())


def seconds(function, nums):
    return min(repeat(lambda: function(nums), repeat=5, number=1))


def main():
    rng = random.Random(0)
    print("random integers below 10**9; seconds, and the ratio to sorted() or np.sort")
    for n in (1_000, 10_000, 100_000, 1_000_000):
        nums = [rng.randrange(10**9) for _ in range(n)]
        array = np.array(nums)
        for ours, theirs, data in [
            (maximum_gap, sort_and_subtract, nums),
            (maximum_gap_numpy, sort_and_subtract_numpy, array),
        ]:
            assert ours(data) == theirs(data)
            fast, slow = seconds(theirs, data), seconds(ours, data)
            print(f"{n:9}{theirs.__name__:>26}{fast:10.5f}    1.00")
            print(f"{n:9}{ours.__name__:>26}{slow:10.5f}{slow / fast:8.2f}")


if __name__ == "__main__":
    main()
