"""Snapshots: how each example of the gallery is drawn, so that a changed drawing has a diff.

``python tools/snapshots.py`` writes a file for each to ``tests/snapshots``; a test holds the
drawings to them. Opened in a browser, a snapshot looks as the figure does.
"""

import hashlib
import re
from pathlib import Path

import gallery
from glassbox.figures.figure import draw_static

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "snapshots"
HEAD = (
    '<!doctype html><link rel="stylesheet" href="../../lib/glassbox/figures/static/figure.css">\n'
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


def snapshots():
    """Return how each example is drawn at first, as ``{name: markup}``."""
    figures = ((name, gallery.figure_of(example)) for name, example in gallery.examples().items())
    return {
        name: HEAD + '<div class="glassbox-figure">' + normal(draw_static(figure.payload, name))
        + "</div>\n"
        for name, figure in figures
    }  # fmt: skip


def write(folder=FOLDER):
    """Write the snapshots, and remove those of examples that are gone; return what changed."""
    folder.mkdir(exist_ok=True)
    old = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    new = snapshots()
    for name in old.keys() - new.keys():
        (folder / f"{name}.html").unlink()
    for name, markup in new.items():
        (folder / f"{name}.html").write_text(markup, encoding="utf-8", newline="\n")
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


if __name__ == "__main__":
    print(
        "\n".join(f"tests/snapshots/{name}.html" for name in write()) or "No drawing has changed."
    )
