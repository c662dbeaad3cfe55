"""The figures of the chapter, each a function of the reader's candidates and target.

    search_steps([2, 3, 5], 8)

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

import inspect
from dataclasses import replace
from operator import eq

import numpy as np

from glassbox.dynamic_programming import combination_row
from glassbox.figures import (
    bars,
    choice,
    code,
    counted,
    drag,
    entry,
    explore,
    lines,
    moments,
    pick,
    rules,
    scatter,
    simulate,
    slider,
    steps,
    table,
    text,
    toggle,
    tree,
)
from glassbox.trace import record

from .combinations import (
    CHILD_STARTS,
    DUPLICATES,
    PRUNES,
    _checked,
    combination_sum,
    combination_sum2,
    node_text,
    search_combinations,
    search_counts,
    search_size,
    search_tree,
    tree_nodes,
)
from .examples import MISTAKES
from .ghosts import widest_size

MAX_FOLLOWED = 60  # nodes of a tree that is followed step by step
MAX_DRAWN = 150  # nodes of the widest tree
MAX_MEASURED = 3000  # nodes of a search that is run to count them
MAX_EDITED = 200  # the largest target of a search with an edit, which may go that deep
ADVICE = "take a smaller target, fewer candidates or larger ones"
#: What the kinds of nodes are called, and how they look.
KINDS = {
    "solution": "an answer",
    "inner": "goes on",
    "dead": "dead end",
    "prune": "cut: too large",
    "skip": "skipped: a duplicate",
    "ahead": "passed over: the rest cannot be made",
}
LOOKS = {
    "inner": "circle",
    "solution": "filled green square",
    "dead": "filled muted circle",
    "prune": "orange cross",
    "skip": "purple bar",
    "ahead": "blue cross",
}


# --- the search, step by step ------------------------------------------------------------------


def search_steps(candidates, target, *, reuse=True, start=0, name="", caption=None):
    """Replay the search: the tree grows, the path is pushed and popped, the running line is lit.

    The predict mode asks at each step what the search does next.

    Parameters
    ----------
    candidates, target
        As in `combination_sum`; at most 60 nodes can be followed.
    reuse : bool
        Whether a candidate may be used again: True replays `combination_sum`, False
        `combination_sum2`.
    start : int
        The step it starts at.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `combination_sum`; ValueError also if there are no candidates, or more than
        60 nodes to follow.
    """
    candidates, target = _checked(candidates, target)
    if not candidates:
        raise ValueError("candidates must hold at least one number, got none")
    size = search_size(candidates, target, reuse=reuse)[0]
    _need_at_most(MAX_FOLLOWED, size, "the search enters {}, and {} can be followed")
    trace = record(combination_sum if reuse else combination_sum2, candidates, target)
    nodes = tree_nodes(search_tree(trace))
    picture = _tree(nodes, born=[n["step"] for n in nodes], step=0)
    listed = ", ".join(map(str, candidates))
    often = "each as often as you like" if reuse else "each used once"
    made = moments(trace)
    return explore(
        lambda step: _moment(picture, made[step], target),
        step=steps(len(trace.events), start, questions=_what_is_next(trace, reuse)),
        name=name,
        caption=caption
        or f"The search for {target} in {listed}, {often}. A node shows the candidate that was "
        "chosen on the way there; point at one, or walk there by the arrow keys, to read its path.",
    )


def _moment(picture, moment, target):
    path, found = moment.state["path"], moment.state["out"]
    counts = search_counts(moment.trace, moment.step)
    say = f"{_sentence(moment, target)} {_counted(counts)}."
    lists = f"**path** {path}, **rest** {target - sum(path)}\n**reported** {_listed(found)}"
    return [picture.at(step=moment.step, describe=say), text(lists), moment.code(plain=True)]


def _sentence(moment, target):
    if not moment.event:
        return f"The path is empty, the rest {target}."
    op, name, _, value, _ = moment.event
    path = moment.state["path"]
    rest = target - sum(path)
    if (op, name) == ("push", "path"):
        return f"Choose {value}: the path is {path}, the rest {rest}."
    if op == "pop":
        return f"Undo {value}: the path is {path}, the rest {rest}."
    if (op, name) == ("push", "out"):
        return f"The rest is 0: report {value}."
    if name == "prune":
        return f"{value} is larger than the rest {rest}: the loop ends."
    return f"{value} equals the candidate before it: skip it."


def _what_is_next(trace, reuse):
    """Ask at each step for the move to come: all of them are possible somewhere."""
    names = {"choose": "choose it", "cut": "cut it", "skip": "skip it", "report": "report the path"}
    if reuse:
        del names["skip"]
    questions = {}
    for step, moment in enumerate(moments(trace)[:-1], 1):
        op, name, _, value, _ = trace.events[step - 1]
        path = moment.state["path"]
        rest = trace.arguments["target"] - sum(path)
        if op == "pop":
            continue
        move = {"path": "choose", "out": "report", "prune": "cut", "skip": "skip"}[name]
        nearby = (
            value
            if move != "report"
            else path[-1]
            if path
            else min(trace.arguments["candidates"], default=0)
        )
        ask = (
            f"The path is {path}, the rest {rest}; the next candidate would be {nearby}. What now?"
        )
        questions[step] = ask, list(names.values()), names[move]
    return questions


# --- what may be left out ----------------------------------------------------------------------


def ghost_tree(
    candidates, target, *, child_start="0", prune="none", duplicates="none",
    look_ahead=False, name="", caption=None,
):  # fmt: skip
    """Draw the widest search once; each rule greys out what it saves, a lost answer turns red.

    The reader types other candidates, moves the target and switches the rules. The widest tree is
    the widest of those with children from 0, from i and from i + 1 that has at most 150 nodes.

    Parameters
    ----------
    candidates, target, child_start, prune, duplicates, look_ahead
        As in `search_combinations`: where the figure starts, by default without any rule.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `search_combinations`; ValueError also if even the widest tree with children from
        i + 1, or that of ``child_start``, has more than 150 nodes.
    """
    candidates, target = _checked(candidates, target)
    size = widest_size(candidates, target, child_start=child_start)
    _need_at_most(MAX_DRAWN, size, "the widest tree has {}, and {} can be drawn")
    return simulate(
        "backtracking.ghost_tree",
        constants={"most": MAX_DRAWN},
        numbers=entry(" ".join(map(str, candidates)), label="candidates"),
        target=slider(range(max(21, target + 1)), target),
        child_start=choice(CHILD_STARTS, child_start, label="child from"),
        prune=choice(PRUNES, prune, label="too large"),
        duplicates=choice(DUPLICATES, duplicates, label="duplicates"),
        look_ahead=toggle(look_ahead, label="look ahead"),
        name=name,
        caption=caption
        or f"The widest search, at first for {target} in {', '.join(map(str, candidates))}. What a "
        "rule saves turns into a ghost in its colour; an answer that it loses turns red. Type "
        "other candidates, move the target.",
    )


# --- how many nodes there are ------------------------------------------------------------------

ORDERS = {
    "rising, break": (False, {"prune": "break"}),
    "rising, continue": (False, {"prune": "continue"}),
    "falling, continue": (True, {"prune": "continue"}),
    "falling, break": (True, {"prune": "break"}),
    "rising, break, look ahead": (False, {"prune": "break", "look_ahead": True}),
}


def nodes_by_sum(candidates, target, *, start=None, name="", caption=None):
    """Compare the nodes of a search, sum by sum, with what dynamic programming predicts.

    Parameters
    ----------
    candidates : iterable of int
        At least 1 each; duplicates are ignored.
    target : int
        The largest that can be chosen: its search enters at most 60 nodes.
    start : int, optional
        The target it starts at (by default two thirds of the largest).
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `combination_sum`; ValueError also if there are too many nodes to draw.
    """
    candidates, target = _checked(candidates, target)
    candidates = sorted(set(candidates))
    size = search_size(candidates, target, reuse=True)[0]
    _need_at_most(MAX_FOLLOWED, size, "the search enters {}, and {} can be drawn")
    if not target:
        raise ValueError("target must be at least 1, got 0")
    runs = {(t, name): _run(candidates, t, name) for t in range(target + 1) for name in ORDERS}
    start = max(1, 2 * target // 3) if start is None else start
    return explore(
        lambda target, sum_, search, compare: _by_sum(
            candidates, runs, target, sum_, list(ORDERS) if compare else [search], search
        ),
        target=slider(range(target + 1), start),
        sum_=slider(range(target + 1), max(0, start - 3), label="show sum"),
        search=choice(list(ORDERS)),
        compare=toggle(label="compare all searches"),
        name=name,
        caption=caption
        or f"Nodes of the search in {', '.join(map(str, candidates))} by their sum: predicted by "
        "dynamic programming (bars), counted in the recorded tree (dots). Click a bar to find its "
        "nodes in the tree, a row of the table to choose the search.",
    )


def _run(candidates, target, search):
    """Return the nodes that a search enters, the sum of each, and the counts."""
    falling, rules_ = ORDERS[search]
    ordered = candidates[::-1] if falling else candidates
    trace = record(search_combinations, ordered, target, **rules_)
    nodes = tree_nodes(search_tree(trace), stubs=False)
    return nodes, [target - n["rest"] for n in nodes], search_counts(trace)


def _by_sum(candidates, runs, target, sum_, counted_ones, search):
    nodes, sums, counts = runs[target, search]
    most = max(t for t, _ in runs)
    t = np.arange(most + 1)
    ways = np.array(combination_row(candidates, most)) * (t <= target)
    found = np.bincount(sums, minlength=most + 1)
    colors = ["orange" if s == sum_ else "blue" for s in t]
    dead = sum(n["kind"] == "dead" for n in nodes)
    say = (
        f"Predicted {counted(int(ways.sum()), 'node')}, {counted(int(ways[target]), 'answer')}. "
        f"Found {_counted(counts)}, {counted(dead, 'dead end')}. "
        f"With sum {sum_}: {ways[sum_]} predicted, {found[sum_]} in the tree."
    )
    predicted = bars(
        t, ways, color=colors, label="w(t), predicted", pick=pick("sum_", t), xlabel="sum t",
        ylabel="nodes",
        ylim=(0, max(2, max(combination_row(candidates, most))) * 1.15),
    )  # fmt: skip
    dots = scatter(t, found, color="ink", size=4, label="in the tree")
    names = list(ORDERS)
    rows = [
        (name, *(runs[target, name][2][what] for what in ("nodes", "tries", "solutions")))
        if name in counted_ones
        else (name, "?", "?", "?")
        for name in names
    ]
    if len(counted_ones) > 1:
        say += f" Tries: {'; '.join(f'{name} {tries}' for name, _, tries, _ in rows)}."
    told = table(
        ["candidates", "nodes", "tries", "answers"], rows, highlight=[names.index(search)],
        pick=pick("search", names),
    )  # fmt: skip
    marked = {k: "write" for k, s in enumerate(sums) if s == sum_}
    chart = (predicted + dots).at(describe=say)
    legend = KINDS | {"write": "with the sum shown"}
    return [chart, _tree(nodes, marks=marked, legend=legend, title="entered nodes"), told]


# --- how fast it grows -------------------------------------------------------------------------


def growth(candidates, largest, *, start=None, name="", caption=None):
    """Draw how the search tree grows with the target: predicted, and measured where it is small.

    Parameters
    ----------
    candidates : iterable of int
        At least 1 each, at least one; duplicates are ignored.
    largest : int
        The largest target, from 2 to 1000.
    start : int, optional
        The target it starts at (by default 24, or the largest).
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `combination_sum`; ValueError also if there is no candidate, or the largest target is
        out of bounds.
    """
    candidates, largest = _checked(candidates, largest)
    candidates = sorted(set(candidates))
    if not candidates:
        raise ValueError("candidates must hold at least one number, got none")
    if not 2 <= largest <= 1000:
        raise ValueError(f"largest must be from 2 to 1000, got {largest}")
    curves, dots = growth_curves(candidates, largest), growth_measured(candidates, largest)
    targets = np.arange(1, largest + 1)
    start = min(24, largest) if start is None else start
    return explore(
        lambda target, folklore: _growth(targets, curves, dots, target, folklore),
        target=slider(targets.tolist(), start, label="target T"),
        folklore=toggle(label="show the bound n^(T/c₀ + 1)"),
        name=name,
        caption=caption
        or f"Size of the search tree for the candidates {_spoken(candidates)}, on a logarithmic "
        "axis: predicted (lines) and measured (dots). Drag the handle.",
    )


SEQUENCES, COMBINATIONS = "sequences (child from 0)", "combinations (child from i)"
AHEAD, ANSWERS = "combinations, look ahead", "answers"


def growth_curves(candidates, largest):
    """Return the predicted sizes for the targets 1, 2, ..., ``largest``, by the name of the curve.

    Examples
    --------
    >>> growth_curves([1, 2], 4)["combinations (child from i)"].tolist()
    [2.0, 4.0, 6.0, 9.0]
    """
    candidates = sorted(set(candidates))
    s = [1]
    for t in range(1, largest + 1):
        s.append(sum(s[t - c] for c in candidates if c <= t))
    w = combination_row(candidates, largest)
    ahead = [
        search_size(candidates, t, reuse=True, look_ahead=True)[0] for t in range(1, largest + 1)
    ]
    total = {SEQUENCES: np.cumsum(np.array(s, dtype=float)), COMBINATIONS: np.cumsum(w)}
    return {name: values[1:].astype(float) for name, values in total.items()} | {
        AHEAD: np.array(ahead, dtype=float),
        ANSWERS: np.array(w[1:], dtype=float),
        "bound": len(candidates) ** (np.arange(1, largest + 1) / candidates[0] + 1.0),
    }


def growth_measured(candidates, largest):
    """Return, by the name of the curve, targets and measured sizes of some searches, all small.

    Examples
    --------
    >>> growth_measured([1, 2], 4)["combinations (child from i)"]
    ([1, 2, 3, 4], [2, 4, 6, 9])
    """
    candidates = sorted(set(candidates))
    curves = growth_curves(candidates, largest)
    rules_ = {SEQUENCES: {"child_start": "0"}, COMBINATIONS: {}, AHEAD: {"look_ahead": True}}
    found = {}
    for name, switches in rules_.items():
        small = [t for t, size in enumerate(curves[name], 1) if size <= MAX_MEASURED]
        some = small[:: max(1, len(small) // 12)]
        found[name] = (
            some,
            [
                search_counts(record(search_combinations, candidates, t, **switches))["nodes"]
                for t in some
            ],
        )
    return found


def _growth(targets, curves, dots, target, folklore):
    k = target - 1
    words = [f"{counted(int(curves[name][k]), noun)} {rest}" for name, noun, rest in (
        (SEQUENCES, "node", "for sequences"), (COMBINATIONS, "node", "for combinations"),
        (AHEAD, "node", "with look-ahead"))]  # fmt: skip
    say = f"T = {target}: {', '.join(words)}; {counted(int(curves[ANSWERS][k]), 'answer')}."
    if folklore:
        say += f" The bound is {curves['bound'][k]:.2g}."
    looks = {
        SEQUENCES: ("purple", "dotted"),
        COMBINATIONS: ("blue", "solid"),
        AHEAD: ("orange", "dashed"),
        ANSWERS: ("green", "dotted"),
    }
    shown = {name: curves[name] for name in looks}
    axes = {"xlabel": "target T", "ylabel": "nodes", "yscale": "log"}
    top = max(curve.max() for curve in (curves.values() if folklore else shown.values()))
    chart = rules(x=target, describe=say, ylim=(0.8, 2 * top), drag=drag(
        "target", targets, curves[COMBINATIONS]), **axes)  # fmt: skip
    for name, curve in shown.items():
        kept = curve > 0  # no answer has no logarithm
        color, dash = looks[name]
        chart += lines(targets[kept], curve[kept], color=color, dash=dash, label=name)
    for i, (x, y) in enumerate(dots.values()):
        chart += scatter(x, y, color="ink", size=3, label=None if i else "measured")
    if folklore:
        chart += lines(
            targets, curves["bound"], color="red", dash="dashed", label="n^(T/c₀ + 1)", width=1.5
        )
    return chart


# --- where it goes wrong -----------------------------------------------------------------------


def mistakes(candidates=None, target=None, *, name="", caption=None):
    """Show wrong versions of the search, each one edit away: what it finds, and what is right.

    Parameters
    ----------
    candidates, target : optional
        As in `combination_sum`: an input for all of them, to see which edits it notices. By default
        each has a small one that it gets wrong.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `combination_sum`; ValueError also if the widest search has more than 3,000 nodes, or
        the target is above 200.
    """
    edits = MISTAKES
    if candidates is not None or target is not None:
        candidates, target = _checked(candidates, target)
        if target > MAX_EDITED:
            raise ValueError(f"target must be at most {MAX_EDITED}, got {target}")
        size = widest_size(candidates, target)
        _need_at_most(MAX_MEASURED, size, "the widest search enters {}, and {} can be run")
        edits = [replace(m, candidates=tuple(candidates), target=target) for m in MISTAKES]
    numbers = {"combination_sum": "again and again", "combination_sum2": "once"}
    found, right = [m.finds() for m in edits], [m.right() for m in edits]
    rows = [
        (
            numbers[m.function.__name__],
            m.new.removeprefix("candidates = ").rstrip(","),
            f"{list(m.candidates)}, {m.target}",
            _few(found[i]),
            _few(right[i]),
        )
        for i, m in enumerate(edits)
    ]
    codes = [_edited(m) for m in edits]

    def draw(edit):
        i = edit - 1
        say = f"{edits[i].why} For {rows[i][2]} it finds {rows[i][3]}"
        if found[i] == right[i]:
            say += ", which is right: this input does not notice it."
        else:
            say += f", and should find {rows[i][4]}."
        told = table(
            ["use each", "edited to", "input", "finds", "right"], rows, highlight=[i], describe=say,
            pick=pick("edit", list(range(1, len(rows) + 1))),
        )  # fmt: skip
        return [told, codes[i]]

    missed = sum(map(eq, found, right))
    caption = caption or (
        "One edit each to the two searches, in which a number is used again and again, or once. "
        "Click a row to see the edited line."
    ) + f" This input notices {len(edits) - missed} of {len(edits)}." * (edits is not MISTAKES)
    edit = slider(range(1, len(rows) + 1), 1)
    return explore(draw, edit=edit, name=name, caption=caption)


def _few(found):
    """Write at most three combinations, and how many there are if there are more."""
    return _listed(found) if len(found) < 4 else f"{_listed(found[:3])} … ({len(found)})"


def _edited(mistake):
    """Return the code panel of a wrong version, its line lit."""
    before, after = inspect.getsource(mistake.function), mistake.source()
    part = {"name": "", "first_line": 1, "text": after, "docstring": _docstring(after)}
    line = next(i for i, text in enumerate(before.splitlines(), 1) if mistake.old in text)
    return code([part], line, plain=True)


def _docstring(source):
    """Return the first and last line of a function's docstring."""
    ends = [i for i, line in enumerate(source.splitlines(), 1) if '"""' in line]
    return [ends[0], ends[1]]


# --- shared ------------------------------------------------------------------------------------


def _tree(nodes, **options):
    """Return the panel of a search tree."""
    return tree(
        ["[]", *(n["value"] for n in nodes[1:])],
        [n["parent"] for n in nodes],
        kinds=[n["kind"] for n in nodes],
        looks=LOOKS,
        texts=[node_text(n) for n in nodes],
        **{"title": "search tree", "legend": KINDS} | options,
    )


def _need_at_most(most, size, words):
    if size > most:
        said = words.format(counted(size, "node"), most)
        raise ValueError(f"candidates and target must make a small search, got {said}: {ADVICE}")


def _counted(counts):
    parts = (counts["nodes"], "node"), (counts["tries"], "try"), (counts["solutions"], "answer")
    return ", ".join(counted(*part) for part in parts)


def _listed(found):
    return " ".join(map(str, found)) or "nothing"


def _spoken(candidates):
    """Write 2, 3, ..., 12 as 2 to 12."""
    if len(candidates) > 3 and candidates == list(range(candidates[0], candidates[-1] + 1)):
        return f"{candidates[0]} to {candidates[-1]}"
    return ", ".join(map(str, candidates))
