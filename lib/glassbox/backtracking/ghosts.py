"""Ghosts: the widest search tree, and for each of its nodes which rule of a search leaves it out.

A rule that saves work is seen best beside the work that it saves. `ghost_nodes` lays a search over
the tree of a search without any rule: a node that both enter is alive, each other one is a ghost
and knows its cause. `widest_size` counts the widest tree before it is walked. Left out: a search
that tries other candidates than the widest one; its nodes would lie nowhere.
"""

from collections import Counter

from glassbox.checks import one_of
from glassbox.trace import record

from .combinations import (
    CHILD_STARTS,
    _checked,
    search_combinations,
    search_tree,
    tree_nodes,
)

#: Why a node of the widest tree is not entered: it stands before the start index, it is too large
#: (or behind one that ended the loop), it equals a neighbour, or its rest cannot be made.
CAUSES = ("start", "prune", "skip", "ahead")
#: The largest target up to which the widest tree is counted.
MAX_SUMS = 10_000


def ghost_nodes(
    candidates,
    target,
    *,
    widest="0",
    child_start="i",
    prune="break",
    duplicates="i > start",
    look_ahead=False,
):
    """Return the nodes of the widest tree, and what a search with some rules makes of each.

    Parameters
    ----------
    candidates, target, child_start, prune, duplicates, look_ahead
        As in `search_combinations`.
    widest : {"0", "i", "i + 1"}
        Where a child starts in the widest tree, which has no other rule: not behind
        ``child_start``.

    Returns
    -------
    list of dict
        In the order of the search, a parent before its children, each with

        * ``value``, ``parent``, ``path`` and ``rest`` as in `tree_nodes`, and ``index``, the place
          of the value among the candidates (None at the root);
        * ``cause``: None if the search enters it, else why it, or the node above it that is still
          looked at, is left out: one of `CAUSES`;
        * ``seen``: whether the search looks at it, entered or not;
        * ``answer``: whether it is one, as often as each candidate may be used;
        * ``reported``: whether the search reports it, and ``lost``: whether it is an answer and no
          node with the same numbers is reported.

    Raises
    ------
    ValueError, TypeError, RecursionError
        As in `search_combinations`; ValueError also if ``widest`` starts behind ``child_start``.

    Examples
    --------
    >>> for node in ghost_nodes([1, 2], 2):
    ...     print(node["path"], node["cause"], node["reported"])
    [] None False
    [1] None False
    [1, 1] None True
    [1, 2] prune False
    [2] None True
    """
    one_of("widest", widest, CHILD_STARTS)
    one_of("child_start", child_start, CHILD_STARTS)
    if CHILD_STARTS.index(widest) > CHILD_STARTS.index(child_start):
        raise ValueError(
            f"widest must not start behind child_start; got {widest!r} and {child_start!r}"
        )
    nodes = _numbered(candidates, target, widest)
    switches = {"prune": prune, "duplicates": duplicates, "look_ahead": look_ahead}
    trace = record(search_combinations, candidates, target, child_start=child_start, **switches)
    _lay_over(nodes, search_tree(trace), child_start)
    once = child_start == "i + 1"
    for node in nodes:
        used = _indices(nodes, node)
        node["answer"] = node["rest"] == 0 and not (once and len(set(used)) < len(used))
    reported = {tuple(sorted(node["path"])) for node in nodes if node["reported"]}
    for node in nodes:
        node["lost"] = node["answer"] and tuple(sorted(node["path"])) not in reported
    return nodes


def widest_size(candidates, target, *, child_start="0"):
    """Return how many nodes the search without any rule enters, without a search.

    It enters a child for each candidate from the start index on, wherever the rest is positive. So
    the nodes with a sum below the target are counted by their sum and their last candidate.

    Parameters
    ----------
    candidates, target, child_start
        As in `search_combinations`.

    Returns
    -------
    int

    Raises
    ------
    ValueError, TypeError
        As in `search_combinations`; ValueError also for a target above 10,000.

    Examples
    --------
    >>> widest_size([2, 3, 3, 4], 6)
    41
    """
    candidates, target = _checked(candidates, target)
    one_of("child_start", child_start, CHILD_STARTS)
    if target > MAX_SUMS:
        raise ValueError(f"target must be at most {MAX_SUMS:,}, got {target}")
    size, inner = 1, [Counter() for _ in range(target)]  # nodes with sum t, by their last place
    if target:
        inner[0][None] = 1
    for total, here in enumerate(inner):
        for index, ways in here.items():
            for i in range(_start(index, child_start), len(candidates)):
                size += ways
                if total + candidates[i] < target:
                    inner[total + candidates[i]][i] += ways
    return size


def _numbered(candidates, target, widest):
    """Return the nodes of the widest tree, each with the place of its value."""
    rules = {"child_start": widest, "prune": "none", "duplicates": "none"}
    nodes = tree_nodes(search_tree(record(search_combinations, candidates, target, **rules)))
    seen = [0] * len(nodes)  # children met so far
    numbered = []
    for node in nodes:
        up, index = node["parent"], None
        if up >= 0:
            index = _start(numbered[up]["index"], widest) + seen[up]
            seen[up] += 1
        kept = {key: node[key] for key in ("value", "parent", "path", "rest")}
        numbered.append(kept | {"index": index})
    return numbered


def _start(index, child_start):
    """Return the start index of a child by the candidate at ``index`` (None: of the root)."""
    return 0 if index is None or child_start == "0" else index + (child_start == "i + 1")


def _lay_over(nodes, root, child_start):
    """Tell each node of the widest tree what the search with the tree ``root`` made of it."""
    met = [None] * len(nodes)  # the same node in the search's own tree, if it is entered
    for k, node in enumerate(nodes):
        node.update(cause=None, seen=True, reported=False)
        met[k] = root if node["parent"] < 0 else _child(nodes, met, node, child_start)
        node["reported"] = met[k] is not None and met[k]["kind"] == "solution"


def _child(nodes, met, node, child_start):
    """Return the node in the search's tree, or None and say in ``node`` why it is not entered."""
    up = nodes[node["parent"]]
    above = met[node["parent"]]
    if above is None:
        node.update(cause=up["cause"], seen=False)
        return None
    place = node["index"] - _start(up["index"], child_start)
    children = above["children"]
    if 0 <= place < len(children):
        here = children[place]
        if here["kind"] not in CAUSES:
            return here
        node["cause"] = here["kind"]
    else:
        node.update(cause="start" if place < 0 else "prune", seen=False)
    return None


def _indices(nodes, node):
    """Return the places of the candidates on the way to a node."""
    found = []
    while node["parent"] >= 0:
        found.append(node["index"])
        node = nodes[node["parent"]]
    return found
