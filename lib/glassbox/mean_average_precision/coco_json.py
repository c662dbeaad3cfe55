"""Read COCO's files into the arrays of `coco_evaluate`, and say which record is malformed."""

import json
import math
import os
import reprlib
from itertools import chain
from numbers import Integral, Real

import numpy as np

from glassbox.checks import one_of


def load_coco(annotations, detections, unknown="refuse"):
    """Turn COCO annotations and detections into the arguments of `coco_evaluate`.

    ``coco_evaluate(**load_coco(annotations, detections))`` evaluates all images and categories of
    the annotations.

    Parameters
    ----------
    annotations : dict, str or path
        Parsed ``instances_*.json``, its text or its path: lists "images" (with "id"), "categories"
        ("id") and "annotations" ("image_id", "category_id", "bbox", "area", and "iscrowd", by
        default 0). Other fields are not read; "ignore" is among them, as in pycocotools.
    detections : list of dict, str or path
        Parsed results, their text or their path: "image_id", "category_id", "bbox" and "score".
    unknown : {"refuse", "ignore"}
        What becomes of records whose image or category the annotations do not list, such as the
        79 other classes of a model that is scored on persons. pycocotools leaves them out, but
        for detections on unknown images, which it refuses.

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
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> box = {"image_id": 5, "category_id": 1, "bbox": [0, 0, 9, 9]}
    >>> annotations = {"images": [{"id": 5}], "categories": [{"id": 1}],
    ...                "annotations": [box | {"id": 1, "area": 81}]}
    >>> load_coco(annotations, [box | {"score": 0.5}])["dt_score"]
    array([0.5])
    >>> load_coco({"images": [{"id": 5}], "categories": [{"id": 1}], "annotations": []},
    ...           [{"image_id": 6, "category_id": 1, "bbox": [0, 0, 9, 9], "score": 0.5}])
    Traceback (most recent call last):
        ...
    ValueError: detections[0]: "image_id" must be the id of one of the images, got 6; \
unknown="ignore" leaves such records out
    """
    one_of("unknown", unknown, ("refuse", "ignore"))
    annotations = _parsed("annotations", annotations)
    detections = _parsed("detections", detections)
    if not isinstance(annotations, dict):
        raise ValueError(f"annotations must be a dict, got {type(annotations).__name__}")
    objects = _records(annotations.get("annotations"), "annotations")
    image_ids = _known_ids(annotations, "images")
    category_ids = _known_ids(annotations, "categories")
    detections = _records(detections, "detections")
    if unknown == "ignore":
        known = {"image_id": frozenset(image_ids), "category_id": frozenset(category_ids)}
        objects, detections = ([r for r in records if _is_known(r, known)]
                               for records in (objects, detections))  # fmt: skip
    shared = {
        "image": ("image_id", _Known("images", image_ids)),
        "category": ("category_id", _Known("categories", category_ids)),
        "xywh": ("bbox", _Box()),
    }
    more = {"area": ("area", _Number(least=0)), "crowd": ("iscrowd", _Flag())}
    gt = _columns(objects, "annotations", shared | more)
    dt = _columns(detections, "detections", shared | {"score": ("score", _Number())})
    _check_unique_ids(objects)
    return {
        **{f"gt_{short}": column for short, column in gt.items()},
        **{f"dt_{short}": column for short, column in dt.items()},
        "image_ids": np.array(image_ids, dtype=None if image_ids else int),
        "category_ids": np.array(category_ids, dtype=None if category_ids else int),
    }


def _is_known(record, known):
    """Whether a record names an image and a category of the annotations, or something else."""
    return all(
        not _is_id(record.get(field)) or _whole(record[field]) in ids
        for field, ids in known.items()
    )


# One class per kind of field: `accepts` judges one value, `column` all of them at once (or
# returns None, whereupon each is judged). Half a million records are read in a second this way.


class _Known:
    def __init__(self, what, ids):
        self.wanted = f"the id of one of the {what}"
        self.ids = frozenset(ids)

    def accepts(self, value):
        return _is_id(value) and _whole(value) in self.ids

    def advice(self, value):
        """Say what to do about an id that none has."""
        if not _is_id(value):
            return ""
        twin = _twin(value)
        if twin in self.ids:
            return f"; the annotations have {twin!r}: turn one into the other"
        return '; unknown="ignore" leaves such records out'

    def column(self, values):
        if not set(map(type, values)) <= {int, str} or not self.ids.issuperset(values):
            return None
        return np.array(values, dtype=None if values else int)

    def read(self, value):
        return _whole(value)


class _Number:
    def __init__(self, least=-math.inf):
        self.least = least
        self.wanted = "a finite number" if least == -math.inf else f"a finite number >= {least}"

    def accepts(self, value):
        return _is_number(value) and value >= self.least

    def column(self, values):
        if not _all_numbers(values):
            return None
        column = _floats(values)
        good = column is not None and np.isfinite(column).all() and (column >= self.least).all()
        return column if good else None


class _Box:
    wanted = "four finite numbers x, y, width, height with width, height >= 0"

    def accepts(self, value):
        value = self.read(value)
        if not isinstance(value, list | tuple) or len(value) != 4:
            return False
        return all(map(_is_number, value)) and min(value[2:]) >= 0

    def advice(self, value):
        """Say what to do about results that have a mask alone."""
        return "; of a mask, pycocotools.mask.toBbox gives it" if value is None else ""

    def column(self, values):
        if not set(map(type, values)) <= {list, tuple} or not set(map(len, values)) <= {4}:
            return None
        flat = list(chain.from_iterable(values))
        column = _floats(flat) if _all_numbers(flat) else None
        if column is None:
            return None
        column = column.reshape(len(values), 4)
        return column if np.isfinite(column).all() and (column[:, 2:] >= 0).all() else None

    def read(self, value):
        return value.tolist() if isinstance(value, np.ndarray) else value


class _Flag:
    wanted = "0 or 1"
    default = 0

    def accepts(self, value):
        return isinstance(value, Real) and value in (0, 1)

    def column(self, values):
        if not set(map(type, values)) <= {int, bool} or not set(values) <= {0, 1}:
            return None
        return np.array(values, dtype=bool)

    def read(self, value):
        return bool(value)


def _columns(records, name, fields):
    return {short: _column(records, name, *field) for short, field in fields.items()}


def _column(records, name, field, kind):
    default = getattr(kind, "default", None)  # None is never accepted: the field is required
    values = [record.get(field, default) for record in records]
    column = kind.column(values)
    if column is not None:
        return column
    for i, value in enumerate(values):
        if not kind.accepts(value):
            came = reprlib.repr(value) if field in records[i] else "nothing"
            advice = kind.advice(value) if hasattr(kind, "advice") else ""
            wanted = f'"{field}" must be {kind.wanted}, got {came}{advice}'
            raise ValueError(f"{_where(name, i, records[i])}: {wanted}")
    read = getattr(kind, "read", lambda value: value)
    column = np.array([read(value) for value in values])  # NumPy's numbers, say
    return column.astype(float) if column.dtype.kind == "O" else column


def _where(name, i, record):
    return f"{name}[{i}] (id {reprlib.repr(record['id'])})" if "id" in record else f"{name}[{i}]"


def _records(records, name):
    if not isinstance(records, list):
        raise ValueError(f"{name} must be a list of records, got {type(records).__name__}")
    for i, record in enumerate(records):
        if not isinstance(record, dict):
            raise ValueError(f"{name}[{i}] must be a dict, got {record!r}")
    return records


def _known_ids(annotations, name):
    ids = []
    for i, record in enumerate(_records(annotations.get(name), f'"{name}" of annotations')):
        if not _is_id(record.get("id")):
            raise ValueError(
                f'"{name}" of annotations, [{i}]: "id" must be a whole number of 64 bits or a '
                f"string, got {reprlib.repr(record.get('id'))}"
            )
        ids.append(_whole(record["id"]))
    if len({isinstance(i, str) for i in ids}) > 1:
        raise ValueError(
            f"ids of {name} in annotations must be all whole numbers or all strings, got both"
        )
    return ids


def _check_unique_ids(objects):
    seen = {}
    for i, record in enumerate(objects):
        key = record.get("id")
        if "id" in record and not _is_id(key):
            raise ValueError(
                f'annotations[{i}]: "id" must be a whole number of 64 bits or a string, got '
                f"{reprlib.repr(key)}"
            )
        if "id" in record and seen.setdefault(key, i) != i:
            raise ValueError(
                f'{_where("annotations", i, record)}: "id" must be unique; '
                f"annotations[{seen[key]}] has it too"
            )


def _parsed(name, source):
    """Return what a file or a text of JSON says; anything else as it is."""
    if not isinstance(source, str | os.PathLike):
        return source
    try:
        if isinstance(source, str) and source.lstrip()[:1] in ("{", "["):
            return json.loads(source)
        with open(source, encoding="utf-8") as file:
            return json.load(file)
    except json.JSONDecodeError as error:
        raise ValueError(f"{name} must be JSON, got: {error}") from None


def _is_id(value):
    """Whether a value can be an id: a text, or a whole number that fits 64 bits, as 1.0 does."""
    if isinstance(value, str):
        return True
    if isinstance(value, bool) or not isinstance(value, Integral | float):
        return False
    return math.isfinite(value) and value == int(value) and -(2**63) <= value < 2**63


def _whole(value):
    return value if isinstance(value, str) else int(value)


def _twin(value):
    """Return the number that a text says, or the text of a number."""
    if not isinstance(value, str):
        return str(value)
    return int(value) if value.lstrip("-").isdecimal() else None


def _is_number(value):
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # hundreds of digits
        return False


def _floats(values):
    try:
        return np.array(values, dtype=float)
    except OverflowError:
        return None


def _all_numbers(values):
    return set(map(type, values)) <= {int, float}
