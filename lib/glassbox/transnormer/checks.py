"""Checks of arguments: each returns the argument as floats, or says what is wrong with it.

Arrays stay float32 if they are; everything else becomes float64. A value that `autograd` traces
passes unchecked, so that the helpers can be differentiated.
"""

import numpy as np
from autograd.tracer import isbox


def as_floats(name, values, ndim=None, least=0):
    """Return `values` as finite floats with `ndim` axes (None: at least `least`)."""
    if isbox(values):
        return values
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers; got {values!r}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers; got dtype {array.dtype}")
    if array.dtype != np.float32:
        array = array.astype(float, copy=False)
    if array.ndim < least or ndim not in (None, array.ndim):
        want = f"{ndim} axes" if ndim is not None else f"at least {least} axes"
        raise ValueError(f"{name} must have {want}; got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {array.shape}")
    bad = ~np.isfinite(array)
    if bad.any():
        where = ", ".join(map(str, np.argwhere(bad)[0]))
        raise ValueError(f"{name} must be finite; got {name}[{where}] = {array[bad][0]}")
    return array


def as_qkv(q, k, v, same_length):
    """Return q (..., n, d), k (..., m, d) and v (..., m, d_v); with `same_length`, n == m."""
    q, k, v = (
        as_floats(name, x, least=2) for name, x in (("q", q), ("k", k), ("v", v))
    )  # fmt: skip
    if q.shape[-1] != k.shape[-1] or q.shape[:-2] != k.shape[:-2]:
        raise ValueError(f"q and k must agree in all but n; got shapes {q.shape} and {k.shape}")
    if k.shape[:-1] != v.shape[:-1]:
        raise ValueError(f"k and v must agree in all but d; got shapes {k.shape} and {v.shape}")
    if same_length and q.shape[-2] != k.shape[-2]:
        raise ValueError(f"q and k must have as many rows; got shapes {q.shape} and {k.shape}")
    return q, k, v


def as_number(name, value, low=0.0, above=False):
    """Return one finite number of at least `low` (more than `low` if `above`)."""
    value = as_floats(name, value, ndim=0)
    if value < low or (above and value == low):
        raise ValueError(f"{name} must be {'>' if above else '>='} {low:g}; got {value}")
    return float(value)


def as_features(name, phi, x, positive=None):
    """Return phi(x), finite; `positive` is None, "weakly" (>= 0) or "strictly" (> 0)."""
    if not callable(phi):
        raise TypeError(f"phi must be a function of an array; got {phi!r}")
    found = phi(x)
    if isbox(found):
        return found
    found = as_floats(f"phi({name})", found, ndim=np.ndim(x))
    if found.shape[:-1] != x.shape[:-1]:
        raise ValueError(
            f"phi must keep the rows of {name}, shape {x.shape}; got shape {found.shape}"
        )
    least = found.min()
    if (positive == "weakly" and least < 0) or (positive == "strictly" and least <= 0):
        want = ">= 0" if positive == "weakly" else "> 0"
        raise ValueError(f"features must be {want}: phi({name}) has the value {least}")
    return found


def as_weights(name, P):
    """Return attention weights (n, n), none of them negative."""
    P = as_floats(name, P, ndim=2)
    if P.shape[0] != P.shape[1]:
        raise ValueError(f"{name} must be square, one row and one column a token; got {P.shape}")
    if P.min() < 0:
        raise ValueError(f"{name} must hold weights >= 0; got {P.min()}")
    return P
