"""Measure what a figure costs while a hand drags: the browser's work for each event of the drag.

Run ``make book`` first, then ``.venv/bin/python benchmarks/drag.py [slug ...]``. Each control of
each figure is taken from end to end, one event a frame, in headless Chromium; a trace tells how
long its main thread ran for each event: script, style, layout and paint. It is the processor's
time, so that a busy machine changes it little. An empty page tells what an event costs alone.
"""

import argparse
import itertools
import json
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from playwright.sync_api import sync_playwright  # noqa: E402
from tests.book.browser import (  # noqa: E402
    FLAGS,
    UNFOLD,
    find_browser,
    opened,
    point,
    served,
    wait_until_ready,
    with_figures,
)

SITE = ROOT / "_build" / "html"
EVENTS = 24  # of a drag
GOAL, WORST = 8, 16  # milliseconds
REST = 300  # until what scrolling caused is done; it is no part of a drag
MARK = "drag"
#: What the main thread does for an event, by the names that a trace gives.
WORK = {
    "EventDispatch", "FunctionCall", "TimerFire", "FireAnimationFrame", "RunMicrotasks",
    "UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "Commit", "HitTest",
    "ResizeObserver", "IntersectionObserverController::computeIntersections",
}  # fmt: skip
CATEGORIES = ["devtools.timeline", "blink.user_timing", "disabled-by-default-devtools.timeline"]

#: Moves a control from end to end, an event a frame, with a mark before each.
MOVE = """async (input, [events, mark]) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const list = input.localName === "select";
    const last = list ? input.options.length - 1 : Number(input.max);
    for (let i = 0; i <= events; i += 1) {
        await frame();
        performance.mark(mark);
        const to = Math.round((last * i) / events);
        if (list) input.selectedIndex = to;
        else input.value = to;
        for (const type of ["input", "change"])
            input.dispatchEvent(new Event(type, { bubbles: true }));
    }
    await frame();
    performance.mark(`${mark} end`);
}"""
STEP = """(mark) => new Promise((done) => requestAnimationFrame(() => {
    performance.mark(mark);
    done();
}))"""
EMPTY = "data:text/html,<!doctype html><title>.</title><input type=range max=100>"


def drag_handle(page, handle):
    """Drag a handle over its drawing by the mouse."""
    x, y = point(handle)
    page.wait_for_timeout(REST)
    box = handle.locator("xpath=ancestor::*[name()='svg'][1]").bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(EVENTS + 1):
        page.evaluate(STEP, MARK)
        page.mouse.move(box["x"] + box["width"] * (0.2 + 0.6 * i / EVENTS), y)
    page.evaluate(STEP, MARK)
    page.evaluate(STEP, f"{MARK} end")
    page.mouse.up()


def work(trace):
    """Return the milliseconds of work after each mark of a trace."""
    events = json.loads(trace)["traceEvents"]
    marks = [e for e in events if e.get("name") in (MARK, f"{MARK} end")]
    if not marks:
        return []
    thread = marks[0]["pid"], marks[0]["tid"]
    times = sorted(e["ts"] for e in marks)
    done = [0.0] * (len(times) - 1)
    until = 0  # what lies within an event is part of it
    ours = [e for e in events if (e["pid"], e["tid"]) == thread and e.get("name") in WORK]
    for event in sorted(ours, key=lambda e: (e["ts"], -e.get("dur", 0))):
        if event.get("ph") != "X" or event["ts"] < until:
            continue
        until = event["ts"] + event.get("dur", 0)
        at = sum(t <= event["ts"] for t in times) - 1
        if 0 <= at < len(done):
            done[at] += event.get("tdur", event.get("dur", 0)) / 1000
    return done[1:]  # the first moves it to its end


def measured(browser, page, deed):
    """Return the work of the events of a deed."""
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        deed()
    finally:
        trace = browser.stop_tracing()
    return work(trace)


def figures_of(browser, url):
    """Yield the name of each figure of a page, and the work of each event of its drags."""
    with opened(browser, url, whole=False) as (page, _):
        wait_until_ready(page)
        page.evaluate(UNFOLD)
        for figure in page.locator(".glassbox-figure").all():
            found = []
            for input_ in figure.locator(".gb-controls :is(input[type=range], select)[name]").all():
                input_.scroll_into_view_if_needed()
                page.wait_for_timeout(REST)
                deed = lambda e=input_: e.evaluate(MOVE, [EVENTS, MARK])  # noqa: E731
                found += measured(browser, page, deed)
            for handle in figure.locator(".gb-handle").all()[:2]:
                found += measured(browser, page, lambda e=handle: drag_handle(page, e))
            if found:
                yield figure.get_attribute("data-name") or figure.get_attribute("id"), found


def share(times, part):
    """Return the time below which that part of all lies."""
    return statistics.quantiles(times, n=100, method="inclusive")[round(100 * part) - 1]


def joined(found):
    """Return the times of all figures."""
    return list(itertools.chain.from_iterable(found.values()))


def row(name, times):
    """Print a row."""
    print(
        f"{name:42} {share(times, 0.5):8.1f} {share(times, 0.95):8.1f} {max(times):8.1f}",
        flush=True,
    )


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("slugs", nargs="*", help="pages, all without")
    parser.add_argument("--site", type=Path, default=SITE)
    given = parser.parse_args()
    pages = [p for p in with_figures(given.site) if not given.slugs or p.stem in given.slugs]
    everything = {}
    with sync_playwright() as playwright, served(given.site) as base:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        print(f"{'milliseconds an event':42} {'p50':>8} {'p95':>8} {'most':>8}")
        with opened(browser, EMPTY) as (page, _):
            input_ = page.locator("input")
            row(
                "an empty page",
                measured(browser, page, lambda: input_.evaluate(MOVE, [EVENTS, MARK])),
            )
        for path in pages:
            url = base + path.relative_to(given.site).as_posix()
            found = dict(figures_of(browser, url))
            everything |= {(path.stem, name): times for name, times in found.items()}
            if found:
                row(path.stem, joined(found))
    print()
    row("all figures", joined(everything))
    print("\nthe slowest figures")
    for (_, name), times in sorted(everything.items(), key=lambda e: -share(e[1], 0.95))[:12]:
        row(name, times)
    worst = max(share(times, 0.95) for times in everything.values())
    p95 = share(joined(everything), 0.95)
    print(f"\nGoal: p95 {p95:.1f} <= {GOAL}, worst figure {worst:.1f} <= {WORST}")


if __name__ == "__main__":
    main()
