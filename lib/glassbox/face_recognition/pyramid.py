"""Pictures of any kind and size, made grey, smaller, and smaller again."""

import numpy as np

from glassbox.checks import float_array, image_array, integer, integers, real_number
from glassbox.mean_average_precision import integral_image

CELL = 4  # pixels
CELLS = 10  # a side of the detector's window
WINDOW = CELL * CELLS
#: A picture whose longer side has more pixels is looked at in this size.
MAX_SIZE = 1200


def resize(image, shape):
    """Resize a picture; each pixel is the mean of what it covers, so that nothing flickers.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, channels)
    shape : (int, int)
        New height and width.

    Returns
    -------
    ndarray, shape (*shape) or (*shape, channels)

    Notes
    -----
    The mean over a rectangle with fractional edges is a difference of the integral image, linear
    between its nodes.

    Examples
    --------
    >>> resize([[1, 3, 5, 7], [1, 3, 5, 7]], (1, 2)).round(9)
    array([[2., 6.]])
    """
    image, shape = image_array("image", image), integers("shape", shape, least=1)
    if len(shape) != 2:
        raise ValueError(f"shape must be (height, width), got {shape}")
    total = integral_image(image)
    for axis, n in enumerate(shape):
        edges = np.linspace(0, total.shape[axis] - 1, n + 1)
        low = np.minimum(edges.astype(int), total.shape[axis] - 2)
        part = (edges - low).reshape(-1, *[1] * (total.ndim - axis - 1))
        total = (1 - part) * total.take(low, axis) + part * total.take(low + 1, axis)
    area = np.prod(np.shape(image)[:2]) / np.prod(shape)
    return np.diff(np.diff(total, axis=0), axis=1) / area


def image_pyramid(image, scale=1.2, least=WINDOW, largest=1.0):
    """Return smaller and smaller copies of a picture.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, channels)
    scale : float
        Each copy is this many times smaller, > 1.
    least : float
        Copies lower or narrower than this are left out; at least 1.
    largest : float
        Size of the first copy relative to the picture, > 0.

    Returns
    -------
    list of (factor, ndarray)
        ``factor`` is the size of the copy relative to the picture, falling.

    Raises
    ------
    ValueError
        If a number is out of range, or the first copy would have more than 100 million pixels.

    Examples
    --------
    >>> [image.shape for _, image in image_pyramid(np.zeros((80, 160)), scale=1.5)]
    [(80, 160), (53, 107)]
    """
    image = image_array("image", image)
    scale, least = real_number("scale", scale, above=1), real_number("least", least, least=1)
    factor, copies = real_number("largest", largest, above=0), []
    if np.prod(image.shape[:2]) * factor**2 > 1e8:
        raise ValueError(f"largest must give at most 100 million pixels, got {factor:g}")
    if scale < 1.001 and min(image.shape[:2]) * factor >= least:
        raise ValueError(f"scale must be at least 1.001, or there is no end of copies, got {scale}")
    while min(shape := [round(n * factor) for n in image.shape[:2]]) >= least:
        same = shape == list(image.shape[:2])
        copies.append((factor, image if same else resize(image, shape)))
        factor /= scale
    return copies


def to_grey(image):
    """Return the brightness of a picture in [0, 1], float32, shape (height, width).

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, 3)
        In [0, 1], or uint8.

    Returns
    -------
    ndarray of float32, shape (height, width)

    Raises
    ------
    ValueError
        If the shape is wrong or a number is not finite.

    Examples
    --------
    >>> to_grey(np.array([[0, 51, 255]], np.uint8))
    array([[0. , 0.2, 1. ]], dtype=float32)
    """
    raw = image if isinstance(image, np.ndarray) else image_array("image", image)
    if type(raw) is not np.ndarray or raw.dtype != np.uint8 or raw.size == 0:
        raw = image_array("image", image)
    if raw.dtype != np.uint8 and not np.abs(raw).max() <= 1e6:
        raise ValueError(f"image must be in [0, 1] or uint8, got up to {np.abs(raw).max():g}")
    if raw.ndim not in (2, 3) or (raw.ndim == 3 and raw.shape[2] != 3):
        raise ValueError(f"image must be grey or have three channels, got shape {raw.shape}")
    grey = np.empty(raw.shape[:2], np.float32)
    share = np.array([0.299, 0.587, 0.114]) / (255 if raw.dtype == np.uint8 else 1)
    for start in range(0, len(raw), 256):  # a photograph is large, and so are its copies
        rows = raw[start : start + 256]
        if rows.ndim == 3:
            grey[start : start + 256] = rows.astype(float) @ share
        else:
            grey[start : start + 256] = rows / 255 if rows.dtype == np.uint8 else rows
    return grey


def shrink_to(grey, most=MAX_SIZE):
    """Make a picture smaller until its longer side has at most so many pixels.

    Parameters
    ----------
    grey : ndarray, shape (height, width)
    most : int

    Returns
    -------
    ndarray, shape (height, width)
    factor : float
        Size of the result relative to the picture, at most 1.

    Examples
    --------
    >>> small, factor = shrink_to(np.zeros((3000, 4000)), 1000)
    >>> small.shape, factor
    ((750, 1000), 0.25)
    """
    grey, most = float_array("grey", grey, "h w", empty=False), integer("most", most, least=1)
    factor = min(1.0, most / max(grey.shape))
    if factor == 1:
        return grey, 1.0
    return resize(grey, tuple(max(1, round(n * factor)) for n in grey.shape)), factor
