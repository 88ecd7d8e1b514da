"""The options of training, checked before any work is done."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.engine.schedule import Schedule
from nx_poincare.engine.training import Task

__all__ = ["TrainingOptions"]

_RANDOM_RATE, _REFINING_RATE = 0.3, 0.01
_RANDOM_BURN_IN = 100
_DEFAULT_NEGATIVES = 10, 50  # of large and small graphs: time an epoch costs against what it teaches
_LARGE_GRAPH = 20_000
_NODES_PER_THREAD = 10_000  # fewer, and threads that write without locks meet too often


@dataclass(frozen=True)
class TrainingOptions:
    """What `embed` was asked for, with its defaults filled in.

    Attributes
    ----------
    trains : bool
        Whether there is anything to train.
    """

    trains: bool
    schedule: Schedule
    negatives: int | None
    negative_power: float
    n_jobs: int
    keep_start: bool

    @classmethod
    def checked(
        cls,
        init: Any,
        epochs: int | None,
        negatives: int | None,
        negative_power: float,
        learning_rate: float | None,
        decay: Literal["linear", "constant"],
        burn_in: int | None,
        n_jobs: int,
        checkpoint_every: int,
    ) -> TrainingOptions:
        """Check every option; see `embed` for what they mean."""
        from_scratch = isinstance(init, str) and init == "random"
        closed_form = isinstance(init, str) and init == "cones"
        if epochs is not None:
            _check_count("epochs", epochs, 0)
        if burn_in is not None:
            _check_count("burn_in", burn_in, 0)
        if negatives is not None:
            _check_count("negatives", negatives, 1)
        if isinstance(negative_power, bool) or not 0 <= negative_power <= 10:
            raise ValueError(f"negative_power must be between 0 and 10, got {negative_power!r}")
        _check_count("checkpoint_every", checkpoint_every, 1)
        if n_jobs != -1:
            _check_count("n_jobs", n_jobs, 1)
        if learning_rate is None:
            learning_rate = _RANDOM_RATE if from_scratch else _REFINING_RATE
        if isinstance(learning_rate, bool) or not (math.isfinite(learning_rate) and learning_rate > 0):
            raise ValueError(f"learning_rate must be positive, got {learning_rate!r}")
        if decay not in ("linear", "constant"):
            raise ValueError(f"decay must be 'linear' or 'constant', not {decay!r}")
        if epochs is None and decay == "constant":
            raise ValueError("decay='constant' needs a number of epochs")
        if burn_in is None:
            burn_in = _RANDOM_BURN_IN if from_scratch else 0
        trains = epochs != 0 and not (closed_form and epochs is None)
        schedule = Schedule(epochs, float(learning_rate), decay, burn_in)
        threads = os.cpu_count() or 1 if n_jobs == -1 else n_jobs
        return cls(trains, schedule, negatives, float(negative_power), threads, not from_scratch)

    def task(self, n: int, max_radius: float, seed: int, weights: FloatArray | None, fixed: IntArray) -> Task:
        """The task for `nx_poincare.engine.training.train`, for a graph of n nodes."""
        few, many = _DEFAULT_NEGATIVES
        return Task(
            schedule=self.schedule,
            negatives=self.negatives or (many if n <= _LARGE_GRAPH else few),
            negative_power=self.negative_power,
            max_radius=max_radius,
            seed=seed,
            n_jobs=max(1, min(self.n_jobs, n // _NODES_PER_THREAD)),
            keep_start=self.keep_start,
            weights=weights,
            fixed=fixed,
        )


def _check_count(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")
