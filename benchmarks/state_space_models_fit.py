"""Fit C to the delay task with several matrices A, each at its best step, and record the errors.

python benchmarks/state_space_models_fit.py             a table
python benchmarks/state_space_models_fit.py --write    also as the record "delay"

The input is repeated d samples later. For each A, each step and each input the best C is known in
closed form, so the errors are exact for inputs that never end. Each number of the state is
disturbed by noise. Random models are drawn ten times.

Waves that are too fast for a step look like slower ones, so the error of waves is jagged in the
step, and the least of a few steps says little. So 301 steps are tried, 100 in each power of ten,
and smaller ones around the two lowest; then the same from 601 steps, which must change nothing.
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
SIZES, DELAYS, SEEDS = (16, 32, 64), (16, 32, 64, 128), range(10)
STEPS = np.geomspace(4e-3, 4, 601)  # of which every second one is tried first
INPUTS = {"white noise": (0.0, 1e-3), "smooth": (0.9, 1e-3), "white, more noise": (0.0, 1e-2)}
LENGTH = 1024  # of the kernels, by which they have died out, but for steps far below the best
FOUND = ("errors", "steps", "finer")


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


class Tried:
    """The errors of a model by step, each worked out once: inputs x delays."""

    def __init__(self, model, N):
        self.model, self.N, self.known = model, N, {}

    def __call__(self, dt):
        if dt not in self.known:
            made = (
                np.eye(LENGTH)[:, : self.N]  # a shift register, whatever the step
                if self.model is None
                else state_kernels(*self.model, dt, LENGTH)
            )
            self.known[dt] = np.array(
                [delay_errors(made, *how, delays=DELAYS) for how in INPUTS.values()]
            )
        return self.known[dt]

    def best(self, steps):
        """Return the least errors, and at which steps: each inputs x delays."""
        rows = np.array([self(dt) for dt in steps])
        least, at = np.empty(rows.shape[1:]), np.empty(rows.shape[1:])
        for place in np.ndindex(least.shape):
            least[place], at[place] = self.lowest(steps, rows[:, *place], place)
        return least, at

    def lowest(self, steps, row, place):
        """Return the least error and its step, with smaller steps around the two lowest."""
        padded = np.r_[np.inf, row, np.inf]
        dips = np.flatnonzero((row <= padded[:-2]) & (row <= padded[2:]))
        found = []
        for i in dips[np.argsort(row[dips])][:2]:
            low, high = steps[max(i - 1, 0)], steps[min(i + 1, len(steps) - 1)]
            for _ in range(2):
                near = np.geomspace(low, high, 9)
                errors = [self(dt)[place] for dt in near]
                j = int(np.argmin(errors))
                low, high = near[max(j - 1, 0)], near[min(j + 1, 8)]
                found.append((errors[j], near[j]))
        return min(found)


def main():
    given = options(__doc__, *RECORD)
    found = {part: {} for part in FOUND}  # input -> N -> model -> seeds x delays
    for N in SIZES:
        for seed in SEEDS:
            for name, model in models(N, seed).items():
                tried = Tried(model, N)
                few = STEPS[:1] if model is None else STEPS
                least, at = tried.best(few[::2])
                both = least, at, tried.best(few)[0]
                for part, rows in zip(FOUND, both, strict=True):
                    for what, row in zip(INPUTS, rows, strict=True):
                        place = found[part].setdefault(what, {}).setdefault(str(N), {})
                        place.setdefault(name, []).append([float(f"{x:.4g}") for x in row])
        print("N =", N, "done", flush=True)
    for what, sizes in found["errors"].items():
        for N, named in sizes.items():
            for name, seeds in named.items():
                finer = np.mean(found["finer"][what][N][name], axis=0)
                print(f"{what:17} N = {N:3} {name:22}", np.mean(seeds, axis=0).round(4), finer)
    if given.write:
        record(
            *RECORD,
            "mean squared error of the best C at the best step, over the variance of the input, "
            "for the delays; the steps; and the errors from twice as fine a grid of steps",
            written_by="benchmarks/state_space_models_fit.py --write",
            seeds=list(SEEDS),
            tried={"from": STEPS[0], "to": STEPS[-1], "steps": len(STEPS[::2])},
            delays=list(DELAYS),
            correlation={what: rho for what, (rho, _) in INPUTS.items()},
            noise={what: noise for what, (_, noise) in INPUTS.items()},
            **found,
        )


if __name__ == "__main__":
    main()
