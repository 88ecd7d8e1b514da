r"""Points of the hyperbolic plane as each node of a tree sees its children.

As in `nx_poincare.engine.fan_layout`: in the frame of a node, direction 0 leads straight away from
its parent, and each child has a step (the hyperbolic distance) and a turn (the angle of the geodesic to
it). What far points look like from each other is then not read from coordinates that crowd at the rim.

The isometry that takes the origin to the point of direction :math:`\theta` and radius r, and turns
nothing there, is :math:`z \mapsto (a z + b) / (\bar b z + a)` with :math:`a = \cosh(r/2)`,
:math:`b = \sinh(r/2) e^{i\theta}`. From a parent p to a child v, with :math:`\Delta` the angle between their
directions, the product of the inverse of one and the other has

.. math:: a &= \cosh\tfrac{r_v - r_p}{2} + \sinh\tfrac{r_p}{2} \sinh\tfrac{r_v}{2} (1 - e^{-i\Delta}), \\
   b e^{-i\theta_p} &= \sinh\tfrac{r_v - r_p}{2} + \cosh\tfrac{r_p}{2} \sinh\tfrac{r_v}{2} (e^{i\Delta} - 1),

where nothing cancels for small angles. The step is :math:`2 \operatorname{asinh} |b|`; the child stands in the
direction :math:`\arg b + \arg a` from its parent, and goes on straight in the direction :math:`\arg b - \arg a`.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.engine.fan_layout import FanLayout

__all__ = ["relative_points"]


def relative_points(parents: IntArray, directions: FloatArray, radii: FloatArray) -> FanLayout:
    """Steps and turns of given points.

    Parameters
    ----------
    parents : ndarray of int64, shape (n,)
        Tree parent of each node, -1 for the first, which is the root.
    directions : ndarray of float64, shape (n, 2)
        Unit vectors.
    radii : ndarray of float64, shape (n,)
        Hyperbolic radii, at most 60.

    Examples
    --------
    >>> points = relative_points(np.array([-1, 0]), np.array([[1.0, 0], [0, 1]]), np.array([0.0, 2]))
    >>> points.steps, points.turns.round(2)
    (array([0., 2.]), array([0.  , 1.57]))
    """
    child = np.arange(1, len(parents))
    parent = parents[1:]
    (px, py), (vx, vy) = directions[parent].T, directions[child].T
    angle = np.arctan2(px * vy - py * vx, px * vx + py * vy)
    half_p, half_v = radii[parent] / 2, radii[child] / 2
    chord = 2j * np.sin(angle / 2) * np.exp(0.5j * angle)  # exp(i angle) - 1
    a = np.cosh(half_v - half_p) - np.sinh(half_p) * np.sinh(half_v) * chord.conj()
    b = np.sinh(half_v - half_p) + np.cosh(half_p) * np.sinh(half_v) * chord
    towards = np.arctan2(py, px) + np.angle(b)
    straight_on = np.zeros(len(parents))
    straight_on[child] = towards - np.angle(a)
    steps, turns = np.zeros(len(parents)), np.zeros(len(parents))
    steps[child] = 2 * np.arcsinh(np.abs(b))
    turns[child] = _wrapped(towards + np.angle(a) - straight_on[parent])
    return FanLayout(steps, turns)


def _wrapped(angles: FloatArray) -> FloatArray:
    """Angles between -pi and pi."""
    return np.asarray(angles - 2 * np.pi * np.round(angles / (2 * np.pi)), dtype=np.float64)
