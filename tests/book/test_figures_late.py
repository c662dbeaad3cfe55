"""A figure's data come when it is near: by scrolling, keyboard or link; or it says why not."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from glassbox.figures import explore, image, lines, sphinx_ext

from .browser import opened, paint, served, write_page

FAR = '<div style="height: 20000px"></div>'


def curve(power=1):
    """Draw a power."""
    return lines([0.0, 1.0, 2.0], [x**power for x in (0.0, 1.0, 2.0)])


def seen(shade=1):
    """Draw a picture."""
    grain = np.random.default_rng(shade).integers(0, 255, (60, 60, 3)).astype(np.uint8)
    return image(grain, title=f"Grain {shade}")


@pytest.fixture
def late(tmp_path):
    """Write a page with one figure at its start and two far below; its folder."""
    made = [
        explore(curve, power=(1, 5), name=name, caption=f"The {name} one.", title=name)
        for name in ("first", "second")
    ]
    picture = explore(seen, shade=(1, 3), name="third", caption="A picture.")
    body = FAR.join(figure.to_html() for figure in (*made, picture))
    context = {"body": body, "pathto": lambda name, resource: name}
    app = SimpleNamespace(outdir=tmp_path)
    sphinx_ext.carry_data(app, "page", "page.html", context, None)
    path = write_page(tmp_path) / "page.html"
    page = path.read_text(encoding="utf-8").replace("</main>", context["body"] + "</main>")
    path.write_text(page, encoding="utf-8")
    return tmp_path


def asked(log):
    """Return how many files of figures a page asked for."""
    return len([url for url in log.requests if "/_static/figures/" in url and url.endswith(".js")])


def wait(page, name):
    """Wait until a figure is live."""
    page.locator(f".glassbox-figure[data-name={name}][data-ready]").wait_for(timeout=20_000)


def live(page):
    """Return the names of the figures that are live."""
    found = page.locator(".glassbox-figure[data-ready]")
    return found.evaluate_all("(all) => all.map((e) => e.dataset.name)")


def test_a_figure_is_live_when_it_is_near(browser, late):
    with served(late) as base, opened(browser, base + "page.html") as (page, log):
        wait(page, "first")
        assert live(page) == ["first"] and asked(log) == 1
        assert page.locator("[data-name=second] svg path.gb-line").count() == 1
        page.evaluate("scrollTo({ top: 19500, behavior: 'instant' })")
        wait(page, "second")
        assert live(page) == ["first", "second"] and asked(log) == 2
        assert not log.errors


def test_a_figure_is_live_when_it_is_reached_by_keyboard(browser, late):
    with served(late) as base, opened(browser, base + "page.html") as (page, _):
        wait(page, "first")
        page.evaluate(
            "document.querySelector('[data-name=third] input').focus({ preventScroll: true })"
        )
        wait(page, "third")
        assert live(page) == ["first", "third"]


@pytest.mark.parametrize("opens", ["at once", "later", "as a file"])
def test_a_link_to_a_state_of_a_far_figure_leads_to_it(browser, late, opens):
    with served(late) as base:
        if opens == "as a file":
            base = late.as_uri() + "/"
        start = "page.html" if opens == "later" else "page.html#second?power=3"
        with opened(browser, base + start) as (page, log):
            if opens == "later":
                page.evaluate("location.hash = '#second?power=3'")
            wait(page, "second")
            paint(page)
            figure = page.locator("[data-name=second]")
            assert figure.locator("input").input_value() == "2"
            assert -1 <= figure.bounding_box()["y"] < 900
            assert not log.errors


def test_a_figure_without_its_data_says_so_and_stays_a_picture(browser, late):
    for path in (late / "_static/figures").glob("*.js"):
        path.unlink()
    with served(late) as base, opened(browser, base + "page.html") as (page, _):
        figure = page.locator("[data-name=first]")
        figure.locator(".gb-error").wait_for()
        assert "This figure stays a picture: its data do not load" in figure.inner_text()
        assert figure.locator("svg path.gb-line").is_visible()
        assert not figure.locator("input").is_visible()
        assert not live(page)


def test_a_live_figure_holds_its_picture_itself(browser, late):
    markup = (late / "page.html").read_text(encoding="utf-8")
    (file,) = set(re.findall(r'(?<!-)src="(_static/figures/[^"]+)"', markup))
    assert (late / file).stat().st_size > 100
    with served(late) as base:
        with opened(browser, base + "page.html", java_script_enabled=False) as (page, log):
            still = page.locator("[data-name=third] img")
            assert still.evaluate("(img) => [img.complete, img.naturalWidth]") == [True, 60]
        with opened(browser, base + "page.html") as (page, log):
            wait(page, "first")
            assert not any(url.endswith(file) for url in log.requests), "it is far"
            page.evaluate("location.hash = '#third?shade=2'")
            wait(page, "third")
            picture = page.locator("[data-name=third] image")
            assert picture.get_attribute("href").startswith("data:")
            assert not page.locator("[data-name=third] foreignObject").count()
