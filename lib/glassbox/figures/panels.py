"""Panels: what a figure shows. Python describes and validates; JavaScript draws.

Each constructor returns a :class:`Panel`, a plain description. ``lines``, ``scatter``, ``bars`` and
``rules`` share one pair of axes and overlay with ``+``; the others stand alone.
"""

import base64
import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from numbers import Integral

import numpy as np

from .source import plain_lines

#: Names of the palette; the style sheet and the matplotlib style give them their shades.
COLORS = ("blue", "orange", "green", "red", "purple", "sky", "yellow", "ink", "muted")
#: Roles that occur in all chapters, and their colours: each may stand where a colour is wanted.
ROLES = {
    "read": "blue", "written": "orange", "compared": "purple", "right": "green", "wrong": "red",
    "truth": "ink", "reference": "muted",
}  # fmt: skip
DASHES = ("solid", "dashed", "dotted")
MARKERS = ("circle", "square", "triangle", "diamond", "cross")
COLORMAPS = ("blues", "diverging", "kinds")
SCALES = ("linear", "log")
STEPS = ("after", "before", "middle")
MARKS = ("read", "write", "compare", "new", "path", "faint")
#: Shapes of the nodes of a tree.
SHAPES = ("circle", "square", "cross", "bar")
CYCLE = ("blue", "orange", "green", "purple", "red", "sky")


class Fields(dict):
    """What a panel says; a field of which nothing is said is None."""

    def __missing__(self, name):
        return None


@dataclass(frozen=True)
class Panel:
    """One panel of one frame: a kind and its fields, ready to be encoded.

    A field that says nothing is left out: the front end knows its default (``js/panels.js``).
    """

    kind: str
    fields: Fields
    names: frozenset = frozenset()

    def at(self, **changes):
        """Return a copy with some fields changed; what is shared is stored, and encoded, once."""
        known(self.kind, changes, self.names | set(self.fields))
        return replace(self, fields=Fields({**self.fields, **changes}))

    def __add__(self, other):
        """Overlay two plots on the same axes; where both name an option, the left one wins."""
        if not isinstance(other, Panel):
            return NotImplemented
        if not self.kind == other.kind == "plot":
            raise ValueError(
                f"+ wants lines, scatter, bars or rules; got {self.kind} + {other.kind}"
            )
        axes = {k: v for k, v in {**other.fields, **self.fields}.items() if k != "layers"}
        return plot(self.fields["layers"] + other.fields["layers"], axes)


def panel(kind, **fields):
    """Make a panel of the fields that say something."""
    return Panel(kind, Fields(said(fields)), frozenset(fields))


def said(fields):
    """Leave out what is None, False or an empty text."""
    return {
        name: value
        for name, value in fields.items()
        if not (value is None or value is False or (isinstance(value, str) and not value))
    }


def recolor(layers):
    """Give every layer without a color of its own the next color of the cycle."""
    named = (layer for layer in layers if layer.get("auto"))
    colors = {id(layer): CYCLE[i % len(CYCLE)] for i, layer in enumerate(named)}
    return [
        {**layer, "color": colors[id(layer)]} if layer.get("auto") else layer for layer in layers
    ]


# ---------------------------------------------------------------------------------------------
# Controls that a panel sets


def drag(control, x, y=None):
    """Let the reader drag a handle that sets a control.

    Parameters
    ----------
    control : str
        Name of the control that the handle moves.
    x, y : array_like, shape (n_values,)
        Where the handle stands, in the units of the axes, for each value of the control. Without
        ``y`` the handle is a vertical rule that follows the pointer horizontally.
    """
    x = finite("x", x, ndim=1)
    if y is not None:
        y = finite("y", y, ndim=1)
        same_length("x", x, "y", y)
    return {"control": str(control), "x": x, "y": y}


def pick(control, values):
    """Let a click on the i-th item (point, bar, box or row) set ``control`` to ``values[i]``."""
    return {"control": str(control), "values": list(values)}


def pick_cell(row=None, column=None):
    """Let a click on a cell set one control to its row index and another to its column index."""
    if row is None and column is None:
        raise ValueError("pick_cell wants the name of a row control, a column control, or both")
    return {"row": row, "column": column}


# ---------------------------------------------------------------------------------------------
# Panels with axes


def lines(x, y, *, label=None, color=None, dash=None, step=None, fill=False, width=None, **axes):
    """Draw one or several curves.

    Parameters
    ----------
    x : array_like, shape (n,)
        Horizontal positions.
    y : array_like, shape (n,) or (n_curves, n), or mapping of label to shape (n,)
        Heights; a mapping names its curves.
    label : str or sequence of str, optional
        One per curve, shown in the legend.
    color : str or sequence of str, optional
        Palette names (see ``COLORS``); by default each curve takes the next one.
    dash : {"solid", "dashed", "dotted"} or a sequence of them, optional
    step : {"after", "before", "middle"}, optional
        Draw steps: the value changes after (before) each point, or half-way between two.
    fill : bool
        Shade down to zero.
    width : float, optional
        Stroke width in pixels, > 0 (by default 2).
    **axes
        ``title``, ``xlabel``, ``ylabel``, ``xlim``, ``ylim``, ``xscale``, ``yscale``, ``xticks``,
        ``yticks`` (names of the heights 0, 1, ...), ``equal`` (one unit is as long on both axes),
        ``drag`` and ``handles`` (one :func:`drag`, and several more that are small), ``describe``
        (the panel in words).

    Raises
    ------
    ValueError
        If lengths differ, a number is not finite, or an option is unknown; the message names it.
    """
    if isinstance(y, Mapping):
        label, y = list(y), list(y.values())
    x, y = finite("x", x, ndim=1), finite("y", y, ndim=(1, 2))
    curves = np.atleast_2d(y)
    if curves.shape[1] != len(x):
        raise ValueError(f"y wants {len(x)} values a curve, as many as x; got {curves.shape[1]}")
    n = len(curves)
    layers = [
        layer(
            "lines", c, x=x, y=row, label=text_, dash=perhaps(one_of, "dash", d, DASHES),
            step=perhaps(one_of, "step", step, STEPS), fill=bool(fill),
            width=perhaps(positive, "width", width),
        )
        for row, text_, c, d in zip(
            curves, spread("label", label, n), spread("color", color, n), spread("dash", dash, n),
            strict=True,
        )
    ]  # fmt: skip
    return plot(layers, axes)


def scatter(
    x, y, *, label=None, color=None, marker=None, size=None, filled=True, texts=None, pick=None,
    **axes,
):  # fmt: skip
    """Draw points.

    Parameters
    ----------
    x, y : array_like, shape (n,)
    label : str, optional
        Legend entry.
    color : str, optional
        A palette name.
    marker : {"circle", "square", "triangle", "diamond", "cross"}, optional
    size : float, optional
        Radius in pixels, > 0 (by default 5).
    filled : bool
    texts : sequence of str, shape (n,), optional
        What a hover over each point says (by default its coordinates).
    pick : see :func:`pick`
    **axes : see :func:`lines`
    """
    x, y = finite("x", x, ndim=1), finite("y", y, ndim=1)
    same_length("x", x, "y", y)
    return plot(
        [
            layer(
                "scatter", color, x=x, y=y, label=label, size=perhaps(positive, "size", size),
                marker=perhaps(one_of, "marker", marker, MARKERS), pick=picked(pick, len(x)),
                texts=perhaps(strings, "texts", texts, len(x)), **unless(filled, filled=0),
            )
        ],
        axes,
    )  # fmt: skip


def bars(labels, heights, *, label=None, color=None, texts=None, pick=None, **axes):
    """Draw one bar per label.

    Parameters
    ----------
    labels : sequence of str, shape (n,)
        What stands under each bar.
    heights : array_like, shape (n,)
    label : str, optional
        Legend entry.
    color : str or sequence of str, shape (n,), optional
        Palette names, one for all or one a bar; None where a bar keeps the color of its layer.
    texts : sequence of str, shape (n,), optional
        What stands above each bar (by default nothing).
    pick : see :func:`pick`
    **axes : see :func:`lines`
    """
    labels, heights = [str(text) for text in labels], finite("heights", heights, ndim=1)
    same_length("labels", labels, "heights", heights)
    n = len(labels)
    colors = None if color is None or isinstance(color, str) else list(color)
    if colors is not None:
        same_length("labels", labels, "color", colors)
        colors = [None if name is None else painted("color", name) for name in colors]
    base = layer(
        "bars", color if isinstance(color, str) else None, x=np.arange(n), y=heights, label=label,
        texts=perhaps(strings, "texts", texts, n), colors=colors, pick=picked(pick, n),
    )  # fmt: skip
    return plot([base], {"xlim": (-0.6, n - 0.4), "xticks": labels, "zero": True, **axes})


def rules(*, x=None, y=None, label=None, color="muted", dash=None, **axes):
    """Draw straight reference lines across the axes at the given ``x`` and ``y`` positions."""
    at = {
        name: finite(name, np.atleast_1d([] if value is None else value), ndim=1)
        for name, value in (("x", x), ("y", y))
    }
    if not len(at["x"]) and not len(at["y"]):
        raise ValueError("rules wants at least one position: x=..., y=... or both")
    return plot(
        [layer("rules", color, label=label, dash=perhaps(one_of, "dash", dash, DASHES), **at)], axes
    )


#: Options of the axes.
AXES = (
    "title", "xlabel", "ylabel", "xlim", "ylim", "xscale", "yscale", "xticks", "yticks", "equal",
    "zero", "drag", "handles", "describe",
)  # fmt: skip
#: Options of the layers, for a hint at a misspelt one.
LAYER_OPTIONS = (
    "label", "color", "dash", "step", "fill", "width", "marker", "size", "filled", "texts", "pick",
)  # fmt: skip


def plot(layers, axes):
    """Put layers on axes, after checking the options of the axes."""
    known("axes", axes, AXES, LAYER_OPTIONS)
    axes = {**dict.fromkeys(AXES), **axes}
    if axes["drag"] is not None and not is_made_by(drag, axes["drag"]):
        raise TypeError(f"drag wants drag(control, x, y); got {shorten(axes['drag'])}")
    for one in axes["handles"] or ():
        if not is_made_by(drag, one):
            raise TypeError(f"handles wants drag(control, x, y) each; got {shorten(one)}")
    if axes["handles"] is not None:
        axes["handles"] = list(axes["handles"])
    for name in ("xlim", "ylim"):
        if axes[name] is not None:
            axes[name] = limits(name, axes[name])
    for name in ("xscale", "yscale"):
        perhaps(one_of, name, axes[name], SCALES)
        if axes[name] == "log":
            above_zero(name, axes[name[0] + "lim"], [*layers, axes["drag"] or {}])
    for name in ("xticks", "yticks"):
        if axes[name] is not None:
            axes[name] = [str(text) for text in axes[name]]
    return panel("plot", layers=recolor(layers), **axes)


def above_zero(scale, lim, layers):
    """Raise unless everything on a logarithmic axis is positive."""
    axis = scale[0]
    for values in [lim, *(layer.get(axis) for layer in layers)]:
        if values is not None and np.size(values) and np.min(values) <= 0:
            raise ValueError(f"{scale}='log' wants {axis} > 0; the smallest is {np.min(values)}")


def layer(kind, color, **fields):
    """Describe one layer of a plot; without a color it is marked to take the next of the cycle."""
    auto = color is None
    return {
        "type": kind,
        "color": CYCLE[0] if auto else painted("color", color),
        **({"auto": True} if auto else {}),
        **said(fields),
    }


# ---------------------------------------------------------------------------------------------
# Panels of their own


def matrix(
    values, *, rows=None, columns=None, xlabel="", ylabel="", title="", vmin=None, vmax=None,
    colormap=None, annotate=None, highlight=(), square=True, missing=None,
    missing_label=None, legend=None, pick=None, describe="",
):  # fmt: skip
    """Draw a matrix as coloured cells; hovering (or arrow keys) reads one out.

    Parameters
    ----------
    values : array_like, shape (n_rows, n_columns)
    rows, columns : sequence of str, optional
        Labels of the rows and columns (by default their indices).
    vmin, vmax : float, optional
        Values at the ends of the colour map (by default the extremes over all frames).
    colormap : {"blues", "diverging", "kinds"}, optional
        ``"diverging"``, the default where a value is below zero, has a hue of its own for these.
        ``"kinds"``, with ``vmin`` 0 and ``vmax`` 4, has a colour for each of the numbers 0 to 4:
        the paper's, pale blue, blue, amber and red.
    annotate : int, optional
        Print each value with this many decimals (up to 400 cells).
    highlight : sequence of (row, column)
        Cells to frame.
    square : bool
        Whether cells are square; otherwise they fill the width.
    missing : array_like of bool, shape (n_rows, n_columns), optional
        Cells that have no value: they are grey, and read ``missing_label`` (by default "no value");
        what ``values`` holds there is ignored.
    legend : mapping of number to str, optional
        What values mean that are kinds, not amounts: named instead of a colour bar, and read out.
    pick : see :func:`pick_cell`

    Raises
    ------
    ValueError
        If ``values`` is ragged, empty or not finite, or a label count or ``missing`` does not fit.
    """
    if missing is not None:
        values, missing = without(values, missing)
    values = finite("values", values, ndim=2)
    if not values.size:
        raise ValueError(f"values wants at least one cell; got shape {values.shape}")
    if annotate is not None:
        annotate = decimals("annotate", annotate)
        if values.size > 400:
            raise ValueError(f"annotate wants at most 400 cells; got {values.size}")
    vmin, vmax = number("vmin", vmin), number("vmax", vmax)
    if None not in (vmin, vmax) and not vmin < vmax:
        raise ValueError(f"vmin wants to be below vmax; got {vmin} and {vmax}")
    highlight = [(int(r), int(c)) for r, c in highlight]
    for r, c in highlight:
        if not (0 <= r < values.shape[0] and 0 <= c < values.shape[1]):
            raise ValueError(f"highlight wants cells inside shape {values.shape}; got {(r, c)}")
    return panel(
        "matrix", values=values, title=title, describe=describe, xlabel=xlabel, ylabel=ylabel,
        rows=perhaps(strings, "rows", rows, values.shape[0]),
        columns=perhaps(strings, "columns", columns, values.shape[1]),
        vmin=vmin, vmax=vmax, colormap=perhaps(one_of, "colormap", colormap, COLORMAPS),
        annotate=annotate, highlight=highlight, missing=missing,
        missing_label=None if missing_label is None else str(missing_label),
        legend=[[number("legend", v), str(k)] for v, k in (legend or {}).items()] or None,
        pick=picked_cell(pick), **unless(square, square=0),
    )  # fmt: skip


def without(values, missing):
    """Return values, the missing ones replaced by the least other, and 1 where one is missing."""
    values, missing = np.asarray(values), np.asarray(missing)
    if missing.dtype != bool or missing.shape != values.shape:
        raise ValueError(
            f"missing wants booleans of shape {values.shape}, one a value; "
            f"got {missing.dtype} of shape {missing.shape}"
        )
    if missing.all():  # fractions to come have no key of whole numbers meanwhile
        least = 0.5 if values.dtype.kind == "f" and (values[np.isfinite(values)] % 1).any() else 0
    else:
        least = values[~missing].min()
    return np.where(missing, least, values), missing.astype(np.uint8)


def image(
    pixels=None, *, width=None, height=None, quality=85, boxes=(), title="", pick=None,
    describe="",
):  # fmt: skip
    """Draw a picture with boxes on it.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3), optional
        The picture; without it ``width`` and ``height`` give the size of an empty sheet.
    quality : int
        Of the WebP file that carries the picture, from 0 to 100.
    boxes : sequence of :func:`box`
        Drawn in order, the last one on top.
    pick : see :func:`pick`
        One value a box.
    """
    if pixels is None:
        width, height = positive("width", width), positive("height", height)
        source = None
    else:
        pixels = np.asarray(pixels)
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
            raise ValueError(
                "pixels wants uint8 of shape (height, width, 3); "
                f"got {pixels.dtype} of shape {pixels.shape}"
            )
        height, width = pixels.shape[:2]
        source = data_uri(pixels, quality)
    boxes = list(boxes)
    for i, item in enumerate(boxes):
        if not (isinstance(item, Mapping) and item.get("type") == "box"):
            raise ValueError(f"boxes[{i}] wants a box(...); got {item!r}")
    return panel(
        "image", src=source, width=float(width), height=float(height), boxes=boxes, title=title,
        pick=picked(pick, len(boxes)), describe=describe,
    )  # fmt: skip


def box(x1, y1, x2, y2, *, label="", color=None, dash=None, width=None, fill=0.0, text=""):
    """Describe a rectangle of an :func:`image`, in pixels from the top left corner.

    ``label`` stands at its corner, ``text`` is what a hover says, ``fill`` is an opacity in [0, 1].
    """
    x1, y1, x2, y2 = finite("box", (x1, y1, x2, y2), ndim=1)
    if x2 < x1 or y2 < y1:
        raise ValueError(f"box wants x1 <= x2 and y1 <= y2; got {(x1, y1, x2, y2)}")
    if not 0 <= fill <= 1:
        raise ValueError(f"fill wants an opacity from 0 to 1; got {fill!r}")
    return said(
        {
            "type": "box", "x1": x1, "y1": y1, "x2": x2, "y2": y2, "label": str(label),
            "color": perhaps(painted, "color", color), "text": str(text),
            "dash": perhaps(one_of, "dash", dash, DASHES),
            "width": perhaps(positive, "width", width), "fill": float(fill) or None,
        }
    )  # fmt: skip


def text(content, *, title="", describe=""):
    """Write a few words; ``**bold**`` and ```code``` are understood, a newline starts a line."""
    return panel("text", text=str(content), title=title, describe=describe)


def table(columns, rows, *, highlight=(), title="", pick=None, describe=""):
    """Draw a table.

    Parameters
    ----------
    columns : sequence of str, shape (n_columns,)
    rows : sequence of sequences, shape (n_rows, n_columns)
        Cells; each is shown as ``str`` gives it.
    highlight : sequence of int
        Rows to mark.
    pick : see :func:`pick`
        One value a row.
    """
    columns = [str(name) for name in columns]
    rows = [[str(cell) for cell in row] for row in rows]
    for i, row in enumerate(rows):
        if len(row) != len(columns):
            raise ValueError(f"rows[{i}] wants {len(columns)} cells, one a column; got {len(row)}")
    highlight = [int(i) for i in highlight]
    for i in highlight:
        if not 0 <= i < len(rows):
            raise ValueError(f"highlight wants rows from 0 to {len(rows) - 1}; got {i}")
    return panel(
        "table", columns=columns, rows=rows, highlight=highlight, title=title,
        pick=picked(pick, len(rows)), describe=describe,
    )  # fmt: skip


def data_uri(pixels, quality=85):
    """Encode a picture as a data URI: as WebP (a tenth of the PNG, and hardly a difference to see)
    where Pillow is there, else as PNG."""
    return encoded(pixels.tobytes(), pixels.shape, quality)


@lru_cache(maxsize=64)
def encoded(data, shape, quality):
    """Encode bytes of an RGB picture; the frames of a figure mostly share one."""
    try:
        kind, content = "webp", webp(data, shape, quality)
    except (ImportError, KeyError):  # no Pillow, or one without WebP
        kind, content = "png", png(data, shape)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def webp(data, shape, quality):
    """Return bytes of an RGB picture as a WebP file."""
    from PIL import Image

    buffer = io.BytesIO()
    picture = Image.frombytes("RGB", (shape[1], shape[0]), data)
    picture.save(buffer, "WEBP", quality=quality, method=6)
    return buffer.getvalue()


def png(data, shape):
    """Return bytes of an RGB picture as a PNG file, without Pillow."""
    rows = np.frombuffer(data, np.uint8).reshape(shape[0], -1)
    lines = np.pad(rows, ((0, 0), (1, 0)))  # each row begins with its filter: 0, none
    head = struct.pack(">IIBBBBB", shape[1], shape[0], 8, 2, 0, 0, 0)

    def chunk(kind, content):
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    body = (
        chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines.tobytes())) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


# ---------------------------------------------------------------------------------------------
# Panels of data structures


def array(
    values, *, rows=None, columns=None, xlabel="", ylabel="", title="", marks=None, legend=None,
    arrows=None, pick=None, describe="",
):  # fmt: skip
    """Draw the cells of a list, or of a table of lists.

    Parameters
    ----------
    values : sequence, shape (n,) or (n_rows, n_columns)
        Anything; numbers are written short, None stays blank. Rows may differ in length.
    rows, columns : sequence of str, optional
        Labels (by default the indices).
    marks : mapping of index or (row, column) to str, optional
        How cells are marked: "read", "write", "compare", "new", "path" or "faint".
    legend : mapping of mark to str, optional
        What marks mean here, where not what their names say; an empty string leaves one out.
    arrows : sequence of (from, to), optional
        Arrows between cells, given by their indices or (row, column). Where a table may have some,
        now or in another frame, they run in gaps between its rows.
    pick : optional
        For a list see :func:`pick`, for a table see :func:`pick_cell`.
    """
    values = list(values)
    flat = not any(isinstance(row, list | tuple | np.ndarray) for row in values)
    cells = [[show(v) for v in row] for row in ([values] if flat else values)]
    place = cell_place(cells, flat)
    marks = {} if marks is None else marks
    marked = [[*place("marks", at), one_of("marks", kind, MARKS)] for at, kind in marks.items()]
    widest = max((len(row) for row in cells), default=0)
    return panel(
        "array", cells=cells, flat=flat, title=title, xlabel=xlabel, ylabel=ylabel,
        rows=perhaps(strings, "rows", rows, len(cells)),
        columns=perhaps(strings, "columns", columns, widest),
        marks=marked, legend=meanings(legend),
        arrows=None if arrows is None else [
            [place("arrows", a), place("arrows", b)] for a, b in arrows
        ],
        pick=picked(pick, len(values)) if flat else picked_cell(pick), describe=describe,
    )  # fmt: skip


def meanings(legend, named=MARKS):
    """Return what marks (or other things) mean, as strings; None where none is named."""
    if legend is None:
        return None
    return {one_of("legend", mark, named): str(meaning) for mark, meaning in legend.items()}


def cell_place(cells, flat):
    """Return a function that turns an index into ``[row, column]``, or raises."""

    def place(name, at):
        row, column = (0, at) if flat else at
        if not (0 <= row < len(cells) and 0 <= column < len(cells[row])):
            raise ValueError(f"{name} wants cells of the array; got {at}")
        return [int(row), int(column)]

    return place


def tree(
    labels, parents, *, kinds=None, looks=None, born=None, step=None, marks=None, legend=None,
    binary=False, edges=None, texts=None, title="", pick=None, describe="",
):  # fmt: skip
    """Draw a rooted tree, or several.

    Parameters
    ----------
    labels : sequence, shape (n,)
        What stands in each node.
    parents : sequence of int, shape (n,)
        Index of each node's parent, -1 for a root; in any order.
    kinds : sequence of str, shape (n,), optional
        What each node is, in words of your own.
    looks : mapping of kind to str, optional
        How the nodes of a kind look: a shape ("circle", "square", "cross", "bar"), a colour,
        "filled", in any order: ``{"solution": "filled green square", "cut": "orange cross"}``. A
        cross or a bar is for a branch that was not entered.
    born, step : sequence of int and int, optional
        Draw only the nodes born by ``step``; the others keep their places.
    marks : mapping of node to str, optional
        As in :func:`array`.
    legend : mapping of kind or mark to str, optional
        What kinds and marks mean; those without an entry are not named.
    binary : bool
        Place children left and right, as in a heap: node k has children 2k + 1 and 2k + 2.
    edges, texts : sequence of str, optional
        What stands beside the edge above each node; what a hover over each node says.
    pick : see :func:`pick`
    """
    labels, parents = [show(v) for v in labels], rooted(parents)
    n = len(labels)
    same_length("labels", labels, "parents", parents)
    marks = {} if marks is None else marks
    for i in marks:
        if not 0 <= i < n:
            raise ValueError(f"marks wants nodes from 0 to {n - 1}; got {i}")
    kinds = perhaps(strings, "kinds", kinds, n)
    looks = {str(kind): read_look("looks", words) for kind, words in (looks or {}).items()}
    named = [*MARKS, *looks, *(kinds or ())]
    return panel(
        "tree", labels=labels, parents=parents, kinds=kinds, looks=looks or None,
        binary=bool(binary), born=None if born is None else [int(b) for b in born], step=step,
        marks=[[int(i), one_of("marks", kind, MARKS)] for i, kind in marks.items()],
        legend=meanings(legend, named), edges=perhaps(strings, "edges", edges, n),
        texts=perhaps(strings, "texts", texts, n), title=title, pick=picked(pick, n),
        describe=describe,
    )  # fmt: skip


def rooted(parents):
    """Check that each node has a parent, or is a root, and none is its own ancestor."""
    parents = [int(p) for p in parents]
    n, known = len(parents), set()
    for i, parent in enumerate(parents):
        if not -1 <= parent < n:
            raise ValueError(f"parents[{i}] wants one of {n} nodes, or -1 (a root); got {parent}")
    for i in range(n):
        way, node = set(), i
        while node != -1 and node not in known:
            if node in way:
                raise ValueError(f"parents wants no circle; node {node} is its own ancestor")
            way.add(node)
            node = parents[node]
        known |= way
    return parents


def read_look(name, words):
    """Read how nodes look: a shape, a colour, "filled", in any order."""
    found = {"shape": "circle", "color": None, "filled": False}
    for word in str(words).split():
        if word == "filled":
            found["filled"] = True
        elif word in SHAPES:
            found["shape"] = word
        elif word in ROLES or word in COLORS:
            found["color"] = painted(name, word)
        else:
            shapes, colors = ", ".join(SHAPES), ", ".join(COLORS)
            raise ValueError(f"{name} wants words of: filled; {shapes}; {colors}; got {words!r}")
    return found


def fold(
    parents, cells, *, rows, columns, values, texts, share=0.0, upward=False, xlabel="", ylabel="",
    title="", describe="",
):  # fmt: skip
    """Draw a tree whose nodes slide into the cells of a table: those of one cell meet there.

    Parameters
    ----------
    parents : sequence of int, shape (n,)
        As in :func:`tree`.
    cells : sequence of (row, column), shape (n,)
        The cell into which each node folds: the question that it asks.
    rows, columns : sequence of str
        Labels of the table.
    values, texts : mapping of (row, column) to str
        What stands in each cell that a node asks about, and what pointing at it says.
    share : float
        How much of the way is done: 0 is the tree, 1 is the table.
    upward : bool
        Whether the root stands at the bottom.
    """
    parents = earlier(parents)
    rows, columns = [str(text) for text in rows], [str(text) for text in columns]
    cells = [(int(row), int(column)) for row, column in cells]
    same_length("parents", parents, "cells", cells)
    for at in cells:
        if not (0 <= at[0] < len(rows) and 0 <= at[1] < len(columns)):
            raise ValueError(f"cells wants cells of {len(rows)} x {len(columns)}; got {at}")
    if not 0 <= share <= 1:
        raise ValueError(f"share wants a number from 0 to 1; got {share!r}")
    asked = list(dict.fromkeys(cells))
    for name, given in (("values", values), ("texts", texts)):
        if missing := [at for at in asked if at not in given]:
            raise ValueError(f"{name} wants one entry a cell; {missing[0]} has none")
    return panel(
        "fold", parents=np.array(parents), cells=np.array(cells), rows=rows, columns=columns,
        values=[str(values[at]) for at in asked], texts=[str(texts[at]) for at in asked],
        share=float(share), upward=bool(upward), xlabel=xlabel, ylabel=ylabel, title=title,
        describe=describe,
    )  # fmt: skip


def worksheet(
    rows, columns, *, cells=None, sources=None, choices=None, texts=None, hints=None, begin=0,
    pace=30, done="", xlabel="", ylabel="", title="", describe="",
):  # fmt: skip
    """Draw a table to fill, row by row after row 0: from which cells, and with what?

    Parameters
    ----------
    rows, columns : sequence of str
        Labels of the table.
    cells : sequence of sequence, optional
        What stands in each cell in the end. Without, the table is too large for a hand: only the
        machine fills it.
    sources : mapping of (row, column) to sequence of (row, column), optional
        The cells that each cell is made of; all lie before it. With ``cells``, for all rows but
        the first.
    choices : mapping of (row, column) to mapping of str to str, optional
        For each value that may be picked, why it is right or what it is instead. One of them is
        the content of the cell. Where there is no entry the one source is copied.
    texts : sequence of sequence of str, optional
        What each cell stands for.
    hints : mapping of (row, column) to str, optional
        What helps to find the sources of a cell.
    begin : int
        How many cells are filled at the start.
    pace : int
        How many cells a second the machine fills.
    done : str
        What is said in the end.
    """
    rows, columns = [str(text) for text in rows], [str(text) for text in columns]
    total = (len(rows) - 1) * len(columns)
    if total < 1:
        raise ValueError(f"worksheet wants two rows and a column; got {len(rows)}, {len(columns)}")
    if not 0 <= begin < total:
        raise ValueError(f"begin wants a number of cells below {total}; got {begin}")
    fields = {"cells": None, "sources": None, "choices": None, "texts": None, "hints": None}
    if cells is not None:
        fields = sheet(rows, columns, cells, sources, choices or {}, texts, hints)
    return panel(
        "worksheet", rows=rows, columns=columns, **fields, begin=int(begin),
        pace=positive("pace", pace), done=done, xlabel=xlabel, ylabel=ylabel, title=title,
        describe=describe,
    )  # fmt: skip


def sheet(rows, columns, cells, sources, choices, texts, hints):
    """Check what a worksheet holds for each cell, and lay it out row by row."""
    shape = len(rows), len(columns)
    texts = [[""] * shape[1]] * shape[0] if texts is None else texts
    cells, texts = ([[show(v) for v in row] for row in table] for table in (cells, texts))
    for name, table in (("cells", cells), ("texts", texts)):
        if (len(table), *{len(row) for row in table}) != shape:
            raise ValueError(f"{name} wants {shape[0]} rows of {shape[1]} cells")
    to_fill = [[(r, c) for c in range(shape[1])] for r in range(1, shape[0])]
    for at in (at for row in to_fill for at in row):
        if not sources.get(at) or not all(earlier_cell(source, at) for source in sources[at]):
            raise ValueError(f"sources wants cells before {at}; got {sources.get(at)}")
        if choices.get(at) and cells[at[0]][at[1]] not in map(str, choices[at]):
            raise ValueError(f"choices wants {cells[at[0]][at[1]]!r} at {at}; got {[*choices[at]]}")

    def laid(of):
        return [[of(at) for at in row] for row in to_fill]

    return {
        "cells": cells,
        "texts": texts,
        "sources": laid(lambda at: [list(source) for source in dict.fromkeys(sources[at])]),
        "choices": laid(lambda at: [[str(v), why] for v, why in choices.get(at, {}).items()]),
        "hints": laid(lambda at: str((hints or {}).get(at, ""))),
    }


def earlier_cell(source, at):
    """Tell whether a cell of a table comes before another, row by row."""
    return min(source) >= 0 and tuple(source) < tuple(at)


def code(source, line=None, *, plain=False, title="", describe=""):
    """List source code with the running line lit.

    Parameters
    ----------
    source : list of dict
        ``name``, ``first_line``, ``text`` and perhaps ``docstring`` (its first and last line, left
        out) of each function, as ``glassbox.trace`` records them.
    line : int, optional
        The running line, counted as ``first_line`` is.
    plain : bool
        List the algorithm alone, as :func:`show_source` shows it with that option; a line that is
        left out lights the one before it.
    """
    if plain:
        listing, lit = plain_lines(source)
        return panel("code", lines=listing, line=lit.get(line), title=title, describe=describe)
    listing = []
    for part in source:
        first, last = part.get("docstring") or (0, -1)
        listing += [["", ""]] if listing else []
        listing += [
            [number, text]
            for number, text in enumerate(part["text"].rstrip().splitlines(), part["first_line"])
            if not first <= number <= last
        ]
    return panel("code", lines=listing, line=line, title=title, describe=describe)


def show(value):
    """Write a value short: None is blank, infinity is a sign, floats have four digits."""
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        if np.isinf(value):
            return "∞" if value > 0 else "−∞"
        return f"{value:.4g}"
    return str(value)


# ---------------------------------------------------------------------------------------------
# Checks: each says which argument, what was wanted and what came


def finite(name, values, ndim):
    """Return ``values`` as a float or integer array with ``ndim`` axes and only finite numbers."""
    try:
        array = np.array(values)  # a copy: draw may reuse its arrays for the next frame
    except ValueError:
        array = np.array(None, dtype=object)
    if array.dtype == bool:
        array = array.astype(np.int8)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} wants a rectangular array of numbers; got {shorten(values)}")
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if array.ndim not in allowed:
        wanted = " or ".join(f"{n}-D" for n in allowed)
        raise ValueError(f"{name} wants a {wanted} array; got shape {array.shape}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} wants finite numbers; got {array[where]} at index {where}")
    return array


def number(name, value):
    """Return a finite float, or None."""
    return None if value is None else float(finite(name, value, ndim=0))


def decimals(name, value):
    """Return a count of decimals."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not 0 <= value <= 12:
        raise ValueError(f"{name} wants a whole number from 0 to 12; got {value!r}")
    return int(value)


def positive(name, value):
    """Return a positive float."""
    if value is None or not number(name, value) > 0:
        raise ValueError(f"{name} wants a number > 0; got {value!r}")
    return float(value)


def limits(name, value):
    """Return an increasing pair of floats."""
    pair = finite(name, value, ndim=1)
    if len(pair) != 2 or not pair[0] < pair[1]:
        raise ValueError(f"{name} wants (low, high) with low < high; got {value!r}")
    return [float(pair[0]), float(pair[1])]


def perhaps(check, name, value, *more):
    """Return a checked value, or None for what was left to the front end."""
    return None if value is None else check(name, value, *more)


def unless(usual, **fields):
    """Return fields that are said only where something is not as usual."""
    return {} if usual else fields


def one_of(name, value, options):
    """Return ``value`` if it is one of ``options``."""
    if value not in options:
        raise ValueError(f"{name} wants one of {', '.join(options)}; got {value!r}")
    return value


def painted(name, color):
    """Return the palette name of a colour, or of the colour of a role."""
    return one_of(name, ROLES.get(color, color) if isinstance(color, str) else color, COLORS)


def known(name, given, options, others=()):
    """Raise TypeError on an option that does not exist, with the nearest one that does."""
    for key in given:
        if key not in options:
            near = get_close_matches(key, [*options, *others], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it knows {', '.join(options)}"
            raise TypeError(f"{name} has no option {key!r}{hint}")


def strings(name, values, n):
    """Return ``n`` strings."""
    values = [str(value) for value in values]
    if len(values) != n:
        raise ValueError(f"{name} wants {n} strings; got {len(values)}")
    return values


def spread(name, value, n):
    """Repeat a single value ``n`` times; check the length of a sequence."""
    if value is None or isinstance(value, str):
        return [value] * n
    values = list(value)
    if len(values) != n:
        raise ValueError(f"{name} wants one value a curve ({n}); got {len(values)}")
    return values


def earlier(parents):
    """Check that the root comes first and each parent before its children."""
    parents = [int(p) for p in parents]
    for i, parent in enumerate(parents):
        if not (parent == -1 if i == 0 else 0 <= parent < i):
            raise ValueError(f"parents[{i}] wants an earlier node (the root -1); got {parent}")
    return parents


def same_length(name_a, a, name_b, b):
    """Raise unless two sequences are equally long."""
    if len(a) != len(b):
        raise ValueError(f"{name_b} wants {len(a)} values, as many as {name_a}; got {len(b)}")


def picked(choice, n):
    """Check that a pick has one value for each of ``n`` items."""
    if choice is not None and not is_made_by(pick, choice):
        raise TypeError(f"pick wants pick(control, values); got {shorten(choice)}")
    if choice is not None and len(choice["values"]) != n:
        raise ValueError(f"pick wants one value an item ({n}); got {len(choice['values'])}")
    return choice


def picked_cell(choice):
    """Check that a pick of a table or matrix is made by ``pick_cell``."""
    if choice is not None and not is_made_by(pick_cell, choice):
        raise TypeError(f"pick wants pick_cell(row, column); got {shorten(choice)}")
    return choice


def is_made_by(maker, value):
    """Tell whether ``value`` has the fields that ``drag``, ``pick`` or ``pick_cell`` gives."""
    fields = {
        drag: {"control", "x", "y"},
        pick: {"control", "values"},
        pick_cell: {"row", "column"},
    }
    return isinstance(value, Mapping) and set(value) == fields[maker]


def shorten(value):
    """Quote a value in an error, in at most 60 characters."""
    quoted = repr(value)
    return quoted if len(quoted) <= 60 else quoted[:57] + "..."
