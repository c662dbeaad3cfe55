"""The Legendre basis, the HiPPO matrices, and projections by quadrature or in closed form."""

from functools import lru_cache

import numpy as np

from glassbox.checks import function, integer, number_array, real_array, real_number, within

#: The most numbers that a function makes: 128 MB of floats.
MAX_NUMBERS = 2**24


def legendre_basis(N, s):
    r"""Legendre polynomials, orthonormal on [0, 1].

    .. math:: \phi_n(s) = \sqrt{2n + 1}\; P_n(2s - 1), \qquad
        \int_0^1 \phi_n(s)\, \phi_m(s)\, ds = \delta_{nm}

    Parameters
    ----------
    N : int
        Number of polynomials, at least 1; their degrees are 0 ... N - 1.
    s : array_like, shape (...)
        Where to evaluate them: 0 is the start of the memory, 1 is now. Outside of [0, 1] the
        polynomials go on, and grow fast.

    Returns
    -------
    ndarray, shape (..., N)
        Column n is :math:`\phi_n`.

    Raises
    ------
    ValueError
        If N < 1 or a point is not finite.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    Now, at s = 1, the values are 1, sqrt 3, sqrt 5; at the start they alternate in sign.

    >>> legendre_basis(3, [0, 1]) ** 2 * np.sign(legendre_basis(3, [0, 1]))
    array([[ 1., -3.,  5.],
           [ 1.,  3.,  5.]])
    """
    s = real_array("s", s)
    N = limited(N, times=s.size)
    return np.ascontiguousarray(np.moveaxis(basis_rows(N, s), 0, -1))


def basis_rows(N, s):
    """Return `legendre_basis` of an array that was looked at with the degrees first."""
    x = 2 * s - 1
    rows = np.empty((N, *s.shape), dtype=s.dtype)
    before, now = np.zeros_like(x), np.ones_like(x)
    for n, root in enumerate(norms(N).tolist()):
        rows[n] = root * now
        before, now = now, ((2 * n + 1) * x * now - n * before) / (n + 1)
    return rows


def limited(N, times=1, name="N", most=4096):
    """Return N, from 1 to `most`, if N numbers as often as `times` are not too many."""
    N = integer(name, N, least=1, most=most)
    if N * times > MAX_NUMBERS:
        raise ValueError(
            f"{name} must be at most {max(1, MAX_NUMBERS // times):,} for so much data, got {N:,}"
        )
    return N


def norms(N):
    """Return sqrt(2n + 1) for n = 0 ... N - 1, the values of the basis at s = 1."""
    return np.sqrt(2.0 * np.arange(N) + 1)


def hippo_legs(N):
    r"""Matrices of HiPPO-LegS, the memory that weighs the whole past alike.

    .. math:: c'(t) = -\tfrac1t A\, c(t) + \tfrac1t B f(t), \qquad
        A_{nk} = \begin{cases} \sqrt{2n+1}\sqrt{2k+1} & n > k \\ n + 1 & n = k \\ 0 & n < k
        \end{cases}, \quad B_n = \sqrt{2n+1}

    Parameters
    ----------
    N : int
        Number of coefficients, at least 1.

    Returns
    -------
    A : ndarray, shape (N, N)
        Positive and lower triangular; the minus is in the equation. S4 calls -A its A.
    B : ndarray, shape (N,)

    Raises
    ------
    ValueError
        If N < 1.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    >>> A, B = hippo_legs(3)
    >>> A.round(3)
    array([[1.   , 0.   , 0.   ],
           [1.732, 2.   , 0.   ],
           [2.236, 3.873, 3.   ]])
    >>> B.round(3)
    array([1.   , 1.732, 2.236])
    """
    B = norms(limited(N, most=2048))
    A = np.tril(np.outer(B, B), -1) + np.diag(np.arange(1.0, len(B) + 1))
    return A, B


def hippo_legt(N, theta):
    r"""Matrices of HiPPO-LegT, the memory of a window that slides along.

    .. math:: c'(t) = -A\, c(t) + B f(t), \qquad
        A_{nk} = \frac{\sqrt{2n+1}\sqrt{2k+1}}{\theta}
        \begin{cases} 1 & n \ge k \\ (-1)^{n-k} & n < k \end{cases}, \quad
        B_n = \frac{\sqrt{2n+1}}{\theta}

    Parameters
    ----------
    N : int
        Number of coefficients, at least 1.
    theta : float
        Length of the window > 0, in the unit of time.

    Returns
    -------
    A : ndarray, shape (N, N)
    B : ndarray, shape (N,)

    Raises
    ------
    ValueError
        If N < 1 or theta <= 0.

    Notes
    -----
    The basis is the orthonormal one of `legendre_basis`. The Legendre memory unit is written
    theta x' = A_u x + B_u u, with a plus. With D = diag((-1)^n sqrt(2n + 1)) its matrices are
    A_u = -theta D A D^-1 and B_u = theta D B; HiPPO's transcription of it has D A D^-1 and D B.

    References
    ----------
    gu2020hippo, voelker2019legendre.

    Examples
    --------
    >>> A, B = hippo_legt(2, theta=1)
    >>> A.round(3), B.round(3)
    (array([[ 1.   , -1.732],
           [ 1.732,  3.   ]]), array([1.   , 1.732]))
    """
    B = norms(limited(N, most=2048))
    theta = real_number("theta", theta, above=0)
    n = np.arange(len(B))
    signs = np.where(n[:, None] >= n, 1.0, (-1.0) ** (n[:, None] - n))
    return np.outer(B, B) * signs / theta, B / theta


def hippo_lagt(N):
    """Matrices of HiPPO-LagT, the memory that fades exponentially: c' = -A c + B f.

    Parameters
    ----------
    N : int
        Number of coefficients, at least 1.

    Returns
    -------
    A : ndarray, shape (N, N)
        Ones on and below the diagonal.
    B : ndarray, shape (N,)
        Ones.

    Raises
    ------
    ValueError
        If N < 1.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    With one coefficient this is a leaky average, c' = f - c.

    >>> hippo_lagt(1)
    (array([[1.]]), array([1.]))
    """
    N = limited(N, most=2048)
    return np.tril(np.ones((N, N))), np.ones(N)


def s4_basis(N, age):
    r"""What S4's state weighs the past with: :math:`e^{-\tau A} B`, in closed form.

    Without the 1/t the LegS equation is c' = -A c + B f, and the coefficients are
    :math:`c_n(t) = \int_0^\infty f(t - \tau)\, \phi_n(e^{-\tau})\, e^{-\tau} d\tau`.

    Parameters
    ----------
    N : int
        Number of coefficients, at least 1.
    age : array_like, shape (...)
        How long ago, tau >= 0.

    Returns
    -------
    ndarray, shape (..., N)

    Raises
    ------
    ValueError
        If N < 1 or an age is negative.

    References
    ----------
    gu2023train.

    Examples
    --------
    At age 0 it is B.

    >>> (s4_basis(3, 0) ** 2).round(12)
    array([1., 3., 5.])
    """
    age = within("age", real_array("age", age), least=0)
    warped = np.exp(-age)
    return legendre_basis(N, warped) * warped[..., None]


def legs_project(f, t, N, nodes=400):
    r"""Project a function on polynomials over the whole past [0, t], by quadrature.

    .. math:: c_n(t) = \int_0^1 f(t s)\, \phi_n(s)\, ds

    Parameters
    ----------
    f : callable
        Takes an array of times and returns as many values, real or complex.
    t : float
        Now, > 0.
    N : int
        Number of coefficients, at least 1.
    nodes : int
        Nodes of the Gauss-Legendre rule, which is exact when f is a polynomial of degree
        2 nodes - N or less. At least N are taken: fewer would confuse the basis with itself.

    Returns
    -------
    ndarray, shape (N,)

    Raises
    ------
    ValueError
        If t <= 0, N or nodes are below 1 or above 2,000, or f gives other than one finite value a
        time.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    A straight line needs two coefficients: its mean, and its slope / (2 sqrt 3).

    >>> legs_project(lambda x: x, t=6, N=3).round(6) + 0.0
    array([3.      , 1.732051, 0.      ])
    """
    t = real_number("t", t, above=0)
    return _project(f, 0.0, t, N, nodes)


def legt_project(f, t, N, theta, nodes=400):
    """Project a function on polynomials over the window [t - theta, t], by quadrature.

    Parameters
    ----------
    f, N, nodes
        As in `legs_project`.
    t : float
        Now.
    theta : float
        Length of the window > 0.

    Returns
    -------
    ndarray, shape (N,)

    Raises
    ------
    ValueError
        As `legs_project`.

    Examples
    --------
    >>> legt_project(lambda x: x, t=6, N=2, theta=2).round(6)
    array([5.     , 0.57735])
    """
    t, theta = real_number("t", t), real_number("theta", theta, above=0)
    return _project(f, t - theta, t, N, nodes)


def _project(f, first, last, N, nodes):
    N = integer("N", N, least=1, most=2000)
    function("f", f)
    x, weights = gauss(max(integer("nodes", nodes, least=1, most=2000), N))
    values = number_array("f(x)", f(first + (last - first) * x))
    if values.shape not in ((), x.shape):
        raise ValueError(f"f must give one value a time, shape {x.shape}, got {values.shape}")
    return (weights * values) @ basis_rows(N, x).T


@lru_cache(maxsize=64)
def gauss(nodes):
    """Return the nodes and weights of the Gauss-Legendre rule on [0, 1]; not to be written to."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    x, weights = (x + 1) / 2, weights / 2
    x.flags.writeable = weights.flags.writeable = False
    return x, weights


def legs_project_samples(u, N):
    r"""Project the staircase that is u[k] on [k, k + 1), exactly and in one go.

    Each step of the staircase is integrated in closed form,
    :math:`\int P_n = (P_{n+1} - P_{n-1}) / (2n + 1)`.

    Parameters
    ----------
    u : array_like, shape (L,)
        Samples, L >= 1; now is t = L.
    N : int
        Number of coefficients, at least 1.

    Returns
    -------
    ndarray, shape (N,)

    Raises
    ------
    ValueError
        If u is not a non-empty vector of finite numbers, or N < 1.

    References
    ----------
    gu2020hippo.

    Examples
    --------
    >>> legs_project_samples([1, 3], 2).round(6)
    array([2.      , 0.866025])
    """
    u = real_array("u", u, "L")
    if not len(u):
        raise ValueError("u must have at least one sample, got none")
    N = limited(N, times=len(u) + 1)
    edges = np.arange(len(u) + 1) / len(u)
    P = legendre_basis(N + 1, edges) / norms(N + 1)
    integrals = np.empty((len(u) + 1, N))
    integrals[:, 0] = edges
    n = np.arange(1, N)
    integrals[:, 1:] = (P[:, n + 1] - P[:, n - 1]) / (2 * np.sqrt(2 * n + 1))
    return (u.astype(float) @ np.diff(integrals, axis=0)).astype(u.dtype)


def legs_reconstruct(c, s):
    r"""Evaluate the remembered polynomial, :math:`\sum_n c_n \phi_n(s)`.

    Parameters
    ----------
    c : array_like, shape (..., N)
        Coefficients of `legs_scan`, or of a window; real or complex.
    s : array_like, shape (m,)
        Places in the memory: 0 its start, 1 now. For LegS s = x / t, for LegT
        s = 1 - (t - x) / theta.

    Returns
    -------
    ndarray, shape (..., m)

    Raises
    ------
    ValueError
        If c has no coefficients, or a number is not finite.

    Examples
    --------
    >>> legs_reconstruct([3, np.sqrt(3)], [0, 0.5, 1]).round(9) + 0.0
    array([0., 3., 6.])
    """
    c = number_array("c", c, "... N")
    if not c.shape[-1]:
        raise ValueError(f"c must have at least one coefficient, got shape {c.shape}")
    basis = legendre_basis(c.shape[-1], real_array("s", s))
    return np.tensordot(c, basis, axes=(-1, -1))
