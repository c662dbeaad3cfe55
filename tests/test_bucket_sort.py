import math
import sys
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glassbox.bucket_sort import (
    bucket_of,
    bucket_sort,
    counting_sort,
    gap_buckets,
    gap_by_width,
    maximum_gap,
    maximum_gap_numpy,
    pile_sizes,
    pour,
    quantile_walls,
    radix_sort,
    scan,
    sharing_pairs,
)
from glassbox.trace import record

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


@given(st.one_of(integers, small_integers, fractions, plain_floats), st.fractions(0, 1))
def test_no_placement_breaks_a_width_of_one_mean_gap_or_less(nums, share):
    if len(set(nums)) < 2 or not share:
        return
    width = share * (Fraction(max(nums)) - Fraction(min(nums))) / (len(nums) - 1)
    answer, _ = gap_by_width(nums, width)
    assert answer == largest_difference(nums)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8), st.integers(1, 60))
def test_the_answer_of_any_width_is_the_widest_step_between_its_buckets(nums, width):
    answer, buckets = gap_by_width(nums, width)
    held = {k: [x for x in nums if (x - min(nums)) // width == k] for k in range(101)}
    assert buckets == {k: (min(pile), max(pile)) for k, pile in held.items() if pile}
    gaps = [(a, b) for a, b in pairwise(sorted(nums))]
    seen = [b - a for a, b in gaps if (a - min(nums)) // width != (b - min(nums)) // width]
    assert answer == max(seen, default=0)


def test_a_width_beyond_the_mean_gap_has_its_counterexample():
    # n numbers over D = 1000 (n - 1): a first gap a little wider than the mean, the others equal
    for n in range(3, 12):
        first = 1000 + 1
        rest = Fraction(1000 * (n - 1) - first, n - 2)
        nums = [0] + [first + k * rest for k in range(n - 1)]
        assert gap_by_width(nums, 1000)[0] == largest_difference(nums) == first
        assert gap_by_width(nums, first + 1)[0] < first


def test_a_width_is_positive():
    with pytest.raises(ValueError, match="width must be > 0, got 0"):
        gap_by_width([1, 2], 0)
    with pytest.raises(TypeError, match=r"width must be a real number, got 'x'"):
        gap_by_width([1, 2], "x")
    assert gap_by_width([], 1) == (0, {})


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
    # a float would round the quotient up to 1
    assert bucket_of([0, 10**20], 10)(10**19 - 1) == 0


def test_a_bucket_keeps_the_first_of_equal_ends():
    one, again = Fraction(1, 3), Fraction(1, 3)
    small, large = pour([one, again], 1)
    assert small[0] is one and large[0] is one


@given(st.one_of(integers, small_integers, fractions, floats), st.none() | st.integers(1, 40))
@example([-2, 0, 2], None)
@example([-4], 1)
def test_bucket_sort_sorts(nums, buckets):
    before = list(nums)
    result = bucket_sort(nums, buckets=buckets)
    assert result == sorted(nums)
    assert result is not nums
    assert nums == before


def piles_of(trace):
    """What was pushed into each bucket of a recorded bucket sort."""
    piles = {name: [] for name in trace.start if name.startswith("bucket/")}
    for op, name, _, value, _ in trace.events:
        if op == "push" and name in piles:
            piles[name].append(value)
    return [piles[f"bucket/{k}"] for k in range(len(piles))]


@given(st.one_of(integers, small_integers, fractions, floats), st.none() | st.integers(1, 40))
@example(list(range(50)), 49)
@example(list(range(50)), None)
def test_each_number_is_scattered_into_the_bucket_of_its_range(nums, buckets):
    piles = piles_of(record(bucket_sort, nums, buckets=buckets))
    assert len(piles) == (len(nums) if buckets is None else buckets)
    ends = [(min(pile), max(pile)) if pile else None for pile in piles]
    assert ends == gap_buckets(nums, buckets)  # worked by hand above, and against sorting
    assert sorted(x for pile in piles for x in pile) == sorted(nums)
    assert pile_sizes(nums, buckets) == [len(pile) for pile in piles]


def test_a_scattering_worked_by_hand():
    # 4 to 36 in eight buckets of 4: [4, 8), [8, 12), [12, 16), [16, 20), [20, 24), ..., [32, 36]
    piles = piles_of(record(bucket_sort, [19, 4, 36, 10, 7, 21, 5, 23]))
    assert piles == [[4, 7, 5], [10], [], [19], [21, 23], [], [], [36]]
    piles = piles_of(record(bucket_sort, [19, 4, 36, 10, 7, 21, 5, 23], walls=[7, 20]))
    assert piles == [[4, 5], [19, 10, 7], [36, 21, 23]]


def test_spread_numbers_fill_their_buckets_evenly():
    assert piles_of(record(bucket_sort, range(100), buckets=10)) == [
        list(range(10 * k, 10 * k + 10)) for k in range(10)
    ]


@given(st.one_of(integers, small_integers, fractions, plain_floats), st.integers(1, 12))
def test_walls_at_quantiles_sort_too_and_share_out_what_they_were_made_of(nums, buckets):
    if len(nums) < buckets:
        return
    walls = quantile_walls(nums, buckets)
    assert len(walls) == buckets - 1
    assert bucket_sort(nums, walls=walls) == sorted(nums)
    sizes = pile_sizes(nums, walls=walls)
    assert sum(sizes) == len(nums)
    if len(set(nums)) == len(nums):  # no two piles of different numbers differ by more than one
        assert max(sizes) - min(sizes) <= 1


def test_walls_worked_by_hand():
    # sorted 1 2 3 4 5 100: thirds begin at 1, 3 and 5
    assert quantile_walls([5, 1, 2, 100, 3, 4], 3) == [3, 5]
    assert pile_sizes([5, 1, 2, 100, 3, 4], walls=[3, 5]) == [2, 2, 2]
    assert pile_sizes([5, 1, 2, 100, 3, 4], 3) == [5, 0, 1]
    assert quantile_walls([7, 7, 7], 3) == [7, 7]
    assert pile_sizes([7, 7, 7], walls=[7, 7]) == [0, 0, 3]
    assert bucket_sort([2, 1], walls=[]) == [1, 2]


def test_walls_that_are_no_walls_are_refused():
    with pytest.raises(ValueError, match=r"in order, got walls\[1\] = 2 after 3"):
        bucket_sort([1], walls=[3, 2])
    with pytest.raises(ValueError, match=r"walls\[0\] must be finite"):
        bucket_sort([1], walls=[math.nan])
    with pytest.raises(ValueError, match="buckets and walls exclude each other"):
        bucket_sort([1], buckets=2, walls=[1])
    with pytest.raises(ValueError, match="at least 3 numbers, one a bucket, got 2"):
        quantile_walls([1, 2], 3)


@given(small_integers)
@example([])
def test_counting_sort_sorts(nums):
    before = list(nums)
    assert counting_sort(nums) == sorted(nums)
    assert nums == before


def test_a_tally_worked_by_hand():
    trace = record(counting_sort, [3, -1, 2, 3])  # -1 0 1 2 3
    assert trace.state_at(len(trace.events))["tally"] == [1, 0, 0, 1, 2]
    assert trace.counts()["push"] == 4


def test_nothing_to_sort_takes_no_tally_and_no_pass():
    made = {}

    def new(name, values=()):
        made[name] = list(values)
        return made[name]

    assert counting_sort([], new=new) == radix_sort([], new=new) == []
    assert made == {"nums": [], "out": [], "tally": []}


def test_a_range_that_is_wider_than_memory_is_refused():
    with pytest.raises(ValueError, match="at most 10,000,000 values, got 0 to 1000000000: radix"):
        counting_sort([0, 10**9])
    assert counting_sort([10**30, 10**30 + 2]) == [10**30, 10**30 + 2]


@given(st.one_of(integers, small_integers), st.integers(2, 300))
def test_radix_sort_sorts(nums, base):
    before = list(nums)
    assert radix_sort(nums, base=base) == sorted(nums)
    assert radix_sort(nums) == sorted(nums)
    assert nums == before


def test_the_passes_of_a_radix_sort_worked_by_hand():
    # 31 4 15 92 65 less 4: 27 0 11 88 61; by the last digit 0, 11 61, 27, 88; then 0 11 27 61 88
    trace = record(radix_sort, [31, 4, 15, 92, 65], base=10)
    assert trace.start["after 1s"] == [4, 15, 65, 31, 92]
    assert trace.start["after 10s"] == [4, 15, 31, 65, 92]
    assert trace.result == [4, 15, 31, 65, 92]
    by_tens = {name: [] for name in trace.start if name.startswith("10s/")}
    for op, name, _, value, _ in trace.events:
        if op == "push" and name in by_tens:
            by_tens[name].append(value)
    assert by_tens["10s/0"] == [4]
    assert by_tens["10s/6"] == [65]
    assert len(by_tens) == 10


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.integers(2, 16))
def test_radix_sort_makes_a_pass_for_each_digit_of_the_range(nums, base):
    span, passes = max(nums) - min(nums), 0
    while base**passes <= span:
        passes += 1
    trace = record(radix_sort, nums, base=base)
    assert sum(name.startswith("after") for name in trace.start) == passes


def test_pairs_that_share_a_bucket():
    assert sharing_pairs([3, 0, 0, 1]) == 3
    assert sharing_pairs([]) == 0
    with pytest.raises(ValueError, match=r"sizes\[0\] must be at least 0, got -1"):
        sharing_pairs([-1])


def test_floats_beside_large_integers_do_not_lose_their_order():
    # in floats the 256 lies 256 above the first number, truly 129, and passes by the 257
    nums = [2**60 + 127, 2.0**60 + 256, 2**60 + 257, 2**60 + 300]
    assert bucket_sort(nums, buckets=150) == nums
    assert [bucket for bucket in gap_buckets(nums, 173) if bucket] == [(x, x) for x in nums]


def test_numbers_beside_floats_that_no_float_holds():
    assert maximum_gap([10**400, 1.0]) == math.inf
    assert maximum_gap([Fraction(10**400), 1.0, 3.0]) == math.inf
    assert maximum_gap([10**400, 10**400 + 7, 1e300, 10**400 - 9 * 10**399]) == math.inf
    assert maximum_gap([2**53, 2.0**53 + 2, 2**53 + 7]) == 5.0


@given(st.lists(st.one_of(st.integers(-9, 9), st.floats(-9, 9), st.fractions(-9, 9)), max_size=12))
def test_mixed_numbers(nums):
    assert bucket_sort(nums) == sorted(nums)
    kinds = set(map(type, nums))
    if float in kinds and len(kinds) > 1:
        assert maximum_gap(nums) == float(largest_difference(map(Fraction, nums)))
    else:
        assert maximum_gap(nums) == largest_difference(nums)


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


def test_numpy_takes_what_just_fits_64_bits():
    assert maximum_gap_numpy([0, 2**64 - 1]) == 2**64 - 1
    assert maximum_gap_numpy([-(2**63), 2**63 - 1]) == 2**64 - 1
    assert maximum_gap_numpy([0.5, 2**53]) == 2**53  # 2**53 - 0.5, rounded
    assert maximum_gap_numpy([0.5, -(2**53)]) == 2**53
    assert maximum_gap_numpy([1, 0.5, 8]) == 7  # integers from 1 to 8 beside a float
    for beyond, kind in [
        ([0, 2**64], "uint64"), ([0.5, 2**53 + 1], "float64"), ([0.5, -(2**53) - 1], "float64"),
    ]:  # fmt: skip
        with pytest.raises(OverflowError, match=f"nums must fit {kind}, got integers from"):
            maximum_gap_numpy(beyond)


def test_numpy_refuses_what_it_would_get_wrong():
    with pytest.raises(OverflowError, match="fit int64, got integers from -9223372036854775809"):
        maximum_gap_numpy([-(2**63) - 1, 0])
    with pytest.raises(OverflowError, match="fit uint64"):
        maximum_gap_numpy([-1, 2**63])
    with pytest.raises(OverflowError, match="fit float64"):
        maximum_gap_numpy([0.5, 2**53 + 1])
    above = 1 + np.longdouble(2) ** -60
    for close in (np.array([1, above]), [1.0, above]):
        if np.finfo(np.longdouble).nmant > 52:  # where C has one
            with pytest.raises(OverflowError, match="must fit float64 without rounding"):
                maximum_gap_numpy(close)
            with pytest.raises(ValueError, match=r"nums\[1\] must fit a float without rounding"):
                maximum_gap(close)
            with pytest.raises(OverflowError, match=r"rounding, got .*1\.0"):  # the first such one
                maximum_gap_numpy(np.array([1, above, 3 * above]))
    if np.finfo(np.longdouble).maxexp > 1024:
        with pytest.raises(OverflowError, match="must fit float64 without rounding"):
            maximum_gap_numpy(np.array(["1", "1e400"], np.longdouble))
    assert maximum_gap_numpy(np.array([1, 3], np.longdouble)) == 2
    with pytest.raises(TypeError, match=r"nums\[1\] must be an integer or a float, got Fraction"):
        maximum_gap_numpy([1, Fraction(1, 3)])
    with pytest.raises(TypeError, match="got dtype complex128"):
        maximum_gap_numpy(np.array([1j, 2]))
    with pytest.raises(ValueError, match=r"one-dimensional, got shape \(2, 2\)"):
        maximum_gap_numpy(np.zeros((2, 2)))


FUNCTIONS = [
    bucket_sort,
    maximum_gap,
    gap_buckets,
    maximum_gap_numpy,
    pile_sizes,
    lambda nums: pour(nums, 3),
    lambda nums: bucket_of(nums, 3),
    lambda nums: gap_by_width(nums, 3),
]


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


@pytest.mark.parametrize("function", [*FUNCTIONS, counting_sort, radix_sort])
def test_what_is_no_list_is_refused_by_name(function):
    for bad in (None, 5):
        with pytest.raises(TypeError, match=f"nums must be a list of numbers, got {bad}"):
            function(bad)


@pytest.mark.parametrize("function", [counting_sort, radix_sort])
def test_what_is_no_integer_is_refused(function):
    for bad in ("1", None, 1.5, 2.0, math.nan):
        with pytest.raises(TypeError, match=r"nums\[1\] must be an integer"):
            function([1, bad])


COUNTED = [
    (lambda count: bucket_sort([1, 2], buckets=count), "buckets", 1),
    (lambda count: bucket_sort([], buckets=count), "buckets", 1),
    (lambda count: pile_sizes([1, 2], count), "buckets", 1),
    (lambda count: quantile_walls([1, 2], count), "buckets", 1),
    (lambda count: gap_buckets([1, 2], count), "count", 1),
    (lambda count: gap_buckets([], count), "count", 1),
    (lambda count: pour([1, 2], count), "count", 1),
    (lambda count: bucket_of([1, 2], count), "count", 1),
    (lambda count: radix_sort([1, 2], base=count), "base", 2),
]


@pytest.mark.parametrize("call, name, least", COUNTED)
def test_a_count_of_buckets_is_at_least_one_and_fits_memory(call, name, least):
    for count in (0, -3):
        with pytest.raises(ValueError, match=f"{name} must be at least {least}, got {count}"):
            call(count)
    with pytest.raises(ValueError, match=f"{name} must be at most 10,000,000, got 1000000000000"):
        call(10**12)
    for bad in (2.0, "2"):
        with pytest.raises(TypeError, match=f"{name} must be an integer, got {bad!r}"):
            call(bad)


def test_pour_and_scan_refuse_what_they_cannot_read():
    assert pour([], 3) == ([None] * 3, [None] * 3)
    with pytest.raises(ValueError, match="nums must hold at least one number"):
        bucket_of([], 3)
    with pytest.raises(ValueError, match="large must have 2 entries, as small has, got 1"):
        scan([1, 2], [1])
    with pytest.raises(ValueError, match="must be None together, got None and 3 at 1"):
        scan([1, None], [1, 3])
