"""How a face is painted: skin, eyes, brows, lips and hair, in the head's own coordinates."""

import numpy as np

from glassbox.face_recognition.head import (
    FAR,
    blend,
    head_surface,
    mouth_corner,
    rotation,
    surface_of,
    uniform,
)

OCCLUSIONS = (None, "sunglasses", "mask", "patch")

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


def colours(z):
    """Return skin, hair and eyes of each person, red, green and blue, shape (n, 3) each."""
    share = uniform(z)

    def u(i):
        return share[:, i, None]

    return {
        "skin": _ramp(_SKIN, u(35)),
        "hair": _ramp(_HAIR, np.clip(0.65 * u(38) + 0.35 * u(38) * u(35) * 1.2, 0, 1)),
        "eyes": _ramp(_EYES, u(39) * (0.35 + 0.65 * u(35))),
    }


def _ramp(colours, t):
    """Interpolate in a list of colours; ``t`` in [0, 1] of shape (n, 1) gives (n, 3)."""
    at = np.clip(t, 0, 1) * (len(colours) - 1)
    low = np.minimum(at.astype(int), len(colours) - 2)
    f = at - low
    table = (colours / 255).astype(np.float32)
    return table[low[:, 0]] * (1 - f) + table[low[:, 0] + 1] * f


class Shade:
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


def paint_body(x, y, p, view, turn, shade, soft):
    """Paint neck and shirt; they follow half of the turn."""
    n0 = np.zeros_like(p["ex"])
    half = rotation(
        0.3 * np.asarray(view["yaw"], float), np.zeros(len(turn)),
        0.3 * np.asarray(view["roll"], float),
    )  # fmt: skip
    neck = surface_of(
        x, y, ((n0, 0.75 + n0, -0.22 + n0), (0.36 * p["wide"], 1.2 + n0, 0.36 + n0)), half
    )
    below = np.minimum(y, 2.5)  # from the shoulders down a cylinder
    chest = surface_of(
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
    nearer = (chest[0] > depth - 0.3) & (chest[0] > FAR + 1) & (y > collar)
    stripes = np.where((number % 3 == 1)[:, None], 0.85 + 0.15 * np.sign(np.sin(26 * y)), 1)
    shirt = cloth.T[:, :, None] * (lit * stripes)
    shirt = _mix(shirt, cloth * 0.6, 0.8 * _step(0.05 - np.abs(y - collar - 0.03), soft))
    colour = np.where(nearer, shirt, colour)
    return colour, np.where(nearer, np.maximum(chest[0], depth), depth)


def paint_head(x, y, p, parts, turn, smile, shade, soft, colour, depth):
    """Paint skin, ears and features; also return the head's depth and its own coordinates."""
    z, sx, sy = head_surface(x, y, parts, turn)
    n0 = np.zeros_like(p["ex"])
    for side in (-1, 1):
        ear = surface_of(
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
    corner_x, corner_y = mouth_corner(p, smile)
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


def paint_hair(x, y, p, turn, shade, soft, colour, depth, head):
    """Paint hair: a shell round the cranium, cut off at the hairline, and long hair behind."""
    n0 = np.zeros_like(p["ex"])
    bald, long_, curly = (
        p["style"] < 0.10,
        p["style"] > 0.62,
        (p["style"] > 0.42) & (p["style"] < 0.62),
    )
    grow = p["volume"] + 0.05 * curly
    shell = surface_of(
        x, y, ((n0, -0.32 + n0, -0.14 + n0),
               (0.755 * p["wide"] + 0.06 * curly, 0.80 * grow, 0.84 * grow)), turn,
    )  # fmt: skip
    z = np.where(shell[0] > FAR + 1, shell[0], 0)
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
    cover = cover * (head[0] > FAR + 1)
    colour = colour + cover * (hair * (0.8 * lit * tint(hx, hy, hz)) - colour)
    over = _step(region(*on_shell), 0.015 + soft) * ~bald
    front = (shell[0] > depth) & (over > 0.02)
    outside = np.where(depth > FAR + 1, over, over > 0.5)
    painted = hair * (lit * tint(*on_shell)) + gloss
    colour = np.where(front, colour + outside * (painted - colour), colour)
    depth = np.where(front & (outside > 0.5), shell[0], depth)
    fall = surface_of(
        x, y, ((n0, 0.25 + n0, -0.42 + n0), (0.86 * p["wide"], 1.05 + n0, 0.46 + n0)), turn
    )
    behind = long_ & (fall[0] > depth)
    lit, _, _ = shade(fall[1], fall[2])
    wave = 1 + 0.10 * np.sin(30 * x + 5 * np.sin(4 * y + p["phase"]))
    colour = np.where(behind, hair * (0.85 * lit * wave), colour)
    return colour, np.where(behind, fall[0], depth)


def paint_occlusion(x, y, p, parts, turn, view, shade, soft, colour, depth):
    """Paint what hides the face: sunglasses, a mask or a patch."""
    kinds = np.array([OCCLUSIONS.index(kind) for kind in view["occlusion"]])[:, None]
    if not kinds.any():
        return colour
    n0 = np.zeros_like(p["ex"])
    z, sx, sy = head_surface(x, y, parts, turn)
    visible = z > FAR + 1
    hx, hy, hz = (turn[:, 0, k, None] * x + turn[:, 1, k, None] * y + turn[:, 2, k, None] * z
                  for k in range(3))  # fmt: skip
    side = np.abs(hx)
    front = visible * _step(hz - 0.1, 0.1)
    lens = 1 - ((side - p["ex"]) / 0.225) ** 4 - ((hy - p["ey"] - 0.02) / 0.15) ** 4
    bar = _step(0.028 - np.abs(hy - p["ey"] + 0.04), soft) * (side < 0.62)
    glass = np.maximum(_step(lens, 0.25), bar) * front * (kinds == 1)
    sheen = 0.05 + 0.10 * _step(0.05 - np.abs((hx + hy) % 0.5 - 0.2), 0.05)
    colour = colour + glass * (sheen - colour)
    cup = surface_of(
        x, y,
        ((n0, p["my"] - 0.02, 0.28 + n0), (0.46 * p["wide"], 0.44 + n0, 0.50 + n0)), turn,
    )  # fmt: skip
    cloth = blend((z, sx, sy), cup)
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
