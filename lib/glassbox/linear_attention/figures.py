"""The figures of the chapter, each a function of the reader's own queries, keys, values or text.

    attention_maps(q, k, ["the", "cat", "sat"])

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

from collections.abc import Mapping

import numpy as np

from glassbox.checks import integer, one_of, real_array, real_number
from glassbox.figures import (
    choice,
    counted,
    drag,
    explore,
    lines,
    matrix,
    nearest,
    rules,
    scatter,
    simulate,
    slider,
    steps,
    table,
    toggle,
)
from glassbox.records import need_parts

from . import recall
from .attention import attention_weights
from .delta import strengths as checked_strengths
from .features import unit_rows
from .maps import effective_rank
from .sparse import MASKS, attention_cost, reachability, sparse_mask

MAX_TOKENS = 24  # that a map can name
MAX_WIDTH = 64  # of queries and keys whose entries are shown
MAX_DIRECTIONS = 128
MAX_STATE = 16  # rows and columns of a state that is shown
MAX_PAIRS = 40
LEAST = 1e-3  # of the errors that are drawn
MEMORIES = ("plain sum", "delta rule", "elu + 1", "1 + u + u²/2", "softmax")

#: The similarities that `attention_maps` knows, beside softmax.
SIMILARITIES = (
    "elu + 1", "relu", "1 + u", "1 + u + u²/2", "double softmax", "exp of entries", "q · k",
    "delta rule",
)  # fmt: skip
#: Those that it knows once directions are given.
RANDOM = ("positive", "cosh", "trig")
TEMPERATURES = [2.0**i for i in range(-5, 5)]
EPS = {"0": 0.0, "1e-8": 1e-8, "1e-6": 1e-6, "1e-4": 1e-4, "1e-2": 1e-2}


def attention_maps(
    q, k, tokens=None, *, key_tokens=None, similarity=None, cell=None, causal=None, temperature=1,
    angle=0, scale=None, show="weights", stretch=False, directions=None, strengths=1.0, name="",
    caption=None,
):  # fmt: skip
    """Show the attention map of softmax beside that of another similarity, and open any cell.

    A click, a tap or Enter on a cell opens it: the features of its query and its key, their
    products, the sum, the sum over the row and the weight, beside softmax's own steps. All
    similarities see the same u = scale * q @ k / T: queries and keys are multiplied by
    sqrt(scale / T) first.

    Parameters
    ----------
    q, k : array_like, shapes (n_queries, d), (n_keys, d)
        At most 24 of each, at most 64 wide.
    tokens : sequence of str, optional
        One a query (by default numbers from 1).
    key_tokens : sequence of str, optional
        One a key; by default those of the queries.
    similarity : str or sequence of str, optional
        Which similarity is shown at first, or which ones may be chosen, the first one first. Known
        are those of `SIMILARITIES`: ``"elu + 1"``, ``"relu"``, ``"1 + u"`` (rows of length 1),
        ``"1 + u + u²/2"``, ``"double softmax"``, ``"exp of entries"``; ``"q · k"``, which is not
        divided; ``"delta rule"`` with keys of length 1, which is causal and not divided. With
        directions also ``"positive"``, ``"cosh"`` and ``"trig"``.
    cell : (int, int), optional
        Query and key of the cell that is open at first (by default where softmax's weight is
        largest in the last row).
    causal : bool, optional
        Whether a query sees the keys up to its own place only, at first. None with as many queries
        as keys: the reader chooses, and it starts without.
    temperature : float
        T at first, > 0; the nearest of 1/32, 1/16, ..., 16.
    angle : float
        By how many degrees each pair of coordinates (1 and 2, 3 and 4, ...) of queries and keys is
        turned at first, from 0 to 180; the nearest multiple of 5.
    scale : float, optional
        > 0; d**-0.5 unless given, as in softmax attention.
    show : {"weights", "minus softmax"}
        What the second map shows at first.
    stretch : bool
        Whether the colours of each map go up to its own largest value, at first.
    directions : array_like, shape (m, d) or (draws, m, d), optional
        Of random features, at most 128 a draw: adds their similarities, and controls for how many
        directions are used, for which draw, and for an eps that is added to each feature.
    strengths : float or array_like, shape (n_keys,)
        Of the delta rule: how strongly each key is written.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If shapes or names do not fit, a similarity is unknown, the cell is outside, or there is too
        much to be read.

    Examples
    --------
    >>> figure = attention_maps([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]], ["a", "b"])
    >>> figure.at(causal=True)[0]["values"][0]  # the first token sees itself alone
    [1, 0]
    """
    lengths = {}
    q = real_array("q", q, "n d", lengths, empty=False)
    k = real_array("k", k, "m d", lengths, empty=False)
    (n, d), m = q.shape, len(k)
    for what, count in (("q", n), ("k", m)):
        if count > MAX_TOKENS:
            raise ValueError(
                f"{what} must have at most {MAX_TOKENS} rows, to be named on a map, got {count}: "
                "pass a part of them"
            )
    if d > MAX_WIDTH:
        raise ValueError(f"q must be at most {MAX_WIDTH} wide, to be opened, got {d}")
    words = _names("tokens", tokens, n)
    keys = words if key_tokens is None and n == m else _names("key_tokens", key_tokens, m)
    scale = d**-0.5 if scale is None else real_number("scale", scale, above=0)
    temperature = real_number("temperature", temperature, above=0)
    angle = real_number("angle", angle, least=0, most=180)
    draws = None if directions is None else _draws(directions, d)
    square = n == m
    kinds = _kinds(similarity, draws is not None, square)
    row, column = _cell(cell, q, k)
    if causal and not square:
        raise ValueError(f"k must be as long as q, {n}, to be causal, got {m}")
    if show not in ("weights", "minus softmax"):
        raise ValueError(f"show must be weights or minus softmax, got {show!r}")
    nearest = min(TEMPERATURES, key=lambda t: abs(np.log(t / temperature)))
    controls = {"kind": choice(kinds, label="similarity")} if len(kinds) > 1 else {}
    controls |= {
        "temperature": slider(TEMPERATURES, nearest, label="temperature T", format=_power_of_two),
        "angle": slider(range(0, 181, 5), 5 * round(angle / 5), label="turn", format=_degrees),
    }  # fmt: skip
    if draws is not None:
        controls |= _random_controls(draws)
    if square:
        controls["causal"] = toggle(bool(causal), label="causal")
    controls |= {
        "show": choice(["weights", "minus softmax"], show, label="second map"),
        "stretch": toggle(bool(stretch), label="colours up to the largest weight"),
    }
    for axis, label, at, names in (("row", "query", row, words), ("column", "key", column, keys)):
        if len(names) > 1:
            controls[axis] = slider(range(len(names)), at, label=label, format=names.__getitem__)
    constants = {
        "q": _short(q), "k": _short(k), "words": words, "keys": keys, "scale": scale,
        "entries": [str(a) for a in range(1, d + 1)],
    }  # fmt: skip
    if len(kinds) == 1:
        constants["kind"] = kinds[0]
    beta = checked_strengths(strengths, m, k.dtype, "strengths")
    if (beta != 1).any():
        constants["beta"] = _short(beta[None])[0]
    if draws is not None:
        constants["draws"] = [_short(draw, 5) for draw in draws]
    return simulate(
        "linear_attention.maps",
        constants=constants,
        **controls,
        name=name,
        caption=caption or _maps_caption(words, keys, row, column),
    )


def _names(name, given, n):
    if given is None:
        return [str(i) for i in range(1, n + 1)]
    if isinstance(given, Mapping):
        raise TypeError(f"{name} must be a list of words, got {given!r}")
    try:
        names = [str(word) for word in given]
    except TypeError:
        raise TypeError(f"{name} must be a list of words, got {given!r}") from None
    if len(names) != n:
        raise ValueError(f"{name} must be {n} words, one a row, got {len(names)}")
    return names


def _kinds(similarity, random, square):
    known = [*SIMILARITIES[: None if square else -1], *(RANDOM if random else ())]
    if similarity is None:
        similarity = known[-3 if random else 0]
    if isinstance(similarity, str):
        kinds = [similarity, *(kind for kind in known if kind != similarity)]
    else:
        kinds = _names("similarity", similarity, len(list(similarity)))
    for kind in kinds:
        if kind not in known:
            raise ValueError(f"similarity must be one of {', '.join(known)}, got {kind!r}")
    if not kinds or len(set(kinds)) < len(kinds):
        raise ValueError(f"similarity must name each kind once, got {kinds}")
    return kinds


def _draws(directions, d):
    draws = real_array("directions", directions, empty=False)
    if draws.ndim not in (2, 3) or draws.shape[-1] != d:
        raise ValueError(
            f"directions must have shape (m, d) or (draws, m, d) with d = {d}, got {draws.shape}"
        )
    draws = draws.reshape(-1, *draws.shape[-2:])
    if draws.shape[1] > MAX_DIRECTIONS:
        raise ValueError(
            f"directions must be at most {MAX_DIRECTIONS} a draw, got {draws.shape[1]}"
        )
    return draws


def _random_controls(draws):
    counts = [2**i for i in range(8) if 2**i < draws.shape[1]]
    made = {"eps": choice(EPS, label="eps")}
    if counts:
        made["directions"] = slider([*counts, draws.shape[1]], draws.shape[1], label="directions")
    if len(draws) > 1:
        made["draw"] = slider(range(len(draws)), 0, label="draw", format=lambda i: str(i + 1))
    return made


def _cell(cell, q, k):
    if cell is None:
        return len(q) - 1, int((k @ q[-1]).argmax())
    try:
        row, column = cell
    except (TypeError, ValueError):
        raise ValueError(f"cell must be a pair, query and key, got {cell!r}") from None
    row = integer("cell[0]", row, least=0, most=len(q) - 1)
    return row, integer("cell[1]", column, least=0, most=len(k) - 1)


def _short(array, digits=6):
    """Return rows of numbers of few digits: more do not show, and weigh."""
    return [[float(f"{x:.{digits}g}") for x in row] for row in array.tolist()]


def _power_of_two(t):
    return f"{t:g}" if t >= 1 else f"1/{1 / t:g}"


def _degrees(angle):
    return f"{angle}°"


def _maps_caption(words, keys, row, column):
    return (
        f"Attention of {counted(len(words), 'query')} to "
        f"{counted(len(keys), 'key')}, by softmax and by another similarity. Click a "
        "cell, or reach it by the arrow keys and press Enter, to see what it is made of; at first "
        f"that is “{words[row]}” looking at “{keys[column]}”."
    )


# --- the state ---------------------------------------------------------------------------------

STATE_RULES = ("sum", "delta rule", "elu + 1, divided")


def state_film(q, k, v, tokens=None, *, rule="sum", decay=1.0, token=1, name="", caption=None):
    """Show a text read token by token: a row of the map, what comes into the state, what is read.

    The read from the state is drawn beside the same row of the map times the values: two routes to
    one output.

    Parameters
    ----------
    q, k : array_like, shape (n, d)
        From 2 to 24 tokens, at most 16 wide. The rules without a division take rows of length 1.
    v : array_like, shape (n, d_v)
        At most 16 wide.
    tokens : sequence of str, optional
        By default numbers from 1.
    rule : {"sum", "delta rule", "elu + 1, divided"}
        Shown at first.
    decay : float
        The factor gamma of the sum at first, in [0, 1]; the nearest of 0, 0.05, ..., 1.
    token : int
        How many tokens are read at first.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If shapes or names do not fit, or there is too much to be read.
    """
    lengths = {}
    given = {"q": (q, "n d"), "k": (k, "n d"), "v": (v, "n d_v")}
    q, k, v = (real_array(a, x, axes, lengths, empty=False) for a, (x, axes) in given.items())
    if not 2 <= len(q) <= MAX_TOKENS:
        raise ValueError(f"q must have from 2 to {MAX_TOKENS} rows, to be followed, got {len(q)}")
    if max(q.shape[1], v.shape[1]) > MAX_STATE:
        raise ValueError(
            f"q and v must be at most {MAX_STATE} wide, for S to be read, got {q.shape[1]} and "
            f"{v.shape[1]}"
        )
    words, n = _names("tokens", tokens, len(q)), len(q)
    one_of("rule", rule, STATE_RULES)
    decay = real_number("decay", decay, least=0, most=1)
    positions = [i / 20 for i in range(21)]
    return simulate(
        "linear_attention.state",
        rule=choice(STATE_RULES, rule),
        decay=slider(positions, round(20 * decay) / 20, label="γ, of the sum"),
        token=steps(n, integer("token", token, least=0, most=n), label="token"),
        constants={"q": _short(q), "k": _short(k), "v": _short(v), "words": words},
        name=name,
        caption=caption
        or f"{n} tokens are read one by one. The first panel is the causal map as far as it is "
        "known; the second is what the newest token adds to the state, the third the state. The "
        "bars are read from the state, the crosses come from the row of the map: they agree.",
    )


def memory(keys, values, *, rule="plain sum", sharpness=8, pairs=4, asked=1, name="", caption=None):
    """Show how well five memories answer as pairs come in, all that divide at one sharpness.

    Parameters
    ----------
    keys, values : array_like, shapes (n, d), (n, d_v)
        From 2 to 40 pairs, at most 32 wide. Keys are taken at length 1.
    rule : str
        Whose answer is shown: ``"plain sum"``, ``"delta rule"``, ``"elu + 1"``,
        ``"1 + u + u²/2"`` or ``"softmax"``.
    sharpness : float
        The nearest of 1, 2, 4, ..., 64: similarities see u = sharpness * k_i @ k_j.
    pairs, asked : int
        How many pairs are written, and which key is asked for, at first.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If shapes do not fit, a value is 0 all over, or there is too much to be read.
    """
    lengths = {}
    keys = real_array("keys", keys, "n d", lengths, empty=False)
    values = real_array("values", values, "n d_v", lengths, empty=False)
    n = len(keys)
    if not 2 <= n <= MAX_PAIRS:
        raise ValueError(f"keys must be from 2 to {MAX_PAIRS} pairs, to be read, got {n}")
    if max(keys.shape[1], values.shape[1]) > MAX_WIDTH // 2:
        raise ValueError(f"keys and values must be at most {MAX_WIDTH // 2} wide")
    if not (values**2).sum(axis=1).all():
        raise ValueError("values must not be 0 all over, for errors are relative to them")
    sharpness = real_number("sharpness", sharpness, above=0)
    sharp = [2**i for i in range(7)]
    return simulate(
        "linear_attention.memory",
        rule=choice(MEMORIES, one_of("rule", rule, MEMORIES), label="memory"),
        sharpness=slider(sharp, nearest(sharp, sharpness, by_ratio=True), label="sharpness s"),
        pairs=steps(n, integer("pairs", pairs, least=0, most=n), label="pairs written"),
        asked=slider(
            range(1, n + 1), integer("asked", asked, least=1, most=n), label="ask for key"
        ),
        constants={"k": _short(unit_rows(keys)), "v": _short(values)},
        name=name,
        caption=caption
        or f"{n} pairs are written, {keys.shape[1]} wide. Errors are squared and relative to the "
        "value: 1 is what answering 0 would give. The sharpness is that of the three that divide. "
        "Drag the rule, or play.",
    )


def capacity(found, *, width=None, name="", caption=None):
    """Show the mean error of memories against the number of pairs, width by width.

    Parameters
    ----------
    found : dict
        What `read_errors` returns.
    width : int, optional
        One of its widths, shown at first.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    need_parts("found", found, "counts", "draws", "errors", "sharpness", "widths")
    counts, widths = np.array(found["counts"]), found["widths"]

    def draw(d):
        found_here = found["errors"][str(d)]
        curves = {m: np.clip(row, LEAST, None) for m, row in found_here.items()}
        panel = lines(
            counts, curves, color=["red", "purple", "green", "orange", "sky", "blue"],
            dash=["solid", "dashed", "solid", "dotted", "dotted", "dashed"],
            xscale="log", yscale="log", ylim=(LEAST, 30), xlabel="pairs n", ylabel="mean error",
        )  # fmt: skip
        law = scatter(counts, (counts - 1) / d, label="(n − 1) / d", color="ink", marker="cross")
        at = min(range(len(counts)), key=lambda i: abs(counts[i] - d))
        said = "; ".join(f"{m}: {_at_least(row[at])}" for m, row in found_here.items())
        return (panel + law + rules(x=[d], y=[1])).at(describe=f"At n = {counts[at]}, {said}")

    return explore(
        draw,
        d=slider(widths, width or widths[len(widths) // 2], label="width d"),
        name=name,
        caption=caption
        or f"Mean squared error of {found['draws']} draws, relative to the value, against the "
        f"number of pairs; what is below {LEAST:g} is drawn at the bottom. What divides has the "
        f"sharpness s = {found['sharpness']:g}. The rules mark n = d and an error of 1.",
    )


def _at_least(error):
    return f"{error:.2g}" if error >= LEAST else f"below {LEAST:g}"


# --- costs and forms ---------------------------------------------------------------------------

PARTS = {
    "n × n matrix": "softmax",
    "moved brackets": "linear",
    "projections": "projections",
    "FFN": "ffn",
}
SIZES = [2**i for i in range(5, 16)]


def costs(n=1024, d=64, heads=12, *, name="", caption=None):
    """Show what the parts of a transformer layer cost a token, and where the curves cross.

    Parameters
    ----------
    n : int
        Tokens at first; the nearest of 32, 64, ..., 32,768.
    d, heads : int
        Width of a head, and how many of them: any from 1 on.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    n, d, heads = (integer(a, x, least=1) for a, x in (("n", n), ("d", d), ("heads", heads)))
    curve = {p: [attention_cost(m, d, heads, kind) / m for m in SIZES] for p, kind in PARTS.items()}
    meets = [m for m in (d, 2 * d * heads, 4 * d * heads) if SIZES[0] <= m <= SIZES[-1]]

    def draw(n):
        cost = {part: attention_cost(n, d, heads, kind) for part, kind in PARTS.items()}
        first = {"n × n matrix": f"{n:,} × {n:,}", "moved brackets": f"{d} × {d}"}
        plot = lines(
            SIZES, curve, color=["red", "green", "muted", "orange"],
            dash=["solid", "solid", "dotted", "dashed"], xscale="log", yscale="log",
            xlabel="tokens n", ylabel="multiplications a token", xlim=(28, 37_000),
            drag=drag("n", SIZES),
            describe=f"n = {n:,}: the n × n matrix costs {cost['n × n matrix'] / cost['FFN']:.3g} "
            f"FFN, the moved brackets {cost['moved brackets'] / cost['FFN']:.3g}.",
        )  # fmt: skip
        dots = scatter(
            meets, [2 * m * d * heads for m in meets], color="ink", label="crossings",
            texts=[f"n = {m:,}" for m in meets],
        )  # fmt: skip
        rows = [
            [part, first.get(part, ""), f"{c / 1e6:,.0f}", f"{c / cost['FFN']:.3g}"]
            for part, c in cost.items()
        ]
        return [
            plot + dots if meets else plot,
            table(["part", "first product", "million ×", "× FFN"], rows),
        ]

    return explore(
        draw,
        n=slider(SIZES, min(SIZES, key=lambda m: abs(np.log(m / n))), label="tokens n", format=","),
        name=name,
        caption=caption
        or f"Multiplications of the parts of a layer with {counted(heads, 'head')}, {d} "
        "wide, by the length of the text. Dots: where the curve of the n × n matrix crosses the "
        "others.",
    )


def chunk_routes(n=16, d=4, *, name="", caption=None):
    """Show by which way a key reaches a query for each size of chunk, and what a token costs.

    Parameters
    ----------
    n : int
        Tokens: a power of two from 2 to 64.
    d : int
        Width of queries, keys and values, >= 1.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    n, d = integer("n", n, least=2, most=64), integer("d", d, least=1)
    if n & (n - 1):
        raise ValueError(f"n must be a power of two, got {n}")
    sizes = [2**i for i in range(n.bit_length())]
    cost = [2 * d * c + (2 * d * d if c < n else 0) for c in sizes]
    names = [f"c = {c}" for c in sizes]

    def draw(chunk):
        i, j = np.indices((n, n))
        route = np.where(i // chunk == j // chunk, 1, 2)
        at = sizes.index(chunk)
        turns = n // chunk
        pairs = matrix(
            route, missing=j > i, missing_label="masked", xlabel="key", ylabel="query",
            legend={1: "in the chunk", 2: "by the state"}, vmin=0, vmax=2, colormap="blues",
            title="How a key reaches a query",
            describe=f"{turns} {'step' if turns == 1 else 'steps in a row'}, {cost[at]} "
            "multiplications a token.",
        )  # fmt: skip
        rows = [[name, n // c, m] for name, c, m in zip(names, sizes, cost, strict=True)]
        rows.append(["token by token", n, 2 * d * d])
        return [pairs, table(["form", "steps in a row", "× a token"], rows, highlight=[at])]

    return explore(
        draw,
        chunk=slider(sizes, sizes[len(sizes) // 2], label="chunk c"),
        name=name,
        caption=caption
        or f"By which way a key reaches a query, for {n} tokens that are {d} wide, and what each "
        "form costs. Slide from chunks of one to the full matrix.",
    )


def speed(record, *, name="", caption=None):
    """Plot recorded times of causal attention, for a whole text or for one more token.

    Parameters
    ----------
    record : dict
        What ``benchmarks/linear_attention.py --write`` writes.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure
    """
    need_parts("record", record, "n", "next token", "sequence")
    base = {"sequence": "elu + 1, chunks of 64", "next token": "elu + 1, state"}
    looks = {
        "softmax, n × n": ("blue", "solid"), "softmax, cached": ("blue", "solid"),
        "elu + 1, n × n": ("red", "dotted"), "elu + 1, token by token": ("purple", "dashed"),
    }  # fmt: skip

    def draw(what, ratio):
        curves = {
            m.replace("elu+1", "elu + 1"): 1e3 * np.array(row) for m, row in record[what].items()
        }
        by = base[what]
        if ratio:
            curves = {m: row / curves[by] for m, row in list(curves.items())}
        colors, dashes = zip(*(looks.get(m, ("green", "solid")) for m in curves), strict=True)
        unit = f"times “{by}”" if ratio else "milliseconds"
        said = "; ".join(f"{m}: {row[-1]:,.3g}" for m, row in curves.items())
        ends = [end(list(curves.values())) for end in (np.min, np.max)]
        return lines(
            record["n"], curves, color=list(colors), dash=list(dashes), xscale="log",
            yscale="log", xlabel="tokens n", ylabel=unit, ylim=(0.7 * ends[0], 1.4 * ends[1]),
            describe=f"At n = {record['n'][-1]:,} ({unit}): {said}",
        )  # fmt: skip

    return explore(
        draw,
        what=choice({"a whole text": "sequence", "one more token": "next token"}, label="time for"),
        ratio=choice({"milliseconds": False, "ratio": True}, label="as"),
        name=name,
        caption=caption
        or "Recorded times of causal attention, one head, in NumPy on one thread: for a whole text "
        "or for one more token, in milliseconds or as a ratio.",
    )


# --- rank, masks -------------------------------------------------------------------------------


def spectra(q, k, *, tokens=None, width=None, name="", caption=None):
    """Show the singular values of the maps of softmax and elu + 1, with and without a causal mask.

    Parameters
    ----------
    q, k : array_like, shape (n, d)
        From 16 to 256 tokens, at least 4 wide: the sliders take the first tokens and columns.
    tokens, width : int, optional
        Where these start; the nearest that is there.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    lengths = {}
    q, k = (real_array(a, x, "n d", lengths) for a, x in (("q", q), ("k", k)))
    n, d = q.shape
    if not 16 <= n <= 256 or d < 4:
        raise ValueError(f"q must have from 16 to 256 rows, at least 4 wide, got {n} × {d}")
    counts = sorted({m for m in (16, 32, 64, 128) if m < n} | {n})
    widths = sorted({w for w in (4, 8, 16, 32) if w < d} | {d})

    def draw(tokens, width):
        some = q[:tokens, :width], k[:tokens, :width]
        maps = {
            name + causal * ", causal": attention_weights(*some, kind, causal, scale=width**-0.5)
            for causal in (False, True)
            for name, kind in (("softmax", "softmax"), ("elu + 1", "elu"))
        }
        falls = {m: np.linalg.svd(w, compute_uv=False) for m, w in maps.items()}
        panel = lines(
            np.arange(1, tokens + 1), {m: (s / s[0]).clip(1e-8) for m, s in falls.items()},
            color=["blue", "orange"] * 2, dash=["solid", "solid", "dotted", "dotted"],
            xscale="log", yscale="log", ylim=(1e-8, 2), xlim=(0.9, 1.2 * n),
            xlabel="number, largest first", ylabel="singular value / largest",
        )  # fmt: skip
        rows = [[m, _rank(maps[m], s), f"{effective_rank(maps[m]):.1f}"] for m, s in falls.items()]
        said = "; ".join(f"{m}: rank {rank}, effective {e}" for m, rank, e in rows)
        return [
            (panel + rules(x=[width])).at(describe=said),
            table(["map", "rank", "effective rank"], rows),
        ]

    def near(options, value):
        return nearest(options, value or options[-2:][0])

    return explore(
        draw,
        tokens=_one_or_more(counts, near(counts, tokens), "tokens n"),
        width=_one_or_more(widths, near(widths, width), "width d"),
        name=name,
        caption=caption
        or "Singular values of the n × n weights, with and without a causal mask. The rule marks "
        "d; what is below 10⁻⁸ lies at the bottom.",
    )


def _rank(weights, singular):
    """Return the rank: of triangular weights by their diagonal, of others as far as floats tell."""
    n = len(weights)
    if n > 1 and not np.triu(weights, 1).any() and np.diagonal(weights).all():
        return str(n)
    large = int((singular > 1e-10 * singular[0]).sum())
    sharp = large < n and singular[large] < 1e-13 * singular[0]  # then the others are 0
    return str(large) if large == n or sharp else f"≥ {large}"


def _one_or_more(options, value, label):
    if len(options) == 1:
        return choice(options, label=label)
    return slider(options, value, label=label)


def masks(n=36, k=6, *, kind="local", name="", caption=None):
    """Show which keys a query sees under sparse masks, and hears of through two or three layers.

    Parameters
    ----------
    n : int
        Tokens, from 4 to 64.
    k : int
        Reach, stride or block at first, from 1 to a third of n.
    kind : str
        One of `sparse_mask`'s, at first.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    n = integer("n", n, least=4, most=64)
    k = integer("k", k, least=1, most=max(2, n // 3))
    one_of("kind", kind, MASKS)
    named = {"local": "local", "atrous": "atrous", "local+atrous": "local + atrous",
             "strided_causal": "strided", "fixed_causal": "fixed"}  # fmt: skip

    def draw(kind, k):
        mask = sparse_mask(n, kind, k)
        may = np.tri(n, dtype=bool) if "causal" in kind else np.ones((n, n), bool)
        reached = np.array([reachability(mask, hops) for hops in (1, 2, 3)])
        depth = reached.sum(axis=0)  # 3 where one layer does
        pairs = matrix(
            depth.clip(1), missing=depth == 0, missing_label="not within three layers",
            legend={3: "one layer", 2: "two", 1: "three"}, vmin=0, vmax=3, colormap="blues",
            xlabel="key", ylabel="query", title="Layers until a key is heard of",
        )  # fmt: skip
        rows = [["pairs in a layer", f"{mask.sum():,} of {may.sum():,}"]]
        rows += [
            [f"heard of in {i + 1}", f"{100 * got.sum() / may.sum():.0f} %"]
            for i, got in enumerate(reached)
        ]
        say = f"{named[kind]}, k = {k}: {rows[0][1]} pairs, {rows[2][1]} heard of in two layers"
        return [pairs, table(["", "number"], rows, describe=say)]

    return explore(
        draw,
        kind=choice([(named[m], m) for m in MASKS], kind, label="mask"),
        k=slider(range(1, max(2, n // 3) + 1), k),
        name=name,
        caption=caption
        or f"Which of {n} keys a query sees in one layer, and hears of through two or three. "
        "Change the mask and k.",
    )


# --- models that were trained ------------------------------------------------------------------


def recall_maps(text="c3a5f0b2|fab", *, layer=1, name="", caption=None):
    """Show the maps of the three trained models on a text, and what they answer.

    Parameters
    ----------
    text : str
        Pairs of a letter from a to l and a digit from 0 to 5, then letters that are asked for; a
        ``|`` may part them. At most 24 tokens.
    layer : {1, 2}
        Shown at first.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the text is no such text.
    """
    looks = {kind: recall.watch(kind, text) for kind in recall.KINDS}
    first = looks["softmax"]
    words, asked = first.tokens, first.asked
    answers = [
        [f"{letter}?", truth, *(look.answers[i] for look in looks.values())]
        for i, (letter, truth) in enumerate(zip(asked, first.wanted, strict=True))
    ]
    wrong = {kind: sum(row[2 + c] != row[1] for row in answers) for c, kind in enumerate(looks)}

    def draw(layer):
        panels = []
        for kind, look in looks.items():
            weights = look.maps[layer - 1]
            look_of = {"vmin": 0, "vmax": 1, "colormap": "blues"}
            if kind == "delta rule":
                top = max(1.0, float(abs(weights).max()))
                look_of = {"vmin": -top, "vmax": top, "colormap": "diverging"}
            panels.append(
                matrix(
                    weights.round(4), rows=words, columns=words, xlabel="key", ylabel="query",
                    title=f"{kind}, layer {layer}", missing=np.triu(np.ones_like(weights), 1) > 0,
                    missing_label="masked", **look_of,
                )
            )  # fmt: skip
        said = "; ".join(f"{kind}: {len(asked) - w}" for kind, w in wrong.items())
        told = table(
            ["asked", "wanted", *looks], answers, describe=f"Right of {len(asked)}, {said}"
        )
        return [*panels, told]

    return explore(
        draw,
        layer=choice([1, 2], integer("layer", layer, least=1, most=2)),
        name=name,
        caption=caption
        or "Three models that were trained to recall read one text: pairs of a letter and a digit, "
        "then letters whose digits are asked for. Their maps, and their answers.",
    )


def recall_curves(record, *, name="", caption=None):
    """Plot the recorded share of right answers against the number of pairs, with every seed.

    Parameters
    ----------
    record : dict
        What ``benchmarks/linear_attention_recall.py --write`` writes.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure
    """
    need_parts("record", record, "chance", "pairs", "right", "seeds")
    colors = {"softmax": "blue", "elu + 1": "orange", "delta rule": "purple"}
    marks = {"softmax": "circle", "elu + 1": "square", "delta rule": "triangle"}
    pairs = np.array(record["pairs"])

    def draw(setting):
        plot, said = rules(y=[record["chance"]], label="guessing"), []
        for kind, rows in record["right"][setting].items():
            rows = np.array(rows)
            look = {"color": colors.get(kind, "green")}
            plot += lines(pairs, rows.mean(axis=0), label=kind, **look)
            for at, row in enumerate(rows):
                aside = 0.12 * (at - (len(rows) - 1) / 2)
                plot += scatter(
                    pairs + aside, row, size=2.5, marker=marks.get(kind, "cross"), **look
                )
            said.append(f"{kind}: {rows.mean(axis=0)[-1]:.2f}")
        axes = {
            "xlabel": "pairs in the text",
            "ylabel": "share of right answers",
            "ylim": (0, 1.03),
        }
        return plot.at(
            **axes, xlim=(pairs[0] - 0.5, pairs[-1] + 0.5),
            describe=f"With {pairs[-1]} pairs, {'; '.join(said)}",
        )  # fmt: skip

    settings = list(record["right"])
    control = {"setting": choice(settings)} if len(settings) > 1 else {}

    return explore(
        draw if control else lambda: draw(settings[0]),
        **control,
        name=name,
        caption=caption
        or f"Right answers of {len(record['seeds'])} models of each kind on texts they have not "
        "seen: the mean as a line, each model as a mark.",
    )


def speed_facts(record):
    """Return what the text quotes of the recorded times, by the name of each number, as text.

    Parameters
    ----------
    record : dict
        As in `speed`, with 512 and 8,192 tokens.
    """
    whole, one, by_chunk = record["sequence"], record["next token"], record["by chunk"]
    fast, best = whole["elu+1, chunks of 64"][-1], int(np.argmin(by_chunk))
    decode = np.divide(one["softmax, cached"], one["elu+1, state"])
    ratios = {
        "matrix": whole["elu+1, n × n"][-1] / fast,
        "softmax": whole["softmax, n × n"][-1] / fast,
        "loop": whole["elu+1, token by token"][-1] / fast,
        "cross": record["crossover"]["elu+1, n × n"],
        "cross-softmax": record["crossover"]["softmax, n × n"],
        "chunk-best": record["chunk"][best],
        "chunk-one": by_chunk[0] / by_chunk[best],
        "chunk-large": by_chunk[-1] / by_chunk[best],
        "decode": decode[-1],
    }
    short = {"decode-short": f"{decode[record['n'].index(512)]:.1f}"}
    return {name: f"{ratio:.0f}" for name, ratio in ratios.items()} | short


def recall_facts(record):
    """Return what the text quotes of the trained models, by the name of each number, as text.

    Parameters
    ----------
    record : dict
        As in `recall_curves`.
    """
    short = {"as chosen": "", "twice the steps": "more-", "half the rate": "slow-"}
    facts = {}
    for setting, by_kind in record["right"].items():
        if setting not in short:
            continue
        for kind, rows in by_kind.items():
            name = f"{short[setting]}{kind.split()[0]}"
            mean = np.mean(rows, axis=0)
            facts |= {
                f"{name}-{n}": f"{100 * x:.0f} %"
                for n, x in zip(record["pairs"], mean, strict=True)
            }
    return facts
