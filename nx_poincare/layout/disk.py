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

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, unit_vectors
from nx_poincare.engine.cones.arcs.sibling_order import siblings_by_key
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import sum_down_paths, sum_up_subtrees
from nx_poincare.engine.geometry.ball import to_ball
from nx_poincare.utils.arrays import NARROW_FROM, FloatArray, IntArray, blocks_of_rows
from nx_poincare.utils.compiled import kernel

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
    siblings = _siblings_on_the_circle(tree, arcs.angles)
    rows = _rows_of_leaves(tree, siblings)
    middles, ranges = even_angles(tree, siblings)
    del siblings
    roots = tree.parents < 0
    single = np.count_nonzero(roots) == 1
    depths = _depths_of_ranges(ranges, dag.levels, 0.0 if single else 1.0)
    depths += rows
    del ranges, rows
    if single:
        depths[roots] = 0.0
    radii = eye_radii(depths)
    del depths
    positions = np.empty((dag.n, 2))
    for block in blocks_of_rows(dag.n):
        positions[block] = to_ball(unit_vectors(middles[block]), radii[block])
    return positions


def _siblings_on_the_circle(tree: SpanningTree, angles: FloatArray) -> IntArray:
    """Roots, then the children of each node, as they stand around the circle."""
    starts, children = siblings_by_key(tree, angles, np.arange(len(angles), dtype=tree.parents.dtype))
    roots = starts[-2]
    return np.concatenate([children[roots:], children[:roots]])


def _depths_of_ranges(ranges: FloatArray, levels: IntArray, first: float) -> FloatArray:
    """Depths of nodes by their ranges of the circle and their levels, in the place of the ranges."""
    depths = ranges
    for block in blocks_of_rows(len(ranges)):
        depths[block] = (levels[block].astype(np.float64) + first) + _RANGE_WEIGHT * np.log(np.pi / ranges[block])
    return depths


def even_angles(tree: SpanningTree, siblings: IntArray) -> tuple[FloatArray, FloatArray]:
    """Middle and half-width of each subtree's range in radians; siblings beside each other and in order."""
    n = len(tree.parents)
    is_inner = np.zeros(n, dtype=np.bool_)
    is_inner[tree.parents[tree.parents >= 0]] = True
    half_gap = _GAP / 2
    widths = np.where(is_inner, _GAP, 1.0)
    sum_up_subtrees(tree.order, tree.parents, widths)
    middles = _widths_before(tree.parents, siblings, widths)
    np.add(middles, half_gap, out=middles, where=is_inner)
    sum_down_paths(tree.order, tree.parents, middles)
    np.subtract(middles, half_gap, out=middles, where=is_inner)
    half_circle = np.pi / widths[tree.parents < 0].sum()
    middles *= 2
    middles += widths
    middles *= half_circle
    middles -= np.pi
    widths *= half_circle
    return middles, widths


def _rows_of_leaves(tree: SpanningTree, siblings: IntArray) -> FloatArray:
    """Depth that each leaf of a large fan goes further out, in levels; 0 for other nodes."""
    n = len(tree.parents)
    is_leaf = tree.parents >= 0
    is_leaf[tree.parents[is_leaf]] = False
    fans = np.bincount(tree.parents[is_leaf], minlength=n)
    rows = _widths_before(tree.parents, siblings, is_leaf)
    for block in blocks_of_rows(n):
        fan = np.where(is_leaf[block], fans[tree.parents[block]], 0)
        large = np.flatnonzero(fan > _ROW)
        shares = rows[block][large] * GOLDEN % 1
        rows[block] = 0.0
        rows[block][large] = _ROW_WEIGHT * np.log(fan[large] / _ROW) * shares
    return rows


def _widths_by_arrays(parents: IntArray, siblings: IntArray, widths: NDArray[Any]) -> FloatArray:
    """`_widths_before`, by operations on whole arrays."""
    ends = np.cumsum(widths[siblings], dtype=np.float64)
    begins = ends - widths[siblings]
    owners = parents[siblings]
    is_first = np.concatenate([[True], owners[1:] != owners[:-1]])
    before = np.empty(len(parents))
    before[siblings] = begins - begins[is_first][np.cumsum(is_first) - 1]
    return before


@kernel(work=lambda parents, *_: 0 if len(parents) < NARROW_FROM else len(parents), interpreted=_widths_by_arrays)
def _widths_before(parents, siblings, widths):  # type: ignore[no-untyped-def]
    """Sum of the widths of the siblings that come before each node."""
    before = np.empty(len(parents))
    end, begin_of_first = 0.0, 0.0
    owner = -2
    for v in siblings:
        width = np.float64(widths[v])
        end += width
        begin = end - width
        if parents[v] != owner:
            owner, begin_of_first = parents[v], begin
        before[v] = begin - begin_of_first
    return before


def eye_radii(depths: FloatArray) -> FloatArray:
    """Hyperbolic radii for depths: linear, then logarithmic."""
    outside = depths[depths > 0]
    radii = np.zeros(len(depths))
    if len(outside) == 0:
        return radii
    scale = THEIR_RADIUS / np.quantile(outside, MOST_OF_THE_NODES, overwrite_input=True)
    del outside
    for block in blocks_of_rows(len(depths)):
        own = depths[block] * scale
        beyond = np.maximum(own - _LAST_LINEAR_RADIUS, 0.0)
        radii[block] = np.minimum(own, _LAST_LINEAR_RADIUS) + np.log1p(beyond)
    return radii
