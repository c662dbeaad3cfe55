"""Train the models that come with ``glassbox.face_recognition``, and store them beside it.

``python tools/train_faces.py [detector] [landmarks] [embedder]`` trains the named ones (by default
all) and keeps the others. Positive examples are generated faces. Negative examples of the detector
are generated backgrounds and those photographs of scikit-image that show no face. Nothing is
downloaded.
"""

import sys

import numpy as np
from scipy.optimize import minimize
from skimage import data

from glassbox.face_recognition import embedding, pipeline
from glassbox.face_recognition.alignment import estimate_similarity, transform_points
from glassbox.face_recognition.detection import (
    CELLS,
    FINE,
    ORIENTATIONS,
    WINDOW,
    Detector,
    LandmarkModel,
    cell_features,
    crop_window,
    scan,
    to_grey,
    upright_points,
    window_features,
    window_matrix,
    windows_of,
)
from glassbox.face_recognition.models import MODELS
from glassbox.mean_average_precision import box_iou
from glassbox.pictures import faces

#: Photographs without a face that are in scikit-image's wheel (not its astronaut, nor its
#: cameraman: they are kept for looking at, after training).
PHOTOGRAPHS = (
    "brick", "chelsea", "coffee", "coins", "grass", "gravel", "hubble_deep_field", "moon", "page",
    "rocket", "text", "immunohistochemistry",
)  # fmt: skip


# --- how ---------------------------------------------------------------------------------------


def train_detector(people, rng, photographs=(), n_scenes=16, rounds=2):
    """Learn the weights of the window's score.

    Positive windows are those of generated faces, a little shifted and mirrored; negative ones
    are taken from cluttered backgrounds, from bodies, from beside faces, and from photographs
    that show no face. Each round adds the windows that the detector so far takes for faces
    wrongly.

    Parameters
    ----------
    people : FaceSet
    rng : numpy.random.Generator
    photographs : sequence of array_like, shape (height, width) or (height, width, 3)
        Without a face.
    n_scenes : int
        Pictures with people from which negative windows are taken.
    rounds : int
        Rounds of hard negatives.

    Returns
    -------
    Detector
    """
    right = []
    for image, window in zip(people.images, windows_of(people.boxes), strict=True):
        side = window[2] - window[0]
        moved = window + np.tile(rng.uniform(-0.04, 0.04, 2) * side, 2)
        moved += side * rng.uniform(-0.06, 0.06) * np.array([-1, -1, 1, 1])
        crop = crop_window(to_grey(image), window_matrix(moved))
        right.append(cell_features(crop[:, ::-1] if rng.random() < 0.5 else crop).ravel())
    nobody = np.empty((0, 4))
    places = [(to_grey(photograph), nobody) for photograph in photographs]
    for _ in range(n_scenes):
        guests = faces.sample_identities(rng.integers(2, 5), rng)
        scene = faces.render_scene(guests, rng, sizes=(50, 110), yaw=35, supersample=1)
        places.append((to_grey(scene.image), windows_of(scene.boxes)))
        places.append((to_grey(faces.clutter(rng, 160, 120)), nobody))
    wrong = []
    for grey, windows in places:
        sides = rng.uniform(44, 0.8 * min(grey.shape), 40)[:, None]
        corner = rng.uniform(0, 1, (40, 2)) * (np.array(grey.shape[::-1]) - sides)
        there = np.concatenate([corner, corner + sides], axis=1)
        wrong += windows_without_faces(grey, there, windows)
    detector = fit_logistic(right, wrong)
    for _ in range(rounds):
        for grey, windows in places:
            found, scores = scan(grey, detector, 0.2)
            best = np.argsort(-scores, kind="stable")[:80]
            wrong += windows_without_faces(grey, found[best], windows)
        detector = fit_logistic(right, wrong)
    return detector


def windows_without_faces(grey, windows, taken, largest_iou=0.3):
    """Return the features of those windows that overlap no face much."""
    if len(taken) and len(windows):
        windows = windows[box_iou(windows, taken).max(axis=1) < largest_iou]
    return [cell_features(crop_window(grey, window_matrix(w))).ravel() for w in windows]


def fit_logistic(right, wrong, decay=2e-3):
    """Fit weights that separate the two lists of features."""
    x = np.concatenate([right, wrong]).astype(float)
    sign = np.r_[np.ones(len(right)), -np.ones(len(wrong))]

    def loss(w):
        margin = sign * (x @ w[:-1] + w[-1])
        slope = -sign / (1 + np.exp(np.clip(margin, -50, 50))) / len(x)
        value = np.logaddexp(0, -margin).mean() + decay / 2 * w[:-1] @ w[:-1]
        return value, np.append(slope @ x + decay * w[:-1], slope.sum())

    start = np.zeros(x.shape[1] + 1)
    w = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    return Detector(w[:-1].reshape(CELLS, CELLS, ORIENTATIONS), float(w[-1]))


def train_landmarks(people, rng, copies=2, decay=80.0):
    """Learn the linear maps from features to landmarks, by ridge regression.

    Parameters
    ----------
    people : FaceSet
    rng : numpy.random.Generator
        Shakes the windows as an imperfect detector would.
    copies : int
        How often each face is used.
    decay : float
        Penalty on the squared weights.

    Returns
    -------
    LandmarkModel
    """
    greys = [to_grey(image) for image in people.images] * copies
    points = np.tile(people.landmarks, (copies, 1, 1))
    windows = np.tile(windows_of(people.boxes), (copies, 1))
    side = windows[:, 2:3] - windows[:, :1]
    windows = windows + np.tile(rng.normal(0, 0.04, (len(windows), 2)), 2) * side
    windows = windows + rng.normal(0, 0.05, (len(windows), 1)) * side * [-1, -1, 1, 1]
    matrices, size, stages = [window_matrix(w) for w in windows], WINDOW, []
    for _ in LandmarkModel._fields:
        x = np.array([window_features(g, m, size) for g, m in zip(greys, matrices, strict=True)])
        y = np.array([transform_points(m, p) for m, p in zip(matrices, points, strict=True)])
        fit, guess = ridge_two_halves(x, y.reshape(len(y), 10), decay, len(people.images))
        stages.append(fit)
        matrices = [
            estimate_similarity(
                transform_points(np.linalg.inv(m), g.reshape(5, 2)),
                upright_points(),
            )
            for m, g in zip(matrices, guess, strict=True)
        ]
        size = FINE
    return LandmarkModel(*stages)


def ridge_two_halves(x, y, decay, n):
    """Return weights fitted to all, and guesses for each half by what the other half taught.

    The next stage thus learns from mistakes as large as those on new faces. Row i belongs to
    face i modulo n.
    """

    def fit(rows):
        at, to = x[rows].mean(axis=0), y[rows].mean(axis=0)
        a, b = x[rows] - at, y[rows] - to
        if len(a) < a.shape[1]:  # the smaller of two systems with one solution
            w = a.T @ np.linalg.solve(a @ a.T + decay * np.eye(len(a)), b)
        else:
            w = np.linalg.solve(a.T @ a + decay * np.eye(a.shape[1]), a.T @ b)
        w[-1] = to - at[:-1] @ w[:-1]  # the last column of x is 1
        return w

    early = np.arange(len(x)) % n < n // 2
    guess = np.empty_like(y)
    guess[early], guess[~early] = x[early] @ fit(~early), x[~early] @ fit(early)
    return fit(slice(None)), guess


# --- on what -----------------------------------------------------------------------------------


def detector():
    """Return the arrays of the detector."""
    rng = np.random.default_rng(11)
    people = faces.sample_faces(
        400, 4, rng, size=64, yaw=42, roll=22, occlusion=0.1, light=0.8, shift=0.02
    )
    photographs = [getattr(data, name)() for name in PHOTOGRAPHS]
    model = train_detector(people, rng, photographs, n_scenes=24, rounds=3)
    return {"detector_weights": model.weights, "detector_bias": np.array(model.bias)}


def landmarks():
    """Return the arrays of the landmark model."""
    rng = np.random.default_rng(12)
    people = faces.sample_faces(
        700, 4, rng, size=80, yaw=45, pitch=14, roll=24, occlusion=0.08, light=0.8, shift=0.03
    )
    model = train_landmarks(people, rng)
    return {f"landmarks_{name}": part for name, part in model._asdict().items()}


def seen_crops(people, rng, noise=0.06):
    """Return what the embedder sees of faces whose landmarks are a little off."""
    between = np.linalg.norm(people.landmarks[:, 0] - people.landmarks[:, 1], axis=1)
    off = rng.normal(0, noise, people.landmarks.shape) * between[:, None, None]
    return pipeline.prepare_faces(people, people.landmarks + off)


def embedder():
    """Return the arrays of the embedder, Fisherfaces, and its threshold for ten names."""
    rng = np.random.default_rng(13)
    views = {"size": 64, "yaw": 35, "light": 0.7, "expression": 0.7, "occlusion": 0.05}
    people = faces.sample_faces(700, 7, rng, **views)
    fisher = embedding.fisherfaces(
        seen_crops(people, rng), people.labels, n_pca=300, n_components=64
    )
    others = faces.sample_faces(200, 1, rng, size=64, yaw=25)
    codes = embedding.normalise(fisher(seen_crops(others, rng)))
    nearest = [
        (codes[start + 10 :] @ codes[start : start + 10].T).max(axis=1)
        for start in range(0, 150, 10)
    ]
    return {
        "embedder_mean": fisher.mean, "embedder_components": fisher.components,
        "embedder_threshold": np.quantile(np.concatenate(nearest), 0.95),
    }  # fmt: skip


TRAINERS = {"detector": detector, "landmarks": landmarks, "embedder": embedder}


def main(names):
    """Train and store."""
    arrays = dict(np.load(MODELS)) if MODELS.exists() else {}
    for name in names or TRAINERS:
        arrays |= TRAINERS[name]()
        print("trained", name)
    np.savez_compressed(
        MODELS, **{key: np.asarray(part, np.float16) for key, part in arrays.items()}
    )
    print(MODELS.stat().st_size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
