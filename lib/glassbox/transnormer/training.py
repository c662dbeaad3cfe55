"""A toy masked language model to compare attentions with, trained by Adam and `autograd`.

A sequence is a walk on ``SYMBOLS`` symbols: with probability ``FIDELITY`` the next symbol is the
one that the sequence's own rule gives, else any. There are ``RULES`` rules, permutations of the
symbols; which one is in force is told nowhere. To fill a gap one must know the rule, which shows
all over the sequence, and the neighbours of the gap.

Models of several seeds are trained at once: all weights, and what the models return, have a first
axis for them.
"""

import autograd.numpy as np
import numpy as plain_np
from autograd import value_and_grad

from glassbox.checks import integer

from .dilution import local_mass, position_code

SYMBOLS, RULES, FIDELITY, LENGTH = 8, 3, 0.9, 24
WIDTH, HEADS, BLOCK, MASKED = 32, 2, 4, 0.2
SIZE, RATE, WARMUP = 12, 5e-3, 100
#: The attention of each of the two layers.
MODELS = {
    "softmax": ("softmax", "softmax"),
    "linear": ("linear", "linear"),
    "NormAttention": ("norm", "norm"),
    "TransNormer": ("diag", "norm"),
    "norm, then diag": ("norm", "diag"),
    "diag, then linear": ("diag", "linear"),
    "diag, diag": ("diag", "diag"),
}
#: Settings of the record: what differs from the constants above, and which models are trained.
SETTINGS = {
    "as chosen": {},
    "twice the rate": {"rate": 2 * RATE},
    "neighbours given": {"near": True},
}


# --- the task ------------------------------------------------------------------------------------


def draw_rules(rng):
    """Draw the rules: permutations of the symbols, shape (RULES, SYMBOLS)."""
    return plain_np.array([rng.permutation(SYMBOLS) for _ in range(RULES)])


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
        given = rule[plain_np.arange(size), symbols[:, t - 1]]
        symbols[:, t] = plain_np.where(faithful[:, t], given, symbols[:, t])
    return symbols, rng.random((size, length)) < MASKED


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
    step = plain_np.full((len(rules), SYMBOLS, SYMBOLS), (1 - FIDELITY) / SYMBOLS)
    for r, rule in enumerate(rules):
        step[r, plain_np.arange(SYMBOLS), rule] += FIDELITY
    seen = plain_np.where(hidden[..., None], 1.0, plain_np.eye(SYMBOLS)[symbols])
    forward, backward = plain_np.empty((2, length, size, len(rules), SYMBOLS))
    ahead = plain_np.full((size, len(rules), SYMBOLS), 1 / SYMBOLS)
    behind = plain_np.ones((size, len(rules), SYMBOLS))
    for t in range(length):
        forward[t] = ahead
        ahead = plain_np.einsum("nrs,rst->nrt", ahead * seen[:, t, None], step)
    for t in range(length)[::-1]:
        backward[t] = behind
        behind = plain_np.einsum("nrt,rst->nrs", behind * seen[:, t, None], step)
    joint = plain_np.einsum("tnrs,tnrs->nts", forward, backward)
    return joint / joint.sum(axis=-1, keepdims=True)


def ideal_loss(seed, block=LENGTH, size=2000):
    """Loss of the ideal guesser on the rules of a seed, in nats: no model does better.

    With a smaller `block` it sees the gap's own block alone: no model without a global layer does
    better.
    """
    rng = plain_np.random.default_rng(seed)
    rules = draw_rules(rng)
    symbols, hidden = draw_batch(rules, size, LENGTH, rng)
    cut = [x.reshape(-1, integer("block", block, least=1, most=LENGTH)) for x in (symbols, hidden)]
    p = ideal_guess(rules, *cut).reshape(size, LENGTH, SYMBOLS)
    return float(-plain_np.log(p[hidden, symbols[hidden]]).mean())


# --- the model -----------------------------------------------------------------------------------


def init_model(rng, near=False):
    """Draw the weights of a model; with `near` its input says what stands beside each symbol."""

    def normal(*shape):
        return rng.standard_normal(shape) / shape[0] ** 0.5

    weights = {
        "symbols": 0.5 * rng.standard_normal((SYMBOLS + 1, WIDTH)),  # the last one is the gap
        "places": 0.5 * position_code(LENGTH, WIDTH, rng),
        "read": normal(WIDTH, SYMBOLS),
    }
    for layer in range(2):
        weights |= {f"{name}{layer}": normal(WIDTH, WIDTH) for name in ("q", "k", "v", "out")}
        weights |= {
            f"up{layer}": normal(WIDTH, 2 * WIDTH),
            f"down{layer}": normal(2 * WIDTH, WIDTH),
        }
    if near:
        for name in ("before", "after"):
            weights[name] = 0.5 * rng.standard_normal((SYMBOLS + 1, WIDTH))
    return weights


def fill_gaps(weights, kinds, shown, block=BLOCK, keep=None):
    """Return log-probabilities (models, size, length, SYMBOLS) for sequences with gaps.

    Parameters
    ----------
    weights : dict of str to array, shape (models, ...)
    kinds : sequence of str, shape (2,)
        A value of `MODELS`.
    shown : ndarray of int, shape (models, size, length)
        The symbols, SYMBOLS where one is hidden.
    block : int
        Of the local layers.
    keep : list, optional
        Gets the queries and keys of each layer, (models, size, HEADS, length, WIDTH / HEADS).
    """
    models, size, length = shown.shape

    def by(x, name):  # one large product a model
        flat = np.reshape(x, (models, size * length, x.shape[-1]))
        return np.reshape(flat @ weights[name], (models, size, length, -1))

    def heads(x):
        return np.transpose(np.reshape(x, (models, size, length, HEADS, -1)), (0, 1, 3, 2, 4))

    one_hot = plain_np.eye(SYMBOLS + 1, dtype=weights["read"].dtype)[shown]
    x = by(one_hot, "symbols") + weights["places"][:, None, :length]
    if "before" in weights:
        none = plain_np.zeros_like(one_hot[:, :, :1])
        x = x + by(plain_np.concatenate([none, one_hot[:, :, :-1]], axis=2), "before")
        x = x + by(plain_np.concatenate([one_hot[:, :, 1:], none], axis=2), "after")
    for layer, kind in enumerate(kinds):
        h = norm(x)
        q, k, v = (heads(by(h, f"{name}{layer}")) for name in "qkv")
        if keep is not None:
            keep.append((q, k))
        mixed = np.transpose(mixed_by(kind, q, k, v, block), (0, 1, 3, 2, 4))
        x = x + by(np.reshape(mixed, (models, size, length, WIDTH)), f"out{layer}")
        x = x + by(np.maximum(by(norm(x), f"up{layer}"), 0), f"down{layer}")
    scores = by(norm(x), "read")
    scores = scores - np.max(scores, axis=-1, keepdims=True)
    return scores - np.log(np.sum(np.exp(scores), axis=-1, keepdims=True))


def mixed_by(kind, q, k, v, block):
    """Attention of heads (..., n, d): `diag_attention` and the others again.

    Those check what they get and mask what is not seen, which takes four times as long here and
    changes the last bits; and not all of them take a batch, or what `autograd` traces. A test holds
    these to them.
    """
    if kind == "softmax":
        return softmax_rows(q, k) @ v
    if kind == "diag":
        shape = v.shape
        q, k, v = (np.reshape(x, (*x.shape[:-2], -1, block, x.shape[-1])) for x in (q, k, v))
        return np.reshape(softmax_rows(q, k) @ v, shape)
    q, k = feature(q), feature(k)
    if kind == "norm":
        return norm(q @ (np.swapaxes(k, -1, -2) @ v), 1e-8)
    return linear_rows(q, k) @ v


def softmax_rows(q, k):
    """Return the weights of softmax attention."""
    scores = q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def linear_rows(q, k):
    """Return the weights of linear attention, from features."""
    scores = q @ np.swapaxes(k, -1, -2)
    return scores / np.sum(scores, axis=-1, keepdims=True)


def feature(x):
    """Return elu(x) + 1 without checks, such that autograd can differentiate it."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def norm(x, eps=1e-6):
    """Return rows of root mean square 1."""
    return x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps)


# --- training ------------------------------------------------------------------------------------


def masked_loss(weights, kinds, symbols, hidden, block=BLOCK):
    """Mean of -log p of the hidden symbols, in nats, of each model: shape (models,)."""
    shown = plain_np.where(hidden, SYMBOLS, symbols)
    log_p = fill_gaps(weights, kinds, shown, block)
    one_hot = plain_np.eye(SYMBOLS, dtype=weights["read"].dtype)[symbols] * hidden[..., None]
    return -np.sum(log_p * one_hot, axis=(1, 2, 3)) / hidden.sum(axis=(1, 2))


def train_toy(kinds, n_steps, seeds, *, rate=RATE, block=BLOCK, near=False, every=0, size=SIZE):
    """Train one model a seed, side by side, by Adam at a constant rate after a short warm-up.

    A training that stops sooner is the beginning of one that goes on.

    Parameters
    ----------
    kinds : sequence of str, shape (2,)
        A value of `MODELS`.
    n_steps : int
        >= 1.
    seeds : sequence of int
        Each decides rules, weights and sequences; models of one seed see the same.
    rate : float
        Adam's learning rate.
    block : int
        Of the local layers.
    near : bool
        Whether the input tells each place its two neighbours.
    every : int
        After how many steps to look at the loss on fresh sequences; 0 for the end alone.
    size : int
        Sequences a step.

    Returns
    -------
    weights : dict
    test : ndarray, shape (models, looks)
        Losses on 300 sequences that are not trained on, in nats.
    lengths : ndarray, shape (models, n_steps)
        Of the gradient at each step.
    """
    n_steps = integer("n_steps", n_steps, least=1)
    every = integer("every", every, least=0) or n_steps
    rngs = [plain_np.random.default_rng(seed) for seed in seeds]
    rules = [draw_rules(rng) for rng in rngs]
    drawn = [init_model(rng, near) for rng in rngs]
    weights = {k: plain_np.stack([w[k] for w in drawn]).astype(plain_np.float32) for k in drawn[0]}
    mean = {k: plain_np.zeros_like(w) for k, w in weights.items()}
    square = {k: plain_np.zeros_like(w) for k, w in weights.items()}
    fresh = [
        draw_batch(r, 300, LENGTH, plain_np.random.default_rng([seed, 1]))
        for seed, r in zip(seeds, rules, strict=True)
    ]
    fresh = [plain_np.stack(part) for part in zip(*fresh, strict=True)]
    slope_of = value_and_grad(lambda w, *batch: np.sum(masked_loss(w, kinds, *batch, block)))
    test, lengths = [], []
    for step, batch in zip(range(1, n_steps + 1), batches(rules, rngs, size), strict=False):
        _, slope = slope_of(weights, *batch)
        descend(weights, slope, mean, square, step, rate * min(1.0, step / WARMUP))
        squares = [(g.astype(float) ** 2).sum(axis=tuple(range(1, g.ndim))) for g in slope.values()]
        lengths.append(plain_np.sqrt(sum(squares)))
        if step % every == 0 or step == n_steps:
            test.append(masked_loss(weights, kinds, *fresh, block))
    return weights, plain_np.transpose(test), plain_np.transpose(lengths)


def descend(weights, slope, mean, square, step, rate):
    """Take a step of Adam, in place: `glassbox.adam.adam_step` with beta2 = 0.98, in float32.

    That one computes in float64 and checks each number; a test holds this one to it.

    Parameters
    ----------
    weights, slope, mean, square : dict of str to ndarray of float32
        Weights, their gradient, and the moments.
    step : int
        From 1.
    rate : float
    """
    for k, g in slope.items():
        mean[k] += 0.1 * (g - mean[k])
        square[k] += 0.02 * (g * g - square[k])
        root = plain_np.sqrt(square[k] / (1 - 0.98**step)) + 1e-8
        weights[k] = weights[k] - plain_np.float32(rate / (1 - 0.9**step)) * mean[k] / root


def batches(rules, rngs, size, ahead=50):
    """Yield batches, symbols and hidden (models, size, LENGTH); some are drawn ahead, at once."""
    while True:
        drawn = [
            draw_batch(r, ahead * size, LENGTH, rng) for r, rng in zip(rules, rngs, strict=True)
        ]
        symbols, hidden = (
            plain_np.stack(part).reshape(len(rules), ahead, size, LENGTH)
            for part in zip(*drawn, strict=True)
        )
        for i in range(ahead):
            yield symbols[:, i], hidden[:, i]


def unrest(lengths):
    """Standard deviation over mean of the gradient's length, of each model."""
    return lengths.std(axis=-1) / lengths.mean(axis=-1)


def locality(weights, kinds, seeds, shares, size=50):
    """Return the local mass of the trained maps of softmax or linear layers.

    Parameters
    ----------
    weights, kinds, seeds : as in `train_toy`
    shares : sequence of float
        Widths of the window, as in `local_mass`.

    Returns
    -------
    ndarray, shape (models, 2, len(shares))
        By layer, means over tokens, heads and sequences.
    """
    shown, kept = looked_at(seeds, size), []
    fill_gaps(weights, kinds, shown, keep=kept)
    found = plain_np.zeros((len(seeds), 2, len(shares)))
    for layer, (kind, (q, k)) in enumerate(zip(kinds, kept, strict=True)):
        maps = softmax_rows(q, k) if kind == "softmax" else linear_rows(feature(q), feature(k))
        for model, rows in enumerate(maps):
            each = rows.reshape(-1, LENGTH, LENGTH).astype(float)
            mean = each.mean(axis=0)  # local mass is linear in the weights
            found[model, layer] = [local_mass(mean, share).mean() for share in shares]
    return found


def looked_at(seeds, size):
    """Return fresh sequences with gaps, (models, size, LENGTH)."""
    shown = []
    for seed in seeds:
        rules = draw_rules(plain_np.random.default_rng(seed))
        symbols, hidden = draw_batch(rules, size, LENGTH, plain_np.random.default_rng([seed, 2]))
        shown.append(plain_np.where(hidden, SYMBOLS, symbols))
    return plain_np.stack(shown)
