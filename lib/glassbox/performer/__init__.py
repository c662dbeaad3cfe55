"""Softmax attention from random features: FAVOR+, the attention of the Performer."""

from .random_features import (
    KINDS,
    SCALINGS,
    favor_attention,
    orthogonal_gaussian,
    orthogonal_mse_bound,
    orthogonal_variance,
    positive_features,
    relative_variance,
    smreg,
    softmax_kernel_mse,
    stabilised_features,
    trig_features,
)

__all__ = [
    "KINDS",
    "SCALINGS",
    "favor_attention",
    "orthogonal_gaussian",
    "orthogonal_mse_bound",
    "orthogonal_variance",
    "positive_features",
    "relative_variance",
    "smreg",
    "softmax_kernel_mse",
    "stabilised_features",
    "trig_features",
]
