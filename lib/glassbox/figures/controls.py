"""Controls: what the reader moves. The abbreviations are those of ``ipywidgets.interact``."""

import inspect
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral, Real

import numpy as np

from .panels import shorten

ATTRIBUTES = """
at check_size controls name observe payload to_html unobserve widget
add_class add_traits blur class_own_trait_events class_own_traits class_trait_names class_traits
close close_all comm cross_validation_lock focus get_manager_state get_state get_view_spec
handle_comm_opened handle_control_comm_opened has_trait hold_sync hold_trait_notifications keys
layout log model_id notify_change on_msg on_trait_change on_widget_constructed open remove_class
script send send_state set_state set_trait setup_instance tabbable tooltip trait_defaults
trait_events trait_has_value trait_metadata trait_names trait_values traits unobserve_all
widget_types widgets
"""
#: Attributes of a figure, and of the widget that shows one: a control of that name would hide one.
RESERVED = frozenset(ATTRIBUTES.split())
#: A control with more values than this is a mistake.
MAX_VALUES = 20_000
#: The most letters that can be typed.
MAX_TEXT = 120


@dataclass(frozen=True)
class Control:
    """A finite set of values the reader chooses from, or a place to type.

    Attributes
    ----------
    kind : {"slider", "choice", "toggle", "steps", "entry"}
    values : tuple
        What ``draw`` receives, one entry a position of the control.
    labels : tuple of str
        What the reader sees at each position.
    index : int
        Position at the start.
    label : str
        Name of the control as the reader sees it.
    questions : dict
        For "steps": what the predict mode asks, by position.
    cases : tuple of dict
        For "steps" of several replays: the last position and the questions of each, in the order
        of the settings of the other controls (the last one runs fastest).
    hidden : bool
        Whether it has no input of its own, because a panel sets it.
    """

    kind: str
    values: tuple
    labels: tuple
    index: int = 0
    label: str = ""
    questions: dict = field(default_factory=dict)
    cases: tuple = ()
    hidden: bool = False

    @property
    def settings(self):
        """What a reader's code sees and sets at each position: numbers, labels, or booleans."""
        return self.labels if self.kind == "choice" else self.values

    def snap(self, name, value):
        """Return the setting for ``value``: the nearest of a slider, else the one that is equal.

        Raises
        ------
        ValueError
            If the control cannot show it.
        """
        value = plain(value)
        if self.kind == "entry":
            return typed(name, value)
        if self.kind not in ("slider", "steps"):
            if value in self.settings and isinstance(value, type(self.settings[0])):
                return value
            raise ValueError(f"{name} wants one of {shorten(list(self.settings))}; got {value!r}")
        low, high = min(self.values), max(self.values)
        known = isinstance(value, Real) and not isinstance(value, bool)
        if not (known and low - 1e-9 <= value <= high + 1e-9):
            raise ValueError(f"{name} wants a number from {low} to {high}; got {value!r}")
        return min(self.values, key=lambda v: abs(v - value))

    def position(self, name, value):
        """Return the position of ``value``, which may also be one of the labels.

        What is typed is its own position.
        """
        value = plain(value)
        if self.kind == "entry":
            return typed(name, value)
        for candidates in (self.values, self.labels):
            for i, candidate in enumerate(candidates):
                if same(candidate, value):
                    return i
        wanted = shorten(list(self.labels))
        raise ValueError(f"{name} wants one of its values {wanted}; got {value!r}")


def same(a, b):
    """Compare two control values; floats may differ by rounding, and True is not 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, Real) and isinstance(b, Real):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    try:
        return bool(a == b)
    except ValueError:  # arrays
        return a is b


def typed(name, value):
    """Return text that fits a place to type."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"{name} wants text of at most {MAX_TEXT} letters; got {shorten(value)}")
    return value


def slider(values, value=None, *, label="", format=None, hidden=False):
    """Make a slider over explicit numbers.

    Parameters
    ----------
    values : sequence of numbers, shape (n,), n >= 2
        Any increasing or decreasing numbers; they need not be evenly spaced.
    value : number, optional
        Where it starts (by default the middle).
    label : str, optional
        What the reader sees (by default the argument's name).
    format : str or callable, optional
        How a value is written: a format specification such as ``".2f"``, or a function to str.
    hidden : bool
        Whether it has no input of its own: a handle or a click in a panel sets it, and the keyboard
        does there too.
    """
    values = tuple(plain(v) for v in values)
    if len(values) < 2 or not all(isinstance(v, Real) and math.isfinite(v) for v in values):
        raise ValueError(f"slider wants at least two finite numbers; got {shorten(values)}")
    steps = np.diff(values)
    if not (np.all(steps > 0) or np.all(steps < 0)):
        raise ValueError(f"slider wants increasing or decreasing numbers; got {shorten(values)}")
    spec = format or natural(values)
    write = format if callable(format) else (lambda v: f"{v:{spec}}")
    control = Control("slider", values, tuple(write(v) for v in values), len(values) // 2, label)
    return start_at("slider", replace(control, hidden=bool(hidden)), value)


def nearest(values, wanted, *, by_ratio=False):
    """Return the value that is nearest to the one wanted: where a slider starts.

    Parameters
    ----------
    values : sequence of number
    wanted : number
    by_ratio : bool
        Whether 2 and 8 are equally far from 4; all are above 0 then.

    Examples
    --------
    >>> nearest([1, 10, 100], 40), nearest([1, 10, 100], 40, by_ratio=True)
    (10, 100)
    """
    if by_ratio:
        return min(values, key=lambda value: abs(math.log(value / wanted)))
    return min(values, key=lambda value: abs(value - wanted))


def choice(options, value=None, *, label=""):
    """Make a choice among options: a sequence, ``(label, value)`` pairs, or a mapping."""
    if isinstance(options, Mapping):
        pairs = list(options.items())
    else:
        options = list(options)
        paired = all(isinstance(o, tuple | list) and len(o) == 2 for o in options)
        pairs = options if paired else [(str(o), o) for o in options]
    if not pairs:
        raise ValueError("choice wants at least one option; got none")
    labels = tuple(str(text) for text, _ in pairs)
    if len(set(labels)) < len(labels):
        raise ValueError(f"choice wants options with different labels; got {shorten(labels)}")
    control = Control("choice", tuple(v for _, v in pairs), labels, 0, label)
    return start_at("choice", control, value)


def toggle(value=False, *, label=""):
    """Make a checkbox."""
    return Control("toggle", (False, True), ("off", "on"), int(bool(value)), label)


def entry(text="", *, label=""):
    """Make a place to type, for a model: :func:`simulate` alone can answer any text.

    Parameters
    ----------
    text : str
        What stands there at the start.
    label : str, optional
        What the reader sees (by default the argument's name).
    """
    return Control("entry", (typed("text", text),), (text,), 0, label)


def start_at(name, control, value):
    """Return the control moved to ``value`` (if any)."""
    if value is None:
        return control
    return replace(control, index=control.position(name, plain(value)))


def control(name, abbreviation, default=inspect.Parameter.empty):
    """Turn an abbreviation of ``ipywidgets.interact`` into a :class:`Control`.

    ``(low, high)`` and ``(low, high, step)`` are sliders, a number is a slider around it, a bool a
    checkbox, a list or mapping a choice; a :func:`slider`, :func:`choice`, :func:`toggle` or an
    ipywidget stands for itself. ``default`` is where it starts, if ``draw`` has one.
    """
    if name in RESERVED or name.startswith("_"):
        raise ValueError(f"{name!r} cannot name a control: every figure has such an attribute")
    start = None if default is inspect.Parameter.empty else default
    made = expand(name, abbreviation, start)
    return made if made.label else replace(made, label=name.replace("_", " "))


def expand(name, given, start):
    """Expand one abbreviation; ``start`` is None or where a range or a choice starts."""
    if isinstance(given, Control):
        return given
    if is_widget(given):
        from .widget import from_widget

        return from_widget(name, given)
    if isinstance(given, bool | np.bool_):
        return toggle(given)
    if isinstance(given, Real):
        low, high = (-given, 3 * given) if given else (given, given + 1)
        return ranged(name, min(low, high), max(low, high), None, given)
    if isinstance(given, tuple) and len(given) in (2, 3) and all_real(given):
        return ranged(name, *given, *([None] if len(given) == 2 else []), start)
    if isinstance(given, str):
        raise ValueError(
            f"{name} wants values that can be computed beforehand; got the free text {given!r} "
            f"(for a choice of one write [{given!r}])"
        )
    if isinstance(given, Mapping) or hasattr(given, "__iter__"):
        return choice(given, start)
    raise ValueError(
        f"{name} wants (low, high), (low, high, step), a number, a bool, a list or a mapping; "
        f"got {shorten(given)}"
    )


def is_widget(given):
    """Tell whether something is an ipywidget; none is, before ipywidgets is imported."""
    return "ipywidgets" in sys.modules and isinstance(given, sys.modules["ipywidgets"].Widget)


def ranged(name, low, high, step, start):
    """Make a slider from low to high; integers step by 1, floats by 0.1, as in interact."""
    if not low < high:
        raise ValueError(f"{name} wants low < high; got ({low}, {high})")
    whole = all(isinstance(v, Integral) for v in (low, high) if v is not None) and (
        step is None or isinstance(step, Integral)
    )
    if step is None:
        step = 1 if whole else 0.1
    if not step > 0 or not math.isfinite(high - low):
        raise ValueError(f"{name} wants finite ends and step > 0; got ({low}, {high}, {step})")
    if not (high - low) / step < MAX_VALUES:
        raise ValueError(f"{name} wants at most {MAX_VALUES} values; got ({low}, {high}, {step})")
    count = int((high - low) / step + 1e-9) + 1
    values = [low + i * step if whole else round(low + i * step, 12) for i in range(count)]
    if len(values) < 2:
        raise ValueError(f"{name} wants step <= high - low; got ({low}, {high}, {step})")
    made = slider(values)
    if start is None:  # the middle, rounded down to a step, as in interact
        half = (high - low) // 2 if isinstance(high - low, Integral) else (high - low) / 2
        return replace(made, index=int(half / step + 1e-9))
    if isinstance(start, bool) or not isinstance(start, Real) or not low <= start <= high:
        raise ValueError(f"{name} wants to start between {low} and {high}; got {start!r}")
    return replace(made, index=int(np.argmin(np.abs(np.array(values, dtype=float) - start))))


def natural(values):
    """Return the format that shows every value with the fewest equal decimals."""
    if all(isinstance(v, Integral) for v in values):
        return "d"
    for digits in range(1, 7):
        if all(math.isclose(v, round(v, digits), rel_tol=1e-9, abs_tol=1e-12) for v in values):
            return f".{digits}f"
    return ".4g"


def all_real(values):
    """Tell whether all values are numbers (and not booleans)."""
    return all(isinstance(v, Real) and not isinstance(v, bool) for v in values)


def plain(value):
    """Turn numpy scalars into Python numbers."""
    return value.item() if isinstance(value, np.generic) else value
