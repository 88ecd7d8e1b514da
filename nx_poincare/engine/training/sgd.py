"""Riemannian stochastic gradient descent: the loop of epochs, scores and checkpoints.

Each epoch visits every node with ancestors once (of the leaves perhaps a share in turn), in an
order and with negatives that depend only on the seed and the number of the epoch. A run that
is continued from a checkpoint therefore gives the same bytes as one that never stopped.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.depth_first import Walk
from nx_poincare.engine.training.epochs import Epochs
from nx_poincare.engine.training.node_kinds import node_kinds
from nx_poincare.engine.training.scoring import Scoring
from nx_poincare.engine.training.state import NotFinitePointError, TrainingState
from nx_poincare.engine.training.task import Task, identity_of
from nx_poincare.engine.training.visiting_order import trains_in_walk_order
from nx_poincare.io.checkpoint import Checkpoint, check_room, load_state, try_to_save_state
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.interrupts import take_interrupt
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.workers import ONE_THREAD, Threads, Workers, WorkersLostError

__all__ = ["Callback", "Trained", "train"]

Callback = Callable[[int, float, FloatArray, FloatArray], Any]


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
    threads, kinds = Threads(task.n_jobs), node_kinds(dag, task.fixed)
    epochs = Epochs(dag, kinds, task, directions.shape[1], threads, workers)
    scoring = Scoring(dag, kinds, task, threads)
    identity = identity_of(dag, directions, radii, task)
    like = TrainingState(directions, radii, directions, radii)
    state = None if checkpoint is None else load_state(identity, checkpoint.path, like)
    if state is None:
        state = _start(directions, radii, task, scoring)
    if checkpoint is not None:
        check_room(state, identity, checkpoint.path)
    bar = progress_bar(task.schedule.total, "training", "epoch", progress, initial=state.epoch)
    try:
        with bar, epochs.at_hand():
            while not state.finished:
                loss = epochs.run_next(state)
                asked_to_stop = _call(callbacks, state, loss, epochs, scoring)
                _conclude_epoch(state, task, epochs, scoring)
                bar.set_postfix_str(_progress_text(state), refresh=False)
                bar.update()
                if checkpoint and (asked_to_stop or state.finished or state.epoch % checkpoint.every == 0):
                    epochs.gather(state)
                    # Before the end that a callback asks for: from this file the run may go on.
                    try_to_save_state(state, identity, checkpoint.path)
                if asked_to_stop and not state.finished:
                    _score(state, epochs, scoring)
                    state.finished = True
    except KeyboardInterrupt:
        take_interrupt()
        if not scoring.has_best(state):  # else the points now are not what is returned
            with suppress(KeyboardInterrupt, WorkersLostError):
                epochs.gather(state)
        returned = _what_is_returned(state, epochs, scoring)
        warnings.warn(f"training was interrupted after {state.epoch} epochs; {returned}", stacklevel=3)
    except WorkersLostError as error:
        returned = _what_is_returned(state, epochs, scoring)
        warnings.warn(f"{error}: training ended after {state.epoch} epochs; {returned}", stacklevel=3)
    return Trained(*scoring.best(state, directions, radii), state.history)


def _start(directions: FloatArray, radii: FloatArray, task: Task, scoring: Scoring) -> TrainingState:
    """The state before the first epoch."""
    exponentials = np.exp(radii)
    state = TrainingState(directions.copy(), exponentials, directions.copy(), exponentials.copy())
    if task.keep_start:
        state.best_scores = scoring.scores(directions, radii)
    state.finished = len(scoring.rows) == 0 or task.schedule.is_over(0)
    return state


def _call(callbacks: tuple[Callback, ...], state: TrainingState, loss: float, epochs: Epochs, scoring: Scoring) -> bool:
    """Call every callback; whether one asks to stop."""
    if not callbacks:
        return False
    epochs.gather(state)
    radii = scoring.radii_shown(state)
    answers = [callback(state.epoch, loss, state.directions.copy(), radii) for callback in callbacks]
    return any(map(bool, answers))


def _conclude_epoch(state: TrainingState, task: Task, epochs: Epochs, scoring: Scoring) -> None:
    """Score where it is due, keep the best points, and decide whether the run is over."""
    schedule = task.schedule
    state.finished = schedule.is_over(state.epoch)
    if state.finished or schedule.scores_after(state.epoch - 1):
        _score(state, epochs, scoring)
        state.finished |= schedule.is_enough(state.best_scores, state.idle)


def _score(state: TrainingState, epochs: Epochs, scoring: Scoring) -> None:
    """Score the points now, wherever they are, and keep them if they are the best."""
    epochs.gather(state)
    scoring.score(state)


def _what_is_returned(state: TrainingState, epochs: Epochs, scoring: Scoring) -> str:
    """Which points a run has that ends before its time, for messages."""
    gathered = epochs.gathered_after(state)
    if scoring.has_best(state) or gathered == state.epoch:
        return "the best points so far are returned"
    return f"the points after {gathered} of them, which came here last, are returned"


def _progress_text(state: TrainingState) -> str:
    """What the progress bar says."""
    text = f"loss {state.history[-1]['loss']:.4f}"
    if np.isfinite(state.best_scores[0]):
        text += f", mean rank {state.best_scores[0]:.2f}, MAP {state.best_scores[1]:.3f}"
    return text
