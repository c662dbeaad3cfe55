"""Take the softmax of a Transformer block's scores for all heads at once, and head by head.

Run by hand: ``python benchmarks/flash_memory.py --write`` does both on the same queries and keys,
by turns, and writes as the record "memory" the processor seconds of each, the program's own and
those that the operating system spent for it (to find memory, above all). Least of the rounds,
causal, float32, one thread.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from race import options, record, short

from glassbox.flash import gau_attention

RECORD = "flash", "memory"
SIZES, HEADS, WIDTH, ROUNDS = [2048, 4096], 8, 64, 5


def seconds(call, *given):
    """Return the processor seconds of a call: the program's own, and the system's."""
    before = os.times()
    call(*given)
    after = os.times()
    return after.user - before.user, after.system - before.system


def at_once(q, k):
    gau_attention(q, k, True, "1/sqrt(s)", "softmax")


def head_by_head(q, k):
    for head in zip(q, k, strict=True):
        at_once(*head)


CALLS = {"at once": at_once, "head by head": head_by_head}


def main():
    given = options(__doc__, *RECORD, SIZES)
    found = {name: {"own": [], "system": []} for name in CALLS}
    for n in given.sizes:
        q, k = np.random.default_rng(0).standard_normal((2, HEADS, n, WIDTH)).astype(np.float32)
        took = {name: [] for name in CALLS}
        for _ in range(ROUNDS):
            for name, call in CALLS.items():
                took[name].append(seconds(call, q, k))
        for name, times in took.items():
            least = min(times, key=sum)
            for part, time in zip(("own", "system"), least, strict=True):
                found[name][part].append(time)
            print(n, name, short(list(least)), flush=True)
    if given.write:
        what = "processor seconds of a softmax over the scores of all heads, causal, float32"
        record(*RECORD, what, n=given.sizes, heads=HEADS, rounds=ROUNDS, seconds=short(found))


if __name__ == "__main__":
    main()
