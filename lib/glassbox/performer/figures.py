"""The figures of the chapter, each a function of the reader's own queries, keys and directions.

For example::

    maps(q, k)

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

import numpy as np

from glassbox.checks import float_array, real_number
from glassbox.figures import (
    choice,
    drag,
    explore,
    lines,
    nearest,
    rules,
    scatter,
    short,
    simulate,
    slider,
)
from glassbox.figures import table as scores
from glassbox.linear_attention import softmax

from .random_features import (
    KINDS,
    orthogonal_gaussian,
    orthogonal_variance,
    positive_features,
    relative_variance,
)

MAX_TOKENS = 40
MAX_WIDTH = 64
MAX_SQUARE = 400.0  # of a query or key, over sqrt(d), at the largest scale
WORK = 2_600_000  # multiplications that a map may take while a hand moves
COUNTS = (16, 64, 256, 1024)
SCALES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
EPSILONS = (0.0, *(10.0 ** (k / 2) for k in range(-20, -1)))
DRAWS = 20
COLORS = {"trig": "blue", "positive": "purple", "hyperbolic": "red"}
NAMES = {"trig": "trig", "positive": "positive", "hyperbolic": "hyperbolic (cosh)"}


# --- maps of attention -------------------------------------------------------------------------


def maps(
    q, k, tokens=None, *, scales=SCALES, scale=0.5, m=64, name="", caption=None
):  # fmt: skip
    """Show softmax attention, its estimate by random features, and the error, as three maps.

    Scale of the inputs, number and draw of the directions, and form of the features are the
    reader's; the browser computes the maps.

    Parameters
    ----------
    q, k : array_like, shape (n, d)
        Queries and keys, 2 to 40 of them, d from 2 to 64.
    tokens : sequence of str, shape (n,), optional
        What stands at the rows and columns (by default their places).
    scales : sequence of float
        By which q and k are multiplied, increasing.
    scale, m : float, int
        Where the figure begins.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If q, k, tokens or scales do not fit, are too many to be drawn, or so long that the weights
        leave the range of floats.
    """
    it = _tokens(q, k, tokens, scales)
    said = (
        f"Attention of {it['n']} tokens to each other: by softmax, by m random directions, and the "
        "difference. Blue is a weight above 0, red one below. Draw other directions; raise the "
        "scale of the inputs, then try to repair the map with more directions."
    )
    return simulate(
        "performer.maps",
        scale=_slider(it["scales"], scale, "scale of q and k"),
        m=_slider(it["counts"], m, "directions m"),
        kind=choice([(NAMES[kind], kind) for kind in ("positive", "hyperbolic", "trig")],
                    label="features"),
        draw=slider(range(1, DRAWS + 1), 1, label="draw of W"),
        constants=it["constants"],
        name=name,
        caption=caption or said,
    )  # fmt: skip


def epsilon(q, k, tokens=None, *, scales=SCALES, scale=2.0, m=256, eps=0.0, name="", caption=None):
    """Show what an epsilon added to each feature does to the map of attention.

    The features are `stabilised_features`. Below the map and its error stands the share of a row's
    weight that is misplaced, over epsilon, beside that of the plain mean.

    Parameters
    ----------
    q, k, tokens, scales, scale, m, name, caption : see `maps`
    eps : float
        Where the figure begins: 0, or from 1e-10 to 0.1.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `maps`; also if eps is out of range.
    """
    it = _tokens(q, k, tokens, scales)
    eps = real_number("eps", eps, least=0, most=EPSILONS[-1])
    said = (
        "The epsilon of the libraries. Raise it and watch the map turn into the plain mean, the "
        "same for every query; then redraw W: what an epsilon has made does not move."
    )
    return simulate(
        "performer.floors",
        eps=slider(EPSILONS, nearest(EPSILONS, eps), label="ε", format=_power),
        scale=_slider(it["scales"], scale, "scale of q and k"),
        m=_slider(it["counts"], m, "directions m"),
        draw=slider(range(1, DRAWS + 1), 1, label="draw of W"),
        constants=it["constants"] | {"epsilons": list(EPSILONS)},
        name=name,
        caption=caption or said,
    )


def _power(value):
    return f"{value:.0e}" if value else "0"  # a figure writes it as a power of ten


def _slider(values, start, label):
    """Return a slider that begins at the value nearest to the one wanted."""
    return slider(values, nearest(values, start), label=label)


def _tokens(q, k, tokens, scales):
    """Check queries, keys and their names, and return what a model needs."""
    lengths = {}
    q, k = (float_array(name, x, "n d", lengths, empty=False) for name, x in (("q", q), ("k", k)))
    n, d = q.shape
    if not (2 <= n <= MAX_TOKENS and 2 <= d <= MAX_WIDTH):
        raise ValueError(
            f"q and k must be 2 to {MAX_TOKENS} tokens of width 2 to {MAX_WIDTH} to be drawn, got "
            f"{n} of width {d}: pass some of them"
        )
    names = [str(i) for i in range(n)] if tokens is None else [str(token) for token in tokens]
    if len(names) != n:
        raise ValueError(f"tokens must be {n}, one a row of q, got {len(names)}")
    scales = [real_number(f"scales[{i}]", s, above=0) for i, s in enumerate(scales)]
    if len(scales) < 2 or scales != sorted(set(scales)):
        raise ValueError(f"scales must be two or more, increasing, got {scales}")
    longest = max(float(np.max(np.sum(x * x, axis=1))) for x in (q, k))
    square = longest * scales[-1] ** 2 / np.sqrt(d)
    if square > MAX_SQUARE:
        raise ValueError(
            f"q and k must have squared lengths of at most {MAX_SQUARE * np.sqrt(d):.4g} at the "
            f"largest scale, got {longest * scales[-1] ** 2:.4g}: pass smaller scales"
        )
    counts = [m for m in COUNTS if 2 * n * m * (d + n) <= WORK]
    constants = {
        "x": np.round(q * d**-0.25, 6).tolist(), "y": np.round(k * d**-0.25, 6).tolist(),
        "tokens": {"q": names, "k": names},
    }  # fmt: skip
    return {"n": n, "scales": scales, "counts": counts, "constants": constants}


# --- how wrong? --------------------------------------------------------------------------------


def plane(x=(0.7, 0.4), y=(-0.3, 0.8), *, reach=1.5, name="", caption=None):
    """Let the reader move two points of the plane and see which features estimate their kernel.

    Parameters
    ----------
    x, y : array_like, shape (2,)
        Where the points begin.
    reach : float
        How far the points may go along each axis, 0.5 to 2.5.
    name, caption : see `maps`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the points are not two numbers each, or out of reach.
    """
    reach = real_number("reach", reach, least=0.5, most=2.5)
    step = 0.05
    line = (np.arange(-round(reach / step), round(reach / step) + 1) * step).round(2)
    start = {}
    for label, point in (("x", x), ("y", y)):
        point = float_array(label, point, "2")
        if np.abs(point).max() > reach:
            raise ValueError(f"{label} must be within the reach of {reach:g}, got {point.tolist()}")
        start[label] = [line[np.abs(line - value).argmin()] for value in point]
    said = (
        "Who wins where? Drag x and y by their knobs. Colour at a place: if y stood there, blue "
        "says that trigonometric features err less, red that hyperbolic ones do; on the line "
        "between both err alike. Bars: how many features an error of 10 % takes."
    )
    return simulate(
        "performer.variances",
        x1=slider(line, start["x"][0], label="x₁"), x2=slider(line, start["x"][1], label="x₂"),
        y1=slider(line, start["y"][0], label="y₁"), y2=slider(line, start["y"][1], label="y₂"),
        constants={"reach": reach + 0.15, "step": step},
        name=name, caption=caption or said,
    )  # fmt: skip


def gain(widths=(2, 4, 16, 64, 256), *, width=16, name="", caption=None):
    """Show which share of the variance orthogonal directions leave, by the length of z.

    z is x + y, or x - y for trigonometric features. The shares are exact (`orthogonal_variance`),
    for full blocks of d directions.

    Parameters
    ----------
    widths : sequence of int
        Widths d to choose from, two or more, increasing, each from 2 to 1,024.
    width : int
        Where the figure begins.
    name, caption : see `maps`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the widths are not such.
    """
    widths = [int(real_number(f"widths[{i}]", d, least=2, most=1024)) for i, d in enumerate(widths)]
    if not 2 <= len(widths) <= 12 or widths != sorted(set(widths)):
        raise ValueError(f"widths must be two to 12, increasing, got {widths}")
    lengths = np.array([0.05, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4])
    shares = {d: _shares(lengths, d) for d in widths}

    def draw(d, r):
        kept = {NAMES[kind]: shares[d][kind] for kind in KINDS}
        drawn = lines(lengths, kept, color=[COLORS[kind] for kind in KINDS], xlabel="length of z",
                      dash=["solid", "dashed", "dotted"], ylabel="share of the variance",
                      xlim=(0, 4), ylim=(0, 1.05), drag=drag("r", lengths))  # fmt: skip
        i = int(np.flatnonzero(lengths == r)[0])
        drawn += scatter([r] * 3, [curve[i] for curve in kept.values()], color="ink", size=4)
        said = "; ".join(f"{label} {100 * curve[i]:.0f} %" for label, curve in kept.items())
        return drawn.at(describe=f"d = {d}, length {r:g}: orthogonal directions keep {said}.")

    return explore(
        draw,
        d=_slider(widths, width, "width d"),
        r=slider(lengths, 1.0, label="length of z"),
        name=name,
        caption=caption
        or "What orthogonality saves, exactly: the share of the variance that is "
        "left by whole blocks of d directions, by the length of z = x + y (for trig x − y). Drag "
        "the rule; change the width.",
    )


def _shares(lengths, d):
    """Return what orthogonal directions leave of each form's variance, by the length of z."""
    found = {kind: [] for kind in KINDS}
    for r in lengths:
        x = np.eye(1, d)[0] * r / 2
        plain = {kind: float(relative_variance(x, -x if kind == "trig" else x, kind))
                 for kind in KINDS}  # fmt: skip
        saved = orthogonal_variance(x, x, "positive") - plain["positive"]  # the same for cosh
        found["positive"].append(1 + saved / plain["positive"])
        found["hyperbolic"].append(1 + saved / plain["hyperbolic"])
        found["trig"].append(orthogonal_variance(x, -x, "trig") / plain["trig"])
    # Short z cancel: what is left of the digits differs from machine to machine.
    return {kind: np.round(shares, 4).tolist() for kind, shares in found.items()}


# --- darts -------------------------------------------------------------------------------------


def darts(makes, *, length=1.0, name="", caption=None):
    """Throw directions of several makes in the plane, and follow what they say of a kernel.

    Parameters
    ----------
    makes : mapping of str to array_like, shape (count, 2)
        Directions by the name of their make, from 20 to 100,000, equally many of each; two after
        each other are taken as a pair.
    length : float
        Of z = x + y, with x = y, from 0.1 to 2.
    name, caption : see `maps`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the makes do not fit, or the length is out of range.
    """
    if not hasattr(makes, "items") or not makes:
        raise TypeError(f"makes must be a mapping of names to directions, got {makes!r}")
    length = real_number("length", length, least=0.1, most=2)
    makes = {str(m): float_array(f"makes[{m!r}]", W, "count 2") for m, W in makes.items()}
    count = len(next(iter(makes.values())))
    if not (20 <= count <= 100_000 and all(len(W) == count for W in makes.values())):
        raise ValueError(
            f"makes must hold equally many directions, 20 to 100,000, got "
            f"{[len(W) for W in makes.values()]}"
        )
    ways = {"first axis": (1, 0), "second axis": (0, 1), "diagonal": (0.5**0.5, 0.5**0.5)}
    forms = {"exp": "positive", "cosh": "hyperbolic"}
    seen = np.unique(np.geomspace(2, count, 48).astype(int) // 2 * 2)
    thrown = seen[1::2]
    half = np.array([length / 2, 0.0])
    band = {f: 2 * np.sqrt(relative_variance(half, half, kind) / seen) for f, kind in forms.items()}
    paths = {
        (make, way, form): _running(W, length * np.array(z), form)[seen - 1]
        for make, W in makes.items() for way, z in ways.items() for form in forms
    }  # fmt: skip
    shown = min(240, count)
    far = 0.4 + max(length, *(float(np.abs(W[:shown]).max()) for W in makes.values()))

    def draw(make, way, form, m):
        W, now = makes[make][: min(m, shown)].round(2), seen <= m  # a hundredth is no pixel
        look = {"xlim": (-far, far), "ylim": (-far, far), "xlabel": "first axis"}
        board = scatter(*W[::2].T, label="first of a pair", color="blue", size=3, equal=True,
                        ylabel="second axis", **look)  # fmt: skip
        board += scatter(*W[1::2].T, label="second", color="orange", marker="triangle", size=3)
        z = length * np.array(ways[way])
        board += lines([0, z[0]], [0, z[1]], label="z", color="ink", width=4)
        path = paths[make, way, form]
        average = rules(y=1, ylabel="average / kernel", xlabel="darts", xscale="log",
                        xlim=(2, 1.1 * count), ylim=(0.4, 1.6), drag=drag("m", thrown))  # fmt: skip
        edges = [1 - band[form], 1 + band[form]]
        average += lines(seen, edges, color="muted", dash="dashed", label=["± 2σ", None], width=1.5)
        average += lines(seen[now], path[now], color=COLORS[forms[form]], label=make)
        sigmas = (path[now][-1] - 1) / band[form][now][-1] * 2
        say = f"{m:,} darts: {path[now][-1]:.3f}, {sigmas:+.1f} σ from 1.".replace("-", "−")
        return [board, average.at(describe=say)]

    return explore(
        draw, make=choice(list(makes), label="darts"), way=choice(list(ways), label="z along"),
        form=choice(list(forms), label="features"),
        m=slider(thrown, thrown[len(thrown) // 3], label="darts thrown", format=","),
        name=name, caption=caption or "On the board the first "
        f"{shown} darts, two by two; the curve is the running average over the kernel, within two "
        "standard errors (dashed) if all is well. Drag the rule to throw more; compare the makes "
        "of darts, the directions of z, and exp with cosh.",
    )  # fmt: skip


def _running(W, z, form):
    """Return the estimates of SM(z/2, z/2) by the first 1, 2, ... directions, over the kernel."""
    phi = positive_features([z / 2], W, form == "cosh")[0]
    said = (phi**2 * len(W)).reshape(-1, len(W)).sum(axis=0) / np.exp(z @ z / 4)
    return np.cumsum(said) / np.arange(1, len(W) + 1)


# --- what was recorded -------------------------------------------------------------------------


def errors(recorded, *, scale=0.5, name="", caption=None):
    """Show recorded errors of attention over the number of features, medians over the seeds.

    Parameters
    ----------
    recorded : dict
        As `benchmarks/performer.py` writes it: ``read_record("performer", "attention")``.
    scale : float
        Where the figure begins.
    name, caption : see `maps`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is no such record.
    """
    table = _recorded(recorded, "errors")
    counts, scales, seeds = (recorded[what] for what in ("features", "scales", "seeds"))
    at, sizes = _sizes(counts)

    def draw(setting, scale, make):
        curves = {kind: np.median(table[setting][str(scale)][f"{kind}, {make}"], axis=0)
                  for kind in KINDS}  # fmt: skip
        drawn = lines(at, {NAMES[kind]: c for kind, c in curves.items()},
                      dash=["solid", "dashed", "dotted"], color=[COLORS[kind] for kind in KINDS],
                      yscale="log", xlabel="features", ylim=(1e-3, 1e6),
                      ylabel="error / error of the plain mean", **sizes)  # fmt: skip
        drawn += rules(y=1, color="ink", dash="dotted", label="plain mean of the values")
        last = "; ".join(f"{NAMES[kind]} {c[-1]:.2g}" for kind, c in curves.items())
        return [
            drawn.at(describe=f"With {counts[-1]:,} features: {last}."),
            by_scale(setting, scale, make),
        ]

    def by_scale(setting, scale, make):
        found = table[setting]
        lasts = {s: [np.median(found[str(s)][f"{kind}, {make}"], axis=0)[-1] for kind in KINDS]
                 for s in scales}  # fmt: skip
        rows = [[f"{s:g}", *(short(float(f"{last:.2g}")) for last in lasts[s])] for s in scales]
        return scores(["scale", *KINDS], rows, highlight=[scales.index(scale)],
                      title=f"With {counts[-1]:,} features")  # fmt: skip

    return explore(
        draw, setting=choice(list(table), label="tokens"),
        scale=_slider(scales, scale, "scale of q and k"),
        make=choice(["orthogonal", "independent"], label="directions"), name=name,
        caption=caption or f"Error of attention by the number of features, medians of {len(seeds)} "
        "seeds; the table has the last points of all scales. Raise the scale, and watch which "
        "curves still fall below the line.",
    )  # fmt: skip


def swapped(recorded, *, name="", caption=None):
    """Show how many answers of a trained model stay right when features replace its softmax.

    Parameters
    ----------
    recorded : dict
        As `benchmarks/performer.py` writes it: ``read_record("performer", "swap")``.
    name, caption : see `maps`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is no such record.
    """
    table, counts = _recorded(recorded, "right"), recorded["features"]
    at, sizes = _sizes(counts)

    def draw(texts, m):
        means = {kind: 100 * np.mean(table[texts][kind], axis=0) for kind in KINDS}
        drawn = lines(at, {NAMES[kind]: mean for kind, mean in means.items()},
                      dash=["solid", "dashed", "dotted"], color=[COLORS[kind] for kind in KINDS],
                      xlabel="features", ylabel="right answers in %", ylim=(0, 105),
                      drag=drag("m", at), **sizes)  # fmt: skip
        drawn += rules(y=100 * table[texts]["softmax"], color="ink", label="softmax")
        drawn += rules(y=100 * table[texts]["plain mean"], dash="dotted", label="plain mean")
        i = counts.index(m)
        drawn += scatter([i] * 3, [mean[i] for mean in means.values()], color="ink", size=4)
        told = "; ".join(f"{NAMES[kind]} {mean[i]:.0f} %" for kind, mean in means.items())
        return drawn.at(describe=f"With {m:,} features right: {told}.")

    return explore(
        draw, texts=choice(list(table)), m=slider(counts, counts[-1], label="features", format=","),
        name=name, caption=caption or "A trained model with features in place of its softmax, "
        f"means of {len(recorded['seeds'])} draws of W. Drag the rule; choose longer texts.",
    )  # fmt: skip


def reported(recorded, *, name="", caption=None):
    """Show the recorded error of a public report, by the epsilon of the features.

    Parameters
    ----------
    recorded : dict
        As `benchmarks/performer.py` writes it: ``read_record("performer", "issue")``.
    name, caption : see `maps`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is no such record.
    """
    table, eps = _recorded(recorded, "settings"), recorded["eps"]
    places = [e or eps[1] / 3.2 for e in eps]  # 0 has no place on this axis

    def draw(setting, e):
        found = table[setting]
        means = 100 * np.mean(found["by eps"], axis=0)
        mean, i = 100 * np.mean(found["plain mean"]), eps.index(e)
        drawn = lines(places, means, color="purple", label="features + ε", xscale="log",
                      xlabel="ε (first point: 0)", ylabel="error in %", ylim=(0, 350),
                      xlim=(0.9 * places[0], 2 * places[-1]), drag=drag("e", places))  # fmt: skip
        drawn += rules(y=mean, label="plain mean of the values")
        drawn += scatter([places[i]], [means[i]], color="ink", size=4)
        apart = 100 * np.mean(found["from the plain mean, by eps"], axis=0)[i]
        return drawn.at(describe=f"ε = {_power(e)}: error {means[i]:.0f} %, {apart:.1f} % from the "
                        f"plain mean, whose own error is {mean:.0f} %.")  # fmt: skip

    return explore(
        draw, e=slider(eps, 1e-4, label="ε", format=_power), setting=choice(list(table)),
        name=name, caption=caption or f"The set-up of the report, means of "
        f"{len(recorded['seeds'])} seeds. Drag the rule to other values of ε: the library has "
        "10⁻⁴. Then choose more directions.",
    )  # fmt: skip


def _sizes(counts):
    """Return places for sizes that are multiplied from one to the next, and axes that name them."""
    axes = {"xticks": [f"{count:,}" for count in counts], "xlim": (-0.4, len(counts) - 0.6)}
    return np.arange(len(counts)), axes


def _recorded(recorded, what):
    """Return the table of a record."""
    if not (isinstance(recorded, dict) and isinstance(recorded.get(what), dict)):
        raise ValueError(f"recorded must be a record with {what}, got {type(recorded).__name__}")
    return recorded[what]


# --- the norm of the keys ----------------------------------------------------------------------


def tilt(query, keys, *, scales=(0.25, 0.5, 0.75, 1.0, 1.25), seed=6, name="", caption=None):
    """Show what dropping the keys' norm from the exponent does to the weights of one query.

    Parameters
    ----------
    query : array_like, shape (d,)
    keys : array_like, shape (n, d)
        2 to 12 keys, drawn from the shortest to the longest.
    scales : sequence of float
        By which all are multiplied, increasing.
    seed : int
        Of the directions.
    name, caption : see `maps`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If query and keys do not fit, or are longer than 6 at the largest scale.
    """
    lengths = {}
    query = float_array("query", query, "d", lengths)
    keys = float_array("keys", keys, "n d", lengths, empty=False)
    if not 2 <= len(keys) <= 12:
        raise ValueError(f"keys must be 2 to 12 to be drawn, got {len(keys)}")
    scales = [real_number(f"scales[{i}]", s, above=0) for i, s in enumerate(scales)]
    if len(scales) < 2 or scales != sorted(set(scales)):
        raise ValueError(f"scales must be two or more, increasing, got {scales}")
    keys = keys[np.argsort(np.linalg.norm(keys, axis=1), kind="stable")]
    if max(np.linalg.norm(query), np.linalg.norm(keys[-1])) * scales[-1] > 6:
        raise ValueError("query and keys must be at most 6 long at the largest scale, got longer")
    counts = [10, 100, 1000, 10_000, 100_000]
    W = orthogonal_gaussian(counts[-1], len(query), np.random.default_rng(seed))
    along, place = W @ query, np.linalg.norm(keys, axis=1)
    toward = W @ keys.T
    last = softmax(scales[-1] ** 2 * (keys @ query + np.sum(keys**2, axis=1) / 2))
    high = min(1.0, round(1.3 * float(last.max()) + 0.1, 1))

    def draw(scale, m):
        x, y = scale * query, scale * keys
        bare = np.exp(scale * (along[:m, None] + toward[:m])).mean(axis=0)  # no norms
        bare = bare / bare.sum()
        right, limit = softmax(y @ x), softmax(y @ x + np.sum(y * y, axis=1) / 2)
        drawn = lines(place, right, label="softmax", color="ink", ylim=(0, high),
                      xlim=(0, 1.08 * place[-1]), xlabel="length of key, at scale 1",
                      ylabel="weight")  # fmt: skip
        drawn += scatter(place, bare, label="features without the key's norm", color="orange")
        drawn += lines(place, limit, label="their limit", color="green", dash="dashed")
        say = f"Longest key: softmax {right[-1]:.3f}, features {bare[-1]:.3f}"
        return drawn.at(describe=f"{say}, limit {limit[-1]:.3f}.")

    return explore(
        draw, scale=slider(scales, scales[0], label="scale of x and y"),
        m=slider(counts, 1000, label="directions m", format=","), name=name,
        caption=caption or f"One query, {len(keys)} keys, weights with and without the key's norm "
        "in the exponent. Raise m, then raise the scale.",
    )  # fmt: skip
