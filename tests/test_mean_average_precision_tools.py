"""What other tools say of the same boxes (recorded), by options of our one implementation."""

import json
from pathlib import Path

import numpy as np
import pytest

from glassbox.mean_average_precision import (
    CAUSES,
    TOOLS,
    average_precision,
    box_iou,
    explain_errors,
    match_detections,
    mean_average_precision,
    precision_recall_curve,
    worked_example,
)
from glassbox.mean_average_precision.curves import straight_lines

RECORD = json.loads((Path(__file__).parent / "references" / "detection_tools.json").read_text())
TIDE = dict(zip(("Loc", "Cls", "Dupe", "Bkg", "Both", "Miss"), CAUSES, strict=True))


def score_as(data, **options):
    n, m = len(data["gt_image"]), len(data["dt_image"])
    return mean_average_precision(
        data["gt_image"], [0] * n, data["gt_boxes"], data["dt_image"], [0] * m,
        data["dt_scores"], data["dt_boxes"], data["iou_threshold"], **options,
    )[0]  # fmt: skip


def overlaps_two_equally(data):
    """Whether a detection overlaps two objects best: then Ultralytics 8.3 takes either."""
    for image, box in zip(data["dt_image"], data["dt_boxes"], strict=True):
        objects = [b for i, b in zip(data["gt_image"], data["gt_boxes"], strict=True) if i == image]
        iou = box_iou([box], objects)[0] if objects else np.zeros(1)
        if (iou == iou.max()).sum() > 1 and iou.max() >= data["iou_threshold"]:
            return True
    return False


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_is_a_set_of_options(tool):
    compared = 0
    for data in RECORD["sets"]:
        if tool == "Ultralytics 8.3" and overlaps_two_equally(data):
            continue
        near = 1e-6 if tool == "torchmetrics" or "Ultralytics" in tool else 1e-12  # float32
        assert score_as(data, **TOOLS[tool]) == pytest.approx(data["ap"][tool], abs=near)
        compared += 1
    assert compared > 10


def test_the_tools_differ_in_what_the_boxes_ask_of_them():
    shown = [data["ap"] for data in RECORD["sets"]]
    pairs = [
        ("VOC devkit 2012", "py-faster-rcnn"),  # >= and >
        ("VOC devkit 2007", "VOC devkit 2012"),
        ("VOC devkit 2012", "COCO"),
        ("Ultralytics 8.3", "Ultralytics 8.4"),
        ("COCO", "Ultralytics 8.4"),
    ]
    for one, other in pairs:
        assert any(abs(ap[one] - ap[other]) > 0.003 for ap in shown[2:]), (one, other)


def test_eleven_points_of_py_faster_rcnn_too():
    for data in RECORD["sets"]:
        ours = score_as(data, **TOOLS["py-faster-rcnn"] | {"method": "voc2007"})
        assert ours == pytest.approx(data["ap"]["py-faster-rcnn, 11 points"], abs=1e-12)


def test_scikit_learn_knows_only_what_was_found():
    ap = RECORD["sets"][0]["ap"]
    assert round(100 * ap["scikit-learn, found"], 2) == 41.68
    assert ap["scikit-learn"] == pytest.approx(ap["scikit-learn, found"] * 7 / 15)
    assert round(100 * ap["scikit-learn"], 2) == 19.45


def test_straight_lines_by_hand():
    # One of two objects, at once: (0, 1) to (1/2, 1), then down to (1, 0), or nothing.
    assert average_precision([0.5], [1.0], "yolov5") == pytest.approx(0.75)
    assert average_precision([0.5], [1.0], "ultralytics") == pytest.approx(0.5, abs=0.006)
    x, y = straight_lines([], [], cut=False)
    assert x.tolist() == [0, 1] and y.tolist() == [0, 0]  # it is drawn along the whole axis
    for method in ("yolov5", "ultralytics"):
        assert average_precision([], [], method) == 0
        # A perfect detector: at the recall 1 both lines have come down already.
        assert average_precision([1.0], [1.0], method) == pytest.approx(0.995)


def test_the_most_asked_number_of_the_worked_example():
    e = worked_example()
    hits = match_detections(
        e.gt_image, e.gt_boxes, e.dt_image, e.dt_scores, e.dt_boxes, 0.3, plus_one=True
    )
    precision, recall, _ = precision_recall_curve(hits, e.dt_scores, 15, merge_ties=False)
    assert round(100 * average_precision(recall, precision, "yolov5"), 2) == 32.27


def test_equal_scores_in_the_four_ways():
    # A false alarm of image 2 and a hit of image 1, with one score.
    box, far = [0, 0, 9, 9], [50, 50, 59, 59]
    data = [1, 2], [0, 0], [box, box], [2, 1], [0, 0], [0.5, 0.5], [far, box]
    found = {
        ties: mean_average_precision(*data, ties=ties)[0]
        for ties in ("given", "reversed", "image", "merged")
    }
    assert found == {"given": 0.25, "reversed": 0.5, "image": 0.5, "merged": 0.25}
    # The one of COCO, with detections that are not sorted by image.
    assert mean_average_precision(*data, **TOOLS["COCO"])[0] == pytest.approx(51 / 101)


# --- the causes of errors ----------------------------------------------------------------------


def corners(xywh):
    x, y, w, h = np.array(xywh).T
    return np.stack([x, y, x + w, y + h], axis=1)


def explain(data):
    return explain_errors(
        data["gt_image"], data["gt_category"], corners(data["gt_xywh"]),
        data["dt_image"], data["dt_category"], data["dt_score"], corners(data["dt_xywh"]),
    )  # fmt: skip


def test_causes_and_repairs_are_those_of_tide():
    exact = 0
    for data in RECORD["errors"]:
        errors = explain(data)
        assert {short: errors.count(cause) for short, cause in TIDE.items()} == data["counts"]
        ap = errors.average_precision()
        if abs(ap - data["ap"]) > 1e-12:  # its recall 0.7 reaches 70 / 100, COCO's not 70 * 0.01
            assert ap == pytest.approx(data["ap"], abs=0.01)
            continue
        exact += 1
        for short, cause in TIDE.items():
            gain = max(errors.average_precision([cause]) - ap, 0)
            assert gain == pytest.approx(data["gains"][short], abs=1e-12), (short, data["counts"])
    assert exact >= len(RECORD["errors"]) - 2


def test_all_repairs_together_make_a_perfect_detector():
    for data in RECORD["errors"]:
        assert explain(data).average_precision(CAUSES) == pytest.approx(1)


def test_one_class_alone():
    data = RECORD["errors"][0]
    errors = explain(data)
    kinds = list(dict.fromkeys(data["gt_category"]))
    each = [errors.average_precision(categories=[kind]) for kind in kinds]
    assert errors.average_precision() == pytest.approx(np.mean(each))
    hits, scores, n = errors.labels(kinds[0])
    assert n == data["gt_category"].count(kinds[0])
    assert len(hits) == len(scores) == data["dt_category"].count(kinds[0])


def test_causes_at_the_borders_by_hand():
    # Of another class, then of its own: each lies on the border of background.
    box, quarter = [0, 0, 1, 4], [0, 0, 1, 1]
    errors = explain_errors(
        [1], ["cat"], [box], [1, 1], ["dog", "cat"], [0.9, 0.8], [quarter, quarter], background=0.25
    )
    assert errors.cause.tolist() == ["background", "badly placed"]
    assert errors.object.tolist() == [-1, 0] and errors.mends.tolist() == [False, True]
    assert errors.average_precision(categories=[]) == 0
    assert errors.average_precision(categories=["bird"]) == 0
    repaired = errors.average_precision(["badly placed"], categories=["bird", "cat"])
    assert repaired == errors.average_precision(["badly placed"]) / 2 > 0
    with pytest.raises(AttributeError):
        errors.cause = errors.object
    # Nothing is found: the object that a false alarm is about is none.
    errors = explain_errors([1], ["cat"], [box], [1, 2], ["dog"] * 2, [0.9, 0.8], [quarter] * 2)
    assert errors.cause.tolist() == ["both", "background"]
    assert errors.object.tolist() == [-1, -1] and errors.not_found.tolist() == [True]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"background": 0.6}, r"background must be in \[0, 0.5\]"),
        ({"gt_image": [], "gt_category": [], "gt_boxes": []}, "at least one object"),
        ({"dt_category": ["1"]}, "they would never meet"),
    ],
)
def test_bad_errors_are_refused(changes, message):
    box = [[0, 0, 9, 9]]
    good = {
        "gt_image": [1], "gt_category": [1], "gt_boxes": box, "dt_image": [1], "dt_category": [1],
        "dt_scores": [0.5], "dt_boxes": box,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        explain_errors(**(good | changes))
    with pytest.raises(ValueError, match="repaired must be one of badly placed"):
        explain_errors(**good).average_precision(["all"])
