"""Two people mixed, and one person under a nuisance: what happens to the cosines."""

import numpy as np

from glassbox.checks import integer, one_of
from glassbox.figures import choice, drag, explore, lines, rules, slider
from glassbox.pictures.faces import as_identity, render_face

from ..alignment import align_face
from ..detection import locate_landmarks, resize
from ..pipeline import default_threshold, embed_face
from .common import checked_gallery, checked_people, dot, light, signed, tile

#: Which of the forty numbers paint: lips, freckles, beard, hair's style, skin, hair, eyes.
COLOURS = (30, 31, 32, 33, 35, 38, 39)
DASHES = ("solid", "dashed", "dotted")


def mix(people, gallery, first, second, *, steps=11, name="", caption=None):
    """Mix two people by their numbers, and see whom the mixture resembles.

    Parameters
    ----------
    people : mapping of str to int or array_like, shape (40,)
        Persons, as `glassbox.pictures.faces.render_face` takes them.
    gallery : mapping of str to array_like, shape (d,)
        Embeddings of up to 12 people, as `enrol` makes them.
    first, second : str
        Two names that are in both.
    steps : int
        How many mixtures, from 3 to 41.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If a name is not in both, the two are one, or there are too many people or steps.
    """
    names, rows = checked_gallery(gallery, least=2)
    checked_people(people, names, ("first", first), ("second", second))
    if first == second:
        raise ValueError(f"first and second must be two people, got {first!r} twice")
    shares = np.linspace(0, 100, integer("steps", steps, least=3, most=41)).round(1)
    one, two = as_identity(people[first]), as_identity(people[second])
    paint = np.isin(np.arange(len(one)), COLOURS)
    which = {"all forty": paint | True, "shape only": ~paint, "colours and hair only": paint}
    looks = {
        (key, share): _mixture(one, np.where(chosen, two, one), share / 100, rows)
        for key, chosen in which.items()
        for share in shares
    }
    ends = [names.index(first), names.index(second)]
    threshold = default_threshold()

    def draw(numbers, share):
        cosines = np.array([looks[numbers, k][1] for k in shares])
        other = np.delete(cosines, ends, axis=1)
        curves = {first: cosines[:, ends[0]], second: cosines[:, ends[1]]}
        if other.shape[1]:
            curves["nearest other"] = other.max(axis=1)
        here = looks[numbers, share][1]
        said = names[here.argmax()] if here.max() >= threshold else "unknown"
        listed = ", ".join(f"{names[i]} {signed(here[i])}" for i in np.argsort(-here)[:3])
        say = f"{share:g} % {second} in {numbers}. Cosines: {listed}. Named: {said}."
        plot = lines(
            shares, curves, dash=DASHES[: len(curves)],
            color=["blue", "orange", "muted"][: len(curves)],
            xlabel=f"share of {second}, %", ylabel="cosine", ylim=(-0.5, 1.03),
            drag=drag("share", shares, cosines.max(axis=1)),
        )  # fmt: skip
        return [
            light(looks[numbers, share][0], describe=say, title=f"named: {said}"),
            plot + rules(y=[threshold], label="threshold"),
        ]

    return explore(
        draw,
        share=slider(shares, shares[len(shares) // 2], label=f"from {first} to {second}",
                     format=lambda v: f"{v:g} %"),
        numbers=choice(list(which), label="mixed"),
        name=name,
        caption=caption or f"From {first} to {second}: the forty numbers are mixed, the face is "
        "drawn, found, aligned and compared with the gallery. The face is named after the highest "
        "curve where that is above the threshold. Drag along it.",
    )  # fmt: skip


def _mixture(one, two, share, rows):
    """A mixture beside its crop, and its cosines."""
    seen = render_face((1 - share) * one + share * two, size=120, supersample=1, shirt=0)
    return _pair(seen, rows, 80)[:2]


def _pair(seen, rows, side):
    """A picture beside its crop, the cosines by found landmarks and by exact ones, and both."""
    points = locate_landmarks(seen.image, seen.box)
    crop = align_face(seen.image, points, side)
    found, exact = (rows @ embed_face(seen.image, p) for p in (points, seen.landmarks))
    return tile([resize(seen.image, (side, side)), crop]), found, exact, points


def nuisances(people, gallery, who, *, size=56, name="", caption=None):
    """Show one person under pose, light, expression and things worn, and the cosines that follow.

    Parameters
    ----------
    people, gallery, name, caption : see `mix`
    who : str
        A name that is in both.
    size : int
        Side of the pictures in pixels, from 48 to 160.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As `mix`.
    """
    names, rows = checked_gallery(gallery, least=2)
    checked_people(people, names, ("who", who))
    size = integer("size", size, least=48, most=160)
    me, steps, threshold = names.index(who), np.arange(-4, 5), default_threshold()
    views = {  # name: size of a step, unit, what it changes
        "yaw": (15, "°", lambda a: {"yaw": a}),
        "pitch": (10, "°", lambda a: {"pitch": a}),
        "side light": (20, "°", lambda a: {"light": (a, 20), "ambient": 0.25}),
        "expression": (0.25, "", lambda a: {"expression": a}),
    }
    covers = {"nothing": None, "sunglasses": "sunglasses", "a mask": "mask"}

    def look(view, cover, step):
        by, _, change = views[view]
        seen = render_face(
            people[who], **change(by * step), size=96, occlusion=covers[cover], supersample=1
        )
        points = locate_landmarks(seen.image, seen.box)
        found, exact = (rows @ embed_face(seen.image, p) for p in (points, seen.landmarks))
        inside = resize(seen.image[4:92, 4:92], (size, size))
        pair = tile([inside, align_face(seen.image, points, size)])
        return pair, found, exact[me], (points - 3.5) * size / 88 - 0.5

    looks = {(v, c, k): look(v, c, k) for v in views for c in covers for k in steps}

    def draw(view, cover, step):
        by, unit, _ = views[view]
        series = [looks[view, cover, k] for k in steps]
        own, exact = np.array([s[1][me] for s in series]), np.array([s[2] for s in series])
        other = np.array([np.delete(s[1], me).max() for s in series])
        i, x = int(step) + 4, 25 * steps
        much = steps[i] * by
        right = own[i] >= max(other[i], threshold)
        worn = "" if cover == "nothing" else f", {cover}"
        say = (
            f"{view.capitalize()} {signed(much, 2 if by < 1 else 0)}{unit}{worn}. {who} "
            f"{signed(own[i])} (with exact landmarks {signed(exact[i])}), nearest other "
            f"{signed(other[i])}. {'Recognised' if right else 'Not recognised'}."
        )
        curves = {who: own, f"{who}, exact landmarks": exact, "nearest other": other}
        plot = lines(
            x, curves, dash=["solid", "dotted", "dashed"], color=["blue", "green", "orange"],
            xlabel=f"% of ±{4 * by:g}°" if unit else "frown to smile, %", ylabel="cosine",
            ylim=(-0.5, 1.03), drag=drag("step", x, own),
        )  # fmt: skip
        plot += rules(y=[threshold], label="threshold")
        pair, _, _, points = looks[view, cover, steps[i]]
        spots = [dot(px, py) for px, py in points.round(1)]
        title = who if right else "not recognised"
        return [light(pair, 36, boxes=spots, describe=say, title=title), plot]

    return explore(
        draw,
        view=choice(list(views), label="nuisance"),
        cover=choice(list(covers), label="worn"),
        step=slider(steps, 0, label="how much", format=lambda k: f"{25 * k:+d} %" if k else "0 %"),
        name=name,
        caption=caption or f"{who} under one nuisance at a time: the picture with the landmarks "
        "that the system finds, the crop that they make, and the cosines. The dotted curve has the "
        "landmarks exactly. Drag along the solid one.",
    )  # fmt: skip


def reach(people, gallery, who, view, values):
    """Return the values of a nuisance, around the first, at which a person is still named.

    Parameters
    ----------
    people, gallery, who : see `nuisances`
    view : {"yaw", "pitch", "expression"}
        A keyword of `render_face`.
    values : sequence of float
        To try, such as ``range(0, 60, 5)``.

    Returns
    -------
    list of float
        Up to the first failure.
    """
    names, rows = checked_gallery(gallery, least=2)
    checked_people(people, names, ("who", who))
    one_of("view", view, ("yaw", "pitch", "expression"))
    good = []
    for value in values:
        seen = render_face(people[who], **{view: value}, size=96, supersample=1)
        cosines = rows @ embed_face(seen.image, locate_landmarks(seen.image, seen.box))
        if names[cosines.argmax()] != who or cosines.max() < default_threshold():
            break
        good.append(value)
    return good
