"""Mean average precision: pool over images, average over classes."""

import numpy as np

from glassbox.checks import float_array, one_of

from .boxes import checked_boxes
from .curves import METHODS, average_precision, precision_recall_curve
from .matching import columns, match_detections, rows_by

#: What each tool does, as options of `mean_average_precision`. py-faster-rcnn and Ultralytics sort
#: by an algorithm that leaves the order of equal scores open.
TOOLS = {
    "VOC devkit 2007": {"method": "voc2007", "plus_one": True},
    "VOC devkit 2012": {"method": "voc2010", "plus_one": True},
    "py-faster-rcnn": {"method": "voc2010", "plus_one": True, "strict": True, "ties": "reversed"},
    "Padilla": {"method": "voc2010", "plus_one": True},
    "COCO": {"method": "coco", "rule": "coco", "ties": "image"},
    "torchmetrics": {"method": "coco", "rule": "coco", "ties": "image"},
    "scikit-learn": {"method": "raw", "plus_one": True, "ties": "merged"},
    "Ultralytics 8.3": {"method": "yolov5", "ties": "reversed"},
    "Ultralytics 8.4": {"method": "ultralytics", "rule": "first", "ties": "reversed"},
}
TIES = ("given", "reversed", "image", "merged")


def mean_average_precision(
    gt_image,
    gt_category,
    gt_boxes,
    dt_image,
    dt_category,
    dt_scores,
    dt_boxes,
    iou_threshold=0.5,
    method="voc2010",
    plus_one=False,
    rule="voc",
    strict=False,
    ties=None,
):
    """Average precision of each class, and its mean over the classes.

    The detections of a class are pooled over *all* images before the curve is drawn; an average
    of one AP per image is something else.

    Parameters
    ----------
    gt_image, dt_image : sequence of hashable, lengths n and m
        Image of each object and of each detection.
    gt_category, dt_category : sequence of hashable, lengths n and m
        Class of each.
    gt_boxes, dt_boxes : array_like, shapes (n, 4) and (m, 4)
        Boxes ``x1, y1, x2, y2`` in pixels.
    dt_scores : array_like, shape (m,)
        Confidence of each detection.
    iou_threshold, plus_one, rule, strict
        As in `match_detections`.
    method : {"voc2010", "voc2007", "coco", "raw", "ultralytics", "yolov5"}
        As in `average_precision`.
    ties : {"given", "reversed", "image", "merged"}, optional
        What becomes of equal scores: they keep the order given, or reverse it; they go by image
        id, then as given (COCO); or they share a point (scikit-learn). By default "merged" for
        the method "raw", else "given".

    Returns
    -------
    mean : float
        Mean over the classes that have an object.
    per_class : dict
        Class to AP, in order of first appearance. A class that is only detected is absent
        (0 / 0); one with objects but no detection has AP 0.

    Raises
    ------
    ValueError
        If there is no object at all, categories are texts in one list and numbers in the other,
        or as `match_detections` and `average_precision` do.

    Notes
    -----
    With ``rule="coco", method="coco", ties="image"`` this is one IoU threshold of COCO's AP,
    without crowds, area ranges and the limit of 100 detections; those are in `coco_evaluate`.
    ``mean_average_precision(..., **TOOLS["COCO"])`` says the same.

    Examples
    --------
    The cat is found; of two dogs one is.

    >>> box = [[0, 0, 9, 9]]
    >>> mean_average_precision([1, 1, 2], ["cat", "dog", "dog"], box * 3,
    ...                        [1, 2], ["cat", "dog"], [0.9, 0.8], box * 2)
    (0.75, {'cat': 1.0, 'dog': 0.5})
    """
    one_of("method", method, METHODS)
    ties = one_of("ties", ties, (None, *TIES)) or ("merged" if method == "raw" else "given")
    gt_boxes, dt_boxes = checked_boxes("gt_boxes", gt_boxes), checked_boxes("dt_boxes", dt_boxes)
    dt_scores = float_array("dt_scores", dt_scores, (len(dt_boxes),), note=", one a detection")
    gt_image, dt_image = columns("gt_image", gt_image, gt_boxes, "dt_image", dt_image, dt_boxes)
    kinds = columns("gt_category", gt_category, gt_boxes, "dt_category", dt_category, dt_boxes)
    gt_rows, dt_rows = map(rows_by, kinds)
    if not gt_rows:
        raise ValueError("gt_boxes must hold at least one object: without any, no class has an AP")

    per_class = {}
    for category, gt in gt_rows.items():
        dt = in_order(dt_rows.get(category, []), dt_image, ties)
        hits = match_detections(
            [gt_image[i] for i in gt],
            gt_boxes[gt],
            [dt_image[i] for i in dt],
            dt_scores[dt],
            dt_boxes[dt],
            iou_threshold,
            plus_one,
            rule,
            strict=strict,
        )
        precision, recall, _ = precision_recall_curve(
            hits, dt_scores[dt], len(gt), merge_ties=ties == "merged"
        )
        per_class[category] = average_precision(recall, precision, method)
    return float(np.mean(list(per_class.values()))), per_class


def in_order(rows, images, ties):
    """Return the rows of detections in the order in which equal scores are taken."""
    if ties == "image":
        return sorted(rows, key=lambda row: images[row])
    return rows[::-1] if ties == "reversed" else rows
