"""Sphinx extension of the book: the words of ``glossary.yml``, on a page, and linked from chapters.

The first use of a word in each chapter leads to its place in the glossary, which lists these first
uses: so the glossary is the index too. Words in titles, formulas, code, captions and links stay as
they are. Search knows the other names of a word as those of the place that explains it.
"""

import re
from functools import cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

SOURCE, PAGE = "glossary.yml", "glossary"
#: Where no word is linked.
CLOSED = (
    nodes.title, nodes.caption, nodes.literal, nodes.literal_block, nodes.reference, nodes.math,
    nodes.math_block, nodes.target, nodes.term, nodes.raw, nodes.strong, nodes.table,
)  # fmt: skip
CLOSED_NAMES = ("pending_xref", "exercise_node", "solution_node", "exercise_title", "check_mark")


class term_use(nodes.inline):
    """The first use of a word in a chapter."""


class term_list(nodes.Element):
    """Where the glossary lists the words."""


@cache
def words(root):
    """Return what ``glossary.yml`` holds."""
    return yaml.safe_load(Path(root, SOURCE).read_text(encoding="utf-8"))


def anchor(term):
    """Return the id of a word's place."""
    return "term-" + re.sub(r"\W+", "-", term.lower()).strip("-")


def names(root):
    """Yield what else readers call a place: the page, the anchor, the names.

    Search leads by them, also to the place of a word in the glossary.
    """
    said = words(root)
    for entry in said["terms"]:
        zh = [entry["zh"]] if entry.get("zh") else []
        called = [entry["term"], *zh, *entry.get("also", []), *entry.get("asked", [])]
        yield f"chapters/{entry['home']}", entry.get("at", ""), called
        yield PAGE, anchor(entry["term"]), zh
    for entry in said.get("asked", []):
        page, _, place = entry["at"].partition("#")
        yield page if page == "intro" else f"chapters/{page}", place, entry["asked"]


def form(name):
    """Return a pattern of a name: whole, in any case unless it has capitals inside, one or many.

    Examples
    --------
    >>> bool(re.search(form("heap"), "two Heaps")), bool(re.search(form("heap"), "heapify"))
    (True, False)
    >>> bool(re.search(form("AP"), "ap")), bool(re.search(form("AP"), "the AP"))
    (False, True)
    """
    pattern = re.escape(name).replace(r"\ ", r"\s+")
    if name[1:] == name[1:].lower():
        pattern = (
            f"[{name[0].lower()}{name[0].upper()}]{pattern[1:]}" if name[0].isalpha() else pattern
        )
    return rf"(?<![\w-]){pattern}s?(?![\w-])"


@cache
def patterns(root):
    """Return one pattern of all names, and the word of each group."""
    names = [
        (name, entry["term"])
        for entry in words(root)["terms"]
        for name in [entry["term"], *entry.get("also", [])]
    ]
    names.sort(key=lambda pair: -len(pair[0]))
    pattern = "|".join(f"(?P<g{k}>{form(name)})" for k, (name, _) in enumerate(names))
    return re.compile(pattern), [term for _, term in names]


def is_open(text):
    """Tell whether a word in this text may be linked."""
    node = text.parent
    in_paragraph = False
    while node is not None:
        if isinstance(node, CLOSED) or type(node).__name__ in CLOSED_NAMES:
            return False
        if node.get("nb_element") or {"bibliography", "gb-runs"} & set(node.get("classes", ())):
            return False
        in_paragraph = in_paragraph or isinstance(node, nodes.paragraph)
        node = node.parent
    return in_paragraph


def uses_of(env):
    """Return the words that each document uses: ``{docname: {term: id of the place}}``."""
    if not hasattr(env, "glassbox_terms"):
        env.glassbox_terms = {}
    return env.glassbox_terms


def link_words(app, doctree):
    """Mark the first use of each word in a chapter."""
    env = app.env
    toc = Path(app.config.external_toc_path)
    if not env.docname.startswith("chapters/") or f"file: {PAGE}" not in toc.read_text("utf-8"):
        return
    pattern, terms = patterns(app.srcdir)
    found = uses_of(env)[env.docname] = {}
    for text in [t for t in doctree.findall(nodes.Text) if is_open(t)]:
        pieces, end, said = [], 0, text.astext()
        for match in pattern.finditer(said):
            term = terms[int(match.lastgroup[1:])]
            if term in found:
                continue
            found[term] = f"use-{anchor(term)}"
            pieces += [nodes.Text(said[end : match.start()])] if match.start() > end else []
            pieces.append(term_use("", match[0], term=term, ids=[found[term]]))
            end = match.end()
        if pieces:
            pieces += [nodes.Text(said[end:])] if end < len(said) else []
            text.parent.replace(text, pieces)


def forget(app, env, docname):
    """Forget a document that is read again."""
    uses_of(env).pop(docname, None)


def merge(app, env, docnames, other):
    """Take over what another process read."""
    uses_of(env).update(uses_of(other))


def resolve(app, doctree, docname):
    """Turn marked words into links, and fill the glossary."""
    for place in list(doctree.findall(term_use)):
        uri = app.builder.get_relative_uri(docname, PAGE) + "#" + anchor(place["term"])
        link = nodes.reference(
            "", place.astext(), internal=True, refuri=uri, classes=["gb-term"], ids=place["ids"]
        )
        place.replace_self(link)
    for place in list(doctree.findall(term_list)):
        place.replace_self([letters(app), listed(app, docname)])


def listed(app, docname):
    """Return the words with what they mean and where they are used."""
    whole = nodes.definition_list(classes=["gb-glossary"])
    for entry in words(app.srcdir)["terms"]:
        term = nodes.term("", entry["term"], ids=[anchor(entry["term"])])
        if entry.get("zh"):
            term += nodes.Text(" ")
            zh = f'<span class="gb-zh" lang="zh-Hans">{entry["zh"]}</span>'
            term += nodes.raw("", zh, format="html")
        explained = nodes.paragraph("", entry["says"])
        if others := [name for name in entry.get("also", []) if not is_number_of(name, entry)]:
            explained += nodes.emphasis("", f" Also: {', '.join(others)}.")
        definition = nodes.definition("", explained)
        if places := used(app, docname, entry["term"], f"chapters/{entry['home']}"):
            definition += nodes.paragraph("", "", *places, classes=["gb-places"])
        whole += nodes.definition_list_item("", term, definition)
    return whole


def letters(app):
    """Return a line of the letters that words begin with, each a link to the first of them."""
    first = {}
    for entry in words(app.srcdir)["terms"]:
        first.setdefault(entry["term"][0].upper(), anchor(entry["term"]))
    line = nodes.paragraph("", classes=["gb-jumps"])
    for letter, place in first.items():
        line += [nodes.reference("", letter, internal=True, refid=place), nodes.Text(" ")]
    return line


def is_number_of(name, entry):
    """Tell whether a name is the word itself in its other number."""
    return name.rstrip("s") == entry["term"].rstrip("s")


def used(app, docname, term, home):
    """Return links to the first uses of a word, the chapter that explains it first."""
    places = []
    for name in sorted(app.env.found_docs, key=lambda name: (name != home, order(app, name))):
        if term not in uses_of(app.env).get(name, {}):
            continue
        uri = f"{app.builder.get_relative_uri(docname, name)}#{uses_of(app.env)[name][term]}"
        title = app.env.titles[name].astext().split(":")[0]
        link = nodes.reference("", title, internal=True, refuri=uri)
        places += [nodes.Text(", ")] if places else []
        places.append(nodes.strong("", "", link) if name == home else link)
    return places


def order(app, name):
    """Return the place of a chapter in the book."""
    numbers = app.env.toc_secnumbers.get(name, {})
    return tuple(numbers.get("", (99,)))


class TermsDirective(SphinxDirective):
    """The directive ``glossary-terms``."""

    def run(self):
        """Make a place for the words."""
        self.env.note_dependency(str(Path(self.env.srcdir, SOURCE)))
        return [term_list()]


class SymbolsDirective(SphinxDirective):
    """The directive ``glossary-symbols``."""

    def run(self):
        """Make a table of the symbols."""
        rows = ["| Symbol | Meaning | Chapters |", "| --- | --- | --- |"]
        for entry in words(self.env.srcdir)["symbols"]:
            chapters = ", ".join(f"[](chapters/{slug})" for slug in entry["in"])
            rows.append(f"| ${entry['symbol']}$ | {entry['says']} | {chapters} |")
        return self.parse_text_to_nodes("\n".join(rows))


def setup(app):
    """Connect the extension to Sphinx."""
    app.add_node(term_use)
    app.add_node(term_list)
    app.add_directive("glossary-terms", TermsDirective)
    app.add_directive("glossary-symbols", SymbolsDirective)
    app.connect("doctree-read", link_words)
    app.connect("doctree-resolved", resolve)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
