"""The model of attention_maps agrees with the helpers; its words, its controls, its errors."""

from functools import partial

import numpy as np
import pytest

from glassbox import linear_attention as la
from glassbox import performer
from glassbox.linear_attention import figures

SIMILARITY = "linear_attention/similarity.js"
KINDS = {
    "softmax": "softmax", "elu + 1": "elu_plus_one", "relu": "relu", "exp of entries": "exp",
    "1 + u": "taylor1", "1 + u + u²/2": "taylor2", "double softmax": "double_softmax",
}  # fmt: skip


def drawn(seed):
    rng = np.random.default_rng(seed)
    n, d = rng.integers(1, 8), rng.integers(2, 7)
    return rng.standard_normal((2, n, d)) * 3 ** rng.uniform(-1, 1)


def found(call_js, kind, q, k, **options):
    """Return what the model makes of queries and keys, masked cells as 0."""
    rows = q.tolist(), k.tolist()
    made = call_js("linear_attention/similarity.js", "attention", kind, *rows, options)
    return np.array([[w or 0 for w in row] for row in made["weights"]])


@pytest.mark.parametrize("kind", KINDS)
def test_maps(call_js, kind):
    for seed in range(60):
        q, k = drawn(seed)
        if kind == "relu":
            q, k = q + 0.5 * abs(q), abs(k)  # few rows without any similarity
            q[:, 0] = abs(q[:, 0])
        causal = bool(seed % 2)
        wanted = la.attention_weights(q, k, KINDS[kind], causal, scale=1)
        np.testing.assert_allclose(
            found(call_js, kind, q, k, causal=causal), wanted, rtol=1e-9, atol=1e-12
        )


def test_the_signed_maps(call_js):
    for seed in range(60):
        q, k = drawn(seed)
        plain = np.tril(q @ k.T) if seed % 2 else q @ k.T
        np.testing.assert_allclose(
            found(call_js, "q · k", q, k, causal=seed % 2), plain, rtol=1e-9, atol=1e-12
        )
        unit_q, unit_k = la.unit_rows(q), la.unit_rows(k)
        np.testing.assert_allclose(
            found(call_js, "delta rule", q, k), la.delta_weights(unit_q, unit_k), atol=1e-12
        )


def test_random_features_are_those_of_performer(call_js):
    forms = {
        "positive": performer.positive_features,
        "cosh": partial(performer.positive_features, hyperbolic=True),
        "trig": performer.trig_features,
    }
    for seed in range(30):
        q, k = 0.4 * drawn(seed)
        W = np.random.default_rng(seed).standard_normal((12, q.shape[1]))
        for ours, theirs in forms.items():
            fq, fk = (theirs(x, W) for x in (q, k))
            similar = fq @ fk.T
            wanted = similar / similar.sum(axis=1, keepdims=True)
            got = found(call_js, ours, q, k, directions=W.tolist())
            np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-9)


def test_a_large_eps_gives_the_plain_mean(call_js):
    q, k = 3 * np.random.default_rng(0).standard_normal((2, 6, 16))
    W = np.random.default_rng(1).standard_normal((32, 16)).tolist()
    off = [
        abs(found(call_js, "positive", q, k, directions=W, eps=eps) - 1 / 6).max()
        for eps in (0, 1e-4)
    ]
    assert off[0] > 0.3 and off[1] < 0.01


def test_the_figure_adds_its_eps_as_a_number():
    q, k = 3 * np.random.default_rng(0).standard_normal((2, 6, 16))
    W = np.random.default_rng(1).standard_normal((32, 16))
    figure = figures.attention_maps(q, k, directions=W, similarity="positive")
    off = [abs(np.array(figure.at(eps=eps)[1]["values"]) - 1 / 6).max() for eps in ("0", "1e-4")]
    assert off[0] > 0.3 and off[1] < 0.01


def test_turning_and_sharpening(call_js):
    q, _ = drawn(3)
    turned = np.array(call_js(SIMILARITY, "prepared", q.tolist(), 90, 2))
    pairs = q[:, : q.shape[1] // 2 * 2].reshape(len(q), -1, 2)
    wanted = 2 * np.stack([-pairs[..., 1], pairs[..., 0]], axis=2).reshape(len(q), -1)
    np.testing.assert_allclose(turned[:, : wanted.shape[1]], wanted, atol=1e-12)
    np.testing.assert_allclose(turned[:, wanted.shape[1] :], 2 * q[:, wanted.shape[1] :])


# --- the figure --------------------------------------------------------------------------------

WORDS = ["the", "cat", "sat", "on", "the", "mat", "because", "it", "was", "tired"]
SLOTS = ("article", "noun", "verb", "link", "pronoun", "adjective", "alive", "thing")
#: What each word is, and what it looks for.
IS = [
    "article", "noun alive", "verb", "link", "article", "noun thing", "link", "pronoun", "verb",
    "adjective",
]  # fmt: skip
WANTS = [
    "noun", "article", "noun alive", "noun thing", "noun", "link", "verb", "noun alive", "pronoun",
    "pronoun alive",
]  # fmt: skip


def sentence():
    """Return queries and keys (10, 16) by meaning and nearness, turned by one rotation."""
    angles = np.arange(10)[:, None] * np.array([0.9, 0.45, 0.2])
    place = 0.6 * np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    rotation, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((16, 16)))
    made = []
    for told in (WANTS, IS):
        part = 2.0 * np.array([[slot in words.split() for slot in SLOTS] for words in told])
        made.append(2 * np.concatenate([part, place], axis=1) @ rotation[:14])
    return made


Q, K = sentence()


def panels(**settings):
    return figures.attention_maps(Q, K, WORDS, cell=(7, 1)).at(**settings)


def test_both_maps_are_those_of_the_helpers_at_one_sharpness():
    for temperature in (0.25, 4):
        soft, other, *_ = panels(kind="1 + u + u²/2", temperature=temperature)
        scale = 16**-0.5 / temperature
        wanted = (la.attention_weights(Q, K, kind, scale=scale) for kind in ("softmax", "taylor2"))
        for panel, weights in zip((soft, other), wanted, strict=True):
            np.testing.assert_allclose(panel["values"], weights, atol=1e-5)
        off = panels(kind="1 + u + u²/2", temperature=temperature, show="minus softmax")[1]
        np.testing.assert_allclose(
            off["values"], np.subtract(other["values"], soft["values"]), atol=1e-12
        )
        assert off["colormap"] == "diverging" and off["vmin"] == -off["vmax"]


def test_a_cell_opens_into_features_products_sum_and_weight():
    soft, _, row, strip, cell, steps = panels()
    assert soft["describe"] == "“it” looks at “cat”. Softmax: 0.968; elu + 1: 0.13"
    x, y = Q[7] / 2, K[1] / 2
    fx, fy = la.elu_plus_one(x), la.elu_plus_one(y)
    np.testing.assert_allclose(strip["values"], [x, y, x * y, fx, fy, fx * fy], atol=1e-5)
    np.testing.assert_allclose(cell["layers"][0]["y"], fx * fy, atol=1e-5)
    told = {name: values for name, *values in steps["rows"]}
    assert told["sum of products"] == ["8.03", "29.6"] and told["weight"] == ["0.968", "0.13"]
    assert row["title"] == "The row of “it”" and row["xticks"] == WORDS


def test_a_masked_cell_says_so_and_the_delta_rule_has_an_order():
    soft, other, *_, steps = panels(causal=True, row=1, column=5)
    assert soft["missing"][1][5] == other["missing"][1][5] == 1 and soft["values"][0][0] == 1
    assert ["weight", "masked", "masked"] in steps["rows"]
    assert ["weight", "masked", "masked"] in panels(causal=True, row=1, column=5, kind="relu")[5][
        "rows"
    ]
    soft, other, *_, steps = panels(kind="delta rule")
    assert soft["missing"] and other["colormap"] == "diverging"
    assert steps["rows"][3][2] == "not divided"


def test_a_row_without_a_sum_has_no_weights_and_is_not_masked():
    figure = figures.attention_maps([[-1.0, -2]] * 2, [[1.0, 2], [3, 4]], similarity="relu")
    _, other, row, *_, steps = figure.at()
    assert np.all(other["missing"]) and steps["rows"][4][1:] == ["0.986", "none: sum 0"]
    assert row["layers"][1]["y"] == [], "no dot at 0, as if that were a weight"


@pytest.mark.parametrize("kind", ["1 + u", "1 + u + u²/2"])
def test_the_constant_of_the_features_stands_beside_the_entries(kind):
    *_, strip, cell, _ = panels(kind=kind)
    assert strip["columns"][:2] == ["const.", "1"]
    assert [row[0] for row in strip["missing"]] == [1, 1, 1, 0, 0, 0]
    np.testing.assert_allclose(strip["values"][2][1:17], Q[7] * K[1] / 4, atol=1e-5)
    diamonds = cell["layers"][1]
    np.testing.assert_allclose(diamonds["x"], np.arange(1, 17))
    np.testing.assert_allclose(diamonds["y"], strip["values"][2][1:17], atol=1e-5)


@pytest.mark.parametrize("kind", ["positive", "cosh", "trig"])
def test_products_of_random_features_are_seen_as_parts_of_the_kernel(kind):
    W = np.random.default_rng(0).standard_normal((20, 16))
    x, y = Q[7] / 2, K[1] / 2
    shown = figures.attention_maps(Q, K, WORDS, cell=(7, 1), directions=W, similarity=kind).at()
    strip, cell, steps = shown[3:]
    features = {
        "positive": performer.positive_features,
        "cosh": partial(performer.positive_features, hyperbolic=True),
        "trig": performer.trig_features,
    }[kind]
    products = (features(x[None], W) * features(y[None], W))[0]
    parts = np.array(cell["layers"][0]["y"])
    wanted = np.sort(products / np.exp(x @ y))  # either may begin with the sines
    np.testing.assert_allclose(np.sort(parts), wanted, rtol=2e-3, atol=1e-5)
    assert len(cell["layers"]) == 1, "what softmax multiplies has another size"
    tops = [max(abs(w) for w in row) for row in strip["values"]]
    np.testing.assert_allclose(tops, 1)
    assert steps["rows"][0][2].endswith(" × exp")
    low, high = cell["ylim"]
    assert np.ptp([0, *parts]) > 0.8 * (high - low), "nothing else stretches the axis"


def test_the_delta_rule_says_that_it_has_an_order():
    free, told = (
        panels(kind="delta rule", causal=causal)[0]["describe"] for causal in (False, True)
    )
    assert "reads in order" in free and "reads in order" not in told


def test_one_is_not_many():
    assert "Attention of 1 query to 1 key, by" in figures.attention_maps([[2.0]], [[1.0]]).payload
    assert "with 1 head, 8 wide" in figures.costs(d=8, heads=1).payload


def test_a_turn_changes_the_features_and_not_softmax():
    start, turned = (panels(angle=angle) for angle in (0, 35))
    np.testing.assert_allclose(start[0]["values"], turned[0]["values"], atol=1e-9)
    assert abs(np.subtract(start[1]["values"], turned[1]["values"])).max() > 0.01


def test_colours_go_to_one_or_to_the_largest_weight():
    assert panels()[1]["vmax"] == 1
    assert panels(stretch=True)[1]["vmax"] == np.max(panels()[1]["values"]) < 0.2


def test_own_data_of_any_shape():
    rng = np.random.default_rng(0)
    q, k = rng.standard_normal((3, 5)), rng.standard_normal((6, 5))
    figure = figures.attention_maps(q, k, "abc", key_tokens="uvwxyz", similarity="relu")
    assert "causal" not in figure.controls and figure.kind == "relu"
    assert figure.at()[1]["columns"] == list("uvwxyz")
    one = figures.attention_maps([[2.0]], [[1.0]])
    assert one.at(kind="1 + u + u²/2")[0]["values"] == [[1]]
    W = rng.standard_normal((4, 20, 5))
    random = figures.attention_maps(q, k, directions=W, similarity=["trig", "positive"])
    assert random.controls["directions"].values == (1, 2, 4, 8, 16, 20)
    assert random.at(draw=2, directions=4)[3]["columns"][-1] == "8", "a cosine and a sine each"
    most = rng.standard_normal((24, 64))
    assert len(figures.attention_maps(most, most).payload) < 60_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tokens": ["a"]}, "tokens must be 3 words, one a row, got 1"),
        ({"tokens": 3}, "tokens must be a list of words, got 3"),
        ({"cell": (3, 0)}, r"cell\[0\] must be at most 2, got 3"),
        ({"cell": 1}, "cell must be a pair, query and key, got 1"),
        ({"similarity": "elu"}, "similarity must be one of elu \\+ 1, .*got 'elu'"),
        ({"similarity": ["relu", "relu"]}, "similarity must name each kind once"),
        ({"temperature": 0}, "temperature must be > 0, got 0"),
        ({"angle": 181}, r"angle must be in \[0, 180\], got 181"),
        ({"scale": -1}, "scale must be > 0, got -1"),
        ({"show": "error"}, "show must be weights or minus softmax, got 'error'"),
        ({"directions": np.ones((2, 3))}, r"directions must have shape .* d = 2, got \(2, 3\)"),
        ({"directions": np.ones((129, 2))}, "directions must be at most 128 a draw, got 129"),
        ({"q": np.ones((25, 2))}, "q must have at most 24 rows, .* got 25: pass"),
        ({"k": np.ones((2, 2)), "causal": True}, "k must be as long as q, 3, to be causal, got 2"),
        ({"q": np.ones((3, 65)), "k": np.ones((3, 65))}, "q must be at most 64 wide, .* got 65"),
        ({"q": [[1, np.nan]]}, r"q must be finite, got q\[0, 1\] = nan"),
    ],
)
def test_what_cannot_be_shown_is_refused(change, message):
    given = {"q": np.ones((3, 2)), "k": np.ones((3, 2))} | change
    with pytest.raises((ValueError, TypeError), match=message):
        figures.attention_maps(**given)


def test_one_similarity_alone_has_no_control():
    figure = figures.attention_maps(np.eye(3), np.eye(3), similarity=["q · k"])
    assert not hasattr(figure, "kind")
    assert figure.at()[1]["title"] == "q · k"
