"""Pieces of Parquet files, read and numbered by several workers, and joined here in their order.

A name has the number of its first appearance in the piece there, and that in all pieces here: the names of a piece are
in the order of their first appearance in it, so that numbering these, piece after piece, is numbering all rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.io.graphs.numbering import Grown, IntegerNumbering, TextNumbering
from nx_poincare.io.graphs.parquet_rows import new_numbering, numbered_blocks, opened
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.names import IntegerNames, TextNames
from nx_poincare.utils.workers import Workers

__all__ = ["Piece", "joined_pieces", "pieces_of"]

_ROWS = 2**20  # of a piece, and the rest of its last row group


class Piece(NamedTuple):
    """Some row groups of a file."""

    place: str  # the path from the root
    name: str  # the path as the caller has it, for messages
    size: int  # bytes of the file
    footer: bytes  # digest of its description: rows, sizes and, as a rule, least and greatest values of each column
    groups: list[int]
    first_row: int
    rows: int


def pieces_of(name: str, file: Any) -> list[Piece]:
    """The pieces of an opened Parquet file, in their order."""
    place, about = os.path.abspath(name), file.metadata
    with open(name, "rb") as content:
        size, footer = _size_and_footer(content)
    pieces: list[Piece] = []
    first = 0
    for group in range(about.num_row_groups):
        if not pieces or pieces[-1].rows >= _ROWS:
            pieces.append(Piece(place, name, size, footer, [], first, 0))
        rows = about.row_group(group).num_rows
        pieces[-1].groups.append(group)
        pieces[-1] = pieces[-1]._replace(rows=pieces[-1].rows + rows)
        first += rows
    return pieces


def joined_pieces(
    pieces: list[Piece],
    ends: tuple[Any, Any],
    kind: str,
    above: int | None,
    workers: Workers,
    advance: Callable[[int], object],
) -> tuple[IntegerNames | TextNames, Grown]:
    """Names, and the numbers of both ends of each edge, as one reader of all rows would number them.

    Parameters
    ----------
    pieces : list of Piece
    ends : pair of str
        Columns of sources and targets.
    kind : {"integers", "text"}
    above : {0, 1}, optional
        Which column may lack a name.
    workers : Workers
        They read the files, at the same paths.
    advance : callable
        Is told how many rows have been read.

    Raises
    ------
    GraphFileError
        Naming the file that is damaged, lacks a name, or is another one where it is read.
    FileNotFoundError, PermissionError
        Naming a file that workers do not see, or may not read.
    """
    numbering, pairs = new_numbering(kind), Grown(np.int32)
    results = workers.results(_numbered_piece, ((piece, ends, kind, above) for piece in pieces))
    for piece, (names, own) in zip(pieces, _with_advice(results), strict=True):
        pairs.append(_numbers_of_names(numbering, names)[own])
        advance(piece.rows)
    return numbering.names(), pairs


def _numbered_piece(
    piece: Piece, ends: tuple[Any, Any], kind: str, above: int | None
) -> tuple[IntegerNames | TextNames, NDArray[np.int32]]:
    """The names in a piece, and the numbers of both ends of each edge among these."""
    with open(piece.place, "rb") as content:  # else Arrow's error has no name of the file
        size, footer = _size_and_footer(content)
    if size != piece.size:
        problem = f"has {size:,} bytes where it is read, and {piece.size:,} before: another file, or changed meanwhile"
        raise GraphFileError(piece.name, None, problem)
    if footer != piece.footer:
        problem = "has another footer where it is read, and as many bytes: another file, or changed meanwhile"
        raise GraphFileError(piece.name, None, problem)
    numbering = new_numbering(kind)
    with opened(piece.place, piece.name) as file:
        blocks = numbered_blocks(file, ends, numbering, above, groups=piece.groups, first_row=piece.first_row)
        pairs = [numbers.ravel() for _, numbers in blocks]
    return numbering.names(), np.concatenate([np.zeros(0, dtype=np.int32), *pairs])


def _size_and_footer(content: BinaryIO) -> tuple[int, bytes]:
    """The bytes of a file, and a digest of the description at its end, whose length is before the last four of them."""
    size = content.seek(0, os.SEEK_END)
    content.seek(max(size - 8, 0))
    length = int.from_bytes(content.read(4), "little")
    content.seek(max(size - 8 - length, 0))
    return size, blake2b(content.read(), digest_size=16).digest()


def _numbers_of_names(
    numbering: IntegerNumbering | TextNumbering, names: IntegerNames | TextNames
) -> NDArray[np.int32]:
    if isinstance(numbering, IntegerNumbering):
        return numbering.numbers_of(names.values.copy())  # type: ignore[union-attr]
    starts = names.starts  # type: ignore[union-attr]
    return numbering.numbers_of(names.data.copy(), starts[:-1].copy(), starts[1:].copy())  # type: ignore[union-attr]


def _with_advice(results: Iterator[Any]) -> Iterator[Any]:
    """Results, and what to do where workers do not see what is here."""
    try:
        yield from results
    except (FileNotFoundError, PermissionError) as error:
        if error.filename is None or not os.access(error.filename, os.R_OK):
            raise
        advice = f"{error.strerror} on a worker; every machine must have the files at this path"
        raise type(error)(error.errno, advice, error.filename) from error
