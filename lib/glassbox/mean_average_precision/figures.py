"""The figures of the chapter, each a function of the reader's own boxes, scores and files.

Most take what a detector gives, so that a notebook's cell is one line:

    threshold(picture, objects, boxes, scores)
    breakdown(load_coco("instances.json", "detections.json"))

Axes, words and captions come from the data. What is too large to be read is thinned or refused.
"""

from collections import Counter
from string import ascii_uppercase

import numpy as np

from glassbox.checks import as_list, float_array, integer, one_of, real_number
from glassbox.figures import (
    bars,
    box,
    choice,
    counted,
    drag,
    explore,
    image,
    lines,
    matrix,
    pick,
    pick_cell,
    rules,
    scatter,
    simulate,
    slider,
    toggle,
)
from glassbox.figures import table as table_panel
from glassbox.records import need_parts

from .boxes import box_iou, checked_boxes
from .coco import COCO_STATS, IOU_THRESHOLDS, RECALLS, coco_evaluate
from .curves import (
    METHODS,
    average_precision,
    checked_hits,
    interpolate_precision,
    precision_recall_curve,
    straight_lines,
)
from .errors import CAUSES, explain_errors
from .matching import columns, match_detections
from .scoring import TOOLS, mean_average_precision

MAX_BOXES = 80  # in one picture
MAX_PLACES = 60  # of a threshold
MAX_CARDS = 40  # of a ranking
MAX_STEPS = 60  # of a table that grows
MAX_CLASSES = 8  # to choose from
MAX_POINTS = 400  # of a curve
WINDOW = 7  # rows of a table that grows
GRID = 200  # places of a box that a hand moves

HIT, FALSE, LOST = ("green", "solid", "✓"), ("orange", "dashed", "✗"), ("purple", "dotted", "?")
PR = {"xlabel": "recall", "ylabel": "precision", "xlim": (0, 1), "ylim": (0, 1.03)}
METHOD_NAMES = {
    "voc2007": "11 points",
    "voc2010": "exact area",
    "coco": "101 points",
    "raw": "raw steps",
    "ultralytics": "Ultralytics 8.4",
    "yolov5": "YOLOv5, Ultralytics 8.3",
}
#: How an error looks: colour, dash, sign.
LOOKS = {
    "hit": HIT,
    "badly placed": ("blue", "dashed", "↔"),
    "other class": ("yellow", "dashed", "≠"),
    "duplicate": ("purple", "dashed", "×2"),
    "background": ("red", "dashed", "✗"),
    "both": ("sky", "dashed", "≠↔"),
    "not found": ("ink", "dotted", "?"),
}


# --- a picture, a detector, a threshold --------------------------------------------------------


def threshold(picture, objects, boxes, scores, *, iou=0.5, what="object", name="", caption=None):
    """Let the reader drag the threshold along the curve, and see the boxes of one picture.

    Parameters
    ----------
    picture : ndarray of uint8 or None
        Pixels, shape (height, width, 3), or None for a blank sheet.
    objects, boxes : array_like, shapes (n, 4) and (m, 4)
        Objects of one class and what was detected, ``x1, y1, x2, y2`` in pixels; at most 80 each.
    scores : array_like, shape (m,)
        Confidence of each detection.
    iou : float
        Overlap of a hit at the start.
    what : str
        What an object is called, in the singular.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If boxes are malformed, there are none, or too many to be seen in one picture.
    """
    objects, boxes = checked_boxes("objects", objects), checked_boxes("boxes", boxes)
    scores = float_array("scores", scores, (len(boxes),), note=", one a box")
    for label, many in (("objects", objects), ("boxes", boxes)):
        if not 1 <= len(many) <= MAX_BOXES:
            raise ValueError(
                f"{label} must be from 1 to {MAX_BOXES} to be seen in one picture, got {len(many)}"
            )
    iou = real_number("iou", iou, above=0, most=1)
    levels = sorted({0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, iou})
    order = np.argsort(-scores, kind="stable")
    boxes, scores, n = boxes[order], scores[order], len(objects)
    known = np.unique(scores)[::-1]
    kept_from = thinned(known, MAX_PLACES)
    if len(known) == 1:  # a slider has two places; at either all boxes are kept
        kept_from.append(min(0.0, kept_from[0] - 1))
    sheet = picture_of(picture, objects, boxes)
    found = {level: _matched(objects, boxes, scores, level) for level in levels}

    def draw(keep, iou):
        hits, match = found[iou]
        kept = scores >= keep
        tp, k = int(hits[kept].sum()), int(kept.sum())
        lost = sorted(set(range(n)) - set(match[kept].tolist()))
        say = (
            f"Hits ✓ {tp}, false alarms ✗ {k - tp}, not found ? {n - tp}: precision {tp}/{k} = "
            f"{tp / k:.3f}, recall {tp}/{n} = {tp / n:.3f}."
        )
        drawn = [_box(objects[i], LOST, text="not found", fill=0.3, width=3.5) for i in lost]
        for at in np.flatnonzero(kept)[::-1]:
            drawn.append(_box(boxes[at], HIT if hits[at] else FALSE, f"{scores[at]:.2f}"))
        precision, recall, _ = precision_recall_curve(hits, scores, n)
        at = np.minimum(np.searchsorted(-known, -np.array(kept_from)), len(recall) - 1)
        handle = drag("keep", recall[at], precision[at])
        curve = lines(recall, precision, drag=handle, **PR)
        curve += scatter(recall, precision, color="blue", size=3)
        return [image(**sheet, boxes=drawn, describe=say), curve]

    return explore(
        draw,
        keep=slider(
            kept_from, kept_from[len(kept_from) // 2], label="keep scores from", format=".3f"
        ),
        iou=slider(levels, iou, label="overlap of a hit"),
        name=name,
        caption=caption
        or f"A picture, a detector, and its precision-recall curve. Drag the handle: boxes are "
        f"hits (✓, solid), false alarms (✗, dashed) or {what}s not found (?, dotted).",
    )


def _matched(objects, boxes, scores, iou):
    """Return hits and the object of each, in one picture."""
    one, other = np.zeros(len(objects)), np.zeros(len(boxes))
    return match_detections(one, objects, other, scores, boxes, iou, return_match=True)


def _box(corners, look, label="", **options):
    color, dash, sign = look
    return box(*corners, label=f"{label} {sign}".strip(), color=color, dash=dash, **options)


def picture_of(picture, *boxes):
    """Return the sheet that boxes are drawn on: a picture, or a blank one as large as they need."""
    if picture is not None:
        return {"pixels": picture}
    far = np.concatenate([np.asarray(b).reshape(-1, 4) for b in boxes])[:, 2:]
    width, height = np.maximum(far.max(axis=0) * 1.05, 1).tolist()
    return {"width": width, "height": height}


def thinned(values, most):
    """Return at most ``most`` of the values, the first and the last among them."""
    values = list(values)
    if len(values) <= most:
        return [float(v) for v in values]
    at = np.unique(np.linspace(0, len(values) - 1, most).round().astype(int))
    return [float(values[i]) for i in at]


def explored(draw, **controls):
    """Make a figure of ``draw`` without the choices that leave no choice."""
    single = {
        name: control.values[0]
        for name, control in controls.items()
        if getattr(control, "kind", "") == "choice" and len(control.values) == 1
    }
    controls = {name: control for name, control in controls.items() if name not in single}
    return explore(lambda **setting: draw(**single, **setting), **controls)


# --- boxes in the hand -------------------------------------------------------------------------


def overlap(
    truth=(120, 60, 240, 180), found=(174, 60, 294, 180), *, threshold=0.5, sheet=(360, 240),
    shrink=15, name="", caption=None,
):  # fmt: skip
    """Let the reader drag a box over another, and see their intersection over union.

    Parameters
    ----------
    truth, found : sequence of four int
        The true box and where the detection starts, ``x1, y1, x2, y2`` in pixels of the sheet.
    threshold : float
        IoU of a hit at the start.
    sheet : tuple of two int
        Width and height.
    shrink : int
        The small objects of the figure are this much smaller.
    name, caption : see `threshold`
    """
    truth, found = (
        _on_sheet(label, corners, sheet) for label, corners in (("truth", truth), ("found", found))
    )
    threshold = real_number("threshold", threshold, above=0, most=1)
    shrink = integer("shrink", shrink, least=1)
    (across, down), (x1, y1, x2, y2) = sheet, found
    steps = sorted({*np.arange(0.05, 1, 0.05).round(2).tolist(), threshold})
    return simulate(
        "mean_average_precision.iou",
        x=slider(range(0, across - 9), x1),
        y=slider(range(0, down - 9), y1),
        width=slider(range(10, across + 1), x2 - x1),
        height=slider(range(10, down + 1), y2 - y1),
        threshold=slider(steps, threshold, label="IoU needed"),
        objects=choice(["large", "small"]),
        inclusive_pixels=toggle(label="inclusive pixels"),
        constants={"truth": truth, "sheet": [across, down], "shrink": shrink},
        name=name,
        caption=caption
        or "Intersection over union. Drag the detection D over the true box G, resize it by its "
        "corner (arrow keys move it, with Shift they resize it). The bar of the intersection is as "
        "high as the IoU.",
    )


def _on_sheet(name, corners, sheet):
    """Return a box of whole pixels that lies on a sheet and has at least 10 on a side."""
    width, height = (integer("sheet", side, least=20, most=2000) for side in sheet)
    corners = [integer(f"{name}[{i}]", v) for i, v in enumerate(as_list(name, corners))]
    good = len(corners) == 4 and 0 <= corners[0] <= corners[2] - 10 <= width - 10
    if not good or not 0 <= corners[1] <= corners[3] - 10 <= height - 10:
        raise ValueError(
            f"{name} must be x1 y1 x2 y2 on the sheet of {width} x {height}, 10 pixels or more "
            f"on a side, got {corners}"
        )
    return corners


def two_rules(
    objects=((60, 40, 190, 140), (86, 40, 216, 140)),
    found=((42, 22, 172, 124), (56, 40, 186, 140)),
    *, threshold=0.5, sheet=(300, 190), name="", caption=None,
):  # fmt: skip
    """Let the reader drag two detections over two objects, judged by VOC's rule and by COCO's.

    Parameters
    ----------
    objects, found : sequence of two boxes
        Two objects, and where two detections start, the one with the higher score first.
    threshold : float
        IoU of a hit.
    sheet : tuple of two int
        Width and height in pixels.
    name, caption : see `threshold`
    """
    objects, found = as_list("objects", objects, of="boxes"), as_list("found", found, of="boxes")
    for label, pair in (("objects", objects), ("found", found)):
        if len(pair) != 2:
            raise ValueError(f"{label} must be two boxes, got {len(pair)}")
    objects = [_on_sheet("objects", b, sheet) for b in objects]
    found = [_on_sheet("found", b, sheet) for b in found]
    threshold = real_number("threshold", threshold, above=0, most=1)
    across, down = sheet
    controls = {}
    for d, (x1, y1, x2, y2) in enumerate(found, start=1):
        controls[f"x{d}"] = slider(range(0, across - 9), x1, label=f"D{d} x", hidden=True)
        controls[f"y{d}"] = slider(range(0, down - 9), y1, label=f"D{d} y", hidden=True)
        controls[f"w{d}"] = slider(range(10, across + 1), x2 - x1, label=f"D{d} width", hidden=True)
        controls[f"h{d}"] = slider(range(10, down + 1), y2 - y1, label=f"D{d} height", hidden=True)
    levels = sorted({0.3, 0.4, 0.5, 0.6, 0.7, threshold})
    return simulate(
        "mean_average_precision.rules",
        **controls,
        threshold=slider(levels, threshold, label="IoU needed"),
        constants={"objects": objects, "sheet": [across, down]},
        name=name,
        caption=caption
        or "Two objects, two detections, two rules. Drag D1 and D2, resize them by a corner (arrow "
        "keys move, with Shift they resize), or drag the handle on the curves, which moves D2 "
        "across; their signs are the verdicts of VOC and of COCO. Where a point "
        "stands on the axis, D2 is a hit by one rule and a false alarm by the other.",
    )


# --- the worked example, one detection at a time -----------------------------------------------


def one_at_a_time(
    gt_image, gt_boxes, dt_image, dt_scores, dt_boxes, names=None, *, iou_threshold=0.5,
    plus_one=False, start=None, name="", caption=None,
):  # fmt: skip
    """Grow the table that one writes by hand, and the curve, one detection at a time.

    Parameters
    ----------
    gt_image, gt_boxes, dt_image, dt_scores, dt_boxes, iou_threshold, plus_one
        As in `match_detections`; at most 60 detections.
    names : sequence of str, optional
        One a detection (by default A, B, ..., or numbers).
    start : int, optional
        How many detections are in the table at the start.
    name, caption : see `threshold`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `match_detections`; also if there are no objects, no or too many detections, or not
        one name a detection.
    """
    gt_boxes, dt_boxes = checked_boxes("gt_boxes", gt_boxes), checked_boxes("dt_boxes", dt_boxes)
    n, m = len(gt_boxes), len(dt_boxes)
    if not n or not 2 <= m <= MAX_STEPS:
        raise ValueError(
            f"dt_boxes must be from 2 to {MAX_STEPS}, with an object, got {m} and {n} objects"
        )
    gt_image, dt_image = columns("gt_image", gt_image, gt_boxes, "dt_image", dt_image, dt_boxes)
    hits = match_detections(
        gt_image, gt_boxes, dt_image, dt_scores, dt_boxes, iou_threshold, plus_one
    )
    precision, recall, thresholds = precision_recall_curve(hits, dt_scores, n, merge_ties=False)
    order = np.argsort(-np.asarray(dt_scores, dtype=float), kind="stable")
    names = names_of(names, m)
    signs = [f"{names[d]} {(HIT if hits[d] else FALSE)[2]}" for d in order]
    tp = hits[order].cumsum()
    rows = [
        (k + 1, signs[k], f"{thresholds[k]:.2f}", tp[k], k + 1 - tp[k], f"{precision[k]:.3f}",
         f"{recall[k]:.3f}")
        for k in range(m)
    ]  # fmt: skip
    size = picture_of(None, gt_boxes, dt_boxes)
    objects = {
        i: [box(*b, fill=0.2, text="an object") for j, b in zip(gt_image, gt_boxes, strict=True)
            if j == i]
        for i in {*gt_image, *dt_image}
    }  # fmt: skip
    teeth = lines(recall, precision, color="muted", width=1, **PR)

    def draw(k):
        asked = [(k + 1, *rows[k][1:3], *"????")] if k < m else []
        seen = [*rows[:k], *asked][-WINDOW:]
        last = order[min(k, m - 1)]
        mine = [at for at in range(min(k + 1, m)) if dt_image[order[at]] == dt_image[last]]
        drawn = [
            _box(dt_boxes[order[at]], HIT if hits[order[at]] else FALSE, names[order[at]],
                 width=4 if order[at] == last else 2)
            for at in mine
        ]  # fmt: skip
        done = scatter([recall[k - 1]], [precision[k - 1]], color="blue", size=6)
        done += lines(
            recall[:k], precision[:k], color="blue", drag=drag("k", recall, precision), **PR
        )
        say = f"{counted(k, 'box')} so far: P = {tp[k - 1]}/{k}, R = {tp[k - 1]}/{n}."
        return [
            table_panel(
                ["", "box", "score", "hits", "false", "P", "R"],
                [("", "", "", "", "", "", "")] * (WINDOW - len(seen)) + seen,
                highlight=[WINDOW - 1],
                describe=say + (f" Next: {signs[k]}." if k < m else " That was the last."),
            ),
            image(**size, boxes=objects[dt_image[last]] + drawn, title=f"picture {dt_image[last]}"),
            done + teeth,
        ]

    return explore(
        draw,
        k=slider(range(1, m + 1), min(4, m) if start is None else start, label="boxes"),
        name=name,
        caption=caption
        or f"{counted(m, 'detection')} in decreasing score, one at a time: the last rows of the "
        "table that one writes by hand, the picture of the next box (objects are shaded), and the "
        "saw-tooth.",
    )


def names_of(names, n):
    """Return one name a detection: the reader's, else letters, else numbers."""
    if names is None:
        names = ascii_uppercase[:n] if n <= 26 else range(1, n + 1)
    names = [str(name) for name in as_list("names", names, of="names")]
    if len(names) != n:
        raise ValueError(f"names must be {n}, one a detection, got {len(names)}")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"names must differ, got {twice[0]!r} twice")
    return names


# --- curves ------------------------------------------------------------------------------------


def envelope(hits, scores, n_objects, names=None, *, start=None, name="", caption=None):
    """Lay the roof over the saw-tooth: at each box the best precision at its recall or beyond.

    Parameters
    ----------
    hits, scores : array_like, shape (m,)
        Whether each detection is a hit, and its confidence; at most 400.
    n_objects : int
        How many objects there are.
    names : sequence of str, optional
        One a detection (by default its rank).
    start : int, optional
        At which box the figure starts.
    name, caption : see `threshold`
    """
    hits, scores, n_objects = checked_hits(hits, scores, n_objects)
    m = len(hits)
    if not 2 <= m <= MAX_POINTS:
        raise ValueError(f"hits must be from 2 to {MAX_POINTS} detections, got {m}")
    names = names_of(range(1, m + 1) if names is None else names, m)
    order = np.argsort(-scores, kind="stable")
    precision, recall, _ = precision_recall_curve(hits, scores, n_objects, merge_ties=False)
    top = interpolate_precision(precision)
    first = np.searchsorted(recall, recall)  # the first box at each recall: it counts too
    teeth = lines(recall, precision, color="muted", label="saw-tooth", **PR)

    def draw(k):
        at = first[k - 1]
        best = at + int(precision[at:].argmax())
        who = f"box {names[order[best]]}"
        say = f"At recall {recall[k - 1]:.3f} or beyond, the best precision is {top[at]:.3f}, "
        if best == k - 1:
            say += f"reached at once, by {who}."
        elif recall[best] == recall[k - 1]:
            say += f"reached at this recall already, by {who}."
        else:
            say += f"which comes later, with {who}."
        roof = lines(recall[at:], top[at:], step="before", label="p(r)", fill=True)
        peak = scatter(recall[[best]], precision[[best]], color="orange", marker="diamond", size=6)
        line = rules(x=recall[k - 1], drag=drag("k", recall, top[first]))
        return (teeth + roof + peak + line).at(describe=say)

    return explore(
        draw,
        k=slider(range(1, m + 1), (m + 1) // 2 if start is None else start, label="box"),
        name=name,
        caption=caption or "The envelope is the highest tooth (diamond) at this recall or beyond.",
    )


def areas(data_sets, *, method="voc2010", name="", caption=None):
    """Show what each method takes the area or the mean of, and the numbers that come out.

    Parameters
    ----------
    data_sets : mapping of str to (hits, scores, n_objects)
        One or more; scores that are equal keep their order.
    method : str
        Of `average_precision`, where the figure starts.
    name, caption : see `threshold`
    """
    one_of("method", method, METHODS)
    if not isinstance(data_sets, dict) or not data_sets:
        raise TypeError(f"data_sets must be a dict of (hits, scores, n_objects), got {data_sets!r}")
    curves = {}
    for key, (hits, scores, n) in data_sets.items():
        precision, recall, _ = precision_recall_curve(hits, scores, n, merge_ties=False)
        if not len(recall):
            raise ValueError(f"data_sets must have a detection each, got none in {key!r}")
        curves[str(key)] = precision, recall
    answers = {k: [average_precision(r, p, m) for m in METHODS] for k, (p, r) in curves.items()}

    def draw(data, method):
        ap, (precision, recall) = np.array(answers[data]), curves[data]
        at, span = METHODS.index(method), np.ptp(ap)
        say = f"{data}: AP {ap[at]:.4f} by {METHOD_NAMES[method]}; the six answers span {span:.4f}."
        dots = bars(
            ["11", "area", "101", "raw", "U 8.4", "U 8.3"],
            ap[[METHODS.index(m) for m in METHOD_NAMES]],
            color=["orange" if m == method else "blue" for m in METHOD_NAMES],
            texts=[f"{ap[METHODS.index(m)]:.3f}" for m in METHOD_NAMES],
            pick=pick("method", list(METHOD_NAMES)), ylabel="AP", ylim=(0, 1.15 * ap.max() or 1),
            describe=say,
        )  # fmt: skip
        return [_area(precision, recall, method), dots]

    return explored(
        draw,
        data=choice(list(curves), label="data"),
        method=choice({METHOD_NAMES[m]: m for m in METHOD_NAMES}, method),
        name=name,
        caption=caption
        or "Six numbers from one curve. The dashed line is the mean height, which is the AP. Click "
        "a bar.",
    )


def _area(precision, recall, method):
    """The saw-tooth, what a method takes the area or the mean of, and its mean height."""
    top = precision if method == "raw" else interpolate_precision(precision)
    panel = lines(recall, precision, label="saw-tooth", color="muted", **PR)
    if method in ("ultralytics", "yolov5"):
        x, y = straight_lines(recall, top, cut=method == "ultralytics")
        panel += lines(x, y, color="blue", fill=True, label="straight lines")
    else:
        panel += lines(
            np.r_[0, recall, recall[-1]], np.r_[top[0], top, 0], step="before", color="blue",
            fill=method in ("voc2010", "raw"), label="steps" if method == "raw" else "envelope",
        )  # fmt: skip
    if method in ("voc2007", "coco"):
        grid = np.arange(0, 1.1, 0.1) if method == "voc2007" else RECALLS
        p = np.append(top, 0)[np.searchsorted(recall, grid)]
        size = 4 if method == "voc2007" else 2
        label = f"{len(grid)} points"
        panel += scatter(grid.clip(max=1), p, color="orange", size=size, label=label)
    return panel + rules(y=average_precision(recall, precision, method), label="mean: AP")


def ranking(hits, scores, n_objects, names=None, *, name="", caption=None):
    """Let the reader move detections up and down the ranking, and see every AP follow.

    Parameters
    ----------
    hits, scores : array_like, shape (m,)
        Whether each detection is a hit, and its confidence; from 2 to 40.
    n_objects : int
        How many objects there are.
    names : sequence of str, optional
        One a detection, short (by default A, B, ...).
    name, caption : see `threshold`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If hits, scores or names do not fit, or there are too many for a ranking that can be seen.
    """
    hits, scores, n_objects = checked_hits(hits, scores, n_objects)
    m = len(hits)
    if not 2 <= m <= MAX_CARDS:
        raise ValueError(f"hits must be from 2 to {MAX_CARDS} to be moved, got {m}: pass the best")
    names = names_of(names, m)
    order = np.argsort(-scores, kind="stable")
    first = {float(s): k for k, s in reversed(list(enumerate(scores[order])))}  # place of a score
    places = [2 * first[float(scores[d])] for d in order]
    cards = {
        f"card_{k}": slider(range(2 * m), place, label=f"card {names[d]}", hidden=True)
        for k, (d, place) in enumerate(zip(order, places, strict=True))
    }
    return simulate(
        "mean_average_precision.ranking",
        constants={
            "names": [names[d] for d in order], "hits": [int(hits[d]) for d in order],
            "objects": n_objects if n_objects is not None else int(hits.sum()),
            "places": places,
        },
        **cards,
        name=name,
        caption=caption
        or f"The ranking: {m} cards to drag. A card laid on another ties with it, marked =; a step "
        "further it has passed it. Hits are high and green, false alarms low and orange, moved "
        "cards dark. The curve, its roof and each convention follow.",
    )  # fmt: skip


# --- which tool said that? ---------------------------------------------------------------------

CHOICES = {
    "pixels": ("plus_one", {False: "half-open", True: "inclusive"}),
    "hit": ("strict", {False: "≥", True: ">"}),
    "looks at": ("rule", {"voc": "best", "coco": "best free", "first": "best free, first"}),
    "ties": ("ties", {"given": "file", "reversed": "any", "image": "image", "merged": "shared"}),
    "method": (
        "method", METHOD_NAMES | {"ultralytics": "lines, cut", "yolov5": "lines to (1, 0)"},
    ),
}  # fmt: skip
DEFAULTS = {"plus_one": False, "strict": False, "rule": "voc", "ties": "given"}


def tools(
    gt_image, gt_boxes, dt_image, dt_scores, dt_boxes, *, iou_thresholds=(0.5, 0.75),
    first="VOC devkit 2012", second="COCO", name="", caption=None,
):  # fmt: skip
    """Show what each tool says of the same boxes, and which of its choices makes the difference.

    Parameters
    ----------
    gt_image, gt_boxes, dt_image, dt_scores, dt_boxes
        Objects and detections of one class, as in `match_detections`.
    iou_thresholds : sequence of float
        Overlaps of a hit to choose from.
    first, second : str
        The tools that are compared at the start, of `TOOLS`.
    name, caption : see `threshold`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        As in `mean_average_precision`, or if there is no such tool.
    """
    first, second = one_of("first", first, list(TOOLS)), one_of("second", second, list(TOOLS))
    levels = [real_number("iou_thresholds", t, above=0, most=1)
              for t in as_list("iou_thresholds", iou_thresholds)]  # fmt: skip
    one_class = ["object"] * len(as_list("gt_image", gt_image, of="ids"))
    found = ["object"] * len(as_list("dt_image", dt_image, of="ids"))
    known = {}

    def ap(iou, options):
        key = iou, *options.values()
        if key not in known:
            known[key] = mean_average_precision(
                gt_image, one_class, gt_boxes, dt_image, found, dt_scores, dt_boxes, iou, **options
            )[0]
        return known[key]

    options = {tool: DEFAULTS | given for tool, given in TOOLS.items()}
    written = {
        tool: [words[given[option]] for option, words in CHOICES.values()]
        for tool, given in options.items()
    }

    def draw(iou, first, second):
        rows = [(tool, percent(ap(iou, options[tool])), *written[tool]) for tool in TOOLS]
        at = [list(TOOLS).index(tool) for tool in (first, second)]
        way = steps_between(options[first], options[second])
        heights = [100 * ap(iou, given) for _, given in way]
        labels = [label for label, _ in way]
        low, high = min(heights), max(heights)
        pad = 0.15 * (high - low) + 0.5
        say = f"{first} says {heights[0]:.2f} %, {second} {heights[-1]:.2f} %"
        if first == second or len(way) == 1:
            say = f"{first} says {heights[0]:.2f} %" + (
                "" if first == second else f"; {second} makes the same choices"
            )
        else:
            moves = [f"{label} {b - a:+.2f}".replace("-", "−") for label, a, b in
                     zip(labels[1:], heights, heights[1:], strict=False)]  # fmt: skip
            say += ": " + ", ".join(moves)
        return [
            table_panel(["tool", "AP", *CHOICES], rows, highlight=sorted(set(at)),
                        pick=pick("second", list(TOOLS)), describe=f"{say}."),
            scatter(range(len(way)), heights, size=6, color="blue", ylabel="AP, %",
                    xticks=[labels[0], *[f"+ {label}" for label in labels[1:]]],
                    texts=[f"{label}: {h:.2f} %" for label, h in zip(labels, heights, strict=True)],
                    xlim=(-0.5, max(len(way) - 0.5, 0.5)), ylim=(low - pad, high + pad))
            + lines(range(len(way)), heights, step="after", color="blue"),
        ]  # fmt: skip

    return explored(
        draw,
        **({"iou": choice({f"{t:g}": t for t in levels}, label="IoU of a hit")}),
        first=choice(list(TOOLS), first, label="from"),
        second=choice(list(TOOLS), second, label="to"),
        name=name,
        caption=caption
        or "Which tool said that? Each row is one tool's choices, and what it says of the same "
        "boxes. The steps lead from one tool to another, one choice at a time; click a row to go "
        "there. “Best” looks at the object that a box overlaps most, “best free” at those not yet "
        "hit (of equals at the last, or with “first” at the first).",
    )


def steps_between(one, other):
    """Return what the AP is made of on the way between two tools, one choice changed at a time."""
    way, given = [("start", dict(one))], dict(one)
    for label, (option, _) in CHOICES.items():
        if given[option] != other[option]:
            given = given | {option: other[option]}
            way.append((label, given))
    return way


def percent(value):
    """Write a share as a percentage with two decimals."""
    return f"{100 * value:.2f} %"


# --- a data set --------------------------------------------------------------------------------


def corners(xywh):
    """Return boxes ``x1, y1, x2, y2`` of COCO's ``x, y, width, height``."""
    xywh = np.asarray(xywh, dtype=float).reshape(-1, 4)
    return np.hstack([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]])


def of_data(data):
    """Return a data set as lists of its plain objects and detections: crowds are left out."""
    wanted = {
        "gt_image",
        "gt_category",
        "gt_xywh",
        "dt_image",
        "dt_category",
        "dt_xywh",
        "dt_score",
    }
    if not isinstance(data, dict) or wanted - set(data):
        raise TypeError(f"data must be what load_coco returns, with {', '.join(sorted(wanted))}")
    crowd = np.asarray(data.get("gt_crowd", np.zeros(len(data["gt_xywh"]))), dtype=bool)
    alone = np.flatnonzero(~crowd)
    if not len(alone):
        raise ValueError("data must have at least one object, got none")
    gt = [[data[key][i] for i in alone] for key in ("gt_image", "gt_category")]
    dt = [list(data[key]) for key in ("dt_image", "dt_category")]
    plain = [
        [v.item() if isinstance(v, np.generic) else v for v in column] for column in (*gt, *dt)
    ]
    gt_image, gt_kind, dt_image, dt_kind = plain
    return (
        gt_image, gt_kind, corners(np.asarray(data["gt_xywh"])[alone]), dt_image, dt_kind,
        np.asarray(data["dt_score"], dtype=float), corners(data["dt_xywh"]),
    )  # fmt: skip


def most_common(kinds, category, most=None):
    """Return the classes to show, the most common first; or the one that is asked for."""
    found = [kind for kind, _ in Counter(kinds).most_common(most)]
    if category is None:
        return found
    if category not in kinds:
        raise ValueError(
            f"category must be one with an object, such as {found[0]!r}, got {category!r}"
        )
    return [category]


def breakdown(
    data, category=None, *, picture=None, image_id=None, labels=None, iou_threshold=0.5, name="",
    caption=None,
):  # fmt: skip
    """Break the AP down: each error by its cause, with a switch that repairs it.

    Parameters
    ----------
    data : dict
        What `load_coco` returns.
    category : optional
        The class whose AP is broken down (by default the most common); objects of other classes
        are what a box may be mistaken for.
    picture : ndarray of uint8, optional
        Pixels of one picture (by default a blank sheet).
    image_id : optional
        Which one that is (by default the one with the most detections of the class).
    labels : mapping, optional
        Names of the classes, for the words.
    iou_threshold : float
        Overlap of a hit.
    name, caption : see `threshold`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        As in `explain_errors`; also if there is no such class or picture.

    Notes
    -----
    Causes and repairs are those of `explain_errors`, so of TIDE. Crowds are left out.
    """
    columns_ = of_data(data)
    gt_image, gt_kind, gt_boxes, dt_image, dt_kind, _, dt_boxes = columns_
    (kind,) = most_common(gt_kind, category, 1)
    word = str((labels or {}).get(kind, kind))
    errors = explain_errors(*columns_, iou_threshold)
    mine = np.array([k == kind for k in dt_kind], dtype=bool)
    ours = np.array([k == kind for k in gt_kind], dtype=bool)
    counts = {c: int((errors.cause[mine] == c).sum()) for c in CAUSES[:-1]}
    counts["not found"] = int((errors.not_found & ours).sum())
    present = [cause for cause in CAUSES if counts[cause]]
    if not present:
        raise ValueError(f"data must have an error of class {word!r} to break down, got none")
    before = errors.average_precision(categories=[kind])
    gains = [errors.average_precision([c], [kind]) - before for c in present]
    if image_id is None:
        image_id = Counter(i for i, k in zip(dt_image, dt_kind, strict=True) if k == kind)
        image_id = image_id.most_common(1)[0][0] if image_id else gt_image[0]
    there = [d for d in np.flatnonzero(mine) if dt_image[d] == image_id]
    objects = [g for g in np.flatnonzero(ours) if gt_image[g] == image_id]
    if not there and not objects:
        raise ValueError(f"image_id must be one with a box of class {word!r}, got {image_id!r}")
    if len(there) > MAX_BOXES:
        raise ValueError(
            f"image_id must have at most {MAX_BOXES} boxes, got {len(there)}: take another"
        )
    size = picture_of(picture, gt_boxes[objects], dt_boxes[there])
    keys = {cause: cause.replace(" ", "_") for cause in present}

    def curve(repaired):
        hits, scores, n = errors.labels(kind, repaired)
        if n < 1:
            return np.zeros(1), np.zeros(1)
        precision, recall, _ = precision_recall_curve(hits, scores, n, merge_ties=False)
        at = thin_places(len(recall), MAX_POINTS)
        return recall[at], interpolate_precision(precision)[at]

    base = lines(*curve(()), color="muted", label="as it is", step="before", **PR)

    def each_alone(repaired):  # what is not repaired is for the reader to guess
        on = [cause in repaired for cause in present]
        return bars(
            [LOOKS[cause][2] for cause in present],
            [100 * g * there for g, there in zip(gains, on, strict=True)],
            color=[LOOKS[c][0] for c in present],
            texts=[f"{100 * g:.1f}" * there for g, there in zip(gains, on, strict=True)],
            ylabel="AP gained, points", title="each repair alone",
            ylim=(min(0, *(100 * g for g in gains)), 115 * max(*gains, 0.01)),
        )  # fmt: skip

    def draw(**switches):
        repaired = [cause for cause in present if switches[keys[cause]]]
        ap = errors.average_precision(repaired, [kind])
        drawn = [
            _box(gt_boxes[g], LOOKS["not found"], text="not found", fill=0.2, width=3)
            for g in objects
            if errors.not_found[g] and "not found" not in repaired
        ]
        for d in there[::-1]:
            cause = errors.cause[d]
            if cause in repaired and not (errors.mends[d] and cause == "badly placed"):
                continue
            fixed = cause in repaired
            at = gt_boxes[errors.object[d]] if fixed else dt_boxes[d]
            look = LOOKS["hit" if fixed else cause]
            drawn.append(
                _box(
                    at,
                    look,
                    text=f"{cause}{', repaired' if fixed else ''}, score {errors.dt_scores[d]:.2f}",
                )
            )
        said = ", ".join(f"{counts[c]:,} {c} {LOOKS[c][2]}" for c in present)
        what = f"Repaired: {', '.join(repaired)}." if repaired else f"Errors: {said}."
        say = (
            f"AP at IoU {iou_threshold:g}: {before:.3f}"
            + (f" → {ap:.3f}. " if repaired else ". ")
            + what
        )
        plot = (
            lines(*curve(repaired), color="blue", step="before", fill=True, label="repaired")
            if repaired
            else None
        )
        return [
            image(**size, boxes=drawn, describe=say),
            base if plot is None else base + plot,
            each_alone(repaired),
        ]

    return explore(
        draw,
        **{keys[c]: toggle(label=f"repair {counts[c]:,} {c} {LOOKS[c][2]}") for c in present},
        name=name,
        caption=caption
        or f"Where the AP of {word} is lost, over all pictures: each false alarm by its cause, and "
        "what is not found. Repair one cause, or several. The picture shows the boxes of one "
        "image; the bars, under the signs of the switches, say what each of them gains alone.",
    )  # fmt: skip


def thin_places(n, most):
    """Return the places of at most ``most`` of n points, the last among them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))


def detector(data, category=None, *, labels=None, name="", caption=None):
    """Show a detector's own file: the curve of each class, a threshold to drag, and its numbers.

    Parameters
    ----------
    data : dict
        What `load_coco` returns.
    category : optional
        One class (by default the reader chooses among the eight most common).
    labels : mapping, optional
        Names of the classes, for the words.
    name, caption : see `threshold`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If it is no such data, has no object, or no detection of a class that is shown.
    """
    columns_ = of_data(data)
    kinds = most_common(columns_[1], category, MAX_CLASSES)
    kinds = [kind for kind in kinds if kind in columns_[4]]
    if not kinds:
        raise ValueError("data must have a detection of a class with an object, got none")
    words = {kind: str((labels or {}).get(kind, kind)) for kind in kinds}
    several = len(set(columns_[1])) > 1
    every = coco_evaluate(**data)
    numbers = {kind: _twelve(data, kind, words[kind], every, several) for kind in kinds}
    places = [k / 40 for k in range(1, 41)]
    curves = {}
    for kind in kinds:
        for iou in (0.5, 0.75):
            curves[kind, iou] = _class_curve(columns_, kind, iou)

    def draw(category, iou, share):
        precision, recall, scores, n = curves[category, iou]
        at = np.maximum(np.ceil(np.array(places) * len(recall)).astype(int) - 1, 0)
        k = at[places.index(share)]
        tp = round(float(recall[k]) * n)
        thin = thin_places(len(recall), MAX_POINTS)
        curve = lines(
            recall[thin], precision[thin], drag=drag("share", recall[at], precision[at]), **PR
        )
        say = (
            f"{words[category]}, IoU {iou:g}, scores from {scores[k]:.3f}: {counted(tp, 'hit')}, "
            f"{counted(k + 1 - tp, 'false alarm')}, {n - tp:,} not found. "
            f"AP {average_precision(recall, precision, 'coco'):.3f}."
        )
        return [
            (curve + scatter(recall[[k]], precision[[k]], color="blue")).at(describe=say),
            *numbers[category],
        ]

    return explored(
        draw,
        category=choice({words[kind]: kind for kind in kinds}, label="class"),
        iou=choice({"0.5": 0.5, "0.75": 0.75}, label="IoU of a hit"),
        share=slider(places, 0.5, label="detections kept", format=lambda s: f"{100 * s:.0f} %"),
        name=name,
        caption=caption
        or "A detector's own results: the curve of a class with a threshold to drag, and COCO's "
        "numbers"
        + (", of the class and over all classes." if several else "."),
    )


def _twelve(data, kind, word, every, several):
    """Return tables of COCO's six AP and six AR, of a class and beside them over all classes."""
    of_class = every
    if several:
        of_class = coco_evaluate(**data | {"category_ids": [kind]})
    columns_ = [of_class.stats, every.stats] if several else [every.stats]
    rows = [
        (name, *(three(v) if v > -1 else "–" for v in values))
        for name, *values in zip(every.names, *columns_, strict=True)
    ]
    columns_ = ["COCO", word, "all classes"] if several else ["COCO", word]
    return table_panel(columns_, rows[:6]), table_panel(columns_, rows[6:])


def three(value):
    """Write a share with three decimals; what ends in 5 is rounded up, whatever its last bit."""
    return f"{value + 1e-9:.3f}"


def _class_curve(columns_, kind, iou):
    """Return precision, recall and thresholds of one class, and its number of objects."""
    gt_image, gt_kind, gt_boxes, dt_image, dt_kind, scores, dt_boxes = columns_
    gt = [i for i, k in enumerate(gt_kind) if k == kind]
    dt = [i for i, k in enumerate(dt_kind) if k == kind]
    hits = match_detections(
        [gt_image[i] for i in gt], gt_boxes[gt], [dt_image[i] for i in dt], scores[dt],
        dt_boxes[dt], iou, rule="coco",
    )  # fmt: skip
    return *precision_recall_curve(hits, scores[dt], len(gt), merge_ties=False), len(gt)


def thresholds(result, category=None, *, name="", caption=None):
    """Show COCO's AP as a mean over thresholds and recalls, and where each of its numbers stands.

    Parameters
    ----------
    result : CocoResult
        What `coco_evaluate` returns.
    category : optional
        One class (by default the mean over all).
    name, caption : see `threshold`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If it is no such result, has no object, or no such class.
    """
    if not all(hasattr(result, part) for part in ("precision", "recall", "names", "category_ids")):
        raise TypeError(f"result must be what coco_evaluate returns, got {type(result).__name__}")
    chosen = np.ones(len(result.category_ids), dtype=bool)
    if category is not None:
        chosen = result.category_ids == category
        if not chosen.any():
            raise ValueError(
                f"category must be one of {result.category_ids.tolist()}, got {category!r}"
            )
    precision = mean_of(result.precision[:, :, chosen], axis=2)  # (T, R, A)
    recall = mean_of(result.recall[:, chosen], axis=1)  # (T, A, M)
    if not (precision[0, 0] > -1).any():
        raise ValueError("result must have at least one object, got none")
    sizes = {
        s: a for a, s in enumerate(("all", "small", "medium", "large")) if precision[0, 0, a] > -1
    }
    names = [f"{t:.2f}" for t in IOU_THRESHOLDS]
    levels = IOU_THRESHOLDS.round(2).tolist()
    last = result.max_dets[-1]
    heat = {
        a: matrix(
            np.maximum(precision[:, :, a], 0), rows=names, columns=[f"{r:.2f}" for r in RECALLS],
            vmin=0, vmax=1, missing=recall[:, a, -1][:, None] + 1e-9 < RECALLS,
            missing_label="recall not reached", xlabel="recall", ylabel="IoU", square=False,
            pick=pick_cell(row="threshold"), title="precision p(r)",
        )
        for a in sizes.values()
    }  # fmt: skip

    def draw(threshold, size):
        t, ap, reached = (
            levels.index(threshold),
            precision[:, :, size].mean(axis=1),
            recall[:, size, -1],
        )
        say = (
            f"At IoU {threshold:.2f} AP is {three(ap[t])} and recall reaches {three(reached[t])}. "
            f"The means of the ten: AP {three(ap.mean())}, AR@{last} {three(reached.mean())}."
        )
        colors = ["orange" if i == t else "blue" for i in range(10)]
        axes = {"xlabel": "IoU", "ylabel": "AP, recall", "ylim": (0, 1)}
        axes["pick"] = pick("threshold", levels)
        columns = bars(names, ap, color=colors, label="AP", **axes)
        steps = lines(range(10), reached, color="muted", dash="dotted", label="recall reached")
        means = rules(y=ap.mean(), label="mean AP", color="ink")
        return [heat[size].at(describe=say), columns + steps + means]

    return explored(
        draw,
        threshold=slider(levels, 0.5, label="IoU threshold"),
        size=choice(sizes, label="objects"),
        name=name,
        caption=caption
        or "COCO's AP is the mean over ten IoU thresholds and 101 recalls, its AR the mean of the "
        "recalls at which the rows turn grey. Click a row or a bar, or move the slider.",
    )


def mean_of(values, axis):
    """Return the mean over classes that have an object; -1 where none has."""
    there = values > -1
    total = np.where(there, values, 0).sum(axis=axis)
    return np.where(there.any(axis=axis), total / np.maximum(there.sum(axis=axis), 1), -1)


# --- the recorded experiment -------------------------------------------------------------------


def shaky(recorded, *, picture=None, objects=None, name="", caption=None):
    """Plot what noise does to AP50, AP75 and AP, as recorded, beside boxes that shake as much.

    Parameters
    ----------
    recorded : dict
        What ``benchmarks/mean_average_precision.py --write`` writes: ``sigmas``, ``seeds``, and
        ``settings``, for each kind of noise the numbers by seed and noise.
    picture, objects : optional
        A picture and its boxes ``x1, y1, x2, y2``, to shake.
    name, caption : see `threshold`
    """
    need_parts("recorded", recorded, "seeds", "settings", "sigmas")
    sigmas = recorded["sigmas"]
    settings = {kind: np.array(runs) for kind, runs in recorded["settings"].items()}
    means = {kind: runs.mean(axis=0) for kind, runs in settings.items()}  # (sigmas, 3)
    objects = checked_boxes(
        "objects", [[60, 40, 120, 130], [170, 80, 210, 140]] if objects is None else objects
    )
    sheet = picture_of(picture, objects)
    looks = [("green", "solid", ""), ("blue", "dashed", ""), ("orange", "dotted", "")]
    curves = {
        kind: lines(
            sigmas, {"AP50": m[:, 1], "AP": m[:, 0], "AP75": m[:, 2]},
            dash=["dashed", "solid", "dotted"], color=["blue", "ink", "green"],
            xlabel="noise σ (share of the size)", ylabel="AP", ylim=(0, 1.03),
            drag=drag("sigma", sigmas, m[:, 0]),
        )
        for kind, m in means.items()
    }  # fmt: skip

    def draw(kind, sigma):
        i, drawn = sigmas.index(sigma), []
        for b, g in zip(
            shaken(objects, sigma, kind, np.random.default_rng(0)), objects, strict=True
        ):
            iou = box_iou([b], [g])[0, 0]
            drawn.append(
                _box(b, looks[int(iou < 0.75) + int(iou < 0.5)], text=f"IoU {iou:.2f}", width=2.5)
            )
        ap, ap50, ap75 = means[kind][i]
        say = f"Noise of {100 * sigma:.0f} %: on average AP50 {ap50:.3f}, AP75 {ap75:.3f}, "
        say += f"AP {ap:.3f}."
        return [image(**sheet, boxes=drawn, describe=say), curves[kind]]

    return explored(
        draw,
        kind=choice(list(settings), label="noise on"),
        sigma=slider(sigmas, sigmas[min(5, len(sigmas) - 1)], label="noise σ", format=".2f"),
        name=name,
        caption=caption
        or f"A detector with an unsteady hand, and three numbers that score it, the mean of "
        f"{len(recorded['seeds'])} runs. Boxes are solid where their IoU is 0.75 or more, dashed "
        "from 0.5 on, dotted below.",
    )


def shaken(boxes, sigma, kind, rng):
    """Return boxes whose edges, or whose places alone, are off by sigma times their size."""
    one_of("kind", kind, ("edges", "places"))
    sides = np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    noise = rng.normal(size=(len(boxes), 4))
    if kind == "places":
        noise[:, 2:] = noise[:, :2]
    moved = boxes + sigma * noise * sides
    return np.hstack([moved[:, :2], np.maximum(moved[:, 2:], moved[:, :2])])


assert set(METHOD_NAMES) == set(METHODS) and COCO_STATS
