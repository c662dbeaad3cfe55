"""The figures of performer: words, values, other data, errors."""

import re

import numpy as np
import pytest

from glassbox.performer import (
    examples,
    figures,
    orthogonal_gaussian,
    orthogonal_mse_bound,
    orthogonal_variance,
    relative_variance,
    softmax_kernel_mse,
)
from glassbox.records import read_record

Q, K = examples.clock_tokens(6, 4)


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] for panel in panels if panel.get("describe"))


def test_the_plane_says_who_wins():
    figure = figures.plane()
    assert "trig wins" in said(figure.at(x1=1.0, x2=0.0, y1=0.5, y2=1.0))
    assert "cosh wins" in said(figure.at(x1=1.0, x2=0.0, y1=-0.5, y2=1.0))
    assert "a draw" in said(figure.at(x1=1.0, x2=0.0, y1=0.0, y2=1.0))
    same = said(figure.at(x1=1.0, x2=0.0, y1=1.0, y2=0.0))
    assert ": 2 trigonometric, 5,360 positive, 5,262 hyperbolic" in same  # 100(e⁴−1), 200(cosh 4−1)


def test_every_point_of_the_plane_stands_inside_the_sheet():
    for at in (-1.5, 1.5):
        sheet, _ = figures.plane().at(x1=at, x2=at, y1=-at, y2=at)
        for box in sheet["boxes"]:
            assert 8 < box["x2"] < sheet["width"] - 8 and 8 < box["y2"] < sheet["height"] - 8


def test_the_shares_of_orthogonal_directions_are_the_exact_ones():
    figure = figures.gain(widths=(2, 16), width=16)
    told = said(figure.at(d=16, r=1.0))
    assert re.search(r"trig 16 %; positive 78 %; hyperbolic \(cosh\) 31 %", told)


def test_darts_say_where_the_average_stands():
    made = examples.darts(2000, np.random.default_rng(11))
    figure = figures.darts(made)
    _, average = figure.at(make="raw QR", way="first axis", form="exp")
    red = next(layer for layer in average["layers"] if layer.get("label") == "raw QR")
    W = made["raw QR"]
    wanted = np.mean(np.exp(W[:2, 0] - 0.5))  # x . y is 1/4, |x|^2 / 2 and |y|^2 / 2 are 1/8 each
    np.testing.assert_allclose(red["y"][0], wanted * np.exp(0), rtol=1e-4)
    board, _ = figure.at(make="independent")
    points = np.concatenate([layer["y"] for layer in board["layers"]])
    assert np.abs(points).max() < board["ylim"][1]


def test_recorded_errors_and_reports_are_drawn():
    figure = figures.errors(read_record("performer", "attention"))
    assert "With 1,024 features" in said(figure.at(scale=1.0))
    drawn, table = figure.at(scale=1.0, setting="twice the width")
    assert table["rows"][-1] == ["1", "9,600", "4.4", "4.9"] and table["highlight"] == [3]
    tops = [max(layer["y"]) for layer in drawn["layers"] if "y" in layer and len(layer["y"]) > 1]
    assert max(tops) < drawn["ylim"][1], "each curve is in the plot"
    swap = figures.swapped(read_record("performer", "swap"))
    assert re.search(r"With 16 features right: trig \d\d %", said(swap.at(m=16)))
    report = figures.reported(read_record("performer", "issue"))
    assert re.search(r"error 7\d %, \d\.\d % from the plain mean", said(report.at(e=1e-4)))


def test_the_weights_without_the_norm_go_to_their_limit():
    keys = np.array([[0.3, 0.0], [0.0, 1.5]])
    figure = figures.tilt([0.5, 0.2], keys, scales=(0.5, 1.0))
    np.testing.assert_allclose(
        figure.at()[0]["layers"][0]["x"], [0.3, 1.5]
    )  # keys at their lengths
    told = said(figure.at(scale=1.0, m=100_000))
    softmax_, features, limit = map(float, re.findall(r"\d\.\d{3}", told))
    assert abs(features - limit) < 0.02 < limit - softmax_


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: figures.maps(Q, K[:5]), ValueError, "k must have shape"),
        (lambda: figures.maps(np.zeros((41, 4)), np.zeros((41, 4))), ValueError, "2 to 40 tokens"),
        (lambda: figures.maps(Q, K, tokens="abc"), ValueError, "tokens must be 6"),
        (lambda: figures.maps(Q, K, scales=(1.0,)), ValueError, "scales must be two or more"),
        (lambda: figures.maps(Q, 100 * K), ValueError, "squared lengths of at most"),
        (lambda: figures.epsilon(Q, K, eps=2), ValueError, "eps must be"),
        (lambda: figures.plane(x=(2, 0)), ValueError, "x must be within the reach"),
        (lambda: figures.gain(widths=(16,)), ValueError, "widths must be two"),
        (lambda: figures.darts([1, 2]), TypeError, "makes must be a mapping"),
        (lambda: figures.darts({"a": np.ones((4, 2))}), ValueError, "equally many directions"),
        (lambda: figures.errors({}), ValueError, "recorded must be a record"),
        (lambda: figures.swapped({}), ValueError, "recorded must be a record"),
        (lambda: figures.reported(None), ValueError, "recorded must be a record"),
        (lambda: figures.tilt([1, 2], [[1, 2]]), ValueError, "keys must be 2 to 12"),
        (lambda: figures.tilt([1, 2], [[1, 2], [9, 9]]), ValueError, "at most 6 long"),
    ],
)
def test_bad_data_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_more_tokens_get_fewer_directions_and_two_settings_at_least():
    q = np.random.default_rng(0).standard_normal((40, 64))
    counts = figures.maps(q, q).controls["m"].values
    assert len(counts) >= 2 and counts[-1] < 1024


EDGES = [
    (lambda n: figures.maps(np.zeros((n, 2)), np.zeros((n, 2))), (2, 40), (1, 41)),
    (lambda d: figures.maps(np.zeros((2, d)), np.zeros((2, d))), (2, 64), (1, 65)),
    (lambda s: figures.maps(Q, K, scales=s), [(0.1, 0.2)], [(0, 1), (1,), (2, 1), (1, 1)]),
    (lambda a: figures.maps(a * np.eye(4), a * np.eye(4), scales=(1, 2)), [14], [14.2]),
    (lambda e: figures.epsilon(Q, K, eps=e), (0, 0.1), (-1e-9, 0.11)),
    (lambda r: figures.plane(reach=r, x=(0, 0), y=(0, 0)), (0.5, 2.5), (0.4, 2.6)),
    (lambda x: figures.plane(x=(x, 0), y=(0, -x)), (1.5, -1.5), (1.6, -1.6)),
    (lambda d: figures.gain(widths=d), [(2, 1024), range(2, 14)], [(1, 2), (2, 1025), (3, 2),
                                                                   range(2, 15), (2,)]),
    (lambda z: figures.darts({"a": np.eye(20, 2)}, length=z), (0.1, 2), (0.09, 2.1)),
    (lambda n: figures.darts({"a": np.eye(n, 2)}), (20, 21), (18, 19)),
    (lambda n: figures.tilt([1.0], np.ones((n, 1))), (2, 12), (1, 13)),
    (lambda a: figures.tilt([a], [[1.0], [a]], scales=(1, 2)), [3], [3.1]),
    (lambda s: figures.tilt([1.0], [[1.0], [2.0]], scales=s), [(0.1, 0.2)], [(0, 1), (1,), (2, 1)]),
]  # fmt: skip


@pytest.mark.parametrize("call, good, bad", EDGES)
def test_what_a_figure_takes_has_two_ends(call, good, bad):
    for value in good:
        assert call(value).controls
    for value in bad:
        with pytest.raises(ValueError, match="must"):
            call(value)


def starts(figure):
    """Return where the controls of a figure begin."""
    return {name: control.values[control.index] for name, control in figure.controls.items()}


def test_a_figure_begins_where_it_is_told_to():
    plane = figures.plane((0.72, -1), (0.5, 1.5), reach=2)
    assert starts(plane) == {"x1": 0.7, "x2": -1, "y1": 0.5, "y2": 1.5}
    assert list(plane.controls["x1"].values) == [round(-2 + 0.05 * i, 2) for i in range(81)]
    assert starts(figures.maps(Q, K, scale=1.6, m=200))["scale"] == 1.5
    assert starts(figures.maps(Q, K, scale=1.6, m=200))["m"] == 256
    assert starts(figures.epsilon(Q, K, eps=3e-5, scale=0.1))["eps"] == pytest.approx(10**-4.5)
    assert starts(figures.gain(width=100)) == {"d": 64, "r": 1.0}


def test_a_map_has_as_many_directions_as_a_hand_can_wait_for():
    for n, d in ((6, 4), (24, 16), (32, 24), (40, 24), (40, 64)):
        q = np.random.default_rng(0).standard_normal((n, d)) / 4
        counts = list(figures.maps(q, q).controls["m"].values)
        # n (d + n) m multiplications for the queries, and as many for the keys
        fit = [m for m in (16, 64, 256, 1024) if 2 * n * (d + n) * m <= 2_600_000]
        assert counts == fit and len(fit) > 1


def test_darts_by_hand():
    W = np.array([[1.0, 0], [-1, 2]] * 10)
    figure = figures.darts({"two": W}, length=2)
    one = np.exp(2 * W[:, 0] - 2)  # x = y = z / 2 = (1, 0): exp(w x - 1/2) twice, over exp(x y)
    told = said(figure.at(way="first axis", form="exp", m=20))
    sigma = np.sqrt(relative_variance([1.0, 0], [1.0, 0], "positive") / 20)
    assert f"20 darts: {one.mean():.3f}, " in told
    assert f"{(one.mean() - 1) / sigma:+.1f} σ".replace("-", "−") in told
    told = said(figure.at(way="diagonal", form="cosh", m=20))
    cosh = np.cosh(2 * W.sum(axis=1) * 0.5**0.5) * np.exp(-2)
    assert f"20 darts: {cosh.mean():.3f}, " in told


def test_the_features_without_the_norm_by_their_definition():
    query, keys = np.array([0.5, 0.2]), np.array([[0.3, 0.0], [0.0, 1.5], [0.4, 0.6]])
    figure = figures.tilt(query, keys, scales=(0.5, 2.0))
    softmax, bare, limit = figure.at(scale=2.0, m=1000)[0]["layers"][:3]
    W = orthogonal_gaussian(100_000, 2, np.random.default_rng(6))[:1000]
    order = np.argsort(np.linalg.norm(keys, axis=1))
    x, y = 2 * query, 2 * keys[order]
    for layer, weights in (
        (softmax, np.exp(y @ x)),
        (bare, np.exp(W @ x + (W @ y.T).T).mean(axis=1)),
        (limit, np.exp(y @ x + (y**2).sum(axis=1) / 2)),
    ):
        np.testing.assert_allclose(layer["y"], weights / weights.sum(), rtol=1e-3)
        np.testing.assert_allclose(layer["x"], np.linalg.norm(keys[order], axis=1), rtol=1e-3)
    assert figure.at()[0]["ylim"][1] >= max(limit["y"])
    assert list(figure.controls["m"].values) == [10, 100, 1000, 10_000, 100_000]


# --- the exact variance behind them --------------------------------------------------------------


@pytest.mark.parametrize("d", [2, 3, 16])
@pytest.mark.parametrize("kind", ["positive", "hyperbolic", "trig"])
def test_the_exact_variance_is_that_of_drawn_blocks(d, kind):
    # The mean over the lengths is taken exactly (by quadrature): what is left has light tails.
    rng, r, blocks = np.random.default_rng(d), 1.0, 8_000
    Q, R = np.linalg.qr(rng.standard_normal((blocks, d, d)))
    along = r * (Q * np.sign(np.diagonal(R, axis1=1, axis2=2))[:, None])[:, 0, :2]
    lengths = np.linspace(1e-9, np.sqrt(d) + 12, 1200)
    share = np.exp((d - 1) * np.log(lengths) - lengths**2 / 2)
    table = np.linspace(-r, r, 401)
    f = {"trig": np.cos, "hyperbolic": np.cosh, "positive": np.exp}[kind]
    means = f(np.outer(table, lengths)) @ share / share.sum()
    one, other = (np.interp(along[:, i], table, means) for i in (0, 1))
    u = -r * r if kind == "trig" else r * r
    products = np.exp(-u) * one * other - 1
    x = np.eye(d)[0] / 2
    y = -x if kind == "trig" else x
    wanted = orthogonal_variance(x, y, kind) - relative_variance(x, y, kind)
    error = products.std() / np.sqrt(blocks)
    assert abs((d - 1) * products.mean() - wanted) < 4.5 * (d - 1) * error + 1e-5


def test_the_exact_variance_is_below_theorem_two_and_near_its_short_form():
    rng = np.random.default_rng(1)
    for d in (2, 5, 16):
        for _ in range(4):
            x, y = rng.standard_normal((2, d)) * 0.7 / np.sqrt(d)
            exact = orthogonal_variance(x, y, "positive") / d * np.exp(2 * x @ y)
            assert exact <= orthogonal_mse_bound(x, y, d, d) * (1 + 1e-9)
        short = np.full(d, 0.05 / np.sqrt(d))
        for kind, y in (("hyperbolic", short), ("trig", -short)):
            share = orthogonal_variance(short, y, kind) / relative_variance(short, y, kind)
            assert share == pytest.approx(3 / (d + 2), rel=0.02)


@pytest.mark.parametrize("d", [2, 3, 16])
@pytest.mark.parametrize("kind", ["positive", "trig"])
def test_the_exact_variance_of_short_z_goes_on_where_quadrature_ends(d, kind):
    # What orthogonality saves is a fixed share of |z|^4: by a series below |z| = 0.01, else exact.
    shares = []
    for length in (0.00999, 0.01001):
        x = np.eye(d)[0] * length / 2
        y = -x if kind == "trig" else x
        saved = orthogonal_variance(x, y, kind) - relative_variance(x, y, kind)
        shares.append(saved / length**4)
    assert shares[0] == pytest.approx(shares[1], rel=2e-3) and shares[0] < 0


def test_the_exact_variance_in_the_plane_by_hand():
    # Two directions, x = y = (0.6, 0): the mean squared error 3.1411 is known by one integral.
    x = np.array([0.6, 0.0])
    exact = orthogonal_variance(x, x, "positive") / 2 * np.exp(2 * x @ x)
    assert exact == pytest.approx(3.1411, abs=5e-5)


def test_relative_variances_are_the_laws_over_the_squared_kernel():
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((2, 300, 5)) * rng.choice([0.1, 0.5, 1.0], size=(300, 1))
    for kind in ("trig", "positive", "hyperbolic"):
        wanted = softmax_kernel_mse(x, y, kind) / np.exp(2 * np.sum(x * y, axis=1))
        np.testing.assert_allclose(relative_variance(x, y, kind), wanted, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(
        relative_variance(x, y, "trig"), relative_variance(-x, y, "hyperbolic"), rtol=1e-12
    )
