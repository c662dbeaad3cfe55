"""Checks of arguments: each returns arrays to compute with, or says what is wrong.

Values that autograd traces pass through; only their shapes are looked at.
"""

import numpy as np
from autograd.tracer import getval, isbox


def as_floats(name, values):
    """Return `values` as a finite float array: float32 stays, all else becomes float64."""
    if isbox(values):
        return values
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers; got {values!r}") from None
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be real numbers; got dtype {array.dtype}")
    if array.dtype != np.float32:
        array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        i = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite; got {array[i]} at index {i}")
    return array


def as_sequence(name, values, axes="(..., n, d)"):
    """Return floats with at least two axes, none of them empty."""
    values = as_floats(name, values)
    if values.ndim < 2 or 0 in values.shape:
        raise ValueError(f"{name} must have shape {axes}, no axis empty; got {values.shape}")
    return values


def as_shape(name, values, shape, axes):
    """Return floats of just that shape; `axes` names its axes."""
    values = as_floats(name, values)
    if values.shape != shape:
        raise ValueError(f"{name} must have shape {axes} = {shape}; got {values.shape}")
    return values


def as_weights(weights, heads, width=None):
    """Return the weights of a unit as a dict of floats whose shapes agree.

    Biases that are not there are 0. `width` is the d that the input has.
    """
    if not hasattr(weights, "keys"):
        raise TypeError(f"weights must be a mapping of names to arrays; got {weights!r}")
    missing = [k for k in ("Wu", "Wv", "Wz", "gamma", "beta", "Wo") if k not in weights]
    if missing:
        raise ValueError(f"weights must have {', '.join(missing)}; got {sorted(weights.keys())}")
    wu, wz = (as_sequence(k, weights[k], "(d, ...)") for k in ("Wu", "Wz"))
    d, e, s = (*wu.shape[:2], wz.shape[-1])
    if width is not None and d != width:
        raise ValueError(f"Wu must have shape (d, e) with d = {width} as in x; got {wu.shape}")
    shapes = {
        "Wu": (d, e), "bu": (e,), "Wv": (d, e), "bv": (e,), "Wz": (d, s), "bz": (s,),
        "gamma": (heads, s), "beta": (heads, s), "Wo": (e, d), "bo": (d,),
    }  # fmt: skip
    axes = {
        "Wu": "(d, e)", "bu": "(e,)", "Wv": "(d, e)", "bv": "(e,)", "Wz": "(d, s)", "bz": "(s,)",
        "gamma": "(heads, s)", "beta": "(heads, s)", "Wo": "(e, d)", "bo": "(d,)",
    }  # fmt: skip
    absent = np.zeros((), dtype=getval(wu).dtype)
    return {
        k: as_shape(k, weights[k], shape, axes[k]) if k in weights else absent
        for k, shape in shapes.items()
    }


def one_of(name, value, options):
    """Return `value` if it is one of `options`."""
    if not any(value is o or (isinstance(o, str) and value == o) for o in options):
        raise ValueError(f"{name} must be one of {', '.join(map(repr, options))}; got {value!r}")
    return value
