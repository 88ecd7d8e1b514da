"""Functions that the package itself does without, by which tests and benchmarks judge it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nx_poincare.engine.cones.caps.ball_packing import log_extents, place_children, shell_counts
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.compiled_draws import alias_table
from nx_poincare.utils.arrays import FloatArray


def exponential_map(
    directions: ArrayLike, radii: ArrayLike, radial: ArrayLike, tangential: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Follow the geodesic of a tangent vector to its end.

    Parameters
    ----------
    directions : array_like, shape (..., dim)
        Unit vectors s of the points.
    radii : array_like, shape (...)
        Their hyperbolic radii r.
    radial : array_like, shape (...)
        Radial component a of the tangent vector, in hyperbolic length.
    tangential : array_like, shape (..., dim)
        The component b orthogonal to s, in hyperbolic length.

    Returns
    -------
    directions, radii

    Notes
    -----
    On the hyperboloid the point is :math:`(\cosh r, \sinh r\, s)`, and with :math:`l^2 = a^2 + |b|^2`

    .. math:: \sinh(r')\, s' = \left(\cosh l \sinh r + \tfrac{\sinh l}{l} a \cosh r\right) s
        + \tfrac{\sinh l}{l} b .

    Examples
    --------
    >>> s, r = exponential_map([1.0, 0.0], 2.0, 0.5, [0.0, 0.0])
    >>> s, round(float(r), 12)
    (array([1., 0.]), 2.5)
    """
    s, r = np.asarray(directions, dtype=np.float64), np.asarray(radii, dtype=np.float64)
    a, b = np.asarray(radial, dtype=np.float64), np.asarray(tangential, dtype=np.float64)
    length = np.hypot(a, np.linalg.norm(b, axis=-1))
    stretch = np.where(length < 1e-8, 1.0, np.sinh(length) / np.where(length == 0, 1.0, length))
    end = (np.cosh(length) * np.sinh(r) + stretch * a * np.cosh(r))[..., None] * s + stretch[..., None] * b
    size = np.linalg.norm(end, axis=-1)
    stays = ((size == 0) | (length == 0))[..., None]
    moved = np.where(stays, s, end / np.where(size == 0, 1.0, size)[..., None])
    return moved, np.asarray(np.where(length == 0, r, np.arcsinh(size)), dtype=np.float64)


def retraction(
    directions: ArrayLike, radii: ArrayLike, radial: ArrayLike, tangential: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""The cheaper step: add the radial part to the radius and turn by the tangential part over sinh r.

    It agrees with `exponential_map` to first order away from the origin, where it is singular.
    Training uses the exponential map, which is regular at the origin, where every random start
    begins, and exact for steps of any length; ``benchmarks/peers.py`` measures how far the two
    end apart and what each costs.

    Examples
    --------
    >>> s, r = retraction([1.0, 0.0], 2.0, 0.5, [0.0, 0.0])
    >>> s, float(r)
    (array([1., 0.]), 2.5)
    """
    s, r = np.asarray(directions, dtype=np.float64), np.asarray(radii, dtype=np.float64)
    end = s + np.asarray(tangential, dtype=np.float64) / np.sinh(r)[..., None]
    moved = end / np.linalg.norm(end, axis=-1, keepdims=True)
    return moved, np.maximum(r + np.asarray(radial, dtype=np.float64), 0.0)


def pack_balls(sizes: ArrayLike, dim: int, *, centred: bool = False) -> tuple[FloatArray, float]:
    """Disjoint balls of the given sizes around 0 in ``dim`` dimensions.

    Parameters
    ----------
    sizes : array_like of float, shape (k,)
        Radii, positive.
    dim : int
        At least 2.
    centred : bool, default False
        Put the largest ball at 0. Otherwise 0 lies in no ball.

    Returns
    -------
    centres : ndarray of float64, shape (k, dim)
    extent : float
        Radius of a ball around 0 that holds them all; 1 when there are none.

    Raises
    ------
    ValueError
        If there is no room for two balls beside each other, or a size is not positive.

    Examples
    --------
    >>> centres, extent = pack_balls([1.0, 1.0], 2)
    >>> np.round(centres, 3), round(extent, 3)
    (array([[-1.,  0.],
           [ 1.,  0.]]), 2.0)
    """
    if dim < 2:
        raise ValueError(f"balls are packed in at least 2 dimensions, not {dim}")
    radii = np.asarray(sizes, dtype=np.float64)
    if not np.all((radii > 0) & (radii < np.inf)):
        raise ValueError("sizes of balls must be positive and finite")
    count = len(radii)
    star = Dag.from_edges(np.full(count, count), np.arange(count), count + 1)
    log_sizes = np.concatenate([np.log(radii), [0.0]])
    shells = shell_counts(dim, count)
    flags = np.zeros(count + 1)
    flags[count] = centred
    root = np.array([count])
    log_extents(root, star.child_starts, star.child_list, log_sizes, flags, flags > 1, shells, dim)
    frame = np.zeros((count + 1, dim + 1))
    shares = np.ones(count + 1)
    place_children(root, star.child_starts, star.child_list, log_sizes, flags, star.levels, shells, frame, shares)
    extent = float(np.exp(log_sizes[count]))
    return frame[:count, 1:] * extent, extent


def uniform_table(n: int) -> NDArray[np.uint64]:
    """Draws every one of n nodes equally often."""
    table: NDArray[np.uint64] = alias_table(np.ones(n))
    return table
