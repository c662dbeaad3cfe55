"""Measure Python in the page: from the click to the result, cold and warm, and what it weighs.

Run ``make book`` first, then ``.venv/bin/python benchmarks/page.py [--write]``, on a machine that
does nothing else: it says how busy the machine is. A cold run has an empty browser; a warm one
visits the page again with what the browser kept. Bytes are counted as a host sends them: compressed
where that helps. Then Node starts Python in the ways that were tried to make it quicker, and counts
the processor's seconds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from playwright.sync_api import sync_playwright  # noqa: E402
from race import written  # noqa: E402
from tests.book.browser import FLAGS, find_browser  # noqa: E402

from glassbox.page.archives import NODE  # noqa: E402
from serving import Host, hosted  # noqa: E402

RECORD = ROOT / "lib" / "glassbox" / "page" / "records" / "times.json"
CELLS = {
    "pure Python": ("dynamic_programming", "items"),
    "NumPy": ("mean_average_precision", "setup"),
    "SciPy": ("state_space_models", "solution-cycles"),
}
#: What we want of the first two: seconds to the first result, cells that follow, bytes.
GOALS = {
    "pure Python": {"warm": 3.0, "warm again": 0.1, "cold bytes": 7e6},
    "NumPy": {"warm": 4.0, "warm again": 0.1, "cold bytes": 11e6},
}
WAYS = (
    "as it is shipped",
    "packages after the start",
    "the whole standard library, as sources",
    "a memory snapshot",
)
RUNS = 7
OVER = """(at) => /^(Ran|It holds|Failed)/.test(
    document.querySelector(`.gb-c${at} [role=status]`).textContent)"""


def press(page, at):
    """Click Run and wait for the result; returns seconds."""
    button = page.locator(f".gb-c{at} .gb-run").first
    began = time.perf_counter()
    button.evaluate("(button) => button.click()")
    page.wait_for_function(OVER, arg=at, timeout=120_000, polling=5)
    return time.perf_counter() - began


def measure(playwright, base, site, chapter, name):
    """Return the seconds of one cold run, a warm one and a second click, and the bytes."""
    cells = json.loads((site / f"_static/python/chapters/chapters.{chapter}.json").read_text())
    at = next(k for k, cell in enumerate(cells["cells"]) if cell["id"] == name)
    found = {}
    with tempfile.TemporaryDirectory() as profile:
        for kind in ("cold", "warm"):
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=find_browser(), args=FLAGS
            )
            page = context.new_page()
            page.goto(f"{base}chapters/{chapter}.html", wait_until="networkidle")
            Host.sent = 0
            found[kind] = press(page, at)
            found[f"{kind} bytes"] = Host.sent
            found[f"{kind} again"] = press(page, at)
            context.close()
    return found


def start(way, folder, snapshot):
    """Start Python in Node in one of the ways; returns seconds of the processor and bytes more."""
    script = Path(__file__).with_name("page_start.mjs")
    command = [sys.executable, "-c", NODE, str(script), way, str(folder), str(snapshot)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout or "null")


def try_ways(site, runs):
    """Return the median seconds of each way to start, and what it adds to the bytes."""
    folder = site / "_static" / "python"
    with tempfile.TemporaryDirectory() as place:
        snapshot = Path(place, "snapshot")
        start("make a snapshot", folder, snapshot)
        found = {way: [] for way in WAYS}
        for _ in range(runs):
            for way in WAYS:
                found[way].append(start(way, folder, snapshot))
    return {
        way: {"seconds": median(all_, "seconds"), "bytes": all_[0]["bytes"]}
        for way, all_ in found.items()
    }


def median(runs, key):
    """Return the median of some runs, to a millisecond."""
    return round(statistics.median(run[key] for run in runs), 3)


def main():
    """Measure each kind of cell, in turn, and each way to start; print or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    machine = {"processors": os.cpu_count(), "load": [round(os.getloadavg()[0], 2)]}
    if machine["load"][0] > 0.3 * machine["processors"]:
        print(f"The machine is busy (load {machine['load'][0]}): these times are not the book's.")
    runs = {kind: [] for kind in CELLS}
    with hosted(options.site) as base, sync_playwright() as playwright:
        for _ in range(options.runs):
            for kind, (chapter, name) in CELLS.items():
                runs[kind].append(measure(playwright, base, options.site, chapter, name))
                print(kind, {k: round(v, 2) for k, v in runs[kind][-1].items()}, flush=True)
            machine["load"].append(round(os.getloadavg()[0], 2))
    medians = {k: {key: median(all_, key) for key in all_[0]} for k, all_ in runs.items()}
    tried = try_ways(options.site, options.runs)
    for kind, goals in GOALS.items():
        for key, goal in goals.items():
            held = "held" if medians[kind][key] <= goal else "MISSED"
            print(f"{kind}, {key}: {medians[kind][key]:g} of {goal:g}: {held}")
    for way, found in tried.items():
        print(f"{way}: {found['seconds']} s of the processor, {found['bytes']:+,} bytes")
    if options.write:
        RECORD.parent.mkdir(exist_ok=True)
        record = {"machine": machine, "medians": medians, "tried": tried, "runs": runs}
        RECORD.write_text(written(record), encoding="utf-8")


if __name__ == "__main__":
    main()
