"""The judge of readers' functions: right ones pass, each kind of wrong one is told apart."""

import itertools
import subprocess
import sys
import threading
from array import array
from collections import deque
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassbox.judge import (
    ROOM,
    TooLong,
    Verdict,
    any_order,
    difference,
    is_same,
    judge,
    kind,
    monitored,
    rounded,
    show,
    size_of,
)

CASES = [[3, 1, 2], [], [1], [2, 2]]


def draw(random):
    """Draw a list of up to eight small integers."""
    return [random.randrange(10) for _ in range(random.randrange(9))]


def judge_sort(function, **options):
    """Judge a function that sorts."""
    return judge(function, sorted, CASES, random=draw, **options)


def bubble(values):
    values = list(values)
    for end in range(len(values), 0, -1):
        for i in range(1, end):
            if values[i] < values[i - 1]:
                values[i - 1 : i + 1] = values[i], values[i - 1]
    return values


def test_a_right_function_is_all_right():
    verdict = judge_sort(bubble)
    assert verdict
    assert verdict == Verdict(True, "All right in 104 cases.", 104)
    assert repr(verdict) == verdict._repr_markdown_() == "✓ All right in 104 cases."
    assert repr(judge(abs, abs, [-1])) == "✓ All right in 1 case."
    assert judge(abs, lambda n: n, [0, 1, -2, 3]).cases == 3


# --- wrong in each way -------------------------------------------------------------------------


def forgets_twins(values):
    return sorted(set(values))


def takes_the_first(values):
    return [values[0], *sorted(values[1:])]


def never_ends(values):
    while len(values) >= 0:
        values = list(values)
    return values


def waits(values):
    while True: pass  # fmt: skip  # noqa: E701


def goes_on(values):
    return [i for i in itertools.count() if i >= 0]


def yields_for_ever(values):
    while True:
        yield 1


def will_not_stop(values):
    while True:
        try:
            values = values[1:]
        except Exception:
            values = []


def calls_itself(values):
    return calls_itself(values)


def changes_input(values):
    values.sort()
    return list(values)


def returns_nothing(values):
    sorted(values)


def sorts_in_place(values):
    return values.sort()


def yields(values):
    yield from sorted(values)


def is_lazy(values):
    return reversed(sorted(values, reverse=True))


def is_a_text(values):
    return str(sorted(values))


def leaves(values):
    sys.exit(1)


def keeps(values, seen=[]):  # noqa: B006
    seen.extend(values)
    return sorted(seen)


def takes_two(values, key):
    return sorted(values)


WRONG = {
    forgets_twins: "For `forgets_twins([2, 2])` it returns `[2]`; wanted is `[2, 2]`.",
    takes_the_first: "For `takes_the_first([])` it raises `IndexError: list index out of range` in "
    "line {line}, `return [values[0], *sorted(values[1:])]`; wanted is `[]`.",
    never_ends: "For `never_ends([])` it does not end: after 100,000 steps",
    waits: "after 100,000 steps it is still in line {line}, `while True: pass",
    goes_on: "does not end",
    yields_for_ever: "does not end",
    will_not_stop: "does not end",
    calls_itself: "For `calls_itself([])` it calls itself without end; wanted is `[]`.",
    changes_input: "it returns what is wanted but changes its input: `[",
    returns_nothing: "it returns nothing; wanted is `[]`. Is a `return` missing?",
    sorts_in_place: "it returns nothing; wanted is `[]`. Is a `return` missing?",
    yields: "it returns a generator; wanted is `[]`. Make it a list, with `list(…)`.",
    is_lazy: "it returns a list_reverseiterator; wanted is `[]`. Make it a list",
    is_a_text: "it returns `'[]'`, a text; wanted is `[]`, a list.",
    leaves: "it raises `SystemExit: 1` in line {line}",
    keeps: "(a default argument has kept values of earlier calls)",
    takes_two: "is not called at all: it must take these arguments (missing a required argument: "
    "'key')",
}


@pytest.mark.parametrize("function", WRONG, ids=lambda function: function.__name__)
def test_a_wrong_function_is_told_what_is_wrong_in_one_line(function):
    verdict = judge_sort(function)
    assert not verdict and verdict.written
    line = function.__code__.co_firstlineno + 1
    assert WRONG[function].replace("{line}", str(line)) in verdict.message
    assert "\n" not in repr(verdict)


def test_the_smallest_failing_input_is_the_one_that_is_told():
    verdict = judge(lambda n: n if n < 12 else 0, lambda n: n, random=lambda r: r.randrange(100))
    smallest = min(n for n in range(100) if f"`f({n})`" in verdict.message)
    assert smallest == 12
    assert judge(lambda v: v if sum(v) < 6 else 0, list, [[9], [1, 5], [2, 4], [6]]).message == (
        "For `f([6])` it returns `0`, a number; wanted is `[6]`, a list."
    )


def test_in_a_page_calls_nest_less_deep_and_only_while_the_function_runs(monkeypatch):
    def down(n):
        return n and down(n - 1)

    monkeypatch.setattr(sys, "platform", "emscripten")
    before = sys.getrecursionlimit()
    assert judge(down, lambda n: 0, [150])
    verdict = judge(down, lambda n: 0, [250])
    assert verdict.message == "For `down(250)` it calls itself without end; wanted is `0`."
    assert sys.getrecursionlimit() == before


def outer(values):
    return inner(values)


def inner(values):
    return values[9]


def sinks(n):
    return sinks(n - 1) if n else 1 / 0


@pytest.mark.parametrize(("function", "case", "place"), [(outer, [], inner), (sinks, 500, sinks)])
def test_an_error_is_told_with_the_innermost_line_of_the_reader(function, case, place):
    line = place.__code__.co_firstlineno + 1
    assert f" in line {line}, `return " in judge(function, lambda n: 0, [case]).message


@pytest.mark.parametrize("limit", [1_000, 20_000])
def test_a_long_function_ends_within_its_limit(limit):
    def slow(n):
        return sum(1 for _ in range(n))

    assert judge(slow, lambda n: n, [limit // 2], limit=limit)
    assert f"after {limit:,} steps" in judge(slow, lambda n: n, [9 * limit], limit=limit).message


class Monitoring:
    """Stands for ``sys.monitoring``, of Python 3.12 on: what is called at each call and jump."""

    events = SimpleNamespace(PY_START=1, JUMP=2)

    def __init__(self):
        self.heard, self.said = {}, []

    def register_callback(self, tool, event, callback):
        self.heard[event] = callback

    def use_tool_id(self, tool, name):
        self.said.append(("use", tool))

    def set_events(self, tool, events):
        self.said.append(("events", events))

    def free_tool_id(self, tool):
        self.said.append(("free", tool))


def test_calls_and_jumps_are_counted_of_one_thread_and_then_no_more():
    said = [("use", 4), ("events", 3), ("events", 0), ("free", 4)]
    for steps in (5, 6):
        monitoring = Monitoring()

        def work(monitoring=monitoring, steps=steps):
            other = threading.Thread(target=lambda: [monitoring.heard[1]() for _ in range(9)])
            other.start()
            other.join()
            for k in range(steps):
                monitoring.heard[1 + k % 2]()
            return "done"

        if steps == 5:
            assert monitored(work, 5, monitoring, 4) == "done"
        else:
            with pytest.raises(TooLong):
                monitored(work, 5, monitoring, 4)
        assert monitoring.said == said


def test_a_trace_function_that_was_there_is_there_again():
    before = sys.gettrace()
    judge_sort(never_ends)
    assert sys.gettrace() is before


# --- not written yet ---------------------------------------------------------------------------


def stub(values): ...


def documented(values):
    """Sort."""


def passes(values):
    pass


def later(values):
    raise NotImplementedError


class Stack:
    def push(self, value): ...


def test_a_result_that_holds_itself_is_told_not_raised():
    def holds_itself(values):
        values.append(values)
        return values

    told = repr(judge(holds_itself, sorted, [[1]]))
    assert "`holds_itself([1])`" in told and "holds itself" in told and "wanted is `[1]`" in told
    told = repr(judge(holds_itself, None, [[1]], accept=is_same, changes=0))
    assert "leaves a value that holds itself" in told


@pytest.mark.parametrize("thing", [stub, documented, passes, later, Stack, (stub, passes), None])
def test_what_is_not_written_yet_is_asked_for(thing):
    verdict = judge(thing, sorted, CASES, call=None if callable(thing) else lambda f, v: f)
    assert repr(verdict) == "✎ Write your function: this cell tells whether it is right."
    assert not verdict and not verdict.written


def test_what_is_no_function_is_named():
    assert "wants your function; it got `[1]`" in judge([1], sorted, CASES).message


def test_a_judge_without_cases_or_reference_is_an_error_of_its_author():
    with pytest.raises(ValueError, match="at least one case"):
        judge(bubble, sorted)
    with pytest.raises(TypeError, match="reference"):
        judge(bubble, None, CASES)


# --- options -----------------------------------------------------------------------------------


def refuse(n):
    if n < 0:
        raise ValueError("n must be at least 0")
    return n


def test_where_the_reference_raises_the_same_error_is_wanted():
    assert judge(refuse, refuse, [0, -1])
    verdict = judge(abs, refuse, [0, -1])
    assert verdict.message == (
        "For `abs(-1)` it returns `1`; wanted is `ValueError: n must be at least 0`."
    )


def test_of_several_right_results_each_is_accepted():
    def accept(came, values):
        return came in values or "one of the values"

    assert judge(max, None, [[1, 2], [3]], accept=accept) and judge(min, None, [[3]], accept=accept)
    verdict = judge(len, None, [[1, 2], [3]], accept=accept)
    assert verdict.message == "For `len([3])` it returns `1`; wanted is one of the values."


def test_a_result_that_cannot_be_read_is_told_to_be_of_another_kind():
    told = repr(judge(lambda n: "two", None, [2], accept=lambda came, n: came - n == 0))
    assert "it returns `'two'`; wanted is another kind of value." in told


def test_a_function_that_changes_its_argument_is_judged_by_what_it_leaves():
    assert judge(lambda v: v.sort(), lambda v: v.sort(), CASES, changes=0)
    verdict = judge(lambda v: v.reverse(), lambda v: v.sort(), CASES, changes=0)
    assert verdict.message == "For `f([3, 1, 2])` it leaves `[2, 1, 3]`; wanted is `[1, 2, 3]`."
    verdict = judge(
        lambda v, w: (v.sort(), w.clear()), lambda v, w: v.sort(), [([], [1])], changes=0
    )
    assert "changes its input: `[1]` becomes `[]`" in verdict.message


def test_a_class_and_several_functions_are_judged_by_how_they_are_used():
    class Queue:
        def __init__(self):
            self.values = []

        def push(self, value):
            self.values.append(value)

        def pop(self):
            return self.values.pop()

    def use(made, values):
        queue = made()
        for value in values:
            queue.push(value)
        return [queue.pop() for _ in values]

    class Right(Queue):
        def pop(self):
            return self.values.pop(0)

    assert judge(Right, Right, CASES, call=use)
    assert (
        "`Queue([2, 1])` it returns `[1, 2]`"
        in judge(Queue, Right, [[1], [2, 1]], call=use).message
    )
    pair = (lambda v: [*v], lambda v: v[::-1])
    assert judge(pair, pair, CASES, call=lambda fs, v: fs[1](fs[0](v)))


def test_what_a_right_function_prints_is_swallowed_and_of_a_wrong_one_the_last_is_kept(capsys):
    def prints(values):
        print("sorting", values)
        return sorted(values) if len(values) < 3 else values

    judge(prints, sorted, [[1], [2, 1]])
    assert capsys.readouterr().out == ""
    judge(prints, sorted, CASES)
    assert capsys.readouterr().out == "sorting [3, 1, 2]\n"
    judge(lambda n: print("." * 10_000), lambda n: n, [1])
    assert capsys.readouterr().out == "." * 2000, "no more than one wants to read"


def test_what_is_long_is_cut_and_the_place_is_named():
    verdict = judge(lambda n: [*range(n - 1), 0], lambda n: list(range(n)), [100])
    assert len(verdict.message) < 500
    assert "([99] is 0, not 99)" in verdict.message


def test_a_value_is_cut_to_the_room_and_loses_no_more_than_it_must():
    assert show("a" * (ROOM - 2)) == repr("a" * (ROOM - 2))
    shown = show("a" * (ROOM - 1))
    assert " … " in shown and 0.9 * ROOM < len(shown) <= ROOM


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ([[1, 2, 3]], [[1, 2]], " ([0] has 3 items, not 2)"),
        ([1], [], " (1 items, not 0)"),
        ([0, {"a": 1}], [0, {"a": 2}], " ([1]['a'] is 1, not 2)"),
        ([0, 1 / 3], [0, 2 / 3], " ([1] is 0.333333, not 0.666667)"),
        ({"a": 1}, {"b": 1}, ""),
        (1, 2, ""),
        ({"a": 1}, {"a": 1.0}, None),
    ],
)
def test_the_first_place_where_results_differ_is_named(one, other, words):
    assert difference(one, other) == words


def test_the_kind_of_a_value_has_its_article():
    assert kind(array("i")) == "an array" and kind(deque()) == "a deque" and kind(None) == "nothing"


def test_smaller_cases_come_before_larger_ones():
    rising = [0, -1, 2.5, 1e19, [0], {1}, [0, 0], "ab", [1, -2], {1: 4}, [[1], [1]], "abcde"]
    sizes = [size_of(value) for value in rising]
    assert sizes == sorted(sizes) and size_of(float("nan")) == size_of(1e300) > size_of(1e17)
    assert size_of({2: 3}) == size_of([2, 3]) == size_of({3, 2}) < size_of([[2, 3]])


def test_floats_have_six_digits_unless_two_then_look_the_same():
    near = judge(lambda x: 2.9999999999999996, lambda x: x / 3, [2])
    assert "returns `3.0`; wanted is `0.666667`" in repr(near)
    close = judge(lambda x: x + 1e-7, lambda x: x, [0.5])
    assert "returns `0.5000001`; wanted is `0.5`" in repr(close)
    endless = float("inf")
    assert rounded({"a": (1 / 3, 2j / 3, endless)}) == {"a": (0.333333, 0.666667j, endless)}


def test_markup_in_a_message_is_no_markup():
    shown = judge(lambda v: "<b>`", lambda v: "", [0])._repr_html_()
    assert "<code>&#x27;&lt;b&gt;`&#x27;</code>" in shown and "<b>" not in shown
    assert 'class="gb-verdict gb-wrong"' in shown


# --- what is the same --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], (1, 2)),
        ([1, 2], np.array([1, 2])),
        ([[1.0, 2.0]], np.array([[1, 2]])),
        (2, 2.0),
        (np.int64(2), 2),
        (np.True_, True),
        (float("nan"), float("nan")),
        ([0.1 + 0.2], [0.3]),
        ({"a": [1]}, {"a": (1,)}),
        ({1, 2}, frozenset({2, 1})),
        (1e300, 1e300 * (1 + 1e-12)),
        (10**400, 10**400),
        (1 + 2j, 1 + 2.0j),
        ([], np.zeros(0)),
    ],
)
def test_results_that_say_the_same_are_the_same(one, other):
    assert is_same(one, other) and is_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [1, 2, 3]), ([1], {1}), ("1", 1), (True, 1), (None, 0), (None, []), (0.1, 0.2),
        (float("nan"), 1.0), (float("inf"), 1e308), (float("inf"), -float("inf")), ({1: 2}, {1: 3}),
        ([[1], [2]], [[1, 2]]), (10**400, 1.0), ("ab", ["a", "b"]), (np.eye(2), [1, 0, 0, 1]),
        (deque([1]), [1]),
    ],
)  # fmt: skip
def test_results_that_differ_are_not(one, other):
    assert not is_same(one, other) and not is_same(other, one)


def test_results_that_cannot_be_compared_are_not_the_same():
    class Moody:
        def __eq__(self, other):
            raise ValueError

    assert not is_same(Moody(), Moody())


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=12,
)


@given(nested)
def test_a_result_is_the_same_as_itself_and_a_judge_says_so(value):
    assert is_same(value, value)
    assert judge(lambda v: v, lambda v: v, [(value,)])


@given(st.lists(st.integers(), max_size=8), st.randoms())
def test_any_order_forgets_the_order_alone(values, random):
    mixed = values[:]
    random.shuffle(mixed)
    assert any_order(mixed, values)
    assert not any_order([*mixed, 0], values)
    assert not any_order(5, values)
    if values:
        assert not any_order([mixed[0] + 1, *mixed[1:]], values)


@given(nested, nested)
def test_a_verdict_is_one_line_whatever_comes(came, wanted):
    verdict = judge(lambda n: came, lambda n: wanted, [0])
    assert "\n" not in repr(verdict)
    assert bool(verdict) == is_same(came, wanted)


def test_the_judge_loads_no_numpy():
    check = "import sys, glassbox.judge; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)
