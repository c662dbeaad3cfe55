"""What was trained: the arrays that ``tools/train_faces.py`` wrote into ``models.npz``."""

from pathlib import Path

import numpy as np

#: Where they are.
MODELS = Path(__file__).with_name("models.npz")


def stored(name):
    """Return one array of them, as float64."""
    with np.load(MODELS) as models:
        return models[name].astype(float)
