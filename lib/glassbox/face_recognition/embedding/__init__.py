"""From an aligned crop to an embedding: a direction that stands for the person.

``projections`` are linear maps found in one step: `pca` (eigenfaces) and `lda` (Fisherfaces).
``network`` trains a small network so that a softmax over the *angles* to one centre per person is
right, and right by a margin: `margin_softmax` of ``losses``. ``circle`` does so in the plane.
"""

from ..verification import normalise
from .circle import LOSSES, CircleFit, circle_fits
from .losses import (
    embedding_angles,
    margin_softmax,
    needed_scale,
    softmax_loss,
    target_cosine,
)
from .network import Embedder, train_embedder
from .projections import Projection, fisherfaces, lda, pca

__all__ = [
    "LOSSES",
    "CircleFit",
    "Embedder",
    "Projection",
    "circle_fits",
    "embedding_angles",
    "fisherfaces",
    "lda",
    "margin_softmax",
    "needed_scale",
    "normalise",
    "pca",
    "softmax_loss",
    "target_cosine",
    "train_embedder",
]
