"""Linear attention: from an n x n matrix to a running state, and what each keeps.

``features`` has the feature maps, ``attention`` the same sums in four ways (matrix, moved
brackets, recurrence, chunks) and their gradients, ``sparse`` the other road and the costs,
``memory`` looks at the state as a store of key-value pairs, ``maps`` at the weights.
"""

from .attention import (
    State,
    attention_weights,
    causal_product,
    feature_attention,
    kernel_attention,
    linear_attention,
    linear_attention_chunked,
    linear_attention_recurrent,
    linear_attention_vjp,
    softmax,
    softmax_attention,
)
from .delta import decay_attention, delta_attention, delta_weights
from .features import elu_plus_one, map_rows, taylor_features, unit_rows
from .maps import effective_rank, entropy
from .memory import (
    Memory,
    delta_rule,
    fill_memory,
    memory_errors,
    read_error,
    read_errors,
    unit_pairs,
)
from .sparse import attention_cost, masked_attention, reachability, sparse_mask

__all__ = [
    "Memory",
    "State",
    "attention_cost",
    "attention_weights",
    "causal_product",
    "decay_attention",
    "delta_attention",
    "delta_rule",
    "delta_weights",
    "effective_rank",
    "elu_plus_one",
    "entropy",
    "feature_attention",
    "fill_memory",
    "kernel_attention",
    "linear_attention",
    "linear_attention_chunked",
    "linear_attention_recurrent",
    "linear_attention_vjp",
    "map_rows",
    "masked_attention",
    "memory_errors",
    "reachability",
    "read_error",
    "read_errors",
    "softmax",
    "softmax_attention",
    "sparse_mask",
    "taylor_features",
    "unit_pairs",
    "unit_rows",
]
