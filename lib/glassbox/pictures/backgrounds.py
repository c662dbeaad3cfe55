"""What stands behind people: a calm backdrop, or a room full of things without a face."""

import numpy as np


def backdrop(size):
    """Return a calm backdrop, lighter at the top."""
    ramp = np.linspace(0, 1, size)[:, None, None]
    return np.array([0.72, 0.78, 0.84]) * (1 - ramp) + np.array([0.52, 0.58, 0.66]) * ramp


def clutter(rng, width, height):
    """Paint a background without faces: a wall, shelves, frames, plants, lamps.

    Returns
    -------
    ndarray, shape (height, width, 3)
        In [0, 1].
    """
    y, x = np.mgrid[0:height, 0:width].astype(float)
    base, other = rng.uniform(0.35, 0.8, 3), rng.uniform(0.25, 0.7, 3)
    ramp = np.clip(y / height + 0.3 * (x / width - 0.5), 0, 1)[..., None]
    image = base * (1 - ramp) + other * ramp
    if rng.random() < 0.5:  # wallpaper
        step, angle = rng.uniform(7, 18), rng.uniform(0, np.pi)
        image *= (
            1
            + 0.07 * np.sign(np.sin((x * np.cos(angle) + y * np.sin(angle)) / step * 3))[..., None]
        )
    for _ in range(rng.integers(8, 16)):
        w, h = rng.uniform(0.05, 0.22, 2) * max(width, height)
        cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        u, v = (x - cx) / w, (y - cy) / h
        kind = rng.integers(5)
        colour = rng.uniform(0.1, 0.9, 3)
        if kind == 0:  # a framed picture
            d = np.maximum(abs(u), abs(v))
            image = _over(image, (d < 0.5), colour)
            image = _over(image, (d < 0.42), rng.uniform(0.3, 0.95, 3))
            image = _over(image, (d < 0.42) & (v > 0.3 * np.sin(4 * u + cx)), colour[::-1])
        elif kind == 1:  # books
            row = (abs(v) < 0.35) & (abs(u) < 0.5)
            shade = 0.5 + 0.5 * np.sin(np.floor((u + 0.5) * 8) * 12.9 + cx)
            image = _over(image, row, colour * 0.5 + 0.5 * shade[..., None])
        elif kind == 2:  # a lamp or a ball
            r = u**2 + v**2
            glow = np.clip(1 - r / 0.2, 0, 1)[..., None]
            image = _over(image, r < 0.2, colour * (0.6 + 0.4 * glow))
        elif kind == 3:  # leaves
            angle, r = np.arctan2(v, u), np.hypot(u, v)
            leaf = r < 0.25 + 0.22 * np.sin(angle * 7 + cx)
            image = _over(image, leaf, np.array([0.15, 0.42, 0.2]) + 0.2 * colour[0])
        else:  # a grid: a window
            d = np.maximum(abs(u), abs(v))
            image = _over(image, d < 0.5, [0.75, 0.85, 0.95])
            bars = (d > 0.46) | (abs(u) < 0.03) | (abs(v) < 0.03)
            image = _over(image, (d < 0.5) & bars, colour)
    return np.clip(image, 0, 1)


def _over(image, mask, colour):
    return np.where(mask[..., None], colour, image)
