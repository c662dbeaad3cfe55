"""How local attention is, and how sharp positive features let it become."""

import numpy as np

from glassbox.checks import checked, generator, integer, real_number
from glassbox.linear_attention import entropy

from .attention import positive_rows


@checked(P="n n")
def local_mass(P, window):
    r"""Sum, for each token, the weights that fall in a window around it.

    The window is a share of the n tokens, centred on the token (never narrower than the token
    itself); near an end it is shifted to stay in the sequence. A key that is half in the window
    counts half, so that an even attention has a local mass of `window`, from 1/n.

    Parameters
    ----------
    P : array_like, shape (n, n)
        Attention weights, row i those of token i.
    window : float
        Width of the window as a share of the sequence, in (0, 1]; r in the paper.

    Returns
    -------
    ndarray, shape (n,)
        In [0, 1] if rows sum to 1.

    Raises
    ------
    ValueError
        If a weight is negative, or `window` is not in (0, 1].

    References
    ----------
    qin2022devil, who calls it the locally accumulated attention score.

    Examples
    --------
    >>> local_mass(np.full((5, 5), 0.2), window=0.6)
    array([0.6, 0.6, 0.6, 0.6, 0.6])
    >>> local_mass(np.eye(5)[[4, 1, 2, 3, 0]], window=0.6)  # the first and the last look far away
    array([0., 1., 1., 1., 0.])
    """
    window = real_number("window", window, above=0, most=1)
    check_weights(P)
    n = len(P)
    width = max(window * n, 1.0)
    start = np.clip(np.arange(n) + (1 - width) / 2, 0, n - width)
    return _mass_before(P, start + width) - _mass_before(P, start)


def _mass_before(P, x):
    """Sum row i of P up to the place x[i], where key j lies between j and j + 1."""
    rows, key = np.arange(len(P)), np.minimum(x.astype(int), len(P) - 1)
    edges = np.concatenate([np.zeros((len(P), 1), P.dtype), P.cumsum(axis=1)], axis=1)
    return edges[rows, key] + (x - key).astype(P.dtype) * P[rows, key]


@checked(P="... n")
def attention_entropy(P):
    """Entropy of each row of attention weights, in nats.

    Parameters
    ----------
    P : array_like, shape (..., n)
        Rows that sum to 1.

    Returns
    -------
    ndarray, shape (...)
        From 0 (all weight on one key) to ln n (the same weight on all).

    Raises
    ------
    ValueError
        If a weight is negative, or a row does not sum to 1.

    Examples
    --------
    >>> np.exp(attention_entropy([[0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0]])).round(9)
    array([4., 1.])
    """
    check_weights(P)
    total = P.sum(axis=-1)
    off = np.abs(total - 1).max()
    if off > 1e-3:
        raise ValueError(f"the rows of P must sum to 1; one is off by {off:.3g}")
    return np.maximum(entropy(P), 0)


@checked(K="n d")
def sharpest_weight(K, phi):
    r"""Return the largest weight that any query can give to one key.

    A query can at best choose one entry m, whose weights are
    :math:`r_{jm} = \phi(k_{jm}) / \sum_l \phi(k_{lm})`; this is the largest of these.

    Parameters
    ----------
    K : array_like, shape (n, d)
        The keys.
    phi : callable
        Feature map with values >= 0, elementwise.

    Returns
    -------
    float
        In (0, 1]; for positive features queries come as near as you like.

    Raises
    ------
    ValueError
        If a feature is negative, or all are 0.

    Examples
    --------
    >>> float(sharpest_weight(np.log([[1, 3], [3, 1]]), np.exp).round(9))
    0.75
    """
    features = positive_rows("K", phi, K)
    total = features.sum(axis=0)
    if not total.max() > 0:
        raise ValueError("phi(K) must not be 0 all over")
    return (features / np.where(total > 0, total, 1)).max()


@checked(K="n d")
def dilution_bound(K, phi):
    r"""Bound the weight that one key can get, whatever the query is.

    With positive features no score can exceed another by more than the factor
    :math:`R = \max_{j, l, m} \phi(k_{jm}) / \phi(k_{lm})`, so
    :math:`p_j \le R / (R + n - 1)`.

    Parameters
    ----------
    K : array_like, shape (n, d)
        The keys.
    phi : callable
        Feature map with values > 0.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    ValueError
        If a feature is not positive (relu has no such bound).

    Examples
    --------
    Keys between -1 and 1, features e^-1 to e: R = e^2.

    >>> bool(np.isclose(dilution_bound([[-1], [1], [0]], np.exp), np.e**2 / (np.e**2 + 2)))
    True
    """
    features = positive_rows("K", phi, K, strictly=True)
    inverse = float((features.min(axis=0) / features.max(axis=0)).min())  # 1 / R
    return 1 / (1 + (len(K) - 1) * inverse)


def position_code(n, d, rng=None):
    """Code positions by angles, so that near tokens have near codes.

    Parameters
    ----------
    n, d : int
        Tokens, and entries of a code; d even.
    rng : numpy.random.Generator, optional
        If given, turns the codes by a random orthogonal matrix.

    Returns
    -------
    ndarray, shape (n, d)
        Rows of length sqrt(d); cosines and sines of the position times d / 2 frequencies, from
        pi / n to 1 radian a token.

    Examples
    --------
    >>> code = position_code(6, 4)
    >>> (code @ code[2]).argmax()
    np.int64(2)
    """
    n, d = integer("n", n, least=1, most=10**6), integer("d", d, least=2, most=10_000)
    if d % 2:
        raise ValueError(f"d must be even, got {d}")
    frequencies = np.geomspace(np.pi / n, 1.0, d // 2)
    angles = np.arange(n)[:, None] * frequencies
    code = np.sqrt(2) * np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    if rng is not None:
        generator("rng", rng)
        code = code @ np.linalg.qr(rng.standard_normal((d, d)))[0]
    return code


def check_weights(P):
    """Raise if a weight is negative."""
    if P.min() < 0:
        raise ValueError(f"P must hold weights >= 0, got {P.min()}")
