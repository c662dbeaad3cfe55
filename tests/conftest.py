"""Fixtures that several tests share."""

import contextlib
import doctest
import importlib
import inspect
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a loaded machine is slow, not wrong
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def call_js():
    """Return a function that calls a function of the figures' JavaScript in one Node process."""
    from glassbox.figures.figure import find_node

    process = subprocess.Popen(
        [find_node(), str(Path(__file__).parent / "js" / "call.js")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip

    def call(module, name, *args):
        request = {"module": module, "name": name, "args": args}
        process.stdin.write(json.dumps(request, allow_nan=False) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"{name} of {module} failed: see standard error"
        return json.loads(answer)

    yield call
    process.stdin.close()
    process.wait(timeout=120)


class Called(Exception):
    """The call that an example makes, instead of it."""


def called_by_its_example(function):
    """Return the arguments with which the examples of a docstring first call it, bound."""
    module, name = sys.modules[function.__module__], function.__name__

    def note(*args, **kwargs):
        raise Called(args, kwargs)

    (found,) = doctest.DocTestFinder(recurse=False).find(function, name, module)
    space = vars(module) | {name: note}
    with pytest.raises(Called) as caught, contextlib.redirect_stdout(io.StringIO()):
        for example in found.examples:
            exec(compile(example.source, "<example>", "single"), space)
    args, kwargs = caught.value.args
    return inspect.signature(function).bind(*args, **kwargs)


@pytest.fixture
def limits_are_told():
    """Return a test of what is said of arguments beyond their limits: the limits.

    It calls a function of a topic as its docstring does, but for one argument.
    """

    def check(topic, name, limits):
        function = getattr(importlib.import_module(f"glassbox.{topic}"), name)
        for argument, value, limit in limits:
            call = called_by_its_example(function)
            call.arguments[argument] = value
            words = rf"^{argument}\S* must be {re.escape(limit)}, got"
            with pytest.raises(ValueError, match=words):
                function(*call.args, **call.kwargs)

    return check
