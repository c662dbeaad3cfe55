"""Cards of every figure: they keep their height, are read at any size of text, and can be sent."""

import contextlib
import io
import re
import struct
import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

from glassbox.figures import array, explore, lines, slider, steps, table, text

from .browser import LOOK, PUT_BACK, SETTING, figures, label, opened, paint
from .test_figures_axes import settings
from .test_figures_hands import faults
from .test_figures_live import PHONE, book_pages, drawn, figure_on_a_page  # noqa: F401, fixtures

#: How tall the card is, and its parts.
HEIGHTS = """(figure) => [figure, ...figure.querySelectorAll(
    ".gb-controls, .gb-panel, .gb-foot")].map((e) => [
        e.className.replace("gb-panel ", ""), Math.round(e.getBoundingClientRect().height)])"""

#: What a reader who reads large letters cannot read: what leaves the window, and does not scroll.
CUT = """(figure) => {
    const wide = document.documentElement.clientWidth;
    const scrolls = (e) => e.closest(".gb-wide, .gb-scroll, .gb-listing, .gb-sizes, .gb-hidden");
    const wrong = [];
    for (const e of figure.querySelectorAll("p, label, legend, output, button, li, text, td")) {
        const { left, right, width } = e.getBoundingClientRect();
        if (width && e.textContent && !scrolls(e) && (left < -1 || right > wide + 1))
            wrong.push(`${e.textContent.slice(0, 40)} leaves the window`);
    }
    for (const e of figure.querySelectorAll("p, output"))  // a card cuts off what sticks out
        if (e.clientWidth && !scrolls(e) && e.scrollWidth > e.clientWidth + 1)
            wrong.push(`${e.textContent.slice(0, 40)} is wider than its place`);
    const root = document.documentElement;
    if (root.scrollWidth > wide + 1) wrong.push("the page is wider than the window");
    return wrong;
}"""

#: How large the smallest letters of each drawing are on the screen; null where it has none.
LETTERS = """(figure) => [...figure.querySelectorAll(".gb-sheet > svg")].map((svg) => {
    const { a } = svg.getScreenCTM();
    const sizes = [...svg.querySelectorAll("text")]
        .filter((e) => e.textContent.trim() && e.getClientRects().length)
        .map((e) => a * parseFloat(getComputedStyle(e).fontSize));
    return sizes.length ? Math.min(...sizes) : null;
})"""

#: Controls that stay and leave no room for what they move.
IN_THE_WAY = """(figure) => [...figure.querySelectorAll(".gb-controls")].filter((e) =>
    getComputedStyle(e).position === "sticky" && e.offsetHeight > innerHeight / 2
).map((e) => `controls cover ${e.offsetHeight} pixels of ${innerHeight}`)"""

TEXT = "(size) => { document.documentElement.style.fontSize = size; }"


# ---------------------------------------------------------------------------------------------
# Checks


def check_heights(figure):
    """Whatever a control says, nothing below the card moves."""
    seen, wrong = {}, {}
    for control in settings(figure):
        paint(figure.page)
        name = control.get_attribute("name") if control else "the start"
        for i, (part, height) in enumerate(figure.evaluate(HEIGHTS)):
            first = seen.setdefault((i, part), height)
            if abs(first - height) > 1:
                wrong[part] = f"{part} is {first} high, with {name} {height}"
    return list(wrong.values())


def check_narrow(figure):
    """Nothing leaves a narrow window."""
    return figure.evaluate(CUT)


def check_large_text(page):
    """Letters of twice the size: those of drawings are twice as large too, and nothing is cut."""
    found = figures(page)
    before = [figure.evaluate(LETTERS) for figure in found]
    page.evaluate(TEXT, "200%")
    try:
        paint(page)
        paint(page)
        wrong = []
        for figure, sizes in zip(found, before, strict=True):
            faults_ = figure.evaluate(CUT) + figure.evaluate(IN_THE_WAY)
            faults_ += [
                f"letters of a drawing grow from {small:.1f} to {large:.1f} pixels"
                for small, large in zip(sizes, figure.evaluate(LETTERS), strict=True)
                if small and large and large < 1.95 * small
            ]
            wrong += [f"{label(figure)}: {fault}" for fault in faults_]
    finally:
        page.evaluate(TEXT, "")
        paint(page)
    return wrong


ICON = """(e) => {
    const path = e.querySelector("path");
    return [path.getAttribute("d"), getComputedStyle(path).fill];
}"""


def check_transport(figure):
    """Play and step look different; predicting, play waits at a question of two answers or more."""
    wrong = []
    for bar in figure.locator(".gb-steps").all():
        before = figure.evaluate(SETTING)
        play, forward = (bar.get_by_role("button", name=n) for n in ("play", "step forward"))
        icons = [button.evaluate(ICON) for button in (play, forward)]
        if any(a == b for a, b in zip(*icons, strict=True)):
            wrong.append("play looks as a step does")
        predict = bar.locator(".gb-predict input")
        if predict.count():
            bar.get_by_role("button", name="first step").click(force=True)
            predict.check()
            bar.locator(".gb-speed select").select_option("30")
            wrong += predicted(bar, play, forward)
            if bar.get_by_role("button", name="pause").count():
                bar.get_by_role("button", name="pause").click()
            predict.uncheck()
        figure.evaluate(PUT_BACK, before)
    return wrong


def predicted(bar, play, forward):
    """Play until a question comes, answer it, step on; what is wrong with that."""
    options = bar.locator(".gb-question button").filter(has_not_text="to the next question")
    if options.count() == 0:
        play.click()
        with contextlib.suppress(Exception):
            options.first.wait_for(timeout=20_000)
    if options.count() < 2:
        return [f"play meets a question with {options.count()} answers"]
    if bar.get_by_role("button", name="pause").count():
        return ["play goes on while a question waits"]
    options.first.click()
    verdict = bar.locator(".gb-question p")
    paint(bar.page)
    if not re.match(r"(Right|No): ", verdict.inner_text()):
        return [f"an answer is told {verdict.inner_text()!r}"]
    if forward.is_enabled():
        forward.click()
        paint(bar.page)
        if re.match(r"(Right|No): ", verdict.inner_text()):
            return ["the verdict stays when the step has gone"]
    return []


#: What scrolls sideways: tables and equations of the text, and what figures hold. Code is known to.
SCROLLERS = """() => [...document.querySelectorAll(".bd-article *, .gb-card *")].filter((e) =>
    e.clientWidth > 60 && e.scrollWidth > e.clientWidth + 12 && !e.closest("pre, .gb-sizes")
    && e.checkVisibility() && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))"""

#: Scrolls an element to a side, without its letters and lines; where it is in the window.
TO_A_SIDE = """(e, right) => {
    e.classList.add("quiet");
    e.scrollIntoView({ block: "center", behavior: "instant" });
    e.scrollLeft = right ? e.scrollWidth : 0;
    const { left, top } = e.getBoundingClientRect();
    const bar = document.querySelector(".bd-header-article"); // it stays above
    const y = Math.max(top, bar?.getBoundingClientRect().bottom ?? 0);
    const height = Math.min(top + e.clientHeight, innerHeight - 5) - y;
    return { x: left + e.clientLeft, y, width: e.clientWidth, height };
}"""
QUIET = """() => {
    const style = document.createElement("style");
    style.textContent = `.quiet, .quiet * {
        color: transparent !important; border-color: transparent !important;
        fill: transparent !important; stroke: none !important }
        .quiet image { display: none }`;
    document.head.append(style);
}"""


def shadows(page, element, right):
    """Return how dark the left and the right edge of a scroller are, against what lies within."""
    clip = element.evaluate(TO_A_SIDE, right)
    paint(page)
    image = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")
    corner = min(8, image.height // 3)  # is round
    rows = range(corner, image.height - corner, max(1, image.height // 12))
    within = [image.getpixel((image.width // 2, y)) for y in rows]
    darkest = []
    for edge in (1, 8, 14), (image.width - 2, image.width - 9, image.width - 15):
        lines_ = [[image.getpixel((x, y)) for y in rows] for x in edge]
        darkest.append(
            max(abs(a - b) for line in lines_ for a, b in zip(line, within, strict=True))
        )
    return darkest


def check_shadows(page):
    """Return what scrolls sideways and does not show on which side there is more."""
    page.evaluate(QUIET)
    found = page.evaluate_handle(SCROLLERS)
    wrong = []
    for element in found.get_properties().values():
        element = element.as_element()
        (left, right), (more, less) = shadows(page, element, False), shadows(page, element, True)
        if right < 8 or more < 8 or left > 4 or less > 4:
            name = element.evaluate("(e) => `${e.className}: ${e.textContent.trim().slice(0, 40)}`")
            wrong.append(f"{name} has shadows {left}, {right} at first, {more}, {less} at its end")
    return wrong


REACH = """async (figure) => {
    const bar = figure.querySelector(".gb-controls:has(.gb-steps)");
    const card = figure.querySelector(".gb-card");
    if (!bar || card.offsetHeight < innerHeight) return null;
    const low = card.getBoundingClientRect().bottom + scrollY - innerHeight;
    scrollTo({ top: low, behavior: "instant" });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const { left, top, height } = bar.querySelector("button:last-child").getBoundingClientRect();
    const met = document.elementFromPoint(left + 5, top + height / 2);
    return bar.contains(met);
}"""


def check_reach(figure):
    """On a phone what plays stays in reach while a tall figure is watched."""
    return ["its buttons scroll away"] if figure.evaluate(REACH) is False else []


def check_sent(figure):
    """A card is saved as files that need nothing else, light and with its caption."""
    page, wrong = figure.page, []
    if figure.locator(".gb-quiz").count():
        return []
    saved = {}
    for kind in ("SVG", "PNG"):
        figure.locator(".gb-more > button").click()
        with page.expect_download() as download:
            figure.get_by_role("button", name=f"save as {kind}").click()
        saved[kind] = Path(download.value.path()).read_bytes()
    root = ET.fromstring(saved["SVG"].decode())
    words = " ".join(" ".join(root.itertext()).split())
    for needed in figure.evaluate(CAPTION).split()[:4]:
        if needed.replace("’", "'") not in words:
            wrong.append(f"the caption's {needed!r} is not in the file")
    markup = re.sub(
        r'(xmlns|href)="(http://www.w3.org/[^"]*|data:[^"]*)"', "", saved["SVG"].decode()
    )
    for foreign in ("var(", "http", "class=", "foreignObject", "color("):
        if foreign in markup:
            wrong.append(f"the file holds {foreign!r}")
    if "#fff" not in saved["SVG"].decode()[:1500]:
        wrong.append("the file is not white")
    wide, high = struct.unpack(">II", saved["PNG"][16:24])
    if saved["PNG"][1:4] != b"PNG" or (wide, high) != tuple(
        2 * int(root.get(side)) for side in ("width", "height")
    ):
        wrong.append(f"the picture is {wide} by {high}")
    return wrong


CAPTION = """(figure) => (figure.closest("figure")?.querySelector(".caption-text")
    ?? figure.querySelector(".gb-caption"))?.textContent.replaceAll(/[`*]/g, "") ?? "" """

#: Moves the first slider that moves something to its end.
SET = """(figure) => {
    const ranges = [...figure.querySelectorAll(".gb-controls input[type=range][name]")];
    const range = ranges.find((e) => e.value !== e.max);
    if (!range) return false;
    range.value = range.max;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
}"""


def check_link(figure):
    """The address that a card gives brings back what it shows."""
    page = figure.page
    before = figure.evaluate(SETTING)
    if not figure.evaluate(SET):
        return []
    paint(page)
    meant = figure.evaluate(LOOK)
    figure.locator(".gb-more > button").click()
    figure.get_by_role("button", name="copy link").click()
    address = page.evaluate("location.hash")
    figure.evaluate(PUT_BACK, before)
    page.evaluate("(hash) => { location.hash = 'x'; location.hash = hash; }", address)
    page.wait_for_function("new Promise((done) => setTimeout(done))")
    paint(page)
    found = figure.evaluate(LOOK)
    figure.evaluate(PUT_BACK, before)
    wrong = (
        []
        if found == meant
        else [f"{address} brings back {found['setting']}, not {meant['setting']}"]
    )
    return wrong if "?" in address else [f"the address is {address!r}"]


# ---------------------------------------------------------------------------------------------
# The book


def test_cards_keep_their_height_and_can_be_sent(browser, book_pages):  # noqa: F811
    checks = (check_heights, check_transport, check_sent, check_link)
    assert not faults(browser, book_pages, *checks, theme="dark")


def test_on_a_narrow_screen_nothing_is_cut_and_buttons_stay(browser, book_pages):  # noqa: F811
    checks = (check_heights, check_reach, check_narrow)
    assert not faults(browser, book_pages, *checks, **{**PHONE, "width": 320})


def test_letters_of_twice_the_size_are_whole(browser, book_pages):  # noqa: F811
    for url, screen in product(book_pages, ({}, {**PHONE, "width": 320})):
        with opened(browser, url, **screen) as (page, _):
            assert not check_large_text(page), f"{url}, {screen}"


def test_what_scrolls_sideways_shows_it(browser, book_pages):  # noqa: F811
    for url, theme in product(book_pages, ("light", "dark")):
        with opened(browser, url, theme, width=320, height=740) as (page, _):
            figures(page)
            assert not check_shadows(page), f"{url}, {theme}"


def test_an_address_opens_a_figure_as_it_was_sent(browser, book_pages):  # noqa: F811
    for url in book_pages:
        with opened(browser, url) as (page, _):
            (first, *_) = [
                f for f in figures(page) if f.locator("input[type=range][name]").count()
            ] or [None]
            if first is None:
                continue
            first.evaluate(SET)
            first.locator(".gb-more > button").click()
            first.get_by_role("button", name="copy link").click()
            address, meant = page.url, first.evaluate(SETTING)
            name = first.get_attribute("id")
        with opened(browser, address) as (page, _):
            again = next(f for f in figures(page) if f.get_attribute("id") == name)
            paint(page)
            assert again.evaluate(SETTING) == meant, address
            assert again.evaluate("(e) => Math.abs(e.getBoundingClientRect().top) < innerHeight")


# ---------------------------------------------------------------------------------------------
# The checks find what they are for


def tall(n=1):
    """Draw a figure whose parts differ in size from state to state."""
    rows = [[str(i), "x" * n] for i in range(n)]
    said = text("word " * 40 * n, describe="It says this. " * 16 * n)
    return [
        lines([0, 1], [0, n], label=f"line {'l' * 9 * n}"),
        array(range(4 * n)),
        table(["a", "b"], rows),
        said,
    ]


QUESTIONS = {3: ("Which?", ["a", "b"], "b"), 5: ("Alone?", ["a"], "a")}


def played(step):
    """Draw a figure that plays, taller than a phone."""
    return [array([step], title=f"list {i}") for i in range(16)]


def player():
    """Make a figure that plays."""
    return explore(played, step=steps(8, questions=QUESTIONS), caption="It plays. And so on.")


def broad(n=1):
    """Draw tables that are wider than a phone."""
    cells = [[f"{1000 * n + r + c}" for c in range(30)] for r in range(3)]
    return [array(cells), table([f"column {c}" for c in range(9)], [["abc"] * 9] * 3)]


def test_a_card_that_is_well_made_passes(browser, tmp_path):
    made = explore(tall, n=slider([1, 2, 3], 1), caption="A card with `code`. More.")
    with figure_on_a_page(browser, tmp_path, made) as figure:
        for check in (check_heights, check_sent, check_link):
            assert not check(figure), check.__name__
        assert not check_large_text(figure.page)
    with figure_on_a_page(browser, tmp_path, player()) as figure:
        assert not check_transport(figure)
    with figure_on_a_page(browser, tmp_path, player(), **PHONE) as figure:
        assert figure.evaluate(REACH) is True
        assert not check_heights(figure) + check_narrow(figure)
    for theme in ("light", "dark"):
        made = explore(broad, n=(1, 3))
        with figure_on_a_page(browser, tmp_path, made, theme=theme, **PHONE) as figure:
            assert not check_narrow(figure) + check_shadows(figure.page)
            assert len(figure.page.evaluate(SCROLLERS)) == 2


HIDE = """(f) => {
    const style = document.createElement("style");
    style.textContent = "%s";
    document.head.append(style);
}"""

#: What breaks a card, the check that sees it, and what that says.
BREAKS = {
    "no room": (HIDE % ".gb-sizes { display: none !important }", check_heights, "is"),
    "small letters": (
        "() => { const real = getComputedStyle; window.getComputedStyle = (e, p) =>"
        " e === document.documentElement ? { fontSize: '16px' } : real(e, p); }",
        lambda figure: check_large_text(figure.page), "grow from",
    ),
    "cut": (
        HIDE % ".gb-status { white-space: nowrap }",
        lambda figure: check_large_text(figure.page), "wider than",
    ),
    "no caption": (
        "(f) => { f.querySelector('.gb-caption').textContent = 'Something else'; }",
        check_sent, "is not in the file",
    ),
    "no address": ("() => { history.replaceState = () => {}; }", check_link, "the address is"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_a_card_that_is_not_is_found(browser, tmp_path, broken):
    script, check, said = BREAKS[broken]
    made = explore(tall, n=slider([1, 2, 3], 1), caption="A card with `code`. More.")
    with figure_on_a_page(browser, tmp_path, made) as figure:
        figure.evaluate(script)
        assert any(said in fault for fault in check(figure)), check(figure)


#: The same for what plays and what is narrow, each with its figure and its screen.
MORE_BREAKS = {
    "step looks as play": (
        "(f) => { const [play, step] = ['play', 'step forward'].map((name) =>"
        " f.querySelector(`[aria-label='${name}']`)); step.className = play.className;"
        " const [from, to] = [play, step].map((button) => button.querySelector('path'));"
        " to.setAttribute('d', from.getAttribute('d')); }",
        {}, player, check_transport, "play looks as a step does",
    ),
    "no choice": (
        "(f) => { setInterval(() => f.querySelectorAll('.gb-question button')[1]?.remove(), 5); }",
        {}, player, check_transport, "a question with 1 answers",
    ),
    "a verdict that stays": (
        "(f) => { let said = ''; setInterval(() => { const p = f.querySelector('.gb-question p');"
        " if (!p) return; if (/^(Right|No):/.test(p.textContent)) said = p.textContent;"
        " else if (said) p.prepend(said); }, 5); }",
        {}, player, check_transport, "the verdict stays",
    ),
    "buttons that scroll away": (
        HIDE % ".gb-controls { position: static !important }",
        PHONE, player, check_reach, "its buttons scroll away",
    ),
    "controls in the way": (
        HIDE % ".gb-controls { position: sticky !important; min-height: 60vh }",
        PHONE, player, lambda figure: check_large_text(figure.page), "controls cover",
    ),
    "cut on a phone": (
        HIDE % ".gb-text p { white-space: nowrap }",
        PHONE, lambda: explore(tall, n=(1, 3)), check_narrow, "is wider than its place",
    ),
    "out of the window": (
        HIDE % ".gb-control { min-width: 30rem }",
        PHONE, lambda: explore(tall, n=(1, 3)), check_narrow, "leaves the window",
    ),
    "no shadow": (
        HIDE % ".gb-wide, .gb-scroll { background: none !important }",
        PHONE, lambda: explore(broad, n=(1, 3)), lambda figure: check_shadows(figure.page),
        "has shadows 0, 0 at first",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", MORE_BREAKS)
def test_what_plays_or_is_narrow_and_broken_is_found(browser, tmp_path, broken):
    script, screen, make, check, said = MORE_BREAKS[broken]
    with figure_on_a_page(browser, tmp_path, make(), **screen) as figure:
        figure.evaluate(script)
        assert any(said in fault for fault in check(figure)), check(figure)
