"""Training by names: weights and fixed nodes become arrays, and errors get the names of their nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import networkx as nx
import numpy as np

from nx_poincare.embedding.initial_points import fixed_indices
from nx_poincare.engine.training.options import Training
from nx_poincare.engine.training.sgd import Callback, Trained, train
from nx_poincare.engine.training.state import NotFinitePointError
from nx_poincare.engine.training.task import task_of
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.edge_weights import edge_weights
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.io.checkpoint import Checkpoint
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.workers import Workers

__all__ = ["trained_points", "training_arrays"]


def training_arrays(
    training: Training | None, G: nx.Graph | Hierarchy, hierarchy: Hierarchy, direction: Direction
) -> tuple[FloatArray | None, IntArray]:
    """Weights of the edges of ``hierarchy.dag``, None where they do not count, and the condensed nodes that stay.

    Raises
    ------
    networkx.NetworkXError
        If a weight is not a positive finite number; the message names the edge.
    networkx.NodeNotFound
        If a fixed node is not in the hierarchy.
    ValueError
        If weights are wanted of a Hierarchy.
    """
    if training is None:
        return None, np.zeros(0, dtype=np.int64)
    fixed = fixed_indices(training.fixed, hierarchy)
    if training.weight is None:
        return None, fixed
    if isinstance(G, Hierarchy):
        raise ValueError("weight names an edge attribute of a graph; a Hierarchy has none")
    return edge_weights(G, hierarchy, training.weight, direction), fixed


def trained_points(
    hierarchy: Hierarchy,
    points: tuple[FloatArray, FloatArray],
    training: Training,
    *,
    arrays: tuple[FloatArray | None, IntArray],
    max_radius: float,
    from_scratch: bool,
    effort: float,
    seed: int,
    n_jobs: int,
    workers: Workers,
    callbacks: Sequence[Callback],
    checkpoint: Checkpoint | None,
    progress: bool | None,
) -> Trained:
    """Train directions and radii of the condensed nodes.

    Raises
    ------
    FloatingPointError
        If a point is not finite any more; the message names the node and the epoch.
    """
    dag, (directions, radii), (weights, fixed) = hierarchy.dag, points, arrays
    task = task_of(
        training, n=dag.n, dim=directions.shape[1], from_scratch=from_scratch, effort=effort, max_radius=max_radius,
        seed=seed, n_jobs=n_jobs, weights=weights, fixed=fixed,
    )  # fmt: skip
    with _names_in_errors(hierarchy):
        return train(
            dag, directions, radii, task, callbacks=tuple(callbacks), progress=progress, checkpoint=checkpoint,
            workers=workers,
        )  # fmt: skip


@contextmanager
def _names_in_errors(hierarchy: Hierarchy) -> Iterator[None]:
    """Names the node of an error that knows only its index."""
    try:
        yield
    except NotFinitePointError as error:
        name = hierarchy.nodes[int(np.flatnonzero(hierarchy.component == error.node)[0])]
        raise FloatingPointError(
            f"the point of node {name!r} is not finite after epoch {error.epoch}; lower the learning rate"
        ) from error
