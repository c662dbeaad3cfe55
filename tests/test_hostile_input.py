"""Every public function answers hostile input with a clear error.

Each function is called as an example of its docstring calls it, with one argument made hostile:
None, a negative number, NaN, text, a nested list, a masked array, a generator, and so on. It may
work, or say in a `ValueError` or `TypeError` which argument is wrong, or raise what its docstring
announces. It must not hang, run out of memory, or fail in the middle with any other error.

What helps: the checks of `glassbox.checks` (`as_list`, `flag`, `function`, `generator`, `integer`,
`real_number`, `real_array`, `one_of`). A function without an example that calls it wants one.

To see what a topic in the table below still lacks::

    pytest tests/test_hostile_input.py -k adam --runxfail
"""

import contextlib
import copy
import doctest
import importlib
import inspect
import io
import json
import math
import pkgutil
import re
import subprocess
import sys
import threading
import warnings
from itertools import islice

import numpy as np
import pytest

import glassbox

# Topics that are not yet clean. One that is must leave the table: the test is strict.
NOT_YET = set()

# What may be said without the name of the argument: an element says itself that it has no order (or
# that the caller's key does not fit it), where a topic compares whatever it is given.
ORDERLESS = re.compile(
    "not supported between instances of|truth value of an (empty )?array|ufunc '(less|greater)'"
    r"|has no len\(\)|len\(\) of unsized"
)
BY_ORDER = {"heaps", "trace"}

# An argument that is known by another name: what a recorded function or a step says is its own.
ALIAS = {"record: args": "heap", "minimise: hyper": "lr"}

NO_TOPICS = {"checks", "figures", "judge", "pictures", "records"}
TOPICS = [m.name for m in pkgutil.iter_modules(glassbox.__path__) if m.name not in NO_TOPICS]
TOPICS += ["pictures.balloons", "pictures.faces"]  # what the topics' chapters call by these names
SECONDS = 10  # that a call may take, and those that its example needs
MEMORY = 4 * 2**30

PLAIN = {
    "None": None,
    "True": True,
    "0": 0,
    "-1": -1,
    "0.5": 0.5,
    "NaN": math.nan,
    "infinity": math.inf,
    "-infinity": -math.inf,
    "10**30": 10**30,
    "1j": 1j,
    "text": "text",
    "bytes": b"bytes",
    "an empty list": [],
    "a nested list": [[1, 2], [3]],
    "a list of None": [None, None],
    "a list of text": ["a", "b"],
    "a dict": {"a": 1},
    "an object": object(),
    "a function": lambda *args: None,
    "a class": int,
    "an empty array": np.array([]),
    "an array without axes": np.array(3.0),
    "an array of uint8": np.array([250, 3, 9], np.uint8),
    "an array of text": np.array(["a", "b"]),
    "a masked array": np.ma.array([1.0, 2.0], mask=[True, False]),
}


def made_from(value):
    """Return hostile relatives of an argument, as functions that make them."""
    if isinstance(value, str | bytes) or not hasattr(value, "__len__"):
        return {}
    array = None
    with contextlib.suppress(ValueError):  # parts of different lengths, such as a state
        array = np.asarray(value) if isinstance(value, list | tuple | np.ndarray) else None
    made = {"a generator": lambda: (x for x in copied(value)), "a nested one": lambda: [value]}
    if isinstance(value, list | tuple) and value:
        made["one with None"] = lambda: [None, *value[1:]]
        made["one with text"] = lambda: ["x", *value[1:]]
        made["one that is longer"] = lambda: [*value, value[-1]]
    if array is None or not array.size or array.dtype.kind not in "iuf":
        return made

    def put(number, kind=float):
        changed = array.astype(kind)
        changed.flat[0] = number
        return changed if isinstance(value, np.ndarray) else changed.tolist()

    return made | {
        "one with NaN": lambda: put(math.nan),
        "one with infinity": lambda: put(math.inf),
        "one with -1": lambda: put(-1, array.dtype if array.dtype.kind in "if" else int),
        "one with 10**18": lambda: put(10**18, int),
        "all 0": lambda: put(0) if array.size == 1 else (0 * array).tolist(),
        "as uint8": lambda: (array % 256).astype(np.uint8),
        "as bool": lambda: array.astype(bool),
        "as text": lambda: array.astype(str).tolist(),
        "as complex": lambda: array.astype(complex),
        "masked": lambda: np.ma.array(array, mask=array == array.flat[0]),
        "with one more axis": lambda: array[None],
        "with no axis": lambda: array.flat[0],
        "cut to nothing": lambda: array[:0],
        "cut by one": lambda: array[1:],
        "read only": lambda: np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape),
    }


def copied(value):
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


# --- the calls -----------------------------------------------------------------------------------


def public_functions(topic):
    """Return the public functions of a topic, by name."""
    module = importlib.import_module(f"glassbox.{topic}")
    names = getattr(module, "__all__", None) or [
        name for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    ]  # fmt: skip
    found = {name: getattr(module, name) for name in names}
    return {name: thing for name, thing in found.items() if inspect.isfunction(thing)}


def example_calls(function):
    """Return the arguments of each call that the examples of a docstring make."""
    module, name, calls = sys.modules[function.__module__], function.__name__, []
    signature = inspect.signature(function)

    def note(*args, **kwargs):
        call = signature.bind(*map(copied, args), **{k: copied(v) for k, v in kwargs.items()})
        result = function(*args, **kwargs)
        calls.append(call)
        return result

    for test in doctest.DocTestFinder(recurse=False).find(function, name, module):
        space = vars(module) | {name: note}
        with contextlib.redirect_stdout(io.StringIO()):
            for example in test.examples:
                with contextlib.suppress(Exception):  # an example may show an error
                    exec(compile(example.source, "<example>", "single"), space)
    return calls


def hostile_calls(function):
    """Yield parameter, what it gets, and a function that makes the arguments of the call."""
    seen = set()
    for call in example_calls(function):
        for name, given in call.arguments.items():
            if name in seen:
                continue
            seen.add(name)
            kind = call.signature.parameters[name].kind
            several = kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
            if several and not given:
                continue
            first = next(iter(given)) if several else None
            value = given if not several else given[first] if isinstance(given, dict) else first
            made = {key: (lambda v=v: v) for key, v in PLAIN.items()} | made_from(value)
            if callable(value):  # another function may do anything
                del made["a function"], made["a class"]
            for what, make in made.items():

                def arguments(call=call, name=name, make=make, several=several, first=first):
                    bound = copied(call)
                    bound = inspect.BoundArguments(call.signature, copied(call.arguments))
                    old, new = bound.arguments[name], make()
                    if several:
                        new = old | {first: new} if isinstance(old, dict) else (new, *old[1:])
                    bound.arguments[name] = new
                    return bound

                yield name, what, arguments


def names(message, parameters):
    """Whether a message has one of the names as a word."""
    return any(
        re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", message) for name in parameters
    )


def verdict(function, name, call):
    """Call a function and return what is wrong with its answer, or nothing.

    A wrong type is said of the argument itself. A value may be wrong beside another argument, and
    then the message may have the other's name.
    """
    try:
        result = function(*call.args, **call.kwargs)
        if hasattr(result, "__next__"):
            list(islice(result, 1000))
    except (ValueError, TypeError) as error:
        own = ALIAS.get(f"{function.__name__}: {name}", name)
        parameters = [own] if isinstance(error, TypeError) else [own, *call.signature.parameters]
        if not names(str(error), parameters):
            return f"{type(error).__name__} without the name {name}: {error}"
    except Exception as error:
        if type(error).__name__ not in (function.__doc__ or ""):
            return f"{type(error).__name__}: {error}"
    return ""


def work(topic, start):
    """Print one line of JSON before and after each call of a topic; run in a process of its own."""
    with contextlib.suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    out, number = sys.stdout, 0
    for label, function in public_functions(topic).items():
        calls = list(hostile_calls(function))
        if not calls and inspect.signature(function).parameters:
            print(json.dumps([number, label, "has no example that calls it"]), file=out)
        for name, what, make in calls:
            number += 1
            if number <= start:
                continue
            print(json.dumps([number, f"{label}: {name} = {what}", None]), file=out, flush=True)
            with contextlib.redirect_stdout(io.StringIO()):
                found = verdict(function, name, make())
            if found:
                said = [number, f"{label}: {name} = {what}", found]
                print(json.dumps(said), file=out, flush=True)


# --- the test ------------------------------------------------------------------------------------


def findings(topic):
    """Return what is wrong in a topic, one line each; the third call without an end is the last."""
    found, start, done, endless = [], 0, False, 0
    while not done and endless < 3:
        process = subprocess.Popen(
            [sys.executable, __file__, topic, str(start)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
        )  # fmt: skip
        errors = []
        reader = threading.Thread(target=lambda p=process, e=errors: e.append(p.stderr.read()))
        reader.start()
        timer, doing = None, None
        for line in process.stdout:
            if timer:
                timer.cancel()
            number, what, said = json.loads(line)
            if said is None:
                start, doing = number, what
            elif f"{what} -> {said}" not in found:
                found.append(f"{what} -> {said}")
            timer = threading.Timer(SECONDS, process.kill)
            timer.start()
        if timer:
            timer.cancel()
        process.wait()
        reader.join()
        done = process.returncode == 0
        if not done and doing is None:
            raise RuntimeError(f"{topic}: {''.join(errors)}")
        if not done:
            endless += 1
            found.append(f"{doing} -> does not end within {SECONDS} s, or ends Python")
    return found


def test_there_are_topics():
    assert {"heaps", "adam", "flash", "trace"} <= set(TOPICS)
    assert set(TOPICS) >= NOT_YET


def answer(function, **arguments):
    bound = inspect.signature(function).bind(**arguments)
    return verdict(function, next(iter(arguments)), bound)


def test_what_counts_as_a_clear_answer():
    def raises(error):
        def function(x, y=0):
            raise error

        return function

    def announces(x):
        """Raise IndexError."""
        raise IndexError("gone")

    assert answer(lambda x: iter([x]), x=1) == ""
    assert answer(raises(ValueError("x must be positive")), x=1) == ""
    assert answer(raises(ValueError("y must fit")), x=1) == ""
    assert answer(announces, x=1) == ""
    for error in (
        TypeError("y must fit"),
        ValueError("max() of nothing"),
        KeyError("x"),
        MemoryError(),
        IndexError("x must fit"),
    ):
        assert answer(raises(error), x=1).startswith(type(error).__name__)


@pytest.mark.parametrize(
    "topic",
    [
        pytest.param(t, marks=[pytest.mark.xfail(strict=True)] if t in NOT_YET else [])
        for t in TOPICS
    ],
)
def test_hostile_input_gets_a_clear_answer(topic):
    found = findings(topic)
    if topic in BY_ORDER:
        found = [line for line in found if not ORDERLESS.search(line)]
    assert not found, f"{len(found)} findings:\n" + "\n".join(found[:60])


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
