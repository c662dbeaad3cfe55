"""``make mutate`` breaks modules in known ways, and tells what is noticed from what is not."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mutate

ROOT = Path(__file__).resolve().parent.parent
SOURCE = '''"""Words."""


def share(part, *, whole):
    if whole <= 0:
        raise ValueError(f"whole must be > 0, got {whole + 0}")
    return 2 * part
'''


def made(source):
    return {(change.was, change.became) for change in mutate.changes_of(source)}


def test_signs_bounds_numbers_and_conditions_are_changed_and_no_words():
    assert made(SOURCE) == {
        ("if whole <= 0:", "if whole < 0:"),
        ("if whole <= 0:", "if whole >= 0:"),
        ("if whole <= 0:", "if not whole <= 0:"),
        ("if whole <= 0:", "if whole <= 1:"),
        ("if whole <= 0:", "if whole <= -1:"),
        ("return 2 * part", "return 3 * part"),
        ("return 2 * part", "return 1 * part"),
        ("return 2 * part", "return 2 / part"),
    }


def test_a_change_is_of_one_place_and_leaves_the_rest():
    twice = SOURCE + "\n\nRATE = 3  # a rate\nLAST = 4\n"
    (change, _) = (c for c in mutate.changes_of(twice) if c.was.startswith("RATE"))
    assert change.of(twice) in (twice.replace("= 3", f"= {n}") for n in (2, 4))
    assert change.line == twice.splitlines().index("RATE = 3  # a rate") + 1


JUDGES = '''
def double(function):
    """Judge ``double(x)``."""
    first, last = (5, "ä"), [(n, n + 1) for n in SIZES]
    return judge(
        function,
        lambda x: 2 * x,
        [first, *last, (_large(), 3)],
        random=_draw,
        count=7,
        limit=1000,
        same=lambda came, wanted: abs(came - wanted) < 1,
    )


SIZES = 1, 2


def _draw(rng):
    return _number(rng), _halved([6])[0]


def _number(rng):
    return rng.randint(3, 9)


def _large():
    return 10 ** 6


def half(function):
    return judge(function, _halved, ["äääääääääääääää", [4, 2]], tolerance=2)


def _halved(x):
    first = 7
    return [y / first for y in x]
'''


def test_what_a_judge_tries_is_left_as_it_is_and_what_says_what_is_right_is_not():
    assert {was for was, _ in made(JUDGES)} == {
        "lambda x: 2 * x,",
        "same=lambda came, wanted: abs(came - wanted) < 1,",
        'return judge(function, _halved, ["äääääääääääääää", [4, 2]], tolerance=2)',
        "first = 7",
        "return [y / first for y in x]",
    }
    assert {became[-2:-1] for was, became in made(JUDGES) if "tolerance" in was} == {"1", "3"}


def test_what_is_left_out_says_why_and_names_lines_that_are_there():
    listed = tomllib.loads((ROOT / "tests/survivors.toml").read_text(encoding="utf-8"))
    for name, entries in listed.items():
        (module,) = mutate.modules_of(name)
        text = " ".join(module.source.split())
        assert all(entry["was"] in text and len(entry["why"]) > 10 for entry in entries), name


def test_the_tests_of_a_module_are_those_that_can_notice_and_the_nearest_first():
    (figures,) = mutate.modules_of("heaps/figures")
    names = [Path(test).name.partition("::")[0] for test in figures.tests]
    assert names == ["test_heaps_figures.py", "test_snapshots_chapters.py", "figures.py"]
    (judges,) = mutate.modules_of("heaps/exercises")
    names = [Path(test).name for test in judges.tests]
    assert names == ["test_heaps_exercises.py", "test_wrong_solutions.py", "exercises.py"]
    (panels,) = mutate.modules_of("figures/panels")
    assert Path(panels.tests[0]).name == "test_figures_panels.py"
    (balloons,) = mutate.modules_of("pictures/balloons")
    assert {Path(test).name for test in balloons.tests} > {"test_mean_average_precision.py"}
    nested = [module.imported for module in mutate.modules_of("face_recognition")]
    assert "glassbox.face_recognition.embedding.losses" in nested


@pytest.mark.parametrize(
    "killed, survived, left, well, said",
    [
        (9, 1, 0, True, "9 of 10 killed (90%)"),
        (8, 2, 3, False, "8 of 10 killed (80%), 3 not tried yet"),
        (0, 0, 7, False, "0 of 0 killed, 7 not tried yet"),
        (0, 0, 0, True, "0 of 0 killed"),  # a module of names alone
    ],
)
def test_a_share_is_told_of_what_was_tried(capsys, killed, survived, left, well, said):
    (module,) = mutate.modules_of("heaps/heap")
    assert mutate.report(module, [0] * killed, [0] * survived, left, []) is well
    assert capsys.readouterr().out == f"{module.name}: {said}\n"


def test_a_name_of_nothing_is_refused():
    with pytest.raises(SystemExit, match="slug wants a topic"):
        mutate.modules_of("heeps")


RUN = """
import sys
from pathlib import Path
import mutate
path, test = map(Path, sys.argv[1:])
sys.path.append(str(path.parent))
import tiny
tiny = mutate.Module("tiny", path, [str(path), str(test)], "tiny")
known = {("LIMIT = 9", "LIMIT = 8"): "", ("LIMIT = 9", "LIMIT = 10"): "", ("a", "b"): ""}
killed, survived, left, stale = mutate.mutate(tiny, known=known, say=lambda *words, **_: None)
print(sorted(c.became for c in killed), sorted(c.became for c in survived), left, stale)
"""
TINY = """LIMIT = 9


def grown(x):
    return x + 1


def doubled(x):
    return 2 * x


def unused(x):
    return -x


def judged(x):
    return not x
"""
TEST = """import sys
import pytest
import tiny


@pytest.fixture(scope="module")
def four():
    return tiny.doubled(2)


def test_that_asks_first(four):
    pass


def test_that_notices(four):
    assert four == 4


def test_that_traces_itself():
    before = sys.gettrace()
    sys.settrace(None)
    assert tiny.judged(False)
    sys.settrace(before)


def test_it():
    assert tiny.grown(2) > 2 and tiny.LIMIT > 8
"""


def test_what_a_test_notices_is_killed_and_what_it_does_not_survives(tmp_path):
    path, test = tmp_path / "tiny.py", tmp_path / "test_tiny.py"
    path.write_text(TINY)
    test.write_text(TEST)
    run = [sys.executable, "-c", RUN, str(path), str(test)]
    ran = subprocess.run(run, cwd=ROOT / "tools", capture_output=True, text=True)
    assert ran.stdout == (
        "['return 1 * x', 'return 2 / x', 'return 3 * x', 'return x', 'return x + 0', "
        "'return x - 1'] "
        "['return x', 'return x + 2'] "
        "0 [('LIMIT = 9', 'LIMIT = 8'), ('a', 'b')]\n"
    ), ran.stderr
