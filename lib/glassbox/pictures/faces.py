"""Procedural faces: who it is in 40 numbers, how it is seen in a few more, everything exact.

A head is a dozen ellipsoids, blended where they meet; eyes, brows, lips and hair are painted in the
head's own coordinates. An orthographic ray meets an ellipsoid at the root of a quadratic, so a
picture is a handful of array operations, and where the landmarks are is known, not estimated.

The head's axes: x to the right *in the picture*, y down, z to the viewer; the unit is about half
the height of a face. Angles are in degrees throughout.
"""

from typing import NamedTuple

import numpy as np

from glassbox.checks import integer

#: Numbers that make an identity, each N(0, 1) in the population.
N_PARAMETERS = 40
#: Order of the five landmarks; left and right are the picture's, not the person's.
LANDMARKS = ("left eye", "right eye", "nose tip", "left mouth corner", "right mouth corner")
OCCLUSIONS = (None, "sunglasses", "mask", "patch")

_BLEND = 0.09  # within this depth two parts flow into one another
_BLEND_OF = {"cheek left": 0.3, "cheek right": 0.3, "jaw": 0.15, "brow": 0.14, "lips": 0.14}
_FAR = -9.0
_SKIN = np.array([[62, 38, 28], [112, 72, 50], [166, 116, 84], [214, 166, 130], [246, 208, 182]])
_HAIR = np.array(
    [[24, 20, 22], [46, 31, 25], [88, 56, 34], [140, 84, 40], [176, 74, 36], [214, 174, 106],
     [150, 148, 150]]
)  # fmt: skip
_EYES = np.array([[58, 36, 24], [92, 60, 32], [84, 110, 66], [72, 120, 160], [110, 130, 140]])
_SHIRTS = np.array(
    [[200, 70, 70], [60, 110, 170], [70, 140, 100], [225, 170, 60], [120, 90, 160], [70, 75, 90],
     [230, 225, 215], [210, 120, 60]]
)  # fmt: skip


class Face(NamedTuple):
    """What `render_face` returns.

    Attributes
    ----------
    image : ndarray, shape (size, size, 3)
        Red, green, blue in [0, 1].
    box : ndarray, shape (4,)
        ``x1, y1, x2, y2`` of the head without hair, ears and neck, in pixels.
    landmarks : ndarray, shape (5, 2)
        ``x, y`` of the points of `LANDMARKS`, in pixels; (0, 0) is the centre of the first pixel.
    alpha : ndarray, shape (size, size)
        1 where the person is, 0 where the background is.
    """

    image: np.ndarray
    box: np.ndarray
    landmarks: np.ndarray
    alpha: np.ndarray


class FaceSet(NamedTuple):
    """What `sample_faces` returns; n = n_identities * per_identity, identities in blocks.

    Attributes
    ----------
    images : ndarray of float32, shape (n, size, size, 3)
    boxes : ndarray, shape (n, 4)
    landmarks : ndarray, shape (n, 5, 2)
    labels : ndarray of int, shape (n,)
        Which identity, from 0.
    yaw : ndarray, shape (n,)
        Degrees.
    identities : ndarray, shape (n_identities, 40)
    """

    images: np.ndarray
    boxes: np.ndarray
    landmarks: np.ndarray
    labels: np.ndarray
    yaw: np.ndarray
    identities: np.ndarray


class Scene(NamedTuple):
    """What `render_scene` returns: several faces on a cluttered background, the nearest last.

    Attributes
    ----------
    image : ndarray, shape (height, width, 3)
    boxes : ndarray, shape (n, 4)
    landmarks : ndarray, shape (n, 5, 2)
    """

    image: np.ndarray
    boxes: np.ndarray
    landmarks: np.ndarray


# ---------------------------------------------------------------------------------------------
# Public functions


def sample_identities(n, rng):
    """Draw ``n`` people from the population.

    Parameters
    ----------
    n : int
        At least 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, 40)
        Standard normal numbers.
    """
    return as_rng(rng).standard_normal((integer("n", n, least=1), N_PARAMETERS))


def as_rng(rng):
    """Return ``rng``, or say that it is no generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}")
    return rng


def render_face(
    identity,
    yaw=0.0,
    pitch=0.0,
    roll=0.0,
    light=(0.0, 30.0),
    expression=0.0,
    occlusion=None,
    *,
    size=112,
    zoom=1.0,
    shift=(0.0, 0.0),
    ambient=0.45,
    gain=1.0,
    background=None,
    shirt=None,
    supersample=2,
):
    """Render one face, with its exact box and landmarks.

    Parameters
    ----------
    identity : int or array_like, shape (40,)
        Who: a number n >= 0 (the n-th person) or the parameters themselves.
    yaw, pitch, roll : float
        Degrees, each from -90 to 90 (roll: any). With positive yaw the face turns to the right
        of the picture, with positive pitch it looks down, with positive roll it leans to the
        right of the picture (clockwise).
    light : (azimuth, elevation)
        Where the light comes from, in degrees: azimuth 0 is the camera's side, positive is the
        right of the picture; elevation 90 is straight above.
    expression : float
        From -1, a frown, over 0, a neutral face, to 1, an open smile.
    occlusion : {None, "sunglasses", "mask", "patch"}
        What hides a part of the face.
    size : int
        Height and width of the picture in pixels, at least 8.
    zoom : float
        1 makes the head about three quarters of the picture's height.
    shift : (dx, dy)
        Offset of the head's centre, in units of ``size``.
    ambient : float
        Share of the light that comes from everywhere, in [0, 1].
    gain : float
        Brightness of all the light, > 0.
    background : (r, g, b) in [0, 1], optional
        By default a calm grey blue.
    shirt : int, optional
        Which of eight shirts (taken modulo 8); by default it goes with the identity.
    supersample : int
        Each pixel is the mean of ``supersample**2`` rays.

    Returns
    -------
    Face

    Raises
    ------
    ValueError
        If a value is out of range or not finite.

    Examples
    --------
    >>> face = render_face(7, size=64)
    >>> face.image.shape, face.landmarks.shape
    ((64, 64, 3), (5, 2))
    >>> bool(face.landmarks[0, 0] < face.landmarks[1, 0])  # the left eye is on the left
    True
    """
    light, shift = _pair("light", light), _pair("shift", shift)
    if occlusion not in OCCLUSIONS:
        raise ValueError(f"occlusion must be one of {OCCLUSIONS}, got {occlusion!r}")
    size = integer("size", size, least=8)
    supersample = integer("supersample", supersample, least=1)
    for name, value, low, high in (
        ("yaw", yaw, -90, 90), ("pitch", pitch, -90, 90), ("roll", roll, -360, 360),
        ("expression", expression, -1, 1), ("zoom", zoom, 0.05, 20), ("ambient", ambient, 0, 1),
        ("gain", gain, 0.01, 10),
    ):  # fmt: skip
        if not (np.ndim(value) == 0 and low <= value <= high):
            raise ValueError(f"{name} must be a number from {low} to {high}, got {value!r}")
    z = _as_identity(identity)[None]
    view = {
        "yaw": [yaw], "pitch": [pitch], "roll": [roll], "azimuth": [light[0]],
        "elevation": [light[1]], "expression": [expression], "occlusion": [occlusion],
        "ambient": [ambient], "gain": [gain], "zoom": [zoom], "dx": [shift[0]], "dy": [shift[1]],
        "shirt": [int(1000 * abs(z[0, 39])) if shirt is None else integer("shirt", shirt)],
    }  # fmt: skip
    image, alpha, box, landmarks = _render(z, view, size, supersample)
    back = _colour(background) if background is not None else _backdrop(size)
    image, alpha = image[0].astype(float), alpha[0].astype(float)
    return Face(np.clip(image + (1 - alpha[..., None]) * back, 0, 1), box[0], landmarks[0], alpha)


def sample_faces(
    n_identities,
    per_identity,
    rng,
    *,
    identities=None,
    size=64,
    yaw=30.0,
    pitch=10.0,
    roll=20.0,
    light=0.6,
    expression=0.6,
    occlusion=0.0,
    shift=0.06,
    zoom=0.12,
    supersample=1,
):
    """Draw people and render each several times, under random nuisances.

    Parameters
    ----------
    n_identities, per_identity : int
        At least 1.
    rng : numpy.random.Generator
    identities : array_like, shape (n_identities, 40), optional
        The people; by default new ones.
    size : int
        Pictures are ``size`` pixels high and wide.
    yaw, pitch, roll : float
        Largest angle either way in degrees; angles are uniform.
    light : float
        0: always the same light. 1: from anywhere within 75 degrees of the camera, with little
        or much ambient light, dim or bright.
    expression : float
        Largest expression either way, in [0, 1].
    occlusion : float
        Share of the pictures in which something hides a part of the face, in [0, 1].
    shift, zoom : float
        Largest offset (units of ``size``) and largest relative change of size, either way.
    supersample : int
        As in `render_face`.

    Returns
    -------
    FaceSet

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> faces = sample_faces(2, 3, np.random.default_rng(0), size=32)
    >>> faces.images.shape, faces.labels
    ((6, 32, 32, 3), array([0, 0, 0, 1, 1, 1]))
    """
    n_identities = integer("n_identities", n_identities, least=1)
    per_identity = integer("per_identity", per_identity, least=1)
    size, supersample = integer("size", size, least=8), integer("supersample", supersample, least=1)
    for name, value, high in (
        ("yaw", yaw, 90), ("pitch", pitch, 90), ("roll", roll, 180), ("light", light, 1),
        ("expression", expression, 1), ("occlusion", occlusion, 1), ("shift", shift, 1),
        ("zoom", zoom, 0.9),
    ):  # fmt: skip
        if not (np.ndim(value) == 0 and 0 <= value <= high):
            raise ValueError(f"{name} must be a number from 0 to {high}, got {value!r}")
    if identities is None:
        identities = sample_identities(n_identities, rng)
    identities = np.array(identities, dtype=float)
    if identities.shape != (n_identities, N_PARAMETERS) or not np.isfinite(identities).all():
        raise ValueError(
            f"identities must be finite, of shape {(n_identities, N_PARAMETERS)}, "
            f"got shape {identities.shape}"
        )
    n = n_identities * per_identity
    spread = as_rng(rng).uniform(-1, 1, (11, n))
    hidden = np.where(rng.random(n) < occlusion, rng.integers(1, 4, n), 0)
    view = {
        "yaw": yaw * spread[0], "pitch": pitch * spread[1], "roll": roll * spread[2],
        "azimuth": 75 * light * spread[3], "elevation": 30 + 45 * light * spread[4],
        "ambient": 0.45 + 0.3 * light * spread[5], "gain": 1 + 0.35 * light * spread[6],
        "expression": expression * spread[7], "dx": shift * spread[8], "dy": shift * spread[9],
        "zoom": 1 + zoom * spread[10], "occlusion": [OCCLUSIONS[i] for i in hidden],
        "shirt": rng.integers(0, 8, n),
    }  # fmt: skip
    labels = np.repeat(np.arange(n_identities), per_identity)
    walls = np.array([clutter(rng, 3 * size, 3 * size) for _ in range(6)], np.float32)
    corner = np.c_[rng.integers(0, 6, n), rng.integers(0, 2 * size, (n, 2))]
    images = np.empty((n, size, size, 3), np.float32)
    boxes, landmarks = np.empty((n, 4)), np.empty((n, 5, 2))
    chunk = max(1, 120_000 // (size * supersample) ** 2)
    for start in range(0, n, chunk):
        part = slice(start, start + chunk)
        seen = {key: values[part] for key, values in view.items()}
        image, alpha, boxes[part], landmarks[part] = _render(
            identities[labels[part]], seen, size, supersample
        )
        back = np.array(
            [walls[k, i : i + size, j : j + size] for k, i, j in corner[part]], np.float32
        )
        images[part] = np.clip(image + (1 - alpha[..., None]) * back, 0, 1)
    return FaceSet(images, boxes, landmarks, labels, view["yaw"], identities)


def render_scene(
    identities, rng, *, width=320, height=240, yaw=25.0, light=0.5, sizes=(58, 104), views=None,
    supersample=2,
):  # fmt: skip
    """Paint several people before a cluttered background.

    Parameters
    ----------
    identities : sequence of int or array_like, shape (40,)
        Who is in the picture, from 1 to 12 people; the boxes keep this order.
    rng : numpy.random.Generator
        Decides places, sizes, poses, light and background.
    width, height : int
        Size of the picture in pixels.
    yaw, light : float
        As in `sample_faces`.
    sizes : (least, most)
        Height of the heads in pixels.
    views : sequence of dict, optional
        Changes of the view, one dictionary a person, with the keys of `render_face`: yaw, pitch,
        roll, expression, occlusion.
    supersample : int
        As in `render_face`.

    Returns
    -------
    Scene
    """
    people = [_as_identity(who) for who in identities]
    n = len(people)
    if not 1 <= n <= 12:
        raise ValueError(f"identities must name from 1 to 12 people, got {n}")
    width, height = integer("width", width, least=64), integer("height", height, least=64)
    image = clutter(as_rng(rng), width, height)
    slots = rng.permutation(n)
    azimuth, elevation = 60 * light * rng.uniform(-1, 1), 30 + 20 * light * rng.uniform(-1, 1)
    tall = rng.uniform(*sizes, n)
    boxes, landmarks = np.empty((n, 4)), np.empty((n, 5, 2))
    for i in np.argsort(tall):  # far people first
        x = (slots[i] + 0.5 + rng.uniform(-0.12, 0.12)) * width / n
        y = height * rng.uniform(0.3, 0.5)
        y = min(max(y, 0.75 * tall[i]), height - 0.62 * tall[i])
        view = {
            "yaw": yaw * rng.uniform(-1, 1), "pitch": 8 * rng.uniform(-1, 1),
            "roll": 14 * rng.uniform(-1, 1), "expression": rng.uniform(0, 1),
            "occlusion": None, "azimuth": azimuth, "elevation": elevation,
            "ambient": 0.5, "gain": 1.0, "shirt": int(rng.integers(8)),
            **(views[i] if views is not None else {}),
        }  # fmt: skip
        px = tall[i] / 2.05
        left, right = (int(np.clip(x + side * 1.75 * px, 0, width)) for side in (-1, 1))
        top = int(max(0, y - 1.9 * px))
        shape = (height - top, right - left)
        place = {"px": px, "cx": x - left, "cy": y - top}
        seen = {key: [value] for key, value in view.items()}
        colour, alpha, box, points = _render(people[i][None], seen, shape, supersample, place)
        window = image[top:height, left:right]
        window *= 1 - alpha[0][..., None]
        window += colour[0]
        boxes[i], landmarks[i] = box[0] + [left, top] * 2, points[0] + [left, top]
    return Scene(np.clip(image, 0, 1), boxes, landmarks)


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


# ---------------------------------------------------------------------------------------------
# Identity: forty normal numbers become shapes and colours


def _people(z):
    """Return lengths, positions and colours of each person, as columns of shape (n, 1)."""
    z = np.asarray(z, dtype=np.float32)
    t = np.tanh(z / 1.6)  # extremes stay human
    share = 0.5 * (1 + np.tanh(z * 0.8))  # about uniform in (0, 1)

    def c(i):
        return t[:, i, None]

    def u(i):
        return share[:, i, None]

    wide = 1 + 0.10 * c(0)
    p = {
        "wide": wide, "jaw": 0.47 * wide * (1 + 0.22 * c(1)), "chin": 0.52 + 0.08 * c(2),
        "chin_r": 0.46 + 0.05 * c(3), "cheek": 0.29 + 0.05 * c(4), "cheek_y": 0.22 + 0.06 * c(5),
        "brow_r": 0.52 + 0.035 * c(6), "ex": 0.29 + 0.05 * c(7), "ey": -0.07 + 0.045 * c(8),
        "ew": 0.150 * (1 + 0.25 * c(9)), "eh": 0.082 * (1 + 0.40 * c(10)), "slant": 0.28 * c(11),
        "nose_y": 0.27 + 0.075 * c(12), "nose_z": 0.76 + 0.085 * c(13),
        "nose_w": 0.115 * (1 + 0.45 * c(14)), "bridge": 0.105 * (1 + 0.40 * c(15)),
        "my": 0.60 + 0.055 * c(16), "mw": 0.24 * (1 + 0.27 * c(17)),
        "upper": 0.042 * (1 + 0.60 * c(18)), "lower": 0.058 * (1 + 0.60 * c(19)),
        "by": -0.22 + 0.05 * c(20), "bt": 0.032 * (1 + 0.65 * c(21)), "bs": 0.20 * c(22),
        "bl": 0.17 * (1 + 0.28 * c(23)), "hairline": -0.62 + 0.17 * c(24), "part": 0.5 * c(25),
        "peak": 0.9 + 0.8 * c(26), "volume": 1.08 + 0.05 * c(27), "ear": 0.19 + 0.05 * c(28),
        "iris": 0.070 * (1 + 0.15 * c(29)), "lip": u(30), "freckles": u(31), "beard": u(32),
        "style": u(33), "phase": 9 * c(34), "mole_x": 0.45 * c(36), "mole_y": 0.25 + 0.35 * c(37),
    }  # fmt: skip
    p["skin"] = _ramp(_SKIN, u(35))
    p["hair"] = _ramp(_HAIR, np.clip(0.65 * u(38) + 0.35 * u(38) * u(35) * 1.2, 0, 1))
    p["eyes"] = _ramp(_EYES, u(39) * (0.35 + 0.65 * u(35)))
    return p


def _ramp(colours, t):
    """Interpolate in a list of colours; ``t`` in [0, 1] of shape (n, 1) gives (n, 3)."""
    at = np.clip(t, 0, 1) * (len(colours) - 1)
    low = np.minimum(at.astype(int), len(colours) - 2)
    f = at - low
    table = (colours / 255).astype(np.float32)
    return table[low[:, 0]] * (1 - f) + table[low[:, 0] + 1] * f


def _parts(p, smile):
    """Return name to (centre, radii) of the ellipsoids of the head, each of three columns."""
    n0 = np.zeros_like(p["ex"])
    grin = np.maximum(smile, 0)
    w = p["wide"]
    return {
        "cranium": ((n0, -0.28 + n0, -0.12 + n0), (0.74 * w, 0.80 + n0, 0.84 + n0)),
        "face": ((n0, 0.12 + n0, 0.08 + n0), (0.63 * w, 0.80 + n0, 0.60 + n0)),
        "jaw": ((n0, p["chin"], 0.16 + n0), (p["jaw"], p["chin_r"], 0.47 + n0)),
        "brow": ((n0, -0.17 + n0, 0.38 + n0), (0.47 * w, 0.14 + n0, p["brow_r"] - 0.2)),
        "cheek left": ((-0.29 * w, p["cheek_y"] - 0.04 * grin, 0.22 + n0), (p["cheek"],) * 3),
        "cheek right": ((0.29 * w, p["cheek_y"] - 0.04 * grin, 0.22 + n0), (p["cheek"],) * 3),
        "bridge": (
            (n0, 0.5 * (p["ey"] + p["nose_y"]), 0.57 + n0),
            (p["bridge"], 0.29 + n0, p["nose_z"] - 0.60),
        ),
        "nose": ((n0, p["nose_y"], p["nose_z"] - 0.06), (p["nose_w"], 0.095 + n0, 0.15 + n0)),
        "wing left": ((-0.80 * p["nose_w"], p["nose_y"] + 0.03, 0.64 + n0), (0.068 + n0,) * 3),
        "wing right": ((0.80 * p["nose_w"], p["nose_y"] + 0.03, 0.64 + n0), (0.068 + n0,) * 3),
        "lips": ((n0, p["my"], 0.50 + n0), (0.24 + n0, 0.13 + n0, 0.14 + n0)),
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------
# Pose and surface


def rotation(yaw, pitch, roll):
    """Return the matrices that turn the head's coordinates into the viewer's, shape (n, 3, 3).

    Angles in degrees; the head is pitched first, then yawed, then rolled.
    """
    a, b, c = (np.radians(np.atleast_1d(np.asarray(v, dtype=float))) for v in (yaw, pitch, roll))
    o, i = np.zeros_like(a), np.ones_like(a)

    def stack(*rows):
        return np.stack([np.stack(row, -1) for row in rows], -2)

    ry = stack((np.cos(a), o, np.sin(a)), (o, i, o), (-np.sin(a), o, np.cos(a)))
    rx = stack((i, o, o), (o, np.cos(b), np.sin(b)), (o, -np.sin(b), np.cos(b)))
    rz = stack((np.cos(c), -np.sin(c), o), (np.sin(c), np.cos(c), o), (o, o, i))
    return rz @ ry @ rx


def _surface(x, y, part, turn):
    """Return depth and slopes of an ellipsoid seen from the front; depth `_FAR` beside it.

    x, y have shape (n, m); the rays through them run along z.
    """
    centre = np.concatenate(part[0], axis=1)
    inverse = 1 / np.concatenate(part[1], axis=1) ** 2
    at = np.einsum("nij,nj->ni", turn, centre).astype(np.float32)
    q = np.einsum("nij,nj,nkj->nik", turn, inverse, turn).astype(np.float32)
    dx, dy = x - at[:, 0, None], y - at[:, 1, None]
    m = q[:, 2, 2, None]
    e, f = q[:, 0, 2, None], q[:, 1, 2, None]
    a, b, g = e**2 - m * q[:, 0, 0, None], e * f - m * q[:, 0, 1, None], f**2 - m * q[:, 1, 1, None]
    sx, sy = a * dx + b * dy, b * dx + g * dy
    inside = sx * dx + sy * dy + m
    root = np.sqrt(np.maximum(inside, 1e-4))
    z = at[:, 2, None] + (root - e * dx - f * dy) / m
    z = np.where(inside > 0, z, np.float32(_FAR))
    return z, (sx / root - e) / m, (sy / root - f) / m


def _blend(one, two, width=_BLEND):
    """Return the nearer of two surfaces, rounded off where they are within ``width``."""
    h = np.clip(0.5 + (two[0] - one[0]) * (0.5 / width), 0, 1)
    z = one[0] + h * (two[0] - one[0]) + width * h * (1 - h)
    return z, one[1] + h * (two[1] - one[1]), one[2] + h * (two[2] - one[2])


def _head(x, y, parts, turn):
    """Return depth and slopes of the whole head."""
    surface = None
    for name, part in parts.items():
        found = _surface(x, y, part, turn)
        width = _BLEND_OF.get(name, _BLEND)
        surface = found if surface is None else _blend(surface, found, width)
    return surface


def _landmarks(p, parts, turn, smile):
    """Return the five points in the viewer's coordinates, shape (n, 5, 3)."""
    corner_x, corner_y = _corner(p, smile)
    zero = np.zeros_like(p["ex"])
    x = np.concatenate([-p["ex"], p["ex"], zero, -corner_x, corner_x], axis=1)
    y = np.concatenate([p["ey"], p["ey"], p["nose_y"], corner_y, corner_y], axis=1)
    straight = np.broadcast_to(np.eye(3), turn.shape)
    z, _, _ = _head(x, y, parts, straight)
    head = np.stack([x, y, z], axis=-1).astype(float)
    seen = head @ turn.transpose(0, 2, 1)
    for _ in range(4):  # blending depends a little on the view: find the point as it is seen
        depth, _, _ = _head(
            seen[..., 0].astype(np.float32), seen[..., 1].astype(np.float32), parts, turn
        )
        found = np.concatenate([seen[..., :2], depth[..., None]], axis=-1) @ turn
        near = np.abs(found[..., 2] - z) < 0.06  # otherwise it is hidden: keep the point itself
        head[..., 2] = np.where(near, found[..., 2], z)
        seen = head @ turn.transpose(0, 2, 1)
    return seen


def _corner(p, smile):
    """Return x and y of the right corner of the mouth in the head's coordinates."""
    return p["mw"] * (1 + 0.22 * smile), p["my"] - 0.012 - 0.075 * smile


# ---------------------------------------------------------------------------------------------
# The picture


def _render(z, view, size, supersample, place=None):
    """Render n faces: premultiplied colours, alpha, boxes and landmarks.

    Parameters
    ----------
    z : ndarray, shape (n, 40)
    view : dict of sequences of length n
    size : int or (height, width)
    place : dict, optional
        ``px`` (pixels a unit), ``cx``, ``cy`` (centre); by default from ``size`` and the view.
    """
    n = len(z)
    height, width = (size, size) if np.ndim(size) == 0 else size

    def col(name):
        return np.asarray(view[name], dtype=np.float32)[:, None]

    if place is None:
        px = 0.37 * height * col("zoom")
        cx = (width - 1) / 2 + width * col("dx")
        cy = (height - 1) / 2 + 0.02 * height + height * col("dy")
    else:
        px, cx, cy = (np.full((n, 1), place[key], np.float32) for key in ("px", "cx", "cy"))
    s = supersample
    offset = (np.arange(s) + 0.5) / s - 0.5
    gy, gx = np.meshgrid(
        (np.arange(height)[:, None] + offset).ravel(), (np.arange(width)[:, None] + offset).ravel(),
        indexing="ij",
    )  # fmt: skip
    x = (gx.ravel().astype(np.float32) - cx) / px
    y = (gy.ravel().astype(np.float32) - cy) / px
    soft = 0.9 / px  # edges are this wide: about a pixel

    p, turn = _people(z), rotation(view["yaw"], view["pitch"], view["roll"])
    smile = col("expression")
    parts = _parts(p, smile)
    lamp = _light(view)
    shade = _Shade(lamp, col("ambient"), col("gain"))
    colour, depth = _paint_body(x, y, p, view, turn, shade, soft)
    colour, depth, head = _paint_head(x, y, p, parts, turn, smile, shade, soft, colour, depth)
    colour, depth = _paint_hair(x, y, p, turn, shade, soft, colour, depth, head)
    colour = _paint_occlusion(x, y, p, parts, turn, view, shade, soft, colour, depth)
    alpha = (depth > _FAR + 1).astype(np.float32)
    colour = np.clip(colour, 0, 1) * alpha[None]
    picture = np.concatenate([colour, alpha[None]])  # (4, n, pixels)
    picture = picture.reshape(4, n, height, s, width, s).mean(axis=(3, 5))

    def pixels(points):
        return points[..., :2] * px[:, :, None] + np.stack([cx, cy], axis=-1)

    landmarks = pixels(_landmarks(p, parts, turn, smile))
    low, high = _extent([parts[k] for k in ("cranium", "face", "jaw", "nose")], turn)
    box = np.concatenate([pixels(low[:, None])[:, 0], pixels(high[:, None])[:, 0]], axis=1)
    return picture[:3].transpose(1, 2, 3, 0), picture[3], box.astype(float), landmarks


def _extent(parts, turn):
    """Return the least and greatest x and y of turned ellipsoids, shapes (n, 2)."""
    low, high = [], []
    for centre, radii in parts:
        at = np.einsum("nij,nj->ni", turn, np.concatenate(centre, axis=1))
        half = np.sqrt(np.einsum("nij,nj->ni", turn**2, np.concatenate(radii, axis=1) ** 2))
        low.append((at - half)[:, :2])
        high.append((at + half)[:, :2])
    return np.min(low, axis=0), np.max(high, axis=0)


def _light(view):
    azimuth, elevation = (np.radians(np.asarray(view[k], float)) for k in ("azimuth", "elevation"))
    across = np.cos(elevation)
    lamp = np.stack([np.sin(azimuth) * across, -np.sin(elevation), np.cos(azimuth) * across])
    return lamp.astype(np.float32)[:, :, None]


class _Shade:
    """Lambert's law with ambient light: how bright a surface of given slopes is."""

    def __init__(self, lamp, ambient, gain):
        self.lamp, self.ambient, self.gain = lamp, ambient, gain

    def __call__(self, slope_x, slope_y):
        length = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
        cosine = (self.lamp[2] - self.lamp[0] * slope_x - self.lamp[1] * slope_y) * length
        direct = np.maximum(cosine, 0) * (1 - self.ambient)
        return self.gain * (self.ambient * (0.75 + 0.25 * length) + 1.15 * direct), cosine, length


def _step(value, soft):
    """Rise smoothly from 0 to 1 where ``value`` passes from -soft to soft."""
    t = np.clip(0.5 + value / (2 * soft), 0, 1)
    return t * t * (3 - 2 * t)


def _mix(colour, other, amount):
    """Paint ``other`` (three numbers or arrays (n, 3)) over ``colour`` (3, n, m)."""
    other = np.asarray(other, dtype=np.float32)
    if other.ndim == 1:
        other = other[None]
    if other.ndim == 2:
        other = other.T[:, :, None]
    return colour + amount * (other - colour)


def _over(image, mask, colour):
    return np.where(mask[..., None], colour, image)


def _paint_body(x, y, p, view, turn, shade, soft):
    """Paint neck and shirt; they follow half of the turn."""
    n0 = np.zeros_like(p["ex"])
    half = rotation(
        0.3 * np.asarray(view["yaw"], float), np.zeros(len(turn)),
        0.3 * np.asarray(view["roll"], float),
    )  # fmt: skip
    neck = _surface(
        x, y, ((n0, 0.75 + n0, -0.22 + n0), (0.36 * p["wide"], 1.2 + n0, 0.36 + n0)), half
    )
    below = np.minimum(y, 2.5)  # from the shoulders down a cylinder
    chest = _surface(
        x, below, ((n0, 2.55 + n0, -0.35 + n0), (1.25 + n0, 1.25 + n0, 0.55 + n0)), half
    )
    number = np.asarray(view["shirt"], dtype=int) % len(_SHIRTS)
    cloth = (_SHIRTS[number] / 255).astype(np.float32)
    lit, _, _ = shade(neck[1], neck[2])
    under = 1 - 0.35 * _step(0.95 - y, 0.35)  # the chin's shadow
    colour = p["skin"].T[:, :, None] * (lit * under)
    depth = neck[0]
    lit, _, _ = shade(chest[1], chest[2])
    collar = 1.22 - 0.25 * np.abs(x)
    nearer = (chest[0] > depth - 0.3) & (chest[0] > _FAR + 1) & (y > collar)
    stripes = np.where((number % 3 == 1)[:, None], 0.85 + 0.15 * np.sign(np.sin(26 * y)), 1)
    shirt = cloth.T[:, :, None] * (lit * stripes)
    shirt = _mix(shirt, cloth * 0.6, 0.8 * _step(0.05 - np.abs(y - collar - 0.03), soft))
    colour = np.where(nearer, shirt, colour)
    return colour, np.where(nearer, np.maximum(chest[0], depth), depth)


def _paint_head(x, y, p, parts, turn, smile, shade, soft, colour, depth):
    """Paint skin, ears and features; also return the head's depth and its own coordinates."""
    z, sx, sy = _head(x, y, parts, turn)
    n0 = np.zeros_like(p["ex"])
    for side in (-1, 1):
        ear = _surface(
            x, y,
            ((side * 0.74 * p["wide"], 0.06 + n0, -0.1 + n0), (0.075 + n0, p["ear"], 0.14 + n0)),
            turn,
        )  # fmt: skip
        lit, _, _ = shade(ear[1], ear[2])
        front = ear[0] > depth
        skin = p["skin"] * np.array([0.95, 0.82, 0.8], np.float32)
        colour = np.where(front, skin.T[:, :, None] * lit, colour)
        depth = np.maximum(depth, ear[0])
    there = z > depth
    hx, hy, hz = (turn[:, 0, k, None] * x + turn[:, 1, k, None] * y + turn[:, 2, k, None] * z
                  for k in range(3))  # fmt: skip
    hx, hy, hz = (v.astype(np.float32) for v in (hx, hy, hz))
    lit, cosine, _ = shade(sx, sy)
    face = _paint_features(hx, hy, hz, p, smile, soft) * lit
    gloss = 0.10 * np.maximum(cosine, 0) ** 24 * shade.gain
    colour = np.where(there, face + gloss, colour)
    return colour, np.where(there, z, depth), (z, hx, hy, hz)


def _paint_features(hx, hy, hz, p, smile, soft):
    """Return the colour of the skin with all that is painted on it, shape (3, n, m)."""
    front = _step(hz - 0.12, 0.12)
    skin = p["skin"]
    face = np.broadcast_to(skin.T[:, :, None], (3, *hx.shape))
    side = np.abs(hx)
    blush = np.exp(-(((side - 0.36) / 0.17) ** 2) - ((hy - 0.25) / 0.14) ** 2)
    face = _mix(face, skin * [1.02, 0.70, 0.66], 0.42 * front * blush)
    socket = np.exp(-(((side - p["ex"]) / 0.19) ** 2) - ((hy - p["ey"] + 0.03) / 0.11) ** 2)
    face = _mix(face, skin * [0.62, 0.52, 0.54], 0.42 * front * socket)
    face = _paint_marks(face, hx, hy, p, smile, front, soft)
    face = _paint_beard(face, hx, hy, p, smile, front)
    face = _paint_mouth(face, hx, hy, p, smile, front, soft)
    return _paint_eyes(face, hx, hy, p, smile, front, soft)


def _paint_marks(face, hx, hy, p, smile, front, soft):
    """Paint freckles, a mole, folds and nostrils."""
    skin, side = p["skin"], np.abs(hx)
    spots = np.sin(41 * hx + 1.3 * p["phase"]) * np.sin(37 * hy + 9 * hx - p["phase"])
    where = np.exp(-(((hy - 0.13) / 0.13) ** 2) - (side / 0.42) ** 4) * (p["freckles"] > 0.72)
    face = _mix(face, skin * [0.72, 0.55, 0.45], 0.6 * front * where * _step(spots - 0.62, 0.2))
    mole = _step(0.026 - np.hypot(hx - p["mole_x"], hy - p["mole_y"]), soft)
    face = _mix(face, skin * 0.35, 0.85 * front * mole * (p["freckles"] < 0.5))
    fold_x = p["nose_w"] + 0.10 + 0.55 * np.maximum(hy - p["nose_y"], 0)
    fold = np.exp(-(((side - fold_x) / 0.03) ** 2))
    fold = fold * _step(hy - p["nose_y"], 0.06) * _step(p["my"] - 0.02 - hy, 0.06)
    face = _mix(face, skin * [0.7, 0.58, 0.55], front * fold * (0.22 + 0.4 * np.maximum(smile, 0)))
    r = ((side - 0.55 * p["nose_w"]) / 0.042) ** 2 + ((hy - p["nose_y"] - 0.072) / 0.022) ** 2
    return _mix(face, skin * [0.3, 0.2, 0.2], 0.8 * front * _step(1 - r, 0.5))


def _paint_beard(face, hx, hy, p, smile, front):
    """Paint stubble or a beard on those who have one."""
    side = np.abs(hx)
    area = _step(
        hy - 0.50 + 0.25 * np.maximum(0.3 - side, 0) - 0.5 * np.maximum(side - 0.32, 0), 0.07
    )
    lip = _step(hy - p["nose_y"] - 0.14, 0.03) * _step(0.30 - side, 0.06) * (hy < p["my"])
    area = np.maximum(area, lip)
    amount = np.where(p["beard"] > 0.86, 0.92, np.where(p["beard"] > 0.68, 0.32, 0))
    rough = 0.86 + 0.14 * np.sin(60 * hx + 3 * np.sin(31 * hy)) * np.sin(53 * hy + p["phase"])
    return _mix(face, 0.8 * p["hair"], amount * front * area * rough)


def _paint_mouth(face, hx, hy, p, smile, front, soft):
    """Paint lips, teeth and the dark between them."""
    corner_x, corner_y = _corner(p, smile)
    u = hx / corner_x
    inside = 1 - u**2
    open_ = 0.085 * np.maximum(smile - 0.25, 0) + 0.02 * np.maximum(-smile - 0.4, 0)
    line = p["my"] + (corner_y - p["my"]) * u**2
    bow = 1 - 0.22 * np.exp(-((hx / 0.035) ** 2))
    arch = np.sqrt(np.maximum(inside, 0))
    top = line - (p["upper"] * bow + 0.4 * open_) * arch
    bottom = line + (p["lower"] + open_) * arch
    within = np.minimum(hy - top, bottom - hy)
    skin = p["skin"]
    red = skin * [0.88, 0.52, 0.52] + p["lip"] * np.array([0.10, -0.04, 0.0], np.float32)
    face = _mix(face, red, 0.85 * front * _step(within, soft) * (inside > 0))
    shine = np.exp(-(((hy - bottom + 0.35 * p["lower"]) / 0.018) ** 2) - (hx / 0.09) ** 2)
    face = _mix(face, [1, 0.9, 0.88], 0.18 * front * shine)
    gap_top, gap_bottom = line - 0.35 * open_ * arch, line + 0.9 * open_ * arch
    gap = _step(np.minimum(hy - gap_top, gap_bottom - hy), soft) * (inside > 0)
    face = _mix(face, [0.25, 0.06, 0.08], front * gap)
    teeth = gap * _step(gap_top + 0.62 * (gap_bottom - gap_top) - hy, soft)
    face = _mix(face, [0.97, 0.95, 0.90], front * teeth)
    closed = np.exp(-(((hy - line) / np.maximum(0.010, 0.7 * soft)) ** 2)) * _step(
        1.04 - abs(u), 0.06
    )
    return _mix(face, skin * [0.35, 0.18, 0.2], 0.85 * front * closed * (open_ < 0.01))


def _paint_eyes(face, hx, hy, p, smile, front, soft):
    """Paint eyes, lids and brows, both sides at once: the face is symmetric."""
    side = np.abs(hx)
    skin = p["skin"]
    u = (side - p["ex"]) / p["ew"]
    tilt = hy - p["ey"] + p["slant"] * (side - p["ex"])
    height = p["eh"] * (1 - 0.28 * np.maximum(smile, 0) + 0.12 * np.minimum(smile, 0))
    lid = np.maximum(1 - u**2, 0)
    top, bottom = -height * lid**0.6, 0.75 * height * lid
    within = _step(np.minimum(tilt - top, bottom - tilt), soft) * (np.abs(u) < 1)
    face = _mix(face, [0.93, 0.92, 0.90], front * within)
    r = np.hypot(side - p["ex"], tilt + 0.008)
    face = _mix(face, p["eyes"], front * within * _step(p["iris"] - r, soft))
    face = _mix(
        face, p["eyes"] * 0.35, 0.7 * front * within * _step(0.012 - abs(r - p["iris"]), soft)
    )
    face = _mix(face, [0.03, 0.03, 0.03], front * within * _step(0.45 * p["iris"] - r, soft))
    spark = np.hypot(hx - np.sign(hx) * p["ex"] + 0.018, tilt + 0.028)
    face = _mix(face, [1, 1, 1], front * within * _step(0.014 - spark, soft))
    lash = np.exp(-(((tilt - top) / np.maximum(0.014, 0.7 * soft)) ** 2)) * (np.abs(u) < 1.05)
    face = _mix(face, skin * 0.16, 0.9 * front * lash)
    under = np.exp(-(((tilt - bottom) / 0.010) ** 2)) * (np.abs(u) < 0.95)
    face = _mix(face, skin * [0.55, 0.4, 0.4], 0.4 * front * under)
    crease = np.exp(-(((tilt - top + 0.035) / 0.012) ** 2)) * (np.abs(u) < 0.95)
    face = _mix(face, skin * [0.6, 0.48, 0.48], 0.45 * front * crease)
    v = (side - p["ex"] * 1.02) / p["bl"]
    frown = 0.10 * np.minimum(smile, 0)
    arch = p["by"] - frown * 0.25 + (p["bs"] - frown) * (p["ex"] - side) + 0.07 * (v**2 - 0.4)
    arch = arch - 0.025 * np.maximum(smile, 0)
    thick = p["bt"] * (1.05 - 0.45 * v) * (np.abs(v) < 1.05)
    brow = _step(thick - np.abs(hy - arch), 0.018 + soft) * _step(1 - np.abs(v), 0.15)
    return _mix(face, 0.75 * p["hair"], 0.9 * front * brow)


def _paint_hair(x, y, p, turn, shade, soft, colour, depth, head):
    """Paint hair: a shell round the cranium, cut off at the hairline, and long hair behind."""
    n0 = np.zeros_like(p["ex"])
    bald, long_, curly = (
        p["style"] < 0.10,
        p["style"] > 0.62,
        (p["style"] > 0.42) & (p["style"] < 0.62),
    )
    grow = p["volume"] + 0.05 * curly
    shell = _surface(
        x, y, ((n0, -0.32 + n0, -0.14 + n0),
               (0.755 * p["wide"] + 0.06 * curly, 0.80 * grow, 0.84 * grow)), turn,
    )  # fmt: skip
    z = np.where(shell[0] > _FAR + 1, shell[0], 0)
    on_shell = [turn[:, 0, k, None] * x + turn[:, 1, k, None] * y + turn[:, 2, k, None] * z
                for k in range(3)]  # fmt: skip

    def region(hx, hy, hz):
        curls = np.where(curly, 0.035, 0.012) * np.sin(17 * hx + p["phase"])
        line = p["hairline"] + 0.28 * p["peak"] * hx**2 + 0.25 * p["part"] * hx + curls
        back = 0.75 * _step(-hz + 0.02, 0.18) + 0.3 * _step(-hz - 0.25, 0.2)
        side = np.abs(hx) / p["wide"]
        back = np.maximum(back, 0.55 * _step(side - 0.62, 0.07) * _step(0.35 - hz, 0.2))
        return line + back - hy

    def tint(hx, hy, hz):
        angle = np.arctan2(hx, -hy + 0.2)
        strands = np.sin(23 * angle + 4 * hz + p["phase"]) + 0.6 * np.sin(57 * angle + 9 * hz)
        knots = np.sin(17 * hx + p["phase"]) * np.sin(19 * hy) + np.sin(15 * hz + 11 * hx)
        return 1 + np.where(curly, 0.13 * knots, 0.09 * strands)

    hair = p["hair"].T[:, :, None]
    _, hx, hy, hz = head
    lit, cosine, _ = shade(shell[1], shell[2])
    gloss = 0.14 * np.maximum(cosine, 0) ** 14 * shade.gain
    cover = _step(region(hx, hy, hz) - 0.02, 0.03) * ~bald * (head[0] >= depth - 1e-3)
    cover = cover * (head[0] > _FAR + 1)
    colour = colour + cover * (hair * (0.8 * lit * tint(hx, hy, hz)) - colour)
    over = _step(region(*on_shell), 0.015 + soft) * ~bald
    front = (shell[0] > depth) & (over > 0.02)
    outside = np.where(depth > _FAR + 1, over, over > 0.5)
    painted = hair * (lit * tint(*on_shell)) + gloss
    colour = np.where(front, colour + outside * (painted - colour), colour)
    depth = np.where(front & (outside > 0.5), shell[0], depth)
    fall = _surface(
        x, y, ((n0, 0.25 + n0, -0.42 + n0), (0.86 * p["wide"], 1.05 + n0, 0.46 + n0)), turn
    )
    behind = long_ & (fall[0] > depth)
    lit, _, _ = shade(fall[1], fall[2])
    wave = 1 + 0.10 * np.sin(30 * x + 5 * np.sin(4 * y + p["phase"]))
    colour = np.where(behind, hair * (0.85 * lit * wave), colour)
    return colour, np.where(behind, fall[0], depth)


def _paint_occlusion(x, y, p, parts, turn, view, shade, soft, colour, depth):
    """Paint what hides the face: sunglasses, a mask or a patch."""
    kinds = np.array([OCCLUSIONS.index(kind) for kind in view["occlusion"]])[:, None]
    if not kinds.any():
        return colour
    n0 = np.zeros_like(p["ex"])
    z, sx, sy = _head(x, y, parts, turn)
    visible = z > _FAR + 1
    hx, hy, hz = (turn[:, 0, k, None] * x + turn[:, 1, k, None] * y + turn[:, 2, k, None] * z
                  for k in range(3))  # fmt: skip
    side = np.abs(hx)
    front = visible * _step(hz - 0.1, 0.1)
    lens = 1 - ((side - p["ex"]) / 0.225) ** 4 - ((hy - p["ey"] - 0.02) / 0.15) ** 4
    bar = _step(0.028 - np.abs(hy - p["ey"] + 0.04), soft) * (side < 0.62)
    glass = np.maximum(_step(lens, 0.25), bar) * front * (kinds == 1)
    sheen = 0.05 + 0.10 * _step(0.05 - np.abs((hx + hy) % 0.5 - 0.2), 0.05)
    colour = colour + glass * (sheen - colour)
    cup = _surface(
        x, y,
        ((n0, p["my"] - 0.02, 0.28 + n0), (0.46 * p["wide"], 0.44 + n0, 0.50 + n0)), turn,
    )  # fmt: skip
    cloth = _blend((z, sx, sy), cup)
    lit, _, _ = shade(cloth[1], cloth[2])
    edge = hy - (p["nose_y"] - 0.14 + 0.35 * np.maximum(side - 0.1, 0))
    pleats = 1 - 0.10 * _step(0.015 - np.abs((hy + 0.04) % 0.16 - 0.08), soft)
    on = _step(edge, soft) * np.maximum(front, cup[0] > np.maximum(depth, z)) * (kinds == 2)
    blue = np.array([0.62, 0.78, 0.86], np.float32)[:, None, None]
    colour = colour + on * (blue * lit * pleats - colour)
    place = _step(0.34 - np.maximum(np.abs(hx + 0.32), np.abs(hy - 0.05) * 0.9), soft)
    weave = 0.5 + 0.12 * np.sign(np.sin(40 * (hx + hy))) * np.sign(np.sin(40 * (hx - hy)))
    patch = place * front * (kinds == 3)
    brown = np.array([0.9, 0.62, 0.35], np.float32)[:, None, None]
    return colour + patch * (brown * weave - colour)


# ---------------------------------------------------------------------------------------------
# Small helpers


def _backdrop(size):
    """Return a calm backdrop, lighter at the top."""
    ramp = np.linspace(0, 1, size)[:, None, None]
    return np.array([0.72, 0.78, 0.84]) * (1 - ramp) + np.array([0.52, 0.58, 0.66]) * ramp


def _as_identity(identity):
    if np.ndim(identity) == 0:
        number = integer("identity", identity, least=0)
        return np.random.default_rng(number).standard_normal(N_PARAMETERS)
    values = np.array(identity, dtype=float)
    if values.shape != (N_PARAMETERS,) or not np.isfinite(values).all():
        raise ValueError(
            f"identity must be a whole number or {N_PARAMETERS} finite numbers, "
            f"got shape {values.shape}"
        )
    return values


def _pair(name, value):
    values = np.array(value, dtype=float)
    if values.shape != (2,) or not np.isfinite(values).all():
        raise ValueError(f"{name} must be two finite numbers, got {value!r}")
    return values


def _colour(value):
    values = np.array(value, dtype=float)
    if values.shape != (3,) or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"background must be three numbers in [0, 1], got {value!r}")
    return values
