"""Train the five toy language models of the chapter `flash` on two sources of text.

Run by hand: ``python benchmarks/flash_toy.py --write`` writes held-out losses (no times)
as the record "toy", which the chapter draws; the chapter itself trains the beginning of one
of the runs. Everything is seeded.
"""

import numpy as np
from race import options, record

from glassbox.flash import ToyModel, markov_text, source_entropy, train_toy

RECORD = "flash", "toy"
KINDS = ["transformer", "gau", "mixed", "local", "global"]
SOURCES = {"one topic": {"symbols": 8, "topics": 1}, "four topics": {"symbols": 4, "topics": 4}}
LENGTH, CHUNK, STEPS, SEEDS = 48, 8, 400, [0, 1, 2]


def main():
    given = options(__doc__, *RECORD)
    found = {}
    for name, source in SOURCES.items():

        def texts_of(n, rng, source=source):
            return markov_text(n, LENGTH, **source, rng=rng)[0]

        def with_odds(n, source=source):
            return markov_text(n, LENGTH, **source, rng=np.random.default_rng(99))

        held_out = with_odds(200)[0]
        curves, sizes = {}, {}
        for kind in KINDS:
            model = ToyModel(kind, symbols=source["symbols"], length=LENGTH, chunk=CHUNK)
            runs = [
                train_toy(model, texts_of, held_out, rng=np.random.default_rng(seed), steps=STEPS)[
                    1
                ]
                for seed in SEEDS
            ]
            curves[kind], sizes[kind] = [[round(y, 4) for _, y in run] for run in runs], model.size
            print(f"{name:12} {kind:12}", *(run[-1] for run in curves[kind]), flush=True)
        found[name] = {
            "least": round(source_entropy(with_odds, 200), 4),
            "weights": {k: int(v) for k, v in sizes.items()},
            "losses": curves,
            **source,
        }
    if given.write:
        record(
            *RECORD,
            "held-out loss in nats a symbol, by model and seed, every 20 steps from 0",
            length=LENGTH,
            chunk=CHUNK,
            steps=STEPS,
            seeds=SEEDS,
            sources=found,
        )


if __name__ == "__main__":
    main()
