"""How a skeleton is refined: which trainings it gets, from which starts, and where they are saved."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.cones.skeleton.optimise import StepCallback, draws_rows, is_trainable, train_skeleton
from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.cones.skeleton.start import lifted_arcs
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.scores import combined_cost
from nx_poincare.io.checkpoint import Checkpoint, CheckpointError, load_state, try_to_save_state
from nx_poincare.utils.arrays import IntArray

__all__ = ["Refinement", "trained_skeleton", "violates"]

_log = logging.getLogger(__name__)

_WORTH_MORE = 0.02  # cost that is left
_MOST_LIFTED = 20_000  # caps
_LIFTED_RATE = 0.3  # keeps most of the order that the arcs have found


class Refinement(NamedTuple):
    """How cones are refined. Arcs take `effort` only, skeletons all of it.

    Attributes
    ----------
    effort : float, default 1.0
        What bounds the work, in units of the default bounds; above 0.
    n_jobs : int, default 1
        Threads. The result does not depend on it.
    callback : callable, optional
        Called after each step with its number (from 1), the mean loss of a row, and directions and radii of all nodes.
        A true answer ends the training.
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.
    checkpoint : Checkpoint, optional
        Go on from this file if it is there, and write it after every so many steps and at the end.
    """

    effort: float = 1.0
    n_jobs: int = 1
    callback: StepCallback | None = None
    progress: bool | None = None
    checkpoint: Checkpoint | None = None


def trained_skeleton(
    skeleton: Skeleton,
    state: SkeletonState,
    max_radius: float,
    seed: int,
    rng: np.random.Generator,
    refinement: Refinement,
    identity: dict[str, Any],
) -> tuple[SkeletonState, bool]:
    """The state after the training of a skeleton, and whether a callback or an interrupt ended it.

    In three dimensions a skeleton that keeps violations is trained once more from the order that arcs give it,
    and the better of the two counts. A skeleton of which each step sees only a part is trained only from the
    arcs: with so many caps the other start does not come up to them.

    Parameters
    ----------
    skeleton : Skeleton
    state : SkeletonState
        The start.
    max_radius : float
        Largest radius of a cap.
    seed : int
        Of the training.
    rng : numpy.random.Generator
        Of the start from arcs.
    refinement : Refinement
    identity : dict
        Which run a checkpoint must belong to.

    Raises
    ------
    CheckpointError
        If the refinement's checkpoint is none, or of another run.
    """
    effort, n_jobs, callback, progress, checkpoint = refinement
    save = None if checkpoint is None else partial(try_to_save_state, identity=identity, path=checkpoint.path)
    if checkpoint is not None:
        state = load_state(identity, checkpoint.path, state) or state
        if not _follows(state.parents, skeleton.dag):
            raise CheckpointError(f"{checkpoint.path} is not a checkpoint of nx_poincare: its parents are not nodes")

    def train(rate: float) -> bool:
        return train_skeleton(
            skeleton, state, max_radius=max_radius, seed=seed, rate=rate, keep_start=state.start > 0, effort=effort,
            n_jobs=n_jobs,
            callback=callback and (lambda step, *rest: callback(state.earlier_steps + step, *rest)),
            progress=progress, save=save, save_every=checkpoint.every if checkpoint else 1,
        )  # fmt: skip

    if state.start == 0:
        lifts = _may_lift(skeleton, state, effort)
        if lifts and draws_rows(skeleton, 3, effort):
            _log.info("skeleton of %d caps: trained only from its arcs", len(skeleton.caps))
        else:
            stopped = train(1.0)
            if stopped or not lifts or not violates(state, _WORTH_MORE):
                return state, stopped
        state = state.after_restart(skeleton, *lifted_arcs(skeleton, 3, max_radius, rng, effort))
    return state, train(_LIFTED_RATE)


def _follows(parents: IntArray, dag: Dag) -> bool:
    """Whether every node has one of its parents, or has none and -1."""
    nodes = np.arange(dag.n)
    edges = np.repeat(nodes, np.diff(dag.parent_starts)) * dag.n + dag.parent_list
    is_root = np.diff(dag.parent_starts) == 0
    return bool(np.all(np.where(is_root, parents == -1, np.isin(nodes * dag.n + parents, edges) & (parents >= 0))))


def _may_lift(skeleton: Skeleton, state: SkeletonState, effort: float) -> bool:
    in_space, few = state.directions.shape[1] == 3, len(skeleton.caps) <= _MOST_LIFTED * max(effort, 1.0)
    return in_space and few and is_trainable(skeleton)


def violates(state: SkeletonState, worth: float) -> bool:
    """Whether the best points leave more to gain than so much."""
    return min(combined_cost(state.best_scores), combined_cost(state.earlier_scores)) > worth
