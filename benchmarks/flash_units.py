"""Time two gated attention units against one Transformer block, and take the causes apart.

Run by hand: ``python benchmarks/flash_units.py --write`` times, in one run and by turns, two
quadratic units, a Transformer block (softmax attention with 8 heads, a feed-forward network), and
both with one thing changed: the block with one head, and with squared ReLU for softmax; the units
with softmax. It writes the record "units": seconds by width and length. They are the forward pass
on one text, causal, in float32 on one thread; processor time, the least of several rounds.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from time import process_time

import numpy as np
from race import options, play, record, short, spread

from glassbox.flash import gau_attention, gau_layer, init_unit_weights, layer_norm, mult_adds

RECORD = "flash", "units"
SIZES = [256, 512, 1024, 2048, 4096]
WIDTHS, S, HEADS, ROUNDS = [512, 256], 128, 8, 7


def units(n, d, attention="relu2"):
    x, w = text(n, d), [weights(d, seed) for seed in (1, 2)]
    scale = "1/sqrt(ns)" if attention == "relu2" else "1/sqrt(s)"

    def call():
        return gau_layer(gau_layer(x, w[0], True, scale, attention), w[1], True, scale, attention)

    return call


def block(n, d, heads=HEADS, attention="softmax"):
    x, rng = text(n, d), np.random.default_rng(3)
    square = [normal(rng, d, d) for _ in range(4)]
    wide, narrow = normal(rng, d, 4 * d), normal(rng, 4 * d, d)
    scale = "1/sqrt(s)" if attention == "softmax" else "1/sqrt(ns)"

    def call():
        y = layer_norm(x)
        q, k, v = (np.swapaxes((y @ w).reshape(n, heads, -1), 0, 1) for w in square[:3])
        read = gau_attention(q, k, True, scale, attention) @ v
        z = x + np.swapaxes(read, 0, 1).reshape(n, d) @ square[3]
        return z + np.maximum(layer_norm(z) @ wide, 0) @ narrow

    return call


def text(n, d):
    return np.random.default_rng(0).standard_normal((n, d)).astype(np.float32)


def normal(rng, *shape):
    return (rng.standard_normal(shape) * shape[0] ** -0.5).astype(np.float32)


def weights(d, seed):
    made = init_unit_weights(d, s=S, rng=np.random.default_rng(seed))
    return {name: w.astype(np.float32) for name, w in made.items()}


CALLS = {
    "units": units,
    "block": block,
    "block, 1 head": lambda n, d: block(n, d, heads=1),
    "block, relu²": lambda n, d: block(n, d, attention="relu2"),
    "units, softmax": lambda n, d: units(n, d, attention="softmax"),
}


def main():
    given = options(__doc__, *RECORD, SIZES)
    found, apart = {}, 0.0
    for d in WIDTHS:
        rows = found[str(d)] = {name: [] for name in CALLS}
        for n in given.sizes:
            calls = {name: make(n, d) for name, make in CALLS.items()}
            times = play(calls, ROUNDS, 60, process_time)
            for name, took in times.items():
                rows[name].append(min(took))
            apart = max(apart, *map(spread, times.values()))
            least = {name: row[-1] / rows["block"][-1] for name, row in rows.items()}
            counts = 2 * mult_adds("gau", n, d, s=S) / mult_adds("mhsa+ffn", n, d)
            print(d, n, short(least), f"counts {counts:.2f}", flush=True)
    print(f"third best at most {apart:.0%} over the best")
    if given.write:
        what = "processor seconds a forward pass, causal, float32, one thread, least of the rounds"
        record(*RECORD, what, n=given.sizes, s=S, heads=HEADS, rounds=ROUNDS, seconds=short(found))


if __name__ == "__main__":
    main()
