"""Checks of input that several topics share; each error says what was wanted and what came."""

import functools
import inspect
import math
import operator
import reprlib
import sys
from numbers import Integral, Rational, Real

# --- numbers -----------------------------------------------------------------------------------


def integer(name, value, *, least=None, most=None):
    """Return ``value`` as a Python int.

    Raises
    ------
    TypeError
        If it is no integer: 2.0 is none, for a float would be cut off silently elsewhere, nor is
        True, which is a slip.
    ValueError
        If it is below ``least`` or above ``most``.
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    if most is not None and number > most:
        raise ValueError(f"{name} must be at most {most:,}, got {number}")
    return number


def integers(name, values, *, least=None):
    """Return ``values`` as a new list of Python ints; errors as in `integer`."""
    values = as_list(name, values)
    return [integer(f"{name}[{i}]", value, least=least) for i, value in enumerate(values)]


def real_number(name, value, **bounds):
    """Return one finite real number as a float, between the bounds that `within` takes.

    Raises
    ------
    TypeError
        If it is no real number; True is none.
    ValueError
        If there are several, or it is NaN, infinite or out of bounds.
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        array = _array(name, value, "iuf", None, None, "", True)
        if array.ndim:
            raise ValueError(f"{name} must be one number, got shape {array.shape}")
        return within(name, float(array), **bounds)
    try:
        number = float(value)  # a Fraction too
    except OverflowError:
        raise ValueError(f"{name} must fit a float, got {reprlib.repr(value)}") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {name} = {number}")
    return within(name, number, **bounds)


def within(name, values, *, least=None, above=None, most=None, below=None):
    """Return ``values``, a number or an array, if all are >= least, > above, <= most and < below.

    Raises
    ------
    ValueError
        If one is out of these bounds; the message has the first that is.
    """
    compared = {operator.ge: least, operator.gt: above, operator.le: most, operator.lt: below}
    good = True
    for compare, bound in compared.items():
        if bound is not None:
            good = good & compare(values, bound)
    if not (good if isinstance(good, bool) else good.all()):
        many = getattr(good, "ndim", 0) > 0
        came = _entry(name, values, good.argmin()) if many else values
        raise ValueError(f"{name} must be {_interval(least, above, most, below)}, got {came}")
    return values


def _interval(least, above, most, below):
    if least is None and above is None:
        return f"<= {most:g}" if below is None else f"< {below:g}"
    if most is None and below is None:
        return f">= {least:g}" if above is None else f"> {above:g}"
    start = f"[{least:g}" if above is None else f"({above:g}"
    return f"in {start}, " + (f"{most:g}]" if below is None else f"{below:g})")


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
    values = as_list(name, values)
    kinds = set(map(type, values))
    if kinds <= {int} or (kinds == {float} and all(map(math.isfinite, values))):
        return values  # the usual case, without a look at each
    return [finite_number(f"{name}[{i}]", value) for i, value in enumerate(values)]


def finite_number(name, value):
    """Return one number as an int, a Fraction or a float; errors as in `finite_numbers`."""
    if isinstance(value, Integral):
        return int(value)
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    if isinstance(value, Rational):
        return value
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value!r}")
    if float(value) != value:  # NumPy's long double holds more digits
        raise ValueError(f"{name} must fit a float without rounding, got {value!r}")
    return float(value)


def as_list(name, values, of="numbers"):
    """Return what is iterable as a new list; ``of`` says of what in the message.

    Raises
    ------
    TypeError
        If it is not; the message names it.
    """
    try:
        values = iter(values)
    except TypeError:
        raise TypeError(f"{name} must be a list of {of}, got {reprlib.repr(values)}") from None
    return list(values)


# --- arrays ------------------------------------------------------------------------------------


def real_array(name, values, axes=None, lengths=None, *, note="", empty=True):
    """Return ``values`` as an array of finite floats: float32 stays, all else becomes float64.

    A value that autograd traces is returned after a look at its shape.

    Parameters
    ----------
    name : str
        What the message calls them.
    values : array_like
        Numbers; True and False are 1 and 0.
    axes : str or tuple, optional
        Names of the axes and lengths that are fixed, such as "... n d" or "2 s"; "..." stands for
        any axes before. Axes of one name have one length. Or the whole shape.
    lengths : dict, optional
        Lengths of the names that are known; those that are met here are added.
    note : str
        What the shape is, added to it in the message, such as ", that of q".
    empty : bool
        Whether an axis may have length 0.

    Raises
    ------
    TypeError
        If they are no real numbers.
    ValueError
        If they make no array, the shape is another, or one is NaN or infinite.

    Examples
    --------
    >>> lengths = {}
    >>> real_array("q", [[1, 2], [3, 4]], "n d", lengths)
    array([[1., 2.],
           [3., 4.]])
    >>> real_array("k", [[1, 2, 3]], "m d", lengths)
    Traceback (most recent call last):
    ValueError: k must have shape (m, d) with d = 2, got (1, 3)
    """
    return _array(name, values, "biuf", axes, lengths, note, empty)


def number_array(name, values, axes=None, lengths=None, *, note="", empty=True):
    """Return the same as `real_array`, but numbers may be complex: then complex128."""
    return _array(name, values, "biufc", axes, lengths, note, empty)


def float_array(name, values, axes=None, lengths=None, *, note="", empty=True):
    """Return the same as `real_array`, but always as float64."""
    return real_array(name, values, axes, lengths, note=note, empty=empty).astype(float, copy=False)


def checked(**axes):
    """Let a function take arrays whose axes agree, none empty: it gets what `real_array` returns.

    Parameters
    ----------
    **axes : str
        For each of its arguments that is an array, the names of its axes.

    Examples
    --------
    >>> @checked(q="n d", k="m d")
    ... def scores(q, k):
    ...     return q @ k.T
    >>> scores([[1, 2]], [[3, 4], [0, 1]])
    array([[11.,  2.]])
    >>> scores([[1, 2]], [[3]])
    Traceback (most recent call last):
    ValueError: k must have shape (m, d) with d = 2, got (1, 1)
    """

    def decorate(function):
        order = list(inspect.signature(function).parameters)

        @functools.wraps(function)
        def call(*args, **kwargs):
            lengths, args = {}, list(args)
            for name, wanted in axes.items():
                at = order.index(name)
                given, key = (args, at) if at < len(args) else (kwargs, name)
                if given is args or name in kwargs:
                    given[key] = real_array(name, given[key], wanted, lengths, empty=False)
            return function(*args, **kwargs)

        return call

    return decorate


def broadcast_array(name, value, shape, **bounds):
    """Return a number, or an array that broadcasts to ``shape`` without enlarging it, as float64.

    With None for the shape, any array will do. Bounds are those that `within` takes.
    """
    import numpy as np

    check = real_number if isinstance(value, Real) else float_array
    value = np.asarray(within(name, check(name, value), **bounds))
    if value.ndim and shape is not None and not _fits(value.shape, shape):
        raise ValueError(f"{name} must broadcast to the shape {shape}, got {value.shape}")
    return value


def _fits(small, large):
    pairs = zip(small[::-1], large[::-1], strict=False)
    return len(small) <= len(large) and all(a in (1, b) for a, b in pairs)


def image_array(name, values):
    """Return an image, (height, width) or (height, width, channels), as `real_array` does."""
    image = real_array(name, values)
    if image.ndim not in (2, 3) or not image.size:
        raise ValueError(
            f"{name} must have shape (height, width) or (height, width, channels), "
            f"none of them 0, got {image.shape}"
        )
    return image


def box_array(name, values):
    """Return boxes ``x1, y1, x2, y2``, shape (n, 4), as float64; of an empty list none."""
    boxes = float_array(name, values)
    if not boxes.size:
        return boxes.reshape(0, 4)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"{name} must have shape (n, 4), x1 y1 x2 y2, got {boxes.shape}")
    bad = (boxes[:, 2:] < boxes[:, :2]).any(axis=1)
    if bad.any():
        i = int(bad.argmax())
        raise ValueError(f"{name}[{i}] must have x1 <= x2 and y1 <= y2, got {boxes[i].tolist()}")
    return boxes


def check_same_length(name_a, a, name_b, b):
    """Raise unless two lists, or two arrays along the last axis but one, are equally long."""
    n_a, n_b = (x.shape[-2] if getattr(x, "ndim", 1) > 1 else len(x) for x in (a, b))
    if n_a != n_b:
        raise ValueError(f"{name_b} must be as long as {name_a}, {n_a}, got {n_b}")


def _array(name, values, kinds, axes, lengths, note, empty):
    traced = _is_traced(values)
    array = values if traced else _floats(name, values, kinds)
    if isinstance(axes, str):
        _check_axes(name, array.shape, axes.split(), {} if lengths is None else lengths, note)
    elif axes is not None and array.shape != axes:
        raise ValueError(f"{name} must have shape {axes}{note}, got {array.shape}")
    if not empty and 0 in array.shape:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if not traced:
        _refuse_infinite(name, array)
    return array


def _is_traced(value):
    tracer = sys.modules.get("autograd.tracer")  # if it is not loaded, it traces nothing
    return tracer is not None and tracer.isbox(value)


def check_unmasked(name, values):
    """Raise if an array hides numbers behind a mask, which a conversion drops without a word."""
    if type(values).__name__ == "MaskedArray" and values.mask.any():
        raise TypeError(f"{name} must be plain numbers, got a masked array: drop what is masked")


def _floats(name, values, kinds):
    import numpy as np  # here, so that topics that check no arrays do without

    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array of numbers, got {reprlib.repr(values)}"
        ) from None
    check_unmasked(name, values)
    if array.dtype.kind not in kinds:
        wanted = "numbers" if "c" in kinds else "real numbers"
        raise TypeError(f"{name} must be {wanted}, got dtype {array.dtype}")
    if array.dtype == np.float32:
        return array
    return array.astype(complex if array.dtype.kind == "c" else float, copy=False)


def _check_axes(name, shape, axes, lengths, note):
    """Compare a shape with the axes' lengths, those that are known, and learn the others."""
    found, known = list(shape), {k: int(k) if k.isdigit() else lengths.get(k) for k in axes}
    if axes[:1] == ["..."]:
        before = len(shape) - len(axes) + 1
        found = [shape[:before], *shape[before:]]
    fits = len(found) == len(axes)
    for axis, length in zip(axes, found, strict=False):
        fits = fits and known[axis] in (None, length)
        known[axis] = length if known[axis] is None else known[axis]
    if not fits:
        given = [f"{k} = {lengths[k]}" for k in dict.fromkeys(axes) if k != "..." and k in lengths]
        axes = [*map(str, lengths.get(axes[0], axes[:1])), *axes[1:]] if axes[0] == "..." else axes
        wanted = f"({', '.join(axes)}{',' if len(axes) == 1 else ''}){note}"
        wanted += f" with {', '.join(given)}" if given else ""
        raise ValueError(f"{name} must have shape {wanted}, got {shape}")
    lengths.update(known)


def _refuse_infinite(name, array):
    import numpy as np

    finite = np.isfinite(array)
    if not finite.all():
        raise ValueError(f"{name} must be finite, got {_entry(name, array, finite.argmin())}")


def _entry(name, array, flat):
    """Write an entry of an array, found at a place of the flat array."""
    import numpy as np

    at = np.unravel_index(flat, array.shape)
    where = f"[{', '.join(map(str, at))}]" if at else ""
    return f"{name}{where} = {array[at]}"


# --- options -----------------------------------------------------------------------------------


def one_of(name, value, options):
    """Return ``value`` if it is one of ``options``, strings or None.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not any(value is o or (isinstance(value, str) and value == o) for o in options):
        raise ValueError(f"{name} must be one of {', '.join(map(str, options))}, got {value!r}")
    return value


# --- other kinds -------------------------------------------------------------------------------


def flag(name, value):
    """Return ``value`` as a bool; NumPy's will do, 1 and "yes" will not.

    Raises
    ------
    TypeError
        If it is neither True nor False.
    """
    if type(value).__name__ not in ("bool", "bool_"):
        raise TypeError(f"{name} must be True or False, got {reprlib.repr(value)}")
    return bool(value)


def function(name, value):
    """Return ``value`` if it can be called.

    Raises
    ------
    TypeError
        If it cannot.
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {reprlib.repr(value)}")
    return value


def generator(name, value):
    """Return ``value`` if it is a generator of random numbers.

    Raises
    ------
    TypeError
        If it is none: a seed is not.
    """
    np = sys.modules.get("numpy")
    if not (np and isinstance(value, np.random.Generator)):
        raise TypeError(
            f"{name} must be a generator, such as numpy.random.default_rng(0), "
            f"got {reprlib.repr(value)}"
        )
    return value
