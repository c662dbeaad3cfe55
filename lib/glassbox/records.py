"""What the benchmarks recorded, for chapters to show and to check."""

import json
from collections.abc import Mapping
from pathlib import Path


def read_record(slug, name):
    """Return the record of that name of a topic, as its benchmark wrote it.

    Parameters
    ----------
    slug : str
        The topic.
    name : str
        One of those that `record_names` lists.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If there is none; the message says which there are.

    Examples
    --------
    >>> read_record("flash", "toy")["seeds"]
    [0, 1, 2, 3, 4]
    >>> read_record("flash", "time")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: name must be one of ..., toy, units, got 'time'
    """
    names = record_names(slug)
    if not names:
        raise ValueError(f"slug must be a topic with records, got {slug!r}")
    if name not in names:
        raise ValueError(f"name must be one of {', '.join(names)}, got {name!r}")
    return json.loads(record_path(slug, name).read_text(encoding="utf-8"))


def record_names(slug):
    """Return the names of a topic's records, sorted; a list that may be empty.

    Examples
    --------
    >>> record_names("transnormer")
    ['training']
    """
    return sorted(path.stem for path in record_path(slug, "").parent.glob("*.json"))


def record_path(slug, name):
    """Return the path of a record, whether it exists or not."""
    return Path(__file__).parent / f"{slug}" / "records" / f"{name}.json"


def need_parts(name, record, *parts):
    """Check that a record has the parts that a figure draws.

    Raises
    ------
    ValueError
        If not; the message says which are missing.

    Examples
    --------
    >>> need_parts("record", {"n": [1, 2]}, "n", "seconds")
    Traceback (most recent call last):
    ValueError: record must have seconds
    """
    missing = [part for part in parts if not isinstance(record, Mapping) or part not in record]
    if missing:
        raise ValueError(f"{name} must have {', '.join(missing)}")
