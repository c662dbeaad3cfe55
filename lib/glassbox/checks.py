"""Checks of input that several topics share; each error says what was wanted and what came."""

import math
import operator
from numbers import Integral, Rational, Real


def integer(name, value, *, least=None):
    """Return ``value`` as a Python int.

    Raises
    ------
    TypeError
        If it is no integer (2.0 is none: a float would be cut off silently elsewhere).
    ValueError
        If it is below ``least``.
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r}") from None
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def integers(name, values, *, least=None):
    """Return ``values`` as a new list of Python ints; errors as in `integer`."""
    return [integer(f"{name}[{i}]", value, least=least) for i, value in enumerate(values)]


def finite_numbers(name, values):
    """Return ``values`` as a new list of ints, Fractions and floats.

    NumPy's scalars become Python numbers, for they would overflow silently.

    Raises
    ------
    TypeError
        If a value is no real number.
    ValueError
        If a value is NaN or infinite.
    """
    values = list(values)
    kinds = set(map(type, values))
    if kinds <= {int} or (kinds == {float} and all(map(math.isfinite, values))):
        return values  # the usual case, without a look at each
    return [_finite_number(f"{name}[{i}]", value) for i, value in enumerate(values)]


def _finite_number(name, value):
    if isinstance(value, Integral):
        return int(value)
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    if isinstance(value, Rational):
        return value
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value!r}")
    return float(value)
