"""The figures of mean_average_precision: words, values, other data, errors."""

import numpy as np
import pytest

from glassbox.mean_average_precision import (
    TOOLS,
    balloon_coco,
    balloons,
    coco_evaluate,
    figures,
    load_coco,
    match_detections,
    precision_recall_curve,
    worked_example,
)
from glassbox.records import read_record

OBJECTS = [[0, 0, 40, 40], [60, 0, 100, 40], [0, 60, 40, 100]]
BOXES = [[0, 0, 40, 30], [60, 0, 100, 40], [200, 200, 230, 230], [60, 0, 100, 38]]
SCORES = [0.9, 0.8, 0.7, 0.6]


@pytest.fixture(scope="module")
def data():
    return load_coco(*balloons())


@pytest.fixture(scope="module")
def example():
    e = worked_example()
    found = e.gt_image, e.gt_boxes, e.dt_image, e.dt_scores, e.dt_boxes
    return found, match_detections(*found, 0.3, plus_one=True), e.dt_name


def test_a_threshold_counts_hits_false_alarms_and_what_is_not_found():
    figure = figures.threshold(None, OBJECTS, BOXES, SCORES)
    picture, curve = figure.at(keep=0.6, iou=0.5)
    assert picture["describe"] == (
        "Hits ✓ 2, false alarms ✗ 2, not found ? 1: precision 2/4 = 0.500, recall 2/3 = 0.667."
    )
    signs = sorted(box["label"].split()[-1] for box in picture["boxes"])
    assert signs == ["?", "✓", "✓", "✗", "✗"]
    assert curve["xlabel"] == "recall"
    assert "not found ? 2" in figure.at(keep=0.6, iou=0.8)[0]["describe"]
    for bad in ({"boxes": [], "scores": []}, {"objects": []}):
        given = {"picture": None, "objects": OBJECTS, "boxes": BOXES, "scores": SCORES} | bad
        with pytest.raises(ValueError, match="must be from 1 to 80"):
            figures.threshold(**given)


def test_one_at_a_time_is_the_table_of_the_worked_example(example):
    found, _, names = example
    figure = figures.one_at_a_time(*found, names, iou_threshold=0.3, plus_one=True)
    table, picture, _ = figure.at(k=4)
    assert table["rows"][-1] == ["5", "U ✗", "0.84", "?", "?", "?", "?"]
    assert table["rows"][-2] == ["4", "A ✗", "0.88", "2", "2", "0.500", "0.133"]
    assert table["describe"] == "4 boxes so far: P = 2/4, R = 2/15. Next: U ✗."
    assert picture["title"] == "picture 7"
    sizes = {len(figure.at(k=k)[0]["rows"]) for k in (1, 7, 24)}
    assert sizes == {figures.WINDOW}, "the table keeps its height"
    assert figure.at(k=24)[0]["describe"].endswith("That was the last.")
    with pytest.raises(ValueError, match="from 2 to 60"):
        figures.one_at_a_time([1], [[0, 0, 9, 9]], [], [], [])


def test_roofs_and_areas_in_words(example):
    (_, _, _, scores, _), hits, names = example
    roof = figures.envelope(hits, scores, 15, names, start=12).at()[0]
    assert roof["describe"] == (
        "At recall 0.267 or beyond, the best precision is 0.429, which comes later, with box X."
    )
    # p(r) looks at all boxes of that recall or more: a false alarm lies under the hit before it.
    precision, recall, _ = precision_recall_curve(hits, scores, 15, merge_ties=False)
    for k in range(1, 25):
        panel = figures.envelope(hits, scores, 15, names).at(k=k)[0]
        height = precision[recall >= recall[k - 1]].max()
        assert f"the best precision is {height:.3f}, " in panel["describe"], k
        assert panel["layers"][1]["y"][0] == pytest.approx(height, abs=1e-4)
    second = figures.envelope(hits, scores, 15, names).at(k=2)[0]["describe"]
    assert second.endswith("is 1.000, reached at this recall already, by box R.")
    _, numbers = figures.areas({"mine": (hits, scores, 15)}).at(method="YOLOv5, Ultralytics 8.3")
    assert "AP 0.3227 by YOLOv5" in numbers["describe"]
    assert numbers["layers"][0]["texts"][-1] == "0.323"
    with pytest.raises(TypeError, match="data_sets must be a dict"):
        figures.areas([])


def test_tools_lead_from_one_to_another(example):
    figure = figures.tools(*example[0], iou_thresholds=[0.3, 0.5])
    table, steps = figure.at(iou="0.3", first="VOC devkit 2012", second="COCO")
    assert [row[0] for row in table["rows"]] == list(TOOLS)
    method = dict(zip(TOOLS, (row[-1] for row in table["rows"]), strict=True))
    assert method["Ultralytics 8.3"] == "lines to (1, 0)", "says what the tool does, not its name"
    said = dict(zip(TOOLS, (row[1] for row in table["rows"]), strict=True))
    assert said["VOC devkit 2012"] == "24.57 %" and said["scikit-learn"] == "19.45 %"
    assert said["Ultralytics 8.3"] == "27.77 %" and said["Ultralytics 8.4"] == "20.14 %"
    assert table["describe"] == (
        "VOC devkit 2012 says 24.57 %, COCO 23.01 %: pixels −2.03, looks at +0.00, ties +0.00, "
        "method +0.47."
    )
    assert steps["xticks"] == ["start", "+ pixels", "+ looks at", "+ ties", "+ method"]
    same = figure.at(first="COCO", second="torchmetrics")[0]["describe"]
    assert same.endswith("torchmetrics makes the same choices.")
    with pytest.raises(ValueError, match="first must be one of VOC devkit 2007"):
        figures.tools(*example[0], first="YOLO")


def test_boxes_in_the_hand_lie_on_their_sheet():
    assert figures.overlap().at()[0]["describe"].endswith("a false alarm.")
    for make in (
        lambda: figures.overlap(truth=[0, 0, 5, 5]),
        lambda: figures.overlap(truth=[0, 0, 500, 50]),
        lambda: figures.two_rules(objects=[[0, 0, 20, 20]]),
    ):
        with pytest.raises(ValueError, match=r"truth must be x1 y1|objects must be two boxes"):
            make()


def test_causes_are_counted_and_repaired(data):
    figure = figures.breakdown(data, 1, image_id=1, labels={1: "balloon"})
    before = figure.at()[0]["describe"]
    assert before.startswith("AP at IoU 0.5: 0.") and "background ✗" in before
    after = figure.at(badly_placed=True)[0]["describe"]
    assert "→" in after and after.endswith("Repaired: badly placed.")
    alone = [figure.at(badly_placed=on)[2]["layers"][0]["texts"] for on in (False, True)]
    assert not any(alone[0]) and alone[1][0] and not any(alone[1][1:]), "first one is to guess"
    everything = figure.at(**dict.fromkeys(figure.controls, True))
    assert "→ 1.000" in everything[0]["describe"]
    assert "balloon" in figure.payload
    with pytest.raises(ValueError, match="category must be one with an object, such as 1, got 99"):
        figures.breakdown(data, 99)
    with pytest.raises(ValueError, match="image_id must be one with a box"):
        figures.breakdown(data, 1, image_id=99)
    with pytest.raises(TypeError, match="data must be what load_coco returns"):
        figures.breakdown([])


def test_a_detector_of_its_own_file(data):
    curve, *numbers = figures.detector(data, labels={1: "balloon"}).at(share=1.0)
    assert curve["describe"].startswith("balloon, IoU 0.5, scores from 0.")
    rows = [row for table in numbers for row in table["rows"]]
    mine, every = coco_evaluate(**data | {"category_ids": [1]}), coco_evaluate(**data)
    assert [row[0] for row in rows] == list(every.names) and len(rows) == 12
    assert numbers[0]["columns"] == ["COCO", "balloon", "all classes"]
    for row, *values in zip(rows, mine.stats, every.stats, strict=True):
        assert row[1:] == [f"{v + 1e-9:.3f}" for v in values]  # 0.6275 is 0.628 everywhere
    assert dict(row[:2] for row in rows)["AR small"] == "0.628"
    named = data | {
        "gt_category": [f"k{k}" for k in data["gt_category"]],
        "dt_category": [f"k{k}" for k in data["dt_category"]],
        "category_ids": None,
    }
    again = figures.detector(named).at(share=1.0)[0]["describe"]
    assert again == curve["describe"].replace("balloon", "k1")
    assert "category" not in figures.detector(data, category=1).controls, "one class is no choice"
    with pytest.raises(ValueError, match="data must have a detection"):
        figures.detector(data | {k: data[k][:0] for k in data if k.startswith("dt")})


def test_thresholds_say_where_the_twelve_numbers_stand(data):
    result = coco_evaluate(**data | {"category_ids": [1]})
    heat, means = figures.thresholds(result).at(threshold=0.5, size="all")
    ap, ap50, ar = result.stats[[0, 1, 8]]
    assert f"AP is {ap50:.3f}" in heat["describe"]
    assert heat["describe"].endswith(f"AP {ap:.3f}, AR@100 {ar:.3f}.")
    assert len(means["layers"]) == 3
    every = coco_evaluate(**data)
    assert figures.thresholds(every, category=1).at()[0]["describe"] == heat["describe"]
    with pytest.raises(ValueError, match="category must be one of"):
        figures.thresholds(result, category=7)
    with pytest.raises(TypeError, match="result must be what coco_evaluate returns"):
        figures.thresholds(result.stats)


def test_a_shaky_hand_is_as_recorded():
    recorded = read_record("mean_average_precision", "shaky")
    assert len(recorded["seeds"]) == 10 and set(recorded["settings"]) == {"edges", "places"}
    picture, _ = figures.shaky(recorded).at(kind="edges", sigma=0)
    assert picture["describe"] == "Noise of 0 %: on average AP50 1.000, AP75 1.000, AP 1.000."
    with pytest.raises(ValueError, match="recorded must have"):
        figures.shaky({})


def test_the_recorded_balloons_are_what_the_detector_finds():
    annotations, detections = balloons()
    one, found = balloon_coco(np.random.default_rng(12), n_scenes=1, decoys=True)
    mine = [a for a in annotations["annotations"] if a["image_id"] == 1]
    np.testing.assert_allclose(
        [a["bbox"] for a in mine], [a["bbox"] for a in one["annotations"]], atol=0.01
    )
    assert [a["category_id"] for a in mine] == [a["category_id"] for a in one["annotations"]]
    recorded = [d["score"] for d in detections if d["image_id"] == 1]
    np.testing.assert_allclose(recorded, [d["score"] for d in found], atol=1e-4)


def apart(n):
    """Return boxes that do not meet, and scores that fall."""
    return [[20 * i, 0, 20 * i + 9, 9] for i in range(n)], list(np.linspace(1, 0.1, n))


EDGES = [
    (lambda n: figures.threshold(None, *apart(n)[:1], *apart(2)), (1, 80), (0, 81)),
    (lambda n: figures.threshold(None, *apart(2)[:1], *apart(n)), (1, 80), (0, 81)),
    (lambda x: figures.threshold(None, OBJECTS, BOXES, SCORES, iou=x), (0.01, 1), (0, 1.1)),
    (lambda x: figures.overlap(threshold=x), (0.01, 1), (0, 1.1)),
    (lambda x: figures.overlap(shrink=x), (1, 20), (0,)),
    (lambda s: figures.overlap([0, 0, 10, 10], [5, 5, 20, 20], sheet=s), [(20, 20), (2000, 2000)],
     [(19, 20), (20, 19), (2001, 20), (20, 2001)]),
    (lambda b: figures.overlap(truth=b), [(0, 0, 10, 10), (350, 230, 360, 240)],
     [(0, 0, 9, 10), (0, 0, 10, 9), (-1, 0, 10, 10), (0, -1, 10, 10), (350, 230, 361, 240),
      (350, 230, 360, 241), (0, 0, 10)]),
    (lambda x: figures.two_rules(threshold=x), (0.01, 1), (0, 1.1)),
    (lambda m: figures.envelope([1] * m, apart(m)[1], m), (2, 400), (1, 401)),
    (lambda m: figures.ranking([1] * m, apart(m)[1], m), (2, 40), (1, 41)),
]  # fmt: skip


@pytest.mark.parametrize("call, good, bad", EDGES)
def test_what_a_figure_takes_has_two_ends(call, good, bad):
    for value in good:
        assert call(value)
    for value in bad:
        with pytest.raises(ValueError, match="must"):
            call(value)
