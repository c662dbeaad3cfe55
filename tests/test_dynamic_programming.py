import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassbox.dynamic_programming import (
    bounded_knapsack,
    combination_row,
    count_combinations,
    examples,
    knapsack,
    knapsack_items,
    knapsack_numpy,
    knapsack_table,
    knapsack_top_down,
    recursion_size,
    split_count,
    unbounded_knapsack,
)

# name, capacity, weights, values, optimum: data set KNAPSACK_01 of J. Burkardt,
# https://people.sc.fsu.edu/~jburkardt/datasets/knapsack_01/knapsack_01.html
PUBLISHED = [
    (
        "p01",
        165,
        [23, 31, 29, 44, 53, 38, 63, 85, 89, 82],
        [92, 57, 49, 68, 60, 43, 67, 84, 87, 72],
        309,
    ),
    ("p02", 26, [12, 7, 11, 8, 9], [24, 13, 23, 15, 16], 51),
    ("p03", 190, [56, 59, 80, 64, 75, 17], [50, 50, 64, 46, 50, 5], 150),
    ("p04", 50, [31, 10, 20, 19, 4, 3, 6], [70, 20, 39, 37, 7, 5, 10], 107),
    ("p05", 104, [25, 35, 45, 5, 25, 3, 2, 2], [350, 400, 450, 20, 70, 8, 5, 5], 900),
    ("p06", 170, [41, 50, 49, 59, 55, 57, 60], [442, 525, 511, 593, 546, 564, 617], 1735),
    (
        "p07",
        750,
        [70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120],
        [135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240],
        1458,
    ),
]
P08 = """
    capacity 6404180 optimum 13549094
    weights 382745 799601 909247 729069 467902 44328 34610 698150 823460 903959 853665 551830
            610856 670702 488960 951111 323046 446298 931161 31385 496951 264724 224916 169684
    values 825594 1677009 1676628 1523970 943972 97426 69666 1296457 1679693 1902996 1844992 1049289
           1252836 1319836 953277 2067538 675367 853655 1826027 65731 901489 577243 466257 369261
"""

EXAMPLE = ([2, 3, 4, 5], [3, 4, 5, 6], 8)

numbers = st.one_of(
    st.integers(-20, 50), st.integers(-(10**400), 10**400), st.fractions(-9, 9, max_denominator=9)
)
items_of = st.lists(st.tuples(st.integers(0, 9), numbers), max_size=6)
float_items = st.lists(st.tuples(st.integers(0, 9), st.floats(-9, 9)), max_size=6)
capacities = st.integers(0, 25)


def columns(items):
    return [w for w, _ in items], [v for _, v in items]


def best_choice(items, limits, capacity, exact):
    """Try every number of copies of every item."""
    best = -math.inf
    for times in product(*[range(limit + 1) for limit in limits]):
        weight = sum(k * w for k, (w, _) in zip(times, items, strict=True))
        if weight == capacity or (weight < capacity and not exact):
            best = max(best, sum(k * v for k, (_, v) in zip(times, items, strict=True)))
    return best


@pytest.mark.parametrize("name, capacity, weights, values, optimum", PUBLISHED)
def test_published_optima(name, capacity, weights, values, optimum):
    assert knapsack(weights, values, capacity) == optimum
    assert knapsack_table(weights, values, capacity)[-1][-1] == optimum
    assert knapsack_top_down(weights, values, capacity) == optimum
    assert knapsack_numpy(weights, values, capacity) == optimum
    taken = knapsack_items(weights, values, capacity)
    assert sum(values[i] for i in taken) == optimum
    assert sum(weights[i] for i in taken) <= capacity


def test_the_published_optimum_of_a_large_capacity():
    numbers = [int(word) for word in P08.split() if word.isdigit()]
    capacity, optimum, weights, values = *numbers[:2], numbers[2:26], numbers[26:]
    assert knapsack_numpy(weights, values, capacity) == optimum


def test_a_table_worked_by_hand():
    # items (1, 3) and (2, 4): at capacity 3 both fit
    assert knapsack_table([1, 2], [3, 4], 3) == [[0, 0, 0, 0], [0, 3, 3, 3], [0, 3, 4, 7]]
    no = -math.inf
    exactly = [[0, no, no, no], [0, 3, no, no], [0, 3, 4, 7]]
    assert knapsack_table([1, 2], [3, 4], 3, exact=True) == exactly


def test_the_direction_of_the_loop_is_the_whole_difference():
    assert knapsack(*EXAMPLE) == 10
    assert unbounded_knapsack(*EXAMPLE) == 12
    assert knapsack_items(*EXAMPLE) == [1, 3]


@given(items_of, capacities, st.booleans())
def test_the_knapsack_equals_trying_all_subsets(items, capacity, exact):
    weights, values = columns(items)
    before = list(weights), list(values)
    best = best_choice(items, [1] * len(items), capacity, exact)
    assert knapsack(weights, values, capacity, exact=exact) == best
    assert knapsack_table(weights, values, capacity, exact=exact)[-1][-1] == best
    assert (weights, values) == before


@given(float_items, capacities, st.booleans())
def test_the_knapsack_of_float_values(items, capacity, exact):
    best = best_choice(items, [1] * len(items), capacity, exact)
    assert knapsack(*columns(items), capacity, exact=exact) == pytest.approx(best)
    if not (exact and best == -math.inf):
        taken = knapsack_items(*columns(items), capacity, exact=exact)
        assert sum(items[i][1] for i in taken) == pytest.approx(best)


@given(items_of, capacities)
def test_each_cell_of_the_table_is_a_knapsack(items, capacity):
    weights, values = columns(items)
    for exact in (False, True):
        table = knapsack_table(weights, values, capacity, exact=exact)
        assert len(table) == len(items) + 1
        for i, row in enumerate(table):
            expected = [
                knapsack(weights[:i], values[:i], j, exact=exact) for j in range(capacity + 1)
            ]
            assert row == expected


@given(items_of, capacities)
def test_at_most_is_the_best_of_exactly(items, capacity):
    at_most = knapsack_table(*columns(items), capacity)[-1]
    exactly = knapsack_table(*columns(items), capacity, exact=True)[-1]
    assert at_most == [max(exactly[: j + 1]) for j in range(capacity + 1)]


@given(items_of, capacities, st.booleans())
def test_the_items_are_increasing_fit_and_are_worth_the_optimum(items, capacity, exact):
    weights, values = columns(items)
    best = knapsack(weights, values, capacity, exact=exact)
    if best == -math.inf:
        with pytest.raises(ValueError, match="weigh exactly, but no subset does"):
            knapsack_items(weights, values, capacity, exact=exact)
        return
    taken = knapsack_items(weights, values, capacity, exact=exact)
    assert taken == sorted(set(taken))
    weight = sum(weights[i] for i in taken)
    assert weight == capacity if exact else weight <= capacity
    assert sum(values[i] for i in taken) == best


@given(items_of, st.lists(st.integers(0, 3), min_size=6, max_size=6), capacities, st.booleans())
def test_the_bounded_knapsack_equals_trying_all_counts(items, counts, capacity, exact):
    counts = counts[: len(items)]
    best = best_choice(items, counts, capacity, exact)
    assert bounded_knapsack(*columns(items), counts, capacity, exact=exact) == best


@given(items_of.map(lambda items: items[:4]), st.integers(0, 12), st.booleans())
def test_the_unbounded_knapsack_equals_trying_all_counts(items, capacity, exact):
    items = [(w, v) for w, v in items if w > 0 or v <= 0]
    limits = [capacity // w if w else 1 for w, _ in items]
    best = best_choice(items, limits, capacity, exact)
    weights, values = columns(items)
    assert unbounded_knapsack(weights, values, capacity, exact=exact) == best
    assert best >= knapsack(weights, values, capacity, exact=exact)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-20, 50)), max_size=8), capacities)
def test_numpy_finds_the_same_optimum(items, capacity):
    for exact in (False, True):
        best = knapsack_numpy(*columns(items), capacity, exact=exact)
        assert best == knapsack(*columns(items), capacity, exact=exact)


@given(items_of, capacities)
def test_more_room_never_costs_and_order_does_not_count(items, capacity):
    weights, values = columns(items)
    best = knapsack(weights, values, capacity)
    assert knapsack(weights, values, capacity + 1) >= best
    assert knapsack(weights[::-1], values[::-1], capacity) == best
    assert knapsack(weights, values, sum(weights)) == sum(v for v in values if v > 0)


def test_weight_zero_always_fits():
    # a loop from 1 would lose it
    for function in (knapsack, knapsack_numpy):
        assert function([0, 1], [5, 10], 1) == 15
        assert function([0], [5], 0) == 5
    assert knapsack_items([0, 1], [5, 10], 1) == [0, 1]
    assert unbounded_knapsack([0, 1], [-5, 10], 2) == 20


def test_an_exact_fill_may_be_worth_less_than_nothing():
    assert knapsack([2], [-3], 2, exact=True) == -3
    assert knapsack([2], [-3], 2) == 0
    assert knapsack([2], [3], 3, exact=True) == -math.inf
    assert unbounded_knapsack([2], [3], 3, exact=True) == -math.inf
    assert bounded_knapsack([2], [3], [5], 3, exact=True) == -math.inf
    assert knapsack_numpy([2], [3], 3, exact=True) == -math.inf
    assert knapsack_numpy([2], [-3], 2, exact=True) == -3


def test_minus_infinity_is_a_plain_float_to_others():
    lost = knapsack([2], [3], 3, exact=True)
    assert isinstance(lost, float)
    assert math.isinf(lost)
    assert repr(lost) == "-inf"
    assert knapsack([2, 9], [10**400, 10**400], 3, exact=True) == -math.inf


@given(items_of, capacities)
def test_top_down_equals_the_table_with_and_without_a_memo(items, capacity):
    best = knapsack_table(*columns(items), capacity)[-1][-1]
    for memo in (False, True):
        assert knapsack_top_down(*columns(items), capacity, memo=memo) == best


def asked(weights, values, capacity, **memo):
    """Return the questions that the recursion answers, in order."""
    questions = []

    def note(kind, value):
        assert kind == "ask"
        questions.append(value)

    knapsack_top_down(weights, values, capacity, **memo, note=note)
    return questions


def test_a_recursion_worked_by_hand():
    # items of 1 kg and 2 kg, 2 kg of room: leave or take the second, then the first
    tree = [(2, 2), (1, 2), (0, 2), (0, 1), (1, 0), (0, 0)]
    assert asked([1, 2], [3, 4], 2, memo=False) == tree
    assert asked([1, 1], [3, 4], 2, memo=False).count((0, 1)) == 2
    assert asked([1, 1], [3, 4], 2).count((0, 1)) == 1  # a memo is kept unless told otherwise


@given(items_of, capacities)
def test_a_memo_answers_each_question_once(items, capacity):
    once, often = (asked(*columns(items), capacity, memo=memo) for memo in (True, False))
    assert len(set(once)) == len(once)
    assert set(once) == set(often)
    assert often[0] == (len(items), capacity)


@given(items_of, capacities)
def test_the_size_of_the_recursion_is_counted_without_making_it(items, capacity):
    often, once = (asked(*columns(items), capacity, memo=memo) for memo in (False, True))
    assert recursion_size(columns(items)[0], capacity) == (len(often), len(once))


def test_the_size_of_a_recursion_that_nobody_would_wait_for():
    calls, questions = recursion_size([1] * 100, 100)
    assert (calls, questions) == (2**101 - 1, 101 * 102 // 2)
    with pytest.raises(ValueError, match=r"weights\[0\] must be at least 0, got -1"):
        recursion_size([-1], 3)


def test_a_long_recursion_is_an_error_of_python():
    with pytest.raises(RecursionError):
        knapsack_top_down([1] * 5000, [1] * 5000, 3)


def test_room_beyond_all_items_costs_nothing():
    huge = 10**12
    for function in (knapsack, knapsack_numpy):
        assert function([1, 2], [3, 4], huge) == 7
        assert function([1, 2], [3, 4], huge, exact=True) == -math.inf
        assert function([], [], huge, exact=True) == -math.inf
    assert knapsack_items([1, 2], [3, 4], huge) == [0, 1]
    assert bounded_knapsack([1], [3], [2], huge) == 6
    with pytest.raises(ValueError, match="weigh exactly, but no subset does"):
        knapsack_items([1, 2], [3, 4], huge, exact=True)


def test_rows_that_no_memory_holds_are_refused():
    for function in (knapsack_table, unbounded_knapsack):
        with pytest.raises(
            ValueError, match=r"capacity must be at most 1,000,000,000, .* got 10{30}"
        ):
            function([1], [1], 10**30)
    with pytest.raises(ValueError, match="total must be at most 1,000,000,000"):
        count_combinations([1], 10**30)


def test_floats_whose_sums_overflow_are_refused():
    for function in (knapsack, knapsack_items, knapsack_table, knapsack_top_down):
        for large in (1e308, -1e308):
            with pytest.raises(OverflowError, match="values must have sums that a float can hold"):
                function([1, 1], [large, large], 2)
    with pytest.raises(OverflowError, match="values must have sums"):
        knapsack([1, 1], [10**400, 0.5], 2)
    with pytest.raises(OverflowError, match="values must have sums"):
        bounded_knapsack([1], [1e308], [2], 2)
    with pytest.raises(OverflowError, match="values must have sums"):
        unbounded_knapsack([1], [1e308], 2)
    assert knapsack([1, 1], [1e308, -1e307], 2) == 1e308
    assert knapsack_items([1, 1], [-8e307, -8e307], 2, exact=True) == [0, 1]
    assert unbounded_knapsack([0, 1], [-1e307, 1e307], 2) == 2e307


def test_values_of_any_size_stay_exact():
    big = 10**400
    assert knapsack([1, 2], [big, big + 1], 2) == big + 1
    assert knapsack([1, 2], [big, -1], 3, exact=True) == big - 1
    assert unbounded_knapsack([2], [big + 1], 5) == 2 * big + 2
    assert knapsack([1, 1], [Fraction(1, 3), Fraction(1, 6)], 2) == Fraction(1, 2)
    near = np.int64(2**63 - 1)
    assert knapsack([1, 1], [near, near], 2) == 2**64 - 2


def test_without_items_there_is_nothing_to_take():
    assert knapsack([], [], 5) == 0
    assert knapsack([], [], 5, exact=True) == -math.inf
    assert knapsack([], [], 0, exact=True) == 0
    assert knapsack_table([], [], 2) == [[0, 0, 0]]
    assert knapsack_items([], [], 5) == []
    assert unbounded_knapsack([], [], 5) == 0
    assert bounded_knapsack([], [], [], 5) == 0
    assert knapsack_numpy([], [], 5) == 0


def test_split_count_worked_by_hand():
    assert split_count(13) == [1, 2, 4, 6]
    assert split_count(100) == [1, 2, 4, 8, 16, 32, 37]
    assert [split_count(c) for c in (0, 1, 2, 3, 7)] == [[], [1], [1, 1], [1, 2], [1, 2, 4]]


@pytest.mark.parametrize("count", [*range(40), 255, 256, 257])
def test_the_parts_make_every_count_and_no_other(count):
    sums = {0}
    for part in split_count(count):
        sums |= {s + part for s in sums}
    assert sums == set(range(count + 1))
    assert len(split_count(count)) == count.bit_length()


def test_partition_numbers_and_coin_counts():
    partitions = [1, 1, 2, 3, 5, 7, 11, 15, 22, 30, 42]  # OEIS A000041
    assert combination_row(range(1, 11), 10) == partitions
    assert count_combinations(range(1, 101), 100) == 190_569_292
    assert count_combinations([1, 2, 5, 10, 20, 50, 100, 200], 200) == 73_682  # Project Euler 31
    assert count_combinations([1, 5, 10, 25], 100) == 242
    assert count_combinations([1, 2, 5], 10) == 10  # 128 if order counted
    assert count_combinations([2, 2, 4], 4) == 2
    assert count_combinations([], 0) == 1
    assert count_combinations([], 3) == 0
    assert count_combinations([3], 4) == 0


@given(st.lists(st.integers(1, 9), max_size=4), st.integers(0, 15))
def test_combinations_equal_trying_all_counts(parts, total):
    kinds = sorted(set(parts))
    tried = product(*[range(total // part + 1) for part in kinds])
    expected = sum(
        sum(k * part for k, part in zip(times, kinds, strict=True)) == total for times in tried
    )
    assert count_combinations(parts, total) == expected


def bounded_once(weights, values, capacity):
    return bounded_knapsack(weights, values, [1] * len(list(weights)), capacity)


EACH = [
    knapsack,
    knapsack_table,
    knapsack_items,
    knapsack_top_down,
    unbounded_knapsack,
    bounded_once,
    knapsack_numpy,
]


@pytest.mark.parametrize("function", EACH, ids=lambda f: f.__name__)
def test_bad_input_is_refused(function):
    with pytest.raises(ValueError, match=r"weights\[1\] must be at least 0, got -2"):
        function([1, -2], [3, 4], 5)
    with pytest.raises(ValueError, match="capacity must be at least 0, got -1"):
        function([1], [3], -1)
    with pytest.raises(ValueError, match="weights and values must be of equal length, got 2 and 1"):
        function([1, 2], [3], 5)
    for bad in (1.5, 2.0, math.nan, math.inf, "2", None, Fraction(2)):
        with pytest.raises(TypeError, match=r"weights\[0\] must be an integer, got"):
            function([bad], [3], 5)
        with pytest.raises(TypeError, match="capacity must be an integer, got"):
            function([1], [3], bad)
    for bad in (math.nan, math.inf, -math.inf):
        with pytest.raises((ValueError, TypeError), match=r"values\[0\] must be (finite|an int)"):
            function([1], [bad], 5)
    for bad in ("3", None, 1j):
        with pytest.raises(TypeError, match=r"values\[0\] must be a"):
            function([1], [bad], 5)


def test_free_value_without_end_is_refused():
    with pytest.raises(ValueError, match=r"weight 0 .* got values\[1\] = 3"):
        unbounded_knapsack([1, 0], [1, 3], 5)
    assert unbounded_knapsack([1, 0], [1, 0], 5) == 5


def test_bad_counts_are_refused():
    with pytest.raises(ValueError, match=r"counts\[0\] must be at least 0, got -1"):
        bounded_knapsack([1], [1], [-1], 5)
    with pytest.raises(TypeError, match=r"counts\[0\] must be an integer, got 1.5"):
        bounded_knapsack([1], [1], [1.5], 5)
    with pytest.raises(ValueError, match="weights and counts must be of equal length, got 1 and 2"):
        bounded_knapsack([1], [1], [1, 2], 5)
    with pytest.raises(ValueError, match="count must be at least 0, got -1"):
        split_count(-1)
    with pytest.raises(TypeError, match=r"count must be an integer, got 2\.0"):
        split_count(2.0)


def test_bad_parts_are_refused():
    with pytest.raises(ValueError, match=r"parts\[1\] must be at least 1, got 0"):
        count_combinations([1, 0], 5)
    with pytest.raises(ValueError, match="total must be at least 0, got -1"):
        count_combinations([1], -1)
    with pytest.raises(TypeError, match=r"parts\[0\] must be an integer, got 1.0"):
        count_combinations([1.0], 5)
    with pytest.raises(TypeError, match=r"total must be an integer, got 2\.5"):
        count_combinations([1], 2.5)


def test_numpy_refuses_sums_that_overflow():
    largest = 2**63 - 1
    assert knapsack_numpy([1, 1], [largest - 1, 1], 2) == largest
    assert knapsack_numpy([1, 1], [largest - 1, 1], 2, exact=True) == largest
    for exact in (False, True):
        with pytest.raises(OverflowError, match="must fit int64, got"):
            knapsack_numpy([1, 1], [largest, 1], 2, exact=exact)
        with pytest.raises(OverflowError, match="must fit int64, got"):
            knapsack_numpy([1, 1], [-largest, -2], 2, exact=exact)
    # the stand-in for -inf lies below every sum, and the loss may be added to it
    assert knapsack_numpy([1], [-(2**62)], 1) == 0
    assert knapsack_numpy([1], [1 - 2**62], 1, exact=True) == 1 - 2**62
    with pytest.raises(OverflowError, match="must fit int64, got"):
        knapsack_numpy([1], [-(2**62)], 1, exact=True)
    with pytest.raises(TypeError, match=r"values\[0\] must be an integer, got 1.5"):
        knapsack_numpy([1], [1.5], 2)


def test_what_fails_on_purpose_fails_as_the_chapter_says():
    assert (
        examples.take_best_ratio([2, 3, 4], [5, 7, 8], 7) == 12 < knapsack([2, 3, 4], [5, 7, 8], 7)
    )
    assert examples.fill_exactly([2], [3], 3, -(10**9)) == -999_999_997
    assert examples.fill_exactly([2], [3], 3, -math.inf) == -math.inf
    assert examples.totals_outside([1, 2, 5], 10) == 128
    assert examples.from_column_one([0, 1], [5, 10], 1) == 10
    three = [1, 2, 3], [2, 4, 4], 5
    orders = range(6), range(5, -1, -1)
    assert [examples.capacity_outside(*three, order) for order in orders] == [10, 4]


@given(items_of.map(lambda items: items[:5]), capacities)
def test_the_slow_ways_are_right(items, capacity):
    weights, values = columns(items)
    taken, best = examples.try_all(weights, values, capacity)
    assert best == sum(values[i] for i in taken) == knapsack(weights, values, capacity)
    assert sum(weights[i] for i in taken) <= capacity
    if all(value >= 0 for value in values):
        assert examples.table_by_columns(*columns(items), capacity) == knapsack_table(
            *columns(items), capacity
        )


def test_random_problems_are_the_same_each_time():
    assert examples.problems(3) == examples.problems(3) != examples.problems(3, seed=1)
    ((weights, values, capacity),) = examples.problems(1, 20, 1000, least=1)
    assert len(weights) == len(values) == 20 and capacity == 1000
    assert 9 < max(weights) <= 100 and min(weights) >= 1
