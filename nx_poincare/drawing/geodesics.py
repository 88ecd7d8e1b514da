r"""Geodesics of the Poincaré disk as polylines, for all edges at once.

The geodesic between two points of the disk is an arc of a circle that meets the unit circle at
right angles. With points as complex numbers, the translation that moves p to the origin sends q
to :math:`(q - p) / (1 - \bar p q)`, and geodesics through the origin are straight, so the arc
leaves p turned by

.. math:: -\varphi, \qquad \varphi = \arg(1 - \bar p q) \in (-\pi/2, \pi/2)

against the chord. Chord and tangent give the arc: its point at the share t of its length is

.. math:: z(t) = p + (q - p) \frac{\sin \varphi t}{\sin \varphi} e^{-i \varphi (1 - t)},

which is the chord itself for :math:`\varphi = 0`; no centre at infinity is ever computed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nx_poincare.utils.arrays import FloatArray

__all__ = ["geodesic_paths", "geodesic_points"]

_FEWEST_STEPS = 1
_MOST_STEPS = 64


def geodesic_points(starts: ArrayLike, ends: ArrayLike, *, steps: int = 32) -> FloatArray:
    """Points of the geodesics between pairs of points, evenly spaced along each arc as the eye sees it.

    Parameters
    ----------
    starts, ends : array_like, shape (n, 2)
        Points of the closed unit disk.
    steps : int, default 32
        Pieces that each geodesic is cut into, at least 1.

    Returns
    -------
    ndarray of float64, shape (n, steps + 1, 2)
        The first and the last point of each geodesic are exactly those given.

    Raises
    ------
    ValueError
        If ``steps`` is less than 1.

    Examples
    --------
    >>> geodesic_points([[-0.5, 0.0]], [[0.5, 0.0]], steps=2)
    array([[[-0.5,  0. ],
            [ 0. ,  0. ],
            [ 0.5,  0. ]]])
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    p, q = _as_complex(starts), _as_complex(ends)
    bend = np.angle(1 - np.conj(p) * q)[:, None]
    t = np.linspace(0.0, 1.0, steps + 1)
    straight = bend == 0
    share = np.where(straight, t, np.sin(bend * t) / np.where(straight, 1.0, np.sin(bend)))
    points = p[:, None] + (q - p)[:, None] * share * np.exp(-1j * bend * (1 - t))
    points[:, 0], points[:, -1] = p, q
    return np.stack([points.real, points.imag], axis=-1)


def geodesic_paths(starts: ArrayLike, ends: ArrayLike, *, tolerance: float = 1e-3) -> list[FloatArray]:
    """Geodesics as polylines of as few points as an error of `tolerance` allows.

    Parameters
    ----------
    starts, ends : array_like, shape (n, 2)
        Points of the closed unit disk.
    tolerance : float, default 1e-3
        Largest distance of a polyline from its arc, in radii of the disk.

    Returns
    -------
    list of n ndarrays of float64, each of shape (number of points, 2)

    Raises
    ------
    ValueError
        If ``tolerance`` is not positive.

    Examples
    --------
    >>> [len(path) for path in geodesic_paths([[0.1, 0.0], [0.9, 0.0]], [[0.2, 0.0], [0.0, 0.9]])]
    [2, 17]
    """
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, not {tolerance}")
    first, last = np.asarray(starts, dtype=np.float64), np.asarray(ends, dtype=np.float64)
    steps = _steps_needed(_as_complex(first), _as_complex(last), tolerance)
    paths: list[FloatArray] = [np.empty((0, 2))] * len(steps)
    for count in np.unique(steps).tolist():
        rows = np.flatnonzero(steps == count)
        for row, path in zip(rows.tolist(), geodesic_points(first[rows], last[rows], steps=count), strict=True):
            paths[row] = path
    return paths


def _as_complex(points: ArrayLike) -> NDArray[np.complex128]:
    pairs = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return np.asarray(pairs[:, 0] + 1j * pairs[:, 1], dtype=np.complex128)


def _steps_needed(p: NDArray[np.complex128], q: NDArray[np.complex128], tolerance: float) -> NDArray[np.int64]:
    """Steps so that no piece bulges by more than the tolerance; a bulge falls with their square."""
    bend = np.abs(np.angle(1 - np.conj(p) * q))
    bulge = np.abs(q - p) * bend / (4 * np.sinc(bend / np.pi))  # at least radius (1 - cos(bend))
    steps = np.ceil(np.sqrt(bulge / tolerance))
    return np.clip(steps, _FEWEST_STEPS, _MOST_STEPS).astype(np.int64)
