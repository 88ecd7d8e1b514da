"""What a training has come to: points, the best points so far, history."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.limits import LARGEST_RADIUS

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

    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        **dict.fromkeys(("exponentials", "best_exponentials"), (1.0, math.exp(LARGEST_RADIUS) * 1.001)),
        **dict.fromkeys(("epoch", "idle"), (0, 2**31)),
        "best_scores": (0.0, math.inf),
        "outward": (0.0, LARGEST_RADIUS),
    }
    unit_rows: ClassVar[tuple[str, ...]] = ("directions", "best_directions")

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
