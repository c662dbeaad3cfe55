"""Buckets: sorting by scattering, and the maximum gap between sorted neighbours in linear time."""

from .gap import (
    bucket_of,
    gap_buckets,
    gap_by_width,
    maximum_gap,
    pour,
    scan,
)
from .sorts import (
    bucket_sort,
    counting_sort,
    pile_sizes,
    quantile_walls,
    radix_sort,
    sharing_pairs,
)

__all__ = [
    "bucket_of",
    "bucket_sort",
    "counting_sort",
    "gap_buckets",
    "gap_by_width",
    "maximum_gap",
    "maximum_gap_numpy",
    "pile_sizes",
    "pour",
    "quantile_walls",
    "radix_sort",
    "scan",
    "sharing_pairs",
]


def __getattr__(name):
    """Load NumPy when its function is asked for, and not before."""
    if name == "maximum_gap_numpy":
        from .gap_numpy import maximum_gap_numpy

        return maximum_gap_numpy
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
