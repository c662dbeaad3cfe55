"""The models of performer agree with the tested helpers on random states."""

import numpy as np
import pytest

from glassbox.linear_attention import softmax_attention
from glassbox.performer import (
    KINDS,
    examples,
    favor_attention,
    figures,
    relative_variance,
    stabilised_features,
)

FEATURES = "performer/features.js"


def test_variances(call_js):
    points = np.random.default_rng(10).uniform(-1.5, 1.5, size=(120, 2, 2))
    points[:20, 1] = points[:20, 0]  # where one kind of features is exact
    points[20:40, 1] = -points[20:40, 0]
    points[40] = 0
    wins = 0
    for x, y in points:
        found = call_js("performer/kernels.js", "relativeVariance", x.tolist(), y.tolist())
        wanted = {kind: relative_variance(x, y, kind) for kind in KINDS}
        for kind, value in wanted.items():
            np.testing.assert_allclose(found[kind], value, rtol=1e-12, atol=1e-300, err_msg=kind)
        with np.errstate(divide="ignore", invalid="ignore"):
            power = np.nan_to_num(np.log10(wanted["trig"] / wanted["hyperbolic"]))
        drawn = call_js("performer/kernels.js", "advantage", x.tolist(), y.tolist(), 4)
        np.testing.assert_allclose(drawn, np.clip(power, -4, 4), rtol=1e-9, atol=1e-9)
        assert drawn == 0 or (drawn < 0) == (x @ y > 0)
        wins += drawn > 0
    assert 20 < wins < 100


def states(count):
    """Yield queries and keys (n, d) and directions, of various sizes and lengths."""
    rng = np.random.default_rng(12)
    for _ in range(count):
        n, d, m = rng.integers(1, 7), rng.integers(1, 6), rng.integers(1, 12)
        scale = rng.choice([0.1, 1.0, 4.0])
        yield *(scale * rng.standard_normal((2, n, d))), rng.standard_normal((m, d))


def test_maps(call_js):
    for q, k, W in states(150):
        n, d = q.shape
        x, y = (a * d**-0.25 for a in (q, k))
        exact = call_js(FEATURES, "softmaxWeights", x.tolist(), y.tolist())
        np.testing.assert_allclose(exact, softmax_attention(q, k, np.eye(n)), rtol=1e-9, atol=1e-15)
        for kind in KINDS:
            found = call_js(FEATURES, "estimatedWeights", x.tolist(), y.tolist(), W.tolist(), kind)
            wanted = favor_attention(q, k, np.eye(n), W, kind)
            size = np.abs(wanted).max()  # large where a trigonometric denominator is small
            np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-9 * size**2, err_msg=kind)


def test_floors(call_js):
    for q, k, W in states(150):
        d = q.shape[1]
        x, y = (a * d**-0.25 for a in (q, k))
        if max(np.sum(x * x, axis=1).max(), np.sum(y * y, axis=1).max()) > 40:
            continue
        made = call_js(FEATURES, "stabilised", x.tolist(), y.tolist(), W.tolist())
        for eps in (0.0, 1e-9, 1e-4, 0.1):
            A = stabilised_features(x, W, eps) @ stabilised_features(y, W, eps, keys=True).T
            found = call_js(FEATURES, "withEps", made, eps)
            wanted = A / A.sum(axis=1, keepdims=True)
            np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-12)


def test_misplaced_weight_by_hand(call_js):
    assert call_js(FEATURES, "misplaced", [[1, 0], [0.5, 0.5]], [[0, 1], [0.5, 0.5]]) == 0.5


def test_directions_of_the_browser_are_orthogonal_and_normal(call_js):
    d, count, seeds = 4, 400, 25
    drawn = np.array([call_js(FEATURES, "directions", count, d, s) for s in range(1, seeds + 1)])
    assert drawn.shape == (seeds, count, d)
    blocks = drawn.reshape(-1, d, d)
    lengths = np.linalg.norm(blocks, axis=2)
    units = blocks / lengths[:, :, None]
    gram = units @ units.transpose(0, 2, 1)
    np.testing.assert_allclose(gram, np.broadcast_to(np.eye(d), gram.shape), atol=1e-9)
    error = 1 / np.sqrt(len(blocks))
    assert np.abs(blocks.mean(axis=0)).max() < 4.5 * error  # no sign is preferred
    assert np.abs((blocks**2).mean(axis=0) - 1).max() < 4.5 * error * 2**0.5
    assert np.abs((blocks**4).mean(axis=0) - 3).max() < 4.5 * error * 96**0.5
    assert abs((lengths**2).var() / (2 * d) - 1) < 0.1
    again = call_js(FEATURES, "directions", 8, d, 1)
    np.testing.assert_array_equal(again, drawn[0, :8])  # a shorter draw is the beginning


@pytest.mark.parametrize("scale", [0.25, 2.0])
def test_the_panels_of_the_maps_show_what_they_say(call_js, scale):
    q, k = examples.clock_tokens(8, 4)
    figure = figures.maps(q, k, scales=(0.25, 2.0), scale=scale)
    for kind in ("positive", "trig"):
        exact, found, off = figure.at(kind=kind, m=16, draw=3)
        wanted = softmax_attention(scale * q, scale * k, np.eye(8))
        np.testing.assert_allclose(exact["values"], wanted, atol=1e-5)
        values = np.array(found["values"])
        np.testing.assert_allclose(off["values"], values - wanted, atol=1e-5)
        share = np.abs(values - wanted).sum(axis=1).mean() / 2
        told = float(found["describe"].split(" %")[0])
        assert told == pytest.approx(100 * share, rel=0.07)
        assert ("negative" in found["describe"]) == bool((values < 0).any())


@pytest.mark.parametrize("kind", ["positive", "hyperbolic", "trig"])
def test_the_maps_show_the_form_that_is_chosen(call_js, kind):
    q, k = examples.clock_tokens(8, 4)
    figure = figures.maps(q, k, scales=(0.5, 1.0), scale=0.5)
    label = next(text for text in figure.controls["kind"].labels if kind in text)
    W = np.array(call_js(FEATURES, "directions", 16, 4, 3))
    wanted = favor_attention(q / 2, k / 2, np.eye(8), W, kind)
    found = figure.at(kind=label, m=16, draw=3)[1]["values"]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_a_large_epsilon_leaves_the_plain_mean():
    q, k = examples.clock_tokens()
    figure = figures.epsilon(q, k)
    without, _, _ = figure.at(eps=0.0)
    found, _, curve = figure.at(eps=1e-4)
    np.testing.assert_allclose(found["values"], 1 / 24, atol=1e-3)
    assert np.ptp(np.array(without["values"])) > 0.5
    assert "the plain mean" in curve["describe"]
