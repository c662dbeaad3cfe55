"""Data to train on: images of handwritten digits."""

from pathlib import Path

import numpy as np


def load_digits():
    """Return small images of handwritten digits, the same at each call.

    They are the test set of the UCI collection "Optical Recognition of Handwritten Digits"
    (E. Alpaydin and C. Kaynak, 1998, licence CC BY 4.0), as scikit-learn has them too.

    Returns
    -------
    inputs : ndarray, shape (1797, 64)
        8 by 8 pixels, row by row, each a whole number from 0 to 16.
    labels : ndarray, shape (1797,)
        The digits, from 0 to 9.

    Examples
    --------
    >>> inputs, labels = load_digits()
    >>> labels[:5].tolist()
    [0, 1, 2, 3, 4]
    """
    with np.load(Path(__file__).parent / "digits.npz") as held:
        return held["inputs"].astype(float), held["labels"].astype(int)
