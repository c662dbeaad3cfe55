"""The committed bundle is what the sources build, and the JavaScript passes its own tests."""

import filecmp
import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from glassbox.figures.figure import find_node

ROOT = Path(__file__).resolve().parent.parent
PARTS = [ROOT / part for part in ("lib/glassbox/figures", "lib/glassbox/page", "tools/press")]


@pytest.fixture(autouse=True)
def tools():
    """Skip where the JavaScript tools are not installed; where tests must be whole, fail."""
    if (ROOT / "node_modules" / "esbuild").exists():
        return
    message = "the JavaScript tools are missing: npm ci"
    if os.environ.get("GLASSBOX_REQUIRE_BROWSER") == "1":
        pytest.fail(message)
    pytest.skip(message)


def run(*command):
    """Run a command in the project and return what it printed; fail with that if it fails."""
    path = f"{Path(find_node()).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path, "NO_COLOR": "1"}, encoding="utf-8",
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def npm(script):
    """Run a script of package.json."""
    command = shutil.which("npm")
    assert command, "npm comes with Node: pip install -r requirements.txt"
    return run(command, "run", "--silent", script)


def differing(a, b):
    """Return the names of files that are not the same, byte for byte, in two folders."""
    files = {f.relative_to(folder) for folder in (a, b) for f in folder.rglob("*") if f.is_file()}
    names = sorted(map(str, files))
    _, mismatch, errors = filecmp.cmpfiles(a, b, names, shallow=False)
    return mismatch + errors


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_bundle_is_what_the_sources_build(tmp_path, part):
    run(find_node(), str(part / "js" / "build.js"), str(tmp_path))
    stale = differing(part / "static", tmp_path)
    assert not stale, f"out of date: {', '.join(stale)}; run 'make bundle'"


def test_a_bundle_that_differs_is_found(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "same.js").write_text("1")
        (folder / "changed.js").write_text(folder.name)
    (new / "added.js").write_text("2")
    assert sorted(differing(old, new)) == ["added.js", "changed.js"]


def test_what_a_page_loads_to_draw_is_light():
    static = PARTS[0] / "static"
    sent = [
        len(gzip.compress((static / name).read_bytes())) for name in ("figure.js", "figure.css")
    ]
    assert sum(sent) <= 60_000, sent


def test_the_buttons_of_cells_share_no_class_with_figures():
    own, *others = (
        set(re.findall(r"\.gb-[\w-]+", (ROOT / "lib/glassbox" / path).read_text(encoding="utf-8")))
        for path in ("figures/js/figure.css", "page/js/start.css", "page/js/python.css")
    )
    assert not own & set.union(*others)


def test_the_javascript_tests_pass():
    printed = npm("test")
    assert "fail 0" in printed and "pass 0" not in printed


def test_the_javascript_is_linted_and_its_types_agree():
    npm("lint")
