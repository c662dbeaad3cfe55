"""Procedural faces: who it is in 40 numbers, how it is seen in a few more, everything exact.

A head is a dozen ellipsoids (`glassbox.face_recognition.head`), so a picture is a handful of array
operations, and where the landmarks are is known, not estimated. Angles are in degrees throughout.
"""

from typing import NamedTuple

import numpy as np

from glassbox.checks import as_list, float_array, generator, integer, real_number
from glassbox.face_recognition.head import (
    FAR,
    N_PARAMETERS,
    extent,
    landmarks_of,
    parts_of,
    people,
    rotation,
)

from .backgrounds import backdrop, clutter
from .portraits import (
    OCCLUSIONS,
    Shade,
    colours,
    paint_body,
    paint_hair,
    paint_head,
    paint_occlusion,
)
from .views import (
    MOST_PEOPLE,
    MOST_PIXELS,
    as_colour,
    as_identity,
    as_pair,
    as_views,
    as_worn,
)

__all__ = [
    "Face", "FaceSet", "Scene", "as_identity", "render_face", "render_scene", "sample_faces",
    "sample_identities",
]  # fmt: skip


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

    Examples
    --------
    >>> sample_identities(3, np.random.default_rng(0)).shape
    (3, 40)
    """
    n = integer("n", n, least=1, most=MOST_PEOPLE)
    return generator("rng", rng).standard_normal((n, N_PARAMETERS))


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
    light, shift = as_pair("light", light), as_pair("shift", shift)
    as_worn("occlusion", occlusion)
    size = integer("size", size, least=8, most=MOST_PIXELS)
    supersample = integer("supersample", supersample, least=1, most=16)
    for name, value, low, high in (
        ("yaw", yaw, -90, 90), ("pitch", pitch, -90, 90), ("roll", roll, -360, 360),
        ("expression", expression, -1, 1), ("zoom", zoom, 0.05, 20), ("ambient", ambient, 0, 1),
        ("gain", gain, 0.01, 10),
    ):  # fmt: skip
        real_number(name, value, least=low, most=high)
    z = as_identity(identity)[None]
    view = {
        "yaw": [yaw], "pitch": [pitch], "roll": [roll], "azimuth": [light[0]],
        "elevation": [light[1]], "expression": [expression], "occlusion": [occlusion],
        "ambient": [ambient], "gain": [gain], "zoom": [zoom], "dx": [shift[0]], "dy": [shift[1]],
        "shirt": [int(1000 * abs(z[0, 39])) if shirt is None else integer("shirt", shirt)],
    }  # fmt: skip
    image, alpha, box, landmarks = _render(z, view, size, supersample)
    back = as_colour(background) if background is not None else backdrop(size)
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
    n_identities = integer("n_identities", n_identities, least=1, most=MOST_PEOPLE)
    per_identity = integer("per_identity", per_identity, least=1, most=MOST_PEOPLE)
    size = integer("size", size, least=8, most=MOST_PIXELS)
    supersample = integer("supersample", supersample, least=1, most=16)
    for name, value, high in (
        ("yaw", yaw, 90), ("pitch", pitch, 90), ("roll", roll, 180), ("light", light, 1),
        ("expression", expression, 1), ("occlusion", occlusion, 1), ("shift", shift, 1),
        ("zoom", zoom, 0.9),
    ):  # fmt: skip
        real_number(name, value, least=0, most=high)
    if identities is None:
        identities = sample_identities(n_identities, rng)
    identities = float_array("identities", identities)
    if identities.shape != (n_identities, N_PARAMETERS):
        raise ValueError(
            f"identities must be finite, of shape {(n_identities, N_PARAMETERS)}, "
            f"got shape {identities.shape}"
        )
    n = n_identities * per_identity
    if n * size**2 > 5e8:
        raise ValueError(
            f"size must be smaller, or people fewer: {n:,} pictures of {size} × {size} pixels have "
            "more than 500 million"
        )
    spread = generator("rng", rng).uniform(-1, 1, (11, n))
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
        Changes of the view, one dictionary a person, with keys out of `views.VIEW`.
    supersample : int
        As in `render_face`.

    Returns
    -------
    Scene

    Raises
    ------
    ValueError, TypeError
        If a number is out of range, there are too many people, or a view has an unknown key.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> views = [{"yaw": 20}, {"occlusion": "mask"}]
    >>> scene = render_scene([4, 7], rng, width=160, height=90, sizes=(30, 40), views=views)
    >>> scene.image.shape, scene.boxes.shape, scene.landmarks.shape
    ((90, 160, 3), (2, 4), (2, 5, 2))
    """
    identities = as_list("identities", identities, "people")
    n = len(identities)
    if not 1 <= n <= 12:
        raise ValueError(f"identities must name from 1 to 12 people, got {n}")
    persons = [as_identity(who, "identities") for who in identities]
    views, sizes = as_views(views, n), as_pair("sizes", sizes)
    width, height = (
        integer(name, value, least=64, most=MOST_PIXELS)
        for name, value in (("width", width), ("height", height))
    )
    if not 12 <= sizes[0] <= sizes[1] <= MOST_PIXELS:
        raise ValueError(f"sizes must be two rising heights from 12 pixels on, got {sizes}")
    yaw, light = real_number("yaw", yaw, least=0, most=90), real_number(
        "light", light, least=0, most=1)  # fmt: skip
    supersample = integer("supersample", supersample, least=1, most=16)
    image = clutter(generator("rng", rng), width, height)
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
            **views[i],
        }  # fmt: skip
        px = tall[i] / 2.05
        left, right = (int(np.clip(x + side * 1.75 * px, 0, width)) for side in (-1, 1))
        top = int(max(0, y - 1.9 * px))
        shape = (height - top, right - left)
        place = {"px": px, "cx": x - left, "cy": y - top}
        seen = {key: [value] for key, value in view.items()}
        colour, alpha, box, points = _render(persons[i][None], seen, shape, supersample, place)
        window = image[top:height, left:right]
        window *= 1 - alpha[0][..., None]
        window += colour[0]
        boxes[i], landmarks[i] = box[0] + [left, top] * 2, points[0] + [left, top]
    return Scene(np.clip(image, 0, 1), boxes, landmarks)


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

    p, turn = people(z) | colours(z), rotation(view["yaw"], view["pitch"], view["roll"])
    smile = col("expression")
    parts = parts_of(p, smile)
    lamp = _light(view)
    shade = Shade(lamp, col("ambient"), col("gain"))
    colour, depth = paint_body(x, y, p, view, turn, shade, soft)
    colour, depth, head = paint_head(x, y, p, parts, turn, smile, shade, soft, colour, depth)
    colour, depth = paint_hair(x, y, p, turn, shade, soft, colour, depth, head)
    colour = paint_occlusion(x, y, p, parts, turn, view, shade, soft, colour, depth)
    alpha = (depth > FAR + 1).astype(np.float32)
    colour = np.clip(colour, 0, 1) * alpha[None]
    picture = np.concatenate([colour, alpha[None]])  # (4, n, pixels)
    picture = picture.reshape(4, n, height, s, width, s).mean(axis=(3, 5))

    def pixels(points):
        return points[..., :2] * px[:, :, None] + np.stack([cx, cy], axis=-1)

    landmarks = pixels(landmarks_of(p, parts, turn, smile))
    low, high = extent([parts[k] for k in ("cranium", "face", "jaw", "nose")], turn)
    box = np.concatenate([pixels(low[:, None])[:, 0], pixels(high[:, None])[:, 0]], axis=1)
    return picture[:3].transpose(1, 2, 3, 0), picture[3], box.astype(float), landmarks


def _light(view):
    azimuth, elevation = (np.radians(np.asarray(view[k], float)) for k in ("azimuth", "elevation"))
    across = np.cos(elevation)
    lamp = np.stack([np.sin(azimuth) * across, -np.sin(elevation), np.cos(azimuth) * across])
    return lamp.astype(np.float32)[:, :, None]
