"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def adam(theta, g, m, v, t, lr=0.001): ...

exercises.adam(adam)
"""

import math

import numpy as np

from glassbox.judge import judge

from .steps import AdamState, adam_step, adamw_step

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8


def adam(function):
    """Judge ``adam(theta, g, m, v, t, lr)``: one step of Adam for one weight; t counts from 1."""
    first = (4.0, 2.0, 0.0, 0.0, 1, 0.25)
    return judge(
        function, _by(adam_step),
        [first, (1.0, 0.0, 0.0, 0.0, 1, 0.1), (0.0, -3.0, 0.5, 2.0, 12, 0.5)],
        random=_step,
    )  # fmt: skip


def adamw(function):
    """Judge ``adamw(theta, g, m, v, t, lr, decay)``: the same, with PyTorch's decoupled decay."""
    first = (4.0, 2.0, 0.0, 0.0, 1, 0.25, 0.5)
    return judge(
        function, _by(adamw_step),
        [first, (4.0, 0.0, 0.0, 0.0, 1, 0.25, 0.5), (-4.0, 1.0, 0.2, 3.0, 7, 0.1, 0.0)],
        random=lambda rng: (*_step(rng), rng.choice([0.0, 0.01, 0.5])),
    )  # fmt: skip


def _by(step):
    def one(theta, g, m, v, t, lr, decay=0.0):
        state = AdamState(np.array([m]), np.array([v]), np.array([v]), t - 1)
        point, state = step(
            [theta], [g], state, lr=lr, beta1=BETA1, beta2=BETA2, eps=EPS, weight_decay=decay
        )
        return point.item(), state.m.item(), state.v.item()

    one.__name__ = step.__name__
    return one


def _step(rng):
    t = rng.randint(1, 40)
    m, v = (0.0, 0.0) if t == 1 else (rng.uniform(-2, 2), rng.uniform(0.01, 4))
    g, lr = rng.choice([0.0, rng.uniform(-9, 9)]), rng.choice([0.001, 0.1, 1.0])
    return rng.uniform(-5, 5), g, m, v, t, lr


def steps_to_halve(function):
    """Judge ``steps_to_halve(lr, decay)``: the first step after which at most half is left."""
    return judge(
        function, _steps_to_halve,
        [(3e-4, 0.1), (0.5, 1.0), (0.25, 1.0), (0.1, 0.01), (0.9, 1.0)],
        random=lambda rng: (10 ** rng.uniform(-3, -1), 10 ** rng.uniform(-1.5, 0)), count=60,
    )  # fmt: skip


def _steps_to_halve(lr, decay):
    half = math.log(0.5 * (1 + 1e-12))  # one step that leaves half is enough, however it is rounded
    return math.ceil(half / math.log1p(-lr * decay))


def decay_of_each(function):
    """Judge ``decay_of_each(shapes, decay)``: the decay of each array, 0 for biases and norms."""
    net = {"conv.weight": (16, 3, 3, 3), "conv.bias": (16,), "norm.weight": (16,), "head": (10, 16)}
    return judge(
        function, _decay_of_each,
        [(net, 0.1), ({}, 0.1), ({"scale": ()}, 0.5), ({"bias": (3,), "weight": (3, 3)}, 0.0)],
        random=_net,
    )  # fmt: skip


def _decay_of_each(shapes, decay):
    return {name: decay if len(shape) >= 2 else 0.0 for name, shape in shapes.items()}


def _net(rng):
    names = ["embed", "w_in", "w_out", "gain", "offset", "bias", "norm"]
    names = rng.sample(names, rng.randint(0, 5))
    shapes = {name: tuple(rng.randint(1, 8) for _ in range(rng.randint(0, 4))) for name in names}
    return shapes, rng.choice([0.01, 0.1])
