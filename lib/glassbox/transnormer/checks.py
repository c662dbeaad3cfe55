"""Checks of arguments: each returns the argument as floats, or says what is wrong with it.

Arrays stay float32 if they are; everything else becomes float64. Of a value that `autograd` traces
only the shape is looked at, so that the helpers can be differentiated.
"""

from autograd.tracer import isbox

from glassbox.checks import real_array


def as_floats(name, values, shape=None, note=""):
    """Return `values` as finite floats, as `real_array` does, or traced by autograd."""
    return real_array(name, values, shape, note=note, kinds="biuf", empty=False, traced=True)


def as_qkv(q, k, v, same_length):
    """Return q (..., n, d), k (..., m, d) and v (..., m, d_v); with `same_length`, n == m."""
    q, k = as_floats("q", q, (..., "n", "d")), as_floats("k", k, (..., "m", "d"))
    v = as_floats("v", v, (..., "m", "d_v"))
    if q.shape[-1] != k.shape[-1] or q.shape[:-2] != k.shape[:-2]:
        raise ValueError(f"q and k must agree in all but n, got shapes {q.shape} and {k.shape}")
    if k.shape[:-1] != v.shape[:-1]:
        raise ValueError(f"k and v must agree in all but d, got shapes {k.shape} and {v.shape}")
    if same_length and q.shape[-2] != k.shape[-2]:
        raise ValueError(f"q and k must have as many rows, got shapes {q.shape} and {k.shape}")
    return q, k, v


def as_features(name, phi, x, positive=None):
    """Return phi(x), finite; `positive` is None, "weakly" (>= 0) or "strictly" (> 0)."""
    if not callable(phi):
        raise TypeError(f"phi must be a function of an array, got {phi!r}")
    rows = (*x.shape[:-1], "C")
    found = as_floats(f"phi({name})", phi(x), rows, f", to keep the rows of {name}")
    if isbox(found):
        return found
    least = found.min()
    if (positive == "weakly" and least < 0) or (positive == "strictly" and least <= 0):
        want = ">= 0" if positive == "weakly" else "> 0"
        raise ValueError(f"features must be {want}: phi({name}) has the value {least}")
    return found


def as_weights(name, P):
    """Return attention weights (n, n), none of them negative."""
    P = as_floats(name, P, ("n", "n"), ", one row and one column a token")
    if P.min() < 0:
        raise ValueError(f"{name} must hold weights >= 0, got {P.min()}")
    return P
