"""What the chapter shows beside the right ways: slow ones that are right, and some that fail.

None of them checks its input, and the docstring of what fails says how.
"""

import random

# --- slow and right ----------------------------------------------------------------------------


def try_all(weights, values, capacity):
    """Return a best subset, as indices from 0, and its value, from all 2^n subsets.

    Examples
    --------
    >>> try_all([2, 3, 4, 6], [5, 7, 8, 9], 8)
    ([1, 2], 15)
    """
    subsets = [[]]
    for i in range(len(weights)):
        subsets += [[*subset, i] for subset in subsets]
    fitting = [subset for subset in subsets if sum(weights[i] for i in subset) <= capacity]
    return max(((s, sum(values[i] for i in s)) for s in fitting), key=lambda pair: pair[1])


def table_by_columns(weights, values, capacity):
    """Return the table of `knapsack_table`, filled column by column instead of row by row.

    Examples
    --------
    >>> table_by_columns([1, 2], [3, 4], 3)
    [[0, 0, 0, 0], [0, 3, 3, 3], [0, 3, 4, 7]]
    """
    rows = [[] for _ in range(len(weights) + 1)]
    for j in range(capacity + 1):
        rows[0].append(0)
        for i, (weight, value) in enumerate(zip(weights, values, strict=True), 1):
            take = rows[i - 1][j - weight] + value if weight <= j else 0
            rows[i].append(max(rows[i - 1][j], take))
    return rows


def problems(count, n=5, capacity=15, *, least=0, seed=0):
    """Return random problems of n items: lists of weights and values, and the capacity.

    Weights are from ``least`` to a tenth of the capacity, or 9 if that is more; values from
    ``least`` to 9.

    Examples
    --------
    >>> problems(1, n=3)
    [([6, 6, 0], [4, 8, 7], 15)]
    """
    rng = random.Random(seed)
    heaviest = max(9, capacity // 10)
    return [
        (
            [rng.randint(least, heaviest) for _ in range(n)],
            [rng.randint(least, 9) for _ in range(n)],
            capacity,
        )
        for _ in range(count)
    ]


# --- wrong on purpose --------------------------------------------------------------------------


def take_best_ratio(weights, values, capacity):
    """Take items by value per weight as long as they fit: not always the best.

    Examples
    --------
    >>> take_best_ratio([2, 3, 4], [5, 7, 8], 7)  # B + C is worth 15
    12
    """
    worth, room = 0, capacity
    by_ratio = sorted(zip(weights, values, strict=True), key=lambda item: -item[1] / item[0])
    for weight, value in by_ratio:
        if weight <= room:
            worth, room = worth + value, room - weight
    return worth


def fill_exactly(weights, values, capacity, impossible):
    """Fill the capacity exactly, with a mark of your choice for "no subset weighs that".

    Examples
    --------
    >>> fill_exactly([2], [3], 3, -1)  # 2 kg cannot weigh 3
    2
    """
    f = [0] + [impossible] * capacity
    for weight, value in zip(weights, values, strict=True):
        for j in range(capacity, weight - 1, -1):
            f[j] = max(f[j], f[j - weight] + value)
    return f[capacity]


def totals_outside(parts, total):
    """Count sums with the totals outside and the parts inside: sequences, not combinations.

    Examples
    --------
    >>> totals_outside([1, 2], 3)  # 1 + 1 + 1, 1 + 2 and 2 + 1
    3
    """
    ways = [1] + [0] * total
    for t in range(1, total + 1):
        ways[t] = sum(ways[t - part] for part in parts if part <= t)
    return ways[total]


def capacity_outside(weights, values, capacity, order):
    """Pass over one row with the capacity outside and the items inside: "once" is lost.

    Examples
    --------
    >>> capacity_outside([1, 2, 3], [2, 4, 4], 5, range(6))  # 0/1: 8
    10
    """
    f = [0] * (capacity + 1)
    for j in order:
        for weight, value in zip(weights, values, strict=True):
            if weight <= j:
                f[j] = max(f[j], f[j - weight] + value)
    return f[capacity]


def from_column_one(weights, values, capacity):
    """Fill the table from column 1: items of weight 0 are lost.

    Examples
    --------
    >>> from_column_one([0, 1], [5, 10], 1)  # both fit: 15
    10
    """
    above = [0] * (capacity + 1)
    for weight, value in zip(weights, values, strict=True):
        row = [0]
        for j in range(1, capacity + 1):
            take = above[j - weight] + value if weight <= j else 0
            row.append(max(above[j], take))
        above = row
    return above[capacity]
