r"""The Poincaré ball in polar form: a unit direction and a hyperbolic radius per point.

A point at direction :math:`s` (a unit vector) and hyperbolic radius :math:`r` (its distance
from the origin, curvature -1) has ball coordinates :math:`x = \tanh(r/2)\, s`. Ball
coordinates crowd against 1 as the radius grows (past 37.4 the norm of a float64 vector rounds
to 1); direction and radius do not, so they are the primary form and everything here is
computed from them.

All functions broadcast over leading axes and work in float64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.limits import LARGEST_NORM

__all__ = [
    "directions_and_lengths",
    "distance",
    "from_ball",
    "half_angle",
    "half_space_margin",
    "radius_of_half_angle",
    "recentre",
    "rounded_to_float32",
    "to_ball",
]


def to_ball(directions: ArrayLike, radii: ArrayLike) -> FloatArray:
    """Ball coordinates of points given by direction and hyperbolic radius.

    Parameters
    ----------
    directions : array_like, shape (..., dim)
        Unit vectors.
    radii : array_like, shape (...)
        Hyperbolic distances from the origin.

    Returns
    -------
    ndarray of float64, shape (..., dim)
        Points with norm ``tanh(radius / 2)``. Past radius 36 that norm is closer to 1 than float64
        can tell from a point outside, so it stops at ``1 - 2 ** -51``, inside the open ball.

    Examples
    --------
    >>> to_ball([0.6, 0.8], 2 * np.arctanh(0.5))
    array([0.3, 0.4])
    """
    norms = np.minimum(np.tanh(np.asarray(radii, dtype=np.float64) / 2), LARGEST_NORM)
    vectors = np.asarray(norms[..., None] * np.asarray(directions, dtype=np.float64))
    # A unit vector is one but for rounding, by several units of the last place in many dimensions.
    while np.any(over := np.linalg.norm(vectors, axis=-1) > LARGEST_NORM):
        vectors[over] *= 1 - 2.0**-52
    return vectors


def from_ball(vectors: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Directions and hyperbolic radii of points given in ball coordinates.

    The origin has no direction; it gets the first axis.

    Parameters
    ----------
    vectors : array_like, shape (..., dim)
        Points of the open unit ball.

    Returns
    -------
    directions : ndarray of float64, shape (..., dim)
    radii : ndarray of float64, shape (...)

    Raises
    ------
    ValueError
        If a point is not finite or not inside the open unit ball.

    Examples
    --------
    >>> directions, radii = from_ball([[0.3, 0.4], [0.0, 0.0]])
    >>> directions
    array([[0.6, 0.8],
           [1. , 0. ]])
    >>> np.tanh(radii / 2)
    array([0.5, 0. ])
    """
    points = np.asarray(vectors, dtype=np.float64)
    if points.ndim == 0 or points.shape[-1] == 0:
        raise ValueError(f"vectors must have at least one coordinate, got shape {points.shape}")
    _check_inside(np.max(np.abs(points), axis=-1, initial=0.0))
    directions, norms = directions_and_lengths(points)
    _check_inside(norms)
    return directions, 2 * np.arctanh(norms)


def rounded_to_float32(vectors: FloatArray) -> FloatArray:
    """Ball coordinates, in float64, as they are left by a file or a program that holds them in float32.

    Examples
    --------
    >>> rounded_to_float32(np.array([0.1, 0.5]))
    array([0.1, 0.5])
    >>> float(rounded_to_float32(np.array(0.1)))
    0.10000000149011612
    """
    return vectors.astype(np.float32).astype(np.float64)


def directions_and_lengths(vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Unit vectors, shape (..., dim), and Euclidean lengths, shape (...); the first axis for vectors of length 0.

    Examples
    --------
    >>> directions_and_lengths(np.array([3e200, 4e200]))
    (array([0.6, 0.8]), array(5.e+200))
    """
    # Scaling by the largest coordinate first: squares of tiny coordinates would vanish, of huge ones overflow.
    largest = np.asarray(np.max(np.abs(vectors), axis=-1, initial=0.0))
    at_origin = largest == 0
    scaled = vectors / np.where(at_origin, 1.0, largest)[..., None]
    lengths = np.linalg.norm(scaled, axis=-1)
    directions = scaled / np.where(at_origin, 1.0, lengths)[..., None]
    directions[at_origin, 0] = 1.0
    return directions, np.asarray(largest * lengths)


def _check_inside(norms: FloatArray) -> None:
    if not np.all(norms < 1):  # also catches nan
        where = np.argwhere(~(norms < 1))[0]
        raise ValueError(
            f"point {tuple(int(i) for i in where)} has norm {norms[tuple(where)]}, outside the open unit ball"
        )


def distance(directions_u: ArrayLike, radii_u: ArrayLike, directions_v: ArrayLike, radii_v: ArrayLike) -> FloatArray:
    r"""Hyperbolic distance between points in polar form, exact at any radius and at distance 0.

    Parameters
    ----------
    directions_u, directions_v : array_like, shape (..., dim)
        Unit vectors.
    radii_u, radii_v : array_like, shape (...)
        Hyperbolic radii.

    Returns
    -------
    ndarray of float64, shape (...)

    Notes
    -----
    The hyperbolic law of cosines with :math:`1 - \cos\theta = |s_u - s_v|^2 / 2` is

    .. math:: \cosh d - 1 = 2 \sinh^2\frac{r_u - r_v}{2} + \sinh r_u \sinh r_v \frac{|s_u - s_v|^2}{2},

    a sum of terms that are never negative, so nothing cancels; then
    :math:`d = 2 \operatorname{asinh} \sqrt{(\cosh d - 1) / 2}`.

    Examples
    --------
    >>> round(float(distance([1.0, 0.0], 30.0, [-1.0, 0.0], 30.0)), 12)
    60.0
    >>> float(distance([1.0, 0.0], 30.0, [1.0, 0.0], 30.0))
    0.0
    """
    ru, rv = np.asarray(radii_u, dtype=np.float64), np.asarray(radii_v, dtype=np.float64)
    gap = np.asarray(directions_u, dtype=np.float64) - np.asarray(directions_v, dtype=np.float64)
    # Square roots before products: sinh(r) squared would overflow at half the radius.
    along = np.sinh((ru - rv) / 2)
    across = np.sqrt(np.sinh(ru)) * np.sqrt(np.sinh(rv)) * np.linalg.norm(gap, axis=-1) / 2
    return np.asarray(2 * np.arcsinh(np.hypot(along, across)), dtype=np.float64)


def half_angle(radii: ArrayLike) -> FloatArray:
    r"""Half-angle of the cap that a point at this radius is the cone of: :math:`2\arctan e^{-r/2}`.

    The perpendicular bisector of the origin and a point v cuts the sphere at infinity in a
    cap around v's direction. Its half-angle w satisfies :math:`|v| = \cos w` in ball
    coordinates.

    Examples
    --------
    >>> float(half_angle(0.0)) == np.pi / 2
    True
    """
    return np.asarray(2 * np.arctan(np.exp(-np.asarray(radii, dtype=np.float64) / 2)), dtype=np.float64)


def radius_of_half_angle(angles: ArrayLike) -> FloatArray:
    r"""Inverse of `half_angle`: :math:`r = -2 \ln\tan(w/2)` for angles in (0, pi/2].

    Examples
    --------
    >>> radius_of_half_angle([np.pi / 3, 1e-12])
    array([ 1.09861229, 56.64833659])
    """
    tangents = np.tan(np.asarray(angles, dtype=np.float64) / 2)
    return np.asarray(np.maximum(-2 * np.log(tangents), 0.0), dtype=np.float64)


def half_space_margin(
    directions_u: ArrayLike, radii_u: ArrayLike, directions_v: ArrayLike, radii_v: ArrayLike
) -> FloatArray:
    r"""Signed measure of u in the half-space of v: negative exactly when d(u, v) < d(u, origin).

    Notes
    -----
    :math:`(\cosh d(u, v) - \cosh r_u) / (\cosh r_u \sinh r_v)
    = \tanh(r_u)\,(|s_u - s_v|^2 / 2 - 1) + \tanh(r_v / 2)`, rewritten so that
    neither side is a difference of numbers close to 1. Zero when v is the origin.
    """
    ru, rv = np.asarray(radii_u, dtype=np.float64), np.asarray(radii_v, dtype=np.float64)
    gap = np.asarray(directions_u, dtype=np.float64) - np.asarray(directions_v, dtype=np.float64)
    chord = np.sum(gap * gap, axis=-1) / 2
    short_u = 2 / (1 + np.exp(np.minimum(2 * ru, 700.0)))  # 1 - tanh(r_u); beyond 700, exp would leave float64
    short_v = 2 / (1 + np.exp(rv))  # 1 - tanh(r_v / 2)
    signed = (1 - short_u) * chord + short_u - short_v
    return np.asarray(np.where(rv == 0, 0.0, signed), dtype=np.float64)


def recentre(
    directions: ArrayLike, radii: ArrayLike, center_direction: ArrayLike, center_radius: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Move everything by the translation along the geodesic that takes a point to the origin.

    Parameters
    ----------
    directions : array_like, shape (..., dim)
        Unit vectors s.
    radii : array_like, shape (...)
        Hyperbolic radii r.
    center_direction, center_radius : array_like, shapes (dim,) and ()
        The point :math:`(s_0, r_0)` that becomes the origin.

    Returns
    -------
    directions, radii
        The radii are the distances from the center. The center itself keeps its direction.

    Notes
    -----
    The boost of the hyperboloid along :math:`s_0`, with :math:`c = |s - s_0|^2 / 2` in the place of
    :math:`1 - \cos\theta`, has the components

    .. math:: \sinh(r - r_0) - c \sinh r \cosh r_0, \qquad \sinh r\,(s - s_0)_\perp

    along and across :math:`s_0`. Where the difference loses digits, the second is as large as its
    terms, so the direction is exact at any radius.

    Examples
    --------
    >>> s, r = recentre([[-1.0, 0.0], [1.0, 0.0]], [3.0, 30.0], [1.0, 0.0], 29.0)
    >>> s, r.round(9)
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([32.,  1.]))
    """
    s, r = np.asarray(directions, dtype=np.float64), np.asarray(radii, dtype=np.float64)
    s0, r0 = np.asarray(center_direction, dtype=np.float64), np.asarray(center_radius, dtype=np.float64)
    gap = s - s0
    chord = np.sum(gap * gap, axis=-1) / 2
    along = np.sinh(r - r0) - chord * np.sinh(r) * np.cosh(r0)
    across = np.sinh(r)[..., None] * (gap - np.sum(gap * s0, axis=-1)[..., None] * s0)
    moved = along[..., None] * s0 + across
    length = np.linalg.norm(moved, axis=-1)[..., None]
    return np.where(length == 0, s, moved / np.where(length == 0, 1.0, length)), distance(s, r, s0, r0)
