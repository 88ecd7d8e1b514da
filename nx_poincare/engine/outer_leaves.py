r"""Leaves, which are nobody's ancestors, moved outward along their radii.

For a node u far out the key of v (see `nx_poincare.engine.ranking`) is
:math:`e^{-r_v} + \tfrac14 e^{r_v} |s_u - s_v|^2`. A leaf that grows in radius leaves the rows of all
other nodes sooner or later, and in its own row, where every key changes alike, nothing moves.
Gradients see this late: a leaf far out is a negative that hardly counts, and its radius grows with
the logarithm of the number of steps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.engine.schedule import Scores, combined

__all__ = ["best_step", "moved_outward"]

_WORTH_DOUBLING = 1e-3  # of the combined score


def moved_outward(radii: FloatArray, leaves: IntArray, step: float, max_radius: float) -> FloatArray:
    """Radii in which those of the leaves are larger by a step, up to `max_radius`."""
    moved = radii.copy()
    moved[leaves] = np.minimum(radii[leaves] + step, max_radius)
    return moved


def best_step(scores_after: Callable[[float], Scores], most: float) -> tuple[float, Scores]:
    """The step after which the scores are best, and those scores: 0, or 1 doubled while it is worth it.

    Parameters
    ----------
    scores_after : callable
        Scores by the step.
    most : float
        Larger steps than this are not tried.
    """
    step, scores = 0.0, scores_after(0.0)
    tried = 1.0
    while tried <= most:
        found = scores_after(tried)
        if combined(found) >= combined(scores) - _WORTH_DOUBLING:
            break
        step, scores = tried, found
        tried *= 2
    return step, scores
