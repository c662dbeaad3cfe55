"""Cut a Chinese font down to the characters that the book shows: megabytes become some kilobytes.

``python tools/chinese.py FONT``, after `make book`, writes them to ``static/fonts``. FONT is Noto
Sans SC, ``files/noto-sans-sc-chinese-simplified-400-normal.woff2`` in
``npm pack @fontsource/noto-sans-sc``. A test says when a page shows a character that is missing.
"""

import argparse
import re
from pathlib import Path

from fontTools.ttLib import TTFont

from glassbox_press import cut_font

ROOT = Path(__file__).resolve().parent.parent
FONT = Path("fonts/chinese.woff2")
#: Chinese characters, and the signs that are set like them.
HAN = re.compile("[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]")


def shown(site):
    """Return the code points of the Chinese characters on the pages of a built book."""
    texts = (path.read_text(encoding="utf-8") for path in Path(site).rglob("*.html"))
    return {ord(character) for text in texts for character in HAN.findall(text)}


def drawn_by(path):
    """Return the code points that a font draws."""
    return set(TTFont(path).getBestCmap())


def cut(path, codes, target):
    """Write a font with these characters alone, without what joins letters."""
    if missing := codes - drawn_by(path):
        raise ValueError(f"{path} lacks {''.join(map(chr, sorted(missing)))}")
    cut_font(path, codes, target, features=())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("font", type=Path)
    cut(parser.parse_args().font, shown(ROOT / "_build/html"), ROOT / "static" / FONT)
