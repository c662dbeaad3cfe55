"""Firefox, another engine: every figure of every page is live there, and Python answers.

``make test-firefox`` walks all pages of the built book; `make test` leaves these tests out.
"""

import pytest

from .browser import INSIDE, LOOK, PUT_BACK, UNFOLD, served, with_figures
from .conftest import page_names, pages_named
from .firefox import started

#: Waits until all figures are live; those that are late.
READY = """async () => {
    const waiting = () => document.querySelectorAll(".glassbox-figure:not([data-ready])");
    window.glassbox?.wakeAll?.();  // also the figures that are far
    for (let i = 0; i < 2400 && waiting().length; i += 1)
        await new Promise((done) => setTimeout(done, 50));
    return [...waiting()].map((e) => e.id);
}"""
FAILED = """() => [...document.querySelectorAll(".gb-error")].map((e) => e.textContent)"""
#: The controls of a figure that set what is drawn.
FIND = """const found = (figure) => [...figure.querySelectorAll(
    ".gb-controls :is(input:is([type=range], [type=checkbox]), select)[name], .gb-controls fieldset"
)];"""
#: Number of the figure, number of the control, its kind and name, of all.
CONTROLS = """() => { FIND
    return [...document.querySelectorAll(".glassbox-figure")].flatMap((figure, f) => found(figure)
        .map((e, c) => [f, c, e.type, (e.querySelector("legend") ?? e.labels[0]).textContent]));
}""".replace("FIND", FIND)
#: Focuses a control; where it stands, and how.
FOCUS = """(f, c) => { FIND
    const e = found(document.querySelectorAll(".glassbox-figure")[f])[c];
    const input = e.type === "fieldset" ? e.querySelector("input:checked") : e;
    input.scrollIntoView({ block: "center", behavior: "instant" });
    input.focus({ preventScroll: true });
    const { left, top, width, height } = e.getBoundingClientRect();
    const [max, value] = [Number(input.max), Number(input.value)];
    const count = e.querySelectorAll("input, option").length;
    return { left, width, max, value, count, middle: top + height / 2 };
}""".replace("FIND", FIND)
LOOKS = f"""(f) => ({LOOK})(document.querySelectorAll(".glassbox-figure")[f])"""
BACK = f"""(f, to) => ({PUT_BACK})(document.querySelectorAll(".glassbox-figure")[f], to)"""
WIDTH = """() => [document.documentElement.scrollWidth, innerWidth,
    ...[...document.querySelectorAll(".gb-card")].filter((e) => e.scrollWidth > e.clientWidth + 1)
        .map((e) => e.getAttribute("aria-label"))]"""


@pytest.fixture(scope="module")
def firefox():
    """Start Firefox."""
    with started() as browser:
        yield browser


@pytest.fixture(autouse=True)
def silence(firefox):
    """Forget what other pages said."""
    firefox.errors.clear()
    firefox.requests.clear()


@pytest.fixture(scope="module", params=page_names())
def url(request, site):
    """Serve the book; the address of a page with a figure."""
    found = pages_named(request.param, with_figures(site))
    if not found:
        pytest.skip("a page without figures")
    with served(site) as base:
        yield base + found[0].relative_to(site).as_posix()


def ready(tab):
    """Wait until all figures are live; none failed."""
    assert not tab.call(READY), "these figures do not get ready"
    assert not tab.call(FAILED)
    tab.call(UNFOLD)


def keys_of(kind, at):
    """Return keys that move a control of this kind to other settings, one after the other."""
    if kind == "range":
        towards = "ArrowLeft" if at["value"] > at["max"] / 2 else "ArrowRight"
        return [towards] * 3 + ["Home", "End"]
    if kind == "checkbox":
        return ["Space"]
    return ["ArrowDown"] * at["count"] + ["ArrowUp"] * at["count"]


def unmoved(tab):
    """Return the controls that change neither the drawing nor the words."""
    found = []
    for figure, control, kind, name in tab.call(CONTROLS):
        before = tab.call(LOOKS, figure)
        drawings, words = {before["drawing"]}, {before["speech"]}
        for key in keys_of(kind, tab.call(FOCUS, figure, control)):
            tab.press(key)
            now = tab.call(LOOKS, figure)
            drawings.add(now["drawing"])
            words.add(now["speech"])
            if len(drawings) > 1 and len(words) > 1:
                break
        else:
            found.append(f"figure {figure}, {kind} {name}: {len(drawings)}, {len(words)}")
        tab.call(BACK, figure, before["setting"])
    return found


def test_each_control_changes_the_drawing_and_the_words(firefox, url):
    base = url.rpartition("chapters/")[0]
    with firefox.opened(url) as tab:
        ready(tab)
        assert not unmoved(tab)
    assert not firefox.errors
    outside = [asked for asked in firefox.requests if not asked.startswith((base, *INSIDE))]
    assert not outside


def test_a_finger_moves_sliders_on_a_phone_and_nothing_is_too_wide(firefox, url):
    with firefox.opened(url, width=375, height=740) as tab:
        ready(tab)
        width, window, *wide = tab.call(WIDTH)
        assert width <= window and not wide
        for figure, control, kind, name in tab.call(CONTROLS):
            at = tab.call(FOCUS, figure, control)
            if kind != "range" or not at["width"]:
                continue
            before = tab.call(LOOKS, figure)["setting"]
            far = 0.8 if at["value"] < at["max"] / 2 else 0.2
            places = [(at["left"] + at["width"] * across, at["middle"]) for across in (0.5, far)]
            tab.drag(*places)
            assert tab.call(LOOKS, figure)["setting"] != before, (figure, name)
    assert not firefox.errors


RUN = """async (name) => {
    const button = document.querySelector(".gb-tools .gb-run");
    button.scrollIntoView({ block: "center", behavior: "instant" });
    button.click();
    const said = () => button.closest(".gb-tools").querySelector("[role=status]").textContent;
    for (let i = 0; i < 2400 && !/^(Ran|Failed|It holds)/.test(said()); i += 1)
        await new Promise((r) => setTimeout(r, 50));
    return said();
}"""


def test_python_in_the_page_answers(firefox, site):
    if not list((site / "_static").rglob("pyodide.asm.wasm")):
        pytest.skip("the book was built without Python")
    with served(site) as base, firefox.opened(f"{base}chapters/heaps.html") as tab:
        ready(tab)
        assert tab.call(RUN).startswith("Ran")
    assert not firefox.errors
