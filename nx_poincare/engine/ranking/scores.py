"""The scores of a placement, and the one figure by which placements are compared."""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["Scores", "combined"]

Scores: TypeAlias = tuple[float, float]  # mean rank, MAP


def combined(scores: Scores) -> float:
    """One figure to compare embeddings by, smaller is better: (mean rank - 1) + 10 (1 - MAP)."""
    mean_rank, map_score = scores
    return (mean_rank - 1) + 10 * (1 - map_score)
