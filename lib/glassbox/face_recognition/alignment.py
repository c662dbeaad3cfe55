"""From landmarks to a crop in which every face sits alike.

Points are ``x, y`` in pixels, x to the right and y down, pixel centres at whole numbers: the pixel
``image[0, 0]`` has its centre at (0, 0). A ``matrix`` acts on columns ``(x, y, 1)``.
"""

import numpy as np

from glassbox.checks import float_array, image_array

TEMPLATE_112 = np.array(
    [
        [38.2946, 51.6963],  # eye on the left of the picture
        [73.5318, 51.5014],  # eye on the right of the picture
        [56.0252, 71.7366],  # tip of the nose
        [41.5493, 92.3655],  # corner of the mouth on the left of the picture
        [70.7299, 92.2041],  # corner of the mouth on the right
    ]
)
"""Where the five landmarks lie in an aligned crop of 112 x 112 pixels, shape (5, 2).

The positions that insightface (``face_align.py``) and the ArcFace models expect. *Left* is left in
the picture, so the first eye is the person's right one.
"""
TEMPLATE_112.flags.writeable = False


def estimate_similarity(src, dst, with_scale=True):
    r"""The rotation, scale and shift that best take the points `src` to the points `dst`.

    With points as complex numbers :math:`z_k` and :math:`w_k`, both less their means, one complex
    number c rotates (its angle) and scales (its size), and least squares gives it at once:

    .. math:: \min_c \sum_k |w_k - c z_k|^2 \quad\Rightarrow\quad
        c = \frac{\sum_k \bar z_k w_k}{\sum_k |z_k|^2}, \qquad
        M = \begin{pmatrix} a & -b & t_x \\ b & a & t_y \\ 0 & 0 & 1 \end{pmatrix}, \quad c = a + ib

    This is Umeyama's solution in the plane. It never mirrors: the determinant is |c|² >= 0.

    Parameters
    ----------
    src, dst : array_like, shape (n, 2)
        Matching points ``x, y``, at least two of them distinct in each.
    with_scale : bool
        If false, the scale stays 1: c is divided by |c|.

    Returns
    -------
    ndarray, shape (3, 3)
        Takes columns ``(x, y, 1)`` of `src` to `dst`.

    Raises
    ------
    ValueError
        If the shapes differ or are not (n, 2), a number is not finite, or the points do not
        determine a rotation: there are fewer than two, or all are one point; or the scale is
        to stay 1 and every rotation fits equally well.

    Notes
    -----
    Two distinct points are enough, and points on a line are no special case; `align_face` is
    stricter, for five landmarks on a line are no face. For points and their mirror image the
    best scale shrinks, to 0 if the figure is as symmetric as a square.

    References
    ----------
    umeyama1991least, Equations (40) to (43).

    Examples
    --------
    A quarter turn, twice as large, three to the right. (The means of a square's corners are exact
    in binary, so nothing rounds, whatever instructions the processor has.)

    >>> square = [[0, 0], [2, 0], [2, 2], [0, 2]]
    >>> estimate_similarity(square, [[3, 0], [3, 4], [-1, 4], [-1, 0]])
    array([[ 0., -2.,  3.],
           [ 2.,  0.,  0.],
           [ 0.,  0.,  1.]])
    """
    src, dst = as_points("src", src), as_points("dst", dst)
    if src.shape != dst.shape:
        raise ValueError(
            "src and dst must have one shape (n, 2), "
            f"got {src.shape} and {dst.shape}, which do not match"
        )
    src_mean, z, src_size = _as_complex("src", src)
    dst_mean, w, dst_size = _as_complex("dst", dst)
    c = np.vdot(z, w) / np.vdot(z, z).real
    if abs(c) < 1e-14:  # nothing but rounding
        c = 0
    if with_scale:
        c *= dst_size / src_size
    elif c == 0:
        raise ValueError("no rotation from src to dst fits best: all do")
    else:
        c /= abs(c)
    shift = dst_mean - c * src_mean
    return np.array(
        [
            [c.real, -c.imag, shift.real],
            [c.imag, c.real, shift.imag],
            [0, 0, 1],
        ]
    )


def _as_complex(name, points):
    """The mean, the points about it divided by their spread (for squares overflow), the spread."""
    size = np.abs(points).max(initial=0) or 1
    centre = points.mean(axis=0) if len(points) else np.zeros(2)
    z = (points - centre) @ (1, 1j)
    spread = np.abs(z).max(initial=0)
    if spread <= 1e-14 * size:
        raise ValueError(
            f"{name} must have at least two distinct points, got {points.tolist()}, "
            "which determine no rotation"
        )
    return complex(*centre), z / spread, spread


def transform_points(matrix, points):
    """Apply a matrix to points.

    Parameters
    ----------
    matrix : array_like, shape (3, 3) or (2, 3)
        Such as `estimate_similarity` returns.
    points : array_like, shape (..., 2)
        Points ``x, y``.

    Returns
    -------
    ndarray, shape (..., 2)

    Raises
    ------
    ValueError
        If a shape is wrong or a number is not finite.

    Examples
    --------
    >>> transform_points([[0, -2, 3], [2, 0, 0], [0, 0, 1]], [1, 1])
    array([1., 2.])
    """
    matrix, points = _as_matrix(matrix), float_array("points", points, "... 2", note=", x y")
    return _apply(matrix, points)


def _apply(matrix, points):
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y, depth = np.moveaxis(points @ matrix[:, :2].T + matrix[:, 2], -1, 0)
        return np.stack([x / depth, y / depth], axis=-1)  # depth is 1 unless M is a homography


def warp(image, matrix, shape):
    r"""Move an image: the point p of `image` comes to lie at M p.

    For each pixel p' of the new image we look up the old one at :math:`q = M^{-1} p'`, between
    four pixels, each with a weight that falls linearly with the distance:

    .. math:: I'(p') = \sum_{i, j \in \{0, 1\}} w_i(q_x)\, w_j(q_y)\,
        I(\lfloor q_y \rfloor + j, \lfloor q_x \rfloor + i), \qquad
        w_1(q) = q - \lfloor q \rfloor, \; w_0 = 1 - w_1

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, channels)
        Grey or colour.
    matrix : array_like, shape (3, 3) or (2, 3)
        From the coordinates of `image` to those of the result, ``x, y`` with pixel centres at
        whole numbers: the matrix of `estimate_similarity`, and what OpenCV's ``warpAffine``
        takes. ``skimage.transform.warp`` wants its inverse.
    shape : (int, int)
        Height and width of the result.

    Returns
    -------
    ndarray, shape (*shape) or (*shape, channels)
        In the units of `image`, 0 where it does not reach; float32 if `image` is, else float64.

    Raises
    ------
    ValueError
        If a shape is wrong, a number is not finite, or the matrix has no inverse.

    Notes
    -----
    The image is surrounded by zeros, so that it fades out within one pixel of its border.

    References
    ----------
    The same as ``skimage.transform.warp`` with ``order=1, mode="constant"``.

    Examples
    --------
    Half a pixel to the right: each pixel is the mean of two.

    >>> warp([[2, 4, 8]], [[1, 0, 0.5], [0, 1, 0]], (1, 4))
    array([[1., 3., 6., 4.]])
    """
    image, matrix = image_array("image", image), _as_matrix(matrix)
    new_height, new_width = _as_size(shape)
    x, y = np.meshgrid(np.arange(new_width), np.arange(new_height))
    q = _apply(_invert(matrix), np.stack([x, y], axis=-1))
    height, width = image.shape[:2]
    # Beyond the border all is 0: a point far away may come to (-1, -1).
    inside = ((q > -1) & (q < (width, height))).all(axis=-1, keepdims=True)
    q = np.where(inside, q, -1.0)
    column, row = np.floor(q).astype(int).transpose(2, 0, 1)
    right, down = np.moveaxis((q - np.floor(q)).astype(image.dtype), -1, 0)
    bordered = np.pad(image, [(1, 2), (1, 2)] + [(0, 0)] * (image.ndim - 2))
    result = np.zeros((new_height, new_width, *image.shape[2:]), image.dtype)
    for j, by_row in enumerate((1 - down, down)):
        for i, by_column in enumerate((1 - right, right)):
            weight = by_row * by_column
            if image.ndim == 3:
                weight = weight[..., None]
            result += weight * bordered[row + j + 1, column + i + 1]
    return result


def align_face(image, landmarks, size=112):
    """Cut out a face so that its landmarks come to lie on the template.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, channels)
        A picture, grey or colour.
    landmarks : array_like, shape (5, 2)
        ``x, y`` of the eyes, the tip of the nose and the corners of the mouth, those on the left
        of the picture first, as in `TEMPLATE_112`.
    size : int
        Height and width of the crop. Other sizes than 112 see the same square of the picture.

    Returns
    -------
    ndarray, shape (size, size) or (size, size, channels)
        In the units of `image`, 0 where the picture does not reach.

    Raises
    ------
    ValueError
        If `image` or `landmarks` have a wrong shape or are not finite, the landmarks lie on a
        line, or `size` is below 1.

    Notes
    -----
    A similarity has four unknowns and five landmarks give ten equations, so that the crop keeps
    the shape of the face. An affine map would shear it towards the template.

    Examples
    --------
    A face that is in its place already stays as it is.

    >>> image = np.arange(112 * 112).reshape(112, 112)
    >>> np.allclose(align_face(image, TEMPLATE_112), image)
    True
    """
    size, _ = _as_size((size, size))
    matrix = estimate_similarity(as_landmarks(landmarks), template(size))
    return warp(image, matrix, (size, size))


def template(size=112):
    """`TEMPLATE_112` for crops of another size: the same square, cut into other pixels.

    Parameters
    ----------
    size : int
        Height and width of the crop, at least 1.

    Returns
    -------
    ndarray, shape (5, 2)

    Raises
    ------
    ValueError
        If `size` is below 1.

    Notes
    -----
    For 112 pixels this is what insightface and the ArcFace models expect. For other sizes it is
    not: insightface scales without the half pixel, so that its points for 224 lie half a pixel to
    the upper left of these; and for multiples of 128 it first adds 8 to each x and scales by
    ``size / 128``. Crops for a model of theirs are made by their rule.

    Examples
    --------
    The square reaches from -1/2 to size - 1/2. A pixel of 56 x 56 covers four of 112 x 112.

    >>> template(56)[0] * 2 + 0.5 - TEMPLATE_112[0]
    array([0., 0.])

    Theirs for 224 is twice that for 112, without the half pixel.

    >>> (2 * TEMPLATE_112 - template(224))[0].round(9)
    array([-0.5, -0.5])
    """
    size, _ = _as_size((size, size))
    return (TEMPLATE_112 + 0.5) * (size / 112) - 0.5


# --- checks ------------------------------------------------------------------------------------


def as_points(name, points):
    """Return `points` as floats of shape (n, 2)."""
    return float_array(name, points, "n 2", note=", x y")


def as_landmarks(landmarks):
    """Return the five landmarks of a face as floats of shape (5, 2), not on one line."""
    landmarks = as_points("landmarks", landmarks)
    if len(landmarks) != len(TEMPLATE_112):
        raise ValueError(
            "landmarks must have shape (5, 2): eyes, nose, corners of the mouth, "
            f"got {landmarks.shape}"
        )
    size = np.abs(landmarks).max() or 1
    length, width = np.linalg.svd((landmarks - landmarks.mean(axis=0)) / size)[1]
    if length <= 1e-14 or width <= 1e-6 * length:
        raise ValueError(f"landmarks must not lie on one line, got {landmarks.tolist()}")
    return landmarks


def _as_matrix(matrix):
    matrix = float_array("matrix", matrix)
    if matrix.shape == (2, 3):
        matrix = np.vstack([matrix, [0, 0, 1]])
    if matrix.shape != (3, 3):
        raise ValueError(f"matrix must have shape (3, 3) or (2, 3), got {matrix.shape}")
    return matrix


def _invert(matrix):
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        inverse = np.full((3, 3), np.inf)
    if not np.isfinite(inverse).all():
        raise ValueError(f"matrix must have an inverse, got {matrix.tolist()}")
    return inverse


def _as_size(shape):
    shape = tuple(shape) if np.ndim(shape) == 1 else (shape,)
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in shape)
    if len(shape) != 2 or not whole or min(shape) < 1:
        raise ValueError(f"shape must be (height, width), whole numbers from 1, got {shape}")
    if shape[0] * shape[1] > 10**8:
        raise ValueError(f"shape must have at most 100 million pixels, got {shape}")
    return int(shape[0]), int(shape[1])
