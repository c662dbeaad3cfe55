"""The exercises and questions of performer: right answers pass, the usual wrong ones are caught."""

import base64
import json
import math
from pathlib import Path

import numpy as np
import pytest

from cells import passing, verdicts
from glassbox.performer import exercises, questions

CHAPTER = Path(__file__).parent.parent / "chapters" / "performer.ipynb"


def test_the_solutions_of_the_chapter_are_right_and_its_stubs_are_not_written():
    solutions = verdicts(CHAPTER, stubs=False, exercises=exercises, np=np)
    stubs = verdicts(CHAPTER, stubs=True, exercises=exercises, np=np)
    assert len(solutions) == len(stubs) == 4
    assert all(solutions.values()), solutions
    assert not any(verdict.written for verdict in stubs.values())


def half(x):
    return np.sum(x * x, axis=1, keepdims=True) / 2


WRONG_FEATURES = [
    lambda x, W: np.exp(x @ W.T) / len(W) ** 0.5,  # no norm
    lambda x, W: np.exp(x @ W.T - half(x)),  # no 1 / sqrt(m)
    lambda x, W: np.exp(x @ W.T - half(x)) / len(W),  # 1 / m
    lambda x, W: np.exp(x @ W.T - 2 * half(x)) / len(W) ** 0.5,
    lambda x, W: np.exp(x @ W.T + half(x)) / len(W) ** 0.5,
    lambda x, W: (np.exp(x @ W.T - half(x)) / len(W) ** 0.5).T,
    lambda x, W: np.exp(x @ W.T - np.sum(x * x) / 2) / len(W) ** 0.5,  # of all points
    lambda x, W: np.exp(x @ W.T - half(x)) / W.shape[1] ** 0.5,  # d for m
    lambda x, W: np.exp(x @ W.T - half(W).T) / len(W) ** 0.5,  # the norm of w
    lambda x, W: np.cosh(x @ W.T) * np.exp(-half(x)) / len(W) ** 0.5,
    lambda x, W: np.cos(x @ W.T) * np.exp(half(x)) / len(W) ** 0.5,
]
WRONG_COUNTS = [
    lambda x, y, e: math.ceil(math.expm1(np.sum((x + y) ** 2)) / e),  # e, not its square
    lambda x, y, e: max(1, math.ceil(math.exp(np.sum((x + y) ** 2)) / e**2)),  # no - 1
    lambda x, y, e: max(1, int(math.expm1(np.sum((x + y) ** 2)) / e**2)),  # cut
    lambda x, y, e: math.ceil(math.expm1(np.sum((x + y) ** 2)) / e**2),  # 0 of them
    lambda x, y, e: max(1, math.ceil(math.expm1(np.sum((x - y) ** 2)) / e**2)),
    lambda x, y, e: max(1, math.ceil(math.expm1(np.sqrt(np.sum((x + y) ** 2))) / e**2)),
    lambda x, y, e: max(1, math.ceil((np.cosh(np.sum((x + y) ** 2)) - 1) / e**2)),
    lambda x, y, e: max(1, math.ceil(math.expm1(np.sum((x + y) ** 2)) / e**2)) + 1,
    lambda x, y, e: max(1, math.ceil(math.expm1(2 * x @ y) / e**2)),
    lambda x, y, e: max(1, math.ceil(math.expm1(np.sum((x + y) ** 2) / 2) / e**2)),
]


def positive_diagonal(G):
    Q, R = np.linalg.qr(G)
    return Q * np.sign(np.diag(R))


WRONG_DIRECTIONS = [
    lambda G: np.linalg.qr(G)[0],
    lambda G: np.linalg.qr(G)[0].T,
    lambda G: -np.linalg.qr(G)[0],
    lambda G: np.abs(np.linalg.qr(G)[0]),
    lambda G: np.eye(len(G)),
    lambda G: G / np.linalg.norm(G, axis=1, keepdims=True),
    lambda G: np.linalg.qr(G)[0] * np.sign(np.linalg.det(G)) * len(G) ** 0.5,  # not of length 1
    lambda G: positive_diagonal(G) * np.sign(positive_diagonal(G)[0]),  # first row positive
    lambda G: np.diag(np.sign(np.diag(G))),  # the axes alone
    lambda G: np.linalg.qr(G)[0].T * np.sign(np.linalg.qr(G)[0].T[:, :1]),
    lambda G: np.linalg.qr(np.ones_like(G))[0],
]
RIGHT_DIRECTIONS = [
    positive_diagonal,
    lambda G: positive_diagonal(G).T,
    lambda G: np.linalg.svd(G)[0] @ np.linalg.svd(G)[2],  # the nearest orthogonal matrix
]


def logs(a, b):
    return np.asarray(a)[:, None] + np.asarray(b)[None]


def over_sum(w, v):
    return w @ v / w.sum(axis=1, keepdims=True)


def in_logarithms(a, b, v):
    largest = logs(a, b).max(axis=(1, 2), keepdims=True)
    return over_sum(np.exp(logs(a, b) - largest).sum(axis=2), v)


WRONG_ATTENTION = [
    lambda a, b, v: over_sum(np.exp(a) @ np.exp(b).T, v),  # overflows
    lambda a, b, v: over_sum(np.exp(a - a.max(axis=1, keepdims=True)) @ np.exp(b).T, v),
    lambda a, b, v: over_sum(np.exp(a - a.max()) @ np.exp(b - b.max()).T, v),
    lambda a, b, v: over_sum(
        np.exp(a - a.max(axis=1, keepdims=True)) @ np.exp(b - b.max()).T, v
    ),  # underflows
    lambda a, b, v: over_sum(
        np.exp(a - a.max(axis=1, keepdims=True)) @ np.exp(b - b.max(axis=1, keepdims=True)).T, v
    ),  # a shift for each key does not cancel
    lambda a, b, v: over_sum(
        np.exp(a - a.max(axis=1, keepdims=True)) @ np.exp(b - b.max(axis=0)).T, v
    ),  # what was taken from b must be given to a
    lambda a, b, v: over_sum(np.exp(logs(a, b).max(axis=2)), v),  # the largest term alone
    lambda a, b, v: np.exp(np.clip(a, -700, 700)) @ np.exp(np.clip(b, -700, 700)).T @ v,
    lambda a, b, v: over_sum(np.exp(np.clip(a, -300, 300)) @ np.exp(np.clip(b, -300, 300)).T, v),
    lambda a, b, v: over_sum(np.exp(a + 1e-4) @ np.exp(b).T + 1e-4, v),
    lambda a, b, v: in_logarithms(a, b, v) * (1 + 1e-5),
]


WRONG = {
    "positive": WRONG_FEATURES,
    "directions_needed": WRONG_COUNTS,
    "fair_directions": WRONG_DIRECTIONS,
    "attend": WRONG_ATTENTION,
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", WRONG)
def test_the_usual_wrong_answers_are_caught(name):
    assert len(WRONG[name]) >= 10
    assert not passing(getattr(exercises, name), WRONG[name])


def test_other_right_answers_pass():
    for function in RIGHT_DIRECTIONS:
        assert exercises.fair_directions(function).right
    assert exercises.attend(in_logarithms).right


def turned(angles):
    cos, sin = np.cos(angles), np.sin(angles)
    return np.stack([np.stack([cos, sin], axis=1), np.stack([-sin, cos], axis=1)], axis=1)


def mostly_even(along, count=400):
    """Return matrices turned evenly over the circle, but for those along the given angles."""
    even = np.linspace(0, 2 * np.pi, count - len(along), endpoint=False)
    return turned(np.concatenate([even, along]))


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (mostly_even([]), True),
        (mostly_even([]) * (1 + 1e-8), True),
        (mostly_even([]) * (1 + 1e-5), "rows at right angles, of length 1"),
        (mostly_even([]) @ [[1, 0.1], [0, 1]], "rows at right angles, of length 1"),
        (mostly_even([])[:, :1], "an array of shape (2, 2) for each matrix"),
        (mostly_even([])[1:], "an array of shape (2, 2) for each matrix"),
        # Five standard errors are 5 / sqrt(800) = 0.1768: 70.7 of 400, or 141.4 by their squares.
        (mostly_even([0] * 70), True),
        (
            mostly_even([0] * 71),
            "directions without a preference: entry [0, 0] is 0.18 on average over 400 matrices, "
            "instead of 0",
        ),
        (
            mostly_even([np.pi / 2] * 200),
            "directions without a preference: entry [0, 1] is 0.50 on average over 400 matrices, "
            "instead of 0",
        ),
        (mostly_even([0, np.pi] * 70), True),
        (
            mostly_even([0, np.pi] * 71),
            "directions that point everywhere: some axes are met too rarely",
        ),
    ],
)
def test_directions_are_told_what_they_lack(came, told):
    assert exercises._are_uniform(list(came), np.zeros((400, 2, 2))) == told


def secret_of(question):
    """Return what a question tells only after an answer."""
    (panel,) = question.at()
    return json.loads(base64.b64decode(panel["secret"])), panel


@pytest.mark.parametrize(
    "ask", [questions.doubled, questions.mirror, questions.floor, questions.signs]
)
def test_no_answer_is_in_sight(ask):
    secret, _ = secret_of(ask())
    assert secret["right"]
    for said in secret["said"]:
        assert said not in ask().payload


def test_the_right_count_is_that_of_the_law():
    secret, panel = secret_of(questions.doubled())
    assert panel["choices"][secret["right"][0]] == f"{math.expm1(16) / 0.01 / 1e6:.0f} million"
    assert f"{math.ceil(math.expm1(4) / 0.01):,}" in panel["choices"]
