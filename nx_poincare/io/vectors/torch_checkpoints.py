"""Checkpoints of Nickel and Kiela's training in PyTorch's files, https://github.com/facebookresearch/poincare-embeddings.

They hold a dictionary: ``objects``, the names; ``embeddings`` or, in the state of ``model``, ``lt.weight``, the points;
and the ``manifold``, in older ones only in ``conf``, and in those of 2017 nowhere: these are of the ball.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
import zipfile
from collections.abc import Hashable, Mapping
from importlib import import_module
from typing import Any

import numpy as np

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, most_unpacked
from nx_poincare.io.content import read_all
from nx_poincare.io.streams import GraphFileError, name_of
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.optional import import_extra

__all__ = ["read_torch_checkpoint"]

_GLOBAL = re.compile(r"GLOBAL (\S+)")


def read_torch_checkpoint(
    path: str | os.PathLike[str], *, max_bytes: int = DEFAULT_MAX_BYTES
) -> tuple[list[Hashable], FloatArray, bool]:
    """Names and points of a checkpoint; PyTorch reads tensors and plain containers, nothing else.

    Parameters
    ----------
    path : path
    max_bytes : int, default 2**30
        The largest file, and what it may unpack to.

    Returns
    -------
    names : list of str, length n
    points : ndarray of float64, shape (n, dim), or (n, dim + 1) on the hyperboloid, the coordinate of time first
    is_lorentz : bool
        Whether the points are on the hyperboloid.

    Raises
    ------
    ImportError
        If PyTorch is not installed; the message has the command that installs it.
    GraphFileError
        Naming the file, if it asks for anything but tensors, arrays and plain containers, is damaged or too large,
        holds something else, or points of another manifold.
    """
    torch = import_extra("torch", extra="torch")
    name, content = name_of(path), read_all(path, max_bytes=max_bytes)
    _check_size(content, name, max_bytes)
    state = _loaded(torch, content, name)
    if not isinstance(state, Mapping) or "objects" not in state:
        raise GraphFileError(name, None, "is not a checkpoint of poincare-embeddings, which has 'objects', its names")
    is_lorentz = _is_lorentz(state, name)
    names, points = [_name(one) for one in state["objects"]], _points(torch, state, name)
    if len(names) != len(points):
        raise GraphFileError(name, None, f"has {len(names):,} objects and {len(points):,} points")
    return names, points, is_lorentz


def _loaded(torch: Any, content: bytes, name: str) -> Any:
    try:
        with torch.serialization.safe_globals(_numpy_arrays()):
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        found = _GLOBAL.search(str(error))
        if found is None:
            raise GraphFileError(name, None, f"is not a file of PyTorch, or damaged: {_first_line(error)}") from error
        raise GraphFileError(
            name, None, f"is refused: it asks for {found[1]}, and nothing but tensors, "
            "arrays and plain containers is read"
        ) from error  # fmt: skip
    except Exception as error:  # a damaged file makes it raise what it likes
        raise GraphFileError(name, None, f"is not a file of PyTorch, or damaged: {_first_line(error)}") from error


def _numpy_arrays() -> list[Any]:
    """What pickled arrays of names or numbers consist of."""
    multiarray = import_module("numpy._core.multiarray")
    kinds = (object, np.float32, np.float64, np.int64, np.str_)
    return [
        multiarray._reconstruct, (multiarray._reconstruct, "numpy.core.multiarray._reconstruct"), np.ndarray, np.dtype,
        *{type(np.dtype(kind)) for kind in kinds},
    ]  # fmt: skip


def _check_size(content: bytes, name: str, max_bytes: int) -> None:
    """Refuse an archive that would unpack to too much."""
    allowed = min(max_bytes, most_unpacked(len(content)))
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > allowed:
            raise GraphFileError(name, None, f"unpacks to {unpacked:,} bytes, more than {allowed:,}")


def _is_lorentz(state: Mapping[str, Any], name: str) -> bool:
    conf = state.get("conf")
    manifold = state.get("manifold") or (conf.get("manifold") if isinstance(conf, Mapping) else None) or "poincare"
    if manifold not in ("poincare", "lorentz"):
        raise GraphFileError(name, None, f"holds points of the manifold {manifold!r}, not of hyperbolic space")
    return bool(manifold == "lorentz")


def _points(torch: Any, state: Mapping[str, Any], name: str) -> FloatArray:
    model = state.get("model")
    points = state.get("embeddings", model.get("lt.weight") if isinstance(model, Mapping) else None)
    if isinstance(points, torch.Tensor):
        points = points.detach().double().numpy()
    if not isinstance(points, np.ndarray) or points.ndim != 2:
        raise GraphFileError(name, None, "has no table of points under 'embeddings' or 'lt.weight' of its 'model'")
    return points.astype(np.float64)


def _name(one: Any) -> Hashable:
    return one.decode() if isinstance(one, bytes) else one.item() if isinstance(one, np.generic) else one


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
