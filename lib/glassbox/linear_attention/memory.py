"""The state as a memory: write key-value pairs, ask for one of them, measure what comes back."""

from typing import NamedTuple

import numpy as np

from glassbox.checks import checked, one_of, real_array, real_number

from .attention import denominator, softmax, states
from .features import elu_plus_one, map_both, same_dtype, taylor_features

RULES = ("identity", "elu_plus_one", "taylor2", "softmax", "delta")


class Memory(NamedTuple):
    """What a memory held and gave back while n pairs were written.

    ``S`` (n, C, d_v) and ``z`` (n, C) are the states after each pair; ``read`` (n, n, d_v) is what
    each key gets back after each pair: row (t, j) is the answer to key j once pairs 0 ... t are in.
    """

    S: np.ndarray
    z: np.ndarray
    read: np.ndarray


@checked(k="n d", v="n d_v")
def fill_memory(k, v, rule, sharpness=8.0):
    """Write pairs one by one, and after each ask for every key.

    Parameters
    ----------
    k, v : array_like, shapes (n, d), (n, d_v)
        Keys, best of length 1, and values.
    rule : str
        ``"identity"``: S += k v.T, read k @ S. ``"elu_plus_one"``, ``"taylor2"``: the same with
        features, divided by the sum of the similarities. ``"delta"``: S += k (v - k @ S).T, which
        first takes away what the key gives now. ``"softmax"``: keep all pairs (`S` holds the values
        so far), read with weights exp(sharpness * k @ k_j).
    sharpness : float
        Of softmax alone.

    Returns
    -------
    Memory

    References
    ----------
    schlag2021linear, Sections 4.1 and 4.2, for the capacity of the state and for the delta rule.

    Examples
    --------
    >>> k, v = np.eye(2), np.array([[1.0], [2.0]])  # orthogonal keys do not disturb each other
    >>> fill_memory(k, v, "identity").read[1].ravel()
    array([1., 2.])
    """
    k, v = same_dtype(k, v)
    if one_of("rule", rule, RULES) == "softmax":
        return _keep_all(k, v, real_number("sharpness", sharpness))
    if rule == "delta":
        S = np.stack([S.copy() for S in delta_rule(k, v)])
        return Memory(S, np.cumsum(k, axis=0), k @ S)
    maps = {
        "identity": lambda x: x,
        "elu_plus_one": elu_plus_one,
        "taylor2": lambda x: taylor_features(x, 2),
    }
    fk, _ = map_both(maps[rule], k, k, signed=rule == "identity")
    kept = [(state.S.copy(), state.z.copy()) for state in states(fk, v)]
    S, z = (np.stack(part) for part in zip(*kept, strict=True))
    read = fk @ S
    if rule != "identity":
        read = read / denominator((z @ fk.T).ravel(), 0.0).reshape(len(k), len(k), 1)
    return Memory(S, z, read)


def delta_rule(k, v, rate=1.0):
    """Yield the state (d, d_v) after each pair; it is changed in place.

    Each pair corrects the answer to its key: S += rate * k (v - k @ S).T. With keys of length 1 and
    rate 1, the newest pair is then read back exactly.

    References
    ----------
    schlag2021linear, Section 4.2, there with a feature map and a learned rate.
    """
    S = np.zeros((k.shape[1], v.shape[1]), dtype=v.dtype)
    for key, value in zip(k, v, strict=True):
        S += rate * np.outer(key, value - key @ S)
        yield S


def _keep_all(k, v, sharpness):
    seen = np.tri(len(k), dtype=bool)  # row t: the pairs 0 ... t
    scores = np.where(seen[:, None, :], sharpness * (k @ k.T), -np.inf)  # (t, asked, stored)
    return Memory(seen[:, :, None] * v, np.cumsum(k, axis=0), softmax(scores) @ v)


def read_error(read, v):
    """Return the mean squared error of what is read, relative to the values: sum / sum.

    Parameters
    ----------
    read, v : array_like, shape (..., n, d_v)

    Returns
    -------
    float or ndarray, shape (...)
        Its root is the rms error.
    """
    read, v = real_array("read", read), real_array("v", v)
    if read.shape[-2:] != v.shape[-2:]:
        raise ValueError(f"read and v must end in one shape, got {read.shape} and {v.shape}")
    return ((read - v) ** 2).sum(axis=(-2, -1)) / (v**2).sum(axis=(-2, -1))


def memory_errors(memory, v):
    """Return the `read_error` over the pairs written so far, after each pair, shape (n,)."""
    return np.array([read_error(memory.read[t, : t + 1], v[: t + 1]) for t in range(len(v))])


def unit_pairs(n, d, d_v, rng):
    """Return random keys (n, d) of length 1 and values (n, d_v) whose mean square is 1."""
    k, v = rng.standard_normal((n, d)), rng.standard_normal((n, d_v))
    k /= np.linalg.norm(k, axis=1, keepdims=True)
    v *= np.sqrt(d_v) / np.linalg.norm(v, axis=1, keepdims=True)
    return k, v
