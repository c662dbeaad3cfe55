"""The maximum gap between sorted neighbours in linear time, by buckets that keep two numbers each.

With low and high the least and the largest of n numbers, g >= (high - low) / (n - 1) for the
maximum gap g, since n - 1 gaps add up to high - low. Two numbers in a half-open bucket narrower
than that differ by less than g. So the two ends of a maximum gap lie in different buckets, and of
each bucket it is enough to keep the least and the largest number. Left out: the
minimum gap, for which no width is safe.
"""

import math
import reprlib
from fractions import Fraction
from itertools import pairwise

from glassbox.checks import finite_number, finite_numbers, integer
from glassbox.trace import new_list

#: The most buckets that are made.
MAX_BUCKETS = 10**7


def maximum_gap(nums, *, new=new_list):
    """Return the largest difference between neighbours in sorted order, in O(n).

    Parameters
    ----------
    nums : iterable of real numbers
        Finite. Exact for ints of any size and for Fractions; for floats, the largest of the
        rounded differences. If floats stand beside other numbers, the exact gap rounded once.
        Infinite if it overflows a float.

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
    if _is_mixed(nums):
        return _as_float(scan(*pour(map(Fraction, nums), len(nums), new)))
    return scan(*pour(nums, len(nums), new))


def pour(nums, count, new=new_list):
    """Return the least and the largest number of each of ``count`` buckets, None where it is empty.

    Any ``count >= len(nums)`` suits `scan`; fewer buckets are too wide to be safe.

    Parameters
    ----------
    nums : iterable of real numbers
        Finite.
    count : int
        At least 1.

    Raises
    ------
    ValueError, TypeError
        As in `gap_buckets`.

    Examples
    --------
    >>> pour([3, 6, 9, 1], 3)
    ([1, 6, 9], [3, 6, 9])
    """
    nums = finite_numbers("nums", nums)
    count = integer("count", count, least=1, most=MAX_BUCKETS)
    bucket = bucket_of(nums, count) if len(nums) else None
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

    Parameters
    ----------
    small, large : sequence, shape (count,)
        As `pour` returns them.

    Raises
    ------
    ValueError
        If one of them is longer, knows a number where the other has None, or holds one that is
        not finite.
    TypeError
        If they hold anything but real numbers and None.

    Examples
    --------
    >>> scan([1, None, 9], [3, None, 9])
    6
    """
    _need_pairs(small, large)
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

    Parameters
    ----------
    nums : iterable of real numbers
        Finite, at least one.
    count : int
        At least 1.

    Raises
    ------
    ValueError, TypeError
        As in `gap_buckets`; ValueError also if there are no numbers.

    Examples
    --------
    >>> [bucket_of([0, 10], 4)(x) for x in (0, 2, 2.5, 9, 10)]
    [0, 0, 1, 3, 3]

    Notes
    -----
    Exact for ints and Fractions. For floats the index is off by about count / 2**53. With
    count = n a bucket is narrower than the maximum gap by a factor of at least 1 - 1/n, which
    hides that error for n up to about 10**7.
    """
    nums = finite_numbers("nums", nums)
    count = integer("count", count, least=1, most=MAX_BUCKETS)
    if not nums:
        raise ValueError("nums must hold at least one number, got none")
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
    count = len(nums) if count is None else integer("count", count, least=1, most=MAX_BUCKETS)
    return _pairs(*pour(nums, count, new)) if count else []


def gap_by_width(nums, width):
    """Return the widest step between half-open buckets of a given width, right or not.

    The buckets are low + k width <= x < low + (k + 1) width. The answer is the maximum gap for
    every list of n numbers whose range is at least (n - 1) width, and for some others.

    Parameters
    ----------
    nums : iterable of real numbers
        Finite; computed exactly, as Fractions.
    width : real number
        Above 0.

    Returns
    -------
    answer : number
        0 if fewer than two buckets hold anything.
    buckets : dict
        ``(min, max)`` by index, in order, of each bucket that is not empty.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, or ``width <= 0``.
    TypeError
        If one is not real.

    Examples
    --------
    >>> gap_by_width([0, 2, 3], 1.5)
    (2, {0: (0, 0), 1: (2, 2), 2: (3, 3)})
    >>> gap_by_width([0, 2, 3], 2.5)
    (1, {0: (0, 2), 1: (3, 3)})
    """
    nums = finite_numbers("nums", nums)
    width = finite_number("width", width)
    if not width > 0:
        raise ValueError(f"width must be > 0, got {width}")
    buckets = {}
    for x in sorted(nums):
        k = int((Fraction(x) - Fraction(min(nums))) // Fraction(width))
        least, _ = buckets.get(k, (x, x))
        buckets[k] = least, x
    steps = [low - high for (_, high), (low, _) in pairwise(buckets.values())]
    return max(steps, default=0), buckets


def _float_arithmetic_fails(nums, low, high, count):
    """Whether floats stand beside exact numbers, or are too large for the product."""
    return _is_mixed(nums) or (type(low) is float and (high - low) * count == math.inf)


def _is_mixed(nums):
    kinds = set(map(type, nums))
    return float in kinds and len(kinds) > 1


def _as_float(gap):
    try:
        return float(gap)
    except OverflowError:
        return math.inf


def _pairs(small, large):
    return [None if a is None else (a, b) for a, b in zip(small, large, strict=True)]


def _need_pairs(small, large):
    """Raise unless both are lists that know a number or None at the same places."""
    if len(_plain("small", small)) != len(_plain("large", large)):
        raise ValueError(f"large must have {len(small)} entries, as small has, got {len(large)}")
    for k, (a, b) in enumerate(zip(_plain("small", small), _plain("large", large), strict=True)):
        if (a is None) != (b is None):
            raise ValueError(f"small and large must be None together, got {a} and {b} at {k}")


def _plain(name, ends):
    """Return a copy; a slice, because a recorder does not take it for a step of the algorithm."""
    try:
        ends = list(ends[:])
    except (TypeError, LookupError):
        raise TypeError(f"{name} must be a list, got {reprlib.repr(ends)}") from None
    finite_numbers(name, [x for x in ends if x is not None])
    return ends
