"""The head in numbers: forty make a person, a dozen ellipsoids the surface, five points landmarks.

The head's axes: x to the right *in the picture*, y down, z to the viewer; the unit is about half
the height of a face. An orthographic ray meets an ellipsoid at the root of a quadratic. Angles are
in degrees.
"""

from functools import lru_cache

import numpy as np

#: Numbers that make an identity, each N(0, 1) in the population.
N_PARAMETERS = 40
#: Order of the five landmarks; left and right are the picture's, not the person's.
LANDMARKS = ("left eye", "right eye", "nose tip", "left mouth corner", "right mouth corner")
#: Depth of what is not there.
FAR = -9.0

_BLEND = 0.09  # within this depth two parts flow into one another
_BLEND_OF = {"cheek left": 0.3, "cheek right": 0.3, "jaw": 0.15, "brow": 0.14, "lips": 0.14}


def people(z):
    """Return lengths and positions of each person, as columns of shape (n, 1), from 40 numbers."""
    t = np.tanh(np.asarray(z, dtype=np.float32) / 1.6)  # extremes stay human
    share = uniform(z)

    def c(i):
        return t[:, i, None]

    def u(i):
        return share[:, i, None]

    wide = 1 + 0.10 * c(0)
    return {
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


def uniform(z):
    """Return normal numbers as numbers about uniform in (0, 1)."""
    return 0.5 * (1 + np.tanh(np.asarray(z, dtype=np.float32) * 0.8))


def parts_of(p, smile):
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


@lru_cache(maxsize=1)
def mean_head():
    """Return lengths and ellipsoids of the mean head."""
    mean = people(np.zeros((1, N_PARAMETERS)))
    return mean, parts_of(mean, np.zeros((1, 1)))


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


def surface_of(x, y, part, turn):
    """Return depth and slopes of an ellipsoid seen from the front; depth `FAR` beside it.

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
    z = np.where(inside > 0, z, np.float32(FAR))
    return z, (sx / root - e) / m, (sy / root - f) / m


def blend(one, two, width=_BLEND):
    """Return the nearer of two surfaces, rounded off where they are within ``width``."""
    h = np.clip(0.5 + (two[0] - one[0]) * (0.5 / width), 0, 1)
    z = one[0] + h * (two[0] - one[0]) + width * h * (1 - h)
    return z, one[1] + h * (two[1] - one[1]), one[2] + h * (two[2] - one[2])


def head_surface(x, y, parts, turn):
    """Return depth and slopes of the whole head."""
    surface = None
    for name, part in parts.items():
        found = surface_of(x, y, part, turn)
        width = _BLEND_OF.get(name, _BLEND)
        surface = found if surface is None else blend(surface, found, width)
    return surface


def landmarks_of(p, parts, turn, smile):
    """Return the five points in the viewer's coordinates, shape (n, 5, 3)."""
    corner_x, corner_y = mouth_corner(p, smile)
    zero = np.zeros_like(p["ex"])
    x = np.concatenate([-p["ex"], p["ex"], zero, -corner_x, corner_x], axis=1)
    y = np.concatenate([p["ey"], p["ey"], p["nose_y"], corner_y, corner_y], axis=1)
    straight = np.broadcast_to(np.eye(3), turn.shape)
    z, _, _ = head_surface(x, y, parts, straight)
    head = np.stack([x, y, z], axis=-1).astype(float)
    seen = head @ turn.transpose(0, 2, 1)
    for _ in range(4):  # blending depends a little on the view: find the point as it is seen
        depth, _, _ = head_surface(
            seen[..., 0].astype(np.float32), seen[..., 1].astype(np.float32), parts, turn
        )
        found = np.concatenate([seen[..., :2], depth[..., None]], axis=-1) @ turn
        near = np.abs(found[..., 2] - z) < 0.06  # otherwise it is hidden: keep the point itself
        head[..., 2] = np.where(near, found[..., 2], z)
        seen = head @ turn.transpose(0, 2, 1)
    return seen


def mouth_corner(p, smile):
    """Return x and y of the right corner of the mouth in the head's coordinates."""
    return p["mw"] * (1 + 0.22 * smile), p["my"] - 0.012 - 0.075 * smile


def extent(parts, turn):
    """Return the least and greatest x and y of turned ellipsoids, shapes (n, 2)."""
    low, high = [], []
    for centre, radii in parts:
        at = np.einsum("nij,nj->ni", turn, np.concatenate(centre, axis=1))
        half = np.sqrt(np.einsum("nij,nj->ni", turn**2, np.concatenate(radii, axis=1) ** 2))
        low.append((at - half)[:, :2])
        high.append((at + half)[:, :2])
    return np.min(low, axis=0), np.max(high, axis=0)
