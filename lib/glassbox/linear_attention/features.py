"""Feature maps: what stands in for the exponential of softmax attention."""

from math import factorial, sqrt

import numpy as np

from ..checks import integer, real_array
from .checks import as_array


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
    x = as_array("x", x)
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


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
    order = integer("order", order, least=0)
    x = real_array("x", x, (..., "d"), kinds="biuf")
    power = np.ones((*x.shape[:-1], 1), dtype=x.dtype)
    blocks = [power]
    for r in range(1, order + 1):
        power = (power[..., :, None] * x[..., None, :]).reshape(*x.shape[:-1], -1)
        blocks.append(power / np.asarray(sqrt(factorial(r)), dtype=x.dtype))
    return np.concatenate(blocks, axis=-1)


def unit_rows(x):
    """Return the rows of `x`, each divided by its length; a row of zeros stays.

    Examples
    --------
    >>> unit_rows([[3, 4], [0, 0]])
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    x = as_array("x", x, ("n", "d"))
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)
