"""How a person may be seen: who it is, how they are looked at, and within what bounds."""

from collections.abc import Mapping

import numpy as np

from glassbox.checks import as_list, float_array, integer, one_of, real_number
from glassbox.face_recognition.head import N_PARAMETERS

from .portraits import OCCLUSIONS

#: Most pixels of a side, and most people or pictures, that are painted at once.
MOST_PIXELS, MOST_PEOPLE = 4096, 100_000

#: What a person's view in a scene may change.
VIEW = (
    "yaw", "pitch", "roll", "expression", "occlusion", "azimuth", "elevation", "ambient", "gain",
    "shirt",
)  # fmt: skip
#: From where to where a number of a view in a scene may be; `render_face` has the same.
BOUNDS = {
    "yaw": (-90, 90), "pitch": (-90, 90), "roll": (-360, 360), "expression": (-1, 1),
    "ambient": (0, 1), "gain": (0.01, 10), "azimuth": (-360, 360), "elevation": (-360, 360),
}  # fmt: skip


def as_views(views, n):
    """Return what is changed in the view of each of n people."""
    views = [{}] * n if views is None else as_list("views", views, "dictionaries")
    if len(views) != n:
        raise ValueError(f"views must be one dictionary a person, got {len(views)} for {n} people")
    for view in views:
        if not isinstance(view, Mapping):
            raise TypeError(f"views must be dictionaries, got {type(view).__name__}")
        if unknown := [key for key in view if key not in VIEW]:
            raise ValueError(f"views must have keys out of {', '.join(VIEW)}, got {unknown[0]!r}")
        for key, value in view.items():
            if key == "occlusion":
                as_worn("views: occlusion", value)
            elif key == "shirt":
                integer("views: shirt", value)
            else:
                least, most = BOUNDS[key]
                real_number(f"views: {key}", value, least=least, most=most)
    return views


def as_worn(name, value):
    if value is not None:
        one_of(name, value, OCCLUSIONS)


def as_identity(identity, name="identity"):
    """Return the forty numbers of a person.

    Parameters
    ----------
    identity : int or array_like, shape (40,)
        Who: the n-th person, or the numbers themselves.
    name : str
        What an error calls it.

    Returns
    -------
    ndarray, shape (40,)

    Examples
    --------
    >>> np.array_equal(as_identity(7), as_identity(as_identity(7)))
    True
    """
    several = isinstance(identity, list | tuple) or getattr(identity, "ndim", 0) > 0
    if not several:
        number = integer(name, identity, least=0)
        return np.random.default_rng(number).standard_normal(N_PARAMETERS)
    values = float_array(name, identity).copy()
    if values.shape != (N_PARAMETERS,):
        raise ValueError(
            f"{name} must be a whole number or {N_PARAMETERS} finite numbers, "
            f"got shape {values.shape}"
        )
    return values


def as_pair(name, value):
    values = float_array(name, value)
    if values.shape != (2,):
        raise ValueError(f"{name} must be two finite numbers, got {value!r}")
    return values


def as_colour(value):
    values = float_array("background", value)
    if values.shape != (3,) or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"background must be three numbers in [0, 1], got {value!r}")
    return values
