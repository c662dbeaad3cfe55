"""Compare the knapsack as a table, as one row and as a NumPy row, in one run.

python benchmarks/dynamic_programming.py
"""

import random
from timeit import repeat

from glassbox.dynamic_programming import knapsack, knapsack_numpy, knapsack_table

N, CAPACITY = 100, 10_000


def main():
    rng = random.Random(0)
    weights = [rng.randrange(1, 1001) for _ in range(N)]
    values = [rng.randrange(1, 1001) for _ in range(N)]

    def seconds(function, runs):
        return min(repeat(lambda: function(weights, values, CAPACITY), repeat=runs, number=1))

    best = knapsack_table(weights, values, CAPACITY)[-1][-1]
    assert best == knapsack(weights, values, CAPACITY) == knapsack_numpy(weights, values, CAPACITY)
    times = {
        "knapsack_table": seconds(knapsack_table, 5),
        "knapsack": seconds(knapsack, 5),
        "knapsack_numpy": seconds(knapsack_numpy, 50),
    }
    print(f"n = {N}, W = {CAPACITY}; seconds, and how many times faster than the table")
    for name, time in times.items():
        print(f"{name:16}{time:10.5f}{times['knapsack_table'] / time:8.1f}")


if __name__ == "__main__":
    main()
