"""Rounds in which one arc after the other goes where it costs least: those of inner nodes, and leaves."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.descent import Tree, descend
from nx_poincare.engine.cones.arcs.keys import DiskPoints
from nx_poincare.engine.cones.arcs.leaves import ArcTiers, move_leaves
from nx_poincare.engine.cones.arcs.nested_arcs import Arcs
from nx_poincare.engine.cones.arcs.tables import BINS, Intruders, Tables, tabulate
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import is_below
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["descent_round", "leaf_round"]

_logger = logging.getLogger(__name__)

_NODES_PER_CALL = 100  # between two calls an interrupt is heard
_NODES_PER_THRESHOLD = 4  # looked at for a leaf in the time of a threshold
_SMALL = 64  # the rows of smaller subtrees get tables, so that the node above may leave them


def descent_round(
    arcs: Arcs, costs: ArcCosts, max_radius: float, weight: float, most_thresholds: int, *, both_ends: bool = False
) -> tuple[Arcs, int]:
    """One round of the descent and the thresholds it priced; the arcs are those measured last.

    Arcs of nodes that are missed move; with `both_ends`, then also those of inner nodes that miss an ancestor.
    """
    tree = arcs.tree
    points = DiskPoints.of(arcs.angles, arcs.radii)
    is_missed = tree.missed > 0
    movable = is_missed & (tree.parents >= 0)
    if both_ends:
        movable = (is_missed | costs.off_tree) & (tree.parents >= 0)
        movable[costs.leaves] = False
    tables = _tables(costs, points, tree, movable)
    leaf_angles = points.angles[costs.leaves]
    by_angle = np.argsort(leaf_angles, kind="stable")
    intruders = Intruders(
        costs.inner,
        costs.leaves[by_angle],
        leaf_angles[by_angle],
        float(points.exp_minus_radius[costs.leaves].max(initial=0.0)),
    )
    tabulate(costs.rows, points, tables, intruders)
    pair_costs = _pair_costs(costs, weight)
    blame: FloatArray = np.bincount(costs.rows.ancestors, pair_costs, len(movable)).astype(np.float64)
    if both_ends:
        blame = blame + _row_sums(costs, pair_costs)
    nodes = np.flatnonzero(movable)
    nodes = nodes[np.lexsort((-blame[nodes], ~is_missed[nodes]))]
    moves, gain, thresholds = 0, 0.0, 0
    shape = Tree(tree.parents, tree.sizes, *_tree_children(tree))
    for first in range(0, len(nodes), _NODES_PER_CALL):
        found = descend(
            nodes[first : first + _NODES_PER_CALL], float(np.exp(-max_radius)), weight, most_thresholds - thresholds,
            shape, costs.rows, points, costs.descendants, tables, intruders,
        )  # fmt: skip
        moves, gain, thresholds = moves + found[0], gain + found[1], thresholds + found[2]
    _logger.debug(
        "arcs: %d arcs moved for a gain of %.4f, %d thresholds", moves, gain / len(costs.rows.keys), thresholds
    )
    return _moved(arcs, points, max_radius), thresholds


def leaf_round(arcs: Arcs, costs: ArcCosts, max_radius: float, weight: float, most_thresholds: int) -> tuple[Arcs, int]:
    """Leaves put where their own rows cost least, and how many thresholds could be priced in that time."""
    points = DiskPoints.of(arcs.angles, arcs.radii)
    cost = _row_sums(costs, _pair_costs(costs, weight))[costs.leaves]
    dear = np.flatnonzero(cost > 0)
    leaves = costs.leaves[dear[np.argsort(-cost[dear], kind="stable")]]
    angles = points.angles
    by_angle = np.argsort(angles, kind="stable")
    tiers = ArcTiers.of(costs.inner, points)
    moves, nodes = 0, 0
    for first in range(0, len(leaves), _NODES_PER_CALL):
        found = move_leaves(
            leaves[first : first + _NODES_PER_CALL], float(np.exp(-max_radius)), weight,
            most_thresholds * _NODES_PER_THRESHOLD - nodes, costs.rows, points, tiers, angles[by_angle], by_angle,
        )  # fmt: skip
        moves, nodes = moves + found[0], nodes + found[1]
    _logger.debug("arcs: %d leaves moved, %d nodes looked at", moves, nodes)
    return _moved(arcs, points, max_radius), nodes // _NODES_PER_THRESHOLD


def _moved(arcs: Arcs, points: DiskPoints, max_radius: float) -> Arcs:
    """Arcs with the angles and radii of points; radii that are still the same keep their last bit."""
    radii = np.where(points.exp_minus_radius == np.exp(-arcs.radii), arcs.radii, -np.log(points.exp_minus_radius))
    return replace(arcs, angles=points.angles, radii=np.minimum(radii, max_radius))


def _row_sums(costs: ArcCosts, of_pairs: FloatArray) -> FloatArray:
    """Sums over the ancestors of each node."""
    lengths = np.diff(costs.rows.starts)
    sums = np.bincount(np.repeat(np.arange(len(lengths)), lengths), of_pairs, len(lengths))
    return np.asarray(sums, dtype=np.float64)


def _pair_costs(costs: ArcCosts, weight: float) -> FloatArray:
    """What each ancestor costs in the rank and precision of its row."""
    starts, _, _, before = costs.rows
    lengths = np.repeat(np.diff(starts), np.diff(starts))
    ranks = np.arange(len(before)) - np.repeat(starts[:-1], np.diff(starts)) + 1
    return np.asarray(before + weight * before / (before + ranks) / lengths, dtype=np.float64)


def _tables(costs: ArcCosts, points: DiskPoints, tree: SpanningTree, movable: NDArray[np.bool_]) -> Tables:
    """Empty tables of the rows with far ancestors, of movable nodes and of small subtrees below these."""
    far, near = costs.far_and_near_rows(points)
    tops = movable & (tree.sizes <= _SMALL)
    chosen = movable | is_below(tree.order, tree.parents, tops)
    chosen[far] = True
    chosen &= np.diff(costs.rows.starts) > 0
    rows = np.flatnonzero(chosen)
    place = np.full(len(chosen), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    near = near[~chosen[near]]
    caps, last, x, y, sigma = np.zeros((5, len(rows)))
    counts = np.zeros((len(rows), BINS), dtype=np.int32)
    return Tables(rows, place, caps, last, x, y, sigma, counts, near, points.angles[near])


def _tree_children(tree: SpanningTree) -> tuple[IntArray, IntArray]:
    """Offsets and children of every node in the tree."""
    has_parent = np.flatnonzero(tree.parents >= 0)
    by_parent = has_parent[np.argsort(tree.parents[has_parent], kind="stable")]
    counts = np.bincount(tree.parents[has_parent], minlength=len(tree.parents))
    return np.concatenate([[0], np.cumsum(counts)]), by_parent
