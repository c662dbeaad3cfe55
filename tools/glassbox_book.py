"""Sphinx extension of the book: what its pages need and no setting of a theme gives.

KaTeX runs on the Node of the Python environment, pages describe themselves to search engines, and
no state of a live widget (random ids, of no use without a kernel) stays in a page.
"""

import os
import re
import socket
import subprocess
import time
from functools import cache
from pathlib import Path

import nbformat
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from pybtex.style.template import node
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinxcontrib import katex
from sphinxcontrib.bibtex.style.referencing import basic_author_year
from sphinxcontrib.bibtex.style.template import year

import carry
import conventions
import formulas
import glassbox_find
import running
from glassbox.figures.figure import find_node
from glassbox.page import library
from glassbox.page.names import imported

logger = logging.getLogger(__name__)
DESCRIPTION_LENGTH = 160
#: What the environment may say of the book: where its repository is, and where it is published.
REPOSITORY, ADDRESS = "GLASSBOX_REPOSITORY", "GLASSBOX_ADDRESS"
#: A line of the landing page: a chapter and its question.
QUESTION = re.compile(r"- \[\*(.*?)\.?\*\]\((chapters/\w+)\) (.*?)(?=\n\n|\n- |\Z)", re.DOTALL)
TAG = '\n<meta {kind}="{name}" content="{content}" />'


def settings(app, config):
    """Take the addresses from the environment."""
    repository = os.environ.get(REPOSITORY, "").rstrip("/")
    config.glassbox_repository = repository
    if repository:
        config.html_theme_options |= {
            "repository_url": repository,
            "repository_branch": "main",
            "use_repository_button": True,
            "use_issues_button": True,
            "use_edit_page_button": True,
        }
    if address := os.environ.get(ADDRESS, "").rstrip("/"):
        config.html_baseurl = address + "/"


@cache
def questions(srcdir):
    """Return the question of each chapter, as the landing page asks it."""
    text = Path(srcdir, "intro.md").read_text(encoding="utf-8")
    found = {name: " ".join(asked.split()) for _, name, asked in QUESTION.findall(text)}
    return {name: re.sub(r"<!--.*?-->", "", asked).strip() for name, asked in found.items()}


def shorten(text):
    """Return a text of at most ``DESCRIPTION_LENGTH``, cut at a word."""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[: DESCRIPTION_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def describe(doctree):
    """Return the first paragraph of a page as one line of at most ``DESCRIPTION_LENGTH``."""
    paragraph = next(doctree.findall(nodes.paragraph), None)
    return shorten(glassbox_find.tidy(glassbox_find.words(paragraph)) if paragraph else "")


def add_head(app, pagename, templatename, context, doctree):
    """Say in the head of a page what it is, to search engines and to sites that show links."""
    tags = re.sub(r'<meta name="viewport"[^>]*>', "", context.get("metatags", ""))
    name = app.config.html_title
    home = pagename == app.config.root_doc
    if home:
        context["title"] = "Live notes on machine learning and algorithms"
    if doctree is not None:
        escape = app.builder.templates.environment.filters["e"]
        asked = questions(app.srcdir).get(pagename)
        described = escape(shorten(asked) if asked else describe(doctree))
        title = escape(app.env.titles[pagename].astext())
        if not home:
            context["title"] = title
        card = {
            "og:site_name": name,
            "og:type": "website" if home else "article",
            "og:title": name if home else title,
            "og:description": described,
        }
        slug = pagename.split("/")[-1]
        pictured = pagename.startswith("chapters/") and os.environ.get(CARRY) == "1"
        if app.config.html_baseurl:
            card["og:url"] = app.config.html_baseurl + app.builder.get_target_uri(pagename)
            if pictured:
                card["og:image"] = f"{app.config.html_baseurl}{carry.FOLDER}/{slug}.png"
                card |= {"og:image:width": "1200", "og:image:height": "630"}
        tags += TAG.format(kind="name", name="description", content=described)
        tags += "".join(TAG.format(kind="property", name=n, content=c) for n, c in card.items())
        kind = "summary_large_image" if "og:image" in card else "summary"
        tags += TAG.format(kind="name", name="twitter:card", content=kind)
    context["metatags"] = tags


def add_missing(app):
    """Yield the page for addresses that lead nowhere."""
    yield "404", {"title": "There is no such page"}, "404.html"


def write_sitemap(app, exception):
    """List the pages for search engines, if the book has an address."""
    address = app.config.html_baseurl
    if exception is not None or app.builder.format != "html" or not address:
        return
    urls = sorted(address + app.builder.get_target_uri(name) for name in app.env.found_docs)
    rows = "".join(f"<url><loc>{url}</loc></url>\n" for url in urls)
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n',
        encoding="utf-8",
    )
    Path(app.outdir, "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {address}sitemap.xml\n", encoding="utf-8"
    )


# --- what is carried away ------------------------------------------------------------------------

#: Set to 1, the landing page leads to the PDF and the archive, which are made after the build.
CARRY = "CARRY"
CARRIED = {"PDF": carry.PDF, "archive to open by double-click": carry.ZIP}
#: What notebooks import beyond the wheel, and how pip calls it.
BESIDE = {"myst_nb": "myst-nb", "skimage": "scikit-image", "sklearn": "scikit-learn"}
NEEDS = """**To run this notebook** on your own machine: Python 3.11 or later, and

    pip install {packages} {wheel}
    jupyter lab

{where}It needs no other file: what was recorded is in the package."""


class Carried(SphinxDirective):
    """The directive ``carried``: where the book can be had as one file."""

    def run(self):
        """Write links, or the commands that make the files."""
        text = "`make pdf` prints the book into one file, `make offline` packs it into an archive."
        if os.environ.get(CARRY) == "1":
            links = (f'<a href="{carry.FOLDER}/{f}">{what}</a>' for what, f in CARRIED.items())
            raw = f"<p>The whole book as one file: {', or as an '.join(links)}.</p>"
            return [nodes.raw("", raw, format="html")]
        return self.parse_text_to_nodes(text)


def carry_package(app, exception):
    """Put the package among the book's files, and say in each notebook what it needs."""
    sources = Path(app.outdir, "_sources", "chapters")
    if exception is not None or app.builder.format != "html" or not sources.is_dir():
        return
    name, wheel = library.make_whole()
    folder = Path(app.outdir, carry.FOLDER)
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(wheel)
    for path in sources.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        used = set().union(*map(imported, code)) if code else set()
        packages = ["jupyterlab", *(BESIDE[m] for m in sorted(used & BESIDE.keys()))]
        address = app.config.html_baseurl
        where = "" if address else f"The wheel is in the folder `{carry.FOLDER}` of the book. "
        wheel_at = f"{address}{carry.FOLDER}/{name}" if address else name
        text = NEEDS.format(packages=" ".join(packages), wheel=wheel_at, where=where)
        if notebook.cells[0].get("id") != "needs":
            notebook.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="needs"))
            nbformat.write(notebook, path)


#: What extensions write, and what a screen reader (or a browser) can make sense of.
MENDED = {
    'role="doc-biblioentry"': 'role="listitem"',  # the entries of a list
    ' aria-label="Toggle hidden content"': "",  # a name other than the words that stand there
    ' id="exercise-content"': "",  # the same id for every exercise and every solution
    ' id="solution-content"': "",
}


def mend_body(app, pagename, templatename, context, doctree):
    """Mend what extensions write into the body of a page."""
    for wrong, right in MENDED.items():
        context["body"] = context.get("body", "").replace(wrong, right)


def keep_percent(app, doctree, docname):
    """Let no line break between a number and its per cent sign."""
    for part in list(doctree.findall(nodes.Element)):
        if isinstance(part, nodes.literal | nodes.literal_block | nodes.raw):
            continue
        for i, text in enumerate(part.children):  # whose own idea of a parent may lack
            if isinstance(text, nodes.Text) and " %" in text:
                part[i] = nodes.Text(re.sub(r"(?<=\d) %", "\u00a0%", text))


def start_katex(folder, timeout):
    """Start KaTeX behind a Unix socket; the process and a connection.

    The extension's own way knocks once, too soon on a busy machine. Its other way, over the
    network, knocks until it is heard, but then each formula waits 90 ms for the network's sake.
    """
    path = folder / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
    end = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < end:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):  # it is not there yet, or deaf
            connection.close()
            time.sleep(0.01)
    process.kill()
    raise katex.KaTeXServer.timeout_error(timeout)


def drop_widget_state(app, env):
    """Forget the widget state that MyST-NB would put into the head of a page."""
    for docname in env.found_docs:
        NbMetadataCollector.get_js_files(env, docname).pop("ipywidgets_state", None)


def check_landing_page(app, env):
    """Warn of each chapter that the landing page does not link."""
    chapters = {name for name in env.found_docs if name.startswith("chapters/")}
    if env.config.root_doc in chapters:  # one page alone
        return
    linked = {f"chapters/{slug}" for slug in conventions.linked_slugs(Path(app.srcdir))}
    for name in sorted(chapters - linked):
        logger.warning("no link leads to %s", name, location=env.config.root_doc)


@node
def lettered_year(children, data):
    """Return the year of a work as it is cited: 2022b where the list of references has Su22b."""
    letter = re.search(r"\d([a-z])$", data["formatted_entry"].label)
    return year.format_data(data) + (letter[1] if letter else "")


def forget_paths(app, error):
    """Remove what Sphinx keeps for its next build: it tells the book's path, as a hash."""
    Path(app.outdir, ".buildinfo").unlink(missing_ok=True)


def setup(app):
    """Connect the extension to Sphinx."""
    katex.NODEJS_BINARY = find_node()
    katex.KaTeXServer.start_server_process = staticmethod(start_katex)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # a busy machine takes its time
    basic_author_year.year = lettered_year
    formulas.setup(app)
    running.setup(app)
    app.connect("config-inited", settings)
    app.connect("html-page-context", add_head)
    app.connect("html-collect-pages", add_missing)
    app.connect("build-finished", write_sitemap)
    app.connect("build-finished", carry_package)
    app.add_directive("carried", Carried)
    app.connect("html-page-context", mend_body)
    app.connect("doctree-resolved", keep_percent)
    app.connect("env-updated", drop_widget_state)
    app.connect("env-check-consistency", check_landing_page)
    app.connect("build-finished", forget_paths)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
