"""How far attention weights move when a score, a query or a key does; and what a norm bounds."""

from typing import NamedTuple

import numpy as np

from glassbox.checks import checked, flag, integer, one_of, real_number
from glassbox.linear_attention import elu_plus_one, softmax

from .attention import positive_rows


@checked(s="... n")
def weight_jacobian(s, f):
    r"""Differentiate the weights of one token by its scores.

    With :math:`p_j = f(s_j) / \sum_l f(s_l)`,

    * softmax: :math:`\partial p_j / \partial s_k = p_j (\delta_{jk} - p_k)`, at most 1/4;
    * linear, f(x) = x: :math:`(\delta_{jk} - p_j) / S` with :math:`S = \sum_l s_l`, unbounded.

    Parameters
    ----------
    s : array_like, shape (n,)
        Scores of one row; more rows as leading axes.
    f : {"softmax", "linear"}

    Returns
    -------
    ndarray, shape (n, n)
        Entry [j, k] is the derivative of weight j by score k.

    Raises
    ------
    ValueError
        If `f` is "linear" and a score is negative, or their sum is 0 or too small to divide by.

    References
    ----------
    qin2022devil.

    Examples
    --------
    Scores 1 and 3, then a hundredth of them: the weights are the same, not so the derivatives.

    >>> weight_jacobian([1, 3], "linear")
    array([[ 0.1875, -0.0625],
           [-0.1875,  0.0625]])
    >>> weight_jacobian([0.01, 0.03], "linear").round(2)
    array([[ 18.75,  -6.25],
           [-18.75,   6.25]])
    """
    one_of("f", f, ("softmax", "linear"))
    one = np.eye(s.shape[-1], dtype=s.dtype)
    if f == "softmax":
        p = softmax(s)
        return p[..., :, None] * (one - p[..., None, :])
    if s.min() < 0:
        raise ValueError(f"s must be >= 0 to be divided by its sum, got {s.min()}")
    total = _positive_sum("s", s)
    p = s / total
    return (one - p[..., :, None]) / total[..., None]


@checked(q="d", K="n d")
def query_jacobian(q, K, phi):
    r"""Differentiate the weights of one token by its query, before the feature map.

    With :math:`p_j = \phi(q) \cdot \phi(k_j) / S`,

    .. math:: \frac{\partial p_j}{\partial q_m}
        = \frac{\phi'(q_m)}{S} \Bigl(\phi(k_{jm}) - p_j \sum_l \phi(k_{lm})\Bigr).

    Wherever :math:`\phi' \le \phi`, as for exp and elu + 1, no entry exceeds 1/4.

    Parameters
    ----------
    q : array_like, shape (d,)
        The query.
    K : array_like, shape (n, d)
        The keys.
    phi : callable or "softmax"
        Feature map, elementwise, with values >= 0; or softmax attention, without a scale.

    Returns
    -------
    ndarray, shape (n, d)
        Entry [j, m] is the derivative of weight j by entry m of the query.

    Raises
    ------
    ValueError
        If a feature is negative, or all scores are 0.

    Examples
    --------
    >>> query_jacobian([0, 0], np.zeros((3, 2)), np.exp)  # equal keys: nothing to choose
    array([[0., 0.],
           [0., 0.],
           [0., 0.]])
    """
    if isinstance(phi, str):
        p = _softmax_row(q, K, phi)
        return p[:, None] * (K - p @ K)
    _, fK, total, p = _linear_row(q, K, phi)
    beside = fK - p[:, None] * fK.sum(axis=0)
    return elementwise_slope(phi, q) / total * beside


@checked(q="d", K="n d")
def key_jacobian(q, K, phi):
    r"""Differentiate the weights of one token by the keys, before the feature map.

    :math:`\partial p_j / \partial k_{lm} = (\delta_{jl} - p_j)\, \phi(q_m)\, \phi'(k_{lm}) / S`.

    Parameters
    ----------
    q, K, phi
        As in `query_jacobian`.

    Returns
    -------
    ndarray, shape (n, n, d)
        Entry [j, l, m] is the derivative of weight j by entry m of key l.

    Raises
    ------
    ValueError
        As `query_jacobian`.

    Examples
    --------
    One key has all the weight, wherever it is:

    >>> key_jacobian([1.0], [[2.0]], np.exp)
    array([[[0.]]])
    """
    one = np.eye(len(K), dtype=q.dtype)
    if isinstance(phi, str):
        p = _softmax_row(q, K, phi)
        return (p[:, None] * (one - p))[:, :, None] * q
    fq, _, total, p = _linear_row(q, K, phi)
    return (one - p[:, None])[:, :, None] * (fq * elementwise_slope(phi, K) / total)


class Chain(NamedTuple):
    """The slopes along the way from an entry of the query to the weight of a key.

    ``feature`` is the slope of the feature by the entry, ``score`` that of the key's own score by
    the feature, ``weight`` that of the weight by that score; ``own`` is their product. ``others``
    is what comes by way of the other keys' scores, and ``whole`` the sum: the derivative.
    """

    feature: float
    score: float
    weight: float
    own: float
    others: float
    whole: float


@checked(q="d", K="n d")
def chain_slopes(q, K, phi, key=0, entry=0):
    r"""Take the derivative of a weight by an entry of the query apart, link by link.

    .. math:: \frac{\partial p_j}{\partial q_m} = \phi'(q_m)\, \phi(k_{jm})\,
        \frac{1 - p_j}{S} - \phi'(q_m) \sum_{l \ne j} \phi(k_{lm})\, \frac{p_j}{S}

    Parameters
    ----------
    q, K, phi
        As in `query_jacobian`; for "softmax" the feature is the entry itself.
    key, entry : int
        j and m, from 0.

    Returns
    -------
    Chain

    Examples
    --------
    Two keys that share nothing, a query of (t, t): the last link grows as t falls.

    >>> relu = lambda x: np.maximum(x, 0)
    >>> [float(chain_slopes([t, t], np.eye(2), relu).weight) for t in (1, 0.01)]
    [0.25, 25.0]
    """
    key = integer("key", key, least=0, most=len(K) - 1)
    m = integer("entry", entry, least=0, most=len(q) - 1)
    rest = np.arange(len(K)) != key
    if isinstance(phi, str):
        p = _softmax_row(q, K, phi)
        first, features = 1.0, K[:, m]
        links = p[key] * (1 - p[key]), -p[key] * p[rest]
    else:
        _, fK, total, p = _linear_row(q, K, phi)
        first, features = elementwise_slope(phi, q)[m], fK[:, m]
        links = (1 - p[key]) / total, np.full(rest.sum(), -p[key] / total)
    own = first * features[key] * links[0]
    others = first * (features[rest] @ links[1])
    return Chain(*map(float, (first, features[key], links[0], own, others, own + others)))


@checked(q="d", K="n d")
def entry_shares(q, K, phi):
    r"""Write the weights of one token as a choice of an entry, and each entry's choice of a key.

    :math:`p_j = \sum_m a_m r_{jm}` with :math:`a_m = \phi(q_m) \sum_l \phi(k_{lm}) / S` and
    :math:`r_{jm} = \phi(k_{jm}) / \sum_l \phi(k_{lm})`. For exp both are softmaxes.

    Parameters
    ----------
    q, K, phi
        As in `query_jacobian`, without softmax.

    Returns
    -------
    a : ndarray, shape (d,)
        How much each entry counts; the sum is 1. The query is here alone.
    r : ndarray, shape (n, d)
        How an entry alone would share its weight; columns sum to 1 (they are 0 where all features
        are).

    Examples
    --------
    >>> a, r = entry_shares([0.0, 0.0], np.log([[1, 3], [3, 1]]), np.exp)
    >>> a, r
    (array([0.5, 0.5]), array([[0.25, 0.75],
           [0.75, 0.25]]))
    """
    fq, fK, total, _ = _linear_row(q, K, phi)
    columns = fK.sum(axis=0)
    return fq * columns / total, fK / np.where(columns > 0, columns, 1)


def norm_grad_bound(c1, c2, eps, eps_inside=True):
    r"""Bound the gradient that reaches a score through `rms_norm`.

    With :math:`T_i = \sum_j s_{ij} V_j` and :math:`O_i` its norm,
    :math:`\lvert \partial L / \partial s_{ij} \rvert \le c_1 c_2 / \sqrt\epsilon`, and equal to
    it where T_i = 0 and the gradient is parallel to V_j. With eps outside the root the bound is
    :math:`c_1 c_2 / \epsilon`.

    Parameters
    ----------
    c1 : float
        Largest Euclidean norm of a row of the loss's gradient by the outputs, >= 0.
    c2 : float
        Largest Euclidean norm of a value, >= 0.
    eps : float
        Guard of the norm, > 0.
    eps_inside : bool
        As in `rms_norm`.

    Returns
    -------
    float

    References
    ----------
    qin2022devil proves that there is a bound; this one cannot be lowered.

    Examples
    --------
    >>> norm_grad_bound(1, 1, 1e-4), norm_grad_bound(1, 1, 1e-4, eps_inside=False)
    (100.0, 10000.0)
    """
    c1, c2 = real_number("c1", c1, least=0), real_number("c2", c2, least=0)
    eps, eps_inside = real_number("eps", eps, above=0), flag("eps_inside", eps_inside)
    return c1 * c2 / (eps**0.5 if eps_inside else eps)


@checked(x="d")
def rms_norm_jacobian(x, eps, eps_inside=True):
    r"""Differentiate `rms_norm` of one row by the row.

    Inside the root, with :math:`\sigma^2` the mean square of x,
    :math:`(I - x x^T / (d (\sigma^2 + \epsilon))) / \sqrt{\sigma^2 + \epsilon}`: its eigenvalues
    are :math:`(\sigma^2 + \epsilon)^{-1/2}`, across x, and
    :math:`\epsilon\, (\sigma^2 + \epsilon)^{-3/2}`, along x.

    Parameters
    ----------
    x : array_like, shape (d,)
        Not zero if `eps` is 0.
    eps : float
        >= 0.
    eps_inside : bool
        As in `rms_norm`.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric.

    Examples
    --------
    With eps = 0 nothing that happens along x is seen:

    >>> rms_norm_jacobian([0, 2], eps=0).round(12)
    array([[0.70710678, 0.        ],
           [0.        , 0.        ]])
    """
    eps, eps_inside = real_number("eps", eps, least=0), flag("eps_inside", eps_inside)
    sigma = np.sqrt(np.mean(x**2))
    size = np.sqrt(sigma**2 + eps) if eps_inside else sigma + eps
    if size == 0:
        raise ValueError("x is zero, so eps must be > 0, got 0")
    slope = size if eps_inside else sigma  # of the size by x it is x / (d slope)
    along = np.outer(x, x) / (len(x) * size * slope) if slope else 0.0
    return (np.eye(len(x), dtype=x.dtype) - along) / size


@checked(x="...")
def elementwise_slope(phi, x):
    """Differentiate an elementwise function at each entry of an array.

    Exact for `elu_plus_one` and ``np.exp``; for others by central differences of sixth order, at
    each entry with the step that leaves the least doubt (what changed when it was halved, and
    rounding). Some steps are shares of the entry, so that a corner does no harm unless it is hit.

    Parameters
    ----------
    phi : callable
        Elementwise.
    x : array_like

    Returns
    -------
    ndarray
        Of the shape of `x`.

    Raises
    ------
    ValueError
        If `phi` is not elementwise, or has no slope at an entry.

    Examples
    --------
    >>> elementwise_slope(np.exp, [0.0]), elementwise_slope(np.abs, [3.0, -1e-9]).round(9)
    (array([1.]), array([ 1., -1.]))
    """
    exact = next((slope for known, slope in EXACT if phi is known), None)
    if exact:
        return exact(x)
    y = x.astype(float)
    check_elementwise("x", phi, y)
    halves = 0.5 ** np.arange(26).reshape(-1, *[1] * y.ndim)
    near = np.where(y == 0, 1.0, np.abs(y))
    with np.errstate(all="ignore"):
        wide, unsure = _best(phi, y, 0.04 * halves + 0 * y)
        close, doubt = _best(phi, y, 0.3 * halves * near)  # these cross no corner at 0
        take = (unsure < doubt) & (np.abs(wide - close) <= 10 * doubt)
    slope = np.where(take, wide, close)
    if not np.isfinite(slope).all():
        raise ValueError(f"phi must have a slope at x, got none at {y[~np.isfinite(slope)][0]:g}")
    return slope.astype(x.dtype)


def _best(phi, x, steps):
    """Return the difference that is least in doubt, at each entry, and its doubt."""
    found = np.array([_difference(phi, x, h) for h in steps])
    rounding = 1e-16 * np.abs(phi(x)) / steps[1:]
    doubt = np.nan_to_num(np.abs(np.diff(found, axis=0)) + rounding, nan=np.inf)
    at = doubt.argmin(axis=0)[None]
    return (np.take_along_axis(x, at, axis=0)[0] for x in (found[1:], doubt))


def _difference(phi, x, h):
    rise = [phi(x + i * h) - phi(x - i * h) for i in (1, 2, 3)]
    return (45 * rise[0] - 9 * rise[1] + rise[2]) / (60 * h)


def check_elementwise(name, phi, x):
    """Raise unless a feature map does to each entry of x what it does to the entry alone."""
    if not callable(phi) or isinstance(phi, type):
        raise TypeError(f"phi must be a function of an array, got {phi!r}")
    column = x.reshape(-1, 1)
    whole, apart, alone = (np.asarray(phi(some)) for some in (x, column, column[:1]))
    if whole.shape != x.shape or apart.size != x.size or alone.size != 1:
        raise ValueError(f"phi must act elementwise; it made {whole.shape} of {x.shape}")
    look = {"rtol": 1e-5, "atol": 1e-30, "equal_nan": True}
    same = np.allclose(whole.ravel(), apart.ravel(), **look)
    if not (same and np.allclose(whole.ravel()[:1], alone.ravel(), **look)):
        raise ValueError(f"phi must act elementwise; an entry of {name} depends on its neighbours")


#: Feature maps whose derivatives we know.
EXACT = [(np.exp, np.exp), (elu_plus_one, lambda x: np.exp(np.minimum(x, 0)))]


def _softmax_row(q, K, phi):
    """Weights of softmax attention, without a scale."""
    if phi != "softmax":
        raise ValueError(f"phi must be a function or 'softmax', got {phi!r}")
    return softmax(K @ q)


def _linear_row(q, K, phi):
    """Features of the query and the keys, the sum of the scores, and the weights."""
    if callable(phi) and not isinstance(phi, type):
        check_elementwise("q", phi, q)
        check_elementwise("K", phi, K)
    fq, fK = positive_rows("q", phi, q), positive_rows("K", phi, K)
    s = fK @ fq
    total = _positive_sum("phi(K) @ phi(q)", s)[0]
    return fq, fK, total, s / total


def _positive_sum(name, s):
    total = s.sum(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        good = (total > 0) & np.isfinite(1 / total)
    if not good.all():
        raise ValueError(f"{name} must have a sum > 0 to divide by, got {total.min()}")
    return total
