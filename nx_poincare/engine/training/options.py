"""The options of training, checked before any work is done."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.schedule import Schedule
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.checks import check_between, check_count, check_positive, threads_of

__all__ = ["Task", "TrainingOptions", "identity_of", "refuse_unused"]

_LARGE_GRAPH = 20_000  # nodes
_NODES_PER_THREAD = 10_000  # fewer, and threads that write without locks meet too often
_RATE, _REFINING_RATE = 0.3, 0.01
_FASTEST_BURN_IN = 0.03  # at 0.1 the points of a large graph stay in the wrong basin for ever
_GIVEN_BURN_IN = 100  # before a given number of epochs
_PATIENCE = 5  # scorings without a better one, of 20 in a descent
_MOST_EMPHASIS = 2.0
_TEMPERATURES = 0.2, 5.0  # colder, and exp(-d / T) leaves float64 at radius 60


class _Size(NamedTuple):
    """Defaults by the size of the graph: time an epoch costs against what it teaches."""

    negatives: int
    burn_in: int
    epochs: int
    leaf_turns: int


_SMALL = _Size(negatives=50, burn_in=100, epochs=900, leaf_turns=1)
_LARGE = _Size(negatives=10, burn_in=500, epochs=2000, leaf_turns=3)


class _Room(NamedTuple):
    """Defaults by the number of dimensions: with much room the hard pairs are worth the trouble, with little not."""

    emphasis: float
    temperature: float
    relatives: float


_PLANE = _Room(emphasis=0.0, temperature=1.5, relatives=0.0)
_SPACE = _Room(emphasis=0.0, temperature=0.5, relatives=0.0)
_ROOMY = _Room(emphasis=0.35, temperature=0.5, relatives=0.3)


@dataclass(frozen=True)
class TrainingOptions:
    """What `embed` was asked for, checked; defaults that depend on the graph are filled in by `task`.

    Attributes
    ----------
    trains : bool
        Whether there is anything to train.
    """

    trains: bool
    from_scratch: bool
    epochs: int | None
    negatives: int | None
    negative_power: float
    emphasis: float | None
    temperature: float | None
    relatives: float | None
    outer_leaves: bool
    learning_rate: float | None
    decay: Literal["linear", "constant"]
    burn_in: int | None
    n_jobs: int

    @classmethod
    def checked(
        cls,
        init: Any,
        epochs: int | None,
        negatives: int | None,
        negative_power: float,
        emphasis: float | None,
        temperature: float | None,
        relatives: float | None,
        outer_leaves: bool,
        learning_rate: float | None,
        decay: Literal["linear", "constant"],
        burn_in: int | None,
        n_jobs: int,
        checkpoint_every: int,
    ) -> TrainingOptions:
        """Check every option; see `embed` for what they mean."""
        from_scratch = isinstance(init, str) and init == "random"
        if epochs is not None:
            check_count("epochs", epochs, 0)
        if burn_in is not None:
            check_count("burn_in", burn_in, 0)
        if negatives is not None:
            check_count("negatives", negatives, 1)
        check_between("negative_power", negative_power, 0, 10)
        if emphasis is not None:
            check_between("emphasis", emphasis, 0, _MOST_EMPHASIS)
        if temperature is not None:
            check_between("temperature", temperature, *_TEMPERATURES)
        if relatives is not None:
            check_between("relatives", relatives, 0, 1)
        if not isinstance(outer_leaves, (bool, np.bool_)):
            raise ValueError(f"outer_leaves must be True or False, got {outer_leaves!r}")
        check_count("checkpoint_every", checkpoint_every, 1)
        if learning_rate is not None:
            check_positive("learning_rate", learning_rate)
        threads = threads_of(n_jobs)
        if decay not in ("linear", "constant"):
            raise ValueError(f"decay must be 'linear' or 'constant', not {decay!r}")
        if epochs is None and decay == "constant":
            raise ValueError("decay='constant' needs a number of epochs")
        trains = bool(epochs) or (epochs is None and from_scratch)
        if not trains and epochs is None:
            _warn_of_unused(
                negatives=negatives, relatives=relatives, emphasis=emphasis, temperature=temperature,
                learning_rate=learning_rate, burn_in=burn_in,
            )  # fmt: skip
        return cls(
            trains=trains,
            from_scratch=from_scratch,
            epochs=epochs,
            negatives=negatives,
            negative_power=float(negative_power),
            emphasis=emphasis,
            temperature=temperature,
            relatives=relatives,
            outer_leaves=bool(outer_leaves),
            learning_rate=learning_rate,
            decay=decay,
            burn_in=burn_in,
            n_jobs=threads,
        )

    def task(self, n: int, dim: int, max_radius: float, seed: int, weights: FloatArray | None, fixed: IntArray) -> Task:
        """The task for `nx_poincare.engine.training.sgd.train`, for a graph of n nodes in so many dimensions."""
        negatives = self.negatives or _size(n).negatives
        room = _room(dim)
        emphasis = room.emphasis if self.emphasis is None else self.emphasis
        temperature = room.temperature if self.temperature is None else self.temperature
        relatives = room.relatives if self.relatives is None else self.relatives
        return Task(
            schedule=self._schedule(_size(n)),
            negatives=negatives,
            negative_power=self.negative_power,
            outer_leaves=self.outer_leaves,
            leaf_turns=_size(n).leaf_turns if self.epochs is None else 1,
            emphasis=float(emphasis),
            temperature=float(temperature),
            relatives=round(relatives * negatives),
            max_radius=max_radius,
            seed=seed,
            n_jobs=max(1, min(self.n_jobs, n // _NODES_PER_THREAD)),
            keep_start=not self.from_scratch,
            weights=weights,
            fixed=fixed,
        )

    def _schedule(self, size: _Size) -> Schedule:
        rate = self.learning_rate or (_RATE if self.from_scratch else _REFINING_RATE)
        burn_in = self.burn_in
        if burn_in is None:
            burn_in = 0 if not self.from_scratch else size.burn_in if self.epochs is None else _GIVEN_BURN_IN
        return Schedule(
            epochs=size.epochs if self.epochs is None else self.epochs,
            rate=float(rate),
            decay="quadratic" if self.epochs is None else self.decay,
            burn_in=burn_in,
            burn_in_rate=min(_FASTEST_BURN_IN, float(rate) / 10),
            patience=_PATIENCE if self.epochs is None else None,
        )


def _size(n: int) -> _Size:
    return _SMALL if n <= _LARGE_GRAPH else _LARGE


def _room(dim: int) -> _Room:
    return _PLANE if dim == 2 else _SPACE if dim == 3 else _ROOMY


def _warn_of_unused(**options: Any) -> None:
    """Tell the caller of `embed` which options have no effect."""
    for name, value in options.items():
        if value is not None:
            warnings.warn(
                f"{name} is an option of the training by epochs and has no effect here: pass epochs=... as well",
                stacklevel=4,
            )


def refuse_unused(**given: bool) -> None:
    """Refuse options of the training by epochs where there is none, by their names and whether they are given."""
    for name, is_given in given.items():
        if is_given:
            raise ValueError(f"{name} is an option of the training by epochs: pass epochs=... as well")


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
