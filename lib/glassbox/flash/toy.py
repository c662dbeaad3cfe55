"""A language model small enough to train in seconds: a Transformer block against two units."""

from dataclasses import dataclass

import autograd.numpy as np
import numpy as onp
from autograd import value_and_grad

from glassbox.adam import descend, unpack
from glassbox.checks import flag, function, generator, integer, one_of, real_array, real_number

from .chunks import NORMALISERS, mixed_chunk_attention
from .units import SCORE_SCALES, gau_attention, init_unit_weights, layer_norm, silu

MODELS = ("transformer", "gau", "mixed", "local", "global")
POSITIONS = ("learned", "shift")


def markov_odds(symbols, topics=1, concentration=0.1, seed=0):
    """Draw tables of odds of a symbol after two others, one table a topic.

    Parameters
    ----------
    symbols : int
        Size of the alphabet.
    topics : int
    concentration : float
        Of the Dirichlet distribution of the odds, > 0: small means that few symbols follow.
    seed : int

    Returns
    -------
    ndarray, shape (topics, symbols, symbols, symbols)
        Entry ``[topic, a, b, c]``: odds of c after a, b.

    Examples
    --------
    >>> odds = markov_odds(3, topics=2, concentration=0.1, seed=0)
    >>> odds.shape, bool(np.allclose(odds.sum(axis=-1), 1))
    ((2, 3, 3, 3), True)
    """
    symbols = integer("symbols", symbols, least=2, most=100)
    topics = integer("topics", topics, least=1, most=1000)
    concentration = real_number("concentration", concentration, least=1e-3, most=1e6)
    rng = onp.random.default_rng(integer("seed", seed, least=0))
    return rng.dirichlet([concentration] * symbols, (topics, symbols, symbols))


def markov_text(n_texts, length, *, symbols=12, topics=1, concentration=0.1, rng, table_seed=0):
    """Write texts in which two symbols, and the text's topic, decide the odds of the next.

    Parameters
    ----------
    n_texts, length : int
    symbols : int
        Size of the alphabet.
    topics : int
        Number of tables of odds; each text draws one and keeps to it. With one topic, the last
        two symbols say all there is to know; with more, the whole past helps to tell the topic.
    concentration : float
        Of the Dirichlet distribution of the odds, > 0: small means that few symbols follow.
    rng : numpy.random.Generator
        Draws the texts.
    table_seed : int
        Seed of the tables, which stay the same from batch to batch.

    Returns
    -------
    texts : ndarray of int, shape (n_texts, length)
    log_odds : ndarray, shape (n_texts, length - 2)
        Log-probability of each symbol from the third on, for one who knows the topic.

    Examples
    --------
    >>> texts, log_odds = markov_text(2, 8, symbols=12, topics=1, concentration=0.1,
    ...                               rng=onp.random.default_rng(1), table_seed=0)
    >>> texts.shape, log_odds.shape
    ((2, 8), (2, 6))
    """
    n_texts = integer("n_texts", n_texts, least=1, most=10**6)
    length = integer("length", length, least=3, most=10**6)
    if n_texts * length > 10**8:
        raise ValueError(f"n_texts must be smaller, got {n_texts} texts of {length}")
    generator("rng", rng)
    odds = markov_odds(symbols, topics, concentration, integer("table_seed", table_seed, least=0))
    up_to = odds.cumsum(axis=-1)
    topic = rng.integers(topics, size=n_texts)
    texts = rng.integers(symbols, size=(n_texts, length))
    log_odds = onp.zeros((n_texts, length - 2))
    for t in range(2, length):
        where = topic, texts[:, t - 2], texts[:, t - 1]
        draw = (rng.random(n_texts)[:, None] > up_to[where]).sum(axis=-1)
        texts[:, t] = onp.minimum(draw, symbols - 1)
        log_odds[:, t - 2] = onp.log(odds[where][onp.arange(n_texts), texts[:, t]])
    return texts, log_odds


def source_entropy(texts_of, n_texts=400):
    """Estimate the least loss that any model can have, in nats a symbol, if it knew the topic.

    Parameters
    ----------
    texts_of : callable
        From a number of texts to the pair that `markov_text` returns.
    n_texts : int

    Examples
    --------
    >>> def texts_of(n):
    ...     return markov_text(n, 20, symbols=2, rng=onp.random.default_rng(0))
    >>> print(round(source_entropy(texts_of, n_texts=400), 1))
    0.1
    """
    function("texts_of", texts_of)
    made = texts_of(integer("n_texts", n_texts, least=1, most=10**6))
    if not isinstance(made, tuple) or len(made) != 2:
        raise TypeError(f"texts_of must return a pair, texts and log-odds, got {made!r}")
    return float(-real_array("texts_of", made[1], empty=False).mean())


def checked_texts(name, texts, symbols):
    """Return texts as integers from 0 to symbols - 1, shape (..., n)."""
    given = onp.asarray(real_array(name, texts, "... n", empty=False))
    if (given != given.round()).any() or given.min() < 0 or given.max() >= symbols:
        raise ValueError(f"{name} must be symbols from 0 to {symbols - 1}")
    return given.astype(int)


@dataclass(frozen=True)
class ToyModel:
    """A causal language model; its weights are one flat vector, for an optimiser.

    Leading axes of the weights are independent models, each with texts of its own.

    Attributes
    ----------
    kind : {"transformer", "gau", "mixed", "local", "global"}
        One block of softmax attention and a feed-forward network, or two gated attention units:
        quadratic, or with mixed chunks, or with the linear or the quadratic heads of these
        switched off. (Heads that are zero have no gradient, and stay zero.)
    symbols, length : int
        Alphabet, and the longest text.
    d, s, chunk : int
        Widths as in `gau`, and tokens a chunk.
    heads : int, optional
        Heads of softmax attention (4 by default), or into which a quadratic unit is cut (1).
    gate : bool
        Without a gate a unit spends its weights on values: e is 3 d, not 2 d.
    overlap, normalise
        Of mixed chunks, as in `mixed_chunk_attention`.
    attention, score_scale
        Of the quadratic units, as in `gau_attention`; s and n are those of a head.
    positions : {"learned", "shift"}
        How a token knows where it is: by a vector for each place, which no longer text has, or not
        at all; but then it is told the two symbols before it.
    """

    kind: str
    symbols: int = 12
    length: int = 32
    d: int = 24
    s: int = 16
    heads: int | None = None
    chunk: int = 8
    gate: bool = True
    overlap: bool = False
    normalise: str | None = "chunk"
    attention: str = "relu2"
    score_scale: str | float | None = "1/sqrt(ns)"
    positions: str = "learned"

    def __post_init__(self):
        """Refuse what cannot be built."""
        one_of("kind", self.kind, MODELS)
        one_of("positions", self.positions, POSITIONS)
        one_of("normalise", self.normalise, NORMALISERS)
        one_of("attention", self.attention, ("relu2", "softmax"))
        if not isinstance(self.score_scale, int | float):
            one_of("score_scale", self.score_scale, SCORE_SCALES)
        flag("gate", self.gate), flag("overlap", self.overlap)
        for name in ("symbols", "length", "d", "s", "chunk"):
            integer(name, getattr(self, name), least=1, most=10_000)
        if self.heads is None:
            object.__setattr__(self, "heads", 4 if self.kind == "transformer" else 1)
        integer("heads", self.heads, least=1)
        widths = (self.d,) if self.kind == "transformer" else (self.s, self.e)
        if any(width % self.heads for width in widths):
            raise ValueError(f"d and s must be multiples of heads = {self.heads}, got {widths}")

    @property
    def e(self):
        """Width of gate and values."""
        return (2 if self.gate else 3) * self.d

    def start(self, rng):
        """Draw the weights at the start, a flat vector of shape (size,)."""
        return onp.concatenate([w.ravel() for w in self._draw(generator("rng", rng)).values()])

    @property
    def size(self):
        """Number of weights."""
        return sum(onp.prod(shape, dtype=int) for shape in self.shapes().values())

    def shapes(self):
        """Return the shape of each array of weights, in their order."""
        return {name: w.shape for name, w in self._draw(onp.random.default_rng(0)).items()}

    def _draw(self, rng):
        d, normal = self.d, rng.standard_normal
        drawn = {"embed": 0.3 * normal((self.symbols, d))}
        if self.positions == "learned":
            drawn["place"] = 0.3 * normal((self.length, d))
        else:
            drawn |= {name: 0.3 * normal((self.symbols, d)) for name in ("before", "before that")}
        if self.kind == "transformer":
            for name in ("Wq", "Wk", "Wv", "Wo"):
                drawn[f"0.{name}"] = normal((d, d)) * d**-0.5
            drawn |= {"0.W1": normal((d, 4 * d)) * d**-0.5, "0.b1": onp.zeros(4 * d)}
            drawn |= {"0.W2": normal((4 * d, d)) * (4 * d) ** -0.5, "0.b2": onp.zeros(d)}
        else:
            heads = 2 if self.kind == "gau" else 4
            for layer in range(2):
                unit = init_unit_weights(d, self.e, self.s, heads, rng=rng)
                off = {"local": [1, 3], "global": [0, 2]}.get(self.kind, [])
                unit["gamma"][off] = unit["beta"][off] = 0
                if not self.gate:
                    del unit["Wu"], unit["bu"]
                drawn |= {f"{layer}.{name}": w for name, w in unit.items()}
        return drawn | {"out": 0.1 * normal((d, self.symbols))}

    def logits(self, theta, texts):
        """Return the scores of the next symbol, shape (..., n_texts, n, symbols).

        Parameters
        ----------
        theta : ndarray, shape (..., size), or dict of ndarray
            The weights, or their arrays by name, as `unpack` gives them.
        texts : array_like of int, shape (..., n_texts, n)
        """
        w = theta if hasattr(theta, "keys") else unpack(theta, self.shapes())
        one_hot = onp.eye(self.symbols, dtype=w["embed"].dtype)[texts]
        w = {name: self._for_texts(name, part) for name, part in w.items()}
        x = one_hot @ w["embed"] + self._place(w, one_hot)
        if self.kind == "transformer":
            x = self._block(x, {k[2:]: v for k, v in w.items() if k.startswith("0.")})
        else:
            for layer in "01":
                unit = {k[2:]: v for k, v in w.items() if k.startswith(layer + ".")}
                x = x + self._unit(layer_norm(x), unit)
        return layer_norm(x) @ w["out"]

    def _for_texts(self, name, w):
        """Give weights axes for texts and tokens, behind those of the models."""
        if name.endswith(("gamma", "beta")):
            w = np.moveaxis(w, -2, 0)  # heads first, as `offset_scale` has them
            return w[..., None, None, :]
        return w[..., None, None, :] if ".b" in name else w[..., None, :, :]

    def _place(self, w, one_hot):
        """What a token knows of its place, or of the two symbols before it."""
        n = one_hot.shape[-2]
        if self.positions == "learned":
            return w["place"][..., :n, :]
        earlier = 0
        for back, name in ((1, "before"), (2, "before that")):
            none = onp.zeros_like(one_hot[..., :back, :])
            moved = onp.concatenate([none, one_hot], axis=-2)[..., :n, :]
            earlier = earlier + moved @ w[name]
        return earlier

    def _split(self, t):
        """Cut (..., n, width) into heads, (..., heads, n, width / heads)."""
        parts = np.reshape(t, (*t.shape[:-1], self.heads, t.shape[-1] // self.heads))
        return np.swapaxes(parts, -2, -3)

    def _join(self, t):
        """Undo `_split`."""
        t = np.swapaxes(t, -2, -3)
        return np.reshape(t, (*t.shape[:-2], t.shape[-2] * t.shape[-1]))

    def _unit(self, x, w):
        """`gau` or what `flash_layer` has inside, with weights that have an axis for texts."""
        v, z = (silu(x @ w["W" + name] + w["b" + name]) for name in "vz")
        heads = [gamma * z + beta for gamma, beta in zip(w["gamma"], w["beta"], strict=True)]
        if self.kind == "gau":
            q, k, v = (self._split(t) for t in (*heads, v))
            read = self._join(gau_attention(q, k, True, self.score_scale, self.attention) @ v)
        else:
            read = mixed_chunk_attention(*heads, v, self.chunk, True, self.normalise, self.overlap)
        gated = silu(x @ w["Wu"] + w["bu"]) * read if self.gate else read
        return gated @ w["Wo"] + w["bo"]

    def _block(self, x, w):
        """Multi-head softmax attention, then a feed-forward network; norms before each."""
        y = layer_norm(x)
        q, k, v = (self._split(y @ w[name]) for name in ("Wq", "Wk", "Wv"))
        x = x + self._join(gau_attention(q, k, True, "1/sqrt(s)", "softmax") @ v) @ w["Wo"]
        hidden = np.maximum(layer_norm(x) @ w["W1"] + w["b1"], 0.0)
        return x + hidden @ w["W2"] + w["b2"]

    def surprise(self, theta, texts):
        """Return the surprise at each symbol from the third on, in nats, shape (..., length - 2).

        Parameters
        ----------
        theta : ndarray, shape (..., size), or dict of ndarray
        texts : array_like of int, shape (..., n_texts, length)
        """
        texts = checked_texts("texts", texts, self.symbols)
        longest = self.length if self.positions == "learned" else 10**9
        if not 3 <= texts.shape[-1] <= longest + 1:
            raise ValueError(f"texts must have 3 to {longest + 1} symbols, got {texts.shape[-1]}")
        z = self.logits(theta, texts[..., :-1])[..., 1:, :]
        top = np.max(z, axis=-1, keepdims=True)
        log_sum = top[..., 0] + np.log(np.sum(np.exp(z - top), axis=-1))
        right = onp.eye(self.symbols, dtype=z.dtype)[texts[..., 2:]]
        return log_sum - np.sum(z * right, axis=-1)

    def loss(self, theta, texts):
        """Return the mean surprise at the third symbol and later ones, in nats."""
        return np.mean(self.surprise(theta, texts))

    def loss_and_gradient(self, theta, texts):
        """Return the loss and its gradient, shape (size,)."""
        return value_and_grad(self.loss)(theta, texts)


def train_toy(model, texts_of, held_out, *, rng, steps=400, stop=None, batch=16, lr=0.02, every=20):
    """Train with Adam, at a learning rate that falls in a straight line to 0.

    Parameters
    ----------
    model : ToyModel
    texts_of : callable
        From a number of texts and a generator to texts, shape (number, length).
    held_out : ndarray of int, shape (n_texts, length)
        Texts to measure the loss on.
    rng : numpy.random.Generator
        Draws the weights, then the batches.
    steps : int
        Steps until the rate is 0.
    stop : int, optional
        Stop after this many steps (by default after `steps`).
    batch, lr, every
        Texts a step, rate of the first step, and steps between two measurements.

    Returns
    -------
    theta : ndarray, shape (size,)
        The trained weights.
    curve : list of (int, float)
        Steps taken and held-out loss in nats a symbol, from step 0 on.

    Examples
    --------
    >>> def texts_of(n, rng):
    ...     return markov_text(n, 12, symbols=2, rng=rng)[0]
    >>> held_out = texts_of(20, onp.random.default_rng(9))
    >>> model = ToyModel("mixed", symbols=2, length=12, d=8, s=4, chunk=4)
    >>> theta, curve = train_toy(model, texts_of, held_out, rng=onp.random.default_rng(0), steps=4,
    ...                          stop=2, batch=8, lr=0.02, every=1)
    >>> [step for step, loss in curve]
    [0, 1, 2]
    """
    if not isinstance(model, ToyModel):
        raise TypeError(f"model must be a ToyModel, got {model!r}")
    function("texts_of", texts_of)
    steps, batch = integer("steps", steps, least=1, most=10**6), integer("batch", batch, least=1)
    stop = steps if stop is None else integer("stop", stop, least=0, most=steps)
    every, lr = integer("every", every, least=1), real_number("lr", lr, above=0, most=1e3)
    if batch * model.length > 10**7:
        raise ValueError(f"batch must be smaller, for texts of {model.length}, got {batch}")
    held_out = checked_texts("held_out", held_out, model.symbols)
    if held_out.ndim != 2:
        raise ValueError(f"held_out must have shape (n_texts, length), got {held_out.shape}")
    theta = model.start(rng)
    curve = [(0, float(model.loss(theta, held_out)))]
    rates = lr * (1 - onp.arange(steps)[:stop] / steps)
    batches = ((texts_of(batch, rng),) for _ in rates)

    def watch(step, theta, _):
        if step % every == 0:
            curve.append((step, float(model.loss(theta, held_out))))

    theta, _ = descend(theta, model.loss_and_gradient, batches, rates, watch=watch)
    return theta, curve
