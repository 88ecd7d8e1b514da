"""Levels of synsets from arrays of edges."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from nx_poincare.utils.arrays import IntArray

__all__ = ["longest_path_levels"]


def longest_path_levels(edges: IntArray, n: int) -> IntArray:
    """Number of edges of the longest path from a root to each node, edges along cycles not counted.

    Parameters
    ----------
    edges : ndarray of int64, shape (number of edges, 2)
        As (parent, child).
    n : int
        Number of nodes.

    Returns
    -------
    ndarray of int64, shape (n,)
        That of `nx_poincare.Hierarchy.levels`.

    Examples
    --------
    >>> longest_path_levels(np.array([[0, 1], [1, 2], [0, 2]]), 3)
    array([0, 1, 2])
    """
    matrix = csr_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(n, n))
    count, component = connected_components(matrix, connection="strong")
    parents, children = component[edges].T.astype(np.int64)
    crossing = parents != children
    parents, children = parents[crossing], children[crossing]
    levels = np.zeros(count, dtype=np.int64)
    while (early := levels[parents] >= levels[children]).any():  # children that are not yet below their parents
        np.maximum.at(levels, children[early], levels[parents[early]] + 1)
    return levels[component]
