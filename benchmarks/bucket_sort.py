"""Compare the maximum gap by buckets with sort-and-subtract, in Python, NumPy and compiled.

Run by hand: ``python benchmarks/bucket_sort.py`` prints a table of ratios. With ``--write`` it also
writes the record "times", which the chapter draws; the compiled one-pass buckets take part if numba
is installed (the book does not need it). Each number is the least of several runs, over the same
random integers below 10**9.
"""

from functools import partial
from itertools import pairwise
from math import inf

import numpy as np
from race import options, race, record, short

from glassbox.bucket_sort import maximum_gap, maximum_gap_numpy

RECORD = "bucket_sort", "times"
SIZES = [10**3, 3 * 10**3, 10**4, 3 * 10**4, 10**5, 3 * 10**5, 10**6, 3 * 10**6, 10**7]
ROUNDS = 9
LARGEST_LIST = 10**6  # beyond that a list of Python's integers takes hundreds of megabytes


def sort_and_subtract(nums):
    return max(b - a for a, b in pairwise(sorted(nums)))


def sort_and_subtract_numpy(nums):
    return int(np.diff(np.sort(nums)).max())


def buckets_compiled(nums):
    """Pour and scan as in `maximum_gap`, in loops that numba compiles."""
    n, low, high = nums.size, nums.min(), nums.max()
    small, large = np.full(n, high), np.full(n, low)
    for x in nums:
        k = min((x - low) * n // (high - low), n - 1)
        small[k] = min(small[k], x)
        large[k] = max(large[k], x)
    gap, previous = high - high, low
    for k in range(n):
        if small[k] <= large[k]:  # not empty
            gap = max(gap, small[k] - previous)
            previous = large[k]
    return gap


def contenders():
    """Return each implementation by name, and what it is given: a list, an array, or in order."""
    found = {
        "Python buckets": (maximum_gap, "list"),
        "sorted()": (sort_and_subtract, "list"),
        "NumPy buckets": (maximum_gap_numpy, "array"),
        "np.sort": (sort_and_subtract_numpy, "array"),
    }
    try:
        from numba import njit
    except ImportError:
        return found
    compiled = njit(buckets_compiled)
    found["compiled buckets"] = compiled, "array"
    found["compiled, in order"] = compiled, "in order"
    return found


def measure(sizes):
    """Return the seconds of each contender at each size, None where it does not take part."""
    rng = np.random.default_rng(0)
    made = contenders()
    times = {name: [] for name in made}
    for n in sizes:
        array = rng.integers(10**9, size=n)
        data = {"array": array, "in order": np.sort(array)}
        if n <= LARGEST_LIST:
            data["list"] = array.tolist()
        calls = {name: partial(f, data[kind]) for name, (f, kind) in made.items() if kind in data}
        expected = sort_and_subtract_numpy(array)
        for call in calls.values():
            assert call() == expected  # and numba compiles
        least = race(calls, ROUNDS, most=inf)
        for name, row in times.items():
            row.append(least.get(name))
        print(n, *(f"{show(times, name):>12}" for name in made), flush=True)
    return times


def show(times, name):
    """Write the last time of a contender as a ratio to np.sort and subtract."""
    last = times[name][-1]
    return "-" if last is None else f"{last / times['np.sort'][-1]:.2f}"


def main():
    given = options(__doc__, *RECORD, SIZES)
    print("ratio to np.sort and subtract:", *contenders(), sep="\n  ")
    times = measure(given.sizes)
    if given.write:
        what = "seconds a call, random integers below 10**9, least of several runs"
        record(*RECORD, what, n=given.sizes, seconds=short(times))


if __name__ == "__main__":
    main()
