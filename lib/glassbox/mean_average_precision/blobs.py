"""A small detector to score: it looks for balloons and makes the mistakes that detectors make."""

import numpy as np

from glassbox.checks import float_array, real_number

from .boxes import box_sum, integral_image, non_maximum_suppression


def detect_blobs(image, threshold=0.2, max_iou=0.3):
    """Find balloon-like blobs: busy windows in quiet surroundings.

    A window of a balloon's proportions slides over the picture in six sizes. Integral images
    give the mean colour and the mean change from pixel to pixel, inside it and in the ring
    around it, from four look-ups each. A weighted sum of these, squashed into (0, 1), is the
    score. Greedy non-maximum suppression keeps the best window of each heap. Nothing is learned.

    Parameters
    ----------
    image : array_like of uint8, shape (height, width, 3)
        Picture.
    threshold : float
        Least score that is returned, in (0, 1).
    max_iou : float
        A window that overlaps a better one by more than this is suppressed.

    Returns
    -------
    boxes : ndarray, shape (n, 4)
        ``x1, y1, x2, y2`` in pixels.
    scores : ndarray, shape (n,)
        Decreasing, in (0, 1).

    Raises
    ------
    ValueError
        If the image does not have shape (height, width, 3), is smaller than 2 x 2, or a number
        is not in [0, 1].

    References
    ----------
    Viola and Jones, "Robust real-time face detection" (2004), Section 2.1: integral images.

    Examples
    --------
    >>> boxes, scores = detect_blobs([[[200, 200, 200]] * 50] * 50, threshold=0.2, max_iou=0.3)
    >>> boxes.shape, scores.shape
    ((0, 4), (0,))
    """
    image = float_array("image", image, "height width 3", empty=False)
    if min(image.shape[:2]) < 2:
        raise ValueError(f"image must be at least 2 x 2 pixels, got {image.shape}")
    threshold = real_number("threshold", threshold, least=0, most=1)
    max_iou = real_number("max_iou", max_iou, least=0, most=1)
    integral = integral_image(_channels(image / 255))
    found = [_score_windows(integral, h) for h in _WINDOW_HEIGHTS]
    boxes, scores = (np.concatenate(part) for part in zip(*found, strict=True))
    boxes, scores = boxes[scores >= threshold], scores[scores >= threshold]
    kept = non_maximum_suppression(boxes, scores, max_iou)
    return boxes[kept], scores[kept]


_WINDOW_HEIGHTS = (24, 34, 48, 68, 96, 136)
_ASPECT = 0.7  # width over height of a window


def _channels(rgb):
    """Colour, and how much it changes from pixel to pixel, shape (height, width, 4)."""
    down, right = np.gradient(rgb, axis=(0, 1))
    texture = np.sqrt((down**2 + right**2).sum(axis=2, keepdims=True))
    return np.concatenate([rgb, texture], axis=2)


def _score_windows(integral, height):
    """Boxes and scores of all windows of one size."""
    width, margin = round(_ASPECT * height), round(height / 5)
    rows, columns = integral.shape[0] - 1, integral.shape[1] - 1
    stride = max(height // 12, 2)
    y, x = np.meshgrid(
        np.arange(margin, rows - height - margin + 1, stride),
        np.arange(margin, columns - width - margin + 1, stride),
        indexing="ij",
    )
    x, y = x.ravel(), y.ravel()
    inside = box_sum(integral, x, y, x + width, y + height)
    around = box_sum(integral, x - margin, y - margin, x + width + margin, y + height + margin)
    n_in = width * height
    n_ring = (width + 2 * margin) * (height + 2 * margin) - n_in
    inner, ring = inside / n_in, (around - inside) / n_ring
    colour = np.linalg.norm(inner[:, :3] - ring[:, :3], axis=1)
    # Weights by hand: a balloon's colours differ from its surround, it is full of edges, and the
    # sky around it has none, unlike the rest of the balloon around a window on one stripe.
    evidence = 9 * colour + 35 * inner[:, 3] - 100 * ring[:, 3] - 3.3
    return np.c_[x, y, x + width, y + height].astype(float), 1 / (1 + np.exp(-evidence))
