"""Scans in parallel, and the selective scan of Mamba, whose steps depend on the input."""

import numpy as np

from glassbox.checks import integer, number_array, real_array, real_number, within

from .hippo import limited


def combine(first, second):
    """Two steps of x <- a x + b, one after the other, as one step.

    Parameters
    ----------
    first, second : (a, b)
        Numbers or arrays; the first is taken first.

    Returns
    -------
    (a, b)

    Raises
    ------
    TypeError, ValueError
        If one is no pair of numbers or arrays, or the shapes do not fit.

    References
    ----------
    smith2023s5.

    Examples
    --------
    Double and add 1, then halve and add 3:

    >>> a, b = combine((2, 1), (0.5, 3))
    >>> float(a), float(b)
    (1.0, 3.5)
    """
    (a1, b1), (a2, b2) = _step("first", first), _step("second", second)
    try:
        return a2 * a1, a2 * b1 + b2
    except ValueError:
        shapes = ", ".join(str(np.shape(x)) for x in (a1, b1, a2, b2))
        raise ValueError(f"first and second must have shapes that fit, got {shapes}") from None


def _step(name, pair):
    try:
        a, b = pair
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a pair (a, b), got {pair!r}") from None
    return tuple(number_array(f"{name}[{i}]", x)[()] for i, x in enumerate((a, b)))


def parallel_scan(a, b):
    """All states of x[k] = a[k] x[k-1] + b[k] from x = 0, in about log2(L) rounds.

    Each round combines every place with the one 1, 2, 4, ... places before it; what happens within
    a round could happen at once.

    Parameters
    ----------
    a, b : array_like, shape (L, ...)
        Factors and terms; of one shape, real or complex.

    Returns
    -------
    ndarray, shape (L, ...)

    Raises
    ------
    ValueError
        If the shapes differ, or a number is not finite.

    Notes
    -----
    L log2(L) combinations in this form; a scan that goes up and down a tree needs about 2 L
    (blelloch1990prefix).

    References
    ----------
    smith2023s5, blelloch1990prefix.

    Examples
    --------
    >>> parallel_scan([0.5, 0.5, 0.5], [1, 0, 1])
    array([1.  , 0.5 , 1.25])
    """
    a = number_array("a", a)
    b = number_array("b", b, a.shape)
    if not a.ndim:
        raise ValueError("a must have a first axis, the steps, got one number")
    return scan_rounds(a, b)


def scan_rounds(a, b):
    """`parallel_scan` of arrays that were looked at."""
    reach = 1
    while reach < len(a):
        before = a[:-reach], b[:-reach]
        now = a[reach:], b[reach:]
        a = np.concatenate([a[:reach], now[0] * before[0]])
        b = np.concatenate([b[:reach], now[0] * before[1] + now[1]])
        reach *= 2
    return b


def softplus(z):
    """log(1 + e^z), which makes a step > 0 of any number.

    Parameters
    ----------
    z : array_like

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> softplus([0.0, 100.0]).round(3)
    array([  0.693, 100.   ])
    """
    return np.logaddexp(0, real_array("z", z))


def selective_scan(u, delta, A, B, C):
    r"""Mamba's recurrence for one channel: the step and the rows B, C belong to the sample.

    .. math:: x_k = e^{\Delta_k A} \odot x_{k-1}
        + \frac{e^{\Delta_k A} - 1}{A} \odot B_k\, u_k, \qquad y_k = C_k \cdot x_k

    Parameters
    ----------
    u : array_like, shape (L,)
        Input.
    delta : array_like, shape (L,) or a number
        Steps >= 0. A step of 0 passes a sample by.
    A : array_like, shape (N,)
        Diagonal, each entry below 0.
    B, C : array_like, shape (L, N) or (N,)

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If the shapes do not fit, a step is below 0, an entry of A is not below 0, or a number is
        not finite.

    Notes
    -----
    This is the zero-order hold; Mamba's own code has ``delta * B`` in the place of the fraction.

    References
    ----------
    gu2023mamba.

    Examples
    --------
    A long step writes the sample over the state, a step of 0 leaves it.

    >>> selective_scan([7, 1, 2, 3], [50, 0, 0, 50], A=[-1], B=[1], C=[1])
    array([7., 7., 7., 3.])
    """
    u, A = real_array("u", u, "L"), real_array("A", A, "N", empty=False)
    if not (A < 0).all():
        raise ValueError(f"A must be below 0, got A[{int(np.argmax(A))}] = {A.max():g}")
    L, N = len(u), len(A)
    limited(N, max(L, 1))
    delta = within("delta", real_array("delta", delta), least=0)
    rows = {"B": real_array("B", B), "C": real_array("C", C)}
    fits = [
        ("delta", delta, ((), (L,))),
        *((key, row, ((N,), (L, N))) for key, row in rows.items()),
    ]
    for key, array, shapes in fits:
        if array.shape not in shapes:
            raise ValueError(f"{key} must have shape {shapes[0]} or {shapes[1]}, got {array.shape}")
    B, C = rows.values()
    return selective(u, np.broadcast_to(delta, (L,)), A, B, C)


def selective(u, delta, A, B, C):
    """`selective_scan` of arrays that were looked at."""
    keep = np.exp(delta[:, None] * A)
    write = np.expm1(delta[:, None] * A) / A * B * u[:, None]
    return np.sum(C * scan_rounds(keep, write), axis=1)


def marked_values(L, share, rng):
    """A task of choosing: values, marks, and at each time the value that was marked last.

    Parameters
    ----------
    L : int
        Length, at least 1.
    share : float
        Chance of a mark, in (0, 1]. The first sample is marked.
    rng : numpy.random.Generator

    Returns
    -------
    values, marks, wanted : ndarray, shape (L,)
        Normal numbers; 0 or 1; normal numbers.

    Raises
    ------
    ValueError
        If L < 1 or the share is not in (0, 1].

    Examples
    --------
    >>> values, marks, wanted = marked_values(5, 1.0, np.random.default_rng(0))
    >>> bool((wanted == values).all())
    True
    """
    L = integer("L", L, least=1, most=2**22)
    share = real_number("share", share, above=0, most=1)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}")
    values = rng.standard_normal(L)
    marks = rng.random(L) < share
    marks[0] = True
    last = np.maximum.accumulate(np.where(marks, np.arange(L), 0))
    return values, marks.astype(float), values[last]


def fixed_floor(share):
    """Return the least mean squared error of a fixed linear filter of the marked values.

    Of the task of `marked_values`, with the other values set to 0: the filter that decays by
    1 - share is the best, and errs by 1 - 1 / (2 - share).

    Parameters
    ----------
    share : float
        In (0, 1].

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the share is not in (0, 1].

    Examples
    --------
    >>> fixed_floor(1.0)
    0.0
    """
    return 1 - 1 / (2 - real_number("share", share, above=0, most=1))
