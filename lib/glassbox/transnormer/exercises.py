"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def query_slope(q, K): ...

exercises.query_slope(query_slope)
"""

import numpy as np

from glassbox.judge import judge

from .attention import rms_norm
from .dilution import sharpest_weight
from .gradients import query_jacobian

CLOSE = 1e-8


def query_slope(function):
    """Judge ``query_slope(q, K)``: the derivative of each weight by each entry, features exp.

    Examples
    --------
    >>> query_slope(lambda q, K: query_jacobian(q, K, np.exp)).right
    True
    """
    return judge(
        function,
        _query_slope,
        [(np.zeros(1), np.zeros((2, 1))), (np.zeros(2), np.log([[1.0, 3.0], [3.0, 1.0]])),
         (np.array([0.0, 1.0]), np.array([[0.0, 1.0], [1.0, 0.0], [2.0, -1.0]]))],
        random=_query_and_keys,
        count=30,
        tolerance=CLOSE,
    )  # fmt: skip


def _query_slope(q, K):
    """Return the slopes as a person writes them: 0.125, not 0.12500000000000006."""
    return np.round(query_jacobian(q, K, np.exp), 12) + 0.0


def _query_and_keys(rng):
    n, d = rng.randint(1, 4), rng.randint(1, 3)
    return _numbers(rng, d), _numbers(rng, n, d)


def ceiling(function):
    """Judge ``ceiling(K)``: the largest weight that any query can give a key, features exp.

    Examples
    --------
    >>> ceiling(lambda K: np.exp(K).max() / np.exp(K).sum()).right
    False
    """
    cases = [(np.array([[0.0]]),), (np.log([[1.0, 3.0], [3.0, 1.0]]),), (np.zeros((3, 2)),)]
    return judge(
        function,
        lambda K: float(sharpest_weight(K, np.exp)),
        cases,
        random=lambda rng: (_numbers(rng, rng.randint(1, 5), rng.randint(1, 3)),),
        count=40,
        tolerance=CLOSE,
    )


def norm_causal(function):
    """Judge ``norm_causal(fq, fk, v, eps)``: causal NormAttention of features, eps in the root.

    Examples
    --------
    >>> norm_causal(lambda fq, fk, v, eps: _norm_causal(fq, fk, v, eps)).right
    True
    """
    # First a row T = 1 with ε = 3: inside the root it is 1/√4, outside it would be 1/(1 + 3).
    one, two = np.array([[1.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    return judge(
        function,
        _norm_causal,
        [(one, one, one, 3.0), (2 * one, 2 * one, np.array([[3.0, 4.0]]), 1e-8),
         (two, two, np.array([[3.0, 4.0], [0.0, 1.0]]), 0.5),
         (two, np.ones((2, 2)), np.array([[1.0], [-1.0]]), 1e-4)],
        random=_signed,
        count=30,
        tolerance=CLOSE,
    )  # fmt: skip


def _norm_causal(fq, fk, v, eps):
    """Do it with the n x n matrix."""
    return rms_norm(np.tril(fq @ fk.T) @ v, eps)


def _signed(rng):
    n, features, d_v = rng.randint(2, 5), rng.randint(1, 3), rng.randint(1, 3)
    fq, fk, v = _numbers(rng, n, features), _numbers(rng, n, features), _numbers(rng, n, d_v)
    return fq, fk, v, rng.choice([1e-6, 1e-2, 1.0])


def in_half(function):
    """Judge ``in_half(fq, fk, v)``: NormAttention of arrays in float16, with what overflows tamed.

    Features and values are so large, or so many, that a plain sum or a square leaves float16;
    the last case has more tokens than float16 can count.

    Examples
    --------
    >>> with np.errstate(all="ignore"):
    ...     in_half(lambda fq, fk, v: rms_norm(fq @ (fk.T @ v), 1e-6)).right
    False
    """
    few = judge(
        function,
        None,
        [_below_zero(), *(_large(n, size) for n, size in _SIZES)],
        accept=_is_normed,
        limit=500_000,
    )
    if not few:
        return few
    many = judge(
        function,
        None,
        ["70,000 tokens"],
        call=lambda function, _: function(*_large(70_000, 1)),
        accept=lambda came, _: _is_normed(came, *_large(70_000, 1)),
        limit=3_000_000,
    )
    return few if many else many


_SIZES = (1, 3), (2, 40), (2, 200), (30, 60), (300, 30)


def _below_zero():
    """Return tokens whose values are negative, and whose rows have unlike shares."""
    features, v = 1000 * np.eye(2), np.array([[-1000, -1000], [-1000, -250]])
    return features.astype(np.float16), features.astype(np.float16), v.astype(np.float16)


def _large(n, size):
    rng = np.random.default_rng(n + size)
    fq, fk = (np.abs(rng.standard_normal((n, 2))) for _ in range(2))
    v = rng.standard_normal((n, 2)) + 1.0
    return tuple((size * x).clip(-1000, 1000).astype(np.float16) for x in (fq, fk, v))


def _is_normed(came, fq, fk, v):
    came, (q, k, v) = np.asarray(came, float), (x.astype(float) for x in (fq, fk, v))
    wanted = rms_norm(q @ (k.T @ v), 0)
    if came.shape != wanted.shape:
        return f"an array of shape {wanted.shape}"
    if not np.isfinite(came).all():
        return "finite numbers: something left the range of float16"
    if not np.abs(came - wanted).max() < 0.05:
        at = tuple(int(i) for i in np.unravel_index(np.abs(came - wanted).argmax(), came.shape))
        return f"about {wanted[at]:.2f} at {at}, where it has {came[at]:.2f}"
    return True


def _numbers(rng, *shape):
    count = int(np.prod(shape))
    return np.array([rng.randint(-4, 4) / 2 for _ in range(count)]).reshape(shape)
