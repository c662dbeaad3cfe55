"""Checks of arguments: each returns the argument as an array, or says what is wrong with it."""

from glassbox.checks import real_array


def as_numbers(name, values, shape=None):
    """Return `values` as `real_array` does, complex ones too."""
    return real_array(name, values, shape, kinds="iufc")


def as_vector(name, values, n, *, like):
    """Return `n` numbers as a vector; a row or a column of them will do too."""
    array = as_numbers(name, values)
    if array.shape not in ((n,), (n, 1), (1, n)):
        raise ValueError(
            f"{name} must have shape ({n},), one number a row of {like}, got {array.shape}"
        )
    return array.reshape(n)


def as_square(name, values):
    """Return a square matrix with at least one row."""
    return real_array(name, values, ("N", "N"), note=", a square matrix", kinds="iufc", empty=False)
