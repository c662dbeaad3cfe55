"""The models of flash agree with the counts and the map in Python."""

import itertools
import random

import numpy as np
import pytest

from glassbox.flash import (
    attention_paths,
    figures,
    mult_adds,
    score_floats,
    unit_costs,
    weight_count,
)

NAMES = {"off": "identity", "relu²": "relu2", "softmax": "softmax"}


def test_the_costs_of_a_unit(call_js):
    rng = random.Random(5)
    for _ in range(200):
        n, d, s, heads = (rng.randint(1, most) for most in (5000, 900, 200, 16))
        gate, attention = rng.random() < 0.5, rng.choice(list(NAMES))
        state = {"gate": gate, "attention": attention, "n": n, "d": d}
        found = call_js("flash/unit.js", "costs", state, {"s": s, "heads": heads})
        unit = unit_costs(n, d, s=s, attention=NAMES[attention], gate=gate)
        pairs = mult_adds("mhsa+ffn", n, d, part="attention")
        assert found == {
            "weights": [2 * unit["weights"], weight_count("mhsa+ffn", d)],
            "multiply-adds": [
                2 * (unit["attention"] + unit["projections"]), mult_adds("mhsa+ffn", n, d),
            ],
            "of which n²": [2 * unit["attention"], pairs],
            "scores to keep": [2 * unit["scores"], score_floats("mhsa+ffn", n, heads)],
        }  # fmt: skip


@pytest.mark.parametrize(
    ("x", "wanted"),
    [
        (512, "512"),
        (65536, "65,536"),
        (3276800, "3.28 M"),
        (17179869184, "17.2 G"),
        (1.92e12, "1.92 T"),
        (999999, "999,999"),
    ],
)
def test_counts_in_words(call_js, x, wanted):
    assert call_js("flash/unit.js", "big", x) == wanted


def test_a_click_takes_a_part_in_and_out(call_js):
    sizes = {"s": 128, "heads": 8}
    for gate, attention in itertools.product((False, True), NAMES):
        state = {"gate": gate, "attention": attention, "n": 512, "d": 512}
        say, picture, counts = call_js("flash/unit.js", "unit", state, sizes)
        picks = [box["pick"] for box in picture["boxes"] if box.get("pick")]
        assert picks == [
            {"gate": int(not gate)},
            {"attention": (list(NAMES).index(attention) + 1) % 3},
        ]
        assert all(box["x1"] <= box["x2"] and box["y1"] <= box["y2"] for box in picture["boxes"])
        assert ("⊙" in say["text"]) == gate and ("A V" in say["text"]) == (attention != "off")
        assert len(counts["rows"]) == 4


def test_the_map_of_paths_and_its_costs(call_js):
    rng = random.Random(6)
    for _ in range(200):
        n, chunk = rng.randint(1, 16), rng.randint(1, 18)
        causal, overlap, bug = (rng.random() < 0.5 for _ in range(3))
        how = {"chunk": chunk, "causal": causal, "overlap": overlap,
               "sum": "inclusive" if bug else "strict"}  # fmt: skip
        found = call_js("flash/paths.js", "pathsOf", n, how)
        wanted = attention_paths(n, chunk, causal, inclusive=bug, overlap=overlap)
        assert found == wanted.tolist()
        cost = call_js("flash/paths.js", "costsOf", n, how, {"s": 4, "e": 8})
        whole = attention_paths(n, chunk, overlap=overlap) == 4  # blocks are computed whole
        if causal:
            i, j = np.indices((n, n))
            whole &= j // chunk <= i // chunk
        assert cost["scores"] == [int(whole.sum()), n * n]
        if not overlap:
            size = {"d": 4, "e": 8, "s": 4, "part": "attention"}
            assert cost["multiply-adds"] == [
                mult_adds("flash", n, chunk=chunk, **size), mult_adds("gau", n, **size),
            ]  # fmt: skip


def test_the_figure_has_the_bug_that_it_offers():
    figure = figures.chunk_map(16, 4, reader=4, source=7)
    assert figure.at(sum="strict")[0]["describe"].endswith("leaks: 0.")
    assert figure.at(sum="inclusive (bug)")[0]["describe"].endswith("leaks: 24.")


def test_the_chosen_cell_in_words(call_js):
    state = {"chunk": 4, "causal": True, "overlap": False, "sum": "inclusive", "reader": 4,
             "source": 7}  # fmt: skip
    picture, counts = call_js("flash/paths.js", "paths", state, {"n": 16, "s": 4, "e": 8})
    assert counts["rows"][-1] == ["multiply-adds", "1,792", "3,072"]
    said = picture["describe"]
    assert said.startswith("Token 4 (chunk 1) reads token 7 (chunk 1) although it is the future")
    assert said.endswith("leaks: 24.")
    assert [name for _, name in picture["legend"]] == [
        "by the state",
        "in the block",
        "both ways",
        "leak",
    ]
    state |= {"sum": "strict"}
    picture, _ = call_js("flash/paths.js", "paths", state, {"n": 16, "s": 4, "e": 8})
    assert "not at all" in picture["describe"] and picture["describe"].endswith("leaks: 0.")


def test_the_unit_knows_each_attention_that_the_figure_offers():
    for attention in figures.ATTENTIONS:
        text, picture, _ = figures.assemble(attention=attention).at()
        told = [box.get("text", "") for box in picture["boxes"]]
        assert "undefined" not in " ".join([text["text"], *told])
