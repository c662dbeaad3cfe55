"""Seven pictures to score by hand, and scenes with balloons in COCO's file format."""

from dataclasses import dataclass

import numpy as np

from glassbox.checks import flag, generator, integer
from glassbox.records import read_record

from .blobs import detect_blobs

IMAGE_SIZE = (200, 200)
KINDS = ("balloon", "sun", "moon", "kite", "barn")  # what is in a scene

# Image: objects, then detections by name: score, box. Corners in pixels.
_IMAGES = {
    1: (
        [(24, 30, 74, 96), (118, 88, 170, 150)],
        {"A": (0.88, (60, 120, 110, 176)), "B": (0.70, (132, 100, 186, 166))},
    ),
    2: (
        [(20, 26, 90, 76), (112, 108, 178, 166)],
        {
            "C": (0.80, (30, 120, 84, 178)),
            "D": (0.71, (86, 90, 150, 146)),  # on E's object, IoU 0.24 only
            "E": (0.54, (126, 120, 190, 186)),
        },
    ),
    3: (
        [(120, 40, 164, 92), (30, 110, 84, 172)],
        {
            "F": (0.74, (26, 22, 80, 74)),
            "G": (0.18, (135, 54, 183, 107)),  # IoU 0.295, or 0.303 with inclusive pixels
            "H": (0.67, (64, 132, 124, 186)),
        },
    ),
    4: (
        [(36, 48, 104, 132), (132, 28, 172, 80)],
        {
            "I": (0.38, (52, 40, 122, 118)),  # finds J's object a second time
            "J": (0.91, (42, 56, 110, 140)),  # the only hit at IoU 0.5
            "K": (0.44, (120, 112, 176, 168)),
        },
    ),
    5: (
        [(18, 22, 66, 92), (84, 60, 140, 116), (128, 128, 184, 184)],
        {
            "L": (0.35, (20, 126, 70, 182)),
            "M": (0.78, (108, 78, 168, 130)),
            "N": (0.45, (128, 16, 186, 62)),
            "O": (0.14, (84, 136, 132, 190)),
            "P": (0.62, (30, 34, 82, 106)),
        },
    ),
    6: (
        [(60, 40, 124, 120), (140, 126, 184, 184)],
        {
            "Q": (0.44, (16, 140, 66, 190)),
            "R": (0.95, (76, 52, 142, 134)),
            "S": (0.23, (44, 56, 110, 140)),  # finds R's object a second time
            "T": (0.45, (132, 20, 184, 76)),
        },
    ),
    7: (
        [(26, 96, 88, 168), (112, 30, 176, 86)],
        {
            "U": (0.84, (120, 116, 174, 176)),
            "V": (0.43, (20, 20, 72, 70)),
            "X": (0.48, (40, 84, 100, 152)),
            "Y": (0.95, (142, 56, 194, 106)),
        },
    ),
}


@dataclass(frozen=True, eq=False)
class WorkedExample:
    """What `worked_example` returns.

    Attributes
    ----------
    gt_image, gt_boxes : ndarray, shapes (15,) and (15, 4)
        Image, 1 to 7, and box ``x1, y1, x2, y2`` of each object.
    dt_name, dt_image, dt_scores, dt_boxes : ndarray, shapes (24,), (24,), (24,) and (24, 4)
        Letter, image, confidence and box of each detection, in the order of the alphabet.
    image_size : tuple of int
        Width and height of every image in pixels.
    iou_threshold : float
        Overlap of a hit in this example.
    """

    gt_image: np.ndarray
    gt_boxes: np.ndarray
    dt_name: np.ndarray
    dt_image: np.ndarray
    dt_scores: np.ndarray
    dt_boxes: np.ndarray
    image_size: tuple[int, int] = IMAGE_SIZE
    iou_threshold: float = 0.3


def worked_example():
    """Seven images, 15 objects, 24 detections: one result, many average precisions.

    The scores, and the order of hits and false alarms, are those of the example that made AP's
    conventions known; the boxes are our own. Hits, at an IoU of 0.3 with inclusive pixels, are
    R, J, B, P, E, X and G. Each source of disagreement between tools occurs once:

    * R and Y share the best score, and only R is a hit;
    * G is a hit only if pixels are inclusive (``plus_one``);
    * I and S find again what J and R have found;
    * D lies on E's object, scores higher, and overlaps too little: it does not use it up.

    Returns
    -------
    WorkedExample

    References
    ----------
    padilla2020survey.

    Examples
    --------
    >>> from glassbox.mean_average_precision import match_detections
    >>> e = worked_example()
    >>> hits = match_detections(e.gt_image, e.gt_boxes, e.dt_image, e.dt_scores, e.dt_boxes,
    ...                         e.iou_threshold, plus_one=True)
    >>> "".join(e.dt_name[hits])
    'BEGJPRX'
    """
    objects = [(image, box) for image, (boxes, _) in _IMAGES.items() for box in boxes]
    found = [(name, image, *row) for image, (_, dt) in _IMAGES.items() for name, row in dt.items()]
    gt_image, gt_boxes = zip(*objects, strict=True)
    dt_name, dt_image, dt_scores, dt_boxes = zip(*found, strict=True)
    return WorkedExample(
        np.array(gt_image),
        np.array(gt_boxes, dtype=float),
        np.array(dt_name),
        np.array(dt_image),
        np.array(dt_scores),
        np.array(dt_boxes, dtype=float),
    )


def balloon_coco(rng, n_scenes, decoys=False):
    """Paint scenes, run the detector on each, and write both down in COCO's file format.

    Parameters
    ----------
    rng : numpy.random.Generator
        Paints the scenes, as in `balloon_scene`.
    n_scenes : int
        From 1 to 1,000; each takes about half a second.
    decoys : bool
        Whether what is no balloon (sun, moon, kite, barn) is annotated too, as other categories;
        the detector proposes balloons all the same.

    Returns
    -------
    annotations : dict
        Images, the one category and the true boxes, as in COCO's ``instances_*.json``.
    detections : list of dict
        As in a COCO results file: ``image_id``, ``category_id``, ``bbox`` and ``score``.

    Raises
    ------
    ValueError
        If there is no scene to paint, or a thousand would not do.
    TypeError
        If `rng` is no generator.

    Examples
    --------
    >>> annotations, detections = balloon_coco(np.random.default_rng(0), n_scenes=1)
    >>> len(annotations["annotations"]), sorted(detections[0])
    (8, ['bbox', 'category_id', 'image_id', 'score'])
    """
    from glassbox.pictures.balloons import balloon_scene  # here: who paints none loads no painter

    rng, decoys = generator("rng", rng), flag("decoys", decoys)
    n_scenes = integer("n_scenes", n_scenes, least=1, most=1000)
    images, objects, detections = [], [], []
    for image_id in range(1, n_scenes + 1):
        scene = balloon_scene(rng)
        height, width = scene.image.shape[:2]
        images.append({"id": image_id, "height": height, "width": width})
        others = scene.decoys if decoys else {}
        kinds = [1] * len(scene.boxes) + [KINDS.index(name) + 1 for name in others]
        whole = np.array([*scene.boxes, *others.values()], dtype=float)
        for kind, (x, y, w, h) in zip(kinds, _xywh(whole), strict=True):
            record = {"id": len(objects) + 1, "image_id": image_id, "category_id": kind}
            objects.append(record | {"bbox": [x, y, w, h], "area": w * h, "iscrowd": 0})
        boxes, scores = detect_blobs(scene.image)
        detections += [
            {"image_id": image_id, "category_id": 1, "bbox": box, "score": score}
            for box, score in zip(_xywh(boxes), scores.tolist(), strict=True)
        ]
    named = KINDS if decoys else KINDS[:1]
    categories = [{"id": k, "name": name} for k, name in enumerate(named, start=1)]
    return {"images": images, "categories": categories, "annotations": objects}, detections


def balloons():
    """Return twenty recorded scenes: `balloon_coco` with its decoys, painted by seed 12.

    Returns
    -------
    annotations, detections
        As `balloon_coco` gives them, boxes and scores rounded to 4 decimals; ``load_coco`` reads
        them.

    Examples
    --------
    >>> annotations, detections = balloons()
    >>> len(annotations["images"]), len(detections)
    (20, 306)
    """
    recorded = read_record("mean_average_precision", "balloons")
    return recorded["annotations"], recorded["detections"]


def first_scene(seed=12):
    """Return the picture and the boxes of the first recorded scene, painted again."""
    from glassbox.pictures.balloons import balloon_scene

    scene = balloon_scene(np.random.default_rng(seed))
    return scene.image, scene.boxes


def _xywh(boxes):
    return np.c_[boxes[:, :2], boxes[:, 2:] - boxes[:, :2]].tolist()
