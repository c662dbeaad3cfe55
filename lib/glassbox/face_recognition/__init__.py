"""A whole face-recognition pipeline: detect, align, normalise, embed, compare.

``detection`` finds faces and their landmarks, ``alignment`` puts them upright, ``processing`` takes
out light and pose or adds them, by the shape of a ``head``, ``embedding`` turns crops into vectors,
``verification`` and ``identification`` judge those, and ``pipeline`` does it all. Angles of heads
are in degrees, boxes and points in pixels, ``x`` first, pixel centres at whole numbers. The people
are painted by `glassbox.pictures.faces`.
"""

from .alignment import TEMPLATE_112, align_face, estimate_similarity, warp
from .anchors import anchor_grid, decode_box, encode_box, match_anchors
from .detection import (
    Detections,
    detect_faces,
    image_pyramid,
    integral_image,
    locate_landmarks,
    non_maximum_suppression,
)
from .embedding import fisherfaces, lda, margin_softmax, pca, train_embedder, train_residual
from .identification import identification_rank, open_set_threshold
from .pipeline import Recognition, enrol, recognise
from .processing import fit_camera, frontalise, normalise_light, synthesise_view
from .resampling import person_bootstrap, person_folds
from .verification import (
    cosine_similarity,
    equal_error_rate,
    tar_at_far,
    ten_fold_accuracy,
    verification_roc,
)

__all__ = [
    "TEMPLATE_112",
    "Detections",
    "Recognition",
    "align_face",
    "anchor_grid",
    "cosine_similarity",
    "decode_box",
    "detect_faces",
    "encode_box",
    "enrol",
    "equal_error_rate",
    "estimate_similarity",
    "fisherfaces",
    "fit_camera",
    "frontalise",
    "identification_rank",
    "image_pyramid",
    "integral_image",
    "lda",
    "locate_landmarks",
    "margin_softmax",
    "match_anchors",
    "non_maximum_suppression",
    "normalise_light",
    "open_set_threshold",
    "pca",
    "person_bootstrap",
    "person_folds",
    "recognise",
    "synthesise_view",
    "tar_at_far",
    "ten_fold_accuracy",
    "train_embedder",
    "train_residual",
    "verification_roc",
    "warp",
]

#: What `glassbox.pictures.faces` paints; it is found here too, and loaded when it is asked for.
_PAINTED = {
    "Face", "FaceSet", "Scene", "render_face", "render_scene", "sample_faces", "sample_identities",
}  # fmt: skip


def __getattr__(name):
    if name in _PAINTED:
        from glassbox.pictures import faces

        return getattr(faces, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
