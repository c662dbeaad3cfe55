"""From a picture with several faces to names: the five stages, one after the other."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from glassbox.checks import float_array, function, real_number

from .alignment import align_face, as_landmarks, warp
from .detection import WINDOW, cut_around, detect_faces, locate_landmarks, to_grey
from .embedding import Projection
from .models import stored
from .processing import normalise_light
from .verification import normalise

UNKNOWN = "unknown"
#: Height and width of the crops that the default embedder looks at.
CROP = 32


class Recognition(NamedTuple):
    """What `recognise` says of one face.

    Attributes
    ----------
    name : str
        A name of the gallery, or "unknown".
    similarity : float
        Cosine to the most similar person of the gallery, whatever the name.
    box : ndarray, shape (4,)
    landmarks : ndarray, shape (5, 2)
    score : float
        Of the detection, in [0, 1].
    nearest : str
        The most similar person, even if not similar enough.
    """

    name: str
    similarity: float
    box: np.ndarray
    landmarks: np.ndarray
    score: float
    nearest: str


def prepare(image, landmarks, size=CROP):
    """Align a face, take its brightness, and take out the light: what an embedder sees.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, 3)
        In [0, 1], or uint8.
    landmarks : array_like, shape (5, 2)
    size : int

    Returns
    -------
    ndarray, shape (size, size)
        Mean 0, standard deviation 1.
    """
    return normalise_light(align_face(to_grey(image), landmarks, size))


def prepare_faces(faces, landmarks=None, size=CROP):
    """Prepare all pictures of a set, as `prepare` does one.

    Parameters
    ----------
    faces : FaceSet
    landmarks : array_like, shape (n, 5, 2), optional
        By default the true ones.
    size : int

    Returns
    -------
    ndarray, shape (n, size, size)
    """
    landmarks = faces.landmarks if landmarks is None else landmarks
    pairs = zip(faces.images, landmarks, strict=True)
    return np.array([prepare(image, points, size) for image, points in pairs])


def prepare_boxes(faces, size=CROP):
    """Cut out the box of each face, without alignment, for comparison.

    The box takes 84 % of the crop's height and its middle stands a tenth of its height above the
    crop's, so that more of the head is seen than in an aligned crop; roll and what the box does not
    know of the landmarks stay.

    Parameters
    ----------
    faces : FaceSet
    size : int

    Returns
    -------
    ndarray, shape (n, size, size)
    """
    crops = []
    for image, (x1, y1, x2, y2) in zip(faces.images, faces.boxes, strict=True):
        scale = 0.84 * size / (y2 - y1)
        centre = np.array([(x1 + x2) / 2, y1 + 0.60 * (y2 - y1)])
        shift = (size - 1) / 2 - scale * centre
        matrix = [[scale, 0, shift[0]], [0, scale, shift[1]], [0, 0, 1]]
        crops.append(normalise_light(warp(to_grey(image), matrix, (size, size))))
    return np.array(crops)


def embed_face(image, landmarks, embedder=None):
    """Embed one face.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, 3)
    landmarks : array_like, shape (5, 2)
    embedder : callable, optional
        Takes crops (n, size, size) to embeddings (n, d); by default `default_embedder()`.

    Returns
    -------
    ndarray, shape (d,)
        Of length 1.
    """
    embedder = default_embedder() if embedder is None else function("embedder", embedder)
    landmarks = as_landmarks(landmarks)
    reach = 2 * float(np.ptp(landmarks, axis=0).max())
    part, corner = cut_around(image, landmarks, reach, "landmarks")  # a photograph may be large
    return normalise(embedder(prepare(part, landmarks - corner)[None]))[0]


def enrol(pictures, embedder=None):
    """Make a gallery: a name and the mean embedding of each person.

    Parameters
    ----------
    pictures : mapping of str to picture, or to a list of pictures
        Each picture, (height, width) or (height, width, 3), shows the person; with several
        faces on it, the one detected with the highest score counts.
    embedder : callable, optional

    Returns
    -------
    dict of str to ndarray, shape (d,)

    Raises
    ------
    ValueError
        If there is no picture, or none of a person's pictures shows a face.

    Examples
    --------
    >>> from glassbox.pictures.faces import render_face
    >>> gallery = enrol({"Ada": render_face(10, size=64).image})
    >>> gallery["Ada"].shape
    (64,)
    """
    if embedder is not None:
        function("embedder", embedder)
    if not isinstance(pictures, Mapping):
        raise TypeError(f"pictures must map names to pictures, got {type(pictures).__name__}")
    if not pictures:
        raise ValueError("pictures must name at least one person, got none")
    gallery = {}
    for name, given in pictures.items():
        rows = []
        for picture in _pictures(given):
            found = detect_faces(picture)
            if len(found.boxes):
                points = locate_landmarks(picture, found.boxes[0])
                rows.append(embed_face(picture, points, embedder))
        if not rows:
            raise ValueError(f"no face was found in the picture of {name!r}")
        gallery[str(name)] = normalise(np.mean(rows, axis=0))
    return gallery


def _pictures(given):
    """Return one picture, or a list of pictures, as a list of arrays."""
    several = isinstance(given, list | tuple) and len(given) and np.ndim(given[0]) >= 2
    try:
        return [to_grey(picture) for picture in (given if several else [given])]
    except (ValueError, TypeError) as error:
        raise type(error)(f"pictures must be pictures: {error}") from None


def recognise(image, gallery, threshold=None, *, min_score=0.5, embedder=None, min_size=40):
    """Name the faces in a picture.

    Detect, find landmarks, align, take out the light, embed, and compare with everybody in the
    gallery; a face that is similar enough to nobody is "unknown".

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, 3)
        In [0, 1], or uint8.
    gallery : mapping of str to array_like
        Name to an embedding, shape (d,) (see `enrol`), to several, shape (k, d), or to a picture
        of that person, shape (height, width, 3); a person with several embeddings is as similar
        as the most similar one.
    threshold : float, optional
        Least cosine for a name, in [-1, 1]; by default `default_threshold()`.
    min_score : float
        Least score of a detection, in [0, 1].
    embedder : callable, optional
        By default `default_embedder()`.
    min_size : int
        Height in pixels of the smallest face to look for.

    Returns
    -------
    list of Recognition
        One a face, from left to right; empty where no face was found.

    Raises
    ------
    ValueError
        If the picture is no picture or not finite, the gallery is empty, or an embedding has a
        wrong length.

    Examples
    --------
    >>> from glassbox.pictures.faces import render_face
    >>> gallery = enrol({"Ada": render_face(10).image, "Bo": render_face(17).image})
    >>> photograph = render_face(17, yaw=15, expression=0.5).image
    >>> [found.name for found in recognise(photograph, gallery)]
    ['Bo']
    """
    embedder = default_embedder() if embedder is None else function("embedder", embedder)
    names, rows = read_gallery(gallery, embedder)
    threshold = default_threshold() if threshold is None else threshold
    threshold = real_number("threshold", threshold, least=-1, most=1)
    found, result = detect_faces(image, threshold=min_score, min_size=min_size), []
    for i in np.argsort(found.boxes[:, 0], kind="stable"):
        points = locate_landmarks(image, found.boxes[i])
        cosines = rows @ embed_face(image, points, embedder)
        best = int(cosines.argmax())
        known = cosines[best] >= threshold
        result.append(
            Recognition(
                names[best] if known else UNKNOWN, float(cosines[best]), found.boxes[i], points,
                float(found.scores[i]), names[best],
            )
        )  # fmt: skip
    return result


def read_gallery(gallery, embedder=None):
    """Return the name of each row, and the rows of length 1, shape (n, d)."""
    embedder = default_embedder() if embedder is None else function("embedder", embedder)
    if not isinstance(gallery, Mapping):
        raise TypeError(f"gallery must map names to embeddings, got {type(gallery).__name__}")
    if not gallery:
        raise ValueError("gallery must name at least one person, got an empty one")
    wanted = embedder(np.zeros((1, CROP, CROP)) + np.eye(CROP)).shape[1]
    names, rows = [], []
    for name, given in gallery.items():
        if _shows(given, wanted):
            given = enrol({name: given}, embedder)[str(name)]
        given = float_array("gallery", given)
        if given.ndim not in (1, 2) or given.shape[-1] != wanted or not given.size:
            raise ValueError(
                f"gallery[{name!r}] must be an embedding of {wanted} numbers, several of them "
                f"(k, {wanted}), a picture or a list of pictures, got shape {given.shape}"
            )
        given = normalise(np.atleast_2d(given), "gallery")
        names += [str(name)] * len(given)
        rows += list(given)
    return names, np.array(rows)


def _shows(given, wanted):
    """Whether a value of a gallery is a picture, or a list of pictures, not embeddings."""
    if isinstance(given, list | tuple) and len(given) and np.ndim(given[0]) >= 2:
        return True
    shape = np.shape(given)
    return len(shape) == 3 or (len(shape) == 2 and shape[1] != wanted and min(shape) >= WINDOW // 2)


@lru_cache(maxsize=1)
def default_embedder():
    """Return the linear map from crops 32 x 32 to embeddings that the package comes with.

    Returns
    -------
    Projection
        See `glassbox.face_recognition.embedding`; trained by ``tools/train_faces.py``.
    """
    components = stored("embedder_components")
    return Projection(stored("embedder_mean"), components, np.ones(len(components)))


def default_threshold():
    """Return the cosine from which `recognise` gives a name.

    On new generated people, with a gallery of ten, about one stranger in twenty reaches it.
    """
    return float(stored("embedder_threshold"))
