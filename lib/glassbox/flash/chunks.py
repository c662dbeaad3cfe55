r"""Mixed chunk attention: exact inside a chunk, linear beyond.

Chunks g of C tokens each (the last one may be shorter); four heads of one z: quadratic q, linear
q, quadratic k, linear k. Shapes as in ``units``.
"""

import autograd.numpy as np

from glassbox.checks import checked, flag, integer, one_of

from .units import (
    checked_key_mask,
    checked_weights,
    counted,
    layer_norm,
    offset_scale,
    squared_relu,
    streams,
)

NORMALISERS = ("chunk", "count", "n", None)
HEADS = dict.fromkeys(("quad_q", "lin_q", "quad_k", "lin_k"), "... n s")
#: What `attention_paths` says of a cell.
PATHS = ("none", "linear", "quadratic", "leak", "both")


@checked(**HEADS, v="... n e")
def mixed_chunk_attention(
    quad_q, lin_q, quad_k, lin_k, v, chunk, causal=False, normalise="chunk", overlap=False,
    key_mask=None,
):  # fmt: skip
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
    overlap : bool
        If true, the quadratic part of a chunk reads the chunk before too, and the one after when
        not causal; what the states hold stays the same.
    key_mask : array_like of bool, shape (..., n), optional
        False where a token is padding: it is read by nobody, and n counts the others.

    Returns
    -------
    ndarray, shape (..., n, e)

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
    chunk = checked_chunk(chunk)
    one_of("normalise", normalise, NORMALISERS)
    flag("causal", causal)
    flag("overlap", overlap)
    n = v.shape[-2]
    mask = checked_key_mask(key_mask, v.shape[:-1])
    if mask is not None:  # nothing is divided by the sum of a row, so empty values are enough
        v = v * mask[..., None].astype(v.dtype)
    blocks = [into_chunks(t, min(chunk, n)) for t in (quad_q, lin_q, quad_k, lin_k, v)]
    quad_q, lin_q, quad_k, lin_k, v = blocks
    near_k, near_v = (beside(t, causal) if overlap else t for t in (quad_k, v))
    local = local_weights(quad_q, near_k, chunk, causal)
    tokens = n if mask is None else counted(n, mask)[..., None]
    states = states_of(lin_k, v, chunk, causal, normalise, tokens)
    return from_chunks(local @ near_v + lin_q @ states, n)


def checked_chunk(chunk):
    """Return the number of tokens a chunk."""
    return integer("chunk", chunk, least=1, most=10**9)


def local_weights(quad_q, quad_k, chunk, causal):
    """Squared-ReLU weights within each chunk, shape (..., chunks, C, C or the keys that are near).

    When causal, the keys end with the chunk itself.
    """
    weights = squared_relu(quad_q @ np.swapaxes(quad_k, -1, -2) / chunk)
    if not causal:
        return weights
    rows, columns = weights.shape[-2:]
    return np.where(np.tri(rows, columns, columns - rows, dtype=bool), weights, 0.0)


def beside(t, causal):
    """Put to each chunk the one before, and the one after when not causal: (..., chunks, 2C, k)."""
    none = np.zeros_like(t[..., :1, :, :])
    before = np.concatenate([none, t[..., :-1, :, :]], axis=-3)
    after = [] if causal else [np.concatenate([t[..., 1:, :, :], none], axis=-3)]
    return np.concatenate([before, t, *after], axis=-2)


def states_of(lin_k, v, chunk, causal, normalise, n):
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


def into_chunks(t, width):
    """Reshape (..., n, k) to (..., chunks, width, k), after padding with zeros."""
    n, k = t.shape[-2:]
    if short := -n % width:
        t = np.concatenate([t, np.zeros((*t.shape[:-2], short, k), dtype=t.dtype)], axis=-2)
    return np.reshape(t, (*t.shape[:-2], -1, width, k))


def from_chunks(t, n):
    """Undo `into_chunks`: the first n tokens."""
    t = np.reshape(t, (*t.shape[:-3], -1, t.shape[-1]))
    return t if t.shape[-2] == n else t[..., :n, :]


@checked(**HEADS)
def effective_attention_matrix(
    quad_q, lin_q, quad_k, lin_k, chunk, causal=False, normalise="chunk", overlap=False,
    key_mask=None,
):  # fmt: skip
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
    >>> effective_attention_matrix(ones, ones, ones, ones, chunk=2, causal=True,
    ...                            normalise="chunk", overlap=False, key_mask=None)
    array([[0.25, 0.  , 0.  , 0.  ],
           [0.25, 0.25, 0.  , 0.  ],
           [0.5 , 0.5 , 0.25, 0.  ],
           [0.5 , 0.5 , 0.25, 0.25]])
    """
    n = quad_q.shape[-2]
    if n > 20_000:
        raise ValueError(f"quad_q must have at most 20,000 rows, for n × n numbers, got {n}")
    one_token_each = np.broadcast_to(np.eye(n, dtype=quad_q.dtype), (*quad_q.shape[:-1], n))
    return mixed_chunk_attention(
        quad_q, lin_q, quad_k, lin_k, one_token_each, chunk, causal, normalise, overlap, key_mask
    )


@checked(x="... n d")
def flash_layer(x, weights, chunk, causal=False, normalise="chunk", overlap=False, key_mask=None):
    r"""Apply a FLASH layer: norm, gate, mixed chunk attention, residual.

    .. math:: X + (U \odot \hat V) W_o + b_o, \qquad U, V, Z \text{ of the norm of } X

    Parameters
    ----------
    x : array_like, shape (..., n, d)
    weights : mapping
        As for `gau`, with four heads: ``gamma, beta (4, s)`` in the order quadratic q, linear q,
        quadratic k, linear k.
    chunk, causal, normalise, overlap, key_mask
        As in `mixed_chunk_attention`. What the layer gives for a padded token means nothing.

    Returns
    -------
    ndarray, shape (..., n, d)

    References
    ----------
    hua2022transformer.

    Examples
    --------
    A causal layer says the same of a beginning, whatever comes after it.

    >>> import numpy as np
    >>> from glassbox.flash import init_unit_weights
    >>> rng = np.random.default_rng(0)
    >>> weights, x = init_unit_weights(4, s=3, heads=4, rng=rng), rng.standard_normal((7, 4))
    >>> y = flash_layer(x, weights, chunk=3, causal=True, normalise="chunk", overlap=False,
    ...                 key_mask=None)
    >>> bool((y[:5] == flash_layer(x[:5], weights, chunk=3, causal=True)).all())
    True
    """
    w = checked_weights(weights, heads=4, d=x.shape[-1])
    u, v, z = streams(layer_norm(x), w)
    heads = offset_scale(z, w["gamma"], w["beta"])
    mixed = mixed_chunk_attention(*heads, v, chunk, causal, normalise, overlap, key_mask)
    return x + (u * mixed) @ w["Wo"] + w["bo"]


def attention_paths(n, chunk, causal=False, inclusive=False, overlap=False):
    """Say by which path each token is read.

    Parameters
    ----------
    n, chunk : int
    causal : bool
    inclusive : bool
        If true, show the bug: the causal sum of states includes the chunk itself.
    overlap : bool
        If true, a block reads the chunk before too, and the one after when not causal.

    Returns
    -------
    ndarray of int, shape (n, n)
        Row i reads column j: 0 not at all, 1 through the linear state, 2 through the quadratic
        block, 3 a leak of the future through the state, 4 through both block and state. Positions
        in ``PATHS``.

    Examples
    --------
    >>> attention_paths(4, 2, causal=True, inclusive=False, overlap=False)
    array([[2, 0, 0, 0],
           [2, 2, 0, 0],
           [1, 1, 2, 0],
           [1, 1, 2, 2]])
    """
    n, chunk = integer("n", n, least=1, most=10_000), checked_chunk(chunk)
    causal, inclusive = flag("causal", causal), flag("inclusive", inclusive)
    reach = 1 if flag("overlap", overlap) else 0
    i, j = np.arange(n)[:, None], np.arange(n)
    same, earlier = i // chunk == j // chunk, j // chunk < i // chunk
    near = abs(i // chunk - j // chunk) <= reach
    block = near & (j <= i) if causal else near
    state = (earlier | same if inclusive else earlier) if causal else np.ones((n, n), dtype=bool)
    late = (j > i) & causal
    return np.where(state & late, 3, np.where(state & block, 4, np.where(block, 2, state * 1)))
