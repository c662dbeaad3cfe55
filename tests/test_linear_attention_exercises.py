"""The exercises of linear_attention: right answers pass, the usual wrong ones are caught."""

import numpy as np
import pytest

from cells import passing
from glassbox.linear_attention import exercises


def running(fq, fk, v, *, own=True, divide=True, whole=False, last=False):
    S, z, out = np.zeros((fk.shape[1], v.shape[1])), np.zeros(fk.shape[1]), []
    total = fk.sum(axis=0)
    for query, key, value in zip(fq, fk, v, strict=True):
        if own:
            S, z = S + np.outer(key, value), z + key
        below = query @ (total if whole else z)
        if last:
            below = z.sum()
        out.append(query @ S / (below if divide and below else 1))
        if not own:
            S, z = S + np.outer(key, value), z + key
    return np.array(out)


def in_place(fq, fk, v):
    out = running(fq, fk, v)
    v[:] = out
    return v


CAUSAL = {
    "no division": lambda fq, fk, v: running(fq, fk, v, divide=False),
    "itself not seen": lambda fq, fk, v: running(fq, fk, v, own=False),
    "the whole text below": lambda fq, fk, v: running(fq, fk, v, whole=True),
    "the sum of z alone": lambda fq, fk, v: running(fq, fk, v, last=True),
    "no mask": lambda fq, fk, v: fq @ (fk.T @ v) / (fq @ fk.sum(axis=0))[:, None],
    "softmax": lambda fq, fk, v: np.tril(np.exp(fq @ fk.T)) @ v,
    "cumsum over features": lambda fq, fk, v: (
        np.tril(fq @ fk.T) @ v / (fq * np.cumsum(fk, axis=1)).sum(axis=1)[:, None]
    ),
    "the last alone": lambda fq, fk, v: running(fq, fk, v)[-1],
    "a shape of its own": lambda fq, fk, v: running(fq, fk, v).T,
    "its input changed": in_place,
}
DELTA = {
    "a sum": lambda S, key, value, beta: S + beta * np.outer(key, value),
    "transposed": lambda S, key, value, beta: S + beta * np.outer(value - S.T @ key, key).T @ S,
    "no beta": lambda S, key, value, beta: S + np.outer(key, value - S.T @ key),
    "the state fades": lambda S, key, value, beta: (1 - beta) * S + beta * np.outer(key, value),
    "added": lambda S, key, value, beta: S + beta * np.outer(key, value + S.T @ key),
    "beta on the value alone": lambda S, key, value, beta: (
        S + np.outer(key, beta * value - S.T @ key)
    ),
    "beta on what is taken": lambda S, key, value, beta: (
        S + np.outer(key, value) - beta * np.outer(key, S.T @ key) - np.outer(key, value) / 2
    ),
    "the change alone": lambda S, key, value, beta: beta * np.outer(key, value - S.T @ key),
    "swapped": lambda S, key, value, beta: S + beta * np.outer(value, key),
}


def delta_in_place(S, key, value, beta):
    S += beta * np.outer(key, value - S.T @ key)
    return S


DELTA["in place"] = delta_in_place
PADDED = {
    "values alone": lambda fq, fk, v, c: (
        fq @ (fk.T @ (v * c[:, None])) / (fq @ fk.sum(axis=0))[:, None]
    ),
    "nothing": lambda fq, fk, v, c: fq @ (fk.T @ v) / (fq @ fk.sum(axis=0))[:, None],
    "below alone": lambda fq, fk, v, c: fq @ (fk.T @ v) / (fq @ fk[c].sum(axis=0))[:, None],
    "the wrong way round": lambda fq, fk, v, c: running(fq, fk * ~c[:, None], v),
    "queries": lambda fq, fk, v, c: (fq * c[:, None]) @ (fk.T @ v) / (fq @ fk.sum(0))[:, None],
    "no division": lambda fq, fk, v, c: fq @ (fk[c].T @ v[c]),
    "rows dropped": lambda fq, fk, v, c: (fq @ (fk[c].T @ v[c]) / (fq @ fk[c].sum(0))[:, None])[c],
    "causal": lambda fq, fk, v, c: running(fq, fk * c[:, None], v),
    "divided by the count": lambda fq, fk, v, c: fq @ (fk[c].T @ v[c]) / c.sum(),
    "ones for pads": lambda fq, fk, v, c: running(fq, np.where(c[:, None], fk, 1), v),
}
TRIANGLE = {"k": 1}


def pieces(x):
    a, b = np.triu_indices(len(x), **TRIANGLE)
    return x**2 / 2**0.5, x[a] * x[b]


MERGED = {
    "not merged": lambda x: np.concatenate([[1], x, np.outer(x, x).ravel() / 2**0.5]),
    "no root": lambda x: np.concatenate([[1], x, x**2 / 2, pieces(x)[1]]),
    "no half": lambda x: np.concatenate([[1], x, x**2, pieces(x)[1]]),
    "mixed over root": lambda x: np.concatenate([[1], x, pieces(x)[0], pieces(x)[1] / 2**0.5]),
    "mixed twice": lambda x: np.concatenate([[1], x, pieces(x)[0], 2 * pieces(x)[1]]),
    "no one": lambda x: np.concatenate([[0], x, *pieces(x)]),
    "no squares": lambda x: np.concatenate([[1], x, 0 * x, pieces(x)[1]]),
    "signs lost": lambda x: np.concatenate([[1], abs(x), *pieces(abs(x))]),
    "too few": lambda x: np.concatenate([[1], x]),
    "a number": lambda x: 1 + x @ x + (x @ x) ** 2 / 2,
}
WRONG = {"causal": CAUSAL, "delta_step": DELTA, "padded": PADDED, "merged": MERGED}
RIGHT = {
    "causal": running,
    "delta_step": lambda S, key, value, beta: S + beta * np.outer(key, value - S.T @ key),
    "padded": lambda fq, fk, v, c: fq @ (fk[c].T @ v[c]) / (fq @ fk[c].sum(axis=0))[:, None],
    "merged": lambda x: np.concatenate([[1], x, *pieces(x)]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_pass(name):
    verdict = getattr(exercises, name)(RIGHT[name])
    assert verdict, verdict


def test_of_merged_features_the_first_product_that_is_off_is_told():
    x, right = np.array([1.0, 2.0]), RIGHT["merged"]
    assert exercises._merges(right, right(x), x) is True
    assert exercises._merges(right, np.ones(5), x) == "one row of 6 features"
    said = exercises._merges(right, np.zeros(6), x)
    assert said == "the product 18.5 with the features of [1, 2]"  # 1 + 5 + 25 / 2

    def itself_alone(y):
        return right(y) if (y == x).all() else np.zeros(6)

    said = exercises._merges(itself_alone, right(x), x)
    assert said == "the product 8.5 with the features of [1, 1]"  # 1 + 3 + 9 / 2
    near, off = (exercises._merges(right, right(x) * (1 + error), x) for error in (1e-10, 1e-6))
    assert near is True and off.startswith("the product 18.5")


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_are_caught_with_a_line_that_helps(name):
    assert len(WRONG[name]) >= 9
    assert not passing(getattr(exercises, name), WRONG[name])
