"""The delta rule as attention: a state that corrects itself, its map, and its form in chunks."""

import numpy as np

from glassbox.checks import checked, integer, real_array, real_number


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


def strengths(beta, n, dtype, name="beta"):
    """Return one strength a key."""
    beta = real_array(name, beta).astype(dtype)
    if beta.shape not in ((), (n,)):
        raise ValueError(f"{name} must be one number or {n}, one a key, got shape {beta.shape}")
    return np.broadcast_to(beta, (n,))


def corrections(k, beta):
    """Return T (n, n): T @ v are the values that the plain sum must be given to equal the delta."""
    inside = np.tril(beta[:, None] * (k @ k.T), -1)
    return np.linalg.solve(np.eye(len(k), dtype=k.dtype) + inside, np.diag(beta))


@checked(q="n d", k="n d", v="n d_v")
def delta_attention(q, k, v, beta=1.0, chunk=64):
    """Return what the delta rule reads at each token, chunk by chunk.

    Inside a chunk a triangular system gives the values that the plain sum must write; all earlier
    chunks come in through the state.

    Parameters
    ----------
    q, k : array_like, shape (n, d)
        Keys are best of length 1.
    v : array_like, shape (n, d_v)
    beta : float or array_like, shape (n,)
        How strongly each pair is written.
    chunk : int
        Tokens in a chunk, >= 1.

    Returns
    -------
    ndarray, shape (n, d_v)

    References
    ----------
    yang2024parallelizing, Section 3.

    Examples
    --------
    >>> same = [[1.0, 0.0], [1.0, 0.0]]
    >>> delta_attention(same, same, [[5.0], [7.0]]).ravel()
    array([5., 7.])
    """
    beta, chunk = strengths(beta, len(k), q.dtype), integer("chunk", chunk, least=1)
    S = np.zeros((k.shape[1], v.shape[1]), dtype=v.dtype)
    out = np.empty_like(v)
    for start in range(0, len(v), chunk):
        now = slice(start, start + chunk)
        written = corrections(k[now], beta[now]) @ (v[now] - k[now] @ S)
        out[now] = q[now] @ S + np.tril(q[now] @ k[now].T) @ written
        S = S + k[now].T @ written
    return out


@checked(q="n d", k="n d", v="n d_v")
def decay_attention(q, k, v, decay, chunk=64):
    """Return causal attention q_i @ k_j without a division, each token older by a factor of decay.

    S_i = decay * S_{i-1} + k_i v_i.T, and row i of the result is S_i.T q_i.

    Parameters
    ----------
    q, k, v : array_like, shapes (n, d), (n, d), (n, d_v)
    decay : float
        gamma in RetNet, in [0, 1]; 1 is the plain sum.
    chunk : int
        Tokens in a chunk, >= 1.

    Returns
    -------
    ndarray, shape (n, d_v)

    References
    ----------
    sun2023retentive.

    Examples
    --------
    >>> ones = [[1.0], [1.0]]
    >>> decay_attention(ones, ones, [[8.0], [1.0]], 0.5).ravel()
    array([8., 5.])
    """
    decay = real_number("decay", decay, least=0, most=1)
    chunk = integer("chunk", chunk, least=1)
    S = np.zeros((k.shape[1], v.shape[1]), dtype=v.dtype)
    out = np.empty_like(v)
    for start in range(0, len(v), chunk):
        now = slice(start, start + chunk)
        age = np.arange(len(k[now]))
        inside = np.tril((q[now] @ k[now].T) * decay ** np.maximum(age[:, None] - age, 0))
        out[now] = inside @ v[now] + decay ** (age[:, None] + 1) * (q[now] @ S)
        S = decay ** len(age) * S + (decay ** age[::-1, None] * k[now]).T @ v[now]
    return out
