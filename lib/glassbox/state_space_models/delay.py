"""What can be reached by C alone: kernels within the reach of a state, and the delay task."""

import numpy as np

from glassbox.checks import float_array, integer, number_array, real_number

from .hippo import limited
from .ssm import MAX_LENGTH, discretize, square, vector

#: From this noise on the normal equations lose nothing that counts.
SOLVED = 1e-4


def state_kernels(A, B, dt, L, method="zoh"):
    """How each number of the state weighs the past: column n is the kernel for C = e_n.

    Parameters
    ----------
    A : array_like, shape (N, N), or (n,)
        Of x' = A x + B u. A vector holds eigenvalues of a diagonal model, one of each conjugate
        pair; then N = 2 n columns are the real and the imaginary parts.
    B : array_like, shape (N,), or (n,)
    dt : float
        Step > 0.
    L : int
        Length of the kernels, at least 1.
    method : {"zoh", "bilinear", "backward", "forward"}
        As in `discretize`.

    Returns
    -------
    ndarray, shape (L, N)

    Raises
    ------
    ValueError
        If the shapes do not fit, dt <= 0, L < 1, or the method is unknown.

    Examples
    --------
    >>> state_kernels([[-1.0]], [1], np.log(2), 3).ravel()
    array([0.5  , 0.25 , 0.125])
    """
    A = number_array("A", A)
    modes = A.astype(complex) if A.ndim == 1 else None
    A = square("A", A if modes is None else np.diag(modes))
    B = vector("B", B, len(A), like="A")
    L = limited(L, len(A), name="L", most=MAX_LENGTH)
    Abar, x = discretize(A, B, dt, method) if modes is None else _modes(modes, A, B, dt, method)
    rows = np.empty((L, len(A)), dtype=np.result_type(Abar, x))
    rows[0], known = x, 1
    while known < L:  # the second half is the first one, so many steps later
        more = min(known, L - known)
        rows[known : known + more] = rows[:more] * Abar if Abar.ndim == 1 else rows[:more] @ Abar.T
        known += more
        if known < L:
            Abar = Abar * Abar if Abar.ndim == 1 else Abar @ Abar
    return np.hstack([rows.real, rows.imag]) if np.iscomplexobj(rows) else rows


def _modes(modes, A, B, dt, method):
    """Discretise a diagonal model, its matrix as a vector; the zero-order hold by its formula."""
    if method != "zoh" or not 0 < real_number("dt", dt, above=0) * np.abs(modes).max() < 500:
        Abar, x = discretize(A, B, dt, method)
        return np.diag(Abar), x
    gain = np.divide(
        np.expm1(dt * modes), modes, out=np.full(len(modes), dt + 0j), where=modes != 0
    )
    return np.exp(dt * modes), gain * B


def directions(kernels, rho, noise):
    """Return orthonormal outputs of the state, and how much of each survives the noise."""
    coloured = colour(kernels, rho)
    U, heard, _ = np.linalg.svd(coloured / sizes_of(coloured), full_matrices=False)
    least = max(noise, 1e-7 * heard[0])  # below that nothing is heard but rounding
    return U[:, heard > least / 1e3], (heard**2 / (heard**2 + least**2))[heard > least / 1e3]


def sizes_of(columns):
    """Return the lengths of columns; infinity for one of nothing, so that it is never used."""
    sizes = np.linalg.norm(columns, axis=0)
    return np.where(sizes > 1e-12 * sizes.max(), sizes, np.inf)


def colour(rows, rho):
    """Multiply by a root of R, R[i, j] = rho^|i - j|: norms become mean squares of outputs."""
    if not rho:
        return rows
    # u[k] = rho u[k-1] + noise: the kernel acts on the noise through 1 / (1 - rho z), which is
    # (1 + rho z) (1 + rho^2 z^2) (1 + rho^4 z^4) ...
    out, shift, factor = np.array(rows, dtype=float), 1, rho
    while shift < len(out) and factor > 1e-30:
        out[shift:] += factor * out[:-shift]
        shift, factor = 2 * shift, factor**2
    return out * np.sqrt(1 - rho**2)


def delay_errors(kernels, rho=0.0, noise=1e-3, delays=None):
    r"""Mean squared error of the best C for the task "repeat the input d samples later", every d.

    The input has variance 1 and correlation ``rho`` from one sample to the next; 0 is white noise.
    1 is what answering 0 would give. Each number of the state is disturbed by independent noise;
    without it, C could be as large as it likes, and read what no computer keeps.

    Parameters
    ----------
    kernels : array_like, shape (L, N)
        What C mixes, as `state_kernels` gives it; long enough to have died out.
    rho : float
        In [0, 1).
    noise : float
        Over the rms of the number that it disturbs, in [0, 1].
    delays : sequence of int, optional
        The delays d that are wanted, from 0 to L - 1 (by default all of them).

    Returns
    -------
    ndarray, shape (L,), or that of the delays

    Raises
    ------
    ValueError
        If the kernels are not such a matrix, or rho or the noise is out of range.

    Examples
    --------
    Two taps repeat delays of 0 and 1 without an error, and know nothing of 2.

    >>> delay_errors(np.eye(3)[:, :2], noise=0).round(9)
    array([0., 0., 1.])
    """
    kernels, rho = _kernels(kernels), real_number("rho", rho, least=0, below=1)
    L, noise = len(kernels), real_number("noise", noise, least=0, most=1)
    if delays is not None:
        delays = [integer(f"delays[{i}]", d, least=0, most=L - 1) for i, d in enumerate(delays)]
        if noise < SOLVED:  # digits would be lost
            return delay_errors(kernels, rho, noise)[delays]
        _, wanted, C = _normal(kernels, delays, rho, noise)
        return np.maximum(0.0, 1 - np.sum(wanted * C, axis=0))
    U, kept = directions(kernels, rho, noise)
    if not rho:
        return np.maximum(0.0, 1 - U**2 @ kept)
    # The delayed input acts on the noise by rho^k from d on; its mass past L is known by nobody.
    ends = np.zeros(U.shape[1])
    known = np.empty(L)
    for d in range(L - 1, -1, -1):
        ends = U[d] + rho * ends
        known[d] = ends**2 @ kept * (1 - rho**2)
    return np.maximum(0.0, 1 - known)


def _normal(kernels, delays, rho, noise):
    """Solve the normal equations: sizes of the columns, how they meet each delay, and C."""
    left = colour(kernels, rho)
    sizes = sizes_of(left)
    left = left / sizes
    wanted = np.zeros((len(kernels), len(delays)))
    wanted[delays, np.arange(len(delays))] = 1
    meet = left.T @ colour(wanted, rho) if rho else left[delays].T
    return sizes, meet, np.linalg.solve(left.T @ left + noise**2 * np.eye(len(meet)), meet)


def fit_delay(kernels, delay, rho=0.0, noise=1e-3):
    """The best C for repeating the input ``delay`` samples later, and the kernel that it makes.

    Parameters
    ----------
    kernels, rho, noise
        As in `delay_errors`.
    delay : int
        From 0 to L - 1.

    Returns
    -------
    C : ndarray, shape (N,)
    kernel : ndarray, shape (L,)

    Raises
    ------
    ValueError
        If the delay is out of range, or as `delay_errors`.

    Examples
    --------
    >>> C, kernel = fit_delay(np.eye(3)[:, :2], 1, noise=0)
    >>> kernel.round(9) + 0.0
    array([0., 1., 0.])
    """
    kernels, rho = _kernels(kernels), real_number("rho", rho, least=0, below=1)
    delay = integer("delay", delay, least=0, most=len(kernels) - 1)
    noise = real_number("noise", noise, least=0, most=1)
    wanted = np.zeros((len(kernels), 1))
    wanted[delay] = 1
    left, right = colour(kernels, rho), colour(wanted, rho)[:, 0]
    sizes = sizes_of(left)
    U, heard, V = np.linalg.svd(left / sizes, full_matrices=False)
    least = max(noise, 1e-7 * heard[0])
    C = V.T @ (heard / (heard**2 + least**2) * (U.T @ right)) / sizes
    return C, kernels @ C


def fitted_kernels(kernels, delays, rho=0.0, noise=1e-3):
    """Return the kernels of `fit_delay` for several delays, shape (L, delays)."""
    sizes, _, C = _normal(_kernels(kernels), list(delays), rho, max(noise, SOLVED))
    return kernels @ (C / sizes[:, None])


def _kernels(kernels):
    kernels = float_array("kernels", kernels, "L N", empty=False)
    limited(kernels.shape[1], len(kernels))
    if not kernels.any():
        raise ValueError("kernels must not be 0 all over, got nothing else")
    return kernels


def random_stable(N, rng, gap=0.05):
    """A random matrix whose eigenvalues lie left of -gap, in the plane, most of them within 1.

    Parameters
    ----------
    N : int
        Size, at least 1.
    rng : numpy.random.Generator
    gap : float
        How far left, > 0: 1 / gap is the longest time constant.

    Returns
    -------
    A : ndarray, shape (N, N)
    B : ndarray, shape (N,)
        Normal numbers.

    Raises
    ------
    ValueError
        If N < 1 or gap <= 0.

    Examples
    --------
    >>> A, B = random_stable(5, np.random.default_rng(0), gap=0.1)
    >>> round(float(np.linalg.eigvals(A).real.max()), 9)
    -0.1
    """
    N, gap = integer("N", N, least=1, most=512), real_number("gap", gap, above=0)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}")
    G = rng.standard_normal((N, N)) / np.sqrt(N)
    shift = np.linalg.eigvals(G).real.max() + gap
    return G - shift * np.eye(N), rng.standard_normal(N)
