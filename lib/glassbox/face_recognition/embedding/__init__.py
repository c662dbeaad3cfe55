"""From an aligned crop to an embedding: a direction that stands for the person.

``projections`` are linear maps found in one step: `pca` (eigenfaces) and `lda` (Fisherfaces).
``network`` trains a small network so that a softmax over the *angles* to one centre per person is
right, and right by a margin: `margin_softmax` of ``losses``. ``residual`` is a network of
convolutions under the same losses, in plain NumPy.
"""

from ..verification import normalise
from .losses import (
    embedding_angles,
    margin_softmax,
    needed_scale,
    softmax_loss,
    target_cosine,
)
from .network import Embedder, train_embedder
from .projections import Projection, fisherfaces, lda, pca
from .residual import ResidualNetwork, layer_table, train_residual

__all__ = [
    "Embedder",
    "Projection",
    "ResidualNetwork",
    "embedding_angles",
    "fisherfaces",
    "layer_table",
    "lda",
    "margin_softmax",
    "needed_scale",
    "normalise",
    "pca",
    "softmax_loss",
    "target_cosine",
    "train_embedder",
    "train_residual",
]
