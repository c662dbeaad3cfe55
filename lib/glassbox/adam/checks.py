"""Checks of arguments: each returns the argument as float64, or says what is wrong with it."""

import numpy as np


def as_floats(name, values):
    """Return `values` as a float64 array, finite throughout."""
    values = np.asarray(values)
    if values.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be real numbers; got dtype {values.dtype}")
    values = values.astype(float, copy=False)
    finite = np.isfinite(values)
    if not finite.all():
        i = np.unravel_index(finite.argmin(), values.shape)
        where = f"[{', '.join(map(str, i))}]" if i else ""
        raise ValueError(f"{name} must be finite; got {name}{where} = {values[i]}")
    return values


def as_shape(name, values, shape, like):
    """Return `values` as floats of the given shape, that of the argument called `like`."""
    values = as_floats(name, values)
    if values.shape != shape:
        raise ValueError(f"{name} must have the shape of {like}, {shape}; got {values.shape}")
    return values


def as_hyper(name, value, shape, low=0.0, high=np.inf, above=False):
    """Return a hyper-parameter in [low, high), or (low, high) if `above`.

    It is a number, or an array that broadcasts to `shape` without enlarging it (None: any array).
    """
    value = as_floats(name, value)
    good = (value > low if above else value >= low) & (value < high)
    if not good.all():
        want = f"{'>' if above else '>='} {low:g}" if high == np.inf else f"in [{low:g}, {high:g})"
        raise ValueError(f"{name} must be {want}; got {value[~good][0] if value.ndim else value}")
    if value.ndim and shape is not None and not _fits(value.shape, shape):
        raise ValueError(f"{name} must broadcast to the shape {shape}; got {value.shape}")
    return value


def _fits(small, large):
    pairs = zip(small[::-1], large[::-1], strict=False)
    return len(small) <= len(large) and all(a in (1, b) for a, b in pairs)


def as_count(name, value, low=0):
    """Return a whole number of at least `low`."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number; got {value!r}")
    if value < low:
        raise ValueError(f"{name} must be at least {low}; got {value}")
    return int(value)


def as_fraction(name, value):
    """Return one number in [0, 1]."""
    value = as_floats(name, value)
    if value.shape != () or not 0 <= value <= 1:
        raise ValueError(f"{name} must be one number in [0, 1]; got {value}")
    return float(value)
