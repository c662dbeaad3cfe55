"""Build one page of the book alone, by the book's own settings, into ``_build/page/<slug>/html``.

``python tools/one_page.py heaps`` builds it; ``--serve 8000`` also serves it, and builds it again
when a source changes. A reference to another chapter leads nowhere and causes no warning; one to
what no chapter has is a warning, as ever.
"""

import argparse
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

import conventions
import running
import serving

ROOT = Path(__file__).resolve().parent.parent
#: What decides how a page looks, beside its notebook.
SOURCES = ("lib/glassbox", "_config.yml", "references.bib", "static", "templates", "tools")
#: How the warnings about a reference that leads nowhere name it.
TARGET = re.compile(
    r"(?:undefined label|equation not found|target not found|unknown (?:source )?document|label)"
    r"[: ]+'?([\w./#-]+)'?",
    re.IGNORECASE,
)


def folder_of(slug, root=ROOT):
    """Return the folder that holds the page alone and all that belongs to its build."""
    return root / "_build" / "page" / slug


def other_texts(root, slug):
    """Return the texts of the book's other pages, where the page's references may lead."""
    pages = [root / "intro.md", *(root / "chapters").glob("*.ipynb")]
    texts = [path.read_text(encoding="utf-8") for path in pages if path.stem != slug]
    return "\n".join([*texts, *conventions.chapter_slugs(root), "intro"])


class LeadsAway(logging.Filter):
    """Lets no warning through about a reference to what another page has."""

    def __init__(self, elsewhere):
        super().__init__()
        self.elsewhere = elsewhere

    def filter(self, record):
        """Tell whether to keep a message."""
        found = TARGET.search(record.getMessage())
        target = found and re.split(r"[/#]", found[1].removesuffix(".ipynb"))[-1]
        return not target or not re.search(
            rf"(?<![\w-]){re.escape(target)}(?![\w-])", self.elsewhere
        )


def setup(app):
    """Connect to Sphinx, as an extension of the one page's build alone."""
    page = Path(app.config.external_toc_path).parent.name
    leads_away = LeadsAway(other_texts(Path(app.srcdir), page))
    for handler in logging.getLogger("sphinx").handlers:
        handler.filters.insert(0, leads_away)  # before a warning is counted as an error


def build(slug, root=ROOT):
    """Build the page and return the exit code: not 0 if there was a warning."""
    from jupyter_book.sphinx import build_sphinx

    folder = folder_of(slug, root)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault(running.KEEP, str(root / "_build" / "kept"))
    toc = folder / "_toc.yml"
    toc.write_text(f"format: jb-book\nroot: chapters/{slug}\n", encoding="utf-8")
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    extensions = config["sphinx"]["config"]["extensions"]
    result = build_sphinx(
        root,
        folder / "html",
        path_config=root / "_config.yml",
        noconfig=True,
        confoverrides={
            "external_toc_path": toc.as_posix(),
            "include_patterns": [f"chapters/{slug}.ipynb"],
            "extensions": [*extensions, "one_page"],
            "latex_individualpages": False,
        },
        freshenv=True,
        quiet=True,
        warningiserror=True,
        keep_going=True,
    )
    return result if isinstance(result, int) else 1


def main():
    """Read the command line, build, serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slug")
    parser.add_argument("--serve", type=int, metavar="PORT")
    arguments = parser.parse_args()
    slugs = conventions.chapter_slugs(ROOT)
    if arguments.slug not in slugs:
        sys.exit(f"slug wants a chapter ({', '.join(sorted(slugs))}); got {arguments.slug!r}")
    if arguments.serve is None:
        print(f"Building chapters/{arguments.slug} alone ...", flush=True)
        code = build(arguments.slug)
        page = folder_of(arguments.slug) / f"html/chapters/{arguments.slug}.html"
        print(page.as_uri() if page.exists() else "There is no page.")
        sys.exit(code)
    again = [sys.executable, __file__, arguments.slug]
    watched = [ROOT / f"chapters/{arguments.slug}.ipynb", *(ROOT / name for name in SOURCES)]
    html = folder_of(arguments.slug) / "html"
    serving.serve(html, lambda: subprocess.run(again, check=False), watched, arguments.serve)


if __name__ == "__main__":
    main()
