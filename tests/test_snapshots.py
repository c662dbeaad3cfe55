"""Each example of the gallery is drawn as it was when somebody last looked at it and said yes."""

import json

import pytest

import cells
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


@pytest.mark.parametrize("slug", snapshots.chapters())
def test_the_figures_of_a_chapter_are_drawn_as_they_were_accepted(slug):
    folder, drawn = snapshots.FOLDER / slug, snapshots.of_chapter(slug)
    advice = f"Look at them (make page slug={slug}). If it is meant: make snapshots."
    assert {path.stem for path in folder.glob("*.html")} == set(drawn), advice
    changes = [snapshots.changes(folder / f"{name}.html", drawn[name]) for name in drawn]
    assert not any(changes), "\n".join([advice, *filter(None, changes)])


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


def test_the_figures_of_a_chapter_are_those_of_its_cells(tmp_path):
    code = [
        ("setup", "from glassbox.dynamic_programming import figures, knapsack"),
        ("unused", "raise RuntimeError"),
        ("items", "weights, values = [1, 2], [3, 4]"),
        ("value", "knapsack(weights, values, 2)"),
        ("dp-table", "figures.table(weights, values, 2)"),
    ]
    notebook = {
        "cells": [{"cell_type": "code", "id": key, "source": source} for key, source in code]
    }
    path = tmp_path / "some.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (figure,) = cells.figures_of(path).values()
    assert figure.at()[0]["cells"][2] == ["0", "3", "4"]
    drawn = snapshots.drawn({"dp-table": figure}, snapshots.FOLDER / "some")["dp-table"]
    assert 'href="../../../lib/glassbox/figures/static/figure.css"' in drawn
    assert "gb-array" in drawn
