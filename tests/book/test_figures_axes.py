"""Axes, numbers and colours of every figure of every page, at every width and at many settings."""

import pytest

from glassbox.figures import explore, lines, matrix, slider, text

from .browser import PUT_BACK, SETTING, focus, paint
from .test_figures_hands import faults
from .test_figures_live import PHONE, book_pages, drawn, figure_on_a_page  # noqa: F401, fixtures

#: What is wrong with the axes, numbers and matrices that a figure shows now.
LOOK = """(figure) => {
    const wrong = [];
    const PLURAL = /\\b1 (comparisons|reads|writes|steps|nodes|pairs|items|ways|boxes|tries)\\b/;
    for (const axes of figure.querySelectorAll(".gb-axes[data-x]")) {
        for (const axis of ["x", "y"]) {
            const [scale, ends] = axes.dataset[axis].split(" ");
            const [low, high] = ends.split(",").map(Number);
            const ticks = axes.querySelectorAll(axis === "x" ? ".gb-tick" : ".gb-grid").length;
            if (scale === "log" && high / low >= 100 && ticks < 3)
                wrong.push(`a log ${axis} axis from ${low} to ${high} has ${ticks} ticks`);
        }
    }
    const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (parentElement.closest(".gb-listing, code, script, style, textarea")) continue;
        if (/NaN|undefined|Infinity/.test(data)) wrong.push(`it says ${data.trim()}`);
        if (/(^|[^\\w.])\\d+(\\.\\d+)?e[+−-]?\\d+(?!\\w)/.test(data))
            wrong.push(`${data.trim()} is no power of ten`);
        if (/(^|[\\s(=,])-\\d/.test(data)) wrong.push(`${data.trim()} has no minus sign`);
        if (PLURAL.test(data)) wrong.push(`${data.trim()}: a number disagrees with its noun`);
    }
    for (const error of figure.querySelectorAll(".gb-error")) wrong.push(error.textContent);
    for (const panel of figure.querySelectorAll(".gb-matrix")) {
        const ends = [...panel.querySelectorAll(".gb-bar > i ~ span, .gb-bar > span:first-child")];
        if (!panel.querySelector(".gb-bar > i")) continue;
        const [low, high] = ends.map((e) => Number(e.textContent.replace("−", "-")));
        const told = panel.querySelectorAll(".gb-numbers text");
        const whole = told.length && [...told].every((e) => /^−?\\d+$/.test(e.textContent));
        if (whole && Number.isInteger(low) && high - low < 4)
            wrong.push(`kinds from ${low} to ${high} have a continuous bar`);
    }
    return [...new Set(wrong)];
}"""

#: How opaque the most and the least opaque cells of each matrix are.
OPACITY = """async (figure) => {
    const found = [];
    for (const image of figure.querySelectorAll("image.gb-pixels")) {
        const picture = new Image();
        picture.src = image.getAttribute("href");
        await picture.decode();
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        const context = canvas.getContext("2d");
        context.drawImage(picture, 0, 0);
        const { data } = context.getImageData(0, 0, picture.width, picture.height);
        const opacity = data.filter((_, i) => i % 4 === 3);
        found.push([Math.min(...opacity), Math.max(...opacity)]);
    }
    return found;
}"""

LIMITS = """(figure) => [...figure.querySelectorAll(".gb-axes[data-x]")].map(
    ({ dataset }) => (dataset.x.startsWith("names") ? "" : `${dataset.x}; ${dataset.y}`))"""

MOVE = """(input, value) => {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def settings(figure):
    """Move each control to its ends and some places between, one at a time; yields after each."""
    before = figure.evaluate(SETTING)
    yield None
    for control in figure.locator(".gb-controls :is(input, select)[name]").all():
        kind = control.get_attribute("type")
        if kind == "range":
            last = int(control.get_attribute("max"))
            for value in dict.fromkeys((0, last // 3, 2 * last // 3, last)):
                control.evaluate(MOVE, value)
                yield control
        elif kind in ("radio", "checkbox"):
            control.evaluate("(e) => e.click()")
            yield control
        elif kind == "text":
            for text in ("2 3", "7", "no"):
                control.fill(text)
                yield control
        else:
            for i in range(control.locator("option").count())[:8]:
                control.select_option(index=i)
                yield control
        figure.evaluate(PUT_BACK, before)


def check_look(figure):
    """At every setting the axes can be read, and numbers are written in one way."""
    wrong = []
    for _ in settings(figure):
        paint(figure.page)
        wrong += figure.evaluate(LOOK)
    return sorted(set(wrong))


def check_limits(figure):
    """While a slider moves the axes hold still; how many bars there are may change."""
    wrong = []
    for control in figure.locator(".gb-controls input[type=range][name]").all():
        before = figure.evaluate(SETTING)
        last = int(control.get_attribute("max"))
        found = []
        for value in dict.fromkeys((0, last // 2, last)):
            control.evaluate(MOVE, value)
            paint(figure.page)
            found.append(figure.evaluate(LIMITS))
        if any(other != found[0] for other in found):
            name = control.get_attribute("name")
            wrong.append(f"{name} moves the axes: {found[0]} to {found[-1]}")
        figure.evaluate(PUT_BACK, before)
    return wrong


def check_zero(figure):
    """A matrix is as opaque as its values are large, so that zero is quiet on any page."""
    found = figure.evaluate(OPACITY)
    return [
        f"no cell stands out, from {low} to {high}"
        for low, high in found
        if high < 26 and low < high
    ]


def check_stairs(figure):
    """Arrow keys read the points of a curve, not the corners of its drawing."""
    wrong = []
    for svg in figure.locator(".gb-plot .gb-sheet > svg").all():
        focus(svg)
        said = []
        for _ in range(4):
            figure.page.keyboard.press("ArrowRight")
            paint(figure.page)
            said.append(svg.locator("xpath=..").locator("[aria-live]").inner_text())
        figure.page.keyboard.press("Escape")
        corners = [str(n + 0.5).replace("-", "−") for n in range(-1, 3)]
        if all(f" {c}," in words for c, words in zip(corners, said, strict=True)):
            wrong.append(f"a step is read at its corner: {said[0]}")
    return wrong


def test_axes_and_numbers_can_be_read(browser, book_pages):  # noqa: F811
    assert not faults(browser, book_pages, check_look, check_limits, check_zero, check_stairs)


def test_axes_can_be_read_on_the_narrowest_screen(browser, book_pages):  # noqa: F811
    assert not faults(browser, book_pages, check_look, **{**PHONE, "width": 320})


# ---------------------------------------------------------------------------------------------
# The checks find what they are for

X = [0.0, 1.0, 2.0, 3.0]


def plain(n=1):
    """Draw a figure with axes and a matrix."""
    curve = lines(X, [10.0 ** (n * x) for x in X], yscale="log", step="middle")
    return [curve, matrix([[0, 5, 9]], annotate=0), text(f"{n}", describe="1 read")]


def test_a_figure_that_can_be_read_passes(browser, tmp_path):
    with figure_on_a_page(browser, tmp_path, explore(plain, n=(1, 3))) as figure:
        for check in (check_look, check_limits, check_zero, check_stairs):
            assert not check(figure), check.__name__


def moving(n=1):
    """Draw axes that move with their control."""
    return lines(X, X, xlim=(0, n))


def corners(n=1):
    """Draw stairs by their corners."""
    return lines([x - 0.5 for x in X], [n * x for x in X], step="after")


def pale(n=1):
    """Draw a matrix of which nothing can be seen."""
    return matrix([[0.0, 0.01 * n]], vmin=0, vmax=9)


@pytest.mark.parametrize(
    ("draw", "check", "said"),
    [
        (moving, check_limits, "n moves the axes"),
        (corners, check_stairs, "a step is read at its corner"),
        (pale, check_zero, "no cell stands out"),
    ],
)
def test_a_figure_that_misleads_is_found(browser, tmp_path, draw, check, said):
    made = explore(draw, n=slider([1, 2, 3]))
    with figure_on_a_page(browser, tmp_path, made) as figure:
        assert any(said in fault for fault in check(figure)), check(figure)


WRITE = "(f, words) => { f.querySelector('.gb-text p').textContent = words; }"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("at 1e-05", "is no power of ten"), ("it is 3.28e+03 ms", "is no power of ten"),
        ("ε = 1e−4", "is no power of ten"), ("NaN", "it says"), ("x = -3", "has no minus sign"),
        ("1 comparisons", "disagrees with its noun"),
    ],
)  # fmt: skip
def test_a_number_that_is_written_otherwise_is_found(browser, tmp_path, words, said):
    with figure_on_a_page(browser, tmp_path, explore(plain, n=(1, 3))) as figure:
        figure.evaluate(WRITE, words)
        assert any(said in fault for fault in figure.evaluate(LOOK))


def test_too_few_ticks_and_a_bar_for_kinds_are_found(browser, tmp_path):
    with figure_on_a_page(browser, tmp_path, explore(plain, n=(1, 3))) as figure:
        figure.evaluate("(f) => f.querySelectorAll('.gb-grid').forEach((e) => e.remove())")
        assert any("a log y axis" in fault for fault in figure.evaluate(LOOK))
        figure.evaluate(
            """(f) => { const bar = f.querySelector(".gb-matrix .gb-bar");
            bar.innerHTML = "<span>0</span><i></i><span>2</span>"; }"""
        )
        assert any("have a continuous bar" in fault for fault in figure.evaluate(LOOK))
