"""What caps must not be worse than: the same hierarchy in fewer dimensions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.exact import candidates, mean_scores, ranked_blocks
from nx_poincare.engine.ranking.horizons import horizon_blocks
from nx_poincare.engine.ranking.order import OrderedPoints, related_pairs, rows_per_block
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["MOST_COMPARED", "PlacementScores", "flat", "is_no_worse", "rows_to_judge", "scores_of"]

MOST_COMPARED = 2_000_000_000  # pairs of nodes


class PlacementScores(NamedTuple):
    """Ranks and order of a placement."""

    mean_rank: float
    map_score: float
    f1: float  # of ancestors by horizons
    plain_f1: float


def rows_to_judge(dag: Dag, rows: IntArray, most_compared: float = MOST_COMPARED) -> IntArray:
    """The rows, or evenly many of them where these are too many to compare with all nodes."""
    return rows[:: max(1, -(-len(rows) * dag.n // int(most_compared)))]


def scores_of(
    dag: Dag, directions: FloatArray, radii: FloatArray, rows: IntArray, n_jobs: int, exact_pairs: int = 0
) -> PlacementScores:
    """Exact scores of a placement over some rows; for the order, other pairs may be known to be right."""
    nodes = candidates(directions, radii)
    ranks = mean_scores(ranked_blocks(nodes, rows, dag.ancestors_of, n_jobs))
    horizons = radii.copy()
    for block, fitted in horizon_blocks(nodes, rows, dag.ancestors_of, n_jobs):
        horizons[block] = fitted
    counts = np.zeros((2, 2), dtype=np.int64)  # by rule: named pairs, true ones
    pairs, step = 0, rows_per_block(dag.n)
    for first in range(0, len(rows), step):
        block = rows[first : first + step]
        starts, ancestors = dag.ancestors_of(block)
        true = np.sort(np.repeat(block, np.diff(starts)) * dag.n + ancestors)
        pairs += len(true)
        for i, rule in enumerate((horizons, None)):
            descendants, named = related_pairs(OrderedPoints(directions, radii, rule), nodes, block)
            places = np.searchsorted(true, descendants * dag.n + named)
            places -= places == len(true)
            counts[i] += len(named), np.count_nonzero(true[places] == descendants * dag.n + named)
    f1, plain_f1 = (2 * (true + exact_pairs) / max(named + pairs + 2 * exact_pairs, 1) for named, true in counts.tolist())
    return PlacementScores(*ranks, f1, plain_f1)


def is_no_worse(scores: PlacementScores, others: PlacementScores) -> bool:
    """Whether no score is worse than those of another placement; what is not a number is not compared."""
    return not (
        scores.mean_rank > others.mean_rank
        or scores.map_score < others.map_score
        or scores.f1 < others.f1
        or scores.plain_f1 < others.plain_f1
    )


def flat(directions: FloatArray, dim: int) -> FloatArray:
    """Directions in a flat part of more dimensions, through the origin, where distances are the same."""
    return np.pad(directions, ((0, 0), (0, dim - directions.shape[1])))
