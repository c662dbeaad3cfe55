"""Mean average precision: pool over images, average over classes."""

import numpy as np

from glassbox.checks import box_array, float_array

from .curves import average_precision, precision_recall_curve
from .matching import column, match_detections, rows_by


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
    iou_threshold, plus_one, rule
        As in `match_detections`.
    method : {"voc2010", "voc2007", "coco", "raw"}
        As in `average_precision`. With "raw" equal scores share a point, as scikit-learn's do;
        otherwise they keep the order given.

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
        If there is no object at all, or as `match_detections` and `average_precision` do.

    Notes
    -----
    With ``rule="coco", method="coco"`` this is one IoU threshold of COCO's AP, without crowds,
    area ranges and the limit of 100 detections; those are in `coco_evaluate`.

    Examples
    --------
    The cat is found; of two dogs one is.

    >>> box = [[0, 0, 9, 9]]
    >>> mean_average_precision([1, 1, 2], ["cat", "dog", "dog"], box * 3,
    ...                        [1, 2], ["cat", "dog"], [0.9, 0.8], box * 2)
    (0.75, {'cat': 1.0, 'dog': 0.5})
    """
    gt_boxes, dt_boxes = box_array("gt_boxes", gt_boxes), box_array("dt_boxes", dt_boxes)
    dt_scores = float_array("dt_scores", dt_scores, (len(dt_boxes),), note=", one a detection")
    gt_image = column("gt_image", gt_image, len(gt_boxes))
    dt_image = column("dt_image", dt_image, len(dt_boxes))
    gt_rows = rows_by(column("gt_category", gt_category, len(gt_boxes)))
    dt_rows = rows_by(column("dt_category", dt_category, len(dt_boxes)))
    if not gt_rows:
        raise ValueError("at least one object is needed: without any, no class has an AP")

    per_class = {}
    for category, gt in gt_rows.items():
        dt = dt_rows.get(category, [])
        hits = match_detections(
            [gt_image[i] for i in gt],
            gt_boxes[gt],
            [dt_image[i] for i in dt],
            dt_scores[dt],
            dt_boxes[dt],
            iou_threshold,
            plus_one,
            rule,
        )
        precision, recall, _ = precision_recall_curve(
            hits, dt_scores[dt], len(gt), merge_ties=method == "raw"
        )
        per_class[category] = average_precision(recall, precision, method)
    return float(np.mean(list(per_class.values()))), per_class
