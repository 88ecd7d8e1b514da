"""How far points move where they are taken or saved in fewer digits, and what is said of it."""

from __future__ import annotations

import numpy as np

from nx_poincare.embedding.points import NamedPoints
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.warn import warn_caller

__all__ = ["PrecisionWarning", "warn_of_moves"]

_FAR = 0.1  # neighbours in a tree are more than 1 apart


class PrecisionWarning(UserWarning):
    """Fewer digits than float64 do not keep the points of an embedding, or its order, as measured."""


def warn_of_moves(points: NamedPoints, directions: FloatArray, radii: FloatArray, what: str) -> None:
    """Warn if rounding moved points to these places by more than 0.1; ``what`` names the rounded coordinates."""
    moves = distance(points.directions, points.radii, directions, radii)
    far = np.count_nonzero(moves > _FAR)
    if not far:
        return
    row = int(moves.argmax())
    warn_caller(
        f"{what} move {far:,} of {len(moves):,} nodes by more than {_FAR:g}, node {points.nodes[row]!r} at radius "
        f"{points.radii[row]:.1f} by {moves[row]:.2g}: take float64, or embed(G, max_radius=...) with a smaller radius",
        PrecisionWarning,
    )
