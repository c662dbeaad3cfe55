"""The exercises and questions of flash: right answers pass, the usual wrong ones are caught."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from cells import passing, verdicts
from glassbox.flash import exercises, questions

CHAPTER = Path(__file__).parent.parent / "chapters" / "flash.ipynb"


def test_the_solutions_of_the_chapter_are_right_and_its_stubs_are_not_written():
    solutions = verdicts(CHAPTER, stubs=False, exercises=exercises, np=np)
    stubs = verdicts(CHAPTER, stubs=True, exercises=exercises, np=np)
    assert len(solutions) == len(stubs) >= 4
    assert all(solutions.values()), solutions
    assert not any(verdict.written for verdict in stubs.values())


def relu2(x):
    return np.maximum(x, 0) ** 2


def scaled(q, k):
    return q @ k.T / np.sqrt(q.size)


def masked_early(q, k, v):
    scores = np.where(np.tri(len(q)), scaled(q, k), -1e9)
    return scores**2 @ v  # no relu


def divided(q, k, v):
    a = np.tril(relu2(scaled(q, k)))
    return a / np.maximum(a.sum(axis=1, keepdims=True), 1e-9) @ v


def summed(k, v, C, *, strict=True, scale=True, last=False):
    found, total = [], np.zeros((k.shape[1], v.shape[1]))
    for i in range(0, len(k), C):
        part = k[i : i + C].T @ v[i : i + C] / (C if scale else 1)
        if not strict:
            total = total + part
        found.append(total)
        if strict:
            total = total + part
    return found[-1] if last else np.array(found)


def in_place(k, v, C):
    found = summed(k, v, C)
    k *= 0
    return found


def remember(state, q, k, v, C, *, at_once=False, scale=True, late=False, drop=False):
    t, now, memory = (0, 0, 0) if state is None else state
    now = now + np.outer(k, v) / (C if scale else 1)
    if at_once:
        memory = now
    out = q @ (memory + np.zeros((len(q), len(v))))
    t += 1
    if t % C == (1 % C if late else 0):
        memory, now = (now if drop else memory + now), 0
    return out, (t, now, memory)


UNIT = [
    lambda u, v, A, Wo: (A @ (u * v)) @ Wo,
    lambda u, v, A, Wo: ((A @ u) * v) @ Wo,
    lambda u, v, A, Wo: (u * (A.T @ v)) @ Wo,
    lambda u, v, A, Wo: (u * v) @ Wo,
    lambda u, v, A, Wo: (A @ v) @ Wo,
    lambda u, v, A, Wo: u * (A @ v),
    lambda u, v, A, Wo: (u + A @ v) @ Wo,
    lambda u, v, A, Wo: (u * (A @ v)) @ Wo.T if len(Wo) == Wo.size else u,
    lambda u, v, A, Wo: (u * (A @ v) / len(A)) @ Wo,
    lambda u, v, A, Wo: ((A @ u) * (A @ v)) @ Wo,
]
ATTEND = [
    lambda q, k, v: relu2(scaled(q, k)) @ v,
    lambda q, k, v: np.tril(relu2(q @ k.T)) @ v,
    lambda q, k, v: np.tril(relu2(q @ k.T / len(q))) @ v,
    lambda q, k, v: np.tril(np.maximum(scaled(q, k), 0)) @ v,
    lambda q, k, v: np.tril(relu2(q @ k.T) / np.sqrt(q.size)) @ v,
    lambda q, k, v: np.triu(relu2(scaled(q, k))) @ v,
    lambda q, k, v: np.tril(relu2(scaled(q, k)), -1) @ v,
    lambda q, k, v: np.tril(scaled(q, k) ** 2) @ v,
    lambda q, k, v: np.tril(relu2(scaled(k, q))) @ v,
    masked_early,
    divided,
]
STATES = [
    lambda k, v, C: summed(k, v, C, strict=False),
    lambda k, v, C: summed(k, v, C, scale=False),
    lambda k, v, C: summed(k, v, C)[1:],
    lambda k, v, C: summed(k, v, C, last=True),
    lambda k, v, C: summed(v, k, C),
    lambda k, v, C: summed(k, v, C) * C / len(k),
    lambda k, v, C: summed(k, v, 1),
    lambda k, v, C: np.diff(summed(k, v, C, strict=False), axis=0),
    lambda k, v, C: summed(k[: len(k) // C * C], v[: len(k) // C * C], C),
    in_place,
]
DECODE = [
    lambda s, q, k, v, C: remember(s, q, k, v, C, at_once=True),
    lambda s, q, k, v, C: remember(s, q, k, v, C, scale=False),
    lambda s, q, k, v, C: remember(s, q, k, v, C, late=True),
    lambda s, q, k, v, C: remember(s, q, k, v, C, drop=True),
    lambda s, q, k, v, C: remember(s, k, q, v, C),
    lambda s, q, k, v, C: remember(None, q, k, v, C),
    lambda s, q, k, v, C: (v, s),
    lambda s, q, k, v, C: (np.zeros(len(v)), s),
    lambda s, q, k, v, C: (0.0, s),
    lambda s, q, k, v, C: q,
]
PADDED = [
    lambda q, k, v, real: q @ (k.T @ v) / len(k),
    lambda q, k, v, real: q @ (k.T @ v) / real.sum(),
    lambda q, k, v, real: q @ (k[real].T @ v[real]) / len(k),
    lambda q, k, v, real: q @ (k[~real].T @ v[~real]) / real.sum(),
    lambda q, k, v, real: q[real] @ (k[real].T @ v[real]) / real.sum(),
    lambda q, k, v, real: q @ (k[real].T @ v[real]),
    lambda q, k, v, real: q * real[:, None] @ (k.T @ v) / real.sum(),
    lambda q, k, v, real: np.tril(q @ k.T) @ (v * real[:, None]) / real.sum(),
    lambda q, k, v, real: q @ (k[real].T @ v[real]) / real.sum() ** 2,
    lambda q, k, v, real: q @ (k[real].T @ v[real]) / real.mean(),
]
OVERLAPPING = [
    lambda i, C: list(range(i // C * C, i + 1)),
    lambda i, C: list(range(max(0, i - C), i + 1)),
    lambda i, C: list(range((i // C - 1) * C, i + 1)),
    lambda i, C: list(range(max(0, i // C - 1) * C, (i // C + 1) * C)),
    lambda i, C: list(range(i + 1)),
    lambda i, C: list(range(max(0, i // C - 1) * C, i)),
    lambda i, C: list(range(max(0, i - 2 * C + 1), i + 1)),
    lambda i, C: list(range(max(0, i // C - 1) * C, i // C * C)),
    lambda i, C: list(range(max(0, i // C - 2) * C, i + 1)),
    lambda i, C: [i],
]
WRONG = {
    "gated": UNIT, "attend": ATTEND, "past_states": STATES, "decode": DECODE, "padded": PADDED,
    "overlapping": OVERLAPPING,
}  # fmt: skip
RIGHT = {
    "gated": lambda u, v, A, Wo: u * (A @ v) @ Wo,
    "attend": lambda q, k, v: np.tril(relu2(scaled(q, k))) @ v,
    "past_states": summed,
    "decode": remember,
    "padded": lambda q, k, v, real: (q @ k[real].T) @ v[real] / real.sum(),
    "overlapping": lambda i, C: [j for j in range(i + 1) if i // C - j // C <= 1],
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_pass(name):
    verdict = getattr(exercises, name)(RIGHT[name])
    assert verdict, verdict


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_are_caught_with_a_line_that_helps(name):
    assert len(WRONG[name]) >= 10
    assert not passing(getattr(exercises, name), WRONG[name])


@pytest.mark.parametrize("name", ["mixing", "square", "leak", "blind", "longer"])
def test_questions_hold_their_answers_unread(name):
    payload = json.loads(getattr(questions, name)().payload)
    assert payload
    secrets = [v for v in json.dumps(payload).split('"') if len(v) > 40 and v.isalnum()]
    assert all(base64.b64decode(v + "=" * (-len(v) % 4)) for v in secrets)


@pytest.mark.parametrize(
    ("came", "told"),
    [
        ([[0, 0], [0, 0], [2 / 3, 4], [2 / 3, 4]], True),
        ([[0, 0], [0, 0], [2 / 3, 4 + 1e-11], [2 / 3, 4]], True),
        ([[0, 0], [0, 0], [2 / 3, 4], [0.6667, 4]], "for token 3 (counted from 0) [0.6667, 4.0]"),
        ([[0, 0], [1, 0], [2, 5], [2, 4]], "for token 1 (counted from 0) [0.0, 0.0]"),
        ([[0], [0], [2], [2]], "2 numbers for each token"),
        ([0, 0, 2, 2], "2 numbers for each token"),
        ([[0, 0], [0], [2, 4], [2, 4]], "an array of e numbers for each token"),
        (["a"] * 4, "an array of e numbers for each token"),
        ([{}] * 4, "an array of e numbers for each token"),
    ],
)
def test_a_text_is_told_the_first_token_that_is_off(came, told):
    q, k, v = np.ones((4, 1)), np.full((4, 1), 2.0), np.tile([1 / 3, 2.0], (4, 1))
    assert exercises._is_read(came, q, k, v, 2) == told


def test_a_set_has_no_order_and_a_list_has():
    assert exercises.overlapping(lambda i, C: set(RIGHT["overlapping"](i, C)))
    assert exercises.overlapping(lambda i, C: tuple(RIGHT["overlapping"](i, C)))
    assert not exercises.overlapping(lambda i, C: RIGHT["overlapping"](i, C)[::-1])


def test_a_decoder_is_told_of_a_text_not_of_one_call():
    verdict = exercises.decode(DECODE[0])
    assert verdict.message.startswith("For a text with `q, k, v, C = [[")
    assert "decode" not in verdict.message and "lambda" not in verdict.message
