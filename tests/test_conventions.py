"""The project keeps its conventions, and each check finds what it is for."""

import ast
import copy
import json
from pathlib import Path

import pytest

import conventions

ROOT = Path(__file__).resolve().parent.parent

GOOD = {
    "cells": [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Title"},
        {
            "cell_type": "code",
            "id": "draw",
            "metadata": {"tags": ["hide-input"], "jupyter": {"source_hidden": True}},
            "source": "%matplotlib inline\nrng = np.random.default_rng(1)\nfigures.table(rng)",
            "outputs": [],
            "execution_count": None,
        },
    ]
}


def changed(**changes):
    """Return the good notebook with its code cell changed."""
    notebook = copy.deepcopy(GOOD)
    notebook["cells"][1].update(changes)
    return notebook


READABLE = json.dumps({**GOOD, "metadata": {"kernelspec": {"name": "python3"}}}, indent=1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (READABLE[:-3], "is not JSON: Expecting ',' delimiter (line 29, column 2)"),
        ("", "is not JSON: Expecting value (line 1, column 1)"),
        ("[]", "is no notebook: it has no cells"),
        ("{\n<<<<<<< HEAD\n}", "a merge is not finished: <<<<<<< in line 2"),
        (READABLE.replace("python3", "julia"), "wants the kernel 'python3'; names 'julia'"),
    ],
)
def test_a_notebook_that_nothing_can_run_is_found(small_project, text, problem):
    (small_project / "chapters/adam.ipynb").write_text(text, encoding="utf-8")
    (small_project / "chapters/flash.ipynb").write_text(READABLE, encoding="utf-8")
    (small_project / "lib/glassbox/adam.py").write_text("")
    assert conventions.check_project(small_project) == [f"adam.ipynb: {problem}"]


def test_the_project_keeps_its_conventions():
    assert not conventions.check_project(ROOT)


def test_the_template_keeps_them():
    notebook = conventions.read_notebook(ROOT / "template" / "new_chapter.ipynb")
    assert not conventions.check_notebook(notebook)


@pytest.mark.parametrize("text", ["33%", 'f"{share:.0%}"', "{share}% of it", 'format=".1%"'])
def test_a_per_cent_sign_that_sticks_to_its_number_is_found(text):
    (problem,) = conventions.check_percent(f"one line\n{text}")
    assert problem.startswith("line 2 wants a space before %")


def test_other_per_cent_signs_are_none_of_ours():
    assert not conventions.check_percent(r"33 %, 3\u00a0%, 10 % 3, a%20b, %matplotlib, pops, %")


def test_a_good_notebook_has_no_problems():
    assert not conventions.check_notebook(GOOD)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outputs": [{"output_type": "stream"}]}, "has outputs"),
        ({"execution_count": 3}, "has outputs or an execution count"),
        ({"source": "x = 1\n" * 16, "metadata": {}}, "has 16 lines"),
        ({"source": "x = 1\n" * 16, "metadata": {"tags": ["check"]}}, "has 16 lines"),
        ({"id": None}, "wants an id"),
        ({"id": "title"}, "two cells have the id 'title'"),
        ({"source": "import sys\nsys.path.append('..')"}, "touches sys.path"),
        ({"source": "explore(draw, x=(0, 9))"}, "draws, which is the work"),
        ({"metadata": {"tags": ["hide-input"]}}, "not in JupyterLab"),
        ({"metadata": {"tags": ["check"]}}, "not in JupyterLab"),
        ({"metadata": {"tags": ["remove-input"]}}, "not in JupyterLab"),
        ({"metadata": {"tags": ["remove-cell"]}}, "not in JupyterLab"),
        ({"source": "figures.quiz('Why?', answer=1)"}, "wants the tag remove-input"),
        ({"source": "questions.why()"}, "wants the tag remove-input"),
        ({"source": "show_source(adam_step)", "metadata": {}}, "shows a listing"),
        ({"source": "from timeit import repeat"}, "takes the time"),
        ({"source": "def box_iou(a, b):\n    return 0"}, "defines box_iou"),
        ({"source": "rng = np.random.default_rng()"}, "is not seeded"),
    ],
)
def test_a_bad_notebook_is_found(changes, message):
    problems = conventions.check_notebook(changed(**changes), library={"box_iou"})
    assert [problem for problem in problems if message in problem]


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "x = 1\n" * 16},
        {"source": "plt.plot(x)", "metadata": {"tags": ["remove-output"]}},
    ],
)
def test_hidden_cells_may_be_long_and_a_reader_may_plot(changes):
    assert not conventions.check_notebook(changed(**changes))


def checked(source, text):
    """Return a notebook with a check and a text."""
    folded = {"tags": ["check"], "jupyter": {"source_hidden": True}}
    notebook = changed(id="dp-once", source=source, metadata=folded)
    notebook["cells"][0]["source"] = text
    return notebook


def test_a_sentence_with_its_check_is_no_problem():
    text = "Once. {check}`dp-once` Or {check}`dp-once`"
    assert not conventions.check_notebook(checked("assert best([2]) == 5", text))


@pytest.mark.parametrize(
    ("source", "text", "message"),
    [
        ("assert total == 5", "Once.", "no sentence says {check}`dp-once`"),
        ("assert total == 5", "{check}`dp-once` {check}`dp-two`", "has the id 'dp-two'"),
        ("total == 5", "{check}`dp-once`", "asserts nothing"),
        ("assert 2 + 2 == 4", "{check}`dp-once`", "can not fail"),
        (
            "assert a\nassert len([1]) == 1",
            "{check}`dp-once`",
            "can not fail: assert len([1]) == 1",
        ),
        ("assert total == 5\n" * 16, "{check}`dp-once`", "has 16 lines"),
    ],
)
def test_a_mark_without_a_check_that_can_fail_is_found(source, text, message):
    problems = conventions.check_notebook(checked(source, text))
    assert [problem for problem in problems if message in problem], problems


@pytest.mark.parametrize(
    "source",
    [
        "np.random.default_rng()",
        "numpy.random.default_rng(None)",
        "default_rng()",
        "np.random.rand(3)",
        "np.random.seed(0)",
        "random.random()",
        "random.Random()",
    ],
)
def test_unseeded_randomness_is_found(source):
    assert conventions.check_random(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "np.random.default_rng(0)",
        "np.random.default_rng(seed=seed)",
        "np.random.Generator(np.random.PCG64(1))",
        "rng.random()",
        "random.Random(0)",
    ],
)
def test_seeded_randomness_is_not(source):
    assert not conventions.check_random(ast.parse(source))


@pytest.fixture
def small_project(tmp_path):
    """Make a project of two empty topics, ``adam`` and the package ``flash``."""
    paths = ["chapters/{}.ipynb", "tests/test_{}.py", "lib/glassbox/{}.py"]
    paths = [p.format("adam") for p in paths] + [p.format("flash") for p in paths[:2]]
    for path in [*paths, "lib/glassbox/flash/__init__.py", "lib/glassbox/__init__.py"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    chapters = "[{file: chapters/adam}, {file: chapters/flash}]"
    (tmp_path / "_toc.yml").write_text(f"parts: [{{caption: Training, chapters: {chapters}}}]")
    (tmp_path / "intro.md").write_text("[Adam](chapters/adam), [FLASH](chapters/flash)")
    return tmp_path


def test_a_cell_that_calls_a_clock_of_an_earlier_cell_takes_the_time_too():
    notebook = changed(
        source="from time import perf_counter\ndef seconds(work):\n    return perf_counter()",
        metadata={"tags": ["remove-output"]},
    )
    later = {**GOOD["cells"][1], "id": "later", "source": "seconds(sorted)", "metadata": {}}
    notebook["cells"].append(later)
    (problem,) = conventions.check_notebook(notebook)
    assert "cell later" in problem and "takes the time" in problem


def test_what_the_book_folds_is_mended_to_be_folded_in_jupyterlab(small_project):
    (small_project / "template").mkdir()
    paths = [small_project / "chapters/adam.ipynb", small_project / "template/new.ipynb"]
    wrong = changed(metadata={"tags": ["hide-input", "margin"]})
    for path in (*paths, small_project / "chapters/flash.ipynb"):
        path.write_text(json.dumps(wrong if path in paths else GOOD), encoding="utf-8")
    conventions.fix_project(small_project)
    for path in paths:
        cell = conventions.read_notebook(path)["cells"][1]
        assert cell["metadata"] == {
            "jupyter": {"source_hidden": True}, "tags": ["hide-input", "margin"],
        }  # fmt: skip
    untouched = (small_project / "chapters/flash.ipynb").read_text(encoding="utf-8")
    assert untouched == json.dumps(GOOD)


def test_a_topic_with_all_its_files_has_no_problems(small_project):
    assert not conventions.check_slugs(small_project)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("chapters/adam.ipynb", "adam: wants a notebook in chapters/"),
        ("lib/glassbox/adam.py", "adam: wants a module in lib/glassbox/"),
        ("lib/glassbox/flash/__init__.py", "flash: wants a module in lib/glassbox/"),
        ("tests/test_flash.py", "flash: wants a test in tests/"),
    ],
)
def test_a_missing_file_is_found(small_project, path, message):
    (small_project / path).unlink()
    assert conventions.check_slugs(small_project) == [message]


def test_a_missing_toc_line_is_found(small_project):
    (small_project / "_toc.yml").write_text("parts: [{chapters: [{file: chapters/flash}]}]")
    assert conventions.check_slugs(small_project) == ["adam: wants a line in _toc.yml"]


def test_a_chapter_without_a_link_on_the_landing_page_is_found(small_project):
    (small_project / "intro.md").write_text("[FLASH](chapters/flash)")
    assert conventions.check_slugs(small_project) == ["adam: wants a link in intro.md"]


def test_guidance_of_the_template_that_is_left_is_found(small_project):
    (small_project / "lib/glassbox/adam.py").write_text("")
    text = json.loads(READABLE)
    (small_project / "chapters/flash.ipynb").write_text(json.dumps(text))
    text["cells"][0]["source"] = ["# Title\n", "\n", "<!-- The question\n", "in two sentences. -->"]
    (small_project / "chapters/adam.ipynb").write_text(json.dumps(text))
    with (small_project / "intro.md").open("a") as intro:
        intro.write("<!-- The question. -->")
    assert conventions.check_project(small_project) == [
        "intro.md still says <!-- The question. -->",
        "adam.ipynb: cell title ('# Title') still says <!-- The question in two sentences. -->: "
        "follow it, then delete it",
    ]


def test_an_exercise_may_be_called_as_something_that_topics_share(small_project):
    (small_project / "lib/glassbox/flash/units.py").write_text("def gate(): ...")
    (small_project / "lib/glassbox/flash/questions.py").write_text("def forget(): ...")
    (small_project / "lib/glassbox/figures").mkdir()
    (small_project / "lib/glassbox/figures/panels.py").write_text("def same(): ...")
    assert conventions.library_names(small_project) == {"gate"}
