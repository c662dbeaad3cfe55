"""The delta rule as attention: a state that corrects itself, its map, and its form in chunks."""

import numpy as np

from glassbox.checks import checked, real_array


@checked(q="n d", k="n d")
def delta_weights(q, k, beta=1.0):
    """Return the causal map of the delta rule: what it reads is this times the values.

    Key j is written with the strength beta_j, and each later key t takes away what it has in common
    with the state: weight (i, j) is q_i (I - beta_i k_i k_i.T) ... (I - beta_{j+1} k_{j+1}
    k_{j+1}.T) beta_j k_j. Weights may be negative, and their rows have no fixed sum.

    Parameters
    ----------
    q, k : array_like, shape (n, d)
        Keys are best of length 1.
    beta : float or array_like, shape (n,)
        How strongly each pair is written.

    Returns
    -------
    ndarray, shape (n, n)

    References
    ----------
    yang2024parallelizing, Section 3: the inverse below is the triangular solve of a chunk.

    Examples
    --------
    >>> same = [[1.0, 0.0], [1.0, 0.0]]
    >>> delta_weights(same, same)  # the second pair replaces the first
    array([[1., 0.],
           [0., 1.]])
    """
    beta = strengths(beta, len(k), q.dtype)
    return np.tril(q @ k.T) @ corrections(k, beta)


def strengths(beta, n, dtype):
    """Return one strength a key."""
    beta = real_array("beta", beta).astype(dtype)
    if beta.shape not in ((), (n,)):
        raise ValueError(f"beta must be one number or {n}, one a key, got shape {beta.shape}")
    return np.broadcast_to(beta, (n,))


def corrections(k, beta):
    """Return T (n, n): T @ v are the values that the plain sum must be given to equal the delta."""
    inside = np.tril(beta[:, None] * (k @ k.T), -1)
    return np.linalg.solve(np.eye(len(k), dtype=k.dtype) + inside, np.diag(beta))
