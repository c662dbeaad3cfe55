"""Boxes: their overlap, the best of a heap, and the sum of what is inside.

A box is ``x1, y1, x2, y2`` in pixels, x to the right and y down; ``x2 >= x1``, ``y2 >= y1``.
"""

import numpy as np

from glassbox.checks import box_array, flag, float_array, image_array, real_number, within

LARGEST = 1e100  # pixels; the area of a larger box would not fit a float


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
        Overlaps in [0, 1]. Two boxes without area have overlap 0, and so have boxes whose areas
        are too small for a float, with sides below 1e-161 or so.

    Raises
    ------
    ValueError
        If a box has a coordinate that is not finite or beyond 1e100, or ``x2 < x1`` or
        ``y2 < y1``.

    References
    ----------
    everingham2010voc, Section 4.2.

    Examples
    --------
    Two 2 x 2 squares that share one quarter: 1 / (4 + 4 - 1).

    >>> box_iou([[0, 0, 2, 2]], [[1, 1, 3, 3], [0, 0, 2, 2]]) * 7
    array([[1., 7.]])
    """
    a, b = checked_boxes("a", a)[:, None], checked_boxes("b", b)
    one = int(flag("plus_one", plus_one))
    low = np.maximum(a[..., :2], b[..., :2])
    high = np.minimum(a[..., 2:], b[..., 2:])
    overlap = np.maximum(high - low + one, 0).prod(axis=-1)
    areas = [(c[..., 2:] - c[..., :2] + one).prod(axis=-1) for c in (a, b)]
    union = sum(areas) - overlap
    return overlap / np.where(union > 0, union, 1)  # 0 / 0 is 0


def checked_boxes(name, values):
    """Return boxes as `glassbox.checks.box_array` does, if their areas fit a float."""
    boxes = box_array(name, values)
    if len(boxes) and abs(boxes).max() > LARGEST:
        raise ValueError(f"{name} must be within {LARGEST:g} pixels, got {abs(boxes).max():g}")
    return boxes


def non_maximum_suppression(boxes, scores, iou_threshold=0.3):
    """Keep the best box of each heap.

    Greedy: take the box of the highest score, drop all that overlap it by more than the
    threshold, and go on with the rest.

    Parameters
    ----------
    boxes : array_like, shape (n, 4)
        ``x1, y1, x2, y2``.
    scores : array_like, shape (n,)
        Equal scores keep the order given.
    iou_threshold : float
        In [0, 1]. A box is dropped if its intersection over union with a kept one is greater.

    Returns
    -------
    ndarray of int, shape (n_kept,)
        Indices of the kept boxes, by falling score.

    Raises
    ------
    ValueError
        If lengths differ, a number is not finite or the threshold is not in [0, 1].

    Examples
    --------
    The second box overlaps the first by 3/5.

    >>> boxes = [[0, 0, 4, 4], [0, 1, 4, 5], [6, 6, 9, 9]]
    >>> non_maximum_suppression(boxes, [0.8, 0.9, 0.3], iou_threshold=0.5)
    array([1, 2])
    >>> non_maximum_suppression(boxes, [0.8, 0.9, 0.3], iou_threshold=0.6)
    array([1, 0, 2])
    """
    boxes = checked_boxes("boxes", boxes)
    scores = float_array("scores", scores, (len(boxes),))
    iou_threshold = real_number("iou_threshold", iou_threshold, least=0, most=1)
    rest, kept = np.argsort(-scores, kind="stable"), []
    while len(rest):
        best, rest = rest[0], rest[1:]
        kept.append(best)
        overlaps = box_iou(boxes[best : best + 1], boxes[rest])[0]
        rest = rest[overlaps <= iou_threshold]
    return np.array(kept, dtype=int)


def integral_image(image):
    r"""Sum over everything above and to the left.

    .. math:: ii(y, x) = \sum_{y' < y,\; x' < x} i(y', x')

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, channels)

    Returns
    -------
    ndarray, shape (height + 1, width + 1) or (height + 1, width + 1, channels)
        float64; the first row and column are 0.

    References
    ----------
    viola2004robust, Section 2.1 (there without the border of zeros).

    Examples
    --------
    >>> integral_image([[1, 2], [3, 4]])
    array([[ 0.,  0.,  0.],
           [ 0.,  1.,  3.],
           [ 0.,  4., 10.]])
    """
    image = image_array("image", image)
    total = np.zeros((image.shape[0] + 1, image.shape[1] + 1, *image.shape[2:]))
    np.cumsum(image, axis=0, out=total[1:, 1:], dtype=float)
    np.cumsum(total[1:, 1:], axis=1, out=total[1:, 1:])
    return total


def box_sum(integral, x1, y1, x2, y2):
    """Sum the pixels of rows y1 to y2 and columns x1 to x2, both ends excluded on the right.

    Parameters
    ----------
    integral : ndarray, shape (height + 1, width + 1, ...)
        From `integral_image`.
    x1, y1, x2, y2 : int or ndarray of int
        From 0 to width or height; arrays give one sum an entry.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If a place is no whole number or lies outside of the picture.

    Examples
    --------
    >>> box_sum(integral_image([[1, 2], [3, 4]]), 1, 0, 2, 2).item()
    6.0
    """
    integral = image_array("integral", integral)
    rows, columns = integral.shape[0] - 1, integral.shape[1] - 1
    x1, x2 = (_places(name, x, columns) for name, x in (("x1", x1), ("x2", x2)))
    y1, y2 = (_places(name, y, rows) for name, y in (("y1", y1), ("y2", y2)))
    try:
        np.broadcast_shapes(x1.shape, y1.shape, x2.shape, y2.shape)
    except ValueError:
        shapes = ", ".join(str(a.shape) for a in (x1, y1, x2, y2))
        raise ValueError(f"x1, y1, x2 and y2 must have shapes that agree, got {shapes}") from None
    return integral[y2, x2] - integral[y1, x2] - integral[y2, x1] + integral[y1, x1]


def _places(name, values, most):
    """Return places in a picture: whole numbers from 0 to the last."""
    places = within(name, float_array(name, values), least=0, most=most)
    if (places != np.floor(places)).any():
        raise ValueError(f"{name} must be whole numbers, got {places[places % 1 > 0][0]}")
    return places.astype(int)
