"""What is said of edges that do not become part of a hierarchy, and of nodes that share a place in it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import networkx as nx
import numpy as np

from nx_poincare.hierarchy.cycles import cycle_in_words
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.warn import warn_caller

__all__ = ["say_what_is_condensed", "say_what_is_off_the_tree"]


def say_what_is_off_the_tree(G: nx.Graph, kept: int) -> None:
    """Warn of the edges of an undirected graph that are not among the so many of its breadth-first trees."""
    ends = sum(len(neighbours) - (node in neighbours) for node, neighbours in G.adjacency())
    total = ends // 2
    if total > kept:
        warn_caller(
            f"the graph is undirected: {kept:,} of its {total:,} edges, those of breadth-first trees, are the "
            f"hierarchy, and {total - kept:,} are left out"
        )


def say_what_is_condensed(nodes: Sequence[Hashable], edges: IntArray, levels: IntArray) -> None:
    """Warn of nodes on cycles: those at the ends of edges that stay on one level."""
    inside = edges[levels[edges[:, 0]] == levels[edges[:, 1]]]
    if not len(inside):
        return
    count = len(np.unique(inside))
    keys, back = inside @ [len(nodes), 1], inside @ [1, len(nodes)]
    both_ways = int(np.isin(keys, back).sum()) // 2
    advice = ""
    if both_ways:
        advice = f"; edges lead both ways between {both_ways:,} pairs: of a relation and its inverse, keep one"
    warn_caller(
        f"{count:,} of {len(nodes):,} nodes are on cycles, such as {cycle_in_words(nodes, edges, levels)}: they share "
        f"a level and stand beside each other, and none of them is above another{advice}"
    )
