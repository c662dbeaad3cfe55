"""Checks of arguments: each returns the argument as float64, or says what is wrong with it."""

from ..checks import real_array, within


def as_floats(name, values, shape=None, **how):
    """Return `values` as a finite float64 array; the arguments are those of `real_array`."""
    return real_array(name, values, shape, **how).astype(float, copy=False)


def as_hyper(name, value, shape, **bounds):
    """Return a hyper-parameter between the bounds that `within` takes.

    It is a number, or an array that broadcasts to `shape` without enlarging it (None: any array).
    """
    value = within(name, as_floats(name, value), **bounds)
    if value.ndim and shape is not None and not _fits(value.shape, shape):
        raise ValueError(f"{name} must broadcast to the shape {shape}, got {value.shape}")
    return value


def _fits(small, large):
    pairs = zip(small[::-1], large[::-1], strict=False)
    return len(small) <= len(large) and all(a in (1, b) for a, b in pairs)
