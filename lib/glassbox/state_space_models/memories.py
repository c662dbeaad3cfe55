"""Rivals of LegS, a sliding window (LegT) and leaky averages; and signals to remember."""

import numpy as np

from glassbox.checks import float_array, integer, one_of, real_array, real_number

from .delay import state_kernels
from .diagonal import s4d_modes
from .hippo import (
    basis_rows,
    hippo_legs,
    hippo_legt,
    legs_project_samples,
    legs_reconstruct,
    limited,
    norms,
)
from .ssm import discretize, ssm_states

MAX_SAMPLES = 4096
#: Memories that `memory_weights` knows.
MEMORIES = ("LegS", "leaky averages", "averages, orthonormal", "LegS without 1/t", "damped waves")


def legt_scan(u, N, theta, method="zoh"):
    """Feed samples to HiPPO-LegT and return the coefficients after each.

    Parameters
    ----------
    u : array_like, shape (L,)
        Samples; u[k] is the value on [k, k + 1), and 0 before.
    N : int
        Number of coefficients, at least 1.
    theta : float
        Length of the window > 0, in samples.
    method : {"zoh", "bilinear", "backward", "forward"}
        As in `discretize`.

    Returns
    -------
    ndarray, shape (L, N)
        Row k is the memory at time k + 1, for `legs_reconstruct` with
        s = 1 - (t - x) / theta.

    Raises
    ------
    ValueError
        If u is not a vector of finite numbers, N < 1, theta <= 0, or the method is unknown.

    Notes
    -----
    Also with the exact step the memory is not the projection of the window: the equation itself
    puts the remembered value in the place of f(t - theta).

    References
    ----------
    gu2020hippo.

    Examples
    --------
    A constant, once the window is full:

    >>> legt_scan(np.ones(200), N=3, theta=20)[-1].round(6) + 0.0
    array([1., 0., 0.])
    """
    A, B = hippo_legt(N, theta)
    return ssm_states(*discretize(-A, B, 1.0, method), real_array("u", u, "L"))


def leaky_scan(u, taus):
    r"""Leaky averages :math:`m \leftarrow a\, m + (1 - a)\, u` with :math:`a = e^{-1/\tau}`.

    Parameters
    ----------
    u : array_like, shape (L,)
        Samples.
    taus : array_like, shape (N,)
        Time constants > 0, in samples.

    Returns
    -------
    ndarray, shape (L, N)
        Row k is the bank after sample k.

    Raises
    ------
    ValueError
        If a shape is wrong, a number is not finite, or a time constant is <= 0.

    Examples
    --------
    >>> leaky_scan([1, 0, 0], [1 / np.log(2)]).ravel().round(9)
    array([0.5  , 0.25 , 0.125])
    """
    u, a = real_array("u", u, "L"), np.exp(-1 / _taus(taus))
    limited(len(a), len(u) + 1, name="taus")
    bank = np.zeros((len(u) + 1, len(a)))
    for k, x in enumerate(u):
        bank[k + 1] = a * bank[k] + (1 - a) * x
    return bank[1:].astype(u.dtype)


def leaky_weights(taus, L):
    """Weights of each of the last L samples in each leaky average; the newest comes last.

    Parameters
    ----------
    taus : array_like, shape (N,)
        Time constants > 0, in samples.
    L : int
        Number of samples, at least 1.

    Returns
    -------
    ndarray, shape (N, L)
        So that ``leaky_scan(u, taus)[-1] == leaky_weights(taus, len(u)) @ u``.

    Raises
    ------
    ValueError
        If a time constant is <= 0, or L < 1.

    Examples
    --------
    >>> leaky_weights([1 / np.log(2)], 3).round(9)
    array([[0.125, 0.25 , 0.5  ]])
    """
    rate = 1 / _taus(taus)[:, None]
    age = np.arange(limited(L, len(rate), name="L", most=2**22))[::-1]
    return -np.expm1(-rate) * np.exp(-rate * age)


def _taus(taus):
    taus = real_array("taus", taus, "N")
    if not len(taus) or not (taus > 0).all():
        raise ValueError(f"taus must be at least one number, each > 0, got {taus.tolist()}")
    return taus.astype(float)


def linear_decoder(weights, covariance, noise=1e-6):
    r"""Return the linear map from a memory back to the past that errs least on average.

    For signals of mean 0 and covariance :math:`\Sigma`, and a memory :math:`m = W u` known up to
    independent noise, it is
    :math:`\Sigma W^\top (W \Sigma W^\top + \nu^2 I)^{-1}`, the posterior mean.

    Parameters
    ----------
    weights : array_like, shape (N, L)
        W, how the memory weighs the past.
    covariance : array_like, shape (L, L)
        Of the signals; symmetric, positive semi-definite.
    noise : float
        nu > 0, standard deviation of the error of each number in the memory.

    Returns
    -------
    ndarray, shape (L, N)
        Times the memory, it gives the guess of the past.

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or noise <= 0.

    References
    ----------
    rasmussen2006gaussian.

    Examples
    --------
    Of two independent samples only the mean is kept: the best guess of both is the mean.

    >>> linear_decoder([[0.5, 0.5]], np.eye(2)).round(6)
    array([[1.],
           [1.]])
    """
    weights = float_array("weights", weights, "N L")
    L = weights.shape[1]
    covariance = float_array("covariance", covariance, (L, L))
    noise = real_number("noise", noise, above=0)
    cross = covariance @ weights.T
    seen = weights @ cross + noise**2 * np.eye(len(weights))
    return np.linalg.solve(seen, cross.T).T


def time_constants(N, longest):
    """Time constants of N leaky averages, from 2 samples to `longest` by one factor.

    Parameters
    ----------
    N : int
        Number of averages, at least 1.
    longest : float
        The longest, > 0, in samples; of a bank of one the only one.

    Returns
    -------
    ndarray, shape (N,)

    Raises
    ------
    ValueError
        If N < 1 or `longest` <= 0.

    Examples
    --------
    >>> time_constants(3, 200).round(9)
    array([  2.,  20., 200.])
    """
    longest = real_number("longest", longest, above=0)
    return np.geomspace(longest, min(2.0, longest), integer("N", N, least=1, most=4096))[::-1]


def recollect(memory, u, N, *, theta, covariance, longest=600.0, noise=1e-3):
    """What a memory of N numbers knows of the samples, after the last of them.

    Parameters
    ----------
    memory : {"LegS", "LegT", "leaky"}
        The polynomial memory of all samples, that of the last `theta`, or leaky averages with
        `time_constants` up to `longest`, read out by their `linear_decoder`.
    u : array_like, shape (L,)
        Samples, L >= 1.
    N : int
        Number of coefficients or averages, at least 1.
    theta : float
        Length of the window of LegT > 0, in samples.
    covariance : array_like, shape (L, L)
        Of such signals, for the decoder.
    longest, noise : float
        Of the leaky averages.

    Returns
    -------
    state : ndarray, shape (N,)
        What is kept.
    recalled : ndarray, shape (m,)
        The last m samples as remembered; m = L but for LegT, where it is at most theta.

    Raises
    ------
    ValueError
        If the memory is unknown, or as the functions it calls.

    Examples
    --------
    >>> state, recalled = recollect("LegS", [1, 2, 3], 2, theta=9, covariance=np.eye(3))
    >>> recalled.round(3)
    array([1.111, 2.   , 2.889])
    """
    u = real_array("u", u, "L")
    if one_of("memory", memory, ("LegS", "LegT", "leaky")) == "leaky":
        taus = time_constants(N, longest)
        state = leaky_scan(u, taus)[-1]
        return state, linear_decoder(leaky_weights(taus, len(u)), covariance, noise) @ state
    if memory == "LegT":
        state, length = legt_scan(u, N, theta)[-1], theta
    else:
        state, length = legs_project_samples(u, N), len(u)
    age = np.arange(min(len(u), int(length)))[::-1] + 0.5
    return state, legs_reconstruct(state, 1 - age / length)


def band_limited(L, cycles, count, rng):
    """Draw random signals without frequencies above a limit.

    Each is a sum of waves of 1/2, 1, 3/2 ... `cycles` cycles, amplitudes and phases random, with
    variance 1.

    Parameters
    ----------
    L : int
        Number of samples, at least 1.
    cycles : int
        Cycles of the fastest wave over the whole length, at least 1.
    count : int
        Number of signals, at least 1.
    rng : numpy.random.Generator
        Source of amplitudes and phases.

    Returns
    -------
    ndarray, shape (count, L)

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> u = band_limited(600, 8, 500, np.random.default_rng(0))
    >>> u.var().round(1)
    np.float64(1.0)
    """
    count = limited(count, integer("L", L, least=1), name="count", most=2**22)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}")
    waves = band_waves(L, cycles)
    a, b = rng.standard_normal((2, count, waves.shape[1] // 2))
    return np.hstack([a, b]) @ waves.T


def band_waves(L, cycles):
    """The waves that signals of `band_limited` are made of, each with a normal amplitude.

    Parameters
    ----------
    L, cycles : int
        As in `band_limited`.

    Returns
    -------
    ndarray, shape (L, 4 cycles)
        F, so that ``band_covariance(L, cycles) == F @ F.T``.

    Raises
    ------
    ValueError
        If a number is below 1, or too large.

    Examples
    --------
    >>> F = band_waves(2, 1)
    >>> (F @ F.T).round(3)
    array([[ 1. , -0.5],
           [-0.5,  1. ]])
    """
    L = integer("L", L, least=1, most=2**22)
    cycles = limited(cycles, 4 * L, name="cycles")
    angle = np.pi * np.outer(np.arange(L), np.arange(1, 2 * cycles + 1)) / L
    return np.hstack([np.cos(angle), np.sin(angle)]) / np.sqrt(2 * cycles)


def band_covariance(L, cycles):
    """Covariance of the signals of `band_limited`.

    Parameters
    ----------
    L, cycles : int
        As in `band_limited`.

    Returns
    -------
    ndarray, shape (L, L)

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> band_covariance(2, 1).round(3)
    array([[ 1. , -0.5],
           [-0.5,  1. ]])
    """
    L, cycles = integer("L", L, least=1, most=MAX_SAMPLES), limited(cycles, 2, name="cycles")
    waves = np.arange(1, 2 * cycles + 1)[:, None]
    by_lag = np.cos(np.pi * waves * np.arange(L) / L).mean(axis=0)
    k = np.arange(L)
    return by_lag[np.abs(k[:, None] - k)]


def memory_weights(memory, N, L, *, longest=None, dt=None):
    """How N numbers of a memory weigh the last L samples; the newest comes last.

    Parameters
    ----------
    memory : str
        ``"LegS"``; ``"leaky averages"``; ``"averages, orthonormal"``, the same averages mixed so
        that none repeats another, as far as double precision tells them apart (see
        `told_apart`); ``"LegS without 1/t"``, as in S4; ``"damped waves"``, S4D-Lin.
        All but LegS and the leaky averages are scaled so that the squares of a row sum to 1 / L on
        average, as those of LegS do.
    N : int
        Numbers kept, at least 1; of damped waves an even number.
    L : int
        Samples, at least 1.
    longest : float, optional
        Of the averages: the longest time constant in samples (by default L).
    dt : float, optional
        Step of the last two (by default 3 / L: the oldest sample has the age 3).

    Returns
    -------
    ndarray, shape (N, L)

    Raises
    ------
    ValueError
        If the memory is unknown, a number is out of range, or averages that are to be mixed
        cannot be told apart.

    Examples
    --------
    >>> memory_weights("LegS", 1, 4)
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    one_of("memory", memory, MEMORIES)
    L = integer("L", L, least=1, most=MAX_SAMPLES)
    N = limited(N, L, most=1024)
    longest = real_number("longest", L if longest is None else longest, above=0)
    dt = real_number("dt", 3 / L if dt is None else dt, above=0)
    if memory == "LegS":
        return staircase_weights(N, L)
    if "averages" in memory:
        weights = leaky_weights(time_constants(N, longest), L)
        if memory == "leaky averages":
            return weights
        if not told_apart(weights):
            raise ValueError(f"N must be smaller for averages to be told apart, got {N}")
        weights = np.linalg.qr(weights.T)[0].T
    elif memory == "damped waves":
        modes = s4d_modes(N, "lin")
        weights = state_kernels(modes, np.ones(len(modes)), dt, L)[::-1].T
    else:
        A, B = hippo_legs(N)
        weights = state_kernels(-A, B, dt, L)[::-1].T
    return weights / np.sqrt((weights**2).sum(axis=1).mean() * L)


def told_apart(weights):
    """Tell whether the numbers of a memory differ by more than double precision loses.

    Parameters
    ----------
    weights : array_like, shape (N, L)

    Returns
    -------
    bool
        Whether the condition number is below 10¹²: beyond it, what is left of a row without the
        others is made of rounding errors.

    Examples
    --------
    >>> [told_apart(leaky_weights(time_constants(N, 600), 600)) for N in (20, 32)]
    [True, False]
    """
    return bool(np.linalg.cond(real_array("weights", weights, "N L")) < 1e12)


def staircase_weights(N, L):
    """Return W so that ``legs_project_samples(u, N) == W @ u``, shape (N, L)."""
    edges = np.arange(L + 1) / L
    P = basis_rows(N + 1, edges) / norms(N + 1)[:, None]
    integrals = np.empty((N, L + 1))
    integrals[0] = edges
    n = np.arange(1, N)[:, None]
    integrals[1:] = (P[n[:, 0] + 1] - P[n[:, 0] - 1]) / (2 * np.sqrt(2 * n + 1))
    return np.diff(integrals, axis=1)


def recall_errors(weights, cycles, noise):
    r"""Root mean square error of the best linear decoder at each age, exactly.

    Signals are those of `band_limited`, of variance 1; each number of the memory is disturbed by
    independent noise. With the waves F of `band_waves`, whose amplitudes are normal, the variance
    that is left of them is :math:`P = (I + F^\top W^\top W F / \nu^2)^{-1}`.

    Parameters
    ----------
    weights : array_like, shape (N, L)
        W, how the memory weighs the past.
    cycles : int
        Cycles of the fastest wave over the L samples, at least 1.
    noise : float
        nu > 0.

    Returns
    -------
    ndarray, shape (L,)
        For ages 1, 2, ... L.

    Raises
    ------
    ValueError
        If W is no such matrix, or a number is out of range.

    References
    ----------
    rasmussen2006gaussian.

    Examples
    --------
    A memory of nothing knows nothing: the error is the signal's own size.

    >>> recall_errors(np.zeros((1, 3)), 1, 0.1).round(6)
    array([1., 1., 1.])
    """
    weights = float_array("weights", weights, "N L", empty=False)
    noise = real_number("noise", noise, least=1e-12)
    waves = band_waves(weights.shape[1], integer("cycles", cycles, least=1, most=256))
    _, seen, directions = np.linalg.svd(weights @ waves / noise, full_matrices=True)
    left = np.ones(waves.shape[1])  # variance in each direction: 1 where nothing is seen
    left[: len(seen)] = 1 / (1 + seen**2)
    return np.sqrt(((waves @ directions.T) ** 2) @ left)[::-1]


def overtakes(first, second):
    """Return the age from which on the first error is never larger than the second.

    Parameters
    ----------
    first, second : array_like, shape (L,)
        By age 1, 2, ..., as `recall_errors` gives them.

    Returns
    -------
    int or None
        None if it is larger at the oldest age.

    Raises
    ------
    ValueError
        If the lengths differ.

    Examples
    --------
    >>> overtakes([3, 3, 1, 1], [1, 4, 2, 2])
    2
    """
    first = real_array("first", first, "L", empty=False)
    worse = np.flatnonzero(first > real_array("second", second, first.shape))
    after = int(worse[-1]) + 2 if len(worse) else 1
    return after if after <= len(first) else None
