r"""The points of a fan layout, seen from one of its nodes.

Every node of a fan layout knows its place in the frame of its parent
(`nx_poincare.engine.fan_layout`). Here frames are composed outwards from the node that is looked
from, up its ancestors and from all of these down: what is near is exact however far it is from the
root, and what is far lies on the rim, where errors are not seen.

A frame with its node at p and turned by the unit number u is the isometry
:math:`z \mapsto (u z + p) / (1 + \bar p u z)`; after it, a step to b and a turn by s give

.. math:: p' = \frac{u b + p}{w}, \qquad u' = u s\, \bar w / w, \qquad w = 1 + \bar p u b .
"""

from __future__ import annotations

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel
from nx_poincare.engine.fan_layout import FanLayout

__all__ = ["fan_positions"]

_LARGEST_NORM = 1 - 2.0**-51


def fan_positions(parents: IntArray, fan: FanLayout, center: int) -> FloatArray:
    """Positions in the unit disk with one node at its centre and the parent of that node above it.

    Parameters
    ----------
    parents : ndarray of int64, shape (n,)
        Tree parents in breadth-first order, -1 for the first node, which is the root.
    fan : FanLayout
        Of these parents.
    center : int

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Points strictly inside the unit disk; distances between them do not depend on the center.

    Examples
    --------
    >>> from nx_poincare.engine.fan_layout import fan_layout
    >>> parents = np.array([-1, 0, 0, 1])
    >>> fan_positions(parents, fan_layout(parents), 1).round(2) + 0.0
    array([[ 0.  ,  0.64],
           [ 0.  ,  0.  ],
           [ 0.  ,  0.91],
           [ 0.  , -0.64]])
    """
    points = _seen_from(parents, fan.steps, fan.turns, center)
    norms = np.abs(points)
    points *= np.minimum(_LARGEST_NORM / np.maximum(norms, _LARGEST_NORM), 1.0)
    return np.column_stack([points.real, points.imag])


@kernel()
def _seen_from(parents, steps, turns, center):  # type: ignore[no-untyped-def]
    n = len(parents)
    points = np.zeros(n, np.complex128)
    phases = np.empty(n, np.complex128)
    placed = np.zeros(n, np.bool_)
    phases[center] = -1j  # away from its parent is down
    placed[center] = True
    v = center
    while parents[v] >= 0:
        up = parents[v]
        step = -np.tanh(steps[v] / 2) + 0j
        weight = 1 + np.conj(points[v]) * phases[v] * step
        points[up] = (phases[v] * step + points[v]) / weight
        phase = phases[v] * np.exp(-1j * turns[v]) * np.conj(weight) / weight
        phases[up] = phase / np.abs(phase)
        placed[up] = True
        v = up
    for v in range(n):
        if not placed[v]:
            p = parents[v]
            turn = np.exp(1j * turns[v])
            step = np.tanh(steps[v] / 2) * turn
            weight = 1 + np.conj(points[p]) * phases[p] * step
            points[v] = (phases[p] * step + points[p]) / weight
            phase = phases[p] * turn * np.conj(weight) / weight
            phases[v] = phase / np.abs(phase)
    return points
