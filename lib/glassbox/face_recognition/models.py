"""What was trained: arrays that ``tools/train_faces.py`` and ``benchmarks`` wrote beside this."""

from functools import lru_cache
from pathlib import Path

import numpy as np

#: Detector, landmarks and Fisherfaces, by ``tools/train_faces.py``.
MODELS = Path(__file__).with_name("models.npz")
#: A residual network, by ``benchmarks/face_recognition_network.py``.
NETWORK = Path(__file__).with_name("network.npz")


def stored(name, path=MODELS):
    """Return one array of them, as float64."""
    with np.load(path) as models:
        return models[name].astype(float)


@lru_cache(maxsize=1)
def default_network():
    """Return the small residual network that the package comes with.

    Returns
    -------
    ResidualNetwork
        See `glassbox.face_recognition.embedding`; call it on crops (n, 32, 32).

    Examples
    --------
    >>> default_network().widths
    (8, 16, 32)
    """
    from .embedding.residual import ResidualNetwork

    return ResidualNetwork(stored("weights", NETWORK))
