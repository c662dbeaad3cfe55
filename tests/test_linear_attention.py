import tracemalloc
from functools import partial

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from glassbox.linear_attention import (
    State,
    attention_cost,
    attention_weights,
    causal_product,
    decay_attention,
    delta_attention,
    delta_rule,
    delta_weights,
    effective_rank,
    elu_plus_one,
    entropy,
    feature_attention,
    fill_memory,
    kernel_attention,
    linear_attention,
    linear_attention_chunked,
    linear_attention_recurrent,
    linear_attention_vjp,
    masked_attention,
    memory_errors,
    reachability,
    read_error,
    read_errors,
    softmax,
    softmax_attention,
    sparse_mask,
    taylor_features,
    unit_pairs,
    unit_rows,
)
from glassbox.linear_attention.features import kernel_is_positive

taylor2 = partial(taylor_features, order=2)
FORMS = [
    softmax_attention,
    partial(kernel_attention, phi=elu_plus_one),
    linear_attention,
    linear_attention_recurrent,
    linear_attention_chunked,
]
CAUSAL = [
    partial(softmax_attention, causal=True),
    partial(kernel_attention, phi=elu_plus_one, causal=True),
    linear_attention_recurrent,
    partial(linear_attention_chunked, chunk=4),
    partial(feature_attention, causal=True, chunk=4),
]


def triple(n, d=4, d_v=3, seed=0, n_queries=None):
    """Random queries, keys and values."""
    rng = np.random.default_rng(seed)
    q = rng.standard_normal((n_queries or n, d))
    return q, rng.standard_normal((n, d)), rng.standard_normal((n, d_v))


# --- by hand -----------------------------------------------------------------------------------


def test_a_worked_example_comes_out_as_by_hand():
    # phi(q) = 1 + q for the positive entries here: queries 2, 3; keys 1+0=1, 1+1=2; values 6, 12.
    q, k, v = [[1.0], [2.0]], [[0.0], [1.0]], [[6.0], [12.0]]
    # Similarities 2*1, 2*2 and 3*1, 3*2: the weights are 1/3 and 2/3 for both queries.
    assert np.allclose(kernel_attention(q, k, v, elu_plus_one), [[10], [10]])
    # Causal: the first query sees the first value alone.
    assert np.allclose(linear_attention_recurrent(q, k, v), [[6], [10]])
    # Without the division: 2*1*6 = 12, and 3*(1*6 + 2*12) = 90.
    assert np.allclose(linear_attention_recurrent(q, k, v, normalize=False), [[12], [90]])
    # The state at the end: S = 1*6 + 2*12, z = 1 + 2.
    _, (S, z) = linear_attention_recurrent(q, k, v, return_state=True)
    assert np.allclose(S, [[30]]) and np.allclose(z, [3])


def test_softmax_attention_by_hand():
    # Scores ln 1 and ln 3 (scale 1): the weights are 1/4 and 3/4.
    q, k, v = [[1.0]], [[0.0], [np.log(3)]], [[4.0], [8.0]]
    assert np.allclose(softmax_attention(q, k, v), [[7]])
    assert np.allclose(softmax_attention(q, k, v, scale=0), [[6]])
    # d = 4: the scale is 1/2, so keys of 2 ln 3 along the query weigh the same.
    q, k = [[1.0, 0, 0, 0]], [[0.0] * 4, [2 * np.log(3), 0, 0, 0]]
    assert np.allclose(softmax_attention(q, k, v), [[7]])


def test_elu_plus_one_is_continuous_with_slope_one_at_zero():
    assert np.array_equal(elu_plus_one([-np.log(2), 0, 1]), [0.5, 1, 2])
    h = 1e-6
    assert np.isclose((elu_plus_one(h) - elu_plus_one(-h)) / (2 * h), 1)


# --- four ways, one result ---------------------------------------------------------------------


@pytest.mark.parametrize("phi", [elu_plus_one, np.exp, taylor2, lambda x: np.maximum(x, 0) + 0.1])
@pytest.mark.parametrize("eps", [0.0, 1e-6, 0.3])
def test_matrix_and_moved_brackets_agree(phi, eps):
    q, k, v = triple(13, n_queries=9)
    a, b = kernel_attention(q, k, v, phi, eps=eps), linear_attention(q, k, v, phi, eps)
    assert np.allclose(a, b, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("phi", [elu_plus_one, np.exp, taylor2])
@pytest.mark.parametrize("eps", [0.0, 1e-6, 0.3])
def test_matrix_recurrence_and_every_chunk_size_agree(phi, eps):
    q, k, v = triple(11)
    oracle = kernel_attention(q, k, v, phi, causal=True, eps=eps)
    assert np.allclose(linear_attention_recurrent(q, k, v, phi, eps), oracle, rtol=1e-10)
    for chunk in [*range(1, 13), 1000]:
        chunked = linear_attention_chunked(q, k, v, phi, chunk, eps)
        assert np.allclose(chunked, oracle, rtol=1e-10, atol=1e-13)


@settings(max_examples=60)
@given(
    n=st.integers(1, 30), d=st.integers(1, 6), d_v=st.integers(1, 6), chunk=st.integers(1, 40),
    seed=st.integers(0, 999), size=st.floats(0.01, 30), normalize=st.booleans(),
)  # fmt: skip
def test_the_causal_forms_agree_whatever_the_shape(n, d, d_v, chunk, seed, size, normalize):
    q, k, v = triple(n, d, d_v, seed)
    q, k = size * q, size * k
    a = linear_attention_recurrent(q, k, v, normalize=normalize)
    b = linear_attention_chunked(q, k, v, chunk=chunk, normalize=normalize)
    assert np.allclose(a, b, rtol=1e-9, atol=1e-10 * np.abs(a).max())
    last = slice(n - 1, None)  # the last token sees all: there the mask changes nothing
    if normalize:
        assert np.allclose(b[last], linear_attention(q[last], k, v), rtol=1e-9, atol=1e-10)


def test_without_division_signed_features_are_welcome():
    q, k, v = triple(10)
    expected = np.tril(q @ k.T) @ v
    for form in (linear_attention_recurrent, partial(linear_attention_chunked, chunk=3)):
        assert np.allclose(form(q, k, v, phi=lambda x: x, normalize=False), expected)


def test_the_state_is_the_sum_over_all_tokens():
    q, k, v = triple(10)
    out, state = linear_attention_recurrent(q, k, v, return_state=True)
    assert isinstance(state, State) and state.S.shape == (4, 3) and state.z.shape == (4,)
    assert np.allclose(state.S, elu_plus_one(k).T @ v)
    assert np.allclose(state.z, elu_plus_one(k).sum(axis=0))
    assert np.array_equal(out, linear_attention_recurrent(q, k, v))


def test_the_state_is_all_that_is_needed_of_the_past():
    q, k, v = triple(10)
    whole, last = linear_attention_recurrent(q, k, v, return_state=True)
    parts, state = [], None
    for part in (slice(0, 1), slice(1, 6), slice(6, 10)):
        before = state and state.S.copy()
        out, after = linear_attention_recurrent(
            q[part], k[part], v[part], return_state=True, state=state
        )
        assert state is None or np.array_equal(before, state.S)
        parts.append(out)
        state = after
    assert np.allclose(np.concatenate(parts), whole) and np.allclose(state.S, last.S)
    with pytest.raises(ValueError, match=r"shapes .*\(4, 3\).*, got \(4, 4\) and \(4,\)"):
        linear_attention_recurrent(q, k, v, state=State(np.eye(4), np.ones(4)))


def test_features_computed_before_give_the_same():
    q, k, v = triple(10)
    fq, fk = elu_plus_one(q), elu_plus_one(k)
    assert np.allclose(feature_attention(fq, fk, v), linear_attention(q, k, v))
    causal = feature_attention(fq, fk, v, causal=True, chunk=3)
    assert np.allclose(causal, linear_attention_recurrent(q, k, v))


@pytest.mark.parametrize("form", CAUSAL)
@pytest.mark.parametrize("t", [0, 5, 9])
def test_a_later_token_changes_nothing_earlier(form, t):
    q, k, v = (np.abs(x) for x in triple(10))
    before = form(q, k, v)
    for x in (q, k, v):
        x[t] += 7
    after = form(q, k, v)
    assert np.array_equal(before[:t], after[:t])
    assert not np.allclose(before[t:], after[t:])


@pytest.mark.parametrize("form", FORMS)
def test_each_result_lies_between_the_least_and_the_largest_value(form):
    q, k, v = triple(12, seed=3)
    out = form(q, k, v)
    assert (out >= v.min(axis=0) - 1e-12).all() and (out <= v.max(axis=0) + 1e-12).all()
    assert np.allclose(form(q, k, np.ones((12, 2))), 1)


@pytest.mark.parametrize("form", FORMS[:3])
def test_the_order_of_keys_does_not_matter_without_a_mask(form):
    q, k, v = triple(12)
    order = np.random.default_rng(1).permutation(12)
    assert np.allclose(form(q, k, v), form(q, k[order], v[order]))


def test_a_long_causal_sequence_takes_memory_linear_in_n():
    rng = np.random.default_rng(0)
    q, k, v = rng.standard_normal((3, 8192, 64))
    tracemalloc.start()
    out = linear_attention_chunked(q, k, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * q.nbytes  # the n x n matrix alone is 128 times q
    assert np.allclose(out[-1:], linear_attention(q[-1:], k, v))


# --- weights and features ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["softmax", "elu_plus_one", "elu", "exp", "taylor1", "taylor2", "double_softmax", np.exp],
)
def test_weights_are_not_negative_and_sum_to_one(kind):
    q, k, _ = triple(9, n_queries=5)
    weights = attention_weights(q, k, kind)
    assert weights.shape == (5, 9) and (weights >= 0).all()
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-13)


def test_weights_times_values_are_attention():
    q, k, v = triple(9)
    weights = {kind: attention_weights(q, k, kind) for kind in ("softmax", "elu", "taylor2")}
    assert np.allclose(weights["softmax"] @ v, softmax_attention(q, k, v))
    assert np.allclose(weights["elu"] @ v, linear_attention(q, k, v))
    assert np.allclose(weights["taylor2"] @ v, linear_attention(q, k, v, taylor2))


def test_double_softmax_by_hand():
    # softmax over features of [0, ln 3]: (1/4, 3/4). Over positions, keys (0, 0), (ln 3, 0):
    # feature 1 has weights (1/4, 3/4), feature 2 (1/2, 1/2). Together (7/16, 9/16).
    q, k = [[0.0, np.log(3)]], [[0.0, 0.0], [np.log(3), 0.0]]
    assert np.allclose(attention_weights(q, k, "double_softmax"), [[7 / 16, 9 / 16]])


@pytest.mark.parametrize("order", range(5))
def test_taylor_features_multiply_to_the_taylor_polynomial(order):
    x, y, _ = triple(6, d=3)
    z = x @ y.T
    polynomial = sum(z**r / np.prod(np.arange(1, r + 1)) for r in range(order + 1))
    features = taylor_features(x, order)
    assert features.shape == (6, sum(3**r for r in range(order + 1)))
    assert np.allclose(features @ taylor_features(y, order).T, polynomial, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("order", [2, 4])
def test_even_taylor_features_may_be_divided_by_and_odd_or_damaged_ones_not(order):
    q, k, v = (3 * x for x in triple(8, d=2))
    out = linear_attention(q, k, v, lambda x: taylor_features(x, order))
    assert np.allclose(out, kernel_attention(q, k, v, lambda x: taylor_features(x, order)))

    def damaged(x):
        features = taylor_features(x, order)
        features[:, 4] *= -1
        return features

    for phi in (lambda x: taylor_features(x, order - 1), damaged):
        with pytest.raises(ValueError, match="features >= 0"):
            linear_attention(q, k, v, phi)
    whole, broken = taylor_features(q, order), damaged(k)
    assert kernel_is_positive(whole, taylor_features(k, order))
    assert not kernel_is_positive(whole, broken) and not kernel_is_positive(broken, whole)


def test_the_second_taylor_polynomial_is_never_below_one_half():
    x = 3 * triple(200, d=3)[0]
    assert (taylor2(x) @ taylor2(-x).T).min() >= 0.5 - 1e-9


@pytest.mark.parametrize("kind, rank", [("elu", 4), ("taylor1", 5), ("taylor2", 15)])
def test_the_rank_is_at_most_the_number_of_features(kind, rank):
    # 1 + z + z^2/2 in d = 4 has 1 + 4 + 10 different monomials.
    q, k, _ = triple(40)
    singular = np.linalg.svd(attention_weights(q, k, kind), compute_uv=False)
    assert (singular[rank:] < 1e-10 * singular[0]).all() and singular[rank - 1] > 1e-8


def test_softmax_and_a_causal_mask_have_full_rank():
    q, k, _ = triple(24)
    eye = np.eye(24)  # with these values, attention returns its weights
    for weights in (
        softmax_attention(q, k, eye),
        softmax_attention(q, k, eye, causal=True),
        linear_attention_recurrent(q, k, eye),
    ):
        assert np.linalg.matrix_rank(weights) == 24


def test_entropy_and_effective_rank_of_known_cases():
    assert np.isclose(entropy([0.5, 0.5, 0.0]), np.log(2)) and entropy([1.0, 0.0]) == 0
    assert np.allclose(entropy(np.full((3, 8), 1 / 8)), np.log(8))
    assert np.isclose(effective_rank(np.diag([2.0, 2.0, 0.0])), 2)
    assert np.isclose(effective_rank(np.outer([1, 2, 3], [1, 1, 5])), 1)
    assert effective_rank([[2.0, 0.0], [0.0, 0.0]]) == effective_rank([[1e-9]]) == 1
    with pytest.raises(ValueError, match="weights must not all be 0"):
        effective_rank(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="weights must have shape"):
        effective_rank([1.0, 2.0])
    for shares in ([0.5, 0.6], [0.5, 0.4], [[0.5, 0.5], [1.0, 1.0]]):
        with pytest.raises(ValueError, match="p must have the sum 1"):
            entropy(shares)
    with pytest.raises(ValueError, match="p must not be empty"):
        entropy([])


# --- gradients ---------------------------------------------------------------------------------


def oracle_in_autograd(q, k, v, phi, causal, eps, normalize):
    maps = {elu_plus_one: lambda x: anp.where(x > 0, 1 + x, anp.exp(x)), np.exp: anp.exp}
    phi = maps.get(phi, lambda x: x)
    similarity = anp.dot(phi(q), phi(k).T)
    if causal:
        similarity = similarity * np.tril(np.ones(similarity.shape))
    out = anp.dot(similarity, v)
    return out / (anp.sum(similarity, axis=1, keepdims=True) + eps) if normalize else out


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("phi", [elu_plus_one, np.exp, None])
@pytest.mark.parametrize("eps", [0.0, 0.2])
def test_gradients_equal_those_of_autograd(causal, normalize, phi, eps):
    q, k, v = triple(9)
    if phi is None:
        q, k = abs(q), abs(k)
    g = np.random.default_rng(1).standard_normal(v.shape)
    how = {"phi": phi, "causal": causal, "eps": eps, "normalize": normalize}
    found = linear_attention_vjp(q, k, v, g, **how, chunk=4)

    def loss(q, k, v):
        return anp.sum(g * oracle_in_autograd(q, k, v, **how))

    for i, mine in enumerate(found):
        assert np.allclose(mine, grad(loss, i)(q, k, v), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("causal", [False, True])
def test_gradients_equal_central_differences(causal):
    form = linear_attention_chunked if causal else linear_attention
    inputs = triple(5, d=3, d_v=2)
    g = np.random.default_rng(1).standard_normal((5, 2))
    h = 1e-6
    for x, mine in zip(inputs, linear_attention_vjp(*inputs, g, causal=causal), strict=True):
        for at in np.ndindex(x.shape):
            here = x[at]
            x[at] = here + h
            up = (g * form(*inputs)).sum()
            x[at] = here - h
            down = (g * form(*inputs)).sum()
            x[at] = here
            assert np.isclose((up - down) / (2 * h), mine[at], rtol=1e-6, atol=1e-8)


# --- the sparse road ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "n, kind, k, count",
    [
        (12, "local", 3, 72), (12, "atrous", 3, 48), (12, "local+atrous", 3, 90),
        (16, "strided_causal", 4, 82),
        # fixed: blocks of 4 with 1 + 2 + 3 + 4 pairs, and the ends of 0, 1, 2, 3 earlier blocks
        (16, "fixed_causal", 4, 4 * 10 + 4 * (0 + 1 + 2 + 3)),
        (5, "local", 0, 5), (5, "local", 99, 25), (5, "atrous", 1, 25), (1, "fixed_causal", 3, 1),
    ],
)  # fmt: skip
def test_masks_have_as_many_entries_as_counted_by_hand(n, kind, k, count):
    mask = sparse_mask(n, kind, k)
    assert mask.dtype == bool and mask.shape == (n, n) and mask.sum() == count


@given(n=st.integers(1, 40), k=st.integers(1, 50), kind=st.sampled_from(
    ["local", "atrous", "local+atrous", "strided_causal", "fixed_causal"]))  # fmt: skip
def test_each_position_sees_itself_and_causal_masks_see_no_future(n, k, kind):
    mask = sparse_mask(n, kind, k)
    assert mask.diagonal().all()
    if kind.endswith("causal"):
        assert not np.triu(mask, 1).any()
        earlier = np.tri(n, dtype=bool)
        assert np.array_equal(reachability(mask, 2), earlier)  # two layers reach all of the past
    else:
        assert np.array_equal(mask, mask.T)
    if kind == "local" and k < n:
        assert mask.sum() == n * (2 * k + 1) - k * (k + 1)


def test_two_local_layers_reach_twice_as_far():
    for hops in range(5):
        twice = sparse_mask(30, "local", 3 * hops)
        assert np.array_equal(reachability(sparse_mask(30, "local", 3), hops), twice)


def test_what_a_position_reaches_is_what_its_output_depends_on():
    mask = sparse_mask(12, "fixed_causal", 3)
    q, k, v = triple(12, d_v=4)

    def two_layers(v):
        return masked_attention(q, k, masked_attention(q, k, v, mask), mask)

    before, reached = two_layers(v), reachability(mask, 2)
    for j in range(12):
        nudged = v.copy()
        nudged[j] += 1
        assert np.array_equal((two_layers(nudged) != before).any(axis=1), reached[:, j])


def test_masked_attention_with_full_and_causal_masks_is_softmax_attention():
    q, k, v = triple(9)
    assert np.allclose(masked_attention(q, k, v, np.ones((9, 9))), softmax_attention(q, k, v))
    causal = softmax_attention(q, k, v, causal=True)
    assert np.allclose(masked_attention(q, k, v, np.tri(9, dtype=bool)), causal)
    assert np.allclose(masked_attention(q, k, v, np.eye(9, dtype=int)), v)


def test_costs_cross_where_they_should():
    d, h = 64, 12
    wide = d * h
    assert attention_cost(100, d, h, "softmax") == 2 * 100**2 * wide
    assert attention_cost(d, d, h, "softmax") == attention_cost(d, d, h, "linear")
    at = 2 * wide  # here attention with its projections costs as much as the FFN
    core, around = (attention_cost(at, d, h, kind) for kind in ("softmax", "projections"))
    assert core + around == attention_cost(at, d, h, "ffn") == 8 * at * wide**2
    at = 6 * wide  # here the n x n part is half of the layer
    assert 2 * attention_cost(at, d, h, "softmax") == attention_cost(at, d, h, "softmax_layer")
    at = 1 + d + d * d
    assert attention_cost(at, d, h, "taylor2") == attention_cost(at, d, h, "softmax")


# --- the memory --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [8, 32, 128])
def test_the_mean_squared_error_of_a_plain_memory_is_n_minus_one_over_d(n):
    rng, d = np.random.default_rng(0), 32
    errors = []
    for _ in range(200):
        k, v = unit_pairs(n, d, d, rng)
        out, (S, _) = linear_attention_recurrent(
            k, k, v, phi=lambda x: x, normalize=False, return_state=True
        )
        assert np.allclose(out[-1], k[-1] @ S)
        errors.append(read_error(k @ S, v))
    assert np.isclose(np.mean(errors), (n - 1) / d, rtol=0.05)


def test_the_last_row_of_a_read_is_the_recurrence_at_that_time():
    k, v = unit_pairs(7, 3, 4, np.random.default_rng(0))
    for rule, phi in (("elu_plus_one", elu_plus_one), ("taylor2", taylor2)):
        memory = fill_memory(k, v, rule, sharpness=1)
        diagonal = memory.read[np.arange(7), np.arange(7)]
        assert np.allclose(diagonal, linear_attention_recurrent(k, k, v, phi))
        assert np.allclose(memory.read[-1], linear_attention(k, k, v, phi))
    plain = fill_memory(k, v, "identity")
    assert np.allclose(plain.S[-1], k.T @ v) and np.allclose(plain.read[3], k @ (k[:4].T @ v[:4]))
    kept = fill_memory(k, v, "softmax", sharpness=5)
    assert np.allclose(kept.read[4], softmax_attention(k, k[:5], v[:5], scale=5))


def test_the_delta_rule_reads_the_newest_pair_exactly_and_overwrites():
    k, v = unit_pairs(20, 6, 3, np.random.default_rng(0))
    memory = fill_memory(k, v, "delta")
    newest = memory.read[np.arange(20), np.arange(20)]
    assert np.allclose(newest, v)
    *_, S = delta_rule(k[[0, 0]], v[:2])
    assert np.allclose(k[0] @ S, v[1])  # the sum rule would give v[0] + v[1]


def test_the_delta_rule_repeated_finds_the_least_squares_memory():
    d, n = 16, 12
    k, v = unit_pairs(n, d, 5, np.random.default_rng(0))
    *_, S = delta_rule(np.tile(k, (400, 1)), np.tile(v, (400, 1)))
    assert np.allclose(k @ S, v, atol=1e-6)  # up to d pairs fit
    n, errors = 64, []
    for seed in range(20):
        k, v = unit_pairs(n, d, 5, np.random.default_rng(seed))
        errors.append(read_error(k @ np.linalg.lstsq(k, v, rcond=None)[0], v))
    assert np.isclose(np.mean(errors), 1 - d / n, rtol=0.03)


def test_the_errors_of_six_memories_are_those_of_what_each_holds_in_the_end():
    rules = {
        "plain sum": "identity", "delta rule": "delta", "elu + 1": "elu_plus_one",
        "1 + u + u²/2": "taylor2", "softmax": "softmax",
    }  # fmt: skip
    for n in (1, 7):
        found = read_errors([n], [4], 1, np.random.default_rng(0), sharpness=3.0)["errors"]["4"]
        k, v = unit_pairs(n, 4, 4, np.random.default_rng(0))
        for name, rule in rules.items():
            read = fill_memory(k, v, rule, sharpness=3.0).read[-1]
            assert found[name] == pytest.approx([read_error(read, v)], abs=1e-12), name
        best = k @ np.linalg.pinv(k) @ v
        assert found["least squares"] == pytest.approx([read_error(best, v)], abs=1e-12)


def test_an_error_is_relative_to_the_squares_of_the_values():
    assert read_error([[0.0, 0.0]], [[1.0, -1.0]]) == 1
    with pytest.raises(ValueError, match="v must not all be 0"):
        read_error([[1.0, 1.0]], [[0.0, 0.0]])
    with pytest.raises(ValueError, match="k must have shape"):
        fill_memory([1.0], [[1.0]], "identity")


def test_the_error_over_the_pairs_so_far_starts_at_zero():
    k, v = unit_pairs(12, 8, 8, np.random.default_rng(2))
    for rule in ("identity", "elu_plus_one", "taylor2", "softmax", "delta"):
        errors = memory_errors(fill_memory(k, v, rule), v)
        assert errors.shape == (12,) and np.isclose(errors[0], 0, atol=1e-20)
        assert errors[-1] > 1e-6


def test_unit_rows_have_length_one_and_zero_rows_stay():
    rows = unit_rows([[3.0, 4.0], [0.0, 0.0]])
    assert np.allclose(rows, [[0.6, 0.8], [0, 0]])


# --- inputs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_lists_and_integers_are_taken_and_float32_stays(form):
    q, k, v = ([[1, 2], [0, 1], [3, 1]] for _ in range(3))
    out = form(q, k, v)
    assert out.dtype == np.float64
    single = [np.asarray(x, dtype=np.float32) for x in (q, k, v)]
    low = form(*single)
    assert low.dtype == np.float32 and np.allclose(low, out, rtol=1e-5)
    assert form(single[0], k, v).dtype == np.float64


@pytest.mark.parametrize("form", FORMS)
def test_one_token_attends_to_itself(form):
    assert np.allclose(form([[2.0, -1.0]], [[0.5, 3.0]], [[4.0, 5.0, 6.0]]), [[4, 5, 6]])


@pytest.mark.parametrize("form", [*FORMS, partial(linear_attention_vjp, g=np.ones((5, 3)))])
def test_inputs_are_not_changed(form):
    inputs = triple(5)
    copies = [x.copy() for x in inputs]
    form(*inputs)
    assert all(np.array_equal(x, c) for x, c in zip(inputs, copies, strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_shapes_that_do_not_fit_are_named(form):
    q, k, v = triple(5)
    with pytest.raises(ValueError, match=r"k must have shape .* d = 4, got \(5, 3\)"):
        form(q, k[:, :3], v)
    with pytest.raises(ValueError, match=r"v must have shape .* = 5, got \(4, 3\)"):
        form(q, k, v[:4])
    with pytest.raises(ValueError, match=r"q must have shape \(n, d\), got \(5,\)"):
        form(q[:, 0], k, v)
    with pytest.raises(ValueError, match=r"q must not be empty, got shape \(0, 4\)"):
        form(q[:0], k[:0], v[:0])
    with pytest.raises(ValueError, match="q must be a rectangular array"):
        form([[1.0], [1.0, 2.0]], k, v)


@pytest.mark.parametrize("form", CAUSAL)
def test_a_causal_form_wants_as_many_queries_as_keys(form):
    q, k, v = triple(5)
    with pytest.raises(ValueError, match=r"k must (be as long as f?q, 3|.* n = 3, d = 4), got"):
        form(q[:3], k, v)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_named(form, bad):
    for which, name in enumerate("qkv"):
        inputs = triple(5)
        inputs[which][2, 1] = bad
        with pytest.raises(ValueError, match=rf"{name} must be finite, got {name}\[2, 1\] = {bad}"):
            form(*inputs)


@pytest.mark.parametrize(
    "form",
    [
        linear_attention, linear_attention_recurrent, linear_attention_chunked, kernel_attention,
        partial(kernel_attention, causal=True),
    ],
)  # fmt: skip
def test_features_that_cannot_be_divided_by_are_refused(form):
    q, k, v = triple(6)
    with pytest.raises(ValueError, match=r"features >= 0.*got -"):
        form(q, k, v, phi=lambda x: x)
    with pytest.raises(ValueError, match="features >= 0"):  # even where all products are positive
        form(q, k, v, phi=lambda x: -elu_plus_one(x))
    with pytest.raises(ValueError, match="features >= 0"):
        form(3 * q, 3 * k, v, phi=lambda x: taylor_features(x, 1))
    with pytest.raises(ValueError, match=r"sum > 0.*got 0 for query 0"):
        form(q, k, v, phi=np.zeros_like)
    with pytest.raises(ValueError, match=r"\(6, C\), to keep the rows of q, got \(4, 6\)"):
        form(q, k, v, phi=np.transpose)
    with pytest.raises(ValueError, match=r"phi\(q\) must be finite"):
        form(q, k, v, phi=lambda x: np.full_like(x, np.inf))
    with pytest.raises(TypeError, match="phi must be a function"):
        form(q, k, v, phi="elu")
    with pytest.raises(ValueError, match="eps must be >= 0, got -1"):
        form(q, k, v, phi=elu_plus_one, eps=-1)
    form(unit_rows(q), unit_rows(k), v, phi=lambda x: taylor_features(x, 1))  # 1 + z >= 0


def test_a_chunk_is_a_whole_number_of_at_least_one():
    for chunk in (0, -3):
        with pytest.raises(ValueError, match=f"chunk must be at least 1, got {chunk}"):
            linear_attention_chunked(*triple(5), chunk=chunk)
        with pytest.raises(ValueError, match=f"chunk must be at least 1, got {chunk}"):
            delta_attention(*triple(5), chunk=chunk)
        with pytest.raises(ValueError, match=f"chunk must be at least 1, got {chunk}"):
            decay_attention(*triple(5), 0.5, chunk=chunk)
    with pytest.raises(TypeError, match="chunk must be an integer"):
        linear_attention_chunked(*triple(5), chunk=2.5)


HIDDEN = np.ma.array(np.ones((5, 5)), mask=np.eye(5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda q, k, v: linear_attention_vjp(q, k, v, q),
            r"g must have .* n = 5, d_v = 3, got \(5, 4\)",
        ),
        (lambda q, k, v: linear_attention_vjp(q, k, v, v, phi=np.cosh), "slopes are known"),
        (lambda q, k, v: attention_weights(q, k, "cosine"), "kind must be one of softmax"),
        (lambda q, k, v: attention_weights(q, k, ["softmax"]), "kind must be one of softmax"),
        (lambda q, k, v: taylor_features(q, -1), "order must be at least 0"),
        (lambda q, k, v: sparse_mask(4, "global", 1), "kind must be one of local"),
        (
            lambda q, k, v: masked_attention(q, k, v, np.ones((4, 4))),
            r"shape \(5, 5\).*got \(4, 4\)",
        ),
        (lambda q, k, v: masked_attention(q, k, v, np.diag([1, 0, 1, 1, 1])), "query 1 sees none"),
        (lambda q, k, v: masked_attention(q, k, v, np.full((5, 5), 2)), "True and False"),
        (lambda q, k, v: reachability(np.ones((2, 3)), 1), r"square.*got shape \(2, 3\)"),
        (lambda q, k, v: attention_cost(8, 4, 1, "cubic"), "kind must be one of softmax"),
        (lambda q, k, v: fill_memory(k, v, "hebb"), "rule must be one of identity"),
        (lambda q, k, v: softmax_attention(q.astype(complex), k, v), "q must be real numbers"),
        (lambda q, k, v: softmax_attention(q, k, v, scale=np.nan), "scale must be finite"),
        (lambda q, k, v: sparse_mask(0, "local", 1), "must be at least"),
        (lambda q, k, v: sparse_mask(4, "atrous", 0), "must be at least"),
        (lambda q, k, v: sparse_mask(4, "local", -1), "must be at least"),
        (lambda q, k, v: softmax(HIDDEN), "scores must be plain numbers"),
        (lambda q, k, v: masked_attention(q, k, v, HIDDEN), "mask must be plain"),
        (lambda q, k, v: reachability(HIDDEN, 2), "mask must be plain numbers"),
    ],
)
def test_other_bad_arguments_are_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call(*triple(5))


# --- what hostile input once did ---------------------------------------------------------------


def test_a_chunk_of_nothing_is_refused():
    q, k, v = triple(5)
    for chunk in (0, -1):
        with pytest.raises(ValueError, match=f"chunk must be at least 1, got {chunk}"):
            causal_product(abs(q), abs(k), v, chunk=chunk)


def test_softmax_of_small_integers_does_not_wrap_around():
    for kind in (np.uint8, np.int64, np.float32):
        assert np.allclose(softmax(np.array([1, 2, 120], kind)), [0, 0, 1])
    assert np.allclose(softmax(np.array([0, 1], np.uint64)), [0.26894142, 0.73105858])
    with pytest.raises(ValueError, match="scores must have a finite largest one"):
        softmax([-np.inf, -np.inf])


def test_softmax_of_scores_further_apart_than_floats_reach_gives_no_warning():
    with np.errstate(all="raise", under="ignore"):
        assert np.array_equal(softmax([1e308, -1e308]), [1, 0])


@pytest.mark.parametrize(("dtype", "x"), [(float, -372.0), (np.float32, -51.0)])
def test_tiny_features_keep_their_ratios(dtype, x):
    q = np.array([[x]], dtype)
    k = np.array([[x], [x - 0.5], [x + 0.5]], dtype)
    wanted = np.exp([0, -0.5, 0.5]) / np.exp([0, -0.5, 0.5]).sum()  # elu + 1 is exp down there
    assert np.allclose(attention_weights(q, k, "elu")[0], wanted, rtol=1e-3)
    assert np.allclose(linear_attention(q, k, np.eye(3, dtype=dtype))[0], wanted, rtol=1e-3)
    assert elu_plus_one(np.float32(-20)) > 0 and np.float32(np.exp(-20) - 1) + 1 == 0


def test_products_that_no_float_holds_are_refused():
    with pytest.raises(ValueError, match="q and k must have finite products"):
        softmax_attention([[1e200]], [[1e200], [-1e200]], [[1.0], [2.0]])


def test_a_state_that_is_not_finite_is_refused():
    q, k, v = triple(3)
    bad = State(np.full((4, 3), np.nan), np.ones(4))
    with pytest.raises(ValueError, match="state must be finite"):
        linear_attention_recurrent(q, k, v, state=bad)


def test_a_mask_of_keys_may_not_blind_the_first_query():
    q, k, v = triple(3)
    with pytest.raises(ValueError, match="must leave each query a key, got none for query 0"):
        softmax_attention(q, k, v, causal=True, key_mask=[False, True, True])
    first = softmax_attention(q, k, v, causal=True, key_mask=[True, False, False])
    np.testing.assert_allclose(first, [v[0]] * 3)


def test_padding_counts_unless_it_is_masked():
    q, k, v = triple(6)
    pad = np.zeros((2, 4))
    longer = np.concatenate([k, pad]), np.concatenate([v, np.zeros((2, 3))])
    mask = np.arange(8) < 6
    plain = linear_attention(q, k, v)
    assert abs(linear_attention(q, *longer) - plain).max() > 0.05, "phi(0) is 1"
    assert np.allclose(linear_attention(q, *longer, key_mask=mask), plain)
    assert np.allclose(kernel_attention(q, *longer, elu_plus_one, key_mask=mask), plain)
    soft = softmax_attention(q, k, v)
    assert np.allclose(softmax_attention(q, *longer, key_mask=mask), soft)
    weights = attention_weights(q, longer[0], "elu", key_mask=mask)
    assert (weights[:, 6:] == 0).all() and np.allclose(weights[:, :6] @ v, plain)
    hidden = np.array([1, 0, 1, 1, 0, 1])
    by_matrix = kernel_attention(q, k, v, elu_plus_one, causal=True, key_mask=hidden)
    for form in (linear_attention_recurrent, linear_attention_chunked):
        assert np.allclose(form(q, k, v, key_mask=hidden), by_matrix)
    for bad in (np.ones(5), np.full(6, 2)):
        with pytest.raises(ValueError, match="key_mask must"):
            linear_attention(q, k, v, key_mask=bad)


def test_shares_are_shares():
    for p in ([2, 2], [-0.5, 1.5]):
        with pytest.raises(ValueError, match="p must"):
            entropy(p)


def test_the_delta_rule_as_a_map_gives_what_the_states_give():
    rng = np.random.default_rng(0)
    q, k = (unit_rows(x) for x in rng.standard_normal((2, 9, 4)))
    v, beta = rng.standard_normal((9, 3)), rng.uniform(0.1, 1, 9)
    S, wanted = np.zeros((4, 3)), []
    for i in range(9):
        S = S + beta[i] * np.outer(k[i], v[i] - S.T @ k[i])
        wanted.append(S.T @ q[i])
    assert np.allclose(delta_weights(q, k, beta) @ v, wanted)
    for chunk in (1, 2, 4, 9, 20):
        assert np.allclose(delta_attention(q, k, v, beta, chunk=chunk), wanted)


def test_decay_forgets_by_a_factor_a_token():
    q, k, v = triple(7)
    for gamma in (1.0, 0.8, 0.0):
        i, j = np.indices((7, 7))
        wanted = np.tril((q @ k.T) * gamma ** abs(i - j)) @ v
        assert np.allclose(decay_attention(q, k, v, gamma), wanted)
        assert np.allclose(decay_attention(q, k, v, gamma, chunk=3), wanted)


def test_features_that_memory_does_not_bear_are_refused():
    told = r"order must leave at most 10,000,000 features, got 2 for \(1, 4000\)"
    with pytest.raises(ValueError, match=told):
        taylor_features(np.ones((1, 4000)), 2)  # 16 million
    assert taylor_features(np.ones((1, 1000)), 2).shape == (1, 1 + 1000 + 1000**2)


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "decay_attention": [("decay", -1, "in [0, 1]")],
    "delta_rule": [("rate", -1, ">= 0")],
    "fill_memory": [("sharpness", -1, "in [0, 1e+06]")],
    "reachability": [("hops", -1, "at least 0"), ("hops", 10**12, "at most 100,000")],
    "read_errors": [
        ("draws", 0, "at least 1"),
        ("draws", 10**12, "at most 10,000"),
        ("sharpness", -1, "in [0, 1e+06]"),
    ],
    "sparse_mask": [("n", 10**12, "at most 4,096"), ("k", -1, "at least 0")],
    "taylor_features": [("order", 17, "at most 16")],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("linear_attention", name, LIMITS[name])
