import math
import sys
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glassbox.bucket_sort import (
    bucket_sort,
    gap_buckets,
    maximum_gap,
    maximum_gap_numpy,
    pour,
    scan,
)

integers = st.lists(st.integers(-(10**40), 10**40), max_size=30)
small_integers = st.lists(st.integers(-8, 8), max_size=12)
fractions = st.lists(st.fractions(-3, 3), max_size=12)
floats = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=30)
plain_floats = st.lists(st.floats(-1, 1), max_size=30)
int64s = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30)
uint64s = st.lists(st.integers(0, 2**64 - 1), max_size=30)


def largest_difference(nums):
    """Sort and subtract."""
    nums = sorted(nums)
    return max((b - a for a, b in pairwise(nums)), default=0)


def test_a_gap_worked_by_hand():
    # low 1, high 9, four buckets of width 2: [1, 3) has 1, [3, 5) has 3, [5, 7) has 6, [7, 9] has 9
    assert gap_buckets([3, 6, 9, 1]) == [(1, 1), (3, 3), (6, 6), (9, 9)]
    assert maximum_gap([3, 6, 9, 1]) == 3  # 3 - 1, 6 - 3, 9 - 6


def test_an_empty_bucket_is_jumped_over():
    # three buckets of width 2/3: 0, 0 in the first, 2 in the last
    assert gap_buckets([0, 0, 2]) == [(0, 0), None, (2, 2)]
    assert maximum_gap([0, 0, 2]) == 2


def test_a_sort_worked_by_hand():
    given_nums = [3, -1, 2, 3]
    assert bucket_sort(given_nums) == [-1, 2, 3, 3]
    assert given_nums == [3, -1, 2, 3]


@given(st.one_of(integers, small_integers, fractions, floats, plain_floats))
def test_the_gap_is_what_sorting_finds(nums):
    before = list(nums)
    assert maximum_gap(nums) == largest_difference(nums)
    assert nums == before


@given(st.integers(2, 300), st.floats(-10, 10), st.floats(1e-3, 10))
def test_the_gap_of_evenly_spaced_floats(n, start, step):
    # the hardest case: every gap is as wide as a bucket may be, but for rounding
    nums = [start + step * k for k in range(n)]
    assert maximum_gap(nums) == largest_difference(nums)


FLOATS = [
    [5e-324, 0.0],
    [0.287, 0.387],
    [-1e308, 0.0, 1e308],
    [-1.7e308, 1.7e308],
    [1e308, 1.1e308, 1.6e308, 1.61e308],
    [-sys.float_info.max, 5e-324, sys.float_info.max],
    [1.0, math.nextafter(1, 2), math.nextafter(1, 0)],
]


@pytest.mark.parametrize("nums", FLOATS)
def test_the_gap_of_extreme_floats(nums):
    assert maximum_gap(nums) == largest_difference(nums)
    assert maximum_gap_numpy(nums) == largest_difference(nums)
    assert bucket_sort(nums[::-1]) == sorted(nums)


@pytest.mark.parametrize("nums", [[], [7], [7, 7, 7], [0.5] * 4, [Fraction(1, 3)] * 2])
def test_without_two_different_numbers_the_gap_is_zero(nums):
    assert maximum_gap(nums) == 0
    if Fraction(1, 3) not in nums:
        assert maximum_gap_numpy(nums) == 0


def test_exact_numbers_give_exact_gaps():
    assert maximum_gap([0, 10**400, 3 * 10**400 + 1]) == 2 * 10**400 + 1
    gap = maximum_gap([Fraction(1, 3), Fraction(1, 7), 1])
    assert gap == Fraction(2, 3)
    assert isinstance(gap, Fraction)


@given(small_integers, st.integers(-5, 5), st.integers(-5, 5), st.randoms())
def test_the_gap_scales_with_the_numbers_and_knows_no_order(nums, a, b, random):
    moved = [a * x + b for x in nums]
    random.shuffle(moved)
    assert maximum_gap(moved) == abs(a) * maximum_gap(nums)
    assert maximum_gap(nums + nums[:3]) == maximum_gap(nums)
    if len(nums) > 1:
        assert maximum_gap(nums) * (len(nums) - 1) >= max(nums) - min(nums)


@given(small_integers.filter(len), st.integers(0, 20))
def test_any_finer_grid_is_as_good(nums, more):
    assert scan(*pour(nums, len(nums) + more)) == largest_difference(nums)


def test_a_grid_that_is_too_wide_hides_the_gap():
    # 0..3 in n - 1 = 2 buckets of width 3/2 shows 2 - 0; in n - 2 = 1 bucket nothing shows
    assert scan(*pour([0, 2, 3], 2)) == 2
    assert scan(*pour([0, 2, 3], 1)) == 0


@given(st.one_of(integers, small_integers, fractions, floats), st.integers(1, 40))
def test_buckets_hold_the_extremes_of_disjoint_ranges(nums, count):
    buckets = gap_buckets(nums, count)
    assert len(buckets) == count
    ends = [x for bucket in buckets if bucket for x in bucket]
    assert ends == sorted(ends)
    if nums:
        assert (ends[0], ends[-1]) == (min(nums), max(nums))
        assert set(ends) <= set(nums)
    else:
        assert ends == []


def test_buckets_are_half_open_and_the_last_one_closed():
    assert gap_buckets([0, 1, 2, 3, 4], 2) == [(0, 1), (2, 4)]
    # 1 / 49 * 49 is below 1 in floats
    assert gap_buckets(range(50), 49) == [(k, k) for k in range(48)] + [(48, 49)]
    assert gap_buckets([], 3) == [None] * 3
    assert gap_buckets([]) == []
    assert gap_buckets([5, 5], 3) == [(5, 5), None, None]


@given(st.one_of(integers, small_integers, fractions, floats), st.none() | st.integers(1, 40))
@example([-2, 0, 2], None)
@example([-4], 1)
def test_bucket_sort_sorts(nums, buckets):
    before = list(nums)
    result = bucket_sort(nums, buckets=buckets)
    assert result == sorted(nums)
    assert result is not nums
    assert nums == before


def test_floats_beside_large_integers_do_not_lose_their_order():
    # in floats the 256 lies 256 above the first number, truly 129, and passes by the 257
    nums = [2**60 + 127, 2.0**60 + 256, 2**60 + 257, 2**60 + 300]
    assert bucket_sort(nums, buckets=150) == nums
    assert [bucket for bucket in gap_buckets(nums, 173) if bucket] == [(x, x) for x in nums]


@given(st.lists(st.one_of(st.integers(-9, 9), st.floats(-9, 9), st.fractions(-9, 9)), max_size=12))
def test_mixed_numbers(nums):
    assert bucket_sort(nums) == sorted(nums)
    assert maximum_gap(nums) == pytest.approx(float(largest_difference(map(Fraction, nums))))


def test_bucket_sort_is_stable():
    nums = [2, 1.0, Fraction(1), 1, 2.0]
    assert list(map(type, bucket_sort(nums, buckets=2))) == list(map(type, sorted(nums)))


@given(st.one_of(int64s, uint64s, small_integers, floats, plain_floats))
def test_numpy_finds_the_same_gap(nums):
    before = list(nums)
    gap = maximum_gap_numpy(nums)
    assert gap == largest_difference(nums)
    assert isinstance(gap, int | float)
    assert nums == before


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64, np.float32, bool])
def test_numpy_takes_arrays_of_each_kind(dtype):
    nums = np.array([1, 0, 100, 101]).astype(dtype)
    before = nums.copy()
    assert maximum_gap_numpy(nums) == largest_difference(nums.tolist())
    assert (nums == before).all()


def test_numpy_scalars_do_not_overflow():
    nums = [np.int8(-128), np.int8(127), np.int8(0)]
    assert maximum_gap(nums) == 128
    assert bucket_sort(nums) == [-128, 0, 127]
    assert maximum_gap_numpy(np.array(nums, dtype=np.int8)) == 128


def test_numpy_refuses_what_it_would_get_wrong():
    with pytest.raises(OverflowError, match="fit int64, got integers from -9223372036854775809"):
        maximum_gap_numpy([-(2**63) - 1, 0])
    with pytest.raises(OverflowError, match="fit uint64"):
        maximum_gap_numpy([-1, 2**63])
    with pytest.raises(OverflowError, match="fit float64"):
        maximum_gap_numpy([0.5, 2**53 + 1])
    with pytest.raises(TypeError, match=r"nums\[1\] must be an integer or a float, got Fraction"):
        maximum_gap_numpy([1, Fraction(1, 3)])
    with pytest.raises(TypeError, match="got dtype complex128"):
        maximum_gap_numpy(np.array([1j, 2]))
    with pytest.raises(ValueError, match=r"one-dimensional, got shape \(2, 2\)"):
        maximum_gap_numpy(np.zeros((2, 2)))


FUNCTIONS = [bucket_sort, maximum_gap, gap_buckets, maximum_gap_numpy]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_numbers_that_are_not_finite_are_refused(function, bad):
    with pytest.raises(ValueError, match="must be finite, got"):
        function([1.0, bad, 2.0])
    with pytest.raises(ValueError, match="must be finite, got"):
        function([bad])


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("bad", ["1", None, 1j, [1]])
def test_what_is_no_number_is_refused(function, bad):
    with pytest.raises(TypeError, match=r"nums\[1\] must be a"):
        function([1, bad])


@pytest.mark.parametrize("function, name", [(bucket_sort, "buckets"), (gap_buckets, "count")])
def test_a_bucket_count_is_at_least_one(function, name):
    for count in (0, -3):
        with pytest.raises(ValueError, match=f"{name} must be at least 1, got {count}"):
            function([1, 2], **{name: count})
        with pytest.raises(ValueError, match=f"{name} must be at least 1"):
            function([], **{name: count})
    with pytest.raises(TypeError, match=f"{name} must be an integer, got 2.0"):
        function([1, 2], **{name: 2.0})
