"""Attention with and without the n x n matrix.

Shapes: queries ``q`` (n, d), keys ``k`` (n, d), values ``v`` (n, d_v); a feature map ``phi`` takes
(n, d) to (n, C). Row i of the result belongs to query i. Where no causal mask is asked for, there
may be more or fewer queries than keys.
"""

from functools import partial
from typing import NamedTuple

import autograd.numpy as anp
import numpy as np

from glassbox.checks import (
    check_same_length,
    check_unmasked,
    checked,
    flag,
    integer,
    real_array,
    real_number,
)

from .features import elu_plus_one, map_both, same_dtype, taylor_features, unit_rows


class State(NamedTuple):
    """What causal linear attention keeps of the past: ``S`` (C, d_v) and ``z`` (C,)."""

    S: np.ndarray
    z: np.ndarray


# --- with the n x n matrix ---------------------------------------------------------------------


def softmax(scores, axis=-1):
    """Return exp(scores), divided by its sum along an axis.

    Autograd can differentiate it.

    Parameters
    ----------
    scores : array_like
        -inf is a weight of 0.
    axis : int

    Returns
    -------
    ndarray, shape of `scores`

    Raises
    ------
    ValueError
        If there is a NaN or +inf, or nothing but -inf along the axis.

    Examples
    --------
    >>> softmax([1000, 1000]), softmax([0.0, -np.inf])
    (array([0.5, 0.5]), array([1., 0.]))
    """
    if not type(scores).__module__.startswith("autograd"):
        scores = _checked_scores(scores, axis)
    with np.errstate(over="ignore"):  # further apart than floats reach: a weight of 0
        e = anp.exp(scores - anp.max(scores, axis=axis, keepdims=True))
    return e / anp.sum(e, axis=axis, keepdims=True)


def _checked_scores(scores, axis):
    """Return scores as floats: differences of small integers would wrap around."""
    check_unmasked("scores", scores)
    scores = scores if isinstance(scores, np.ndarray) else _array_of_scores(scores)
    if scores.dtype.kind not in "biuf":
        raise TypeError(f"scores must be real numbers, got dtype {scores.dtype}")
    scores = scores.astype(np.float32 if scores.dtype == np.float32 else float, copy=False)
    if not scores.ndim or not scores.shape[integer("axis", axis, least=-9, most=9) % scores.ndim]:
        raise ValueError(f"scores must have an axis that is not empty, got shape {scores.shape}")
    top = scores.max(axis=integer("axis", axis, least=-scores.ndim, most=scores.ndim - 1))
    if not np.isfinite(top).all():
        raise ValueError("scores must have a finite largest one along the axis, got none")
    return scores


def _array_of_scores(scores):
    try:
        return np.asarray(scores)
    except ValueError:
        raise ValueError(f"scores must be a rectangular array, got {scores!r}") from None


def softmax_scores(q, k, scale=None, causal=False, key_mask=None):
    """Return ``scale * q @ k.T``, shape (n_queries, n_keys), -inf where a query may not look.

    The scale is d**-0.5 unless given.
    """
    scale = q.shape[1] ** -0.5 if scale is None else real_number("scale", scale)
    with np.errstate(over="ignore", invalid="ignore"):
        scores = (q @ k.T) * np.asarray(scale, dtype=q.dtype)
    if not np.isfinite(scores).all():
        raise ValueError("q and k must have finite products, got some too large for their dtype")
    seen = allowed(q, k, causal, key_mask)
    return scores if seen is None else np.where(seen, scores, -np.inf).astype(scores.dtype)


def allowed(q, k, causal, key_mask):
    """Return where queries may look, as something that broadcasts to (n, m); None is everywhere.

    Raises
    ------
    ValueError
        If a query may look nowhere, or the mask does not fit.
    """
    causal = flag("causal", causal)
    if causal:
        check_same_length("q", q, "k", k)
    kept = checked_key_mask(key_mask, len(k))
    if kept is None:
        return np.tri(len(q), dtype=bool) if causal else None
    if not kept[0 if causal else slice(None)].any():
        raise ValueError("key_mask must leave each query a key, got none for query 0")
    return np.tri(len(q), dtype=bool) & kept if causal else kept[None]


def checked_key_mask(key_mask, m):
    """Return a mask of keys as booleans, shape (m,), or None."""
    if key_mask is None:
        return None
    mask = real_array("key_mask", key_mask, "m", {"m": m}, note=", one a key")
    if not np.isin(mask, (0, 1)).all():
        raise ValueError(f"key_mask must hold True and False, got {key_mask!r}")
    return mask.astype(bool)


def without_padding(fk, key_mask):
    """Return features of keys, 0 where a key does not count."""
    mask = checked_key_mask(key_mask, len(fk))
    return fk if mask is None else fk * mask[:, None].astype(fk.dtype)


def balanced(fq, eps):
    """Return features of queries, each row divided by its largest: a division cancels that.

    So tiny features do not vanish in their products. With an eps it would not cancel.
    """
    if eps:
        return fq
    most = abs(fq).max(axis=1, keepdims=True)
    return np.divide(fq, most, out=np.zeros_like(fq), where=most > 0)


@checked(q="n d", k="m d", v="m d_v")
def softmax_attention(q, k, v, causal=False, scale=None, key_mask=None):
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
    key_mask : array_like of bool, shape (n_keys,), optional
        False where a key does not count: padding.

    Returns
    -------
    ndarray, shape (n_queries, d_v)

    Raises
    ------
    ValueError
        If a query sees no key, or a product is too large for a float.

    References
    ----------
    vaswani2017attention, eq. (1).

    Examples
    --------
    >>> softmax_attention([[0.0]], [[1.0], [2.0]], [[10.0], [30.0]])  # no preference: the mean
    array([[20.]])
    """
    return softmax(softmax_scores(q, k, scale, causal, key_mask)) @ v


@checked(q="n d", k="m d", v="m d_v")
def kernel_attention(q, k, v, phi, causal=False, eps=0.0, key_mask=None):
    """Return attention with similarities phi(q_i) @ phi(k_j), by way of the n x n matrix.

    Slow and plain: the linear forms are held to it.

    Parameters
    ----------
    q, k, v, causal, key_mask : see `softmax_attention`
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

    Examples
    --------
    >>> kernel_attention([[0.0]], [[1.0], [2.0]], [[10.0], [30.0]], elu_plus_one)
    array([[22.]])
    """
    if flag("causal", causal):
        check_same_length("q", q, "k", k)
    eps = real_number("eps", eps, least=0)
    fq, fk = map_both(phi, q, k)
    return with_matrix(balanced(fq, eps), without_padding(fk, key_mask), v, causal, eps)


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
            f"got {totals[i]:g} for query {i}: look at q and k, or their features fq and fk"
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
def attention_weights(q, k, kind, causal=False, scale=None, key_mask=None):
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
    key_mask : array_like of bool, shape (n_keys,), optional
        False where a key does not count.

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
    seen = allowed(q, k, causal, key_mask)
    phi = kind if callable(kind) else _find_map(kind)
    if isinstance(kind, str) and kind == "softmax":
        return softmax(softmax_scores(q, k, scale, causal, key_mask))
    if scale is not None:
        root = np.asarray(real_number("scale", scale, least=0) ** 0.5, dtype=q.dtype)
        q, k = q * root, k * root
    if phi is None and seen is None:
        return softmax(q, axis=1) @ softmax(k, axis=0).T
    name = "kind" if callable(kind) else "phi"
    fq, fk = map_both(phi, q, k, name=name) if phi else (softmax(q, axis=1), np.exp(k - k.max()))
    similarity = balanced(fq, 0) @ fk.T
    if seen is not None:
        similarity = similarity * seen
    return similarity / denominator(similarity.sum(axis=1), 0.0)[:, None]


def _find_map(kind):
    name = _ALIASES.get(kind, kind) if isinstance(kind, str) else None
    if name not in FEATURE_MAPS:
        known = ", ".join(FEATURE_MAPS)
        raise ValueError(f"kind must be one of {known}, or a feature map, got {kind!r}")
    return FEATURE_MAPS[name]


# --- without it --------------------------------------------------------------------------------


@checked(q="n d", k="m d", v="m d_v")
def linear_attention(q, k, v, phi=elu_plus_one, eps=0.0, key_mask=None):
    """Return the same as `kernel_attention`, in time and memory linear in n.

    (phi(Q) phi(K).T) V = phi(Q) (phi(K).T V): the right-hand side never forms an n x n matrix.

    Parameters
    ----------
    q, k, v, phi, eps, key_mask : see `kernel_attention`

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
    return without_matrix(balanced(fq, eps), without_padding(fk, key_mask), v, eps)


def without_matrix(fq, fk, v, eps):
    """Return the same without a mask, by way of the sums over the keys."""
    S = fk.T @ v  # (C, d_v)
    z = fk.sum(axis=0)  # (C,)
    return fq @ S / denominator(fq @ z, eps)[:, None]


@checked(q="n d", k="n d", v="n d_v")
def linear_attention_recurrent(
    q,
    k,
    v,
    phi=elu_plus_one,
    eps=0.0,
    normalize=True,
    return_state=False,
    state=None,
    key_mask=None,
):
    """Return causal linear attention, one token at a time: a recurrent network.

    S_i = S_{i-1} + phi(k_i) v_i.T and z_i = z_{i-1} + phi(k_i), both from 0; row i of the result is
    phi(q_i) @ S_i, over phi(q_i) @ z_i + eps if it is normalised.

    Parameters
    ----------
    q, k, v, phi, eps, key_mask : see `kernel_attention`; as many queries as keys
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
    eps, return_state = real_number("eps", eps, least=0), flag("return_state", return_state)
    fq, fk = map_both(phi, q, k, signed=not flag("normalize", normalize))
    fq = balanced(fq, eps) if normalize else fq
    out, totals, state = recur(fq, without_padding(fk, key_mask), v, state)
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
    try:
        S, z = start
    except (TypeError, ValueError):
        raise ValueError(f"state must be a pair S, z of shapes {shapes}, got {start!r}") from None
    S, z = (real_array("state", part) for part in (S, z))
    if (S.shape, z.shape) != shapes:
        raise ValueError(f"state must have shapes {shapes}, got {S.shape} and {z.shape}")
    return State(*(np.array(part, dtype=v.dtype) for part in (S, z)))


def recur(fq, fk, v, start=None):
    """Return numerators (n, d_v), denominators (n,) and the last `State`, token by token."""
    fq, fk, v = same_dtype(fq, fk, v)
    out, totals = np.empty_like(v), np.empty(len(v), dtype=v.dtype)
    for i, state in enumerate(states(fk, v, start)):
        out[i] = fq[i] @ state.S
        totals[i] = fq[i] @ state.z
    return out, totals, state


@checked(q="n d", k="n d", v="n d_v")
def linear_attention_chunked(
    q, k, v, phi=elu_plus_one, chunk=64, eps=0.0, normalize=True, key_mask=None
):
    """Return the same as `linear_attention_recurrent`, one chunk of tokens at a time.

    Inside a chunk the products are formed and masked, all earlier chunks come in through the state.
    Time O(n (chunk + C) d_v), memory O(n d + chunk**2).

    Parameters
    ----------
    q, k, v, phi, eps, normalize, key_mask : see `linear_attention_recurrent`
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
    fq, fk = map_both(phi, q, k, signed=not flag("normalize", normalize))
    fk = without_padding(fk, key_mask)
    if not normalize:
        return causal_product(fq, fk, v, chunk)
    return _divide(causal_product(balanced(fq, eps), fk, with_ones(v), chunk), eps)


@checked(fq="n C", fk="n C", v="n d_v")
def causal_product(fq, fk, v, chunk=64):
    """Return the rows sum_{j <= i} (fq_i @ fk_j) v_j, chunk by chunk.

    Parameters
    ----------
    fq, fk : array_like, shape (n, C)
    v : array_like, shape (n, d_v)
    chunk : int
        Rows in a chunk, >= 1.

    Returns
    -------
    ndarray, shape (n, d_v)

    Examples
    --------
    >>> causal_product([[1.0], [2.0]], [[1.0], [1.0]], [[10.0], [30.0]]).ravel()
    array([10., 80.])
    """
    chunk = integer("chunk", chunk, least=1)
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
def feature_attention(fq, fk, v, causal=False, eps=0.0, chunk=64, key_mask=None):
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
    key_mask : array_like of bool, shape (n_keys,), optional
        False where a key does not count.

    Returns
    -------
    ndarray, shape (n_queries, d_v)

    Raises
    ------
    ValueError
        If a denominator is not > 0.

    Examples
    --------
    >>> feature_attention([[1.0, -1.0]], [[3.0, 1.0], [1.0, 0.0]], [[10.0], [40.0]])
    array([[20.]])
    """
    if flag("causal", causal):
        check_same_length("fq", fq, "fk", fk)
    eps, chunk = real_number("eps", eps, least=0), integer("chunk", chunk, least=1)
    fq, fk = balanced(fq, eps), without_padding(fk, key_mask)
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
    if flag("causal", causal):
        check_same_length("q", q, "k", k)
    eps, chunk = real_number("eps", eps, least=0), integer("chunk", chunk, least=1)
    normalize = flag("normalize", normalize)
    if not any(phi is known for known in _SLOPES):
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
