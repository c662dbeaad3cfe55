"""What the benchmarks that record times share: options, a race, and the record."""

import argparse
import json
import platform
from time import perf_counter
from timeit import timeit

import numpy as np


def options(description, results, sizes):
    """Read the command line: whether to record in the file `results`, and the sizes."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"record in results/{results.name}")
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes)
    return parser.parse_args()


def race(calls, rounds=100, most=40.0, timer=perf_counter):
    """Return the least time of each call, taken by turns so that a busy moment hits all of them.

    Of the rounds, at least three are played; no more begin after `most` seconds.
    """
    least, start = dict.fromkeys(calls, float("inf")), perf_counter()
    for played in range(rounds):
        if played >= 3 and perf_counter() - start > most:
            break
        for name, call in calls.items():
            least[name] = min(least[name], seconds(call, timer))
    return least


def seconds(call, timer, enough=0.02):
    """Return the time of a call; short ones are timed in batches."""
    once = timeit(call, timer=timer, number=1)
    if once >= enough:
        return once
    batch = max(1, min(1000, int(enough / max(once, 1e-9))))
    return timeit(call, timer=timer, number=batch) / batch


def short(times):
    """Return seconds, None or lists or dicts of them, with three digits."""
    if isinstance(times, dict):
        return {name: short(t) for name, t in times.items()}
    if isinstance(times, list):
        return [short(t) for t in times]
    return times and float(f"{times:.3g}")


def record(results, what, **found):
    """Write what was found into the file `results`, after where it was found."""
    machine = {
        "what": what,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "processor": platform.machine(),
    }
    results.parent.mkdir(exist_ok=True)
    text = json.dumps(machine | found, indent=1, ensure_ascii=False)
    results.write_text(text + "\n", encoding="utf-8")
