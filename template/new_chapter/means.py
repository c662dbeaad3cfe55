"""The mean of a stream, one value at a time.

Covers the mean of all values so far, and one that forgets. Leaves out the running variance.
"""

from glassbox.checks import finite_numbers, real_number
from glassbox.trace import new_list


def running_mean(values, *, new=new_list):
    """Return the mean of the first k values, for each k.

    Each mean corrects the one before it by the k-th part of the surprise,
    ``m[k] = m[k-1] + (x[k] - m[k-1]) / k``, so no sum has to be kept.

    Parameters
    ----------
    values : iterable of float, length n
        Finite numbers; x in the text.
    new : callable
        Makes the working lists; `glassbox.trace.record` passes one whose lists are watched.

    Returns
    -------
    list of float, length n
        At index k - 1 the mean of the first k values, in their units; m in the text.

    Raises
    ------
    TypeError
        If a value is no real number.
    ValueError
        If a value is NaN or infinite.

    Examples
    --------
    >>> running_mean([2, 4, 9])
    [2.0, 3.0, 5.0]
    """
    values = new("x", finite_numbers("values", values))
    means = new("m")
    for k, x in enumerate(values, start=1):
        before = means[-1] if k > 1 else 0.0
        means.append(before + (x - before) / k)
    return means


def forgetful_mean(values, share):
    """Return a mean that forgets, after each value.

    The k-th part of the running mean is replaced by a constant share, so old values fade.

    Parameters
    ----------
    values : iterable of float, length n
        Finite numbers.
    share : float
        How much of the surprise is added at each step, in (0, 1].

    Returns
    -------
    list of float, length n
        It starts at the first value.

    Raises
    ------
    TypeError
        If a value or `share` is no real number.
    ValueError
        If a value is NaN or infinite, or `share` is not in (0, 1].

    Examples
    --------
    >>> forgetful_mean([2, 4, 9], 0.5)
    [2.0, 3.0, 6.0]
    """
    values = finite_numbers("values", values)
    share = real_number("share", share, above=0, most=1)
    means = []
    for x in values:
        before = means[-1] if means else float(x)
        means.append(before + share * (x - before))
    return means
