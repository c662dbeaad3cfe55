"""From hits in order of score to curves, and from a curve to one number.

Writing TP_k and FP_k for the hits and false alarms among the k best detections,

    precision P_k = TP_k / (TP_k + FP_k)      recall R_k = TP_k / n_positive

What "the k best" means when scores are equal, and how a saw-tooth becomes one number, is where
the conventions differ. The functions below make each choice an argument.
"""

import numpy as np

from glassbox.checks import flag, float_array, integer, one_of, real_array, within


def precision_recall_curve(
    labels,
    scores,
    n_positive=None,
    merge_ties=True,
):
    """Precision and recall as the score threshold falls.

    The first point is the highest threshold, so recall never falls along the curve. There is no
    artificial end point: scikit-learn's curve is this one read backwards, with (recall 0,
    precision 1) appended.

    Parameters
    ----------
    labels : array_like of bool or 0/1, shape (n,)
        Whether each detection is a hit.
    scores : array_like, shape (n,)
        Confidence of each detection, in any unit.
    n_positive : int, optional
        Number of objects to find, at least the number of hits. By default the number of hits,
        as for a classifier; a detector leaves objects unfound, so give the number of all.
    merge_ties : bool
        If true, equal scores share a threshold and so a point (scikit-learn). If false, each
        detection has its own point and equal scores keep the order given (VOC, COCO): then the
        result depends on that order.

    Returns
    -------
    precision, recall, thresholds : ndarray, shape (number of thresholds,)
        Thresholds decrease (strictly if `merge_ties`); a detection counts if its score reaches
        the threshold.

    Raises
    ------
    ValueError
        If lengths differ, a label is not 0 or 1, a score is not finite, or there is no positive.

    Examples
    --------
    >>> precision, recall, _ = precision_recall_curve([1, 0, 1], [0.9, 0.8, 0.7], n_positive=4)
    >>> recall
    array([0.25, 0.25, 0.5 ])
    >>> precision * 6
    array([6., 3., 4.])
    """
    labels, scores, n_positive = checked_hits(labels, scores, n_positive)
    order = np.argsort(-scores, kind="stable")  # equals keep their order
    labels, scores = labels[order], scores[order]
    fall = np.diff(scores, append=-np.inf)  # 0 before an equal score
    kept = np.flatnonzero(fall) if flag("merge_ties", merge_ties) else np.arange(len(fall))
    true_positives = labels.cumsum()[kept]
    precision = true_positives / (kept + 1)
    recall = true_positives / (labels.sum() if n_positive is None else n_positive)
    return precision, recall, scores[kept]


def interpolate_precision(precision):
    r"""Replace each precision by the best at this or any later point: the curve's envelope.

    .. math:: p_{interp}(r) = \max_{\tilde r \ge r} p(\tilde r)

    Parameters
    ----------
    precision : array_like, shape (n,)
        Precision in order of growing recall.

    Returns
    -------
    ndarray, shape (n,)
        Never rises.

    Examples
    --------
    >>> interpolate_precision([0.5, 1.0, 0.25, 0.75])
    array([1.  , 1.  , 0.75, 0.75])
    """
    precision = float_array("precision", precision, "n")
    return np.maximum.accumulate(precision[::-1])[::-1]


def average_precision(recall, precision, method="voc2010"):
    r"""Summarise a precision-recall curve by one number.

    =============  ==================================================================
    ``method``     with the envelope p and :math:`R_0 = 0`
    =============  ==================================================================
    "voc2007"      :math:`\frac1{11} \sum p(r)`, r = 0, 0.1, ..., 1
    "voc2010"      :math:`\sum_k (R_k - R_{k-1})\, p(R_k)`, the area under the envelope
    "coco"         :math:`\frac1{101} \sum p(r)`, r = 0, 0.01, ..., 1
    "raw"          :math:`\sum_k (R_k - R_{k-1})\, P_k`, no envelope (scikit-learn)
    "ultralytics"  trapezoids over the 101 recalls, under straight lines that join
                   (0, 1) and the points (R_k, p); nothing beyond the last recall
    "yolov5"       the same, and a straight line from the last point to (1, 0)
    =============  ==================================================================

    Parameters
    ----------
    recall, precision : array_like, shape (n,)
        Points of the curve in order of growing recall, as `precision_recall_curve` gives them.
        No points means that nothing was detected.
    method : {"voc2010", "voc2007", "coco", "raw", "ultralytics", "yolov5"}
        Convention.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If shapes differ, a value is outside [0, 1], recall falls, or the method is unknown.

    Notes
    -----
    The grids are those of the tools, in floating point. VOC's development kit of 2007 loops over
    ``0:0.1:1``, py-faster-rcnn and its many copies over ``np.arange(0, 1.1, 0.1)``: both hold
    0.30000000000000004, which a recall of 3 / 10 does not reach. COCO's ``np.linspace(0, 1, 101)``
    holds 0.5700000000000001, which 57 / 100 does not reach.

    References
    ----------
    everingham2010voc, Section 4.2.1 (11 points); everingham2015retrospective (all points);
    ``cocoeval.py`` of pycocotools 2.0.11 (101 points); ``compute_ap`` of Ultralytics 8.4.190, and
    of 8.3.200 ("yolov5").

    Examples
    --------
    Every object found up to recall 0.55, and no false alarm before: 6 of 11 points, or 55 % of
    the area.

    >>> average_precision([0.55], [1.0], "voc2007") * 11
    6.0
    >>> average_precision([0.55], [1.0], "voc2010")
    0.55
    """
    one_of("method", method, METHODS)
    recall, precision = checked_curve(recall, precision)
    envelope = interpolate_precision(precision)
    width = np.diff(recall, prepend=0)
    hundredths = np.linspace(0, 1, 101)
    if method == "raw":
        ap = np.sum(width * precision)
    elif method == "voc2010":
        ap = np.sum(width * envelope)
    elif method in ("voc2007", "coco"):
        grid = np.arange(0, 1.1, 0.1) if method == "voc2007" else hundredths
        first = np.searchsorted(recall, grid)  # to reach each recall
        ap = np.append(envelope, 0)[first].mean()  # 0 if none does
    else:
        x, y = straight_lines(recall, envelope, cut=method == "ultralytics")
        heights = np.interp(hundredths, x, y)
        ap = np.sum((heights[1:] + heights[:-1]) / 2 * np.diff(hundredths))
    return float(ap)


def straight_lines(recall, envelope, cut):
    """Return the corners of the line that Ultralytics draws; with `cut` it ends at the last recall.

    Without detections Ultralytics counts 0, whatever line it would draw.
    """
    if not len(recall):
        return np.array([0.0, 1.0]), np.zeros(2)
    last = [recall[-1]] if cut else []
    return np.r_[0, recall, last, 1], np.r_[1, envelope, [0.0] * len(last), 0]


METHODS = ("voc2010", "voc2007", "coco", "raw", "ultralytics", "yolov5")


def checked_curve(recall, precision):
    """Return the points of a curve, none or more, as floats in [0, 1], recall never falling."""
    lengths = {}
    recall = within("recall", float_array("recall", recall, "n", lengths), least=0, most=1)
    precision = float_array("precision", precision, "n", lengths)
    precision = within("precision", precision, least=0, most=1)
    if (np.diff(recall) < 0).any():
        raise ValueError(f"recall must not fall along the curve, got {recall}")
    return recall, precision


def checked_hits(labels, scores, n_positive=None):
    """Return labels as bool and scores as floats, and the number of positives if it will do."""
    labels = real_array("labels", labels, "n")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"labels must be 0 or 1, got {labels[~np.isin(labels, (0, 1))][0]!r}")
    labels = labels.astype(bool)
    hits = int(labels.sum())
    scores = float_array("scores", scores, labels.shape, note=", one a detection")
    wanted = hits if n_positive is None else integer("n_positive", n_positive)
    if wanted < max(hits, 1):
        raise ValueError(
            f"n_positive must be at least 1 and at least the {hits} hits, got {wanted}"
        )
    return labels, scores, n_positive
