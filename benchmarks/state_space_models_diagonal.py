"""Diagonalise LegS all the same, and record how wrong the kernel is, seed by seed.

python benchmarks/state_space_models_diagonal.py             a table
python benchmarks/state_space_models_diagonal.py --write    also as the record "diagonal"

The truth is the kernel in 60 digits. How wrong the eigenvectors are depends on the processor and on
its library of linear algebra, so it is recorded, not computed where it is read.
"""

from decimal import Decimal, getcontext
from operator import mul

import numpy as np
from race import options, record

from glassbox.state_space_models import discretize, eig_kernel, hippo_legs, s4_kernel, ssm_kernel

RECORD = "state_space_models", "diagonal"
SIZES, SEEDS, STEP, LENGTH = (4, 8, 12, 16, 20, 24, 28, 32), range(5), 0.05, 120
SHOWN = 60  # entries of the kernel that are kept, of the first seed


def truth(C, dt, L):
    """Return the bilinear kernel of LegS, computed in 60 digits."""
    getcontext().prec = 60
    root = [Decimal(2 * n + 1).sqrt() for n in range(len(C))]
    half, C = Decimal(dt) / 2, list(map(Decimal, C))
    x, kernel = solve(root, half, [2 * half * r for r in root]), []
    for _ in range(L):
        kernel.append(float(sum(map(mul, C, x))))
        total, moved = Decimal(0), []
        for n, (r, value) in enumerate(zip(root, x, strict=True)):  # (I - half A) x
            total += r * value
            moved.append(value - half * (r * total - n * value))
        x = solve(root, half, moved)
    return np.array(kernel)


def solve(root, half, v):
    """Solve (I + half A) z = v for LegS."""
    total, z = Decimal(0), []
    for n, (r, value) in enumerate(zip(root, v, strict=True)):
        z.append((value - half * r * total) / (1 + half * (n + 1)))
        total += r * z[-1]
    return z


def main():
    given = options(__doc__, *RECORD)
    errors, shown, sizes = {}, {}, {}
    for N in SIZES:
        A, B = hippo_legs(N)
        for seed in SEEDS:
            C = np.random.default_rng(seed).standard_normal(N)
            true = truth(C.tolist(), STEP, LENGTH)
            ways = {
                "eigenvectors of A": eig_kernel(-A, B, C, STEP, LENGTH),
                "NPLR, Cauchy sums": s4_kernel(C, STEP, LENGTH),
                "step by step": ssm_kernel(*discretize(-A, B, STEP), C, LENGTH),
            }
            for way, kernel in ways.items():
                worst = float(f"{np.abs(kernel - true).max():.3g}")
                errors.setdefault(way, {}).setdefault(str(N), []).append(worst)
            sizes.setdefault(str(N), []).append(float(f"{np.abs(true).max():.3g}"))
            if not seed:
                wrong = ways["eigenvectors of A"][:SHOWN]
                shown[str(N)] = {
                    "true": [float(f"{v:.4g}") for v in true[:SHOWN]],
                    "eigenvectors of A": [float(f"{v:.4g}") for v in wrong],
                }
    for way, found in errors.items():
        print(way, {N: f"{np.median(e):.2g}" for N, e in found.items()})
    if given.write:
        record(
            *RECORD,
            "largest error of the bilinear kernel of LegS, C random",
            written_by="benchmarks/state_space_models_diagonal.py --write",
            seeds=list(SEEDS),
            step=STEP,
            length=LENGTH,
            largest_entry=sizes,
            errors=errors,
            kernels=shown,
        )


if __name__ == "__main__":
    main()
