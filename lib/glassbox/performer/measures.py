"""What the chapter measures: misplaced weight, a library's weights, and recorded errors.

Helpers of the chapter and of `benchmarks/performer.py`; the method itself is in `random_features`.
"""

import math

import numpy as np

from glassbox.checks import checked, float_array, one_of
from glassbox.linear_attention import softmax_attention

from .random_features import (
    KINDS,
    favor_attention,
    orthogonal_gaussian,
    stabilised_features,
)

#: Of Student's t, two-sided 95 %, by the degrees of freedom up to 20.
STUDENT = (
    12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13,
    2.12, 2.11, 2.10, 2.09, 2.09,
)  # fmt: skip


@checked(exact="n m", found="n m")
def misplaced(exact, found):
    """Return which share of a row's weight stands elsewhere than it should, as a mean over rows.

    It is half of the sum of the errors of a row: 0 where two maps agree, and 1 where they have no
    key in common, if no weight is negative.

    Examples
    --------
    >>> misplaced([[1, 0], [0.5, 0.5]], [[0, 1], [0.5, 0.5]])
    0.5
    """
    return float(np.abs(found - exact).sum(axis=1).mean() / 2)


def mean_misplaced(q, k, m, kind="positive", seeds=range(20)):
    """Return the mean of `misplaced` over draws of m orthogonal directions.

    Examples
    --------
    >>> q = [[0.0, 0.0], [0.0, 0.0]]
    >>> mean_misplaced(q, q, 2, "trig")  # a point with itself is exact
    0.0
    """
    q, k = float_array("q", q, "n d", empty=False), float_array("k", k, "n_k d", empty=False)
    exact, shares = softmax_attention(q, k, np.eye(len(k))), []
    for seed in seeds:
        W = orthogonal_gaussian(m, q.shape[1], np.random.default_rng(seed))
        shares.append(misplaced(exact, favor_attention(q, k, np.eye(len(k)), W, kind)))
    return float(np.mean(shares))


@checked(q="n d", k="n_k d", W="m d")
def library_weights(q, k, W, eps=1e-4):
    """Return the weights (n, n_k) of attention by `stabilised_features`.

    Examples
    --------
    >>> q, k = [[9.0], [0.0]], [[0.0], [9.0]]
    >>> library_weights(q, k, [[1.0], [-1.0]], eps=0.0)[0, 0].round(3)
    np.float64(1.0)
    >>> library_weights(q, k, [[1.0], [-1.0]], eps=1e9)[0, 0].round(3)
    np.float64(0.5)
    """
    scale = q.shape[1] ** -0.25
    Q = stabilised_features(scale * q, W, eps)
    A = Q @ stabilised_features(scale * k, W, eps, keys=True).T
    return A / A.sum(axis=1, keepdims=True)


def seed_errors(recorded, setting, scale, kind, make="orthogonal"):
    """Return recorded errors of attention over that of the plain mean, shape (seeds, features).

    Examples
    --------
    >>> from glassbox.records import read_record
    >>> recorded = read_record("performer", "attention")
    >>> seed_errors(recorded, "random tokens", 0.25, "trig").shape
    (20, 7)
    """
    one_of("kind", kind, KINDS)
    return np.array(recorded["errors"][setting][str(scale)][f"{kind}, {make}"])


def factor(above, below):
    """Return by which factor ``above`` exceeds ``below``, paired by seed, between its limits.

    Parameters
    ----------
    above, below : array_like, shape (seeds,)
        Positive numbers, 2 to 21 of each.

    Returns
    -------
    low, middle, high : float
        The geometric mean of the ratios, within its 95 % interval.

    Examples
    --------
    >>> low, middle, high = factor([2.0, 8.0], [1.0, 2.0])
    >>> round(middle, 3), low < middle < high
    (2.828, True)
    """
    ratios = np.log(np.divide(above, below))
    reach = STUDENT[len(ratios) - 2] * ratios.std(ddof=1) / math.sqrt(len(ratios))
    low, middle, high = np.exp([ratios.mean() - reach, ratios.mean(), ratios.mean() + reach])
    return float(low), float(middle), float(high)
