"""Gated attention units and mixed chunk attention: FLASH, Transformer Quality in Linear Time.

``units`` has the gated linear unit and what attention makes of it, ``chunks`` the mixed chunk
attention and the layer around it, ``decode`` the same layer one token at a time, ``costs`` counts
weights, multiply-adds and memory, ``toy`` is a small language model to train, ``floors`` what the
best guesser could reach. (FLASH is a layer; FlashAttention, a fast way to compute softmax
attention, is another thing.)
"""

from .chunks import (
    attention_paths,
    effective_attention_matrix,
    flash_layer,
    mixed_chunk_attention,
)
from .costs import mult_adds, score_floats, unit_costs, weight_count
from .decode import FlashState, flash_decode, flash_decode_step, flash_init_state
from .floors import by_place, ideal_odds, ideal_surprise
from .toy import ToyModel, markov_odds, markov_text, source_entropy, train_toy
from .units import (
    gau,
    gau_attention,
    gau_layer,
    glu,
    init_unit_weights,
    layer_norm,
    offset_scale,
    silu,
    squared_relu,
)

__all__ = [
    "FlashState",
    "ToyModel",
    "attention_paths",
    "by_place",
    "effective_attention_matrix",
    "flash_decode",
    "flash_decode_step",
    "flash_init_state",
    "flash_layer",
    "gau",
    "gau_attention",
    "gau_layer",
    "glu",
    "ideal_odds",
    "ideal_surprise",
    "init_unit_weights",
    "layer_norm",
    "markov_odds",
    "markov_text",
    "mixed_chunk_attention",
    "mult_adds",
    "offset_scale",
    "score_floats",
    "silu",
    "source_entropy",
    "squared_relu",
    "train_toy",
    "unit_costs",
    "weight_count",
]
