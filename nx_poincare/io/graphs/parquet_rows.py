"""Rows of a Parquet file as numbers of the names in them, by blocks, without an object of Python for each name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from nx_poincare.io.graphs.numbering import IntegerNumbering, TextNumbering
from nx_poincare.io.parquet_parts import texts_that_recur
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.arrays import BoolArray, IntArray
from nx_poincare.utils.optional import import_extra

__all__ = ["new_numbering", "numbered_blocks", "opened", "texts_of_arrow"]

_ROWS = 2**18  # read at a time
_TEXT_BYTES = 2**24  # of texts that recur, at a time
_MOST_TEXT_BYTES = 2**30  # where one takes long
_ASCII_SEPARATORS = tuple(range(0x1C, 0x20))  # white space to Python, but not to Arrow


def new_numbering(kind: str) -> IntegerNumbering | TextNumbering:
    """What numbers names that are ``"integers"`` or ``"text"``."""
    return IntegerNumbering() if kind == "integers" else TextNumbering()


def numbered_blocks(
    file: Any,
    ends: tuple[Any, Any],
    numbering: IntegerNumbering | TextNumbering,
    above: int | None,
    *,
    groups: list[int] | None = None,
    first_row: int = 0,
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """How many rows each block has, and the numbers of both ends of each edge in it.

    Parameters
    ----------
    file : pyarrow.parquet.ParquetFile
    ends : pair of str
        Columns of sources and targets.
    numbering : IntegerNumbering or TextNumbering
        Knows the names after it.
    above : {0, 1}, optional
        Which column may lack a name, at a root: such a row is no edge.
    groups : list of int, optional
        The row groups to read; default: all.
    first_row : int, default 0
        The row of the file with which they begin, for messages.

    Raises
    ------
    networkx.NetworkXError
        Naming the row with another missing name.
    """
    numbers_of = _numbers_of_integers if isinstance(numbering, IntegerNumbering) else _numbers_of_texts
    row = first_row
    for batch in _batches(file, ends, groups):
        yield len(batch[0]), _checked(numbers_of(batch, numbering, above), above, row)
        row += len(batch[0])


@contextmanager
def opened(path: str, name: str | None = None) -> Iterator[Any]:
    """A Parquet file, and errors that name it.

    Parameters
    ----------
    path : str
    name : str, optional
        What to call it in messages; default: its path.

    Raises
    ------
    GraphFileError
        If it is no Parquet file, and in place of errors of values in the body of the context.
    """
    parquet = import_extra("pyarrow.parquet", extra="tables")
    try:
        with parquet.ParquetFile(path, pre_buffer=False) as file:  # else it is in memory as a whole
            recurring = texts_that_recur(file.metadata, os.path.getsize(path))
            if not recurring:
                yield file
                return
        with parquet.ParquetFile(path, pre_buffer=False, read_dictionary=recurring) as file:
            yield file
    except GraphFileError:
        raise
    except (nx.NetworkXError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        problem = str(error) if isinstance(error, nx.NetworkXError | ValueError) else f"is not a Parquet file: {error}"
        raise GraphFileError(name or path, None, problem) from error


def texts_of_arrow(array: Any) -> tuple[NDArray[np.uint8], IntArray, IntArray]:
    """Bytes of an array of strings, and where each begins and ends in them; nothing of a null."""
    offset, _, (_, places, content) = array.offset, array.null_count, array.buffers()
    kind = np.int64 if str(array.type).startswith("large") else np.int32
    starts = np.frombuffer(places, dtype=kind)[offset : offset + len(array) + 1].astype(np.int64)
    data = np.zeros(0, dtype=np.uint8) if content is None else np.frombuffer(content, dtype=np.uint8)
    return data, starts[:-1], starts[1:]


def _batches(file: Any, ends: tuple[Any, Any], groups: list[int] | None) -> Iterator[list[Any]]:
    arrow = import_extra("pyarrow", extra="tables")
    texts = 0
    for batch in file.iter_batches(_ROWS, columns=list(ends), row_groups=groups, use_threads=False):
        columns = [batch.column(end) for end in ends]
        dictionaries = [column.dictionary for column in columns if arrow.types.is_dictionary(column.type)]
        most = max((one.nbytes if len(one) else 0 for one in dictionaries), default=0)  # of a text in them
        rows = len(batch) if most * len(batch) <= _TEXT_BYTES else max(1, _TEXT_BYTES // _longest(dictionaries))
        texts += len(batch) * _longest(dictionaries) if rows < len(batch) else 0
        if texts > _MOST_TEXT_BYTES:
            raise ValueError(f"has texts of thousands of bytes in so many rows that they are {texts:,} bytes")
        for first in range(0, len(batch), max(1, rows)):
            yield [
                column.cast(column.type.value_type) if arrow.types.is_dictionary(column.type) else column
                for column in (whole.slice(first, rows) for whole in columns)
            ]


def _longest(dictionaries: list[Any]) -> int:
    """Bytes of the longest of texts, at least 1; 8 of what is no text."""
    compute = import_extra("pyarrow.compute", extra="tables")
    texts = [one for one in dictionaries if "string" in str(one.type)]
    return max((compute.max(compute.binary_length(one)).as_py() or 1 for one in texts), default=8)


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
