"""What the figures share: pictures side by side, people and galleries that are checked."""

from collections.abc import Mapping

import numpy as np

from glassbox.checks import image_array
from glassbox.figures import box, image

from ..pipeline import read_gallery

GREY = 140  # between pictures, on a light page and on a dark one
MAX_PICTURE = 1600  # pixels of a side that is drawn


def as_picture(name, picture, most=MAX_PICTURE):
    """Return a picture as bytes, shape (height, width, 3)."""
    raw = np.asarray(picture)
    picture = image_array(name, raw)
    if picture.ndim == 3 and picture.shape[2] != 3:
        raise ValueError(f"{name} must be grey or have three channels, got shape {picture.shape}")
    if max(picture.shape[:2]) > most:
        raise ValueError(
            f"{name} must be at most {most} pixels wide and high to be drawn, got "
            f"{picture.shape[1]} × {picture.shape[0]}: shrink it with detection.resize"
        )
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)
    if raw.dtype == np.uint8:
        return picture.astype(np.uint8)
    return (255 * np.clip(picture, 0, 1)).round().astype(np.uint8)


def light(pixels, quality=50, **more):
    """Draw a picture as `glassbox.figures.image` does, in about half of its bytes."""
    return image(pixels, quality=quality, **more)


def stretched(picture):
    """Return a grey picture over the whole range, in [0, 1]."""
    low, high = np.min(picture), np.max(picture)
    return (np.asarray(picture, float) - low) / (high - low or 1)


def tile(pictures, columns=None, gap=4):
    """Put pictures of one size side by side, in rows of ``columns``."""
    pictures = [as_picture("pictures", picture) for picture in pictures]
    height, width, _ = pictures[0].shape
    columns = columns or len(pictures)
    rows = -(-len(pictures) // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, 3)
    sheet = np.full(shape, GREY, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = (i // columns) * (height + gap), (i % columns) * (width + gap)
        sheet[y : y + height, x : x + width] = picture
    return sheet


def dot(x, y, radius=1.2, color="green", **more):
    """A filled spot on a picture."""
    return box(x - radius, y - radius, x + radius, y + radius, color=color, fill=1, **more)


def checked_gallery(gallery, least=1):
    """Return the names of a gallery, and a row of length 1 for each."""
    if isinstance(gallery, Mapping) and len(gallery) > 12:
        raise ValueError(f"gallery must have at most 12 people to be drawn, got {len(gallery)}")
    names, rows = read_gallery(gallery)
    if len(set(names)) != len(names):
        raise ValueError(
            "gallery must have one embedding a person; enrol takes the mean of several"
        )
    if len(names) < least:
        raise ValueError(f"gallery must have at least {least} people, got {len(names)}")
    return names, rows


def checked_people(people, gallery_names, *chosen):
    """Check that the chosen names are among people and in the gallery."""
    if not isinstance(people, Mapping):
        raise TypeError(f"people must map names to persons, got {type(people).__name__}")
    for key, who in chosen:
        if who not in people or who not in gallery_names:
            known = [name for name in people if name in gallery_names]
            raise ValueError(f"{key} must be one of {known}, got {who!r}")


def signed(value, digits=2, plus=False):
    """Write a number with a true minus, and perhaps a plus."""
    return f"{value:{'+' if plus else ''}.{digits}f}".replace("-", "−")
