"""Record what an algorithm does to its lists, so that a figure can replay the tested code itself.

The recorder watches containers, not algorithms. An algorithm makes its working lists through a
keyword ``new`` (default `new_list`: a plain list) and may say what no list shows through a keyword
``note`` (default `no_note`). `record` passes its own ``new`` and ``note`` and returns a `Trace`.

    def running_sum(nums, *, new=new_list):
        total = new("total", [0])
        for x in nums:
            total.append(total[-1] + x)
        return total

    record(running_sum, [3, 4]).events

A function without ``new`` works in place, as ``heappush(heap, item)`` does; then each list among
its arguments is watched, as a copy under the parameter's name.
"""

import ast
import inspect
import json
import math
import sys
from collections import Counter
from dataclasses import dataclass

OPS = ("get", "set", "push", "pop", "lt", "note")


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
    """
    return list(data)


def no_note(kind, value=None):
    """Ignore what an algorithm has to say beyond its lists."""


@dataclass(frozen=True)
class Trace:
    """What one call did to its lists.

    Attributes
    ----------
    function : str
        Name of the recorded function.
    arguments : dict
        Its arguments before the call, by parameter name, defaults included.
    result : object
        What it returned, as plain lists and values; a generator's items as a list.
    start : dict
        Content of each watched list when it was made, by name.
    events : list of [op, name, index, value, line]
        In order, one of

        * ``["get", list, index, value, line]``: a cell was read (also by iteration, not by slice);
        * ``["set", list, index, value, line]``: a cell was written;
        * ``["push", list, index, value, line]``, ``["pop", list, index, value, line]``: the last
          element came or went; ``index`` is its place;
        * ``["lt", list, [left, right], outcome, line]``: ``left < right`` was asked
          (``a > b`` asks ``b < a``);
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

    The arguments themselves are never changed.

    Raises
    ------
    TypeError
        If ``function`` is not written in Python, if ``new`` or ``note`` is passed (they are the
        recorder's), or if the function changes a watched list in a way that is not recorded
        (``sort``, ``insert``, ``del``, slice assignment and the like).
    ValueError
        If two lists get the same name, or if lists are touched by lines of two files.
    RuntimeError
        If a watched list was changed unseen: C code such as ``heapq`` writes into a list's storage,
        and a list stored in a watched list may change later (store a copy).
    OSError
        If the source of the function cannot be found.
    """
    if not inspect.isfunction(function):
        raise TypeError(f"function must be written in Python, got {function!r}")
    recorder = _Recorder()
    call = _bind(function, args, kwargs)
    arguments = {name: _plain(value) for name, value in call.arguments.items()}
    recorder.attach(call)
    result = function(*call.args, **call.kwargs)
    if inspect.isgenerator(result):
        result = list(result)
    source = _sources(function, recorder.code)
    trace = Trace(
        function.__name__, arguments, _plain(result), recorder.start, recorder.events, source
    )
    _check_replay(trace, recorder.lists)
    return trace


class _Recorder:
    """The log of one call."""

    def __init__(self):
        self.start, self.events, self.lists = {}, [], {}
        self.code = {}  # code objects seen, in order

    def attach(self, call):
        """Make the call use this recorder, by ``new`` and ``note`` or by its list arguments."""
        parameters = call.signature.parameters
        if "note" in parameters:
            call.arguments["note"] = self.note
        if "new" in parameters:
            call.arguments["new"] = self.watch
            return
        for name, value in call.arguments.items():
            if isinstance(value, list):
                call.arguments[name] = self.watch(name, value, keys=True)
            elif parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
                call.arguments[name] = tuple(
                    self.watch(f"{name}/{i}", item, keys=True) if isinstance(item, list) else item
                    for i, item in enumerate(value)
                )

    def watch(self, name, data=(), *, keys=False):
        """Return a list that logs what happens to it; the signature is that of `new_list`."""
        if name in self.lists:
            raise ValueError(f"each watched list needs a name of its own, got {name!r} twice")
        data = [_plain(value) for value in data]
        self.start[name] = _plain(data)
        self.lists[name] = _Watched(self, name, data, keys)
        return self.lists[name]

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


class _Watched(list):
    """A list that logs reads, writes, pushes and pops, and refuses every other change."""

    def __init__(self, recorder, name, data, keys):
        super().__init__(data)
        self._recorder, self._name, self._keys = recorder, name, keys

    def _log(self, op, index, value):
        self._recorder.log(op, self._name, index, value)

    def _out(self, value):
        return _Key(self._recorder, self._name, value) if self._keys else value

    def __getitem__(self, index):
        value = super().__getitem__(index)
        if isinstance(index, slice):
            return [self._out(v) for v in value]
        self._log("get", range(len(self))[index], value)
        return self._out(value)

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            self._refuse()
        value = _unwrap(value)
        super().__setitem__(index, value)
        self._log("set", range(len(self))[index], value)

    def append(self, value):
        value = _unwrap(value)
        super().append(value)
        self._log("push", len(self) - 1, value)

    def pop(self, index=-1):
        if index != -1:
            self._refuse()
        value = super().pop()
        self._log("pop", len(self), value)
        return self._out(value)

    def __iter__(self):
        index = 0
        while index < len(self):
            yield self[index]
            index += 1

    def __reversed__(self):
        for index in range(len(self) - 1, -1, -1):
            yield self[index]

    def _refuse(self, *args, **kwargs):
        raise TypeError(
            f"a watched list records reading, writing, append and pop of single elements; "
            f"{self._name!r} was changed in another way"
        )

    sort = reverse = extend = insert = remove = clear = _refuse
    __delitem__ = __iadd__ = __imul__ = _refuse


class _Key:
    """An element on loan from a watched list: its order is asked through the log."""

    __slots__ = ("_name", "_recorder", "value")

    def __init__(self, recorder, name, value):
        self._recorder, self._name, self.value = recorder, name, value

    def _lt(self, left, right):
        outcome = bool(left < right)
        self._recorder.log("lt", self._name, [_plain(left), _plain(right)], outcome)
        return outcome

    def __lt__(self, other):
        return self._lt(self.value, _unwrap(other))

    def __gt__(self, other):
        return self._lt(_unwrap(other), self.value)

    def __eq__(self, other):  # tuples ask == before they ask <
        return self.value == _unwrap(other)

    def __hash__(self):
        return hash(self.value)

    def __repr__(self):
        return repr(self.value)


def _unwrap(value):
    return value.value if isinstance(value, _Key) else value


def _plain(value):
    """Return a copy without wrappers that later changes of ``value`` do not reach."""
    value = _unwrap(value)
    if isinstance(value, list):
        return [_plain(v) for v in list.__iter__(value)]
    if type(value) is tuple:
        return tuple(_plain(v) for v in value)
    return value


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


def _bind(function, args, kwargs):
    """Return the call's arguments by name; ``new`` and ``note`` are left to the recorder."""
    for name in {"new", "note"} & kwargs.keys():
        raise TypeError(f"{name} is the recorder's own argument, got {kwargs[name]!r}")
    call = inspect.signature(function).bind(*args, **kwargs)
    call.apply_defaults()
    for name in ("new", "note"):
        call.arguments.pop(name, None)
    return call


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
    opening = "if True:\n" if text[0].isspace() else "\n"  # a nested function is indented
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


def _check_replay(trace, lists):
    for name, replayed in trace.state_at(len(trace.events)).items():
        if replayed != _plain(lists[name]):
            raise RuntimeError(
                f"the list {name!r} was changed unseen: its events give {replayed}, "
                f"it holds {_plain(lists[name])}"
            )
