"""Riemannian stochastic gradient descent: the loop around the compiled rows.

Each epoch visits every node with ancestors once (of the leaves perhaps a share in turn), in an
order and with negatives that depend only on the seed and the number of the epoch. A run that
is continued from a checkpoint therefore gives the same bytes as one that never stopped.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.depth_first import Walk
from nx_poincare.engine.ranking.exact import mean_scores, ranked_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.scores import MeanScores, combined_cost
from nx_poincare.engine.training.bucket_steps import Points, Visit
from nx_poincare.engine.training.buckets import Buckets
from nx_poincare.engine.training.gradient_steps import alias_table, train_rows
from nx_poincare.engine.training.negative_sampling import Scratch, ancestry, degrees, draw_weights, scratch
from nx_poincare.engine.training.options import Task, identity_of
from nx_poincare.engine.training.outer_leaves import best_step, moved_outward
from nx_poincare.engine.training.parts import NodeTables, parted
from nx_poincare.engine.training.state import TrainingState
from nx_poincare.engine.training.visiting_order import rows_due, trains_in_walk_order, visiting_order
from nx_poincare.io.checkpoint import Checkpoint, check_room, load_state, try_to_save_state
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.workers import ONE_THREAD, Threads, Workers, WorkersLostError

__all__ = ["Callback", "NotFinitePointError", "Trained", "train"]

_logger = logging.getLogger(__name__)

Callback = Callable[[int, float, FloatArray, FloatArray], Any]

_SCORED_ROWS, _LEAST_SCORED_ROWS = 1000, 100
_SCORED_PAIRS = 200_000_000  # of a row and another node, so that scoring stays short of an epoch
_MOST_JUDGED_PAIRS = 10_000_000_000  # of a row and another node, when a result is compared with its start
_BURN_IN_POWER = 0.75  # of the degree (Nickel & Kiela 2017, section 3)
_ROWS_PER_CALL = 20_000  # between two calls an interrupt is heard and the progress bar moves


class NotFinitePointError(FloatingPointError):
    """A point that is not finite appeared in training; names the node's index and the epoch."""

    def __init__(self, node: int, epoch: int) -> None:
        super().__init__(f"the point of node {node} is not finite after epoch {epoch}")
        self.node = node
        self.epoch = epoch


class Trained(NamedTuple):
    """Best points of a run and what was recorded for each epoch."""

    directions: FloatArray
    radii: FloatArray
    history: list[dict[str, Any]]


def train(
    dag: Dag,
    directions: FloatArray,
    radii: FloatArray,
    task: Task,
    *,
    callbacks: tuple[Callback, ...] = (),
    progress: bool | None = None,
    checkpoint: Checkpoint | None = None,
    workers: Workers = ONE_THREAD,
) -> Trained:
    """Train from the given points; returns the best points seen.

    Parameters
    ----------
    dag : Dag
    directions : ndarray of float64, shape (n, dim)
    radii : ndarray of float64, shape (n,)
    task : Task
    callbacks : tuple of callables
        Called after each epoch with its number (from 1), the mean loss of a pair, directions
        and radii. A true answer ends the run.
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.
    checkpoint : Checkpoint, optional
        Continue from this file if it is there, and write it every so many epochs and at the end.
    workers : Workers, default one thread
        Where buckets are trained, if the graph is in several; the result does not depend on them.

    Raises
    ------
    NotFinitePointError
        If a point is not finite any more.
    CheckpointError
        If the file belongs to another run.
    TooFewSubtreesError
        If buckets are wanted and the graph has few subtrees that stand apart.
    """
    options: dict[str, Any] = {"progress": progress, "checkpoint": checkpoint, "workers": workers}
    if not trains_in_walk_order(dag.n):
        return _train_as_numbered(dag, directions, radii, task, callbacks, **options)
    walk = Walk.over(dag)
    weights = None if task.weights is None else task.weights[walk.edges]
    task = replace(task, weights=weights, fixed=walk.places[task.fixed])
    views = tuple(_in_order_of_nodes(callback, walk) for callback in callbacks)
    try:
        found = _train_as_numbered(walk.dag, directions[walk.nodes], radii[walk.nodes], task, views, **options)
    except NotFinitePointError as error:
        raise NotFinitePointError(int(walk.nodes[error.node]), error.epoch) from None
    return Trained(found.directions[walk.places], found.radii[walk.places], found.history)


def _in_order_of_nodes(callback: Callback, walk: Walk) -> Callback:
    """A callback for points in the order of a walk that calls one for points in the order of the nodes."""
    return lambda epoch, loss, directions, radii: callback(epoch, loss, directions[walk.places], radii[walk.places])


def _train_as_numbered(
    dag: Dag,
    directions: FloatArray,
    radii: FloatArray,
    task: Task,
    callbacks: tuple[Callback, ...],
    progress: bool | None,
    checkpoint: Checkpoint | None,
    workers: Workers,
) -> Trained:
    """Train a graph as its nodes are numbered; see `train`."""
    run = _Run(dag, task, directions.shape[1], workers)
    identity = identity_of(dag, directions, radii, task)
    like = TrainingState(directions, radii, directions, radii)
    state = None if checkpoint is None else load_state(identity, checkpoint.path, like)
    if state is None:
        state = run.start(directions, radii)
    if checkpoint is not None:
        check_room(state, identity, checkpoint.path)
    bar = progress_bar(task.schedule.total, "training", "epoch", progress, initial=state.epoch)
    try:
        with bar, run.threads.held(), workers.held():
            while not state.finished:
                loss = run.epoch(state)
                asked_to_stop = run.call(callbacks, state, loss)
                run.conclude_epoch(state)
                bar.set_postfix_str(_progress_text(state), refresh=False)
                bar.update()
                is_due = asked_to_stop or state.finished or state.epoch % (checkpoint.every if checkpoint else 1) == 0
                if checkpoint is not None and is_due:  # as of a run that goes on: it may, from this file
                    run.gather(state)
                    try_to_save_state(state, identity, checkpoint.path)
                if asked_to_stop and not state.finished:
                    run.score(state)
                    state.finished = True
    except KeyboardInterrupt:
        run.gather_after_interrupt(state)
        returned = run.what_is_returned(state)
        warnings.warn(f"training was interrupted after {state.epoch} epochs; {returned}", stacklevel=3)
    except WorkersLostError as error:
        returned = run.what_is_returned(state)
        warnings.warn(f"{error}: training ended after {state.epoch} epochs; {returned}", stacklevel=3)
    return run.best(state, directions, radii)


class _Run:
    """Tables and work space of one run, and the steps of its loop."""

    def __init__(self, dag: Dag, task: Task, dim: int, workers: Workers) -> None:
        self.dag, self.task, self.threads = dag, task, Threads(task.n_jobs)
        has_parents, is_leaf = np.diff(dag.parent_starts) > 0, np.diff(dag.child_starts) == 0
        self.rows = np.flatnonzero(has_parents)
        self.inner_rows = np.flatnonzero(has_parents & ~is_leaf)
        self.leaf_rows = np.flatnonzero(has_parents & is_leaf)
        found, leaf_weight = degrees(dag), 0.0 if task.outer_leaves else 1.0
        self.fixed = np.zeros(dag.n, dtype=np.bool_)
        self.fixed[task.fixed] = True
        tables = NodeTables(
            child_weights=np.where(is_leaf, leaf_weight, np.sqrt(found)),
            burn_in_weights=draw_weights(found, _BURN_IN_POWER),
            weights=draw_weights(found, task.negative_power, leaf_weight),
            fixed=self.fixed,
        )
        self.buckets = None
        if task.buckets > 1:
            self.buckets = Buckets(parted(dag, task.buckets, tables, task.weights), workers, task.seed)
        else:
            self.ancestry = ancestry(dag, task.weights, tables.child_weights)
            self.burn_in_table, self.table = alias_table(tables.burn_in_weights), alias_table(tables.weights)
            self.scratches = [scratch(dag, dim, task.negatives) for _ in range(task.n_jobs)]
        self.outer_leaves = np.flatnonzero(has_parents & is_leaf & ~self.fixed & task.outer_leaves)
        rng = np.random.default_rng([task.seed, 1])
        few = min(len(self.rows), max(_LEAST_SCORED_ROWS, min(_SCORED_ROWS, _SCORED_PAIRS // max(dag.n, 1))))
        self.scored = np.sort(rng.choice(self.rows, few, replace=False)) if few else self.rows

    def start(self, directions: FloatArray, radii: FloatArray) -> TrainingState:
        """The state before the first epoch."""
        exponentials = np.exp(radii)
        state = TrainingState(directions.copy(), exponentials, directions.copy(), exponentials.copy())
        if self.task.keep_start:
            state.best_scores = self.scores(directions, radii)
        state.finished = len(self.rows) == 0 or self.task.schedule.is_over(0)
        return state

    def epoch(self, state: TrainingState) -> float:
        """Visit every row that is due once; returns the mean loss of a pair and records it."""
        began = time.perf_counter()
        task, schedule = self.task, self.task.schedule
        rate = schedule.rate_at(state.epoch)
        burns_in = schedule.in_burn_in(state.epoch)
        largest = float(np.exp(task.max_radius))
        turns, relatives, emphasis, temperature = (
            (1, 0, 0.0, 1.0) if burns_in else (task.leaf_turns, task.relatives, task.emphasis, task.temperature)
        )
        visit = Visit(turns, burns_in, task.negatives, rate, largest, relatives, emphasis, temperature)
        loss, pairs = self._visit_rows(state, visit) if self.buckets is None else self._visit_parts(state, visit)
        mean = loss / max(pairs, 1)
        seconds = time.perf_counter() - began
        state.history.append({"epoch": state.epoch, "loss": mean, "rate": rate, "seconds": seconds})
        return mean

    def _visit_rows(self, state: TrainingState, visit: Visit) -> tuple[float, int]:
        """Visit the rows of the whole graph that are due; the loss and the pairs seen."""
        due = rows_due(self.inner_rows, self.leaf_rows, state.epoch, visit.leaf_turns)
        rows = visiting_order(due, self.dag.n, np.random.default_rng([self.task.seed, 2, state.epoch]))
        table = self.burn_in_table if visit.burns_in else self.table
        stream = np.random.default_rng([self.task.seed, 3, state.epoch]).integers(2**63, dtype=np.uint64)

        def visited(share: IntArray, work: Scratch) -> tuple[float, int]:
            return train_rows(
                state.directions, state.exponentials, share, self.ancestry, table, self.fixed, visit.negatives,
                visit.rate, visit.largest, stream, work, visit.relatives, visit.emphasis, visit.temperature,
            )  # fmt: skip

        loss, pairs = 0.0, 0
        step = _ROWS_PER_CALL * self.task.n_jobs
        for first in range(0, len(rows), step):
            shares = np.array_split(rows[first : first + step], self.task.n_jobs)
            for share_loss, share_pairs in self.threads.results(visited, zip(shares, self.scratches, strict=True)):
                loss += share_loss
                pairs += share_pairs
        state.epoch += 1
        self._check_finite(state)
        if self.task.n_jobs > 1:  # two threads at one node may leave a mixture of their directions
            state.directions /= np.linalg.norm(state.directions, axis=1, keepdims=True)
        return loss, pairs

    def _visit_parts(self, state: TrainingState, visit: Visit) -> tuple[float, int]:
        """Visit the rows of all parts that are due, where these are; the loss and the pairs seen."""
        assert self.buckets is not None
        loss, pairs, is_finite = self.buckets.epoch(_points(state), state.epoch, visit)
        state.epoch += 1
        if not is_finite:
            self.gather(state)
            self._check_finite(state)
        return loss, pairs

    def gather(self, state: TrainingState) -> None:
        """Bring the points here, if they are elsewhere."""
        if self.buckets is not None:
            self.buckets.bring(_points(state))

    def gather_after_interrupt(self, state: TrainingState) -> None:
        """Bring the points here if they are what is returned, unless that is impossible, or interrupted, too."""
        if not self._has_best(state):
            with suppress(KeyboardInterrupt, WorkersLostError):
                self.gather(state)

    def what_is_returned(self, state: TrainingState) -> str:
        """Which points a run has that ends before its time, for messages."""
        if self._has_best(state) or self.buckets is None or self.buckets.brought_after in (None, state.epoch):
            return "the best points so far are returned"
        return f"the points after {self.buckets.brought_after} of them, which came here last, are returned"

    def conclude_epoch(self, state: TrainingState) -> None:
        """Score where it is due, keep the best points, and decide whether the run is over."""
        schedule = self.task.schedule
        state.finished = schedule.is_over(state.epoch)
        if state.finished or schedule.scores_after(state.epoch - 1):
            self.score(state)
            state.finished |= schedule.is_enough(state.best_scores, state.idle)

    def score(self, state: TrainingState) -> None:
        """Score the points now, and keep them if they are the best."""
        self.gather(state)
        radii, scores = self.outward(state)
        state.history[-1] |= {"mean_rank": scores[0], "map_score": scores[1]}
        state.idle = state.idle + 1 if self.task.schedule.is_late(state.epoch - 1) else 0
        if self._is_better(scores, state):
            self._keep(state, np.exp(radii), scores)

    def outward(self, state: TrainingState) -> tuple[FloatArray, MeanScores]:
        """Radii of the points now with leaves as far out as is best, and their scores."""
        radii, task = np.log(state.exponentials), self.task

        def leaves_moved(step: float) -> FloatArray:
            return moved_outward(radii, self.outer_leaves, step, task.max_radius)

        most = task.max_radius if len(self.outer_leaves) else 0.0
        state.outward, scores = best_step(lambda step: self.scores(state.directions, leaves_moved(step)), most)
        return leaves_moved(state.outward), scores

    def call(self, callbacks: tuple[Callback, ...], state: TrainingState, loss: float) -> bool:
        """Call every callback; whether one asks to stop."""
        if not callbacks:
            return False
        self.gather(state)
        radii = moved_outward(np.log(state.exponentials), self.outer_leaves, state.outward, self.task.max_radius)
        answers = [callback(state.epoch, loss, state.directions.copy(), radii) for callback in callbacks]
        return any(map(bool, answers))

    def scores(self, directions: FloatArray, radii: FloatArray, rows: IntArray | None = None) -> MeanScores:
        """Mean rank and MAP of the sampled rows, each against all nodes."""
        blocks = ranked_blocks(
            candidates(directions, radii),
            self.scored if rows is None else rows,
            self.dag.ancestors_of,
            self.threads,
        )
        return mean_scores(blocks)

    def best(self, state: TrainingState, directions: FloatArray, radii: FloatArray) -> Trained:
        """The best points of a run that is over, or its start if that was better by either score."""
        if not self._has_best(state):
            return Trained(state.directions, self._radii(self.outward(state)[0], radii), state.history)
        found = Trained(state.best_directions, self._radii(np.log(state.best_exponentials), radii), state.history)
        if not self.task.keep_start or np.array_equal(found.radii, radii):
            return found
        # The sample decided so far; what is returned must hold on all rows, or as many as can be looked at.
        most = max(_SCORED_ROWS, _MOST_JUDGED_PAIRS // max(self.dag.n, 1))
        rows = self.rows[:: max(1, -(-len(self.rows) // most))]
        try:
            before, after = self.scores(directions, radii, rows), self.scores(found.directions, found.radii, rows)
        except KeyboardInterrupt:
            warnings.warn(
                "the comparison with the start was interrupted; the trained points, better on a sample, are returned",
                stacklevel=4,
            )
            return found
        if after[0] <= before[0] and after[1] >= before[1]:
            return found
        _logger.info("training: the start is better over all nodes (%s against %s) and is kept", before, after)
        return Trained(directions, radii, state.history)

    def _has_best(self, state: TrainingState) -> bool:
        """Whether the best points are known."""
        return self.task.keep_start or bool(np.isfinite(state.best_scores[0]))

    def _keep(self, state: TrainingState, exponentials: FloatArray, scores: MeanScores) -> None:
        copies = state.directions.copy(), exponentials
        # One belongs to the other: no call, hence no interrupt, between these lines.
        state.best_directions, state.best_exponentials = copies
        state.best_scores = scores
        state.idle = 0

    def _radii(self, found: FloatArray, start: FloatArray) -> FloatArray:
        """Radii of points, those of fixed ones to the last bit, which the logarithm of the exponential has not."""
        return np.where(self.fixed, start, found)

    def _is_better(self, scores: MeanScores, state: TrainingState) -> bool:
        if combined_cost(scores) >= combined_cost(state.best_scores):
            return False
        if not self.task.keep_start:
            return True
        # Never worse than the start by either measure: every later best is at least as good as the one before.
        return scores[0] <= state.best_scores[0] and scores[1] >= state.best_scores[1]

    def _check_finite(self, state: TrainingState) -> None:
        finite = np.isfinite(state.exponentials) & np.isfinite(state.directions).all(axis=1)
        if not finite.all():
            raise NotFinitePointError(int(np.flatnonzero(~finite)[0]), state.epoch)


def _points(state: TrainingState) -> Points:
    """The points of a state, which are changed with them."""
    return Points(state.directions, state.exponentials)


def _progress_text(state: TrainingState) -> str:
    """What the progress bar says."""
    text = f"loss {state.history[-1]['loss']:.4f}"
    if np.isfinite(state.best_scores[0]):
        text += f", mean rank {state.best_scores[0]:.2f}, MAP {state.best_scores[1]:.3f}"
    return text
