r"""The gated linear unit, and the gated attention unit that it becomes.

Our names and the letters of Hua et al.: x :math:`X` of shape (n, d), u, v, z :math:`U, V, Z`, a
:math:`A`, out :math:`O`; e is the expanded width (2 d in the paper), s the width of queries and
keys (128 there). Arrays may have leading axes, for a batch. Everything can be differentiated by
autograd.
"""

from numbers import Real

import autograd.numpy as np
import numpy as onp
from autograd.tracer import getval

from glassbox.checks import checked, flag, generator, integer, one_of, real_array, real_number
from glassbox.linear_attention import softmax

SCORE_SCALES = ("1/n", "1/sqrt(ns)", "1/sqrt(s)", "1/t", None)


@checked(x="...")
def squared_relu(x):
    """Return ``max(x, 0)**2``, element by element.

    References
    ----------
    so2021primer; hua2022transformer.

    Examples
    --------
    >>> squared_relu([-2.0, 0.0, 3.0])
    array([0., 0., 9.])
    """
    return np.maximum(x, 0.0) ** 2


@checked(x="...")
def silu(x):
    """Return ``x / (1 + exp(-x))``, element by element: SiLU, also called Swish.

    Examples
    --------
    >>> silu([0.0, 100.0, -1000.0])
    array([  0., 100.,  -0.])
    """
    return x * (1 + np.tanh(x / 2)) / 2  # the sigmoid; it does not overflow


@checked(x="... d")
def layer_norm(x, eps=1e-5):
    """Give each row mean 0 and variance 1 (no learned scale or shift).

    Parameters
    ----------
    x : array_like, shape (..., d)
    eps : float
        Added to the variance, > 0.

    Examples
    --------
    >>> layer_norm([[1.0, 3.0], [5.0, 5.0]], eps=1e-9).round(6)
    array([[-1.,  1.],
           [ 0.,  0.]])
    """
    eps = real_number("eps", eps, above=0)
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + eps)


@checked(x="... n d", Wu="d e", Wv="d e", Wo="e d")
def glu(x, Wu, Wv, Wo):
    r"""Apply a gated linear unit to each token: one stream gates the other.

    .. math:: O = (U \odot V) W_o, \quad U = \mathrm{silu}(X W_u), \; V = \mathrm{silu}(X W_v)

    Parameters
    ----------
    x : array_like, shape (..., n, d)
    Wu, Wv : array_like, shape (d, e)
    Wo : array_like, shape (e, d)

    Returns
    -------
    ndarray, shape (..., n, d)

    Notes
    -----
    Both streams pass through SiLU, as in FLASH. The first unit of this kind had a sigmoid on one
    stream and nothing on the other (dauphin2017language); shazeer2020glu compares several.

    References
    ----------
    hua2022transformer.

    Examples
    --------
    >>> glu([[2.0]], Wu=[[1000.0]], Wv=[[500.0]], Wo=[[1e-6]])
    array([[2.]])
    """
    return (silu(x @ Wu) * silu(x @ Wv)) @ Wo


@checked(z="... n s", gamma="heads s", beta="heads s")
def offset_scale(z, gamma, beta):
    r"""Make cheap heads of one projection: head h is :math:`\gamma_h \odot z + \beta_h`.

    Parameters
    ----------
    z : array_like, shape (..., n, s)
        What all heads share.
    gamma, beta : array_like, shape (heads, s)
        Scale and offset of each head. The order is q, k for a gated attention unit, and quadratic
        q, linear q, quadratic k, linear k for FLASH.

    Returns
    -------
    ndarray, shape (heads, ..., n, s)
        Heads first, so that ``q, k = offset_scale(z, gamma, beta)``.

    Examples
    --------
    >>> q, k = offset_scale([[1.0, 2.0]], gamma=[[1, 1], [0, 10]], beta=[[0, 0], [5, 0]])
    >>> q, k
    (array([[1., 2.]]), array([[ 5., 20.]]))
    """
    shape = (gamma.shape[0],) + (1,) * (z.ndim - 1) + (z.shape[-1],)
    return np.reshape(gamma, shape) * z + np.reshape(beta, shape)


@checked(q="... n s", k="... n s")
def gau_attention(q, k, causal=False, score_scale="1/n", attention="relu2", key_mask=None):
    r"""Return the attention matrix of a gated attention unit.

    .. math:: A = \mathrm{relu}^2(c\, Q K^\top) \quad\text{or}\quad \mathrm{softmax}(c\, Q K^\top)

    Parameters
    ----------
    q, k : array_like, shape (..., n, s)
    causal : bool
        If true, a token reads itself and earlier ones only.
    score_scale : {"1/n", "1/sqrt(ns)", "1/sqrt(s)", "1/t", None} or float
        The factor c *inside* the activation. The square squares it too: see the notes of `gau`.
    attention : {"relu2", "softmax"}
    key_mask : array_like of bool, shape (..., n), optional
        False where a token is padding: it is read by nobody, and n counts the others.

    Returns
    -------
    ndarray, shape (..., n, n)
        Rows read (queries), columns are read (keys).

    Raises
    ------
    ValueError
        If an option is unknown, shapes do not fit, products of q and k overflow, or softmax has
        nothing to read.

    Examples
    --------
    Scores of 1, 2, 3 and −4, over n = 2 and squared:

    >>> gau_attention([[1.0], [2.0]], [[1.0], [2.0]], causal=False, score_scale="1/n",
    ...               attention="relu2", key_mask=[True, True])
    array([[0.25, 1.  ],
           [1.  , 4.  ]])
    """
    flag("causal", causal)
    one_of("attention", attention, ("relu2", "softmax"))
    need_scale(score_scale)
    (n, s), mask = q.shape[-2:], checked_key_mask(key_mask, q.shape[:-1])
    scores = scaled_products(q, k, score_factor(score_scale, n, s, q.dtype, mask))
    read = np.tri(n, dtype=bool) if causal else np.ones((1, n), dtype=bool)
    if mask is not None:
        read = read & mask[..., None, :]
    if attention == "softmax":
        need_something(read)
        return softmax(np.where(read, scores, -np.inf))
    return np.where(read, squared_relu(scores), 0.0)


def need_something(read):
    """Raise unless each token has something to read."""
    if not read.any(axis=-1).all():
        raise ValueError("key_mask must leave each token something to read")


def scaled_products(q, k, factor):
    """Return the scores, finite even if they are squared."""
    with onp.errstate(over="ignore", invalid="ignore"):
        scores = (q @ np.swapaxes(k, -1, -2)) * factor
    found = getval(scores)
    if not max(found.max(), -found.min()) < onp.finfo(found.dtype).max ** 0.5:
        raise ValueError("q and k must have scores that are finite, got an overflow")
    return scores


def checked_key_mask(key_mask, shape):
    """Return a mask of keys as booleans of the shape of the tokens, or None."""
    if key_mask is None:
        return None
    mask = booleans("key_mask", key_mask)
    if mask.ndim > len(shape) or mask.shape != shape[len(shape) - mask.ndim :] or not mask.ndim:
        raise ValueError(f"key_mask must have shape {shape}, one a token, got {mask.shape}")
    if not mask.any(axis=-1).all():
        raise ValueError("key_mask must leave a token in each text, got none")
    return np.broadcast_to(mask, shape)


def booleans(name, values):
    """Return an array of booleans."""
    try:
        found = onp.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of booleans") from None
    if found.dtype != bool:
        raise TypeError(f"{name} must be booleans, got dtype {found.dtype}")
    return found


def counted(n, mask):
    """Return the number of tokens, or of those that the mask leaves, shape (..., 1, 1)."""
    return n if mask is None else mask.sum(axis=-1)[..., None, None]


def need_scale(score_scale):
    """Raise unless it is one of `SCORE_SCALES`, or a factor above 0."""
    if isinstance(score_scale, Real) and not isinstance(score_scale, bool):
        real_number("score_scale", score_scale, above=0)
    else:
        one_of("score_scale", score_scale, SCORE_SCALES)


def score_factor(score_scale, n, s, dtype, mask=None):
    """The factor inside the activation: a number, or one a row, shape (n, 1)."""
    if isinstance(score_scale, Real):
        return float(score_scale)
    if score_scale == "1/t":
        return (1.0 / np.arange(1, n + 1)[:, None]).astype(dtype)
    n = counted(n, mask)
    factor = {"1/n": 1 / n, "1/sqrt(ns)": (n * s) ** -0.5, "1/sqrt(s)": s**-0.5, None: 1.0}[
        score_scale
    ]
    return factor if mask is None else np.asarray(factor, dtype)


@checked(x="... n d")
def gau(x, weights, causal=False, score_scale="1/n", attention="relu2", gate=True, key_mask=None):
    r"""Apply a gated attention unit: a gated linear unit whose values attend to each other.

    .. math::

        O &= (U \odot A V) W_o + b_o, \qquad
        A = \mathrm{relu}^2(Q K^\top / n), \\
        U &= \mathrm{silu}(X W_u + b_u), \quad V = \mathrm{silu}(X W_v + b_v), \quad
        Z = \mathrm{silu}(X W_z + b_z), \\
        Q &= \gamma_0 \odot Z + \beta_0, \quad K = \gamma_1 \odot Z + \beta_1

    Parameters
    ----------
    x : array_like, shape (..., n, d)
        One row a token. This is the unit itself; `gau_layer` puts a norm and a residual around.
    weights : mapping
        ``Wu (d, e), bu (e,), Wv (d, e), bv (e,), Wz (d, s), bz (s,), gamma (2, s), beta (2, s),
        Wo (e, d), bo (d,)``. Biases that are not there are 0.
    causal : bool
        If true, no token sees later ones.
    score_scale : {"1/n", "1/sqrt(ns)", "1/sqrt(s)", "1/t", None} or float
        The factor inside the activation.
    attention : {"relu2", "softmax", "identity"}
        With "identity" A = I, and the unit is a `glu`.
    gate : bool
        If false, U = 1, and the unit is single-head attention.
    key_mask : array_like of bool, shape (..., n), optional
        False where a token is padding: nobody reads it, and n counts the others. What the unit
        gives for a padded token means nothing.

    Returns
    -------
    ndarray, shape (..., n, d)

    Raises
    ------
    ValueError
        If a weight is missing or has the wrong shape, an option is unknown, or scores overflow.
    TypeError
        If `weights` are no mapping, or `causal` or `gate` is no bool.

    Notes
    -----
    Who scales how. ``"1/n"`` is ``relu2(q k / n)``, so ``relu2(q k) / n**2`` in all: the code in
    the paper's appendix, and ports of it. ``"1/sqrt(ns)"`` is ``relu2(q k) / (n s)``: the formula
    that Su Jianlin argues for (su2022flash), since with 1/n**2 a sum over n tokens fades like 1/n.
    ``"1/sqrt(s)"`` is the scale of softmax attention. ``"1/t"`` divides row t, counted from 1, by
    t: an early PyTorch port did so when causal. With "1/n" and "1/sqrt(ns)" even a causal unit
    depends on the length n of the sequence, so that it cannot be decoded step by step. The paper
    adds a bias that depends on the relative position to the scores; we leave it out.

    References
    ----------
    hua2022transformer, Section 2.

    Examples
    --------
    For one token with q k = 1 the attention matrix is 1, and a unit is a `glu`.

    >>> weights = {"Wu": [[1.0]], "Wv": [[2.0]], "Wz": [[1.0]], "gamma": [[0.0]] * 2,
    ...            "beta": [[1.0]] * 2, "Wo": [[3.0]]}
    >>> bool(gau([[0.5]], weights) == glu([[0.5]], [[1.0]], [[2.0]], [[3.0]]))
    True
    """
    one_of("attention", attention, ("relu2", "softmax", "identity"))
    flag("gate", gate)
    flag("causal", causal)
    need_scale(score_scale)
    w = checked_weights(weights, heads=2, d=x.shape[-1])
    u, v, z = streams(x, w)
    if attention != "identity":
        q, k = offset_scale(z, w["gamma"], w["beta"])
        v = gau_attention(q, k, causal, score_scale, attention, key_mask) @ v
    return (u * v if gate else v) @ w["Wo"] + w["bo"]


def streams(x, w):
    """The gate u and the values v, shape (..., n, e), and z, shape (..., n, s)."""
    return [silu(x @ w["W" + name] + w["b" + name]) for name in "uvz"]


@checked(x="... n d")
def gau_layer(
    x, weights, causal=False, score_scale="1/n", attention="relu2", gate=True, key_mask=None
):
    """Return ``x + gau(layer_norm(x), ...)``: a gated attention unit as a layer of a network.

    Parameters and errors are those of `gau`.

    Examples
    --------
    >>> weights = init_unit_weights(4, e=8, s=3, heads=2, rng=np.random.default_rng(0))
    >>> x = np.ones((5, 4))  # each row has variance 0, so the norm leaves nothing
    >>> bool((gau_layer(x, weights, causal=False, score_scale="1/n", attention="relu2", gate=True,
    ...                 key_mask=None) == x).all())
    True
    """
    return x + gau(layer_norm(x), weights, causal, score_scale, attention, gate, key_mask)


def init_unit_weights(d, e=None, s=128, heads=2, *, rng):
    """Draw weights of a unit: matrices with variance 1 / fan-in, scales near 1, biases 0.

    Parameters
    ----------
    d, e, s : int
        Widths; e is 2 d if not given.
    heads : int
        2 for `gau`, 4 for `flash_layer`.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        As `gau` wants it.

    Examples
    --------
    >>> weights = init_unit_weights(4, e=8, s=3, heads=2, rng=np.random.default_rng(0))
    >>> weights["Wu"].shape, weights["gamma"].shape
    ((4, 8), (2, 3))
    """
    d, s = (integer(a, x, least=1, most=100_000) for a, x in (("d", d), ("s", s)))
    e = 2 * d if e is None else integer("e", e, least=1, most=100_000)
    heads = integer("heads", heads, least=1, most=1000)
    if d * max(e, s) > 10**8:
        raise ValueError(f"d must be smaller: d = {d}, e = {e} and s = {s} make too many weights")
    normal = generator("rng", rng).standard_normal
    return {
        "Wu": normal((d, e)) * d**-0.5, "bu": np.zeros(e),
        "Wv": normal((d, e)) * d**-0.5, "bv": np.zeros(e),
        "Wz": normal((d, s)) * d**-0.5, "bz": np.zeros(s),
        "gamma": 1 + 0.3 * normal((heads, s)), "beta": 0.3 * normal((heads, s)),
        "Wo": normal((e, d)) * e**-0.5, "bo": np.zeros(d),
    }  # fmt: skip


WEIGHTS = {
    "Wu": "d e", "bu": "e", "Wv": "d e", "bv": "e", "Wz": "d s", "bz": "s",
    "gamma": "heads s", "beta": "heads s", "Wo": "e d", "bo": "d",
}  # fmt: skip
BIASES = ("bu", "bv", "bz", "bo")


def checked_weights(weights, **lengths):
    """Return the weights of a unit as a dict of floats whose shapes agree; missing biases are 0.

    `lengths` are those of axes that are known, such as ``heads=2``.
    """
    if not hasattr(weights, "keys"):
        raise TypeError(f"weights must be a mapping of names to arrays, got {weights!r}")
    given = [name for name in WEIGHTS if name in weights]
    if missing := [name for name in WEIGHTS if name not in (*given, *BIASES)]:
        raise ValueError(f"weights must have {', '.join(missing)}, got {sorted(weights.keys())}")
    found = {k: real_array(k, weights[k], WEIGHTS[k], lengths, empty=False) for k in given}
    return dict.fromkeys(WEIGHTS, np.zeros((), getval(found["Wu"]).dtype)) | found
