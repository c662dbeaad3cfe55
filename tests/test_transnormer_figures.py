"""The figures of transnormer: words, values, other data, errors."""

import re

import numpy as np
import pytest

from glassbox.linear_attention import elu_plus_one, linear_attention
from glassbox.records import read_record
from glassbox.transnormer import examples, figures, sharpest_weight, weight_jacobian

F, K = examples.eight_keys()
RECORD = read_record("transnormer", "training")


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] for panel in panels if panel.get("describe"))


def test_the_chain_of_exp_stands_and_that_of_relu_grows():
    figure = figures.chain([1.0, 1.0], np.eye(2), ["a", "b"])
    assert "1 × 1 × 0.25 = 0.25" in said(figure.at(kind="relu", size=1.0))
    assert "1 × 1 × 2,500 = 2,500" in said(figure.at(kind="relu", size=1e-4))
    for size in (1.0, 1e-4):
        assert "with the other scores, 0.12" in said(figure.at(kind="exp", size=size)), size
    assert "the weight of b is 0.5" in said(figure.at(key=1))


def test_steepness_is_that_of_the_scores():
    told = said(figures.steepness(F, K).at(size=1e-4, scale=1.0)[:1])
    assert told.startswith("By a score: ")
    fq = 1e-4 * F
    wanted = np.abs(weight_jacobian(np.exp(K) @ fq, "linear")).max()
    assert f"exp: {wanted:,.0f}," in told


def test_other_keys_may_be_wider_and_named():
    rng = np.random.default_rng(0)
    figure = figures.chain(np.ones(6), rng.standard_normal((3, 6)), "abc", key=2, entry=5)
    assert "the weight of c" in said(figure.at())
    _, q, keys = examples.four_words()
    figure = figures.mixture(q[:2], keys[:3, :2], key=2)
    assert "key 3 has" in said(figure.at())


def test_dilution_says_what_the_map_has():
    code = examples.places(64, 8)[0]
    told = said(figures.dilution(code, code).at(n=64, gain=10))
    P = linear_attention(10 * code, code, np.eye(64))
    most = sharpest_weight(code, elu_plus_one)
    assert f"{P.max():.2g} (elu + 1; no query gets past {most:.2g})" in told
    assert "n" not in figures.dilution(code[:16], code[:16]).controls


def test_overflow_tells_what_does_not_fit():
    q, k, v = examples.many_tokens()
    figure = figures.overflow(q, k, v)
    rows = figure.at(size=8, n=4096, divide="as they are", kind="relu")[1]["rows"]
    relu = examples.MAPS["relu"]
    T = relu(8 * q[-1:]) @ (relu(8 * k).T @ (8 * v))
    assert rows[1][2] == "infinite" and rows[2][2] == rows[3][2] == "fits"
    assert rows[1][1] == figures._brief(np.abs(T).max())
    rows = figure.at(size=8, n=4096, divide="divided by n", kind="relu")[1]["rows"]
    assert {row[2] for row in rows} == {"fits"}
    assert "all fit" in said(figure.at(size=1, n=16, divide="as they are", kind="relu"))
    one = said(figure.at(size=4, n=1, divide="divided by n", kind="exp"))
    assert one.startswith("1 token: in float16 infinite: ")


def test_the_guard_bounds_the_derivative_and_marks_the_rows():
    figure = figures.guard([[0.1, -0.1], [1e-4, 1e-4]])
    told = said(figure.at(sigma=1e-9, eps=1e-4, where="inside the root"))
    assert "Across: 100, at most 100." in told and "becomes 10⁻⁷" in told
    outside = said(figure.at(sigma=1e-9, eps=1e-4, where="outside"))
    assert "at most 10⁴" in outside
    marks = next(x for x in figure.at()[1]["layers"] if x.get("label") == "the rows given")
    np.testing.assert_allclose(sorted(marks["x"]), [1e-4, 0.1], rtol=1e-3)


def test_layers_reach_as_far_as_their_blocks():
    figure = figures.layers(*examples.six_layers(16, 4), widths=(2, 4, 8))
    assert "draws on 4 of 16" in said(figure.at(block=4, local=6, order="local first"))
    assert "draws on 16 of 16" in said(figure.at(block=4, local=5, order="global first"))
    assert figure.at(block=2, local=6, order="local first")[0]["missing_label"] == "does not reach"


def test_curves_have_every_seed_at_the_step():
    figure = figures.training_curves(RECORD)
    curves, rank = figure.at(setting="as chosen", step=2400)
    found = RECORD["models"]["as chosen"]
    at = RECORD["steps"].index(2400)
    told = said([rank])
    for model, runs in found.items():
        assert f"{model} {np.array(runs['test'])[:, at].mean():.2f}" in told
    dots = [x for x in rank["layers"] if x["type"] == "scatter"]
    assert len(dots) == 2 * len(found) and len(dots[0]["x"]) == len(RECORD["seeds"])
    assert len([x for x in curves["layers"] if x["type"] == "lines"]) == len(found)


def test_one_curve_may_be_in_front():
    figure = figures.training_curves(RECORD, front="TransNormer")
    for front in (None, "linear"):
        curves = figure.at(**({"front": front} if front else {}))[0]
        wide = [x["label"] for x in curves["layers"] if x["type"] == "lines" and x["width"] > 2]
        assert wide == [front or "TransNormer"]


def test_no_curve_ends_before_the_slider():
    for models in RECORD["models"].values():
        for found in models.values():
            assert np.array(found["test"]).shape[1] == len(RECORD["steps"])


def test_the_dots_of_the_seeds_are_beside_the_rule():
    layers = figures.locality(RECORD).at(layer="1", window=0.4)[0]["layers"]
    dots = [x["x"] for x in layers if x["type"] == "scatter"]
    assert len(dots) == 2 and max(dots[0]) < 0.39 < 0.41 < min(dots[1])


def test_facts_are_those_of_the_record():
    facts = figures.training_facts(RECORD)
    found = np.array(RECORD["models"]["as chosen"]["TransNormer"]["test"])
    assert facts["TransNormer-2400"] == f"{found[:, -1].mean():.2f}"
    assert facts["ideal-24"] == f"{np.mean(RECORD['ideal']['24']):.2f}"
    for models in RECORD["models"].values():
        for found in models.values():
            test = np.array(found["test"])[:, RECORD["steps"].index(600)]
            assert test.std(ddof=1) / len(test) ** 0.5 <= float(facts["most-error"])


def test_facts_are_computed_as_they_are_named():
    facts, models = figures.training_facts(RECORD), RECORD["models"]

    def losses(setting, model, step):
        return np.array(models[setting][model]["test"])[:, RECORD["steps"].index(step)]

    for setting, front in (("as chosen", ""), ("twice the rate", "twice-"),
                           ("neighbours given", "near-")):  # fmt: skip
        for model, found in models[setting].items():
            for step in (600, 1200, 2400):
                name = f"{front}{model}-{step}"
                assert facts[name] == f"{losses(setting, model, step).mean():.2f}"
            for step, rows in found["unrest"].items():
                assert facts[f"{front}unrest-{model}-{step}"] == f"{np.mean(rows):.2f}"
    gap = losses("as chosen", "TransNormer", 2400) - losses("as chosen", "NormAttention", 2400)
    error = gap.std(ddof=1) / np.sqrt(len(gap))
    wanted = f"{gap.mean():.3f}\u00a0±\u00a0{error:.3f}".replace("-", "−")
    assert facts["gap-2400"] == wanted
    assert figures._plus_minus([1.0, 2.0, 3.0]) == "2.00\u00a0±\u00a00.58"
    assert figures._plus_minus([-1.0, -2.0], 1) == "−1.5\u00a0±\u00a00.5"
    errors = [np.std(losses(setting, m, step), ddof=1) / np.sqrt(len(RECORD["seeds"]))
              for setting, kinds in models.items() for m in kinds
              for step in (600, 1200, 2400)]  # fmt: skip
    assert 0 <= float(facts["most-error"]) - max(errors) <= 1e-3
    assert facts["seeds"] == "5" and facts["rate"] == "0.005"
    mass = np.array(models["as chosen"]["linear"]["local mass"])
    wanted = mass[:, 1, RECORD["shares"].index(0.4)].mean()
    assert facts["mass-linear-2"] == f"{wanted:.2f}"


def test_dilution_draws_the_weights_and_the_mass_by_definition():
    rng = np.random.default_rng(3)
    q, k = rng.standard_normal((2, 50, 4))
    figure = figures.dilution(q, k, gain=4)
    assert list(figure.controls["n"].values) == [16, 32, 50] and figure.n == 50
    assert figure.gain == 3 and list(figure.controls["gain"].values) == [1, 3, 10, 30, 100]
    assert list(figures.dilution(q[:32], k[:32]).controls["n"].values) == [16, 32]
    weights, mass = figure.at(n=32, gain=1)
    scores = np.exp(q[:32] @ k[:32].T / 2)
    P = scores / scores.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(weights["layers"][0]["y"], P[10], rtol=1e-3)  # a third of the way
    np.testing.assert_allclose(weights["layers"][0]["x"], (np.arange(32) + 0.5) / 32, rtol=1e-3)
    np.testing.assert_allclose(mass["layers"][0]["x"], np.arange(1, 21) / 20, rtol=1e-3)
    assert mass["layers"][0]["y"][-1] == pytest.approx(1, abs=1e-3)
    for name, layer in (("softmax", 0), ("elu + 1", 1)):
        shown = f"{mass['layers'][layer]['y'][7]:.2f}"  # at 0.4
        assert shown in said([mass]), name


def test_steepness_is_quoted_with_few_digits():
    facts = figures.steepness_facts(np.ones(2), np.eye(2))
    largest = {kind: figures._steepest(kind, 1e-4, np.ones(2), np.eye(2)) for kind in figures.KINDS}
    for kind, values in largest.items():
        for by, value in zip(("score", "query"), values, strict=True):
            assert float(facts[f"{kind}-{by}"].replace(",", "")) == pytest.approx(
                value, abs=0.5 if value > 9 else 0.005
            )
    assert facts["softmax-score"] == "0.25" and facts["relu-query"] == "2,500"
    # Keys 8 e1 and 8 e2 share the weight: its slope by an entry is 8 / 4.
    assert facts["softmax-keys"] == "2.0"


def test_locality_reads_the_record():
    told = said(figures.locality(RECORD).at(layer="1", window=0.4))
    assert re.search(r"softmax 0\.\d\d, linear 0\.\d\d", told)


def test_what_was_looked_at_has_letters_and_gaps():
    q, k, tokens = examples.looked("linear", layer=2, head=2)
    assert q.shape == k.shape == (24, 16)
    assert [re.fullmatch(r"(\d+) [a-h?]", token)[1] for token in tokens] == [
        str(place) for place in range(1, 25)
    ]
    with pytest.raises(ValueError, match="model must be one of softmax, linear"):
        examples.looked("TransNormer")


def test_numbers_are_written_as_people_do():
    assert [figures._brief(x) for x in (0, 0.25, 1234.5, 3.2e7, 2e-5)] == [
        "0", "0.25", "1,234", "3.2·10⁷", "2·10⁻⁵",
    ]  # fmt: skip
    assert [figures._brief(x) for x in (99.4, 99.6, 1e6, 999_999, 1e-4, -150.2)] == [
        "99", "100", "10⁶", "999,999", "0.0001", "-150",
    ]  # fmt: skip
    assert [figures._power(x) for x in (1e-9, 1, 250, 1e4)] == ["10⁻⁹", "1", "250", "10⁴"]


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: figures.chain([1, 0], np.eye(2)), ValueError, "features must be > 0"),
        (lambda: figures.chain([1, 1, 1], np.eye(2)), ValueError, "K must have shape"),
        (lambda: figures.chain([1, 1], 9 * np.eye(2)), ValueError, "K must have entries"),
        (lambda: figures.chain([1, 1], np.ones((13, 2))), ValueError, "K must be 2 to 12"),
        (lambda: figures.chain([1, 1], np.eye(2), ["a"]), ValueError, "words must be 2"),
        (lambda: figures.chain([1, 1], np.eye(2), kind="gelu"), ValueError, "kind must be"),
        (lambda: figures.chain([1, 1], np.eye(2), key=2), ValueError, "key must be at most 1"),
        (lambda: figures.chain("ab", np.eye(2)), TypeError, "features must be"),
        (lambda: figures.steepness([1, -1], np.eye(2)), ValueError, "features must be > 0"),
        (lambda: figures.steepness([1, 1], 9 * np.eye(2)), ValueError, "K must be 2 to 64 keys"),
        (
            lambda: figures.steepness([1, 1], np.ones((3, 2))),
            ValueError,
            "K must be .* not all alike",
        ),
        (lambda: figures.mixture([7, 0], np.eye(2)), ValueError, "q must have entries"),
        (lambda: figures.mixture(np.zeros(6), np.eye(6)), ValueError, "2 to 5 wide"),
        (lambda: figures.mixture([0, 0], np.eye(2), 5), TypeError, "words must be a list"),
        (lambda: figures.dilution(np.ones((5, 2)), np.ones((5, 2))), ValueError, "16 to 2,048"),
        (lambda: figures.dilution(K, K[:, :2]), ValueError, "k must have shape"),
        (lambda: figures.overflow(K, K, K), ValueError, "16 to 100,000"),
        (lambda: figures.overflow(*(99 * np.ones((3, 20, 2)))), ValueError, "at most 20"),
        (lambda: figures.guard(np.ones((201, 2))), ValueError, "rows must be at most 200"),
        (lambda: figures.guard(where="below"), ValueError, "where must be"),
        (lambda: figures.guard(eps=0), ValueError, "eps must be"),
        (lambda: figures.layers(np.ones((1, 8, 2)), np.ones((1, 8, 2))), ValueError, "2 to 12"),
        (
            lambda: figures.layers(*examples.six_layers(8, 2), widths=(4,)),
            ValueError,
            "widths must be two",
        ),
        (lambda: figures.training_curves(RECORD, front="GRU"), ValueError, "front must be one of"),
        (lambda: figures.training_curves({}), ValueError, "record must be one of"),
        (lambda: figures.training_curves(None), ValueError, "record must be one of"),
        (lambda: figures.locality({"models": {}}), ValueError, "record must be one of"),
    ],
)
def test_bad_data_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def some(*shape):
    return np.random.default_rng(1).random(shape)


EDGES = [
    (lambda n: figures.chain([1, 1], some(n, 2)), (2, 12), (1, 13)),
    (lambda d: figures.chain(np.ones(d), some(2, d)), (2, 8), (1, 9)),
    (lambda a: figures.chain([a, 1], some(2, 2)), (1e-3, 100), (0, 101)),
    (lambda a: figures.chain([1, 1], a * np.eye(2)), (8, -8), (8.1, -8.1)),
    (lambda k: figures.chain([1, 1], np.eye(2), key=k), (0, 1), (-1, 2)),
    (lambda m: figures.chain([1, 1], np.eye(2), entry=m), (0, 1), (-1, 2)),
    (lambda s: figures.chain([1, 1], np.eye(2), size=s), (1e-9,), (0, -1)),
    (lambda n: figures.steepness([1, 1], some(n, 2)), (2, 64), (1, 65)),
    (lambda a: figures.steepness([1, 1], a * np.eye(2)), (8, -8), (8.1, -8.1)),
    (lambda n: figures.mixture([0, 0], some(n, 2)), (2, 12), (1, 13)),
    (lambda d: figures.mixture(np.zeros(d), some(2, d)), (2, 5), (1, 6)),
    (lambda a: figures.mixture([a, 0], some(2, 2)), (6, -6), (6.1, -6.1)),
    (lambda a: figures.mixture([0, 0], a * np.eye(2)), (8, -8), (8.1, -8.1)),
    (lambda k: figures.mixture([0, 0], np.eye(2), key=k), (0, 1), (-1, 2)),
    (lambda n: figures.dilution(some(n, 2), some(n, 2)), (16,), (15, 2049)),
    (lambda n: figures.overflow(some(n, 2), some(n, 2), some(n, 2)), (16,), (15, 100_001)),
    (lambda a: figures.overflow(a * some(16, 1) ** 0, some(16, 1), some(16, 1)), (20,), (20.1,)),
    (lambda n: figures.guard(some(n, 2)), (1, 200), (201,)),
    (lambda n: figures.layers(some(n, 4, 2), some(n, 4, 2), widths=(1, 4), local=0), (2, 12),
     (1, 13)),
    (lambda n: figures.layers(some(2, n, 2), some(2, n, 2), widths=(1, 4), local=2), (4,), (3, 65)),
    (lambda w: figures.layers(some(2, 4, 2), some(2, 4, 2), widths=w, local=0), [(1, 4), (2, 3, 4)],
     [(0, 4), (1, 5), (4,), (2, 1), (2, 2)]),
    (lambda i: figures.layers(some(2, 4, 2), some(2, 4, 2), widths=(1, 4), local=i), (0, 2),
     (-1, 3)),
    (lambda i: figures.training_curves(RECORD, step=i), (1, 10**6), (0,)),
]  # fmt: skip


@pytest.mark.parametrize("call, good, bad", EDGES)
def test_what_a_figure_takes_has_two_ends(call, good, bad):
    for value in good:
        assert call(value).payload
    for value in bad:
        with pytest.raises(ValueError, match="must"):
            call(value)
