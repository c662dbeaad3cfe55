from itertools import pairwise

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import transform
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import roc_curve
from sklearn.metrics.pairwise import cosine_similarity as sklearn_cosines
from sklearn.model_selection import KFold

from glassbox.adam import layer_shapes
from glassbox.face_recognition.alignment import (
    TEMPLATE_112,
    align_face,
    estimate_similarity,
    template,
    transform_points,
    warp,
)
from glassbox.face_recognition.embedding import (
    embedding_angles,
    fisherfaces,
    lda,
    margin_softmax,
    needed_scale,
    normalise,
    pca,
    softmax_loss,
    target_cosine,
    train_embedder,
)
from glassbox.face_recognition.embedding.network import loss_and_gradient, warmed
from glassbox.face_recognition.identification import (
    identification_rank,
    open_set_rates,
    open_set_threshold,
)
from glassbox.face_recognition.verification import (
    cosine_similarity,
    equal_error_rate,
    error_rates,
    make_pairs,
    similarity_matrix,
    tar_at_far,
    ten_fold_accuracy,
    threshold_at_far,
    verification_roc,
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
    with pytest.raises(ValueError, match="no rotation from src to dst fits best"):
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
        (SQUARE, SQUARE[:3], r"\(4, 2\) and \(3, 2\)"),
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


@settings(max_examples=30)
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


def test_the_template_is_the_published_one_with_eight_added():
    # SphereFace's, for crops 96 wide and 112 high (preprocess/code/face_align_demo.m, coord5point)
    narrow = [[30.2946, 51.6963], [65.5318, 51.5014], [48.0252, 71.7366],
              [33.5493, 92.3655], [62.7299, 92.2041]]  # fmt: skip
    np.testing.assert_allclose(TEMPLATE_112, np.add(narrow, [8, 0]), atol=1e-9)
    # insightface's for 224 (face_align.py, estimate_norm) is twice that for 112
    np.testing.assert_allclose(template(224) - 2 * TEMPLATE_112, 0.5, atol=1e-9)


def test_the_template_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        TEMPLATE_112[0] = 0


@pytest.mark.parametrize(
    ("landmarks", "message"),
    [
        (np.outer(np.arange(5), [3, 7]), "must not lie on one line"),
        (0.1 * np.outer(np.arange(5), [1, 3]) + 17.3, "must not lie on one line"),
        (np.full((5, 2), 40.3), "must not lie on one line"),
        (np.zeros((5, 2)), "must not lie on one line"),
        (1e-200 * np.outer(np.arange(5), [3, 7]), "must not lie on one line"),
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


# --- verification: similarities ----------------------------------------------------------------


def test_cosines_by_hand():
    # 3-4-5: the cosine of (3, 4) and (1, 0) is 3 / 5.
    assert cosine_similarity([3, 4], [1, 0]) == pytest.approx(0.6, abs=1e-15)
    assert isinstance(cosine_similarity([3, 4], [1, 0]), float)
    np.testing.assert_allclose(cosine_similarity([[3, 4], [4, -3]], [[1, 0], [0, 2]]), [0.6, -0.6])
    np.testing.assert_allclose(similarity_matrix([[3, 4]], [[1, 0], [0, -2]]), [[0.6, -0.8]])


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6), st.integers(1, 9))
def test_cosines_agree_pair_by_pair_as_a_matrix_with_distances_and_with_scikit_learn(seed, n, m, d):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(n, d)), rng.normal(size=(m, d))
    matrix = similarity_matrix(a, b)
    np.testing.assert_allclose(matrix, sklearn_cosines(a, b), atol=1e-12)
    np.testing.assert_allclose(cosine_similarity(a[:, None], b), matrix, atol=1e-12)
    np.testing.assert_allclose(similarity_matrix(7 * a, 0.1 * b), matrix, atol=1e-12)
    unit = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b)]
    distance = ((unit[0][:, None] - unit[1]) ** 2).sum(axis=-1)
    np.testing.assert_allclose(distance, 2 - 2 * matrix, atol=1e-12)


def test_a_cosine_stays_between_minus_one_and_one_for_any_length():
    a = np.random.default_rng(1).normal(size=(500, 3))
    assert cosine_similarity(a, a).max() <= 1 and cosine_similarity(a, -a).min() >= -1
    assert cosine_similarity([1e-200, 0], [3e200, 3e200]) == pytest.approx(0.5**0.5)


@pytest.mark.parametrize("function", [cosine_similarity, similarity_matrix])
@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([[1, 2], [0, 0]], [[1, 2]], r"a must not be 0.*a\[1\] is"),
        ([[1, 2]], [[1, 2, 3]], r"(\(1, 2\) and|d = 2, got) \(1, 3\)"),
        ([[1, np.nan]], [[1, 2]], "a must be finite"),
        (3.0, [[1, 2]], "a must have shape"),
        (np.zeros((2, 0)), np.zeros((2, 0)), "a must have shape"),
    ],
)
def test_embeddings_without_an_angle_are_an_error(function, a, b, message):
    if function is similarity_matrix and np.shape(a) == np.shape(b) == (2, 0):
        message = "d from 1"
    with pytest.raises(ValueError, match=message):
        function(a, b)


def test_embeddings_that_are_not_in_pairs_are_an_error():
    with pytest.raises(ValueError, match="similarity_matrix"):
        cosine_similarity(np.ones((3, 2)), np.ones((4, 2)))


def test_pairs_are_genuine_and_impostor_in_turn_and_any_pair_is_equally_likely():
    labels = np.array(["ann", "bob", "ann", "bob", "cy"])
    first, second, is_same = make_pairs(labels, 30_000, np.random.default_rng(5))
    assert is_same[::2].all() and not is_same[1::2].any() and not (first == second).any()
    np.testing.assert_array_equal(labels[first] == labels[second], is_same)
    pairs = np.sort(np.stack([first, second], axis=1), axis=1)[is_same]
    counts = np.unique(pairs, axis=0, return_counts=True)[1]
    assert len(counts) == 2 and abs(counts / 15_000 - 0.5).max() < 0.02


@pytest.mark.parametrize("labels", [[], [1], [1, 1], [1, 2, 3], [[1, 1], [2, 2]]])
def test_labels_without_both_kinds_of_pairs_are_an_error(labels):
    with pytest.raises(ValueError, match="labels must have"):
        make_pairs(labels, 4, np.random.default_rng(1))


def test_one_pair_may_be_asked_for_but_not_none():
    _, _, is_same = make_pairs([4, 4, 7], 1, np.random.default_rng(1))
    assert is_same.tolist() == [True]
    with pytest.raises(ValueError, match="n_pairs must be at least 1, got 0"):
        make_pairs([4, 4, 7], 0, np.random.default_rng(1))


# --- verification: rates -----------------------------------------------------------------------

# Ten pairs worked by hand; two share the score 0.6, one of each kind.
SCORES = [0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
IS_SAME = [1, 1, 0, 1, 0, 1, 0, 1, 0, 0]

tied_scores = st.lists(
    st.tuples(st.integers(-4, 4).map(lambda x: x / 4), st.booleans()), min_size=2, max_size=40
).filter(lambda pairs: 0 < sum(same for _, same in pairs) < len(pairs))


def test_the_roc_by_hand():
    far, tar, thresholds = verification_roc(SCORES, IS_SAME)
    np.testing.assert_allclose(5 * far, [0, 0, 0, 1, 2, 2, 3, 3, 4, 5])
    np.testing.assert_allclose(5 * tar, [0, 1, 2, 2, 3, 4, 4, 5, 5, 5])
    assert thresholds.tolist() == [np.inf, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    assert error_rates(SCORES, IS_SAME, 0.6) == (0.4, pytest.approx(0.4))
    assert [tar_at_far(SCORES, IS_SAME, far) for far in (0, 0.2, 0.4, 0.6, 1)] == [
        0.4, 0.4, 0.8, 1, 1,
    ]  # fmt: skip
    assert equal_error_rate(SCORES, IS_SAME) == pytest.approx(0.4)


@settings(max_examples=50)
@given(tied_scores)
def test_the_roc_is_that_of_scikit_learn_and_of_counting(pairs):
    scores, is_same = map(np.array, zip(*pairs, strict=True))
    far, tar, thresholds = verification_roc(scores, is_same)
    peer_far, peer_tar, peer_thresholds = roc_curve(is_same, scores, drop_intermediate=False)
    np.testing.assert_allclose(far, peer_far, atol=1e-12)
    np.testing.assert_allclose(tar, peer_tar, atol=1e-12)
    np.testing.assert_array_equal(thresholds, peer_thresholds)
    for i, threshold in enumerate(thresholds):
        assert far[i] == np.mean(scores[~is_same] >= threshold)
        assert error_rates(scores, is_same, threshold) == (far[i], 1 - tar[i])


@settings(max_examples=50)
@given(tied_scores, st.integers(0, 100).map(lambda n: n / 100))
def test_tar_at_far_is_the_best_point_of_the_roc_that_is_allowed(pairs, allowed):
    scores, is_same = map(np.array, zip(*pairs, strict=True))
    far, tar, _ = verification_roc(scores, is_same)
    assert tar_at_far(scores, is_same, allowed) == tar[far <= allowed].max()
    if allowed < 1:
        threshold = threshold_at_far(scores[~is_same], allowed)
        assert np.mean(scores[~is_same] >= threshold) <= allowed
        assert np.mean(scores[~is_same] >= np.nextafter(threshold, -np.inf)) > allowed


def test_29_of_100_impostors_are_a_rate_of_029_though_rounding_says_less():
    assert 0.29 * 100 < 29
    assert np.sum(np.arange(100) >= threshold_at_far(np.arange(100), 0.29)) == 29
    with pytest.raises(ValueError, match=r"far must be in \[0, 1\), got 1"):
        threshold_at_far(np.arange(100), 1)


@settings(max_examples=50)
@given(tied_scores)
def test_the_equal_error_rate_lies_on_the_roc_and_turns_over_with_the_scores(pairs):
    scores, is_same = map(np.array, zip(*pairs, strict=True))
    far, tar, _ = verification_roc(scores, is_same)
    eer = equal_error_rate(scores, is_same)
    # The line FAR = 1 - TAR cuts the curve at one point: walk along it in small steps.
    steps = np.linspace(0, len(far) - 1, 20_001)
    i = np.interp(steps, np.arange(len(far)), far), np.interp(steps, np.arange(len(far)), tar)
    nearest = np.abs(i[0] + i[1] - 1).argmin()
    assert eer == pytest.approx(i[0][nearest], abs=2e-3)
    assert equal_error_rate(-scores, is_same) == pytest.approx(1 - eer)


def test_perfect_constant_and_reversed_scores_have_the_equal_error_rates_0_half_and_1():
    is_same = [1, 1, 1, 0, 0]
    assert equal_error_rate([5, 4, 3, 2, 1], is_same) == 0
    assert equal_error_rate([7] * 5, is_same) == 0.5
    assert equal_error_rate([1, 2, 3, 4, 5], is_same) == 1
    assert equal_error_rate([2, 1], [1, 0]) == 0


def test_gaussian_scores_have_the_rates_that_theory_says():
    # Genuine N(2, 1), impostor N(0, 1): EER = Phi(-1) = 0.1587, TAR at FAR 0.1 = Phi(2 - 1.2816).
    rng = np.random.default_rng(3)
    is_same = np.arange(200_000) % 2 == 0
    scores = rng.standard_normal(200_000) + 2 * is_same
    assert equal_error_rate(scores, is_same) == pytest.approx(0.1587, abs=0.003)
    assert tar_at_far(scores, is_same, 0.1) == pytest.approx(0.7637, abs=0.005)


BAD_SCORES = [
    ([0.1, 0.2], [1, 1], "genuine and impostor pairs, got 2 and 0"),
    ([0.1, 0.2], [False, False], "got 0 and 2"),
    ([], [], "got 0 and 0"),
    ([0.1, 0.2], [1], r"\(2,\), got \(1,\)"),
    ([[0.1, 0.2]], [[1, 0]], r"\(n,\), got \(1, 2\)"),
    ([0.1, np.nan], [1, 0], "scores must be finite"),
    ([0.1, 0.2], [1, 2], "1 or 0, got 2"),
    ([0.1, 0.2], ["yes", "no"], "got 'yes'"),
]
RATES = [
    verification_roc,
    equal_error_rate,
    lambda *pairs: tar_at_far(*pairs, 0.1),
    lambda *pairs: error_rates(*pairs, 0.5),
]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("scores", "is_same", "message"), BAD_SCORES)
def test_pairs_of_one_kind_and_other_bad_pairs_are_an_error(rate, scores, is_same, message):
    with pytest.raises(ValueError, match=message):
        rate(scores, is_same)


@pytest.mark.parametrize("far", [-0.1, 1.1, np.nan, [0.1, 0.2]])
def test_a_rate_outside_0_to_1_is_an_error(far):
    with pytest.raises(ValueError, match="far must be"):
        tar_at_far(SCORES, IS_SAME, far)


# --- verification: ten folds -------------------------------------------------------------------


def lfw_accuracy(scores, is_same, thresholds, n_folds):
    """Return the accuracies of the folds as insightface's calculate_roc computes them."""
    accuracies = []
    for train, test in KFold(n_folds).split(scores):
        on_train = [np.mean((scores[train] >= t) == is_same[train]) for t in thresholds]
        best = thresholds[int(np.argmax(on_train))]
        accuracies.append(np.mean((scores[test] >= best) == is_same[test]))
    return accuracies


@pytest.mark.parametrize(("n", "n_folds"), [(40, 10), (43, 10), (12, 2), (7, 7)])
def test_ten_folds_are_those_of_scikit_learn_with_the_threshold_from_the_others(n, n_folds):
    rng = np.random.default_rng(n)
    emb1 = rng.normal(size=(n, 4))
    is_same = rng.random(n) < 0.5
    emb2 = np.where(is_same[:, None], emb1, 0) + rng.normal(size=(n, 4))
    thresholds = np.linspace(-1, 1, 81)
    found = ten_fold_accuracy(emb1, emb2, is_same, thresholds, n_folds)
    expected = lfw_accuracy(cosine_similarity(emb1, emb2), is_same, thresholds, n_folds)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_the_threshold_never_sees_the_fold_it_is_tested_on():
    # Two folds at odds: what is best on one is wrong on all of the other.
    angle = np.array([0.1, 0.1, 0.9, 0.9, 1.1, 1.1, 2.0, 2.0])
    is_same = [1, 1, 0, 0, 1, 1, 0, 0]
    emb2 = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    thresholds = np.cos([0.5, 1.5])
    found = ten_fold_accuracy([[1, 0]] * 8, emb2, is_same, thresholds, n_folds=2)
    np.testing.assert_allclose(found, [0.5, 0.5])


def test_perfect_embeddings_have_accuracy_1_whatever_the_order_of_thresholds():
    emb1 = np.tile(np.eye(2), (10, 1))
    emb2 = np.where(np.arange(20)[:, None] < 10, emb1, emb1[:, ::-1])
    for thresholds in ([0.2, 0.9], [0.9, 0.2], [2.0, 0.5, -3.0]):
        assert (ten_fold_accuracy(emb1, emb2, np.arange(20) < 10, thresholds) == 1).all()


def test_a_similarity_equal_to_the_threshold_is_accepted():
    assert error_rates([0.5, 0.4], [1, 0], 0.5) == (0, 0)
    assert ten_fold_accuracy([[1, 0]] * 4, [[1, 0], [0, 1]] * 2, [1, 0] * 2, [1], 2).tolist() == [
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"is_same": [1] * 12}, "genuine and impostor"),
        ({"is_same": [1, 0]}, r"\(12,\), got \(2,\)"),
        ({"emb2": np.ones((12, 3))}, r"emb2 must have .* d = 2, got \(12, 3\)"),
        ({"emb2": np.ones((1, 2))}, r"emb2 must have .* n = 12, .*got \(1, 2\)"),
        ({"emb1": np.zeros((12, 2))}, "must not be 0"),
        ({"thresholds": []}, "thresholds must not be empty"),
        ({"thresholds": [np.nan]}, "thresholds must be finite"),
        ({"n_folds": 13}, "n_folds must be at most 12, got 13"),
        ({"n_folds": 1}, "n_folds"),
    ],
)
def test_bad_input_of_ten_fold_accuracy_is_an_error(changes, message):
    good = {"emb1": np.ones((12, 2)), "emb2": np.ones((12, 2)), "is_same": [1, 0] * 6}
    with pytest.raises(ValueError, match=message):
        ten_fold_accuracy(**{**good, "thresholds": [0.5], **changes})


# --- verification: identification --------------------------------------------------------------


def test_ranks_by_hand():
    # At 10 degrees the order is 0, 30, 90; at 50 it is 30, 90, 0; at 80: 90, 30, 0.
    gallery, probes = circle([0, 30, 90]), circle([10, 50, 80])
    assert identification_rank(gallery, probes).tolist() == [1, 1, 1]
    assert identification_rank(gallery, probes[::-1]).tolist() == [3, 1, 3]


def circle(degrees):
    radians = np.deg2rad(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=-1)


def test_the_best_of_several_images_of_a_person_counts():
    gallery, names = circle([0, 40, 100, 20]), ["ann", "bob", "ann", "cy"]
    ranks = identification_rank(
        gallery, circle([90, 45, 12, 12]), names, ["ann", "bob", "cy", "ann"]
    )
    assert ranks.tolist() == [1, 1, 1, 2]


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 5))
def test_ranks_are_those_of_sorting(seed, n, d):
    rng = np.random.default_rng(seed)
    gallery, probes = rng.normal(size=(n, d)), rng.normal(size=(n, d))
    order = np.argsort(-sklearn_cosines(probes, gallery), axis=1)
    if d > 1:
        expected = [order[i].tolist().index(i) + 1 for i in range(n)]
        assert identification_rank(gallery, probes).tolist() == expected
    assert (identification_rank(gallery, gallery) == 1).all() or d == 1


def test_equal_embeddings_for_all_are_no_success():
    same = np.tile([0.3, 0.1, 0.7], (6, 1)) * np.arange(1, 7)[:, None]
    assert identification_rank(same, same).tolist() == [6] * 6


def test_the_open_set_threshold_lets_in_the_strangers_it_may_and_no_more():
    rng = np.random.default_rng(2)
    gallery, strangers = rng.normal(size=(20, 8)), rng.normal(size=(200, 8))
    best = sklearn_cosines(strangers, gallery).max(axis=1)
    for fpir in (0, 0.01, 0.1, 0.5):
        threshold = open_set_threshold(gallery, strangers, fpir)
        assert np.mean(best >= threshold + 1e-12) == fpir
        tpir, found = open_set_rates(gallery, gallery * 3, strangers, threshold)
        assert (tpir, found) == (1, fpir)
    assert open_set_threshold(gallery, strangers) > open_set_threshold(gallery[:3], strangers)


def test_a_known_person_must_be_first_and_similar_enough():
    gallery, probes, strangers = circle([0, 90]), circle([10, 60, 70, 30]), circle([180, 80])
    names = ["ann", "bob"], ["ann", "bob", "bob", "bob"]
    rates = open_set_rates(gallery, probes, strangers, np.cos(np.deg2rad(25)), *names)
    assert rates == (0.5, 0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [[1, 0]]), "gallery must not be empty"),
        (([[1, 0]], []), "probes must not be empty"),
        (([[1, 0]], [[1, 0], [0, 1]]), "one by one, got 2"),
        (([[1, 0]], [[1, 0, 0]]), r"probes must have shape .* with d = 2, got \(1, 3\)"),
        (([[0, 0]], [[1, 0]]), "must not be 0"),
        (([[1, 0]], [[1, 0]], ["ann"]), "both or neither"),
        (([[1, 0]], [[1, 0]], ["ann"], ["bob"]), "'bob' is not"),
        (([[1, 0]], [[1, 0]], ["ann", "bob"], ["ann"]), r"gallery_labels must have shape \(1,\)"),
    ],
)
def test_bad_input_of_identification_is_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        identification_rank(*arguments)


def test_an_open_set_needs_strangers_and_ranks_count_from_one():
    for function in (open_set_threshold, lambda g, s: open_set_rates(g, g, s, 0.5)):
        with pytest.raises(ValueError, match="strangers must not be empty"):
            function([[1, 0]], [])


# --- embedding: linear maps --------------------------------------------------------------------


@pytest.mark.parametrize(("n", "shape"), [(30, (5,)), (12, (4, 5)), (9, (4, 4, 3))])
@pytest.mark.parametrize("whiten", [False, True])
def test_principal_components_are_those_of_scikit_learn(n, shape, whiten):
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, *shape)) * rng.uniform(0.1, 3, shape) + 5
    k = min(4, n - 1)
    peer = PCA(k, whiten=whiten, svd_solver="full").fit(X.reshape(n, -1))
    found, new = pca(X, k, whiten), rng.normal(size=(3, *shape))
    expected = peer.transform(new.reshape(3, -1))
    np.testing.assert_allclose(np.abs(found(new)), np.abs(expected), atol=1e-9)
    np.testing.assert_allclose(found.weight, peer.explained_variance_, rtol=1e-9)
    back = peer.inverse_transform(expected)
    np.testing.assert_allclose(found.reconstruct(found(new)), back, atol=1e-9)
    if whiten:
        np.testing.assert_allclose(np.cov(found(X).T), np.eye(k), atol=1e-9)


def test_all_components_give_the_crops_back_and_more_never_do_worse():
    X = np.random.default_rng(4).normal(size=(8, 3, 4))
    errors = []
    for k in range(1, 8):
        faces = pca(X, k)
        errors.append(np.abs(faces.reconstruct(faces(X)) - X.reshape(8, 12)).max())
    assert pca(X).components.shape == (7, 12) and errors[-1] < 1e-12
    total = [np.sum(pca(X, k).weight) for k in range(1, 8)]
    assert (np.diff(total) > 0).all()


@pytest.mark.parametrize("shrinkage", [0, 0.1, 0.7])
def test_discriminants_are_those_of_scikit_learn(shrinkage):
    rng = np.random.default_rng(6)
    y = np.repeat(["ann", "bob", "cy", "dee"], [9, 12, 10, 11])
    X = rng.normal(size=(42, 6)) + 2 * rng.normal(size=(4, 6))[np.unique(y, return_inverse=True)[1]]
    found = lda(X, y, shrinkage=shrinkage)
    within = sum(np.cov(X[y == who].T, bias=True) * (y == who).mean() for who in set(y))
    shrunk = (1 - shrinkage) * within + shrinkage * np.trace(within) / 6 * np.eye(6)
    np.testing.assert_allclose(found.components @ shrunk @ found.components.T, np.eye(3), atol=1e-9)
    if shrinkage == 0:
        peer = LinearDiscriminantAnalysis(solver="eigen").fit(X, y)
        for row, column in zip(found.components, peer.scalings_.T, strict=False):
            cosine = row @ column / np.linalg.norm(row) / np.linalg.norm(column)
            assert abs(cosine) == pytest.approx(1, abs=1e-9)
    total = np.cov(X.T, bias=True) - within
    ratios = np.sort(np.linalg.eigvals(np.linalg.solve(shrunk, total)).real)[::-1][:3]
    np.testing.assert_allclose(found.weight, ratios, rtol=1e-9)


def test_fisherfaces_are_components_and_then_discriminants():
    rng = np.random.default_rng(8)
    y = np.arange(24) % 4
    X = rng.normal(size=(24, 5, 8)) + 3 * rng.normal(size=(4, 5, 8))[y]
    found, first = fisherfaces(X, y), pca(X, 20)
    np.testing.assert_allclose(found(X), lda(first(X), y)(first(X)), atol=1e-9)
    assert found(X).shape == (24, 3)
    with pytest.raises(ValueError, match="shrinkage > 0, or use fisherfaces"):
        lda(X, y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pca([[1, 2]]), "at least 2 crops"),
        (lambda: pca(SQUARE, 3), "n_components must be at most 2, got 3"),
        (lambda: pca(SQUARE, 0), "n_components"),
        (lambda: pca([1, 2, 3]), r"\(3,\)"),
        (lambda: pca([[0, 0], [np.nan, 1]]), "X must be finite"),
        (lambda: pca([[0, 0], [1, 1], [2, 2]], whiten=True), "only 1 directions"),
        (lambda: pca([[3, 3], [3, 3], [3, 3]], whiten=True), "only 0 directions"),
        (lambda: pca(SQUARE, 1)([[1, 2, 3]]), "must have 2 pixels, got 3"),
        (lambda: pca(SQUARE, 1).reconstruct([[1, 2]]), r"Z must have shape \(n, 1\)"),
        (lambda: lda(SQUARE, [1, 1, 1, 1]), "at least two persons, got 1"),
        (lambda: lda(SQUARE, [1, 2, 3]), "y must be as many as X, 4, got 3"),
        (lambda: lda(SQUARE, [1, 1, 2, 2], 2), "n_components must be at most 1, got 2"),
        (lambda: lda(SQUARE, [1, 2, 3, 4]), "shrinkage > 0"),
        (lambda: lda(SQUARE, [1, 1, 2, 2], shrinkage=1.5), "shrinkage must be"),
    ],
)
def test_bad_input_of_linear_maps_is_an_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- embedding: margins ------------------------------------------------------------------------

MARGINS = {
    "normface": (1, 0, 0),
    "arcface": (1, 0.5, 0),
    "cosface": (1, 0, 0.35),
    "sphereface": (4, 0, 0),
    "sphereface of the arcface paper": (1.35, 0, 0),
    "combined": (0.9, 0.4, 0.15),
}


def plain_margin_loss(X, W, y, m1, m2, m3, s, monotone=False):
    """Return the loss as the papers write it, for autograd."""
    cosine = anp.dot(
        X / anp.sqrt((X**2).sum(axis=1, keepdims=True)),
        (W / anp.sqrt((W**2).sum(axis=1, keepdims=True))).T,
    )
    phi = m1 * anp.arccos(cosine) + m2
    k = np.floor(getattr(phi, "_value", phi) / np.pi)
    k = monotone * getattr(k, "_value", k)
    right = np.eye(len(W))[y]
    z = s * (right * ((-1.0) ** k * anp.cos(phi) - 2 * k - m3) + (1 - right) * cosine)
    return anp.mean(anp.log(anp.sum(anp.exp(z - s), axis=1)) + s - anp.sum(z * right, axis=1))


def batch(seed, n=7, d=4, n_classes=5):
    rng = np.random.default_rng(seed)
    X, W = rng.normal(size=(n, d)), rng.normal(size=(n_classes, d))
    return X, W, rng.integers(0, n_classes, n)


@pytest.mark.parametrize("margins", MARGINS.values(), ids=MARGINS.keys())
@pytest.mark.parametrize("d", [2, 3, 16])
@pytest.mark.parametrize("s", [1, 16, 64])
@pytest.mark.parametrize("monotone", [False, True])
def test_loss_and_gradients_of_every_margin_agree_with_autograd(margins, d, s, monotone):
    X, W, y = batch(d, d=d)
    _, loss, dX, dW = margin_softmax(X, W, y, *margins, s=s, monotone=monotone)
    assert loss == pytest.approx(plain_margin_loss(X, W, y, *margins, s, monotone), rel=1e-9)
    for found, argument in ((dX, 0), (dW, 1)):
        expected = grad(plain_margin_loss, argument)(X, W, y, *margins, s, monotone)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_margins_by_hand():
    # The embedding is at 60 degrees from its centre and at 30 from the other one.
    X, W, y = circle([60]), circle([0, 90]), [0]
    half, root = 0.5, 0.75**0.5
    for margins, expected in (
        ((1, 0, 0), half), ((1, 0, 0.35), half - 0.35), ((1, np.pi / 6, 0), 0), ((2, 0, 0), -half),
        ((4, 0, 0), -half), ((2, np.pi / 6, 0.1), -root - 0.1),
    ):  # fmt: skip
        logits, loss, _, _ = margin_softmax(X, W, y, *margins, s=10)
        np.testing.assert_allclose(logits, [[10 * expected, 10 * root]], atol=1e-13)
        assert loss == pytest.approx(np.log1p(np.exp(10 * (root - expected))))
    # 240 degrees: -cos(240) - 2, one turn further down.
    logits, _, _, _ = margin_softmax(X, W, y, m1=4, s=10, monotone=True)
    np.testing.assert_allclose(logits, [[10 * (half - 2), 10 * root]], atol=1e-13)


def test_without_a_margin_it_is_the_softmax_of_unit_rows_times_s():
    X, W, y = batch(1)
    logits, loss, _, _ = margin_softmax(X, W, y, s=8)
    peer_logits, peer_loss, _, _ = softmax_loss(8 * normalise(X), normalise(W), y)
    np.testing.assert_allclose(logits, peer_logits, atol=1e-12)
    assert loss == pytest.approx(peer_loss, rel=1e-12)


def test_plain_softmax_agrees_with_autograd_and_by_hand():
    def plain(X, W, y):
        z = anp.dot(X, W.T)
        return anp.mean(anp.log(anp.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])

    X, W, y = batch(2)
    _, loss, dX, dW = softmax_loss(X, W, y)
    assert loss == pytest.approx(plain(X, W, y), rel=1e-12)
    np.testing.assert_allclose(dX, grad(plain, 0)(X, W, y), atol=1e-12)
    np.testing.assert_allclose(dW, grad(plain, 1)(X, W, y), atol=1e-12)
    assert softmax_loss([[0, 0]], W[:, :2], [1])[1] == pytest.approx(np.log(5))


def test_the_slope_of_arcface_is_sin_of_theta_plus_m_over_sin_theta():
    theta, m, s, h = np.deg2rad([20, 75.7, 90, 140]), 0.5, 3.0, 1e-6
    slope = (target_cosine(theta + h, 1, m) - target_cosine(theta - h, 1, m)) / (2 * h)
    np.testing.assert_allclose(slope / -np.sin(theta), np.sin(theta + m) / np.sin(theta), rtol=1e-7)
    # With one class alone wrong and right, the gradient turns x by (1 - p) s sin(theta + m).
    for t in theta:
        X, W = np.array([[np.cos(t), np.sin(t)]]), np.array([[1.0, 0], [0, -1]])
        logits, _, dX, _ = margin_softmax(X, W, [0], m2=m, s=s)
        q = 1 / (1 + np.exp(logits[0, 0] - logits[0, 1]))
        turn = dX[0] @ [-np.sin(t), np.cos(t)]
        assert turn == pytest.approx(q * s * (np.sin(t + m) - np.cos(t)))


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 5), st.integers(1, 6),
    st.sampled_from(list(MARGINS.values())), st.sampled_from([0.5, 8, 64]),
)  # fmt: skip
def test_gradients_are_tangents_and_only_shrink_with_the_length(seed, n, d, n_classes, margins, s):
    X, W, y = batch(seed, n, d, n_classes)
    logits, loss, dX, dW = margin_softmax(X, W, y, *margins, s=s, monotone=True)
    np.testing.assert_allclose((X * dX).sum(axis=1), 0, atol=1e-9 * s)
    np.testing.assert_allclose((W * dW).sum(axis=1), 0, atol=1e-9 * s)
    longer = margin_softmax(7 * X, 0.2 * W, y, *margins, s=s, monotone=True)
    np.testing.assert_allclose(longer[0], logits, atol=1e-9)
    np.testing.assert_allclose(7 * longer[2], dX, atol=1e-7)
    np.testing.assert_allclose(0.2 * longer[3], dW, atol=1e-7)
    assert loss >= 0 and logits.shape == (n, n_classes)
    assert (
        margin_softmax(X, W, y, s=s)[1] <= loss + 1e-9 or margins[0] < 1
    )  # margins make it harder


@pytest.mark.parametrize("margins", MARGINS.values(), ids=MARGINS.keys())
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("off", [0, 1e-300, 1e-17, 1e-12, 1e-8, 1e-5])
def test_on_a_centre_and_opposite_to_it_all_stays_finite_and_bounded(margins, sign, off):
    W = np.array([[3.0, 4, 0], [0, 0, 2], [-1, 1, 0]])
    X = sign * W[:1] / 7 + [[0, 0, off]]
    logits, loss, dX, dW = margin_softmax(X, W, [0], *margins)
    for values in (logits, loss, dX, dW):
        assert np.isfinite(values).all()
    assert np.linalg.norm(dX) <= 64 * (margins[0] + 2) / np.linalg.norm(X) + 1e-9
    expected = target_cosine(0 if sign > 0 else np.pi, *margins)
    assert logits[0, 0] == pytest.approx(64 * expected, abs=64 * 4 * 6 * off + 1e-12)


def test_a_gradient_near_the_centre_is_that_of_the_limit():
    # sin(theta + m) s (1 - p) / |x|, though sin(theta + m) / sin(theta) is a million.
    X, W = np.array([[1.0, 5e-7]]), np.array([[1.0, 0], [-1, 0]])
    _, _, dX, _ = margin_softmax(X, W, [0], m2=0.5, s=1)
    p = 1 / (1 + np.exp(-1 - np.cos(0.5)))
    assert dX[0, 1] == pytest.approx((1 - p) * np.sin(0.5), rel=1e-5)


def test_a_tiny_angle_is_not_rounded_away():
    logits, _, _, _ = margin_softmax([[1.0, 1e-8]], [[1.0, 0]], [0], m2=0.5, s=1)
    assert logits[0, 0] == pytest.approx(np.cos(0.5) - 1e-8 * np.sin(0.5), abs=1e-15)


def test_a_large_scale_neither_overflows_nor_loses_the_small_probabilities():
    W = np.eye(2)
    _, loss, dX, _ = margin_softmax([[0.0, 1]], W, [0], s=1e6)
    assert loss == pytest.approx(1e6) and np.isfinite(dX).all()
    # Between opposite centres, both logits turn x equally; 1 - p is far below rounding.
    X, W2 = np.array([[np.cos(0.2), np.sin(0.2)]]), np.array([[1.0, 0], [-1, 0]])
    turn = margin_softmax(X, W2, [0], s=30)[2][0] @ [-np.sin(0.2), np.cos(0.2)]
    assert turn == pytest.approx(60 * np.sin(0.2) * np.exp(-60 * np.cos(0.2)), rel=1e-9, abs=0)
    big, small = (margin_softmax(c * np.array([[1.0, 1]]), W, [0], s=3) for c in (1e200, 1e-200))
    assert big[1] == pytest.approx(small[1]) and np.isfinite(small[2]).all()


@pytest.mark.parametrize("margins", MARGINS.values(), ids=MARGINS.keys())
def test_the_monotone_target_falls_all_the_way_without_a_jump(margins):
    theta = np.linspace(0, np.pi, 20_001)
    target = target_cosine(theta, *margins, monotone=True)
    steps = np.diff(target)
    assert (steps <= 1e-15).all() and steps.min() > -1e-3
    below = margins[0] * theta + margins[1] <= np.pi
    plain = np.cos(margins[0] * theta + margins[1]) - margins[2]
    np.testing.assert_allclose(target[below], plain[below], atol=1e-14)
    np.testing.assert_allclose(target_cosine(theta, *margins), plain, atol=1e-14)


def test_margins_keep_float32_take_lists_and_leave_their_input():
    X, W, y = batch(3)
    before = X.copy(), W.copy(), y.copy()
    exact = margin_softmax(X, W, y, m2=0.5)
    for a, b in zip(before, (X, W, y), strict=True):
        np.testing.assert_array_equal(a, b)
    single = margin_softmax(X.astype(np.float32), W.astype(np.float32), y, m2=0.5)
    assert [single[i].dtype for i in (0, 2, 3)] == [np.float32] * 3
    np.testing.assert_allclose(single[2], exact[2], rtol=1e-3, atol=1e-4)
    listed = margin_softmax(X.tolist(), W.tolist(), y.tolist(), m2=0.5)
    np.testing.assert_array_equal(listed[3], exact[3])
    assert margin_softmax(X[:1], W[:1], [0])[1] == 0  # one class is always right


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": [0, 3]}, "y must be from 0 to 2, got 0 to 3"),
        ({"y": [-1, 0]}, "got -1 to 0"),
        ({"y": [0]}, r"shape \(2,\)"),
        ({"y": [0.0, 1.0]}, "y must be whole numbers"),
        ({"X": np.ones((2, 5))}, r"\(2, 5\) and \(3, 4\)"),
        ({"X": np.ones(4)}, r"X must have shape \(n, d\)"),
        ({"X": np.zeros((2, 4))}, r"X must not be 0.*X\[0\] is"),
        ({"W": np.eye(4)[[0, 0, 1]] * 0}, "W must not be 0"),
        ({"X": np.full((2, 4), np.nan)}, "X must be finite"),
        ({"W": np.full((3, 4), np.inf)}, "W must be finite"),
        ({"X": np.ones((0, 4)), "y": []}, "none of them 0"),
        ({"m1": 0}, "m1 must be > 0"),
        ({"m2": np.nan}, "m2 must be finite"),
        ({"s": 0}, "s must be > 0"),
        ({"s": -3}, "s must be"),
        ({"m3": [0.1, 0.2]}, "m3 must be one number"),
    ],
)
def test_bad_input_of_margins_is_an_error(changes, message):
    good = {"X": np.ones((2, 4)), "W": np.eye(4)[:3], "y": [0, 2]}
    with pytest.raises(ValueError, match=message):
        margin_softmax(**{**good, **changes})
    if not changes.keys() & {"m1", "m2", "m3", "s"} and "must not be 0" not in message:
        with pytest.raises(ValueError, match=message):
            softmax_loss(**{**good, **changes})


@pytest.mark.parametrize("n_classes", [2, 3, 8, 40])
@pytest.mark.parametrize("p", [0.5, 0.9, 0.999])
def test_at_the_needed_scale_equidistant_centres_just_reach_the_probability(n_classes, p):
    centres = np.eye(n_classes) - 1 / n_classes
    s = needed_scale(n_classes, p)
    if s == 0:
        assert p <= 1 / n_classes
    else:
        loss = margin_softmax(centres, centres, np.arange(n_classes), s=s)[1]
        assert np.exp(-loss) == pytest.approx(p, rel=1e-9)
        # No random unit vectors do better at that scale (Equation 6 is a bound on the mean).
        X, W, _ = batch(n_classes, n_classes, n_classes, n_classes)
        assert np.exp(-margin_softmax(X, W, np.arange(n_classes), s=s)[1]) <= p


def test_the_needed_scale_of_ten_thousand_classes_and_of_none():
    assert needed_scale(10_000, 0.9) == pytest.approx(0.9999 * np.log(9999 * 9))
    assert needed_scale(10, 0.01) == 0
    for bad in ((1, 0.9), (3, 0), (3, 1), (3, 1.2), (3, np.nan)):
        with pytest.raises(ValueError, match=r"n_classes|p must be"):
            needed_scale(*bad)


@pytest.mark.parametrize("theta", [-0.1, 3.2, np.nan])
def test_an_angle_out_of_range_has_no_target(theta):
    with pytest.raises(ValueError, match="theta must be"):
        target_cosine(theta)


def test_angles_by_hand():
    # Two classes about 0 and 120 degrees, each 10 degrees wide; the centres are off by 5 and by 0.
    X, W = circle([-10, 10, 110, 130]) * [[1], [2], [3], [4]], circle([5, 120])
    angles = embedding_angles(X, ["ann", "ann", "bob", "bob"], W)
    assert angles == pytest.approx({"intra": 10, "inter": 120, "w_centre": 2.5, "w_inter": 115})
    with pytest.raises(ValueError, match=r"W must have shape \(2, 2\)"):
        embedding_angles(X, [0, 0, 1, 1], W[:1])
    with pytest.raises(ValueError, match="two persons"):
        embedding_angles(X, [0, 0, 0, 0])


# --- embedding: the network --------------------------------------------------------------------


def people(n_people, per_person, seed, noise=0.3):
    """Return 'crops' of people who differ in 6 of 30 directions; 4 others are light and pose."""
    mix = np.random.default_rng(99).normal(size=(10, 30))
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(n_people), per_person)
    who = rng.normal(size=(n_people, 6))[labels]
    view = 3 * rng.normal(size=(len(labels), 4))
    crops = np.hstack([who, view]) @ mix + noise * rng.normal(size=(len(labels), 30))
    return crops.reshape(-1, 5, 6), labels


@pytest.mark.parametrize("hidden", [(), (7,), (7, 5)])
@pytest.mark.parametrize("margins", [None, (1.0, 0.3, 0.1)])
def test_backpropagation_through_the_network_agrees_with_differences(hidden, margins):
    rng = np.random.default_rng(1)
    sizes, y = (4, *hidden, 3), rng.integers(0, 5, 6)
    shapes = layer_shapes(sizes) | {"centres": (5, 3)}
    n_weights = sum((a + 1) * b for a, b in pairwise(sizes)) + 5 * 3
    weights, features = rng.normal(size=n_weights), rng.normal(size=(6, 4))

    def loss(w):
        return loss_and_gradient(w, shapes, features, y, margins, 8.0)[0]

    h = 1e-6
    expected = [(loss(weights + e) - loss(weights - e)) / (2 * h) for e in h * np.eye(n_weights)]
    found = loss_and_gradient(weights, shapes, features, y, margins, 8.0)[1]
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_a_trained_network_tells_new_persons_apart_better_than_pixels_do():
    crops, labels = people(60, 8, seed=1)
    embed = train_embedder(crops, labels, np.random.default_rng(2), n_dims=16)
    new, names = people(40, 8, seed=3)
    first, second, is_same = make_pairs(names, 2000, np.random.default_rng(4))
    found = embed(new)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-12)
    flat = new.reshape(len(new), -1)
    rates = [
        equal_error_rate(cosine_similarity(rows[first], rows[second]), is_same)
        for rows in (flat, found, lda(crops, labels)(new))
    ]
    assert rates[1] < 0.3 * rates[0] and rates[2] < 0.1 * rates[0]
    assert embed.losses[-1] < 0.5 * embed.losses[0] and embed.losses.shape == (30,)


@pytest.mark.parametrize("margins", [None, (1, 0.2, 0)])
def test_training_is_decided_by_the_generator_and_leaves_its_input(margins):
    crops, labels = people(5, 6, seed=1)
    before = crops.copy()
    twice = [
        train_embedder(
            crops,
            labels,
            np.random.default_rng(7),
            3,
            margins,
            hidden=(8,),
            n_epochs=2,
            warm_up=0.5,
        )(crops)
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*twice)
    np.testing.assert_array_equal(crops, before)
    other = train_embedder(crops, labels, np.random.default_rng(8), 3, margins, n_epochs=2)
    assert not np.allclose(other(crops), twice[0])


def test_the_warm_up_ends_at_the_margins_and_the_scale_that_are_asked_for():
    asked = (2.0, 0.5, 0.25)
    assert warmed(asked, 16, 0) == ((1, 0, 0), 4)
    assert warmed(asked, 16, 0.5) == ((1.5, 0.25, 0.125), 10)
    assert warmed(asked, 16, 1) == (asked, 16)
    assert warmed(asked, 2, 0) == ((1, 0, 0), 2) and warmed(None, 1, 0) == (None, 1)


def test_labels_may_be_names_and_come_back():
    crops, labels = people(4, 10, seed=2, noise=0.1)
    names = np.array(["dee", "ann", "cy", "bob"])[labels]
    embed = train_embedder(crops, names, np.random.default_rng(1), n_epochs=40, batch_size=8)
    assert (embed.classify(crops) == names).all()
    assert embed.classes.tolist() == ["ann", "bob", "cy", "dee"]
    assert embed(crops[0][None]).shape == (1, 64)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": [0] * 12}, "at least two persons"),
        ({"labels": [0, 1]}, "labels must be as many as crops, 12, got 2"),
        ({"crops": np.ones((12, 3))}, "must not all be alike"),
        ({"crops": np.full((12, 3), np.nan)}, "crops must be finite"),
        ({"n_dims": 1}, "n_dims"),
        ({"n_epochs": 0}, "n_epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"s": 0}, "s must be > 0"),
        ({"lr": -1}, "lr must be"),
        ({"warm_up": 2}, "warm_up"),
        ({"margins": (0, 0, 0)}, "m1 must be > 0"),
    ],
)
def test_bad_input_of_the_training_is_an_error(changes, message):
    crops, labels = people(3, 4, seed=1)
    good = {"crops": crops, "labels": labels, "rng": np.random.default_rng(1), "n_epochs": 1}
    with pytest.raises(ValueError, match=message):
        train_embedder(**{**good, **changes})
