"""Start a chapter from the template: notebook, module, test and toc line, all under one slug."""

import argparse
import keyword
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE_SLUG = "new_chapter"
#: Where the files of the template go; a folder with all that is in it.
TARGETS = {
    "new_chapter.ipynb": "chapters/{slug}.ipynb",
    "new_chapter": "lib/glassbox/{slug}",
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
    paths.append(f"lib/glassbox/{slug}.py")
    if taken := [path for path in paths if (root / path).exists()]:
        raise ValueError(f"the slug {slug!r} is taken: there is {', '.join(taken)}")
    if f"chapters/{slug}" in (root / "_toc.yml").read_text(encoding="utf-8").split():
        raise ValueError(f"the slug {slug!r} is taken: _toc.yml has it")


def add_to_toc(toc, slug, part):
    """Return the text ``toc`` with a line for ``slug`` at the end of a part.

    The part is made if there is none of that name.

    Raises
    ------
    ValueError
        If the name is that of a part but for upper and lower case.
    """
    line = f"      - file: chapters/{slug}\n"
    captions = [p["caption"] for p in yaml.safe_load(toc)["parts"]]
    for caption in captions:
        if part != caption and part.casefold() == caption.casefold():
            raise ValueError(f"part must be as _toc.yml writes it, {caption!r}; got {part!r}")
    if part not in captions:
        head = f"  - caption: {part}\n    numbered: 1\n    chapters:\n{line}"
        chapters, reference, rest = (toc.rstrip() + "\n").partition("  - caption: Reference\n")
        return chapters + head + reference + rest
    pieces = re.split(r"(?m)^(?=  - caption:)", toc.rstrip() + "\n")
    pieces[1 + captions.index(part)] += line
    return "".join(pieces)


def last_part(toc):
    """Return the caption of the last part that has chapters."""
    parts = yaml.safe_load(toc)["parts"]
    return [
        p["caption"] for p in parts if p["chapters"][0].get("file", "").startswith("chapters/")
    ][-1]


def add_to_intro(intro, slug, title, part):
    """Return the landing page ``intro`` with a link to ``slug`` at the end of the list of a part.

    The list of a new part follows the last one.
    """
    line = f"- [*{title}.*](chapters/{slug}) <!-- The question that the chapter answers. -->"
    heading = f"**{part}**\n\n"
    if heading not in intro:
        end = intro.index("\n\n", intro.rindex("](chapters/"))
        return f"{intro[:end]}\n\n{heading}{line}{intro[end:]}"
    end = intro.index("\n\n", intro.index(heading) + len(heading))
    return f"{intro[:end]}\n{line}{intro[end:]}"


def copies(root, slug):
    """Yield each file of the template and where its copy goes."""
    for name, target in TARGETS.items():
        source, path = root / "template" / name, root / target.format(slug=slug)
        files = sorted(source.glob("*.py")) if source.is_dir() else [source]
        yield from ((file, path / file.relative_to(source)) for file in files)


def new_chapter(root, slug, part=""):
    """Copy the template to the places of ``slug`` and return the paths written."""
    check_slug(slug)
    check_free(root, slug)
    title = slug.replace("_", " ").capitalize()
    toc, intro = ((root / name).read_text(encoding="utf-8") for name in ("_toc.yml", "intro.md"))
    part = part or last_part(toc)
    written = {
        root / "_toc.yml": add_to_toc(toc, slug, part),
        root / "intro.md": add_to_intro(intro, slug, title, part),
    }
    for source, path in copies(root, slug):
        text = source.read_text(encoding="utf-8")
        written[path] = text.replace(TEMPLATE_SLUG, slug).replace("New chapter", title)
    for path, text in written.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(written)


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
    print("Next: write the chapter. Its comments, and CONTRIBUTING.md, say how.")


if __name__ == "__main__":
    main()
