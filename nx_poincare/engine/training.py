"""Riemannian stochastic gradient descent: the loop around the compiled rows.

Each epoch visits every node with ancestors once, in an order and with negatives that follow
from the seed and the number of the epoch alone. A run that is continued from a checkpoint
therefore gives the same bytes as one that never stopped.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from tqdm.auto import tqdm

from nx_poincare.dag import Dag, IntArray
from nx_poincare.engine.checkpoint import TrainingState, load_state, save_state
from nx_poincare.engine.geometry import FloatArray
from nx_poincare.engine.kernels import train_rows
from nx_poincare.engine.ranking import candidates, mean_scores
from nx_poincare.engine.sampling import Table, ancestry, degree_table, scratch, uniform_table
from nx_poincare.engine.schedule import Schedule, Scores, combined

__all__ = ["Callback", "NotFinitePointError", "Task", "Trained", "train"]

_logger = logging.getLogger(__name__)

Callback = Callable[[int, float, FloatArray, FloatArray], Any]

_ROWS_PER_CALL = 20_000  # between two calls an interrupt is heard and the progress bar moves


class NotFinitePointError(FloatingPointError):
    """A point that is not finite appeared in training; names the node's index and the epoch."""

    def __init__(self, node: int, epoch: int) -> None:
        super().__init__(f"the point of node {node} is not finite after epoch {epoch}")
        self.node = node
        self.epoch = epoch


@dataclass(frozen=True)
class Task:
    """What to train, apart from the start.

    Attributes
    ----------
    schedule : Schedule
    negatives : int
        Negatives drawn for each node, shared by its ancestors.
    negative_power : float
        After the burn-in negatives are drawn by degree to this power, half of them uniformly.
    max_radius : float
    seed : int
    n_jobs : int
        Threads. One is deterministic; more update shared points without locks.
    keep_start : bool
        Return the start if no later points are at least as good by both scores.
    """

    schedule: Schedule
    negatives: int
    max_radius: float
    seed: int
    n_jobs: int = 1
    keep_start: bool = False
    weights: FloatArray | None = field(default=None, repr=False)
    fixed: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)


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
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 50,
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
    checkpoint : path, optional
        Continue from this file if it is there, and write it every so many epochs and at the end.
    checkpoint_every : int

    Raises
    ------
    NotFinitePointError
        If a point is not finite any more.
    CheckpointError
        If the file belongs to another run.
    """
    run = _Run(dag, task, directions.shape[1])
    identity = _identity(dag, directions, radii, task)
    state = None if checkpoint is None else load_state(identity, checkpoint)
    if state is None:
        state = run.start(directions, radii)
    total = None if task.schedule.epochs is None else task.schedule.burn_in + task.schedule.epochs
    bar = tqdm(total=total, initial=state.epoch, desc="training", unit="epoch", disable=None if progress is None else not progress)
    try:
        with bar, ThreadPoolExecutor(task.n_jobs) as pool:
            while not state.finished:
                loss = run.epoch(state, pool)
                asked_to_stop = _call(callbacks, state, loss)
                run.conclude_epoch(state, asked_to_stop)
                bar.set_postfix_str(_told(state), refresh=False)
                bar.update()
                if checkpoint is not None and (state.finished or state.epoch % checkpoint_every == 0):
                    save_state(state, identity, checkpoint)
    except KeyboardInterrupt:
        warnings.warn(
            f"training was interrupted after {state.epoch} epochs; the best points so far are returned", stacklevel=2
        )
    return run.best(state)


class _Run:
    """Tables and work space of one run, and the steps of its loop."""

    def __init__(self, dag: Dag, task: Task, dim: int) -> None:
        self.dag, self.task = dag, task
        self.rows = np.flatnonzero(np.diff(dag.parent_starts) > 0)
        self.ancestry = ancestry(dag, task.weights)
        self.burn_in_table = degree_table(dag) if task.schedule.burn_in else uniform_table(dag.n)
        self.table = uniform_table(dag.n)
        self.fixed = np.zeros(dag.n, dtype=np.bool_)
        self.fixed[task.fixed] = True
        self.scratches = [scratch(dag, dim, task.negatives) for _ in range(task.n_jobs)]
        rng = np.random.default_rng([task.seed, 1])
        few = min(len(self.rows), _SCORED_ROWS)
        self.scored = np.sort(rng.choice(self.rows, few, replace=False)) if few else self.rows

    def start(self, directions: FloatArray, radii: FloatArray) -> TrainingState:
        """The state before the first epoch."""
        points = np.ascontiguousarray(directions, dtype=np.float64), np.exp(radii)
        state = TrainingState(*(a.copy() for a in points), *(a.copy() for a in points))
        if self.task.keep_start:
            state.best_scores = self.scores(directions, radii)
        state.finished = len(self.rows) == 0 or self.task.schedule.is_over(0, 0)
        return state
