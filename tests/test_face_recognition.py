"""Faces, detection, processing and the pipeline; alignment, embedding, verification: _maths."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassbox.face_recognition.alignment import align_face, estimate_similarity, template
from glassbox.face_recognition.detection import (
    Detections,
    cell_features,
    default_detector,
    detect_faces,
    image_pyramid,
    locate_landmarks,
    resize,
    shrink_to,
    to_grey,
)
from glassbox.face_recognition.head import N_PARAMETERS, rotation
from glassbox.face_recognition.pipeline import embed_face, enrol, recognise
from glassbox.face_recognition.processing import (
    fit_camera,
    frontalise,
    mean_landmarks,
    normalise_light,
    synthesise_view,
)
from glassbox.face_recognition.verification import cosine_similarity
from glassbox.mean_average_precision import (
    box_iou,
    box_sum,
    integral_image,
    mean_average_precision,
    non_maximum_suppression,
)
from glassbox.pictures.faces import (
    clutter,
    render_face,
    render_scene,
    sample_faces,
    sample_identities,
)
from glassbox.pictures.portraits import OCCLUSIONS
from train_faces import train_detector, train_landmarks

AVERAGE = np.zeros(N_PARAMETERS)


@pytest.fixture(scope="module")
def scenes():
    """Six pictures of three people nobody trained on."""
    rng = np.random.default_rng(321)
    return [render_scene(sample_identities(3, rng), rng, supersample=1) for _ in range(6)]


# --- faces -------------------------------------------------------------------------------------


def test_the_same_identity_and_view_give_the_same_picture():
    one, two = render_face(3, yaw=10, size=48), render_face(3, yaw=10, size=48)
    np.testing.assert_array_equal(one.image, two.image)
    assert np.abs(one.image - render_face(4, yaw=10, size=48).image).mean() > 0.01


def test_pictures_are_in_range_and_the_background_shows_where_nobody_is():
    face = render_face(5, size=40, background=(0.0, 1.0, 0.0))
    assert face.image.shape == (40, 40, 3) and 0 <= face.image.min() <= face.image.max() <= 1
    np.testing.assert_array_equal(
        face.image[face.alpha == 0], [[0, 1, 0]] * (face.alpha == 0).sum()
    )
    assert face.alpha[20, 20] == 1 and face.alpha[0, 0] == 0


def test_the_average_face_is_symmetric():
    face = render_face(AVERAGE, size=64, light=(0, 30), shirt=0)
    (left, right, nose, mouth_left, mouth_right) = face.landmarks
    np.testing.assert_allclose([left[0] + right[0], mouth_left[0] + mouth_right[0]], 63, atol=1e-4)
    assert nose[0] == pytest.approx(31.5, abs=1e-4)
    np.testing.assert_allclose(left[1], right[1], atol=1e-5)
    skin = face.image[20:50, 12:52]
    assert np.abs(skin - skin[:, ::-1]).mean() < 0.01  # the hair's parting is not symmetric


@pytest.mark.parametrize("yaw", [-40, 0, 25])
@pytest.mark.parametrize("pitch", [-10, 10])
def test_the_eyes_are_dark_where_the_landmarks_say(yaw, pitch):
    z = AVERAGE.copy()
    z[35] = 3  # light skin
    face = render_face(z, yaw=yaw, pitch=pitch, size=160, supersample=1)
    grey = to_grey(face.image)
    for x, y in face.landmarks[:2]:
        around = grey[round(y) - 9 : round(y) + 10, round(x) - 9 : round(x) + 10]
        dark = np.argwhere(around < 0.2) - 9 + [round(y), round(x)]
        off = dark.mean(axis=0) - [y, x]
        assert abs(off[1]) < 2 and -4 < off[0] < 1  # the lashes are dark too, and above


@pytest.mark.parametrize("view", [(0, 0, 0), (40, 0, 0), (-30, 15, 25), (10, -20, -60)])
def test_the_box_holds_the_head_and_touches_it(view):
    z = AVERAGE.copy()
    z[33] = -9  # bald
    face = render_face(z, *view, size=96, supersample=1)
    x1, y1, x2, y2 = face.box
    assert (face.landmarks[:, 0] > x1).all() and (face.landmarks[:, 0] < x2 + 0.1).all()
    rows = np.flatnonzero(face.alpha.max(axis=1) == 1)
    assert abs(rows[0] - y1) < 3  # nothing of a bald person is above the head
    assert min(y2 - y1, x2 - x1) > 40


def test_angles_turn_the_way_the_documentation_says():
    face = render_face(1, size=64)
    assert render_face(1, yaw=30, size=64).landmarks[2, 0] > face.landmarks[2, 0] + 5
    assert render_face(1, pitch=20, size=64).landmarks[2, 1] > face.landmarks[2, 1] + 3
    left, right = render_face(1, roll=30, size=64).landmarks[:2]
    assert np.degrees(np.arctan2(*(right - left)[::-1])) == pytest.approx(30, abs=0.5)


def test_roll_rotates_the_landmarks_about_the_centre():
    straight, rolled = (render_face(2, yaw=20, roll=r, size=100).landmarks for r in (0, 37))
    matrix = estimate_similarity(straight, rolled)
    moved = straight @ matrix[:2, :2].T + matrix[:2, 2]
    np.testing.assert_allclose(moved, rolled, atol=0.15)
    np.testing.assert_allclose(np.linalg.det(matrix[:2, :2]), 1, atol=0.01)


def test_light_from_the_left_makes_the_left_side_brighter():
    left, right = (
        to_grey(render_face(AVERAGE, light=(a, 10), ambient=0.2, size=64).image) for a in (-70, 70)
    )
    assert left[30:45, 16:28].mean() > 1.5 * left[30:45, 36:48].mean()
    assert right[30:45, 36:48].mean() > 1.5 * right[30:45, 16:28].mean()


def test_a_smile_lifts_and_spreads_the_corners_of_the_mouth():
    sad, glad = (render_face(6, expression=e, size=64).landmarks for e in (-1, 1))
    assert glad[4, 0] - glad[3, 0] > sad[4, 0] - sad[3, 0]
    assert glad[3, 1] < sad[3, 1]
    np.testing.assert_allclose(glad[:3], sad[:3])


@pytest.mark.parametrize("occlusion", OCCLUSIONS[1:])
def test_an_occlusion_hides_its_part_and_moves_nothing(occlusion):
    bare, hidden = render_face(8, size=64), render_face(8, occlusion=occlusion, size=64)
    np.testing.assert_array_equal(bare.landmarks, hidden.landmarks)
    change = np.abs(bare.image - hidden.image).max(axis=2) > 0.1
    assert 0.02 < change.mean() < 0.35
    lower = change[np.arange(64) > bare.landmarks[2, 1]].mean()
    assert (lower < 0.01) == (occlusion == "sunglasses")


@settings(max_examples=25)
@given(
    st.integers(0, 10**6), st.floats(-60, 60), st.floats(-25, 25), st.floats(-180, 180),
    st.floats(-1, 1),
)  # fmt: skip
def test_any_face_is_finite_and_its_landmarks_lie_in_its_box(who, yaw, pitch, roll, expression):
    face = render_face(who, yaw, pitch, roll, expression=expression, size=24, supersample=1)
    assert np.isfinite(face.image).all() and np.isfinite(face.landmarks).all()
    x1, y1, x2, y2 = face.box
    assert ((face.landmarks >= [x1 - 1, y1 - 1]) & (face.landmarks <= [x2 + 1, y2 + 1])).all()


@settings(max_examples=30)
@given(st.floats(-90, 90), st.floats(-90, 90), st.floats(-180, 180))
def test_a_rotation_is_a_rotation(yaw, pitch, roll):
    (turn,) = rotation(yaw, pitch, roll)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_sampled_faces_agree_with_faces_rendered_alone():
    identities = sample_identities(2, np.random.default_rng(0))
    views = {"yaw": 0, "pitch": 0, "roll": 0, "light": 0, "expression": 0, "shift": 0, "zoom": 0}
    many = sample_faces(2, 2, np.random.default_rng(1), identities=identities, size=32, **views)
    for i, z in enumerate(identities):
        one = render_face(z, size=32, supersample=1)
        np.testing.assert_allclose(many.landmarks[2 * i], one.landmarks, atol=1e-4)
        np.testing.assert_allclose(many.boxes[2 * i + 1], one.box, atol=1e-4)
        inside = (one.alpha == 1) & (np.arange(32)[:, None] < one.box[3])  # not the shirt
        np.testing.assert_allclose(many.images[2 * i][inside], one.image[inside], atol=1e-5)


def test_sampling_is_reproducible_and_stays_within_its_ranges():
    one, two = (sample_faces(3, 2, np.random.default_rng(4), size=16, yaw=12) for _ in range(2))
    np.testing.assert_array_equal(one.images, two.images)
    assert np.abs(one.yaw).max() <= 12 and one.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert one.images.dtype == np.float32 and one.images.min() >= 0 and one.images.max() <= 1


def test_a_scene_has_one_box_a_person_in_the_order_given():
    scene = render_scene(
        [1, 2, 3, 4], np.random.default_rng(0), width=200, height=120, sizes=(40, 50)
    )
    assert scene.image.shape == (120, 200, 3)
    assert scene.boxes.shape == (4, 4) and scene.landmarks.shape == (4, 5, 2)
    for box, points in zip(scene.boxes, scene.landmarks, strict=True):
        assert (points >= box[:2]).all() and (points <= box[2:]).all()


@pytest.mark.parametrize(
    "change",
    [
        {"identity": -1}, {"identity": np.zeros(39)}, {"identity": np.full(40, np.nan)},
        {"yaw": 91}, {"pitch": np.nan}, {"expression": 1.5}, {"occlusion": "hat"}, {"size": 4},
        {"light": (0, np.inf)}, {"light": 3}, {"ambient": 2}, {"background": (0, 0, 2)},
        {"zoom": 0},
    ],
)  # fmt: skip
def test_what_no_face_can_be_is_an_error(change):
    with pytest.raises((ValueError, TypeError)):
        render_face(**{"identity": 1, "size": 16, **change})


def test_sampling_with_wrong_numbers_is_an_error():
    rng = np.random.default_rng(0)
    for args, more in [((0, 1), {}), ((1, 0), {}), ((1, 1), {"yaw": 100}), ((1, 1), {"light": -1}),
                       ((2, 1), {"identities": np.zeros((1, 40))})]:  # fmt: skip
        with pytest.raises(ValueError):
            sample_faces(*args, rng, **more)
    with pytest.raises(ValueError, match="people"):
        render_scene([], rng)
    for wrong, why in (
        ({"views": [{}]}, "views must be one dictionary a person, got 1 for 2"),
        ({"views": [{}, {"yw": 3}]}, "views must have keys out of .* got 'yw'"),
        ({"views": [{}, {"yaw": np.nan}]}, "views: yaw must be finite"),
        ({"views": [{}, {"yaw": 95}]}, "views: yaw must be"),
        ({"yaw": -1}, "yaw must be"),
        ({"light": 2}, "light must be"),
        ({"views": [{}, {"occlusion": "hat"}]}, "occlusion must be one of"),
        ({"sizes": (0, 0)}, "sizes must be two rising heights"),
        ({"sizes": (80, 60)}, "sizes must be two rising heights"),
    ):
        with pytest.raises(ValueError, match=why):
            render_scene([1, 2], rng, **wrong)
    for wrong, why in (
        ({"views": 3}, "views must be a list"), ({"views": [{}, 3]}, "views must be dictionaries"),
        ({"views": [{}, {"shirt": 0.5}]}, "views: shirt must be"),
    ):  # fmt: skip
        with pytest.raises(TypeError, match=why):
            render_scene([1, 2], rng, **wrong)
    with pytest.raises(ValueError, match="size must be smaller, or people fewer"):
        sample_faces(10_000, 10_000, rng, size=4096)


def test_inputs_are_left_as_they_are():
    z = sample_identities(1, np.random.default_rng(0))
    before = z.copy()
    sample_faces(1, 2, np.random.default_rng(0), identities=z, size=16)
    render_face(z[0], size=16)
    np.testing.assert_array_equal(z, before)


# --- sums, pyramids, features --------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 10**6))
def test_a_box_sum_is_the_sum_over_the_box(height, width, seed):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 255, (height, width))
    x1, x2 = sorted(rng.integers(0, width + 1, 2))
    y1, y2 = sorted(rng.integers(0, height + 1, 2))
    assert box_sum(integral_image(image), x1, y1, x2, y2) == image[y1:y2, x1:x2].sum()


@settings(max_examples=30)
@given(st.integers(2, 20), st.integers(2, 20), st.integers(1, 20), st.integers(1, 20))
def test_resizing_keeps_the_mean_and_a_flat_picture(height, width, new_height, new_width):
    image = np.random.default_rng(height * width).random((height, width))
    assert resize(image, (new_height, new_width)).mean() == pytest.approx(image.mean())
    np.testing.assert_allclose(resize(np.ones((height, width)), (new_height, new_width)), 1)


def test_halving_averages_blocks_of_four():
    image = np.arange(16.0).reshape(4, 4)
    np.testing.assert_allclose(resize(image, (2, 2)), [[2.5, 4.5], [10.5, 12.5]])


def shares(new, old):
    """Return which share of each new pixel each old one covers, from ends that overlap."""
    ends = [[k * old / new, (k + 1) * old / new] for k in range(new)]
    meet = [[max(0, min(b, j + 1) - max(a, j)) for j in range(old)] for a, b in ends]
    return np.array(meet) * new / old


@pytest.mark.parametrize("shape", [(3, 4), (7, 2), (5, 9), (11, 13), (1, 1)])
def test_resizing_takes_the_mean_of_the_pixels_that_are_covered(shape):
    image = np.random.default_rng(4).random((7, 9, 3))
    rows, columns = shares(shape[0], 7), shares(shape[1], 9)
    wanted = np.einsum("ij,jkc,lk->ilc", rows, image, columns)
    np.testing.assert_allclose(resize(image, shape), wanted, rtol=1e-9)


def test_a_pyramid_may_start_larger_than_the_picture_but_not_without_end():
    image = np.random.default_rng(5).random((20, 30))
    copies = image_pyramid(image, scale=2, least=10, largest=2)
    assert [(f, c.shape) for f, c in copies] == [(2, (40, 60)), (1, (20, 30)), (0.5, (10, 15))]
    assert (copies[1][1] == image).all()
    np.testing.assert_allclose(copies[2][1], resize(image, (10, 15)))
    assert [f for f, _ in image_pyramid(np.zeros((48, 60)))] == [1, 1 / 1.2]  # 48, 40, 33
    with pytest.raises(ValueError, match="largest must give at most 100 million pixels, got 500"):
        image_pyramid(image, largest=500)  # 600 * 500 ** 2 is 150 million


def test_what_is_larger_than_memory_bears_is_shrunk_and_the_rest_left():
    grey = np.random.default_rng(6).random((30, 50))
    same, factor = shrink_to(grey, 50)
    assert factor == 1 and (same == grey).all()
    small, factor = shrink_to(grey, 20)
    assert factor == 0.4 and small.shape == (12, 20)
    thin, _ = shrink_to(np.ones((1, 100)), 10)
    assert thin.shape == (1, 10)
    assert shrink_to(np.zeros((2, 2400)))[1] == 0.5


def test_a_pyramid_shrinks_by_its_scale_and_stops_in_time():
    copies = image_pyramid(np.zeros((100, 200)), scale=2, least=25)
    assert [(round(f, 3), c.shape) for f, c in copies] == [
        (1, (100, 200)), (0.5, (50, 100)), (0.25, (25, 50)),
    ]  # fmt: skip
    assert image_pyramid(np.zeros((10, 10))) == []
    with pytest.raises(ValueError, match="scale"):
        image_pyramid(np.zeros((50, 50)), scale=1)


def test_features_count_edges_by_direction():
    steps = np.zeros((24, 24), np.float32)
    steps[:, 10:] = 1  # the brightness changes along x: direction 0
    cells = cell_features(steps)
    assert cells.shape == (6, 6, 8)
    assert cells[3, 2].argmax() == 0 and cells[3, 2, 1:].max() < 1e-6
    np.testing.assert_allclose(cells[:, 4:], 0, atol=1e-6)
    flipped = cell_features(np.ascontiguousarray(steps.T))
    assert flipped[2, 3].argmax() == 4


def test_features_do_not_see_brightness_and_hardly_contrast():
    grey = to_grey(render_face(2, size=48).image)
    brighter, twice = cell_features(grey + 0.3), cell_features(2 * grey)
    np.testing.assert_allclose(brighter, cell_features(grey), atol=1e-3)
    busy = cell_features(grey) > 0.5
    np.testing.assert_allclose(twice[busy], cell_features(grey)[busy], rtol=0.3)


def test_grey_takes_bytes_and_floats_alike():
    image = np.array([[[255, 0, 0], [0, 255, 0]]], np.uint8)
    np.testing.assert_allclose(to_grey(image), [[0.299, 0.587]], rtol=1e-6)
    np.testing.assert_allclose(to_grey(image / 255), to_grey(image))
    tall = np.random.default_rng(3).integers(0, 256, (600, 2, 3), dtype=np.uint8)  # by parts
    wanted = (0.299 * tall[..., 0] + 0.587 * tall[..., 1] + 0.114 * tall[..., 2]) / 255
    np.testing.assert_allclose(to_grey(tall), wanted, rtol=1e-5)
    np.testing.assert_allclose(to_grey(tall[..., 0]), tall[..., 0] / 255, rtol=1e-6)
    for wrong in (np.zeros((4, 4, 2)), np.zeros(5), np.full((4, 4), np.nan)):
        with pytest.raises(ValueError):
            to_grey(wrong)


# --- suppression ---------------------------------------------------------------------------------


def test_suppression_by_hand():
    # IoU of the first two: 6 / 10; of the first and third: 4 / 12; the last stands alone.
    boxes = [[0, 0, 4, 2], [1, 0, 5, 2], [2, 0, 6, 2], [9, 9, 10, 10]]
    scores = [0.9, 0.8, 0.7, 0.1]
    assert non_maximum_suppression(boxes, scores, 0.5).tolist() == [0, 2, 3]
    assert non_maximum_suppression(boxes, scores, 0.3).tolist() == [0, 3]
    assert non_maximum_suppression(boxes, scores, 0.7).tolist() == [0, 1, 2, 3]


def test_suppression_of_nothing_is_nothing():
    assert non_maximum_suppression([], []).shape == (0,)
    assert non_maximum_suppression(np.empty((0, 4)), np.empty(0), 0.5).dtype.kind == "i"


def test_equal_scores_keep_the_order_given():
    assert non_maximum_suppression([[0, 0, 1, 1]] * 3, [1, 1, 1], 0.5).tolist() == [0]
    assert non_maximum_suppression([[5, 5, 6, 6], [0, 0, 1, 1]], [1, 1], 0).tolist() == [0, 1]


@settings(max_examples=50)
@given(st.integers(1, 25), st.floats(0, 1), st.integers(0, 10**6))
def test_no_two_kept_boxes_overlap_and_each_dropped_one_overlaps_a_better(n, threshold, seed):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 10, (n, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(0.5, 6, (n, 2))], axis=1)
    scores = rng.integers(0, 5, n) / 4
    kept = non_maximum_suppression(boxes, scores, threshold)
    iou = box_iou(boxes, boxes)
    assert (np.diff(scores[kept]) <= 0).all()
    between = iou[np.ix_(kept, kept)] - 2 * np.eye(len(kept))
    assert between.max() <= threshold
    for i in set(range(n)) - set(kept.tolist()):
        better = kept[(scores[kept] >= scores[i]) & (iou[i, kept] > threshold)]
        assert len(better)


@pytest.mark.parametrize(
    "boxes, scores, threshold",
    [
        ([[0, 0, 1, 1]], [1, 2], 0.5), ([[0, 0, 1]], [1], 0.5), ([[0, 0, np.nan, 1]], [1], 0.5),
        ([[0, 0, 1, 1]], [np.inf], 0.5), ([[0, 0, 1, 1]], [1], 1.5), ([[2, 0, 1, 1]], [1], 0.5),
    ],
)  # fmt: skip
def test_suppression_of_what_are_no_boxes_is_an_error(boxes, scores, threshold):
    with pytest.raises(ValueError):
        non_maximum_suppression(boxes, scores, threshold)


# --- detection -----------------------------------------------------------------------------------


def test_the_detector_finds_people_it_never_saw(scenes):
    truth = [(k, box) for k, scene in enumerate(scenes) for box in scene.boxes]
    found = [(k, *pair) for k, scene in enumerate(scenes)
             for pair in zip(*detect_faces(scene.image, threshold=0.1), strict=True)]  # fmt: skip
    ap, _ = mean_average_precision(
        [k for k, _ in truth], ["face"] * len(truth), [box for _, box in truth],
        [k for k, _, _ in found], ["face"] * len(found), [s for _, _, s in found],
        [box for _, box, _ in found],
    )  # fmt: skip
    assert ap > 0.9


def test_detections_fall_in_score_and_do_not_overlap(scenes):
    found = detect_faces(scenes[0].image)
    assert isinstance(found, Detections) and (np.diff(found.scores) <= 0).all()
    assert (box_iou(found.boxes, found.boxes) - np.eye(len(found.boxes)) <= 0.3 + 1e-12).all()
    every = detect_faces(scenes[0].image, iou_threshold=None)
    assert len(every.boxes) > len(found.boxes)


def test_bytes_and_floats_are_detected_alike(scenes):
    image = (scenes[1].image * 255).round().astype(np.uint8)
    np.testing.assert_allclose(detect_faces(image).boxes, detect_faces(image / 255).boxes)


def test_a_picture_without_room_for_a_face_has_none():
    assert detect_faces(np.zeros((12, 12))).boxes.shape == (0, 4)
    assert len(detect_faces(np.full((90, 90, 3), 0.5)).boxes) == 0


def test_a_larger_picture_gives_larger_boxes(scenes):
    image = scenes[2].image
    twice = image.repeat(2, axis=0).repeat(2, axis=1)
    small, large = detect_faces(image), detect_faces(twice, min_size=80)
    n = min(3, len(small.boxes), len(large.boxes))
    assert box_iou(small.boxes[:n] * 2 + 0.5, large.boxes).max(axis=1).min() > 0.6


def test_a_seed_is_no_generator():
    for draw in (sample_identities, render_scene, lambda n, rng: sample_faces(n, 2, rng)):
        with pytest.raises(TypeError, match="rng must be a generator"):
            draw(2 if draw is not render_scene else [1, 2], 0)
    with pytest.raises(TypeError, match="rng must be a generator"):
        sample_faces(2, 2, 0, identities=np.zeros((2, 40)))


@pytest.mark.parametrize(
    "image, more",
    [
        (np.full((60, 60), np.nan), {}), (np.zeros(60), {}), (np.zeros((60, 60, 4)), {}),
        (np.zeros((60, 60)), {"threshold": 2}), (np.zeros((60, 60)), {"min_size": 3}),
        (np.zeros((60, 60)), {"iou_threshold": -1}), (np.zeros((60, 60)), {"scale": 0.9}),
    ],
)  # fmt: skip
def test_detection_in_what_is_no_picture_is_an_error(image, more):
    with pytest.raises(ValueError):
        detect_faces(image, **more)


def test_landmarks_are_found_to_a_tenth_of_the_distance_between_the_eyes(scenes):
    errors = []
    for scene in scenes:
        found = detect_faces(scene.image, threshold=0.1)
        for box, points in zip(scene.boxes, scene.landmarks, strict=True):
            iou = box_iou([box], found.boxes)[0]
            if iou.max(initial=0) > 0.5:
                guess = locate_landmarks(scene.image, found.boxes[iou.argmax()])
                size = np.linalg.norm(points[0] - points[1])
                errors.append(np.linalg.norm(guess - points, axis=1).mean() / size)
    assert len(errors) >= 16 and np.median(errors) < 0.1


def test_an_empty_box_has_no_landmarks():
    for box in ([0, 0, 0, 5], [0, 0, 1], [0, 0, np.nan, 1]):
        with pytest.raises(ValueError, match="box"):
            locate_landmarks(np.zeros((40, 40)), box)


def test_training_separates_faces_from_clutter_and_is_reproducible():
    rng = np.random.default_rng(5)
    people = sample_faces(30, 2, rng, size=48, yaw=10, roll=5)
    one, two = (train_detector(people, np.random.default_rng(0), n_scenes=1, rounds=1)
                for _ in range(2))  # fmt: skip
    np.testing.assert_array_equal(one.weights, two.weights)
    new = sample_faces(10, 1, rng, size=48, yaw=10, roll=5, shift=0)
    hits = [detect_faces(image, one, 0.5, min_size=28).boxes for image in new.images]
    best = [box_iou([b], f)[0].max(initial=0) for b, f in zip(new.boxes, hits, strict=True)]
    assert np.mean(np.array(best) > 0.4) >= 0.7


def test_landmark_training_beats_the_mean_position():
    rng = np.random.default_rng(6)
    model = train_landmarks(sample_faces(60, 2, rng, size=48), rng, copies=1)
    errors, rest = [], []
    new = sample_faces(15, 1, rng, size=48)
    for image, box, points in zip(new.images, new.boxes, new.landmarks, strict=True):
        errors.append(np.abs(locate_landmarks(image, box, model) - points).mean())
        mean = [[0.3, 0.5], [0.7, 0.5], [0.5, 0.66], [0.35, 0.82], [0.65, 0.82]]
        mean = box[:2] + np.array(mean) * (box[2:] - box[:2])
        rest.append(np.abs(mean - points).mean())
    assert np.mean(errors) < 0.7 * np.mean(rest)


def test_the_default_detector_is_small_and_shared():
    assert default_detector() is default_detector()
    assert default_detector().weights.shape == (10, 10, 8)


def test_clutter_has_no_people():
    assert clutter(np.random.default_rng(0), 60, 40).shape == (40, 60, 3)


def test_alignment_puts_the_eyes_of_any_pose_in_one_place():
    for yaw, roll in ((0, 0), (25, 30), (-20, -40)):
        face = render_face(9, yaw=yaw, roll=roll, size=128)
        matrix = estimate_similarity(face.landmarks, template(112))
        moved = face.landmarks @ matrix[:2, :2].T + matrix[:2, 2]
        assert np.abs(moved - template(112)).max() < 8
        assert align_face(face.image, face.landmarks).shape == (112, 112, 3)


# --- processing ----------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.floats(-60, 60), st.floats(-20, 20), st.floats(-170, 170), st.floats(0.3, 3))
def test_the_camera_of_the_mean_head_is_found_exactly(yaw, pitch, roll, scale):
    (turn,) = rotation(yaw, pitch, roll)
    seen = scale * mean_landmarks() @ turn[:2].T + [5, -3]
    camera = fit_camera(seen)
    np.testing.assert_allclose(camera.turn, turn, atol=1e-9)
    np.testing.assert_allclose(camera.angles, [yaw, pitch, roll], atol=1e-6)
    assert camera.scale == pytest.approx(scale)
    np.testing.assert_allclose(camera.project(mean_landmarks()), seen, atol=1e-9)


def test_frontalising_a_frontal_face_changes_little():
    face = render_face(AVERAGE, size=128)
    before, after = align_face(face.image, face.landmarks), frontalise(face.image, face.landmarks)
    assert np.abs(before - after)[20:100, 25:87].mean() < 0.02


@pytest.mark.parametrize("who", [AVERAGE, 3])
def test_frontalising_brings_a_turned_face_nearer_to_its_frontal_view(who):
    front, side = (render_face(who, yaw=yaw, size=128) for yaw in (0, 35))
    crops = [align_face(to_grey(f.image), f.landmarks, 32) for f in (front, side)]
    crops.append(frontalise(to_grey(side.image), side.landmarks, 32))
    goal, aligned, turned = (normalise_light(crop[6:30, 8:24]) for crop in crops)
    assert np.abs(turned - goal).mean() < 0.8 * np.abs(aligned - goal).mean()


def test_the_hidden_half_is_the_mirror_image_of_the_seen_one():
    z = AVERAGE.copy()
    z[33] = -9  # bald: nothing hangs beside the face
    side = render_face(z, yaw=50, size=160, ambient=1.0)
    crop = frontalise(to_grey(side.image), side.landmarks)[30:100, 20:92]
    assert np.abs(crop - crop[:, ::-1]).mean() < 0.025


def test_two_poses_together_give_the_mean_of_what_each_sees():
    one = render_face(3, yaw=-30, size=96)
    alone = frontalise(one.image, one.landmarks, 56)
    twice = frontalise([one.image, one.image], [one.landmarks, one.landmarks], 56)
    np.testing.assert_allclose(alone, twice)
    two = render_face(3, yaw=30, size=96)
    both = frontalise([one.image, two.image], [one.landmarks, two.landmarks], 56)
    assert np.abs(both[:, 10:26] - alone[:, 10:26]).mean() > 0  # the other side is seen better now


def test_a_synthesised_view_is_nearer_to_the_true_one_than_the_frontal_crop():
    front, side = render_face(AVERAGE, size=128), render_face(AVERAGE, yaw=30, size=128)
    goal = align_face(side.image, side.landmarks)
    view = synthesise_view(front.image, front.landmarks, 30)
    plain = align_face(front.image, front.landmarks)
    inner = np.s_[25:95, 30:85]
    assert np.abs(view - goal)[inner].mean() < 0.75 * np.abs(plain - goal)[inner].mean()


def test_standardising_removes_gain_and_offset_and_ranks_remove_any_rising_curve():
    crop = np.random.default_rng(0).random((2, 8, 8))
    for method in ("standardise", "retinex", "equalise"):
        out = normalise_light(crop, method)
        assert out.shape == crop.shape and np.isfinite(out).all()
    np.testing.assert_allclose(normalise_light(3 * crop + 1), normalise_light(crop), atol=1e-12)
    np.testing.assert_array_equal(
        normalise_light(np.exp(crop), "equalise"), normalise_light(crop, "equalise")
    )
    np.testing.assert_allclose(normalise_light(np.ones((4, 4))), 0)  # a flat crop has no contrast


def test_retinex_is_the_logarithm_over_three_blurs_and_knows_no_level():
    from scipy.ndimage import uniform_filter

    crop = np.random.default_rng(3).random((14, 24))
    crop -= crop.min()
    blurred = crop + 0.05
    for _ in range(3):
        blurred = uniform_filter(blurred, 2 * (24 // 6) + 1, mode="nearest")
    ratio = np.log((crop + 0.05) / blurred)
    wanted = (ratio - ratio.mean()) / ratio.std()
    np.testing.assert_allclose(normalise_light(crop, "retinex"), wanted, atol=1e-9)
    np.testing.assert_allclose(normalise_light(crop - 3, "retinex"), wanted, atol=1e-9)


def test_the_frontal_view_of_one_picture_is_its_view_from_the_front():
    face = render_face(5, yaw=25, size=64, supersample=1)
    view = frontalise(face.image, face.landmarks, 40)
    np.testing.assert_allclose(view, synthesise_view(face.image, face.landmarks, 0, 0, 40))


def test_retinex_takes_out_a_slow_shadow():
    texture = np.random.default_rng(1).uniform(0.3, 0.7, (48, 48))
    shadow = np.linspace(0.3, 1, 48)
    clean = normalise_light(texture, "retinex")
    error = np.abs(normalise_light(texture * shadow, "retinex") - clean).mean()
    assert error < 0.5 * np.abs(normalise_light(texture * shadow) - normalise_light(texture)).mean()


def test_processing_what_is_no_face_is_an_error():
    line = np.stack([np.arange(5), np.arange(5)], axis=1)
    image = np.zeros((40, 40))
    for landmarks in (line, np.zeros((2, 2)), np.full((5, 2), np.nan), np.zeros((5, 2))):
        with pytest.raises(ValueError):
            fit_camera(landmarks)
        with pytest.raises(ValueError):
            frontalise(image, landmarks)
    points = render_face(0, size=40).landmarks
    for bad in (lambda: frontalise([], []), lambda: frontalise([image], [points, points]),
                lambda: synthesise_view(image, points, 89), lambda: normalise_light(np.zeros(3)),
                lambda: normalise_light(image, "magic"),
                lambda: frontalise(np.full((40, 40), np.inf), points)):  # fmt: skip
        with pytest.raises(ValueError):
            bad()


# --- the pipeline --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gallery():
    """Six people, enrolled from two pictures each."""

    def two(i):
        return [render_face(i, size=96, supersample=1, yaw=yaw).image for yaw in (-8, 8)]

    return enrol({f"P{i}": two(i) for i in range(6)})


def test_a_gallery_holds_one_unit_vector_a_person(gallery):
    assert list(gallery) == [f"P{i}" for i in range(6)]
    for row in gallery.values():
        assert np.linalg.norm(row) == pytest.approx(1) and row.shape == (64,)


def test_most_people_are_recognised_in_a_new_picture(gallery):
    right = total = 0
    for i in range(6):
        image = render_face(i, size=96, supersample=1, yaw=12, expression=0.4, light=(20, 30)).image
        for found in recognise(image, gallery, threshold=-1):
            total += 1
            right += found.name == f"P{i}"
    assert total >= 5 and right >= total - 1


def test_strangers_are_unknown_and_the_threshold_decides(gallery):
    names = []
    for i in range(40, 52):
        image = render_face(i, size=96, supersample=1).image
        names += [found.name for found in recognise(image, gallery)]
    assert names.count("unknown") >= len(names) - 2
    (found, *_) = recognise(image, gallery, threshold=1)
    assert found.name == "unknown" and found.nearest in gallery
    (found, *_) = recognise(image, gallery, threshold=-1)
    assert found.name == found.nearest


def test_faces_come_from_left_to_right_with_what_each_stage_found(gallery, scenes):
    result = recognise(scenes[0].image, gallery)
    lefts = [found.box[0] for found in result]
    assert len(result) >= 2 and lefts == sorted(lefts)
    for found in result:
        assert -1 <= found.similarity <= 1 and 0.5 <= found.score <= 1
        assert found.landmarks.shape == (5, 2)
        embedding = embed_face(scenes[0].image, found.landmarks)
        assert found.similarity == pytest.approx(
            max(cosine_similarity(embedding, row) for row in gallery.values())
        )


def test_a_gallery_may_hold_embeddings_rows_of_them_or_pictures(gallery):
    image = render_face(2, size=96, supersample=1).image
    by_vector = recognise(image, gallery)
    by_rows = recognise(image, {k: np.stack([v, v]) for k, v in gallery.items()})
    longer = recognise(image, {k: (5 * v).tolist() for k, v in gallery.items()})
    assert by_vector[0].similarity == by_rows[0].similarity
    assert longer[0].similarity == pytest.approx(by_vector[0].similarity)
    picture = recognise(image, {"Cleo": image})
    assert picture[0].name == "Cleo" and picture[0].similarity == pytest.approx(1)


def test_a_picture_without_faces_has_no_names(gallery):
    assert recognise(np.full((80, 80, 3), 0.5), gallery) == []


def test_a_wrong_picture_or_gallery_is_an_error(gallery):
    image = np.full((80, 80, 3), 0.5)
    galleries = [
        {}, {"a": np.zeros(64)}, {"a": np.ones(7)}, {"a": [np.nan] * 64}, {"a": image},
        {"a": np.ones(64), "b": np.ones(65)}, {"a": np.empty((0, 64))},
    ]  # fmt: skip
    for wrong in galleries:
        with pytest.raises(ValueError):
            recognise(image, wrong)
    with pytest.raises(TypeError):
        recognise(image, list(gallery.values()))
    for picture in (np.full((80, 80), np.nan), np.zeros(80), np.zeros((80, 80, 4))):
        with pytest.raises(ValueError):
            recognise(picture, gallery)
    with pytest.raises(ValueError, match="threshold"):
        recognise(image, gallery, threshold=3)
    with pytest.raises(ValueError, match="no face"):
        enrol({"nobody": image})
    with pytest.raises(ValueError):
        enrol({})


def test_an_embedder_of_ones_own_can_be_used():
    def tiny(crops):
        return np.asarray(crops).reshape(len(crops), -1)[:, ::64] + 1e-3

    image = render_face(1, size=96, supersample=1).image
    own = enrol({"Bo": image}, tiny)
    assert recognise(image, own, embedder=tiny)[0].similarity == pytest.approx(1)


# What is said of an argument beyond a limit: the limit.
LIMITS = {
    "anchor_grid": [
        ("shape", [0, 32], "at least 1"),
        ("strides", [0], "at least 1"),
    ],
    "detect_faces": [
        ("threshold", -1, "in [0, 1]"),
        ("iou_threshold", -1, "in [0, 1]"),
        ("min_size", 11, ">= 12"),
        ("max_size", 39, "at least 40"),
        ("scale", 1, "at least 1.01"),
    ],
    "fisherfaces": [
        ("n_pca", 0, "at least 1"),
        ("n_components", 0, "at least 1"),
        ("shrinkage", -1, "in [0, 1]"),
    ],
    "frontalise": [
        ("size", 0, "at least 1"),
        ("size", 10**12, "at most 4,096"),
    ],
    "image_pyramid": [
        ("scale", 1, "> 1"),
        ("least", 0, ">= 1"),
        ("largest", 0, "> 0"),
    ],
    "lda": [("shrinkage", 2, "in [0, 1]")],
    "margin_softmax": [("s", 0, "> 0")],
    "match_anchors": [("needed", 2, "in (0, 1]")],
    "open_set_threshold": [("fpir", -1, "in [0, 1)")],
    "person_bootstrap": [
        ("n_samples", 0, "at least 1"),
        ("n_samples", 10**12, "at most 1,000,000"),
        ("fars", [0.5, 1], "in (0, 1)"),
    ],
    "person_folds": [("n_folds", 1, "at least 2")],
    "recognise": [("threshold", -2, "in [-1, 1]")],
    "tar_at_far": [("far", -1, "in [0, 1]")],
    "ten_fold_accuracy": [
        ("n_folds", 1, "at least 2"),
        ("n_folds", 5, "at most 4"),
    ],
    "train_embedder": [
        ("n_dims", 1, "at least 2"),
        ("n_dims", 10**12, "at most 100,000"),
        ("n_epochs", 0, "at least 1"),
        ("batch_size", 0, "at least 1"),
        ("n_components", 0, "at least 1"),
        ("lr", 0, "> 0"),
        ("warm_up", -1, "in [0, 1]"),
        ("hidden", [3, 0], "at least 1"),
        ("s", 0, "> 0"),
    ],
    "train_residual": [
        ("n_dims", 0, "at least 1"),
        ("lr", 0, "> 0"),
        ("n_epochs", 0, "at least 1"),
        ("n_epochs", 10**12, "at most 1,000,000"),
        ("batch_size", 0, "at least 1"),
        ("s", 0, "> 0"),
        ("n_dims", 10**12, "at most 100,000"),
    ],
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_argument_beyond_a_limit_is_told_the_limit(limits_are_told, name):
    limits_are_told("face_recognition", name, LIMITS[name])
