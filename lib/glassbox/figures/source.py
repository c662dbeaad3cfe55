"""Show the tested code itself, from its module, in a notebook and in the book."""

import ast
import inspect
import io
import json
import re
import textwrap
import tokenize
from difflib import SequenceMatcher
from functools import cache

from glassbox import checks

#: Parameters through which a recorder takes part (see ``glassbox.trace``).
HOOKS = ("new", "note")
#: How functions are called that refuse bad input, and do nothing else.
CHECK = re.compile(r"_?(need|check|checked|refuse)(_\w+)?$")
#: Names of the functions of ``glassbox.checks``; a plain listing leaves their calls out.
CHECKS = frozenset(name for name, f in vars(checks).items() if inspect.isfunction(f))
#: The widest line of a signature that was shortened.
WIDTH = 88


class Source:
    """Source code that a notebook shows as a highlighted block."""

    def __init__(self, code):
        self.code = code

    def _repr_markdown_(self):
        return f"```python\n{self.code}\n```"

    def __repr__(self):
        return self.code


def show_source(*functions, plain=False):
    """Show the code of functions as it stands in their modules, without the docstrings.

    Parameters
    ----------
    *functions : function or class
        What to show, in this order.
    plain : bool
        Show the algorithm alone: without the hooks of a recorder (``new=``, ``note=`` and what is
        done with them) and without checks of the input. The function itself stays as it is tested.
    """
    shown = [without_docstring(f) for f in functions]
    if plain:
        pairs = zip(shown, functions, strict=True)
        shown = [without_hooks(code, checks_of(function)) for code, function in pairs]
    return Source("\n\n\n".join(shown))


def without_docstring(function):
    """Return the source of a function, its docstring and ``@checked(...)`` cut out."""
    code = textwrap.dedent(inspect.getsource(function))
    lines = code.splitlines()
    node = ast.parse(code).body[0]
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
        del lines[first.lineno - 1 : first.end_lineno]
    for decorator in reversed(node.decorator_list):
        if called(decorator) == "checked":
            del lines[decorator.lineno - 1 : decorator.end_lineno]
    return "\n".join(line.removesuffix("  # fmt: skip") for line in lines)


def checks_of(function):
    """Return the names by which a function's module calls the functions of a module of checks."""
    known = getattr(function, "__globals__", {})
    of_checks = (
        k for k, v in known.items() if str(getattr(v, "__module__", "")).endswith("checks")
    )
    return frozenset(of_checks)


def without_hooks(code, checks=frozenset()):
    """Return code without hooks and checks, its comments kept.

    One thing is taken out at a time, until there is none: each leaves code that parses.
    ``checks`` are the names of functions that return the value given, checked:
    ``integer("count", count, least=0)``.

    Examples
    --------
    >>> print(without_hooks('''
    ... def total(nums, *, new=new_list):
    ...     nums = integers("nums", nums)
    ...     out = new("out", [0])
    ...     for x in nums:  # from the left
    ...         out.append(out[-1] + x)
    ...     return out
    ... '''.strip(), checks={"integers"}))
    def total(nums):
        out = [0]
        for x in nums:  # from the left
            out.append(out[-1] + x)
        return out
    """
    while (change := next(changes(ast.parse(code), code, checks), None)) is not None:
        (start, end), text = change
        raw = code.encode()
        code = (raw[:start] + text.encode() + raw[end:]).decode()
    code = re.sub(r"(?<=:)\n\n+", "\n", code)  # what stood first is gone
    return re.sub(r"\n\n\n+", "\n\n", code)


def changes(tree, code, checks):
    """Yield what to replace, as ``((start, end), text)`` in bytes of the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and hooked(node.args):
            yield signature_of(node, code)
        if isinstance(node, ast.Call):
            for given in (*node.args, *node.keywords):
                if is_name(getattr(given, "value", given), *HOOKS):
                    yield without_argument(node, given, code)
            if is_name(node.func, "new"):
                yield span(node, code), plain_list(node, code)
            elif called(node) in checks and is_check_of_name(node):
                yield span(node, code), node.args[1].id
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                leading = isinstance(node, ast.FunctionDef)
                for statement in block:
                    if is_idle(statement) or (leading and only_raises(statement)):
                        yield without_statement(statement, block, code)
                    leading = leading and (is_idle(statement) or only_raises(statement))


def hooked(args):
    """Return the hooks among parameters."""
    return [a for a in (*args.posonlyargs, *args.args, *args.kwonlyargs) if a.arg in HOOKS]


def is_name(node, *names):
    """Tell whether a node is a name, one of these if there are any."""
    return isinstance(node, ast.Name) and (not names or node.id in names)


def is_check_of_name(call):
    """Tell whether a call is like ``integer("count", count, least=0)``."""
    return (
        len(call.args) > 1
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[1], ast.Name)
        and call.args[0].value == call.args[1].id
    )


def is_idle(statement):
    """Tell whether a statement does nothing to what the algorithm computes."""
    if isinstance(statement, ast.Expr):
        call = statement.value
        name = called(call)
        return name == "note" or bool(CHECK.match(name)) or is_name(call)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = ast.unparse(statement.targets[0]), statement.value
        if CHECK.match(called(value)):  # a, b = checked(a, b)
            return target.strip("()") == ", ".join(map(ast.unparse, value.args))
        return target == ast.unparse(value)
    if isinstance(statement, ast.If) and not statement.orelse:
        return all(is_idle(inner) for inner in statement.body)
    return False


def called(node):
    """Return the name of the function that a node calls, or an empty string."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def only_raises(statement):
    """Tell whether a statement is ``if ...: raise ...``."""
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and len(statement.body) == 1
        and isinstance(statement.body[0], ast.Raise)
    )


def plain_list(call, code):
    """Return the text of a list for ``new(name, data)``."""
    data = call.args[1:] or [k.value for k in call.keywords if k.arg == "data"]
    if not data:
        return "[]"
    text = ast.get_source_segment(code, data[0])
    return text if gives_list(data[0]) else f"list({text})"


def gives_list(node):
    """Tell whether an expression is a list of its own."""
    if isinstance(node, ast.BinOp):
        return gives_list(node.left) or gives_list(node.right)
    return isinstance(node, ast.List | ast.ListComp) or called(node) in ("list", "sorted")


def offset(line, column, code):
    """Return a place in the code as a number of bytes."""
    return sum(len(text.encode()) for text in code.splitlines(keepends=True)[: line - 1]) + column


def span(node, code):
    """Return where a node stands, in bytes."""
    start = offset(node.lineno, node.col_offset, code)
    return start, offset(node.end_lineno, node.end_col_offset, code)


def without_argument(call, given, code):
    """Return a call's text without one of its arguments."""
    kept = [part for part in (*call.args, *call.keywords) if part is not given]
    name, *texts = (ast.get_source_segment(code, part) for part in (call.func, *kept))
    return span(call, code), f"{name}({', '.join(texts)})"


def without_statement(statement, block, code):
    """Return the lines of a statement, and ``pass`` where a block would be left empty."""
    lines = code.splitlines(keepends=True)
    first, last = statement.lineno, statement.end_lineno
    place = offset(first, 0, code), offset(last, len(lines[last - 1].encode()), code)
    return place, "" if len(block) > 1 else f"{' ' * statement.col_offset}pass\n"


def signature_of(function, code):
    """Return the text of a function's head without hooks."""
    start = offset(function.lineno, function.col_offset, code)
    rest = code.encode()[start:].decode()
    end = start + len(rest[: end_of_head(rest)].encode())
    parts = parameters(function.args, code)
    text = f"def {function.name}({', '.join(parts)}):"
    if function.col_offset + len(text) > WIDTH:
        pad = " " * function.col_offset
        text = f"def {function.name}(\n{pad}    {', '.join(parts)},\n{pad}):"
    return (start, end), text


def end_of_head(text):
    """Return the length of ``def ...:``."""
    depth, lines = 0, text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        if token.string == ":" and depth == 0:
            row, column = token.end
            return sum(map(len, lines[: row - 1])) + column
    raise ValueError(f"text must be a function's, got {text[:40]!r}")


def parameters(args, code):
    """Return the text of each parameter but hooks."""

    def shown(arg, default=None):
        text = ast.get_source_segment(code, arg)
        return text if default is None else f"{text}={ast.get_source_segment(code, default)}"

    plain = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + args.defaults
    parts = [shown(*pair) for pair in zip(plain, defaults, strict=True) if pair[0].arg not in HOOKS]
    if args.posonlyargs:
        parts.insert(len(args.posonlyargs), "/")
    named = [
        shown(*pair)
        for pair in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if pair[0].arg not in HOOKS
    ]
    if args.vararg or named:
        parts.append(f"*{shown(args.vararg) if args.vararg else ''}")
    parts += named
    return parts + ([f"**{shown(args.kwarg)}"] if args.kwarg else [])


def plain_lines(source):
    """Return the listing of a source without hooks and checks, and which line each one lights."""
    return listed_plain(json.dumps(source))


@cache
def listed_plain(source):
    """Return what `plain_lines` wants; a replay asks for the same source at each step."""
    listing, lit = [], {}
    for part in json.loads(source):
        first, last = part.get("docstring") or (0, -1)
        lines = enumerate(part["text"].rstrip().splitlines(), part["first_line"])
        kept = [(number, text) for number, text in lines if not first <= number <= last]
        code_ = textwrap.dedent("\n".join(text for _, text in kept))
        shown = without_hooks(code_, CHECKS).splitlines()
        listing += [["", ""]] if listing else []
        matcher = SequenceMatcher(None, [t.strip() for _, t in kept], [t.strip() for t in shown])
        above = kept[0][0]
        for _, a, a_end, b, b_end in matcher.get_opcodes():
            for i in range(max(a_end - a, b_end - b)):
                number = kept[a + i][0] if a + i < a_end else above
                if b + i < b_end:
                    listing.append([number if a + i < a_end else "", shown[b + i]])
                    above = number
                lit[number] = above
    return listing, lit
