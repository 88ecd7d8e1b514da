"""Points near the origin, from which training starts."""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.geometry.ball import from_ball
from nx_poincare.utils.arrays import FloatArray

__all__ = ["random_start"]

_START = 1e-3


def random_start(n: int, dim: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Directions and radii of points uniform in the cube of half-width 0.001 (Nickel & Kiela 2017, section 4)."""
    points = rng.uniform(-_START, _START, (n, dim))
    points[~points.any(axis=1), 0] = _START
    return from_ball(points)
