"""Linear maps from crops to embeddings, found in one step: eigenfaces and Fisherfaces.

Crops may have any shape; each is one long row of d pixels.
"""

from dataclasses import dataclass

import numpy as np

from glassbox.checks import float_array, integer, real_number

from ..verification import label_array


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
        X = crop_rows("X", X)
        if X.shape[1] != len(self.mean):
            raise ValueError(f"each crop must have {len(self.mean)} pixels, got {X.shape[1]}")
        return (X - self.mean) @ self.components.T

    def reconstruct(self, Z):
        """Return the nearest crops, shape (n, d), with the projections `Z`, shape (n, k)."""
        Z = float_array("Z", Z, "n d")
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
    X = crop_rows("X", X)
    n, d = X.shape
    if n < 2:
        raise ValueError(f"X must have at least 2 crops, got {n}")
    k = component_count(n_components, min(n - 1, d))
    mean = X.mean(axis=0)
    _, size, components = np.linalg.svd(X - mean, full_matrices=False)
    components, variance = upright(components[:k]), size[:k] ** 2 / (n - 1)
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

    X = crop_rows("X", X)
    n, d = X.shape
    classes, y = classes_of(y, n, "X", "y")
    k = component_count(n_components, min(len(classes) - 1, d))
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
    return Projection(mean, upright(W.T[::-1]), ratio[::-1])


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

    Examples
    --------
    >>> X = [[0, 0, 1], [1, 0, 1], [0, 9, 1], [1, 9, 1], [5, 0, 1], [6, 0, 1], [5, 9, 1], [6, 9, 1]]
    >>> fisherfaces(X, [0, 0, 0, 0, 1, 1, 1, 1], n_pca=2).components.shape
    (1, 3)
    """
    X = crop_rows("X", X)
    classes, _ = classes_of(y, len(X), "X", "y")
    if n_pca is not None:
        n_pca = integer("n_pca", n_pca, least=1)
    else:
        n_pca = max(min(len(X) - len(classes), X.shape[1]), 1)
    first = pca(X, n_pca)
    second = lda(first(X), y, n_components, shrinkage)
    return Projection(first.mean, second.components @ first.components, second.weight)


def upright(components):
    """Turn rows over so that the largest entry of each is positive."""
    largest = np.abs(components).argmax(axis=1)
    return components * np.sign(components[np.arange(len(components)), largest])[:, None]


def crop_rows(name, crops):
    """Return crops (n, ...) as float64 rows (n, d)."""
    crops = float_array(name, crops)
    if crops.ndim < 2 or not crops.size:
        raise ValueError(f"{name} must have shape (n, ...), none of it 0, got {crops.shape}")
    return crops.reshape(len(crops), -1)


def classes_of(y, n, crops="crops", name="labels"):
    """The sorted different labels, and for each of n crops the index of its label."""
    y = label_array(name, y)
    if len(y) != n:
        raise ValueError(f"{name} must be as many as {crops}, {n}, got {len(y)}")
    classes, y = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"{name} must name at least two persons, got {len(classes)}")
    return classes, y


def component_count(n_components, most):
    """Return a number of components from 1 to `most`, which it is by default."""
    return (
        most if n_components is None else integer("n_components", n_components, least=1, most=most)
    )
