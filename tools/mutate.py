"""Break the library on purpose, one small change at a time, and see whether its tests notice.

``make mutate slug=heaps`` changes a sign, a bound, a number, a condition in each module of a topic
and runs the topic's tests on it; ``slug=heaps/heap`` takes one module, ``count=60`` a sample.
Cosmic Ray makes the changes. Each runs in a fork of a process that has loaded what the tests
import, for most take less time than Python takes to start. A change that no test notices is a
*survivor*: it wants a test, or a line in ``tests/survivors.toml`` that says why nothing can notice
it. What was killed is remembered for as long as the module stays as it is. Of the tests those run
that call the function that is changed. Left as they are: the words of errors, and the cases that
the judge of an exercise tries.
"""

import argparse
import ast
import atexit
import gc
import hashlib
import importlib.abc
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from glassbox.figures.figure import find_node

ROOT = Path(__file__).resolve().parent.parent
#: The share of changes that tests want to notice.
WANTED = {".py": 0.9, ".js": 0.85}
#: Of the eleven other operators one, the nearest: the others are noticed more easily.
CHANGES = [
    *(f"ReplaceBinaryOperator_{change}" for change in (
        "Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "Mod_FloorDiv", "Pow_Mul",
        "RShift_LShift", "LShift_RShift", "BitOr_BitAnd", "BitAnd_BitOr", "BitXor_BitOr",
    )),
    *(f"ReplaceComparisonOperator_{change}" for change in (
        "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "LtE_GtE", "Gt_Lt", "GtE_LtE",
        "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is",
    )),
    *(f"ReplaceUnaryOperator_Delete_{sign}" for sign in ("USub", "Invert", "Not")),
    "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr",
    "ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak",
    "ExceptionReplacer", "NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop",
]  # fmt: skip


# --- changes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One change of a module, in the statement ``old`` after its first ``start`` lines."""

    operator: str
    line: int
    was: str
    became: str
    start: int
    old: str
    new: str

    def __str__(self):
        return f"line {self.line}: {self.was!r} -> {self.became!r}"

    def of(self, source):
        """Return the text of the module with the change."""
        lines = source.splitlines(keepends=True)
        before = "".join(lines[: self.start])
        return before + self.new + source[len(before) + len(self.old) :]

    @property
    def key(self):
        """Return what tells it from the other changes of the module."""
        return f"{self.line} {self.operator} {self.became}"


def words_alone(source):
    """Return the lines that no test need notice: of errors that are raised, and of annotations."""
    lines = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise):
            lines |= set(range(node.lineno, node.end_lineno + 1))
    return lines


def trials(source):
    """Return where what the judge of an exercise tries stands: other numbers try as well.

    These are its cases, what draws more of them, how many, and how long each may take; and what is
    made for them, in the same function or beside it. What says which results are right is not.

    Returns
    -------
    set of tuple
        The first and the last place, each a line and a column.
    """
    tree = ast.parse(source)
    calls = {
        call: scope
        for scope in tree.body
        for call in ast.walk(scope)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "judge"
    }
    answers = {name for call in calls for part in call.args[1:2] for name in names_in(part)}
    beside = [part for part in tree.body if part not in calls.values()]
    found = set()
    for call, scope in calls.items():
        tried = [word.value for word in call.keywords if word.arg in ("random", "count", "limit")]
        tried += call.args[2:]
        made = [*beside, *(part for part in ast.walk(scope) if isinstance(part, ast.Assign))]
        for part in tried:  # which grows
            names = names_in(part) - answers
            tried += [more for more in made if names & names_of(more) and more not in tried]
        found |= {place_of(part, source) for part in tried}
    return found


def names_in(node):
    """Return the names that a piece of code reads."""
    parts = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    return {part.id for part in parts if isinstance(part.ctx, ast.Load)}


def names_of(node):
    """Return the names that a statement makes."""
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    parts = (part for made in getattr(node, "targets", ()) for part in ast.walk(made))
    return {part.id for part in parts if isinstance(part, ast.Name)}


def place_of(node, source):
    """Return where a piece of code begins and ends; a column counts letters, not bytes."""
    lines = source.splitlines()
    ends = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return tuple((n, len(lines[n - 1].encode()[:bytes_].decode())) for n, bytes_ in ends)


def changes_of(source):
    """Return all changes of a module's text, each once, from its top."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.operators.provider import OperatorProvider

    operators = [(name, OperatorProvider()[name]()) for name in CHANGES]
    words, tried, found = words_alone(source), trials(source), {}
    for start, part in parts_of(source):
        nodes = list(ast_nodes(get_ast(part)))
        for name, operator in operators:
            places = [place for node in nodes for place in operator.mutation_positions(node)]
            for index, ((line, column), _) in enumerate(places):
                line += start
                if line in words or any(a <= (line, column) < b for a, b in tried):
                    continue
                new = changed(part, operator, index)
                if not new or (start, new) in found or stars(new) != stars(part):
                    continue
                was, became = difference(part.splitlines(), new.splitlines())
                found[start, new] = Change(name, line, was, became, start, part, new)
    return sorted(found.values(), key=lambda change: (change.line, change.operator))


def stars(text):
    """Count the arguments that only have a place: "*" in a signature is no sign to change."""
    return sum(len(getattr(node, "posonlyargs", ())) for node in ast.walk(ast.parse(text)))


def parts_of(source):
    """Return the statements of a module, each with the number of lines before it."""
    lines = source.splitlines(keepends=True)
    ends = [node.end_lineno for node in ast.parse(source).body]
    starts = [0, *ends[:-1]]
    return [(a, "".join(lines[a:b])) for a, b in zip(starts, ends, strict=True)]


def changed(text, operator, index):
    """Return a text changed at one of an operator's places; nothing if it is then no Python."""
    from cosmic_ray.mutating import mutate_code

    try:
        new = mutate_code(text, operator, index)
        ast.parse(new or "")
    except (AttributeError, SyntaxError):  # the first: an exception with a dot in its name
        return None
    return new


def difference(old, new):
    """Return the lines that two texts do not share, each side as one line."""
    shortest, start, tail = min(len(old), len(new)), 0, 0
    while start < shortest and old[start] == new[start]:
        start += 1
    while tail < shortest - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return tuple(
        " ".join(" ".join(lines[start : len(lines) - tail]).split()) for lines in (old, new)
    )


# --- running the tests on a change -------------------------------------------------------------


class Changed(importlib.abc.MetaPathFinder, SourceFileLoader):
    """Imports a module from a changed text, as if that stood in its file."""

    def __init__(self, name, path, text):
        SourceFileLoader.__init__(self, name, str(path))
        self.text, self.calls = text, Calls(path)

    def find_spec(self, name, path=None, target=None):
        """Return where the module comes from; of others, nothing."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def get_code(self, name):
        """Compile the changed text."""
        return compile(self.text, self.path, "exec", dont_inherit=True)

    def exec_module(self, module):
        """Import it; what it calls meanwhile concerns all tests."""
        with self.calls.by(""):
            super().exec_module(module)


class Calls:
    """A plugin of pytest: which functions of a file, by their first lines, each test calls.

    What a test file calls when it is collected, or a fixture for several tests, all its tests call.
    """

    def __init__(self, path):
        self.path, self.now, self.of = str(path), "", {}

    def trace(self, frame, event, arg):
        """Note a call."""
        code = frame.f_code
        if code.co_filename == self.path:
            self.of.setdefault(self.now, set()).add(code.co_firstlineno)

    @contextmanager
    def by(self, name):
        """Put calls down to a test, a file, or "": to all."""
        before, self.now = self.now, name
        sys.settrace(self.trace)
        try:
            yield
        finally:
            self.now = before

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        """Note what a file calls."""
        with self.by(collector.nodeid.partition("::")[0]):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        """Note what a test calls."""
        with self.by(item.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        """Note what a fixture calls."""
        with self.by(self.now if fixturedef.scope == "function" else self.now.partition("::")[0]):
            return (yield)

    def __call__(self, lines, tests):
        """Return which tests call what begins in these lines.

        If none was seen to, all may: the judge of an exercise counts steps by a trace of its own.
        """
        who = {name for name, starts in self.of.items() if starts & set(lines)} or {""}
        return {test for test in tests if who & {"", test, test.partition("::")[0]}}


def concerned(source, line):
    """Return the lines of the function whose body has a line; without one, all."""
    lines = range(len(source.splitlines()) + 1)
    for node in ast.walk(ast.parse(source)):  # the outer before the inner
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= node.end_lineno:
            first = min(part.lineno for part in [node, *node.decorator_list])
            lines = range(first, node.end_lineno + 1)
    return lines


class Notes:
    """A plugin of pytest: the quickest tests first, each with a limit in seconds of work."""

    def __init__(self, finders, seconds=None, only=None):
        self.finders, self.known, self.seconds, self.only = finders, seconds or {}, {}, only

    def pytest_sessionstart(self):
        """Stand before pytest's own finder, which takes the files that it is told to test."""
        sys.meta_path[:] = [*self.finders, *(f for f in sys.meta_path if f not in self.finders)]

    def pytest_collection_modifyitems(self, items):
        """Take the tests that are wanted, ordered by the time that they took."""
        items[:] = [item for item in items if self.only is None or item.nodeid in self.only]
        items.sort(key=lambda item: self.known.get(item.nodeid, 0))

    def pytest_runtest_setup(self, item):
        """Start the clock, which counts work: a busy machine is slow, not wrong."""
        signal.setitimer(signal.ITIMER_PROF, 10 * self.known.get(item.nodeid, 60) + 5)

    def pytest_runtest_logreport(self, report):
        """Keep how long a test took."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration


def in_a_fork(work):
    """Call ``work`` in a fork that has imported nothing of the book.

    Returns what it returned, or None if the fork did not come to its end.
    """
    reader, writer = os.pipe()
    if not (child := os.fork()):
        os.close(reader)
        os.setsid()  # what the tests start ends with them
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        for name in filter(is_own, list(sys.modules)):
            del sys.modules[name]
        result = json.dumps(work()).encode()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(result)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        result = pipe.read()
    os.waitpid(child, 0)
    return json.loads(result) if result else None


def test(finders, tests, seconds=None, only=None, more=()):
    """Run tests, or those of them named, on what is changed.

    Returns pytest's exit code, how long each took, and what was loaded.
    """
    from hypothesis import Phase, settings

    # The same examples each time; of one that fails no simpler one is wanted.
    few = [Phase.explicit, Phase.generate]
    settings.register_profile("few", deadline=None, database=None, derandomize=True, phases=few)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    notes = Notes(finders, seconds, only)
    options = ["-x", "-q", "--assert=plain"]
    options += ["-o", "addopts=--import-mode=importlib --doctest-modules"]
    options += ["-p", "_hypothesis_pytestplugin", "--hypothesis-profile=few"]
    # What takes long for every change: plugins that no test wants, and collecting garbage.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for plugin in ("cacheprovider", "unraisableexception", "threadexception"):
        options += ["-p", f"no:{plugin}"]
    files = None if only is None else {Path(name.partition("::")[0]).name for name in only}
    # The topic's own tests notice most, and drawing takes long, even to collect it.
    late = [t for t in tests[1:] if "snapshots" in t]
    if only is None or len(only) > 40:
        groups = tests[:1], [t for t in tests[1:] if t not in late], late
    else:
        groups = [t for t in tests if t not in late], late
    for group in groups:
        group = [t for t in group if files is None or Path(t.partition("::")[0]).name in files]
        code = pytest.main([*options, *group], plugins=[notes, *more]) if group else 0
        if code not in (0, pytest.ExitCode.NO_TESTS_COLLECTED):  # a module without examples
            return int(code), notes.seconds, []
    folders = (*OWN, *{f"{Path(t.partition('::')[0]).parent}{os.sep}" for t in tests})
    loaded = [name for name in sys.modules if not is_own(name, folders)] if only is None else []
    return 0, notes.seconds, loaded


def is_own(name, folders=None):
    """Tell whether a module that is loaded is the book's, which may hold what is changed."""
    if name in ("__main__", "mutate"):
        return False
    path = getattr(sys.modules[name], "__file__", None) or ""
    return name == "tests" or path.startswith(folders or OWN)


#: Where the book's own modules lie.
OWN = tuple(f"{ROOT / folder}{os.sep}" for folder in ("lib", "tests", "tools"))


@dataclass
class Module:
    """A module to break, and the tests that are to notice."""

    name: str
    path: Path
    tests: list
    imported: str = ""

    @property
    def source(self):
        """Return its text."""
        return self.path.read_text(encoding="utf-8")

    def changes(self):
        """Return what may be broken in it."""
        return changes_of(self.source)

    def test(self, text, seconds=None, only=None):
        """Run its tests, in a fork, on a text of it; see `test`."""

        def run():
            sys.modules.pop(self.imported, None)
            changed = Changed(self.imported, self.path, text)
            more = [changed.calls] if only is None else []
            result = test([changed], self.tests, seconds, only, more)
            sys.settrace(None)
            return *result, {name: sorted(lines) for name, lines in changed.calls.of.items()}

        return in_a_fork(run)

    def who_can_tell(self, source, change, seconds, called):
        """Return the tests that can notice a change."""
        calls = Calls(self.path)
        calls.of = {name: set(lines) for name, lines in called.items()}
        return calls(concerned(source, change.line), seconds)


class Script(Module):
    """A module of JavaScript. Python's tests of it start Node, which is told of the change."""

    def changes(self):
        """Return what may be broken in it."""
        command = [find_node(), "tools/mutants.mjs", str(self.path)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        source, made = self.source, {}
        for line in printed.splitlines():
            place = json.loads(line)
            start, end = place["start"], place["end"]
            new = source[:start] + place["text"] + source[end:]
            was, became = difference(source.splitlines(), new.splitlines())
            number = source.count("\n", 0, start) + 1
            made[new] = Change(place["text"], number, was, became, 0, source, new)
        return list(made.values())

    def test(self, text, seconds=None, only=None):
        """Run its tests, in a fork, on a text of it; see `test`."""
        with tempfile.NamedTemporaryFile("w", suffix=".js", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            told = {"GLASSBOX_CHANGED": self.path.as_uri(), "GLASSBOX_TEXT": file.name}
            told["NODE_OPTIONS"] = f"--import={(ROOT / 'tools/changed.mjs').as_uri()}"
            return in_a_fork(lambda: (*self.test_both(told, seconds), {}))

    def who_can_tell(self, source, change, seconds, called):
        """Return nothing: all tests run."""

    def test_both(self, told, seconds):
        """Run the tests in JavaScript, then those in Python."""
        os.environ.update(told)
        scripts = [name for name in self.tests if name.endswith(".js")]
        others = [name for name in self.tests if name.endswith(".py")]
        try:
            command = [find_node(), "--test", *scripts]
            failed = scripts and subprocess.run(command, timeout=120).returncode
        except subprocess.TimeoutExpired:
            return 1, {}, []
        return (int(bool(failed)), {}, []) if failed or not others else test([], others, seconds)


class FrontEnd(Script):
    """A module of the figures' JavaScript. What draws is bundled anew, in a copy."""

    def test(self, text, seconds=None, only=None):
        """Bundle a text of it, and run the tests on that; see `test`."""
        copy = copied()
        (copy / self.path.relative_to(ROOT)).write_text(text, encoding="utf-8")
        return in_a_fork(lambda: (self.first_failure(copy), {}, [], {}))

    def first_failure(self, copy):
        """Return the exit code of the first command that fails, or 0."""
        scripts = [
            str(script)
            for script in sorted((copy / "tests/js").glob("*.test.js"))
            if "figures/js" in script.read_text("utf-8")
            or "./bundle.js" in script.read_text("utf-8")
        ]
        options = ["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib"]
        commands = [
            [find_node(), str(copy / "lib/glassbox/figures/js/build.js")],
            [find_node(), "--test", *scripts],
            [sys.executable, "-m", "pytest", *options, *self.tests],
        ]
        env = {**os.environ, "PYTHONPATH": f"{copy}/lib"}
        for command in commands:
            try:
                code = subprocess.run(command, cwd=copy, env=env, timeout=300).returncode
            except subprocess.TimeoutExpired:
                return 1
            if code:
                return code
        return 0


@lru_cache
def copied():
    """Copy the book to a folder that ends with this process; its path."""
    copy = Path(tempfile.mkdtemp(prefix="glassbox-")).resolve()
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    left = shutil.ignore_patterns(".*", "_build", "node_modules", "__pycache__", "chapters")
    shutil.copytree(ROOT, copy, ignore=left, dirs_exist_ok=True)
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    return copy


#: How figures are drawn: those of the gallery, and those of a chapter.
SNAPSHOTS = "tests/test_snapshots.py"
OF_CHAPTER = (
    "tests/test_snapshots_chapters.py::"
    "test_the_figures_of_a_chapter_are_drawn_as_they_were_accepted[{topic}]"
)


def modules_of(slug, root=ROOT):
    """Return the modules of a topic, or the one that ``topic/module`` names."""
    topic, _, one = slug.partition("/")
    library = root / "lib/glassbox"
    if one.endswith(".js"):
        paths = [library / slug]
    elif (library / f"{topic}.py").is_file():
        paths = [library / f"{topic}.py"]
    else:
        paths = sorted((library / topic).glob(f"{one or '**/*'}.py"))
        paths = [p for p in paths if one or p.stem not in LEFT_OUT]
    if not all(path.is_file() for path in paths or [library / slug]):
        sys.exit(f"slug wants a topic, a module, or topic/module; got {slug!r}")
    own = sorted((root / "tests").glob(f"test_{topic}*.py"))
    return [module_of(path, topic, own, root) for path in paths]


def module_of(path, topic, own, root):
    """Return a module with the tests that are to notice its changes."""
    name = path.relative_to(root / "lib/glassbox").with_suffix("").as_posix()
    more = [str(root / test) for test in MORE.get(topic, ())]
    if path.suffix == ".js" and topic == "figures":
        python = sorted((root / "tests").glob("test_*.py"))
        own = [test for test in python if path.name in test.read_text("utf-8")]
        tests = [test.relative_to(root).as_posix() for test in [*own, root / SNAPSHOTS]]
        return FrontEnd(f"{name}.js", path, tests)
    if path.suffix == ".js":
        scripts = (root / "tests/js").glob("*.test.js")
        more = [str(test) for test in sorted(scripts) if path.name in test.read_text("utf-8")]
        own = [test for test in own if "models" in test.name]
        return Script(f"{name}.js", path, [*map(str, own), *more])
    room = next((room for room in ROOMS if room in name.split("/")[1:]), "")
    own = [test for test in own if room in test.read_text("utf-8")]
    own.sort(key=lambda test: (path.stem not in test.stem, room not in test.stem))
    if topic == "figures":
        more.append(str(root / SNAPSHOTS))
    elif room == "figures" and (root / "tests/snapshots" / topic).is_dir():
        more.append(str(root / OF_CHAPTER.format(topic=topic)))
    elif room == "exercises":
        more.append(str(root / "tests/test_wrong_solutions.py"))
    imported = f"glassbox.{name.removesuffix('/__init__').replace('/', '.')}"
    return Module(name, path, [*map(str, own), *more, str(path)], imported)


#: Rooms of which only the tests that speak of them can tell: no helper imports them.
ROOMS = ("figures", "exercises")
#: Rooms that hold examples or words; their tests are about something else.
LEFT_OUT = {"__init__", "examples", "questions"}
#: Tests that a module has beside those that bear its name.
MORE = {
    "trace": ["tests/test_heaps.py"],
    "judge": ["tests/test_heaps_exercises.py"],
    "mean_average_precision": ["tests/test_coco.py"],
    "pictures": [
        "tests/test_face_recognition.py",
        "tests/test_face_recognition_modern.py",
        "tests/test_mean_average_precision.py",
    ],
}


# --- what is known of survivors ----------------------------------------------------------------


@lru_cache
def survivors(path):
    """Return what ``survivors.toml`` says: ``{module: {(was, became): why}}``."""
    with path.open("rb") as file:
        listed = tomllib.load(file)
    return {
        module: {(e["was"], e["became"]): e["why"] for e in entries}
        for module, entries in listed.items()
    }


class Memory:
    """What is known of the changes of a module, in a file, while its text stays the same."""

    def __init__(self, module, folder):
        state = hashlib.sha256(f"{module.name} {module.source}".encode()).hexdigest()[:16]
        self.path = folder / f"{module.path.name}-{state}.json"
        self.killed = set(json.loads(self.path.read_text())) if self.path.exists() else set()

    def add(self, change):
        """Remember that a change was noticed."""
        self.killed.add(change.key)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(sorted(self.killed)))

    def __contains__(self, change):
        return change.key in self.killed


# --- the command -------------------------------------------------------------------------------


def mutate(
    module, *, count=None, known=frozenset(), memory=frozenset(), until=float("inf"), say=print
):
    """Break a module in many ways.

    Returns
    -------
    killed, survived : list of Change
        Not those that ``known`` says nothing can notice.
    left : int
        How many were not tried for want of time.
    stale : list of tuple
        What ``known`` lists, and no change is like, or a test noticed.
    """
    source, changes = module.source, module.changes()
    equivalent = [c for c in changes if (c.was, c.became) in known]
    stale = set(known) - {(c.was, c.became) for c in changes}
    changes = [c for c in changes if (c.was, c.became) not in known]
    if count and count < len(changes):
        changes = random.Random(module.name).sample(changes, count)
        equivalent = []
    first = module.test(source)
    if not first or first[0]:
        sys.exit(f"{module.name}: its tests fail as it is: pytest {' '.join(module.tests)}")
    _, seconds, loaded, called = first
    for name in loaded:
        try:
            importlib.import_module(name)
        except Exception:  # what cannot be loaded alone each fork loads for itself
            continue
    gc.freeze()

    def noticed(change):
        only = module.who_can_tell(source, change, seconds, called)
        run = module.test(change.of(source), seconds, only) if only != set() else [0]
        return run is None or run[0] != 0

    killed, survived, left = [], [], 0
    for change in changes:
        if change in memory:
            killed.append(change)
        elif time.monotonic() > until:
            left += 1
        elif noticed(change):
            killed.append(change)
            if isinstance(memory, Memory):
                memory.add(change)
        else:
            survived.append(change)
            say(f"  survives: {module.path.name} {change}", flush=True)
    for change in equivalent:
        if time.monotonic() < until and noticed(change):
            stale.add((change.was, change.became))
    return killed, survived, left, sorted(stale)


def report(module, killed, survived, left, stale):
    """Print how a module did; returns whether that is well."""
    total = len(killed) + len(survived)
    share = len(killed) / total if total else float(not left)  # what was not tried is not well
    found = f"{len(killed)} of {total} killed" + (f" ({share:.0%})" if total else "")
    more = f", {left} not tried yet" if left else ""
    print(f"{module.name}: {found}{more}", flush=True)
    for was, became in stale:
        print(f"  survivors.toml lists what is no survivor: {was!r} -> {became!r}", flush=True)
    return share >= WANTED[module.path.suffix] and not stale


def main():
    """Read the command line, break, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slug")
    parser.add_argument("--count", type=int, help="a sample of so many changes a module")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after; go on next time")
    arguments = parser.parse_args()
    until = time.monotonic() + 60 * arguments.minutes
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "lib"), str(ROOT / "tools")]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.dont_write_bytecode = True
    listed = survivors(ROOT / "tests/survivors.toml")
    well = True
    with tempfile.TemporaryDirectory() as session:
        os.environ["GLASSBOX_SESSION"] = os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = session
        for module in modules_of(arguments.slug):
            memory = Memory(module, ROOT / "_build/mutants")
            known = listed.get(module.name, {})
            options = {"count": arguments.count, "known": known, "memory": memory, "until": until}
            well = report(module, *mutate(module, **options)) and well
    sys.exit(not well)


if __name__ == "__main__":
    main()
