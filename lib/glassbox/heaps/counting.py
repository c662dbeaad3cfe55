"""Counts what is asked of elements: each ``<`` and each ``==``.

Both may call a method written in Python, so both cost. A tuple asks ``==`` of its entries until two
differ, and only then ``<``: heaps of tuples ask twice where heaps of numbers ask once.
"""

from .heap import _need_function, _need_iterable

__all__ = ["Counted", "count_comparisons"]


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
