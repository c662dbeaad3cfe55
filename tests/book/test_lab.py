"""A real JupyterLab: figures are live, and the text of a chapter reads as in the book."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from .browser import PATIENCE, Log, drag, look, places, point

CELLS = [
    "from glassbox.figures import drag, explore, lines\n"
    "from ipywidgets import HBox, IntSlider, jslink",
    "def draw(power=2):\n"
    "    x = [i / 10 for i in range(11)]\n"
    "    return lines(x, [v**power for v in x], drag=drag('power', x[:9]))",
    "figure = explore(draw, power=(1, 9), title='Powers')\nslider = IntSlider(max=9)\n"
    "jslink((figure.widget(), 'power'), (slider, 'value'))\n"
    "HBox([figure.widget(), slider])",
    "print('power is', figure.power)",
]
CHAPTER = [
    "# A chapter\n\n{numref}`a-powers` shows {eq}`a-eq`; the last power is {glue:text}`a-last`, "
    "says {cite:t}`kingma2015adam`.\n\n$$\nx^2\n$$ (a-eq)",
    "```{exercise}\n:label: a-ex\n\nWhy is $x^2$ *even*?\n```\n\n"
    "```{solution-start} a-ex\n:class: dropdown\n```\n\nTwo signs cancel.",
    "```{solution-end}\n```\n\nAnd a `{set}` stays. Nine is nine. {check}`a-nine`",
    "from myst_nb import glue\nfrom glassbox.figures import explore, lines\n"
    'explore(lambda power=2: lines([0, 1], [0, power]), power=(1, 9), name="a-powers")',
    'glue("a-last", "nine", display=False)',
    'nine = "nine"\nassert nine == "nine"',
    "from glassbox.figures import quiz\n"
    'quiz("Is it nine?", {"Yes": "It says so.", "No": "Read again."}, right="Yes")',
    "from glassbox.judge import judge\n\n\ndef largest(values):\n"
    "    return values[0]\n\n\njudge(largest, max, [[1, 2], [3]])",
]
ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "lab" / "glassbox"
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"autoStartDefaultKernel": True},
}
KERNEL_IS_IDLE = """() => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return session?.isReady && session.session?.kernel?.status === "idle";
}"""
LIMIT = PATIENCE


CHECK = 5


def write_notebook(path, sources, texts=0, check=None):
    """Write a notebook whose first ``texts`` cells are text and whose others are code.

    The cell at ``check`` is folded, and has the id ``a-nine``.
    """
    makers = [nbformat.v4.new_markdown_cell] * texts + [nbformat.v4.new_code_cell] * len(sources)
    made = enumerate(zip(makers, sources, strict=False))
    cells = [make(source, id=f"cell-{i}") for i, (make, source) in made]
    if check is not None:
        cells[check]["id"] = "a-nine"
        cells[check]["metadata"] = {"tags": ["check"], "jupyter": {"source_hidden": True}}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, path)


def write_settings(folder):
    """Write user settings: start the kernel without a question, ask nobody for news."""
    for name, settings in SETTINGS.items():
        file = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(settings))


def free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_server(process, url, log):
    """Wait until the server answers."""
    end = time.monotonic() + LIMIT / 1000
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            return urllib.request.urlopen(url + "api/status", timeout=5).close()
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab does not start:\n{log.read_text()}")


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab in a folder with two notebooks; its address."""
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    write_notebook(work / "figure.ipynb", CELLS)
    write_notebook(work / "chapter.ipynb", CHAPTER, texts=3, check=CHECK)
    write_settings(home / "settings")
    port = free_port()
    url, log = f"http://127.0.0.1:{port}/", tmp_path / "log.txt"
    options = [
        "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password=",
        f"--ServerApp.root_dir={work}", "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.extra_labextensions_path={EXTENSION.parent}",
    ]  # fmt: skip
    folders = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=work, stdout=out, stderr=out, env={**os.environ, **folders},
        )  # fmt: skip
    try:
        wait_for_server(process, url, log)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def run_all(page):
    """Run all the cells, once the kernel is there."""
    page.wait_for_function(KERNEL_IS_IDLE)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")


def run_last_cell(page):
    """Run the last cell as a reader does: click into it and press Control and Enter."""
    page.locator(".jp-CodeCell .cm-content").last.click()
    page.keyboard.press("Control+Enter")


def test_a_figure_in_jupyterlab_is_live_and_tells_the_kernel(browser, lab):
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    context.set_default_timeout(LIMIT)
    log, page = Log(context), context.new_page()
    page.goto(f"{lab}lab/tree/figure.ipynb?reset")
    run_all(page)
    printed = page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")
    expect(printed).to_have_text("power is 2", timeout=LIMIT)
    figure = page.locator(".glassbox-figure[data-ready]")
    assert figure.bounding_box()["width"] > 300
    before = look(figure)

    handle = figure.locator(".gb-handle")
    point(handle)
    (end,) = places(figure.locator(".gb-plot .gb-sheet > svg"), (0.99, 0.5))
    list(drag(handle, end))
    after = look(figure)
    assert after["setting"] == ["8", 8]
    assert after["drawing"] != before["drawing"]
    assert "power 9" in after["speech"]

    run_last_cell(page)
    expect(printed).to_have_text("power is 9", timeout=LIMIT)
    expect(page.locator(".widget-readout")).to_have_text("9")  # the linked slider
    assert not log.errors
    assert not log.outside(lab)
    context.close()


def test_the_text_of_a_chapter_reads_in_jupyterlab_as_in_the_book(browser, lab):
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    context.set_default_timeout(LIMIT)
    log, page = Log(context), context.new_page()
    page.goto(f"{lab}lab/tree/chapter.ipynb?reset")
    first, exercise, after = (page.locator(".jp-RenderedMarkdown").nth(i) for i in range(3))
    expect(first).to_contain_text("Fig. 1 shows (1); the last power is –, says [Kingma 2015].")
    run_all(page)
    expect(first).to_contain_text("the last power is nine, says", timeout=LIMIT)
    expect(first.locator("mjx-container[display] mjx-mlabeledtr")).to_be_visible()  # its number
    glued = page.locator(".jp-OutputArea-child:has(> .gb-glued)")
    expect(glued).to_have_count(1)
    expect(glued).to_be_hidden()  # no empty line

    expect(exercise.locator("blockquote")).to_contain_text("Exercise 1.")
    expect(exercise.locator("blockquote em")).to_have_text("even")
    expect(exercise.locator("blockquote mjx-container")).to_be_visible()
    solution = exercise.get_by_text("Two signs cancel.")
    expect(solution).to_be_hidden()
    exercise.get_by_text("Solution of exercise 1").click()
    expect(solution).to_be_visible()
    expect(after).to_have_text("And a {set} stays. Nine is nine. ✓")

    first.get_by_role("link", name="Fig. 1").click()
    expect(page.locator(".jp-Cell").nth(3)).to_have_class(re.compile("jp-mod-active"))
    assert not log.errors
    assert not log.outside(lab)
    context.close()


def test_checks_questions_and_judges_work_in_jupyterlab(browser, lab):
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    context.set_default_timeout(LIMIT)
    log, page = Log(context), context.new_page()
    page.goto(f"{lab}lab/tree/chapter.ipynb?reset")
    check = page.locator(".jp-Cell").nth(CHECK)
    run_all(page)
    judged = page.get_by_text("✗ For largest([1, 2]) it returns 1; wanted is 2.")
    expect(judged).to_be_visible(timeout=LIMIT)

    expect(check.locator(".jp-InputArea-editor")).to_be_hidden()
    page.get_by_role("link", name="✓").click()
    expect(check).to_have_class(re.compile("jp-mod-active"))
    expect(check.locator(".jp-InputArea-editor")).to_contain_text('assert nine == "nine"')

    quiz = page.locator(".gb-quiz")
    for choice, said in {"No": "✗ Not yet. Read again.", "Yes": "✓ Right. It says so."}.items():
        quiz.get_by_label(choice).check()
        quiz.get_by_role("button", name="Check").click()
        expect(quiz.locator(".gb-quiz-said")).to_have_text(re.compile(re.escape(said)))
    assert not log.errors
    assert not log.outside(lab)
    context.close()


def test_every_way_into_jupyterlab_that_is_told_brings_the_extension():
    option = f"--LabApp.extra_labextensions_path={EXTENSION.parent.name} "
    for file in ("Makefile", "README.md"):
        told = re.findall(r"jupyter lab (.*)", (ROOT / file).read_text(encoding="utf-8"))
        assert told
        assert all(command.startswith(option) for command in told), file
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    assert package["name"] == EXTENSION.name  # JupyterLab serves the folder of this name
    assert (EXTENSION / package["jupyterlab"]["_build"]["load"]).is_file()
