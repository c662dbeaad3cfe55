"""How the step size changes with time: by a schedule, and by bias correction itself."""

import numpy as np

from glassbox.checks import broadcast_array, float_array, integer, real_number, within

MOST_STEPS = 10**8  # of a schedule


def warmup_schedule(n_steps, n_warmup):
    """Linear warm-up: 1 / n_warmup, 2 / n_warmup, ..., 1, and 1 from there on.

    Parameters
    ----------
    n_steps : int
        Number of steps, at least 0.
    n_warmup : int
        The step, counted from 1, that first has the full rate; 0 or 1 for no warm-up.

    Returns
    -------
    ndarray, shape (n_steps,)
        Factor on the learning rate at each step, in (0, 1].

    Raises
    ------
    ValueError
        If a number is negative.

    Notes
    -----
    Some libraries start with t / n_warmup, so at 0, and waste the first step.

    Examples
    --------
    >>> warmup_schedule(6, 4)
    array([0.25, 0.5 , 0.75, 1.  , 1.  , 1.  ])
    """
    t = np.arange(1, integer("n_steps", n_steps, least=0, most=MOST_STEPS) + 1)
    return np.minimum(t / max(integer("n_warmup", n_warmup, least=0), 1), 1.0)


def cosine_schedule(n_steps, n_warmup=0, floor=0.0):
    r"""Half a cosine from 1 towards `floor`, after a linear warm-up.

    .. math:: f_t = \text{floor} + \tfrac12 (1 - \text{floor}) \Big(1 + \cos
        \frac{\pi (t - n_{warmup})}{n_{steps} - n_{warmup}}\Big), \qquad t = n_{warmup}, \dots

    Parameters
    ----------
    n_steps : int
        Number of steps.
    n_warmup : int
        Length of the warm-up, as in `warmup_schedule`; at most `n_steps`.
    floor : float
        What the cosine would reach one step after the last, in [0, 1].

    Returns
    -------
    ndarray, shape (n_steps,)
        Factor on the learning rate at each step, > 0.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    loshchilov2017sgdr, Eq. 5, without restarts.

    Examples
    --------
    >>> cosine_schedule(4, floor=0.5).round(3)
    array([1.   , 0.927, 0.75 , 0.573])
    >>> cosine_schedule(4, n_warmup=2)
    array([0.5, 1. , 1. , 0.5])
    """
    factors = warmup_schedule(n_steps, n_warmup)
    if n_warmup > n_steps:
        raise ValueError(f"n_warmup must be at most n_steps, {n_steps}, got {n_warmup}")
    floor = real_number("floor", floor, least=0, most=1)
    n_cosine = n_steps - n_warmup
    turn = np.cos(np.pi * np.arange(n_cosine) / max(n_cosine, 1))
    factors[n_warmup:] = floor + (1 - floor) * (1 + turn) / 2
    return factors


def step_factor(t, beta1=0.9, beta2=0.999):
    r"""How bias correction scales step t of Adam.

    .. math:: c_t = \sqrt{1 - \beta_2^t} \,/\, (1 - \beta_1^t)

    With it, Adam's step is :math:`\alpha\, c_t\, m / \sqrt v` (for eps = 0). Without correction
    steps are :math:`1 / c_t` as long as they should be: with the default betas 3.16 times at
    t = 1 and 6.57 times at t = 12. The correction takes that away and no more: it is no warm-up,
    for the corrected first step is as long as the rate, whatever the gradient is.

    Parameters
    ----------
    t : array_like of int
        Step, counted from 1.
    beta1, beta2 : float or array_like
        Decay rates, in [0, 1); broadcast with `t`.

    Returns
    -------
    ndarray
        Factor of each step.

    Raises
    ------
    ValueError
        If a step is below 1 or a beta out of range.

    References
    ----------
    kingma2015adam, Section 2: the last lines of Algorithm 1 in another order.

    Examples
    --------
    >>> (1 / step_factor([1, 12, 10_000])).round(2)
    array([3.16, 6.57, 1.  ])
    """
    t = within("t", float_array("t", t), least=1)
    beta1 = broadcast_array("beta1", beta1, None, least=0, below=1)
    beta2 = broadcast_array("beta2", beta2, None, least=0, below=1)
    return np.sqrt(1 - beta2**t) / (1 - beta1**t)
