"""The figures of dynamic_programming: words, values, other data, errors."""

import copy
import json

import pytest

from glassbox.dynamic_programming import (
    figures,
    knapsack,
    knapsack_table,
    recursion_size,
    unbounded_knapsack,
)
from glassbox.records import read_record

THINGS = ([2, 3, 4, 6], [5, 7, 8, 9], 8)


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] for panel in panels if panel.get("describe"))


# --- the things, in words ----------------------------------------------------------------------


def test_names_are_letters_numbers_or_the_readers():
    assert figures.things([1, 2], [3, 4], 5, None, "kg").names == ["A", "B"]
    assert figures.things([1] * 27, [1] * 27, 5, None, "kg").names[-1] == "27"
    assert figures.things([1, 2], [3, 4], 5, ["tent", 7], "kg").names == ["tent", "7"]
    for names in ("A", "ABC", []):
        with pytest.raises(ValueError, match=f"names must be 2, one an item, got {len(names)}"):
            figures.things([1, 2], [3, 4], 5, names, "kg")
    with pytest.raises(ValueError, match="names must differ, got 'A' twice"):
        figures.things([1, 2], [3, 4], 5, "AA", "kg")


def test_a_subset_in_words():
    it = figures.things([2, 3], [5000, 7.5], 8, ["tent", "map"], "hours")
    assert it.listed([0, 1]) == "tent + map, 5 hours, worth 5,007.5"
    assert it.listed([]) == "nothing, 0 hours, worth 0"


def test_numbers_in_words():
    from fractions import Fraction

    from glassbox.dynamic_programming import INFEASIBLE

    written = [figures.number(v) for v in (1458, -3, 2.5, Fraction(1, 3), INFEASIBLE, 10**20)]
    assert written == ["1,458", "−3", "2.5", "1/3", "−∞", "100,000,000,000,000,000,000"]


def test_signs_are_short_and_differ():
    assert figures.signs(["A", "B2"]) == ["A", "B2"]
    assert figures.signs(["tent", "map"]) == ["T", "M"]
    assert figures.signs(["tent", "torch"]) == ["#1", "#2"]
    assert figures.held((1, 0, 1), ["A", "B"]) == "A + 2 × B"


def test_what_a_cell_is_made_of_is_as_short_as_a_product():
    assert figures.power((1, 0, 1), ["A", "B"]) == "AB²"
    assert figures.power([0] * 12 + [1], ["#1", "#2"]) == "#1¹²·#2"


# --- fold the tree -----------------------------------------------------------------------------


def test_fold_counts_calls_and_questions():
    figure = figures.fold(*THINGS, names="ABCD", start=4)
    (tree,) = figure.at()
    assert tree["describe"] == "A to D and 8 kg: 20 calls.", "what is to be predicted is not told"
    told = figure.at(folded=100)[0]["describe"]
    assert told.startswith("A to D and 8 kg: 20 calls ask 19 different questions. The most")
    assert len(tree["parents"]) == 20 and len(tree["values"]) == 19
    assert tree["share"] == 0 and figure.at(folded=100)[0]["share"] == 1


def test_fold_grows_from_the_last_cell_and_asks_about_one_item_less():
    (tree,) = figures.fold(*THINGS).at(n=4)
    cells = [tuple(cell) for cell in tree["cells"].tolist()]
    assert cells[0] == (4, 8) and tree["rows"] == ["0", "1 A", "2 B", "3 C", "4 D"]
    for cell, parent in list(zip(cells, tree["parents"], strict=True))[1:]:
        above, room = cells[parent]
        assert above == cell[0] + 1
        assert room - cell[1] in (0, THINGS[0][above - 1]), "left, or taken"


def test_fold_says_what_each_cell_answers():
    (tree,) = figures.fold(*THINGS, names="ABCD").at(n=4)
    answers = dict(
        zip(dict.fromkeys(map(tuple, tree["cells"].tolist())), tree["values"], strict=True)
    )
    table = knapsack_table(*THINGS)
    assert answers == {(i, j): str(table[i][j]) for i, j in answers}
    assert "A to C, 8 kg left: asked once; at best 15" in tree["texts"]
    assert "No item, 2 kg left: asked twice; at best 0" in tree["texts"]


def test_fold_adds_items_while_the_tree_can_be_drawn():
    many = figures.fold([1] * 40, [1] * 40, 20)
    assert many.controls["n"].values == tuple(range(1, 12)), "2^13 - 1 calls are too many"
    calls, questions = recursion_size([1] * 40, 20)
    assert f"All 40 items with 20 kg would make {calls:,} calls" in many.payload
    assert f"which ask {questions:,} questions" in many.payload
    with pytest.raises(ValueError, match=r"start must be in 1..11, .* got 40"):
        figures.fold([1] * 40, [1] * 40, 20, start=40)


def test_the_ends_of_folding_are_named():
    first, *between, last = figures.fold(*THINGS).controls["folded"].labels
    assert (first, last) == ("tree", "table") and all(label.endswith(" %") for label in between)


def test_fold_of_other_things():
    figure = figures.fold([0, 0, 0], [5000, 1.5, -2], 1, ["x", "y", "z"], unit="h")
    (tree,) = figure.at(n=3, folded=100)
    assert tree["describe"].startswith("X to z and 1 h: 15 calls ask 4 different questions. ")
    assert tree["describe"].endswith("The most repeated one is asked 8 times.")
    assert tree["xlabel"] == "h left" and "5,001.5" in tree["values"]
    (tree,) = figures.fold([9, 9], [1, 1], 3).at(n=2, folded=100)
    assert tree["describe"].endswith("None is repeated.") and len(tree["parents"]) == 3
    with pytest.raises(ValueError, match="two or more to make a tree"):
        figures.fold([1], [1], 3)


# --- fill the table ----------------------------------------------------------------------------


def test_fill_asks_for_what_the_code_read():
    (sheet,) = figures.fill(*THINGS, names="ABCD").at(times=1)
    table = knapsack_table(*THINGS)
    assert sheet["cells"] == [[str(value) for value in row] for row in table]
    for i, (weight, value) in enumerate(zip(*THINGS[:2], strict=True), 1):
        for j in range(9):
            sources, choices = sheet["sources"][i - 1][j], dict(sheet["choices"][i - 1][j])
            wanted = [[i - 1, j], [i - 1, j - weight]] if weight <= j else [[i - 1, j]]
            assert sources == wanted
            assert (str(table[i][j]) in choices) == (weight <= j), "one source is copied"
            if choices:
                rest = table[i - 1][j - weight]
                assert {str(rest), str(rest + value), str(table[i - 1][j])} <= set(choices)


def test_fill_begins_where_an_item_first_fits_and_explains():
    (sheet,) = figures.fill(*THINGS, names="ABCD").at()
    assert divmod(sheet["begin"], 9) == (2, 4), "row 3, column 4"
    assert (
        sheet["hints"][2][4] == "C weighs 4 kg: leave it, or take it and keep 0 kg for the others."
    )
    assert sheet["hints"][2][3] == "C weighs 4 kg and does not fit into 3 kg."
    assert sheet["texts"][2][4] == "A and B, at most 4 kg: 7"
    assert dict(sheet["choices"][2][4]) == {
        "0": "that is the 0 kg without C; taking it adds 8",
        "7": "leaving C gives 7, taking it 0 + 8 = 8",
        "8": "leaving C gives 7, taking it 0 + 8 = 8",
        "15": "beside what is worth 7 there may be no room for C",
    }


def test_fill_in_a_finer_unit_packs_the_same_in_ten_times_the_columns():
    figure = figures.fill(*THINGS, names="ABCD")
    one, ten, hundred = (figure.at(times=k)[0] for k in (1, 10, 100))
    assert one["done"] == "The table is full. Its last cell packs B + C, 7 kg, worth 15."
    assert "B + C" in ten["done"] and "B + C" in hundred["done"]
    assert [len(sheet["columns"]) for sheet in (one, ten, hundred)] == [9, 81, 801]
    assert hundred["cells"] is None and hundred["describe"].endswith(
        "4 × 801 = 3,204 cells to fill."
    )


def test_fill_of_other_things():
    (sheet,) = figures.fill([3], [5], 0).at(times=1)
    assert sheet["describe"].endswith("1 × 1 = 1 cell to fill.") and sheet["cells"] == [
        ["0"],
        ["0"],
    ]
    (sheet,) = figures.fill([0, 2], [5, -7], 2, ["free", "debt"]).at(times=1)
    assert sheet["sources"][0][0] == [[0, 0]] and "5" in dict(sheet["choices"][0][0])
    assert sheet["cells"][2] == ["5", "5", "5"]
    large = figures.fill([7] * 40, [1000] * 40, 1000)
    assert large.controls["times"].values == (1,) and large.at()[0]["cells"] is None
    assert "Watch a machine fill the table." in large.payload
    for problem, words in (
        (([], [], 5), "one item and one factor must be given"),
        (([1] * 40, [1] * 40, 10**6), "at most 200,000 cells .* choose a coarser unit"),
    ):
        with pytest.raises(ValueError, match=words):
            figures.fill(*problem)
    with pytest.raises(ValueError, match=r"finer\[0\] must be at least 1, got 0"):
        figures.fill(*THINGS, finer=[0])


# --- one row, two directions -------------------------------------------------------------------


def test_direction_shows_once_and_any_number_of_times():
    figure = figures.direction(*THINGS, names="ABCD")
    last = figure.controls["step"].values[-1]
    down, up = figure.at(step=last)
    assert down["cells"][0][8] == str(knapsack(*THINGS)) and down["cells"][1][8] == "BC"
    assert up["cells"][0][8] == str(unbounded_knapsack(*THINGS)) and up["cells"][1][8] == "A⁴"
    assert said([down, up]) == "Downward: done, the answer is 15. Upward: done, the answer is 20."
    assert down["title"] == "Down: range(capacity, weight − 1, -1)"
    assert up["title"] == "Up: range(weight, capacity + 1)"


def test_direction_marks_the_first_read_of_a_new_cell():
    figure = figures.direction(*THINGS)
    for step in range(65):
        down, up = figure.at(step=step)
        assert "new" not in {mark for *_, mark in down["marks"]}, "downward reads old cells only"
        if "new" in {mark for *_, mark in up["marks"]}:
            break
    assert "Upward, item A: reads f[2] = 5, new, written in this pass!" in said([up])
    assert [0, 2, "new"] in up["marks"]


def test_direction_knows_the_item_of_each_pass():
    # C is too heavy; A and D leave one update each, at the same column
    figure = figures.direction([3, 1, 9, 3], [1, 2, 9, 3], 3, names="ABCD")
    words = [said(figure.at(step=s)) for s in figure.controls["step"].values]
    passes = [next((x for x in "ABCD" if f"Downward, item {x}" in w), None) for w in words]
    assert [x for x in dict.fromkeys(passes) if x] == ["A", "B", "D"]
    assert "Downward, item D: writes 3 to f[3], which holds D." in " ".join(words)


def test_direction_of_other_things():
    figure = figures.direction(
        [2, 0, 3], [5000, -1, 7000], 4, ["tent", "rope", "map"], unit="l", caption="Mine."
    )
    assert figure.controls["step"].values[-1] > 0
    down, up = figure.at(step=figure.controls["step"].values[-1])
    assert down["xlabel"] == "j, l" and up["cells"][1][4] == "T²"
    assert "Mine." in figure.payload
    caption = json.loads(figures.direction([2, 3], [5, 7], 4, ["tent", "map"]).payload)["caption"]
    assert "made of; T² is two of tent (T tent, M map)." in caption


def test_direction_where_all_fits():
    """The row ends where nothing more fits; upward it needs the whole capacity."""
    figure = figures.direction([1], [2], 9)
    down, up = figure.at(step=figure.controls["step"].values[-1])
    assert (len(down["cells"][0]), len(up["cells"][0])) == (3, 10)
    assert "the answer is 2" in said([down]) and "the answer is 18" in said([up])


def test_direction_asks_what_comes_next():
    figure = figures.direction(*THINGS)
    asked = figure.controls["step"].questions
    ask, answer = asked[2]["ask"], asked[2]["answer"]
    assert (ask, answer) == ("Downward has read f[8] for item A. What is read next?", "f[6]")
    assert "how many copies of A will f[2] hold?" in asked[3]["ask"] and asked[3]["answer"] == "1"
    assert all(len(set(q["options"])) == len(q["options"]) for q in asked.values())


@pytest.mark.parametrize(
    "problem, words",
    [
        (([1], [1], 24), "capacity must be below 24 .*, got 24"),
        (([9], [1], 5), "one item must weigh at most the capacity"),
        (([], [], 5), "one item must weigh at most the capacity"),
        (([1] * 30, [1] * 30, 20), "at most 1500 steps, got 1800"),
        (([0, 1], [5, 10], 1), "weight 0 must not have a positive value"),
        (([1, 2], [1], 5), "equal length, got 2 and 1"),
        (([-1], [1], 5), r"weights\[0\] must be at least 0"),
    ],
)
def test_direction_refuses_by_name(problem, words):
    with pytest.raises(ValueError, match=words):
        figures.direction(*problem)


def test_as_much_as_is_allowed_is_drawn():
    assert figures.direction([1], [1], 23).controls["step"].values[-1] > 23
    assert figures.table([1] * 100, [1] * 100, 5).controls["item"].values[-1] == 100
    with pytest.raises(ValueError, match="at most 101 rows and 200,000 cells, got 102 × 6"):
        figures.table([1] * 101, [1] * 101, 5)
    assert figures.table([1] * 19, [1] * 19, 9999).controls["kg"].values[-1] == 9999
    with pytest.raises(ValueError, match="got 20 × 10,001"):
        figures.table([1] * 19, [1] * 19, 10_000)
    assert "item" not in figures.table([], [], 3).controls
    assert "kg" not in figures.table([1], [1], 0).controls
    assert figures.table([1], [2**53 - 1], 1).at()
    with pytest.raises(ValueError, match=r"below 2\*\*53 in sum"):
        figures.table([1, 1], [2**52, -(2**52)], 1)


def test_a_hand_fills_ten_items_and_sixteen_columns_and_no_more():
    by_hand = {
        (n, capacity): figures.fill([1] * n, [1] * n, capacity).at(times=1)[0]["cells"]
        for n, capacity in [(10, 15), (11, 15), (10, 16)]
    }
    assert [cells is not None for cells in by_hand.values()] == [True, False, False]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1458, "1,458"), (-3, "−3"), (2.5, "2.5"), (-1e7, "−1e+07"), (float("-inf"), "−∞")],
)
def test_a_number_is_written_as_a_reader_would(value, written):
    assert figures.number(value) == written


def test_signs_of_names_are_short_and_differ():
    assert figures.signs(["A", "Bb"]) == ["A", "Bb"]
    assert figures.signs(["tent", "Bb"]) == ["T", "B"]
    assert figures.signs(["tent", "tea"]) == ["#1", "#2"]


# --- recorded times ----------------------------------------------------------------------------


def test_what_the_text_quotes_of_a_record_is_what_it_holds():
    meet, fast = [1, 2, 3, 4, 5, 60], [1, 1, 6, 1, 2, 20]
    facts = figures.growth_facts(
        {
            "seconds": {
                "40": {"meet in the middle": meet, "NumPy row": fast},
                "100": {"table": [0, 0, 60], "row": [0, 0, 30], "NumPy row": fast},
            },
            "branch_and_bound": {"20": {"uncorrelated": [{"nodes": 5}, {"nodes": 7000}]}},
            "python": "3",
            "numpy": "2",
        }
    )
    assert facts == {
        "meet-six": "5.00", "row-six": "2.00", "meet": "60.00", "row-seven": "20.00",
        "meet-growth": "60", "nodes": "7,000", "row-ratio": "2.0", "numpy-ratio": "10",
        "last-digit": "10", "python": "3", "numpy": "2",
    }  # fmt: skip


@pytest.fixture(scope="module")
def recorded():
    return read_record("dynamic_programming", "times")


def test_growth_says_the_recorded_numbers(recorded):
    plot, rows = figures.growth(recorded).at(n="40", kind="uncorrelated", W=100001)
    seconds = recorded["seconds"]["40"]["NumPy row"][3]
    ms = figures.milliseconds(seconds)
    assert f"40 items, capacity 100,001: NumPy row takes {ms} ms" in said([plot])
    assert ["NumPy row", ms] in rows["rows"] and ["table", "–"] in rows["rows"]
    (curve,) = (c for c in plot["layers"] if c.get("label") == "NumPy row" and c["type"] == "lines")
    assert plot["ylabel"] == rows["columns"][1] and curve["y"][3] == pytest.approx(1000 * seconds)
    assert "e+" not in str(rows["rows"])


def test_growth_ranks_no_run_that_gave_up(recorded):
    kind = "even weights, odd capacity"
    plot, rows = figures.growth(recorded).at(n="40", kind=kind, W=10001)
    assert "5 of 5 instances gave up at 1,000,000 nodes" in said([plot])
    assert ["branch and bound", "–"] in rows["rows"]
    some = figures.growth(recorded).at(n="100", kind="strongly correlated", W=10_000_001)
    assert "2 of 5 instances gave up" in said(some) and ["branch and bound", "–"] in some[1]["rows"]


def test_milliseconds_are_plain():
    written = [figures.milliseconds(s) for s in (3.284, 0.0123456, 7.44e-5, None)]
    assert written == ["3,280", "12.3", "0.0744", "–"]


def test_growth_of_another_record(recorded):
    other = copy.deepcopy(recorded)
    other["seconds"] = {"40": other["seconds"]["40"]}
    other["seconds"]["40"]["row"] = [1.0] * len(other["capacities"])
    rows = figures.growth(other).at(W=101)[1]
    assert ["row", "1,000"] in rows["rows"]
    with pytest.raises(ValueError, match="recorded must have capacities, instances"):
        figures.growth({"seconds": {}, "branch_and_bound": {}})
