"""Anchors, the residual network, persons as the sample, photographs, and the chapter's examples."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from glassbox.face_recognition import detection, embedding, enrol, examples, pipeline, resampling
from glassbox.face_recognition.alignment import transform_points
from glassbox.face_recognition.anchors import (
    anchor_grid,
    decode_box,
    encode_box,
    level_of,
    match_anchors,
)
from glassbox.face_recognition.embedding import residual
from glassbox.face_recognition.models import default_network
from glassbox.face_recognition.verification import (
    equal_error_rate,
    normalise,
    tar_at_far,
    ten_fold_accuracy,
)
from glassbox.mean_average_precision import box_iou
from glassbox.pictures.faces import render_face

# --- anchors -------------------------------------------------------------------------------------


def test_anchors_stand_on_the_centres_of_cells():
    anchors, levels = anchor_grid((20, 40), strides=(8, 16), sizes=((10,), (16, 32)))
    assert len(anchors) == 3 * 5 + 2 * (2 * 3) and np.bincount(levels).tolist() == [15, 12]
    centre = (anchors[:, :2] + anchors[:, 2:]) / 2
    assert (centre[levels == 0] % 8 == 4).all() and (centre[levels == 1] % 16 == 8).all()


def test_each_face_has_an_anchor_and_each_other_match_overlaps_enough():
    rng = np.random.default_rng(2)
    anchors, _ = anchor_grid((96, 96), (16,), ((16, 32),))
    for _ in range(20):
        corner = rng.uniform(0, 60, (3, 2))
        boxes = np.concatenate([corner, corner + rng.uniform(4, 40, (3, 2))], axis=1)
        taken = match_anchors(anchors, boxes, 0.4)
        iou = box_iou(anchors, boxes)
        best = set(iou.argmax(axis=0))
        for i, face in enumerate(taken):
            if face >= 0 and i not in best:
                assert iou[i, face] == iou[i].max() >= 0.4
            elif face < 0:
                assert iou[i].max() < 0.4
        assert len(set(taken) - {-1}) == len({iou[:, k].argmax() for k in range(3)})
    assert (match_anchors(anchors, np.empty((0, 4))) == -1).all()


def test_decoding_undoes_encoding():
    rng = np.random.default_rng(3)
    corner = rng.uniform(-20, 50, (2, 40, 2))
    anchors, boxes = np.concatenate([corner, corner + rng.uniform(2, 60, (2, 40, 2))], axis=2)
    np.testing.assert_allclose(decode_box(anchors, encode_box(anchors, boxes)), boxes)
    np.testing.assert_allclose(encode_box(anchors, anchors), 0, atol=1e-12)
    assert [level_of([0, 0, s, s]) for s in (10, 45, 46, 182, 1000)] == [0, 0, 1, 2, 2]


def test_anchors_refuse_what_cannot_be():
    with pytest.raises(ValueError, match="a sequence of sides for each stride"):
        anchor_grid((10, 10), (8, 16), ((4,),))
    with pytest.raises(ValueError, match="at most 10 million"):
        anchor_grid((10**5, 10**5))
    with pytest.raises(ValueError, match="anchor must have x1 < x2"):
        encode_box([0, 0, 0, 5], [0, 0, 1, 1])
    with pytest.raises(ValueError, match="answer must have logarithms"):
        decode_box([0, 0, 1, 1], [0, 0, 1000, 0])


# --- the window, from the definitions ------------------------------------------------------------


def plain_features(grey, cell):
    """Return what `cell_features` says it returns, pixel by pixel."""
    height, width = grey.shape
    rows, columns = height // cell, width // cell
    sums = np.zeros((rows, columns, 8))
    for y in range(rows * cell):
        for x in range(columns * cell):
            gx = grey[y, x + 1] - grey[y, x - 1] if 0 < x < width - 1 else 0.0
            gy = grey[y + 1, x] - grey[y - 1, x] if 0 < y < height - 1 else 0.0
            low, share = divmod(np.arctan2(gy, gx) / np.pi * 8 % 8, 1)
            here = sums[y // cell, x // cell]
            here[int(low) % 8] += (1 - share) * np.hypot(gx, gy)
            here[int(low + 1) % 8] += share * np.hypot(gx, gy)
    energy = (sums**2).sum(axis=2)
    for r, c in np.ndindex(rows, columns):
        near = [energy[min(max(r + i, 0), rows - 1), min(max(c + j, 0), columns - 1)]
                for i in (-1, 0, 1) for j in (-1, 0, 1)]  # fmt: skip
        sums[r, c] /= np.sqrt(np.mean(near) + (0.02 * cell**2) ** 2)
    return sums


@pytest.mark.parametrize("shape, cell, contrast", [((17, 22), 4, 1), ((9, 8), 3, 1e-2)])
def test_features_are_what_their_definition_says(shape, cell, contrast):
    grey = contrast * np.random.default_rng(7).random(shape)
    found = detection.cell_features(grey, cell)
    np.testing.assert_allclose(found, plain_features(grey, cell), atol=2e-5)


def test_a_cell_has_a_pixel_and_the_picture_a_cell():
    assert detection.cell_features(np.eye(2), 1).shape == (2, 2, 8)
    assert detection.cell_features(np.eye(3), 3).shape == (1, 1, 8)
    with pytest.raises(ValueError, match="cell must be at least 1, got 0"):
        detection.cell_features(np.eye(4), 0)
    with pytest.raises(ValueError, match="grey must have at least 4 pixels a side"):
        detection.cell_features(np.ones((3, 9)))


def test_a_window_is_scored_by_its_own_cells():
    rng = np.random.default_rng(8)
    cells = rng.normal(size=(12, 11, 8))
    detector = detection.Detector(rng.normal(size=(10, 10, 8)), 0.5)
    found = detection.correlate(cells, detector)
    wanted = [[0.5 + np.sum(cells[r : r + 10, c : c + 10] * detector.weights) for c in range(2)]
              for r in range(3)]  # fmt: skip
    np.testing.assert_allclose(found, wanted)
    assert detection.correlate(cells[:9], detector).shape == (0, 2)


def test_a_scan_has_each_window_of_each_copy_where_the_picture_has_it():
    rng = np.random.default_rng(9)
    grey = rng.random((60, 90))
    detector = detection.Detector(rng.normal(size=(10, 10, 8)) / 30, 0.0)
    side = detection.WINDOW / detection.MARGIN
    windows, scores = detection.scan(grey, detector, 0.0, min_size=side, scale=1.25)
    edged = np.pad(grey, 5, mode="edge")  # a twelfth of 60
    wanted = []
    for factor in (1, 0.8, 0.64):  # 70 x 100 pixels, 56 x 80, 45 x 64: then none
        copy = edged if factor == 1 else detection.resize(
            edged, [round(n * factor) for n in edged.shape])  # fmt: skip
        cells = detection.cell_features(copy)
        for r, c in np.ndindex(cells.shape[0] - 9, cells.shape[1] - 9):
            logit = np.sum(cells[r : r + 10, c : c + 10] * detector.weights)
            corner = np.array([c, r]) * 4 / factor - 5.5
            wanted.append([*corner, *(corner + 40 / factor), 1 / (1 + np.exp(-logit))])
    np.testing.assert_allclose(np.column_stack([windows, scores]), wanted, atol=1e-5)
    best = scores >= (least := np.median(scores))
    few, high = detection.scan(grey, detector, least, min_size=side, scale=1.25)
    np.testing.assert_allclose(few, windows[best])
    np.testing.assert_allclose(high, scores[best])


def test_the_box_in_a_window_and_the_window_around_a_box():
    (box,) = detection.boxes_of(np.array([[10.0, 20, 54, 64]]))
    height, width = 44 / detection.MARGIN, 44 / detection.MARGIN * detection.ASPECT
    np.testing.assert_allclose(box, [32 - width / 2, 42 - height / 2, 32 + width / 2,
                                     42 + height / 2])  # fmt: skip
    np.testing.assert_allclose(detection.windows_of([box]), [[10, 20, 54, 64]])
    matrix = detection.window_matrix([10, 20, 54, 64])
    corners = transform_points(matrix, [[10, 20], [54, 64]])
    np.testing.assert_allclose(corners, [[-0.5, -0.5], [39.5, 39.5]], atol=1e-12)


@pytest.mark.parametrize("factor", [1.3, 0.69, 0.3, 0.12])
def test_a_plane_stays_a_plane_however_small_it_is_cut(factor):
    y, x = np.mgrid[:180, :200]
    matrix = np.array([[factor, 0, -60 * factor], [0, factor, -50 * factor], [0, 0, 1]])
    size = min(24, int(80 * factor))
    crop = detection.crop_window(0.01 * x + 0.02 * y, matrix, size)
    at = np.arange(size) / factor
    np.testing.assert_allclose(crop, 0.01 * (60 + at) + 0.02 * (50 + at[:, None]), atol=1e-5)


def test_beyond_the_picture_its_edge_goes_on():
    grey = np.arange(12.0).reshape(3, 4)
    crop = detection.crop_window(grey, np.array([[1, 0, 5], [0, 1, 4], [0, 0, 1.0]]), 12)
    np.testing.assert_allclose(crop, np.pad(grey, ((4, 5), (5, 3)), mode="edge"))


def test_a_part_of_a_picture_is_cut_within_reach_and_within_the_picture():
    image = np.arange(30 * 40).reshape(30, 40)
    for points, reach, x, y in (
        ([[10, 5], [14.5, 9]], 3, (7, 19), (2, 13)),
        ([[1, 28]], 4, (0, 6), (24, 30)),
        ([[39, 0]], 0, (39, 40), (0, 1)),
        ([[-3, 12], [2, 12]], 1, (0, 4), (11, 14)),
        ([[0, 29]], 0, (0, 1), (29, 30)),
    ):
        part, corner = detection.cut_around(image, points, reach)
        np.testing.assert_array_equal(part, image[slice(*y), slice(*x)])
        assert corner.tolist() == [x[0], y[0]]
    for beside in ([[-1, 5]], [[5, -0.5]], [[39.5, 5]], [[5, 30]]):
        with pytest.raises(ValueError, match="box must touch the picture of 40 x 30"):
            detection.cut_around(image, beside, 100)


# --- the network ---------------------------------------------------------------------------------


def test_the_gradient_of_the_network_is_that_of_its_loss():
    rng = np.random.default_rng(0)
    shapes = residual.shapes_of((2, 3), 4) | {"centres": (3, 4)}
    weights = residual.first_weights(shapes, rng).astype(float)
    weights += 0.05 * rng.standard_normal(weights.size)
    crops, y = rng.standard_normal((4, 32, 32, 1)), np.array([0, 1, 2, 0])

    def loss(weights):
        return residual.loss_and_gradient(weights, shapes, (2, 3), crops, y, (1, 0.5, 0), 8.0)

    gradient = loss(weights)[1]
    for _ in range(3):
        step = 1e-6 * rng.standard_normal(weights.size)
        difference = (loss(weights + step)[0] - loss(weights - step)[0]) / 2
        assert difference == pytest.approx(gradient @ step, rel=1e-5)


def test_a_convolution_is_what_scipy_says():
    from scipy.signal import correlate2d

    rng = np.random.default_rng(1)
    picture, kernel = rng.normal(size=(6, 8)), rng.normal(size=(3, 3))
    ours = residual.patches(picture[None, :, :, None]) @ kernel.reshape(9, 1)
    np.testing.assert_allclose(ours[0, :, :, 0], correlate2d(picture, kernel, mode="same"))
    halved = residual.patches(picture[None, :, :, None], 2) @ kernel.reshape(9, 1)
    np.testing.assert_allclose(halved, ours[:, ::2, ::2])
    x, d = rng.normal(size=(2, 6, 6, 3)), rng.normal(size=(2, 3, 3, 27))
    left = (residual.patches(x, 2) * d).sum()
    assert left == pytest.approx((x * residual.unpatched(d, x.shape, 2)).sum())


def test_a_new_block_is_the_identity_and_counts_are_right():
    shapes = residual.shapes_of((4,), 8)
    parts = residual.unpack(residual.first_weights(shapes, np.random.default_rng(0)), shapes)
    x = np.random.default_rng(1).standard_normal((2, 32, 32, 1)).astype(np.float32)
    (_, _), ((_, _, a, _, _, _, e),) = residual._forward(parts, (4,), x)
    np.testing.assert_allclose(e, np.maximum(a, 0.1 * a), atol=1e-6)
    assert sum(row[2] for row in residual.layer_table((4,), 8)) == sum(
        p.size for p in parts.values()
    )


def test_a_network_learns_two_people():
    rng = np.random.default_rng(0)
    labels = np.arange(24) % 2
    crops = rng.standard_normal((2, 32, 32))[labels] + 0.5 * rng.standard_normal((24, 32, 32))
    net = embedding.train_residual(
        crops, labels, rng, n_dims=4, widths=[2, 2, 4], n_epochs=15, batch_size=8, lr=0.03
    )
    codes = net(crops)
    same = codes @ codes.T
    assert same[labels == 0][:, labels == 0].min() > same[labels == 0][:, labels == 1].max()
    np.testing.assert_allclose(np.linalg.norm(codes, axis=1), 1)


def test_the_stored_network_tells_people_apart():
    people = [render_face(who, yaw=yaw, size=64, supersample=1) for who in (4, 7, 8)
              for yaw in (-8, 8)]  # fmt: skip
    codes = default_network()([pipeline.prepare(f.image, f.landmarks) for f in people])
    cosines = codes @ codes.T
    for i in range(6):
        assert np.delete(cosines[i], i).argmax() == (i ^ 1) - ((i ^ 1) > i)


# --- persons as the sample -----------------------------------------------------------------------


def test_no_person_is_in_two_folds_and_no_pair_comes_twice():
    labels = np.repeat(np.arange(23), 4)
    first, second, same, folds = resampling.person_folds(labels, 5, np.random.default_rng(0))
    where = {}
    for i, j, fold in zip(first, second, folds, strict=True):
        for row in (i, j):
            assert where.setdefault(labels[row], fold) == fold
    assert len(where) == 23 and len({*zip(first, second, strict=True)}) == len(first)
    assert same.sum() == 23 * 6 == (~same).sum()
    codes = np.eye(23)[labels] + 0.01
    every = ten_fold_accuracy(codes[first], codes[second], same, [0.5], folds=folds)
    assert len(every) == 5 and (every == 1).all()


def test_each_fold_has_two_persons():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="two persons a fold, got 3 persons for 2 folds"):
        resampling.person_folds([0, 0, 1, 1, 2, 2], 2, rng)
    assert len(resampling.person_folds([0, 0, 1, 1, 2, 2, 3], 2, rng)[0]) == 2 * 3


def test_two_pictures_make_a_pair_and_one_makes_none():
    first, second, same = resampling.all_pairs(["ann", "bob"])
    assert (first.tolist(), second.tolist(), same.tolist()) == ([0], [1], [False])
    for labels in ([], ["ann"]):
        with pytest.raises(ValueError, match="labels must be at least two"):
            resampling.all_pairs(labels)


@pytest.mark.parametrize("seed", range(4))
def test_a_bootstrap_sample_has_a_pair_as_often_as_its_persons_are_drawn(seed):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(6), 3)
    codes = (rng.normal(size=(6, 2))[labels] + rng.normal(size=(18, 2))).round()  # with ties
    codes[(codes == 0).all(axis=1)] = 1
    first, second, same = resampling.all_pairs(labels)
    unit = normalise(codes)
    scores = (unit[first] * unit[second]).sum(axis=1)
    fars = (0.001, 0.1, 0.3, 0.6)
    eer, tar = resampling.person_bootstrap(codes, labels, np.random.default_rng(9), 20, fars)
    draws = np.random.default_rng(9)
    for k in range(20):
        drawn = np.bincount(draws.integers(6, size=6), minlength=6)
        often = np.where(same, drawn[labels[first]], drawn[labels[first]] * drawn[labels[second]])
        sample = scores.repeat(often), same.repeat(often)
        assert eer[k] == pytest.approx(equal_error_rate(*sample))
        assert tar[k] == pytest.approx([tar_at_far(*sample, far) for far in fars])


def test_a_sample_whose_one_genuine_pair_comes_last_is_a_sample():
    codes = [[1, 0], [-1, 0], [0, 1]]  # the impostors' cosine is 0, that of the genuine pair -1
    eer, tar = resampling.person_bootstrap(codes, [0, 0, 1], np.random.default_rng(0), 3, [0.5])
    assert eer.tolist() == [1, 1, 1] and tar.tolist() == [[0]] * 3


# --- photographs ---------------------------------------------------------------------------------


def test_the_pyramid_ends():
    for wrong in ({"least": 0}, {"least": -3}, {"largest": np.nan}, {"largest": np.inf},
                  {"largest": 0}, {"scale": 1}, {"scale": 1 + 1e-9}):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            detection.image_pyramid(np.zeros((80, 80)), **wrong)
    copies = detection.image_pyramid(np.zeros((80, 80)), least=1)
    assert copies[-1][1].shape == (1, 1)


def test_a_large_photograph_is_looked_at_in_a_size_that_memory_bears():
    face = render_face(7, size=300, supersample=1)
    photograph = np.full((1500, 2000, 3), 150, np.uint8)
    photograph[700:1000, 900:1200] = (255 * face.image).astype(np.uint8)
    tracemalloc.start()
    found = detection.detect_faces(photograph, max_size=400)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200e6  # 9 MB of picture; in full size it would take 0.9 GB
    truth = face.box + np.array([900, 700, 900, 700])
    assert box_iou(found.boxes[:1], [truth])[0, 0] > 0.5
    points = detection.locate_landmarks(photograph, found.boxes[0])
    assert np.abs(points - face.landmarks - [900, 700]).max() < 30


def test_twelve_megapixels_are_looked_at_in_twelve_hundred(monkeypatch):
    seen = []

    def scan(grey, *_):
        seen.append(grey.shape)
        return np.empty((0, 4)), np.empty(0)

    monkeypatch.setattr(detection, "scan", scan)
    photograph = np.full((3000, 4000, 3), 150, np.uint8)
    tracemalloc.start()
    found = detection.detect_faces(photograph)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == [(900, 1200)] and len(found.boxes) == 0
    assert peak < 450e6  # 36 MB of picture, whose brightness in 64 bits takes 96


def test_to_grey_of_bytes_and_of_floats_agree():
    bytes_ = np.random.default_rng(0).integers(0, 256, (300, 5, 3)).astype(np.uint8)
    np.testing.assert_allclose(
        detection.to_grey(bytes_), detection.to_grey(bytes_ / 255), atol=1e-6
    )
    np.testing.assert_allclose(
        detection.to_grey(bytes_[..., 0]), bytes_[..., 0].astype(np.float32) / 255, atol=1e-6
    )


def test_to_grey_of_what_is_no_number_is_an_error():
    for wrong in ([[np.nan, 1]], np.array([[np.nan, 1]]), np.array([[0, np.inf]])):
        with pytest.raises(ValueError, match="image must be finite"):
            detection.to_grey(wrong)


def test_the_box_of_a_face_has_one_place_in_its_crop():
    image = np.zeros((90, 80))
    image[20:70, 30:65] = 1  # 50 high; pixels reach half a pixel beyond their centres
    faces = SimpleNamespace(images=[image] * 2, boxes=[[29.5, 19.5, 64.5, 69.5]] * 2)
    crops = pipeline.prepare_boxes(faces, 100)
    assert crops.shape == (2, 100, 100)
    share = (crops[1] - crops[1].min()) / np.ptp(crops[1])
    assert [share[:, 49].sum(), share[45].sum()] == pytest.approx([84, 84 * 35 / 50], abs=0.7)
    y, x = np.mgrid[:100, :100]
    middle = [np.average(axis, weights=share) for axis in (x, y)]
    assert middle == pytest.approx([49.5, 49.5 - 8.4], abs=0.3)


def test_a_face_in_a_large_photograph_is_embedded_as_in_the_whole_of_it():
    face = render_face(7, yaw=20, roll=15, size=90, supersample=1)
    photograph = np.random.default_rng(0).random((300, 320, 3))
    photograph[120:210, 100:190] = face.image
    points = face.landmarks + np.array([100, 120])
    whole = pipeline.default_embedder()(pipeline.prepare(photograph, points)[None])[0]
    found = pipeline.embed_face(photograph, points)
    np.testing.assert_allclose(found, whole / np.linalg.norm(whole), atol=1e-6)
    set_ = SimpleNamespace(images=[photograph], landmarks=[points])
    np.testing.assert_array_equal(
        pipeline.prepare_faces(set_)[0], pipeline.prepare(photograph, points)
    )
    other = pipeline.prepare_faces(set_, [points + 3], size=20)
    np.testing.assert_array_equal(other[0], pipeline.prepare(photograph, points + 3, 20))


def test_a_name_is_given_from_the_threshold_on_by_the_most_similar_row():
    face = render_face(7, size=80, supersample=1).image
    (code,) = enrol({"Ada": face}).values()
    apart = np.eye(64)[0] - code[0] * code  # at right angles
    rows = {"Ada": [apart, code + apart / np.linalg.norm(apart)], "Bo": -code}
    (found,) = pipeline.recognise(face, rows, threshold=-1)
    assert found.name == "Ada" and found.similarity == pytest.approx(0.5**0.5)
    (same,) = pipeline.recognise(face, rows, threshold=found.similarity)
    assert same.name == "Ada"
    (above,) = pipeline.recognise(face, rows, threshold=np.nextafter(found.similarity, 1))
    assert above.name == pipeline.UNKNOWN and above.nearest == "Ada"


def test_what_is_as_wide_as_an_embedding_is_one_and_small_pictures_are_none():
    assert pipeline._shows(np.zeros((20, 20)), 64) and pipeline._shows(np.zeros((20, 30)), 64)
    assert pipeline._shows([np.zeros((2, 2))], 64) and pipeline._shows(np.zeros((2, 2, 3)), 64)
    for rows in (np.zeros((30, 64)), np.zeros((19, 30)), np.zeros(64), [np.zeros(64)], []):
        assert not pipeline._shows(rows, 64)


def test_a_gallery_takes_what_enrol_takes():
    ada, bo = (render_face(who, size=80, supersample=1).image for who in (4, 7))
    wanted = enrol({"Ada": [ada, ada], "Bo": bo})
    names, rows = pipeline.read_gallery(
        {"Ada": [detection.to_grey(ada)] * 2, "Bo": detection.to_grey(bo)}
    )
    assert names == ["Ada", "Bo"]
    np.testing.assert_allclose(rows, list(wanted.values()), atol=1e-5)
    with pytest.raises(ValueError, match=r"gallery\['Ada'\] must be an embedding of 64 numbers"):
        pipeline.read_gallery({"Ada": [1.0, 2.0]})


def test_overflowing_products_are_an_error_by_name():
    with pytest.raises(ValueError, match="X and W"):
        embedding.softmax_loss([[1e200, 0]], [[1e200, 0], [0, 1]], [0])


# --- examples ------------------------------------------------------------------------------------


def test_what_happens_on_an_evening_is_counted():
    gallery = enrol(examples.portraits(80))
    tally = examples.evening(gallery, 1, seed=5)
    assert list(tally) == list(examples.OUTCOMES)
    assert sum(tally[what] for what in examples.OUTCOMES[:4]) == 3 and tally["strangers"] <= 1


def test_real_photographs_come_with_scikit_image():
    pictures, is_face = examples.real_faces()
    assert pictures.shape == (200, 25, 25) and is_face.sum() == 100
    few = np.r_[0:12, 100:112]
    scores = examples.window_scores(pictures[few])
    assert equal_error_rate(scores, is_face[few]) < 0.3
    np.testing.assert_allclose(examples.resize_up(np.eye(4), 4), np.eye(4), atol=1e-6)
