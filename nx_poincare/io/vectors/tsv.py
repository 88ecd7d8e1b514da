"""Vectors as lines of a name and coordinates, with tabs between."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.atomic import destination
from nx_poincare.io.graphs.format_rules import GraphExportError, text_names, utf8
from nx_poincare.io.streams import GraphFileError, Source, name_of, open_source
from nx_poincare.io.vectors.projector import read_projector_names
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.progress import progress_bar

__all__ = ["read_vectors", "write_vectors"]

_ROWS = 2**14  # written at a time

_QUOTED = frozenset('"\t\r\n')
_DECIMAL = re.compile(r"-?([0-9]*\.[0-9]+|[0-9]+(?=e))(e[-+]?[0-9]+)?")


def write_vectors(
    path: str | os.PathLike[str] | IO[bytes],
    names: Sequence[Hashable],
    vectors: ArrayLike,
    *,
    progress: bool | None = None,
) -> None:
    """Write one node per line: its name and its coordinates, with tabs between.

    Coordinates are written with the digits that give back the same float64. Names are text;
    one with a tab, a quote or an end of line is quoted the way spreadsheets do, and so is the first one if it
    could be a coordinate. ``.gz`` as the
    suffix compresses. A file appears when it is complete, and an older one stays when
    something fails.

    Parameters
    ----------
    path : path, or writable stream of bytes
        A stream is left open.
    names : sequence of hashable, length n
    vectors : array_like, shape (n, dim), dim at least 1
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.

    Raises
    ------
    GraphExportError
        If two names are the same text, or a name is not valid Unicode.
    ValueError
        If the shapes do not agree or a coordinate is not finite.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "vectors.tsv"
    >>> write_vectors(path, ["dog", "cat"], [[0.1, 0.2], [0.3, 0.4]])
    >>> print(path.read_text(), end="")
    dog 0.1 0.2
    cat 0.3 0.4
    """
    table = np.asarray(vectors, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(names) or (table.shape[1] == 0 and len(names)):
        raise ValueError(f"vectors must have shape ({len(names)}, dim) with dim at least 1, not {table.shape}")
    if not np.isfinite(table).all():
        row = int(np.flatnonzero(~np.isfinite(table).all(axis=1))[0])
        raise ValueError(f"the vector of {names[row]!r} is not finite")
    texts = text_names(names)
    fields = _fields(texts)
    if texts and _is_coordinate(texts[0]):
        fields = [f'"{texts[0]}"', *fields[1:]]
    with (
        destination(path) as stream,
        progress_bar(len(fields), "writing", "node", progress) as bar,
        collector_paused(),
    ):
        for first in range(0, len(fields), _ROWS):
            rows = table[first : first + _ROWS].tolist()
            lines = [
                "\t".join([field, *map(repr, row)])
                for field, row in zip(fields[first : first + _ROWS], rows, strict=True)
            ]
            stream.write("\n".join([*lines, ""]).encode())
            bar.update(len(lines))


def read_vectors(path: Source, *, max_bytes: int = DEFAULT_MAX_BYTES) -> tuple[list[str], NDArray[np.float64]]:
    """Read what `write_vectors` wrote, or vectors as the Embedding Projector has them.

    The projector's file has no names: they are the first column of ``metadata.tsv`` beside it.

    Returns
    -------
    names : list of str, length n
    vectors : ndarray of float64, shape (n, dim)

    Raises
    ------
    GraphFileError
        If a line has no name, a name that an earlier line has, another number of columns than the
        first line, or a value that is not a finite number; the message has the line's number. If all lines are
        coordinates without a name, and no ``metadata.tsv`` beside the file has as many names.

    Examples
    --------
    >>> read_vectors(io.StringIO("dog\\t0.1\\t0.2\\n"))
    (['dog'], array([[0.1, 0.2]]))
    """
    with open_source(path, max_bytes=max_bytes) as stream:
        is_quoted = stream.peek(4)[:4].removeprefix(b"\xef\xbb\xbf").startswith(b'"')
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        rows = _rows(text, name_of(path))
        if not is_quoted:
            rows = _with_names(rows, path, max_bytes)
        names, vectors = _named_vectors(rows, name_of(path))
        text.detach()
    return names, vectors


def _with_names(rows: Iterator[tuple[int, list[str]]], path: Source, max_bytes: int) -> Iterator[tuple[int, list[str]]]:
    """Rows as they are, or with names from the projector's metadata if each starts with a coordinate."""
    first = list(islice(rows, 1))
    if not first or not _is_coordinate(first[0][1][0]):
        return chain(first, rows)
    whole = [*first, *rows]
    if not all(_is_coordinate(row[0]) for _, row in whole):
        return iter(whole)
    names = read_projector_names(path, len(whole), max_bytes=max_bytes)
    return ((line, [name, *row]) for name, (line, row) in zip(names, whole, strict=True))


def _is_coordinate(text: str) -> bool:
    """Whether it is a number between -1 and 1, and no integer."""
    return _DECIMAL.fullmatch(text) is not None and abs(float(text)) < 1


def _named_vectors(rows: Iterable[tuple[int, list[str]]], path: str) -> tuple[list[str], NDArray[np.float64]]:
    """Names and vectors of rows of text, checked."""
    vectors: dict[str, list[float]] = {}
    width = 0
    for line, (name, *coordinates) in rows:
        width = width or len(coordinates)
        try:
            name.encode("utf-8")
            vector = [float(number) for number in coordinates]
        except ValueError as error:
            raise GraphFileError(path, line, f"is not a vector: {error}") from error
        if name in vectors:
            raise GraphFileError(path, line, f"{name!r} has a vector already")
        if len(vector) != width or width == 0 or not np.isfinite(vector).all():
            raise GraphFileError(path, line, f"{name!r} does not have {max(width, 1)} finite coordinates")
        vectors[name] = vector
    return list(vectors), np.array(list(vectors.values()), dtype=np.float64).reshape(len(vectors), width)


def _fields(names: list[str]) -> list[str]:
    """Names as the fields of a row, checked one by one only if some name may need quotes."""
    text = "".join(names)
    is_plain = text.isascii() and not any(mark in text for mark in ("\0", *_QUOTED))
    return names if is_plain else [_field(name) for name in names]


def _field(name: str) -> str:
    utf8(name)
    if "\0" in name:
        raise GraphExportError(f"the name {name!r} holds a NUL character, which text files cannot; rename the node")
    # A byte order mark at the start of a file would be taken off it, so it is quoted.
    if _QUOTED.isdisjoint(name) and not name.startswith("\ufeff"):
        return name
    return '"' + name.replace('"', '""') + '"'


def _rows(text: io.TextIOWrapper, path: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line they start on; blank lines are skipped."""
    reader = csv.reader(text, delimiter="\t", strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise GraphFileError(path, line, f"is not valid quoted text: {error}") from error
