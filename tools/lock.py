"""Write requirements.txt: every version pinned, for all platforms, compiled from pyproject.toml.

Versions that still fit are kept; ``python tools/lock.py --upgrade`` takes the newest. Beside it,
requirements-hashes.txt has the same pins with the hashes of their files; pip takes hashes for all
or for none, and the book's own package has none.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# The lock of pyproject.toml, for all platforms, written by `make lock`. Do not edit by hand.
# `pip install -r requirements.txt` is the whole set-up; this line installs the book's own package:
-e .
"""
HASHED = """\
# The pins of requirements.txt with the hashes of their files, written by `make lock`:
# pip install --require-hashes -r requirements-hashes.txt && pip install --no-deps -e .
"""


def lock(root=ROOT, options=()):
    """Compile ``pyproject.toml`` in ``root`` into ``requirements.txt`` beside it."""
    with (root / "pyproject.toml").open("rb") as file:
        groups = tomllib.load(file)["dependency-groups"]
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"]
    command += ["--universal", "--fork-strategy", "fewest", "--no-header", "--no-annotate"]
    command += ["--output-file", "requirements.txt", *options]
    command += [word for group in groups for word in ("--group", group)]
    subprocess.run(command, cwd=root, check=True)
    path = root / "requirements.txt"
    pins = path.read_text(encoding="utf-8")
    path.write_text(HEADER + pins, encoding="utf-8", newline="\n")
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--universal"]
    command += ["--no-deps", "--no-header", "--no-annotate", "--generate-hashes"]
    hashed = subprocess.run(command, input=pins, capture_output=True, text=True, check=True)
    path = root / "requirements-hashes.txt"
    path.write_text(HASHED + hashed.stdout, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    lock(options=sys.argv[1:])
