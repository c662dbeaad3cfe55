"""How the benchmarks of the chapter `flash` train: all seeds side by side, in float32.

The layers are the book's. Four of their functions get a gradient that is written by hand, which
halves the time; `train` first compares loss and gradient with those that autograd finds. So is Adam
written again, in float32, for the book's `adam_step` computes in float64; `train` compares a step.
"""

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad
from autograd.extend import defvjp, primitive

from glassbox.adam import adam_step, init_state, unpack
from glassbox.flash import chunks, toy, units

SEEDS = [0, 1, 2, 3, 4]
SETTINGS = {
    "as chosen": {"steps": 1200, "rate": 0.02},
    "twice the steps": {"steps": 2400, "rate": 0.02},
    "half the rate": {"steps": 1200, "rate": 0.01},
}
BATCH, EVERY = 16, 200


@primitive
def silu(x):
    return x * (1 + np.tanh(x / 2)) / 2


@primitive
def squared_relu(x):
    return np.maximum(x, 0) ** 2


@primitive
def layer_norm(x):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)


@primitive
def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def silu_slope(_, x):
    half = np.tanh(x / 2)
    return lambda g: g * ((1 + half) / 2 + x * (1 - half**2) / 4)


def norm_slope(y, x):
    width = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    mean = lambda t: t.mean(axis=-1, keepdims=True)  # noqa: E731
    return lambda g: (g - mean(g) - y * mean(g * y)) / width


defvjp(silu, silu_slope)
defvjp(squared_relu, lambda _, x: lambda g: g * 2 * np.maximum(x, 0))
defvjp(layer_norm, norm_slope)
defvjp(softmax, lambda y, _: lambda g: y * (g - (g * y).sum(axis=-1, keepdims=True)))


def by_hand():
    """Put the functions with gradients by hand in their places."""
    toy.silu, toy.layer_norm, units.softmax = silu, layer_norm, softmax
    chunks.squared_relu = units.squared_relu = squared_relu


def train(model, texts_of, held_out, steps, rate):
    """Train a model a seed with Adam, at a rate that falls to 0 in a straight line.

    Returns the weights, arrays by name with a leading axis for seeds, and the loss on held-out
    texts every so many steps, a row a seed.
    """
    drawn = [model.start(np.random.default_rng(seed)) for seed in SEEDS]
    weights = unpack(np.array(drawn).astype(np.float32), model.shapes())

    def loss(w, texts):
        return anp.mean(model.surprise(w, texts)) * len(SEEDS)

    step_of, rng = value_and_grad(loss), np.random.default_rng(1)
    first = texts_of(2 * len(SEEDS), np.random.default_rng(2)).reshape(len(SEEDS), 2, -1)
    plain = step_of(weights, first)
    by_hand()
    fast = step_of(weights, first)
    assert abs(plain[0] - fast[0]) < 1e-4 * plain[0]
    for name, slope in plain[1].items():
        np.testing.assert_allclose(slope, fast[1][name], atol=1e-3 * abs(slope).max() + 1e-7)

    mean = {k: np.zeros_like(w) for k, w in weights.items()}
    square = {k: np.zeros_like(w) for k, w in weights.items()}
    curves = [measured(model, weights, held_out).mean(axis=(1, 2))]
    for step in range(1, steps + 1):
        texts = texts_of(BATCH * len(SEEDS), rng).reshape(len(SEEDS), BATCH, -1)
        _, slope = step_of(weights, texts)
        now = np.float32(rate * (1 - (step - 1) / steps))
        before = weights.copy() if step == 1 else {}
        descend(weights, slope, mean, square, step, now)
        for k, w in before.items():
            wanted, _ = adam_step(w, slope[k], init_state(w), lr=now)
            np.testing.assert_allclose(weights[k], wanted, rtol=1e-4, atol=1e-6)
        if step % EVERY == 0:
            curves.append(measured(model, weights, held_out).mean(axis=(1, 2)))
    return weights, np.transpose(curves)


def descend(weights, slope, mean, square, step, rate):
    """Take a step of Adam, in place."""
    for k in weights:
        mean[k] = 0.9 * mean[k] + 0.1 * slope[k]
        square[k] = 0.999 * square[k] + 0.001 * slope[k] ** 2
        down = (mean[k] / (1 - 0.9**step)) / (np.sqrt(square[k] / (1 - 0.999**step)) + 1e-8)
        weights[k] = (weights[k] - rate * down).astype(np.float32)


def measured(model, weights, texts, part=100):
    """Return the surprise of each model at each symbol, shape (seeds, n_texts, length - 2)."""
    seeds = len(SEEDS)
    pieces = [texts[i : i + part] for i in range(0, len(texts), part)]
    return np.concatenate(
        [model.surprise(weights, np.broadcast_to(t, (seeds, *t.shape))) for t in pieces], axis=1
    )


def rounded(values, digits=4):
    return np.round(np.asarray(values, dtype=float), digits).tolist()
