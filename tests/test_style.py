"""The matplotlib style: readable on light and dark pages, and the same bytes each time."""

import io
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

PAGES = {"light": "#ffffff", "dark": "#121212"}


@pytest.fixture(autouse=True)
def style():
    with plt.style.context("glassbox.book"):
        yield


def luminance(color):
    """Relative luminance of a colour, as WCAG 2 defines it."""
    rgb = np.array(mpl.colors.to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a, b):
    """Contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", PAGES)
def test_each_ink_stands_out_from_the_page(page):
    inks = [mpl.rcParams[name] for name in ("text.color", "axes.edgecolor", "xtick.color")]
    inks += mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert {
        ink: round(contrast(ink, PAGES[page]), 2) for ink in inks if contrast(ink, PAGES[page]) < 3
    } == {}


def test_curves_differ_in_more_than_colour():
    entries = list(mpl.rcParams["axes.prop_cycle"])
    assert len({entry["linestyle"] for entry in entries[:4]}) == 4


def test_a_picture_is_transparent_and_the_same_each_time():
    saved = []
    for _ in range(2):
        fig, ax = plt.subplots()
        ax.plot([0, 1], [0, 1])
        buffer = io.BytesIO()
        fig.savefig(buffer, format="svg", metadata={"Date": None})
        plt.close(fig)
        saved.append(buffer.getvalue())
    assert saved[0] == saved[1]
    assert mpl.colors.to_rgba(mpl.rcParams["figure.facecolor"])[3] == 0


def test_a_plot_loads_no_figure():
    code = "import sys; import matplotlib.pyplot as plt; plt.style.use('glassbox.book')"
    loaded = "print(sorted(name for name in sys.modules if name.startswith('glassbox')))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {loaded}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['glassbox']\n"
