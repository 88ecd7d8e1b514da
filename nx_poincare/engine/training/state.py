"""What a training has come to: points, the best points so far, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nx_poincare.utils.arrays import FloatArray

__all__ = ["TrainingState"]


@dataclass
class TrainingState:
    """Points of a run after some epochs, and the best points so far.

    Attributes
    ----------
    directions, exponentials : ndarray of float64, shapes (n, dim) and (n,)
        The points now; exponentials of the hyperbolic radii.
    best_directions, best_exponentials
        The points with the best scores so far.
    best_scores : tuple of float
        Mean rank and MAP of the best points on the sampled nodes.
    epoch : int
        Epochs done.
    finished : bool
    idle : int
        Scorings since the last improvement, late in a run.
    outward : float
        Step by which leaves were moved outward when the points were last scored.
    history : list of dict
    """

    directions: FloatArray
    exponentials: FloatArray
    best_directions: FloatArray
    best_exponentials: FloatArray
    best_scores: tuple[float, float] = (np.inf, 0.0)
    epoch: int = 0
    finished: bool = False
    idle: int = 0
    outward: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)
