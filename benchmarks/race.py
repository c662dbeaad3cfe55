"""What the benchmarks share: options, a race, and the record."""

import argparse
import json
import platform
import re
import tempfile
from pathlib import Path
from time import perf_counter
from timeit import timeit

import numpy as np

from glassbox.records import record_path


def options(description, slug, name, sizes=None):
    """Read the command line: whether to write the record, and the sizes if there are any."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    target = f"glassbox/{slug}/records/{name}.json"
    parser.add_argument("--write", action="store_true", help=f"record in {target}")
    if sizes:
        parser.add_argument("--sizes", type=int, nargs="+", default=sizes)
    return parser.parse_args()


def race(calls, rounds=100, most=40.0, timer=perf_counter):
    """Return the least time of each call, taken by turns so that a busy moment hits all of them.

    Of the rounds, at least three are played; no more begin after `most` seconds. A call that has a
    method `seconds` takes its time itself, such as one in another process.
    """
    return {name: min(times) for name, times in play(calls, rounds, most, timer).items()}


def settled_race(calls, rounds=60, most=900.0, timer=perf_counter):
    """Race until the times have settled; return the least of each, and how far apart the best are.

    Settled is a time that was met again: the third best run takes at most 5 % longer than the best.
    That is what the second result says of each call, as a part of the best. Where it is large after
    all the rounds, the machine was too busy.
    """
    times = play(calls, rounds, most, timer, lambda t: all(map(is_settled, t.values())))
    least = {name: min(found) for name, found in times.items()}
    return least, {name: spread(found) for name, found in times.items()}


def spread(times):
    """Return how much longer the third best run took than the best, as a part of the best."""
    first, _, third, *_ = sorted(times)
    return third / first - 1


def is_settled(times):
    """Tell whether there are enough runs, and the three best agree."""
    return len(times) >= 5 and spread(times) <= 0.05


def play(calls, rounds, most, timer, enough=lambda times: False):
    """Return the times of each call, taken by turns."""
    times, start = {name: [] for name in calls}, perf_counter()
    for played in range(rounds):
        if played >= 3 and (enough(times) or perf_counter() - start > most):
            break
        for name, call in calls.items():
            took = call.seconds() if hasattr(call, "seconds") else seconds(call, timer)
            times[name].append(took)
    return times


def seconds(call, timer, enough=0.02):
    """Return the time of a call; short ones are timed in batches."""
    once = timeit(call, timer=timer, number=1)
    if once >= enough:
        return once
    batch = max(1, min(1000, int(enough / max(once, 1e-9))))
    return timeit(call, timer=timer, number=batch) / batch


def kept(name, part, make, *args):
    """Return what `make` gives for a part of a long run, and keep it: a stopped run goes on.

    It lies in the folder for temporary files; remove it there after a change of the benchmark.
    """
    path = Path(tempfile.gettempdir()) / f"glassbox-{name}-{part}.json"
    if not path.exists():
        path.write_text(json.dumps(make(*args)), encoding="utf-8")
        print(name, part, "done", flush=True)
    return json.loads(path.read_text(encoding="utf-8"))


def short(times):
    """Return seconds, None or lists or dicts of them, with three digits."""
    if isinstance(times, dict):
        return {name: short(t) for name, t in times.items()}
    if isinstance(times, list):
        return [short(t) for t in times]
    return times and float(f"{times:.3g}")


def record(slug, name, what, **found):
    """Write what was found into a record of the topic, after what it is and where it was found."""
    machine = {
        "what": what,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "processor": platform.machine(),
    }
    path = record_path(slug, name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(written(machine | found), encoding="utf-8")
    print(f"wrote {path.relative_to(path.parents[4])}")


def written(found):
    """Return JSON with a line for each list of numbers, so that a change has a short diff."""
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    flat = r"\[\n\s*([^][{}]*?)\n\s*\]"
    return re.sub(flat, lambda part: "[" + re.sub(r"\n\s*", " ", part[1]) + "]", text)
