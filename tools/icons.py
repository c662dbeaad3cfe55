"""Cut the theme's icon fonts down to the icons that the book shows: 300 kB become a few.

``python tools/icons.py``, after `make book`, writes the cut fonts to ``static/vendor``, where they
shadow the theme's. A test says when a page uses an icon that they lack.
"""

import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path("vendor/fontawesome/6.5.2")
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
FONTS = ("fa-solid-900.woff2", "fa-regular-400.woff2", "fa-brands-400.woff2")


def icon_codes():
    """Return the code point of each icon class of the theme, as ``{"fa-sun": 0xf185}``."""
    style = (THEME / FOLDER / "css/all.min.css").read_text(encoding="utf-8")
    rules = re.findall(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}', style)
    return {
        name: int(code, 16)
        for names, code in rules
        for name in re.findall(r"fa-[\w-]+(?=:before)", names)
    }


def used_icons(site):
    """Return the code points of the icons that the built book in ``site`` uses.

    Pages and scripts name them (``fa-sun``), style sheets have the character or its escape.
    """
    codes = icon_codes()
    used = set()
    for path in site.rglob("*"):
        if "fontawesome" in path.parts or path.suffix not in (".html", ".js", ".css"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".css":
            used |= {int(code, 16) for code in re.findall(r"\\(f[0-9a-f]{3})\b", text)}
            used |= {ord(character) for character in re.findall("[\ue000-\uf8ff]", text)}
        else:
            used |= {codes[name] for name in re.findall(r"fa-[\w-]+", text) if name in codes}
    return used


def drawn_by(folder):
    """Return the code points that the icon fonts in ``folder`` draw."""
    return {code for name in FONTS for code in TTFont(folder / "webfonts" / name).getBestCmap()}


def rename(font):
    """Take the reserved name out of a font, as its licence asks of a changed version."""
    for record in font["name"].names:
        if record.nameID:  # number 0 is the copyright notice, which stays
            name = re.sub("Font ?Awesome", "Glass Box Icons", str(record))
            record.string = name.replace(" ", "") if record.nameID == 6 else name


def cut(codes, target):
    """Write the icon fonts with the icons ``codes`` alone to the folder ``target``."""
    (target / "webfonts").mkdir(parents=True, exist_ok=True)
    for name in FONTS:
        options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True)
        font = TTFont(THEME / FOLDER / "webfonts" / name, recalcTimestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=codes)
        cutter.subset(font)
        rename(font)
        subset.save_font(font, target / "webfonts" / name, options)


if __name__ == "__main__":
    cut(used_icons(ROOT / "_build/html"), ROOT / "static" / FOLDER)
