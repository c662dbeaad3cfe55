"""A whole face-recognition pipeline on procedural faces: detect, align, normalise, embed, compare."""
