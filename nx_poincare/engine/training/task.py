"""What one run of a training does, by its options and the size of the graph."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.options import Training
from nx_poincare.engine.training.schedule import Schedule
from nx_poincare.utils.arrays import FloatArray, IntArray, widened

__all__ = ["Task", "identity_of", "task_of"]

_LARGE_GRAPH = 20_000  # nodes
_NODES_PER_THREAD = 10_000  # fewer, and threads that write without locks meet too often
_RATE, _REFINING_RATE = 0.3, 0.01
_FASTEST_BURN_IN = 0.03  # at 0.1 the points of a large graph stay in the wrong basin for ever
_GIVEN_BURN_IN = 100  # before a given number of epochs
_PATIENCE = 5  # scorings without a better one, of 20 in a descent


class _SizeDefaults(NamedTuple):
    """Defaults by the size of the graph: time an epoch costs against what it teaches."""

    negatives: int
    burn_in: int
    epochs: int
    leaf_turns: int


_SMALL = _SizeDefaults(negatives=50, burn_in=100, epochs=900, leaf_turns=1)
_LARGE = _SizeDefaults(negatives=10, burn_in=500, epochs=2000, leaf_turns=3)


class _DimensionDefaults(NamedTuple):
    """Defaults by the number of dimensions: with much room the hard pairs are worth the trouble, with little not."""

    emphasis: float
    temperature: float
    relatives: float


_PLANE = _DimensionDefaults(emphasis=0.0, temperature=1.5, relatives=0.0)
_SPACE = _DimensionDefaults(emphasis=0.0, temperature=0.5, relatives=0.0)
_ROOMY = _DimensionDefaults(emphasis=0.35, temperature=0.5, relatives=0.3)


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
        are scored and returned leaves move outward (see `nx_poincare.engine.training.outer_leaves`).
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
    weights : ndarray of float64, optional
        Of the edges in the loss, in the order of `Dag.parent_list`; default 1.
    fixed : ndarray of int64
        Nodes that stay where they are.
    buckets : int
        Parts that are trained two by two; 1 trains the whole graph.
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
    buckets: int = 1


def task_of(
    training: Training,
    *,
    n: int,
    dim: int,
    from_scratch: bool,
    effort: float,
    max_radius: float,
    seed: int,
    n_jobs: int,
    weights: FloatArray | None,
    fixed: IntArray,
) -> Task:
    """The task for `nx_poincare.engine.training.sgd.train`, for a graph of n nodes in so many dimensions."""
    size, by_dimension = _defaults_by_size(n), _defaults_by_dimension(dim)
    negatives = int(training.negatives or size.negatives)
    emphasis = by_dimension.emphasis if training.emphasis is None else training.emphasis
    temperature = by_dimension.temperature if training.temperature is None else training.temperature
    relatives = by_dimension.relatives if training.relatives is None else training.relatives
    return Task(
        schedule=_schedule(training, size, from_scratch, effort),
        negatives=negatives,
        negative_power=float(training.negative_power),
        outer_leaves=bool(training.outer_leaves),
        leaf_turns=size.leaf_turns if training.epochs is None else 1,
        emphasis=float(emphasis),
        temperature=float(temperature),
        relatives=round(relatives * negatives),
        max_radius=max_radius,
        seed=seed,
        n_jobs=max(1, min(n_jobs, n // _NODES_PER_THREAD)),
        keep_start=not from_scratch,
        weights=weights,
        fixed=fixed,
        buckets=max(1, min(int(training.buckets or 1), n)),
    )


def _schedule(training: Training, size: _SizeDefaults, from_scratch: bool, effort: float) -> Schedule:
    rate = float(training.learning_rate or (_RATE if from_scratch else _REFINING_RATE))
    own_end, burn_in = training.epochs is None, training.burn_in
    if burn_in is None:
        burn_in = 0 if not from_scratch else round(size.burn_in * effort) if own_end else _GIVEN_BURN_IN
    return Schedule(
        epochs=max(1, round(size.epochs * effort)) if training.epochs is None else int(training.epochs),
        rate=rate,
        decay="quadratic" if own_end else training.decay,
        burn_in=int(burn_in),
        burn_in_rate=min(_FASTEST_BURN_IN, rate / 10),
        patience=_PATIENCE if own_end else None,
    )


def _defaults_by_size(n: int) -> _SizeDefaults:
    return _SMALL if n <= _LARGE_GRAPH else _LARGE


def _defaults_by_dimension(dim: int) -> _DimensionDefaults:
    return _PLANE if dim == 2 else _SPACE if dim == 3 else _ROOMY


def identity_of(dag: Dag, directions: FloatArray, radii: FloatArray, task: Task) -> dict[str, Any]:
    """What two runs must share so that one may continue the other."""
    digest = hashlib.sha256()
    for array in (dag.parent_starts, dag.parent_list, directions, radii, task.fixed):
        digest.update(np.ascontiguousarray(widened(array) if array.dtype == np.int32 else array).tobytes())
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
        **({"buckets": task.buckets} if task.buckets > 1 else {}),
    }
