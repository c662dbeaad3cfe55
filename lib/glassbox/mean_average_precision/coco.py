"""The twelve COCO numbers for boxes, for a whole data set at once, equal to pycocotools.

COCO asks 40 questions of every image and class: 10 IoU thresholds x 4 area ranges, each a greedy
matching. pycocotools asks them one by one in Python. Here

1. one sort puts the detections in (class, image, -score) order. An image of a class is a *cell*;
2. only pairs of a detection and an object of the same cell are formed, and those that overlap by
   less than the lowest threshold are dropped at once: few remain;
3. all cells are matched together, in rounds: in round r the r-th detection of every cell takes
   its best free object, under all 40 questions;
4. precision is needed at hits only, because the envelope looks at nothing else.

Boxes are COCO's ``x, y, width, height`` in pixels. Axes: T = 10 IoU thresholds, R = 101 recalls,
K categories, A = 4 area ranges, M = 3 limits on the number of detections.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from glassbox.checks import as_list, float_array, integer, real_array, within

from .boxes import LARGEST

COCO_STATS = (
    *("AP", "AP50", "AP75", "AP small", "AP medium", "AP large"),
    *("AR@1", "AR@10", "AR@100", "AR small", "AR medium", "AR large"),
)
IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0.0, 1.0, 101)
AREA_RANGES = np.array([(0, 1e10), (0, 32**2), (32**2, 96**2), (96**2, 1e10)])  # all, S, M, L
PAIRS_AT_ONCE = 1 << 15  # bounds the memory of the matching; larger is not faster

_FALSE, _HIT, _IGNORED = 0, 1, 2  # outcome of a detection: a false alarm, ...


@dataclass(frozen=True, eq=False)
class CocoResult:
    """What `coco_evaluate` returns; -1 stands for "no object to find".

    Attributes
    ----------
    stats : ndarray, shape (9 + M,)
        The numbers that `names` names, 12 with COCO's three limits.
    precision : ndarray, shape (T, R, K, A)
        Envelope of the precision at each recall, under the last limit on the detections per image
        and category.
    recall : ndarray, shape (T, K, A, M)
        Greatest recall.
    category_ids : ndarray, shape (K,)
        The category of each entry of axis K, increasing.
    max_dets : tuple of int
        The limits of axis M.
    """

    stats: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    category_ids: np.ndarray
    max_dets: tuple[int, ...] = (1, 10, 100)

    @property
    def names(self):
        """What each of `stats` is called. "AP" is COCO's, under its limit of 100 detections:
        under another limit it is called "AP@300", say.
        """
        last = self.max_dets[-1]
        mark = "" if last == 100 else f"@{last}"
        return (
            *(f"{name}{mark}" for name in COCO_STATS[:6]),
            *(f"AR@{limit}" for limit in self.max_dets),
            *(f"{name}{mark}" for name in COCO_STATS[9:]),
        )


def coco_evaluate(
    gt_image,
    gt_category,
    gt_xywh,
    gt_area,
    gt_crowd,
    dt_image,
    dt_category,
    dt_xywh,
    dt_score,
    image_ids=None,
    category_ids=None,
    max_dets=(1, 10, 100),
):
    """Evaluate detected boxes as COCO does: every number equals that of pycocotools.

    Parameters
    ----------
    gt_image, gt_category : array_like of int or str, shape (n,)
        Image and category of each object; a column of pandas will do. Ids are all numbers or all
        texts.
    gt_xywh : array_like, shape (n, 4)
        Boxes ``x, y, width, height`` in pixels.
    gt_area : array_like, shape (n,)
        Area in square pixels that decides between small, medium and large (in COCO the area of
        the mask, not of the box).
    gt_crowd : array_like of bool or 0/1, shape (n,)
        Whether the box is a crowd: it may be hit any number of times, and hits on it do not count.
    dt_image, dt_category : array_like of int or str, shape (m,)
        Image and category of each detection.
    dt_xywh, dt_score : array_like, shapes (m, 4) and (m,)
        Box and confidence of each detection.
    image_ids, category_ids : array_like, optional
        Evaluate these only: whatever is elsewhere is left out, and an id on which there is
        nothing is no error (an image may be empty). By default, all that occur.
    max_dets : sequence of int
        Limits on the detections per image and category, increasing. COCO defines its numbers by
        1, 10 and 100; for crowds of more objects than that take a higher last limit.

    Returns
    -------
    CocoResult

    Raises
    ------
    ValueError
        If lengths differ, a number is not finite, a width, height or area is negative, a crowd
        flag is not 0 or 1, ids are texts in one list and numbers in another, or `max_dets` is
        not as above.
    TypeError
        If ids are neither whole numbers nor texts, or a number is none.

    Notes
    -----
    Both ends belong to an area range, so an object of 1024 square pixels is small *and* medium.
    Equal scores are taken in order of image id, then as given. pycocotools takes an object whose
    annotation id is 0 for unmatched (cocoapi issue 664); here annotations have no id.

    References
    ----------
    ``cocoeval.py`` of pycocotools 2.0.11; lin2014coco.

    Examples
    --------
    One object of 40 x 40 pixels and a detection of 40 x 30: IoU 0.75, a hit at 6 of 10 thresholds.

    >>> result = coco_evaluate([1], [7], [[0, 0, 40, 40]], [1600], [0],
    ...                        [1], [7], [[0, 0, 40, 30]], [0.9])
    >>> dict(zip(COCO_STATS, result.stats.round(3).tolist()))["AP"]
    0.6
    """
    max_dets = _check_max_dets(max_dets)
    gt_xywh = _xywh_array("gt_xywh", gt_xywh)
    dt_xywh = _xywh_array("dt_xywh", dt_xywh)
    gt_area = within("gt_area", _column("gt_area", gt_area, len(gt_xywh)), least=0)
    gt_crowd = _flags("gt_crowd", gt_crowd, len(gt_xywh))
    dt_score = _column("dt_score", dt_score, len(dt_xywh))
    images, gt_i, dt_i = _encode("image", image_ids, gt_image, dt_image, gt_xywh, dt_xywh)
    categories, gt_k, dt_k = _encode(
        "category", category_ids, gt_category, dt_category, gt_xywh, dt_xywh
    )

    objects = _sort_objects(gt_i, gt_k, len(images), gt_xywh, gt_area, gt_crowd)
    found = _sort_detections(dt_i, dt_k, len(images), dt_xywh, dt_score, max_dets[-1])
    ends = np.arange(len(categories) + 1) * len(images)  # the cells where categories end
    precision, recall = _evaluate(objects, found, ends, max_dets)
    return CocoResult(_summarise(precision, recall), precision, recall, categories, max_dets)


@dataclass(frozen=True, eq=False)
class _Objects:
    """Ground truth in order of cell, and within a cell as given."""

    cell: np.ndarray  # (n,)
    xywh: np.ndarray  # (n, 4)
    crowd: np.ndarray  # (n,)
    ignored: np.ndarray  # (n, A): a crowd, or outside the area range


@dataclass(frozen=True, eq=False)
class _Detections:
    """Detections in order of cell, and within a cell by score; the last limit is applied."""

    cell: np.ndarray  # (m,)
    xywh: np.ndarray  # (m, 4)
    score: np.ndarray  # (m,)
    rank: np.ndarray  # (m,): 0 for the best of its cell


def _sort_objects(image, category, n_images, xywh, area, crowd):
    rows = np.flatnonzero((image >= 0) & (category >= 0))
    cell = category[rows] * n_images + image[rows]
    order = np.argsort(cell, kind="stable")
    rows = rows[order]
    ignored = crowd[rows, None] | _outside(area[rows])
    return _Objects(cell[order], xywh[rows], crowd[rows], ignored)


def _sort_detections(image, category, n_images, xywh, score, limit):
    rows = np.flatnonzero((image >= 0) & (category >= 0))
    cell = category[rows] * n_images + image[rows]
    order = np.lexsort((-score[rows], cell))
    rank = _rank_in_run(cell[order])
    order, rank = order[rank < limit], rank[rank < limit]
    rows = rows[order]
    return _Detections(cell[order], xywh[rows], score[rows], rank)


def _evaluate(objects, found, ends, max_dets):
    """Precision (T, R, K, A) and recall (T, K, A, M)."""
    matched, outcome = _match(objects, found)
    n_t, n_k, n_a = len(IOU_THRESHOLDS), len(ends) - 1, len(AREA_RANGES)
    precision = np.full((n_t, len(RECALLS), n_k, n_a), -1.0)
    recall = np.full((n_t, n_k, n_a, len(max_dets)), -1.0)
    bounds = (np.searchsorted(c, ends) for c in (objects.cell, found.cell, found.cell[matched]))
    slices = zip(*([slice(*ab) for ab in pairwise(b)] for b in bounds), strict=True)
    for k, (gt, dt, some) in enumerate(slices):
        precision[:, :, k], recall[:, k] = _accumulate(
            score=found.score[dt],
            counted=~_outside(found.xywh[dt, 2] * found.xywh[dt, 3]),
            matched=matched[some] - dt.start,
            outcome=outcome[some],
            rank=found.rank[matched[some]],
            n_positive=(~objects.ignored[gt]).sum(axis=0),
            max_dets=max_dets,
        )
    return precision, recall


def _match(objects, found):
    """Match all detections that overlap an object enough.

    Returns
    -------
    matched : ndarray of int, shape (c,)
        Increasing rows of the detections that might hit something; the others are false alarms.
    outcome : ndarray of int8, shape (c, A, T)
        `_FALSE`, `_HIT`, or `_IGNORED` (it took an object that does not count).
    """
    first = np.searchsorted(objects.cell, found.cell, side="left")
    n_pairs = np.searchsorted(objects.cell, found.cell, side="right") - first
    rows, outcomes = [np.zeros(0, dtype=int)], [_no_outcome(0)]
    for block in _blocks(found.cell, n_pairs):
        dt, gt, iou = _overlapping_pairs(objects, found.xywh, first, n_pairs, block)
        if len(dt):
            row, outcome = _match_in_rounds(objects, found.cell, dt, gt, iou)
            rows.append(row)
            outcomes.append(outcome)
    return np.concatenate(rows), np.concatenate(outcomes)


def _blocks(dt_cell, n_pairs):
    """Slices of detections, whole cells each, of about `PAIRS_AT_ONCE` pairs."""
    rows = np.flatnonzero(n_pairs)
    first_of_cell = np.diff(dt_cell[rows], prepend=-1) != 0
    starts, before = rows[first_of_cell], (np.cumsum(n_pairs[rows]) - n_pairs[rows])[first_of_cell]
    starts = starts[np.diff(before // PAIRS_AT_ONCE, prepend=-1) != 0]
    ends = np.append(starts[1:], len(dt_cell))
    return [slice(a, b) for a, b in zip(starts, ends, strict=False)]  # no starts: no blocks


def _overlapping_pairs(objects, dt_xywh, first, n_pairs, block):
    """Pairs (detection, object) of one cell with at least the lowest IoU, and that IoU."""
    count = n_pairs[block]
    dt = np.repeat(np.arange(block.start, block.stop), count)
    gt = np.arange(len(dt)) + np.repeat(first[block] - (np.cumsum(count) - count), count)
    a, b = dt_xywh[dt].T, objects.xywh[gt].T
    # The order of the operations is pycocotools', so that rounding is the same too.
    width = np.minimum(a[2] + a[0], b[2] + b[0]) - np.maximum(a[0], b[0])
    height = np.minimum(a[3] + a[1], b[3] + b[1]) - np.maximum(a[1], b[1])
    touching = np.flatnonzero((width > 0) & (height > 0))
    dt, gt = dt[touching], gt[touching]
    overlap = width[touching] * height[touching]
    own, other = a[2, touching] * a[3, touching], b[2, touching] * b[3, touching]
    iou = overlap / np.where(objects.crowd[gt], own, own + other - overlap)
    enough = iou >= IOU_THRESHOLDS[0]
    return dt[enough], gt[enough], iou[enough]


def _match_in_rounds(objects, dt_cell, dt, gt, iou):
    """Greedy matching of the cells of one block; pairs are in order of detection."""
    row, first = np.unique(dt, return_index=True)
    turn = _rank_in_run(dt_cell[row])  # 0 for the best detection of each cell that has pairs
    owner = np.repeat(np.arange(len(row)), np.diff(first, append=len(dt)))
    order = np.lexsort((iou, owner, turn[owner]))  # stable: of equal IoU the last object is last
    owner, gt, iou = owner[order], gt[order], iou[order]
    preference = _rank_in_run(owner) + 1
    starts = np.flatnonzero(preference == 1)
    turns = turn[owner[starts]]
    bounds = np.searchsorted(turns, np.arange(turns[-1] + 2))

    offset = gt.min()
    free = np.ones((gt.max() + 1 - offset, len(AREA_RANGES), len(IOU_THRESHOLDS)), dtype=bool)
    # An object that counts is taken before any that is ignored, whatever the overlaps.
    counts = len(dt) + 1
    outcome = _no_outcome(len(row))
    for lo, hi in pairwise(bounds):
        begin = starts[lo:hi]
        pairs = slice(begin[0], starts[hi] if hi < len(starts) else len(gt))
        wish = preference[pairs, None] + counts * ~objects.ignored[gt[pairs]]  # (p, A)
        reach = iou[pairs, None] >= IOU_THRESHOLDS  # (p, T)
        able = free[gt[pairs] - offset] & reach[:, None]  # (p, A, T)
        best = np.maximum.reduceat(able * wish[..., None].astype(np.int32), begin - begin[0])
        d, a, t = np.nonzero(best)
        chosen = best[d, a, t]
        taken = gt[begin[d] + chosen % counts - 1]
        free[taken - offset, a, t] = objects.crowd[taken]
        outcome[owner[begin[d]], a, t] = np.where(chosen > counts, _HIT, _IGNORED)
    return row, outcome


def _accumulate(score, counted, matched, outcome, rank, n_positive, max_dets):
    """Precision (T, R, A) and recall (T, A, M) of one category."""
    n_t, n_a = len(IOU_THRESHOLDS), len(AREA_RANGES)
    precision = np.full((n_t, len(RECALLS), n_a), -1.0)
    recall = np.full((n_t, n_a, len(max_dets)), -1.0)
    if not n_positive.any():
        return precision, recall
    order = np.argsort(-score, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    by_place = np.argsort(place[matched])
    place, rank = place[matched][by_place], rank[by_place]
    outcome = outcome[by_place].transpose(1, 2, 0).copy()  # (A, T, c)
    counted = counted[order].T.copy()  # (A, n)
    inside = counted[:, None, place]
    # Detections that count, up to each place: all in the area range, and those out of it that
    # hit; but not those that took an ignored object.
    change = ((outcome == _HIT) & ~inside).astype(np.int8)
    change -= (outcome == _IGNORED) & inside
    seen = np.cumsum(counted, axis=1)[:, None, place] + np.cumsum(change, axis=2, dtype=np.int32)
    for a in np.flatnonzero(n_positive):
        needed = np.searchsorted(np.arange(n_positive[a] + 1) / n_positive[a], RECALLS)
        needed = np.maximum(needed, 1) - 1  # recall 0 is read off at the first hit
        for t in range(n_t):
            hits = np.flatnonzero(outcome[a, t] == _HIT)
            curve = np.arange(1, len(hits) + 1) / (seen[a, t, hits] + np.spacing(1))
            envelope = np.zeros(len(hits) + 1)
            envelope[-2::-1] = np.maximum.accumulate(curve[::-1])
            precision[t, :, a] = envelope[np.minimum(needed, len(hits))]
            found = [np.count_nonzero(rank[hits] < m) for m in max_dets]
            recall[t, a] = np.array(found) / n_positive[a]
    return precision, recall


def _summarise(precision, recall):
    def mean(values):
        values = values[values > -1]
        return values.mean() if values.size else -1.0

    half, three_quarters = 0, 5  # rows of IOU_THRESHOLDS
    return np.array(
        [
            mean(precision[..., 0]),
            mean(precision[half, ..., 0]),
            mean(precision[three_quarters, ..., 0]),
            *(mean(precision[..., a]) for a in (1, 2, 3)),
            *(mean(recall[:, :, 0, m]) for m in range(recall.shape[-1])),
            *(mean(recall[:, :, a, -1]) for a in (1, 2, 3)),
        ]
    )


def _no_outcome(n):
    return np.zeros((n, len(AREA_RANGES), len(IOU_THRESHOLDS)), dtype=np.int8)


def _outside(area):
    """Whether each area is out of each range, shape (n, A); both ends are inside."""
    return (area[:, None] < AREA_RANGES[:, 0]) | (area[:, None] > AREA_RANGES[:, 1])


def _rank_in_run(values):
    """0, 1, 2, ... within each run of equal values."""
    start = np.flatnonzero(np.diff(values, prepend=-1) != 0)
    return np.arange(len(values)) - np.repeat(start, np.diff(start, append=len(values)))


def _encode(what, selected, gt, dt, gt_xywh, dt_xywh):
    """Sorted ids, and the place of each object's and detection's id among them (-1: left out)."""
    given = {f"gt_{what}": _id_array(f"gt_{what}", gt, len(gt_xywh))}
    given[f"dt_{what}"] = _id_array(f"dt_{what}", dt, len(dt_xywh))
    name = "image_ids" if what == "image" else "category_ids"
    if selected is not None:
        given[name] = _id_array(name, selected)
    _check_one_kind(what, given)
    gt, dt, *chosen = given.values()
    parts = chosen or [np.unique(ids) for ids in (gt, dt)]
    parts = [ids for ids in parts if len(ids)]
    ids = np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=int)
    return ids, _place(ids, gt), _place(ids, dt)


def _check_one_kind(what, given):
    """Raise if ids are texts in one list and numbers in another: they would never meet."""
    kinds = {}
    for name, ids in given.items():
        if len(ids):
            kinds.setdefault(ids.dtype.kind == "U", f"{ids[0].item()!r} in {name}")
    if len(kinds) > 1:
        raise ValueError(
            f"{' and '.join(given)} must be all whole numbers or all texts, for they would never "
            f"meet: got {kinds[False]}, {kinds[True]}; turn one into the other, such as with "
            f"[str(i) for i in gt_{what}]"
        )


def _place(ids, values):
    if not len(ids) or not len(values):
        return np.full(len(values), -1)
    place = np.minimum(np.searchsorted(ids, values), len(ids) - 1)
    return np.where(ids[place] == values, place, -1)


def _id_array(name, ids, n=None):
    """Return ids as an array of whole numbers or of texts, whatever the column of pandas says."""
    ids = ids if hasattr(ids, "dtype") else as_list(name, ids, of="ids")
    try:
        array = np.asarray(ids)
    except ValueError:
        raise ValueError(f"{name} must be a list of ids, got one that is ragged") from None
    if isinstance(array, np.ma.MaskedArray):
        array = array.astype(object).filled(None)
    if array.ndim != 1 or (n is not None and len(array) != n):
        wanted = "(n,)" if n is None else f"({n},), one per box"
        raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
    if not len(array):
        return np.zeros(0, dtype=int)
    large = array.dtype.kind == "u" and array.max() >= 2**63
    if large or array.dtype.kind in "OTf" or (isinstance(ids, list) and array.dtype.kind == "U"):
        array = _from_objects(name, ids if isinstance(ids, list) else array.tolist())
    if array.dtype.kind not in "iuU":
        raise TypeError(f"{name} must be whole numbers or texts, got dtype {array.dtype}")
    return array.astype(np.int64) if array.dtype.kind == "u" else array


def _from_objects(name, values):
    """Return a column of Python's own numbers or texts as an array; 1.0 counts as 1."""
    texts = [isinstance(value, str) for value in values]
    if any(texts) and not all(texts):
        i, j = texts.index(True), texts.index(False)
        raise ValueError(
            f"{name} must be all whole numbers or all texts, got {values[i]!r} in [{i}] and "
            f"{values[j]!r} in [{j}]"
        )
    if all(texts):
        return np.array(values, dtype=str)
    numbers = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    for i, value in enumerate(numbers):
        if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
            raise TypeError(f"{name} must be whole numbers or texts, got {name}[{i}] = {value!r}")
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"{name} must fit 64 bits, got {name}[{i}] = {value!r}: use its text")
    return np.array([int(v) for v in numbers], dtype=np.int64)


def _xywh_array(name, xywh):
    xywh = float_array(name, xywh)
    if not xywh.size:
        return xywh.reshape(0, 4)
    if xywh.ndim != 2 or xywh.shape[1] != 4:
        raise ValueError(f"{name} must have shape (n, 4), x y width height, got {xywh.shape}")
    bad = (xywh[:, 2:] < 0).any(axis=1)
    if bad.any():
        i = int(bad.argmax())
        raise ValueError(f"{name}[{i}] must have width and height >= 0, got {xywh[i].tolist()}")
    if abs(xywh).max() > LARGEST:
        raise ValueError(f"{name} must be within {LARGEST:g} pixels, got {abs(xywh).max():g}")
    return xywh


def _column(name, values, n):
    return float_array(name, values, (n,), note=", one per box")


def _flags(name, flags, n):
    flags = real_array(name, flags, (n,), note=", one per box")
    bad = ~np.isin(flags, (0, 1))
    if bad.any():
        i = int(bad.argmax())
        raise ValueError(f"{name} must be 0 or 1, got {name}[{i}] = {flags[i]:g}")
    return flags.astype(bool)


def _check_max_dets(max_dets):
    limits = as_list("max_dets", max_dets, of="whole numbers")
    limits = tuple(integer(f"max_dets[{i}]", m, least=1) for i, m in enumerate(limits))
    if not limits or list(limits) != sorted(set(limits)):
        raise ValueError(
            f"max_dets must be increasing whole numbers, such as (1, 10, 100), got {limits}"
        )
    return limits
