"""requirements.txt pins what pyproject.toml asks for, all of it, and it is what is installed.

Works offline: what a distribution requires is read from its installed metadata.
"""

import re
import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def read_pins(lock):
    """Return the pins of a lock that hold on this platform, as ``{name: version}``."""
    lines = [line for line in lock.splitlines() if line and not line.startswith(("#", "-e "))]
    pins = [Requirement(line) for line in lines]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def direct_requirements(pyproject):
    """Return what pyproject.toml asks for: dependencies and every group."""
    groups = pyproject["dependency-groups"].values()
    return pyproject["project"]["dependencies"] + [word for group in groups for word in group]


def required_by(name, extras):
    """Return what an installed distribution requires here, with some of its extras."""
    requirements = [Requirement(text) for text in distribution(name).requires or []]
    environments = [{"extra": extra} for extra in ("", *extras)]
    return [r for r in requirements if not r.marker or any(map(r.marker.evaluate, environments))]


def check_lock(direct, pins):
    """Return the problems of ``pins``, and the names that ``direct`` and all below it reach."""
    problems, reached, seen = [], set(), set()
    waiting = [(Requirement(text), "pyproject.toml") for text in direct]
    while waiting:
        requirement, source = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, str(requirement)) in seen:
            continue
        seen.add((name, str(requirement)))
        reached.add(name)
        if name not in pins:
            problems.append(f"{source} wants {requirement}, which is not pinned")
        elif not requirement.specifier.contains(pins[name], prereleases=True):
            problems.append(f"{source} wants {requirement}, but {pins[name]} is pinned")
        else:
            waiting += [(r, name) for r in required_by(name, requirement.extras)]
    return problems, reached


@pytest.fixture(scope="module")
def lock():
    return (ROOT / "requirements.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def direct():
    with (ROOT / "pyproject.toml").open("rb") as file:
        return direct_requirements(tomllib.load(file))


def test_everything_required_is_pinned_and_nothing_else(lock, direct):
    pins = read_pins(lock)
    problems, reached = check_lock(direct, pins)
    assert not problems, "\n".join([*problems, "Run: make lock"])
    assert set(pins) == reached, f"pinned but not required: {set(pins) - reached}. Run: make lock"


def test_what_is_pinned_is_installed(lock):
    pins = read_pins(lock)
    assert {name: version(name) for name in pins} == pins, "Run: make clean test"


def test_the_lock_installs_the_project_and_names_no_index(lock):
    assert "\n-e .\n" in lock
    assert "://" not in lock
    assert "--" not in lock


def test_each_pin_has_its_hashes(lock):
    hashed = (ROOT / "requirements-hashes.txt").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in hashed.splitlines() if not line.startswith("#")]
    assert all(re.search(r"( +--hash=sha256:[0-9a-f]{64})+$", line) for line in lines)
    assert read_pins(re.sub(r" +--hash=\S+", "", hashed)) == read_pins(lock), "Run: make lock"


def test_no_framework_is_pinned(lock):
    assert not {"torch", "tensorflow", "jax"} & set(read_pins(lock))


@pytest.mark.parametrize(
    ("direct", "pins", "message"),
    [
        (["numpy>=2"], {}, "pyproject.toml wants numpy>=2, which is not pinned"),
        (["numpy>=9"], {"numpy": "2.0"}, "pyproject.toml wants numpy>=9, but 2.0 is pinned"),
        (["pytest"], {"pytest": "9.0"}, "pytest wants pluggy"),
    ],
)
def test_a_lock_that_disagrees_is_found(direct, pins, message):
    problems, _ = check_lock(direct, pins)
    assert any(problem.startswith(message) for problem in problems)
