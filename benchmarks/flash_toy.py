"""Train the toy language models of the chapter `flash` on two sources of text.

Run by hand: ``python benchmarks/flash_toy.py --write`` trains each model with five seeds in three
settings (as chosen, twice the steps, half the rate; chunks in the first one or two),
and writes as the record "toy" the losses on held-out texts, those by place in the chunk, and what
the best guesser could do who sees the same symbols. ``--source`` and ``--kind`` train a part; what
is done is kept, so a stopped run goes on. Everything is seeded.
"""

import argparse

import numpy as np
from flash_training import EVERY, SEEDS, SETTINGS, measured, rounded, train
from race import kept, record

from glassbox.flash import (
    ToyModel,
    attention_paths,
    by_place,
    ideal_surprise,
    markov_odds,
    markov_text,
    source_entropy,
)
from glassbox.linear_attention import reachability

RECORD = "flash", "toy"
SOURCES = {"one topic": {"symbols": 8, "topics": 1}, "four topics": {"symbols": 4, "topics": 4}}
KINDS = {
    "transformer": {"kind": "transformer"},
    "gau": {"kind": "gau"},
    "mixed": {"kind": "mixed"},
    "local": {"kind": "local"},
    "global": {"kind": "global"},
    "gau, 4 heads": {"kind": "gau", "heads": 4},
    "no gate": {"kind": "gau", "gate": False},
    "no gate, 4 heads": {"kind": "gau", "gate": False, "heads": 4},
}
LESS = {"mixed": 2, "local": 1, "global": 1}  # settings of what rests on floors
TOKENS, CHUNK, CHUNKS, HELD_OUT = 32, 8, [2, 4, 8, 16], 400


def model_of(source, kind):
    symbols = SOURCES[source]["symbols"]
    return ToyModel(symbols=symbols, length=TOKENS, chunk=CHUNK, **KINDS[kind])


def texts_of(source):
    return lambda n, rng: markov_text(n, TOKENS + 1, **SOURCES[source], rng=rng)[0]


def held_out(source, n=HELD_OUT):
    return markov_text(n, TOKENS + 1, **SOURCES[source], rng=np.random.default_rng(99))


def runs(source, kind, setting):
    """Return the curves of all seeds, and the losses by place at the end."""
    model, texts = model_of(source, kind), held_out(source)[0]
    weights, curves = train(model, texts_of(source), texts, **SETTINGS[setting])
    found = measured(model, weights, texts)
    places = [by_place(seed, CHUNK) for seed in found.astype(float)]
    print(source, kind, setting, rounded(curves[:, -1]), flush=True)
    return {"curves": rounded(curves), "places": rounded(places)}


def floors(source):
    """Return the best loss by view, in all and by place in the chunk for several chunks."""
    texts, odds = held_out(source)[0], markov_odds(**SOURCES[source])
    # The last symbol is guessed, and seen by nobody.
    whole = np.tri(TOKENS + 1, dtype=bool)
    surprise = ideal_surprise(texts, odds, whole)
    found = {"whole": {"all": surprise.mean(), "sees the topic": source_entropy(
        lambda n: held_out(source, n), HELD_OUT)}}  # fmt: skip
    found["whole"]["by chunk"] = {c: rounded(by_place(surprise, c)) for c in CHUNKS}
    for view in ("local", "global", "overlap"):
        found[view] = {"by chunk": {}}
        for c in CHUNKS:
            surprise = ideal_surprise(texts, odds, seen(view, c))
            found[view]["by chunk"][c] = rounded(by_place(surprise, c))
            if c == CHUNK:
                found[view]["all"] = surprise.mean()
    for view in found.values():
        view["all"] = round(float(view["all"]), 4)
    return found


def seen(view, chunk, layers=2):
    """Return what a token knows after so many layers that have only one part."""
    paths = attention_paths(TOKENS + 1, chunk, causal=True, overlap=view == "overlap")
    part = (paths == 1) | np.eye(TOKENS + 1, dtype=bool) if view == "global" else paths >= 2
    return reachability(part, layers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--source", choices=SOURCES, nargs="+", default=list(SOURCES))
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    given = parser.parse_args()
    found = {}
    for source in given.source:
        best = kept("flash-toy-floors", source.replace(" ", "-"), floors, source)
        of_kinds = {name: {} for name in ("weights", "losses", "places")}
        found[source] = {"floors": best, **of_kinds, **SOURCES[source]}
        for kind in given.kind:
            if kind in ("gau, 4 heads", "no gate", "no gate, 4 heads") and source == "one topic":
                continue
            found[source]["weights"][kind] = int(model_of(source, kind).size)
            for setting in list(SETTINGS)[: LESS.get(kind, 3)]:
                part = "-".join((source, kind, setting)).replace(" ", "_")
                run = kept("flash-toy", part, runs, source, kind, setting)
                found[source]["losses"].setdefault(setting, {})[kind] = run["curves"]
                found[source]["places"].setdefault(setting, {})[kind] = run["places"]
    if given.write:
        what = "loss on held-out texts, nats a symbol, by setting, model and seed, every 200 steps"
        record(
            *RECORD, what, tokens=TOKENS, chunk=CHUNK, every=EVERY, seeds=SEEDS,
            held_out=HELD_OUT, settings=SETTINGS, sources=found,
        )  # fmt: skip


if __name__ == "__main__":
    main()
