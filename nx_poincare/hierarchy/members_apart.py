"""Nodes of a cycle: points of their own, and what is lost where they share one."""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.hierarchy.cycles import renumbered_by_first
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import IntArray

__all__ = ["map_lost_to_cycles", "with_members_apart"]

_MOST_NODES = 50_000  # of more, a skeleton may be too large to be trained, which brings nodes into several cones
_MOST_TIMES, _MOST_MORE = 4, 100_000  # edges, in units of those that there are, and beyond


def with_members_apart(hierarchy: Hierarchy) -> Hierarchy:
    """The same hierarchy with a condensed node for each node of a cycle, with all its parents and all its children.

    Where all nodes of a cycle are at one point, each has the others before its own ancestors. At points of their own
    each can be beyond the cones of the others, while all these hold what is below: beyond two dimensions there is room.
    Ancestors and levels are the same. Cycles of the most nodes stay condensed where edges would become too many.
    """
    n, dag = len(hierarchy), hierarchy.dag
    if dag.n == n or n > _MOST_NODES:
        return hierarchy
    component = hierarchy.component
    members = np.bincount(component, minlength=dag.n)
    points = _points_of_cycles(dag, members, _MOST_TIMES * (n + len(dag.parent_list)) + _MOST_MORE)
    keys = np.where(points[component] > 1, dag.n + np.arange(n), component)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    numbers = renumbered_by_first(first, inverse)
    by_component, starts = np.argsort(component, kind="stable"), np.cumsum(members) - members
    parents, children = dag.parent_list, np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    counts = points[parents] * points[children]
    edge = np.repeat(np.arange(len(parents)), counts)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    parent, child = np.divmod(place, points[children[edge]])
    apart = Dag.from_edges(
        numbers[by_component[starts[parents[edge]] + parent]],
        numbers[by_component[starts[children[edge]] + child]],
        len(first),
    )
    return Hierarchy(hierarchy.nodes, hierarchy._edges, numbers, apart, hierarchy.max_pairs)


def _points_of_cycles(dag: Dag, members: IntArray, most_edges: int) -> IntArray:
    """How many points each condensed node gets: its number of nodes, or one where edges would be too many."""
    sizes = np.unique(members)
    parents, children = dag.parent_list, np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    low, high = 0, len(sizes) - 1  # sizes[low] is known to do
    while low < high:
        middle = (low + high + 1) // 2
        points = np.where(members <= sizes[middle], members, 1)
        if (points[parents] * points[children]).sum() <= most_edges:
            low = middle
        else:
            high = middle - 1
    return np.where(members <= sizes[low], members, 1)


def map_lost_to_cycles(hierarchy: Hierarchy) -> float:
    """What the MAP lacks at least where all nodes of a condensed cycle share a point.

    Each of k nodes has the k - 1 others before its a ancestors, so that the i-th of these has a precision of at most
    i / (i + k - 1). The mean over i lacks (k - 1) / a times a difference of harmonic numbers.
    """
    from scipy.special import digamma

    if hierarchy.dag.n == len(hierarchy):
        return 0.0
    counts = hierarchy.closure_counts().ancestors
    ranked = counts > 0
    others = (np.bincount(hierarchy.component)[hierarchy.component] - 1)[ranked]
    above = counts[ranked]
    lost = others / above * (digamma(above + others + 1) - digamma(others + 1))
    return float(lost.mean()) if len(lost) else 0.0
