"""Adam and AdamW, and what decoupling the weight decay changes.

``steps`` has one function an optimiser, all alike: point, gradient and state in, new point and
state out. ``trajectory`` repeats a step and keeps what it did. ``schedules`` scales the learning
rate, ``decay`` says what a weight decay does, ``surfaces`` are things to walk down, ``network`` is
a small classifier to train, ``training`` what later chapters train with. Arrays may have leading
axes, so that a whole grid of learning rates and decays runs as one.
"""

from .decay import Translation, resting_place, translate_decay
from .network import (
    init_weights,
    layer_shapes,
    minibatch_gradient,
    network_error,
    network_loss,
)
from .schedules import cosine_schedule, step_factor, warmup_schedule
from .steps import (
    AdamState,
    adagrad_step,
    adam_step,
    adamw_step,
    init_state,
    rmsprop_step,
    sgd_step,
)
from .surfaces import (
    Surface,
    beale,
    box_minimum,
    noisy,
    quadratic,
    ridge_minimum,
    rosenbrock,
    saddle,
)
from .training import descend, minibatches, unpack
from .trajectory import minimise

__all__ = [
    "AdamState",
    "Surface",
    "Translation",
    "adagrad_step",
    "adam_step",
    "adamw_step",
    "beale",
    "box_minimum",
    "cosine_schedule",
    "descend",
    "init_state",
    "init_weights",
    "layer_shapes",
    "minibatch_gradient",
    "minibatches",
    "minimise",
    "network_error",
    "network_loss",
    "noisy",
    "quadratic",
    "resting_place",
    "ridge_minimum",
    "rmsprop_step",
    "rosenbrock",
    "saddle",
    "sgd_step",
    "step_factor",
    "translate_decay",
    "unpack",
    "warmup_schedule",
]
