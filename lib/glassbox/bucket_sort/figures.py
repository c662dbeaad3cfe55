"""The figures of the chapter, each a function of the reader's numbers.

    scatter_steps([19, 4, 36, 10, 7, 21, 5, 23])

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from glassbox.checks import as_list, finite_numbers, integer, integers
from glassbox.figures import (
    array,
    bars,
    choice,
    counted,
    drag,
    explore,
    lines,
    moments,
    nearest,
    pick,
    rules,
    scatter,
    simulate,
    slider,
    steps,
    table,
    toggle,
)
from glassbox.records import read_record
from glassbox.trace import record

from .examples import VERSIONS, Version, short_lists
from .gap import bucket_of, maximum_gap
from .sorts import (
    bucket_sort,
    counting_sort,
    pile_sizes,
    quantile_walls,
    radix_sort,
    sharing_pairs,
)

MAX_FOLLOWED = 24  # numbers that are followed one by one
MAX_PILES = 24  # piles that stand side by side

# --- three sorts, step by step -----------------------------------------------------------------

SORTS = {"bucket": bucket_sort, "counting": counting_sort, "radix": radix_sort}


def sort_steps(nums, *, sorts=tuple(SORTS), buckets=None, base=10, start=0, name="", caption=None):
    """Replay bucket, counting or radix sort: each number on its way into its pile and out again.

    Parameters
    ----------
    nums : iterable of numbers
        At most 24; integers if counting or radix sort is among the sorts.
    sorts : sequence of {"bucket", "counting", "radix"}
        Those that can be chosen.
    buckets, base
        As in `bucket_sort` and `radix_sort`; at most 24 piles can be drawn.
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
        As in the sorts; ValueError also if there are too many numbers or piles, or none.
    """
    sorts = as_list("sorts", sorts, "names")
    for sort in sorts:
        if sort not in SORTS:
            raise ValueError(f"sorts must be among {', '.join(SORTS)}, got {sort!r}")
    nums = finite_numbers("nums", nums)
    _need_few("nums", len(nums))
    runs = {sort: SortRun(sort, nums, buckets, base) for sort in dict.fromkeys(sorts)}
    last = max(run.last for run in runs.values())
    if len(runs) == 1:
        (run,) = runs.values()
        control = steps(run.last, min(start, run.last), questions=run.questions())
        return explore(lambda step: run.draw(step), step=control, name=name,
                       caption=caption or run.caption())  # fmt: skip
    return explore(
        lambda sort, step: runs[sort].draw(step),
        sort=choice(list(runs)),
        step=steps(last, min(start, last)),
        name=name,
        caption=caption
        or f"{counted(len(nums), 'number')}, sorted in {counted(len(runs), 'way')} without asking "
        f"which of two is less{f'; radix sort in base {base}' if 'radix' in runs else ''}.",
    )


class SortRun:
    """One recorded sort, folded into moves: a number goes into a pile, or comes out."""

    def __init__(self, sort, nums, buckets, base):
        self.sort, self.nums, self.base = sort, nums, base
        if sort == "bucket":
            _need_few_piles(len(nums) if buckets is None else integer("buckets", buckets))
            self.trace = record(bucket_sort, nums, buckets=buckets)
        elif sort == "counting":
            self.nums = integers("nums", nums)
            _need_few_piles(max(self.nums) - min(self.nums) + 1)
            self.trace = record(counting_sort, nums)
        else:
            _need_few_piles(integer("base", base))
            self.trace = record(radix_sort, nums, base=base)
        self.moments = moments(self.trace)
        self.moves = [0, *self._moves()]
        self.last = len(self.moves) - 1
        self.names = self._piles()

    def _moves(self):
        """Return the events that put a number somewhere."""
        return [
            k
            for k, (op, name, *_) in enumerate(self.trace.events, 1)
            if (op == "push" and (name == "out" or "/" in name)) or op == "set"
        ]

    def _piles(self):
        """Return the names of the piles, or of the values of a tally."""
        low, high = min(self.nums), max(self.nums)
        if self.sort == "counting":
            return [str(low + k) for k in range(high - low + 1)]
        if self.sort == "radix":
            return [str(digit) for digit in range(self.base)]
        count = sum(name.startswith("bucket/") for name in self.trace.start)
        return _ranges(self.nums, count)

    def place_at(self, step):
        """Return the place of the digit that radix sort is at: 1, 10, 100, ..."""
        for _, name, *_ in reversed(self.trace.events[: max(1, self.moves[step])]):
            if "s/" in name:
                return int(name.split("s/")[0])
        return 1

    def draw(self, step):
        """Return the panels after some moves."""
        step = min(step, self.last)
        moment = self.moments[self.moves[step]]
        event = moment.event or ("", "", None, None, 0)
        given, piles, out = getattr(self, f"_lists_of_{self.sort}")(moment, step)
        now, marks = self._marks(event)
        both = {(0, i): mark for i, mark in now.items()}
        if event[1] == "out":
            both[1, len(out) - 1] = "write"
        width = max(len(given), len(out))
        rows = [[*row, *[None] * (width - len(row))] for row in (given, out)]
        numbers = array(
            rows, rows=[self._given_at(step), "in order"], marks=both, title="numbers",
            legend={"read": "on its way", "write": "new"}, describe=self.say(step),
        )  # fmt: skip
        return [numbers, self._drawn(piles, marks), moment.code(plain=True)]

    def _lists_of_bucket(self, moment, step):
        count = len(self.names)
        return self.nums, [moment.state[f"bucket/{k}"] for k in range(count)], moment.state["out"]

    def _lists_of_counting(self, moment, step):
        return self.nums, moment.state["tally"], moment.state["out"]

    def _given_at(self, step):
        """Name the numbers that are on their way: as given, or as the pass before left them."""
        before = self.place_at(step) // self.base if self.sort == "radix" else 0
        return f"after {before}s" if before else "given"

    def _lists_of_radix(self, moment, step):
        place = self.place_at(step)
        before = place // self.base
        given = self.trace.start[f"after {before}s"] if before else self.nums
        # Where all numbers are equal there is no pass.
        piles = [moment.state.get(f"{place}s/{digit}", []) for digit in range(self.base)]
        done = step == self.last
        return given, piles, self.trace.result if done else []

    def _marks(self, event):
        """Return the marks of the numbers and of the piles after an event."""
        op, name, index, *_ = event
        if op == "push" and "/" in name:
            pile = int(name.rsplit("/", 1)[1])
            seen = sum(e[0] == "push" and e[1].split("/")[0] == name.split("/")[0]
                       for e in self.trace.events[: self._until(event)])  # fmt: skip
            return {seen - 1: "read"}, {(pile, index): "write"}
        if op == "set":
            seen = sum(e[0] == "set" for e in self.trace.events[: self._until(event)])
            return {seen - 1: "read"}, {index: "write"}
        return {}, {}

    def _until(self, event):
        return next(k for k, e in enumerate(self.trace.events, 1) if e is event)

    def _drawn(self, piles, marks):
        """Return the panel of the piles, side by side, or of the tally."""
        if self.sort == "counting":
            return array(piles, columns=self.names, marks=marks, title="tally",
                         legend={"write": "new"})  # fmt: skip
        deepest = max(1, max(map(len, piles)))
        cells = [[*pile, *[None] * (deepest - len(pile))] for pile in piles]
        rows = [list(row) for row in zip(*cells, strict=True)]
        turned = {(index, pile): mark for (pile, index), mark in marks.items()}
        return array(rows, columns=self.names, rows=[""] * deepest, marks=turned,
                     xlabel=self._axis(), title="piles", legend={"write": "new"})  # fmt: skip

    def _axis(self):
        return "from" if self.sort == "bucket" else "digit"

    def say(self, step):
        """Return the move in words."""
        if not step:
            return "Nothing has moved yet."
        op, name, index, value, _ = self.trace.events[self.moves[step] - 1]
        if name == "out":
            return f"{_written(value)} comes out."
        if op == "set":
            return f"There {'is' if value == 1 else 'are'} now {value} × {self.names[index]}."
        pile = self.names[int(name.rsplit("/", 1)[1])]
        if self.sort == "radix":
            less = f", less {min(self.nums)}," if min(self.nums) else ""
            return f"{_written(value)}{less} has a {pile} in the {self.place_at(step)}s place."
        return f"{_written(value)} goes into the bucket from {pile}."

    def questions(self):
        """Ask for the bucket of each number."""
        asked = {}
        for step in range(1, self.last + 1):
            op, name, _, value, _ = self.trace.events[self.moves[step] - 1]
            if op == "push" and "/" in name and len(self.names) > 1:
                ask = f"{_written(value)} is next. From where does its bucket reach?"
                asked[step] = ask, self.names, self.names[int(name.rsplit("/", 1)[1])]
        return asked

    def caption(self):
        """Return the default caption."""
        numbers = counted(len(self.nums), "number")
        if self.sort == "counting":
            return f"Counting sort of {numbers}: tally each value, then write the values out."
        if self.sort == "radix":
            return f"Radix sort of {numbers} in base {self.base}: a pass a digit, the last first."
        count = counted(len(self.names), "bucket")
        return f"Bucket sort of {numbers} in {count}: scatter, sort each bucket, collect."


def _ranges(nums, count):
    """Return where each bucket begins, as text."""
    low, high = Fraction(min(nums)), Fraction(max(nums))
    return [_written(low + (high - low) * k / count) for k in range(count)]


def _written(number):
    """Write a number short: 3, 4.5, 1/3 as 0.3333, 10**30 as 1e+30."""
    if Fraction(number).denominator == 1 and abs(number) < 10**12:
        return f"{int(number)}".replace("-", "−")
    return f"{float(number):.4g}".replace("-", "−")


def _need_few(name, count):
    if not 1 <= count <= MAX_FOLLOWED:
        raise ValueError(
            f"{name} must hold 1 to {MAX_FOLLOWED} numbers to be followed, got {count}: pass a "
            f"small sample"
        )


def _need_few_piles(count):
    if count > MAX_PILES:
        raise ValueError(
            f"the numbers must need at most {MAX_PILES} piles, got {count}: take fewer buckets, a "
            f"smaller base or a smaller range"
        )


# --- how full the buckets are ------------------------------------------------------------------

BUCKETS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
EVEN, QUANTILES = "even walls", "walls at quantiles"


def piles(data, *, buckets=12, sample=10, name="", caption=None):
    """Compare even walls with walls at the quantiles of a sample: how full the buckets get.

    Parameters
    ----------
    data : mapping of str to iterable of numbers, or iterable of numbers
        One data set or several by name; two numbers each at least.
    buckets : int
        How many there are at the start: one of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64.
    sample : int
        Numbers of the sample for each bucket, drawn from the data by a fixed seed.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `bucket_sort` and `quantile_walls`; ValueError also if a data set holds fewer than
        two numbers, or one is given twice.
    """
    if not isinstance(data, Mapping):
        data = {"your numbers": data}
    data = {str(key): finite_numbers(str(key), nums) for key, nums in data.items()}
    for key, nums in data.items():
        if len(nums) < 2:
            raise ValueError(
                f"data must hold at least two numbers each, got {len(nums)} in {key!r}"
            )
    sample = integer("sample", sample, least=1)
    counts = [m for m in BUCKETS if m <= min(map(len, data.values()))]
    sizes = {key: _sizes(nums, counts, sample) for key, nums in data.items()}
    start = nearest(counts, integer("buckets", buckets, least=1))
    return explore(
        lambda data, buckets: _piles(data, sizes[data], counts, buckets),
        data=choice(list(sizes)),
        buckets=slider(counts, start),
        name=name,
        caption=caption
        or "How many numbers each bucket gets, with walls at equal distances and with walls at the "
        "quantiles of a sample; and, for any number of buckets, the pairs that share one.",
    )


def _sizes(nums, counts, sample):
    """Return the sizes of the piles, by the number of buckets, for even walls and for quantiles."""
    found = {EVEN: {}, QUANTILES: {}}
    for m in counts:
        rng = np.random.default_rng(0)  # so that the sample for m buckets is always the same
        drawn = rng.choice(len(nums), min(len(nums), sample * m), replace=False)
        walls = quantile_walls([nums[i] for i in drawn], m)
        found[EVEN][m] = pile_sizes(nums, m)
        found[QUANTILES][m] = pile_sizes(nums, walls=walls)
    return found


def _piles(key, sizes, counts, buckets):
    top = max(max(by_count[buckets]) for by_count in sizes.values())
    panels, words = [], []
    for name, color in ((EVEN, "blue"), (QUANTILES, "orange")):
        found = sizes[name][buckets]
        pairs = sharing_pairs(found)
        words.append(
            f"{name}: at most {max(found)} in a bucket, {counted(found.count(0), 'empty one')}, "
            f"{counted(pairs, 'pair')} that share one"
        )
        panels.append(
            bars(range(1, buckets + 1), found, color=color, title=name, xlabel="bucket",
                 ylabel="numbers", ylim=(0, 1.08 * top))
        )  # fmt: skip
    n = sum(sizes[EVEN][counts[0]])
    axes = {"xscale": "log", "yscale": "log", "xlabel": "buckets", "ylabel": "pairs that share one"}
    axes["xlim"] = (0.9, 1.1 * counts[-1])  # there is no less than one bucket
    curve = rules(x=buckets, drag=drag("buckets", counts), describe=f"{key}: {'; '.join(words)}.",
                  **axes)  # fmt: skip
    for name, color in ((EVEN, "blue"), (QUANTILES, "orange")):
        pairs = [max(0.5, sharing_pairs(sizes[name][m])) for m in counts]
        curve += lines(counts, pairs, color=color, label=name)
    expected = [n * (n - 1) / (2 * m) for m in counts]
    curve += lines(counts, expected, color="muted", dash="dashed", label="evenly spread, expected")
    return [*panels, curve]


# --- the maximum gap ---------------------------------------------------------------------------


def gap_steps(nums, *, start=0, name="", caption=None):
    """Replay `maximum_gap`: pour the numbers into buckets, then scan these once.

    The predict mode asks for the bucket of each number, and for each step of the scan.

    Parameters
    ----------
    nums : iterable of real numbers
        At most 24, two of them different.
    start : int
        The step it starts at.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `maximum_gap`; ValueError also if there are too many numbers, or all are equal.
    """
    nums = finite_numbers("nums", nums)
    _need_few("nums", len(nums))
    if len(set(nums)) < 2:
        raise ValueError(f"nums must hold two different numbers, got {nums}")
    run = GapRun(nums)
    return explore(
        run.draw,
        step=steps(run.last, min(start, run.last), questions=run.questions()),
        name=name,
        caption=caption
        or f"The maximum gap of {counted(len(nums), 'number')}. Each bucket keeps its least and "
        "its largest number; the scan steps from the largest of one to the least of the next.",
    )


class GapRun:
    """A recorded run of `maximum_gap`, folded into one move a number and one a bucket."""

    def __init__(self, nums):
        self.nums, self.n = nums, len(nums)
        self.trace = record(maximum_gap, nums)
        self.moments = moments(self.trace)
        self.bucket = bucket_of(nums, self.n)
        events = self.trace.events
        reads = [k for k, e in enumerate(events, 1) if e[:2] == ["get", "nums"]]
        poured = [k - 1 for k in reads[1:]]  # all that one number does ends before the next is read
        scan = self.trace.source[-1]["first_line"]  # the lines of scan come last
        first = next(k for k, e in enumerate(events, 1) if e[-1] >= scan)
        looks = [k for k, e in enumerate(events, 1) if k >= first and self._opens(events, k)]
        self.moves = [0, *poured, first - 1, *[k - 1 for k in looks[1:]], len(events)]
        self.last = len(self.moves) - 1
        self.small, self.large = (self.moments[-1].state[name] for name in ("small", "large"))
        self.told = self._scanned()

    @staticmethod
    def _opens(events, k):
        """Whether the k-th event is the first that the scan does at a bucket."""
        op, name, index, *_ = events[k - 1]
        before = events[k - 2]
        return (op, name) == ("get", "small") and (before[1], before[2]) != ("small", index)

    def _scanned(self):
        """Return for each bucket the number before, the step, the widest so far and its ends."""
        told, previous, gap, ends = [], None, 0, None
        for k in range(self.n):
            step = None
            if self.small[k] is not None:
                step = None if previous is None else self.small[k] - previous[0]
                if step is not None and step > gap:
                    gap, ends = step, (previous[1], k)
            told.append((previous, step, gap, ends))
            if self.small[k] is not None:
                previous = self.large[k], k
        return told

    def draw(self, step):
        """Return the panels after some moves."""
        moment = self.moments[self.moves[step]]
        pouring = step <= self.n
        marks, arrows = {}, []
        given = {step - 1: "read"} if 0 < step <= self.n else {}
        if 0 < step <= self.n:
            k = self.bucket(self.nums[step - 1])
            kept = [moment.state[name][k] == self.nums[step - 1] for name in ("small", "large")]
            marks = {(row, k): "write" for row in (0, 1) if kept[row]}
            marks = marks or {(0, k): "compare", (1, k): "compare"}
        if not pouring:
            k = step - self.n - 1
            previous, found, _, _ = self.told[k]
            marks = {(0, k): "read"}
            if found is not None:
                marks[(1, previous[1])] = "path"
                arrows = [((1, previous[1]), (0, k))]
        kept = array(
            [moment.state["small"], moment.state["large"]], rows=["least", "largest"],
            columns=_ranges(self.nums, self.n), xlabel="bucket from", marks=marks, arrows=arrows,
            legend={"write": "kept", "compare": "forgets it", "read": "here", "path": "from"},
            title="buckets", describe=self.say(step),
        )  # fmt: skip
        return [array(self.nums, marks=given, title="numbers", legend={"read": "poured"}), kept,
                moment.code(plain=True)]  # fmt: skip

    def say(self, step):
        """Return the move in words."""
        if not step:
            return "Nothing is poured yet."
        starts = _ranges(self.nums, self.n)
        if step <= self.n:
            x = self.nums[step - 1]
            return f"{_written(x)} falls into the bucket from {starts[self.bucket(x)]}."
        k = step - self.n - 1
        previous, found, gap, ends = self.told[k]
        if self.small[k] is None:
            return f"The bucket from {starts[k]} is empty. Widest step so far: {_written(gap)}."
        if previous is None:
            return f"The scan begins at the bucket from {starts[k]}: there is none before."
        step_ = f"{_written(self.small[k])} − {_written(previous[0])} = {_written(found)}"
        new = "the widest so far" if ends and ends[1] == k else f"no wider than {_written(gap)}"
        return f"From the largest of the last one to the least here: {step_}, {new}."

    def questions(self):
        """Ask for the bucket of each number, and for each step of the scan."""
        starts, asked = _ranges(self.nums, self.n), {}
        for i, x in enumerate(self.nums, 1):
            ask = f"{_written(x)} is poured. From where does its bucket reach?"
            asked[i] = ask, starts, starts[self.bucket(x)]
        for k, (previous, found, _, _) in enumerate(self.told):
            if found is None:
                continue
            wrong = {self.large[k] - previous[0], self.small[k] - min(self.nums), found}
            options = [_written(x) for x in sorted(wrong)]
            ask = f"The scan is at the bucket from {starts[k]}. Which step does it look at?"
            if len(set(options)) > 1:
                asked[self.n + 1 + k] = ask, list(dict.fromkeys(options)), _written(found)
        return asked


def break_theorem(nums=(20, 40, 60, 80, 100, 120, 140, 160), width=1.0, *, name="", caption=None):
    """Let the reader drag points and the width of the buckets until the answer is wrong.

    Up to one mean gap, the range of the points divided by their number less one, no placement does
    it. The buckets are half-open and begin at the least point, as in the theorem.

    Parameters
    ----------
    nums : iterable of int
        2 to 12 places from 0 to 200: where the points stand at the start.
    width : number
        Of a bucket at the start, in mean gaps, from 0.25 to 2 in steps of 0.05.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If there are other points or another width.
    """
    nums = integers("nums", nums, least=0)
    if not 2 <= len(nums) <= 12 or max(nums) > REACH:
        raise ValueError(f"nums must be 2 to 12 places from 0 to {REACH}, got {nums}")
    widths = [k / PARTS for k in range(PARTS // 4, 2 * PARTS + 1)]
    points = {f"point_{i}": slider(range(REACH + 1), x, hidden=True) for i, x in enumerate(nums, 1)}
    return simulate(
        "bucket_sort.break_theorem",
        constants={"count": len(nums), "reach": REACH, "parts": PARTS},
        width=slider(widths, width, label="width in mean gaps", format=".2f"),
        **points,
        name=name,
        caption=caption
        or f"{counted(len(nums), 'point')} to drag, and a width. Each bucket keeps its two ends; "
        "the answer is the widest step between buckets.",
    )


REACH, PARTS = 200, 20  # places of the points, and parts of a mean gap


# --- formulas ----------------------------------------------------------------------------------

SPOKEN = {"ZeroDivisionError": "a division by 0", "IndexError": "an index error"}


def formulas(versions=VERSIONS, *, name="", caption=None):
    """Show formulas for the buckets of integers, right ones and slips, and what breaks these.

    What breaks them is hidden until the reader has them run, each on all `short_lists`.

    Parameters
    ----------
    versions : sequence of Version or of (str, str)
        The width of a bucket and the number of buckets, as Python with ``n`` numbers, their range
        ``D``, ``low``, and for the second the width ``b``: ``[("D // n + 1", "D // b + 1")]``.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no version, a formula is none, or it makes more than 10,000 buckets of a short
        list.
    TypeError
        If a version is neither a `Version` nor a pair of texts.
    """
    versions = [_version(i, given) for i, given in enumerate(as_list("versions", versions))]
    if not versions:
        raise ValueError("versions must hold at least one, got none")
    broken = [_broken_by(i, version) for i, version in enumerate(versions)]
    rows = []
    for version, bad in zip(versions, broken, strict=True):
        more = "" if version.index == Version.index else ", index // count"
        more += "" if version.jump else ", neighbours only"
        found = "" if bad is None else str(version.answer(bad))
        gives = "error" if found in SPOKEN else found
        rows.append((version.width, version.count + more, str(bad or "nothing"), gives))
    numbers = list(range(1, len(rows) + 1))
    click = pick("version", numbers) if len(rows) > 1 else None

    def draw(version, tested):
        i = version - 1
        found = rows[i]
        say = f"Width {found[0]}, buckets {found[1]}: is it right?"
        if tested:
            right = f"None of {len(short_lists())} short lists breaks it."
            say = versions[i].why or ("" if broken[i] else right)
        if tested and broken[i]:
            came = versions[i].answer(broken[i])
            gives = f"it gives {SPOKEN.get(came, came)}, not {maximum_gap(broken[i])}."
            say = f"{say} For {found[2]} {gives}".strip()
        shown = rows if tested else [(*row[:2], "?", "") for row in rows]
        return table(["width b", "buckets", "breaks on", "gives"], shown, highlight=[i],
                     pick=click, describe=say)  # fmt: skip

    caption = (
        caption
        or f"{_ways(len(rows))} to write the buckets for integers; n is the number of numbers, D "
        "the range. Run them, and click a row to learn why it is right, or what breaks it."
    )
    tested = toggle(label="run them")
    if len(rows) == 1:
        return explore(lambda tested: draw(1, tested), tested=tested, name=name, caption=caption)
    return explore(draw, version=slider(numbers, 1), tested=tested, name=name, caption=caption)


def _ways(count):
    words = ["One", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return f"{words[count - 1].capitalize() if count <= 9 else count} way{'s' * (count > 1)}"


def _version(i, given):
    if isinstance(given, Version):
        return given
    if isinstance(given, tuple | list) and len(given) == 2 and all(type(x) is str for x in given):
        return Version(*given)
    raise TypeError(
        f"versions[{i}] must be the width and the number of buckets, as two texts, got {given!r}"
    )


def _broken_by(i, version):
    try:
        return version.breaks_on()
    except Exception as error:
        raise ValueError(
            f"versions[{i}] must be formulas of n, D, low and b, got {version.width!r} and "
            f"{version.count!r}: {error}"
        ) from None


# --- what the clock says -----------------------------------------------------------------------

#: How the lines of the race look, in the order of the legend.
RACERS = {
    "maximum_gap": ("purple", "dotted", "diamond"),
    "sorted()": ("purple", "dashed", "square"),
    "NumPy buckets": ("muted", "dotted", "triangle"),
    "np.sort": ("muted", "dashed", "diamond"),
    "np.sort, scalar": ("orange", "dashed", "square"),
    "np.sort, AVX2": ("red", "dashed", "triangle"),
    "compiled sort": ("orange", "solid", "diamond"),
    "compiled buckets": ("blue", "solid", "circle"),
    "compiled buckets, in order": ("sky", "dotted", "triangle"),
}
GROUPS = {
    "scalar, compiled": ("np.sort, scalar", "compiled sort", "compiled buckets"),
    "with SIMD": ("np.sort, scalar", "np.sort, AVX2", "np.sort", "compiled buckets"),
    "numbers in order": ("compiled sort", "compiled buckets", "compiled buckets, in order"),
    "interpreted": ("maximum_gap", "sorted()", "NumPy buckets", "compiled buckets"),
}


def race(times=None, *, compare=None, n=10**5, name="", caption=None):
    """Draw recorded times of ways to the maximum gap, in groups that compare like with like.

    Parameters
    ----------
    times : dict, optional
        A record as ``benchmarks/bucket_sort.py`` writes it (by default that of the book).
    compare : str, optional
        The group that is shown at the start (by default the first).
    n : int
        Where the marker stands at the start.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure
    """
    times = read_record("bucket_sort", "times") if times is None else times
    sizes, seconds = times["n"], times["seconds"]
    groups = {key: [r for r in names if r in seconds] for key, names in GROUPS.items()}
    groups = {key: names for key, names in groups.items() if names}
    return explore(
        lambda compare, n: _race(sizes, seconds, groups[compare], n),
        compare=choice(list(groups), compare),
        n=slider(sizes, n, label="numbers", format=thousands),
        name=name,
        caption=caption
        or f"Recorded times for one number, on {times.get('cpu', 'one machine')}; the least of "
        "several runs. Drag the marker.",
    )


def _race(sizes, seconds, names, n):
    i = sizes.index(n)
    axes = {"xscale": "log", "yscale": "log", "xlabel": "numbers", "ylabel": "ns a number"}
    now = sorted((seconds[r][i], r) for r in names if seconds[r][i] is not None)
    rows = [(r, f"{1e9 * s / n:,.3g}", f"{_short(s / now[0][0])} ×") for s, r in now]
    say = f"{n:,} numbers: the fastest is {now[0][1]}, {1e9 * now[0][0] / n:.3g} ns a number."
    chart = rules(x=n, drag=drag("n", sizes), describe=say, **axes)
    for r in names:
        there = [(m, 1e9 * s / m) for m, s in zip(sizes, seconds[r], strict=True) if s is not None]
        color, dash, marker = RACERS[r]
        x, y = zip(*there, strict=True)
        chart += lines(x, y, color=color, dash=dash, label=r)
        chart += scatter(x, y, color=color, marker=marker, size=3.5, label=r)
    return [chart, table(["fastest first", "ns a number", "of the fastest"], rows)]


def _short(ratio):
    """Write a ratio by two digits, never as a power of ten: 1, 2.5, 64, 190."""
    return f"{float(f'{ratio:.2g}'):,g}"


def thousands(n):
    """Write a size: 1 k, 30 k, 1 M."""
    return f"{n // 1000} k" if n < 10**6 else f"{n // 10**6} M"


def which_sort(times=None, *, written="compiled", name="", caption=None):
    """Tabulate recorded times of the sorts, for four kinds of numbers.

    Parameters
    ----------
    times : dict, optional
        A record as ``benchmarks/bucket_sort.py`` writes it (by default that of the book).
    written : str
        What is shown at the start, "compiled" or "interpreted".
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure
    """
    times = read_record("bucket_sort", "sorts") if times is None else times
    kinds, seconds = times["kinds"], times["seconds"]
    parts = {"compiled": [], "interpreted": []}
    for sort in seconds:
        where = "interpreted" if "_sort" in sort or sort == "sorted()" else "compiled"
        parts[where].append(sort)

    def draw(written, numbers):
        n, k = times["n"][written], kinds.index(numbers)
        shown = sorted(parts[written], key=lambda s: seconds[s][k] or np.inf)
        rows = [
            (sort, *("–" if s is None else f"{1e9 * s / n:,.3g}" for s in seconds[sort]))
            for sort in shown
        ]
        say = (
            f"{n:,} numbers, {numbers}: the fastest is {shown[0]}, "
            f"{1e9 * seconds[shown[0]][k] / n:.3g} ns a number."
        )
        short = [kind.replace("below ", "< ").replace("10^9", "10⁹") for kind in kinds]
        return table(["ns each", *short], rows, highlight=[0], describe=say)

    return explore(
        draw,
        written=choice(list(parts), written),
        numbers=choice(kinds),
        name=name,
        caption=caption
        or "Recorded times of the sorts for one number, the fastest for the chosen numbers first. "
        "A dash: the sort does not take such numbers.",
    )
