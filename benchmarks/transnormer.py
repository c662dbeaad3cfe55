"""Train the toy models of `glassbox.transnormer.training` from several seeds.

Run by hand: ``python benchmarks/transnormer.py`` prints the loss on fresh sequences and the unrest
of the gradient, mean and standard error, of each model. With ``--write`` it also records them in
``results/transnormer.json``, which the chapter shows. It takes some minutes.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from glassbox.transnormer.training import MODELS, VARIANTS, ideal_loss, train_toy

RESULTS = Path(__file__).parent / "results" / "transnormer.json"
STEPS, SEEDS = 600, range(5)


def smooth(losses, n=20):
    """Return the means of successive stretches of n losses."""
    return losses.reshape(-1, n).mean(axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"record in {RESULTS}")
    args = parser.parse_args()
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
    if args.write:
        text = json.dumps(found | {"models": models}, indent=1, ensure_ascii=False)
        RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
