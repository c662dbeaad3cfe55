import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import transform

from glassbox.face_recognition.alignment import (
    TEMPLATE_112,
    align_face,
    estimate_similarity,
    template,
    transform_points,
    warp,
)

SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
MIRROR = np.array([-1, 1])


def rotation(degrees, scale=1.0, shift=(0, 0)):
    """Return the (3, 3) matrix of a similarity."""
    c = scale * np.exp(1j * np.deg2rad(degrees))
    return np.array([[c.real, -c.imag, shift[0]], [c.imag, c.real, shift[1]], [0, 0, 1]])


def umeyama(src, dst, with_scale=True):
    """Return Umeyama's solution as his paper writes it, by a singular value decomposition."""
    x, y = src - src.mean(axis=0), dst - dst.mean(axis=0)
    U, d, Vt = np.linalg.svd(y.T @ x / len(src))
    S = np.diag([1, np.sign(np.linalg.det(U) * np.linalg.det(Vt))])
    R = U @ S @ Vt
    c = np.trace(np.diag(d) @ S) / (x**2).sum(axis=1).mean() if with_scale else 1
    t = dst.mean(axis=0) - c * R @ src.mean(axis=0)
    return np.vstack([np.column_stack([c * R, t]), [0, 0, 1]])


def peer(kind, src, dst):
    return getattr(transform, kind).from_estimate(np.asarray(src), np.asarray(dst)).params


# --- alignment: the similarity -----------------------------------------------------------------


def test_a_similarity_by_hand():
    # About their means, src is -1, 1 and dst is -2i, 2i: c = 4i / 2 = 2i, a quarter turn, doubled.
    matrix = estimate_similarity([[0, 0], [2, 0]], [[5, 1], [5, 5]])
    np.testing.assert_allclose(matrix, [[0, -2, 5], [2, 0, 1], [0, 0, 1]], atol=1e-15)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("n", [2, 3, 5, 68])
def test_the_similarity_is_that_of_scikit_image_and_of_umeyamas_paper(n, mirrored):
    rng = np.random.default_rng(n)
    for _ in range(20):
        src = rng.normal(50, 30, (n, 2))
        dst = transform_points(rotation(*rng.normal(0, 90, 1), rng.uniform(0.1, 5)), src)
        dst = dst * (MIRROR if mirrored else 1) + rng.normal(0, 3, (n, 2)) * (n > 2)
        found = estimate_similarity(src, dst)
        np.testing.assert_allclose(found, peer("SimilarityTransform", src, dst), atol=1e-9)
        np.testing.assert_allclose(found, umeyama(src, dst), atol=1e-9)
        found = estimate_similarity(src, dst, with_scale=False)
        np.testing.assert_allclose(found, peer("EuclideanTransform", src, dst), atol=1e-9)
        np.testing.assert_allclose(found, umeyama(src, dst, False), atol=1e-9)


coordinates = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))


@settings(deadline=None)
@given(
    arrays(float, (5, 2), elements=coordinates).filter(lambda p: np.ptp(p, axis=0).max() > 1e-2),
    st.floats(-180, 180), st.floats(1e-3, 1e3), st.tuples(coordinates, coordinates),
)  # fmt: skip
def test_a_similarity_is_found_again_even_from_points_on_a_line(src, degrees, scale, shift):
    matrix = rotation(degrees, scale, shift)
    dst = transform_points(matrix, src)
    found = estimate_similarity(src, dst)
    np.testing.assert_allclose(transform_points(found, src), dst, atol=1e-9 * np.abs(dst).max())
    np.testing.assert_allclose(found[:2, :2], matrix[:2, :2], rtol=1e-6, atol=1e-6 * scale)


def test_points_on_a_line_and_two_points_determine_a_similarity_as_in_scikit_image():
    line = np.array([[0, 0], [1, 1], [2, 2], [5, 5]])
    for src in (line, line[:2], line[[0, 1, 1]]):
        for dst in ([3, 1] + 2.0 * src * MIRROR, src @ [[0, 0], [1, 0]] + [0, 4.0]):
            found = estimate_similarity(src, dst)
            np.testing.assert_allclose(transform_points(found, src), dst, atol=1e-13)
            np.testing.assert_allclose(found, peer("SimilarityTransform", src, dst), atol=1e-9)


def test_no_similarity_mirrors_and_a_mirrored_square_shrinks_to_a_point():
    face = TEMPLATE_112
    for with_scale in (True, False):
        found = estimate_similarity(face, face * MIRROR, with_scale)
        assert np.linalg.det(found) > 0
    found = estimate_similarity(SQUARE, SQUARE * MIRROR)
    np.testing.assert_array_equal(found, [[0, 0, -0.5], [0, 0, 0.5], [0, 0, 1]])
    with pytest.raises(ValueError, match="every one fits equally well"):
        estimate_similarity(SQUARE, SQUARE * MIRROR, with_scale=False)


def test_equal_points_give_exactly_the_identity():
    np.testing.assert_array_equal(estimate_similarity(TEMPLATE_112, TEMPLATE_112), np.eye(3))


def test_the_similarity_stands_very_large_small_and_distant_points():
    for factor in (1e-200, 1e-9, 1e200):
        found = estimate_similarity(factor * SQUARE, 2 * factor * SQUARE)
        np.testing.assert_allclose(found, np.diag([2, 2, 1]), atol=1e-12 * max(factor, 1))
    found = estimate_similarity(SQUARE + 1e9, 2 * SQUARE)
    np.testing.assert_allclose(found[:2, :2], 2 * np.eye(2), atol=1e-6)


@pytest.mark.parametrize(
    ("src", "dst", "message"),
    [
        ([[1, 2]], [[3, 4]], "at least two distinct points"),
        (np.zeros((0, 2)), np.zeros((0, 2)), "at least two distinct points"),
        ([[0.1, 0.7]] * 3, SQUARE[:3], "src must have at least two distinct"),
        (SQUARE, [[0.1, 0.7]] * 4, "dst must have at least two distinct"),
        (SQUARE, SQUARE[:3], r"\(4, 2\), \(3, 2\)"),
        (SQUARE.ravel(), SQUARE.ravel(), r"\(n, 2\)"),
        (np.zeros((4, 3)), np.zeros((4, 3)), r"\(4, 3\)"),
        ([[0, 0], [np.nan, 1]], SQUARE[:2], r"src\[1, 0\] = nan"),
        (SQUARE[:2], [[0, 0], [1, np.inf]], "dst must be finite"),
    ],
)
def test_points_that_determine_nothing_are_an_error(src, dst, message):
    with pytest.raises(ValueError, match=message):
        estimate_similarity(src, dst)


# --- alignment: the warp -----------------------------------------------------------------------


def test_a_warp_by_hand():
    # A quarter of the way from 0 to 4 and half-way from row to row.
    shifted = warp([[0, 4], [8, 12]], [[1, 0, -0.25], [0, 1, -0.5], [0, 0, 1]], (1, 1))
    assert shifted == [[(0 + 8) / 2 * 0.75 + (4 + 12) / 2 * 0.25]]


def test_the_matrix_takes_the_image_to_the_result():
    image = np.zeros((9, 7))
    image[2, 3] = 1  # at x = 3, y = 2
    moved = warp(image, [[1, 0, 10], [0, 1, 5], [0, 0, 1]], (12, 20))
    assert np.argwhere(moved).tolist() == [[7, 13]] and moved[7, 13] == 1


@pytest.mark.parametrize("channels", [(), (1,), (3,)])
def test_a_warp_is_that_of_scikit_image(channels):
    rng = np.random.default_rng(7)
    image = rng.random((23, 31, *channels))
    matrices = [rotation(*rng.uniform((-180, 0.2, 0), (180, 3, 0))[:2]) for _ in range(6)]
    for matrix in matrices:
        matrix[:2, 2] = rng.uniform(-20, 20, 2)
    sheared = np.array([[1.1, 0.4, 2], [0.1, 0.8, -3], [0, 0, 1]])
    tilted = np.array([[1, 0.2, 2], [0.1, 1, 3], [0.002, 0.004, 1]])
    for matrix in [*matrices, sheared, tilted]:
        expected = transform.warp(
            image, np.linalg.inv(matrix), output_shape=(40, 28), order=1, mode="constant"
        )
        np.testing.assert_allclose(warp(image, matrix, (40, 28)), expected, atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(-3, 3), st.integers(-3, 3))
def test_whole_steps_and_quarter_turns_move_pixels_and_change_none(seed, dx, dy):
    image = np.random.default_rng(seed).random((5, 6))
    moved = warp(image, [[1, 0, dx + 3], [0, 1, dy + 3]], (11, 12))
    expected = np.zeros((11, 12))
    expected[dy + 3 : dy + 8, dx + 3 : dx + 9] = image
    np.testing.assert_array_equal(moved, expected)
    turned = warp(image, [[0, 1, 0], [-1, 0, 5]], (6, 5))
    np.testing.assert_array_equal(turned, np.rot90(image))


def test_a_plane_is_warped_to_a_plane():
    y, x = np.mgrid[:20, :20]
    back = np.linalg.inv(rotation(20, 0.8, (5, -2)))
    u, v = np.moveaxis(transform_points(back, np.dstack([x, y])), -1, 0)
    inside = (u >= 0) & (u <= 19) & (v >= 0) & (v <= 19)
    warped = warp(3 * x - 2 * y, np.linalg.inv(back), (20, 20))
    np.testing.assert_allclose(warped[inside], (3 * u - 2 * v)[inside], atol=1e-12)


def test_outside_is_zero_and_the_border_fades_within_a_pixel():
    np.testing.assert_array_equal(
        warp([[5.0]], [[1, 0, 1.25], [0, 1, 0]], (1, 4)), [[0, 3.75, 1.25, 0]]
    )
    assert not warp(np.ones((4, 4)), [[1, 0, 1e300], [0, 1, 0]], (4, 4)).any()


def test_a_warp_keeps_float32_and_turns_integers_into_floats_and_leaves_its_input():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    before = image.copy()
    assert warp(image, np.eye(3), (3, 4)).dtype == np.float64
    assert warp(image.astype(np.float32), np.eye(3), np.array([3, 4])).dtype == np.float32
    assert warp(image.tolist(), np.eye(3), [3, 4]).tolist() == before.tolist()
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("image", "matrix", "shape", "message"),
    [
        ([[np.nan]], np.eye(3), (1, 1), "image must be finite"),
        ([1, 2], np.eye(3), (1, 1), r"height, width.*got \(2,\)"),
        (np.zeros((0, 3)), np.eye(3), (1, 1), r"\(0, 3\)"),
        (np.zeros((2, 2, 3, 1)), np.eye(3), (1, 1), r"\(2, 2, 3, 1\)"),
        (SQUARE, np.eye(2), (1, 1), r"matrix must have shape \(3, 3\).*\(2, 2\)"),
        (SQUARE, np.zeros((3, 3)), (1, 1), "matrix must have an inverse"),
        (SQUARE, estimate_similarity(SQUARE, SQUARE * MIRROR), (1, 1), "must have an inverse"),
        (SQUARE, np.full((3, 3), np.inf), (1, 1), "matrix must be finite"),
        (SQUARE, np.eye(3), (1,), "shape must be"),
        (SQUARE, np.eye(3), 5, "shape must be"),
        (SQUARE, np.eye(3), (2, 0), "shape must be"),
        (SQUARE, np.eye(3), (2, 2.5), "shape must be"),
        (SQUARE, np.eye(3), (2, 2, 3), "shape must be"),
    ],
)
def test_bad_input_of_warp_is_an_error(image, matrix, shape, message):
    with pytest.raises(ValueError, match=message):
        warp(image, matrix, shape)


def test_points_of_a_wrong_shape_are_not_transformed():
    with pytest.raises(ValueError, match=r"\(3,\)"):
        transform_points(np.eye(3), [1, 2, 3])


# --- alignment: faces --------------------------------------------------------------------------


def dots(points, shape, radius=2.0):
    """Return an image with a soft dot at each point, each with its own brightness."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    return sum(
        (i + 1) * np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * radius**2))
        for i, (px, py) in enumerate(points)
    )


@pytest.mark.parametrize(("degrees", "scale"), [(0, 1), (25, 1.5), (-70, 0.8), (180, 1)])
def test_a_turned_face_comes_back_to_the_template(degrees, scale):
    landmarks = transform_points(rotation(degrees, scale, (130, 90)), TEMPLATE_112 - 56)
    crop = align_face(dots(landmarks, (200, 260), 3 * scale), landmarks)
    np.testing.assert_allclose(crop, dots(TEMPLATE_112, (112, 112), 3), atol=0.25)


def test_a_smaller_crop_sees_the_same_square():
    landmarks = transform_points(rotation(10, 1.2, (90, 90)), TEMPLATE_112 - 56)
    image = dots(landmarks, (200, 200), 12)
    blocks = align_face(image, landmarks).reshape(56, 2, 56, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(align_face(image, landmarks, 56), blocks, atol=0.02)
    np.testing.assert_allclose(template(112), TEMPLATE_112, atol=1e-12)


def test_a_crop_keeps_its_colours():
    image = np.ones((150, 150, 3)) * [0.2, 0.5, 0.9]
    crop = align_face(image, TEMPLATE_112 + 15)
    np.testing.assert_allclose(crop, np.ones((112, 112, 3)) * [0.2, 0.5, 0.9], atol=1e-12)


def test_the_template_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        TEMPLATE_112[0] = 0


@pytest.mark.parametrize(
    ("landmarks", "message"),
    [
        (np.outer(np.arange(5), [3, 7]), "must not lie on one line"),
        (0.1 * np.outer(np.arange(5), [1, 3]) + 17.3, "must not lie on one line"),
        (np.full((5, 2), 40.3), "must not lie on one line"),
        (TEMPLATE_112[:1], r"\(5, 2\).*got \(1, 2\)"),
        (np.zeros((0, 2)), r"\(0, 2\)"),
        (TEMPLATE_112[:, :1], r"\(5, 1\)"),
        (TEMPLATE_112 * np.nan, "must be finite"),
    ],
)
def test_bad_landmarks_are_an_error(landmarks, message):
    with pytest.raises(ValueError, match=message):
        align_face(np.zeros((112, 112)), landmarks)


@pytest.mark.parametrize("image", [np.zeros(112), np.full((112, 112), np.inf), "a face"])
def test_a_bad_image_is_an_error(image):
    with pytest.raises((ValueError, TypeError), match="image"):
        align_face(image, TEMPLATE_112)
