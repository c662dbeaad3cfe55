"""The figures of the chapter, each a function of the reader's own things.

Pictures are arrays (height, width, 3) in [0, 1] or of bytes, people numbers or vectors of forty, a
gallery maps names to embeddings, as `glassbox.face_recognition.enrol` makes it. Words, axes and
captions come from the data.
"""

from .aligning import drag_landmarks, interval, noise, turned
from .finding import anchors, found, seen, stages
from .judging import operating_point
from .learning import margin_by_hand, network, scales
from .people import mix, nuisances
from .words import at_noise, best_scale, crossing, distinct, facts, first

__all__ = [
    "anchors", "at_noise", "best_scale", "crossing", "distinct", "drag_landmarks", "facts", "first",
    "found", "interval", "margin_by_hand", "mix", "network", "noise", "nuisances",
    "operating_point", "scales", "seen", "stages", "turned",
]  # fmt: skip
