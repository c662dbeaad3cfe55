r"""Softmax attention from random features: FAVOR+, the attention of the Performer.

The softmax kernel SM(x, y) = exp(x . y) is the mean, over random directions w, of a product of a
feature of x and a feature of y. With m directions, the rows of W, attention needs no n x n matrix:
it is a linear attention of the features (`glassbox.linear_attention`).

Our names and the letters of Choromanski et al.: W holds their :math:`\omega_1 \dots \omega_m`,
`positive_features` their :math:`\phi` of :math:`SM^+`, `hyperbolic` that of :math:`SM^{hyp+}`,
`trig_features` that of :math:`SM^{trig}`; m and d are theirs, n is their L. Results are
float64, or float32 if x (q, k and v) are float32.

Left out: other kernels (generalised attention), redrawing W during training, gradients.
"""

import functools
import math

import numpy as np

from glassbox.checks import (
    check_same_length,
    checked,
    flag,
    generator,
    integer,
    one_of,
    real_array,
    real_number,
)
from glassbox.linear_attention import causal_product

KINDS = ("trig", "positive", "hyperbolic")
SCALINGS = ("chi", "sqrt_d")
MOST = 10**8  # numbers that may be drawn at once
LARGEST = 1e150  # of an entry: its square must fit a float


# --- random directions -------------------------------------------------------------------------


def orthogonal_gaussian(m, d, rng, sign_fix=True, scaling="chi"):
    r"""Draw m Gaussian-like directions that are orthogonal within each block of d.

    A block is the Q of the QR decomposition of a Gaussian matrix, its columns taken as rows. QR
    leaves the sign of each column open, and LAPACK chooses it by a rule, so Q alone is not
    uniformly distributed (not *Haar*): its first entry, for one, is never positive. Multiplying
    the columns by the signs of R's diagonal cures that.

    Parameters
    ----------
    m : int
        Number of directions, at least 1; beyond d they come in independent blocks.
    d : int
        Dimension of the inputs, at least 1.
    rng : numpy.random.Generator
    sign_fix : bool
        Whether to fix the signs. False gives the raw Q, whose rows are not Gaussian.
    scaling : {"chi", "sqrt_d"}
        Length of the rows: that of a Gaussian vector, drawn anew for each row, or sqrt(d) for all
        (the regularised kernel `smreg`).

    Returns
    -------
    ndarray, shape (m, d)
        With ``sign_fix`` and "chi" each row alone is distributed as N(0, I).

    Raises
    ------
    ValueError
        If m or d is below 1, m d above 10^8, or `scaling` is unknown.
    TypeError
        If m or d is no integer, or `rng` no Generator.

    References
    ----------
    choromanski2021performers; mezzadri2007generate, for the signs.

    Examples
    --------
    >>> W = orthogonal_gaussian(3, 3, np.random.default_rng(0), scaling="sqrt_d")
    >>> (W @ W.T).round(12) + 0.0
    array([[3., 0., 0.],
           [0., 3., 0.],
           [0., 0., 3.]])
    """
    d = integer("d", d, least=1, most=math.isqrt(MOST))
    m = integer("m", m, least=1, most=MOST // d)
    rng, sign_fix = generator("rng", rng), flag("sign_fix", sign_fix)
    one_of("scaling", scaling, SCALINGS)
    blocks = rng.standard_normal((-(-m // d), d, d))
    Q, R = np.linalg.qr(blocks)
    if sign_fix:
        signs = np.where(np.diagonal(R, axis1=1, axis2=2) < 0, -1, 1)
        Q = Q * signs[:, None]
    directions = Q.transpose(0, 2, 1).reshape(-1, d)[:m]
    if scaling == "sqrt_d":
        return directions * np.sqrt(d)
    return directions * np.sqrt(rng.chisquare(d, size=(m, 1)))


# --- features ----------------------------------------------------------------------------------


@checked(x="n d", W="m d")
def positive_features(x, W, hyperbolic=False, shift=0.0):
    r"""Return features whose products estimate exp(x . y), and are never negative.

    .. math::

        \phi(x)_i = \frac{1}{\sqrt m} \exp(\omega_i^\top x - \|x\|^2 / 2), \qquad
        \mathrm{E}[\phi(x)^\top \phi(y)] = \exp(x^\top y)

    if each row of W is distributed as N(0, I).

    Parameters
    ----------
    x : array_like, shape (n, d)
        Queries or keys, each already multiplied by d ** -0.25.
    W : array_like, shape (m, d)
        Random directions.
    hyperbolic : bool
        Whether to use each direction and its opposite: twice the features, less variance, and no
        harm from directions whose signs are not random.
    shift : float or array_like, shape (n,) or (n, 1)
        Subtracted from the exponents, so that they do not overflow: features are divided by
        exp(shift). A shift for each query, or one for all keys, cancels in attention.

    Returns
    -------
    ndarray, shape (n, m), or (n, 2 m) if hyperbolic (all +w first, then all -w)

    Raises
    ------
    ValueError
        If shapes do not fit, or a feature of x is beyond the range of floats: a shift helps.

    References
    ----------
    choromanski2021performers, Lemma 1, equation (7).

    Examples
    --------
    Along the only direction w = 2, at x = 1, the exponent is 2 - 1/2:

    >>> np.log(positive_features([[1.0]], [[2.0]]))
    array([[1.5]])
    """
    powers = exponents(x, W, flag("hyperbolic", hyperbolic)) - shift_of(x, shift)
    return _exp("x", powers) / powers.shape[1] ** 0.5


@checked(x="n d", W="m d")
def trig_features(x, W):
    r"""Return sines and cosines whose products estimate exp(x . y), and may be negative.

    .. math::

        \phi(x) = \frac{e^{\|x\|^2 / 2}}{\sqrt m}
        (\sin \omega_1^\top x, \dots, \sin \omega_m^\top x,
         \cos \omega_1^\top x, \dots, \cos \omega_m^\top x)

    Parameters
    ----------
    x : array_like, shape (n, d)
        Queries or keys, each already multiplied by d ** -0.25.
    W : array_like, shape (m, d)
        Random directions.

    Returns
    -------
    ndarray, shape (n, 2 m)

    Raises
    ------
    ValueError
        If shapes do not fit, or a feature of x is beyond the range of floats.

    References
    ----------
    rahimi2007random; choromanski2021performers, Lemma 2, for its error.

    Examples
    --------
    A point with itself is exact, whatever the directions, for sin^2 + cos^2 = 1:

    >>> f = trig_features([[1.0]], [[0.3], [-2.0]])
    >>> (f @ f.T).round(12) == np.exp(1).round(12)
    array([[ True]])
    """
    check_sizes(x=x, W=W)
    angles = x @ W.T.astype(x.dtype, copy=False)
    waves = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    return _exp("x", _half_square(x)) * waves / len(W) ** 0.5


@checked(x="n d", W="m d")
def stabilised_features(x, W, eps=1e-4, keys=False):
    r"""Return positive features as libraries make them: the largest w . x taken out, eps added.

    .. math::

        \exp\bigl(\omega_i^\top x - \|x\|^2 / 2 - \max \omega^\top x\bigr) + \epsilon

    The maximum is that over a query's own directions, or over all keys and directions; it cancels
    in attention. The eps does not: where a feature is far below it, eps *is* the feature, and a row
    of such features gives the plain mean of the values.

    Parameters
    ----------
    x : array_like, shape (n, d)
        Queries or keys, each already multiplied by d ** -0.25.
    W : array_like, shape (m, d)
        Random directions.
    eps : float
        Added to each feature, >= 0.
    keys : bool
        Whether the maximum is one for all rows.

    Returns
    -------
    ndarray, shape (n, m)

    Raises
    ------
    ValueError
        If shapes do not fit, eps is negative, or x or W is above 1e150 in size.

    References
    ----------
    choromanski2021performers: their code, from which ports have it; the paper has no eps there.

    Examples
    --------
    >>> f = stabilised_features([[0.0], [9.0]], [[1.0], [-1.0]], eps=1e-4)  # e^(-81/2) is lost
    >>> f.round(6).tolist()
    [[1.0001, 1.0001], [0.0001, 0.0001]]
    """
    eps, keys = real_number("eps", eps, least=0), flag("keys", keys)
    check_sizes(x=x, W=W)
    along = x @ W.T.astype(x.dtype, copy=False)
    top = along.max() if keys else along.max(axis=1, keepdims=True)
    return np.exp(along - _half_square(x) - top) + eps


def exponents(x, W, hyperbolic):
    """Return w . x - |x|^2 / 2 for each point and direction (and for each opposite direction)."""
    check_sizes(x=x, W=W)
    along = x @ W.T.astype(x.dtype, copy=False)
    if hyperbolic:
        along = np.concatenate([along, -along], axis=1)
    return along - _half_square(x)


def _exp(name, powers):
    """Return exp(powers), finite."""
    with np.errstate(over="ignore"):
        found = np.exp(powers)
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must have features in range, got one of exp({powers.max():.4g})")
    return found


def _half_square(x):
    """Return |x|^2 / 2 of each row, as a column."""
    return np.sum(x * x, axis=-1, keepdims=True) / 2


# --- attention ---------------------------------------------------------------------------------


@checked(q="n d", k="n_k d", v="n_k d_v", W="m d")
def favor_attention(q, k, v, W, kind="positive", causal=False, eps=0.0):
    r"""Estimate softmax attention, scale 1 / sqrt(d), in O(n m (d + d_v)) time.

    q and k are multiplied by d ** -0.25, turned into features, and go through linear attention:

    .. math::

        \hat{D}^{-1} (Q' (K'^\top V)), \qquad \hat{D} = \mathrm{diag}(Q' (K'^\top 1))

    Numerator and denominator are unbiased; their ratio is not.

    Parameters
    ----------
    q : array_like, shape (n, d)
        Queries.
    k : array_like, shape (n_k, d)
        Keys.
    v : array_like, shape (n_k, d_v)
        Values.
    W : array_like, shape (m, d)
        Random directions, as from `orthogonal_gaussian`.
    kind : {"positive", "hyperbolic", "trig"}
        Which features.
    causal : bool
        Whether token i sees only the tokens up to i; then n_k = n. It is done in chunks, without
        an n x n matrix.
    eps : float
        Added to the denominator, >= 0, in units of the sum over keys of exp(q . k / sqrt(d)).

    Returns
    -------
    ndarray, shape (n, d_v)

    Raises
    ------
    ValueError
        If `kind` is unknown, `eps` negative, or a number of q, k or W above 1e150 in size; with
        "trig" also if a denominator is 0, or causal keys differ too much in length.

    Notes
    -----
    Weights stay in range: term l of a weight, exp(a_l + b_l) with exponents a_l of the query and
    b_l of the key, does not change when a number is added to all b_l of one l and subtracted from
    a_l, and a number subtracted from a whole row of a's cancels in the ratio. What is subtracted
    never depends on a later key, so a causal output does not change by a bit when they do.

    References
    ----------
    choromanski2021performers, equation (4).

    Examples
    --------
    With one key there is nothing to estimate:

    >>> favor_attention([[9.0], [-9.0]], [[1.0]], [[5.0]], W=[[0.7]])
    array([[5.],
           [5.]])
    """
    if flag("causal", causal):
        check_same_length("q", q, "k", k)
    check_sizes(q=q, k=k, W=W)
    one_of("kind", kind, KINDS)
    eps, dtype = real_number("eps", eps, least=0), np.result_type(q, k, v)
    q, k, v, W = (a.astype(float, copy=False) for a in (q, k, v, W))
    q, k = q * q.shape[1] ** -0.25, k * k.shape[1] ** -0.25
    v_and_one = np.concatenate([v, np.ones((len(v), 1))], axis=1)
    attend = _attend_by_waves if kind == "trig" else _attend_by_exponentials
    sums, log_taken = attend(q, k, v_and_one, W, kind, causal)
    denominator = sums[:, -1:]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        if eps:
            denominator = denominator + eps * np.exp(-log_taken)
        result = sums[:, :-1] / denominator
    bad = ~np.isfinite(result).all(axis=1) | (denominator[:, 0] == 0)
    if bad.any():
        i = int(bad.argmax())
        raise ValueError(
            f"row {i} of the output is out of range: its estimated denominator is "
            f"{denominator[i, 0]}; use smaller inputs, more directions or positive features"
        )
    return result.astype(dtype)


def _attend(phi_q, phi_k, v, causal):
    """Return the sums over the keys, or those up to each query, of weights times values."""
    return causal_product(phi_q, phi_k, v) if causal else phi_q @ (phi_k.T @ v)


def _attend_by_exponentials(q, k, v, W, kind, causal):
    """Return sums by positive features in range, and the log of what was taken out of each row.

    Each query's largest feature becomes 1, at a direction where the feature of some key that it
    sees is 1 too: no denominator is below 1.
    """
    hyperbolic = kind == "hyperbolic"
    of_q, of_k = exponents(q, W, hyperbolic), exponents(k, W, hyperbolic)
    taken = of_k[0] if causal else of_k.max(axis=0)
    # No key can exceed |w|^2 / 2, which w . k - |k|^2 / 2 has at k = w.
    if causal and (np.tile(_half_square(W)[:, 0], 1 + hyperbolic) - taken).max() > 600:
        return _attend_in_turn(of_q, of_k, v)
    of_q = of_q + taken
    top = of_q.max(axis=1, keepdims=True)
    sums = _attend(np.exp(of_q - top), np.exp(of_k - taken), v, causal)
    return sums, top - np.log(of_q.shape[1])


def _attend_in_turn(of_q, of_k, v):
    """Do the same token by token, with a running maximum, for keys far away from all directions."""
    sums, tops = np.empty((len(v), v.shape[1])), np.empty((len(v), 1))
    taken, state = of_k[0], np.zeros((of_k.shape[1], v.shape[1]))
    for i in range(len(v)):
        before, taken = taken, np.maximum(taken, of_k[i])
        state *= np.exp(before - taken)[:, None]
        state += np.exp(of_k[i] - taken)[:, None] * v[i]
        row = of_q[i] + taken
        tops[i] = row.max()
        sums[i] = np.exp(row - tops[i]) @ state
    return sums, tops - np.log(of_q.shape[1])


def _attend_by_waves(q, k, v, W, kind, causal):
    """Return sums by trigonometric features, and the log of what was taken out of each row."""
    waves_q, waves_k = (np.concatenate([np.sin(x @ W.T), np.cos(x @ W.T)], axis=1) for x in (q, k))
    of_q, of_k = _half_square(q), _half_square(k)
    taken = of_k[0] if causal else of_k.max(axis=0)
    with np.errstate(over="ignore"):
        phi_k = np.exp(of_k - taken) * waves_k
    if not np.isfinite(phi_k).all():
        raise ValueError(
            "keys must have similar lengths for causal attention by trigonometric features, "
            f"got squared lengths from {2 * of_k.min():g} to {2 * of_k.max():g}"
        )
    return _attend(waves_q, phi_k, v, causal), of_q + taken - np.log(len(W))


# --- how good is it? ---------------------------------------------------------------------------


def softmax_kernel_mse(x, y, kind):
    r"""Return m times the mean squared error of an estimate of exp(x . y) by m directions.

    .. math::

        m\,\mathrm{MSE}^{trig} &= \tfrac12 e^{\|x + y\|^2} SM^{-2} (1 - e^{-\|x - y\|^2})^2 \\
        m\,\mathrm{MSE}^{+} &= e^{\|x + y\|^2} SM^2 (1 - e^{-\|x + y\|^2}) \\
        m\,\mathrm{MSE}^{hyp+} &= \tfrac12 (1 - e^{-\|x + y\|^2})\, m\,\mathrm{MSE}^{+}

    for independent Gaussian directions; hyperbolic features are 2 m.

    Parameters
    ----------
    x, y : array_like, shape (..., d)
        Two points; leading axes broadcast.
    kind : {"trig", "positive", "hyperbolic"}

    Returns
    -------
    float, or ndarray of the broadcast leading shape
        Infinite where it exceeds the range of float64.

    Raises
    ------
    ValueError
        If the shapes do not fit, `kind` is unknown, or a number is not finite.

    References
    ----------
    choromanski2021performers, Lemma 2, equation (8).

    Examples
    --------
    Relative to the kernel squared, the positive one depends on x + y alone:

    >>> x, y = np.array([0.6, 0.0]), np.array([0.2, 0.6])
    >>> relative = softmax_kernel_mse(x, y, "positive") / np.exp(x @ y) ** 2
    >>> float(relative.round(9)) == float(np.expm1(1.0).round(9))
    True
    """
    x, y = _two_points(x, y)
    one_of("kind", kind, KINDS)
    total, dot = np.sum(x * x + y * y, axis=-1), np.sum(x * y, axis=-1)
    missing = -np.expm1(-np.sum((x + y) ** 2, axis=-1))
    with np.errstate(over="ignore"):
        if kind == "trig":
            apart = np.expm1(-np.sum((x - y) ** 2, axis=-1))
            return np.exp(np.where(apart == 0, 0.0, total)) * apart**2 / 2  # not inf * 0
        mse = np.exp(total + 4 * dot) * missing
        return mse if kind == "positive" else mse * missing / 2


def relative_variance(x, y, kind):
    r"""Return m times the mean squared error of an estimate of exp(x . y), over its square.

    As SM^4 = exp(\|x + y\|^2 - \|x - y\|^2), the errors of `softmax_kernel_mse` become simple:

    .. math::

        \text{trig} &: \cosh \|x - y\|^2 - 1 \\
        \text{positive} &: e^{\|x + y\|^2} - 1 \\
        \text{hyperbolic} &: \cosh \|x + y\|^2 - 1

    Trigonometric and hyperbolic features, both 2 m, mirror each other: the first err less exactly
    where x . y > 0, where the kernel is above 1.

    Parameters
    ----------
    x, y : array_like, shape (..., d)
        Two points; leading axes broadcast.
    kind : {"trig", "positive", "hyperbolic"}

    Returns
    -------
    float, or ndarray of the broadcast leading shape
        Infinite where it exceeds the range of float64.

    Raises
    ------
    ValueError
        If the shapes do not fit, `kind` is unknown, or a number is not finite.

    References
    ----------
    choromanski2021performers, Lemma 2; this form is our own.

    Examples
    --------
    >>> x, y = [0.6, 0.0], [0.2, 0.6]
    >>> [float(relative_variance(x, y, kind).round(3)) for kind in KINDS]
    [0.138, 1.718, 0.543]
    """
    x, y = _two_points(x, y)
    one_of("kind", kind, KINDS)
    with np.errstate(over="ignore"):
        square = np.sum((x - y if kind == "trig" else x + y) ** 2, axis=-1)
        if kind == "positive":
            return np.expm1(square)
        return 2 * np.sinh(square / 2) ** 2  # cosh - 1, without cancellation


def orthogonal_variance(x, y, kind):
    r"""Return `relative_variance` for directions that are orthogonal in full blocks of d.

    Directions of different blocks are independent, and two of one block have one covariance c,
    relative to the squared kernel. So m directions, a multiple of d, have the variance
    (V + (d - 1) c) / m, with V the `relative_variance`: the share that is saved does not depend on
    m. The mean behind c is taken by quadrature over two lengths and two angles. For short z,

    .. math:: c \approx -\|z\|^4 / (2 (d + 2)),

    where z is x + y, or x - y for "trig". V is about \|z\|^2 for "positive", but \|z\|^4 / 2
    for the other two, which therefore keep only a share 3 / (d + 2).

    Parameters
    ----------
    x, y : array_like, shape (d,), d >= 2
        Two points.
    kind : {"trig", "positive", "hyperbolic"}

    Returns
    -------
    float
        m times the mean squared error over the squared kernel, for m = d, 2 d, ...

    Raises
    ------
    ValueError
        If the shapes do not fit, d is above 1,024, `kind` is unknown, a number is not finite, or
        z is longer than 6.

    References
    ----------
    choromanski2021performers, Theorem 2, bounds it; the exact value is our own.

    Examples
    --------
    >>> x = np.full(16, 0.1)
    >>> for kind in ("positive", "hyperbolic"):
    ...     print(round(orthogonal_variance(x, x, kind) / float(relative_variance(x, x, kind)), 2))
    0.82
    0.25
    """
    x, y = _two_points(x, y)
    one_of("kind", kind, KINDS)
    d, waves = x.shape[-1], kind == "trig"
    if x.shape != (d,) or y.shape != (d,) or not 2 <= d <= 1024:
        raise ValueError(
            f"x and y must have shape (d,) with d in 2..1024, got {x.shape} and {y.shape}"
        )
    z = np.clip(x - y if waves else x + y, -10, 10)
    square = float(z @ z)
    if square > 36:
        raise ValueError(f"x {'-' if waves else '+'} y must be at most 6 long, got a longer one")
    if square < 1e-4:
        covariance = -(square**2) / (2 * (d + 2))
    else:
        u = -square if waves else square
        covariance = np.exp(-u) * _mean_of_two(math.sqrt(square), d, waves) - 1
    return float(relative_variance(x, y, kind) + (d - 1) * covariance)


def _mean_of_two(r, d, waves):
    """Return E[f(w . z) f(w' . z)] for orthogonal directions w, w', with |z| = r, f exp or cos.

    A direction is as likely as its opposite, so cosh will do for exp, and angles up to 90 degrees.
    """
    f = np.cos if waves else np.cosh
    far = math.sqrt(d)
    low = math.pi / 2 - min(math.pi / 2, 12 / far)  # angles in many dimensions are nearly right
    lengths, share = _nodes(max(0, far - 10), far + 10 + r, 80)
    share *= np.exp((d - 1) * np.log(lengths / far) - (lengths**2 - d) / 2)
    share /= share.sum()
    angles, mass = _nodes(low, math.pi / 2, 40)  # between w and z
    mass *= np.sin(angles) ** (d - 2)
    if d == 2:  # w' lies along the part of z that is orthogonal to w
        tilts, weight = np.zeros(1), np.ones(1)
    else:
        tilts, weight = _nodes(low, math.pi / 2, 40)
        weight *= np.sin(tilts) ** (d - 3)
    one = share @ f(r * lengths[:, None] * np.cos(angles))
    along, weight = np.outer(lengths, np.cos(tilts)).ravel(), np.outer(share, weight).ravel()
    other = np.array([f(r * sine * along) @ weight for sine in np.sin(angles)]) / weight.sum()
    return mass @ (one * other) / mass.sum()


@functools.cache
def _gauss(count):
    return np.polynomial.legendre.leggauss(count)


def _nodes(low, high, count):
    """Return the nodes and weights of Gauss and Legendre between two ends."""
    at, weights = _gauss(count)
    return low + (high - low) * (at + 1) / 2, weights.copy()


def orthogonal_mse_bound(x, y, m, d):
    r"""Return a bound on the mean squared error by m <= d orthogonal directions.

    .. math::

        \mathrm{MSE}^{ort+} \le \mathrm{MSE}^{+} - \frac{2 (m - 1)}{m (d + 2)}
        \bigl(SM - e^{-(\|x\|^2 + \|y\|^2) / 2}\bigr)^2

    Parameters
    ----------
    x, y : array_like, shape (..., d)
        Two points; leading axes broadcast.
    m : int
        Number of directions, from 1 to d: beyond d they cannot all be orthogonal.
    d : int
        Dimension, that of x and y.

    Returns
    -------
    float, or ndarray of the broadcast leading shape
        The error itself, not m times it (unlike `softmax_kernel_mse`).

    Raises
    ------
    ValueError
        If m is not in 1 ... d, d is not the dimension of x and y, or as in `softmax_kernel_mse`.
    TypeError
        If m or d is no integer.

    References
    ----------
    choromanski2021performers, Theorem 2, equation (10).

    Examples
    --------
    One direction is orthogonal to no other:

    >>> x, y = [0.6, 0.0], [0.6, 0.0]
    >>> orthogonal_mse_bound(x, y, 1, 2) == softmax_kernel_mse(x, y, "positive")
    np.True_
    >>> round(float(orthogonal_mse_bound(x, y, 2, 2)), 4)
    3.1731
    """
    x, y = _two_points(x, y)
    m, d = integer("m", m, least=1), integer("d", d, least=1)
    if x.shape[-1] != d:
        raise ValueError(f"d must be the dimension of x and y, {x.shape[-1]}, got {d}")
    if m > d:
        raise ValueError(f"m must be at most d = {d}, for so many can be orthogonal, got {m}")
    iid = softmax_kernel_mse(x, y, "positive") / m
    total, dot = np.sum(x * x + y * y, axis=-1), np.sum(x * y, axis=-1)
    with np.errstate(over="ignore", invalid="ignore"):
        gain = 2 * (m - 1) / (m * (d + 2)) * (np.exp(dot) - np.exp(-total / 2)) ** 2
        return np.where(np.isinf(iid), iid, iid - gain)[()]


def smreg(x, y):
    r"""Return the regularised softmax kernel: the mean of positive features of length sqrt(d).

    With directions uniform on the sphere of radius sqrt(d), and r = \|x + y\|,

    .. math::

        SMREG(x, y) = e^{-(\|x\|^2 + \|y\|^2) / 2}\; {}_0F_1(; d/2; d r^2 / 4),

    where :math:`{}_0F_1(; \nu; z^2/4) = \Gamma(\nu) (2/z)^{\nu-1} I_{\nu-1}(z)`. It is below
    exp(x . y), and near it for small r and large d.

    Parameters
    ----------
    x, y : array_like, shape (..., d)
        Two points; leading axes broadcast.

    Returns
    -------
    float, or ndarray of the broadcast leading shape

    Raises
    ------
    ValueError
        If the shapes do not fit, or a number is not finite.

    References
    ----------
    choromanski2021performers, Theorem 1, names the kernel; the closed form is our own.

    Examples
    --------
    In one dimension the sphere is {-1, 1}, and the mean of exp(w r) is cosh(r):

    >>> round(float(smreg([0.5], [1.5]) * np.exp(1.25) / np.cosh(2)), 12)
    1.0
    """
    x, y = _two_points(x, y)
    d = x.shape[-1]
    with np.errstate(over="ignore", invalid="ignore"):
        z = np.sqrt(d * np.sum((x + y) ** 2, axis=-1))
        half = np.sum(x * x + y * y, axis=-1) / 2
    # The function is at most e^z: what is left out is 0 in float64.
    logs = [
        _log_bessel(d / 2, a) - b if a > b - 760 else -np.inf
        for a, b in zip(np.ravel(z), np.ravel(half), strict=True)
    ]
    with np.errstate(over="ignore"):
        return np.exp(np.reshape(logs, np.shape(z)))[()]


def _log_bessel(nu, z):
    """Return log 0F1(; nu; z^2 / 4) by the terms of its power series that are not tiny."""
    if z == 0:
        return 0.0
    peak = (np.hypot(nu, z) - nu) / 2  # where the terms, which are all positive, are largest
    reach = 12 * math.sqrt(peak + 1) + 40
    k = np.arange(max(0, int(peak - reach)), int(peak + reach))
    first = 2 * k[0] * math.log(z / 2) - math.lgamma(k[0] + 1)
    first += math.lgamma(nu) - math.lgamma(nu + k[0])
    steps = 2 * math.log(z / 2) - np.log(k[1:]) - np.log(nu + k[1:] - 1)
    logs = first + np.concatenate([[0.0], np.cumsum(steps)])
    top = logs.max()
    return top + math.log(np.exp(logs - top).sum())


# --- checks of arguments -----------------------------------------------------------------------


def check_sizes(**arrays):
    """Raise unless the entries of all arrays can be squared."""
    for name, array in arrays.items():
        most = LARGEST if array.dtype == float else 1e18
        if np.abs(array).max(initial=0) > most:
            top = np.abs(array).max()
            raise ValueError(f"{name} must be at most {most:g} in size, got {top:g}")


def shift_of(x, shift):
    """Return a shift as a number, or as a column with one for each row of x."""
    shift = real_array("shift", shift).astype(x.dtype)
    if shift.shape not in ((), (len(x),), (len(x), 1)):
        raise ValueError(
            f"shift must be a number or of shape ({len(x)},), one for each row of x, "
            f"got {shift.shape}"
        )
    return shift.reshape(-1, 1) if shift.ndim else shift


def _two_points(x, y):
    """Return two arrays of points in float64 whose leading axes broadcast."""
    x, y = real_array("x", x).astype(float), real_array("y", y).astype(float)
    fit = x.ndim and y.ndim and x.shape[-1] == y.shape[-1] and x.shape[-1]
    if fit:
        try:
            np.broadcast_shapes(x.shape, y.shape)
        except ValueError:
            fit = False
    if not fit:
        raise ValueError(
            f"x and y must have shape (..., d), one d and axes that broadcast, "
            f"got {x.shape} and {y.shape}"
        )
    return x, y
