"""Arcs that are measured, and the best of them."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np

from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.keys import DiskPoints
from nx_poincare.engine.cones.arcs.nested_arcs import Arcs
from nx_poincare.engine.dag.dag import ClosureTooLargeError, Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.ranking.exact import mean_scores, ranked_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.scores import MeanScores, arcs_cost
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.workers import ONE_THREAD

__all__ = ["KeptArcs", "cost_of_all", "cost_of_sample", "evenly_spaced_rows", "measurable_costs", "pad_changes"]

_logger = logging.getLogger(__name__)

_MOST_PAIRS = 10_000_000  # of the closure
_LARGEST_CLOSURE = 50_000_000  # pairs; about a hundred bytes each are held in memory, whatever the effort
_MOST_COMPARISONS = 1_000_000_000  # of rows with inner nodes, for one measurement: ten seconds or less
_SAMPLED_ROWS, _SAMPLED_PAIRS = 1000, 1_000_000_000  # where there are more; a pair is of a row and any node
_MOST_ROWS = 300_000  # with missed ancestors; the table of a row takes a kilobyte
_ADAPTATION_POWER = 0.25  # of the blame in a pad's change


class KeptArcs:
    """The arcs that cost least so far."""

    def __init__(self, arcs: Arcs) -> None:
        self.arcs = arcs

    def measure_by(self, cost: Callable[[Arcs], float]) -> None:
        """What is offered from now on is measured, and so is what is kept."""
        self._cost = cost
        self._measured = self.arcs
        self.cost = cost(self.arcs)

    def offer(self, trial: Arcs) -> bool:
        """Keep other arcs if they cost less."""
        self._measured = trial
        cost = self._cost(trial)
        if cost >= self.cost:
            return False
        self.arcs, self.cost = trial, cost
        return True

    def measure_again(self) -> None:
        """Make the arcs kept those that were measured last."""
        if self._measured is not self.arcs:
            self._cost(self.arcs)
            self._measured = self.arcs


def evenly_spaced_rows(dag: Dag, effort: float) -> IntArray:
    """Nodes at even distances among those with ancestors, so few that their ranks are soon known."""
    rows = np.flatnonzero(np.diff(dag.parent_starts) > 0)
    pairs_per_row = dag.estimated_pairs() / len(rows)
    most = min(_SAMPLED_ROWS, _SAMPLED_PAIRS // dag.n, _MOST_PAIRS / max(pairs_per_row, 1))
    return rows[:: -(-len(rows) // max(int(most * effort), 1))]


def cost_of_sample(dag: Dag, rows: IntArray, arcs: Arcs) -> float:
    """The cost by the ranks of some rows."""
    nodes = candidates(arcs.directions, arcs.radii)
    return _cost_of_scores(mean_scores(ranked_blocks(nodes, rows, dag.ancestors_of, ONE_THREAD)))


def cost_of_all(costs: ArcCosts, arcs: Arcs) -> float:
    """The cost by the ranks of all rows."""
    costs.change_tree(arcs.tree)
    return _cost_of_scores(costs.measure(DiskPoints.of(arcs.angles, arcs.radii)))


def _cost_of_scores(scores: MeanScores) -> float:
    _logger.debug("arcs: mean rank %.4f, MAP %.5f", *scores)
    return arcs_cost(scores)


def measurable_costs(dag: Dag, arcs: Arcs, effort: float) -> ArcCosts | None:
    """The costs of all rows, if measuring them takes no more than the work that is allowed."""
    try:
        dag.count_ancestors(int(min(_MOST_PAIRS * effort, _LARGEST_CLOSURE)))
    except ClosureTooLargeError as error:
        _logger.info("arcs: about %d ancestor pairs", error.pairs)
        return None
    costs = ArcCosts(dag, arcs.tree)
    comparisons = costs.comparisons(DiskPoints.of(arcs.angles, arcs.radii))
    if comparisons > _MOST_COMPARISONS * effort or np.count_nonzero(costs.off_tree) > _MOST_ROWS:
        _logger.info("arcs: %d comparisons of rows with inner nodes", comparisons)
        return None
    return costs


def pad_changes(costs: ArcCosts, tree: SpanningTree) -> FloatArray:
    """Factors that widen the pads of the ancestors that cost much, and narrow the others."""
    blame = 1 + np.bincount(costs.rows.ancestors, costs.rows.before, len(tree.missed))
    typical = np.exp(np.log(blame[tree.missed > 0]).mean())
    changes = np.clip((blame / typical) ** _ADAPTATION_POWER, 0.25, 4.0)
    return np.where(tree.missed > 0, changes, 1.0)
