"""Backtracking: all combinations that sum to a target, and what the search for them costs.

A combination is written in non-decreasing order, so it is found once: after a candidate only the
same or later ones are tried (the start index). The search tree is nowhere stored; it is the history
of the list ``path``, and `search_tree` reads it from a recorded run. Left out: candidates that are
zero or negative, for which the search need not end.
"""

from collections import Counter

from glassbox.checks import integer, integers
from glassbox.dynamic_programming import combination_row
from glassbox.trace import new_list, no_note


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


def search_size(candidates, target, *, reuse):
    """Return how many nodes the search visits, the root included, and how many solutions it finds.

    Each node is one multiset of candidates with sum t <= target and each solution one with
    t = target, so counting multisets by dynamic programming tells both, without a search.

    Parameters
    ----------
    candidates, target
        As in `combination_sum`.
    reuse : bool
        True for `combination_sum`, False for `combination_sum2`.

    Returns
    -------
    nodes, solutions : int

    Raises
    ------
    ValueError, TypeError
        As in `combination_sum`.

    Examples
    --------
    >>> search_size([1, 2, 5], 10, reuse=True)
    (49, 10)
    """
    candidates, target = _checked(candidates, target)
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

    Examples
    --------
    >>> [bin(sums) for sums in reachable([2, 5], 7)]
    ['0b11110101', '0b100001', '0b1']
    """
    candidates, target = _checked(candidates, target)
    up_to_target = (1 << (target + 1)) - 1
    sums = [1]
    for candidate in sorted(set(candidates) if reuse else candidates, reverse=True):
        shift, reach = candidate, sums[-1]
        while shift <= target:
            reach |= reach << shift & up_to_target
            if not reuse:
                break
            shift *= 2  # up to 2, 4, 8, ... copies
        sums.append(reach)
    return sums[::-1]


def search_tree(trace):
    """Return the search tree of a recorded `combination_sum` or `combination_sum2`.

    Parameters
    ----------
    trace : glassbox.trace.Trace
        Of a function with an argument ``target``, lists ``path`` and ``out``, and notes of kind
        ``prune`` and ``skip``.

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
    ValueError
        If the trace has no ``target`` or no list ``path``.
    """
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


def _node(value, rest, kind, step):
    return {"value": value, "rest": rest, "kind": kind, "step": step, "children": []}


def _checked(candidates, target):
    return integers("candidates", candidates, least=1), integer("target", target, least=0)
