"""The two attentions of TransNormer, the norm between them, and which layer gets which."""

import autograd.numpy as np  # numpy, differentiable
import numpy as plain_np

from glassbox.checks import (
    as_list,
    check_same_length,
    checked,
    flag,
    integer,
    one_of,
    real_array,
    real_number,
)
from glassbox.linear_attention import elu_plus_one, linear_attention_chunked, map_rows, softmax


@checked(x="... d")
def rms_norm(x, eps, eps_inside=True):
    r"""Divide each row by its root mean square :math:`\sigma`, which a small number guards.

    ``x / sqrt(sigma**2 + eps)``, or, with the guard outside the root, ``x / (sigma + eps)``.

    Parameters
    ----------
    x : array_like, shape (..., d)
        Rows to normalise, each by itself.
    eps : float
        The guard, >= 0; in units of ``x**2`` inside the root, of ``x`` outside.
    eps_inside : bool
        Where the guard stands. The paper's formula has it inside, its code outside.

    Returns
    -------
    ndarray, shape (..., d)
        Rows of root mean square at most 1, and 1 if ``eps`` is 0.

    Raises
    ------
    ValueError
        If `eps` is negative, or it is 0 and a row is zero.

    References
    ----------
    zhang2019rmsnorm, without its gain; qin2022devil.

    Examples
    --------
    >>> rms_norm([[3, 4], [300, 400]], eps=0) * 12.5**0.5
    array([[3., 4.],
           [3., 4.]])
    """
    eps, eps_inside = real_number("eps", eps, least=0), flag("eps_inside", eps_inside)
    if isinstance(x, plain_np.ndarray) and plain_np.abs(x).max() > 1e18:  # its square may overflow
        most = plain_np.maximum(plain_np.abs(x).max(axis=-1, keepdims=True), 1)
        x, eps = x / most, (eps**0.5 / most) ** 2 if eps_inside else eps / most
    square = np.mean(x**2, axis=-1, keepdims=True)
    size = np.sqrt(square + eps) if eps_inside else np.sqrt(square) + eps
    if np.any(size == 0):
        raise ValueError("a row of x (or its square) is zero, so eps must be > 0, got 0")
    return x / size


@checked(q="... n d", k="... m d", v="... m d_v")
def norm_attention(q, k, v, phi=elu_plus_one, causal=False, eps=1e-8):
    r"""Attention without a denominator: the rows of :math:`\phi(Q)(\phi(K)^T V)`, normalised.

    Nothing is divided by a sum of weights, so features may be negative.

    Parameters
    ----------
    q, k : array_like, shape (..., n, d)
        Queries and keys; leading axes are a batch.
    v : array_like, shape (..., n, d_v)
        Values.
    phi : callable
        Feature map, (..., d) to (..., n_features).
    causal : bool
        Whether token i sees only tokens up to i. Computed in chunks: the memory is O(n d).
    eps : float
        Guard inside the root of `rms_norm`, >= 0.

    Returns
    -------
    ndarray, shape (..., n, d_v)

    Raises
    ------
    ValueError
        If `eps` is 0 and a row of the product is zero.

    References
    ----------
    qin2022devil (NormAttention).

    Examples
    --------
    The size of the queries does not matter, nor does that of the values:

    >>> q, k, v = np.eye(2), np.eye(2), np.array([[3.0, 4.0], [0.0, 5.0]])
    >>> a = norm_attention(q, k, v, phi=np.abs, eps=0)
    >>> b = norm_attention(10 * q, k, 7 * v, phi=np.abs, eps=0)
    >>> np.allclose(a, b)
    True
    """
    if flag("causal", causal):
        check_same_length("q", q, "k", k)
        total = _over_batch(
            lambda *x: linear_attention_chunked(*x, phi=phi, normalize=False), q, k, v
        )
    else:
        keys = map_rows("k", phi, k)
        total = map_rows("q", phi, q) @ (np.swapaxes(keys, -1, -2) @ v)
    return rms_norm(total, eps)


def _over_batch(function, q, k, v):
    """Call a function of (n, d) for each entry of the leading axes."""
    if q.ndim == 2:
        return function(q, k, v)
    flat = [np.reshape(x, (-1, *x.shape[-2:])) for x in (q, k, v)]
    found = np.stack([function(*one) for one in zip(*flat, strict=True)])
    return np.reshape(found, (*q.shape[:-1], v.shape[-1]))


@checked(q="... n d", k="... n d", v="... n d_v")
def diag_attention(q, k, v, block, kind="softmax", causal=False):
    r"""Attention inside blocks of neighbours: the n x n matrix is block diagonal.

    Tokens 0 to ``block - 1`` see each other, the next ``block`` too, and so on; the last block is
    shorter when ``block`` does not divide n. Scores are :math:`q \cdot k / \sqrt d`.

    Parameters
    ----------
    q, k : array_like, shape (n, d)
        Queries and keys.
    v : array_like, shape (n, d_v)
        Values.
    block : int
        Tokens in a block, >= 1. With ``block >= n`` this is full attention.
    kind : {"softmax", "rela"}
        What turns scores to weights: a softmax, or a rectifier that nothing normalises (ReLA; a
        norm has to follow it).
    causal : bool
        Whether token i sees only the tokens of its block up to i.

    Returns
    -------
    ndarray, shape (n, d_v)
        At a cost of O(n block d) in time, and of O(n block) in memory.

    References
    ----------
    qin2022devil (DiagAttention); zhang2021rela for ``"rela"``.

    Examples
    --------
    With blocks of one token each token sees itself alone:

    >>> v = np.array([[1.0], [2.0], [3.0]])
    >>> diag_attention(np.eye(3), np.eye(3), v, block=1).ravel()
    array([1., 2., 3.])
    >>> diag_attention(np.zeros((3, 3)), np.eye(3), v, block=2).ravel()
    array([1.5, 1.5, 3. ])
    """
    block, causal = integer("block", block, least=1), flag("causal", causal)
    one_of("kind", kind, ("softmax", "rela"))
    n = q.shape[-2]
    block = min(block, n)
    whole = n - n % block  # tokens in whole blocks
    blocks = [_in_blocks(x[..., :whole, :], block) for x in (q, k, v)]
    out = _attend(*blocks, kind, causal)
    out = np.reshape(out, (*v.shape[:-2], whole, v.shape[-1]))
    if whole < n:
        rest = [x[..., whole:, :] for x in (q, k, v)]
        out = np.concatenate([out, _attend(*rest, kind, causal)], axis=-2)
    return out


def _in_blocks(x, block):
    """Cut the tokens of (..., n, d) into (..., n / block, block, d)."""
    return np.reshape(x, (*x.shape[:-2], x.shape[-2] // block, block, x.shape[-1]))


def _attend(q, k, v, kind, causal):
    """Attention of all tokens to all, or to those before."""
    scores = q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5
    seen = np.tril(np.ones(scores.shape[-2:], bool)) if causal else True
    if kind == "rela":
        return np.where(seen, np.maximum(scores, 0), 0) @ v
    return softmax(np.where(seen, scores, -np.inf)) @ v


def transnormer_layer_plan(n_layers):
    """Name the attention of each layer: the first half is local, the rest is global.

    Parameters
    ----------
    n_layers : int
        >= 1. Of an odd number the larger half is global.

    Returns
    -------
    list of str, shape (n_layers,)
        ``"diag"`` (`diag_attention`) or ``"norm"`` (`norm_attention`), from input to output.

    References
    ----------
    qin2022devil.

    Examples
    --------
    >>> transnormer_layer_plan(4)
    ['diag', 'diag', 'norm', 'norm']
    """
    n_layers = integer("n_layers", n_layers, least=1, most=10_000)
    n_local = n_layers // 2
    return ["diag"] * n_local + ["norm"] * (n_layers - n_local)


def layer_cost(kind, n, d, block=64):
    """Count the multiplications of one head of a layer, its projections left out.

    Parameters
    ----------
    kind : {"softmax", "diag", "norm"}
        Full attention, or one of the two of TransNormer.
    n, d : int
        Tokens, and width of a head (keys and values alike).
    block : int
        Tokens in a block of ``"diag"``.

    Returns
    -------
    int
        2 n^2 d, 2 n block d (less if the last block is short), or 2 n d^2.

    Examples
    --------
    >>> [layer_cost(kind, n=4096, d=64) for kind in ("softmax", "diag", "norm")]
    [2147483648, 33554432, 33554432]
    """
    n, d, block = (integer(*pair, least=1) for pair in (("n", n), ("d", d), ("block", block)))
    pairs = (n // block) * block**2 + (n % block) ** 2
    costs = {"softmax": 2 * n * n * d, "diag": 2 * pairs * d, "norm": 2 * n * d * d}
    return costs[one_of("kind", kind, costs)]


def stack_map(plan, qs, ks, block, phi=elu_plus_one, residual=0.0):
    """Multiply the attention maps of a stack of layers: which input reaches which output.

    The map of a ``"norm"`` layer has its rows scaled to sum to 1, which its norm would undo.

    Parameters
    ----------
    plan : sequence of {"diag", "norm"}
        As `transnormer_layer_plan` gives it.
    qs, ks : array_like, shape (n_layers, n, d)
        Queries and keys of each layer.
    block : int
        As in `diag_attention`.
    phi : callable
        Feature map of the ``"norm"`` layers, with features >= 0.
    residual : float
        Share of each layer's output that is its input, in [0, 1).

    Returns
    -------
    ndarray, shape (n, n)
        Row i says how output i draws on the inputs; rows sum to 1. Value projections and what
        stands between the attentions are left out.

    Examples
    --------
    >>> qs = ks = np.zeros((2, 4, 1))
    >>> stack_map(["diag", "diag"], qs, ks, block=2)[0]
    array([0.5, 0.5, 0. , 0. ])
    >>> stack_map(["diag", "norm"], qs, ks, block=2)[0]
    array([0.25, 0.25, 0.25, 0.25])
    """
    plan = as_list("plan", plan, of="'diag' and 'norm'")
    block = integer("block", block, least=1)
    lengths = {"layers": len(plan)}
    qs, ks = (real_array(name, x, "layers n d", lengths) for name, x in (("qs", qs), ("ks", ks)))
    residual = real_number("residual", residual, least=0, below=1)
    total = one = np.eye(qs.shape[1])
    for kind, q, k in zip(plan, qs, ks, strict=True):
        if kind == "diag":
            weights = diag_attention(q, k, one, block)
        elif kind == "norm":
            weights = positive_rows("qs", phi, q) @ positive_rows("ks", phi, k).T
            if not (weights.sum(axis=1) > 0).all():
                raise ValueError("phi(qs) and phi(ks) must give each token a score > 0, got only 0")
            weights = weights / weights.sum(axis=1, keepdims=True)
        else:
            raise ValueError(f"plan must hold 'diag' and 'norm', got {kind!r}")
        total = (1 - residual) * weights @ total + residual * total
    return total


def positive_rows(name, phi, x, strictly=False):
    """Return phi(x), one row of features a row of x, none of them negative (`strictly`: nor 0)."""
    found = map_rows(name, phi, x)
    least = found.min()
    if least < 0 or (strictly and least == 0):
        wanted = "> 0" if strictly else ">= 0"
        raise ValueError(f"phi({name}) must be features {wanted}, got {least}")
    return found
