"""A whole face-recognition pipeline: detect, align, normalise, embed, compare."""
