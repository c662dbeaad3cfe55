"""Data to train on, images of handwritten digits, and gradients to walk on."""

from pathlib import Path

import numpy as np

from glassbox.checks import float_array, integer, real_number

from .steps import init_state
from .trajectory import minimise


def load_digits():
    """Return small images of handwritten digits, the same at each call.

    They are the test set of the UCI collection "Optical Recognition of Handwritten Digits"
    (E. Alpaydin and C. Kaynak, 1998, licence CC BY 4.0), as scikit-learn has them too.

    Returns
    -------
    inputs : ndarray, shape (1797, 64)
        8 by 8 pixels, row by row, each a whole number from 0 to 16.
    labels : ndarray, shape (1797,)
        The digits, from 0 to 9.

    Examples
    --------
    >>> inputs, labels = load_digits()
    >>> labels[:5].tolist()
    [0, 1, 2, 3, 4]
    """
    with np.load(Path(__file__).parent / "digits.npz") as held:
        return held["inputs"].astype(float), held["labels"].astype(int)


def noisy_digits(seed, spread=0):
    """Return digits to train on, to choose by and to test on, with noise in the labels to train on.

    Parameters
    ----------
    seed : int
        Of what is drawn: which digits, the labels, the factors of the pixels.
    spread : float
        Each pixel is multiplied by its factor, see `pixel_factors`.

    Returns
    -------
    train, choose, test : pair of ndarray
        Inputs, shape (n, 64), and labels, shape (n,): 300 (a fifth with a label at random), 500
        and 997. Pixels are between 0 and 1 before they are multiplied.

    Raises
    ------
    ValueError
        If `seed` or `spread` is negative or not finite.

    Examples
    --------
    >>> [len(labels) for _, labels in noisy_digits(seed=0)]
    [300, 500, 997]
    """
    seed = integer("seed", seed, least=0)
    inputs, labels = load_digits()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(inputs))
    inputs, labels = inputs[order] / 16 * pixel_factors(spread, seed), labels[order]
    given = labels[:300].copy()
    wrong = rng.random(300) < 0.2
    given[wrong] = rng.integers(0, 10, wrong.sum())
    return (inputs[:300], given), (inputs[300:800], labels[300:800]), (inputs[800:], labels[800:])


def pixel_factors(spread, seed):
    """Return a factor for each of 64 pixels, from 10^-spread to 10^spread, even on a log scale.

    Examples
    --------
    >>> set(pixel_factors(spread=0, seed=1).tolist())
    {1.0}
    """
    spread = real_number("spread", spread, least=0, most=100)
    rng = np.random.default_rng(50 + integer("seed", seed, least=0))
    return 10 ** rng.uniform(-spread, spread, 64)


# --- gradients to walk on -----------------------------------------------------------------------


def in_turn(gradients):
    """Return a gradient function that gives these, one a call, whatever the point.

    Examples
    --------
    >>> gradient = in_turn([[2.0], [-4.0]])
    >>> gradient([10.0]), gradient([9.0])
    (array([2.]), array([-4.]))
    """
    rows = iter(float_array("gradients", gradients, "n d"))
    return lambda theta: next(rows)


def noise(scale, rng, mean=0.0):
    """Return a gradient function that is a mean plus normal noise, anew at each call.

    Examples
    --------
    >>> noise(0.0, np.random.default_rng(0), mean=3.0)(np.zeros(2))
    array([3., 3.])
    """
    return lambda theta: mean + scale * rng.standard_normal(theta.shape)


def first_move(step, gradient, weight_decay, theta=4.0, lr=0.25):
    """Return how far the first step of an optimiser goes down from a weight.

    Examples
    --------
    >>> from glassbox.adam import adamw_step
    >>> first_move(adamw_step, gradient=0.0, weight_decay=0.5)
    np.float64(0.5)
    """
    params, _ = step([theta], [gradient], init_state([theta]), lr=lr, weight_decay=weight_decay)
    return theta - params[0]


def rested(step, mean, noise, lr, weight_decay, start=2.0, n_steps=1500, copies=400):
    """Return where copies of a weight are after many steps on gradients of that mean and noise.

    Examples
    --------
    >>> from glassbox.adam import adamw_step
    >>> rested(adamw_step, 1.0, 0.0, lr=0.5, weight_decay=1.0, n_steps=60, copies=2).round(6)
    array([-1., -1.])
    """
    rng = np.random.default_rng(1)
    way, _ = minimise(
        step, lambda theta: mean + noise * rng.standard_normal(theta.shape),
        np.full(copies, start), n_steps, lr=lr, weight_decay=weight_decay, beta2=0.99,
        keep=[n_steps],
    )  # fmt: skip
    return way[0]
