"""The conventions of a chapter, as checks.

Each check takes what it looks at and returns a list of problems, one sentence each; an empty list
means that all is well. ``python tools/conventions.py`` prints the problems of the project;
``python tools/conventions.py --fix``, a part of ``make format``, mends those that need no thought.
"""

import ast
import builtins
import json
import re
import sys
import textwrap
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
MAX_CELL_LINES = 15
KERNEL = "python3"
#: What is beside the topics in lib/glassbox: the engine, the painters, what topics share.
SHARED = {
    "__init__",
    "checks",
    "figures",
    "judge",
    "page",
    "pictures",
    "records",
    "trace",
    "training",
}
#: Tags of the cells of which the book shows no code, or shows it folded.
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell", "check"}
COMMENT = re.compile("<!--.*?-->", re.DOTALL)
SEEDED_RANDOM = {"default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64", "Philox"}
FREE = {"figures", "questions", "exercises"}  # modules whose names a notebook may use
FIGURE_MAKERS = {"explore", "replay", "replay_each", "simulate"}


# --- one topic, one name -----------------------------------------------------------------------


def chapter_slugs(root):
    """Return the slugs that have a notebook."""
    return {path.stem for path in (root / "chapters").glob("*.ipynb")}


def module_slugs(root):
    """Return the slugs that have a module or a package."""
    paths = (root / "lib" / "glassbox").iterdir()
    modules = {p.stem for p in paths if p.suffix == ".py" or (p / "__init__.py").is_file()}
    return modules - SHARED


def toc_slugs(root):
    """Return the slugs of the chapters in ``_toc.yml``, in its order."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [page.get("file", "") for part in toc["parts"] for page in part["chapters"]]
    return [f.removeprefix("chapters/") for f in files if f.startswith("chapters/")]


def linked_slugs(root):
    """Return the slugs of the chapters that the landing page links."""
    text = (root / "intro.md").read_text(encoding="utf-8")
    return set(re.findall(r"\]\(chapters/(\w+)\)", text))


def check_slugs(root):
    """A slug that has one of notebook, module, toc line and link has all of them, and a test."""
    has = {
        "a notebook in chapters/": chapter_slugs(root),
        "a module in lib/glassbox/": module_slugs(root),
        "a line in _toc.yml": set(toc_slugs(root)),
        "a link in intro.md": linked_slugs(root),
    }
    slugs = set.union(*has.values())
    has["a test in tests/"] = {s for s in slugs if (root / "tests" / f"test_{s}.py").is_file()}
    return [
        f"{slug}: wants {thing}" for thing, those in has.items() for slug in sorted(slugs - those)
    ]


# --- notebooks ---------------------------------------------------------------------------------


def unreadable(path):
    """Return why nothing can read or run the notebook in ``path``; nothing if something can."""
    text = Path(path).read_text(encoding="utf-8")
    if mark := re.search(r"^(<{7}|={7}|>{7})", text, re.MULTILINE):
        line = text.count("\n", 0, mark.start()) + 1
        return [f"a merge is not finished: {mark[0]} in line {line}"]
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        return [f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"]
    if not isinstance(notebook, dict) or "cells" not in notebook:
        return ["is no notebook: it has no cells"]
    kernel = notebook.get("metadata", {}).get("kernelspec", {}).get("name")
    return [] if kernel == KERNEL else [f"wants the kernel {KERNEL!r}; names {kernel!r}"]


def read_notebook(path):
    """Return the notebook in ``path`` as a dictionary, each cell's source as one string."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def code_cells(notebook):
    """Return the code cells of a notebook."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def parse_cell(cell):
    """Return the syntax tree of a code cell; IPython's ``%`` and ``!`` lines become ``pass``."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", cell["source"], flags=re.MULTILINE))


def name_of(cell):
    """Return how a message names a cell: by its id and its first line."""
    first = cell["source"].strip().split("\n")[0]
    return f"cell {cell.get('id', '(no id)')} ({first[:40]!r})"


def tags_of(cell):
    """Return the tags of a cell."""
    return set(cell["metadata"].get("tags", []))


def check_outputs(notebook):
    """No outputs and no execution counts are committed."""
    return [
        f"{name_of(cell)} has outputs or an execution count: run nbstripout --keep-id on it"
        for cell in code_cells(notebook)
        if cell["outputs"] or cell["execution_count"] is not None
    ]


def check_length(notebook):
    """A cell whose code is read, as it stands or behind a mark, has at most 15 lines."""
    read = [c for c in code_cells(notebook) if "check" in tags_of(c) or not FOLDED & tags_of(c)]
    return [
        f"{name_of(cell)} has {n} lines, more than {MAX_CELL_LINES}: move code to the module"
        for cell, n in ((cell, len(cell["source"].splitlines())) for cell in read)
        if n > MAX_CELL_LINES
    ]


def shorten(comment):
    """Return the beginning of a comment, on one line."""
    return textwrap.shorten(comment, 60, placeholder=" ...")


def check_guidance(notebook):
    """No guidance of the template is left in a chapter."""
    return [
        f"{name_of(cell)} still says {shorten(found)}: follow it, then delete it"
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
        for found in COMMENT.findall(cell["source"])
    ]


def check_ids(notebook):
    """Each cell has an id of its own, so that a diff shows what changed."""
    ids = [cell.get("id") for cell in notebook["cells"]]
    problems = [f"{name_of(cell)} wants an id" for cell in notebook["cells"] if not cell.get("id")]
    twice = {i for i in ids if i and ids.count(i) > 1}
    return problems + [f"two cells have the id {i!r}" for i in sorted(twice)]


def check_path(notebook):
    """No cell touches ``sys.path``: the package is installed."""
    return [
        f"{name_of(cell)} touches sys.path: glassbox is installed with the requirements"
        for cell in code_cells(notebook)
        if "sys.path" in cell["source"]
    ]


def draws(tree):
    """Return whether code composes a figure itself."""
    return any(isinstance(n, ast.Name) and n.id in FIGURE_MAKERS for n in ast.walk(tree))


def check_drawing(notebook):
    """No cell composes a figure itself: a module's function does, of the reader's data."""
    return [
        f"{name_of(cell)} draws, which is the work of a function in the topic's figures.py"
        for cell in code_cells(notebook)
        if draws(parse_cell(cell))
    ]


def is_folded(cell):
    """Return whether JupyterLab folds the input of a cell."""
    return cell["metadata"].get("jupyter", {}).get("source_hidden", False)


def check_folded(notebook):
    """What the book folds, JupyterLab folds too."""
    return [
        f"{name_of(cell)} is folded in the book, but not in JupyterLab: run make format"
        for cell in code_cells(notebook)
        if FOLDED & tags_of(cell) and not is_folded(cell)
    ]


MARK = re.compile(r"\{check\}`([^`]+)`")


def is_constant(node):
    """Return whether an expression names nothing that another cell could have made."""
    names = (n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    return all(hasattr(builtins, name) for name in names)


def check_marks(notebook):
    """Each mark has its check, each check its mark; a check asserts something that can fail."""
    cells = {c.get("id"): c for c in code_cells(notebook) if "check" in tags_of(c)}
    marks = {label for cell in notebook["cells"] for label in MARK.findall(cell["source"])}
    problems = [f"no cell with the tag check has the id {m!r}" for m in sorted(marks - set(cells))]
    for label, cell in cells.items():
        asserts = [n for n in ast.walk(parse_cell(cell)) if isinstance(n, ast.Assert)]
        if label not in marks:
            problems.append(f"{name_of(cell)} is a check, but no sentence says {{check}}`{label}`")
        if not asserts:
            problems.append(f"{name_of(cell)} is a check, but asserts nothing")
        problems += [
            f"{name_of(cell)} can not fail: {ast.unparse(node)} names nothing that is computed"
            for node in asserts
            if is_constant(node.test)
        ]
    return problems


def check_questions(notebook):
    """The code of a question is not shown, for it holds the answer."""
    return [
        f"{name_of(cell)} makes a quiz, so it wants the tag remove-input"
        for cell in code_cells(notebook)
        if asks(cell) and "remove-input" not in tags_of(cell)
    ]


def check_listings(notebook):
    """A listing stands without the call that shows it."""
    return [
        f"{name_of(cell)} shows a listing, so it wants the tag remove-input: run make format"
        for cell in code_cells(notebook)
        if lists(cell) and not FOLDED & tags_of(cell)
    ]


def called(cell):
    """Return the dotted names of what a code cell calls."""
    return [dotted(n.func) for n in ast.walk(parse_cell(cell)) if isinstance(n, ast.Call)]


def asks(cell):
    """Return whether a code cell asks a question: by ``quiz``, or by the module ``questions``."""
    return any(n.split(".")[-1] == "quiz" or n.startswith("questions.") for n in called(cell))


def lists(cell):
    """Return whether a code cell shows the source of something."""
    return any(n.split(".")[-1] == "show_source" for n in called(cell))


TIMERS = {"timeit", "perf_counter", "process_time", "monotonic"}


def names_in(cell):
    """Return the names, and the last parts of dotted ones, that a code cell mentions."""
    nodes = list(ast.walk(parse_cell(cell)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    return names | imported | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def takes_time(notebook):
    """Yield the cells that take the time, or call a function of such a cell."""
    timers = set(TIMERS)
    for cell in code_cells(notebook):
        if timers & names_in(cell) or re.search(r"^\s*%+time", cell["source"], re.MULTILINE):
            defined = (n for n in ast.walk(parse_cell(cell)) if isinstance(n, ast.FunctionDef))
            timers |= {node.name for node in defined}
            yield cell


def check_timing(notebook):
    """A cell that takes the time shows nothing in the book: a page built twice must be the same."""
    return [
        f"{name_of(cell)} takes the time, so it wants the tag remove-output"
        for cell in takes_time(notebook)
        if not {"remove-output", "remove-cell"} & set(cell["metadata"].get("tags", []))
    ]


def check_redefined(notebook, library):
    """No function of the library is defined again in a notebook."""
    return [
        f"{name_of(cell)} defines {node.name}, which the library has: import it"
        for cell in code_cells(notebook)
        for node in ast.walk(parse_cell(cell))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in library
    ]


# --- randomness --------------------------------------------------------------------------------


def dotted(node):
    """Return ``a.b.c`` for the expression a.b.c, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (head := dotted(node.value)):
        return f"{head}.{node.attr}"
    return ""


def is_unseeded(call):
    """Return whether a call draws random numbers that no seed decides."""
    *head, last = dotted(call.func).split(".")
    if last == "default_rng":
        unseeded = [a for a in call.args if isinstance(a, ast.Constant) and a.value is None]
        return bool(unseeded) or not (call.args or call.keywords)
    if head in (["np", "random"], ["numpy", "random"]):
        return last not in SEEDED_RANDOM
    return head == ["random"] and (last != "Random" or not call.args)


def check_random(tree):
    """Random numbers come from a seeded generator."""
    return [
        f"{ast.unparse(node)} is not seeded: take an rng, or use np.random.default_rng(seed)"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and is_unseeded(node)
    ]


# --- words -------------------------------------------------------------------------------------

#: A number, or what a format makes of one, with its per cent sign; not part of an address (%20).
TIGHT = re.compile(r"(?<=[\d}])(?<!u00a0)(?<!{GAP})%(?![\dA-Fa-f]{2})")


def check_percent(text):
    """A per cent sign stands apart from its number: 33 %."""
    return [
        f"line {i} wants a space before %: {line[max(0, found.start() - 20) : found.end()].strip()}"
        for i, line in enumerate(text.splitlines(), 1)
        for found in TIGHT.finditer(line)
    ]


# --- all of it ---------------------------------------------------------------------------------


def library_names(root):
    """Return the public functions and classes of the topics.

    Figures, questions and exercises are called through their modules, so their names are free; so
    are those of what topics share, of which a notebook sees a part.
    """
    folders = (root / "lib" / "glassbox" / slug for slug in module_slugs(root))
    paths = [
        path for folder in folders for path in [*folder.rglob("*.py"), folder.with_suffix(".py")]
    ]
    free = {"figures", "questions", "exercises"}
    paths = [p for p in paths if not free & {p.stem, p.parent.name} and p.is_file()]
    trees = (ast.parse(p.read_text(encoding="utf-8")) for p in paths)
    return {
        node.name
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }


def check_notebook(notebook, library=frozenset()):
    """Return the problems of one notebook."""
    checks = (
        check_outputs, check_length, check_ids, check_path, check_drawing, check_folded,
        check_timing, check_marks, check_questions, check_listings,
    )  # fmt: skip
    problems = [problem for check in checks for problem in check(notebook)]
    problems += check_redefined(notebook, library)
    return problems + [
        problem for cell in code_cells(notebook) for problem in check_random(parse_cell(cell))
    ]


def check_project(root=ROOT):
    """Return the problems of the whole project, each with the file it is in."""
    problems = check_slugs(root)
    intro = (root / "intro.md").read_text(encoding="utf-8")
    problems += [f"intro.md still says {shorten(found)}" for found in COMMENT.findall(intro)]
    library = library_names(root)
    for path in sorted((root / "chapters").glob("*.ipynb")):
        found = unreadable(path)
        if not found:
            notebook = read_notebook(path)
            found = check_notebook(notebook, library) + check_guidance(notebook)
            found += [p for c in notebook["cells"] for p in check_percent(c["source"])]
        problems += [f"{path.name}: {p}" for p in found]
    for path in sorted((root / "lib").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        problems += [f"{path.relative_to(root).as_posix()}: {p}" for p in check_random(tree)]
    for slug in sorted(module_slugs(root)):
        for path in sorted((root / "lib" / "glassbox" / slug).rglob("*.*")):
            if path.suffix in (".py", ".js"):
                found = check_percent(path.read_text(encoding="utf-8"))
                problems += [f"{path.relative_to(root).as_posix()}: {p}" for p in found]
    return problems


# --- what needs no thought ---------------------------------------------------------------------


def fold(notebook):
    """Leave out the calls that show listings, and fold in JupyterLab what the book folds."""
    for cell in code_cells(notebook):
        if lists(cell) and not FOLDED & tags_of(cell):
            cell["metadata"].setdefault("tags", []).append("remove-input")
        if FOLDED & tags_of(cell):
            cell["metadata"].setdefault("jupyter", {})["source_hidden"] = True
            cell["metadata"] = dict(sorted(cell["metadata"].items()))  # as nbformat writes it


def fix_notebook(path):
    """Mend the notebook in ``path``; a notebook without fault is not written."""
    text = path.read_text(encoding="utf-8")
    notebook, as_read = json.loads(text), read_notebook(path)
    fold(as_read)
    for cell, folded in zip(notebook["cells"], as_read["cells"], strict=True):
        cell["metadata"] = folded["metadata"]
    if notebook != json.loads(text):
        mended = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        path.write_text(mended, encoding="utf-8", newline="\n")


def fix_project(root=ROOT):
    """Mend what needs no thought, in the chapters and in the template."""
    for path in [*(root / "chapters").glob("*.ipynb"), *(root / "template").glob("*.ipynb")]:
        fix_notebook(path)


if __name__ == "__main__":
    if sys.argv[1:] == ["--fix"]:
        fix_project()
    sys.exit("\n".join(check_project()) or None)
