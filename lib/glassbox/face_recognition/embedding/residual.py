"""A small residual network (ResNet) in plain NumPy: forward, backward, training.

A crop of 32 x 32 pixels passes three stages of convolutions; each halves the side and doubles the
channels. In a stage a *residual block* adds to its input what two convolutions make of it. A last
matrix takes all that is left to the embedding. There is no normalisation inside: the second
convolution of each block starts at 0, so that a block begins as the identity.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from glassbox.adam import adamw_step, cosine_schedule, descend, minibatches, unpack
from glassbox.checks import float_array, generator, integer, real_number

from ..verification import normalise
from .losses import margin_softmax
from .network import warmed
from .projections import classes_of

#: Channels of the three stages.
WIDTHS = (8, 16, 32)
#: Side of a crop in pixels.
SIDE = 32
_LEAK = 0.1  # slope of the rectifiers below 0


def layer_table(widths=WIDTHS, n_dims=64, side=SIDE):
    """Say layer by layer what a network makes of a crop, and what that costs.

    Parameters
    ----------
    widths : sequence of int
        Channels of each stage, at least 1.
    n_dims : int
        Numbers in an embedding, at least 1.
    side : int
        Of the crop in pixels; each stage halves it.

    Returns
    -------
    list of (str, tuple of int, int, int)
        Name, shape of the result, number of weights, multiplications for one crop.

    Raises
    ------
    ValueError
        If a number is below 1, or the side cannot be halved so often.

    Examples
    --------
    A convolution has 3 * 3 weights for each pair of channels, and a bias for each new one.

    >>> layer_table([8], 64)[0]
    ('stage 1: convolution, stride 2', (16, 16, 8), 80, 18432)
    """
    widths = [integer("widths", width, least=1, most=4096) for width in _listed("widths", widths)]
    n_dims = integer("n_dims", n_dims, least=1, most=10**5)
    side = integer("side", side, least=1)
    if side % 2 ** len(widths):
        raise ValueError(f"side must be a multiple of {2 ** len(widths)}, got {side}")
    rows, before = [], 1
    for number, width in enumerate(widths, start=1):
        side //= 2
        rows.append(
            (f"stage {number}: convolution, stride 2", (side, side, width),
             9 * before * width + width, 9 * before * width * side**2)
        )  # fmt: skip
        rows.append(
            (f"stage {number}: residual block", (side, side, width),
             2 * (9 * width**2 + width), 18 * width**2 * side**2)
        )  # fmt: skip
        before = width
    size = side**2 * before
    rows.append(("matrix to the embedding", (n_dims,), size * n_dims + n_dims, size * n_dims))
    return rows


def _listed(name, values):
    if not isinstance(values, list | tuple) or not values:
        raise ValueError(f"{name} must be a list of whole numbers, got {values!r}")
    return values


def shapes_of(widths, n_dims, side=SIDE):
    """Name and shape of each array of weights, in order."""
    shapes, before = {}, 1
    for k, width in enumerate(widths):
        shapes |= {f"down{k}": (9 * before, width), f"down{k}_b": (width,)}
        shapes |= {f"one{k}": (9 * width, width), f"one{k}_b": (width,)}
        shapes |= {f"two{k}": (9 * width, width), f"two{k}_b": (width,)}
        before = width
    size = (side // 2 ** len(widths)) ** 2 * before
    return shapes | {"last": (size, n_dims), "last_b": (n_dims,)}


@dataclass(frozen=True, eq=False)
class ResidualNetwork:
    """A trained network; call it on crops.

    Attributes
    ----------
    weights : ndarray, shape (n_weights,)
    widths : tuple of int
    n_dims : int
    losses : ndarray
        Mean loss of each epoch of the training.
    """

    weights: np.ndarray
    widths: tuple = WIDTHS
    n_dims: int = 64
    losses: np.ndarray | None = None

    def __call__(self, crops):
        """Embed crops, shape (n, 32, 32), as rows of length 1, shape (n, n_dims)."""
        return normalise(self.features(crops)[-1].astype(float))

    def features(self, crops):
        """Return what each stage makes of crops: (n, 16, 16, 8), ..., and the embedding."""
        crops = checked_crops(crops)
        parts = unpack(np.asarray(self.weights, np.float32), shapes_of(self.widths, self.n_dims))
        found = [
            _forward(parts, self.widths, crops[i : i + 256]) for i in range(0, len(crops), 256)
        ]
        return [np.concatenate(stage) for stage in zip(*(kept[0] for kept in found), strict=True)]


def checked_crops(crops):
    """Return crops as float32, shape (n, 32, 32, 1)."""
    crops = float_array("crops", crops)
    if crops.ndim != 3 or crops.shape[1:] != (SIDE, SIDE) or not len(crops):
        raise ValueError(f"crops must have shape (n, {SIDE}, {SIDE}), got {crops.shape}")
    return crops[..., None].astype(np.float32)


def patches(x, stride=1):
    """Return the 3 x 3 neighbourhood of every place, (n, h, w, 9 c), beyond the border 0.

    Examples
    --------
    >>> patches(np.ones((1, 4, 4, 1)), stride=2)[0, :, :, 4].tolist()  # the middle of each
    [[1.0, 1.0], [1.0, 1.0]]
    """
    n, height, width, channels = x.shape
    edged = np.zeros((n, height + 2, width + 2, channels), x.dtype)
    edged[:, 1:-1, 1:-1] = x
    h, w = -(-height // stride), -(-width // stride)
    out = np.empty((n, h, w, 9, channels), x.dtype)
    for k in range(9):
        i, j = divmod(k, 3)
        out[:, :, :, k] = edged[:, i : i + height : stride, j : j + width : stride]
    return out.reshape(n, h, w, 9 * channels)


def unpatched(d, shape, stride=1):
    """Add the gradients of all neighbourhoods where they came from: the transpose of `patches`."""
    n, height, width, channels = shape
    edged = np.zeros((n, height + 2, width + 2, channels), d.dtype)
    d = d.reshape(*d.shape[:3], 9, channels)
    for k in range(9):
        i, j = divmod(k, 3)
        edged[:, i : i + height : stride, j : j + width : stride] += d[:, :, :, k]
    return edged[:, 1:-1, 1:-1]


def _rectify(x):
    return np.maximum(x, np.float32(_LEAK) * x)


def _slope(x):
    return np.where(x > 0, np.float32(1), np.float32(_LEAK))


def _forward(parts, widths, x):
    """What each stage makes of x, and what the backward pass needs."""
    stages, kept = [], []
    for k in range(len(widths)):
        wide = patches(x, 2)
        a = wide @ parts[f"down{k}"] + parts[f"down{k}_b"]
        b = _rectify(a)
        first = patches(b)
        c = first @ parts[f"one{k}"] + parts[f"one{k}_b"]
        d = _rectify(c)
        second = patches(d)
        e = b + second @ parts[f"two{k}"] + parts[f"two{k}_b"]
        kept.append((x.shape, wide, a, first, c, second, e))
        x = _rectify(e)
        stages.append(x)
    flat = x.reshape(len(x), -1)
    stages.append(flat @ parts["last"] + parts["last_b"])
    return stages, kept


def _backward(parts, widths, stages, kept, delta):
    """Gradients of all weights, by name, from that of the embeddings."""
    last = stages[-2]
    flat = last.reshape(len(last), -1)
    found = {"last": flat.T @ delta, "last_b": delta.sum(axis=0)}
    delta = (delta @ parts["last"].T).reshape(last.shape)
    for k in reversed(range(len(widths))):
        shape, wide, a, first, c, second, e = kept[k]
        delta = delta * _slope(e)
        found |= _gradients(f"two{k}", second, delta)
        inner = unpatched(delta @ parts[f"two{k}"].T, c.shape) * _slope(c)
        found |= _gradients(f"one{k}", first, inner)
        delta = delta + unpatched(inner @ parts[f"one{k}"].T, a.shape)  # around and through
        delta = delta * _slope(a)
        found |= _gradients(f"down{k}", wide, delta)
        if k:
            delta = unpatched(delta @ parts[f"down{k}"].T, shape, 2)
    return found


def _gradients(name, seen, delta):
    flat = delta.reshape(-1, delta.shape[-1])
    return {name: seen.reshape(-1, seen.shape[-1]).T @ flat, f"{name}_b": flat.sum(axis=0)}


def loss_and_gradient(weights, shapes, widths, crops, y, margins, s):
    """Loss of a batch, and its gradient by all the weights."""
    parts = unpack(weights, shapes)
    stages, kept = _forward(parts, widths, crops)
    _, loss, delta, centres = margin_softmax(
        stages[-1], parts["centres"], y, *margins, s=s, monotone=True
    )
    found = _backward(parts, widths, stages, kept, delta) | {"centres": centres}
    return loss, np.concatenate([found[name].ravel() for name in shapes])


def train_residual(
    crops, labels, rng, n_dims=64, margins=(1.0, 0.5, 0.0), s=8.0, widths=WIDTHS, n_epochs=12,
    batch_size=64, lr=1e-2, weight_decay=5e-2,
):  # fmt: skip
    """Train a residual network under a margin softmax.

    Parameters
    ----------
    crops : array_like, shape (n, 32, 32)
        Aligned crops, as `glassbox.face_recognition.pipeline.prepare` makes them.
    labels : array_like, shape (n,)
        Who is on each; at least two persons.
    rng : numpy.random.Generator
        Source of the first weights, the order of the crops, and how they are shaken.
    n_dims : int
        Numbers in an embedding, at least 2.
    margins : (float, float, float)
        m1, m2, m3 of `margin_softmax`.
    s : float
        Scale > 0.
    widths : sequence of int
        Channels of each stage.
    n_epochs, batch_size : int
    lr, weight_decay : float
        Of AdamW; the rate falls as half a cosine after a short warm-up.

    Returns
    -------
    ResidualNetwork
        In float32: the same for the same `rng` but for rounding.

    Raises
    ------
    ValueError
        If shapes do not fit, there is one person only, or a parameter is out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> crops = rng.standard_normal((8, 32, 32))
    >>> net = train_residual(crops, [0, 1] * 4, rng, widths=[2], n_epochs=1, batch_size=4)
    >>> net(crops).shape
    (8, 64)
    """
    crops = checked_crops(crops)
    if not crops.reshape(len(crops), -1).any(axis=1).all():
        raise ValueError("crops must not be 0 everywhere: prepare_faces makes them")
    classes, y = classes_of(labels, len(crops))
    rng, widths = generator("rng", rng), tuple(_listed("widths", widths))
    layer_table(widths, n_dims)  # checks them
    margins = tuple(real_number("margins", m) for m in margins)
    s, lr = real_number("s", s, above=0), real_number("lr", lr, above=0)
    n_epochs = integer("n_epochs", n_epochs, least=1, most=10**6)
    batch_size = min(integer("batch_size", batch_size, least=1), len(crops))
    shapes = shapes_of(widths, n_dims) | {"centres": (len(classes), n_dims)}
    weights = first_weights(shapes, rng)
    n_batches = len(crops) // batch_size
    rates = lr * cosine_schedule(n_epochs * n_batches, min(n_batches, 50))

    def batches():
        for step, rows in enumerate(minibatches(len(crops), batch_size, rng)):
            part = min(1, step / (0.3 * n_epochs * n_batches))
            yield shapes, widths, shifted(crops[rows], rng), y[rows], *warmed(margins, s, part)

    weights, losses = descend(
        weights, loss_and_gradient, batches(), rates, adamw_step, weight_decay=weight_decay
    )
    count = sum(prod(shape) for name, shape in shapes.items() if name != "centres")
    losses = losses.reshape(n_epochs, n_batches).mean(axis=1)
    return ResidualNetwork(weights[:count], widths, n_dims, losses)


def first_weights(shapes, rng):
    """Draw weights so that activities keep their size; blocks begin as the identity."""
    parts = []
    for name, shape in shapes.items():
        size = 0.0 if name.endswith("_b") or name.startswith("two") else np.sqrt(2 / shape[0])
        size = 1 / np.sqrt(shape[1]) if name == "centres" else size
        parts.append(size * rng.standard_normal(prod(shape)))
    return np.concatenate(parts).astype(np.float32)


def shifted(crops, rng):
    """Shift each crop by up to one pixel either way, the edge repeated."""
    edged = np.pad(crops, [(0, 0), (1, 1), (1, 1), (0, 0)], mode="edge")
    moved = np.empty_like(crops)
    for k, (i, j) in enumerate(rng.integers(0, 3, (len(crops), 2))):
        moved[k] = edged[k, i : i + SIDE, j : j + SIDE]
    return moved
