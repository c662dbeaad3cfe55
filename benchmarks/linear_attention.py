"""Compare causal attention by matrix, by chunks and by recurrence, in one run.

Run by hand: ``python benchmarks/linear_attention.py`` prints how many times longer each form takes
than the chunked one, where the quadratic form is overtaken, and what one more token costs. With
``--write`` it also writes the record "times", which the chapter draws. Each number is the least of
several runs. One head, d = d_v = 64, features elu + 1, float64.
"""

import os
from functools import partial

import numpy as np
from race import options, race, record, short

from glassbox.linear_attention import (
    elu_plus_one,
    kernel_attention,
    linear_attention_chunked,
    linear_attention_recurrent,
    softmax,
    softmax_attention,
)

RECORD = "linear_attention", "times"
SIZES = [128, 256, 512, 1024, 2048, 4096, 8192]
CHUNKS = [1, 4, 16, 64, 256, 1024, 4096]
D = 64
FORMS = {
    "softmax, n × n": partial(softmax_attention, causal=True),
    "elu+1, n × n": partial(kernel_attention, phi=elu_plus_one, causal=True),
    "elu+1, chunks of 64": linear_attention_chunked,
    "elu+1, token by token": linear_attention_recurrent,
}
CHUNKED = "elu+1, chunks of 64"


def inputs(n):
    return np.random.default_rng(0).standard_normal((3, n, D))


def whole_sequence(n):
    """Return the seconds of each form for a sequence of n tokens, after a look at the results."""
    q, k, v = inputs(n)
    linear = [form(q, k, v) for name, form in FORMS.items() if name.startswith("elu")]
    assert all(np.allclose(out, linear[0]) for out in linear)
    return race({name: partial(form, q, k, v) for name, form in FORMS.items()})


def next_token(n):
    """Return the seconds for one more token after n others: by a cache of them, by the state."""
    q, k, v = inputs(n)
    S, z = elu_plus_one(k).T @ v, elu_plus_one(k).sum(axis=0)
    query, key, value = q[-1], k[-1], v[-1]

    def cached():
        return softmax(k @ query / D**0.5) @ v

    def state():
        nonlocal S, z
        feature, asked = elu_plus_one(key), elu_plus_one(query)
        S = S + np.outer(feature, value)
        z = z + feature
        return asked @ S / (asked @ z)

    return race({"softmax, cached": cached, "elu+1, state": state})


def crossover(sizes, quadratic, chunked):
    """Return the n from which on the chunked form is faster, read off between the sizes."""
    ahead = np.log(np.array(chunked) / quadratic)  # negative where chunks win
    if ahead[0] < 0:
        return sizes[0]
    i = int((ahead < 0).argmax())
    share = ahead[i - 1] / (ahead[i - 1] - ahead[i])
    return round(sizes[i - 1] * (sizes[i] / sizes[i - 1]) ** share)


def table(sizes, measure, base):
    """Print ratios to the entry called `base`, one line a size, and return the seconds."""
    times = {}
    for n in sizes:
        found = measure(n)
        if not times:
            times = {name: [] for name in found}
            print(f"ratio to {base!r}:", *found, sep="\n  ")
        for name, t in found.items():
            times[name].append(t)
        ratios = (f"{t / found[base]:10.2f}" for t in found.values())
        print(f"{n:6}", *ratios, f"   (1 = {1e3 * found[base]:.3g} ms)", flush=True)
    return times


def main():
    given = options(__doc__, *RECORD, SIZES)
    sizes = given.sizes
    whole = table(sizes, whole_sequence, CHUNKED)
    crossings = {
        name: crossover(sizes, whole[name], whole[CHUNKED]) for name in FORMS if "n × n" in name
    }
    for name, n in crossings.items():
        print(f"chunks have overtaken {name!r} by n = {n}")
    one = table(sizes, next_token, "elu+1, state")
    q, k, v = inputs(sizes[-1])
    chunks = race({c: partial(linear_attention_chunked, q, k, v, chunk=c) for c in CHUNKS})
    for c, t in chunks.items():
        print(f"chunk {c:5}: {t / min(chunks.values()):6.2f} × the best")
    if given.write:
        record(
            *RECORD,
            "seconds, causal attention, one head, d = 64, float64, least of several runs",
            threads=os.environ.get("OPENBLAS_NUM_THREADS", "all"),
            n=sizes,
            sequence=short(whole),
            crossover=crossings,
            chunk=CHUNKS,
            **{"next token": short(one), "by chunk": short(list(chunks.values()))},
        )


if __name__ == "__main__":
    main()
