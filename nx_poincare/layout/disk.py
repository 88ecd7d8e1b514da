r"""The picture's layout: nested arcs respaced for the eye.

Nested arcs are made for distances: a heavy branch doubles its slot at every level, so that almost
the whole circle belongs to the deepest one, and radii reach 36 where the eye sees 5. The layout
keeps what the arcs decided, the tree and the cyclic order in which subtrees stand around the circle
(second parents are close), and spends both coordinates anew.

**Angles.** Every leaf gets the same share of the circle and every inner node a gap around its
subtree; a node stands in the middle of its subtree's range.

**Radii.** A node at level l whose subtree has half the range w of the circle wants the depth

.. math:: d = l + c \ln(\pi / w).

Only the first term gives rings, on which small subtrees crowd close to the origin; the second
on its own is the embedding's rule, which sends every leaf to the rim. Depth is scaled so that nine nodes
in ten lie within a hyperbolic radius that the eye resolves; beyond, it grows with the logarithm, so
that a long chain beside a large star still has room for each of its nodes.

**Rows.** The leaves of one node would stand on an arc, hundreds of them as one dark line. Of m leaves,
more than a row of 12, each goes further out by a share of :math:`\ln(m / 12) / 2` levels; shares by the
golden ratio keep neighbours apart.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.cones.arcs.nested_arcs import Arcs
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import path_sums, subtree_sums
from nx_poincare.engine.geometry.ball import to_ball
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["GOLDEN", "MOST_OF_THE_NODES", "THEIR_RADIUS", "disk_layout", "even_angles", "eye_radii"]

_GAP = 0.6  # empty range around the subtree of an inner node, in ranges of a leaf
_RANGE_WEIGHT = 0.4  # depth of a range that is e times smaller, in levels
_ROW = 12  # leaves of one node that stand on an arc
_ROW_WEIGHT = 0.5  # depth that e times as many leaves fill, in levels
GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, are spread evenly however many there are
MOST_OF_THE_NODES = 0.9
THEIR_RADIUS = 2.9  # 0.9 of the disk
_LAST_LINEAR_RADIUS = 4.0  # 0.96 of the disk


def disk_layout(dag: Dag, arcs: Arcs) -> FloatArray:
    """Positions in the unit disk for the eye.

    Parameters
    ----------
    dag : Dag
    arcs : Arcs
        Of the same `Dag`; the tree and the order of the subtrees around the circle are taken from it.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Points strictly inside the unit disk. A single root is at the origin; several roots stand
        around it. The distance from the origin grows strictly along every path of the tree, for
        chains of 100,000 nodes too.

    Examples
    --------
    >>> from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
    >>> star = Dag.from_edges(np.zeros(4, dtype=np.int64), np.arange(1, 5), 5)
    >>> positions = disk_layout(star, nested_arcs(star, max_radius=36))
    >>> np.linalg.norm(positions, axis=1).round(2)
    array([0.  , 0.9, 0.9, 0.9, 0.9])
    """
    if dag.n == 0:
        return np.zeros((0, 2))
    tree = arcs.tree
    siblings = np.lexsort((arcs.angles, tree.parents))
    middles, ranges = even_angles(tree, siblings)
    roots = tree.parents < 0
    single = np.count_nonzero(roots) == 1
    levels = dag.levels.astype(np.float64) + (0.0 if single else 1.0)
    depths = levels + _RANGE_WEIGHT * np.log(np.pi / ranges)
    depths += _rows_of_leaves(tree, siblings)
    if single:
        depths[roots] = 0.0
    return to_ball(np.column_stack([np.cos(middles), np.sin(middles)]), eye_radii(depths))


def even_angles(tree: SpanningTree, siblings: IntArray) -> tuple[FloatArray, FloatArray]:
    """Middle and half-width of each subtree's range in radians; siblings beside each other and in order."""
    n = len(tree.parents)
    children = np.bincount(tree.parents[tree.parents >= 0], minlength=n)
    gaps = np.where(children > 0, _GAP, 0.0)
    widths = subtree_sums(tree.order, tree.parents, np.where(children > 0, gaps, 1.0))
    starts = path_sums(tree.order, tree.parents, _widths_before(tree.parents, siblings, widths) + gaps / 2) - gaps / 2
    circle = widths[tree.parents < 0].sum()
    return (2 * starts + widths) * (np.pi / circle) - np.pi, widths * (np.pi / circle)


def _rows_of_leaves(tree: SpanningTree, siblings: IntArray) -> FloatArray:
    """Depth that each leaf of a large fan goes further out, in levels; 0 for other nodes."""
    n = len(tree.parents)
    has_parent = tree.parents >= 0
    is_leaf = has_parent & (np.bincount(tree.parents[has_parent], minlength=n) == 0)
    fans = np.bincount(tree.parents[is_leaf], minlength=n)
    fan = np.where(is_leaf, fans[tree.parents], 0)
    place = _widths_before(tree.parents, siblings, is_leaf.astype(np.float64))
    return _ROW_WEIGHT * np.log(np.maximum(fan / _ROW, 1.0)) * (place * GOLDEN % 1)


def _widths_before(parents: IntArray, siblings: IntArray, widths: FloatArray) -> FloatArray:
    """Sum of the widths of the siblings that come before each node."""
    ends = np.cumsum(widths[siblings])
    begins = ends - widths[siblings]
    owners = parents[siblings]
    is_first = np.concatenate([[True], owners[1:] != owners[:-1]])
    before = np.empty(len(parents))
    before[siblings] = begins - begins[is_first][np.cumsum(is_first) - 1]
    return before


def eye_radii(depths: FloatArray) -> FloatArray:
    """Hyperbolic radii for depths: linear, then logarithmic."""
    outside = depths[depths > 0]
    if len(outside) == 0:
        return np.zeros(len(depths))
    radii = depths * (THEIR_RADIUS / np.quantile(outside, MOST_OF_THE_NODES))
    beyond = np.maximum(radii - _LAST_LINEAR_RADIUS, 0.0)
    return np.asarray(np.minimum(radii, _LAST_LINEAR_RADIUS) + np.log1p(beyond), dtype=np.float64)
