"""Nodes of a cycle, side by side."""

from __future__ import annotations

import numpy as np

from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["beside_each_other"]


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
    along = 2 * place / np.maximum(counts[component] - 1, 1) - (counts[component] > 1)  # -1 .. 1; 0 without others
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
