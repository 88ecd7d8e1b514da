"""Scores of the points in training, and the best points so far."""

from __future__ import annotations

import logging
import warnings

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.exact import mean_scores, ranked_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.scores import MeanScores, combined_cost
from nx_poincare.engine.training.node_kinds import NodeKinds
from nx_poincare.engine.training.outer_leaves import best_step, moved_outward
from nx_poincare.engine.training.state import TrainingState
from nx_poincare.engine.training.task import Task
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.interrupts import take_interrupt
from nx_poincare.utils.workers import Threads

__all__ = ["Scoring"]

_logger = logging.getLogger(__name__)

_SCORED_ROWS, _LEAST_SCORED_ROWS = 1000, 100
_SCORED_PAIRS = 200_000_000  # of a row and another node, so that scoring stays short of an epoch
_MOST_JUDGED_PAIRS = 10_000_000_000  # of a row and another node, when a result is compared with its start


class Scoring:
    """Scores of points on some rows, with leaves as far out as is best, and the choice of the best points.

    Parameters
    ----------
    dag : Dag
    kinds : NodeKinds
    task : Task
    threads : Threads

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Nodes with ancestors.
    scored : ndarray of int
        Those of them that are scored, chosen by the seed of the task.
    """

    def __init__(self, dag: Dag, kinds: NodeKinds, task: Task, threads: Threads) -> None:
        self.dag, self.task, self.threads = dag, task, threads
        self.rows, self.is_fixed = kinds.rows, kinds.is_fixed
        self.outer_leaves = kinds.movable_leaf_rows if task.outer_leaves else np.zeros(0, dtype=np.int64)
        rng = np.random.default_rng([task.seed, 1])
        few = min(len(self.rows), max(_LEAST_SCORED_ROWS, min(_SCORED_ROWS, _SCORED_PAIRS // max(dag.n, 1))))
        self.scored = np.sort(rng.choice(self.rows, few, replace=False)) if few else self.rows

    def scores(self, directions: FloatArray, radii: FloatArray, rows: IntArray | None = None) -> MeanScores:
        """Mean rank and MAP of the sampled rows, each against all nodes."""
        blocks = ranked_blocks(
            candidates(directions, radii),
            self.scored if rows is None else rows,
            self.dag.ancestors_of,
            self.threads,
        )
        return mean_scores(blocks)

    def score(self, state: TrainingState) -> None:
        """Score the points now, and keep them if they are the best."""
        radii, scores = self._outward(state)
        state.history[-1] |= {"mean_rank": scores[0], "map_score": scores[1]}
        state.idle = state.idle + 1 if self.task.schedule.is_late(state.epoch - 1) else 0
        if self._is_better(scores, state):
            state.keep(np.exp(radii), scores)

    def radii_shown(self, state: TrainingState) -> FloatArray:
        """Radii of the points now, with leaves as far out as they were when the points were last scored."""
        return moved_outward(np.log(state.exponentials), self.outer_leaves, state.outward, self.task.max_radius)

    def best(self, state: TrainingState, directions: FloatArray, radii: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The best directions and radii of a run that is over: those of its start if better by either score."""
        if not self.has_best(state):
            return state.directions, self._with_fixed(self._outward(state)[0], radii)
        found = state.best_directions, self._with_fixed(np.log(state.best_exponentials), radii)
        if not self.task.keep_start or np.array_equal(found[1], radii):
            return found
        # The sample decided so far; what is returned must hold on all rows, or as many as can be looked at.
        most = max(_SCORED_ROWS, _MOST_JUDGED_PAIRS // max(self.dag.n, 1))
        rows = self.rows[:: max(1, -(-len(self.rows) // most))]
        try:
            before, after = self.scores(directions, radii, rows), self.scores(*found, rows)
        except KeyboardInterrupt:
            take_interrupt()
            warnings.warn(
                "the comparison with the start was interrupted; the trained points, better on a sample, are returned",
                stacklevel=4,
            )
            return found
        if after[0] <= before[0] and after[1] >= before[1]:
            return found
        _logger.info("training: the start is better over all nodes (%s against %s) and is kept", before, after)
        return directions, radii

    def has_best(self, state: TrainingState) -> bool:
        """Whether the best points are known."""
        return self.task.keep_start or bool(np.isfinite(state.best_scores[0]))

    def _outward(self, state: TrainingState) -> tuple[FloatArray, MeanScores]:
        """Radii of the points now with leaves as far out as is best, and their scores."""
        radii, task = np.log(state.exponentials), self.task

        def leaves_moved(step: float) -> FloatArray:
            return moved_outward(radii, self.outer_leaves, step, task.max_radius)

        most = task.max_radius if len(self.outer_leaves) else 0.0
        state.outward, scores = best_step(lambda step: self.scores(state.directions, leaves_moved(step)), most)
        return leaves_moved(state.outward), scores

    def _with_fixed(self, found: FloatArray, start: FloatArray) -> FloatArray:
        """Radii of points, those of fixed ones to the last bit, which the logarithm of the exponential has not."""
        return np.where(self.is_fixed, start, found)

    def _is_better(self, scores: MeanScores, state: TrainingState) -> bool:
        if combined_cost(scores) >= combined_cost(state.best_scores):
            return False
        if not self.task.keep_start:
            return True
        # Never worse than the start by either measure: every later best is at least as good as the one before.
        return scores[0] <= state.best_scores[0] and scores[1] >= state.best_scores[1]
