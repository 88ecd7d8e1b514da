r"""The order of siblings on the circle, in which nodes stand near their other parents.

Siblings of a spanning tree may stand in any order. With positions :math:`t_v` along the leaves of the tree, counted in
nodes, and :math:`z_v` nodes in the subtree of v, rounds of barycentres lower

.. math:: \sum_{(v, p)} z_v (t_v - t_p)^2

over the edges from a parent p to a child v that are not in the tree: each of them pulls both of its ends, and with
them the subtrees in which these lie. The best order of all rounds is kept. Counted in nodes, and not in angles, a
subtree in a narrow arc can be told from its neighbours.

Rounds move subtrees step by step. Many roots would never find to those they share descendants with; they start in the
order of reverse Cuthill and McKee, in which whatever is connected stands together.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import subtree_sums
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Siblings", "ordered_siblings", "siblings_by_key"]

_ROUNDS = 12
_INERTIA = 0.3  # of where a subtree stands, in parts of what pulls at it

Siblings = tuple[IntArray, IntArray]
"""Children of v in order: ``children[starts[v]:starts[v + 1]]``; those of n are the roots."""


def ordered_siblings(tree: SpanningTree, child: IntArray, parent: IntArray, numbers: IntArray) -> Siblings:
    """Siblings ordered by the edges that are not in the tree, from `child` and `parent`; by size without any.

    Parameters
    ----------
    tree : SpanningTree
        Its nodes numbered as loops meet them.
    child, parent : ndarray of int64, shape (e,)
        Ends of the edges that are not in the tree.
    numbers : ndarray of int64, shape (n,)
        The nodes in the order that decides between equals.
    """
    keys = -tree.sizes.astype(np.float64)
    if len(child) == 0:
        return siblings_by_key(tree, keys, numbers)
    roots = np.flatnonzero(tree.parents < 0)
    if len(roots) > 2:
        keys[roots] = _places_of_roots(tree, roots, child, parent)
    siblings = siblings_by_key(tree, keys, numbers)
    best, least = siblings, np.inf
    sizes = tree.sizes.astype(np.float64)
    for _ in range(_ROUNDS):
        at = _positions(tree.order, *siblings, sizes)
        spread = float((sizes[child] * (at[child] - at[parent]) ** 2).sum())
        if spread < least:
            best, least = siblings, spread
        siblings = siblings_by_key(tree, _barycentres(tree, child, parent, sizes, at), numbers)
    return best


def siblings_by_key(tree: SpanningTree, keys: FloatArray, numbers: IntArray) -> Siblings:
    """Children of every node sorted by key, those of equal keys as they are in `numbers`."""
    n = len(tree.parents)
    owners = np.where(tree.parents < 0, n, tree.parents)
    children = numbers[np.lexsort((keys[numbers], owners[numbers]))]
    starts = np.zeros(n + 2, dtype=np.int64)
    np.cumsum(np.bincount(owners, minlength=n + 1), out=starts[1:])
    return starts, children


def _places_of_roots(tree: SpanningTree, roots: IntArray, child: IntArray, parent: IntArray) -> FloatArray:
    """Places of the roots in an order in which those whose subtrees are joined by edges are near each other."""
    root_of = _roots_of(tree.order, tree.parents)
    number = np.empty(len(tree.parents), dtype=np.int64)
    number[roots] = np.arange(len(roots))
    first, second = number[root_of[child]], number[root_of[parent]]
    pairs = (np.ones(2 * len(first)), (np.append(first, second), np.append(second, first)))
    joined = coo_array(pairs, shape=(len(roots), len(roots))).tocsr()
    places = np.empty(len(roots))
    places[reverse_cuthill_mckee(joined, symmetric_mode=True)] = np.arange(len(roots))
    return places


@kernel(work=lambda order, _: 2 * len(order))
def _roots_of(order, parents):  # type: ignore[no-untyped-def]
    """The root above each node."""
    roots = np.empty(len(order), np.int64)
    for v in order:
        roots[v] = v if parents[v] < 0 else roots[parents[v]]
    return roots


@kernel(work=lambda order, *_: 4 * len(order))
def _positions(order, starts, children, sizes):  # type: ignore[no-untyped-def]
    """The middle of each subtree in a walk through the tree in which a node comes before its children, in nodes."""
    n = len(order)
    begins, positions = np.zeros(n), np.zeros(n)
    at = 0.0
    for i in range(starts[n], starts[n + 1]):
        begins[children[i]] = at
        at += sizes[children[i]]
    for v in order:
        positions[v] = begins[v] + sizes[v] / 2
        at = begins[v] + 0.5
        for i in range(starts[v], starts[v + 1]):
            begins[children[i]] = at
            at += sizes[children[i]]
    return positions


def _barycentres(
    tree: SpanningTree, child: IntArray, parent: IntArray, sizes: FloatArray, at: FloatArray
) -> FloatArray:
    """Where each subtree is pulled by the edges that are not in the tree, weighted by what hangs on them."""
    n = len(at)
    weights = sizes[child]
    pull = np.bincount(child, weights * at[parent], n) + np.bincount(parent, weights * at[child], n)
    weight = np.bincount(child, weights, n) + np.bincount(parent, weights, n)
    pull = subtree_sums(tree.order, tree.parents, pull)
    weight = subtree_sums(tree.order, tree.parents, weight)
    pulled = weight > 0
    weight[~pulled] = 1.0
    return np.where(pulled, (pull / weight + _INERTIA * at) / (1 + _INERTIA), at)
