"""What is hard about a graph, apart from the trees that hang on it.

A node with two parents must lie near both; its ancestors must make room for that. Everything else
hangs below these by single parents, in *pure trees* that fit in closed form into a small ball around
one *attach point*, so that their nodes see the rest of the graph as the attach point does. WordNet's
82,115 nouns shrink to 3,137 caps and 4,033 attach points.

- M: the nodes that keep at least two parents when transitively redundant ones are dropped;
- *caps*: all proper ancestors of M, an upward closed set;
- *attach roots*: the other nodes whose parents are all caps. Those with the same parents share an
  attach point, and the nodes below them are its pure tree.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.growing_radii import radii_growing_along_edges
from nx_poincare.engine.dag.transitive_reduction import MOST_STEPS, without_redundant_parents
from nx_poincare.engine.dag.tree_sums import path_sums, subtree_sums
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["PureTreeDepths", "Skeleton", "growing_caps", "is_forest", "pure_tree_depths", "split"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Skeleton:
    """A graph split into caps, attach points and pure trees.

    Attributes
    ----------
    reduced : Dag
        The graph without redundant parents; a forest exactly if there are no caps.
    caps : ndarray of int64, shape (c,)
        Node indices of the caps, ascending. Cap numbers below are positions in this array.
    dag : Dag
        Over c + p numbers: the caps and, from c on, the attach points, each below its parent caps.
        Attach points are childless. A point without parents holds pure trees with no ancestor among the caps.
    forest : Dag
        Over n + p numbers: nodes, then attach points. Edges lead from attach points to their attach roots
        and down the pure trees; caps are isolated in it.
    weights : ndarray of int64, shape (p,)
        Number of nodes below each attach point.
    """

    reduced: Dag
    caps: IntArray
    dag: Dag
    forest: Dag
    weights: IntArray


def is_forest(dag: Dag) -> bool:
    """Whether no node has several parents, redundant ones left out: `split` then finds no caps.

    Examples
    --------
    >>> edges = np.array([[0, 1], [1, 2], [0, 2], [1, 3], [2, 4], [3, 4]])
    >>> is_forest(Dag.from_edges(*edges[:4].T, 4)), is_forest(Dag.from_edges(*edges.T, 5))
    (True, False)
    """
    return bool(np.diff(without_redundant_parents(dag, MOST_STEPS).parent_starts).max(initial=0) <= 1)


def split(dag: Dag, effort: float = 1.0, is_cap: BoolArray | None = None) -> Skeleton:
    """Split a graph into its skeleton and pure trees.

    Without multi-parent nodes there are no caps, and all trees hang on one attach point. ``effort`` bounds the search
    for redundant parents, in units of its default bound. ``is_cap`` names further nodes that are caps, all ancestors of
    each among them.

    Examples
    --------
    >>> edges = np.array([[0, 1], [0, 2], [1, 3], [2, 3], [3, 4], [1, 5], [1, 6]])
    >>> skeleton = split(Dag.from_edges(edges[:, 0], edges[:, 1], 7))
    >>> skeleton.caps, skeleton.weights
    (array([0, 1, 2]), array([2, 2]))
    """
    reduced = without_redundant_parents(dag, int(MOST_STEPS * effort))
    n = reduced.n
    is_above_several_parents = _above_multi_parent_nodes(reduced.order, reduced.parent_starts, reduced.parent_list)
    is_cap = is_above_several_parents if is_cap is None else is_above_several_parents | is_cap
    caps = np.flatnonzero(is_cap)
    number = np.full(n, -1, dtype=np.int64)
    number[caps] = np.arange(len(caps))
    children = np.repeat(np.arange(n), np.diff(reduced.parent_starts))
    parents = reduced.parent_list
    from_cap = is_cap[parents]
    among_caps = is_cap[children]
    onto_point = from_cap & ~among_caps
    attach_roots = np.zeros(n, dtype=np.bool_)
    attach_roots[children[onto_point]] = True
    attach_roots[reduced.roots] = True
    attach_roots &= ~is_cap
    roots = np.flatnonzero(attach_roots)
    point_of_root, samples = _group_by_parents(reduced, roots)
    count = len(samples)
    # A sample root of each point lends it its parents.
    edge_of_sample = np.isin(children, roots[samples])
    point_of_node = np.full(n, -1, dtype=np.int64)
    point_of_node[roots] = point_of_root
    above = np.concatenate([number[parents[among_caps]], number[parents[edge_of_sample]]])
    below = np.concatenate([number[children[among_caps]], len(caps) + point_of_node[children[edge_of_sample]]])
    pure = ~from_cap
    forest = Dag.from_edges(
        np.concatenate([n + point_of_root, parents[pure]]), np.concatenate([roots, children[pure]]), n + count
    )
    return Skeleton(
        reduced=reduced,
        caps=caps,
        dag=Dag.from_edges(above, below, len(caps) + count),
        forest=forest,
        weights=_nodes_below(forest)[n:],
    )


def growing_caps(skeleton: Skeleton, radii: FloatArray, max_radius: float) -> FloatArray:
    """Radii of caps, shape (c,), that grow along the edges between them, with the least largest change."""
    of_points = np.full(len(skeleton.weights), max_radius)
    return radii_growing_along_edges(skeleton.dag, np.concatenate([radii, of_points]), max_radius)[: len(radii)]


class PureTreeDepths(NamedTuple):
    """Depths of the nodes that share a row of a skeleton: how many ancestors they have within their pure tree.

    Attributes
    ----------
    starts : ndarray of int64, shape (c + p + 1,)
        Offsets by row into the other two.
    depths : ndarray of int64
        Each depth once per row; 0 for caps.
    counts : ndarray of float64
        How many nodes of the row have that depth.
    """

    starts: IntArray
    depths: IntArray
    counts: FloatArray


def pure_tree_depths(skeleton: Skeleton) -> PureTreeDepths:
    """Depths of all nodes of a graph within the pure trees of its skeleton, by row."""
    caps, points, forest = len(skeleton.caps), len(skeleton.weights), skeleton.forest
    own_row = np.zeros(forest.n, dtype=np.int64)
    own_row[skeleton.caps] = np.arange(caps)
    own_row[forest.n - points :] = caps + np.arange(points)
    row = path_sums(forest.order, forest.first_parents, own_row)  # nodes of pure trees have that of their attach point
    nodes = np.arange(forest.n - points)
    most = int(forest.levels.max(initial=0)) + 1
    depth = np.maximum(forest.levels[nodes] - 1, 0)
    keys, counts = np.unique(row[nodes] * most + depth, return_counts=True)
    starts = np.searchsorted(keys, most * np.arange(caps + points + 1))
    return PureTreeDepths(starts, keys % most, counts.astype(np.float64))


def _group_by_parents(dag: Dag, roots: IntArray) -> tuple[IntArray, IntArray]:
    """Number the distinct parent sets of some nodes, and the position of one node for each."""
    counts = np.diff(dag.parent_starts)[roots]
    groups = np.empty(len(roots), dtype=np.int64)
    firsts: list[IntArray] = []
    found = 0
    for width in np.unique(counts):
        same = np.flatnonzero(counts == width)
        sets = dag.parent_list[dag.parent_starts[roots[same]][:, None] + np.arange(width)]
        sets = sets.reshape(len(same), width)
        if width == 0:
            first, inverse = np.zeros(1, dtype=np.int64), np.zeros(len(same), dtype=np.int64)
        else:
            _, first, inverse = np.unique(sets, axis=0, return_index=True, return_inverse=True)
        groups[same] = found + inverse.reshape(-1)
        firsts.append(same[first])
        found += len(first)
    return groups, np.concatenate(firsts) if firsts else np.zeros(0, dtype=np.int64)


def _nodes_below(forest: Dag) -> IntArray:
    """Number of proper descendants of each node of a forest."""
    sizes = subtree_sums(forest.order, forest.first_parents, np.ones(forest.n, dtype=np.int64))
    return np.asarray(sizes - 1, dtype=np.int64)


@kernel(work=lambda order, _, edges: len(order) + len(edges))
def _above_multi_parent_nodes(order, parent_starts, parent_list):  # type: ignore[no-untyped-def]
    """Proper ancestors of nodes with at least two parents."""
    found = np.zeros(len(order), np.bool_)
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        if found[v] or parent_starts[v + 1] - parent_starts[v] > 1:
            for j in range(parent_starts[v], parent_starts[v + 1]):
                found[parent_list[j]] = True
    return found
