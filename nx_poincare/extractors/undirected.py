"""Breadth-first trees of undirected graphs: where to hang them up, and their edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["breadth_first_edges"]


def breadth_first_edges(edges: IntArray, n: int, given: Sequence[int]) -> IntArray:
    """Edges (parent, child) of one breadth-first tree per connected component.

    Parameters
    ----------
    edges : ndarray of int64, shape (m, 2)
        Each undirected edge both ways; self-loops are ignored.
    n : int
        Number of nodes.
    given : sequence of int
        Roots of their components. The other components start at a centre if
        they are trees, else at the node of highest degree, the lowest index first.
    """
    edges = edges[edges[:, 0] != edges[:, 1]]
    matrix = csr_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(n, n))
    matrix.sort_indices()
    starts, neighbours = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
    if n == 0:
        return np.zeros((0, 2), dtype=np.int64)
    _, component = connected_components(matrix, directed=False)
    roots = _default_roots(starts, neighbours, component.astype(np.int64))
    for root in given:
        roots[component[root]] = root
    parents, order = _breadth_first(starts, neighbours, roots)
    children = order[parents[order] >= 0]
    return np.column_stack([parents[children], children])


def _default_roots(starts: IntArray, neighbours: IntArray, component: IntArray) -> IntArray:
    """A centre of each component that is a tree, the node of highest degree of the others."""
    degrees = np.diff(starts)
    nodes = np.bincount(component)
    is_tree = np.bincount(component, weights=degrees) == 2 * (nodes - 1)
    # Peeling a tree's leaves layer by layer leaves its centre, or two, for the last layer.
    score = np.where(is_tree[component], _peeling_layers(starts, neighbours), degrees)
    best_first = np.lexsort((np.arange(len(score)), -score, component))
    return best_first[np.searchsorted(component[best_first], np.arange(len(nodes)))]


@kernel(work=lambda starts, edges: len(starts) + 2 * len(edges))
def _peeling_layers(starts, neighbours):  # type: ignore[no-untyped-def]
    """Round in which each node becomes a leaf and is taken away; 0 for nodes that never do."""
    n = len(starts) - 1
    degrees = starts[1:] - starts[:-1]
    layers = np.zeros(n, np.int64)
    queue = np.empty(n, np.int64)
    tail = 0
    for v in range(n):
        if degrees[v] <= 1:
            layers[v] = 1
            queue[tail] = v
            tail += 1
    head = 0
    while head < tail:
        v = queue[head]
        head += 1
        for i in range(starts[v], starts[v + 1]):
            u = neighbours[i]
            degrees[u] -= 1
            if degrees[u] == 1 and layers[u] == 0:
                layers[u] = layers[v] + 1
                queue[tail] = u
                tail += 1
    return layers


@kernel(work=lambda starts, edges, _: len(starts) + len(edges))
def _breadth_first(starts, neighbours, roots):  # type: ignore[no-untyped-def]
    """Parent of each node (-1 for roots) and the nodes in breadth-first order."""
    n = len(starts) - 1
    parents = np.full(n, -2, np.int64)
    order = np.empty(n, np.int64)
    tail = len(roots)
    for i in range(tail):
        order[i] = roots[i]
        parents[roots[i]] = -1
    head = 0
    while head < tail:
        v = order[head]
        head += 1
        for i in range(starts[v], starts[v + 1]):
            u = neighbours[i]
            if parents[u] == -2:
                parents[u] = v
                order[tail] = u
                tail += 1
    return parents, order
