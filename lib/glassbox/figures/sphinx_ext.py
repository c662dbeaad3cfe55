"""Figures in the built book: their script and style, their captions and numbers.

A figure's markup is the output of a notebook cell. This extension wraps one that has a caption in a
numbered figure, so that the caption reads "Fig. 3". Its label is the id of its cell, where that
starts with a short form of the chapter's slug: the cell ``dp-table`` of dynamic_programming is
referred to by ``{numref}`dp-table```. (A figure may also be given a name, which is then its label.)
It gives the script that makes figures live to the pages that hold one. A figure's data are a script
of their own among the book's files, which the page runs when the figure is near; its pictures are
files too.
"""

import base64
import hashlib
import html
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from .figure import BOOK, STATIC

#: Where the book has the data of figures, and their pictures.
FOLDER = "_static/figures"
#: A picture of fewer letters stays in the page.
LEAST_PICTURE = 1000
HOLDER = re.compile(r'<script type="application/json" data-for="([^"]*)">(.*?)</script>', re.DOTALL)
PICTURE = re.compile(r'<image\b([^>]*?) href="data:image/(\w+);base64,([^"]*)"([^>]*)></image>')

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
    """Wrap each figure that has a label among the outputs of cells in a docutils figure."""

    default_priority = 20  # before references are resolved

    def apply(self):
        """Wrap the figures of one document."""
        source = Path(self.document["source"] or "")
        ids = cell_ids(source)
        for raw in list(self.document.findall(nodes.raw)):
            attributes = root_attributes(raw.astext())
            if not attributes:
                continue
            label = attributes["data-name"]
            if not label and attributes["data-caption"]:
                label = label_of(ids.get(cell_index(raw)), source.stem)
                raw.replace_self(raw := nodes.raw("", named(raw.astext(), label), format="html"))
            if label:
                wrap(self.document, raw, attributes["data-caption"], label)


def cell_ids(source):
    """Return the ids of a notebook's cells by their places."""
    if source.suffix != ".ipynb" or not source.is_file():
        return {}
    cells = json.loads(source.read_text(encoding="utf-8"))["cells"]
    return {i: cell.get("id") for i, cell in enumerate(cells)}


def cell_index(node):
    """Return the place of the cell that a node is an output of, or None."""
    while node is not None and "cell_index" not in getattr(node, "attributes", {}):
        node = node.parent
    return node and node["cell_index"]


def label_of(cell_id, slug):
    """Return a cell's id if its first word is short for the slug, as "dp" and "map" are; else "".

    Examples
    --------
    >>> label_of("dp-table", "dynamic_programming"), label_of("show-table", "dynamic_programming")
    ('dp-table', '')
    """
    head, _, rest = (cell_id or "").partition("-")
    letters = iter(slug)
    short = head[:1] == slug[:1] and all(letter in letters for letter in head)
    return cell_id if rest and short else ""


def named(markup, name):
    """Return a figure's markup with its name; its caption is then the page's, not its own."""
    if not name:
        return markup
    markup = markup.replace('data-name=""', f'data-name="{html.escape(name)}"', 1)
    return re.sub(r'<p class="gb-caption">.*?</p>', "", markup, count=1, flags=re.DOTALL)


def wrap(document, raw, caption, label):
    """Put the output that holds ``raw`` into a figure with its caption and label."""
    output = raw.parent if raw.parent.get("nb_element") == "mime_bundle" else raw
    figure = nodes.figure(classes=["glassbox-frame"])
    output.replace_self(figure)
    figure += output
    if caption:
        figure += nodes.caption("", "", *inline(caption))
    figure["names"].append(nodes.fully_normalize_name(label))
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


def carry_data(app, pagename, templatename, context, doctree):
    """Move the data and the pictures of a page's figures to files of their own.

    A picture in a drawing would be asked for with the page, so until the figure is live it is one
    of HTML, which is asked for when it is near.
    """
    if 'class="glassbox-figure"' not in context.get("body", ""):
        return
    folder = Path(app.outdir, FOLDER)

    def write(content, kind):
        name = f"{hashlib.sha256(content).hexdigest()[:12]}.{kind}"
        if kind == "js":
            content = b"glassbox.take('%s','%s')" % (name.encode(), content)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        return context["pathto"](f"{FOLDER}/{name}", 1)

    def data(found):
        uid, payload = found.groups()
        text = payload.replace("\\", "\\\\").replace("'", "\\'")
        address = write(text.encode(), "js")
        return f'<script type="application/json" data-for="{uid}" data-src="{address}"></script>'

    def picture(found):
        before, kind, encoded, after = found.groups()
        if len(encoded) < LEAST_PICTURE:
            return found[0]
        fit = "fill" if 'preserveAspectRatio="none"' in found[0] else "contain"
        look = f"display: block; width: 100%; height: 100%; object-fit: {fit}"
        address = write(base64.b64decode(encoded), kind)
        shown = f'<img loading="lazy" alt="" style="{look}" src="{address}">'
        return f"<foreignObject{before}{after}>{shown}</foreignObject>"

    context["body"] = PICTURE.sub(picture, HOLDER.sub(data, context["body"]))


def add_static_path(app):
    """Publish the bundle among the book's own files."""
    app.config.html_static_path.append(str(STATIC))


def setup(app):
    """Register the extension with Sphinx."""
    os.environ[BOOK] = "1"  # kernels inherit it
    app.add_transform(NumberFigures)
    app.connect("builder-inited", add_static_path)
    app.connect("html-page-context", add_assets)
    app.connect("html-page-context", carry_data)
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
