import tracemalloc
from math import lgamma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, stats

from glassbox.linear_attention import kernel_attention, softmax_attention
from glassbox.performer import (
    favor_attention,
    measures,
    orthogonal_gaussian,
    orthogonal_mse_bound,
    positive_features,
    smreg,
    softmax_kernel_mse,
    stabilised_features,
    trig_features,
)

KINDS = ["trig", "positive", "hyperbolic"]
FEATURES = {
    "trig": trig_features,
    "positive": positive_features,
    "hyperbolic": lambda x, W: positive_features(x, W, hyperbolic=True),
}
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(120)
WEIGHTS = WEIGHTS / WEIGHTS.sum()  # for means over a standard normal number

points = arrays(float, 3, elements=st.floats(-1, 1))


def one_by_one(x, y, W, kind):
    """Return the estimate of exp(x . y) that each single direction makes, shape (m,)."""
    phi = FEATURES[kind]
    return np.array([(phi(x[None], w[None]) @ phi(y[None], w[None]).T).item() for w in W])


def estimates(x, y, W, kind):
    """Do the same for many directions, straight from the definitions."""
    half = (x @ x + y @ y) / 2
    if kind == "trig":
        return np.exp(half) * np.cos(W @ (x - y))
    return np.exp(-half) * (np.exp if kind == "positive" else np.cosh)(W @ (x + y))


def pair(r, d, dot=0.0):
    """Return x, y in d >= 2 dimensions with norm of x + y equal to r and x . y = dot."""
    x, y = np.zeros((2, d))
    # x = (r/2, h), y = (r/2, -h): x . y = r^2/4 - h^2
    x[0] = y[0] = r / 2
    x[1] = np.sqrt(r * r / 4 - dot)
    y[1] = -x[1]
    return x, y


def tokens(rng, n, d=4, d_v=3, scale=1.0):
    return (
        scale * rng.standard_normal((n, d)),
        scale * rng.standard_normal((n, d)),
        rng.standard_normal((n, d_v)),
    )


# --- worked by hand ----------------------------------------------------------------------------


def test_positive_features_by_hand():
    # x = (1, 2), |x|^2 / 2 = 5/2; w1 = (1, 0): 1 - 5/2; w2 = (0, 2): 4 - 5/2; 1 / sqrt(2) each.
    W = [[1, 0], [0, 2]]
    found = positive_features([[1, 2]], W)
    np.testing.assert_allclose(found, np.exp([[-1.5, 1.5]]) / 2**0.5, rtol=1e-15)
    both = positive_features([[1, 2]], W, hyperbolic=True)
    np.testing.assert_allclose(both, np.exp([[-1.5, 1.5, -3.5, -6.5]]) / 2, rtol=1e-15)
    shifted = positive_features([[1, 2]], W, shift=[1.5])
    np.testing.assert_allclose(shifted, np.exp([[-3, 0]]) / 2**0.5, rtol=1e-15)


def test_trig_features_by_hand():
    # x = 1: e^(1/2) times sin and cos of pi/2 and of pi, over sqrt(2): sines first.
    found = trig_features([[1]], [[np.pi / 2], [np.pi]])
    wanted = np.exp(0.5) / 2**0.5 * np.array([[1, 0, 0, -1]])
    np.testing.assert_allclose(found, wanted, atol=1e-15)


def test_attention_by_hand():
    # d = 1, one direction w = 0: features of a key are e^(-k^2 / 2), whatever the query.
    # Keys 0 and sqrt(2 log 3) weigh 1 and 1/3: (4 * 1 + 8 / 3) / (4/3) = 5.
    k = [[0.0], [np.sqrt(2 * np.log(3))]]
    found = favor_attention([[7.0], [-1.0]], k, [[4.0], [8.0]], [[0.0]])
    np.testing.assert_allclose(found, [[5], [5]], rtol=1e-14)
    found = favor_attention([[7.0], [-1.0]], k, [[4.0], [8.0]], [[0.0]], causal=True)
    np.testing.assert_allclose(found, [[4], [5]], rtol=1e-14)


# --- the kernel's estimators -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_features_multiply_to_the_mean_of_what_each_direction_says(kind):
    rng = np.random.default_rng(0)
    x, y, W = (
        0.5 * rng.standard_normal(5),
        0.5 * rng.standard_normal(5),
        rng.standard_normal((40, 5)),
    )
    single = one_by_one(x, y, W, kind)
    np.testing.assert_allclose(single, estimates(x, y, W, kind), rtol=1e-12)
    product = FEATURES[kind](x[None], W) @ FEATURES[kind](y[None], W).T
    np.testing.assert_allclose(product, [[single.mean()]], rtol=1e-12)


@pytest.mark.parametrize("orthogonal", [False, True], ids=["iid", "orthogonal"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("r, dot", [(0.5, -0.5), (1.0, 0.2), (2.0, -1.0)])
def test_the_mean_of_the_estimates_is_the_kernel_within_its_closed_form_error(
    kind, r, dot, orthogonal
):
    rng = np.random.default_rng([int(10 * r), orthogonal, 1])
    d, m = 8, 200_000
    W = orthogonal_gaussian(m, d, rng) if orthogonal else rng.standard_normal((m, d))
    x, y = pair(r, d, dot)
    error = np.sqrt(softmax_kernel_mse(x, y, kind) / m)
    assert abs(estimates(x, y, W, kind).mean() - np.exp(dot)) < 4 * error


def test_the_variance_laws_are_those_of_quadrature_over_the_normal_distribution():
    for r, dot in [(0.3, 0.0), (1.0, 0.25), (1.0, -1.0), (2.5, 1.2), (2.0, -2.0)]:
        x, y = pair(r, 3, dot)
        half, apart = (x @ x + y @ y) / 2, np.linalg.norm(x - y)
        says = {
            "trig": np.exp(half) * np.cos(apart * NODES),
            "positive": np.exp(r * NODES - half),
            "hyperbolic": np.exp(-half) * np.cosh(r * NODES),
        }
        for kind, said in says.items():
            np.testing.assert_allclose(WEIGHTS @ said, np.exp(dot), rtol=1e-10)
            wanted = WEIGHTS @ (said - np.exp(dot)) ** 2
            np.testing.assert_allclose(
                softmax_kernel_mse(x, y, kind), wanted, rtol=1e-8, atol=1e-12, err_msg=kind
            )


@pytest.mark.parametrize("kind", KINDS)
def test_measured_errors_times_m_follow_the_law_within_five_percent(kind):
    rng = np.random.default_rng(2)
    x, y = pair(1.0, 6, -0.3)
    m, runs = 16, 40_000
    said = estimates(x, y, rng.standard_normal((m * runs, 6)), kind).reshape(runs, m)
    mse = np.mean((said.mean(axis=1) - np.exp(-0.3)) ** 2)
    assert abs(m * mse / softmax_kernel_mse(x, y, kind) - 1) < 0.05


@settings(max_examples=40)
@given(points, points)
def test_laws_that_hold_for_all_points(x, y):
    trig, positive, hyperbolic = (softmax_kernel_mse(x, y, kind) for kind in KINDS)
    square = np.sum((x + y) ** 2)
    np.testing.assert_allclose(hyperbolic, -np.expm1(-square) / 2 * positive, rtol=1e-12)
    np.testing.assert_allclose(positive, np.exp(2 * x @ y) * np.expm1(square), rtol=1e-11)
    np.testing.assert_allclose(softmax_kernel_mse(y, x, "trig"), trig, rtol=1e-12)
    # x to -x exchanges sums and differences: what trig does at (x, y), hyp+ does at (-x, y).
    mirrored = softmax_kernel_mse(-x, y, "hyperbolic") * np.exp(4 * x @ y)
    np.testing.assert_allclose(trig, mirrored, rtol=1e-9, atol=1e-300)
    assert smreg(x, y) <= np.exp(x @ y) * (1 + 1e-12)
    for m in (1, 2, 3):
        bound = orthogonal_mse_bound(x, y, m, 3)
        assert bound <= positive / m


def test_trig_is_exact_on_the_diagonal_and_positive_on_the_antidiagonal():
    for x in np.array([[0.7, -1.2], [30, 0]]):  # the second has a kernel beyond floats
        assert softmax_kernel_mse(x, x, "trig") == 0
        assert softmax_kernel_mse(x, -x, "positive") == softmax_kernel_mse(x, -x, "hyperbolic") == 0


def test_errors_of_grids_of_points_broadcast():
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((5, 1, 2)), rng.standard_normal((4, 2))
    for made in (
        lambda a, b: softmax_kernel_mse(a, b, "trig"),
        lambda a, b: orthogonal_mse_bound(a, b, 2, 2),
        smreg,
    ):
        table = made(x, y)
        assert table.shape == (5, 4)
        np.testing.assert_allclose(table[3, 2], made(x[3, 0].tolist(), y[2].tolist()), rtol=1e-12)


def test_a_kernel_beyond_the_range_of_floats_has_an_infinite_error_and_no_warning():
    x = np.full(4, 20.0)
    assert softmax_kernel_mse(x, x, "positive") == orthogonal_mse_bound(x, x, 2, 4) == np.inf


# --- orthogonal directions ---------------------------------------------------------------------


@pytest.mark.parametrize("m, d", [(1, 1), (1, 5), (3, 5), (5, 5), (12, 5), (7, 1)])
@pytest.mark.parametrize("sign_fix", [True, False])
def test_rows_of_a_block_are_orthogonal(m, d, sign_fix):
    W = orthogonal_gaussian(m, d, np.random.default_rng(1), sign_fix, scaling="sqrt_d")
    assert W.shape == (m, d)
    for first in range(0, m, d):
        block = W[first : first + d]
        np.testing.assert_allclose(block @ block.T, d * np.eye(len(block)), atol=1e-12 * d)


def test_each_row_and_each_entry_is_normal_with_the_sign_fix():
    d, runs = 4, 20_000
    W = orthogonal_gaussian(d * runs, d, np.random.default_rng(2)).reshape(runs, d, d)
    for row in range(d):
        for column in range(d):
            assert stats.kstest(W[:, row, column], "norm").pvalue > 1e-4, (row, column)
        assert stats.kstest(np.sum(W[:, row] ** 2, axis=1), stats.chi2(d).cdf).pvalue > 1e-4
        oblique = W[:, row] @ np.full(d, 0.5)
        assert stats.kstest(oblique, "norm").pvalue > 1e-4
    lengths = np.linalg.norm(W, axis=2)
    assert abs(np.corrcoef(lengths[:, 0], lengths[:, 1])[0, 1]) < 4 / np.sqrt(runs)


def test_the_directions_are_haar_with_the_sign_fix_and_not_without():
    d, runs = 3, 10_000
    for sign_fix in (True, False):
        W = orthogonal_gaussian(d * runs, d, np.random.default_rng(3), sign_fix, "sqrt_d")
        Q = W.reshape(runs, d, d) / np.sqrt(d)
        centred = np.abs(Q.mean(axis=0)) < 4 / np.sqrt(runs)
        up = np.mean(Q[:, 0, 0] > 0)
        if sign_fix:
            assert centred.all() and abs(up - 0.5) < 0.03
            # the trace of a Haar matrix has mean 0 and variance 1 (Diaconis and Shahshahani)
            trace = np.trace(Q, axis1=1, axis2=2)
            assert abs(trace.mean()) < 4 / np.sqrt(runs) and abs(trace.var() - 1) < 0.06
            determinant = np.linalg.det(Q)
            assert abs(determinant.mean()) < 4 / np.sqrt(runs)
        else:
            assert not centred[0, 0] and up == 0


def test_blocks_are_drawn_anew():
    W = orthogonal_gaussian(4, 2, np.random.default_rng(4))
    assert not np.allclose(W[:2], W[2:])
    again = orthogonal_gaussian(4, 2, np.random.default_rng(4))
    np.testing.assert_array_equal(W, again)


def mean_over_radii(a):
    """Return E[exp(a R)] for R of the chi distribution with two degrees of freedom."""
    return 1 + a * np.exp(a * a / 2) * np.sqrt(2 * np.pi) * stats.norm.cdf(a)


def orthogonal_mse_in_the_plane(x, y):
    """Return the error of two orthogonal directions in the plane, by quadrature over the angle."""
    r = np.linalg.norm(x + y)
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    both = mean_over_radii(r * np.cos(angles)) * mean_over_radii(-r * np.sin(angles))
    covariance = np.exp(-(x @ x + y @ y)) * (both.mean() - np.exp(r * r))
    return (softmax_kernel_mse(x, y, "positive") + covariance) / 2


def test_the_error_of_two_orthogonal_directions_in_the_plane_is_below_the_bound():
    x = np.array([0.6, 0.0])
    independent = softmax_kernel_mse(x, x, "positive") / 2
    exact, bound = orthogonal_mse_in_the_plane(x, x), orthogonal_mse_bound(x, x, 2, 2)
    np.testing.assert_allclose([independent, exact, bound], [3.3084, 3.1411, 3.1731], atol=5e-5)
    rng = np.random.default_rng(5)
    for x, y in rng.uniform(-1.2, 1.2, size=(50, 2, 2)):
        assert orthogonal_mse_in_the_plane(x, y) <= orthogonal_mse_bound(x, y, 2, 2) * (1 + 1e-9)


def test_drawn_pairs_have_that_error():
    # The mean over the lengths is done exactly: what is left to chance has light tails.
    x, runs = np.array([0.6, 0.0]), 200_000
    W = orthogonal_gaussian(2 * runs, 2, np.random.default_rng(6), scaling="sqrt_d")
    along = mean_over_radii(1.2 * W.reshape(runs, 2, 2)[:, :, 0] / np.sqrt(2))
    products = np.exp(-0.72) * along.prod(axis=1)
    mse = (softmax_kernel_mse(x, x, "positive") + products.mean() - np.exp(0.72)) / 2
    error = products.std() / np.sqrt(runs) / 2
    assert error < 0.003
    assert abs(mse - orthogonal_mse_in_the_plane(x, x)) < 4 * error
    assert abs(mse - 3.1411) < 0.01


def test_drawn_lengths_too_at_a_smaller_input():
    x, runs = np.array([0.3, 0.0]), 400_000
    W = orthogonal_gaussian(2 * runs, 2, np.random.default_rng(7)).reshape(runs, 2, 2)
    squares = (np.exp(0.6 * W[:, :, 0] - 0.09).mean(axis=1) - np.exp(0.09)) ** 2
    error = squares.std() / np.sqrt(runs)
    assert abs(squares.mean() - orthogonal_mse_in_the_plane(x, x)) < 4 * error


# --- the signs of QR ---------------------------------------------------------------------------


def relative_mean(d, direction, blocks, kind="positive", sign_fix=False):
    """Return the mean estimate over the kernel, and its standard error, at a sum of length 1."""
    W = orthogonal_gaussian(d * blocks, d, np.random.default_rng(8), sign_fix)
    half = np.asarray(direction, dtype=float) / np.linalg.norm(direction) / 2
    said = estimates(half, half, W, kind).reshape(blocks, d).mean(axis=1) / np.exp(half @ half)
    return said.mean(), said.std() / np.sqrt(blocks)


@pytest.mark.parametrize(
    "d, wanted", [(4, (0.813, 1.187)), (16, (0.855, 1.146)), (64, (0.928, 1.072))]
)
def test_raw_qr_biases_the_estimate_along_the_diagonal(d, wanted):
    for sign, ratio in zip((1, -1), wanted, strict=True):
        found, error = relative_mean(d, sign * np.ones(d), 60_000 // d)
        assert abs(found - ratio) < 4 * error + 0.0006
        assert abs(found - 1) > 6 * error, "the bias is no accident"


def test_raw_qr_in_the_plane_misses_half_of_the_directions():
    W = orthogonal_gaussian(20_000, 2, np.random.default_rng(9), sign_fix=False)
    assert (W[::2, 0] <= 0).all() and (W[1::2, 1] >= 0).all()
    # So the first of each pair lies in the left half, the second in the upper half: along e1 the
    # mean over the first is that over a half circle, that over the second is right.
    left = integrate.quad(lambda t: mean_over_radii(np.cos(t)), np.pi / 2, 3 * np.pi / 2)[0] / np.pi
    right = 2 * np.exp(0.5) - left
    low, high = (1 + np.array([left, right]) / np.exp(0.5)) / 2
    # The first is -|N| along e1: its mean is 2 Phi(-1) of the kernel.
    np.testing.assert_allclose([low, high], 1 + np.array([-1, 1]) * (stats.norm.cdf(1) - 0.5))
    for direction, ratio in (([1, 0], low), ([0, 1], high), ([1, 1], 1.0)):
        found, error = relative_mean(2, direction, 50_000)
        assert abs(found - ratio) < 4 * error, direction


@pytest.mark.parametrize("d", [2, 4, 16])
def test_the_sign_fix_and_the_hyperbolic_features_cure_the_bias(d):
    for cure in ({"sign_fix": True}, {"kind": "hyperbolic"}, {"kind": "trig"}):
        for direction in (np.ones(d), -np.ones(d), np.eye(d)[0], np.eye(d)[1]):
            found, error = relative_mean(d, direction, 30_000 // d, **cure)
            assert abs(found - 1) < 4 * error + 1e-12, cure


# --- the regularised kernel --------------------------------------------------------------------


def test_smreg_in_one_two_and_three_dimensions():
    for r in (0.0, 0.5, 2.0, 5.0):
        for d, mean in (
            (1, np.cosh(r)),
            (2, np.exp(r * np.sqrt(2) * np.cos(np.linspace(0, 2 * np.pi, 400)[:-1])).mean()),
            (3, np.sinh(3**0.5 * r) / (3**0.5 * r) if r else 1.0),
        ):
            x = np.zeros(d)
            x[0] = r / 2
            np.testing.assert_allclose(smreg(x, x), np.exp(-x @ x) * mean, rtol=1e-12)


@pytest.mark.parametrize("d", [2, 5, 16, 300])
@pytest.mark.parametrize("r", [0.01, 1.0, 7.0, 30.0, 45.0, 80.0])
def test_smreg_is_its_power_series(d, r):
    x = np.zeros(d)
    x[0], k = r / 2, np.arange(8000)
    log_terms = k * np.log(d * r * r / 4) - np.array(
        [lgamma(i + 1) + lgamma(d / 2 + i) - lgamma(d / 2) for i in k]
    )
    top = log_terms.max()
    wanted = top + np.log(np.exp(log_terms - top).sum()) - r * r / 4
    if wanted < -700:
        assert smreg(x, x) < 1e-300
    else:
        np.testing.assert_allclose(np.log(smreg(x, x)), wanted, rtol=1e-9, atol=1e-9)


def test_smreg_is_the_mean_of_directions_of_one_length():
    d, m = 6, 200_000
    x, y = pair(1.5, d, 0.3)
    W = orthogonal_gaussian(m, d, np.random.default_rng(10), scaling="sqrt_d")
    said = estimates(x, y, W, "positive")
    assert abs(said.mean() - smreg(x, y)) < 4 * said.std() / np.sqrt(m)
    assert smreg(x, y) < np.exp(0.3)


def test_smreg_approaches_the_kernel_as_dimension_grows():
    ratios = []
    for d in (4, 16, 64, 1024):
        x = np.zeros(d)
        x[0] = 1
        ratios.append(smreg(x, x) / np.exp(1))
    np.testing.assert_allclose(ratios[:3], [0.660, 0.837, 0.945], atol=5e-4)
    assert 0.99 < ratios[3] < 1


# --- attention ---------------------------------------------------------------------------------


@pytest.mark.parametrize("eps", [0.0, 0.7])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_attention_equals_the_explicit_matrix_of_estimates(kind, causal, eps):
    rng = np.random.default_rng(11)
    q, k, v = tokens(rng, 130, d=9)
    W = orthogonal_gaussian(20, 9, rng)
    phi = FEATURES[kind]
    A = phi(q * 9**-0.25, W) @ phi(k * 9**-0.25, W).T
    A = np.tril(A) if causal else A
    wanted = A @ v / (A.sum(axis=1, keepdims=True) + eps)
    found = favor_attention(q, k, v, W, kind=kind, causal=causal, eps=eps)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10 * np.abs(wanted).max())


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_the_kernel_attention_of_its_features(causal):
    rng = np.random.default_rng(12)
    q, k, v = tokens(rng, 70, d=16)
    W = orthogonal_gaussian(32, 16, rng)
    wanted = kernel_attention(q / 2, k / 2, v, lambda x: positive_features(x, W), causal=causal)
    np.testing.assert_allclose(favor_attention(q, k, v, W, causal=causal), wanted, rtol=1e-10)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_many_directions_give_softmax_attention(kind, causal):
    rng = np.random.default_rng(13)
    q, k, v = tokens(rng, 20, d=4, scale=0.5)
    errors = [
        np.abs(
            favor_attention(q, k, v, orthogonal_gaussian(m, 4, rng), kind, causal)
            - softmax_attention(q, k, v, causal=causal)
        ).max()
        for m in (100, 40_000)
    ]
    assert errors[1] < 0.05 and errors[1] < errors[0] / 5


def test_queries_may_be_fewer_or_more_than_keys():
    rng = np.random.default_rng(14)
    q, k, v = tokens(rng, 12)
    W = orthogonal_gaussian(8, 4, rng)
    everything = favor_attention(q, k, v, W)
    np.testing.assert_allclose(favor_attention(q[:3], k, v, W), everything[:3], rtol=1e-12)
    assert favor_attention(q, k[:1], v[:1], W).shape == (12, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_token_changes_no_bit_of_an_earlier_output(kind):
    rng = np.random.default_rng(15)
    q, k, v = tokens(rng, 150, scale=0.5)
    W = orthogonal_gaussian(12, 4, rng)
    before = favor_attention(q, k, v, W, kind, causal=True)
    for t in (0, 63, 64, 100, 149):
        q2, k2, v2 = (a.copy() for a in (q, k, v))
        q2[t], k2[t], v2[t] = q2[t] + 1, 8 * k2[t], -v2[t]
        after = favor_attention(q2, k2, v2, W, kind, causal=True)
        np.testing.assert_array_equal(after[:t], before[:t])
        assert (after[t] != before[t]).any()


@settings(max_examples=25)
@given(
    arrays(float, (6, 3), elements=st.floats(-30, 30)),
    arrays(float, (6, 3), elements=st.floats(-30, 30)),
    arrays(float, (6, 2), elements=st.floats(-5, 5)),
    st.booleans(),
    st.sampled_from(["positive", "hyperbolic"]),
)
def test_positive_attention_is_an_average_of_the_values(q, k, v, causal, kind):
    W = orthogonal_gaussian(5, 3, np.random.default_rng(16))
    out = favor_attention(q, k, v, W, kind, causal)
    assert (out <= v.max(axis=0) + 1e-9).all() and (out >= v.min(axis=0) - 1e-9).all()
    if causal:
        np.testing.assert_allclose(out[0], v[0], atol=1e-12)


@pytest.mark.parametrize("scale", [1e-8, 1, 30, 1e3])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kind", ["positive", "hyperbolic"])
def test_inputs_of_any_size_stay_in_range(kind, causal, scale):
    rng = np.random.default_rng(17)
    q, k, v = tokens(rng, 40, scale=scale)
    W = orthogonal_gaussian(8, 4, rng)
    exponents = np.concatenate([W, -W]) if kind == "hyperbolic" else W
    of_q, of_k = (x * 4**-0.25 @ exponents.T - (x * x).sum(axis=1)[:, None] / 4 for x in (q, k))
    log_terms = of_q[:, None] + of_k[None]  # (n, n, features): the direct way, in logarithms
    if causal:
        log_terms[np.triu_indices(40, 1)] = -np.inf
    weights = np.exp(log_terms - log_terms.max(axis=(1, 2), keepdims=True)).sum(axis=2)
    wanted = weights @ v / weights.sum(axis=1, keepdims=True)
    found = favor_attention(q, k, v, W, kind, causal)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_shifts_of_a_query_and_of_all_keys_cancel():
    rng = np.random.default_rng(18)
    q, k, v = tokens(rng, 10)
    W = orthogonal_gaussian(6, 4, rng)

    def attend(query_shift, key_shift):
        A = positive_features(q, W, shift=query_shift) @ positive_features(k, W, shift=key_shift).T
        return A @ v / A.sum(axis=1, keepdims=True)

    plain = attend(0, 0)
    np.testing.assert_allclose(attend(rng.standard_normal(10), 3.0), plain, rtol=1e-10)
    np.testing.assert_allclose(attend(rng.standard_normal((10, 1)), -8), plain, rtol=1e-10)
    assert np.abs(attend(0, rng.standard_normal(10)) - plain).max() > 0.01


def test_without_the_key_norm_the_weights_tend_to_another_softmax():
    # softmax(q . k + |k|^2 / 2), because the mean of e^(w . (q + k)) is e^(|q + k|^2 / 2)
    rng = np.random.default_rng(19)
    q, k = 0.5 * rng.standard_normal((1, 3)), 0.5 * rng.standard_normal((5, 3))
    W = orthogonal_gaussian(300_000, 3, rng)
    bare = np.exp(q @ W.T) @ np.exp(k @ W.T).T
    tilted = np.exp(q @ k.T + np.sum(k * k, axis=1) / 2)
    np.testing.assert_allclose(bare / bare.sum(), tilted / tilted.sum(), rtol=0.02)


def test_a_long_causal_sequence_needs_no_square_matrix():
    rng = np.random.default_rng(20)
    n = 8192
    q, k, v = tokens(rng, n, d=16, d_v=16)
    W = orthogonal_gaussian(32, 16, rng)
    tracemalloc.start()
    out = favor_attention(q, k, v, W, causal=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert out.shape == (n, 16)
    assert peak < 8 * n * n / 10


# --- types, edges, errors ----------------------------------------------------------------------


def test_results_are_float64_unless_given_float32():
    rng = np.random.default_rng(21)
    q, k, v = (a.astype(np.float32) for a in tokens(rng, 6))
    W = orthogonal_gaussian(8, 4, rng)
    for kind in KINDS:
        assert FEATURES[kind](q, W).dtype == np.float32
        for causal in (False, True):
            found = favor_attention(q, k, v, W, kind, causal)
            assert found.dtype == np.float32
            wide = favor_attention(q.astype(float), k, v, W, kind, causal)
            assert wide.dtype == np.float64
            np.testing.assert_allclose(found, wide, rtol=1e-4, atol=1e-4)
    assert positive_features([[1, 2]], [[0, 1]]).dtype == np.float64
    assert softmax_kernel_mse(q[0], k[0], "positive").dtype == np.float64


def test_inputs_are_not_changed_and_lists_will_do():
    rng = np.random.default_rng(22)
    given_ = [*tokens(rng, 5), orthogonal_gaussian(8, 4, rng)]
    copies = [a.copy() for a in given_]
    for causal in (False, True):
        for kind in KINDS:
            found = favor_attention(*given_, kind, causal, 0.1)
            lists = favor_attention(*(a.tolist() for a in given_), kind, causal, 0.1)
            np.testing.assert_array_equal(found, lists)
    for a, b in zip(given_, copies, strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_token_gets_its_own_value():
    for kind in KINDS:
        for causal in (False, True):
            out = favor_attention([[0.3]], [[-0.2]], [[4.0, 1.0]], [[0.5]], kind, causal)
            np.testing.assert_allclose(out, [[4, 1]], rtol=1e-12)


def test_a_regularised_kernel_of_long_points_does_not_vanish_on_the_way():
    # The exponential alone is 0 in float64, the power series alone is about e^500.
    x, y = np.zeros(16), np.zeros(16)
    x[0], y[0] = 30.0, -5.0
    assert np.log(smreg(x, y)) == pytest.approx(-384.82540250189953, rel=1e-12)
    assert smreg(np.full(3, 1e160), np.full(3, 1e160)) == 0


def test_sizes_whose_square_no_float_holds_are_refused_by_name():
    for name in ("q", "k", "W"):
        given_ = {"q": [[1.0]], "k": [[1.0]], "v": [[1.0]], "W": [[1.0]]} | {name: [[1e151]]}
        with pytest.raises(ValueError, match=f"{name} must be at most 1e.150 in size"):
            favor_attention(**given_)
    with pytest.raises(ValueError, match="x must have features in range, got one of exp"):
        positive_features([[40.0]], [[40.0]])
    with pytest.raises(ValueError, match="x must have features in range"):
        trig_features([[40.0]], [[40.0]])


def test_features_of_libraries_are_those_of_the_definition():
    rng = np.random.default_rng(23)
    x, W = rng.standard_normal((5, 3)), rng.standard_normal((7, 3))
    along = x @ W.T
    plain = np.exp(along - np.sum(x * x, axis=1, keepdims=True) / 2)
    for keys, top in ((False, along.max(axis=1, keepdims=True)), (True, along.max())):
        found = stabilised_features(x, W, eps=0.01, keys=keys)
        np.testing.assert_allclose(found, plain * np.exp(-top) + 0.01, rtol=1e-12)
    ported = stabilised_features(x, W, eps=1e-4)  # as in the libraries
    np.testing.assert_array_equal(stabilised_features(x, W), ported)
    A = stabilised_features(x, W, 0.0) @ stabilised_features(x, W, 0.0, keys=True).T
    wanted = favor_attention(x * 3**0.25, x * 3**0.25, np.eye(5), W)
    np.testing.assert_allclose(A / A.sum(axis=1, keepdims=True), wanted, rtol=1e-10)


X, W23 = np.zeros((4, 3)), np.ones((2, 3))


@pytest.mark.parametrize("phi", [positive_features, trig_features])
@pytest.mark.parametrize(
    "x, W, message",
    [
        (np.zeros((4, 2)), W23, r"W must have shape \(m, d\) with d = 2, got \(2, 3\)"),
        (np.zeros(3), W23, r"x must have shape \(n, d\), got \(3,\)"),
        (X, np.ones(3), r"W must have shape \(m, d\) with d = 3, got \(3,\)"),
        (X, np.ones((0, 3)), r"W must not be empty, got shape \(0, 3\)"),
        (X + np.nan, W23, r"x must be finite, got x\[0, 0\] = nan"),
        (X, W23 * np.inf, r"W must be finite, got W\[0, 0\] = inf"),
        ([[1, 2], [3]], W23, "x must be a rectangular array"),
    ],
)
def test_features_refuse_bad_input(phi, x, W, message):
    with pytest.raises(ValueError, match=message):
        phi(x, W)
    with pytest.raises(TypeError, match="x must be real numbers"):
        phi([["a"]], [[1.0]])


def test_a_shift_fits_the_rows():
    with pytest.raises(ValueError, match=r"shape \(4,\), one for each row of x, got \(3,\)"):
        positive_features(X, W23, shift=np.zeros(3))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"q": np.zeros((4, 2))}, r"k must have shape .* d = 2, got \(4, 3\)"),
        ({"k": np.zeros((4, 2))}, r"k must have shape .* d = 3, got \(4, 2\)"),
        (
            {"k": np.zeros((0, 3)), "v": np.zeros((0, 5))},
            r"k must not be empty, got shape \(0, 3\)",
        ),
        ({"v": np.zeros((3, 5))}, r"v must have shape .* n_k = 4, got \(3, 5\)"),
        ({"v": np.zeros(4)}, r"v must have shape \(n_k, d_v\) with n_k = 4, got \(4,\)"),
        ({"q": np.zeros((5, 3)), "causal": True}, "k must be as long as q, 5, got 4"),
        ({"v": np.full((4, 5), np.nan)}, "v must be finite"),
        ({"k": np.full((4, 3), -np.inf)}, "k must be finite"),
        ({"kind": "cosine"}, "kind must be one of trig, positive, hyperbolic, got 'cosine'"),
        ({"eps": -1e-3}, "eps must be >= 0, got -0.001"),
        ({"eps": np.nan}, "eps must be finite"),
    ],
)
def test_attention_refuses_bad_input(change, message):
    good = {"q": X, "k": X, "v": np.zeros((4, 5)), "W": W23}
    favor_attention(**good)
    with pytest.raises(ValueError, match=message):
        favor_attention(**(good | change))


def test_a_trigonometric_denominator_may_be_negative_but_not_zero():
    # d = 1, w = pi / 2, keys 0 and 2: e^0 cos(0) + e^2 cos(pi) = 1 - e^2.
    v = [[1.0], [2.0]]
    found = favor_attention([[0.0]], [[0.0], [2.0]], v, [[np.pi / 2]], "trig")
    np.testing.assert_allclose(found, [[(1 - 2 * np.exp(2)) / (1 - np.exp(2))]], rtol=1e-12)
    # d = 2, keys of one length s along the axes: cos(0) + cos(pi) = 0.
    w = np.pi / 2**-0.25
    with pytest.raises(ValueError, match="row 0 of the output is out of range"):
        favor_attention([[0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], v, [[0.0, w]], "trig")


def test_causal_keys_of_very_different_lengths_are_refused_by_trig_only():
    k, v = [[0.0], [60.0]], [[1.0], [2.0]]
    with pytest.raises(ValueError, match=r"keys must have similar lengths.* from 0 to 3600"):
        favor_attention(k, k, v, [[0.3]], "trig", causal=True)
    assert np.isfinite(favor_attention(k, k, v, [[0.3]], "positive", causal=True)).all()


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda g: orthogonal_gaussian(0, 3, g), ValueError, "m must be at least 1, got 0"),
        (lambda g: orthogonal_gaussian(3, 0, g), ValueError, "d must be at least 1, got 0"),
        (lambda g: orthogonal_gaussian(2.0, 3, g), TypeError, "m must be an integer"),
        (lambda g: orthogonal_gaussian(2, 3, 0), TypeError, "rng must be a generator"),
        (lambda g: orthogonal_gaussian(2, 3, g, True, "unit"), ValueError, "scaling must be one"),
        (lambda g: softmax_kernel_mse([1], [1, 2], "trig"), ValueError, r"\(1,\) and \(2,\)"),
        (lambda g: softmax_kernel_mse(1.0, 2.0, "trig"), ValueError, r"\(\) and \(\)"),
        (lambda g: softmax_kernel_mse([1], [2], "sin"), ValueError, "kind must be one of"),
        (lambda g: softmax_kernel_mse([1], [np.inf], "trig"), ValueError, "y must be finite"),
        (lambda g: smreg([[1], [2]], [[1], [2], [3]]), ValueError, r"\(2, 1\) and \(3, 1\)"),
        (lambda g: orthogonal_mse_bound([1, 2], [3, 4], 3, 2), ValueError, "at most d = 2"),
        (lambda g: orthogonal_mse_bound([1, 2], [3, 4], 2, 3), ValueError, "x and y, 2, got 3"),
        (lambda g: orthogonal_mse_bound([1], [3], 1.5, 1), TypeError, "m must be an integer"),
    ],
)
def test_errors_say_what_was_wanted_and_what_came(call, error, message):
    with pytest.raises(error, match=message):
        call(np.random.default_rng(0))


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 1000))
def test_any_number_of_directions_can_be_drawn(m, d, seed):
    W = orthogonal_gaussian(m, d, np.random.default_rng(seed))
    assert W.shape == (m, d) and np.isfinite(W).all()


# --- measures ------------------------------------------------------------------------------------


def test_a_factor_stands_within_students_interval_of_the_ratios_logarithms():
    # ratios 2 and 4: mean 1.5 and deviation 0.5 ** 0.5 in powers of two, 12.71 of 0.5 either way
    assert measures.factor([2, 8], [1, 2]) == pytest.approx([2**-4.855, 2**1.5, 2**7.855])
    for n in range(2, 22):
        ratios = np.random.default_rng(n).lognormal(1, 0.3, n)
        log, reach = np.log(ratios), stats.t.ppf(0.975, n - 1)
        ends = [log.mean() + side * reach * stats.sem(log) for side in (-1, 0, 1)]
        assert np.log(measures.factor(ratios, np.ones(n))) == pytest.approx(ends, abs=6e-3)


def test_weights_are_misplaced_less_by_more_directions_as_a_mean_over_draws():
    q, k = np.random.default_rng(5).standard_normal((2, 6, 4))
    exact, eye = softmax_attention(q, k, np.eye(6)), np.eye(6)
    each = []
    for seed in (3, 8):
        W = orthogonal_gaussian(5, 4, np.random.default_rng(seed))
        found = favor_attention(q, k, eye, W, "positive")
        each.append(sum(abs(found[i] - exact[i]).sum() / 2 for i in range(6)) / 6)
    assert measures.mean_misplaced(q, k, 5, seeds=(3, 8)) == pytest.approx(np.mean(each))
    few, many = (measures.mean_misplaced(q, k, m) for m in (4, 64))
    assert few == pytest.approx(measures.mean_misplaced(q, k, 4, "positive", range(20)))
    assert 0 < many < 0.7 * few


def test_the_weights_of_a_library_are_those_of_the_method_without_its_eps():
    q, k = np.random.default_rng(6).standard_normal((2, 5, 4))
    W = np.random.default_rng(7).standard_normal((30, 4))
    method = favor_attention(q, k, np.eye(5), W, "positive")
    np.testing.assert_allclose(measures.library_weights(q, k, W, eps=0), method, rtol=1e-10)
    usual = measures.library_weights(q, k, W)
    np.testing.assert_array_equal(usual, measures.library_weights(q, k, W, eps=1e-4))
    np.testing.assert_allclose(usual.sum(axis=1), 1)
    assert abs(usual - method).max() > 1e-6


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "favor_attention": [("eps", -1, ">= 0")],
    "orthogonal_gaussian": [
        ("d", 10**12, "at most 10,000"),
        ("m", 10**12, "at most 33,333,333"),
        ("d", 0, "at least 1"),
        ("m", 0, "at least 1"),
    ],
    "orthogonal_mse_bound": [
        ("m", 0, "at least 1"),
        ("d", 0, "at least 1"),
    ],
    "stabilised_features": [("eps", -1, ">= 0")],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("performer", name, LIMITS[name])
