"""What every training here shares: weights in one vector, batches, and step after step.

An optimiser needs to know nothing about layers if all weights are one vector; `unpack` gives them
their shapes back. Used by the small networks of this and of later chapters.
"""

import inspect
from math import prod

import numpy as np

from glassbox.checks import (
    float_array,
    function,
    generator,
    integer,
    integers,
    real_array,
    real_number,
)

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
    {'W': array([[0., 1.],
           [2., 3.]]), 'b': array([4.])}
    """
    if not hasattr(shapes, "items"):
        raise TypeError(f"shapes must be a dict of name and shape, got {shapes!r}")
    shapes = {name: tuple(integers(f"shapes[{name!r}]", s, least=0)) for name, s in shapes.items()}
    weights = real_array("weights", weights)
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

    Raises
    ------
    ValueError
        If `batch_size` is not from 1 to n.

    Examples
    --------
    >>> import numpy as np
    >>> batches = minibatches(5, 2, np.random.default_rng(0))
    >>> len(set([*next(batches), *next(batches)]))  # one epoch of two batches
    4
    """
    n = integer("n", n, least=1, most=10**8)
    batch_size = integer("batch_size", batch_size, least=1, most=n)
    generator("rng", rng)

    def drawn():
        while True:
            order = rng.permutation(n)
            for first in range(0, n - batch_size + 1, batch_size):
                yield order[first : first + batch_size]

    return drawn()


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

    Raises
    ------
    ValueError
        If the weights are no vector, or a rate is not above 0.
    TypeError
        If a batch is no tuple that fits `loss_and_gradient`, or an argument is of another kind.

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
    for name, given in (("loss_and_gradient", loss_and_gradient), ("step", step), ("watch", watch)):
        function(name, given)
    for name, given in (("rates", rates), ("batches", batches)):
        if not np.iterable(given):
            raise TypeError(f"{name} must be iterable, one a step, got {given!r}")
    weights = float_array("weights", weights, "n")
    state, losses = init_state(weights), []
    for number, (rate, batch) in enumerate(zip(rates, batches, strict=False), start=1):
        rate, batch = real_number("each of rates", rate, above=0), _batch(batch, loss_and_gradient)
        loss, gradient = loss_and_gradient(weights, *batch)
        weights, state = step(weights, gradient, state, lr=rate, **hyper)
        losses.append(loss)
        watch(number, weights, gradient)
    return weights, np.array(losses)


def _batch(batch, loss_and_gradient):
    """Return what a batch holds, if the function takes it after the weights."""
    if not isinstance(batch, tuple | list):
        raise TypeError(f"each of batches must be a tuple, got {batch!r}")
    try:
        inspect.signature(loss_and_gradient).bind(None, *batch)
    except TypeError:
        raise TypeError(
            f"each of batches must hold what loss_and_gradient takes after the weights, "
            f"got {len(batch)} of them"
        ) from None
    except ValueError:  # some functions have no signature
        pass
    return batch
