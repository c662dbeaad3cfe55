"""LegS online: a signal comes sample by sample, N coefficients remember all of it."""

from functools import lru_cache

import numpy as np

from glassbox.checks import number_array, one_of, real_array, real_number

from .hippo import basis_rows, gauss, limited, norms

#: The step rules of `legs_scan`.
RULES = ("zoh", "bilinear", "backward", "forward")
#: Numbers of the matrices that the exact scan makes at a time.
BLOCK = 2**21


def legs_scan(u, N, method="zoh"):
    r"""Feed samples to HiPPO-LegS and return the coefficients after each.

    Sample k is the value on [k, k + 1). The state starts at c = 0, and with t = k + 1 it becomes

    * "zoh", zero-order hold: the exact solution for this staircase,
      :math:`c \leftarrow u e_0 + E\,(c - u e_0)` with :math:`E = e^{-A \ln((k+1)/k)}`. So the
      first sample gives :math:`c = u e_0`.
    * "bilinear": :math:`(I + \frac{A}{2t})\, c \leftarrow (I - \frac{A}{2t})\, c + \frac1t B u`
    * "backward" Euler: :math:`(I + \frac{A}{t})\, c \leftarrow c + \frac1t B u`
    * "forward" Euler: :math:`c \leftarrow c - \frac1t A c + \frac1t B u`

    No step size occurs: in c' = (-A c + B f) / t it cancels.

    Parameters
    ----------
    u : array_like, shape (L,)
        Samples; the first has t = 1.
    N : int
        Number of coefficients, at least 1.
    method : {"zoh", "bilinear", "backward", "forward"}
        Step rule. Forward Euler grows to huge values on the way, from N = 8 or so.

    Returns
    -------
    ndarray, shape (L, N)
        Row k is the memory after sample k, at time k + 1. float32 if u is float32.

    Raises
    ------
    ValueError
        If u is not a vector of finite numbers, N < 1, or the method is unknown.

    Notes
    -----
    The last three cost O(N) a step (`legs_matvec`, `legs_solve`). The exact step needs no matrix
    exponential: E stretches the polynomial from [0, k] to [0, k + 1] and fills up with zeros, so
    N Gauss nodes give it without error, in O(N^2) a step: at N = 64 some microseconds, at N = 1024
    some milliseconds. Code that starts the exact rule with
    c = 0 at t = 1 remembers a 0 in front of the signal: ``legs_scan([0, *u], N)[1:]``.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    A constant is remembered at once, and the first coefficient is the mean.

    >>> legs_scan([2, 2, 2], N=2) + 0.0
    array([[2., 0.],
           [2., 0.],
           [2., 0.]])
    >>> legs_scan([1, 3, 5], N=1).ravel()
    array([1., 2., 3.])
    """
    u = real_array("u", u, "L")
    N = limited(N, times=len(u) + 1)
    if one_of("method", method, RULES) == "zoh":
        return _exact_scan(u, N)
    step = {"bilinear": _bilinear_step, "backward": _backward_step, "forward": _forward_step}
    step, B = step[method], norms(N).astype(u.dtype)
    coefficients = np.zeros((len(u) + 1, N), dtype=u.dtype)
    with np.errstate(over="ignore", invalid="ignore"):  # forward Euler may leave the numbers
        for k, x in enumerate(u):
            coefficients[k + 1] = step(coefficients[k], B * x, u.dtype.type(k + 1))
    return coefficients[1:]


def _forward_step(c, Bu, t):
    return c + (Bu - matvec(c)) / t


def _backward_step(c, Bu, t):
    return solve(1 / t, c + Bu / t)


def _bilinear_step(c, Bu, t):
    return solve(0.5 / t, c + (Bu - matvec(c) / 2) / t)


def _exact_scan(u, N):
    """Scan by the exact step: sample the old polynomial at Gauss nodes, project it again."""
    x, weights = gauss(N)
    sample = basis_rows(N, x).T
    coefficients, c = np.empty((len(u), N)), np.zeros(N)
    many = max(1, BLOCK // N**2)
    for first in range(0, len(u), many):
        k = np.arange(first, min(first + many, len(u)))
        shrink = k / (k + 1)
        project = basis_rows(N, shrink[:, None] * x)  # (N, steps, nodes)
        for j, i in enumerate(k):
            c = stretch(c, u[i], sample, project[:, j], shrink[j] * weights)
            coefficients[i] = c
    return coefficients.astype(u.dtype)


def stretch(c, u, sample, project, weights):
    """Take one exact step: c less the new value, sampled at the nodes, projected on [0, k + 1]."""
    rest = c.copy()
    rest[0] -= u
    after = project @ (weights * (sample @ rest))
    after[0] += u
    return after


def legs_matvec(v):
    r"""Multiply by the matrix A of LegS in O(N): a running sum instead of a matrix.

    .. math:: (A v)_n = \sqrt{2n+1} \sum_{k \le n} \sqrt{2k+1}\, v_k - n\, v_n

    Parameters
    ----------
    v : array_like, shape (..., N)

    Returns
    -------
    ndarray, shape (..., N)

    Raises
    ------
    ValueError
        If v has no entries, or one is not finite.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    A applied to the constant's coefficients is B.

    >>> (legs_matvec([1, 0, 0]) ** 2).round(12)
    array([1., 3., 5.])
    """
    return matvec(_vectors(v))


def matvec(v):
    """`legs_matvec` of an array that was looked at."""
    root, n = _constants(v.shape[-1], v.dtype)
    return root * np.cumsum(root * v, axis=-1) - n * v


@lru_cache(maxsize=64)
def _constants(N, dtype):
    """Return sqrt(2n + 1) and n, each shape (N,)."""
    real = np.zeros(0, dtype=dtype).real.dtype
    return norms(N).astype(real), np.arange(N, dtype=real)


def legs_solve(lam, v):
    r"""Solve (I + lam A) z = v for LegS in O(N), by one pass with a running sum.

    .. math:: z_n = \frac{v_n - \lambda\sqrt{2n+1}\, S_n}{1 + \lambda (n + 1)}, \qquad
        S_{n+1} = S_n + \sqrt{2n+1}\, z_n, \quad S_0 = 0

    Parameters
    ----------
    lam : float
        Any number but -1, -1/2, ..., -1/N; 1/t for backward Euler.
    v : array_like, shape (..., N)

    Returns
    -------
    ndarray, shape (..., N)

    Raises
    ------
    ValueError
        If the matrix is singular, v has no entries, or a number is not finite.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    >>> legs_solve(1, [2, np.sqrt(3)])
    array([1., 0.])
    """
    lam, v = real_number("lam", lam), _vectors(v)
    pivots = np.abs(1 + lam * np.arange(1, v.shape[-1] + 1))
    if pivots.min() < 1e-14:  # -1/49 times 49 is not quite -1
        n = int(np.argmin(pivots)) + 1
        raise ValueError(f"lam must not be -1/n for n = 1 ... N (singular), got -1/{n}")
    return solve(lam, v)


def solve(lam, v):
    """`legs_solve` of an array that was looked at."""
    lam = float(lam)
    N, total, z = v.shape[-1], 0.0, []
    columns = v.tolist() if v.ndim == 1 else np.moveaxis(v, -1, 0)
    pairs = zip(_root_list(N), columns, strict=True)
    for n, (root, value) in enumerate(pairs, start=1):
        z.append((value - lam * root * total) / (1 + lam * n))
        total = total + root * z[-1]
    return np.stack(z, axis=-1).astype(v.dtype, copy=False)


@lru_cache(maxsize=64)
def _root_list(N):
    return norms(N).tolist()


def _vectors(v):
    v = number_array("v", v, "... N")
    if not v.shape[-1]:
        raise ValueError(f"v must have at least one entry, got shape {v.shape}")
    return v
