"""A language model small enough to train in seconds: a Transformer block against two units."""

from dataclasses import dataclass

import autograd.numpy as np
import numpy as onp
from autograd import value_and_grad

from glassbox.adam import descend, unpack
from glassbox.checks import integer, one_of, real_number

from .chunks import flash_layer
from .units import gau_attention, gau_layer, init_unit_weights, layer_norm

MODELS = ("transformer", "gau", "mixed", "local", "global")


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
    >>> texts, log_odds = markov_text(2, 8, rng=onp.random.default_rng(1))
    >>> texts.shape, log_odds.shape
    ((2, 8), (2, 6))
    """
    n_texts, length = integer("n_texts", n_texts, least=1), integer("length", length, least=3)
    symbols, topics = integer("symbols", symbols, least=2), integer("topics", topics, least=1)
    concentration = real_number("concentration", concentration, above=0)
    shape = (topics, symbols, symbols)
    odds = onp.random.default_rng(table_seed).dirichlet([concentration] * symbols, shape)
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
    """
    return float(-texts_of(n_texts)[1].mean())


@dataclass(frozen=True)
class ToyModel:
    """A causal language model; its weights are one flat vector, for an optimiser.

    Attributes
    ----------
    kind : {"transformer", "gau", "mixed", "local", "global"}
        One block of softmax attention and a feed-forward network, or two gated attention units:
        quadratic, or with mixed chunks, or with the linear or the quadratic heads of these
        switched off. (Heads that are zero have no gradient, and stay zero.)
    symbols, length : int
        Alphabet, and the longest text.
    d, s, heads, chunk : int
        Widths as in `gau`, heads of the Transformer, tokens a chunk.
    """

    kind: str
    symbols: int = 12
    length: int = 32
    d: int = 24
    s: int = 16
    heads: int = 4
    chunk: int = 8

    def __post_init__(self):
        """Refuse what cannot be built."""
        one_of("kind", self.kind, MODELS)
        if self.d % self.heads:
            raise ValueError(f"d must be a multiple of heads = {self.heads}, got {self.d}")

    def start(self, rng):
        """Draw the weights at the start, a flat vector of shape (size,)."""
        return onp.concatenate([w.ravel() for w in self._draw(rng).values()])

    @property
    def size(self):
        """Number of weights."""
        return sum(onp.prod(shape, dtype=int) for shape in self.shapes().values())

    def shapes(self):
        """Return the shape of each array of weights, in their order."""
        return {name: w.shape for name, w in self._draw(onp.random.default_rng(0)).items()}

    def _draw(self, rng):
        d, normal = self.d, rng.standard_normal
        drawn = {
            "embed": 0.3 * normal((self.symbols, d)), "place": 0.3 * normal((self.length, d)),
        }  # fmt: skip
        if self.kind == "transformer":
            for name in ("Wq", "Wk", "Wv", "Wo"):
                drawn[f"0.{name}"] = normal((d, d)) * d**-0.5
            drawn |= {"0.W1": normal((d, 4 * d)) * d**-0.5, "0.b1": onp.zeros(4 * d)}
            drawn |= {"0.W2": normal((4 * d, d)) * (4 * d) ** -0.5, "0.b2": onp.zeros(d)}
        else:
            heads = 2 if self.kind == "gau" else 4
            for layer in range(2):
                unit = init_unit_weights(d, s=self.s, heads=heads, rng=rng)
                off = {"local": [1, 3], "global": [0, 2]}.get(self.kind, [])
                unit["gamma"][off] = unit["beta"][off] = 0
                drawn |= {f"{layer}.{name}": w for name, w in unit.items()}
        return drawn | {"out": 0.1 * normal((d, self.symbols))}

    def logits(self, theta, texts):
        """Return the scores of the next symbol, shape (n_texts, length, symbols)."""
        w, one_hot = unpack(theta, self.shapes()), onp.eye(self.symbols)[texts]
        x = one_hot @ w["embed"] + w["place"][: one_hot.shape[-2]]
        if self.kind == "transformer":
            x = self._block(x, w)
        else:
            for layer in "01":
                unit = {k[2:]: v for k, v in w.items() if k.startswith(layer + ".")}
                if self.kind == "gau":
                    x = gau_layer(x, unit, causal=True, score_scale="1/sqrt(ns)")
                else:
                    x = flash_layer(x, unit, self.chunk, causal=True)
        return layer_norm(x) @ w["out"]

    def _block(self, x, w):
        """Multi-head softmax attention, then a feed-forward network; norms before each."""
        n, h = x.shape[-2], self.heads

        def split(t):
            return np.swapaxes(np.reshape(t, (*t.shape[:-1], h, self.d // h)), -2, -3)

        y = layer_norm(x)
        q, k, v = (split(y @ w[f"0.{name}"]) for name in ("Wq", "Wk", "Wv"))
        read = gau_attention(q, k, True, "1/sqrt(s)", "softmax") @ v
        x = x + np.reshape(np.swapaxes(read, -2, -3), (*x.shape[:-2], n, self.d)) @ w["0.Wo"]
        hidden = np.maximum(layer_norm(x) @ w["0.W1"] + w["0.b1"], 0.0)
        return x + hidden @ w["0.W2"] + w["0.b2"]

    def loss(self, theta, texts):
        """Return the mean surprise at the third symbol and later ones, in nats."""
        z = self.logits(theta, texts[:, :-1])[:, 1:]
        top = np.max(z, axis=-1, keepdims=True)
        log_sum = top[..., 0] + np.log(np.sum(np.exp(z - top), axis=-1))
        right = onp.eye(self.symbols)[texts[:, 2:]]
        return np.mean(log_sum - np.sum(z * right, axis=-1))

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
    """
    theta = model.start(rng)
    curve = [(0, float(model.loss(theta, held_out)))]
    rates = lr * (1 - onp.arange(steps)[:stop] / steps)
    batches = ((texts_of(batch, rng),) for _ in rates)

    def watch(step, theta, _):
        if step % every == 0:
            curve.append((step, float(model.loss(theta, held_out))))

    theta, _ = descend(theta, model.loss_and_gradient, batches, rates, watch=watch)
    return theta, curve
