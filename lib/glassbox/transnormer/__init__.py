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
from .dilution import attention_entropy, dilution_bound, local_mass, position_code, sharpest_weight
from .gradients import (
    Chain,
    chain_slopes,
    elementwise_slope,
    entry_shares,
    key_jacobian,
    norm_grad_bound,
    query_jacobian,
    rms_norm_jacobian,
    weight_jacobian,
)

__all__ = [
    "Chain",
    "attention_entropy",
    "chain_slopes",
    "diag_attention",
    "dilution_bound",
    "elementwise_slope",
    "entry_shares",
    "key_jacobian",
    "layer_cost",
    "local_mass",
    "norm_attention",
    "norm_grad_bound",
    "position_code",
    "query_jacobian",
    "rms_norm",
    "rms_norm_jacobian",
    "sharpest_weight",
    "stack_map",
    "transnormer_layer_plan",
    "weight_jacobian",
]
