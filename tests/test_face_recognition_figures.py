"""The figures take the reader's own things, say what they show, and refuse what cannot be drawn."""

import numpy as np
import pytest

from glassbox.face_recognition import detection, enrol, figures
from glassbox.face_recognition.embedding import ResidualNetwork
from glassbox.face_recognition.embedding.residual import first_weights, shapes_of
from glassbox.pictures.faces import render_face, render_scene
from glassbox.records import read_record

PEOPLE = {"Uma": 5, "Vic": 9, "Wil": 12}


@pytest.fixture(scope="module")
def gallery():
    faces = {name: render_face(who, size=64, supersample=1).image for name, who in PEOPLE.items()}
    return enrol(faces)


@pytest.fixture(scope="module")
def scene():
    return render_scene([5, 9], np.random.default_rng(1), width=200, height=120, supersample=1)


def words(figure, **settings):
    return figure.at(**settings)[0]["describe"]


def test_stages_show_a_picture_stage_by_stage(scene, gallery):
    figure = figures.stages(scene.image, gallery, crop=24)
    picture, crops, table = figure.at()
    assert "windows look like a face" in picture["describe"]
    assert crops["title"] == "crops come with the landmarks" and np.all(table["missing"])
    names = figure.at(stage="4. names", threshold=0.2)[2]
    assert names["rows"] == list(gallery)
    assert len(names["columns"]) == len(figure.at(stage="2. suppression")[0]["boxes"])
    assert figure.at(stage="3. landmarks")[1]["title"] == "aligned crops"
    sheets = [
        figure.at(stage=stage, overlap=overlap)[1]
        for stage in ("1. windows", "4. names")
        for overlap in (0.05, 0.3, 0.65)
    ]
    assert len({(sheet["width"], sheet["height"]) for sheet in sheets}) == 1
    with pytest.raises(ValueError, match="windows that look like a face, got 0"):
        figures.stages(np.full((120, 160, 3), 0.5), gallery)
    with pytest.raises(ValueError, match="picture must be at most 1600 pixels"):
        figures.stages(np.zeros((10, 2000)), gallery)


def test_a_mixture_begins_and_ends_with_a_person(gallery):
    figure = figures.mix(PEOPLE, gallery, "Uma", "Vic", steps=3)
    assert words(figure, share=0).endswith("Named: Uma.")
    assert words(figure, share=100).endswith("Named: Vic.")
    curves = figure.at(numbers="shape only")[1]["layers"]
    assert [layer["label"] for layer in curves if layer["type"] == "lines"] == [
        "Uma", "Vic", "nearest other",
    ]  # fmt: skip
    for second, why in (("Uma", "two people"), ("Zoe", "second must be one of")):
        with pytest.raises(ValueError, match=why):
            figures.mix(PEOPLE, gallery, "Uma", second)


def test_every_nuisance_has_the_axis_of_its_dial(gallery):
    figure = figures.nuisances(PEOPLE, gallery, "Uma", size=48)
    for view, most in (("yaw", "±60°"), ("pitch", "±40°"), ("side light", "±80°"),
                       ("expression", "smile")):  # fmt: skip
        plot = figure.at(view=view, step=4)[1]
        assert list(plot["layers"][0]["x"])[::4] == [-100, 0, 100] and most in plot["xlabel"]
    assert words(figure, view="pitch", step=4).startswith("Pitch 40°.")


def test_what_the_detector_sees(scene):
    figure = figures.seen(scene.image, scale=2.0)
    said = words(figure)
    assert said.startswith("Faces 36 pixels high:") or said.startswith("Faces 73 pixels high:")
    sheets = {tuple(figure.at(level=k)[1][side] for side in ("width", "height")) for k in (0, 1)}
    assert sheets == {(200, 120)}  # one for all sizes, so that nothing below moves
    framed = {len(figure.at(level=k)[0]["boxes"]) for k in (0, 1)}
    assert framed <= {0, 1} and 1 in framed
    score = figure.at()[2]["values"]
    assert np.min(score) >= 0 and np.max(score) <= 1
    upright = np.zeros((2, 2, 8))
    upright[..., 0] = 1  # a gradient to the right: the edge is upright
    strokes = figures.finding.glyphs(upright, 9)
    assert strokes[:, 4].min() > 0.9 and strokes[4, 0] == 0
    with pytest.raises(ValueError, match="from 60 to 600 pixels"):
        figures.seen(np.zeros((20, 20)))


def test_anchors_say_how_many_answer(scene):
    figure = figures.anchors(scene.image, scene.boxes)
    few, many = words(figure, needed=0.7), words(figure, needed=0.2)
    assert few.startswith("IoU needed 0.70: of ") and few != many
    counts = np.array(figure.at(needed=0.2)[1]["values"])
    assert counts.shape == (2, 3) and counts.sum() > 2
    left = scene.boxes[scene.boxes[:, 0].argmin()]
    width, height = (left[2:] - left[:2]).round().astype(int)
    assert figure.at()[1]["rows"][0] == f"1: {width} × {height}"
    assert figure.at(level="stride 32")[0]["describe"] != many
    with pytest.raises(ValueError, match="boxes must be from 1 to 12, got 0"):
        figures.anchors(scene.image, [])


def test_found_boxes_are_right_or_elsewhere():
    photo = np.zeros((100, 100, 3), np.uint8)
    given = detection.Detections(np.array([[10, 10, 40, 50], [60, 60, 90, 99.0]]), [0.9, 0.6])
    figure = figures.found(photo, given, [[12, 12, 42, 52]], others_name="peer")
    assert words(figure) == "From 0.90: 1 on a face, 0 elsewhere."
    late = figures.found(
        photo, detection.Detections(given.boxes[::-1], given.scores), [given[0][0]]
    )
    assert words(late) == "From 0.60: 1 on a face, 1 elsewhere."  # it starts where a face is found
    assert words(figure, threshold=0.6) == "From 0.60: 1 on a face, 1 elsewhere."
    with pytest.raises(ValueError, match="at least one, got none"):
        figures.found(photo, detection.Detections(np.empty((0, 4)), []))


def test_an_operating_point_counts():
    figure = figures.operating_point(
        [0.9, 0.7, 0.6, 0.4, 0.3, 0.1], [1, 1, 0, 1, 0, 0], 0.65, kinds=("yes", "no")
    )
    assert words(figure) == "From 0.650: FAR 0.00 % (0 of 3), TAR 66.7 %."
    assert figure.at()[1]["xlabel"] == "FAR: no accepted"
    with pytest.raises(ValueError, match="scores must not be all equal"):
        figures.operating_point([0.5, 0.5], [1, 0])
    with pytest.raises(ValueError, match="kinds must be two different names"):
        figures.operating_point([0.5, 0.6], [1, 0], kinds=("a", "a"))


def test_a_turned_face():
    figure = figures.turned(5, size=32, yaws=[-30, 0, 30], start=30)
    assert words(figure).startswith("Yaw 30°: difference ")
    aligned, front = (layer["y"] for layer in figure.at()[1]["layers"][:2])
    assert front[0] < aligned[0] and aligned[1] == 0
    with pytest.raises(ValueError, match="yaws must be two or more increasing"):
        figures.turned(5, yaws=[30, 0])


def test_a_network_is_shown_stage_by_stage():
    shapes = shapes_of((2, 4), 8)
    net = ResidualNetwork(first_weights(shapes, np.random.default_rng(0)), (2, 4), 8)
    figure = figures.network(net, np.random.default_rng(1).normal(size=(2, 32, 32)), ["a", "b"])
    assert words(figure, stage="stage 2", which="b") == "b, stage 2: 4 maps of 8 × 8."
    assert figure.at()[1]["rows"][0][1] == "16 × 16 × 2"
    assert words(figure, stage="embedding") == "a: the embedding, 8 numbers."
    stages = ("crop", "stage 1", "stage 2", "embedding")
    sheets = [figure.at(stage=stage)[0] for stage in stages]
    assert {(sheet["width"], sheet["height"]) for sheet in sheets} == {(560, 280)}
    with pytest.raises(ValueError, match="labels must be 2 different"):
        figures.network(net, np.ones((2, 32, 32)), ["a", "a"])


def test_recorded_figures_and_words_come_from_the_records():
    records = [read_record("face_recognition", name) for name in
               ("losses", "network", "pose", "system")]  # fmt: skip
    said = figures.facts(*records)
    assert all(isinstance(text, str) and text for text in said.values())
    losses = records[0]
    assert "points" in words(figures.noise(losses)) and "the best" in words(figures.scales(losses))
    noises = losses["noises"]
    for how in ("exact", "noisy"):
        values = losses["alignment"][f"noise {noises[2]}, trained on {how}"]
        np.testing.assert_allclose(figures.at_noise(losses, how, noises[2]), values)
        between = figures.at_noise(losses, how, (noises[2] + noises[3]) / 2)
        np.testing.assert_allclose(
            2 * between, np.add(values, losses["alignment"][f"noise {noises[3]}, trained on {how}"])
        )
    with pytest.raises(ValueError, match="record must have noises and alignment"):
        figures.noise({})
    with pytest.raises(ValueError, match="three scales or more"):
        figures.scales(losses, ["FooFace"])
    mean, half = figures.interval([0.01, 0.03])
    assert mean == pytest.approx(2) and half == pytest.approx(12.706 * 1.4142 / 1.4142, rel=1e-3)


def test_the_noise_at_which_alignment_pays_no_more_by_hand():
    record = {
        "noises": [0, 1, 3],
        "alignment": {
            "Fisherfaces, box": [0.6, 0.8],
            "noise 0, trained on exact": [0.9, 0.9], "noise 1, trained on exact": [0.7, 0.9],
            "noise 3, trained on exact": [0.6, 0.6],
        },
    }  # fmt: skip
    # Of the mean: 0.9, 0.8, 0.6 meet 0.7 half-way from 1 to 3; of the first alone: 0.6 at 3.
    assert figures.words.crossing(record, "exact") == pytest.approx(2)
    record["alignment"]["noise 3, trained on exact"][0] = 0.5
    assert figures.words.crossing(record, "exact", 0) == pytest.approx(2)
    for name in ("noise 0", "noise 1"):
        record["alignment"][f"{name}, trained on exact"] = [0.5, 0.5]
    with pytest.raises(ValueError, match="must fall below the box between its noises"):
        figures.words.crossing(record, "exact")


def test_accuracies_and_their_differences_are_written_with_an_interval():
    # Student's t of two values is 12.706; half their difference is the error of the mean.
    assert figures.words.percent([0.4, 0.42]) == "41.0\u00a0±\u00a012.7\u00a0%"
    assert figures.words.gain([0.40, 0.42], [0.5, 0.5]) == "−9.0\u00a0±\u00a012.7"
    assert figures.words.gain([0.5, 0.5], [0.40, 0.42]) == "+9.0\u00a0±\u00a012.7"
    assert figures.words.first([[0.1, 2], [0.3, 4]]).tolist() == [0.1, 0.3]
    rows = {"ann": {"yaw": [1, 2, 3], "pitch": [4, 5, 6]}, "bob": {"smile": [7, 8, 9]}}
    assert figures.words.distinct({"nuisances": rows}) == [1, 2, 3, 4, 6, 7, 9]


def test_pictures_side_by_side_by_hand():
    common = figures.common
    one, two, three = (np.full((2, 3), v) for v in (0.0, 0.5, 1.0))
    sheet = common.tile([one, two, three], columns=2, gap=1)
    grey = common.GREY
    wanted = np.full((5, 7), grey)
    wanted[:2, :3], wanted[:2, 4:], wanted[3:, :3] = 0, 128, 255
    np.testing.assert_array_equal(sheet, np.repeat(wanted[..., None], 3, axis=2))
    assert common.tile([one] * 3).shape == (2, 17, 3)
    assert common.as_picture("p", np.array([[-1.0, 2.0]])).tolist() == [[[0] * 3, [255] * 3]]
    assert common.as_picture("p", np.array([[7]], np.uint8)).tolist() == [[[7] * 3]]
    np.testing.assert_allclose(common.stretched([[2, 4], [3, 6]]), [[0, 0.5], [0.25, 1]])
    assert (common.stretched(np.ones((2, 2))) == 0).all()
    assert common.as_picture("p", np.zeros((1, 1600))).shape == (1, 1600, 3)
    for wrong, why in ((np.zeros((1, 1601)), "1601 × 1"), (np.zeros((2, 2, 4)), "three channels")):
        with pytest.raises(ValueError, match=why):
            common.as_picture("p", wrong)
    assert [common.signed(-0.5), common.signed(0.25, 1, plus=True)] == ["−0.50", "+0.2"]


def test_a_gallery_to_be_drawn_has_at_most_twelve_people_one_row_each():
    rows = {str(i): np.eye(64)[i] for i in range(12)}
    names, found = figures.common.checked_gallery(rows, least=12)
    assert names == list(rows) and found.shape == (12, 64)
    for wrong, least, why in (
        (rows | {"m": np.ones(64)}, 1, "at most 12 people to be drawn, got 13"),
        (rows, 13, "at least 13 people, got 12"),
        ({"a": np.eye(64)[:2]}, 1, "one embedding a person"),
    ):
        with pytest.raises(ValueError, match=why):
            figures.common.checked_gallery(wrong, least)


def test_the_point_on_the_curve_is_where_the_rates_are():
    scores, same = [0.9, 0.7, 0.6, 0.4, 0.3, 0.1], [1, 1, 0, 1, 0, 0]
    figure = figures.operating_point(scores, same, 0.5, limits=(0, 1), rates=("f", "t"))
    histogram, curve = figure.at(tau=0.5)
    assert words(figure, tau=0.5) == "From 0.500: f 33.33 % (1 of 3), t 66.7 %."
    here = curve["layers"][-1]
    np.testing.assert_allclose([here["x"][0], here["y"][0]], [1 / 3, 2 / 3], rtol=1e-3)
    none = figure.at(tau=1.0)[1]["layers"][-1]  # 0 stands half a step below 1 / 3
    np.testing.assert_allclose([none["x"][0], none["y"][0]], [1 / 6, 0], rtol=1e-3)
    for layer in histogram["layers"][:2]:  # shares of a kind
        assert np.sum(layer["y"]) == pytest.approx(1, abs=1e-3)
    taus = np.array(figure.controls["tau"].values)
    np.testing.assert_allclose(taus, np.linspace(0, 1, 61), atol=1e-9)
    assert figures.operating_point(scores, same).controls["tau"].index == 30
    with pytest.raises(ValueError, match="scores must not be all equal"):
        figures.operating_point(scores, same, limits=(1, 1))


def test_a_scale_is_not_chosen_on_what_it_is_judged_by():
    rows = {
        "A s=1": [[0.9], [0.5], [0.5]], "A s=2": [[0.6], [0.6], [0.6]],
    }  # fmt: skip
    scale, kept = figures.best_scale({"scales": [1, 2], "losses": rows}, "A")
    assert kept.tolist() == [0.6, 0.5, 0.5] and scale == 1


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda g: figures.margin_by_hand("MagFace"), "loss must be one of"),
        (lambda g: figures.margin_by_hand(s=3), "s must be one of"),
        (lambda g: figures.margin_by_hand(m=2), "m must be"),
        (
            lambda g: figures.drag_landmarks(np.zeros((9, 9)), np.eye(5)[:, :2], g, "Zoe"),
            "who must",
        ),
        (lambda g: figures.nuisances(PEOPLE, g, "Zoe"), "who must be one of"),
        (lambda g: figures.nuisances(7, g, "Uma"), "people must map names"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(make, why, gallery):
    with pytest.raises((ValueError, TypeError), match=why):
        make(gallery)
