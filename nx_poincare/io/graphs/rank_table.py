"""Tables whose columns are ranks: a row is a path from the highest to the lowest."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import networkx as nx

from nx_poincare.extractors.levels import level_places
from nx_poincare.extractors.ranks import rank_columns
from nx_poincare.io.graphs.lineages import check_number, lineage_column, tree_of_lineages
from nx_poincare.io.graphs.lines import Lines
from nx_poincare.io.graphs.mended_names import WORDS_FOR_NOTHING
from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.streams import most_objects
from nx_poincare.utils.missing import is_missing
from nx_poincare.utils.warn import warn_caller

_LINES_LOOKED_AT, _ROWS_LOOKED_AT = 200, 20
_NAME_BYTES = 128  # of max_bytes: a node of a tree takes a kilobyte
_NOTHING: dict[str, Any] = {}  # that is known of an edge; one for all

__all__ = ["cells_of", "graph_from_rank_frame", "has_ranks", "lines_at_start", "read_rank_table", "rows_of_cells"]


def has_ranks(stream: io.BufferedReader, delimiter: str | None) -> bool:
    """Whether the first row of a stream, which stays in it, names ranks, or all have lineages."""
    kept = lines_at_start(stream)
    try:
        if rank_columns(cells_of(kept[0] if kept else "", delimiter)) is not None:
            return True
        whole = kept[:-1] if len(kept) > _ROWS_LOOKED_AT else kept  # the last one may be cut
        return lineage_column([cells_of(line, delimiter) for line in whole[:_ROWS_LOOKED_AT]]) is not None
    except csv.Error:
        return False  # whoever reads the rows says what is wrong


def read_rank_table(
    stream: io.BufferedReader, path: str, delimiter: str | None, max_bytes: int, levels: Sequence[Any] | None = None
) -> nx.DiGraph:
    """A tree from rows of names, each a path down; what a row leaves out is passed over.

    ``levels`` are the columns of the path, if they are not called ranks.

    Raises
    ------
    GraphFileError
        If a column is not there, a row has another number of columns than the first, or there are more names than one
        for 128 bytes of ``max_bytes``.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    lines = Lines(text, path)
    most = most_objects(max_bytes, _NAME_BYTES)
    try:
        rows = rows_of_cells(lines, delimiter)
        names = next(rows, [])
        if levels is not None:
            try:
                places = level_places(names, [str(level) for level in levels])
            except ValueError as error:
                raise lines.error(str(error)) from error
            return _tree(names, rows, path, most, places)
        if rank_columns(names) is not None:
            return _tree(names, rows, path, most)
        start = [names, *islice(rows, _ROWS_LOOKED_AT)]
        if (column := lineage_column(start)) is not None:
            return tree_of_lineages(chain(start, rows), column, path, most)
        raise lines.error("looks as if rows were paths, and is not; header=False reads it as a list of edges")
    except csv.Error as error:
        raise lines.error(f"is not valid quoted text: {error}; quoting=False takes quotes as they are") from error
    finally:
        text.detach()


def lines_at_start(stream: io.BufferedReader) -> list[str]:
    """The first lines of a stream, which stay in it, without blank ones and comments; the last one may be cut."""
    text = stream.peek(1).decode("utf-8", "replace").removeprefix("\ufeff")
    lines = re.split("\r\n?|\n", text)[:_LINES_LOOKED_AT]
    return [line for line in lines if line.strip() and not line.startswith("#")]


def rows_of_cells(lines: Lines, delimiter: str | None) -> Iterator[list[str]]:
    """The cells of all rows that are not blank."""
    texts = iter(lines)
    records = map(str.split, texts) if delimiter is None else csv.reader(texts, delimiter=delimiter, strict=True)
    width = 0
    for record in records:
        lines.fresh = True
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        if width not in (0, len(cells)):
            raise lines.error(f"has {len(cells)} columns, but {width} are named")
        width = len(cells)
        yield cells


def graph_from_rank_frame(frame: Any, path: str = "the table", levels: Sequence[Any] | None = None) -> nx.DiGraph:
    """The same from the columns of a data frame."""
    names = list(frame.columns)
    places = None if levels is None else level_places(names, levels)
    if places is not None:
        names, places = list(levels or ()), list(range(len(places)))  # others may be called alike
    return _tree(names, zip(*(frame[name].to_list() for name in names), strict=True), path, sys.maxsize, places)


def cells_of(line: str, delimiter: str | None) -> list[str]:
    return line.split() if delimiter is None else next(csv.reader([line], delimiter=delimiter), [])


def _tree(
    names: Sequence[Any], rows: Iterable[Sequence[Any]], path: str, most: int, given: Sequence[int] | None = None
) -> nx.DiGraph:
    """A tree whose nodes know their rank, after saying how columns were read, unless their places are given."""
    places = rank_columns([str(name) for name in names]) if given is None else given
    assert places is not None
    unread = [repr(name) for place, name in enumerate(names) if place not in places]
    left_out = f"; {', '.join(unread)} {'is' if len(unread) == 1 else 'are'} not read" if unread else ""
    ranks = [names[place] for place in places]
    nodes: list[TreeNode] = []
    place_of: dict[tuple[int, str, Any], int] = {}  # by parent, rank and name
    about = {rank: {"rank": str(rank)} for rank in ranks}  # one dictionary for all nodes of a rank
    for row in rows:
        above = -1
        for rank, place in zip(ranks, places, strict=True):
            name = row[place].strip() if isinstance(row[place], str) else row[place]
            if _is_nothing(name):
                continue
            node = place_of.setdefault((above, rank, name), len(nodes))
            if node == len(nodes):
                check_number(len(nodes), most, path)
                nodes.append(TreeNode(above, name, about[rank], _NOTHING))
            above = node
    del place_of
    if given is None:
        warn_caller(
            f"{path}: each row is read as a path down, from {ranks[0]!r} to {ranks[-1]!r}{left_out}; the options "
            "source and target, or header=False, overrule this"
        )
    return tree_graph(nodes, path)


def _is_nothing(name: Any) -> bool:
    try:
        return is_missing(name) or name in WORDS_FOR_NOTHING
    except TypeError:  # a list or the like
        return True
