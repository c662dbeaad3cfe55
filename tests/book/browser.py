"""A real browser on built pages: find it, serve, open and watch pages, look at figures."""

import contextlib
import http.server
import os
import re
import shutil
import threading
from functools import partial

import pytest
from playwright.sync_api import expect, sync_playwright

import browsers
from glassbox.figures.figure import STATIC

MISSING = f"the browser tests want {browsers.ADVICE}"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    # No other host has an address, so that nothing outside is reached; requests are counted.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
#: Milliseconds to wait for a state at most: a busy machine is slow, not wrong.
PATIENCE = 120_000
INSIDE = ("data:", "blob:", "about:")

#: Chooses the theme as the book's own switch does (an empty page has no storage).
CHOOSE = """try {
    for (const key of ["mode", "theme"]) localStorage.setItem(key, "%s");
} catch {}"""

#: Lays out what is far from the window too, which waits otherwise.
WHOLE = """const whole = new CSSStyleSheet();
whole.replaceSync(".bd-article section { content-visibility: visible !important }");
document.adoptedStyleSheets = [whole];"""

#: Whether the page is more than a sign to another one.
ARRIVED = """() => !document.querySelector("meta[http-equiv=refresh]")"""

#: Whether the script of a page of the book is there: it is asked for when the page is painted.
SCRIPTED = """() => !document.querySelector("link[href*='_static/page.css']")
    || window.glassbox?.wakeAll"""

#: Waits until what an event caused is on the screen.
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

#: Opens what a reader can unfold, to test what is in there too, and not while it fades in.
UNFOLD = """() => {
    document.querySelectorAll("details").forEach((e) => { e.open = true; });
    document.querySelectorAll(".toggle-hidden").forEach((e) => e.classList.remove("toggle-hidden"));
    document.documentElement.style.scrollBehavior = "auto";  // nothing glides under a pointer
    document.getAnimations().forEach((a) => a.finish());
}"""

#: What a reader sees and hears of a figure. What only follows the pointer or marks the setting
#: (tips, cursors, handles, the picked item) is no part of the drawing.
LOOK = """async (figure, painted) => {
    await PAINTED;
    const panels = figure.querySelector(".gb-panels").cloneNode(true);
    const follows = ".gb-tip, .gb-cursor, .gb-cell, .gb-hidden, .gb-handle, .gb-picked";
    panels.querySelectorAll(follows).forEach((e) => e.remove());
    panels.querySelectorAll(".gb-at").forEach((e) => e.classList.remove("gb-at"));
    panels.querySelectorAll("[style]").forEach((e) => { e.style.cssText += ""; });
    panels.querySelectorAll("[aria-label]").forEach((e) => e.removeAttribute("aria-label"));
    // A page is published with two decimals of a place; the script draws with all.
    const fine = /^([xyr]|[xy][12]|c[xy]|width|height|transform)$/;
    const seen = ({ name, value }) => !fine.test(name) ? value
        : value.replace(/\\d+\\.\\d{4,}/g, (number) => Number(Number(number).toFixed(2)));
    const told = (e) => (e.nodeType !== Node.ELEMENT_NODE ? e.data : [
        e.localName,
        ...[...e.attributes].filter((a) => a.value).map((a) => `${a.name}=${seen(a)}`).sort(),
        ...[...e.childNodes].map(told),
    ].join("\\n"));
    let hash = 0;
    for (const c of told(panels)) hash = (Math.imul(hash, 31) + c.codePointAt(0)) | 0;
    const handles = [...figure.querySelectorAll(".gb-handle")];
    return {
        drawing: hash,
        speech: [figure.querySelector(".gb-status[aria-live]").textContent,
            ...handles.map((e) => e.getAttribute("aria-valuetext"))].join(" "),
        setting: (SETTING)(figure),
    };
}"""

#: How the controls of a figure stand, then its handles, which may move what no control does.
SETTING = """(figure) => [
    ...[...figure.querySelectorAll(".gb-controls :is(input, select)[name]")]
        .map((e) => (["radio", "checkbox"].includes(e.type) ? e.checked : e.value)),
    ...[...figure.querySelectorAll(".gb-handle")].map((e) => Number(e.ariaValueNow)),
]"""
LOOK = LOOK.replace("PAINTED", PAINTED).replace("SETTING", SETTING)

#: Sets the controls back, one after the other, by the events that a reader's hand would cause.
PUT_BACK = """async (figure, setting) => {
    const inputs = [...figure.querySelectorAll(".gb-controls :is(input, select)[name]")];
    for (const [i, input] of inputs.entries()) {
        await new Promise((done) => setTimeout(done));
        const ticked = ["radio", "checkbox"].includes(input.type);
        if ((ticked ? input.checked : input.value) === setting[i]) continue;
        if (ticked && (input.type === "checkbox" || setting[i])) input.click();
        if (ticked) continue;
        input.value = setting[i];
        for (const type of ["input", "change"])
            input.dispatchEvent(new Event(type, {bubbles: true}));
    }
    for (const [i, handle] of [...figure.querySelectorAll(".gb-handle")].entries()) {
        for (let tries = 0; tries < 500; tries += 1) {
            await new Promise((done) => setTimeout(done));
            const far = setting[inputs.length + i] - Number(handle.ariaValueNow);
            if (!far) break;
            const key = far > 0 ? "ArrowRight" : "ArrowLeft";
            handle.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        }
    }
}"""

#: Focuses an element where it stands: the book's pages would glide to it for a while.
FOCUS = """(element) => {
    element.scrollIntoView({block: "center", behavior: "instant"});
    element.focus({preventScroll: true});
}"""

#: A point of the window where a pointer meets the element and nothing that lies over it.
HIT = """(element) => {
    element.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
    const { left, top, width, height } = element.getBoundingClientRect();
    for (const down of [0.5, 0.3, 0.7, 0.1, 0.9])
        for (const across of [0.5, 0.3, 0.7, 0.1, 0.9]) {
            const [x, y] = [left + across * width, top + down * height];
            if (element.contains(document.elementFromPoint(x, y))) return [x, y];
        }
    return null;
}"""


#: A figure in the text of a page: its markup, and its payload or the file that has it.
FIGURE = re.compile(
    r'<div class="glassbox-figure".*?<script type="application/json" data-for=.*?</script>', re.S
)
FILE = re.compile(r'(?:src|data-src)="((?:[^":]*/)?_static/figures/[^"]+)"')

#: A page of a book in small.
PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="figure.css">
<script>document.documentElement.classList.add("gb-js")</script>
<script defer src="figure.js"></script>
{head}
<main><h1>A page</h1>{body}</main>
"""


def find_browser():
    """Return the browser's path. Without one skip, or fail if ``GLASSBOX_REQUIRE_BROWSER=1``."""
    found = browsers.find_browser()
    if found is None and os.environ.get("GLASSBOX_REQUIRE_BROWSER") == "1":
        pytest.fail(MISSING)
    if found is None:
        pytest.skip(MISSING)
    return found


# One a module, not one a session: while Playwright's event loop is up, nbmake cannot start its own.
@pytest.fixture(scope="module")
def browser():
    """Start the browser."""
    path = find_browser()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=FLAGS)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files and keeps no log."""

    def log_message(self, *args):
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    """Says nothing when a page goes away before it is served."""

    def handle_error(self, *args):
        """Say nothing."""


@contextlib.contextmanager
def served(folder):
    """Serve a folder on a free port of this machine; gives its address, with a slash at the end."""
    handler = partial(Handler, directory=str(folder))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


class Log:
    """What the pages of a browser context complain of, and ask for."""

    def __init__(self, context):
        self.errors, self.requests = [], []
        context.on("console", self.hear)
        context.on("weberror", lambda event: self.errors.append(str(event.error)))
        context.on("request", lambda request: self.requests.append(request.url))

    def hear(self, message):
        """Keep an error that was logged."""
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def outside(self, base):
        """Return the requests for anything that is not under the address ``base``."""
        return [url for url in self.requests if not url.startswith((base, *INSIDE))]


@contextlib.contextmanager
def opened(browser, url, theme="light", width=1280, height=900, whole=True, **options):
    """Open a page, whole or as it is, in a context of its own; gives the page and its log."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(CHOOSE % theme)
    if whole:
        context.add_init_script(WHOLE)
    log = Log(context)
    page = context.new_page()
    try:
        page.goto(url)
        page.wait_for_function(ARRIVED)
        if options.get("java_script_enabled", True):
            page.wait_for_function(SCRIPTED)
        page.wait_for_load_state()
        yield page, log
    finally:
        context.close()


def wait_until_ready(page):
    """Make every figure of the page live, also those that are far, and assert that none failed."""
    waiting = ".glassbox-figure:not([data-ready], :has(.gb-error))"
    page.evaluate("window.glassbox?.wakeAll?.()")
    with contextlib.suppress(AssertionError):
        expect(page.locator(waiting)).to_have_count(0)
    late = page.locator(waiting).evaluate_all("(figures) => figures.map((e) => e.id)")
    assert not late, f"{page.url}: these figures do not get ready: {late}"
    failed = page.locator(".gb-error").all_inner_texts()
    assert not failed, f"{page.url}: {failed}"


def figures(page):
    """Return the live figures of a page, after unfolding what is folded."""
    wait_until_ready(page)
    page.evaluate(UNFOLD)
    return page.locator(".glassbox-figure").all()


def label(figure):
    """Return a name for a figure in a message."""
    title = figure.locator(".gb-card").get_attribute("aria-label")
    return f"{figure.page.url.rsplit('/', 1)[-1]}, figure {figure.get_attribute('id')} ({title})"


def look(figure):
    """Return what a reader sees and hears of a figure, once it is painted."""
    return figure.evaluate(LOOK)


def point(element):
    """Return a point ``(x, y)`` of the window at which a pointer meets the element."""
    found = element.evaluate(HIT)
    assert found, f"nothing of this can be pointed at: {element}"
    return found


def focus(element):
    """Focus an element, in the middle of the window; nothing glides afterwards."""
    element.evaluate(FOCUS)
    paint(element.page)


def paint(page):
    """Wait until what happened is painted."""
    page.evaluate(PAINTED)


def drag(element, *targets):
    """Drag an element by the mouse over points of the window; yields after each."""
    mouse = element.page.mouse
    mouse.move(*point(element))
    mouse.down()
    try:
        for x, y in targets:
            mouse.move(x, y, steps=4)
            yield
    finally:
        mouse.up()


def places(element, *fractions):
    """Return points of the window at these fractions ``(across, down)`` of an element."""
    box = element.bounding_box()
    return [(box["x"] + a * box["width"], box["y"] + d * box["height"]) for a, d in fractions]


def pages(site):
    """Return the pages of a built book, found by walking its folder."""
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def figures_in(path):
    """Return the markup of each figure of a page, with its payload where that is in the page."""
    return FIGURE.findall(path.read_text(encoding="utf-8"))


def files_of(path, markup):
    """Return the files that a figure of a page has its payload and its pictures from."""
    return [path.parent / name for name in dict.fromkeys(FILE.findall(markup))]


def with_figures(site):
    """Return the pages that hold a figure."""
    found = [path for path in pages(site) if figures_in(path)]
    assert found, "the book wants at least one page with a figure"
    return found


def write_page(folder, *made, head=""):
    """Write ``page.html``, which holds figures as the book does; returns the folder."""
    shutil.copytree(STATIC, folder, dirs_exist_ok=True)
    body = "".join(figure.to_html() for figure in made)
    (folder / "page.html").write_text(PAGE.format(head=head, body=body), encoding="utf-8")
    return folder
