"""Snapshots: how figures are drawn at first, so that a changed drawing has a diff.

``python tools/snapshots.py`` writes a file for each example of the gallery to ``tests/snapshots``;
``python tools/snapshots.py heaps`` one for each figure of a chapter whose page was built, to
``tests/snapshots/heaps``. Tests hold the drawings to them. Opened in a browser, a snapshot looks as
the figure does.
"""

import difflib
import hashlib
import itertools
import os
import re
import sys
from pathlib import Path

import gallery
from glassbox.figures.figure import draw_static

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "snapshots"
STYLE = ROOT / "lib/glassbox/figures/static/figure.css"
#: A figure in a page: its id, its name, and how it is drawn at first.
FIGURE = re.compile(
    r'<div class="glassbox-figure" id="([^"]+)" data-name="([^"]*)"[^>]*>(.*?)</div>\n'
    r'<script type="application/json"',
    re.DOTALL,
)


def normal(markup):
    """Return markup with a tag a line, numbers to a hundredth, and pictures as hashes."""
    markup = re.sub(r"data:[\w/]+;base64,[\w+/=]+", digest, markup)
    markup = re.sub(r"-?\d+\.\d{3,}(?:e-\d+)?", rounded, markup)
    return re.sub(r"(?<!^)(?=<(?!/))", "\n", markup)


def digest(match):
    """Return a short name for a picture."""
    return "data:," + hashlib.sha256(match[0].encode()).hexdigest()[:12]


def rounded(match):
    """Return a number with two digits after the point at most."""
    number = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if number == "-0" else number


def framed(markup, folder):
    """Return a page of a folder that shows the drawing of a figure."""
    style = os.path.relpath(STYLE, folder).replace(os.sep, "/")
    head = f'<!doctype html><link rel="stylesheet" href="{style}">\n'
    return f'{head}<div class="glassbox-figure">{normal(markup)}</div>\n'


def of_gallery():
    """Return how each example of the gallery is drawn, as ``{name: page}``."""
    figures = ((name, gallery.figure_of(example)) for name, example in gallery.examples().items())
    return {name: framed(draw_static(f.payload, name), FOLDER) for name, f in figures}


def of_chapter(page, slug):
    """Return how each figure of a built page is drawn, by its name or else its number."""
    found = {}
    for number, (uid, name, markup) in enumerate(FIGURE.findall(page), 1):
        name = name or f"figure-{number}"
        found[name] = framed(markup.replace(uid, name), FOLDER / slug)
    return found


def write(new, folder=FOLDER):
    """Write snapshots, and remove those of figures that are gone; return what changed."""
    folder.mkdir(exist_ok=True)
    old = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    for name in old.keys() - new.keys():
        (folder / f"{name}.html").unlink()
    for name, markup in new.items():
        (folder / f"{name}.html").write_text(markup, encoding="utf-8", newline="\n")
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def changes(path, new):
    """Return the first lines of the difference between a snapshot and a drawing."""
    old = path.read_text(encoding="utf-8").splitlines()
    diff = difflib.unified_diff(old, new.splitlines(), str(path), "now", n=1, lineterm="")
    return "\n".join(itertools.islice(diff, 40))


def main(slug=""):
    """Write the snapshots of the gallery, or of the chapter that was built alone."""
    folder, new = FOLDER / slug, None
    if slug:
        page = ROOT / f"_build/page/{slug}/html/chapters/{slug}.html"
        new = of_chapter(page.read_text(encoding="utf-8"), slug)
    changed = write(new or of_gallery(), folder)
    print("\n".join(str(folder / f"{name}.html") for name in changed) or "No drawing has changed.")


if __name__ == "__main__":
    main(*sys.argv[1:])
