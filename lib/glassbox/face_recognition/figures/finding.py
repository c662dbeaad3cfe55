"""The whole pipeline on a picture, and how a detector sees: gradients, weights, scores, anchors."""

import numpy as np

from glassbox.checks import box_array, float_array, integer, real_number
from glassbox.figures import box, choice, explore, image, matrix, slider
from glassbox.mean_average_precision import box_iou, non_maximum_suppression

from ..alignment import align_face
from ..anchors import anchor_grid, match_anchors
from ..detection import (
    CELL,
    MARGIN,
    ORIENTATIONS,
    WINDOW,
    boxes_of,
    cell_features,
    correlate,
    default_detector,
    detect_faces,
    image_pyramid,
    locate_landmarks,
    resize,
    to_grey,
)
from ..pipeline import UNKNOWN, default_threshold, embed_face
from .common import as_picture, checked_gallery, dot, light, tile

MAX_WINDOWS = 400  # on a picture before suppression
STAGES = ("1. windows", "2. suppression", "3. landmarks", "4. names")
OVERLAPS = (0.05, 0.3, 0.65)


def stages(picture, gallery, *, crop=72, name="", caption=None):
    """Show every stage of the system on one picture: windows, suppression, landmarks, names.

    Parameters
    ----------
    picture : array_like, shape (height, width, 3)
        In [0, 1], or bytes; at most 1,600 pixels a side.
    gallery : mapping of str to array_like, shape (d,)
        As `enrol` makes it.
    crop : int
        Side of the aligned crops that are shown.
    name, caption : str
        As in `glassbox.figures.explore`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If no face is found, or far too many.
    """
    names, rows = checked_gallery(gallery, least=2)
    shown, crop = as_picture("picture", picture), integer("crop", crop, least=16, most=160)
    every = detect_faces(picture, iou_threshold=None)
    if not 0 < len(every.boxes) <= MAX_WINDOWS:
        raise ValueError(
            f"picture must have from 1 to {MAX_WINDOWS} windows that look like a face, got "
            f"{len(every.boxes)}: take another part of it"
        )
    kept_at = {v: _left_to_right(every, v) for v in OVERLAPS}
    needed = sorted({i for kept in kept_at.values() for i in kept.tolist()})
    points = {i: locate_landmarks(picture, every.boxes[i]) for i in needed}
    crops = {i: align_face(shown / 255, points[i], crop) for i in needed}
    cosines = {i: rows @ embed_face(picture, points[i]) for i in needed}

    columns = min(5, max(map(len, kept_at.values())))
    sheets = {v: light(tile([crops[i] for i in kept], columns)) for v, kept in kept_at.items()}
    sheet = {side: max(one.fields[side] for one in sheets.values()) for side in ("width", "height")}

    def called(i, threshold):
        return names[cosines[i].argmax()] if cosines[i].max() >= threshold else UNKNOWN

    def draw(stage, overlap, threshold):
        kept, at = kept_at[overlap], STAGES.index(stage)
        named = [called(i, threshold) for i in kept]
        say = f"{len(every.boxes)} windows look like a face."
        if at:
            say = f"Of {len(every.boxes)} windows {len(kept)} are kept."
        if at == 3:
            say = f"{', '.join(named)}."
        boxes = _on_picture(at, every, kept, named, points)
        below = image(**sheet, title="crops come with the landmarks")
        if at >= 2:
            below = below.at(title="aligned crops", src=sheets[overlap].fields["src"])
        best = [(int(cosines[i].argmax()), k) for k, i in enumerate(kept)]
        framed = [pair for pair, who in zip(best, named, strict=True) if who != UNKNOWN]
        table = matrix(
            np.transpose([cosines[i] for i in kept]), rows=names, vmin=-1, vmax=1,
            annotate=2 if len(kept) <= 6 else None,  # of more, a pointer reads the numbers out
            columns=[str(k) for k in range(1, len(kept) + 1)], xlabel="face, from left to right",
            colormap="diverging", highlight=framed if at == 3 else (), square=False,
            missing=None if at == 3 else np.ones((len(names), len(kept)), bool),
            missing_label="comes with the names", title=f"cosine; a name from {threshold:.2f}",
        )  # fmt: skip
        return [light(shown, boxes=boxes, describe=say), below, table]

    default = default_threshold()
    cosine = np.unique(np.append(np.arange(0.2, 0.86, 0.05), default).round(2))
    return explore(
        draw,
        stage=choice(list(STAGES)),
        overlap=choice({"little (0.05)": 0.05, "some (0.3)": 0.3, "much (0.65)": 0.65}, 0.3,
                       label="overlap allowed"),
        threshold=slider(cosine, round(default, 2), label="cosine for a name"),
        name=name,
        caption=caption or "The whole system on one picture. Choose a stage. Suppression keeps the "
        "best of overlapping windows; the last dial says how similar a face must be to get a name.",
    )  # fmt: skip


def _left_to_right(every, overlap):
    kept = non_maximum_suppression(*every, overlap)
    return kept[np.argsort(every.boxes[kept, 0], kind="stable")]


def _on_picture(stage, every, kept, named, points):
    """What a stage draws on the picture."""
    at, score = every.boxes, every.scores
    if stage == 0:
        return [
            box(*b, color="sky", width=1, text=f"score {s:.2f}")
            for b, s in zip(at, score, strict=True)
        ]
    if stage == 1:
        return [box(*at[i], label=f"{score[i]:.2f}") for i in kept]
    if stage == 2:
        spots = [dot(x, y) for i in kept for x, y in points[i]]
        return [box(*at[i], width=1) for i in kept] + spots
    look = {UNKNOWN: {"color": "orange", "dash": "dashed"}}
    return [
        box(*at[i], label=n, **look.get(n, {"color": "green"}))
        for i, n in zip(kept, named, strict=True)
    ]


# --- what the detector sees ----------------------------------------------------------------------


def glyphs(cells, side=9):
    """Paint a histogram of gradients: in each cell strokes along edges, as bright as they weigh.

    Parameters
    ----------
    cells : array_like, shape (rows, columns, 8)
        Weights from 0, such as `cell_features` returns.
    side : int
        Pixels of a cell.

    Returns
    -------
    ndarray, shape (rows * side, columns * side)
        In [0, 1].
    """
    cells = np.asarray(cells, float)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    angle = (
        np.arange(ORIENTATIONS) * np.pi / ORIENTATIONS + np.pi / 2
    )  # an edge crosses its gradient
    across = np.abs(x[..., None] * np.sin(angle) - y[..., None] * np.cos(angle))
    strokes = np.clip(1.2 - across, 0, 1) * (np.hypot(x, y) <= side / 2)[..., None]
    picture = np.einsum("rco,yxo->rycx", np.maximum(cells, 0), strokes)
    picture = picture.reshape(cells.shape[0] * side, cells.shape[1] * side)
    return np.clip(picture / (np.quantile(picture, 0.995) or 1), 0, 1)


def seen(picture, detector=None, *, scale=1.44, name="", caption=None):
    """Show what the detector sees of a picture: at each size its gradients, and the score map.

    Parameters
    ----------
    picture : array_like, shape (height, width, 3)
        In [0, 1], or bytes; from 60 to 600 pixels a side.
    detector : Detector, optional
        By default that of the package.
    scale : float
        Step between the sizes, from 1.1.
    name, caption : see `stages`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the picture is too small or too large.
    """
    shown = as_picture("picture", picture)
    if not 60 <= min(shown.shape[:2]) <= max(shown.shape[:2]) <= 600:
        raise ValueError(f"picture must have from 60 to 600 pixels a side, got {shown.shape[:2]}")
    detector = default_detector() if detector is None else detector
    grey = to_grey(picture)
    levels = []
    for factor, small in image_pyramid(grey, real_number("scale", scale, least=1.1)):
        cells = cell_features(np.ascontiguousarray(small, np.float32))
        levels.append((factor, cells, 1 / (1 + np.exp(-correlate(cells, detector)))))
    size = dict(zip(("height", "width"), map(float, grey.shape), strict=True))
    weights = tile(
        [glyphs(detector.weights, 15), glyphs(-detector.weights, 15)], gap=6
    )  # edges that speak for a face, and against

    def draw(level):
        factor, cells, score = levels[level]
        row, column = np.unravel_index(score.argmax(), score.shape)
        corner = np.array([column, row]) * CELL / factor
        window = np.concatenate([corner, corner + WINDOW / factor])[None]
        height = WINDOW / factor / MARGIN
        say = (
            f"Faces {height:.0f} pixels high: {score.size:,} windows, the best score "
            f"{score.max():.2f}, {(score >= 0.5).sum()} from 0.5."
        )
        strokes = _strokes(cells, [round(n * factor) / CELL for n in grey.shape])
        at, seen_at = [], []
        if score.max() >= 0.5:  # else it is no claim
            at = [box(*_inside(boxes_of(window)[0], shown), label=f"{score.max():.2f}")]
            seen_at = [box(*_inside(window[0], shown), text="the best window")]
        return [
            light(shown, title="picture", describe=say, boxes=at),
            light(strokes, 26, title="edges by direction",
                  boxes=seen_at).at(**size),
            matrix(score.round(3), vmin=0, vmax=1, title="score of the window at each cell",
                   xlabel="cell", ylabel="cell", highlight=[(int(row), int(column))]),
            light(weights, 32, title="weights: for a face, against it"),
        ]  # fmt: skip

    sizes = [WINDOW / factor / MARGIN for factor, *_ in levels]
    best = int(np.argmax([score.max() for *_, score in levels]))
    return explore(
        draw,
        level=slider(range(len(levels)), best or 1, label="size of face",
                     format=lambda k: f"{sizes[k]:.0f} pixels"),
        name=name,
        caption=caption or "What the detector sees. The picture is shrunk step by step, so that "
        "the window of fixed size fits larger and larger faces; strokes show how much edge of "
        "which direction lies in each cell, the map the score of the window that begins there.",
    )  # fmt: skip


def _strokes(cells, shape):
    """The glyphs of all cells on a sheet that shows as much as the picture, whatever its size.

    A picture has no whole number of cells; ``shape`` is how many rows and columns it has.
    """
    side = max(3, min(5, 620 // cells.shape[1]))
    drawn = as_picture("glyphs", glyphs(cells, side))
    sheet = np.zeros((*(max(1, round(n * side)) for n in shape), 3), np.uint8)
    sheet[: drawn.shape[0], : drawn.shape[1]] = drawn
    return sheet


def _inside(b, shown):
    height, width = shown.shape[:2]
    return np.clip(b, 0, [width - 1, height - 1] * 2)


def found(picture, detections, others=(), *, others_name="other", name="", caption=None):
    """Show detections on a photograph from a threshold on, beside boxes of another detector.

    Parameters
    ----------
    picture : array_like, shape (height, width, 3)
        In [0, 1], or bytes; at most 1,600 pixels a side.
    detections : Detections
        Boxes with scores, such as `detect_faces` returns; at least one.
    others : array_like, shape (n, 4)
        Boxes to compare with; a detection is called right if its IoU with one of them is above 0.3.
    others_name : str
        Whose they are.
    name, caption : see `stages`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no detection, or a shape is wrong.
    """
    shown = as_picture("picture", picture)
    boxes, scores = box_array("detections", detections[0]), float_array("detections", detections[1])
    others = box_array("others", np.reshape(others, (-1, 4)))
    if not len(boxes):
        raise ValueError("detections must be at least one, got none: lower their threshold")
    shrink = max(1.0, max(shown.shape[:2]) / 420)
    height, width = (round(n / shrink) for n in shown.shape[:2])
    small = as_picture("picture", resize(shown / 255, (height, width)))
    right = (
        (box_iou(boxes, others) > 0.3).any(axis=1) if len(others) else np.zeros(len(boxes), bool)
    )
    levels = np.unique(scores.round(2))[-20:]
    start = max(scores[right].round(2), default=levels[-1])

    def draw(threshold):
        kept = np.flatnonzero(scores >= threshold - 0.005)
        drawn = [
            box(*_inside(boxes[i] / shrink, small), label=f"{scores[i]:.2f}",
                **({} if right[i] else {"color": "red", "dash": "dotted"}))
            for i in kept
        ]  # fmt: skip
        drawn += [
            box(*_inside(b / shrink, small), color="orange", dash="dashed", label=others_name)
            for b in others
        ]
        on, off = right[kept].sum(), (~right[kept]).sum()
        say = f"From {threshold:.2f}: {on} on a face, {off} elsewhere."
        return light(small, boxes=drawn, describe=say)

    return explore(
        draw,
        threshold=slider(levels, max(start, levels[0]), label="keep scores from", format=".2f")
        if len(levels) > 1 else choice([float(levels[0])], label="keep scores from"),
        name=name,
        caption=caption or f"Detections on a photograph. Orange, dashed: {others_name}. A box "
        "of ours counts as on the face if its IoU with one of these is above 0.3; dotted ones "
        "do not.",
    )  # fmt: skip


# --- anchors -------------------------------------------------------------------------------------


def anchors(
    picture, boxes, *, strides=(8, 16, 32), sizes=((16, 32), (64, 128), (256, 512)), name="",
    caption=None,
):  # fmt: skip
    """Show which anchors of a modern detector answer for which face of a picture.

    Parameters
    ----------
    picture : array_like, shape (height, width, 3)
        In [0, 1], or bytes.
    boxes : array_like, shape (n, 4)
        The faces, from 1 to 12.
    strides, sizes
        As in `anchor_grid`.
    name, caption : see `stages`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As `anchor_grid`; also if there is no face, or there are too many.
    """
    shown, boxes = as_picture("picture", picture), box_array("boxes", boxes)
    if not 1 <= len(boxes) <= 12:
        raise ValueError(f"boxes must be from 1 to 12, got {len(boxes)}")
    boxes = boxes[np.argsort(boxes[:, 0], kind="stable")]
    places, levels = anchor_grid(shown.shape[:2], strides, sizes)
    iou = box_iou(places, boxes).max(axis=1)
    needs = np.arange(0.2, 0.81, 0.05).round(2)
    taken = {need: match_anchors(places, boxes, need) for need in needs}
    sides = boxes[:, 2:] - boxes[:, :2]
    colors = ("blue", "green", "purple", "orange", "red", "sky")
    which = {"all": None} | {f"stride {s}": k for k, s in enumerate(strides)}

    def draw(needed, level):
        mine = taken[needed]
        asked = np.ones(len(places), bool) if which[level] is None else levels == which[level]
        positive = np.flatnonzero((mine >= 0) & asked)
        drawn = [
            box(*_inside(b, shown), color="ink", dash="dashed", width=1.5, label=str(k))
            for k, b in enumerate(boxes, 1)
        ]
        best = {k: max(positive[mine[positive] == k], key=iou.__getitem__)
                for k in set(mine[positive].tolist())}  # fmt: skip
        for i in positive[np.argsort(iou[positive], kind="stable")][-120:]:
            x, y = (places[i, :2] + places[i, 2:]) / 2
            color = colors[levels[i] % len(colors)]
            text_ = f"stride {strides[levels[i]]}, side {places[i, 2] - places[i, 0]:.0f}"
            drawn.append(dot(x, y, 2, color, text=f"{text_}, IoU {iou[i]:.2f}"))
            if i in best.values():
                drawn.append(box(*_inside(places[i], shown), color=color, text=f"IoU {iou[i]:.2f}"))
        each = np.bincount(mine[positive], minlength=len(boxes))
        say = (
            f"IoU needed {needed:.2f}: of {asked.sum():,} anchors {len(positive)} answer for a "
            f"face ({', '.join(map(str, each))}); {asked.sum() - len(positive):,} must say no."
        )
        listed = [levels[mine == k] for k in range(len(boxes))]
        counts = [[int((one == k).sum()) for k in range(len(strides))] for one in listed]
        return [
            light(shown, boxes=drawn, describe=say),
            matrix(counts, rows=[f"{k}: {w:.0f} × {h:.0f}" for k, (w, h) in enumerate(sides, 1)],
                   columns=[f"stride {s}" for s in strides], annotate=0, colormap="blues", vmin=0,
                   title="anchors that answer for each face", square=False),
        ]  # fmt: skip

    return explore(
        draw,
        needed=slider(needs, 0.35, label="IoU needed", format=".2f"),
        level=choice(list(which), label="level"),
        name=name,
        caption=caption
        or "Faces (dashed), numbered from left to right, and the anchors that training makes "
        "answer for them: dots are their centres, the frame of each face is its best one. All the "
        "other anchors must say: no face. The table counts those of each stride that answer for "
        "each face, named by width and height.",
    )
