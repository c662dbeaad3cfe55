"""Small data for the chapter's figures."""

import numpy as np

from glassbox.checks import integer
from glassbox.linear_attention import elu_plus_one
from glassbox.records import read_record

from .dilution import position_code

#: The feature maps of the chapter, by name.
MAPS = {"exp": np.exp, "elu + 1": elu_plus_one, "relu": lambda x: np.maximum(x, 0)}


def eight_keys():
    """Return features of a query (4,), and eight keys (8, 4).

    Examples
    --------
    >>> features, K = eight_keys()
    >>> features.shape, K.shape
    ((4,), (8, 4))
    """
    return np.array([0.8, 0.4, 0.4, 0.2]), np.random.default_rng(0).standard_normal((8, 4))


def four_words():
    """Return four words, a query (3,) and their keys (4, 3).

    Examples
    --------
    >>> words, q, K = four_words()
    >>> len(words), q.shape, K.shape
    (4, (3,), (4, 3))
    """
    K = np.array([[2.0, 0.0, -1.0], [0.5, 1.5, 0.0], [-1.0, 0.0, 2.5], [0.0, -1.0, 0.5]])
    return ["cat", "sat", "mat", "on"], np.array([1.0, 0.0, 0.5]), K


def places(n=512, d=16):
    """Return queries and keys (n, d) that code places: each token looks for those near it.

    Examples
    --------
    >>> q, k = places(n=6, d=4)
    >>> int((k @ q[2]).argmax())
    2
    """
    code = position_code(n, d)
    return code, code


def many_tokens(n=4096, d=32):
    """Return random queries, keys and values, (n, d) each.

    Examples
    --------
    >>> q, k, v = many_tokens(n=5, d=2)
    >>> v.shape
    (5, 2)
    """
    rng = np.random.default_rng(3)
    return tuple(rng.standard_normal((3, integer("n", n, least=1, most=10**6), d)))


def six_layers(n=32, d=16):
    """Return queries and keys (6, n, d) of a stack of six layers: places, with some chance in them.

    Examples
    --------
    >>> qs, ks = six_layers(n=8, d=4)
    >>> qs.shape
    (6, 8, 4)
    """
    rng, code = np.random.default_rng(5), position_code(n, d)
    qs = np.array([2 * code + 0.5 * rng.standard_normal((n, d)) for _ in range(6)])
    return qs, np.array([code + 0.5 * rng.standard_normal((n, d)) for _ in range(6)])


def looked(model="softmax", layer=1, head=1):
    """Return what a trained model of the record makes of a sequence: queries, keys, and its tokens.

    Parameters
    ----------
    model : {"softmax", "linear"}
    layer, head : {1, 2}

    Returns
    -------
    q, k : ndarray, shape (24, 16)
    tokens : list of str
        Each its place, from 1, and its letter, or ``?`` for a gap.

    Examples
    --------
    >>> q, k, tokens = looked("softmax", layer=1, head=1)
    >>> q.shape, len(tokens)
    ((24, 16), 24)
    """
    models = read_record("transnormer", "training")["models"]["as chosen"]
    known = [name for name in models if "look" in models[name]]
    if model not in known:
        raise ValueError(f"model must be one of {', '.join(known)}, got {model!r}")
    layer, head = (integer(*pair, least=1, most=2) for pair in (("layer", layer), ("head", head)))
    look = models[model]["look"][0]
    letters = "abcdefgh?"  # the last one is SYMBOLS, the gap
    tokens = [f"{place} {letters[s]}" for place, s in enumerate(look["shown"], start=1)]
    q, k = (np.array(look[name][layer - 1][head - 1]) for name in "qk")
    return q, k, tokens
