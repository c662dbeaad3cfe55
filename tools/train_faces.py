"""Train the models that come with ``glassbox.face_recognition``, and store them beside it.

``python tools/train_faces.py [detector] [landmarks] [embedder]`` trains the named ones (by default
all) and keeps the others. Positive examples are generated faces. Negative examples of the detector
are generated backgrounds and those photographs of scikit-image that show no face. Nothing is
downloaded.
"""

import sys
from pathlib import Path

import numpy as np
from skimage import data

from glassbox.face_recognition import detection, embedding, faces, pipeline

TARGET = Path(detection.__file__).with_name("models.npz")
#: Photographs without a face that are in scikit-image's wheel (not its astronaut, nor its
#: cameraman: they are kept for looking at, after training).
PHOTOGRAPHS = (
    "brick", "chelsea", "coffee", "coins", "grass", "gravel", "hubble_deep_field", "moon", "page",
    "rocket", "text", "immunohistochemistry",
)  # fmt: skip


def train_detector():
    """Return the arrays of the detector."""
    rng = np.random.default_rng(11)
    people = faces.sample_faces(
        400, 4, rng, size=64, yaw=42, roll=22, occlusion=0.1, light=0.8, shift=0.02
    )
    photographs = [getattr(data, name)() for name in PHOTOGRAPHS]
    model = detection.train_detector(people, rng, photographs, n_scenes=24, rounds=3)
    return {"detector_weights": model.weights, "detector_bias": np.array(model.bias)}


def train_landmarks():
    """Return the arrays of the landmark model."""
    rng = np.random.default_rng(12)
    people = faces.sample_faces(
        700, 4, rng, size=80, yaw=45, pitch=14, roll=24, occlusion=0.08, light=0.8, shift=0.03
    )
    model = detection.train_landmarks(people, rng)
    return {f"landmarks_{name}": part for name, part in model._asdict().items()}


def seen_crops(people, rng, noise=0.06):
    """Return what the embedder sees of faces whose landmarks are a little off."""
    between = np.linalg.norm(people.landmarks[:, 0] - people.landmarks[:, 1], axis=1)
    off = rng.normal(0, noise, people.landmarks.shape) * between[:, None, None]
    return pipeline.prepare_faces(people, people.landmarks + off)


def train_embedder():
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


TRAINERS = {"detector": train_detector, "landmarks": train_landmarks, "embedder": train_embedder}


def main(names):
    """Train and store."""
    arrays = dict(np.load(TARGET)) if TARGET.exists() else {}
    for name in names or TRAINERS:
        arrays |= TRAINERS[name]()
        print("trained", name)
    np.savez_compressed(
        TARGET, **{key: np.asarray(part, np.float16) for key, part in arrays.items()}
    )
    print(TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
