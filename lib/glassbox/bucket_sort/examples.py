"""Small data, and formulas for buckets as they are written elsewhere: right ones and slips."""

from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement, pairwise

import numpy as np

from .gap import maximum_gap


def data_sets(n=300):
    """Return numbers that are spread evenly, crowded and uneven, n of each, by name.

    Examples
    --------
    >>> {name: len(nums) for name, nums in data_sets(50).items()}
    {'uniform': 50, 'bell': 50, 'one far out': 50, 'incomes': 50}
    """
    rng = np.random.default_rng(1)
    uniform = rng.integers(0, 10_000, n)
    return {
        "uniform": uniform.tolist(),
        "bell": rng.normal(5000, 1000, n).round().astype(int).tolist(),
        "one far out": [*uniform[1:].tolist(), 1_000_000],
        "incomes": np.exp(rng.normal(8, 1.2, n)).round().astype(int).tolist(),
    }


def gap_on_grid(nums, index, count, jump=True):
    """Return the answer of buckets with an index of your own, right or wrong.

    Parameters
    ----------
    nums : list of numbers
    index : callable
        From a number to its bucket.
    count : int
        How many buckets there are.
    jump : bool
        Whether empty buckets are jumped over, or only neighbours compared.

    Examples
    --------
    >>> gap_on_grid([0, 2, 3], lambda x: x // 2, 2)
    2
    """
    piles = [[] for _ in range(count)]
    for x in nums:
        piles[int(index(x))].append(x)
    kept = [pile for pile in piles if pile or not jump]
    return max((min(b) - max(a) for a, b in pairwise(kept) if a and b), default=0)


def float_gap(nums, parts):
    """Return the answer of buckets of width D / parts, the last one closed, in plain arithmetic.

    Examples
    --------
    >>> float_gap([0.1, 1.2, 2.3, 3.4], 3) < float_gap([0.1, 1.2, 2.3, 3.4], 4)
    True
    """
    n, low, span = len(nums), min(nums), max(nums) - min(nums)
    return gap_on_grid(nums, lambda x: min((x - low) * parts // span, n - 1), n)


@dataclass(frozen=True)
class Version:
    """One way to write the buckets for integers: width b, number of buckets, index.

    The formulas are Python, with ``n`` numbers, the range ``D``, ``low``, ``b`` and ``count``.
    """

    width: str
    count: str
    why: str = ""
    index: str = "(x - low) // b"
    jump: bool = True

    def answer(self, nums):
        """Return the answer for a list, or the name of the error."""
        names = {"n": len(nums), "low": min(nums), "D": max(nums) - min(nums)}
        try:
            names["b"] = eval(self.width, names)
            names["count"] = int(eval(self.count, names))
            if names["count"] > 10_000:
                raise ValueError(f"{names['count']:,} buckets for {nums}")
            index = eval(f"lambda x: {self.index}", names)
            return gap_on_grid(nums, index, names["count"], self.jump)
        except (ZeroDivisionError, IndexError) as error:
            return type(error).__name__

    def breaks_on(self):
        """Return the shortest and lowest list for which the answer is wrong, or None."""
        return next(
            (nums for nums in short_lists() if self.answer(nums) != maximum_gap(nums)), None
        )


@cache
def short_lists():
    """Return all lists of two to five numbers from 0 to 8, in order, that begin with 0."""
    return [
        [0, *inner, high]
        for n in range(2, 6)
        for high in range(1, 9)
        for inner in combinations_with_replacement(range(high + 1), n - 2)
    ]


VERSIONS = (
    Version(
        "max(1, D // (n - 1))", "D // b + 1",
        "Right. Two integers of one bucket are at most b - 1 apart, less than D / (n - 1).",
    ),
    Version(
        "-(-D // (n - 1))", "n",
        "Right: rounded up and less one is still less than D / (n - 1).",
    ),
    Version(
        "D // n + 1", "D // b + 1", "Right: D // n is less than D / (n - 1).",
    ),
    Version(
        "D // (n - 1)", "D // b + 1",
        "The floored width is 0 where there are more gaps than units.",
    ),
    Version(
        "max(1, D // (n - 1))", "n",
        "The width is floored and the count is not: narrower buckets must be more.",
    ),
    Version(
        "max(1, D // (n - 1))", "-(-D // b)",
        "Enough buckets for all but the largest number, which needs one more where b divides D.",
    ),
    Version(
        "D // (n - 1) + 1", "D // b + 1",
        "Too wide by the least possible: where D / (n - 1) is whole, b - 1 equals it.",
    ),
    Version(
        "max(1, D // (n - 1))", "D // b + 1",
        "The index divides by the number of buckets, not by their width.",
        index="(x - low) // count",
    ),
    Version(
        "max(1, D // (n - 1))", "D // b + 1",
        "Bucket k is compared with bucket k + 1 only: a gap with an empty bucket inside is missed.",
        jump=False,
    ),
)  # fmt: skip
