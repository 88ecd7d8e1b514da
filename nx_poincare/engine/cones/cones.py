"""A cone for every node in any dimension: arcs in the disk, caps beyond."""

from __future__ import annotations

import logging

import numpy as np

from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.caps.nested_caps import nested_caps
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.progress import logged_time

__all__ = ["cones"]

_log = logging.getLogger(__name__)


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
    if dim == 2:
        arcs = nested_arcs(dag, max_radius=max_radius) if arcs is None else arcs
        if refinement is not None:
            with logged_time(_log, "refinement of the arcs"):
                arcs = refined_arcs(dag, max_radius=max_radius, arcs=arcs, effort=refinement.effort)
        return arcs.directions, arcs.radii
    return nested_caps(dag, dim, max_radius=max_radius, rng=rng, refinement=refinement)
