"""How memory is met in training, and in which order an epoch visits its rows.

Training looks at a node, its ancestors and some others, wherever they are in memory. In graphs that outgrow the
processor's cache nodes are therefore numbered as a walk meets them, so that relatives lie beside each other, and rows
are visited in short runs of relatives, which share their ancestors; the runs come in random order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.arrays import IntArray
from nx_poincare.compiled import kernel
from nx_poincare.dag import Dag

__all__ = ["Walk", "outgrows_cache", "visiting_order"]

_FITS_CACHE = 200_000  # nodes
_RUN = 4  # rows; longer runs are hardly faster and cost quality: the same ancestors are pulled again and again


def outgrows_cache(n: int) -> bool:
    """Whether a graph of so many nodes is trained in the order of a walk."""
    return n > _FITS_CACHE


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
        places = _depth_first(dag.order, dag.parent_starts, dag.parent_list)
        children = places[np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))]
        parents = places[dag.parent_list]
        return cls(
            Dag.from_edges(parents, children, dag.n), np.argsort(places), places, np.lexsort((parents, children))
        )


def visiting_order(rows: IntArray, n: int, rng: np.random.Generator) -> IntArray:
    """Rows of one epoch, each once: at random, or runs of neighbours at random in a graph of many nodes n.

    Parameters
    ----------
    rows : ndarray of int64
        In the order of the walk, if the graph is trained in that.
    n : int
    rng : numpy.random.Generator

    Where runs begin changes from call to call.
    """
    if not outgrows_cache(n):
        return rng.permutation(rows)
    turned = np.roll(rows, rng.integers(_RUN))
    runs = len(rows) // _RUN
    order = turned[: runs * _RUN].reshape(runs, _RUN)[rng.permutation(runs)].ravel()
    return np.concatenate([order, turned[runs * _RUN :]])


@kernel()
def _depth_first(order, parent_starts, parent_list):  # type: ignore[no-untyped-def]
    """Place of every node in a depth-first walk over the tree of first parents."""
    n = len(order)
    sizes = np.ones(n, np.int64)
    for i in range(n - 1, -1, -1):
        v = order[i]
        if parent_starts[v] < parent_starts[v + 1]:
            sizes[parent_list[parent_starts[v]]] += sizes[v]
    places = np.empty(n, np.int64)
    free = np.empty(n, np.int64)  # of each node, the place of its next child
    begin = 0
    for v in order:
        if parent_starts[v] < parent_starts[v + 1]:
            parent = parent_list[parent_starts[v]]
            places[v] = free[parent]
            free[parent] += sizes[v]
        else:
            places[v] = begin
            begin += sizes[v]
        free[v] = places[v] + 1
    return places
