"""New chapter: the mean of a stream, one value at a time.

Covers the running mean in exact form. Leaves out the running variance.
"""

import numpy as np


def running_mean(values):
    """Return the mean of the first k values, for each k.

    Each mean corrects the one before it by the k-th part of the surprise,
    ``m[k] = m[k-1] + (x[k] - m[k-1]) / k``, so no sum has to be kept.

    Parameters
    ----------
    values : array_like, shape (n,)
        Finite numbers; x in the text.

    Returns
    -------
    ndarray, shape (n,)
        ``m[k-1]`` is the mean of ``values[:k]``, in the units of ``values``.

    Raises
    ------
    ValueError
        If ``values`` is not one-dimensional, or not finite.

    Examples
    --------
    >>> running_mean([2, 4, 9]).tolist()
    [2.0, 3.0, 5.0]
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1:
        raise ValueError(f"values: wanted one dimension, got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("values: wanted finite numbers, got NaN or infinity")
    means = np.empty_like(values)
    mean = 0.0
    for k, value in enumerate(values, start=1):
        mean += (value - mean) / k
        means[k - 1] = mean
    return means
