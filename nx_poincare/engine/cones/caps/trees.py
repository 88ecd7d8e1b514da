"""Caps of trees: the packing that makes the most of the largest radius, in the dimensions that do best.

A tree that fits is exact. Where it does not, the fewer nodes give up their slots the better: the packing is tried
with several budgets and several widths of the caps around the origin, and measured. What fits in a plane, as arcs, or
in fewer dimensions, fits in more as it stands. So where slots are given up, the arcs and the caps of fewer dimensions
are candidates as well, and none is taken that is worse by any score than one of fewer dimensions.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.cones.caps.precision import pack_forest
from nx_poincare.engine.cones.caps.unfolding import unfold_packings
from nx_poincare.engine.cones.comparison import flat, is_no_worse, rows_to_judge, scores_of
from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.growing_radii import radii_growing_along_edges
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.workers import Workers

__all__ = ["tree_caps"]

_log = logging.getLogger(__name__)

_CONFORMAL_LOSS = 1.05  # bound of sum_i ln(1 + 4^-i): the caps of children off the centre shrink by 1 + |c|^2
_MORE_BUDGETS = (1.4, 1.1, 0.8, 0.5, 0.2)  # beyond what surely fits
_WIDEST = (0.5, 0.7, 0.9, 0.98)  # T of a child of the root at most; the first surely fits
_MOST_DIMENSIONS = 10  # of candidates in fewer dimensions; beyond these hardly anything is won
_FEW_COMPARED = 20_000_000  # pairs of nodes; where there are more, only rows that may be wrong are judged
_MOST_COMPARED, _MOST_RELATED = 500_000_000, 1_000_000  # pairs of nodes, and of a node and an ancestor
_SAME = 1e-6  # of a child's slot: a node so near to its child's direction has no slot of its own


class _Caps(NamedTuple):
    directions: FloatArray
    radii: FloatArray
    given_up: IntArray  # nodes without slots, whose rows may be wrong; all where radii are clipped


def tree_caps(
    dag: Dag, skeleton: Skeleton, dim: int, max_radius: float, workers: Workers
) -> tuple[FloatArray, FloatArray]:
    """Caps for a tree or forest; several roots hang on its one attach point, the origin."""
    caps = _most_slots(dag, skeleton, dim, max_radius)
    if len(caps.given_up) == 0:
        return caps.directions, caps.radii
    found = [_arcs(dag, max_radius)]
    for fewer in range(3, min(dim, _MOST_DIMENSIONS + 1)):
        found.append(_most_slots(dag, skeleton, fewer, max_radius))
    return _best(dag, [*found, caps], workers)


def _best(dag: Dag, found: list[_Caps], workers: Workers) -> tuple[FloatArray, FloatArray]:
    """The last of the placements, by dimension, that is no worse than those before."""
    rows = np.arange(dag.n)
    if dag.n * dag.n > _FEW_COMPARED:
        rows = np.unique(np.concatenate([caps.given_up for caps in found]))
    rows = rows_to_judge(dag, rows, _MOST_COMPARED)
    rows = rows[:: 1 + int(dag.levels[rows].sum()) // _MOST_RELATED]
    exact = int(dag.levels.sum() - dag.levels[rows].sum())
    best = found[0]
    scores = scores_of(dag, best.directions, best.radii, rows, workers, exact)
    for caps in found[1:]:
        others = scores_of(dag, caps.directions, caps.radii, rows, workers, exact)
        if is_no_worse(others, scores):
            best, scores = caps, others
    dim = found[-1].directions.shape[1]
    counts = [len(caps.given_up) for caps in found]
    _log.info("tree: slots given up, by dimension from 2: %s; %d are taken", counts, best.directions.shape[1])
    return flat(best.directions, dim), best.radii


def _arcs(dag: Dag, max_radius: float) -> _Caps:
    arcs = nested_arcs(dag, max_radius=max_radius)
    children = np.flatnonzero(arcs.tree.parents >= 0)
    parents = arcs.tree.parents[children]
    shared = np.abs(arcs.angles[children] - arcs.angles[parents]) < _SAME * arcs.slots[children]
    given_up = np.unique(parents[shared & (arcs.radii[parents] > 0)])
    return _Caps(arcs.directions, arcs.radii, given_up)  # the radii of a tree grow along its edges already


def _most_slots(dag: Dag, skeleton: Skeleton, dim: int, max_radius: float) -> _Caps:
    """The caps with the largest budget that fits: all slots if possible."""
    surely = max_radius / 2 - _CONFORMAL_LOSS
    caps, _ = _caps(dag, skeleton, dim, max_radius, surely, _WIDEST[:1])
    for more in _MORE_BUDGETS:
        if len(caps.given_up) == 0:
            break
        larger, largest = _caps(dag, skeleton, dim, max_radius, surely + more, _WIDEST)
        if largest <= max_radius:
            return larger if len(larger.given_up) < len(caps.given_up) else caps
    return caps


def _caps(
    dag: Dag, skeleton: Skeleton, dim: int, max_radius: float, budget: float, widths: tuple[float, ...]
) -> tuple[_Caps, float]:
    """Caps of one packing, of the width that needs the smallest largest radius, and that radius."""
    nodes = skeleton.reduced
    forest = nodes if len(nodes.roots) == 1 else skeleton.forest
    top = forest.roots
    needs_no_slot = np.zeros(forest.n, dtype=np.bool_)
    needs_no_slot[top] = True
    frame = np.empty((forest.n, dim))
    packing = pack_forest(forest, frame, np.full(forest.n, budget), needs_no_slot)
    largest, directions, radii = np.inf, frame, np.zeros(forest.n)
    for width in widths:
        unfolded, tangents = frame.copy(), np.ones(forest.n)
        unfolded[top, 0] = 1.0
        tangents[top] = min(1.0, width / np.max(packing.shares[forest.child_list], initial=1e-9))
        found = unfold_packings(forest, packing.shares, unfolded, tangents)
        found[top] = 0.0
        if found[: nodes.n].max() < largest:
            largest, directions, radii = float(found[: nodes.n].max()), unfolded, found
    given_up = np.arange(dag.n)
    if largest <= max_radius:
        given_up = np.flatnonzero((packing.overlaps > 0) & ~needs_no_slot)
    return _Caps(directions[: nodes.n], radii_growing_along_edges(dag, radii[: nodes.n], max_radius), given_up), largest
