"""A causal FLASH layer, one token at a time: a buffer for its chunk, a state for the past."""

from dataclasses import dataclass

import numpy as np

from glassbox.checks import checked, integer, real_array

from .units import checked_weights, layer_norm, offset_scale, squared_relu, streams


@dataclass(frozen=True, eq=False)
class FlashState:
    """What the decoder remembers between two tokens; `flash_init_state` makes the first.

    Attributes
    ----------
    chunk : int
        Tokens a chunk, C.
    keys : ndarray, shape (C, s)
        Quadratic keys of the running chunk; only the first ``t % chunk`` are in use.
    values : ndarray, shape (C, e)
        Its values, likewise.
    pending : ndarray, shape (s, e)
        Sum of linear key times value over the running chunk, which nobody reads yet.
    memory : ndarray, shape (s, e)
        The same over all finished chunks, divided by C: the state S.
    t : int
        Tokens read so far.
    """

    chunk: int
    keys: np.ndarray
    values: np.ndarray
    pending: np.ndarray
    memory: np.ndarray
    t: int = 0


def flash_init_state(weights, chunk):
    """Return the state before the first token: nothing remembered.

    Parameters
    ----------
    weights : mapping
        As for `flash_layer`; only the shapes are used.
    chunk : int
        C >= 1.

    Examples
    --------
    >>> from glassbox.flash import init_unit_weights
    >>> weights = init_unit_weights(4, e=8, s=3, heads=4, rng=np.random.default_rng(0))
    >>> state = flash_init_state(weights, chunk=5)
    >>> state.keys.shape, state.memory.shape, state.t
    ((5, 3), (3, 8), 0)
    """
    chunk = integer("chunk", chunk, least=1, most=10**6)
    w = checked_weights(weights, heads=4)
    (s, e), dtype = (w["Wz"].shape[1], w["Wu"].shape[1]), w["Wu"].dtype
    shapes = [(chunk, s), (chunk, e), (s, e), (s, e)]
    return FlashState(chunk, *(np.zeros(shape, dtype) for shape in shapes))


def flash_decode_step(state, x_t, weights, chunk=None):
    """Read one token and return the layer's output for it.

    The outputs are the rows of ``flash_layer(x, weights, chunk, causal=True)``, with its normaliser
    "chunk", whatever comes later.

    Parameters
    ----------
    state : FlashState or None
        From the step before, or from `flash_init_state`. None begins a text. It is not modified.
    x_t : array_like, shape (d,)
        Input of the layer at this token.
    weights : mapping
        As for `flash_layer`.
    chunk : int, optional
        C >= 1, wanted if `state` is None; otherwise the state knows it.

    Returns
    -------
    y_t : ndarray, shape (d,)
        Output of the layer, norm and residual included.
    state : FlashState

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, chunk < 1, or `chunk` is not that of the
        state; also if there is neither.
    TypeError
        If `state` is no `FlashState`, or `chunk` no integer.

    Notes
    -----
    A token costs at most C (s + e) + 2 s e multiply-adds beyond the projections, and the state has
    C (s + e) + 2 s e numbers, however long the text is.

    Examples
    --------
    >>> import numpy as np
    >>> from glassbox.flash import flash_layer, init_unit_weights
    >>> rng = np.random.default_rng(0)
    >>> weights, x = init_unit_weights(4, s=3, heads=4, rng=rng), rng.standard_normal((7, 4))
    >>> state, rows = None, []
    >>> for x_t in x:
    ...     y_t, state = flash_decode_step(state, x_t, weights, chunk=3)
    ...     rows.append(y_t)
    >>> np.allclose(rows, flash_layer(x, weights, chunk=3, causal=True), rtol=0, atol=1e-12)
    True
    """
    state, x_t, w = checked_step(state, x_t, weights, chunk)
    u, v, z = streams(layer_norm(x_t[None]), w)
    heads = offset_scale(z, w["gamma"], w["beta"])
    mixed, state = read_token(state, heads, v)
    return x_t + ((u * mixed) @ w["Wo"] + w["bo"])[0], state


def read_token(state, heads, v):
    """What attention gives the token, shape (1, e), and the state after it."""
    (quad_q, lin_q, quad_k, lin_k), chunk = heads, state.chunk
    kind = np.result_type(state.keys, v)  # a finer token wants a finer buffer
    slot, keys, values = state.t % chunk, state.keys.astype(kind), state.values.astype(kind)
    keys[slot], values[slot] = quad_k[0], v[0]
    keys_so_far, values_so_far = keys[: slot + 1], values[: slot + 1]
    local = squared_relu(quad_q @ keys_so_far.T / chunk) @ values_so_far
    mixed = local + lin_q @ state.memory
    pending, memory = state.pending + lin_k.T @ v, state.memory
    if slot + 1 == chunk:  # the chunk is full: from now on it is past
        memory, pending = memory + pending / chunk, np.zeros_like(pending)
    return mixed, FlashState(chunk, keys, values, pending, memory, state.t + 1)


def checked_step(state, x_t, weights, chunk):
    """The state, the token as floats and the weights."""
    if state is None:
        if chunk is None:
            raise ValueError("chunk must be given with the first token, when state is None")
        state = flash_init_state(weights, chunk)
    if not isinstance(state, FlashState):
        raise TypeError(f"state must be a FlashState, or None to begin, got {state!r}")
    if chunk is not None and integer("chunk", chunk, least=1, most=10**6) != state.chunk:
        raise ValueError(f"chunk must be that of the state, {state.chunk}, got {chunk}")
    w = checked_weights(weights, heads=4)
    lengths = dict(zip("des", (*w["Wu"].shape, w["Wz"].shape[1]), strict=True))
    real_array("state.memory", state.memory, "s e", lengths)
    return state, real_array("x_t", x_t, "d", lengths), w


@checked(x="n d")
def flash_decode(x, weights, chunk):
    """Decode a whole sequence step by step.

    Parameters
    ----------
    x : array_like, shape (n, d)
    weights, chunk
        As for `flash_init_state`.

    Returns
    -------
    outputs : ndarray, shape (n, d)
    states : list of FlashState, length n + 1
        The first, and the one after each token.

    Examples
    --------
    >>> from glassbox.flash import init_unit_weights
    >>> weights = init_unit_weights(4, e=8, s=3, heads=4, rng=np.random.default_rng(0))
    >>> outputs, states = flash_decode([[1.0, 2.0, 0.0, 1.0]] * 3, weights, chunk=2)
    >>> outputs.shape, [state.t for state in states]
    ((3, 4), [0, 1, 2, 3])
    """
    states, outputs = [flash_init_state(weights, chunk)], []
    for x_t in x:
        y_t, state = flash_decode_step(states[-1], x_t, weights)
        outputs.append(y_t)
        states.append(state)
    return np.array(outputs), states
