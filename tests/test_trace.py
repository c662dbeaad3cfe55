import json
import math
import random
from fractions import Fraction
from heapq import heappush as c_heappush

import numpy as np
import pytest

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
    assert trace.counts() == {"get": 6, "set": 3, "push": 0, "pop": 0, "lt": 2, "note": 0}
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
    "sort": lambda x: x.sort(),
    "reverse": lambda x: x.reverse(),
    "extend": lambda x: x.extend([1]),
    "insert": lambda x: x.insert(0, 1),
    "remove": lambda x: x.remove(1),
    "clear": lambda x: x.clear(),
    "pop(0)": lambda x: x.pop(0),
    "del": lambda x: x.__delitem__(0),
    "del slice": lambda x: x.__delitem__(slice(1)),
    "slice": lambda x: x.__setitem__(slice(1), [5]),
    "+=": lambda x: x.__iadd__([1]),
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
            left.extend(x[:])

    with pytest.raises(TypeError, match="'x' was changed in another way"):
        record(algorithm)
    assert left == [3, 1, 2]


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


@pytest.mark.parametrize("function", [sorted, len, 3, None])
def test_only_python_functions_can_be_recorded(function):
    with pytest.raises(TypeError, match="must be written in Python, got"):
        record(function, [1])


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
