"""Points of an embedding, row by row, beside what a viewer page shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.embedding import Embedding

__all__ = ["Points"]


@dataclass(frozen=True)
class Points:
    """Polar form: directions, shape (n, dim), and hyperbolic radii, shape (n,)."""

    directions: FloatArray
    radii: FloatArray

    @classmethod
    def of(cls, embedding: Embedding) -> Points:
        """Those of an embedding, in its order."""
        return cls(embedding.directions, embedding.radii)

    @property
    def dim(self) -> int:
        """Dimensions of the ball."""
        return self.directions.shape[1]

    def of_rows(self, rows: IntArray) -> Points:
        """Some of them, in another order."""
        return Points(self.directions[rows], self.radii[rows])

    def with_origin(self) -> Points:
        """With one more at the origin."""
        first_axis = np.eye(1, self.directions.shape[1])
        return Points(np.concatenate([self.directions, first_axis]), np.append(self.radii, 0.0))
