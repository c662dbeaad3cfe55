"""Checks of arguments: each returns arrays to compute with, or says what is wrong.

Values that autograd traces pass through; only their shapes are looked at.
"""

import numpy as np
from autograd.tracer import getval

from ..checks import real_array


def as_floats(name, values, shape=None, **how):
    """Return `values` as finite floats, as `real_array` does, or traced by autograd."""
    return real_array(name, values, shape, traced=True, **how)


def as_sequence(name, values, shape=(..., "n", "d"), note=""):
    """Return floats of that shape, no axis empty."""
    return as_floats(name, values, shape, note=note, empty=False)


def as_axes(name, values, **lengths):
    """Return floats whose axes have these names and lengths."""
    return as_floats(name, values, tuple(lengths.values()), note=f" = ({', '.join(lengths)})")


def as_weights(weights, heads, width=None):
    """Return the weights of a unit as a dict of floats whose shapes agree.

    Biases that are not there are 0. `width` is the d that the input has.
    """
    if not hasattr(weights, "keys"):
        raise TypeError(f"weights must be a mapping of names to arrays; got {weights!r}")
    missing = [k for k in ("Wu", "Wv", "Wz", "gamma", "beta", "Wo") if k not in weights]
    if missing:
        raise ValueError(f"weights must have {', '.join(missing)}; got {sorted(weights.keys())}")
    wu = as_sequence("Wu", weights["Wu"], ("d", "e"))
    d, e = wu.shape
    if width is not None and d != width:
        raise ValueError(f"Wu must have shape (d, e) with d = {width} as in x; got {wu.shape}")
    s = as_sequence("Wz", weights["Wz"], (d, "s")).shape[1]
    lengths = {"d": d, "e": e, "s": s, "heads": heads}
    axes = {
        "Wu": "d e", "bu": "e", "Wv": "d e", "bv": "e", "Wz": "d s", "bz": "s",
        "gamma": "heads s", "beta": "heads s", "Wo": "e d", "bo": "d",
    }  # fmt: skip
    absent = np.zeros((), dtype=getval(wu).dtype)
    given = {
        k: as_axes(k, weights[k], **{axis: lengths[axis] for axis in names.split()})
        for k, names in axes.items()
        if k in weights
    }
    return dict.fromkeys(axes, absent) | given
