"""``make new`` writes a chapter that keeps the conventions, passes lint and passes its tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import conventions
from new_chapter import add_to_intro, add_to_toc, new_chapter

ROOT = Path(__file__).resolve().parent.parent
EMPTY = '{"cells": [], "metadata": {"kernelspec": {"name": "python3"}}}'
TOC = """\
format: jb-book
root: intro
parts:
  - caption: Algorithms
    chapters:
      - file: chapters/heaps
  - caption: Vision
    chapters:
      - file: chapters/face_recognition
"""
INTRO = """\
# Glass Box

**Algorithms**

- [*Heaps.*](chapters/heaps) How does a list
  become a priority queue?

**Vision**

- [*Face recognition.*](chapters/face_recognition) Who is in this picture?

The text is free to share.
"""


@pytest.fixture
def project(tmp_path):
    """Make a project of two empty chapters, with the template and the tools' settings."""
    for folder in ("chapters", "lib/glassbox", "tests"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lib/glassbox/__init__.py").touch()
    (tmp_path / "_toc.yml").write_text(TOC)
    (tmp_path / "intro.md").write_text(INTRO)
    for slug in ("heaps", "face_recognition"):
        (tmp_path / f"chapters/{slug}.ipynb").write_text(EMPTY)
        (tmp_path / f"lib/glassbox/{slug}.py").touch()
        (tmp_path / f"tests/test_{slug}.py").touch()
    shutil.copytree(ROOT / "template", tmp_path / "template")
    shutil.copytree(ROOT / "lib/glassbox/figures", tmp_path / "lib/glassbox/figures")
    for name in ("book.mplstyle", "checks.py", "judge.py", "records.py", "trace.py"):
        shutil.copy(ROOT / "lib/glassbox" / name, tmp_path / "lib/glassbox")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def assert_succeeds(*words, cwd):
    """Run a tool beside this Python in the project ``cwd``, whose package it sees."""
    environment = {**os.environ, "PYTHONPATH": str(cwd / "lib")}
    tool, *rest = words
    words = [str(Path(sys.executable).parent / tool), *rest]
    result = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_new_chapter_keeps_the_conventions_but_for_its_guidance(project):
    assert not conventions.check_project(project)
    new_chapter(project, "linear_attention")
    problems = conventions.check_project(project)
    assert problems
    assert all(" still says <!-- " in problem for problem in problems)
    assert conventions.toc_slugs(project) == ["heaps", "face_recognition", "linear_attention"]
    notebook = conventions.read_notebook(project / "chapters/linear_attention.ipynb")
    assert notebook["cells"][0]["source"].startswith("# Linear attention")


def test_a_new_chapter_passes_lint_and_its_own_tests(project):
    new = new_chapter(project, "adam")
    for path in new:
        assert "new_chapter" not in path.read_text()
    chapter = ["chapters/adam.ipynb", "lib/glassbox/adam", "tests/test_adam.py"]
    assert_succeeds("ruff", "check", *chapter, cwd=project)
    assert_succeeds("ruff", "format", "--check", *chapter, cwd=project)
    assert_succeeds("lint-imports", "--no-cache", cwd=project)
    shutil.copy(ROOT / "tests/test_chapters.py", project / "tests")
    shutil.copytree(ROOT / "tools", project / "tools")
    assert_succeeds("pytest", "-q", *chapter, "tests/test_chapters.py", cwd=project)


@pytest.mark.parametrize(
    "slug", ["", "Heaps", "3d", "bucket-sort", "heaps/..", "class", "_a", "a__b"]
)
def test_an_invalid_slug_is_refused(project, slug):
    with pytest.raises(ValueError, match="a slug wants lower-case words"):
        new_chapter(project, slug)


@pytest.mark.parametrize(
    "path", ["chapters/flash.ipynb", "lib/glassbox/flash", "tests/test_flash.py"]
)
def test_a_slug_that_is_taken_is_refused_and_nothing_is_written(project, path):
    (project / path).mkdir()
    before = sorted(project.rglob("*"))
    with pytest.raises(ValueError, match=f"taken: there is {path}"):
        new_chapter(project, "flash")
    assert sorted(project.rglob("*")) == before


def test_a_slug_in_the_toc_is_taken(project):
    (project / "_toc.yml").write_text(TOC.replace("heaps", "flash"))
    with pytest.raises(ValueError, match=r"_toc\.yml has it"):
        new_chapter(project, "flash")


def test_a_chapter_goes_to_the_end_of_the_last_part(project):
    new_chapter(project, "adam")
    assert (project / "_toc.yml").read_text() == TOC + "      - file: chapters/adam\n"
    linked = (
        "this picture?\n- [*Adam.*](chapters/adam) <!-- The question that the chapter answers. -->"
    )
    assert (project / "intro.md").read_text() == INTRO.replace("this picture?", linked)


def test_a_chapter_goes_to_the_part_that_is_named():
    line = "      - file: chapters/heaps\n"
    expected = TOC.replace(line, line + "      - file: chapters/bucket_sort\n")
    assert add_to_toc(TOC, "bucket_sort", "Algorithms") == expected


def test_a_part_that_is_not_there_is_made():
    new = "  - caption: Training\n    numbered: 1\n    chapters:\n      - file: chapters/adam\n"
    assert add_to_toc(TOC, "adam", "Training") == TOC + new
    reference = "  - caption: Reference\n    chapters:\n      - file: glossary\n"
    assert add_to_toc(TOC + reference, "adam", "Training") == TOC + new + reference


@pytest.mark.parametrize(("part", "before"), [("Algorithms", "queue?"), ("Training", "picture?")])
def test_a_link_to_a_chapter_goes_where_its_part_is_or_to_a_new_one(part, before):
    heading = "" if part == "Algorithms" else f"\n\n**{part}**\n"
    line = "- [*Adam.*](chapters/adam) <!-- The question that the chapter answers. -->"
    expected = INTRO.replace(before, f"{before}{heading}\n{line}")
    assert add_to_intro(INTRO, "adam", "Adam", part) == expected


def test_a_part_in_another_case_is_refused_and_nothing_is_written(project):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=r"as _toc\.yml writes it, 'Algorithms'; got 'algorithms'"):
        new_chapter(project, "adam", "algorithms")
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
