"""TransNormer: why linear attention is hard to train, and blunt, and what its makers changed.

``attention`` has the two attentions and the norm, ``gradients`` the Jacobians of attention weights
and the bounds on them, ``dilution`` measures how local attention is and bounds how sharp it can be.
"""

from .attention import (
    diag_attention,
    layer_cost,
    norm_attention,
    rms_norm,
    stack_map,
    transnormer_layer_plan,
)
from .dilution import attention_entropy, dilution_bound, local_mass, position_code
from .gradients import (
    elementwise_slope,
    key_jacobian,
    norm_grad_bound,
    query_jacobian,
    rms_norm_jacobian,
    weight_jacobian,
)

__all__ = [
    "attention_entropy",
    "diag_attention",
    "dilution_bound",
    "elementwise_slope",
    "key_jacobian",
    "layer_cost",
    "local_mass",
    "norm_attention",
    "norm_grad_bound",
    "position_code",
    "query_jacobian",
    "rms_norm",
    "rms_norm_jacobian",
    "stack_map",
    "transnormer_layer_plan",
    "weight_jacobian",
]
