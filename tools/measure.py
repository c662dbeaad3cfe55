"""Measure every page of the built book with Lighthouse, as a phone and as a desktop would show it.

``python tools/measure.py`` takes the book in ``_build/html`` and writes what it finds to
``tools/records/measurements.json``.
``python tools/measure.py heaps`` prints one page and writes nothing.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import browsers
import serving
from glassbox.figures.figure import find_node
from glassbox_measured import RECORD

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
LIGHTHOUSE = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic"
OPTIONS = [
    "--output=json", "--quiet", "--no-enable-error-reporting",
    "--only-categories=performance", f"--chrome-flags={FLAGS}",
]  # fmt: skip
FORMS = {"mobile": [], "desktop": ["--preset=desktop"]}
#: What a record says of a page: the name that Lighthouse gives it, and a factor.
FOUND = {
    "first paint, s": ("first-contentful-paint", 1e-3),
    "largest paint, s": ("largest-contentful-paint", 1e-3),
    "blocked, ms": ("total-blocking-time", 1),
    "shift": ("cumulative-layout-shift", 1),
    "loaded, kB": ("total-byte-weight", 1e-3),
}
TIMES = 3
#: Pages of the reference are made alike.
REFERENCE = ("index", "glassbox.heaps")


def pages(site):
    """Return the addresses of the pages of a site, of the reference those that stand for all."""
    found = [p for p in sorted(site.rglob("*.html")) if "_static" not in p.parts]
    found = [p for p in found if p.parent.name != "reference" or p.stem in REFERENCE]
    whole = [p for p in found if 'http-equiv="refresh"' not in p.read_text("utf-8")[:300]]
    return [path.relative_to(site).as_posix() for path in whole]


def run(url, options, browser):
    """Return Lighthouse's report of one visit."""
    command = [find_node(), str(LIGHTHOUSE), url, *OPTIONS, *options]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command.append(f"--output-path={report}")
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": browser})
        return json.loads(report.read_text(encoding="utf-8"))


def measured(url, options, browser, times=TIMES):
    """Return the medians of some visits to a page."""
    visits = [run(url, options, browser) for _ in range(times)]
    found = {
        "score": statistics.median(100 * v["categories"]["performance"]["score"] for v in visits)
    }
    for name, (audit, factor) in FOUND.items():
        values = [v["audits"][audit]["numericValue"] * factor for v in visits]
        found[name] = round(statistics.median(values), 3)
    return found


def main():
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="pages, all without")
    parser.add_argument("--site", type=Path, default=SITE)
    parser.add_argument("--times", type=int, default=TIMES)
    given = parser.parse_args()
    if not LIGHTHOUSE.exists():
        sys.exit("Lighthouse is missing: npm ci")
    browser = browsers.find_browser() or sys.exit(f"measuring wants {browsers.ADVICE}")
    site = given.site.resolve()
    record = {}
    with serving.hosted(site) as base:
        for page in pages(site):
            if given.names and Path(page).stem not in given.names:
                continue
            record[page] = {
                form: measured(base + page, options, browser, given.times)
                for form, options in FORMS.items()
            }
            for form, found in record[page].items():
                print(f"{page:40} {form:8}", *(f"{k} {v:g}" for k, v in found.items()), flush=True)
    if not given.names:
        about = json.loads((LIGHTHOUSE.parent.parent / "package.json").read_text("utf-8"))
        made = {"lighthouse": about["version"], "times": given.times, "pages": record}
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
