"""From an aligned crop to an embedding: a direction that stands for the person.

`pca` (eigenfaces) and `lda` (Fisherfaces) are linear maps found in one step. `train_embedder`
trains a small network so that a softmax over the *angles* to one centre per person is right, and
right by a margin: `margin_softmax`. Crops may have any shape; each is one long row of d pixels.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from glassbox.adam import adamw_step, cosine_schedule, init_state, init_weights
from glassbox.checks import float_array, real_number

from .verification import as_embeddings, as_labels, unit_rows


def normalise(X):
    """Divide each embedding by its length.

    Parameters
    ----------
    X : array_like, shape (..., d)
        No row may be 0.

    Returns
    -------
    ndarray, shape (..., d)
        Rows of length 1.

    Raises
    ------
    ValueError
        If a row is 0 or a number is not finite.

    Examples
    --------
    >>> normalise([[3, 4], [0, 2]])
    array([[0.6, 0.8],
           [0. , 1. ]])
    """
    return unit_rows("X", X)


# --- linear maps -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Projection:
    """A linear map from crops to k numbers; call it on crops.

    Attributes
    ----------
    mean : ndarray, shape (d,)
        Subtracted first.
    components : ndarray, shape (k, d)
        One row for each number; ``components[i].reshape(height, width)`` is an eigenface.
    weight : ndarray, shape (k,)
        For `pca`, the variance along each component; for `lda`, the ratio of the scatter between
        persons to that within.
    """

    mean: np.ndarray
    components: np.ndarray
    weight: np.ndarray

    def __call__(self, X):
        """Project crops, shape (n, ...) with d pixels each, to shape (n, k)."""
        X = as_rows("X", X)
        if X.shape[1] != len(self.mean):
            raise ValueError(f"each crop must have {len(self.mean)} pixels, got {X.shape[1]}")
        return (X - self.mean) @ self.components.T

    def reconstruct(self, Z):
        """Return the nearest crops, shape (n, d), with the projections `Z`, shape (n, k)."""
        Z = as_embeddings("Z", Z)
        if Z.shape[1] != len(self.components):
            raise ValueError(f"Z must have shape (n, {len(self.components)}), got {Z.shape}")
        return self.mean + Z @ np.linalg.pinv(self.components).T


def pca(X, n_components=None, whiten=False):
    """Principal components: the directions in which the crops differ most (eigenfaces).

    Parameters
    ----------
    X : array_like, shape (n, ...)
        n >= 2 crops, d pixels each.
    n_components : int, optional
        k, from 1 to min(n - 1, d), which is the default.
    whiten : bool
        Whether to scale the projections of `X` to variance 1 each.

    Returns
    -------
    Projection
        Orthonormal components (before whitening), the largest variance first. In each, the largest
        entry is positive.

    Raises
    ------
    ValueError
        If there are too few crops, `n_components` is out of range, a number is not finite, or a
        direction to whiten has no variance.

    References
    ----------
    turk1991eigenfaces.

    Examples
    --------
    The points lie along (3, 4), one and two lengths of 5 from their mean.

    >>> line = pca([[-6, -8], [-3, -4], [3, 4], [6, 8]], 1)
    >>> line.components.round(9), line([[3, 4]]).round(9)
    (array([[0.6, 0.8]]), array([[5.]]))
    """
    X = as_rows("X", X)
    n, d = X.shape
    if n < 2:
        raise ValueError(f"X must have at least 2 crops, got {n}")
    k = _as_count("n_components", n_components, min(n - 1, d))
    mean = X.mean(axis=0)
    _, size, components = np.linalg.svd(X - mean, full_matrices=False)
    components, variance = _upright(components[:k]), size[:k] ** 2 / (n - 1)
    if whiten:
        if size[k - 1] <= 1e-10 * max(size[0], 1e-300):
            flat = int((size > 1e-10 * size[0]).sum()) if size[0] else 0
            raise ValueError(f"only {flat} directions have any variance to whiten, got {k}")
        components = components / np.sqrt(variance)[:, None]
    return Projection(mean, components, variance)


def lda(X, y, n_components=None, shrinkage=0.0):
    r"""Linear discriminants: where persons differ much and pictures of one person little.

    .. math:: \max_w \frac{w^\top S_B w}{w^\top S_W w}, \qquad
        S_W = \frac1n \sum_i (x_i - \mu_{y_i})(x_i - \mu_{y_i})^\top, \quad
        S_B = \frac1n \sum_i (\mu_{y_i} - \mu)(\mu_{y_i} - \mu)^\top

    Parameters
    ----------
    X : array_like, shape (n, ...)
        Crops, d pixels each.
    y : array_like, shape (n,)
        Who is on each; at least two persons.
    n_components : int, optional
        k, from 1 to min(persons - 1, d), which is the default.
    shrinkage : float
        From 0 to 1: how far :math:`S_W` moves towards a multiple of the identity with its trace.

    Returns
    -------
    Projection
        Scaled so that the scatter within persons is the identity, the largest ratio first.

    Raises
    ------
    ValueError
        If shapes do not fit, there is one person only, a parameter is out of range, or there are
        too few crops to invert :math:`S_W` (shrink it, or take `fisherfaces`).

    References
    ----------
    belhumeur1997eigenfaces; scikit-learn's ``LinearDiscriminantAnalysis(solver="eigen")``.

    Examples
    --------
    Persons differ in the first number; the second, which varies more, says nothing.

    >>> lda([[0, 0], [1, 0], [0, 9], [1, 9], [5, 0], [6, 0], [5, 9], [6, 9]],
    ...     [0, 0, 0, 0, 1, 1, 1, 1]).components.round(9) + 0
    array([[2., 0.]])
    """
    from scipy.linalg import eigh

    X = as_rows("X", X)
    n, d = X.shape
    classes, y = _as_classes(y, n)
    k = _as_count("n_components", n_components, min(len(classes) - 1, d))
    shrinkage = real_number("shrinkage", shrinkage, least=0, most=1)
    mean = X.mean(axis=0)
    member = np.eye(len(classes))[y]
    means = (member.T @ X) / member.sum(axis=0)[:, None]
    within, between = X - means[y], means[y] - mean
    S_W, S_B = within.T @ within / n, between.T @ between / n
    trace = np.trace(S_W)
    S_W = (1 - shrinkage) * S_W + shrinkage * trace / d * np.eye(d)
    spread = np.linalg.eigvalsh(S_W)
    if spread[0] <= 1e-12 * max(spread[-1], 1e-300):
        raise ValueError(
            f"{n} crops of {len(classes)} persons leave some of {d} directions without scatter "
            "within a person: give shrinkage > 0, or use fisherfaces"
        )
    ratio, W = eigh(S_B, S_W, subset_by_index=(d - k, d - 1))
    return Projection(mean, _upright(W.T[::-1]), ratio[::-1])


def fisherfaces(X, y, n_pca=None, n_components=None, shrinkage=0.0):
    """Principal components first, discriminants of what is left second, as one linear map.

    Parameters
    ----------
    X, y, n_components, shrinkage
        As in `lda`.
    n_pca : int, optional
        Number of principal components; without it, n - persons (at most d), for which the scatter
        within persons can be inverted.

    Returns
    -------
    Projection

    Raises
    ------
    ValueError
        As `pca` and `lda`.

    References
    ----------
    belhumeur1997eigenfaces.
    """
    X = as_rows("X", X)
    classes, _ = _as_classes(y, len(X))
    if n_pca is None:
        n_pca = max(min(len(X) - len(classes), X.shape[1]), 1)
    first = pca(X, n_pca)
    second = lda(first(X), y, n_components, shrinkage)
    return Projection(first.mean, second.components @ first.components, second.weight)


def _upright(components):
    """Turn rows over so that the largest entry of each is positive."""
    largest = np.abs(components).argmax(axis=1)
    return components * np.sign(components[np.arange(len(components)), largest])[:, None]


# --- losses ------------------------------------------------------------------------------------


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
    m1, m2, m3 = _as_margins(m1, m2, m3)
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
    single = all(np.asarray(a).dtype == np.float32 for a in (X, W))
    X, W, y = _as_batch(X, W, y)
    m1, m2, m3 = _as_margins(m1, m2, m3)
    s = real_number("s", s, above=0)
    x, w = unit_rows("X", X), unit_rows("W", W)
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
    single = all(np.asarray(a).dtype == np.float32 for a in (X, W))
    X, W, y = _as_batch(X, W, y)
    logits = X @ W.T
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
    if not isinstance(n_classes, int | np.integer) or n_classes < 2:
        raise ValueError(f"n_classes must be a whole number from 2, got {n_classes!r}")
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
    X = as_embeddings("X", X)
    classes, y = _as_classes(y, len(X))
    x = unit_rows("X", X)
    centres = normalise(np.eye(len(classes))[y].T @ x)
    angles = {"intra": _degrees((x * centres[y]).sum(axis=1)), "inter": _nearest(centres)}
    if W is not None:
        W = as_embeddings("W", W)
        if W.shape != centres.shape:
            raise ValueError(f"W must have shape {centres.shape}, got {W.shape}")
        w = unit_rows("W", W)
        angles |= {"w_centre": _degrees((w * centres).sum(axis=1)), "w_inter": _nearest(w)}
    return angles


def _nearest(centres):
    cosines = centres @ centres.T
    np.fill_diagonal(cosines, -2)
    return _degrees(cosines.max(axis=1))


def _degrees(cosines):
    return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).mean())


# --- a small network ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Embedder:
    """A trained network; call it on crops.

    Attributes
    ----------
    projection : Projection
        Whitened principal components, which the layers see.
    layers : tuple of (ndarray, ndarray)
        Matrices (n_in, n_out) and biases (n_out,), leaky rectifiers between them.
    centres : ndarray, shape (n_classes, n_dims)
        W of the loss, a row for each of `classes`.
    classes : ndarray, shape (n_classes,)
        The labels, sorted.
    losses : ndarray, shape (n_epochs,)
        Mean loss of each epoch of the training.
    angular : bool
        Whether the loss saw angles only; plain softmax sees lengths too.
    """

    projection: Projection
    layers: tuple
    centres: np.ndarray
    classes: np.ndarray
    losses: np.ndarray
    angular: bool = True

    def __call__(self, crops):
        """Embed crops, shape (n, ...), as rows of length 1, shape (n, n_dims)."""
        return normalise(self.raw(crops))

    def raw(self, crops):
        """Embed crops without dividing by the length, shape (n, n_dims)."""
        return _forward(self.layers, self.projection(crops))[-1]

    def classify(self, crops):
        """Return the label with the largest logit for each crop, shape (n,).

        That is the centre at the smallest angle; after plain softmax, lengths count as well.
        """
        centres = normalise(self.centres) if self.angular else self.centres
        return self.classes[(self.raw(crops) @ centres.T).argmax(axis=1)]


def train_embedder(
    crops,
    labels,
    rng,
    n_dims=64,
    margins=(1.0, 0.5, 0.0),
    s=16.0,
    hidden=(),
    n_components=250,
    n_epochs=30,
    batch_size=64,
    lr=1e-2,
    weight_decay=1e-2,
    warm_up=0.0,
):
    """Train a small network whose embeddings a margin softmax can tell apart.

    Whitened principal components of the crops go through dense layers, leaky rectifiers between
    them. AdamW takes the steps, its rate falling as half a cosine. The centres are trained along,
    and not used afterwards: new persons are compared by the angle between embeddings.

    Parameters
    ----------
    crops : array_like, shape (n, ...)
        Aligned crops, d pixels each.
    labels : array_like, shape (n,)
        Who is on each; at least two persons.
    rng : numpy.random.Generator
        Source of the first weights and of the order of the crops.
    n_dims : int
        Numbers in an embedding, at least 2.
    margins : (float, float, float) or None
        m1, m2, m3 of `margin_softmax`: (1, 0.5, 0) is ArcFace, (1, 0, 0.2) CosFace, (1, 0, 0)
        NormFace. None is plain softmax, without scale.
    s : float
        Scale.
    hidden : sequence of int
        Widths of the layers before the last; with none, the map is linear.
    n_components : int
        Number of principal components, at most; n - 1 and d also limit it.
    n_epochs, batch_size : int
        Length of the training, and crops a step.
    lr, weight_decay : float
        Of AdamW.
    warm_up : float
        Fraction of the training, in [0, 1], in which the margins grow from none and the scale from
        4 (if it is larger). In the plane, where one class is in the way of another, a large
        scale from the start leaves them where they are.

    Returns
    -------
    Embedder
        The same for the same `rng`.

    Raises
    ------
    ValueError
        If shapes do not fit, there is one person only, or a parameter is out of range.

    Examples
    --------
    Three persons, each bright in one of three pixels.

    >>> rng = np.random.default_rng(1)
    >>> labels = np.arange(60) % 3
    >>> crops = np.eye(3)[labels] + 0.1 * rng.standard_normal((60, 3))
    >>> embed = train_embedder(crops, labels, rng, n_dims=8, batch_size=10)
    >>> (embed.classify(crops) == labels).all()
    np.True_
    """
    crops = as_rows("crops", crops)
    classes, y = _as_classes(labels, len(crops))
    n_dims = _as_count("n_dims", n_dims, least=2)
    n_epochs = _as_count("n_epochs", n_epochs)
    batch_size = min(_as_count("batch_size", batch_size), len(crops))
    largest = min(_as_count("n_components", n_components), len(crops) - 1, crops.shape[1])
    if margins is not None:
        margins = _as_margins(*margins)
    s = real_number("s", s, above=0)
    lr = real_number("lr", lr, above=0)
    warm_up = real_number("warm_up", warm_up, least=0, most=1)

    projection = _whitened(crops, largest)
    features = projection(crops)
    sizes = (features.shape[1], *hidden, n_dims)
    weights = init_weights(sizes, rng)
    weights[-n_dims:] = rng.standard_normal(n_dims) / 100  # biases: the mean crop is no 0 either
    weights = np.append(weights, rng.standard_normal(len(classes) * n_dims) / np.sqrt(n_dims))
    state = init_state(weights)
    n_batches = len(crops) // batch_size
    rates = iter(lr * cosine_schedule(n_epochs * n_batches))
    losses = np.zeros(n_epochs)
    for epoch in range(n_epochs):
        part = min(1, epoch / (warm_up * n_epochs)) if warm_up else 1
        now = _warmed(margins, s, part)
        order = rng.permutation(len(crops))[: n_batches * batch_size]
        for rows in order.reshape(n_batches, batch_size):
            loss, gradient = _loss_and_gradient(weights, sizes, features[rows], y[rows], *now)
            weights, state = adamw_step(
                weights, gradient, state, lr=next(rates), weight_decay=weight_decay
            )
            losses[epoch] += loss / n_batches
    layers, centres = _cut(weights, sizes)
    return Embedder(projection, tuple(layers), centres, classes, losses, margins is not None)


def _warmed(margins, s, part):
    """Margins and scale when a part of the warm-up, in [0, 1], is over."""
    if margins is None:
        return None, s
    m1, m2, m3 = margins
    start = min(s, 4.0)
    return (1 + part * (m1 - 1), part * m2, part * m3), start + part * (s - start)


def _whitened(crops, n_components):
    """As many whitened components as have variance, up to `n_components`."""
    plain = pca(crops, n_components)
    useful = plain.weight > 1e-10 * plain.weight[0]
    if not plain.weight[0]:
        raise ValueError("crops must not all be alike")
    components = plain.components[useful] / np.sqrt(plain.weight[useful])[:, None]
    return Projection(plain.mean, components, plain.weight[useful])


_LEAK = 0.1  # slope of the rectifiers below 0: with 0, a crop could get the embedding 0


def _loss_and_gradient(weights, sizes, features, y, margins, s):
    """Loss of a batch, and its gradient by all the weights, by backpropagation."""
    layers, centres = _cut(weights, sizes)
    activities = _forward(layers, features)
    if margins is None:
        _, loss, delta, d_centres = softmax_loss(activities[-1], centres, y)
    else:
        _, loss, delta, d_centres = margin_softmax(
            activities[-1], centres, y, *margins, s=s, monotone=True
        )
    parts = [d_centres.ravel()]
    for (matrix, _), before in zip(layers[::-1], activities[-2::-1], strict=True):
        parts += [delta.sum(axis=0), (before.T @ delta).ravel()]
        delta = (delta @ matrix.T) * np.where(before > 0, 1, _LEAK)
    return loss, np.concatenate(parts[::-1])


def _forward(layers, features):
    """Activities of every layer, the features first; no rectifier on the last."""
    activities = [features]
    for i, (matrix, bias) in enumerate(layers):
        after = activities[-1] @ matrix + bias
        activities.append(np.maximum(after, _LEAK * after) if i < len(layers) - 1 else after)
    return activities


def _cut(weights, sizes):
    """The layers, and the centres, as views of the vector of all weights."""
    layers, at = [], 0
    for n_in, n_out in pairwise(sizes):
        matrix = weights[at : at + n_in * n_out].reshape(n_in, n_out)
        at += n_in * n_out
        layers.append((matrix, weights[at : at + n_out]))
        at += n_out
    return layers, weights[at:].reshape(-1, sizes[-1])


# --- embeddings on the circle ------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CircleFit:
    """Embeddings in the plane under one loss.

    Attributes
    ----------
    loss : str
        "softmax", "normface", "sphereface", "cosface" or "arcface".
    m, s : float
        Margin and scale.
    points, test_points : ndarray, shapes (n, 2) and (n_test, 2)
        Embeddings before the division by their lengths.
    centres : ndarray, shape (n_classes, 2)
        W of the loss.
    accuracy, test_accuracy : float
        Fraction of the crops that the loss gives to the right person.
    angles, test_angles : dict
        See `embedding_angles`; in degrees.
    """

    loss: str
    m: float
    s: float
    points: np.ndarray
    test_points: np.ndarray
    centres: np.ndarray
    accuracy: float
    test_accuracy: float
    angles: dict
    test_angles: dict


LOSSES = {
    "softmax": lambda m: None,
    "normface": lambda m: (1.0, 0.0, 0.0),
    "sphereface": lambda m: (m, 0.0, 0.0),
    "cosface": lambda m: (1.0, 0.0, m),
    "arcface": lambda m: (1.0, m, 0.0),
}
"""For each loss, from its margin to the `margins` of `train_embedder`."""


def circle_fits(crops, labels, settings, rng, test_crops=None, test_labels=None, **training):
    """Train embeddings in the plane for many losses, all from the same first weights.

    Parameters
    ----------
    crops, labels
        As in `train_embedder`; few persons, about eight, have room on a circle. From pixels, a
        network with two outputs learns its few crops by heart: the projections of an `lda` of
        *other* persons make better input.
    settings : iterable of (str, float, float)
        Loss (a key of `LOSSES`), margin and scale; softmax has neither, NormFace no margin.
    rng : numpy.random.Generator
        All trainings see the same random numbers.
    test_crops, test_labels
        Other crops of the same persons; without them, those of the training.
    **training
        For `train_embedder`.

    Returns
    -------
    list of CircleFit
        In the order of `settings`.

    Raises
    ------
    ValueError
        As `train_embedder`, or if a loss is unknown, or one of the test arguments is missing.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> labels = np.arange(80) % 4
    >>> crops = np.eye(4)[labels] + 0.2 * rng.standard_normal((80, 4))
    >>> settings = [("normface", 0, 16), ("arcface", 0.5, 16)]
    >>> without, arc = circle_fits(crops, labels, settings, rng, batch_size=16)
    >>> arc.angles["intra"] < without.angles["intra"]
    True
    """
    if (test_crops is None) != (test_labels is None):
        raise ValueError("test_crops and test_labels must be given both or neither")
    crops, labels = as_rows("crops", crops), as_labels("labels", labels)
    if test_crops is None:
        test_crops, test_labels = crops, labels
    test_crops = as_rows("test_crops", test_crops)
    test_labels = as_labels("test_labels", test_labels, len(test_crops))
    seed = int(rng.integers(2**63))
    training = {"n_dims": 2, "hidden": (64,), "n_epochs": 100, "warm_up": 0.5, **training}
    return [
        _circle_fit(crops, labels, test_crops, test_labels, *setting, seed, training)
        for setting in settings
    ]


def _circle_fit(crops, labels, test_crops, test_labels, loss, m, s, seed, training):
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {list(LOSSES)}, got {loss!r}")
    rng = np.random.default_rng(seed)
    embed = train_embedder(crops, labels, rng, margins=LOSSES[loss](m), s=s, **training)
    points, test_points = embed.raw(crops), embed.raw(test_crops)
    return CircleFit(
        loss, m, s, points, test_points, embed.centres,
        float((embed.classify(crops) == labels).mean()),
        float((embed.classify(test_crops) == test_labels).mean()),
        embedding_angles(points, labels, embed.centres),
        embedding_angles(test_points, test_labels),
    )  # fmt: skip


# --- checks ------------------------------------------------------------------------------------


def as_rows(name, crops):
    """Return crops (n, ...) as float64 rows (n, d)."""
    crops = float_array(name, crops)
    if crops.ndim < 2 or not crops.size:
        raise ValueError(f"{name} must have shape (n, ...), none of it 0, got {crops.shape}")
    return crops.reshape(len(crops), -1)


def _as_batch(X, W, y):
    X, W = as_embeddings("X", X), as_embeddings("W", W)
    if not X.size or not W.size or X.shape[1] != W.shape[1]:
        raise ValueError(
            f"X must have shape (n, d) and W (n_classes, d), none of them 0, got {X.shape} "
            f"and {W.shape}"
        )
    y = np.asarray(y)
    if y.shape != (len(X),) or y.dtype.kind not in "iu":
        raise ValueError(f"y must be whole numbers, shape ({len(X)},), got {y.dtype}, {y.shape}")
    if y.min() < 0 or y.max() >= len(W):
        raise ValueError(f"y must be from 0 to {len(W) - 1}, got {y.min()} to {y.max()}")
    return X, W, y


def _as_classes(y, n):
    """The sorted different labels, and for each crop the index of its label."""
    classes, y = np.unique(as_labels("labels", y, n), return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"labels must name at least two persons, got {len(classes)}")
    return classes, y


def _as_margins(m1, m2, m3):
    return real_number("m1", m1, above=0), real_number("m2", m2), real_number("m3", m3)


def _as_count(name, value, most=None, least=1):
    """Return a whole number from `least` to `most`; None is `most`."""
    if value is None and most is not None:
        return most
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        to = f" to {most}" if most is not None else ""
        raise ValueError(f"{name} must be a whole number from {least}{to}, got {value!r}")
    return int(value)
