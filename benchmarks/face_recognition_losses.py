"""What loss, margin, scale and alignment are worth on generated faces, on ten sets of people.

``python benchmarks/face_recognition_losses.py [--write]`` trains linear embeddings of 64 numbers
on 150 people a set and judges them on 100 others, by folds that share no person. Margins and scales
are scanned together; ``--write`` writes the record "losses", which the chapter reads. ``--sizes 3
4`` does sets 3 and 4 alone, and keeps them for the whole. No time is taken.
"""

import numpy as np
from race import kept, options, record

from glassbox.face_recognition import embedding, pipeline
from glassbox.face_recognition.resampling import person_folds
from glassbox.face_recognition.verification import ten_fold_accuracy
from glassbox.pictures import faces

RECORD = "face_recognition", "losses"
SEEDS = tuple(range(10))
SCALES = (0.25, 0.5, 1, 2, 4, 8, 16, 64)
PEOPLE, VIEWS = 150, {"size": 48}
LOSSES = {"NormFace": 0.0} | {f"ArcFace m={m:g}": m for m in (0.25, 0.5, 0.75, 1.0)}
FEW = dict.fromkeys(LOSSES, (1, 4, 16)) | {"NormFace": SCALES, "ArcFace m=0.5": SCALES[:-1]}
LONGER = (("NormFace", 2), ("ArcFace m=0.5", 4))
NOISES = (0.0, 0.03, 0.05, 0.07, 0.1, 0.15)


def accuracy(codes, labels):
    """Return the mean accuracy of ten folds that share no person."""
    first, second, same, folds = person_folds(labels, 10, np.random.default_rng(1))
    return float(
        np.mean(
            ten_fold_accuracy(
                codes[first], codes[second], same, np.linspace(-1, 1, 401), folds=folds
            )
        )
    )


def shaken(people, noise, rng):
    """Return landmarks that are off by ``noise``, in units of the distance between the eyes."""
    between = np.linalg.norm(people.landmarks[:, 0] - people.landmarks[:, 1], axis=1)
    return people.landmarks + rng.normal(0, noise, people.landmarks.shape) * between[:, None, None]


def fisher(crops, labels, n_pca=250, n_components=64):
    """Return Fisherfaces as used throughout."""
    return embedding.fisherfaces(crops, labels, n_pca=n_pca, n_components=n_components)


def losses(seen, train, new, test):
    """Return accuracy, angles and last loss of every loss at every scale."""
    white = embedding.pca(seen, 250, whiten=True)
    inputs, later, result = white(seen), white(new), {}

    def judge(name, margins, s, **more):
        net = embedding.train_embedder(
            inputs, train.labels, np.random.default_rng(5), margins=margins, s=s, **more
        )
        angles = embedding.embedding_angles(net(inputs), train.labels, net.centres)
        result[name] = [accuracy(net(later), test.labels), *angles.values(), float(net.losses[-1])]

    judge("softmax", None, 1)
    for name, m in LOSSES.items():
        for s in FEW.get(name, SCALES):
            judge(f"{name} s={s}", (1, m, 0), s)
    for name, s in LONGER:
        judge(f"{name} s={s}, twice as long", (1, LOSSES[name], 0), s, n_epochs=60)
    for n_pca in (150, 250):
        for k in (64,):
            codes = fisher(seen, train.labels, n_pca, k)(new)
            result[f"Fisherfaces {n_pca} to {k}"] = [accuracy(codes, test.labels)]
    return result


def alignment(train, test, rng):
    """Return accuracies with and without alignment and under noise on the landmarks, and crops."""
    cut = {
        "box": (pipeline.prepare_boxes(train), pipeline.prepare_boxes(test)),
        "aligned": (pipeline.prepare_faces(train), pipeline.prepare_faces(test)),
    }
    result = {}
    for name, (seen, new) in cut.items():
        mean = seen.reshape(len(seen), -1).mean(axis=0)
        result[f"pixels, {name}"] = accuracy(new.reshape(len(new), -1) - mean, test.labels)
        white = embedding.pca(seen, 150, whiten=True)
        result[f"whitened PCA, {name}"] = accuracy(white(new), test.labels)
        result[f"Fisherfaces, {name}"] = accuracy(fisher(seen, train.labels)(new), test.labels)
    exact = fisher(cut["aligned"][0], train.labels)
    rough = fisher(pipeline.prepare_faces(train, shaken(train, 0.07, rng)), train.labels)
    for noise in NOISES:
        new = pipeline.prepare_faces(test, shaken(test, noise, rng))
        result[f"noise {noise}, trained on exact"] = accuracy(exact(new), test.labels)
        result[f"noise {noise}, trained on noisy"] = accuracy(rough(new), test.labels)
    return result, cut["aligned"]


def rounded(rows):
    """Return each key with the values of all sets, to four digits after the point."""
    return {key: np.round([row[key] for row in rows], 4).tolist() for key in rows[0]}


def measure(seed):
    """Return what one set of people gives."""
    rng = np.random.default_rng(seed)
    train = faces.sample_faces(PEOPLE, 5, rng, **VIEWS)
    test = faces.sample_faces(100, 5, rng, **VIEWS)
    aligned, (seen, new) = alignment(train, test, rng)
    return {"alignment": aligned, "losses": losses(seen, train, new, test)}


def main():
    """Run, print, and perhaps record."""
    given = options(__doc__, *RECORD, list(SEEDS))
    rows = [kept("face-losses", seed, measure, seed) for seed in given.sizes]
    table = {part: rounded([row[part] for row in rows]) for part in rows[0]}
    for part in table.values():
        for key, values in part.items():
            print(f"{key:40} {np.mean(values, axis=0).round(4)}")
    if given.write:
        what = (
            "each set's accuracy over ten folds that share no person; of losses also the mean "
            "angles intra, inter, w_centre and w_inter of the training set and the last loss"
        )
        record(*RECORD, what, seeds=given.sizes, scales=SCALES, noises=NOISES, **table)


if __name__ == "__main__":
    main()
