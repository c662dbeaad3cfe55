r"""The gated linear unit, and the gated attention unit that it becomes.

Our names and the letters of Hua et al.: x :math:`X` of shape (n, d), u, v, z :math:`U, V, Z`, a
:math:`A`, out :math:`O`; e is the expanded width (2 d in the paper), s the width of queries and
keys (128 there). Arrays may have leading axes, for a batch. Everything can be differentiated by
autograd.
"""

from numbers import Real

import autograd.numpy as np
from autograd.tracer import getval

from glassbox.checks import checked, one_of, real_array, real_number
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
        Added to the variance.
    """
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
def gau_attention(q, k, causal=False, score_scale="1/n", attention="relu2"):
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

    Returns
    -------
    ndarray, shape (..., n, n)
        Rows read (queries), columns are read (keys).
    """
    one_of("attention", attention, ("relu2", "softmax"))
    n, s = q.shape[-2:]
    factor = _score_factor(score_scale, n, s, q.dtype)
    scores = (q @ np.swapaxes(k, -1, -2)) * factor
    past = np.tri(n, dtype=bool) if causal else True
    if attention == "softmax":
        return softmax(np.where(past, scores, -np.inf) if causal else scores)
    a = squared_relu(scores)
    return np.where(past, a, 0.0) if causal else a


def _score_factor(score_scale, n, s, dtype):
    """The factor inside the activation: a number, or one a row, shape (n, 1)."""
    if isinstance(score_scale, Real) and not isinstance(score_scale, bool):
        return real_number("score_scale", score_scale, above=0)
    one_of("score_scale", score_scale, SCORE_SCALES)
    if score_scale == "1/t":
        return (1.0 / np.arange(1, n + 1)[:, None]).astype(dtype)
    return {"1/n": 1 / n, "1/sqrt(ns)": (n * s) ** -0.5, "1/sqrt(s)": s**-0.5, None: 1.0}[
        score_scale
    ]


@checked(x="... n d")
def gau(x, weights, causal=False, score_scale="1/n", attention="relu2", gate=True):
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

    Returns
    -------
    ndarray, shape (..., n, d)

    Raises
    ------
    ValueError
        If a weight is missing or has the wrong shape, or an option is unknown.

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
    w = checked_weights(weights, heads=2, d=x.shape[-1])
    u, v, z = streams(x, w)
    if attention != "identity":
        q, k = offset_scale(z, w["gamma"], w["beta"])
        v = gau_attention(q, k, causal, score_scale, attention) @ v
    return (u * v if gate else v) @ w["Wo"] + w["bo"]


def streams(x, w):
    """The gate u and the values v, shape (..., n, e), and z, shape (..., n, s)."""
    return [silu(x @ w["W" + name] + w["b" + name]) for name in "uvz"]


@checked(x="... n d")
def gau_layer(x, weights, causal=False, score_scale="1/n", attention="relu2", gate=True):
    """Return ``x + gau(layer_norm(x), ...)``: a gated attention unit as a layer of a network.

    Parameters and errors are those of `gau`.
    """
    return x + gau(layer_norm(x), weights, causal, score_scale, attention, gate)


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
    """
    e = 2 * d if e is None else e
    normal = rng.standard_normal
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
