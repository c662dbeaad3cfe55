"""What is broken in a book fails its build, which says in which file and where, and why.

One book has nearly all faults, a chapter each: the build goes on after each of them.
"""

import re

import pytest

from .conftest import build_book, make_small_book, write_chapter

FIGURES = "from glassbox.figures import explore, lines\n\n"
FIGURE = "explore(lambda n: lines([0, 1], [0, n]), n=(1, 3), caption='A line.')"
KILLS = "import os\n\nos._exit(1)"
FORMULAS = """# Formulas

A half $\\frac{a}$, a ratio $\\frac{\\operatorname{Var}}{x^2}$.

$$
\\nosuchcommand{x}
$$"""
EQUATION = "$$\nx\n$$ (do-sum)\n"

#: For each chapter its cells, and what must be said of it.
FAULTS = {
    "raises": (
        ["# Raises", "apples = 0\n1 / apples"],
        ["CellExecutionError", "1 / apples", "ZeroDivisionError: division by zero"],
    ),
    "dies": (["# Dies", "1 + 1", KILLS], [r"DeadKernelError: .*cell-2 \('import os'\)"]),
    "endless": (["# Endless", "while True: pass"], ["CellTimeoutError", "while True: pass"]),
    "image": (["# Image\n\n![](nowhere.png)"], [r"not readable: chapters/nowhere\.png"]),
    "reference": (
        ["# Refers\n\nSee {numref}`no-figure`, {eq}`no-sum`, [there](no-page)."],
        [
            r"cell 1, line 3: .*'no-figure'",
            "cell 1, line 3: .*equation not found: no-sum",
            "cell 1, line 3: .*'no-page'",
        ],
    ),
    "citation": (
        ["# Cites\n\n{cite:t}`nobody1999`", "## References\n\n```{bibliography}\n```"],
        [r'cell 1, line 3: .*could not find bibtex key "nobody1999"'],
    ),
    "glue": (["# Glues\n\n{glue:}`no-number`", "1 + 1"], ["cell 1, line 3: .*No key 'no-number'"]),
    "formula": (
        [FORMULAS],
        [
            r"cell 1, line 3: .*the formula \\frac{a}: KaTeX parse error: Unexpected end of input",
            r"cell 1, line 3: .*the formula \\frac{\\operatorname{Var}}{x\^2}: mfrac has 3 child",
            r"cell 1, line 5: .*the formula \\nosuchcommand{x}: .*Undefined control sequence",
        ],
    ),
    "draw": (
        ["# Draws", FIGURES + FIGURE.replace("[0, n]", "[0, 1 / (n - 2)]")],
        ["ZeroDivisionError: division by zero", "while drawing the frame {'n': 2}"],
    ),
    "nothing": (
        ["# Draws nothing", FIGURES + FIGURE.replace("lines([0, 1], [0, n])", "None")],
        ["TypeError: draw wants to return panels; got NoneType for {'n': 1}"],
    ),
    "nan": (
        ["# Draws NaN", FIGURES + FIGURE.replace("[0, n]", "[0, float('nan')]")],
        [r"ValueError: y wants finite numbers; got nan at index \(1,\)"],
    ),
    "double": (
        [
            f"# Doubles\n\n{EQUATION}\n{EQUATION}",
            FIGURES,
            ("do-line", "", FIGURE),
            ("do-line", "", FIGURE),
            ("do-other", "", FIGURE),
        ],
        [
            r"cell 1, line 7: .*duplicate label of equation do-sum, other instance in chapters",
            'cell 4, line 1: .*Duplicate explicit target name: "do-line"',
        ],
    ),
    "doubling": (
        [f"# Doubles\n\n{EQUATION}", FIGURES, ("do-other", "", FIGURE)],
        [
            r"cell 1, line 3: .*duplicate label of equation do-sum, other instance in",
            r"cell 3, line 1: .*duplicate label do-other, other instance in .*double\.ip",
        ],
    ),
    "check": (
        ["# Checks\n\nIt holds. {check}`c-holds`", ("c-holds", "check", "x = 1\nassert x == 2")],
        ["assert x == 2", "AssertionError"],
    ),
    "marks": (
        ["# Marks\n\nOnce. {check}`m-one`", ("m-two", "check", "x = 1\nassert x")],
        [
            "cell 1, line 3: .*no cell with the tag check has the id 'm-one'",
            "cell 2, line 1: .*no sentence carries the check 'm-two'",
        ],
    ),
    "unlisted": (["# Not listed"], ["document isn't included in any toctree"]),
}
#: What must be said of the landing page, which also links no chapter but the first.
LANDING = [
    r"intro\.md:3: WARNING: .*'chapters/nowhere\.ipynb'",
    r"intro\.md: WARNING: no link leads to chapters/dies",
    r"intro\.md:.*nonexisting document 'chapters/gone'",
]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """Build the broken book once; the finished process."""
    book = make_small_book(tmp_path_factory.mktemp("broken"))
    (book / "intro.md").write_text("# Broken\n\n[one](chapters/raises), [](chapters/nowhere.ipynb)")
    listed = [f"{{file: chapters/{slug}}}" for slug in [*FAULTS, "gone"] if slug != "unlisted"]
    (book / "_toc.yml").write_text(
        f"format: jb-book\nroot: intro\nchapters: [{', '.join(listed)}]\n"
    )
    for slug, (cells, _) in FAULTS.items():
        own = {"mystnb": {"execution_timeout": 1}} if slug == "endless" else {}
        write_chapter(book, *cells, slug=slug, **own)
    return build_book(book, book)


def said_of(slug, shown):
    """Return the warnings about a chapter, with what stands below them."""
    warnings = re.split(r"(?=/\S+\.(?:ipynb|md)\b[^/\n]*: WARNING: )", shown)
    return [w for w in warnings if re.match(rf"\S*/{slug}\.ipynb\b", w)]


@pytest.mark.parametrize("slug", FAULTS)
def test_a_broken_chapter_fails_the_build_with_its_place(process, slug):
    assert process.returncode != 0
    said = said_of(slug, process.stdout)
    for wanted in FAULTS[slug][1]:
        assert any(re.search(wanted, warning) for warning in said), (wanted, said)


@pytest.mark.parametrize("wanted", LANDING)
def test_a_broken_landing_page_fails_the_build_with_its_place(process, wanted):
    assert re.search(wanted, process.stdout)


def test_a_chapter_that_has_a_link_is_not_missed(process):
    assert "no link leads to chapters/raises" not in process.stdout


def test_a_warning_alone_fails_the_build(small_book):
    write_chapter(small_book, "# Small\n\n[nowhere](no_such_page)")
    process = build_book(small_book, small_book)
    assert process.returncode != 0
    assert "no_such_page" in process.stdout


def test_notebooks_that_cannot_be_read_are_all_named(small_book):
    write_chapter(small_book, "# Small", "1 + 1")
    whole = small_book / "chapters/small.ipynb"
    text = whole.read_text(encoding="utf-8")
    (small_book / "chapters/merged.ipynb").write_text(f"<<<<<<< ours\n{text}")
    whole.write_text(text[:-9], encoding="utf-8")
    process = build_book(small_book, small_book)
    assert process.returncode != 0
    assert re.search(r"chapters.small\.ipynb: is not JSON: .* \(line \d+,", process.stdout)
    assert re.search(r"chapters.merged\.ipynb: a merge is not finished: <{7} in", process.stdout)
