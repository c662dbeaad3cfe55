"""Diagonal models: S4D, and what becomes of LegS if it is diagonalised all the same."""

import numpy as np

from glassbox.checks import integer, number_array, one_of, real_number

from .hippo import limited
from .s4 import dplr_legs
from .ssm import MAX_LENGTH, square, vector

#: Ways to place the modes of `s4d_modes`.
PLACES = ("lin", "inv", "legs", "real")


def s4d_modes(N, place="lin"):
    r"""Eigenvalues of a diagonal model, one of each conjugate pair.

    * "lin": :math:`\lambda_n = -\tfrac12 + i \pi n`, evenly spaced frequencies;
    * "inv": :math:`\lambda_n = -\tfrac12 + i \tfrac N\pi (\tfrac{N}{2n+1} - 1)`;
    * "legs": those of the normal part of LegS, `dplr_legs` (n from the slowest);
    * "real": :math:`\lambda_n = -(n + 1)`, as Mamba begins; not in pairs.

    Parameters
    ----------
    N : int
        Real numbers in the state, even but for "real": N / 2 pairs.
    place : {"lin", "inv", "legs", "real"}

    Returns
    -------
    ndarray of complex, shape (N / 2,); of "real" (N,)

    Raises
    ------
    ValueError
        If N is below 2, or odd where pairs are wanted, or the place is unknown.

    References
    ----------
    gu2022s4d, gu2023mamba.

    Examples
    --------
    >>> s4d_modes(4).round(3)
    array([-0.5+0.j   , -0.5+3.142j])
    >>> s4d_modes(3, "real").real
    array([-1., -2., -3.])
    """
    N = integer("N", N, least=1, most=1024)
    if one_of("place", place, PLACES) == "real":
        return -np.arange(1.0, N + 1) + 0j
    if N % 2:
        raise ValueError(f"N must be even, for conjugate pairs, got {N}")
    n = np.arange(N // 2)
    if place == "lin":
        return -0.5 + 1j * np.pi * n
    if place == "inv":
        return -0.5 + 1j * N / np.pi * (N / (2 * n + 1) - 1)
    return dplr_legs(N)[0][N // 2 :]


def s4d_kernel(C, lam, dt, L):
    r"""The kernel of a real diagonal model with B = 1, in three lines: a sum of damped waves.

    .. math:: \bar K_k = 2\, \mathrm{Re} \sum_n C_n\, \frac{e^{\Delta\lambda_n} - 1}{\lambda_n}\,
        e^{k \Delta \lambda_n}

    Parameters
    ----------
    C : array_like of complex, shape (n,)
        Output row, with B multiplied in; one entry a conjugate pair.
    lam : array_like of complex, shape (n,)
        One eigenvalue a pair, not 0.
    dt : float
        Step > 0; zero-order hold.
    L : int
        Length of the kernel, at least 1.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If the shapes do not fit, an eigenvalue is 0, dt <= 0, or L < 1.

    References
    ----------
    gu2022s4d, gupta2022diagonal.

    Examples
    --------
    Decay x' = -x: half of each conjugate pair is 1/2 of the real mode.

    >>> s4d_kernel([0.5], [-1], 1.0, 3).round(3)
    array([0.632, 0.233, 0.086])
    """
    lam = number_array("lam", lam, "n", empty=False).astype(complex)
    C = vector("C", C, len(lam), like="lam")
    if not lam.all():
        raise ValueError(f"lam must not be 0, got lam[{int(np.argmin(np.abs(lam)))}] = 0")
    dt, L = real_number("dt", dt, above=0), limited(L, len(lam), name="L", most=MAX_LENGTH)
    return vandermonde_kernel(C, lam, dt, L)


def vandermonde_kernel(C, lam, dt, L):
    """`s4d_kernel` of arrays that were looked at."""
    C = C * np.expm1(dt * lam) / lam
    waves = np.exp(np.outer(dt * lam, np.arange(L)))
    return 2 * (C @ waves).real


def eig_kernel(A, B, C, dt, L):
    """The bilinear kernel by diagonalising A itself: right on paper, a wreck for LegS.

    Parameters
    ----------
    A : array_like, shape (N, N)
        Of x' = A x + B u; for LegS pass ``-A``.
    B, C : array_like, shape (N,)
    dt : float
        Step > 0.
    L : int
        Length of the kernel, at least 1.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If the shapes do not fit, dt <= 0, L < 1, or the eigenvectors are dependent.

    Examples
    --------
    >>> eig_kernel([[-2.0]], [1], [1], 1.0, 3)
    array([0.5, 0. , 0. ])
    """
    A = square("A", A)
    B, C = vector("B", B, len(A), like="A"), vector("C", C, len(A), like="A")
    dt, L = real_number("dt", dt, above=0), limited(L, len(A), name="L", most=MAX_LENGTH)
    lam, V = np.linalg.eig(A)
    try:
        modes = np.linalg.solve(V, B)
    except np.linalg.LinAlgError:
        raise ValueError("A must have independent eigenvectors, got a singular matrix") from None
    step, gain = (1 + dt / 2 * lam) / (1 - dt / 2 * lam), dt / (1 - dt / 2 * lam)
    with np.errstate(all="ignore"):
        kernel = (C @ V * gain * modes) @ step[:, None] ** np.arange(L)
    real = not any(map(np.iscomplexobj, (A, B, C)))
    return kernel.real if real else kernel
