"""How a network of today is taught to find faces: places to ask from, and what each must answer.

A detector such as RetinaFace or SCRFD answers at every cell of a few grids at once. A cell of the
grid with stride 8 stands for 8 x 8 pixels; there stand one or two *anchors*, squares of a given
side. Training says of each anchor whether it is a face (its IoU with one is high), and how the face
lies in relation to it: a shift and a logarithm for the box, a shift for each landmark.
"""

import numpy as np

from glassbox.checks import box_array, float_array, integer, integers, real_number
from glassbox.mean_average_precision import box_iou


def anchor_grid(shape, strides=(8, 16, 32), sizes=((16, 32), (64, 128), (256, 512))):
    """Return all anchors of a picture, level by level.

    Parameters
    ----------
    shape : (int, int)
        Height and width of the picture in pixels.
    strides : sequence of int
        Pixels between the anchors of each level.
    sizes : sequence of sequences of float
        Sides of the squares at each level, in pixels; one sequence a stride.

    Returns
    -------
    anchors : ndarray, shape (n, 4)
        ``x1, y1, x2, y2``.
    levels : ndarray of int, shape (n,)
        Which stride, from 0.

    Raises
    ------
    ValueError
        If a number is not positive, or there is not one sequence of sizes a stride.

    Examples
    --------
    >>> anchors, levels = anchor_grid((16, 32), strides=[16], sizes=[[8]])
    >>> anchors.tolist(), levels
    ([[4.0, 4.0, 12.0, 12.0], [20.0, 4.0, 28.0, 12.0]], array([0, 0]))

    RetinaFace on 640 x 640 pixels asks at 16,800 places:

    >>> len(anchor_grid((640, 640))[0])
    16800
    """
    shape = integers("shape", shape, least=1)
    strides = integers("strides", strides, least=1)
    if len(shape) != 2:
        raise ValueError(f"shape must be (height, width), got {shape}")
    if not isinstance(sizes, list | tuple) or len(sizes) != len(strides) or not strides:
        raise ValueError(f"sizes must have a sequence of sides for each stride, got {sizes!r}")
    cells = sum(
        -(-shape[0] // stride) * -(-shape[1] // stride) * np.size(sides)
        for stride, sides in zip(strides, sizes, strict=True)
    )
    if cells > 10**7:
        raise ValueError(f"shape must give at most 10 million anchors, got {shape}")
    anchors, levels = [], []
    for level, (stride, sides) in enumerate(zip(strides, sizes, strict=True)):
        sides = float_array("sizes", sides, "k", empty=False)
        if (sides <= 0).any():
            raise ValueError(f"sizes must be positive, got {sides.tolist()}")
        y, x = np.mgrid[0 : -(-shape[0] // stride), 0 : -(-shape[1] // stride)]
        centre = (np.stack([x, y], axis=-1).reshape(-1, 1, 2) + 0.5) * stride
        half = np.broadcast_to(sides[None, :, None] / 2, (len(centre), len(sides), 2))
        level_anchors = np.concatenate([centre - half, centre + half], axis=2).reshape(-1, 4)
        anchors.append(level_anchors)
        levels.append(np.full(len(level_anchors), level))
    return np.concatenate(anchors), np.concatenate(levels)


def match_anchors(anchors, boxes, needed=0.35):
    """Say for each anchor which face it must answer for, if any.

    An anchor is taken by the face that it overlaps most, if their IoU reaches what is needed; and
    each face takes the anchor that overlaps it most, however little, so that none is forgotten.

    Parameters
    ----------
    anchors : array_like, shape (n, 4)
    boxes : array_like, shape (m, 4)
        The faces.
    needed : float
        In (0, 1].

    Returns
    -------
    ndarray of int, shape (n,)
        The index of a face, or -1: no face here.

    Raises
    ------
    ValueError
        If a shape or a number is wrong.

    Examples
    --------
    >>> match_anchors([[0, 0, 10, 10], [20, 0, 30, 10]], [[0, 0, 10, 12], [28, 8, 40, 20]])
    array([0, 1])
    """
    anchors, boxes = box_array("anchors", anchors), box_array("boxes", boxes)
    needed = real_number("needed", needed, above=0, most=1)
    taken = np.full(len(anchors), -1)
    if not len(anchors) or not len(boxes):
        return taken
    iou = box_iou(anchors, boxes)
    best = iou.max(axis=1)
    taken[best >= needed] = iou.argmax(axis=1)[best >= needed]
    for face in range(len(boxes)):
        if iou[:, face].max() > 0:
            taken[iou[:, face].argmax()] = face
    return taken


VARIANCES = (0.1, 0.2)  # of centre and size, as SSD chose them: the targets become about 1


def encode_box(anchor, box, variances=VARIANCES):
    """What an anchor must answer for a box: shifts in units of the anchor, and log sizes.

    Parameters
    ----------
    anchor, box : array_like, shape (..., 4)
        ``x1, y1, x2, y2``, not empty.
    variances : (float, float)
        What shifts and logarithms are divided by.

    Returns
    -------
    ndarray, shape (..., 4)
        ``dx, dy, dw, dh``.

    Raises
    ------
    ValueError
        If a shape is wrong or a box is empty.

    Examples
    --------
    Half an anchor to the right, and twice as wide.

    >>> encode_box([0, 0, 10, 10], [0, 0, 20, 10]).round(3)
    array([5.   , 0.   , 3.466, 0.   ])
    """
    (at, size), (to, wide) = _centred("anchor", anchor), _centred("box", box)
    shift, log = _checked_variances(variances)
    try:
        return np.concatenate([(to - at) / size / shift, np.log(wide / size) / log], axis=-1)
    except ValueError:
        raise ValueError(
            f"anchor and box must match, got shapes {np.shape(anchor)} and {np.shape(box)}"
        ) from None


def decode_box(anchor, answer, variances=VARIANCES):
    """The box that an answer of an anchor means: the inverse of `encode_box`.

    Parameters
    ----------
    anchor : array_like, shape (..., 4)
    answer : array_like, shape (..., 4)
        ``dx, dy, dw, dh``.
    variances : (float, float)

    Returns
    -------
    ndarray, shape (..., 4)

    Raises
    ------
    ValueError
        If a shape is wrong, an anchor is empty, or a number is not finite.

    Examples
    --------
    >>> decode_box([0, 0, 10, 10], encode_box([0, 0, 10, 10], [2, 3, 8, 20])).round(6)
    array([ 2.,  3.,  8., 20.])
    """
    at, size = _centred("anchor", anchor)
    answer = float_array("answer", answer, "... 4")
    shift, log = _checked_variances(variances)
    if (np.abs(answer[..., 2:] * log) > 50).any():
        raise ValueError("answer must have logarithms of size below 50, got larger ones")
    try:
        centre, half = at + answer[..., :2] * shift * size, size * np.exp(answer[..., 2:] * log) / 2
    except ValueError:
        raise ValueError(
            f"anchor and answer must match, got shapes {np.shape(anchor)} and {answer.shape}"
        ) from None
    return np.concatenate([centre - half, centre + half], axis=-1)


def _centred(name, box):
    box = float_array(name, box, "... 4", note=", x1 y1 x2 y2")
    size = box[..., 2:] - box[..., :2]
    if not (size > 0).all():
        raise ValueError(f"{name} must have x1 < x2 and y1 < y2, got {box.tolist()}")
    return (box[..., :2] + box[..., 2:]) / 2, size


def _checked_variances(variances):
    variances = float_array("variances", variances, "k")
    if len(variances) != 2 or (variances <= 0).any():
        raise ValueError(f"variances must be two positive numbers, got {variances.tolist()}")
    return variances


def level_of(box, strides=(8, 16, 32), sizes=((16, 32), (64, 128), (256, 512))):
    """Return the level whose anchors are nearest in size to a box, from 0.

    Parameters
    ----------
    box : array_like, shape (4,)
    strides, sizes : see `anchor_grid`

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the box is empty or the lists do not match.

    Examples
    --------
    >>> [level_of([0, 0, side, side]) for side in (20, 70, 300)]
    [0, 1, 2]
    """
    _, size = _centred("box", box)
    if size.shape != (2,):
        raise ValueError(f"box must have shape (4,), got {np.shape(box)}")
    if len(integers("strides", strides, least=1)) != len(sizes):
        raise ValueError(f"sizes must have a sequence of sides for each stride, got {sizes!r}")
    side = float(np.sqrt(size.prod()))
    far = [
        min(abs(np.log(side / real_number("sizes", s, above=0))) for s in sides) for sides in sizes
    ]
    return integer("level", int(np.argmin(far)))
