"""Which detections are hits: the matching rules of VOC and of COCO."""

import reprlib

import numpy as np

from glassbox.checks import as_list, flag, float_array, one_of, real_array, real_number, within

from .boxes import box_iou, checked_boxes


def match_detections(
    gt_image,
    gt_boxes,
    dt_image,
    dt_scores,
    dt_boxes,
    iou_threshold=0.5,
    plus_one=False,
    rule="voc",
    return_match=False,
    strict=False,
):
    """Decide for each detection of one class whether it hits an object or is a false alarm.

    Detections are processed in decreasing score (equal scores in the order given) and an object
    can be hit once. The rules differ in what a detection may look at:

    * ``"voc"``, `match_voc`: it looks at the object it overlaps *most*. If that one is taken, it
      is a false alarm, even if it overlaps another enough.
    * ``"coco"``, `match_coco`: it looks at the object it overlaps most *of those still free*.
    * ``"first"``: as "coco", but of equal overlaps the first object counts (Ultralytics 8.4).

    Parameters
    ----------
    gt_image, dt_image : sequence of hashable, lengths n and m
        Image of each object and of each detection.
    gt_boxes, dt_boxes : array_like, shapes (n, 4) and (m, 4)
        Boxes ``x1, y1, x2, y2`` in pixels.
    dt_scores : array_like, shape (m,)
        Confidence of each detection, in any unit: only the order matters.
    iou_threshold : float
        Least overlap of a hit, in (0, 1]; reached is enough (``>=``), unless `strict`.
    plus_one : bool
        Pixel convention, as in `box_iou`.
    rule : {"voc", "coco", "first"}
        Matching rule.
    return_match : bool
        If true, also return which object each detection took.
    strict : bool
        If true, the overlap must exceed the threshold (``>``): so the text of VOC and
        py-faster-rcnn, though the code of VOC's development kit has ``>=``.

    Returns
    -------
    hits : ndarray of bool, shape (m,)
        True for a hit, in the *order of the detections given* (not of their scores).
    match : ndarray of int, shape (m,)
        Only with `return_match`: the row of `gt_boxes` that was hit, -1 for a false alarm.

    Raises
    ------
    ValueError
        If lengths differ, a box or score is not finite, the rule or threshold is unknown, or
        image ids are texts in one list and numbers in the other: "1" would never meet 1.

    Notes
    -----
    VOC's "difficult" objects and COCO's crowds and area ranges are not handled here; the latter
    are in `coco_evaluate`.

    References
    ----------
    everingham2010voc, Section 4.2 (``VOCevaldet.m``); lin2014coco (``cocoeval.py``).

    Examples
    --------
    The second detection overlaps both objects, most the one that is taken.

    >>> objects, found = [[0, 0, 100, 9], [20, 0, 120, 9]], [[0, 0, 100, 9], [9, 0, 109, 9]]
    >>> match_detections([1, 1], objects, [1, 1], [0.9, 0.8], found, rule="voc")
    array([ True, False])
    >>> match_detections([1, 1], objects, [1, 1], [0.9, 0.8], found, rule="coco")
    array([ True,  True])
    """
    match_image = RULES[one_of("rule", rule, RULES)]
    iou_threshold = threshold_of("iou_threshold", iou_threshold)
    strict, return_match = flag("strict", strict), flag("return_match", return_match)
    gt_boxes, dt_boxes = checked_boxes("gt_boxes", gt_boxes), checked_boxes("dt_boxes", dt_boxes)
    gt_image, dt_image = columns("gt_image", gt_image, gt_boxes, "dt_image", dt_image, dt_boxes)
    dt_scores = float_array("dt_scores", dt_scores, (len(dt_boxes),), note=", one a detection")

    match = np.full(len(dt_boxes), -1)
    gt_rows = rows_by(gt_image)
    for image, rows in rows_by(dt_image).items():
        if image not in gt_rows:
            continue
        objects = np.array(gt_rows[image])
        rows = np.array(rows)
        rows = rows[np.argsort(-dt_scores[rows], kind="stable")]
        iou = box_iou(dt_boxes[rows], gt_boxes[objects], plus_one)
        taken = match_image(iou, iou_threshold, strict)
        match[rows] = np.where(taken >= 0, objects[taken], -1)
    return (match >= 0, match) if return_match else match >= 0


def match_voc(iou, threshold, strict=False):
    """Match one image by VOC's rule: each detection looks only at the object it overlaps most.

    Parameters
    ----------
    iou : array_like, shape (n_detections, n_objects)
        Overlaps, the detections in decreasing score; at least one object.
    threshold : float
        Least overlap of a hit, in (0, 1].
    strict : bool
        Whether the overlap must exceed the threshold.

    Returns
    -------
    ndarray of int, shape (n_detections,)
        The object that each detection takes, -1 for a false alarm. Of equal overlaps the first
        counts.

    Raises
    ------
    ValueError
        If `iou` has no object, or an overlap or the threshold is out of range.

    References
    ----------
    everingham2010voc, Section 4.2; ``VOCevaldet.m`` of the development kit.

    Examples
    --------
    >>> match_voc([[1.0, 0.7], [0.8, 0.6]], 0.5)
    array([ 0, -1])
    """
    iou, threshold = checked_overlaps(iou, threshold)
    reaches = np.greater if flag("strict", strict) else np.greater_equal
    taken = np.full(len(iou), -1)
    for d, row in enumerate(iou):
        best = row.argmax()
        if reaches(row[best], threshold) and best not in taken:
            taken[d] = best
    return taken


def match_coco(iou, threshold, strict=False):
    """Match one image by COCO's rule: each detection takes the best object that is still free.

    Parameters, returns and errors are those of `match_voc`, but of equal overlaps the last object
    counts, and a threshold of 1 is lowered to ``1 - 1e-10``.

    References
    ----------
    ``cocoeval.py`` of pycocotools 2.0.11.

    Examples
    --------
    >>> match_coco([[1.0, 0.7], [0.8, 0.6]], 0.5)
    array([0, 1])
    """
    iou, threshold = checked_overlaps(iou, threshold)
    reaches = np.greater if flag("strict", strict) else np.greater_equal
    taken = np.full(len(iou), -1)
    for d, row in enumerate(iou):
        free = row.copy()
        free[taken[taken >= 0]] = -1
        best = len(free) - 1 - free[::-1].argmax()  # the last of equals
        if reaches(free[best], min(threshold, 1 - 1e-10)):
            taken[d] = best
    return taken


def match_first(iou, threshold, strict=False):
    """Match as `match_coco` does, but of equal overlaps the first object counts.

    References
    ----------
    ``match_predictions`` of Ultralytics 8.4.190.

    Examples
    --------
    >>> match_first([[0.6, 0.6], [0.0, 0.6]], 0.5), match_coco([[0.6, 0.6], [0.0, 0.6]], 0.5)
    (array([0, 1]), array([ 1, -1]))
    """
    iou, threshold = checked_overlaps(iou, threshold)
    taken = match_coco(iou[:, ::-1], threshold, strict)
    return np.where(taken >= 0, iou.shape[1] - 1 - taken, -1)


RULES = {"voc": match_voc, "coco": match_coco, "first": match_first}


def threshold_of(name, value):
    """Return the least overlap of a hit; with 0, boxes would match that do not even touch."""
    return real_number(name, value, above=0, most=1)


def checked_overlaps(iou, threshold):
    """Return overlaps (n_detections, n_objects), at least one object, and the threshold."""
    iou = real_array("iou", iou, "n_detections n_objects")
    if not iou.shape[1]:
        raise ValueError(f"iou must have at least one object, got shape {iou.shape}")
    return within("iou", iou, least=0, most=1), threshold_of("threshold", threshold)


def columns(gt_name, gt, gt_boxes, dt_name, dt, dt_boxes):
    """Return two columns of ids as lists, one entry a box, all texts or none."""
    gt, dt = column(gt_name, gt, len(gt_boxes)), column(dt_name, dt, len(dt_boxes))
    texts = {isinstance(value, str): (name, value)
             for name, values in ((gt_name, gt), (dt_name, dt)) for value in values}  # fmt: skip
    if len(texts) == 2:
        (one, a), (other, b) = texts[True], texts[False]
        raise ValueError(
            f"{gt_name} and {dt_name} must be all texts or all numbers, for they would never meet: "
            f"got {b!r} in {other} and {a!r} in {one}"
        )
    return gt, dt


def column(name, values, n):
    """Return a column of n ids of any kind, such as a column of pandas, as a list."""
    values = values.tolist() if hasattr(values, "tolist") else as_list(name, values, of="ids")
    if not isinstance(values, list) or len(values) != n:
        came = len(values) if isinstance(values, list) else reprlib.repr(values)
        raise ValueError(f"{name} must have one entry per box, {n}, got {came}")
    for i, value in enumerate(values):
        try:
            hash(value)
        except TypeError:
            raise TypeError(f"{name}[{i}] must be an id, got {reprlib.repr(value)}") from None
        if value is None or value != value:
            raise ValueError(f"{name}[{i}] must be an id, got {value!r}")
    return values


def rows_by(values):
    """Group the rows of a column: value to its rows, in order of first appearance."""
    rows = {}
    for row, value in enumerate(values):
        rows.setdefault(value, []).append(row)
    return rows
