"""What is said of edges that do not become part of a hierarchy, and of nodes that share a place in it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nx_poincare.hierarchy.cycles import cycle_in_words
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.warn import warn_caller

__all__ = ["say_what_is_condensed", "say_what_is_off_the_tree", "say_where_trees_start"]


def say_what_is_off_the_tree(G: nx.Graph, kept: int) -> None:
    """Warn of the edges of an undirected graph that are not among the so many of its breadth-first trees."""
    ends = sum(len(neighbours) - (node in neighbours) for node, neighbours in G.adjacency())
    total = ends // 2
    if total > kept:
        warn_caller(
            f"the graph is undirected: {kept:,} of its {total:,} edges, those of breadth-first trees, are the "
            f"hierarchy, and {total - kept:,} are left out"
        )


def say_where_trees_start(
    nodes: Sequence[Hashable], edges: IntArray, levels: IntArray, stated: Sequence[Hashable]
) -> None:
    """Warn of trees of an undirected graph whose roots are guessed, but for those that start at their first node.

    Edges that were listed from the top down, in a graph that was meant to be directed, begin with the root. Roots that
    the graph itself states are said.
    """
    if stated:
        others = f" and {len(stated) - 1:,} more" if len(stated) > 1 else ""
        warn_caller(
            f"the graph is undirected: its hierarchy starts at {stated[0]!r}{others}, as the graph attribute 'root' "
            "says; root= names another node"
        )
    n = len(nodes)
    pairs = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(n, n))
    _, tree_of = connected_components(pairs, directed=False)
    _, first_of = np.unique(tree_of, return_index=True)
    roots = np.flatnonzero(levels == 0)
    guessed = roots[first_of[tree_of[roots]] != roots]
    guessed = [root for root in guessed if nodes[root] not in stated] if stated else guessed
    if len(guessed):
        others = f" and {len(guessed) - 1:,} more" if len(guessed) > 1 else ""
        warn_caller(
            f"the graph is undirected: its hierarchy starts at {nodes[guessed[0]]!r}{others}, which is a guess; root= "
            "names another node, and a directed graph says by its edges what is above"
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
