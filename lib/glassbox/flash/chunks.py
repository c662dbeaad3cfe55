r"""Mixed chunk attention: exact inside a chunk, linear beyond.

Chunks g of C tokens each (the last one may be shorter); four heads of one z: quadratic q, linear
q, quadratic k, linear k. Shapes as in ``units``.
"""

import autograd.numpy as np

from ..checks import integer, one_of
from .checks import as_floats, as_sequence, as_weights
from .units import _offset_scale, _squared_relu, _streams, layer_norm

NORMALISERS = ("chunk", "count", "n", None)
#: What `attention_paths` says of a cell.
PATHS = ("none", "linear", "quadratic", "leak", "both")


def mixed_chunk_attention(quad_q, lin_q, quad_k, lin_k, v, chunk, causal=False, normalise="chunk"):
    r"""Attend exactly within chunks, and linearly to what lies beyond.

    .. math::

        \hat V_g = \mathrm{relu}^2(Q^q_g {K^q_g}^\top / C)\, V_g + Q^l_g S_g, \qquad
        S_g = \tfrac1C \sum_{h < g} {K^l_h}^\top V_h

    when causal, and with :math:`S = \tfrac1n \sum_h {K^l_h}^\top V_h`, one for all chunks, when
    not. The sum over :math:`h < g` is strict: the chunk itself is served by its masked quadratic
    part, and an inclusive sum would leak the future.

    Parameters
    ----------
    quad_q, lin_q, quad_k, lin_k : array_like, shape (..., n, s)
        Queries and keys of the quadratic and of the linear part.
    v : array_like, shape (..., n, e)
    chunk : int
        C >= 1. It need not divide n: the last chunk is then shorter, and its scores are divided
        by C all the same, as if padded with zeros. So a longer text does not change what a causal
        layer said of its beginning.
    causal : bool
    normalise : {"chunk", "count", "n", None}
        What the linear part is divided by. "chunk": C when causal, n when not. "count": the
        number of tokens in the sum, (g - 1) C for chunk g = 1, 2, ... when causal (0 tokens give
        0), n when not. "n": n in both. None: nothing.

    Returns
    -------
    ndarray, shape (..., n, e)

    Raises
    ------
    ValueError
        If shapes differ, chunk < 1, the normaliser is unknown, or a number is not finite.
    TypeError
        If chunk is no integer.

    Notes
    -----
    Who normalises how. "chunk" is lucidrains' FLASH-pytorch: the causal sum then grows with the
    number of past chunks. "n" is the paper's appendix code as Su Jianlin reads it, who remarks
    that a sum over t tokens should be divided by t; "count" does that by chunks (his post prints
    (g - 1) n / C, where n / C is the number of chunks: a misprint). "n" cannot be decoded step by
    step.

    It costs n C (s + e) + 2 n s e multiply-adds (`mult_adds`), linear in n for a fixed C. With C
    >= n it is ``gau_attention(quad_q, quad_k, causal, 1 / C) @ v``, plus, when not causal,
    linear attention. With C = 1 and causal it is linear attention over the strict past, plus a
    squared-ReLU weight for the token itself.

    References
    ----------
    hua2022transformer; su2022flash.

    Examples
    --------
    Four tokens in chunks of two, everything 1. Token 3 reads 2 cells of 1/4 in its own chunk,
    and the past (1 + 1) / 2 through the state.

    >>> import numpy as np
    >>> ones = np.ones((4, 1))
    >>> mixed_chunk_attention(ones, ones, ones, ones, ones, chunk=2, causal=True).ravel()
    array([0.25, 0.5 , 1.25, 1.5 ])
    """
    streams, chunk = _checked(quad_q, lin_q, quad_k, lin_k, v, chunk, normalise)
    return _mix(streams, chunk, causal, normalise)


def _mix(streams, chunk, causal, normalise):
    """Mixed chunk attention, its input checked."""
    n = streams[0].shape[-2]
    blocks = [_into_chunks(t, min(chunk, n)) for t in streams]
    quad_q, lin_q, quad_k, lin_k, v = blocks
    local = _local_weights(quad_q, quad_k, chunk, causal)
    states = _states(lin_k, v, chunk, causal, normalise, n)
    return _from_chunks(local @ v + lin_q @ states, n)


def _local_weights(quad_q, quad_k, chunk, causal):
    """Squared-ReLU weights within each chunk, shape (..., chunks, C, C)."""
    weights = _squared_relu(quad_q @ np.swapaxes(quad_k, -1, -2) / chunk)
    if not causal:
        return weights
    return np.where(np.tri(weights.shape[-1], dtype=bool), weights, 0.0)


def _states(lin_k, v, chunk, causal, normalise, n):
    """What each chunk knows of the others, shape (..., chunks or 1, s, e)."""
    sums = np.swapaxes(lin_k, -1, -2) @ v
    if not causal:
        total = np.sum(sums, axis=-3, keepdims=True)
        return total if normalise is None else total / n
    past = np.cumsum(sums[..., :-1, :, :], axis=-3)
    past = np.concatenate([np.zeros_like(sums[..., :1, :, :]), past], axis=-3)
    if normalise == "count":
        tokens = chunk * np.maximum(np.arange(past.shape[-3]), 1)
        return past / tokens[:, None, None].astype(past.dtype)
    return past / {"chunk": chunk, "n": n, None: 1}[normalise]


def _into_chunks(t, width):
    """Reshape (..., n, k) to (..., chunks, width, k), after padding with zeros."""
    n, k = t.shape[-2:]
    if short := -n % width:
        t = np.concatenate([t, np.zeros((*t.shape[:-2], short, k), dtype=t.dtype)], axis=-2)
    return np.reshape(t, (*t.shape[:-2], -1, width, k))


def _from_chunks(t, n):
    """Undo `_into_chunks`: the first n tokens."""
    return np.reshape(t, (*t.shape[:-3], -1, t.shape[-1]))[..., :n, :]


def _checked(quad_q, lin_q, quad_k, lin_k, v, chunk, normalise):
    """The four heads and v as floats, and the chunk as an integer."""
    quad_q = as_sequence("quad_q", quad_q, (..., "n", "s"))
    others = {"lin_q": lin_q, "quad_k": quad_k, "lin_k": lin_k}
    heads = [as_floats(k, t, quad_q.shape, note=", that of quad_q") for k, t in others.items()]
    v = as_sequence("v", v, (*quad_q.shape[:-1], "e"), note=f" for quad_q of {quad_q.shape}")
    one_of("normalise", normalise, NORMALISERS)
    return (quad_q, *heads, v), integer("chunk", chunk, least=1)


def effective_attention_matrix(
    quad_q, lin_q, quad_k, lin_k, chunk, causal=False, normalise="chunk"
):
    """Return the n x n matrix that mixed chunk attention never forms: its product with v is it.

    Parameters and errors are those of `mixed_chunk_attention`, without v.

    Returns
    -------
    ndarray, shape (..., n, n)
        Dense blocks on the diagonal, and a part of rank s at most beyond.

    Examples
    --------
    >>> import numpy as np
    >>> ones = np.ones((4, 1))
    >>> effective_attention_matrix(ones, ones, ones, ones, chunk=2, causal=True)
    array([[0.25, 0.  , 0.  , 0.  ],
           [0.25, 0.25, 0.  , 0.  ],
           [0.5 , 0.5 , 0.25, 0.  ],
           [0.5 , 0.5 , 0.25, 0.25]])
    """
    like = as_sequence("quad_q", quad_q, (..., "n", "s"))
    n = like.shape[-2]
    one_token_each = np.broadcast_to(np.eye(n, dtype=like.dtype), (*like.shape[:-1], n))
    return mixed_chunk_attention(
        quad_q, lin_q, quad_k, lin_k, one_token_each, chunk, causal, normalise
    )


def flash_layer(x, weights, chunk, causal=False, normalise="chunk"):
    r"""Apply a FLASH layer: norm, gate, mixed chunk attention, residual.

    .. math:: X + (U \odot \hat V) W_o + b_o, \qquad U, V, Z \text{ of the norm of } X

    Parameters
    ----------
    x : array_like, shape (..., n, d)
    weights : mapping
        As for `gau`, with four heads: ``gamma, beta (4, s)`` in the order quadratic q, linear q,
        quadratic k, linear k.
    chunk, causal, normalise
        As in `mixed_chunk_attention`.

    Returns
    -------
    ndarray, shape (..., n, d)

    Raises
    ------
    ValueError, TypeError
        As `gau` and `mixed_chunk_attention`.

    References
    ----------
    hua2022transformer.
    """
    x = as_sequence("x", x)
    w = as_weights(weights, heads=4, width=x.shape[-1])
    u, v, z = _streams(layer_norm(x), w)
    heads = _offset_scale(z, w["gamma"], w["beta"])
    mixed = mixed_chunk_attention(*heads, v, chunk, causal, normalise)
    return x + (u * mixed) @ w["Wo"] + w["bo"]


def attention_paths(n, chunk, causal=False, inclusive=False):
    """Say by which path each token is read.

    Parameters
    ----------
    n, chunk : int
    causal : bool
    inclusive : bool
        If true, show the bug: the causal sum of states includes the chunk itself.

    Returns
    -------
    ndarray of int, shape (n, n)
        Row i reads column j: 0 not at all, 1 through the linear state, 2 through the quadratic
        block, 3 a leak of the future through the state, 4 through both block and state. Positions
        in ``PATHS``.

    Examples
    --------
    >>> attention_paths(4, 2, causal=True)
    array([[2, 0, 0, 0],
           [2, 2, 0, 0],
           [1, 1, 2, 0],
           [1, 1, 2, 2]])
    """
    n, chunk = integer("n", n, least=1), integer("chunk", chunk, least=1)
    i, j = np.arange(n)[:, None], np.arange(n)
    same, earlier = i // chunk == j // chunk, j // chunk < i // chunk
    block = same & (j <= i) if causal else same
    state = (earlier | same if inclusive else earlier) if causal else np.ones((n, n), dtype=bool)
    late = (j > i) & causal
    return np.where(state & late, 3, np.where(state & block, 4, np.where(block, 2, state * 1)))


def chunk_schedule(n, chunk):
    """List the chunks in the order in which the causal state passes through them.

    Returns
    -------
    list of (int, int)
        First token of each chunk, and the one after its last.

    Examples
    --------
    >>> chunk_schedule(10, 4)
    [(0, 4), (4, 8), (8, 10)]
    """
    n, chunk = integer("n", n, least=1), integer("chunk", chunk, least=1)
    return [(start, min(start + chunk, n)) for start in range(0, n, chunk)]
