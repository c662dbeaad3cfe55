"""The records of the benchmarks: read from anywhere, written in the same form."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from glassbox.records import read_record, record_names, record_path

ROOT = Path(__file__).parent.parent
RECORDS = [
    (path.parent.parent.name, path.stem)
    for path in sorted((ROOT / "lib" / "glassbox").glob("*/records/*.json"))
]


@pytest.mark.parametrize(("slug", "name"), RECORDS)
def test_each_record_is_read_as_it_stands_in_its_file(slug, name):
    text = record_path(slug, name).read_text(encoding="utf-8")
    assert read_record(slug, name) == json.loads(text)
    assert name in record_names(slug)


def test_a_record_is_found_from_any_folder(tmp_path):
    code = "from glassbox.records import read_record; print(read_record('flash', 'times')['chunk'])"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "lib")},
    )  # fmt: skip
    assert found.stdout == "256\n"


@pytest.mark.parametrize(
    ("slug", "name", "said"),
    [
        ("flash", "tmes", "name must be one of lengths, memory, times, toy, units, got 'tmes'"),
        (
            "flash",
            "../records/times",
            r"name must be one of lengths, memory, times, toy, units, got '\.\./records/times'",
        ),
        ("flush", "times", "slug must be a topic with records, got 'flush'"),
        ("", "times", "slug must be a topic with records, got ''"),
        (None, "times", "slug must be a topic with records, got None"),
    ],
)
def test_an_unknown_record_is_refused_by_name(slug, name, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        read_record(slug, name)


def test_benchmarks_write_numbers_in_lines_and_the_same_record(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import race

    for slug, name in RECORDS:
        assert race.written(read_record(slug, name)) == record_path(slug, name).read_text("utf-8")
    path = tmp_path / "lib" / "glassbox" / "flash" / "records" / "new.json"
    path.parents[1].mkdir(parents=True)
    monkeypatch.setattr(race, "record_path", lambda slug, name: path)
    race.record("flash", "new", "seconds", n=[1, 2], by={"a": [[1.5, None], [2.5, 3]]}, none=[])
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["n"] == [1, 2]
    assert found["by"] == {"a": [[1.5, None], [2.5, 3]]}
    assert list(found)[:4] == ["what", "python", "numpy", "processor"]
    assert ' "n": [1, 2],\n' in path.read_text(encoding="utf-8")


def test_no_chapter_reads_the_folder_of_the_benchmarks():
    for chapter in (ROOT / "chapters").glob("*.ipynb"):
        assert "../benchmarks" not in chapter.read_text(encoding="utf-8"), chapter.name
