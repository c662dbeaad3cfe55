"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def causal(fq, fk, v): ...

exercises.causal(causal)
"""

import numpy as np

from glassbox.judge import judge

from .attention import feature_attention

CLOSE = 1e-8


def causal(function):
    """Judge ``causal(fq, fk, v)``: normalised causal linear attention of positive features."""
    two = np.array([[1.0, 3.0], [2.0, 1.0]])
    one = np.array([[2.0]])
    return judge(
        function,
        lambda fq, fk, v: feature_attention(fq, fk, v, causal=True),
        [(one, one, np.array([[5.0, 7.0]])), (two, two[::-1].copy(), np.array([[6.0], [12.0]]))],
        random=_features,
        count=30,
        tolerance=CLOSE,
    )


def _features(rng):
    n, features, d_v = rng.randint(1, 5), rng.randint(1, 3), rng.randint(1, 3)
    fq, fk = ([[rng.randint(1, 5) for _ in range(features)] for _ in range(n)] for _ in range(2))
    v = [[rng.randint(-4, 4) for _ in range(d_v)] for _ in range(n)]
    return tuple(np.array(rows, float) for rows in (fq, fk, v))


def delta_step(function):
    """Judge ``delta_step(S, key, value, beta)``: the state after one more pair."""
    return judge(
        function,
        lambda S, key, value, beta: S + beta * np.outer(key, value - S.T @ key),
        [(np.zeros((1, 1)), np.array([1.0]), np.array([5.0]), 1.0),
         (np.array([[5.0, 1.0], [0.0, 2.0]]), np.array([0.6, 0.8]), np.array([1.0, 0.0]), 0.5)],
        random=_pair,
        count=30,
        tolerance=CLOSE,
    )  # fmt: skip


def _pair(rng):
    d, d_v = rng.randint(1, 3), rng.randint(1, 3)
    S = [[rng.randint(-3, 3) for _ in range(d_v)] for _ in range(d)]
    key, value = ([rng.randint(-2, 2) for _ in range(size)] for size in (d, d_v))
    return *(np.array(x, float) for x in (S, key, value)), rng.choice([0.5, 1.0])


def padded(function):
    """Judge ``padded(fq, fk, v, counts)``: attention without a mask over time, padding left out."""
    rows = np.array([[1.0, 2.0], [3.0, 1.0], [1.0, 1.0]])
    return judge(
        function,
        lambda fq, fk, v, counts: feature_attention(fq, fk, v, key_mask=counts),
        [(rows, rows, np.array([[6.0], [12.0], [0.0]]), np.array([True, True, False])),
         (rows[:1], rows[:1], np.array([[5.0]]), np.array([True]))],
        random=_padded,
        count=30,
        tolerance=CLOSE,
    )  # fmt: skip


def _padded(rng):
    fq, fk, v = _features(rng)
    counts = [rng.random() < 0.6 for _ in fk]
    counts[rng.randrange(len(counts))] = True
    return fq, fk, v, np.array(counts)


def merged(function):
    """Judge ``merged(x)``: features of a row, (1 + d)(2 + d)/2 of them, with 1 + u + u²/2."""
    rows = [(np.array([0.0]),), (np.array([1.0, 2.0]),), (np.array([1.0, -1.0, 0.5]),)]

    def accept(came, x):
        return _merges(function, came, x)

    return judge(function, None, rows, random=_row, count=20, accept=accept)


def _row(rng):
    return (np.array([rng.randint(-3, 3) / 2 for _ in range(rng.randint(1, 4))]),)


def _merges(function, came, x):
    """Compare products with the polynomial, for the row itself and some others."""
    d, came = len(x), np.asarray(came, float)
    wanted = (1 + d) * (2 + d) // 2
    if came.shape != (wanted,):
        return f"one row of {wanted} features"
    for y in (x, np.ones(d), -2 * x, *np.eye(d)):
        u = x @ y
        product = 1 + u + u**2 / 2
        if not np.isclose(came @ np.asarray(function(y), float), product, rtol=CLOSE, atol=CLOSE):
            shown = ", ".join(f"{a:g}" for a in y)
            return f"the product {product:g} with the features of [{shown}]"
    return True
