"""What the training of a skeleton holds between two steps, and the best that it has found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.ranking.scores import DISORDER_WEIGHT, MeanScores, combined_cost
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.limits import LARGEST_RADIUS

__all__ = ["SkeletonState"]

_LARGEST_MOMENT = 1e100  # of gradients, far beyond any: steps by it stay finite


@dataclass
class SkeletonState:
    """Points after some steps, all that the next step needs, and the best points so far.

    Attributes
    ----------
    directions : ndarray of float64, shape (c + p, dim)
        Of caps and attach points.
    radii : ndarray of float64, shape (c,)
        Of caps.
    parents : ndarray of int64, shape (c + p,)
        The spanning tree that offsets follow, -1 for roots.
    resting : ndarray of int64, shape (c + p,)
        Steps for which each row still rests.
    moments, squares : ndarray of float64, shapes (c + p, dim) and (c + p,)
        Of the offsets' gradients.
    radial_moments, radial_squares : ndarray of float64, shape (c,)
    best_directions, best_radii
        The best points so far.
    looked_directions, looked_radii
        The points as of the last look; empty before the first.
    looked_at : int
        The step before which that was.
    window : float
        Up to which multiple of an ancestor's key caps were near then.
    moved : float
        How far caps may have moved since, in widths of their parents' cones.
    work, work_since_look : int
        Nanoseconds of one core, about, so far, and since the last look less what that took.
    best_disorder : float
        Pairs of the best points that the origin is on the wrong side of, by pairs of ancestors.
    origin_weight : float
        Of the origin in the loss, as of the last score.
    best_scores : tuple of float
        Mean rank and MAP of the best points; the former infinite where there are none.
    step : int
        Steps done.
    """

    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        **dict.fromkeys(("radii", "best_radii", "looked_radii"), (0.0, LARGEST_RADIUS)),
        **dict.fromkeys(("best_scores", "best_disorder"), (0.0, math.inf)),
        **dict.fromkeys(("moments", "radial_moments"), (-_LARGEST_MOMENT, _LARGEST_MOMENT)),
        **dict.fromkeys(("squares", "radial_squares"), (0.0, _LARGEST_MOMENT * _LARGEST_MOMENT)),
        **dict.fromkeys(("resting", "looked_at", "step"), (0, 2**31)),
        **dict.fromkeys(("moved", "origin_weight"), (0.0, 1e300)),
        **dict.fromkeys(("work", "work_since_look"), (-(2**62), 2**62)),
        "window": (1e-300, 1e300),
    }
    unit_rows: ClassVar[tuple[str, ...]] = ("directions", "best_directions", "looked_directions")

    directions: FloatArray
    radii: FloatArray
    parents: IntArray
    resting: IntArray
    moments: FloatArray
    squares: FloatArray
    radial_moments: FloatArray
    radial_squares: FloatArray
    best_directions: FloatArray
    best_radii: FloatArray
    looked_directions: FloatArray
    looked_radii: FloatArray
    best_scores: MeanScores = (np.inf, 0.0)
    best_disorder: float = np.inf
    origin_weight: float = 0.0
    looked_at: int = 0
    window: float = 1.0
    moved: float = 0.0
    work: int = 0
    work_since_look: int = 0
    step: int = 0

    @classmethod
    def of(cls, skeleton: Skeleton, directions: FloatArray, radii: FloatArray) -> SkeletonState:
        """The state before the first step."""
        n, dim = directions.shape
        parents = _deepest_parents(skeleton.dag.parent_starts, skeleton.dag.parent_list, radii)
        resting = np.zeros(n, dtype=np.int64)
        moments = np.zeros((n, dim)), np.zeros(n), np.zeros(len(radii)), np.zeros(len(radii))
        best, none = (directions.copy(), radii.copy()), (np.zeros((0, dim)), np.zeros(0))
        return cls(directions.copy(), radii.copy(), parents, resting, *moments, *best, *none)

    def keep_if_better(self, scores: MeanScores, disorder: float = 0.0) -> None:
        """Keep the present points if they are the best so far."""
        if _cost(scores, disorder) < _cost(self.best_scores, self.best_disorder):
            copies = self.directions.copy(), self.radii.copy()
            # One belongs to the other: no call, hence no interrupt, between these lines.
            self.best_directions, self.best_radii = copies
            self.best_scores, self.best_disorder = scores, disorder


def _cost(scores: MeanScores, disorder: float) -> float:
    return combined_cost(scores) + (DISORDER_WEIGHT * disorder if disorder < np.inf else 0.0)


def _deepest_parents(parent_starts: IntArray, parent_list: IntArray, radii: FloatArray) -> IntArray:
    """The parent of largest radius of each node, -1 for roots."""
    counts = np.diff(parent_starts)
    children = np.repeat(np.arange(len(counts)), counts)
    by_radius = np.lexsort((radii[parent_list], children))
    deepest = np.full(len(counts), -1, dtype=np.int64)
    deepest[counts > 0] = parent_list[by_radius][parent_starts[1:][counts > 0] - 1]
    return deepest
