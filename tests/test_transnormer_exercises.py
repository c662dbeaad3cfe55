"""The exercises and questions of transnormer: right answers pass, usual wrong ones do not."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from cells import passing, verdicts
from glassbox.transnormer import exercises, questions

CHAPTER = Path(__file__).parent.parent / "chapters" / "transnormer.ipynb"


def test_the_solutions_of_the_chapter_are_right_and_its_stubs_are_not_written():
    solutions = verdicts(CHAPTER, stubs=False, exercises=exercises, np=np)
    stubs = verdicts(CHAPTER, stubs=True, exercises=exercises, np=np)
    assert len(solutions) == len(stubs) == 4
    assert all(solutions.values()), solutions
    assert not any(verdict.written for verdict in stubs.values())


def parts(q, K):
    """Return a, r and p of exp."""
    columns = np.exp(K).sum(axis=0)
    a, r = np.exp(q) * columns, np.exp(K) / columns
    a = a / a.sum()
    return a, r, (r @ a)[:, None]


def slope(make):
    return lambda q, K: make(*parts(q, K))


def softmax_of(s):
    return np.exp(s) / np.exp(s).sum()


WRONG_SLOPES = [
    slope(lambda a, r, p: a * r),  # no mean
    slope(lambda a, r, p: a * (p - r)),  # the sign
    slope(lambda a, r, p: a * (1 - a) * (r - p)),
    slope(lambda a, r, p: r * (r - p)),
    slope(lambda a, r, p: p * (1 - p) * r),
    slope(lambda a, r, p: (a * (r - p)).T),
    slope(lambda a, r, p: a * (r - p) / p),  # of the logarithm
    slope(lambda a, r, p: r - p),  # no share
    slope(lambda a, r, p: np.abs(a * (r - p))),
    lambda q, K: softmax_of(q) * (np.exp(K) / np.exp(K).sum(axis=0) - parts(q, K)[2]),  # no ln sum
    lambda q, K: softmax_of(K @ q)[:, None] * (K - softmax_of(K @ q) @ K),  # softmax attention
    lambda q, K: np.exp(K) / (np.exp(K) @ np.exp(q)).sum() * (1 - parts(q, K)[2]),  # own alone
]
WRONG_CEILINGS = [
    lambda K: np.exp(K).max() / np.exp(K).sum(),
    lambda K: (np.exp(K) / np.exp(K).sum(axis=1, keepdims=True)).max(),  # over entries
    lambda K: (np.exp(K) / np.exp(K).sum(axis=0)).max(axis=1),  # one a key
    lambda K: (np.exp(K) / np.exp(K).sum(axis=0)).min(),
    lambda K: (K / K.sum(axis=0)).max() if K.sum() else 0.0,
    lambda K: (lambda R: R / (R + len(K) - 1))(
        (np.exp(K).max(axis=0) / np.exp(K).min(axis=0)).max()
    ),
    lambda K: np.exp(K.max() - K.min()) / (np.exp(K.max() - K.min()) + len(K) - 1),
    lambda K: 1 / len(K),
    lambda K: 1.0,
    lambda K: (np.exp(K) / np.exp(K).sum(axis=0)).mean(axis=1).max(),  # an even query
    lambda K: softmax_of(K.sum(axis=1)).max(),
]


def running(fq, fk, v, eps, *, own=True, inside=True, norm=True, mean=True, decay=1.0, sums=False):
    state, z, out = np.zeros((fk.shape[1], v.shape[1])), np.zeros(fk.shape[1]), []
    for query, key, value in zip(fq, fk, v, strict=True):
        before = state
        state, z = decay * state + np.outer(key, value), z + key
        T = query @ (state if own else before)
        if sums:
            T = T / (abs(query @ z) + 1)
        square = np.mean(T**2) if mean else np.sum(T**2)
        size = np.sqrt(square + eps) if inside else np.sqrt(square) + eps
        out.append(T / size if norm else T)
    return np.array(out)


WRONG_CAUSAL = [
    lambda *x: running(*x, own=False),
    lambda *x: running(*x, inside=False),
    lambda *x: running(*x, norm=False),
    lambda *x: running(*x, mean=False),  # the length for the root mean square
    lambda *x: running(*x, decay=0.9),
    lambda *x: running(*x, sums=True),  # ε counts differently
    lambda fq, fk, v, eps: running(fq, fk, v, 0.0) if eps > 1 else running(fq, fk, v, 1e-8),
    lambda fq, fk, v, eps: running(fq, fk, v, eps) * np.sqrt(v.shape[1]),
    lambda fq, fk, v, eps: exercises._norm_causal(fq[::-1], fk[::-1], v[::-1], eps)[::-1],
    lambda fq, fk, v, eps: (lambda T: T / np.sqrt(np.mean(T**2, axis=1, keepdims=True) + eps))(
        fq @ (fk.T @ v)
    ),  # no mask
    lambda fq, fk, v, eps: running(fq, fk, v, eps)[-1],
    lambda fq, fk, v, eps: (lambda T: T / np.sqrt(np.mean(T**2) + eps))(np.tril(fq @ fk.T) @ v),
]


def normed(T, eps=1e-6):
    return T / np.sqrt(np.mean(T**2, axis=1, keepdims=True) + T.dtype.type(eps))


def tamed(fq, fk, v, *, largest=lambda v: np.abs(v).max(), axis=1, most=np.abs):
    root = np.float16(len(fk) ** 0.5)
    fk, v = fk / fk.max() / root, v / largest(v) / root
    T = (fq / fq.max()) @ (fk.T @ v)
    T = T / most(T).max(axis=1, keepdims=True)
    return T / np.sqrt(np.mean(T**2, axis=axis, keepdims=True))


WRONG_HALF = [
    lambda *x: tamed(*x, largest=np.max),  # negative values turn
    lambda *x: tamed(*x, most=np.array),  # and so do negative rows
    lambda *x: tamed(*x, axis=None),  # the mean over all rows
    lambda *x: tamed(*x, axis=0),
    lambda fq, fk, v: normed(fq @ (fk.T @ v)),
    lambda fq, fk, v: normed((fq @ fk.T) @ v),
    lambda fq, fk, v: normed(fq @ (fk.T @ v) / np.float16(len(fk))),  # too late
    lambda fq, fk, v: normed(fq @ ((fk / np.float16(len(fk))).T @ v)),
    lambda fq, fk, v: normed((fq / fq.max()) @ (fk.T @ v)),
    lambda fq, fk, v: normed((fq @ (fk.T @ v)).astype(np.float32)),  # too late
    lambda fq, fk, v: np.nan_to_num(normed(fq @ (fk.T @ v))),
    lambda fq, fk, v: np.clip(normed(np.clip(fq @ (fk.T @ v), -60000, 60000)), -2, 2),
    lambda fq, fk, v: fq.astype(float) @ (fk.T.astype(float) @ v.astype(float)),  # no norm
    lambda fq, fk, v: normed(v.astype(float)),
    lambda fq, fk, v: normed(fq.astype(float) @ fk.T.astype(float) @ v.astype(float)).T,
    lambda fq, fk, v: normed(fq.astype(float) @ fk.T.astype(float) @ v.astype(float)) * 2**0.5,
]


WRONG = {
    "query_slope": WRONG_SLOPES,
    "ceiling": WRONG_CEILINGS,
    "norm_causal": WRONG_CAUSAL,
    "in_half": WRONG_HALF,
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", WRONG)
def test_the_usual_wrong_answers_are_caught(name):
    assert len(WRONG[name]) >= 10
    assert not passing(getattr(exercises, name), WRONG[name])


def test_other_right_answers_pass():
    def wide(fq, fk, v):
        return normed(fq.astype(np.float32) @ (fk.astype(np.float32).T @ v.astype(np.float32)))

    assert exercises.in_half(wide).right
    assert exercises.in_half(tamed).right
    assert exercises.norm_causal(running).right


def test_a_wrong_place_of_eps_is_told_by_numbers_that_teach():
    told = repr(exercises.norm_causal(lambda *x: running(*x, inside=False)))
    assert "[[1.0]], 3.0" in told and "`[[0.25]]`; wanted is `[[0.5]]`" in told
    assert "e-" not in repr(exercises.query_slope(lambda q, K: np.exp(K) * 0))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_number_of_keys_that_float16_cannot_hold_is_found():
    def counted(fq, fk, v):
        fk = fk / fk.max() / np.float16(len(fk))
        T = (fq / fq.max()) @ (fk.T @ (v / np.abs(v).max()))
        return normed(T / np.abs(T).max(axis=1, keepdims=True))

    told = repr(exercises.in_half(counted))
    assert "70,000 tokens" in told and "left the range" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x: x, True),
        (lambda x: x + 0.04, True),
        (lambda x: np.add(x, [[0, 0], [0, -0.06]]), "about 1.37 at (1, 1), where it has 1.31"),
        (lambda x: np.add(x, [[0, 0.1], [0.2, 0]]), "about 0.34 at (1, 0), where it has 0.54"),
        (lambda x: x[:1], "an array of shape (2, 2)"),
        (lambda x: x * [[1, np.inf], [1, 1]], "finite numbers"),
        (lambda x: x * [[1, 1], [np.nan, 1]], "finite numbers"),
    ],
)
def test_of_a_result_in_half_precision_the_worst_is_told(change, told):
    fq, fk, v = np.eye(2), np.eye(2), np.array([[1.0, 1.0], [1.0, 4.0]])
    said = exercises._is_normed(change(normed(v)), fq, fk, v)
    assert said is told or said.partition(":")[0] == told


def test_slopes_are_told_without_signs_of_zero_and_without_the_dust_of_rounding():
    slopes = exercises._query_slope(np.zeros(2), np.log([[1.0, 3.0], [3.0, 1.0]]))
    assert slopes.tolist() == [[-0.125, 0.125], [0.125, -0.125]]
    K = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, -1.0]])
    flat = exercises._query_slope(np.array([0.0, 1.0]), K)[1]  # it is the mean of the others
    assert not flat.any() and not np.signbit(flat).any()


def secret_of(question):
    """Return what a question tells only after an answer."""
    (panel,) = question.at()
    return json.loads(base64.b64decode(panel["secret"]))


@pytest.mark.parametrize(
    "ask", [questions.whose, questions.guard, questions.half, questions.sooner]
)
def test_no_answer_is_in_sight(ask):
    secret = secret_of(ask())
    for told in secret.get("said", []):
        assert told not in ask().payload
