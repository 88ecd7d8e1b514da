"""What a training has come to: points, the best points so far, history."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from nx_poincare.engine.ranking.scores import MeanScores
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.limits import LARGEST_RADIUS

__all__ = ["NotFinitePointError", "TrainingState"]


class NotFinitePointError(FloatingPointError):
    """A point that is not finite appeared in training; names the node's index and the epoch."""

    def __init__(self, node: int, epoch: int) -> None:
        super().__init__(f"the point of node {node} is not finite after epoch {epoch}")
        self.node = node
        self.epoch = epoch


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
    best_scores: MeanScores = (np.inf, 0.0)
    epoch: int = 0
    finished: bool = False
    idle: int = 0
    outward: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, exponentials: FloatArray, scores: MeanScores) -> None:
        """Keep the directions now, and radii by their exponentials, as the best ones."""
        copies = self.directions.copy(), exponentials
        # One belongs to the other: no call, hence no interrupt, between these lines.
        self.best_directions, self.best_exponentials = copies
        self.best_scores = scores
        self.idle = 0

    def check_finite(self) -> None:
        """Raise `NotFinitePointError` if a point now is not finite."""
        finite = np.isfinite(self.exponentials) & np.isfinite(self.directions).all(axis=1)
        if not finite.all():
            raise NotFinitePointError(int(np.flatnonzero(~finite)[0]), self.epoch)
