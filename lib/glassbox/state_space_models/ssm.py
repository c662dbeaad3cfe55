"""The linear state space model x' = A x + B u, y = C x: a recurrence, and a convolution."""

import numpy as np

from glassbox.checks import integer, number_array, one_of, real_number

METHODS = ("bilinear", "zoh", "backward", "forward")
#: The longest kernel that a function makes.
MAX_LENGTH = 2**22


def discretize(A, B, dt, method="bilinear"):
    r"""Turn x' = A x + B u into the recurrence x[k] = Abar x[k-1] + Bbar u[k].

    * "bilinear": :math:`\bar A = (I - \frac\Delta2 A)^{-1} (I + \frac\Delta2 A)`,
      :math:`\bar B = (I - \frac\Delta2 A)^{-1} \Delta B`
    * "zoh", exact while u is constant: :math:`\bar A = e^{\Delta A}`,
      :math:`\bar B = \int_0^\Delta e^{sA} ds\, B`
    * "backward" Euler: :math:`\bar A = (I - \Delta A)^{-1}`, :math:`\bar B = \bar A \Delta B`
    * "forward" Euler: :math:`\bar A = I + \Delta A`, :math:`\bar B = \Delta B`

    Parameters
    ----------
    A : array_like, shape (N, N)
        Real or complex. No minus is added: for a HiPPO memory pass ``-A``.
    B : array_like, shape (N,) or (N, m)
    dt : float
        Step Delta > 0.
    method : {"bilinear", "zoh", "backward", "forward"}

    Returns
    -------
    Abar : ndarray, shape (N, N)
    Bbar : ndarray, of B's shape

    Raises
    ------
    ValueError
        If the shapes do not fit, dt <= 0, the method is unknown, or a matrix to invert is singular.

    References
    ----------
    gu2022s4.

    Examples
    --------
    Decay x' = -x with a step of 1: the exact factor is 1/e.

    >>> for method in ("zoh", "bilinear", "backward", "forward"):
    ...     Abar, Bbar = discretize([[-1]], [1], 1, method)
    ...     print(f"{method:9}{Abar[0, 0]:.3f} {Bbar[0]:.3f}")
    zoh      0.368 0.632
    bilinear 0.333 0.667
    backward 0.500 0.500
    forward  0.000 1.000
    """
    A = square("A", A)
    N, B = len(A), number_array("B", B)
    if B.ndim not in (1, 2) or len(B) != N:
        raise ValueError(f"B must have shape ({N},) or ({N}, m) for A of shape ({N}, {N}), "
                         f"got {B.shape}")  # fmt: skip
    dt, eye = real_number("dt", dt, above=0), np.eye(N)
    dtype = np.result_type(A, B)
    if one_of("method", method, METHODS) == "zoh":
        columns = B.reshape(N, -1)
        zeros = np.zeros((columns.shape[1], N + columns.shape[1]))
        both = exponential(dt * np.vstack([np.hstack([A, columns]), zeros]))[:N]
        Abar, Bbar = both[:, :N], both[:, N:].reshape(B.shape)
    elif method == "forward":
        Abar, Bbar = eye + dt * A, dt * B
    else:
        implicit = dt * A / (2 if method == "bilinear" else 1)
        explicit = eye + implicit if method == "bilinear" else eye
        Abar, Bbar = _solve(eye - implicit, explicit), _solve(eye - implicit, dt * B)
    return Abar.astype(dtype, copy=False), Bbar.astype(dtype, copy=False)


def exponential(matrix):
    """Return the matrix exponential: a Taylor polynomial of a small part of it, then squared.

    With a norm of 1/4 or less the polynomial of degree 14 is exact to the last digit.
    """
    norm = np.abs(matrix).sum(axis=0).max()
    if not norm < 2.0**40:
        raise ValueError(f"dt must leave dt A below 2**40 in size, got {norm:.3g}")
    halvings = max(0, int(np.ceil(np.log2(norm))) + 2) if norm else 0
    small = matrix / 2.0**halvings
    total = eye = np.eye(len(matrix))
    for n in range(14, 0, -1):  # Horner: I + X (I + X/2 (I + X/3 (...)))
        total = eye + small @ total / n
    for _ in range(halvings):
        total = total @ total
    return total


def _solve(matrix, right):
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        raise ValueError("dt must leave I - dt A (bilinear: I - dt A / 2) invertible; "
                         "it is singular") from None  # fmt: skip


def ssm_states(Abar, Bbar, u):
    """Run the recurrence x[k] = Abar x[k-1] + Bbar u[k] from x = 0 and return every state.

    Parameters
    ----------
    Abar : array_like, shape (N, N)
    Bbar : array_like, shape (N,)
    u : array_like, shape (L,)
        Input.

    Returns
    -------
    ndarray, shape (L, N)

    Raises
    ------
    ValueError
        If the shapes do not fit, or a number is not finite.

    Examples
    --------
    >>> ssm_states([[0.5]], [1], [1, 0, 1]).ravel()
    array([1.  , 0.5 , 1.25])
    """
    Abar = square("Abar", Abar)
    Bbar = vector("Bbar", Bbar, len(Abar), like="Abar")
    u = number_array("u", u, "L")
    states = np.zeros((len(u) + 1, len(Abar)), dtype=np.result_type(Abar, Bbar, u))
    for k, x in enumerate(u):
        states[k + 1] = Abar @ states[k] + Bbar * x
    return states[1:]


def ssm_scan(Abar, Bbar, C, u):
    """Run a state space model as a recurrence: y[k] = C x[k], x[k] = Abar x[k-1] + Bbar u[k].

    Parameters
    ----------
    Abar : array_like, shape (N, N)
    Bbar, C : array_like, shape (N,)
        A column (N, 1) and a row (1, N) will do too.
    u : array_like, shape (L,)
        Input; the state before it is 0.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If the shapes do not fit, or a number is not finite.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> ssm_scan([[0.5]], [1], [4], [1, 0, 1])
    array([4., 2., 5.])
    """
    states = ssm_states(Abar, Bbar, u)
    return states @ vector("C", C, states.shape[1], like="Abar")


def ssm_kernel(Abar, Bbar, C, L):
    r"""The kernel of the same model as a convolution, one product after the other.

    .. math:: \bar K = (C\bar B,\; C\bar A\bar B,\; \dots,\; C\bar A^{L-1}\bar B)

    Parameters
    ----------
    Abar, Bbar, C
        As in `ssm_scan`.
    L : int
        Length of the kernel, at least 1.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or L < 1.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> ssm_kernel([[0.5]], [1], [4], 3)
    array([4., 2., 1.])
    """
    Abar = square("Abar", Abar)
    x = vector("Bbar", Bbar, len(Abar), like="Abar")
    C = vector("C", C, len(Abar), like="Abar")
    kernel = np.empty(integer("L", L, least=1, most=MAX_LENGTH), dtype=np.result_type(Abar, x, C))
    for k in range(len(kernel)):
        kernel[k] = C @ x
        x = Abar @ x
    return kernel


def causal_conv(u, K):
    r"""Convolve with a causal kernel by FFT, :math:`y_k = \sum_{j \le k} K_j\, u_{k-j}`.

    Both are padded with zeros, so that nothing wraps around.

    Parameters
    ----------
    u : array_like, shape (L,)
        Input.
    K : array_like, shape (m,)
        Kernel, K[0] the weight of now. What is longer than the input has no effect, what is missing
        counts as 0.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If either is not a vector of finite numbers.

    References
    ----------
    gu2022s4.

    Examples
    --------
    >>> causal_conv([1, 0, 1], [4, 2, 1]).round(12)
    array([4., 2., 5.])
    """
    u, K = number_array("u", u, "L"), number_array("K", K, "m")
    dtype, L = np.result_type(u, K), len(u)
    if not L or not len(K):
        return np.zeros(L, dtype=dtype)
    size = 1 << (L + min(L, len(K)) - 2).bit_length()
    if dtype.kind == "c":
        return np.fft.ifft(np.fft.fft(u, size) * np.fft.fft(K[:L], size))[:L]
    product = np.fft.rfft(u, size) * np.fft.rfft(K[:L], size)
    return np.fft.irfft(product, size)[:L].astype(dtype, copy=False)


def square(name, values):
    """Return a square matrix with at least one row."""
    return number_array(name, values, "N N", note=", a square matrix", empty=False)


def vector(name, values, n, *, like):
    """Return `n` numbers as a vector; a row or a column of them will do too."""
    array = number_array(name, values)
    if array.shape not in ((n,), (n, 1), (1, n)):
        raise ValueError(
            f"{name} must have shape ({n},), one number a row of {like}, got {array.shape}"
        )
    return array.reshape(n)
