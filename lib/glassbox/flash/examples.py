"""Small data of the chapter: queries and keys of the letters of a word."""

import numpy as np

from glassbox.checks import integer

from .units import init_unit_weights, layer_norm, offset_scale, silu


def letters(word, s=8, seed=3):
    """Return queries and keys (n, s) of a word's letters, as a unit with random weights makes them.

    A letter is a random vector, wherever it stands: nothing tells places apart.

    Parameters
    ----------
    word : str
        At least one letter.
    s : int
        Width of queries and keys.
    seed : int

    Returns
    -------
    q, k : ndarray, shape (n, s)

    Examples
    --------
    >>> q, k = letters("attention", s=8, seed=3)
    >>> bool((q[1] == q[2]).all()), bool((q[0] == q[1]).all())
    (True, False)
    """
    if not isinstance(word, str) or not 1 <= len(word) <= 1000:
        raise ValueError(f"word must be a text of 1 to 1,000 letters, got {word!r}")
    rng = np.random.default_rng(integer("seed", seed, least=0))
    vectors = {letter: rng.standard_normal(16) for letter in sorted(set(word))}
    w = init_unit_weights(16, s=integer("s", s, least=1, most=1000), rng=rng)
    z = silu(layer_norm([vectors[letter] for letter in word]) @ w["Wz"])
    return tuple(offset_scale(z - z.mean(axis=0), w["gamma"], w["beta"]))
