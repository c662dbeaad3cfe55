"""Sphinx extension of the book: a gallery of all figures, made from the pages as they are written.

The largest drawing of each numbered figure, in its first state, becomes a picture of its own:
an SVG with those rules of the figures' style that it uses. The page *Gallery* shows them, each
leading to its figure; a figure that is a table alone is named without a picture.
"""

import html
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import conventions
from glassbox.figures.figure import STATIC

FOLDER = "_static/gallery"
FRAME = re.compile(r'<figure class="glassbox-frame[^"]*" id="([^"]+)">(.*?)</figure>', re.DOTALL)
DRAWING = re.compile(r'<div class="(gb-panel[^"]*)">|(<svg\b.*?</svg>)', re.DOTALL)
CAPTION = re.compile(
    r'caption-number">(.*?)\s*</span><span class="caption-text">(.*?)</span><a', re.DOTALL
)
VIEW = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')
TAG = re.compile(r"<([A-Za-z][\w:-]*)((?:[^>\"]|\"[^\"]*\")*?)(/?)>")
ATTRIBUTE = re.compile(r'([\w:-]+)(?:="([^"]*)")?')
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
#: What lays out boxes of a page, and would lay a drawing on its own elsewhere.
LAYOUT = re.compile(r"container-type|contain:|position:|aspect-ratio|(?<!-)width:\s*100%")
NAME = re.compile(r"gb-[\w-]+")
#: Of what a hand does, and what was cut at a comma within brackets.
HAND = re.compile(r":(?:hover|focus|active)|\[type|^[^(]*\)|\([^)]*$")
PLACE = "<!-- gallery -->"
NAMESPACE = "http://www.w3.org/2000/svg"


def strict(svg):
    """Return a drawing as XML: each attribute with a value."""

    def tag(found):
        name, rest, end = found.groups()
        attributes = "".join(f' {a}="{v}"' for a, v in ATTRIBUTE.findall(rest) if a != "xmlns")
        return f"<{name}{attributes}{end}>"

    return TAG.sub(tag, svg)


@cache
def figure_rules():
    """Return the rules of the figures' style, those for no medium and no container."""
    style = (STATIC / "figure.css").read_text(encoding="utf-8")
    return RULE.findall(re.sub(r"@[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", style))


def style_for(svg):
    """Return the rules that name nothing but what a drawing has, on white."""
    has = set(NAME.findall(svg)) | {"gb-light"}
    kept = []
    for selectors, rules in figure_rules():
        fits = [one for one in selectors.split(",") if NAME.findall(one) and not HAND.search(one)]
        fits = [one for one in fits if set(NAME.findall(one)) <= has]
        if fits and not LAYOUT.search(rules):
            kept.append(f"{','.join(fits)}{{{rules}}}")
    return "".join(kept)


def picture(body):
    """Return the largest drawing of a figure as a file of its own, and its size; None without."""
    panel, best = "gb-panel", ("", "")
    for name, svg in DRAWING.findall(body):
        panel = name or panel
        if svg and VIEW.search(svg) and len(svg) > len(best[1]) and "<foreignObject" not in svg:
            best = (panel, svg)
    panel, svg = best
    if len(svg) < 1000:  # the icon of a button
        return None
    x, y, width, height = VIEW.search(svg).groups()
    inner = strict(svg[svg.index(">") + 1 : svg.rindex("</svg>")])
    own = re.search(r'class="([^"]*)"', svg[: svg.index(">")])
    names = own[1] if own else ""
    rules = style_for(f"{panel} {names} {inner} gb-card gb-panels gb-sheet")
    box = f'viewBox="{x} {y} {width} {height}" width="{width}" height="{height}"'
    base = "svg{font-family:sans-serif;font-size:12px;color:#1d2430}"
    whole = (
        f'<svg xmlns="{NAMESPACE}" class="glassbox-figure gb-light" {box}>'
        f"<style>{base}{rules.replace('<', '&lt;')}</style>"
        f'<g class="gb-card gb-panels"><g class="{panel}">'
        f'<svg class="{names}" {box}>{inner}</svg></g></g></svg>'
    )
    return whole, round(float(width)), round(float(height))


def collect(app, pagename, templatename, context, doctree):
    """Make the pictures of a chapter's figures, and put them all into the gallery."""
    body = context.get("body", "")
    if pagename.startswith("chapters/"):
        folder = Path(app.outdir, FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for name, inside in FRAME.findall(body):
            caption = CAPTION.search(inside)
            number, text = caption.groups() if caption else ("", "")
            made = picture(inside)
            if made:
                (folder / f"{name}.svg").write_text(made[0], encoding="utf-8")
            said = first_sentence(html.unescape(re.sub(r"<[^>]*>", "", text)))
            app.glassbox_gallery.setdefault(pagename, {})[name] = (number, said, made and made[1:])


def first_sentence(text):
    """Return the first sentence of a caption."""
    return re.split(r"(?<=[.?!])\s", " ".join(text.split()), maxsplit=1)[0]


def entry(page, name, number, said, size):
    """Return the markup of one figure."""
    shown = ""
    if size:
        source = f"{FOLDER}/{name}.svg"
        shown = f'<img src="{source}" alt="" loading="lazy" width="{size[0]}" height="{size[1]}"/>'
    words = f"<span><b>{number}</b> {html.escape(said)}</span>"
    return f'<li><a href="{page}.html#{name}">{shown}{words}</a></li>'


def fill(app, exception):
    """Write the gallery, when all figures are known."""
    path = Path(app.outdir, "gallery.html")
    if exception is not None or app.builder.format != "html" or not path.exists():
        return
    parts, jumps = [], []
    for slug in conventions.toc_slugs(Path(app.srcdir)):
        figures = app.glassbox_gallery.get(f"chapters/{slug}", {})
        title = html.escape(app.env.titles[f"chapters/{slug}"].astext())
        items = "".join(entry(f"chapters/{slug}", n, *rest) for n, rest in figures.items())
        if items:
            jumps.append(f'<a class="reference internal" href="#gallery-{slug}">{title}</a>')
            parts.append(f'<h2 id="gallery-{slug}">{title}</h2><ul class="gb-gallery">{items}</ul>')
    parts.insert(0, f'<p class="gb-jumps">{" ".join(jumps)}</p>')
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(PLACE, "\n".join(parts)), encoding="utf-8")


class Gallery(SphinxDirective):
    """The directive ``gallery``."""

    def run(self):
        """Make a place for the figures."""
        return [nodes.raw("", PLACE, format="html")]


def setup(app):
    """Connect the extension to Sphinx."""
    app.glassbox_gallery = {}
    app.add_directive("gallery", Gallery)
    app.connect("html-page-context", collect, priority=400)  # before pictures become files
    app.connect("build-finished", fill, priority=400)  # before pages get their policy
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
