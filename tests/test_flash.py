from inspect import signature

import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from glassbox import flash
from glassbox.adam import unpack
from glassbox.flash import (
    FlashState,
    ToyModel,
    attention_paths,
    effective_attention_matrix,
    flash_decode,
    flash_decode_step,
    flash_init_state,
    flash_layer,
    gau,
    gau_attention,
    gau_layer,
    glu,
    init_unit_weights,
    layer_norm,
    markov_text,
    mixed_chunk_attention,
    mult_adds,
    offset_scale,
    score_floats,
    silu,
    source_entropy,
    squared_relu,
    train_toy,
    unit_costs,
    weight_count,
)

RNG = np.random.default_rng(0)
SCALES = ("1/n", "1/sqrt(ns)", "1/sqrt(s)", "1/t", None, 0.7)


def weights(heads, d=6, e=10, s=4, seed=1):
    """Weights with biases that are not zero."""
    rng = np.random.default_rng(seed)
    made = init_unit_weights(d, e, s, heads, rng=rng)
    return made | {k: 0.3 * rng.standard_normal(w.shape) for k, w in made.items() if k[0] == "b"}


def heads_and_values(n, s=4, e=5, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((n, s)) for _ in range(4)], rng.standard_normal((n, e))


def close(a, b, tol=1e-12):
    np.testing.assert_allclose(a, b, rtol=tol, atol=tol)


# --- activations and heads ---------------------------------------------------------------------


def test_squared_relu_and_silu_match_their_formulas():
    x = np.linspace(-5, 5, 21)
    close(squared_relu(x), [v * v if v > 0 else 0.0 for v in x])
    close(silu(x), x / (1 + np.exp(-x)))


def test_silu_keeps_its_digits_far_out():
    close(silu(-50.0), -50.0 * np.exp(-50.0) / (1 + np.exp(-50.0)), 1e-14)
    assert silu(1e4) == 1e4
    assert silu(-1e4) == 0


def test_offset_scale_scales_and_shifts_each_head():
    z = RNG.standard_normal((2, 7, 3))
    gamma, beta = RNG.standard_normal((4, 3)), RNG.standard_normal((4, 3))
    made = offset_scale(z, gamma, beta)
    assert made.shape == (4, 2, 7, 3)
    for h in range(4):
        close(made[h], z * gamma[h] + beta[h])


# --- the unit ----------------------------------------------------------------------------------


def test_a_unit_worked_by_hand():
    # d = e = s = 1, two tokens 1 and 2. Large inputs to silu: silu(t) = t to 1e-12 beyond t = 30.
    # u = 30 x, v = 40 x, z = 50 x; q = z, k = z / 5000; scores q k: 50 x_i x_j / 100 = x_i x_j / 2.
    # Divided by n = 2: x_i x_j / 4. Squared: (1/16, 4/16), (4/16, 16/16).
    # A v = (1 * 40 + 4 * 80) / 16 = 22.5 and (4 * 40 + 16 * 80) / 16 = 90.
    # o = u A v: 30 * 22.5 = 675 and 60 * 90 = 5400; times Wo = 1/675: 1 and 8.
    w = {
        "Wu": [[30]], "Wv": [[40]], "Wz": [[50]], "gamma": [[1], [1 / 5000]], "beta": [[0], [0]],
        "Wo": [[1 / 675]],
    }  # fmt: skip
    close(gau([[1], [2]], w), [[1], [8]], 1e-11)
    # Causal: token 1 reads only itself: 40 / 16 = 2.5, so 30 * 2.5 / 675 = 1 / 9.
    close(gau([[1], [2]], w, causal=True), [[1 / 9], [8]], 1e-11)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("score_scale", SCALES)
def test_a_unit_is_what_loops_over_tokens_give(causal, score_scale):
    w, x = weights(2), RNG.standard_normal((7, 6))
    n, s = 7, 4
    u, v, z = (silu(x @ w["W" + k] + w["b" + k]) for k in "uvz")
    q, k = z * w["gamma"][0] + w["beta"][0], z * w["gamma"][1] + w["beta"][1]
    out = np.empty_like(x)
    for i in range(n):
        factor = {"1/n": 1 / n, "1/sqrt(ns)": 1 / np.sqrt(n * s), "1/sqrt(s)": 1 / 2,
                  "1/t": 1 / (i + 1), None: 1, 0.7: 0.7}[score_scale]  # fmt: skip
        read = sum(
            max(factor * float(q[i] @ k[j]), 0) ** 2 * v[j] for j in range(i + 1 if causal else n)
        )
        out[i] = (u[i] * read) @ w["Wo"] + w["bo"]
    close(gau(x, w, causal, score_scale), out)
    close(gau_layer(x, w, causal, score_scale), x + gau(layer_norm(x), w, causal, score_scale))


def test_with_the_identity_for_a_matrix_a_unit_is_the_glu():
    w, x = weights(2), RNG.standard_normal((5, 6))
    plain = {k: v for k, v in w.items() if k not in ("bu", "bv", "bz", "bo")}
    close(gau(x, plain, attention="identity"), glu(x, w["Wu"], w["Wv"], w["Wo"]), 1e-14)
    # and by weights alone: constant q and k with q k = n for a token alone
    one = plain | {"gamma": np.zeros((2, 4)), "beta": np.full((2, 4), 0.5)}
    for row in x:
        close(gau(row[None], one), glu(row[None], w["Wu"], w["Wv"], w["Wo"]), 1e-14)


@pytest.mark.parametrize("attention", ["relu2", "softmax"])
def test_with_ones_for_a_gate_a_unit_is_attention(attention):
    w, x = weights(2), RNG.standard_normal((5, 6))
    v, z = silu(x @ w["Wv"] + w["bv"]), silu(x @ w["Wz"] + w["bz"])
    a = gau_attention(*offset_scale(z, w["gamma"], w["beta"]), attention=attention)
    expected = a @ v @ w["Wo"] + w["bo"]
    close(gau(x, w, attention=attention, gate=False), expected)
    # the same with weights that make the gate 1: silu(b) = 1 at this b
    b = 1.2784645427610738
    assert silu(b) == pytest.approx(1, abs=1e-15)
    ones = w | {"Wu": np.zeros((6, 10)), "bu": np.full(10, b)}
    close(gau(x, ones, attention=attention), expected)


def test_softmax_rows_sum_to_one_and_squared_relu_rows_need_not():
    q, k = RNG.standard_normal((2, 6, 4))
    close(gau_attention(q, k, True, attention="softmax").sum(axis=-1), np.ones(6))
    close(gau_attention(2 * q, k).sum(axis=-1), 4 * gau_attention(q, k).sum(axis=-1))


def test_a_row_of_negative_scores_reads_nothing():
    q, k = np.ones((3, 2)), -np.ones((3, 2))
    assert (gau_attention(q, k) == 0).all()


def test_a_batch_is_many_sequences():
    x = RNG.standard_normal((2, 3, 7, 6))
    for layer, heads in ((gau, 2), (gau_layer, 2)):
        w = weights(heads)
        whole = layer(x, w, causal=True)
        close(whole[1, 2], layer(x[1, 2], w, causal=True))
    w = weights(4)
    for causal in (False, True):
        close(flash_layer(x, w, 3, causal)[1, 2], flash_layer(x[1, 2], w, 3, causal))


# --- mixed chunks ------------------------------------------------------------------------------


def mixed_by_loops(heads, v, chunk, causal, normalise):
    """Token by token, from the definition."""
    qq, lq, qk, lk = heads
    n = len(v)
    out = np.zeros_like(v)
    for i in range(n):
        first = i // chunk * chunk
        past = first if causal else n
        for j in range(n):
            if j // chunk == i // chunk and (j <= i or not causal):
                out[i] += max(float(qq[i] @ qk[j]) / chunk, 0) ** 2 * v[j]
            if j < past:
                out[i] += float(lq[i] @ lk[j]) * v[j] / {
                    "chunk": chunk if causal else n, "count": past, "n": n, None: 1,
                }[normalise]  # fmt: skip
    return out


@pytest.mark.parametrize("normalise", ["chunk", "count", "n", None])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("chunk", [1, 2, 4, 5, 11, 12, 13, 40])
def test_mixed_chunks_are_what_loops_over_tokens_give(chunk, causal, normalise):
    heads, v = heads_and_values(12)
    made = mixed_chunk_attention(*heads, v, chunk, causal, normalise)
    close(made, mixed_by_loops(heads, v, chunk, causal, normalise))


@settings(max_examples=60)
@given(
    st.integers(1, 17), st.integers(1, 20), st.integers(1, 3), st.booleans(),
    st.sampled_from(["chunk", "count", "n", None]), st.integers(0, 99),
)  # fmt: skip
def test_the_effective_matrix_times_v_is_the_output(n, chunk, s, causal, normalise, seed):
    heads, v = heads_and_values(n, s, 2, seed)
    a = effective_attention_matrix(*heads, chunk, causal, normalise)
    assert a.shape == (n, n)
    close(a @ v, mixed_chunk_attention(*heads, v, chunk, causal, normalise), 1e-11)
    if causal:
        assert (np.triu(a, 1) == 0).all()


def test_the_effective_matrix_sees_all_unless_told_otherwise_and_has_a_limit():
    parts = np.random.default_rng(5).random((4, 6, 2))
    seen = effective_attention_matrix(*parts, 2)
    np.testing.assert_array_equal(seen, effective_attention_matrix(*parts, 2, causal=False))
    assert (seen > 0).all()
    with pytest.raises(ValueError, match="at most 20,000 rows, for n × n numbers, got 20001"):
        effective_attention_matrix(*np.ones((4, 20_001, 1)), 2)


@pytest.mark.parametrize("causal", [False, True])
def test_one_chunk_is_the_quadratic_form(causal):
    (qq, lq, qk, lk), v = heads_and_values(9)
    quadratic = gau_attention(qq, qk, causal) @ v
    zero = np.zeros_like(lq)
    close(mixed_chunk_attention(qq, zero, qk, zero, v, 9, causal), quadratic)
    if causal:  # then there is no past, whatever the linear heads say
        close(mixed_chunk_attention(qq, lq, qk, lk, v, 9, causal), quadratic)
    four, two = weights(4), weights(4)
    four["gamma"][[1, 3]] = four["beta"][[1, 3]] = 0
    two |= {k: four[k][[0, 2]] for k in ("gamma", "beta")}
    x = RNG.standard_normal((9, 6))
    close(flash_layer(x, four, 9, causal), gau_layer(x, two, causal))


def test_chunks_of_one_are_strict_linear_attention_and_a_weight_for_the_token_itself():
    (qq, lq, qk, lk), v = heads_and_values(8)
    scores = np.tril(lq @ lk.T, -1) + np.diag(squared_relu((qq * qk).sum(axis=-1)))
    close(mixed_chunk_attention(qq, lq, qk, lk, v, 1, causal=True), scores @ v)


def test_full_linear_attention_does_not_depend_on_the_chunks():
    (qq, lq, _, lk), v = heads_and_values(10)
    zero, expected = np.zeros_like(qq), lq @ (lk.T @ v) / 10
    for chunk in (1, 3, 10, 12):
        close(mixed_chunk_attention(zero, lq, zero, lk, v, chunk), expected)


def test_the_part_beyond_the_chunk_has_rank_s():
    heads, _ = heads_and_values(24, s=3)
    a = effective_attention_matrix(*heads, 4, causal=True)
    assert np.linalg.matrix_rank(a[12:, :12]) == 3


@pytest.mark.parametrize("n", [12, 11, 5])
@pytest.mark.parametrize("chunk", [1, 3, 4, 12, 16])
def test_a_causal_layer_does_not_see_the_future_at_all(n, chunk):
    w, x = weights(4), np.random.default_rng(3).standard_normal((n, 6))
    before = flash_layer(x, w, chunk, causal=True)
    for t in range(n):
        changed = x.copy()
        changed[t:] = 10 * np.random.default_rng(t).standard_normal((n - t, 6))
        after = flash_layer(changed, w, chunk, causal=True)
        assert (after[:t] == before[:t]).all()
        assert (after[t] != before[t]).any()


def test_a_causal_unit_does_not_see_the_future_at_all():
    w, x = weights(2), RNG.standard_normal((9, 6))
    for attention in ("relu2", "softmax"):
        before = gau(x, w, causal=True, attention=attention)
        changed = x.copy()
        changed[5:] += 1
        assert (gau(changed, w, causal=True, attention=attention)[:5] == before[:5]).all()


def test_a_longer_text_does_not_change_its_beginning_with_chunks_but_does_with_one_over_n():
    x = RNG.standard_normal((11, 6))
    whole = flash_layer(x, weights(4), 4, causal=True)
    for n in range(1, 12):
        close(flash_layer(x[:n], weights(4), 4, causal=True), whole[:n])
    unit = gau_layer(x, weights(2), causal=True)
    assert np.abs(gau_layer(x[:6], weights(2), causal=True) - unit[:6]).max() > 1e-3
    for scale in ("1/t", "1/sqrt(s)", None):
        unit = gau_layer(x, weights(2), True, scale)
        close(gau_layer(x[:6], weights(2), True, scale), unit[:6])


def test_an_inclusive_sum_of_states_is_caught(monkeypatch):
    def inclusive(lin_k, v, chunk, causal, normalise, n):
        return np.cumsum(np.swapaxes(lin_k, -1, -2) @ v, axis=-3) / chunk

    heads, _ = heads_and_values(12)
    right = effective_attention_matrix(*heads, 4, causal=True)
    from glassbox.flash import chunks

    monkeypatch.setattr(chunks, "states_of", inclusive)
    wrong = effective_attention_matrix(*heads, 4, causal=True)
    assert not np.allclose(wrong, right)
    assert (np.triu(wrong, 1) != 0).any()
    # and the map of paths shows just the cells that the bug touches
    leaks = attention_paths(12, 4, causal=True, inclusive=True)
    assert ((np.triu(wrong, 1) != 0) == (leaks == 3)).all()
    assert ((wrong != right) == np.isin(leaks, (3, 4))).all()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("chunk", [1, 3, 4, 12, 20])
def test_the_map_of_paths_is_where_the_parts_are_not_zero(chunk, causal):
    ones, zero = np.ones((12, 2)), np.zeros((12, 2))
    block = effective_attention_matrix(ones, zero, ones, zero, chunk, causal) > 0
    state = effective_attention_matrix(zero, ones, zero, ones, chunk, causal) > 0
    paths = attention_paths(12, chunk, causal)
    assert (np.isin(paths, (2, 4)) == block).all()
    assert (np.isin(paths, (1, 4)) == state).all()
    assert (paths != 3).all()


# --- step by step ------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(1, 15), st.integers(1, 17), st.integers(0, 99))
def test_decoding_step_by_step_is_the_parallel_form(n, chunk, seed):
    w, x = weights(4, seed=seed), np.random.default_rng(seed).standard_normal((n, 6))
    outputs, states = flash_decode(x, w, chunk)
    close(outputs, flash_layer(x, w, chunk, causal=True), 1e-11)
    assert len(states) == n + 1
    assert states[-1].t == n


def test_the_memory_of_the_decoder_is_the_state_of_the_chunk():
    w, x = weights(4), RNG.standard_normal((8, 6))
    _, states = flash_decode(x, w, 4)
    _, v, z = (silu(layer_norm(x) @ w["W" + k] + w["b" + k]) for k in "uvz")
    lin_k = z * w["gamma"][3] + w["beta"][3]
    assert (states[3].memory == 0).all()
    close(states[4].memory, lin_k[:4].T @ v[:4] / 4)
    close(states[6].pending, lin_k[4:6].T @ v[4:6])
    close(states[8].memory, lin_k.T @ v / 4)


def test_decoding_can_begin_with_no_state_and_a_chunk():
    w, x, state = weights(4), RNG.standard_normal((8, 6)), None
    rows = []
    for x_t in x:
        y_t, state = flash_decode_step(state, x_t, w, chunk=3)
        rows.append(y_t)
    close(np.array(rows), flash_layer(x, w, 3, causal=True), 1e-11)
    first, _ = flash_decode_step(flash_init_state(w, 3), x[0], w)
    close(rows[0], first, 0)


def test_a_step_leaves_the_old_state_alone():
    w = weights(4)
    state = flash_init_state(w, 3)
    _, state = flash_decode_step(state, np.ones(6), w)
    kept = [a.copy() for a in (state.keys, state.values, state.pending, state.memory)]
    flash_decode_step(state, np.arange(6), w)
    for a, b in zip(kept, (state.keys, state.values, state.pending, state.memory), strict=True):
        assert (a == b).all()


# --- costs -------------------------------------------------------------------------------------


def test_weights_are_counted_exactly():
    for d, e, s in ((512, 1024, 128), (6, 10, 4)):
        w = init_unit_weights(d, e, s, rng=RNG)
        matrices = sum(w[k].size for k in ("Wu", "Wv", "Wz", "Wo"))
        assert weight_count("gau", d, e, s) == weight_count("flash", d, e, s) == matrices
        assert weight_count("glu", d, e) == 3 * d * e
    assert 2 * weight_count("gau", 512) == 12 * 512**2 + 2 * 512 * 128 == 3_276_800
    assert weight_count("mhsa+ffn", 512) == 12 * 512**2 == 3_145_728
    assert type(weight_count("gau", np.int64(8))) is int


def test_multiply_adds_are_those_of_the_products():
    # two tokens, d = 3, e = 5, s = 4: projections 2 (3*3*5 + 3*4) = 114; q k 2*2*4, A v 2*2*5
    assert mult_adds("gau", 2, 3, 5, 4) == 114 + 16 + 20
    assert mult_adds("glu", 2, 3, 5) == 90
    # chunks of 4, 4 and 2 of ten tokens: 36 cells
    assert mult_adds("flash", 10, 3, 5, 4, chunk=4, part="attention") == 36 * 9 + 2 * 10 * 20
    assert mult_adds("mhsa+ffn", 2, 3) == 2 * 12 * 9 + 2 * 4 * 3
    for kind in ("glu", "gau", "mhsa+ffn", "flash"):
        parts = [mult_adds(kind, 9, 4, part=p) for p in ("weights", "attention")]
        assert sum(parts) == mult_adds(kind, 9, 4)


@pytest.mark.parametrize(("n", "ratio"), [(512, 1.21), (2048, 1.53), (8192, 1.92)])
def test_two_units_need_more_multiply_adds_than_a_transformer_block(n, ratio):
    assert 2 * mult_adds("gau", n, 512) / mult_adds("mhsa+ffn", n, 512) == pytest.approx(
        ratio, abs=0.006
    )


def test_parts_taken_out_of_a_unit_cost_nothing():
    full = unit_costs(100, 8, s=4)
    assert full["weights"] == weight_count("gau", 8, s=4)
    assert full["projections"] + full["attention"] == mult_adds("gau", 100, 8, s=4)
    assert unit_costs(100, 8, attention="identity")["weights"] == weight_count("glu", 8, 16)
    assert unit_costs(100, 8, s=4, gate=False)["weights"] == full["weights"] - 8 * 16
    assert score_floats("mhsa+ffn", 100, heads=8) == 8 * score_floats("gau", 100)
    assert score_floats("flash", 100, chunk=10) == 1000
    assert score_floats("glu", 100) == mult_adds("glu", 100, 8, part="attention") == 0


def test_what_is_not_said_of_a_unit_is_the_papers():
    widths = {"e": 16, "s": 128}  # twice d = 8
    assert weight_count("gau", 8) == 3 * 8 * 16 + 8 * 128
    assert mult_adds("flash", 600, 8) == mult_adds("flash", 600, 8, **widths, chunk=256)
    assert unit_costs(10, 8) == unit_costs(10, 8, **widths, attention="relu2", gate=True)
    assert score_floats("mhsa+ffn", 10) == 8 * 10**2
    assert score_floats("flash", 600) == 2 * 256**2 + 88**2


# --- the toy model -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["transformer", "gau", "mixed", "local", "global"])
def test_the_toy_model_has_the_gradient_of_its_loss_and_does_not_peek(kind):
    model = ToyModel(kind, symbols=4, length=10, d=4, s=3, chunk=3)
    rng = np.random.default_rng(2)
    theta, (texts, _) = model.start(rng), markov_text(3, 10, symbols=4, rng=rng)
    loss, slope = model.loss_and_gradient(theta, texts)
    assert theta.shape == slope.shape == (model.size,)
    along = rng.standard_normal(model.size)
    h = 1e-5
    numeric = (model.loss(theta + h * along, texts) - model.loss(theta - h * along, texts)) / 2 / h
    assert slope @ along == pytest.approx(numeric, rel=1e-6)
    assert loss == pytest.approx(model.loss(theta, texts))
    later = texts.copy()
    later[:, 6:] = (later[:, 6:] + 1) % 4
    a, b = model.logits(theta, texts), model.logits(theta, later)
    assert (a[:, :6] == b[:, :6]).all()


def test_heads_that_are_switched_off_stay_off():
    for kind, off in (("local", (1, 3)), ("global", (0, 2))):
        model = ToyModel(kind, symbols=4, length=10, d=4, s=3, chunk=3)
        rng = np.random.default_rng(2)
        _, slope = model.loss_and_gradient(
            model.start(rng), markov_text(3, 10, symbols=4, rng=rng)[0]
        )
        parts = unpack(slope, model.shapes())
        for name in ("gamma", "beta"):
            assert (parts[f"1.{name}"][list(off)] == 0).all()
            assert (np.delete(parts[f"1.{name}"], off, axis=0) != 0).any()


def test_the_texts_follow_their_odds():
    def texts_of(n):
        return markov_text(n, 12, symbols=5, topics=2, rng=np.random.default_rng(4))

    texts, log_odds = texts_of(300)
    assert texts.min() >= 0
    assert texts.max() < 5
    assert (log_odds <= 0).all()
    assert 0 < source_entropy(texts_of, 300) < np.log(5)


def test_training_lowers_the_loss_and_can_stop_early():
    def texts_of(n, rng):
        return markov_text(n, 10, symbols=4, rng=rng)[0]

    model = ToyModel("mixed", symbols=4, length=10, d=8, s=4, chunk=3)
    held_out = texts_of(50, np.random.default_rng(9))
    arguments = {"rng": np.random.default_rng(1), "steps": 40, "every": 10}
    theta, curve = train_toy(model, texts_of, held_out, **arguments)
    assert [step for step, _ in curve] == [0, 10, 20, 30, 40]
    assert curve[-1][1] == model.loss(theta, held_out)
    assert curve[-1][1] < 0.9 * curve[0][1]
    arguments["rng"] = np.random.default_rng(1)
    _, short = train_toy(model, texts_of, held_out, stop=20, **arguments)
    assert short == curve[:3]


# --- edges and errors --------------------------------------------------------------------------


def test_one_token_is_enough():
    x = RNG.standard_normal((1, 6))
    close(flash_layer(x, weights(4), 3), flash_layer(x, weights(4), 3).tolist())
    assert gau(x, weights(2)).shape == (1, 6)


def test_lists_integers_and_float32_work():
    (qq, lq, qk, lk), v = heads_and_values(6)
    as_lists = mixed_chunk_attention(*(t.tolist() for t in (qq, lq, qk, lk, v)), 4, True)
    close(as_lists, mixed_chunk_attention(qq, lq, qk, lk, v, np.int64(4), True))
    single = [t.astype(np.float32) for t in (qq, lq, qk, lk, v)]
    for causal in (False, True):
        for normalise in ("chunk", "count", "n", None):
            made = mixed_chunk_attention(*single, 4, causal, normalise)
            assert made.dtype == np.float32
    assert effective_attention_matrix(*single[:4], 4).dtype == np.float32
    small = {k: w.astype(np.float32) for k, w in weights(4).items()}
    x = RNG.standard_normal((5, 6)).astype(np.float32)
    assert flash_layer(x, small, 2, True).dtype == np.float32
    assert flash_decode(x, small, 2)[0].dtype == np.float32
    two = {k: w[:2] if k in ("gamma", "beta") else w for k, w in small.items()}
    for scale in SCALES:
        assert gau_layer(x, two, True, scale).dtype == np.float32
    assert squared_relu([1, -2]).tolist() == [1.0, 0.0]
    assert gau(np.ones((2, 6), dtype=int), weights(2)).dtype == np.float64


def test_inputs_are_not_changed():
    w, x = weights(4), RNG.standard_normal((7, 6))
    kept, kept_x = {k: v.copy() for k, v in w.items()}, x.copy()
    flash_layer(x, w, 3, True)
    flash_decode(x, w, 3)
    assert (x == kept_x).all()
    assert all((w[k] == kept[k]).all() for k in w)


def test_the_layers_can_be_differentiated():
    w, x = weights(4), RNG.standard_normal((5, 6))

    def loss(wu):
        return (flash_layer(x, w | {"Wu": wu}, 2, causal=True) ** 2).sum()

    slope, h, along = grad(loss)(w["Wu"]), 1e-6, RNG.standard_normal(w["Wu"].shape)
    numeric = (loss(w["Wu"] + h * along) - loss(w["Wu"] - h * along)) / 2 / h
    assert (slope * along).sum() == pytest.approx(numeric, rel=1e-6)


def raises(error, match, function, *args, **kwargs):
    with pytest.raises(error, match=match):
        function(*args, **kwargs)


def test_errors_say_what_was_wanted_and_what_came():
    (qq, lq, qk, lk), v = heads_and_values(6)
    two, four, x = weights(2), weights(4), RNG.standard_normal((5, 6))
    mixed = mixed_chunk_attention
    raises(ValueError, "chunk must be at least 1, got 0", mixed, qq, lq, qk, lk, v, 0)
    raises(TypeError, "chunk must be an integer, got 2.5", mixed, qq, lq, qk, lk, v, 2.5)
    raises(ValueError, r"lin_q.*with n = 6, s = 4, got \(5, 4\)", mixed, qq, lq[:5], qk, lk, v, 2)
    raises(
        ValueError,
        r"v must have .*\(n, e\) with n = 6, got \(5, 5\)",
        mixed,
        qq,
        lq,
        qk,
        lk,
        v[:5],
        2,
    )
    raises(
        ValueError, "normalise must be one of.*'mean'", mixed, qq, lq, qk, lk, v, 2, True, "mean"
    )
    none = [t[:0] for t in (qq, lq, qk, lk, v)]
    raises(ValueError, r"quad_q must not be empty, got shape \(0, 4\)", mixed, *none, 2)
    bad = v.copy()
    bad[2, 1] = np.nan
    raises(ValueError, r"finite, got v\[2, 1\] = nan", mixed, qq, lq, qk, lk, bad, 2)
    raises(ValueError, r"gamma.*\(heads, s\) with heads = 2, s = 4, got \(4, 4\)", gau, x, four)
    raises(
        ValueError,
        r"gamma.*\(heads, s\) with heads = 4, s = 4, got \(2, 4\)",
        flash_layer,
        x,
        two,
        2,
    )
    raises(ValueError, "score_scale must be one of.*'1/m'", gau, x, two, score_scale="1/m")
    raises(ValueError, "score_scale must be > 0, got -1", gau, x, two, score_scale=-1.0)
    raises(ValueError, "attention must be one of", gau, x, two, attention="sparse")
    raises(ValueError, r"Wu must have shape \(d, e\) with d = 5, got \(6, 10\)", gau, x[:, :5], two)
    raises(
        ValueError, "weights must have Wz, gamma", gau, x, {"Wu": 1, "Wv": 1, "beta": 1, "Wo": 1}
    )
    raises(TypeError, "weights must be a mapping", gau, x, [1, 2])
    raises(TypeError, "x must be real numbers", gau, x.astype(complex), two)
    raises(ValueError, r"x must have shape \(..., n, d\)", gau, x[0], two)
    raises(
        ValueError,
        r"Wo must have shape \(e, d\) with e = 10, d = 6, got \(5, 6\)",
        glu,
        x,
        two["Wu"],
        two["Wv"],
        x,
    )
    raises(ValueError, "chunk must be at least 1", flash_layer, x, four, -3)
    raises(ValueError, "chunk must be at least 1", flash_init_state, four, 0)
    state = flash_init_state(four, 2)
    raises(
        ValueError,
        r"x_t must have shape \(d,\) with d = 6, got \(5, 6\)",
        flash_decode_step,
        state,
        x,
        four,
    )
    raises(TypeError, "FlashState", flash_decode_step, {}, x[0], four)
    raises(ValueError, "chunk must be given", flash_decode_step, None, x[0], four)
    raises(ValueError, "chunk must be at least 1", flash_decode_step, None, x[0], four, 0)
    raises(ValueError, "that of the state, 2, got 3", flash_decode_step, state, x[0], four, 3)
    raises(ValueError, "kind must be one of", weight_count, "ffn", 4)
    raises(ValueError, "d must be at least 1", weight_count, "gau", 0)
    raises(ValueError, "part must be one of", mult_adds, "gau", 4, 4, part="half")
    raises(ValueError, "n must be at least 1", attention_paths, 0, 1)
    raises(ValueError, "kind must be one of", ToyModel, "rnn")
    raises(ValueError, "multiples of heads = 4", ToyModel, "transformer", d=5)
    raises(ValueError, "heads must be at least 1", ToyModel, "gau", heads=0)
    raises(ValueError, "concentration", markov_text, 2, 5, concentration=0, rng=RNG)


def test_the_public_names_and_arguments_are_those_promised():
    promised = {
        "squared_relu": "x", "silu": "x", "glu": "x Wu Wv Wo", "offset_scale": "z gamma beta",
        "gau": "x weights causal score_scale", "flash_layer": "x weights chunk causal",
        "mixed_chunk_attention": "quad_q lin_q quad_k lin_k v chunk causal normalise",
        "flash_decode_step": "state x_t weights", "weight_count": "kind d e s",
        "effective_attention_matrix": "quad_q lin_q quad_k lin_k chunk causal normalise",
        "mult_adds": "kind n d e s",
    }  # fmt: skip
    for name, arguments in promised.items():
        found = list(signature(getattr(flash, name)).parameters)
        assert found[: len(arguments.split())] == arguments.split()
    assert isinstance(flash_init_state(weights(4), 2), FlashState)


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "attention_paths": [
        ("n", 10**12, "at most 10,000"),
        ("chunk", 10**12, "at most 1,000,000,000"),
        ("n", 0, "at least 1"),
        ("chunk", 0, "at least 1"),
    ],
    "by_place": [
        ("chunk", 5, "at most 4"),
        ("chunk", 0, "at least 1"),
    ],
    "flash_decode": [("chunk", 10**12, "at most 1,000,000")],
    "flash_decode_step": [("chunk", 10**12, "at most 1,000,000")],
    "flash_init_state": [
        ("chunk", 0, "at least 1"),
        ("chunk", 10**12, "at most 1,000,000"),
    ],
    "init_unit_weights": [
        ("d", 10**12, "at most 100,000"),
        ("s", 10**12, "at most 100,000"),
        ("e", 10**12, "at most 100,000"),
        ("heads", 10**12, "at most 1,000"),
        ("d", 0, "at least 1"),
        ("s", 0, "at least 1"),
        ("e", 0, "at least 1"),
        ("heads", 0, "at least 1"),
    ],
    "layer_norm": [("eps", 0, "> 0")],
    "markov_odds": [
        ("symbols", 1, "at least 2"),
        ("symbols", 101, "at most 100"),
        ("topics", 0, "at least 1"),
        ("topics", 10**12, "at most 1,000"),
        ("concentration", 0, "in [0.001, 1e+06]"),
        ("seed", -1, "at least 0"),
    ],
    "markov_text": [
        ("n_texts", 0, "at least 1"),
        ("n_texts", 10**12, "at most 1,000,000"),
        ("length", 2, "at least 3"),
        ("length", 10**12, "at most 1,000,000"),
        ("table_seed", -1, "at least 0"),
    ],
    "mult_adds": [
        ("n", 0, "at least 1"),
        ("chunk", 0, "at least 1"),
    ],
    "source_entropy": [
        ("n_texts", 0, "at least 1"),
        ("n_texts", 10**12, "at most 1,000,000"),
    ],
    "train_toy": [
        ("steps", 0, "at least 1"),
        ("steps", 10**12, "at most 1,000,000"),
        ("batch", 0, "at least 1"),
        ("stop", -1, "at least 0"),
        ("stop", 5, "at most 4"),
        ("every", 0, "at least 1"),
        ("lr", 10**12, "in (0, 1000]"),
    ],
    "unit_costs": [("n", 0, "at least 1")],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("flash", name, LIMITS[name])
