"""Tests of glassbox.new_chapter: worked example, oracle, property, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassbox.new_chapter import running_mean

numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def test_worked_example():
    # 2;  2 + (4 - 2)/2 = 3;  3 + (9 - 3)/3 = 5
    assert running_mean([2, 4, 9]).tolist() == [2, 3, 5]


def test_recurrence_equals_sum_over_count():
    values = np.random.default_rng(0).normal(size=100)
    expected = np.cumsum(values) / np.arange(1, 101)
    np.testing.assert_allclose(running_mean(values), expected, rtol=1e-12, atol=1e-12)


@given(numbers)
def test_a_mean_lies_between_the_least_and_the_largest_value(values):
    means = running_mean(values)
    slack = 1e-9 * max(1, *map(abs, values))
    assert min(values) - slack <= means.min() <= means.max() <= max(values) + slack


def test_no_values_have_no_means():
    assert running_mean([]).shape == (0,)


def test_the_input_is_not_changed():
    values = np.array([1.0, 2.0])
    running_mean(values)
    assert values.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("values", "message"),
    [([[1, 2]], r"one dimension, got shape \(1, 2\)"), ([1, np.nan], "finite")],
)
def test_bad_values_get_an_error_that_says_what_came(values, message):
    with pytest.raises(ValueError, match=message):
        running_mean(values)
