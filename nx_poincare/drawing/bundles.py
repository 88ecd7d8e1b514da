"""Many edges off the tree as bundles along the tree.

Edges that join the same two branches run together, as in Holten, Hierarchical edge bundles, IEEE Trans. Visualization
and Computer Graphics 12 (5), 2006: each is a spline whose control points are the nodes of the tree path between its
ends, drawn a little towards the straight line.
"""

from __future__ import annotations

import numpy as np
from scipy.interpolate import BSpline

from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["bundled_paths"]

_STRENGTH = 0.85  # of the bundling: 0 is straight
_STEPS = 24
_FINE = 8  # times as many points are computed


def bundled_paths(edges: IntArray, positions: FloatArray, component: IntArray, parents: IntArray) -> list[FloatArray]:
    """Polylines of 25 points for edges between nodes, from the first to the second.

    Parameters
    ----------
    edges : ndarray of int64, shape (m, 2)
    positions : ndarray of float64, shape (n, 2)
    component : ndarray of int64, shape (n,)
        The tree node of each node.
    parents : ndarray of int64, shape (number of tree nodes,)
        Tree parents, -1 for roots, which meet at the origin.
    """
    _, member = np.unique(component, return_index=True)
    places = np.vstack([positions[member], [0.0, 0.0]])
    controls = [
        np.vstack([positions[u], places[_between(parents, int(component[u]), int(component[v]))], positions[v]])
        for u, v in edges.tolist()
    ]
    lengths = np.array([len(points) for points in controls], dtype=np.int64)
    paths: list[FloatArray] = [np.empty((0, 2))] * len(edges)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        for row, path in zip(rows.tolist(), _splines(np.stack([controls[i] for i in rows])), strict=True):
            paths[row] = path
    return paths


def _between(parents: IntArray, u: int, v: int) -> list[int]:
    """Tree nodes between two, without the topmost where there are others; -1 is above all roots."""
    up, down = [u], [v]
    while up[-1] >= 0:
        up.append(int(parents[up[-1]]))
    while down[-1] >= 0:
        down.append(int(parents[down[-1]]))
    while len(up) > 1 and len(down) > 1 and up[-2] == down[-2]:
        up.pop()
        down.pop()
    inner = up[1:-1] + down[-2:0:-1]
    return inner if inner else [up[-1]] * (u != v)


def _splines(controls: FloatArray) -> FloatArray:
    """Clamped splines, shape (m, steps + 1, 2), for m rows of equally many control points."""
    count = controls.shape[1]
    share = np.linspace(0.0, 1.0, count)[None, :, None]
    straight = controls[:, :1] + (controls[:, -1:] - controls[:, :1]) * share
    bent = straight + _STRENGTH * (controls - straight)
    degree = min(3, count - 1)
    knots = np.concatenate([np.zeros(degree), np.linspace(0, 1, count - degree + 1), np.ones(degree)])
    fine = BSpline(knots, bent.swapaxes(0, 1), degree)(np.linspace(0.0, 1.0, _FINE * _STEPS + 1)).swapaxes(0, 1)
    points = _evenly_along(fine)
    points[:, 0], points[:, -1] = controls[:, 0], controls[:, -1]
    return points


def _evenly_along(curves: FloatArray) -> FloatArray:
    """Points of each curve that are evenly spaced along it: control points may crowd at one end."""
    steps = np.linalg.norm(np.diff(curves, axis=1), axis=2)
    lengths = np.concatenate([np.zeros((len(curves), 1)), np.cumsum(steps, axis=1)], axis=1)
    wanted = np.linspace(0.0, 1.0, _STEPS + 1)
    return np.array(
        [
            np.column_stack([np.interp(wanted * along[-1], along, axis) for axis in curve.T])
            for curve, along in zip(curves, lengths, strict=True)
        ]
    )
