"""The cells of the chapters give in the page what they gave when the book was built.

``make test`` runs one chapter of each part; ``make test-page`` runs them all, which takes minutes.
The last cell runs first: each must bring about what it needs, and leave the others right.
"""

import base64
import json
import math
import os
import re
from io import BytesIO

import nbformat
import numpy as np
import pytest
from PIL import Image

from glassbox.figures.encode import pack
from glassbox.page import sphinx_ext
from glassbox.page.names import Planner

from .browser import UNFOLD, opened, served
from .conftest import ROOT
from .test_pages import violations
from .test_python import Chapter

#: The chapters that ``make test`` runs: quick ones, of different parts.
FEW = ("dynamic_programming", "adam", "mean_average_precision", "linear_attention")
ALL = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
CHAPTERS = ALL if os.environ.get("GLASSBOX_PAGE") == "all" else FEW
FIGURE = "application/vnd.glassbox.figure+json"
PAYLOAD = re.compile(r'<script type="application/json" data-for=[^>]*>(.*?)</script>', re.DOTALL)
NUMBER = re.compile(r"[-−+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
#: What measures time gives another number each time.
CLOCK = re.compile(r"\b(timeit|perf_counter|process_time)\b")
SECONDS = 60
#: Cells, or chapters, whose numbers a last bit decides; how far they may be apart, as a part of
#: their range; and why. A browser's libraries round some functions and sums otherwise.
CIRCLES = "Adam's last steps circle the minimum: a last bit grows to their size"
ROUGH = {
    "box-figure": (2e-2, CIRCLES),
    "adam-box": (2e-2, CIRCLES),
    "face_recognition": (3e-3, "its networks count in floats of 32 bits, summed in any order"),
}

#: Collects what the worker says of each run.
LISTEN = """async () => {
    const app = await glassbox.load();
    const hear = app.hear.bind(app);
    window.said = [];
    app.hear = (message) => {
        if (message.kind !== "progress") window.said.push(message);
        hear(message);
    };
    return app.page.cells.length;
}"""
RUN = """async (at) => {
    const app = await glassbox.load();
    window.said = [];
    app.run(at);
}"""
DONE = """() => window.said.some(({ kind }) => ["done", "broken"].includes(kind))"""


def outputs_of(cell):
    """Return what a cell of a notebook printed, and the bundles that it showed."""
    printed, shown = "", []
    for output in cell.outputs:
        if output.output_type == "stream":
            printed += output.text if output.name == "stdout" else ""
        else:
            shown.append(dict(output.data))
    return printed, shown


def outputs_in(said):
    """Return the same of what the worker said."""
    printed = "".join(m["text"] for m in said if m["kind"] == "stream" and m["name"] == "stdout")
    return printed, [m["bundle"] for m in said if m["kind"] == "output"]


def differs(one, other, where="", rough=0.0):
    """Return where two texts, numbers or structures of them differ, else None.

    Numbers agree to a millionth, unless ``rough`` says how far they may be apart.
    """
    if isinstance(one, dict) and isinstance(other, dict) and "dtype" in one and "data" in one:
        return differs_array(unpacked(one), unpacked(other), where, rough)
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{where}: {sorted(one)} and {sorted(other)}"
        found = (differs(one[k], other[k], f"{where}.{k}", rough) for k in one)
        return next(filter(None, found), None)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{where}: {len(one)} and {len(other)} items"
        pairs = enumerate(zip(one, other, strict=True))
        return next(
            (d for i, (a, b) in pairs if (d := differs(a, b, f"{where}[{i}]", rough))), None
        )
    if isinstance(one, str) and isinstance(other, str):
        return differs_text(one, other, where, rough)
    if is_number(one) and is_number(other):
        return None if close(one, other, rough * abs(one)) else f"{where}: {one} and {other}"
    return None if one == other else f"{where}: {one!r} and {other!r}"


def resolved(payload):
    """Return a figure with its pool's values where its panels name them, frame by frame."""
    spec = json.loads(payload)
    pool, panels = spec.pop("pool", []), spec.pop("panels", [])

    def value(item):
        if isinstance(item, dict):
            return value(pool[item["$"]]) if "$" in item else {k: value(v) for k, v in item.items()}
        return [value(part) for part in item] if isinstance(item, list) else item

    known = [value(item) for item in pool]
    for panel in panels:
        panel["base"] = {key: known[at] for key, at in panel["base"].items()}
        panel["vary"] = {key: [known[at] for at in all_] for key, all_ in panel["vary"].items()}
    return spec | {"panels": panels}


def differs_picture(one, other):
    """Compare pictures as they look: encoders of two versions do not lose the same.

    What is painted is the same to the byte (``test_a_picture_has_the_same_pixels``). So the means
    of squares agree, which a thing at another place would change by more.
    """
    pixels = [
        np.asarray(
            Image.open(BytesIO(base64.b64decode(data.partition(",")[2]))).convert("RGB"), float
        )
        for data in (one, other)
    ]
    if pixels[0].shape != pixels[1].shape:
        return f"pictures of {pixels[0].shape} and {pixels[1].shape}"
    apart = np.abs(pixels[0] - pixels[1]).mean()
    means = [squares_of(p) for p in pixels]
    most = np.abs(means[0] - means[1]).max()
    if apart > 8 or most > 8:
        return f"pictures differ by {apart:.1f} of 255, a square by {most:.1f}"
    return None


def squares_of(pixels, side=16):
    """Return the mean colours of the squares of a picture; a small picture is one square."""
    down, across = (min(side, size) for size in pixels.shape[:2])
    rows, columns = pixels.shape[0] // down, pixels.shape[1] // across
    cut = pixels[: rows * down, : columns * across]
    return cut.reshape(rows, down, columns, across, 3).mean((1, 3))


def is_number(value):
    """Tell whether a value is a number, and no bool."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def close(one, other, step=0.0):
    """Tell whether two numbers agree to a millionth, or to the last digit that is shown."""
    return one == other or math.isclose(one, other, rel_tol=1e-6, abs_tol=max(step, 1e-9))


def differs_text(one, other, where, rough=0.0):
    """Compare texts: words are equal, numbers close; a browser's integers have 32 bits."""
    if one == other:  # among others packed bytes, whose letters are no numbers
        return None
    if one.startswith("data:image") and other.startswith("data:image"):
        return differs_picture(one, other)
    one, other = (re.sub(r"\b(u?int)(32|64)\b", r"\1", text) for text in (one, other))
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return f"{where}: {one!r} and {other!r}"
    for a, b in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True):
        x, y = (float(t.replace(",", "").replace("−", "-")) for t in (a, b))
        if not close(x, y, max(1.01 * unit(a), rough)):
            return f"{where}: {a} and {b} in {one!r}"
    return None


def unit(text):
    """Return what the last digit of a number is worth; nothing if it is whole."""
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals) if decimals or exponent else 0.0


def unpacked(packed):
    """Return a packed array and the size of its steps."""
    kind = {"q2": "<u2"}.get(packed["dtype"], "<" + packed["dtype"])
    values = np.frombuffer(base64.b64decode(packed["data"]), kind).astype(float)
    step = packed.get("span", 0.0) / 65535
    return packed["shape"], packed.get("low", 0.0) + values * (step or 1.0), step


def differs_array(one, other, where, rough=0.0):
    """Compare packed arrays: as numbers, and to one of the steps in which they are packed."""
    if one[0] != other[0]:
        return f"{where}: shapes {one[0]} and {other[0]}"
    apart = np.abs(one[1] - other[1])
    room = max(1e-9, 1.01 * one[2], 1.01 * other[2], rough * np.ptp(one[1]))
    same = (apart <= room + 1e-6 * np.abs(one[1])).all()
    return None if same else f"{where}: arrays differ by {apart.max()}"


def differs_shown(one, other, rough=0.0):
    """Compare what was shown when the book was built with what is shown in the page."""
    if payload := PAYLOAD.search(one.get("text/html", "")):
        if FIGURE not in other:
            return "a figure, and none"
        return differs(resolved(payload[1]), resolved(other[FIGURE]["payload"]), "figure", rough)
    for kind in ("text/markdown", "text/plain"):
        if kind in one and not (kind == "text/plain" and any("image" in key for key in one)):
            wanted = one[kind] if isinstance(one[kind], str) else "".join(one[kind])
            return differs(without_address(wanted), without_address(other.get(kind)), kind)
    return None if any("image" in key for key in other) else "a picture, and none"


def without_address(text):
    """Return a text without the addresses of objects."""
    return text and re.sub(r" at 0x[0-9a-f]+", "", text)


def compare(built, said, chapter=""):
    """Return how what a cell shows in the page differs from what it showed in the build."""
    if errors := [m.get("text") or m.get("why") for m in said if m["kind"] in ("error", "broken")]:
        return errors[0]
    printed, shown = outputs_of(built)
    printed_here, shown_here = outputs_in(said)
    if found := differs_text(printed, printed_here, "printed"):
        return found
    if len(shown) != len(shown_here):
        return f"{len(shown)} and {len(shown_here)} outputs"
    rough, _ = ROUGH.get(built.id) or ROUGH.get(chapter) or (0.0, "")
    pairs = zip(shown, shown_here, strict=True)
    return next((d for a, b in pairs if (d := differs_shown(a, b, rough))), None)


@pytest.fixture(scope="module")
def base(site):
    """Serve the book; its address."""
    if not (site / sphinx_ext.FOLDER).exists():
        pytest.skip("Python could not be fetched for the page")
    with served(site) as address:
        yield address


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_visible_cell_gives_what_the_build_gave(browser, base, site, chapter):
    path = site.parent / "jupyter_execute" / "chapters" / f"{chapter}.ipynb"
    built = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    assert any(cell.get("outputs") for cell in built.values()), "the build kept no outputs"
    page_file = site / sphinx_ext.FOLDER / "chapters" / f"chapters.{chapter}.json"
    cells = json.loads(page_file.read_text(encoding="utf-8"))["cells"]
    planner = Planner([cell["source"] for cell in cells])
    problems, slow = {}, {}
    with opened(browser, f"{base}chapters/{chapter}.html") as (page, log):
        bars = page.locator(".cell:has(.gb-run)").evaluate_all(
            "(all) => all.map((e) => Number(/gb-c(\\d+)/.exec(e.className)[1]))"
        )
        assert bars
        page.evaluate(LISTEN)
        for at in reversed(bars):
            cell = built[cells[at]["id"]]
            page.evaluate(RUN, at)
            page.wait_for_function(DONE, timeout=180_000)
            said = page.evaluate("said")
            seconds = said[-1].get("seconds", 0)
            if seconds > SECONDS:
                slow[cell.id] = seconds
            if any(CLOCK.search(cells[k]["source"]) for k in planner.plan(at)):
                continue
            if problem := compare(cell, said, chapter):
                problems[cell.id] = problem[:600]
        assert not log.errors
    print(f"{chapter}: {len(bars)} cells, {len(problems)} problems")
    assert not problems, "\n".join(f"{name}: {problem}" for name, problem in problems.items())
    assert not slow


#: Keeps all that the bar of a cell says.
HEAR = """(at) => {
    const status = document.querySelector(`.gb-c${at} [role=status]`);
    window.told = [];
    new MutationObserver(() => told.push(status.textContent)).observe(status, {childList: true});
}"""
WRONG = "def next_row(above, weight, value):\n    return above\n\n\nexercises.next_row(next_row)"
RIGHT = WRONG.replace(
    "return above",
    "return [max(a, above[j - weight] + value) if j >= weight else a for j, a in enumerate(above)]",
)


def test_a_page_of_the_book_is_a_place_to_work(browser, base, site):
    path = site / sphinx_ext.FOLDER / "chapters/chapters.dynamic_programming.json"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    at = {cell["id"]: number for number, cell in enumerate(cells)}
    address = f"{base}chapters/dynamic_programming.html"
    with opened(browser, address, "dark", width=375) as (page, log):
        page.evaluate(UNFOLD)
        chapter = Chapter(page, log, at)

        page.evaluate(HEAR, at["dp-table"])
        assert ", after setup, items" in chapter.run("dp-table")
        told = page.evaluate("told")
        assert any(re.search(r"Starting Python, .*: \d+\.\d of \d+\.\d MB$", text) for text in told)
        assert any(re.search(r"an earlier cell that it needs, 1 of \d: setup$", t) for t in told)

        chapter.write("items", "weights, values, capacity, names = [1, 5], [310, 401], 6, 'PQ'")
        chapter.run("dp-table")
        result = chapter.result("dp-table")
        assert "711" in result.inner_text()
        assert result.locator("figcaption .caption-number").inner_text().startswith("Fig. ")
        page.emulate_media(media="print")
        assert not result.is_visible()
        page.emulate_media(media="screen")

        chapter.write("items", "weights = [1, 5]\nnowhere[0]")
        chapter.run("dp-table")
        text = result.inner_text()
        assert "The earlier cell items, which this one needs, failed." in text
        assert "nowhere[0]" in text and "NameError" in text and "runner.py" not in text
        chapter.cell("items").locator(".gb-reset").click()

        assert chapter.cell("exercise-row").locator(".gb-runs").inner_text().strip() == "Your turn."
        for source, verdict in ((WRONG, "✗"), (RIGHT, "✓ All right")):
            chapter.write("exercise-row", source)
            page.keyboard.press("Shift+Enter")
            chapter.wait("exercise-row")
            assert chapter.result("exercise-row").inner_text().startswith(verdict)
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent") == "Check"
        assert chapter.run("dp-table-right").startswith("It holds.")
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        page.reload()
        page.evaluate(UNFOLD)
        own = chapter.cell("exercise-row").locator(".gb-own")
        own.wait_for()
        assert "above[j - weight]" in own.inner_text()
        chapter.cell("exercise-row").locator(".gb-reset").click()
        assert not own.is_visible()
        assert not log.errors


def test_few_cells_cannot_run_in_the_page(site):
    folder = site / sphinx_ext.FOLDER / "chapters"
    if not folder.exists():
        pytest.skip("Python could not be fetched for the page")
    cells = [c for p in folder.glob("*.json") for c in json.loads(p.read_text())["cells"]]
    left_out = {cell["id"]: cell["why"] for cell in cells if "why" in cell}
    print(len(left_out), len(cells), left_out)
    assert len(left_out) <= 0.05 * len(cells)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a 1.25 b", "a 1.24 b", True),
        ("a 1.25 b", "a 1.23 b", False),
        ("12 things", "13 things", False),
        ("1,000.0000001", "1,000.0000002", True),
        ("a", "b", False),
        ({"x": [1, 2.0]}, {"x": [1, 2.0000001]}, True),
        ({"x": [1, 2.0]}, {"x": [1, 2.1]}, False),
        ({"x": 1}, {"y": 1}, False),
        ([1], [1, 2], False),
        (True, False, False),
    ],
)
def test_a_difference_is_found(one, other, same):
    assert (differs(one, other) is None) == same


def test_a_difference_of_arrays_is_found_beyond_their_steps():
    values = np.linspace(0, 1, 50)
    one = pack(values)
    assert differs(one, pack(values + 1e-12)) is None
    assert differs(one, pack(values * (1 + 5e-5)))
    assert differs(one, pack(values * (1 + 5e-5)), rough=1e-3) is None
    decades = np.geomspace(1e-6, 1, 50)
    assert differs(pack(decades), pack(decades * (1 + 1e-5)))
    assert differs(pack(decades), pack(decades * (1 + 1e-7))) is None
