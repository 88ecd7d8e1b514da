"""Nodes numbered by their places in a depth-first walk, where relatives lie beside each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.tree_sums import subtree_sums
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Walk"]


class Walk(NamedTuple):
    """A graph whose nodes are numbered by their places in a depth-first walk.

    Attributes
    ----------
    dag : Dag
        The graph, numbered by places.
    nodes : ndarray of int64, shape (n,)
        Which node is at each place.
    places : ndarray of int64, shape (n,)
        At which place each node is.
    edges : ndarray of int64, shape (number of edges,)
        Where each entry of the new `Dag.parent_list` is in that of the old one.
    """

    dag: Dag
    nodes: IntArray
    places: IntArray
    edges: IntArray

    @classmethod
    def over(cls, dag: Dag) -> Walk:
        """The walk over the tree of first parents.

        Examples
        --------
        >>> walk = Walk.over(Dag.from_edges(np.array([0, 0, 1]), np.array([1, 2, 3]), 4))
        >>> walk.nodes
        array([0, 1, 3, 2])
        >>> walk.dag.parents_of(2)
        array([1])
        """
        sizes = subtree_sums(dag.order, dag.first_parents, np.ones(dag.n, dtype=np.int64))
        places = _places_depth_first(dag.order, dag.first_parents, sizes)
        children = places[np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))]
        parents = places[dag.parent_list]
        return cls(
            Dag.from_edges(parents, children, dag.n), np.argsort(places), places, np.lexsort((parents, children))
        )


@kernel(work=lambda order, *_: len(order))
def _places_depth_first(order, parents, sizes):  # type: ignore[no-untyped-def]
    """Place of every node in a depth-first walk over a tree whose subtrees have these sizes."""
    n = len(order)
    places = np.empty(n, np.int64)
    free = np.empty(n, np.int64)  # of each node, the place of its next child
    begin = 0
    for v in order:
        if parents[v] >= 0:
            places[v] = free[parents[v]]
            free[parents[v]] += sizes[v]
        else:
            places[v] = begin
            begin += sizes[v]
        free[v] = places[v] + 1
    return places
