"""What a training by epochs is asked to do, and how a checkpoint knows whose it is."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.dag import Dag
from nx_poincare.engine.schedule import Schedule

__all__ = ["Task", "identity_of"]


@dataclass(frozen=True)
class Task:
    """What to train, apart from the start.

    Attributes
    ----------
    schedule : Schedule
    negatives : int
        Negatives drawn for each node, shared by its ancestors.
    negative_power : float
        After the burn-in negatives are drawn by degree to this power; 0 draws all nodes uniformly.
    outer_leaves : bool
        After the burn-in leaves are negatives only where there are too few others, and before points
        are scored and returned leaves move outward (see `nx_poincare.engine.outer_leaves`).
    leaf_turns : int
        After the burn-in an epoch visits one leaf in so many, another one each time.
    emphasis : float
        After the burn-in, the weight of pairs that are far off (see `train_rows`).
    temperature : float
        After the burn-in, what distances are divided by in the softmax (see `train_rows`).
    relatives : int
        After the burn-in, how many of the negatives are drawn among relatives (see `train_rows`).
    max_radius : float
    seed : int
    n_jobs : int
        Threads. One is deterministic; more update shared points without locks.
    keep_start : bool
        Return the start if no later points are at least as good by both scores.
    """

    schedule: Schedule
    negatives: int
    negative_power: float
    max_radius: float
    seed: int
    outer_leaves: bool = True
    leaf_turns: int = 1
    emphasis: float = 0.0
    temperature: float = 1.0
    relatives: int = 0
    n_jobs: int = 1
    keep_start: bool = False
    weights: FloatArray | None = field(default=None, repr=False)
    fixed: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)


def identity_of(dag: Dag, directions: FloatArray, radii: FloatArray, task: Task) -> dict[str, Any]:
    """What two runs must share so that one may continue the other."""
    digest = hashlib.sha256()
    for array in (dag.parent_starts, dag.parent_list, directions, radii, task.fixed):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(b"" if task.weights is None else task.weights.tobytes())
    return {
        "graph and start": digest.hexdigest()[:16],
        "seed": task.seed,
        "negatives": task.negatives,
        "negative_power": task.negative_power,
        "outer_leaves": task.outer_leaves,
        "leaf_turns": task.leaf_turns,
        "emphasis": task.emphasis,
        "temperature": task.temperature,
        "relatives": task.relatives,
        "max_radius": task.max_radius,
        "keep_start": task.keep_start,
        **asdict(task.schedule),
    }
