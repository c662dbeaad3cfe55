"""Checks, exercises and questions in a small book: by mouse, by keyboard, without JavaScript."""

import nbformat
import pytest

from .browser import opened, wait_until_ready
from .conftest import build_book, make_small_book
from .test_pages import violations

v4 = nbformat.v4
IMPORTS = "from glassbox.figures import quiz\nfrom glassbox.judge import judge"
TEXT = """# Small

Two and two are four. {check}`sm-four` And the line goes on.

* A list says so. {check}`sm-list`

| a table | says |
| --- | --- |
| so {check}`sm-table` | too |

```{note}
A note says so. {check}`sm-note`
```

And once more. {check}`sm-four`

Nothing says so.
"""
CHECKS = {
    "sm-four": "assert total == 4  # counted",
    "sm-list": "assert total in [total]",
    "sm-table": "assert total < 5",
    "sm-note": "assert total > 3",
}
STUB = "def best(weights): ...\n\n\njudge(best, max, [[1, 2]])"
TIMES = {"Once": "It is read once.", "Twice": "There is one row."}
BREAKS = {"None": "It wants a list.", "[]": "It has no first.", "[1]": "Its first is 1."}
QUESTIONS = [
    f"quiz('How *often* is `row` read?', {TIMES}, right='Once')",
    f"quiz('Which break it?', {BREAKS}, right=['None', '[]'])",
    "quiz('How many cells?', answer=45, wrong={32: 'Row 0 too.'}, why='5 × 9.', unit='cells')",
]
HIDDEN = ("read once", "one row", "no first", "5 × 9", "Row 0")


def code(source, name, *tags):
    """Return a code cell."""
    return v4.new_code_cell(source, id=name, metadata={"tags": list(tags)})


def write_chapter(book, cells):
    """Write the chapter of a small book."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, book / "chapters/small.ipynb")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the book once; its folder."""
    book = make_small_book(tmp_path_factory.mktemp("marks"))
    cells = [v4.new_markdown_cell(TEXT, id="title"), code("total = 2 + 2", "sum")]
    cells += [code(source, label, "check") for label, source in CHECKS.items()]
    cells += [v4.new_markdown_cell("## Exercises", id="end"), code(IMPORTS, "imports")]
    cells += [code(STUB, "stub", "exercise"), code("judge(max, max, [[1, 2]])", "right")]
    cells += [code("judge(min, max, [[1, 2]])", "wrong")]
    cells += [code(ask, f"ask-{i}", "remove-input") for i, ask in enumerate(QUESTIONS)]
    write_chapter(book, cells)
    landing = "# A [small](chapters/small) book\n\n"
    landing += "{checked}`marks` marks, {checked}`checks` checks.\n"
    (book / "intro.md").write_text(landing)
    process = build_book(book, book)
    assert process.returncode == 0, process.stdout
    return book / "_build/html"


@pytest.fixture(scope="module")
def page(site):
    """Return the address of the chapter."""
    return (site / "chapters/small.html").as_uri()


def expanded(page):
    """Return which marks say that their check is open."""
    return [mark.get_attribute("aria-expanded") for mark in page.locator(".gb-checked").all()]


def test_a_mark_unfolds_its_check_below_its_paragraph_and_folds_it_again(browser, page):
    with opened(browser, page) as (shown, log):
        mark = shown.get_by_role("button", name="checked: open the check").first
        check = shown.locator("details#sm-four")
        assert not check.is_visible() and expanded(shown) == ["false"] * 5
        mark.click()
        assert check.is_visible() and expanded(shown) == ["true"] + ["false"] * 4
        assert check.locator("summary").inner_text() == "✓ Held when this page was built"
        assert check.evaluate("(e) => e.previousElementSibling.textContent").startswith("Two and")
        assert check.locator("pre").inner_text().strip() == CHECKS["sm-four"]
        assert check.locator("pre .c1").inner_text() == "# counted"  # it is highlighted
        mark.click()
        assert not check.is_visible() and expanded(shown) == ["false"] * 5
        assert not log.errors


def test_by_keyboard_too_and_the_focus_goes_back_to_the_mark(browser, page):
    with opened(browser, page) as (shown, _):
        shown.locator(".gb-checked").first.focus()
        shown.keyboard.press("Enter")
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.localName") == "summary"
        shown.keyboard.press("Enter")
        assert shown.evaluate("document.activeElement.className") == "gb-checked"
        assert expanded(shown) == ["false"] * 5


@pytest.mark.parametrize(
    ("label", "before"),
    [
        ("sm-list", "li > p"),
        ("sm-table", "table, .pst-scrollable-table-container"),
        ("sm-note", ".note > p"),
    ],
)
def test_a_check_opens_where_it_can_be_read(browser, page, label, before):
    with opened(browser, page) as (shown, _):
        shown.locator(f".gb-checked[data-mark={label}]").click()
        check = shown.locator(f"details#{label}")
        assert check.is_visible()
        assert not check.evaluate("(e) => e.closest('table')")
        assert check.evaluate("(e, before) => e.previousElementSibling.matches(before)", before)


def test_a_check_of_two_sentences_opens_at_the_one_that_was_asked(browser, page):
    with opened(browser, page) as (shown, _):
        check, marks = shown.locator("details#sm-four"), shown.locator("[data-mark=sm-four]")
        marks.nth(0).click()
        marks.nth(1).click()
        assert check.evaluate("(e) => e.previousElementSibling.textContent").startswith("And once")
        assert [m.get_attribute("aria-expanded") for m in marks.all()] == ["false", "true"]


def test_the_address_of_a_check_opens_it_at_its_sentence(browser, page):
    with opened(browser, f"{page}#sm-list") as (shown, _):
        assert shown.locator("details#sm-list").is_visible()
        assert expanded(shown)[1] == "true"


def test_without_javascript_a_mark_is_a_link_to_the_folded_check(browser, page):
    with opened(browser, page, java_script_enabled=False) as (shown, _):
        check = shown.locator("details#sm-four")
        assert check.is_visible() and check.get_attribute("open") is None
        link = shown.get_by_role("link", name="checked: open the check").first
        assert link.get_attribute("href") == "#sm-four"


def test_on_paper_a_mark_is_a_tick(browser, page):
    with opened(browser, page) as (shown, _):
        shown.locator(".gb-checked").first.click()
        shown.emulate_media(media="print")
        assert not shown.locator("details#sm-four").is_visible()
        mark = shown.locator(".gb-checked").first
        assert mark.inner_text() == "✓"
        assert mark.evaluate("(e) => getComputedStyle(e).borderTopWidth") == "0px"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_what_is_open_can_be_read_by_everyone(browser, page, theme, width):
    with opened(browser, page, theme, width) as (shown, _):
        for mark in shown.locator(".gb-checked").all():
            mark.click()
        assert not violations(shown)
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_mark_stands_on_the_line_of_its_sentences_last_word(browser, page):
    with opened(browser, page) as (shown, _):
        for width in range(330, 300, -2):
            shown.set_viewport_size({"width": width, "height": 900})
            kept = shown.locator(".gb-kept").first
            assert kept.inner_text().split() == ["four.", "✓"]
            assert kept.bounding_box()["height"] < 40


def test_a_stub_says_where_it_runs_and_is_judged_in_a_line(browser, page):
    with opened(browser, page, java_script_enabled=False) as (shown, _):
        told = shown.locator(".tag_exercise .gb-runs").inner_text()
        assert told == "Your turn. This runs in JupyterLab."
    with opened(browser, page) as (shown, _):
        assert shown.locator(".tag_exercise .gb-runs").inner_text().strip() == "Your turn."
        said = shown.locator(".gb-verdict").all_inner_texts()
        assert said == [
            "✎ Write your function: this cell tells whether it is right.",
            "✓ All right in 1 case.",
            "✗ For min([1, 2]) it returns 1; wanted is 2.",
        ]


# --- questions ---------------------------------------------------------------------------------


def said(quiz):
    """Return what was said to an answer."""
    return " ".join(quiz.locator(".gb-quiz-said").inner_text().split())


def asked(shown):
    """Return the three questions of the page, live."""
    wait_until_ready(shown)
    return shown.locator(".gb-quiz").all()


def test_no_answer_is_in_the_page_before_it_is_given(browser, page, site):
    text = (site / "chapters/small.html").read_text(encoding="utf-8")
    for hidden in HIDDEN:
        assert hidden not in text
    for options in ({}, {"java_script_enabled": False}):
        with opened(browser, page, **options) as (shown, _):
            assert shown.get_by_text("How often is row read?").is_visible()
            assert shown.locator(".gb-quiz button").first.is_visible() == (not options)
            assert not shown.locator(".gb-quiz-said").first.inner_text()


def test_a_wrong_choice_is_explained_and_another_may_be_tried(browser, page):
    with opened(browser, page) as (shown, log):
        quiz, *_ = asked(shown)
        quiz.get_by_role("button", name="Check").click()
        assert said(quiz) == "Nothing is chosen yet."
        quiz.get_by_label("Twice").check()
        assert said(quiz) == ""
        quiz.get_by_role("button", name="Check").click()
        assert said(quiz) == "✗ Not yet. There is one row."
        quiz.get_by_label("Once").check()
        assert said(quiz) == ""
        quiz.get_by_role("button", name="Check").click()
        assert said(quiz) == "✓ Right. It is read once."
        assert not log.errors


def test_a_question_is_answered_by_keyboard_and_what_is_said_is_spoken(browser, page):
    with opened(browser, page) as (shown, _):
        one, several, typed = asked(shown)
        one.get_by_label("Once").focus()
        shown.keyboard.press("ArrowDown")
        shown.keyboard.press("Enter")
        assert said(one) == "✗ Not yet. There is one row."
        several.get_by_label("None").focus()
        for key in ("Space", "Tab", "Space", "Enter"):
            shown.keyboard.press(key)
        assert said(several) == "✓ Right. It wants a list. It has no first."
        typed.get_by_label("How many cells?").focus()
        shown.keyboard.type("32")
        shown.keyboard.press("Enter")
        assert said(typed) == "✗ Not yet. Row 0 too."
        assert shown.locator(".gb-quiz-said[role=status]").count() == 3
        assert one.get_by_role("group", name="How often is row read?").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_what_is_said_can_be_read_by_everyone(browser, page, theme, width):
    with opened(browser, page, theme, width) as (shown, _):
        one, several, _ = asked(shown)
        one.get_by_label("Once").check()
        several.get_by_label("[1]").check()
        for quiz in (one, several):
            quiz.get_by_role("button").click()
        assert said(one).startswith("✓") and said(several).startswith("✗")
        assert not violations(shown)
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_paper_there_is_the_question_without_an_answer(browser, page):
    with opened(browser, page) as (shown, _):
        quiz, *_ = asked(shown)
        quiz.get_by_label("Once").check()
        quiz.get_by_role("button").click()
        shown.emulate_media(media="print")
        assert quiz.get_by_text("Twice").is_visible()
        assert not quiz.get_by_role("button").count()
        assert not quiz.locator(".gb-quiz-said").is_visible()


# --- the whole book ----------------------------------------------------------------------------


def test_the_landing_page_counts_the_marks_and_the_checks(browser, site):
    with opened(browser, (site / "intro.html").as_uri()) as (shown, _):
        assert shown.get_by_text("5 marks, 4 checks.").count() == 1
