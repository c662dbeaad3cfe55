"""make on machines that are not ready: it works, or says in a line what to do. Installs nothing.

A stand-in for Python notes how it is called, and makes a virtual environment of a copy of itself.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = """#!/bin/sh
echo "$*" >> calls
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin; rm -f .venv/bin/python; cp "$0" .venv/bin/python ;;
  "-c import sys"*) [ -z "$OLD" ] ;;
  --version) echo "Python 3.9.2" ;;
  *"-m pip"*) [ -z "$CUT_OFF" ] ;;
esac
"""
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make")


@pytest.fixture
def make(tmp_path):
    """Return a function that makes the environment in an empty clone; its process and calls."""
    clone = tmp_path / "ein Büch"
    clone.mkdir()
    shutil.copy(ROOT / "Makefile", clone)
    (clone / "requirements.txt").write_text("numpy==2.0\n")
    (clone / "python").write_text(STAND_IN)
    (clone / "python").chmod(0o755)

    def call(python="./python", **environment):
        (clone / "calls").write_text("")
        command = ["make", f"PYTHON={python}", ".venv/.installed"]
        # Nor is it told of the make that runs these tests, of which it would speak.
        outer = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
        env = {**outer, "PYTHONPATH": "", **environment}
        process = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True)
        return process, (clone / "calls").read_text()

    call.clone = clone
    return call


def test_a_fresh_clone_is_set_up_once(make):
    process, calls = make()
    assert process.returncode == 0, process.stderr
    assert re.search(r"-m venv .*\n-m pip install .*requirements\.txt\n", calls)
    process, calls = make()
    assert process.returncode == 0 and not calls


@pytest.mark.parametrize(
    ("python", "environment", "said"),
    [
        ("python3.99", {}, "Python 3.11 or later is needed, but there is no 'python3.99' on the"),
        ("./python", {"OLD": "1"}, "Python 3.11 or later is needed, but './python' is Python 3.9"),
    ],
)
def test_a_python_that_is_missing_or_old_is_said_in_a_line(make, python, environment, said):
    process, calls = make(python, **environment)
    assert process.returncode != 0
    (line,) = process.stdout.splitlines()
    assert line.startswith(said)
    assert "venv" not in calls and not (make.clone / ".venv").exists()


def test_an_installation_that_was_cut_off_goes_on(make):
    process, _ = make(CUT_OFF="1")
    assert process.returncode != 0
    process, calls = make()
    assert process.returncode == 0 and "-m pip install" in calls


def test_a_changed_lock_is_installed(make):
    make()
    lock = make.clone / "requirements.txt"
    later = lock.stat().st_mtime + 10
    os.utime(lock, (later, later))
    process, calls = make()
    assert process.returncode == 0 and "-m pip install" in calls


def test_an_environment_whose_python_has_gone_is_made_anew(make):
    make()
    python = make.clone / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3.10")
    process, calls = make()
    assert process.returncode == 0, process.stderr
    assert "-m venv --clear" in calls and "-m pip install" in calls
    assert python.exists()
