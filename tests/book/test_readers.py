"""What readers ask of their system: large letters, colours of their own, nothing that glides."""

import pytest
from playwright.sync_api import expect

from .browser import UNFOLD, opened, served, wait_until_ready
from .test_pages import OUT_OF_CARD, STICKING_OUT

HEAPS = "chapters/heaps.html"
#: What moves for longer than an eye sees.
GLIDING = """() => [...document.querySelectorAll("*")].filter((e) => {
    const { transitionDuration, animationDuration, animationName } = getComputedStyle(e);
    const longest = (times) => Math.max(...times.split(",").map(parseFloat));
    return longest(transitionDuration) > 0.01
        || (animationName !== "none" && longest(animationDuration) > 0.01);
}).map((e) => `${e.localName}.${e.getAttribute("class")}`)"""
#: The grounds of a picture's drawing, of an image, of what is chosen and what is not.
GROUNDS = """() => [".gb-panel", ".gb-segments .gb-on", ".gb-segments label:not(.gb-on)"]
    .map((one) => getComputedStyle(document.querySelector(one)).backgroundColor)"""


@pytest.fixture(scope="module")
def base(site):
    """Serve the book; its address."""
    with served(site) as address:
        yield address


@pytest.mark.parametrize("name", [HEAPS, "gallery.html", "search.html?q=heap"])
def test_letters_of_twice_the_size_fit_a_small_phone(browser, base, name):
    with opened(browser, base + name, width=320, height=740) as (page, _):
        wait_until_ready(page)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.evaluate(UNFOLD)
        assert not page.evaluate(STICKING_OUT) + page.evaluate(OUT_OF_CARD)
        bar = page.locator(".bd-header-article").bounding_box()
        title = page.locator("main h1:visible").first.bounding_box()
        assert title["y"] >= bar["y"] + bar["height"] - 1


def test_colours_of_the_system_leave_a_drawing_and_a_choice_to_be_seen(browser, base):
    forced = {"forced_colors": "active", "color_scheme": "dark"}
    with opened(browser, base + HEAPS, "dark", **forced) as (page, _):
        wait_until_ready(page)
        drawing, chosen, other = page.evaluate(GROUNDS)
        assert drawing == "rgb(27, 32, 40)" and chosen != other
    with opened(browser, base + "gallery.html", "dark", **forced) as (page, _):
        image = page.locator(".gb-gallery img").first
        ground = image.evaluate("(e) => getComputedStyle(e).backgroundColor")
        assert ground == "rgb(255, 255, 255)"


def test_nothing_glides_for_who_wants_it_still(browser, base):
    with opened(browser, base + HEAPS, reduced_motion="reduce") as (page, _):
        wait_until_ready(page)
        assert not page.evaluate(GLIDING)
        smooth = "getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(smooth) == "auto"


#: The paragraphs of the page's last part that are laid out already.
LAID_OUT = """() => [...document.querySelectorAll(".bd-article > section > section:last-of-type p")]
    .filter((e) => e.checkVisibility({ contentVisibilityAuto: true })).length"""
#: Holds on to what stands in the middle of the window; then, how far it moved.
HOLD = """() => {
    window.held = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    window.heldTop = held.getBoundingClientRect().top;
}"""
MOVED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(held.getBoundingClientRect().top - heldTop))))"""


def test_far_parts_are_laid_out_when_near_and_move_nothing(browser, base):
    with opened(browser, base + HEAPS, whole=False) as (page, _):
        assert page.evaluate(LAID_OUT) == 0
        last = page.locator(".bd-article > section > section").last.get_attribute("id")
        page.goto(f"{base}{HEAPS}#{last}")
        page.wait_for_function(f"{LAID_OUT[6:]} > 0")
        top = page.locator(f"#{last}").evaluate("(e) => e.getBoundingClientRect().top")
        assert 0 <= top < 200
        page.evaluate(UNFOLD)
        page.mouse.move(640, 450)
        for _ in range(30):  # up, past parts that were never seen
            page.evaluate(HOLD)
            before = page.evaluate("scrollY")
            page.mouse.wheel(0, -600)
            page.wait_for_function("(before) => scrollY !== before", arg=before)
            assert abs(page.evaluate(MOVED) - 600) < 2


@pytest.mark.parametrize("width", [1280, 375])
def test_a_place_that_was_asked_for_stays_at_the_top(browser, base, width):
    for address in ("chapters/flash.html#time-the-chunks", f"{HEAPS}#references"):
        with opened(browser, base + address, width=width, height=740, whole=False) as (page, _):
            page.wait_for_timeout(2500)  # until all parts have found their height
            place = page.locator(f"#{address.split('#')[1]}")
            assert 0 <= place.evaluate("(e) => e.getBoundingClientRect().top") < 100


def test_contents_give_way_to_the_place_that_was_picked(browser, base):
    with opened(browser, base + HEAPS, width=375, height=740, whole=False) as (page, _):
        page.locator("button.secondary-toggle").click()
        page.locator('.bd-sidebar-secondary a[href="#exercises"]').click()
        expect(page.locator(".sidebar-toggle:checked")).to_have_count(0)
        top = page.locator("#exercises").evaluate("(e) => e.getBoundingClientRect().top")
        assert 0 <= top < 200
