r"""One step of each optimiser, as pure functions of the point, the gradient and the state.

Our names and the letters of Kingma and Ba: params :math:`\theta`, grad :math:`g`, lr
:math:`\alpha`, beta1, beta2 :math:`\beta_1, \beta_2`, eps :math:`\epsilon`, state.m, state.v
:math:`m, v`, state.t :math:`t`; weight_decay is :math:`\lambda`. Everything is done in float64.

All steps take the same state, so that they can be exchanged. A hyper-parameter is a number, or an
array that broadcasts to the shape of params by numpy's rules: for n runs side by side, params has
shape (n, d) and lr shape (n, 1).
"""

from dataclasses import dataclass, replace

import numpy as np

from glassbox.checks import broadcast_array, flag, float_array, integer, real_array


@dataclass(frozen=True, eq=False)
class AdamState:
    """What an optimiser remembers between two steps.

    Attributes
    ----------
    m : ndarray, shape of params
        First moment, the running mean of the gradient. SGD and RMSProp keep their velocity here.
    v : ndarray, shape of params
        Second moment, the running mean of the squared gradient (not a variance: no mean is
        subtracted). AdaGrad keeps the sum of squares here.
    v_max : ndarray, shape of params
        Largest second moment so far, for AMSGrad alone.
    t : int
        Number of steps taken. (In a trajectory: all of this with a leading axis for time.)
    """

    m: np.ndarray
    v: np.ndarray
    v_max: np.ndarray
    t: int = 0


def init_state(params):
    """Return the state before the first step: moments 0, no step taken.

    Examples
    --------
    >>> init_state([3.0, 4.0]).m
    array([0., 0.])
    """
    zeros = np.zeros(float_array("params", params).shape)
    return AdamState(zeros, zeros.copy(), zeros.copy())


def adam_step(
    params,
    grad,
    state,
    lr=1e-3,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=0.0,
    amsgrad=False,
):
    r"""Take one step of Adam; weight decay is an L2 penalty, its gradient inside `grad`.

    .. math::

        g &\leftarrow g + \lambda\theta \\
        m &\leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2 \\
        \theta &\leftarrow \theta - \alpha\, \hat m / (\sqrt{\hat v} + \epsilon), \qquad
        \hat m = m / (1 - \beta_1^t), \quad \hat v = v / (1 - \beta_2^t)

    Parameters
    ----------
    params, grad : array_like, shape (..., d)
        Current point and the gradient of the loss there.
    state : AdamState
        Moments, and the number of steps taken before this one.
    lr : float or array_like
        Step size > 0, in units of `params`.
    beta1, beta2 : float or array_like
        Decay rates of the moments, in [0, 1).
    eps : float or array_like
        Added to the root of the second moment, >= 0, in units of `grad`.
    weight_decay : float or array_like
        Strength >= 0 of the penalty ``weight_decay / 2 * sum(params**2)``.
    amsgrad : bool
        If true, divide by the largest second moment so far.

    Returns
    -------
    params : ndarray, shape (..., d)
        The new point.
    state : AdamState
        The new state. The inputs are not modified.

    Raises
    ------
    ValueError
        If `grad` or a moment has another shape than `params`, a hyper-parameter is out of range
        or does not broadcast, a number is not finite, or a second moment is negative.
    TypeError
        If an argument is not numeric, `state` is no `AdamState`, or `amsgrad` no bool.

    Notes
    -----
    As in PyTorch, `eps` is added after the correction, and AMSGrad takes the maximum of the
    uncorrected `v` and corrects it afterwards; the AMSGrad paper has no correction. Unlike there,
    0 / 0 is 0: with ``eps=0`` a coordinate whose gradient has always been 0 stays where it is. So
    does one whose gradients were all so small, below 1e-162, that their squares are 0 in float64
    (PyTorch makes that an infinite step). A gradient whose square overflows, beyond 1e154, makes
    `v` infinite: numpy warns, and the coordinate stands still from there on, as in PyTorch.

    References
    ----------
    kingma2015adam, Algorithm 1; reddi2018convergence, Algorithm 2; PyTorch's ``Adam``.

    Examples
    --------
    The first step has size `lr` in each coordinate, whatever the size of the gradient.

    >>> params, state = adam_step([1.0, 1.0], [100.0, -0.01], init_state([1.0, 1.0]), lr=0.25)
    >>> params.round(5)
    array([0.75, 1.25])
    """
    params, grad, state = checked_step(params, grad, state)
    lr = broadcast_array("lr", lr, params.shape, above=0)
    weight_decay = broadcast_array("weight_decay", weight_decay, params.shape, least=0)
    grad = grad + weight_decay * params
    direction, state = adam_direction(grad, state, beta1, beta2, eps, amsgrad)
    return params - lr * direction, state


def adamw_step(
    params,
    grad,
    state,
    lr=1e-3,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=1e-2,
    amsgrad=False,
):
    r"""Take one step of AdamW: weight decay beside Adam's direction, not inside the gradient.

    With the moments of `adam_step` taken from the gradient of the loss alone,

    .. math:: \theta \leftarrow \theta - \alpha\,\Big(
        \frac{\hat m}{\sqrt{\hat v} + \epsilon} + \lambda\theta\Big)

    Parameters
    ----------
    params, grad, state, lr, beta1, beta2, eps, amsgrad
        As in `adam_step`.
    weight_decay : float or array_like
        Decay rate >= 0: each step takes away the fraction ``lr * weight_decay`` of `params`.

    Returns
    -------
    params, state
        As `adam_step`.

    Raises
    ------
    ValueError, TypeError
        As `adam_step`.

    Notes
    -----
    This is PyTorch's parametrisation. The paper's decay is not multiplied by its learning rate
    (only by the schedule): for the paper's decay `w`, pass ``weight_decay=w / lr``.

    References
    ----------
    loshchilov2019decoupled, Algorithm 2, line 12; PyTorch's ``AdamW``.

    Examples
    --------
    Without a gradient, only the decay acts: 1 - 0.5 * 0.5 is left.

    >>> params, _ = adamw_step([4.0, 8.0], [0.0, 0.0], init_state([4.0, 8.0]), lr=0.5,
    ...                        weight_decay=0.5)
    >>> params
    array([3., 6.])
    """
    params, grad, state = checked_step(params, grad, state)
    lr = broadcast_array("lr", lr, params.shape, above=0)
    weight_decay = broadcast_array("weight_decay", weight_decay, params.shape, least=0)
    direction, state = adam_direction(grad, state, beta1, beta2, eps, amsgrad)
    return params - lr * (direction + weight_decay * params), state


def adam_direction(grad, state, beta1=0.9, beta2=0.999, eps=1e-8, amsgrad=False):
    """Return the corrected first moment over the root of the corrected second, and the new state.

    Parameters, errors and notes are those of `adam_step`, which checks `grad` and `state`.

    Examples
    --------
    >>> direction, _ = adam_direction(np.array([8.0, -0.5]), init_state([0.0, 0.0]), eps=0)
    >>> direction
    array([ 1., -1.])
    """
    beta1 = broadcast_array("beta1", beta1, grad.shape, least=0, below=1)
    beta2 = broadcast_array("beta2", beta2, grad.shape, least=0, below=1)
    eps = broadcast_array("eps", eps, grad.shape, least=0)
    amsgrad = flag("amsgrad", amsgrad)
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad**2
    v_max = np.maximum(state.v_max, v) if amsgrad else state.v_max
    m_hat = m / (1 - beta1**t)
    v_hat = (v_max if amsgrad else v) / (1 - beta2**t)
    return _ratio(m_hat, np.sqrt(v_hat) + eps), AdamState(m, v, v_max, t)


def sgd_step(params, grad, state, lr=1e-3, momentum=0.0, nesterov=False, weight_decay=0.0):
    r"""Take one step of gradient descent, with heavy-ball or Nesterov momentum.

    .. math::

        g \leftarrow g + \lambda\theta, \qquad m \leftarrow \mu m + g, \qquad
        \theta \leftarrow \theta - \alpha m
        \quad (\text{Nesterov: } \theta \leftarrow \theta - \alpha (g + \mu m))

    Parameters
    ----------
    params, grad, state, lr, weight_decay
        As in `adam_step`.
    momentum : float or array_like
        Fraction of the velocity that is kept, in [0, 1).
    nesterov : bool
        If true, look ahead along the new velocity.

    Returns
    -------
    params, state
        As `adam_step`; ``state.m`` is the velocity, ``state.v`` stays as it is.

    Raises
    ------
    ValueError, TypeError
        As `adam_step`.

    References
    ----------
    PyTorch's ``SGD`` with dampening 0.

    Examples
    --------
    The velocity of the second step is 1 + 0.5.

    >>> params, state = [8.0], init_state([8.0])
    >>> for _ in range(2):
    ...     params, state = sgd_step(params, [1.0], state, lr=2.0, momentum=0.5)
    >>> params, state.m
    (array([3.]), array([1.5]))
    """
    params, grad, state = checked_step(params, grad, state)
    nesterov = flag("nesterov", nesterov)
    lr = broadcast_array("lr", lr, params.shape, above=0)
    momentum = broadcast_array("momentum", momentum, params.shape, least=0, below=1)
    grad = grad + broadcast_array("weight_decay", weight_decay, params.shape, least=0) * params
    m = momentum * state.m + grad
    direction = grad + momentum * m if nesterov else m
    return params - lr * direction, _next(state, m=m)


def rmsprop_step(
    params, grad, state, lr=1e-2, beta2=0.99, eps=1e-8, momentum=0.0, weight_decay=0.0
):
    r"""Take one step of RMSProp: the gradient over the root of its running mean square.

    .. math::

        g \leftarrow g + \lambda\theta, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \qquad
        m \leftarrow \mu m + g / (\sqrt v + \epsilon), \qquad
        \theta \leftarrow \theta - \alpha m

    Parameters
    ----------
    params, grad, state, lr, beta2, eps, weight_decay
        As in `adam_step`; `beta2` is ``alpha`` in PyTorch. Nothing corrects the bias of `v`.
    momentum : float or array_like
        Fraction of the velocity that is kept, in [0, 1).

    Returns
    -------
    params, state
        As `adam_step`; ``state.m`` is the velocity.

    Raises
    ------
    ValueError, TypeError
        As `adam_step`.

    References
    ----------
    tieleman2012rmsprop; PyTorch's ``RMSprop``, not centred.

    Examples
    --------
    The first step is ``lr / sqrt(1 - beta2)``, here twice lr.

    >>> rmsprop_step([1.0], [5.0], init_state([1.0]), lr=0.125, beta2=0.75, eps=0)[0]
    array([0.75])
    """
    params, grad, state = checked_step(params, grad, state)
    lr = broadcast_array("lr", lr, params.shape, above=0)
    beta2 = broadcast_array("beta2", beta2, params.shape, least=0, below=1)
    eps = broadcast_array("eps", eps, params.shape, least=0)
    momentum = broadcast_array("momentum", momentum, params.shape, least=0, below=1)
    grad = grad + broadcast_array("weight_decay", weight_decay, params.shape, least=0) * params
    v = beta2 * state.v + (1 - beta2) * grad**2
    m = momentum * state.m + _ratio(grad, np.sqrt(v) + eps)
    return params - lr * m, _next(state, m=m, v=v)


def adagrad_step(params, grad, state, lr=1e-2, eps=1e-10, weight_decay=0.0):
    r"""Take one step of AdaGrad: the gradient over the root of the sum of all its squares.

    .. math::

        g \leftarrow g + \lambda\theta, \qquad v \leftarrow v + g^2, \qquad
        \theta \leftarrow \theta - \alpha g / (\sqrt v + \epsilon)

    Parameters
    ----------
    params, grad, state, lr, eps, weight_decay
        As in `adam_step`.

    Returns
    -------
    params, state
        As `adam_step`; ``state.v`` is the sum of squares, ``state.m`` stays as it is.

    Raises
    ------
    ValueError, TypeError
        As `adam_step`.

    References
    ----------
    duchi2011adaptive; PyTorch's ``Adagrad``.

    Examples
    --------
    The root of 3² + 4² is 5.

    >>> params, state = adagrad_step([1.0], [3.0], init_state([1.0]), lr=0.5)
    >>> adagrad_step(params, [4.0], state, lr=0.5)[0].round(6)
    array([0.1])
    """
    params, grad, state = checked_step(params, grad, state)
    lr = broadcast_array("lr", lr, params.shape, above=0)
    eps = broadcast_array("eps", eps, params.shape, least=0)
    grad = grad + broadcast_array("weight_decay", weight_decay, params.shape, least=0) * params
    v = state.v + grad**2
    return params - lr * _ratio(grad, np.sqrt(v) + eps), _next(state, v=v)


def checked_step(params, grad, state):
    """Return point, gradient and state as float64 arrays of one shape, or say what is wrong."""
    params = float_array("params", params)
    grad = float_array("grad", grad, params.shape, note=", that of params")
    if not isinstance(state, AdamState):
        raise TypeError(f"state must be an AdamState, as init_state makes, got {state!r}")
    for name in ("m", "v", "v_max"):
        moment = np.asarray(getattr(state, name))
        if moment.shape != params.shape:
            raise ValueError(
                f"state.{name} must have shape {params.shape}, that of params, got {moment.shape}"
            )
        if name == "m":
            real_array("state.m", moment)
        elif not (moment >= 0).all():  # infinite it may be: a square overflows
            raise ValueError(f"state.{name} must be >= 0, got {moment.min()}")
    return params, grad, replace(state, t=integer("state.t", state.t, least=0))


def _next(state, **changes):
    """Return the state one step later."""
    return replace(state, **changes, t=state.t + 1)


def _ratio(top, bottom):
    """top / bottom, and 0 where bottom is 0."""
    if bottom.all():
        return top / bottom
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
