"""The state of a training run on disk: all that is needed to continue as if it had never stopped."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.io.arrays import read_arrays, write_arrays
from nx_poincare.io.atomic import write_aside
from nx_poincare.io.targets import check_replaceable
from nx_poincare.utils.arrays import widened
from nx_poincare.utils.checks import check_count

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "check_room",
    "checkpoint_of",
    "digest",
    "load_state",
    "save_state",
    "try_to_save_state",
]

_MOST_DIFFERENCES = 10  # in a message
_LARGEST_STRETCH = 2.0  # of directions that should be of unit length: threads that share points may mix two of them


class CheckpointError(ValueError):
    """A checkpoint that cannot be continued: damaged, or of another graph or other options."""


@dataclass(frozen=True)
class Checkpoint:
    """Where `embed` saves a run, and how often.

    If the file is there, the run goes on from it and gives the same bytes as if it had never stopped; that needs the
    same graph, options and seed.

    Parameters
    ----------
    path : str or path
        The file. It is written aside and renamed, at the end of the run too.
    every : int, default 50
        Epochs of training, or steps of the refinement of cones in three and more dimensions, from one time to the
        next; at least 1.

    Raises
    ------
    ValueError
        If ``every`` is not an integer of at least 1.

    Examples
    --------
    >>> import nx_poincare as nxp
    >>> nxp.Checkpoint("run.npz", every=10)
    Checkpoint(path='run.npz', every=10)
    >>> nxp.embed(G, 5, checkpoint=nxp.Checkpoint("run.npz", every=10))  # doctest: +SKIP
    """

    path: str | os.PathLike[str]
    every: int = 50

    def __post_init__(self) -> None:
        if not isinstance(self.path, (str, os.PathLike)):
            raise ValueError(f"checkpoint must be a path or a Checkpoint, got {self.path!r}")
        check_count("every", self.every, 1)


def checkpoint_of(checkpoint: Any) -> Checkpoint | None:
    """A path, or a checkpoint as it is, that can be written; None as it is.

    Raises
    ------
    ValueError
        If it is something else.
    OSError
        If the file cannot be written.
    """
    if checkpoint is None:
        return None
    found = checkpoint if isinstance(checkpoint, Checkpoint) else Checkpoint(checkpoint)
    check_replaceable(found.path)
    return found


def digest(*arrays: NDArray[Any]) -> str:
    """A short text that differs where arrays differ, and not by how wide integers are kept."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(widened(array) if array.dtype == np.int32 else array).tobytes())
    return found.hexdigest()[:16]


def save_state(state: Any, identity: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a state, aside first and then renamed.

    Parameters
    ----------
    state : dataclass
        Its fields are arrays, or fit into JSON. Its class has ``ranges``, the least and the largest number of fields,
        and ``unit_rows``, the names of arrays of directions.
    identity : dict
        Which run the state belongs to; values fit into JSON.
    path : path
    """
    found = {one.name: getattr(state, one.name) for one in fields(state)}
    arrays: dict[str, Any] = {name: value for name, value in found.items() if isinstance(value, np.ndarray)}
    scalars = {name: value for name, value in found.items() if name not in arrays}
    header = json.dumps({"identity": identity, "scalars": scalars})
    arrays["header"] = np.frombuffer(header.encode(), dtype=np.uint8)
    write_arrays(path, arrays)


def check_room(state: Any, identity: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Raise the OSError that saving a state would raise, before the work: it is written aside, and removed."""
    with contextlib.suppress(_EnoughError), write_aside(path) as aside:
        with open(aside, "wb") as stream:
            for one in fields(state):
                value = getattr(state, one.name)
                stream.write(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
            stream.write(json.dumps(identity).encode())
            stream.flush()
            os.fsync(stream.fileno())
        raise _EnoughError


class _EnoughError(Exception):
    """There was room, and nothing is to stay."""


def try_to_save_state(state: Any, identity: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a state as `save_state` does; a failure is a warning, for training is worth more than its checkpoint.

    An older file stays.
    """
    try:
        save_state(state, identity, path)
    except OSError as error:
        warnings.warn(
            f"a checkpoint was not written, an older one stays, and the training goes on: {error}", stacklevel=2
        )


def load_state(identity: dict[str, Any], path: str | os.PathLike[str], start: Any) -> Any:
    """Read the state of the run with this identity, or None if there is no file.

    Parameters
    ----------
    identity : dict
    path : path
    start : dataclass
        A state of that run, for instance the first: the one that is read has its class and its
        shapes. Arrays that are empty in it may have any number of rows.

    Raises
    ------
    CheckpointError
        If the file is not a checkpoint, or belongs to another run; the message names what differs.
    """
    if not Path(path).exists():
        return None
    try:
        # Checkpoints are not compressed: a file that unpacks to more than its size is something else.
        arrays = read_arrays(path, max_bytes=os.path.getsize(path))
        header = json.loads(arrays.pop("header").tobytes())
        found = header["identity"]
        names = [*identity, *sorted(found.keys() - identity.keys())]
        differing = [name for name in names if found.get(name) != identity.get(name)]
        scalars = {name: _as_type_of(value, getattr(start, name, None)) for name, value in header["scalars"].items()}
        if not differing:
            of_another_version = {one.name for one in fields(start)} ^ (arrays.keys() | scalars.keys())
            if of_another_version:
                raise ValueError(f"{', '.join(sorted(of_another_version))}: another version has written it")
            state = type(start)(**arrays, **scalars)
            _check_like(state, start)
    except (KeyError, ValueError, AttributeError, TypeError, RecursionError, OverflowError) as error:
        raise CheckpointError(f"{path} is not a checkpoint of nx_poincare: {error}") from error
    if differing:
        differences = ", ".join(
            f"{name:.80} {found.get(name)!r:.80} there, {identity.get(name)!r:.80} here"
            for name in differing[:_MOST_DIFFERENCES]
        )
        raise CheckpointError(f"{path} belongs to another run ({differences}); remove it or name another checkpoint")
    return state


def _as_type_of(value: Any, default: Any) -> Any:
    """A value from JSON, which turns tuples into lists, as the default has it."""
    return tuple(value) if isinstance(default, tuple) else value


def _check_like(state: Any, start: Any) -> None:
    """Refuse what compiled loops, which check nothing, could not continue from."""
    for name in (one.name for one in fields(start)):
        value, first = getattr(state, name), getattr(start, name)
        if isinstance(first, np.ndarray):
            rows = len(value) if len(first) == 0 else len(first)
            if value.dtype != first.dtype or value.shape != (rows, *first.shape[1:]):
                raise ValueError(f"{name} is {value.dtype} of shape {value.shape}")
            if not np.isfinite(value).all():
                raise ValueError(f"{name} is not finite")
        elif isinstance(first, tuple):
            if len(value) != len(first) or any(type(a) is not type(b) for a, b in zip(value, first, strict=True)):
                raise ValueError(f"{name} is {value!r:.80}")
        elif type(value) is not type(first):
            raise ValueError(f"{name} is {value!r:.80}")
        _check_range(name, value, state.ranges)
    for name in state.unit_rows:
        with np.errstate(over="ignore"):
            lengths = np.linalg.norm(getattr(state, name), axis=1)
        if np.any((lengths < 1 / _LARGEST_STRETCH) | (lengths > _LARGEST_STRETCH)):
            raise ValueError(f"{name} are not of unit length")


def _check_range(name: str, value: Any, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Refuse numbers outside of the range of their field; those of a list of dictionaries must be numbers at all."""
    if isinstance(value, list):
        if not all(isinstance(entry, dict) and all(map(_is_number, entry.values())) for entry in value):
            raise ValueError(f"{name} is not a list of dictionaries of numbers")
    elif name in ranges:
        low, high = ranges[name]
        numbers = value if isinstance(value, np.ndarray) else np.atleast_1d(np.array(value, dtype=object))
        wrong = [number for number in numbers.flat if not low <= number <= high] if numbers.dtype == object else []
        if len(wrong) or (numbers.dtype != object and np.any((numbers < low) | (numbers > high))):
            raise ValueError(f"{name} is not between {low:g} and {high:g}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
