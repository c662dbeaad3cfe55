"""The other road: attention over few pairs of positions; and what each road costs."""

import numpy as np

from glassbox.checks import check_unmasked, checked, integer, one_of

from .attention import softmax, softmax_scores

MASKS = ("local", "atrous", "local+atrous", "strided_causal", "fixed_causal")


def sparse_mask(n, kind, k):
    """Return which key j each query i may see, shape (n, n), as booleans.

    Parameters
    ----------
    n : int
        Positions, >= 1.
    kind : str
        ``"local"``: |i - j| <= k. ``"atrous"``: i - j a multiple of k. ``"local+atrous"``: either.
        ``"strided_causal"``: j <= i, and i - j < k or a multiple of k. ``"fixed_causal"``: j <= i,
        and j in the same block of k positions, or the last of its block.
    k : int
        Reach, stride or block; >= 1 (>= 0 for local).

    Returns
    -------
    ndarray of bool, shape (n, n)

    References
    ----------
    child2019sparse for the causal ones (fixed with c = 1); the other names are those of
    su2019sparse.

    Examples
    --------
    >>> sparse_mask(4, "local", 1).astype(int)
    array([[1, 1, 0, 0],
           [1, 1, 1, 0],
           [0, 1, 1, 1],
           [0, 0, 1, 1]])
    """
    one_of("kind", kind, MASKS)
    n, k = integer("n", n, least=1, most=4096), integer("k", k, least=0 if kind == "local" else 1)
    i, j = np.indices((n, n))
    if kind == "local":
        return abs(i - j) <= k
    if kind == "atrous":
        return (i - j) % k == 0
    if kind == "local+atrous":
        return (abs(i - j) <= k) | ((i - j) % k == 0)
    if kind == "strided_causal":
        return (j <= i) & ((i - j < k) | ((i - j) % k == 0))
    return (j <= i) & ((i // k == j // k) | (j % k == k - 1))


def as_mask(mask, shape=None):
    """Return a mask as booleans: True, or 1, where a query may look."""
    check_unmasked("mask", mask)
    try:
        mask = np.asarray(mask)
    except ValueError:
        raise ValueError(f"mask must be a rectangular array, got {mask!r}") from None
    if mask.dtype != bool:
        if mask.dtype.kind not in "iuf" or not np.isin(mask, (0, 1)).all():
            raise ValueError(f"mask must hold True and False, or 1 and 0, got dtype {mask.dtype}")
        mask = mask.astype(bool)
    if shape is not None and mask.shape != shape:
        raise ValueError(f"mask must have the shape {shape}, (n_queries, n_keys), got {mask.shape}")
    if shape is None and (mask.ndim != 2 or mask.shape[0] != mask.shape[1] or not mask.size):
        raise ValueError(f"mask must be square, (n, n), got shape {mask.shape}")
    return mask


@checked(q="n d", k="m d", v="m d_v")
def masked_attention(q, k, v, mask):
    """Return softmax attention over the pairs that a mask allows.

    Parameters
    ----------
    q, k, v : see `softmax_attention`
    mask : array_like of bool, shape (n_queries, n_keys)
        True where a query may see a key; at least once in each row.

    Returns
    -------
    ndarray, shape (n_queries, d_v)

    Raises
    ------
    ValueError
        If a query sees nothing.

    Examples
    --------
    >>> masked_attention([[0.0]], [[1.0], [1.0]], [[10.0], [30.0]], [[True, False]])
    array([[10.]])
    """
    mask = as_mask(mask, (len(q), len(k)))
    blind = ~mask.any(axis=1)
    if blind.any():
        raise ValueError(f"mask must let each query see a key; query {blind.argmax()} sees none")
    return softmax(np.where(mask, softmax_scores(q, k), -np.inf)) @ v


def reachability(mask, hops):
    """Return whether what stands at j can get to i in so many layers of masked attention.

    Parameters
    ----------
    mask : array_like of bool, shape (n, n)
    hops : int
        Layers, >= 0. Where each position sees itself (as in all masks of `sparse_mask`), what is
        reached stays reached.

    Returns
    -------
    ndarray of bool, shape (n, n)

    Examples
    --------
    >>> reachability(sparse_mask(5, "local", 1), 2)[0].astype(int)
    array([1, 1, 1, 0, 0])
    """
    mask, hops = as_mask(mask), integer("hops", hops, least=0, most=100_000)
    step = mask.astype(np.float32)  # BLAS multiplies floats
    reached = np.eye(len(mask), dtype=bool)
    for _ in range(hops):
        reached = reached @ step > 0
    return reached


def attention_cost(n, d, h, kind):
    """Return how many multiplications a part of a transformer layer takes, for a whole sequence.

    Parameters
    ----------
    n : int
        Positions, >= 1.
    d : int
        Width of a head, >= 1; the model is D = h d wide.
    h : int
        Heads, >= 1.
    kind : str
        ``"softmax"`` (or ``"quadratic"``): the two products with an n x n matrix, 2 n**2 D.
        ``"linear"``: with d features, 2 n d D. ``"taylor2"``: with 1 + d + d**2 features.
        ``"projections"``: to q, k, v and back, 4 n D**2. ``"ffn"``: to four times the width and
        back, 8 n D**2. ``"softmax_layer"``, ``"linear_layer"``: attention, projections and FFN.

    Returns
    -------
    int
        Exponentials and divisions are not counted, nor is a causal mask used to halve the work.

    Examples
    --------
    >>> attention_cost(1536, 64, 12, "softmax") == attention_cost(1536, 64, 12, "projections")
    True
    """
    n, d, h = (integer(name, x, least=1) for name, x in (("n", n), ("d", d), ("h", h)))
    wide = d * h
    costs = {
        "softmax": 2 * n * n * wide,
        "linear": 2 * n * d * wide,
        "taylor2": 2 * n * (1 + d + d * d) * wide,
        "projections": 4 * n * wide * wide,
        "ffn": 8 * n * wide * wide,
    }
    costs["quadratic"] = costs["softmax"]
    for core in ("softmax", "linear"):
        costs[f"{core}_layer"] = costs[core] + costs["projections"] + costs["ffn"]
    return costs[one_of("kind", kind, costs)]
