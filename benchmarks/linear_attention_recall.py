"""Train the small models of the chapter `linear_attention` to recall, by three kinds of attention.

Run by hand: ``python benchmarks/linear_attention_recall.py --write`` trains softmax, elu + 1 and
the delta rule in three settings (as chosen, twice the steps, half the rate), each with all seeds
at once. It writes the share of right answers by number of pairs as the record "recall", and the
weights of one model a kind as the record "recall_models". ``--kind`` and ``--setting`` do a part,
and leave the rest of the records as it is. Everything is seeded.
"""

import argparse

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad
from race import record

from glassbox.linear_attention import recall
from glassbox.records import read_record, record_names

SLUG = "linear_attention"
SEEDS, BATCH, STEPS, RATE = [0, 1, 2, 3, 4], 16, 800, 0.01
SETTINGS = {
    "as chosen": {"steps": STEPS, "rate": RATE},
    "twice the steps": {"steps": 2 * STEPS, "rate": RATE},
    "half the rate": {"steps": STEPS, "rate": RATE / 2},
}
PAIRS, HELD_OUT = [2, 4, 6, 8, 10, 12], 400


def train(kind, steps, rate):
    """Return the weights of one model a seed, trained side by side on the same texts."""
    drawn = [recall.start(np.random.default_rng(seed)) for seed in SEEDS]
    weights = {k: np.stack([w[k] for w in drawn]).astype(np.float32) for k in drawn[0]}
    step_of = value_and_grad(lambda w, texts, wanted: loss(w, texts, wanted, kind))
    mean = {k: np.zeros_like(w) for k, w in weights.items()}
    square = {k: np.zeros_like(w) for k, w in weights.items()}
    rng, models = np.random.default_rng(1), len(SEEDS)
    for step in range(1, steps + 1):
        pairs = int(rng.integers(2, recall.MOST + 1))
        texts, wanted = (
            x.reshape(models, BATCH, -1) for x in recall.draw_texts(pairs, models * BATCH, rng)
        )
        value, slope = step_of(weights, texts, wanted)
        now = rate * min(1, step / 50) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        for k in weights:  # Adam
            mean[k] = 0.9 * mean[k] + 0.1 * slope[k]
            square[k] = 0.98 * square[k] + 0.02 * slope[k] ** 2
            down = (mean[k] / (1 - 0.9**step)) / (np.sqrt(square[k] / (1 - 0.98**step)) + 1e-8)
            weights[k] = (weights[k] - now * down).astype(np.float32)
        if step % 100 == 0:
            print(f"{kind:12} {step:5} loss {value / models:.3f}", flush=True)
    return weights


def loss(weights, texts, wanted, kind):
    scores = recall.run(weights, texts, kind)[:, :, 2 * wanted.shape[2] :]
    scores = scores - anp.max(scores, axis=-1, keepdims=True)
    log_p = scores - anp.log(anp.sum(anp.exp(scores), axis=-1, keepdims=True))
    one_hot = np.eye(len(recall.DIGITS), dtype=np.float32)[wanted]
    return -anp.sum(anp.mean(anp.sum(log_p * one_hot, axis=-1), axis=(1, 2)))


def right(weights, kind):
    """Return the share of right answers, one row a model, one column a number of pairs."""
    models, columns = len(weights["out"]), []
    for pairs in PAIRS:
        texts, wanted = recall.draw_texts(pairs, HELD_OUT, np.random.default_rng(99))
        scores = recall.run(weights, np.broadcast_to(texts, (models, *texts.shape)), kind)
        columns.append((scores[:, :, 2 * pairs :].argmax(axis=-1) == wanted).mean(axis=(1, 2)))
    return np.transpose(columns).round(4).tolist()


def rounded(weights, model):
    return {k: np.round(w[model].astype(float), 3).tolist() for k, w in weights.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kind", choices=recall.KINDS, nargs="+", default=recall.KINDS)
    parser.add_argument("--setting", choices=list(SETTINGS), nargs="+", default=list(SETTINGS))
    given = parser.parse_args()
    for setting in given.setting:
        for kind in given.kind:
            weights = train(kind, **SETTINGS[setting])
            share = right(weights, kind)
            print(setting, kind, share, flush=True)
            if given.write:
                write(setting, kind, weights, share)


def write(setting, kind, weights, share):
    """Put one part into the records."""
    there = record_names(SLUG)
    found = read_record(SLUG, "recall")["right"] if "recall" in there else {}
    found.setdefault(setting, {})[kind] = share
    kept = {s: found[s] for s in SETTINGS if s in found}
    ordered = {s: {k: by[k] for k in recall.KINDS if k in by} for s, by in kept.items()}
    what = "share of right answers, by setting and kind, a row a seed, a column a number of pairs"
    record(
        SLUG, "recall", what, seeds=SEEDS, texts_a_step=BATCH, settings=SETTINGS, pairs=PAIRS,
        held_out=HELD_OUT, chance=1 / len(recall.DIGITS), width=recall.WIDTH, head=recall.HEAD,
        right=ordered,
    )  # fmt: skip
    if setting == "as chosen":
        models = read_record(SLUG, "recall_models")["models"] if "recall_models" in there else {}
        best = int(np.argmax(np.mean(share, axis=1)))
        models[kind] = {"seed": SEEDS[best], "weights": rounded(weights, best)}
        ordered = {k: models[k] for k in recall.KINDS if k in models}
        record(SLUG, "recall_models", "weights of the best model of each kind", models=ordered)


if __name__ == "__main__":
    main()
