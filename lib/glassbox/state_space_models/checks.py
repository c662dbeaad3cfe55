"""Checks of arguments: each returns the argument as an array, or says what is wrong with it."""

import numpy as np


def as_array(name, values, shape=None, *, kinds="iuf"):
    """Return `values` as a finite float array; float32 stays, all else becomes double precision.

    `shape` is a tuple in which None stands for any length, and a leading Ellipsis for any axes.
    `kinds` "iufc" allows complex numbers.
    """
    array = np.asarray(values)
    if array.dtype.kind not in kinds and array.size:
        wanted = "numbers" if "c" in kinds else "real numbers"
        raise TypeError(f"{name} must be {wanted}; got dtype {array.dtype}")
    if array.dtype.kind == "c":
        array = array.astype(np.complex128, copy=False)
    elif array.dtype != np.float32:
        array = array.astype(np.float64)
    if shape is not None and not _fits(array.shape, shape):
        raise ValueError(f"{name} must have shape {_written(shape)}; got {array.shape}")
    finite = np.isfinite(array)
    if not finite.all():
        i = tuple(int(j) for j in np.argwhere(~finite)[0])
        where = f"[{', '.join(map(str, i))}]" if i else ""
        raise ValueError(f"{name} must be finite; got {name}{where} = {array[i]}")
    return array


def as_vector(name, values, n, *, like):
    """Return `n` numbers as a vector; a row or a column of them will do too."""
    array = as_array(name, values, kinds="iufc")
    if array.shape not in ((n,), (n, 1), (1, n)):
        raise ValueError(f"{name} must have shape ({n},), one number a row of {like}; "
                         f"got {array.shape}")  # fmt: skip
    return array.reshape(n)


def as_square(name, values):
    """Return a square matrix with at least one row."""
    array = as_array(name, values, kinds="iufc")
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"{name} must be a square matrix, shape (N, N); got {array.shape}")
    return array


def as_number(name, value, *, positive=False):
    """Return one finite real number, > 0 if asked."""
    number = as_array(name, value)
    if number.size != 1:
        raise ValueError(f"{name} must be one number; got shape {number.shape}")
    number = float(number.reshape(()))
    if positive and not number > 0:
        raise ValueError(f"{name} must be > 0; got {number:g}")
    return number


def one_of(name, value, options):
    """Return `value` if it is one of the options."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}; got {value!r}")
    return value


def _fits(found, shape):
    if shape and shape[0] is Ellipsis:
        shape = shape[1:]
        found = found[len(found) - len(shape) :] if len(found) >= len(shape) else ()
    same = len(found) == len(shape)
    return same and all(b in (None, a) for a, b in zip(found, shape, strict=True))


def _written(shape):
    names = ["..." if s is Ellipsis else "any" if s is None else str(s) for s in shape]
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"
