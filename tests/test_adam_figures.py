"""The figures of adam: words, values, the reader's own data, errors."""

import json
from pathlib import Path

import numpy as np
import pytest

from glassbox.adam import adam_step, figures, init_state, noisy, quadratic, saddle, sgd_step
from glassbox.records import read_record

STEPS = json.loads((Path(__file__).parent / "references" / "first_steps.json").read_text("utf-8"))


def labels(panel):
    return [layer["label"] for layer in panel["layers"] if layer.get("label")]


def test_a_race_of_the_readers_own_surface():
    figure = figures.race({"mine": quadratic(3, 10, (1, 2))}, noise=0, n_steps=20)
    assert set(figure.controls) == {"step", "lr", "start"}
    ground, _ = figure.at(step=20)
    assert labels(ground) == ["minimum", "SGD", "momentum", "RMSProp", "Adam"]
    assert ground["xlim"] == [-3, 5] and ground["layers"][-5]["x"] is not None


@pytest.mark.parametrize(
    ("surfaces", "error", "words"),
    [
        ({"x": 3}, TypeError, r"surfaces\['x'\] must be a Surface"),
        ([saddle()], TypeError, "surfaces must be a dict"),
        ({}, TypeError, "surfaces must be a dict"),
        ({"n": noisy(quadratic(), 1, np.random.default_rng(0))}, ValueError, "walk down another"),
    ],
)
def test_a_surface_that_a_page_cannot_walk_down_is_refused(surfaces, error, words):
    with pytest.raises(error, match=words):
        figures.race(surfaces)


def test_tolerance_counts_by_hand():
    # On x²/2 + y²/2 a rate of 1 is there after one step; 2 bounces for ever, 3 leaves the map.
    found = figures.tolerance({"SGD": (sgd_step, {})}, {"bowl": quadratic(1)}, [1.0, 2.0, 3.0])
    assert found == {"SGD": {"bowl": (1, 2)}}


def test_the_correction_as_numbers():
    figure = figures.correction([1.0] * 50)
    _, sizes = figure.at(t=1)
    assert sizes["describe"] == "Step 1: 3.16 rates long without correction, 1.00 with it."
    assert figure.at(beta2="0.95")[1]["describe"].startswith("Step 1: 0.45 rates long")
    for bad, words in (([1.0] * 3, "from 10 to 20,000"), ([0, 1] * 9, "must not be 0")):
        with pytest.raises(ValueError, match=words):
            figures.correction(bad)
    with pytest.raises(ValueError, match="beta1s must be at most 6"):
        figures.correction([1.0] * 20, beta1s=[0.9, 0.9])


def test_the_first_corrected_step_is_one_rate_long_whatever_the_gradient_is():
    noise = np.random.default_rng(2).standard_normal(40)
    for gradients in (noise, -1e-3 * noise, -np.ones(40)):
        means, sizes = figures.correction(gradients).at(t=1)
        assert sizes["describe"].endswith("3.16 rates long without correction, 1.00 with it.")
        assert means["layers"][0]["label"] == "|m|"


def test_terms_of_the_readers_own_weight():
    (found,) = figures.terms(theta=-2, gradients=[-1, 1], g=1, lr=0.5).at()
    rows = {label: pair for label, *pair in found["rows"]}
    assert rows["new θ"] == ["−2", "−2"] and rows["inside: g + λθ"] == ["0", "1"]
    assert found["describe"] == "Adam + L2 goes from −2 to −2, AdamW goes from −2 to −2."


def test_shrinking_follows_theory_and_refuses_too_much():
    figure = figures.shrinking([0.5, 5], [0.1, 0.2], lr=0.01, n_steps=200, copies=40)
    assert ", step 10: " in figure.at()[1]["describe"], "the end is to be predicted"
    _, time = figure.at(noise=5.0, weight_decay=0.2, t=200)
    assert time["describe"].startswith("Noise 5, step 200: Adam + L2 leaves 9")
    for change, words in (
        ({"sigmas": [1, 1]}, "sigmas must be 2 to 12 increasing"),
        ({"copies": 10**6}, "copies must be fewer"),
        ({"start": -1}, "start must be > 0"),
        ({"rng": 3}, "rng must be a generator"),
    ):
        with pytest.raises((ValueError, TypeError), match=words):
            figures.shrinking(**{"sigmas": [1, 2], "decays": [0.1, 0.2]} | change)


def test_the_first_step_is_that_of_three_libraries():
    gradients = np.array(STEPS["gradients"])
    known = {label.split()[0]: values for label, values in STEPS.items() if label != "gradients"}
    ours = [-adam_step([0.0], [g], init_state([0.0]), lr=1)[0][0] for g in gradients]
    for library in ("PyTorch", "Optax"):
        np.testing.assert_allclose(known[library], figures.first_step(gradients), rtol=1e-9)
        np.testing.assert_allclose(known[library], ours, rtol=1e-9)
    keras = figures.first_step(gradients, 1e-7, corrected=False)
    np.testing.assert_allclose(known["Keras"], keras, rtol=1e-6)
    with pytest.raises(ValueError, match="g must be > 0"):
        figures.first_step(0)


def test_epsilon_reads_a_gradient():
    (panel,) = figures.epsilon().at()
    assert "g = 10⁻⁷, first step in rates. PyTorch, Optax: 0.909; Keras: 0.03" in panel["describe"]


def test_numbers_in_words():
    written = [figures.number(x) for x in (0, 0.05, -1230, 3e-5, 1e-7, 1e8)]
    assert written == ["0", "0.05", "−1,230", "3·10⁻⁵", "10⁻⁷", "10⁸"]


# --- records -----------------------------------------------------------------------------------


def made_up(best_at, n_seeds=4):
    """A record in which the best log decay is known at each of three rates."""
    log_lr, log_decay = [-3.0, -2.6, -2.2], [round(-3 + 0.4 * k, 1) for k in range(9)]
    rng = np.random.default_rng(0)
    error = {}
    for name, shift in (("Adam + L2", 10), ("AdamW", 0)):
        runs = []
        for _ in range(n_seeds):
            jitter = int(rng.integers(0, 3))
            part = [[300] + [int(100 + shift + jitter + 40 * abs(z - best)) for z in log_decay]
                    for best in best_at]  # fmt: skip
            runs.append([part, part])
        error[name] = {"constant": {"10": runs}, "cosine": {"10": runs, "20": runs}}
    return {"log_lr": log_lr, "log_decay": dict.fromkeys(error, log_decay), "error": error}


def test_the_slope_of_a_known_valley():
    for best_at, slope in (([-1.4] * 3, 0.0), ([-1.8, -1.4, -1.0], 1.0)):
        found = figures.slopes(made_up(best_at), "AdamW", "cosine", 20)
        assert len(found) == 4 and np.allclose(found, slope, atol=0.05)


def test_the_map_of_the_paper_is_that_of_pytorch_moved():
    figure = figures.rate_and_decay(made_up([-1.4] * 3))
    plan, column = figure.at()
    upright = {cell[0] for cell in plan["highlight"]}
    assert len(upright) == 1 and "best decay" in plan["title"]
    slanted, _ = figure.at(decay_of="AdamW, the paper's λ")
    rows = [row for row, _ in sorted(slanted["highlight"], key=lambda cell: cell[1])]
    assert rows == [3, 4, 5] and np.sum(slanted["missing"]) == 2
    at = {c: float(np.array(slanted["values"])[r, c]) for r, c in slanted["highlight"]}
    assert len(set(at.values())) == 1
    assert "no decay" in labels(column)


def test_tuned_chooses_on_one_set_and_reports_on_the_other():
    record = made_up([-1.4] * 3)
    runs = record["error"]["AdamW"]["cosine"]["20"]
    runs[0] = [[[9, 5, 9]], [[1, 7, 2]]]
    record["error"]["AdamW"]["cosine"]["20"] = [runs[0]] * 3
    assert figures.tuned(record, "AdamW", "cosine", 20) == pytest.approx([0.007] * 3)


def test_intervals_are_students():
    from scipy.stats import t

    values = np.random.default_rng(1).normal(1, 2, 10)
    low, high = t.interval(0.95, 9, values.mean(), values.std(ddof=1) / 10**0.5)
    mean, half = figures.bounds(values)
    assert (mean - half, mean + half) == pytest.approx((low, high), abs=1e-3)
    assert figures.interval(-values).startswith("−")
    for n in range(3, 31):
        assert figures.STUDENT[n - 2] == pytest.approx(t.ppf(0.975, n - 1), abs=6e-4)
    with pytest.raises(ValueError, match="values must be 3 to 30"):
        figures.bounds([1.0])


def test_compare_shows_pairs():
    figure = figures.compare({"one": made_up([-1.4] * 3), "two": made_up([-1.0] * 3)})
    assert figure.controls["training"].labels == (
        "constant, 10 steps", "cosine, 10 steps", "cosine, 20 steps",
    )  # fmt: skip
    *_, gaps = figure.at()
    assert "Adam + L2 − AdamW is +" in gaps["describe"]


def test_who_was_shrunk_reads_thirds():
    figure = figures.who_was_shrunk(read_record("adam", "pixels"), seed=2)
    l2, adamw, factor = figure.at(l2=0.1)
    assert np.shape(l2["values"]) == (8, 8) and "Adam + L2, λ = 0.1: dim pixels" in l2["describe"]
    # Powers of ten, so that what is shrunk is seen beside what is not; less than 1/100 is gone.
    size = np.array(read_record("adam", "pixels")["size"]["Adam + L2"][2][9]).reshape(8, 8)
    there = ~np.array(l2["missing"], dtype=bool)
    assert (there == (size >= 0.01)).all() and 5 < there.sum() < 60
    np.testing.assert_allclose(np.array(l2["values"])[there], np.log10(size[there]), atol=1e-3)
    assert (l2["vmin"], l2["vmax"], l2["missing_label"]) == (-2, 0, "below 0.01")
    first = figures.who_was_shrunk(read_record("adam", "pixels"))
    for decay in first.controls["adamw"].values:  # even where all are gone, the key is a scale's
        assert (np.array(first.at(adamw=decay)[1]["values"]) % 1).any()
    assert np.all(first.at(adamw=10**1.8)[1]["missing"])
    assert np.ptp(np.array(adamw["values"])) < np.ptp(factor["values"]) == pytest.approx(2, abs=0.2)
    with pytest.raises(ValueError, match="seed must be at most 9"):
        figures.who_was_shrunk(read_record("adam", "pixels"), seed=10)


@pytest.mark.parametrize("draw", [figures.rate_and_decay, figures.who_was_shrunk])
def test_a_record_of_something_else_is_refused(draw):
    with pytest.raises(ValueError, match=r"recorded must have .*: see benchmarks"):
        draw({"what": "times"})


@pytest.mark.parametrize(
    ("draw", "change", "words"),
    [
        (figures.tug_of_war, {"weight_decay": 9}, r"weight_decay must be in \[0.25, 4\]"),
        (figures.tug_of_war, {"optimiser": "SGD"}, "optimiser must be one of Adam \\+ L2, AdamW"),
        (figures.tug_of_war, {"n_steps": 10**6}, "n_steps must be at most 4,000"),
        (figures.box_and_ridge, {"minimum": (9, 0)}, "minimum must be in"),
        (figures.box_and_ridge, {"weight_decay": 0}, r"weight_decay must be in \[0.25, 10\]"),
        (figures.box_and_ridge, {"decays": [1, 0.5]}, "decays must be 2 to 10 increasing"),
        (figures.decay_translator, {"schedule": "linear"}, "schedule must be one of constant"),
        (figures.decay_translator, {"lr": 0}, "lr must be in"),
        (figures.epsilon, {"g": 1}, "g must be in"),
        (figures.race, {"lr": 7}, "lr must be in"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(draw, change, words):
    with pytest.raises(ValueError, match=words):
        draw(**change)


def one_bowl(**given):
    return figures.race({"bowl": quadratic(1)}, **{"n_steps": 10, **given})


def few_sizes(**given):
    return figures.shrink(**{"sigmas": [1, 2], "decays": [0.1, 0.2], "n_steps": 20, "copies": 2,
                             **given})  # fmt: skip


EDGES = [
    (lambda n: one_bowl(n_steps=n), (10, 500), (9, 501)),
    (lambda lr: one_bowl(lr=lr), (10**-3.5, 1), (3e-4, 1.1)),
    (lambda x: one_bowl(noise=x), (0, 1), (-0.1,)),
    (lambda b: one_bowl(momentum=b), (0, 0.99), (-0.1, 1)),
    (lambda b: one_bowl(beta2=b), (0, 0.99), (-0.1, 1)),
    (lambda n: figures.correction(np.ones(n)), (10, 20_000), (9, 20_001)),
    (lambda g: figures.correction([g] + [1.0] * 9), (-1,), (0,)),
    (lambda b: figures.correction(np.ones(10), beta1s=b), [[0, 0.9], [0, 0.1, 0.2, 0.3, 0.4, 0.5]],
     [[-0.1], [1], [0.5, 0.5], [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]]),
    (lambda x: figures.tug_of_war(x, n_steps=100), (-4, 4), (-4.1, 4.1)),
    (lambda n: figures.tug_of_war(n_steps=n), (100, 4000), (99, 4001)),
    (lambda x: figures.tug_of_war(n_steps=100, mean=x), (-1, 1), (-1.1, 1.1)),
    (lambda x: figures.tug_of_war(n_steps=100, noise=x), (0, 2), (-0.1, 2.1)),
    (lambda x: figures.tug_of_war(n_steps=100, weight_decay=x), (0.25, 4), (0.24, 4.1)),
    (lambda x: figures.tug_of_war(n_steps=100, lr=x), (0.002, 0.2), (0.001, 0.21)),
    (lambda x: figures.tug_of_war(n_steps=100, beta1=x), (0, 0.99), (-0.1, 1)),
    (lambda x: figures.tug_of_war(n_steps=100, beta2=x), (0, 0.99), (-0.1, 1)),
    (lambda x: figures.tug_of_war(n_steps=100, seed=x), (0, 1), (-1,)),
    (lambda n: few_sizes(n_steps=n), (20,), (19,)),
    (lambda n: few_sizes(copies=n), (1,), (0, 250_001)),  # 20 · 2 · 2 moves a copy: 20 million
    (lambda x: few_sizes(start=x), (0.1,), (0,)),
    (lambda x: few_sizes(sigmas=x), [[1, 2], range(1, 13)], [[1], [0, 1], [2, 1], range(1, 14)]),
    (lambda x: few_sizes(decays=x), [[1, 2], range(1, 9)], [[1], [0, 1], [1, 1], range(1, 10)]),
    (lambda x: figures.box_and_ridge(condition=x), (1, 100), (0.9, 101)),
    (lambda x: figures.box_and_ridge(weight_decay=x), (0.25, 10), (0.24, 10.1)),
    (lambda x: figures.box_and_ridge(lr=x), (1e-3,), (0,)),
    (lambda x: figures.decay_translator(lr=x), (1e-6, 1), (9e-7, 1.1)),
    (lambda x: figures.decay_translator(weight_decay=x), (1e-7, 10), (9e-8, 10.1)),
    (lambda x: figures.decay_translator(n_steps=x), (100, 10**7), (99, 10**7 + 1)),
    (lambda x: figures.decay_translator(sigma=x), (1e-6, 100), (9e-7, 101)),
    (lambda x: figures.epsilon(x), (1e-10, 1e-3), (9e-11, 1.1e-3)),
    (lambda x: [figures.first_step(1.0, eps=x)], (0, 1), (-0.1,)),
    (lambda x: [figures.first_step(1.0, beta2=x)], (0, 0.9), (-0.1, 1)),
    (lambda n: figures.bounds(np.arange(n)), (3, 30), (2, 31)),
]  # fmt: skip


@pytest.mark.parametrize("call, good, bad", EDGES)
def test_what_a_figure_takes_has_two_ends(call, good, bad):
    for value in good:
        assert call(value)
    for value in bad:
        with pytest.raises(ValueError, match="must"):
            call(value)
