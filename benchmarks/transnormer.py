"""Train the toy models of `glassbox.transnormer.training`, several seeds at once.

Run by hand: ``python benchmarks/transnormer.py --write`` trains the models in all settings and
writes the record "training": the loss on fresh sequences every 150 steps and the unrest of the
gradient, of each model and seed; and, of the global models, how local their trained maps are. That
takes a quarter of an hour. What is trained is kept, so parts (``--setting``, ``--model``,
``--seeds``) can be trained side by side, and a stopped run goes on.
"""

import argparse

import numpy as np
from race import kept, record

from glassbox.transnormer import training
from glassbox.transnormer.training import MODELS, SETTINGS

RECORD = "transnormer", "training"
EVERY, SEEDS, TOGETHER = 150, 5, 5
STEPS = 2400
TRAINED = {
    "as chosen": list(MODELS),
    "twice the rate": list(MODELS),
    "neighbours given": ["NormAttention", "TransNormer", "norm, then diag"],
}
SHARES = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
WINDOWS = {"600": (300, 600), "1200": (600, 1200), "2400": (1200, 2400)}


def run(setting, name, seeds):
    """Train one model a seed, and return what is recorded, a row a seed."""
    kinds, options = MODELS[name], SETTINGS[setting]
    weights, test, lengths = training.train_toy(kinds, STEPS, seeds, every=EVERY, **options)
    windows = {at: training.unrest(lengths[:, a:b]) for at, (a, b) in WINDOWS.items()}
    found = {"test": test.round(4).tolist()}
    found["unrest"] = {at: row.round(4).tolist() for at, row in windows.items()}
    if setting == "as chosen" and name in ("softmax", "linear"):
        found["local mass"] = training.locality(weights, kinds, seeds, SHARES).round(4).tolist()
        if 0 in seeds:
            found["look"] = [look(weights, kinds, seeds)]
    return found


def look(weights, kinds, seeds):
    """Return a sequence, and queries and keys of all layers and heads, of the first model."""
    shown, seen = training.looked_at(seeds, 1), []
    training.fill_gaps(weights, kinds, shown, keep=seen)
    rounded = [[x[0, 0].astype(float).round(2).tolist() for x in pair] for pair in seen]
    return {
        "shown": shown[0, 0].tolist(),
        "q": [q for q, _ in rounded],
        "k": [k for _, k in rounded],
    }


def trained(setting, name, seeds):
    """Return what is recorded of a model, trained five seeds at a time."""
    parts = []
    for first in range(0, len(seeds), TOGETHER):
        some = list(seeds[first : first + TOGETHER])
        part = f"{setting} {name} {some[0]}-{some[-1]}".replace(" ", "_").replace(",", "")
        parts.append(kept("transnormer", part, run, setting, name, some))
    return joined(parts)


def joined(parts):
    """Put rows of seeds below each other."""
    if isinstance(parts[0], dict):
        return {key: joined([part[key] for part in parts if key in part]) for key in parts[0]}
    return [row for part in parts for row in part]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--setting", choices=list(SETTINGS), nargs="+", default=list(SETTINGS))
    parser.add_argument("--model", choices=list(MODELS), nargs="+", default=list(MODELS))
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, SEEDS), help="from, and to")
    given = parser.parse_args()
    seeds, found = range(*given.seeds), {}
    for setting in given.setting:
        for name in [m for m in TRAINED[setting] if m in given.model]:
            found.setdefault(setting, {})[name] = model = trained(setting, name, seeds)
            test = np.array(model["test"])
            test = test[:, [3, 7, 15]]
            error = test.std(axis=0, ddof=1) / len(seeds) ** 0.5
            calm = {at: round(float(np.mean(row)), 2) for at, row in model["unrest"].items()}
            print(setting, "|", name, "|", test.mean(axis=0).round(3), error.round(3), calm)
    if given.write:
        record(
            *RECORD,
            "loss on fresh sequences (a row a seed, a column a look) and unrest of the gradient",
            seeds=list(seeds), steps=list(range(EVERY, STEPS + 1, EVERY)),
            rate=training.RATE, block=training.BLOCK, settings=SETTINGS, kinds=MODELS,
            shares=SHARES,
            ideal={str(b): [round(training.ideal_loss(s, b), 4) for s in seeds]
                   for b in (24, 8, 4)},
            models=found,
        )  # fmt: skip


if __name__ == "__main__":
    main()
