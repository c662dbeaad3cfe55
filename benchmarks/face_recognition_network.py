"""A small residual network beside linear embeddings, on the same generated faces.

``python benchmarks/face_recognition_network.py [--write]`` trains on 400 people a set, six pictures
each with landmarks as noisy as the system's, and judges on 100 others by folds that share no
person. ``--write`` writes the record "network". The first network, trained twice as long, is stored
as the arrays that the package comes with (``network.npz``). ``--sizes 3`` does set 3 alone.
"""

import numpy as np
from face_recognition_losses import accuracy, fisher, rounded, shaken
from race import kept, options, record

from glassbox.face_recognition import embedding, pipeline
from glassbox.face_recognition.embedding.residual import layer_table, train_residual
from glassbox.face_recognition.models import NETWORK
from glassbox.pictures import faces

RECORD = "face_recognition", "network"
SEEDS = tuple(range(5))
VIEWS = {"size": 48, "yaw": 35, "light": 0.7, "expression": 0.7, "occlusion": 0.05}
NOISE, SCALE, EPOCHS = 0.07, 8.0, 8


def measure(seed):
    """Return accuracies on one set of people, and a network."""
    rng = np.random.default_rng(seed)
    train, test = (faces.sample_faces(n, 6, rng, **VIEWS) for n in (400, 100))
    seen, new = (
        pipeline.prepare_faces(people, shaken(people, NOISE, rng)) for people in (train, test)
    )
    found = {
        f"Fisherfaces, {n_pca}": accuracy(fisher(seen, train.labels, n_pca)(new), test.labels)
        for n_pca in (200, 300)
    }
    white = embedding.pca(seen, 300, whiten=True)
    for s in (4,):
        line = embedding.train_embedder(
            white(seen), train.labels, np.random.default_rng(5), margins=(1, 0.5, 0), s=s,
            n_components=300, n_epochs=10,
        )  # fmt: skip
        found[f"one matrix, ArcFace s={s}"] = accuracy(line(white(new)), test.labels)
    net = train_residual(seen, train.labels, np.random.default_rng(5), s=SCALE, n_epochs=EPOCHS)
    found["network"] = accuracy(net(new), test.labels)
    if seed < 1:
        net = train_residual(
            seen, train.labels, np.random.default_rng(5), s=SCALE, n_epochs=2 * EPOCHS
        )
        found["network, twice as long"] = accuracy(net(new), test.labels)
    if not seed:
        np.savez_compressed(NETWORK, weights=net.weights.astype(np.float16))
        print(NETWORK.stat().st_size, "bytes")
    return found


def main():
    """Run, print, and perhaps record."""
    given = options(__doc__, *RECORD, list(SEEDS))
    rows = [kept("face-network", seed, measure, seed) for seed in given.sizes]
    longer = [row.pop("network, twice as long") for row in rows if "network, twice as long" in row]
    table = rounded(rows)
    for key, values in (table | {"twice as long": longer}).items():
        print(f"{key:30} {np.mean(values):.4f} {values}")
    if given.write:
        what = "accuracy of each set of people over ten folds that share no person"
        counts = [sum(row[k] for row in layer_table()) for k in (2, 3)]
        record(
            *RECORD, what, seeds=given.sizes, weights=counts[0], products=counts[1], noise=NOISE,
            epochs=EPOCHS, accuracy=table, twice_as_long=np.round(longer, 4).tolist(),
        )  # fmt: skip


if __name__ == "__main__":
    main()
