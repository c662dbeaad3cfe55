"""`coco_evaluate` and `load_coco` (topic mean_average_precision), held to pycocotools."""

import contextlib
import copy
import io
import json
import re
import reprlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from glassbox.mean_average_precision import (
    COCO_STATS,
    coco,
    coco_evaluate,
    coco_json,
    load_coco,
    mean_average_precision,
)


def random_dataset(seed, n_images, n_categories, n_objects, n_detections, grid=0, crowds=0.1):
    """Annotations and detections; on a grid, boxes, overlaps and scores tie."""
    rng = np.random.default_rng(seed)
    images = [{"id": int(i)} for i in rng.permutation(60)[:n_images]]
    categories = [{"id": int(k)} for k in rng.permutation(30)[:n_categories]]

    def sizes(n):
        return np.exp(rng.uniform(np.log(8), np.log(250), (n, 2)))

    def rounded(box):
        return (np.round(box / grid) * grid if grid else box).tolist()

    def place():
        # The last category never has an object.
        return images[rng.integers(n_images)]["id"], categories[
            rng.integers(max(n_categories - 1, 1))
        ]["id"]

    annotations = []
    for box in np.hstack([rng.uniform(0, 200, (n_objects, 2)), sizes(n_objects)]):
        image, category = place()
        annotations.append(
            {
                "id": len(annotations) + 1,
                "image_id": image,
                "category_id": category,
                "bbox": rounded(box),
                "area": float(box[2] * box[3] * rng.choice([1, 0.6])),
                "iscrowd": int(rng.random() < crowds),
            }
        )
    detections = []
    for box in np.hstack([rng.uniform(0, 200, (n_detections, 2)), sizes(n_detections)]):
        image = images[rng.integers(n_images)]["id"]
        category = categories[rng.integers(n_categories)]["id"]
        if rng.random() < 0.7:
            near = annotations[rng.integers(n_objects)]
            image, category = near["image_id"], near["category_id"]
            box = np.array(near["bbox"])
            noise = rng.choice([0, 0.05, 0.15]) * rng.normal(size=4) * box[[2, 3, 2, 3]]
            box = np.maximum(box + noise, 0)
        detections.append(
            {
                "image_id": image,
                "category_id": category,
                "bbox": rounded(box),
                "score": round(rng.random(), 1) if grid else rng.random(),
            }
        )
    truth = {"images": images, "categories": categories, "annotations": annotations}
    return truth, detections


def pycocotools_evaluate(truth, detections, image_ids=None, category_ids=None, limits=None):
    truth, detections = copy.deepcopy((truth, detections))  # it writes into the records
    with contextlib.redirect_stdout(io.StringIO()):
        gt = COCO()
        gt.dataset = truth
        gt.createIndex()
        run = COCOeval(gt, gt.loadRes(detections), "bbox")
        if image_ids is not None:
            run.params.imgIds = image_ids
        if category_ids is not None:
            run.params.catIds = category_ids
        if limits is not None:
            run.params.maxDets = list(limits)
        run.evaluate()
        run.accumulate()
        if limits is None:
            run.summarize()
    return run.stats, run.eval["precision"][..., -1], run.eval["recall"]


def assert_equal_to_pycocotools(result, expected):
    ours = result.stats, result.precision, result.recall
    for a, b in zip(ours, expected, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


# --- by hand -----------------------------------------------------------------------------------


def test_the_numbers_by_hand():
    # Two objects of 40 x 40 = 1600, so medium. A detection of 40 x 32 (IoU .8: a hit at
    # .50 ... .80, 7 of 10 thresholds), then one far off, then one exact.
    box = [0, 0, 40, 40]
    result = coco_evaluate(
        gt_image=[1, 2],
        gt_category=[5, 5],
        gt_xywh=[box, box],
        gt_area=[1600, 1600],
        gt_crowd=[0, 0],
        dt_image=[1, 1, 2],
        dt_category=[5, 5, 5],
        dt_xywh=[[0, 0, 40, 32], [200, 200, 40, 40], box],
        dt_score=[0.9, 0.8, 0.7],
    )
    stats = dict(zip(COCO_STATS, result.stats, strict=True))
    # Hit, miss, hit: precision 1 at the 51 recalls 0 ... .50, 2/3 at the 50 others.
    # Miss, miss, hit at the three highest thresholds: 1/3 at the 51 recalls.
    low, high = (51 + 50 * 2 / 3) / 101, 51 / 3 / 101
    assert stats["AP50"] == pytest.approx(low, abs=1e-12)
    assert stats["AP75"] == pytest.approx(low, abs=1e-12)
    assert stats["AP"] == pytest.approx((7 * low + 3 * high) / 10, abs=1e-12)
    assert stats["AR@100"] == pytest.approx((7 * 1 + 3 * 0.5) / 10)
    # One detection an image: the far one goes. For medium areas it stays (1600 is in range).
    assert stats["AR@1"] == pytest.approx((7 * 1 + 3 * 0.5) / 10)
    assert stats["AP medium"] == stats["AP"]
    assert stats["AP small"] == stats["AR small"] == stats["AP large"] == -1


def test_hits_on_a_crowd_do_not_count_and_do_not_use_it_up():
    crowd, alone = [0, 0, 100, 100], [200, 200, 50, 50]
    result = coco_evaluate(
        gt_image=[1, 1],
        gt_category=[1, 1],
        gt_xywh=[crowd, alone],
        gt_area=[10_000, 2_500],
        gt_crowd=[1, 0],
        dt_image=[1, 1, 1],
        dt_category=[1, 1, 1],
        dt_xywh=[[0, 0, 30, 30], [60, 60, 30, 30], alone],  # inside the crowd, twice
        dt_score=[0.9, 0.8, 0.7],
    )
    assert result.stats[0] == pytest.approx(1)


@pytest.mark.parametrize("n", [1, 50])
def test_of_equal_overlaps_the_last_object_is_taken(n):
    # In each of n images, the first detection overlaps both objects by 80 / 120. It takes the
    # last one. If that is the right one, the left one is free for the second detection, which
    # overlaps the right one by 60 / 140 only.
    left, middle, right = [0, 0, 10, 10], [2, 0, 10, 10], [4, 0, 10, 10]
    images, ones, zeros = [*range(n)] * 2, [1] * 2 * n, [0] * 2 * n
    dt = images, ones, [middle] * n + [left] * n, [0.9] * n + [0.8] * n
    good = coco_evaluate(images, ones, [left] * n + [right] * n, ones, zeros, *dt)
    assert good.stats[1] == pytest.approx(1)
    bad = coco_evaluate(images, ones, [right] * n + [left] * n, ones, zeros, *dt)
    assert bad.stats[1] == pytest.approx(51 / 101)


def test_a_category_without_detections_counts_zero_and_one_without_objects_not_at_all():
    box = [0, 0, 40, 40]
    gt = [1, 1], [1, 2], [box, box], [1600, 1600], [0, 0]
    dt = [1, 1], [1, 3], [box, box], [0.9, 0.9]
    result = coco_evaluate(*gt, *dt)
    assert result.category_ids.tolist() == [1, 2, 3]
    assert result.precision[0, 50, :, 0] == pytest.approx([1, 0, -1])
    assert result.stats[0] == pytest.approx(0.5)


def test_at_most_100_detections_count_so_a_crowded_image_is_never_done():
    boxes = [[20 * i, 20 * j, 18, 18] for i in range(15) for j in range(10)]  # 150 objects
    n = len(boxes)
    gt = [1] * n, [1] * n, boxes, [324] * n, [0] * n
    result = coco_evaluate(*gt, [1] * n, [1] * n, boxes, np.linspace(1, 0, n))
    assert result.recall[0, 0, 0] == pytest.approx([1 / 150, 10 / 150, 100 / 150])


# --- against pycocotools -----------------------------------------------------------------------

KINDS = {
    "many images": {"n_images": 15, "n_categories": 4, "n_objects": 80, "n_detections": 400},
    "one image, more than 100 detections": {
        "n_images": 1,
        "n_categories": 1,
        "n_objects": 40,
        "n_detections": 300,
    },
    "ties": {
        "n_images": 6,
        "n_categories": 3,
        "n_objects": 120,
        "n_detections": 600,
        "grid": 8,
        "crowds": 0.3,
    },
    "crowds only": {
        "n_images": 3,
        "n_categories": 2,
        "n_objects": 20,
        "n_detections": 60,
        "crowds": 1.0,
    },
    "mostly empty": {"n_images": 9, "n_categories": 9, "n_objects": 6, "n_detections": 20},
    "one of each": {"n_images": 1, "n_categories": 1, "n_objects": 1, "n_detections": 1},
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_that_of_pycocotools(kind, seed):
    dataset = random_dataset(seed, **KINDS[kind])
    assert_equal_to_pycocotools(
        coco_evaluate(**load_coco(*dataset)), pycocotools_evaluate(*dataset)
    )


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_images=st.integers(1, 4),
    n_categories=st.integers(1, 3),
    n_objects=st.integers(1, 25),
    n_detections=st.integers(1, 60),
    grid=st.sampled_from([0, 8, 40]),
    crowds=st.sampled_from([0, 0.4]),
)
def test_every_number_is_that_of_pycocotools_whatever_the_data(**sizes):
    dataset = random_dataset(**sizes)
    assert_equal_to_pycocotools(
        coco_evaluate(**load_coco(*dataset)), pycocotools_evaluate(*dataset)
    )


@pytest.mark.parametrize("pairs", [1, 10, 1000])
def test_the_size_of_a_block_does_not_matter(monkeypatch, pairs):
    arrays = load_coco(*random_dataset(0, **KINDS["ties"]))
    before = coco_evaluate(**arrays)
    monkeypatch.setattr(coco, "PAIRS_AT_ONCE", pairs)
    np.testing.assert_array_equal(coco_evaluate(**arrays).precision, before.precision)


def test_a_selection_of_images_and_categories_is_that_of_pycocotools():
    dataset = random_dataset(5, **KINDS["many images"])
    arrays = load_coco(*dataset)
    arrays["image_ids"] = arrays["image_ids"][3:9].tolist()
    arrays["category_ids"] = arrays["category_ids"][[2, 0]].tolist()
    expected = pycocotools_evaluate(*dataset, arrays["image_ids"], arrays["category_ids"])
    assert_equal_to_pycocotools(coco_evaluate(**arrays), expected)
    # An id on which there is nothing adds nothing; a category adds a slice of -1.
    arrays["image_ids"].append(999)
    assert_equal_to_pycocotools(coco_evaluate(**arrays), expected)
    arrays["category_ids"].append(999)
    assert (coco_evaluate(**arrays).precision[:, :, -1] == -1).all()


def test_an_annotation_id_of_zero_changes_pycocotools_but_not_us():
    # pycocotools marks an unmatched detection by 0, and so takes object 0 for no match.
    truth, detections = random_dataset(1, **KINDS["one of each"], crowds=0)
    detections[0] |= {"bbox": truth["annotations"][0]["bbox"]}
    truth["annotations"][0]["id"] = 0
    assert coco_evaluate(**load_coco(truth, detections)).stats[0] == pytest.approx(1)
    assert pycocotools_evaluate(truth, detections)[0][0] == 0


# --- 2,000 small data sets that have everything ---------------------------------------------------

BORDERS = [0, 1, 1024 - 1e-9, 1024, 1024 + 1e-9, 9216, 9216.5, 1e10, 1e10 + 1]


def small_set(rng):
    """Annotations and detections with ties, crowds, areas on a border, ids of every kind.

    One in ten sets has a picture with more than 100 detections of a class.
    """
    n_images, n_kinds = rng.integers(1, 3, 2)
    many = rng.random() < 0.1
    texts, grid = rng.random() < 0.3, rng.choice([4, 10, 16])
    ids = rng.permutation(12)[:n_images].tolist()
    ids = [f"{i}.jpg" for i in ids] if texts else ids
    kinds = rng.permutation(9)[:n_kinds].tolist()
    crowds, n = rng.choice([0, 0.3, 1]), int(rng.integers(0, 7))

    def boxes(n):
        return rng.integers(0, [4, 4, 5, 5], (n, 4)) * float(grid)

    def place():
        return {
            "image_id": ids[rng.integers(n_images)],
            "category_id": kinds[rng.integers(n_kinds)],
        }

    truth = [
        place() | {
            "id": k + 1, "bbox": box.tolist(), "iscrowd": int(rng.random() < crowds),
            "area": float(rng.choice([*BORDERS, box[2] * box[3]])),
        }
        for k, box in enumerate(boxes(n))
    ]  # fmt: skip
    found = [
        place() | {"bbox": box.tolist(), "score": float(rng.integers(-2, 4)) / 2}
        for box in boxes(int(rng.integers(1, 12)) if not many else 130)
    ]
    for record in found:
        if truth and rng.random() < 0.6:
            near = truth[rng.integers(n)]
            record |= {name: near[name] for name in ("image_id", "category_id")}
            record["bbox"] = (np.array(near["bbox"]) + rng.integers(0, 2, 4) * grid / 4).tolist()
    images, categories = [{"id": i} for i in ids], [{"id": k} for k in kinds]
    return {"images": images, "categories": categories, "annotations": truth}, found


@pytest.mark.parametrize("batch", range(8))
def test_every_number_is_that_of_pycocotools_on_2000_small_sets(batch):
    rng = np.random.default_rng(batch)
    scored = 0
    for _ in range(250):
        truth, found = small_set(rng)
        expected = pycocotools_evaluate(truth, found)
        assert_equal_to_pycocotools(coco_evaluate(**load_coco(truth, found)), expected)
        scored += expected[0][0] > 0
    assert scored > 60, "many sets have something to score"


# --- in general --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_one_threshold_is_mean_average_precision_with_cocos_rules(seed):
    truth, detections = random_dataset(seed, 8, 3, 60, 150, crowds=0)
    a = load_coco(truth, detections)
    result = coco_evaluate(**a)
    for t in (0, 5):
        mean, _ = mean_average_precision(
            a["gt_image"],
            a["gt_category"],
            np.hstack([a["gt_xywh"][:, :2], a["gt_xywh"][:, :2] + a["gt_xywh"][:, 2:]]),
            a["dt_image"],
            a["dt_category"],
            a["dt_score"],
            np.hstack([a["dt_xywh"][:, :2], a["dt_xywh"][:, :2] + a["dt_xywh"][:, 2:]]),
            iou_threshold=0.5 + 0.05 * t,
            method="coco",
            rule="coco",
        )
        assert result.stats[{0: 1, 5: 2}[t]] == pytest.approx(mean, abs=1e-12)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_only_the_order_of_distinct_scores_matters(seed):
    rng = np.random.default_rng(seed)
    a = load_coco(*random_dataset(seed, 5, 2, 20, 60))
    expected = coco_evaluate(**a).stats

    renumbered = rng.permutation(60)  # permutes the images
    b = a | {
        "gt_image": renumbered[a["gt_image"]],
        "dt_image": renumbered[a["dt_image"]],
        "image_ids": renumbered[a["image_ids"]],
        "dt_score": np.exp(3 * a["dt_score"]),
    }
    order = rng.permutation(60)
    for name in ("dt_image", "dt_category", "dt_xywh", "dt_score"):
        b[name] = b[name][order]
    np.testing.assert_allclose(coco_evaluate(**b).stats, expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_a_false_alarm_below_all_others_changes_nothing(seed):
    a = load_coco(*random_dataset(seed, 5, 2, 20, 60))
    b = a | {
        "dt_image": np.append(a["dt_image"], a["image_ids"][0]),
        "dt_category": np.append(a["dt_category"], a["category_ids"][0]),
        "dt_xywh": np.vstack([a["dt_xywh"], [900, 900, 50, 50]]),
        "dt_score": np.append(a["dt_score"], -1),
    }
    np.testing.assert_array_equal(coco_evaluate(**a).stats, coco_evaluate(**b).stats)


def test_ids_may_be_strings():
    truth, detections = random_dataset(2, **KINDS["many images"])
    numbered = coco_evaluate(**load_coco(truth, detections))
    for record in [*truth["annotations"], *detections]:
        record["image_id"] = f"{record['image_id']:03}.jpg"
    for image in truth["images"]:
        image["id"] = f"{image['id']:03}.jpg"
    named = coco_evaluate(**load_coco(truth, detections))
    np.testing.assert_array_equal(named.precision, numbered.precision)


def test_nothing_is_changed():
    a = load_coco(*random_dataset(3, **KINDS["ties"]))
    before = copy.deepcopy(a)
    coco_evaluate(**a)
    for name, values in a.items():
        np.testing.assert_array_equal(values, before[name])


def test_no_detections_and_no_data_at_all():
    gt = [1], [1], [[0, 0, 40, 40]], [1600], [0]
    assert coco_evaluate(*gt, [], [], [], []).stats[[0, 8]].tolist() == [0, 0]
    nothing = coco_evaluate([], [], [], [], [], [], [], [], [])
    assert (nothing.stats == -1).all()
    assert (coco_evaluate(*gt, *gt[:3], [0.9], image_ids=[]).stats == -1).all()


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gt_xywh": [[0, 0, -1, 9]]}, r"gt_xywh\[0\] must have width and height >= 0"),
        ({"dt_xywh": [[0, np.nan, 9, 9]]}, r"dt_xywh must be finite, got dt_xywh\[0, 1\] = nan"),
        ({"dt_xywh": [0, 0, 9, 9]}, r"dt_xywh must have shape \(n, 4\).*got \(4,\)"),
        ({"dt_score": [0.1, 0.2]}, r"dt_score must have shape \(1,\), one per box, got \(2,\)"),
        ({"dt_score": [np.inf]}, r"dt_score must be finite, got dt_score\[0\] = inf"),
        ({"gt_area": [-1]}, r"gt_area must be >= 0, got gt_area\[0\] = -1"),
        ({"gt_crowd": [2]}, r"gt_crowd must be 0 or 1, got gt_crowd\[0\] ="),
        ({"gt_image": [1, 2]}, r"gt_image must have shape \(1,\), one per box, got \(2,\)"),
        ({"gt_image": [1.5]}, r"gt_image must be whole numbers or texts, got gt_image\[0\] = 1.5"),
        ({"gt_image": [True]}, "gt_image must be whole numbers or texts, got dtype bool"),
        (
            {"gt_image": [2**70]},
            r"gt_image must fit 64 bits, got gt_image\[0\] = 1180591.*its text",
        ),
        ({"dt_image": ["1"]}, r"they would never meet: got 1 in gt_image, '1' in dt_image; turn"),
        ({"category_ids": ["1"]}, "gt_category and dt_category and category_ids must be all"),
        (
            {"gt_image": [1, "1"][:1], "image_ids": [1, "b"]},
            r"image_ids must be all .*'b' in \[1\]",
        ),
        ({"image_ids": 3}, "image_ids must be a list of ids, got 3"),
        ({"max_dets": ()}, r"max_dets must be increasing whole numbers, such as .*, got \(\)"),
        ({"max_dets": (10, 1, 100)}, r"got \(10, 1, 100\)"),
        ({"max_dets": (0, 10, 100)}, r"max_dets\[0\] must be at least 1, got 0"),
        ({"max_dets": (1.0, 10)}, r"max_dets\[0\] must be an integer, got 1.0"),
    ],
)
def test_bad_arrays_are_refused(changes, message):
    good = {
        "gt_image": [1],
        "gt_category": [1],
        "gt_xywh": [[0, 0, 9, 9]],
        "gt_area": [81],
        "gt_crowd": [0],
        "dt_image": [1],
        "dt_category": [1],
        "dt_xywh": [[0, 0, 9, 9]],
        "dt_score": [0.5],
    }
    with pytest.raises((ValueError, TypeError), match=message):
        coco_evaluate(**(good | changes))


BOX = "four finite numbers x, y, width, height with width, height >= 0"
AREA = "a finite number >= 0"
ADVICE = '; unknown="ignore" leaves such records out'
MASK = "; of a mask, pycocotools.mask.toBbox gives it"
KNOWN_IMAGE, KNOWN_CATEGORY = "the id of one of the images", "the id of one of the categories"


@pytest.mark.parametrize(
    ("place", "field", "value", "wanted"),
    [
        ("annotations", "bbox", [0, 0, 9], BOX),
        ("annotations", "bbox", [0, 0, -9, 9], BOX),
        ("annotations", "bbox", ["0", 0, 9, 9], BOX),
        ("annotations", "bbox", [0, 0, 9, float("inf")], BOX),
        ("annotations", "area", "big", AREA),
        ("annotations", "area", None, AREA),
        ("annotations", "area", -1, AREA),
        ("annotations", "bbox", [0, 0, 9, -0.5], BOX),
        ("annotations", "iscrowd", 3, "0 or 1"),
        ("annotations", "iscrowd", -1, "0 or 1"),
        ("annotations", "iscrowd", 0.5, "0 or 1"),
        ("annotations", "category_id", 5, KNOWN_CATEGORY),
        ("detections", "image_id", 9, KNOWN_IMAGE),
        ("detections", "image_id", [1], KNOWN_IMAGE),
        ("detections", "category_id", None, KNOWN_CATEGORY),
        ("detections", "score", float("nan"), "a finite number"),
        ("detections", "score", True, "a finite number"),
        ("detections", "bbox", None, BOX),
        ("annotations", "area", 10**400, AREA),
        ("detections", "bbox", [0, 0, 10**400, 9], BOX),
    ],
)
def test_a_malformed_record_is_named(place, field, value, wanted):
    truth, detections = small_dataset()
    records = detections if place == "detections" else truth["annotations"]
    records[1][field] = value
    advice = {5: ADVICE, 9: ADVICE, None: MASK if field == "bbox" else ""}.get(
        value if isinstance(value, int | None) else "", ""
    )
    where = "detections[1]" if place == "detections" else "annotations[1] (id 8)"
    message = f'{where}: "{field}" must be {wanted}, got {reprlib.repr(value)}{advice}'
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load_coco(truth, detections)


def test_two_annotations_with_one_id_are_refused():
    truth, detections = small_dataset()
    truth["annotations"][1]["id"] = 7
    message = r'annotations\[1\] \(id 7\): "id" must be unique; annotations\[0\] has it too'
    with pytest.raises(ValueError, match=message):
        load_coco(truth, detections)


def small_dataset():
    shared = {"image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9]}
    annotations = [{"id": i, "area": 81} | shared for i in (7, 8)]
    truth = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": annotations}
    return truth, [{"score": 0.5} | shared for _ in range(2)]


def test_a_crowd_flag_may_be_missing_and_numpy_numbers_are_numbers():
    truth, detections = small_dataset()
    detections[0]["score"], detections[1]["bbox"] = np.float64(0.5), list(np.arange(4))
    detections[1]["image_id"] = np.int64(1)
    arrays = load_coco(truth, detections)
    assert arrays["gt_crowd"].tolist() == [False, False]
    assert arrays["dt_xywh"].tolist() == [[0, 0, 9, 9], [0, 1, 2, 3]]
    assert arrays["dt_image"].tolist() == [1, 1]
    assert coco_evaluate(**arrays).stats[0] == pytest.approx(0.5, abs=0.01)


def test_flags_and_empty_boxes_are_read_alike_from_numbers_of_any_kind():
    for number in (int, float, np.int64, np.float32):
        truth, detections = small_dataset()
        truth["annotations"][0] |= {
            "iscrowd": number(1),
            "bbox": [number(x) for x in (0, -3, 0, 0)],
        }
        truth["annotations"][1] |= {"iscrowd": True}
        arrays = load_coco(truth, detections)
        assert arrays["gt_crowd"].dtype == bool and arrays["gt_crowd"].all()
        assert arrays["gt_xywh"].tolist() == [[0, -3, 0, 0], [0, 0, 9, 9]]


def test_ordinary_records_are_read_a_column_at_a_time(monkeypatch):
    def one_by_one(self, value):
        raise AssertionError(value)

    for kind in (coco_json._Known, coco_json._Number, coco_json._Box, coco_json._Flag):
        monkeypatch.setattr(kind, "accepts", one_by_one)
    load_coco(*random_dataset(4, **KINDS["ties"]))
    truth, detections = small_dataset()
    truth["annotations"][0] |= {"iscrowd": True, "area": 0, "bbox": [-3, -3, 0, 0]}
    detections[0]["bbox"] = (0, -0.5, 0.5, 0)
    assert load_coco(truth, detections)["gt_crowd"].tolist() == [True, False]


def test_ids_of_any_kind_are_read():
    box = {"bbox": [0, 0, 9, 9], "area": 81, "score": 1}
    for image, category in ((1, "cat"), ("1.jpg", 1), (2.0, 0)):
        record = box | {"image_id": image, "category_id": category}
        truth = {"images": [{"id": image}], "categories": [{"id": category}]}
        arrays = load_coco(truth | {"annotations": [record]}, [record])
        for name, wanted in (("image", image), ("category", category)):
            assert arrays[f"{name}_ids"].tolist() == arrays[f"gt_{name}"].tolist() == [wanted]
    nothing = load_coco({"images": [], "categories": [], "annotations": []}, [])
    assert all(nothing[name].dtype == int for name in ("image_ids", "category_ids", "dt_image"))
    assert (coco_evaluate(**nothing).stats == -1).all()


def test_an_id_fits_64_bits():
    least, most = -(2**63), 2**63 - 1
    box = {"category_id": 1, "bbox": [0, 0, 9, 9], "area": 81}
    for number in (least, most):
        truth = {"images": [{"id": number}], "categories": [{"id": 1}], "annotations": []}
        truth["annotations"] = [box | {"id": number, "image_id": number}]
        arrays = load_coco(truth, [box | {"image_id": number, "score": 1}])
        assert coco_evaluate(**arrays).stats[0] == pytest.approx(1)
        assert coco_evaluate(**arrays | {"image_ids": [number]}).stats[0] == pytest.approx(1)
    for number in (least - 1, most + 1):
        truth = {"images": [{"id": number}], "categories": [{"id": 1}], "annotations": []}
        with pytest.raises(ValueError, match="whole number of 64 bits"):
            load_coco(truth, [])
        for ids in ([number], np.array([number])):
            with pytest.raises(ValueError, match="image_ids must fit 64 bits"):
                coco_evaluate(**arrays | {"image_ids": ids})
    # In one array they would be floats, and one to each other.
    with pytest.raises(ValueError, match="gt_image must fit 64 bits"):
        coco_evaluate(**arrays | {"gt_image": np.array([most + 1], dtype=np.uint64)})


def test_a_missing_field_is_named():
    truth = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": []}
    record = {"image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9]}
    with pytest.raises(ValueError, match=r'detections\[0\]: "score" must be .*, got nothing'):
        load_coco(truth, [record])


@pytest.mark.parametrize(
    ("truth", "detections", "message"),
    [
        ([], [], "annotations must be a dict, got list"),
        ({"images": [], "categories": []}, [], "annotations must be a list of records, got None"),
        ({"images": [{}], "categories": [], "annotations": []}, [], r'"images" .*: "id" must be'),
        ({"images": [{"id": 1}, {"id": "1"}], "annotations": []}, [], "ids of images in .* all"),
        ({"images": [{"id": 2**64}], "annotations": []}, [], "whole number of 64 bits"),
        ("{", [], "annotations must be JSON, got: "),
        ({"images": [], "categories": [], "annotations": []}, {}, "detections must be a list"),
        (
            {"images": [], "categories": [], "annotations": []},
            [3],
            r"detections\[0\] must be a dict",
        ),
    ],
)
def test_files_of_another_kind_are_refused(truth, detections, message):
    with pytest.raises(ValueError, match=message):
        load_coco(truth, detections)


def test_files_are_read(tmp_path):
    truth, detections = random_dataset(4, **KINDS["many images"])
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    (tmp_path / "found.json").write_text(json.dumps(detections))
    from_files = load_coco(tmp_path / "truth.json", str(tmp_path / "found.json"))
    for name, values in load_coco(truth, detections).items():
        np.testing.assert_array_equal(from_files[name], values)


def test_the_text_of_a_file_will_do():
    truth, detections = small_dataset()
    arrays = load_coco(json.dumps(truth), f"\n {json.dumps(detections)}")
    assert arrays["dt_score"].tolist() == [0.5, 0.5]


def test_an_id_of_the_other_kind_is_named():
    truth, detections = small_dataset()
    detections[0]["image_id"] = "1"
    with pytest.raises(
        ValueError, match="got '1'; the annotations have 1: turn one into the other"
    ):
        load_coco(truth, detections)
    truth["annotations"][1]["id"] = [1]
    with pytest.raises(ValueError, match=r'annotations\[1\]: "id" must be .*, got \[1\]'):
        load_coco(truth, small_dataset()[1])


def test_what_pycocotools_scores_is_scored():
    # Boxes of NumPy, ids and flags that a float holds, and, where it is asked for, a class and an
    # image that the annotations lack: pycocotools leaves these out too.
    truth, detections = random_dataset(6, **KINDS["many images"])
    expected = pycocotools_evaluate(truth, detections)
    for record in [*truth["annotations"], *detections]:
        record["bbox"] = np.array(record["bbox"])
        record["image_id"] = float(record["image_id"])
    for record in truth["annotations"]:
        record["iscrowd"] = float(record["iscrowd"])
    assert_equal_to_pycocotools(coco_evaluate(**load_coco(truth, detections)), expected)
    more = [*detections, detections[0] | {"category_id": 999}]
    lost = {"id": 10**6, "image_id": 999, "category_id": 1, "bbox": [0, 0, 9, 9], "area": 81}
    wider = truth | {"annotations": [*truth["annotations"], lost]}
    with pytest.raises(ValueError, match=r'"category_id" .* got 999; unknown="ignore"'):
        load_coco(truth, more)
    arrays = load_coco(wider, more, unknown="ignore")
    assert_equal_to_pycocotools(coco_evaluate(**arrays), expected)


class Column:
    """What a column of pandas is to NumPy: it has a dtype of its own and says what it holds."""

    def __init__(self, values):
        self.values, self.dtype = list(values), "string"

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=object)

    def __len__(self):
        return len(self.values)

    def tolist(self):
        return self.values


def test_columns_of_pandas_as_they_come():
    a = load_coco(*random_dataset(2, **KINDS["many images"]))
    expected = coco_evaluate(**a).stats
    names = ("gt_image", "dt_image", "image_ids")
    for turn in (
        Column,
        lambda ids: Column(f"{i:03}.jpg" for i in ids),
        lambda ids: np.array([f"{i:03}.jpg" for i in ids], dtype=object),
        lambda ids: ids.astype(float),
        lambda ids: ids.astype(object),
        lambda ids: ids.tolist(),
    ):
        given = a | {name: turn(a[name]) for name in names}
        np.testing.assert_array_equal(coco_evaluate(**given).stats, expected)


# --- more than 100 detections ------------------------------------------------------------------


def test_a_crowd_of_more_than_100_is_scored_on_request():
    boxes = [[20 * i, 20 * j, 18, 18] for i in range(15) for j in range(10)]  # 150 objects
    n = len(boxes)
    everything = [1] * n, [1] * n, boxes, [324] * n, [0] * n, [1] * n, [1] * n, boxes
    score = np.linspace(1, 0, n)
    result = coco_evaluate(*everything, score, max_dets=(1, 10, 100, 300))
    assert result.names[:2] == ("AP@300", "AP50@300")
    assert result.names[6:] == (
        *("AR@1", "AR@10", "AR@100", "AR@300"),
        *("AR small@300", "AR medium@300", "AR large@300"),
    )
    stats = dict(zip(result.names, result.stats, strict=True))
    assert stats["AP@300"] == pytest.approx(1) and stats["AR@100"] == pytest.approx(100 / 150)
    usual = coco_evaluate(*everything, score)
    assert usual.names == COCO_STATS and usual.stats[0] == pytest.approx(67 / 101)


@pytest.mark.parametrize("limits", [(1, 10, 300), (5,), (3, 20)])
def test_other_limits_are_those_of_pycocotools(limits):
    dataset = random_dataset(1, **KINDS["one image, more than 100 detections"])
    result = coco_evaluate(**load_coco(*dataset), max_dets=limits)
    _, precision, recall = pycocotools_evaluate(*dataset, limits=limits)
    np.testing.assert_allclose(result.precision, precision, rtol=0, atol=1e-12)
    np.testing.assert_allclose(result.recall, recall, rtol=0, atol=1e-12)
    assert len(result.stats) == len(result.names) == 9 + len(limits)
