"""Panels: what each constructor keeps, and what it refuses."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from glassbox.figures import (
    array,
    bars,
    box,
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
from glassbox.figures import panels as module

X = np.array([0.0, 1.0, 2.0])
PIXELS = np.full((4, 6, 3), 200, np.uint8)


def layers(panel):
    """Return the layers of a plot."""
    assert panel.kind == "plot"
    return panel.fields["layers"]


# What each constructor makes


def test_lines_make_a_layer_for_each_curve():
    first, second = layers(lines(X, [X, 2 * X], label=["a", "b"], dash=["solid", "dotted"]))
    assert (first["label"], first["dash"]) == ("a", "solid")
    assert (second["label"], second["dash"]) == ("b", "dotted")
    assert second["y"].tolist() == [0, 2, 4] and second["x"].tolist() == X.tolist()
    assert first["color"] != second["color"]


def test_a_mapping_names_the_curves():
    assert [layer["label"] for layer in layers(lines(X, {"p": X, "r": X}))] == ["p", "r"]


def test_scatter_bars_and_rules_make_one_layer():
    (points,) = layers(scatter(X, X, marker="cross", filled=False, size=3))
    assert (points["type"], points["marker"], points["filled"], points["size"]) == (
        "scatter", "cross", False, 3.0,
    )  # fmt: skip
    panel = bars(["a", "b"], [3, 4], texts=[3, 4], color=["red", "blue"])
    (bar,) = layers(panel)
    assert bar["x"].tolist() == [0, 1] and bar["y"].tolist() == [3, 4]
    assert bar["texts"] == ["3", "4"] and bar["colors"] == ["red", "blue"]
    assert panel.fields["xticks"] == ["a", "b"] and panel.fields["zero"] is True
    (bar,) = layers(bars(["a", "b"], [3, 4], color=iter([None, "red"])))
    assert bar["color"] == "blue" and bar["colors"] == [None, "red"]
    (rule,) = layers(rules(x=0.5, y=[1, 2]))
    assert rule["x"].tolist() == [0.5] and rule["y"].tolist() == [1, 2]
    assert scatter(X, X, yticks=[1, "b"]).fields["yticks"] == ["1", "b"]


def test_a_matrix_ignores_what_is_missing():
    fields = matrix([[NAN, 2], [3, 4]], missing=[[True, False], [False, False]]).fields
    assert fields["values"].tolist() == [[2, 2], [3, 4]], "the colours keep their range"
    assert fields["missing"].tolist() == [[1, 0], [0, 0]]
    assert matrix([[NAN]], missing=[[True]]).fields["values"].tolist() == [[0]]
    hidden = matrix([[0.2, NAN]], vmin=-1, vmax=1, missing=[[True, True]]).fields["values"]
    assert hidden.tolist() == [[0.5, 0.5]]  # its colour bar is that of fractions already
    assert matrix([[1]]).fields["missing"] is None


def test_a_matrix_names_its_kinds():
    assert matrix([[0, 1]], legend={0: "no", 1.0: "yes"}).fields["legend"] == [
        [0, "no"],
        [1, "yes"],
    ]
    assert matrix([[1]]).fields["legend"] is matrix([[1]], legend={}).fields["legend"] is None


def test_a_matrix_keeps_its_values_and_options():
    fields = matrix([[1, 2], [3, 4]], rows="ab", vmin=0, annotate=2, highlight=[(1, 0)]).fields
    assert fields["values"].tolist() == [[1, 2], [3, 4]]
    assert fields["rows"] == ["a", "b"] and fields["columns"] is None
    assert (fields["vmin"], fields["vmax"], fields["annotate"]) == (0.0, None, 2)
    assert fields["highlight"] == [(1, 0)]


def test_an_image_carries_its_pixels_as_a_picture_of_the_same_size():
    fields = image(PIXELS, boxes=[box(1, 1, 3, 2, label="a", fill=0.5)]).fields
    assert (fields["width"], fields["height"]) == (6, 4)
    picture = Image.open(io.BytesIO(base64.b64decode(fields["src"].split(",")[1])))
    assert picture.size == (6, 4)
    assert np.abs(np.asarray(picture).astype(int) - PIXELS).max() < 8
    (only,) = fields["boxes"]
    assert [only[k] for k in ("x1", "y1", "x2", "y2", "label", "fill")] == [1, 1, 3, 2, "a", 0.5]


def test_without_pillow_a_picture_travels_as_a_png_that_any_reader_opens(monkeypatch):
    pixels = np.random.default_rng(3).integers(0, 256, (5, 7, 3), dtype=np.uint8)

    def gone(*_):
        raise ImportError

    monkeypatch.setattr(module, "webp", gone)
    head, content = image(pixels).fields["src"].split(",")
    assert head == "data:image/png;base64"
    assert (np.array(Image.open(io.BytesIO(base64.b64decode(content)))) == pixels).all()


def test_an_image_without_pixels_is_an_empty_sheet():
    fields = image(width=30, height=20).fields
    assert (fields["src"], fields["width"], fields["height"]) == (None, 30.0, 20.0)


def test_text_and_table_write_their_cells_as_str_does():
    assert text(12).fields["text"] == "12"
    fields = table(["n", "half"], [[1, 0.5], [2, "one"]], highlight=[1]).fields
    assert fields["rows"] == [["1", "0.5"], ["2", "one"]] and fields["highlight"] == [1]


def test_numpy_scalars_and_lists_are_as_good_as_arrays():
    panel = lines(list(X), tuple(X), width=np.float32(2), xlim=(np.int64(0), np.float64(3)))
    assert panel.fields["xlim"] == [0.0, 3.0]
    assert box(*np.array([1, 2, 3, 4]))["x2"] == 3
    assert matrix([[np.float32(1), np.int8(2)]], annotate=np.int64(1), vmax=np.float64(9))
    assert layers(lines(X, [True, False, True]))[0]["y"].tolist() == [1, 0, 1]


def test_empty_curves_are_curves():
    assert layers(lines([], []))[0]["y"].size == 0
    assert layers(scatter([], []))[0]["x"].size == 0
    assert bars([], []).fields["xticks"] == []


CALLS = [
    lambda a: lines(a, np.stack([a, a]), drag=drag("n", a, a)),
    lambda a: scatter(a, a, texts=list(a)),
    lambda a: bars([1, 2, 3], a),
    lambda a: rules(x=a),
    lambda a: matrix([a, a]),
    lambda a: lines(a, a) + scatter(a, a),
]


@pytest.mark.parametrize("call", CALLS)
def test_inputs_are_not_mutated_and_later_changes_to_them_do_not_reach_the_panel(call):
    a = np.array([3.0, 1.0, 2.0])
    panel = call(a)
    assert a.tolist() == [3.0, 1.0, 2.0]
    a[:] = 9
    held = [panel.fields.get("values")] + [
        layer[axis] for layer in panel.fields.get("layers", []) for axis in "xy" if axis in layer
    ]
    assert not any((array == 9).any() for array in held if array is not None)


# Overlays


def test_overlays_keep_all_layers_in_order_and_give_each_its_own_color():
    both = lines(X, [X, X]) + scatter(X, X) + rules(y=0)
    assert [layer["type"] for layer in layers(both)] == ["lines", "lines", "scatter", "rules"]
    colors = [layer["color"] for layer in layers(both)]
    assert colors == ["blue", "orange", "green", "muted"]


def test_a_color_that_was_named_is_kept_in_an_overlay():
    both = lines(X, X, color="red") + scatter(X, X) + scatter(X, X, color="blue")
    assert [layer["color"] for layer in layers(both)] == ["red", "blue", "blue"]


def test_the_left_option_wins_and_what_it_leaves_open_comes_from_the_right():
    both = lines(X, X, title="left", xlim=(0, 1)) + scatter(X, X, title="right", ylabel="y")
    assert (both.fields["title"], both.fields["ylabel"]) == ("left", "y")
    assert both.fields["xlim"] == [0.0, 1.0]


def test_options_of_the_right_reach_the_axes_also_where_the_left_has_a_default():
    both = lines([1, 2], [3, 4]) + scatter([1, 2], [3, 4], xscale="log", equal=True)
    assert both.fields["xscale"] == "log" and both.fields["equal"] is True
    assert (lines([0, 1], [3, 4]) + bars(["a", "b"], [3, 4])).fields["zero"] is True


def test_a_log_axis_holds_for_both_sides_of_an_overlay():
    with pytest.raises(ValueError, match=r"xscale='log' wants x > 0; the smallest is 0"):
        lines(X, X) + scatter([1], [1], xscale="log")


def test_an_overlay_leaves_its_parts_as_they_were():
    left, right = lines(X, X), scatter(X, X)
    left + right
    assert len(layers(left)) == len(layers(right)) == 1
    assert layers(right)[0]["color"] == "blue"


def test_only_plots_overlay():
    with pytest.raises(
        ValueError, match=r"wants lines, scatter, bars or rules; got plot \+ matrix"
    ):
        lines(X, X) + matrix([[1]])
    with pytest.raises(TypeError):
        lines(X, X) + 3


# What is refused

NAN, INF = float("nan"), float("inf")

BAD_VALUES = [
    (lambda: lines(X, [1, 2]), "y wants 3 values a curve, as many as x; got 2"),
    (lambda: lines(X, [[1, 2, 3], [1, 2]]), "y wants a rectangular array of numbers"),
    (lambda: lines(X, [1, NAN, 3]), r"y wants finite numbers; got nan at index \(1,\)"),
    (lambda: lines(X, [X, [1, 2, -INF]]), r"y wants finite numbers; got -inf at index \(1, 2\)"),
    (lambda: lines([X, X], X), r"x wants a 1-D array; got shape \(2, 3\)"),
    (lambda: lines(X, np.zeros((2, 2, 3))), r"y wants a 1-D or 2-D array; got shape \(2, 2, 3\)"),
    (lambda: lines(X, ["a", "b", "c"]), "y wants a rectangular array of numbers"),
    (lambda: lines(X, X * 1j), "y wants a rectangular array of numbers"),
    (lambda: lines(X, None), "y wants a rectangular array of numbers; got None"),
    (lambda: lines(X, [X, X], label=["a"]), r"label wants one value a curve \(2\); got 1"),
    (lambda: lines(X, X, color="pink"), "color wants one of blue, .*; got 'pink'"),
    (lambda: lines(X, X, dash="dashdot"), "dash wants one of solid, dashed, dotted; got 'dashdot'"),
    (lambda: lines(X, X, step="mid"), "step wants one of after, before, middle; got 'mid'"),
    (lambda: lines(X, X, width=0), "width wants a number > 0; got 0"),
    (lambda: lines(X, X, xlim=(1, 1)), r"xlim wants \(low, high\) with low < high; got \(1, 1\)"),
    (lambda: lines(X, X, ylim=(0, 1, 2)), r"ylim wants \(low, high\)"),
    (lambda: lines(X, X, ylim=(0, NAN)), "ylim wants finite numbers"),
    (lambda: lines(X, X, yscale="sqrt"), "yscale wants one of linear, log; got 'sqrt'"),
    (lambda: lines(X, X + 1, xscale="log"), "xscale='log' wants x > 0; the smallest is 0"),
    (lambda: lines(X, X + 1, yscale="log", ylim=(0, 1)), "yscale='log' wants y > 0"),
    (
        lambda: lines(X + 1, X, xscale="log", drag=drag("n", [0.0, 1])),
        "xscale='log' wants x > 0",
    ),
    (lambda: scatter(X, [1]), "y wants 3 values, as many as x; got 1"),
    (lambda: scatter(X, X, marker="star"), "marker wants one of circle"),
    (lambda: scatter(X, X, size=NAN), "size wants finite numbers"),
    (lambda: scatter(X, X, texts=["a"]), "texts wants 3 strings; got 1"),
    (lambda: scatter(X, X, pick=pick("n", [1])), r"pick wants one value an item \(3\); got 1"),
    (lambda: bars(["a"], [1, 2]), "heights wants 1 values, as many as labels; got 2"),
    (lambda: bars(["a", "b"], [1, INF]), "heights wants finite numbers; got inf"),
    (lambda: bars(["a", "b"], [1, 2], color=["red"]), "color wants 2 values"),
    (lambda: bars(["a", "b"], [1, 2], color=["red", "pink"]), "color wants one of"),
    (lambda: bars(["a"], [0], yscale="log"), "yscale='log' wants y > 0"),
    (lambda: rules(), "rules wants at least one position"),
    (lambda: rules(x=[1, NAN]), "x wants finite numbers"),
    (lambda: matrix([[1, 2], [3]]), "values wants a rectangular array of numbers"),
    (lambda: matrix([1, 2]), r"values wants a 2-D array; got shape \(2,\)"),
    (lambda: matrix(np.zeros((0, 3))), r"values wants at least one cell; got shape \(0, 3\)"),
    (lambda: matrix([[NAN]]), "values wants finite numbers"),
    (lambda: matrix([[NAN, NAN]], missing=[[True, False]]), "values wants finite numbers"),
    (lambda: matrix([[1]], missing=[True]), r"missing wants booleans of shape \(1, 1\).*\(1,\)"),
    (lambda: matrix([[1]], missing=[[1]]), r"missing wants booleans .*; got int64"),
    (lambda: matrix([[1]], legend={NAN: "no"}), "legend wants finite numbers"),
    (lambda: matrix([[1]], rows=["a", "b"]), "rows wants 1 strings; got 2"),
    (lambda: matrix([[1]], columns=[]), "columns wants 1 strings; got 0"),
    (lambda: matrix([[1]], colormap="jet"), "colormap wants one of blues"),
    (lambda: matrix([[1]], vmin=2, vmax=1), "vmin wants to be below vmax; got 2.0 and 1.0"),
    (lambda: matrix([[1]], vmin=1, vmax=1), "vmin wants to be below vmax; got 1.0 and 1.0"),
    (lambda: matrix([[1]], vmin=NAN), "vmin wants finite numbers"),
    (lambda: matrix([[1]], annotate=-1), "annotate wants a whole number from 0 to 12; got -1"),
    (lambda: matrix([[1]], annotate=13), "annotate wants a whole number from 0 to 12; got 13"),
    (lambda: matrix([[1]], annotate=0.5), "annotate wants a whole number from 0 to 12; got 0.5"),
    (lambda: matrix([[1]], annotate=True), "annotate wants a whole number"),
    (lambda: matrix(np.zeros((21, 20)), annotate=0), "annotate wants at most 400 cells; got 420"),
    (lambda: matrix(np.zeros((1, 401)), annotate=0), "annotate wants at most 400 cells; got 401"),
    (lambda: matrix([[1]], highlight=[(0, 1)]), r"highlight wants cells inside shape \(1, 1\)"),
    (lambda: matrix([[1]], highlight=[(-1, 0)]), "highlight wants cells inside"),
    (lambda: matrix([[1]], highlight=[(1, 0)]), "highlight wants cells inside"),
    (lambda: matrix([[1]], highlight=[(0, -1)]), "highlight wants cells inside"),
    (lambda: image(), "width wants a number > 0; got None"),
    (lambda: image(width=3, height=-1), "height wants a number > 0; got -1"),
    (lambda: image(PIXELS / 255), "pixels wants uint8 .* got float64"),
    (lambda: image(PIXELS[..., 0]), r"got uint8 of shape \(4, 6\)"),
    (lambda: image(PIXELS[..., :2]), r"got uint8 of shape \(4, 6, 2\)"),
    (lambda: image(PIXELS.astype(int)), r"got int64 of shape \(4, 6, 3\)"),
    (lambda: image(PIXELS[:0]), r"got uint8 of shape \(0, 6, 3\)"),
    (lambda: image(PIXELS, boxes=[(0, 0, 1, 1)]), r"boxes\[0\] wants a box\(...\)"),
    (lambda: image(PIXELS, boxes=[box(0, 0, 1, 1)], pick=pick("n", [])), "pick wants one value"),
    (lambda: box(2, 0, 1, 1), "box wants x1 <= x2 and y1 <= y2"),
    (lambda: box(0, 2, 1, 1), "box wants x1 <= x2 and y1 <= y2"),
    (lambda: box(0, 0, NAN, 1), "box wants finite numbers"),
    (lambda: box(0, 0, 1, 1, fill=2), "fill wants an opacity from 0 to 1; got 2"),
    (lambda: box(0, 0, 1, 1, fill=-0.1), "fill wants an opacity from 0 to 1; got -0.1"),
    (lambda: box(0, 0, 1, 1, fill=NAN), "fill wants an opacity"),
    (lambda: box(0, 0, 1, 1, color="pink"), "color wants one of"),
    (lambda: table(["a"], [[1], [1, 2]]), r"rows\[1\] wants 1 cells, one a column; got 2"),
    (lambda: table(["a"], [[1]], highlight=[1]), "highlight wants rows from 0 to 0; got 1"),
    (lambda: table(["a"], [[1]], highlight=[-1]), "highlight wants rows from 0 to 0; got -1"),
    (lambda: tree(["a"], [-2]), r"parents\[0\] wants one of 1 nodes, or -1 \(a root\); got -2"),
    (lambda: tree(["a"], [-1], marks={-1: "read"}), "marks wants nodes from 0 to 0; got -1"),
    (lambda: array([1], marks={-1: "read"}), "marks wants cells of the array; got -1"),
    (lambda: table(["a"], [[1]], pick=pick("n", [])), "pick wants one value"),
    (lambda: drag("n", [1, NAN]), "x wants finite numbers"),
    (lambda: drag("n", [1, 2], [1]), "y wants 2 values, as many as x; got 1"),
    (lambda: pick_cell(), "pick_cell wants the name of a row control"),
]


@pytest.mark.parametrize(("call", "message"), BAD_VALUES, ids=[m[:50] for _, m in BAD_VALUES])
def test_a_bad_value_is_refused_with_what_was_wanted_and_what_came(call, message):
    with pytest.raises(ValueError, match=message):
        call()


EDGES = [
    lambda: matrix(np.zeros((20, 20)), annotate=12, highlight=[(0, 0), (19, 19)]),
    lambda: box(1, 2, 1, 2, fill=1),
    lambda: table(["a"], [[1], [2]], highlight=[0, 1]),
    lambda: tree("ab", [1, -1], marks={0: "read", 1: "path"}),
    lambda: array([1, 2], marks={0: "read", 1: "path"}),
    lambda: fold(**FOLD, share=0),
    lambda: fold(**FOLD, share=1),
    lambda: worksheet(["0", "1"], "a"),
    lambda: worksheet(["0", "1"], "ab", begin=1),
    lambda: lines([5e-324], [1], xscale="log"),
]


@pytest.mark.parametrize("call", EDGES)
def test_what_is_just_allowed_is_drawn(call):
    call()


BAD_OPTIONS = [
    (lambda: lines(X, X, colour="red"), "no option 'colour'; did you mean 'color'"),
    (lambda: lines(X, X, xlabl="t"), "no option 'xlabl'; did you mean 'xlabel'"),
    (lambda: scatter(X, X, y_scale="log"), "no option 'y_scale'; did you mean 'yscale'"),
    (lambda: bars(["a"], [1], qqq=1), "no option 'qqq'; it knows title, xlabel"),
    (lambda: rules(x=1, zlim=(0, 1)), "did you mean '[xy]lim'"),
    (lambda: matrix([[1]], colourmap="blues"), "unexpected keyword"),
    (lambda: scatter(X, X, pick="n"), r"pick wants pick\(control, values\); got 'n'"),
    (lambda: scatter(X, X, pick=pick_cell("n")), r"pick wants pick\(control, values\)"),
    (lambda: matrix([[1]], pick=pick("n", [1])), r"pick wants pick_cell\(row, column\)"),
    (lambda: lines(X, X, drag="n"), r"drag wants drag\(control, x, y\); got 'n'"),
    (lambda: lines(X, X, handles=["n"]), r"handles wants drag\(control, x, y\) each; got 'n'"),
]


@pytest.mark.parametrize(("call", "message"), BAD_OPTIONS, ids=[m[:50] for _, m in BAD_OPTIONS])
def test_an_unknown_option_is_refused_with_a_hint(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_an_error_quotes_at_most_sixty_characters_of_the_value():
    with pytest.raises(ValueError, match=re.escape("...")) as caught:
        lines(X, ["a very long string"] * 100)
    assert len(str(caught.value)) < 120
    for length in (60, 61):
        with pytest.raises(ValueError) as caught:
            lines(X, "a" * (length - 2))
        quoted = str(caught.value).partition("; got ")[2]
        assert len(quoted) == 60 and quoted.endswith("'" if length == 60 else "...")


def test_a_caller_names_the_marks_of_an_array_and_of_a_tree():
    named = {"path": "the winner", "faint": ""}
    for panel in (array([1, 2], legend=named), tree([1, 2], [-1, 0], legend=named)):
        assert panel.fields["legend"] == named
    assert array([1, 2]).fields["legend"] is None
    with pytest.raises(ValueError, match="legend wants one of read, write"):
        array([1, 2], legend={"paths": "the winner"})


# --- fold --------------------------------------------------------------------------------------

FOLD = {
    "parents": [-1, 0, 0], "cells": [(1, 1), (0, 1), (0, 1)], "rows": ["0", "1"],
    "columns": range(2), "values": {(1, 1): 3, (0, 1): 0}, "texts": {(1, 1): "a", (0, 1): "b"},
}  # fmt: skip


def test_nodes_of_one_cell_share_its_value_and_text():
    fields = fold(**FOLD, share=0.5).fields
    assert (fields["values"], fields["texts"]) == (["3", "0"], ["a", "b"])
    assert fields["columns"] == ["0", "1"] and fields["share"] == 0.5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parents": [-1, 2, 0]}, r"parents\[1\] wants an earlier node"),
        ({"parents": [-1, 0]}, "cells wants 2 values, as many as parents; got 3"),
        ({"cells": [(1, 1), (0, 1), (0, 2)]}, r"cells wants cells of 2 x 2; got \(0, 2\)"),
        ({"values": {(1, 1): 3}}, r"values wants one entry a cell; \(0, 1\) has none"),
        ({"cells": [(1, 1), (0, 1), (2, 1)]}, r"cells wants cells of 2 x 2; got \(2, 1\)"),
        ({"cells": [(1, 1), (0, 1), (-1, 1)]}, r"cells wants cells of 2 x 2; got \(-1, 1\)"),
        ({"cells": [(1, 1), (0, 1), (1, -1)]}, r"cells wants cells of 2 x 2; got \(1, -1\)"),
        ({"texts": {(1, 1): "a"}}, r"texts wants one entry a cell; \(0, 1\) has none"),
        ({"parents": [0, 0, 0]}, r"parents\[0\] wants an earlier node"),
        ({"parents": [-1, 1, 0]}, r"parents\[1\] wants an earlier node"),
        ({"parents": [-1, 0, -1]}, r"parents\[2\] wants an earlier node"),
        ({"share": 1.5}, "share wants a number from 0 to 1; got 1.5"),
        ({"share": -0.5}, "share wants a number from 0 to 1; got -0.5"),
    ],
)
def test_a_fold_that_does_not_fit_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        fold(**{**FOLD, **changes})


# --- worksheet ---------------------------------------------------------------------------------

SHEET = {
    "rows": ["0", "1"], "columns": range(2), "cells": [[0, 0], [0, 5]],
    "sources": {(1, 0): [(0, 0)], (1, 1): [(0, 1), (0, 0)]},
    "choices": {(1, 1): {0: "no", 5: "yes"}},
    "texts": [["a", "b"], ["c", "d"]], "hints": {(1, 0): "up", (1, 1): "up and left"},
}  # fmt: skip


def test_a_worksheet_lays_out_what_is_to_be_filled():
    fields = worksheet(**SHEET, begin=1).fields
    assert fields["cells"] == [["0", "0"], ["0", "5"]]
    assert fields["sources"] == [[[[0, 0]], [[0, 1], [0, 0]]]]
    assert fields["choices"] == [[[], [["0", "no"], ["5", "yes"]]]]
    assert fields["hints"] == [["up", "up and left"]] and fields["begin"] == 1


def test_a_worksheet_needs_neither_words_nor_hints():
    fields = worksheet(**{**SHEET, "texts": None, "hints": None}).fields
    assert fields["texts"] == [["", ""], ["", ""]] and fields["hints"] == [["", ""]]


def test_a_worksheet_may_be_wider_than_high():
    sources = {(1, c): [(0, c)] for c in range(3)}
    fields = worksheet("ab", "cde", cells=[[1, 2, 3]] * 2, sources=sources).fields
    assert fields["texts"] == [["", "", ""]] * 2 and fields["cells"] == [["1", "2", "3"]] * 2


def test_a_worksheet_without_cells_is_for_the_machine():
    fields = worksheet(range(3), range(1000)).fields
    assert fields["cells"] is fields["sources"] is None and fields["pace"] == 30


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": ["0"], "cells": [[0, 0]]}, "worksheet wants two rows and a column; got 1, 2"),
        ({"begin": 2}, "begin wants a number of cells below 2; got 2"),
        ({"begin": -1}, "begin wants a number of cells below 2; got -1"),
        ({"cells": [[0, 0], [0]]}, "cells wants 2 rows of 2 cells"),
        ({"sources": {(1, 0): [(0, 0)]}}, r"sources wants cells before \(1, 1\); got None"),
        ({"sources": {(1, 0): [(1, 0)]}}, r"sources wants cells before \(1, 0\); got"),
        ({"choices": {(1, 1): {0: "no"}}}, r"choices wants '5' at \(1, 1\); got \[0\]"),
        ({"pace": 0}, "pace wants a number > 0"),
    ],
)
def test_a_worksheet_that_cannot_be_filled_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        worksheet(**{**SHEET, **changes})
