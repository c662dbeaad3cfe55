"""Compare the quadratic attention of a gated attention unit with mixed chunks, in one run.

Run by hand: ``python benchmarks/flash.py`` prints a table of ratios; with ``--write`` it also
writes the record "times", which the chapter draws. Both are the functions of the book in NumPy,
causal, on the same random heads and values in float32 (s = 64, e = 128), on one thread. "products"
are the same without what is done to each score: scale, activation, mask. Each number is the least
of several runs, taken by turns. It is processor time, so that a busy machine does not spoil it.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from math import inf
from time import process_time

import numpy as np
from race import options, race, record, short

from glassbox.flash import gau_attention, mixed_chunk_attention, mult_adds

RECORD = "flash", "times"
SIZES = [1024, 2048, 4096, 8192]
CHUNKS = [16, 32, 64, 128, 256, 512, 1024, 2048]
S, E, CHUNK, ROUNDS = 64, 128, 256, 15
HOW = {"rounds": ROUNDS, "most": inf, "timer": process_time}


def inputs(n):
    rng = np.random.default_rng(0)
    heads = rng.standard_normal((4, n, S)).astype(np.float32)
    return heads, rng.standard_normal((n, E)).astype(np.float32)


def quadratic(n):
    (quad_q, _, quad_k, _), v = inputs(n)
    return lambda: gau_attention(quad_q, quad_k, causal=True) @ v


def mixed(n, chunk):
    heads, v = inputs(n)
    return lambda: mixed_chunk_attention(*heads, v, chunk, causal=True)


def products(n, chunk=None):
    """Both forms without scale, activation and mask; one chunk is the quadratic form."""
    (quad_q, lin_q, quad_k, lin_k), v = inputs(n)
    if chunk is None:
        return lambda: quad_q @ quad_k.T @ v

    def call():
        qq, lq, qk, lk, vs = (
            t.reshape(n // chunk, chunk, -1) for t in (quad_q, lin_q, quad_k, lin_k, v)
        )
        sums = np.cumsum(np.swapaxes(lk, 1, 2) @ vs, axis=0)
        return qq @ np.swapaxes(qk, 1, 2) @ vs + lq @ sums

    return call


def main():
    given = options(__doc__, *RECORD, SIZES)
    times = {name: [] for name in ("quadratic", "mixed", "quadratic products", "mixed products")}
    print(f"chunk {CHUNK}: seconds of quadratic, of mixed, their ratio, ratio of multiply-adds")
    for n in given.sizes:
        calls = {"quadratic": quadratic(n), "mixed": mixed(n, CHUNK)}
        bare = {"quadratic products": products(n), "mixed products": products(n, CHUNK)}
        least = race(calls | bare, **HOW)
        q, m = least["quadratic"], least["mixed"]
        for name, row in times.items():
            row.append(least[name])
        counts = [
            mult_adds(k, n, d=E // 2, s=S, chunk=CHUNK, part="attention") for k in ("gau", "flash")
        ]
        print(f"{n:6} {q:8.4f} {m:8.4f} {q / m:6.1f} {counts[0] / counts[1]:6.1f}", flush=True)
    n = given.sizes[-1]
    chunks = [c for c in CHUNKS if c <= n]
    sweep = race({c: mixed(n, c) for c in chunks}, **HOW)
    print(f"n = {n}: seconds by chunk, as ratios to the least")
    for c, t in sweep.items():
        print(f"{c:6} {t / min(sweep.values()):6.2f}")
    if given.write:
        record(
            *RECORD,
            "processor seconds a call, causal, s = 64, e = 128, float32, one thread, least of 15",
            chunk=CHUNK,
            n=given.sizes,
            seconds=short(times),
            chunks=chunks,
            **{"seconds by chunk": short(list(sweep.values()))},
        )


if __name__ == "__main__":
    main()
