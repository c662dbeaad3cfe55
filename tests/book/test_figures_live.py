"""Every figure of every page answers to pointer, touch and keyboard, in the drawing and in words.

The figures are found by walking the built book, and their controls by looking into the figures.
"""

import contextlib
from itertools import product

import pytest

from glassbox.figures import (
    bars,
    explore,
    lines,
    matrix,
    pick,
    pick_cell,
    rules,
    scatter,
    simulate,
    slider,
    steps,
    table,
    text,
)
from glassbox.figures import drag as drag_of

from .browser import (
    PUT_BACK,
    drag,
    figures,
    label,
    look,
    opened,
    places,
    point,
    served,
    wait_until_ready,
    with_figures,
    write_page,
)
from .conftest import page_names, pages_named

#: What sets a control has a name; what only sets how a trace is played has none.
KINDS = "input:is([type=range], [type=checkbox], [type=text])[name], fieldset, select[name]"
GRID = list(product((0.5, 0.25, 0.75, 0.1, 0.9, 0.4, 0.6), repeat=2))
SIDES = ((0.2, 0.5), (0.8, 0.5), (0.5, 0.2), (0.5, 0.8))
ARROWS = ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")
PHONE = {"width": 375, "height": 740, "has_touch": True}
MOST_HANDLES = 8  # of a figure that are tried: the rest is drawn by the same code

NAME_AND_KIND = "(e) => [(e.querySelector('legend') ?? e.labels[0]).textContent, e.type]"

TO_THE_MIDDLE = """(range) => {
    range.value = Math.floor(range.max / 2);
    range.dispatchEvent(new Event("input", { bubbles: true }));
}"""


# ---------------------------------------------------------------------------------------------
# Hands: each of these moves something in several ways, and yields after each move


def press(element, keys):
    """Press keys on an element."""
    element.focus()
    for key in keys:
        element.page.keyboard.press(key)
        yield


def key_range(control):
    """Step a slider towards its farther end, then jump to both ends."""
    value, last = int(control.input_value()), int(control.get_attribute("max"))
    towards = "ArrowLeft" if value > last / 2 else "ArrowRight"
    return press(control, [*[towards] * min(max(value, last - value), 60), "Home", "End"])


def key_fieldset(control):
    """Walk around the options."""
    count = control.locator("input").count()
    return press(control.locator("input:checked"), ["ArrowRight"] * count)


def key_select(control):
    """Go down the options, then up."""
    count = control.locator("option").count()
    return press(control, ["ArrowDown"] * count + ["ArrowUp"] * count)


def key_checkbox(control):
    """Check or uncheck it."""
    return press(control, ["Space"])


def point_range(control):
    """Press the far side of the track, then drag to both ends."""
    point(control)  # brings it into view
    value, last = int(control.input_value()), int(control.get_attribute("max"))
    first = 0.15 if value > last / 2 else 0.85
    start, *rest = places(control, (first, 0.5), (0.65, 0.5), (0.35, 0.5), (1, 0.5), (0, 0.5))
    control.page.mouse.click(*start)
    yield
    yield from drag(control, *rest)


def click(element):
    """Click where the pointer meets the element."""
    element.page.mouse.click(*point(element))


def point_fieldset(control):
    """Click each option."""
    for option in control.locator("label").all():
        click(option)
        yield


def point_select(control):
    """Choose each option."""
    for i in range(control.locator("option").count()):
        control.select_option(index=i)
        yield


def point_checkbox(control):
    """Click the box."""
    click(control)
    yield


def key_text(control):
    """Take away the last letters, then type some."""
    return press(control, ["End", *["Backspace"] * 2, *"3 5"])


def point_text(control):
    """Take the field and type over what it says."""
    click(control)
    yield from press(control, ["ControlOrMeta+a", *"2 3 5"])


HANDS = {
    "range": (key_range, point_range),
    "fieldset": (key_fieldset, point_fieldset),
    "select-one": (key_select, point_select),
    "checkbox": (key_checkbox, point_checkbox),
    "text": (key_text, point_text),
}


def drag_handle(handle):
    """Drag a handle over its plot."""
    point(handle)
    return drag(handle, *places(handle.locator("xpath=ancestor::*[name()='svg'][1]"), *SIDES))


def drag_by(element, far=24):
    """Drag an element a little way, and back past where it was."""
    x, y = point(element)
    return drag(element, (x + far, y + far), (x - far, y - far))


def pick_by_pointer(panel):
    """Click the pickable things of a panel."""
    for thing in panel.locator(".gb-picks").all()[:8]:
        if thing.evaluate("(e) => e.localName") != "svg":
            click(thing)
            yield
        else:
            point(thing)
            for place in places(thing, *GRID):
                panel.page.mouse.click(*place)
                yield


def pick_by_keyboard(panel):
    """Choose the pickable things of a panel with the keys."""
    for thing in panel.locator(".gb-picks").all()[:8]:
        if thing.evaluate("(e) => e.localName") != "svg":
            yield from press(thing, ["Enter"])
        else:
            yield from press(thing, [key for arrow in ARROWS for key in (arrow, "Enter") * 3])


# ---------------------------------------------------------------------------------------------
# Checks


def check_effect(figure, deed, moves):
    """Assert that moves change the setting, the drawing and the words; then put all back."""
    before = look(figure)
    same = set(before)
    for _ in moves:
        now = look(figure)
        same -= {part for part in same if now[part] != before[part]}
        if not same:
            break
    moves.close()  # lets go of what is held
    assert not same, f"{label(figure)}: {deed} does not change the {' and the '.join(sorted(same))}"
    figure.evaluate(PUT_BACK, before["setting"])
    assert look(figure) == before, f"{label(figure)}: {deed}: the way back does not lead back"


def check_controls(figure, hands=(0, 1)):
    """Assert that each control works by keyboard (hand 0) and by pointer (hand 1)."""
    controls = figure.locator(f".gb-controls :is({KINDS})").all()
    count = figure.locator(".gb-controls > .gb-control").count()
    assert len(controls) == count, f"{label(figure)}: {count} controls, some of a new kind"
    for control in controls:
        name, kind = control.evaluate(NAME_AND_KIND)
        for hand in hands:
            deed = f"{name} by {('keyboard', 'pointer')[hand]}"
            check_effect(figure, deed, HANDS[kind][hand](control))


def press_button(button):
    """Click a button, and wait for what it starts."""
    click(button)
    for _ in range(60):
        yield
        button.page.wait_for_timeout(50)


def check_buttons(figure):
    """Assert that each button that plays a trace does something, from the middle of the trace."""
    for button in figure.locator(".gb-buttons button").all():
        scrubber = button.locator(
            "xpath=ancestor::*[contains(@class, 'gb-control')][1]//input[@name]"
        )
        scrubber.evaluate(TO_THE_MIDDLE)
        deed = f"the button {button.get_attribute('aria-label')}"
        before = look(figure)
        moves = press_button(button)
        changed = any(look(figure)["speech"] != before["speech"] for _ in moves)
        assert changed, f"{label(figure)}: {deed} does nothing"
        if button.get_attribute("aria-label") == "pause":
            button.click()


def check_handles(figure):
    """Assert that handles and movable boxes work by pointer and by keyboard."""
    for handle in figure.locator(".gb-handle").all()[:MOST_HANDLES]:
        check_effect(figure, "a dragged handle", drag_handle(handle))
        check_effect(figure, "a handle by keyboard", press(handle, ARROWS * 8))
    check = check_for(figure)
    for box in figure.locator(".gb-grab").all():
        for part, shift in ((".gb-area", ""), (".gb-knob", "Shift+")):
            check(figure, f"a dragged {part}", drag_by(box.locator(part)))
            keys = [shift + key for key in ARROWS]
            check(figure, f"a box and {keys}", press(box, keys))


def check_picks(figure):
    """Assert that what looks pickable sets a control, by pointer and by keyboard."""
    check = check_for(figure)
    for panel in figure.locator(".gb-panel:has(.gb-picks)").all():
        check(figure, "a picked thing", pick_by_pointer(panel))
        check(figure, "a thing picked by keyboard", pick_by_keyboard(panel))


#: Whether a figure has controls that are not shown.
UNSEEN = """async (figure) => {
    const data = await window.glassbox.dataOf(figure);  // null for one that was made later
    return data !== null && JSON.parse(data).controls.some((control) => control.hidden);
}"""


def check_for(figure):
    """Return the check for what sets controls, some of which may not be shown."""
    return check_unseen if figure.evaluate(UNSEEN) else check_effect


def check_unseen(figure, deed, moves):
    """Assert that moves change drawing and words where no input tells what they set."""
    start, before = address(figure), look(figure)
    same = {"drawing", "speech"}
    for _ in moves:
        now = look(figure)
        same -= {part for part in same if now[part] != before[part]}
        if not same:
            break
    moves.close()
    assert not same, f"{label(figure)}: {deed} does not change the {' and the '.join(sorted(same))}"
    figure.page.evaluate("(hash) => { location.hash = 'x'; location.hash = hash; }", start)
    figure.page.wait_for_function("new Promise((done) => setTimeout(done))")
    assert look(figure) == before, f"{label(figure)}: {deed}: its address does not lead back"


def address(figure):
    """Return the end of the address of how a figure stands, as its menu gives it."""
    figure.locator(".gb-more > button").click()
    figure.get_by_role("button", name="copy link").click()
    return figure.page.evaluate("location.hash")


def tells(panel, moves):
    """Return whether one of the moves makes the panel show a tip."""
    tip = panel.locator(".gb-tip")
    return any(tip.count() and tip.first.inner_text().strip() for _ in moves)


def hover(svg):
    """Move the pointer over a drawing."""
    point(svg)
    for place in places(svg, *GRID):
        svg.page.mouse.move(*place)
        yield


def check_tips(figure):
    """Assert that plots and matrices tell their values to pointer and keyboard."""
    for panel in figure.locator(".gb-plot, .gb-matrix").all():
        svg = panel.locator(".gb-sheet > svg")
        keys = press(svg, ["ArrowRight", "ArrowDown"])
        assert tells(panel, keys), f"{label(figure)}: arrow keys read no value"
        figure.page.keyboard.press("Escape")
        told = tells(panel, hover(svg)) or tells(panel, hover(svg))  # a busy browser may be late
        assert told, f"{label(figure)}: hovering reads no value"
        figure.page.mouse.move(0, 0)


def touch(page, start, *targets):
    """Drag by a finger; yields after each move."""
    session = page.context.new_cdp_session(page)

    def send(kind, *points):
        fingers = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    send("touchStart", start)
    try:
        x, y = start
        for to_x, to_y in targets:
            for i in range(1, 5):
                send("touchMove", (x + (to_x - x) * i / 4, y + (to_y - y) * i / 4))
            x, y = to_x, to_y
            yield
    finally:
        send("touchEnd")


def check_touch(figure):
    """Assert that a finger drags handles and boxes, and that the page stays where it is."""
    handles = figure.locator(".gb-handle").all()[:MOST_HANDLES]
    boxes = figure.locator(".gb-grab :is(.gb-area, .gb-knob)").all()
    of_boxes = check_for(figure)
    for thing, check in [*product(handles, [check_effect]), *product(boxes, [of_boxes])]:
        check(figure, "a touched handle", drag_by_finger(figure, thing))


def drag_by_finger(figure, thing):
    """Drag a thing from where it stands once the first move is asked for; the page stays."""
    x, y = point(thing)
    scroll = figure.page.evaluate("scrollY")
    try:
        yield from touch(figure.page, (x, y), (x + 50, y), (x + 50, y - 50), (x - 50, y + 50))
    finally:
        assert figure.page.evaluate("scrollY") == scroll, f"{label(figure)}: dragging scrolls"


# ---------------------------------------------------------------------------------------------
# The book


@pytest.fixture(scope="module", params=page_names())
def drawn(request, site):
    """Return one page of the book, if it has a figure."""
    return pages_named(request.param, with_figures(site))


@pytest.fixture(scope="module")
def book_pages(site, drawn):
    """Serve the book; the address of a page with a figure."""
    with served(site) as base:
        yield [base + page.relative_to(site).as_posix() for page in drawn]


def each_figure(browser, book_pages, **options):
    """Yield every figure of every page of the book."""
    for url in book_pages:
        with opened(browser, url, **options) as (page, log):
            yield from figures(page)
            assert not log.errors, f"{url}: {log.errors}"


def test_each_control_changes_the_drawing_and_the_words(browser, book_pages):
    for figure in each_figure(browser, book_pages):
        check_controls(figure)


def test_a_page_opened_as_a_file_is_as_live(browser, drawn):
    for figure in each_figure(browser, [page.as_uri() for page in drawn]):
        check_controls(figure, hands=(0,))


def test_each_button_does_something(browser, book_pages):
    for figure in each_figure(browser, book_pages):
        check_buttons(figure)


def test_handles_and_boxes_are_dragged_and_stepped(browser, book_pages):
    for figure in each_figure(browser, book_pages):
        check_handles(figure)


def test_pickable_things_are_picked(browser, book_pages):
    for figure in each_figure(browser, book_pages):
        check_picks(figure)


def test_plots_and_matrices_tell_their_values(browser, book_pages):
    for figure in each_figure(browser, book_pages):
        check_tips(figure)


def test_a_finger_drags_on_a_phone(browser, book_pages):
    for figure in each_figure(browser, book_pages, **PHONE):
        check_touch(figure)


# ---------------------------------------------------------------------------------------------
# The checks find what they are for


X = [0.0, 1.0, 2.0]


def powers(power=1, sign="plus", scale="one", dots=False, row=1):
    """Draw a figure that heeds all it has: every kind of control, a handle, things to pick."""
    y = [{"plus": 1, "minus": -1}[sign] * SCALES[scale] * x**power for x in X]
    curve = lines(X, y, ylim=(-99, 99), drag=drag_of("power", [0.5, 1.0, 1.5]))
    grid = matrix([[row, power], [1, 2], [3, 0]], pick=pick_cell(row="row"))
    rows = table(["x"], [[power], [2], [3]], pick=pick("power", [1, 2, 3]))
    spots = scatter(X, y, pick=pick("power", [1, 2, 3]), ylim=(-99, 99))
    return [curve + scatter(X, y) if dots else curve, grid, rows, spots, text(f"Row {row}")]


SCALES = {
    name: i + 1 for i, name in enumerate(["one", "two", "three", "four", "five", "six", "seven"])
}
BOXES = {
    "x": (0, 260),
    "y": (0, 160),
    "width": slider(range(10, 200), 100),
    "height": slider(range(10, 150), 90),
    "threshold": (0.05, 0.95, 0.05),
    "inclusive_pixels": False,
    "constants": {"truth": [90, 50, 210, 150], "sheet": [360, 240]},
}


def held(rate=1, chosen=0, size=2):
    """Draw bars of which one can be picked, by a control that is not shown, below a handle."""
    colors = ["orange" if i == chosen else "blue" for i in range(3)]
    picked = bars(
        [0, 1, 2], [rate, size, 3], color=colors, pick=pick("chosen", [0, 1, 2]), ylim=(0, 9)
    )
    at = [0.0, 1.0, 2.0]
    handle = rules(x=at[rate - 1], drag=drag_of("rate", at), xlim=(-0.6, 2.6), ylim=(0, 9))
    return [picked + handle, text(f"Bar {chosen} of rate {rate}", describe=f"Rate {rate}.")]


def boxes():
    """Make a figure in which a box is held."""
    return simulate("mean_average_precision.iou", **BOXES)


@contextlib.contextmanager
def figure_on_a_page(browser, folder, made, **options):
    """Open a page that holds one figure."""
    folder = write_page(folder, made)
    with served(folder) as base, opened(browser, base + "page.html", **options) as (page, log):
        (figure,) = figures(page)
        yield figure
        assert not log.errors


def test_a_figure_that_works_passes_every_check(browser, tmp_path):
    made = explore(powers, power=(1, 3), sign=["plus", "minus"], scale=list(SCALES), row=(0, 2))
    with figure_on_a_page(browser, tmp_path, made) as figure:
        for check in (check_controls, check_handles, check_picks, check_tips):
            check(figure)
    with figure_on_a_page(browser, tmp_path, made, **PHONE) as figure:
        check_touch(figure)


def test_a_handle_over_bars_that_can_be_picked_is_dragged(browser, tmp_path):
    made = explore(held, rate=(1, 3), chosen=slider([0, 1, 2], 0, hidden=True), size=(1, 5))
    with figure_on_a_page(browser, tmp_path, made) as figure:
        for check in (check_controls, check_handles, check_picks, check_tips):
            check(figure)
    with figure_on_a_page(browser, tmp_path, made, **PHONE) as figure:
        check_touch(figure)


def test_a_figure_with_a_free_hand_passes_every_check(browser, tmp_path):
    with figure_on_a_page(browser, tmp_path, boxes()) as figure:
        for check in (check_controls, check_handles):
            check(figure)
    with figure_on_a_page(browser, tmp_path, boxes(), **PHONE) as figure:
        check_touch(figure)


#: Puts a figure, given by its payload, into a new element with an id.
MOUNT = """([payload, id]) => {
    const place = document.querySelector("main").appendChild(document.createElement("div"));
    place.id = id;
    window.away = window.glassbox.mount(place, payload, { uid: `gb-${id}`, name: "a-name" });
}"""


def test_a_figure_made_later_is_mounted_in_an_element_and_taken_away_again(browser, tmp_path):
    """What a page that runs Python does with a result."""
    folder = write_page(tmp_path, explore(curve, power=(1, 10)))
    later = explore(curve, power=(1, 10), title="Later", caption="Said by the page.")
    with served(folder) as base, opened(browser, base + "page.html") as (page, log):
        page.evaluate(MOUNT, [later.payload, "made"])
        figure = page.locator("#made")
        wait_until_ready(page)
        for check in (check_controls, check_handles):
            check(figure)
        assert figure.locator("input").first.get_attribute("id").startswith("gb-made-")
        assert "Said by the page" not in figure.inner_text()
        page.evaluate("window.away()")
        assert figure.inner_html() == ""
        page.evaluate(MOUNT, ["{", "wrong"])
        assert "could not be drawn" in page.locator("#wrong").inner_text()
        assert len(log.errors) == 1


def test_a_page_loads_the_models_that_it_shows_and_no_others(browser, tmp_path):
    folder = write_page(tmp_path, explore(curve, power=(1, 10)))
    with served(folder) as base, opened(browser, base + "page.html") as (page, log):
        wait_until_ready(page)
        assert not [url for url in log.requests if "models/" in url]
        for uid in ("one", "two"):
            page.evaluate(MOUNT, [boxes().payload, uid])
        wait_until_ready(page)
        assert page.locator("#one .gb-grab, #two .gb-grab").count() == 2
        assert [url for url in log.requests if "models/" in url] == [
            f"{base}models/mean_average_precision.js"
        ]
        check_handles(page.locator("#two"))
        broken = boxes().payload.replace("mean_average_precision.iou", "gone.iou")
        page.evaluate(MOUNT, [broken, "three"])
        page.locator("#three .gb-error").wait_for()
        assert "gone.js" in page.locator("#three").inner_text()


def player():
    """Make a figure that plays ten steps."""
    return explore(lambda step: lines([0, 1], [0, step]), step=steps(10))


def test_a_figure_that_plays_passes_every_check(browser, tmp_path):
    with figure_on_a_page(browser, tmp_path, player()) as figure:
        for check in (check_controls, check_buttons, check_tips):
            check(figure)


def test_a_button_that_does_nothing_is_found(browser, tmp_path):
    with figure_on_a_page(browser, tmp_path, player()) as figure:
        figure.evaluate("(f) => f.addEventListener('click', (e) => e.stopPropagation(), true)")
        with pytest.raises(AssertionError, match="the button first step does nothing"):
            check_buttons(figure)


@pytest.mark.parametrize(
    "idle", [(1, 3), ["a", "b"], list("abcdefgh"), False], ids=["slider", "radio", "menu", "box"]
)
def test_a_control_that_does_nothing_is_found(browser, tmp_path, idle):
    made = explore(lambda power, idle: lines(X, [x**power for x in X]), power=(1, 3), idle=idle)
    found = pytest.raises(AssertionError, match="idle by keyboard does not change the drawing")
    with figure_on_a_page(browser, tmp_path, made) as figure, found:
        check_controls(figure)


def curve(power=1):
    """Draw a power with a handle."""
    return lines(X, [x**power for x in X], drag=drag_of("power", [i / 5 for i in range(10)]))


def no_handle(power=1):
    """Draw a power."""
    return lines(X, [x**power for x in X])


#: What breaks a figure, the check that sees it, and what that says.
BREAKS = {
    "silent": (
        "(f) => { const e = f.querySelector('.gb-status[aria-live]');"
        " e.replaceWith(e.cloneNode(true)); }",
        "check_controls", "does not change the speech",
    ),
    "covered": (
        "(f) => { f.inert = true; }", "check_handles", "nothing of this can be pointed at",
    ),
    "deaf handle": (
        "(f) => { for (const type of ['pointermove', 'pointerdown'])"
        " addEventListener(type, (e) => e.stopPropagation(), true); }",
        "check_handles", "a dragged handle does not change",
    ),
    "no keys": (
        "(f) => addEventListener('keydown', (e) => e.stopPropagation(), true)",
        "check_handles", "a handle by keyboard does not change",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_figure_is_found(browser, tmp_path, broken):
    script, check, message = BREAKS[broken]
    draw = no_handle if broken == "silent" else curve  # a handle speaks too
    with figure_on_a_page(browser, tmp_path, explore(draw, power=(1, 10))) as figure:
        figure.evaluate(script)
        with pytest.raises(AssertionError, match=message):
            globals()[check](figure)
