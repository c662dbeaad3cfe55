"""Losses that pull an embedding to the centre of its person by a margin, and what they reach."""

import numpy as np

from glassbox.checks import float_array, integer, real_number

from ..verification import label_array, normalise
from .projections import classes_of


def target_cosine(theta, m1=1.0, m2=0.0, m3=0.0, *, monotone=False):
    r"""What a margin loss puts in the place of the cosine to the right centre.

    .. math:: \cos(m_1 \theta + m_2) - m_3

    Parameters
    ----------
    theta : array_like
        Angles in radians, in [0, pi].
    m1, m2, m3 : float
        Margins: the factor m1 > 0 of SphereFace, the angle m2 of ArcFace in radians, the cosine
        m3 of CosFace.
    monotone : bool
        Go on falling where :math:`m_1 \theta + m_2 > \pi`, as SphereFace does.

    Returns
    -------
    ndarray, shape of theta

    Raises
    ------
    ValueError
        If an angle is out of range or a margin is not finite or not positive where it must be.

    Notes
    -----
    Beyond :math:`\varphi = m_1 \theta + m_2 = \pi` the cosine rises again, and *rewards* being
    further off. SphereFace puts :math:`(-1)^k \cos\varphi - 2k` in its place, for
    :math:`k\pi \le \varphi \le (k + 1)\pi`, which goes on falling without a jump; that is
    ``monotone``. SphereFace needs it from :math:`\theta > \pi / m_1`; ArcFace with m2 = 0.5 only
    from 151 degrees, which training hardly meets in many dimensions, and does in the plane.

    References
    ----------
    deng2019arcface, Equation (4); liu2017sphereface for ``monotone``.

    Examples
    --------
    >>> target_cosine([0, np.pi / 2, np.pi], m1=2)
    array([ 1., -1.,  1.])
    >>> target_cosine([0, np.pi / 2, np.pi], m1=2, monotone=True)
    array([ 1., -1., -3.])
    """
    theta = float_array("theta", theta)
    if ((theta < 0) | (theta > np.pi)).any():
        raise ValueError(f"theta must be from 0 to pi, in radians, got {theta}")
    m1, m2, m3 = checked_margins(m1, m2, m3)
    return _psi(m1 * theta + m2, monotone)[0] - m3


def _psi(phi, monotone):
    """The cosine or its monotone extension, and minus its slope."""
    k = np.floor(phi / np.pi) if monotone else np.zeros_like(phi)
    sign = 1 - 2 * (k % 2)
    return sign * np.cos(phi) - 2 * k, sign * np.sin(phi)


def margin_softmax(X, W, y, m1=1.0, m2=0.0, m3=0.0, s=64.0, *, monotone=False):
    r"""Softmax over angles, with a margin against the right class.

    With :math:`\theta_j` the angle between an embedding x and the centre :math:`W_j`,

    .. math:: z_j = s \cos\theta_j \;(j \ne y), \qquad
        z_y = s\,\big(\cos(m_1 \theta_y + m_2) - m_3\big), \qquad
        L = -\log \frac{e^{z_y}}{\sum_j e^{z_j}}.

    Special cases:

    =============  ===========================  =======================
    NormFace       no margin                    the defaults
    SphereFace     m1 = 4 (1.35)                times, in the angle
    ArcFace        m2 = 0.5                     plus, in the angle
    CosFace        m3 = 0.35                    minus, in the cosine
    =============  ===========================  =======================

    Parameters
    ----------
    X : array_like, shape (n, d)
        Embeddings, of any length but 0.
    W : array_like, shape (n_classes, d)
        One centre for each class, of any length but 0.
    y : array_like of int, shape (n,)
        The right class of each embedding, from 0.
    m1, m2, m3 : float
        Margins, as in `target_cosine`.
    s : float
        Scale > 0; see `needed_scale`.
    monotone : bool
        Let :math:`z_y` go on falling where :math:`m_1 \theta_y + m_2 > \pi`; see `target_cosine`.

    Returns
    -------
    logits : ndarray, shape (n, n_classes)
        z above.
    loss : float
        Mean of L over the embeddings, in nats.
    dX : ndarray, shape (n, d)
        Gradient of `loss` by `X`; each row is orthogonal to the embedding.
    dW : ndarray, shape (n_classes, d)
        Gradient by `W`; each row is orthogonal to the centre.
        The arrays are float32 if both `X` and `W` are, else float64.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, a row is 0, a label is out of range, or
        m1 or s is not positive.

    Notes
    -----
    By the chain rule :math:`\partial \cos(\theta + m) / \partial \cos\theta =
    \sin(\theta + m) / \sin\theta` is infinite at 0, but the cosine moves there with
    :math:`\sin\theta`, and the product is finite. We therefore differentiate the angle, whose
    gradient is a unit tangent of the sphere. Where an embedding lies on its centre or opposite
    to it, no direction is better than another, and that part of the gradient is 0.

    SphereFace itself is ``monotone`` and has the length of x in the place of s. The code of
    insightface for ArcFace leaves the factor :math:`\sin(\theta + m) / \sin\theta` out of its
    gradient; here it is in.

    References
    ----------
    deng2019arcface, Equation (4); wang2018cosface, wang2017normface, liu2017sphereface.

    Examples
    --------
    Two centres at a right angle, the embedding on its own: logits s and 0.

    >>> logits, loss, dX, dW = margin_softmax([[2, 0]], [[1, 0], [0, 3]], [0], s=5)
    >>> logits, round(loss, 9) == round(float(np.log1p(np.exp(-5))), 9)
    (array([[5., 0.]]), True)

    CosFace takes its margin from the right one.

    >>> margin_softmax([[2, 0]], [[1, 0], [0, 3]], [0], m3=0.2, s=5)[0]
    array([[4., 0.]])
    """
    single = all(getattr(a, "dtype", None) == np.float32 for a in (X, W))
    X, W, y = checked_batch(X, W, y)
    m1, m2, m3 = checked_margins(m1, m2, m3)
    s = real_number("s", s, above=0)
    x, w = normalise(X, "X"), normalise(W, "W")
    x_size = (X * x).sum(axis=1, keepdims=True)
    w_size = (W * w).sum(axis=1, keepdims=True)
    rows = np.arange(len(X))

    logits = s * np.clip(x @ w.T, -1, 1)
    right = w[y]
    cosine = (x * right).sum(axis=1, keepdims=True)
    towards, back = right - cosine * x, x - cosine * right  # both tangents
    sine = np.linalg.norm(towards, axis=1, keepdims=True)
    theta = np.arctan2(sine, cosine)  # arccos is inexact near 0 and pi
    psi, slope = _psi(m1 * theta + m2, monotone)
    logits[rows, y] = s * (psi - m3)[:, 0]
    loss, delta = _cross_entropy(logits, y)

    # z_y rises by s m1 slope where theta falls, along the tangent of length 1.
    unit = np.where(sine > 1e-14, 1 / np.maximum(sine, 1e-300), 0)
    pull = s * m1 * slope * unit * delta[rows, y][:, None]
    delta = s * delta
    delta[rows, y] = 0
    along = delta * (logits / s)
    dX = delta @ w - along.sum(axis=1, keepdims=True) * x + pull * towards
    dW = delta.T @ x - along.sum(axis=0)[:, None] * w
    np.add.at(dW, y, pull * back)
    dX, dW = dX / x_size, dW / w_size
    if single:
        logits, dX, dW = (a.astype(np.float32) for a in (logits, dX, dW))
    return logits, loss, dX, dW


def softmax_loss(X, W, y):
    r"""Plain softmax: the logits are :math:`W_j^\top x`, lengths and all.

    Parameters
    ----------
    X, W, y
        As in `margin_softmax`; rows may be 0.

    Returns
    -------
    logits, loss, dX, dW
        As in `margin_softmax`.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, or a label is out of range.

    Examples
    --------
    >>> softmax_loss([[2, 0]], [[1, 0], [0, 3]], [0])[0]
    array([[2., 0.]])
    """
    single = all(getattr(a, "dtype", None) == np.float32 for a in (X, W))
    X, W, y = checked_batch(X, W, y)
    with np.errstate(over="ignore", invalid="ignore"):
        logits = X @ W.T
    if not np.isfinite(logits).all():
        raise ValueError("X and W must not be so large that their products overflow")
    loss, delta = _cross_entropy(logits, y)
    dX, dW = delta @ W, delta.T @ X
    if single:
        logits, dX, dW = (a.astype(np.float32) for a in (logits, dX, dW))
    return logits, loss, dX, dW


def _cross_entropy(logits, y):
    """Mean cross-entropy of the softmax, and its gradient by the logits."""
    rows = np.arange(len(y))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    delta = np.exp(log_p)
    others = np.ones_like(delta)
    others[rows, y] = 0
    delta[rows, y] = -(delta * others).sum(axis=1)  # p - 1, not rounded to 0
    return float(0 - log_p[rows, y].mean()), delta / len(y)


def needed_scale(n_classes, p):
    r"""The smallest scale for which unit vectors can reach the mean probability p.

    .. math:: s \ge \frac{C - 1}{C} \ln \frac{(C - 1)\, p}{1 - p}

    The best that C centres can do is to be equally far apart, with cosine -1 / (C - 1), and every
    embedding on its centre; there the bound is met.

    Parameters
    ----------
    n_classes : int
        C, at least 2.
    p : float
        Probability of the right class, in (0, 1), averaged over the classes. (One class alone may
        reach it with less, at the cost of the others.)

    Returns
    -------
    float
        0 or more: below p = 1 / C no scale is needed.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    wang2018cosface, Equation (6).

    Examples
    --------
    >>> round(needed_scale(10_000, 0.9), 2)
    11.41
    """
    n_classes = integer("n_classes", n_classes, least=2)
    p = real_number("p", p, above=0, below=1)
    others = n_classes - 1
    return max(float(others / n_classes * np.log(others * p / (1 - p))), 0.0)


def embedding_angles(X, y, W=None):
    r"""How tight the classes are and how far apart, in degrees, as in ArcFace's Table 3.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Embeddings.
    y : array_like, shape (n,)
        Who is on each; at least two persons.
    W : array_like, shape (n_classes, d), optional
        Centres of the loss, in the order of the sorted labels.

    Returns
    -------
    dict of str to float
        ``intra``: mean angle of an embedding to the mean direction of its class; ``inter``: mean
        over classes of the angle to the nearest other mean direction; with `W` also ``w_centre``:
        mean angle of a centre to the mean direction of its class, and ``w_inter``: as ``inter``,
        of the centres.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, or there is one person only.

    References
    ----------
    deng2019arcface, Table 3.

    Examples
    --------
    >>> angles = embedding_angles([[1, 1], [1, -1], [-1, 1], [-1, -1]], [0, 0, 1, 1])
    >>> {name: round(angle, 9) for name, angle in angles.items()}
    {'intra': 45.0, 'inter': 180.0}
    """
    X = float_array("X", X, "n d")
    classes, y = classes_of(y, len(X), "X", "y")
    x = normalise(X, "X")
    centres = normalise(np.eye(len(classes))[y].T @ x)
    angles = {"intra": _degrees((x * centres[y]).sum(axis=1)), "inter": _nearest(centres)}
    if W is not None:
        W = float_array("W", W, "n d")
        if W.shape != centres.shape:
            raise ValueError(f"W must have shape {centres.shape}, got {W.shape}")
        w = normalise(W, "W")
        angles |= {"w_centre": _degrees((w * centres).sum(axis=1)), "w_inter": _nearest(w)}
    return angles


def _nearest(centres):
    cosines = centres @ centres.T
    np.fill_diagonal(cosines, -2)
    return _degrees(cosines.max(axis=1))


def _degrees(cosines):
    return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).mean())


def checked_batch(X, W, y):
    X, W = float_array("X", X, "n d"), float_array("W", W, "n d")
    if not X.size or not W.size or X.shape[1] != W.shape[1]:
        raise ValueError(
            f"X must have shape (n, d) and W (n_classes, d), none of them 0, got {X.shape} "
            f"and {W.shape}"
        )
    y = label_array("y", y)
    if y.shape != (len(X),) or y.dtype.kind not in "iu":
        raise ValueError(f"y must be whole numbers, shape ({len(X)},), got {y.dtype}, {y.shape}")
    if y.min() < 0 or y.max() >= len(W):
        raise ValueError(f"y must be from 0 to {len(W) - 1}, got {y.min()} to {y.max()}")
    return X, W, y


def checked_margins(m1, m2, m3):
    return real_number("m1", m1, above=0), real_number("m2", m2), real_number("m3", m3)
