"""Sphinx extension of the book: the directive ``measurements``, a table of what was measured.

``make measure`` visits each page with Lighthouse and records what it finds; the table is made from
that record, so a page that got slower shows.
"""

import json
from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from glassbox.figures import counted

RECORD = Path(__file__).parent / "records" / "measurements.json"
#: How what is recorded of a page is shown.
COLUMNS = {
    "score": "{:.0f}",
    "first paint, s": "{:.1f}",
    "largest paint, s": "{:.1f}",
    "blocked, ms": "{:.0f}",
    "shift": "{:.3f}",
    "loaded, kB": "{:.0f}",
}


def table(record, form):
    """Return the Markdown table of all pages in one form, ``mobile`` or ``desktop``.

    Examples
    --------
    >>> found = dict.fromkeys(COLUMNS, 1)
    >>> print(table({"pages": {"a/b.html": {"mobile": found}}}, "mobile"))
    | page | score | first paint, s | largest paint, s | blocked, ms | shift | loaded, kB |
    | --- | --: | --: | --: | --: | --: | --: |
    | {doc}`/a/b` | 1 | 1.0 | 1.0 | 1 | 1.000 | 1 |
    """
    rows = [["page", *COLUMNS], ["---", *["--:"] * len(COLUMNS)]]
    for page, forms in record["pages"].items():
        cells = [shown.format(forms[form][name]) for name, shown in COLUMNS.items()]
        rows.append([f"{{doc}}`/{page.removesuffix('.html')}`", *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


class Measurements(SphinxDirective):
    """The table of one form, and how often each page was visited."""

    required_arguments = 1

    def run(self):
        """Make the table."""
        self.env.note_dependency(str(RECORD))
        record = json.loads(RECORD.read_text(encoding="utf-8"))
        record["pages"] = {
            page: found
            for page, found in record["pages"].items()
            if page.removesuffix(".html") in self.env.found_docs
        }
        made = f"Lighthouse {record['lighthouse']}, {counted(record['times'], 'visit')} a page."
        return self.parse_text_to_nodes(f"{made}\n\n{table(record, self.arguments[0])}")


def setup(app):
    """Register the directive."""
    app.add_directive("measurements", Measurements)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
