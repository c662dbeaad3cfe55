import bisect
import copy
import json
import math
import operator
import random
import re
from fractions import Fraction
from functools import partial, partialmethod
from heapq import heappush as c_heappush
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassbox import heaps
from glassbox.backtracking import combination_sum, combination_sum2
from glassbox.bucket_sort import bucket_sort, gap_buckets, maximum_gap
from glassbox.dynamic_programming import (
    knapsack,
    knapsack_items,
    knapsack_table,
    unbounded_knapsack,
)
from glassbox.trace import OPS, new_list, no_note, record


def running_sum(nums, *, new=new_list, note=no_note):
    total = new("total", [0])
    for x in nums:
        total.append(total[-1] + x)
    note("done", len(total))
    return total


CALLS = [
    (running_sum, [3, 4]),
    (heaps.heapify, [5, 3, 4, 1, 2]),
    (heaps.heapify_max, [5, 3, 4, 1, 2]),
    (heaps.heappush, [1, 2, 3], 0),
    (heaps.heappush_max, [3, 2, 1], 4),
    (heaps.heappop, [1, 2, 3, 4]),
    (heaps.heapreplace, [1, 2, 3, 4], 9),
    (heaps.heappushpop, [1, 2, 3, 4], 9),
    (heaps.siftdown_textbook, [4, 1, 2, 3], 0),
    (heaps.heapsort, [5, 3, 4, 1, 2]),
    (heaps.nsmallest, 2, [5, 3, 3, 1, 2]),
    (heaps.nlargest, 2, [5, 3, 5, 1, 2]),
    (heaps.merge, [1, 4], [2, 3]),
    (heaps.is_heap, [1, 2, 3]),
    (bucket_sort, [5.5, 3.0, 4.0, 1.0]),
    (maximum_gap, [3, 6, 9, 1]),
    (gap_buckets, [3, 6, 9, 1], 2),
    (combination_sum, [2, 3, 6, 7], 7),
    (combination_sum2, [10, 1, 2, 7, 6, 1, 5], 8),
    (knapsack, [2, 3, 4, 5], [3, 4, 5, 6], 8),
    (knapsack_table, [2, 0, 4], [3, 4, -5], 6),
    (knapsack_items, [2, 3, 4, 5], [3, 4, 5, 6], 8),
    (unbounded_knapsack, [2, 3, 4, 5], [3, 4, 5, 6], 8),
]
every_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0].__name__)


def copied(arguments):
    return [list(a) if isinstance(a, list) else a for a in arguments]


def test_every_operation_of_a_small_run_is_logged_with_its_line():
    trace = record(running_sum, [3, 4])
    first = running_sum.__code__.co_firstlineno
    add, done = first + 3, first + 4
    assert trace.start == {"total": [0]}
    assert trace.events == [
        ["get", "total", 0, 0, add],
        ["push", "total", 1, 3, add],
        ["get", "total", 1, 3, add],
        ["push", "total", 2, 7, add],
        ["note", "done", None, 3, done],
    ]
    assert trace.result == [0, 3, 7]
    assert trace.arguments == {"nums": [3, 4]}
    assert [(part["name"], part["first_line"]) for part in trace.source] == [("running_sum", first)]


def test_comparisons_are_logged_with_values_and_outcome():
    trace = record(heaps.heappush, [2], 1)
    asked = [event[:4] for event in trace.events if event[0] == "lt"]
    assert asked == [["lt", "heap", [1, 2], True]]
    assert trace.state_at(len(trace.events)) == {"heap": [1, 2]}


def test_greater_is_logged_as_the_less_that_it_asks():
    def largest(nums):
        best = nums[0]
        for k in range(1, len(nums)):
            if nums[k] > best:
                best = nums[k]
        return best

    trace = record(largest, [1, 3, 2])
    assert [event[1:4] for event in trace.events if event[0] == "lt"] == [
        ["nums", [1, 3], True],
        ["nums", [3, 2], False],
    ]
    assert trace.result == 3


@every_call
def test_recording_changes_neither_result_nor_arguments(call):
    function, *arguments = call
    given = copied(arguments)
    trace = record(function, *given)
    assert given == arguments
    expected = function(*copied(arguments))
    assert trace.result == (list(expected) if hasattr(expected, "__next__") else expected)


@every_call
def test_every_read_agrees_with_the_replayed_state(call):
    trace = record(call[0], *copied(call[1:]))
    assert trace.events
    for step, (op, name, index, value, _) in enumerate(trace.events):
        if op == "get":
            assert trace.state_at(step)[name][index] == value
        if op == "pop":
            assert trace.state_at(step)[name][-1] == value


@every_call
def test_every_line_lies_in_a_recorded_source_and_says_what_runs(call):
    trace = record(call[0], *copied(call[1:]))
    assert trace.source[0]["name"] == call[0].__name__
    lines = {}
    for part in trace.source:
        lines.update(enumerate(part["text"].splitlines(), part["first_line"]))
    signs = {"set": "] = ", "push": ".append(", "pop": ".pop(", "note": "note("}
    for op, *_, line in trace.events:
        assert signs.get(op, "") in lines[line]


@every_call
def test_the_same_call_gives_the_same_json(call):
    texts = {record(call[0], *copied(call[1:])).to_json() for _ in range(2)}
    assert len(texts) == 1
    assert json.loads(texts.pop())["function"] == call[0].__name__


@pytest.mark.parametrize("seed", range(5))
def test_replaying_the_events_gives_the_final_list(seed):
    rng = random.Random(seed)
    nums = [rng.randrange(20) for _ in range(15)]
    trace = record(heaps.heapify, nums)
    expected = list(nums)
    heaps.heapify(expected)
    assert trace.state_at(0) == {"heap": nums}
    assert trace.state_at(len(trace.events)) == {"heap": expected}


def test_helper_functions_bring_their_own_source():
    trace = record(heaps.heappop, [1, 2, 3])
    assert [part["name"] for part in trace.source] == ["heappop", "_siftup", "_siftdown"]


def test_nested_functions_are_shown_inside_their_function():
    trace = record(combination_sum, [2], 4)
    assert [part["name"] for part in trace.source] == ["combination_sum"]

    def up_to_its_end(nums):
        @called
        def first():
            return nums[0]

    def called(function):
        function()

    trace = record(up_to_its_end, [3])
    assert len(trace.events) == 1
    assert [part["name"] for part in trace.source] == ["up_to_its_end"]


def test_the_docstring_can_be_folded():
    def nested(nums):
        """Say something

        at length."""
        return nums[0]

    plain, documented = record(running_sum, [1]), record(heaps.heappush, [1], 2)
    assert plain.source[0]["docstring"] is None
    for part in [*documented.source, *record(nested, [1]).source]:
        lines = dict(enumerate(part["text"].splitlines(), part["first_line"]))
        first, last = part["docstring"]
        assert lines[first].strip().startswith('"""')
        assert lines[last].strip().endswith('"""')
        assert first == part["first_line"] + 1


def test_a_driver_in_another_file_is_left_out():
    def drain(heap):
        return [heaps.heappop(heap) for _ in range(len(heap))]

    trace = record(drain, [1, 2, 3])
    assert trace.result == [1, 2, 3]
    assert [part["name"] for part in trace.source] == ["heappop", "_siftup", "_siftdown"]


def test_comprehensions_and_lambdas_belong_to_their_function():
    def doubled(nums, *, new=new_list):
        nums = new("nums", nums)
        double = lambda k: 2 * nums[k]  # noqa: E731
        return [nums[k] for k in range(1)] + [double(1)]

    trace = record(doubled, [3, 4])
    assert trace.result == [3, 8]
    assert [part["name"] for part in trace.source] == ["doubled"]
    assert trace.events[0][4] == trace.events[1][4] + 1

    last = record(lambda nums: nums[-1], [3, 4])
    assert last.result == 4
    assert [part["name"] for part in last.source] == ["<lambda>"]


def test_lines_of_two_files_are_refused():
    def peek_and_pop(heap):
        return heap[0], heaps.heappop(heap)

    with pytest.raises(ValueError, match="one file"):
        record(peek_and_pop, [1, 2])


def test_counts_run_with_the_steps():
    trace = record(heaps.heapify, [3, 2, 1])
    assert trace.counts(0) == dict.fromkeys(OPS, 0)
    # children compared, smaller one up, item placed; then the item against its parent, placed again
    assert trace.counts() == {"get": 6, "set": 3, "push": 0, "pop": 0, "lt": 2, "le": 0, "note": 3}
    assert trace.counts(len(trace.events)) == trace.counts()
    for step in range(len(trace.events)):
        before, after = trace.counts(step), trace.counts(step + 1)
        assert after[trace.events[step][0]] == before[trace.events[step][0]] + 1


@pytest.mark.parametrize("step", [-1, 4])
def test_a_step_outside_the_trace_is_an_error(step):
    trace = record(running_sum, [3])
    assert len(trace.events) == 3
    for method in (trace.state_at, trace.counts):
        with pytest.raises(ValueError, match=rf"step must be in 0\.\.3, got {step}"):
            method(step)


CHANGES = {
    "insert": lambda x: x.insert(0, 1),
    "remove": lambda x: x.remove(1),
    "clear": lambda x: x.clear(),
    "pop(0)": lambda x: x.pop(0),
    "del": lambda x: x.__delitem__(0),
    "del slice": lambda x: x.__delitem__(slice(1)),
    "slice": lambda x: x.__setitem__(slice(1), [5, 6]),
    "*=": lambda x: x.__imul__(2),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_unrecorded_change_raises_and_leaves_the_list_alone(change):
    left = []

    def algorithm(*, new=new_list):
        x = new("x", [3, 1, 2])
        try:
            change(x)
        finally:
            left[:] = x[:]

    with pytest.raises(TypeError, match="'x' was changed in another way"):
        record(algorithm)
    assert left == [3, 1, 2]


def test_a_refusal_that_the_algorithm_swallows_is_still_an_error():
    def stubborn(nums):
        try:
            nums.insert(0, 9)
        except TypeError:
            nums.append(9)

    with pytest.raises(RuntimeError, match="same result watched and unwatched"):
        record(stubborn, [1, 2])


GROWTH = {
    "extend": (lambda x: x.extend([8, 9]), ["push", "push"]),
    "extend by itself": (lambda x: x.extend(x), ["push"] * 3),
    "+=": (lambda x: x.__iadd__([8]), ["push"]),
    "insert at the end": (lambda x: x.insert(3, 8), ["push"]),
    "pop(len - 1)": (lambda x: x.pop(len(x) - 1), ["pop"]),
    "del the last": (lambda x: x.__delitem__(-1), ["pop"]),
    "a slice as long": (lambda x: x.__setitem__(slice(1, None), (7, 8)), ["set"] * 2),
    "sort": (lambda x: x.sort(reverse=True), ["set"] * 3),
    "reverse": (lambda x: x.reverse(), ["set"] * 3),
}


@pytest.mark.parametrize("case", GROWTH.values(), ids=GROWTH.keys())
def test_changes_at_the_end_and_in_place_are_recorded(case):
    change, ops = case

    def algorithm(*, new=new_list):
        x = new("x", [3, 1, 2])
        change(x)
        return x[:]

    expected = [3, 1, 2]
    change(expected)
    trace = record(algorithm)
    assert trace.result == expected
    assert [event[0] for event in trace.events] == ops


def test_a_change_by_c_code_is_noticed():
    def push(heap):
        c_heappush(heap, 0)

    with pytest.raises(RuntimeError, match="'heap' was changed unseen"):
        record(push, [1, 2])


def test_a_stored_list_that_changes_later_is_noticed():
    def lost_path(*, new=new_list):
        path, out = new("path"), new("out")
        path.append(1)
        out.append(path)
        path.pop()
        return out

    with pytest.raises(RuntimeError, match="'out' was changed unseen"):
        record(lost_path)


def test_negative_indices_slices_and_iteration():
    def algorithm(*, new=new_list):
        x = new("x", [10, 20, 30])
        x[-1] = x[-3]
        return [*reversed(x), *x, *x[1:]]

    trace = record(algorithm)
    assert [event[:4] for event in trace.events[:2]] == [["get", "x", 0, 10], ["set", "x", 2, 10]]
    assert [event[2] for event in trace.events[2:]] == [2, 1, 0, 0, 1, 2]
    assert trace.result == [10, 20, 10, 10, 20, 10, 20, 10]


def test_an_index_that_does_not_exist_logs_nothing():
    logged = []

    def algorithm(*, new=new_list):
        x = new("x")
        for attempt in (lambda: x[0], lambda: x.__setitem__(0, 1), x.pop):
            with pytest.raises(IndexError):
                attempt()
        logged.extend(x)

    assert record(algorithm).events == []


def test_two_lists_of_one_name_are_refused():
    def algorithm(*, new=new_list):
        new("x")
        new("x")

    with pytest.raises(ValueError, match="got 'x' twice"):
        record(algorithm)


@pytest.mark.parametrize("name", ["new", "note"])
def test_the_recorders_arguments_cannot_be_passed(name):
    with pytest.raises(TypeError, match=f"{name} is the recorder's own"):
        record(running_sum, [1], **{name: list})


@pytest.mark.parametrize("function", [sorted, len, 3, None, partial(sorted), [].append])
def test_only_python_functions_can_be_recorded(function):
    with pytest.raises(TypeError, match="must be written in Python, got"):
        record(function, [1])


def test_a_coroutine_is_refused():
    async def later(nums):
        return nums[0]

    with pytest.raises(TypeError, match="must not be a coroutine"):
        record(later, [1])


# --- the function's own result, or an error ------------------------------------------------------


def insertion_sort(a):
    for i in range(1, len(a)):
        key, j = a[i], i - 1
        while j >= 0 and a[j] > key:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = key


def bubble_sort(a):
    for end in range(len(a) - 1, 0, -1):
        for k in range(end):
            if not a[k] <= a[k + 1]:
                a[k], a[k + 1] = a[k + 1], a[k]


def merge_sort(a):
    if len(a) <= 1:
        return a
    left, right = merge_sort(a[: len(a) // 2]), merge_sort(a[len(a) // 2 :])
    out, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            out.append(left[i])
            i += 1
        else:
            out.append(right[j])
            j += 1
    return out + left[i:] + right[j:]


def quicksort(a):
    if len(a) < 2:
        return a[:]
    pivot, *rest = a
    low, high = [x for x in rest if x < pivot], [x for x in rest if x >= pivot]
    return [*quicksort(low), pivot, *quicksort(high)]


def counting_sort(a):
    counts = [0] * (max(a, default=-1) + 1)
    for x in a:
        counts[x] += 1
    return [x for x, times in enumerate(counts) for _ in range(times)]


def prefix_sums(a):
    for k in range(1, len(a)):
        a[k] += a[k - 1]
    return f"{sum(a)} {a[-1] if a else None:}", -a[0] if a else None


def without_zeros(a):
    return [x for x in a if x], sum(1 for x in a if x), [not x for x in a]


SORTS = [insertion_sort, bubble_sort, merge_sort, quicksort]
ALGORITHMS = [*SORTS, counting_sort, prefix_sums, without_zeros]


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda f: f.__name__)
@given(nums=st.lists(st.integers(0, 9), max_size=9))
def test_algorithms_in_place_give_what_they_give_unwatched(algorithm, nums):
    ours = list(nums)
    expected = algorithm(ours)
    trace = record(algorithm, nums)
    assert trace.result == expected
    assert types(trace.result) == types(expected)
    if "new" not in algorithm.__code__.co_varnames:
        assert trace.state_at(len(trace.events)) == {"a": ours}


def types(value):
    return [types(v) for v in value] if isinstance(value, list | tuple) else type(value)


@pytest.mark.parametrize("sort", [*SORTS, sorted, min, max], ids=lambda f: f.__name__)
@given(nums=st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_every_comparison_of_elements_is_logged(sort, nums):
    class Asked(int):
        times = 0

        def ask(self, other, question):
            Asked.times += 1
            return question(int(self), int(other))

        __lt__ = partialmethod(ask, question=operator.lt)
        __gt__ = partialmethod(ask, question=operator.gt)
        __le__ = partialmethod(ask, question=operator.le)
        __ge__ = partialmethod(ask, question=operator.ge)

    def run(a):
        return sort(a)

    sort([Asked(x) for x in nums])
    counts = record(run, nums).counts()
    assert counts["lt"] + counts["le"] == Asked.times


def test_less_or_equal_is_logged_as_such():
    def ask(a):
        return a[0] <= a[1], a[0] >= a[1], a[0] <= a[2], a[0] <= 1

    asked = [event[:4] for event in record(ask, [2, 1, nan]).events if event[0] == "le"]
    assert asked[:2] == [["le", "a", [2, 1], False], ["le", "a", [1, 2], True]]
    assert [repr(event[2:]) for event in asked[2:]] == ["[[2, nan], False]", "[[2, 1], False]"]


ELEMENT = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 4), st.integers(10**20, 10**20 + 3), st.floats(),
    st.text("ab", max_size=2), st.tuples(st.integers(0, 2), st.text("ab", max_size=1)),
    st.binary(max_size=1),
)  # fmt: skip
READS = {
    "lt": lambda a, b, i, j, v: a[i] < b[j],
    "le": lambda a, b, i, j, v: a[i] <= b[j],
    "gt": lambda a, b, i, j, v: a[i] > v,
    "ge": lambda a, b, i, j, v: v >= a[i],
    "eq": lambda a, b, i, j, v: (a[i] == b[j], a[i] != v, v == a[j]),
    "add": lambda a, b, i, j, v: (a[i] + b[j], a[i] - b[j], a[i] * 2),
    "divide": lambda a, b, i, j, v: (a[i] // b[j], a[i] / b[j], a[i] % b[j], divmod(a[i], 3)),
    "negate": lambda a, b, i, j, v: (-a[i], +a[i], abs(a[i]), ~a[i]),
    "power": lambda a, b, i, j, v: (a[i] ** 2, pow(a[i], 2, 5), a[i] & 3, a[i] << 1),
    "format": lambda a, b, i, j, v: (f"{a[i]} {a[i]!r}", str(a[i]), repr(a[i])),
    "format as a number": lambda a, b, i, j, v: f"{a[i]:5.1f}",
    "truth": lambda a, b, i, j, v: [not x for x in a] + [x is None for x in b] + [bool(a[i])],
    "kind": lambda a, b, i, j, v: [isinstance(x, (int, str)) for x in a],
    "convert": lambda a, b, i, j, v: (int(a[i]), float(a[i]), round(a[i])),
    "use as index": lambda a, b, i, j, v: ("abcde"[a[i]], range(9)[a[i]], [0] * a[j], chr(a[i])),
    "key of a dict": lambda a, b, i, j, v: (
        {x: 1 for x in a},
        sorted(set(b), key=repr),
        hash(a[i]) == hash(v),
    ),
    "contains": lambda a, b, i, j, v: (v in a, v not in b, a[i] in b),
    "index": lambda a, b, i, j, v: (a.index(v), b.index(a[i], 1), a.index(a[i], -3, 2)),
    "count": lambda a, b, i, j, v: (a.count(v), a.count(b[j])),
    "copy": lambda a, b, i, j, v: (a.copy(), copy.copy(a), copy.deepcopy(b), list(a), tuple(b)),
    "slices": lambda a, b, i, j, v: (a[i:], a[:j], a[::-1], a[i:j:2]),
    "concatenate": lambda a, b, i, j, v: (a + [v], [v] + a, a + b, a * 2, 2 * b),  # noqa: RUF005
    "lists": lambda a, b, i, j, v: (a == b, a != b, a == [v], [v] == b, a == 3, a is b),
    "order of lists": lambda a, b, i, j, v: (a < b, a <= b, [v] > a, a >= [v]),
    "unpack": lambda a, b, i, j, v: [*a, *b, *zip(a, b, strict=False), *enumerate(a)],
    "iterate": lambda a, b, i, j, v: (list(reversed(a)), list(map(str, b)), len(a), bool(a)),
    "sum": lambda a, b, i, j, v: sum(a),
    "extremes": lambda a, b, i, j, v: (min(a), max(b, default=v), min(a, key=str)),
    "sorted": lambda a, b, i, j, v: (sorted(a), sorted(b, reverse=True)),
    "sorted by": lambda a, b, i, j, v: sorted(a, key=lambda x: str(x)),
    "any": lambda a, b, i, j, v: (any(a), all(b)),
    "parts": lambda a, b, i, j, v: (a[i][0], a[i][1:], len(a[i]), [*a[i]]),
    "parts in order": lambda a, b, i, j, v: a[i][0] < a[j][0],
    "text": lambda a, b, i, j, v: (a[i].upper(), "".join(a), a[i] + "c"),
    "bisect": lambda a, b, i, j, v: bisect.bisect(a, v),
}
WRITES = {
    "set": lambda a, b, i, j, v: a.__setitem__(i, v),
    "swap": lambda a, b, i, j, v: (a.__setitem__(i, a[j]), b.__setitem__(j, a[i])),
    "push": lambda a, b, i, j, v: (a.append(v), b.append(a[i])),
    "pop": lambda a, b, i, j, v: (a.pop(), b.pop(len(b) - 1)),
    "extend": lambda a, b, i, j, v: (a.extend(b[:2]), a.__iadd__([v]), b.extend(b)),
    "slice": lambda a, b, i, j, v: a.__setitem__(slice(0, 2), a[:2][::-1]),
    "sort": lambda a, b, i, j, v: (a.sort(), b.reverse()),
    "sort by": lambda a, b, i, j, v: a.sort(key=str, reverse=True),
    "del": lambda a, b, i, j, v: a.__delitem__(-1),
}
PLACE = st.integers(-3, 3)
STEP = st.tuples(st.sampled_from([*READS.items(), *WRITES.items()]), PLACE, PLACE, ELEMENT)
PROGRAM = st.lists(STEP, max_size=5).map(tuple)
SCALAR = st.one_of(
    ELEMENT, st.integers(-3, 4).map(np.int64), st.floats(-3, 3).map(np.float64), st.just(np.True_)
)


def run_program(a, b, program):
    """Do some steps to two lists and return what each gave, or the kind of its error."""
    given = []
    for (_, work), i, j, value in program:
        try:
            given.append(work(a, b, i, j, value))
        except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError) as error:
            given.append(type(error))
        except AttributeError as error:
            given.append(type(error))
        assert len(a) < 1000
    return given, a, b


@settings(max_examples=300)
@given(st.lists(ELEMENT, max_size=4), st.lists(ELEMENT, max_size=4), PROGRAM)
def test_a_random_program_gives_what_it_gives_unwatched(a, b, program):
    expected = run_program(list(a), list(b), program)
    trace = record(run_program, a, b, program)
    assert repr(trace.result) == repr(expected)
    assert types(trace.result) == types(expected)


@pytest.mark.parametrize("name", READS | WRITES)
def test_each_step_gives_what_it_gives_unwatched(name):
    program = (((name, (READS | WRITES)[name]), 1, 2, 1),)
    for a, b in (([3, 1, 2, 1], [2, 5, 1]), ([[1], [1, 2]], [[3], [0], [1]]), ("bab", "abc")):
        trace = record(run_program, list(a), list(b), program)
        assert repr(trace.result) == repr(run_program(list(a), list(b), program))


@settings(max_examples=100)
@given(st.lists(SCALAR, max_size=4), st.lists(SCALAR, max_size=4), PROGRAM)
def test_other_numbers_give_what_they_give_unwatched_or_are_refused(a, b, program):
    expected = run_program(list(a), list(b), program)
    try:
        trace = record(run_program, a, b, program)
    except (RuntimeError, ValueError) as refusal:  # fractions.py asks on lines of its own
        assert re.search("must give the same result|lines of one file", str(refusal))
    else:
        assert repr(trace.result) == repr(expected)


@settings(max_examples=100)
@given(st.lists(ELEMENT, max_size=4), PROGRAM)
def test_a_list_that_comes_twice_is_one_list(a, program):
    one, kept = list(a), list(a)
    expected = run_program(one, one, program)
    trace = record(run_program, kept, kept, program)
    assert repr(kept) == repr(a)
    assert repr(trace.result) == repr(expected)
    assert list(trace.start) == ["a"]


def test_a_list_inside_a_list_keeps_what_it_shares():
    def read(grid, row):
        return [x is row for x in grid], grid[0][0], sum(row)

    def write(grid, row):
        row[0] = 5

    row = [1, 2]
    assert record(read, [row, [3], row], row).result == ([True, False, True], 1, 3)
    with pytest.raises(RuntimeError, match="'grid' was changed unseen"):
        record(write, [row], row)
    assert row == [1, 2]


def test_arguments_of_any_shape_stay_as_they_are():
    def work(pair, table, nums, *rest, **named):
        pair[0].append(1)
        table["x"].append(2)
        nums[0] = rest[0][0] = named["last"][0] = 7
        return sum(given)

    given = iter([])
    arguments = ([0], None), {"x": [0]}, np.zeros(2), [0]
    trace = record(work, *arguments, last=[0])
    assert repr(arguments) == repr((([0], None), {"x": [0]}, np.zeros(2), [0]))
    assert trace.start == {"rest/0": [0], "last": [0]}
    assert [event[:4] for event in trace.events] == [
        ["set", "rest/0", 0, 7],
        ["set", "last", 0, 7],
    ]


def test_an_iterator_is_read_once():
    def total(nums, *, new=new_list):
        kept = new("kept", nums)
        return sum(kept)

    for nums in (iter([1, 2]), (x for x in (1, 2)), map(int, "12")):
        assert record(total, nums).result == 3


def test_random_numbers_come_from_a_copy_of_the_generator():
    def shuffled(nums, rng):
        rng.shuffle(nums)
        return nums

    rng = random.Random(1)
    trace = record(shuffled, list(range(9)), rng)
    assert trace.result == shuffled(list(range(9)), random.Random(1))
    assert rng.random() == random.Random(1).random()


def test_a_function_that_is_not_repeatable_is_refused():
    seen = []

    def longer(nums):
        seen.append(nums[0])
        return len(seen)

    with pytest.raises(RuntimeError, match="same result watched and unwatched, got"):
        record(longer, [1])


def test_what_an_element_on_loan_cannot_do_is_refused():
    def exact(nums):
        return [type(x) is int for x in nums]

    def exact_and_ordered(nums):
        return type(max(nums)) is int

    assert record(exact, [1, 2]).result == [True, True]  # nothing is ordered: no loans
    with pytest.raises(RuntimeError, match="got False"):
        record(exact_and_ordered, [1, 2])


def test_an_error_of_the_function_is_its_own():
    def divide(nums):
        return nums[0] / nums[1]

    with pytest.raises(ZeroDivisionError):
        record(divide, [1, 0])


def test_a_list_of_a_class_of_its_own_is_refused():
    class Stack(list):
        pass

    with pytest.raises(TypeError, match="heap must be a plain list to be watched, got Stack"):
        record(heaps.heappush, Stack(), 1)


class Queue:
    """A queue with a sum."""

    def __init__(self, items=()):
        self.items, self.total = list(items), sum(items)

    def push(self, item):
        """Add an item."""
        self.items.append(item)
        self.total += item
        return self.total

    def __call__(self, nums):
        return nums[0] + self.total


def test_a_method_is_recorded_with_the_lists_of_its_object():
    queue = Queue([1])
    trace = record(queue.push, 5)
    assert (trace.function, trace.arguments, trace.result) == ("push", {"item": 5}, 6)
    assert trace.start == {"self.items": [1]}
    assert [event[:4] for event in trace.events] == [["push", "self.items", 1, 5]]
    assert (queue.items, queue.total) == ([1], 1)
    assert [part["name"] for part in trace.source] == ["push"]
    assert json.loads(trace.to_json())["function"] == "push"
    assert record(queue, [2]).result == 3


def test_a_partial_is_recorded_as_its_function():
    trace = record(partial(heaps.heappush, item=1), [2, 3])
    assert trace.arguments["item"] == 1
    assert trace.state_at(len(trace.events)) == {"heap": [1, 3, 2]}
    assert record(partial(insertion_sort, [2, 1])).state_at(0) == {"a": [2, 1]}
    with pytest.raises(TypeError, match="note is the recorder's own"):
        record(partial(running_sum, note=print), [1])


def from_javascript(text):
    """What the one-line reviver of a front end gives."""
    return json.loads(
        text,
        object_hook=lambda d: float(d["number"]) if d.keys() == {"number"} else d,
        parse_constant=pytest.fail,
    )


def test_json_carries_what_json_cannot():
    values = [-math.inf, math.inf, math.nan, 2**53, -(10**20), Fraction(1, 3), (1, "a"), None, True]

    def keep(values, *, new=new_list):
        return new("x", values)

    text = record(keep, [*values, np.int64(3), np.float64(-np.inf)]).to_json()
    document = from_javascript(text)
    kept = document["start"]["x"]
    assert kept[:2] == [-math.inf, math.inf]
    assert math.isnan(kept[2])
    assert kept[3:] == [
        2.0**53,
        -1e20,
        {"text": "1/3"},
        [1, "a"],
        None,
        True,
        3,
        -math.inf,
    ]
    assert '{"number":"-Infinity"}' in text
    assert '{"number":"9007199254740992"}' in text
    assert document["result"][:2] == [-math.inf, math.inf]


def test_infeasible_cells_reach_javascript_as_minus_infinity():
    trace = record(knapsack, [2], [3], 2, exact=True)
    assert from_javascript(trace.to_json())["start"]["f"] == [0, -math.inf, -math.inf]


def test_json_holds_the_whole_trace():
    trace = record(combination_sum, [2, 3], 6)
    document = json.loads(trace.to_json())
    for part in ("function", "arguments", "result", "start", "events", "source"):
        assert document[part] == getattr(trace, part)


def test_a_table_cells_reads_are_its_two_sources():
    weights, values, capacity = [2, 0, 4, 9], [3, 1, 5, 7], 7
    trace = record(knapsack_table, weights, values, capacity)
    reads, cells = [], 0
    for op, name, index, _, _ in trace.events:
        if op == "get":
            reads.append((name, index))
        elif op == "push":
            i, cells = int(name.removeprefix("f/")), cells + 1
            above, weight = f"f/{i - 1}", weights[i - 1]
            sources = [(above, index)] + [(above, index - weight)] * (weight <= index)
            assert reads == sources
            reads = []
    assert cells == len(weights) * (capacity + 1)
    assert reads == []


def test_a_row_cells_reads_are_its_two_sources():
    weights, capacity = [2, 3], 5
    trace = record(knapsack, weights, [3, 4], capacity)
    writes = [event for event in trace.events if event[0] == "set"]
    assert [event[2] for event in writes] == [5, 4, 3, 2, 5, 4, 3]
    reads = [event[2] for event in trace.events if event[0] == "get"]
    assert reads == [5, 3, 4, 2, 3, 1, 2, 0, 5, 2, 4, 1, 3, 0, 5]
