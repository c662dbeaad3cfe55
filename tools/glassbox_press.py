"""Sphinx extension of the book: pages that show at once.

When all pages are written, their style sheets become one that holds the rules which the book uses,
and their scripts one that runs when the page is there. Fonts keep the letters that occur; pages
lose markup that nobody sees or hears.
"""

import base64
import hashlib
import json
import logging
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

from fontTools import subset
from fontTools.ttLib import TTFont

from glassbox.figures.figure import find_node

CUT = Path(__file__).parent / "press" / "static" / "cut.mjs"
STYLE, SCRIPT = "_static/page.css", "_static/page.js"
#: The letters of the first paint, asked for before the style that names them is there.
FONTS = ("fonts/inter.woff2", "fonts/fraunces.woff2")
#: Those of a page with formulas, whose lines would else break anew when their letters come.
FORMULA_FONTS = (
    "katex/fonts/KaTeX_Main-Regular.woff2",
    "katex/fonts/KaTeX_Math-Italic.woff2",
    "katex/fonts/KaTeX_Size1-Regular.woff2",  # sums in a line of text
)
#: Another font of fewer bytes is in the style sheet: the few icons.
LEAST_FONT = 3000
#: Letters that fonts keep in any case.
USUAL = set(range(0x20, 0x7F))
#: Asks for fonts before the style sheet has come; from a file a browser would refuse, and complain.
PRELOAD = """<script>
location.protocol === "file:" || document.head.append(...{}.map((href) => Object.assign(
  document.createElement("link"),
  {{ rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href }})));
</script>"""
#: Asks for the scripts when the page has been read and painted, so that what is seen first does
#: not share a slow line with them. One that nobody sees yet is not painted, and does not wait.
LATER = """<script>
addEventListener("DOMContentLoaded", () => {{
  const scripts = {sources}.map((src) =>
    Object.assign(document.createElement("script"), {{ src, async: false }}));
  scripts[0].dataset.page = "{name}";
  const ask = () => document.head.append(...scripts.splice(0));
  if (document.hidden) ask();
  new PerformanceObserver(ask).observe({{ type: "paint", buffered: true }});
  setTimeout(ask, 2000);
}});
</script>"""
SHEET_TAG = re.compile(r'[ \t]*<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"]+)"[^>]*>\n?')
SCRIPT_TAG = re.compile(
    r"[ \t]*<script\b(?![^>]*\bdata-for=)(?P<attributes>[^>]*)>(?P<body>.*?)</script>\n?",
    re.DOTALL,
)
SOURCE = re.compile(r'\bsrc="([^"]+)"')
#: What the theme leaves unsaid: what folds a part of the contents, what stands beside a page, that
#: an empty corner of a table is no heading, and what the system's theme is (it says so when the
#: page is there, and all of it changes).
UNSAID = [
    (
        re.compile('<summary>(?=<span class="toctree-toggle")'),
        '<summary aria-label="pages of this part">',
    ),
    (
        re.compile('<div (?=class="bd-sidebar-primary )'),
        '<div role="complementary" aria-label="about the book" ',
    ),
    (re.compile(r"<th( [^>]*)?>(<p>\s*</p>)?</th>"), r"<td\1></td>"),
    (
        re.compile(r"""(?<=localStorage\.getItem\("theme"\) \|\| )"auto";"""),
        '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");',
    ),
]
#: Scripts that one page alone runs, after the others.
ALONE = ("places.js", "search.js")
#: Scripts in the text of pages that run where they stand: what is painted depends on them.
EARLY = re.compile(r"document\.write\(|documentElement\.(?:dataset|classList)")
#: The theme measures whatever may scroll, and lays out the whole page for it; `scroll.js` does that
#: for each thing when it is near.
SCROLLS = (
    'document.querySelectorAll("pre, .nboutput > .output_area, .cell_output > .output, '
    '.jp-RenderedHTMLCommon")'
)
#: What the theme writes into each page, and what says the same for all.
NAME = re.compile(r"DOCUMENTATION_OPTIONS\.pagename = '([^']*)';")
ASK_NAME = "DOCUMENTATION_OPTIONS.pagename = document.currentScript.dataset.page;"
IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)["']?\)?\s*;""")
ADDRESS = re.compile(r"""url\(\s*(["']?)(?!data:|#|[a-z]+:)([^"')]+)\1\s*\)""")
FACE = re.compile(r"@font-face\s*\{[^}]*\}")
WORD = re.compile(r"[\w-]+")
TAG = re.compile(r"<[a-zA-Z][^>]*>")
#: Classes of what only scripts and cells make; the last line is what Bootstrap makes in this book.
MADE = """
    stderr stdout traceback output text_html text_plain text_markdown error warning
    tooltip tooltip-inner tooltip-arrow fade show collapsing
"""
BOOTSTRAP = "scripts/bootstrap.js"


def pages_of(site):
    """Return the pages that have a style, with their texts."""
    found = sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)
    texts = {path: path.read_text(encoding="utf-8") for path in found}
    return {path: text for path, text in texts.items() if SHEET_TAG.search(text)}


def place_of(site, page, address):
    """Return the path from the site's folder of what a page names by an address."""
    return (page.parent / unquote(address.split("?")[0])).resolve().relative_to(site).as_posix()


def joined(lists):
    """Return all that occurs in some lists, each once, in an order that all of them have.

    Examples
    --------
    >>> joined([["a", "d"], ["a", "b", "c", "d"]])
    ['a', 'b', 'c', 'd']
    """
    found = []
    for one in sorted(lists, key=len, reverse=True):
        at = 0
        for name in one:
            if name in found:
                at = found.index(name) + 1
            else:
                found.insert(at, name)
                at += 1
    return found


# ---------------------------------------------------------------------------------------------
# Style


def read_sheet(path, site):
    """Return the text of a style sheet with what it imports; addresses start from ``_static``."""
    text = path.read_text(encoding="utf-8").replace('@charset "UTF-8";', "")
    home = (site / STYLE).parent

    def address(found):
        name = found[2].partition("?")[0]
        target = (path.parent / name).resolve()
        inside = target.is_relative_to(home)
        return f'url("{target.relative_to(home).as_posix() if inside else found[2]}")'

    parts = IMPORT.split(text)  # texts, and between them addresses
    parts[::2] = [ADDRESS.sub(address, part) for part in parts[::2]]
    parts[1::2] = [read_sheet((path.parent / name).resolve(), site) for name in parts[1::2]]
    return "".join(parts)


def words_of(site, pages):
    """Return all names that a rule may be about: what is in tags, and any word of a script."""
    words = set(WORD.findall(MADE))
    for text in pages.values():
        for tag in TAG.findall(text):
            words.update(WORD.findall(tag))
    static = site / "_static"
    # Bootstrap speaks of all that it could do.
    bootstrap = (static / BOOTSTRAP).read_text(encoding="utf-8")
    script = (site / SCRIPT).read_text(encoding="utf-8").replace(bootstrap, "")
    alone = [static / name for name in ALONE if (static / name).is_file()]
    for text in (script, *(path.read_text(encoding="utf-8") for path in alone)):
        words.update(WORD.findall(text))
    return words


def cut(sheets, words):
    """Return one style sheet with the rules of ``sheets`` that are about some of the words."""
    given = json.dumps({"css": sheets, "words": " ".join(sorted(words))})
    done = subprocess.run(
        [find_node(), str(CUT)], input=given, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"the style sheets could not be cut:\n{done.stderr}")
    return done.stdout


def with_fonts(style, home):
    """Return a style sheet with the fonts that its rules name; small ones are in the sheet."""
    rules = FACE.sub("", style)
    held = set()

    def face(found):
        family = re.search(r"""font-family:\s*["']?([^;"'}]+)""", found[0])[1]
        if not re.search(rf"{re.escape(family)}(?![\w ])", rules):
            return ""
        source = re.search(r'src:url\("([^"]+\.woff2)"\)[^;}]*', found[0])
        if not source or source[1] in held:
            return found[0]
        if "katex" in source[1] or (home / source[1]).stat().st_size > LEAST_FONT:
            return found[0]
        held.add(source[1])
        content = base64.b64encode((home / source[1]).read_bytes()).decode()
        return found[0].replace(source[0], f'src:url("data:font/woff2;base64,{content}")')

    return FACE.sub(face, style)


# ---------------------------------------------------------------------------------------------
# Scripts


def waits(tag):
    """Tell whether a script in the text of a page can wait."""
    return not EARLY.search(tag["body"]) and "json" not in tag["attributes"]


def press_scripts(site, pages):
    """Write one script of all that can wait; of each page what is left, its name, its scripts."""
    lists, texts, names, alone = [], {}, {}, {}
    for page, text in pages.items():
        found, alone[page] = [], []

        def take(tag, page=page, found=found):
            source = SOURCE.search(tag["attributes"])
            if source:
                name = place_of(site, page, source[1])
                if name.endswith(ALONE):
                    alone[page].append(source[1])
                    return ""
                found.append(name)
                return ""
            if not waits(tag):
                return tag[0]
            if named := NAME.fullmatch(tag["body"].strip()):
                names[page] = named[1]
                found.append(ASK_NAME)
            elif tag["body"].strip() not in found:
                found.append(tag["body"].strip())
            return ""

        texts[page] = SCRIPT_TAG.sub(take, text)
        lists.append(found)
    order = joined(lists)
    if not any("sd-tab-set" in text for text in texts.values()):
        order = [part for part in order if not part.endswith("/design-tabs.js")]
    # What scripts ask for when they run comes first: they used to wait, and now run at once.
    order.sort(key=lambda part: part.endswith(".js") or "DOCUMENTATION_OPTIONS" in part)
    parts = [
        (site / part).read_text(encoding="utf-8") if part.endswith(".js") else part
        for part in order
    ]
    script = "\n;\n".join(parts) + "\n"
    if SCROLLS not in script:
        raise RuntimeError("the theme does not say any more what it measures: see SCROLLS")
    (site / SCRIPT).write_text(script.replace(SCROLLS, "[]"), encoding="utf-8")
    return texts, names, alone


# ---------------------------------------------------------------------------------------------
# Fonts and markup


logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of each table


#: Of what fonts can do, what a reader sees; digits of one width are for numbers that change.
FEATURES = ("rvrn", "kern", "liga", "tnum")


def cut_font(path, codes, target, features=FEATURES):
    """Write a font with the letters that have these codes alone."""
    options = subset.Options(
        flavor="woff2", notdef_outline=True, hinting=False, layout_features=list(features)
    )
    font = TTFont(path, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    subset.save_font(font, target, options)


def colourless(style):
    """Return the classes of words that Pygments' style shows as it shows all code.

    Examples
    --------
    >>> colourless(".highlight {color: red} .highlight .n {color: red} .highlight .k {color: tan}")
    {'n'}
    """
    rules = re.findall(r"([^{}]*?)\.highlight( \.[a-z]+[0-9]?)?\s*\{([^}]*)\}", style)
    usual = {theme_of(before): colour_in(rule) for before, one, rule in rules if not one}
    found, others = set(), set()
    for before, one, rule in rules:
        if one:
            same = usual.get(theme_of(before)) == colour_in(rule) and rule.count(":") == 1
            (found if same else others).add(one.strip(" ."))
    return found - others


def theme_of(before):
    """Return the selector of a theme, of what stands before a rule's own part."""
    return before.split("*/")[-1].strip()


def colour_in(rule):
    """Return the colour that the declarations of a rule give to letters."""
    found = re.search(r"(?<!-)\bcolor:\s*([^;\s]+)", rule)
    return found and found[1].lower()


def said(text):
    """Return a page with what the theme leaves unsaid.

    Examples
    --------
    >>> said('<tr><th class="head"><p></p></th><th>n</th></tr>')
    '<tr><td class="head"></td><th>n</th></tr>'
    """
    for pattern, wanted in UNSAID:
        text = pattern.sub(wanted, text)
    return text


#: Places and sizes in a drawing, and lengths in letters, with more decimals than can be seen.
FINE = re.compile(
    r'\s(?:[xyr]|[xy][12]|c[xy]|width|height|transform)="[^"]*\.\d{4,}[^"]*"|\d+\.\d{4,}em\b'
)
DECIMALS = re.compile(r"(\d+\.\d{4,})(em)?")


def rounded(text):
    """Return markup whose places are told as finely as they can be seen.

    Examples
    --------
    >>> rounded('<line x1="30.799999999999997"/><b style="height:0.6944em;">1.23456</b>')
    '<line x1="30.8"/><b style="height:0.694em;">1.23456</b>'
    """

    def short(found):
        number = f"{float(found[1]):.{3 if found[2] else 2}f}".rstrip("0").rstrip(".")
        return number + (found[2] or "")

    return FINE.sub(lambda found: DECIMALS.sub(short, found[0]), text)


def lighten(text, plain):
    """Return a page without what is neither seen nor heard.

    Formulas in MathML lose their TeX, code the marks of words that have no colour, and markup the
    spaces at the ends of lines and decimals that nobody sees.
    """
    text = re.sub(r"<annotation encoding=.*?</annotation>", "", text, flags=re.DOTALL)
    text = re.sub(r"</?semantics>", "", text)
    text = text.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    parts = re.split(r"(<(pre|script|textarea)\b.*?</\2>)", text, flags=re.DOTALL)
    word = re.compile(r'<span class="([a-z]+[0-9]?)">([^<]*)</span>')
    for i in range(len(parts)):
        if i % 3 == 0:
            parts[i] = rounded(re.sub(r"\s*\n\s*", "\n", parts[i]))
        elif parts[i].startswith("<pre"):
            parts[i] = word.sub(lambda m: m[2] if m[1] in plain else m[0], parts[i])
    return "".join(part for i, part in enumerate(parts) if i % 3 != 2)


def digest(path):
    """Return a short name for what is in a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def press(app, exception):
    """Press the pages of a book."""
    if exception is not None or app.builder.format != "html":
        return
    site = Path(app.outdir).resolve()
    pages = pages_of(site)
    texts, names, alone = press_scripts(site, pages)
    codes = {ord(letter) for text in texts.values() for letter in set(text)} | USUAL
    static = site / "_static"
    fonts = [*sorted((static / "katex/fonts").glob("*.woff2")), *(static / font for font in FONTS)]
    for font in fonts:
        cut_font(font, codes, font)
    sheets = joined(
        [place_of(site, page, address) for address in SHEET_TAG.findall(text)]
        for page, text in texts.items()
    )
    read = [read_sheet(site / sheet, site) for sheet in sheets]
    style = with_fonts(cut(read, words_of(site, pages)), static)
    (site / STYLE).write_text(style, encoding="utf-8")
    plain = colourless((static / "pygments.css").read_text(encoding="utf-8"))
    for page, text in texts.items():
        root = "../" * len(page.relative_to(site).parent.parts)
        text = said(SHEET_TAG.sub("", text))
        sheet, script = (f"{root}{name}?v={digest(site / name)}" for name in (STYLE, SCRIPT))
        wanted = FONTS + FORMULA_FONTS * ('class="katex"' in text)
        head = [PRELOAD.format(json.dumps([f"{root}_static/{font}" for font in wanted]))]
        head.append(f'<link rel="stylesheet" href="{sheet}" />')
        sources = json.dumps([script, *alone[page]])
        head.append(LATER.format(sources=sources, name=names.get(page, "")))
        text = text.replace("</title>", "\n".join(["</title>", *head, ""]), 1)
        page.write_text(lighten(text, plain), encoding="utf-8", newline="")


def setup(app):
    """Connect the extension to Sphinx."""
    app.connect("build-finished", press, priority=800)  # after who writes scripts
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
