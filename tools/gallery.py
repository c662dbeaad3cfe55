"""The gallery: each constructor of ``glassbox.figures`` with a call and the figure it makes.

``python tools/gallery.py`` writes the page to ``_build/gallery``; ``--serve 8000`` also serves it,
and makes it again when a source changes (the figures' JavaScript is then bundled too).
"""

import argparse
import html
import inspect
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import gallery_examples
import serving
from glassbox import figures as gb
from glassbox.figures.figure import STATIC

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build" / "gallery"
SOURCES = ("lib/glassbox/figures", "tools/gallery.py", "tools/gallery_examples.py")
STYLES = {"light": "a11y-high-contrast-light", "dark": "a11y-high-contrast-dark"}
PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gallery of figures</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="figure.css">
<link rel="stylesheet" href="gallery.css">
<script src="gallery.js"></script>
<script defer src="figure.js"></script>
<header><h1>Gallery of figures</h1>
<p>What <code>from glassbox import figures as gb</code> has, each with a call. A panel becomes a
figure by <code>gb.explore</code>. <button type="button">Light or dark</button></p>
<nav>{links}</nav></header>
<main>{sections}</main>
"""
SCRIPT = """const root = document.documentElement;
root.classList.add("gb-js");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
root.dataset.theme = localStorage.theme ?? (dark ? "dark" : "light");
addEventListener("click", (event) => {
    if (!event.target.matches("header button")) return;
    root.dataset.theme = localStorage.theme = root.dataset.theme === "dark" ? "light" : "dark";
});
"""
STYLE = """body { margin: 0 auto; max-width: 75rem; padding: 1rem; line-height: 1.5;
  background: var(--gb-paper); color: var(--gb-ink); font-family: system-ui, sans-serif; }
a { color: var(--gb-blue); }
nav a { margin-right: 0.8em; }
pre { white-space: pre-wrap; padding: 0.6em; margin: 0.5em 0; font-size: 0.85rem;
  background: var(--gb-card); }
.example { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
  gap: 1rem; align-items: start; margin-bottom: 1rem; }
.example > * { min-width: 0; }
"""


def examples():
    """Return the functions of ``gallery_examples``, by name."""
    found = vars(gallery_examples).items()
    module = gallery_examples.__name__
    return {name: f for name, f in found if getattr(f, "__module__", None) == module}


def shown_by(name):
    """Return the name of the constructor that an example is for."""
    return name if name in gb.__all__ else name.rpartition("_")[0]


def figure_of(example):
    """Return the figure that an example makes; a panel becomes the only frame of one."""
    made = example()
    return made if isinstance(made, gb.Figure) else gb.explore(lambda: made)


def call_of(example):
    """Return the body of an example, as a reader would type it."""
    _, _, body = inspect.getsource(example).partition(":\n")
    return re.sub("^return ", "", textwrap.dedent(body), flags=re.MULTILINE)


def in_words(summary):
    """Return the first line of a docstring as markup."""
    words = re.sub(r":\w+:`(\w+)`", r"``\1``", html.escape(summary))
    return re.sub("``(.+?)``", r"<code>\1</code>", words)


def section(name, given):
    """Return the part of the page about one constructor."""
    constructor = getattr(gb, name)
    documentation = inspect.getdoc(constructor)
    summary, _, rest = documentation.partition("\n\n")
    signature = textwrap.fill(f"gb.{name}{inspect.signature(constructor)}", 92)
    parts = [
        f'<section id="{name}"><h2>{name}</h2><p>{in_words(summary)}</p>',
        f"<details><summary>All options</summary><pre>{html.escape(signature)}</pre>",
        f"<pre>{html.escape(rest)}</pre></details>" if rest else "</details>",
    ]
    for example in given:
        code = highlight(call_of(example), PythonLexer(), HtmlFormatter())
        figure = figure_of(example).to_html()
        parts.append(f'<div class="example"><div>{code}</div><div>{figure}</div></div>')
    return "".join([*parts, "</section>\n"])


def make(folder=FOLDER):
    """Write the page and all that it loads to ``folder``."""
    given = {}
    for name, example in examples().items():
        given.setdefault(shown_by(name), []).append(example)
    links = " ".join(f'<a href="#{name}">{name}</a>' for name in given)
    sections = "".join(section(name, of_one) for name, of_one in given.items())
    colours = (
        HtmlFormatter(style=style).get_style_defs(f'[data-theme="{theme}"] .highlight')
        for theme, style in STYLES.items()
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(PAGE.format(links=links, sections=sections), "utf-8")
    (folder / "gallery.css").write_text("\n".join([*colours, STYLE]), "utf-8")
    (folder / "gallery.js").write_text(SCRIPT, "utf-8")
    for path in STATIC.glob("figure.*"):
        shutil.copy(path, folder)
    shutil.copytree(STATIC / "models", folder / "models", dirs_exist_ok=True)
    return folder / "index.html"


def main():
    """Read the command line; make, serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=int, metavar="PORT")
    arguments = parser.parse_args()
    if arguments.serve is None:
        print(make().as_uri())
        return

    def remake():
        bundle = ["npm", "run", "--silent", "build"]
        if subprocess.run(bundle, cwd=ROOT, check=False).returncode == 0:
            subprocess.run([sys.executable, __file__], cwd=ROOT, check=False)

    serving.serve(FOLDER, remake, [ROOT / name for name in SOURCES], arguments.serve)


if __name__ == "__main__":
    main()
