"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def attend(q, k, v): ...

exercises.attend(attend)
"""

import dataclasses
import math
import re

import numpy as np

from glassbox.judge import judge

from .units import gau_attention


def _numbers(rng, *shape):
    """Return an array of normal numbers from a `random.Random`, with two digits."""
    flat = [round(rng.gauss(0, 1), 2) for _ in range(math.prod(shape))]
    return np.array(flat).reshape(shape)


def gated(function):
    """Judge ``gated(u, v, A, Wo)``: what a gated attention unit makes of its streams, shape (n, d).

    Examples
    --------
    >>> gated(lambda u, v, A, Wo: (A @ (u * v)) @ Wo).right
    False
    """
    by_hand = (
        np.array([[30.0], [60.0]]),
        np.array([[40.0], [80.0]]),
        np.array([[1.0, 4.0], [4.0, 16.0]]) / 16,
        np.array([[1 / 675]]),
    )
    return judge(function, lambda u, v, A, Wo: (u * (A @ v)) @ Wo, [by_hand], random=_streams)


def _streams(rng):
    n, e, d = (rng.randint(1, 4) for _ in range(3))
    return _numbers(rng, n, e), _numbers(rng, n, e), _numbers(rng, n, n), _numbers(rng, e, d)


def attend(function):
    """Judge ``attend(q, k, v)``: causal squared-ReLU attention, the scale 1/sqrt(n s) inside.

    Examples
    --------
    >>> attend(lambda q, k, v: np.tril(np.maximum(q @ k.T, 0) ** 2) @ v).right
    False
    """
    by_hand = np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]]), np.array([[2.0], [4.0]])
    below = np.array([[1.0], [1.0]]), np.array([[-1.0], [-1.0]]), np.array([[2.0], [4.0]])
    return judge(
        function,
        lambda q, k, v: gau_attention(q, k, True, "1/sqrt(ns)") @ v,
        [by_hand, below],
        random=_queries,
    )


def _queries(rng):
    n, s, e = (rng.randint(1, 4) for _ in range(3))
    return _numbers(rng, n, s), _numbers(rng, n, s), _numbers(rng, n, e)


def past_states(function):
    """Judge ``past_states(k, v, C)``: for each chunk the sum over earlier chunks, over C.

    The result has shape (chunks, s, e); the last chunk may be shorter.

    Examples
    --------
    >>> past_states(lambda k, v, C: np.cumsum([k[i:i + C].T @ v[i:i + C] / C
    ...                                        for i in range(0, len(k), C)], axis=0)).right
    False
    """
    ones = np.ones((4, 1))
    return judge(function, _states, [(ones, ones, 2), (ones, ones, 4)], random=_keys)


def _states(k, v, C):
    found = [np.zeros((k.shape[1], v.shape[1]))]
    for i in range(0, len(k) - C, C):
        found.append(found[-1] + k[i : i + C].T @ v[i : i + C] / C)
    return np.array(found)


def _keys(rng):
    n, s, e = rng.randint(1, 7), rng.randint(1, 3), rng.randint(1, 3)
    return _numbers(rng, n, s), _numbers(rng, n, e), rng.randint(1, 4)


def decode(function):
    """Judge ``decode(state, q, k, v, C)``, one token of the linear part, with `state` from before.

    A state is whatever the function returns; it begins as None. The function returns what the token
    reads, shape (e,), and the next state. It is called for each token of a text.

    Examples
    --------
    >>> def at_once(state, q, k, v, C):  # a token must not read its own chunk
    ...     state = (0 if state is None else state) + np.outer(k, v) / C
    ...     return q @ state, state
    >>> decode(at_once).right
    False
    """
    ones = np.ones((4, 1))
    verdict = judge(
        function, None, [(ones, ones, ones, 2), (ones, ones, ones, 3)], random=_text, call=_read,
        accept=_is_read,
    )  # fmt: skip
    # It is called for each token, and what is told are the rows of the text.
    said = re.sub(r"^For (`+ ?)\w+\((.*)\)( ?`+) it", _FOR_TEXT, verdict.message)
    return dataclasses.replace(verdict, message=said)


_FOR_TEXT = r"For a text with \1q, k, v, C = \2\3 it"


def _read(function, q, k, v, C):
    state, rows = None, []
    for row in zip(q, k, v, strict=True):
        out, state = function(state, *row, C)
        rows.append(out)
    return rows


def _is_read(came, q, k, v, C):
    wanted = [q[i] @ _states(k, v, C)[i // C] for i in range(len(q))]
    try:
        found = np.array(came, dtype=float)
    except (TypeError, ValueError):
        return "an array of e numbers for each token"
    if found.shape != np.shape(wanted):
        return f"{v.shape[1]} numbers for each token"
    off = np.abs(found - wanted).max(axis=1) > 1e-9
    if not off.any():
        return True
    i = int(off.argmax())
    return f"for token {i} (counted from 0) {np.round(wanted[i], 4).tolist()}"


def _text(rng):
    n, s, e = rng.randint(1, 7), rng.randint(1, 3), rng.randint(1, 2)
    return _numbers(rng, n, s), _numbers(rng, n, s), _numbers(rng, n, e), rng.randint(1, 4)


def padded(function):
    """Judge ``padded(q, k, v, real)``: linear attention over n, where some tokens are padding.

    Examples
    --------
    >>> padded(lambda q, k, v, real: q @ (k.T @ v) / len(k)).right
    False
    """
    ones = np.ones((3, 1))
    return judge(
        function,
        lambda q, k, v, real: q @ (k[real].T @ v[real]) / real.sum(),
        [(ones, ones, ones, np.array([True, True, False]))],
        random=_padded,
    )


def _padded(rng):
    q, k, v = _queries(rng)
    real = np.array([True] + [rng.random() < 0.6 for _ in range(len(q) - 1)])
    return q, k, v, real


def overlapping(function):
    """Judge ``overlapping(i, C)``: which tokens token i reads in causal chunks that overlap.

    Examples
    --------
    >>> overlapping(lambda i, C: list(range(max(0, i - C), i + 1))).right
    False
    """

    def wanted(i, C):
        return list(range(max(0, i // C - 1) * C, i + 1))

    def reading(function, i, C):
        came = function(i, C)
        return sorted(came) if isinstance(came, set) else list(came)

    return judge(function, wanted, [(0, 4), (5, 4), (9, 4)], call=reading, random=_places)


def _places(rng):
    return rng.randint(0, 30), rng.randint(1, 8)
