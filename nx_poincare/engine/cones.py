"""The closed form in any dimension: a cone for every node, from arcs in the disk and caps beyond."""

from __future__ import annotations

import numpy as np

from nx_poincare.dag import Dag, IntArray
from nx_poincare.engine.arcs import nested_arcs
from nx_poincare.engine.geometry import FloatArray, half_angle

__all__ = ["cones", "expand_cycles"]


def cones(dag: Dag, dim: int, *, max_radius: float, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Directions (n, dim) and hyperbolic radii (n,) of the nodes of a `Dag` in the closed form.

    Parameters
    ----------
    dag : Dag
    dim : int
        At least 2. In two dimensions nothing is random.
    max_radius : float
        Largest hyperbolic radius.
    rng : numpy.random.Generator
    """
    if dim == 2:
        arcs = nested_arcs(dag, max_radius=max_radius)
        return arcs.directions, arcs.radii
    from nx_poincare.engine.caps import nested_caps

    return nested_caps(dag, dim, max_radius=max_radius, rng=rng)


def expand_cycles(directions: FloatArray, radii: FloatArray, component: IntArray) -> tuple[FloatArray, FloatArray]:
    """Points of all nodes from those of the condensed nodes, the nodes of a cycle side by side.

    They share their radius and lie along a line through the condensed node's direction, within
    half of the narrowest cone: every cone that holds one of them then holds all. A cycle that
    is the only root shares the origin.
    """
    if len(component) == len(radii):
        return directions[component], radii[component]
    counts = np.bincount(component, minlength=len(radii))
    by_cycle = np.argsort(component, kind="stable")
    place = np.empty(len(component))
    place[by_cycle] = np.arange(len(component)) - np.repeat(np.cumsum(counts) - counts, counts)
    along = 2 * place / np.maximum(counts[component] - 1, 1) - (counts[component] > 1)  # -1 .. 1, alone 0
    offsets = along * float(half_angle(radii.max())) / 2
    shifted = directions[component] + offsets[:, None] * _tangents(directions)[component]
    return shifted / np.linalg.norm(shifted, axis=1, keepdims=True), radii[component]


def _tangents(directions: FloatArray) -> FloatArray:
    """A unit vector orthogonal to each direction: the axis least along it, projected."""
    least = np.argmin(np.abs(directions), axis=1)
    rows = np.arange(len(directions))
    tangents = -directions[rows, least][:, None] * directions
    tangents[rows, least] += 1
    return np.asarray(tangents / np.linalg.norm(tangents, axis=1, keepdims=True), dtype=np.float64)
