"""Fixtures that several tests share."""

import importlib
import inspect
import json
import re
import subprocess
from pathlib import Path
from runpy import run_path

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


@pytest.fixture(scope="session")
def example_calls():
    """Return the function that tells how the examples of a docstring call what they explain."""
    return run_path(str(Path(__file__).parent / "test_hostile_input.py"))["example_calls"]


@pytest.fixture
def limits_are_told(example_calls):
    """Return a test of what is said of arguments beyond their limits: the limits.

    It calls a function of a topic as its docstring does, but for one argument.
    """

    def check(topic, name, limits):
        function = getattr(importlib.import_module(f"glassbox.{topic}"), name)
        first = example_calls(function)[0]
        for argument, value, limit in limits:
            call = inspect.BoundArguments(first.signature, first.arguments | {argument: value})
            words = rf"^{argument}\S* must be {re.escape(limit)}, got"
            with pytest.raises(ValueError, match=words):
                function(*call.args, **call.kwargs)

    return check
