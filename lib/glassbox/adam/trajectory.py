"""Repeat a step and keep the whole way."""

from itertools import repeat

import numpy as np

from glassbox.checks import float_array, function, integer, real_number

from .schedules import MOST_STEPS
from .steps import AdamState, init_state


def minimise(step, gradient, start, n_steps, schedule=None, limit=None, keep=None, **hyper):
    """Walk down from `start`, and keep the points and states on the way.

    Parameters
    ----------
    step : callable
        `adam_step`, `adamw_step`, `sgd_step`, `rmsprop_step`, `adagrad_step`, or one like them.
    gradient : callable
        Takes points, shape (..., d), and returns the gradient there, same shape.
    start : array_like, shape (d,) or (n, d)
        First point; with a leading axis, n runs side by side, whose hyper-parameters have shape
        (n, 1) where they differ.
    n_steps : int
        Number of steps, at least 0.
    schedule : array_like, shape (n_steps,), optional
        Factor on `lr` at each step, > 0; then `lr` must be given.
    limit : float, optional
        A run stops for good before the step that would take a coordinate beyond this size, so
        that one that diverges can be drawn beside others. By default nothing stops it, and a
        gradient that overflows is an error.
    keep : array_like of int, optional
        Increasing numbers of steps, from 0 to `n_steps`, after which point and state are kept; by
        default all. Training a network wants a few.
    **hyper
        Hyper-parameters of `step`.

    Returns
    -------
    trajectory : ndarray, shape (n_steps + 1, d) or (n_steps + 1, n, d)
        Points; the first is `start`. With `keep`, as many as it has.
    moments : AdamState
        The states, with the same leading axis for time; all zeros at first.

    Raises
    ------
    ValueError
        If the schedule has another length or comes without `lr`, `limit` or `keep` is out of
        range, or as `step` does.

    Examples
    --------
    On x²/2 gradient descent with a learning rate of 1/2 halves x.

    >>> from glassbox.adam import sgd_step
    >>> trajectory, moments = minimise(sgd_step, lambda x: x, [8.0], 3, lr=0.5)
    >>> trajectory.ravel(), moments.t
    (array([8., 4., 2., 1.]), array([0, 1, 2, 3]))
    """
    function("step", step)
    function("gradient", gradient)
    params = float_array("start", start, "... d")
    n_steps = integer("n_steps", n_steps, least=0, most=MOST_STEPS)
    rates = _rates(schedule, n_steps, hyper)
    limit = _as_limit(limit)
    state = init_state(params)
    keep = _as_keep(keep, n_steps)
    points, states = ([params], [state]) if 0 in keep else ([], [])
    running = True
    for t, rate in enumerate(rates, start=1):
        new, state = step(params, gradient(params.copy()), state, **hyper, **rate)
        running = running & (np.abs(new) <= limit).all(axis=-1, keepdims=True)
        params = np.where(running, new, params)
        if t in keep:
            points.append(params)
            states.append(state)
    return np.stack(points), _stack(states)


def _rates(schedule, n_steps, hyper):
    """Return what each step gets as its learning rate: nothing, or lr times a factor.

    Takes `lr` out of `hyper` if there is a schedule.
    """
    if schedule is None:
        return repeat({}, n_steps)
    if "lr" not in hyper:
        raise ValueError("schedule multiplies lr: give lr too")
    factors = float_array("schedule", schedule, (n_steps,), note=", one factor a step")
    lr = float_array("lr", hyper.pop("lr"))
    return [{"lr": lr * factor} for factor in factors]


def _as_limit(limit):
    return np.inf if limit is None else real_number("limit", limit, above=0)


def _as_keep(keep, n_steps):
    if keep is None:
        return range(n_steps + 1)
    keep = [integer("each of keep", t, least=0) for t in np.asarray(keep).tolist()]
    if not keep or sorted(set(keep)) != keep or keep[-1] > n_steps:
        raise ValueError(f"keep must increase from 0 or more to {n_steps} or less, got {keep}")
    return frozenset(keep)


def _stack(states):
    columns = ([getattr(s, name) for s in states] for name in ("m", "v", "v_max", "t"))
    return AdamState(*(np.stack(column) for column in columns))
