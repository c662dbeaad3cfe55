"""Buckets: sorting by scattering, and the maximum gap between sorted neighbours in linear time."""

from .gap import (
    bucket_of,
    bucket_sort,
    gap_buckets,
    maximum_gap,
    pour,
    scan,
)

__all__ = [
    "bucket_of",
    "bucket_sort",
    "gap_buckets",
    "maximum_gap",
    "maximum_gap_numpy",
    "pour",
    "scan",
]


def __getattr__(name):
    """Load NumPy when its function is asked for, and not before."""
    if name == "maximum_gap_numpy":
        from .gap_numpy import maximum_gap_numpy

        return maximum_gap_numpy
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
