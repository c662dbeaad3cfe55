"""The figures of the chapter, each a function of the reader's own signals, matrices and records.

    memory(signal)

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

from collections.abc import Mapping

import numpy as np

from glassbox.checks import (
    float_array,
    integer,
    number_array,
    one_of,
    real_array,
    real_number,
    within,
)
from glassbox.figures import (
    bars,
    choice,
    counted,
    drag,
    explore,
    lines,
    nearest,
    raised,
    rules,
    scatter,
    simulate,
    slider,
)
from glassbox.records import need_parts

from .delay import delay_errors, fitted_kernels, state_kernels
from .hippo import gauss, hippo_legt, legs_project, legs_reconstruct
from .memories import (
    MEMORIES,
    leaky_weights,
    linear_decoder,
    memory_weights,
    overtakes,
    recall_errors,
    staircase_weights,
    time_constants,
    told_apart,
)
from .scan import legs_scan
from .selective import selective
from .ssm import causal_conv, discretize, square, ssm_kernel, ssm_states, vector

MAX_SAMPLES = 2000
DRAWN = 150  # points of a curve that changes while a hand moves
TRIED = 200  # steps at which the error of a fit is drawn
KINDS = ("LegS", "LegT", "leaky averages")
COLORS = {
    "LegS": "blue", "LegT": "green", "leaky averages": "red", "averages, orthonormal": "purple",
    "LegS without 1/t": "orange", "damped waves": "sky",
}  # fmt: skip
NAMES = {
    "exact": "zoh", "bilinear": "bilinear", "backward Euler": "backward",
    "forward Euler": "forward",
}  # fmt: skip
RULE_COLORS = {
    "exact": "green", "bilinear": "blue", "backward Euler": "purple", "forward Euler": "red",
}  # fmt: skip

MIXED = "averages, orthonormal"

# --- what is remembered ------------------------------------------------------------------------


def memory(
    signal, *, window=None, cycles=8, memory="LegS", N=16, now=None, sizes=(4, 8, 16, 32), name="",
    caption=None,
):  # fmt: skip
    """Show what three memories of N numbers recall of a signal, at a moment that is dragged.

    Parameters
    ----------
    signal : array_like, shape (L,)
        Samples, from 40 to 2,000.
    window : float, optional
        Of LegT, in samples, at least 2 (by default a quarter of the signal).
    cycles : int
        Of the fastest wave in the signal, from 1 to 64: the averages are read out by the best
        linear decoder for waves of 1/2, 1, ... that many cycles (see `band_limited`), and a dotted
        orange line marks pi times the cycles seen.
    memory : {"LegS", "LegT", "leaky averages"}
        Which one is shown at first.
    N : int
        How many numbers it keeps at first, one of the sizes.
    now : int, optional
        The moment at first (by default the middle).
    sizes : sequence of int
        Of the memory, two to six, increasing, from 1 to 64.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the signal or a number is out of range.
    """
    signal = _samples("signal", signal, 40)
    L, cycles = len(signal), integer("cycles", cycles, least=1, most=64)
    window = real_number("window", L / 4 if window is None else window, least=2, most=L)
    sizes, N = _sizes(sizes, N, 64)
    one_of("memory", memory, KINDS)
    nows = np.unique(np.linspace(L / 20, L, 39).round().astype(int))
    now = nows[len(nows) // 2] if now is None else integer("now", now, least=1, most=L)
    short = np.round(signal, 5 - int(np.floor(np.log10(np.abs(signal).max()))))
    most = np.abs(signal).max()
    return simulate(
        "state_space_models.memory",
        memory=choice(list(KINDS), memory),
        N=slider(sizes, N),
        now=slider(nows, nearest(nows, now)),
        constants={
            "signal": short.tolist(), "window": window, "cycles": cycles, "noise": 1e-3,
            "steps": _steps(sizes, window), "nows": nows.tolist(), "most": sizes[-1],
            "taus": {n: np.round(time_constants(n, L), 6).tolist() for n in sizes},
            "reach": 1.5 * most, "top": 10.0 ** np.ceil(np.log10(3 * most)),
            "every": max(1, round(L / DRAWN)),
        },
        name=name,
        caption=caption
        or f"Three memories of one signal of {L:,} samples. Drag the moment through time, change "
        "the memory and N. The dotted orange line is at π × the cycles of the fastest wave so far.",
    )  # fmt: skip


def _steps(sizes, window):
    """Return the matrices of LegT for a step of one sample, by size."""
    found = {}
    for n in sizes:
        A, B = hippo_legt(n, window)
        A, B = discretize(-A, B, 1.0, "zoh")
        found[n] = {"A": np.round(A, 7).tolist(), "B": np.round(B, 8).tolist()}
    return found


def pulse(
    length=600, *, width=None, window=None, memory="LegS", N=16, place=None, sizes=(8, 16, 32),
    name="", caption=None,
):  # fmt: skip
    """Drag a narrow pulse through the past, and see how sharp a memory recalls it.

    Parameters
    ----------
    length : int
        Samples of the past, from 60 to 2,000.
    width : float, optional
        Standard deviation of the pulse, in samples, from 1/2 to a tenth of the length (by default
        1/60 of it).
    window : float, optional
        Of LegT (by default a quarter of the past).
    memory : {"LegS", "LegT", "leaky averages"}
    N : int
        Numbers kept at first, one of the sizes.
    place : int, optional
        Sample of the pulse at first (by default the middle).
    sizes : sequence of int
        As in `memory`.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If a number is out of range.
    """
    L = integer("length", length, least=60, most=MAX_SAMPLES)
    width = real_number("width", L / 60 if width is None else width, least=0.5, most=L / 10)
    window = real_number("window", L / 4 if window is None else window, least=2, most=L)
    sizes, N = _sizes(sizes, N, 64)
    one_of("memory", memory, KINDS)
    places = np.unique(np.linspace(0, L - 1, 41).round().astype(int))
    place = L // 2 if place is None else integer("place", place, least=0, most=L - 1)
    return simulate(
        "state_space_models.pulse",
        memory=choice(list(KINDS), memory),
        N=slider(sizes, N),
        place=slider(places, nearest(places, place), label="place of the pulse"),
        constants={
            "length": L, "width": width, "window": window, "noise": 1e-3,
            "steps": _steps(sizes, window), "places": places.tolist(),
            "taus": {n: np.round(time_constants(n, L), 6).tolist() for n in sizes},
            "nodes": {n: np.round(gauss(n)[0], 6).tolist() for n in sizes},
            "every": max(1, round(L / DRAWN)),
        },
        name=name,
        caption=caption
        or "Where does the sharpness go? Drag the pulse through the past; change memory and N. "
        "Crosses: the nodes of Gauss's quadrature, as close as the polynomials resolve (for the "
        "averages their time constants; they are read out by the best linear map for white noise).",
    )  # fmt: skip


def _recall(kind, N, L, window):
    """Return the matrix from the past to what is recalled of it, shape (L, L)."""
    if kind == "LegS":
        return legs_reconstruct(staircase_weights(N, L).T, (np.arange(L) + 0.5) / L).T
    if kind == "LegT":
        A, B = hippo_legt(N, window)
        weights = state_kernels(-A, B, 1.0, L)[::-1].T
        age = np.arange(int(window))[::-1] + 0.5
        inside = legs_reconstruct(weights.T, 1 - age / window).T
        return np.vstack([np.zeros((L - len(age), L)), inside])
    weights = leaky_weights(time_constants(N, L), L)
    return linear_decoder(weights, np.eye(L), 1e-3) @ weights


def horizon(
    length=600, cycles=8, *, N=16, noise=0.001, memories=MEMORIES,
    sizes=(4, 8, 16, 20, 32, 64), name="", caption=None,
):  # fmt: skip
    """Show the error of memories by the age of the sample, exactly, for signals of limited band.

    Parameters
    ----------
    length : int
        Samples, from 20 to 2,000.
    cycles : int
        Of the fastest wave over them, from 1 to 64.
    N, noise : int, float
        Numbers kept, and the error of each, at first: one of the sizes; 0.1, 0.01, 0.001 or 1e-5.
    memories : sequence of str
        Of those that `memory_weights` knows, from two on.
    sizes : sequence of int
        Even, two to six, increasing, at most 128.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If a number is out of range, or a memory unknown.
    """
    L = integer("length", length, least=20, most=MAX_SAMPLES)
    cycles = integer("cycles", cycles, least=1, most=64)
    sizes, N = _sizes(sizes, N, 128)
    if any(n % 2 for n in sizes):
        raise ValueError(f"sizes must be even, for waves in pairs, got {list(sizes)}")
    noises = {"0.1": 0.1, "0.01": 0.01, "0.001": 0.001, "10⁻⁵": 1e-5}
    if noise not in noises.values():
        raise ValueError(f"noise must be one of 0.1, 0.01, 0.001, 1e-5, got {noise!r}")
    memories = [one_of("memories", memory, MEMORIES) for memory in _listed("memories", memories)]
    if len(set(memories)) < 2:
        raise ValueError(f"memories must be two or more, got {memories}")
    ages = np.unique(np.geomspace(1, L, 90).round().astype(int))
    alike = {n for n in sizes if not told_apart(leaky_weights(time_constants(n, L), L))}
    drawn = {n: [m for m in memories if n not in alike or m != MIXED] for n in sizes}
    found = {
        (n, e): {m: recall_errors(memory_weights(m, n, L), cycles, e) for m in drawn[n]}
        for n in sizes
        for e in noises.values()
    }
    dashes = dict(zip(memories, ["solid", "dashed", "dotted", "dashed", "dotted"], strict=False))

    def draw(N, noise):
        errors = found[N, noise]
        curves = {m: np.maximum(row, 1e-5)[ages - 1] for m, row in errors.items()}
        told = next(label for label, value in noises.items() if value == noise)
        say = f"N = {N}, noise {told}: at age {L} "
        say += "; ".join(f"{m} {_digits(row[-1])}" for m, row in errors.items()) + "."
        if set(KINDS[::2]) <= set(memories):
            after = overtakes(errors["LegS"], errors["leaky averages"])
            say += f" LegS is ahead of the leaky averages from age {after} on." if after else ""
        if len(errors) < len(memories):
            say += " So many averages cannot be told apart, so that no mixture of them is drawn."
        return lines(
            ages, curves, color=[COLORS[m] for m in errors], dash=[dashes[m] for m in errors],
            xscale="log", yscale="log", xlim=(0.9, 1.1 * L), ylim=(1e-5, 3),
            xlabel="age in samples", ylabel="rms error", describe=say,
        ) + rules(y=1.0, label="nothing known")  # fmt: skip

    return explore(
        draw,
        N=slider(sizes, N),
        noise=choice(noises, "0.001" if noise == 0.001 else noise, label="noise"),
        name=name,
        caption=caption
        or f"Error by the age of the sample, exact for sums of waves of ½, 1, 1½, … {cycles} "
        f"cycles in {L:,} samples, all with the same mean power. Change how many numbers are kept, "
        "and how exactly.",
    )


# --- steps ------------------------------------------------------------------------------------


def step_rules(signal, *, sizes=(8, 16, 32, 64), N=16, rule="forward Euler", step=12, name="",
               caption=None):  # fmt: skip
    """Show how large the coefficients of LegS get on the way, by four step rules.

    Parameters
    ----------
    signal : array_like, shape (L,)
        Samples, from 20 to 2,000, not all 0.
    sizes : sequence of int
        Of the memory, two to six, increasing, from 1 to 64.
    N : int
        The size at first.
    rule : {"bilinear", "backward Euler", "forward Euler"}
        Which one is compared with the exact rule at first.
    step : int
        How many samples are read at first, at least 1.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the signal or a number is out of range.
    """
    signal = _samples("signal", signal, 20)
    sizes, N = _sizes(sizes, N, 64)
    others = [r for r in NAMES if r != "exact"]
    one_of("rule", rule, others)
    L = len(signal)
    at = np.unique(np.geomspace(1, L, 32).astype(int))
    step = integer("step", step, least=1, most=L)
    scans = {(r, n): legs_scan(signal, n, m)[at - 1] for r, m in NAMES.items() for n in sizes}
    scans = {key: np.nan_to_num(rows, posinf=1e300, neginf=-1e300) for key, rows in scans.items()}
    peaks = {key: np.abs(rows).max(axis=1) for key, rows in scans.items()}
    floor = 1e-4 * np.abs(signal).max()
    drawn = {key: _short_floats(np.maximum(np.abs(rows), floor)) for key, rows in scans.items()}

    def draw(N, rule, step):
        k = int(np.searchsorted(at, step))
        top = 10 * max(peaks[r, N].max() for r in NAMES)
        shared = {"yscale": "log", "ylim": (floor, top)}
        race = lines(
            at, {r: np.maximum(peaks[r, N], floor) for r in NAMES}, xscale="log",
            xlim=(0.9, 1.1 * L), xlabel="step", ylabel="largest coefficient",
            title="size of the memory", drag=drag("step", at),
            dash=["solid", "dashed", "dotted", "solid"], color=list(RULE_COLORS.values()), **shared,
        )  # fmt: skip
        race += scatter([step], [max(peaks[rule, N][k], floor)], color="ink", size=4)
        sizes_ = {r: drawn[r, N][k] for r in ("exact", rule)}
        state = lines(
            np.arange(N), sizes_, step="middle", color=[RULE_COLORS[r] for r in sizes_],
            xlim=(-0.5, N - 0.5), xlabel="degree n", ylabel="size",
            title=f"coefficients at step {step}", **shared,
        )  # fmt: skip
        found = {r: _power(peaks[r, N][k]) for r in (rule, "exact")}
        say = f"N = {N}, step {step}: largest coefficient "
        say += " and ".join(f"{size} ({r})" for r, size in found.items())
        off = np.abs(scans[rule, N][-1] - scans["exact", N][-1]).max()
        say += f". At the end {rule} is off by {_power(off)}."
        return [race.at(describe=say), state]

    return explore(
        draw,
        N=choice(sizes, N),  # each has axes of its own
        rule=choice(others, rule, label="compare"),
        step=slider(at, at[np.abs(at - step).argmin()]),
        name=name,
        caption=caption
        or f"Four step rules for one signal of {L:,} samples. Drag along the steps to see the "
        "coefficients mid-explosion; change N. Sizes too small for the axis stand at its foot.",
    )


def redraw(signal, *, sizes=(25, 50, 100, 150, 200), N=200, rule="exact", name="", caption=None):
    """Show a signal redrawn from its coefficients, as two step rules left them.

    Parameters
    ----------
    signal : array_like, shape (L,)
        Samples, from 20 to 300.
    sizes : sequence of int
        Of the memory, two to six, increasing, at most 300.
    N : int
        The size at first.
    rule : {"exact", "bilinear", "backward Euler"}
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the signal or a number is out of range.
    """
    signal = _samples("signal", signal, 20, 300)
    sizes, N = _sizes(sizes, N, 300)
    offered = [r for r in NAMES if r != "forward Euler"]
    one_of("rule", rule, offered)
    L = len(signal)
    variance = np.mean(signal**2)
    s = (np.arange(L) + 0.5) / L
    found = {}
    for r in offered:
        whole = legs_scan(signal, sizes[-1], NAMES[r])[-1]  # smaller memories are its beginning
        found |= {(r, n): legs_reconstruct(whole[:n], s) for n in sizes}
    share = {key: np.mean((row - signal) ** 2) / variance for key, row in found.items()}
    most = 1.8 * np.abs(signal).max()

    def draw(rule, N):
        panel = scatter(np.arange(L), signal, color="ink", size=2.5, label="samples")
        panel += lines(np.arange(L), np.clip(found[rule, N], -most, most), label="redrawn",
                       color=RULE_COLORS[rule], width=1.5)  # fmt: skip
        say = f"{rule}, N = {N}: mean squared error {share[rule, N]:.2g} of the signal's own."
        bars_ = lines(
            sizes, {r: [max(share[r, n], 1e-3) for n in sizes] for r in offered},
            color=[RULE_COLORS[r] for r in offered], dash=["solid", "dashed", "dotted"],
            yscale="log", ylim=(1e-3, 4), xlim=(0, sizes[-1] * 1.05), xlabel="N",
            ylabel="error / signal", title="mean squared error", drag=drag("N", sizes),
        )  # fmt: skip
        bars_ += rules(y=1.0, label="answering 0")
        bars_ += scatter([N], [max(share[rule, N], 1e-3)], color="ink", size=4)
        return [
            panel.at(
                xlim=[-1.0, float(L)],
                ylim=[-most, most],
                xlabel="sample",
                ylabel="value",
                describe=say,
                title="samples, and the curve drawn from N numbers",
            ),
            bars_,
        ]

    return explore(
        draw,
        rule=choice(offered, rule, label="step rule"),
        N=slider(sizes, N),
        name=name,
        caption=caption
        or f"{L} samples redrawn from N coefficients of LegS. Change the step rule, and drag N.",
    )


def cliff(most=50, *, cycles=8, name="", caption=None):
    """Show the coefficients of a wave in LegS, and the error with N of them.

    Parameters
    ----------
    most : int
        Cycles at the end of the slider, from 2 to 60.
    cycles : int
        Cycles at first.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If a number is out of range.
    """
    most = integer("most", most, least=2, most=60)
    cycles = integer("cycles", cycles, least=1, most=most)
    M = int(4 * most)
    stops = [*range(1, 6), 8, *range(10, most, 5), most]
    stops = sorted({n for n in [*stops, cycles] if n <= most})

    def draw(cycles):
        c, error = wave_errors(cycles, max(M, 300))
        N, seen = int(np.ceil(np.pi * cycles)), np.flatnonzero(c[:M] > 1e-9)
        left = error[:M][error[:M] > 1e-9]
        marker = rules(x=np.pi * cycles, color="orange", dash="dotted", label="π × cycles")
        axes = {"xlim": (0, M), "ylim": (1e-9, 3), "yscale": "log", "color": "blue"}
        sizes = scatter(seen, c[seen], size=2, **axes)
        sizes = sizes.at(title="coefficients", xlabel="degree n", ylabel="size")
        gone = lines(np.arange(len(left)), left, **axes) + rules(y=0.01, label="1 %")
        gone = gone.at(title="error with N coefficients", xlabel="N", ylabel="relative rms error")
        say = f"{counted(cycles, 'cycle')}: with N = {N}, the next integer above π × cycles, "
        say += f"the error is {100 * error[N]:.0f} %; an error of 1 % needs N = {enough(cycles)}."
        return [(sizes + marker).at(describe=say), gone + marker]

    return explore(
        draw, cycles=slider(stops, cycles), name=name,
        caption=caption
        or "A wave in the LegS memory. Change the number of cycles that the memory has to hold.",
    )  # fmt: skip


def wave_errors(cycles, M=300):
    """Return the sizes of a wave's first M coefficients, and the rms error with N of them.

    The wave is exp(2 pi i cycles x) on [0, 1]; what M coefficients do not hold is left out.
    """
    c = np.abs(legs_project(lambda x: np.exp(2j * np.pi * cycles * x), 1.0, M, nodes=M + 100))
    return c, np.sqrt(np.cumsum(c[::-1] ** 2)[::-1])


def enough(cycles):
    """Return the least N for an error of 1 %."""
    M = int(4 * cycles) + 60
    return int((wave_errors(cycles, M)[1] < 0.01).argmax())


# --- models ------------------------------------------------------------------------------------


def two_views(models, u, *, model=None, sample=16, name="", caption=None):
    """Show a model as a recurrence and as a convolution, sample by sample.

    Parameters
    ----------
    models : mapping of str to (Abar, Bbar, C)
        Discrete models, real, of at most 16 numbers each.
    u : array_like, shape (L,)
        Input, from 4 to 80 samples.
    model : str, optional
        Which one is shown at first.
    sample : int
        Where the figure begins.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the models or the input do not fit.
    """
    models = {k: _discrete(k, m) for k, m in _named("models", models).items()}
    u = _samples("u", u, 4, 80)
    model = one_of("model", model or next(iter(models)), list(models))
    sample = integer("sample", sample, least=0, most=len(u) - 1)
    runs = {}
    for key, (Abar, Bbar, C) in models.items():
        states, K = ssm_states(Abar, Bbar, u), ssm_kernel(Abar, Bbar, C, len(u))
        runs[key] = states, K, states @ C, causal_conv(u, K)
    time = np.arange(len(u))

    def draw(model, sample):
        states, K, y, z = runs[model]
        look = {"xlim": [-1.0, float(len(u))], "xlabel": "sample", "ylabel": "value",
                "drag": drag("sample", time)}  # fmt: skip
        x, most = states[sample], 1.15 * np.abs(states).max() or 1.0
        state = bars(
            [str(n) for n in range(len(x))], x, color="blue", ylim=(-most, most), ylabel="value",
            xlabel="number in the state", title="recurrence: the state",
        )  # fmt: skip
        top = 1.15 * max(np.abs(u).max(), np.abs(K).max())
        kernel = scatter(time, u, color="muted", size=3.5, label="input u", ylim=(-top, top))
        kernel += lines(time[: sample + 1], K[sample::-1], color="orange", label="kernel, reversed")
        high = 1.2 * np.abs(y).max() or 1.0
        past = time[: sample + 1]
        out = lines(past, y[: sample + 1], color="blue", label="by recurrence")
        out += scatter(past, z[: sample + 1], color="orange", marker="cross",
                       label="by convolution")  # fmt: skip
        out = out.at(ylim=[-high, high], title="output y", **look)
        say = (
            f"Sample {sample}: output {_signed(y[sample])} by recurrence, {_signed(z[sample])} by "
        )
        say += "convolution."
        return [kernel.at(title="convolution: the past, weighed", describe=say, **look), state, out]

    return explore(
        draw, model=choice(list(models), model), sample=slider(time, sample), name=name,
        caption=caption
        or "One model, two ways to run it. Drag the rule: the reversed kernel slides over the "
        "input, the state moves on, and both give the same output.",
    )  # fmt: skip


def warped(most=6, *, n=2, time=4.0, name="", caption=None):
    """Show how a coefficient weighs the past in LegS, and in S4 where the 1/t is left out.

    Parameters
    ----------
    most : int
        Degrees to choose from, 2 to 10.
    n, time : int, float
        Degree and time at first; the time from 1 to 10.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If a number is out of range.
    """
    most = integer("most", most, least=2, most=10)
    n = integer("n", n, least=0, most=most - 1)
    times = np.arange(1, 10.1, 0.25)
    time = times[np.abs(times - real_number("time", time, least=1, most=10)).argmin()]
    reach = 1.1 * np.sqrt(2 * most - 1)
    return simulate(
        "state_space_models.warped",
        n=slider(range(most), n, label="degree n"),
        time=slider(times, time),
        constants={"times": times.tolist(), "reach": round(float(reach), 4)},
        name=name,
        caption=caption
        or "How coefficient n weighs the past in LegS (times t, so that both are as high now) and "
        "in S4. Drag now, the end of the past, through time. To the right of the dashed line lies "
        "half of the weight, in absolute value.",
    )


def fit(models, *, steps=None, delays=None, model=None, step=None, delay=None, rho=0.0, length=512,
        name="", caption=None):  # fmt: skip
    """Fit C to the task "repeat the input d samples later", for several matrices A and every step.

    Parameters
    ----------
    models : mapping of str to (A, B)
        Continuous models x' = A x + B u, two to five, real; or vectors of eigenvalues, one a
        conjugate pair.
    steps : sequence of float, optional
        Steps Delta to choose from, increasing (by default 11 from 0.01 to 3.2). The curves of
        errors have 200 more between the first and the last.
    delays : sequence of int, optional
        Delays to choose from (by default 11 up to an eighth of the length).
    model, step, delay : optional
        Where the figure begins.
    rho : float
        Correlation of the input from one sample to the next: 0 is white noise.
    length : int
        Of the kernels, from 32 to 2,048.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the models do not fit, or a number is out of range.
    """
    models = {key: _continuous(key, pair) for key, pair in _named("models", models).items()}
    if not 2 <= len(models) <= 5:
        raise ValueError(f"models must be two to five, got {len(models)}")
    L = integer("length", length, least=32, most=2048)
    rho = real_number("rho", rho, least=0, below=1)
    steps = np.geomspace(0.01, 3.162, 11) if steps is None else real_array("steps", steps, "n")
    if not 2 <= len(steps) <= 40 or not (np.diff(steps) > 0).all() or steps[0] <= 0:
        raise ValueError(f"steps must be 2 to 40 numbers > 0, increasing, got {steps.tolist()}")
    if delays is None:
        delays = np.unique(np.geomspace(2, L // 8, 11).round().astype(int))
    delays = [integer(f"delays[{i}]", d, least=0, most=L // 2) for i, d in enumerate(delays)]
    if not 2 <= len(delays) <= 40 or delays != sorted(set(delays)):
        raise ValueError(f"delays must be 2 to 40, increasing, got {delays}")
    model = one_of("model", model or next(iter(models)), list(models))
    shown = min(L, 2 * delays[-1])
    every = max(1, shown // 128)
    fine = np.unique(np.r_[np.geomspace(steps[0], steps[-1], TRIED), steps])  # of the curves
    kernels = {(m, dt): state_kernels(*pair, dt, L) for m, pair in models.items() for dt in fine}
    errors = {key: np.minimum(delay_errors(K, rho, delays=delays), 1) for key, K in kernels.items()}
    errors = {m: np.array([errors[m, dt] for dt in fine]) for m in models}  # fine x delays
    fitted = {(m, dt): fitted_kernels(kernels[m, dt], delays, rho)[:shown:every]
              for m in models for dt in steps}  # fmt: skip
    delay = delays[2 * len(delays) // 3] if delay is None else integer("delay", delay, least=0)
    delay = nearest(delays, delay)
    start = steps[len(steps) // 2] if step is None else real_number("step", step, above=0)
    start = int(np.abs(np.log(steps / start)).argmin())
    colors = dict(zip(models, ("blue", "purple", "red", "green", "orange"), strict=False))
    dashes = ["solid", "dashed", "dotted", "solid", "dashed"][: len(models)]

    def draw(model, step, delay):
        step, d = steps[np.abs(steps - step).argmin()], delays.index(delay)
        error = errors[model][np.searchsorted(fine, step), d]
        K = np.round(100 * fitted[model, step][:, d]) / 100  # what a pixel shows
        kernel = lines(np.arange(shown)[::every], np.clip(K, -0.6, 1.1), color=colors[model],
                       label="best kernel", xlim=(0, shown), ylim=(-0.6, 1.1), xlabel="age",
                       ylabel="weight", title="the kernel that C can make",
                       drag=drag("delay", delays))  # fmt: skip
        kernel += scatter(
            [delay], [1.0], color="ink", marker="cross", label="wanted: 1 here, else 0"
        )
        table = {m: np.round(500 * errors[m][:, d]) / 500 for m in models}
        curves = lines(fine, table, color=[colors[m] for m in models], dash=dashes, xscale="log",
                       ylim=(0, 1.05), xlim=(steps[0] / 1.3, steps[-1] * 1.3), xlabel="step Δ",
                       ylabel="squared error", title=f"error for a delay of {delay}",
                       width=1.5, drag=drag("step", steps))  # fmt: skip
        curves += scatter([step], [error], color="ink", size=4)
        say = f"{model}, Δ = {step:.2g}, delay {delay}: error {error:.2f}. Least on the curves: "
        best = {m: (errors[m][:, d].min(), fine[errors[m][:, d].argmin()]) for m in models}
        say += ", ".join(f"{m} {_cents(e)} (Δ = {at:.2g})" for m, (e, at) in best.items()) + "."
        return [kernel.at(describe=say), curves]

    what = "white noise" if not rho else f"an input with a correlation of {rho:g}"
    return explore(
        draw, model=choice(list(models), model, label="A"),
        step=slider(steps, steps[start], label="step Δ", format=_short),
        delay=slider(delays, delay), name=name,
        caption=caption
        or f"Fit C alone: repeat {what} d samples later. Mean squared error over the variance of "
        f"the input, so that 1 is answering 0, at {len(fine)} steps Δ; each number of the state is "
        "disturbed by 0.1 %. Drag the delay in the first panel and Δ in the second; change A.",
    )  # fmt: skip


def recorded_errors(record, what, name, N=64, delay=64, part="errors"):
    """Return what is recorded of the delay task at the best step, one number a seed.

    The part is "errors"; "steps", at which they are; or "finer", from twice as many steps.
    """
    return np.array(record[part][what][str(N)][name])[:, record["delays"].index(delay)]


def diagonalise(record, *, N=16, name="", caption=None):
    """Show how wrong the kernel of LegS gets if A itself is diagonalised, from a record.

    Parameters
    ----------
    record : dict
        What ``benchmarks/state_space_models_diagonal.py --write`` writes.
    N : int
        Where the figure begins.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is no such record.
    """
    need_parts("record", record, "errors", "kernels", "largest_entry", "step")
    sizes = [int(n) for n in record["kernels"]]
    N = nearest(sizes, integer("N", N, least=1))
    wrong, *others = record["errors"]
    middle = {way: [float(np.median(row)) for row in found.values()]
              for way, found in record["errors"].items()}  # fmt: skip

    reach = 2 * max(np.abs(kept["true"]).max() for kept in record["kernels"].values())

    def draw(N):
        kept = record["kernels"][str(N)]
        true, made = (np.array(kept[key]) for key in ("true", wrong))
        age = np.arange(len(true))
        kernel = lines(age, true, color="muted", width=5, label="true")
        kernel += lines(age, np.clip(made, -reach, reach), color="red", label=f"by {wrong}")
        at = sizes.index(N)
        far = max(np.abs(made - true).max() / np.abs(true).max(), 1e-17)
        say = f"N = {N}: by {wrong} the error is {_power(middle[wrong][at])}, by NPLR "
        say += f"{_power(middle[others[0]][at])} (medians of {len(record['seeds'])} draws of C)."
        if far > 1:
            say += " What leaves the panel is cut off."
        kernel = kernel.at(
            xlim=[0.0, float(len(true))], ylim=[-reach, reach], xlabel="age", ylabel="weight",
            title="the kernel", describe=say,
        )  # fmt: skip
        curves = lines(
            sizes, middle, color=["red", "green", "blue"][: len(middle)], yscale="log",
            dash=["solid", "dotted", "dashed"][: len(middle)], ylim=(1e-18, 1e6), xlabel="N",
            xlim=(sizes[0] - 2, sizes[-1] + 2), ylabel="largest error", title="error of the kernel",
            drag=drag("N", sizes),
        )  # fmt: skip
        curves += scatter([N], [middle[wrong][at]], color="ink", size=4)
        return [kernel, curves]

    return explore(
        draw, N=slider(sizes, N), name=name,
        caption=caption
        or "Diagonalise anyway: the kernel of LegS by the eigenvectors of A, against the truth in "
        f"60 digits; Δ = {record['step']:g}. Drag N.",
    )  # fmt: skip


def speed(record, *, what=None, name="", caption=None):
    """Show recorded times of the ways to compute the same numbers.

    Parameters
    ----------
    record : dict
        What ``benchmarks/state_space_models.py --write`` writes.
    what : str, optional
        Which race is shown at first.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is no such record.
    """
    need_parts("record", record, "kernel", "convolution", "scan")
    # Colours as in other figures: NPLR green, diagonal purple, recurrence blue, convolution orange.
    races = {
        "the kernel, L = 4,096": ("kernel", "N", ["red", "orange", "green", "purple", "blue"]),
        "output from input, N = 64": (
            "convolution", "L", ["blue", "orange", "purple", "green", "red"],
        ),
        "20 steps of LegS": ("scan", "N", ["red", "purple", "green", "blue", "orange"]),
    }  # fmt: skip

    def draw(what):
        key, size, colors = races[what]
        x, rows = [int(n) for n in record[key]], list(record[key].values())
        ways, last = list(rows[0]), rows[-1]
        curves = {way: [row[way] for row in rows] for way in ways}
        quick = min(last, key=last.get)
        say = "; ".join(f"{way}: {_ratio(last, way, quick)}" for way in ways if way != quick)
        drawn = lines(
            x, curves, xscale="log", yscale="log", xlabel=size, xlim=(0.8 * x[0], 1.25 * x[-1]),
            ylabel="seconds", ylim=(1e-5, 20), color=colors[: len(ways)],
            dash=["solid", "dashed", "dotted", "solid", "dashed"][: len(ways)],
            describe=f"At {size} = {x[-1]:,}, in times of {quick}. {say}.",
        )  # fmt: skip
        for color, row in zip(colors, curves.values(), strict=False):
            drawn += scatter(x, row, color=color, size=3)
        return drawn

    return explore(
        draw, what=choice(list(races), what or next(iter(races))), name=name,
        caption=caption or "Recorded times on one thread: choose what is computed.",
    )  # fmt: skip


def _ratio(row, slow, fast):
    """Return how many times as long, to two digits."""
    return f"{float(f'{row[slow] / row[fast]:.2g}'):,g}"


def speed_facts(record):
    """Return the ratios that the text quotes, by name."""
    found = {}
    for name, key, size, slow, fast in [
        ("kernel", "kernel", "64", "naive", "NPLR, Cauchy sums"),
        ("solves", "kernel", "64", "generating function", "NPLR, Cauchy sums"),
        ("diagonal", "kernel", "64", "S4D, Vandermonde", "NPLR, Cauchy sums"),
        ("conv", "convolution", "4096", "recurrence", "convolution"),
        ("rounds", "convolution", "4096", "parallel scan", "recurrence, diagonal"),
        ("scan64", "scan", "64", "O(N) updates", "forward substitution"),
        ("scan256", "scan", "256", "O(N) updates", "forward substitution"),
        ("scan1024", "scan", "1024", "forward substitution", "O(N) updates"),
    ]:
        found[name] = _ratio(record[key][size], slow, fast)
    return found


def selection(values, marks, *, marked=0.5, others=0.5, name="", caption=None):
    """Let the step of a model of one number depend on a mark: it chooses what to remember.

    The model is x' = -x + u with the zero-order hold: a step Delta keeps e^-Delta of the state.

    Parameters
    ----------
    values, marks : array_like, shape (L,)
        From 4 to 120 values, and for each 0 or 1.
    marked, others : float
        Steps of the marked samples and of the others at first, from 0 to 8.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the values or the marks do not fit.
    """
    values = _samples("values", values, 4, 120)
    marks = within("marks", real_array("marks", marks, values.shape), least=0, most=1)
    steps = [0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0]
    starts = {}
    for key, given in (("marked", marked), ("others", others)):
        given = real_number(key, given, least=0, most=8)
        starts[key] = nearest(steps, given)
    time, most = np.arange(len(values)), 1.2 * np.abs(values).max()
    chosen = marks > 0.5
    first = int(chosen.argmax()) if chosen.any() else len(values)
    last = np.maximum.accumulate(np.where(chosen, time, 0))
    wanted = np.where(time >= first, values[last], 0)
    A, one = np.array([-1.0]), np.ones(1)

    def draw(marked, others):
        delta = np.where(chosen, marked, others)
        y = selective(values, delta, A, one, one)
        error = np.mean((y - wanted)[first:] ** 2) if first < len(values) else 0.0
        panel = scatter(time[~chosen], values[~chosen], color="muted", size=3, label="to ignore")
        panel += scatter(time[chosen], values[chosen], color="orange", marker="square",
                         label="marked", size=5)  # fmt: skip
        panel += lines(time, wanted, color="muted", width=5, step="after", label="wanted")
        panel += lines(time, y, color="blue", step="after", label="the state")
        kind = "one step for all: a fixed filter" if marked == others else "the step is chosen"
        say = f"Δ = {marked:g} where marked, {others:g} elsewhere ({kind}): "
        say += f"mean squared error {error:.2f}."
        return panel.at(xlim=[-1.0, float(len(values))], ylim=[-most, most], xlabel="sample",
                        ylabel="value", describe=say)  # fmt: skip

    return explore(
        draw, marked=slider(steps, starts["marked"], label="Δ of marked samples"),
        others=slider(steps, starts["others"], label="Δ of the others"), name=name,
        caption=caption
        or f"Remember the last marked value: {int(chosen.sum())} of {len(values)} samples are "
        "marked. Set the step of marked samples and that of the others.",
    )  # fmt: skip


# --- checks and words --------------------------------------------------------------------------


def _samples(name, u, least, most=MAX_SAMPLES):
    """Return samples, from `least` to `most` of them, not all 0."""
    u = float_array(name, u, "L")
    if not least <= len(u) <= most:
        raise ValueError(
            f"{name} must have from {least} to {most:,} samples to be drawn, got {len(u):,}"
        )
    if not u.any() or np.abs(u).max() > 1e100:
        raise ValueError(f"{name} must not be 0 all over, nor beyond 1e100, got such")
    return u


def _sizes(sizes, N, most):
    """Return sizes of a memory, and the one that is wanted first."""
    sizes = [integer(f"sizes[{i}]", n, least=1, most=most)
             for i, n in enumerate(_listed("sizes", sizes))]  # fmt: skip
    if not 2 <= len(sizes) <= 6 or sizes != sorted(set(sizes)):
        raise ValueError(f"sizes must be two to six, increasing, got {sizes}")
    N = integer("N", N, least=1)
    if N not in sizes:
        raise ValueError(f"N must be one of {', '.join(map(str, sizes))}, got {N}")
    return sizes, N


def _listed(name, values):
    try:
        return list(values)
    except TypeError:
        raise TypeError(f"{name} must be a list, got {values!r}") from None


def _named(name, given):
    """Return a mapping with at least one entry."""
    if not isinstance(given, Mapping) or not given:
        raise TypeError(f"{name} must be a mapping of names to models, got {given!r}")
    return {str(key): value for key, value in given.items()}


def _parts(key, model, count, names):
    parts = _listed(f"models[{key!r}]", model)
    if len(parts) != count:
        raise ValueError(f"models[{key!r}] must be {names}, got {len(parts)} parts")
    return parts


def _discrete(key, model):
    Abar, Bbar, C = _parts(key, model, 3, "(Abar, Bbar, C)")
    Abar = real_array(f"models[{key!r}] Abar", Abar)
    Abar = square(f"models[{key!r}] Abar", Abar)
    if len(Abar) > 16:
        raise ValueError(f"models[{key!r}] must keep at most 16 numbers, got {len(Abar)}")
    return (
        Abar,
        *(
            real_array(f"models[{key!r}] {part}", row, (len(Abar),))
            for part, row in (("Bbar", Bbar), ("C", C))
        ),
    )


def _continuous(key, model):
    A, B = _parts(key, model, 2, "(A, B)")
    A = number_array(f"models[{key!r}] A", A)
    if A.ndim != 1:
        A = square(f"models[{key!r}] A", A)
    if not 1 <= len(A) <= 64:
        raise ValueError(f"models[{key!r}] must keep from 1 to 64 numbers, got {len(A)}")
    return A, vector(f"models[{key!r}] B", B, len(A), like="A")


def _rms(x):
    return float(np.sqrt(np.mean(np.square(x)))) if np.size(x) else 0.0


def _short_floats(x):
    """Return floats with eight binary digits, which travel in half the room: within 0.4 %."""
    mantissa, power = np.frexp(np.asarray(x, dtype=float))
    return np.ldexp(np.round(256 * mantissa) / 256, power)


def _signed(x):
    """Return a number with its sign and three decimals; 0 has no sign."""
    return f"{x:+.3f}".replace("-", "−") if abs(x) >= 5e-4 else "0.000"


def _cents(x):
    """Return two decimals, or that it is less than the last of them."""
    return f"{x:.2f}" if x >= 0.005 else "< 0.01"


def _digits(x):
    """Return two digits of a size, without an exponent down to 0.0001."""
    return f"{x:.2g}" if x >= 1e-4 or x == 0 else _power(x)


def _power(x):
    """Return a size with one digit and a power of ten where it is small or large."""
    if not x:
        return "0"
    digit, power = f"{x:.0e}".split("e")
    return f"{digit} × 10{raised(int(power))}" if not 1e-3 <= x < 99 else f"{x:.2g}"


def _short(x):
    return f"{x:.2g}"
