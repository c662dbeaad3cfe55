"""Measure how far random features are from softmax attention.

python benchmarks/performer.py           the experiments, in words
python benchmarks/performer.py --write   as the records "attention", "issue" and "swap"

``attention``: the error of the output, over that of giving every token the plain mean of the
values, by form, make of directions, number of features and scale of the inputs, in four settings.
``issue``: the set-up of a public report (lucidrains/performer-pytorch, issue 69), with its measure,
mean |slow - fast| / mean |slow|, by the eps that libraries add to each feature.

``swap``: the small model that the chapter on linear attention trained to recall, with softmax; in
both of its layers softmax is replaced by features, and its answers are counted.

Each seed draws its own tokens and its own directions; all forms of a seed see the same tokens, and
independent directions are shared by the forms, as orthogonal ones are.
"""

import numpy as np
from race import options, record

from glassbox.linear_attention import softmax_attention
from glassbox.performer import KINDS, favor_attention, orthogonal_gaussian, stabilised_features

SEEDS = list(range(20))
SCALES, FEATURES = [0.25, 0.5, 0.75, 1.0], [16, 32, 64, 128, 256, 512, 1024]
MAKES = ("independent", "orthogonal")
#: n tokens, width d, and how much of a key is its query's.
SETTINGS = {
    "random tokens": {"n": 256, "d": 16, "alike": 0.0},
    "queries like their keys": {"n": 256, "d": 16, "alike": 0.8},
    "four times the tokens": {"n": 1024, "d": 16, "alike": 0.0},
    "twice the width": {"n": 256, "d": 32, "alike": 0.0},
}
REPORTS = {  # the first is the report's; d log d features are the library's default
    "n = 24, d = 128, m = 1024": (24, 128, 1024),
    "four times the directions": (24, 128, 4096),
    "d = 64 and its default m": (24, 64, 266),
    "n = 256, d = 64, m = 266": (256, 64, 266),
    "n = 256, d = 128, m = 1024": (256, 128, 1024),
}
SWAPPED, TEXTS = [16, 64, 256, 1024], 60
EPS = [0.0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2]


def tokens(n, d, alike, scale, rng):
    """Return queries and keys with entries of variance scale**2, and values."""
    q, own, v = rng.standard_normal((3, n, d))
    k = alike * q + np.sqrt(1 - alike**2) * own
    return scale * q, scale * k, v


def attention_errors(n, d, alike, scale, seed):
    """Return the error of each form, make and count, over that of the plain mean."""
    q, k, v = tokens(n, d, alike, scale, np.random.default_rng([n, d, seed]))
    exact = softmax_attention(q, k, v)
    plain = np.mean((exact - v.mean(axis=0)) ** 2)
    rng = np.random.default_rng([n, d, seed, 1])
    draws = {
        "independent": rng.standard_normal((FEATURES[-1], d)),
        "orthogonal": orthogonal_gaussian(FEATURES[-1], d, rng),
    }
    found = {}
    for kind in KINDS:
        for make, W in draws.items():
            used = [m if kind == "positive" else m // 2 for m in FEATURES]
            outs = [favor_attention(q, k, v, W[:m], kind) for m in used]
            found[f"{kind}, {make}"] = [np.mean((out - exact) ** 2) / plain for out in outs]
    return found


def issue_errors(n, d, m, seed, sign_fix=False):
    """Return the report's measure for each eps, the plain mean, and estimators without an eps."""
    rng = np.random.default_rng([n, d, m, seed])
    q, k, v = rng.standard_normal((3, n, d))
    W = orthogonal_gaussian(m, d, rng, sign_fix)  # a raw QR is what the library draws
    slow, mean = softmax_attention(q, k, v), np.broadcast_to(v.mean(axis=0), v.shape)

    def off(fast, target=slow):
        return float(np.abs(target - fast).mean() / np.abs(slow).mean())

    x, y = q * d**-0.25, k * d**-0.25
    Q, K = stabilised_features(x, W, 0.0), stabilised_features(y, W, 0.0, keys=True)
    made, from_mean = [], []
    for eps in EPS:
        A = (Q + eps) @ (K + eps).T
        fast = A @ v / A.sum(axis=1, keepdims=True)
        made.append(off(fast))
        from_mean.append(off(fast, mean))
    return {
        "by eps": made, "from the plain mean, by eps": from_mean, "plain mean": off(mean),
        "positive": off(favor_attention(q, k, v, W)),
        "hyperbolic": off(favor_attention(q, k, v, W, "hyperbolic")),
        "median feature of a key": float(np.median(K)),
        "median feature of a query": float(np.median(Q)),
    }  # fmt: skip


def swapped_mix(kind, W):
    """Return causal weights by features, as `recall.mix` takes them; W None is the plain mean."""

    def mix(q, k, beta, _):
        seen = np.tri(q.shape[-2])
        if W is None:
            A = np.broadcast_to(seen, (*q.shape[:-1], q.shape[-2]))
            return A / A.sum(axis=-1, keepdims=True)
        x, y = q * q.shape[-1] ** -0.25, k * q.shape[-1] ** -0.25
        half = np.sum(y * y, axis=-1, keepdims=True) / 2
        a, b = x @ W.T, y @ W.T
        if kind == "trig":
            grown = np.exp(half - half.max(axis=-2, keepdims=True))
            a = np.concatenate([np.sin(a), np.cos(a)], axis=-1)
            b = np.concatenate([np.sin(b), np.cos(b)], axis=-1) * grown
        else:
            if kind == "hyperbolic":
                a, b = (np.concatenate([one, -one], axis=-1) for one in (a, b))
            b = b - half
            most = b.max(axis=-2, keepdims=True)
            a, b = a + most, np.exp(b - most)
            a = np.exp(a - a.max(axis=-1, keepdims=True))
        A = seen * (a @ np.swapaxes(b, -1, -2))
        return A / A.sum(axis=-1, keepdims=True)

    return mix


def measure_swap():
    """Count right answers of the trained model by what mixes its values."""
    from glassbox.linear_attention import recall
    from glassbox.records import read_record

    trained = read_record("linear_attention", "recall_models")["models"]["softmax"]["weights"]
    weights = {name: np.array(values)[None] for name, values in trained.items()}
    own_mix, found, lengths = recall.mix, {}, []

    def right(mix, tokens, wanted):
        recall.mix = mix
        try:
            scores = recall.run(weights, tokens[None], "softmax")[0, :, -wanted.shape[1] :]
        finally:
            recall.mix = own_mix
        return round(float((scores.argmax(axis=-1) == wanted).mean()), 4)

    for pairs in (5, 10):
        tokens, wanted = recall.draw_texts(pairs, TEXTS, np.random.default_rng(pairs))
        table = {
            "softmax": right(own_mix, tokens, wanted),
            "plain mean": right(swapped_mix("positive", None), tokens, wanted),
        }
        for kind in KINDS:
            used = [m if kind == "positive" else m // 2 for m in SWAPPED]
            table[kind] = [
                [right(swapped_mix(kind, orthogonal_gaussian(m, recall.HEAD,
                                                             np.random.default_rng(seed))),
                       tokens, wanted) for m in used]
                for seed in SEEDS[:10]
            ]  # fmt: skip
            print(pairs, kind, np.mean(table[kind], axis=0).round(3), flush=True)
        found[f"{pairs} pairs"] = table
        kept = []
        recall.run(weights, tokens[None], "softmax", kept)
        sums = [q[..., :, None, :] + k[..., None, :, :] for q, k, *_ in kept]
        squares = [np.sum(one**2, axis=-1) / recall.HEAD**0.5 for one in sums]
        lengths.append([round(float(np.median(one)), 2) for one in squares])
    return {"features": SWAPPED, "seeds": SEEDS[:10], "texts": TEXTS, "chance": round(1 / 6, 4),
            "median squared length, by layer": lengths, "right": found}  # fmt: skip


def in_short(values):
    """Round numbers, or lists of them, to four digits."""
    if isinstance(values, list):
        return [in_short(value) for value in values]
    return float(f"{values:.4g}")


def measure_attention():
    """Run all settings, scales and seeds."""
    errors = {}
    for name, setting in SETTINGS.items():
        errors[name] = {}
        for scale in SCALES:
            runs = [attention_errors(**setting, scale=scale, seed=seed) for seed in SEEDS]
            made = {c: in_short([run[c] for run in runs]) for c in runs[0]}
            errors[name][f"{scale}"] = made
            middle = {c: in_short(np.median(e, axis=0).tolist()) for c, e in made.items()}
            print(name, scale, middle, flush=True)
    return {
        "settings": SETTINGS, "features": FEATURES, "scales": SCALES, "seeds": SEEDS,
        "errors": errors,
    }  # fmt: skip


def measure_issue():
    """Run the report's set-up, and its neighbours."""
    found = {}
    for name, (n, d, m) in REPORTS.items():
        runs = [issue_errors(n, d, m, seed) for seed in SEEDS]
        fixed = [issue_errors(n, d, m, seed, sign_fix=True)["positive"] for seed in SEEDS]
        made = {what: in_short([run[what] for run in runs]) for what in runs[0]}
        made["positive, signs fixed"] = in_short(fixed)
        found[name] = {"n": n, "d": d, "m": m} | made
        print(name, {what: np.mean(v, axis=0).round(12) for what, v in made.items()}, flush=True)
    return {"eps": EPS, "seeds": SEEDS, "settings": found}


def main():
    """Measure, and record if asked."""
    write = options(__doc__, "performer", "*").write
    swap, attention, issue = measure_swap(), measure_attention(), measure_issue()
    if write:
        record("performer", "swap", "Right answers of a trained model by its mixing.", **swap)
        record("performer", "attention", "Error of attention by random features.", **attention)
        record("performer", "issue", "A public report, by the eps of the features.", **issue)


if __name__ == "__main__":
    main()
