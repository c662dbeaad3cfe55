"""What a weight decay does over a training, and what it is called in each dialect."""

from dataclasses import dataclass

import numpy as np

from glassbox.checks import flag, float_array, one_of, real_number, within

DIALECTS = ("PyTorch", "the AdamW paper", "L2 in Adam")


@dataclass(frozen=True)
class Translation:
    """A weight decay in three dialects, and what it does.

    Attributes
    ----------
    pytorch, paper, l2 : float
        The decay of PyTorch's ``AdamW``; of the paper's formula, where the rate does not multiply
        it; and the L2 penalty inside Adam that shrinks as fast a weight whose gradients have the
        given size.
    half_life : float
        Steps at the full rate after which half of a weight's start is left.
    horizon : float
        Steps over which the weights average Adam's directions, 1 / (lr * pytorch).
    left : float
        Share of the start that is left after the whole schedule.
    """

    pytorch: float
    paper: float
    l2: float
    half_life: float
    horizon: float
    left: float


def translate_decay(lr, weight_decay, schedule=(1.0,), dialect="PyTorch", sigma=1.0):
    r"""Translate a weight decay between dialects, and say what it does in a training.

    With :math:`\lambda` that of PyTorch, :math:`\lambda_{paper} = \alpha\lambda` and
    :math:`\lambda_{L2} = \sigma\lambda`; of the start :math:`\prod_t (1 - \eta_t \alpha\lambda)` is
    left.

    Parameters
    ----------
    lr : float
        The full learning rate, > 0.
    weight_decay : float
        Decay > 0 in the given dialect.
    schedule : array_like, shape (n_steps,)
        Factor on the rate at each step, in [0, 1], such as `cosine_schedule` makes.
    dialect : {"PyTorch", "the AdamW paper", "L2 in Adam"}
        How `weight_decay` is meant.
    sigma : float
        Size > 0 of the weight's gradients (root mean square), which L2 inside Adam depends on.

    Returns
    -------
    Translation

    Raises
    ------
    ValueError
        If a number is out of range, or a step would take off all of the weight.

    References
    ----------
    loshchilov2019decoupled, Algorithm 2; wang2025set for the horizon.

    Examples
    --------
    >>> found = translate_decay(lr=3e-4, weight_decay=0.1, schedule=[1.0] * 100_000)
    >>> round(found.half_life), round(found.horizon), round(found.left, 3)
    (23105, 33333, 0.05)
    >>> translate_decay(lr=0.5, weight_decay=0.01, dialect="the AdamW paper").pytorch
    0.02
    """
    lr = real_number("lr", lr, above=0)
    given = real_number("weight_decay", weight_decay, above=0)
    sigma = real_number("sigma", sigma, above=0)
    schedule = within("schedule", float_array("schedule", schedule, "n"), least=0, most=1)
    one_of("dialect", dialect, DIALECTS)
    scale = {"PyTorch": 1.0, "the AdamW paper": lr, "L2 in Adam": sigma}[dialect]
    pytorch = given / scale
    taken = lr * pytorch
    if not 0 < taken < 1:
        raise ValueError(
            f"weight_decay must take off more than nothing and less than all in a step, "
            f"got {taken:g}"
        )
    return Translation(
        pytorch,
        taken,
        pytorch * sigma,
        float(np.log(0.5) / np.log1p(-taken)),
        1 / taken,
        float(np.exp(np.log1p(-taken * schedule).sum())),
    )


def resting_place(lr, weight_decay, mean=0.0, noise=1.0, decoupled=True):
    r"""Where Adam and the decay hold a weight whose gradients are `mean` plus noise.

    With :math:`s = \sqrt{\mu^2 + \sigma^2}`, under AdamW the weight ends around
    :math:`-\mu / (\lambda s)` and swings with the standard deviation
    :math:`\sqrt{\alpha / 2\lambda} \cdot \sigma / s`. Under Adam + L2 the mean gradient is balanced
    at :math:`-\mu / \lambda`.

    Parameters
    ----------
    lr, weight_decay : float
        Both > 0, as of `adamw_step`.
    mean, noise : float
        Mean and standard deviation (>= 0) of the gradient.
    decoupled : bool
        Whether the decay is AdamW's; else it is the L2 penalty of `adam_step`.

    Returns
    -------
    centre, radius : float
        The radius of Adam + L2 is NaN: there is no such formula.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    An approximation: it takes :math:`\sqrt{\hat v}` for s, and holds if the weight averages over
    many more steps, :math:`1 / (\alpha\lambda)`, than the moments do.

    References
    ----------
    kosson2024rotational; xie2024implicit for noise 0.

    Examples
    --------
    >>> resting_place(lr=0.02, weight_decay=1.0)
    (0.0, 0.1)
    >>> resting_place(lr=0.02, weight_decay=0.5, mean=1.0, noise=0.0)
    (-2.0, 0.0)
    """
    lr = real_number("lr", lr, above=0)
    weight_decay = real_number("weight_decay", weight_decay, above=0)
    mean, noise = real_number("mean", mean), real_number("noise", noise, least=0)
    size = float(np.hypot(mean, noise))
    if not flag("decoupled", decoupled):
        return (-mean / weight_decay if mean else 0.0), float("nan")
    if size == 0:
        return 0.0, 0.0
    centre = -mean / size / weight_decay if mean else 0.0
    return centre, float(np.sqrt(lr / 2 / weight_decay) * noise / size)
