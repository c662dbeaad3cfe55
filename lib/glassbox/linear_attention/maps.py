"""Two numbers that say how sharp a map is."""

import numpy as np

from glassbox.checks import checked, real_array, within


@checked(weights="n m")
def effective_rank(weights):
    """Return the effective rank of a matrix: exp of the entropy of its singular values' shares.

    References
    ----------
    roy2007effective.

    Examples
    --------
    >>> print(effective_rank(np.eye(3)).round(9), effective_rank(np.ones((3, 3))).round(9))
    3.0 1.0
    """
    singular = np.linalg.svd(weights, compute_uv=False)
    if not singular[0] > 0:
        raise ValueError("weights must not all be 0, got no direction to count")
    return np.exp(entropy(singular / singular.sum()))


def entropy(p):
    """Return the entropy -sum p ln p along the last axis, in nats; 0 ln 0 counts as 0.

    Parameters
    ----------
    p : array_like, shape (..., n)
        Shares: >= 0, with the sum 1.

    Examples
    --------
    >>> print(entropy([0.5, 0.5, 0.0]).round(4))
    0.6931
    """
    p = within("p", real_array("p", p, "... n", empty=False), least=0)
    if (abs(p.sum(axis=-1) - 1) > 1e-4).any():
        raise ValueError(f"p must have the sum 1 along its last axis, got {p.sum(axis=-1)}")
    return -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)
