"""Which points lie in whose half-space: the order that the points give by themselves.

A point v is above a point u when u lies in v's half-space, nearer to v than to the origin; a point
at the origin is above every other. `nx_poincare.engine.cones.arcs.nested_arcs` says when that is the order of a
hierarchy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from nx_poincare.engine.geometry.ball import half_space_margin
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["highest", "is_above", "lowest"]


def is_above(directions_v: FloatArray, radii_v: Any, directions_u: FloatArray, radii_u: Any) -> Any:
    """Whether u lies in the half-space of v, elementwise; every point lies in its own.

    Parameters
    ----------
    directions_v, directions_u : ndarray of float64, shape (..., dim)
    radii_v, radii_u : ndarray of float64, shape (...)

    Examples
    --------
    >>> is_above(np.array([1.0, 0]), 2.0, np.array([[1.0, 0], [0, 1]]), np.array([3.0, 3]))
    array([ True, False])
    """
    margin = half_space_margin(directions_u, radii_u, directions_v, radii_v)
    return (margin < 0) | ((radii_v == 0) & (radii_u > 0))


def lowest(directions: FloatArray, radii: FloatArray, rows: IntArray) -> IntArray:
    """Those of the rows that are above none of the others, the narrowest half-space first.

    Of two points above each other, the one with the larger radius counts as lower.
    """
    left = rows[np.argsort(-radii[rows], kind="stable")]
    ends = []
    while len(left):
        end, left = left[0], left[1:]
        ends.append(end)
        left = left[~is_above(directions[left], radii[left], directions[end], radii[end])]
    return np.array(ends, dtype=np.int64)


def highest(directions: FloatArray, radii: FloatArray, rows: IntArray) -> IntArray:
    """Those of the rows that none of the others is above, the widest half-space first.

    Of two points above each other, the one with the smaller radius counts as higher. A half-space
    holds no direction that is farther from its own, as a chord, than sqrt(2 (1 - tanh(r / 2))): only
    those nearer, from a tree of directions, are looked at. So the many children of one node are
    found without comparing each with each.
    """
    ordered = rows[np.argsort(radii[rows], kind="stable")]
    if not len(ordered):
        return ordered
    near = cKDTree(directions[ordered])
    reach = np.where(radii[ordered] == 0, 2.0, 2 / np.sqrt(1 + np.exp(radii[ordered]))) * (1 + 1e-9) + 1e-15
    is_left = np.ones(len(ordered), dtype=np.bool_)
    ends = []
    for place, end in enumerate(ordered.tolist()):
        if not is_left[place]:
            continue
        ends.append(end)
        others = np.array(near.query_ball_point(directions[end], reach[place]), dtype=np.int64)
        below = ordered[others]
        is_left[others[is_above(directions[end], radii[end], directions[below], radii[below])]] = False
    return np.array(ends, dtype=np.int64)
