"""Attention with and without the n x n matrix.

Shapes: queries ``q`` (n, d), keys ``k`` (n, d), values ``v`` (n, d_v); a feature map ``phi`` takes
(n, d) to (n, C). Row i of the result belongs to query i. Where no causal mask is asked for, there
may be more or fewer queries than keys.
"""

from functools import partial
from typing import NamedTuple

import autograd.numpy as anp
import numpy as np

from glassbox.checks import check_same_length, checked, integer, real_number

from .features import elu_plus_one, map_both, same_dtype, taylor_features, unit_rows


class State(NamedTuple):
    """What causal linear attention keeps of the past: ``S`` (C, d_v) and ``z`` (C,)."""

    S: np.ndarray
    z: np.ndarray


# --- with the n x n matrix ---------------------------------------------------------------------


def softmax(scores, axis=-1):
    """Return exp(scores), divided by its sum along an axis; -inf is a weight of 0.

    Autograd can differentiate it.
    """
    e = anp.exp(scores - anp.max(scores, axis=axis, keepdims=True))
    return e / anp.sum(e, axis=axis, keepdims=True)


def softmax_scores(q, k, scale=None):
    """Return ``scale * q @ k.T``, shape (n_queries, n_keys); the scale is d**-0.5 unless given."""
    scale = q.shape[1] ** -0.5 if scale is None else real_number("scale", scale)
    return (q @ k.T) * np.asarray(scale, dtype=q.dtype)


@checked(q="n d", k="m d", v="m d_v")
def softmax_attention(q, k, v, causal=False, scale=None):
    """Return softmax attention: each output row is a weighted mean of the values.

    Row i is sum_j w_ij v_j with w_ij proportional to exp(scale * q_i @ k_j).

    Parameters
    ----------
    q, k : array_like, shapes (n_queries, d), (n_keys, d)
    v : array_like, shape (n_keys, d_v)
    causal : bool
        Let query i see the keys j <= i only.
    scale : float, optional
        Factor on the products; d**-0.5 unless given.

    Returns
    -------
    ndarray, shape (n_queries, d_v)

    References
    ----------
    vaswani2017attention, eq. (1).

    Examples
    --------
    >>> softmax_attention([[0.0]], [[1.0], [2.0]], [[10.0], [30.0]])  # no preference: the mean
    array([[20.]])
    """
    scores = softmax_scores(q, k, scale)
    if causal:
        check_same_length("q", q, "k", k)
        scores[~np.tri(len(q), dtype=bool)] = -np.inf
    return softmax(scores) @ v


@checked(q="n d", k="m d", v="m d_v")
def kernel_attention(q, k, v, phi, causal=False, eps=0.0):
    """Return attention with similarities phi(q_i) @ phi(k_j), by way of the n x n matrix.

    Slow and plain: the linear forms are held to it.

    Parameters
    ----------
    q, k, v, causal : see `softmax_attention`
    phi : callable
        Feature map from (n, d) to (n, C). No similarity may be negative.
    eps : float
        Added to each denominator, >= 0.

    Returns
    -------
    ndarray, shape (n_queries, d_v)

    Raises
    ------
    ValueError
        If `phi` gives negative features, or a query has no similarity with anything.

    References
    ----------
    katharopoulos2020transformers, eq. (3).
    """
    if causal:
        check_same_length("q", q, "k", k)
    fq, fk = map_both(phi, q, k)
    return with_matrix(fq, fk, v, causal, real_number("eps", eps, least=0))


def with_matrix(fq, fk, v, causal, eps):
    """Return normalised attention of features, by way of all similarities."""
    similarity = fq @ fk.T
    if causal:
        similarity = np.tril(similarity)
    totals = similarity.sum(axis=1)
    return similarity @ v / denominator(totals, eps)[:, None]


def denominator(totals, eps):
    """Return ``totals + eps`` after a check that it can be divided by."""
    totals = totals + np.asarray(eps, dtype=totals.dtype)
    bad = ~(totals > 0)
    if bad.any():
        i = int(bad.argmax())
        raise ValueError(
            f"the similarities of a query must have a sum > 0, to divide by, "
            f"got {totals[i]:g} for query {i}"
        )
    return totals


#: The kinds of `attention_weights`: the feature map of each (softmax and double softmax have none).
FEATURE_MAPS = {
    "softmax": None,
    "elu_plus_one": elu_plus_one,
    "relu": partial(np.maximum, 0),
    "exp": np.exp,
    "taylor1": lambda x: taylor_features(unit_rows(x), 1),
    "taylor2": lambda x: taylor_features(x, 2),
    "double_softmax": None,
}
_ALIASES = {"elu": "elu_plus_one", "elu+1": "elu_plus_one", "taylor": "taylor2"}


@checked(q="n d", k="m d")
def attention_weights(q, k, kind, causal=False, scale=None):
    """Return the n x n matrix of weights; each row is >= 0 and has the sum 1.

    Parameters
    ----------
    q, k : array_like, shapes (n_queries, d), (n_keys, d)
    kind : str or callable
        ``"softmax"`` (of scale * q @ k.T), ``"elu_plus_one"`` (or ``"elu"``), ``"relu"``,
        ``"exp"`` (of each entry), ``"taylor1"`` (1 + u, u = q_i @ k_j, for rows of length 1),
        ``"taylor2"`` (1 + u + u**2/2), ``"double_softmax"``; or a feature map of your own.
    causal : bool
        Let query i see the keys j <= i only. Double softmax has no causal form: its softmax over
        the tokens becomes an exponential, and its rows are divided by their sums.
    scale : float, optional
        Queries and keys are multiplied by its root before all else. Softmax takes d**-0.5 unless
        given, the others 1: to compare kinds, give all of them one.

    Returns
    -------
    ndarray, shape (n_queries, n_keys)

    Raises
    ------
    ValueError
        If the kind is unknown, or as in `kernel_attention`.

    Examples
    --------
    >>> attention_weights([[0.0]], [[1.0], [2.0]], "elu")  # 1 * 2 and 1 * 3
    array([[0.4, 0.6]])
    """
    if causal:
        check_same_length("q", q, "k", k)
    phi = kind if callable(kind) else _find_map(kind)
    if kind == "softmax":
        scores = softmax_scores(q, k, scale)
        if causal:
            scores[~np.tri(len(q), dtype=bool)] = -np.inf
        return softmax(scores)
    if scale is not None:
        root = np.asarray(real_number("scale", scale, least=0) ** 0.5, dtype=q.dtype)
        q, k = q * root, k * root
    if phi is None and not causal:
        return softmax(q, axis=1) @ softmax(k, axis=0).T
    fq, fk = map_both(phi, q, k) if phi else (softmax(q, axis=1), np.exp(k - k.max()))
    similarity = np.tril(fq @ fk.T) if causal else fq @ fk.T
    return similarity / denominator(similarity.sum(axis=1), 0.0)[:, None]


def _find_map(kind):
    name = _ALIASES.get(kind, kind) if isinstance(kind, str) else None
    if name not in FEATURE_MAPS:
        known = ", ".join(FEATURE_MAPS)
        raise ValueError(f"kind must be one of {known}, or a feature map, got {kind!r}")
    return FEATURE_MAPS[name]


# --- without it --------------------------------------------------------------------------------


@checked(q="n d", k="m d", v="m d_v")
def linear_attention(q, k, v, phi=elu_plus_one, eps=0.0):
    """Return the same as `kernel_attention`, in time and memory linear in n.

    (phi(Q) phi(K).T) V = phi(Q) (phi(K).T V): the right-hand side never forms an n x n matrix.

    Parameters
    ----------
    q, k, v, phi, eps : see `kernel_attention`

    Returns
    -------
    ndarray, shape (n_queries, d_v)

    Raises
    ------
    ValueError
        As in `kernel_attention`.

    References
    ----------
    katharopoulos2020transformers, eqs. (4)-(6).

    Examples
    --------
    >>> linear_attention([[0.0]], [[1.0], [2.0]], [[10.0], [30.0]])  # weights 2/5 and 3/5
    array([[22.]])
    """
    eps = real_number("eps", eps, least=0)
    fq, fk = map_both(phi, q, k)
    return without_matrix(fq, fk, v, eps)


def without_matrix(fq, fk, v, eps):
    """Return the same without a mask, by way of the sums over the keys."""
    S = fk.T @ v  # (C, d_v)
    z = fk.sum(axis=0)  # (C,)
    return fq @ S / denominator(fq @ z, eps)[:, None]


@checked(q="n d", k="m d", v="m d_v")
def double_softmax_attention(q, k, v):
    """Return efficient attention: softmax over the features of q, and over the positions of k.

    softmax(Q) (softmax(K).T V): the weights have row sums 1 without a division. The softmax over
    positions sees the whole sequence, so there is no causal form as it stands.

    Parameters
    ----------
    q, k, v : see `softmax_attention`

    Returns
    -------
    ndarray, shape (n_queries, d_v)

    References
    ----------
    shen2021efficient.
    """
    return softmax(q, axis=1) @ (softmax(k, axis=0).T @ v)


@checked(q="n d", k="n d", v="n d_v")
def linear_attention_recurrent(
    q, k, v, phi=elu_plus_one, eps=0.0, normalize=True, return_state=False, state=None
):
    """Return causal linear attention, one token at a time: a recurrent network.

    S_i = S_{i-1} + phi(k_i) v_i.T and z_i = z_{i-1} + phi(k_i), both from 0; row i of the result is
    phi(q_i) @ S_i, over phi(q_i) @ z_i + eps if it is normalised.

    Parameters
    ----------
    q, k, v, phi, eps : see `kernel_attention`; as many queries as keys
    normalize : bool
        Whether to divide. Without the division features may have any sign, and `eps` is not used.
    return_state : bool
        Whether to return the last state as well.
    state : State, optional
        Where an earlier call ended, to go on from there; it is not changed.

    Returns
    -------
    ndarray, shape (n, d_v)
        Or that and a `State`, a tuple of ``S`` (C, d_v) and ``z`` (C,), if `return_state`.

    Raises
    ------
    ValueError
        As in `kernel_attention`.

    References
    ----------
    katharopoulos2020transformers, eqs. (16)-(20).

    Examples
    --------
    >>> ones = [[1.0], [1.0]]
    >>> out, (S, z) = linear_attention_recurrent(
    ...     ones, ones, [[10.0], [30.0]], return_state=True)
    >>> out.ravel(), S, z  # phi(1) = 2
    (array([10., 20.]), array([[80.]]), array([4.]))
    """
    eps = real_number("eps", eps, least=0)
    fq, fk = map_both(phi, q, k, signed=not normalize)
    out, totals, state = recur(fq, fk, v, state)
    if normalize:
        out /= denominator(totals, eps)[:, None]
    return (out, state) if return_state else out


def states(fk, v, start=None):
    """Yield the `State` after each token; it is changed in place, so copy what you keep."""
    S, z = first_state(fk, v, start)
    for key, value in zip(fk, v, strict=True):
        S += np.outer(key, value)
        z += key
        yield State(S, z)


def first_state(fk, v, start):
    """Return a state of zeros, or a copy of a given one, once its shapes are checked."""
    shapes = (fk.shape[1], v.shape[1]), (fk.shape[1],)
    if start is None:
        return State(*(np.zeros(shape, dtype=v.dtype) for shape in shapes))
    S, z = (np.array(part, dtype=v.dtype) for part in start)
    if (S.shape, z.shape) != shapes:
        raise ValueError(f"state must have shapes {shapes}, got {S.shape} and {z.shape}")
    return State(S, z)


def recur(fq, fk, v, start=None):
    """Return numerators (n, d_v), denominators (n,) and the last `State`, token by token."""
    fq, fk, v = same_dtype(fq, fk, v)
    out, totals = np.empty_like(v), np.empty(len(v), dtype=v.dtype)
    for i, state in enumerate(states(fk, v, start)):
        out[i] = fq[i] @ state.S
        totals[i] = fq[i] @ state.z
    return out, totals, state


@checked(q="n d", k="n d", v="n d_v")
def linear_attention_chunked(q, k, v, phi=elu_plus_one, chunk=64, eps=0.0, normalize=True):
    """Return the same as `linear_attention_recurrent`, one chunk of tokens at a time.

    Inside a chunk the products are formed and masked, all earlier chunks come in through the state.
    Time O(n (chunk + C) d_v), memory O(n d + chunk**2).

    Parameters
    ----------
    q, k, v, phi, eps, normalize : see `linear_attention_recurrent`
    chunk : int
        Tokens in a chunk, >= 1. One is the recurrence, n or more the quadratic form.

    Returns
    -------
    ndarray, shape (n, d_v)

    Raises
    ------
    ValueError
        As in `kernel_attention`; or if ``chunk < 1``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> q, k, v = rng.standard_normal((3, 10, 4))
    >>> full = kernel_attention(q, k, v, elu_plus_one, causal=True)
    >>> np.allclose(linear_attention_chunked(q, k, v, chunk=3), full)
    True
    """
    eps, chunk = real_number("eps", eps, least=0), integer("chunk", chunk, least=1)
    fq, fk = map_both(phi, q, k, signed=not normalize)
    if not normalize:
        return causal_product(fq, fk, v, chunk)
    return _divide(causal_product(fq, fk, with_ones(v), chunk), eps)


def causal_product(fq, fk, v, chunk=64):
    """Return the rows sum_{j <= i} (fq_i @ fk_j) v_j, shape (n, d_v), chunk by chunk."""
    fq, fk, v = same_dtype(fq, fk, v)
    S = np.zeros((fk.shape[1], v.shape[1]), dtype=v.dtype)
    out = np.empty_like(v)
    for start in range(0, len(v), chunk):
        now = slice(start, start + chunk)
        inside = np.tril(fq[now] @ fk[now].T)
        out[now] = inside @ v[now] + fq[now] @ S
        S += fk[now].T @ v[now]
    return out


def with_ones(v):
    """Return `v` with a column of ones: the sum of its weights is the denominator."""
    return np.concatenate([v, np.ones((len(v), 1), dtype=v.dtype)], axis=1)


def _divide(sums, eps):
    return sums[:, :-1] / denominator(sums[:, -1], eps)[:, None]


@checked(fq="n C", fk="m C", v="m d_v")
def feature_attention(fq, fk, v, causal=False, eps=0.0, chunk=64):
    """Return normalised linear attention for features that are computed already.

    For feature maps that treat queries and keys differently, or whose products may come out
    negative by chance: only the denominators must be positive.

    Parameters
    ----------
    fq, fk : array_like, shapes (n_queries, C), (n_keys, C)
    v : array_like, shape (n_keys, d_v)
    causal : bool
    eps : float
        Added to each denominator, >= 0.
    chunk : int
        Tokens in a chunk of the causal form, >= 1.

    Returns
    -------
    ndarray, shape (n_queries, d_v)
    """
    if causal:
        check_same_length("fq", fq, "fk", fk)
    eps, chunk = real_number("eps", eps, least=0), integer("chunk", chunk, least=1)
    if not causal:
        return without_matrix(fq, fk, v, eps)
    return _divide(causal_product(fq, fk, with_ones(v), chunk), eps)


# --- gradients ---------------------------------------------------------------------------------

#: The slope of each feature map that `linear_attention_vjp` knows, from x and phi(x).
_SLOPES = {
    elu_plus_one: lambda x, fx: np.where(x > 0, 1, fx),
    np.exp: lambda x, fx: fx,
    None: lambda x, fx: np.ones_like(x),
}


@checked(q="n d", k="m d", v="m d_v", g="n d_v")
def linear_attention_vjp(
    q, k, v, g, causal=False, phi=elu_plus_one, eps=0.0, normalize=True, chunk=64
):
    """Return the gradients of ``sum(g * linear_attention(q, k, v))`` for q, k and v.

    The gradient of a numerator (phi(Q) phi(K).T) V is three more products of the same kind, so it
    needs no n x n matrix either, and the causal one stores no states. The denominator is the
    numerator of a value that is 1 everywhere.

    Parameters
    ----------
    q, k, v : see `linear_attention`
    g : array_like, shape (n_queries, d_v)
        The gradient for the result.
    causal : bool
        Differentiate the causal form (`linear_attention_chunked`) instead.
    phi : `elu_plus_one`, ``np.exp`` or None
        Whose slope is known; None takes q and k as features.
    eps, normalize, chunk : see `linear_attention_chunked`

    Returns
    -------
    dq, dk, dv : ndarray, shapes of q, k, v

    Raises
    ------
    ValueError
        As in `linear_attention`, or if `phi` has no known slope.

    References
    ----------
    katharopoulos2020transformers, eqs. (13)-(15), which treat the numerator.

    Examples
    --------
    >>> dq, dk, dv = linear_attention_vjp([[0.0]], [[1.0], [2.0]], [[10.0], [30.0]], [[1.0]])
    >>> dv.ravel()  # the weights
    array([0.4, 0.6])
    """
    if causal:
        check_same_length("q", q, "k", k)
    eps, chunk = real_number("eps", eps, least=0), integer("chunk", chunk, least=1)
    if phi not in _SLOPES:
        raise ValueError(
            f"phi must be elu_plus_one, np.exp or None, whose slopes are known, got {phi!r}"
        )
    q, k, v, g = same_dtype(q, k, v, g)
    fq, fk = map_both(phi or (lambda x: x), q, k, signed=not normalize)
    product = partial(causal_product, chunk=chunk) if causal else _product
    if normalize:
        v1 = with_ones(v)
        sums = product(fq, fk, v1)
        below = denominator(sums[:, -1], eps)[:, None]
        along = (g * sums[:, :-1]).sum(axis=1, keepdims=True) / below
        g1 = np.concatenate([g, -along], axis=1) / below
    else:
        v1, g1 = v, g
    dfq = product(g1, v1, fk)
    dfk = _backwards(product, causal, v1, g1, fq)
    dv = _backwards(product, causal, fk, fq, g1)[:, : v.shape[1]]
    return dfq * _SLOPES[phi](q, fq), dfk * _SLOPES[phi](k, fk), dv


def _product(a, b, c):
    return a @ (b.T @ c)


def _backwards(product, causal, a, b, c):
    """Return the rows sum_{j >= i} (a_i @ b_j) c_j: the causal product of the reversed sequence."""
    if not causal:
        return product(a, b, c)
    return product(a[::-1], b[::-1], c[::-1])[::-1]
