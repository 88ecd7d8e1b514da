"""Cones within a small radius, as float32 and the projections of other programs leave it.

Caps that nest, one within the other, double at every node of a chain. But the order asks less of them: a cap must hold
the points of all descendants, and no other, whatever becomes of their caps. Of such caps there is room for many more:
in d dimensions d points that are equally far from each other are a chain of d nodes within nearly one radius, and
leaves may stand as close as half the width of their caps. No closed form finds them, the training of a skeleton does:
here every node is a cap of it; in large graphs every node that has children is, and the others are spread in the room
that these leave (`nx_poincare.engine.cones.spread_leaves`).

In the plane, where points have an order that training does not change, arcs are laid out for a larger radius and drawn
in.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.caps.nested_caps import nested_caps
from nx_poincare.engine.cones.comparison import MOST_COMPARED, PlacementScores, rows_to_judge, scores_of
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.cones.skeleton.split import is_forest
from nx_poincare.engine.cones.spread_leaves import spread_leaves
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.growing_radii import radii_growing_along_edges
from nx_poincare.engine.geometry.ball import from_ball, rounded_to_float32, to_ball
from nx_poincare.engine.ranking.scores import combined_cost
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.limits import NAMED_RADII

__all__ = ["SCARCE_RADIUS", "cones_of_scarce_radius"]

_log = logging.getLogger(__name__)

_Scores: TypeAlias = Callable[[FloatArray, FloatArray], PlacementScores]

SCARCE_RADIUS = 20.0  # float32 is out of digits at 17
_MOST_CAPS = 20_000  # of more nodes those without children are no caps, but spread
# Arcs of this much more radius, drawn in: points of the same radius are then half the width of their arcs apart, which
# is all that their order needs.
_DRAWN_IN = (0.0, 2 * math.log(2), 2.0, 2.5)


def cones_of_scarce_radius(
    dag: Dag, dim: int, *, max_radius: float, rng: np.random.Generator, refinement: Refinement
) -> tuple[FloatArray, FloatArray]:
    """Directions (n, dim) and radii (n,) of all nodes, as `nx_poincare.engine.cones.cones.cones` gives them.

    Parameters
    ----------
    dag : Dag
    dim : int
        At least 2.
    max_radius : float
        Largest hyperbolic radius.
    rng : numpy.random.Generator
    refinement : Refinement
        Of the training, also where nodes have one parent each.
    """
    rows = rows_to_judge(dag, np.flatnonzero(np.diff(dag.parent_starts)), MOST_COMPARED * refinement.effort)

    def scores(directions: FloatArray, radii: FloatArray) -> PlacementScores:
        return scores_of(dag, directions, radii, rows, refinement.workers)

    if dim == 2:
        return _drawn_in_arcs(dag, max_radius, refinement, scores)
    closed = None
    if is_forest(dag):
        closed = nested_caps(dag, dim, max_radius=max_radius, rng=rng, refinement=refinement)
        if scores(*_as_held_by_float32(*closed, max_radius))[:3] == (1, 1, 1):
            return closed
    are_all_caps = dag.n <= _MOST_CAPS
    is_cap = (np.diff(dag.child_starts) > 0) | are_all_caps
    found = [nested_caps(dag, dim, max_radius=max_radius, rng=rng, refinement=refinement, is_cap=is_cap)]
    if not are_all_caps:
        found.append(spread_leaves(dag, *found[0], max_radius=max_radius, rng=rng, refinement=refinement))
    if closed is not None:
        found.append(closed)
    return min(found, key=lambda points: combined_cost(scores(*points)[:2])) if len(found) > 1 else found[0]


def _as_held_by_float32(directions: FloatArray, radii: FloatArray, max_radius: float) -> tuple[FloatArray, FloatArray]:
    """What float32 leaves of points, where it holds the largest radius: caps that touch may then change places."""
    if max_radius > NAMED_RADII["float32"]:
        return directions, radii
    return from_ball(rounded_to_float32(to_ball(directions, radii)))


def _drawn_in_arcs(
    dag: Dag, max_radius: float, refinement: Refinement, scores: _Scores
) -> tuple[FloatArray, FloatArray]:
    """The arcs that are best when they are drawn in; which ones, is seen before they are refined."""

    def drawn_in(directions: FloatArray, radii: FloatArray) -> tuple[FloatArray, FloatArray]:
        return directions, radii_growing_along_edges(dag, radii, max_radius)

    found = [nested_arcs(dag, max_radius=max_radius + more) for more in _DRAWN_IN]
    costs = [combined_cost(scores(*drawn_in(arcs.directions, arcs.radii))[:2]) for arcs in found]
    best = int(np.argmin(costs))
    _log.info("arcs: of radius %.4g, drawn in to %.4g", max_radius + _DRAWN_IN[best], max_radius)
    arcs = refined_arcs(dag, max_radius=max_radius + _DRAWN_IN[best], arcs=found[best], effort=refinement.effort)
    refined = drawn_in(arcs.directions, arcs.radii)
    if combined_cost(scores(*refined)[:2]) <= costs[best]:
        return refined
    return drawn_in(found[best].directions, found[best].radii)
