"""Backtracking: all combinations that sum to a target, and what the search for them costs.

A combination is written in non-decreasing order, so it is found once: after a candidate only the
same or later ones are tried (the start index). The search tree is nowhere stored; it is the history
of the list ``path``, and `search_tree` reads it from a recorded run. Left out: candidates that are
zero or negative, for which the search need not end.

`search_combinations` is the same search with its three decisions as switches, so that a chapter can
show what each one is for; `combination_sum` and `combination_sum2` are two of its settings.
"""

import reprlib
from collections import Counter

from glassbox.checks import flag, integer, integers, one_of
from glassbox.dynamic_programming import combination_row
from glassbox.trace import Trace, new_list, no_note

#: The settings of `search_combinations`.
CHILD_STARTS = ("0", "i", "i + 1")
PRUNES = ("none", "continue", "break")
DUPLICATES = ("none", "set", "i > start", "i > 0")
#: Kinds of branches that were seen but not entered.
STUBS = ("prune", "skip", "ahead")
#: The largest target up to which sums are counted.
MAX_TARGET = 10**7


def combination_sum(candidates, target, *, new=new_list, note=no_note):
    """Return the combinations with sum ``target``, each candidate used any number of times.

    Parameters
    ----------
    candidates : iterable of int
        At least 1 each; duplicates are ignored.
    target : int
        At least 0.

    Returns
    -------
    list of list of int
        In lexicographic order, each non-decreasing. ``[[]]`` for target 0.

    Raises
    ------
    ValueError
        If a candidate is below 1 or the target below 0.
    TypeError
        If one of them is no integer.
    RecursionError
        If target / min(candidates) comes near Python's recursion limit, about 950 by default.

    Examples
    --------
    >>> combination_sum([2, 3, 6, 7], 7)
    [[2, 2, 3], [7]]

    References
    ----------
    LeetCode 39.
    """
    candidates, target = _checked(candidates, target)
    candidates = sorted(set(candidates))
    path, out = new("path"), new("out")

    def search(start, rest):
        if rest == 0:
            out.append(path[:])
            return
        for i in range(start, len(candidates)):
            if candidates[i] > rest:
                note("prune", candidates[i])
                break
            path.append(candidates[i])
            search(i, rest - candidates[i])
            path.pop()

    search(0, target)
    return out


def combination_sum2(candidates, target, *, new=new_list, note=no_note):
    """Return the combinations with sum ``target``, each candidate used at most once.

    Parameters, errors and order are those of `combination_sum`; but a candidate that is given m
    times can be used m times.

    Examples
    --------
    >>> combination_sum2([1, 1, 2, 5, 6, 7, 10], 8)
    [[1, 1, 6], [1, 2, 5], [1, 7], [2, 6]]

    References
    ----------
    LeetCode 40.
    """
    candidates, target = _checked(candidates, target)
    candidates = sorted(candidates)
    path, out = new("path"), new("out")

    def search(start, rest):
        if rest == 0:
            out.append(path[:])
            return
        for i in range(start, len(candidates)):
            if candidates[i] > rest:
                note("prune", candidates[i])
                break
            if i > start and candidates[i] == candidates[i - 1]:
                note("skip", candidates[i])
                continue
            path.append(candidates[i])
            search(i + 1, rest - candidates[i])
            path.pop()

    search(0, target)
    return out


def search_combinations(
    candidates,
    target,
    *,
    child_start="i",
    prune="break",
    duplicates="i > start",
    look_ahead=False,
    new=new_list,
    note=no_note,
):
    """Return what the search finds if its decisions are taken one way or another.

    Candidates are tried in the order given. Of increasing ones the defaults make
    `combination_sum`, and ``child_start="i + 1"`` makes `combination_sum2`, event by event. Other
    settings find too much or too little: they are here to be looked at.

    Parameters
    ----------
    candidates, target
        As in `combination_sum`, but neither sorted nor freed from duplicates.
    child_start : {"0", "i", "i + 1"}
        Where a child of branch i starts: anywhere (sequences), at i (reuse), behind i (no reuse).
    prune : {"none", "continue", "break"}
        What a candidate larger than the rest does: it is entered all the same, left out, or ends
        the loop.
    duplicates : {"none", "set", "i > start", "i > 0"}
        Whether a combination that was found before is reported again, or kept out by a set; or
        which i are skipped where ``candidates[i] == candidates[i - 1]``.
    look_ahead : bool
        Whether a candidate is also left out if what remains cannot be made of the candidates that
        its child may use (`reachable`).

    Raises
    ------
    ValueError, TypeError, RecursionError
        As in `combination_sum`; ValueError also for an unknown setting.

    Examples
    --------
    >>> search_combinations([2, 3], 5, child_start="0")
    [[2, 3], [3, 2]]
    >>> search_combinations([1, 1, 6], 8, child_start="i + 1", duplicates="i > 0")
    []
    """
    candidates, target = _checked(candidates, target)
    one_of("child_start", child_start, CHILD_STARTS)
    one_of("prune", prune, PRUNES)
    one_of("duplicates", duplicates, DUPLICATES)
    look_ahead = flag("look_ahead", look_ahead)
    sums = _suffix_sums(candidates, target, child_start != "i + 1") if look_ahead else None
    path, out, seen = new("path"), new("out"), set()

    def is_new():
        size = len(seen)
        seen.add(tuple(sorted(path[:])))
        return duplicates != "set" or len(seen) > size

    def is_hopeless(rest, child):
        return look_ahead and (rest < 0 or not sums[child] >> rest & 1)

    def is_twin(i, start):
        behind = {"i > start": i > start, "i > 0": i > 0}.get(duplicates, False)
        return behind and candidates[i] == candidates[i - 1]

    def search(start, rest):
        if rest == 0 and is_new():
            out.append(path[:])
        if rest <= 0:
            return
        for i in range(start, len(candidates)):
            child = {"0": 0, "i": i, "i + 1": i + 1}[child_start]
            if candidates[i] > rest and prune != "none":
                note("prune", candidates[i])
                if prune == "break":
                    break
            elif is_hopeless(rest - candidates[i], child):
                note("ahead", candidates[i])
            elif is_twin(i, start):
                note("skip", candidates[i])
            else:
                path.append(candidates[i])
                search(child, rest - candidates[i])
                path.pop()

    search(0, target)
    return out


def search_size(candidates, target, *, reuse, look_ahead=False):
    """Return how many nodes the search visits, the root included, and how many solutions it finds.

    Each node is one multiset of candidates with sum t <= target and each solution one with
    t = target, so counting multisets by dynamic programming tells both, without a search. A search
    that looks ahead enters those of them whose rest, target - t, can be made of what may follow
    their last candidate; so the multisets are counted by sum and last candidate.

    Parameters
    ----------
    candidates, target
        As in `combination_sum`.
    reuse : bool
        True for `combination_sum`, False for `combination_sum2`.
    look_ahead : bool
        Whether the search enters only what leads to a solution. The root is entered all the same.

    Returns
    -------
    nodes, solutions : int

    Raises
    ------
    ValueError, TypeError
        As in `combination_sum`; ValueError also for a target above 10**7.

    Examples
    --------
    >>> search_size([1, 2, 5], 10, reuse=True)
    (49, 10)
    >>> search_size([4, 6], 11, reuse=True, look_ahead=True)
    (1, 0)
    """
    candidates, target = _checked(candidates, target)
    _need_small(target)
    reuse = flag("reuse", reuse)
    if flag("look_ahead", look_ahead):
        return _hopeful_size(candidates, target, reuse)
    copies = Counter(candidates)
    ways = combination_row(copies, target)
    if not reuse:  # m copies at most: multiply the generating function by 1 - x^((m + 1) c)
        for candidate, m in copies.items():
            excess = (m + 1) * candidate
            for t in range(target, excess - 1, -1):
                ways[t] -= ways[t - excess]
    return sum(ways), ways[target]


def reachable(candidates, target, *, reuse=True):
    """Return, for each start index of the search, the sums up to ``target`` that it can still make.

    Parameters
    ----------
    candidates, target
        As in `combination_sum`; index i counts in the order of the search: sorted, and without
        duplicates if ``reuse``.
    reuse : bool
        True for `combination_sum`, False for `combination_sum2`.

    Returns
    -------
    list of int
        Bitsets: bit t of element i is set if the candidates from i on have a combination with
        sum t. One element more than candidates; the last one is 1, the empty sum.

    Raises
    ------
    ValueError, TypeError
        As in `search_size`.

    Examples
    --------
    >>> [bin(sums) for sums in reachable([2, 5], 7)]
    ['0b11110101', '0b100001', '0b1']
    """
    candidates, target = _checked(candidates, target)
    _need_small(target)
    ordered = sorted(set(candidates) if flag("reuse", reuse) else candidates)
    return _suffix_sums(ordered, target, reuse)


def search_tree(trace):
    """Return the search tree of a recorded search for combinations.

    Parameters
    ----------
    trace : glassbox.trace.Trace
        Of a function with an argument ``target``, lists ``path`` and ``out``, and notes of kind
        ``prune``, ``skip`` and ``ahead``.

    Returns
    -------
    dict
        The root: ``value`` (the candidate that leads here, None at the root), ``rest`` (what is
        missing to the target), ``kind``, ``step`` (the node exists once so many events are
        replayed) and ``children``, a list of such dicts. The kind is ``"solution"``, ``"inner"``
        (it has entered children), ``"dead"`` (it has none), or, for a branch that was seen but not
        entered, that of its note; after ``"prune"`` in a sorted search no later one is seen.

    Raises
    ------
    TypeError
        If it is no trace.
    ValueError
        If the trace has no ``target`` or no list ``path``.

    Examples
    --------
    >>> from glassbox.trace import record
    >>> root = search_tree(record(combination_sum, [2, 3], 5))
    >>> [(child["value"], child["rest"], child["kind"]) for child in root["children"]]
    [(2, 3, 'inner'), (3, 2, 'dead')]
    """
    _need_trace(trace)
    if "target" not in trace.arguments or "path" not in trace.start:
        raise ValueError(
            f"the trace must have an argument 'target' and a list 'path', got the arguments "
            f"{list(trace.arguments)} and the lists {list(trace.start)}"
        )
    root = _node(None, trace.arguments["target"], "dead", 0)
    branch = [root]
    for step, (op, name, _, value, _) in enumerate(trace.events, 1):
        here = branch[-1]
        if (op, name) == ("push", "path"):
            here["kind"] = "inner"
            branch.append(_node(value, here["rest"] - value, "dead", step))
            here["children"].append(branch[-1])
        elif (op, name) == ("pop", "path"):
            branch.pop()
        elif (op, name) == ("push", "out"):
            here["kind"] = "solution"
        elif op == "note":
            here["children"].append(_node(value, here["rest"] - value, name, step))
    return root


def tree_nodes(root, *, stubs=True):
    """Return the nodes of a `search_tree` as a list, each before its children.

    Parameters
    ----------
    root : dict
        From `search_tree`.
    stubs : bool
        Whether branches that were not entered are among them.

    Returns
    -------
    list of dict
        Copies that have, instead of ``children``: ``parent``, an index into this list (-1 for the
        root); ``path``, the values from the root down; and ``twin``, the path of the first entered
        node with the same multiset, or None for that node itself and for stubs.

    Raises
    ------
    TypeError
        If ``root`` is no tree, or ``stubs`` neither True nor False.

    Examples
    --------
    >>> from glassbox.trace import record
    >>> root = search_tree(record(combination_sum, [2, 3], 5))
    >>> [node["path"] for node in tree_nodes(root, stubs=False)]
    [[], [2], [2, 2], [2, 3], [3]]
    """
    _need_fields("root", root, "value", "rest", "kind", "step", "children")
    stubs = flag("stubs", stubs)
    nodes, first = [], {}

    def visit(node, parent, path):
        is_stub = node["kind"] in STUBS
        if is_stub and not stubs:
            return
        here = {key: value for key, value in node.items() if key != "children"}
        twin = None if is_stub else first.setdefault(tuple(sorted(path)), path)
        nodes.append(
            here | {"parent": parent, "path": path, "twin": None if twin is path else twin}
        )
        place = len(nodes) - 1
        for child in node["children"]:
            visit(child, place, [*path, child["value"]])

    visit(root, -1, [])
    return nodes


def node_text(node):
    """Say in words where a node of `tree_nodes` stands, and why it has no children if it has none.

    Raises
    ------
    TypeError
        If it is no such node.

    Examples
    --------
    >>> from glassbox.trace import record
    >>> nodes = tree_nodes(search_tree(record(combination_sum, [2, 3], 5)))
    >>> node_text(nodes[3])
    '[2, 2], rest 1: 2 is too large'
    """
    _need_fields("node", node, "path", "rest", "kind", "twin")
    path, rest, kind = node["path"], node["rest"], node["kind"]
    if kind == "ahead":
        return f"{path[:-1]}: with {path[-1]} the rest {rest} cannot be made"
    if kind == "prune":
        return f"{path[:-1]}, rest {rest + path[-1]}: {path[-1]} is too large"
    if kind == "skip":
        return f"{path[:-1]}: {path[-1]} was the candidate before"
    reason = ""
    if kind == "solution":
        reason = ": a solution"
    elif kind == "dead":
        reason = ": too much" if rest < 0 else ": nothing fits" if rest else ": reported before"
    again = f"; the same numbers as {node['twin']}" if node["twin"] else ""
    return f"{path}, rest {rest}{reason}{again}"


def search_counts(trace, step=None):
    """Return what a recorded search has done in its first ``step`` events (default: all).

    Returns
    -------
    dict
        ``nodes`` entered, the root included; ``tries``, the candidates looked at, entered or not;
        and ``solutions`` reported.

    Raises
    ------
    TypeError
        If it is no trace, or ``step`` no integer.
    ValueError
        If ``step`` is not in ``0..len(trace.events)``.

    Examples
    --------
    >>> from glassbox.trace import record
    >>> search_counts(record(combination_sum, [2, 3], 5), step=None)
    {'nodes': 5, 'tries': 6, 'solutions': 1}
    """
    _need_trace(trace)
    last = len(trace.events)
    step = last if step is None else integer("step", step)
    if not 0 <= step <= last:
        raise ValueError(f"step must be in 0..{last}, got {step}")
    seen = Counter((op, name) for op, name, *_ in trace.events[:step])
    entered = seen["push", "path"]
    cut = sum(times for (op, _), times in seen.items() if op == "note")
    return {"nodes": 1 + entered, "tries": entered + cut, "solutions": seen["push", "out"]}


def _hopeful_size(candidates, target, reuse):
    """Return `search_size` with look-ahead: multisets by last candidate and sum, where the rest
    can be made."""
    ordered = sorted(set(candidates) if reuse else candidates)
    sums = _suffix_sums(ordered, target, reuse)
    ways = [1] + [0] * target  # multisets of smaller values, by sum
    nodes, i = 1, 0
    while i < len(ordered):
        value = ordered[i]
        copies = target // value if reuse else ordered.count(value)
        total = ways[:]
        for k in range(1, copies + 1):
            after = i if reuse else i + k
            for t in range(k * value, target + 1):
                total[t] += ways[t - k * value]
                nodes += ways[t - k * value] * (sums[after] >> (target - t) & 1)
        ways = total
        i += 1 if reuse else copies
    return nodes, ways[target]


def _suffix_sums(ordered, target, reuse):
    """Return for each i, as a bitset, the sums up to ``target`` of ``ordered[i:]``."""
    up_to_target = (1 << (target + 1)) - 1
    sums = [1]
    for candidate in reversed(ordered):
        shift, reach = candidate, sums[-1]
        while shift <= target:
            reach |= reach << shift & up_to_target
            if not reuse:
                break
            shift *= 2  # up to 2, 4, 8, ... copies
        sums.append(reach)
    return sums[::-1]


def _node(value, rest, kind, step):
    return {"value": value, "rest": rest, "kind": kind, "step": step, "children": []}


def _checked(candidates, target):
    return integers("candidates", candidates, least=1), integer("target", target, least=0)


def _need_small(target):
    if target > MAX_TARGET:
        raise ValueError(f"target must be at most {MAX_TARGET:,}, got {target}")


def _need_trace(trace):
    if not isinstance(trace, Trace):
        raise TypeError(f"trace must be a Trace, as record returns it, got {reprlib.repr(trace)}")


def _need_fields(name, node, *fields):
    if not (isinstance(node, dict) and all(field in node for field in fields)):
        raise TypeError(f"{name} must be a dict with {', '.join(fields)}, got {reprlib.repr(node)}")
