"""Ways that fail, for the chapter to show beside the right ones: each is wrong on purpose.

They check nothing, and each docstring says what goes wrong.
"""


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
