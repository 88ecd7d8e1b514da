"""In which order an epoch visits its rows.

Training looks at a node, its ancestors and some others, wherever they are in memory. In graphs that outgrow the
processor's cache, rows are therefore visited in short runs of relatives, which share their ancestors; the runs come in
random order.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.arrays import IntArray
from nx_poincare.compiled import kernel
from nx_poincare.dag import Dag

__all__ = ["by_branch", "visiting_order"]

_FITS_CACHE = 200_000  # nodes
_RUN = 4  # rows; longer runs are hardly faster and cost quality: the same ancestors are pulled again and again


def by_branch(dag: Dag, rows: IntArray) -> IntArray:
    """Rows in the order in which a walk over the graph meets them, if the graph is large; else as they are.

    Examples
    --------
    >>> dag = Dag.from_edges(np.array([0, 0, 1]), np.array([1, 2, 3]), 4)
    >>> by_branch(dag, np.arange(1, 4))
    array([1, 2, 3])
    """
    if dag.n <= _FITS_CACHE:
        return rows
    place = _depth_first(dag.order, dag.parent_starts, dag.parent_list)
    return rows[np.argsort(place[rows])]


def visiting_order(rows: IntArray, n: int, rng: np.random.Generator) -> IntArray:
    """Rows of one epoch, each once: at random, or runs of neighbours at random in a graph of many nodes n.

    Where runs begin changes from call to call.
    """
    if n <= _FITS_CACHE:
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
