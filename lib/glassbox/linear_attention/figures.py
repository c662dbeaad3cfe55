"""The figures of the chapter, each a function of the reader's own queries, keys, values or text.

    attention_maps(q, k, ["the", "cat", "sat"])

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

from collections.abc import Mapping

import numpy as np

from glassbox.checks import integer, real_array, real_number
from glassbox.figures import choice, simulate, slider, toggle

MAX_TOKENS = 24  # that a map can name
MAX_WIDTH = 64  # of queries and keys whose entries are shown
MAX_DIRECTIONS = 128

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
    angle=0, scale=None, show="weights", stretch=False, directions=None, name="", caption=None,
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
    controls = {
        "kind": choice(kinds, label="similarity"),
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
        "row": _hidden(n, row),
        "column": _hidden(m, column),
    }
    constants = {
        "q": _short(q), "k": _short(k), "words": words, "keys": keys, "scale": scale,
        "entries": [str(a) for a in range(1, d + 1)],
    }  # fmt: skip
    if draws is not None:
        constants["draws"] = [_short(draw) for draw in draws]
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


def _hidden(n, at):
    # A slider wants two values: a single row, or column, is there twice
    return slider(range(max(n, 2)), at, hidden=True)


def _short(array):
    """Return rows of numbers of six digits: more do not show, and weigh."""
    return [[float(f"{x:.6g}") for x in row] for row in array.tolist()]


def _power_of_two(t):
    return f"{t:g}" if t >= 1 else f"1/{1 / t:g}"


def _degrees(angle):
    return f"{angle}°"


def _maps_caption(words, keys, row, column):
    return (
        f"Attention of {len(words)} queries to {len(keys)} keys, by softmax and by another "
        "similarity. Click a cell, or reach it by the arrow keys and press Enter, to see what it "
        f"is made of; at first that is “{words[row]}” looking at “{keys[column]}”."
    )
