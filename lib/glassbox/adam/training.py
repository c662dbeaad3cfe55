"""What every training here shares: weights in one vector, batches, and step after step.

An optimiser needs to know nothing about layers if all weights are one vector; `unpack` gives them
their shapes back. Used by the small networks of this and of later chapters.
"""

from math import prod

import numpy as np

from .steps import adam_step, init_state


def unpack(weights, shapes):
    """Cut a vector of weights into arrays: views where they can be, traced where it is.

    Parameters
    ----------
    weights : ndarray, shape (..., n_weights)
        Leading axes are independent networks.
    shapes : dict of str to tuple of int
        Name and shape of each array, in the order in which they stand in the vector.

    Returns
    -------
    dict of str to ndarray, shape (..., *shape)

    Raises
    ------
    ValueError
        If the vector has another length.

    Examples
    --------
    >>> import numpy as np
    >>> unpack(np.arange(5), {"W": (2, 2), "b": (1,)})
    {'W': array([[0, 1],
           [2, 3]]), 'b': array([4])}
    """
    wanted = sum(map(prod, shapes.values()))
    if weights.shape[-1:] != (wanted,):
        raise ValueError(f"weights must have shape (..., {wanted}), got {weights.shape}")
    parts, at, lead = {}, 0, weights.shape[:-1]
    for name, shape in shapes.items():
        parts[name] = weights[..., at : at + prod(shape)].reshape((*lead, *shape))
        at += prod(shape)
    return parts


def minibatches(n, batch_size, rng):
    """Yield the rows of one batch after the other, without end.

    Each epoch goes through n rows in a new order, and drops what does not fill a batch.

    Examples
    --------
    >>> import numpy as np
    >>> batches = minibatches(5, 2, np.random.default_rng(0))
    >>> len(set([*next(batches), *next(batches)]))  # one epoch of two batches
    4
    """
    while True:
        order = rng.permutation(n)
        for first in range(0, n - batch_size + 1, batch_size):
            yield order[first : first + batch_size]


def descend(
    weights, loss_and_gradient, batches, rates, step=adam_step, watch=lambda *_: None, **hyper
):
    """Take a step for each rate, on the next batch.

    Parameters
    ----------
    weights : ndarray, shape (n_weights,)
        Where to start.
    loss_and_gradient : callable
        From the weights and what a batch holds to the loss and its gradient.
    batches : iterable of tuple
        The further arguments of `loss_and_gradient`, one tuple a step.
    rates : iterable of float
        The learning rate of each step.
    step : callable
        An optimiser's step, such as `adam_step`.
    watch : callable, optional
        Called after each step with its number from 1, the weights, and the gradient that moved
        them.
    **hyper
        What else the optimiser takes.

    Returns
    -------
    weights : ndarray, shape (n_weights,)
        After the last step.
    losses : ndarray, shape (n_steps,)
        Before each step, on its batch.

    Examples
    --------
    On x²/2 gradient descent with a learning rate of 1/2 halves x.

    >>> import numpy as np
    >>> from glassbox.adam import sgd_step
    >>> def half_square(x):
    ...     return float(x @ x) / 2, x
    >>> descend(np.array([8.0]), half_square, [()] * 3, [0.5] * 3, sgd_step)
    (array([1.]), array([32.,  8.,  2.]))
    """
    state, losses = init_state(weights), []
    for number, (rate, batch) in enumerate(zip(rates, batches, strict=False), start=1):
        loss, gradient = loss_and_gradient(weights, *batch)
        weights, state = step(weights, gradient, state, lr=rate, **hyper)
        losses.append(loss)
        watch(number, weights, gradient)
    return weights, np.array(losses)
