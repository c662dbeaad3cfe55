"""Boxes, matches, curves and mean average precision: by hand, against scikit-learn, in general.

`coco_evaluate` and `load_coco` are tested in test_coco.py.
"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from glassbox.mean_average_precision import (
    average_precision,
    balloon_coco,
    box_iou,
    detect_blobs,
    interpolate_precision,
    load_coco,
    match_coco,
    match_detections,
    match_voc,
    mean_average_precision,
    precision_recall_curve,
    worked_example,
)
from glassbox.mean_average_precision.boxes import box_sum, integral_image
from glassbox.pictures import balloons
from glassbox.pictures.balloons import balloon_scene

seeds = st.integers(0, 2**32 - 1)


def random_boxes(rng, n, grid=None):
    """Boxes in a 100 x 100 picture; on a coarse grid overlaps tie."""
    corner = rng.uniform(0, 80, (n, 2))
    boxes = np.hstack([corner, corner + rng.uniform(5, 60, (n, 2))])
    return boxes if grid is None else np.round(boxes / grid) * grid


# --- boxes -------------------------------------------------------------------------------------


def test_iou_by_hand():
    # 4 x 3 and 4 x 3, shifted by (2, 1): they share 2 x 2 of 12 + 12 - 4.
    assert box_iou([[0, 0, 4, 3]], [[2, 1, 6, 4]]) == [[4 / 20]]
    # Inclusive pixels: 5 x 4 each, they share 3 x 3 of 20 + 20 - 9.
    assert box_iou([[0, 0, 4, 3]], [[2, 1, 6, 4]], plus_one=True) == [[9 / 31]]


def test_boxes_that_touch_overlap_only_if_pixels_are_inclusive():
    left, right = [[0, 0, 2, 2]], [[2, 0, 4, 2]]
    assert box_iou(left, right) == 0
    assert box_iou(left, right, plus_one=True) == 3 / (9 + 9 - 3)


def test_boxes_without_area_overlap_nothing():
    assert box_iou([[1, 1, 1, 1]], [[1, 1, 1, 1], [0, 0, 2, 2]]).tolist() == [[0, 0]]


def test_iou_of_no_boxes_is_empty():
    assert box_iou([], [[0, 0, 1, 1]]).shape == (0, 1)
    assert box_iou([[0, 0, 1, 1]], np.zeros((0, 4))).shape == (1, 0)


@given(seeds, st.booleans())
def test_iou_is_symmetric_bounded_and_does_not_move(seed, plus_one):
    rng = np.random.default_rng(seed)
    a, b = random_boxes(rng, 5), random_boxes(rng, 4)
    iou = box_iou(a, b, plus_one)
    assert ((iou >= 0) & (iou <= 1)).all()
    np.testing.assert_array_equal(iou, box_iou(b, a, plus_one).T)
    np.testing.assert_allclose(np.diag(box_iou(a, a, plus_one)), 1)
    shift = np.tile(rng.uniform(-50, 50, 2), 2)
    np.testing.assert_allclose(iou, box_iou(a + shift, b + shift, plus_one), atol=1e-12)
    if not plus_one:
        np.testing.assert_allclose(iou, box_iou(a / 1000, b / 1000), atol=1e-12)


def test_the_sum_of_a_box_reaches_the_last_pixel_and_no_further():
    integral = integral_image([[1, 2, 3], [4, 5, 6]])
    assert box_sum(integral, 0, 0, 3, 2) == 21 and box_sum(integral, 2, 1, 3, 2) == 6
    for box in ((0, 0, 4, 2), (0, 0, 3, 3), (-1, 0, 3, 2), (0, -1, 3, 2)):
        with pytest.raises(ValueError, match="must be"):
            box_sum(integral, *box)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ([[0, 0, 1]], r"a must have shape \(n, 4\), x1 y1 x2 y2, got \(1, 3\)"),
        ([0, 0, 1, 1], r"got \(4,\)"),
        ([[0, 0, 1, 1], [3, 0, 2, 1]], r"a\[1\] must have x1 <= x2 and y1 <= y2, got \[3"),
        ([[0, 0, np.nan, 1]], r"a must be finite, got a\[0, 2\] = nan"),
        ([[0, 0, np.inf, 1]], r"a must be finite, got a\[0, 2\] = inf"),
    ],
)
def test_bad_boxes_are_refused(boxes, message):
    with pytest.raises(ValueError, match=message):
        box_iou(boxes, [[0, 0, 1, 1]])


# --- matching ----------------------------------------------------------------------------------

# Two objects; the second detection overlaps the first object by 91 / 109 and the second one by
# 89 / 111. The first detection takes the first object.
OBJECTS = [[0, 0, 100, 10], [20, 0, 120, 10]]
FOUND = [[0, 0, 100, 10], [9, 0, 109, 10]]


def test_voc_and_coco_differ_when_the_best_object_is_taken():
    one_image = ["a", "a"], OBJECTS, ["a", "a"], [0.9, 0.8], FOUND
    assert match_detections(*one_image, rule="voc").tolist() == [True, False]
    assert match_detections(*one_image, rule="coco").tolist() == [True, True]
    # Recall 1/2 at precision 1, and that is all; or everything.
    same_class = ([0, 0], OBJECTS, ["a", "a"], [0, 0], [0.9, 0.8], FOUND)
    assert mean_average_precision(["a", "a"], *same_class, rule="voc")[0] == 0.5
    assert mean_average_precision(["a", "a"], *same_class, rule="coco")[0] == 1.0


def test_two_objects_and_three_detections_by_hand():
    # The first takes object 0. The second likes object 0 best (0.8), object 1 well enough (0.6).
    # The third likes object 1 best: under COCO's rule that is taken by then, under VOC's not.
    iou = [[1.0, 0.7], [0.8, 0.6], [0.1, 0.9]]
    assert match_voc(iou, 0.5).tolist() == [0, -1, 1]
    assert match_coco(iou, 0.5).tolist() == [0, 1, -1]
    assert match_coco(iou, 0.65).tolist() == [0, -1, 1]  # 0.6 is too little for the second now
    assert match_voc(np.zeros((0, 2)), 0.5).tolist() == []


@pytest.mark.parametrize("match", [match_voc, match_coco])
@pytest.mark.parametrize(
    ("iou", "threshold", "message"),
    [
        ([0.5], 0.5, r"iou must have shape \(n_detections, n_objects\), got \(1,\)"),
        (np.zeros((2, 0)), 0.5, r"iou must have at least one object, got shape \(2, 0\)"),
        ([[0.5, 1.5]], 0.5, r"iou must be in \[0, 1\], got iou\[0, 1\] = 1.5"),
        ([[np.nan]], 0.5, r"got iou\[0, 0\] = nan"),
        ([[0.5]], 0, r"threshold must be in \(0, 1\], got 0"),
    ],
)
def test_bad_overlaps_are_refused(match, iou, threshold, message):
    with pytest.raises(ValueError, match=message):
        match(iou, threshold)


def test_a_threshold_of_one_wants_equal_boxes_up_to_rounding_in_coco_only():
    nearly = [[1 - 1e-12]]
    assert match_voc(nearly, 1) == [-1]
    assert match_coco(nearly, 1) == [0]


@pytest.mark.parametrize(("rule", "taken"), [("voc", 0), ("coco", 1)])
def test_of_equal_overlaps_voc_takes_the_first_and_coco_the_last(rule, taken):
    twins = [[0, 0, 9, 9], [0, 0, 9, 9]]
    _, match = match_detections(
        [1, 1], twins, [1], [0.5], [[0, 0, 9, 9]], rule=rule, return_match=True
    )
    assert match == [taken]


@pytest.mark.parametrize("rule", ["voc", "coco"])
def test_the_higher_score_takes_the_object_not_the_higher_overlap(rule):
    worse, better = [0, 0, 10, 6], [0, 0, 10, 10]
    hits, match = match_detections(
        [1], [better], [1, 1], [0.8, 0.9], [better, worse], rule=rule, return_match=True
    )
    assert hits.tolist() == [False, True]
    assert match.tolist() == [-1, 0]


@pytest.mark.parametrize("rule", ["voc", "coco"])
def test_reaching_the_threshold_is_enough(rule):
    half = [[0, 0, 10, 10]], [1], [0.5], [[0, 0, 10, 5]]
    assert match_detections([1], *half, iou_threshold=0.5, rule=rule)
    assert not match_detections([1], *half, iou_threshold=0.51, rule=rule)


@pytest.mark.parametrize("rule", ["voc", "coco"])
def test_equal_scores_are_taken_as_given(rule):
    rng = np.random.default_rng(0)
    objects = np.array([[20 * i, 0, 20 * i + 9, 9] for i in range(8)])
    found, scores = rng.integers(8, size=200), rng.random(200).round(1)
    hits = match_detections([1] * 8, objects, [1] * 200, scores, objects[found], rule=rule)
    best = [np.flatnonzero((found == i) & (scores == scores[found == i].max())) for i in range(8)]
    assert np.flatnonzero(hits).tolist() == sorted(rows[0] for rows in best)


def test_an_object_of_another_image_is_not_hit():
    box = [0, 0, 9, 9]
    assert match_detections(["a"], [box], ["b"], [0.5], [box]).tolist() == [False]


def test_nothing_matches_nothing():
    assert match_detections([], [], [], [], []).tolist() == []
    assert match_detections([], [], [1], [0.5], [[0, 0, 9, 9]]).tolist() == [False]


@given(seeds, st.sampled_from(["voc", "coco"]))
def test_matches_are_one_to_one_within_an_image_and_overlap_enough(seed, rule):
    rng = np.random.default_rng(seed)
    gt, dt = random_boxes(rng, 12, grid=10), random_boxes(rng, 30, grid=10)
    gt_image, dt_image = rng.integers(3, size=12), rng.integers(3, size=30)
    hits, match = match_detections(
        gt_image, gt, dt_image, rng.random(30).round(1), dt, 0.3, rule=rule, return_match=True
    )
    taken = match[hits]
    assert (match[~hits] == -1).all()
    assert len(set(taken)) == len(taken)
    assert (gt_image[taken] == dt_image[hits]).all()
    assert (box_iou(dt[hits], gt[taken]).diagonal() >= 0.3).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule": "cocco"}, "rule must be one of voc, coco, first, got 'cocco'"),
        ({"iou_threshold": 0}, r"iou_threshold must be in \(0, 1\], got 0"),
        ({"iou_threshold": float("nan")}, "iou_threshold must be finite"),
        ({"dt_scores": [0.5]}, r"dt_scores must have shape \(2,\), one a detection, got \(1,\)"),
        ({"dt_scores": [0.5, np.nan]}, r"got dt_scores\[1\] = nan"),
        ({"gt_image": [1]}, "gt_image must have one entry per box, 2, got 1"),
        ({"dt_image": ["1", "1"]}, "they would never meet: got 1 in gt_image and '1' in dt_image"),
        ({"gt_image": [[1], [2]]}, r"gt_image\[0\] must be an id, got \[1\]"),
        ({"plus_one": "no"}, "plus_one must be True or False, got 'no'"),
        ({"dt_boxes": [[0, 0, 9, 9], [0, 0, 1e200, 9]]}, r"dt_boxes must be within 1e\+100 pixels"),
        ({"dt_boxes": [[0, 0, 9, 9], [9, 0, 0, 9]]}, r"dt_boxes\[1\] must have x1 <= x2"),
    ],
)
def test_bad_detections_are_refused(changes, message):
    good = {
        "gt_image": [1, 1],
        "gt_boxes": OBJECTS,
        "dt_image": [1, 1],
        "dt_scores": [0.9, 0.8],
        "dt_boxes": FOUND,
    }
    with pytest.raises((ValueError, TypeError), match=message):
        match_detections(**(good | changes))


# --- curves ------------------------------------------------------------------------------------


def test_a_curve_and_its_averages_by_hand():
    # Four objects. Hit, false alarm, hit, in this order:
    #   k   TP  precision  recall      envelope
    #   1   1   1          1/4         1
    #   2   1   1/2        1/4         2/3
    #   3   2   2/3        2/4         2/3
    precision, recall, thresholds = precision_recall_curve([1, 1, 0], [0.9, 0.1, 0.5], 4)
    assert precision.tolist() == [1, 1 / 2, 2 / 3]
    assert recall.tolist() == [1 / 4, 1 / 4, 2 / 4]
    assert thresholds.tolist() == [0.9, 0.5, 0.1]
    assert interpolate_precision(precision).tolist() == [1, 2 / 3, 2 / 3]
    by_hand = {
        "raw": (1 + 2 / 3) / 4,
        "voc2010": (1 + 2 / 3) / 4,
        "voc2007": (3 * 1 + 3 * 2 / 3) / 11,  # r = 0, .1, .2; then .3, .4, .5
        "coco": (26 * 1 + 25 * 2 / 3) / 101,  # r = 0 ... .25; then .26 ... .50
    }
    for method, ap in by_hand.items():
        assert average_precision(recall, precision, method) == pytest.approx(ap, abs=1e-15)


def test_equal_scores_share_a_point_or_keep_their_order():
    labels, scores = [1, 0], [0.5, 0.5]
    assert precision_recall_curve(labels, scores)[0].tolist() == [0.5]
    assert precision_recall_curve(labels, scores, merge_ties=False)[0].tolist() == [1, 0.5]
    assert precision_recall_curve(labels[::-1], scores, merge_ties=False)[0].tolist() == [0, 0.5]


def test_a_detector_that_finds_everything_twice():
    # Each object twice with one score: after k pairs the precision is k / 2k, or, one by one,
    # k / (2k - 1) at the k-th hit. The envelope of the latter is itself.
    labels, scores = [1, 0] * 3, [0.9, 0.9, 0.8, 0.8, 0.7, 0.7]
    precision, recall, _ = precision_recall_curve(labels, scores)
    assert average_precision(recall, precision) == 0.5
    precision, recall, _ = precision_recall_curve(labels, scores, merge_ties=False)
    expected = float(sum(Fraction(k, 2 * k - 1) for k in (1, 2, 3)) / 3)
    assert average_precision(recall, precision) == pytest.approx(expected)


def test_eleven_points_are_those_of_the_tools_in_floating_point():
    # 3/10, 6/10 and 7/10 do not reach 3 * 0.1, 6 * 0.1 and 7 * 0.1, as in py-faster-rcnn.
    for tenths in range(11):
        short = tenths in (3, 6, 7)
        ap = average_precision([tenths / 10], [1.0], "voc2007")
        assert ap == pytest.approx((tenths + (not short)) / 11)


def test_coco_grid_does_not_reach_57_hundredths_as_pycocotools_does():
    assert average_precision([0.57], [1.0], "coco") == pytest.approx(57 / 101)
    assert average_precision([0.58], [1.0], "coco") == pytest.approx(59 / 101)


def test_lines_between_points_start_from_full_precision_at_no_recall():
    # half of 1 + 0.5 over the first half, 0.5 over the second; what is beyond 0.8 of it is guessed
    for method in ("ultralytics", "yolov5"):
        found = average_precision([0.5, 1], [0.5, 0.5], method)
        assert found == pytest.approx((1 + 0.5) / 2 * 0.5 + 0.5 * 0.5, abs=0.003)
    cut, kept = (average_precision([0.5, 0.8], [1, 1], m) for m in ("ultralytics", "yolov5"))
    assert cut == pytest.approx(0.8, abs=0.006)
    assert kept == pytest.approx(0.8 + 0.2 / 2, abs=0.006)


def test_an_empty_curve_averages_to_zero():
    for method in ("voc2007", "voc2010", "coco", "raw"):
        assert average_precision([], [], method) == 0
    precision, recall, thresholds = precision_recall_curve([], [], n_positive=3)
    assert len(precision) == len(recall) == len(thresholds) == 0


@given(seeds, st.integers(1, 60), st.sampled_from([1, 2, 8]))
def test_curves_agree_with_scikit_learn(seed, n, decimals):
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(2, size=n + 2), rng.random(n + 2).round(decimals)
    labels[:2] = 0, 1
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    theirs = metrics.precision_recall_curve(labels, scores)  # read backwards, with an end point
    np.testing.assert_allclose(precision, theirs[0][-2::-1], atol=1e-12)
    np.testing.assert_allclose(recall, theirs[1][-2::-1], atol=1e-12)
    np.testing.assert_array_equal(thresholds, theirs[2][::-1])
    raw = average_precision(recall, precision, "raw")
    assert raw == pytest.approx(metrics.average_precision_score(labels, scores), abs=1e-12)


@given(seeds, st.integers(1, 40))
def test_objects_not_found_scale_the_raw_average(seed, n_not_found):
    rng = np.random.default_rng(seed)
    labels, scores = np.r_[1, rng.integers(2, size=30)], rng.random(31).round(1)
    n = labels.sum() + n_not_found
    precision, recall, _ = precision_recall_curve(labels, scores, n)
    expected = metrics.average_precision_score(labels, scores) * labels.sum() / n
    assert average_precision(recall, precision, "raw") == pytest.approx(expected, abs=1e-12)


@given(seeds, st.sampled_from(["voc2007", "voc2010", "coco", "raw"]))
def test_false_alarms_below_all_hits_cost_nothing_and_only_the_order_of_scores_counts(seed, method):
    rng = np.random.default_rng(seed)
    labels, scores = np.r_[1, rng.integers(2, size=20)], rng.random(21) + 0.01

    def ap(labels, scores):
        precision, recall, _ = precision_recall_curve(labels, scores, n_positive=25)
        return average_precision(recall, precision, method)

    expected = pytest.approx(ap(labels, scores), abs=1e-12)
    assert ap(np.r_[labels, np.zeros(9)], np.r_[scores, rng.random(9) / 200]) == expected
    assert ap(labels, np.exp(5 * scores)) == expected


@given(seeds)
def test_the_envelope_is_the_best_precision_yet_to_come(seed):
    precision = np.random.default_rng(seed).random(20)
    expected = [precision[k:].max() for k in range(20)]
    np.testing.assert_array_equal(interpolate_precision(precision), expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: precision_recall_curve([0, 2], [1, 2]), "labels must be 0 or 1, got .*2"),
        (lambda: precision_recall_curve([1, 0], [1]), r"scores must have shape \(2,\)"),
        (lambda: precision_recall_curve([1], [np.inf]), r"scores must be finite, got scores\[0\]"),
        (
            lambda: precision_recall_curve([[1]], [1]),
            r"labels must have shape \(n,\), got \(1, 1\)",
        ),
        (lambda: precision_recall_curve([1, 1], [1, 2], 1), "at least the 2 hits, got 1"),
        (lambda: precision_recall_curve([0], [1]), "n_positive must be at least 1"),
        (lambda: average_precision([1], [1], "voc"), "method must be one of .*, got 'voc'"),
        (lambda: average_precision([0.5, 0.4], [1, 1]), "recall must not fall along the curve"),
        (lambda: average_precision([0.5], [1.5]), r"precision must be in \[0, 1\]"),
        (lambda: average_precision([np.nan], [1]), "recall must be finite"),
        (lambda: average_precision([0.5], [1, 1]), r"precision must have .* n = 1, got \(2,\)"),
    ],
)
def test_bad_curves_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- mean average precision --------------------------------------------------------------------


def test_the_mean_is_over_classes_with_objects():
    box = [[0, 0, 9, 9]]
    mean, per_class = mean_average_precision(
        gt_image=[1, 1, 2],
        gt_category=["cat", "dog", "owl"],
        gt_boxes=box * 3,
        dt_image=[1, 2, 1, 1],
        dt_category=["cat", "dog", "dog", "elk"],
        dt_scores=[0.9, 0.8, 0.7, 0.6],
        dt_boxes=box * 4,
    )
    # The dog is found second, at precision 1/2; no owl is found; there is no elk to find.
    assert per_class == {"cat": 1.0, "dog": 0.5, "owl": 0.0}
    assert mean == 0.5


def test_equal_scores_are_merged_by_the_raw_method_only():
    box, far = [0, 0, 9, 9], [50, 50, 59, 59]
    one_class = [1], [0], [box], [1, 1], [0, 0], [0.5, 0.5], [box, far]
    assert mean_average_precision(*one_class, method="raw")[0] == 0.5
    assert mean_average_precision(*one_class, method="voc2010")[0] == 1.0


def test_detections_are_pooled_over_images_not_averaged_by_image():
    box = [[0, 0, 9, 9]]
    # By image the APs are 1 and 1/2. Pooled, in order of score: false alarm, hit, hit.
    mean, _ = mean_average_precision(
        [1, 2], [0, 0], box * 2, [1, 2, 2], [0] * 3, [0.1, 0.9, 0.5], [*box, [50, 50, 59, 59], *box]
    )
    assert mean == pytest.approx(2 / 3)


@settings(max_examples=30)
@given(seeds)
def test_the_order_of_images_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    gt = rng.integers(4, size=10), rng.integers(2, size=10), random_boxes(rng, 10)
    dt = rng.integers(4, size=25), rng.integers(2, size=25), rng.random(25), random_boxes(rng, 25)
    shuffle_gt, shuffle_dt = rng.permutation(10), rng.permutation(25)
    before, _ = mean_average_precision(*gt, *dt, iou_threshold=0.2)
    after, _ = mean_average_precision(
        *(a[shuffle_gt] for a in gt), *(a[shuffle_dt] for a in dt), iou_threshold=0.2
    )
    assert after == pytest.approx(before)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"gt_image": [], "gt_category": [], "gt_boxes": []},
            "gt_boxes must hold at least one object",
        ),
        ({"dt_category": [1, 2]}, "dt_category must have one entry per box, 1, got 2"),
        ({"dt_category": ["1"]}, "got 1 in gt_category and '1' in dt_category"),
        ({"ties": "file"}, "ties must be one of None, given, reversed, image, merged"),
        ({"method": "voc"}, "method must be one of"),
        ({"rule": "voc2010"}, "rule must be one of"),
        ({"dt_scores": [[0.5]]}, r"dt_scores must have shape \(1,\)"),
    ],
)
def test_bad_data_sets_are_refused(changes, message):
    good = {
        "gt_image": [1],
        "gt_category": [1],
        "gt_boxes": [[0, 0, 9, 9]],
        "dt_image": [1],
        "dt_category": [1],
        "dt_scores": [0.5],
        "dt_boxes": [[0, 0, 9, 9]],
    }
    with pytest.raises(ValueError, match=message):
        mean_average_precision(**(good | changes))


# --- the worked example ------------------------------------------------------------------------


def example_ap(method, iou_threshold=0.3, plus_one=True, reverse=False, merge_ties=False):
    e = worked_example()
    hits = match_detections(
        e.gt_image, e.gt_boxes, e.dt_image, e.dt_scores, e.dt_boxes, iou_threshold, plus_one
    )
    step = -1 if reverse else 1
    precision, recall, _ = precision_recall_curve(
        hits[::step], e.dt_scores[::step], len(e.gt_boxes), merge_ties
    )
    return average_precision(recall, precision, method)


def test_the_worked_example_has_the_published_hits_and_false_alarms():
    e = worked_example()
    assert (len(set(e.gt_image)), len(e.gt_boxes), len(e.dt_boxes)) == (7, 15, 24)
    by_score = e.dt_name[np.argsort(-e.dt_scores, kind="stable")]
    assert "".join(by_score) == "RYJAUCMFDBHPEXNTKQVILSGO"
    for rule in ("voc", "coco"):
        hits = match_detections(
            e.gt_image, e.gt_boxes, e.dt_image, e.dt_scores, e.dt_boxes, 0.3, True, rule
        )
        assert set(e.dt_name[hits]) == set("RJBPEXG")


def test_the_worked_example_by_hand():
    # Hits R, J, B, P, E, X, G come 1st, 3rd, 10th, 12th, 13th, 14th and 23rd, so the precision
    # there is 1/1, 2/3, 3/10, 4/12, 5/13, 6/14, 7/23, each 1/15 of recall further. The envelope
    # raises 3/10, 4/12 and 5/13 to the 6/14 that follows.
    raw = [Fraction(k, place) for k, place in enumerate((1, 3, 10, 12, 13, 14, 23), start=1)]
    envelope = [raw[0], raw[1], *[raw[5]] * 4, raw[6]]
    assert example_ap("raw") == pytest.approx(float(sum(raw) / 15), abs=1e-12)
    assert example_ap("voc2010") == pytest.approx(float(sum(envelope) / 15), abs=1e-12)
    # 11 points: recall 0 is met by the 1st hit, .1 by the 2nd, .2 by the 3rd, .3 by the 5th,
    # .4 by the 6th, and .5 (of 15) by none.
    eleven = (envelope[0] + envelope[1] + envelope[2] + envelope[4] + envelope[5]) / 11
    assert example_ap("voc2007") == pytest.approx(float(eleven), abs=1e-12)


@pytest.mark.parametrize(
    ("percent", "setting"),
    [
        (24.57, {"method": "voc2010"}),
        (26.84, {"method": "voc2007"}),
        (24.82, {"method": "coco"}),
        (22.78, {"method": "raw"}),
        (22.54, {"method": "voc2010", "plus_one": False}),
        (26.84, {"method": "voc2007", "plus_one": False}),
        (22.35, {"method": "voc2010", "reverse": True}),  # Y before R
        (23.81, {"method": "voc2007", "reverse": True}),
        (22.35, {"method": "voc2010", "merge_ties": True}),
        (2.22, {"method": "voc2010", "iou_threshold": 0.5}),
        (3.03, {"method": "voc2007", "iou_threshold": 0.5}),
    ],
)
def test_the_worked_example_has_many_average_precisions(percent, setting):
    assert round(100 * example_ap(**setting), 2) == percent


def test_the_worked_example_makes_each_point_once():
    e = worked_example()
    boxes = dict(zip(e.dt_name, e.dt_boxes, strict=True))
    best = {
        name: box_iou([box], e.gt_boxes[e.gt_image == e.dt_image[i]]).max()
        for i, (name, box) in enumerate(boxes.items())
    }
    assert round(best["G"], 3) == 0.295
    assert (
        round(box_iou([boxes["G"]], e.gt_boxes[e.gt_image == 3], plus_one=True).max(), 3) == 0.303
    )
    assert round(best["D"], 2) == 0.24
    assert min(best[name] for name in "IS") > 0.3  # found a second time
    width, height = e.image_size
    for all_boxes in (e.gt_boxes, e.dt_boxes):
        assert all_boxes.min() >= 0
        assert (all_boxes[:, 2:] <= (width, height)).all()


# --- balloons ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scene():
    return balloon_scene(np.random.default_rng(17))


def test_the_scene_is_the_same_for_the_same_seed(scene):
    assert (scene.image == balloon_scene(np.random.default_rng(17)).image).all()
    assert scene.image.shape == (320, 480, 3)
    assert scene.image.dtype == np.uint8


def test_boxes_are_exact(monkeypatch):
    # Painted in one colour on nothing, a balloon's pixels touch all four sides of its box.
    canvas = balloons.Canvas(np.zeros((200, 200, 3), dtype=np.float32))
    rng, white = np.random.default_rng(0), [np.ones(3)] * 3
    box = balloons.paint_balloon(canvas, rng, (90, 80), 40, white, np.array([0.0, 0.0]), 0)
    rows, columns = np.nonzero(canvas.image().sum(axis=2))
    seen = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    np.testing.assert_allclose(box, seen, atol=1)


def test_balloons_are_whole_and_one_pair_overlaps(scene):
    boxes = scene.boxes
    assert len(boxes) == 8
    assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= (480, 320)).all()
    overlapping = np.triu(box_iou(boxes, boxes), k=1) > 0
    assert overlapping.sum() == 1


def test_the_detector_makes_instructive_errors(scene):
    boxes, scores = detect_blobs(scene.image)
    hits = match_detections([0] * 8, scene.boxes, [0] * len(boxes), scores, boxes)
    assert len(boxes) == 14
    assert hits.sum() == 6
    assert (np.diff(scores) <= 0).all() and scores.min() > 0 and scores.max() < 1
    fooled = box_iou(boxes[~hits], list(scene.decoys.values())).max(axis=0) > 0.3
    assert dict(zip(scene.decoys, fooled, strict=True)) == {
        "sun": False,
        "moon": True,
        "kite": True,
        "barn": True,
    }
    assert not hits[1]  # the kite's score is the second best
    both = box_iou(boxes[~hits], scene.boxes).max(axis=0)  # two balloons in one box
    assert (both > 0.4).any()


@pytest.mark.parametrize(
    ("height", "width", "margin", "stride"),
    [(24, 17, 5, 2), (34, 24, 7, 2), (48, 34, 10, 4), (68, 48, 14, 5), (96, 67, 19, 8),
     (136, 95, 27, 11)],
)  # fmt: skip
def test_a_window_is_found_where_it_is_and_scored_by_plain_means(height, width, margin, stride):
    # A rough patch in the last window, one stride right of and below the first one.
    rng, corner = np.random.default_rng(height), margin + stride
    y, x = slice(corner, corner + height), slice(corner, corner + width)
    wide_y = slice(corner - margin, corner + height + margin)
    wide_x = slice(corner - margin, corner + width + margin)
    image = np.full((corner + height + margin, corner + width + margin, 3), 128)
    image[y, x] = rng.integers(120, 190, (height, width, 3))
    boxes, scores = detect_blobs(image)
    assert boxes[0].tolist() == [x.start, y.start, x.stop, y.stop]

    down, right = np.gradient(image / 255, axis=(0, 1))
    rough = np.sqrt((down**2).sum(axis=2) + (right**2).sum(axis=2))
    ring = np.zeros(rough.shape, dtype=bool)
    ring[wide_y, wide_x] = True
    ring[y, x] = False
    colour = (image[y, x].mean(axis=(0, 1)) - image[ring].mean(axis=0)) / 255
    sum_ = 9 * np.sqrt(colour @ colour) + 35 * rough[y, x].mean() - 100 * rough[ring].mean() - 3.3
    assert 0.5 < scores[0] < 1 - 1e-6
    assert scores[0] == pytest.approx(1 / (1 + np.exp(-sum_)), rel=1e-9)


def test_an_empty_sky_has_no_detection():
    boxes, scores = detect_blobs(np.full((320, 480, 3), 128, dtype=np.uint8))
    assert boxes.shape == (0, 4)
    assert scores.shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda rng: balloon_scene(rng, width=50),
            "width must be at least 120, got 50",
        ),
        (
            lambda rng: balloon_scene(rng, n_balloons=99),
            "n_balloons must be from 2 to 12, got 99",
        ),
        (lambda rng: detect_blobs(np.zeros((9, 9))), r"image must have shape .*, got \(9, 9\)"),
        (lambda rng: detect_blobs(np.zeros((1, 9, 3))), "image must be at least 2 x 2 pixels"),
        (lambda rng: detect_blobs(np.zeros((9, 1, 3))), "image must be at least 2 x 2 pixels"),
    ],
)
def test_bad_scenes_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))


def test_scenes_in_the_format_of_coco_go_through_its_reader():
    annotations, detections = balloon_coco(np.random.default_rng(3), n_scenes=2)
    rng = np.random.default_rng(3)
    scenes = [balloon_scene(rng) for _ in range(2)]
    data = load_coco(annotations, detections)
    np.testing.assert_array_equal(data["gt_image"], np.repeat([1, 2], 8))
    corners = np.vstack([scene.boxes for scene in scenes])
    np.testing.assert_allclose(data["gt_xywh"][:, 2:], corners[:, 2:] - corners[:, :2])
    boxes, scores = detect_blobs(scenes[1].image)
    second = data["dt_image"] == 2
    np.testing.assert_allclose(data["dt_score"][second], scores)
    np.testing.assert_allclose(data["dt_xywh"][second, :2], boxes[:, :2])


def test_a_data_set_wants_a_scene():
    with pytest.raises(ValueError, match="n_scenes must be at least 1, got 0"):
        balloon_coco(np.random.default_rng(0), n_scenes=0)


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "average_precision": [("recall", [-1.0], "in [0, 1]")],
    "balloon_coco": [("n_scenes", 10**12, "at most 1,000")],
    "detect_blobs": [("threshold", 2, "in [0, 1]"), ("max_iou", -1, "in [0, 1]")],
    "coco_evaluate": [("gt_area", [-1.0], ">= 0")],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("mean_average_precision", name, LIMITS[name])
