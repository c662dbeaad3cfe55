"""Sphinx extension of the book: search that leads to places, from a file too.

The unit of search is a section. Its words are prose: no code, no output, of a figure its caption,
and formulas as they are read. The page *Search* has them in one script, and finds in them with
MiniSearch. Sphinx's own index knows pages alone and fetches them for an excerpt, and Pagefind
fetches its index: neither can where the book was opened as a file.
"""

import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

import glassbox.page
import glassbox_terms
import plain
from glassbox_marks import check_mark

LOG = logging.getLogger(__name__)
SCRIPT = Path(glassbox.page.__file__).parent / "static" / "search.js"
#: How much a page counts that is no chapter: the glossary has all words, the reference all names.
LANDING, BESIDE = 0.5, 0.08
#: What holds no prose.
SKIPPED = (
    nodes.literal_block, nodes.doctest_block, nodes.rubric, nodes.raw, nodes.image, nodes.comment,
    nodes.footer, nodes.target, nodes.substitution_definition, addnodes.toctree, addnodes.index,
    addnodes.desc_signature, check_mark,
)  # fmt: skip
#: Sections that say nothing of their own, and what is a reader's to find.
CLOSED = {"solution", "citation", "bibliography"}
#: A docstring's call of a judge, which is set as a paragraph.
CODE = re.compile(r"def \w+\(|exercises\.\w+\(")
PARTS = (nodes.paragraph, nodes.term, nodes.caption, nodes.entry, nodes.line)


def words(node):
    """Return the prose of a node as one line."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, nodes.math | nodes.math_block):
        return f" {plain.formula(node.astext())} " if isinstance(node, nodes.math) else " "
    if isinstance(node, SKIPPED) or CLOSED & {*node.get("classes", ()), node.tagname}:
        return " "
    if isinstance(node, nodes.paragraph) and CODE.match(node.astext()):
        return " "
    if type(node).__name__ in ("solution_node", "exercise_title", "citation"):
        return " "
    if node.get("nb_element") == "cell_code":  # a figure's caption is in there
        return " ".join(words(caption) for caption in node.findall(nodes.caption))
    text = "".join(map(words, node.children))
    return f" {text} " if isinstance(node, PARTS) else text


def sections(doctree):
    """Yield the anchor, title and prose of each section of a page; its first has no anchor."""
    tops = list(doctree.findall(nodes.section)) or [doctree]
    for section in tops:
        title = section.next_node(nodes.title)
        prose = " ".join(
            words(child)
            for child in section.children
            if not isinstance(child, nodes.section | nodes.title)
        )
        anchor = section["ids"][0] if section is not tops[0] and section["ids"] else ""
        yield anchor, " ".join(words(title).split()) if title else "", tidy(prose)


def tidy(text):
    """Return a text on one line, without a space before a sign that ends."""
    return re.sub(r"\s+([,.;:!?)])", r"\1", " ".join(text.split()))


def terms(doctree):
    """Yield the anchor, name and explanation of each term that a page explains."""
    for item in doctree.findall(nodes.definition_list_item):
        names = [term for term in item.findall(nodes.term) if term["ids"]]
        for term in names[:1]:
            explained = item.next_node(nodes.definition)
            yield term["ids"][0], tidy(words(term)), tidy(words(explained))


def things(doctree):
    """Yield the anchor, name and first sentence of each thing that a reference describes."""
    for described in doctree.findall(addnodes.desc):
        for signature in described.findall(addnodes.desc_signature):
            if signature["ids"] and signature.parent is described:
                said = described.next_node(nodes.paragraph)
                yield signature["ids"][0], signature["ids"][0], tidy(words(said)) if said else ""


def collect(app, pagename, templatename, context, doctree):
    """Keep what a page says."""
    if doctree is None or "orphan" in (context.get("meta") or {}):
        return
    places = [*sections(doctree), *terms(doctree), *things(doctree)]
    app.glassbox_places[pagename] = [place for place in places if place[1]]


def other_names(app):
    """Return what else readers call a place: ``{page: {anchor: [name, ...]}}``."""
    if glassbox_terms.PAGE not in app.env.found_docs:
        return {}
    names = {}
    for page, anchor, called in glassbox_terms.names(app.srcdir):
        names.setdefault(page, {}).setdefault(anchor, []).extend(called)
    return names


def named(page, places, names):
    """Return the places of a page with their other names; a name of no place is a warning."""
    missing = sorted(names.keys() - {place[0] for place in places})
    for anchor in missing:
        message = "%s names a section that %s has not: #%s"
        LOG.warning(message, glassbox_terms.SOURCE, page, anchor, type="glassbox", subtype="find")
    return [[*place, names[place[0]]] if place[0] in names else place for place in places]


def weight(app, name):
    """Return how much a page counts."""
    if name.startswith("chapters/"):
        return 1
    return LANDING if name == app.config.root_doc else BESIDE


def write(app, exception):
    """Write what all pages say, and the script that finds in it."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    other = other_names(app)
    pages = [
        {
            "url": app.builder.get_target_uri(name),
            "weight": weight(app, name),
            "places": named(name, places, other.get(name, {})),
        }
        for name, places in app.glassbox_places.items()
        if places
    ]
    said = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    (static / "places.js").write_text(f"globalThis.glassboxPlaces={said};\n", encoding="utf-8")
    shutil.copy(SCRIPT, static / "search.js")


def add_page(app):
    """Yield the page of search, as Sphinx does where its own index is on."""
    yield "search", {}, "search.html"


def setup(app):
    """Connect the extension to Sphinx."""
    StandaloneHTMLBuilder.search = False
    app.glassbox_places = {}
    app.connect("html-collect-pages", add_page)
    app.connect("html-page-context", collect)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
