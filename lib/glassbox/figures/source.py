"""Show the tested code itself, from its module, in a notebook and in the book."""

import ast
import inspect
import textwrap


class Source:
    """Source code that a notebook shows as a highlighted block."""

    def __init__(self, code):
        self.code = code

    def _repr_markdown_(self):
        return f"```python\n{self.code}\n```"

    def __repr__(self):
        return self.code


def show_source(*functions):
    """Show the code of functions as it stands in their modules, without the docstrings.

    Parameters
    ----------
    *functions : function or class
        What to show, in this order.
    """
    return Source("\n\n\n".join(without_docstring(f) for f in functions))


def without_docstring(function):
    """Return the source of a function, its docstring cut out."""
    code = textwrap.dedent(inspect.getsource(function))
    lines = code.splitlines()
    first = ast.parse(code).body[0].body[0]
    if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines)
