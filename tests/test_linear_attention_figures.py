"""The figures of linear_attention beside attention_maps: words, values, other data, errors."""

import copy
import re

import numpy as np
import pytest

from glassbox import linear_attention as la
from glassbox.linear_attention import figures, recall
from glassbox.records import read_record

RNG = np.random.default_rng(0)
Q, K, V = RNG.standard_normal((3, 6, 4))


def test_the_film_shows_a_row_the_state_and_two_routes_to_one_output():
    figure = figures.state_film(Q, K, V, "abcdef", rule="delta rule", token=4)
    seen, comes, state, read = figure.at()
    assert np.sum(seen["missing"]) == 36 - 10 and [3, 0] in seen["highlight"]
    assert seen["describe"].startswith("“d” comes in, number 4 of 6; most weight on")
    bars, crosses = read["layers"]
    np.testing.assert_allclose(bars["y"], crosses["y"], atol=1e-9)
    *_, S = la.delta_rule(la.unit_rows(K[:4]), V[:4])
    np.testing.assert_allclose(state["values"], S, atol=1e-4)
    assert comes["vmin"] == -comes["vmax"] == state["vmin"]
    start = figure.at(token=0)
    assert start[0]["describe"] == "Nothing read yet: the state is 0." and not np.any(
        start[2]["values"]
    )


def test_the_memory_has_one_sharpness_for_all():
    keys, values = la.unit_pairs(20, 8, 8, np.random.default_rng(3))
    figure = figures.memory(keys, values, pairs=20, rule="softmax")
    for beta, wanted in ((1, 0.83), (8, 0.03)):
        curves = {part["label"]: part for part in figure.at(sharpness=beta)[0]["layers"]}
        assert round(curves["softmax"]["y"][-1], 2) == wanted
        assert curves["plain sum"]["y"][-1] == pytest.approx(2.4, abs=0.5)
    assert "1 pair:" in figure.at(pairs=1)[0]["describe"]
    assert "not written yet" in figure.at(pairs=2, asked=9)[0]["describe"]
    wide = figure.at(rule="plain sum", pairs=20, asked=1)[1]  # three entries are beyond all values
    read, reach = wide["layers"][1]["y"], wide["ylim"][1]
    np.testing.assert_allclose(read, keys[0] @ (keys.T @ values), atol=1e-4)
    assert np.abs(values).max() < max(np.abs(read)) < reach


def test_the_costs_name_each_crossing():
    plot, table = figures.costs(d=64, heads=12).at(n=1024)
    assert plot["layers"][-1]["texts"] == ["n = 64", "n = 1,536", "n = 3,072"]
    assert [row[1] for row in table["rows"][:2]] == ["1,024 × 1,024", "64 × 64"]
    assert len(figures.costs(d=3, heads=1).at()[0]["layers"]) == 4, "nothing crosses in sight"


def test_the_chunks_count_the_products_inside():
    pairs, table = figures.chunk_routes(16, 4).at(chunk=4)
    assert table["rows"][2] == ["c = 4", "4", "64"] and table["rows"][-1][2] == "32"
    assert pairs["describe"] == "4 steps in a row, 64 multiplications a token."


def test_the_colour_bars_of_the_film_keep_their_form():
    film = figures.state_film(np.eye(3), np.eye(3), 2 * np.eye(3))  # whole numbers alone
    for token in range(4):
        ends = [panel["vmax"] for panel in film.at(token=token)[:3]]
        assert np.allclose(ends, [1, 2, 2]) and not any(end.is_integer() for end in ends)


def test_the_masks_say_how_far_a_token_hears():
    said = figures.masks(36, 6).at(kind="strided")[1]["describe"]
    assert said.startswith("strided, k = 6: ") and " of 666 pairs, " in said
    assert said.endswith("100 % heard of in two layers")
    assert figures.masks(36, 6).at(kind="local")[1]["rows"][0][1] == "426 of 1,296"
    assert np.sum(figures.masks(8, 2).at(kind="atrous", k=2)[0]["missing"]) == 32


def test_the_spectra_count_ranks():
    rows = figures.spectra(*RNG.standard_normal((2, 40, 8))).at(tokens=40, width=8)[1]["rows"]
    assert [row[1] for row in rows] == ["40", "8", "40", "40"]
    # A triangle with a positive diagonal is invertible, however small a singular value is.
    more = figures.spectra(*np.random.default_rng(0).standard_normal((2, 128, 16)))
    assert [row[1] for row in more.at()[1]["rows"]] == ["64", "8", "64", "64"]


def test_the_maps_of_the_spectra_see_one_scale():
    q, k = np.random.default_rng(0).standard_normal((2, 64, 8))
    rows = figures.spectra(q, k).at(tokens=64, width=8)[1]["rows"]
    for name, _, effective in rows:
        kind, causal = name.split(",")[0], "causal" in name
        kind = {"softmax": "softmax", "elu + 1": "elu"}[kind]
        weights = la.attention_weights(q, k, kind, causal, scale=8**-0.5)
        assert effective == f"{la.effective_rank(weights):.1f}"


def test_what_is_grey_is_named_beside_the_other_kinds():
    drawn = figures.chunk_routes().to_html()
    assert re.search(r"by the state</span><span><b class=.gb-missing.></b>masked", drawn)


def test_capacity_follows_the_law():
    found = la.read_errors([2, 8, 32], [8, 16], 10, np.random.default_rng(0))
    panel = figures.capacity(found, width=16).at()[0]
    assert panel["describe"].startswith("At n = 8, plain sum: 0.4")
    assert "least squares: below 0.001; elu + 1: 0.8" in panel["describe"], "a floor is no number"
    with pytest.raises(ValueError, match="found must have draws"):
        figures.capacity({k: v for k, v in found.items() if k != "draws"})


def test_speed_needs_its_record():
    record = read_record("linear_attention", "times")
    for what, times in (("a whole text", "sequence"), ("one more token", "next token")):
        low, high = figures.speed(record).at(what=what)[0]["ylim"]
        shortest, longest = (1e3 * end(list(record[times].values())) for end in (np.min, np.max))
        assert shortest / 2 < low < shortest < longest < high < 2 * longest, "no empty decades"
    ratio = figures.speed(record).at(ratio=True)[0]["describe"]
    assert ratio.startswith("At n = 8,192 (times “elu + 1, chunks of 64”): softmax, n × n: ")
    with pytest.raises(ValueError, match="record must have next token"):
        figures.speed({k: v for k, v in record.items() if k != "next token"})
    assert set(figures.speed_facts(record)) >= {"matrix", "loop", "decode-short"}


# --- trained models ----------------------------------------------------------------------------


def test_the_trained_models_answer_and_their_maps_are_those_of_the_helpers():
    soft, elu, rule = (recall.watch(kind, "c3a5f0b2|fab") for kind in recall.KINDS)
    assert soft.answers == elu.answers == rule.answers == soft.wanted == ["0", "5", "2"]
    for layer in (0, 1):
        weights = la.attention_weights(soft.q[layer], soft.k[layer], "softmax", causal=True)
        np.testing.assert_allclose(soft.maps[layer], weights, atol=1e-9)
        weights = la.attention_weights(elu.q[layer], elu.k[layer], "elu", causal=True)
        np.testing.assert_allclose(elu.maps[layer], weights, atol=1e-9)
        q, k = (la.unit_rows(x[layer]) for x in (rule.q, rule.k))
        weights = la.delta_weights(q, k, rule.beta[layer])
        np.testing.assert_allclose(rule.maps[layer], weights, atol=1e-4)


def test_attention_maps_takes_what_a_trained_delta_rule_learnt():
    look = recall.watch("delta rule", "c3a5f0b2|fab")
    figure = figures.attention_maps(
        look.q[0], look.k[0], look.tokens, similarity="delta rule", strengths=look.beta[0]
    )
    np.testing.assert_allclose(figure.at()[1]["values"], look.maps[0], atol=1e-3)
    with pytest.raises(ValueError, match="strengths must be one number or 11"):
        figures.attention_maps(look.q[0], look.k[0], strengths=[1, 2])


def test_the_maps_of_trained_models_on_a_readers_text():
    *maps, table = figures.recall_maps("a1b2|b").at()
    assert len(maps) == 3 and maps[0]["columns"] == list("a1b2b")
    assert table["rows"][0][:3] == ["b?", "2", "2"]


@pytest.mark.parametrize("text", ["", "a1", "1a|a", "a1|b", "a1x2|a", "a1b|a?", "ab|a", 3, None])
def test_a_text_that_is_none_is_refused(text):
    with pytest.raises((ValueError, TypeError), match="text must"):
        recall.watch("softmax", text)


def test_a_text_has_at_most_twelve_pairs_and_as_many_questions():
    pairs = "a0b1c2d3e4f5g0h1i2j3k4l5"
    assert recall.watch("softmax", pairs + "|lkjihgfedcba").wanted == list("543210543210")
    for text in (pairs + "|abcdefghijkla", pairs + "a0|a"):
        with pytest.raises(ValueError, match="text must be 1 to 12 pairs such as c3a5"):
            recall.watch("softmax", text)


def test_rows_have_length_one_or_the_mean_square_one():
    x = np.random.default_rng(0).standard_normal((2, 3, 5)) * 10
    np.testing.assert_allclose((recall.unit(x) ** 2).sum(axis=-1), 1, rtol=1e-4)
    np.testing.assert_allclose((recall.norm(x) ** 2).mean(axis=-1), 1, rtol=1e-4)
    np.testing.assert_allclose(recall.unit(x), recall.norm(x) / 5**0.5, rtol=1e-4)
    assert not recall.unit(0 * x).any() and not recall.norm(0 * x).any()


def test_texts_that_are_drawn_tell_pairs_and_ask_for_each_once():
    texts, wanted = recall.draw_texts(5, 400, np.random.default_rng(1))
    assert texts.shape == (400, 15) and wanted.shape == (400, 5)
    for text, answers in zip(texts.tolist(), wanted.tolist(), strict=True):
        told = dict(zip(text[:10:2], text[1:10:2], strict=True))
        assert len(told) == 5 and set(told) <= set(range(12))
        assert sorted(text[10:]) == sorted(told)
        assert [12 + answer for answer in answers] == [told[letter] for letter in text[10:]]
    # each letter, each digit, each place of a question: as often as any other, about
    for column, kinds in ((texts[:, 0], 12), (wanted[:, 0], 6), (texts[:, 1] - 12, 6)):
        assert np.bincount(column, minlength=kinds).min() > 400 / kinds / 2
    first = (texts[:, 10] == texts[:, 0]).mean()
    assert 0.1 < first < 0.3


def test_weights_start_as_large_as_they_should_and_models_run_side_by_side():
    new = [recall.start(np.random.default_rng(seed)) for seed in (1, 2)]
    for name, weights in new[0].items():
        fan = {"token": 4, "place": 4, "o0": 8, "o1": 8}.get(name, 16)  # 0.5 is 1 / sqrt(4)
        assert weights.std() * fan**0.5 == pytest.approx(1, abs=4 / (2 * weights.size) ** 0.5)
    assert {name: w.shape for name, w in new[0].items() if name[-1] not in "01"} == {
        "token": (18, 16), "place": (36, 16), "out": (16, 6),
    }  # fmt: skip
    tokens = recall.draw_texts(3, 4, np.random.default_rng(3))[0].reshape(2, 2, 9)
    both = {name: np.stack([one[name] for one in new]) for name in new[0]}
    for kind in recall.KINDS:
        scores = recall.run(both, tokens, kind)
        for i, one in enumerate(new):
            alone = recall.run({n: w[None] for n, w in one.items()}, tokens[i : i + 1], kind)
            np.testing.assert_allclose(scores[i], alone[0], rtol=1e-9)
        # nobody sees what is still to come
        early = recall.run(both, np.concatenate([tokens[..., :5], tokens[..., :4]], -1), kind)
        np.testing.assert_allclose(early[..., :5, :], scores[..., :5, :], rtol=1e-9)


def test_the_record_is_drawn_with_every_seed():
    record = read_record("linear_attention", "recall")
    panel = figures.recall_curves(record).at()[0]
    assert len(panel["layers"]) == 1 + 3 * (1 + len(record["seeds"]))
    for by_kind in record["right"].values():  # as chosen, twice the steps, half the rate
        assert list(by_kind) == list(recall.KINDS)
        assert all(len(rows) == len(record["seeds"]) for rows in by_kind.values())
    broken = copy.deepcopy(record)
    del broken["chance"]
    with pytest.raises(ValueError, match="record must have chance"):
        figures.recall_curves(broken)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: figures.state_film(Q[:1], K[:1], V[:1]), "q must have from 2 to 24 rows"),
        (lambda: figures.state_film(np.ones((3, 17)), np.ones((3, 17)), V[:3]), "at most 16 wide"),
        (lambda: figures.state_film(Q, K, V, rule="sums"), "rule must be one of"),
        (lambda: figures.state_film(Q, K, V, token=7), "token must be at most 6, got 7"),
        (lambda: figures.memory(np.ones((41, 2)), np.ones((41, 2))), "from 2 to 40 pairs"),
        (lambda: figures.memory(K, 0 * V), "values must not be 0"),
        (lambda: figures.memory(K, V, asked=0), "asked must be at least 1"),
        (lambda: figures.chunk_routes(12), "n must be a power of two, got 12"),
        (lambda: figures.spectra(Q, K), "q must have from 16 to 256 rows"),
        (lambda: figures.masks(65), "n must be at most 64"),
        (lambda: figures.costs(d=0), "d must be at least 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def some(*shape):
    return np.random.default_rng(1).standard_normal(shape)


EDGES = [
    (lambda d: figures.attention_maps(some(3, d), some(3, d)), (1, 64), (65,)),
    (lambda x: figures.attention_maps(Q, K, scale=x), (1e-3, 9), (0,)),
    (lambda x: figures.attention_maps(Q, K, temperature=x), (1e-3, 9), (0,)),
    (lambda x: figures.attention_maps(Q, K, angle=x), (0, 180), (-1, 181)),
    (lambda x: figures.attention_maps(Q, K[:4], cell=x), [(0, 0), (5, 3)], [(6, 0), (0, 4), (-1, 0),
                                                                         (0, -1)]),
    (lambda m: figures.attention_maps(Q, K, similarity="positive", directions=some(m, 4)), (4, 128),
     (129,)),
    (lambda n: figures.state_film(some(n, 2), some(n, 2), some(n, 2)), (2, 24), (1, 25)),
    (lambda d: figures.state_film(some(3, d), some(3, d), some(3, 2)), (1, 16), (17,)),
    (lambda d: figures.state_film(some(3, 2), some(3, 2), some(3, d)), (1, 16), (17,)),
    (lambda x: figures.state_film(Q, K, V, decay=x), (0, 1), (-0.1, 1.1)),
    (lambda t: figures.state_film(Q, K, V, token=t), (0, 6), (-1, 7)),
    (lambda n: figures.memory(some(n, 2), some(n, 2), pairs=1), (2, 40), (1, 41)),
    (lambda d: figures.memory(some(3, d), some(3, 2), pairs=1), (1, 32), (33,)),
    (lambda d: figures.memory(some(3, 2), some(3, d), pairs=1), (1, 32), (33,)),
    (lambda x: figures.memory(K, V, sharpness=x), (1e-3,), (0,)),
    (lambda n: figures.memory(K, V, pairs=n), (0, 6), (-1, 7)),
    (lambda i: figures.memory(K, V, asked=i), (1, 6), (0, 7)),
    (lambda n: figures.costs(n=n), (1, 10**5), (0,)),
    (lambda d: figures.costs(d=d), (1, 512), (0,)),
    (lambda h: figures.costs(heads=h), (1, 64), (0,)),
    (lambda n: figures.chunk_routes(n), (2, 64), (1, 12, 128)),
    (lambda d: figures.chunk_routes(d=d), (1, 8), (0,)),
    (lambda n: figures.spectra(some(n, 4), some(n, 4)), (16, 256), (15, 257)),
    (lambda d: figures.spectra(some(16, d), some(16, d)), (4, 5), (3,)),
    (lambda n: figures.masks(n, 1), (4, 64), (3, 65)),
    (lambda k: figures.masks(36, k), (1, 12), (0, 13)),
    (lambda k: figures.masks(4, k), (1, 2), (0, 3)),
    (lambda i: figures.recall_maps("a1b2|b", layer=i), (1, 2), (0, 3)),
]  # fmt: skip


@pytest.mark.parametrize("call, good, bad", EDGES)
def test_what_a_figure_takes_has_two_ends(call, good, bad):
    for value in good:
        assert call(value)
    for value in bad:
        with pytest.raises(ValueError, match="must"):
            call(value)
