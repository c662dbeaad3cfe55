"""Checks of the arrays that go into attention: each returns floats, or says what is wrong."""

import numpy as np

from ..checks import real_array


def as_array(name, values, shape=None, note=""):
    """Return `values` as `real_array` does, booleans too; with a shape, no axis may be empty."""
    return real_array(name, values, shape, note=note, kinds="biuf", empty=shape is None)


def as_pair(q, k):
    """Return queries (n_queries, d) and keys (n_keys, d), checked and of one dtype."""
    q, k = as_array("q", q, ("n", "d")), as_array("k", k, ("n", "d"))
    if q.shape[1] != k.shape[1]:
        raise ValueError(f"q and k must have one width d, got shapes {q.shape} and {k.shape}")
    return same_dtype(q, k)


def as_triple(q, k, v, causal):
    """Return queries, keys and values (n_keys, d_v), checked and of one dtype.

    A causal mask compares positions, so it wants as many queries as keys.
    """
    q, k = as_pair(q, k)
    v = as_array("v", v, ("n", "d_v"))
    if len(v) != len(k):
        raise ValueError(f"v must have as many rows as k, got shapes {v.shape} and {k.shape}")
    if causal and len(q) != len(k):
        raise ValueError(
            f"q and k must have as many rows if causal, got shapes {q.shape} and {k.shape}"
        )
    return same_dtype(q, k, v)


def same_dtype(*arrays):
    """Return the arrays as float32 if all of them are, else as float64."""
    dtype = np.result_type(*arrays)
    return [a.astype(dtype, copy=False) for a in arrays]


def as_features(phi, q, k, signed=False):
    """Return ``phi(q)`` and ``phi(k)``, shapes (n, C), after looking at them.

    Unless `signed`, the caller divides by sums of similarities. Then no similarity may be negative:
    the features are not negative, or it is plain from their form (see `kernel_is_positive`).
    """
    fq, fk = map_rows("q", phi, q), map_rows("k", phi, k)
    if fq.shape[1] != fk.shape[1]:
        raise ValueError(
            f"phi must give q and k one number of features, got shapes {fq.shape} and {fk.shape}"
        )
    least = min(fq.min(), fk.min())
    if not signed and least < 0 and not kernel_is_positive(fq, fk):
        raise ValueError(
            f"phi must give features >= 0, for attention divides by their products, got {least:g} "
            "(normalize=False, where it is offered, does not divide)"
        )
    return same_dtype(fq, fk)


def map_rows(name, phi, x):
    """Return ``phi(x)``, which must be one finite row of features a row of `x`."""
    if not callable(phi):
        raise TypeError(f"phi must be a function of an array (n, d), got {phi!r}")
    return as_array(f"phi({name})", phi(x), (len(x), "C"), f", to keep the rows of {name}")


def kernel_is_positive(fq, fk):
    """Tell whether signed features surely have no negative product, without forming the products.

    Two forms are known: ``[1, x]`` with rows in the unit ball (by Cauchy and Schwarz), and Taylor
    features of even order, for the polynomial they stand for is positive.
    """
    if not ((fq[:, 0] == 1).all() and (fk[:, 0] == 1).all()):
        return False
    longest = [np.linalg.norm(f[:, 1:], axis=1).max() for f in (fq, fk)]
    if longest[0] * longest[1] <= 1 + 1e-6:
        return True
    return any(_is_taylor(fq, order) and _is_taylor(fk, order) for order in (2, 4))


def _is_taylor(f, order):
    """Tell whether the blocks of degree 1, 2, ... are what the block of degree 1 makes of them."""
    d = 1
    while sum(d**r for r in range(order + 1)) < f.shape[1]:
        d += 1
    if sum(d**r for r in range(order + 1)) != f.shape[1]:
        return False
    x, power, start = f[:, 1 : 1 + d], f[:, :1], 0
    for r in range(1, order + 1):
        start += power.shape[1]
        power = (power[:, :, None] * x[:, None, :]).reshape(len(x), -1) / np.sqrt(r)
        if not np.allclose(f[:, start : start + d**r], power, rtol=1e-5, atol=1e-30):
            return False
    return True


def as_denominator(totals, eps):
    """Return ``totals + eps`` after a check that it can be divided by."""
    totals = totals + np.asarray(eps, dtype=totals.dtype)
    bad = ~(totals > 0)
    if bad.any():
        i = int(bad.argmax())
        raise ValueError(
            f"the similarities of a query must have a sum > 0, to divide by, "
            f"got {totals[i]:g} for query {i}"
        )
    return totals
