import tracemalloc

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian
from autograd.misc.flatten import flatten
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassbox.adam import adam_step, init_state
from glassbox.linear_attention import elu_plus_one, linear_attention, softmax_attention
from glassbox.records import read_record
from glassbox.transnormer import (
    attention_entropy,
    chain_slopes,
    diag_attention,
    dilution_bound,
    elementwise_slope,
    entry_shares,
    key_jacobian,
    layer_cost,
    local_mass,
    norm_attention,
    norm_grad_bound,
    position_code,
    query_jacobian,
    rms_norm,
    rms_norm_jacobian,
    sharpest_weight,
    stack_map,
    training,
    transnormer_layer_plan,
    weight_jacobian,
)

numbers = st.floats(-5, 5)
seeds = st.integers(0, 2**32 - 1)


def relu(x):
    return np.maximum(x, 0)


def smooth_elu(x):
    """1 + elu for autograd."""
    return anp.where(x > 0, x + 1, anp.exp(anp.minimum(x, 0)))


#: Each feature map of the Jacobians, and the same for autograd.
MAPS = {
    "exp": (np.exp, anp.exp),
    "1 + elu": (elu_plus_one, smooth_elu),
    "relu": (relu, lambda x: anp.maximum(x, 0)),
    "square": (lambda x: x**2, lambda x: x**2),
    "exp, unknown": (lambda x: np.exp(x), anp.exp),
}


def weights_of(q, K, phi):
    s = phi(K) @ phi(q)
    return s / anp.sum(s)


def softmax_of(s):
    e = anp.exp(s - anp.max(s))
    return e / anp.sum(e)


def by_differences(f, x, h=1e-5):
    """Return the Jacobian of f at x, by central differences; x's axes come last."""
    columns = []
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        columns.append((f(x + e) - f(x - e)) / (2 * h))
    return np.stack(columns, axis=-1).reshape(*f(x).shape, *x.shape)


def qkv(rng, n=7, d=4, d_v=3):
    return rng.standard_normal((n, d)), rng.standard_normal((n, d)), rng.standard_normal((n, d_v))


@pytest.fixture
def rng():
    return np.random.default_rng(22)


# --- the norm ----------------------------------------------------------------------------------


def test_the_norm_of_3_and_4_by_hand():
    # The mean square of (3, 4) is 25 / 2, so sigma = 5 / sqrt(2).
    np.testing.assert_allclose(rms_norm([3, 4], 0), np.array([3, 4]) * 2**0.5 / 5, rtol=1e-15)
    np.testing.assert_allclose(rms_norm([3, 4], 12.5), np.array([3, 4]) / 5, rtol=1e-15)
    outside = rms_norm([3, 4], 5 / 2**0.5, eps_inside=False)
    np.testing.assert_allclose(outside, np.array([3, 4]) / (5 * 2**0.5), rtol=1e-15)


@given(arrays(float, (3, 4), elements=numbers.filter(lambda x: abs(x) > 1e-3)), st.floats(0.01, 99))
def test_the_norm_does_not_see_a_scale_when_eps_is_zero(x, c):
    np.testing.assert_allclose(rms_norm(c * x, 0), rms_norm(x, 0), rtol=1e-12)
    np.testing.assert_allclose(np.mean(rms_norm(x, 0) ** 2, axis=1), 1, rtol=1e-12)


def test_eps_inside_is_a_straight_line_where_the_row_is_small():
    x = np.array([1e-9, -2e-9])
    np.testing.assert_allclose(rms_norm(x, 1e-4), x / 1e-2, rtol=1e-9)
    np.testing.assert_allclose(rms_norm(x, 1e-4, eps_inside=False), x / 1e-4, rtol=1e-4)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("eps", [1e-6, 0.5])
def test_the_jacobian_of_the_norm_is_that_of_autograd_and_of_differences(rng, eps, inside):
    x = rng.standard_normal(6)
    found = rms_norm_jacobian(x, eps, inside)
    by_autograd = jacobian(lambda y: rms_norm(y, eps, inside))(x)
    np.testing.assert_allclose(found, by_autograd, rtol=1e-10, atol=1e-10)
    differences = by_differences(lambda y: rms_norm(y, eps, inside), x)
    np.testing.assert_allclose(found, differences, atol=1e-8)


@given(arrays(float, 5, elements=numbers), st.floats(1e-6, 10))
def test_the_spectrum_of_the_norm_is_one_small_number_and_many_equal_ones(x, eps):
    size = np.sqrt(np.mean(x**2) + eps)
    wanted = np.sort([eps / size**3, *[1 / size] * 4])
    found = np.linalg.eigvalsh(rms_norm_jacobian(x, eps))
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-9 / size)


def test_the_jacobian_of_the_norm_at_zero_is_a_multiple_of_the_identity():
    np.testing.assert_allclose(rms_norm_jacobian(np.zeros(3), 1e-4), 100 * np.eye(3))
    outside = rms_norm_jacobian(np.zeros(3), 1e-4, eps_inside=False)
    np.testing.assert_allclose(outside, 1e4 * np.eye(3))


def test_a_zero_row_wants_a_guard():
    assert (rms_norm(np.zeros((2, 3)), 1e-8) == 0).all()
    with pytest.raises(ValueError, match="eps must be > 0, got 0"):
        rms_norm([[1, 2], [0, 0]], 0)
    with pytest.raises(ValueError, match="eps must be > 0"):
        rms_norm_jacobian([0, 0], 0)
    with pytest.raises(ValueError, match=r"eps must be >= 0, got -1\.0"):
        rms_norm([1, 2], -1)


# --- derivatives of weights by scores ----------------------------------------------------------


def test_scores_1_and_3_by_hand():
    # p = (1/4, 3/4), S = 4: d p_0 / d s_0 = (1 - 1/4) / 4 = 3/16, d p_0 / d s_1 = -(1/4) / 4.
    np.testing.assert_allclose(weight_jacobian([1, 3], "linear"), [[3, -1], [-3, 1]] / np.array(16))
    e = np.e**2
    p, q = 1 / (1 + e), e / (1 + e)
    np.testing.assert_allclose(
        weight_jacobian([1, 3], "softmax"), [[p * q, -p * q], [-p * q, p * q]]
    )


@given(arrays(float, 6, elements=st.floats(0.01, 5)))
def test_weight_jacobians_are_those_of_autograd_and_of_differences(s):
    for f, p in (("softmax", softmax_of), ("linear", lambda s: s / anp.sum(s))):
        found = weight_jacobian(s, f)
        np.testing.assert_allclose(found, jacobian(p)(s), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(found, by_differences(p, s), atol=1e-6 * np.abs(found).max())
        np.testing.assert_allclose(found.sum(axis=0), 0, atol=1e-12 * np.abs(found).max())


def test_the_paper_s_form_of_the_linear_jacobian_is_the_same(rng):
    s = rng.uniform(0.1, 2, 5)
    p = s / s.sum()
    paper = (np.diag(p) - np.outer(p, p)) / s  # f' / f = 1 / s_k
    np.testing.assert_allclose(weight_jacobian(s, "linear"), paper, rtol=1e-12, atol=1e-15)


@given(arrays(float, st.integers(1, 8), elements=st.floats(-50, 50)))
def test_softmax_weights_never_move_faster_than_a_quarter(s):
    assert np.abs(weight_jacobian(s, "softmax")).max() <= 0.25 + 1e-15


@given(st.integers(2, 9), st.floats(1e-8, 1e3))
def test_equal_queries_and_keys_give_the_family_of_the_proposition(n, square):
    # All scores are |x_0|^2, so p = 1/n, and the derivatives are t / |x_0|^2.
    found = weight_jacobian(np.full(n, square), "linear")
    wanted = np.where(np.eye(n, dtype=bool), (1 - 1 / n) / n, -1 / n**2) / square
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_rows_of_scores_are_differentiated_one_by_one(rng):
    s = rng.uniform(0.1, 1, (2, 3, 4))
    for f in ("softmax", "linear"):
        np.testing.assert_allclose(weight_jacobian(s, f)[1, 2], weight_jacobian(s[1, 2], f))


# --- derivatives of weights by queries and keys ------------------------------------------------


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("seed", range(4))
def test_query_and_key_jacobians_are_those_of_autograd_and_of_differences(name, seed):
    phi, same = MAPS[name]
    rng = np.random.default_rng(seed)
    q, K = rng.uniform(0.1, 2, 4), rng.uniform(-1, 2, (5, 4))
    cases = [
        (query_jacobian(q, K, phi), lambda x: weights_of(x, K, same), q),
        (key_jacobian(q, K, phi), lambda x: weights_of(q, x, same), K),
    ]
    for found, f, x in cases:
        np.testing.assert_allclose(found, jacobian(f)(x), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(found, by_differences(f, x, 1e-6), atol=1e-6)


def test_softmax_jacobians_are_those_of_autograd(rng):
    q, K = rng.standard_normal(4), rng.standard_normal((5, 4))
    by_query = jacobian(lambda x: softmax_of(K @ x))(q)
    by_keys = jacobian(lambda x: softmax_of(x @ q))(K)
    np.testing.assert_allclose(query_jacobian(q, K, "softmax"), by_query, atol=1e-10)
    np.testing.assert_allclose(key_jacobian(q, K, "softmax"), by_keys, atol=1e-10)


def test_the_chain_rule_joins_the_jacobians_by_score_and_by_query(rng):
    q, K = rng.standard_normal(3), rng.standard_normal((4, 3))
    by_score = weight_jacobian(np.exp(K) @ np.exp(q), "linear")
    np.testing.assert_allclose(
        by_score @ (np.exp(K) * np.exp(q)), query_jacobian(q, K, np.exp), rtol=1e-10, atol=1e-14
    )


@pytest.mark.parametrize("phi", [np.exp, elu_plus_one])
def test_no_entry_exceeds_a_quarter_in_ten_thousand_draws(phi):
    rng, most = np.random.default_rng(4), 0.0
    for _ in range(5000):
        n, d, scale = rng.integers(2, 6), rng.integers(1, 5), 10 ** rng.uniform(-1, 1.5)
        q, K = scale * rng.standard_normal(d), scale * rng.standard_normal((n, d))
        by_query, by_key = query_jacobian(q, K, phi), key_jacobian(q, K, phi)
        assert np.abs(by_query).sum(axis=0).max() <= 0.5 + 1e-12
        assert np.abs(by_query).sum(axis=1).max() <= 0.5 + 1e-12
        assert np.abs(by_key).sum(axis=(1, 2)).max() <= 0.5 + 1e-12
        most = max(most, np.abs(by_query).max(), np.abs(by_key).max())
    assert 0.2 < most <= 0.25 + 1e-12


def test_relu_features_exceed_a_quarter_without_bound():
    # Features of q are (t, t), the keys (1, 0) and (0, 1): p = 1/2 each, and the derivative of
    # p_0 by q_0 is (1 - 1/2) / (2 t) = 1 / (4 t).
    for t in (1.0, 1e-2, 1e-5):
        found = query_jacobian([t, t], np.eye(2), relu)
        np.testing.assert_allclose(found, np.array([[1, -1], [-1, 1]]) / (4 * t), rtol=1e-9)


def test_a_single_relu_feature_cannot_move_the_weights():
    np.testing.assert_allclose(query_jacobian([1e-3], [[1.0], [2.0]], relu), 0, atol=1e-12)


def test_larger_keys_let_softmax_weights_move_faster():
    q, K = np.zeros(2), np.array([[1.0, 0.0], [-1.0, 0.0]])
    for scale in (1, 10, 100):
        found = np.abs(query_jacobian(q, scale * K, "softmax")).max()
        np.testing.assert_allclose(found, scale / 2)  # p (1 - p) times the distance of the keys


@pytest.mark.parametrize("x", [-700.0, -3.0, -1e-5, 1e-5, 0.7, 20.0])
def test_an_unknown_map_is_differentiated_to_ten_digits(x):
    for phi, same in ((lambda x: np.exp(x), np.exp), (smooth_elu, smooth_elu)):
        wanted = grad(MAPS["exp"][1] if same is np.exp else smooth_elu)(x)
        np.testing.assert_allclose(elementwise_slope(phi, x), wanted, rtol=1e-9)


# --- the bound of the norm ---------------------------------------------------------------------


def gradient_by_scores(s, v, g, eps, inside=True):
    """Gradient of sum(g * rms_norm(s @ v)) by the scores s (n, m)."""
    return grad(lambda x: anp.sum(g * rms_norm(x @ v, eps, inside)))(s)


@given(seeds, st.sampled_from([1e-6, 1e-2, 1.0]), st.booleans())
def test_the_gradient_by_a_score_never_exceeds_the_bound(seed, eps, inside):
    rng = np.random.default_rng(seed)
    scale = 10 ** rng.uniform(-4, 1)
    s, v, g = scale * rng.random((3, 4)), rng.standard_normal((4, 5)), rng.standard_normal((3, 5))
    c1, c2 = (np.linalg.norm(x, axis=1).max() for x in (g, v))
    found = np.abs(gradient_by_scores(s, v, g, eps, inside)).max()
    assert found <= norm_grad_bound(c1, c2, eps, inside) * (1 + 1e-9)


def test_the_bound_is_attained_where_the_sum_is_zero_and_the_gradient_parallel(rng):
    v = np.array([[1.0, 2.0, 2.0], [-1.0, -2.0, -2.0]])  # length 3; equal scores cancel
    found = gradient_by_scores(np.full((1, 2), 0.7), v, v[:1] / 3, eps=1e-4)
    np.testing.assert_allclose(found, [[300, -300]], rtol=1e-12)
    np.testing.assert_allclose(norm_grad_bound(1, 3, 1e-4), 300, rtol=1e-12)


def test_without_a_guard_dividing_by_the_sum_changes_neither_output_nor_gradient(rng):
    s, v, g = rng.random((3, 4)), rng.standard_normal((4, 5)), rng.standard_normal((3, 5))

    def loss(s, scaled):
        s = s / anp.sum(s, axis=1, keepdims=True) if scaled else s
        return anp.sum(g * rms_norm(s @ v, 0))

    np.testing.assert_allclose(loss(s, True), loss(s, False), rtol=1e-12)
    np.testing.assert_allclose(grad(loss)(s, True), grad(loss)(s, False), atol=1e-12)
    small = grad(loss)(s / 1000, False)
    np.testing.assert_allclose(small, 1000 * grad(loss)(s, False), rtol=1e-9)


# --- NormAttention -----------------------------------------------------------------------------


def test_norm_attention_by_hand():
    # Features are the inputs. K^T V = [[3], [4]] and rows q_i select 3 and 4, of norm 1 each; the
    # last query takes both: 3 - 4 = -1.
    q, k, v = np.array([[1, 0], [0, 1], [1, -1]]), np.eye(2), np.array([[3], [4]])
    np.testing.assert_allclose(norm_attention(q, k, v, lambda x: x, eps=0), [[1], [1], [-1]])


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("n", [1, 5, 64, 130])
def test_norm_attention_is_the_norm_of_the_explicit_product(rng, n, causal):
    q, k, v = qkv(rng, n)
    for phi in (
        elu_plus_one,
        lambda x: x,
        lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    ):
        s = phi(q) @ phi(k).T
        wanted = rms_norm((np.tril(s) if causal else s) @ v, 1e-8)
        found = norm_attention(q, k, v, phi, causal)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)


def test_causal_norm_attention_of_8192_tokens_holds_no_square_matrix(rng):
    n, d = 8192, 64
    q, k, v = (rng.standard_normal((n, d)) for _ in range(3))
    tracemalloc.start()
    found = norm_attention(q, k, v, causal=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.shape == (n, d) and peak < 20 * q.nbytes < 8 * n * n / 5


def test_norm_attention_is_the_norm_of_linear_attention_without_a_guard(rng):
    q, k, v = qkv(rng)
    wanted = rms_norm(linear_attention(q, k, v), 0)
    np.testing.assert_allclose(norm_attention(q, k, v, eps=0), wanted, rtol=1e-10)
    assert not np.allclose(norm_attention(q, k, v), linear_attention(q, k, v))


def test_a_later_token_never_changes_an_earlier_causal_output(rng):
    q, k, v = qkv(rng, n=70)
    others = [x.copy() for x in (q, k, v)]
    for x in others:
        x[50:] += 1
    before, after = norm_attention(q, k, v, causal=True), norm_attention(*others, causal=True)
    assert (before[:50] == after[:50]).all() and (before[50:] != after[50:]).any()
    before, after = (diag_attention(*x, block=16, causal=True) for x in ((q, k, v), others))
    assert (before[:50] == after[:50]).all() and (before[50:] != after[50:]).any()


# --- DiagAttention -----------------------------------------------------------------------------


def naive_diag(q, k, v, block, kind="softmax", causal=False):
    """Return the same from the full matrix and a mask."""
    at = np.arange(len(q))
    seen = at[:, None] // block == at // block
    if causal:
        seen &= at[:, None] >= at
    scores = q @ k.T / np.sqrt(q.shape[1])
    if kind == "rela":
        return (relu(scores) * seen) @ v
    weights = np.exp(scores) * seen
    return weights @ v / weights.sum(axis=1, keepdims=True)


@given(st.integers(1, 20), st.integers(1, 25), st.booleans(), st.sampled_from(["softmax", "rela"]))
def test_diag_attention_is_full_attention_under_a_block_mask(n, block, causal, kind):
    q, k, v = qkv(np.random.default_rng(n), n)
    found = diag_attention(q, k, v, block, kind, causal)
    np.testing.assert_allclose(found, naive_diag(q, k, v, block, kind, causal), atol=1e-12)


@pytest.mark.parametrize("causal", [False, True])
def test_one_block_is_softmax_attention_and_single_blocks_are_the_values(rng, causal):
    q, k, v = qkv(rng, n=9)
    full = softmax_attention(q, k, v, causal=causal)
    np.testing.assert_allclose(diag_attention(q, k, v, 9, causal=causal), full, rtol=1e-12)
    np.testing.assert_allclose(diag_attention(q, k, v, 100, causal=causal), full, rtol=1e-12)
    np.testing.assert_array_equal(diag_attention(q, k, v, 1, causal=causal), v)


def test_huge_scores_do_not_overflow():
    q = np.array([[1e3, 0.0], [0.0, 1e3]])
    np.testing.assert_allclose(diag_attention(q, q, np.eye(2), 2), np.eye(2))


def test_what_happens_outside_a_block_is_not_seen(rng):
    q, k, v = qkv(rng, n=8)
    other = v.copy()
    other[4:] += 10
    found = diag_attention(q, k, v, 4), diag_attention(q, k, other, 4)
    assert (found[0][:4] == found[1][:4]).all() and (found[0][4:] != found[1][4:]).all()


def test_leading_axes_are_a_batch(rng):
    q, k, v = (rng.standard_normal((2, 3, 7, 4)) for _ in range(3))
    for f in (norm_attention, lambda *x: diag_attention(*x, block=3)):
        np.testing.assert_allclose(f(q, k, v)[1, 2], f(q[1, 2], k[1, 2], v[1, 2]), rtol=1e-12)


# --- layers ------------------------------------------------------------------------------------


def test_the_first_half_of_the_layers_is_local():
    assert transnormer_layer_plan(6) == ["diag"] * 3 + ["norm"] * 3
    assert transnormer_layer_plan(1) == ["norm"]
    assert transnormer_layer_plan(np.int64(3)) == ["diag", "norm", "norm"]
    for wrong in (0, -2):
        with pytest.raises(ValueError, match="n_layers must be at least 1"):
            transnormer_layer_plan(wrong)


def test_costs_are_counted_pair_by_pair():
    # n = 10 in blocks of 4: 16 + 16 + 4 pairs, 2 d multiplications each.
    assert layer_cost("diag", 10, 8, block=4) == 36 * 16
    assert layer_cost("softmax", 10, 8) == layer_cost("diag", 10, 8, block=10) == 100 * 16
    assert layer_cost("norm", 10, 8) == 10 * 8 * 8 * 2
    with pytest.raises(ValueError, match="kind must be one of"):
        layer_cost("linear", 10, 8)


def test_a_stack_of_local_layers_stays_local_and_one_global_layer_ends_it(rng):
    qs, ks = rng.standard_normal((2, 3, 8, 4))
    local = stack_map(["diag"] * 3, qs, ks, block=4)
    assert (local[:4, 4:] == 0).all() and (local[4:, :4] == 0).all()
    mixed = stack_map(["diag", "diag", "norm"], qs, ks, block=4)
    assert (mixed > 0).all()
    for total in (local, mixed):
        np.testing.assert_allclose(total.sum(axis=1), 1, rtol=1e-12)
    last = linear_attention(qs[2], ks[2], stack_map(["diag"] * 2, qs[:2], ks[:2], block=4))
    np.testing.assert_allclose(mixed, last, rtol=1e-12)
    kept = stack_map(["diag"], qs[:1], ks[:1], block=4, residual=0.25)
    alone = stack_map(["diag"], qs[:1], ks[:1], block=4)
    np.testing.assert_allclose(kept, 0.75 * alone + 0.25 * np.eye(8), rtol=1e-12)
    with pytest.raises(ValueError, match=r"residual must be in \[0, 1\), got 1"):
        stack_map(["diag"], qs[:1], ks[:1], block=4, residual=1)
    with pytest.raises(
        ValueError, match=r"qs must have shape \(layers, n, d\) with layers = 2, got"
    ):
        stack_map(["diag"] * 2, qs, ks, block=4)
    with pytest.raises(ValueError, match="'diag' and 'norm'"):
        stack_map(["diag", "norm", "softmax"], qs, ks, block=4)


# --- dilution ----------------------------------------------------------------------------------


@given(st.integers(1, 40), st.floats(0.025, 1))
def test_the_local_mass_of_even_attention_is_the_width_of_the_window(n, r):
    found = local_mass(np.full((n, n), 1 / n), r)
    np.testing.assert_allclose(found, max(r, 1 / n), rtol=1e-9)


def test_an_odd_window_is_counted_by_hand(rng):
    P = rng.dirichlet(np.ones(10), size=10)
    found = local_mass(P, 0.3)
    wanted = [P[i, max(0, min(i - 1, 7)) :][:3].sum() for i in range(10)]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_an_even_window_counts_half_of_both_ends(rng):
    P = rng.dirichlet(np.ones(9), size=9)
    found = local_mass(P, 4 / 9)[4]
    np.testing.assert_allclose(found, P[4, 3:6].sum() + (P[4, 2] + P[4, 6]) / 2, rtol=1e-12)


def test_local_mass_grows_with_the_window_to_the_whole(rng):
    P = rng.dirichlet(np.full(12, 0.3), size=12)
    masses = np.array([local_mass(P, r) for r in np.linspace(0.05, 1, 20)])
    np.testing.assert_allclose(masses[-1], 1, rtol=1e-12)
    assert (np.diff(masses[:, 6]) >= -1e-12).all()  # in the middle no window is shifted
    np.testing.assert_allclose(local_mass(np.eye(6), 0.01), 1)


@given(st.integers(1, 30))
def test_entropy_counts_keys(n):
    np.testing.assert_allclose(np.exp(attention_entropy(np.full((n, n), 1 / n))), n, rtol=1e-9)
    assert (attention_entropy(np.eye(n)) == 0).all()


@pytest.mark.parametrize("phi", [np.exp, elu_plus_one])
def test_no_query_gets_past_the_dilution_bound(phi):
    rng, nearest = np.random.default_rng(7), 0.0
    for _ in range(1000):
        n, d = rng.integers(1, 12), rng.integers(1, 5)
        K = rng.uniform(0.1, 2) * rng.standard_normal((n, d))
        q = 10 ** rng.uniform(-1, 2) * rng.standard_normal(d)
        most = weights_of(np.clip(q, -300, 300), K, phi).max()
        assert most <= dilution_bound(K, phi) + 1e-12
        nearest = max(nearest, most / dilution_bound(K, phi))
    assert nearest > 0.999


def test_the_dilution_bound_is_attained_by_one_key_among_equals():
    # Features e and 1/e: R = e^2, and the keys share one entry, so p_0 = R / (R + 3).
    K = np.array([[1.0], [-1.0], [-1.0], [-1.0]])
    R = np.e**2
    np.testing.assert_allclose(dilution_bound(K, np.exp), R / (R + 3), rtol=1e-14)
    np.testing.assert_allclose(weights_of(np.zeros(1), K, np.exp)[0], R / (R + 3), rtol=1e-14)
    assert dilution_bound([[0.3, 0.2]], np.exp) == 1
    # Each feature is compared with itself: 5 against 5, and e against 1.
    np.testing.assert_allclose(dilution_bound([[0, 5], [1, 5]], np.exp), np.e / (np.e + 1))
    assert isinstance(dilution_bound(K, np.exp), float)


def test_codes_turn_from_half_a_circle_in_all_to_a_radian_a_token():
    code = position_code(10, 6)
    turns = np.array([np.pi / 10, np.sqrt(np.pi / 10), 1])  # each as many times the one before
    for place in range(10):
        wanted = [*np.cos(place * turns), *np.sin(place * turns)]
        np.testing.assert_allclose(code[place], np.sqrt(2) * np.array(wanted), atol=1e-12)


def test_codes_of_near_positions_are_near():
    code = position_code(32, 8, np.random.default_rng(1))
    np.testing.assert_allclose((code**2).sum(axis=1), 8, rtol=1e-12)
    products = code @ code.T
    assert (products.argmax(axis=1) == np.arange(32)).all()
    np.testing.assert_allclose(products, position_code(32, 8) @ position_code(32, 8).T, atol=1e-12)


# --- edges -------------------------------------------------------------------------------------


def test_inputs_may_be_lists_and_are_not_changed(rng):
    q, k, v = (x.astype(np.float32) for x in qkv(rng))
    kept = [x.copy() for x in (q, k, v)]
    results = [
        rms_norm(q, 1e-6),
        norm_attention(q, k, v),
        norm_attention(q, k, v, causal=True),
        diag_attention(q, k, v, 2),
        weight_jacobian(np.abs(q[0]), "linear"),
        weight_jacobian(q[0], "softmax"),
        query_jacobian(q[0], k, elu_plus_one),
        key_jacobian(q[0], k, elu_plus_one),
    ]
    assert [x.dtype for x in results] == [np.float32] * 8
    for x, before in zip((q, k, v), kept, strict=True):
        assert (x == before).all()
    assert diag_attention([[1, 2]], [[3, 4]], [[5, 6]], 1).dtype == float
    assert norm_attention([[1, 2]], [[3, 4]], [[5, 6]]).dtype == float


@pytest.mark.parametrize("f", [norm_attention, lambda *x: diag_attention(*x, block=2)])
def test_wrong_shapes_name_both(f):
    a, b = np.zeros((3, 2)), np.zeros((3, 4))
    with pytest.raises(ValueError, match=r"k must have shape .* d = 2, got \(3, 4\)"):
        f(a, b, a)
    with pytest.raises(ValueError, match=r"v must have shape .* = 3, got \(4, 4\)"):
        f(a, a, np.zeros((4, 4)))
    with pytest.raises(ValueError, match=r"q must have shape \(..., n, d\), got \(3,\)"):
        f(np.zeros(3), a, a)
    with pytest.raises(ValueError, match=r"v must be finite, got v\[1, 0\] = nan"):
        f(a, a, [[0.0], [np.nan], [0.0]])
    with pytest.raises(ValueError, match="must not be empty"):
        f(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(TypeError, match="q must be real numbers"):
        f([["a", "b"]], [[1, 2]], [[1, 2]])


def test_what_makes_no_sense_is_said(rng):
    a = np.zeros((3, 2))
    for block, error in ((0, ValueError), (-1, ValueError), (1.5, TypeError)):
        with pytest.raises(error, match="block must be"):
            diag_attention(a, a, a, block)
    with pytest.raises(ValueError, match="kind must be one of softmax, rela, got 'relu'"):
        diag_attention(a, a, a, 1, kind="relu")
    with pytest.raises(ValueError, match="k must be as long as q, 2, got 3"):
        norm_attention(a[:2], a, a, causal=True)
    with pytest.raises(ValueError, match="f must be one of softmax, linear, got 'relu'"):
        weight_jacobian([1, 2], "relu")
    with pytest.raises(ValueError, match=r"s must be >= 0 .* got -1\.0"):
        weight_jacobian([2, -1], "linear")
    with pytest.raises(ValueError, match=r"sum > 0 to divide by, got 0\.0"):
        weight_jacobian([0, 0], "linear")
    for f in (query_jacobian, key_jacobian):
        with pytest.raises(
            ValueError, match=r"K must have shape \(n, d\) with d = 4, got \(3, 2\)"
        ):
            f(np.zeros(4), a, np.exp)
        with pytest.raises(ValueError, match=r"phi\(q\) must be features >= 0, got -1"):
            f([-1, 2], a, lambda x: x)
        with pytest.raises(ValueError, match="sum > 0"):
            f([-1, -1], a, relu)
        with pytest.raises(ValueError, match="phi must be a function or 'softmax', got 'elu'"):
            f([1, 1], a, "elu")
        with pytest.raises(ValueError, match="elementwise"):
            f([1, 1], a, lambda x: np.ones((*x.shape[:-1], 5)))
    for f in (norm_attention, lambda *x: dilution_bound(x[0], x[3])):
        with pytest.raises(TypeError, match=r"phi must be a function of an array .*, got 'exp'"):
            f(a, a, a, "exp")
    with pytest.raises(ValueError, match=r"phi\(K\) must be features > 0, got 0\.0"):
        dilution_bound(a, relu)
    for c1, c2, eps in ((-1, 1, 1), (1, -1, 1), (1, 1, 0), (1, 1, np.inf)):
        with pytest.raises(ValueError, match="must be"):
            norm_grad_bound(c1, c2, eps)
    for r in (0, 1.1, -0.5):
        with pytest.raises(ValueError, match=r"window must be in \(0, 1\]"):
            local_mass(np.eye(3), r)
    with pytest.raises(ValueError, match=r"P must have shape \(n, n\), got \(2, 3\)"):
        local_mass(np.ones((2, 3)), 0.5)
    with pytest.raises(ValueError, match=r"weights >= 0, got -1\.0"):
        local_mass(-np.eye(2), 0.5)
    with pytest.raises(ValueError, match="off by 1"):
        attention_entropy(np.ones((2, 2)))
    with pytest.raises(ValueError, match="weights >= 0"):
        attention_entropy([[2, -1]])


def test_whole_numbers_flags_and_maps_are_wanted():
    a = np.eye(3)
    for n, d in ((3.5, 4), (True, 4), (4, 2.0), (None, 2)):
        with pytest.raises(TypeError, match="must be an integer"):
            position_code(n, d)
    with pytest.raises(ValueError, match="d must be even, got 3"):
        position_code(4, 3)
    for call in (
        lambda: rms_norm(a, 1, eps_inside=1),
        lambda: norm_attention(a, a, a, causal="no"),
        lambda: diag_attention(a, a, a, 1, causal=None),
    ):
        with pytest.raises(TypeError, match="must be True or False"):
            call()
    np.testing.assert_allclose(diag_attention(a, a, a, 10**30), softmax_attention(a, a, a))
    with pytest.raises(ValueError, match="a score > 0, got only 0"):
        stack_map(["norm"], -np.ones((1, 4, 1)), np.ones((1, 4, 1)), 2, phi=relu)


def test_a_map_that_looks_at_other_entries_is_refused(rng):
    def unit(x):
        return np.abs(x) / np.sqrt((x**2).sum(axis=-1, keepdims=True))

    def over_tokens(x):
        return np.exp(x) / np.exp(x).sum(axis=0)

    q, K = rng.standard_normal(2), rng.standard_normal((3, 2))
    for phi in (unit, over_tokens, lambda x: softmax_of(x)):
        for f in (query_jacobian, key_jacobian, lambda *x: elementwise_slope(x[2], x[1])):
            with pytest.raises(ValueError, match="phi must act elementwise"):
                f(q, K, phi)


@pytest.mark.parametrize("t", [1e-7, 1e-8, 3e-9, 1e-9, 1e-12, 1e-30])
def test_a_corner_does_no_harm_unless_it_is_hit(t):
    found = query_jacobian([t, t], np.eye(2), relu)
    np.testing.assert_allclose(found, np.array([[1, -1], [-1, 1]]) / (4 * t), rtol=1e-9)
    np.testing.assert_allclose(elementwise_slope(np.abs, [t, -t]), [1, -1], rtol=1e-9)


def test_where_there_is_no_slope_it_is_said():
    with pytest.raises(ValueError, match="phi must have a slope at x, got none at 0"):
        elementwise_slope(np.sqrt, [0.0])
    with pytest.raises(ValueError, match="a sum > 0 to divide by"):
        weight_jacobian([5e-324, 0], "linear")


def test_rows_of_any_size_are_normed():
    for size in (1e200, 1e300):
        np.testing.assert_allclose(rms_norm([size, -size], 1e-4), [1, -1])
    large = np.array([1e30, -1e30], np.float32)
    np.testing.assert_allclose(rms_norm(large, 1e-4), [1, -1], rtol=1e-6)


def test_a_batch_may_be_causal(rng):
    q, k, v = (rng.standard_normal((2, 3, 7, 4)) for _ in range(3))
    found = norm_attention(q, k, v, causal=True)
    for at in np.ndindex(2, 3):
        wanted = norm_attention(q[at], k[at], v[at], causal=True)
        np.testing.assert_allclose(found[at], wanted, rtol=1e-12)


# --- links and shares --------------------------------------------------------------------------


def test_links_of_two_keys_by_hand():
    # Features of the query 1 and 3, of the keys (1, 0) and (0, 1): scores 1 and 3, p_0 = 1/4.
    # By its own score: 1 * 1 * (3/4) / 4; the other key has no part in the first feature.
    links = chain_slopes([1.0, 3.0], np.eye(2), relu, key=0, entry=0)
    np.testing.assert_allclose(links, [1, 1, 3 / 16, 3 / 16, 0, 3 / 16], rtol=1e-12)
    # By the second entry: nothing by its own score, and -(1/4) / 4 by the other's.
    links = chain_slopes([1.0, 3.0], np.eye(2), relu, key=0, entry=1)
    np.testing.assert_allclose(links[3:], [0, -1 / 16, -1 / 16], rtol=1e-12)


@pytest.mark.parametrize("name", [*MAPS, "softmax"])
def test_links_multiply_and_add_up_to_the_derivative(name):
    phi, rng = MAPS[name][0] if name in MAPS else name, np.random.default_rng(8)
    q, K = rng.uniform(0.1, 2, 3), rng.uniform(-1, 2, (4, 3))
    wanted = query_jacobian(q, K, phi)
    for j, m in np.ndindex(4, 3):
        links = chain_slopes(q, K, phi, j, m)
        assert links.own == pytest.approx(links.feature * links.score * links.weight, rel=1e-12)
        assert links.whole == pytest.approx(wanted[j, m], rel=1e-9, abs=1e-12)
    with pytest.raises(ValueError, match="key must be at most 3, got 4"):
        chain_slopes(q, K, phi, key=4)


@given(seeds, st.sampled_from(["exp", "1 + elu", "square"]))
def test_weights_are_a_choice_of_choices(seed, name):
    phi, rng = MAPS[name][0], np.random.default_rng(seed)
    q, K = rng.standard_normal(3), rng.standard_normal((5, 3))
    a, r = entry_shares(q, K, phi)
    np.testing.assert_allclose([a.sum(), *r.sum(axis=0)], 1, rtol=1e-12)
    np.testing.assert_allclose(r @ a, weights_of(q, K, phi), rtol=1e-9, atol=1e-15)
    assert (r @ a).max() <= sharpest_weight(K, phi) + 1e-12


def test_the_sharpest_weight_is_approached_and_below_the_simple_bound(rng):
    K = rng.standard_normal((6, 3))
    most = sharpest_weight(K, np.exp)
    j, m = np.unravel_index((np.exp(K) / np.exp(K).sum(axis=0)).argmax(), K.shape)
    near = weights_of(50 * np.eye(3)[m], K, np.exp)
    np.testing.assert_allclose(near[j], most, rtol=1e-9)
    assert most <= dilution_bound(K, np.exp)
    assert sharpest_weight(np.eye(4), relu) == 1
    with pytest.raises(ValueError, match="must not be 0 all over"):
        sharpest_weight(-np.eye(2) - 1, relu)


# --- the toy training --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["softmax", "linear", "norm", "diag"])
def test_the_training_attends_as_the_helpers_do(rng, kind):
    q, k, v = qkv(rng, n=12)
    wanted = {
        "softmax": softmax_attention(q, k, v),
        "linear": linear_attention(q, k, v),
        "norm": norm_attention(q, k, v),
        "diag": diag_attention(q, k, v, 4),
    }
    found = training.mixed_by(kind, q[None], k[None], v[None], 4)[0]
    np.testing.assert_allclose(found, wanted[kind], rtol=1e-10)


def two_models(rng, near=False):
    drawn = [training.init_model(rng, near) for _ in range(2)]
    weights = {name: np.stack([model[name] for model in drawn]) for name in drawn[0]}
    rules = [training.draw_rules(rng) for _ in range(2)]
    batch = next(training.batches(rules, [rng, rng], size=3, ahead=1))
    return weights, batch


def test_weights_start_with_the_variance_that_keeps_the_size_of_rows(rng):
    weights = training.init_model(rng, near=True)
    width = training.WIDTH
    for name, rows in weights.items():
        if name != "places":
            inputs = 2 * width if name.startswith("down") else width
            wanted = 0.5 if name in ("symbols", "before", "after") else inputs**-0.5
            assert rows.std() == pytest.approx(wanted, rel=4 / (2 * rows.size) ** 0.5), name
    shapes = {name: rows.shape for name, rows in weights.items()}
    assert shapes["symbols"] == shapes["after"] == (training.SYMBOLS + 1, width)
    assert shapes["up0"] == shapes["down1"][::-1] == (width, 2 * width)
    assert shapes["read"] == (width, training.SYMBOLS)


@pytest.mark.parametrize("name", training.MODELS)
def test_the_gradient_of_a_model_is_that_of_differences(rng, name):
    kinds, near = training.MODELS[name], name == "TransNormer"
    weights, batch = two_models(rng, near)
    flat, unflatten = flatten(weights)

    def loss(x):
        return anp.sum(training.masked_loss(unflatten(x), kinds, *batch))

    along, h = rng.standard_normal(len(flat)), 1e-6
    found = (loss(flat + h * along) - loss(flat - h * along)) / (2 * h)
    np.testing.assert_allclose(along @ grad(loss)(flat), found, rtol=1e-5, atol=1e-7)


def test_models_that_are_trained_at_once_do_not_see_each_other(rng):
    weights, (symbols, hidden) = two_models(rng)
    for kinds in training.MODELS.values():
        both = training.masked_loss(weights, kinds, symbols, hidden)
        for i in range(2):
            one = {name: w[i : i + 1] for name, w in weights.items()}
            alone = training.masked_loss(one, kinds, symbols[i : i + 1], hidden[i : i + 1])
            np.testing.assert_allclose(alone[0], both[i], rtol=1e-10)


def test_what_is_hidden_is_not_shown_nor_what_is_outside_of_local_blocks(rng):
    weights, (symbols, hidden) = two_models(rng)
    shown = np.where(hidden, training.SYMBOLS, symbols)
    first = training.fill_gaps(weights, ("diag", "diag"), shown)
    shown[:, :, 4:] = (shown[:, :, 4:] + 1) % training.SYMBOLS
    second = training.fill_gaps(weights, ("diag", "diag"), shown)
    assert (first[:, :, :4] == second[:, :, :4]).all() and (first != second).any()
    near, _ = two_models(rng, near=True)
    changed = shown.copy()
    changed[:, :, 4] = (changed[:, :, 4] + 1) % training.SYMBOLS
    pair = [training.fill_gaps(near, ("diag", "diag"), x)[:, :, 3] for x in (shown, changed)]
    assert (pair[0] != pair[1]).any()


def test_sequences_keep_one_rule_most_of_the_time(rng):
    rules = training.draw_rules(rng)
    symbols, hidden = training.draw_batch(rules, 500, 20, rng)
    kept = np.array([rule[symbols[:, :-1]] == symbols[:, 1:] for rule in rules]).mean(axis=2)
    wanted = training.FIDELITY + (1 - training.FIDELITY) / training.SYMBOLS
    assert abs(kept.max(axis=0).mean() - wanted) < 0.01
    assert abs(hidden.mean() - training.MASKED) < 0.02


def test_the_ideal_guess_is_that_of_all_ways_to_fill_the_gaps(rng):
    rules, S = training.draw_rules(rng), training.SYMBOLS
    symbols, _ = training.draw_batch(rules, 1, 5, rng)
    hidden = np.array([[False, True, True, False, True]])
    total = np.zeros((3, S))
    for fill in np.ndindex(S, S, S):
        x = symbols[0].copy()
        x[hidden[0]] = fill
        for rule in rules:
            follows = rule[x[:-1]] == x[1:]
            p = np.prod(training.FIDELITY * follows + (1 - training.FIDELITY) / S)
            total[np.arange(3), fill] += p
    total /= total.sum(axis=1, keepdims=True)
    found = training.ideal_guess(rules, symbols, hidden)[0, hidden[0]]
    np.testing.assert_allclose(found, total, rtol=1e-10)


def test_who_sees_less_guesses_worse():
    found = [training.ideal_loss(1, block, size=300) for block in (24, 8, 4, 1)]
    assert found == sorted(found) and found[-1] == pytest.approx(np.log(training.SYMBOLS), rel=0.01)


def test_training_lowers_the_loss_and_a_shorter_one_is_its_beginning():
    kinds = training.MODELS["TransNormer"]
    _, looks, lengths = training.train_toy(kinds, 60, [1, 2], every=20)
    _, ends, _ = training.train_toy(kinds, 20, [2], every=0)
    assert looks.shape == (2, 3) and lengths.shape == (2, 60)
    np.testing.assert_allclose(ends[0, -1], looks[1, 0], rtol=1e-4)
    assert (looks[:, -1] < looks[:, 0]).all() and (training.unrest(lengths) > 0).all()


def test_the_training_steps_as_adam_step_does(rng):
    weights = {"w": rng.standard_normal((2, 3)).astype(np.float32)}
    mean, square = ({"w": np.zeros_like(weights["w"])} for _ in range(2))
    wanted = weights["w"].astype(float)
    state = init_state(wanted)
    for step in range(1, 21):
        slope = {"w": rng.standard_normal((2, 3)).astype(np.float32)}
        wanted, state = adam_step(wanted, slope["w"], state, lr=0.01, beta2=0.98)
        training.descend(weights, slope, mean, square, step, 0.01)
    np.testing.assert_allclose(weights["w"], wanted, rtol=1e-4, atol=1e-5)


def test_the_maps_of_a_model_are_as_local_as_its_weights(rng):
    weights, _ = two_models(rng)
    for name in ("q0", "k0"):
        weights[name] = 0 * weights[name]  # even attention in the first layer
    for kind in ("softmax", "linear"):
        found = training.locality(weights, (kind, kind), [3, 4], [0.4, 1.0], size=3)
        assert found.shape == (2, 2, 2)
        np.testing.assert_allclose(found[:, 0, 0], 0.4, rtol=1e-6)
        np.testing.assert_allclose(found[:, :, 1], 1, rtol=1e-6)


def test_the_record_has_every_seed_and_setting_and_is_not_better_than_ideal():
    record = read_record("transnormer", "training")
    assert set(record["models"]) == set(training.SETTINGS) and len(record["seeds"]) >= 5
    for setting, models in record["models"].items():
        options = training.SETTINGS[setting]
        for name, found in models.items():
            test = np.array(found["test"])
            assert len(test) == len(record["seeds"]) and test.shape[1] in (8, 16)
            whole = np.array(record["ideal"]["24"])
            assert (test.min(axis=1) > whole - 0.03).all()
            if name == "diag, diag" and not options.get("near"):
                cut = np.array(record["ideal"][str(options.get("block", training.BLOCK))])
                assert (test.min(axis=1) > cut - 0.05).all()


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "chain_slopes": [
        ("key", -1, "at least 0"),
        ("entry", -1, "at least 0"),
        ("entry", 2, "at most 1"),
        ("key", 1000, "at most 1"),
    ],
    "diag_attention": [("block", 0, "at least 1")],
    "layer_cost": [
        ("d", 0, "at least 1"),
        ("block", 0, "at least 1"),
    ],
    "local_mass": [("window", 2, "in (0, 1]")],
    "norm_grad_bound": [
        ("c1", -1, ">= 0"),
        ("c2", -1, ">= 0"),
        ("eps", 0, "> 0"),
    ],
    "position_code": [
        ("n", 10**12, "at most 1,000,000"),
        ("d", 1, "at least 2"),
        ("d", 10**12, "at most 10,000"),
        ("n", 0, "at least 1"),
    ],
    "rms_norm": [("eps", -1, ">= 0")],
    "rms_norm_jacobian": [("eps", -1, ">= 0")],
    "stack_map": [
        ("block", 0, "at least 1"),
        ("residual", 1, "in [0, 1)"),
    ],
    "transnormer_layer_plan": [
        ("n_layers", 10**12, "at most 10,000"),
        ("n_layers", 0, "at least 1"),
    ],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("transnormer", name, LIMITS[name])
