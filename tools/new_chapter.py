"""Start a chapter from the template: notebook, module, test and toc line, all under one slug."""

import argparse
import keyword
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE_SLUG = "new_chapter"
TARGETS = {
    "new_chapter.ipynb": "chapters/{slug}.ipynb",
    "new_chapter.py": "lib/glassbox/{slug}.py",
    "test_new_chapter.py": "tests/test_{slug}.py",
}


def check_slug(slug):
    """Raise ValueError unless ``slug`` can name a notebook, a module and a test."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", slug) or keyword.iskeyword(slug):
        raise ValueError(
            "a slug wants lower-case words joined by underscores, and no Python keyword, "
            f"such as slug=state_space_models; got slug={slug!r}"
        )


def check_free(root, slug):
    """Raise ValueError if something in the project has this slug already."""
    paths = [target.format(slug=slug) for target in TARGETS.values()]
    paths.append(f"lib/glassbox/{slug}")
    if taken := [path for path in paths if (root / path).exists()]:
        raise ValueError(f"the slug {slug!r} is taken: there is {', '.join(taken)}")
    if f"chapters/{slug}" in (root / "_toc.yml").read_text(encoding="utf-8").split():
        raise ValueError(f"the slug {slug!r} is taken: _toc.yml has it")


def add_to_toc(toc, slug, part=""):
    """Return the text ``toc`` with a line for ``slug`` at the end of a part.

    The part is the last one by default, and is made if there is none of that name.
    """
    line = f"      - file: chapters/{slug}\n"
    captions = [p["caption"] for p in yaml.safe_load(toc)["parts"]]
    part = part or captions[-1]
    if part not in captions:
        return f"{toc.rstrip()}\n  - caption: {part}\n    chapters:\n{line}"
    pieces = re.split(r"(?m)^(?=  - caption:)", toc.rstrip() + "\n")
    pieces[1 + captions.index(part)] += line
    return "".join(pieces)


def new_chapter(root, slug, part=""):
    """Copy the template to the places of ``slug`` and return the paths written."""
    check_slug(slug)
    check_free(root, slug)
    title = slug.replace("_", " ").capitalize()
    written = []
    for name, target in TARGETS.items():
        text = (root / "template" / name).read_text(encoding="utf-8")
        text = text.replace(TEMPLATE_SLUG, slug).replace("New chapter", title)
        path = root / target.format(slug=slug)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    toc = root / "_toc.yml"
    text = add_to_toc(toc.read_text(encoding="utf-8"), slug, part)
    toc.write_text(text, encoding="utf-8", newline="\n")
    return [*written, toc]


def main():
    """Read the command line and make the chapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slug")
    parser.add_argument("--part", default="", help="caption of its part in _toc.yml")
    arguments = parser.parse_args()
    try:
        paths = new_chapter(ROOT, arguments.slug, arguments.part)
    except ValueError as error:
        sys.exit(f"Nothing was written: {error}.")
    print("\n".join(str(path.relative_to(ROOT)) for path in paths))
    print("Next: write the chapter (CONTRIBUTING.md says how) and link it in intro.md.")


if __name__ == "__main__":
    main()
