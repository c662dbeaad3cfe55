"""The gallery shows each constructor of a figure, with the call that makes it."""

import inspect
import re

import gallery
from glassbox import figures

from .browser import opened, wait_until_ready

#: What makes no panel and no control, or is shown within another's example.
OTHERS = {
    "counted", "moments", "nearest", "raised", "roles", "scientific", "short", "show_source",
    "steps",
}  # fmt: skip


def test_each_constructor_has_an_example():
    public = {name for name in figures.__all__ if inspect.isfunction(getattr(figures, name))}
    source = "".join(map(gallery.call_of, gallery.examples().values()))
    assert public - OTHERS == set(re.findall(r"gb\.(\w+)\(", source))


def test_each_example_is_listed_under_the_constructor_that_it_calls():
    for name, example in gallery.examples().items():
        assert f"gb.{gallery.shown_by(name)}(" in gallery.call_of(example)


def test_the_gallery_is_live(browser, tmp_path):
    page = gallery.make(tmp_path)
    with opened(browser, page.as_uri()) as (shown, log):
        wait_until_ready(shown)
        assert shown.locator(".glassbox-figure").count() == len(gallery.examples())
        assert not log.errors
