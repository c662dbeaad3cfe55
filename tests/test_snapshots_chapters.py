"""The figures of finished chapters are drawn as they were when somebody last said yes."""

import json

import pytest

import cells
import snapshots


@pytest.mark.parametrize("slug", snapshots.chapters())
def test_the_figures_of_a_chapter_are_drawn_as_they_were_accepted(slug):
    folder, drawn = snapshots.FOLDER / slug, snapshots.of_chapter(slug)
    advice = f"Look at them (make page slug={slug}). If it is meant: make snapshots."
    assert {path.stem for path in folder.glob("*.html")} == set(drawn), advice
    changes = [snapshots.changes(folder / f"{name}.html", drawn[name]) for name in drawn]
    assert not any(changes), "\n".join([advice, *filter(None, changes)])


def test_the_figures_of_a_chapter_are_those_of_its_cells(tmp_path):
    code = [
        ("setup", "from glassbox.dynamic_programming import figures, knapsack"),
        ("unused", "raise RuntimeError"),
        ("items", "weights, values = [1, 2], [3, 4]"),
        ("value", "knapsack(weights, values, 2)"),
        ("dp-table", "figures.table(weights, values, 2)"),
    ]
    notebook = {
        "cells": [
            {"cell_type": "code", "id": key, "metadata": {}, "source": source}
            for key, source in code
        ]
    }
    path = tmp_path / "some.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (figure,) = cells.figures_of(path).values()
    assert figure.at()[0]["cells"][2] == ["0", "3", "4"]
    drawn = snapshots.drawn({"dp-table": figure}, snapshots.FOLDER / "some")["dp-table"]
    assert 'href="../../../lib/glassbox/figures/static/figure.css"' in drawn
    assert "gb-array" in drawn
