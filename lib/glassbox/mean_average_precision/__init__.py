"""How a detector is scored: matches, precision and recall, AP, mAP and the twelve COCO numbers.

``boxes``, ``matching``, ``curves`` and ``scoring`` say each step in a few lines, in the order of
the chapter. ``coco`` does all of it at once for a whole data set, every number that of pycocotools,
and ``coco_json`` reads COCO's files for it. ``examples`` and ``balloons`` are things to score.
"""

from .balloons import BalloonScene, balloon_coco, balloon_scene, detect_blobs
from .boxes import box_iou
from .coco import COCO_STATS, CocoResult, coco_evaluate
from .coco_json import load_coco
from .curves import average_precision, interpolate_precision, precision_recall_curve, roc_curve
from .examples import WorkedExample, worked_example
from .matching import match_coco, match_detections, match_voc
from .scoring import mean_average_precision

__all__ = [
    "COCO_STATS",
    "BalloonScene",
    "CocoResult",
    "WorkedExample",
    "average_precision",
    "balloon_coco",
    "balloon_scene",
    "box_iou",
    "coco_evaluate",
    "detect_blobs",
    "interpolate_precision",
    "load_coco",
    "match_coco",
    "match_detections",
    "match_voc",
    "mean_average_precision",
    "precision_recall_curve",
    "roc_curve",
    "worked_example",
]
