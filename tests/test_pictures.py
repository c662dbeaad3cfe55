"""The pictures of examples stay as they were accepted: detectors and records are made from them.

Each is a file of ``tests/pictures``, to be looked at; ``make snapshots`` writes them anew.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import snapshots
from glassbox.pictures import balloons

FOLDER = Path(__file__).parent / "pictures"


def test_each_picture_has_a_file_and_each_file_a_picture():
    assert {path.stem for path in FOLDER.iterdir()} == set(snapshots.PAINTERS)


@pytest.mark.parametrize("name", snapshots.PAINTERS)
def test_a_picture_is_painted_as_it_was_accepted(name):
    accepted = np.asarray(Image.open(FOLDER / f"{name}.png")).astype(int)
    painted = snapshots.picture(name)
    assert painted.shape == accepted.shape
    # Another machine rounds otherwise, and a pixel on an edge may fall to its other side.
    changed = (np.abs(painted.astype(int) - accepted) > 2).any(axis=2).sum()
    assert changed <= 2, f"{changed} pixels. If it is meant: make snapshots"


def extent(canvas, colours=None):
    """Return x1, y1, x2, y2 of what is painted in some colours on a black canvas, or in any."""
    image = canvas.image()
    wanted = image.any(axis=2)
    if colours:
        wanted = np.any([(image == _bytes(c)).all(axis=2) for c in colours], axis=0)
    y, x = np.nonzero(wanted)
    return [x.min() - 0.5, y.min() - 0.5, x.max() + 0.5, y.max() + 0.5]


def _bytes(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def test_the_box_of_a_decoy_touches_what_is_painted():
    canvas = balloons.Canvas(np.zeros((240, 360, 3), np.float32))
    box = np.array(balloons._paint_barn(canvas, 180, 140)) - 0.5  # there, pixels begin at 0
    np.testing.assert_allclose(extent(canvas), box, atol=1)
    canvas = balloons.Canvas(np.zeros((240, 360, 3), np.float32))
    box = np.array(balloons._paint_kite(canvas)) - 0.5
    body = extent(canvas, ["#e63946", "#ffd23f"])  # without its tail
    np.testing.assert_allclose(body, box, atol=2.5)  # its tips are thin


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"width": 119}, "width must be at least 120, got 119"),
        ({"width": 4097}, "width must be at most 4,096"),
        ({"height": 79}, "height must be at least 80, got 79"),
        ({"height": 4097}, "height must be at most 4,096"),
        ({"n_balloons": 1}, "n_balloons must be from 2 to 12, got 1"),
        ({"n_balloons": 13}, "n_balloons must be from 2 to 12, got 13"),
    ],
)
def test_a_scene_has_its_limits(arguments, message):
    with pytest.raises(ValueError, match=message):
        balloons.balloon_scene(np.random.default_rng(0), **arguments)


@pytest.mark.parametrize("n", [2, 12])
def test_few_and_many_balloons_stand_in_the_picture(n):
    scene = balloons.balloon_scene(np.random.default_rng(2), 120, 80, n)
    assert scene.boxes.shape == (n, 4) and (scene.boxes[:, :2] >= -1).all()
    assert (scene.boxes[:, 2:] <= [121, 81]).all()
