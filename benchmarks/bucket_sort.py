"""Race the linear methods of `bucket_sort` with sorts, in Python, in NumPy and compiled.

Run by hand: ``python benchmarks/bucket_sort.py`` prints two tables, ``--write`` also writes the
records "times" (the maximum gap, by the number of numbers) and "sorts" (sorting, by the kind of
numbers), which the chapter shows. What is compiled takes part if numba is installed (the book does
not need it). NumPy sorts several numbers with one instruction where the processor can (SIMD); two
more processes have the same function told to use less of it, "np.sort, AVX2" and "np.sort, scalar".
Each number is the least of several runs, taken by turns until it has been met three times (within
5 %); the records say how far apart these three are, and the last lines printed, where that is more:
then run it again on a calmer machine.
"""

import json
import os
import platform
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from race import options, race, record, settled_race, short

from glassbox.bucket_sort import (
    bucket_sort,
    counting_sort,
    maximum_gap,
    maximum_gap_numpy,
    quantile_walls,
    radix_sort,
)

try:
    from numba import njit
except ImportError:
    njit = None

SLUG = "bucket_sort"
SIZES = [10**3, 3 * 10**3, 10**4, 3 * 10**4, 10**5, 3 * 10**5, 10**6, 3 * 10**6, 10**7]
LARGEST_LIST = 10**6  # beyond that a list of Python's integers takes hundreds of megabytes
SORTED = 10**6, 10**5  # numbers in the table of sorts: compiled, in Python
DIGITS = 11  # bits of a digit of the compiled radix sort
SAMPLE = 10  # numbers of the sample for each wall


# --- the maximum gap ---------------------------------------------------------------------------


def sort_and_subtract(nums):
    return max(b - a for a, b in pairwise(sorted(nums)))


def sort_and_subtract_numpy(nums):
    return int(np.diff(np.sort(nums)).max())


def sort_and_subtract_loop(nums):
    """Sort by a quicksort of plain comparisons, which is what numba's np.sort is, and subtract."""
    ordered, gap = np.sort(nums), nums[0] - nums[0]
    for i in range(1, ordered.size):
        gap = max(gap, ordered[i] - ordered[i - 1])
    return gap


def buckets_loop(nums):
    """Pour and scan as in `maximum_gap`."""
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


def measure_gap(sizes):
    """Return the seconds of each way to the gap at each size, and how far apart the best runs are.

    None stands where a way takes no part.
    """
    made = {
        "maximum_gap": (maximum_gap, "list"),
        "sorted()": (sort_and_subtract, "list"),
        "NumPy buckets": (maximum_gap_numpy, "array"),
        "np.sort": (sort_and_subtract_numpy, "array"),
        "np.sort, AVX2": ("gap", "array"),
        "np.sort, scalar": ("gap", "array"),
    }
    if njit:
        made |= {
            "compiled sort": (njit(sort_and_subtract_loop), "array"),
            "compiled buckets": (buckets := njit(buckets_loop), "array"),
            "compiled buckets, in order": (buckets, "in order"),
        }
    times, spreads = ({name: [] for name in made} for _ in range(2))
    for n in sizes:
        array = np.random.default_rng(0).integers(10**9, size=n)
        data = {"array": array, "in order": np.sort(array)}
        if n <= LARGEST_LIST:
            data["list"] = array.tolist()
        calls = {
            name: Elsewhere(name, f, n, "below 10^9") if f == "gap" else partial(f, data[kind])
            for name, (f, kind) in made.items()
            if kind in data
        }
        expected = sort_and_subtract_numpy(array)
        for call in calls.values():
            assert call() == expected  # and numba compiles
        least, apart = settled_race(calls)
        for name in made:
            times[name].append(least.get(name))
            spreads[name].append(apart.get(name))
        print(n, *(f"{show(times, name):>8}" for name in made), flush=True)
    return times, spreads


def show(times, name):
    """Write the last time of a contender as a ratio to np.sort and subtract."""
    last = times[name][-1]
    return "-" if last is None else f"{last / times['np.sort'][-1]:.2f}"


# --- sorting -----------------------------------------------------------------------------------


def draw(kind, n):
    """Return n numbers of a kind."""
    rng = np.random.default_rng(1)
    if kind == "below 1,000":
        return rng.integers(1000, size=n)
    if kind == "below 10^9":
        return rng.integers(10**9, size=n)
    if kind == "even floats":
        return rng.random(n)
    return np.exp(3 * rng.normal(size=n))


KINDS = ["below 1,000", "below 10^9", "even floats", "uneven floats"]


def counting_loop(nums):
    """Sort as `counting_sort` does."""
    low = nums.min()
    tally = np.zeros(nums.max() - low + 1, np.int64)
    for x in nums:
        tally[x - low] += 1
    out, i = np.empty_like(nums), 0
    for k in range(tally.size):
        for _ in range(tally[k]):
            out[i] = low + k
            i += 1
    return out


def radix_loop(nums):
    """Sort as `radix_sort` does, in base 2**DIGITS; the piles lie end to end in one array."""
    low, span, shift = nums.min(), nums.max() - nums.min(), 0
    a, b = nums.copy(), np.empty_like(nums)
    while span >> shift:
        start = np.zeros((1 << DIGITS) + 1, np.int64)
        for x in a:
            start[((x - low) >> shift & ((1 << DIGITS) - 1)) + 1] += 1
        for d in range(1 << DIGITS):
            start[d + 1] += start[d]
        for x in a:
            d = (x - low) >> shift & ((1 << DIGITS) - 1)
            b[start[d]] = x
            start[d] += 1
        a, b, shift = b, a, shift + DIGITS
    return a


def bucket_loop(nums, walls):
    """Sort as `bucket_sort` does, with n even buckets, or with the walls if there are any."""
    n, low, high = nums.size, nums.min(), nums.max()
    count = walls.size + 1 if walls.size else n
    where, start = np.empty(n, np.int64), np.zeros(count + 1, np.int64)
    for i in range(n):
        if walls.size:
            where[i] = np.searchsorted(walls, nums[i], side="right")
        else:
            where[i] = min(int((nums[i] - low) * n / (high - low)), n - 1)
        start[where[i] + 1] += 1
    for k in range(count):
        start[k + 1] += start[k]
    out, free = np.empty_like(nums), start[:-1].copy()
    for i in range(n):
        out[free[where[i]]] = nums[i]
        free[where[i]] += 1
    for k in range(count):
        if start[k + 1] - start[k] > 32:
            out[start[k] : start[k + 1]].sort()
        else:
            for i in range(start[k] + 1, start[k + 1]):
                x, j = out[i], i
                while j > start[k] and out[j - 1] > x:
                    out[j] = out[j - 1]
                    j -= 1
                out[j] = x
    return out


def walls_of(nums):
    """Return walls at quantiles of a sample: a bucket for each hundred numbers."""
    count = nums.size // 100
    sample = np.random.default_rng(2).choice(nums, SAMPLE * count)
    return np.array(quantile_walls(sample, count))


def measure_sorts(n, small):
    """Return the seconds of each sort by kind of numbers, and how far apart the best runs are.

    None stands where a sort takes no part.
    """
    times, spreads = {}, {}
    for kind in KINDS:
        nums, few = draw(kind, n), draw(kind, small).tolist()
        walls = walls_of(nums)
        calls = {
            "np.sort": partial(np.sort, nums),
            "np.sort, AVX2": Elsewhere("np.sort, AVX2", "sort", n, kind),
            "np.sort, scalar": Elsewhere("np.sort, scalar", "sort", n, kind),
            "sorted()": partial(sorted, few),
            "bucket_sort": partial(bucket_sort, few),
            "bucket_sort, walls": partial(bucket_sort, few, walls=walls_of(np.array(few)).tolist()),
        }
        if nums.dtype.kind == "i":
            calls["radix_sort"] = partial(radix_sort, few)
            if nums.max() < 10**7:
                calls["counting_sort"] = partial(counting_sort, few)
        if njit:
            buckets = njit(bucket_loop)
            calls["compiled sort"] = partial(njit(lambda a: np.sort(a)), nums)
            calls["compiled buckets"] = partial(buckets, nums, walls[:0])
            calls["compiled buckets, walls"] = partial(buckets, nums, walls)
            if nums.dtype.kind == "i":
                calls["compiled radix"] = partial(njit(radix_loop), nums)
                if nums.max() < 10**7:
                    calls["compiled counting"] = partial(njit(counting_loop), nums)
        for name, call in calls.items():
            if not isinstance(call, Elsewhere):
                found = call()
                assert np.array_equal(found, np.sort(nums if len(found) == n else few)), name
        least, apart = settled_race(calls)
        for name, t in least.items():
            times.setdefault(name, {})[kind] = t
            spreads.setdefault(name, {})[kind] = apart[name]
            count = small if "_sort" in name or name == "sorted()" else n
            print(f"{kind:>14} {name:>24} {1e9 * t / count:8.1f} ns a number", flush=True)
    return [
        {name: [row.get(kind) for kind in KINDS] for name, row in found.items()}
        for found in (times, spreads)
    ]


# --- np.sort with less SIMD --------------------------------------------------------------------


def switched_off(name):
    """Return the features of the processor that a contender does without.

    They are among those that NumPy has own code for; X86_V3 is AVX2, what comes after it AVX-512.
    """
    has = list(np._core._multiarray_umath.__cpu_dispatch__)
    return has if "scalar" in name else [f for f in has if f not in ("X86_V3", "AVX2", "FMA3")]


PROCESSES = {}


class Elsewhere:
    """A call to NumPy in a process of its own that has some features switched off."""

    def __init__(self, name, what, n, kind):
        self.request = {"what": what, "n": n, "kind": kind}
        if name not in PROCESSES:
            PROCESSES[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", __file__, "--serve"],
                env=os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(switched_off(name))},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self.process = PROCESSES[name]

    def ask(self, times):
        print(json.dumps(self.request | {"times": times}), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def __call__(self):
        return self.ask(0)

    def seconds(self):
        """Return the time of a call, taken over there."""
        return self.ask(1)


def serve():
    """Answer the requests of `Elsewhere`, one a line."""
    data = {}
    features = np._core._multiarray_umath.__cpu_features__
    assert not any(features.get(f) for f in os.environ["NPY_DISABLE_CPU_FEATURES"].split())
    for line in sys.stdin:
        request = json.loads(line)
        key = request["what"], request["n"], request["kind"]
        if key not in data:
            data.clear()
            n, kind = request["n"], request["kind"]
            gap = request["what"] == "gap"
            nums = np.random.default_rng(0).integers(10**9, size=n) if gap else draw(kind, n)
            data[key] = partial(sort_and_subtract_numpy if gap else np.sort, nums)
        if request["times"]:
            answer = race({"": data[key]}, 1, most=0)[""]
        else:
            answer = float(data[key]().max() if request["what"] == "sort" else data[key]())
        print(json.dumps(answer), flush=True)


def cpu():
    """Return what the processor calls itself, with its family and model where Linux tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    told = dict(line.split("\t: ", 1) for line in lines if "\t: " in line)
    told = {name.strip(): value for name, value in told.items()}
    return f"{told.get('model name')}, family {told.get('cpu family')}, model {told.get('model')}"


def tell_busy(spreads, columns):
    """Say which times have not settled."""
    for name, row in spreads.items():
        for column, apart in zip(columns, row, strict=True):
            if apart is not None and apart > 0.05:
                print(f"not settled: {name}, {column}: {apart:.0%} between the three best runs")


def main():
    if "--serve" in sys.argv:
        return serve()
    given = options(__doc__, SLUG, "times", SIZES)
    if given.write and not njit:
        sys.exit("The records have compiled times: pip install numba, then run this again.")
    print("ratio to np.sort and subtract")
    gaps, gap_spread = measure_gap(given.sizes)
    sorts, sort_spread = measure_sorts(*SORTED)
    tell_busy(gap_spread, given.sizes)
    tell_busy(sort_spread, KINDS)
    if given.write:
        off = {name: switched_off(name) for name in ("np.sort, AVX2", "np.sort, scalar")}
        here = {"cpu": cpu(), "switched_off": off}
        runs = "least of several runs; spread: how much longer the third best took, as a part"
        what = f"seconds a call, random integers below 10**9, {runs}"
        found = {"seconds": short(gaps), "spread": short(gap_spread)}
        record(SLUG, "times", what, **here, n=given.sizes, **found)
        what = f"seconds a call, {runs}; interpreted sorts have fewer numbers"
        n = dict(zip(["compiled", "interpreted"], SORTED, strict=True))
        found = {"seconds": short(sorts), "spread": short(sort_spread)}
        record(SLUG, "sorts", what, **here, n=n, kinds=KINDS, **found)
    return None


if __name__ == "__main__":
    main()
