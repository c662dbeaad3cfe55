"""The models of state_space_models agree with the tested helpers on random states."""

import re

import numpy as np
import pytest

from glassbox import state_space_models as ssm
from glassbox.state_space_models import figures

FILE = "state_space_models/memories.js"


def close(a, b, tolerance=1e-9):
    np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


def rows(answer):
    """Return typed arrays, which JSON writes as objects, as rows."""
    return [list(row.values()) if isinstance(row, dict) else row for row in answer]


def sizes(count, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield int(rng.integers(1, 24)), int(rng.integers(1, 90)), rng


def test_the_basis_and_the_weights(call_js):
    for N, L, rng in sizes(60, 1):
        s = rng.uniform(0, 1, L)
        drawn = call_js("state_space_models/memories.js", "basis", N, s.tolist())
        close(rows(drawn), ssm.legendre_basis(N, s).T)
        close(rows(call_js(FILE, "staircase", N, L)), ssm.memory_weights("LegS", N, L), 1e-12)
        taus = rng.uniform(0.5, 50, N).tolist()
        u = rng.standard_normal(L)
        close(call_js(FILE, "project", u.tolist(), N), ssm.legs_project_samples(u, N))
        close(rows(call_js(FILE, "leaky", taus, L)), ssm.leaky_weights(taus, L), 1e-12)
        c = rng.standard_normal(N)
        close(call_js(FILE, "redraw", c.tolist(), s.tolist()), ssm.legs_reconstruct(c, s))


def test_the_window(call_js):
    for N, L, rng in sizes(40, 2):
        theta = float(rng.uniform(2, 40))
        A, B = ssm.hippo_legt(N, theta)
        A, B = ssm.discretize(-A, B, 1.0, "zoh")
        step = {"A": A.tolist(), "B": B.tolist()}
        u = rng.standard_normal(L)
        close(call_js(FILE, "scan", step, u.tolist()), ssm.legt_scan(u, N, theta))
        weights = np.array(rows(call_js(FILE, "window", step, L)))
        close(weights @ u, ssm.legt_scan(u, N, theta)[-1])


def test_the_averages_guess_as_the_best_decoder_does(call_js):
    for N, _, rng in sizes(40, 3):
        L, cycles, noise = int(rng.integers(20, 60)), int(rng.integers(1, 5)), 0.03
        taus = ssm.time_constants(N, 40)
        u = ssm.band_limited(L, cycles, 1, rng)[0]
        F = rows(call_js(FILE, "waves", L, cycles))
        close(np.transpose(F), ssm.band_waves(L, cycles))
        found = call_js(FILE, "fromAverages", taus.tolist(), u.tolist(), F, noise)
        state, recalled = ssm.recollect(
            "leaky", u, N, theta=1, covariance=ssm.band_covariance(L, cycles), longest=40,
            noise=noise,
        )  # fmt: skip
        close(found["state"], state)
        close(found["recalled"], recalled, 1e-7)


def test_solving(call_js):
    for N, _, rng in sizes(60, 4):
        G = rng.standard_normal((N, N + 2))
        b = rng.standard_normal(N)
        M = G @ G.T + 0.01 * np.eye(N)
        close(rows(call_js(FILE, "gram", G.tolist(), 0.1)), M, 1e-12)
        close(call_js(FILE, "solve", M.tolist(), b.tolist()), np.linalg.solve(M, b), 1e-6)


@pytest.mark.parametrize("kind", figures.KINDS)
def test_recalled_pulses_are_those_of_the_helpers(kind):
    figure = figures.pulse(length=120, window=40, width=3, sizes=(4, 12), N=12)
    places = figure.controls["place"].values
    for N, some in ((4, places[20:21]), (12, (places[0], places[30]))):
        matrix = figures._recall(kind, N, 120, 40)
        for place in some:
            past, curve = figure.at(memory=kind, N=N, place=place)
            pulse = np.exp(-((np.arange(120) - place) ** 2) / 18)
            drawn = past["layers"][1]
            wanted = np.clip(matrix @ pulse, -0.6, 1.4)
            close(drawn["y"], wanted[drawn["x"]], 2e-3)
            near = slice(max(0, place - 3), place + 4)
            top = (matrix @ pulse)[near].max()
            close(curve["layers"][1]["y"][0], np.clip(top, 0, 1.2), 2e-3)
            told = re.search(r"at (-?\d+) % of its height", past["describe"])[1]
            assert abs(int(told) - 100 * max(top, 0)) < 1.01


def test_the_width_of_a_bump_is_that_above_half_of_its_peak(call_js):
    bump = [*np.zeros(5), 1, 3, 4, 3, 1, *np.zeros(5)]
    assert call_js(FILE, "wideOf", bump, 7, 2.0) == 3
    assert call_js(FILE, "wideOf", [0] * 9, 4, 1.0) == 0
    assert call_js(FILE, "wideOf", bump[7:], 0, 1.0) == 2


def test_weights_on_both_clocks():
    figure = figures.warped(most=4)
    for n, time in ((0, 1.0), (1, 3.5), (3, 10.0)):
        legs, s4 = figure.at(n=n, time=time)
        s = np.linspace(0, 1, 161)
        close(legs["layers"][0]["y"], ssm.legendre_basis(4, s)[:, n], 1e-3)
        close(s4["layers"][0]["y"], ssm.s4_basis(4, time * (1 - s))[:, n], 1e-3)
