"""What alignment, augmentation and margins are worth on generated faces.

``python benchmarks/face_recognition.py [--write]`` repeats three experiments with three sets of
people and prints the mean ten-fold verification accuracy and its spread over the sets; ``--write``
writes them as the record "accuracy", which the chapter reads. No time is taken.
"""

import numpy as np
from race import options, record

from glassbox.face_recognition import embedding, pipeline, processing, verification
from glassbox.face_recognition.detection import to_grey
from glassbox.pictures import faces

RECORD = "face_recognition", "accuracy"
SEEDS = (0, 1, 2)
NOISES = (0.0, 0.02, 0.04, 0.06, 0.1, 0.15, 0.2)
LOSSES = {
    "softmax": None, "NormFace": (1, 0, 0), "CosFace, m = 0.2": (1, 0, 0.2),
    "ArcFace, m = 0.3": (1, 0.3, 0), "ArcFace, m = 0.5": (1, 0.5, 0),
}  # fmt: skip


def accuracy(codes, labels):
    """Return the ten-fold accuracy of 6,000 pairs."""
    first, second, same = verification.make_pairs(labels, 6000, np.random.default_rng(1))
    thresholds = np.linspace(-1, 1, 401)
    folds = verification.ten_fold_accuracy(codes[first], codes[second], same, thresholds)
    return float(np.mean(folds))


def shaken(people, noise, rng):
    """Return landmarks that are off by ``noise``, in units of the distance between the eyes."""
    between = np.linalg.norm(people.landmarks[:, 0] - people.landmarks[:, 1], axis=1)
    return people.landmarks + rng.normal(0, noise, people.landmarks.shape) * between[:, None, None]


def fisher(crops, labels):
    """Return Fisherfaces as used throughout."""
    return embedding.fisherfaces(crops, labels, n_pca=250, n_components=64)


def alignment(train, test, rng):
    """Return accuracies with and without alignment, and under noise on the landmarks."""
    cut = {
        "box": (pipeline.prepare_boxes(train), pipeline.prepare_boxes(test)),
        "aligned": (pipeline.prepare_faces(train), pipeline.prepare_faces(test)),
    }
    result = {}
    for name, (seen, new) in cut.items():
        mean = seen.reshape(len(seen), -1).mean(axis=0)
        result[f"pixels, {name}"] = accuracy(new.reshape(len(new), -1) - mean, test.labels)
        result[f"whitened PCA, {name}"] = accuracy(
            embedding.pca(seen, 150, whiten=True)(new), test.labels
        )
        result[f"Fisherfaces, {name}"] = accuracy(fisher(seen, train.labels)(new), test.labels)
        net = embedding.train_embedder(seen, train.labels, rng)
        result[f"ArcFace, {name}"] = accuracy(net(new), test.labels)
    exact = fisher(cut["aligned"][0], train.labels)
    rough = fisher(pipeline.prepare_faces(train, shaken(train, 0.06, rng)), train.labels)
    for noise in NOISES:
        new = pipeline.prepare_faces(test, shaken(test, noise, rng))
        result[f"noise {noise}, trained on exact"] = accuracy(exact(new), test.labels)
        result[f"noise {noise}, trained on noisy"] = accuracy(rough(new), test.labels)
    return result, cut["aligned"]


def losses(crops, train, test, rng):
    """Return accuracies, and angles in degrees, of linear embeddings under several losses."""
    result = {}
    seen, new = crops
    for name, margins in LOSSES.items():
        net = embedding.train_embedder(
            seen, train.labels, np.random.default_rng(rng.integers(2**32)), margins=margins
        )
        result[name] = accuracy(net(new), test.labels)
        angles = embedding.embedding_angles(net(seen), train.labels, net.centres)
        result |= {f"{name}: {key}": value for key, value in angles.items()}
    result["Fisherfaces"] = accuracy(fisher(seen, train.labels)(new), test.labels)
    return result


def pose(rng):
    """Return accuracies under poses up to 45 degrees for four ways to train."""
    views = {"size": 64, "pitch": 8, "roll": 15}
    who = faces.sample_identities(200, rng)
    narrow = faces.sample_faces(200, 4, rng, identities=who, yaw=4, **views)
    wide = faces.sample_faces(200, 4, rng, identities=who, yaw=45, **views)
    test = faces.sample_faces(100, 5, rng, yaw=45, **views)
    new = pipeline.prepare_faces(test)
    plain = pipeline.prepare_faces(narrow)
    views = [
        processing.normalise_light(
            [
                to_grey(np.clip(processing.synthesise_view(image, points, yaw, size=32), 0, 1))
                for image, points in zip(narrow.images, narrow.landmarks, strict=True)
            ]
        )
        for yaw in (-40, -20, 20, 40)
    ]
    more, names = np.concatenate([plain, *views]), np.tile(narrow.labels, 5)

    def front(people):
        return processing.normalise_light(
            [
                to_grey(np.clip(processing.frontalise(image, points, 32), 0, 1))
                for image, points in zip(people.images, people.landmarks, strict=True)
            ]
        )

    return {
        "frontal only": accuracy(fisher(plain, narrow.labels)(new), test.labels),
        "one-to-many": accuracy(fisher(more, names)(new), test.labels),
        "many-to-one": accuracy(fisher(front(narrow), narrow.labels)(front(test)), test.labels),
        "real poses": accuracy(fisher(pipeline.prepare_faces(wide), wide.labels)(new), test.labels),
    }


def main():
    """Run, print, and perhaps record."""
    given = options(__doc__, *RECORD)
    runs = {"alignment": [], "losses": [], "pose": []}
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        train = faces.sample_faces(300, 5, rng)
        test = faces.sample_faces(100, 5, rng)
        measured, crops = alignment(train, test, rng)
        runs["alignment"].append(measured)
        runs["losses"].append(losses(crops, train, test, rng))
        runs["pose"].append(pose(rng))
        print("done with set", seed, flush=True)
    table = {
        part: {
            key: [round(float(np.mean(v)), 4), round(float(np.std(v, ddof=1)), 4)]
            for key in rows[0]
            if (v := [row[key] for row in rows])
        }
        for part, rows in runs.items()
    }
    for part, rows in table.items():
        for key, (mean, spread) in rows.items():
            print(f"{part:10} {key:40} {mean:8.3f} ± {spread:.3f}")
    if given.write:
        what = f"mean and spread over {len(SEEDS)} sets of people"
        record(*RECORD, what, **table)


if __name__ == "__main__":
    main()
