r"""Points in polar form as coordinates of other models of hyperbolic space, curvature -1.

A point at direction :math:`s` and hyperbolic radius :math:`r` is :math:`(\cosh r, \sinh r\, s)` on the upper sheet of
the hyperboloid :math:`x_0^2 - |y|^2 = 1` of points :math:`(x_0, y)` (Lorentz coordinates, also called Minkowski's), and
:math:`\tanh(r)\, s` in the model of Klein and Beltrami, in which geodesics are straight; see Cannon, Floyd, Kenyon &
Parry, "Hyperbolic geometry", 1997. A model of curvature K has the same points, all coordinates and distances
multiplied by `scale_of_curvature`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.engine.geometry.ball import directions_and_lengths, from_ball, to_ball
from nx_poincare.utils.arrays import FloatArray

__all__ = ["from_klein", "from_lorentz", "off_the_sheet", "scale_of_curvature", "to_klein", "to_lorentz"]


def scale_of_curvature(curvature: float) -> float:
    """What coordinates and distances of curvature -1 are multiplied by in a space of another curvature.

    It is the radius of the ball of that curvature, too.

    Raises
    ------
    ValueError
        If the curvature is not a negative, finite number.

    Examples
    --------
    >>> scale_of_curvature(-0.25)
    2.0
    """
    is_number = isinstance(curvature, (int, float, np.integer, np.floating)) and not isinstance(curvature, bool)
    if not (is_number and -np.inf < curvature < 0):
        raise ValueError(f"curvature must be negative and finite, got {curvature!r}")
    return float(1 / np.sqrt(-float(curvature)))


def to_lorentz(directions: ArrayLike, radii: ArrayLike) -> FloatArray:
    """Lorentz coordinates, the one of time first, shape (..., dim + 1); infinite past radius 710.

    Examples
    --------
    >>> to_lorentz([0.6, 0.8], np.arcsinh(5.0)).round(6)
    array([5.09902, 3.     , 4.     ])
    """
    r = np.asarray(radii, dtype=np.float64)[..., None]
    with np.errstate(over="ignore", invalid="ignore"):  # the caller knows the name of the point
        return np.concatenate([np.cosh(r), np.sinh(r) * np.asarray(directions, dtype=np.float64)], axis=-1)


def from_lorentz(points: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Directions and radii from the coordinates of space, which have them exactly at any radius.

    Parameters
    ----------
    points : array_like, shape (..., dim + 1)
        Points of the hyperboloid; `off_the_sheet` says whether they are.

    Returns
    -------
    directions : ndarray of float64, shape (..., dim)
        The first axis for the origin, which has none.
    radii : ndarray of float64, shape (...)

    Examples
    --------
    >>> from_lorentz([26 ** 0.5, 3.0, 4.0])
    (array([0.6, 0.8]), array(2.31243834))
    """
    space = np.asarray(points, dtype=np.float64)[..., 1:]
    directions, lengths = directions_and_lengths(space)
    return directions, np.asarray(np.arcsinh(lengths))


def off_the_sheet(points: ArrayLike) -> FloatArray:
    """By how much coordinates of time differ from what those of space say, relative to the latter, shape (...).

    Relative, because float64 holds no more of a coordinate; -1 - <x, x> of exact points grows as their squares do.
    """
    x = np.asarray(points, dtype=np.float64)
    expected = np.hypot(1.0, directions_and_lengths(x[..., 1:])[1])
    return np.asarray(np.abs(x[..., 0] - expected) / expected)


def to_klein(directions: ArrayLike, radii: ArrayLike) -> FloatArray:
    """Coordinates in the model of Klein and Beltrami, shape (..., dim), of norm ``tanh(radius)``.

    Past radius 18 that norm stops at ``1 - 2 ** -51``, inside the open ball.

    Examples
    --------
    >>> to_klein([0.6, 0.8], np.arctanh(0.5))
    array([0.3, 0.4])
    """
    return to_ball(directions, 2 * np.asarray(radii, dtype=np.float64))  # of norm tanh(radius / 2)


def from_klein(points: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Directions and radii of points of the open unit ball that are in the model of Klein and Beltrami.

    Raises
    ------
    ValueError
        If a point is not inside the open unit ball.

    Examples
    --------
    >>> directions, radii = from_klein([0.3, 0.4])
    >>> directions, float(np.tanh(radii))
    (array([0.6, 0.8]), 0.5)
    """
    directions, twice = from_ball(points)  # which takes the norm for tanh(r / 2)
    return directions, np.asarray(twice / 2)
