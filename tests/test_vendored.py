"""What the project carries of others fits the versions it is used with."""

import re
from pathlib import Path

import pydata_sphinx_theme
from sphinxcontrib import katex

ROOT = Path(__file__).resolve().parent.parent


def test_the_style_of_katex_is_of_the_version_that_renders():
    style = (ROOT / "static/katex/katex.min.css").read_text()
    assert f'"{katex.katex_version}"' in style


def test_each_font_of_katex_is_there_and_used():
    style = (ROOT / "static/katex/katex.min.css").read_text()
    fonts = {f"fonts/{path.name}" for path in (ROOT / "static/katex/fonts").iterdir()}
    assert set(re.findall(r"url\(([^)]*)\)", style)) == fonts


def test_the_page_head_loads_the_theme_as_the_theme_does():
    """Style sheets and scripts are the theme's own, but for FontAwesome's script."""
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
    files = [
        set(re.findall(r"_static/[\w./-]+\.(?:css|js)", (path / "webpack-macros.html").read_text()))
        for path in (theme, ROOT / "templates/static")
    ]
    assert files[0] - files[1] == {"_static/vendor/fontawesome/6.5.2/js/all.min.js"}
    assert files[1] <= files[0]
