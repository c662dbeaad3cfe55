"""What it is worth to turn a face in space, on generated faces.

``python benchmarks/face_recognition_pose.py [--write]`` trains Fisherfaces on 120 people a set, in
four ways, and judges them on 100 others in poses up to 45 degrees, by folds that share no person;
``--write`` writes the record "pose", which the chapter reads. No time is taken.
"""

import numpy as np
from face_recognition_losses import accuracy, fisher, rounded
from race import kept, options, record

from glassbox.face_recognition import pipeline, processing
from glassbox.face_recognition.detection import to_grey
from glassbox.pictures import faces

RECORD = "face_recognition", "pose"
SEEDS = tuple(range(5))
YAWS = (-40, -20, 20, 40)


def pose(rng):
    """Return accuracies under poses up to 45 degrees for four ways to train."""
    views = {"size": 48, "pitch": 8, "roll": 15}
    who = faces.sample_identities(120, rng)
    narrow = faces.sample_faces(120, 4, rng, identities=who, yaw=4, **views)
    wide = faces.sample_faces(120, 4, rng, identities=who, yaw=45, **views)
    test = faces.sample_faces(100, 5, rng, yaw=45, **views)
    new, plain = pipeline.prepare_faces(test), pipeline.prepare_faces(narrow)

    def seen(people, change):
        pairs = zip(people.images, people.landmarks, strict=True)
        crops = [to_grey(np.clip(change(*pair), 0, 1)) for pair in pairs]
        return processing.normalise_light(crops)

    more = [
        seen(narrow, lambda *pair, yaw=yaw: processing.synthesise_view(*pair, yaw, size=32))
        for yaw in YAWS
    ]

    def front(image, points):
        return processing.frontalise(image, points, 32)

    straight = fisher(seen(narrow, front), narrow.labels)(seen(test, front))
    augmented = fisher(np.concatenate([plain, *more]), np.tile(narrow.labels, 1 + len(YAWS)))(new)
    real = fisher(pipeline.prepare_faces(wide), wide.labels)(new)
    return {
        "frontal only": accuracy(fisher(plain, narrow.labels)(new), test.labels),
        "one-to-many": accuracy(augmented, test.labels),
        "many-to-one": accuracy(straight, test.labels),
        "real poses": accuracy(real, test.labels),
    }


def measure(seed):
    """Return what one set of people gives."""
    return pose(np.random.default_rng(100 + seed))


def main():
    """Run, print, and perhaps record."""
    given = options(__doc__, *RECORD, list(SEEDS))
    rows = [kept("face-pose", seed, measure, seed) for seed in given.sizes]
    table = rounded(rows)
    for key, values in table.items():
        print(f"{key:20} {np.mean(values):.4f} {values}")
    if given.write:
        what = "accuracy of each set of people over ten folds that share no person"
        record(*RECORD, what, seeds=given.sizes, accuracy=table)


if __name__ == "__main__":
    main()
