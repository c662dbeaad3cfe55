"""What an import loads: a topic little, and nothing that shows figures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIB = Path(__file__).parent.parent / "lib"
ROOMS = {"figures", "pictures"}  # packages that are no topics
TOPICS = sorted(p.parent.name for p in LIB.glob("glassbox/*/__init__.py"))
TOPICS = [topic for topic in TOPICS if topic not in ROOMS]
# What wants a browser, a notebook or a long time: no topic loads it before it is needed.
SHOWS = {
    "IPython", "PIL", "anywidget", "glassbox.figures", "glassbox.pictures", "ipywidgets",
    "matplotlib", "scipy", "skimage", "tqdm", "traitlets",
}  # fmt: skip
COMPUTES = {"autograd", "numpy"}
PURE = ["backtracking", "bucket_sort", "dynamic_programming", "heaps"]


def loaded(code):
    """Return the names of the modules that a new interpreter has loaded after ``code``."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        env=os.environ | {"PYTHONPATH": str(LIB)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(run.stdout.split())


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_loads_nothing_that_shows_figures(topic):
    found = loaded(f"import glassbox.{topic}")
    assert f"glassbox.{topic}" in found
    assert not found & SHOWS
    if topic in PURE:
        assert not found & COMPUTES


@pytest.mark.parametrize("module", ["checks", "records", "trace"])
def test_what_topics_share_loads_no_numpy(module):
    assert not loaded(f"import glassbox.{module}") & (SHOWS | COMPUTES)


def test_integers_numbers_and_options_are_checked_without_numpy():
    code = """
from glassbox.checks import finite_numbers, integer, one_of, real_number
integer("n", 3, least=1), finite_numbers("x", [1.5, 2]), one_of("how", "a", "ab")
real_number("x", 0.5, least=0, below=1)
try:
    real_number("x", 2, most=1)
except ValueError:
    pass
"""
    assert not loaded(code) & COMPUTES


def test_arrays_are_checked_without_autograd():
    code = "from glassbox.checks import real_array; real_array('x', [1])"
    assert loaded(code) & COMPUTES == {"numpy"}


def test_a_lazy_name_of_a_topic_is_found_and_others_are_refused():
    import glassbox.bucket_sort as topic

    assert all(callable(getattr(topic, name)) for name in topic.__all__)
    with pytest.raises(AttributeError, match=r"module 'glassbox.bucket_sort' has no .* 'gap_of'"):
        _ = topic.gap_of
