"""People, a party and contact sheets: what the chapter looks at."""

import numpy as np

from glassbox.pictures.faces import Scene, render_face, render_scene

#: Names of the people who are enrolled, and their numbers for `render_face`.
GUESTS = {"Ada": 4, "Bo": 7, "Cleo": 8, "Dan": 10, "Eve": 17, "Fay": 18}
#: Two who come to the party without being enrolled.
STRANGERS = (26, 33)


def portraits(size=112):
    """Return two pictures of each guest, as for enrolment.

    Returns
    -------
    dict of str to list of ndarray, shape (size, size, 3)
    """
    return {
        name: [render_face(who, yaw=yaw, size=size, shirt=who).image for yaw in (-10, 10)]
        for name, who in GUESTS.items()
    }


def party(seed=3, width=420, height=240):
    """Paint a party: four guests and a stranger.

    Returns
    -------
    Scene
    names : list of str
        Who is who, in the order of the boxes; "stranger" is not in `GUESTS`.
    """
    names = ["Ada", "Bo", "Dan", "Fay"]
    people = [GUESTS[name] for name in names] + [STRANGERS[0]]
    rng = np.random.default_rng(seed)
    scene: Scene = render_scene(
        people, rng, width=width, height=height, sizes=(62, 92), yaw=22, light=0.4
    )
    return scene, [*names, "stranger"]


def as_bytes(image):
    """Return a picture in [0, 1], grey or colour, as uint8 of shape (height, width, 3).

    A grey picture is stretched to its own range, since prepared crops have mean 0.
    """
    image = np.asarray(image, dtype=float)
    if image.ndim == 2:
        low, high = image.min(), image.max()
        image = np.repeat(((image - low) / (high - low or 1))[..., None], 3, axis=2)
    return (255 * np.clip(image, 0, 1)).round().astype(np.uint8)


def tile(pictures, columns=None, gap=3):
    """Put pictures of one size side by side, in rows of ``columns``, on white.

    Parameters
    ----------
    pictures : sequence of array_like, shapes (height, width) or (height, width, 3)
    columns : int, optional
        By default all in one row.
    gap : int
        Pixels between them.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
    """
    pictures = [as_bytes(picture) for picture in pictures]
    if len({picture.shape for picture in pictures}) != 1:
        raise ValueError(f"pictures must have one size, got {[p.shape for p in pictures]}")
    height, width, _ = pictures[0].shape
    columns = columns or len(pictures)
    rows = -(-len(pictures) // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, 3)
    sheet = np.full(shape, 255, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = (i // columns) * (height + gap), (i % columns) * (width + gap)
        sheet[y : y + height, x : x + width] = picture
    return sheet


def mark(image, points, colour=(0.1, 1.0, 0.4), radius=1.6):
    """Paint a dot with a dark rim at each point.

    Parameters
    ----------
    image : array_like, shape (height, width, 3)
        In [0, 1].
    points : array_like, shape (n, 2)
    colour : (r, g, b)
    radius : float
        Pixels.

    Returns
    -------
    ndarray, shape (height, width, 3)
        A copy.
    """
    image = np.array(image, dtype=float)
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    for px, py in np.asarray(points, dtype=float):
        away = np.hypot(x - px, y - py)
        image[away < radius + 1] = 0.05
        image[away < radius] = colour
    return image
