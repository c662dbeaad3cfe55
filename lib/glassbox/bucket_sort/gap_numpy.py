"""The maximum gap by NumPy: the same buckets, without a loop in Python."""

from numbers import Integral

import numpy as np

from glassbox.checks import as_list


def maximum_gap_numpy(nums):
    """Return `maximum_gap` by NumPy, for numbers that fit int64, uint64 or float64.

    Parameters
    ----------
    nums : array_like, shape (n,)
        Finite floats, or integers.

    Returns
    -------
    int or float
        Exact for integers, where the width is floor((high - low) / (n - 1)), at least 1.

    Raises
    ------
    ValueError
        If ``nums`` is not one-dimensional, or a number is NaN or infinite.
    TypeError
        If the numbers are neither integers nor floats.
    OverflowError
        If the integers do not fit 64 bits (or float64, where floats stand beside them), or long
        doubles would be rounded.

    Examples
    --------
    >>> maximum_gap_numpy([3, 6, 9, 1])
    3
    """
    nums = _number_array(nums)
    n = nums.size
    if n < 2:
        return 0
    low, high = nums.min(), nums.max()
    if low == high:
        return 0
    if nums.dtype == np.float64:
        with np.errstate(over="ignore"):  # an infinite span is dealt with, an infinite gap is right
            return float(_gap_between(nums, _float_buckets(nums, low, high)))
    offsets = nums.view(np.uint64) - low.view(np.uint64)  # exact modulo 2**64
    width = max(1, int(offsets.max()) // (n - 1))
    return int(_gap_between(offsets, (offsets // np.uint64(width)).astype(np.int64)))


def _float_buckets(nums, low, high):
    n = nums.size
    if np.isfinite(high - low):
        parts = (nums - low) / (high - low)
    else:
        parts = (nums / 2 - low / 2) / (high / 2 - low / 2)
    return np.minimum((parts * n).astype(np.int64), n - 1)


def _gap_between(values, bucket):
    """Return the largest step between the buckets, at most 2n of them, that hold anything."""
    small = np.full(bucket.max() + 1, values.max())
    large = np.full(bucket.max() + 1, values.min())
    np.minimum.at(small, bucket, values)
    np.maximum.at(large, bucket, values)
    full = np.zeros(small.size, dtype=bool)
    full[bucket] = True
    return np.max(small[full][1:] - large[full][:-1])


def _number_array(nums):
    """Return ``nums`` as an array of int64, uint64 or float64, without a silent loss of digits."""
    if not isinstance(nums, np.ndarray):
        nums = _list_array(as_list("nums", nums))
    if nums.ndim != 1:
        raise ValueError(f"nums must be one-dimensional, got shape {nums.shape}")
    if nums.dtype.kind not in "biuf":
        raise TypeError(f"nums must hold integers or floats, got dtype {nums.dtype}")
    if nums.dtype.kind != "f":
        return nums.astype(np.uint64 if nums.dtype.kind == "u" else np.int64)
    if not np.isfinite(nums).all():
        raise ValueError(f"nums must be finite, got {nums[~np.isfinite(nums)][0]}")
    with np.errstate(over="ignore"):
        floats = nums.astype(np.float64)
    if not (floats == nums).all():  # a long double holds more digits
        rounded = nums[floats != nums][0]
        raise OverflowError(f"nums must fit float64 without rounding, got {rounded!r}")
    return floats


def _list_array(nums):
    integers = [x for x in nums if isinstance(x, Integral)]
    for i, x in enumerate(nums):
        if not isinstance(x, Integral | float | np.floating):
            raise TypeError(f"nums[{i}] must be an integer or a float, got {x!r}")
        if isinstance(x, np.longdouble) and np.isfinite(x) and float(x) != x:
            raise OverflowError(f"nums[{i}] must fit float64 without rounding, got {x!r}")
    low, high = min(integers, default=0), max(integers, default=0)
    if len(integers) < len(nums):
        fits, dtype = -(2**53) <= low <= high <= 2**53, np.float64
    elif high < 2**63:
        fits, dtype = low >= -(2**63), np.int64
    else:
        fits, dtype = low >= 0 and high < 2**64, np.uint64
    if not fits:
        raise OverflowError(
            f"nums must fit {dtype.__name__}, got integers from {low} to {high}; "
            f"maximum_gap takes any integer"
        )
    return np.array(nums, dtype=dtype)
