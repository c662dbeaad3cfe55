"""The figures of the chapter, each a function of the reader's own data.

Axes, words and captions come from the data, so that a notebook's cell is one line:

    stream([2, 4, 9, 5], truth=5)

What is too much to be read is thinned, or refused with advice.
"""

from glassbox.checks import real_number
from glassbox.figures import counted, drag, explore, lines, replay, rules, slider
from glassbox.trace import record

from .means import running_mean

MAX_STOPS = 400  # of a handle along a curve
MAX_STEPS = 12  # values whose means are followed one by one


def stream(values, truth=None, *, name="", caption=None):
    """Drag along the running mean of a stream.

    Parameters
    ----------
    values : iterable of float
        At least two; of a long stream the handle stops at every n-th value.
    truth : float, optional
        What the mean should come to: a dashed line, and the words say how far off it is.
    name, caption : str, optional
        Needed outside of a chapter, where no cell gives its id; replaces the words below.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are fewer than two values; else as `running_mean`.
    """
    means = running_mean(values)
    if len(means) < 2:
        raise ValueError(f"values must hold at least two numbers, got {len(means)}")
    every = -(-len(means) // MAX_STOPS)
    seen = range(1, len(means) + 1, every)
    shown = [means[k - 1] for k in seen]
    target = [] if truth is None else [real_number("truth", truth)]

    def draw(k):
        mean = means[k - 1]
        say = f"After {counted(k, 'value')} the mean is {mean:.3g}"
        say += f", {abs(mean - target[0]):.2g} from {target[0]:g}." if target else "."
        axes = {"xlabel": "values so far", "ylabel": "mean", "describe": say}
        return lines(seen, shown, drag=drag("k", seen, shown), **axes) + rules(x=k, y=target)

    if caption is None:
        caption = f"The mean of the first k of {counted(len(means), 'value')}: drag the handle."
        caption += f" The dashed line is at {target[0]:g}." if target else ""
    return explore(draw, k=slider(seen, 1, label="k"), name=name, caption=caption)


def update(values, *, name="", caption=None):
    """Replay how each mean is made of the mean before it and one value.

    Parameters
    ----------
    values : iterable of float
        From 1 to 12.
    name, caption : see `stream`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no value, or more than can be followed; else as `running_mean`.
    """
    trace = record(running_mean, values)
    n = len(trace.result)
    if not 0 < n <= MAX_STEPS:
        raise ValueError(f"values must be 1 to {MAX_STEPS}, to be followed one by one, got {n}")

    def view(moment):
        values, means = (moment.array(key) for key in "xm")
        return [values, means, moment.code(describe=moment.sentence())]

    caption = caption or f"The tested code makes the means of {counted(n, 'value')}."
    return replay(trace, view, name=name, caption=caption)
