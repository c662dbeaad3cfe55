"""How a detector is scored: matches, precision and recall, AP, mAP and the twelve COCO numbers.

``boxes``, ``matching``, ``curves`` and ``scoring`` say each step in a few lines, in the order of
the chapter; ``errors`` says why a number is low. ``coco`` does all of it at once for a whole data
set, every number that of pycocotools, and ``coco_json`` reads COCO's files for it. ``examples`` are
things to score, ``blobs`` a detector.
"""

from .blobs import detect_blobs
from .boxes import box_iou, box_sum, integral_image, non_maximum_suppression
from .coco import COCO_STATS, CocoResult, coco_evaluate
from .coco_json import load_coco
from .curves import average_precision, interpolate_precision, precision_recall_curve
from .errors import CAUSES, Errors, explain_errors
from .examples import WorkedExample, balloon_coco, balloons, worked_example
from .matching import match_coco, match_detections, match_voc
from .scoring import TOOLS, mean_average_precision

__all__ = [
    "CAUSES",
    "COCO_STATS",
    "TOOLS",
    "CocoResult",
    "Errors",
    "WorkedExample",
    "average_precision",
    "balloon_coco",
    "balloons",
    "box_iou",
    "box_sum",
    "coco_evaluate",
    "detect_blobs",
    "explain_errors",
    "integral_image",
    "interpolate_precision",
    "load_coco",
    "match_coco",
    "match_detections",
    "match_voc",
    "mean_average_precision",
    "non_maximum_suppression",
    "precision_recall_curve",
    "worked_example",
]


def __getattr__(name):
    """Find the painter where it lives; it is loaded when it is asked for."""
    if name in ("BalloonScene", "balloon_scene"):
        from glassbox.pictures import balloons

        return getattr(balloons, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
