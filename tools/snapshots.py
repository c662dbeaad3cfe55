"""Snapshots: how figures are drawn at first, so that a changed drawing has a diff.

``python tools/snapshots.py`` writes a file for each example of the gallery to ``tests/snapshots``;
``python tools/snapshots.py heaps`` one for each figure of a chapter, as its cells make it, to
``tests/snapshots/heaps``, and from then on the first does so too. Tests hold the drawings to them.
Opened in a browser, a snapshot looks as the figure does. ``tests/pictures`` has the pictures that
examples paint; the first writes them too.
"""

import difflib
import hashlib
import itertools
import os
import re
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import cells
import gallery
from glassbox.figures.figure import draw_static
from glassbox.pictures.backgrounds import backdrop, clutter
from glassbox.pictures.balloons import balloon_scene
from glassbox.pictures.faces import render_face, render_scene, sample_faces

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "snapshots"
STYLE = ROOT / "lib/glassbox/figures/static/figure.css"
PAINTED = ROOT / "tests" / "pictures"


def _people():
    """Return twenty people side by side: poses, lights, faces made, things worn."""
    rng, tiles = np.random.default_rng(12), []
    for who in range(20):
        yaw, pitch, roll, azimuth = rng.uniform(-1, 1, 4) * [60, 25, 40, 70]
        face = render_face(
            who, yaw, pitch, roll, (azimuth, 30), rng.uniform(-1, 1),
            (None, "sunglasses", "mask", None)[who % 4], size=56,
            zoom=rng.uniform(0.8, 1.1), shift=rng.uniform(-0.05, 0.05, 2),
        )  # fmt: skip
        tiles.append(face.image)
    return np.vstack([np.hstack(tiles[i : i + 5]) for i in range(0, 20, 5)])


def _rooms():
    """Return four rooms, and the calm backdrop."""
    rng = np.random.default_rng(3)
    return np.hstack([*(clutter(rng, 72, 60) for _ in range(4)), backdrop(60)])


def _scene():
    """Return a room with four people."""
    return render_scene([3, 5, 8, 13], np.random.default_rng(4), width=240, height=150,
                        sizes=(40, 60)).image  # fmt: skip


def _sampled():
    """Return the pictures of a set, drawn as for training."""
    return np.hstack(sample_faces(4, 1, np.random.default_rng(5), size=40, occlusion=0.5).images)


def _balloons():
    """Return a sky with balloons."""
    return balloon_scene(np.random.default_rng(1), 240, 160).image


#: What paints the pictures of the examples, in [0, 1] or bytes.
PAINTERS = {
    "balloons": _balloons, "people": _people, "rooms": _rooms, "sampled": _sampled, "scene": _scene,
}  # fmt: skip


def picture(name):
    """Return one of the pictures, as bytes."""
    painted = PAINTERS[name]()
    return painted if painted.dtype == np.uint8 else (255 * painted).round().astype(np.uint8)


def paint():
    """Write the pictures to their files."""
    PAINTED.mkdir(exist_ok=True)
    for name in PAINTERS:
        Image.fromarray(picture(name)).save(PAINTED / f"{name}.png", optimize=True)


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
    found = {name: gallery.figure_of(example) for name, example in gallery.examples().items()}
    return drawn(found, FOLDER)


def of_chapter(slug):
    """Return how each figure of a chapter is drawn, as ``{id of its cell: page}``."""
    return drawn(cells.figures_of(ROOT / f"chapters/{slug}.ipynb"), FOLDER / slug)


def drawn(figures, folder):
    """Return the pages of figures, for a folder."""
    return {name: framed(draw_static(f.payload, name), folder) for name, f in figures.items()}


def chapters():
    """Return the slugs of the chapters whose figures have snapshots."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


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


def main(*slugs):
    """Write the snapshots of some chapters; without any, of all that have some, and the gallery."""
    if not slugs:
        paint()
    changed = [] if slugs else [FOLDER / name for name in write(of_gallery())]
    for slug in slugs or chapters():
        folder = FOLDER / slug
        changed += [folder / name for name in write(of_chapter(slug), folder)]
    print("\n".join(f"{path}.html" for path in changed) or "No drawing has changed.")


if __name__ == "__main__":
    main(*sys.argv[1:])
