"""Counts what is asked of elements, each ``<`` and each ``==``, and how many levels they move.

Both may call a method written in Python, so both cost. A tuple asks ``==`` of its entries until two
differ, and only then ``<``: heaps of tuples ask twice where heaps of numbers ask once.
"""

from .heap import _need_function, _need_iterable, _whole, heapify, heappush

__all__ = ["Counted", "count_comparisons", "levels_climbed", "levels_sunk", "worst_for_heapify"]


class Counted:
    """A value that counts, for all its kind, how often ``<`` and ``==`` are asked.

    Attributes
    ----------
    less, equal : int
        How often each was asked so far, of all values; of the class.

    Examples
    --------
    >>> Counted.less = Counted.equal = 0
    >>> sorted([(Counted(2), "a"), (Counted(1), "b")])
    [(Counted(1), 'b'), (Counted(2), 'a')]
    >>> Counted.less, Counted.equal
    (1, 1)
    """

    __slots__ = ("value",)
    less = equal = 0

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        if not isinstance(other, Counted):
            return NotImplemented
        Counted.less += 1
        return self.value < other.value

    def __eq__(self, other):
        if not isinstance(other, Counted):
            return NotImplemented
        Counted.equal += 1
        return self.value == other.value

    def __hash__(self):
        return hash(self.value)

    def __repr__(self):
        return f"Counted({self.value!r})"


def count_comparisons(function, values, *args):
    """Return how often ``function([...values], *args)`` asks ``<`` or ``==`` of the values.

    Examples
    --------
    >>> count_comparisons(sorted, [1, 2, 3, 4])
    3
    >>> count_comparisons(lambda nums, x: x in nums, [1, 2, 3], Counted(2))
    2
    """
    _need_function("function", function)
    _need_iterable("values", values)
    counted = [Counted(value) for value in values]
    start = Counted.less + Counted.equal
    function(counted, *args)
    return Counted.less + Counted.equal - start


# --- levels --------------------------------------------------------------------------------------


def levels_sunk(nums):
    """Return by how many levels `heapify` sinks the element of each index.

    Among equal elements it goes on sinking: it climbs back past larger ones only.

    Examples
    --------
    >>> levels_sunk([3, 2, 1])
    [1, 0, 0]
    >>> levels_sunk([2, 2, 2])
    [1, 0, 0]
    """
    heap, at = _once("nums", nums), []
    heapify(heap, note=_drop(at))  # puts one element down for each index with a child, last first
    sunk = [_level(end) - _level(k) for k, end in enumerate(reversed(at))]
    return sunk + [0] * (len(heap) - len(sunk))


def levels_climbed(nums):
    """Return by how many levels each element climbs when one after the other is pushed.

    Examples
    --------
    >>> levels_climbed([3, 2, 1])
    [0, 1, 1]
    """
    heap, climbed = [], []
    for k, item in enumerate(_once("nums", nums)):
        at = []
        heappush(heap, item, note=_drop(at))
        climbed.append(_level(k) - _level(at[-1]))
    return climbed


def worst_for_heapify(n):
    """Return a list of 0..n - 1 on which `heapify` sinks each element by its full height.

    It is heapify, run backwards: from the first index on, the element at the end of the leftmost
    path goes to its top, and the path moves down by one.

    Examples
    --------
    >>> worst_for_heapify(7)
    [3, 1, 5, 0, 4, 2, 6]
    >>> levels_sunk(worst_for_heapify(7))
    [2, 1, 1, 0, 0, 0, 0]
    """
    n = _whole("n", n)
    if not 0 <= n <= 10**6:
        raise ValueError(f"n must be in 0..1000000, got {n}")
    heap = list(range(n))
    for k in range(n // 2):
        path = [k]
        while (child := 2 * path[-1] + 1) < n:
            path.append(child)
        leaf = heap[path[-1]]
        for above, below in zip(path[-2::-1], path[:0:-1], strict=True):
            heap[below] = heap[above]
        heap[k] = leaf
    return heap


def _drop(at):
    """Return a ``note`` that keeps the index where an element is put down."""
    return lambda kind, pos: at.append(pos) if kind == "drop" else None


def _level(k):
    return (k + 1).bit_length() - 1


def _once(name, values):
    _need_iterable(name, values)
    return list(values)
