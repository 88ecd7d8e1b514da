r"""The order of siblings on the circle, in which nodes stand near their other parents.

Siblings of a spanning tree may stand in any order. With positions :math:`t_v` along the leaves of the tree, counted in
nodes, and :math:`z_v` nodes in the subtree of v, rounds of barycentres lower

.. math:: \sum_{(v, p)} z_v (t_v - t_p)^2

over the edges from a parent p to a child v that are not in the tree: each of them pulls both of its ends, and with
them the subtrees in which these lie. The best order of all rounds is kept. Counted in nodes, and not in angles, a
subtree in a narrow arc can be told from its neighbours.

From there siblings are sifted (`nx_poincare.engine.cones.arcs.sifting`).

Rounds move subtrees step by step. Many roots would never find to those they share descendants with; they start in the
order of reverse Cuthill and McKee, in which whatever is connected stands together.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from nx_poincare.engine.cones.arcs.sifting import Joints, Walk, sift_once
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import sum_up_subtrees
from nx_poincare.engine.ranking.sorting import sort_by_key
from nx_poincare.utils.arrays import NARROW_FROM, FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = [
    "barycentres",
    "edges_off_tree",
    "ordered_siblings",
    "siblings_by_key",
    "sifted_siblings",
]

_ROUNDS = 12
_INERTIA = 0.3  # of where a subtree stands, in rounds, in parts of what pulls at it
_SWEEPS = 6
_MOST_STEPS = 1_000_000_000  # along the nodes of subtrees that go past each other: some seconds
_INERTIA_OF_NODES = 0.1  # of each node of a subtree, in a single barycentre

# Children of v in order: ``children[starts[v]:starts[v + 1]]``; those of n are the roots.
Siblings: TypeAlias = tuple[IntArray, IntArray]


def ordered_siblings(dag: Dag, tree: SpanningTree, rng: np.random.Generator | None = None) -> Siblings:
    """Siblings in the best order of some rounds of barycentres, which start from larger subtrees first.

    Parameters
    ----------
    dag : Dag
    tree : SpanningTree
        Of the `Dag`. Nodes are numbered by their places in its order.
    rng : numpy.random.Generator, optional
        For rounds that start from a random order of the siblings other than roots.
    """
    walked, place, child, parent = _walked(dag, tree)
    keys = -walked.sizes.astype(np.float64) if rng is None else rng.random(dag.n)
    if len(child) == 0:
        return siblings_by_key(walked, keys, place)
    roots = np.flatnonzero(walked.parents < 0)
    if len(roots) > 2:
        keys[roots] = _places_of_roots(walked, roots, child, parent)
    siblings = siblings_by_key(walked, keys, place)
    best, least = siblings, np.inf
    sizes = walked.sizes.astype(np.float64)
    for _ in range(_ROUNDS):
        at = _positions(walked.order, *siblings, sizes)
        spread = float((sizes[child] * (at[child] - at[parent]) ** 2).sum())
        if spread < least:
            best, least = siblings, spread
        siblings = siblings_by_key(walked, _pulled_positions(walked, child, parent, at), place)
    return best


def sifted_siblings(dag: Dag, tree: SpanningTree, siblings: Siblings) -> Siblings:
    """Siblings in an order that has been sifted (`nx_poincare.engine.cones.arcs.sifting`); parameters as above."""
    walked, _, child, parent = _walked(dag, tree)
    starts, children = siblings[0], siblings[1].copy()
    sizes = walked.sizes.astype(np.float64)
    at = _positions(walked.order, starts, children, sizes)
    walk = Walk.through(walked.order, starts, children, walked.sizes)
    joints = Joints.of(child, parent, sizes[child], dag.n)
    left = _MOST_STEPS
    for _ in range(_SWEEPS):
        has_moved, steps = sift_once(walked.order, starts, children, walked.sizes, at, walk, joints, left)
        left -= steps
        if not has_moved or left < 0:
            break
    return starts, children


def _walked(dag: Dag, tree: SpanningTree) -> tuple[SpanningTree, IntArray, IntArray, IntArray]:
    """The tree in its order, the places of the nodes in it, and both ends of the edges that are not in the tree."""
    place = np.empty_like(tree.order)
    place[tree.order] = np.arange(dag.n, dtype=place.dtype)
    child, parent = edges_off_tree(dag, tree)
    return tree.in_order(place), place, place[child], place[parent]


def edges_off_tree(dag: Dag, tree: SpanningTree) -> tuple[IntArray, IntArray]:
    """Children and parents of the edges that are not in the tree."""
    children, parents = [tree.parents[:0]], [tree.parents[:0]]
    for above, below in dag.edges_in_blocks():
        is_other = tree.parents[below] != above
        children.append(below[is_other])
        parents.append(above[is_other])
    return np.concatenate(children), np.concatenate(parents)


def siblings_by_key(tree: SpanningTree, keys: FloatArray, numbers: IntArray) -> Siblings:
    """Children of every node sorted by key, those of equal keys as they are in `numbers`."""
    starts, children = _children_by_key(tree.parents, keys, numbers)
    return starts, children


def _children_by_lexsort(parents: IntArray, keys: FloatArray, numbers: IntArray) -> Siblings:
    """`_children_by_key`, by operations on whole arrays."""
    n = len(parents)
    owners = np.where(parents < 0, n, parents)
    children = numbers[np.lexsort((keys[numbers], owners[numbers]))]
    starts = np.zeros(n + 2, dtype=parents.dtype)
    np.cumsum(np.bincount(owners, minlength=n + 1), out=starts[1:])
    return starts, children


@kernel(work=lambda parents, *_: 0 if len(parents) < NARROW_FROM else len(parents), interpreted=_children_by_lexsort)
def _children_by_key(parents, keys, numbers):  # type: ignore[no-untyped-def]
    """Offsets and members of each node's family, and of that of the roots, by key, and as they are in `numbers`."""
    n = len(parents)
    starts, children = np.empty(n + 2, parents.dtype), np.empty_like(numbers)
    for i in range(n + 2):
        starts[i] = 0
    for v in range(n):
        starts[(parents[v] if parents[v] >= 0 else n) + 1] += 1
    longest = 0
    for i in range(1, n + 2):
        longest = max(longest, starts[i])
        starts[i] += starts[i - 1]
    for v in numbers:  # starts[owner] is where its next child goes, in the end where the next family begins
        owner = parents[v] if parents[v] >= 0 else n
        children[starts[owner]] = v
        starts[owner] += 1
    for i in range(n + 1, 0, -1):
        starts[i] = starts[i - 1]
    starts[0] = 0
    own = np.empty(longest)
    for owner in range(n + 1):
        first, end = starts[owner], starts[owner + 1]
        if end - first > 1:
            for i in range(first, end):
                own[i - first] = keys[children[i]]
            sort_by_key(own[: end - first], children[first:end])
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


def barycentres(tree: SpanningTree, child: IntArray, parent: IntArray, at: FloatArray) -> FloatArray:
    """Where each subtree is pulled by the edges that are not in the tree, each node in it being drawn back a little."""
    pull, weight = _pulls(tree, child, parent, at)
    inertia = _INERTIA_OF_NODES * tree.sizes
    weight += inertia
    inertia *= at
    pull += inertia
    pull /= weight
    return pull


def _pulled_positions(tree: SpanningTree, child: IntArray, parent: IntArray, at: FloatArray) -> FloatArray:
    """The same, of a part of the way: how far a subtree goes does not depend on its size."""
    pull, weight = _pulls(tree, child, parent, at)
    pulled = weight > 0
    weight[~pulled] = 1.0
    return np.where(pulled, (pull / weight + _INERTIA * at) / (1 + _INERTIA), at)


def _pulls(tree: SpanningTree, child: IntArray, parent: IntArray, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sums over each subtree of the places at the other ends of edges, weighted by what hangs on them; and weights."""
    n = len(tree.parents)
    if len(child) == 0:
        return np.zeros(n), np.zeros(n)
    weights = tree.sizes[child].astype(np.float64)
    pull = np.asarray(np.bincount(child, weights * at[parent], n), dtype=np.float64)
    pull += np.bincount(parent, weights * at[child], n)
    weight = np.asarray(np.bincount(child, weights, n), dtype=np.float64)
    weight += np.bincount(parent, weights, n)
    for values in (pull, weight):
        sum_up_subtrees(tree.order, tree.parents, values)
    return pull, weight
