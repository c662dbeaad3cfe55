from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassbox.backtracking import (
    CAUSES,
    CHILD_STARTS,
    DUPLICATES,
    PRUNES,
    combination_sum,
    combination_sum2,
    ghost_nodes,
    node_text,
    reachable,
    search_combinations,
    search_counts,
    search_size,
    search_tree,
    tree_nodes,
    widest_size,
)
from glassbox.dynamic_programming import knapsack
from glassbox.trace import record

candidates_of = st.lists(st.integers(1, 9), max_size=6)
targets = st.integers(0, 14)
BOTH = [(combination_sum, True), (combination_sum2, False)]
both = pytest.mark.parametrize("function, reuse", BOTH)


def all_combinations(candidates, target, reuse):
    """Try every number of copies of every value."""
    copies = sorted(Counter(candidates).items())
    ranges = [range((target // value if reuse else m) + 1) for value, m in copies]
    found = []
    for times in product(*ranges):
        chosen = [value for (value, _), k in zip(copies, times, strict=True) for _ in range(k)]
        if sum(chosen) == target:
            found.append(chosen)
    return sorted(found)


def count_nodes(candidates, target, function):
    events = record(function, candidates, target).events
    return 1 + sum(event[:2] == ["push", "path"] for event in events)


def test_leetcode_39():
    assert combination_sum([2, 3, 6, 7], 7) == [[2, 2, 3], [7]]
    assert combination_sum([2, 3, 5], 8) == [[2, 2, 2, 2], [2, 3, 3], [3, 5]]
    assert combination_sum([2], 1) == []


def test_leetcode_40():
    expected = [[1, 1, 6], [1, 2, 5], [1, 7], [2, 6]]
    assert combination_sum2([10, 1, 2, 7, 6, 1, 5], 8) == expected
    assert combination_sum2([2, 5, 2, 1, 2], 5) == [[1, 2, 2], [5]]


@both
@given(candidates_of, targets)
def test_the_search_finds_all_combinations_in_order(function, reuse, candidates, target):
    before = list(candidates)
    assert function(candidates, target) == all_combinations(candidates, target, reuse)
    assert candidates == before


@both
def test_target_zero_has_the_empty_combination_and_no_candidates_have_none(function, reuse):
    assert function([1, 2], 0) == [[]]
    assert function([], 0) == [[]]
    assert function([], 5) == []


def test_duplicates_are_ignored_with_reuse_and_used_without():
    assert combination_sum([2, 2, 2], 4) == [[2, 2]]
    assert combination_sum2([2, 2, 2], 4) == [[2, 2]]
    assert combination_sum2([2], 4) == []


def test_results_are_lists_of_their_own():
    first, second = combination_sum([1, 2], 2)
    first.append(9)
    assert second == [2]


def test_the_skip_rule_keeps_many_duplicates_cheap():
    assert combination_sum2([1] * 100, 30) == [[1] * 30]
    assert count_nodes([1] * 22, 11, combination_sum2) == 12


def test_partition_numbers_are_met():
    # OEIS A000041 (partitions) and A000009 (partitions into distinct parts)
    for n, partitions, distinct in [(5, 7, 3), (10, 42, 10), (15, 176, 27), (20, 627, 64)]:
        parts = range(1, n + 1)
        assert len(combination_sum(parts, n)) == partitions
        assert len(combination_sum2(parts, n)) == distinct
        assert search_size(parts, n, reuse=True)[1] == partitions
        assert search_size(parts, n, reuse=False)[1] == distinct
    assert search_size(range(1, 31), 30, reuse=False)[1] == 296


def test_a_search_size_worked_by_hand():
    # ways of {1, 2, 5} to make 0..10: 1 1 2 2 3 4 5 6 7 8 10
    assert search_size([1, 2, 5], 10, reuse=True) == (49, 10)
    # subsets of {1, 1, 2} with sum at most 2: {}, {1}, {1, 1}, {2}
    assert search_size([1, 2, 1], 2, reuse=False) == (4, 2)


def test_published_search_sizes():
    uk_coins = [1, 2, 5, 10, 20, 50, 100, 200]
    assert search_size(uk_coins, 200, reuse=True) == (2_886_726, 73_682)  # Project Euler 31
    assert search_size(range(2, 13), 24, reuse=True) == (1380, 264)


@both
@given(candidates_of, targets)
def test_the_search_visits_as_many_nodes_as_counting_predicts(function, reuse, candidates, target):
    nodes, solutions = search_size(candidates, target, reuse=reuse)
    assert count_nodes(candidates, target, function) == nodes
    assert len(function(candidates, target)) == solutions


@given(candidates_of, targets, st.booleans())
def test_reachable_is_what_the_rest_of_the_candidates_can_make(candidates, target, reuse):
    ordered = sorted(set(candidates) if reuse else candidates)
    sums = reachable(candidates, target, reuse=reuse)
    assert len(sums) == len(ordered) + 1
    for i, bits in enumerate(sums):
        for t in range(target + 2):
            possible = t <= target and bool(all_combinations(ordered[i:], t, reuse))
            assert bool(bits >> t & 1) == possible


def test_reachable_tells_that_even_candidates_make_no_odd_sum():
    sums = reachable([4, 6, 8, 10], 101)
    assert all(not bits >> 101 & 1 for bits in sums)
    assert sums[-1] == 1


def flat(tree):
    return [tree, *(node for child in tree["children"] for node in flat(child))]


def test_a_search_tree_worked_by_hand():
    def shape(node):
        return (node["value"], node["rest"], node["kind"], [shape(c) for c in node["children"]])

    tree = search_tree(record(combination_sum, [2, 3], 5))
    two_two = (2, 1, "dead", [(2, -1, "prune", [])])
    two_three = (3, 0, "solution", [])
    two = (2, 3, "inner", [two_two, two_three])
    three = (3, 2, "dead", [(3, -1, "prune", [])])
    assert shape(tree) == (None, 5, "inner", [two, three])


def test_a_skipped_branch_is_a_stub_of_its_own_kind():
    tree = search_tree(record(combination_sum2, [1, 1, 6], 8))
    kinds = Counter(node["kind"] for node in flat(tree))
    # [], [1], [1, 1]; [1, 1, 6]; [1, 6] lacks 1 and [6] lacks 2
    assert kinds == {"inner": 3, "solution": 1, "skip": 1, "dead": 2}
    assert [(c["value"], c["kind"]) for c in tree["children"]] == [
        (1, "inner"),
        (1, "skip"),
        (6, "dead"),
    ]


@both
@given(candidates_of, targets)
def test_the_tree_holds_every_node_and_every_solution(function, reuse, candidates, target):
    trace = record(function, candidates, target)
    nodes = flat(search_tree(trace))
    stubs = [node for node in nodes if node["kind"] in ("prune", "skip")]
    assert (len(nodes) - len(stubs), len(trace.result)) == search_size(
        candidates, target, reuse=reuse
    )
    solutions = [node for node in nodes if node["kind"] == "solution"]
    assert len(solutions) == len(trace.result)
    assert all(node["rest"] == 0 and not node["children"] for node in solutions)
    steps = [node["step"] for node in nodes]
    assert steps == sorted(set(steps))
    for node in nodes[1:]:
        assert trace.events[node["step"] - 1][3] == node["value"]


def test_nodes_of_a_tree_know_their_parent_and_path():
    nodes = tree_nodes(search_tree(record(combination_sum, [2, 3], 5)))
    assert [node["path"] for node in nodes] == [[], [2], [2, 2], [2, 2, 2], [2, 3], [3], [3, 3]]
    assert [node["parent"] for node in nodes] == [-1, 0, 1, 2, 1, 0, 5]
    assert all(sum(node["path"]) + node["rest"] == 5 for node in nodes)


def test_nodes_without_stubs_are_those_that_were_entered():
    root = search_tree(record(combination_sum, [2, 3], 5))
    entered = tree_nodes(root, stubs=False)
    assert [node["path"] for node in entered] == [[], [2], [2, 2], [2, 3], [3]]
    assert [node["parent"] for node in entered] == [-1, 0, 1, 1, 0]


def test_a_node_knows_the_first_node_with_its_multiset():
    nodes = tree_nodes(search_tree(record(search_combinations, [1, 2], 3, child_start="0")))
    twins = {tuple(node["path"]): node["twin"] for node in nodes if node["twin"] is not None}
    assert twins == {(2, 1): [1, 2]}
    nodes = tree_nodes(
        search_tree(record(search_combinations, [1, 1], 1, child_start="i + 1", duplicates="none"))
    )
    assert [(node["path"], node["twin"]) for node in nodes[1:]] == [([1], None), ([1], [1])]


@both
@given(candidates_of, targets)
def test_no_two_nodes_of_a_right_search_are_twins(function, reuse, candidates, target):
    nodes = tree_nodes(search_tree(record(function, candidates, target)))
    assert all(node["twin"] is None for node in nodes)


def test_each_kind_of_node_says_why_it_ends():
    def texts(candidates, target, **switches):
        trace = record(search_combinations, candidates, target, **switches)
        return [node_text(node) for node in tree_nodes(search_tree(trace))]

    assert texts([2, 3], 5)[:5] == [
        "[], rest 5",
        "[2], rest 3",
        "[2, 2], rest 1: nothing fits",
        "[2, 2], rest 1: 2 is too large",
        "[2, 3], rest 0: a solution",
    ]
    assert texts([2], 1, prune="none")[1] == "[2], rest -1: too much"
    assert texts([2], 3, look_ahead=True)[1] == "[]: with 2 the rest 1 cannot be made"
    assert "[3]: with 5 the rest 1 cannot be made" in texts([3, 5], 9, look_ahead=True)
    assert texts([1, 1], 1, child_start="i + 1")[2] == "[]: 1 was the candidate before"
    assert texts([1, 1], 1, duplicates="set")[2:] == [
        "[1], rest 0: reported before; the same numbers as [1]"
    ]


def test_search_counts_worked_by_hand():
    trace = record(combination_sum, [2, 3], 5)  # nodes [], 2, 22, 23, 3; cut 222 and 33
    assert search_counts(trace) == {"nodes": 5, "tries": 6, "solutions": 1}
    assert search_counts(trace, 0) == {"nodes": 1, "tries": 0, "solutions": 0}
    with pytest.raises(ValueError, match=r"step must be in 0\.\.11, got 12"):
        search_counts(trace, 12)


def test_skipped_and_hopeless_candidates_are_tries_too():
    # [], 1, 11, 16 (below 1), 6: four tries entered, the second 1 skipped; 1 1 6 is too large
    counts = search_counts(record(combination_sum2, [1, 1, 6], 7))
    assert counts == {"nodes": 5, "tries": 6, "solutions": 1}
    # at the root 2 leaves 3 = 3 and is entered, below it 3 alone; at the root 3 leaves 2, hopeless
    counts = search_counts(record(search_combinations, [2, 3], 5, look_ahead=True))
    assert counts == {"nodes": 3, "tries": 4, "solutions": 1}


def without_lines(trace):
    return [event[:4] for event in trace.events]


@given(candidates_of, targets)
def test_combination_sum_is_a_setting_of_the_search_with_switches(candidates, target):
    ordered = sorted(set(candidates))
    for duplicates in DUPLICATES:  # without duplicates no rule does anything
        switched = record(search_combinations, ordered, target, duplicates=duplicates)
        plain = record(combination_sum, candidates, target)
        assert switched.result == plain.result
        assert without_lines(switched) == without_lines(plain)


@given(candidates_of, targets)
def test_combination_sum2_is_a_setting_of_the_search_with_switches(candidates, target):
    switched = record(search_combinations, sorted(candidates), target, child_start="i + 1")
    plain = record(combination_sum2, candidates, target)
    assert switched.result == plain.result
    assert without_lines(switched) == without_lines(plain)


@given(candidates_of, st.integers(0, 10), st.booleans())
def test_right_settings_agree_and_differ_only_in_work(candidates, target, reuse):
    ordered, child_start = sorted(candidates), "i" if reuse else "i + 1"
    expected = all_combinations(candidates, target, reuse)
    for prune, twins, ahead in product(PRUNES, ("set", "i > start"), (False, True)):
        switches = {"prune": prune, "duplicates": twins, "look_ahead": ahead}
        found = search_combinations(ordered, target, child_start=child_start, **switches)
        assert found == expected


@given(st.lists(st.integers(1, 9), max_size=4), st.integers(0, 6))
def test_without_a_start_index_the_search_finds_sequences(candidates, target):
    values = sorted(set(candidates))
    sequences = [
        list(found)
        for size in range(target + 1)
        for found in product(values, repeat=size)
        if sum(found) == target
    ]
    found = search_combinations(values, target, child_start="0")
    assert found == sorted(sequences)
    once = search_combinations(values, target, child_start="0", duplicates="set")
    assert once == combination_sum(values, target)


@given(st.lists(st.integers(1, 9), max_size=6, unique=True), targets, st.randoms())
def test_the_order_of_the_candidates_changes_tries_and_not_nodes(candidates, target, random):
    nodes, solutions = search_size(candidates, target, reuse=True)
    random.shuffle(candidates)
    counts = search_counts(record(search_combinations, candidates, target, prune="continue"))
    assert (counts["nodes"], counts["solutions"]) == (nodes, solutions)


@given(candidates_of, targets, st.booleans())
def test_with_lookahead_each_node_lies_above_a_solution(candidates, target, reuse):
    child_start = "i" if reuse else "i + 1"
    switches = {"look_ahead": True, "child_start": child_start}
    trace = record(search_combinations, sorted(candidates), target, **switches)
    nodes = tree_nodes(search_tree(trace), stubs=False)
    on_the_way = {tuple(found[:k]) for found in trace.result for k in range(len(found) + 1)}
    assert {tuple(node["path"]) for node in nodes} == on_the_way | {()}


@given(candidates_of, targets, st.booleans())
def test_counting_predicts_the_search_that_looks_ahead(candidates, target, reuse):
    switches = {"look_ahead": True, "child_start": "i" if reuse else "i + 1"}
    ordered = sorted(set(candidates) if reuse else candidates)
    ahead = search_counts(record(search_combinations, ordered, target, **switches))
    predicted = search_size(candidates, target, reuse=reuse, look_ahead=True)
    assert (ahead["nodes"], ahead["solutions"]) == predicted
    switches["look_ahead"] = False
    plain = search_counts(record(search_combinations, ordered, target, **switches))
    assert ahead["tries"] <= plain["tries"]
    assert ahead["solutions"] == plain["solutions"]


def test_look_ahead_may_break_and_then_tries_less():
    counts = [
        search_counts(record(search_combinations, range(2, 13), t, look_ahead=True))["tries"]
        for t in (10, 20, 24)
    ]
    assert counts == [53, 690, 1587]
    sizes = [search_size(range(2, 13), t, reuse=True, look_ahead=True)[0] for t in (10, 20, 24, 30)]
    assert sizes == [24, 258, 576, 1698]
    assert search_size([97, 101, 103, 107], 2000, reuse=True, look_ahead=True)[0] == 194
    assert search_size([4, 6, 8, 10], 101, reuse=True, look_ahead=True) == (1, 0)


def test_a_look_ahead_worked_by_hand():
    # 2, 3, 5 for 8: [2, 2] does not enter a 3, for 3 and 5 do not make the 1 that remains... 4 - 3
    trace = record(search_combinations, [2, 3, 5], 8, look_ahead=True)
    ahead = [n["path"] for n in tree_nodes(search_tree(trace)) if n["kind"] == "ahead"]
    assert ahead == [[2, 2, 3], [2, 5], [3, 3], [5]]


def test_a_wrong_setting_loses_or_repeats_what_it_is_known_for():
    ones = [1, 1, 2, 5, 6, 7, 10]
    switches = {"child_start": "i + 1", "duplicates": "i > 0"}
    assert search_combinations(ones, 8, **switches) == [[1, 2, 5], [1, 7], [2, 6]]
    switches = {"child_start": "i + 1", "duplicates": "none"}
    assert search_combinations(ones, 8, **switches).count([1, 2, 5]) == 2
    assert search_combinations([3, 2], 5) == []  # break at 3 > 2 never sees the 2
    assert search_combinations([3, 2], 5, prune="continue") == [[3, 2]]


def test_an_unknown_setting_is_refused():
    for name in ("child_start", "prune", "duplicates"):
        with pytest.raises(ValueError, match=f"{name} must be one of .*, got 'other'"):
            search_combinations([1], 1, **{name: "other"})


few = st.lists(st.integers(1, 4), max_size=4)
rules = st.fixed_dictionaries(
    {
        "child_start": st.sampled_from(CHILD_STARTS),
        "prune": st.sampled_from(PRUNES),
        "duplicates": st.sampled_from(DUPLICATES),
        "look_ahead": st.booleans(),
    }
)


def test_ghosts_worked_by_hand():
    # 1, 2 for 2 without any rule: [], 1, 11, 12 (over), 2, and from 0 also nothing below 2
    found = {tuple(n["path"]): n["cause"] for n in ghost_nodes([1, 2], 2)}
    assert found == {(): None, (1,): None, (1, 1): None, (1, 2): "prune", (2,): None}
    # without reuse the second 1 has to be another one
    once = ghost_nodes([1, 2], 2, child_start="i + 1")
    assert [n["cause"] for n in once] == [None, None, "start", "prune", None]
    assert [n["answer"] for n in once] == [False, False, False, False, True]


@given(few, st.integers(0, 6), rules)
def test_the_living_nodes_of_a_ghost_tree_are_those_of_the_search(candidates, target, rules):
    start = rules["child_start"]
    trace = record(search_combinations, candidates, target, **rules)
    entered = tree_nodes(search_tree(trace), stubs=False)
    looked_at = search_counts(trace)["tries"]
    for widest in CHILD_STARTS[: CHILD_STARTS.index(start) + 1]:
        nodes = ghost_nodes(candidates, target, widest=widest, **rules)
        assert len(nodes) == widest_size(candidates, target, child_start=widest)
        alive = [node for node in nodes if node["cause"] is None]
        assert [n["path"] for n in alive] == [n["path"] for n in entered]
        assert sum(n["seen"] for n in nodes[1:]) == looked_at
        assert [n["path"] for n in nodes if n["reported"]] == trace.result
        assert {n["cause"] for n in nodes} <= {None, *CAUSES}


@given(few, st.integers(0, 6), rules)
def test_a_lost_answer_is_one_that_no_living_node_has(candidates, target, rules):
    reuse = rules["child_start"] != "i + 1"
    answers = {tuple(found) for found in all_combinations(candidates, target, reuse)}
    found = search_combinations(candidates, target, **rules)
    lost = answers - {tuple(sorted(path)) for path in found}
    nodes = ghost_nodes(candidates, target, **rules)
    assert {tuple(sorted(n["path"])) for n in nodes if n["answer"]} == answers
    assert {tuple(sorted(n["path"])) for n in nodes if n["lost"]} == lost


def test_ghosts_tell_what_a_wrong_rule_loses():
    switches = {"widest": "i + 1", "child_start": "i + 1", "duplicates": "i > 0"}
    nodes = ghost_nodes([1, 1, 2, 5, 6, 7, 10], 8, **switches)
    assert len(nodes) == 62
    assert [n["path"] for n in nodes if n["lost"]] == [[1, 1, 6]]
    unsorted = ghost_nodes([3, 2], 5)
    assert {tuple(n["path"]) for n in unsorted if n["lost"]} == {(2, 3), (3, 2)}


def test_the_widest_tree_is_counted_without_a_walk():
    assert widest_size(range(2, 13), 200) > 10**40
    assert widest_size([], 5) == widest_size([3], 0) == 1


def test_a_widest_tree_that_is_too_narrow_is_refused():
    with pytest.raises(ValueError, match="widest must not start behind child_start; got 'i' and"):
        ghost_nodes([1, 2], 2, widest="i", child_start="0")


def test_a_trace_without_a_path_has_no_tree():
    with pytest.raises(ValueError, match="argument 'target' and a list 'path', got"):
        search_tree(record(knapsack, [1], [1], 1))


EACH = [
    combination_sum,
    combination_sum2,
    search_combinations,
    reachable,
    lambda c, t: search_size(c, t, reuse=True),
    lambda c, t: search_size(c, t, reuse=False),
    lambda c, t: search_size(c, t, reuse=True, look_ahead=True),
    ghost_nodes,
    widest_size,
]


@pytest.mark.parametrize("function", EACH)
def test_bad_input_is_refused(function):
    with pytest.raises(ValueError, match=r"candidates\[1\] must be at least 1, got 0"):
        function([1, 0], 3)
    with pytest.raises(ValueError, match=r"candidates\[0\] must be at least 1, got -2"):
        function([-2], 3)
    with pytest.raises(ValueError, match="target must be at least 0, got -1"):
        function([1], -1)
    for bad in (1.5, 2.0, float("nan"), float("inf"), "2", None):
        with pytest.raises(TypeError, match=r"candidates\[0\] must be an integer, got"):
            function([bad], 3)
        with pytest.raises(TypeError, match="target must be an integer, got"):
            function([1], bad)


def test_a_search_deeper_than_pythons_stack_says_so():
    with pytest.raises(RecursionError):
        combination_sum([1], 10_000)
    assert search_size([1], 10_000, reuse=True) == (10_001, 1)


def test_numpy_integers_are_taken_as_integers():
    found = combination_sum(np.array([2, 3], dtype=np.int8), np.int64(5))
    assert found == [[2, 3]]
    assert type(found[0][0]) is int


def test_targets_that_memory_does_not_hold_are_refused():
    for call, most in (
        (lambda t: search_size([1], t, reuse=True), "10,000,000"),
        (lambda t: search_size([1], t, reuse=False, look_ahead=True), "10,000,000"),
        (lambda t: reachable([1], t), "10,000,000"),
        (lambda t: widest_size([1], t), "10,000"),
    ):
        with pytest.raises(ValueError, match=f"target must be at most {most}, got 1000000000"):
            call(10**9)
    assert widest_size([10_000], 10_000) == 2
    with pytest.raises(ValueError, match="got 10001"):
        widest_size([10_000], 10_001)
