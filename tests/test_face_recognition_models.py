"""What moves under the hand agrees with the tested helpers, on random states."""

import json
import random
from base64 import b64decode

import numpy as np

from glassbox.face_recognition import alignment, enrol, figures
from glassbox.face_recognition.embedding import Projection, margin_softmax, target_cosine
from glassbox.face_recognition.examples import GUESTS, affine, portraits
from glassbox.face_recognition.pipeline import prepare
from glassbox.pictures.faces import render_face

ANGLES, PIXELS, CROP = (f"face_recognition/{name}.js" for name in ("angles", "pixels", "crop"))
MARGINS = {
    "ArcFace": lambda m: {"m2": m}, "CosFace": lambda m: {"m3": m},
    "SphereFace": lambda m: {"m1": 1 + m},
}  # fmt: skip


def states(count, seed=3):
    rng = random.Random(seed)
    for _ in range(count):
        x, one, two = (rng.randint(-180, 180) for _ in range(3))
        yield (
            rng.choice(list(MARGINS)), rng.choice([0, 0.1, 0.35, 0.5, 1.0]),
            rng.choice([1, 2, 4, 16]), x, one, two,
        )  # fmt: skip


def on_circle(*degrees):
    return np.array([[np.cos(np.radians(d)), np.sin(np.radians(d))] for d in degrees])


def test_margin(call_js):
    for loss, m, s, x, one, two in states(300):
        found = call_js("face_recognition/angles.js", "measure", loss, m, s, x, one, two)
        logits, wanted, dX, _ = margin_softmax(
            on_circle(x), on_circle(one, two), [0], **MARGINS[loss](m), s=s, monotone=True
        )
        shares = np.exp(logits[0] - logits.max())
        assert abs(found["p"] - shares[0] / shares.sum()) < 1e-9
        assert abs(found["loss"] - wanted) < 1e-9 * max(1, wanted)
        across = np.array([-np.sin(np.radians(x)), np.cos(np.radians(x))])
        if (x - one) % 180:  # on the centre, or opposite, there is no direction
            assert abs(found["slope"] - dX[0] @ across) < 1e-8 * s


def test_the_gap_begins_where_both_persons_are_as_likely(call_js):
    seen = 0
    for loss, m, _, _, one, two in states(150, seed=4):
        turn = abs((two - one + 180) % 360 - 180)
        near, far = call_js(ANGLES, "gapOf", loss, m, turn)
        assert abs(near + far - turn) < 1e-9 and (near <= far or turn == 0)
        if near > 0 and turn < 180:
            own = target_cosine(np.radians(near), **MARGINS[loss](m), monotone=True)
            assert abs(own - np.cos(np.radians(turn - near))) < 1e-9
            seen += 1
    assert seen > 60
    assert call_js(ANGLES, "gapOf", "ArcFace", 0.5, 90)[0] > 30  # 45 - 0.5 / 2, in degrees
    near, far = call_js(ANGLES, "gapOf", "ArcFace", 0.5, 90)
    assert abs(far - near - np.degrees(0.5)) < 1e-9
    np.testing.assert_allclose(call_js(ANGLES, "gapOf", "CosFace", 0.0, 90), 45)


def test_the_margin_figure_says_what_it_shows():
    circle, curves = figures.margin_by_hand("ArcFace", m=0.5, s=16, x=30, centres=(0, 90)).at()
    assert circle["describe"].startswith("x is 30° from its centre W₁ and 60° from W₂.")
    assert "gap between the two boundaries is 29° wide" in circle["describe"]
    assert [h["control"] for h in circle["handles"]] == ["x", "one", "two"]
    probability = curves["layers"][0]["y"]
    theta, middle = curves["layers"][0]["x"], len(probability) // 2
    assert theta[middle] == 0 and probability[middle] > 0.99 > probability[middle + 30]
    assert curves["xlim"] == [-180, 180] and max(np.abs(theta)) < 180
    behind = figures.margin_by_hand("ArcFace", m=0.5, s=16, x=-60, centres=(0, 90)).at()
    rule = next(layer for layer in behind[1]["layers"] if layer["type"] == "rules")
    assert rule["x"] == [-60] and "pull 0.00" in behind[0]["describe"]
    near = figures.margin_by_hand("ArcFace", m=0.5, s=16, x=-60, centres=(0, 21)).at()[0]
    assert "There is no boundary" in near["describe"] and "gap" not in near["describe"]
    saturated = figures.margin_by_hand("ArcFace", m=0.0, s=64, x=12).at()[0]["describe"]
    assert "pull 0.00" in saturated


def test_no_pull_is_stronger_than_the_most(call_js):
    strongest = {loss: 0.0 for loss in MARGINS}
    for loss, m, s, x, one, two in states(300, seed=5):
        pull = abs(call_js(ANGLES, "measure", loss, m, s, x, one, two)["slope"])
        most = call_js(ANGLES, "mostOf", loss, m, s)
        assert pull <= most * (1 + 1e-9)
        strongest[loss] = max(strongest[loss], pull / most)
    assert min(strongest.values()) > 0.8
    circle, curves = figures.margin_by_hand("SphereFace", m=0.5, s=16).at()
    assert "of at most 40." in circle["describe"]
    assert max(curves["layers"][1]["y"]) <= 1


def test_landmarks(call_js):
    rng = np.random.default_rng(0)
    for _ in range(60):
        src = rng.uniform(20, 100, (5, 2))
        fit = alignment.estimate_similarity(src, alignment.TEMPLATE_112)
        found = call_js(PIXELS, "similarityOf", src.tolist(), alignment.TEMPLATE_112.tolist())
        np.testing.assert_allclose(found, fit[:2], atol=1e-9)
        found = call_js(PIXELS, "affineOf", src.tolist(), alignment.TEMPLATE_112.tolist())
        np.testing.assert_allclose(found, affine(src, alignment.TEMPLATE_112), atol=1e-7)
        np.testing.assert_allclose(
            call_js(PIXELS, "invert", fit[:2].tolist()), np.linalg.inv(fit)[:2], atol=1e-6
        )


def test_the_crop_and_its_cosines(call_js):
    gallery = enrol({name: portraits()[name][0] for name in ("Ada", "Dan")})
    face = render_face(GUESTS["Dan"], yaw=10, size=128, supersample=1)
    figure = figures.drag_landmarks(face.image, face.landmarks, gallery, "Dan")
    constants = json.loads(figure.payload)["constants"]
    small = np.frombuffer(b64decode(constants["components"]), np.int8)
    components = small.reshape(64, -1) * np.array(constants["scales"])[:, None]
    embed = Projection(np.array(constants["mean"]), components, np.ones(64))
    grey = np.frombuffer(b64decode(constants["grey"]), np.uint8).reshape(128, 128)
    rng = np.random.default_rng(1)
    for shake in (0, 1, 4):
        points = np.array(constants["exact"]) + shake * rng.normal(size=(5, 2))
        matrix = alignment.estimate_similarity(points, alignment.TEMPLATE_112)
        code = embed(prepare(grey, points)[None])[0]
        wanted = np.array(constants["gallery"]) @ (code / np.linalg.norm(code))
        found = call_js(CROP, "recognised", constants, matrix[:2].tolist())
        np.testing.assert_allclose(found, wanted, atol=1e-4)
    said = figure.at()[0]["describe"]
    assert said.startswith("Landmarks off by") and said.endswith(": Dan.")
    assert figure.at(swapped=True)[1]["title"] == "cosines; named: unknown"
    sheet = figure.at()[2]
    assert (sheet["width"], sheet["height"]) == (196, 96) and sheet["src"].startswith("data:image/")
    moved = figure.at(shift=6)[0]["describe"]  # the fit follows: as much is left over, elsewhere
    assert moved.split("fit: ")[1].split("Cosine")[0] == said.split("fit: ")[1].split("Cosine")[0]
    assert moved.endswith("unknown.")
    shear = figure.at(fit="affine")[0]["describe"]
    left = [float(text.split("the fit: ")[1].split(" pixels")[0]) for text in (said, shear)]
    assert left[1] <= left[0]
