"""Run cells of a notebook here and now: those that are wanted, and the earlier ones they need."""

import ast
import linecache
import re

from conventions import code_cells, dotted, parse_cell, read_notebook, tags_of


def base(node):
    """Return the name at the root of ``name.a[0].b``, or None."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def binds(tree):
    """Return the names that code makes or may change."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            names.add(base(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            names.add(base(node.value.func))  # such as values.append(3)
    return names


def uses(tree):
    """Return the names that code mentions."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def needed(cells, wanted):
    """Return the positions of the cells that the cells at ``wanted`` need, and their own."""
    trees = [parse_cell(cell) for cell in cells]
    kept, names = set(wanted), set()
    for i in range(len(cells) - 1, -1, -1):
        if i in kept or binds(trees[i]) & names:
            kept.add(i)
            names |= uses(trees[i])
    return sorted(kept)


def run(source, name, namespace):
    """Run the source of a cell; returns its last value."""
    tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE))
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    return last and eval(compile(ast.Expression(last.value), name, "eval"), namespace)


def shows_figure(cell):
    """Tell whether a cell ends in a call of a function of its topic's figures."""
    body = parse_cell(cell).body
    last = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    return isinstance(last, ast.Call) and dotted(last.func).startswith("figures.")


def figures_of(path):
    """Return the figures of a notebook by the ids of their cells, as its cells make them.

    No figure needs a check.
    """
    cells = [cell for cell in code_cells(read_notebook(path)) if "check" not in tags_of(cell)]
    drawing = [i for i, cell in enumerate(cells) if shows_figure(cell)]
    found, namespace = {}, {"__name__": "__main__"}
    for i in needed(cells, drawing):
        value = run(cells[i]["source"], f"<{cells[i]['id']}>", namespace)
        if i in drawing:
            found[cells[i]["id"]] = value
    return found


def verdicts(path, stubs, **names):
    """Return what the cells of a notebook that judge say, by their ids: its stubs or its solutions.

    Each runs by itself, with ``names`` alone.
    """
    found = {}
    for cell in code_cells(read_notebook(path)):
        if "exercises." in cell["source"] and ("exercise" in tags_of(cell)) == stubs:
            verdict = run(cell["source"], f"<{cell['id']}>", dict(names))
            if verdict is not None:
                found[cell["id"]] = verdict
    return found


HELP = ("wanted is", "raises", "changes its input", "does not end", "holds itself", "must take",
        "Make it a list", "missing?")  # fmt: skip


def passing(judge, wrong):
    """Return the wrong answers that a judge lets pass, takes for unwritten, or does not help.

    They are a list or a dict, and told by their places or names. A line helps if it has the call,
    and what is wanted or what went wrong.
    """
    named = wrong.items() if isinstance(wrong, dict) else enumerate(wrong)
    verdicts = {name: judge(function) for name, function in named}
    return [name for name, verdict in verdicts.items() if not helps(verdict)]


def helps(verdict):
    """Tell whether a verdict on a wrong answer says so, with the call and what is missing."""
    told = verdict.message
    found = told.startswith("For ") and any(words in told for words in HELP)
    return found and verdict.written and not verdict.right and "\n" not in told
