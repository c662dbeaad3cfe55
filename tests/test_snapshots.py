"""Each example of the gallery is drawn as it was when somebody last looked at it and said yes."""

import difflib

import pytest

import snapshots

DRAWN = snapshots.snapshots()
ACCEPT = "Look at it (make gallery). If it is meant: make snapshots."


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_as_it_was_accepted(name):
    path = snapshots.FOLDER / f"{name}.html"
    assert path.exists(), f"{name} is new. {ACCEPT}"
    old = path.read_text(encoding="utf-8")
    diff = difflib.unified_diff(old.splitlines(), DRAWN[name].splitlines(), n=1, lineterm="")
    assert old == DRAWN[name], "\n".join([f"{name} has changed. {ACCEPT}", *list(diff)[2:40]])


def test_no_snapshot_is_left_of_an_example_that_is_gone():
    assert {path.stem for path in snapshots.FOLDER.glob("*.html")} <= set(DRAWN)


def test_a_snapshot_does_not_depend_on_the_last_digits():
    assert snapshots.normal('<g x="1.23456"><a y="-0.0001"></a></g>') == (
        '<g x="1.23">\n<a y="0"></a></g>'
    )
