"""Train units of the chapter `flash` on one length of text, and read longer and shorter ones.

Run by hand: ``python benchmarks/flash_lengths.py --write`` trains quadratic units with three kinds
of attention, and mixed chunks with two normalisers, on texts of 32 tokens, in three settings with
five seeds each, and writes as the record "lengths" what they lose on other lengths beyond the best
guesser. A token is told the two before it, so that no place is new to it. ``--kind`` trains a
part; what is done is kept, so a stopped run goes on. Everything is seeded.
"""

import argparse
from dataclasses import replace

import numpy as np
from flash_training import SEEDS, SETTINGS, measured, rounded, train
from race import kept, record

from glassbox.flash import ToyModel, markov_odds, markov_text

RECORD = "flash", "lengths"
SOURCE = {"symbols": 4, "topics": 4}
TOKENS, LENGTHS, HELD_OUT, FIRST = 32, [16, 32, 64, 128, 256], 100, 8
SHORT = {name: how | {"steps": how["steps"] // 4} for name, how in SETTINGS.items()}
KINDS = {
    "relu² / n²": {"kind": "gau", "score_scale": "1/n"},
    "relu² / ns": {"kind": "gau", "score_scale": "1/sqrt(ns)"},
    "softmax": {"kind": "gau", "score_scale": "1/sqrt(s)", "attention": "softmax"},
    "chunks, / C": {"kind": "mixed", "normalise": "chunk"},
    "chunks, / count": {"kind": "mixed", "normalise": "count"},
}


def model_of(kind):
    return ToyModel(symbols=4, length=TOKENS, positions="shift", **KINDS[kind])


def texts_of(n, rng, tokens=TOKENS):
    return markov_text(n, tokens + 1, **SOURCE, rng=rng)[0]


def held_out(tokens):
    return texts_of(HELD_OUT, np.random.default_rng(99), tokens)


def runs(kind, setting):
    """Return the loss of each seed at each length, with the text's own n and with training's."""
    model = model_of(kind)
    weights, _ = train(model, texts_of, held_out(TOKENS), **SHORT[setting])
    found = {"own n": at_lengths(model, weights)}
    if kind in ("relu² / n²", "relu² / ns"):
        kept_n = TOKENS**-1 if kind == "relu² / n²" else (TOKENS * model.s) ** -0.5
        found["n kept"] = at_lengths(replace(model, score_scale=kept_n), weights)
    means = {n: np.mean(rows, axis=0).round(3).tolist() for n, rows in found.items()}
    print(kind, setting, means, flush=True)
    return found


def at_lengths(model, weights):
    """Return the loss from token 8 on beyond that of the best guesser, a row a seed."""
    beyond = [measured(model, weights, held_out(n), 20) - best(n) for n in LENGTHS]
    return rounded(np.transpose([x[..., FIRST:].mean(axis=(1, 2)) for x in beyond]))


def best(tokens):
    """Return the surprise of the best guesser who sees all that came: the topic is counted out."""
    texts, odds = held_out(tokens), markov_odds(**SOURCE)
    with np.errstate(divide="ignore"):
        logs = np.log(odds[:, texts[:, :-2], texts[:, 1:-1], texts[:, 2:]])
    known = np.cumsum(logs, axis=-1) - logs  # of each topic, before the symbol came
    return np.logaddexp.reduce(known, axis=0) - np.logaddexp.reduce(known + logs, axis=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    given = parser.parse_args()
    found = {}
    for setting in SHORT:
        for kind in given.kind:
            part = f"{list(KINDS).index(kind)}-{setting}".replace(" ", "_")
            found.setdefault(setting, {})[kind] = kept("flash-lengths", part, runs, kind, setting)
    if given.write:
        what = "loss beyond the best guesser's, nats a symbol, a row a seed, a column a length"
        record(
            *RECORD, what, trained_on=TOKENS, lengths=LENGTHS, first=FIRST, held_out=HELD_OUT,
            seeds=SEEDS, settings=SHORT, beyond=found, **SOURCE,
        )  # fmt: skip


if __name__ == "__main__":
    main()
