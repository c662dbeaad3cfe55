"""Measure Python in the page: from the click to the result, cold and warm, and what it weighs.

Run ``make book`` first, then ``.venv/bin/python benchmarks/page.py [--write]``. A cold run has an
empty browser; a warm one visits the page again with what the browser kept. Bytes are counted as a
host sends them: compressed where that helps.
"""

import argparse
import contextlib
import gzip
import http.server
import json
import os
import sys
import tempfile
import threading
import time
from functools import cache, partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402
from tests.book.browser import FLAGS, find_browser  # noqa: E402

RECORD = ROOT / "lib" / "glassbox" / "page" / "records" / "times.json"
CELLS = {
    "pure Python": ("dynamic_programming", "items"),
    "NumPy": ("mean_average_precision", "setup"),
    "SciPy": ("state_space_models", "setup"),
}
RUNS = 5
COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".wasm")
OVER = """(at) => /^(Ran|It holds|Failed)/.test(
    document.querySelector(`.gb-c${at} [role=status]`).textContent)"""


@cache
def compressed(path):
    """Return a file as a host compresses it."""
    return gzip.compress(Path(path).read_bytes(), 6)


class Host(http.server.SimpleHTTPRequestHandler):
    """A static host that compresses and lets a browser keep files, as such hosts do."""

    protocol_version = "HTTP/1.1"
    sent = 0

    def do_GET(self):
        """Send a file."""
        path = self.translate_path(self.path)
        if not os.path.isfile(path):
            self.send_error(404)
            return
        stamp = f'"{os.stat(path).st_mtime_ns}"'
        if self.headers.get("If-None-Match") == stamp:
            self.send_response(304)
            self.send_header("ETag", stamp)
            self.end_headers()
            return
        squeeze = path.endswith(COMPRESSED)
        body = compressed(path) if squeeze else Path(path).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("ETag", stamp)
        if squeeze:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        Host.sent += len(body)

    def log_message(self, *args):
        """Say nothing."""


@contextlib.contextmanager
def hosted(folder):
    """Serve a folder; gives its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=folder)) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{host.server_port}/"
        host.shutdown()


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


def main():
    """Measure each kind of cell, in turn, and print or write the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    runs = {kind: [] for kind in CELLS}
    with hosted(str(options.site)) as base, sync_playwright() as playwright:
        for _ in range(options.runs):
            for kind, (chapter, name) in CELLS.items():
                runs[kind].append(measure(playwright, base, options.site, chapter, name))
                print(kind, {k: round(v, 2) for k, v in runs[kind][-1].items()}, flush=True)
    if options.write:
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
