"""Heaps in a list, as CPython's ``heapq`` keeps them.

A list ``heap`` is a heap if no element comes before its parent: the children of index k are
2k + 1 and 2k + 2, its parent is (k - 1) // 2. Only ``<`` is ever asked of the elements.

The structure, the names and every single comparison are those of CPython's ``Lib/heapq.py`` (by
Kevin O'Connor, Tim Peters and Raymond Hettinger); the code is written anew, with one body for
min-heaps and max-heaps: ``before(a, b)`` says whether a must come out before b. Left out:
decrease-key, which ``heapq`` does not have either.
"""

from itertools import islice
from operator import index, lt

from glassbox.trace import new_list

__all__ = [
    "Counted",
    "count_comparisons",
    "heapify",
    "heapify_max",
    "heappop",
    "heappop_max",
    "heappush",
    "heappush_max",
    "heappushpop",
    "heappushpop_max",
    "heapreplace",
    "heapreplace_max",
    "heapsort",
    "is_heap",
    "merge",
    "nlargest",
    "nsmallest",
    "siftdown_textbook",
]


def gt(a, b):
    """Order of a max-heap, by ``<`` alone."""
    return b < a


def _siftdown(heap, startpos, pos, before=lt):
    """Move the element at ``pos`` toward the root, to its place on the path from ``startpos``.

    It is the parents that sift down; textbooks call the same step sift-up.
    """
    item = heap[pos]
    while pos > startpos:
        parentpos = (pos - 1) // 2
        parent = heap[parentpos]
        if not before(item, parent):
            break
        heap[pos] = parent
        pos = parentpos
    heap[pos] = item


def _siftup(heap, pos, before=lt):
    """Sink the element at ``pos``, whose two subtrees are heaps, to its place.

    The first child moves up, down to a leaf, at one comparison a level; then the element climbs
    back from there, usually not far.
    """
    startpos, endpos = pos, len(heap)
    item = heap[pos]
    while (childpos := 2 * pos + 1) < endpos:
        rightpos = childpos + 1
        if rightpos < endpos and not before(heap[childpos], heap[rightpos]):
            childpos = rightpos
        heap[pos] = heap[childpos]
        pos = childpos
    heap[pos] = item
    _siftdown(heap, startpos, pos, before)


def heappush(heap, item, *, before=lt):
    """Add ``item``; at most floor(log2 n) comparisons."""
    _need_list(heap)
    heap.append(item)
    _siftdown(heap, 0, len(heap) - 1, before)


def heappop(heap, *, before=lt):
    """Remove and return the first element; IndexError if there is none."""
    _need_list(heap)
    last = heap.pop()
    if not heap:
        return last
    first, heap[0] = heap[0], last
    _siftup(heap, 0, before)
    return first


def heapreplace(heap, item, *, before=lt):
    """Pop, then push ``item``, in one sift; IndexError if the heap is empty.

    The element returned may come after ``item``.
    """
    _need_list(heap)
    first, heap[0] = heap[0], item
    _siftup(heap, 0, before)
    return first


def heappushpop(heap, item, *, before=lt):
    """Push ``item``, then pop, in one sift at most; an empty heap returns ``item``."""
    _need_list(heap)
    if heap and before(heap[0], item):
        item, heap[0] = heap[0], item
        _siftup(heap, 0, before)
    return item


def heapify(heap, *, before=lt):
    """Rearrange a list into a heap, in place, in O(n)."""
    _need_list(heap)
    # n // 2 - 1 is the last index with a child
    for pos in reversed(range(len(heap) // 2)):
        _siftup(heap, pos, before)


def heappush_max(heap, item):
    """Add ``item`` to a max-heap."""
    heappush(heap, item, before=gt)


def heappop_max(heap):
    """Remove and return the largest element of a max-heap; IndexError if there is none."""
    return heappop(heap, before=gt)


def heapreplace_max(heap, item):
    """Pop from a max-heap, then push ``item``; IndexError if the heap is empty."""
    return heapreplace(heap, item, before=gt)


def heappushpop_max(heap, item):
    """Push ``item`` on a max-heap, then pop."""
    return heappushpop(heap, item, before=gt)


def heapify_max(heap):
    """Rearrange a list into a max-heap, in place, in O(n)."""
    heapify(heap, before=gt)


def heapsort(iterable, *, new=new_list):
    """Return a sorted list in O(n log n); not stable.

    Examples
    --------
    >>> heapsort([3, 1, 2])
    [1, 2, 3]
    """
    heap, out = new("heap", iterable, keys=True), new("out")
    heapify(heap)
    while heap:
        out.append(heappop(heap))
    return out


def siftdown_textbook(heap, pos):
    """Sink the element at ``pos`` as most textbooks do, to compare with CPython's way.

    Two comparisons a level (which child comes first, and does it come before the element?), but
    the element stops as soon as it fits. Both ways give heaps, not always the same one.

    Raises
    ------
    IndexError
        If ``pos`` is not an index in ``0..len(heap) - 1``.

    References
    ----------
    cormen2009introduction, MAX-HEAPIFY (here for min-heaps; CLRS says "float down").
    """
    _need_list(heap)
    _need_position(heap, pos)
    item, endpos = heap[pos], len(heap)
    while (childpos := 2 * pos + 1) < endpos:
        rightpos = childpos + 1
        if rightpos < endpos and heap[rightpos] < heap[childpos]:
            childpos = rightpos
        child = heap[childpos]
        if not child < item:
            break
        heap[pos] = child
        pos = childpos
    heap[pos] = item


def is_heap(seq, *, max=False):
    """Whether no element of ``seq`` comes before its parent.

    Examples
    --------
    >>> is_heap([1, 3, 2, 4]), is_heap([1, 3, 2, 4], max=True)
    (True, False)
    """
    before = gt if max else lt
    return not any(before(seq[k], seq[(k - 1) // 2]) for k in range(1, len(seq)))


def merge(*iterables, key=None, reverse=False):
    """Merge sorted inputs lazily into one sorted iterator; equal elements keep their order.

    Parameters
    ----------
    *iterables : iterable
        Each sorted already, by ``key`` and in the direction of ``reverse``.
    key : callable or None
        What to order by; None for the elements themselves.
    reverse : bool
        Whether the inputs and the output fall instead of rise.

    Examples
    --------
    >>> list(merge([1, 4, 6], [2, 4], []))
    [1, 2, 4, 4, 6]
    """
    key = key or _itself
    before, sign = (gt, -1) if reverse else (lt, 1)
    heap = []
    for order, source in enumerate(map(iter, iterables)):
        for value in islice(source, 1):
            heap.append([key(value), sign * order, value, source])
    heapify(heap, before=before)
    while len(heap) > 1:
        entry = heap[0]
        _, _, value, source = entry
        yield value
        try:
            entry[2] = next(source)
        except StopIteration:
            heappop(heap, before=before)
            continue
        entry[0] = key(entry[2])
        heapreplace(heap, entry, before=before)
    for _, _, value, source in heap:  # one source is left: no more comparisons
        yield value
        yield from source


def nsmallest(n, iterable, key=None):
    """Return the ``n`` smallest elements, in order: ``sorted(iterable, key=key)[:n]``.

    Examples
    --------
    >>> nsmallest(2, [5, 1, 4, 2])
    [1, 2]
    """
    return _first(index(n), iterable, key, reverse=False)


def nlargest(n, iterable, key=None):
    """Return the ``n`` largest: ``sorted(iterable, key=key, reverse=True)[:n]``.

    Examples
    --------
    >>> nlargest(2, ["fig", "banana", "kiwi"], key=len)
    ['banana', 'kiwi']
    """
    return _first(index(n), iterable, key, reverse=True)


def _first(n, iterable, key, reverse):
    """Return the first ``n`` of the sorted elements, by a heap of n with the worst one on top."""
    if n == 1:
        none = object()
        best = (max if reverse else min)(iterable, default=none, key=key)
        return [] if best is none else [best]
    if hasattr(iterable, "__len__") and n >= len(iterable):
        return sorted(iterable, key=key, reverse=reverse)[:n]
    key = key or _itself
    better, worse, sign = (gt, lt, -1) if reverse else (lt, gt, 1)
    numbered = enumerate(iterable)
    heap = [(key(x), sign * i, x) for i, x in islice(numbered, max(n, 0))]
    if not heap:
        return []
    heapify(heap, before=worse)
    for i, x in numbered:
        rank = key(x)
        if better(rank, heap[0][0]):
            heapreplace(heap, (rank, sign * i, x), before=worse)
    return [x for _, _, x in sorted(heap, reverse=reverse)]


class Counted:
    """A value that counts, for all its kind, how often ``<`` is asked.

    Examples
    --------
    >>> Counted.comparisons = 0
    >>> heapify([Counted(x) for x in [3, 1, 2]])
    >>> Counted.comparisons
    2
    """

    __slots__ = ("value",)
    comparisons = 0

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        Counted.comparisons += 1
        return self.value < other.value

    def __eq__(self, other):  # tuples ask == before they ask <
        return self.value == other.value

    def __hash__(self):
        return hash(self.value)

    def __repr__(self):
        return f"Counted({self.value!r})"


def count_comparisons(function, values, *args):
    """Return how many comparisons ``function([...values], *args)`` makes.

    Examples
    --------
    >>> count_comparisons(sorted, [1, 2, 3, 4])
    3
    """
    start = Counted.comparisons
    function([Counted(value) for value in values], *args)
    return Counted.comparisons - start


def _itself(value):
    return value


def _need_list(heap):
    if not isinstance(heap, list):
        raise TypeError(f"heap must be a list, got {type(heap).__name__}")


def _need_position(heap, pos):
    if not 0 <= pos < len(heap):
        raise IndexError(f"pos must be in 0..{len(heap) - 1}, got {pos}")
