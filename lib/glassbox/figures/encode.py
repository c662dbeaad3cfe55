"""The payload of a figure: every frame, with what repeats stored once.

A figure's panels keep their places from frame to frame, so the payload is columnar. For each place:
the fields that never change (``base``) and, for each field that does, one number a frame that
points into a pool of distinct values (``vary``). Arrays are pooled on their own, packed as base64.
"""

import base64
import json
import math

import numpy as np

from .words import tidy

#: Arrays up to this many numbers travel as decimal text, longer ones as bytes.
SHORT = 24


#: Panels whose texts are not ours to write: source code, and what a reader's answer must equal.
VERBATIM = ("code", "quiz")


class Pool:
    """Distinct values, each stored once and named by its index."""

    def __init__(self):
        self.items, self.index = [], {}
        self.seen = {}  # by id; keeps the value, so that its id is not used again

    def add(self, item):
        """Return the index of a JSON-able item."""
        key = json.dumps(item, sort_keys=True, allow_nan=False)
        if key not in self.index:
            self.index[key] = len(self.items)
            self.items.append(item)
        return self.index[key]

    def store(self, value, write=tidy):
        """Return the index of any value; an object that frames share is encoded once."""
        key = id(value), write
        if key not in self.seen:
            self.seen[key] = value, self.add(self.encode(value, write))
        return self.seen[key][1]

    def encode(self, value, write=tidy):
        """Return a JSON-able stand-in for ``value`` in which arrays are references to the pool.

        ``write`` is how texts are written.
        """
        if isinstance(value, np.ndarray):
            return {"$": self.add(pack(value))} if value.size > SHORT else rounded(value)
        if isinstance(value, dict):
            return {key: self.encode(item, write) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.encode(item, write) for item in value]
        if isinstance(value, str):  # NumPy has strings of its own; a picture is no text
            return str(value) if value.startswith("data:") else write(value)
        if isinstance(value, np.generic | float):
            return rounded(np.asarray(value))
        return value


def rounded(array):
    """Return an array as (nested lists of) numbers with six significant digits of their range."""
    if array.dtype.kind in "iu":
        return array.tolist()
    flat = array.ravel().tolist()
    low, high = min(flat, default=0), max(flat, default=0)
    largest, span = max(-low, high), high - low
    # A lone number may be one end of a range: it keeps more digits.
    offset = math.log10(largest / span) if 0 < span < math.inf else 6
    digits = min(17, 6 + math.ceil(max(0, offset)))
    flat = [float(f"{v:.{digits}g}") for v in flat]
    return np.array(flat).reshape(array.shape).tolist() if array.ndim != 1 else flat


def pack(array):
    """Pack integers in the smallest type that holds them, floats in 16 bits of their range.

    The error of a packed float is at most half a step, (max - min) / 65535 / 2; values that span
    more than three decades keep full 32-bit floats instead, since they may stand on a log axis.
    """
    head = {"shape": list(array.shape)}
    if array.dtype.kind == "f":
        array = array.astype(float)  # a step of a narrower type may be too coarse
    low, high = array.min(), array.max()
    if array.dtype.kind in "iu":
        kind = next(
            (t for t in ("u1", "i2", "i4") if np.iinfo(t).min <= low and high <= np.iinfo(t).max),
            "f8",
        )
        return {"dtype": kind, **head, "data": base64_of(array.astype("<" + kind))}
    low, high = float(low), float(high)
    span = high - low
    if 0 < 1e3 * low < high or not math.isfinite(span):
        kind = "f4" if low > 1e-37 and high < 1e38 else "f8"
        return {"dtype": kind, **head, "data": base64_of(array.astype("<" + kind))}
    steps = np.round((array - low) / (span or 1.0) * 65535).astype("<u2")
    return {"dtype": "q2", **head, "low": low, "span": span, "data": base64_of(steps)}


def base64_of(array):
    """Return the bytes of an array as base64 text."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def encode_frames(frames):
    """Encode frames, a list of lists of panels, into ``{"pool": ..., "panels": ...}``.

    Raises
    ------
    ValueError
        If a frame has another number of panels, or a panel of another kind in the same place.
    """
    pool, places = Pool(), []
    check_places(frames)
    for place, first in enumerate(frames[0]):
        write = str if first.kind in VERBATIM else tidy
        names = dict.fromkeys(name for frame in frames for name in frame[place].fields)
        columns = {  # None where a frame says nothing
            name: [pool.store(frame[place].fields.get(name), write) for frame in frames]
            for name in names
        }
        places.append(
            {
                "kind": first.kind,
                "base": {f: c[0] for f, c in columns.items() if len(set(c)) == 1},
                "vary": {f: c for f, c in columns.items() if len(set(c)) > 1},
            }
        )
    return {"pool": pool.items, "panels": places}


def check_places(frames):
    """Raise unless every frame has the same kinds of panels in the same places."""
    kinds = [panel.kind for panel in frames[0]]
    for number, frame in enumerate(frames):
        found = [panel.kind for panel in frame]
        if found != kinds:
            raise ValueError(
                "draw wants to return the same kinds of panels for every setting: "
                f"{', '.join(kinds)} at first, {', '.join(found)} in frame {number}"
            )
