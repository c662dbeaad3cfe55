"""HiPPO and S4: matrices, projections, scans, recurrences, convolutions and kernels agree."""

from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import legval
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.signal import cont2discrete
from scipy.special import spherical_jn

from glassbox.state_space_models import (
    RULES,
    band_covariance,
    band_limited,
    cauchy_sum,
    causal_conv,
    discretize,
    dplr_kernel,
    dplr_legs,
    generating_function,
    hippo_lagt,
    hippo_legs,
    hippo_legt,
    kernel_from_generating_function,
    leaky_scan,
    leaky_weights,
    legendre_basis,
    legs_matvec,
    legs_project,
    legs_project_samples,
    legs_reconstruct,
    legs_scan,
    legs_solve,
    legt_project,
    legt_scan,
    linear_decoder,
    nplr_legs,
    recollect,
    s4_basis,
    s4_kernel,
    ssm_kernel,
    ssm_scan,
    ssm_states,
    time_constants,
    truncated_output,
)

SIZES = [1, 2, 5, 16, 33]
METHODS = ["bilinear", "zoh", "backward", "forward"]


def close(a, b, tolerance=1e-10):
    np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


def smooth(x):
    return np.sin(2.3 * x) + 0.4 * np.cos(5 * x) + 0.2 * x


def two_sines(L):
    x = np.arange(L) / L
    return np.sin(2 * np.pi * 3 * x) + 0.5 * np.sin(2 * np.pi * 5 * x + 1)


def some_model(N, dt=0.02, method="bilinear", seed=0):
    A, B = hippo_legs(N)
    C = np.random.default_rng(seed).standard_normal(N)
    return *discretize(-A, B, dt, method), C


# --- the basis and the matrices -----------------------------------------------------------------


@pytest.mark.parametrize("N", SIZES)
def test_the_basis_is_orthonormal_and_has_known_ends(N):
    x, weights = np.polynomial.legendre.leggauss(N)
    basis = legendre_basis(N, (x + 1) / 2)
    close(basis.T @ (basis * weights[:, None] / 2), np.eye(N), 1e-12)
    root = np.sqrt(2 * np.arange(N) + 1)
    close(legendre_basis(N, [0, 1]), [root * (-1.0) ** np.arange(N), root], 1e-12)


def test_the_basis_is_that_of_numpy():
    s = np.linspace(0, 1, 41)
    for n in range(20):
        wanted = np.sqrt(2 * n + 1) * legval(2 * s - 1, np.eye(20)[n])
        close(legendre_basis(20, s)[:, n], wanted, 1e-12)


def test_the_basis_takes_a_number_a_list_and_a_grid():
    assert legendre_basis(3, 0.5).shape == (3,)
    assert legendre_basis(np.int64(3), [0, 1]).shape == (2, 3)
    assert legendre_basis(3, np.zeros((2, 4))).shape == (2, 4, 3)
    assert legendre_basis(3, np.float32([0, 1])).dtype == np.float32


def test_legs_matches_the_published_matrix():
    # Written out from Theorem 2 of the paper; 1.732 is the root of 3, 2.236 that of 5.
    A, B = hippo_legs(4)
    r3, r5, r7 = np.sqrt([3, 5, 7])
    wanted = [
        [1, 0, 0, 0],
        [r3, 2, 0, 0],
        [r5, r3 * r5, 3, 0],
        [r7, r3 * r7, r5 * r7, 4],
    ]
    close(A, wanted, 1e-12)
    close(B, [1, r3, r5, r7], 1e-12)


@pytest.mark.parametrize("N", SIZES)
def test_legs_matches_the_construction_of_the_papers_code(N):
    # hippo-code builds T M T^-1 with the opposite sign; annotated-s4 tril minus diagonal.
    q = np.arange(N)
    r = 2 * q + 1.0
    M = np.tril(np.tile(r, (N, 1))) - np.diag(q)
    T = np.diag(np.sqrt(r))
    A, B = hippo_legs(N)
    close(A, T @ M @ np.linalg.inv(T), 1e-12)
    P = np.sqrt(r)
    close(A, np.tril(P[:, None] * P) - np.diag(q), 1e-12)
    close(B, P, 1e-12)


@pytest.mark.parametrize("N", SIZES)
def test_legt_matches_the_construction_of_the_papers_code(N):
    Q = np.arange(N)
    R = np.sqrt(2 * Q + 1.0)
    j, i = np.meshgrid(Q, Q)
    wanted = R[:, None] * np.where(i < j, (-1.0) ** (i - j), 1) * R[None, :]
    for theta in (1, 0.25, 30):
        A, B = hippo_legt(N, theta)
        close(A * theta, wanted, 1e-12)
        close(B * theta, R, 1e-12)


def test_legt_by_hand():
    A, B = hippo_legt(3, 2)
    r3, r5, r15 = np.sqrt([3, 5, 15])
    close(A, np.array([[1, -r3, r5], [r3, 3, -r15], [r5, r15, 5]]) / 2, 1e-12)
    close(B, np.array([1, r3, r5]) / 2, 1e-12)


@pytest.mark.parametrize("N", SIZES)
def test_legt_is_similar_to_the_legendre_memory_unit(N):
    theta = 3.0
    n = np.arange(N)
    signs = np.where(n[:, None] >= n, (-1.0) ** (n[:, None] - n), 1.0)
    lmu_A = (2 * n[:, None] + 1) * signs / theta
    lmu_B = (2 * n + 1) * (-1.0) ** n / theta
    A, B = hippo_legt(N, theta)
    d = np.sqrt(2 * n + 1) * (-1.0) ** n
    close(d[:, None] * A / d, lmu_A)
    close(d * B, lmu_B)


def test_lagt_is_ones_on_and_below_the_diagonal():
    A, B = hippo_lagt(3)
    assert A.tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert B.tolist() == [1, 1, 1]


def test_the_eigenvalues_of_legs_are_1_to_N():
    A, _ = hippo_legs(8)
    close(np.sort(np.linalg.eigvals(A).real), np.arange(1, 9), 1e-6)  # ill-conditioned
    close(np.diag(A), np.arange(1, 9))  # it is triangular, so these are they, exactly
    assert (np.triu(A, 1) == 0).all()


@pytest.mark.parametrize("N", SIZES)
def test_a_constant_is_at_rest(N):
    A, B = hippo_legs(N)
    close(np.linalg.solve(A, B), np.eye(N)[0])


def test_the_eigenvectors_of_legs_are_hopelessly_conditioned():
    conditions = []
    for N in (4, 8, 16):
        _, V = np.linalg.eig(hippo_legs(N)[0])
        conditions.append(np.linalg.cond(V))
    assert conditions[0] < 1e3 < 1e4 < conditions[1] < 1e6 < 1e9 < conditions[2]
    assert np.linalg.cond(dplr_legs(16)[1]) < 1 + 1e-10


# --- projections --------------------------------------------------------------------------------


def test_a_line_by_hand():
    # mean of x over [0, 6] is 3; the integral of 6 s sqrt(3) (2 s - 1) is 6 sqrt(3) / 6.
    close(legs_project(lambda x: x, 6, 3), [3, np.sqrt(3), 0], 1e-12)


def test_the_equation_gives_the_slope_of_the_projections():
    N, h = 12, 1e-4
    A, B = hippo_legs(N)
    for t in (0.7, 1.5, 3.0):
        slope = legs_project(smooth, t + h, N) - legs_project(smooth, t - h, N)
        close(slope / (2 * h), (-A @ legs_project(smooth, t, N) + B * smooth(t)) / t, 1e-6)


def test_the_integrated_equation_gives_the_projection():
    N = 10
    A, B = hippo_legs(N)
    ode = solve_ivp(
        lambda t, c: (-A @ c + B * smooth(t)) / t, (0.5, 3), legs_project(smooth, 0.5, N),
        method="DOP853", rtol=1e-12, atol=1e-13,
    )  # fmt: skip
    close(ode.y[:, -1], legs_project(smooth, 3, N), 1e-9)


def test_the_closed_form_of_powers():
    N = 9
    A, B = hippo_legs(N)
    for m in range(8):
        g = np.zeros(N)
        for n in range(m + 1):
            over = factorial(m - n) * factorial(m + n + 1)
            g[n] = np.sqrt(2 * n + 1) * factorial(m) ** 2 / over
        close(legs_project(lambda x, m=m: x**m, 1.7, N), 1.7**m * g)
        close(m * g + A @ g, B)


@pytest.mark.parametrize("omega", [0.5, 4.0, 21.0])
def test_the_closed_form_of_waves_has_bessel_functions(omega):
    N, t = 20, 1.9
    n = np.arange(N)
    wanted = np.sqrt(2 * n + 1) * 1j**n * np.exp(1j * omega * t / 2)
    wanted = wanted * spherical_jn(n, omega * t / 2)
    close(legs_project(lambda x: np.exp(1j * omega * x), t, N), wanted)


def test_a_constant_function_may_return_one_number():
    close(legs_project(lambda x: 2.5, 3, 4), [2.5, 0, 0, 0], 1e-12)


def test_samples_project_like_their_staircase():
    u = np.array([1.0, -2, 0.5, 3, 3, -1, 0])
    N = 6
    pieces = np.linspace(0, 1, len(u) + 1)
    x, weights = np.polynomial.legendre.leggauss(8)
    wanted = np.zeros(N)
    for value, a, b in zip(u, pieces, pieces[1:], strict=False):
        s = a + (b - a) * (x + 1) / 2
        wanted += value * (weights * (b - a) / 2) @ legendre_basis(N, s)
    close(legs_project_samples(u, N), wanted, 1e-13)


def test_reconstruction_of_a_polynomial_is_exact():
    c = legs_project(lambda x: x**3 - x, 2, 5)
    s = np.linspace(0, 1, 7)
    close(legs_reconstruct(c, s), (2 * s) ** 3 - 2 * s)
    close(legs_reconstruct([c, 2 * c], s)[1], 2 * ((2 * s) ** 3 - 2 * s))
    assert legs_reconstruct([1, 2], 0.5).shape == ()


def test_the_projection_is_the_best_polynomial():
    rng = np.random.default_rng(1)
    x, weights = np.polynomial.legendre.leggauss(200)
    s, weights = (x + 1) / 2, weights / 2
    c = legs_project(smooth, 2, 5)

    def error(c):
        return weights @ (smooth(2 * s) - legs_reconstruct(c, s)) ** 2

    best = error(c)
    assert all(error(c + 0.01 * rng.standard_normal(5)) > best for _ in range(30))


def test_halving_n_keeps_the_first_coefficients():
    u = two_sines(60)
    close(legs_scan(u, 20)[:, :7], legs_scan(u, 7))


def test_the_legt_equation_holds_but_for_the_truncation():
    # Its right side uses the remembered f(t - theta): the residual shrinks as N grows.
    theta, t, h, residuals = 2.0, 5.0, 1e-4, []
    for N in (4, 8, 12, 16):
        A, B = hippo_legt(N, theta)
        slope = legt_project(smooth, t + h, N, theta) - legt_project(smooth, t - h, N, theta)
        c = legt_project(smooth, t, N, theta)
        residuals.append(np.abs(slope / (2 * h) - (-A @ c + B * smooth(t))).max())
    assert residuals[0] > 0.1
    assert residuals[-1] < 1e-6
    assert np.all(np.diff(residuals) < 0)
    # With the true f(t - theta) it is exact already at N = 4.
    N = 4
    A, B = hippo_legt(N, theta)
    c, start = legt_project(smooth, t, N, theta), legendre_basis(N, 0.0)
    gap = smooth(t - theta) - start @ c
    slope = legt_project(smooth, t + h, N, theta) - legt_project(smooth, t - h, N, theta)
    close(slope / (2 * h), -A @ c + B * smooth(t) - start * gap / theta, 1e-6)


def test_s4_weighs_the_past_with_warped_legendre_polynomials():
    A, B = hippo_legs(12)
    for age in (0, 0.1, 0.9, 3.0):
        close(expm(-age * A) @ B, s4_basis(12, age), 1e-12)


# --- the scan -----------------------------------------------------------------------------------


def test_the_first_sample_is_remembered_exactly():
    close(legs_scan([7.0], 5), [[7, 0, 0, 0, 0]])


def test_two_samples_by_hand():
    # Staircase 1, 3 on [0, 2]: mean 2; c_1 = sqrt(3) (1 (-1/4) + 3 (1/4)) = sqrt(3) / 2.
    close(legs_scan([1, 3], 2)[-1], [2, np.sqrt(3) / 2])


@pytest.mark.parametrize("N", SIZES)
def test_the_exact_scan_is_the_projection_of_the_staircase(N):
    u = np.random.default_rng(N).standard_normal(150)
    scan = legs_scan(u, N)
    for k in (1, 2, 17, 64, 65, 150):
        close(scan[k - 1], legs_project_samples(u[:k], N))


@settings(max_examples=50)
@given(
    st.lists(st.floats(-100, 100), min_size=1, max_size=40),
    st.integers(1, 24),
)
def test_exact_scan_and_projection_agree_on_any_samples(u, N):
    close(legs_scan(u, N)[-1], legs_project_samples(u, N), 1e-9)


def test_the_exact_step_is_the_matrix_exponential():
    N, u = 9, two_sines(12)
    A, B = hippo_legs(N)
    scan = legs_scan(u, N)
    for k in range(1, len(u)):
        E = expm(-A * np.log((k + 1) / k))
        close(scan[k], E @ scan[k - 1] + np.linalg.solve(A, (np.eye(N) - E) @ B) * u[k])


@pytest.mark.parametrize("method", ["bilinear", "backward", "forward"])
def test_the_other_rules_are_their_dense_equations_with_t_from_1(method):
    N, u = 7, two_sines(30)
    A, B = hippo_legs(N)
    c, eye, scan = np.zeros(N), np.eye(N), legs_scan(u, N, method)
    for k, x in enumerate(u):
        t = k + 1
        if method == "forward":
            c = c - A @ c / t + B * x / t
        elif method == "backward":
            c = np.linalg.solve(eye + A / t, c + B * x / t)
        else:
            c = np.linalg.solve(eye + A / (2 * t), (eye - A / (2 * t)) @ c + B * x / t)
        close(scan[k], c, 1e-10 * max(1, np.abs(c).max()))


def test_the_timescale_does_not_matter():
    u = np.random.default_rng(3).standard_normal(80)
    close(legs_scan(np.repeat(u, 2), 16)[1::2], legs_scan(u, 16))
    close(legs_project(lambda x: smooth(3 * x), 0.5, 8), legs_project(smooth, 1.5, 8), 1e-12)


def test_second_order_beats_first_and_forward_euler_explodes_and_heals():
    u = two_sines(1000)
    exact = legs_project_samples(u, 16)
    errors = {rule: np.abs(legs_scan(u, 16, rule)[-1] - exact).max() for rule in RULES}
    assert errors["zoh"] < 1e-12
    assert 1e-4 < errors["bilinear"] < 5e-3
    assert 5e-3 < errors["backward"] < 5e-2
    assert 5e-3 < errors["forward"] < 5e-2
    peaks = [np.abs(legs_scan(u, N, "forward")).max() for N in (8, 16, 32, 64)]
    assert [round(np.log10(p)) for p in peaks[:3]] == [3, 9, 21]
    assert 1e42 < peaks[3] < 1e47
    for rule in ("zoh", "bilinear", "backward"):
        assert np.abs(legs_scan(u, 32, rule)).max() < 1


def test_float32_does_not_survive_forward_euler():
    u = two_sines(200).astype(np.float32)
    assert not np.isfinite(legs_scan(u, 64, "forward")).all()
    for rule in ("zoh", "bilinear", "backward"):
        scan = legs_scan(u, 64, rule)
        assert scan.dtype == np.float32
        close(scan, legs_scan(u.astype(float), 64, rule), 1e-4)


def test_the_gradient_fades_like_one_over_t_however_old_the_sample():
    N, L = 8, 400
    jacobian = np.array([legs_project_samples(row, N) for row in np.eye(L)])
    norm = L * np.linalg.norm(jacobian, axis=1)
    s = (np.arange(L) + 0.5) / L
    close(norm, np.linalg.norm(legendre_basis(N, s), axis=1), 1e-2)
    assert norm.max() < N
    assert 2.1 < norm[L // 2] < 2.25  # sqrt of the sum of (2n + 1) P_n(0)^2 is 2.1875


@pytest.mark.parametrize("N", SIZES)
def test_the_quick_product_and_solve_are_the_dense_ones(N):
    A, _ = hippo_legs(N)
    v = np.random.default_rng(N).standard_normal((4, N))
    close(legs_matvec(v), v @ A.T)
    close(legs_matvec(v[0]), A @ v[0])
    for lam in (1.0, 0.01, 3, -0.0013):
        z = np.linalg.solve(np.eye(N) + lam * A, v.T).T
        close(legs_solve(lam, v), z)
        close(legs_solve(lam, v[1]), z[1])


@settings(max_examples=60)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), st.floats(0, 10))
def test_solving_undoes_the_product(v, lam):
    v = np.array(v)
    z = legs_solve(lam, v)
    close(z + lam * legs_matvec(z), v, 1e-8)


def test_products_take_lists_and_complex_numbers_and_keep_float32():
    assert legs_matvec([1]).tolist() == [1]
    close(legs_matvec([1j, 2]), [1j, np.sqrt(3) * 1j + 4])
    close(legs_solve(1, [2j, 0]), [1j, -np.sqrt(3) * 1j / 3])
    assert legs_matvec(np.float32([1, 2])).dtype == np.float32
    assert legs_solve(1, np.float32([1, 2])).dtype == np.float32


# --- other memories -----------------------------------------------------------------------------


def test_legt_scan_comes_near_the_projection_of_the_window():
    u = np.sin(np.arange(300) / 20)
    memory = legt_scan(u, 12, theta=80)[-1]
    window = legs_project_samples(u[-80:], 12)
    assert np.abs(memory - window).max() < 0.02
    assert np.abs(memory - window).max() > 1e-9


def test_leaky_averages_are_their_weights():
    u = np.random.default_rng(5).standard_normal(50)
    taus = [1.5, 10, 200]
    close(leaky_scan(u, taus)[-1], leaky_weights(taus, 50) @ u, 1e-12)
    close(leaky_weights([2.0], 400).sum(), 1, 1e-12)


def test_one_lagt_coefficient_is_a_leaky_average():
    A, B = hippo_lagt(1)
    u = np.random.default_rng(6).standard_normal(40)
    close(ssm_states(*discretize(-A, B, 0.1, "zoh"), u), leaky_scan(u, [10]), 1e-12)


def test_the_decoder_is_the_least_squares_one():
    rng = np.random.default_rng(7)
    W, root = rng.standard_normal((3, 6)), rng.standard_normal((6, 6))
    covariance, noise = root @ root.T, 0.3
    decoder = linear_decoder(W, covariance, noise)

    def mean_error(D):
        gap = D @ W - np.eye(6)
        return np.trace(gap @ covariance @ gap.T) + noise**2 * (D**2).sum()

    best = mean_error(decoder)
    for _ in range(30):
        assert mean_error(decoder + 0.01 * rng.standard_normal((6, 3))) > best


def test_signals_have_their_covariance():
    u = band_limited(40, 3, 20_000, np.random.default_rng(12))
    assert np.abs(u.T @ u / len(u) - band_covariance(40, 3)).max() < 0.05
    power = np.abs(np.fft.rfft(np.concatenate([u[0], u[0] * 0]))) ** 2
    assert power[:12].sum() > 0.95 * power.sum()


def test_each_memory_recalls_what_it_should():
    L, cov = 300, band_covariance(300, 4)
    u = band_limited(L, 4, 1, np.random.default_rng(13))[0]
    errors = {}
    for memory in ("LegS", "LegT", "leaky"):
        state, recalled = recollect(memory, u, 20, theta=60, covariance=cov, longest=300)
        assert state.shape == (20,)
        errors[memory] = recalled - u[L - len(recalled) :]
    assert errors["LegS"].shape == errors["leaky"].shape == (L,)
    assert errors["LegT"].shape == (60,)
    assert np.abs(errors["LegS"]).max() < 0.1
    assert np.abs(errors["LegT"]).max() < 0.1
    young, old = np.abs(errors["leaky"][-10:]).max(), np.abs(errors["leaky"][:50]).max()
    assert young < 0.01 < 0.3 < old
    exact = legs_scan(u, 20)[-1]
    close(recollect("LegS", u, 20, theta=1, covariance=cov)[0], exact)


def test_one_leaky_average_has_the_longest_time_constant():
    assert time_constants(1, 50).tolist() == [50]
    close(time_constants(2, 50), [2, 50], 1e-12)


# --- state space models -------------------------------------------------------------------------


def test_discretize_matches_scipy():
    A, B = hippo_legs(6)
    names = {"bilinear": "bilinear", "zoh": "zoh", "backward": "backward_diff", "forward": "euler"}
    for method, name in names.items():
        system = (-A, B[:, None], np.ones((1, 6)), np.zeros((1, 1)))
        wanted_A, wanted_B, *_ = cont2discrete(system, 0.03, method=name)
        Abar, Bbar = discretize(-A, B, 0.03, method)
        close(Abar, wanted_A, 1e-12)
        close(Bbar, wanted_B[:, 0], 1e-12)


def test_discretize_takes_columns_complex_and_singular_matrices():
    A, B = hippo_legs(3)
    for method in METHODS:
        _, column = discretize(-A, B[:, None], 0.1, method)
        close(column[:, 0], discretize(-A, B, 0.1, method)[1], 1e-14)
    Abar, Bbar = discretize([[0.0]], [1], 0.5, "zoh")  # an integrator
    assert (Abar.item(), Bbar.item()) == (1, 0.5)
    Abar, _ = discretize([[1j]], [1], np.pi, "zoh")
    close(Abar, [[-1]], 1e-14)


def test_the_scan_by_hand():
    # x: 1, 0.5 + 2 = 2.5, 1.25 - 1 = 0.25; y = 4 x.
    close(ssm_scan([[0.5]], [1], [4], [1, 2, -1]), [4, 10, 1], 1e-15)
    assert ssm_scan([[0.5]], [[1]], [[4]], [1, 2, -1]).tolist() == [4, 10, 1]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("N", [1, 2, 9])
def test_convolution_recurrence_and_generating_function_agree(method, N):
    Abar, Bbar, C = some_model(N, method=method)
    u = np.random.default_rng(N).standard_normal(100)
    kernel = ssm_kernel(Abar, Bbar, C, 100)
    close(causal_conv(u, kernel), ssm_scan(Abar, Bbar, C, u))
    close(kernel_from_generating_function(Abar, Bbar, C, 100), kernel)


def test_the_generating_function_is_the_sum_of_powers():
    Abar, Bbar, C = some_model(5)
    z = np.array([0.3, 1.2j, -0.9 + 0.1j])
    kernel = ssm_kernel(Abar, Bbar, C, 30)
    wanted = [(kernel * point ** np.arange(30)).sum() for point in z]
    close(generating_function(Abar, Bbar, C, 30, z), wanted)


@pytest.mark.parametrize("L", [1, 2, 3, 64, 65, 1000])
@pytest.mark.parametrize("N", [1, 2, 7, 64])
def test_the_cauchy_kernel_is_the_naive_one(N, L):
    for dt in (0.5, 0.01):
        Abar, Bbar, C = some_model(N, dt=dt)
        naive = ssm_kernel(Abar, Bbar, C, L)
        close(s4_kernel(C, dt, L), naive, 1e-10 * max(1, np.abs(naive).max()))


def test_the_cauchy_kernel_of_a_general_model_is_the_naive_one():
    rng = np.random.default_rng(8)
    imag, half = rng.standard_normal(3) * 4, rng.standard_normal((3, 3)) * (1 + 1j)
    p, B, C = (np.concatenate([row, row.conj()]) for row in half)
    lam = np.concatenate([-0.4 + 1j * imag, -0.4 - 1j * imag])  # conjugate pairs: a real model
    A = np.diag(lam) - np.outer(p, p.conj())
    Abar, Bbar = discretize(A, B, 0.1)
    naive = ssm_kernel(Abar, Bbar, C, 50)
    close(naive.imag, 0)
    close(dplr_kernel(lam, p, B, truncated_output(Abar, C, 50), 0.1, 50), naive.real)


def test_the_cauchy_sum_by_hand():
    close(cauchy_sum([[1, 2], [0, 1]], [3, 1], [1, 0], [1, 2]), [[0.5 + 2, 3], [1, 1]])


@pytest.mark.parametrize("N", SIZES)
def test_legs_is_normal_plus_low_rank(N):
    S, p = nplr_legs(N)
    A, _ = hippo_legs(N)
    close(S - np.outer(p, p), -A)
    close(p, np.sqrt(np.arange(N) + 0.5), 1e-12)
    skew = S + np.eye(N) / 2
    close(skew, -skew.T)
    close(S @ S.T, S.T @ S)
    lam, V = dplr_legs(N)
    close(V @ np.diag(lam) @ V.conj().T, S)
    close(V.conj().T @ V, np.eye(N))
    close(lam.real, -0.5)


def test_convolution_does_not_wrap_around():
    u, K = np.random.default_rng(9).standard_normal((2, 37))
    close(causal_conv(u, K), np.convolve(u, K)[:37])
    close(causal_conv(u, K[:5]), np.convolve(u, K[:5])[:37])
    close(causal_conv(u[:5], K), np.convolve(u[:5], K)[:5])
    close(causal_conv([2], [3]), [6])
    close(causal_conv([1j, 1], [1, 1]), [1j, 1 + 1j])
    assert causal_conv(u.astype(np.float32), K.astype(np.float32)).dtype == np.float32


def test_convolution_is_causal():
    u, K = np.random.default_rng(10).standard_normal((2, 64))
    later = u.copy()
    later[40:] += 5
    close(causal_conv(u, K)[:40], causal_conv(later, K)[:40])


# --- edges and errors ---------------------------------------------------------------------------


def test_one_coefficient_is_the_running_mean():
    u = [3.0, 1, 5, -2]
    mean = np.cumsum(u) / [1, 2, 3, 4]
    close(legs_scan(u, 1)[:, 0], mean)
    close(legs_scan(u, 1, "forward")[:, 0], mean)


def test_no_samples_give_no_rows():
    for rule in RULES:
        assert legs_scan([], 3, rule).shape == (0, 3)
    assert ssm_scan([[0.5]], [1], [1], []).shape == (0,)
    assert causal_conv([], [1]).shape == (0,)


def test_inputs_are_not_changed():
    rng = np.random.default_rng(11)
    u, v, A = rng.standard_normal(20), rng.standard_normal(4), rng.standard_normal((4, 4))
    copies = u.copy(), v.copy(), A.copy()
    for rule in RULES:
        legs_scan(u, 4, rule)
    for method in METHODS:
        discretize(A, v, 0.1, method)
    legs_project_samples(u, 4)
    legs_matvec(v)
    legs_solve(0.1, v)
    legs_reconstruct(v, u)
    ssm_scan(A / 9, v, v, u)
    ssm_kernel(A, v, v, 5)
    causal_conv(u, v)
    s4_kernel(v, 0.1, 8)
    for before, after in zip(copies, (u, v, A), strict=True):
        assert (before == after).all()


EYE = np.eye(2)
NAN = float("nan")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: legendre_basis(0, [0.5]), "N must be at least 1, got 0"),
        (lambda: legendre_basis(2, [NAN]), "s must be finite"),
        (lambda: hippo_legs(0), "N must be at least 1"),
        (lambda: hippo_legs(-3), "got -3"),
        (lambda: hippo_legt(0, 1), "N must be at least 1"),
        (lambda: hippo_legt(2, 0), "theta must be > 0, got 0"),
        (lambda: hippo_legt(2, np.inf), "theta must be finite"),
        (lambda: hippo_lagt(0), "N must be at least 1"),
        (lambda: nplr_legs(0), "N must be at least 1"),
        (lambda: dplr_legs(0), "N must be at least 1"),
        (lambda: s4_basis(2, [-1]), r"age must be >= 0, got age\[0\] = -1"),
        (lambda: legs_project(np.sin, 0, 2), "t must be > 0, got 0"),
        (lambda: legs_project(np.sin, 1, 0), "N must be at least 1"),
        (lambda: legs_project(np.sin, 1, 2, nodes=0), "nodes must be at least 1"),
        (lambda: legs_project(lambda x: x[:3], 1, 2), r"shape \(400,\), got \(3,\)"),
        (lambda: legs_project(lambda x: x * NAN, 1, 2), r"f\(x\) must be finite"),
        (lambda: legt_project(np.sin, 1, 2, -1), "theta must be > 0"),
        (lambda: legs_project_samples([], 2), "at least one sample"),
        (lambda: legs_project_samples([[1, 2]], 2), r"shape \(L,\), got \(1, 2\)"),
        (lambda: legs_project_samples([1], 0), "N must be at least 1"),
        (lambda: legs_scan([1, NAN], 2), r"u must be finite, got u\[1\] = nan"),
        (lambda: legs_scan([[1]], 2), r"u must have shape \(L,\), got \(1, 1\)"),
        (lambda: legs_scan(3.0, 2), r"got \(\)"),
        (lambda: legs_scan([1], 0), "N must be at least 1"),
        (lambda: legs_scan([1], 2, "euler"), "one of zoh, bilinear.*got 'euler'"),
        (lambda: legs_scan([1], 2, None), "got None"),
        (lambda: legs_reconstruct([], [0.5]), "at least one coefficient"),
        (lambda: legs_reconstruct(1.0, [0.5]), r"c must have shape \(..., N\), got \(\)"),
        (lambda: legs_reconstruct([1], [np.inf]), "s must be finite"),
        (lambda: legs_matvec([]), "at least one entry"),
        (lambda: legs_matvec([1, np.inf]), "v must be finite"),
        (lambda: legs_solve(-0.5, [1, 2, 3]), "singular.*-1/2"),
        (lambda: legs_solve(NAN, [1]), "lam must be finite"),
        (lambda: legs_solve([1, 2], [1]), "lam must be one number"),
        (lambda: legt_scan([1], 2, 0), "theta must be > 0"),
        (lambda: leaky_scan([1], [0]), "taus must be"),
        (lambda: leaky_weights([1], 0), "L must be at least 1"),
        (lambda: linear_decoder(EYE, np.eye(3)), r"covariance must.*\(2, 2\), got \(3, 3\)"),
        (lambda: recollect("LSTM", [1], 1, theta=1, covariance=[[1]]), "one of LegS, LegT, leaky"),
        (lambda: time_constants(2, 0), "longest must be > 0"),
        (lambda: band_limited(9, 0, 1, np.random.default_rng(0)), "cycles must be at least 1"),
        (lambda: band_covariance(0, 1), "L must be at least 1"),
        (lambda: linear_decoder(EYE, EYE, 0), "noise must be > 0"),
        (lambda: discretize([[1, 2]], [1], 1), r"shape \(N, N\), a square matrix, got \(1, 2\)"),
        (lambda: discretize(EYE, [1, 2, 3], 1), r"for A of shape \(2, 2\), got \(3,\)"),
        (lambda: discretize(EYE, [1, 2], 0), "dt must be > 0, got 0"),
        (lambda: discretize(EYE, [1, 2], -1), "dt must be > 0, got -1"),
        (lambda: discretize(EYE, [1, 2], 1, "tustin"), "one of bilinear, zoh.*'tustin'"),
        (lambda: discretize(EYE, [1, 2], 2), "singular"),
        (lambda: discretize(EYE * NAN, [1, 2], 1), r"A must be finite, got A\[0, 0\]"),
        (lambda: ssm_scan(EYE, [1], [1, 2], [1]), r"Bbar must have shape \(2,\).*got \(1,\)"),
        (lambda: ssm_scan(EYE, [1, 2], [1], [1]), r"C must have shape \(2,\).*got \(1,\)"),
        (lambda: ssm_scan(EYE, [1, 2], [1, 2], [[1]]), "u must have shape"),
        (lambda: ssm_kernel(EYE, [1, 2], [1, 2], 0), "L must be at least 1"),
        (lambda: ssm_kernel([1, 2], [1, 2], [1, 2], 3), "square matrix"),
        (lambda: causal_conv([[1]], [1]), "u must have shape"),
        (lambda: causal_conv([1], [NAN]), "K must be finite"),
        (lambda: generating_function(EYE, [1, 2], [1, 2], 3, [1]), "singular at z"),
        (lambda: s4_kernel([1, 2], 0, 8), "dt must be > 0"),
        (lambda: s4_kernel([1, 2], 0.1, 0), "L must be at least 1"),
        (lambda: s4_kernel([], 0.1, 8), "C must not be empty, got"),
        (lambda: s4_kernel(EYE, 0.1, 8), "C must have shape"),
        (lambda: cauchy_sum([1, 2], [1], [1], [1]), r"v must have shape \(\.\.\., 1\), got \(2,\)"),
        (lambda: cauchy_sum([1], [1, 2], [1], [1]), r"b must have shape \(2,\), got \(1,\)"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_reason(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: hippo_legs(2.0),
        lambda: legs_scan(["a"], 2),
        lambda: legs_scan([1j], 2),
        lambda: s4_kernel([1j, 1], 0.1, 4),
        lambda: causal_conv([None], [1]),
    ],
)
def test_what_is_no_number_is_refused(call):
    with pytest.raises(TypeError, match="must be"):
        call()


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "band_covariance": [
        ("L", 10**12, "at most 4,096"),
        ("cycles", 10**12, "at most 4,096"),
        ("L", 0, "at least 1"),
    ],
    "band_limited": [
        ("count", 0, "at least 1"),
        ("count", 10**12, "at most 4,194,304"),
        ("L", 0, "at least 1"),
    ],
    "band_waves": [
        ("L", 0, "at least 1"),
        ("L", 10**12, "at most 4,194,304"),
    ],
    "delay_errors": [
        ("rho", -1, "in [0, 1)"),
        ("noise", -1, "in [0, 1]"),
    ],
    "discretize": [("dt", 0, "> 0")],
    "dplr_kernel": [
        ("L", 10**12, "at most 4,194,304"),
        ("L", 0, "at least 1"),
        ("dt", 0, "> 0"),
    ],
    "eig_kernel": [("dt", 0, "> 0")],
    "fit_delay": [
        ("rho", -1, "in [0, 1)"),
        ("delay", -1, "at least 0"),
        ("noise", -1, "in [0, 1]"),
        ("delay", 3, "at most 2"),
    ],
    "fixed_floor": [("share", 2, "in (0, 1]")],
    "generating_function": [
        ("L", 10**12, "at most 4,194,304"),
        ("L", 0, "at least 1"),
    ],
    "hippo_legt": [("theta", 0, "> 0")],
    "kernel_from_generating_function": [
        ("L", 10**12, "at most 65,536"),
        ("L", 0, "at least 1"),
    ],
    "legs_project": [
        ("N", 10**12, "at most 2,000"),
        ("nodes", 10**12, "at most 2,000"),
        ("t", 0, "> 0"),
    ],
    "legt_project": [("theta", 0, "> 0")],
    "linear_decoder": [("noise", 0, "> 0")],
    "marked_values": [
        ("L", 10**12, "at most 4,194,304"),
        ("share", 2, "in (0, 1]"),
        ("L", 0, "at least 1"),
    ],
    "memory_weights": [
        ("L", 10**12, "at most 4,096"),
        ("L", 0, "at least 1"),
        ("longest", 0, "> 0"),
        ("dt", 0, "> 0"),
    ],
    "random_stable": [
        ("N", 513, "at most 512"),
        ("N", 0, "at least 1"),
        ("gap", 0, "> 0"),
    ],
    "recall_errors": [
        ("noise", 0, ">= 1e-12"),
        ("cycles", 257, "at most 256"),
        ("cycles", 0, "at least 1"),
    ],
    "s4_basis": [("age", -1, ">= 0")],
    "s4_kernel": [("L", 10**12, "at most 4,194,304")],
    "s4d_kernel": [("dt", 0, "> 0")],
    "s4d_modes": [
        ("N", 10**12, "at most 1,024"),
        ("N", 0, "at least 1"),
    ],
    "selective_scan": [("delta", -1, ">= 0")],
    "ssm_kernel": [
        ("L", 10**12, "at most 4,194,304"),
        ("L", 0, "at least 1"),
    ],
    "time_constants": [
        ("N", 10**12, "at most 4,096"),
        ("longest", 0, "> 0"),
        ("N", 0, "at least 1"),
    ],
    "truncated_output": [
        ("L", 0, "at least 1"),
        ("L", 10**12, "at most 4,194,304"),
    ],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("state_space_models", name, LIMITS[name])
