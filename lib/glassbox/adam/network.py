"""A small classifier with hand-written backpropagation; many copies train side by side.

All weights of a network are one vector, so an optimiser needs to know nothing about layers:
``W1`` (inputs, hidden) by rows, ``b1``, ``W2``, ``b2``, and so on. `sizes` gives the widths of the
layers, such as ``(64, 32, 10)``. Leading axes of the weights are independent networks.
"""

from itertools import pairwise

import numpy as np

from glassbox.checks import float_array, generator, integer, integers

from .training import minibatches, unpack

MOST_WEIGHTS = 10**8


def init_weights(sizes, rng):
    """Draw weights for a network of rectifiers: normal, variance 2 / inputs; biases 0.

    Parameters
    ----------
    sizes : sequence of int
        Widths of the layers from input to output, at least two.
    rng : numpy.random.Generator
        Source of the weights.

    Returns
    -------
    ndarray, shape (n_weights,)

    Raises
    ------
    ValueError
        If there are fewer than two layers, or an empty one.

    References
    ----------
    he2015delving.

    Examples
    --------
    >>> init_weights((2, 3, 1), np.random.default_rng(1)).shape
    (13,)
    """
    generator("rng", rng)
    parts = []
    for n_in, n_out in _pairs(sizes):
        parts += [np.sqrt(2 / n_in) * rng.standard_normal(n_in * n_out), np.zeros(n_out)]
    return np.concatenate(parts)


def network_loss(weights, inputs, labels, sizes):
    """Mean cross-entropy of the softmax of the outputs, and its gradient by backpropagation.

    Parameters
    ----------
    weights : array_like, shape (..., n_weights)
        One or many networks.
    inputs : array_like, shape (n, sizes[0])
        The same for all networks.
    labels : array_like of int, shape (n,)
        Class of each input, from 0.
    sizes : sequence of int
        Widths of the layers; rectifiers between them.

    Returns
    -------
    loss : ndarray, shape (...)
        In nats.
    gradient : ndarray, shape (..., n_weights)

    Raises
    ------
    ValueError
        If a shape does not fit `sizes`, a label is out of range, or a number is not finite.

    Examples
    --------
    With weights 0 all classes are equally likely.

    >>> loss, gradient = network_loss(np.zeros(6), [[3, 5]], [0], (2, 2))
    >>> np.exp(loss).round(12), gradient
    (np.float64(2.0), array([-1.5,  1.5, -2.5,  2.5, -0.5,  0.5]))
    """
    sizes = _sizes(sizes)
    layers, inputs = _layers(weights, sizes), _inputs(inputs, sizes)
    labels = _labels(labels, len(inputs), sizes[-1])
    activities = _forward(layers, inputs)
    rows = np.arange(len(labels))
    logits = activities[-1] - activities[-1].max(axis=-1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    loss = -log_p[..., rows, labels].mean(axis=-1)

    delta = np.exp(log_p)  # the loss by the logits
    delta[..., rows, labels] -= 1
    delta /= len(labels)
    parts = []
    for (matrix, _), before in zip(layers[::-1], activities[-2::-1], strict=True):
        by_matrix = before.swapaxes(-1, -2) @ delta
        lead = by_matrix.shape[:-2]
        parts += [delta.sum(axis=-2), by_matrix.reshape(*lead, -1)]
        if before is not inputs:
            delta = (delta @ matrix.swapaxes(-1, -2)) * (before > 0)
    return loss, np.concatenate(parts[::-1], axis=-1)


def network_error(weights, inputs, labels, sizes):
    """Fraction of the inputs whose largest output is not that of their class.

    Parameters
    ----------
    weights, inputs, labels, sizes
        As in `network_loss`.

    Returns
    -------
    ndarray, shape (...)
        In [0, 1].

    Raises
    ------
    ValueError
        As `network_loss`.

    Examples
    --------
    The weights pass the inputs on.

    >>> network_error([1, 0, 0, 1, 0, 0], [[2, 1], [1, 2], [0, 3]], [0, 1, 0], (2, 2)).round(2)
    np.float64(0.33)
    """
    sizes = _sizes(sizes)
    layers, inputs = _layers(weights, sizes), _inputs(inputs, sizes)
    labels = _labels(labels, len(inputs), sizes[-1])
    return (_forward(layers, inputs)[-1].argmax(axis=-1) != labels).mean(axis=-1)


def minibatch_gradient(inputs, labels, sizes, batch_size, rng):
    """Return a function of the weights: the gradient of `network_loss` on the next mini-batch.

    Each epoch goes through the data in a new order, and drops what does not fill a batch. All
    networks trained together see the same batches.

    Parameters
    ----------
    inputs, labels, sizes
        As in `network_loss`.
    batch_size : int
        From 1 to the number of inputs.
    rng : numpy.random.Generator
        Source of the order.

    Returns
    -------
    callable
        For `minimise`.

    Raises
    ------
    ValueError
        If `batch_size` is out of range, or as `network_loss` does.

    Examples
    --------
    >>> gradient = minibatch_gradient([[1], [2]], [0, 1], (1, 2), 1, np.random.default_rng(1))
    >>> gradient(np.zeros(4)) + gradient(np.zeros(4))  # one epoch
    array([ 0.5, -0.5,  0. ,  0. ])
    """
    sizes = _sizes(sizes)
    inputs = _inputs(inputs, sizes)
    labels = _labels(labels, len(inputs), sizes[-1])
    batch_size = integer("batch_size", batch_size, least=1, most=len(inputs))
    batches = minibatches(len(inputs), batch_size, rng)

    def gradient(weights):
        rows = next(batches)
        return network_loss(weights, inputs[rows], labels[rows], sizes)[1]

    return gradient


def _forward(layers, inputs):
    """Activities of every layer, the inputs first; no rectifier on the last."""
    activities = [inputs]
    for i, (matrix, bias) in enumerate(layers):
        after = activities[-1] @ matrix + bias
        activities.append(np.maximum(after, 0) if i < len(layers) - 1 else after)
    return activities


def _layers(weights, sizes):
    """Cut the vectors of weights into pairs (..., n_in, n_out) and (..., 1, n_out)."""
    wanted = sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
    weights = float_array("weights", weights, f"... {wanted}", note=f" for sizes {tuple(sizes)}")
    parts = list(unpack(weights, layer_shapes(sizes)).values())
    return [
        (matrix, bias[..., None, :]) for matrix, bias in zip(parts[::2], parts[1::2], strict=True)
    ]


def layer_shapes(sizes):
    """Return the shapes of a network's weights, in their order: W1, b1, W2, b2, and so on.

    Examples
    --------
    >>> layer_shapes((2, 3))
    {'W1': (2, 3), 'b1': (3,)}
    """
    shapes = {}
    for layer, (n_in, n_out) in enumerate(_pairs(sizes), start=1):
        shapes |= {f"W{layer}": (n_in, n_out), f"b{layer}": (n_out,)}
    return shapes


def _sizes(sizes):
    sizes = integers("sizes", sizes, least=1)
    if len(sizes) < 2:
        raise ValueError(f"sizes must give at least two layers, got {sizes}")
    if sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes)) > MOST_WEIGHTS:
        raise ValueError(f"sizes must make at most {MOST_WEIGHTS:,} weights, got {sizes}")
    return sizes


def _pairs(sizes):
    return list(pairwise(_sizes(sizes)))


def _inputs(inputs, sizes):
    return float_array("inputs", inputs, f"n {sizes[0]}", empty=False)


def _labels(labels, n, n_classes):
    try:
        labels = np.asarray(labels)
    except ValueError:
        raise ValueError("labels must be whole numbers, one an input, got nested ones") from None
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be whole numbers, shape ({n},), got {labels.dtype}, {labels.shape}"
        )
    if (labels < 0).any() or (labels >= n_classes).any():
        raise ValueError(f"labels must be from 0 to {n_classes - 1}, got {labels.tolist()}")
    return labels
