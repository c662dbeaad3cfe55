"""The interactive figure: Python describes, JavaScript draws.

For example::

    from glassbox.figures import explore, lines

    explore(lambda power=2: lines(x, x**power), power=(1, 5))
"""

from .controls import choice, entry, nearest, slider, toggle
from .figure import Figure, explore, simulate
from .panels import (
    ROLES,
    Panel,
    array,
    bars,
    box,
    code,
    drag,
    fold,
    image,
    lines,
    matrix,
    pick,
    pick_cell,
    rules,
    scatter,
    table,
    text,
    tree,
    worksheet,
)
from .quiz import quiz
from .replay import Moment, moments, replay, replay_each, steps
from .source import show_source
from .words import counted, raised, roles, scientific, short

__all__ = [
    "ROLES", "Figure", "Moment", "Panel", "array", "bars", "box", "choice", "code", "counted",
    "drag", "entry", "explore", "fold", "image", "lines", "matrix", "moments", "nearest", "pick",
    "pick_cell", "quiz", "raised", "replay", "replay_each", "roles", "rules", "scatter",
    "scientific", "short", "show_source", "simulate", "slider", "steps", "table", "text", "toggle",
    "tree", "worksheet",
]  # fmt: skip
