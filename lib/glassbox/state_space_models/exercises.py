"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def product(v): ...

exercises.product(product)
"""

import numpy as np

from glassbox.judge import judge

from .diagonal import vandermonde_kernel
from .scan import legs_matvec
from .selective import combine
from .ssm import discretize

CLOSE = 1e-8


def product(function):
    """Judge ``product(v)``: the matrix of LegS times v, shape (N,), by a running sum.

    Examples
    --------
    >>> product(lambda v: v).right
    False
    """
    cases = [np.array([2.0]), np.array([0.0, 1.0]), np.array([1.0, 0.0, 0.0])]
    return judge(
        function, legs_matvec, [(v,) for v in cases], random=lambda rng: (_vector(rng),),
        tolerance=CLOSE,
    )  # fmt: skip


def _vector(rng):
    return np.array([float(rng.randint(-4, 4)) for _ in range(rng.randint(1, 6))])


def bilinear(function):
    """Judge ``bilinear(A, B, dt)``: the matrices Abar (N, N) and Bbar (N,) of the recurrence.

    Examples
    --------
    >>> bilinear(lambda A, B, dt: (np.eye(len(A)) + dt * A, dt * B)).right
    False
    """
    one = np.array([[-1.0]]), np.array([1.0]), 1.0
    two = np.array([[-1.0, 0.0], [-2.0, -2.0]]), np.array([1.0, 2.0]), 0.5
    return judge(function, discretize, [one, two], random=_model, tolerance=CLOSE)


def _model(rng):
    N = rng.randint(1, 4)
    A = np.array([[float(rng.randint(-3, 3)) for _ in range(N)] for _ in range(N)])
    A -= 6 * np.eye(N)  # I - dt A / 2 can be inverted
    return A, np.array([float(rng.randint(-3, 3)) for _ in range(N)]), rng.choice([0.1, 0.25])


def join(function):
    """Judge ``join(first, second)``: two steps x <- a x + b, one after the other, as one.

    Examples
    --------
    >>> join(lambda first, second: (first[0] * second[0], first[1] + second[1])).right
    False
    """
    return judge(
        function, combine, [((2.0, 1.0), (0.5, 3.0)), ((1.0, 0.0), (4.0, 5.0)),
                             ((0.0, 7.0), (3.0, 0.0))],
        random=lambda rng: (_step(rng), _step(rng)), tolerance=CLOSE,
    )  # fmt: skip


def _step(rng):
    return float(rng.randint(-3, 3)), float(rng.randint(-3, 3))


def diagonal_kernel(function):
    """Judge ``diagonal_kernel(C, lam, dt, L)``: the kernel of a diagonal model with B = 1.

    Zero-order hold; one entry a conjugate pair, so the result is twice the real part.

    Examples
    --------
    >>> diagonal_kernel(lambda C, lam, dt, L: np.zeros(L)).right
    False
    """
    half = np.array([0.5 + 0j]), np.array([-1.0 + 0j]), 1.0, 3
    wave = np.array([1.0 - 1j]), np.array([-0.5 + 3j]), 0.5, 4
    return judge(
        function, vandermonde_kernel, [half, wave, (*wave[:3], 1)], random=_waves, tolerance=CLOSE
    )


def _waves(rng):
    n = rng.randint(1, 3)
    C = np.array([complex(rng.randint(-3, 3), rng.randint(-3, 3)) for _ in range(n)])
    lam = np.array([complex(-rng.choice([0.5, 1.0, 2.0]), rng.randint(0, 5)) for _ in range(n)])
    return C, lam, rng.choice([0.1, 0.5, 1.0]), rng.randint(1, 6)
