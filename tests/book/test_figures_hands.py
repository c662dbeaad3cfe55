"""Under every finger: what touch, keys and screen readers meet in every figure of every page.

Each check takes a figure and returns what is wrong with it, a list of sentences; the figures are
found by walking the built book.
"""

import contextlib

import pytest

from glassbox.figures import array, explore, lines, matrix, slider, text, tree
from glassbox.figures import drag as drag_of

from .browser import PUT_BACK, SETTING, figures, focus, label, opened, paint
from .test_figures_live import (  # noqa: F401, two are fixtures
    PHONE,
    TO_THE_MIDDLE,
    book_pages,
    drawn,
    figure_on_a_page,
    touch,
)

#: A place of a drawing, off its handles, where a finger lands on the drawing itself.
BARE = """(svg) => {
    svg.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, width, height } = svg.getBoundingClientRect();
    const parts = [...svg.querySelectorAll(".gb-handle *")].map((e) => e.getBoundingClientRect());
    const clear = (x, y) => parts.every((e) => // a finger is wide
        x < e.left - 30 || x > e.right + 30 || y < e.top - 30 || y > e.bottom + 30);
    for (const down of [0.5, 0.6, 0.4, 0.7, 0.3])
        for (const across of [0.5, 0.7, 0.3, 0.8, 0.2]) {
            const [x, y] = [left + across * width, top + down * height];
            const met = document.elementFromPoint(x, y);
            if (svg.contains(met) && !met.closest(".gb-grab") && clear(x, y)) return [x, y];
        }
    return null;
}"""

#: A place of a thing that is drawn (a point, a bar, a node, a cell), where a finger meets it.
THING = """(sheet) => {
    const svg = sheet.querySelector("svg");
    svg.scrollIntoView({ block: "center", behavior: "instant" });
    const frame = svg.getBoundingClientRect();
    const meets = ([x, y]) => {
        const met = document.elementFromPoint(x, y);
        const inside = y > frame.top && y < frame.bottom && x > frame.left && x < frame.right;
        return inside && met && svg.contains(met) && !met.closest(".gb-handle");
    };
    const middle = (e) => {
        const { left, right, top, bottom } = e.getBoundingClientRect();
        return [(left + right) / 2, (top + bottom) / 2];
    };
    const along = (path, share) => {
        const point = path.getPointAtLength(share * path.getTotalLength());
        const { x, y } = point.matrixTransform(path.getScreenCTM());
        return [x, y];
    };
    const curves = [...svg.querySelectorAll("path.gb-line")].filter((e) => e.getTotalLength());
    const places = [
        ...[...svg.querySelectorAll(
            ".gb-node, .gb-slot, .gb-fold-node, g > path[transform]")].map(middle),
        ...curves.flatMap((e) => [0.5, 0.25, 0.75, 0].map((share) => along(e, share))),
        ...[...svg.querySelectorAll("g[transform] > rect[rx], image")].map(middle),
    ];
    return places.find(meets) ?? null;
}"""

#: The tip of a drawing and what it speaks of, and what is wrong with them.
TIP = """(sheet) => {
    const tip = sheet.querySelector(".gb-tip");
    if (!tip) return null;
    const box = tip.getBoundingClientRect();
    const meant = sheet.querySelector(".gb-cursor, .gb-cell, .gb-at, .gb-fold-twins");
    const of = meant?.getBoundingClientRect();
    const wrong = [];
    const edge = document.documentElement.clientWidth;
    if (box.left < -0.5 || box.right > edge + 0.5) wrong.push("sticks out of the window");
    if (parseFloat(getComputedStyle(tip).fontSize) < 12) wrong.push("is too small to read");
    if (of && !meant.matches(".gb-fold-twins")) {
        const [x, y] = [(of.left + of.right) / 2, (of.top + of.bottom) / 2];
        if (x > box.left && x < box.right && y > box.top && y < box.bottom)
            wrong.push("covers what it speaks of");
    }
    return { text: tip.textContent, wrong };
}"""

CARD = """async (figure) => {
    const card = figure.querySelector(".gb-card");
    const frame = figure.closest("figure.glassbox-frame");
    const caption = frame?.querySelector(".caption-text") ?? figure.querySelector(".gb-caption");
    const payload = JSON.parse(await window.glassbox.dataOf(figure));
    const unseen = payload.controls.filter((c) => c.hidden).map((c) => c.label);
    const labels = [...figure.querySelectorAll(".gb-controls label, .gb-controls legend")]
        .map((e) => e.textContent.trim()).concat(unseen);
    const handles = [...figure.querySelectorAll(".gb-handle")]
        .map((e) => e.getAttribute("aria-label").replace(/, handle$/, ""));
    const status = figure.querySelector(".gb-status");
    return {
        name: card.getAttribute("aria-label"),
        caption: caption?.textContent.trim().replaceAll("’", "'") ?? "",
        nameless: handles.filter((name) => !labels.includes(name)),
        bare: [...status.childNodes].some((e) => e.nodeType === Node.TEXT_NODE && e.data.trim())
            || status.classList.contains("gb-hidden"),
    };
}"""

# ---------------------------------------------------------------------------------------------
# Checks


def check_scrolling(figure):
    """A finger that scrolls past a drawing changes nothing."""
    page, wrong = figure.page, []
    for svg in figure.locator(".gb-sheet > svg").all():
        start = svg.evaluate(BARE)
        if start is None:
            continue
        before, scroll = figure.evaluate(SETTING), page.evaluate("scrollY")
        x, y = start
        for _ in touch(page, start, (x + 2, y - 60), (x + 3, y - 130), (x + 3, y - 130)):
            page.wait_for_timeout(50)  # the finger comes to rest: nothing rolls on
        can = page.evaluate("scrollY + innerHeight < document.documentElement.scrollHeight - 5")
        for _ in range(60):
            page.wait_for_timeout(40)
            if not can or page.evaluate("scrollY") != scroll:
                break
        else:
            wrong.append("a finger on a drawing does not scroll the page")
        after = figure.evaluate(SETTING)
        if after != before:
            wrong.append(f"scrolling past a drawing sets {before} to {after}")
    return wrong


def tap(page, x, y):
    """Tap with a finger."""
    page.touchscreen.tap(x, y)
    paint(page)


def check_taps(figure):
    """A tap on a thing pins a tip that can be read, until the next tap elsewhere."""
    wrong = []
    for panel in figure.locator(DRAWINGS).all():
        sheet = panel.locator(".gb-sheet")
        thing = sheet.evaluate(THING)
        if thing is None:
            continue
        before = figure.evaluate(SETTING)
        tap(figure.page, *thing)
        for _ in range(60):
            if found := sheet.evaluate(TIP):
                break
            figure.page.wait_for_timeout(40)
        if found is None:
            kind = panel.get_attribute("class").split()[1]
            wrong.append(f"{kind}: a tap on a thing pins no tip")
        else:
            wrong += [f"the tip {found['text']!r} {fault}" for fault in found["wrong"]]
        tap(figure.page, 3, 3)
        if sheet.evaluate(TIP) is not None:
            wrong.append("a tap elsewhere does not let go of the tip")
        figure.evaluate(PUT_BACK, before)
    return wrong


def check_handle_keys(figure):
    """Handles know Home, End and the page keys, and none of them scrolls the page away."""
    wrong, keyboard = [], figure.page.keyboard
    for handle in figure.locator(".gb-handle").all():
        focus(handle)
        scroll = figure.page.evaluate("scrollY")
        last = int(handle.get_attribute("aria-valuemax"))
        before = figure.evaluate(SETTING)
        at = {}
        for key in ("End", "Home", "PageUp", "PageDown", "ArrowRight"):
            keyboard.press(key)
            paint(figure.page)
            at[key] = int(handle.get_attribute("aria-valuenow"))
        keyboard.press("Home")
        if (at["End"], at["Home"]) != (last, 0) or at["PageUp"] < min(last, 1) or at["PageDown"]:
            wrong.append(f"a handle from 0 to {last} is moved by keys to {at}")
        if figure.page.evaluate("scrollY") != scroll:
            wrong.append("a key of a handle scrolls the page")
        figure.evaluate(PUT_BACK, before)
    return wrong


#: What fingers tap and keys walk over.
DRAWINGS = ".gb-plot, .gb-matrix, .gb-tree, .gb-array, .gb-fold, .gb-worksheet"
WALK = ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "End", "ArrowDown", "Home")


def check_walks(figure):
    """Arrow keys visit only what is there, at each step, say it, and scroll nothing away."""
    wrong = []
    for scrubber in [None, *figure.locator(".gb-steps input[name]").all()]:
        before = figure.evaluate(SETTING)
        if scrubber:
            scrubber.evaluate(TO_THE_MIDDLE)
        for panel in figure.locator(DRAWINGS).all():
            sheet = panel.locator(".gb-sheet")
            if sheet.locator("> svg[tabindex]").count() == 0:
                continue  # too many cells for a hand
            focus(sheet.locator("> svg"))
            scroll = figure.page.evaluate("scrollY")
            said = []
            for key in WALK:
                figure.page.keyboard.press(key)
                paint(figure.page)
                said.append(sheet.locator(".gb-hidden[aria-live]").inner_text().strip())
            kind = panel.get_attribute("class").split()[1]
            something = sheet.locator(
                ".gb-line, .gb-node, .gb-slot, .gb-fold-node, .gb-fold-dots, image, rect[rx]"
            ).count()
            if something and not all(said):
                silent = [key for key, words in zip(WALK, said, strict=True) if not words]
                wrong.append(
                    f"{kind}: after {silent[0]} nothing is read, at a step: {bool(scrubber)}"
                )
            if figure.page.evaluate("scrollY") != scroll:
                wrong.append(f"{kind}: arrow keys scroll the page")
            figure.page.keyboard.press("Escape")
        figure.evaluate(PUT_BACK, before)
    return wrong


def check_names(figure):
    """Handles are called as their controls are, a figure by its caption."""
    found = figure.evaluate(CARD)
    wrong = [f"a handle is called {name!r}, as no control is" for name in found["nameless"]]
    name, caption = found["name"], found["caption"].replace("\u00a0", " ")
    if name == "Interactive figure" if caption else not name:
        wrong.append(f"its group is called {name!r}")
    if caption and not caption.startswith(name):
        wrong.append(f"its group is called {name!r}, not as the caption {caption[:40]!r}")
    if not found["bare"]:
        wrong.append("a line repeats the controls for all to see")
    return wrong


# ---------------------------------------------------------------------------------------------
# The book


def faults(browser, urls, *checks, **options):
    """Return what the checks find on pages, by figure."""
    found = {}
    for url in urls:
        with opened(browser, url, **options) as (page, log):
            for figure in figures(page):
                wrong = [fault for check in checks for fault in check(figure)]
                if wrong:
                    found[label(figure)] = wrong
            assert not log.errors, f"{url}: {log.errors}"
    return found


def test_fingers_scroll_and_tap(browser, book_pages):  # noqa: F811
    assert not faults(browser, book_pages, check_scrolling, check_taps, **PHONE)


def test_keys_move_and_read_and_names_are_labels(browser, book_pages):  # noqa: F811
    checks = (check_names, check_handle_keys, check_walks)
    assert not faults(browser, book_pages, *checks)


# ---------------------------------------------------------------------------------------------
# The checks find what they are for


def lively(n=2):
    """Draw a figure with what fingers and keys meet."""
    born, parents = [0, 0, 3, 3, 0], [-1, 0, 1, 1, 0]
    curve = lines(X, [n * x for x in X], label="a curve", drag=drag_of("n", X[:4]))
    nodes = tree("abcde", parents, born=born, step=n)
    return [curve, nodes, matrix([[1, n], [3, 4]]), array([5, 6, n]), text(f"{n}")]


X = [0.0, 1.0, 2.0, 3.0, 4.0]
CAPTION = "A curve and `more`. It moves."


@contextlib.contextmanager
def on_a_page(browser, folder, **options):
    """Open a page with the lively figure, and room to scroll."""
    made = explore(lively, n=slider([0, 1, 2, 3], 1, label="the rate"), caption=CAPTION)
    with figure_on_a_page(browser, folder, made, **options) as figure:
        figure.evaluate("(f) => { f.style.margin = '40vh 0 120vh'; }")
        yield figure


def test_a_figure_that_is_well_made_passes(browser, tmp_path):
    with on_a_page(browser, tmp_path, **PHONE) as figure:
        assert not check_scrolling(figure) + check_taps(figure)
    with on_a_page(browser, tmp_path) as figure:
        assert not check_names(figure) + check_handle_keys(figure) + check_walks(figure)


#: What breaks a figure, on what screen, the check that sees it, and what that says.
BREAKS = {
    "scrolling sets": (
        "(f) => f.addEventListener('pointerdown', () => { const e = f.querySelector('input');"
        " e.value = 3; e.dispatchEvent(new Event('input', {bubbles: true})); })",
        PHONE, check_scrolling, "scrolling past a drawing sets",
    ),
    "no scrolling": (
        "(f) => f.querySelectorAll('svg').forEach((e) => { e.style.touchAction = 'none'; })",
        PHONE, check_scrolling, "does not scroll the page",
    ),
    "no tips": (
        "(f) => f.addEventListener('pointerup', (e) => e.stopPropagation(), true)",
        PHONE, check_taps, "pins no tip",
    ),
    "tips on things": (
        "(f) => { const s = document.createElement('style'); s.textContent ="
        " '.gb-tip { top: 0 !important; bottom: 0 !important; left: 0 !important;"
        " width: 100%; max-width: 100% !important; transform: none !important }';"
        " document.head.append(s); }",
        PHONE, check_taps, "covers what it speaks of",
    ),
    "tips that stay": (
        "(f) => document.addEventListener('pointerdown', (e) => {"
        " if (!f.contains(e.target)) e.stopImmediatePropagation(); }, true)",
        PHONE, check_taps, "does not let go of the tip",
    ),
    "no Home": (
        "(f) => f.addEventListener('keydown', (e) => {"
        " if (['Home', 'End'].includes(e.key)) e.stopPropagation(); }, true)",
        {}, check_handle_keys, "is moved by keys to",
    ),
    "keys scroll": (
        "(f) => f.addEventListener('keydown', (e) => e.key === 'End' && scrollBy(0, 50), true)",
        {}, check_handle_keys, "scrolls the page",
    ),
    "dead nodes": (
        "(f) => f.addEventListener('keydown', (e) => {"
        " if (e.key !== 'ArrowRight') return; e.stopPropagation(); e.target.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Escape', bubbles: true})); }, true)",
        {}, check_walks, "gb-tree: after ArrowRight nothing is read",
    ),
    "parameter names": (
        "(f) => f.querySelector('.gb-handle').setAttribute('aria-label', 'n, handle')",
        {}, check_names, "a handle is called 'n', as no control is",
    ),
    "no name": (
        "(f) => f.querySelector('.gb-card').setAttribute('aria-label', 'Interactive figure')",
        {}, check_names, "its group is called 'Interactive figure'",
    ),
    "repeats": (
        "(f) => { f.querySelector('.gb-status').className = 'gb-status'; }",
        {}, check_names, "a line repeats the controls",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_figure_is_found(browser, tmp_path, broken):
    script, screen, check, said = BREAKS[broken]
    with on_a_page(browser, tmp_path, **screen) as figure:
        figure.evaluate(script)
        assert any(said in fault for fault in check(figure)), check(figure)
