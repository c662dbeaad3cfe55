"""The figures of flash: words, values, other data, errors."""

import json

import numpy as np
import pytest

from glassbox.flash import (
    examples,
    figures,
    flash_layer,
    gau_attention,
    init_unit_weights,
    mult_adds,
)
from glassbox.records import read_record

RNG = np.random.default_rng(8)


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] or "" for panel in panels if "describe" in panel)


def cells(panels):
    """Return the rows of the table among the panels."""
    return next(panel["rows"] for panel in panels if panel["kind"] == "table")


# --- the unit ----------------------------------------------------------------------------------


def test_a_unit_begins_as_wanted_and_is_counted():
    figure = figures.assemble(n=700, d=300, heads=4, gate=True, attention="softmax")
    assert (figure.n, figure.d, figure.gate, figure.attention) == (512, 256, True, "softmax")
    assert json.loads(figure.payload)["constants"] == {"s": 128, "heads": 4}
    assert "4 heads" in json.loads(figure.payload)["caption"]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"attention": "relu"}, "attention must be one of off, relu², softmax"),
        ({"n": 0}, "n must be at least 1"),
        ({"gate": 1}, "gate must be True or False"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(given, match):
    with pytest.raises((ValueError, TypeError), match=match):
        figures.assemble(**given)


def times():
    rows = {name: [1.0, 2.0, 4.0] for name in
            ("units", "block", "block, 1 head", "block, relu²", "units, softmax")}  # fmt: skip
    rows["units"] = [1.2, 1.9, 2.0]
    return {"n": [256, 512, 1024], "seconds": {"512": rows, "256": rows}, "s": 128, "heads": 8}


def test_times_of_units_stand_beside_their_counts():
    figure = figures.unit_times(times(), length=900)
    assert figure.n == 1024
    assert said(figure.at()).startswith("At n = 1,024: time 0.50, multiply-adds 1.34")
    assert [row[2] for row in cells(figure.at())] == ["1.20", "0.95", "0.50"]
    other = figure.at(what="the block with 1 head / block")
    assert [row[1] for row in cells(other)] == ["1.00"] * 3  # one head takes as many
    plot, rows = figure.at(n=512)
    assert plot["xticks"] == ["256", "512", "1,024"] and rows["highlight"] == [1]
    assert rows["pick"]["values"] == [0, 1, 2]
    with pytest.raises(ValueError, match="record must have seconds, s, heads"):
        figures.unit_times({"n": [1]})
    with pytest.raises(TypeError, match="record must be a dict"):
        figures.unit_times([1])


# --- scales ------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [32, 40, 300])
def test_rows_are_summed_by_length_and_scale(n):
    q, k = RNG.standard_normal((2, n, 5))
    figure = figures.scales(q, k, length=n)
    shown = figure.n
    wanted = gau_attention(q[:shown], k[:shown], score_scale="1/sqrt(ns)").sum(axis=-1).mean()
    assert f"1/sqrt(ns) {wanted:.2g}" in said(figure.at())


def test_queries_too_few_too_many_or_all_opposed_are_refused():
    q = np.ones((40, 2))
    for given, match in (
        ((q[:9], q[:9]), "q must have 32 to 4,096 rows, got 9"),
        ((q, -q), "q and k must have a positive product"),
        ((q, q[:5]), r"k must have shape \(n, s\) with n = 40"),
    ):
        with pytest.raises(ValueError, match=match):
            figures.scales(*given)


def other_lengths():
    runs = {"own n": [[0.1, 0.02, 0.4]] * 2, "n kept": [[0.2, 0.02, 0.9]] * 2}
    beyond = {"as chosen": {"relu² / ns": runs, "softmax": {"own n": [[0.1, 0.1, 0.1]] * 2}}}
    return {"beyond": beyond, "lengths": [12, 48, 96], "trained_on": 48, "seeds": [0, 1]}


def test_other_lengths_are_read_with_either_n():
    figure = figures.lengths(other_lengths())
    assert said(figure.at()) == "At 96: relu² / ns 0.400, softmax 0.100"
    assert said(figure.at(n_is="n kept")) == "At 96: relu² / ns 0.900, softmax 0.100"


# --- chunks ------------------------------------------------------------------------------------


def test_a_map_of_chunks_takes_other_sizes():
    figure = figures.chunk_map(24, 5, reader=23, causal=False, overlap=True)
    assert (figure.chunk, figure.reader, figure.causal, figure.overlap) == (5, 23, False, True)
    for given, match in (
        ((40, 4), "n must be at most 32, got 40"),
        ((8, 9), "chunk must be at most 8, got 9"),
        ((8, 2, 0), None),
    ):
        if match:
            with pytest.raises(ValueError, match=match):
                figures.chunk_map(*given)
    with pytest.raises(ValueError, match="reader must be at most 7, got 8"):
        figures.chunk_map(8, 2, reader=8)


def test_both_schedules_give_one_output():
    w = init_unit_weights(4, e=6, s=3, heads=4, rng=RNG)
    x = RNG.standard_normal((7, 4))
    figure = figures.schedules(x, w, chunks=[2, 3], chunk=3, token=4)
    whole = [f"{y:.1f}" for y in flash_layer(x, w, 3, causal=True)[:, 0]]
    outputs, _, buffer, _ = figure.at()
    assert outputs["cells"] == [whole, [*whole[:4], "", "", ""]]
    assert buffer["cells"] == [["3", "", ""]]
    assert "agree to 12 digits: yes" in said(figure.at())
    assert cells(figure.at(t=7))[1:] == [["states handed on", "3"], ["states summed in pairs", "2"]]
    assert figure.at(t=0)[2]["cells"] == [["", "", ""]]


def test_schedules_that_cannot_be_read_are_refused():
    w, wide = (init_unit_weights(4, e, s=3, heads=4, rng=RNG) for e in (6, 40))
    x = np.ones((5, 4))
    for given, match in (
        ((np.ones((40, 4)), w), "x must have from 2 to 24 rows, to be followed, got 40"),
        ((x, w, [2, 2]), "chunks must be sizes, each once"),
        ((x, w, [2, 3]), "chunk must be one of chunks"),
        ((x, wide), "weights must have s and e of at most 12"),
    ):
        with pytest.raises(ValueError, match=match):
            figures.schedules(*given)


def test_times_of_chunks_say_the_ratio():
    record = {
        "n": [1024, 2048], "chunk": 256, "chunks": [16, 64], "seconds by chunk": [0.04, 0.02],
        "seconds": {"quadratic": [0.01, 0.04], "mixed": [0.005, 0.01]},
    }  # fmt: skip
    figure = figures.chunk_times(record)
    assert "At n = 1,024 mixed chunks are 2.0 times as fast." in said(figure.at())
    assert "C = 16 takes 2.0 times the best" in said(figure.at(n=2048))


# --- the toy -----------------------------------------------------------------------------------


def toy():
    kinds = list(figures.MODELS)
    floors = {
        view: {"all": 0.4, "by chunk": {str(c): [0.4] * c for c in (2, 4)}}
        for view in ("whole", "local", "global", "overlap")
    }
    source = {
        "floors": floors,
        "losses": {
            "as chosen": dict.fromkeys(kinds, [[1.5, 1.0, 0.5]] * 2),
            "longer": {"gau": [[1.5, 1.1, 0.9, 0.6, 0.45]] * 2},
        },
        "places": {"as chosen": dict.fromkeys(kinds, [[0.6, 0.5, 0.5, 0.5]] * 2)},
    }  # fmt: skip
    settings = {"as chosen": {"steps": 200, "rate": 0.02}, "longer": {"steps": 400, "rate": 0.02}}
    return {
        "every": 100, "settings": settings, "seeds": [0, 1], "sources": {"one topic": source},
        "chunk": 4, "held_out": 30,
    }  # fmt: skip


def test_models_train_step_by_step():
    figure = figures.learning(toy(), step=90)
    assert figure.done == 1
    assert cells(figure.at())[0] == ["Transformer block", "1.000", "1.000 to 1.000"]
    assert "After 200 of 200 steps: Transformer block 0.500" in said(figure.at(done=2))
    assert figures.learning(toy(), setting="longer", step=400).done == 2


def test_the_rule_stays_where_there_are_steps():
    figure = figures.learning(toy())
    for setting, steps in (("as chosen", 200), ("longer", 400)):
        plot, rows = figure.at(setting=setting, done=1)
        assert plot["xlim"] == (0, steps)
        assert list(plot["drag"]["x"]) == [0, steps / 2, steps]
        assert plot["layers"][-1]["x"][-1] == steps / 2
        assert len(rows["rows"]) == len(figures.CURVES)
    block = cells(figure.at(setting="longer"))[0]
    assert block == ["Transformer block", "–", "not trained so"]


def test_places_have_marks_where_the_models_have_that_chunk():
    figure = figures.places(toy())
    assert figure.chunk == 4
    assert cells(figure.at(chunk=2))[0] == ["whole past", "0.40", "0.40", "", ""]
    assert cells(figure.at(chunk=4))[1] == ["own chunk", "0.40", "0.40", "0.60", "0.50"]
    assert "Marks" in json.loads(figure.payload)["caption"]


def test_places_promise_no_marks_where_no_parts_were_trained():
    bare = toy()
    del bare["sources"]["one topic"]["places"]["as chosen"]["local"]
    figure = figures.places(bare)
    assert cells(figure.at())[0] == ["whole past", "0.40", "0.40"]
    assert "Marks" not in json.loads(figure.payload)["caption"]


# --- the chapter's own data --------------------------------------------------------------------


def test_the_records_are_drawn_and_quoted():
    for draw, facts, name in (
        (figures.unit_times, figures.unit_facts, "units"),
        (figures.chunk_times, figures.time_facts, "times"),
        (figures.lengths, figures.length_facts, "lengths"),
        (figures.learning, figures.toy_facts, "toy"),
    ):
        record = read_record("flash", name)
        assert said(draw(record).at())
        assert all(set(text) <= set("0123456789.,± −-\u00a0%") for text in facts(record).values())


def test_times_of_units_are_quoted_as_ratios_by_hand():
    rows = {
        "units": [3.0, 6.0, 5.0], "block": [2.0, 4.0, 10.0], "block, 1 head": [1, 1, 7.0],
        "block, relu²": [1, 1, 9.0], "units, softmax": [1, 1, 13.0],
    }  # fmt: skip
    facts = figures.unit_facts(
        times() | {"seconds": {"512": rows, "256": rows | {"block": [1, 2, 3]}}}
    )
    counts = [2 * mult_adds("gau", n, 512, s=128) / mult_adds("mhsa+ffn", n, 512)
              for n in (256, 512, 1024)]  # fmt: skip
    assert facts == {
        "time-256": "1.50", "time-512": "1.50", "time-1024": "0.50",
        "count-256": f"{counts[0]:.2f}", "count-512": f"{counts[1]:.2f}",
        "count-1024": f"{counts[2]:.2f}", "one": "0.70", "relu": "0.90", "softmax": "1.30",
        "climb-512": "2.5", "climb-256": "1.5",
    }  # fmt: skip


def test_times_of_chunks_are_quoted_as_ratios_by_hand():
    record = {
        "n": [1024, 2048], "chunk": 256, "chunks": [16, 64, 256],
        "seconds by chunk": [0.06, 0.03, 0.02],
        "seconds": {"quadratic": [0.01, 0.05], "mixed": [0.005, 0.02],
                    "quadratic products": [0.006, 0.04], "mixed products": [0.002, 0.01]},
    }  # fmt: skip
    facts = figures.time_facts(record)
    for n in (1024, 2048):  # scores and values of all pairs; those in chunks, and the states
        quadratic, mixed = (mult_adds(kind, n, 64, e=128, s=64, chunk=256, part="attention")
                            for kind in ("gau", "flash"))  # fmt: skip
        assert facts.pop(f"count-{n}") == f"{quadratic / mixed:.1f}"
    assert facts == {
        "double": "4.0", "double-quadratic": "5.0", "best": "256", "small": "3.0",
        "gain-1024": "2.0", "gain-2048": "2.5", "bare-1024": "3.0", "bare-2048": "4.0",
    }  # fmt: skip


def test_losses_on_other_lengths_are_quoted_as_means_of_the_seeds():
    record = other_lengths()
    record["beyond"]["as chosen"]["relu² / ns"]["own n"] = [[0.1, 0.2, 0.4], [0.3, 0.2, 0.1]]
    assert figures.length_facts(record) == {
        "relu-12": "0.200", "relu-48": "0.200", "relu-96": "0.250",
        "relu-12-kept": "0.200", "relu-48-kept": "0.020", "relu-96-kept": "0.900",
        "softmax-12": "0.100", "softmax-48": "0.100", "softmax-96": "0.100",
    }  # fmt: skip


def test_the_toy_is_quoted_by_hand():
    losses = {"transformer": [[2.0, 1.5, 1.0, 0.9, 0.5], [2.0, 1.5, 1.0, 0.7, 0.7]],
              "gau": [[2.0, 1.0, 0.8, 0.6, 0.25], [2.0, 1.0, 0.8, 0.8, 0.55]]}  # fmt: skip
    floors = {
        "whole": {"all": 0.1234},
        "local": {"all": 0.3, "by chunk": {"2": [0.9, 0.4]}},
        "global": {"all": 0.6, "by chunk": {"2": [0.55, 0.65]}},
    }
    source = {"floors": floors, "losses": {"twice the steps": losses, "as chosen": losses},
              "weights": {"transformer": 1000, "gau": 1250}, "symbols": 12}  # fmt: skip
    facts = figures.toy_facts({"sources": {"one topic": source}, "chunk": 2, "every": 100})
    ahead = 0.6 - 0.4
    error = ((0.02 + 0.045) / 2) ** 0.5  # variances of two seeds: half the squared difference
    runs = {}
    for way in ("", "-twice"):
        runs |= {
            f"one-ahead{way}": f"{ahead:.3f} ± {error:.3f}",
            f"one-behind{way}": f"-{ahead:.3f} ± {error:.3f}",
            f"one-transformer{way}": "0.60", f"one-gau{way}": "0.40",
            f"one-transformer{way}-fine": "0.600", f"one-gau{way}-fine": "0.400",
            f"one-transformer{way}-worst": "0.700", f"one-gau{way}-worst": "0.550",
            f"one-transformer{way}-400": "0.60", f"one-gau{way}-400": "0.40",
        }  # fmt: skip
    assert facts == runs | {
        "one-floor-whole": "0.12", "one-floor-local": "0.30", "one-floor-global": "0.60",
        "one-local-0": "0.90", "one-global-0": "0.55", "one-global-1": "0.65",
        "one-floor-whole-fine": "0.123", "one-size-transformer": "1,000", "one-size-gau": "1,250",
        "one-more-gau": "25\u00a0%", "one-symbols": "12",
    }  # fmt: skip


EDGES = [
    (lambda n: figures.assemble(n=n), (1, 10**6), (0, 10**6 + 1)),
    (lambda d: figures.assemble(d=d), (1, 10**6), (0, 10**6 + 1)),
    (lambda s: figures.assemble(s=s), (1, 10**5), (0, 10**5 + 1)),
    (lambda h: figures.assemble(heads=h), (1, 10**4), (0, 10**4 + 1)),
    (lambda n: figures.chunk_map(n, 1), (2, 32), (1, 33)),
    (lambda c: figures.chunk_map(8, c), (1, 8), (0, 9)),
    (lambda s: figures.chunk_map(s=s), (1, 10**5), (0, 10**5 + 1)),
    (lambda e: figures.chunk_map(e=e), (1, 10**5), (0, 10**5 + 1)),
    (lambda i: figures.chunk_map(8, 2, reader=i), (0, 7), (-1, 8)),
    (lambda i: figures.chunk_map(8, 2, source=i), (0, 7), (-1, 8)),
    (lambda n: figures.scales(np.ones((n, 1)), np.ones((n, 1))), (32,), (31, 4097)),
    (lambda n: of_letters(n, 3, 4), (2, 24), (1, 25)),
    (lambda s: of_letters(3, s, 2), (1, 12), (13,)),
    (lambda e: of_letters(3, 2, e), (1, 12), (13,)),
    (lambda t: of_letters(3, 2, 2, token=t), (0, 3), (-1, 4)),
    (lambda c: of_letters(3, 2, 2, chunks=[c], chunk=c), (1,), (0,)),
]


def of_letters(n, s, e, token=1, **more):
    w = init_unit_weights(2, e, s=s, heads=4, rng=np.random.default_rng(0))
    return figures.schedules(np.ones((n, 2)), w, token=token, **more)


@pytest.mark.parametrize("call, good, bad", EDGES)
def test_what_a_figure_takes_has_two_ends(call, good, bad):
    for value in good:
        assert call(value).controls
    for value in bad:
        with pytest.raises(ValueError, match="must"):
            call(value)


def test_a_figure_tells_its_sizes_and_begins_at_the_nearest():
    figure = figures.scales(*RNG.random((2, 100, 7)), length=50)
    assert list(figure.controls["n"].values) == [16, 32, 64] and figure.n == 64
    assert "of 7 numbers, texts of 16 to 64 tokens" in json.loads(figure.payload)["caption"]
    figure = figures.assemble(n=1, d=10**6)
    assert figure.n == 256 and figure.d == 2048
    assert list(figure.controls["n"].values) == [256 * 2**i for i in range(7)]
    assert list(figure.controls["d"].values) == [128, 256, 512, 1024, 2048]
    figure = figures.chunk_map(9, 3)
    assert (figure.reader, figure.source, figure.overlap, figure.causal) == (4, 1, False, True)


def test_memory_is_quoted_in_megabytes_and_seconds():
    part = {"own": [1.0, 2.04], "system": [0.5, 3.0]}
    record = {"n": [8, 4096], "heads": 8, "seconds": {"at once": part, "head by head": part}}
    assert figures.memory_facts(record) == {
        "mb": "537", "own": "2.0", "system": "3.0", "own-each": "2.0", "system-each": "3.0",
    }  # fmt: skip


def test_letters_have_no_places():
    q, k = examples.letters("banana")
    assert (q[1] == q[3]).all() and (k[1] == k[5]).all() and (q[0] != q[1]).any()
    with pytest.raises(ValueError, match="word must be a text of 1 to 1,000 letters"):
        examples.letters("")
