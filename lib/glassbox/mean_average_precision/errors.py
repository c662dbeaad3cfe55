"""Why an average precision is low: each error has a cause, and each cause can be repaired.

The causes, their order and what a repair does are those of TIDE (bolya2020tide). A detection of a
class that is no hit is

* *badly placed* if it overlaps an object of its class, but too little to hit it;
* of the *other class* if it would hit an object of another class;
* a *duplicate* if the object that it would hit has been hit;
* *background* if it overlaps nothing;
* *both* if it overlaps an object of another class, and too little.

An object is *not found* if nothing hit it, and no badly placed box and no other class accounts for
it.
"""

from dataclasses import dataclass

import numpy as np

from glassbox.checks import float_array, one_of, real_number

from .boxes import box_iou, checked_boxes
from .curves import average_precision, precision_recall_curve
from .matching import columns, match_detections, rows_by, threshold_of

CAUSES = ("badly placed", "other class", "duplicate", "background", "both", "not found")


@dataclass(frozen=True, eq=False)
class Errors:
    """What `explain_errors` returns.

    Attributes
    ----------
    cause : ndarray of str, shape (m,)
        "hit" or one of `CAUSES` but the last, for each detection.
    object : ndarray of int, shape (m,)
        The object that the detection hit, or would hit if it were repaired; -1 for none.
    mends : ndarray of bool, shape (m,)
        Whether the repair of the detection makes it a hit. Of several that would hit one object
        only the one with the highest score does; the others, and all duplicates and background,
        vanish when they are repaired.
    not_found : ndarray of bool, shape (n,)
        Whether nothing accounts for the object.
    gt_category, dt_category, dt_scores : as given
    """

    cause: np.ndarray
    object: np.ndarray
    mends: np.ndarray
    not_found: np.ndarray
    gt_category: list
    dt_category: list
    dt_scores: np.ndarray

    def count(self, cause):
        """Return how many errors have a cause."""
        if one_of("cause", cause, CAUSES) == "not found":
            return int(self.not_found.sum())
        return int((self.cause == cause).sum())

    def labels(self, category, repaired=()):
        """Return hits, scores and the number of objects of a class after a repair.

        A detection of another class that is repaired comes to the class of its object.
        """
        kind = np.array([c == category for c in self.dt_category], dtype=bool)
        fixed = np.isin(self.cause, list(repaired))
        # Where there is no object, -1 stands for the last; but nothing is mended there.
        target = np.array([self.gt_category[o] == category for o in self.object], dtype=bool)
        stays = kind & ~fixed
        comes = fixed & self.mends & np.where(self.cause == "other class", target, kind)
        kept = stays | comes
        hits = ((self.cause == "hit") | comes)[kept]
        mine = np.array([c == category for c in self.gt_category], dtype=bool)
        n = int(mine.sum())
        if "not found" in repaired:
            n -= int((self.not_found & mine).sum())
        return hits, self.dt_scores[kept], n

    def average_precision(self, repaired=(), categories=None):
        """Return the mean over classes of COCO's AP at this threshold, after a repair."""
        repaired = [one_of("repaired", cause, CAUSES) for cause in repaired]
        known = list(dict.fromkeys(self.gt_category))
        values = []
        for category in known if categories is None else categories:
            hits, scores, n = self.labels(category, repaired)
            if n < 1:  # all that is left to find has been struck out, or there was nothing
                values.append(0.0)
                continue
            precision, recall, _ = precision_recall_curve(hits, scores, n, merge_ties=False)
            values.append(average_precision(recall, precision, "coco"))
        return float(np.mean(values)) if values else 0.0


def explain_errors(
    gt_image,
    gt_category,
    gt_boxes,
    dt_image,
    dt_category,
    dt_scores,
    dt_boxes,
    iou_threshold=0.5,
    background=0.1,
):
    """Give each false alarm a cause, and name the objects that nothing accounts for.

    Parameters
    ----------
    gt_image, gt_category, gt_boxes, dt_image, dt_category, dt_scores, dt_boxes
        As in `mean_average_precision`; at least one object.
    iou_threshold : float
        Least overlap of a hit, in (0, 1].
    background : float
        Up to this overlap a box counts as lying on nothing, in [0, iou_threshold].

    Returns
    -------
    Errors

    Raises
    ------
    ValueError
        As in `mean_average_precision`, or if `background` is above the threshold.

    References
    ----------
    bolya2020tide, Section 2; ``tidecv`` 1.0.1.

    Examples
    --------
    One object; a box on half of it, the box itself, the same again, and one far away.

    >>> found = [[0, 0, 10, 4], [0, 0, 10, 10], [0, 0, 10, 10], [50, 50, 60, 60]]
    >>> errors = explain_errors([1], ["cat"], [[0, 0, 10, 10]], [1] * 4, ["cat"] * 4,
    ...                         [0.9, 0.8, 0.7, 0.6], found)
    >>> errors.cause.tolist()
    ['badly placed', 'hit', 'duplicate', 'background']
    >>> errors.average_precision(), errors.average_precision(["badly placed"])
    (0.5, 1.0)
    """
    iou_threshold = threshold_of("iou_threshold", iou_threshold)
    background = real_number("background", background, least=0, most=iou_threshold)
    gt_boxes, dt_boxes = checked_boxes("gt_boxes", gt_boxes), checked_boxes("dt_boxes", dt_boxes)
    dt_scores = float_array("dt_scores", dt_scores, (len(dt_boxes),), note=", one a detection")
    gt_image, dt_image = columns("gt_image", gt_image, gt_boxes, "dt_image", dt_image, dt_boxes)
    gt_kind, dt_kind = columns(
        "gt_category", gt_category, gt_boxes, "dt_category", dt_category, dt_boxes
    )
    if not len(gt_boxes):
        raise ValueError("gt_boxes must hold at least one object: without any, no class has an AP")

    match = matches(gt_image, gt_kind, gt_boxes, dt_image, dt_kind, dt_scores, dt_boxes,
                    iou_threshold)  # fmt: skip
    cause = np.where(match >= 0, "hit", "background").astype("<U12")
    target, hit = match.copy(), np.isin(np.arange(len(gt_boxes)), match)
    gt_rows = rows_by(gt_image)
    for d in np.flatnonzero(match < 0):
        rows = np.array(gt_rows.get(dt_image[d], []), dtype=int)
        if len(rows):
            (iou,) = box_iou(dt_boxes[[d]], gt_boxes[rows])
            same = np.array([gt_kind[row] == dt_kind[d] for row in rows])
            cause[d], at = cause_of(iou, same, hit[rows], iou_threshold, background)
            target[d] = rows[at] if at >= 0 else -1
    mends = first_of_each(target, hit, dt_scores)
    free = ~hit
    free[target[mends]] = False
    return Errors(cause, target, mends, free, gt_kind, dt_kind, dt_scores)


def cause_of(iou, same, hit, threshold, background):
    """Return the cause of a false alarm, and the object in question (-1: none).

    Parameters
    ----------
    iou, same, hit : ndarray, shape (n_objects,)
        Overlap with each object of the picture, whether it is of the detection's class, and
        whether it has been hit.
    """
    own, other = iou * same, iou * ~same
    if background <= own.max() <= threshold:
        return "badly placed", own.argmax()
    if other.max() >= threshold:
        return "other class", other.argmax()
    if (own * hit).max() >= threshold:
        return "duplicate", -1
    return ("background" if iou.max() <= background else "both"), -1


def first_of_each(target, hit, scores):
    """Mark for each object that nothing hit the best detection that a repair would make hit it."""
    able = target >= 0
    able[able] = ~hit[target[able]]
    mends, taken = np.zeros(len(target), dtype=bool), set()
    for d in np.argsort(-scores, kind="stable"):
        if able[d] and target[d] not in taken:
            taken.add(target[d])
            mends[d] = True
    return mends


def matches(gt_image, gt_kind, gt_boxes, dt_image, dt_kind, dt_scores, dt_boxes, threshold):
    """Return which object each detection hits, class by class and by COCO's rule; -1 for none."""
    match, gt_rows = np.full(len(dt_boxes), -1), rows_by(gt_kind)
    for kind, dt in rows_by(dt_kind).items():
        gt = gt_rows.get(kind, [])
        _, taken = match_detections(
            [gt_image[i] for i in gt],
            gt_boxes[gt] if gt else [],
            [dt_image[i] for i in dt],
            dt_scores[dt],
            dt_boxes[dt],
            threshold,
            rule="coco",
            return_match=True,
        )
        match[dt] = [gt[i] if i >= 0 else -1 for i in taken]
    return match
