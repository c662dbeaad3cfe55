"""Diagonal models, fitted outputs, parallel scans, steps that choose: held to second routes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from glassbox import state_space_models as ssm
from glassbox.records import read_record
from glassbox.state_space_models.delay import fitted_kernels
from glassbox.state_space_models.ssm import exponential


def close(a, b, tolerance=1e-10):
    np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


# --- helpers that were mended --------------------------------------------------------------------


@pytest.mark.parametrize("N", [1, 4, 16, 64])
@pytest.mark.parametrize("dt", [1e-3, 0.1, 3.0])
def test_the_matrix_exponential_is_that_of_scipy(N, dt):
    A, _ = ssm.hippo_legs(N)
    close(exponential(-dt * A), expm(-dt * A), 1e-11)
    T, _ = ssm.hippo_legt(N, 2.0)
    close(exponential(-dt * T), expm(-dt * T), 1e-11)
    G = np.random.default_rng(N).standard_normal((N, N)) * (1 + 1j) * dt
    close(exponential(G) / np.abs(expm(G)).max(), expm(G) / np.abs(expm(G)).max(), 1e-12)


def test_kernels_of_complex_models_are_complex():
    kernel = ssm.kernel_from_generating_function([[0.5j]], [1], [1], 4)
    close(kernel, [1, 0.5j, -0.25, -0.125j])


def test_cauchy_sums_refuse_a_model_that_is_not_real():
    with pytest.raises(ValueError, match="C_tilde, p, B and lam must belong to a real model"):
        ssm.dplr_kernel([-0.5 + 1j], [1], [1], [1], 0.1, 8)


def test_solving_near_a_singular_matrix_is_refused():
    for n in (49, 98, 103):
        with pytest.raises(ValueError, match=f"got -1/{n}"):
            ssm.legs_solve(-1 / n, np.ones(n))


def test_projections_take_at_least_as_many_nodes_as_coefficients():
    c = ssm.legs_project(lambda x: x**0, 2, 850)
    close(c, np.eye(850)[0], 1e-9)
    close(ssm.legs_project(lambda x: x**0, 2, 4, nodes=1), [1, 0, 0, 0], 1e-12)


def test_complex_coefficients_are_drawn():
    wave = ssm.legs_project(lambda x: np.exp(2j * x), 3.0, 30)
    s = np.linspace(0, 1, 7)
    close(ssm.legs_reconstruct(wave, s), np.exp(6j * s), 1e-9)


def test_the_exact_scan_is_exact_for_large_memories_too():
    u = np.random.default_rng(0).standard_normal(5)
    close(ssm.legs_scan(u, 300)[-1], ssm.legs_project_samples(u, 300), 1e-10)


# --- exact errors --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ssm.MEMORIES)
def test_the_exact_errors_are_those_of_random_signals(kind):
    L, cycles, noise, rng = 60, 3, 0.05, np.random.default_rng(1)
    W = ssm.memory_weights(kind, 6, L)
    u = ssm.band_limited(L, cycles, 6000, rng)
    told = u @ W.T + noise * rng.standard_normal((6000, 6))
    decoder = ssm.linear_decoder(W, ssm.band_covariance(L, cycles), noise)
    seen = np.sqrt(np.mean((told @ decoder.T - u) ** 2, axis=0))[::-1]
    np.testing.assert_allclose(seen, ssm.recall_errors(W, cycles, noise), rtol=0.06)


def test_the_waves_have_the_covariance_of_the_signals():
    F = ssm.band_waves(50, 4)
    close(F @ F.T, ssm.band_covariance(50, 4), 1e-12)


def test_overtaking_is_for_good():
    assert ssm.overtakes([1, 1], [2, 2]) == 1
    assert ssm.overtakes([1, 3, 1, 3], [2, 2, 2, 2]) is None
    assert ssm.overtakes([3, 1, 3, 1], [2, 2, 2, 2]) == 4


def test_a_staircase_is_weighed_as_it_is_projected():
    u = np.random.default_rng(3).standard_normal(37)
    close(ssm.memory_weights("LegS", 12, 37) @ u, ssm.legs_project_samples(u, 12), 1e-12)


# --- the delay task ------------------------------------------------------------------------------


@pytest.mark.parametrize("rho", [0.0, 0.7])
def test_the_errors_of_the_delay_are_those_of_least_squares(rho):
    L, rng = 40, np.random.default_rng(2)
    kernels = rng.standard_normal((L, 5)) * 0.8 ** np.arange(L)[:, None]
    R = rho ** np.abs(np.subtract.outer(np.arange(L), np.arange(L)))
    errors = ssm.delay_errors(kernels, rho, noise=0)
    for d in (0, 3, 11):
        gram, cross = kernels.T @ R @ kernels, kernels.T @ R[:, d]
        C = np.linalg.solve(gram, cross)
        close(errors[d], 1 - cross @ C, 1e-4 if rho else 1e-10)  # L samples of past, or all of it
        found, kernel = ssm.fit_delay(kernels, d, rho, noise=0)
        close(found, C, 1e-3)
        close(kernel, kernels @ found)


def test_a_shift_register_repeats_what_it_holds():
    close(ssm.delay_errors(np.eye(8)[:, :3], noise=0), [0, 0, 0, 1, 1, 1, 1, 1])
    close(ssm.delay_errors(np.eye(8)[:, :3], noise=0.1)[:3], 1 - 1 / 1.01)


def test_state_kernels_are_the_kernels_of_each_coordinate():
    A, B = ssm.hippo_legs(4)
    discrete = ssm.discretize(-A, B, 0.1, "zoh")
    found = ssm.state_kernels(-A, B, 0.1, 20)
    for n, row in enumerate(np.eye(4)):
        close(found[:, n], ssm.ssm_kernel(*discrete, row, 20))
    lam = ssm.s4d_modes(4)
    C = np.array([1 - 2j, 0.5 + 1j])
    both = ssm.state_kernels(lam, np.ones(2), 0.1, 20)
    mixed = 2 * (both[:, :2] @ C.real - both[:, 2:] @ C.imag)
    close(mixed, ssm.s4d_kernel(C, lam, 0.1, 20))


def test_the_record_of_the_delay_holds_every_seed():
    record = read_record("state_space_models", "delay")
    assert len(record["seeds"]) == 10
    for part in ("errors", "steps", "finer"):
        for sizes in record[part].values():
            for models in sizes.values():
                for name, seeds in models.items():
                    rows = 10 if name.startswith("random") else 1
                    assert np.shape(seeds) == (rows, len(record["delays"]))
    A, B = ssm.hippo_legs(16)
    for at, delay in enumerate(record["delays"]):
        dt = record["steps"]["smooth"]["16"]["LegS"][0][at]
        found = ssm.delay_errors(ssm.state_kernels(-A, B, dt, 1024), 0.9)[delay]
        close(found, record["errors"]["smooth"]["16"]["LegS"][0][at], 2e-4)


@pytest.mark.parametrize("rho", [0.0, 0.9])
def test_errors_of_a_few_delays_are_those_of_all(rho):
    for A, B in (ssm.random_stable(6, np.random.default_rng(0)), (ssm.s4d_modes(6), np.ones(3))):
        kernels = ssm.state_kernels(A, B, 0.3, 300)
        for noise in (1e-2, 1e-6):
            few = ssm.delay_errors(kernels, rho, noise, delays=[9, 4])
            close(few, ssm.delay_errors(kernels, rho, noise)[[9, 4]], 1e-6)
        _, kernel = ssm.fit_delay(kernels, 7, rho)
        close(fitted_kernels(kernels, [2, 7], rho)[:, 1], kernel, 1e-6)


def test_a_random_model_forgets_as_slowly_as_its_gap():
    for given_gap, gap in (({}, 0.05), ({"gap": 0.5}, 0.5)):
        A, B = ssm.random_stable(80, np.random.default_rng(2), **given_gap)
        assert np.linalg.eigvals(A).real.max() == pytest.approx(-gap)
        rest = A[~np.eye(80, dtype=bool)]
        assert rest.std() == pytest.approx(80**-0.5, rel=0.05) and abs(rest.mean()) < 0.01
        assert B.std() == pytest.approx(1, rel=0.4) and B.shape == (80,)


@pytest.mark.parametrize("memory", ["averages, orthonormal", "LegS without 1/t", "damped waves"])
def test_memories_are_weighed_alike_and_reach_back_as_far_as_the_signal(memory):
    weights = ssm.memory_weights(memory, 6, 90)
    assert (weights**2).sum(axis=1).mean() * 90 == pytest.approx(1)
    close(weights, ssm.memory_weights(memory, 6, 90, longest=90, dt=3 / 90), 1e-12)
    if memory == "averages, orthonormal":
        close(90 * weights @ weights.T, np.eye(6), 1e-9)
        assert not np.allclose(weights, ssm.memory_weights(memory, 6, 90, longest=60))
        with pytest.raises(ValueError, match="N must be smaller for averages to be told apart"):
            ssm.memory_weights(memory, 60, 90)
    else:
        assert not np.allclose(weights, ssm.memory_weights(memory, 6, 90, dt=0.01))


# --- diagonal models -----------------------------------------------------------------------------


def test_the_diagonal_kernel_is_that_of_the_recurrence():
    rng = np.random.default_rng(4)
    lam = ssm.s4d_modes(6, "inv")
    C = rng.standard_normal(3) + 1j * rng.standard_normal(3)
    both, row = np.concatenate([lam, lam.conj()]), np.concatenate([C, C.conj()])
    discrete = ssm.discretize(np.diag(both), np.ones(6), 0.05, "zoh")
    wanted = ssm.ssm_kernel(*discrete, row, 50)
    close(wanted.imag, 0)
    close(ssm.s4d_kernel(C, lam, 0.05, 50), wanted.real)


def test_the_modes_are_those_of_the_papers():
    close(ssm.s4d_modes(6), [-0.5, -0.5 + np.pi * 1j, -0.5 + 2j * np.pi], 1e-14)
    n = np.arange(3)
    close(ssm.s4d_modes(6, "inv").imag, 6 / np.pi * (6 / (2 * n + 1) - 1), 1e-12)
    close(np.sort(ssm.s4d_modes(6, "legs").imag), np.sort(ssm.dplr_legs(6)[0].imag)[3:], 1e-12)
    with pytest.raises(ValueError, match="N must be even"):
        ssm.s4d_modes(5)


def test_eigenvectors_do_for_a_normal_matrix_and_not_for_legs():
    S, p = ssm.nplr_legs(32)
    C = np.random.default_rng(5).standard_normal(32)
    wanted = ssm.ssm_kernel(*ssm.discretize(S, p, 0.05), C, 30)
    close(ssm.eig_kernel(S, p, C, 0.05, 30), wanted, 1e-9)
    A, B = ssm.hippo_legs(32)
    wanted = ssm.ssm_kernel(*ssm.discretize(-A, B, 0.05), C, 30)
    assert np.abs(ssm.eig_kernel(-A, B, C, 0.05, 30) - wanted).max() > 1


# --- scans ---------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_rounds_give_the_states_of_the_loop(L, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(-1, 1, (L, 3)), rng.standard_normal((L, 3))
    x, states = np.zeros(3), []
    for k in range(L):
        x = a[k] * x + b[k]
        states.append(x)
    close(ssm.parallel_scan(a, b), states, 1e-12)


def test_combining_is_associative_and_its_order_matters():
    one, two, three = (0.5, 1.0), (-2.0, 3.0), (0.25, -1.0)
    joined = ssm.combine(ssm.combine(one, two), three)
    assert joined == ssm.combine(one, ssm.combine(two, three))
    assert ssm.combine(one, two) != ssm.combine(two, one)


def test_equal_steps_make_the_fixed_model():
    u, A = np.random.default_rng(6).standard_normal(30), [-1.0, -2.0]
    B, C = [0.5, 1.0], [2.0, -1.0]
    wanted = ssm.ssm_scan(*ssm.discretize(np.diag(A), B, 0.3, "zoh"), C, u)
    close(ssm.selective_scan(u, 0.3, A, B, C), wanted, 1e-12)
    close(ssm.selective_scan(u, np.full(30, 0.3), A, np.tile(B, (30, 1)), C), wanted, 1e-12)


def test_a_step_of_zero_passes_a_sample_by():
    u, delta = np.array([3.0, 9.0, 4.0]), np.array([40.0, 0.0, 0.0])
    close(ssm.selective_scan(u, delta, [-1], [1], [1]), [3, 3, 3], 1e-12)


def test_the_marked_value_is_the_last_one():
    values, marks, wanted = ssm.marked_values(50, 0.2, np.random.default_rng(7))
    held = None
    for value, mark, want in zip(values, marks, wanted, strict=True):
        held = value if mark else held
        assert held == want


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ssm.selective_scan([1, 2], [1, -1], [-1], [1], [1]), "delta must be >= 0"),
        (lambda: ssm.selective_scan([1, 2], [1], [-1], [1], [1]), r"delta must have shape \(\)"),
        (lambda: ssm.selective_scan([1, 2], 1, [1], [1], [1]), "A must be below 0"),
        (lambda: ssm.selective_scan([1, 2], 1, [-1], [1, 2], [1]), "B must have shape"),
        (lambda: ssm.parallel_scan([1, 2], [1]), "b must have shape"),
        (lambda: ssm.parallel_scan(1, 1), "a must have a first axis"),
        (lambda: ssm.s4d_kernel([1], [0], 1, 4), "lam must not be 0"),
        (lambda: ssm.s4d_modes(4, "fout"), "place must be one of"),
        (lambda: ssm.memory_weights("LSTM", 4, 10), "memory must be one of"),
        (lambda: ssm.memory_weights("damped waves", 3, 10), "N must be even"),
        (lambda: ssm.delay_errors(np.zeros((3, 2))), "kernels must not be 0"),
        (lambda: ssm.delay_errors(np.eye(3), 1.0), "rho must be"),
        (lambda: ssm.fit_delay(np.eye(3), 3), "delay must be at most 2"),
        (lambda: ssm.random_stable(3, np.random.default_rng(0), 0), "gap must be > 0"),
        (lambda: ssm.fixed_floor(0), "share must be"),
        (lambda: ssm.hippo_legs(10**6), "N must be at most 2,048"),
        (lambda: ssm.legs_scan(np.ones(10**5), 4096), "N must be at most"),
    ],
)
def test_bad_input_is_refused_with_a_reason(call, says):
    with pytest.raises(ValueError, match=says):
        call()
