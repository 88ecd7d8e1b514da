"""A cone for every node in any dimension: arcs in the disk, caps beyond."""

from __future__ import annotations

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.dag import Dag
from nx_poincare.engine.arc_descent import refined_arcs
from nx_poincare.engine.arcs import Arcs, nested_arcs
from nx_poincare.engine.caps import nested_caps
from nx_poincare.engine.refinement import Refinement

__all__ = ["beside_each_other", "cones"]


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
        Where nodes have several parents, the closed form is improved by its true cost; this tells how in three and
        more dimensions. Default: the closed form alone.
    arcs : Arcs, optional
        What `nested_arcs` gives for the same radius, where it is known already.
    """
    if dim == 2:
        arcs = nested_arcs(dag, max_radius=max_radius) if arcs is None else arcs
        if refinement is not None:
            arcs = refined_arcs(dag, max_radius=max_radius, arcs=arcs)
        return arcs.directions, arcs.radii
    return nested_caps(dag, dim, max_radius=max_radius, rng=rng, refinement=refinement, arcs=arcs)


def beside_each_other(directions: FloatArray, component: IntArray, spread: float | FloatArray) -> FloatArray:
    """Directions of all nodes from those of the condensed nodes, the nodes of a cycle side by side.

    Parameters
    ----------
    directions : ndarray of float64, shape (number of condensed nodes, dim)
    component : ndarray of int64, shape (n,)
        Condensed node of each node.
    spread : float, or ndarray of float64, shape (number of condensed nodes,)
        The nodes of a cycle are spread evenly over an arc of that half-angle, in radians, around
        the direction of their condensed node.

    Returns
    -------
    ndarray of float64, shape (n, dim)
    """
    own = directions[component]
    counts = np.bincount(component, minlength=len(directions))
    if counts.max(initial=0) <= 1:
        return own
    by_cycle = np.argsort(component, kind="stable")
    place = np.empty(len(component))
    place[by_cycle] = np.arange(len(component)) - np.repeat(np.cumsum(counts) - counts, counts)
    along = 2 * place / np.maximum(counts[component] - 1, 1) - (counts[component] > 1)  # -1 .. 1, alone 0
    angles = (along * np.broadcast_to(spread, len(directions))[component])[:, None]
    moved = np.cos(angles) * own + np.sin(angles) * _tangents(own)
    return np.where(angles == 0, own, moved)


def _tangents(directions: FloatArray) -> FloatArray:
    """A unit vector orthogonal to each direction: the axis least along it, projected."""
    least = np.argmin(np.abs(directions), axis=1)
    rows = np.arange(len(directions))
    tangents = -directions[rows, least][:, None] * directions
    tangents[rows, least] += 1
    return np.asarray(tangents / np.linalg.norm(tangents, axis=1, keepdims=True), dtype=np.float64)
