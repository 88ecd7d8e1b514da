"""The files of a table in Parquet: one, or the parts in a folder, as Spark, Dask and pandas write them."""

from __future__ import annotations

import os
import re
from typing import Any

from nx_poincare.io.arrays import MOST_BYTES_PER_BYTE, most_unpacked

__all__ = ["is_parquet_folder", "parquet_parts", "texts_that_recur"]

_SUFFIXES = (".parquet", ".pq")
_ROW_BYTES = 16  # that two names of a row take at least, however small they are in a file
_FEWEST_BYTES = 8  # of a file for a row: with fewer, texts recur, and one of a kilobyte may stand in a million rows


def parquet_parts(path: Any) -> list[str]:
    """The file itself, or those in a folder and the folders in it, in the order of their names; none: an empty list.

    Numbers in names count as numbers, so that ``part.10.parquet`` comes after ``part.9.parquet``. What begins with
    ``_`` or ``.`` is left out: marks and summaries, which hold no rows.

    Examples
    --------
    >>> parquet_parts(__file__) == [__file__], parquet_parts("no such file")
    (True, [])
    """
    if not isinstance(path, str | os.PathLike):
        return []
    name = os.fspath(path)
    if not os.path.isdir(name):
        return [name] if os.path.isfile(name) else []
    found = []
    for folder, inner, files in os.walk(name):
        inner[:] = [one for one in inner if not one.startswith(("_", "."))]
        found += [
            os.path.join(folder, file)
            for file in files
            if file.lower().endswith(_SUFFIXES) and not file.startswith(("_", "."))
        ]
    return sorted(found, key=_in_order)


def is_parquet_folder(path: Any) -> bool:
    """Whether it is a folder with parts."""
    return isinstance(path, str | os.PathLike) and os.path.isdir(path) and bool(parquet_parts(path))


def texts_that_recur(metadata: Any, size: int) -> list[str]:
    """Columns of text to read by the dictionaries of a file, lest a text be in memory as often as in the table.

    Parameters
    ----------
    metadata : pyarrow.parquet.FileMetaData
    size : int
        Bytes of the file.

    Raises
    ------
    ValueError
        If the file unpacks to more than it may, or has more rows.
    """
    groups = range(metadata.num_row_groups)
    columns = [metadata.row_group(group).column(place) for group in groups for place in range(metadata.num_columns)]
    unpacked = sum(column.total_uncompressed_size for column in columns)
    if unpacked > most_unpacked(size):
        raise ValueError(f"unpacks to {unpacked:,} bytes, more than {MOST_BYTES_PER_BYTE} times its size")
    if _ROW_BYTES * metadata.num_rows > most_unpacked(size):
        raise ValueError(
            f"has {metadata.num_rows:,} rows, more than {most_unpacked(size) // _ROW_BYTES:,}, which a file of "
            f"{size:,} bytes may have; leave out rows that repeat others"
        )
    if size >= _FEWEST_BYTES * metadata.num_rows:
        return []
    return sorted({column.path_in_schema for column in columns if column.physical_type == "BYTE_ARRAY"})


def _in_order(name: str) -> list[tuple[bool, int, str]]:
    return [(not word.isdecimal(), int(word) if word.isdecimal() else 0, word) for word in re.split(r"(\d+)", name)]
