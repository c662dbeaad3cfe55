"""Judges a reader's function: tries it on many cases, and says in one line how it did.

A judge of an exercise names the tested helper and the cases::

    def best(function):
        return judge(function, knapsack_value, [([2, 3], [5, 7], 4)], random=draw_items)

Covers wrong results, exceptions, loops without end, changed inputs, and functions that are not
written yet. It loads nothing but Python, so it works in a page too. Leaves out what never comes
back from C, such as ``sum(itertools.count())``: that can only be interrupted.
"""

import copy
import dis
import html
import inspect
import io
import linecache
import math
import random as random_module
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from numbers import Integral, Number

SEED = 20
ROOM = 120
CUT = " … "
PRINTED = 2000
DEEP = 200  # calls within each other, in a page
STILL = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}  # all that a stub does
UNWRITTEN = "Write your function: this cell tells whether it is right."


# --- the verdict -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What a judge says; true if all is right.

    Attributes
    ----------
    right : bool
    message : str
        One line of Markdown, without the sign in front of it.
    cases : int
        How many cases were tried, the one that failed among them.
    written : bool
        Whether there was a function to judge: a stub is none.
    """

    right: bool
    message: str
    cases: int = 0
    written: bool = True

    def __bool__(self):
        return self.right

    def __repr__(self):
        return f"{self.sign} {self.message}"

    def _repr_markdown_(self):
        return repr(self)

    def _repr_html_(self):
        parts = re.split(r"(`` .*? ``|`[^`]*`)", self.message)
        said = "".join(
            f"<code>{html.escape(part.strip('`').strip())}</code>" if i % 2 else html.escape(part)
            for i, part in enumerate(parts)
        )
        state = "right" if self.right else "wrong" if self.written else "unwritten"
        return f'<p class="gb-verdict gb-{state}">{self.sign} {said}</p>'

    @property
    def sign(self):
        """A tick, a cross, or a pencil where there is nothing yet to judge."""
        return "✓" if self.right else "✗" if self.written else "✎"


# --- the judge ---------------------------------------------------------------------------------


def judge(
    function, reference, cases=(), *, random=None, count=100, same=None, tolerance=1e-9,
    accept=None, changes=None, call=None, limit=100_000,
):  # fmt: skip
    """Try a function on cases, the smallest first, and compare with a reference.

    Parameters
    ----------
    function : callable
        The reader's. With ``call`` it may be anything, such as a class or a pair of functions.
    reference : callable or None
        Returns what is wanted. Where it raises, the same error is wanted. None with ``accept``.
    cases : iterable
        The worked example and the edges. A tuple holds the arguments of one call; anything else
        is the only argument.
    random : callable, optional
        Takes a ``random.Random`` and returns one more case.
    count : int
        How many cases ``random`` makes.
    same : callable, optional
        ``same(came, wanted)`` says whether a result will do; else `is_same` with ``tolerance``.
    tolerance : float
        Relative and absolute, between numbers.
    accept : callable, optional
        For results of which several are right: ``accept(came, *arguments)`` returns True, or says
        in a few words what is wanted.
    changes : int, optional
        Position of the argument that the function is to change: what this holds after the call is
        the result. No other input may change.
    call : callable, optional
        ``call(function, *arguments)`` says how the function is used, and the reference too.
    limit : int
        Steps (calls, and rounds of loops) after which a call counts as endless.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> judge(lambda values: values[0], min, [[1], [3, 1, 2]])
    ✗ For `f([3, 1, 2])` it returns `3`; wanted is `1`.
    >>> judge(min, min, [[1], [3, 1, 2]])
    ✓ All right in 2 cases.
    """
    if reference is None and accept is None:
        raise TypeError("judge must have a reference or accept, got neither")
    if is_unwritten(function):
        return Verdict(False, UNWRITTEN, written=False)
    if call is None and not callable(function):
        return Verdict(False, f"This wants your function; it got {code(show(function))}.")
    made = random_module.Random(SEED)
    drawn = [random(made) for _ in range(count)] if random else []
    tries = [case if isinstance(case, tuple) else (case,) for case in [*cases, *drawn]]
    tries.sort(key=size_of)
    if not tries:
        raise ValueError("judge must have at least one case, got none")
    trial = Trial(function, reference, same, tolerance, accept, changes, call, limit)
    for number, arguments in enumerate(tries, start=1):
        said = io.StringIO()
        with redirect_stdout(said):  # a print for each of a hundred cases would bury the verdict
            try:
                problem = trial.run(arguments)
            except NotImplementedError:
                return Verdict(False, UNWRITTEN, written=False)
        if problem:
            print(said.getvalue()[:PRINTED], end="")
            return Verdict(False, f"For {code(trial.shown(arguments))} it {problem}", number)
    n = len(tries)
    return Verdict(True, f"All right in {n} cases." if n > 1 else "All right in 1 case.", n)


@dataclass
class Trial:
    """How one case is tried; the fields are arguments of `judge`."""

    function: object
    reference: object
    same: object
    tolerance: float
    accept: object
    changes: int | None
    call: object
    limit: int

    def __post_init__(self):
        self.defaults = copied(getattr(self.function, "__defaults__", None))

    def shown(self, arguments):
        """Return the call as the reader would write it."""
        name = getattr(self.function, "__name__", "")
        name = name if name.isidentifier() else "f"
        return f"{name}({', '.join(show(argument) for argument in arguments)})"

    def use(self, function, arguments):
        """Return the result of a function: what it returns, or what it leaves in an argument."""
        returned = self.call(function, *arguments) if self.call else function(*arguments)
        if isinstance(returned, Iterator):
            returned = Drawn(type(returned).__name__, list(returned))
        return returned if self.changes is None else arguments[self.changes]

    def wanted(self, arguments):
        """Return what the reference gives, or the error that it raises."""
        try:
            return self.use(self.reference, copied(arguments))
        except Exception as error:
            return error

    def run(self, arguments):
        """Return what is wrong with one case, as the end of a sentence, else an empty string."""
        if problem := self.refuses(arguments):
            return problem
        wanted = None if self.reference is None else self.wanted(arguments)
        ending = self.ending(wanted)
        given = copied(arguments)
        try:
            came = limited(lambda: self.use(self.function, given), self.limit)
        except NotImplementedError:
            raise
        except TooLong as error:
            return (
                f"does not end: after {self.limit:,} steps it is still{self.place(error)}{ending}."
            )
        except RecursionError:
            return f"calls itself without end{ending}."
        except (Exception, SystemExit) as error:
            if isinstance(wanted, Exception) and isinstance(error, type(wanted)):
                return ""
            return f"raises {code(show(error))}{self.place(error)}{ending}."
        try:
            with shallow():
                problem = self.compare(came, wanted, ending, arguments)
                return problem or self.mutated(arguments, given)
        except RecursionError:
            verb = "returns" if self.changes is None else "leaves"
            return f"{verb} a value that holds itself, or holds others too deep to read{ending}."

    def ending(self, wanted, write=None):
        """Return what is wanted, as the end of a sentence, if that is known."""
        write = write or (lambda value: show(rounded(value)))
        return "" if self.reference is None else f"; wanted is {code(write(wanted))}"

    def refuses(self, arguments):
        """Say so if the function does not take the arguments."""
        try:
            if not self.call:
                inspect.signature(self.function).bind(*arguments)
        except ValueError:  # some functions of C have no signature
            pass
        except TypeError as error:
            return f"is not called at all: it must take these arguments ({error})."
        return ""

    def compare(self, came, wanted, ending, arguments):
        """Say what is wrong with a result."""
        if self.accept:
            try:
                answer = self.accept(copied(came), *copied(arguments))
            except Exception:  # it cannot read what came
                answer = self.reference is None and "another kind of value"
            if answer is True:
                return ""
            ending = f"; wanted is {answer}" if isinstance(answer, str) and answer else ending
        elif not isinstance(wanted, Exception) and self.is_same(came, wanted):
            return ""
        write = writer(came, wanted)
        if ending == self.ending(wanted):
            ending = self.ending(wanted, write)
        if isinstance(came, Drawn):
            return f"returns a {came.kind}{ending}. Make it a list, with {code('list(…)')}."
        if came is None and self.changes is None:
            return f"returns nothing{ending}. Is a {code('return')} missing?"
        kinds = kind(came), kind(wanted)
        differ = self.reference is not None and kinds[0] != kinds[1]
        differ = differ and not isinstance(wanted, Exception)
        if differ:
            ending = f", {kinds[0]}{ending}, {kinds[1]}"
        elif not self.accept and not self.same and CUT in show(came) + show(wanted):
            ending += difference(came, wanted, self.tolerance)
        verb = "returns" if self.changes is None else "leaves"
        return f"{verb} {code(write(came))}{ending}{self.keeps()}."

    def is_same(self, came, wanted):
        """Tell whether a result will do."""
        if isinstance(came, Drawn) != isinstance(wanted, Drawn):
            return False
        if isinstance(came, Drawn):
            came, wanted = came.values, wanted.values
        if not self.same:
            return is_same(came, wanted, self.tolerance)
        try:
            return bool(self.same(copied(came), copied(wanted)))
        except Exception:  # it cannot compare what came
            return False

    def mutated(self, before, after):
        """Say which input was changed that should have stayed."""
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            if i != self.changes and not is_same(new, old, 0):
                change = f"{code(show(old))} becomes {code(show(new))}"
                return f"returns what is wanted but changes its input: {change}. Work on a copy."
        return ""

    def keeps(self):
        """Say so if a default of the function has kept what an earlier call put into it."""
        now = getattr(self.function, "__defaults__", None)
        same = is_same(now, self.defaults, 0)
        return "" if same else " (a default argument has kept values of earlier calls)"

    def place(self, error):
        """Return where in the reader's code an error arose."""
        files = files_of(self.function)
        frames = traceback.extract_tb(error.__traceback__, limit=-200)
        lines = [frame for frame in frames if frame.filename in files]
        if not lines:
            return ""
        at = lines[-1]
        text = linecache.getline(at.filename, at.lineno).strip()
        return f" in line {at.lineno}" + (f", {code(text)}" if text else "")


@dataclass(frozen=True)
class Drawn:
    """What an iterator gave."""

    kind: str
    values: list


def copied(value):
    """Return a deep copy, or the value itself if it has none."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


# --- what a reader wrote -----------------------------------------------------------------------


def codes_of(thing):
    """Return the code objects of a function, of the methods of a class, or of several functions."""
    if isinstance(thing, tuple | list):
        return [code for part in thing for code in codes_of(part)]
    if inspect.isclass(thing):
        return [code for part in vars(thing).values() for code in codes_of(part)]
    thing = inspect.unwrap(thing) if callable(thing) else thing
    found = getattr(getattr(thing, "__func__", thing), "__code__", None)
    return [found] if found else []


def files_of(thing):
    """Return the files in which a function, a class or several functions are written."""
    return {code.co_filename for code in codes_of(thing)}


def is_unwritten(thing):
    """Tell whether a function is a stub: nothing, ``...``, or a body that returns nothing."""
    codes = codes_of(thing)
    return thing is None or thing is ... or (bool(codes) and all(map(is_stub, codes)))


def is_stub(code):
    """Tell whether a function's body is no more than a docstring, ``pass`` or ``...``."""
    steps = list(dis.get_instructions(code))
    loaded = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return {step.opname for step in steps} <= STILL and set(loaded) <= {None, ...}


# --- how long a call may take ------------------------------------------------------------------


class TooLong(BaseException):
    """A call took too many steps. No `except Exception` of the reader's stops it."""


def limited(work, limit):
    """Return what ``work()`` returns; raises `TooLong` after ``limit`` steps."""
    monitoring = getattr(sys, "monitoring", None)
    free = [i for i in (3, 4) if monitoring and monitoring.get_tool(i) is None]
    with shallow():
        return monitored(work, limit, monitoring, free[0]) if free else traced(work, limit)


@contextmanager
def shallow():
    """Let no call nest deep in a page: a browser's stack ends before Python's limit, and Python
    with it, if the calls go through C, as in ``max(best(rest) for rest in rests)``."""
    if sys.platform != "emscripten":
        yield
        return
    before, frame, depth = sys.getrecursionlimit(), sys._getframe(), 0
    while frame:
        frame, depth = frame.f_back, depth + 1
    sys.setrecursionlimit(depth + DEEP)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def traced(work, limit):
    """Count the operations that run, which any Python can; some eight are a step.

    Lines would be cheaper, but ``while True: pass`` never gets to another.
    """
    left = 8 * limit

    def count(frame, event, arg):
        nonlocal left
        frame.f_trace_opcodes = True
        left -= 1
        if left < 0:
            raise TooLong
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        return work()
    finally:
        sys.settrace(before)


def monitored(work, limit, monitoring, tool):
    """Count the calls and the rounds of loops, which is faster, from Python 3.12."""
    left, thread = limit, threading.get_ident()

    def count(*args):
        nonlocal left
        if threading.get_ident() == thread:  # Jupyter has threads of its own
            left -= 1
            if left < 0:
                raise TooLong

    events = monitoring.events
    monitoring.use_tool_id(tool, "glassbox.judge")
    for event in (events.PY_START, events.JUMP):
        monitoring.register_callback(tool, event, count)
    monitoring.set_events(tool, events.PY_START | events.JUMP)
    try:
        return work()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


# --- whether two results are the same ----------------------------------------------------------


def plain(value):
    """Return NumPy's arrays and numbers as Python's, and anything else as it is."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray | numpy.generic):
        return value.tolist()
    return value


def is_sequence(value):
    """Tell whether a value is a list or a tuple; results may be either."""
    return isinstance(value, list | tuple)


def is_same(came, wanted, tolerance=1e-9):
    """Tell whether two results say the same.

    A list, a tuple and an array are the same if their items are; so are 2 and 2.0, two NaNs, and
    numbers within the tolerance, relative or absolute. True and 1 are not.

    Examples
    --------
    >>> is_same((1, 2.0), [1, 2]), is_same(True, 1)
    (True, False)
    """
    return difference(came, wanted, tolerance) is None


def difference(came, wanted, tolerance=1e-9, path=""):
    """Return where two results differ first, in words that end a sentence; None if nowhere."""
    came, wanted = plain(came), plain(wanted)
    if is_sequence(came) and is_sequence(wanted):
        for i, (one, other) in enumerate(zip(came, wanted, strict=False)):
            if (found := difference(one, other, tolerance, f"{path}[{i}]")) is not None:
                return found
        if len(came) == len(wanted):
            return None
        return f" ({path and path + ' has '}{len(came)} items, not {len(wanted)})"
    if isinstance(came, Mapping) and isinstance(wanted, Mapping):
        if came.keys() != wanted.keys():
            return ""
        found = (difference(came[k], wanted[k], tolerance, f"{path}[{k!r}]") for k in wanted)
        return next((place for place in found if place is not None), None)
    if agree(came, wanted, tolerance):
        return None
    write = writer(came, wanted)
    return f" ({path} is {write(came)}, not {write(wanted)})" if path else ""


def agree(came, wanted, tolerance):
    """Tell whether two values that hold no others are the same."""
    if isinstance(came, bool) or isinstance(wanted, bool):
        return came is wanted
    if isinstance(came, Number) and isinstance(wanted, Number):
        return near(came, wanted, tolerance)
    if isinstance(came, Set) and isinstance(wanted, Set):
        return came == wanted
    if kind(came) != kind(wanted):
        return False
    try:
        return bool(came == wanted)
    except Exception:  # they cannot be compared
        return False


def near(came, wanted, tolerance):
    """Tell whether two numbers are the same within the tolerance."""
    if came == wanted or (isinstance(came, Integral) and isinstance(wanted, Integral)):
        return bool(came == wanted)
    if isinstance(came, complex) or isinstance(wanted, complex):
        parts = [(came.real, wanted.real), (came.imag, wanted.imag)]
        return all(near(one, other, tolerance) for one, other in parts)
    try:
        came, wanted = float(came), float(wanted)
    except (OverflowError, TypeError, ValueError):
        return False
    if math.isnan(came) or math.isnan(wanted):
        return math.isnan(came) and math.isnan(wanted)
    return math.isclose(came, wanted, rel_tol=tolerance, abs_tol=tolerance)


def any_order(came, wanted):
    """Tell whether two lists hold the same items in any order; for ``same`` of `judge`.

    Examples
    --------
    >>> any_order([[2, 2], [4]], [[4], [2, 2]]), any_order([1, 1], [1])
    (True, False)
    """
    came, rest = plain(came), list(plain(wanted))
    if not is_sequence(came) or len(came) != len(rest):
        return False
    for item in came:
        at = next((i for i, other in enumerate(rest) if is_same(item, other)), None)
        if at is None:
            return False
        rest.pop(at)
    return True


# --- words -------------------------------------------------------------------------------------

KINDS = {
    bool: "a truth value", str: "a text", Number: "a number", list: "a list", tuple: "a list",
    Mapping: "a dict", Set: "a set", Drawn: "an iterator",
}  # fmt: skip


def kind(value):
    """Return what a value is, in two words."""
    value = plain(value)
    found = next((word for type_, word in KINDS.items() if isinstance(value, type_)), None)
    if value is None or found:
        return found or "nothing"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def show(value):
    """Return a value on one short line."""
    if isinstance(value, Exception | SystemExit):
        text = f"{type(value).__name__}: {value}".rstrip(": ")
    elif isinstance(value, Drawn):
        text = f"iter({value.values!r})"
    else:
        value = plain_inside(value)
        try:
            text = repr(value)
        except Exception:
            text = f"<{type(value).__name__}>"
    text = " ".join(text.split())
    return text if len(text) <= ROOM else f"{text[: ROOM * 2 // 3]}{CUT}{text[-ROOM // 4 :]}"


def plain_inside(value):
    """Return a value with the arrays in its lists and tuples as lists."""
    value = plain(value)
    if type(value) in (list, tuple):
        return type(value)(plain_inside(item) for item in value)
    return value


def rounded(value, digits=6):
    """Return a value in which floats have six digits, as a reader wants to see them.

    Examples
    --------
    >>> rounded([2.9999999999999996, 2 / 3, 1234567.0, 7])
    [3.0, 0.666667, 1234567.0, 7]
    """
    value = plain_inside(value)
    if isinstance(value, float):
        return (
            value
            if value.is_integer() or not math.isfinite(value)
            else float(f"{value:.{digits}g}")
        )
    if isinstance(value, complex):
        return complex(rounded(value.real, digits), rounded(value.imag, digits))
    if type(value) in (list, tuple):
        return type(value)(rounded(item, digits) for item in value)
    if type(value) is dict:
        return {key: rounded(item, digits) for key, item in value.items()}
    return value


def writer(came, wanted):
    """Return how to write two results: with six digits, unless they then look the same."""
    if isinstance(came, Drawn) or show(rounded(came)) == show(rounded(wanted)):
        return show
    return lambda value: show(rounded(value))


def code(text):
    """Return a text as code in Markdown."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def size_of(value):
    """Return how large a value is, to begin with the smallest: items, then magnitudes."""
    value = plain(value)
    if isinstance(value, str):
        return len(value), 0
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | Set):
        sizes = [size_of(item) for item in value]
        return len(sizes) + sum(n for n, _ in sizes), sum(m for _, m in sizes)
    if isinstance(value, Number) and not isinstance(value, complex):
        magnitude = abs(value)
        return 0, magnitude if magnitude < 1e18 else 1e18  # NaN too
    return 0, 0
