"""Embeddings in ``.npz`` files: plain arrays and JSON, no pickle, the same bytes for the same content."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, read_arrays, write_arrays
from nx_poincare.io.graphs.format_rules import problem_in_json
from nx_poincare.io.vectors.name_arrays import arrays_of_names, names_of_arrays

__all__ = ["EmbeddingFileError", "read_npz", "write_npz"]

_FORMAT = "nx-poincare embedding 1"
# Which only say what older versions cannot read:
_FORMAT_OF_OFFSETS = "nx-poincare embedding 2"
_FORMAT_OF_MANY = "nx-poincare embedding 3"  # names in arrays
_FORMATS = (_FORMAT, _FORMAT_OF_OFFSETS, _FORMAT_OF_MANY)
_PLAIN = (str, int, float, bool, type(None))
_ARRAYS = ("directions", "radii", "levels", "layout", "edges", "horizons")
_OF_INT64 = ("levels", "edges")  # whatever they are kept as
_EXACT = ("exact_directions", "exact_radii")
_ROUNDED = ("steps", "offsets")
_DTYPES = {
    **dict.fromkeys(("directions", "radii", "horizons", *_EXACT), (np.float64,)),
    **dict.fromkeys(_OF_INT64, (np.int64,)),
    **dict.fromkeys(_ROUNDED, (np.float32, np.float16)),
    "layout": (np.float64, np.float32, np.float16),
    "horizon_excess": (np.float32,),
    "nth_parent": (np.int32,),
    "header": (np.uint8,),
}
_NAMES_TOGETHER = 2**16
_NOT_SAVED = "seconds"  # of the history: they differ from run to run
_INCOMPRESSIBLE = ("directions", "layout")  # deflating saves a twentieth and takes most of the time


class EmbeddingFileError(ValueError):
    """A file that is not an embedding written by `write_npz`."""


def write_npz(fields: EmbeddingFields, path: str | os.PathLike[str], *, progress: bool | None = None) -> None:
    """Write an embedding to a ``.npz`` file, aside first and then renamed; a bar shows ``progress`` on a terminal.

    Node names may be strings, numbers, booleans, None, and tuples or frozensets of these. A million that are all text,
    or all integers of 64 bits, are written as arrays (`nx_poincare.io.vectors.name_arrays`), others in JSON.
    The history is saved without its seconds, so that the same seed gives the same bytes.

    Raises
    ------
    TypeError
        If a node name is of another type, or nan; nothing is written then.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> fields = EmbeddingFields(["a", ("b", 1)], np.eye(2), np.array([0.0, 2.5]), levels=np.array([0, 1]))
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.npz"
    >>> write_npz(fields, path)
    >>> read_npz(path).nodes
    ['a', ('b', 1)]
    """
    header: dict[str, Any] = {
        "format": _FORMAT if fields.offsets is None else _FORMAT_OF_OFFSETS,
        "nodes": [],
        "history": [{key: value for key, value in entry.items() if key != _NOT_SAVED} for entry in fields.history],
    }
    if fields.quality is not None:
        header["quality"] = dict(fields.quality)
    names, many = fields.nodes, arrays_of_names(fields.nodes)
    if many is not None:
        names, header["format"], header["names"] = (), _FORMAT_OF_MANY, many[0]
    arrays: dict[str, NDArray[Any]] = {
        "header": _with_names(json.dumps(header, ensure_ascii=True), names),
        **({} if many is None else many[1]),
        **{name: value for name in _ARRAYS if (value := getattr(fields, name)) is not None},
        **_rounded(fields),
    }
    compressed = arrays.keys() - set(_INCOMPRESSIBLE)
    write_arrays(path, arrays, compressed=compressed, types=dict.fromkeys(_OF_INT64, np.int64), progress=progress)


def read_npz(path: str | os.PathLike[str], *, max_bytes: int = DEFAULT_MAX_BYTES) -> EmbeddingFields:
    """Read an embedding that `write_npz` wrote; nothing in the file is run.

    Parameters
    ----------
    path : path
    max_bytes : int, default 2**30
        What the file may unpack to, in bytes.

    Raises
    ------
    EmbeddingFileError
        If the file holds something else, or unpacks to more than it may.
    """
    try:
        arrays = read_arrays(path, max_bytes=max_bytes)
        header = json.loads(arrays["header"].tobytes())
        if header["format"] not in _FORMATS:
            raise EmbeddingFileError(f"{path}: format {header['format']!r}, expected one of {_FORMATS}")
        _check_kinds(arrays)
        has_offsets = header["format"] != _FORMAT and "steps" in arrays
        is_large = header["format"] == _FORMAT_OF_MANY
        return EmbeddingFields(
            names_of_arrays(header["names"], arrays) if is_large else [_from_json(name) for name in header["nodes"]],
            None if has_offsets else arrays["directions"],
            None if has_offsets else arrays["radii"],
            levels=arrays["levels"],
            layout=arrays.get("layout"),
            history=header["history"],
            edges=arrays["edges"] if has_offsets else arrays.get("edges"),
            horizons=arrays.get("horizons"),
            horizon_excess=arrays.get("horizon_excess"),
            quality=header.get("quality"),
            offsets={name: arrays[name] for name in ("nth_parent", *_ROUNDED, *_EXACT)} if has_offsets else None,
        )
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, EmbeddingFileError):
            raise
        raise EmbeddingFileError(f"{path} is not an embedding written by nx_poincare: {error}") from error


def _with_names(header: str, names: Sequence[Hashable]) -> NDArray[np.uint8]:
    """The header as bytes, the list of nodes in it filled with names, block by block."""
    before, after = header.split('"nodes": []', 1)
    blocks = []
    for first in range(0, len(names), _NAMES_TOGETHER):
        block = list(names[first : first + _NAMES_TOGETHER])
        if _is_text(block):
            if problem_in_json("\0".join(block)):  # type: ignore[arg-type]
                raise TypeError(f"node {next(filter(None, map(problem_in_json, block)))}")  # type: ignore[arg-type]
            plain = block
        else:
            plain = [_to_json(name) for name in block]
        blocks.append(json.dumps(plain, ensure_ascii=True)[1:-1].encode())
    return np.frombuffer(b'%b"nodes": [%b]%b' % (before.encode(), b", ".join(blocks), after.encode()), dtype=np.uint8)


def _rounded(fields: EmbeddingFields) -> dict[str, NDArray[Any]]:
    """What is saved of fields that have offsets in place of points, besides that of others."""
    if fields.offsets is None:
        return {}
    dtypes = {"layout": fields.offsets["offsets"].dtype, "horizon_excess": np.float32}
    values = {name: getattr(fields, name) for name in dtypes}
    return {
        **fields.offsets,
        **{name: value.astype(dtypes[name]) for name, value in values.items() if value is not None},
    }


def _check_kinds(arrays: dict[str, NDArray[Any]]) -> None:
    for name, array in arrays.items():
        expected = _DTYPES.get(name)
        if expected is not None and array.dtype not in expected:
            kinds = " or ".join(str(np.dtype(kind)) for kind in expected)
            raise ValueError(f"the array {name!r} is of {array.dtype}, not {kinds}")


def _is_text(names: Sequence[Hashable]) -> bool:
    """Whether all names are plain text, which JSON stores unchanged."""
    return set(map(type, names)) == {str}


def _to_json(name: Hashable) -> Any:
    """A node name as JSON; containers are marked by an object with one key."""
    if isinstance(name, np.generic):
        name = name.item()
    if isinstance(name, float) and math.isnan(name):
        raise TypeError("a node is nan, which not even itself equals: relabel the graph (networkx.relabel_nodes) first")
    if isinstance(name, str) and (problem := problem_in_json(name)):
        raise TypeError(f"node {problem}")
    if isinstance(name, _PLAIN):
        return name
    if isinstance(name, tuple):
        return {"tuple": [_to_json(part) for part in name]}
    if isinstance(name, frozenset):
        return {"frozenset": sorted((_to_json(part) for part in name), key=json.dumps)}
    raise TypeError(
        f"node {name!r} is a {type(name).__name__}; only strings, numbers, booleans, None, and tuples or "
        "frozensets of these can be saved: relabel the graph (networkx.relabel_nodes) first"
    )


def _from_json(name: Any) -> Hashable:
    if isinstance(name, dict):
        ((kind, parts),) = name.items()
        return {"tuple": tuple, "frozenset": frozenset}[kind](_from_json(part) for part in parts)
    if isinstance(name, list):
        raise ValueError("a node name is a list")
    return name
