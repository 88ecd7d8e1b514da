"""Epochs of a training: each visits every row that is due once, here or where the parts of the graph are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.bucket_steps import Points, Visit
from nx_poincare.engine.training.buckets import Buckets
from nx_poincare.engine.training.compiled_draws import alias_table
from nx_poincare.engine.training.gradient_steps import train_rows
from nx_poincare.engine.training.negative_sampling import Scratch, ancestry, degrees_in_closure, draw_weights, scratch
from nx_poincare.engine.training.node_kinds import NodeKinds
from nx_poincare.engine.training.parts import NodeTables, parted
from nx_poincare.engine.training.state import TrainingState
from nx_poincare.engine.training.task import Task
from nx_poincare.engine.training.visiting_order import rows_due, visiting_order
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.workers import Threads, Workers

__all__ = ["Epochs"]

_BURN_IN_POWER = 0.75  # of the degree (Nickel & Kiela 2017, section 3)
_ROWS_PER_CALL = 20_000  # between two calls an interrupt is heard and the progress bar moves


class Epochs:
    """Tables and work space of a run, and the visits of its rows.

    Parameters
    ----------
    dag : Dag
    kinds : NodeKinds
    task : Task
    dim : int
    threads : Threads
        As many as the task names; they train the whole graph.
    workers : Workers
        Where buckets are trained, if the graph is in several.
    """

    def __init__(self, dag: Dag, kinds: NodeKinds, task: Task, dim: int, threads: Threads, workers: Workers) -> None:
        self.dag, self.task, self.threads, self.workers = dag, task, threads, workers
        self.inner_rows, self.leaf_rows = kinds.inner_rows, kinds.leaf_rows
        degrees, leaf_weight = degrees_in_closure(dag), 0.0 if task.outer_leaves else 1.0
        self.fixed = kinds.is_fixed
        tables = NodeTables(
            child_weights=np.where(kinds.is_leaf, leaf_weight, np.sqrt(degrees)),
            burn_in_weights=draw_weights(degrees, _BURN_IN_POWER),
            weights=draw_weights(degrees, task.negative_power, leaf_weight),
            fixed=self.fixed,
        )
        self.buckets = None
        if task.buckets > 1:
            self.buckets = Buckets(parted(dag, task.buckets, tables, task.weights), workers, task.seed)
        else:
            self.ancestry = ancestry(dag, task.weights, tables.child_weights)
            self.burn_in_table, self.table = alias_table(tables.burn_in_weights), alias_table(tables.weights)
            self.scratches = [scratch(dag, dim, task.negatives) for _ in range(task.n_jobs)]

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Threads and workers stay while the context lasts."""
        with self.threads.held(), self.workers.held():
            yield

    def run_next(self, state: TrainingState) -> float:
        """Visit every row that is due once; returns the mean loss of a pair and records it."""
        began = time.perf_counter()
        task, schedule = self.task, self.task.schedule
        rate, burns_in = schedule.rate_at(state.epoch), schedule.in_burn_in(state.epoch)
        visit = Visit(
            leaf_turns=1 if burns_in else task.leaf_turns,
            burns_in=burns_in,
            negatives=task.negatives,
            rate=rate,
            largest=float(np.exp(task.max_radius)),
            relatives=0 if burns_in else task.relatives,
            emphasis=0.0 if burns_in else task.emphasis,
            temperature=1.0 if burns_in else task.temperature,
        )
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
        state.check_finite()
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
            state.check_finite()
        return loss, pairs

    def gather(self, state: TrainingState) -> None:
        """Bring the points here, if they are elsewhere."""
        if self.buckets is not None:
            self.buckets.bring(_points(state))

    def gathered_after(self, state: TrainingState) -> int:
        """After how many epochs the points are those that are here."""
        if self.buckets is None or self.buckets.brought_after is None:
            return state.epoch
        return self.buckets.brought_after


def _points(state: TrainingState) -> Points:
    """The points of a state, which are changed with them."""
    return Points(state.directions, state.exponentials)
