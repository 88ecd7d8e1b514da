"""What a placement must not be worse than: the same hierarchy in fewer dimensions, or placed with less work."""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.horizons import NO_ROWS, Tally, horizon_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.scores import combined_cost
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.workers import ONE_THREAD, Workers, WorkersLostError

__all__ = [
    "MOST_COMPARED",
    "PlacementScores",
    "flat",
    "is_about_as_good",
    "is_no_worse",
    "ranks_and_orders_no_worse",
    "rows_to_judge",
    "scores_of",
]

_log = logging.getLogger(__name__)

MOST_COMPARED = 2_000_000_000  # pairs of nodes

_SLACK = 1.05  # what a score may lack, in units of what another placement lacks, where the others lack less


class PlacementScores(NamedTuple):
    """Ranks and order of a placement."""

    mean_rank: float
    map_score: float
    f1: float  # of ancestors by horizons
    plain_f1: float


def rows_to_judge(dag: Dag, rows: IntArray, most_compared: float = MOST_COMPARED) -> IntArray:
    """The rows, or evenly many of them where these are too many to compare with all nodes.

    Sorting the ancestors of a row counts as comparisons as well.
    """
    ancestors = dag.estimated_pairs() / max(dag.n, 1)
    compared = len(rows) * (dag.n + round(20 * ancestors * np.log2(ancestors + 1)))
    return rows[:: max(1, -(-compared // int(most_compared)))]


def scores_of(
    dag: Dag, directions: FloatArray, radii: FloatArray, rows: IntArray, workers: Workers, exact_pairs: int = 0
) -> PlacementScores:
    """Exact scores of a placement over some rows; for the order, other pairs may be known to be right."""
    try:
        tally = _tally(dag, directions, radii, rows, workers)
    except WorkersLostError as error:
        _log.warning("%s: placements are compared here", error)
        tally = _tally(dag, directions, radii, rows, ONE_THREAD)
    f1, plain_f1 = (
        2 * (right + exact_pairs) / max(named + tally.pairs + 2 * exact_pairs, 1)
        for named, right in ((tally.named, tally.right), (tally.named_by_plain_rule, tally.right_by_plain_rule))
    )
    mean_rank, map_score = tally.rank_sum / max(tally.pairs, 1), tally.precision_sum / max(tally.rows, 1)
    return PlacementScores(mean_rank, map_score, f1, plain_f1)


def _tally(dag: Dag, directions: FloatArray, radii: FloatArray, rows: IntArray, workers: Workers) -> Tally:
    """Sums over some rows."""
    ancestors_of = Dag(dag.parent_starts, dag.parent_list).ancestors_of  # no more of the graph than is needed
    tally = NO_ROWS
    for _, _, own in horizon_blocks(candidates(directions, radii), rows, ancestors_of, workers):
        tally += own
    return tally


def is_no_worse(scores: PlacementScores, others: PlacementScores) -> bool:
    """Whether no score is worse than those of another placement."""
    mean_rank, *rest = scores
    others_mean_rank, *others_rest = others
    return not (mean_rank > others_mean_rank or any(own < other for own, other in zip(rest, others_rest, strict=True)))


def ranks_and_orders_no_worse(scores: PlacementScores, others: PlacementScores) -> bool:
    """Whether no score but the plain rule's is worse than those of another placement."""
    return scores.mean_rank <= others.mean_rank and scores.map_score >= others.map_score and scores.f1 >= others.f1


def is_about_as_good(scores: PlacementScores, others: PlacementScores) -> bool:
    """Whether a placement costs no more than another, and no score but the plain rule's lacks much more."""

    def lacks_more(own: float, other: float) -> bool:
        return own > _SLACK * other

    return not (
        combined_cost(scores[:2]) > combined_cost(others[:2])
        or lacks_more(scores.mean_rank - 1, others.mean_rank - 1)
        or lacks_more(1 - scores.map_score, 1 - others.map_score)
        or lacks_more(1 - scores.f1, 1 - others.f1)
    )


def flat(directions: FloatArray, dim: int) -> FloatArray:
    """Directions in a flat part of more dimensions, through the origin, where distances are the same."""
    return np.pad(directions, ((0, 0), (0, dim - directions.shape[1])))
