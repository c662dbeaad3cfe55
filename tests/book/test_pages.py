"""Every page of the book: no error, no outside request, and readable by every reader."""

import gzip
import io
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from glassbox.figures import explore, lines

from . import browser as browsers
from .browser import (
    figures,
    figures_in,
    files_of,
    opened,
    pages,
    served,
    wait_until_ready,
    with_figures,
    write_page,
)
from .conftest import ROOT, page_names, pages_named

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGE_BUDGET, FIGURE_BUDGET = 1_000_000, 250_000
MOST_SHIFT = 0.01

#: What a page may be before anybody touches it: its text as a server sends it, all that it loads
#: without the data of its figures, how many files, and how much of it may jump.
TEXT_BUDGET, LOAD_BUDGET = 70_000, 300_000
MOST_FILES = 12
#: Chapters that are over the budget for a text, by formulas (a third) and sheer length; their own.
LONG = {"state_space_models": 105_000, "adam": 84_000, "face_recognition": 84_000}

RUN_AXE = """async () => {
    // What fades in, as the theme's way back to the top, has half its contrast on the way.
    const ends = (animation) => animation.effect.getTiming().iterations < Infinity;
    document.getAnimations().filter(ends).forEach((animation) => animation.finish());
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    // It does not read MathML: a head of a table that holds a formula alone is none for it.
    const formula = (id, target) =>
        id === "empty-table-header" && document.querySelector(target)?.querySelector("math");
    return violations
        .map(({ id, impact, nodes }) =>
            [id, impact, nodes.map((n) => `${n.target}`).filter((target) => !formula(id, target))])
        .filter(([, , targets]) => targets.length);
}"""

REPEATED_IDS = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    return ids.filter((id, i) => ids.indexOf(id) !== i);
}"""

#: What sticks out of the window, but for what scrolls or is cut off in a box of its own.
STICKING_OUT = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const cut = (e) => e !== document.body
        && (getComputedStyle(e).overflowX !== "visible" || cut(e.parentElement));
    const out = [...document.body.querySelectorAll("*")]
        .filter((e) => e.getBoundingClientRect().right > clientWidth + 1 && !cut(e))
        .map((e) => `${e.localName}.${e.getAttribute("class")}: ${e.textContent.slice(0, 40)}`);
    return scrollWidth > clientWidth ? [`the page: ${scrollWidth} px`, ...out] : out;
}"""

#: The equations that are wider than their line, so that a reader must scroll them.
WIDE_EQUATIONS = """() => [...document.querySelectorAll(".katex-display")].flatMap((line) => {
    const edge = line.getBoundingClientRect().right;
    const ends = [...line.querySelectorAll(".base")].map((e) => e.getBoundingClientRect().right);
    return Math.max(...ends) > edge + 1 ? [line.textContent.slice(-80)] : [];
})"""

#: The chapters whose equations all fit a phone.
NARROW = ("linear_attention", "performer")

#: The controls and legends that stick out of their figure's card.
OUT_OF_CARD = """() => [...document.querySelectorAll(".gb-card")].flatMap((card) => {
    const { paddingRight } = getComputedStyle(card);
    const edge = card.getBoundingClientRect().right - parseFloat(paddingRight);
    return [...card.querySelectorAll(".gb-control, .gb-control > *, .gb-legend li, .gb-key span")]
        .filter((e) => e.getBoundingClientRect().right > edge + 1 && !e.closest(".gb-hidden"))
        .map((e) => `${e.getAttribute("class")}: ${e.textContent.slice(0, 40)}`);
})"""

#: How much of the page jumped while it loaded (cumulative layout shift).
SHIFT = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const e of list.getEntries()) sum += e.hadRecentInput ? 0 : e.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 100);
})"""

#: What must be there before anything is painted.
BLOCKING = """() => performance.getEntriesByType("resource")
    .filter((e) => e.renderBlockingStatus === "blocking").map((e) => new URL(e.name).pathname)"""

LUMINANCES = """(elements) => elements.map((e) => {
    const [r, g, b] = getComputedStyle(e).color.match(/[\\d.]+/g).map(Number);
    return (0.21 * r + 0.72 * g + 0.07 * b) / 255;
})"""


@pytest.fixture(scope="module")
def base(site):
    """Serve the book; its address."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="module", params=page_names())
def names(request, site):
    """Return one page of the book, or the few without a slug, as they follow its address."""
    assert pages(site)
    return [path.relative_to(site).as_posix() for path in pages_named(request.param, pages(site))]


@pytest.fixture(scope="module")
def drawn(site, names):
    """Return those of them that hold a figure."""
    with_one = {path.relative_to(site).as_posix() for path in with_figures(site)}
    return [name for name in names if name in with_one]


# ---------------------------------------------------------------------------------------------
# Checks: each returns what is wrong


def complaints(browser, url, base, **options):
    """Return the errors of a page and the requests that leave ``base``, once its figures live."""
    with opened(browser, url, **options) as (page, log):
        wait_until_ready(page)
        page.wait_for_load_state("networkidle")
        return log.errors + [f"asks for {found}" for found in log.outside(base)]


def violations(page):
    """Return what axe finds."""
    if not AXE.exists():
        pytest.fail("the accessibility tests want axe-core: npm ci")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # not as a script: the page's policy refuses it
    return page.evaluate(RUN_AXE)


def of_figures(url):
    """Tell whether an address is that of a figure's data or picture."""
    return "/_static/figures/" in url or "/_static/models/" in url


@cache
def weight(path):
    """Return the bytes of a file as a server would send it."""
    content = path.read_bytes()
    return min(len(content), len(gzip.compress(content)))


def page_weight(site, base, requests):
    """Return the bytes of all that a page loads."""
    urls = {url.split("#")[0] for url in requests if url.startswith(base)}
    files = [site / unquote(urlsplit(url).path).lstrip("/") for url in urls]
    return sum(weight(file) for file in files)


@pytest.fixture(scope="module")
def visits(browser, site, base, names):
    """Open each of the pages once, and note what can be seen without touching it."""
    found = {}
    for name in names:
        with opened(browser, base + name) as (page, log):
            page.wait_for_load_state("networkidle")
            first = {
                "first": [url for url in log.requests if not of_figures(url)],
                "blocks": page.evaluate(BLOCKING),
                "first shift": page.evaluate(SHIFT),
            }
            wait_until_ready(page)
            page.wait_for_load_state("networkidle")
            found[name] = first | {
                "complaints": log.errors + [f"asks for {url}" for url in log.outside(base)],
                "repeated": page.evaluate(REPEATED_IDS),
                "shift": page.evaluate(SHIFT),
                "weight": page_weight(site, base, log.requests),
            }
    return found


# ---------------------------------------------------------------------------------------------
# The book


def test_no_page_has_an_error_or_asks_another_host(visits):
    assert not {name: found["complaints"] for name, found in visits.items() if found["complaints"]}


def test_every_page_works_opened_as_a_file(browser, site, names):
    address = site.as_uri()
    found = {name: complaints(browser, f"{address}/{name}", address) for name in names}
    assert not {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_shuts_a_reader_out(browser, base, names, theme):
    found = {}
    for name in names:
        with opened(browser, base + name, theme) as (page, _):
            figures(page)
            assert page.locator("html").get_attribute("data-theme") == theme
            found[name] = violations(page)
    assert not {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.parametrize("width", [375, 320])
def test_no_page_is_wider_than_a_phone_or_jumps_on_it(browser, base, names, width):
    wide, shifts = {}, {}
    for name in names:
        with opened(browser, base + name, width=width, height=740) as (page, _):
            wait_until_ready(page)
            shifts[name] = page.evaluate(SHIFT)
            figures(page)
            wide[name] = page.evaluate(STICKING_OUT) + page.evaluate(OUT_OF_CARD)
            if width == 375 and Path(name).stem in NARROW:
                wide[name] += page.evaluate(WIDE_EQUATIONS)
    assert not {name: wrong for name, wrong in wide.items() if wrong}
    print(shifts)
    assert not {name: shift for name, shift in shifts.items() if shift > MOST_SHIFT}


def test_no_id_is_given_twice(visits):
    assert not {name: found["repeated"] for name, found in visits.items() if found["repeated"]}


def test_pages_hold_still_while_they_load(visits):
    shifts = {name: found["shift"] for name, found in visits.items()}
    print(shifts)
    assert not {name: shift for name, shift in shifts.items() if shift > MOST_SHIFT}


def test_no_page_is_heavier_than_a_megabyte(visits):
    sizes = {name: found["weight"] for name, found in visits.items()}
    print(sizes)
    assert not {name: size for name, size in sizes.items() if size > PAGE_BUDGET}


def test_no_page_has_more_text_than_its_budget(site, names):
    sizes = {name: len(gzip.compress((site / name).read_bytes())) for name in names}
    print(sizes)
    most = {name: LONG.get(Path(name).stem, TEXT_BUDGET) for name in names}
    assert not {name: size for name, size in sizes.items() if size > most[name]}


def test_a_page_loads_little_before_anybody_touches_it(visits, site, base):
    sizes = {name: page_weight(site, base, found["first"]) for name, found in visits.items()}
    files = {name: len(found["first"]) for name, found in visits.items()}
    print(sizes, files)
    most = {name: LONG.get(Path(name).stem, TEXT_BUDGET) - TEXT_BUDGET for name in sizes}
    most["search.html"] = 200_000  # the words of the whole book
    assert not {name: size for name, size in sizes.items() if size > LOAD_BUDGET + most[name]}
    files.pop("gallery.html", None)  # its pictures, those that are near
    assert not {name: count for name, count in files.items() if count > MOST_FILES}


def test_one_style_sheet_and_nothing_else_blocks_the_first_paint(visits):
    blocks = {name: found["blocks"] for name, found in visits.items()}
    assert not {name: found for name, found in blocks.items() if found != ["/_static/page.css"]}


def test_nothing_jumps_while_a_page_loads(visits):
    shifts = {name: found["first shift"] for name, found in visits.items()}
    print(shifts)
    assert not {name: shift for name, shift in shifts.items() if shift > MOST_SHIFT}


def test_no_figure_is_heavier_than_its_budget(site, drawn):
    for path in (site / name for name in drawn):
        markup = path.read_text(encoding="utf-8")
        assert len(figures_in(path)) == markup.count('class="glassbox-figure"')
        sizes = [
            len(gzip.compress(figure.encode())) + sum(map(weight, files_of(path, figure)))
            for figure in figures_in(path)
        ]
        print(path.name, sizes)
        assert max(sizes) <= FIGURE_BUDGET, f"{path.name}: {sizes}"


def straight(text):
    """Return a text as it was typed: the page sets curly quotes, and keeps 33 % on one line."""
    return text.translate(str.maketrans("‘’“”\u00a0", "''\"\" "))


def check_still_figures(page):
    """Assert that figures are drawn, have their captions and show no control."""
    for figure in page.locator(".glassbox-figure").all():
        for panel in figure.locator(".gb-panel").all():
            box = panel.bounding_box()
            assert box and box["width"] > 100 and box["height"] > 15, "a panel is not drawn"
        if caption := figure.get_attribute("data-caption"):
            places = "xpath=(ancestor::figure/figcaption | .//*[@class='gb-caption'])"
            shown = figure.locator(places).inner_text()
            assert straight(caption.replace("`", "")) in straight(shown)
        controls = figure.locator(":is(input, select, button):not(.gb-quiz input)").all()
        shown = [e for e in controls if e.is_visible()]  # a question can be answered by pen
        assert not shown, "a control is shown that cannot work"


def test_without_javascript_figures_are_drawn_and_show_no_control(browser, base, drawn):
    for name in drawn:
        with opened(browser, base + name, java_script_enabled=False) as (page, _):
            assert not page.locator(".glassbox-figure[data-ready]").count()
            check_still_figures(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_print_figures_are_drawn_in_dark_ink_and_show_no_control(browser, base, drawn, theme):
    for name in drawn:
        with opened(browser, base + name, theme) as (page, _):
            wait_until_ready(page)
            page.emulate_media(media="print")
            check_still_figures(page)
            inks = page.locator(".gb-status, .gb-title, .gb-axes text").evaluate_all(LUMINANCES)
            assert max(inks) < 0.5


MARGIN = {"top": "18mm", "bottom": "20mm", "left": "16mm", "right": "16mm"}
#: How much larger a drawing is than it was drawn, and what each figure says, with its caption.
ENLARGED = """() => [...document.querySelectorAll(".gb-plot .gb-sheet > svg")]
    .map((svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
SAID = """() => [...document.querySelectorAll("figure.glassbox-frame")]
    .map((figure) => [".gb-status", "figcaption"].map((e) => figure.querySelector(e)?.innerText))
    .filter(([status, caption]) => status && caption)"""


def test_on_paper_no_drawing_is_blown_up_and_what_a_figure_says_stands_above_its_caption(
    browser, base, drawn
):
    pypdf = pytest.importorskip("pypdf")
    for name in drawn:
        with opened(browser, base + name, width=672, height=960) as (page, _):
            page.emulate_media(media="print")
            assert max(page.evaluate(ENLARGED), default=1) < 1.2
            said = [["".join(text.split()) for text in texts] for texts in page.evaluate(SAID)]
            made = io.BytesIO(page.pdf(format="A4", margin=MARGIN))
        pages = ["".join(p.extract_text().split()) for p in pypdf.PdfReader(made).pages]
        for status, caption in said:
            of = [
                [n for n, text in enumerate(pages) if end in text]
                for end in (status[-12:], caption[:25])
            ]
            assert set(of[0]) & set(of[1]), (
                f"{caption[:25]} stands on {of[1]}, its figure ends on {of[0]}"
            )


# ---------------------------------------------------------------------------------------------
# The checks find what they are for


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ('<script src="https://example.org/a.js"></script>', "https://example.org/a.js"),
        ("<script>fetch('https://example.org/b').catch(() => 0)</script>", "example.org/b"),
        ("<script>console.error('out of ink')</script>", "out of ink"),
        ("<script>throw new Error('out of paper')</script>", "out of paper"),
        ('<img src="missing.png">', "404"),
    ],
)
def test_an_error_and_an_outside_request_are_found(browser, tmp_path, head, complaint):
    with served(write_page(tmp_path, head=head)) as base:
        assert complaint in str(complaints(browser, base + "page.html", base))


def test_a_page_without_fault_has_no_complaint(browser, tmp_path):
    made = explore(lambda n: lines([0, 1], [0, n]), n=(1, 3))
    with served(write_page(tmp_path, made)) as base:
        assert not complaints(browser, base + "page.html", base)
        with opened(browser, base + "page.html") as (page, _):
            assert not violations(page)
            assert not page.evaluate(STICKING_OUT)
            assert not page.evaluate(REPEATED_IDS)


def test_a_figure_that_fails_is_found(browser, tmp_path):
    made = explore(lambda n: lines([0, 1], [0, n]), n=(1, 3))
    page = write_page(tmp_path, made) / "page.html"
    page.write_text(page.read_text().replace('"index":', '"no-index":'))
    with pytest.raises(AssertionError, match=r"could not be drawn|not get ready"):
        complaints(browser, page.as_uri(), tmp_path.as_uri())


@pytest.mark.parametrize(
    ("body", "script"),
    [
        ('<p style="width: 500px">wide</p>', STICKING_OUT),
        ('<div class="gb-card"><p class="gb-control" style="min-width: 400px">', OUT_OF_CARD),
        ('<p id="a"></p><p id="a"></p>', REPEATED_IDS),
        (
            '<p class="katex-display" style="width: 90px; overflow: hidden">'
            '<i class="base" style="display: inline-block; width: 99px">',
            WIDE_EQUATIONS,
        ),
    ],
)
def test_a_wide_page_and_a_repeated_id_are_found(browser, tmp_path, body, script):
    with opened(browser, write_page(tmp_path, head=body).as_uri() + "/page.html", width=375) as (
        page,
        _,
    ):
        assert page.evaluate(script)


def test_a_page_that_shuts_readers_out_is_found(browser, tmp_path):
    faint = '<p style="color: #ddd; background: #fff">faint</p><input>'
    with opened(browser, (write_page(tmp_path, head=faint) / "page.html").as_uri()) as (page, _):
        assert {"color-contrast", "label"} <= {found[0] for found in violations(page)}


def test_a_control_shown_without_javascript_is_found(browser, tmp_path):
    made = explore(lambda n: lines([0, 1], [0, n]), n=(1, 3))
    head = "<style>.gb-controls { display: flex !important }</style>"
    page = write_page(tmp_path, made, head=head) / "page.html"
    found = pytest.raises(AssertionError, match="cannot work")
    with opened(browser, page.as_uri(), java_script_enabled=False) as (shown, _), found:
        check_still_figures(shown)


def test_a_missing_browser_skips_or_fails_as_asked(monkeypatch):
    monkeypatch.setattr(browsers.shutil, "which", lambda name: None)
    monkeypatch.delenv("GLASSBOX_REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt install chromium"):
        browsers.find_browser()
    monkeypatch.setenv("GLASSBOX_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="apt install chromium"):
        browsers.find_browser()
