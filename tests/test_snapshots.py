"""Each example of the gallery is drawn as it was when somebody last looked at it and said yes."""

import pytest

import snapshots

DRAWN = snapshots.of_gallery()


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_as_it_was_accepted(name):
    path = snapshots.FOLDER / f"{name}.html"
    assert path.exists(), (
        f"{name} is new. Look at it (make gallery); if it is right: make snapshots."
    )
    changes = snapshots.changes(path, DRAWN[name])
    assert not changes, f"Look at it (make gallery). If it is meant: make snapshots.\n{changes}"


def test_no_snapshot_is_left_of_an_example_that_is_gone():
    assert {path.stem for path in snapshots.FOLDER.glob("*.html")} <= set(DRAWN)


def test_a_snapshot_does_not_depend_on_the_last_digits():
    assert snapshots.normal('<g x="1.23456"><a y="-0.0001"></a></g>') == (
        '<g x="1.23">\n<a y="0"></a></g>'
    )


def test_a_changed_drawing_has_a_diff(tmp_path):
    snapshots.write({"one": "<a>\n<b>\n", "other": "<a>\n"}, tmp_path)
    assert snapshots.write({"one": "<a>\n<c>\n"}, tmp_path) == ["one", "other"]
    assert [path.name for path in tmp_path.iterdir()] == ["one.html"]
    assert not snapshots.changes(tmp_path / "one.html", "<a>\n<c>\n")
    assert snapshots.changes(tmp_path / "one.html", "<a>\n<d>\n").endswith(" <a>\n-<c>\n+<d>")
