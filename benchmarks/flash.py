"""Compare the quadratic attention of a gated attention unit with mixed chunks, in one run.

Run by hand: ``python benchmarks/flash.py`` prints a table of ratios; with ``--write`` it also
records the seconds in ``results/flash.json``, which the chapter draws. Both are the functions of
the book in NumPy, causal, on the same random heads and values in float32 (s = 64, e = 128); each
number is the least of several runs, taken by turns. It is processor time, summed over threads, so
that a busy machine does not spoil it.
"""

import argparse
import json
import platform
from pathlib import Path
from time import process_time

import numpy as np

from glassbox.flash import gau_attention, mixed_chunk_attention, mult_adds

RESULTS = Path(__file__).parent / "results" / "flash.json"
SIZES = [1024, 2048, 4096, 8192]
CHUNKS = [16, 32, 64, 128, 256, 512, 1024, 2048]
S, E, CHUNK, ROUNDS = 64, 128, 256, 9


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


def least_times(calls):
    """Return the least processor seconds of each call, all taken by turns."""
    best = [np.inf] * len(calls)
    for _ in range(ROUNDS):
        for i, call in enumerate(calls):
            start = process_time()
            call()
            best[i] = min(best[i], process_time() - start)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"record in results/{RESULTS.name}")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    times = {"quadratic": [], "mixed": []}
    print(f"chunk {CHUNK}: seconds of quadratic, of mixed, their ratio, ratio of multiply-adds")
    for n in options.sizes:
        q, m = least_times([quadratic(n), mixed(n, CHUNK)])
        times["quadratic"].append(q)
        times["mixed"].append(m)
        counts = [
            mult_adds(k, n, d=E // 2, s=S, chunk=CHUNK, part="attention") for k in ("gau", "flash")
        ]
        print(f"{n:6} {q:8.4f} {m:8.4f} {q / m:6.1f} {counts[0] / counts[1]:6.1f}", flush=True)
    n = options.sizes[-1]
    chunks = [c for c in CHUNKS if c <= n]
    sweep = least_times([mixed(n, c) for c in chunks])
    print(f"n = {n}: seconds by chunk, as ratios to the least")
    for c, t in zip(chunks, sweep, strict=True):
        print(f"{c:6} {t / min(sweep):6.2f}")
    if options.write:
        record = {
            "what": "processor seconds a call, causal, s = 64, e = 128, float32, least of 9 runs",
            "python": platform.python_version(),
            "numpy": np.__version__,
            "processor": platform.machine(),
            "chunk": CHUNK,
            "n": options.sizes,
            "seconds": {k: [float(f"{t:.3g}") for t in row] for k, row in times.items()},
            "chunks": chunks,
            "seconds by chunk": [float(f"{t:.3g}") for t in sweep],
        }
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
