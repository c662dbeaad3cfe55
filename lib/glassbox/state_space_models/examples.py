"""Small data of the chapter: signals to remember, and models to run and to fit."""

import numpy as np

from .delay import random_stable
from .diagonal import s4d_modes
from .hippo import hippo_legs, hippo_legt, legendre_basis
from .memories import band_limited
from .ssm import discretize


def signal(length=600):
    """Return the signal of the first figure: up to 8 cycles, variance about 1.

    Examples
    --------
    >>> signal().shape
    (600,)
    """
    return band_limited(length, 8, 1, np.random.default_rng(7))[0]


def two_waves(length=1000):
    """Return 3 and 5 cycles of a sine, the second half as high.

    Examples
    --------
    >>> two_waves(4).round(2)
    array([ 0.42, -0.73, -0.42,  0.73])
    """
    x = np.arange(length) / length
    return np.sin(2 * np.pi * 3 * x) + 0.5 * np.sin(2 * np.pi * 5 * x + 1)


def ticks(length=40):
    """Return an input of a few ticks: one, a group of three, one downward.

    Examples
    --------
    >>> int(np.count_nonzero(ticks()))
    5
    """
    u = np.zeros(length)
    u[[2, 10, 11, 12, 25]] = [1.5, 1, 1, 1, -1.2]
    return u


def discrete_models():
    """Return three small models (Abar, Bbar, C), by name.

    Examples
    --------
    >>> [len(Bbar) for _, Bbar, _ in discrete_models().values()]
    [8, 1, 8]
    """
    window, window_B = hippo_legt(8, 12)
    A, B = hippo_legs(8)
    C = np.random.default_rng(4).standard_normal(8)
    return {
        "LegT, asked for 12 ago": (
            *discretize(-window, window_B, 1.0, "zoh"),
            legendre_basis(8, 0.0),
        ),
        "one leaky average": (*discretize([[-0.15]], [0.15], 1.0, "zoh"), np.ones(1)),
        "LegS without 1/t, random C": (*discretize(-A, B, 0.1), C),
    }


def delay_models(N=32, seed=0):
    """Return models (A, B) of N numbers for the delay task, by name.

    Examples
    --------
    >>> list(delay_models(4))
    ['HiPPO-LegS', 'diagonal (S4D-Lin)', 'random matrix']
    """
    A, B = hippo_legs(N)
    return {
        "HiPPO-LegS": (-A, B),
        "diagonal (S4D-Lin)": (s4d_modes(N, "lin"), np.ones(N // 2)),
        "random matrix": random_stable(N, np.random.default_rng(seed)),
    }
