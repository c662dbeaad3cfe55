"""The figures of the chapter, each a function of the reader's own things.

Most take weights, values, a capacity and perhaps names, so that a notebook's cell is one line:

    direction([2, 3, 4, 6], [5, 7, 8, 9], 8, names="ABCD")

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

import math
from collections import Counter
from dataclasses import dataclass
from string import ascii_uppercase

from glassbox.checks import integers
from glassbox.figures import (
    array,
    choice,
    counted,
    drag,
    explore,
    lines,
    moments,
    raised,
    rules,
    scatter,
    simulate,
    slider,
    steps,
    toggle,
    worksheet,
)
from glassbox.figures import fold as fold_panel
from glassbox.figures import table as table_panel
from glassbox.records import need_parts
from glassbox.trace import record

from .knapsack import (
    _checked,
    knapsack,
    knapsack_items,
    knapsack_table,
    knapsack_top_down,
    recursion_size,
    unbounded_knapsack,
)

MAX_COLUMNS = 24  # of a row that is followed cell by cell
MAX_STEPS = 1500
MAX_NODES = 5000  # of a tree
MAX_HAND_COLUMNS, MAX_HAND_ITEMS = 16, 10  # of a table that a hand fills
MAX_BARS = 2000  # columns that a machine fills in sight
MAX_CELLS = 200_000
MAX_PACKED = 12  # items in a rucksack packed by hand
MAX_ROWS = 101
MAX_LINE = 20_000  # columns of a slider


# --- the things, in words ----------------------------------------------------------------------


@dataclass(frozen=True)
class Things:
    """A reader's problem, checked, and how it is put into words."""

    weights: list
    values: list
    capacity: int
    names: list
    unit: str

    def listed(self, chosen):
        """Return a subset, given by indices, with its weight and value."""
        weight, value = (sum(column[i] for i in chosen) for column in (self.weights, self.values))
        what = " + ".join(self.names[i] for i in chosen) or "nothing"
        return f"{what}, {weight} {self.unit}, worth {number(value)}"


def things(weights, values, capacity, names, unit):
    """Check a problem and its names; without names the items are A, B, ... or 1, 2, ...

    Raises
    ------
    ValueError, TypeError, OverflowError
        As in `glassbox.dynamic_programming.knapsack`; also if there is not one name an item, or if
        two items have the same.
    """
    weights, values, capacity = _checked(weights, values, capacity)
    n = len(weights)
    if names is None:
        names = ascii_uppercase[:n] if n <= 26 else range(1, n + 1)
    names = [str(name) for name in names]
    if len(names) != n:
        raise ValueError(f"names must be {n}, one an item, got {len(names)}")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"names must differ, got {twice[0]!r} twice")
    return Things(weights, values, capacity, names, str(unit))


def number(value):
    """Write a number as a reader would: 1,458, 2.5, 1/3 or −∞."""
    if isinstance(value, float):
        return "−∞" if value == -math.inf else f"{value:,.6g}".replace("-", "−")
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else str(value)


def capital(text):
    """Return a text that may begin a sentence."""
    return text[:1].upper() + text[1:]


def signs(names):
    """Return one short sign a name, for cells: the names if short, else initials, else numbers."""
    if all(len(name) <= 2 for name in names):
        return names
    initials = [name[:1].upper() for name in names]
    if len(set(initials)) == len(names):
        return initials
    return [f"#{i}" for i in range(1, len(names) + 1)]


def held(copies, names):
    """Return the items of a cell with their numbers of copies in words, as in 2 × A + B."""
    counted = sorted(Counter(copies).items())
    return " + ".join(f"{count} × {names[i]}" if count > 1 else names[i] for i, count in counted)


def power(copies, short):
    """Return the items of a cell as a product, which is short: A²B is two of A and one of B."""
    between = "·" if any(len(sign) > 1 for sign in short) else ""
    counted = sorted(Counter(copies).items())
    return between.join(f"{short[i]}{raised(count) if count > 1 else ''}" for i, count in counted)


# --- what a hand moves over --------------------------------------------------------------------


def pack(weights, values, capacity, names=None, *, unit="kg", name="", caption=None):
    """Let the reader pack by hand, and then see the best packing for each capacity.

    At the start the things are packed in their order, as long as they fit.

    Parameters
    ----------
    weights, values, capacity
        As in `knapsack`; from 1 to 12 items.
    names : sequence of str, optional
        One an item, all different (by default A, B, ...).
    unit : str
        Of the weights, for the words.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `knapsack`; also if names do not fit, there are no items or more than 12, or the
        capacity needs more columns than can be drawn.
    """
    it = things(weights, values, capacity, names, unit)
    if not 1 <= len(it.weights) <= MAX_PACKED:
        raise ValueError(
            f"from 1 to {MAX_PACKED} items can be packed by hand, got {len(it.weights)}: pass some "
            f"of them, or see all in table"
        )
    total = sum(it.weights)
    largest = max(total, it.capacity)
    if largest > MAX_LINE:
        advice = f"all weigh {total:,} {unit}" if total <= MAX_LINE else "choose a coarser unit"
        raise ValueError(f"capacity must be at most {MAX_LINE:,}, got {largest:,}: {advice}")
    step = -(-largest // 200) or 1
    positions = sorted({*range(0, largest + 1, step), it.capacity, largest} | {0, 1})
    room, packed = it.capacity, []
    for weight in it.weights:
        packed.append(weight <= room)
        room -= weight * packed[-1]
    boxes = {f"item{i}": _packs(it, i, inside) for i, inside in enumerate(packed)}
    return simulate(
        "dynamic_programming.pack",
        capacity=slider(positions, it.capacity, label=f"capacity in {unit}", format=","),
        **boxes,
        reveal=toggle(label="show the best"),
        constants=_constants(it) | {"capacity": positions[-1], "positions": positions},
        name=name,
        caption=caption or _pack_caption(it),
    )


def _packs(it, i, inside):
    label = f"{it.names[i]}: {it.weights[i]:,} {it.unit}, worth {number(it.values[i])}"
    return toggle(inside, label=label)


def _pack_caption(it):
    return (
        "Pack by hand: click a thing to put it in or take it out. A thing is as wide as it is "
        f"heavy; the dashed frame is the capacity. The plot has the value over the {it.unit} and, "
        "once shown, the best value for every capacity."
    )


def table(weights, values, capacity, names=None, *, unit="kg", exact=False, name="", caption=None):
    """Show the table that explains itself: what each cell is made of, and the items it stands for.

    A table of up to 12 items and 17 columns is shown whole; a larger one as a picture, with the
    chosen cell and what it was made of beside it.

    Parameters
    ----------
    weights, values, capacity, names, unit, name, caption : see `pack`
    exact : bool
        Whether the weights must sum to the capacity exactly instead of at most.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `knapsack_table`; also if names do not fit, or the table has more than 100 rows or
        200,000 cells.
    """
    it = things(weights, values, capacity, names, unit)
    return _tables(it, [bool(exact)], name, caption or _table_caption(it))


def at_most_or_exactly(
    weights, values, capacity, names=None, *, unit="kg", name="", caption=None
):  # fmt: skip
    """Show the two tables together: at most j, and exactly j; see `table`.

    The second one is empty below row 0 until the reader has it filled in.
    """
    it = things(weights, values, capacity, names, unit)
    said = (
        f"Two readings of a cell. In the first table, the best value of weight at most j "
        f"{it.unit}; in the second, of weight exactly j {it.unit}, and −∞ where no subset weighs "
        "that. They start from different rows 0."
    )
    return _tables(it, [False, True], name, caption or said)


def _tables(it, exact, name, caption):
    rows, columns = len(it.weights) + 1, it.capacity + 1
    if rows > MAX_ROWS or columns > MAX_LINE or rows * columns > MAX_CELLS:
        raise ValueError(
            f"the table must have at most {MAX_ROWS} rows and {MAX_CELLS:,} cells, got {rows:,} × "
            f"{columns:,}: measure the weights in a coarser unit, or pass fewer items"
        )
    controls, labels = {}, _row_labels(it)
    if rows > 1:
        last = rows - 1
        controls["item"] = slider(range(rows), last, label="items up to", format=labels.__getitem__)
    if columns > 1:
        controls["kg"] = slider(range(columns), it.capacity, label=f"{it.unit} j", format=",")
    return simulate(
        "dynamic_programming.table",
        **controls,
        walk=toggle(label="walk back to row 0"),
        **({"filled": toggle(label="fill in the second table")} if len(exact) > 1 else {}),
        constants=_constants(it) | {"exact": exact},
        name=name,
        caption=caption,
    )


def _constants(it):
    """Return the things as numbers that JavaScript holds."""
    values = [value if isinstance(value, int) else float(value) for value in it.values]
    if sum(abs(value) for value in values) >= 2**53:
        raise ValueError("values must be below 2**53 in sum to be drawn, got larger ones")
    return {
        "weights": it.weights, "values": values, "capacity": it.capacity, "names": it.names,
        "unit": it.unit,
    }  # fmt: skip


def _table_caption(it):
    return (
        "The table that explains itself. Arrows run from the cells that were read to the chosen "
        "one; the better of them is marked. Walking back, they lead from the chosen cell to row 0, "
        "past the items that it stands for."
    )


# --- fold the tree -----------------------------------------------------------------------------


def fold(weights, values, capacity, names=None, *, unit="kg", start=None, name="", caption=None):
    """Fold the tree of the recursion into the table: equal questions slide into one cell.

    The tree is recorded: each call of `knapsack_top_down` without a memo is a node. A slider takes
    the first 1, 2, ... items; their capacity is the same share of their weight as the given
    capacity is of the weight of all.

    Parameters
    ----------
    weights, values, capacity, names, unit, name, caption : see `direction`
    start : int, optional
        With how many items the figure begins (by default half of them).

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `knapsack_top_down`; also if names do not fit, there are fewer than two items, or
        ``start`` is not a number of items that can be drawn.

    Notes
    -----
    Items are added as long as the tree has at most 5,000 nodes; the caption says what all would
    need.
    """
    it = things(weights, values, capacity, names, unit)
    if len(it.weights) < 2:
        raise ValueError(f"weights must be two or more to make a tree, got {it.weights}")
    sizes = [n for n in range(1, len(it.weights) + 1) if _tree_size(it, n) <= MAX_NODES]
    start = min((len(it.weights) + 1) // 2, sizes[-1]) if start is None else start
    if start not in sizes:
        raise ValueError(f"start must be in 1..{sizes[-1]}, the trees that are drawn, got {start}")
    drawn = {n: _folded(it, n) for n in sizes}
    said = {n: _fold_words(it, n, drawn[n].fields["cells"]) for n in sizes}
    shares = [2.5 * k for k in range(41)]
    return explore(
        lambda n, folded: drawn[n].at(share=folded / 100, describe=said[n][folded == 100]),
        n=slider(sizes, start, label="items"),
        folded=slider(shares, 0, label="fold", format=_share),
        name=name,
        caption=caption or _fold_caption(it, sizes[-1]),
    )


def _share(percent):
    return {0: "tree", 100: "table"}.get(percent, f"{percent:.0f} %")


def _room(it, n):
    """Return the capacity of the first n items: the same share of their weight as that of all."""
    total = sum(it.weights)
    return (2 * it.capacity * sum(it.weights[:n]) + total) // (2 * total) if total else it.capacity


def _tree_size(it, n):
    return recursion_size(it.weights[:n], _room(it, n))[0]


def _folded(it, n):
    """Return the panel of the first n items, drawn from the recorded calls."""
    room = _room(it, n)
    problem = tuple(it.weights[:n]), tuple(it.values[:n]), room  # lists would be watched
    cells = [e[3] for e in record(knapsack_top_down, *problem, memo=False).events if e[0] == "note"]
    parents, latest = [], {}
    for k, (i, _) in enumerate(cells):
        parents.append(latest.get(i + 1, -1))  # the last call about one item more asked this
        latest[i] = k
    times, answers = Counter(cells), knapsack_table(*problem)
    return fold_panel(
        parents, cells, rows=_row_labels(it)[: n + 1], columns=range(room + 1), upward=True,
        values={(i, j): number(answers[i][j]) for i, j in times},
        texts={(i, j): _asked(it, i, j, k, answers[i][j]) for (i, j), k in times.items()},
        xlabel=f"{it.unit} left", ylabel="items",
    )  # fmt: skip


def _fold_words(it, n, cells):
    """Return what is said of the tree, and what of the table: the count of questions is not told
    before they have met.
    """
    times = Counter(map(tuple, cells.tolist()))
    calls, most = len(cells), max(times.values())
    tree = f"{capital(_first(it, n))} and {_room(it, n)} {it.unit}: {counted(calls, 'call')}"
    often = {1: "once", 2: "twice"}.get(most) or counted(most, "time")
    repeated = f"The most repeated one is asked {often}." if most > 1 else "None is repeated."
    asked = f"ask {counted(len(times), 'different question')}"
    return f"{tree}.", f"{tree} {asked}. {repeated}"


def _row_labels(it):
    return ["0", *(f"{i} {name}" if name != str(i) else name for i, name in enumerate(it.names, 1))]


def _first(it, n):
    """Return the first n items in words."""
    if n < 3:
        return " and ".join(it.names[:n]) or "No item"
    return f"{it.names[0]} to {it.names[n - 1]}"


def _asked(it, i, j, times, answer):
    often = {1: "once", 2: "twice"}.get(times) or counted(times, "time")
    return f"{capital(_first(it, i))}, {j} {it.unit} left: asked {often}; at best {number(answer)}"


def _fold_caption(it, most):
    said = (
        "The recursion as a tree, grown from its root at the bottom: each call is a node, and the "
        f"number in it is the {it.unit} left. Fold it, and calls that ask the same question meet "
        "in one cell of the table, which then holds the answer, the best value. Point at a node "
        "to see its twins."
    )
    if most < len(it.weights):
        calls, questions = recursion_size(it.weights, it.capacity)
        said += (
            f" All {len(it.weights)} items with {it.capacity:,} {it.unit} would make {calls:,} "
            f"calls, which ask {questions:,} questions."
        )
    return said


# --- fill the table ----------------------------------------------------------------------------


def fill(weights, values, capacity, names=None, *, unit="kg", finer=(1, 10, 100), name="",
         caption=None):  # fmt: skip
    """Let the reader fill the table: which cells is the next one made of, and what is its value?

    The sources of a cell are what `knapsack_table` read before it wrote the cell. A switch measures
    the same things in finer units: the same packing, in a table of ten times the columns, which a
    machine fills at the same pace.

    Parameters
    ----------
    weights, values, capacity, names, unit, name, caption : see `direction`
    finer : sequence of int
        By what weights and capacity are multiplied.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `knapsack_table`; also if names do not fit, there is no item, or ``finer`` has no
        factor, or a factor below 1.

    Notes
    -----
    A hand fills tables of up to 10 items and 16 columns; beyond, only the machine does. Factors
    that need more than 2,000 columns are left out, but for the first.
    """
    it = things(weights, values, capacity, names, unit)
    finer = integers("finer", finer, least=1)
    if not it.weights or not finer:
        raise ValueError(f"one item and one factor must be given, got {it.weights} and {finer}")
    kept = [k for k in finer if k == finer[0] or k * it.capacity < MAX_BARS]
    if kept[0] * it.capacity * len(it.weights) > MAX_CELLS:
        raise ValueError(
            f"the table must have at most {MAX_CELLS:,} cells to be watched, got {len(it.weights)} "
            f"items and {it.capacity:,} {unit}: choose a coarser unit"
        )
    sheets = {k: _sheet(it, k) for k in kept}
    switch = choice([(f"× {k}", k) for k in kept], label="weights and capacity")
    return explore(
        lambda times: sheets[times],
        times=switch,
        name=name,
        caption=caption or _fill_caption(sheets[kept[0]].fields.get("cells") is not None),
    )


def _sheet(it, times):
    """Return the panel of one unit."""
    scaled = [times * weight for weight in it.weights], it.values, times * it.capacity
    columns = range(times * it.capacity + 1)
    packed = it.listed(knapsack_items(*scaled))
    cells = len(it.weights) * len(columns)
    said = {
        "done": f"The table is full. Its last cell packs {packed}.",
        "describe": f"Items × columns: {len(it.weights)} × {len(columns):,} = "
        f"{counted(cells, 'cell')} to fill.",
        "xlabel": f"{it.unit} j" if times == 1 else f"j in {it.unit} / {times}", "ylabel": "item i",
    }  # fmt: skip
    if times > 1 or len(columns) > MAX_HAND_COLUMNS or len(it.weights) > MAX_HAND_ITEMS:
        return worksheet(_row_labels(it), columns, **said)
    trace = record(knapsack_table, *scaled)
    table, sources = trace.result, sources_of(trace)
    two = [(i, j) for (i, j), read in sources.items() if len(read) == 2]
    middle = [at for at in two if at[0] > len(it.weights) // 2] or two or [(1, 0)]
    first = min(middle)
    return worksheet(
        _row_labels(it), columns, sources=sources, **said,
        cells=[[number(value) for value in row] for row in table],
        texts=[[_cell_text(it, i, j, table) for j in columns] for i in range(len(table))],
        hints={at: _hint(it, *at) for at in sources},
        choices={at: _choices(it, *at, table) for at in two},
        begin=(first[0] - 1) * len(columns) + first[1],
    )  # fmt: skip


def sources_of(trace):
    """Return for each cell of a recorded table the cells that it was written from."""
    found, reads = {}, []
    for op, row, j, *_ in trace.events:
        cell = int(row.removeprefix("f/")), j
        if op == "get":
            reads.append(cell)
        else:
            found[cell], reads = reads, []
    return found


def _cell_text(it, i, j, table):
    worth = number(table[i][j])
    if i == 0:
        return f"no item, at most {j} {it.unit}: {worth}"
    return f"{_first(it, i)}, at most {j} {it.unit}: {worth}"


def _hint(it, i, j):
    name, weight, unit = it.names[i - 1], it.weights[i - 1], it.unit
    if weight > j:
        return f"{capital(name)} weighs {weight} {unit} and does not fit into {j} {unit}."
    rest = f"{j - weight} {unit} for the others"
    return f"{capital(name)} weighs {weight} {unit}: leave it, or take it and keep {rest}."


def _choices(it, i, j, table):
    """Return the values that a reader may pick for a cell, in order, with what each one is."""
    name, weight, value = it.names[i - 1], it.weights[i - 1], it.values[i - 1]
    leave, rest = table[i - 1][j], table[i - 1][j - weight]
    take, v = rest + value, number(value)
    best = f"leaving {name} gives {number(leave)}, taking it {number(rest)} + {v} = {number(take)}"
    why = {
        leave: best,
        take: best,
        rest: f"that is the {j - weight} {it.unit} without {name}; taking it adds {v}",
        leave + value: f"beside what is worth {number(leave)} there may be no room for {name}",
    }
    why[max(leave, take)] = best
    return {number(worth): why[worth] for worth in sorted(why)}


def _fill_caption(by_hand):
    how = (
        "Fill the table. Click the cells that the marked one is made of, then pick its value; a "
        "wrong click says what that cell means."
    )
    finer = "In a finer unit the same things give the same packing and ten times the cells."
    return f"{how if by_hand else 'Watch a machine fill the table.'} {finer}"


# --- one row, two directions -------------------------------------------------------------------


def direction(weights, values, capacity, names=None, *, unit="kg", name="", caption=None):
    """Replay the one row with its loop downward and upward, step by step, together.

    Both are recordings: of `knapsack` and of `unbounded_knapsack`. A read of a cell that the same
    pass has written is marked as new. The predict mode asks which cell is read next, and how many
    copies of an item a cell will hold.

    Parameters
    ----------
    weights, values, capacity
        As in `knapsack`; at most 24 columns and 1,500 steps can be followed.
    names : sequence of str, optional
        One an item, all different (by default A, B, ...).
    unit : str
        Of the weights, for the words.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `unbounded_knapsack`; also if names do not fit, no item fits into the capacity, or
        there is too much to follow.
    """
    it = things(weights, values, capacity, names, unit)
    _need_few_steps(it)
    problem = it.weights, it.values, it.capacity
    runs = [
        Run("downward", record(knapsack, *problem), it),
        Run("upward", record(unbounded_knapsack, *problem), it),
    ]
    last = max(run.last for run in runs)
    asked = {step: q for k, run in enumerate(runs) for step, q in run.questions(k).items()}
    return explore(
        lambda step: [run.draw(step) for run in runs],
        step=steps(last, questions=asked),
        name=name,
        caption=caption or _direction_caption(it),
    )


def _need_few_steps(it):
    if it.capacity >= MAX_COLUMNS:
        raise ValueError(
            f"capacity must be below {MAX_COLUMNS} to be followed cell by cell, got {it.capacity}: "
            f"measure the weights in a coarser unit, or pass a small example"
        )
    updates = sum(max(0, it.capacity + 1 - weight) for weight in it.weights)
    if not updates:
        raise ValueError(f"one item must weigh at most the capacity, got {it.weights}")
    if 3 * updates > MAX_STEPS:
        raise ValueError(
            f"the items must need at most {MAX_STEPS} steps, got {3 * updates}: pass fewer items"
        )


def _direction_caption(it):
    short = signs(it.names)
    key = ", ".join(f"{s} {long}" for s, long in zip(short, it.names, strict=True) if s != long)
    return (
        "One row, two directions: the same update at each step, in the opposite order. Under each "
        f"value stands what it is made of; {short[0]}² is two of {it.names[0]}"
        f"{f' ({key})' if key else ''}."
    )


class Run:
    """One recorded pass after the other over the row ``f``, and what its cells are made of."""

    def __init__(self, word, trace, it):
        self.word, self.it, self.trace = word, it, trace
        self.last = len(trace.events)
        self.moments = moments(trace)
        self.title = f"{word.removesuffix('ward').capitalize()}: {_loop(trace)}"  # in one line
        size = len(trace.start["f"])
        self.fitting = [i for i, weight in enumerate(it.weights) if weight < size]
        self.told = [(None, [()] * size, frozenset())]  # item, copies in each cell, new cells
        self.updates = []  # (step of the write, item, cell, source)
        self._follow()

    def _follow(self):
        """Say for each step which item is passing, what each cell holds, and which are new."""
        forward = 1 if self.word == "upward" else -1
        turn, reads = -1, []
        for step, (op, _, j, value, _) in enumerate(self.trace.events, 1):
            item, holds, fresh = self.told[-1]
            if op == "get" and not reads and step < self.last:
                if not self.updates or (j - self.updates[-1][2]) * forward <= 0:
                    turn, fresh = turn + 1, frozenset()  # j turned back: the next item passes
                item = self.fitting[turn]
            if op == "get":
                reads.append((j, value))
            else:
                (_, left), (source, _) = reads
                took = (*holds[source], item) if value > left else holds[j]
                holds, fresh = [*holds[:j], took, *holds[j + 1 :]], fresh | {j}
                self.updates.append((step, item, j, source))
                reads = []
            self.told.append((item, holds, fresh))

    def say(self, step):
        """Return what happens at a step, in words."""
        word, names = self.word.capitalize(), self.it.names
        if step == 0:
            return f"{word}: not begun."
        op, _, j, value, _ = self.trace.events[step - 1]
        item, holds, fresh = self.told[step]
        if step == self.last:
            return f"{word}: done, the answer is {number(self.trace.result)}."
        if op == "get":
            age = "new, written in this pass!" if j in fresh else f"from before {names[item]}."
            return f"{word}, item {names[item]}: reads f[{j}] = {number(value)}, {age}"
        what = held(holds[j], names) or "nothing"
        return f"{word}, item {names[item]}: writes {number(value)} to f[{j}], which holds {what}."

    def draw(self, step):
        """Return the row and what its cells hold, with the marks of a step."""
        step = min(step, self.last)
        moment, (_, holds, fresh) = self.moments[step], self.told[step]
        cells = moment.marks.get("f", {})
        marks = {(0, j): "new" if k == "read" and j in fresh else k for j, k in cells.items()}
        to = [j for j, kind in cells.items() if kind == "write"]
        short = signs(self.it.names)
        return array(
            [moment.state["f"], [power(copies, short) for copies in holds]],
            rows=["f[j]", "items"], xlabel=f"j, {self.it.unit}", title=self.title, marks=marks,
            legend={"new": "new: written in this pass"}, describe=self.say(step),
            arrows=[((0, a), (0, b)) for a in cells for b in to if a != b],
        )  # fmt: skip

    def questions(self, k):
        """Return two kinds of questions: which cell is read next, how many copies it will hold."""
        found = {}
        for at, (step, item, j, source) in enumerate(self.updates):
            name = self.it.names[item]
            if at % 2 == k:
                size = len(self.trace.start["f"])
                weight = self.it.weights[item]
                near = sorted({(source + d) % size for d in (0, 1, weight)} | {j})
                word = self.word.capitalize()
                ask = f"{word} has read f[{j}] for item {name}. What is read next?"
                found[step - 1] = ask, [f"f[{x}]" for x in near], f"f[{source}]"
            if self.word == "upward":
                copies = self.told[step][1][j].count(item)
                ask = f"Upward: how many copies of {name} will f[{j}] hold?"
                found[step] = ask, range(max(copies, 3) + 2), copies
        return found


def _loop(trace):
    """Return what the loop over the row runs through: in the line above the one that writes."""
    line = next(event[-1] for event in trace.events if event[0] == "set")
    part = next(part for part in trace.source if part["name"] == trace.function)
    head = part["text"].splitlines()[line - part["first_line"] - 1].strip().rstrip(":")
    return head.partition(" in ")[2].replace(" - ", " − ")  # as the sign of a number is written


# --- recorded times ----------------------------------------------------------------------------

LOOKS = {
    "table": ("sky", "cross", "dotted"),
    "row": ("orange", "square", "dashed"),
    "NumPy row": ("green", "triangle", "solid"),
    "meet in the middle": ("purple", "diamond", "dotted"),
    "branch and bound": ("red", "circle", "dashed"),
}


def growth(recorded, *, name="", caption=None):
    """Plot recorded times against the capacity, one curve a method.

    Parameters
    ----------
    recorded : dict
        What ``benchmarks/dynamic_programming.py --write`` writes: ``capacities``; ``seconds``, by
        number of items and method; ``branch_and_bound``, by number of items and kind of data.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a part of the record is missing.
    """
    need_parts("recorded", recorded, "branch_and_bound", "capacities", "instances", "seconds")
    branched, capacities = recorded["branch_and_bound"], recorded["capacities"]
    kinds = list(next(iter(branched.values())))
    sizes = list(recorded["seconds"])

    def draw(n, kind, W):
        found, at = _times(recorded, n, kind), capacities.index(W)
        plot = rules(
            x=W, drag=drag("W", capacities), describe=_say_times(recorded, n, kind, at),
            xlabel="capacity W", ylabel="milliseconds", xscale="log", yscale="log",
        )  # fmt: skip
        for method, seconds in found.items():
            plot += _curve(method, capacities, seconds)
        rows = [(method, milliseconds(seconds[at])) for method, seconds in found.items()]
        return [plot, table_panel(["method", "milliseconds"], rows)]

    return explore(
        draw,
        n=choice(sizes, label="items"),
        kind=choice(kinds, label="data"),
        W=slider(capacities, capacities[len(capacities) // 2], label="capacity W", format=","),
        name=name,
        caption=caption or _growth_caption(recorded),
    )


def _times(recorded, n, kind):
    """Return seconds at each capacity, by method; None where there is no time."""
    branched = [
        f["seconds"] if f["finished"] == recorded["instances"] else None
        for f in recorded["branch_and_bound"][n][kind]
    ]
    return recorded["seconds"][n] | {"branch and bound": branched}


def _curve(method, capacities, seconds):
    """Points where a method has a time, joined up to the first gap."""
    color, marker, dash = LOOKS[method]
    points = [(x, 1000 * y) for x, y in zip(capacities, seconds, strict=True) if y]
    x, y = ([p[k] for p in points] for k in (0, 1))
    first_gap = [*seconds, None].index(None)
    line = lines(x[:first_gap], y[:first_gap], label=method, color=color, dash=dash)
    return line + scatter(x, y, label=method, color=color, marker=marker, size=3.5)


def milliseconds(seconds):
    """Write seconds as milliseconds in at most three significant digits, or a dash."""
    if seconds is None:
        return "–"
    ms = float(f"{1000 * seconds:.3g}")
    return f"{ms:,.0f}" if ms >= 100 else f"{ms:g}"


def _say_times(recorded, n, kind, at):
    W, tree = recorded["capacities"][at], recorded["branch_and_bound"][n][kind][at]
    ours = {m: s[at] for m, s in recorded["seconds"][n].items() if s[at] is not None}
    best = min(ours, key=ours.get)
    finished, of = tree["finished"], recorded["instances"]
    say = f"{n} items, capacity {W:,}: {best} takes {milliseconds(ours[best])} ms. "
    if finished < of:
        gave_up = f"{of - finished} of {of} instances gave up at {recorded['max_nodes']:,} nodes"
        return say + f"Branch and bound, {kind}: {gave_up}."
    ms, nodes = milliseconds(tree["seconds"]), f"{tree['nodes']:,}"
    return say + f"Branch and bound, {kind}: {ms} ms for {nodes} nodes, the median of {of}."


def _growth_caption(recorded):
    return (
        "Recorded times, on axes that are both logarithmic: the best of three runs on one "
        f"uncorrelated instance; for branch and bound the median of {recorded['instances']} "
        "instances of the chosen kind, or nothing where one gave up. A dash: none was recorded."
    )


def growth_facts(recorded):
    """Return what the text quotes of a record, by the name of each number, as text.

    Parameters
    ----------
    recorded : dict
        As in `growth`, with 20, 40 and 100 items.
    """
    seconds, branched = recorded["seconds"], recorded["branch_and_bound"]
    meet, row = seconds["40"]["meet in the middle"], seconds["40"]["NumPy row"]
    large = seconds["100"]
    nodes = max(f["nodes"] for by in branched.values() for f in by["uncorrelated"])
    return {
        "meet-six": f"{meet[4]:.2f}",
        "row-six": f"{row[4]:.2f}",
        "meet": f"{meet[5]:.2f}",
        "row-seven": f"{row[5]:.2f}",
        "meet-growth": f"{meet[5] / meet[0]:.0f}",
        "nodes": f"{nodes:,}",
        "row-ratio": f"{large['table'][2] / large['row'][2]:.1f}",
        "numpy-ratio": f"{large['table'][2] / large['NumPy row'][2]:.0f}",
        "last-digit": f"{large['NumPy row'][5] / large['NumPy row'][4]:.0f}",
        "python": recorded["python"],
        "numpy": recorded["numpy"],
    }
