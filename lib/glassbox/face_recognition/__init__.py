"""A whole face-recognition pipeline: detect, align, normalise, embed, compare.

``faces`` draws the people, ``detection`` finds them and their landmarks, ``alignment`` puts them
upright, ``processing`` takes out light and pose or adds them, ``embedding`` turns crops into
vectors, ``verification`` judges those, and ``pipeline`` does it all. Angles of heads are in
degrees, boxes and points in pixels, ``x`` first, pixel centres at whole numbers.
"""

from .alignment import TEMPLATE_112, align_face, estimate_similarity, warp
from .detection import (
    Detections,
    detect_faces,
    image_pyramid,
    integral_image,
    locate_landmarks,
    non_maximum_suppression,
)
from .embedding import fisherfaces, lda, margin_softmax, pca, train_embedder
from .faces import Face, FaceSet, Scene, render_face, render_scene, sample_faces, sample_identities
from .pipeline import Recognition, enrol, recognise
from .processing import augment_poses, fit_camera, frontalise, normalise_light, synthesise_view
from .verification import (
    cosine_similarity,
    equal_error_rate,
    identification_rank,
    open_set_threshold,
    tar_at_far,
    ten_fold_accuracy,
    verification_roc,
)

__all__ = [
    "TEMPLATE_112",
    "Detections",
    "Face",
    "FaceSet",
    "Recognition",
    "Scene",
    "align_face",
    "augment_poses",
    "cosine_similarity",
    "detect_faces",
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
    "non_maximum_suppression",
    "normalise_light",
    "open_set_threshold",
    "pca",
    "recognise",
    "render_face",
    "render_scene",
    "sample_faces",
    "sample_identities",
    "synthesise_view",
    "tar_at_far",
    "ten_fold_accuracy",
    "train_embedder",
    "verification_roc",
    "warp",
]
