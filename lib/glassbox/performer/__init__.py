"""Softmax attention from random features: FAVOR+, the attention of the Performer."""

from .random_features import (
    KINDS,
    SCALINGS,
    favor_attention,
    orthogonal_gaussian,
    orthogonal_mse_bound,
    positive_features,
    smreg,
    softmax_kernel_mse,
    trig_features,
)

__all__ = [
    "KINDS",
    "SCALINGS",
    "favor_attention",
    "orthogonal_gaussian",
    "orthogonal_mse_bound",
    "positive_features",
    "smreg",
    "softmax_kernel_mse",
    "trig_features",
]
