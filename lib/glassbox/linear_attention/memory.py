"""The state as a memory: write key-value pairs, ask for one of them, measure what comes back."""

from typing import NamedTuple

import numpy as np

from glassbox.checks import (
    as_list,
    checked,
    generator,
    integer,
    one_of,
    real_array,
    real_number,
)

from .attention import denominator, linear_attention, softmax, softmax_attention, states
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
        so far), read with weights proportional to exp(sharpness * k @ k_j).
    sharpness : float
        >= 0; also of the rules with features, whose keys are multiplied by its root.

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
    sharpness = real_number("sharpness", sharpness, least=0, most=1e6)
    if one_of("rule", rule, RULES) == "softmax":
        return _keep_all(k, v, sharpness)
    if rule == "delta":
        S = np.stack([S.copy() for S in delta_rule(k, v)])
        return Memory(S, np.cumsum(k, axis=0), k @ S)
    maps = {
        "identity": lambda x: x,
        "elu_plus_one": elu_plus_one,
        "taylor2": lambda x: taylor_features(x, 2),
    }
    sharp = k if rule == "identity" else k * np.asarray(sharpness**0.5, dtype=k.dtype)
    fk, _ = map_both(maps[rule], sharp, sharp, signed=rule == "identity")
    kept = [(state.S.copy(), state.z.copy()) for state in states(fk, v)]
    S, z = (np.stack(part) for part in zip(*kept, strict=True))
    read = fk @ S
    if rule != "identity":
        read = read / denominator((z @ fk.T).ravel(), 0.0).reshape(len(k), len(k), 1)
    return Memory(S, z, read)


@checked(k="n d", v="n d_v")
def delta_rule(k, v, rate=1.0):
    """Yield the state (d, d_v) after each pair; it is changed in place.

    Each pair corrects the answer to its key: S += rate * k (v - S.T @ k).T. With keys of length 1
    and rate 1, the newest pair is then read back exactly.

    Parameters
    ----------
    k, v : array_like, shapes (n, d), (n, d_v)
    rate : float
        >= 0; beta in the papers, where each token has its own.

    References
    ----------
    schlag2021linear, Section 4.2, there with a feature map and a learned rate.

    Examples
    --------
    >>> for S in delta_rule([[1.0], [1.0]], [[5.0], [7.0]]):
    ...     print(S)
    [[5.]]
    [[7.]]
    """
    k, v = same_dtype(k, v)
    return _corrected(k, v, real_number("rate", rate, least=0))


def _corrected(k, v, rate):
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

    Examples
    --------
    >>> print(read_error([[1.0, 0.0]], [[1.0, 1.0]]))
    0.5
    """
    read, v = (real_array(name, x, "... n d_v") for name, x in (("read", read), ("v", v)))
    if read.shape[-2:] != v.shape[-2:]:
        raise ValueError(f"read and v must end in one shape, got {read.shape} and {v.shape}")
    if not (v**2).sum(axis=(-2, -1)).all():
        raise ValueError("v must not all be 0, for errors are relative to them")
    return ((read - v) ** 2).sum(axis=(-2, -1)) / (v**2).sum(axis=(-2, -1))


def memory_errors(memory, v):
    """Return the `read_error` over the pairs written so far, after each pair, shape (n,).

    Parameters
    ----------
    memory : Memory
    v : array_like, shape (n, d_v)
        The values that were written.

    Examples
    --------
    >>> k, v = np.eye(2), np.array([[1.0], [2.0]])
    >>> memory_errors(fill_memory(k, v, "identity"), v)
    array([0., 0.])
    """
    if not isinstance(memory, Memory):
        raise TypeError(f"memory must be what fill_memory returns, got {type(memory).__name__}")
    v = real_array("v", v, memory.read.shape[1:])
    return np.array([read_error(memory.read[t, : t + 1], v[: t + 1]) for t in range(len(v))])


def unit_pairs(n, d, d_v, rng):
    """Return random keys (n, d) of length 1 and values (n, d_v) whose mean square is 1.

    Parameters
    ----------
    n, d, d_v : int
        >= 1; at most 10,000.
    rng : numpy.random.Generator

    Examples
    --------
    >>> k, v = unit_pairs(3, 2, 4, np.random.default_rng(0))
    >>> print((k**2).sum(axis=1).round(9), (v**2).mean(axis=1).round(9))
    [1. 1. 1.] [1. 1. 1.]
    """
    sizes = {"n": n, "d": d, "d_v": d_v}
    n, d, d_v = (integer(name, size, least=1, most=10_000) for name, size in sizes.items())
    rng = generator("rng", rng)
    k, v = rng.standard_normal((n, d)), rng.standard_normal((n, d_v))
    k /= np.linalg.norm(k, axis=1, keepdims=True)
    v *= np.sqrt(d_v) / np.linalg.norm(v, axis=1, keepdims=True)
    return k, v


def read_errors(counts, widths, draws, rng, sharpness=8.0):
    """Return the mean `read_error` of six memories over draws of random pairs.

    Parameters
    ----------
    counts, widths : sequence of int
        Numbers of pairs; widths of keys and values.
    draws : int
        How many draws are averaged, >= 1.
    rng : numpy.random.Generator
    sharpness : float
        Of the memories that divide, as in `fill_memory`.

    Returns
    -------
    dict
        ``errors``, by width (as text) and memory, one a count; and what was given.

    Examples
    --------
    >>> found = read_errors([2], [4], 3, np.random.default_rng(0))
    >>> found["errors"]["4"]["least squares"][0] < 1e-9  # two pairs fit into width 4
    True
    """
    counts = [integer("counts", n, least=1, most=4096) for n in as_list("counts", counts)]
    widths = [integer("widths", d, least=1, most=1024) for d in as_list("widths", widths)]
    draws = integer("draws", draws, least=1, most=10_000)
    sharpness, rng = real_number("sharpness", sharpness, least=0, most=1e6), generator("rng", rng)
    for name, given in (("counts", counts), ("widths", widths)):
        if not given:
            raise ValueError(f"{name} must not be empty, got []")
    errors = {}
    for d in widths:
        each = [[_recall(n, d, rng, sharpness) for n in counts] for _ in range(draws)]
        errors[str(d)] = dict(zip(_MEMORIES, np.mean(each, axis=0).T.tolist(), strict=True))
    given = {"counts": counts, "widths": widths, "draws": draws, "sharpness": sharpness}
    return {"errors": errors, **given}


_MEMORIES = ("plain sum", "delta rule", "least squares", "elu + 1", "1 + u + u²/2", "softmax")


def _recall(n, d, rng, sharpness):
    """Return the errors of the memories for one draw of n pairs."""
    k, v = unit_pairs(n, d, d, rng)
    *_, delta = delta_rule(k, v)
    reads = [k @ S for S in (k.T @ v, delta, np.linalg.lstsq(k, v, rcond=None)[0])]
    sharp, u = k * sharpness**0.5, sharpness * (k @ k.T)
    taylor = 1 + u + u**2 / 2  # what its features would give, in less room
    reads += [linear_attention(sharp, sharp, v), taylor / taylor.sum(axis=1, keepdims=True) @ v]
    reads.append(softmax_attention(k, k, v, scale=sharpness))
    return read_error(reads, [v] * len(reads))
