"""Python in the page: cells run, fail, stop and are edited in a browser, over http."""

import gzip
import http.server
import re
import threading

import nbformat
import pytest

from glassbox.page import sphinx_ext

from .browser import UNFOLD, opened, served
from .conftest import build_book, make_small_book
from .test_pages import violations

v4 = nbformat.v4
#: A cell has run, one way or the other.
OVER = """(at) => /^(Ran|It holds|Failed|Stopped|Python starts)/.test(
    document.querySelector(`.gb-c${at} [role=status]`).textContent)"""
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('glassbox:')).length"

CELLS = {
    "setup": ("import math\n\nfrom glassbox.figures import explore, lines, slider", "hide-input"),
    "things": ("weights = [2, 3, 4]\nhidden = 'a secret'", "remove-cell"),
    "total": ("print(sum(weights), 'kg')\nmath.factorial(5)",),
    "sm-figure": ("explore(lambda n=2: lines([0, 1], [0, n], title=f'up to {n}'), n=(1, 3),\n"
                  "        name='sm-figure', caption='A line `y` = n x.')",),
    "grown": ("weights.append(10)\nlen(weights)",),
    "array": ("import numpy as np\n\nnp.arange(4) @ np.arange(4)",),
    "picture": ("import matplotlib.pyplot as plt\n\nplt.plot([1, 2, 3]);",),
    "sm-sum": ("assert sum([2, 3, 4]) == 9  # the sum is right", "check"),
    "sm-task": ("def double(x):\n    ...\n\n\n'right' if double(2) == 4 else 'not yet'",
                "exercise"),
    "camera": ("import math as camera", "no-page"),
    "photo": ("camera.pi",),
    "marked": ("from IPython.display import Markdown\n\n"
               "Markdown('| a | b |\\n| --- | ---: |\\n| `x` | **1** |')",),
}  # fmt: skip
AT = {name: at for at, name in enumerate(CELLS)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build a small book; its folder."""
    book = make_small_book(tmp_path_factory.mktemp("python"))
    cells = [v4.new_markdown_cell("# Small\n\nThe sum is nine. {check}`sm-sum`", id="title")]
    for name, (source, *tags) in CELLS.items():
        metadata = {"tags": tags}
        if name == "camera":
            metadata["no_page"] = "it needs a camera."
        cells.append(v4.new_code_cell(source, id=name, metadata=metadata))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, book / "chapters/small.ipynb")
    process = build_book(book, book)
    assert process.returncode == 0, process.stdout
    folder = book / "_build/html"
    if not (folder / sphinx_ext.FOLDER).exists():
        pytest.skip("Python could not be fetched for the page")
    return folder


@pytest.fixture(scope="module")
def base(site):
    """Serve the book; its address."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def shared(browser, base):
    """Open the chapter once, with Python started: for tests that leave it as it was."""
    with opened(browser, base + "chapters/small.html") as (page, log):
        page.evaluate(UNFOLD)
        yield Chapter(page, log)


@pytest.fixture
def chapter(browser, base):
    """Open the chapter anew."""
    with opened(browser, base + "chapters/small.html") as (page, log):
        page.evaluate(UNFOLD)
        yield Chapter(page, log)


class Chapter:
    """The page, by what a reader does on it; ``at`` tells the number of each cell."""

    def __init__(self, page, log, at=None):
        self.page, self.log, self.at = page, log, at or AT

    def cell(self, name):
        """Return a cell."""
        return self.page.locator(f".gb-c{self.at[name]}")

    def button(self, name, kind):
        """Return a button of a cell."""
        return self.cell(name).locator(f".gb-tools .gb-{kind}")

    def wait(self, name):
        """Wait until a cell has run; returns what it says."""
        self.page.wait_for_function(OVER, arg=self.at[name], timeout=120_000)
        return self.status(name)

    def status(self, name):
        """Return what a cell says."""
        return self.cell(name).locator("[role=status]").inner_text()

    def run(self, name):
        """Press a cell's button and wait; returns what it says."""
        self.button(name, "run").click()
        return self.wait(name)

    def result(self, name):
        """Return the result of a cell."""
        return self.cell(name).locator("> .gb-result")

    def write(self, name, source):
        """Open the editor of a cell and replace what is in it."""
        if not self.cell(name).locator(".cm-content").count():
            self.button(name, "edit").click()
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)


def test_a_page_asks_for_nothing_of_python_before_a_button_is_used(chapter, base):
    chapter.page.wait_for_load_state("networkidle")
    assert not [url for url in chapter.log.requests if "/python/" in url]


def compressed(*paths):
    """Return the bytes of files as a host sends them."""
    return sum(min(p.stat().st_size, len(gzip.compress(p.read_bytes()))) for p in paths)


def test_buttons_weigh_little_and_python_no_more_than_was_set(site):
    folder = site / sphinx_ext.FOLDER
    page = (site / "chapters/small.html").read_text(encoding="utf-8")
    policy = re.search(r"<meta http-equiv=[^>]*>", page)[0]
    assert compressed(folder / "start.js", folder / "start.css") + len(policy) < 3000
    names = ("python.js", "worker.js", "pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm")
    parts = [folder / name for name in (*names, "python_stdlib.zip")]
    parts += folder.glob("glassbox-*.whl")
    print(compressed(*parts), compressed(*folder.glob("numpy-*.whl")))
    assert compressed(*parts) < 7e6
    assert compressed(*parts, *folder.glob("numpy-*.whl")) < 11e6


def test_a_cell_runs_after_those_that_it_needs(shared):
    assert re.fullmatch(r"Ran .*, after setup, things\.", shared.run("total"))
    assert shared.result("total").inner_text().split() == ["9", "kg", "120"]
    assert not shared.cell("total").locator(".cell_output").first.is_visible()
    assert re.fullmatch(r"Ran (at once|in 0\.\d s)\.", shared.run("total"))


def test_what_a_cell_changes_is_as_from_the_top(shared):
    for _ in range(2):
        shared.run("grown")
        assert shared.result("grown").inner_text().strip() == "4"
    shared.run("total")
    assert "9 kg" in shared.result("total").inner_text()


def test_packages_are_loaded_when_they_are_needed(shared):
    shared.run("array")
    assert shared.result("array").inner_text().strip() == "np.int32(14)"
    shared.run("picture")
    image = shared.result("picture").locator("img")
    assert image.count() == 1 and image.evaluate("(e) => e.naturalWidth") > 300


def test_a_picture_has_the_same_pixels(shared):
    source = "import hashlib, numpy as np\nfrom glassbox.pictures.balloons import balloon_scene\n\n"
    source += "image = balloon_scene(np.random.default_rng(17)).image\n"
    source += "digest = hashlib.sha256(image.tobytes()).hexdigest()\n"
    shared.write("marked", source + "digest")
    shared.run("marked")
    space = {}
    exec(source, space)
    assert space["digest"] in shared.result("marked").inner_text()
    shared.cell("marked").locator(".gb-reset").click()


def test_a_figure_is_live_and_keeps_its_number(shared):
    shared.run("sm-figure")
    result = shared.result("sm-figure")
    slider = result.locator("input[type=range]")
    slider.focus()
    shared.page.keyboard.press("ArrowRight")
    assert "up to 3" in result.inner_text()
    caption = result.locator("figcaption").inner_text()
    assert caption.startswith("Fig. 1") and "A line y = n x." in caption


def test_markdown_is_shown_as_a_table(shared):
    shared.run("marked")
    cells = shared.result("marked").locator("table td")
    assert cells.all_inner_texts() == ["x", "1"]


def test_a_cell_that_cannot_run_here_says_so(shared):
    for name in ("camera", "photo"):
        assert not shared.button(name, "run").count()
        assert "it needs a camera." in shared.cell(name).locator(".gb-why").inner_text()


def test_own_numbers_make_an_own_figure(chapter):
    chapter.write(
        "sm-figure", "explore(lambda n: lines([0, n], [0, 1]), n=(1, 9), caption='Mine.')"
    )
    chapter.page.keyboard.press("Shift+Enter")
    chapter.wait("sm-figure")
    slider = chapter.result("sm-figure").locator("input[type=range]")
    assert slider.get_attribute("max") == "8"
    assert not chapter.log.errors


def test_a_broken_cell_shows_the_readers_lines(chapter):
    chapter.write("total", "x = 3\nprint(waits)")
    assert chapter.run("total").startswith("Failed")
    text = chapter.result("total").inner_text()
    assert "print(waits)" in text and "NameError: name 'waits' is not defined" in text
    assert "runner.py" not in text
    assert not violations(chapter.page)


def test_an_edit_counts_for_later_cells_survives_and_is_undone(chapter):
    chapter.write("setup", "import math\n\nmath.factorial = lambda n: 'mine'")
    chapter.run("total")
    assert "mine" in chapter.result("total").inner_text()
    chapter.page.reload()
    chapter.page.evaluate(UNFOLD)
    own = chapter.cell("setup").locator(".gb-own")
    own.wait_for()
    assert "mine" in own.inner_text()
    chapter.cell("setup").locator(".gb-reset").click()
    assert chapter.page.evaluate(KEPT) == 0
    chapter.run("total")
    assert "120" in chapter.result("total").inner_text()


def test_a_loop_that_never_ends_is_stopped_and_python_goes_on(chapter):
    chapter.run("total")
    chapter.write("grown", "print('begun')\nwhile True: pass")
    before = chapter.cell("grown").bounding_box()["height"]
    chapter.button("grown", "run").click()
    chapter.result("grown").get_by_text("begun").wait_for()
    assert chapter.cell("grown").bounding_box()["height"] >= before  # the text below stays
    assert chapter.button("grown", "run").inner_text() == "Stop"
    chapter.button("grown", "run").click()
    assert chapter.status("grown").startswith("Stopped")
    assert re.search("after setup, things", chapter.run("total"))
    assert "9 kg" in chapter.result("total").inner_text()


def test_too_much_is_a_sentence_and_not_a_dead_page(chapter):
    chapter.write("total", "for i in range(10**6): print(i)")
    chapter.run("total")
    assert "998,000 more lines" in chapter.result("total").inner_text()
    chapter.write("total", "x = [0]\nwhile True: x = x * 16")
    assert chapter.run("total")
    assert "memory" in chapter.result("total").inner_text()
    chapter.write("total", "1 + 1")
    chapter.run("total")
    assert chapter.result("total").inner_text().strip() == "2"


def test_python_that_breaks_down_is_said_and_starts_anew(chapter):
    chapter.write("total", "import ctypes\nctypes.string_at(1 << 31)")
    assert chapter.run("total") == "Python starts anew with the next Run."
    assert "Python ended: " in chapter.result("total").inner_text()
    chapter.write("total", "1 + 1")
    chapter.run("total")
    assert chapter.result("total").inner_text().strip() == "2"


def test_an_exercise_is_written_and_checked(chapter):
    assert chapter.button("sm-task", "run").inner_text() == "Check"
    chapter.run("sm-task")
    assert "not yet" in chapter.result("sm-task").inner_text()
    chapter.write("sm-task", CELLS["sm-task"][0].replace("...", "return 2 * x"))
    chapter.run("sm-task")
    assert "'right'" in chapter.result("sm-task").inner_text()


def test_a_check_can_be_run(chapter):
    chapter.page.get_by_role("button", name="checked: open the check").first.press("Enter")
    chapter.run("sm-sum")
    assert chapter.status("sm-sum").startswith("It holds.")


def test_escape_leaves_the_editor(chapter):
    chapter.write("total", "1")
    chapter.page.keyboard.press("Escape")
    focused = chapter.page.evaluate("document.activeElement.className")
    assert focused == "gb-run"


def test_in_print_the_page_is_as_it_was_built(chapter):
    chapter.write("total", "'other'")
    chapter.run("total")
    chapter.page.emulate_media(media="print")
    text = chapter.cell("total").inner_text()
    assert "9 kg" in text and "other" not in text and "Run" not in text


def test_storage_that_is_forbidden_is_said(browser, base):
    refuse = "Object.defineProperty(Storage.prototype, 'setItem', {value() { throw Error(); }})"
    with opened(browser, base + "chapters/small.html") as (page, log):
        page.evaluate(refuse)
        shown = Chapter(page, log)
        shown.write("total", "1")
        assert "keeps nothing here" in shown.status("total")


def test_opened_as_a_file_the_buttons_say_what_to_do(browser, site):
    with opened(browser, (site / "chapters/small.html").as_uri()) as (page, log):
        shown = Chapter(page, log)
        shown.button("total", "run").click()
        assert "make serve" in shown.status("total")
        assert not log.errors


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_results_shut_no_reader_out_and_fit_a_phone(browser, base, theme):
    with opened(browser, base + "chapters/small.html", theme, width=375) as (page, log):
        page.evaluate(UNFOLD)
        shown = Chapter(page, log)
        shown.write("total", "print('long ' * 80)\n1 / 0")
        shown.run("total")
        shown.run("sm-figure")
        assert not violations(page)
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(wide)


ATTACKS = {
    "an image": "new Image().src = 'ADDRESS'",
    "a request": "fetch('ADDRESS').catch(() => 0)",
    "a script": "document.head.append(Object.assign(document.createElement('script'), "
                "{src: 'ADDRESS'}))",
    "a style": "document.head.append(Object.assign(document.createElement('link'), "
               "{rel: 'stylesheet', href: 'ADDRESS'}))",
    "a frame": "document.body.append(Object.assign(document.createElement('iframe'), "
               "{src: 'ADDRESS'}))",
    "inline code": "document.body.insertAdjacentHTML('beforeend', "
                   "`<img src=x onerror=\"fetch('ADDRESS')\">`)",
    "a beacon": "navigator.sendBeacon('ADDRESS', '1')",
}  # fmt: skip


@pytest.fixture(scope="module")
def other_host():
    """Serve from another origin; gives its address and the list of what it was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


def test_no_page_can_reach_another_host(shared, other_host):
    address, asked = other_host
    for name, attack in ATTACKS.items():
        shared.page.evaluate(attack.replace("ADDRESS", f"{address}{name.replace(' ', '-')}"))
    shared.page.wait_for_timeout(500)
    assert not asked


def test_nor_can_a_cell(shared, other_host):
    address, asked = other_host
    source = f"""
from js import XMLHttpRequest, fetch
fetch("{address}fetch")
request = XMLHttpRequest.new()
request.open("GET", "{address}sync", False)
try:
    request.send()
    print("sent")
except Exception as error:
    print("refused")
"""
    shared.write("marked", source)
    shared.run("marked")
    assert "refused" in shared.result("marked").inner_text()
    shared.page.wait_for_timeout(300)
    assert not asked
