"""The models of transnormer agree with the tested helpers on random states."""

import numpy as np
import pytest

from glassbox.transnormer import chain_slopes, entry_shares, examples, figures, query_jacobian


def states(count):
    """Yield a feature map by name, a query and keys, of various sizes."""
    rng = np.random.default_rng(13)
    for i in range(count):
        kind = ("exp", "elu + 1", "relu", "softmax")[i % 4]
        n, d, scale = rng.integers(2, 7), rng.integers(2, 5), rng.choice([0.1, 1.0, 3.0])
        q = scale * rng.standard_normal(d)
        if kind == "relu":
            q = np.abs(q) * 10.0 ** rng.integers(-4, 1)
        yield kind, q, scale * np.abs(rng.standard_normal((n, d))) - (kind != "relu") * 0.3


def test_chain(call_js):
    for kind, q, K in states(200):
        j, m = len(K) - 1, len(q) - 1
        found = call_js("transnormer/chain.js", "chainSlopes", kind, q.tolist(), K.tolist(), j, m)
        phi = examples.MAPS.get(kind, kind)
        wanted = chain_slopes(q, K, phi, j, m)
        assert list(found) == list(wanted._fields)
        np.testing.assert_allclose(list(found.values()), wanted, rtol=1e-7, atol=1e-12)


def test_mixture(call_js):
    for kind, q, K in states(200):
        if kind == "softmax":
            continue
        found = call_js("transnormer/chain.js", "entryShares", kind, q.tolist(), K.tolist())
        a, r = entry_shares(q, K, examples.MAPS[kind])
        np.testing.assert_allclose(found["a"], a, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found["r"], r, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", figures.KINDS)
def test_the_bars_of_the_chain_are_its_links(kind):
    features, K = examples.eight_keys()
    first, second, third = figures.chain(features, K).at(
        kind=kind, size=1e-2, scale=2.0, key=3, entry=1
    )
    size = figures.chain(features, K).controls["size"].snap("size", 1e-2)
    back = {"exp": np.log, "elu + 1": np.log}.get(kind, lambda x: x)
    q, phi = back(size * features), examples.MAPS.get(kind, kind)
    links = chain_slopes(q, 2 * K, phi, 3, 1)
    bars = third["layers"][0]
    shown = [links.feature, links.score, links.weight, links.own, links.whole]
    np.testing.assert_allclose(bars["y"], np.maximum(np.abs(shown), 1e-5), rtol=1e-3)
    dots = [next(x for x in panel["layers"] if x["type"] == "scatter") for panel in (first, second)]
    np.testing.assert_allclose([dots[0]["x"][0], dots[1]["x"][0]], q[1], rtol=1e-3)
    curve = second["layers"][0]
    near = np.interp(q[1], curve["x"], curve["y"])
    np.testing.assert_allclose(near, dots[1]["y"][0], atol=0.02)


def test_the_bars_of_the_mixture_are_weights_and_slopes():
    words, _, K = examples.four_words()
    for kind, phi in examples.MAPS.items():
        figure = figures.mixture([1, 0, 0.5], K, words, kind=kind)
        _, shares, table, weights = figure.at(q1=2.0, q2=0.5, q3=0.5, key=1)
        a, r = entry_shares([2.0, 0.5, 0.5], K, phi)
        np.testing.assert_allclose(shares["layers"][0]["y"], a, rtol=1e-3)
        np.testing.assert_allclose(table["values"], r, atol=2e-3)
        np.testing.assert_allclose(weights["layers"][0]["y"], r @ a, rtol=1e-3)
        np.testing.assert_allclose(weights["layers"][1]["y"], r.max(axis=1), rtol=1e-3)
        steep = weights["describe"].split("slopes of ")[1].rstrip(".").replace("−", "-")
        wanted = query_jacobian([2.0, 0.5, 0.5], K, phi)[1]
        np.testing.assert_allclose([float(x) for x in steep.split(", ")], wanted, rtol=0.06)


def test_a_query_without_features_is_said():
    words, _, K = examples.four_words()
    told = figures.mixture([0, 0, 0], K, words, kind="relu").at(q1=-1.0, q2=-1.0, q3=-1.0)
    assert "nothing to divide by" in told[3]["describe"]
