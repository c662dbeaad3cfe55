"""The exercises of adam: right answers pass, the usual wrong ones are caught; and its questions."""

import base64
import json
from math import ceil, floor, log
from pathlib import Path

import pytest

from cells import verdicts
from glassbox.adam import exercises, questions, resting_place, translate_decay

CHAPTER = Path(__file__).parent.parent / "chapters" / "adam.ipynb"


def test_the_solutions_of_the_chapter_are_right_and_its_stubs_are_not_written():
    solutions = verdicts(CHAPTER, stubs=False, exercises=exercises)
    stubs = verdicts(CHAPTER, stubs=True, exercises=exercises)
    assert len(solutions) == len(stubs) == 4
    assert all(solutions.values()), solutions
    assert not any(verdict.written for verdict in stubs.values())


def adam(theta, g, m, v, t, lr, decay=0.0, *, inside=0.0, b1=0.9, b2=0.999, correct=True, square=2,
         root=0.5, eps=1e-8, order="with", sign=1, returns=lambda *three: three):  # fmt: skip
    """One step with knobs to get it wrong."""
    g = g + inside * theta
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**square
    m_hat, v_hat = (m / (1 - b1**t), v / (1 - b2**t)) if correct else (m, v)
    u = sign * m_hat / (abs(v_hat) ** root + eps)
    new = theta - lr * u
    if order == "with":
        new -= lr * decay * theta
    elif order == "after":
        new *= 1 - lr * decay
    elif order == "paper":
        new -= decay * theta
    return returns(new, m, v) if correct != "hat" else (new, m_hat, v_hat)


WRONG_ADAM = {
    "no correction": {"correct": False},
    "moments corrected": {"correct": "hat"},
    "no square": {"square": 1},
    "no root": {"root": 1},
    "uphill": {"sign": -1},
    "betas swapped": {"b1": 0.999, "b2": 0.9},
    "eps too large": {"eps": 1e-3},
    "point alone": {"returns": lambda new, m, v: new},
    "moments swapped": {"returns": lambda new, m, v: (new, v, m)},
    "step instead of point": {"returns": lambda new, m, v: (new - 1, m, v)},
}
WRONG_ADAMW = WRONG_ADAM | {
    "decay after the step": {"order": "after"},
    "the paper's": {"order": "paper"},
    "no decay": {"order": "never"},
    "L2": {"order": "never", "inside": 0.5},
}


def test_right_steps():
    assert exercises.adam(lambda theta, g, m, v, t, lr: adam(theta, g, m, v, t, lr))
    assert exercises.adamw(lambda *args: adam(*args))


def test_steps_to_halve():
    def by_hand(lr, decay):
        left, n = 1.0, 0
        while left > 0.5 * (1 + 1e-12):
            left, n = left * (1 - lr * decay), n + 1
        return n

    assert exercises.steps_to_halve(by_hand)


WRONG_HALVES = [
    lambda lr, decay: floor(log(0.5) / log(1 - lr * decay)),
    lambda lr, decay: round(log(0.5) / log(1 - lr * decay)),
    lambda lr, decay: log(0.5) / log(1 - lr * decay),
    lambda lr, decay: ceil(log(2) / (lr * decay)),
    lambda lr, decay: ceil(0.5 / (lr * decay)),
    lambda lr, decay: ceil(1 / (lr * decay)),
    lambda lr, decay: ceil(log(0.5) / log(1 - decay)) if decay < 1 else 1,
    lambda lr, decay: ceil(log(0.5) / log(1 - lr)),
    lambda lr, decay: ceil(log(0.5) / log(1 - lr * decay)) + 1,
    lambda lr, decay: 23_105,
]


def test_decay_of_each():
    def by_axes(shapes, decay):
        return {name: decay * (len(shape) > 1) for name, shape in shapes.items()}

    assert exercises.decay_of_each(by_axes)


def emptied(shapes, decay):
    found = {name: decay if len(shape) > 1 else 0.0 for name, shape in shapes.items()}
    shapes.clear()
    return found


WRONG_CHOICES = [
    lambda shapes, decay: dict.fromkeys(shapes, decay),
    lambda shapes, decay: {n: 0.0 if "bias" in n else decay for n in shapes},
    lambda shapes, decay: {n: decay if "weight" in n else 0.0 for n in shapes},
    lambda shapes, decay: {n: decay if len(s) == 2 else 0.0 for n, s in shapes.items()},
    lambda shapes, decay: {n: decay if len(s) >= 1 else 0.0 for n, s in shapes.items()},
    lambda shapes, decay: {n: decay for n, s in shapes.items() if len(s) >= 2},
    lambda shapes, decay: [decay if len(s) >= 2 else 0.0 for s in shapes.values()],
    lambda shapes, decay: {n: 0.0 if len(s) >= 2 else decay for n, s in shapes.items()},
    lambda shapes, decay: {n: len(s) >= 2 for n, s in shapes.items()},
    emptied,
]


def with_slips(slips):
    return {how: lambda *args, slip=slip: adam(*args, **slip) for how, slip in slips.items()}


WRONG = {
    "adam": with_slips(WRONG_ADAM),
    "adamw": with_slips(WRONG_ADAMW),
    "steps_to_halve": WRONG_HALVES,
    "decay_of_each": WRONG_CHOICES,
}


def secret_of(question):
    """Return what a question tells only after an answer."""
    (panel,) = question.at()
    return json.loads(base64.b64decode(panel["secret"])), panel


def test_no_answer_is_in_sight_and_each_is_that_of_the_code():
    for ask in (questions.scale, questions.dialect, questions.swing, questions.least_shrunk):
        secret, _ = secret_of(ask())
        assert all(said not in ask().payload for said in secret.get("said", []))
    secret, _ = secret_of(questions.dialect())
    assert secret["answer"] == pytest.approx(translate_decay(lr=0.002, weight_decay=0.05).paper)
    radius = [resting_place(lr, 0.5)[1] for lr in (0.01, 0.04)]
    secret, panel = secret_of(questions.swing())
    assert "twice" in panel["choices"][secret["right"][0]] and radius[1] == 2 * radius[0]
