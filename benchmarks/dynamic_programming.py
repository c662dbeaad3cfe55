"""Compare ways to solve the 0/1 knapsack, in one run.

python benchmarks/dynamic_programming.py            the table, one row and a NumPy row
python benchmarks/dynamic_programming.py --write   how they grow with the capacity, beside two
                                                    peers; as the record "times"

The peers do not depend on the size of W: meet in the middle (horowitz1974computing) on its 2^(n/2)
subsets of each half, branch and bound on the instance. Each must find the optimum of the row.
"""

import random
from bisect import bisect_right
from itertools import accumulate
from statistics import median
from timeit import repeat

import numpy as np
from race import options, record

from glassbox.dynamic_programming import knapsack, knapsack_numpy, knapsack_table

N, CAPACITY = 100, 10_000
RECORD = "dynamic_programming", "times"
SIZES, CAPACITIES = (20, 40, 100), [10**digits + 1 for digits in range(2, 8)]
KINDS = ("uncorrelated", "strongly correlated", "even weights, odd capacity")
MAX_CELLS = {"table": 4 * 10**6, "row": 2 * 10**7, "NumPy row": 10**10}
MAX_NODES, INSTANCES = 10**6, 5


def meet_in_the_middle(weights, values, capacity):
    """Return the optimum from all subsets of each half of the items."""
    half = len(weights) // 2
    weight, value = subsets(weights[:half], values[:half])
    order = np.argsort(weight)
    weight, best = weight[order], np.maximum.accumulate(value[order])
    other, gain = subsets(weights[half:], values[half:])
    other, gain = other[other <= capacity], gain[other <= capacity]
    return int((gain + best[np.searchsorted(weight, capacity - other, side="right") - 1]).max())


def subsets(weights, values):
    """Return weight and value of each subset, shape (2**n,) each."""
    weight = value = np.zeros(1, dtype=np.int64)
    for w, v in zip(weights, values, strict=True):
        weight, value = np.r_[weight, weight + w], np.r_[value, value + v]
    return weight, value


def branch_and_bound(weights, values, capacity, max_nodes):
    """Return the optimum (None beyond ``max_nodes``) and the number of nodes, in pure Python.

    Take an item before leaving it, the best ratio first; cut where filling the room with fractions
    of items cannot beat the best so far. Weights and values are integers above 0.
    """
    items = sorted(zip(weights, values, strict=True), key=lambda item: -item[1] / item[0])
    weigh = list(accumulate((w for w, _ in items), initial=0))
    worth = list(accumulate((v for _, v in items), initial=0))
    best, nodes, open_nodes = 0, 0, [(0, capacity, 0)]
    while open_nodes:
        i, room, value = open_nodes.pop()
        nodes += 1
        if nodes > max_nodes:
            return None, nodes - 1
        best = max(best, value)
        k = bisect_right(weigh, weigh[i] + room) - 1  # items i..k-1 fit whole
        bound = value + worth[k] - worth[i]
        if k < len(items):
            bound += (room - weigh[k] + weigh[i]) * items[k][1] // items[k][0]
        if i < len(items) and bound > best:
            open_nodes.append((i + 1, room, value))
            if items[i][0] <= room:
                open_nodes.append((i + 1, room - items[i][0], value + items[i][1]))
    return best, nodes


def instance(kind, n, capacity, number=0):
    """Return weights and values of which about half fit into the capacity."""
    rng = random.Random(f"{kind} {n} {capacity} {number}")
    largest = 4 * capacity // n  # so the weights sum to about twice the capacity
    weights = [rng.randint(1, largest) for _ in range(n)]
    if kind == KINDS[0]:
        return weights, [rng.randint(1, largest) for _ in range(n)]
    if kind == KINDS[1]:
        return weights, [w + max(1, largest // 10) for w in weights]
    weights = [2 * rng.randint(1, largest // 2) for _ in range(n)]
    return weights, weights


def seconds(function, *args, runs=3):
    """Return the least of some times, rounded to three digits."""
    return float(f"{min(repeat(lambda: function(*args), repeat=runs, number=1)):.3g}")


def grow(n):
    """Return seconds at each capacity, by method; None where it would take too long."""
    methods = {"table": knapsack_table, "row": knapsack, "NumPy row": knapsack_numpy}
    found = {name: [] for name in (*methods, "meet in the middle")}
    for capacity in CAPACITIES:
        problem = (*instance(KINDS[0], n, capacity), capacity)
        for name, function in methods.items():
            fits = n * capacity <= MAX_CELLS[name]
            found[name].append(seconds(function, *problem) if fits else None)
        if n <= 40:
            assert meet_in_the_middle(*problem) == knapsack_numpy(*problem)
        time = seconds(meet_in_the_middle, *problem) if n <= 40 else None
        found["meet in the middle"].append(time)
    return found


def branch(kind, n):
    """Return, at each capacity, medians over the instances, and how many finished."""
    found = []
    for capacity in CAPACITIES:
        runs = [branch_once(kind, n, capacity, number) for number in range(INSTANCES)]
        nodes, times, finished = zip(*runs, strict=True)
        found.append({"nodes": median(nodes), "seconds": median(times), "finished": sum(finished)})
    return found


def branch_once(kind, n, capacity, number):
    """Return nodes, seconds and whether it finished."""
    problem = (*instance(kind, n, capacity, number), capacity)
    best, nodes = branch_and_bound(*problem, MAX_NODES)
    assert best in (None, knapsack_numpy(*problem))
    runs = 3 if nodes < MAX_NODES / 100 else 1
    return nodes, seconds(branch_and_bound, *problem, MAX_NODES, runs=runs), best is not None


def write():
    record(
        *RECORD,
        "seconds, and nodes of branch and bound, by number of items and capacity",
        written_by="benchmarks/dynamic_programming.py --write",
        capacities=CAPACITIES,
        max_nodes=MAX_NODES,
        instances=INSTANCES,
        seconds={n: grow(n) for n in SIZES},
        branch_and_bound={n: {kind: branch(kind, n) for kind in KINDS} for n in SIZES},
    )


def show():
    rng = random.Random(0)
    weights = [rng.randrange(1, 1001) for _ in range(N)]
    values = [rng.randrange(1, 1001) for _ in range(N)]
    problem = (weights, values, CAPACITY)
    best = knapsack_table(*problem)[-1][-1]
    assert best == knapsack(*problem) == knapsack_numpy(*problem)
    times = {
        "knapsack_table": seconds(knapsack_table, *problem, runs=5),
        "knapsack": seconds(knapsack, *problem, runs=5),
        "knapsack_numpy": seconds(knapsack_numpy, *problem, runs=50),
    }
    print(f"n = {N}, W = {CAPACITY}; seconds, and how many times faster than the table")
    for name, time in times.items():
        print(f"{name:16}{time:10.5f}{times['knapsack_table'] / time:8.1f}")


if __name__ == "__main__":
    write() if options(__doc__, *RECORD).write else show()
