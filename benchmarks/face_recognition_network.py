"""A small residual network beside linear embeddings, on the same generated faces.

``python benchmarks/face_recognition_network.py [--write]`` trains on 400 people a set, six pictures
each with landmarks as noisy as the system's, and judges on 100 others by folds that share no
person. Network and matrix are trained twice, the second time twice as long: that shows whether they
are at their end. ``--write`` writes the record "network". The first network of set 0 is stored as
the arrays that the package comes with (``network.npz``). ``--sizes 3`` does set 3 alone. No time
is taken.
"""

from functools import cache

import numpy as np
from face_recognition_losses import accuracy, fisher, shaken
from race import kept, options, record

from glassbox.face_recognition import embedding, pipeline
from glassbox.face_recognition.embedding.residual import layer_table, train_residual
from glassbox.face_recognition.models import NETWORK
from glassbox.pictures import faces

RECORD = "face_recognition", "network"
SEEDS = tuple(range(5))
VIEWS = {"size": 48, "yaw": 35, "light": 0.7, "expression": 0.7, "occlusion": 0.05}
NOISE, SCALE, EPOCHS = 0.07, 8.0, (16, 32)


@cache
def people(seed):
    """Return the crops and labels of a set, for training and for judging."""
    rng = np.random.default_rng(seed)
    train, test = (faces.sample_faces(n, 6, rng, **VIEWS) for n in (400, 100))
    seen, new = (pipeline.prepare_faces(some, shaken(some, NOISE, rng)) for some in (train, test))
    return seen, train.labels, new, test.labels


def plain(seed):
    """Return the accuracies of Fisherfaces on one set of people."""
    seen, labels, new, others = people(seed)
    return {
        f"Fisherfaces, {n_pca}": accuracy(fisher(seen, labels, n_pca)(new), others)
        for n_pca in (200, 300)
    }


def trained(seed, epochs):
    """Return the accuracies of matrix and network on one set of people."""
    seen, labels, new, others = people(seed)
    white = embedding.pca(seen, 300, whiten=True)
    line = embedding.train_embedder(
        white(seen), labels, np.random.default_rng(5), margins=(1, 0.5, 0), s=4,
        n_components=300, n_epochs=epochs,
    )  # fmt: skip
    net = train_residual(seen, labels, np.random.default_rng(5), s=SCALE, n_epochs=epochs)
    if not seed and epochs == EPOCHS[0]:
        np.savez_compressed(NETWORK, weights=net.weights.astype(np.float16))
        print(NETWORK.stat().st_size, "bytes")
    return {
        f"one matrix, ArcFace s=4, {epochs} epochs": accuracy(line(white(new)), others),
        f"network, {epochs} epochs": accuracy(net(new), others),
    }


def main():
    """Run, print, and perhaps record."""
    given = options(__doc__, *RECORD, list(SEEDS))
    rows = [kept("face-network-plain", seed, plain, seed) for seed in given.sizes]
    for epochs in EPOCHS:
        for row, seed in zip(rows, given.sizes, strict=True):
            row |= kept("face-network", f"{seed}-{epochs}", trained, seed, epochs)
    table = {key: np.round([row[key] for row in rows], 4).tolist() for key in rows[0]}
    for key, values in table.items():
        print(f"{key:36} {np.mean(values):.4f} {values}")
    if given.write:
        what = "accuracy of each set of people over ten folds that share no person"
        counts = [sum(row[k] for row in layer_table()) for k in (2, 3)]
        record(
            *RECORD, what, seeds=given.sizes, weights=counts[0], products=counts[1], noise=NOISE,
            epochs=EPOCHS, accuracy=table,
        )  # fmt: skip


if __name__ == "__main__":
    main()
