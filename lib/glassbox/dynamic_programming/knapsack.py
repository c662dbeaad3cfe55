"""Knapsacks and combinations by dynamic programming: the table, then one row.

Items 1..n have integer weights w_i >= 0 and values v_i; W is the capacity. F_i(j) is the best value
of a subset of items 1..i

* with weight at most j (the usual reading; F_0(j) = 0), or
* with weight exactly j (``exact=True``; F_0(0) = 0 and F_0(j) = -inf for j > 0).

Both follow F_i(j) = max(F_{i-1}(j), F_{i-1}(j - w_i) + v_i). Time is O(n W): W, not its number of
digits; room for more than all items together costs nothing. Left out: branch and bound, meet in the
middle, approximation schemes, several constraints.
"""

import math
from collections import Counter
from functools import cache

from glassbox.checks import finite_numbers, integer, integers
from glassbox.trace import new_list, no_note


def knapsack_top_down(weights, values, capacity, *, memo=True, note=no_note):
    """Return the best value of a 0/1 knapsack by recursion from the last item.

    ``best(i, j)`` is F_i(j). With ``memo`` each question is answered once and its answer kept: at
    most (n + 1) (W + 1) of them. Without, a question is answered as often as it is asked: up to
    2^(n + 1) - 1 times in all.

    Parameters and errors are those of `knapsack`.

    Parameters
    ----------
    memo : bool
        Whether to keep the answers.
    note : callable
        Told ``("ask", (i, j))`` for each question that is answered.

    Raises
    ------
    RecursionError
        If there are some hundred items or more: each is a call inside another, and Python limits
        how deep they go.

    Examples
    --------
    >>> knapsack_top_down([2, 3, 4, 5], [3, 4, 5, 6], 8)
    10
    """
    weights, values, capacity = _checked(weights, values, capacity)

    def best(i, j):
        note("ask", (i, j))
        if i == 0:
            return 0
        leave = ask(i - 1, j)
        if weights[i - 1] > j:
            return leave
        return max(leave, ask(i - 1, j - weights[i - 1]) + values[i - 1])

    ask = cache(best) if memo else best
    return ask(len(weights), capacity)


def recursion_size(weights, capacity):
    """Return how many questions `knapsack_top_down` answers without a memo, and with one.

    Counted by the same recurrence, without making the calls: a question makes one call, and those
    of the one or two questions that it asks.

    Examples
    --------
    >>> recursion_size([2, 3, 4, 5], 8)
    (22, 20)
    """
    weights = integers("weights", weights, least=0)
    capacity = integer("capacity", capacity, least=0)
    asked, calls, questions = {capacity: 1}, 1, 1  # how often each amount of room is asked about
    for weight in reversed(weights):
        below = Counter()
        for room, times in asked.items():
            below[room] += times
            if weight <= room:
                below[room - weight] += times
        asked = below
        calls += sum(asked.values())
        questions += len(asked)
    return calls, questions


def knapsack(weights, values, capacity, *, exact=False, new=new_list):
    """Return the best value of a 0/1 knapsack, in one row.

    Downward in j, ``f[j - weight]`` is still F_{i-1}: the item is taken at most once.

    Parameters
    ----------
    weights : iterable of int
        At least 0 each.
    values : iterable of real numbers, as many
        Finite, of either sign; ints of any size and Fractions stay exact.
    capacity : int
        At least 0.
    exact : bool
        Whether the weights must sum to the capacity exactly instead of at most.

    Returns
    -------
    number
        ``-inf`` if ``exact`` and no subset has that weight.

    Raises
    ------
    ValueError
        If a weight or the capacity is negative, a value is NaN or infinite, or the lengths differ.
    TypeError
        If a weight or the capacity is no integer, or a value not real.
    OverflowError
        If values are floats and a sum of them might leave the floats; ints and Fractions do not.

    Examples
    --------
    >>> knapsack([2, 3, 4, 5], [3, 4, 5, 6], 8)
    10
    """
    weights, values, capacity = _checked_within_reach(weights, values, capacity)
    f = new("f", [0] + [INFEASIBLE if exact else 0] * capacity)
    for weight, value in zip(weights, values, strict=True):
        for j in range(capacity, weight - 1, -1):
            f[j] = max(f[j], f[j - weight] + value)
    return f[capacity]


def knapsack_table(weights, values, capacity, *, exact=False, new=new_list):
    """Return the whole table F_i(j) of a 0/1 knapsack.

    Parameters and errors are those of `knapsack`.

    Returns
    -------
    list of list, shape (n + 1, capacity + 1)
        Row i is about items 1..i; the answer is the last cell.

    Examples
    --------
    >>> knapsack_table([1, 2], [3, 4], 3)
    [[0, 0, 0, 0], [0, 3, 3, 3], [0, 3, 4, 7]]
    """
    weights, values, capacity = _checked(weights, values, capacity)
    _need_room("capacity", capacity)
    table = [new("f/0", [0] + [INFEASIBLE if exact else 0] * capacity)]
    for i, (weight, value) in enumerate(zip(weights, values, strict=True), 1):
        above, row = table[-1], new(f"f/{i}")
        for j in range(capacity + 1):
            if weight > j:
                row.append(above[j])
            else:
                row.append(max(above[j], above[j - weight] + value))
        table.append(row)
    return table


def knapsack_items(weights, values, capacity, *, exact=False, new=new_list):
    """Return the indices, from 0 and increasing, of one optimal subset.

    Walk back through the table: where a cell differs from the one above, the item was taken.
    Parameters and errors are those of `knapsack`.

    Raises
    ------
    ValueError
        Also if ``exact`` and no subset has that weight.

    Examples
    --------
    >>> knapsack_items([2, 3, 4, 5], [3, 4, 5, 6], 8)
    [1, 3]
    """
    weights, values, capacity = _checked_within_reach(weights, values, capacity)
    table = knapsack_table(weights, values, capacity, exact=exact, new=new)
    _need_feasible(table[-1][-1])
    taken, j = new("taken"), capacity
    for i in range(len(weights), 0, -1):
        if table[i][j] != table[i - 1][j]:
            taken.append(i - 1)
            j -= weights[i - 1]
    return taken[::-1]


def unbounded_knapsack(weights, values, capacity, *, exact=False, new=new_list):
    """Return the best value if each item may be taken any number of times, in one row.

    Upward in j, ``f[j - weight]`` is F_i already: it may hold the item. That is the only difference
    from `knapsack`, whose parameters and errors these are.

    Raises
    ------
    ValueError
        Also if an item of weight 0 has a positive value: there is no largest sum.

    Examples
    --------
    >>> unbounded_knapsack([2, 3, 4, 5], [3, 4, 5, 6], 8)
    12
    """
    weights, values, capacity = _checked(weights, values, capacity)
    _need_bounded(weights, values)
    _need_room("capacity", capacity)
    _need_finite_sums(values, [capacity // weight if weight else 1 for weight in weights])
    f = new("f", [0] + [INFEASIBLE if exact else 0] * capacity)
    for weight, value in zip(weights, values, strict=True):
        for j in range(weight, capacity + 1):
            f[j] = max(f[j], f[j - weight] + value)
    return f[capacity]


def bounded_knapsack(weights, values, counts, capacity, *, exact=False):
    """Return the best value if item i may be taken up to ``counts[i]`` times.

    Each item becomes bundles of 1, 2, 4, ... copies (`split_count`): O(W sum(log counts)).
    Parameters and errors are those of `knapsack`; ``counts`` are integers of at least 0.

    Examples
    --------
    >>> bounded_knapsack([2, 3], [3, 4], [2, 1], 7)
    10
    """
    weights, values, capacity = _checked(weights, values, capacity)
    counts = integers("counts", counts, least=0)
    _need_equal_lengths(weights=weights, counts=counts)
    _need_finite_sums(values, counts)
    heavy, worth = [], []
    for weight, value, count in zip(weights, values, counts, strict=True):
        for part in split_count(count):
            heavy.append(part * weight)
            worth.append(part * value)
    return knapsack(heavy, worth, capacity, exact=exact)


def split_count(count):
    """Return parts whose subsets sum to each of 0..count and to nothing else: 1, 2, 4, ..., rest.

    Examples
    --------
    >>> split_count(13)
    [1, 2, 4, 6]
    """
    rest, part, parts = integer("count", count, least=0), 1, []
    while part < rest:
        parts.append(part)
        rest -= part
        part *= 2
    return [*parts, rest] if rest else parts


def count_combinations(parts, total):
    """Return in how many ways parts, each used any number of times, sum to ``total``.

    The order of the parts does not count: items outside, totals inside. With the loops swapped it
    would.

    Parameters
    ----------
    parts : iterable of int
        At least 1 each; duplicates are ignored.
    total : int
        At least 0; the empty sum is the one way to make 0.

    Raises
    ------
    ValueError
        If a part is below 1 or the total below 0.
    TypeError
        If one of them is no integer.

    Examples
    --------
    >>> count_combinations([1, 2, 5], 10)
    10
    """
    return combination_row(parts, total)[-1]


def combination_row(parts, total):
    """Return `count_combinations` for each of the totals 0..total, in one row.

    Examples
    --------
    >>> combination_row([1, 2, 5], 5)
    [1, 1, 2, 2, 3, 4]
    """
    parts = integers("parts", parts, least=1)
    total = integer("total", total, least=0)
    _need_room("total", total)
    ways = [1] + [0] * total
    for part in set(parts):
        for t in range(part, total + 1):
            ways[t] += ways[t - part]
    return ways


def knapsack_numpy(weights, values, capacity, *, exact=False):
    """Return `knapsack` by NumPy, a whole row at a time, for integer values.

    The right side is computed from the old row before anything is written, so there is no
    direction to choose. Parameters are those of `knapsack`.

    Raises
    ------
    ValueError, TypeError
        As in `knapsack`; TypeError also if a value is no integer.
    OverflowError
        If a sum of values might leave int64.

    Examples
    --------
    >>> knapsack_numpy([2, 3, 4, 5], [3, 4, 5, 6], 8)
    10
    """
    import numpy as np  # here, so that the chapter's other functions do without

    values = integers("values", values)
    weights, values, capacity = _checked_within_reach(weights, values, capacity)
    gain = sum(v for v in values if v > 0)
    loss = -sum(v for v in values if v < 0)
    # stands for -inf: no gain lifts it to what a subset is worth
    impossible = -(gain + loss + 1)
    _need_int64(gain, impossible - loss if exact else -loss)
    f = np.zeros(capacity + 1, dtype=np.int64)
    if exact:
        f[1:] = impossible
    for weight, value in zip(weights, values, strict=True):
        if weight <= capacity:
            take = f[: capacity + 1 - weight] + value
            np.maximum(f[weight:], take, out=f[weight:])
    best = int(f[capacity])
    return best if best >= -loss else INFEASIBLE


class _Infeasible(float):
    """Minus infinity that stays so whatever is added; a float cannot add ints beyond 1e308."""

    def __add__(self, other):
        return self


INFEASIBLE = _Infeasible("-inf")
MAX_COLUMNS = 10**9


def _checked(weights, values, capacity):
    """Return the weights and the values as lists of Python's numbers, and the capacity."""
    weights = integers("weights", weights, least=0)
    values = finite_numbers("values", values)
    _need_equal_lengths(weights=weights, values=values)
    _need_finite_sums(values, [1] * len(values))
    return weights, values, integer("capacity", capacity, least=0)


def _checked_within_reach(weights, values, capacity):
    """As `_checked`, the capacity at most 1 more than all weigh: what is beyond stays empty."""
    weights, values, capacity = _checked(weights, values, capacity)
    return weights, values, min(capacity, sum(weights) + 1)


def _need_equal_lengths(**columns):
    (one, first), (other, second) = columns.items()
    if len(first) != len(second):
        raise ValueError(
            f"{one} and {other} must be of equal length, got {len(first)} and {len(second)}"
        )


def _need_room(name, columns):
    if columns > MAX_COLUMNS:
        raise ValueError(
            f"{name} must be at most {MAX_COLUMNS:,}, a row that a list can hold, got {columns}"
        )


def _need_bounded(weights, values):
    for i, (weight, value) in enumerate(zip(weights, values, strict=True)):
        if weight == 0 and value > 0:
            raise ValueError(
                f"an item of weight 0 must not have a positive value if it may be taken any number "
                f"of times, got values[{i}] = {value}"
            )


def _need_finite_sums(values, times):
    """Refuse floats whose sums overflow: an infinite sum would look like an impossible one."""
    try:
        largest = sum(abs(value) * most for value, most in zip(values, times, strict=True))
        finite = not isinstance(largest, float) or math.isfinite(largest)
    except OverflowError:  # an int beyond the floats beside a float
        finite = False
    if not finite:
        raise OverflowError(
            "values must have sums that a float can hold, or be ints or Fractions, which have no "
            "limit; got floats with larger sums"
        )


def _need_feasible(best):
    if best == INFEASIBLE:
        raise ValueError("capacity must be what some items weigh exactly, but no subset does")


def _need_int64(largest, least):
    if largest >= 2**63 or least < -(2**63):
        raise OverflowError(
            f"sums of values must fit int64, got {least} to {largest}; knapsack takes any integer"
        )
