"""What the best guesser could do: exact odds of the next symbol for one who sees a part of a text.

A mask says which symbols are seen from where, such as ``attention_paths(...) > 0``; more layers
see what `reachability` of it gives. No model that sees no more can do better on average, however
it was trained. The texts are those of `markov_text`.
"""

import numpy as np

from glassbox.checks import integer, real_array, within

from .toy import checked_texts
from .units import booleans


def ideal_odds(text, odds, visible):
    """Return the odds of each next symbol for one who knows the tables, but not the topic.

    Parameters
    ----------
    text : array_like of int, shape (n,) or (n_texts, n)
        Symbols of texts that `markov_text` may write.
    odds : array_like, shape (topics, symbols, symbols, symbols)
        Odds of a symbol after two others, by topic: what `markov_odds` returns.
    visible : array_like of bool, shape (n, n)
        Row t, column j: whether who guesses the symbol after t sees symbol j. What is later than
        t does not count.

    Returns
    -------
    ndarray, shape (..., n, symbols)
        Row t has the odds of symbol t + 1.

    Notes
    -----
    Row by row, the odds of topic and of the last two symbols are carried from the beginning on: a
    step moves them by the tables, a symbol that is seen leaves only what agrees with it.

    Examples
    --------
    A symbol is the opposite of the last but one. Who sees only the last guesses.

    >>> turn = [[[[0, 1], [0, 1]], [[1, 0], [1, 0]]]]
    >>> ideal_odds([0, 1, 1], turn, [[True] * 3] * 3)[-1]
    array([1., 0.])
    >>> ideal_odds([0, 1, 1], turn, [[False] * 3, [False] * 3, [False, False, True]])[-1]
    array([0.5, 0.5])
    """
    odds = checked_odds(odds)
    topics, symbols = odds.shape[:2]
    texts = checked_texts("text", text, symbols)
    n = texts.shape[-1]
    seen = booleans("visible", visible)
    if seen.shape != (n, n):
        raise ValueError(f"visible must be booleans of shape {(n, n)}, got {seen.shape}")
    flat = texts.reshape(-1, n)
    if n * flat.size * topics * symbols**3 > 10**10:
        raise ValueError(f"text must be shorter, or fewer texts, got {len(flat)} of {n}")
    agrees = np.eye(symbols)[flat]  # (texts, n, symbols)
    found = np.full(agrees.shape, 1 / symbols)  # the second symbol is drawn evenly
    for t in range(1, n):
        see = [agrees[:, j] if seen[t, j] else np.ones((1, symbols)) for j in range(t + 1)]
        pair = see[0][:, None, :, None] * see[1][:, None, None, :] * np.ones((1, topics, 1, 1))
        for symbol in see[2:]:
            pair = step(pair, odds) * symbol[:, None, None, :]
            total = pair.sum(axis=(1, 2, 3), keepdims=True)
            if not total.all():
                raise ValueError("text must be possible by the odds, got what never follows")
            pair = pair / total
        found[:, t] = step(pair, odds).sum(axis=(1, 2)) / pair.sum(axis=(1, 2, 3))[:, None]
    return found.reshape(*texts.shape, symbols)


def step(pair, odds):
    """Move odds of topic and last two symbols, shape (..., topics, s, s), on by one symbol."""
    return np.einsum("bkxy,kxyz->bkyz", pair, odds)


def ideal_surprise(text, odds, visible):
    """Return the surprise of the best guesser at each symbol from the third on, in nats.

    Parameters and errors are those of `ideal_odds`.

    Returns
    -------
    ndarray, shape (..., n - 2)
        −ln of the odds that it gave to the symbol that came.

    Examples
    --------
    One of two topics, drawn evenly: after two equal symbols the same comes again, or the other.

    >>> again, other = [[1, 0], [0, 1]], [[0, 1], [1, 0]]
    >>> odds = [[again] * 2, [other] * 2]
    >>> ideal_surprise([0, 0, 0, 0], odds, [[True] * 4] * 4).round(4) + 0.0
    array([0.6931, 0.    ])
    """
    given, text = ideal_odds(text, odds, visible), np.asarray(text, dtype=int)
    if text.shape[-1] < 3:
        raise ValueError(f"text must have at least 3 symbols, got {text.shape[-1]}")
    came = np.take_along_axis(given[..., 1:-1, :], text[..., 2:, None], axis=-1)[..., 0]
    if not (came > 0).all():
        raise ValueError("text must be possible by the odds, got a symbol that never follows")
    return -np.log(came)


def checked_odds(odds):
    """Return tables of odds whose rows have the sum 1."""
    odds = real_array("odds", odds, "topics symbols symbols symbols", empty=False)
    if (abs(within("odds", odds, least=0).sum(axis=-1) - 1) > 1e-6).any():
        raise ValueError("odds must have the sum 1 along the last axis")
    return odds


def by_place(surprise, chunk):
    """Return the mean by place in the chunk of the token that guesses: C means, from place 0 on.

    Parameters
    ----------
    surprise : array_like, shape (..., n - 2)
        At each symbol from the third on: the first one is guessed by token 1.
    chunk : int
        Tokens a chunk, C >= 1; at most n - 2, so that each place occurs.

    Returns
    -------
    ndarray, shape (C,)

    Examples
    --------
    >>> by_place([1.0, 2.0, 3.0, 4.0], chunk=2)  # guessed by tokens 1, 2, 3, 4
    array([3., 2.])
    """
    surprise = real_array("surprise", surprise, "... n", empty=False)
    n = surprise.shape[-1]
    chunk = integer("chunk", chunk, least=1, most=n)
    place = np.arange(1, n + 1) % chunk
    return np.array([surprise[..., place == p].mean() for p in range(chunk)])
