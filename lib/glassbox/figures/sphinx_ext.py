"""Figures in the built book: their script and style, their captions and numbers.

A figure's markup is the output of a notebook cell. This extension wraps one that has a name in a
numbered figure, so that its caption reads "Fig. 3" and the text can say ``{numref}`its-name```. It
gives the script that makes figures live to the pages that hold one.
"""

import os
from html.parser import HTMLParser

from docutils import nodes
from sphinx.transforms import SphinxTransform

from .figure import BOOK, STATIC

#: Runs before the page is painted: figures then keep room for their controls.
EARLY = 'document.documentElement.classList.add("gb-js")'


class RootAttributes(HTMLParser):
    """Read the attributes of a figure's root element."""

    found = None

    def handle_starttag(self, tag, attrs):
        """Keep the attributes of the first figure."""
        attrs = dict(attrs)
        if self.found is None and attrs.get("class") == "glassbox-figure":
            self.found = attrs


def root_attributes(markup):
    """Return the attributes of the figure in the markup, or None."""
    if 'class="glassbox-figure"' not in markup:
        return None
    reader = RootAttributes()
    reader.feed(markup[: markup.index(">") + 1])
    return reader.found


class NumberFigures(SphinxTransform):
    """Wrap each named figure among the outputs of cells in a docutils figure."""

    default_priority = 20  # before references are resolved

    def apply(self):
        """Wrap the figures of one document."""
        for raw in list(self.document.findall(nodes.raw)):
            attributes = root_attributes(raw.astext())
            if attributes and attributes["data-name"]:
                wrap(self.document, raw, attributes)


def wrap(document, raw, attributes):
    """Put the output that holds ``raw`` into a figure with its caption and label."""
    output = raw.parent if raw.parent.get("nb_element") == "mime_bundle" else raw
    figure = nodes.figure(classes=["glassbox-frame"])
    output.replace_self(figure)
    figure += output
    if attributes["data-caption"]:
        figure += nodes.caption("", "", *inline(attributes["data-caption"]))
    figure["names"].append(nodes.fully_normalize_name(attributes["data-name"]))
    document.note_explicit_target(figure)


def inline(caption):
    """Turn backquoted parts of a caption into literals."""
    kinds = (nodes.Text, lambda part: nodes.literal("", part))
    return [kinds[i % 2](part) for i, part in enumerate(caption.split("`")) if part]


def add_assets(app, pagename, templatename, context, doctree):
    """Give the script and the style to a page with a figure, and to no other."""
    if 'class="glassbox-figure"' in context.get("body", ""):
        app.add_js_file(None, body=EARLY)
        app.add_js_file("figure.js", loading_method="defer")
        app.add_css_file("figure.css")


def add_static_path(app):
    """Publish the bundle among the book's own files."""
    app.config.html_static_path.append(str(STATIC))


def setup(app):
    """Register the extension with Sphinx."""
    os.environ[BOOK] = "1"  # kernels inherit it
    app.add_transform(NumberFigures)
    app.connect("builder-inited", add_static_path)
    app.connect("html-page-context", add_assets)
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
