r"""The Fréchet mean of points in polar form, which has the least sum of squared distances to them.

In hyperbolic space there is exactly one (Karcher 1977). Its gradient, minus the mean of the logarithms of the points,
vanishes there (Pennec, "Intrinsic statistics on Riemannian manifolds", 2006). The Hessian of half the squared distance
:math:`d` to a point in direction :math:`t` is :math:`t t^\top + d \coth d\,(I - t t^\top)` (Ferreira, Xavier, Costeira
& Barroso, "Newton algorithms for Riemannian distance related problems", 2013): never less than the identity, so that
Newton's steps, halved until the gradient is shorter, lead to the mean from anywhere. Karcher's flow, steps along the
gradient alone, needs more of them the farther apart points are, as the Hessian grows with the distance across.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.geometry.ball import recentre
from nx_poincare.utils.arrays import FloatArray

__all__ = ["frechet_mean"]

_MOST_STEPS = 100
_MOST_HALVINGS = 40
_SHORTEST = 1e-130  # of a gradient: squares of much shorter vectors are 0 in float64


def frechet_mean(directions: FloatArray, radii: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Direction and radius of the Fréchet mean.

    Parameters
    ----------
    directions : ndarray of float64, shape (n, dim)
        Unit vectors; n is at least 1.
    radii : ndarray of float64, shape (n,)

    Returns
    -------
    direction : ndarray of float64, shape (dim,)
    radius : ndarray of float64, shape ()
        As near the mean as rounding of a direction allows, which is about ``1e-16 * sinh(radius)``.

    Examples
    --------
    >>> direction, radius = frechet_mean(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([20.0, 30.0]))
    >>> direction, round(float(radius), 9)
    (array([1., 0.]), 25.0)
    """
    center = np.eye(directions.shape[1])[0], np.asarray(0.0)
    around = recentre(directions, radii, *center)
    for _ in range(_MOST_STEPS):
        length = np.linalg.norm(_mean_logarithm(*around))
        if length < _SHORTEST:
            break
        step = _newton_step(*around)
        for halvings in range(_MOST_HALVINGS):
            nearer = _along(step / 2**halvings, *center)
            around_nearer = recentre(directions, radii, *nearer)
            if np.linalg.norm(_mean_logarithm(*around_nearer)) < length * (1 - 2.0 ** -(halvings + 2)):
                break
        else:  # what is left of the gradient is rounding
            break
        center, around = nearer, around_nearer
    return center


def _mean_logarithm(directions: FloatArray, distances: FloatArray) -> FloatArray:
    return np.asarray(distances @ directions / len(distances))


def _newton_step(directions: FloatArray, distances: FloatArray) -> FloatArray:
    """The tangent vector to the next estimate, from points around the present one."""
    bend = np.where(distances == 0, 1.0, distances / np.tanh(np.where(distances == 0, 1.0, distances)))
    hessian = np.diag(np.full(directions.shape[1], bend.mean()))
    hessian -= (directions * (bend - 1)[:, None]).T @ directions / len(distances)
    return np.asarray(np.linalg.solve(hessian, _mean_logarithm(directions, distances)))


def _along(tangent: FloatArray, direction: FloatArray, radius: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The point that a geodesic reaches from the given one: `recentre`'s translation, the other way."""
    length = np.linalg.norm(tangent)
    return recentre(tangent / length, length, -direction, radius)
