"""Backtracking: all combinations that sum to a target, and what the search for them costs."""

from .combinations import (
    CHILD_STARTS,
    DUPLICATES,
    PRUNES,
    STUBS,
    combination_sum,
    combination_sum2,
    node_text,
    reachable,
    search_combinations,
    search_counts,
    search_size,
    search_tree,
    tree_nodes,
)
from .ghosts import CAUSES, ghost_nodes, widest_size

__all__ = [
    "CAUSES",
    "CHILD_STARTS",
    "DUPLICATES",
    "PRUNES",
    "STUBS",
    "combination_sum",
    "combination_sum2",
    "ghost_nodes",
    "node_text",
    "reachable",
    "search_combinations",
    "search_counts",
    "search_size",
    "search_tree",
    "tree_nodes",
    "widest_size",
]
