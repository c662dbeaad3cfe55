"""The book to carry away: ``carry.py pdf`` prints it as one file, ``carry.py offline`` packs it.

Both take the built book in ``_build/html`` and put what they make into ``_build/html/carried``. The
PDF is printed by Chromium from one page that holds all chapters, twice: the first print tells on
which pages the chapters begin, and the second has these numbers in its contents.
"""

import argparse
import html
import io
import re
import sys
import zipfile
from pathlib import Path

import browsers
import conventions

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "carried"
ABOUT = "Live notes on machine learning and algorithms"
PDF, ZIP = "glass-box.pdf", "glass-box.zip"
#: What a book that is opened by double-click cannot use: a browser starts no Python from a file.
SERVED = re.compile(r"_static/python/.*\.(wasm|whl|zip|mjs|data)$|^carried/.*\.(pdf|zip|png)$")
DATE = 2020, 1, 1, 0, 0, 0

ARTICLE = re.compile(r'<article\b[^>]*class="bd-article"[^>]*>(.*)</article>', re.DOTALL)
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
STYLES = re.compile(r'<link\b[^>]*rel="stylesheet"[^>]*/?>')
REFERS = re.compile(r'(\s(?:id|for|aria-labelledby|aria-describedby|aria-controls)=")([^"]*)(")')
LINK = re.compile(r'(\shref=")([^"]*)(")')
DRAWN = re.compile(r"url\(#([^)]*)\)")
CHECKED = re.compile(r'(<a class="gb-checked")[^>]*>')  # leads to a check, which stays folded

FACES = """
@font-face { font-family: Fraunces; font-weight: 100 900;
  src: url("_static/fonts/fraunces.woff2"); }
@font-face { font-family: Inter; font-weight: 100 900; src: url("_static/fonts/inter.woff2"); }
"""

STYLE = """
@page { size: A4; margin: 18mm 16mm 20mm; }
html { font-size: 10.5pt; }
body { background: #fff; }
.gb-book { max-width: none; padding: 0; }
.gb-book > section { break-before: page; }
.gb-cover { padding-top: 30vh; text-align: center; break-after: page; }
.gb-cover b { font-size: 3.5rem; }
.gb-contents ol { columns: 2; column-gap: 2.5rem; padding: 0; font-size: 0.86em; list-style: none; }
.gb-contents li { break-inside: avoid; }
.gb-contents a { display: flex; gap: 0.5rem; align-items: baseline; }
.gb-contents a::after { order: 1; flex: 1; border-bottom: 1px dotted; content: ""; }
.gb-contents a span { order: 2; min-width: 2rem; text-align: right; }
.gb-contents .gb-part { margin-top: 0.8rem; font-weight: 600; break-after: avoid; }
.gb-contents .gb-part:first-child { margin-top: 0; }
.gb-contents .gb-sub { padding-left: 1rem; }
"""
FOOTER = (
    '<div style="width: 100%; font-size: 8pt; text-align: center; color: #48566b">'
    '<span class="pageNumber"></span></div>'
)


def names(site):
    """Return the pages of the printed book, in order."""
    chapters = [f"chapters/{slug}" for slug in conventions.toc_slugs(ROOT)]
    return [n for n in ["intro", *chapters, "glossary"] if Path(site, f"{n}.html").exists()]


def own(page, name):
    """Return the id of a place of a page in the whole book."""
    return f"{Path(page).stem}--{name}"


def article(site, name, all_names):
    """Return what a page holds, its ids and links made those of the whole book."""
    text = Path(site, f"{name}.html").read_text(encoding="utf-8")
    body = CHECKED.sub(r"\1>", SCRIPT.sub("", ARTICLE.search(text)[1]))
    up = "../" if "/" in name else ""
    for kind in ("src", "href", "srcset"):
        body = body.replace(f'{kind}="{up}_static/', f'{kind}="_static/')

    def refer(found):
        ids = " ".join(own(name, one) for one in found[2].split())
        return found[1] + ids + found[3]

    def link(found):
        to, _, anchor = html.unescape(found[2]).partition("#")
        if re.match(r"[a-z]+:", to) or to.startswith("_static/"):
            return found[0]
        target = (Path("/", name).parent / to).resolve().relative_to("/").as_posix() if to else name
        target = target.removesuffix(".html")
        if target not in all_names:
            return ""  # a page that is not printed
        return f"{found[1]}#{own(target, anchor or 'top')}{found[3]}"

    body = DRAWN.sub(lambda m: f"url(#{own(name, m[1])})", REFERS.sub(refer, body))
    return f'<section id="{own(name, "top")}">{LINK.sub(link, body)}</section>'


def headings(body):
    """Return the titles of a page and its sections, with their ids: ``[(level, id, title)]``."""
    found = re.findall(
        r'<section\b[^>]*\sid="([^"]*)"[^>]*>\s*(?:<span[^>]*></span>)*\s*<h([12])>(.*?)</h', body
    )
    texts = [
        (int(level), name, re.sub(r'<a class="headerlink.*?</a>', "", t))
        for name, level, t in found
    ]
    return [(level, name, re.sub(r"<[^>]*>", "", text)) for level, name, text in texts]


def compose(site, numbers):
    """Return the whole book as one page, with these page numbers in its contents."""
    all_names = names(site)
    bodies = [article(site, name, all_names) for name in all_names]
    first = Path(site, f"{all_names[1]}.html").read_text(encoding="utf-8")
    styles = "\n".join(STYLES.findall(first)).replace('href="../', 'href="')
    rows, left = [], list(numbers)
    for name, body in zip(all_names, bodies, strict=True):
        for level, place, title in headings(body):
            if level == 2 and not name.startswith("chapters/"):
                continue
            kind = "gb-part" if level == 1 else "gb-sub"
            number = page_of(" ".join(html.unescape(title).split()), left)
            rows.append(
                f'<li class="{kind}"><a href="#{place}">{title}<span>{number}</span></a></li>'
            )
    contents = (
        f'<section class="gb-contents"><p><b>Contents</b></p><ol>{"".join(rows)}</ol></section>'
    )
    cover = f'<div class="gb-cover"><p><b>Glass Box</b></p><p>{ABOUT}</p></div>'
    return (
        '<!doctype html><html lang="en" data-theme="light" data-mode="light"><meta charset="utf-8">'
        f"<title>Glass Box</title>{styles}<style>{FACES}{STYLE}</style>"
        f'<main class="bd-article gb-book">{cover}{contents}{"".join(bodies)}</main></html>'
    )


def begins(reader):
    """Return the entries of a PDF's outline in order, with their pages: ``[(title, page)]``."""
    found = []

    def walk(entries):
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            else:
                title = " ".join(entry.title.split()).removesuffix("#").strip()
                found.append((title, reader.get_destination_page_number(entry) + 1))

    walk(reader.outline)
    return found


def page_of(title, left):
    """Return the page of the next entry of this title, and take all up to it off the list."""
    titles = [entry[0] for entry in left]
    if title not in titles:
        return ""
    at = titles.index(title)
    page = left[at][1]
    del left[: at + 1]
    return page


def launched(playwright):
    """Start the browser, or leave and say what is missing."""
    path = browsers.find_browser() or sys.exit(f"make pdf wants {browsers.ADVICE}")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


def print_book(site, target):
    """Print the book into a PDF."""
    from playwright.sync_api import sync_playwright
    from pypdf import PdfReader

    whole = Path(site, "_whole.html")
    numbers = []
    try:
        with sync_playwright() as playwright:
            browser = launched(playwright)
            page = browser.new_context(java_script_enabled=False).new_page()
            page.set_default_timeout(600_000)
            for _ in range(2):
                whole.write_text(compose(site, numbers), encoding="utf-8")
                page.goto(whole.as_uri())
                page.emulate_media(media="print")  # lays out all, and so asks for all fonts
                page.evaluate("document.fonts.ready.then(() => 0)")
                made = page.pdf(
                    prefer_css_page_size=True, print_background=True, outline=True, tagged=True,
                    display_header_footer=True, header_template="<span></span>",
                    footer_template=FOOTER,
                )  # fmt: skip
                numbers = begins(PdfReader(io.BytesIO(made)))
    finally:
        whole.unlink(missing_ok=True)
    target.write_bytes(made)
    return len(PdfReader(io.BytesIO(made)).pages)


CARD = """<!doctype html><meta charset="utf-8"><style>{faces}
body {{ margin: 0; width: 1200px; height: 630px; display: flex; background: #fff; color: #1d2430; }}
div {{ flex: 1; min-width: 0; padding: 60px 30px 60px 60px; }}
div {{ font: 600 54px/1.15 Fraunces, Georgia, serif; }}
small {{ display: block; margin-top: 40px; font: 28px Inter, sans-serif; color: #5a6473; }}
img {{ flex: none; box-sizing: border-box; width: 680px; height: 630px; padding: 30px; }}
img {{ object-fit: contain; background: #f7f8fa; }}
</style><div>{title}<small>Glass Box</small></div><img src="{picture}">"""


def draw_cards(site, folder):
    """Draw a picture of each chapter for sites that show links: its title and first figure."""
    from playwright.sync_api import sync_playwright

    gallery = Path(site, "gallery.html").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        for slug in conventions.toc_slugs(ROOT):
            found = re.search(rf'href="chapters/{slug}.html#[^"]*"><img src="([^"]*)"', gallery)
            text = Path(site, f"chapters/{slug}.html").read_text(encoding="utf-8")
            title = re.search(r'property="og:title" content="([^"]*)"', text)[1]
            card = Path(site, "_card.html")
            card.write_text(
                CARD.format(faces=FACES, title=title, picture=found[1]), encoding="utf-8"
            )
            page.goto(card.as_uri())
            page.evaluate("document.fonts.ready.then(() => 0)")
            page.screenshot(path=folder / f"{slug}.png")
            card.unlink()


def pack_book(site, target):
    """Pack the book into an archive: the same for the same book."""
    paths = {path.relative_to(site).as_posix(): path for path in sorted(Path(site).rglob("*"))}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in paths.items():
            if path.is_file() and not SERVED.search(name):
                entry = zipfile.ZipInfo(f"glass-box/{name}", DATE)
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def main():
    """Read the command line and make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["pdf", "offline"])
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    arguments = parser.parse_args()
    folder = arguments.site / FOLDER
    folder.mkdir(exist_ok=True)
    if arguments.what == "pdf":
        count = print_book(arguments.site, folder / PDF)
        draw_cards(arguments.site, folder)
        print(f"{count} pages: {folder / PDF}")
    else:
        pack_book(arguments.site, folder / ZIP)
        print(f"{(folder / ZIP).stat().st_size / 1e6:.1f} MB: {folder / ZIP}")


if __name__ == "__main__":
    main()
