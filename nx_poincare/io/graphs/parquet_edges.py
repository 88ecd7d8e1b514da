"""Edges in two columns of Parquet files, by row groups, without an object of Python for each name."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from nx_poincare.extractors.digraph import Direction
from nx_poincare.extractors.ranks import rank_columns
from nx_poincare.extractors.tables import above_of_columns, check_columns, columns_of_edges
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, most_unpacked
from nx_poincare.io.graphs.numbering import Grown, IntegerNumbering, TextNumbering
from nx_poincare.io.graphs.plain_edges import sorted_by_source
from nx_poincare.io.parquet_parts import parquet_parts
from nx_poincare.io.streams import GraphFileError, Source, name_of
from nx_poincare.utils.arrays import BoolArray, IntArray, own_and_read_only
from nx_poincare.utils.names import plain_if_few
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.progress import progress_bar

__all__ = ["check_types_of_names", "read_parquet_edges", "texts_of_arrow"]

_ROWS = 2**18  # read at a time
_ASCII_SEPARATORS = tuple(range(0x1C, 0x20))  # white space to Python, but not to Arrow


class _ObjectsNeededError(Exception):
    """Columns that only objects of Python tell apart."""


def read_parquet_edges(
    path: Source,
    *,
    source: Any = None,
    target: Any = None,
    direction: Direction | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
    progress: bool | None = None,
) -> tuple[Sequence[Hashable], NDArray[Any]] | None:
    """Names and edges (source, target) as `nx_poincare.read_graph` has them of the same file, or None.

    None where both columns are not integers, or not text; where the columns must be looked at to tell which they are;
    and of what is no file. The reader of graphs takes these. A folder is one table, its parts in their order
    (`nx_poincare.io.parquet_parts`), with the columns that the first part has.

    Raises
    ------
    GraphFileError
        If it is no Parquet file, there are no such columns, they hold lists or the like, a name is missing that is not
        above a root, or its content is larger than ``max_bytes``. Of a folder it names the file in it.
    """
    parts = parquet_parts(path)
    if not parts:
        return None
    try:
        table = _Table.of(parts, source, target, direction)
    except _ObjectsNeededError:
        return None
    if table is None:
        return None
    if table.rows * 16 > max_bytes:
        size = f"holds {table.rows * 16:,} bytes of edges, more than {max_bytes:,}; raise max_bytes if it should"
        raise GraphFileError(name_of(path), None, size)
    return _read(parts, table, above_of_columns(*table.ends, direction), progress)


def check_types_of_names(schema: Any, ends: Sequence[Any]) -> None:
    """Refuse columns of lists, structures and bytes, which are no names.

    Raises
    ------
    ValueError
        Naming the column and its type.
    """
    arrow = import_extra("pyarrow", extra="tables")
    for column in ends:
        kind = schema.field(column).type
        if arrow.types.is_nested(kind) or arrow.types.is_binary(kind) or arrow.types.is_large_binary(kind):
            raise ValueError(f"column {column!r} holds {kind}; names of nodes are integers or text")


def texts_of_arrow(array: Any) -> tuple[NDArray[np.uint8], IntArray, IntArray]:
    """Bytes of an array of strings, and where each begins and ends in them; nothing of a null."""
    offset, _, (_, places, content) = array.offset, array.null_count, array.buffers()
    kind = np.int64 if str(array.type).startswith("large") else np.int32
    starts = np.frombuffer(places, dtype=kind)[offset : offset + len(array) + 1].astype(np.int64)
    data = np.zeros(0, dtype=np.uint8) if content is None else np.frombuffer(content, dtype=np.uint8)
    return data, starts[:-1], starts[1:]


def _refuse_to_look(*_: Any) -> Any:
    raise _ObjectsNeededError


def _kind_of_columns(types: list[Any]) -> str | None:
    arrow = import_extra("pyarrow", extra="tables")
    plain = [kind.value_type if arrow.types.is_dictionary(kind) else kind for kind in types]
    if all(map(arrow.types.is_integer, plain)) and arrow.uint64() not in plain:
        return "integers"
    if all(arrow.types.is_string(kind) or arrow.types.is_large_string(kind) for kind in plain):
        return "text"
    return None


class _Table(NamedTuple):
    """What is to be read of one or more files."""

    ends: tuple[Any, Any]
    kind: str
    rows: int

    @classmethod
    def of(cls, parts: list[str], source: Any, target: Any, direction: Direction | None) -> _Table | None:
        """From the schema of each part; None where objects are needed.

        Raises
        ------
        GraphFileError
            Naming the part that is no Parquet file, lacks a column or has one of another kind than the first part.
        """
        ends, kinds, rows = None, [], 0
        for part in parts:
            with _opened(part) as file:
                columns = list(file.schema_arrow.names)
                if ends is None:
                    if source is target is direction is None and rank_columns(columns):
                        return None
                    ends = columns_of_edges(columns, source, target, direction, _refuse_to_look)
                check_columns(columns, ends)
                kinds.append(_kind_of_columns([file.schema_arrow.field(column).type for column in ends]))
                rows += file.metadata.num_rows
                if file.metadata.num_rows * 2 > most_unpacked(os.path.getsize(part)):
                    raise ValueError(f"unpacks to {file.metadata.num_rows:,} rows, more than a table of its size holds")
                if None not in (kinds[0], kinds[-1]) and kinds[0] != kinds[-1]:
                    raise ValueError(f"holds {kinds[-1]} as names, and {os.path.basename(parts[0])} {kinds[0]}")
        if ends is None or None in kinds or any("." in column for column in ends) or ends[0] == ends[1]:
            return None
        return cls(ends, str(kinds[0]), rows)


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    """A file, with errors that name it."""
    parquet = import_extra("pyarrow.parquet", extra="tables")
    try:
        with parquet.ParquetFile(path, pre_buffer=False) as file:  # else it is in memory as a whole
            yield file
    except (GraphFileError, _ObjectsNeededError):
        raise
    except (nx.NetworkXError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        problem = str(error) if isinstance(error, nx.NetworkXError | ValueError) else f"is not a Parquet file: {error}"
        raise GraphFileError(path, None, problem) from error


def _read(
    parts: list[str], table: _Table, above: int | None, progress: bool | None
) -> tuple[Sequence[Hashable], NDArray[Any]]:
    is_whole = table.kind == "integers"
    numbering: IntegerNumbering | TextNumbering = IntegerNumbering() if is_whole else TextNumbering()
    numbered = _numbers_of_integers if is_whole else _numbers_of_texts
    pairs = Grown(np.int32)
    with progress_bar(table.rows, "reading", "row", progress) as bar:
        for part in parts:
            row = 0
            with _opened(part) as file:
                for batch in _batches(file, table.ends):
                    numbers = _checked(numbered(batch, numbering, above), above, row)
                    pairs.append(numbers.ravel())
                    row += len(batch[0])
                    bar.update(len(batch[0]))
    import_extra("pyarrow", extra="tables").default_memory_pool().release_unused()
    return plain_if_few(numbering.names()), own_and_read_only(sorted_by_source(pairs.finished().reshape(-1, 2)))


def _batches(file: Any, ends: tuple[Any, Any]) -> Iterator[list[Any]]:
    arrow = import_extra("pyarrow", extra="tables")
    for batch in file.iter_batches(_ROWS, columns=list(ends), use_threads=False):
        columns = [batch.column(end) for end in ends]
        yield [
            column.cast(column.type.value_type) if arrow.types.is_dictionary(column.type) else column
            for column in columns
        ]


def _numbers_of_integers(batch: list[Any], numbering: Any, above: int | None) -> NDArray[np.int32]:
    """Numbers of both ends of each row, -1 where a name is missing."""
    columns, missing = [], []
    for column in batch:
        gaps = None if column.null_count == 0 else np.asarray(column.is_null().to_numpy(zero_copy_only=False))
        whole = column if gaps is None else column.fill_null(0)
        columns.append(whole.to_numpy(zero_copy_only=False).astype(np.int64, copy=False))
        missing.append(gaps)
    return _numbered_where_there(
        missing, len(batch[0]), above, lambda there: numbering.numbers_of(_interleaved(columns)[there])
    )


def _numbers_of_texts(batch: list[Any], numbering: Any, above: int | None) -> NDArray[np.int32]:
    parts: list[Any] = [texts_of_arrow(_stripped(column)) for column in batch]
    missing = []
    for column, (_, begins, ends) in zip(batch, parts, strict=True):
        gaps = ends == begins
        if column.null_count:
            gaps |= np.asarray(column.is_null().to_numpy(zero_copy_only=False))
        missing.append(gaps if gaps.any() else None)
    data = np.concatenate([own for own, _, _ in parts])
    begins, ends = (_interleaved([parts[0][place], parts[1][place] + len(parts[0][0])]) for place in (1, 2))
    return _numbered_where_there(
        missing, len(batch[0]), above, lambda there: numbering.numbers_of(data, begins[there], ends[there])
    )


def _stripped(column: Any) -> Any:
    """Names without spaces around them, as `str.strip` takes them off."""
    arrow, compute = import_extra("pyarrow", extra="tables"), import_extra("pyarrow.compute", extra="tables")
    stripped = compute.utf8_trim_whitespace(column)
    data = texts_of_arrow(column)[0]
    if compute.any(compute.not_equal(stripped, column)).as_py() or np.isin(data, _ASCII_SEPARATORS).any():
        return arrow.array([name and name.strip() for name in column.to_pylist()], type=column.type)
    return column


def _interleaved(columns: list[IntArray]) -> IntArray:
    return np.column_stack(columns).ravel()


def _numbered_where_there(
    missing: list[BoolArray | None], rows: int, above: int | None, numbers_of: Callable[[Any], NDArray[np.int32]]
) -> NDArray[np.int32]:
    if missing[0] is None and missing[1] is None:
        return numbers_of(slice(None)).reshape(-1, 2)
    gaps = np.column_stack([np.zeros(rows, dtype=np.bool_) if one is None else one for one in missing])
    # A row that will be refused names nothing, nor does any after it.
    there = ~gaps.ravel()
    numbers = np.full(2 * rows, -1, dtype=np.int32)
    numbers[there] = numbers_of(there)
    return numbers.reshape(-1, 2)


def _checked(numbers: NDArray[np.int32], above: int | None, first: int) -> NDArray[np.int32]:
    """The edges of a block, without rows that name a root only.

    Raises
    ------
    networkx.NetworkXError
        Naming the row with another missing name.
    """
    missing = numbers < 0
    if not missing.any():
        return numbers
    wrong = missing.any(axis=1)
    if above is not None:
        wrong = missing[:, 1 - above]
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        advice = "" if above is not None or missing[row].all() else "; direction says where a name may lack, at a root"
        raise nx.NetworkXError(f"row {first + row}: a name of a node is missing (None){advice}")
    return numbers[~missing.any(axis=1)]
