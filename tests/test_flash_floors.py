"""What the best guesser can do, padding, chunks that overlap, and models trained side by side."""

import itertools

import numpy as np
import pytest

from glassbox.adam import unpack
from glassbox.flash import (
    ToyModel,
    attention_paths,
    by_place,
    effective_attention_matrix,
    flash_decode,
    flash_layer,
    gau,
    gau_attention,
    gau_layer,
    ideal_odds,
    ideal_surprise,
    init_unit_weights,
    layer_norm,
    markov_odds,
    markov_text,
    mixed_chunk_attention,
    source_entropy,
    squared_relu,
    train_toy,
)
from glassbox.linear_attention import reachability

RNG = np.random.default_rng(3)


def close(a, b, tol=1e-12):
    np.testing.assert_allclose(a, b, rtol=tol, atol=tol)


# --- the best guesser --------------------------------------------------------------------------


def probability(text, odds):
    """The probability of a text: two symbols drawn evenly, then by the table of a topic."""
    topics, symbols = odds.shape[:2]
    by_topic = [
        np.prod([odds[k, a, b, c] for a, b, c in zip(text, text[1:], text[2:], strict=False)])
        for k in range(topics)
    ]
    return np.mean(by_topic) / symbols ** min(2, len(text))


@pytest.mark.parametrize("topics", [1, 2])
def test_the_best_guess_is_what_counting_all_texts_gives(topics):
    n, odds = 5, markov_odds(2, topics, concentration=1, seed=4)
    every = [(t, probability(t, odds)) for t in itertools.product(range(2), repeat=n + 1)]
    assert sum(p for _, p in every) == pytest.approx(1)
    for seed in range(6):
        visible = np.random.default_rng(seed).random((n, n)) < 0.6
        text = markov_text(1, n, symbols=2, rng=np.random.default_rng(seed))[0][0]
        found = ideal_odds(text, odds, visible)
        for t in range(n):
            agree = [
                (u, p) for u, p in every
                if all(u[j] == text[j] for j in range(t + 1) if visible[t, j])
            ]  # fmt: skip
            wanted = [sum(p for u, p in agree if u[t + 1] == c) for c in range(2)]
            close(found[t], np.divide(wanted, sum(wanted)), 1e-9)


def test_who_sees_more_is_surprised_less_and_who_sees_all_of_one_topic_as_little_as_can_be():
    source = {"symbols": 4, "topics": 1}
    texts, odds = markov_text(60, 17, **source, rng=RNG), markov_odds(**source)
    whole = ideal_surprise(texts[0], odds, np.tri(17, dtype=bool))
    close(whole, -texts[1])
    paths = attention_paths(17, 4, causal=True)
    local = ideal_surprise(texts[0], odds, reachability(paths == 2, 2))
    past = ideal_surprise(texts[0], odds, (paths == 1) | np.eye(17, dtype=bool))
    assert whole.mean() < local.mean() < past.mean()
    # The block misses one symbol at its first place, the state nearly always.
    by = [by_place(x, 4) for x in (whole, local, past)]
    close(by[0][1:], by[1][1:])
    close(by[0][0], by[2][0])
    assert by[1][0] > by[0][0] and (by[2][1:] > by[0][1:]).all()


def test_who_must_find_out_the_topic_is_surprised_more_than_who_is_told():
    source = {"symbols": 4, "topics": 4}
    texts, odds = markov_text(50, 20, **source, rng=RNG), markov_odds(**source)
    found = ideal_surprise(texts[0], odds, np.tri(20, dtype=bool))
    assert -texts[1].mean() < found.mean()
    assert found[:, :3].mean() > found[:, -3:].mean()


def test_what_cannot_be_is_refused():
    odds = markov_odds(2)
    see = np.ones((3, 3), dtype=bool)
    with pytest.raises(ValueError, match="text must be symbols from 0 to 1"):
        ideal_odds([0, 1, 2], odds, see)
    with pytest.raises(ValueError, match=r"visible must be booleans of shape \(4, 4\)"):
        ideal_odds([0, 1, 1, 0], odds, see)
    with pytest.raises(ValueError, match="odds must have the sum 1"):
        ideal_odds([0, 1, 1], 2 * odds, see)
    again = [[[[1.0, 0], [0, 1]]] * 2]
    with pytest.raises(ValueError, match="text must be possible"):
        ideal_odds([0, 0, 1, 1], again, np.ones((4, 4), dtype=bool))
    with pytest.raises(ValueError, match="text must have at least 3 symbols, got 2"):
        ideal_surprise([0, 1], odds, see[:2, :2])
    with pytest.raises(ValueError, match="text must be shorter, or fewer texts, got 200 of 1000"):
        ideal_odds(np.zeros((200, 1000)), markov_odds(2, 10), np.ones((1000, 1000), dtype=bool))
    with pytest.raises(ValueError, match="texts_of must not be empty"):
        source_entropy(lambda n: (np.zeros((n, 0)), np.zeros((n, 0))))


# --- padding -----------------------------------------------------------------------------------


def units(heads, seed=1):
    made = init_unit_weights(6, 10, 4, heads, rng=np.random.default_rng(seed))
    return made | {k: w + 0.3 for k, w in made.items() if k[0] == "b"}


@pytest.mark.parametrize(
    ("attention", "scale"),
    [("relu2", "1/n"), ("relu2", "1/sqrt(ns)"), ("softmax", "1/sqrt(s)"), ("relu2", "1/t")],
)
@pytest.mark.parametrize("causal", [False, True])
def test_a_unit_with_padded_tokens_is_the_unit_without_them(attention, scale, causal):
    x, w = RNG.standard_normal((2, 7, 6)), units(2)
    mask = np.arange(7) < np.array([[7], [5]])
    padded = gau(x, w, causal, scale, attention, key_mask=mask)
    close(padded[0], gau(x[0], w, causal, scale, attention))
    close(padded[1, :5], gau(x[1, :5], w, causal, scale, attention))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("normalise", ["chunk", "count", "n", None])
def test_chunks_with_padded_tokens_are_those_without_them(causal, normalise):
    x, w = RNG.standard_normal((2, 9, 6)), units(4)
    mask = np.arange(9) < np.array([[9], [5]])
    padded = flash_layer(x, w, 2, causal, normalise, key_mask=mask)
    close(padded[0], flash_layer(x[0], w, 2, causal, normalise))
    close(padded[1, :5], flash_layer(x[1, :5], w, 2, causal, normalise))
    bare = flash_layer(x[1], w, 2, causal, normalise)[:5]
    if not causal:
        assert abs(bare - padded[1, :5]).max() > 1e-3


def test_masks_that_do_not_fit_are_refused():
    x, w = np.ones((3, 6)), units(2)
    for mask, error, match in (
        ([1, 1, 0], TypeError, "key_mask must be booleans"),
        ([True, False], ValueError, r"key_mask must have shape \(3,\)"),
        ([False] * 3, ValueError, "key_mask must leave a token in each text"),
    ):
        with pytest.raises(error, match=match):
            gau(x, w, key_mask=mask)
    q = np.ones((2, 1))
    with pytest.raises(ValueError, match="key_mask must leave each token something to read"):
        gau_attention(q, q, True, attention="softmax", key_mask=[False, True])


def test_products_that_overflow_are_refused():
    for attention in ("softmax", "relu2"):
        with pytest.raises(ValueError, match="q and k must have scores that are finite"):
            gau_attention([[1e200]], [[1e200]], attention=attention)


# --- chunks that overlap -----------------------------------------------------------------------


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("n", [1, 7, 8])
def test_chunks_that_overlap_are_what_loops_give(n, causal):
    quad_q, lin_q, quad_k, lin_k = RNG.standard_normal((4, n, 3))
    v, c = RNG.standard_normal((n, 5)), 3
    out = mixed_chunk_attention(quad_q, lin_q, quad_k, lin_k, v, c, causal, None, overlap=True)
    wanted = np.zeros_like(v)
    for i in range(n):
        for j in range(n):
            apart = i // c - j // c
            if abs(apart) <= 1 and (j <= i or not causal):
                wanted[i] += squared_relu(quad_q[i] @ quad_k[j] / c) * v[j]
            if apart > 0 or not causal:
                wanted[i] += lin_q[i] @ lin_k[j] * v[j]
    close(out, wanted)
    matrix = effective_attention_matrix(quad_q, lin_q, quad_k, lin_k, c, causal, None, overlap=True)
    close(matrix @ v, out)
    assert ((matrix != 0) <= (attention_paths(n, c, causal, overlap=True) > 0)).all()


def test_the_map_of_paths_shows_the_chunk_before():
    assert attention_paths(6, 2, causal=True, overlap=True)[4].tolist() == [1, 1, 4, 4, 2, 0]


# --- models side by side -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["transformer", "gau", "mixed", "local"])
def test_models_side_by_side_are_models_alone(kind):
    model = ToyModel(kind, symbols=4, length=12, d=8, s=4, chunk=5)
    thetas = np.array([model.start(np.random.default_rng(seed)) for seed in range(2)])
    texts = markov_text(6, 13, symbols=4, rng=RNG)[0].reshape(2, 3, 13)
    alone = [model.surprise(t, x) for t, x in zip(thetas, texts, strict=True)]
    close(model.surprise(thetas, texts), alone)
    close(model.surprise(unpack(thetas, model.shapes()), texts), alone)


@pytest.mark.parametrize("kind", ["gau", "mixed"])
def test_the_toy_model_is_made_of_the_tested_layers(kind):
    model = ToyModel(kind, symbols=4, length=12, d=8, s=4, chunk=5)
    w = unpack(model.start(RNG), model.shapes())
    texts = markov_text(3, 12, symbols=4, rng=RNG)[0]
    x = np.eye(4)[texts] @ w["embed"] + w["place"]
    for layer in "01":
        unit = {name[2:]: part for name, part in w.items() if name.startswith(layer)}
        if kind == "gau":
            x = gau_layer(x, unit, True, "1/sqrt(ns)")
        else:
            x = flash_layer(x, unit, 5, True)
    close(layer_norm(x) @ w["out"], model.logits(w, texts))


def test_a_unit_cut_into_heads_or_without_a_gate_has_as_many_weights():
    sizes = [
        ToyModel("gau", heads=heads, gate=gate).size for heads in (1, 4) for gate in (True, False)
    ]
    assert sizes[0] == sizes[2] and sizes[1] == sizes[3]
    assert abs(sizes[1] / sizes[0] - 1) < 0.01  # biases
    one = ToyModel("gau", symbols=4, length=9, d=8, s=4)
    two = ToyModel("gau", symbols=4, length=9, d=8, s=4, heads=2)
    theta, texts = one.start(RNG), markov_text(2, 10, symbols=4, rng=RNG)[0]
    assert abs(one.surprise(theta, texts) - two.surprise(theta, texts)).max() > 1e-3


def test_a_model_told_the_two_symbols_before_reads_any_length_and_does_not_peek():
    model = ToyModel("mixed", symbols=4, length=6, d=8, s=4, chunk=4, positions="shift")
    theta, texts = model.start(RNG), markov_text(2, 20, symbols=4, rng=RNG)[0]
    assert model.surprise(theta, texts).shape == (2, 18)
    later = texts.copy()
    later[:, 9:] = 3 - later[:, 9:]
    assert (model.logits(theta, texts)[:, :9] == model.logits(theta, later)[:, :9]).all()
    fixed = ToyModel("mixed", symbols=4, length=6, d=8, s=4, chunk=4)
    with pytest.raises(ValueError, match="texts must have 3 to 7 symbols, got 20"):
        fixed.surprise(fixed.start(RNG), texts)


def test_training_says_what_it_wants():
    model = ToyModel("gau", symbols=2, length=8, d=4, s=2)
    held_out = np.zeros((2, 9), dtype=int)

    def texts_of(n, rng):
        return markov_text(n, 9, symbols=2, rng=rng)[0]

    with pytest.raises(ValueError, match="stop must be at most 5, got 10"):
        train_toy(model, texts_of, held_out, rng=RNG, steps=5, stop=10)
    with pytest.raises(TypeError, match="rng must be a generator"):
        train_toy(model, texts_of, held_out, rng=0)


# --- finer tokens than weights -----------------------------------------------------------------


def test_a_decoder_of_coarse_weights_and_fine_tokens_is_the_layer():
    coarse = {name: w.astype(np.float32) for name, w in units(4).items()}
    x = RNG.standard_normal((9, 6))
    close(flash_decode(x, coarse, 4)[0], flash_layer(x, coarse, 4, True))
    assert flash_decode(x.astype(np.float32), coarse, 4)[0].dtype == np.float32
