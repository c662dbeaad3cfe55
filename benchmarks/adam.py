"""Train small networks over a map of learning rates and decays, with Adam + L2 and with AdamW.

python benchmarks/adam.py                   a small map, to see how it goes
python benchmarks/adam.py --write           all that the chapter rests on; about ten minutes
python benchmarks/adam.py --write alike     one part of it, such as alike

The data are 8 x 8 images of digits: 300 to train on, a fifth of them with a random label; of the
others 500 to choose rate and decay by, and the rest to test on. Each of ten seeds draws data,
labels, first weights and batches anew; all rates and decays of a seed see the same of them. In
"unlike" each pixel is multiplied by a factor between 0.1 and 10, evenly drawn on a log scale.

All are trained at a constant rate and along a cosine, for 1,000 steps and for 2,000: whether the
longer training changes a conclusion is one of the questions. The parts "…_longer" ask it once more
with 4,000 at a constant rate.
"""

import argparse
from time import process_time

import numpy as np
from race import record

from glassbox.adam import (
    adam_step,
    adamw_step,
    cosine_schedule,
    init_state,
    init_weights,
    layer_shapes,
    minibatch_gradient,
    minibatches,
    network_error,
    unpack,
)
from glassbox.adam.examples import noisy_digits, pixel_factors

SEEDS = range(10)
SIZES = (64, 16, 10)
BATCH = 32
LOG_LR = [-3.6, -3.2, -2.8, -2.4, -2.0, -1.6]
LOG_DECAY = {
    "Adam + L2": [round(-4.2 + 0.4 * k, 1) for k in range(11)],
    "AdamW": [round(-2.2 + 0.4 * k, 1) for k in range(11)],
}
LOG_DECAY["Adam + L2, evened"] = LOG_DECAY["Adam + L2"]
LOG_DECAY["AdamW, biases spared"] = LOG_DECAY["AdamW"]
CONSTANT, COSINE = (1000, 2000), (1000, 2000)
LONGER = (4000,)
PIXEL_RATE = -2.4  # of the weights by pixel
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8


def slope(weights, inputs, labels, shapes, grad):
    """Write the gradient of `network_loss` into `grad`; in float32, without its checks."""
    first, bias, second, last = unpack(weights, shapes).values()
    hidden = np.maximum(inputs @ first + bias[:, None], 0)
    logits = hidden @ second + last[:, None]
    logits -= logits.max(axis=-1, keepdims=True)
    delta = np.exp(logits)
    delta /= delta.sum(axis=-1, keepdims=True)
    delta[:, np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    back = (delta @ second.swapaxes(-1, -2)) * (hidden > 0)
    parts = [inputs.T @ back, back.sum(axis=1), hidden.swapaxes(-1, -2) @ delta, delta.sum(axis=1)]
    np.concatenate([part.reshape(len(grad), -1) for part in parts], axis=1, out=grad)


def train(name, data, lr, decay, seed, sizes, factors, keep):
    """Train networks side by side, and keep their weights after some steps.

    The steps are those of `adam_step` and `adamw_step` and the batches those of
    `minibatch_gradient`, in float32 and in place: several times as fast; `show` compares. `lr` has
    shape (n, 1), `decay` (n, 1) or (n, n_weights), `factors` scale the rate at each step.
    """
    rng = np.random.default_rng(100 + seed)
    shapes, start = layer_shapes(sizes), init_weights(sizes, rng)
    inputs, labels = data[0].astype(np.float32), data[1]
    batches = minibatches(len(labels), BATCH, rng)
    lr, decay = np.float32(lr), np.float32(decay)
    weights = np.tile(np.float32(start), (len(lr), 1))
    inside = name.startswith("Adam + L2")
    m, v, some, g = (np.zeros_like(weights) for _ in range(4))
    kept = []
    for t, factor in enumerate(factors[: keep[-1]], start=1):
        rows, rate = next(batches), lr * np.float32(factor)
        slope(weights, inputs[rows], labels[rows], shapes, g)
        if inside:
            g += np.multiply(decay, weights, out=some)
        m *= BETA1
        m += np.multiply(g, 1 - BETA1, out=some)
        v *= BETA2
        np.multiply(g, g, out=some)
        some *= 1 - BETA2
        v += some
        np.sqrt(v, out=some)
        some /= np.sqrt(1 - BETA2**t)
        some += EPS
        np.divide(m, some, out=some)
        some *= rate / np.float32(1 - BETA1**t)
        if not inside:
            weights *= 1 - rate * decay
        weights -= some
        if t in keep:
            kept.append(weights.copy())
    return np.array(kept)


def decays(name, spread, seed, sizes):
    """Return the decay of each run, no decay first; for each weight where a variant needs it."""
    decay = np.r_[0, 10 ** np.array(LOG_DECAY[name])][:, None]
    if name.endswith(("evened", "spared")):
        shapes = layer_shapes(sizes)
        share = unpack(np.ones(sum(map(np.prod, shapes.values()))), shapes)
        if name.endswith("evened"):  # as strong as the gradients of a pixel are large
            share["W1"][:] = pixel_factors(spread, seed)[:, None]
        else:
            for bias in ("b1", "b2"):
                share[bias][:] = 0
        decay = decay * np.concatenate([part.ravel() for part in share.values()])
    return decay


def errors(name, spread, seed, sizes, constant, cosine):
    """Return {schedule: {steps: [validation, test]}}, in tenths of a percent, rate by decay."""
    data, choose, test = noisy_digits(seed, spread)
    decay, shape = decays(name, spread, seed, sizes), (len(LOG_LR), -1)
    lr = np.repeat(10 ** np.array(LOG_LR), len(decay))[:, None]
    decay = np.tile(decay, (len(LOG_LR), 1))
    runs = [("constant", constant, np.ones(constant[-1]))] if constant else []
    runs += [("cosine", (n,), cosine_schedule(n)) for n in cosine]
    found = {schedule: {} for schedule, _, _ in runs}
    for schedule, keep, factors in runs:
        kept = train(name, data, lr, decay, seed, sizes, factors, keep)
        for weights, n in zip(kept, keep, strict=True):
            pair = [network_error(weights, *part, sizes).reshape(shape) for part in (choose, test)]
            found[schedule][n] = np.rint(1000 * np.array(pair)).astype(int).tolist()
    return found


def part(spread, names, sizes=SIZES, constant=CONSTANT, cosine=COSINE):
    """Train with each of some optimisers; {name: {schedule: {steps: errors by seed}}}."""
    found = {}
    for name in names:
        began = process_time()
        runs = [errors(name, spread, seed, sizes, constant, cosine) for seed in SEEDS]
        found[name] = {
            schedule: {n: [run[schedule][n] for run in runs] for n in runs[0][schedule]}
            for schedule in runs[0]
        }
        print(f"{name}, spread {spread}: {process_time() - began:.0f} s", flush=True)
    return {
        "written_by": "benchmarks/adam.py --write",
        "seeds": len(SEEDS), "sizes": sizes, "spread": spread, "log_lr": LOG_LR,
        "log_decay": {name: LOG_DECAY[name] for name in names},
        "axes": "of error: optimiser, schedule, steps, seed, (validation, test), rate, decay; "
        "the first decay is 0",
        "error": found,
    }  # fmt: skip


def pixels(steps=COSINE[-1]):
    """Root mean square of the first weights of each pixel after training on pixels unlike."""
    sizes, found = SIZES, {}
    for name in ("Adam + L2", "AdamW"):
        by_seed = []
        for seed in SEEDS:
            data, *_ = noisy_digits(seed, 1)
            decay = decays(name, 1, seed, sizes)
            args = np.full((len(decay), 1), 10**PIXEL_RATE), decay, seed, sizes
            kept = train(name, data, *args, cosine_schedule(steps), (steps,))[0]
            first = unpack(kept, layer_shapes(sizes))["W1"]
            size = np.sqrt((first**2).mean(axis=-1))
            by_seed.append([[float(f"{x:.2g}") for x in row] for row in size])
        found[name] = by_seed
    return {
        "written_by": "benchmarks/adam.py --write",
        "steps": steps, "log_lr": PIXEL_RATE, "log_decay": {n: LOG_DECAY[n] for n in found},
        "axes": "of size: optimiser, seed, decay, pixel; the first decay is 0",
        "factors": [pixel_factors(1, seed).round(4).tolist() for seed in SEEDS],
        "size": found,
    }  # fmt: skip


PLAIN = ["Adam + L2", "AdamW"]
TENTHS = "errors in tenths of a percent"
PARTS = {
    "alike": (f"{TENTHS}; pixels all between 0 and 1", lambda: part(0, PLAIN)),
    "unlike": (f"{TENTHS}; pixels times factors from 0.1 to 10", lambda: part(1, PLAIN)),
    "alike_longer": (
        f"{TENTHS}; as alike, with twice the steps at a constant rate",
        lambda: part(0, PLAIN, SIZES, LONGER, ()),
    ),
    "unlike_longer": (
        f"{TENTHS}; as unlike, with twice the steps at a constant rate",
        lambda: part(1, PLAIN, SIZES, LONGER, ()),
    ),
    "spared": (
        f"{TENTHS}; pixels alike, no decay of the biases",
        lambda: part(0, ["AdamW, biases spared"], SIZES, ()),
    ),
    "evened": (
        f"{TENTHS}; pixels unlike, the penalty of each pixel's weights times its factor",
        lambda: part(1, ["Adam + L2, evened"], SIZES, ()),
    ),
    "pixels": ("root mean square of the weights of each pixel", pixels),
}


def show():
    """Compare with the helpers, and print a small map."""
    data, _, test = noisy_digits(0, 0)
    decay, lr = np.array([[0.0], [0.01], [1.0]]), np.full((3, 1), 0.01)
    for name, step in (("Adam + L2", adam_step), ("AdamW", adamw_step)):
        fast = train(name, data, lr, decay, 0, SIZES, np.ones(50), (50,))[0]
        rng = np.random.default_rng(100)
        weights = np.tile(init_weights(SIZES, rng), (3, 1))
        gradient, state = minibatch_gradient(*data, SIZES, BATCH, rng), init_state(weights)
        for _ in range(50):
            weights, state = step(weights, gradient(weights), state, lr=lr, weight_decay=decay)
        print(f"{name}: {np.abs(fast - weights).max():.1g} from the helper")
        print(f"test error {network_error(fast, *test, SIZES)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = "glassbox/adam/records"
    parser.add_argument("--write", nargs="*", choices=PARTS, help=f"record in {target}")
    wanted = parser.parse_args().write
    if wanted is None:
        show()
    else:
        for name in wanted or PARTS:
            what, work = PARTS[name]
            record("adam", name, what, **work())
