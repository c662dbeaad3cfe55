"""The models of dynamic_programming agree with the tested helpers on random problems."""

import math
import random
from itertools import pairwise

import pytest

from glassbox.dynamic_programming import figures, knapsack_items, knapsack_table
from glassbox.trace import record

TABLES = "dynamic_programming/tables.js"
THINGS = ([2, 3, 4, 6], [5, 7, 8, 9], 8)


def problems(count):
    """Yield weights, values and a capacity: weights of 0, negative values, halves, no items."""
    rng = random.Random(4)
    for k in range(count):
        n = rng.randint(0, 6)
        weights = [rng.randint(0, 7) for _ in range(n)]
        values = [rng.randint(-4, 9) / (1 + k % 2) for _ in range(n)]
        yield weights, values, rng.randint(0, 14)


def constants(weights, values, capacity, **more):
    """Return what a figure hands to its model."""
    names = [f"x{i}" for i in range(len(weights))]
    return {
        "weights": weights, "values": values, "capacity": capacity, "names": names, "unit": "kg",
    } | more  # fmt: skip


def as_json(table):
    """Return a table as JavaScript's numbers come back: JSON has no infinities."""
    return [[None if value == -math.inf else value for value in row] for row in table]


def sources(trace):
    """Return what was read before each cell was written."""
    return figures.sources_of(trace)


@pytest.mark.parametrize("exact", [False, True])
def test_table(call_js, exact):
    walked = 0
    for weights, values, capacity in problems(200):
        things = constants(weights, values, capacity)
        trace = record(knapsack_table, weights, values, capacity, exact=exact)
        rows = call_js(TABLES, "knapsackTable", things, exact)
        assert rows == as_json(trace.result)
        for (i, j), read in sources(trace).items():
            assert [tuple(at) for at in call_js(TABLES, "sourcesOf", things, i, j)] == read
        n = len(weights)
        if trace.result[n][capacity] > -math.inf:
            way = call_js(TABLES, "wayOf", things, exact, n, capacity)
            assert way["items"] == knapsack_items(weights, values, capacity, exact=exact)
            walked += len(way["items"])
            assert [i for i, _ in way["path"]] == list(range(n, -1, -1))
    assert walked > 100


def test_table_says_what_a_cell_is_made_of():
    left, right = figures.at_most_or_exactly(*THINGS, names="ABCD").at(
        item="3 C", kg=7, filled=True
    )
    said = "7 kg: 15 (leave C, {}, or take it, 7 + 8); B + C, 7 kg, worth 15."
    assert left["describe"] == "At most " + said.format(12)
    assert right["describe"] == "Exactly " + said.format("−∞")
    assert left["arrows"] == [[[2, 7], [3, 7]], [[2, 3], [3, 7]]]
    assert [3, 7, "write"] in left["marks"] and [2, 3, "path"] in left["marks"]
    assert left["title"] == "At most j" and left["rows"] == ["0", "1 A", "2 B", "3 C", "4 D"]


def test_no_way_leads_back_from_a_cell_that_no_subset_fills():
    """Its sources are shown, none of them as the better one."""
    exactly = figures.table(*THINGS, names="ABCD", exact=True)
    (walked,) = exactly.at(item="4 D", kg=1, walk=True)
    assert walked["arrows"] == [] and "path" not in str(walked["marks"])
    (seen,) = exactly.at(item="2 B", kg=4)
    assert seen["arrows"] == [[[1, 4], [2, 4]], [[1, 1], [2, 4]]]
    assert "path" not in str(seen["marks"])
    assert seen["describe"].endswith("no subset weighs that.")


def test_the_second_table_is_empty_until_it_is_asked_for():
    figure = figures.at_most_or_exactly(*THINGS, names="ABCD")
    left, right = figure.at(walk=True)
    assert right["describe"] == "" and right["arrows"] == right["marks"] == []
    assert right["cells"] == [["0", *["−∞"] * 8], *[[""] * 9] * 4]
    assert left["cells"][4][8] == "15" and figure.at(filled=True)[1]["cells"][4][8] == "14"
    assert "filled" not in figures.table(*THINGS, exact=True).controls


def test_table_walks_back_to_row_0():
    (table,) = figures.table(*THINGS, names="ABCD").at(walk=True)
    path = [[4, 8], [3, 8], [2, 4], [1, 1], [0, 1]]
    assert table["arrows"] == [[a, b] for a, b in pairwise(path)]
    assert table["describe"].endswith("B + C, 7 kg, worth 15.")


def test_a_large_table_is_seen_from_afar_and_its_cell_from_near():
    rng = random.Random(5)
    weights, values = ([rng.randint(5, 90) for _ in range(40)] for _ in range(2))
    figure = figures.table(weights, values, 1000)
    afar, near = figure.at(item=20, kg=500)
    rows = knapsack_table(weights, values, 1000)
    assert afar["values"] == rows and afar["highlight"] == [[20, 500]]
    rest = 500 - weights[19]
    assert near["columns"][1] == str(rest) and near["columns"][-2:] == ["500", "501"]
    assert near["cells"][0][1] == figures.number(rows[19][rest])
    assert near["cells"][1][-2] == figures.number(rows[20][500])
    assert near["rows"] == ["19", "20"] and len(near["arrows"]) == 2
    assert "items, " in afar["describe"], "many items are counted, not named"
    assert len(figure.payload) < 20_000


def test_a_table_of_one_item_and_no_room(call_js):
    figure = figures.table([3], [5], 0)
    assert list(figure.controls) == ["item", "walk"]
    assert figure.at()[0]["describe"] == "At most 0 kg: 0 (leave A, 0); nothing, 0 kg, worth 0."
    assert figures.table([], [], 2).at(kg=1)[0]["describe"].startswith("At most 1 kg: 0 (a start")
    assert figures.table([0], [5], 0).at()[0]["cells"] == [["0"], ["5"]]


def test_tables_that_cannot_be_drawn_are_refused_with_advice():
    with pytest.raises(
        ValueError, match="at most 101 rows and 200,000 cells, got 41 × 10,001: mea"
    ):
        figures.table([1] * 40, [1] * 40, 10_000)
    with pytest.raises(ValueError, match=r"got 201 × 6: .* fewer items"):
        figures.table([1] * 200, [1] * 200, 5)
    with pytest.raises(ValueError, match=r"values must be below 2\*\*53 in sum"):
        figures.table([1], [2**60], 5)


def test_pack(call_js):
    for weights, values, capacity in problems(150):
        if not weights:
            continue
        items = {f"item{i}": i % 2 == 0 for i in range(len(weights))}
        largest = capacity + 5
        things = constants(weights, values, largest, positions=list(range(largest + 1)))
        state = {"capacity": capacity, "reveal": True, **items}
        sheet, plot = call_js("dynamic_programming/model.js", "pack", state, things)
        best = knapsack_items(weights, values, capacity)
        weight, value = (sum(column[i] for i in best) for column in (weights, values))
        listed = " + ".join(f"x{i}" for i in best) or "nothing"
        said = f"Best: {listed}, {weight} kg, worth {figures.number(float(value))}."
        assert sheet["describe"].endswith(said)
        curve = next(layer for layer in plot["layers"] if layer.get("label") == "best")
        assert curve["y"] == knapsack_table(weights, values, largest)[-1]
        mine = sum(w for i, w in enumerate(weights) if i % 2 == 0)
        assert ("too heavy" in sheet["describe"]) == (mine > capacity)


def test_pack_begins_with_what_fits_and_moves_a_thing_by_a_click():
    figure = figures.pack(*THINGS, names="ABCD")
    sheet, plot = figure.at()
    assert sheet["describe"] == "Room for 8 kg. Yours: A + B, 5 kg, worth 12."
    picks = {box["text"]: box["pick"] for box in sheet["boxes"] if box["pick"]}
    assert picks["A, 2 kg, worth 5: take it out"] == {"item0": 0}
    assert picks["C, 4 kg, worth 8: put it in"] == {"item2": 1}
    assert not any(layer.get("label") == "best" for layer in plot["layers"]), (
        "no answer is in sight"
    )
    assert "too heavy" in figure.at(item2=True)[0]["describe"]
    assert figure.at(reveal=True)[0]["describe"].endswith("Best: B + C, 7 kg, worth 15.")
    assert figure.controls["item3"].label == "D: 6 kg, worth 9"


def test_pack_of_other_things():
    figure = figures.pack([0, 700], [5000, 1.5], 650, ["map", "tent"], unit="g")
    assert figure.at(reveal=True)[0]["describe"] == (
        "Room for 650 g. Yours: map, 0 g, worth 5,000. Best: map, 0 g, worth 5,000."
    )
    values = figure.controls["capacity"].values
    assert values[0] == 0 and values[-1] == 700 and 650 in values and len(values) < 210
    assert (
        figures.pack([0], [5], 0).at()[0]["describe"] == "Room for 0 kg. Yours: A, 0 kg, worth 5."
    )
    for problem, words in (
        (([1] * 40, [1] * 40, 5), "from 1 to 12 items can be packed by hand, got 40"),
        (([], [], 5), "from 1 to 12 items can be packed by hand, got 0"),
        (
            ([1, 2], [1, 2], 10**9),
            "capacity must be at most 20,000, got 1,000,000,000: all weigh 3 kg",
        ),
        (([10**6], [1], 5), "choose a coarser unit"),
    ):
        with pytest.raises(ValueError, match=words):
            figures.pack(*problem)
