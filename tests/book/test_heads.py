"""What pages say of themselves, where their links lead, and the pages of reference."""

import html
import re
from types import SimpleNamespace
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import yaml
from docutils.core import publish_doctree

import conventions
import glassbox_book
import glassbox_terms

from .conftest import ROOT
from .test_build import pages

META = re.compile(r'<meta (?:name|property)="([^"]+)" content="([^"]*)" ?/>')
LINK = re.compile(r'<a\b[^>]*\shref="([^"]*)"')
IDS = re.compile(r'\sid="([^"]*)"')


@pytest.fixture(scope="module")
def texts(site):
    """Return the pages by their paths."""
    return {path: path.read_text(encoding="utf-8") for path in pages(site)}


def test_each_page_has_a_title_of_its_own_and_one_viewport(texts):
    whole = {path: text for path, text in texts.items() if 'http-equiv="Refresh"' not in text}
    titles = [re.findall(r"<title>(.*?)</title>", text, re.DOTALL) for text in whole.values()]
    assert all(len(found) == 1 for found in titles)
    assert len({found[0] for found in titles}) == len(titles) > 12
    for text in whole.values():
        assert text.count('name="viewport"') == 1


def test_chapters_say_their_question_to_other_sites(site):
    asked = glassbox_book.questions(ROOT)
    for slug in conventions.toc_slugs(ROOT):
        said = dict(META.findall((site / f"chapters/{slug}.html").read_text(encoding="utf-8")))
        described = html.unescape(said["description"])
        assert asked[f"chapters/{slug}"].startswith(described.rstrip("…"))
        assert not re.search(r"[\\$]|\[\w+ et al", described)
        assert said["og:description"] == said["description"]
        assert said["og:title"] and said["twitter:card"]
        assert "og:url" not in said  # nobody knows where it is published


def test_no_link_leads_to_the_repository_or_nowhere(site, texts):
    ids = {path: {html.unescape(i) for i in IDS.findall(text)} for path, text in texts.items()}
    wrong = {}
    for path, text in texts.items():
        for link in map(html.unescape, LINK.findall(text)):
            if re.match(r"[a-z]+:", link):
                if "glassbox-book" in link:
                    wrong[link] = path.name
                continue
            to, _, anchor = link.partition("#")
            target = (path.parent / unquote(to.split("?")[0])).resolve() if to else path
            if not target.is_file() or (anchor and anchor not in ids.get(target, {anchor})):
                wrong[link] = path.name
    assert not wrong


def test_addresses_are_settings(monkeypatch, tmp_path):
    def config():
        return SimpleNamespace(html_theme_options={}, html_baseurl="", glassbox_repository="")

    for name in (glassbox_book.REPOSITORY, glassbox_book.ADDRESS):
        monkeypatch.delenv(name, raising=False)
    without = config()
    glassbox_book.settings(None, without)
    assert (without.html_theme_options, without.html_baseurl) == ({}, "")
    monkeypatch.setenv(glassbox_book.REPOSITORY, "https://example.org/someone/book/")
    monkeypatch.setenv(glassbox_book.ADDRESS, "https://example.org/book")
    given = config()
    glassbox_book.settings(None, given)
    assert given.html_theme_options["repository_url"] == "https://example.org/someone/book"
    assert given.html_baseurl == "https://example.org/book/"
    app = SimpleNamespace(
        config=given, outdir=tmp_path, env=SimpleNamespace(found_docs={"intro"}),
        builder=SimpleNamespace(format="html", get_target_uri=lambda name: f"{name}.html"),
    )  # fmt: skip
    glassbox_book.write_sitemap(app, None)
    assert (
        "<loc>https://example.org/book/intro.html</loc>" in (tmp_path / "sitemap.xml").read_text()
    )


def test_the_reference_shows_each_topic_with_its_sources(site):
    for slug in conventions.toc_slugs(ROOT):
        chapter = (site / f"chapters/{slug}.html").read_text(encoding="utf-8")
        assert f"../reference/glassbox.{slug}.html" in chapter
        page = (site / f"reference/glassbox.{slug}.html").read_text(encoding="utf-8")
        assert page.count("<summary>Source</summary>") > 5


def test_the_gallery_leads_to_every_figure(site):
    page = (site / "gallery.html").read_text(encoding="utf-8")
    assert page.count("<img ") > 60
    for slug in conventions.toc_slugs(ROOT):
        chapter = (site / f"chapters/{slug}.html").read_text(encoding="utf-8")
        for name in re.findall(r'<figure class="glassbox-frame[^"]*" id="([^"]+)"', chapter):
            assert f'href="chapters/{slug}.html#{name}"' in page
        assert f'href="#gallery-{slug}"' in page and f'id="gallery-{slug}"' in page
    for picture in re.findall(r'<img src="([^"]+)"', page):
        ElementTree.fromstring((site / picture).read_text(encoding="utf-8"))


# --- the glossary ------------------------------------------------------------------------------


def test_each_word_stands_once_and_in_order():
    words = yaml.safe_load((ROOT / "glossary.yml").read_text(encoding="utf-8"))
    terms = [entry["term"] for entry in words["terms"]]
    assert terms == sorted(terms, key=str.lower)
    names = [n.lower() for e in words["terms"] for n in {e["term"], *e.get("also", [])}]
    assert len(set(names)) == len(names)
    slugs = set(conventions.toc_slugs(ROOT))
    assert {entry["home"] for entry in words["terms"]} <= slugs
    assert {slug for entry in words["symbols"] for slug in entry["in"]} <= slugs


def test_the_glossary_lists_where_chapters_use_a_word_first(site):
    page = (site / "glossary.html").read_text(encoding="utf-8")
    assert "注意力" in page and "平均精度" in page
    for slug in conventions.toc_slugs(ROOT):
        chapter = (site / f"chapters/{slug}.html").read_text(encoding="utf-8")
        used = re.findall(r'href="\.\./glossary\.html#[^"]+" id="(use-term-[^"]+)"', chapter)
        assert len(used) >= 4 and len(set(used)) == len(used), slug
        assert all(f'href="chapters/{slug}.html#{place}"' in page for place in used)


def test_the_glossary_is_entered_by_letter(site):
    page = (site / "glossary.html").read_text(encoding="utf-8")
    line = re.search(r'<p class="gb-jumps">(.*?)</p>', page, re.DOTALL)[1]
    links = re.findall(r'href="#([^"]+)">(.)</a>', line)
    assert ("term-kernel", "K") in links and len(links) > 12
    assert all(f'id="{place}"' in page for place, _ in links)


def test_symbols_of_the_table_are_used_by_their_chapters():
    letter = r"(?<![A-Za-z\\]){}(?![A-Za-z])"
    for entry in glassbox_terms.words(ROOT)["symbols"]:
        for slug in entry["in"]:
            chapter = (ROOT / f"chapters/{slug}.ipynb").read_text(encoding="utf-8")
            for symbol in re.findall(r"\\[A-Za-z]+|[A-Za-z]", entry["symbol"]):
                wanted = (
                    letter.format(re.escape(symbol))
                    if symbol[0] != "\\"
                    else re.escape("\\" + symbol)
                )
                assert symbol == r"\cdot" or re.search(wanted, chapter), (entry, slug)


PROSE = """
A heap is a heap
================

A priority queue is often a heap. Heaps are ``heap`` to Python, and AP is no map.
"""


def test_the_first_use_of_a_word_is_linked_and_no_title_or_code(tmp_path, monkeypatch):
    toc = tmp_path / "_toc.yml"
    toc.write_text("- file: glossary\n")
    config = SimpleNamespace(external_toc_path=toc)
    app = SimpleNamespace(
        env=SimpleNamespace(docname="chapters/x"), config=config, srcdir=str(ROOT)
    )
    doctree = publish_doctree(PROSE, settings_overrides={"doctitle_xform": False})
    glassbox_terms.link_words(app, doctree)
    linked = [(use.astext(), use["term"]) for use in doctree.findall(glassbox_terms.term_use)]
    assert linked == [
        ("priority queue", "priority queue"), ("heap", "heap"), ("AP", "average precision"),
    ]  # fmt: skip
