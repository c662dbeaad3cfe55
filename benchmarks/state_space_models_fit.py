"""Fit C to the delay task with several matrices A, at every step, and record the errors.

python benchmarks/state_space_models_fit.py             a table
python benchmarks/state_space_models_fit.py --write    also as the record "delay"

The input is repeated d samples later. For each A, each step and each input the best C is known in
closed form, so the errors are exact for inputs that never end. Each number of the state is
disturbed by noise. Random matrices are drawn ten times.
"""

import numpy as np
from race import options, record

from glassbox.state_space_models import (
    delay_errors,
    hippo_legs,
    hippo_legt,
    random_stable,
    s4d_modes,
    state_kernels,
)

RECORD = "state_space_models", "delay"
SIZES, DELAYS, SEEDS = (16, 64), (16, 32, 64, 128), range(10)
STEPS = np.geomspace(1e-3, 10, 17)
INPUTS = {"white noise": (0.0, 1e-3), "smooth": (0.9, 1e-3), "white, more noise": (0.0, 1e-2)}
LENGTH = 1024  # of the kernels, by which they have died out


def models(N, seed):
    """Return A and B by name; those that do not depend on the seed only for the first one."""
    rng, ones = np.random.default_rng(seed), np.ones(N // 2)
    drawn = {
        "random matrix": random_stable(N, rng, 0.05),
        "random matrix, slower": random_stable(N, rng, 0.01),
        "random frequencies": (-0.5 + 1j * rng.uniform(0, np.pi * N / 2, N // 2), ones),
    }
    if seed:
        return drawn
    A, B = hippo_legs(N)
    T, TB = hippo_legt(N, 1.0)
    return {
        "LegS": (-A, B),
        "LegT": (-T, TB),
        "S4D-LegS": (s4d_modes(N, "legs"), ones),
        "S4D-Lin": (s4d_modes(N, "lin"), ones),
        "S4D-Inv": (s4d_modes(N, "inv"), ones),
        "shift register": None,
    } | drawn


def kernels(model, N, dt):
    """Return what C mixes; a shift register holds the last N samples, whatever the step."""
    return np.eye(LENGTH)[:, :N] if model is None else state_kernels(*model, dt, LENGTH)


def main():
    given = options(__doc__, *RECORD)
    errors = {}  # input -> N -> model -> seeds x steps x delays
    for N in SIZES:
        for seed in SEEDS:
            for name, model in models(N, seed).items():
                all_steps = {what: [] for what in INPUTS}
                for dt in STEPS:
                    made = kernels(model, N, dt)
                    for what, (rho, noise) in INPUTS.items():
                        all_steps[what].append(delay_errors(made, rho, noise)[list(DELAYS)])
                for what, rows in all_steps.items():
                    place = errors.setdefault(what, {}).setdefault(str(N), {})
                    place.setdefault(name, []).append(np.round(rows, 5).tolist())
    for what, sizes in errors.items():
        for N, named in sizes.items():
            for name, seeds in named.items():
                best = np.min(seeds, axis=1)  # over the steps
                print(f"{what:12} N = {N:3} {name:22}", best.mean(axis=0).round(3))
    if given.write:
        record(
            *RECORD,
            "mean squared error of the best C, over the variance of the input, for the delays",
            written_by="benchmarks/state_space_models_fit.py --write",
            seeds=list(SEEDS),
            steps=[float(f"{dt:.4g}") for dt in STEPS],
            delays=list(DELAYS),
            correlation={what: rho for what, (rho, _) in INPUTS.items()},
            noise={what: noise for what, (_, noise) in INPUTS.items()},
            errors=errors,
        )


if __name__ == "__main__":
    main()
