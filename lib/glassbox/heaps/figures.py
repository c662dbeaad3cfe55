"""The figures of the chapter, each a function of the reader's own numbers.

So a notebook's cell is one line, such as::

    watch([9, 4, 8, 3, 7, 5, 1], heapify)

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

import inspect
import random
from bisect import bisect_left
from itertools import pairwise

from glassbox.checks import as_list, finite_numbers, integer, integers
from glassbox.figures import array as array_panel
from glassbox.figures import (
    bars,
    choice,
    counted,
    drag,
    explore,
    lines,
    moments,
    roles,
    rules,
    scatter,
    simulate,
    slider,
    steps,
    toggle,
    tree,
)
from glassbox.trace import no_note, record

from .counting import levels_climbed, levels_sunk
from .cupboards import CUPBOARDS, cupboard_costs
from .examples import JOBS, ORDERS, built, merge_counts, per_element, selection
from .heap import heapreplace, siftdown_textbook

MAX_TREE = 31  # elements of a heap that is drawn as a tree
MAX_STEPS = 600
WAYS = roles(
    cpython=("green", "solid"), textbook=("red", "dashed"), other=("sky", "dotted"), sort="ink"
)  # fmt: skip


def distinct(name, numbers, *, least=1, most=None):
    """Return finite numbers, at least so many and at most so many, as a list."""
    numbers = finite_numbers(name, numbers)
    if len(numbers) < least or (most is not None and len(numbers) > most):
        wanted = f"{least} or more" if most is None else f"{least} to {most}"
        raise ValueError(f"{name} must be {wanted}, got {len(numbers)}")
    return numbers


def written(value):
    """Write an element as a reader would."""
    return f"{value:.6g}".replace("-", "−") if isinstance(value, float) else str(value)


# --- three cupboards ---------------------------------------------------------------------------


def cupboards(numbers, operations=200, *, seed=0, name="", caption=None):
    """Compare an unsorted list, a sorted list and a heap: what do pushes and pops cost in each?

    Parameters
    ----------
    numbers : sequence of number
        What the cupboards hold at first.
    operations : int
        Pushes and pops, in random order; the slider sets the share of the pops.
    seed, name, caption
        Of the random order; as in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `cupboard_costs`; also beyond 5,000 numbers, which would take too long.
    """
    numbers = distinct("numbers", numbers, most=5000)
    shares = range(0, 101, 10)
    costs = [cupboard_costs(numbers, operations, share / 100, seed) for share in shares]
    curves = {kind: [cost[kind] for cost in costs] for kind in CUPBOARDS}
    looks = (
        ("yellow", "dotted", "triangle"),
        ("sky", "dashed", "square"),
        ("green", "solid", "circle"),
    )
    colors = [color for color, _, _ in looks]
    most = max(max(curve) for curve in curves.values())

    best = [share for share, cost in zip(shares, costs, strict=True) if is_least(cost, "heap")]
    where = f"from {best[0]} to {best[-1]} % pops" if best else "nowhere"
    axes = {"yscale": "log", "ylabel": "steps (log)", "xlabel": "share of pops, %"}

    def draw(pops, all_shares):
        cost = costs[pops // 10]
        names = list(cost)
        said = ", ".join(f"{kind} {cost[kind]:,.1f}" for kind in names)
        describe = f"{pops} % pops: {said} steps for each operation."
        if all_shares:
            describe += f" The heap is best {where}."
        chart = rules(x=pops, drag=drag("pops", shares), ylim=(0.8, 1.5 * most), **axes)
        for kind, (color, dash, marker) in zip(names, looks, strict=True):
            point = {"color": color, "marker": marker, "size": 5}
            chart += scatter([pops], [cost[kind]], label=None if all_shares else kind, **point)
            if all_shares:
                chart += lines(shares, curves[kind], color=color, dash=dash, label=kind)
        return [
            bars(
                names, list(cost.values()), color=colors, ylim=(0, 1.08 * most),
                texts=[f"{cost[kind]:,.1f}" for kind in names], ylabel="steps for each operation",
                describe=describe,
            ),
            chart,
        ]  # fmt: skip

    caption = caption or (
        f"Three cupboards with {counted(len(numbers), 'number')}, and {operations} random pushes "
        "and pops. A step is a comparison or a move of an element. Drag the rule: which cupboard "
        "is best where?"
    )
    share = slider(shares, 20, label="pops", format=lambda v: f"{v} %")
    shown = toggle(label="show all shares")
    return explore(draw, pops=share, all_shares=shown, name=name, caption=caption)


def is_least(costs, kind):
    """Tell whether none of the others costs as little."""
    return all(costs[kind] < cost for other, cost in costs.items() if other != kind)


# --- a heap to play with -----------------------------------------------------------------------


def play(numbers, *, room=15, largest=False, seed=8, name="", caption=None):
    """Make a heap to play with: type a number and push it, or pop; elements slide to their places.

    A model in the browser repeats `heappush`, `heappop` and `siftdown_textbook`; a test holds it to
    them.

    Parameters
    ----------
    numbers : sequence of number
        What the heap holds at first. If they are no heap, `heapify` goes first, and the caption
        says so.
    room : int
        How many elements it may hold, 3 to 31.
    largest : bool
        Whether it is a max-heap.
    seed : int
        Of the numbers that are suggested to be pushed.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no room for the numbers, or too much.
    """
    room = integer("room", room)
    if not 3 <= room <= MAX_TREE:
        raise ValueError(f"room must be in 3..{MAX_TREE}, got {room}")
    numbers = [plain(x) for x in distinct("numbers", numbers, least=0, most=room)]
    rng = random.Random(integer("seed", seed))
    top = max(9, *(int(abs(x)) for x in numbers), 9)
    offers = [rng.randint(0, min(top, 99)) for _ in range(40)]
    ordered = [-x for x in built([-x for x in numbers])] if largest else built(numbers)
    kind = "max-heap" if largest else "heap"
    how = "" if ordered == numbers else f" The numbers were no {kind}: `heapify` has made one."
    return simulate(
        "heaps.board",
        constants={"values": ordered, "room": room, "largest": bool(largest), "offers": offers},
        name=name,
        caption=caption or (
            f"A {kind} to play with, as a tree and as its list. An element in hand is orange and "
            f"hovers at the gap; those compared are purple.{how}"
        ),
    )  # fmt: skip


def plain(x):
    """Return a number that JavaScript holds exactly, if there is one."""
    return x if isinstance(x, int) and abs(x) < 2**53 else float(x)


# --- step through the code ---------------------------------------------------------------------


def watch(heap, *operations, name="", caption=None):
    """Step through what functions do to a heap: its tree, its list and the running line.

    The predict mode asks which child comes first, and whether an element climbs past its parent.

    Parameters
    ----------
    heap : sequence
        At most 31 elements at any time.
    *operations : callable or tuple
        What is done, in this order: a function that changes the list, such as `heapify` or the
        reader's own, or a tuple of a function and its further arguments: ``(heappush, 3)``.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are no operations, too many elements, or too many steps.
    TypeError
        As in `glassbox.trace.record`.
    """
    calls = [call if isinstance(call, tuple) else (call,) for call in operations]
    if not calls or not all(call and callable(call[0]) for call in calls):
        raise ValueError(
            f"operations must be functions, or tuples that begin with one, got {calls}"
        )

    def run(heap, note=no_note):
        for function, *args in calls:
            takes = "note" in inspect.signature(function).parameters
            function(heap, *args, **({"note": note} if takes else {}))

    done = Run(record(run, as_list("heap", heap, "elements")))
    asked = {at: q for at in range(1, len(done.stops)) if (q := done.question(at))}
    return explore(
        done.draw,
        step=steps(len(done.stops) - 1, questions=asked),
        name=name,
        caption=caption or (
            f"{', then '.join(map(called, calls))}. Step with the buttons or the arrow keys, or "
            "tick “predict” and answer first. An element in hand stands in brackets at the gap, in "
            "tree and list."
        ),
    )  # fmt: skip


def called(call):
    """Write an operation as a call."""
    function, *args = call
    function = getattr(function, "func", function)  # of a partial
    known = getattr(function, "__name__", "function")
    return f"`{known}({', '.join(['heap', *map(written, args)])})`"


class Run:
    """A recorded function and what there is to see of it, stop by stop."""

    def __init__(self, trace):
        self.trace = trace
        self.list = next(iter(trace.start), None)
        if self.list is None:
            raise ValueError("operations must change a list, got none")
        self.moments = moments(trace)
        sizes = [len(moment.state[self.list]) for moment in self.moments]
        if max(sizes) > MAX_TREE:
            raise ValueError(f"heap must have at most {MAX_TREE} elements, got {max(sizes)}")
        self.follow()
        self.stops = [0, *(k for k, word in enumerate(self.said) if word and k)]
        if len(self.stops) < 2:
            raise ValueError("operations must do something to the list, got no step")
        if len(self.stops) > MAX_STEPS:
            raise ValueError(f"the run must have at most {MAX_STEPS} steps, got {len(self.stops)}")

    def follow(self):
        """Say after each event what has happened, what is in hand, and which cells were compared.

        In hand is a pair (element, gap), or None. A change before a note puts the element down;
        any other fills the gap from the cell that was read last, which is the gap from then on.
        """
        self.held, self.said, self.near = [None], [""], [[]]
        reads, source, hand, put = [], None, None, None
        events = self.trace.events
        for k, (op, where, index, value, _) in enumerate(events, 1):
            word = ""
            if op == "get":
                reads, source = [*reads, index], index
            elif op == "note":
                cells = self.moments[k].state[self.list]
                hand = (cells[value], value) if where == "hold" else None
                again = put == value  # put down and taken up at once: no stop of its own
                word = "" if again or not hand else f"{written(hand[0])} is taken in hand."
            elif op in ("lt", "le"):
                word = told(events[k - 1])
            elif hand and where == self.list and op == "set":
                after = next((e[0] for e in events[k:] if e[0] != "get"), "")
                gap = None if after == "note" else source
                word = self.moved(index, value, gap)
                hand = None if gap is None else (hand[0], gap)
            else:
                word = told(events[k - 1])
            put = (
                index if word.endswith(f"put down at index {index}.") else put if not word else None
            )
            self.near.append(reads if op in ("lt", "le") else [])
            reads = reads if op == "get" else []
            self.held.append(hand)
            self.said.append(word)

    def moved(self, index, value, gap):
        """Say that an element was put down, or moved and left a gap."""
        if gap is None:
            return f"{written(value)} is put down at index {index}."
        where = "up" if gap > index else "down"
        return f"{written(value)} moves {where}; the gap is now at index {gap}."

    def question(self, at):
        """Return what to predict before a stop, or None."""
        event = self.stops[at]
        op, _, pair, outcome, _ = self.trace.events[event - 1]
        reads = self.near[event]
        if op != "lt" or not self.held[event - 1]:
            return None
        if len(reads) == 2:  # two children: was the first that was read the smaller one?
            cells = self.moments[event].state[self.list]
            two = [f"{self.list}[{k}] = {written(cells[k])}" for k in reads]
            return "Which child comes first?", sorted(two), two[0] if outcome else two[1]
        words = f"Is {written(pair[0])} smaller than {written(pair[1])}?"
        return words, ["yes", "no"], "yes" if outcome else "no"

    def draw(self, step):
        event = self.stops[step]
        moment, hand, cells = self.moments[event], self.held[event], None
        cells = [written(x) for x in moment.state[self.list]]
        marks = self.marks(event, hand)
        if hand:
            cells[hand[1]] = f"[{written(hand[0])}]"
        asked = moment.counts["lt"] + moment.counts["le"]
        title = counted(asked, "comparison") + (f", {written(hand[0])} in hand" if hand else "")
        said = self.said[event] or "Nothing has happened yet."
        return [
            heap_tree(cells, marks, title),
            array_panel(cells, marks=marks, title=self.list, legend=LEGEND),
            moment.code(plain=True, describe=said),
        ]

    def marks(self, event, hand):
        if not event:
            return {}
        op, where, index, _, _ = self.trace.events[event - 1]
        marks = dict.fromkeys(self.near[event], "compare") if op in ("lt", "le") else {}
        if op in ("set", "push") and where == self.list:
            marks[index] = "path" if hand and hand[1] != index else "write"
        return marks | ({hand[1]: "write"} if hand else {})


def told(event):
    """Say what happened to a list, in words."""
    op, name, index, value, _ = event
    if op in ("lt", "le"):
        asked = f"{written(index[0])} {'<' if op == 'lt' else '≤'} {written(index[1])}"
        return f"Is {asked}? {'Yes' if value else 'No'}."
    return {
        "get": f"{name}[{index}] is read.",
        "set": f"{written(value)} is put at index {index}.",
        "push": f"{written(value)} is appended, at index {index}.",
        "pop": f"{written(value)}, the last, is taken off.",
        "note": f"{name} {value}.",
    }[op]


LEGEND = {"write": "in hand, or put down", "compare": "compared", "path": "moved"}


def heap_tree(cells, marks, title, **options):
    """Return a heap as a tree."""
    parents = [-1, *((k - 1) // 2 for k in range(1, len(cells)))][: len(cells)]
    return tree(cells, parents, binary=True, marks=marks, title=title, **options)


# --- how far do elements move? -----------------------------------------------------------------


def levels(inputs, *, start=15, name="", caption=None):
    """Compare heapify with one push after the other: how many levels does each element move?

    Parameters
    ----------
    inputs : mapping of str to sequence of number
        Lists by name. A slider takes their first 1, 2, ... elements, 31 at most.
    start : int
        How many at first.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no list, or a list has fewer than two elements.
    """
    inputs = {str(key): distinct(f"inputs[{key!r}]", nums, least=2) for key, nums in inputs.items()}
    if not inputs:
        raise ValueError("inputs must have a list, got none")
    sizes = range(1, min(MAX_TREE, *(len(nums) for nums in inputs.values())) + 1)
    totals = {
        key: [[sum(f(nums[:n])) for n in sizes] for f in (levels_sunk, levels_climbed)]
        for key, nums in inputs.items()
    }
    bound = [n - n.bit_count() for n in sizes]
    top = max(max(map(max, pair)) for pair in totals.values())

    def draw(n, order):
        sunk, climbed = levels_sunk(inputs[order][:n]), levels_climbed(inputs[order][:n])
        them = "it" if n == 1 else "them"
        said = (
            f"{counted(n, 'element')}, {order}: heapify sinks {them} {counted(sum(sunk), 'level')} "
            f"in all, at most {n} − {n.bit_count()} = {bound[n - 1]}; pushes lift {them} "
            f"{sum(climbed)}."
        )
        chart = lines(
            sizes, {"heapify": totals[order][0], "n pushes": totals[order][1], "n − s(n)": bound},
            color=["green", "sky", "ink"], dash=["solid", "dotted", "dashed"], xlabel="n",
            ylabel="levels in all", ylim=(0, top * 1.05 + 1), describe=said,
            drag=drag("n", sizes, totals[order][0]),
        )  # fmt: skip
        return [
            level_tree(sunk, f"heapify: {counted(sum(sunk), 'level')} sunk in all"),
            level_tree(climbed, f"pushes: {counted(sum(climbed), 'level')} climbed in all"),
            chart,
        ]

    caption = caption or (
        "Levels that the elements move, each number at the index where its element starts "
        "(heapify) or arrives (pushes). Coloured nodes move. The dashed line is n less the number "
        "of ones among its binary digits. Drag the handle to change n."
    )
    first = min(max(1, integer("start", start)), sizes[-1])
    return explore(
        draw, n=slider(sizes, first), order=choice(list(inputs), label="input"), name=name,
        caption=caption,
    )  # fmt: skip


def level_tree(counts, title):
    marks = {k: "path" for k, count in enumerate(counts) if count}
    texts = [f"index {k}: {counted(count, 'level')}" for k, count in enumerate(counts)]
    return heap_tree(counts, marks, title, texts=texts)


# --- the race of the two sifts -----------------------------------------------------------------


def race(numbers, *, name="", caption=None):
    """Race CPython's sift against the textbook's, on one element in the same heap.

    Parameters
    ----------
    numbers : sequence of number
        3 to 32. Their heap's last element is what a pop would sink; with the slider one chooses
        another, as `heapreplace` puts it at the top.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are too few numbers or too many.
    """
    full = built([plain(x) for x in distinct("numbers", numbers, least=3, most=MAX_TREE + 1)])
    last, rest = full[-1], full[1:-1]
    keys = {"as they are": rest, "all equal": [last] * len(rest)}
    items = sorted({*between(rest), last})
    runs = {
        (kind, item): (
            Lane("textbook", record(siftdown_textbook, [item, *others], 0)),
            Lane("CPython", record(heapreplace, [full[0], *others], item)),
        )
        for kind, others in keys.items()
        for item in items
    }
    needs = {kind: [[runs[kind, i][j].last for i in items] for j in (0, 1)] for kind in keys}
    most = max(lane.last for pair in runs.values() for lane in pair)

    def draw(step, item, others, ends):
        book, ours = runs[others, item]
        described = f"{written(item)} sinks: {book.say(step)}; {ours.say(step)}."
        chart = rules(
            x=item, drag=drag("item", items), ylim=(0, most + 1), xlim=(items[0], items[-1]),
            xlabel="element that sinks", ylabel="comparisons",
        )  # fmt: skip
        looks = ("red", "dashed", "square"), ("green", "solid", "circle")
        for lane, need, (color, dash, marker) in zip(
            (book, ours), needs[others], looks, strict=True
        ):
            point = {"color": color, "marker": marker, "size": 5}
            so_far = None if ends else lane.name
            chart += scatter([item], [min(step, lane.last)], label=so_far, **point)
            if ends:
                end = f"{lane.name}, in the end"
                chart += lines(items, need, color=color, dash=dash, label=end)
        levels = [(len(rest) + 1).bit_length() - 1] * len(items)
        chart += lines(items, levels, color="ink", dash="dotted", label="levels below the top")
        if ends:
            described += f" In the end the textbook needs {book.last}, CPython {ours.last}."
        return [book.draw(step), ours.draw(step).at(describe=described), chart]

    caption = caption or (
        "The textbook's sift and CPython's, on the same element. Those last compared are "
        "purple, those that moved up are blue, the element is orange, in brackets while in hand."
    )
    return explore(
        draw,
        step=steps(most, label="comparisons"),
        item=slider(items, last, label="element",
                    format=lambda v: f"{written(v)}{' (pop)' * (v == last)}"),
        others=choice(list(keys), label="other keys"),
        ends=toggle(label="show all ends"),
        name=name,
        caption=caption,
    )  # fmt: skip


def between(values):
    """Return one number below all, one between each two neighbours, one above all."""
    ordered = sorted(set(values))
    middles = [a + (b - a) / 2 for a, b in pairwise(ordered)]
    found = [ordered[0] - 1, *middles, ordered[-1] + 1]
    return [int(x) if x == int(x) else x for x in found]


class Lane:
    """One racer: a run stopped after each comparison."""

    def __init__(self, name, trace):
        self.name, self.run = name, Run(trace)
        self.asked = [k for k, e in enumerate(trace.events, 1) if e[0] == "lt"]
        self.last = len(self.asked)
        held = next(k for k, e in enumerate(trace.events, 1) if e[0] == "note")
        self.start = self.run.moments[held].state[self.run.list]

    def say(self, done):
        done = min(done, self.last)
        return f"{self.name}: {counted(done, 'comparison')}{', done ✓' * (done == self.last)}"

    def draw(self, done):
        """Return the tree after so many comparisons, and what they led to."""
        done, run = min(done, self.last), self.run
        event = [*(k - 1 for k in self.asked), len(run.trace.events)][done]
        cells, hand = run.moments[event].state[run.list], run.held[event]
        marks = {
            k: "path" for k, (a, b) in enumerate(zip(cells, self.start, strict=True)) if a != b
        }
        if done:
            marks |= dict.fromkeys(run.near[self.asked[done - 1]], "compare")
        texts = [written(x) for x in cells]
        gap = hand[1] if hand else run.trace.events[-1][3]  # the last note says where it is
        marks[gap] = "write"
        if hand:
            texts[gap] = f"[{written(hand[0])}]"
        return heap_tree(texts, marks, self.say(done))


# --- who compares how often? -------------------------------------------------------------------


def orders(sizes=tuple(2**k for k in range(4, 13)), inputs=ORDERS, *, name="", caption=None):
    """Compare how often CPython's way, the textbook's and n pushes ask, job by job, order by order.

    Parameters
    ----------
    sizes : sequence of int
        Lengths of the lists, rising.
    inputs : mapping of str to function, optional
        From a length to a list of numbers.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are not two sizes from 1 to 20,000.
    """
    sizes = integers("sizes", sizes, least=1)
    if len(sizes) < 2 or max(sizes) > 20_000:
        raise ValueError(f"sizes must be two or more, at most 20,000, got {sizes}")
    grid = {
        (job, order): [per_element(job, order, n, inputs) for n in sizes]
        for job in JOBS
        for order in inputs
    }
    looks = [WAYS["cpython"], WAYS["textbook"], WAYS["other"]]

    def draw(job, order):
        found = grid[job, order]
        curves = {way: [row[way] for row in found] for way in JOBS[job]}
        ends = ", ".join(f"{way} {curve[-1]:.2f}" for way, curve in curves.items())
        return lines(
            sizes, curves, color=[look["color"] for look in looks[: len(curves)]],
            dash=[look["dash"] for look in looks[: len(curves)]], xscale="log", xlabel="n",
            ylim=(0, 1.15 * max(map(max, curves.values()))), ylabel="comparisons per element",
            describe=f"{job}, {order}, n = {sizes[-1]:,}: {ends}.",
        )  # fmt: skip

    caption = caption or (
        "Comparisons per element. Build makes a heap of the input; pop all empties the heap built "
        "from it; replace puts n new items in place of the top, in that order (rising: "
        "each larger than all that the heap held; falling: each smaller)."
    )
    return explore(
        draw, job=choice(list(JOBS)), order=choice(list(inputs), label="on"), name=name,
        caption=caption,
    )  # fmt: skip


# --- select and merge --------------------------------------------------------------------------


def top(numbers, *, name="", caption=None):
    """Compare three ways to the k smallest: `nsmallest`, `sorted`, and heapify with k pops.

    All that is asked of an element is counted, ``==`` of tuples too.

    Parameters
    ----------
    numbers : sequence of number
        3 to 50,000.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are too few numbers or too many.
    """
    numbers = distinct("numbers", numbers, least=3, most=50_000)
    ks, ways = selection(numbers)
    ceiling = 1.1 * max(map(max, ways.values()))
    pairs = zip(ks, ways["nsmallest"], ways["sorted"], strict=True)
    late = next((f"{k:,}" for k, small, whole in pairs if small > whole), "no k shown")

    def draw(k, every):
        i = ks.index(k)
        said = ", ".join(f"{way} {values[i]:.2f}" for way, values in ways.items())
        these = f"The {k:,} smallest" if k > 1 else "The smallest"
        described = f"{these} of {len(numbers):,}, comparisons per element: {said}."
        if every:
            described += f" From {late} on, sorted asks less than nsmallest."
        chart = rules(
            x=k, drag=drag("k", ks), xscale="log", ylim=(0, ceiling), xlabel="k",
            ylabel="comparisons per element", describe=described,
        )  # fmt: skip
        looks = (
            ("purple", "solid", "circle", 8), ("ink", "dashed", "square", 5),
            ("green", "dotted", "triangle", 5),
        )  # fmt: skip
        for (way, values), (color, dash, marker, size) in zip(ways.items(), looks, strict=True):
            point = {"color": color, "marker": marker, "size": size}  # where two meet both are seen
            chart += scatter([k], [values[i]], label=None if every else way, **point)
            if every:
                chart += lines(ks, values, color=color, dash=dash, label=way)
        return chart

    start = ks[bisect_left(ks, len(numbers) // 100) % len(ks)]
    return explore(
        draw, k=slider(ks, start, format=","), every=toggle(label="show every k"), name=name,
        caption=caption or (
            f"Three ways to the k smallest of {len(numbers):,} numbers, by all that is asked of "
            "them, `==` too. Drag the handle."
        ),
    )  # fmt: skip


def merging(lists, *, name="", caption=None):
    """Compare `merge` with a tree of losers: how often is an element asked, for k lists?

    Parameters
    ----------
    lists : sequence of sequence of number
        At least two, each sorted. The slider merges the first 2, 4, 8, ... of them, or all.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are fewer than two lists, no number in them, or one is not sorted.
    """
    lists = [finite_numbers(f"lists[{i}]", row) for i, row in enumerate(as_list("lists", lists))]
    if len(lists) < 2:
        raise ValueError(f"lists must be two or more, got {len(lists)}")
    if not any(lists):
        raise ValueError("lists must hold a number, got none")
    for i, row in enumerate(lists):
        if any(b < a for a, b in pairwise(row)):
            raise ValueError(f"lists[{i}] must be sorted, got {row[:5]}")
    n = len(lists)
    ks = sorted({min(2**e, n) for e in range(n > 2, n.bit_length() + 1)})
    counts = [merge_counts(lists[:k]) for k in ks]
    curves = {way: [count[way] for count in counts] for way in counts[0]}

    def draw(k):
        count = counts[ks.index(k)]
        said = ", ".join(f"{way} {value:.2f}" for way, value in count.items())
        return lines(
            ks, curves, color=["purple", "blue", "green"], dash=["solid", "dashed", "dotted"],
            xscale="log", ylim=(0, 1.1 * max(1, *map(max, curves.values()))), xlabel="lists merged",
            ylabel="questions per element", drag=drag("k", ks, curves["tree of losers (<)"]),
            describe=f"{k} lists, for each element: {said}.",
        ) + rules(x=k)  # fmt: skip

    return explore(
        draw, k=slider(ks, label="lists"), name=name,
        caption=caption or (
            f"What merging 2 to {len(lists)} sorted lists asks of each element: `merge` keeps a "
            "heap of entries that ask `==` first, a tree of losers asks `<` once a level."
        ),
    )  # fmt: skip
