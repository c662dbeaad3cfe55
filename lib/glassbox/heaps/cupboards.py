"""Three cupboards for things of which the smallest is always wanted next, and what they cost.

A step is a comparison or a move of an element. Each cupboard is one list, and all count alike.
"""

import random

from glassbox.checks import finite_numbers

from .counting import Counted
from .heap import _whole, heapify, heappop, heappush

__all__ = ["CUPBOARDS", "cupboard_costs"]


class Shelf(list):
    """A list that counts the moves of its elements."""

    moves = 0

    def __setitem__(self, index, value):
        self.moves += 1
        super().__setitem__(index, value)

    def append(self, value):
        self.moves += 1
        super().append(value)

    def insert(self, index, value):
        self.moves += len(self) - index + 1  # all behind it make room
        super().insert(index, value)

    def pop(self):
        self.moves += 1
        return super().pop()


class Unsorted:
    """Push to the end; pop by looking at each element."""

    def __init__(self, values):
        self.shelf = Shelf(values)

    def push(self, value):
        self.shelf.append(value)

    def pop(self):
        shelf, at = self.shelf, 0
        for k in range(1, len(shelf)):
            if shelf[k] < shelf[at]:
                at = k
        shelf[at], last = shelf[-1], shelf[at]
        shelf.pop()
        return last


class Sorted:
    """Find the place by halving, move the others aside; pop from the end, where the smallest is."""

    def __init__(self, values):
        self.shelf = Shelf(sorted(values, reverse=True))

    def push(self, value):
        low, high = 0, len(self.shelf)
        while low < high:
            middle = (low + high) // 2
            if value < self.shelf[middle]:
                low = middle + 1
            else:
                high = middle
        self.shelf.insert(low, value)

    def pop(self):
        return self.shelf.pop()


class Heap:
    """A heap."""

    def __init__(self, values):
        self.shelf = Shelf(values)
        heapify(self.shelf)

    def push(self, value):
        heappush(self.shelf, value)

    def pop(self):
        return heappop(self.shelf)


CUPBOARDS = {"unsorted list": Unsorted, "sorted list": Sorted, "heap": Heap}


def cupboard_costs(numbers, operations, pops, seed=0):
    """Return the mean steps of an operation in each cupboard.

    Parameters
    ----------
    numbers : sequence of number
        What the cupboards hold at first. A push brings one of the same numbers again.
    operations : int
        How many pushes and pops, in random order; an empty cupboard gets a push instead.
    pops : float
        Share of the pops, from 0 to 1; so many of the operations are pops, rounded.
    seed : int
        Of the random order.

    Returns
    -------
    dict of str to float
        Comparisons and moves for each operation, by cupboard.

    Raises
    ------
    ValueError
        If there are no numbers, not 1 to 100,000 operations, or the share is not from 0 to 1.

    Examples
    --------
    >>> cupboard_costs([1] * 8, 10, pops=0)["unsorted list"]
    1.0
    >>> cupboard_costs([1] * 99, 9, pops=1)["sorted list"]
    1.0
    """
    numbers, operations = _numbers(numbers), _whole("operations", operations)
    if not 1 <= operations <= 10**5:
        raise ValueError(f"operations must be in 1..100000, got {operations}")
    if not isinstance(pops, int | float) or not 0 <= pops <= 1:
        raise ValueError(f"pops must be a share from 0 to 1, got {pops!r}")
    rng = random.Random(_whole("seed", seed))
    drawn = [k < round(pops * operations) for k in range(operations)]
    rng.shuffle(drawn)
    plan, held = [], len(numbers)
    for pop in drawn:
        push = not (pop and held)
        held += 1 if push else -1
        plan.append(rng.choice(numbers) if push else None)
    return {name: _steps(kind, numbers, plan) / operations for name, kind in CUPBOARDS.items()}


def _steps(kind, numbers, plan):
    cupboard = kind([Counted(x) for x in numbers])
    cupboard.shelf.moves, before = 0, Counted.less
    for value in plan:
        if value is None:
            cupboard.pop()
        else:
            cupboard.push(Counted(value))
    return Counted.less - before + cupboard.shelf.moves


def _numbers(numbers):
    numbers = finite_numbers("numbers", numbers)
    if not numbers:
        raise ValueError("numbers must not be empty, got none")
    return numbers
