"""Embeddings in Parquet files: a row for each node, in row groups, for pandas, polars and DuckDB as well."""

from __future__ import annotations

import json
import os
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, MOST_BYTES_PER_BYTE, most_unpacked
from nx_poincare.io.atomic import write_aside
from nx_poincare.io.graphs.format_rules import GraphExportError, utf8
from nx_poincare.io.graphs.parquet_rows import texts_of_arrow
from nx_poincare.io.vectors.npz import EmbeddingFileError
from nx_poincare.utils.names import DecimalNames, IntegerNames, TextNames, plain_if_few
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.progress import progress_bar

__all__ = ["is_parquet_embedding", "read_parquet_embedding", "write_parquet_embedding"]

_EXTRA = "tables"
_ROWS = 2**18  # of a row group
_KEY = b"nx_poincare"
_COLUMNS = ("node", "level", "horizon", "radius")


def write_parquet_embedding(
    path: str | os.PathLike[str], fields: EmbeddingFields, *, progress: bool | None = None
) -> None:
    """Write names, levels, horizons, radii, directions and positions as columns; the file appears when it is complete.

    The columns are ``node``, ``level``, ``horizon``, ``radius``, ``direction_0``, ``direction_1``, ... and, where there
    are positions, ``pos_0`` and ``pos_1``. Quality and history, without its seconds, are in the metadata; edges are not
    written.

    Raises
    ------
    GraphExportError
        If names are not all text, or all integers of 64 bits; nothing is written then.
    ImportError
        If pyarrow is not installed.
    """
    arrow, parquet = import_extra("pyarrow", extra=_EXTRA), import_extra("pyarrow.parquet", extra=_EXTRA)
    directions, radii = np.asarray(fields.directions), np.asarray(fields.radii)
    levels = np.full(len(radii), -1) if fields.levels is None else fields.levels
    horizons = radii if fields.horizons is None else fields.horizons
    columns: dict[str, NDArray[Any]] = {"level": levels, "horizon": horizons, "radius": radii}
    columns |= {f"direction_{axis}": column for axis, column in enumerate(directions.T)}
    if fields.layout is not None:
        columns |= {f"pos_{axis}": column for axis, column in enumerate(fields.layout.T)}
    kind = _type_of_names(arrow, fields.nodes)
    schema = arrow.schema(
        [("node", kind), *((name, arrow.int64() if name == "level" else arrow.float64()) for name in columns)],
        metadata={_KEY: json.dumps(_said_beside(fields)).encode()},
    )
    with write_aside(path) as aside, progress_bar(len(radii), "writing", "node", progress) as bar:
        options: dict[str, Any] = {"compression": "snappy", "use_dictionary": ["level"]}
        with parquet.ParquetWriter(aside, schema, **options) as writer:
            for first in range(0, len(radii), _ROWS):
                rows = slice(first, first + _ROWS)
                arrays = [np.ascontiguousarray(column[rows]) for column in columns.values()]
                arrays[0] = arrays[0].astype(np.int64, copy=False)
                names = _names_as_arrow(arrow, fields.nodes[rows], kind)
                writer.write_table(arrow.table([names, *arrays], schema=schema), row_group_size=_ROWS)
                bar.update(len(arrays[0]))


def is_parquet_embedding(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a Parquet file with the columns of an embedding, and not with edges."""
    if not os.path.isfile(path):
        return False
    parquet = import_extra("pyarrow.parquet", extra=_EXTRA)
    try:
        return set(_COLUMNS) <= set(parquet.read_schema(path).names)
    except (ValueError, OSError):
        return False


def read_parquet_embedding(path: str | os.PathLike[str], *, max_bytes: int = DEFAULT_MAX_BYTES) -> EmbeddingFields:
    """Read what `write_parquet_embedding` wrote, or other programs with these columns: bit for bit.

    Raises
    ------
    EmbeddingFileError
        If it is something else, a value is missing, or it holds more than ``max_bytes``.
    """
    arrow, parquet = import_extra("pyarrow", extra=_EXTRA), import_extra("pyarrow.parquet", extra=_EXTRA)
    try:
        with parquet.ParquetFile(path) as file:
            found = file.schema_arrow.names
            axes = [name for name in (f"direction_{axis}" for axis in range(len(found))) if name in found]
            if missing := [name for name in (*_COLUMNS, "direction_0") if name not in found]:
                raise EmbeddingFileError(f"{path} is not an embedding: it has no column {missing[0]!r}")
            size = file.metadata.num_rows * 8 * len(found)
            if size > max_bytes:
                raise EmbeddingFileError(f"{path} holds {size:,} bytes, more than {max_bytes:,}; raise max_bytes")
            if size > most_unpacked(os.path.getsize(path)):
                raise EmbeddingFileError(
                    f"{path} unpacks to {size:,} bytes, more than {MOST_BYTES_PER_BYTE} times its size: names are "
                    "distinct and points differ in a file of vectors"
                )
            about = json.loads((file.schema_arrow.metadata or {}).get(_KEY, b"{}"))
            floats = ["horizon", "radius", *axes, *(name for name in ("pos_0", "pos_1") if name in found)]
            columns = {name: _column(file, name, arrow.float64(), path) for name in floats}
            layout = None
            if "pos_1" in columns:
                layout = np.column_stack([columns.pop("pos_0"), columns.pop("pos_1")])
            return EmbeddingFields(
                _names(arrow, file.read(["node"]).column("node"), path),
                np.column_stack([columns.pop(name) for name in axes]),
                columns["radius"],
                levels=_column(file, "level", arrow.int64(), path),
                layout=layout,
                history=about.get("history", ()),
                horizons=columns["horizon"],
                quality=about.get("quality"),
            )
    except EmbeddingFileError:
        raise
    except (ValueError, TypeError, AttributeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise EmbeddingFileError(f"{os.fspath(path)} is not an embedding in Parquet: {error}") from error


def _said_beside(fields: EmbeddingFields) -> dict[str, Any]:
    history = [{key: value for key, value in entry.items() if key != "seconds"} for entry in fields.history]
    return {"history": history, "quality": None if fields.quality is None else dict(fields.quality)}


def _type_of_names(arrow: Any, names: Sequence[Hashable]) -> Any:
    if isinstance(names, IntegerNames) and not isinstance(names, DecimalNames):
        return arrow.int64()
    if isinstance(names, (DecimalNames, TextNames)):
        return arrow.string()
    kinds = set(map(type, names))
    if kinds == {int} and all(-(2**63) <= name < 2**63 for name in names):  # type: ignore[operator]
        return arrow.int64()
    for name in names:
        if not isinstance(name, str):
            raise GraphExportError(
                f"a column of names holds text, or integers, and not {name!r} beside others; relabel the nodes first"
            )
        utf8(name)
    return arrow.string()


def _names_as_arrow(arrow: Any, names: Sequence[Hashable], kind: Any) -> Any:
    """Some names as an array of Arrow, without an object for each where they are in arrays."""
    if isinstance(names, IntegerNames):
        return arrow.array(names.values).cast(kind)
    if isinstance(names, TextNames):
        starts = arrow.py_buffer(names.starts.astype(np.int32))
        return arrow.StringArray.from_buffers(len(names), starts, arrow.py_buffer(np.ascontiguousarray(names.data)))
    return arrow.array(list(names), type=kind)


def _names(arrow: Any, column: Any, path: str | os.PathLike[str]) -> Sequence[Hashable]:
    if column.null_count:
        raise EmbeddingFileError(f"{path}: a name is missing")
    if arrow.types.is_integer(column.type):
        return plain_if_few(IntegerNames(column.cast(arrow.int64()).to_numpy()))
    data, starts, used = [np.zeros(0, np.uint8)], [np.zeros(1, np.int64)], 0
    for chunk in column.cast(arrow.large_string()).chunks:
        content, begins, ends = texts_of_arrow(chunk)
        if len(begins):
            data.append(content[begins[0] : ends[-1]])
            starts.append(ends - begins[0] + used)
            used = int(starts[-1][-1])
    return plain_if_few(TextNames(np.concatenate(data), np.concatenate(starts)))


def _column(file: Any, name: str, kind: Any, path: str | os.PathLike[str]) -> NDArray[Any]:
    column = file.read([name]).column(name)
    if column.null_count:
        raise EmbeddingFileError(f"{path}: a value of the column {name!r} is missing")
    return np.asarray(column.cast(kind).to_numpy())
