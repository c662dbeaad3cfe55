"""Five landmarks in the hand, what their noise costs, and the face turned in space."""

import base64

import numpy as np

from glassbox.checks import float_array, integer
from glassbox.figures import (
    box,
    choice,
    drag,
    explore,
    lines,
    rules,
    scatter,
    simulate,
    slider,
    toggle,
)
from glassbox.pictures.faces import render_face

from ..alignment import TEMPLATE_112, align_face, as_landmarks
from ..detection import resize, to_grey
from ..head import N_PARAMETERS
from ..pipeline import CROP, default_embedder, default_threshold
from ..processing import (
    fit_camera,
    frontalise,
    mean_landmarks,
    normalise_light,
    synthesise_view,
)
from .common import as_picture, checked_gallery, dot, light, signed, tile

SIDE = 128  # of the picture whose landmarks are dragged
PLACES = ("eye", "eye", "nose", "mouth", "mouth")


def drag_landmarks(
    picture, landmarks, gallery, who, *, start=None, name="", caption=None
):  # fmt: skip
    """Let the reader drag five landmarks: the crop, what is left over and the cosines follow.

    Parameters
    ----------
    picture : array_like, shape (height, width, 3)
        One face, in [0, 1] or bytes; it is cut to a square of 128 pixels around the landmarks.
    landmarks : array_like, shape (5, 2)
        Where they truly are, as `align_face` takes them.
    gallery : mapping of str to array_like, shape (d,)
        Embeddings of 64 numbers, as `enrol` makes them.
    who : str
        Whose face it is, a name of the gallery.
    start : array_like, shape (5, 2), optional
        Where they stand at first (by default where they truly are).
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If shapes are wrong, a name is not in the gallery, or a landmark starts outside.
    """
    names, rows = checked_gallery(gallery, least=2)
    if who not in names:
        raise ValueError(f"who must be one of {names}, got {who!r}")
    shown, exact = as_picture("picture", picture), as_landmarks(landmarks)
    begin = exact if start is None else as_landmarks(start)
    shown, exact, begin = _cut(shown, exact, begin)
    if begin.min() < 0 or begin.max() > SIDE - 1:
        raise ValueError("start must be inside the picture, around the face")
    embedder = default_embedder()
    scales = np.abs(embedder.components).max(axis=1) / 127
    small = np.round(embedder.components / scales[:, None]).astype(np.int8)
    grey = (255 * to_grey(shown)).round().astype(np.uint8)
    controls = {
        f"{axis}{k}": slider(range(SIDE), round(float(begin[k, i])),
                             label=f"{axis} of {PLACES[k]} {k + 1}", hidden=True)
        for k in range(5) for i, axis in enumerate("xy")
    }  # fmt: skip
    return simulate(
        "face_recognition.landmarks",
        fit=choice(["similarity", "affine"]),
        swapped=toggle(label="swap left and right"),
        shift=slider(range(-16, 17), 0, label="all five, to the right", format="d"),
        **controls,
        constants={
            "src": light(shown).fields["src"], "size": SIDE, "grey": _text(grey), "who": who,
            "exact": exact.round(2).tolist(), "template": TEMPLATE_112.tolist(), "crop": CROP,
            "components": _text(small), "scales": scales.tolist(),
            "mean": embedder.mean.round(4).tolist(), "people": names,
            "gallery": rows.round(5).tolist(), "threshold": round(default_threshold(), 3),
        },
        name=name,
        caption=caption or "Drag the five landmarks, or move them by the arrow keys. The bars "
        f"are the cosines to the gallery; the face is {who}'s. On the crop that the fit makes, "
        "squares are where the template wants the landmarks, dots where they arrive.",
    )  # fmt: skip


def _text(array):
    return base64.b64encode(array.tobytes()).decode()


def _cut(shown, exact, begin):
    """Cut a square around the landmarks and make it 128 x 128."""
    middle = exact.mean(axis=0)
    half = min(max(3.7 * np.abs(exact - middle).max(), 16), max(shown.shape[:2]))
    x1, y1 = np.floor(middle - half).astype(int)
    side = round(2 * half)
    around = [(max(0, -y1), max(0, y1 + side - shown.shape[0])),
              (max(0, -x1), max(0, x1 + side - shown.shape[1]))]  # fmt: skip
    padded = np.pad(shown, [*around, (0, 0)], mode="edge")
    y, x = max(0, y1), max(0, x1)
    piece = padded[y : y + side, x : x + side]
    factor = SIDE / side

    def move(points):
        return (points - [x1, y1] + 0.5) * factor - 0.5

    return as_picture("picture", resize(piece / 255, (SIDE, SIDE))), move(exact), move(begin)


def noise(record, *, name="", caption=None):
    """Show what the accuracy of an embedding loses by noise on the landmarks.

    Parameters
    ----------
    record : dict
        What ``benchmarks/face_recognition_losses.py`` records: under "noises" the noises, under
        "alignment" the accuracy on each set of people for every noise and training.
    name, caption : see `drag_landmarks`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the record has no alignment.
    """
    try:
        noises, kept = record["noises"], record["alignment"]
        plain = float_array("record", kept["Fisherfaces, box"], "k")
        runs = {
            f"trained on {how}": np.array([kept[f"noise {v}, trained on {how}"] for v in noises])
            for how in ("exact", "noisy")
        }
    except (KeyError, TypeError):
        raise ValueError("record must have noises and alignment, as the benchmark writes") from None
    x = 100 * np.array(noises)
    curves = {how: 100 * values.mean(axis=1) for how, values in runs.items()}

    def draw(noise):
        i = noises.index(noise)
        gains = {how: interval(values[i] - plain) for how, values in runs.items()}
        say = f"Noise {100 * noise:.0f} %. " + ". ".join(
            f"{how.capitalize()}: {curves[how][i]:.1f} %, against the box "
            f"{signed(gain, 1, plus=True)} ± {half:.1f}"
            for how, (gain, half) in gains.items()
        )
        plot = lines(
            x, curves, dash=["solid", "dashed"], color=["blue", "green"],
            xlabel="noise, % of the eyes' distance", ylabel="accuracy, %",
            ylim=(50, 100), drag=drag("noise", x, curves["trained on exact"]),
            describe=say + " points.",
        )  # fmt: skip
        here = [curves[how][i] for how in curves]
        plot += scatter([x[i]] * len(here), here, color="ink", size=4)
        return plot + rules(y=[100 * plain.mean()], label="crop of the exact box", color="orange")

    return explore(
        draw,
        noise=slider(noises, noises[len(noises) // 2], label="landmark noise",
                     format=lambda v: f"{100 * v:.0f} %"),
        name=name,
        caption=caption or f"Accuracy on pairs of new people against the noise of the landmarks, "
        f"mean of {len(plain)} sets of people, beside a crop of the box without alignment. "
        "Words give the paired difference to that, with its interval of 95 %.",
    )  # fmt: skip


#: 97.5 % quantiles of Student's t by degrees of freedom, from 1.
T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179)


def interval(differences, scale=100):
    """Return the mean of paired differences and half the width of its interval of 95 %."""
    differences = scale * np.asarray(differences, float)
    n = len(differences)
    t = T95[n - 2] if n - 2 < len(T95) else 1.96 + 2.4 / (n - 1)
    return float(differences.mean()), float(t * differences.std(ddof=1) / np.sqrt(n))


def turned(who, *, size=108, yaws=range(-60, 61, 15), start=30, name="", caption=None):
    """Turn a face in space: aligned, frontalised, and the frontal picture turned the other way.

    Parameters
    ----------
    who : int or array_like, shape (40,)
        A person, as `glassbox.pictures.faces.render_face` takes it.
    size : int
        Side of the pictures, from 32 to 160 pixels.
    yaws : sequence of float
        Degrees, increasing, from -75 to 75.
    start : float
        The first to show.
    name, caption : see `drag_landmarks`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    size = integer("size", size, least=32, most=160)
    yaws = float_array("yaws", list(yaws), "n")
    if len(yaws) < 2 or (np.diff(yaws) <= 0).any() or np.abs(yaws).max() > 75:
        raise ValueError(f"yaws must be two or more increasing angles up to ±75, got {yaws}")
    straight = render_face(who, size=144, supersample=1)
    goal = _inner(align_face(straight.image, straight.landmarks, CROP))
    true = align_face(straight.image, straight.landmarks, size)

    def look(yaw):
        seen = render_face(who, yaw=yaw, size=144, supersample=1)
        given = seen.image, seen.landmarks
        other = synthesise_view(straight.image, straight.landmarks, yaw, size=size)
        crops = [align_face(*given, size), frontalise(*given, size)]
        gaps = [np.abs(_inner(f(*given, CROP)) - goal).mean() for f in (align_face, frontalise)]
        whole = resize(seen.image[8:136, 8:136], (size, size))
        camera = fit_camera(seen.landmarks)
        head = _mean_head(camera.angles, size)
        marks = [
            mark
            for (x, y), (to_x, to_y) in zip(
                *((p - 7.5) * size / 128 - 0.5
                  for p in (seen.landmarks, camera.project(mean_landmarks()))), strict=True
            )
            for mark in (dot(x, y), box(*_around(to_x, to_y), color="orange", width=1.5,
                                        text="where the mean head has it"))
        ]  # fmt: skip
        return tile([whole, head, crops[0], true, crops[1], other], 3), gaps, marks

    looks = {float(yaw): look(float(yaw)) for yaw in yaws}
    gaps = np.array([looks[float(yaw)][1] for yaw in yaws]).T

    def draw(yaw):
        i = int(np.argmin(abs(yaws - yaw)))
        say = (
            f"Yaw {signed(yaw, 0)}°: difference {gaps[0, i]:.2f} aligned, "
            f"{gaps[1, i]:.2f} frontalised."
        )
        plot = lines(
            yaws, {"aligned": gaps[0], "frontalised": gaps[1]}, dash=["dashed", "solid"],
            color=["orange", "blue"], xlabel="yaw, degrees",
            ylabel="difference to the frontal crop",
            ylim=(0, 1.1 * float(gaps.max())), drag=drag("yaw", yaws, gaps[1]),
        )  # fmt: skip
        picture, _, marks = looks[float(yaws[i])]
        return [light(picture, 50, boxes=marks, describe=say), plot]

    first = float(yaws[np.argmin(abs(yaws - start))])
    return explore(
        draw,
        yaw=slider(
            [float(v) for v in yaws], first, label="yaw", format=lambda v: f"{signed(v, 0)}°"
        ),
        name=name,
        caption=caption or "Above: a picture, the mean head turned as the camera says, and the "
        "aligned crop. Below: the true frontal crop, the frontalised one, and the frontal picture "
        "turned to this yaw. Dots are landmarks, orange squares where the camera sees those of the "
        "mean head. The curves are mean absolute differences of standardised pixels to the true "
        "crop. Drag along the solid one.",
    )  # fmt: skip


def _mean_head(angles, size):
    """The mean head without a picture's colours, turned by a camera's angles."""
    yaw, pitch, roll = (float(np.clip(angle, -90, 90)) for angle in angles)
    head = render_face(
        np.zeros(N_PARAMETERS), yaw=yaw, pitch=pitch, roll=roll, size=144, supersample=1
    )
    grey = to_grey(resize(head.image[8:136, 8:136], (size, size)))
    return np.repeat(grey[..., None], 3, axis=2)


def _around(x, y, half=2.6):
    return x - half, y - half, x + half, y + half


def _inner(crop):
    """The middle of a crop of 32 pixels, where the face is, standardised."""
    return normalise_light(to_grey(np.clip(crop, 0, 1))[6:30, 8:24])
