"""Replay: the stepper shows what the trace says, and its questions have the right answers."""

import json
from math import inf

import pytest

from glassbox.checks import integer
from glassbox.dynamic_programming import knapsack_table
from glassbox.figures import array, code, moments, replay, steps, tree
from glassbox.figures.replay import say, which_cell
from glassbox.heaps import heapify
from glassbox.trace import new_list, no_note, record


@pytest.fixture(scope="module")
def trace():
    return record(heapify, [9, 4, 7, 1, 8, 2, 6])


def field(spec, place, name, frame):
    """Return one field of a panel in one frame of a payload, its references resolved."""
    panel = spec["panels"][place]
    at = panel["base"].get(name)
    return spec["pool"][panel["vary"][name][frame] if at is None else at]


# --- moments -----------------------------------------------------------------------------------


def test_each_moment_holds_the_state_and_the_counts_of_the_trace(trace):
    made = moments(trace)
    assert len(made) == len(trace.events) + 1
    for step, moment in enumerate(made):
        assert moment.state == trace.state_at(step)
        counts = trace.counts(step)
        assert {op: moment.counts[op] for op in counts} == counts


def test_marks_are_the_reads_since_the_last_change_and_the_change(trace):
    for moment in moments(trace)[1:]:
        op, name, index, _, _ = moment.event
        marks = moment.marks.get(name, {})
        if op == "get":
            assert marks[index] == "read"
        elif op == "set":
            assert marks[index] == "write"
            assert list(marks.values()).count("write") == 1


def test_a_change_clears_the_marks_before_the_next_event():
    made = moments(record(knapsack_table, [1], [5], 2))
    writes = [m.step for m in made if m.event and m.event[0] == "push"]
    after = made[writes[0] + 1]
    assert "write" not in after.marks.get("f/1", {}).values()


def test_a_moment_before_the_first_event_has_no_event(trace):
    first = moments(trace)[0]
    assert first.event is None
    assert first.sentence().startswith("Nothing has happened yet")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (["get", "heap", 2, 7, 1], "Read heap[2], 7"),
        (["set", "heap", 0, 3, 1], "Write 3 to heap[0]"),
        (["push", "path", 1, 5, 1], "Append 5 to path"),
        (["pop", "path", 1, 5, 1], "Take 5 off the end of path"),
        (["lt", "heap", [3, 5], True, 1], "Ask whether 3 < 5: yes"),
        (["lt", "heap", [5, 3], False, 1], "Ask whether 5 < 3: no"),
        (["note", "prune", None, 6, 1], "Prune 6"),
        (["note", "skip", None, None, 1], "Skip"),
    ],
)
def test_events_are_said_in_words(event, words):
    assert say(event) == words


def test_a_moment_counts_in_words_what_was_asked_read_and_changed():
    def work(nums):
        nums.append(3)
        nums[0] = nums[1] if nums[0] < nums[1] else 9
        nums.pop()

    made = moments(record(work, [1, 2]))
    assert made[-1].sentence() == (
        "Take 3 off the end of nums. So far 1 comparison, 3 reads, 3 writes."
    )


def test_a_cell_that_was_read_and_is_taken_off_has_no_mark():
    def work(nums):
        nums.pop(nums[-1] * 0 - 1)

    made = moments(record(work, [1, 2]))
    assert [moment.marks for moment in made] == [{}, {"nums": {1: "read"}}, {"nums": {}}]


def test_a_question_offers_cells_of_the_list_in_order_and_two_cells_are_no_question():
    def work(nums):
        return nums[0]

    asked = {n: which_cell(record(work, list(range(n)))) for n in (2, 3, 8)}
    assert asked[2] == {}
    assert asked[3][1][1:] == (["nums[0]", "nums[1]", "nums[2]"], "nums[0]")
    grown = which_cell(record(lambda nums: [nums.append(3), nums[0]], [1, 2]))
    assert list(grown) == [2], "there are three when it is asked"
    assert asked[8][1][1:] == (["nums[0]", "nums[1]", "nums[4]", "nums[7]"], "nums[0]")


# --- the figure --------------------------------------------------------------------------------


def test_every_frame_shows_the_state_and_lights_the_running_line(trace):
    spec = json.loads(replay(trace).payload)
    assert [p["kind"] for p in spec["panels"]] == ["array", "code"]
    for step in range(len(trace.events) + 1):
        cells = field(spec, 0, "cells", step)
        assert cells == [[str(v) for v in trace.state_at(step)["heap"]]]
        line = field(spec, 1, "line", step)
        assert line == (trace.events[step - 1][-1] if step else None)


def test_the_lit_line_is_among_the_lines_shown(trace):
    spec = json.loads(replay(trace).payload)
    shown = {number for number, _ in field(spec, 1, "lines", 0)}
    assert {event[-1] for event in trace.events} <= shown


def test_each_question_is_answered_by_the_event_to_come(trace):
    questions = which_cell(trace)
    assert questions
    for step, (_, options, answer) in questions.items():
        op, name, index, _, _ = trace.events[step - 1]
        assert op == "get"
        assert answer == f"{name}[{index}]"
        assert answer in options and len(set(options)) == len(options) >= 2


def test_the_step_is_a_trait(trace):
    figure = replay(trace, start=3)
    assert figure.step == 3
    figure.step = 5
    assert figure.step == 5


def test_a_view_chooses_the_panels(trace):
    def view(moment):
        n = len(moment.state["heap"])
        return tree(moment.state["heap"], [-1, *((i - 1) // 2 for i in range(1, n))], binary=True)

    spec = json.loads(replay(trace, view).payload)
    assert [p["kind"] for p in spec["panels"]] == ["tree"]


def test_a_replay_may_have_one_step_and_start_at_its_end():
    assert steps(1, 1).index == 1 and steps(1).index == 0
    assert steps(1).labels == ("0 of 1", "1 of 1")


@pytest.mark.parametrize(
    ("count", "start", "questions"),
    [(0, 0, None), (5, 6, None), (5, -1, None), (5, 0, {1: ("Which?", ["a", "b"], "c")})],
)
def test_bad_steps_are_refused(count, start, questions):
    with pytest.raises(ValueError, match="wants"):
        steps(count, start, questions=questions)


# --- panels of data structures -----------------------------------------------------------------


def test_an_array_writes_values_short():
    cells = array([0, 2.5, -inf, inf, None, "ab", 1 / 3]).fields["cells"]
    assert cells == [["0", "2.5", "−∞", "∞", "", "ab", "0.3333"]]


def test_a_table_may_be_ragged():
    panel = array([[1, 2, 3], [4]], marks={(1, 0): "write"}, arrows=[((0, 2), (1, 0))])
    assert panel.fields["marks"] == [[1, 0, "write"]]
    assert panel.fields["arrows"] == [[[0, 2], [1, 0]]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: array([1, 2], marks={2: "read"}), "marks wants cells of the array; got 2"),
        (lambda: array([1, 2], marks={0: "red"}), "marks wants one of read"),
        (lambda: array([[1], [2]], arrows=[((0, 0), (2, 0))]), "arrows wants cells"),
        (lambda: array([1, 2], columns=["a"]), "columns wants 2 strings; got 1"),
        (lambda: tree(["a", "b"], [-1]), "parents wants 2 values"),
        (lambda: tree(["a", "b"], [-1, 1]), "parents wants no circle; node 1 is its own ancestor"),
        (lambda: tree("abc", [-1, 2, 1]), "parents wants no circle; node 1 is its own ancestor"),
        (lambda: tree(["a"], [1]), r"parents\[0\] wants one of 1 nodes, or -1 \(a root\); got 1"),
        (lambda: tree(["a"], [-1], marks={1: "read"}), "marks wants nodes from 0 to 0; got 1"),
        (lambda: tree(["a"], [-1], kinds=["leaf", "b"]), "kinds wants 1 strings; got 2"),
        (lambda: tree(["a"], [-1], looks={"leaf": "oval"}), "looks wants words of: filled; circle"),
        (lambda: tree(["a"], [-1], legend={"leaf": "a leaf"}), "legend wants one of read"),
    ],
)
def test_bad_data_structures_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_tree_may_be_several_and_its_parents_stand_in_any_order():
    fields = tree("abcd", [2, -1, -1, 0], kinds=["x", "y", "x", "x"]).fields
    assert fields["parents"] == [2, -1, -1, 0] and fields["looks"] is None


def test_kinds_look_and_are_called_as_the_caller_says():
    looks = {"won": "filled right square", "cut": "cross orange"}
    fields = tree("ab", [-1, 0], kinds=["won", "cut"], looks=looks, legend={"cut": "too large"})
    assert fields.fields["looks"] == {
        "won": {"shape": "square", "color": "green", "filled": True},
        "cut": {"shape": "cross", "color": "orange", "filled": False},
    }


def test_code_leaves_out_the_docstring():
    source = [{"name": "f", "first_line": 10, "text": 'def f():\n    """Doc."""\n    return 1\n'}]
    assert [n for n, _ in code(source).fields["lines"]] == [10, 11, 12]
    assert [n for n, _ in code([{**source[0], "docstring": [11, 11]}]).fields["lines"]] == [10, 12]


def test_functions_are_kept_apart():
    part = {"first_line": 1, "text": "def f():\n    return 1\n"}
    lines = code([{**part, "name": "f"}, {**part, "name": "g", "first_line": 9}]).fields["lines"]
    assert lines[2] == ["", ""]


def test_a_panel_changes_some_fields_and_shares_the_rest():
    base = tree(["a", "b"], [-1, 0], born=[0, 3])
    later = base.at(step=3)
    assert later.fields["step"] == 3 and base.fields["step"] is None
    assert later.fields["labels"] is base.fields["labels"]
    with pytest.raises(TypeError, match="tree has no option 'stepp'; did you mean 'step'"):
        base.at(stepp=3)


def test_a_plain_listing_leaves_out_what_the_recorder_needs():
    def halves(number, *, new=new_list, note=no_note):
        """Halve until one."""
        number = integer("number", number, least=1)
        out = new("out")
        while number > 1:
            if number % 2:
                note("odd", number)
            number //= 2
            out.append(number)
        return out

    made = moments(record(halves, 6))
    shown = [made[k].code(plain=True).fields for k in range(len(made))]
    lines = shown[0]["lines"]
    assert [text for _, text in lines] == [
        "def halves(number):",
        "    out = []",
        "    while number > 1:",
        "        number //= 2",
        "        out.append(number)",
        "    return out",
    ]
    at = dict(map(reversed, lines))
    lit = [panel.get("line") for panel in shown]
    # push 3, note 3, push 1: a note lights the line before it
    assert lit == [None, at["        out.append(number)"], at["    while number > 1:"],
                   at["        out.append(number)"]]  # fmt: skip
    assert made[1].code().fields["lines"] != lines
