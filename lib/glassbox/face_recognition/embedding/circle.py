"""Embeddings in the plane, where one sees what each loss does to the classes."""

from dataclasses import dataclass

import numpy as np

from glassbox.checks import one_of

from ..verification import label_array
from .losses import embedding_angles
from .network import train_embedder
from .projections import crop_rows


@dataclass(frozen=True, eq=False)
class CircleFit:
    """Embeddings in the plane under one loss.

    Attributes
    ----------
    loss : str
        "softmax", "normface", "sphereface", "cosface" or "arcface".
    m, s : float
        Margin and scale.
    points, test_points : ndarray, shapes (n, 2) and (n_test, 2)
        Embeddings before the division by their lengths.
    centres : ndarray, shape (n_classes, 2)
        W of the loss.
    accuracy, test_accuracy : float
        Fraction of the crops that the loss gives to the right person.
    angles, test_angles : dict
        See `embedding_angles`; in degrees.
    """

    loss: str
    m: float
    s: float
    points: np.ndarray
    test_points: np.ndarray
    centres: np.ndarray
    accuracy: float
    test_accuracy: float
    angles: dict
    test_angles: dict


LOSSES = {
    "softmax": lambda m: None,
    "normface": lambda m: (1.0, 0.0, 0.0),
    "sphereface": lambda m: (m, 0.0, 0.0),
    "cosface": lambda m: (1.0, 0.0, m),
    "arcface": lambda m: (1.0, m, 0.0),
}
"""For each loss, from its margin to the `margins` of `train_embedder`."""


def circle_fits(crops, labels, settings, rng, test_crops=None, test_labels=None, **training):
    """Train embeddings in the plane for many losses, all from the same first weights.

    Parameters
    ----------
    crops, labels
        As in `train_embedder`; few persons, about eight, have room on a circle. From pixels, a
        network with two outputs learns its few crops by heart: the projections of an `lda` of
        *other* persons make better input.
    settings : iterable of (str, float, float)
        Loss (a key of `LOSSES`), margin and scale; softmax has neither, NormFace no margin.
    rng : numpy.random.Generator
        All trainings see the same random numbers.
    test_crops, test_labels
        Other crops of the same persons; without them, those of the training.
    **training
        For `train_embedder`.

    Returns
    -------
    list of CircleFit
        In the order of `settings`.

    Raises
    ------
    ValueError
        As `train_embedder`, or if a loss is unknown, or one of the test arguments is missing.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> labels = np.arange(80) % 4
    >>> crops = np.eye(4)[labels] + 0.2 * rng.standard_normal((80, 4))
    >>> settings = [("normface", 0, 16), ("arcface", 0.5, 16)]
    >>> without, arc = circle_fits(crops, labels, settings, rng, batch_size=16)
    >>> arc.angles["intra"] < without.angles["intra"]
    True
    """
    if (test_crops is None) != (test_labels is None):
        raise ValueError("test_crops and test_labels must be given both or neither")
    crops, labels = crop_rows("crops", crops), label_array("labels", labels)
    if test_crops is None:
        test_crops, test_labels = crops, labels
    test_crops = crop_rows("test_crops", test_crops)
    test_labels = label_array("test_labels", test_labels, len(test_crops))
    seed = int(rng.integers(2**63))
    training = {"n_dims": 2, "hidden": (64,), "n_epochs": 100, "warm_up": 0.5, **training}
    return [
        _circle_fit(crops, labels, test_crops, test_labels, *setting, seed, training)
        for setting in settings
    ]


def _circle_fit(crops, labels, test_crops, test_labels, loss, m, s, seed, training):
    one_of("loss", loss, LOSSES)
    rng = np.random.default_rng(seed)
    embed = train_embedder(crops, labels, rng, margins=LOSSES[loss](m), s=s, **training)
    points, test_points = embed.raw(crops), embed.raw(test_crops)
    return CircleFit(
        loss, m, s, points, test_points, embed.centres,
        float((embed.classify(crops) == labels).mean()),
        float((embed.classify(test_crops) == test_labels).mean()),
        embedding_angles(points, labels, embed.centres),
        embedding_angles(test_points, test_labels),
    )  # fmt: skip
