"""The figures of state_space_models: words, values, other data, errors."""

import re

import numpy as np
import pytest
from scipy.special import spherical_jn

from glassbox import state_space_models as ssm
from glassbox.records import read_record
from glassbox.state_space_models import examples, figures

WAVE = np.sin(np.arange(60) / 5)


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] for panel in panels if panel.get("describe"))


def layer(panel, label):
    """Return the layer of a plot with that label."""
    return next(one for one in panel["layers"] if one.get("label") == label)


def test_the_memory_recalls_what_the_helpers_do():
    figure = figures.memory(WAVE, window=20, cycles=3, sizes=(4, 8), N=8)
    covariance = ssm.band_covariance(60, 3)
    for kind, name in (("LegS", "LegS"), ("LegT", "LegT"), ("leaky averages", "leaky")):
        past, kept = figure.at(memory=kind, N=8, now=60)
        state, recalled = ssm.recollect(
            name, WAVE, 8, theta=20, covariance=covariance, longest=60, noise=1e-3
        )
        drawn = layer(past, "recalled")["y"]
        np.testing.assert_allclose(drawn, recalled[-len(drawn) :], atol=2e-3)
        sizes = np.clip(np.abs(state), kept["ylim"][0], None)
        np.testing.assert_allclose(kept["layers"][0]["y"], sizes, rtol=2e-2)
        rms = np.sqrt(np.mean((recalled - WAVE[-len(recalled) :]) ** 2))
        told = float(re.search(r"rms error ([\d.e×⁻ ]+?) over", said([past]))[1])
        assert told == pytest.approx(rms, rel=0.06)


def test_the_pulse_is_sharp_at_both_ends_of_legs():
    figure = figures.pulse(length=200, N=16)
    first, *_, last = figure.controls["place"].values
    middle = figure.controls["place"].values[20]
    heights = [
        int(re.search(r"at (\d+) % of its height", said(figure.at(place=p)))[1])
        for p in (first, middle, last)
    ]
    assert min(heights[0], heights[2]) > 90 and heights[1] < 60
    assert "at 0 % of its height." in said(figure.at(memory="LegT", place=first))


def test_the_horizon_says_who_is_ahead():
    figure = figures.horizon(length=600, cycles=8)
    assert "from age 76 on" in said(figure.at(N=16, noise="0.001"))
    assert "from age 204 on" in said(figure.at(N=16, noise="10⁻⁵"))


def test_the_rules_explode_and_the_exact_one_does_not():
    figure = figures.step_rules(examples.two_waves(200), sizes=(8, 32), N=32)
    told = said(figure.at(N=32, rule="forward Euler", step=18))
    assert re.search(r"× 10[¹²]\S \(forward Euler\) and [01]\.?\d* \(exact\)", told), told


def test_noise_is_redrawn_by_the_exact_rule_alone():
    figure = figures.redraw(np.random.default_rng(0).standard_normal(100))
    shares = {
        rule: float(re.search(r"error ([\d.e+]+) of", said(figure.at(rule=rule, N=200)))[1])
        for rule in ("exact", "bilinear")
    }
    assert shares["exact"] < 0.04 and shares["bilinear"] > 1


def test_the_errors_of_a_wave_are_those_of_the_bessel_functions():
    n = np.arange(120)
    for cycles in (1, 8, 20):
        c, _ = figures.wave_errors(cycles, 120)
        wanted = np.sqrt(2 * n + 1) * np.abs(spherical_jn(n, np.pi * cycles))
        np.testing.assert_allclose(c, wanted, atol=1e-12)
    assert figures.enough(50) == 168
    assert "N = 168" in said(figures.cliff(most=50, cycles=50).at())


def test_both_views_give_the_same_output():
    figure = figures.two_views(examples.discrete_models(), examples.ticks())
    for sample in (0, 12, 39):
        told = said(figure.at(sample=sample))
        by_steps, by_kernel = re.findall(r"([+−]?\d\.\d{3}) by", told)
        assert by_steps == by_kernel
        assert (by_steps == "0.000") == (sample == 0)


def test_the_weight_stretches_in_legs_and_not_in_s4():
    figure = figures.warped()
    found = [
        [float(x) for x in re.findall(r"(\d+\.\d\d) \(", said(figure.at(time=t)))]
        for t in (4.0, 8.0)
    ]
    assert found == [[2, 0.66], [4, 0.69]]
    middles = [0.675, 0.520, 0.659, 0.554, 0.653, 0.577]  # by a mean over 200,000 places
    for n, middle in enumerate(middles):
        _, s4 = re.findall(r"(\d+\.\d\d) \(", said(figure.at(n=n, time=4.0)))
        assert abs(float(s4) - middle) < 0.0051


def test_the_fitted_kernel_is_the_best_one():
    models = examples.delay_models(8)
    steps, delays = [0.1, 0.3], [2, 6, 10]
    figure = figures.fit(models, steps=steps, delays=delays, length=200)
    for name, (A, B) in models.items():
        kernels = ssm.state_kernels(A, B, 0.3, 200)
        error = ssm.delay_errors(kernels)[6]
        told = said(figure.at(model=name, step=0.3, delay=6))
        assert f"delay 6: error {error:.2f}" in told


def test_the_wreck_and_the_times_are_drawn_from_their_records():
    wreck = figures.diagonalise(read_record("state_space_models", "diagonal"))
    assert "cut off" in said(wreck.at(N=32)) and "cut off" not in said(wreck.at(N=8))
    speed = figures.speed(read_record("state_space_models", "times"))
    assert "At L = 16,384" in said(speed.at(what="output from input, N = 64"))
    facts = figures.speed_facts(read_record("state_space_models", "times"))
    assert all(float(text.replace(",", "")) > 0 for text in facts.values())


def test_numbers_are_written_with_as_many_digits_as_are_wanted():
    assert [figures._signed(x) for x in (0.25, -0.25, 4e-4, -5e-4)] == [
        "+0.250", "−0.250", "0.000", "−0.001",
    ]  # fmt: skip
    assert [figures._cents(x) for x in (0.25, 0.005, 0.0049, 0)] == [
        "0.25", "0.01", "< 0.01", "< 0.01",
    ]  # fmt: skip
    assert [figures._digits(x) for x in (0.123, 1e-4, 2e-5, 0)] == [
        "0.12", "0.0001", "2 × 10⁻⁵", "0",
    ]  # fmt: skip
    assert [figures._power(x) for x in (0, 0.001, 9e-4, 98, 99, 1234)] == [
        "0", "0.001", "9 × 10⁻⁴", "98", "1 × 10²", "1 × 10³",
    ]  # fmt: skip
    assert figures._rms([3, -4, 0, 0]) == 2.5 and figures._rms([]) == 0
    values = np.random.default_rng(0).standard_normal(200) * 1e3
    np.testing.assert_allclose(figures._short_floats(values), values, rtol=4e-3)
    assert figures._short_floats([1.0, 0.75, -3.0]).tolist() == [1.0, 0.75, -3.0]
    assert (np.frexp(figures._short_floats(values))[0] * 256 % 1 == 0).all()


def test_times_are_quoted_as_ratios_with_two_digits():
    record = read_record("state_space_models", "times")
    facts = figures.speed_facts(record)
    for name, key, size, slow, fast in (
        ("kernel", "kernel", "64", "naive", "NPLR, Cauchy sums"),
        ("conv", "convolution", "4096", "recurrence", "convolution"),
        ("scan1024", "scan", "1024", "forward substitution", "O(N) updates"),
    ):
        ratio = record[key][size][slow] / record[key][size][fast]
        assert float(facts[name].replace(",", "")) == pytest.approx(ratio, rel=0.051)
    assert figures._ratio({"a": 1234.0, "b": 1.0}, "a", "b") == "1,200"
    assert figures._ratio({"a": 1.0, "b": 3.0}, "a", "b") == "0.33"


def test_the_record_is_read_at_a_size_a_delay_and_by_seed():
    record = {
        "delays": [16, 64], "errors": {"r": {"64": {"m": [[1, 2], [3, 4]]}, "8": {"m": [[5, 6]]}}},
        "steps": {"r": {"64": {"m": [[7, 8]]}}},
    }  # fmt: skip
    assert figures.recorded_errors(record, "r", "m").tolist() == [2, 4]
    assert figures.recorded_errors(record, "r", "m", 8, 16).tolist() == [5]
    assert figures.recorded_errors(record, "r", "m", part="steps").tolist() == [8]


def test_a_chosen_step_holds_what_was_marked():
    values, marks, _ = ssm.marked_values(60, 0.15, np.random.default_rng(3))
    figure = figures.selection(values, marks)
    assert "error 0.00" in said(figure.at(marked=8.0, others=0.0))
    assert "a fixed filter" in said(figure.at(marked=0.5, others=0.5))
    assert "a fixed filter" not in said(figure.at(marked=0.5, others=0.1))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: figures.memory(WAVE[:9]), ValueError, "signal must have from 40"),
        (lambda: figures.memory(np.zeros(60)), ValueError, "signal must not be 0"),
        (lambda: figures.memory(WAVE, sizes=(8, 4)), ValueError, "sizes must be two to six"),
        (lambda: figures.memory(WAVE, N=5), ValueError, "N must be one of 4, 8"),
        (lambda: figures.memory(WAVE, memory="LSTM"), ValueError, "memory must be one of"),
        (lambda: figures.memory(WAVE, window=99), ValueError, "window must be"),
        (lambda: figures.memory(WAVE, cycles=0), ValueError, "cycles must be at least 1"),
        (lambda: figures.pulse(length=10), ValueError, "length must be at least 60"),
        (lambda: figures.pulse(width=0), ValueError, "width must be"),
        (lambda: figures.horizon(sizes=(3, 8), N=8), ValueError, "sizes must be even"),
        (lambda: figures.horizon(noise=0.5), ValueError, "noise must be one of"),
        (lambda: figures.horizon(memories=["LegS"]), ValueError, "memories must be two"),
        (lambda: figures.step_rules(WAVE, rule="exact"), ValueError, "rule must be one of"),
        (lambda: figures.redraw(np.ones(400)), ValueError, "signal must have from 20 to 300"),
        (lambda: figures.cliff(most=1), ValueError, "most must be at least 2"),
        (lambda: figures.two_views({}, WAVE), TypeError, "models must be a mapping"),
        (lambda: figures.two_views({"a": (1, 2)}, WAVE), ValueError, r"must be \(Abar, Bbar, C\)"),
        (lambda: figures.two_views({"a": (np.eye(2), [1], [1, 2])}, WAVE), ValueError, "Bbar must"),
        (lambda: figures.warped(time=20), ValueError, "time must be"),
        (lambda: figures.fit({"a": (np.eye(2), [1, 2])}), ValueError, "models must be two to five"),
        (lambda: figures.fit(examples.delay_models(4), rho=1), ValueError, "rho must be"),
        (lambda: figures.fit(examples.delay_models(4), delays=[4, 2]), ValueError, "delays must"),
        (lambda: figures.fit(examples.delay_models(4), steps=[2, 1]), ValueError, "steps must be"),
        (lambda: figures.diagonalise({}), ValueError, "record must have errors"),
        (lambda: figures.speed(None), ValueError, "record must have kernel"),
        (lambda: figures.selection([1, 2, 3, 4], [1, 2]), ValueError, "marks must have shape"),
        (lambda: figures.selection([1, 2, 3, 4], [2, 0, 0, 0]), ValueError, "marks must be"),
    ],
)
def test_bad_data_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_other_data_make_other_figures():
    figure = figures.memory(np.random.default_rng(0).standard_normal(2000), sizes=(8, 64), N=64)
    assert "2,000 samples" in figure.payload and len(figure.payload) < 2_000_000
    assert "of 5 samples" in figures.selection([1, 2, 3, 4, 5], [0, 0, 0, 0, 0]).payload
    A = np.array([[-0.5]])
    pair = {"slow": (A, [1.0]), "fast": (4 * A, [1.0])}
    assert "slow 0.94 (Δ = 0.16), fast 0.94 (Δ = 0.039)" in said(figures.fit(pair, length=64).at())


def noisy(n):
    return np.random.default_rng(1).standard_normal(n)


TWO = {"a": (0.5 * np.eye(2), [1, 0], [1, 1]), "b": (0.5 * np.eye(1), [1], [1])}
EDGES = [
    (lambda n: figures.memory(noisy(n)), (40, 2000), (39, 2001)),
    (lambda c: figures.memory(WAVE, cycles=c), (1, 64), (0, 65)),
    (lambda w: figures.memory(WAVE, window=w), (2, 60), (1.9, 60.1)),
    (lambda i: figures.memory(WAVE, now=i), (1, 60), (0, 61)),
    (lambda s: figures.memory(WAVE, sizes=s, N=4), [(4, 64), (1, 2, 3, 4, 5, 6)],
     [(4,), (0, 4), (4, 65), (8, 4), (1, 2, 3, 4, 5, 6, 7)]),
    (lambda a: figures.memory(a * WAVE), (1e-3, 1e100), (0, 1.1e100)),
    (lambda n: figures.pulse(n, sizes=(4, 8), N=8), (60, 2000), (59, 2001)),
    (lambda w: figures.pulse(60, width=w, sizes=(4, 8), N=8), (0.5, 6), (0.4, 6.1)),
    (lambda w: figures.pulse(60, window=w, sizes=(4, 8), N=8), (2, 60), (1.9, 60.1)),
    (lambda i: figures.pulse(60, place=i, sizes=(4, 8), N=8), (0, 59), (-1, 60)),
    (lambda n: figures.horizon(n, sizes=(2, 4), N=4, cycles=2), (20,), (19, 2001)),
    (lambda c: figures.horizon(20, sizes=(2, 4), N=4, cycles=c), (1, 64), (0, 65)),
    (lambda s: figures.step_rules(noisy(50), sizes=(2, 4), N=4, step=s), (1, 50), (0, 51)),
    (lambda n: figures.redraw(noisy(n), sizes=(2, 4), N=4), (20, 300), (19, 301)),
    (lambda n: figures.cliff(n, cycles=2), (2, 60), (1, 61)),
    (lambda c: figures.cliff(5, cycles=c), (1, 5), (0, 6)),
    (lambda i: figures.two_views(TWO, WAVE, sample=i), (0, 59), (-1, 60)),
    (lambda n: figures.warped(n, n=1), (2, 10), (1, 11)),
    (lambda n: figures.warped(4, n=n), (0, 3), (-1, 4)),
    (lambda t: figures.warped(4, time=t), (1, 10), (0.9, 10.1)),
    (lambda p: figures.selection([1, 2, 3, 4], [1, 0, 0, 1], marked=p), (0, 8), (-0.1, 8.1)),
    (lambda p: figures.selection([1, 2, 3, 4], [1, 0, 0, 1], others=p), (0, 8), (-0.1, 8.1)),
]  # fmt: skip


@pytest.mark.parametrize("call, good, bad", EDGES)
def test_what_a_figure_takes_has_two_ends(call, good, bad):
    for value in good:
        assert call(value).payload
    for value in bad:
        with pytest.raises(ValueError, match="must"):
            call(value)


def fitted(**more):
    """Return a small figure of the delay task."""
    models = {key: (-np.eye(2) - np.diag([0, k]), [1, 1]) for k, key in enumerate("ab", start=1)}
    given = {"length": 32, "steps": [0.1, 0.2], "delays": [2, 4]}
    return figures.fit(models, **{**given, **more})


@pytest.mark.parametrize(
    "argument, good, bad",
    [
        ("length", [32], [31, 2049]), ("rho", [0, 0.99], [-0.1, 1]),
        ("steps", [[0.1, 0.3], list(range(1, 41))], [[0.1], [0, 1], [2, 1], list(range(1, 42))]),
        ("delays", [[0, 16], list(range(17))], [[1], [-1, 2], [1, 17], [2, 1], [1, 1]]),
        ("delay", [0, 4, 9], [-1]), ("step", [0.1, 5], [0]),
    ],
)  # fmt: skip
def test_the_delay_task_has_its_ends(argument, good, bad):
    for value in good:
        assert fitted(**{argument: value}).payload
    for value in bad:
        with pytest.raises(ValueError, match=argument):
            fitted(**{argument: value})
