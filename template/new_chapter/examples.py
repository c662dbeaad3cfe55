"""Small data of the chapter, for readers who have none at hand."""

from glassbox.checks import generator, integer, real_number


def throws(n, heads, rng):
    """Throw a coin n times.

    Parameters
    ----------
    n : int
        How often, >= 0.
    heads : float
        The chance of heads, in [0, 1].
    rng : numpy.random.Generator

    Returns
    -------
    list of int, length n
        1 for heads, 0 for tails.

    Raises
    ------
    TypeError
        If `n` is no integer, `heads` no real number or `rng` no generator.
    ValueError
        If `n` or `heads` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> throws(5, 1.0, np.random.default_rng(0))
    [1, 1, 1, 1, 1]
    """
    n, heads = integer("n", n, least=0), real_number("heads", heads, least=0, most=1)
    return (generator("rng", rng).random(n) < heads).astype(int).tolist()
