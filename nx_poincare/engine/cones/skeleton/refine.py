"""How a skeleton is refined: trained, and saved meanwhile."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.cones.skeleton.optimise import StepCallback, train_skeleton
from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.scores import combined_cost
from nx_poincare.io.checkpoint import Checkpoint, CheckpointError, check_room, load_state, try_to_save_state
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.workers import ONE_THREAD, Workers

__all__ = ["Refinement", "trained_skeleton", "violates"]


class Refinement(NamedTuple):
    """How cones are refined. Arcs take `effort` only, skeletons all of it.

    Attributes
    ----------
    effort : float, default 1.0
        What bounds the work, in units of the default bounds; above 0.
    workers : Workers, default one thread
        Where work on rows is done. The result does not depend on it.
    callback : callable, optional
        Called after each step with its number (from 1), the mean loss of a row, and directions and radii of all nodes.
        A true answer ends the training.
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.
    checkpoint : Checkpoint, optional
        Go on from this file if it is there, and write it after every so many steps and at the end.
    """

    effort: float = 1.0
    workers: Workers = ONE_THREAD
    callback: StepCallback | None = None
    progress: bool | None = None
    checkpoint: Checkpoint | None = None


def trained_skeleton(
    skeleton: Skeleton,
    state: SkeletonState,
    max_radius: float,
    seed: int,
    refinement: Refinement,
    identity: dict[str, Any],
) -> tuple[SkeletonState, bool]:
    """The state after the training of a skeleton, and whether a callback or an interrupt ended it.

    Parameters
    ----------
    skeleton : Skeleton
    state : SkeletonState
        The start.
    max_radius : float
        Largest radius of a cap.
    seed : int
        Of the training.
    refinement : Refinement
    identity : dict
        Which run a checkpoint must belong to.

    Raises
    ------
    CheckpointError
        If the refinement's checkpoint is none, or of another run.
    """
    effort, workers, callback, progress, checkpoint = refinement
    save = None if checkpoint is None else partial(try_to_save_state, identity=identity, path=checkpoint.path)
    if checkpoint is not None:
        state = load_state(identity, checkpoint.path, state) or state
        if not _follows(state.parents, skeleton.dag):
            raise CheckpointError(f"{checkpoint.path} is not a checkpoint of nx_poincare: its parents are not nodes")
        if not _has_looked(state):
            problem = "looked_directions and looked_radii are not the points of an earlier step"
            raise CheckpointError(f"{checkpoint.path} is not a checkpoint of nx_poincare: {problem}")
        check_room(state, identity, checkpoint.path)
    stopped = train_skeleton(
        skeleton, state, max_radius=max_radius, seed=seed, effort=effort, workers=workers, callback=callback,
        progress=progress, save=save, save_every=checkpoint.every if checkpoint else 1,
    )  # fmt: skip
    return state, stopped


def _follows(parents: IntArray, dag: Dag) -> bool:
    """Whether every node has one of its parents, or has none and -1."""
    nodes = np.arange(dag.n)
    edges = np.repeat(nodes, np.diff(dag.parent_starts)) * dag.n + dag.parent_list
    is_root = np.diff(dag.parent_starts) == 0
    return bool(np.all(np.where(is_root, parents == -1, np.isin(nodes * dag.n + parents, edges) & (parents >= 0))))


def _has_looked(state: SkeletonState) -> bool:
    """Whether there are the points of a look, as many as now, which there are not before the first step."""
    points = state.looked_directions, state.looked_radii
    shapes = tuple(len(rows) for rows in points)
    return shapes == (len(state.directions), len(state.radii)) or (shapes == (0, 0) and state.step == 0)


def violates(state: SkeletonState, worth: float) -> bool:
    """Whether the best points leave more to gain than so much."""
    return combined_cost(state.best_scores) > worth
