"""Heaps in a list, as CPython's ``heapq`` keeps them.

A list ``heap`` is a heap if no element comes before its parent: the children of index k are
2k + 1 and 2k + 2, its parent is (k - 1) // 2. Only ``<`` is ever asked of the elements.

The structure, the names and every single comparison are those of CPython's ``Lib/heapq.py`` (by
Kevin O'Connor, Tim Peters and Raymond Hettinger); the code is written anew, with one body for
min-heaps and max-heaps: ``before(a, b)`` says whether a must come out before b. Beyond ``heapq``
there are `heapdelete` and `heapchange`, for the element at any index, and `merge_losers`, which
merges by a tree of losers.

What a recorder cannot see of a list, the functions say by ``note``: an element is taken in hand
("hold", its index) and put down ("drop", its index).
"""

from collections.abc import Mapping
from itertools import islice
from operator import index, lt
from reprlib import repr as short

from glassbox.trace import new_list, no_note

__all__ = [
    "gt",
    "heapchange",
    "heapdelete",
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
    "merge_losers",
    "nlargest",
    "nsmallest",
    "siftdown_textbook",
]


def gt(a, b):
    """Order of a max-heap, by ``<`` alone.

    Examples
    --------
    >>> gt(3, 2), gt("a", "b")
    (True, False)
    """
    return b < a


def _siftdown(heap, startpos, pos, before=lt, note=no_note):
    """Move the element at ``pos`` toward the root, to its place on the path from ``startpos``.

    It is the parents that sift down; textbooks call the same step sift-up.
    """
    item = heap[pos]
    note("hold", pos)
    while pos > startpos:
        parentpos = (pos - 1) // 2
        parent = heap[parentpos]
        if not before(item, parent):
            break
        heap[pos] = parent
        pos = parentpos
    heap[pos] = item
    note("drop", pos)


def _siftup(heap, pos, before=lt, note=no_note):
    """Sink the element at ``pos``, whose two subtrees are heaps, to its place.

    The first child moves up, down to a leaf, at one comparison a level; then the element climbs
    back from there, usually not far.
    """
    startpos, endpos = pos, len(heap)
    item = heap[pos]
    note("hold", pos)
    while (childpos := 2 * pos + 1) < endpos:
        rightpos = childpos + 1
        if rightpos < endpos and not before(heap[childpos], heap[rightpos]):
            childpos = rightpos
        heap[pos] = heap[childpos]
        pos = childpos
    heap[pos] = item
    _siftdown(heap, startpos, pos, before, note)


def heappush(heap, item, *, before=lt, note=no_note):
    """Add ``item``; at most floor(log2 n) comparisons.

    An item that cannot be compared raises its own TypeError; by then it is in the list, as with
    ``heapq``.

    Examples
    --------
    >>> heap = [1, 3]
    >>> heappush(heap, 2)
    >>> heap
    [1, 3, 2]
    """
    _need_list(heap)
    heap.append(item)
    _siftdown(heap, 0, len(heap) - 1, before, note)


def heappop(heap, *, before=lt, note=no_note):
    """Remove and return the first element; IndexError if there is none.

    Examples
    --------
    >>> heap = [1, 3, 2]
    >>> heappop(heap), heap
    (1, [2, 3])
    """
    _need_list(heap)
    last = heap.pop()
    if not heap:
        return last
    first, heap[0] = heap[0], last
    _siftup(heap, 0, before, note)
    return first


def heapreplace(heap, item, *, before=lt, note=no_note):
    """Pop, then push ``item``, in one sift; IndexError if the heap is empty.

    The element returned may come after ``item``.

    Examples
    --------
    >>> heap = [2, 3]
    >>> heapreplace(heap, 1), heap
    (2, [1, 3])
    """
    _need_list(heap)
    first, heap[0] = heap[0], item
    _siftup(heap, 0, before, note)
    return first


def heappushpop(heap, item, *, before=lt, note=no_note):
    """Push ``item``, then pop, in one sift at most; an empty heap returns ``item``.

    Examples
    --------
    >>> heap = [2, 3]
    >>> heappushpop(heap, 1), heap
    (1, [2, 3])
    """
    _need_list(heap)
    if heap and before(heap[0], item):
        item, heap[0] = heap[0], item
        _siftup(heap, 0, before, note)
    return item


def heapify(heap, *, before=lt, note=no_note):
    """Rearrange a list into a heap, in place, in O(n).

    Examples
    --------
    >>> heap = [3, 1, 2]
    >>> heapify(heap)
    >>> heap
    [1, 3, 2]
    """
    _need_list(heap)
    # n // 2 - 1 is the last index with a child
    for pos in reversed(range(len(heap) // 2)):
        _siftup(heap, pos, before, note)


# --- the element at any index --------------------------------------------------------------------


def heapdelete(heap, pos, *, before=lt, note=no_note):
    """Remove and return the element at index ``pos``; at most 2 floor(log2 n) comparisons.

    The last element takes its place, and may belong further down or further up.

    Raises
    ------
    IndexError
        If ``pos`` is not in ``0..len(heap) - 1``.

    Examples
    --------
    >>> heap = [1, 5, 2, 6, 7, 3]
    >>> heapdelete(heap, 3), heap  # the 3 climbs past the 5
    (6, [1, 3, 2, 5, 7])
    """
    heap, pos = _checked_place(heap, pos)
    last = heap.pop()
    if pos == len(heap):
        return last
    return heapchange(heap, pos, last, before=before, note=note)


def heapchange(heap, pos, item, *, before=lt, note=no_note):
    """Put ``item`` in place of the element at index ``pos``, and return that.

    Raises
    ------
    IndexError
        If ``pos`` is not in ``0..len(heap) - 1``.

    Examples
    --------
    >>> heap = [1, 5, 2]
    >>> heapchange(heap, 1, 0), heap
    (5, [0, 1, 2])
    """
    heap, pos = _checked_place(heap, pos)
    old, heap[pos] = heap[pos], item
    _siftup(heap, pos, before, note)  # down, if it is too large
    _siftdown(heap, 0, pos, before, note)  # what stands there now may be too small
    return old


# --- max-heaps -----------------------------------------------------------------------------------


def heappush_max(heap, item):
    """Add ``item`` to a max-heap.

    Examples
    --------
    >>> heap = [3, 1]
    >>> heappush_max(heap, 4)
    >>> heap
    [4, 1, 3]
    """
    heappush(heap, item, before=gt)


def heappop_max(heap):
    """Remove and return the largest element of a max-heap; IndexError if there is none.

    Examples
    --------
    >>> heap = [3, 1, 2]
    >>> heappop_max(heap), heap
    (3, [2, 1])
    """
    return heappop(heap, before=gt)


def heapreplace_max(heap, item):
    """Pop from a max-heap, then push ``item``; IndexError if the heap is empty.

    Examples
    --------
    >>> heap = [3, 1]
    >>> heapreplace_max(heap, 4), heap
    (3, [4, 1])
    """
    return heapreplace(heap, item, before=gt)


def heappushpop_max(heap, item):
    """Push ``item`` on a max-heap, then pop.

    Examples
    --------
    >>> heap = [3, 1]
    >>> heappushpop_max(heap, 2), heap
    (3, [2, 1])
    """
    return heappushpop(heap, item, before=gt)


def heapify_max(heap):
    """Rearrange a list into a max-heap, in place, in O(n).

    Examples
    --------
    >>> heap = [1, 2, 3]
    >>> heapify_max(heap)
    >>> heap
    [3, 2, 1]
    """
    heapify(heap, before=gt)


# --- sorting, the textbook's sift, the definition ------------------------------------------------


def heapsort(iterable, *, new=new_list, note=no_note):
    """Return a sorted list in O(n log n); not stable.

    Examples
    --------
    >>> heapsort([3, 1, 2])
    [1, 2, 3]
    """
    _need_iterable("iterable", iterable)
    heap, out = new("heap", iterable, keys=True), new("out")
    heapify(heap, note=note)
    while heap:
        out.append(heappop(heap, note=note))
    return out


def siftdown_textbook(heap, pos, *, note=no_note):
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

    Examples
    --------
    >>> heap = [9, 1, 2, 3]
    >>> siftdown_textbook(heap, 0)
    >>> heap
    [1, 3, 2, 9]
    """
    heap, pos = _checked_place(heap, pos)
    item, endpos = heap[pos], len(heap)
    note("hold", pos)
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
    note("drop", pos)


def is_heap(seq, *, max=False):
    """Whether no element of ``seq`` comes before its parent.

    NaN comes before nothing, so it never disturbs; it does disturb the others' order.

    Examples
    --------
    >>> is_heap([1, 3, 2, 4]), is_heap([1, 3, 2, 4], max=True)
    (True, False)
    """
    _need_sequence("seq", seq)
    before = gt if _truth("max", max) else lt
    return not any(before(seq[k], seq[(k - 1) // 2]) for k in range(1, len(seq)))


# --- merge and select ---------------------------------------------------------------------------


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
    >>> list(merge(["kiwi", "fig"], ["plum", "yam"], key=len, reverse=True))
    ['kiwi', 'plum', 'fig', 'yam']
    """
    key = _key(key)
    before, sign = (gt, -1) if _truth("reverse", reverse) else (lt, 1)
    heap = []
    for order, source in enumerate(_iterators(iterables)):
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


def merge_losers(*iterables, key=None):
    """Merge sorted inputs as `merge` does, by a tree of losers: one ``<`` a level, no ``==``.

    The heads of the k inputs play a knockout tournament. Each inner node of its tree keeps who lost
    there; when the winner is yielded, the next of its input plays again up the same path.

    Parameters
    ----------
    *iterables : iterable
        Each sorted already, by ``key``.
    key : callable or None
        What to order by; None for the elements themselves.

    References
    ----------
    knuth1998sorting, section 5.4.1.

    Examples
    --------
    >>> list(merge_losers([1, 4, 6], [2, 4], []))
    [1, 2, 4, 4, 6]
    >>> list(merge_losers(["fig", "kiwi"], ["yam", "plum"], key=len))
    ['fig', 'yam', 'kiwi', 'plum']
    """
    key, sources = _key(key), list(_iterators(iterables))
    k = len(sources)
    heads = [_head(key, source) for source in sources]  # (key, value), or None at the end

    def wins(a, b):
        if heads[a] is None or heads[b] is None:
            return heads[a] is not None
        early, late = min(a, b), max(a, b)
        late_wins = heads[late][0] < heads[early][0]  # on a tie the earlier input goes first
        return (a == late) == late_wins

    losers = [None] * k  # of node 1, the final, and on; leaf i is node k + i, below (k + i) // 2
    playing = [None] * k + list(range(k))
    for node in range(k - 1, 0, -1):
        a, b = playing[2 * node], playing[2 * node + 1]
        playing[node], losers[node] = (a, b) if wins(a, b) else (b, a)
    winner = playing[1] if k else 0
    while k and heads[winner] is not None:
        yield heads[winner][1]
        heads[winner] = _head(key, sources[winner])
        node = (k + winner) // 2
        while node:
            if wins(losers[node], winner):
                winner, losers[node] = losers[node], winner
            node //= 2


def nsmallest(n, iterable, key=None):
    """Return the ``n`` smallest elements, in order: ``sorted(iterable, key=key)[:n]``.

    Examples
    --------
    >>> nsmallest(2, [5, 1, 4, 2])
    [1, 2]
    >>> nsmallest(1, ["kiwi", "fig"], key=len)
    ['fig']
    """
    return _first(_whole("n", n), iterable, key, reverse=False)


def nlargest(n, iterable, key=None):
    """Return the ``n`` largest: ``sorted(iterable, key=key, reverse=True)[:n]``.

    Examples
    --------
    >>> nlargest(2, ["fig", "banana", "kiwi"], key=len)
    ['banana', 'kiwi']
    """
    return _first(_whole("n", n), iterable, key, reverse=True)


def _first(n, iterable, key, reverse):
    """Return the first ``n`` of the sorted elements, by a heap of n with the worst one on top."""
    _need_iterable("iterable", iterable)
    rank = _key(key)
    if n == 1:
        none = object()
        best = (max if reverse else min)(iterable, default=none, key=key)
        return [] if best is none else [best]
    try:
        enough = n >= len(iterable)
    except (TypeError, AttributeError):  # no len, or none that works
        enough = False
    if enough:
        return sorted(iterable, key=key, reverse=reverse)[:n]
    better, worse, sign = (gt, lt, -1) if reverse else (lt, gt, 1)
    rest = iter(iterable)
    heap = [(rank(x), sign * i, x) for i, x in zip(range(n), rest, strict=False)]
    if not heap:
        return []
    heapify(heap, before=worse)
    for i, x in enumerate(rest, n):
        place = rank(x)
        if better(place, heap[0][0]):
            heapreplace(heap, (place, sign * i, x), before=worse)
    return [x for _, _, x in sorted(heap, reverse=reverse)]


def _head(key, source):
    for value in source:
        return key(value), value
    return None


def _iterators(iterables):
    for i, values in enumerate(iterables):
        _need_iterable(f"iterables[{i}]", values)
        yield iter(values)


def _key(key):
    if key is None:
        return _itself
    _need_function("key", key)
    return key


def _itself(value):
    return value


# --- checks of input -----------------------------------------------------------------------------


def _need_list(heap):
    if not isinstance(heap, list):
        raise TypeError(f"heap must be a list, got {type(heap).__name__}")


def _need_iterable(name, values):
    try:
        iter(values)
    except TypeError:
        raise TypeError(f"{name} must be iterable, got {short(values)}") from None


def _need_sequence(name, values):
    try:
        len(values)
    except TypeError:
        values = None
    if not hasattr(values, "__getitem__") or isinstance(values, Mapping):
        raise TypeError(f"{name} must be a sequence, got {short(values)}")


def _need_function(name, function):
    if not callable(function):
        raise TypeError(f"{name} must be a function, got {short(function)}")


def _truth(name, value):
    try:
        return bool(value)
    except ValueError:  # an array
        raise TypeError(f"{name} must be True or False, got {short(value)}") from None


def _whole(name, number):
    """Return a Python int: NumPy's would overflow."""
    try:
        return index(number)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {short(number)}") from None


def _checked_place(heap, pos):
    """Return the heap and a Python int: NumPy's small ones would overflow."""
    _need_list(heap)
    if not 0 <= _whole("pos", pos) < len(heap):
        raise IndexError(f"pos must be in 0..{len(heap) - 1}, got {pos}")
    return heap, index(pos)
