"""A small network whose embeddings a margin softmax can tell apart."""

from dataclasses import dataclass

import numpy as np

from glassbox.adam import (
    adamw_step,
    cosine_schedule,
    descend,
    init_weights,
    layer_shapes,
    minibatches,
    unpack,
)
from glassbox.checks import as_list, generator, integer, integers, real_number

from ..verification import normalise
from .losses import checked_margins, margin_softmax, softmax_loss
from .projections import Projection, classes_of, crop_rows, pca


@dataclass(frozen=True, eq=False)
class Embedder:
    """A trained network; call it on crops.

    Attributes
    ----------
    projection : Projection
        Whitened principal components, which the layers see.
    layers : tuple of (ndarray, ndarray)
        Matrices (n_in, n_out) and biases (n_out,), leaky rectifiers between them.
    centres : ndarray, shape (n_classes, n_dims)
        W of the loss, a row for each of `classes`.
    classes : ndarray, shape (n_classes,)
        The labels, sorted.
    losses : ndarray, shape (n_epochs,)
        Mean loss of each epoch of the training.
    angular : bool
        Whether the loss saw angles only; plain softmax sees lengths too.
    """

    projection: Projection
    layers: tuple
    centres: np.ndarray
    classes: np.ndarray
    losses: np.ndarray
    angular: bool = True

    def __call__(self, crops):
        """Embed crops, shape (n, ...), as rows of length 1, shape (n, n_dims)."""
        return normalise(self.raw(crops))

    def raw(self, crops):
        """Embed crops without dividing by the length, shape (n, n_dims)."""
        return _forward(self.layers, self.projection(crops))[-1]

    def classify(self, crops):
        """Return the label with the largest logit for each crop, shape (n,).

        That is the centre at the smallest angle; after plain softmax, lengths count as well.
        """
        centres = normalise(self.centres) if self.angular else self.centres
        return self.classes[(self.raw(crops) @ centres.T).argmax(axis=1)]


def train_embedder(
    crops,
    labels,
    rng,
    n_dims=64,
    margins=(1.0, 0.5, 0.0),
    s=16.0,
    hidden=(),
    n_components=250,
    n_epochs=30,
    batch_size=64,
    lr=1e-2,
    weight_decay=1e-2,
    warm_up=0.0,
):
    """Train a small network whose embeddings a margin softmax can tell apart.

    Whitened principal components of the crops go through dense layers, leaky rectifiers between
    them. AdamW takes the steps, its rate falling as half a cosine. The centres are trained along,
    and not used afterwards: new persons are compared by the angle between embeddings.

    Parameters
    ----------
    crops : array_like, shape (n, ...)
        Aligned crops, d pixels each.
    labels : array_like, shape (n,)
        Who is on each; at least two persons.
    rng : numpy.random.Generator
        Source of the first weights and of the order of the crops.
    n_dims : int
        Numbers in an embedding, at least 2.
    margins : (float, float, float) or None
        m1, m2, m3 of `margin_softmax`: (1, 0.5, 0) is ArcFace, (1, 0, 0.2) CosFace, (1, 0, 0)
        NormFace. None is plain softmax, without scale.
    s : float
        Scale.
    hidden : sequence of int
        Widths of the layers before the last; with none, the map is linear.
    n_components : int
        Number of principal components, at most; n - 1 and d also limit it.
    n_epochs, batch_size : int
        Length of the training, and crops a step.
    lr, weight_decay : float
        Of AdamW.
    warm_up : float
        Fraction of the training, in [0, 1], in which the margins grow from none and the scale from
        4 (if it is larger). In the plane, where one class is in the way of another, a large
        scale from the start leaves them where they are.

    Returns
    -------
    Embedder
        The same for the same `rng`.

    Raises
    ------
    ValueError
        If shapes do not fit, there is one person only, or a parameter is out of range.

    Examples
    --------
    Three persons, each bright in one of three pixels.

    >>> rng = np.random.default_rng(1)
    >>> labels = np.arange(60) % 3
    >>> crops = np.eye(3)[labels] + 0.1 * rng.standard_normal((60, 3))
    >>> embed = train_embedder(crops, labels, rng, n_dims=8, batch_size=10)
    >>> (embed.classify(crops) == labels).all()
    np.True_
    """
    crops = crop_rows("crops", crops)
    classes, y = classes_of(labels, len(crops))
    n_dims, n_epochs = (
        integer("n_dims", n_dims, least=2, most=10**5), integer("n_epochs", n_epochs, least=1),
    )  # fmt: skip
    batch_size = min(integer("batch_size", batch_size, least=1), len(crops))
    n_components = integer("n_components", n_components, least=1)
    if margins is not None:
        margins = as_list("margins", margins)
        if len(margins) != 3:
            raise ValueError(f"margins must be m1, m2, m3 or None, got {margins!r}")
        margins = checked_margins(*margins)
    rng, hidden = generator("rng", rng), integers("hidden", hidden, least=1)
    s, lr = real_number("s", s, above=0), real_number("lr", lr, above=0)
    warm_up = real_number("warm_up", warm_up, least=0, most=1)

    projection = _whitened(crops, min(n_components, len(crops) - 1, crops.shape[1]))
    features = projection(crops)
    sizes = (features.shape[1], *hidden, n_dims)
    shapes = layer_shapes(sizes) | {"centres": (len(classes), n_dims)}
    weights = init_weights(sizes, rng)
    weights[-n_dims:] = rng.standard_normal(n_dims) / 100  # biases: the mean crop is no 0 either
    weights = np.append(weights, rng.standard_normal(len(classes) * n_dims) / np.sqrt(n_dims))
    n_batches = len(crops) // batch_size
    rates = lr * cosine_schedule(n_epochs * n_batches)

    def batches():
        for step, rows in enumerate(minibatches(len(crops), batch_size, rng)):
            part = min(1, step // n_batches / (warm_up * n_epochs)) if warm_up else 1
            yield shapes, features[rows], y[rows], *warmed(margins, s, part)

    weights, losses = descend(
        weights, loss_and_gradient, batches(), rates, adamw_step, weight_decay=weight_decay
    )
    losses = losses.reshape(n_epochs, n_batches).mean(axis=1)
    layers, centres = _layers(weights, shapes)
    return Embedder(projection, tuple(layers), centres, classes, losses, margins is not None)


def warmed(margins, s, part):
    """Margins and scale when a part of the warm-up, in [0, 1], is over."""
    if margins is None:
        return None, s
    m1, m2, m3 = margins
    start = min(s, 4.0)
    return (1 + part * (m1 - 1), part * m2, part * m3), start + part * (s - start)


def _whitened(crops, n_components):
    """As many whitened components as have variance, up to `n_components`."""
    plain = pca(crops, n_components)
    useful = plain.weight > 1e-10 * plain.weight[0]
    if not plain.weight[0]:
        raise ValueError("crops must not all be alike")
    components = plain.components[useful] / np.sqrt(plain.weight[useful])[:, None]
    return Projection(plain.mean, components, plain.weight[useful])


_LEAK = 0.1  # slope of the rectifiers below 0: with 0, a crop could get the embedding 0


def loss_and_gradient(weights, shapes, features, y, margins, s):
    """Loss of a batch, and its gradient by all the weights, by backpropagation."""
    layers, centres = _layers(weights, shapes)
    activities = _forward(layers, features)
    if margins is None:
        _, loss, delta, d_centres = softmax_loss(activities[-1], centres, y)
    else:
        _, loss, delta, d_centres = margin_softmax(
            activities[-1], centres, y, *margins, s=s, monotone=True
        )
    parts = [d_centres.ravel()]
    for (matrix, _), before in zip(layers[::-1], activities[-2::-1], strict=True):
        parts += [delta.sum(axis=0), (before.T @ delta).ravel()]
        delta = (delta @ matrix.T) * np.where(before > 0, 1, _LEAK)
    return loss, np.concatenate(parts[::-1])


def _forward(layers, features):
    """Activities of every layer, the features first; no rectifier on the last."""
    activities = [features]
    for i, (matrix, bias) in enumerate(layers):
        after = activities[-1] @ matrix + bias
        activities.append(np.maximum(after, _LEAK * after) if i < len(layers) - 1 else after)
    return activities


def _layers(weights, shapes):
    """The layers, and the centres, as views of the vector of all weights."""
    *parts, centres = unpack(weights, shapes).values()
    return list(zip(parts[::2], parts[1::2], strict=True)), centres
