"""Controls: the abbreviations of ipywidgets.interact, held to ipywidgets itself."""

import json
import math
import re

import ipywidgets
import numpy as np
import pytest

from glassbox.figures import choice, entry, explore, slider, text, toggle
from glassbox.figures.controls import MAX_VALUES, RESERVED, control
from glassbox.figures.widget import Widget


def values_of(widget):
    """Return the values that an ipywidget offers."""
    if isinstance(widget, ipywidgets.Checkbox):
        return [False, True]
    if isinstance(widget, ipywidgets.Dropdown):
        return [value for _, value in widget._options_full]
    count = int((widget.max - widget.min) / widget.step + 1e-9) + 1
    return [widget.min + i * widget.step for i in range(count)]


def alike(a, b):
    """Compare two values of controls; numbers may differ by rounding."""
    if {type(a), type(b)} <= {int, float}:
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
    return type(a) is type(b) and a == b


def interact_widget(abbreviation, **default):
    """Return the widget that ipywidgets makes of an abbreviation."""
    draw = (lambda x=default["default"]: x) if default else (lambda x: x)
    return ipywidgets.interactive(draw, x=abbreviation).children[0]


ABBREVIATIONS = [
    (0, 10), (1, 4), (-7, 8), (0, 10, 3), (-5, 5, 2), (0.0, 1.0), (-1.0, 1.0), (0, 1.0),
    (0.0, 1.0, 0.25), (2, 9, 0.5), (2, 9, 3), 10, 1, -3, 0, 2.5, -2.5,
    0.0, True, False, ["a", "b"], [10, 5, 7], [1.5, "x", None], {"one": 1, "two": 2},
    [("one", 1), ("two", 2)], [["one", 1], ["two", 2]], ["a", ("b", 2)],
]  # fmt: skip


@pytest.mark.parametrize("abbreviation", ABBREVIATIONS, ids=repr)
def test_an_abbreviation_gives_the_values_and_the_start_of_interact(abbreviation):
    made, theirs = control("x", abbreviation), interact_widget(abbreviation)
    assert len(made.values) == len(values_of(theirs))
    assert all(map(alike, made.values, values_of(theirs)))
    assert alike(made.values[made.index], theirs.value)
    kinds = {"Checkbox": "toggle", "Dropdown": "choice"}
    assert made.kind == kinds.get(type(theirs).__name__, "slider")


@pytest.mark.parametrize(
    ("abbreviation", "middle"), [((0.05, 0.95, 0.05), 0.5), ((-0.3, 0.3, 0.1), 0.0)]
)
def test_a_middle_on_a_step_is_the_start_where_interact_loses_a_step_to_rounding(
    abbreviation, middle
):
    made, theirs = control("x", abbreviation), interact_widget(abbreviation)
    assert made.values[made.index] == middle == pytest.approx(theirs.value + abbreviation[2])
    assert all(map(alike, made.values, values_of(theirs)))


@pytest.mark.parametrize("abbreviation", [(0.0, 0.7), (0.2, 0.9), (0.0, 0.33)])
def test_a_start_between_two_steps_is_rounded_down(abbreviation):
    made, theirs = control("x", abbreviation), interact_widget(abbreviation)
    assert 0 <= theirs.value - made.values[made.index] < theirs.step


@pytest.mark.parametrize(
    ("abbreviation", "default"),
    [
        ((0, 10), 7),
        ((0, 10), 0),
        ((0, 10), 10),
        ((0.0, 1.0), 0.3),
        (["a", "b"], "b"),
        ({"one": 1, "two": 2}, 2),
        ((0, 1, 1), 1),
    ],
)
def test_a_default_of_draw_is_the_start_as_in_interact(abbreviation, default):
    made, theirs = (
        control("x", abbreviation, default),
        interact_widget(abbreviation, default=default),
    )
    assert made.values[made.index] == theirs.value == default


@pytest.mark.parametrize(("abbreviation", "default"), [(10, 3), (False, True)])
def test_a_number_or_a_bool_wins_over_the_default_of_draw_as_in_interact(abbreviation, default):
    made, theirs = (
        control("x", abbreviation, default),
        interact_widget(abbreviation, default=default),
    )
    assert made.values[made.index] == theirs.value == abbreviation


def test_a_default_alone_is_an_abbreviation():
    made = explore(lambda n=2, on=True: text(f"{n} {on}")).controls
    assert made["n"].values == tuple(range(-2, 7)) and made["n"].values[made["n"].index] == 2
    assert made["on"].kind == "toggle" and made["on"].index == 1


def test_whole_numbers_stay_integers_and_numpy_scalars_become_python_ones():
    assert all(type(v) is int for v in control("x", (np.int64(0), np.int32(3))).values)
    assert all(type(v) is float for v in control("x", (np.float32(0), np.float64(1))).values)
    assert control("x", np.True_).kind == "toggle"
    assert control("x", 0.0).values[1] == 0.1


def test_float_steps_carry_no_rounding_noise():
    assert control("x", (-0.3, 0.3, 0.1)).values == (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3)


WIDGETS = [
    (ipywidgets.IntSlider(min=0, max=6, step=2, value=4), "slider", (0, 2, 4, 6), 4),
    (ipywidgets.FloatSlider(min=0, max=1, step=0.5, value=1), "slider", (0, 0.5, 1), 1),
    (ipywidgets.BoundedIntText(min=1, max=3, value=2), "slider", (1, 2, 3), 2),
    (ipywidgets.FloatLogSlider(min=-2, max=0, step=1, value=0.1), "slider", (0.01, 0.1, 1), 0.1),
    (ipywidgets.SelectionSlider(options=[1, 10, 100], value=10), "slider", (1, 10, 100), 10),
    (ipywidgets.SelectionSlider(options=["a", "b"], value="b"), "choice", ("a", "b"), "b"),
    (ipywidgets.Dropdown(options=["a", "b"], value="b"), "choice", ("a", "b"), "b"),
    (ipywidgets.Dropdown(options=[("p", (1, 2)), ("q", 3)]), "choice", ((1, 2), 3), (1, 2)),
    (ipywidgets.RadioButtons(options={"one": 1, "two": 2}, value=2), "choice", (1, 2), 2),
    (ipywidgets.ToggleButtons(options=[("x", 1), ("y", 2)], value=2), "choice", (1, 2), 2),
    (ipywidgets.Select(options=[5, 6], value=6), "choice", (5, 6), 6),
    (ipywidgets.Checkbox(value=True), "toggle", (False, True), True),
    (ipywidgets.ToggleButton(value=False), "toggle", (False, True), False),
]


@pytest.mark.parametrize(("widget", "kind", "values", "start"), WIDGETS)
def test_an_ipywidget_keeps_its_values_and_its_start(widget, kind, values, start):
    made = control("x", widget)
    assert made.kind == kind
    assert made.values == pytest.approx(values) if kind == "slider" else made.values == values
    assert made.values[made.index] == start


def test_a_control_is_called_by_its_description_else_by_its_name():
    assert control("iou_threshold", (0, 1)).label == "iou threshold"
    assert control("t", ipywidgets.IntSlider(description="steps")).label == "steps"
    assert control("t", slider([1, 2], label="steps")).label == "steps"


def test_labels_show_each_value_with_as_many_decimals():
    assert control("x", (0, 2)).labels == ("0", "1", "2")
    assert control("x", (0.0, 0.5, 0.25)).labels == ("0.00", "0.25", "0.50")
    assert slider([0.5, 1], format=".1%").labels == ("50.0%", "100.0%")
    assert slider([1, 2], format=lambda v: f"{v} px").labels == ("1 px", "2 px")
    assert toggle(True).labels == ("off", "on")


def test_decimals_are_as_few_as_show_every_value_and_six_at_most():
    assert slider([0.5, 1.0, 2.0]).labels == ("0.5", "1.0", "2.0")
    assert slider([0.123456, 1.0]).labels == ("0.123456", "1.000000")
    assert slider([0.1234567, 1.0]).labels == ("0.1235", "1")


def test_explicit_controls_start_where_they_say():
    assert slider([1, 2, 4, 8]).index == 2
    assert slider([8, 4, 2], 4).index == 1
    assert choice(["a", "b"]).index == 0 and choice(["a", "b"], "b").index == 1
    assert toggle().index == 0 and toggle(True).index == 1


def test_a_position_is_found_by_value_or_label_and_true_is_not_one():
    made = choice({"one": 1, "yes": True})
    assert [made.position("x", v) for v in (1, True, "one", "yes")] == [0, 1, 0, 1]
    assert slider([0.1, 0.3]).position("x", 0.1 + 0.2) == 1
    assert toggle().position("x", np.True_) == 1
    with pytest.raises(ValueError, match=r"x wants one of its values \['one', 'yes'\]; got 3"):
        made.position("x", 3)


BAD = [
    ("free text", r"n wants values .* got the free text 'free text' \(.*write \['free text'\]\)"),
    (ipywidgets.Text("a"), "n wants a slider, a choice or a checkbox; got Text"),
    (ipywidgets.Combobox(options=["a"]), "got Combobox"),
    (ipywidgets.SelectMultiple(options=["a"]), "got SelectMultiple"),
    (ipywidgets.IntRangeSlider(), "got IntRangeSlider"),
    (ipywidgets.IntText(3), "got IntText"),
    (ipywidgets.HBox(), "got HBox"),
    ((3, 3), r"n wants low < high; got \(3, 3\)"),
    ((5, 1), r"n wants low < high; got \(5, 1\)"),
    ((float("nan"), 1), "n wants low < high"),
    ((0, float("inf")), "n wants finite ends"),
    (float("nan"), "n wants low < high"),
    ((0, 1, 0), "n wants finite ends and step > 0"),
    ((0, 1, -1), "step > 0"),
    ((0, 1, float("nan")), "step > 0"),
    ((0, 1, 5), "n wants .*step"),
    ((0, 10**9), f"n wants at most {MAX_VALUES} values"),
    ((0, MAX_VALUES), f"n wants at most {MAX_VALUES} values"),
    ((-MAX_VALUES, MAX_VALUES), f"n wants at most {MAX_VALUES} values"),
    ([], "choice wants at least one option"),
    (["a", "a"], "choice wants options with different labels"),
    (["1", 1], "different labels"),
    (None, "n wants .* got None"),
    (object, "n wants .* got <class 'object'>"),
]


@pytest.mark.parametrize(("abbreviation", "message"), BAD, ids=lambda v: str(v)[:30])
def test_a_bad_abbreviation_is_refused_by_name(abbreviation, message):
    with pytest.raises(ValueError, match=message):
        control("n", abbreviation)


@pytest.mark.parametrize("default", [11, -1, float("nan"), "a", True])
def test_a_default_off_the_slider_is_refused(default):
    with pytest.raises(ValueError, match=f"n wants to start between 0 and 10; got {default!r}"):
        control("n", (0, 10), default)


def test_a_default_that_is_no_option_is_refused():
    with pytest.raises(ValueError, match=re.escape("wants one of its values ['a', 'b']; got 'c'")):
        control("n", ["a", "b"], "c")


@pytest.mark.parametrize(
    "values", [[1], [], [1, 1], [1, 3, 2], [0, float("nan")], ["a", "b"], [0, float("inf")]]
)
def test_a_slider_wants_at_least_two_numbers_in_order(values):
    with pytest.raises(ValueError, match="slider wants"):
        slider(values)


def test_a_place_to_type_takes_any_text():
    made = control("numbers", entry("2 3", label="your numbers"))
    assert (made.kind, made.settings, made.label) == ("entry", ("2 3",), "your numbers")
    assert made.snap("numbers", "") == made.position("numbers", "") == ""
    assert made.snap("numbers", "x" * 120) == "x" * 120
    for bad in (5, None, "x" * 121):
        with pytest.raises(ValueError, match="numbers wants text of at most 120 letters; got"):
            made.snap("numbers", bad)


def test_a_place_to_type_is_for_models():
    with pytest.raises(ValueError, match="settings that can be listed; got a place to type, n"):
        explore(lambda n: text(n), n=entry("a"))


def test_a_hidden_slider_has_no_input_of_its_own():
    figure = explore(lambda n, m: text(n + m), n=slider([1, 2], hidden=True), m=(1, 3))
    spec = json.loads(figure.payload)
    assert [c.get("hidden", False) for c in spec["controls"]] == [True, False]
    assert figure.to_html().count('type="range"') == 1
    assert "n 2" not in figure.to_html()


@pytest.mark.parametrize("name", ["layout", "payload", "comm", "controls", "open", "keys", "_x"])
def test_a_name_that_every_figure_has_is_refused(name):
    with pytest.raises(ValueError, match=f"'{name}' cannot name a control"):
        control(name, (0, 1))


def test_all_attributes_of_a_figure_and_of_its_widget_are_reserved():
    figure = explore(lambda n: text(n), n=[1, 2])
    own = {name for name in object.__dir__(figure) if not name.startswith("_")}
    of_widget = {name for name in dir(Widget) if not name.startswith("_")}
    assert own | of_widget == RESERVED
