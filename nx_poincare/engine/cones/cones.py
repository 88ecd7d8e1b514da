"""A cone for every node in any dimension: arcs in the disk, caps beyond, and for small graphs in the disk, too."""

from __future__ import annotations

import logging

import numpy as np

from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.caps.nested_caps import nested_caps
from nx_poincare.engine.cones.comparison import ranks_and_orders_no_worse, scores_of
from nx_poincare.engine.cones.scarce_radius import SCARCE_RADIUS, cones_of_scarce_radius
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.cones.skeleton.split import split
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.scores import combined_cost
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.progress import logged_time
from nx_poincare.utils.workers import ONE_THREAD

__all__ = ["cones"]

_log = logging.getLogger(__name__)

# Of more, trained caps are hardly ever better than arcs in two dimensions.
_MOST_NODES_IN_PLANE, _MOST_CAPS_IN_PLANE = 2000, 100
_FEW_NODES, _EFFORT_FOR_FEW = 20, 0.3  # which interpreted loops do sooner than the arcs' are compiled
_WORTH_CAPS = 0.5  # cost of the arcs from which caps of more nodes are tried


def cones(
    dag: Dag,
    dim: int,
    *,
    max_radius: float,
    rng: np.random.Generator,
    refinement: Refinement | None = None,
    arcs: Arcs | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Directions (n, dim) and hyperbolic radii (n,) of the nodes of a `Dag`: a cone for every node.

    Parameters
    ----------
    dag : Dag
    dim : int
        At least 2. In two dimensions nothing is random.
    max_radius : float
        Largest hyperbolic radius.
    rng : numpy.random.Generator
    refinement : Refinement, optional
        Where nodes have several parents, the closed form is improved by its true cost; this says how. Default: only
        the closed form.
    arcs : Arcs, optional
        In two dimensions, what `nested_arcs` gives for the same radius, where it is known already.
    """
    if refinement is not None and max_radius < SCARCE_RADIUS:
        return cones_of_scarce_radius(dag, dim, max_radius=max_radius, rng=rng, refinement=refinement)
    if dim > 2:
        return nested_caps(dag, dim, max_radius=max_radius, rng=rng, refinement=refinement)
    arcs = nested_arcs(dag, max_radius=max_radius) if arcs is None else arcs
    if refinement is None or not arcs.tree.missed.any():
        return arcs.directions, arcs.radii
    return _improved_in_plane(dag, arcs, max_radius, refinement)


def _improved_in_plane(
    dag: Dag, arcs: Arcs, max_radius: float, refinement: Refinement
) -> tuple[FloatArray, FloatArray]:
    """Refined arcs, or caps of two dimensions, which need not nest, where these have no worse ranks and order."""
    rows, caps = np.flatnonzero(np.diff(dag.parent_starts)), None
    may_have_caps = dag.n <= _MOST_NODES_IN_PLANE and 0 < len(split(dag).caps) <= _MOST_CAPS_IN_PLANE
    if may_have_caps and dag.n <= _FEW_NODES:
        caps = _caps_in_plane(dag, max_radius, refinement, _EFFORT_FOR_FEW)
        if scores_of(dag, *caps, rows, ONE_THREAD)[:3] == (1, 1, 1):
            return caps
    with logged_time(_log, "refinement of the arcs"):
        arcs = refined_arcs(dag, max_radius=max_radius, arcs=arcs, effort=refinement.effort)
    if not may_have_caps:
        return arcs.directions, arcs.radii
    scores = scores_of(dag, arcs.directions, arcs.radii, rows, ONE_THREAD)
    if caps is None and combined_cost(scores[:2]) > _WORTH_CAPS:
        caps = _caps_in_plane(dag, max_radius, refinement, 1.0)
    if caps is None or not ranks_and_orders_no_worse(scores_of(dag, *caps, rows, ONE_THREAD), scores):
        return arcs.directions, arcs.radii
    return caps


def _caps_in_plane(dag: Dag, max_radius: float, refinement: Refinement, effort: float) -> tuple[FloatArray, FloatArray]:
    """Caps of two dimensions, always from the same start."""
    refinement = refinement._replace(callback=None, checkpoint=None, effort=refinement.effort * effort)
    with logged_time(_log, "caps in the plane"):
        return nested_caps(dag, 2, max_radius=max_radius, rng=np.random.default_rng(0), refinement=refinement)
