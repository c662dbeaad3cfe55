"""The models of adam agree with the tested helpers on random settings."""

import itertools

import numpy as np
import pytest

from glassbox.adam import (
    adam_step,
    adamw_step,
    beale,
    box_minimum,
    cosine_schedule,
    figures,
    minimise,
    noisy,
    quadratic,
    resting_place,
    ridge_minimum,
    rmsprop_step,
    rosenbrock,
    saddle,
    sgd_step,
    translate_decay,
)

OPTIMISERS = "adam/optimisers.js"
STEPS = {"Adam + L2": adam_step, "AdamW": adamw_step}
RACERS = {
    "SGD": (sgd_step, {}),
    "momentum": (sgd_step, {"momentum": "beta1"}),
    "RMSProp": (rmsprop_step, {"beta2": "beta2"}),
    "Adam": (adam_step, {"beta1": "beta1", "beta2": "beta2"}),
}


# --- the race ----------------------------------------------------------------------------------


def race_surfaces():
    """Return each kind of surface as Python and as the model knows it, some with noise."""
    bowl = quadratic(20, 20, minimum=(0.5, -1))
    seed, scale = 3, 2.0
    noise = scale * np.random.default_rng(seed).standard_normal((40, 2))
    known = {"kind": "bowl", "hessian": bowl.hessian.tolist(), "minimum": [0.5, -1]}
    pairs = [
        (lambda: bowl, known),
        (rosenbrock, {"kind": "rosenbrock"}),
        (beale, {"kind": "beale"}),
        (saddle, {"kind": "saddle"}),
        (
            lambda: noisy(bowl, scale, np.random.default_rng(seed)),
            known | {"noise": noise.tolist()},
        ),
    ]
    return [
        (make, {**known, "limit": 13.5, "lowest": float(make().value(make().minimum))})
        for make, known in pairs
    ]


def test_race(call_js):
    rng, left, stayed = np.random.default_rng(9), 0, 0
    for make, known in race_surfaces():
        for name, (step, taken) in RACERS.items():
            for _ in range(5):
                start = rng.uniform(-2, 2, 2)
                hyper = {
                    "lr": 10 ** rng.uniform(-3.5, 0.2), "beta1": float(rng.choice([0, 0.5, 0.9])),
                    "beta2": float(rng.choice([0.9, 0.99, 0.999])),
                }  # fmt: skip
                theirs = call_js(OPTIMISERS, "walk", name, known, start.tolist(), hyper, 40)
                given = {"lr": hyper["lr"], **{k: hyper[v] for k, v in taken.items()}}
                place = make()
                path, _ = minimise(step, place.gradient, start, 40, limit=known["limit"], **given)
                # Rounding grows on the way: a millionth is small beside any mistake.
                np.testing.assert_allclose(theirs["path"], path, rtol=1e-6, atol=1e-6)
                heights = place.value(path) - known["lowest"]
                np.testing.assert_allclose(theirs["heights"], heights, rtol=1e-4, atol=1e-6)
                stands = np.flatnonzero((path[1:] == path[:-1]).all(axis=1)) + 1
                assert theirs["left"] is None or theirs["left"] == stands[0]
                left, stayed = left + (theirs["left"] is not None), stayed + (len(stands) == 0)
    assert left > 10 and stayed > 50


def test_race_draws_where_the_steps_lead():
    figure = figures.race({"mine": quadratic(20, 20)}, lr=0.3, beta2=0.9, momentum=0.5)
    assert set(figure.controls) == {"noisy", "step", "lr", "start"}
    ground, falls = figure.at(step=25)
    path, _ = minimise(
        adam_step, quadratic(20, 20).gradient, [-3.5, 2], 25, lr=0.3, beta1=0.5, beta2=0.9
    )
    ways = {layer["label"]: layer for layer in ground["layers"] if layer.get("label")}
    np.testing.assert_allclose([ways["Adam"]["x"], ways["Adam"]["y"]], path.T, rtol=1e-6)
    heights = quadratic(20, 20).value(path)
    np.testing.assert_allclose(falls["layers"][3]["y"], heights, rtol=1e-5)
    assert ground["describe"].startswith("From (−3.5, 2), step 25: SGD left the map, ")
    assert f"Adam {heights[-1]:#.2g}" in ground["describe"]
    assert figure.at(step=25, noisy=True)[0]["describe"] != ground["describe"]
    (handle,) = ground["handles"]
    assert len(handle["x"]) == len(figure.controls["start"].values) == 64
    assert figure.at(start=40)[0]["describe"] != figure.at(start=0)[0]["describe"]


# --- the tug of war ----------------------------------------------------------------------------


@pytest.mark.parametrize("optimiser", STEPS)
def test_tug(call_js, optimiser):
    rng = np.random.default_rng(2)
    for _ in range(30):
        draws = rng.standard_normal(80).round(3)
        start, mean = rng.uniform(-4, 4), rng.choice([0, rng.uniform(-1, 1)])
        noise = rng.choice([0, rng.uniform(0.1, 2)])
        hyper = {"lr": 10 ** rng.uniform(-3, -0.7), "decay": 10 ** rng.uniform(-1, 0.6)}
        betas = {"beta1": float(rng.choice([0, 0.9])), "beta2": float(rng.choice([0.9, 0.99]))}
        constants = {"start": start, "draws": draws.tolist(), **betas}
        theirs = call_js(
            OPTIMISERS, "tugOfWar", optimiser == "Adam + L2", constants,
            {"mean": mean, "noise": noise, **hyper},
        )  # fmt: skip
        turn = iter((mean + noise * draws)[:, None])
        way, _ = minimise(
            STEPS[optimiser], lambda theta, turn=turn: next(turn), [start], 80, lr=hyper["lr"],
            weight_decay=hyper["decay"], **betas,
        )  # fmt: skip
        np.testing.assert_allclose(theirs["path"], way[:, 0], rtol=1e-7, atol=1e-7)
        pulls = np.array(theirs["directions"]) + theirs["pulls"]
        np.testing.assert_allclose(-hyper["lr"] * pulls[1:], np.diff(way[:, 0]), atol=1e-7)


def test_tug_foretells_where_the_weight_rests(call_js):
    rng = np.random.default_rng(4)
    cases = [(0, 0), (0, 1), (1, 0), *rng.uniform([-1, 0], [1, 2], (50, 2)).tolist()]
    for mean, noise in cases:
        lr, decay = 10 ** rng.uniform(-3, -1), 10 ** rng.uniform(-1, 0.6)
        for inside in (False, True):
            hyper = {"mean": mean, "noise": noise, "lr": lr, "decay": decay}
            found = call_js("adam/tug.js", "forecast", inside, hyper)
            centre, radius = resting_place(lr, decay, mean, noise, decoupled=not inside)
            assert found["centre"] == pytest.approx(centre)
            if not inside:
                assert found["radius"] == pytest.approx(radius)
                assert found["pace"] == pytest.approx(lr * decay)


def test_the_weight_goes_where_it_is_foretold():
    forces, way = figures.tug_of_war(mean=1, noise=0).at()
    assert (
        "the weight is −2.00. In units of the rate Adam pulls by −1.00, the decay by 1.00"
        in (forces["describe"])
    )
    labels = [layer.get("label") for layer in forces["layers"]]
    assert "±1/λ" in labels and "Adam's direction" in labels
    inside = figures.tug_of_war(optimiser="Adam + L2").at()[0]
    assert "±1/λ" not in [layer.get("label") for layer in inside["layers"]]
    assert [one["control"] for one in forces["handles"]] == ["mean", "noise"]
    assert way["drag"]["control"] == "step"
    assert "AdamW, step 1,600: " in forces["describe"]


# --- box and ridge -----------------------------------------------------------------------------


@pytest.mark.parametrize("optimiser", STEPS)
def test_box(call_js, optimiser):
    rng = np.random.default_rng(5)
    for _ in range(25):
        bowl = quadratic(rng.uniform(1, 30), rng.uniform(-90, 90), rng.uniform(-4, 4, 2))
        hyper = {"lr": 0.03, "beta1": 0.9, "beta2": float(rng.choice([0.95, 0.999]))}
        decay = rng.uniform(0.2, 1)
        known = {"hessian": bowl.hessian.tolist(), "minimum": bowl.minimum}
        theirs = call_js(
            OPTIMISERS, "decayedWalk", optimiser == "Adam + L2", known, [0, 0],
            hyper | {"decay": decay}, 60,
        )  # fmt: skip
        way, _ = minimise(
            STEPS[optimiser], bowl.gradient, [0, 0], 60, schedule=cosine_schedule(60),
            weight_decay=decay, **hyper,
        )  # fmt: skip
        np.testing.assert_allclose(theirs, way, rtol=1e-7, atol=1e-7)


def test_box_knows_where_they_should_end(call_js):
    rng = np.random.default_rng(6)
    for _ in range(60):
        bowl = quadratic(rng.uniform(1, 30), rng.uniform(-90, 90), rng.uniform(-4, 4, 2))
        decay = rng.uniform(0.2, 2)
        known = bowl.hessian.tolist(), list(bowl.minimum)
        found = call_js("adam/box.js", "ridgeMinimum", *known, decay)
        np.testing.assert_allclose(found, ridge_minimum(*known, decay), atol=1e-9)
        found = call_js("adam/box.js", "boxMinimum", *known, 1 / decay)
        np.testing.assert_allclose(found, box_minimum(*known, 1 / decay), atol=1e-9)


def test_box_draws_ways_that_end_at_their_goals():
    figure = figures.box_and_ridge()
    ground, rows = figure.at()
    assert rows["rows"][1] == ["now y", "0.709", "1.100"] and ground["equal"]
    assert [row[1:] for row in rows["rows"][:2]] == [row[1:] for row in rows["rows"][2:4]]
    assert "λ = 0.4, step 3,000: " in ground["describe"]
    assert "AdamW at (3.000, 0.500)" in figure.at(decay=0.25)[0]["describe"]
    for layer in ground["layers"][:3]:  # contours: the bowl has one height on each
        heights = quadratic(10, -60, (3, 0.5)).value(np.transpose([layer["x"], layer["y"]]))
        np.testing.assert_allclose(heights, heights[0])


# --- the translator ----------------------------------------------------------------------------


def test_translate(call_js):
    rng = np.random.default_rng(7)
    for dialect, (name, plan) in itertools.product(
        ("PyTorch", "the AdamW paper", "L2 in Adam"), figures.SCHEDULES.items()
    ):
        for _ in range(8):
            lr, sigma, taken = 10 ** rng.uniform([-5, -3, -6], [-1, 1, -2.5])
            n, torch = int(rng.integers(100, 3000)), taken / lr
            named = {"PyTorch": torch, "the AdamW paper": taken, "L2 in Adam": torch * sigma}
            decay = named[dialect]
            schedule = np.ones(n) if plan["flat"] else cosine_schedule(
                n, int(plan["warmup"] * n), plan["floor"]
            )  # fmt: skip
            ours = translate_decay(lr, decay, schedule, dialect, sigma)
            theirs = call_js("adam/translate.js", "dialects", dialect, lr, decay, sigma)
            assert theirs["taken"] == pytest.approx(ours.paper) == pytest.approx(1 / ours.horizon)
            assert [theirs[k] for k in ("PyTorch", "paper", "l2")] == pytest.approx(
                [ours.pytorch, ours.paper, ours.l2]
            )
            for t in (1, n // 3, n):
                done = call_js("adam/translate.js", "progress", t, n, plan)
                assert done == pytest.approx(schedule[:t].sum()), name
            left = np.exp(-taken * schedule.sum())
            assert left == pytest.approx(ours.left, rel=0.03), "the first order is enough"


def test_translate_shows_the_reader_and_what_is_published():
    figure = figures.decay_translator(
        lr=3e-4, weight_decay=0.1, n_steps=100_000, schedule="constant"
    )
    plot, mine, theirs = figure.at()
    rows = dict(mine["rows"])
    assert rows["half-life at full rate"] == "23,100" and rows["left of the start"] == "5 %"
    assert rows["λ in the paper"] == "3·10⁻⁵" and rows["λ of L2 at σ = 0.01"] == "0.001"
    assert theirs["rows"][0] == ["GPT-3 175B", "93,750", "167,000", "76 %"]
    assert plot["drag"]["control"] == "decay"
    assert figure.at(sigma=1.0)[1]["rows"] != mine["rows"]
    plot, mine, _ = figure.at(lr=1.0, decay=5.0)
    assert "a step would take off more than all" in plot["describe"]
    assert [row[1] for row in mine["rows"][3:]] == ["–"] * 4


@pytest.mark.parametrize("schedule", figures.SCHEDULES)
def test_the_rule_stands_where_half_is_left(schedule):
    figure = figures.decay_translator(3e-4, 0.1, 50_000, schedule)
    plan, decays = figures.SCHEDULES[schedule], figure.controls["decay"].values
    eta = np.ones(50_000) if plan["flat"] else cosine_schedule(
        50_000, int(plan["warmup"] * 50_000), plan["floor"]
    )  # fmt: skip
    at = dict(zip(decays, figure.at()[0]["drag"]["x"], strict=True))
    for decay in (0.1, 0.5):
        left = np.cumprod(1 - eta * 3e-4 * decay)
        half = 100 * (left > 0.5).sum() / 50_000
        assert at[decay] == pytest.approx(half, abs=0.1)
    assert at[0.01] == 100, "more than half is left in the end"


def test_pulls_that_cancel_are_not_written_in_eight_digits():
    figure = figures.tug_of_war(start=2, mean=-1, noise=0, optimiser="Adam + L2")
    assert "Adam pulls by 100 or more, the decay by −100 or more" in figure.at()[0]["describe"]
