r"""Leaves, which are nobody's ancestors, moved outward along their radii.

For a node u far out the key of v (see `nx_poincare.engine.ranking.exact`) is
:math:`e^{-r_v} + \tfrac14 e^{r_v} |s_u - s_v|^2`. A leaf that grows in radius leaves the rows of all
other nodes sooner or later, and in its own row, where every key changes alike, nothing moves.
Gradients see this late: a leaf far out is a negative that hardly counts, and its radius grows with
the logarithm of the number of steps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nx_poincare.engine.ranking.scores import MeanScores, combined_cost
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["best_step", "moved_outward"]

_NO_WORSE = 1e-3  # of the best cost


def moved_outward(radii: FloatArray, leaves: IntArray, step: float, max_radius: float) -> FloatArray:
    """Radii in which those of the leaves are larger by a step, up to `max_radius`."""
    moved = radii.copy()
    moved[leaves] = np.minimum(radii[leaves] + step, max_radius)
    return moved


def best_step(scores_after: Callable[[float], MeanScores], most: float) -> tuple[float, MeanScores]:
    """The least of the steps 0, 1, 2, 4 and so on that is as good as the best of them, and its scores.

    Small steps may bring leaves nearer to other rows before larger ones take them away, so all are tried.

    Parameters
    ----------
    scores_after : callable
        Scores by the step.
    most : float
        Larger steps than this are not tried.
    """
    count = int(np.log2(most)) + 1 if most >= 1 else 0
    tried = [(step, scores_after(step)) for step in (0.0, *(2.0**i for i in range(count)))]
    enough = (1 + _NO_WORSE) * min(combined_cost(scores) for _, scores in tried)
    return next((found for found in tried if combined_cost(found[1]) <= enough), tried[0])
