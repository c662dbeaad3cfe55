"""Compare the quick ways of `glassbox.state_space_models` with the plain ones, in one run.

python benchmarks/state_space_models.py             three tables of ratios
python benchmarks/state_space_models.py --write    also as the record "times"

All but S4D, which is another model, compute the same numbers, which is checked before the time is
taken.
"""

import numpy as np
from race import options, race, record, short

from glassbox.state_space_models import (
    causal_conv,
    discretize,
    dplr_kernel,
    dplr_legs,
    hippo_legs,
    kernel_from_generating_function,
    legs_scan,
    nplr_legs,
    parallel_scan,
    s4d_kernel,
    s4d_modes,
    ssm_kernel,
    ssm_scan,
    truncated_output,
)

RECORD = "state_space_models", "times"
STATES, LENGTHS, KERNEL_LENGTH = (16, 64, 256, 1024), (256, 1024, 4096, 16384), 4096


def dense_scan(u, N):
    """Return `legs_scan` by the bilinear rule with one dense solve a step."""
    A, B = hippo_legs(N)
    c, eye, rows = np.zeros(N), np.eye(N), np.empty((len(u), N))
    for k, x in enumerate(u):
        half = A / (2 * (k + 1))
        c = rows[k] = np.linalg.solve(eye + half, (eye - half) @ c + B * (x / (k + 1)))
    return rows


def substitution_scan(u, N):
    """Return the same by forward substitution, for A is triangular."""
    from scipy.linalg import solve_triangular

    A, B = hippo_legs(N)
    c, diagonal, rows = np.zeros(N), np.arange(N), np.empty((len(u), N))
    half = np.empty_like(A)
    for k, x in enumerate(u):
        np.multiply(A, 0.5 / (k + 1), out=half)
        right = c - half @ c + B * (x / (k + 1))
        half[diagonal, diagonal] += 1
        c = rows[k] = solve_triangular(half, right, lower=True, check_finite=False)
    return rows


def diagonal_scan(a, b):
    """Return the states of a diagonal model by a loop over the steps."""
    x, states = np.zeros_like(b[0]), np.empty_like(b)
    for k in range(len(b)):
        x = states[k] = a[k] * x + b[k]
    return states


def model(N, dt, rng):
    """Return a discretised LegS model with a random output row."""
    A, B = hippo_legs(N)
    return *discretize(-A, B, dt), rng.standard_normal(N)


def compare(works):
    """Return the least time of each, after a check that all give the same."""
    first, *others = [work() for work in works.values()]
    for other in others:
        np.testing.assert_allclose(other, first, rtol=0, atol=1e-9 * np.abs(first).max())
    return short(race(works, rounds=40, most=3.0 * len(works)))


def scans(rng):
    """LegS with O(N) updates against dense solves, by the size of the state."""
    u, found = rng.standard_normal(20), {}
    for N in STATES:
        found[N] = compare({
            "dense solves": lambda N=N: dense_scan(u, N),
            "forward substitution": lambda N=N: substitution_scan(u, N),
            "O(N) updates": lambda N=N: legs_scan(u, N, "bilinear"),
        })  # fmt: skip
    return found


def convolutions(rng):
    """A convolution by FFT, its kernel given, against the recurrence, by the length.

    Beside them a diagonal model of 64 numbers, by a loop and by a scan in rounds.
    """
    Abar, Bbar, C = model(64, 0.01, rng)
    lam, found = s4d_modes(128), {}
    for L in LENGTHS:
        u, kernel = rng.standard_normal(L), ssm_kernel(Abar, Bbar, C, L)
        a = np.tile(np.exp(0.01 * lam), (L, 1))
        b = 0.01 * np.repeat(u[:, None], len(lam), axis=1).astype(complex)
        found[L] = compare({
            "recurrence": lambda u=u: ssm_scan(Abar, Bbar, C, u),
            "convolution": lambda u=u, K=kernel: causal_conv(u, K),
        }) | compare({
            "recurrence, diagonal": lambda a=a, b=b: diagonal_scan(a, b),
            "parallel scan": lambda a=a, b=b: parallel_scan(a, b),
        })  # fmt: skip
    return found


def kernels(rng):
    """Three ways to the kernel of length 4096, by the size of the state."""
    found = {}
    for N in STATES[:3]:
        dt, L = 0.01, KERNEL_LENGTH
        Abar, Bbar, C = model(N, dt, rng)
        (lam, V), (_, p), B = dplr_legs(N), nplr_legs(N), hippo_legs(N)[1]
        # S4 holds these, so that they are no part of the time.
        ready = lam, p @ V.conj(), B @ V.conj(), truncated_output(Abar, C, L) @ V
        found[N] = compare({
            "naive": lambda m=(Abar, Bbar, C), L=L: ssm_kernel(*m, L),
            "generating function": lambda m=(Abar, Bbar, C), L=L: (
                kernel_from_generating_function(*m, L)
            ),
            "NPLR, Cauchy sums": lambda r=ready, dt=dt, L=L: dplr_kernel(*r, dt, L),
        })  # fmt: skip
        modes, row = s4d_modes(N), rng.standard_normal(N // 2) + 0j
        found[N] |= compare(
            {"S4D, Vandermonde": lambda m=modes, c=row, L=L: s4d_kernel(c, m, 0.01, L)}
        )
    return found


def show(title, found):
    """Print seconds, and how many times as long as the last way each takes."""
    print(title)
    for size, times in found.items():
        last = list(times.values())[-1]
        row = [f"{name} {time:.2e} s ({time / last:.3g})" for name, time in times.items()]
        print(f"{size:>7}  " + "   ".join(row))


def main():
    given = options(__doc__, *RECORD)
    rng = np.random.default_rng(0)
    tables = {"scan": scans(rng), "convolution": convolutions(rng), "kernel": kernels(rng)}
    show("20 steps of LegS, bilinear, by N", tables["scan"])
    show("y from u with N = 64, the kernel given, by L", tables["convolution"])
    show(f"the kernel, L = {KERNEL_LENGTH}, by N", tables["kernel"])
    if given.write:
        record(
            *RECORD,
            "seconds, least of several runs, one thread",
            written_by="benchmarks/state_space_models.py --write",
            **tables,
        )


if __name__ == "__main__":
    main()
