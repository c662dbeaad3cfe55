"""The model of bucket_sort's figures, held to the helpers by random states."""

import random
from fractions import Fraction

from glassbox.bucket_sort import figures, gap_by_width, maximum_gap


def states(count):
    """Yield random points and a width in twentieths of a mean gap."""
    rng = random.Random(21)
    for _ in range(count):
        nums = [rng.randint(0, 200) for _ in range(rng.randint(2, 12))]
        yield nums, rng.randint(5, 40)


def test_break_theorem(call_js):
    wrong = 0
    for nums, width in states(500):
        n, span = len(nums), max(nums) - min(nums)
        over, under = max(1, span * width), (n - 1) * 20
        found = call_js("bucket_sort/buckets.js", "gapByWidth", nums, over, under)
        answer, buckets = gap_by_width(nums, Fraction(over, under))
        assert found["answer"] == answer
        assert found["buckets"] == [[k, *ends] for k, ends in buckets.items()]
        true = call_js("bucket_sort/buckets.js", "trueGap", nums)
        assert true["gap"] == maximum_gap(nums)
        if found["from"] is not None:
            assert found["to"] - found["from"] == answer
        assert width > 20 or answer == true["gap"]  # the theorem
        wrong += answer != true["gap"]
    assert wrong > 20


def shown(**settings):
    (panel,) = figures.break_theorem().at(**settings)
    return panel


def test_the_answer_turns_red_where_it_is_wrong():
    # a first gap of 15, the others 11 or so; at 1.3 mean gaps of 12.1 the 15 hides in one bucket
    places = dict(zip((f"point_{i}" for i in range(1, 9)), (0, 15, 26, 37, 49, 61, 73, 85),
                      strict=True))  # fmt: skip
    right, wrong = shown(width=1.0, **places), shown(width=1.3, **places)
    assert right["describe"] == (
        "The width is 1.00 mean gaps. The answer is 15, the true gap 15: right ✓."
    )
    assert "The answer is 12, the true gap 15: wrong ✗." in wrong["describe"]
    assert "red" in {layer["color"] for layer in wrong["layers"]}
    assert "red" not in {layer["color"] for layer in right["layers"]}


def test_equal_points_stand_apart_and_need_no_bucket():
    panel = shown(**{f"point_{i}": 50 for i in range(1, 9)})
    assert "The answer is 0, the true gap 0: right" in panel["describe"]
    heights = {handle["y"][0] for handle in panel["handles"]}
    assert len(heights) == 8


def test_each_width_above_one_mean_gap_can_be_broken_by_hand():
    """Also the least one of the figure: a gap of 19 and six of 18, with places that it has."""
    places = [0, *(19 + 18 * k for k in range(7))]
    settings = {f"point_{i}": x for i, x in enumerate(places, 1)}
    for width in figures.break_theorem().controls["width"].values:
        words = shown(width=width, **settings)["describe"]
        assert ("right" if width <= 1 else "wrong") in words or width > 1.05
    assert "The answer is 18, the true gap 19: wrong" in shown(width=1.05, **settings)["describe"]
