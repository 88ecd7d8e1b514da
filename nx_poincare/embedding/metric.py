"""The hyperbolic distance of two rows of numbers, as estimators of scikit-learn call a metric."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["polar_distance"]

_ROUNDING = 2.0**-50  # of a length


def polar_distance(x: ArrayLike, y: ArrayLike) -> float:
    """Hyperbolic distance of two rows of `nx_poincare.Embedding.polar`: a metric for other libraries.

    It is as exact as `nx_poincare.Embedding.distance`, at any radius. Estimators take the function as it is, for
    example ``NearestNeighbors(metric=emb.metric).fit(emb.polar)``; the fitted estimator can be pickled. A call takes
    some microseconds: where a matrix of all distances has room, `nx_poincare.Embedding.distance_matrix` with
    ``metric="precomputed"`` is far quicker.

    Parameters
    ----------
    x, y : array_like of float, shape (1 + dim,)
        A hyperbolic radius, not negative, and a direction. Directions that are no unit vectors are made so: trees of
        scikit-learn ask for the distance from the average of rows, and the triangle inequality must hold there, too.

    Returns
    -------
    float

    Examples
    --------
    >>> import nx_poincare as nxp
    >>> emb = nxp.Embedding("ab", [[1.0, 0.0], [-1.0, 0.0]], [30.0, 30.0])
    >>> round(emb.metric(*emb.polar), 9)
    60.0
    """
    (r, *s), (q, *t) = np.asarray(x, dtype=np.float64).tolist(), np.asarray(y, dtype=np.float64).tolist()
    along = math.sinh((r - q) / 2)
    # Square roots before products: sinh(r) squared would overflow at half the radius.
    across = math.sqrt(math.sinh(r)) * math.sqrt(math.sinh(q)) * math.dist(_unit(s), _unit(t)) / 2
    return 2 * math.asinh(math.hypot(along, across))


def _unit(direction: list[float]) -> list[float]:
    length = math.hypot(*direction)
    if abs(length - 1) <= _ROUNDING:
        return direction
    if length == 0:
        return [1.0, *direction[1:]]
    return [part / length for part in direction]
