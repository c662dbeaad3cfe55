"""Read COCO's files into the arrays of `coco_evaluate`, and say which record is malformed."""

import json
import math
import os
from itertools import chain
from numbers import Integral, Real

import numpy as np


def load_coco(annotations, detections):
    """Turn COCO annotations and detections into the arguments of `coco_evaluate`.

    ``coco_evaluate(**load_coco(annotations, detections))`` evaluates all images and categories of
    the annotations.

    Parameters
    ----------
    annotations : dict, str or path
        Parsed ``instances_*.json``, or its path: lists "images" (with "id"), "categories" ("id")
        and "annotations" ("image_id", "category_id", "bbox", "area", and "iscrowd", by default
        0). Other fields are not read; "ignore" is among them, as in pycocotools.
    detections : list of dict, str or path
        Parsed results, or their path: "image_id", "category_id", "bbox" and "score".

    Returns
    -------
    dict
        gt_image, gt_category, gt_xywh, gt_area, gt_crowd, dt_image, dt_category, dt_xywh,
        dt_score, image_ids and category_ids, ready for `coco_evaluate`.

    Raises
    ------
    ValueError
        If a record is malformed, or names an image or category that the annotations do not list,
        or if two annotations share an id. The message gives the list, index, id and field of the
        first such record, what was wanted and what came.

    Examples
    --------
    >>> load_coco({"images": [{"id": 5}], "categories": [{"id": 1}], "annotations": []},
    ...           [{"image_id": 6, "category_id": 1, "bbox": [0, 0, 9, 9], "score": 0.5}])
    Traceback (most recent call last):
        ...
    ValueError: detections[0]: "image_id" must be the id of one of the images, got 6
    """
    annotations, detections = _parsed(annotations), _parsed(detections)
    if not isinstance(annotations, dict):
        raise ValueError(f"annotations must be a dict, got {type(annotations).__name__}")
    objects = _records(annotations.get("annotations"), "annotations")
    image_ids = _known_ids(annotations, "images")
    category_ids = _known_ids(annotations, "categories")
    shared = {
        "image_id": _Known("images", image_ids),
        "category_id": _Known("categories", category_ids),
        "bbox": _Box(),
    }
    gt = _columns(objects, "annotations", shared | {"area": _Number(least=0), "iscrowd": _Flag()})
    dt = _columns(_records(detections, "detections"), "detections", shared | {"score": _Number()})
    _check_unique_ids(objects)
    return {
        **dict(zip(("gt_image", "gt_category", "gt_xywh", "gt_area", "gt_crowd"), gt, strict=True)),
        **dict(zip(("dt_image", "dt_category", "dt_xywh", "dt_score"), dt, strict=True)),
        "image_ids": np.array(image_ids, dtype=None if image_ids else int),
        "category_ids": np.array(category_ids, dtype=None if category_ids else int),
    }


# One class per kind of field: `accepts` judges one value, `column` all of them at once (or
# returns None, whereupon each is judged). Half a million records are read in a second this way.


class _Known:
    def __init__(self, what, ids):
        self.wanted = f"the id of one of the {what}"
        self.ids = frozenset(ids)

    def accepts(self, value):
        return _is_id(value) and value in self.ids

    def column(self, values):
        if not set(map(type, values)) <= {int, str} or not self.ids.issuperset(values):
            return None
        return np.array(values, dtype=None if values else int)


class _Number:
    def __init__(self, least=-math.inf):
        self.least = least
        self.wanted = "a finite number" if least == -math.inf else f"a finite number >= {least}"

    def accepts(self, value):
        return _is_number(value) and value >= self.least

    def column(self, values):
        if not _all_numbers(values):
            return None
        column = np.array(values, dtype=float)
        return column if np.isfinite(column).all() and (column >= self.least).all() else None


class _Box:
    wanted = "four finite numbers x, y, width, height with width, height >= 0"

    def accepts(self, value):
        if not isinstance(value, list | tuple) or len(value) != 4:
            return False
        return all(map(_is_number, value)) and min(value[2:]) >= 0

    def column(self, values):
        if not set(map(type, values)) <= {list, tuple} or not set(map(len, values)) <= {4}:
            return None
        flat = list(chain.from_iterable(values))
        if not _all_numbers(flat):
            return None
        column = np.array(flat, dtype=float).reshape(-1, 4)
        return column if np.isfinite(column).all() and (column[:, 2:] >= 0).all() else None


class _Flag:
    wanted = "0 or 1"
    default = 0

    def accepts(self, value):
        return isinstance(value, Integral) and value in (0, 1)

    def column(self, values):
        if not set(map(type, values)) <= {int, bool} or not set(values) <= {0, 1}:
            return None
        return np.array(values, dtype=bool)


def _columns(records, name, fields):
    return [_column(records, name, field, kind) for field, kind in fields.items()]


def _column(records, name, field, kind):
    default = getattr(kind, "default", None)  # None is never accepted: the field is required
    values = [record.get(field, default) for record in records]
    column = kind.column(values)
    if column is not None:
        return column
    for i, value in enumerate(values):
        if not kind.accepts(value):
            came = repr(value) if field in records[i] else "nothing"
            raise ValueError(
                f'{_where(name, i, records[i])}: "{field}" must be {kind.wanted}, got {came}'
            )
    return np.array(values)  # e.g. numpy scalars, which only `accepts` knows


def _where(name, i, record):
    return f"{name}[{i}] (id {record['id']!r})" if "id" in record else f"{name}[{i}]"


def _records(records, name):
    if not isinstance(records, list):
        raise ValueError(f"{name} must be a list of records, got {type(records).__name__}")
    for i, record in enumerate(records):
        if not isinstance(record, dict):
            raise ValueError(f"{name}[{i}] must be a dict, got {record!r}")
    return records


def _known_ids(annotations, name):
    ids = []
    for i, record in enumerate(_records(annotations.get(name), name)):
        if not _is_id(record.get("id")):
            raise ValueError(
                f'{name}[{i}]: "id" must be a whole number or a string, got {record.get("id")!r}'
            )
        ids.append(record["id"])
    if len({isinstance(i, str) for i in ids}) > 1:
        raise ValueError(f"ids of {name} must be all whole numbers or all strings, got both")
    return ids


def _check_unique_ids(objects):
    seen = {}
    for i, record in enumerate(objects):
        if "id" in record and seen.setdefault(record["id"], i) != i:
            raise ValueError(
                f'{_where("annotations", i, record)}: "id" must be unique; '
                f"annotations[{seen[record['id']]}] has it too"
            )


def _parsed(source):
    if not isinstance(source, str | os.PathLike):
        return source
    with open(source, encoding="utf-8") as file:
        return json.load(file)


def _is_id(value):
    return isinstance(value, Integral | str) and not isinstance(value, bool)


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _all_numbers(values):
    return set(map(type, values)) <= {int, float}
