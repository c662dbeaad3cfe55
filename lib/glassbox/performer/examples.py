"""Small data for the chapter: tokens whose attention can be looked at, and darts to throw."""

import numpy as np

from glassbox.checks import generator, integer

from .random_features import orthogonal_gaussian


def clock_tokens(n=24, d=16, seed=4):
    """Return queries and keys (n, d) with entries of variance about 1: the places 0 ... n - 1.

    A query tells the place by d / 2 hands of clocks, from a fast one to a slow one; its key is made
    of the same hands and of noise, four parts to one in variance. So a token attends to its own
    place and to those where the hands stand alike.

    Parameters
    ----------
    n : int
        Number of tokens, 2 to 1,000.
    d : int
        Width, even, 2 to 256.
    seed : int
        Of the noise.

    Returns
    -------
    q, k : ndarray, shape (n, d)

    Examples
    --------
    >>> q, k = clock_tokens()
    >>> found = (q @ k.T).argmax(axis=1)
    >>> int(np.abs(found - np.arange(24)).max())  # each finds its own place or the next
    1
    """
    n = integer("n", n, least=2, most=1000)
    d = integer("d", d, least=2, most=256)
    seed = integer("seed", seed, least=0)
    if d % 2:
        raise ValueError(f"d must be even, got {d}")
    hands = np.arange(n)[:, None] * (2 * np.pi / np.geomspace(6, 80, d // 2))
    q = np.sqrt(2) * np.concatenate([np.cos(hands), np.sin(hands)], axis=1)
    noise = np.random.default_rng(seed).standard_normal((n, d))
    return q, (2 * q + noise) / np.sqrt(5)


def darts(count, rng):
    """Return directions in the plane of three makes, by name, shape (count, 2) each.

    "independent" are normal vectors, "orthogonal" come in pairs at right angles, and "raw QR" are
    such pairs without the repair of the signs.

    Examples
    --------
    >>> made = darts(1000, np.random.default_rng(11))
    >>> bool((made["raw QR"][::2, 0] <= 0).all()), bool((made["orthogonal"][::2, 0] <= 0).all())
    (True, False)
    """
    count, rng = integer("count", count, least=2, most=10**6), generator("rng", rng)
    return {
        "independent": rng.standard_normal((count, 2)),
        "orthogonal": orthogonal_gaussian(count, 2, rng),
        "raw QR": orthogonal_gaussian(count, 2, rng, sign_fix=False),
    }


def short_to_long(seed=6):
    """Return a query (4,) and six keys (6, 4) whose lengths rise from 0.4 to 1.8.

    Examples
    --------
    >>> query, keys = short_to_long()
    >>> np.linalg.norm(keys, axis=1).round(2).tolist()
    [0.4, 0.68, 0.96, 1.24, 1.52, 1.8]
    """
    keys = np.random.default_rng(seed).standard_normal((6, 4))
    keys *= np.linspace(0.4, 1.8, 6)[:, None] / np.linalg.norm(keys, axis=1, keepdims=True)
    return np.array([0.9, -0.4, 0.3, 0.2]), keys
