"""Edges in two columns of Parquet files, by row groups, without an object of Python for each name."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.extractors.digraph import Direction
from nx_poincare.extractors.pedigrees import pedigree_columns
from nx_poincare.extractors.ranks import rank_columns
from nx_poincare.extractors.tables import above_of_columns, check_columns, columns_of_edges
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, most_unpacked
from nx_poincare.io.graphs.numbering import Grown
from nx_poincare.io.graphs.parquet_pieces import Piece, joined_pieces, pieces_of
from nx_poincare.io.graphs.parquet_rows import new_numbering, numbered_blocks, opened
from nx_poincare.io.graphs.plain_edges import sorted_by_source
from nx_poincare.io.parquet_parts import parquet_parts
from nx_poincare.io.streams import GraphFileError, Source, name_of
from nx_poincare.utils.arrays import own_and_read_only
from nx_poincare.utils.names import Names, plain_if_few
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.workers import ONE_THREAD, Threads, Workers

__all__ = ["check_types_of_names", "read_parquet_edges"]


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
    workers: Workers = ONE_THREAD,
) -> tuple[Sequence[Hashable], NDArray[Any]] | None:
    """Names and edges (source, target) as `nx_poincare.read_graph` has them of the same file, or None.

    None where both columns are not integers, or not text; where the columns must be looked at to tell which they are;
    and of what is no file. The reader of graphs takes these. A folder is one table, its parts in their order
    (`nx_poincare.io.parquet_parts`), with the columns that the first part has. Several workers read and number its
    pieces, and get the same numbers (`nx_poincare.io.graphs.parquet_pieces`).

    Raises
    ------
    GraphFileError
        If it is no Parquet file, there are no such columns, they hold lists or the like, a name is missing that is not
        above a root, or its content is larger than ``max_bytes``. Of a folder it names the file in it.
    FileNotFoundError, PermissionError
        If a worker elsewhere does not see a file that is here.
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
    return _read(table, above_of_columns(*table.ends, direction), workers, progress)


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
    pieces: list[Piece]

    @property
    def rows(self) -> int:
        return sum(piece.rows for piece in self.pieces)

    @classmethod
    def of(cls, parts: list[str], source: Any, target: Any, direction: Direction | None) -> _Table | None:
        """From the schema of each part; None where objects are needed.

        Raises
        ------
        GraphFileError
            Naming the part that is no Parquet file, lacks a column or has one of another kind than the first part.
        """
        ends, kinds, pieces = None, [], []
        for part in parts:
            with opened(part) as file:
                columns = list(file.schema_arrow.names)
                if ends is None:
                    if source is target is direction is None and (rank_columns(columns) or pedigree_columns(columns)):
                        return None
                    ends = columns_of_edges(columns, source, target, direction, _refuse_to_look)
                check_columns(columns, ends)
                kinds.append(_kind_of_columns([file.schema_arrow.field(column).type for column in ends]))
                pieces += pieces_of(part, file)
                if file.metadata.num_rows * 2 > most_unpacked(os.path.getsize(part)):
                    raise ValueError(f"unpacks to {file.metadata.num_rows:,} rows, more than a table of its size holds")
                if None not in (kinds[0], kinds[-1]) and kinds[0] != kinds[-1]:
                    raise ValueError(f"holds {kinds[-1]} as names, and {os.path.basename(parts[0])} {kinds[0]}")
        if ends is None or None in kinds or any("." in column for column in ends) or ends[0] == ends[1]:
            return None
        return cls(ends, str(kinds[0]), pieces)


def _read(
    table: _Table, above: int | None, workers: Workers, progress: bool | None
) -> tuple[Sequence[Hashable], NDArray[Any]]:
    is_alone = isinstance(workers, Threads) and workers.n_jobs == 1
    with progress_bar(table.rows, "reading", "row", progress) as bar:
        if is_alone or len(table.pieces) == 1:  # numbered at once, which is less work
            names, pairs = _numbered_here(table, above, bar.update)
        else:
            names, pairs = joined_pieces(table.pieces, table.ends, table.kind, above, workers, bar.update)
    import_extra("pyarrow", extra="tables").default_memory_pool().release_unused()
    return plain_if_few(names), own_and_read_only(sorted_by_source(pairs.finished().reshape(-1, 2)))


def _numbered_here(table: _Table, above: int | None, advance: Callable[[int], object]) -> tuple[Names, Grown]:
    numbering, pairs = new_numbering(table.kind), Grown(np.int32)
    for name, pieces in groupby(table.pieces, lambda piece: piece.name):
        with opened(name) as file:
            groups = [group for piece in pieces for group in piece.groups]
            for rows, numbers in numbered_blocks(file, table.ends, numbering, above, groups=groups):
                pairs.append(numbers.ravel())
                advance(rows)
    return numbering.names(), pairs
