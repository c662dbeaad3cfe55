"""New chapter: the mean of a stream, one value at a time."""

from .examples import throws
from .means import forgetful_mean, running_mean

__all__ = ["forgetful_mean", "running_mean", "throws"]
