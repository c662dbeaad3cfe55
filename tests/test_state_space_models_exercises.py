"""The exercises and questions of state_space_models: right answers pass, usual slips do not."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from cells import passing, verdicts
from glassbox.state_space_models import exercises, questions

CHAPTER = Path(__file__).parent.parent / "chapters" / "state_space_models.ipynb"


def test_the_solutions_of_the_chapter_are_right_and_its_stubs_are_not_written():
    solutions = verdicts(CHAPTER, stubs=False, exercises=exercises, np=np)
    stubs = verdicts(CHAPTER, stubs=True, exercises=exercises, np=np)
    assert len(solutions) == len(stubs) == 4
    assert all(solutions.values()), solutions
    assert not any(verdict.written for verdict in stubs.values())


def parts(v):
    n = np.arange(len(v))
    return n, np.sqrt(2 * n + 1)


def product(v, *, shift=0, last=0.0, reverse=False, inner=True, outer=True, scale=1.0):
    n, root = parts(v)
    sums = root * v if inner else v
    sums = np.cumsum(sums[::-1])[::-1] if reverse else np.cumsum(sums)
    sums = np.concatenate([np.zeros(shift), sums[: len(v) - shift]]) if shift else sums
    return scale * (root * sums if outer else sums) - (n + last) * v


WRONG_PRODUCTS = [
    lambda v: product(v, shift=1),  # the diagonal is left out
    lambda v: product(v, last=1.0),  # n counts from 1
    lambda v: product(v, reverse=True),  # the transpose
    lambda v: product(v, inner=False),
    lambda v: product(v, outer=False),
    lambda v: -product(v),  # S4's sign
    lambda v: product(v) + 2 * parts(v)[0] * v,  # plus n
    lambda v: product(v) + parts(v)[0] * v,  # without n
    lambda v: product(v)[:-1],
    lambda v: parts(v)[1] * np.sum(parts(v)[1] * v) - parts(v)[0] * v,  # the sum over all
]


def solve(left, right):
    return np.linalg.solve(left, right)


def eye(A):
    return np.eye(len(A))


WRONG_RULES = [
    lambda A, B, dt: (eye(A) + dt * A, dt * B),  # forward Euler
    lambda A, B, dt: (solve(eye(A) - dt * A, eye(A)), solve(eye(A) - dt * A, dt * B)),
    lambda A, B, dt: (solve(eye(A) - dt / 2 * A, eye(A) + dt / 2 * A), dt * B),
    lambda A, B, dt: (
        solve(eye(A) - dt / 2 * A, eye(A) + dt / 2 * A),
        solve(eye(A) - dt / 2 * A, B),
    ),
    lambda A, B, dt: (
        solve(eye(A) + dt / 2 * A, eye(A) - dt / 2 * A),
        solve(eye(A) + dt / 2 * A, dt * B),
    ),  # the sign
    lambda A, B, dt: (
        solve(eye(A) - dt * A, eye(A) + dt * A),
        solve(eye(A) - dt * A, dt * B),
    ),  # no half
    lambda A, B, dt: (
        (eye(A) + dt / 2 * A) / (eye(A) - dt / 2 * A),
        dt * B / (1 - dt / 2 * np.diag(A)),
    ),  # entry by entry
    lambda A, B, dt: (
        solve(eye(A) - dt / 2 * A.T, eye(A) + dt / 2 * A.T),
        solve(eye(A) - dt / 2 * A, dt * B),
    ),
    lambda A, B, dt: solve(eye(A) - dt / 2 * A, eye(A) + dt / 2 * A),  # one of two
    lambda A, B, dt: (
        solve(eye(A) - dt / 2 * A, dt * B),
        solve(eye(A) - dt / 2 * A, eye(A) + dt / 2 * A),
    ),  # the wrong way round
]
WRONG_JOINS = [
    lambda f, s: (f[0] * s[0], f[0] * s[1] + f[1]),  # the second first
    lambda f, s: (f[0] * s[0], f[1] + s[1]),
    lambda f, s: (f[0] + s[0], s[0] * f[1] + s[1]),
    lambda f, s: (f[0] * s[0], s[0] * f[1]),
    lambda f, s: (f[0] * s[0], f[1] * s[1]),
    lambda f, s: (s[0], s[0] * f[1] + s[1]),
    lambda f, s: (f[0] * s[0], f[0] * f[1] + s[1]),
    lambda f, s: s[0] * f[1] + s[1],
    lambda f, s: (s[0] * f[1] + s[1], f[0] * s[0]),
    lambda f, s: (f[0] * s[0], s[0] * (f[1] + s[1])),
]


def kernel(C, lam, dt, L, *, factor=2, gain=None, first=0, part="real", last=None):
    gain = np.expm1(dt * lam) / lam if gain is None else gain
    k = np.arange(first, (L if last is None else last) + first)
    return getattr(factor * (C * gain) @ np.exp(np.outer(dt * lam, k)), part)


WRONG_KERNELS = [
    lambda C, lam, dt, L: kernel(C, lam, dt, L, factor=1),
    lambda C, lam, dt, L: kernel(C, lam, dt, L, gain=dt),  # Mamba's shortcut
    lambda C, lam, dt, L: kernel(C, lam, dt, L, first=1),
    lambda C, lam, dt, L: kernel(C, lam, dt, L, part="imag"),
    lambda C, lam, dt, L: kernel(C, lam, dt, L, gain=1),
    lambda C, lam, dt, L: kernel(C, lam, dt, L, gain=np.exp(dt * lam) / lam),
    lambda C, lam, dt, L: kernel(C, lam, dt, L, gain=np.expm1(dt * lam)),
    lambda C, lam, dt, L: kernel(C.conj(), lam, dt, L),
    lambda C, lam, dt, L: kernel(C, -lam, dt, L),
    lambda C, lam, dt, L: kernel(C, lam, dt, L, last=L - 1),
    lambda C, lam, dt, L: kernel(C, lam.real + 0j, dt, L),
    lambda C, lam, dt, L: abs(2 * (C * np.expm1(dt * lam) / lam)
                              @ np.exp(np.outer(dt * lam, np.arange(L)))),
]  # fmt: skip


WRONG = {
    "product": WRONG_PRODUCTS,
    "bilinear": WRONG_RULES,
    "join": WRONG_JOINS,
    "diagonal_kernel": WRONG_KERNELS,
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", WRONG)
def test_the_usual_wrong_answers_are_caught(name):
    assert len(WRONG[name]) >= 10
    assert not passing(getattr(exercises, name), WRONG[name])


def test_other_right_answers_pass():
    assert exercises.product(product).right
    assert exercises.bilinear(
        lambda A, B, dt: (
            np.linalg.inv(eye(A) - dt / 2 * A) @ (eye(A) + dt / 2 * A),
            np.linalg.inv(eye(A) - dt / 2 * A) @ B * dt,
        )
    ).right
    assert exercises.diagonal_kernel(kernel).right


ASKED = [
    questions.rate,
    questions.clock,
    questions.padding,
    questions.choosing,
]


@pytest.mark.parametrize("ask", ASKED)
def test_no_answer_is_in_sight(ask):
    (panel,) = ask().at()
    secret = json.loads(base64.b64decode(panel["secret"]))
    for said in secret["said"]:
        assert said not in ask().payload
