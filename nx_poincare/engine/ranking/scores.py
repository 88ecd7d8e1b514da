"""The scores of a placement, and the two costs by which placements are compared.

Both costs add the ranks lost on average to the lost average precision, in mean ranks; they differ by what precision
weighs. In three and more dimensions, and where points are trained, mean ranks end between 1 and 3: there
`PRECISION_WEIGHT` = 10 sets a hundredth of MAP against a tenth of a rank. Arcs in the disk are left with mean ranks of
10 to 100 on graphs in which many nodes have several parents, most of it from few rows with thousands of intruders. With
a weight of 10 only these few rows would count: all that MAP can lose is 10 ranks. `ARCS_PRECISION_WEIGHT` = 200 sets a
hundredth of MAP against two ranks.
"""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["ARCS_PRECISION_WEIGHT", "DISORDER_WEIGHT", "PRECISION_WEIGHT", "MeanScores", "arcs_cost", "combined_cost"]

PRECISION_WEIGHT = 10.0  # of 1 - MAP, in mean ranks
ARCS_PRECISION_WEIGHT = 200.0
DISORDER_WEIGHT = 0.03  # of a pair that the origin is on the wrong side of, by pairs of ancestors, in mean ranks

MeanScores: TypeAlias = tuple[float, float]  # mean rank, MAP


def combined_cost(scores: MeanScores) -> float:
    """One figure to compare embeddings by, smaller is better: (mean rank - 1) + 10 (1 - MAP)."""
    mean_rank, map_score = scores
    return (mean_rank - 1) + PRECISION_WEIGHT * (1 - map_score)


def arcs_cost(scores: MeanScores) -> float:
    """What arcs are refined by, smaller is better: (mean rank - 1) + 200 (1 - MAP)."""
    mean_rank, map_score = scores
    return (mean_rank - 1) + ARCS_PRECISION_WEIGHT * (1 - map_score)
