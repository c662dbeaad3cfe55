"""Sphinx extension of the book: what its pages need and no setting of a theme gives.

KaTeX runs on the Node of the Python environment, pages describe themselves to search engines, and
no state of a live widget (random ids, of no use without a kernel) stays in a page.
"""

import re
import socket
import subprocess
import time
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from pybtex.style.template import node
from sphinx.util import logging
from sphinxcontrib import katex
from sphinxcontrib.bibtex.style.referencing import basic_author_year
from sphinxcontrib.bibtex.style.template import year

import conventions
import formulas
import running
from glassbox.figures.figure import find_node

DESCRIPTION_LENGTH = 160

logger = logging.getLogger(__name__)


def describe(doctree):
    """Return the first paragraph of a page as one line of at most ``DESCRIPTION_LENGTH``."""
    paragraph = next(doctree.findall(nodes.paragraph), None)
    text = " ".join(paragraph.astext().split()) if paragraph else ""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def add_description(app, pagename, templatename, context, doctree):
    """Give a page a meta description, unless its author wrote one."""
    if doctree is None or 'name="description"' in context.get("metatags", ""):
        return
    description = app.builder.templates.environment.filters["e"](describe(doctree))
    context["metatags"] = (
        context.get("metatags", "") + f'\n<meta name="description" content="{description}" />'
    )


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
    app.connect("html-page-context", add_description)
    app.connect("html-page-context", mend_body)
    app.connect("env-updated", drop_widget_state)
    app.connect("env-check-consistency", check_landing_page)
    app.connect("build-finished", forget_paths)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
