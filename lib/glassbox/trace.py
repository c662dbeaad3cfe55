"""Record what an algorithm does to its lists, so that a figure can replay the tested code itself.

The recorder watches containers, not algorithms. An algorithm makes its working lists through a
keyword ``new`` (default `new_list`: a plain list) and may say what no list shows through a keyword
``note`` (default `no_note`). `record` passes its own ``new`` and ``note`` and returns a `Trace`::

    def running_sum(nums, *, new=new_list):
        total = new("total", [0])
        for x in nums:
            total.append(total[-1] + x)
        return total

    record(running_sum, [3, 4]).events

A function without ``new`` works in place, as ``heappush(heap, item)`` does; then each list among
its arguments is watched, as a copy under the parameter's name.

A recorded run gives the function's own result or an error, never another result: `record` also
runs the function unwatched, and compares.
"""

import ast
import copy
import functools
import inspect
import itertools
import json
import math
import operator
import sys
from collections import Counter
from dataclasses import dataclass
from numbers import Number

from glassbox.checks import as_list

OPS = ("get", "set", "push", "pop", "lt", "le", "note")


def new_list(name, data=(), *, keys=False):
    """Return a plain list: what an algorithm works on when nobody watches.

    Parameters
    ----------
    name : str
        What a figure calls this list. Rows of a table are ``"f/0"``, ``"f/1"``, and so on.
    data : iterable
        The first elements.
    keys : bool
        Whether the algorithm orders the elements, so that their comparisons are worth a log.

    Examples
    --------
    >>> new_list("row", range(3))
    [0, 1, 2]
    """
    return as_list("data", data, "elements")


def no_note(kind, value=None):
    """Ignore what an algorithm has to say beyond its lists.

    Examples
    --------
    >>> no_note("hold", 3)
    """


@dataclass(frozen=True)
class Trace:
    """What one call did to its lists.

    Attributes
    ----------
    function : str
        Name of the recorded function.
    arguments : dict
        Its arguments before the call, by parameter name, defaults included; without the object
        that a method is bound to.
    result : object
        What it returned, as plain lists and values; an iterator's items as a list.
    start : dict
        Content of each watched list when it was made, by name.
    events : list of [op, name, index, value, line]
        In order, one of

        * ``["get", list, index, value, line]``: a cell was read, by index or iteration, by ``in``,
          ``index`` and ``count``, or to compare lists. A copy (a slice, ``copy``, ``+``, ``*``) and
          a sort read without a word;
        * ``["set", list, index, value, line]``: a cell was written;
        * ``["push", list, index, value, line]``, ``["pop", list, index, value, line]``: the last
          element came or went; ``index`` is its place;
        * ``["lt", list, [left, right], outcome, line]``: ``left < right`` was asked
          (``a > b`` asks ``b < a``), and ``"le"`` likewise for ``left <= right``. The order of
          numbers, texts and tuples is logged, if the algorithm orders the elements: ``keys`` in
          `new_list`, and each list that is changed in place;
        * ``["note", kind, None, value, line]``: the algorithm said so itself.

        Indices are never negative. ``line`` is the number of the running line in its file.
    source : list of dict
        ``name``, ``first_line``, ``text`` and ``docstring`` (its first and last line, or None, so
        that a figure can fold it) of the recorded function and of each further function whose
        lines occur in the events. All lie in one file, so a line number is enough.
    """

    function: str
    arguments: dict
    result: object
    start: dict
    events: list
    source: list

    def state_at(self, step):
        """Return the lists, by name, after the first ``step`` events.

        Raises
        ------
        ValueError
            If ``step`` is not in ``0..len(events)``.
        """
        state = {name: list(data) for name, data in self.start.items()}
        for op, name, index, value, _ in self._until(step):
            if op == "set":
                state[name][index] = value
            elif op == "push":
                state[name].append(value)
            elif op == "pop":
                state[name].pop()
        return state

    def counts(self, step=None):
        """Return how often each operation occurs in the first ``step`` events (default: all)."""
        step = len(self.events) if step is None else step
        seen = Counter(op for op, *_ in self._until(step))
        return {op: seen[op] for op in OPS}

    def to_json(self):
        """Return the trace as JSON that JavaScript reads without loss.

        JSON has no infinities and JavaScript's integers end at 2**53 - 1. Such a number becomes
        ``{"number": text}`` with the text that JavaScript's ``Number`` takes: ``"-Infinity"``,
        ``"Infinity"``, ``"NaN"`` or the digits. A value that is neither number, string, boolean,
        None nor list becomes ``{"text": str(value)}``; a tuple becomes a list.
        """
        document = {
            "function": self.function,
            "arguments": {name: _encode(value) for name, value in self.arguments.items()},
            "result": _encode(self.result),
            "start": {name: _encode(data) for name, data in self.start.items()},
            "events": _encode(self.events),
            "source": self.source,
        }
        return json.dumps(document, allow_nan=False, separators=(",", ":"))

    def _until(self, step):
        if not 0 <= step <= len(self.events):
            raise ValueError(f"step must be in 0..{len(self.events)}, got {step}")
        return self.events[:step]


def record(function, /, *args, **kwargs):
    """Call ``function(*args, **kwargs)`` with watched lists and return the `Trace`.

    The function is run on copies, unwatched and watched, so the arguments are never changed, and
    its results must agree. A list that comes twice among the arguments is watched as one. A method
    is recorded with a copy of its object, whose lists are watched as ``"self.items"``.

    Raises
    ------
    TypeError
        If ``function`` is not written in Python or is a coroutine, if ``new`` or ``note`` is passed
        (they are the recorder's), if a list argument is of a class of its own, or if the function
        changes a watched list in a way that is not recorded (``insert``, ``del``, ``pop(0)``, a
        slice that grows, and the like).
    ValueError
        If two lists get the same name, or if lists are touched by lines of two files.
    RuntimeError
        If a watched list was changed unseen: C code such as ``heapq`` writes into a list's storage,
        and a list stored in a watched list may change later (store a copy). Also if the recorded
        run ends otherwise than the plain one: the function is not repeatable, or it asks for what
        an element whose comparisons are logged does not have, such as its exact ``type`` or, of a
        NumPy integer, an overflow.
    OSError
        If the source of the function cannot be found.

    Examples
    --------
    >>> from glassbox.heaps import heappush
    >>> events = record(heappush, [2], 1).events
    >>> [e[:4] for e in events if e[0] not in ("get", "note")]  # doctest: +NORMALIZE_WHITESPACE
    [['push', 'heap', 1, 1], ['lt', 'heap', [1, 2], True],
     ['set', 'heap', 1, 2], ['set', 'heap', 0, 1]]
    """
    function, args, bound = _python_function(function, args, kwargs)
    call = _Call(function, args, kwargs, bound)
    plain = _Run(call, _Unwatched())
    if plain.error is not None:
        raise plain.error
    watched = _Run(call, _Recorder())
    if isinstance(watched.error, _RefusalError):
        raise watched.error
    if not plain.agrees(watched) and not watched.recorder.asked:
        # nobody asked for an order, so nothing is lost when the elements are plain
        watched = _Run(call, _Recorder(loans=False))
    recorder = watched.recorder
    if watched.error is None:
        _check_replay(recorder)
    if not plain.agrees(watched):
        raise RuntimeError(
            f"{function.__name__} must give the same result watched and unwatched, "
            f"got {watched.outcome()} and {plain.outcome()}"
        ) from watched.error
    source = _sources(function, recorder.code)
    return Trace(
        function.__name__, call.given(), plain.result, recorder.start, recorder.events, source
    )


# --- the call ------------------------------------------------------------------------------------


def _python_function(function, args, kwargs):
    """Return the function to run, its arguments, and whether the first is a method's object."""
    given = function
    if isinstance(function, functools.partial):
        args = (*function.args, *args)
        for name, value in function.keywords.items():
            kwargs.setdefault(name, value)
        function = function.func
    if callable(function) and inspect.isfunction(type(function).__dict__.get("__call__")):
        function = function.__call__
    bound = inspect.ismethod(function)
    if bound:
        function, args = function.__func__, (function.__self__, *args)
    if not inspect.isfunction(function):
        raise TypeError(f"function must be written in Python, got {given!r}")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(f"function must not be a coroutine, got {given!r}")
    return function, args, bound


class _Call:
    """A call that can be made several times, each on copies of its arguments."""

    def __init__(self, function, args, kwargs, bound):
        for name in {"new", "note"} & kwargs.keys():
            raise TypeError(f"{name} is the recorder's own argument, got {kwargs[name]!r}")
        signature = inspect.signature(function)
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        self.hooks = {"new", "note"} & signature.parameters.keys()
        for name in self.hooks:
            call.arguments.pop(name, None)
        self.function, self.parameters = function, signature.parameters
        self.arguments, self.signature = dict(call.arguments), signature
        self.bound = next(iter(signature.parameters), None) if bound else None

    def given(self):
        """Return the arguments that a trace keeps."""
        return {name: _plain(value) for name, value in self.arguments.items() if name != self.bound}

    def lists(self):
        """Yield the list arguments, those of ``*args`` and ``**kwargs`` too, with their names."""
        for name, value in self.arguments.items():
            kind = self.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                found = {f"{name}/{i}": item for i, item in enumerate(value)}
            else:
                found = value if kind is inspect.Parameter.VAR_KEYWORD else {name: value}
            yield from ((key, item) for key, item in found.items() if isinstance(item, list))

    def run(self, recorder):
        """Call the function on copies, with lists by the recorder, and return its result."""
        memo = {}
        if "new" not in self.hooks:
            listed = list(self.lists())
            for name, value in listed:
                if type(value) is not list:
                    raise _ChangeError(
                        f"{name} must be a plain list to be watched, got {type(value).__name__}"
                    )
                if id(value) not in memo:
                    memo[id(value)] = recorder.watch(name, keys=True)
            for _, value in listed:  # filled when all are there: one may hold another
                cells = memo[id(value)]
                list.__setitem__(cells, slice(None), [_copied(x, memo) for x in value])
            recorder.begin()
        call = inspect.BoundArguments(self.signature, {})
        for name in self.parameters:
            if name in self.arguments:
                call.arguments[name] = self._copied_argument(name, memo)
            elif name in self.hooks:
                call.arguments[name] = recorder.watch if name == "new" else recorder.note
        if self.bound is not None:
            recorder.watch_attributes(self.bound, call.arguments[self.bound])
        result = self.function(*call.args, **call.kwargs)
        return list(result) if hasattr(result, "__next__") else result

    def _copied_argument(self, name, memo):
        value = self.arguments[name]
        if hasattr(value, "__next__") and not hasattr(value, "__deepcopy__"):
            try:
                return copy.deepcopy(value, memo)
            except TypeError:  # a generator: one for us, one for the next run
                self.arguments[name], ours = itertools.tee(value)
                return ours
        return _copied(value, memo)


def _copied(value, memo):
    """Return a deep copy; what cannot be copied, such as a module, is its own."""
    try:
        return copy.deepcopy(value, memo)
    except (TypeError, copy.Error):
        return value


class _Run:
    """One run of a call: its result or its error, and the lists as it left them."""

    def __init__(self, call, recorder):
        self.recorder, self.result, self.error = recorder, None, None
        try:
            self.result = _plain(call.run(recorder))
        except Exception as error:
            self.error = error
        self.lists = {name: _plain(cells) for name, cells in recorder.lists.items()}

    def agrees(self, other):
        return (
            type(self.error) is type(other.error)
            and _same(self.result, other.result)
            and _same(self.lists, other.lists)
        )

    def outcome(self):
        if self.error is not None:
            return repr(self.error)
        return f"{self.result!r} with {self.lists}"


def _is_bool(value):
    return type(value).__name__ in ("bool", "bool_")  # Python's, NumPy's


def _same(left, right):
    """Whether two results are alike, in their types too; NaN is like NaN."""
    if _is_bool(left) and _is_bool(right):
        return bool(left) == bool(right)
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict):
        return _same(list(left.items()), list(right.items()))
    if isinstance(left, float):
        return repr(left) == repr(right)
    if hasattr(left, "tolist"):  # a NumPy scalar or array
        return left.dtype == right.dtype and _same(left.tolist(), right.tolist())
    if isinstance(left, type) or inspect.isroutine(left):
        return left is right
    if type(left).__eq__ is object.__eq__:
        return True  # nothing to compare by
    return bool(left == right)


# --- watched lists -------------------------------------------------------------------------------


class _RefusalError(Exception):
    """What the recorder itself refuses."""


class _ChangeError(_RefusalError, TypeError):
    """A list, or a change of it, that cannot be recorded."""


class _NameError(_RefusalError, ValueError):
    """Two lists of one name."""


class _Unwatched:
    """Plain lists, kept by name to be compared with watched ones."""

    note = staticmethod(no_note)

    def __init__(self):
        self.lists = {}

    def watch(self, name, data=(), *, keys=False):
        self.lists[name] = new_list(name, data)
        return self.lists[name]

    def begin(self):
        pass

    def watch_attributes(self, name, owner):
        found = vars(owner) if hasattr(owner, "__dict__") else {}
        self.lists |= {f"{name}.{k}": v for k, v in found.items() if type(v) is list}


class _Recorder:
    """The log of one call."""

    def __init__(self, *, loans=True):
        self.start, self.events, self.lists = {}, [], {}
        self.code = {}  # code objects seen, in order
        self.loans = {} if loans else None

    @property
    def asked(self):
        """Whether an order was asked."""
        return any(op in ("lt", "le") for op, *_ in self.events)

    def watch(self, name, data=(), *, keys=False):
        """Return a list that logs what happens to it; the signature is that of `new_list`."""
        if name in self.lists:
            raise _NameError(f"each watched list needs a name of its own, got {name!r} twice")
        self.lists[name] = _Watched(self, name, [_plain(value) for value in data], keys)
        self.start[name] = _plain(self.lists[name])
        return self.lists[name]

    def begin(self):
        """Take the lists as they are now for their first content."""
        self.start = {name: _plain(cells) for name, cells in self.lists.items()}

    def watch_attributes(self, name, owner):
        """Watch the lists that an object holds."""
        found = vars(owner) if isinstance(getattr(owner, "__dict__", None), dict) else {}
        for key, value in list(found.items()):
            if type(value) is list:
                found[key] = self.watch(f"{name}.{key}", value, keys=True)

    def note(self, kind, value=None):
        """Log what the algorithm says; the signature is that of `no_note`."""
        self.log("note", kind, None, value)

    def log(self, op, name, index, value):
        """Append one event, with the innermost line that is not the recorder's own."""
        frame = sys._getframe(1)
        while frame.f_globals is globals():
            frame = frame.f_back
        self.events.append([op, name, index, _plain(value), frame.f_lineno])
        code = frame.f_code
        while code.co_name.startswith("<") and frame.f_back.f_globals is not globals():
            frame = frame.f_back  # a comprehension or a lambda belongs to its caller
            code = frame.f_code
        self.code[code] = None

    def lend(self, name, value):
        """Return ``value`` as an element whose order is asked through the log.

        It is an instance of a subclass of its own type, so that it does all that the value does.
        None and booleans cannot have one; they, and what has no order, stay themselves.
        """
        if self.loans is None or isinstance(value, bool):
            return value
        if not isinstance(value, Number | str | tuple):
            return value
        key = name, id(value)  # an object read twice is one object
        if key not in self.loans:
            self.loans[key] = _loan(self, name, value)
        return self.loans[key]


def _compare_lists(ask):
    def compare(self, other):
        if not isinstance(other, list):
            return NotImplemented
        for k in range(min(len(self), len(other))):
            left, right = self[k], other[k]
            if not _equal(left, right):
                return ask(left, right)
        return ask(len(self), len(other))

    return compare


def _equal(left, right):
    """Whether two elements are one to a list."""
    left, right = _unwrap(left), _unwrap(right)
    return left is right or bool(left == right)


class _Watched(list):
    """A list that logs reads, writes, pushes and pops, and refuses every other change."""

    def __init__(self, recorder, name, data, keys):
        super().__init__(data)
        self._recorder, self._name, self._keys = recorder, name, keys

    def _log(self, op, index, value):
        self._recorder.log(op, self._name, index, value)

    def _out(self, value):
        return self._recorder.lend(self._name, value) if self._keys else value

    def __getitem__(self, index):
        value = super().__getitem__(index)
        if isinstance(index, slice):
            return [self._out(v) for v in value]
        self._log("get", range(len(self))[index], value)
        return self._out(value)

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            places, values = range(len(self))[index], list(value)
            if len(places) != len(values):
                self._refuse()
            for place, item in zip(places, values, strict=True):
                self[place] = item
            return
        value = _unwrap(value)
        super().__setitem__(index, value)
        self._log("set", range(len(self))[index], value)

    def append(self, value):
        value = _unwrap(value)
        super().append(value)
        self._log("push", len(self) - 1, value)

    def extend(self, values):
        for value in self[:] if values is self else values:
            self.append(value)

    def __iadd__(self, values):
        self.extend(values)
        return self

    def insert(self, index, value):
        if operator.index(index) < len(self):
            self._refuse()
        self.append(value)

    def pop(self, index=-1):
        index = operator.index(index)
        if index not in (-1, len(self) - 1) and -len(self) <= index < len(self):
            self._refuse()
        value = super().pop(index)
        self._log("pop", len(self), value)
        return self._out(value)

    def __delitem__(self, index):
        if isinstance(index, slice):
            self._refuse()
        self.pop(index)

    def sort(self, *, key=None, reverse=False):
        ordered = self[:]
        try:
            ordered.sort(key=key, reverse=reverse)
        finally:  # elements without an order leave it half done
            self[:] = ordered

    def reverse(self):
        self[:] = self[::-1]

    def __iter__(self):
        index = 0
        while index < len(self):
            yield self[index]
            index += 1

    def __reversed__(self):
        for index in range(len(self) - 1, -1, -1):
            yield self[index]

    def __contains__(self, value):
        return any(_equal(x, value) for x in self)

    def count(self, value):
        return sum(_equal(x, value) for x in self)

    def index(self, value, start=0, stop=sys.maxsize):
        for k in range(*slice(start, stop).indices(len(self))):
            if _equal(self[k], value):
                return k
        raise ValueError(f"{value!r} is not in list")

    def copy(self):
        return self[:]

    def __add__(self, other):
        return self[:] + other

    def __radd__(self, other):
        return other + self[:]

    def __mul__(self, times):
        return self[:] * times

    __rmul__ = __mul__
    __copy__ = copy

    def __deepcopy__(self, memo):
        return [_copied(value, memo) for value in self[:]]

    __lt__, __le__ = _compare_lists(operator.lt), _compare_lists(operator.le)
    __gt__, __ge__ = _compare_lists(operator.gt), _compare_lists(operator.ge)

    def __eq__(self, other):
        if not isinstance(other, list):
            return NotImplemented
        return len(self) == len(other) and all(_equal(self[k], other[k]) for k in range(len(self)))

    def __ne__(self, other):
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    __hash__ = None

    def _refuse(self, *args, **kwargs):
        raise _ChangeError(
            f"a watched list records reading, writing, sort, append and pop at its end; "
            f"{self._name!r} was changed in another way"
        )

    remove = clear = __imul__ = _refuse


# An element on loan is an instance of a subclass of its own type, whose order is asked through the
# log. The subclass has these methods and no further base, for NumPy's integers bear none.


def _asks(op, ask, *, swap=False):
    def compare(self, other):
        pair = self._value, _unwrap(other)
        outcome = ask(*pair)
        if _is_bool(outcome):
            pair = pair[::-1] if swap else pair
            self._recorder.log(op, self._name, [_plain(value) for value in pair], bool(outcome))
        return outcome

    return compare


def _part(self, index):
    part = self._value[index]
    if isinstance(index, slice) and type(part) is tuple:
        return tuple(self._recorder.lend(self._name, value) for value in part)
    return self._recorder.lend(self._name, part)


_LOAN = {
    "__lt__": _asks("lt", operator.lt),
    "__gt__": _asks("lt", operator.gt, swap=True),
    "__le__": _asks("le", operator.le),
    "__ge__": _asks("le", operator.ge, swap=True),
    "__repr__": lambda self: repr(self._value),
    "__copy__": lambda self: self,
    "__deepcopy__": lambda self, memo: self,
}
_TUPLE_LOAN = {  # the entries of a tuple are on loan, too
    **_LOAN,
    "__getitem__": _part,
    "__iter__": lambda self: (self._recorder.lend(self._name, value) for value in self._value),
}
_LOAN_CLASSES = set()


@functools.cache
def _loan_class(kind):
    methods = _TUPLE_LOAN if issubclass(kind, tuple) else _LOAN
    made = type(kind.__name__, (kind,), {**methods, "__module__": kind.__module__})
    _LOAN_CLASSES.add(made)
    return made


def _loan(recorder, name, value):
    """Return the element on loan, or ``value`` itself if its type has no subclasses."""
    kind = type(value)
    make = tuple.__new__ if isinstance(value, tuple) else kind.__new__
    try:
        loan = make(_loan_class(kind), value)
    except TypeError:  # an Enum, for instance
        return value
    vars(loan).update(getattr(value, "__dict__", {}))
    loan._recorder, loan._name, loan._value = recorder, name, value
    return loan


def _unwrap(value):
    return value._value if type(value) in _LOAN_CLASSES else value


def _plain(value):
    """Return a copy without loans that later changes of ``value`` do not reach."""
    value = _unwrap(value)
    if isinstance(value, list):
        return [_plain(v) for v in list.__iter__(value)]
    if type(value) is dict:
        return {_plain(key): _plain(v) for key, v in value.items()}
    if type(value) in (tuple, set, frozenset):
        return type(value)(_plain(v) for v in value)
    return value


# --- the trace -----------------------------------------------------------------------------------


def _encode(value):
    """Return ``value`` as something that JSON and JavaScript can both hold."""
    if isinstance(value, list | tuple):
        return [_encode(v) for v in value]
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "tolist"):  # a NumPy scalar or array
        return _encode(value.tolist())
    if isinstance(value, int):
        return int(value) if abs(value) < 2**53 else {"number": str(value)}
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        return {"number": "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"}
    return {"text": getattr(value, "__name__", None) or str(value)}


def _sources(function, codes):
    """Return name, first line and text of the function and of those that touched a list."""
    files = {code.co_filename for code in codes}
    if len(files) > 1:
        raise ValueError(
            f"events must come from lines of one file (a line number names no file), "
            f"got {sorted(files)}"
        )
    own = function.__code__
    if files <= {own.co_filename}:
        codes = {own: None, **codes}
    found = []
    for code in codes:
        lines, first = inspect.getsourcelines(code)
        part = {"name": code.co_name, "first_line": first, "text": "".join(lines)}
        found.append(part | {"docstring": _docstring_lines(**part)})
    return [part for part in found if not any(_holds(whole, part) for whole in found)]


def _docstring_lines(name, first_line, text):
    """Return the numbers of the docstring's first and last line, or None."""
    if name.startswith("<"):
        return None
    opening = "if True:\n" if text.startswith((" ", "\t")) else "\n"  # a nested function
    nodes = ast.walk(ast.parse(opening + text))
    function = next(node for node in nodes if getattr(node, "name", None) == name)
    if ast.get_docstring(function) is None:
        return None
    doc = function.body[0]
    return [first_line + doc.lineno - 2, first_line + doc.end_lineno - 2]


def _holds(whole, part):
    """Whether ``part`` is nested inside ``whole``."""
    last = part["first_line"] + part["text"].count("\n")
    return (
        whole is not part
        and whole["first_line"] <= part["first_line"]
        and last <= whole["first_line"] + whole["text"].count("\n")
    )


def _check_replay(recorder):
    """Refuse a log that does not lead from the first content of a list to the last."""
    trace = Trace("", {}, None, recorder.start, recorder.events, [])
    for name, replayed in trace.state_at(len(trace.events)).items():
        left = _plain(recorder.lists[name])
        if replayed != left:
            raise RuntimeError(
                f"the list {name!r} was changed unseen: its events give {replayed}, it holds {left}"
            )
