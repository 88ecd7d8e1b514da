"""Tables of edges in Parquet, Excel and SQLite. pandas reads them."""

from __future__ import annotations

import io
import re
import sqlite3
from contextlib import closing
from typing import Any
from zipfile import ZipFile

import networkx as nx
import numpy as np

from nx_poincare.extractors.column_words import columns_by_their_words
from nx_poincare.extractors.pedigrees import pedigree_columns
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, most_unpacked
from nx_poincare.io.content import read_all
from nx_poincare.io.graphs.frames import graph_of_table
from nx_poincare.io.graphs.parquet_edges import check_types_of_names
from nx_poincare.io.parquet_parts import parquet_parts, texts_that_recur
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_excel", "read_parquet", "read_parquet_folder", "read_sqlite"]

_EXTRA = "tables"
_FREE_MARKS, _MARKS_PER_BYTE = 10**6, 20  # "<" of a workbook
_LAST_ROW = 2**20  # to which readers fill a sheet
_PLACE = re.compile(rb"""\br\s*=\s*["']([^"'<]*)["']""")
_ROW_NUMBER = re.compile(rb"[A-Za-z]*0*([0-9]+)")


def read_parquet(content: bytes, path: str, **columns: Any) -> nx.DiGraph:
    """A graph from the columns of a Parquet file."""
    return _graph(_frame_of_parquet(content, path, columns), path, columns)


def read_parquet_folder(path: str, *, max_bytes: int = DEFAULT_MAX_BYTES, **columns: Any) -> nx.DiGraph:
    """A graph from the columns of all files in a folder, as if they were one (`nx_poincare.io.parquet_parts`).

    Raises
    ------
    GraphFileError
        Naming the file that is no Parquet file or has other columns than the first.
    """
    pandas = import_extra("pandas", extra=_EXTRA)
    frames: list[Any] = []
    left = max_bytes
    parts = parquet_parts(path)
    for part in parts:
        content = read_all(part, max_bytes=left)
        left -= len(content)
        frames.append(_frame_of_parquet(content, part, columns))
        if list(frames[-1].columns) != list(frames[0].columns):
            names = ", ".join(map(str, frames[0].columns))
            raise GraphFileError(part, None, f"has other columns than the first file of the folder: {names}")
    try:
        return _graph(pandas.concat(frames, ignore_index=True), path, columns)
    except GraphFileError:
        for part, frame in zip(parts, frames, strict=True):
            _graph(frame, part, columns)  # so that the error names the file, and the row in it
        raise


def _frame_of_parquet(content: bytes, path: str, columns: dict[str, Any]) -> Any:
    pandas = import_extra("pandas", extra=_EXTRA)
    parquet = import_extra("pyarrow.parquet", extra=_EXTRA)
    try:
        about = parquet.read_metadata(io.BytesIO(content))
        if about.num_rows * about.num_columns > most_unpacked(len(content)):
            raise GraphFileError(path, None, f"unpacks to {about.num_rows:,} rows, more than a table of its size holds")
        schema = parquet.read_schema(io.BytesIO(content))
        recurring = texts_that_recur(about, len(content))
        dictionaries = {"read_dictionary": recurring} if recurring else {}
        frame = pandas.read_parquet(io.BytesIO(content), engine="pyarrow", **dictionaries)
        for column in {*recurring} & {*frame.columns}:
            frame[column] = pandas.Series(_shared_texts(frame[column]), index=frame.index, dtype=object)
    except GraphFileError:
        raise
    except (ValueError, OSError, KeyError) as error:
        raise GraphFileError(path, None, f"is not a Parquet file: {error}") from error
    try:
        _check_names(frame, schema, columns)
    except ValueError as error:
        raise GraphFileError(path, None, str(error)) from error
    return frame


def _shared_texts(column: Any) -> Any:
    """The texts of a column of categories without spaces around them, each an object that all of its rows share."""
    texts = np.array([name.strip() for name in column.cat.categories.astype(object)] + [None], dtype=object)
    return texts[column.cat.codes.to_numpy()]


def _check_names(frame: Any, schema: Any, columns: dict[str, Any]) -> None:
    """Refuse columns of names that hold lists or the like, or numbers that are not whole."""
    ends = [columns.get("source") or "source", columns.get("target") or "target"]
    if columns.get("levels") is not None or (not any(columns.values()) and pedigree_columns(schema.names)):
        ends = []
    elif not set(ends) <= set(schema.names):
        found = columns_by_their_words(schema.names)
        ends = [] if found is None else [schema.names[place] for place in (found.source, found.target)]
    check_types_of_names(schema, ends)
    for end in ends:
        if frame[end].dtype.kind == "f":
            fractions = frame[end][frame[end] % 1 > 0]
            if len(fractions):
                raise ValueError(f"column {end!r} holds {fractions.iloc[0]}; names of nodes are integers or text")


def read_excel(content: bytes, path: str, *, table: str | None = None, **columns: Any) -> nx.DiGraph:
    """A graph from the columns of a sheet, the first one by default."""
    pandas = import_extra("pandas", extra=_EXTRA)
    import_extra("openpyxl", extra=_EXTRA)

    try:
        _check_workbook(content, path)
        with pandas.ExcelFile(io.BytesIO(content), engine="openpyxl") as book:
            sheet = _chosen(table, list(map(str, book.sheet_names)), "sheet", path, default=0)
            frame = pandas.read_excel(book, sheet_name=sheet)
    except GraphFileError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # openpyxl passes on what it comes upon
        problem = str(error) or type(error).__name__
        raise GraphFileError(path, None, f"is not an Excel workbook (.xlsx): {problem}") from error
    return _graph(frame, path, columns)


def _check_workbook(content: bytes, path: str) -> None:
    """Refuse a workbook that becomes very many objects, or has rows beyond the last one that there can be."""
    with ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > most_unpacked(len(content)):
            raise GraphFileError(path, None, f"unpacks to {unpacked:,} bytes, more than a workbook of its size holds")
        most = max(_FREE_MARKS, _MARKS_PER_BYTE * len(content))
        for member in archive.namelist():
            part = archive.read(member)
            most -= part.count(b"<")
            if most < 0:
                raise GraphFileError(path, None, "unpacks to more cells than a workbook of its size holds")
            for place in _PLACE.finditer(part) if member.startswith("xl/worksheets/") else ():
                row = _ROW_NUMBER.fullmatch(place[1].strip())
                if row is not None and (len(row[1]) > 7 or int(row[1]) > _LAST_ROW):
                    raise GraphFileError(path, None, f"{member} has a row beyond {_LAST_ROW:,}, the last one of Excel")
                if b"&" in place[1]:
                    raise GraphFileError(path, None, f"{member} writes the number of a row as no program does")


def read_sqlite(content: bytes, path: str, *, table: str | None = None, **columns: Any) -> nx.DiGraph:
    """A graph from the columns of a table in a SQLite database, which need not be named if there is only one.

    Views are not read: they may compute anything.
    """
    pandas = import_extra("pandas", extra=_EXTRA)
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(content)
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA query_only = ON")
            found = database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
            ).fetchall()
            chosen = _chosen(table, [name for (name,) in found], "table", path, default=None)
            quoted = chosen.replace('"', '""')
            frame = pandas.read_sql_query(f'SELECT * FROM "{quoted}"', database)
        except (sqlite3.Error, UnicodeError, pandas.errors.DatabaseError, OverflowError, MemoryError) as error:
            raise GraphFileError(path, None, f"is not a SQLite database: {error}") from error
    return _graph(frame, path, columns)


def _chosen(table: str | None, found: list[str], kind: str, path: str, *, default: int | None) -> str:
    there = ", ".join(map(repr, found)) or "none"
    if table is not None and table not in found:
        raise GraphFileError(path, None, f"has no {kind} {table!r}; it has: {there}")
    if table is not None:
        return table
    if default is not None and len(found) > 1:
        warn_caller(f"{path}: the first of {len(found)} {kind}s is read; table names another: {there}")
    if not found or (default is None and len(found) > 1):
        raise GraphFileError(path, None, f"has {len(found)} {kind}s, pass table=... with one of them: {there}")
    return found[default or 0]


def _graph(frame: Any, path: str, columns: dict[str, Any]) -> nx.DiGraph:
    try:
        return graph_of_table(frame, path, **columns)
    except GraphFileError:
        raise
    except (nx.NetworkXError, ValueError) as error:
        raise GraphFileError(path, None, str(error)) from error
