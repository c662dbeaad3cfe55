"""Boxes and their overlap.

A box is ``x1, y1, x2, y2`` in pixels, x to the right and y down; ``x2 >= x1``, ``y2 >= y1``.
"""

import numpy as np


def box_iou(a, b, plus_one=False):
    r"""Intersection over union of every box of `a` with every box of `b`.

    .. math:: \mathrm{IoU}(A, B) = |A \cap B| / |A \cup B|

    Parameters
    ----------
    a, b : array_like, shapes (n, 4) and (m, 4)
        Boxes ``x1, y1, x2, y2`` in pixels.
    plus_one : bool
        If true, ``x2`` and ``y2`` are the last pixels *inside* the box, so a box is
        ``x2 - x1 + 1`` wide (the VOC development kit). If false, corners are points (COCO).

    Returns
    -------
    ndarray, shape (n, m)
        Overlaps in [0, 1]. Two boxes without area have overlap 0.

    Raises
    ------
    ValueError
        If a box has a coordinate that is not finite, or ``x2 < x1`` or ``y2 < y1``.

    References
    ----------
    everingham2010voc, Section 4.2.

    Examples
    --------
    Two 2 x 2 squares that share one quarter: 1 / (4 + 4 - 1).

    >>> box_iou([[0, 0, 2, 2]], [[1, 1, 3, 3], [0, 0, 2, 2]]) * 7
    array([[1., 7.]])
    """
    a, b = as_boxes(a, "a")[:, None], as_boxes(b, "b")
    one = int(plus_one)
    low = np.maximum(a[..., :2], b[..., :2])
    high = np.minimum(a[..., 2:], b[..., 2:])
    overlap = np.maximum(high - low + one, 0).prod(axis=-1)
    areas = [(c[..., 2:] - c[..., :2] + one).prod(axis=-1) for c in (a, b)]
    union = sum(areas) - overlap
    return overlap / np.where(union > 0, union, 1)  # 0 / 0 is 0


def as_boxes(boxes, name):
    """Return `boxes` as a float array of shape (n, 4), or say what is wrong with them."""
    boxes = np.asarray(boxes, dtype=float)
    if boxes.size == 0:
        return np.zeros((0, 4))
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"{name} must have shape (n, 4), x1 y1 x2 y2, got {boxes.shape}")
    bad = ~np.isfinite(boxes).all(axis=1) | (boxes[:, 2:] < boxes[:, :2]).any(axis=1)
    if bad.any():
        i = int(bad.argmax())
        raise ValueError(
            f"{name}[{i}] must be finite with x2 >= x1 and y2 >= y1, got {boxes[i].tolist()}"
        )
    return boxes
