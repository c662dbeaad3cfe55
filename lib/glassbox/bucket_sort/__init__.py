"""Buckets: sorting by scattering, and the maximum gap between sorted neighbours in linear time."""

from .gap import (
    bucket_of,
    bucket_sort,
    gap_buckets,
    maximum_gap,
    maximum_gap_numpy,
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
