"""The figures of the chapter, each a function of the reader's own surfaces, settings or records.

So a notebook's cell is one line:

    race({"mine": quadratic(condition=50, angle=30)}, lr=0.1)

Axes, words and captions come from the data. What cannot be drawn is refused with advice.
"""

from collections.abc import Mapping

import numpy as np

from glassbox.checks import (
    float_array,
    generator,
    integer,
    one_of,
    real_array,
    real_number,
    within,
)
from glassbox.figures import (
    choice,
    drag,
    explore,
    lines,
    matrix,
    nearest,
    pick_cell,
    rules,
    scatter,
    short,
    simulate,
    slider,
    steps,
    table,
    toggle,
)

from .decay import DIALECTS, translate_decay
from .schedules import cosine_schedule
from .steps import adam_step, adamw_step, init_state
from .surfaces import Surface, beale, quadratic, rosenbrock, saddle
from .trajectory import minimise

#: How the two recipes look in all figures: colour, dash, marker.
LOOK = {"Adam + L2": ("orange", "solid", "square"), "AdamW": ("purple", "dashed", "diamond")}
STEPS = {"Adam + L2": adam_step, "AdamW": adamw_step}
MOST_WORK = 20_000_000  # coordinates that a figure may move by a step
MOST_ROWS = 12
PER_AXIS = (9, 7)  # places to start a race from
GAP = "\u00a0"


def number(value):
    """Write a number in about three digits: 0.05, 1,230, 3·10⁻⁵."""
    return short(value, 3)


def log_slider(name, values, value, label):
    """Return a slider over numbers above 0, the value that is asked for among them."""
    value = real_number(name, value, above=0)
    if not any(np.isclose(value, v, rtol=1e-9) for v in values):
        values = sorted([*values, value])
    return slider([float(f"{v:.6g}") for v in values], float(f"{value:.6g}"), label=label,
                  format=number)  # fmt: skip


# --- a race ------------------------------------------------------------------------------------


def race(
    surfaces=None, *, lr=10**-1.5, n_steps=200, momentum=0.9, beta2=0.99, noise=3.0, name="",
    caption=None,
):  # fmt: skip
    """Let four optimisers race down a surface from where the reader drags the start.

    Parameters
    ----------
    surfaces : dict of str to Surface, optional
        Quadratics, and `rosenbrock`, `beale` and `saddle`; by default a bowl and these three.
    lr : float
        Learning rate at the start, from 0.0003 to 1.
    n_steps : int
        From 10 to 500.
    momentum, beta2 : float
        Of momentum and Adam, and of RMSProp and Adam, in [0, 1).
    noise : float
        Standard deviation of noise on the gradient, which a control switches on; 0 for no such
        control.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If a number is out of range, or a surface is not one of those that a page can walk down.
    """
    if surfaces is None:
        surfaces = {
            "bowl": quadratic(condition=20, angle=20), "Rosenbrock": rosenbrock(),
            "Beale": beale(), "saddle": saddle(),
        }  # fmt: skip
    if not isinstance(surfaces, Mapping) or not surfaces:
        raise TypeError(f"surfaces must be a dict of name and Surface, got {surfaces!r}")
    n_steps = integer("n_steps", n_steps, least=10, most=500)
    lr = real_number("lr", lr, least=10**-3.5, most=1)
    noise = real_number("noise", noise, least=0)
    hyper = {
        "beta1": real_number("momentum", momentum, least=0, below=1),
        "beta2": real_number("beta2", beta2, least=0, below=1),
    }
    places = {str(label): _place(label, surface) for label, surface in surfaces.items()}
    draws = noise * np.random.default_rng(1).standard_normal((n_steps, 2))
    controls = {"surface": choice(list(places))} if len(places) > 1 else {}
    if noise:
        controls["noisy"] = toggle(label="noisy gradients")
    across, up = PER_AXIS
    labels = ["the usual place", *(f"column {i + 1}, row {j + 1}" for j in range(up)
                                   for i in range(across))]  # fmt: skip
    return simulate(
        "adam.race",
        **controls,
        step=steps(n_steps, min(30, n_steps)),
        lr=log_slider("lr", 10 ** np.arange(-3.5, 0.1, 0.25), lr, "learning rate"),
        start=slider(range(len(labels)), 0, label="start", format=lambda k: labels[k], hidden=True),
        constants={
            "surfaces": places, "count": n_steps, "draws": draws.round(3).tolist(), **hyper,
        },
        name=name,
        caption=caption
        or "Four optimisers, one learning rate. Thin lines join points of equal height. Play, drag "
        "the start on the map or the step under the curves, then change the rate.",
    )  # fmt: skip


def _place(label, surface):
    """Return what the model needs to know of a surface."""
    if not isinstance(surface, Surface):
        wanted = f"surfaces[{label!r}] must be a Surface, such as quadratic()"
        raise TypeError(f"{wanted}, got {surface!r}")
    known = {"Rosenbrock": "rosenbrock", "Beale": "beale", "saddle": "saddle"}
    kind = "bowl" if surface.hessian is not None else known.get(surface.name)
    if kind is None or surface.name.endswith("noisy"):
        raise ValueError(
            f"surfaces[{label!r}] must be a quadratic, rosenbrock(), beale() or saddle(), got "
            f"{surface.name!r}: walk down another one with minimise, and draw its way with lines"
        )
    heights = surface.grid()[2]
    return {
        "kind": kind,
        "hessian": None if surface.hessian is None else surface.hessian.tolist(),
        "limit": float(3 * np.abs(surface.domain).max()),
        "lowest": float(surface.value(surface.minimum)),
        "heights": [1e-6, float(heights.max() * 1.5)],
        "domain": [list(map(float, side)) for side in surface.domain],
        "minimum": list(map(float, surface.minimum)),
        "contours": [line.round(2).tolist() for line in _contours(surface)],
        "starts": _starts(surface),
    }


def _contours(surface, n_levels=8):
    """Curves of equal height, shape (2, n) each, for levels that grow by one factor."""
    from contourpy import contour_generator  # comes with matplotlib

    x, y, z = surface.grid(61)
    height = z - surface.value(surface.minimum)
    draw = contour_generator(x=x, y=y, z=height, name="serial")
    levels = height.max() * np.geomspace(5e-4, 0.6, n_levels)
    return [line.T for level in levels for line in draw.lines(level)]


def _starts(surface):
    """The usual start of a surface, then a grid of others."""
    sides = zip(surface.domain, PER_AXIS, strict=True)
    grid = [np.linspace(*side, n + 2)[1:-1] for side, n in sides]
    x, y = (side.ravel() for side in np.meshgrid(*grid))
    a, b = surface.start
    return {"x": np.r_[a, x].round(3).tolist(), "y": np.r_[b, y].round(3).tolist()}


def tolerance(steps_of, surfaces, rates, *, height=0.01, n_steps=300):
    """Return a table of how fast and how safely each optimiser gets down each surface.

    Parameters
    ----------
    steps_of : dict of str to (callable, dict)
        Step function of each optimiser, and its hyper-parameters but the rate.
    surfaces : dict of str to Surface
    rates : array_like, shape (n_rates,)
        Learning rates > 0.
    height : float
        Above the minimum, > 0.
    n_steps : int
        How long to walk.

    Returns
    -------
    dict of str to dict of str to (int or None, int)
        For each optimiser and surface: after how many steps the height stays below the given one,
        at the best rate (None: at no rate within `n_steps`); and at how many rates the run stays
        on the map, where no coordinate is above three times the largest number on the axes.
    """
    rates = within("rates", float_array("rates", rates, "n", empty=False), above=0)
    found = {}
    for label, (step, hyper) in steps_of.items():
        found[label] = {}
        for where, surface in surfaces.items():
            limit = 3 * np.abs(surface.domain).max()
            kept = {"limit": limit, "lr": rates[:, None], **hyper}
            start = np.tile(surface.start, (len(rates), 1))
            way, _ = minimise(step, surface.gradient, start, n_steps, **kept)
            above = surface.value(way) - surface.value(surface.minimum)
            high = above >= height
            last = [n_steps - int(run[::-1].argmax()) + 1 if run.any() else 0 for run in high.T]
            good = [n for n, run in zip(last, high.T, strict=True) if not run[-1]]
            stays = (way[-1] != way[-2]).any(axis=-1) | (above[-1] < 1)
            found[label][where] = (min(good) if good else None, int(stays.sum()))
    return found


# --- the correction of the bias ----------------------------------------------------------------


def correction(
    gradients, beta1s=(0.0, 0.9, 0.95), beta2s=(0.9, 0.95, 0.99, 0.999), *, name="", caption=None
):
    """Compare Adam's running means and steps with and without the correction of their bias.

    Parameters
    ----------
    gradients : array_like, shape (n_steps,)
        The gradient at each step, the first not 0; from 10 to 20,000 of them. Where signs change,
        sizes are shown, down to a thousandth of a step.
    beta1s, beta2s : sequence of float
        Choices for the two decay rates, in [0, 1); at most 6 each.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    gradients = float_array("gradients", gradients, "n")
    n = len(gradients)
    if not 10 <= n <= 20_000:
        raise ValueError(f"gradients must be from 10 to 20,000, got {n}")
    if gradients[0] == 0:
        raise ValueError("gradients[0] must not be 0, for then the first step is 0 / 0")
    size_of_m = "m" if (gradients > 0).all() else "|m|"
    beta1s, beta2s = _few("beta1s", beta1s), _few("beta2s", beta2s)
    way = iter(gradients)
    _, moments = minimise(
        adam_step, lambda theta: np.full_like(theta, next(way)),
        np.zeros((len(beta1s), len(beta2s), 1)), n,
        beta1=np.reshape(beta1s, (-1, 1, 1)), beta2=np.reshape(beta2s, (-1, 1)),
    )  # fmt: skip
    at = np.unique(np.geomspace(1, n, 45).astype(int))
    raw_root = np.sqrt(moments.v[at, :, :, 0])
    raw_m = np.maximum(np.abs(moments.m[at, :, :, 0]), 1e-3 * raw_root)
    axes = {"xlabel": "step t", "xscale": "log", "xlim": (0.9, 1.1 * n), "yscale": "log"}
    handle = drag("t", at)

    def draw(beta1, beta2, t):
        i, j, k = beta1s.index(beta1), beta2s.index(beta2), int((at == t).argmax())
        m, root = raw_m[:, i, j], raw_root[:, i, j]
        m_hat, root_hat = m / (1 - beta1**at), root / np.sqrt(1 - beta2**at)
        curves = {size_of_m: m, f"{size_of_m} corrected": m_hat}
        curves |= {"√v": root, "√v corrected": root_hat}
        size = {"not corrected": m / root, "corrected": m_hat / root_hat}
        means = lines(
            at, curves, dash=["dashed", "solid"] * 2, color=["blue", "blue", "ink", "ink"],
            ylabel="running mean", **axes,
        )  # fmt: skip
        sizes = lines(
            at, size, dash=["dashed", "solid"], color=["red", "green"], ylabel="step / rate",
            drag=handle, **axes,
        )  # fmt: skip
        means += scatter([t] * 4, [curve[k] for curve in curves.values()], color="ink", size=3)
        sizes += scatter([t] * 2, [curve[k] for curve in size.values()], color="ink", size=4)
        without, with_it = (curve[k] for curve in size.values())
        say = f"Step {t:,}: {without:.2f} rates long without correction, {with_it:.2f} with it."
        return [means, sizes.at(describe=say)]

    return explore(
        draw,
        beta1=choice([(f"{b:g}", b) for b in beta1s], nearest(beta1s, 0.9), label="β₁"),
        beta2=choice([(f"{b:g}", b) for b in beta2s], nearest(beta2s, 0.999), label="β₂"),
        t=slider(at, 1, label="step", format=","),
        name=name,
        caption=caption
        or "First the two running means of one stream of gradients, raw (dashed) and corrected "
        "(solid); then the length of the step that they make. Drag the rule to read a step.",
    )


def _few(name, betas):
    betas = within(name, float_array(name, betas, "n", empty=False), least=0, below=1).tolist()
    if len(betas) > 6 or len(set(betas)) < len(betas):
        raise ValueError(f"{name} must be at most 6 and differ, got {betas}")
    return betas


# --- the first step, term by term --------------------------------------------------------------


def terms(
    theta=4.0, gradients=(-8, -4, -2, -1, 0, 0.1, 1, 2, 8), decays=(0, 0.125, 0.25, 0.5, 1), *,
    g=2, weight_decay=0.5, lr=0.25, beta1=0.5, beta2=0.5, name="", caption=None,
):  # fmt: skip
    """Show the first step of Adam + L2 and of AdamW, term by term.

    Parameters
    ----------
    theta : float
        The weight before the step.
    gradients, decays : sequence of float
        What the sliders hold, increasing; decays >= 0.
    g, weight_decay : float
        Where they start.
    lr, beta1, beta2 : float
        As in `adam_step`.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    theta = real_number("theta", theta)
    gradients = float_array("gradients", gradients, "n").tolist()
    decays = within("decays", float_array("decays", decays, "n"), least=0).tolist()
    hyper = {"lr": lr, "beta1": beta1, "beta2": beta2}

    def draw(g, weight_decay):
        both = {
            label: step([theta], [g], init_state([theta]), weight_decay=weight_decay, **hyper)
            for label, step in STEPS.items()
        }
        inside, beside = g + weight_decay * theta, weight_decay * theta
        m = [float(s.m[0]) / (1 - beta1) for _, s in both.values()]
        root = [float(np.sqrt(s.v[0] / (1 - beta2))) for _, s in both.values()]
        named = {
            "gradient g": (g, g), "inside: g + λθ": (inside, g), "m̂": m, "√v̂": root,
            "direction m̂ / √v̂": [a / (b + 1e-8) for a, b in zip(m, root, strict=True)],
            "beside: + λθ": (0.0, beside),
            "new θ": [float(p[0]) for p, _ in both.values()],
        }  # fmt: skip
        write = "{:.4g}".format
        rows = [
            (label, *(write(x).replace("-", "−") for x in pair)) for label, pair in named.items()
        ]
        differ = [i for i, row in enumerate(rows) if row[1] != row[2]]
        from_ = number(theta)
        ends = [f"{label} goes from {from_} to {rows[-1][i]}" for i, label in enumerate(both, 1)]
        return table(["term", *both], rows, highlight=differ, describe=", ".join(ends) + ".")

    return explore(
        draw,
        g=slider(gradients, g, label="gradient g", format="g"),
        weight_decay=slider(decays, weight_decay, label="λ", format="g"),
        name=name,
        caption=caption
        or f"The first step from θ = {theta:g}, term by term: new θ = {theta:g} − {lr:g} · "
        "(direction + beside). Rows in which the two differ are marked.",
    )


# --- tug of war --------------------------------------------------------------------------------


def tug_of_war(
    start=2.0, *, mean=0.0, noise=1.0, weight_decay=0.5, lr=0.02, n_steps=1600, optimiser="AdamW",
    beta1=0.9, beta2=0.99, seed=3, name="", caption=None,
):  # fmt: skip
    """Pull at one weight: Adam's direction and the decay as arrows, and the way they make it go.

    Parameters
    ----------
    start : float
        Where the weight begins, from −4 to 4.
    mean, noise : float
        Mean, from −1 to 1, and standard deviation, from 0 to 2, of the gradient at the start; the
        reader drags both.
    weight_decay : float
        λ at the start, from 0.25 to 4.
    lr : float
        Learning rate at the start, from 0.002 to 0.2.
    n_steps : int
        From 100 to 4,000.
    optimiser : {"Adam + L2", "AdamW"}
    beta1, beta2 : float
        As in `adam_step`.
    seed : int
        Of the noise.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    start = real_number("start", start, least=-4, most=4)
    n_steps = integer("n_steps", n_steps, least=100, most=4000)
    one_of("optimiser", optimiser, LOOK)
    means, noises = np.arange(-10, 11) / 10, np.arange(0, 21) / 10
    mean = real_number("mean", mean, least=-1, most=1)
    noise = real_number("noise", noise, least=0, most=2)
    within("weight_decay", real_number("weight_decay", weight_decay), least=0.25, most=4)
    within("lr", real_number("lr", lr), least=0.002, most=0.2)
    draws = np.random.default_rng(integer("seed", seed, least=0)).standard_normal(n_steps).round(3)
    shown = [*range(0, n_steps, max(1, n_steps // 200)), n_steps]
    return simulate(
        "adam.tug",
        optimiser=choice(list(LOOK), optimiser, label="optimiser"),
        weight_decay=log_slider("weight_decay", [0.25, 0.5, 1, 2, 4], weight_decay, "λ"),
        lr=log_slider("lr", [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2], lr, "learning rate α"),
        step=slider(shown, n_steps, label="step", format=","),
        mean=slider(means, nearest(means, mean), label="mean of the gradient", hidden=True),
        noise=slider(noises, nearest(noises, noise), label="noise σ of the gradient", hidden=True),
        constants={
            "start": start, "draws": draws.tolist(), "reach": 4.4, "steps": shown,
            "means": means.tolist(), "noises": noises.tolist(),
            "beta1": real_number("beta1", beta1, least=0, below=1),
            "beta2": real_number("beta2", beta2, least=0, below=1),
        },
        name=name,
        caption=caption
        or "A weight, and what pulls at it: the next step is the rate times the sum of the two "
        "arrows. Drag the two knobs of the gradient: its mean, and above it the end of its noise.",
    )  # fmt: skip


# --- which weights shrink ----------------------------------------------------------------------


def shrinking(
    sigmas=(0.03, 0.1, 0.3, 1, 3, 10), decays=(0.03, 0.1, 0.3), *, lr=1e-3, n_steps=4000,
    start=2.0, copies=60, rng=None, name="", caption=None,
):  # fmt: skip
    """Shrink weights whose gradients are pure noise of several sizes, and compare with theory.

    Parameters
    ----------
    sigmas : array_like, shape (n,)
        Standard deviations of the gradient, > 0, increasing, from 2 to 12.
    decays : array_like
        Strengths > 0, increasing, from 2 to 8.
    lr, n_steps, start
        Learning rate, number of steps, and what each weight is at first, > 0.
    copies : int
        Weights of each kind, over which the mean is taken.
    rng : numpy.random.Generator, optional
        Source of the noise.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range, or there is too much to compute.
    """
    found = shrink(sigmas, decays, lr, n_steps, start, copies, rng)
    sigmas, decays, at = found["sigmas"], found["decays"], found["steps"]
    fine = np.geomspace(sigmas[0], sigmas[-1], 40)
    pace = {"Adam + L2": 1 / fine, "AdamW": np.ones(40)}
    share = {"ylim": (0, 1.15), "ylabel": "share left"}
    labels = list(LOOK)

    def over_noise(d, k, i):
        panel = rules(
            x=sigmas[i], xlabel="noise σ of the gradient", xscale="log",
            xlim=(sigmas[0] / 1.5, sigmas[-1] * 1.5), drag=drag("noise", sigmas), **share,
        )  # fmt: skip
        for label in labels:
            color, dash, marker = LOOK[label]
            theory = np.exp(-lr * decays[d] * at[k] * pace[label])
            panel += lines(
                fine, theory, color=color, dash=dash, width=1.2, label=f"{label}, theory"
            )
            panel += scatter(sigmas, found[label][k, d], color=color, marker=marker, label=label)
        return panel

    def draw(weight_decay, t, noise):
        d, k, i = (
            int(np.argmin(np.abs(values - value)))
            for values, value in ((decays, weight_decay), (at, t), (sigmas, noise))
        )
        time = rules(x=t, xlabel="step", xlim=(0, n_steps), drag=drag("t", at), **share)
        for label in labels:
            color, dash, _ = LOOK[label]
            time += lines(at, found[label][:, d, i], color=color, dash=dash, label=label)
        left = [f"{label} leaves {100 * found[label][k, d, i]:.0f}{GAP}%" for label in labels]
        say = f"Noise {noise:g}, step {t:,}: {', '.join(left)}."
        return [over_noise(d, k, i), time.at(describe=say)]

    return explore(
        draw,
        weight_decay=slider(decays, nearest(decays, 0.1), label="λ", format="g"),
        t=slider(at, at[1], label="step", format=","),
        noise=slider(sigmas, sigmas[-1], label="noise σ", format="g"),
        name=name,
        caption=caption
        or f"What decay leaves of weights whose gradients are noise; means of {copies} copies. "
        "First all weights at one step, with the two predictions; then one of them over time.",
    )


def shrink(sigmas, decays, lr=1e-3, n_steps=4000, start=2.0, copies=60, rng=None):
    """Return what is left of weights under noise: steps, and for each recipe the mean share.

    Parameters
    ----------
    sigmas, decays, lr, n_steps, start, copies, rng
        As in `shrinking`.

    Returns
    -------
    dict
        ``sigmas``, ``decays``, ``steps``, and for "Adam + L2" and "AdamW" an array, shape
        (n_kept, n_decays, n_sigmas).
    """
    sigmas = _rising("sigmas", sigmas, 2, MOST_ROWS)
    decays = _rising("decays", decays, 2, 8)
    n_steps = integer("n_steps", n_steps, least=20)
    copies = integer("copies", copies, least=1)
    start = real_number("start", start, above=0)
    if n_steps * copies * len(sigmas) * len(decays) > MOST_WORK:
        raise ValueError(
            f"copies must be fewer, or n_steps: together they take more than {MOST_WORK:,} moves"
        )
    rng = np.random.default_rng(3) if rng is None else generator("rng", rng)
    kept = np.unique(np.linspace(0, n_steps, 21).astype(int))
    found = {"sigmas": sigmas, "decays": decays, "steps": kept}
    for label, step in STEPS.items():
        way, _ = minimise(
            step, lambda theta: sigmas * rng.standard_normal(theta.shape),
            np.full((len(decays), copies, len(sigmas)), start), n_steps, lr=lr,
            weight_decay=decays[:, None, None], keep=kept,
        )  # fmt: skip
        found[label] = way.mean(axis=2) / start
    return found


def _rising(name, values, fewest, most):
    values = within(name, float_array(name, values, "n"), above=0)
    if not fewest <= len(values) <= most or not (np.diff(values) > 0).all():
        wanted = f"{name} must be {fewest} to {most} increasing numbers"
        raise ValueError(f"{wanted}, got {values.tolist()}")
    return values


# --- box and ridge -----------------------------------------------------------------------------


def box_and_ridge(
    minimum=(3.0, 0.5), *, condition=10.0, angle=-60.0,
    decays=(0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0), weight_decay=0.4, lr=0.03, name="", caption=None,
):  # fmt: skip
    """Show where Adam + L2 and AdamW end in a bowl whose minimum the reader drags.

    Parameters
    ----------
    minimum : array_like, shape (2,)
        Where the bowl is lowest at first, within 4 of the origin on each axis; the nearest point of
        a grid of halves.
    condition, angle : float
        As in `quadratic`; condition at most 100.
    decays : array_like
        From 2 to 10 values of λ, increasing, from 0.25.
    weight_decay : float
        λ at the start, one of them.
    lr : float
        The rate that falls to 0 along a cosine over 3,000 steps, > 0.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    point = float_array("minimum", minimum, (2,), note=", a point")
    within("minimum", point, least=-4, most=4)
    condition = real_number("condition", condition, least=1, most=100)
    bowl = quadratic(condition, angle)
    decays = within("decays", _rising("decays", decays, 2, 10), least=0.25)
    weight_decay = real_number("weight_decay", weight_decay, least=0.25, most=10)
    decays = np.union1d(decays, weight_decay)
    side = np.arange(-8, 9) / 2
    x, y = (part.ravel() for part in np.meshgrid(side, side))
    nearest = int(np.argmin((x - point[0]) ** 2 + (y - point[1]) ** 2))
    shown = np.unique(np.r_[0, np.geomspace(1, 3000, 40).astype(int)])
    return simulate(
        "adam.box",
        decay=slider(decays, weight_decay, label="λ", format="g"),
        beta2=choice([0.95, 0.999], 0.95, label="β₂"),
        step=slider(shown, 3000, label="step", format=","),
        minimum=slider(
            range(len(x)), nearest, label="minimum", hidden=True,
            format=lambda k: f"({x[k]:g}, {y[k]:g})".replace("-", "−"),
        ),
        constants={
            "hessian": bowl.hessian.tolist(), "minima": {"x": x.tolist(), "y": y.tolist()},
            "reach": 4.5, "beta1": 0.9, "lr": real_number("lr", lr, above=0),
            "decays": decays.tolist(),
        },
        name=name,
        caption=caption
        or "One bowl, two endings. From the origin, 3,000 steps with a rate that falls to 0 along "
        "a cosine. Drag the minimum, or change λ: Adam + L2 should end at the ridge solution, "
        "AdamW at the lowest point of the box.",
    )  # fmt: skip


# --- translate a decay -------------------------------------------------------------------------

SCHEDULES = {
    "constant": {"warmup": 0, "floor": 1, "flat": True},
    "cosine to 0": {"warmup": 0, "floor": 0, "flat": False},
    "warm-up, cosine to 10 %": {"warmup": 0.01, "floor": 0.1, "flat": False},
}

#: Largest rate, weight decay, steps and steps of warm-up, from tokens by tokens a batch.
PUBLISHED = {
    "GPT-3 175B": (0.6e-4, 0.1, 300_000 / 3.2, 375 / 3.2, 260_000 / 3.2),
    "LLaMA 65B": (1.5e-4, 0.1, 1_400_000 / 4, 2000, 1_400_000 / 4),
    "Llama 2 70B": (1.5e-4, 0.1, 2_000_000 / 4, 2000, 2_000_000 / 4),
}


def published_decay(name):
    """Return the `Translation` of a published setting, and its schedule.

    Parameters
    ----------
    name : str
        One of ``PUBLISHED``.
    """
    lr, weight_decay, n_steps, warmup, falls = PUBLISHED[one_of("name", name, PUBLISHED)]
    falling = cosine_schedule(round(falls), round(warmup), floor=0.1)
    schedule = np.r_[falling, np.full(round(n_steps) - len(falling), 0.1)]
    return translate_decay(lr, weight_decay, schedule), schedule


def decay_translator(
    lr=3e-4, weight_decay=0.1, n_steps=100_000, schedule="cosine to 0", dialect="PyTorch", *,
    sigma=0.01, name="", caption=None,
):  # fmt: skip
    """Translate a weight decay, and show what it leaves of the start, beside published settings.

    Parameters
    ----------
    lr : float
        Learning rate, from 1e-6 to 1.
    weight_decay : float
        λ in the dialect, from 1e-7 to 10.
    n_steps : int
        From 100 to 10,000,000.
    schedule : {"constant", "cosine to 0", "warm-up, cosine to 10 %"}
    dialect : {"PyTorch", "the AdamW paper", "L2 in Adam"}
    sigma : float
        Size of a weight's gradients, from 1e-6 to 100, for L2 in Adam.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    one_of("schedule", schedule, SCHEDULES)
    one_of("dialect", dialect, DIALECTS)
    lr = real_number("lr", lr, least=1e-6, most=1)
    weight_decay = real_number("weight_decay", weight_decay, least=1e-7, most=10)
    n_steps = integer("n_steps", n_steps, least=100, most=10**7)
    sigma = real_number("sigma", sigma, least=1e-6, most=100)
    decays = _decades(-7, 1, weight_decay)
    published = []
    for label in PUBLISHED:
        found, factors = published_decay(label)
        done = np.linspace(0, len(factors), 51).astype(int)
        left = np.exp(np.log1p(-found.paper * np.r_[0, factors]).cumsum())[done]
        published.append({
            "name": label, "curve": left.round(4).tolist(), "steps": len(factors),
            "horizon": found.horizon, "left": found.left,
        })  # fmt: skip
    return simulate(
        "adam.translate",
        dialect=choice(list(DIALECTS), dialect, label="λ as in"),
        schedule=choice(list(SCHEDULES), schedule, label="schedule"),
        lr=log_slider("lr", _decades(-6, 0, lr), lr, "learning rate α"),
        decay=log_slider("weight_decay", decays, weight_decay, "λ"),
        steps=log_slider("n_steps", _decades(2, 7, n_steps), n_steps, "steps"),
        sigma=log_slider("sigma", _decades(-6, 2, sigma), sigma, "σ, for L2"),
        constants={"schedules": SCHEDULES, "decays": decays, "published": published},
        name=name,
        caption=caption
        or "What a decay leaves of the start of a weight, and its name in other dialects. Drag the "
        "rule, which stands where half is left. Dashed: three published settings, read as "
        "PyTorch's.",
    )


def _decades(low, high, value):
    """Return 1, 2, 3 and 5 times powers of ten, with one more value among them."""
    values = {float(f"{k}e{p}") for p in range(low, high) for k in (1, 2, 3, 5)} | {10.0**high}
    values.add(float(f"{value:.6g}"))
    return sorted(values)


# --- records of trainings ----------------------------------------------------------------------

MEASURED = ("log_lr", "log_decay", "error")


def need_record(recorded, wanted):
    """Raise unless a record has the parts that a figure needs."""
    missing = set(wanted) - set(recorded if isinstance(recorded, Mapping) else ())
    if missing:
        raise ValueError(f"recorded must have {', '.join(sorted(missing))}: see benchmarks/adam.py")


def errors_of(recorded, optimiser, schedule, n_steps):
    """Return recorded errors as fractions, shape (seeds, 2, rates, decays): to choose, to test.

    Parameters
    ----------
    recorded : dict
        As ``benchmarks/adam.py --write`` writes.
    optimiser, schedule : str
        Which part of it.
    n_steps : int
        After how many steps.
    """
    need_record(recorded, MEASURED)
    return np.array(recorded["error"][optimiser][schedule][str(n_steps)]) / 1000


def best_decays(errors, log_decay):
    """Return the log of the best decay at each rate, for each seed, shape (seeds, rates).

    The mean over decays, those within about half a point of the least error counting alike; no
    decay, the first column, is left out.

    Parameters
    ----------
    errors : array_like, shape (seeds, rates, decays + 1)
    log_decay : array_like, shape (decays,)
    """
    errors = real_array("errors", errors)[..., 1:]
    weight = np.exp(-(errors - errors.min(axis=-1, keepdims=True)) / 0.005)
    return (weight * np.asarray(log_decay)).sum(axis=-1) / weight.sum(axis=-1)


def slopes(recorded, optimiser, schedule, n_steps, rates=None):
    """Return the slope of log best decay against log rate for each seed, shape (seeds,).

    Parameters
    ----------
    recorded, optimiser, schedule, n_steps
        As in `errors_of`.
    rates : slice, optional
        Which rates to fit (by default all).
    """
    rates = slice(None) if rates is None else rates
    errors = errors_of(recorded, optimiser, schedule, n_steps)[:, 1]
    best = best_decays(errors, recorded["log_decay"][optimiser])[:, rates]
    return np.array([np.polyfit(recorded["log_lr"][rates], row, 1)[0] for row in best])


def tuned(recorded, optimiser, schedule, n_steps):
    """Return the test error of each seed at the rate and decay that its own choice set prefers.

    Parameters
    ----------
    recorded, optimiser, schedule, n_steps
        As in `errors_of`.
    """
    errors = errors_of(recorded, optimiser, schedule, n_steps)
    choose, test = (errors[:, k].reshape(len(errors), -1) for k in (0, 1))
    return test[np.arange(len(test)), choose.argmin(axis=1)]


def interval(values, scale=1.0, digits=1):
    """Return mean and half a 95 % interval by Student's t, as text: +1.4 ± 0.7.

    Parameters
    ----------
    values : array_like, shape (n,)
        One a seed, from 3 to 30.
    scale : float
        What they are multiplied by.
    digits : int
        Behind the point.

    Examples
    --------
    >>> interval([1.0, 2.0, 3.0])
    '+2.0 ± 2.5'
    """
    mean, half = bounds(values)
    return f"{scale * mean:+.{digits}f} ± {scale * half:.{digits}f}".replace("-", "−")


#: Student's t, 97.5 %, by degrees of freedom.
STUDENT = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045,
]  # fmt: skip


def bounds(values):
    """Return the mean of some values, and half the width of its 95 % interval.

    Parameters
    ----------
    values : array_like, shape (n,)
        From 3 to 30 of them.
    """
    values = float_array("values", values, "n")
    if not 3 <= len(values) <= 30:
        raise ValueError(f"values must be 3 to 30, one a seed, got {len(values)}")
    return values.mean(), STUDENT[len(values) - 2] * values.std(ddof=1) / len(values) ** 0.5


MAPS = {"Adam + L2": "Adam + L2", "AdamW, PyTorch's λ": "AdamW", "AdamW, the paper's λ": "AdamW"}


def rate_and_decay(recorded, *, name="", caption=None):
    """Map recorded test errors over learning rate and decay, for three meanings of the decay.

    Parameters
    ----------
    recorded : dict
        As ``benchmarks/adam.py --write alike`` writes: ``log_lr`` and ``log_decay`` in one step,
        and ``error`` of "Adam + L2" and "AdamW".
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a part of the record is missing.
    """
    need_record(recorded, MEASURED)
    log_lr, decay_of = np.array(recorded["log_lr"]), recorded["log_decay"]
    trainings = {
        f"{schedule}, {int(n):,} steps": (schedule, n)
        for schedule, by in recorded["error"]["AdamW"].items() for n in by
    }  # fmt: skip
    n_decays = len(decay_of["AdamW"])
    seeds = len(next(iter(recorded["error"]["AdamW"]["constant"].values())))
    if len(decay_of["Adam + L2"]) != n_decays:
        raise ValueError("recorded must have as many decays of Adam + L2 as of AdamW")
    shown = {}
    for which, optimiser in MAPS.items():
        for training, (schedule, n) in trainings.items():
            errors = 100 * errors_of(recorded, optimiser, schedule, n)[:, 1]
            log_decay = np.array(decay_of[optimiser])
            paper = which.endswith("paper's λ")
            shown[which, training] = _renamed(errors, log_lr, log_decay, paper)

    def draw(decay_of, training, rate, decay):
        log_decay, errors, there = shown[decay_of, training]
        i = int(np.argmin(np.abs(log_lr - np.log10(rate))))
        mean = errors.mean(axis=0)
        best = np.where(there, mean[:, 1:], np.inf).argmin(axis=1)
        at = decay - 1
        found = f"{mean[i, 1 + at]:.1f} % test error" if there[i, at] else "not trained"
        plan = matrix(
            np.where(there, mean[:, 1:], 0).T, missing=~there.T, missing_label="not trained",
            rows=[number(10**z) for z in log_decay], columns=[number(10**z) for z in log_lr],
            xlabel="learning rate α", ylabel="weight decay λ", vmin=7, vmax=25, annotate=1,
            pick=pick_cell("decay", "rate"), highlight=[(int(c), r) for r, c in enumerate(best)],
            square=False, title="test error in %; framed: the best decay of each rate",
            describe=f"{decay_of}, {training}, rate {number(rate)}, "
            f"λ = {number(10 ** log_decay[at])}: {found}.",
        )  # fmt: skip
        return [plan, _column(log_decay, errors[:, i], there[i], at)]

    return explore(
        draw,
        decay_of=choice(list(MAPS), label="map"),
        training=choice(list(trainings), list(trainings)[-1], label="training"),
        rate=slider(10**log_lr, 10 ** log_lr[len(log_lr) // 2], label="rate", format=number),
        decay=slider(range(1, n_decays + 1), 1 + n_decays // 2, label="row of λ"),
        name=name,
        caption=caption
        or f"Learning rate against weight decay, in three parametrisations. Means of {seeds} "
        "seeds. Click a cell: the plot shows its column, the seeds thin, their mean thick "
        "(errors above 30 % are drawn at 30).",
    )  # fmt: skip


def _renamed(errors, log_lr, log_decay, paper):
    """Return log decays of the rows, errors, and which were trained, shape (rates, decays)."""
    n = len(log_decay)
    if not paper:
        return log_decay, errors, np.ones((len(log_lr), n), dtype=bool)
    step = log_decay[1] - log_decay[0]
    middle = log_lr[len(log_lr) // 2]
    rows = log_decay + middle  # the paper's λ of the middle rate
    shift = np.rint((middle - log_lr) / step).astype(int)
    at = np.arange(n) + shift[:, None]
    there = (at >= 0) & (at < n)
    moved = np.take_along_axis(errors, 1 + np.clip(at, 0, n - 1)[None], axis=2)
    return rows, np.concatenate([errors[:, :, :1], moved], axis=2), there


def _column(log_decay, errors, there, at):
    """One rate: each seed, and the mean, against the decay."""
    x, y = 10 ** log_decay[there], np.minimum(errors, 30)
    panel = rules(
        y=y[:, 0].mean(), label="no decay", xlabel="weight decay λ", ylabel="test error in %",
        xscale="log", ylim=(5, 31), xlim=(10 ** log_decay[0] / 1.6, 10 ** log_decay[-1] * 1.6),
    )  # fmt: skip
    y = y[:, 1:][:, there]
    panel += lines(x, y, color="muted", width=1)
    panel += lines(x, y.mean(axis=0), color="blue", label="mean of the seeds")
    if there[at]:
        k = int(there[:at].sum())
        panel += scatter([x[k]], [y[:, k].mean()], color="red", size=6)
    return panel


def compare(recorded, names=("Adam + L2", "AdamW"), *, name="", caption=None):
    """Compare two recipes, each tuned, over several trainings: curves by decay, and seed by seed.

    Parameters
    ----------
    recorded : dict of str to dict
        Records as ``benchmarks/adam.py --write`` writes them, by what the reader chooses, such as
        {"alike": …, "unlike": …}. Only trainings that all have are shown.
    names : pair of str
        The two optimisers.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a part of a record is missing.
    """
    if not isinstance(recorded, Mapping) or not recorded:
        raise ValueError("recorded must be a dict of records, by name")
    first, second = names
    for one in recorded.values():
        need_record(one, MEASURED)
    common = [
        {(schedule, n) for schedule, by in one["error"][first].items() for n in by}
        for one in recorded.values()
    ]
    trainings = {
        f"{schedule}, {int(n):,} steps": (schedule, n)
        for schedule, n in sorted(set.intersection(*common), key=lambda p: (p[0], int(p[1])))
    }

    def draw(pixels, training):
        one, which = recorded[pixels], trainings[training]
        panels = []
        for label in names:
            color, dash, marker = LOOK[label]
            errors = 100 * errors_of(one, label, *which)[:, 1]
            best = errors.min(axis=1)  # at the best rate, shape (seeds, 1 + decays)
            x = 10 ** np.array(one["log_decay"][label])
            panel = rules(
                y=best[:, 0].mean(), label="no decay", xscale="log", xlabel=f"λ of {label}",
                ylabel="test error in %", ylim=(5, 25), xlim=(x[0] / 1.6, x[-1] * 1.6),
            )  # fmt: skip
            panel += lines(x, np.minimum(best[:, 1:], 24.9), color="muted", width=0.8)
            mean = np.minimum(best[:, 1:].mean(axis=0), 24.9)
            panel += lines(x, mean, color=color, dash=dash, label=f"{label}, mean")
            panels.append(panel + scatter(x, mean, color=color, marker=marker, size=4))
        gaps = 100 * (tuned(one, first, *which) - tuned(one, second, *which))
        return [*panels, _gaps(gaps, first, second, f"{pixels}, {training}")]

    return explore(
        draw,
        pixels=choice(list(recorded), label="pixels"),
        training=choice(list(trainings), list(trainings)[-1], label="training"),
        name=name,
        caption=caption
        or "Test error against decay at the best of the rates, for each recipe on an axis of its "
        f"own, the seeds thin; then, seed by seed, by how much {first} is worse than {second}, "
        "both tuned on images set apart (errors above 25 % are drawn at 25).",
    )


def _gaps(gaps, first, second, what):
    """The difference of each seed, and the interval of their mean."""
    mean, half = bounds(gaps)
    top = max(2.0, float(np.abs(gaps).max()) * 1.15, abs(mean) + half)
    n = len(gaps)
    panel = rules(
        y=0.0, xlabel="seed", ylabel=f"{first} − {second}, points", xlim=(-0.5, n + 0.5),
        ylim=(-top, top), xticks=[*map(str, range(1, n + 1)), "all"],
    )  # fmt: skip
    panel += scatter(np.arange(n), gaps, color="blue", label="one seed")
    panel += lines([n] * 2, [mean - half, mean + half], color="ink", label="mean, 95 %")
    panel += scatter([n], [mean], color="ink", marker="diamond", size=6)
    return panel.at(describe=f"{what}: {first} − {second} is {interval(gaps)} points.")


def who_was_shrunk(recorded, seed=0, *, name="", caption=None):
    """Show the first weights of each pixel under Adam + L2 and AdamW, for the reader's decays.

    Parameters
    ----------
    recorded : dict
        As ``benchmarks/adam.py --write pixels`` writes.
    seed : int
        Which of the seeds.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a part of the record is missing, or the seed.
    """
    need_record(recorded, ("factors", "size", "log_decay"))
    seed = integer("seed", seed, least=0, most=len(recorded["factors"]) - 1)
    factors = np.array(recorded["factors"][seed])
    decays = {label: [0, *(10 ** np.array(recorded["log_decay"][label]))] for label in LOOK}
    size = {label: np.array(recorded["size"][label][seed]) for label in LOOK}
    order, n = np.argsort(factors), len(factors) // 3
    thirds = order[:n], order[n:-n], order[-n:]
    top = round(np.log10(max(float(s.max()) for s in size.values())))
    least = 10.0 ** (top - 2)

    def one(label, decay):
        k = int(np.argmin(np.abs(np.array(decays[label]) - decay)))
        grid = size[label][k]
        dim, middle, bright = (np.sqrt((grid[third] ** 2).mean()) for third in thirds)
        say = f"dim pixels {dim:.3f}, middle {middle:.3f}, bright {bright:.3f}"
        say = f"{label}, λ = {number(decay)}: {say}."
        gone = grid < least
        # Never whole numbers alone, of which the key would name each.
        power = np.log10(np.where(gone, 10 ** (top - 0.5), 1.0001 * grid)).reshape(8, 8)
        return matrix(
            power, vmin=top - 2, vmax=top, colormap="blues", missing=gone.reshape(8, 8),
            missing_label=f"below {number(least)}", title=f"{label}: size, power of ten",
            describe=say,
        )  # fmt: skip

    scale = matrix(
        np.log10(factors).reshape(8, 8), vmin=-1, vmax=1, colormap="diverging",
        title="factor of the pixel, power of ten",
    )  # fmt: skip

    def draw(l2, adamw):
        return [one("Adam + L2", l2), one("AdamW", adamw), scale]

    return explore(
        draw,
        l2=slider(
            decays["Adam + L2"], decays["Adam + L2"][8], label="λ of Adam + L2", format=number
        ),
        adamw=slider(decays["AdamW"], decays["AdamW"][8], label="λ of AdamW", format=number),
        name=name,
        caption=caption
        or "Who was shrunk? The size (root mean square) of the weights of each of the 8 × 8 pixels "
        "after training, under each recipe; last, the factor by which the pixel was multiplied. "
        "The dim pixels are the third with the smallest factors. Move both λ from 0.",
    )


# --- epsilon -----------------------------------------------------------------------------------

#: The default, and what a step divides by at t = 1, in units of |g|: (1 + eps / share).
LIBRARIES = {
    "PyTorch, Optax": (1e-8, "after the correction", ("green", "solid")),
    "Keras": (1e-7, "before the correction", ("red", "dashed")),
    "Keras, ε = 10⁻⁸": (1e-8, "before the correction", ("blue", "dotted")),
}


def first_step(g, eps=1e-8, corrected=True, beta2=0.999):
    """Return the length of Adam's first step, in rates, by where epsilon stands.

    Parameters
    ----------
    g : float or array_like
        The gradient, > 0.
    eps : float
        Epsilon >= 0.
    corrected : bool
        Whether it is added to the root of the corrected second moment, as in PyTorch and Optax; or
        to that of the raw one, as in Keras, where it acts 1 / √(1 − β₂) times as strongly.
    beta2 : float
        In [0, 1).

    Examples
    --------
    >>> round(float(first_step(1e-7)), 3), round(float(first_step(1e-7, 1e-7, corrected=False)), 3)
    (0.909, 0.031)
    """
    g = within("g", float_array("g", g), above=0)
    eps = real_number("eps", eps, least=0)
    beta2 = real_number("beta2", beta2, least=0, below=1)
    return g / (g + (eps if corrected else eps / np.sqrt(1 - beta2)))


def epsilon(g=1e-7, *, name="", caption=None):
    """Show how long Adam's first step is for small gradients in three libraries.

    Parameters
    ----------
    g : float
        Gradient at the start, from 1e-10 to 1e-3.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the gradient is out of range.
    """
    real_number("g", g, least=1e-10, most=1e-3)
    grid = 10 ** np.arange(-10, -2.99, 0.25)
    fine = np.geomspace(1e-10, 1e-3, 60)

    def draw(g):
        panel = rules(
            x=g, xscale="log", yscale="log", xlim=(0.7e-10, 1.4e-3), ylim=(1e-5, 2),
            xlabel="gradient g", ylabel="first step / rate", drag=drag("g", grid),
        )  # fmt: skip
        said = []
        for label, (eps, where, (color, dash)) in LIBRARIES.items():
            after = where.startswith("after")
            panel += lines(fine, first_step(fine, eps, after), color=color, dash=dash, label=label)
            now = float(first_step(g, eps, after))
            panel += scatter([g], [max(now, 1e-5)], color=color)
            said.append(f"{label}: {number(now)}")
        return panel.at(describe=f"g = {number(g)}, first step in rates. {'; '.join(said)}.")

    return explore(
        draw,
        g=slider(grid, nearest(grid, g), label="gradient g", format=number),
        name=name,
        caption=caption
        or "The length of Adam's first step, which should be one rate whatever the gradient is. "
        "Drag the gradient.",
    )
