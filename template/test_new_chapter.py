"""Tests of glassbox.new_chapter: worked example, oracle, property, edges; figures; exercises."""

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassbox import trace
from glassbox.new_chapter import exercises, figures, forgetful_mean, running_mean, throws

numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def test_worked_example():
    # 2;  2 + (4 - 2)/2 = 3;  3 + (9 - 3)/3 = 5
    assert running_mean([2, 4, 9]) == [2, 3, 5]


def test_a_worked_example_that_forgets():
    # 2;  2 + (4 - 2)/2 = 3;  3 + (9 - 3)/2 = 6
    assert forgetful_mean([2, 4, 9], 0.5) == [2, 3, 6]


@given(numbers)
def test_recurrence_equals_sum_over_count(values):
    expected = [statistics.fmean(values[:k]) for k in range(1, len(values) + 1)]
    assert running_mean(values) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(numbers, st.floats(0.01, 1))
def test_means_lie_between_the_least_and_the_largest_value(values, share):
    slack = 1e-9 * max(1, *map(abs, values))
    for means in (running_mean(values), forgetful_mean(values, share)):
        assert min(values) - slack <= min(means) <= max(means) <= max(values) + slack


def test_a_recorded_run_gives_the_same_and_reads_each_value_once():
    run = trace.record(running_mean, [2, 4, 9])
    assert run.result == [2, 3, 5]
    assert [event[2] for event in run.events if event[:2] == ["get", "x"]] == [0, 1, 2]


def test_no_values_have_no_means():
    assert running_mean([]) == forgetful_mean([], 0.5) == []


def test_the_input_is_not_changed():
    values = [1.0, 2.0]
    running_mean(values)
    forgetful_mean(values, 0.5)
    assert values == [1, 2]


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([1, np.nan], ValueError, r"values\[1\] must be finite, got nan"),
        (["1"], TypeError, r"values\[0\] must be a real number, got '1'"),
        (3, TypeError, "values must be a list of numbers, got 3"),
    ],
)
def test_bad_values_get_an_error_that_says_what_came(values, error, message):
    for function in (running_mean, figures.stream, figures.update):
        with pytest.raises(error, match=message):
            function(values)


def test_a_share_is_in_its_range():
    with pytest.raises(ValueError, match="share must be"):
        forgetful_mean([1], 0)


def test_as_many_throws_as_asked_and_as_many_heads_as_likely():
    thrown = throws(1000, 0.6, np.random.default_rng(0))
    assert len(thrown) == 1000 and set(thrown) == {0, 1}
    assert sum(thrown) == pytest.approx(600, abs=50)


# --- figures -----------------------------------------------------------------------------------


def test_the_stream_says_its_mean_and_how_far_off_it_is():
    (plot,) = figures.stream([2, 4, 9], truth=6).at(k=2)
    assert plot["describe"] == "After 2 values the mean is 3, 3 from 6."
    assert plot["layers"][0]["y"].tolist() == [2, 3, 5]
    assert figures.stream([2, 4]).at(k=1)[0]["describe"] == "After 1 value the mean is 2."


def test_a_long_stream_is_thinned():
    figure = figures.stream(range(100_000))
    assert len(figure.controls["k"].values) <= figures.MAX_STOPS


def test_the_update_is_replayed_from_the_tested_code():
    figure = figures.update([2, 4, 9])
    values, means, source = figure.at(step=0)
    assert values["cells"] == [["2", "4", "9"]] and means["cells"] == [[]]
    assert any("(x - before) / k" in text for _, text in source["lines"])


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="values must hold at least two numbers, got 1"):
        figures.stream([3])
    with pytest.raises(ValueError, match="1 to 12, to be followed one by one, got 13"):
        figures.update(range(13))


# --- exercises ---------------------------------------------------------------------------------


def test_the_judge_knows_right_from_wrong():
    def to_the_newest(values, share):
        return list(values)

    assert exercises.forget(forgetful_mean)
    assert not exercises.forget(to_the_newest)
