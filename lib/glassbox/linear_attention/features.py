"""Feature maps: what stands in for the exponential of softmax attention."""

from math import factorial, sqrt

import numpy as np

from glassbox.checks import checked, integer, real_array


@checked(x="...")
def elu_plus_one(x):
    """Return elu(x) + 1: 1 + x where x > 0, else exp(x).

    Positive, monotone, and with a slope everywhere, unlike relu. Its kernel is one of its own; it
    does not approximate the exponential of softmax.

    Parameters
    ----------
    x : array_like, any shape
        Queries or keys.

    Returns
    -------
    ndarray, shape of `x`
        In (0, inf); exp underflows to 0 below about -745 (-103 in float32).

    References
    ----------
    katharopoulos2020transformers, eq. (7); the exponential linear unit is clevert2016elu.

    Examples
    --------
    >>> elu_plus_one([-1000, 0, 2])
    array([0., 1., 3.])
    """
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


@checked(x="... d")
def taylor_features(x, order):
    """Return features whose products are the Taylor polynomial of exp at the products of `x`.

    For rows x and y, ``taylor_features(x) @ taylor_features(y)`` is
    1 + z + z**2/2 + ... + z**order/order! with z = x @ y. The block of degree r holds all products
    of r entries of x, over sqrt(r!).

    Parameters
    ----------
    x : array_like, shape (..., d)
    order : int
        Degree of the polynomial, >= 0. An even one is positive everywhere; for an odd one keep
        |z| <= 1, say with rows of length 1.

    Returns
    -------
    ndarray, shape (..., 1 + d + ... + d**order)

    Examples
    --------
    >>> x, y = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    >>> print((taylor_features(x, 2) @ taylor_features(y, 2)).round(9))  # 1 + 1 + 1/2
    2.5
    """
    order = integer("order", order, least=0, most=16)
    if x.shape[-1] ** order > 10**7:
        raise ValueError(f"order must leave at most 10,000,000 features, got {order} for {x.shape}")
    power = np.ones((*x.shape[:-1], 1), dtype=x.dtype)
    blocks = [power]
    for r in range(1, order + 1):
        power = (power[..., :, None] * x[..., None, :]).reshape(*x.shape[:-1], -1)
        blocks.append(power / np.asarray(sqrt(factorial(r)), dtype=x.dtype))
    return np.concatenate(blocks, axis=-1)


@checked(x="n d")
def unit_rows(x):
    """Return the rows of `x`, each divided by its length; a row of zeros stays.

    Examples
    --------
    >>> unit_rows([[3, 4], [0, 0]])
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


# --- features of queries and keys --------------------------------------------------------------


def same_dtype(*arrays):
    """Return the arrays as float32 if all of them are, else as float64."""
    dtype = np.result_type(*arrays)
    return [a.astype(dtype, copy=False) for a in arrays]


def map_both(phi, q, k, signed=False, name="phi"):
    """Return ``phi(q)`` and ``phi(k)``, shapes (n, C), after looking at them.

    Unless `signed`, the caller divides by sums of similarities. Then no similarity may be negative:
    the features are not negative, or it is plain from their form (see `kernel_is_positive`).
    """
    fq, fk = (map_rows(axis, phi, rows, name) for axis, rows in (("q", q), ("k", k)))
    if fq.shape[1] != fk.shape[1]:
        raise ValueError(
            f"{name} must give q and k one number of features, got shapes {fq.shape} and {fk.shape}"
        )
    least = min(fq.min(), fk.min())
    if not signed and least < 0 and not kernel_is_positive(fq, fk):
        raise ValueError(
            f"{name} must give features >= 0, for attention divides by their products, "
            f"got {least:g} (normalize=False, where it is offered, does not divide; "
            "feature_attention takes features whose products you know to be positive)"
        )
    return same_dtype(fq, fk)


def map_rows(name, phi, x, label="phi"):
    """Return ``phi(x)``, which must be one finite row of features a row of `x`.

    Parameters
    ----------
    name : str
        What the message calls `x`.
    phi : callable
        Feature map from (..., d) to (..., C).
    x : array_like, shape (..., d)
    label : str
        What the message calls `phi`.

    Examples
    --------
    >>> map_rows("x", elu_plus_one, [[0.0, 1.0]])
    array([[1., 2.]])
    """
    x = real_array(name, x, "... d", empty=False)
    if not callable(phi) or isinstance(phi, type):
        raise TypeError(f"{label} must be a function of an array (n, d), got {phi!r}")
    rows, note = {"...": x.shape[:-1]}, f", to keep the rows of {name}"
    return real_array(f"{label}({name})", phi(x), "... C", rows, note=note, empty=False)


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
