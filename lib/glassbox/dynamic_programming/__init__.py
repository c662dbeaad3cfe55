"""Knapsacks and combinations by dynamic programming: the table, then one row."""

from .knapsack import (
    INFEASIBLE,
    bounded_knapsack,
    combination_row,
    count_combinations,
    knapsack,
    knapsack_items,
    knapsack_numpy,
    knapsack_table,
    knapsack_top_down,
    recursion_size,
    split_count,
    unbounded_knapsack,
)

__all__ = [
    "INFEASIBLE",
    "bounded_knapsack",
    "combination_row",
    "count_combinations",
    "knapsack",
    "knapsack_items",
    "knapsack_numpy",
    "knapsack_table",
    "knapsack_top_down",
    "recursion_size",
    "split_count",
    "unbounded_knapsack",
]
