"""The models of mean_average_precision agree with the tested helpers on random states."""

import numpy as np
import pytest

from glassbox.mean_average_precision import (
    average_precision,
    box_iou,
    figures,
    match_coco,
    match_voc,
    precision_recall_curve,
    worked_example,
)
from glassbox.mean_average_precision.curves import METHODS

FOLDER = "mean_average_precision"


def random_curves(rng, count):
    """Yield hits in decreasing score, a score each, and a number of objects; tenths are met."""
    for _ in range(count):
        hits = rng.integers(0, 2, rng.integers(1, 20))
        scores = -np.sort(-rng.integers(0, 12, len(hits)) / 12)
        n = int(hits.sum() + rng.integers(1, 4)) if rng.random() < 0.5 else max(10, len(hits))
        yield hits, scores, n


def test_every_convention_of_a_curve(call_js):
    for hits, scores, n in random_curves(np.random.default_rng(1), 25):
        ends = (np.diff(scores, append=-1) != 0).tolist()
        for merged in (False, True):
            precision, recall, _ = precision_recall_curve(hits, scores, n, merge_ties=merged)
            curve = call_js(f"{FOLDER}/curves.js", "curveOf", hits.tolist(), n, ends * merged)
            if not merged:
                curve = call_js(f"{FOLDER}/curves.js", "curveOf", hits.tolist(), n)
            np.testing.assert_allclose(curve["precision"], precision, atol=1e-12)
            np.testing.assert_allclose(curve["recall"], recall, atol=1e-12)
        for method in METHODS:
            given = recall.tolist(), precision.tolist(), method
            found = call_js(f"{FOLDER}/curves.js", "averagePrecision", *given)
            assert found == pytest.approx(average_precision(recall, precision, method), abs=1e-12)


def test_both_rules(call_js):
    rng = np.random.default_rng(2)
    for _ in range(120):
        iou = rng.integers(0, 11, (rng.integers(1, 5), rng.integers(1, 4))) / 10  # with ties
        threshold = float(rng.choice([0.3, 0.5, 1.0]))
        for name, rule in (("matchVoc", match_voc), ("matchCoco", match_coco)):
            taken = call_js(f"{FOLDER}/matching.js", name, iou.tolist(), threshold)
            assert taken == rule(iou, threshold).tolist(), (iou, threshold, name)


def test_the_rules_are_said_of_the_boxes_in_the_hand(call_js):
    rng = np.random.default_rng(3)
    objects = [[60, 40, 190, 140], [86, 40, 216, 140]]
    constants, differed = {"objects": objects, "sheet": [300, 190]}, 0
    for _ in range(40):
        x, y = rng.integers(40, 90, 2), rng.integers(30, 50, 2)
        state = {"w1": 130, "h1": 100, "w2": 130, "h2": 100, "threshold": 0.5} | {
            f"{axis}{d + 1}": int(values[d])
            for axis, values in (("x", x), ("y", y))
            for d in (0, 1)
        }
        found = [[x[d], y[d], x[d] + 130, y[d] + 100] for d in (0, 1)]
        iou = box_iou(found, objects)
        voc, coco = match_voc(iou, 0.5), match_coco(iou, 0.5)
        picture, table, _ = call_js(f"{FOLDER}/model.js", "rules", state, constants)
        assert [row[1] for row in table["rows"]] == [f"{v:.3f}" for v in iou[:, 0]]
        words = {-1: "✗", 0: "✓ 1st", 1: "✓ 2nd"}
        assert [row[3:] for row in table["rows"]] == [
            [words[a], words[b]] for a, b in zip(voc, coco, strict=True)
        ]
        differ = (voc != coco).any()
        assert picture["describe"].endswith("They differ.") == differ
        differed += differ
    assert 5 < differed < 35


def test_pixels_are_counted_with_a_comma_at_each_thousand():
    sheet, shares = figures.overlap((120, 60, 240, 180), (174, 60, 294, 180)).at()
    assert "Intersection 7,920, union 20,880: IoU 0.379" in sheet["describe"]
    assert shares["layers"][-1]["texts"] == ["IoU 0.379", "20,880"]


def test_a_box_that_is_pushed_over_the_edge_is_cut_off_there():
    figure = figures.overlap()
    d = figure.at(x=350, width=360)[0]["boxes"][-1]
    assert [d[side] for side in ("x1", "x2", "y2")] == [350, 360, 180]
    sheet = figures.two_rules().at(x2=280)[0]
    assert max(b["x2"] for b in sheet["boxes"]) == 300


def test_the_ranking_is_that_of_the_scores():
    e = worked_example()
    hits = np.isin(e.dt_name, list("RJBPEXG"))
    figure = figures.ranking(hits, e.dt_scores, 15, e.dt_name)
    cards, _, table = figure.at()
    assert "".join(cards["xticks"]) == "RYJAUCMFDBHPEXNTKQVILSGO"
    assert [row[1] for row in table["rows"]] == [
        "26.84",
        "24.57",
        "24.82",
        "19.45",
        "24.44",
        "32.27",
    ]
    assert not any(row[2] for row in table["rows"]), "nothing has been moved"
    assert cards["layers"][0]["texts"][1] == "=", "Y ties with R"
    cards, _, table = figure.at(card_0=2)  # R below Y
    assert "".join(cards["xticks"]).startswith("YR")
    assert table["rows"][1][1:] == ["22.35", "−2.22"]
    cards, _, _ = figure.at(card_0=47)
    assert cards["xticks"][-1] == "R"
    assert cards["describe"].startswith("Moved: R, a hit, from rank 1 to 24. ")
    said = figure.at(card_2=1)[0]["describe"]
    assert said.startswith("Moved: J, a hit, still at rank 3. "), "between a tie and the next card"


def test_every_card_can_be_moved_and_keeps_its_handle():
    e, rng = worked_example(), np.random.default_rng(5)
    hits = np.isin(e.dt_name, list("RJBPEXG"))
    figure = figures.ranking(hits, e.dt_scores, 15, e.dt_name)
    names = figure.at()[0]["xticks"]
    for _ in range(20):
        moved = {f"card_{k}": int(rng.integers(48)) for k in rng.choice(24, 4, replace=False)}
        cards, _, table = figure.at(**moved)
        places = np.array([moved.get(name, getattr(figure, name)) for name in figure.controls])
        order = np.argsort(places, kind="stable")
        assert cards["xticks"] == [names[k] for k in order]
        for handle in cards["handles"]:
            k = int(handle["control"][5:])
            assert handle["x"][places[k]] == list(order).index(k), "the handle stays on its card"
        ranked = [names[k] in "RJBPEXG" for k in order]
        precision, recall, _ = precision_recall_curve(ranked, np.arange(24, 0, -1), 15)
        ap = average_precision(recall, precision)
        assert table["rows"][1][1] == f"{100 * ap:.2f}"
