"""S4's fast way to the kernel: generating function, low-rank correction, Cauchy sums.

The model is x' = -A x + B u, y = C x with HiPPO-LegS's A and B, discretised by the bilinear rule.
Its matrix cannot be diagonalised in floating point, but it is normal plus a product of two vectors
(`nplr_legs`), and the normal part has a unitary eigenbasis (`dplr_legs`).
"""

import numpy as np

from glassbox.checks import integer, number_array, real_array, real_number

from .hippo import hippo_legs, limited
from .ssm import MAX_LENGTH, discretize, square, vector


def nplr_legs(N):
    r"""Split the matrix of LegS: -A = S - p p^T, S normal (NPLR, normal plus low rank).

    .. math:: -A + p p^\top = S = -\tfrac12 I + \text{skew-symmetric}, \qquad
        p_n = \sqrt{n + \tfrac12}

    Parameters
    ----------
    N : int
        At least 1.

    Returns
    -------
    S : ndarray, shape (N, N)
        With the -1/2 on its diagonal: S + S^T = -I.
    p : ndarray, shape (N,)

    Raises
    ------
    ValueError
        If N < 1.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> S, p = nplr_legs(2)
    >>> S.round(3), (p**2).round(12)
    (array([[-0.5  ,  0.866],
           [-0.866, -0.5  ]]), array([0.5, 1.5]))
    """
    A, _ = hippo_legs(N)
    p = np.sqrt(np.arange(len(A)) + 0.5)
    return np.outer(p, p) - A, p


def dplr_legs(N):
    """Diagonalise the normal part: S = V diag(lam) V^H (DPLR, diagonal plus low rank).

    Parameters
    ----------
    N : int
        At least 1.

    Returns
    -------
    lam : ndarray of complex, shape (N,)
        Eigenvalues of S, all with real part -1/2.
    V : ndarray of complex, shape (N, N)
        Eigenvectors, unitary, in the columns.

    Raises
    ------
    ValueError
        If N < 1.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> lam, V = dplr_legs(2)
    >>> lam.round(3)
    array([-0.5-0.866j, -0.5+0.866j])
    """
    S, _ = nplr_legs(N)
    skew = S + np.eye(len(S)) / 2
    imag, V = np.linalg.eigh(-1j * skew)
    return -0.5 + 1j * imag, V


def generating_function(Abar, Bbar, C, L, z):
    r"""The truncated generating function of the kernel, by one dense solve a point.

    .. math:: \hat K_L(z) = \sum_{k<L} C \bar A^k \bar B\, z^k
        = C\, (I - \bar A^L z^L)\, (I - \bar A z)^{-1} \bar B

    Parameters
    ----------
    Abar, Bbar, C, L
        As in `ssm_kernel`.
    z : array_like of complex, shape (m,)
        Where to evaluate it.

    Returns
    -------
    ndarray of complex, shape (m,)

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, L < 1, or I - Abar z is singular.

    References
    ----------
    gu2022s4.

    Examples
    --------
    1 + z/2 + z^2/4 at z = 1 and z = 4:

    >>> generating_function([[0.5]], [1], [1], 3, [1, 4]).real
    array([1.75, 7.  ])
    """
    Abar = square("Abar", Abar)
    Bbar = vector("Bbar", Bbar, len(Abar), like="Abar")
    C = vector("C", C, len(Abar), like="Abar")
    power = np.linalg.matrix_power(Abar, integer("L", L, least=1, most=MAX_LENGTH))
    z = number_array("z", z, "m").astype(complex)
    values, eye = np.empty(len(z), dtype=complex), np.eye(len(Abar))
    for i, point in enumerate(z):
        try:
            x = np.linalg.solve(eye - point * Abar, Bbar)
        except np.linalg.LinAlgError:
            raise ValueError(f"I - z Abar must be invertible; it is singular at z = {point}"
                             ) from None  # fmt: skip
        values[i] = C @ x - point**L * (C @ (power @ x))
    return values


def kernel_from_generating_function(Abar, Bbar, C, L):
    """The kernel from its generating function at the L-th roots of unity, by an inverse FFT.

    Parameters
    ----------
    Abar, Bbar, C, L
        As in `ssm_kernel`; of a real model half of the roots will do.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        As `generating_function`.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> kernel_from_generating_function([[0.5]], [1], [4], 3).round(12)
    array([4., 2., 1.])
    """
    L = integer("L", L, least=1, most=2**16)
    Abar, Bbar, C = (number_array(k, x) for k, x in (("Abar", Abar), ("Bbar", Bbar), ("C", C)))
    if any(map(np.iscomplexobj, (Abar, Bbar, C))):
        roots = np.exp(-2j * np.pi * np.arange(L) / L)
        return np.fft.ifft(generating_function(Abar, Bbar, C, L, roots))
    return np.fft.irfft(generating_function(Abar, Bbar, C, L, half_roots(L)), L)


def half_roots(L):
    """Return exp(-2 pi i j / L) for j = 0 ... L // 2: a real kernel needs no more of them."""
    return np.exp(-2j * np.pi * np.arange(L // 2 + 1) / L)


def truncated_output(Abar, C, L):
    r"""The row :math:`\tilde C = C\,(I - \bar A^L)` with which the generating function is short.

    A model may keep it in the place of C; then no matrix power is ever needed.

    Parameters
    ----------
    Abar : array_like, shape (N, N)
    C : array_like, shape (N,)
    L : int
        Length of the kernel, at least 1.

    Returns
    -------
    ndarray, shape (N,)

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or L < 1.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> truncated_output([[0.5]], [8], 3)
    array([7.])
    """
    Abar = square("Abar", Abar)
    C = vector("C", C, len(Abar), like="Abar")
    return C - C @ np.linalg.matrix_power(Abar, integer("L", L, least=1, most=MAX_LENGTH))


def cauchy_sum(v, a, b, lam):
    r"""Cauchy sums :math:`\sum_n v_n / (a_j - b_j \lambda_n)`, for every j.

    Divided by b it is the Cauchy kernel :math:`1 / (g_j - \lambda_n)` with :math:`g_j = a_j / b_j`;
    this form also stands at :math:`b_j = 0`, where g is infinite.

    Parameters
    ----------
    v : array_like, shape (..., N)
    a, b : array_like, shape (m,)
    lam : array_like, shape (N,)

    Returns
    -------
    ndarray of complex, shape (..., m)

    Raises
    ------
    ValueError
        If the shapes do not fit, or a number is not finite.

    References
    ----------
    gu2022s4.

    Examples
    --------
    1 / (3 - 1) + 1 / (3 - 2):

    >>> cauchy_sum([1, 1], [3], [1], [1, 2]).real
    array([1.5])
    """
    lam = number_array("lam", lam, "N")
    v = number_array("v", v, f"... {len(lam)}")
    a = number_array("a", a, "m")
    b = number_array("b", b, a.shape)
    limited(len(a), len(lam), name="a", most=MAX_LENGTH)
    return v @ (1 / (a - b * lam[:, None].astype(complex)))


def dplr_kernel(lam, p, B, C_tilde, dt, L):
    r"""The kernel of x' = (diag(lam) - p p^H) x + B u under the bilinear rule, by Cauchy sums.

    With :math:`a = 1 - z`, :math:`b = \frac\Delta2 (1 + z)` at the L-th roots of unity, and
    :math:`k_{xy} = \sum_n x_n y_n / (a - b\lambda_n)`, Woodbury's identity gives

    .. math:: \hat K(z) = \Delta \Big( k_{\tilde C B}
        - \frac{b\, k_{\tilde C p}\, k_{\bar p B}}{1 + b\, k_{\bar p p}} \Big).

    Parameters
    ----------
    lam, p, B : array_like of complex, shape (N,)
        In the eigenbasis: with `dplr_legs`, ``V^H p`` and ``V^H B``.
    C_tilde : array_like of complex, shape (N,)
        `truncated_output`, in the eigenbasis: ``C_tilde V``.
    dt : float
        Step Delta > 0.
    L : int
        Length of the kernel, at least 1.

    Returns
    -------
    ndarray, shape (L,)
        Real: the model is real in its own basis.

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, dt <= 0, L < 1, or the model is not real:
        then half of the roots would not do.

    Notes
    -----
    Each sum is taken at L // 2 + 1 roots: O(N L). The paper takes them all together in a number of
    steps that is near N + L, up to logarithms.

    References
    ----------
    gu2022s4.

    Examples
    --------
    One coefficient of LegS: x' = -x + u, with lam = -1/2 and p = sqrt(1/2).

    >>> Abar = (1 - 0.1 / 2) / (1 + 0.1 / 2)
    >>> K = dplr_kernel([-0.5], [0.5**0.5], [1], [1 - Abar**4], 0.1, 4)
    >>> (K[1:] / K[:-1] - Abar).round(9) + 0.0
    array([0., 0., 0.])
    """
    lam = number_array("lam", lam, "N")
    p, B, C = (
        vector(name, v, len(lam), like="lam")
        for name, v in (("p", p), ("B", B), ("C_tilde", C_tilde))
    )
    dt, L = real_number("dt", dt, above=0), limited(L, len(lam), name="L", most=MAX_LENGTH)
    need_real_model(lam, p, B, C, dt)
    return np.fft.irfft(dplr_function(lam, p, B, C, dt, half_roots(L)), L)


def dplr_function(lam, p, B, C, dt, z):
    """Return the generating function at points z, by four Cauchy sums."""
    a, b = 1 - z, dt / 2 * (1 + z)
    products = np.stack([C * B, C * p, p.conj() * B, p.conj() * p])
    CB, Cp, pB, pp = cauchy_sum(products, a, b, lam)
    return dt * (CB - b * Cp * pB / (1 + b * pp))


def need_real_model(lam, p, B, C, dt):
    """Raise unless the generating function is conjugate at conjugate points, as of a real model."""
    z = 0.9 * np.exp(0.7j)
    up, down = dplr_function(lam, p, B, C, dt, np.array([z, z.conjugate()]))
    if not abs(up - down.conjugate()) <= 1e-6 * max(abs(up), abs(down), 1e-300):
        raise ValueError(
            "C_tilde, p, B and lam must belong to a real model, with conjugate pairs, got another"
        )


def s4_kernel(C, dt, L):
    """The S4 kernel of LegS by Cauchy sums; equal to `ssm_kernel` of the bilinear model.

    Parameters
    ----------
    C : array_like, shape (N,)
        Output row, real, in the original basis; its length is the size of the state.
    dt : float
        Step > 0, in the time of x' = -A x + B u.
    L : int
        Length of the kernel, at least 1.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If C is not a non-empty vector of finite numbers, dt <= 0, or L < 1.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> A, B = hippo_legs(4)
    >>> C = np.array([1, -2, 3, 0.5])
    >>> from glassbox.state_space_models import ssm_kernel
    >>> naive = ssm_kernel(*discretize(-A, B, 0.01), C, 100)
    >>> bool(np.abs(s4_kernel(C, 0.01, 100) - naive).max() < 1e-12)
    True
    """
    C = real_array("C", C, empty=False)
    C = vector("C", C, C.size, like="A")
    A, B = hippo_legs(C.size)
    _, p = nplr_legs(C.size)
    lam, V = dplr_legs(C.size)
    Abar, _ = discretize(-A, B, dt)
    C_tilde = truncated_output(Abar, C.astype(float), L)
    kernel = dplr_kernel(lam, p @ V.conj(), B @ V.conj(), C_tilde @ V, dt, L)
    return kernel.astype(C.dtype, copy=False)
