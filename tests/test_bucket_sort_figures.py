"""The figures of bucket_sort: words, values, the reader's numbers, errors."""

import json

import pytest

from glassbox.bucket_sort import examples, figures, maximum_gap, pile_sizes
from glassbox.bucket_sort.examples import VERSIONS, short_lists
from glassbox.records import read_record

HAND = [19, 4, 36, 10, 7, 21, 5, 23]


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] for panel in panels if panel.get("describe"))


def last_of(figure):
    return figure.controls["step"].values[-1]


# --- three sorts -------------------------------------------------------------------------------


def test_bucket_sort_step_by_step():
    figure = figures.sort_steps(HAND, sorts=["bucket"])
    assert last_of(figure) == 16  # each number goes in and comes out
    numbers, piles, code = figure.at(step=6)
    assert numbers["marks"] == [[0, 5, "read"]]
    assert piles["columns"] == ["4", "8", "12", "16", "20", "24", "28", "32"]
    assert piles["cells"][0] == ["4", "10", "", "19", "21", "", "", "36"]
    assert said(figure.at(step=6)) == "21 goes into the bucket from 20."
    assert said(figure.at(step=9)) == "4 comes out."
    assert figure.at(step=16)[0]["cells"][1] == [str(x) for x in sorted(HAND)]
    text = "\n".join(line for _, line in code["lines"])
    assert "new" not in text and "finite" not in text


def test_the_buckets_are_asked_for():
    questions = figures.sort_steps(HAND, sorts=["bucket"]).controls["step"].questions
    assert [questions[k]["answer"] for k in range(1, 9)] == [
        "16", "4", "32", "8", "4", "20", "4", "20"
    ]  # fmt: skip
    assert len(questions[1]["options"]) == 8


def test_counting_sort_step_by_step():
    figure = figures.sort_steps([3, 1, 3], sorts=["counting"])
    _, tally, *_ = figure.at(step=3)
    assert tally["cells"] == [["1", "0", "2"]] and tally["columns"] == ["1", "2", "3"]
    assert said(figure.at(step=3)) == "There are now 2 × 3."
    assert figure.at(step=last_of(figure))[0]["cells"][1] == ["1", "3", "3"]


def test_radix_sort_step_by_step():
    figure = figures.sort_steps([31, 4, 15, 92, 65], sorts=["radix"])
    assert said(figure.at(step=1)) == "31, less 4, has a 7 in the 1s place."
    given, *_ = figure.at(step=6)
    assert given["cells"][0] == ["4", "15", "65", "31", "92"]  # after the first pass
    assert said(figure.at(step=6)) == "4, less 4, has a 0 in the 10s place."
    assert figure.at(step=10)[0]["cells"][1] == ["4", "15", "31", "65", "92"]


def test_several_sorts_are_a_choice():
    figure = figures.sort_steps([3, 1, 4, 1, 5])
    assert figure.controls["sort"].labels == ("bucket", "counting", "radix")
    for sort in ("bucket", "counting", "radix"):
        assert figure.at(sort=sort, step=last_of(figure))[0]["cells"][1] == list("11345")


def test_radix_sort_says_after_which_pass_the_numbers_stand_so():
    figure = figures.sort_steps([31, 4, 15], sorts=["radix"])
    names = [figure.at(step=step)[0]["rows"][0] for step in range(1, 7)]
    assert names == ["given"] * 3 + ["after 1s"] * 3


def test_equal_numbers_need_no_pass_of_radix_sort():
    figure = figures.sort_steps([3, 3])
    assert figure.at(sort="radix", step=0)[0]["cells"][1] == ["3", "3"]


def test_the_walls_of_a_very_wide_range_are_short():
    panels = figures.sort_steps([1e308, -1e308], sorts=["bucket"]).at(step=1)
    assert panels[1]["columns"] == ["−1e+308", "0"]
    assert figures.gap_steps([10**30, 1, 7]).at(step=1)[1]["columns"][1] == "3.333e+29"


def test_what_cannot_be_followed_is_refused():
    with pytest.raises(ValueError, match="nums must hold 1 to 24 numbers to be followed, got 25"):
        figures.sort_steps(range(25))
    with pytest.raises(ValueError, match="nums must hold 1 to 24 numbers to be followed, got 0"):
        figures.gap_steps([])
    with pytest.raises(ValueError, match="at most 24 piles, got 100: take fewer buckets"):
        figures.sort_steps([1, 2], sorts=["bucket"], buckets=100)
    with pytest.raises(ValueError, match="at most 24 piles, got 41"):
        figures.sort_steps([0, 40], sorts=["counting"])
    with pytest.raises(ValueError, match="at most 24 piles, got 1000000000001"):  # at once
        figures.sort_steps([0, 10**12])
    with pytest.raises(ValueError, match="at most 24 piles, got 1000000000"):
        figures.sort_steps([0, 1], sorts=["radix"], base=10**9)
    with pytest.raises(ValueError, match="sorts must be among bucket, counting, radix, got 'heap'"):
        figures.sort_steps([1], sorts=["heap"])
    with pytest.raises(TypeError, match=r"nums\[0\] must be an integer, got 1.5"):
        figures.sort_steps([1.5, 2], sorts=["radix"])
    assert figures.sort_steps([1.5, 2.25], sorts=["bucket"]).at(step=4)


# --- how full the buckets are ------------------------------------------------------------------


def test_piles_are_those_of_bucket_sort():
    nums = examples.data_sets()["uniform"]
    even, quantiles, _ = figures.piles({"uniform": nums}).at(buckets=12)
    assert list(even["layers"][0]["y"]) == pile_sizes(nums, 12)
    assert sum(quantiles["layers"][0]["y"]) == len(nums) == 300


def test_walls_at_quantiles_share_out_what_even_walls_do_not():
    figure = figures.piles(examples.data_sets())
    words = said(figure.at(data="incomes", buckets=12))
    assert "even walls: at most 221 in a bucket, 2 empty ones" in words
    _, quantiles, _ = figure.at(data="incomes", buckets=12)
    assert max(quantiles["layers"][0]["y"]) < 50
    words = said(figure.at(data="one far out", buckets=12))
    assert "at most 299 in a bucket, 10 empty ones" in words


def test_piles_take_the_readers_numbers():
    figure = figures.piles([1, 2, 3, 100])
    assert figure.controls["data"].labels == ("your numbers",)
    assert figure.controls["buckets"].values == (1, 2, 3, 4)
    with pytest.raises(ValueError, match="data must hold at least two numbers each, got 1 in 'a'"):
        figures.piles({"a": [1]})


# --- the maximum gap ---------------------------------------------------------------------------


def test_the_gap_step_by_step():
    figure = figures.gap_steps(HAND)
    assert last_of(figure) == 16  # eight numbers, eight buckets
    words = [said(figure.at(step=k)) for k in range(17)]
    assert words[1] == "19 falls into the bucket from 16."
    assert words[9] == "The scan begins at the bucket from 4: there is none before."
    assert "10 − 7 = 3, the widest so far" in words[10]
    assert words[11] == "The bucket from 12 is empty. Widest step so far: 3."
    assert "19 − 10 = 9, the widest so far" in words[12]
    assert "21 − 19 = 2, no wider than 9" in words[13]
    assert "36 − 23 = 13, the widest so far" in words[16]


def test_the_scan_marks_where_it_steps_from():
    _, kept, _ = figures.gap_steps(HAND).at(step=13)
    assert kept["arrows"] == [[[1, 3], [0, 4]]]
    assert sorted(kept["marks"]) == [[0, 4, "read"], [1, 3, "path"]]
    _, kept, _ = figures.gap_steps(HAND).at(step=7)  # the 5 lies between 4 and 7
    assert sorted(kept["marks"]) == [[0, 0, "compare"], [1, 0, "compare"]]


def test_questions_of_the_scan_have_several_answers():
    questions = figures.gap_steps(HAND).controls["step"].questions
    assert questions[13]["answer"] == "2" and set(questions[13]["options"]) == {"2", "4", "17"}
    assert questions[1]["answer"] == "16"
    assert all(len(q["options"]) > 1 for q in questions.values())


@pytest.mark.parametrize("nums", [[5, 1], [0, 0, 7], [1.5, 2.25, 9], [3, 3, 3, 4, 9, 9]])
def test_the_last_step_says_the_gap_of_other_numbers(nums):
    figure = figures.gap_steps(nums)
    assert f"= {figures._written(maximum_gap(nums))}" in " ".join(
        said(figure.at(step=k)) for k in figure.controls["step"].values
    )


def test_equal_numbers_have_no_gap_to_show():
    with pytest.raises(ValueError, match=r"nums must hold two different numbers, got \[7, 7\]"):
        figures.gap_steps([7, 7])


def test_points_that_cannot_be_dragged_are_refused():
    for nums in ([1], [0, 201], list(range(13))):
        with pytest.raises(ValueError, match="nums must be 2 to 12 places from 0 to 200, got"):
            figures.break_theorem(nums)
    with pytest.raises(ValueError, match="wants one of its values"):
        figures.break_theorem(width=0.1)


def test_as_much_as_is_allowed_is_drawn():
    figure = figures.sort_steps(range(24), sorts=["counting"])
    assert figure.at(step=0)[1]["columns"] == [str(k) for k in range(24)]
    with pytest.raises(ValueError, match="at most 24 piles, got 25"):
        figures.sort_steps([0, 24], sorts=["counting"])
    assert figures.piles([1, 2]).controls["buckets"].values == (1, 2)
    for nums in ([0, 200], range(12)):
        assert figures.break_theorem(nums).controls["point_1"].values[-1] == 200


def test_times_of_your_own_are_told_for_one_number_and_the_fastest_first():
    own = {
        "kinds": ["even"], "n": {"compiled": 10, "interpreted": 20},
        "seconds": {"np.sort": [1e-6], "bucket_sort": [4e-6], "sorted()": [2e-6]},
    }  # fmt: skip
    figure = figures.which_sort(own)
    (panel,) = figure.at(written="interpreted")
    assert panel["rows"] == [["sorted()", "100"], ["bucket_sort", "200"]]
    assert panel["describe"] == "20 numbers, even: the fastest is sorted(), 100 ns a number."
    assert figure.at()[0]["rows"] == [["np.sort", "100"]]


def test_in_one_bucket_all_pairs_share_it():
    *_, plot = figures.piles([1, 2, 3, 100]).at(buckets=4)
    (expected,) = [layer for layer in plot["layers"] if "expected" in (layer.get("label") or "")]
    assert list(expected["y"]) == [4 * 3 / 2 / m for m in (1, 2, 3, 4)]


def test_sizes_are_written_by_thousands():
    assert [figures.thousands(n) for n in (1000, 999_999, 10**6)] == ["1 k", "999 k", "1 M"]


def test_numbers_are_written_in_full_up_to_a_million_million():
    written = [figures._written(n) for n in (-3, 10**12 - 1, 10**12, -0.5, 1 / 3)]
    assert written == ["−3", "999999999999", "1e+12", "−0.5", "0.3333"]


# --- formulas ----------------------------------------------------------------------------------


def test_three_versions_are_right_on_all_short_lists():
    assert [version.breaks_on() for version in VERSIONS[:3]] == [None] * 3
    assert len(short_lists()) == 710


@pytest.mark.parametrize("version", VERSIONS[3:], ids=lambda v: v.why[:30])
def test_each_other_version_breaks(version):
    bad = version.breaks_on()
    assert bad and version.answer(bad) != maximum_gap(bad)


def test_formulas_say_what_breaks_them():
    figure = figures.formulas()
    asked = figure.at(version=7)[0]
    assert "is it right?" in asked["describe"] and {row[2] for row in asked["rows"]} == {"?"}
    told = figure.at(version=7, tested=True)[0]
    assert "For [0, 1] it gives 0, not 1" in told["describe"] and told["highlight"] == [6]
    assert "nothing" in figure.at(version=1, tested=True)[0]["rows"][0]


def test_formulas_may_be_the_readers_own():
    figure = figures.formulas([("(D + 1) // (n + 1) + 1", "n + 1"), ["D // n", "n"]])
    assert json.loads(figure.payload)["caption"].startswith("Two ways")
    assert "None of 710 short lists breaks it." in figure.at(version=1, tested=True)[0]["describe"]
    told = figure.at(version=2, tested=True)[0]
    assert "a division by 0" in told["describe"] and told["rows"][1][2:] == ["[0, 1]", "error"]
    one = figures.formulas([VERSIONS[0]])
    assert json.loads(one.payload)["caption"].startswith("One way to")


@pytest.mark.parametrize(
    ("versions", "error", "message"),
    [
        ([], ValueError, "versions must hold at least one"),
        (3, TypeError, "versions must be"),
        (["D"], TypeError, r"versions\[0\] must be the width and the number of buckets"),
        ([("D", 3)], TypeError, r"versions\[0\] must be the width"),
        ([("D +", "n")], ValueError, r"versions\[0\] must be formulas of n, D, low and b"),
        ([("w", "n")], ValueError, r"versions\[0\] must be formulas .*'w' is not defined"),
        ([("D", "10 ** 9")], ValueError, r"versions\[0\] must be formulas .* buckets for"),
        ([("D", "n"), ("D", "'a'")], ValueError, r"versions\[1\] must be formulas"),
    ],
)
def test_what_is_no_formula_is_refused(versions, error, message):
    with pytest.raises(error, match=message):
        figures.formulas(versions)


# --- what the clock says -----------------------------------------------------------------------


def test_the_race_draws_what_is_recorded():
    times = read_record("bucket_sort", "times")
    figure = figures.race()
    ratios = [row[2] for key in figures.GROUPS for row in figure.at(compare=key, n=1000)[1]["rows"]]
    assert "190 ×" in ratios and not any("e" in ratio for ratio in ratios)
    for key, names in figures.GROUPS.items():
        chart, told = figure.at(compare=key, n=1000)
        curves, points = chart["layers"][1::2], chart["layers"][2::2]
        assert [c["label"] for c in curves] == [p["label"] for p in points] == list(names)
        assert len({p["marker"] for p in points}) == len(names)  # colours are not the only cue
        fastest = min(names, key=lambda name: times["seconds"][name][0])
        assert told["rows"][0][0] == fastest and told["rows"][0][2] == "1 ×"


def test_the_race_takes_times_of_your_own():
    own = {"n": [10, 100], "seconds": {"maximum_gap": [1e-6, None], "sorted()": [2e-6, 3e-5]}}
    figure = figures.race(own, n=10)
    assert "10 numbers: the fastest is maximum_gap, 100 ns a number" in said(
        figure.at(compare="interpreted")
    )


def test_the_table_of_sorts_has_the_fastest_first():
    times = read_record("bucket_sort", "sorts")
    figure = figures.which_sort()
    for kind in times["kinds"]:
        (told,) = figure.at(written="compiled", numbers=kind)
        column = 1 + times["kinds"].index(kind)
        shown = [float(row[column].replace(",", "")) for row in told["rows"] if row[column] != "–"]
        assert shown == sorted(shown) and told["highlight"] == [0]
