"""A toy masked language model to compare attentions with, trained by Adam and `autograd`.

A sequence is a walk on ``SYMBOLS`` symbols: with probability ``FIDELITY`` the next symbol is the
one that the sequence's own rule gives, else any. There are ``RULES`` rules, permutations of the
symbols; which one is in force is told nowhere. To fill a gap one must know the rule, which shows
all over the sequence, and the neighbours of the gap.
"""

from dataclasses import dataclass

import autograd.numpy as np
from autograd import value_and_grad
from autograd.extend import defvjp, primitive
from autograd.misc.flatten import flatten

from glassbox.adam import descend, warmup_schedule
from glassbox.checks import integer
from glassbox.linear_attention import elu_plus_one

from .attention import diag_attention, norm_attention, rms_norm
from .dilution import position_code
from .gradients import elementwise_slope

SYMBOLS, RULES, FIDELITY = 8, 3, 0.9
WIDTH, HEADS, BLOCK, MASKED = 32, 2, 8, 0.2
#: The attention of each of the two layers.
MODELS = {
    "softmax": ("softmax", "softmax"),
    "linear": ("linear", "linear"),
    "NormAttention": ("norm", "norm"),
    "TransNormer": ("diag", "norm"),
}
#: TransNormer's layers the other way round, and with its global layer exchanged.
VARIANTS = {"norm, then diag": ("norm", "diag"), "diag, then linear": ("diag", "linear")}

features = primitive(elu_plus_one)
defvjp(features, lambda ans, x: lambda g: g * elementwise_slope(elu_plus_one, x))


def draw_rules(rng):
    """Draw the rules: permutations of the symbols, shape (RULES, SYMBOLS)."""
    return np.array([rng.permutation(SYMBOLS) for _ in range(RULES)])


def draw_batch(rules, size, length, rng):
    """Draw sequences, and which symbols are hidden.

    Returns
    -------
    symbols : ndarray of int, shape (size, length)
    hidden : ndarray of bool, shape (size, length)
    """
    rule = rules[rng.integers(len(rules), size=size)]
    symbols = rng.integers(SYMBOLS, size=(size, length))
    faithful = rng.random((size, length)) < FIDELITY
    for t in range(1, length):
        given = rule[np.arange(size), symbols[:, t - 1]]
        symbols[:, t] = np.where(faithful[:, t], given, symbols[:, t])
    return symbols, rng.random((size, length)) < MASKED


def toy_attention(kind, q, k, v):
    """Attention of heads (..., n, d) of one of the kinds of `MODELS`."""
    if kind == "softmax":
        return diag_attention(q, k, v, block=q.shape[-2])
    if kind == "diag":
        return diag_attention(q, k, v, BLOCK)
    if kind == "norm":
        return norm_attention(q, k, v, features)
    one = np.ones((*v.shape[:-1], 1))  # linear: values and a one, of which the latter divides
    q, k = features(q), features(k)
    total = q @ (np.swapaxes(k, -1, -2) @ np.concatenate([v, one], axis=-1))
    return total[..., :-1] / total[..., -1:]


def init_model(length, rng):
    """Draw the weights of a model, as a dictionary of arrays."""

    def normal(*shape):
        return rng.standard_normal(shape) / np.sqrt(shape[0])

    return {
        "symbols": 0.5 * rng.standard_normal((SYMBOLS + 1, WIDTH)),  # the last one is the gap
        "places": 0.5 * position_code(length, WIDTH, rng),
        "layers": [
            {
                "qkv": normal(WIDTH, 3 * WIDTH), "out": normal(WIDTH, WIDTH),
                "up": normal(WIDTH, 2 * WIDTH), "down": normal(2 * WIDTH, WIDTH),
            }
            for _ in range(2)
        ],
        "read": normal(WIDTH, SYMBOLS),
    }  # fmt: skip


def fill_gaps(weights, kinds, shown):
    """Return log-probabilities (size, length, SYMBOLS) for sequences with gaps."""
    x = weights["symbols"][shown] + weights["places"]
    size, length = shown.shape
    for kind, layer in zip(kinds, weights["layers"], strict=True):
        qkv = np.reshape(rms_norm(x, 1e-6) @ layer["qkv"], (size, length, 3, HEADS, -1))
        heads = toy_attention(kind, *np.transpose(qkv, (2, 0, 3, 1, 4)))
        joined = np.reshape(np.swapaxes(heads, 1, 2), (size, length, WIDTH))
        x = x + joined @ layer["out"]
        x = x + np.maximum(rms_norm(x, 1e-6) @ layer["up"], 0) @ layer["down"]
    logits = rms_norm(x, 1e-6) @ weights["read"]
    logits = logits - np.max(logits, axis=-1, keepdims=True)
    return logits - np.log(np.sum(np.exp(logits), axis=-1, keepdims=True))


def masked_loss(weights, kinds, symbols, hidden):
    """Mean of -log p of the hidden symbols, in nats."""
    log_p = fill_gaps(weights, kinds, np.where(hidden, SYMBOLS, symbols))
    which = hidden[..., None] & (symbols[..., None] == np.arange(SYMBOLS))
    return -np.sum(log_p * which) / np.sum(hidden)


@dataclass
class ToyRun:
    """What a training did: loss and length of the gradient at each step, and the loss at the end.

    Attributes
    ----------
    losses, gradients : ndarray, shape (n_steps,)
    test : float
        Loss on sequences not seen before, in nats.
    """

    losses: object
    gradients: object
    test: float

    @property
    def unrest(self):
        """Standard deviation over mean of the gradient's length, in the second half."""
        half = self.gradients[len(self.gradients) // 2 :]
        return float(half.std() / half.mean())


def train_toy(kinds, n_steps, seed, *, size=12, length=24, lr=5e-3):
    """Train a model of two layers.

    Parameters
    ----------
    kinds : sequence of str, shape (2,)
        A value of `MODELS`.
    n_steps : int
        >= 1.
    seed : int
        Decides rules, weights and sequences; models of one seed see the same.
    size, length : int
        Sequences in a batch, and symbols in a sequence.
    lr : float
        Adam's learning rate, after a warm-up over the first tenth.

    Returns
    -------
    ToyRun
    """
    n_steps = integer("n_steps", n_steps, least=1)
    rng = np.random.default_rng(seed)
    rules = draw_rules(rng)
    flat, unflatten = flatten(init_model(length, rng))
    slope = value_and_grad(lambda flat, *batch: masked_loss(unflatten(flat), kinds, *batch))
    rates = lr * warmup_schedule(n_steps, n_steps // 10)
    batches = (draw_batch(rules, size, length, rng) for _ in rates)
    lengths = []

    def watch(step, flat, gradient):
        lengths.append(np.linalg.norm(gradient))

    flat, losses = descend(flat, slope, batches, rates, watch=watch, beta2=0.98)
    test = masked_loss(unflatten(flat), kinds, *draw_batch(rules, 200, length, rng))
    return ToyRun(losses, np.array(lengths), float(test))


def ideal_guess(rules, symbols, hidden):
    """Probabilities that the ideal guesser, who knows the rules, gives to each symbol.

    It weighs every rule by how well it explains what is visible, with forward and backward sums
    over what is not.

    Parameters
    ----------
    rules, symbols, hidden
        As `draw_rules` and `draw_batch` give them.

    Returns
    -------
    ndarray, shape (size, length, SYMBOLS)
        At visible places the guess from the others.
    """
    size, length = symbols.shape
    step = np.full((len(rules), SYMBOLS, SYMBOLS), (1 - FIDELITY) / SYMBOLS)
    for r, rule in enumerate(rules):
        step[r, np.arange(SYMBOLS), rule] += FIDELITY
    seen = np.where(hidden[..., None], 1.0, np.eye(SYMBOLS)[symbols])
    forward, backward = np.empty((2, length, size, len(rules), SYMBOLS))
    ahead = np.full((size, len(rules), SYMBOLS), 1 / SYMBOLS)
    behind = np.ones((size, len(rules), SYMBOLS))
    for t in range(length):
        forward[t] = ahead
        ahead = np.einsum("nrs,rst->nrt", ahead * seen[:, t, None], step)
    for t in range(length)[::-1]:
        backward[t] = behind
        behind = np.einsum("nrt,rst->nrs", behind * seen[:, t, None], step)
    joint = np.einsum("tnrs,tnrs->nts", forward, backward)
    return joint / joint.sum(axis=-1, keepdims=True)


def ideal_loss(seed, size=500, length=24):
    """Loss of the ideal guesser on the rules of a seed, in nats: no model does better."""
    rng = np.random.default_rng(seed)
    rules = draw_rules(rng)
    symbols, hidden = draw_batch(rules, size, length, rng)
    p = ideal_guess(rules, symbols, hidden)
    return float(-np.log(p[hidden, symbols[hidden]]).mean())
