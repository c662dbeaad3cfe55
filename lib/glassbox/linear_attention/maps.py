"""A sentence to look at attention maps with, and two numbers that say how sharp a map is."""

import numpy as np

from glassbox.checks import checked, integer, real_array, real_number, within

WORDS = ["the", "cat", "sat", "on", "the", "mat", "because", "it", "was", "tired"]
SLOTS = ("article", "noun", "verb", "link", "pronoun", "adjective", "alive", "thing")
#: What each word is ...
_IS = (
    ("article",), ("noun", "alive"), ("verb",), ("link",), ("article",), ("noun", "thing"),
    ("link",), ("pronoun",), ("verb",), ("adjective",),
)  # fmt: skip
#: ... and what it looks for.
_WANTS = (
    ("noun",), ("article",), ("noun", "alive"), ("noun", "thing"), ("noun",), ("link",),
    ("verb",), ("noun", "alive"), ("pronoun",), ("pronoun", "alive"),
)  # fmt: skip


def toy_sentence(d=16, seed=0, nearness=0.6):
    """Return words and made-up queries and keys (n, d), in which each word looks for some other.

    A key says what a word is, and where it stands; a query says what the word looks for, and where
    (nearby). Both are turned by one random rotation, so that no axis has a meaning of its own.

    Parameters
    ----------
    d : int
        Width, >= 14.
    seed : int
        Of the rotation.
    nearness : float
        How much the place counts, beside the meaning.

    Returns
    -------
    words : list of str, shape (n,)
    q, k : ndarray, shape (n, d)

    Examples
    --------
    >>> words, q, k = toy_sentence(d=16, seed=0, nearness=0.6)
    >>> words[7], words[int((k @ q[7]).argmax())]
    ('it', 'cat')
    """
    n, d = len(WORDS), integer("d", d, least=len(SLOTS) + 6, most=10_000)
    seed, nearness = integer("seed", seed, least=0), real_number("nearness", nearness)
    angles = np.arange(n)[:, None] * np.array([0.9, 0.45, 0.2])
    place = nearness * np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    parts = [np.array([[slot in row for slot in SLOTS] for row in told]) for told in (_WANTS, _IS)]
    wants, being = (np.concatenate([2.0 * part, place], axis=1) for part in parts)
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))
    q, k = (2 * rows @ rotation[: rows.shape[1]] for rows in (wants, being))
    return list(WORDS), q, k


@checked(weights="n m")
def effective_rank(weights):
    """Return the effective rank of a matrix: exp of the entropy of its singular values' shares.

    References
    ----------
    roy2007effective.

    Examples
    --------
    >>> print(effective_rank(np.eye(3)).round(9), effective_rank(np.ones((3, 3))).round(9))
    3.0 1.0
    """
    singular = np.linalg.svd(weights, compute_uv=False)
    if not singular[0] > 0:
        raise ValueError("weights must not all be 0, got no direction to count")
    return np.exp(entropy(singular / singular.sum()))


def entropy(p):
    """Return the entropy -sum p ln p along the last axis, in nats; 0 ln 0 counts as 0.

    Parameters
    ----------
    p : array_like, shape (..., n)
        Shares: >= 0, with the sum 1.

    Examples
    --------
    >>> print(entropy([0.5, 0.5, 0.0]).round(4))
    0.6931
    """
    p = within("p", real_array("p", p, "... n", empty=False), least=0)
    if (abs(p.sum(axis=-1) - 1) > 1e-4).any():
        raise ValueError(f"p must have the sum 1 along its last axis, got {p.sum(axis=-1)}")
    return -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)
