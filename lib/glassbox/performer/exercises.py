"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def positive(x, W): ...

exercises.positive(positive)
"""

import math

import numpy as np

from glassbox.judge import judge

from .random_features import positive_features


def _numbers(rng, *shape, scale=1.0):
    """Return an array of normal numbers from a `random.Random`, with two digits."""
    flat = [round(scale * rng.gauss(0, 1), 2) for _ in range(math.prod(shape))]
    return np.array(flat).reshape(shape)


def positive(function):
    """Judge ``positive(x, W)``: the features, shape (n, m), of points (n, d) and directions (m, d).

    Examples
    --------
    >>> positive(lambda x, W: np.exp(x @ W.T) / len(W) ** 0.5).right
    False
    """
    by_hand = np.array([[0.5]]), np.array([[1.0], [-1.0]])
    return judge(
        function,
        positive_features,
        [by_hand, (np.zeros((2, 3)), np.ones((1, 3))), (np.array([[1.0, 2.0]]), np.eye(2))],
        random=_points,
    )


def _points(rng):
    n, m, d = (rng.randint(1, 4) for _ in range(3))
    return _numbers(rng, n, d), _numbers(rng, m, d)


def directions_needed(function):
    """Judge ``directions_needed(x, y, error)``: the least m for a relative error, at least 1.

    Examples
    --------
    >>> directions_needed(lambda x, y, error: math.ceil(np.exp(np.sum((x + y) ** 2)) / error)).right
    False
    """
    half = np.array([0.5, 0.0])
    return judge(
        function,
        _directions_needed,
        [(half, half, 0.1), (half, -half, 0.1), (2 * half, 2 * half, 0.1), (half, half, 5.0),
         (half, half, 0.5)],
        random=_two_points,
    )  # fmt: skip


def _directions_needed(x, y, error):
    return max(1, math.ceil(math.expm1(float(np.sum((x + y) ** 2))) / error**2))


def _two_points(rng):
    d = rng.randint(1, 4)
    return _numbers(rng, d, scale=0.7), _numbers(rng, d, scale=0.7), rng.choice([0.05, 0.2, 0.5])


def fair_directions(function):
    """Judge ``fair_directions(G)``: d orthogonal unit vectors from a normal matrix (d, d).

    The function is called for 400 matrices; their directions must be spread evenly.

    Examples
    --------
    >>> fair_directions(lambda G: np.linalg.qr(G)[0].T).right
    False
    """
    rng = np.random.default_rng(20)
    cases = [(rng.standard_normal((400, d, d)),) for d in (2, 3)]
    return judge(
        function, None, cases, call=lambda f, Gs: [f(G) for G in Gs], accept=_are_uniform,
        limit=2_000_000,
    )  # fmt: skip


def _are_uniform(came, Gs):
    """Return True, or what is missing, with entries that are off by five standard errors."""
    *_, d = Gs.shape
    Q = np.array(came, dtype=float)
    if Q.shape != Gs.shape:
        return f"an array of shape ({d}, {d}) for each matrix"
    gram = np.einsum("nij,nkj->nik", Q, Q)
    if np.abs(gram - np.eye(d)).max() > 1e-6:
        return "rows at right angles, of length 1"
    means, squares = Q.mean(axis=0), (Q * Q).mean(axis=0)
    least = 5 / np.sqrt(len(Gs) * d)
    if np.abs(means).max() > least:
        i, j = np.unravel_index(np.abs(means).argmax(), means.shape)
        return (
            f"directions without a preference: entry [{i}, {j}] is {means[i, j]:.2f} on average "
            f"over {len(Gs)} matrices, instead of 0"
        )
    if np.abs(squares - 1 / d).max() > least:
        return "directions that point everywhere: some axes are met too rarely"
    return True


def attend(function):
    """Judge ``attend(a, b, v)``: attention from the logarithms of features, of any size.

    Row i of the result is the average of the values with weights sum_l exp(a[i, l] + b[j, l]).

    Examples
    --------
    >>> attend(lambda a, b, v: (w := np.exp(a) @ np.exp(b).T) @ v / w.sum(1, keepdims=True)).right
    False
    """
    small = np.array([[0.0, 1.0]]), np.array([[0.0, 0.0], [1.0, -1.0]]), np.array([[2.0], [4.0]])
    high = np.array([[800.0, 0.0]]), np.array([[0.0, 5.0], [1.0, 2.0]]), np.array([[2.0], [4.0]])
    keys = np.array([[0.0, 0.0]]), np.array([[900.0, 0.0], [899.0, 3.0]]), np.array([[2.0], [4.0]])
    apart = (
        np.array([[0.0, 900.0], [900.0, 0.0]]),
        np.array([[0.0, -950.0], [-900.0, -955.0]]),
        np.array([[2.0], [4.0]]),
    )
    low = (
        np.array([[-900.0, -905.0]]),
        np.array([[-2.0, 1.0], [0.0, 0.0]]),
        np.array([[2.0], [4.0]]),
    )
    return judge(
        function, _attend, [small, high, keys, apart, low], random=_exponents, tolerance=1e-7
    )


def _attend(a, b, v):
    """Do it one triple of query, key and feature at a time, in logarithms."""
    logs = np.asarray(a)[:, None] + np.asarray(b)[None]
    weights = np.exp(logs - logs.max(axis=(1, 2), keepdims=True)).sum(axis=2)
    return weights @ v / weights.sum(axis=1, keepdims=True)


def _exponents(rng):
    n, n_k, m, d_v = (rng.randint(1, 3) for _ in range(4))
    size = rng.choice([1, 30, 400])
    a, b = _numbers(rng, n, m, scale=size), _numbers(rng, n_k, m, scale=size)
    return a, b, _numbers(rng, n_k, d_v)
