"""The figure: from draw to frames, to traits in a notebook, to markup in the book."""

import itertools
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import ipywidgets
import numpy as np
import pytest
import traitlets

from glassbox.figures import (
    Figure,
    array,
    bars,
    box,
    choice,
    drag,
    explore,
    image,
    lines,
    matrix,
    pick,
    pick_cell,
    rules,
    scatter,
    simulate,
    slider,
    table,
    text,
)
from glassbox.figures import figure as module

X = np.array([0.0, 1.0, 2.0])


def spec(figure):
    """Return the payload, read back."""
    return json.loads(figure.payload)


def field(figure, name, place=0):
    """Return the distinct values that a field takes over all frames, in order."""
    payload = spec(figure)
    panel = payload["panels"][place]
    column = panel["vary"].get(name, [panel["base"].get(name)])
    return [payload["pool"][i] for i in dict.fromkeys(column)]


# Frames


def test_draw_is_called_once_for_each_setting_the_last_control_fastest():
    calls = []

    def draw(a, b):
        calls.append((a, b))
        return text("")

    explore(draw, a=["x", "y"], b=(1, 3))
    assert calls == list(itertools.product(["x", "y"], [1, 2, 3]))


def test_a_figure_without_controls_has_one_frame():
    figure = explore(lambda: text("alone"))
    assert field(figure, "text") == ["alone"] and figure.controls == {}


def test_a_draw_that_reuses_its_arrays_gets_the_frames_it_drew():
    x, grid = np.zeros(2), np.zeros((2, 2))

    def draw(n):
        x[:], grid[:] = n, n
        return [lines(x, x), matrix(grid)]

    figure = explore(draw, n=(1, 3))
    assert [layers[0]["x"] for layers in field(figure, "layers")] == [[1, 1], [2, 2], [3, 3]]
    assert [values[0][0] for values in field(figure, "values", place=1)] == [1, 2, 3]


def test_controls_stand_in_the_order_of_the_call_then_of_the_other_defaults():
    figure = explore(lambda a, b=True, c=(0, 2), d=1: text(""), d=(0, 2), a=[1])
    assert list(figure.controls) == ["d", "a", "b", "c"]
    assert list(explore(lambda **given: text(""), z=[1], y=[2]).controls) == ["z", "y"]


def test_too_many_settings_are_refused_with_the_count():
    with pytest.raises(ValueError, match=r"at most 20000 settings; got a 1001 x b 1001 = 1002001"):
        explore(lambda a, b: text(""), a=(0, 1000), b=(0, 1000))


def test_as_many_settings_as_are_allowed_are_drawn(monkeypatch):
    monkeypatch.setattr(module, "MAX_FRAMES", 6)
    assert len(field(explore(lambda a, b: text(f"{a}{b}"), a=(1, 3), b=[1, 2]), "text")) == 6
    with pytest.raises(ValueError, match=r"at most 6 settings; got a 7 = 7"):
        explore(lambda a: text(""), a=(1, 7))


def test_a_control_that_draw_does_not_take_is_refused():
    with pytest.raises(TypeError, match="draw wants a, b; got a control 'c'"):
        explore(lambda a=1, b=2: text(""), c=(0, 1))


def test_an_argument_without_a_control_is_refused():
    with pytest.raises(TypeError, match=r"'b': explore\(..., b=...\) makes its control"):
        explore(lambda a, b: text(""), a=(0, 1))


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "draw wants to return panels; got NoneType for {'n': 1}"),
        ("words", "got str for {'n': 1}"),
        ([text(""), 3], "got int for {'n': 1}"),
        ([], "draw wants to return at least one panel; got none for {'n': 1}"),
    ],
)
def test_a_draw_that_returns_no_panel_is_refused_with_its_setting(returned, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        explore(lambda n: returned, n=[1, 2])


def test_an_error_in_draw_names_its_frame():
    with pytest.raises(ZeroDivisionError) as caught:
        explore(lambda n: text(1 / (n - 2)), n=(1, 3))
    assert caught.value.__notes__ == ["while drawing the frame {'n': 2}"]


@pytest.mark.parametrize(
    "draw", [lambda n: [text(""), matrix([[1]])][n], lambda n: [text("")] * (n + 1)]
)
def test_panels_that_change_their_kind_or_number_are_refused(draw):
    with pytest.raises(ValueError, match=r"same kinds of panels for every setting.* in frame 1"):
        explore(draw, n=[0, 1])


@pytest.fixture
def bars_made(monkeypatch):
    """Collect what progress bars are asked for, and show one at once."""
    import tqdm.auto

    made, real = [], tqdm.auto.tqdm

    def bar(**options):
        made.append(options)
        return real(**options)

    monkeypatch.setattr(tqdm.auto, "tqdm", bar)
    monkeypatch.setattr(module, "PATIENCE", -1)
    return made


def test_long_precomputation_shows_its_progress(bars_made, monkeypatch, capsys):
    explore(lambda a, b: text(""), a=(1, 3), b=[1, 2])
    assert [bar["total"] for bar in bars_made] == [6]
    assert "6" in capsys.readouterr().err
    monkeypatch.setenv(module.BOOK, "1")
    explore(lambda a: text(""), a=(1, 3))
    assert len(bars_made) == 1


def test_a_short_one_and_one_without_tqdm_show_none(bars_made, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    explore(lambda a: text(""), a=(1, 3))
    monkeypatch.setattr(module, "PATIENCE", -1)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    explore(lambda a: text(""), a=(1, 3))
    assert not bars_made


# Shared scales


def test_open_limits_hold_the_data_of_all_frames():
    (xlim,), (ylim,) = (
        field(explore(lambda n: lines(X, n * X), n=(1, 5)), name) for name in ("xlim", "ylim")
    )
    assert xlim == pytest.approx([-0.1, 2.1]) and ylim == pytest.approx([-0.5, 10.5])


def test_limits_that_were_given_are_kept():
    figure = explore(lambda n: lines(X, n * X, ylim=(0, n)), n=(1, 3))
    assert field(figure, "ylim") == [[0, 1], [0, 2], [0, 3]]


def test_bars_and_filled_curves_stand_on_zero():
    assert field(explore(lambda n: bars(["a"], [n]), n=(5, 10)), "ylim") == [[0, 10.5]]
    (ylim,) = field(explore(lambda n: lines(X, X + n, fill=True), n=(5, 6)), "ylim")
    assert ylim[0] == 0
    (ylim,) = field(explore(lambda n: bars(["a"], [-n]), n=(5, 10)), "ylim")
    assert ylim[0] < -10 and ylim[1] > 0


def test_rules_and_constant_or_empty_data_have_limits():
    figure = explore(lambda n: lines(X, X * 0 + 3) + rules(y=n), n=(7, 9))
    (ylim,) = field(figure, "ylim")
    assert ylim[0] < 3 and ylim[1] > 9
    for value in (0, 3, -1e17, 1e-12):
        ((low, high),) = field(explore(lambda v=value: lines(X, X * 0 + v), v=[value]), "ylim")
        assert low < value < high
    assert field(explore(lambda: lines([], [])), "ylim") == [[0, 1]]


def test_log_limits_are_positive_with_a_margin_in_decades():
    (ylim,) = field(explore(lambda n: lines(X, 10.0**n + 0 * X, yscale="log"), n=(0, 4)), "ylim")
    assert 0.5 < ylim[0] < 1 and 1e4 < ylim[1] < 2e4
    assert field(explore(lambda: lines(X, X * 0 + 10, yscale="log")), "ylim") == [[5, 20]]


def test_a_scale_that_is_chosen_gets_limits_of_its_own():
    figure = explore(lambda s: lines(X, [1, 10, 1000], yscale=s), s=["linear", "log"])
    linear, log = field(figure, "ylim")
    assert linear[0] < 0 < log[0]


def test_the_colours_of_a_matrix_mean_the_same_in_all_frames():
    figure = explore(lambda n: matrix([[0, n]]), n=(1, 5))
    assert (field(figure, "vmin"), field(figure, "vmax")) == ([0], [5])
    figure = explore(lambda n: matrix([[-n, 2]], colormap="diverging"), n=(1, 5))
    assert (field(figure, "vmin"), field(figure, "vmax")) == ([-5], [5])
    figure = explore(lambda n: matrix([[0, n]], vmin=-1, vmax=9), n=(1, 5))
    assert (field(figure, "vmin"), field(figure, "vmax")) == ([-1], [9])


@pytest.mark.parametrize(
    ("values", "given", "colormap", "ends"),
    [
        ([[-1, 2]], None, "diverging", (-2, 2)),
        ([[-3, 2]], None, "diverging", (-3, 3)),
        ([[0, 2]], None, None, (0, 2)),
        ([[-1, 2]], "blues", "blues", (-1, 2)),
    ],
)
def test_a_matrix_with_negative_values_has_two_hues_alike_on_both_sides(
    values, given, colormap, ends
):
    (panel,) = explore(lambda: matrix(values, colormap=given)).at()
    assert (panel["colormap"], panel["vmin"], panel["vmax"]) == (colormap, *ends)


# Panels that set controls


def test_a_drag_has_a_place_for_each_value_of_its_control():
    figure = explore(lambda n: lines(X, X, drag=drag("n", X)), n=(1, 3))
    assert field(figure, "drag") == [{"control": "n", "x": [0, 1, 2], "y": None}]
    said = "drag wants 4 positions, one a value of n; got 3"
    with pytest.raises(ValueError, match=said):
        explore(lambda n: lines(X, X, drag=drag("n", X)), n=(1, 4))
    with pytest.raises(ValueError, match=said):
        explore(lambda n: lines(X, X, handles=[drag("n", X)]), n=(1, 4))


@pytest.mark.parametrize(
    "draw",
    [
        lambda n: lines(X, X, drag=drag("m", X)),
        lambda n: scatter(X, X, pick=pick("m", [1, 2, 3])),
        lambda n: matrix([[1]], pick=pick_cell("m")),
        lambda n: matrix([[1]], pick=pick_cell(column="m")),
        lambda n: table(["a"], [[1]], pick=pick("m", [1])),
        lambda n: image(width=9, height=9, boxes=[box(0, 0, 1, 1)], pick=pick("m", [1])),
    ],
)
def test_a_panel_that_sets_an_unknown_control_is_refused(draw):
    with pytest.raises(ValueError, match=r"wants the name of a control \(n\); got 'm'"):
        explore(draw, n=(1, 3))


def test_picked_values_become_positions():
    figure = explore(lambda n: scatter(X, X, pick=pick("n", [30, 10, 20])), n=slider([10, 20, 30]))
    assert field(figure, "layers")[0][0]["pick"] == {"control": "n", "values": [2, 0, 1]}
    figure = explore(
        lambda m: table(["m"], [[1], [2]], pick=pick("m", ["two", 1])),
        m=choice({"one": 1, "two": 2}),
    )
    assert field(figure, "pick") == [{"control": "m", "values": [1, 0]}]


def test_a_picked_value_that_the_control_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"n wants one of its values \['1', '2', '3'\]; got 4"):
        explore(lambda n: scatter(X, X, pick=pick("n", [1, 2, 4])), n=(1, 3))


def test_picked_cells_have_a_row_for_each_value():
    figure = explore(lambda n: matrix(np.eye(3), pick=pick_cell(row="n")), n=(1, 3))
    assert field(figure, "pick") == [{"row": "n", "column": None}]
    ragged = explore(lambda n: array([[1], [2, 3, 4]], pick=pick_cell(column="n")), n=(1, 3))
    assert field(ragged, "pick") == [{"row": None, "column": "n"}]
    listed = explore(lambda n: array([1, 2, 3], pick=pick("n", [3, 2, 1])), n=(1, 3))
    assert field(listed, "pick") == [{"control": "n", "values": [2, 1, 0]}]
    with pytest.raises(ValueError, match="pick_cell wants 2 values of n, one a column; it has 3"):
        explore(lambda n: matrix(np.ones((3, 2)), pick=pick_cell(column="n")), n=(1, 3))


# Models


def test_simulate_sends_the_model_and_its_constants_instead_of_frames():
    figure = simulate("mean_average_precision.iou", x=(0, 9), constants={"truth": [0, 0, 2, 2]})
    payload = spec(figure)
    assert payload["model"] == "mean_average_precision.iou"
    assert payload["constants"] == {"truth": [0, 0, 2, 2]}
    assert "pool" not in payload and figure.x == 4


def test_a_model_receives_the_values_behind_the_labels_of_a_choice():
    (control,) = spec(simulate("adam.race", x=choice({"much": 0.5, "little": 0.1})))["controls"]
    assert control["labels"] == control["values"] == ["much", "little"]
    assert control["given"] == [0.5, 0.1]
    (control,) = spec(simulate("adam.race", x=choice(["a", "b"])))["controls"]
    assert "given" not in control


def test_the_panels_of_a_model_can_be_asked_for():
    figure = simulate("mean_average_precision.iou", **BOXES)
    words = figure.at(x=90, y=50, width=120, height=100)[0]["describe"]
    assert "IoU 1.000" in words and "a hit" in words
    assert figure.at(x=91)[1]["layers"][0]["label"] == "needed for a hit"


def test_the_script_of_a_model_travels_with_the_widget():
    widget = simulate("mean_average_precision.iou", **BOXES).widget()
    assert "mean_average_precision" in widget.script
    assert explore(lambda n: text(n), n=[1]).widget().script == ""


@pytest.mark.parametrize("model", ["nothing", "race", "adam.nothing", "../render", ""])
def test_simulate_wants_a_model_that_exists(model):
    with pytest.raises(ValueError, match=f"simulate wants .*; got '{model}'"):
        simulate(model, x=(0, 9))


# In a notebook: a widget


@pytest.fixture
def figure():
    """Return a figure with a control of each kind."""
    return explore(
        lambda n, s, kind, on: text(f"{n} {s} {kind} {on}"),
        n=(0, 10), s=(0.0, 1.0, 0.25), kind=["a", "b"], on=False, title="T", caption="C",
    )  # fmt: skip


def test_a_figure_gives_a_widget_that_sits_in_a_box(figure):
    widget = figure.widget()
    assert isinstance(widget, ipywidgets.DOMWidget) and figure.widget() is widget
    assert ipywidgets.HBox([widget, ipywidgets.IntSlider()]).children[0] is widget


def test_controls_are_synced_traits_at_their_start(figure):
    state = figure.widget().get_state()
    assert {name: state[name] for name in figure.controls} == {
        "n": 5, "s": 0.5, "kind": "a", "on": False,
    }  # fmt: skip
    assert json.loads(state["payload"])["title"] == "T"
    assert all(figure.widget().trait_metadata(name, "sync") for name in figure.controls)


def test_a_widget_starts_where_the_figure_is_and_both_move_together(figure):
    figure.n = 7
    widget = figure.widget()
    assert widget.n == 7
    widget.n = 2
    figure.kind = "b"
    assert (figure.n, widget.kind) == (2, "b")


def test_what_is_no_control_is_neither_read_nor_set(figure):
    with pytest.raises(AttributeError, match="no 'm'; its controls are n, s, kind, on"):
        print(figure.m)
    with pytest.raises(AttributeError, match="no control 'm'; it has n, s, kind, on"):
        figure.m = 3
    assert set(figure.controls) <= set(dir(figure))


def test_two_figures_do_not_share_controls():
    one, two = (explore(lambda n: text(n), n=(0, top)) for top in (4, 9))
    one.n = 0
    assert two.n == 4
    two.n = 9
    with pytest.raises(ValueError, match="n wants a number from 0 to 4; got 9"):
        one.n = 9


def test_observe_fires(figure):
    heard = []
    figure.observe(lambda change: heard.append((change.old, change.new)), "n")
    figure.n = 7
    figure.n = 7
    assert heard == [(5, 7)]
    everything = lambda change: heard.append(change.name)  # noqa: E731
    figure.observe(everything)
    figure.kind = "b"
    figure.unobserve(everything)
    figure.kind = "a"
    assert heard == [(5, 7), "kind"]


def test_an_assignment_snaps_to_the_nearest_value(figure):
    figure.s = 0.3
    assert figure.s == 0.25
    figure.n = 6.6
    assert figure.n == 7 and type(figure.n) is int
    figure.n = np.int64(3)
    assert figure.n == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 11), ("n", -1), ("n", float("nan")), ("n", "3"), ("n", None), ("n", True),
        ("s", 1.1), ("kind", "c"), ("kind", 0), ("on", 2), ("on", "yes"),
    ],
)  # fmt: skip
def test_an_assignment_that_the_control_cannot_show_is_refused(figure, name, value):
    before = getattr(figure, name)
    with pytest.raises(ValueError, match=f"^{name} wants "):
        setattr(figure, name, value)
    with pytest.raises(traitlets.TraitError, match=f"^{name} wants "):
        setattr(figure.widget(), name, value)
    assert getattr(figure, name) == before


def test_a_figure_links_to_other_widgets(figure):
    knob = ipywidgets.IntSlider(min=0, max=10, value=2)
    ipywidgets.link((knob, "value"), (figure.widget(), "n"))
    assert figure.n == 2
    knob.value = 9
    assert figure.n == 9
    figure.n = 4
    assert knob.value == 4


def test_jslink_accepts_the_controls_and_nothing_else(figure):
    knob = ipywidgets.IntSlider(max=10)
    widget = figure.widget()
    joined = ipywidgets.jslink((widget, "n"), (knob, "value"))
    assert joined.source == (widget, "n")
    with pytest.raises((TypeError, traitlets.TraitError)):
        ipywidgets.jslink((widget, "nothing"), (knob, "value"))


def test_repr_shows_the_settings(figure):
    figure.kind = "b"
    assert repr(figure) == "Figure(n=5, s=0.5, kind='b', on=False)"


def test_a_notebook_gets_the_widget_view(figure):
    bundle = figure._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert (
        bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.widget().model_id
    )
    assert "text/html" not in bundle


def test_a_page_that_runs_python_gets_the_payload(figure, monkeypatch):
    monkeypatch.setattr(module.sys, "platform", "emscripten")
    data, _ = figure._repr_mimebundle_()
    assert data[module.MIME] == {"payload": figure.payload, "name": ""}


#: What an import of figures must not load: it is slow, or not there in a page.
HEAVY = ("IPython", "ipywidgets", "anywidget", "traitlets", "PIL", "tqdm", "matplotlib", "autograd")
MAKE_ONE = """
import sys
from glassbox.figures import explore, image, lines
explore(lambda n: [lines([0, 1], [0, n])], n=(1, 3)).n = 2
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_making_a_figure_loads_nothing_that_only_a_notebook_needs():
    printed = subprocess.run(
        [sys.executable, "-c", MAKE_ONE], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "numpy" in printed and not set(HEAVY) & set(printed)


def test_a_figure_over_its_budget_warns(monkeypatch):
    monkeypatch.setattr(module, "BUDGET", 100)
    said = "figure 'big' wants at most 100 bytes compressed; it"
    with pytest.warns(UserWarning, match=said) as caught:
        explore(lambda n: lines(X, X * n), n=(1, 20), title="big")
    assert caught[0].filename == __file__, "the line that made the figure is named"


# In the book: markup


@pytest.fixture
def book(monkeypatch):
    """Run as a notebook that becomes a page of the book."""
    monkeypatch.setenv(module.BOOK, "1")
    monkeypatch.setattr(module, "shown", {})


class Page(HTMLParser):
    """What a browser finds: elements with their attributes, and the text of scripts."""

    def __init__(self, markup):
        super().__init__()
        self.elements, self.scripts, self.inside = [], [], None
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts[-1] += data

    def root(self):
        """Return the attributes of the figure's root."""
        return next(a for _, a in self.elements if a.get("class") == "glassbox-figure")


def make(word="word", **options):
    """Return a small figure."""
    return explore(lambda n: lines(X, X * n, title=word), n=(1, 3), **options)


def test_the_book_gets_markup_and_no_widget(book):
    data, metadata = make()._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"} and metadata == {}
    assert data["text/plain"] == "Figure(n=2)"


def test_the_book_makes_no_widget(book):
    made = make()
    made._repr_mimebundle_()
    made.n = 3
    assert made.n == 3 and made._widget is None


def test_the_initial_state_is_drawn_and_the_payload_travels(book):
    made = make()
    page = Page(made.to_html())
    assert {"svg", "input"} <= {tag for tag, _ in page.elements}
    (script,) = page.scripts
    assert json.loads(script) == spec(made)
    holder = next(attributes for tag, attributes in page.elements if tag == "script")
    assert holder["data-for"] == page.root()["id"]
    assert holder["type"] == "application/json"


def test_ids_follow_from_the_content(book, monkeypatch):
    first = Page(make().to_html()).root()["id"]
    monkeypatch.setattr(module, "shown", {})  # another run
    assert Page(make().to_html()).root()["id"] == first
    assert Page(make("other").to_html()).root()["id"] != first


def test_two_runs_give_the_same_markup(book, monkeypatch):
    first = make().to_html()
    monkeypatch.setattr(module, "shown", {})
    assert make().to_html() == first


def test_two_equal_figures_on_a_page_have_different_ids(book):
    pages = [Page(make().to_html()) for _ in range(3)]
    ids = [
        attributes["id"] for page in pages for _, attributes in page.elements if "id" in attributes
    ]
    assert len(ids) > 3 and len(set(ids)) == len(ids)
    for page in pages:
        assert any(a.get("data-for") == page.root()["id"] for _, a in page.elements)


@pytest.mark.parametrize(
    "nasty",
    [
        "</script><b>",
        "<!--<script>",
        "]]>",
        "\u2028 & \"quoted\" 'single'",
        "<img src=x onerror=1>",
    ],
)
def test_no_text_breaks_out_of_the_markup(book, nasty):
    made = make(nasty, title=nasty, caption=nasty, name=nasty)
    markup = made.to_html()
    page = Page(markup)
    assert page.root()["data-caption"] == nasty and page.root()["data-name"] == nasty
    assert [json.loads(script) for script in page.scripts] == [spec(made)]
    assert not {"b", "img"} & {tag for tag, _ in page.elements}
    assert "<!--" not in markup and markup.count("<script") == markup.count("</script>") == 1


BOXES = {
    "x": (0, 260), "y": (0, 160), "width": (1, 200), "height": (1, 150),
    "threshold": (0.05, 0.95, 0.05), "inclusive_pixels": False,
    "constants": {"truth": [90, 50, 210, 150], "sheet": [360, 240]},
}  # fmt: skip


def test_a_model_is_drawn_too(book):
    assert "IoU" in simulate("mean_average_precision.iou", **BOXES).to_html()


def test_a_figure_that_cannot_be_drawn_fails_the_build(book):
    payload = json.dumps({**spec(make()), "model": "adam.nothing", "constants": {}})
    with pytest.raises(RuntimeError, match="the figure could not be drawn"):
        module.draw_static(payload, "gb-1")


def test_figure_is_what_explore_and_simulate_return(figure):
    assert all(isinstance(made, Figure) for made in (figure, simulate("adam.race", x=(0, 1))))
