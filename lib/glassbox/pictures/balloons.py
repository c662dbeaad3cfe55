"""A picture of hot-air balloons at dawn. The painter knows where each is: the boxes are exact."""

from dataclasses import dataclass

import numpy as np

from glassbox.checks import generator, integer

__all__ = ["BalloonScene", "balloon_scene"]

SAMPLES = 3  # per pixel and axis; averaging them at the end smooths every edge

# An envelope of radius 1 around (0, 0): a sphere down to SHOULDER, a cone from there to MOUTH.
# y points down. The basket hangs below.
SHOULDER, MOUTH, BASKET_TOP, BASKET_BOTTOM, BASKET_HALF = 0.6, 1.26, 1.58, 1.88, 0.19

_SKY = [(0.0, "#27357a"), (0.3, "#6a62ae"), (0.55, "#d98fa6"), (0.75, "#ffc08a"), (1.0, "#ffe6ad")]
_HILLS = ["#b48bab", "#81709f", "#4f5583", "#2d3a55", "#1a2838"]  # far to near
_BALLOONS = [
    ("#d7263d", "#fff1d6", "#f6ae2d"),
    ("#0e9aa7", "#fdf3dc", "#ff6f3c"),
    ("#ffc93c", "#26408b", "#ffc93c"),
    ("#c2185b", "#ffd9e8", "#6a1b9a"),
    ("#2e8b57", "#fff3b0", "#e4572e"),
    ("#f26419", "#fbe8c8", "#2f4858"),
    ("#3a6ea5", "#ffffff", "#d7263d"),
    ("#8e3b9e", "#ffd166", "#ef476f"),
]


@dataclass(frozen=True, eq=False)
class BalloonScene:
    """What `balloon_scene` returns.

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        The picture, red, green, blue.
    boxes : ndarray, shape (n, 4)
        ``x1, y1, x2, y2`` of each balloon with its basket, in pixels, whole even where a nearer
        balloon hides a part. Far balloons come first.
    decoys : dict
        Name to box of what is in the picture and is not a balloon: sun, moon, kite, barn.
    """

    image: np.ndarray
    boxes: np.ndarray
    decoys: dict[str, tuple[float, float, float, float]]


def balloon_scene(rng, width=480, height=320, n_balloons=8):
    """Paint hot-air balloons over hills at dawn.

    Parameters
    ----------
    rng : numpy.random.Generator
        Decides places, sizes, patterns, clouds and hills.
    width, height : int
        Size of the picture in pixels, from 120 x 80 to 4096 x 4096.
    n_balloons : int
        From 2 to 12. Of three or more, the third nearest stands behind the second.

    Returns
    -------
    BalloonScene

    Raises
    ------
    ValueError
        If the size or number is out of range.

    Examples
    --------
    >>> scene = balloon_scene(np.random.default_rng(1), width=120, height=80, n_balloons=3)
    >>> scene.image.shape, scene.boxes.shape, list(scene.decoys)
    ((80, 120, 3), (3, 4), ['sun', 'moon', 'kite', 'barn'])
    """
    rng, n_balloons = generator("rng", rng), integer("n_balloons", n_balloons)
    width = integer("width", width, least=120, most=4096)
    height = integer("height", height, least=80, most=4096)
    if not 2 <= n_balloons <= 12:
        raise ValueError(f"n_balloons must be from 2 to 12, got {n_balloons}")
    sun = np.array([0.17, 0.66]) * (width, height)
    canvas = Canvas(_sky(rng, width, height, sun))
    decoys = {"sun": _paint_sun(canvas, sun), "moon": _paint_moon(canvas)}
    decoys["barn"] = _paint_hills(canvas, rng)
    decoys["kite"] = _paint_kite(canvas)
    _paint_birds(canvas, rng)
    boxes = []
    for (x, y, radius), colours in zip(
        _places(rng, width, height, n_balloons), _palettes(rng, n_balloons), strict=True
    ):
        haze = np.clip(1 - radius / (0.12 * _unit(width, height)), 0, 0.45)
        boxes.append(paint_balloon(canvas, rng, (x, y), radius, colours, sun, haze))
    order = ("sun", "moon", "kite", "barn")
    return BalloonScene(canvas.image(), np.array(boxes), {name: decoys[name] for name in order})


class Canvas:
    """A picture under way, `SAMPLES` times as wide and high; coordinates are in final pixels."""

    def __init__(self, background):
        self.height, self.width = background.shape[:2]
        self.pixels = background.repeat(SAMPLES, axis=0).repeat(SAMPLES, axis=1)

    def grid(self, x1, y1, x2, y2):
        """Window as slices, and x and y of its samples."""
        lo = np.clip(np.floor((x1, y1)), 0, (self.width, self.height)).astype(int) * SAMPLES
        hi = np.clip(np.ceil((x2, y2)), 0, (self.width, self.height)).astype(int) * SAMPLES
        window = np.s_[lo[1] : hi[1], lo[0] : hi[0]]
        x = (np.arange(lo[0], hi[0]) + 0.5) / SAMPLES
        y = (np.arange(lo[1], hi[1]) + 0.5) / SAMPLES
        return window, x[None, :], y[:, None]

    def blend(self, window, alpha, colour):
        """Lay `colour` (3,) or (h, w, 3) over the window with opacity `alpha` (h, w)."""
        alpha = np.asarray(alpha, dtype=np.float32)[..., None]
        target = self.pixels[window]
        target += alpha * (np.asarray(colour, dtype=np.float32) - target)

    def image(self):
        h, w = self.height, self.width
        mean = self.pixels.reshape(h, SAMPLES, w, SAMPLES, 3).mean(axis=(1, 3))
        return (np.clip(mean, 0, 1) * 255).round().astype(np.uint8)


def _rgb(text):
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32) / 255


def _gradient(stops, t):
    at = [s for s, _ in stops]
    colours = np.array([_rgb(c) for _, c in stops])
    return np.stack([np.interp(t, at, colours[:, c]) for c in range(3)], axis=-1)


def _smooth(t):
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def _noise(rng, height, width, cells_y, cells_x):
    """Smooth random field in [0, 1]: random values on a grid, blended in between."""
    values = rng.random((cells_y + 2, cells_x + 2))
    return _weights(height, cells_y) @ values @ _weights(width, cells_x).T


def _weights(n, cells):
    place = np.linspace(0, cells, n)
    cell = place.astype(int)
    weights = np.zeros((n, cells + 2))
    weights[np.arange(n), cell] = 1 - _smooth(place - cell)
    weights[np.arange(n), cell + 1] = _smooth(place - cell)
    return weights


def _sky(rng, width, height, sun):
    y, x = np.mgrid[:height, :width]
    sky = _gradient(_SKY, np.linspace(0, 1.25, height))[:, None].repeat(width, axis=1)
    glow = np.exp(-np.hypot((x - sun[0]) / 1.5, y - sun[1]) / (0.22 * height))
    sky += glow[..., None] * 0.55 * (_rgb("#fff0c2") - sky)
    cloud = sum(_noise(rng, height, width, 5 * 2**k, 2 * 2**k) / 2**k for k in range(5)) / 1.94
    band = np.exp(-(((np.arange(height) / height - 0.36) / 0.25) ** 2))[:, None]
    alpha = 0.75 * _smooth((cloud - 0.5) / 0.28) * band
    lit = _gradient([(0, "#e9a8b8"), (1, "#fff0d8")], _smooth((cloud - 0.5) / 0.35))
    return (sky + alpha[..., None] * (lit - sky)).astype(np.float32)


def _paint_sun(canvas, sun):
    radius = 0.062 * canvas.height
    box = (*(sun - radius), *(sun + radius))
    window, x, y = canvas.grid(*box)
    inside = np.hypot(x - sun[0], y - sun[1]) <= radius
    canvas.blend(window, inside, _rgb("#fffbe6"))
    return tuple(float(v) for v in box)


def _paint_moon(canvas):
    centre = np.array([0.9, 0.12]) * (canvas.width, canvas.height)
    radius = 0.042 * canvas.height
    box = (*(centre - radius), *(centre + radius))
    window, x, y = canvas.grid(*box)
    inside = np.hypot(x - centre[0], y - centre[1]) <= radius
    shadow = np.hypot(x - centre[0] + 0.5 * radius, y - centre[1] + 0.3 * radius) <= 0.95 * radius
    canvas.blend(window, 0.9 * (inside & ~shadow), _rgb("#f4ecff"))
    return tuple(float(v) for v in box)


def _paint_hills(canvas, rng):
    """Five ridges, far to near, mist between them, a barn on the fourth. Returns the barn's box."""
    w, h = canvas.width, canvas.height
    window, _, y = canvas.grid(0, 0.5 * h, w, h)
    n = w * SAMPLES
    for i, colour in enumerate(_HILLS):
        level = (0.68, 0.74, 0.80, 0.86, 0.945)[i]
        rough = sum(_noise(rng, 1, n, 1, (3 + i) * 2**k)[0] / 2.2**k for k in range(4)) / 1.8
        ridge = h * (level - 0.16 * (1 - 0.1 * i) * (rough - 0.5))
        if i == 4:
            ridge = ridge - _trees(rng, n, h)
        below = y - ridge[None, :]
        mist = 0.3 * _smooth(below / (0.13 * h))[..., None] if i < 4 else 0.0
        canvas.blend(window, below >= 0, _rgb(colour) + mist * (_rgb("#f3c3b0") - _rgb(colour)))
        if i == 3:
            x = 0.64 * w
            barn = _paint_barn(canvas, x, ridge[int(x * SAMPLES)] + 0.012 * h)
    return barn


def _trees(rng, n, height):
    """Height of a row of firs at each sample along the ridge."""
    x = np.arange(n) / SAMPLES
    firs = np.zeros(n)
    at = 0.0
    while at < n / SAMPLES:
        tall = height * rng.uniform(0.025, 0.075)
        firs = np.maximum(firs, tall - 3.2 * np.abs(x - at) - 1.2 * (np.abs(x - at) * 2 % 1.6))
        at += height * rng.choice([0.014, 0.02, 0.03, 0.12], p=[0.35, 0.35, 0.2, 0.1])
    return firs


def _paint_barn(canvas, x, y):
    s = 0.0125 * canvas.height  # the barn is 8 wide and 6 high in this unit
    box = (x - 4.3 * s, y - 6.2 * s, x + 4.3 * s, y)
    window, gx, gy = canvas.grid(*box)
    u, v = (gx - x) / s, (y - gy) / s  # v points up
    wall = (np.abs(u) <= 3.8) & (v >= 0) & (v <= 4 + 0 * u)
    roof = (v >= 3.6) & (v <= 6.2 - 0.6 * np.abs(u)) & (np.abs(u) <= 4.3)
    door = (np.abs(u) <= 1.2) & (v >= 0) & (v <= 2.6)
    frame = door & (
        (np.abs(u) > 0.9) | (v > 2.3) | (np.abs(np.abs(u) - np.abs(v - 1.2) * 0.8) < 0.2)
    )
    canvas.blend(window, wall, _rgb("#b3202c"))
    canvas.blend(window, wall & (u > 2.6 + 0 * v), _rgb("#8e1722"))
    canvas.blend(window, roof, _rgb("#f1e3dc"))
    canvas.blend(window, roof & (v < 5.7 - 0.6 * np.abs(u)), _rgb("#7c1d28"))
    canvas.blend(window, door, _rgb("#6d121b"))
    canvas.blend(window, frame, _rgb("#f6e9dc"))
    return tuple(float(c) for c in box)


def _paint_kite(canvas):
    x, y, s = 0.335 * canvas.width, 0.13 * canvas.height, 0.042 * canvas.height
    window, gx, gy = canvas.grid(x - 3 * s, y - 2 * s, x + 3 * s, y + 5 * s)
    tilt = 0.35
    u = ((gx - x) * np.cos(tilt) + (gy - y) * np.sin(tilt)) / s
    v = (-(gx - x) * np.sin(tilt) + (gy - y) * np.cos(tilt)) / s
    body = np.abs(u) / 0.95 + np.where(v < 0, -v / 1.05, v / 1.7) <= 1
    red = (u > 0) ^ (v > 0)
    canvas.blend(window, body & red, _rgb("#e63946"))
    canvas.blend(window, body & ~red, _rgb("#ffd23f"))
    wave = 0.3 * np.sin(3.2 * (v - 1.7))
    tail = (np.abs(u - wave) <= 0.07) & (v > 1.7) & (v < 4.4)
    bow = (np.abs(np.abs((v - 2.2) % 0.8 - 0.4)) <= 0.55 * np.abs(u - wave)) & (
        np.abs(u - wave) <= 0.34
    )
    canvas.blend(window, tail | (bow & (v > 1.9) & (v < 4.3)), _rgb("#fff1d6"))
    corner = np.array([[0, -1.05], [0.95, 0], [0, 1.7], [-0.95, 0]]) * s
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    corner = corner @ turn + (x, y)
    return tuple(float(c) for c in (*corner.min(axis=0), *corner.max(axis=0)))


def _paint_birds(canvas, rng):
    flock = np.array([0.45, 0.5]) * (canvas.width, canvas.height)
    for _ in range(6):
        x, y = flock + rng.normal(0, (0.035, 0.025), 2) * (canvas.width, canvas.height)
        s = canvas.height * rng.uniform(0.008, 0.013)
        window, gx, gy = canvas.grid(x - s, y - s, x + s, y + s)
        u, v = np.abs(gx - x) / s, (gy - y) / s
        wing = np.abs(v + 0.9 * np.sqrt(u) * (1.35 - u)) <= 0.13 * (1.2 - u)
        canvas.blend(window, 0.8 * (wing & (u <= 1)), _rgb("#3a2f57"))


def _unit(width, height):
    """Measure of the balloons, so that they fit a narrow picture too."""
    return min(height, width / 1.5)


def _places(rng, width, height, n):
    """Centre and radius of n balloons, far to near, apart from each other but for one pair."""
    radii = _unit(width, height) * np.geomspace(0.15, 0.03, n) * rng.uniform(0.92, 1.08, n)
    placed = []
    for i, r in enumerate(radii):
        low = np.array([1.15 * r, 1.15 * r])
        high = np.array([width - 1.15 * r, 0.8 * height - (BASKET_BOTTOM + 0.1) * r])
        if i == 2:  # behind the second one, to its right or left
            x, y, near = placed[1]
            side = 1 if x < width / 2 else -1
            spot = np.clip((x + side * 1.15 * near, y - 0.5 * near), low, high)
        else:
            tries = rng.uniform(low, high, (60, 2))
            spot = max(tries, key=lambda p: _clearance(p, r, placed, width, height))
        placed.append((*spot, r))
    return placed[::-1]


def _clearance(spot, radius, placed, width, height):
    """Free distance around a balloon, a random spot's merit; the corner of the sun stays free."""
    others = [*placed, (0.335 * width, 0.15 * height, 0.07 * height)]
    others.append((0.17 * width, 0.66 * height, 0.05 * height))
    others.append((0.9 * width, 0.12 * height, 0.05 * height))
    gaps = [np.hypot(spot[0] - x, (spot[1] - y) / 1.35) - radius - r for x, y, r in others]
    return min(gaps)


def _palettes(rng, n):
    order = np.concatenate([rng.permutation(len(_BALLOONS)) for _ in range(2)])
    return [[_rgb(c) for c in _BALLOONS[i]] for i in order[:n]]


def paint_balloon(canvas, rng, centre, radius, colours, sun, haze):
    """Paint one balloon and return its exact box."""
    x, y = centre
    box = (x - radius, y - radius, x + radius, y + BASKET_BOTTOM * radius)
    window, gx, gy = canvas.grid(*box)
    u, v = (gx - x) / radius, (gy - y) / radius
    air = _rgb("#e3a9b4")
    colour = _envelope_colour(rng, u, v, colours, (sun - centre) / radius)
    canvas.blend(window, np.abs(u) <= _half_width(v), colour + haze * (air - colour))
    _paint_basket(canvas, window, u, v, lambda c: c + haze * (air - c))
    return tuple(float(c) for c in box)


def _half_width(v):
    """Half the width of the envelope at height v; negative outside."""
    slope = SHOULDER / np.sqrt(1 - SHOULDER**2)
    cone = np.sqrt(1 - SHOULDER**2) - slope * (v - SHOULDER)
    sphere = np.sqrt(np.maximum(1 - v**2, 0))
    return np.where(v > MOUTH, -1, np.where(v > SHOULDER, cone, sphere))


def _envelope_colour(rng, u, v, colours, to_sun):
    across = np.clip(u / np.maximum(_half_width(v), 1e-6), -1, 1)
    longitude = np.arcsin(across) / np.pi + 0.5  # 0 to 1 over the visible half
    gores = rng.integers(4, 7) * 2
    place = longitude * gores + rng.random()
    first, second, accent = colours
    stripe = (place % 2 < 1)[..., None]
    colour = np.where(stripe, first, second)
    style = rng.integers(4)
    if style == 0:  # a band with a zigzag edge
        edge = 0.12 * np.abs(place % 1 - 0.5) * 2
        colour = np.where(((v > -0.15 + edge) & (v < 0.25 + edge))[..., None], accent, colour)
    elif style == 1:  # stripes that wind around
        wound = (place + 1.6 * v) % 2 < 1
        colour = np.where(wound[..., None], first, second)
    elif style == 2:  # a chequered belt, a cap
        belt = (v > -0.1) & (v < 0.34)
        chequer = (np.floor(place) + np.floor((v + 0.1) / 0.22)) % 2 < 1
        colour = np.where(belt[..., None], np.where(chequer[..., None], accent, second), colour)
        colour = np.where((v < -0.72 + 0 * u)[..., None], accent, colour)
    else:  # three colours in turn
        turn = np.floor(place).astype(int) % 3
        colour = np.stack([first, second, accent])[turn]
    seam = np.exp(-(((place + 0.5) % 1 - 0.5) ** 2) / 0.006)[..., None]
    colour = colour * (1 - 0.22 * seam)

    depth = np.sqrt(np.maximum(1 - np.minimum(u**2 + np.minimum(v, SHOULDER) ** 2, 1), 0))
    direction = np.append(to_sun / np.linalg.norm(to_sun), 0.75)
    light = (u * direction[0] + v * direction[1] + depth * direction[2]) / np.hypot(1, 0.75)
    light = np.clip(0.5 + 0.6 * light, 0.28, 1.1)[..., None]
    shade = _rgb("#4a3f7a") * colour + 0.06
    lit = shade + light * (colour * _rgb("#fff4e0") - shade)
    flame = np.exp(-((u / 0.45) ** 2) - ((v - MOUTH) / 0.5) ** 2)[..., None]
    return lit + 0.45 * flame * (_rgb("#ffcf6b") - lit)


def _paint_basket(canvas, window, u, v, tint):
    rope = np.zeros(np.broadcast_shapes(u.shape, v.shape), dtype=bool)
    down = (v - MOUTH) / (BASKET_TOP - MOUTH)
    top = _half_width(np.array(MOUTH))
    for at in (-1, -0.35, 0.35, 1):
        line = at * (top + down * (BASKET_HALF - top))
        rope |= (np.abs(u - line) < 0.018) & (down >= 0) & (down <= 1)
    canvas.blend(window, rope, tint(_rgb("#3b2a2a")))
    flame = ((u / 0.05) ** 2 + ((v - 1.4) / 0.13) ** 2) <= 1
    canvas.blend(window, 0.9 * flame, _rgb("#fff0b0"))
    basket = (np.abs(u) <= BASKET_HALF - 0.05 * (v - BASKET_TOP)) & (v >= BASKET_TOP)
    weave = (np.floor(v / 0.06) + np.floor(u / 0.08)) % 2 < 1
    canvas.blend(window, basket, tint(_rgb("#8a5a2b")))
    canvas.blend(window, basket & weave, tint(_rgb("#6f4520")))
    canvas.blend(window, basket & (v < BASKET_TOP + 0.07), tint(_rgb("#4a2c14")))
