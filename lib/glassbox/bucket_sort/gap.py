"""Buckets: sorting by scattering, and the maximum gap between sorted neighbours in linear time.

With low and high the least and the largest of n numbers, g >= (high - low) / (n - 1) for the
maximum gap g, since n - 1 gaps add up to high - low. Two numbers in a half-open bucket narrower
than that differ by less than g. So the two ends of a maximum gap lie in different buckets, and of
each bucket it is enough to keep the least and the largest number. Left out: radix sort.
"""

import math
from fractions import Fraction

from glassbox.checks import finite_numbers, integer
from glassbox.trace import new_list


def bucket_sort(nums, *, buckets=None, new=new_list):
    """Return a sorted list; equal numbers keep their order.

    Scatter into buckets of equal width, sort each, concatenate: expected O(n) if the numbers are
    spread evenly over as many buckets, no better than the sort inside if one bucket gets them all.

    Parameters
    ----------
    nums : iterable of real numbers
        Finite; ints of any size, Fractions or floats.
    buckets : int or None
        How many, at least 1; None for as many as numbers.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, or ``buckets < 1``.
    TypeError
        If a number is not real, or ``buckets`` no integer.

    Examples
    --------
    >>> bucket_sort([3, -1, 2])
    [-1, 2, 3]
    """
    nums = finite_numbers("nums", nums)
    count = _bucket_count("buckets", buckets, nums)
    if not nums:
        return []
    bucket = bucket_of(nums, count)
    nums, out = new("nums", nums), new("out")
    piles = [new(f"bucket/{k}") for k in range(count)]
    for x in nums:
        piles[bucket(x)].append(x)
    for pile in piles:
        for x in sorted(pile):
            out.append(x)
    return out


def maximum_gap(nums, *, new=new_list):
    """Return the largest difference between neighbours in sorted order, in O(n).

    Parameters
    ----------
    nums : iterable of real numbers
        Finite. Exact for ints of any size and for Fractions; for floats, the largest of the
        rounded differences (infinite if even that overflows).

    Returns
    -------
    number
        0 if there are fewer than two numbers.

    Raises
    ------
    ValueError
        If a number is NaN or infinite.
    TypeError
        If a number is not real.

    Examples
    --------
    >>> maximum_gap([3, 6, 9, 1])
    3

    References
    ----------
    LeetCode 164. Preparata and Shamos, Computational Geometry (1985), p. 261, credit the method to
    T. Gonzalez (1975).
    """
    nums = finite_numbers("nums", nums)
    if len(nums) < 2:
        return 0
    return scan(*pour(nums, len(nums), new))


def pour(nums, count, new=new_list):
    """Return the least and the largest number of each of ``count`` buckets, None where it is empty.

    Any ``count >= len(nums)`` suits `scan`; fewer buckets are too wide to be safe.
    """
    bucket = bucket_of(nums, count)
    nums = new("nums", nums)
    small, large = new("small", [None] * count), new("large", [None] * count)
    for x in nums:
        k = bucket(x)
        if small[k] is None or x < small[k]:
            small[k] = x
        if large[k] is None or x > large[k]:
            large[k] = x
    return small, large


def scan(small, large):
    """Return the largest step from one bucket's largest number to the next one's least.

    Empty buckets are jumped over. Nothing lies between the two numbers, so each step is a gap
    between neighbours; gaps inside a bucket are not seen.
    """
    gap, previous = 0, None
    for k in range(len(small)):
        if small[k] is None:
            continue
        if previous is not None:
            gap = max(gap, small[k] - previous)
        previous = large[k]
    return gap


def bucket_of(nums, count):
    """Return the function that takes a number of ``nums`` to its bucket in ``0..count - 1``.

    With low and high the least and the largest number, the bucket of x is
    floor(count (x - low) / (high - low)); high itself joins the last one.

    Notes
    -----
    Exact for ints and Fractions. For floats the index is off by about count / 2**53. With
    count = n a bucket is narrower than the maximum gap by a factor of at least 1 - 1/n, which
    hides that error for n up to about 10**7.
    """
    low, high, last = min(nums), max(nums), count - 1
    if low == high:
        return lambda x: 0
    if _float_arithmetic_fails(nums, low, high, count):
        low, span = Fraction(low), Fraction(high) - Fraction(low)
        return lambda x: min(int((Fraction(x) - low) * count // span), last)
    span = high - low
    return lambda x: min(int((x - low) * count // span), last)


def gap_buckets(nums, count=None, *, new=new_list):
    """Return ``(min, max)`` of each bucket, or None where it is empty.

    Parameters
    ----------
    nums : iterable of real numbers
        As in `maximum_gap`.
    count : int or None
        Number of buckets, each (high - low) / count wide; None for as many as numbers.

    Raises
    ------
    ValueError, TypeError
        As in `bucket_sort`, ``count`` for ``buckets``.

    Examples
    --------
    >>> gap_buckets([3, 6, 9, 1])
    [(1, 1), (3, 3), (6, 6), (9, 9)]
    """
    nums = finite_numbers("nums", nums)
    count = _bucket_count("count", count, nums)
    if not nums:
        return [None] * count
    return [
        None if least is None else (least, largest)
        for least, largest in zip(*pour(nums, count, new), strict=True)
    ]


def _float_arithmetic_fails(nums, low, high, count):
    """Whether floats stand beside exact numbers, or are too large for the product."""
    kinds = set(map(type, nums))
    return float in kinds and (len(kinds) > 1 or (high - low) * count == math.inf)


def _bucket_count(name, count, nums):
    return len(nums) if count is None else integer(name, count, least=1)
