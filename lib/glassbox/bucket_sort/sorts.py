"""Sorts that never ask which of two numbers is less: by a tally, by digits, by buckets.

Counting sort keeps a tally for each value, radix sort scatters by one digit after the other, bucket
sort scatters once by value and leaves the rest to a sort inside each bucket. What each needs of its
input is in its first lines. Left out: sorting strings by radix, and buckets that overflow to disk.
"""

from bisect import bisect_right
from functools import partial

from glassbox.checks import finite_numbers, integer, integers
from glassbox.trace import new_list

from .gap import MAX_BUCKETS, bucket_of

#: The widest range of values, end to end, for which `counting_sort` makes its tally.
MAX_RANGE = 10**7


def bucket_sort(nums, *, buckets=None, walls=None, new=new_list):
    """Return a sorted list; equal numbers keep their order.

    Scatter into buckets, sort each, concatenate: expected O(n) if the numbers are spread evenly
    over as many buckets, no better than the sort inside if one bucket gets them all.

    Parameters
    ----------
    nums : iterable of real numbers
        Finite; ints of any size, Fractions or floats.
    buckets : int or None
        How many of equal width, at least 1; None for as many as numbers.
    walls : iterable of real numbers, optional
        The walls between the buckets, in order, such as `quantile_walls` of a sample gives; a
        number on a wall belongs to its right. Finding the bucket takes log2 of their number.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, ``buckets < 1``, the walls are not in order, or both
        ``buckets`` and ``walls`` are given.
    TypeError
        If a number is not real, or ``buckets`` no integer.

    Examples
    --------
    >>> bucket_sort([3, -1, 2])
    [-1, 2, 3]
    >>> bucket_sort([3, 1000, -1, 2], walls=[2, 3])
    [-1, 2, 3, 1000]
    """
    nums = finite_numbers("nums", nums)
    count, bucket = _grid(nums, buckets, walls)
    nums, out = new("nums", nums), new("out")
    piles = [new(f"bucket/{k}") for k in range(count)]
    for x in nums:
        piles[bucket(x)].append(x)
    for pile in piles:
        for x in sorted(pile):
            out.append(x)
    return out


def counting_sort(nums, *, new=new_list):
    """Return a sorted list of integers, in O(n + range): tally each value, then write them out.

    Parameters
    ----------
    nums : iterable of int
        From the least to the largest at most 10**7.

    Raises
    ------
    ValueError
        If the range is wider: the tally would take more memory than the numbers.
    TypeError
        If a number is no integer.

    Examples
    --------
    >>> counting_sort([3, -1, 2, 3])
    [-1, 2, 3, 3]
    """
    nums = integers("nums", nums)
    low, size = _range_of(nums)
    nums, out = new("nums", nums), new("out")
    tally = new("tally", [0] * size)
    for x in nums:
        tally[x - low] += 1
    for k in range(size):
        for _ in range(tally[k]):
            out.append(low + k)
    return out


def radix_sort(nums, *, base=256, new=new_list):
    """Return a sorted list of integers, in O(n) for each digit of the range.

    Scatter by the last digit, collect, scatter by the digit before it, and so on. Each pass keeps
    the order of numbers with the same digit, which is the order of their later digits.

    Parameters
    ----------
    nums : iterable of int
        Of any size; digits are those of x - min(nums).
    base : int
        How many digits there are, and so how many piles; at least 2.

    Raises
    ------
    ValueError
        If ``base < 2``.
    TypeError
        If a number or ``base`` is no integer.

    Examples
    --------
    >>> radix_sort([31, 4, 15, 92, 65], base=10)
    [4, 15, 31, 65, 92]
    """
    nums = integers("nums", nums)
    base = integer("base", base, least=2, most=MAX_BUCKETS)
    low, high = min(nums, default=0), max(nums, default=0)
    nums, place = new("nums", nums), 1
    while place <= high - low:
        piles = [new(f"{place}s/{digit}") for digit in range(base)]
        for x in nums:
            piles[(x - low) // place % base].append(x)
        nums = new(f"after {place}s", [x for pile in piles for x in pile])
        place *= base
    return list(nums)


def quantile_walls(sample, buckets):
    """Return walls that cut a sample into buckets of equally many: ``buckets - 1`` numbers.

    Parameters
    ----------
    sample : iterable of real numbers
        Finite, at least one for each bucket; some ten for each even out the luck of the draw.
    buckets : int
        At least 1.

    Returns
    -------
    list
        In order. A value that fills several buckets repeats, and leaves the buckets between empty.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, ``buckets < 1``, or the sample is smaller than that.
    TypeError
        If a number is not real, or ``buckets`` no integer.

    Examples
    --------
    >>> quantile_walls([5, 1, 2, 100, 3, 4], 3)
    [3, 5]
    """
    sample = sorted(finite_numbers("sample", sample))
    buckets = integer("buckets", buckets, least=1, most=MAX_BUCKETS)
    if len(sample) < buckets:
        raise ValueError(
            f"sample must hold at least {buckets} numbers, one a bucket, got {len(sample)}"
        )
    return [sample[len(sample) * k // buckets] for k in range(1, buckets)]


def pile_sizes(nums, buckets=None, *, walls=None):
    """Return how many of the numbers fall into each bucket of `bucket_sort`.

    Parameters, errors
        As in `bucket_sort`.

    Examples
    --------
    >>> pile_sizes([0, 1, 2, 100])
    [3, 0, 0, 1]
    >>> pile_sizes([0, 1, 2, 100], walls=[1, 2, 3])
    [1, 1, 1, 1]
    """
    nums = finite_numbers("nums", nums)
    count, bucket = _grid(nums, buckets, walls)
    sizes = [0] * count
    for x in nums:
        sizes[bucket(x)] += 1
    return sizes


def sharing_pairs(sizes):
    """Return how many pairs of numbers share a bucket, for buckets of these sizes.

    Examples
    --------
    >>> sharing_pairs([3, 0, 0, 1])
    3
    """
    return sum(n * (n - 1) // 2 for n in integers("sizes", sizes, least=0))


def _grid(nums, buckets, walls):
    """Return the number of buckets, and the function from a number to its bucket."""
    if walls is None:
        count = (
            len(nums) if buckets is None else integer("buckets", buckets, least=1, most=MAX_BUCKETS)
        )
        return count, bucket_of(nums, count) if nums else None
    if buckets is not None:
        raise ValueError(f"buckets and walls exclude each other, got buckets={buckets!r} and walls")
    walls = finite_numbers("walls", walls)
    for i in range(1, len(walls)):
        if walls[i] < walls[i - 1]:
            raise ValueError(
                f"walls must be in order, got walls[{i}] = {walls[i]} after {walls[i - 1]}"
            )
    return len(walls) + 1, partial(bisect_right, walls)


def _range_of(nums):
    """Return the least number and how many values there are up to the largest."""
    low, high = min(nums, default=0), max(nums, default=-1)
    size = high - low + 1
    if size > MAX_RANGE:
        raise ValueError(
            f"nums must range over at most {MAX_RANGE:,} values, got {low} to {high}: radix_sort "
            f"needs no tally"
        )
    return low, size
