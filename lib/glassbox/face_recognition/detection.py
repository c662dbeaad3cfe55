"""Finding faces: a window slides over a pyramid of pictures, and a linear score says yes or no.

What the window sees are gradients: how much edge of each direction lies in each of 10 x 10 cells
(a histogram of oriented gradients, HOG). An integral image gives the sum over any cell from four
look-ups. The weights of the score are learned by logistic regression from generated faces, and
from what the first attempt took for faces wrongly. Ridge regression on the same features then
says where in a window the five landmarks are. ``tools/train_faces.py`` did both.

Boxes are ``x1, y1, x2, y2`` in pixels, pixel centres at whole numbers.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from glassbox.checks import float_array, image_array, integer, real_number
from glassbox.mean_average_precision import (
    box_sum,
    integral_image,
    non_maximum_suppression,
)

from .alignment import estimate_similarity, template, transform_points, warp
from .models import stored
from .pyramid import CELL, CELLS, MAX_SIZE, WINDOW, image_pyramid, shrink_to, to_grey
from .pyramid import resize as resize  # found here too

ORIENTATIONS = 8
#: Side of the window in which landmarks are corrected, in pixels.
FINE = 56
#: A window is this many times as high as the face's box in it, and square.
MARGIN = 1.1
#: Width of a box over its height: that of the mean head.
ASPECT = 0.74


class Detections(NamedTuple):
    """What `detect_faces` returns.

    Attributes
    ----------
    boxes : ndarray, shape (n, 4)
    scores : ndarray, shape (n,)
        Probabilities by the logistic model, falling.
    """

    boxes: np.ndarray
    scores: np.ndarray


class Detector(NamedTuple):
    """The learned part of the detector.

    Attributes
    ----------
    weights : ndarray, shape (10, 10, 8)
        One number a cell and direction.
    bias : float
    """

    weights: np.ndarray
    bias: float


class LandmarkModel(NamedTuple):
    """Four linear maps from features to landmarks; each starts where the one before ends.

    Attributes
    ----------
    first : ndarray, shape (801, 10)
        For the detector's window; the last row is the constant.
    second, third, fourth : ndarray, shape (1569, 10)
        For an upright window of 56 x 56 pixels.
    """

    first: np.ndarray
    second: np.ndarray
    third: np.ndarray
    fourth: np.ndarray


# ---------------------------------------------------------------------------------------------
# Features


def cell_features(grey, cell=CELL):
    """Histogram of oriented gradients: how much edge of each direction is in each cell.

    A gradient of angle t (modulo 180 degrees) is shared between the two nearest of eight
    directions, in proportion; a cell sums them, by an integral image; then each cell is divided
    by the root mean square of its neighbourhood of 3 x 3 cells, so that neither the brightness
    nor the contrast of the light matters.

    Parameters
    ----------
    grey : ndarray, shape (height, width)
    cell : int
        Pixels a side.

    Returns
    -------
    ndarray of float32, shape (height // cell, width // cell, 8)

    References
    ----------
    dalal2005histograms, simplified: no overlapping blocks, and eight directions.

    Examples
    --------
    A step from dark to light has all its edge in the first direction.

    >>> step = np.repeat([[0, 0, 0, 0, 1, 1, 1, 1]], 8, axis=0)
    >>> cell_features(step)[0, 0].round(1).tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    grey, cell = float_array("grey", grey, "h w", empty=False), integer("cell", cell, least=1)
    grey = grey.astype(np.float32)
    if min(grey.shape) < cell:
        raise ValueError(f"grey must have at least {cell} pixels a side, got {grey.shape}")
    gx, gy = np.zeros_like(grey), np.zeros_like(grey)
    gx[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    gy[1:-1] = grey[2:] - grey[:-2]
    size = np.hypot(gx, gy)
    at = np.arctan2(gy, gx) * (ORIENTATIONS / np.pi) % ORIENTATIONS
    away = np.abs(at[..., None] - np.arange(ORIENTATIONS, dtype=np.float32))
    away = np.minimum(away, ORIENTATIONS - away)
    total = integral_image(size[..., None] * np.maximum(1 - away, 0))
    rows, columns = grey.shape[0] // cell, grey.shape[1] // cell
    y, x = np.mgrid[0:rows, 0:columns] * cell
    sums = box_sum(total, x, y, x + cell, y + cell)
    energy = np.pad((sums**2).sum(axis=-1), 1, mode="edge")
    near = box_sum(integral_image(energy), *_around(rows, columns)) / 9
    floor = 0.02 * cell**2  # below this contrast a cell counts as flat
    return (sums / np.sqrt(near + floor**2)[..., None]).astype(np.float32)


def _around(rows, columns):
    y, x = np.mgrid[0:rows, 0:columns]
    return x, y, x + 3, y + 3


# ---------------------------------------------------------------------------------------------
# Detection


def detect_faces(
    image, detector=None, threshold=0.5, iou_threshold=0.3, *, min_size=40, scale=1.2,
    max_size=MAX_SIZE,
):  # fmt: skip
    """Find the faces in a picture.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, 3)
        In [0, 1], or uint8.
    detector : Detector, optional
        By default `default_detector()`, the one that comes with the package.
    threshold : float
        Least score of a detection, in [0, 1].
    iou_threshold : float or None
        Of the suppression; None keeps every window.
    min_size : int
        Height of the smallest face to look for, in pixels, at least 12.
    scale : float
        Step of the image pyramid, > 1.
    max_size : int
        The longer side in pixels of what is looked at; a larger picture is first shrunk to it, so
        that memory and time are bounded. Then the smallest face to be found is 36 pixels high in
        the *shrunk* picture: with 1,200, about 120 pixels of a photograph of 4,000.

    Returns
    -------
    Detections
        By falling score; perhaps none. Boxes are in the pixels of `image`.

    Raises
    ------
    ValueError
        If the picture's shape is wrong or a number is not finite or out of range.

    Examples
    --------
    >>> from glassbox.pictures.faces import render_face
    >>> face = render_face(7, size=80, supersample=1)
    >>> found = detect_faces(face.image)
    >>> len(found.boxes), bool(np.abs(found.boxes[0] - face.box).max() < 12)
    (1, True)
    """
    threshold = real_number("threshold", threshold, least=0, most=1)
    if iou_threshold is not None:
        iou_threshold = real_number("iou_threshold", iou_threshold, least=0, most=1)
    min_size, scale = real_number("min_size", min_size, least=12), real_number("scale", scale)
    if scale < 1.01:
        raise ValueError(f"scale must be at least 1.01, got {scale}")
    detector = default_detector() if detector is None else as_detector(detector)
    grey, factor = shrink_to(to_grey(image), integer("max_size", max_size, least=WINDOW))
    if factor < 1:  # no copy is larger than max_size
        min_size = max(min_size * factor, WINDOW / MARGIN)
    windows, scores = scan(grey, detector, threshold, min_size, scale)
    boxes = (boxes_of(windows) + 0.5) / factor - 0.5
    order = np.argsort(-scores, kind="stable")
    if iou_threshold is not None:
        order = non_maximum_suppression(boxes, scores, iou_threshold)
    return Detections(boxes[order], scores[order])


def as_detector(detector):
    """Check that something is a detector."""
    if not isinstance(detector, Detector):
        raise TypeError(f"detector must be a Detector, got {type(detector).__name__}")
    return detector


def scan(grey, detector, threshold, min_size=40, scale=1.2):
    """Score every window of the pyramid; return those of at least ``threshold``."""
    windows, scores = [np.empty((0, 4))], [np.empty(0)]
    # A border lets the window reach faces at the edge of the picture.
    pad = max(4, min(grey.shape) // 12)
    grey = np.pad(grey, pad, mode="edge")
    for factor, small in image_pyramid(grey, scale, largest=WINDOW / (MARGIN * min_size)):
        logits = correlate(cell_features(np.ascontiguousarray(small, np.float32)), detector)
        probability = 1 / (1 + np.exp(-logits))
        row, column = np.nonzero(probability >= threshold)
        corner = np.stack([column, row], axis=1) * CELL
        found = np.concatenate([corner, corner + WINDOW], axis=1) / factor - 0.5 - pad
        windows.append(found)
        scores.append(probability[row, column])
    return np.concatenate(windows), np.concatenate(scores)


def correlate(cells, detector):
    """Return the score of the window at each cell, shape (rows - 9, columns - 9)."""
    rows, columns = (n - CELLS + 1 for n in cells.shape[:2])
    total = np.full((max(rows, 0), max(columns, 0)), detector.bias, np.float64)
    if total.size:
        for i in range(CELLS):
            for j in range(CELLS):
                total += cells[i : i + rows, j : j + columns] @ detector.weights[i, j]
    return total


def boxes_of(windows):
    """Return the face's box in each window, shape (n, 4)."""
    centre, side = (windows[:, :2] + windows[:, 2:]) / 2, windows[:, 2] - windows[:, 0]
    half = side[:, None] / MARGIN / 2 * [ASPECT, 1]
    return np.concatenate([centre - half, centre + half], axis=1)


def windows_of(boxes):
    """Return the square window around each box, shape (n, 4)."""
    boxes = np.asarray(boxes, dtype=float)
    centre, height = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 3] - boxes[:, 1]
    half = height[:, None] * MARGIN / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def window_matrix(window):
    """Return the matrix that takes a window to WINDOW x WINDOW pixels."""
    x1, y1, x2, _ = window
    s = WINDOW / (x2 - x1)
    return np.array([[s, 0, -s * x1 - 0.5], [0, s, -s * y1 - 0.5], [0, 0, 1]])


def crop_window(grey, matrix, size=WINDOW):
    """Warp with the edge repeated; far reductions are first averaged."""
    factor = np.hypot(matrix[0, 0], matrix[1, 0])
    if factor < 0.7:  # bilinear weights alone would skip pixels
        k = int(np.ceil(0.7 / factor))
        h, w = (max(1, n // k) for n in grey.shape)
        grey = resize(grey[: h * k, : w * k], (h, w)) if min(grey.shape) >= k else grey
        matrix = matrix @ np.array([[k, 0, (k - 1) / 2], [0, k, (k - 1) / 2], [0, 0, 1]])
    pad = 24
    edged = np.pad(grey, pad, mode="edge")
    shift = np.array([[1, 0, -pad], [0, 1, -pad], [0, 0, 1]])
    return warp(edged, matrix @ shift, (size, size)).astype(np.float32)


# ---------------------------------------------------------------------------------------------
# Landmarks


def locate_landmarks(image, box, model=None):
    """Find the five landmarks of the face in a box.

    A linear map takes the features of the window around the box to the landmarks. They give a
    similarity that puts the face roughly upright; there a second linear map corrects what is
    left, then a third and a fourth.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, 3)
    box : array_like, shape (4,)
        ``x1, y1, x2, y2``.
    model : LandmarkModel, optional
        By default `default_landmark_model()`, the one that comes with the package.

    Returns
    -------
    ndarray, shape (5, 2)
        ``x, y`` of the eyes, nose and mouth corners, those on the left of the picture first.

    Raises
    ------
    ValueError
        If a shape is wrong, a number is not finite, or the box is empty or does not touch the
        picture.

    References
    ----------
    xiong2013supervised: a supervised descent, with gradients in the place of SIFT.

    Examples
    --------
    >>> from glassbox.pictures.faces import render_face
    >>> face = render_face(7, size=80, supersample=1)
    >>> bool(np.abs(locate_landmarks(face.image, face.box) - face.landmarks).max() < 6)
    True
    """
    box = float_array("box", box, "k")
    if box.shape != (4,) or (box[2:] <= box[:2]).any():
        raise ValueError(f"box must be x1, y1, x2, y2 with x1 < x2 and y1 < y2, got {box.tolist()}")
    model = default_landmark_model() if model is None else model
    if not isinstance(model, LandmarkModel):
        raise TypeError(f"model must be a LandmarkModel, got {type(model).__name__}")
    image, corner = cut_around(image, box.reshape(2, 2), 2 * float((box[2:] - box[:2]).max()))
    grey, box = to_grey(image), box - np.tile(corner, 2)
    matrix, size = window_matrix(windows_of(box[None])[0]), WINDOW
    for weights in model:
        inside = window_features(grey, matrix, size) @ weights
        points = transform_points(np.linalg.inv(matrix), inside.reshape(5, 2))
        matrix, size = estimate_similarity(points, upright_points()), FINE
    return points + corner


def cut_around(image, points, reach, name="box"):
    """Cut the part of a picture within reach of points, and say where it begins (x, y).

    Examples
    --------
    >>> part, corner = cut_around(np.zeros((100, 200)), [[50, 60]], 10)
    >>> part.shape, corner.tolist()
    ((21, 21), [40, 50])
    """
    image = image if isinstance(image, np.ndarray) else image_array("image", image)
    points, reach = float_array("points", points, "n 2"), real_number("reach", reach, least=0)
    if image.ndim not in (2, 3) or not image.size:
        image_array("image", image)  # says what is wrong
    size = np.array(image.shape[1::-1])
    low = np.clip(np.floor(points.min(axis=0) - reach), 0, size - 1).astype(int)
    high = np.clip(np.ceil(points.max(axis=0) + reach), low, size - 1).astype(int)
    if (points.max(axis=0) < 0).any() or (points.min(axis=0) > size - 1).any():
        raise ValueError(
            f"{name} must touch the picture of {size[0]} x {size[1]}, got one beside it"
        )
    return image[low[1] : high[1] + 1, low[0] : high[0] + 1], low


def window_features(grey, matrix, size):
    return np.append(cell_features(crop_window(grey, matrix, size)), 1).astype(float)


def upright_points():
    """Return where the landmarks of an upright face lie in the fine window."""
    return (template(112) - 55.5) * (0.78 * FINE / 112) + (FINE - 1) / 2


@lru_cache(maxsize=1)
def default_detector():
    """Return the detector that ``tools/train_faces.py`` trained."""
    return Detector(stored("detector_weights"), float(stored("detector_bias")))


@lru_cache(maxsize=1)
def default_landmark_model():
    """Return the landmark model that ``tools/train_faces.py`` trained."""
    return LandmarkModel(*(stored(f"landmarks_{name}") for name in LandmarkModel._fields))
