"""The state of a training run on disk: what is needed to go on as if it had never stopped."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.arrays import FloatArray
from nx_poincare.files import written_aside

__all__ = ["Checkpoint", "CheckpointError", "TrainingState", "digest", "load_state", "save_state"]


class CheckpointError(ValueError):
    """A checkpoint that cannot be continued: damaged, or of another graph or other options."""


class Checkpoint(NamedTuple):
    """Where a run is saved, and after how many steps each time."""

    path: str | os.PathLike[str]
    every: int


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
    idle : int
        Scorings since the last improvement, late in a run.
    outward : float
        Step by which leaves were moved outward when the points were last scored.
    history : list of dict
    """

    directions: FloatArray
    exponentials: FloatArray
    best_directions: FloatArray
    best_exponentials: FloatArray
    best_scores: tuple[float, float] = (np.inf, 0.0)
    epoch: int = 0
    finished: bool = False
    idle: int = 0
    outward: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)


def digest(*arrays: NDArray[Any]) -> str:
    """A short text that differs where arrays differ."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


def save_state(state: Any, identity: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a state, aside first and then renamed.

    Parameters
    ----------
    state : dataclass
        Its fields are arrays, or fit into JSON.
    identity : dict
        Which run the state belongs to; values fit into JSON.
    path : path
    """
    found = {one.name: getattr(state, one.name) for one in fields(state)}
    arrays: dict[str, Any] = {name: value for name, value in found.items() if isinstance(value, np.ndarray)}
    scalars = {name: value for name, value in found.items() if name not in arrays}
    header = json.dumps({"identity": identity, "scalars": scalars})
    with written_aside(path) as aside, open(aside, "wb") as stream:
        np.savez(stream, header=np.frombuffer(header.encode(), dtype=np.uint8), **arrays)


def load_state(identity: dict[str, Any], path: str | os.PathLike[str], kind: type[Any] = TrainingState) -> Any:
    """Read the state of the run that `identity` tells, of the dataclass `kind`, or None if there is no file.

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
            found = header["identity"]
            differing = [name for name in identity if found.get(name) != identity[name]]
            arrays = {name: np.array(archive[name]) for name in archive.files if name != "header"}
            scalars = {name: _typed(value, getattr(kind, name, None)) for name, value in header["scalars"].items()}
            state = None if differing else kind(**arrays, **scalars)
    except (KeyError, ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"{path} is no checkpoint of nx_poincare: {error}") from error
    if differing:
        told = ", ".join(f"{name} {found.get(name)!r} there, {identity[name]!r} here" for name in differing)
        raise CheckpointError(f"{path} belongs to another run ({told}); remove it or name another checkpoint")
    return state


def _typed(value: Any, default: Any) -> Any:
    """JSON turns tuples into lists."""
    return tuple(value) if isinstance(default, tuple) else value
