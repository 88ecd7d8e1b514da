"""The state of a training run on disk: what is needed to go on as if it had never stopped."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nx_poincare.arrays import FloatArray
from nx_poincare.files import written_aside

__all__ = ["CheckpointError", "TrainingState", "load_state", "save_state"]


class CheckpointError(ValueError):
    """A checkpoint that cannot be continued: damaged, or of another graph or other options."""


@dataclass
class TrainingState:
    """Points of a run after some epochs, and the best points so far.

    Attributes
    ----------
    directions, exponentials : ndarray of float64, shapes (n, dim) and (n,)
        The points now; exponentials of the hyperbolic radii.
    best_directions, best_exponentials
        The points with the best scores so far.
    best_scores : tuple of float
        Mean rank and MAP of the best points on the sampled nodes.
    epoch : int
        Epochs done.
    finished : bool
    history : list of dict
    """

    directions: FloatArray
    exponentials: FloatArray
    best_directions: FloatArray
    best_exponentials: FloatArray
    best_scores: tuple[float, float] = (np.inf, 0.0)
    epoch: int = 0
    finished: bool = False
    history: list[dict[str, Any]] = field(default_factory=list)


_ARRAYS = ("directions", "exponentials", "best_directions", "best_exponentials")
_SCALARS = ("best_scores", "epoch", "finished", "history")


def save_state(state: TrainingState, identity: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a state, aside first and then renamed; `identity` tells which run it belongs to."""
    header = json.dumps({"identity": identity} | {name: getattr(state, name) for name in _SCALARS})
    arrays = {name: getattr(state, name) for name in _ARRAYS}
    with written_aside(path) as aside, open(aside, "wb") as stream:
        np.savez(stream, header=np.frombuffer(header.encode(), dtype=np.uint8), **arrays)


def load_state(identity: dict[str, Any], path: str | os.PathLike[str]) -> TrainingState | None:
    """Read the state of the run that `identity` tells, or None if there is no file.

    Raises
    ------
    CheckpointError
        If the file is no checkpoint, or belongs to another run; the message names what differs.
    """
    if not Path(path).exists():
        return None
    try:
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as archive:
            header = json.loads(archive["header"].tobytes())
            state = TrainingState(*(np.array(archive[name]) for name in _ARRAYS))  # type: ignore[arg-type]
            found = header["identity"]
            for name in _SCALARS:
                setattr(state, name, header[name])
            state.best_scores = tuple(header["best_scores"])
    except (KeyError, ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"{path} is no checkpoint of nx_poincare: {error}") from error
    differing = [name for name in identity if found.get(name) != identity[name]]
    if differing:
        told = ", ".join(f"{name} {found.get(name)!r} there, {identity[name]!r} here" for name in differing)
        raise CheckpointError(f"{path} belongs to another run ({told}); remove it or name another checkpoint")
    return state
