"""Between alignment and embedding: take out what is not the person, or show it to the learner.

*One-to-many augmentation* makes many pictures of one: other poses, lights, things in front.
*Many-to-one normalisation* makes one frontal picture of one or many. Both turn a face in space.
The picture gives no depth, so we lend it the mean head's: five landmarks say how that head is
turned, then each point of it knows where in the picture its colour is.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from glassbox.checks import float_array, image_array, integer, one_of, real_number

from .alignment import as_landmarks, estimate_similarity, template, transform_points
from .head import head_surface, landmarks_of, mean_head, rotation


class Camera(NamedTuple):
    """A weak-perspective camera, x = scale * (turn @ P)[:2] + shift.

    Attributes
    ----------
    scale : float
        Pixels a unit of the head.
    turn : ndarray, shape (3, 3)
        Rotation from the head's axes to the viewer's.
    shift : ndarray, shape (2,)
        Pixels.
    """

    scale: float
    turn: np.ndarray
    shift: np.ndarray

    def project(self, points):
        """Return the pixels, shape (..., 2), of points of the head, shape (..., 3)."""
        return self.scale * (np.asarray(points) @ self.turn[:2].T) + self.shift

    @property
    def angles(self):
        """Yaw, pitch and roll in degrees, as `render_face` takes them."""
        t = self.turn
        yaw = np.arctan2(-t[2, 0], np.hypot(t[2, 1], t[2, 2]))
        pitch = np.arctan2(-t[2, 1], t[2, 2])
        return tuple(np.degrees([yaw, pitch, np.arctan2(t[1, 0], t[0, 0])]).tolist())


def mean_landmarks():
    """Return the five landmarks of the mean head in its own coordinates, shape (5, 3)."""
    mean, parts = mean_head()
    return landmarks_of(mean, parts, np.eye(3)[None], np.zeros((1, 1)))[0]


def fit_camera(landmarks):
    r"""Find how the mean head is turned from where its landmarks are seen.

    With centred landmarks :math:`\tilde x_k` and points :math:`\tilde P_k` of the mean head, least
    squares gives an affine camera,

    .. math:: A = \Big(\sum_k \tilde x_k \tilde P_k^\top\Big)
        \Big(\sum_k \tilde P_k \tilde P_k^\top\Big)^{-1} = U \operatorname{diag}(d) V^\top,

    and the nearest scaled rotation has :math:`\bar d\, U V^\top` as its first two rows.

    Parameters
    ----------
    landmarks : array_like, shape (5, 2)

    Returns
    -------
    Camera

    Raises
    ------
    ValueError
        If the shape is wrong, a number is not finite, or the landmarks lie on a line.

    Examples
    --------
    >>> from glassbox.face_recognition.head import N_PARAMETERS
    >>> from glassbox.pictures.faces import render_face
    >>> face = render_face(np.zeros(N_PARAMETERS), yaw=30, roll=10, size=32)
    >>> [round(abs(angle)) for angle in fit_camera(face.landmarks).angles]
    [30, 0, 10]
    """
    landmarks, points = as_landmarks(landmarks), mean_landmarks()
    x, p = landmarks - landmarks.mean(axis=0), points - points.mean(axis=0)
    u, d, v = np.linalg.svd(np.linalg.solve(p.T @ p, p.T @ x).T, full_matrices=False)
    rows = u @ v
    turn = np.vstack([rows, np.cross(rows[0], rows[1])])
    scale = float(d.mean())
    return Camera(scale, turn, landmarks.mean(axis=0) - scale * rows @ points.mean(axis=0))


def synthesise_view(image, landmarks, yaw, pitch=0.0, size=112):
    """Show a face as from elsewhere, cut out and aligned.

    Each pixel of the new view is a point of the mean head, turned; the photograph gives its
    colour. What the photograph does not show is taken from the other half of the face.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, channels)
    landmarks : array_like, shape (5, 2)
    yaw, pitch : float
        Pose of the new view in degrees, from -80 to 80.
    size : int
        Height and width of the result.

    Returns
    -------
    ndarray, shape (size, size) or (size, size, channels)

    Raises
    ------
    ValueError
        If a shape is wrong or a number not finite or out of range.

    Notes
    -----
    Shadows turn with the face, a smile stays, and the shape is the mean's: a turned picture is
    no photograph of the other pose. Beside the head stands the usual colour of the border.

    Examples
    --------
    >>> from glassbox.pictures.faces import render_face
    >>> face = render_face(7, size=48, supersample=1)
    >>> synthesise_view(face.image, face.landmarks, yaw=30, size=24).shape
    (24, 24, 3)
    """
    return _views([image_array("image", image)], [landmarks], yaw, pitch, size)[0][0]


def frontalise(images, landmarks, size=112):
    """Many-to-one: the frontal view from one picture or from several poses.

    Each picture is weighted by how squarely it sees a point of the face; where none sees it, the
    other half of the face lends its colour.

    Parameters
    ----------
    images : array_like or list of array_like
        One picture, (height, width) or (height, width, channels), or a list of n.
    landmarks : array_like, shape (5, 2) or (n, 5, 2)
    size : int

    Returns
    -------
    ndarray, shape (size, size) or (size, size, channels)
        Aligned as by `align_face`.

    Raises
    ------
    ValueError
        If there is no picture, their numbers differ, or as `fit_camera` raises.

    Examples
    --------
    >>> from glassbox.pictures.faces import render_face
    >>> face = render_face(7, yaw=30, size=48, supersample=1)
    >>> frontalise(face.image, face.landmarks, size=24).shape
    (24, 24, 3)
    """
    if not isinstance(images, list | tuple) or (len(images) and np.ndim(images[0]) < 2):
        images, landmarks = [images], [landmarks]
    landmarks = float_array("landmarks", landmarks)
    if not len(images) or landmarks.ndim != 3 or len(images) != len(landmarks):
        raise ValueError(
            f"images and landmarks must be equally many, at least one, "
            f"got {len(images)} and landmarks of shape {landmarks.shape}"
        )
    seen, weight = _views(images, landmarks, 0.0, 0.0, size)
    return np.einsum("n...,n...->...", seen, weight) / weight.sum(axis=0)


def normalise_light(crop, method="standardise"):
    """Take out what the light does to a crop.

    Parameters
    ----------
    crop : array_like, shape (..., height, width)
        Grey crops.
    method : {"standardise", "retinex", "equalise"}
        "standardise" gives mean 0 and standard deviation 1: brightness and contrast go, shadows
        stay. "retinex" first divides by the picture's own blur (the ratio keeps edges, a slow
        shadow cancels). "equalise" replaces each pixel by its rank, in [0, 1].

    Returns
    -------
    ndarray, shape (..., height, width)

    Raises
    ------
    ValueError
        If the shape is wrong, a number is not finite or the method is unknown.

    Examples
    --------
    >>> crop = np.arange(9.0).reshape(3, 3)
    >>> bool(np.allclose(normalise_light(crop), normalise_light(5 * crop + 2)))
    True
    """
    crop = float_array("crop", crop)
    if crop.ndim < 2 or not crop.size:
        raise ValueError(f"crop must have shape (..., height, width), got {crop.shape}")
    one_of("method", method, ("standardise", "retinex", "equalise"))
    if method == "equalise":
        flat = crop.reshape(-1, crop.shape[-2] * crop.shape[-1])
        rank = flat.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        return (rank / max(1, flat.shape[1] - 1)).reshape(crop.shape)
    if method == "retinex":
        least = crop.min(axis=(-2, -1), keepdims=True)
        raised = crop - np.minimum(least, 0) + 0.05
        crop = np.log(raised / _blur(raised, max(2, crop.shape[-1] // 6)))
    centred = crop - crop.mean(axis=(-2, -1), keepdims=True)
    size = centred.std(axis=(-2, -1), keepdims=True)
    return centred / np.maximum(size, 1e-6)


# ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _surface_of_view(yaw, pitch, size):
    """Return points and normals of the mean head behind each pixel of an aligned view.

    Points and normals in the head's coordinates, shapes (size, size, 3), and where there is a
    head, shape (size, size). Shared between calls, and read-only.
    """
    turn = rotation([yaw], [pitch], [0.0])
    seen = mean_landmarks() @ turn[0, :2].T
    matrix = np.linalg.inv(estimate_similarity(seen, template(size)))
    x, y = np.meshgrid(np.arange(size), np.arange(size))
    at = transform_points(matrix, np.stack([x, y], axis=-1).reshape(-1, 2).astype(float))
    _, parts = mean_head()
    z, slope_x, slope_y = head_surface(at[None, :, 0], at[None, :, 1], parts, turn)
    inside = z[0] > -5
    depth = np.where(inside, z[0], 0.0)
    normal = np.stack([-slope_x[0], -slope_y[0], np.ones(size * size)], axis=-1)
    normal[~inside] = [0, 0, 1]
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    points = np.concatenate([at, depth[:, None]], axis=1) @ turn[0]
    result = points.reshape(size, size, 3), (normal @ turn[0]).reshape(size, size, 3)
    result += (inside.reshape(size, size),)
    for shared in result:
        shared.flags.writeable = False
    return result


def _views(images, landmarks, yaw, pitch, size):
    """Return the new view by each picture, and the weight of each of its pixels."""
    for name, angle in (("yaw", yaw), ("pitch", pitch)):
        real_number(name, angle, least=-80, most=80)
    size = integer("size", size, least=1, most=4096)
    images = [image_array("images", image) for image in images]
    if len({image.shape[2:] for image in images}) > 1:
        raise ValueError("images must be all grey or all of one number of channels")
    cameras = [fit_camera(points) for points in landmarks]
    points, normal, inside = _surface_of_view(float(yaw), float(pitch), size)
    mirror = np.array([-1, 1, 1])
    views, weights = [], []
    for image, camera in zip(images, cameras, strict=True):
        direct = _squarely(normal @ camera.turn[2]) + 1e-3
        other = _squarely((normal * mirror) @ camera.turn[2]) * np.maximum(1 - direct, 0)
        here = _sample(image, camera.project(points * _inset(direct)))
        there = _sample(image, camera.project(points * mirror * _inset(other)))
        total = direct + other
        if image.ndim == 3:
            direct, other, total = direct[..., None], other[..., None], total[..., None]
        view = (direct * here + other * there) / total
        view[~inside] = np.median(np.concatenate([image[0], image[:, 0], image[:, -1]]), axis=0)
        views.append(view)
        weights.append(np.broadcast_to(direct, views[-1].shape))
    return np.stack(views), np.stack(weights)


def _squarely(cosine):
    """Weigh a view by the cosine between the surface's normal and the viewer's direction."""
    return np.clip((cosine - 0.3) / 0.5, 0, 1) ** 2


def _inset(weight):
    """Draw points that are seen at a grazing angle inwards: the head may end before the mean's."""
    return 1 - 0.08 * np.clip(1 - 2 * weight, 0, 1)[..., None]


def _sample(image, at):
    """Look up an image at points (..., 2), bilinearly; beyond the border its edge goes on."""
    height, width = image.shape[:2]
    x, y = np.clip(at[..., 0], 0, width - 1), np.clip(at[..., 1], 0, height - 1)
    i, j = (
        np.minimum(x.astype(int), max(width - 2, 0)),
        np.minimum(y.astype(int), max(height - 2, 0)),
    )
    right, down = x - i, y - j
    if image.ndim == 3:
        right, down = right[..., None], down[..., None]
    i1, j1 = np.minimum(i + 1, width - 1), np.minimum(j + 1, height - 1)
    upper = image[j, i] * (1 - right) + image[j, i1] * right
    return upper * (1 - down) + (image[j1, i] * (1 - right) + image[j1, i1] * right) * down


def _blur(crops, radius):
    """Mean over a square window, three times: nearly a Gaussian."""
    for axis in (-2, -1):
        n = crops.shape[axis]
        index = np.arange(-radius, n + radius).clip(0, n - 1)
        for _ in range(3):
            total = np.cumsum(crops.take(index, axis), axis)
            total = np.concatenate([np.zeros_like(total.take([0], axis)), total], axis)
            k = 2 * radius + 1
            crops = (total.take(range(k, n + k), axis) - total.take(range(n), axis)) / k
    return crops
