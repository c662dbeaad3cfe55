"""The figure as a widget of JupyterLab: imported when one is shown there, not before."""

import json
from collections.abc import Mapping
from dataclasses import replace
from numbers import Real

import anywidget
import ipywidgets
import traitlets

from .controls import all_real, choice, nearest, ranged, slider, toggle
from .figure import STATIC, script_of


class Widget(anywidget.AnyWidget):
    """A figure with a synced trait for each control, of the control's name.

    So ``observe``, ``jslink`` and assignment work as with any ipywidget.
    """

    _esm = STATIC / "figure.mjs"
    _css = STATIC / "figure.css"
    payload = traitlets.Unicode().tag(sync=True)
    script = traitlets.Unicode().tag(sync=True)

    def __init__(self, figure):
        model = json.loads(figure.payload).get("model")
        super().__init__(payload=figure.payload, script=script_of(model) if model else "")
        self.add_traits(
            **{
                name: Setting(control, getattr(figure, name)).tag(sync=True)
                for name, control in figure.controls.items()
            }
        )


class Setting(traitlets.TraitType):
    """The value of a control, which snaps to one that the control shows."""

    def __init__(self, control, value):
        self.control = control
        super().__init__(value)

    def validate(self, obj, value):
        """Return the value that the control shows."""
        try:
            return self.control.snap(self.name, value)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None


def from_widget(name, widget):
    """Read the values of an ipywidget that has finitely many, as a control."""
    label = getattr(widget, "description", "")
    if isinstance(widget, ipywidgets.Checkbox | ipywidgets.ToggleButton):
        return toggle(widget.value, label=label)
    if isinstance(widget, ipywidgets.SelectionSlider) and all_real(v for _, v in pairs(widget)):
        return slider([v for _, v in pairs(widget)], widget.value, label=label)
    if hasattr(widget, "options") and not isinstance(getattr(widget, "index", ()), tuple):
        return choice(pairs(widget), widget.value, label=label)
    if isinstance(widget, ipywidgets.FloatLogSlider):
        powers = ranged(name, widget.min, widget.max, widget.step, None).values
        values = [widget.base**power for power in powers]
        return slider(values, nearest(values, widget.value), label=label)
    if all(hasattr(widget, field) for field in ("value", "min", "max", "step")) and isinstance(
        widget.value, Real
    ):
        made = ranged(name, widget.min, widget.max, widget.step, widget.value)
        return replace(made, label=label)
    raise ValueError(f"{name} wants a slider, a choice or a checkbox; got {type(widget).__name__}")


def pairs(widget):
    """Return the ``(label, value)`` pairs of a selection widget."""
    options = widget.options
    if isinstance(options, Mapping):
        return list(options.items())
    paired = all(isinstance(o, tuple | list) and len(o) == 2 for o in options)
    return list(options) if paired else [(str(o), o) for o in options]
