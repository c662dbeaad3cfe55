"""Fixtures that several tests share."""

import json
import subprocess
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
