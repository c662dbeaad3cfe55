"""Rivals of LegS: a sliding window (LegT), and a bank of leaky averages."""

import numpy as np

from glassbox.checks import integer

from .checks import as_array, as_number
from .hippo import hippo_legt
from .ssm import discretize, ssm_states


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
    return ssm_states(*discretize(-A, B, 1.0, method), as_array("u", u, (None,)))


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
    u, a = as_array("u", u, (None,)), np.exp(-1 / _taus(taus))
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
    age = np.arange(integer("L", L, least=1))[::-1]
    return -np.expm1(-rate) * np.exp(-rate * age)


def _taus(taus):
    taus = as_array("taus", taus, (None,))
    if not len(taus) or not (taus > 0).all():
        raise ValueError(f"taus must be at least one number, each > 0; got {taus.tolist()}")
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
    weights = as_array("weights", weights, (None, None)).astype(float)
    L = weights.shape[1]
    covariance = as_array("covariance", covariance, (L, L)).astype(float)
    noise = as_number("noise", noise, positive=True)
    cross = covariance @ weights.T
    seen = weights @ cross + noise**2 * np.eye(len(weights))
    return np.linalg.solve(seen, cross.T).T
