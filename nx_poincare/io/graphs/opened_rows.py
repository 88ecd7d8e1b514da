"""Text files of rows: what stands between columns, and whether rows are edges, paths, or children of two parents."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import networkx as nx

from nx_poincare.io.graphs.first_row import likely_delimiter
from nx_poincare.io.graphs.pedigree import has_parents, read_pedigree_table
from nx_poincare.io.graphs.rank_table import has_ranks, read_rank_table
from nx_poincare.io.graphs.separator_line import separator_of
from nx_poincare.io.graphs.silva import is_silva, read_silva
from nx_poincare.io.streams import MAX_LINE_BYTES, Source, in_utf8, name_of, open_source

__all__ = ["DELIMITERS", "OpenedRows", "check_delimiter", "opened_rows"]

DELIMITERS: dict[str, str | None] = {"tsv": "\t", "csv": ",", "edges": None}


class OpenedRows(NamedTuple):
    """A file of rows.

    Attributes
    ----------
    stream : file
        In UTF-8.
    delimiter : str, optional
        What stands between columns; None: white space.
    tree : networkx.DiGraph, optional
        What the rows are, if each is a path down, or a child and its parents; the stream has been read then.
    """

    stream: io.BufferedReader
    delimiter: str | None
    tree: nx.DiGraph | None


@contextmanager
def opened_rows(
    path: Source,
    format: str,
    *,
    delimiter: str | None,
    may_be_paths: bool,
    max_bytes: int,
    progress: bool | None,
    levels: Sequence[Any] | None = None,
) -> Iterator[OpenedRows]:
    """Open a file of rows, which is closed with the context; ``levels`` are columns of paths, which the caller names.

    Examples
    --------
    >>> with opened_rows(
    ...     io.StringIO("order,genus\\nCarnivora,Felis\\n"), "csv", delimiter=None, may_be_paths=False, max_bytes=100,
    ...     progress=False,
    ... ) as rows:
    ...     rows.delimiter, rows.tree, rows.stream.readline()
    (',', None, b'order,genus\\n')
    """
    with open_source(path, max_bytes=max_bytes, max_line_bytes=MAX_LINE_BYTES, progress=progress) as packed:
        stream, separator = separator_of(in_utf8(packed, name_of(path)))
        if may_be_paths and levels is None and delimiter is None and is_silva(stream):
            yield OpenedRows(stream, "\t", read_silva(stream, name_of(path), max_bytes=max_bytes))
            return
        between = delimiter or separator or likely_delimiter(stream, DELIMITERS[format], name_of(path))
        tree = None
        if levels is not None:
            tree = read_rank_table(stream, name_of(path), between, max_bytes, levels)
        elif may_be_paths and has_ranks(stream, between):
            tree = read_rank_table(stream, name_of(path), between, max_bytes)
        elif may_be_paths and has_parents(stream, between):
            tree = read_pedigree_table(stream, name_of(path), between, max_bytes)
        yield OpenedRows(stream, between, tree)


def check_delimiter(delimiter: str | None) -> None:
    """Raise ValueError if this cannot stand between columns."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"'):
        raise ValueError(f"delimiter must be one character, no quote or end of line, not {delimiter!r}")
