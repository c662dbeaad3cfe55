"""People, a party, photographs: what the chapter looks at, and what it counts."""

import numpy as np

from glassbox.mean_average_precision import box_iou, mean_average_precision
from glassbox.pictures.faces import (
    Scene,
    as_identity,
    render_face,
    render_scene,
    sample_identities,
)

from .alignment import warp
from .detection import (
    WINDOW,
    cell_features,
    correlate,
    default_detector,
    detect_faces,
    locate_landmarks,
)
from .pipeline import UNKNOWN, default_threshold, embed_face, recognise

#: Names of the people who are enrolled, and their numbers for `render_face`.
GUESTS = {"Ada": 4, "Bo": 7, "Cleo": 8, "Dan": 10, "Eve": 17, "Fay": 18}
#: Two who come to the party without being enrolled.
STRANGERS = (26, 33)


def portraits(size=112):
    """Return two pictures of each guest, as for enrolment.

    Returns
    -------
    dict of str to list of ndarray, shape (size, size, 3)
    """
    return {
        name: [render_face(who, yaw=yaw, size=size, shirt=who).image for yaw in (-10, 10)]
        for name, who in GUESTS.items()
    }


def party(seed=3, width=420, height=240):
    """Paint a party: four guests and a stranger.

    Returns
    -------
    Scene
    names : list of str
        Who is who, in the order of the boxes; "stranger" is not in `GUESTS`.
    """
    names = ["Ada", "Bo", "Dan", "Fay"]
    people = [GUESTS[name] for name in names] + [STRANGERS[0]]
    rng = np.random.default_rng(seed)
    scene: Scene = render_scene(
        people, rng, width=width, height=height, sizes=(62, 92), yaw=22, light=0.4
    )
    return scene, [*names, "stranger"]


def crowd(n_pictures=8, seed=2):
    """Paint pictures of four new people each.

    Returns
    -------
    list of Scene
    """
    rng = np.random.default_rng(seed)
    return [render_scene(sample_identities(4, rng), rng, supersample=1) for _ in range(n_pictures)]


def precision_of(scenes, iou_threshold, detect=detect_faces):
    """Return the average precision of a detector on painted pictures.

    Parameters
    ----------
    scenes : sequence of Scene
    iou_threshold : float
        Needed for a hit.
    detect : callable
        From a picture to boxes and scores.

    Returns
    -------
    float
    """
    truth = [(k, b) for k, scene in enumerate(scenes) for b in scene.boxes]
    found = [
        (k, score, b)
        for k, scene in enumerate(scenes)
        for b, score in zip(*detect(scene.image, threshold=0.05), strict=True)
    ]
    value, _ = mean_average_precision(
        [k for k, _ in truth], ["face"] * len(truth), [b for _, b in truth],
        [k for k, *_ in found], ["face"] * len(found), [s for _, s, _ in found],
        [b for *_, b in found], iou_threshold=iou_threshold,
    )  # fmt: skip
    return value


def landmark_errors(people):
    """Return the mean error of the found landmarks of each face, in distances between its eyes.

    Parameters
    ----------
    people : FaceSet

    Returns
    -------
    ndarray, shape (n,)
    """
    found = np.array(
        [locate_landmarks(image, b) for image, b in zip(people.images, people.boxes, strict=True)]
    )
    eyes = np.linalg.norm(people.landmarks[:, 0] - people.landmarks[:, 1], axis=1)
    return np.linalg.norm(found - people.landmarks, axis=2).mean(axis=1) / eyes


def evening(gallery, n_pictures=9, exact=False, seed=5):
    """Name the people in new pictures of three guests and a stranger each, and count.

    Parameters
    ----------
    gallery : dict
        Of the people in `GUESTS`.
    n_pictures : int
    exact : bool
        Whether to use the true boxes and landmarks of all.
    seed : int

    Returns
    -------
    dict of str to int
        "right", "unknown", "wrong", "not found" of the guests, and "strangers" that got a name.
    """
    rng, tally = np.random.default_rng(seed), dict.fromkeys(OUTCOMES, 0)
    names = list(gallery)
    rows = np.array([gallery[name] for name in names])
    for k in range(n_pictures):
        guests = rng.permutation(list(GUESTS))[:3]
        people = [GUESTS[name] for name in guests] + [200 + k]
        shot = render_scene(people, rng, width=360, light=0.3, supersample=1)
        if exact:
            codes = np.array([embed_face(shot.image, points) for points in shot.landmarks])
            said = [[names[c.argmax()] if c.max() >= default_threshold() else UNKNOWN]
                    for c in codes @ rows.T]  # fmt: skip
        else:
            result = recognise(shot.image, gallery)
            said = [[r.name for r in result if box_iou([b], [r.box])[0, 0] > 0.4]
                    for b in shot.boxes]  # fmt: skip
        for name, answers in zip(guests, said[:3], strict=True):
            what = {name: "right", UNKNOWN: "unknown"}.get(answers[0], "wrong") if answers else ""
            tally[what or "not found"] += 1
        tally["strangers"] += bool(said[3]) and said[3][0] != UNKNOWN
    return tally


OUTCOMES = ("right", "unknown", "wrong", "not found", "strangers")


def real_faces():
    """Return the small photographs that scikit-image carries: 100 with a face, 100 without.

    They are a part of Labeled Faces in the Wild, grey, 25 x 25 pixels, without names; nothing is
    downloaded.

    Returns
    -------
    pictures : ndarray, shape (200, 25, 25)
        In [0, 1].
    is_face : ndarray of bool, shape (200,)
    """
    from skimage.data import lfw_subset

    return lfw_subset(), np.arange(200) < 100


def window_scores(pictures, padding=4):
    """Return the score of the detector for pictures that fill its window.

    Parameters
    ----------
    pictures : array_like, shape (n, height, width)
        Square, grey, in [0, 1].
    padding : int
        Pixels of repeated edge around each: the detector's window is wider than a face.

    Returns
    -------
    ndarray, shape (n,)
    """
    scores = []
    for picture in np.asarray(pictures, float):
        edged = np.pad(picture, padding, mode="edge")
        cells = cell_features(resize_up(edged, WINDOW))
        logit = correlate(cells, default_detector())[0, 0]
        scores.append(1 / (1 + np.exp(-logit)))
    return np.array(scores)


def resize_up(picture, size):
    """Return a square picture in another size, between its pixels."""
    scale = size / len(picture)
    matrix = [[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2], [0, 0, 1]]
    edged = np.pad(picture, 1, mode="edge")
    shift = np.array(matrix) @ [[1, 0, -1], [0, 1, -1], [0, 0, 1]]
    return warp(edged, shift, (size, size)).astype(np.float32)


def sum_of_layers(table):
    """Return all weights and all products of a network's `layer_table`."""
    return sum(row[2] for row in table), sum(row[3] for row in table)


def affine(src, dst):
    """Return the matrix (2, 3) of the six free numbers that best take points to points."""
    src, dst = np.asarray(src, float), np.asarray(dst, float)
    ones = np.column_stack([src, np.ones(len(src))])
    return np.linalg.lstsq(ones, dst, rcond=None)[0].T


def whose(found, scene, names):
    """Return who is where a face was found in a picture, "" if nobody.

    Parameters
    ----------
    found : Recognition
    scene : Scene
    names : sequence of str
        Who is who, in the order of the scene's boxes.
    """
    overlap = box_iou([found.box], scene.boxes)[0]
    return names[overlap.argmax()] if overlap.max() > 0.3 else ""


def numbers(name):
    """Return the forty numbers of a guest."""
    return as_identity(GUESTS[name])


def embed_small(pictures, padding=4):
    """Embed small grey pictures of one face each, such as `real_faces` returns.

    Parameters
    ----------
    pictures : array_like, shape (n, height, width)
        Square, the face in the middle.
    padding : int
        Pixels of repeated edge around each.

    Returns
    -------
    ndarray, shape (n, 64)
    """
    codes = []
    for picture in np.asarray(pictures, float):
        seen = resize_up(np.pad(picture, padding, mode="edge"), 132)
        points = locate_landmarks(seen, [26, 16, 106, 123])
        codes.append(embed_face(seen, points))
    return np.array(codes)
