"""Sphinx extension of the book: sentences that carry their check, and exercises.

``{check}`dp-downward``` after a sentence is a mark, ✓, that opens the code cell of this id in the
same notebook, which has the tag ``check`` and asserts the sentence. ``{checked}`marks``` counts
the marks of the whole book, ``{checked}`checks``` their cells. A cell with the tag ``exercise``
says where it runs.
"""

from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from glassbox.figures.sphinx_ext import EARLY, cell_ids

logger = logging.getLogger(__name__)

SIGN = "✓"
NAME = "checked: open the check"
HELD = "Held when this page was built"
TURN, RUNS = "Your turn. ", "This runs in JupyterLab."
COUNTED = ("marks", "checks")


class check_mark(nodes.inline):
    """The mark after a sentence."""


class check_cell(nodes.container):
    """The cell that asserts a sentence."""


class checked_count(nodes.inline):
    """How many there are in the whole book."""


class CheckRole(SphinxRole):
    """The role ``check``."""

    def run(self):
        """Make a mark."""
        mark = check_mark(self.rawtext, SIGN, label=self.text)
        self.set_source_info(mark)
        return [mark], []


class CheckedRole(SphinxRole):
    """The role ``checked``."""

    def run(self):
        """Make a place for a count."""
        count = checked_count(self.rawtext, "", what=self.text)
        self.set_source_info(count)
        if self.text not in COUNTED:
            wanted = " or ".join(COUNTED)
            logger.warning("checked wants %s; got %r", wanted, self.text, location=count)
        return [count], []


class LinkChecks(SphinxTransform):
    """Find the cells that marks open, and the stubs of exercises."""

    default_priority = 21

    def apply(self):
        """Wrap the check cells of one document, and hold each mark to its cell."""
        ids = cell_ids(Path(self.document["source"] or ""))
        labels = {}
        for cell in list(self.document.findall(nodes.container)):
            tags = cell.get("cell_metadata", {}).get("tags", [])
            if "check" in tags:
                label = ids.get(cell["cell_index"])
                labels[label] = cell
                fold = check_cell(label=label)
                cell.replace_self(fold)
                fold += cell
            if "exercise" in tags:
                where = nodes.inline("", RUNS)  # hidden where the page runs it itself
                cell.insert(0, nodes.paragraph("", TURN, where, classes=["gb-runs"]))
        marks = list(self.document.findall(check_mark))
        for mark in marks:
            keep_together(mark)
            if mark["label"] not in labels:
                logger.warning(
                    "no cell with the tag check has the id %r", mark["label"], location=mark
                )
        for label in labels.keys() - {mark["label"] for mark in marks}:
            logger.warning("no sentence carries the check %r", label, location=labels[label])
        asks = any(self.document.findall(checked_count))
        counts_of(self.env)[self.env.docname] = Counts(len(marks), len(labels), asks)


def keep_together(mark):
    """Let no line end between the last word of a sentence and its mark.

    A space that does not break would do, were the mark no button.
    """
    at = mark.parent.index(mark)
    before = mark.parent[at - 1] if at else None
    if not isinstance(before, nodes.Text):
        return
    head, space, word = before.astext().rstrip().rpartition(" ")
    kept = nodes.inline("", f"{word}\N{NO-BREAK SPACE}", classes=["gb-kept"])
    mark.parent[at - 1 : at + 1] = [nodes.Text(head + space), kept]
    kept += mark


# --- what is counted over the book -------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """What one document has, and whether it asks for the counts of all."""

    marks: int
    checks: int
    asks: bool


def counts_of(env):
    """Return the numbers of marks and of checks by document."""
    if not hasattr(env, "glassbox_marks"):
        env.glassbox_marks = {}
    return env.glassbox_marks


def forget_counts(app, env, docname):
    """Forget a document that is read again."""
    counts_of(env).pop(docname, None)


def merge_counts(app, env, docnames, other):
    """Take over what another process read."""
    counts_of(env).update(counts_of(other))


def pages_with_counts(app, env):
    """Return the pages to write again, for another page may have changed what they count."""
    return [name for name, counts in counts_of(env).items() if counts.asks]


def write_counts(app, doctree, docname):
    """Put the counts where they are asked for."""
    for place in list(doctree.findall(checked_count)):
        total = sum(getattr(counts, place["what"]) for counts in counts_of(app.env).values())
        place.replace_self(nodes.Text(str(total)))


# --- HTML --------------------------------------------------------------------------------------


def visit_mark(self, node):
    """Write a link, which the page's script turns into a button."""
    label = self.attval(node["label"])
    self.body.append(
        f'<a class="gb-checked" href="#{label}" data-mark="{label}" aria-label="{NAME}">{SIGN}</a>'
    )
    raise nodes.SkipNode


def visit_cell(self, node):
    """Write a fold with the cell in it."""
    label = self.attval(node["label"])
    self.body.append(
        f'<details class="gb-check" id="{label}" data-check="{label}">'
        f'<summary><span aria-hidden="true">{SIGN}</span> {HELD}</summary>\n'
    )


def depart_cell(self, node):
    """End the fold."""
    self.body.append("</details>\n")


def add_assets(app, pagename, templatename, context, doctree):
    """Give the script to a page with a mark."""
    if 'class="gb-checked"' in context.get("body", ""):
        app.add_js_file(None, body=EARLY)
        app.add_js_file("marks.js", loading_method="defer")


def setup(app):
    """Connect the extension to Sphinx."""
    app.add_role("check", CheckRole())
    app.add_role("checked", CheckedRole())
    app.add_node(check_mark, html=(visit_mark, None))
    app.add_node(check_cell, html=(visit_cell, depart_cell))
    app.add_node(checked_count)
    app.add_transform(LinkChecks)
    app.connect("env-purge-doc", forget_counts)
    app.connect("env-merge-info", merge_counts)
    app.connect("env-get-updated", pages_with_counts)
    app.connect("doctree-resolved", write_counts)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
