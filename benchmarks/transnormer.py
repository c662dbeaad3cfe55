"""Train the toy models of `glassbox.transnormer.training` from several seeds.

Run by hand: ``python benchmarks/transnormer.py`` prints the loss on fresh sequences and the unrest
of the gradient, mean and standard error, of each model. With ``--write`` it also writes the record
"training", which the chapter shows. It takes some minutes.
"""

import numpy as np
from race import options, record

from glassbox.transnormer.training import MODELS, VARIANTS, ideal_loss, train_toy

RECORD = "transnormer", "training"
STEPS, SEEDS = 600, range(5)


def smooth(losses, n=20):
    """Return the means of successive stretches of n losses."""
    return losses.reshape(-1, n).mean(axis=1)


def main():
    given = options(__doc__, *RECORD)
    found = {"steps": STEPS, "stretch": 20, "ideal": [round(ideal_loss(s), 4) for s in SEEDS]}
    print(f"ideal             {np.mean(found['ideal']):.3f}")
    models = {}
    for name, kinds in (MODELS | VARIANTS).items():
        runs = [train_toy(kinds, STEPS, seed) for seed in SEEDS]
        test, unrest = [r.test for r in runs], [r.unrest for r in runs]
        curves = np.array([smooth(r.losses) for r in runs])
        models[name] = {
            "kinds": kinds,
            "test": np.round(test, 4).tolist(),
            "unrest": np.round(unrest, 4).tolist(),
            "losses": curves.round(3).tolist(),
        }
        line = f"{name:18}{np.mean(test):.3f} ± {np.std(test, ddof=1) / len(test) ** 0.5:.3f}"
        print(line, f" unrest {np.mean(unrest):.3f} ± {np.std(unrest, ddof=1) / 5**0.5:.3f}")
    if given.write:
        what = "held-out loss and unrest of the gradient by model and seed, losses in stretches"
        record(*RECORD, what, **found, models=models)


if __name__ == "__main__":
    main()
