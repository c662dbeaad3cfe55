"""A small model that is trained to recall: two layers of attention by softmax, elu + 1 or delta.

A text is pairs of a letter and a digit, each letter once, and then letters again, whose digits are
asked for: after ``c3a7f0`` the letters ``fc`` ask for 0 and 3. A layer is attention alone, with one
head; what it mixes by is its ``kind``. All arrays have a first axis for models that are trained, or
run, at once.
"""

import re
from typing import NamedTuple

import autograd.numpy as np
import numpy as plain_np

from glassbox.checks import one_of
from glassbox.records import read_record

from .attention import softmax

LETTERS, DIGITS = "abcdefghijkl", "012345"
KINDS = ("softmax", "elu + 1", "delta rule")
WIDTH, HEAD, VALUE, LAYERS = 16, 4, 8, 2
MOST = 12  # pairs: one a letter


def draw_texts(pairs, count, rng):
    """Return texts (count, 3 * pairs), as numbers of tokens, and the digits asked for."""
    letters = plain_np.argsort(rng.random((count, len(LETTERS))), axis=1)[:, :pairs]
    digits = rng.integers(len(DIGITS), size=(count, pairs))
    order = plain_np.argsort(rng.random((count, pairs)), axis=1)
    told = plain_np.stack([letters, digits + len(LETTERS)], axis=2).reshape(count, 2 * pairs)
    asked, wanted = (plain_np.take_along_axis(x, order, axis=1) for x in (letters, digits))
    return plain_np.concatenate([told, asked], axis=1), wanted


def start(rng):
    """Return the weights of one new model; a key sees its own token and the one before."""

    def drawn(*shape):
        return rng.standard_normal(shape) / shape[0] ** 0.5

    weights = {
        "token": 0.5 * rng.standard_normal((len(LETTERS + DIGITS), WIDTH)),
        "place": 0.5 * rng.standard_normal((3 * MOST, WIDTH)),
        "out": drawn(WIDTH, len(DIGITS)),
    }
    for layer in range(LAYERS):
        for name, shape in (("q", HEAD), ("k", HEAD), ("s", HEAD), ("v", VALUE), ("b", 1)):
            weights[f"{name}{layer}"] = drawn(WIDTH, shape)
        weights[f"o{layer}"] = drawn(VALUE, WIDTH)
    return weights


def run(weights, tokens, kind, keep=None):
    """Return scores of the digits at each place, for texts (models, texts, n).

    A list ``keep`` gets the queries, keys, values, strengths and map of each layer.
    """
    models, texts, n = tokens.shape

    def by(x, name):  # one large product a model
        flat = np.reshape(x, (models, texts * n, x.shape[-1]))
        return np.reshape(flat @ weights[name], (models, texts, n, weights[name].shape[-1]))

    one_hot = plain_np.eye(len(LETTERS + DIGITS), dtype=weights["out"].dtype)[tokens]
    x = by(one_hot, "token") + weights["place"][:, None, :n]
    for layer in range(LAYERS):
        h = norm(x)
        q, k, v = (by(h, f"{name}{layer}") for name in "qkv")
        before = np.concatenate([np.zeros_like(h[:, :, :1]), h[:, :, :-1]], axis=2)
        k = k + by(before, f"s{layer}")
        beta = 1 / (1 + np.exp(-by(h, f"b{layer}")))
        mixed = mix(q, k, beta, kind)
        if keep is not None:
            keep.append((q, k, v, beta[..., 0], mixed))
        x = x + by(mixed @ v, f"o{layer}")
    return by(norm(x), "out")


def mix(q, k, beta, kind):
    """Return the causal weights (..., n, n) with which a layer mixes its values."""
    seen = plain_np.tri(q.shape[-2], dtype=q.dtype)
    similar = q @ np.swapaxes(k, -1, -2)
    if kind == "softmax":
        return softmax(np.where(seen, similar / HEAD**0.5, -plain_np.inf))
    if kind == "elu + 1":
        similar = seen * (feature(q) @ np.swapaxes(feature(k), -1, -2))
        return similar / np.sum(similar, axis=-1, keepdims=True)
    q, k = unit(q), unit(k)
    eye = plain_np.eye(q.shape[-2], dtype=seen.dtype)
    inside = beta * (k @ np.swapaxes(k, -1, -2)) * (seen - eye)
    return (seen * (q @ np.swapaxes(k, -1, -2))) @ np.linalg.solve(eye + inside, eye * beta)


def feature(x):
    """Return elu(x) + 1 without checks, such that autograd can differentiate it."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def unit(x):
    """Return rows of length 1."""
    return x / (np.sum(x**2, axis=-1, keepdims=True) + 1e-6) ** 0.5


def norm(x):
    """Return rows whose entries have the mean square 1."""
    return x / (np.mean(x**2, axis=-1, keepdims=True) + 1e-6) ** 0.5


# --- what was trained --------------------------------------------------------------------------


class Look(NamedTuple):
    """What a trained model does with a text.

    ``tokens``, ``asked`` (letters), ``wanted`` and ``answers`` (digits); and of each layer the
    queries ``q`` and keys ``k`` (n, 4), values ``v`` (n, 8), strengths ``beta`` (n,) and
    ``maps`` (n, n).
    """

    tokens: list
    asked: str
    wanted: list
    answers: list
    q: list
    k: list
    v: list
    beta: list
    maps: list


def watch(kind, text):
    """Return what the trained model of a kind does with a text such as ``"c3a5f0|fc"``.

    Parameters
    ----------
    kind : {"softmax", "elu + 1", "delta rule"}
    text : str
        From 1 to 12 pairs of a letter from a to l and a digit from 0 to 5, then letters that are
        asked for; ``|`` and spaces do not count. A letter that comes twice has the later digit.

    Returns
    -------
    Look

    Raises
    ------
    ValueError
        If the text is no such text.

    Examples
    --------
    >>> seen = watch("softmax", "c3a5f0|fc")
    >>> seen.wanted, seen.answers
    (['0', '3'], ['0', '3'])
    """
    kind = one_of("kind", kind, KINDS)
    told, asked = parsed(text)
    symbols = LETTERS + DIGITS
    tokens = [*told, *asked]
    found = read_record("linear_attention", "recall_models")["models"][kind]["weights"]
    weights = {name: plain_np.array(values)[None] for name, values in found.items()}
    kept = []
    scores = run(weights, plain_np.array([[[symbols.index(t) for t in tokens]]]), kind, kept)[0, 0]
    holds = dict(zip(told[::2], told[1::2], strict=True))
    answers = [DIGITS[best] for best in scores[len(told) :].argmax(axis=-1)]
    layers = zip(*([part[0, 0] for part in layer] for layer in kept), strict=True)
    q, k, v, beta, maps = (list(part) for part in layers)
    return Look(tokens, asked, [holds[a] for a in asked], answers, q, k, v, beta, maps)


def parsed(text):
    """Return the pairs of a text, as one string, and the letters asked for."""
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, got {text!r}")
    told = text.replace("|", "").replace(" ", "")
    strange = [c for c in told if c not in LETTERS + DIGITS]
    if strange:
        raise ValueError(f"text must have letters a to l and digits 0 to 5, got {strange[0]!r}")
    told, asked = re.fullmatch(f"((?:[{LETTERS}][{DIGITS}])*)(.*)", told).groups()
    good = told and asked and set(asked) <= set(told[::2])
    if not good or len(told) > 2 * MOST or len(told + asked) > 3 * MOST:
        raise ValueError(
            f"text must be 1 to {MOST} pairs such as c3a5 and then letters of theirs, got {text!r}"
        )
    return told, asked
